use crate::model::{OnUpdate, Property, Takes};

/// The properties of a resource type that take an IAM role.
///
/// They are those that the `CloudFormation` resource provider schemas
/// (<https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html>) relate to
/// `AWS::IAM::Role`, and well-known ones that the schemas leave out. In their paths `*` is every item of a list or value
/// of a mapping.
pub fn role_properties(kind: &str) -> impl Iterator<Item = Property> {
    let lines = TABLE.get(first_line(kind)..).unwrap_or_default().lines();
    lines
        .map_while(read)
        .take_while(move |property| property.resource == kind)
}

// AWS's error, as people quote it: grycap/scar#256.
const LAMBDA: &str =
    "Value '…' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: …";

/// A line for each property, in order. It is searched as it is: to read all of it takes longer than a small template.
const TABLE: &str = include_str!("role_properties.tsv");

/// Returns where the first line begins whose resource type is `kind` or one behind it.
fn first_line(kind: &str) -> usize {
    let (mut from, mut to) = (0, TABLE.len());
    while from < to {
        let before = TABLE.as_bytes().get(..from.midpoint(to)).unwrap_or_default();
        let start = before
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |newline| newline + 1);
        let rest = TABLE.get(start..).unwrap_or_default();
        if rest.split('\t').next() < Some(kind) {
            from = rest.find('\n').map_or(TABLE.len(), |newline| start + newline + 1);
        } else {
            to = start;
        }
    }
    from
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
        refusal: (resource == "AWS::Lambda::Function").then_some(LAMBDA),
        naming: None,
    })
}

#[cfg(test)]
mod tests {
    use indexmap::IndexSet;

    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_stands_there_once() {
        let lines: Vec<_> = TABLE.lines().collect();
        assert!(lines.iter().all(|line| read(line).is_some()));
        assert!(lines.is_sorted_by(|one, other| one < other));
    }

    #[test]
    fn the_properties_of_a_type_are_all_its_lines() {
        let types: IndexSet<_> = TABLE
            .lines()
            .filter_map(read)
            .map(|property| property.resource)
            .collect();
        for kind in types
            .into_iter()
            .chain(["", "AWS::EC2::Instance", "AWS::Lambda::Func", "Custom::Role", "あ"])
        {
            let all = TABLE
                .lines()
                .filter_map(read)
                .filter(|property| property.resource == kind);
            let paths = |properties: &mut dyn Iterator<Item = Property>| -> Vec<_> {
                properties.map(|property| property.path).collect()
            };
            assert_eq!(paths(&mut role_properties(kind)), paths(&mut all.into_iter()), "{kind}");
        }
        assert_eq!(role_properties("AWS::Lambda::Function").count(), 1);
    }
}
