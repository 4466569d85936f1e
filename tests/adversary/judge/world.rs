//! Worlds: consistent values of the parameters that conditions depend on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::expand::{Resource, Template};
use super::graph::references;
use crate::tree::Tree;

/// Maximum number of worlds of a template.
const LIMIT: usize = 600;

/// A template under one truth assignment.
#[derive(Debug)]
pub(super) struct World<'t> {
    pub(super) template: &'t Template,
    pub(super) parameters: BTreeMap<String, Chosen>,
    conditions: BTreeMap<String, bool>,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Chosen {
    Is(String),
    /// A value that no condition mentions.
    ///
    /// Parameters with the same number have the same value.
    Other {
        number: usize,
        not: BTreeSet<String>,
    },
}

/// Returns both templates under each truth assignment.
///
/// Assignments with the same conditions and the same values of used parameters are returned once.
pub(super) fn worlds<'t>(old: &'t Template, new: &'t Template) -> Vec<(World<'t>, World<'t>)> {
    let domains = domains(old);
    let mut choices = vec![BTreeMap::new()];
    for (name, domain) in &domains {
        let longer = choices.iter().flat_map(|choice| {
            domain.iter().map(move |value| {
                let mut longer: BTreeMap<String, Chosen> = choice.clone();
                longer.insert(name.clone(), value.clone());
                longer
            })
        });
        choices = longer.take(LIMIT).collect();
    }
    let contents = old.resources.iter().map(|resource| &resource.content);
    let used: BTreeSet<_> = contents.flat_map(|content| references(Some(content))).collect();
    let mut seen = BTreeSet::new();
    let is_new = |(world, _): &(World<'_>, World<'_>)| {
        let used = world.parameters.iter().filter(|(name, _)| used.contains(*name));
        let used: Vec<_> = used.map(|(_, value)| value.clone()).collect();
        seen.insert((world.conditions.clone(), used))
    };
    let worlds = choices
        .into_iter()
        .map(|parameters| (World::new(old, &parameters), World::new(new, &parameters)));
    worlds.filter(is_new).collect()
}

/// Returns the parameters that conditions depend on, with the values that matter.
fn domains(template: &Template) -> Vec<(String, Vec<Chosen>)> {
    let (mut names, mut literals) = (BTreeSet::new(), BTreeSet::new());
    for (_, condition) in &template.conditions {
        mentioned(condition, &mut names, &mut literals);
    }
    let domain = |(number, name): (usize, String)| {
        let parameter = template.parameters.get(&name)?;
        if !parameter.allowed.is_empty() {
            return Some((name, parameter.allowed.iter().cloned().map(Chosen::Is).collect()));
        }
        let mut values: BTreeSet<_> = literals.iter().cloned().collect();
        values.extend(parameter.default.clone());
        let other = |number| Chosen::Other {
            number,
            not: values.clone(),
        };
        // 0 is a value that several parameters can have in common.
        let others = [other(0), other(number + 1)];
        Some((name, values.iter().cloned().map(Chosen::Is).chain(others).collect()))
    };
    names.into_iter().enumerate().filter_map(domain).collect()
}

fn mentioned(condition: &Tree, names: &mut BTreeSet<String>, literals: &mut BTreeSet<String>) {
    let Some((function, argument)) = condition.as_call() else {
        return;
    };
    for part in argument.items() {
        match (function, part) {
            ("Fn::Equals", Tree::Text(literal)) => drop(literals.insert(literal.clone())),
            ("Fn::Equals", _) => {
                let name = part.argument_of("Ref").and_then(Tree::as_text);
                names.extend(name.map(str::to_owned));
            }
            _ => mentioned(part, names, literals),
        }
    }
}

impl<'t> World<'t> {
    fn new(template: &'t Template, parameters: &BTreeMap<String, Chosen>) -> Self {
        let mut world = Self {
            template,
            parameters: parameters.clone(),
            conditions: BTreeMap::new(),
        };
        for (name, condition) in &template.conditions {
            let value = world.truth(condition, 0);
            world.conditions.insert(name.clone(), value);
        }
        world
    }

    fn truth(&self, condition: &Tree, depth: usize) -> bool {
        let Some((function, argument)) = condition.as_call() else {
            return false;
        };
        let mut parts = argument.items().iter().map(|part| self.truth(part, depth + 1));
        match function {
            "Fn::Not" => !parts.next().unwrap_or(false),
            "Fn::And" => parts.all(|part| part),
            "Fn::Or" => parts.any(|part| part),
            "Fn::Equals" => {
                let operands: Vec<_> = argument.items().iter().map(|part| self.operand(part)).collect();
                matches!(operands.as_slice(), [one, other] if one == other)
            }
            "Condition" if depth < 20 => {
                let found = self
                    .template
                    .conditions
                    .iter()
                    .find(|(name, _)| argument.as_text() == Some(name));
                found.is_some_and(|(_, condition)| self.truth(condition, depth + 1))
            }
            _ => false,
        }
    }

    /// Returns a side of `Fn::Equals`.
    ///
    /// Two sides are equal if their values are.
    fn operand(&self, side: &Tree) -> Option<Result<String, usize>> {
        match side {
            Tree::Text(literal) => Some(Ok(literal.clone())),
            _ => match self.parameters.get(side.argument_of("Ref")?.as_text()?)? {
                Chosen::Is(value) => Some(Ok(value.clone())),
                Chosen::Other { number, .. } => Some(Err(*number)),
            },
        }
    }

    /// Returns whether a condition is true; an undefined one is not.
    pub(super) fn holds(&self, condition: &str) -> bool {
        self.conditions.get(condition).copied().unwrap_or(false)
    }

    /// Returns whether a condition is defined.
    pub(super) fn defines(&self, condition: &str) -> bool {
        self.conditions.contains_key(condition)
    }

    /// Returns whether a resource exists.
    pub(super) fn has(&self, resource: &Resource) -> bool {
        resource
            .condition
            .as_deref()
            .is_none_or(|condition| self.holds(condition))
    }

    /// Returns the resources that exist.
    pub(super) fn resources(&self) -> impl Iterator<Item = &'t Resource> {
        self.template.resources.iter().filter(|resource| self.has(resource))
    }

    /// Returns a value with each `Fn::If` replaced by its branch.
    ///
    /// `None` for `AWS::NoValue`.
    pub(super) fn resolve(&self, value: &Tree) -> Option<Tree> {
        if let Some([Tree::Text(condition), yes, no]) = value.argument_of("Fn::If").map(Tree::items) {
            return self.resolve(if self.holds(condition) { yes } else { no });
        }
        if value.argument_of("Ref").and_then(Tree::as_text) == Some("AWS::NoValue") {
            return None;
        }
        Some(match value {
            Tree::Text(_) => value.clone(),
            Tree::List(items) => Tree::List(items.iter().filter_map(|item| self.resolve(item)).collect()),
            Tree::Map(entries) => {
                let entry = |(key, value): &(String, Tree)| Some((key.clone(), self.resolve(value)?));
                Tree::Map(entries.iter().filter_map(entry).collect())
            }
        })
    }
}

impl fmt::Display for World<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions = self.conditions.iter().map(|(name, value)| format!("{name}={value}"));
        f.write_str(&conditions.collect::<Vec<_>>().join(" "))
    }
}
