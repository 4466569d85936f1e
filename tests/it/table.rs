//! Every property that takes a profile, in every layout, given a role by `Ref` and by `Fn::GetAtt`.

use cfn_ipfix::profile::{PROPERTIES, Takes};

use super::shared::fixed;

#[derive(Clone, Copy, Debug)]
enum Layout {
    Block,
    Flow,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Ref,
    GetAtt,
}

/// A template in which the property at `path` has a value; the role's profile is there already, so that the value is
/// all that is to change. What the layout does to a new profile is in `tests/cases`.
fn template(layout: Layout, kind: &str, path: &str, function: Function, target: &str) -> String {
    let value = match (layout, function) {
        (Layout::Json, Function::Ref) => format!(r#"{{"Ref": "{target}"}}"#),
        (Layout::Json, Function::GetAtt) => format!(r#"{{"Fn::GetAtt": ["{target}", "Arn"]}}"#),
        (_, Function::Ref) => format!("!Ref {target}"),
        (_, Function::GetAtt) => format!("!GetAtt {target}.Arn"),
    };
    match layout {
        Layout::Block => format!(
            "Resources:\n  User:\n    Type: {kind}\n    Properties:\n{}  Role:\n    Type: AWS::IAM::Role\n  Profile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref Role\n",
            block(path, &value)
        ),
        Layout::Flow => format!(
            "Resources:\n  User: {{Type: '{kind}', Properties: {}}}\n  Role: {{Type: 'AWS::IAM::Role'}}\n  Profile: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{Roles: [!Ref Role]}}}}\n",
            flow(path, &value, "'")
        ),
        Layout::Json => format!(
            r#"{{"Resources": {{"User": {{"Type": "{kind}", "Properties": {}}}, "Role": {{"Type": "AWS::IAM::Role"}}, "Profile": {{"Type": "AWS::IAM::InstanceProfile", "Properties": {{"Roles": [{{"Ref": "Role"}}]}}}}}}}}"#,
            flow(path, &value, "\"").replace("'", "\"")
        ),
    }
}

/// One part of a property's path.
struct Part<'p> {
    key: &'p str,
    is_list: bool,
    /// What the items of the list must hold.
    wanted: Vec<(&'p str, &'p str)>,
}

fn parts(path: &str) -> impl DoubleEndedIterator<Item = Part<'_>> {
    path.split('.').map(|part| match part.split_once('[') {
        None => Part {
            key: part,
            is_list: false,
            wanted: Vec::new(),
        },
        Some((key, wanted)) => {
            let wanted = wanted.trim_end_matches(']').split(',');
            Part {
                key,
                is_list: true,
                wanted: wanted.filter_map(|pair| pair.split_once('=')).collect(),
            }
        }
    })
}

fn block(path: &str, value: &str) -> String {
    let mut text = String::new();
    let mut indent = " ".repeat(6);
    let mut lead = indent.clone();
    for part in parts(path) {
        text += &format!("{lead}{}:\n", part.key);
        indent += "  ";
        lead.clone_from(&indent);
        if part.is_list {
            lead = format!("{indent}- ");
            indent += "  ";
            for (key, value) in part.wanted {
                text += &format!("{lead}{key}: {value}\n");
                lead.clone_from(&indent);
            }
        }
    }
    format!("{} {value}\n", text.trim_end())
}

fn flow(path: &str, value: &str, quote: &str) -> String {
    let mut text = value.to_owned();
    for part in parts(path).rev() {
        if part.is_list {
            let entry = |(key, value)| format!("{quote}{key}{quote}: {quote}{value}{quote}, ");
            let wanted: String = part.wanted.into_iter().map(entry).collect();
            text = format!("[{}]", text.replacen('{', &format!("{{{wanted}"), 1));
        }
        text = format!("{{{quote}{}{quote}: {text}}}", part.key);
    }
    text
}

#[test]
fn every_property_gets_what_it_takes() {
    for property in PROPERTIES {
        for layout in [Layout::Block, Layout::Flow, Layout::Json] {
            for written in [Function::Ref, Function::GetAtt] {
                let wanted = match property.takes {
                    Takes::Name => Function::Ref,
                    Takes::Arn => Function::GetAtt,
                    Takes::Either => written,
                };
                let build = |function, target| template(layout, property.resource, property.path, function, target);
                assert_eq!(
                    fixed(&build(written, "Role")),
                    build(wanted, "Profile"),
                    "{layout:?} {property:?}"
                );
            }
        }
    }
}

#[test]
fn a_property_that_names_a_profile_is_right() {
    for property in PROPERTIES {
        for layout in [Layout::Block, Layout::Flow, Layout::Json] {
            let function = match property.takes {
                Takes::Name | Takes::Either => Function::Ref,
                Takes::Arn => Function::GetAtt,
            };
            let right = template(layout, property.resource, property.path, function, "Profile");
            assert_eq!(fixed(&right), right);
        }
    }
}

/// What is in the table, each row by itself, so that a row that is lost or changed does not go unnoticed.
#[test]
fn the_table_is_complete() {
    let rows: Vec<_> = PROPERTIES
        .iter()
        .map(|property| {
            format!(
                "{} {} {:?} {:?}",
                property.resource, property.path, property.takes, property.on_update
            )
        })
        .collect();
    snapbox::assert_data_eq!(rows.join("\n") + "\n", snapbox::file!["../property-table.txt"].raw());
}
