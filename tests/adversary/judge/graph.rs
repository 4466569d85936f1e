//! Harm: circular dependencies, and references to resources that do not exist.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Piece, pieces};
use super::harm::{Harm, Kind};
use super::world::World;
use crate::tree::Tree;

/// Finds new circular dependencies, and new references to missing resources.
pub(super) fn judge(old: &World<'_>, new: &World<'_>) -> Vec<Harm> {
    let (before, after) = (Graph::of(old), Graph::of(new));
    let mut harms = Vec::new();
    let old_circles: BTreeSet<_> = before.in_circles();
    let new_circles = after.in_circles();
    if let Some(start) = new_circles.difference(&old_circles).next() {
        let circle = after.circle_from(start);
        harms.push(Harm::always(
            Kind::Circle,
            format!("{} depend on each other", circle.join(" → ")),
        ));
    }
    // CloudFormation rejects a stack with a reference to an absent resource anyway.
    for (user, targets) in after.absent.iter().filter(|_| before.absent.is_empty()) {
        let sentence = format!("{user} refers to {}, which then does not exist", joined(targets));
        harms.push(Harm::always(Kind::Absent, sentence));
    }
    for (user, targets) in &after.undefined {
        let more: BTreeSet<_> = targets
            .iter()
            .filter(|target| before.undefined.get(user).is_none_or(|old| !old.contains(*target)))
            .cloned()
            .collect();
        if !more.is_empty() {
            harms.push(Harm::always(
                Kind::Undefined,
                format!("{user} refers to {}, which is not defined", joined(&more)),
            ));
        }
    }
    harms
}

fn joined(ids: &BTreeSet<String>) -> String {
    ids.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[derive(Default)]
struct Graph {
    /// The targets of each resource that exists.
    edges: BTreeMap<String, BTreeSet<String>>,
    /// The targets that do not exist under this assignment, by user.
    absent: BTreeMap<String, BTreeSet<String>>,
    /// The targets that do not exist under any assignment, by user.
    undefined: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn of(world: &World<'_>) -> Self {
        let mut graph = Self::default();
        let existing: BTreeSet<_> = world.resources().map(|resource| resource.id.as_str()).collect();
        let defined: BTreeSet<_> = world
            .template
            .resources
            .iter()
            .map(|resource| resource.id.as_str())
            .collect();
        let mut add = |user: &str, target: String, may_be_absent: bool| {
            let into = match target.as_str() {
                id if existing.contains(id) => &mut graph.edges,
                id if defined.contains(id) && may_be_absent => return,
                id if defined.contains(id) => &mut graph.absent,
                id if id.starts_with("AWS::") || world.template.parameters.contains_key(id) => return,
                _ => &mut graph.undefined,
            };
            into.entry(user.to_owned()).or_default().insert(target);
        };
        for resource in &world.template.resources {
            let undefined = resource
                .condition
                .as_deref()
                .filter(|condition| !world.defines(condition));
            if let Some(condition) = undefined {
                add(&resource.id, format!("condition {condition}"), false);
            }
        }
        for resource in world.resources() {
            let content = world.resolve(&resource.content);
            for target in references(content.as_ref()) {
                add(&resource.id, target, false);
            }
            // CloudFormation drops a `DependsOn` of a resource whose condition is false.
            for target in &resource.depends_on {
                add(&resource.id, target.clone(), true);
            }
        }
        for (name, output) in &world.template.outputs {
            let condition = output.get("Condition").and_then(Tree::as_text);
            if condition.is_none_or(|condition| world.holds(condition)) {
                for target in references(world.resolve(output).as_ref()) {
                    add(&format!("output {name}"), target, false);
                }
            }
        }
        graph
    }

    /// Returns the resources that depend on themselves.
    fn in_circles(&self) -> BTreeSet<String> {
        self.edges
            .keys()
            .filter(|id| self.reachable(id).contains(*id))
            .cloned()
            .collect()
    }

    fn reachable(&self, start: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            for target in self.edges.get(id).into_iter().flatten() {
                if reached.insert(target.clone()) {
                    open.push(target);
                }
            }
        }
        reached
    }

    /// Returns the path from a resource back to itself.
    fn circle_from(&self, start: &str) -> Vec<String> {
        let mut circle = vec![start.to_owned()];
        loop {
            let last = circle.last().unwrap();
            let leads_back = |target: &&String| target.as_str() == start || self.reachable(target).contains(start);
            let targets = self.edges.get(last).into_iter().flatten();
            let next = targets
                .filter(leads_back)
                .min_by_key(|target| (target.as_str() != start, circle.contains(target)));
            match next {
                Some(next) if next != start && circle.len() < 20 => circle.push(next.clone()),
                _ => break,
            }
        }
        circle.push(start.to_owned());
        circle
    }
}

/// Returns the IDs that a value refers to.
pub(super) fn references(value: Option<&Tree>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(value) = value {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Tree, found: &mut BTreeSet<String>) {
    match value.as_call() {
        Some(("Ref", Tree::Text(id))) => drop(found.insert(id.clone())),
        Some(("Fn::GetAtt", _)) => found.extend(value.as_get_att().map(|(id, _)| id.to_owned())),
        Some(("Fn::Sub", Tree::Text(pattern))) => collect_variables(pattern, &[], found),
        Some(("Fn::Sub", Tree::List(parts))) => {
            if let [Tree::Text(pattern), variables] = parts.as_slice() {
                collect_variables(pattern, variables.entries(), found);
                collect(variables, found);
            }
        }
        _ => {
            value.items().iter().for_each(|item| collect(item, found));
            value.entries().iter().for_each(|(_, value)| collect(value, found));
        }
    }
}

fn collect_variables(pattern: &str, own: &[(String, Tree)], found: &mut BTreeSet<String>) {
    for piece in pieces(pattern) {
        if let Piece::Variable(name) = piece
            && own.iter().all(|(own, _)| own != name)
        {
            found.insert(name.split('.').next().unwrap_or(name).to_owned());
        }
    }
}
