//! The statements of IAM policies.

use super::intrinsic::{Call, branches};
use super::slots::SlotNode;
use super::template::{ResourceNode, Template};
use super::value::leading_text;
use crate::model::{OnUpdate, Property, Takes};
use crate::profile::{Principal, Statement, Trust, ec2_trust, is_about_passing};
use crate::text::Path;
use crate::yaml::{Node, Stream};

/// The property of a statement that names the roles to be passed:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>.
static PASSED: Property = Property {
    resource: "AWS::IAM::Policy",
    path: "Resource",
    takes: Takes::Arn,
    on_update: OnUpdate::NoInterruption,
    refusal: None,
    naming: None,
};

/// Finds every slot in the policies of `template` that names a role to be passed: the `Resource` of each statement about
/// `iam:PassRole` and nothing else.
pub(super) fn passed_roles<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut slots = Vec::new();
    for &resource in template.resources.values() {
        for (statement, path) in statements(&resource) {
            if !is_for_passing(statement) {
                continue;
            }
            let Some(named) = statement.get("Resource") else {
                continue;
            };
            let path = path.key("Resource");
            let slot = |value: Node<'d>, path: Path| SlotNode {
                resource,
                property: PASSED,
                name: PASSED.path,
                takes: PASSED.takes,
                value,
                path,
                aliases: Vec::new(),
                guards: Vec::new(),
                is_merged: false,
                is_inside: false,
            };
            if named.is_sequence() && named.tag().is_none() {
                slots.extend(
                    named
                        .items()
                        .enumerate()
                        .map(|(index, item)| slot(item, path.index(index))),
                );
            } else {
                slots.push(slot(named, path));
            }
        }
    }
    slots
}

/// Reads whether a role's `AssumeRolePolicyDocument` lets EC2 assume it: a mapping, or JSON in a text, in an `Fn::Sub` or
/// not.
pub(super) fn trust_of(policy: Node<'_>) -> Trust {
    let text = match Call::read(policy) {
        Some(call) if call.name == "Sub" => call.argument.scalar(),
        Some(_) => return Trust::Unknown,
        None => policy.scalar(),
    };
    let Some(text) = text else {
        return trust_of_document(policy);
    };
    match Stream::of_text(text) {
        Ok(stream) => stream.documents().next().map_or(Trust::Unknown, trust_of_document),
        Err(_) => Trust::Unknown,
    }
}

fn trust_of_document(document: Node<'_>) -> Trust {
    let statements = statements_of(document);
    let statements = statements.iter().map(|statement| read(statement.resolved()));
    ec2_trust(&statements.collect::<Vec<_>>())
}

/// Reads a statement of a trust policy; `None` if it is not known.
fn read(statement: Node<'_>) -> Option<Statement> {
    if !statement.is_mapping() || Call::read(statement).is_some() {
        return None;
    }
    let (effect, principal) = (statement.get("Effect")?, statement.get("Principal")?);
    let text = |node: Node<'_>| node.scalar().filter(|_| node.tag().is_none()).map(str::to_owned);
    Some(Statement {
        effect: effect.resolved().scalar().map(str::to_owned),
        actions: statement.get("Action").map(|actions| each(actions, text)),
        principal: principal_of(principal.resolved()),
    })
}

fn principal_of(principal: Node<'_>) -> Principal {
    let is_plain = principal.is_mapping() && Call::read(principal).is_none();
    let account = principal.get("AWS");
    match principal.get("Service") {
        Some(service) => Principal::Services(each(service, leading_text)),
        None if is_plain && account.is_none() => Principal::Other,
        None => match account.and_then(|account| account.resolved().scalar()) {
            Some("*") | None => Principal::Unknown,
            Some(_) => Principal::Account,
        },
    }
}

/// Reads a value, or the items of a list.
fn each<'d, T>(value: Node<'d>, read: impl Fn(Node<'d>) -> T) -> Vec<T> {
    let value = value.resolved();
    if value.is_sequence() && value.tag().is_none() {
        value.items().map(|item| read(item.resolved())).collect()
    } else {
        vec![read(value)]
    }
}

