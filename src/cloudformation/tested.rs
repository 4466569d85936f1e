//! The parameters that conditions test.

use std::collections::HashMap;

use super::intrinsic::{Call, RefCall};
use super::template::Template;
use crate::yaml::Node;

/// The parameters that conditions test.
#[derive(Default)]
pub(super) struct TestedParameters<'d> {
    sections: HashMap<&'d str, Node<'d>>,
    /// The parameters that each known condition tests.
    known: HashMap<String, Tested<'d>>,
}

/// The parameters that a condition tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tested<'d> {
    /// None; it only compares constants.
    Nothing,
    /// One parameter.
    Only(&'d str),
    /// Several parameters, or anything else.
    More,
}

impl<'d> TestedParameters<'d> {
    /// Reads the conditions of a template.
    pub(super) fn of(template: &Template<'d>) -> Self {
        let section = template.root.get("Conditions").map(Node::resolved);
        let conditions = section.into_iter().flat_map(Node::entries);
        let named = conditions.filter_map(|(key, condition)| Some((key.scalar()?, condition.resolved())));
        Self {
            sections: named.collect(),
            known: HashMap::new(),
        }
    }

    /// Returns whether a condition tests anything but this parameter.
    pub(super) fn tests_more(&mut self, condition: &str, parameter: &str) -> bool {
        match self.tested(condition, 0) {
            Tested::Nothing => false,
            Tested::Only(tested) => tested != parameter,
            Tested::More => true,
        }
    }

    fn tested(&mut self, condition: &str, depth: usize) -> Tested<'d> {
        /// A condition that refers to itself, or to more than any real template has, is not analysed.
        const MAX_DEPTH: usize = 64;
        if let Some(known) = self.known.get(condition) {
            return *known;
        }
        let Some(node) = self.sections.get(condition).copied().filter(|_| depth < MAX_DEPTH) else {
            return Tested::More;
        };
        let mut tested = Tested::Nothing;
        for node in node.descendants() {
            let found = match (RefCall::read(node), Call::read(node)) {
                (Some(to), _) => Tested::Only(to.target),
                (None, Some(call)) if call.name == "Condition" => match call.plain_argument().and_then(Node::scalar) {
                    Some(name) => self.tested(name, depth + 1),
                    None => Tested::More,
                },
                (None, Some(call)) if ["Equals", "And", "Or", "Not"].contains(&call.name) => Tested::Nothing,
                (None, Some(_)) => Tested::More,
                (None, None) => match node.get("Condition").and_then(|name| name.resolved().scalar()) {
                    Some(name) => self.tested(name, depth + 1),
                    None => Tested::Nothing,
                },
            };
            tested = match (tested, found) {
                (one, Tested::Nothing) => one,
                (Tested::Nothing, other) => other,
                (one, other) if one == other => one,
                _ => Tested::More,
            };
        }
        self.known.insert(condition.to_owned(), tested);
        tested
    }
}
