//! Collects the uses between resources: `Ref`, `Fn::GetAtt`, the variables of `Fn::Sub`, and `DependsOn`.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexSet;

use super::conditions::condition_of;
use super::intrinsic::{Call, RefCall, branches};
use super::template::ResourceNode;
use crate::model::{Guard, ResourceId, Use};
use crate::yaml::{Node, NodeId};

/// A reader of the uses between resources.
pub(super) struct Uses<F> {
    /// Returns the resources that a logical ID names at a node.
    resolve: F,
    /// The uses in values that were read, and whether their events were.
    ///
    /// Aliases may let several resources share them.
    known: HashMap<(NodeId, bool), Arc<[Use]>>,
    /// The number of nodes that may still be read.
    budget: usize,
    found: IndexSet<Use>,
    /// The values of aliases that were read for `found`, in which branches, and how deep at the least.
    ///
    /// An alias may lead back to itself, or repeat what others expand to.
    expanded: HashMap<(NodeId, Box<[Guard]>), usize>,
}

/// The property with the events that start a function or a state machine.
pub(super) const EVENTS: &str = "Events";

/// Returns whether AWS SAM expands a resource, and makes resources of its events.
pub(super) fn is_of_sam(resource: &ResourceNode<'_>) -> bool {
    resource.resource_type.starts_with("AWS::Serverless::")
}

/// The limit of nodes to read, since aliases can expand exponentially.
const MAX_NODES: usize = 1 << 22;