/// Returns the statements of the policies that a resource of IAM holds, and the ways to them.
fn statements<'d>(resource: &ResourceNode<'d>) -> Vec<(Node<'d>, Path)> {
    if !resource.resource_type.starts_with("AWS::IAM::") {
        return Vec::new();
    }
    let Some(properties) = resource.body.get("Properties") else {
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
    let documents = own.into_iter().chain(listed);
    let statements = documents.flat_map(|(document, path)| {
        let path = path.key("Statement");
        let is_list = document.get("Statement").is_some_and(is_list_of_statements);
        let statements = statements_of(document).into_iter().enumerate();
        statements.map(move |(index, statement)| {
            let path = if is_list { path.index(index) } else { path.clone() };
            (statement, path)
        })
    });
    statements.collect()
}

/// Returns the statements of a policy document: a list of them, or a single one.
fn statements_of<'d>(document: Node<'d>) -> Vec<Node<'d>> {
    match document.get("Statement") {
        Some(statements) if is_list_of_statements(statements) => statements.items().collect(),
        statement => statement.into_iter().collect(),
    }
}

fn is_list_of_statements(statements: Node<'_>) -> bool {
    statements.is_sequence() && branches(statements).is_none()
}

fn is_for_passing(statement: Node<'_>) -> bool {
    match statement.get("Action") {
        Some(actions) if actions.is_sequence() => is_about_passing(actions.items().map(Node::scalar)),
        Some(action) => is_about_passing(std::iter::once(action.scalar())),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(policy: &str) -> Trust {
        trust_of(Stream::of_text(policy).unwrap().documents().next().unwrap())
    }

    fn of_service(service: &str) -> Trust {
        trust(&format!(
            "{{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{Service: {service}}}}}]}}"
        ))
    }

    #[test]
    fn reads_services() {
        for (service, expected) in [
            ("ec2.amazonaws.com", Trust::Given),
            ("ec2.amazonaws.com.cn", Trust::Given),
            ("[lambda.amazonaws.com, ec2.amazonaws.com]", Trust::Given),
            ("!Sub 'ec2.${AWS::URLSuffix}'", Trust::Given),
            ("!Join ['.', [ec2, !Ref 'AWS::URLSuffix']]", Trust::Given),
            ("{'Fn::Join': ['', ['ec2.', {Ref: 'AWS::URLSuffix'}]]}", Trust::Given),
            ("lambda.amazonaws.com", Trust::Denied),
            ("!Sub 'lambda.${AWS::URLSuffix}'", Trust::Denied),
            ("[lambda.amazonaws.com, !Ref Service]", Trust::Unknown),
            ("!FindInMap [Services, !Ref Region, Name]", Trust::Unknown),
            ("!If [China, ec2.amazonaws.com.cn, ec2.amazonaws.com]", Trust::Unknown),
        ] {
            assert_eq!(of_service(service), expected, "{service}");
        }
    }

    #[test]
    fn reads_documents() {
        for (policy, expected) in [
            (
                r#"'{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}}'"#,
                Trust::Given,
            ),
            (
                r#"'{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}'"#,
                Trust::Denied,
            ),
            (
                r#"!Sub '{"Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": "ec2.${AWS::URLSuffix}"}}]}'"#,
                Trust::Given,
            ),
            (
                "{Statement: [{Effect: Deny, Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}]}",
                Trust::Denied,
            ),
            (
                "{Statement: [{Effect: Allow, Action: 'sts:TagSession', Principal: {Service: ec2.amazonaws.com}}]}",
                Trust::Denied,
            ),
            (
                "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: {AWS: 'arn:aws:iam::123456789012:root'}}]}",
                Trust::Denied,
            ),
            (
                "{Statement: [{Effect: Allow, Action: 'sts:AssumeRole', Principal: '*'}]}",
                Trust::Unknown,
            ),
            ("{Statement: [!Ref Statement]}", Trust::Unknown),
            ("{Version: '2012-10-17'}", Trust::Unknown),
            ("!Ref Policy", Trust::Unknown),
            ("not json", Trust::Unknown),
        ] {
            assert_eq!(trust(policy), expected, "{policy}");
        }
    }
}
