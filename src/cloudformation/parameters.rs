//! The section `Parameters`.

use std::collections::HashMap;

use crate::yaml::Node;

/// The parameters of a template, by name.
#[derive(Debug, Default)]
pub(super) struct Parameters<'d>(HashMap<&'d str, Node<'d>>);

impl<'d> Parameters<'d> {
    /// Reads the section.
    pub(super) fn read(section: Option<Node<'d>>) -> Self {
        let parameters = section.into_iter().flat_map(Node::entries);
        let named = parameters.filter_map(|(key, body)| Some((key.scalar()?, body.resolved())));
        Self(named.collect())
    }

    /// Returns whether there is a parameter with this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns the default of a parameter, if it is a text.
    pub(super) fn default_of(&self, name: &str) -> Option<&'d str> {
        self.0.get(name)?.get("Default")?.resolved().scalar()
    }

    /// Returns the values that a parameter may have, if it lists them.
    pub(super) fn allowed_values_of(&self, name: &str) -> Option<Vec<&'d str>> {
        let values = self.0.get(name)?.get("AllowedValues")?.resolved();
        let values: Option<Vec<_>> = values.items().map(|value| value.resolved().scalar()).collect();
        values.filter(|values| !values.is_empty())
    }
}
