use super::places::Place;
use super::table::{OnUpdate, Property, Takes};
use crate::template::{Resource, Template, branches};
use crate::yaml::{Node, Path};

/// What a statement that allows `iam:PassRole` names: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
static PASSED: Property = Property {
    resource: "AWS::IAM::Policy",
    path: "Resource",
    takes: Takes::Arn,
    on_update: OnUpdate::NoInterruption,
    refusal: None,
};

/// Every place in the policies of `template` that names a role to be passed: the `Resource` of each statement about
/// `iam:PassRole` and nothing else.
pub fn passed_roles<'d>(template: &Template<'d>) -> Vec<Place<'d>> {
    let mut places = Vec::new();
    for &resource in template.resources.values() {
        for (statement, path) in statements(&resource) {
            if !is_about_passing(statement) {
                continue;
            }
            let Some(named) = statement.get("Resource") else {
                continue;
            };
            let path = path.key("Resource");
            let mut add = |value: Node<'d>, path: Path| {
                places.push(Place {
                    resource,
                    property: PASSED,
                    name: PASSED.path,
                    takes: PASSED.takes,
                    value,
                    path,
                    via: Vec::new(),
                    is_merged: false,
                    is_inside: false,
                });
            };
            if named.is_sequence() && named.tag().is_none() {
                for (index, item) in named.items().enumerate() {
                    add(item, path.index(index));
                }
            } else {
                add(named, path);
            }
        }
    }
    places
}

/// The statements of the policies that a resource of IAM holds, and the ways to them.
fn statements<'d>(resource: &Resource<'d>) -> Vec<(Node<'d>, Path)> {
    let properties = match resource.kind {
        kind if !kind.starts_with("AWS::IAM::") => return Vec::new(),
        _ => resource.body.get("Properties"),
    };
    let Some(properties) = properties else {
        return Vec::new();
    };
    let path = resource.path().key("Properties");
    let own = properties
        .get("PolicyDocument")
        .map(|document| (document, path.key("PolicyDocument")));
    let listed = properties.get("Policies").into_iter().flat_map(Node::items).enumerate();
    let listed = listed.filter_map(|(index, policy)| {
        let path = path.key("Policies").index(index).key("PolicyDocument");
        Some((policy.get("PolicyDocument")?, path))
    });
    own.into_iter()
        .chain(listed)
        .flat_map(|(document, path)| statements_of(document, &path))
        .collect()
}

/// The statements of a policy document: a list of them, or a single one.
pub(super) fn statements_of<'d>(document: Node<'d>, path: &Path) -> Vec<(Node<'d>, Path)> {
    let Some(statement) = document.get("Statement") else {
        return Vec::new();
    };
    let path = path.key("Statement");
    if !statement.is_sequence() || branches(statement).is_some() {
        return vec![(statement, path)];
    }
    statement
        .items()
        .enumerate()
        .map(|(index, item)| (item, path.index(index)))
        .collect()
}

fn is_about_passing(statement: Node<'_>) -> bool {
    let is_pass_role = |node: Node<'_>| {
        node.scalar()
            .is_some_and(|action| action.eq_ignore_ascii_case("iam:PassRole"))
    };
    match statement.get("Action") {
        Some(actions) if actions.is_sequence() => actions.items().len() > 0 && actions.items().all(is_pass_role),
        Some(action) => is_pass_role(action),
        None => false,
    }
}
