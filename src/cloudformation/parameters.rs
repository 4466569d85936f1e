//! The `Parameters` section.

use std::collections::HashMap;

use crate::yaml::Node;

/// The parameters of a template, by name.
#[derive(Debug, Default)]
pub(super) struct Parameters<'d>(HashMap<&'d str, Node<'d>>);

impl<'d> Parameters<'d> {
    /// Reads the sections.
    pub(super) fn read(sections: impl Iterator<Item = Node<'d>>) -> Self {
        let parameters = sections.flat_map(Node::entries);
        let named = parameters.filter_map(|(key, body)| Some((key.scalar()?, body.resolved())));
        Self(named.collect())
    }

    /// Returns whether there is a parameter with this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns whether there is a parameter with this name whose value is one text, not a list or a key of the Parameter Store.
    pub(super) fn is_own_text(&self, name: &str) -> bool {
        self.with_own_value(name).is_some() && self.is_list(name) != Some(true)
    }

    /// Returns the default of a parameter, if it is a scalar.
    pub(super) fn default_of(&self, name: &str) -> Option<&'d str> {
        self.with_own_value(name)?.get("Default")?.resolved().scalar()
    }

    /// Returns the allowed values of a parameter, if it lists them.
    pub(super) fn allowed_values_of(&self, name: &str) -> Option<Vec<&'d str>> {
        let values = self.with_own_value(name)?.get("AllowedValues")?.resolved();
        let values: Option<Vec<_>> = values.items().map(|value| value.resolved().scalar()).collect();
        values.filter(|values| !values.is_empty())
    }

    /// Iterates over the parameters that list their allowed values.
    pub(super) fn limited(&self) -> impl Iterator<Item = (&'d str, Vec<&'d str>)> {
        let names = self.0.keys().copied();
        names.filter_map(|name| Some((name, self.allowed_values_of(name)?)))
    }

    /// Returns whether the value of a parameter is a list, if its type is stated.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
    pub(super) fn is_list(&self, name: &str) -> Option<bool> {
        let stated = type_of(*self.0.get(name)?)?;
        let looked_up = stated.strip_prefix(LOOKED_UP).and_then(|rest| rest.strip_prefix('<'));
        let own = looked_up.unwrap_or(stated);
        Some(own.starts_with("CommaDelimitedList") || own.starts_with("List<"))
    }

    /// Returns a parameter, unless it names an entry of the Parameter Store.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>
    fn with_own_value(&self, name: &str) -> Option<Node<'d>> {
        let parameter = *self.0.get(name)?;
        let is_looked_up = type_of(parameter).is_some_and(|stated| stated.starts_with(LOOKED_UP));
        (!is_looked_up).then_some(parameter)
    }
}

/// The types of parameters whose values are in the Parameter Store.
const LOOKED_UP: &str = "AWS::SSM::Parameter::Value";

fn type_of(parameter: Node<'_>) -> Option<&str> {
    parameter.get("Type")?.resolved().scalar()
}
