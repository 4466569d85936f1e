//! The statements of IAM policies.

use super::intrinsic::{Call, branches};
use super::slots::SlotNode;
use super::template::{ResourceNode, Template};
use super::value::{Said, leading_text};
use crate::model::{Property, Repeats};
use crate::profile::{
    PASSED_ROLE, PRINCIPAL, PROFILE, Principal, Statement, Trust, ec2_trust, is_about_passing, policy_property,
};
use crate::yaml::{Node, Stream};

/// Finds every slot for a role in the policies of `template`: the `Resource` of each statement about `iam:PassRole` and
/// nothing else, and each `AWS` of a `Principal`.
///
/// A statement with another `Effect` than `Allow`, with `NotAction` or with `NotResource` has none: it takes away from the
/// role that it names, where today it takes away nothing.
pub(super) fn policy_slots<'d>(template: &Template<'d>, repeats: &Repeats<'d>) -> Vec<SlotNode<'d>> {
    let mut slots = Vec::new();
    for &resource in template.resources.values() {
        for statement in statements(&resource) {
            let principal = statement.get("Principal").and_then(|principal| principal.get("AWS"));
            let passed = statement.get("Resource").filter(|_| is_for_passing(statement));
            if (principal.is_none() && passed.is_none()) || !allows(statement) {
                continue;
            }
            let passed = passed.map_or(Vec::new(), listed);
            let is_only = passed.len() == 1;
            let passed = passed
                .into_iter()
                .filter(|value| is_only || is_of_profile(*value, template, repeats));
            slots.extend(passed.map(|value| slot(resource, PASSED_ROLE, value)));
            let principals = principal.map_or(Vec::new(), listed);
            slots.extend(principals.into_iter().map(|value| slot(resource, PRINCIPAL, value)));
        }
    }
    slots
}

fn slot<'d>(resource: ResourceNode<'d>, property: Property, value: Node<'d>) -> SlotNode<'d> {
    let mut path = resource.path();
    // No alias leads from the resource to the value.
    let inside = value.path().steps.split_off(resource.body.path().steps.len());
    path.steps.extend(inside);
    SlotNode {
        resource,
        property,
        name: property.path,
        takes: property.takes,
        value,
        path,
        aliases: Vec::new(),
        guards: Vec::new(),
        is_merged: false,
        is_inside: false,
    }
}

/// Returns whether a statement allows what it names.
fn allows(statement: Node<'_>) -> bool {
    let is_allow = |effect: Node<'_>| effect.tag().is_none() && effect.scalar() == Some("Allow");
    let names_others = ["NotAction", "NotResource"]
        .iter()
        .any(|key| statement.get(key).is_some());
    !names_others
        && statement
            .get("Effect")
            .is_some_and(|effect| is_allow(effect.resolved()))
}

/// Returns whether a value refers to a profile of the template. Beside the role that is meant, another ARN of a profile
/// does no harm.
fn is_of_profile(value: Node<'_>, template: &Template<'_>, repeats: &Repeats<'_>) -> bool {
    let is_profile = |id| {
        let resource = template.resource(id, repeats);
        resource.is_some_and(|one| one.resource_type == PROFILE)
    };
    let (first, others) = Said::readings(value.resolved());
    let mut mentions = std::iter::once(&first).chain(&others).filter_map(Said::mention);
    mentions.any(|mention| is_profile(mention.target))
}

/// Returns a value, or the items of a list, in each branch of an `Fn::If`.
fn listed(value: Node<'_>) -> Vec<Node<'_>> {
    let mut listed = Vec::new();
    let mut left = vec![value];
    while let Some(node) = left.pop() {
        if let Some(branches) = branches(node) {
            left.extend(branches.into_iter().rev().map(|(branch, _)| branch));
        } else if node.is_sequence() && node.tag().is_none() {
            left.extend(node.items().rev());
        } else {
            listed.push(node);
        }
    }
    listed
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

/// Returns the statements of the policies that a resource has, in each branch of an `Fn::If`.
fn statements<'d>(resource: &ResourceNode<'d>) -> Vec<Node<'d>> {
    let is_of_iam = resource.resource_type.starts_with("AWS::IAM::");
    let property = policy_property(resource.resource_type).or(is_of_iam.then_some("PolicyDocument"));
    let (Some(property), Some(properties)) = (property, resource.body.get("Properties")) else {
        return Vec::new();
    };
    let policies = properties.get("Policies").filter(|_| is_of_iam);
    let inline = policies.map_or(Vec::new(), listed);
    let inline = inline.into_iter().filter_map(|policy| policy.get("PolicyDocument"));
    let documents = properties.get(property).into_iter().chain(inline).flat_map(listed);
    let statements = documents.filter_map(|document| document.get("Statement"));
    statements.flat_map(listed).collect()
}

/// Returns the statements of a policy document: a list of them, or a single one.
fn statements_of<'d>(document: Node<'d>) -> Vec<Node<'d>> {
    match document.get("Statement") {
        Some(statements) if statements.is_sequence() && branches(statements).is_none() => statements.items().collect(),
        statement => statement.into_iter().collect(),
    }
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
