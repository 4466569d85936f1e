//! The properties of Terraform's provider `awscc`, which are CloudFormation's in snake case.
//!
//! The provider (<https://registry.terraform.io/providers/hashicorp/awscc/latest/docs>) is generated from the resource
//! schemas, so a table names the CloudFormation property of each.

use std::sync::LazyLock;

use super::sorted::SortedTable;
use super::{PROPERTIES, role_properties};
use crate::model::Property;

/// Returns the properties that take an instance profile.
pub(super) fn awscc_properties() -> &'static [Property] {
    static ROWS: LazyLock<Vec<Property>> = LazyLock::new(|| PROFILES.lines().filter_map(profile_property).collect());
    &ROWS
}

/// Returns the properties of a resource type that take an IAM role.
pub(super) fn awscc_role_properties(resource_type: &str) -> impl Iterator<Item = Property> {
    // A search takes longer than this question, and most resources are of another provider.
    let table = resource_type.starts_with("awscc_").then_some(ROLES);
    let lines = table.into_iter().flat_map(move |table| table.lines_of(resource_type));
    lines.filter_map(role_property)
}

const PROFILES: SortedTable = SortedTable(include_str!("awscc_properties.tsv"));
const ROLES: SortedTable = SortedTable(include_str!("awscc_role_properties.tsv"));

fn profile_property(line: &'static str) -> Option<Property> {
    let renamed = Renamed::read(line)?;
    let mut rows = PROPERTIES.iter().filter(|row| row.resource == renamed.from.0);
    Some(renamed.apply(*rows.find(|row| row.path == renamed.from.1)?))
}

fn role_property(line: &'static str) -> Option<Property> {
    let renamed = Renamed::read(line)?;
    let row = role_properties(renamed.from.0).find(|row| row.path == renamed.from.1)?;
    Some(renamed.apply(row))
}

/// A line of a table: the resource and the path of a property in both languages.
struct Renamed {
    to: (&'static str, &'static str),
    from: (&'static str, &'static str),
}

impl Renamed {
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t');
        Some(Self {
            to: (fields.next()?, fields.next()?),
            from: (fields.next()?, fields.next()?),
        })
    }

    fn apply(&self, property: Property) -> Property {
        let (resource, path) = self.to;
        Property {
            resource,
            path,
            ..property
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_has_a_property() {
        assert!(PROFILES.lines().all(|line| profile_property(line).is_some()));
        assert!(ROLES.lines().all(|line| role_property(line).is_some()));
    }
}
