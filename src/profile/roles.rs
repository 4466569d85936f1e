use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::{OnUpdate, Property, Takes};

/// The properties of a resource type that take an IAM role.
///
/// They are those that the `CloudFormation` resource provider schemas
/// (<https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html>) relate to
/// `AWS::IAM::Role`, and well-known ones that the schemas leave out. In their paths `*` is every item of a list or value
/// of a mapping.
pub(super) fn role_properties(kind: &str) -> &'static [Property] {
    static PROPERTIES: LazyLock<HashMap<&str, Vec<Property>>> = LazyLock::new(|| {
        let mut properties: HashMap<&str, Vec<Property>> = HashMap::new();
        for property in include_str!("role_properties.tsv").lines().filter_map(read) {
            properties.entry(property.resource).or_default().push(property);
        }
        properties
    });
    PROPERTIES.get(kind).map_or(&[], Vec::as_slice)
}

/// A line of the table: resource type, path, and what of the role is taken.
fn read(line: &'static str) -> Option<Property> {
    let mut fields = line.split('\t');
    let (resource, path, takes) = (fields.next()?, fields.next()?, fields.next()?);
    let takes = match takes {
        "name" => Takes::Name,
        "arn" => Takes::Arn,
        "either" => Takes::Either,
        _ => return None,
    };
    Some(Property {
        resource,
        path,
        takes,
        on_update: OnUpdate::Unknown,
        refusal: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_stands_there_once() {
        let lines: Vec<_> = include_str!("role_properties.tsv").lines().collect();
        assert!(lines.iter().all(|line| read(line).is_some()));
        assert!(lines.is_sorted_by(|one, other| one < other));
        assert_eq!(role_properties("AWS::Lambda::Function").len(), 1);
        assert!(role_properties("AWS::EC2::Instance").is_empty());
    }
}