impl<'d, F: Fn(&'d str, Node<'d>) -> Vec<ResourceId>> Uses<F> {
    pub(super) fn with(resolve: F) -> Self {
        Self {
            resolve,
            known: HashMap::new(),
            budget: MAX_NODES,
            found: IndexSet::new(),
            expanded: HashMap::new(),
        }
    }

    /// Returns the uses of a resource, by attribute.
    pub(super) fn of(&mut self, resource: &ResourceNode<'d>) -> Vec<Arc<[Use]>> {
        let mut uses = Vec::new();
        for (key, value) in resource.body.entries() {
            let value = value.resolved();
            let (read, has_events): (fn(&mut Self, _), _) = match key.scalar() {
                Some("Condition" | "Type") => continue,
                Some("DependsOn") => (Self::read_order, true),
                Some("Properties") if is_of_sam(resource) => (Self::read_without_events, false),
                _ => (Self::read_value, true),
            };
            let known = (value.id(), has_events);
            uses.push(self.known.get(&known).cloned().unwrap_or_else(|| {
                read(self, value);
                let found = std::mem::take(&mut self.found).into_iter().collect();
                Arc::clone(self.known.entry(known).or_insert(found))
            }));
        }
        uses
    }

    /// Returns the resources that a section uses.
    pub(super) fn of_section(&mut self, section: Node<'d>) -> Vec<ResourceId> {
        self.read_value(section);
        self.found.drain(..).map(|usage| usage.target).collect()
    }

    fn read_order(&mut self, stated: Node<'d>) {
        let items = stated.items().map(Node::resolved);
        for id in std::iter::once(stated).chain(items).filter_map(Node::scalar) {
            self.add(id, stated, false, &[]);
        }
    }

    fn read_without_events(&mut self, properties: Node<'d>) {
        match properties.get(EVENTS) {
            None => self.read_value(properties),
            Some(_) => {
                let others = properties.entries().filter(|(key, _)| key.scalar() != Some(EVENTS));
                others.for_each(|(_, value)| self.read_value(value));
            }
        }
    }

    fn read_value(&mut self, value: Node<'d>) {
        self.expanded.clear();
        self.read(value, &[], 0);
    }

    fn read(&mut self, node: Node<'d>, guards: &[Guard], depth: usize) {
        const MAX_DEPTH: usize = 256;
        // What an alias leads to is kept for each combination of branches, which takes memory.
        let cost = if node.is_alias() { 1 + 64 * guards.len() } else { 1 };
        let Some(budget) = self.budget.checked_sub(cost).filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        self.budget = budget;
        if node.is_alias() && !self.is_new(node.resolved(), guards, depth) {
            return;
        }
        let node = node.resolved();
        if node.scalar().is_some() && node.tag().is_none() {
            return;
        }
        if let Some(reference) = RefCall::read(node) {
            self.add(reference.target, node, true, guards);
            return;
        }
        let call = Call::read(node);
        match call.as_ref().map(|call| call.name) {
            Some("If") if self.read_branches(node, guards, depth).is_some() => return,
            Some("Sub") => {
                let argument = call.and_then(|call| call.plain_argument());
                self.read_variables(argument, guards);
            }
            Some("GetAtt") => {
                // A call with a computed attribute still names its resource first.
                let first = call.and_then(|call| call.plain_argument()?.items().next());
                if let Some(id) = first.and_then(|first| first.resolved().scalar()) {
                    self.add(id, node, true, guards);
                }
            }
            _ => {}
        }
        for item in node.items() {
            self.read(item, guards, depth + 1);
        }
        for (_, value) in node.entries() {
            self.read(value, guards, depth + 1);
        }
    }

    /// Returns whether an alias leads to a value that is not read yet, or only deeper.
    fn is_new(&mut self, value: Node<'d>, guards: &[Guard], depth: usize) -> bool {
        let known = self.expanded.entry((value.id(), guards.into())).or_insert(usize::MAX);
        let is_new = depth < *known;
        *known = depth.min(*known);
        is_new
    }

    fn read_branches(&mut self, node: Node<'d>, guards: &[Guard], depth: usize) -> Option<()> {
        let condition = condition_of(node)?.to_owned();
        for ((branch, _), holds) in branches(node)?.into_iter().zip([true, false]) {
            // An outer branch may have decided it.
            match guards.iter().find(|guard| guard.condition == condition) {
                Some(guard) if guard.holds == holds => self.read(branch, guards, depth + 1),
                Some(_) => {}
                None => {
                    let condition = condition.clone();
                    let guard = Guard { condition, holds };
                    self.read(branch, &[guards, &[guard]].concat(), depth + 1);
                }
            }
        }
        Some(())
    }

    /// Reads the variables in an `Fn::Sub` that it does not define itself.
    fn read_variables(&mut self, argument: Option<Node<'d>>, guards: &[Guard]) {
        let Some(argument) = argument else { return };
        let mut items = argument.items();
        let text = items.next().map_or(argument, Node::resolved);
        let own = items.next().map(Node::resolved);
        let Some(mut rest) = text.scalar() else { return };
        while let Some((_, inside)) = rest.split_once("${") {
            let Some((name, after)) = inside.split_once('}') else {
                return;
            };
            rest = after;
            let name = name.trim();
            let is_own = own.is_some_and(|own| own.get(name).is_some());
            if !name.starts_with('!') && !is_own {
                self.add(name.split('.').next().unwrap_or(name), text, true, guards);
            }
        }
    }

    fn add(&mut self, id: &'d str, node: Node<'d>, is_value: bool, guards: &[Guard]) {
        for target in (self.resolve)(id, node) {
            self.found.insert(Use {
                target,
                is_value,
                guards: guards.to_vec(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::YamlFile;

    /// An alias may lead back to itself.
    #[test]
    fn reads_what_an_alias_leads_to_once() {
        for text in [
            "a: &a\n  b: *a\n  c: [*a, *a, *a]\n",
            "a: &a\n  b: !If [C, *a, [*a, *a]]\n  c: !If [C, *a, *a]\n",
            "a: &a\n  b: !If [C, *a, *a]\n  c: !If [D, *a, *a]\n  d: !If [E, *a, *a]\n",
        ] {
            let file = YamlFile::of_text(text).unwrap();
            let mut uses = Uses::with(|_, _| Vec::new());
            uses.of_section(file.documents().next().unwrap());
            assert!(uses.expanded.len() < 100, "{text}: {}", uses.expanded.len());
            assert!(MAX_NODES - uses.budget < 100_000, "{text}: {}", uses.budget);
        }
    }

    #[test]
    fn bounds_what_aliases_in_many_branches_take() {
        let branches: String = (0..40).map(|n| format!("  b{n}: !If [C{n}, *a, *a]\n")).collect();
        let file = YamlFile::of_text(&format!("a: &a\n{branches}")).unwrap();
        let mut uses = Uses::with(|_, _| Vec::new());
        uses.of_section(file.documents().next().unwrap());
        assert!(uses.expanded.len() < 100_000, "{}", uses.expanded.len());
    }
}
