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
        self.with_own_value(name)?.get("Default")?.resolved().scalar()
    }

    /// Returns the values that a parameter may have, if it lists them.
    pub(super) fn allowed_values_of(&self, name: &str) -> Option<Vec<&'d str>> {
        let values = self.with_own_value(name)?.get("AllowedValues")?.resolved();
        let values: Option<Vec<_>> = values.items().map(|value| value.resolved().scalar()).collect();
        values.filter(|values| !values.is_empty())
    }

    /// Iterates over the parameters that list their values, each with them.
    pub(super) fn limited(&self) -> impl Iterator<Item = (&'d str, Vec<&'d str>)> {
        let names = self.0.keys().copied();
        names.filter_map(|name| Some((name, self.allowed_values_of(name)?)))
    }

    /// Returns a parameter, unless it is given the name of an entry in the Parameter Store that has the value:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html>.
    fn with_own_value(&self, name: &str) -> Option<Node<'d>> {
        let parameter = *self.0.get(name)?;
        let parameter_type = parameter.get("Type").and_then(|value| value.resolved().scalar());
        let is_looked_up = parameter_type.is_some_and(|value| value.starts_with("AWS::SSM::Parameter::Value"));
        (!is_looked_up).then_some(parameter)
    }
}
