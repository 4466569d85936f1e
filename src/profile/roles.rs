use super::sorted::SortedTable;
use crate::model::{Caveat, OnUpdate, Property, Takes};

/// Returns the properties of a resource type that take an IAM role.
///
/// Most are those that the resource schemas
/// (<https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html>) relate to
/// `AWS::IAM::Role`. The table has the source of each.
pub fn role_properties(resource_type: &str) -> impl Iterator<Item = Property> {
    CLOUDFORMATION.lines_of(resource_type).filter_map(read)
}

/// Returns the arguments of a resource type of Terraform's provider `aws` that take an IAM role.
///
/// The table has the source of each.
pub(super) fn aws_role_arguments(resource_type: &str) -> impl Iterator<Item = Property> {
    TERRAFORM.lines_of(resource_type).filter_map(read)
}

const CLOUDFORMATION: SortedTable = SortedTable(include_str!("role_properties.tsv"));
const TERRAFORM: SortedTable = SortedTable(include_str!("terraform_role_arguments.tsv"));

// AWS's error as quoted in motdotla/node-lambda#77.
const LAMBDA: &str =
    "Value '…' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: …";

/// Parses a line of the table.
fn read(line: &'static str) -> Option<Property> {
    let mut fields = line.split('\t');
    let (resource, path) = (fields.next()?, fields.next()?);
    let (takes, caveat) = match fields.next()? {
        "name" => (Takes::Name, None),
        "arn" => (Takes::Arn, None),
        "either" => (Takes::Either, None),
        "path-and-name" => (Takes::Name, Some(Caveat::PathAndName)),
        "name-elsewhere" => (Takes::Name, Some(Caveat::OtherAccount)),
        "arn-elsewhere" => (Takes::Arn, Some(Caveat::OtherAccount)),
        _ => return None,
    };
    let on_update = match fields.next()? {
        "no-interruption" => OnUpdate::NoInterruption,
        "in-place" => OnUpdate::InPlace,
        "replacement" => OnUpdate::Replacement,
        "conditional" => OnUpdate::Conditional,
        "unknown" => OnUpdate::Unknown,
        _ => return None,
    };
    Some(Property {
        resource,
        path,
        takes,
        on_update,
        aws_error: ["AWS::Lambda::Function", "aws_lambda_function"]
            .contains(&resource)
            .then_some(LAMBDA),
        naming: None,
        caveat,
    })
}

#[cfg(test)]
mod tests {
    use indexmap::IndexSet;

    use super::*;
    use crate::profile::{PROFILE, ROLES};

    #[test]
    fn every_line_of_the_tables_is_valid_and_unique() {
        for table in [CLOUDFORMATION, TERRAFORM] {
            for line in table.lines() {
                assert!(read(line).is_some(), "{line}");
            }
            let paths: Vec<_> = table
                .lines()
                .map(|line| line.split('\t').take(2).collect::<Vec<_>>())
                .collect();
            assert!(paths.is_sorted_by(|one, other| one < other));
        }
    }

    #[test]
    fn every_line_of_the_tables_has_a_source() {
        let pages = ["api ", "sam ", "guide "];
        for (table, schema) in [
            (CLOUDFORMATION, ["format", "relation", "pattern", "text"].as_slice()),
            (TERRAFORM, ["reference", "docs", "schema"].as_slice()),
        ] {
            for line in table.lines() {
                let source = line.split('\t').nth(4).unwrap();
                let is_page = pages.iter().any(|kind| source.starts_with(kind));
                assert!(schema.contains(&source) || is_page, "{line}");
            }
        }
    }

    #[test]
    fn the_roles_of_a_profile_are_the_same_in_both_tables() {
        let roles: Vec<_> = role_properties(PROFILE).collect();
        let [roles] = roles.as_slice() else { panic!("{roles:?}") };
        assert_eq!((roles.takes, roles.on_update), (ROLES.takes, ROLES.on_update));
    }

    #[test]
    fn returns_all_properties_of_a_type() {
        for table in [CLOUDFORMATION, TERRAFORM] {
            let all: Vec<_> = table.lines().filter_map(read).collect();
            let types: IndexSet<_> = all.iter().map(|property| property.resource).collect();
            let absent = [
                "",
                "AWS::EC2::Instance",
                "AWS::Lambda::Func",
                "Custom::Role",
                "aws_lambda",
                "あ",
            ];
            for resource_type in types.into_iter().chain(absent) {
                let of_type = all.iter().filter(|property| property.resource == resource_type);
                let paths: Vec<_> = of_type.map(|property| property.path).collect();
                let found: Vec<_> = table
                    .lines_of(resource_type)
                    .filter_map(read)
                    .map(|property| property.path)
                    .collect();
                assert_eq!(found, paths, "{resource_type}");
            }
        }
        assert_eq!(role_properties("AWS::Lambda::Function").count(), 1);
        assert_eq!(aws_role_arguments("aws_lambda_function").count(), 1);
    }
}
