//! The statements of IAM policies.

use std::collections::HashMap;

use super::conditions::condition_of;
use super::intrinsic::{Call, branches};
use super::resolve::{ResolvedValue, leading_text, trailing_text};
use super::slots::SlotNode;
use super::template::{ResourceNode, Template};
use crate::model::{ArnKind, Guard, Property, Repeats};
use crate::profile::{PASSED_ROLE, PRINCIPAL, PROFILE, Principal, Statement, Trust, ec2_trust, is_about_passing};
use crate::yaml::{Node, YamlFile};

/// Finds every slot for a role in the policies of `template`.
///
/// These are the `Resource` of each statement about `iam:PassRole` only, and each `AWS` of a `Principal`.
///
/// A statement that may deny something has no slot for roles to be passed: after a fix it would take permissions from
/// the role, and today it takes none.
pub(super) fn policy_slots<'d>(template: &Template<'d>, repeats: &Repeats<'d>) -> Vec<SlotNode<'d>> {
    let mut slots = Vec::new();
    // Aliases may let several resources share their properties.
    let mut known = HashMap::new();
    for &resource in template.resources.values() {
        let Some(properties) = resource.body.get("Properties") else {
            continue;
        };
        let statements = known
            .entry(properties.id())
            .or_insert_with(|| statements_in(properties));
        for &statement in statements.iter() {
            let may_deny = !allows(statement);
            let passed = statement
                .get("Resource")
                .filter(|_| is_for_passing(statement) && !may_deny);
            let passed = passed.map_or(Vec::new(), |value| only_passed(listed(value), template, repeats));
            slots.extend(passed.into_iter().map(|value| slot(resource, PASSED_ROLE, value)));
            let principals = statement.get("Principal").map_or(Vec::new(), listed);
            let principals = principals.into_iter().filter_map(|principal| principal.get("AWS"));
            slots.extend(principals.flat_map(listed).map(|value| SlotNode {
                may_deny,
                ..slot(resource, PRINCIPAL, value)
            }));
        }
    }
    slots
}

/// Returns the values among the passed ones that should be roles.
///
/// An ARN of a profile does no harm next to a role that is meant, unless the template has that profile.
fn only_passed<'d>(passed: Vec<Node<'d>>, template: &Template<'d>, repeats: &Repeats<'d>) -> Vec<Node<'d>> {
    let is_of_template = |value: &Node<'d>| is_of_profile(*value, template, repeats);
    let is_of_any = |value: &Node<'d>| is_of_template(value) || is_profile_arn(*value);
    match passed.len() == 1 || passed.iter().all(is_of_any) {
        true => passed,
        false => passed.into_iter().filter(is_of_template).collect(),
    }
}

fn is_profile_arn(value: Node<'_>) -> bool {
    matches!(ResolvedValue::read(value.resolved()), ResolvedValue::BuiltArn(arn) if arn.kind == ArnKind::Profile)
}

fn slot<'d>(resource: ResourceNode<'d>, property: Property, value: Node<'d>) -> SlotNode<'d> {
    let mut path = resource.path();
    // No alias leads from the resource to the value.
    let inside = value.path().steps.split_off(resource.body.path().steps.len());
    path.steps.extend(inside);
    SlotNode {
        resource,
        also_of: Vec::new(),
        property,
        name: property.path,
        takes: property.takes,
        value,
        path,
        aliases: Vec::new(),
        guards: guards_around(value),
        is_merged: false,
        is_inside: false,
        may_deny: false,
    }
}

/// Returns the branches of `Fn::If` around a value.
fn guards_around(value: Node<'_>) -> Vec<Guard> {
    let guards = value.ancestors().filter_map(|around| {
        let [(yes, _), (no, _)] = branches(around)?;
        let mut inside = value.ancestors();
        let branch = inside.find(|node| *node == yes || *node == no)?;
        Some(Guard {
            condition: condition_of(around)?.to_owned(),
            holds: branch == yes,
        })
    });
    guards.collect()
}

/// Returns whether a statement allows access, and states all that it allows.
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

/// Returns whether a value refers to a profile of the template.
fn is_of_profile(value: Node<'_>, template: &Template<'_>, repeats: &Repeats<'_>) -> bool {
    let is_profile = |id| {
        let resource = template.resource(id, repeats);
        resource.is_some_and(|one| one.resource_type == PROFILE)
    };
    let (first, others) = ResolvedValue::possible_values(value.resolved());
    let branches = std::iter::once(&first).chain(&others);
    let mut resource_refs = branches.filter_map(|branch| branch.value.resource_ref());
    resource_refs.any(|resource_ref| is_profile(resource_ref.target))
}

/// Returns the value or the list items in each `Fn::If` branch.
fn listed(value: Node<'_>) -> Vec<Node<'_>> {
    let mut listed = Vec::new();
    let mut pending = vec![value];
    while let Some(node) = pending.pop() {
        if let Some(branches) = branches(node) {
            pending.extend(branches.into_iter().rev().map(|(branch, _)| branch));
        } else if node.is_sequence() && node.tag().is_none() {
            pending.extend(node.items().rev());
        } else {
            listed.push(node);
        }
    }
    listed
}

/// Returns the names of the AWS-managed policies in a value of `ManagedPolicyArns`.
pub(super) fn managed_policies(arns: Node<'_>) -> Vec<String> {
    let name = |arn: Node<'_>| {
        let end = trailing_text(arn.resolved())?;
        let (_, path_and_name) = end.rsplit_once(":aws:policy/")?;
        path_and_name.rsplit('/').next().map(str::to_owned)
    };
    listed(arns.resolved()).into_iter().filter_map(name).collect()
}

/// Evaluates whether an `AssumeRolePolicyDocument` lets EC2 assume the role.
///
/// The policy is a mapping, or JSON in a scalar or an `Fn::Sub`.
pub(super) fn trust_of(policy: Node<'_>) -> Trust {
    let text = match Call::read(policy) {
        Some(call) if call.name == "Sub" => call.argument.scalar(),
        Some(_) => return Trust::Unknown,
        None => policy.scalar(),
    };
    let Some(text) = text else {
        return trust_of_document(policy);
    };
    match YamlFile::of_text(text) {
        Ok(stream) => stream.documents().next().map_or(Trust::Unknown, trust_of_document),
        Err(_) => Trust::Unknown,
    }
}

fn trust_of_document(document: Node<'_>) -> Trust {
    let statements = statements_of(document);
    let statements = statements.iter().map(|statement| read(statement.resolved()));
    ec2_trust(&statements.collect::<Vec<_>>())
}

/// Reads a statement of a trust policy.
///
/// Returns `None` if it is unknown.
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
    match (principal.get("Service"), principal.get("AWS")) {
        (Some(service), _) => Principal::Services(each(service, leading_text)),
        (None, Some(account)) => of_account(account.resolved()),
        (None, None) if is_plain => Principal::Other,
        (None, None) => Principal::Unknown,
    }
}

/// Reads the `AWS` of a principal, which may be everyone.
fn of_account(account: Node<'_>) -> Principal {
    let is_own =
        matches!(ResolvedValue::read(account), ResolvedValue::Reference(own) if own.target == "AWS::AccountId");
    // In JSON, a variable of the `Fn::Sub` around it is text.
    let is_known = |text: String| !text.is_empty() && !text.starts_with(['*', '$']);
    match is_own || leading_text(account).is_some_and(is_known) {
        true => Principal::Account,
        false => Principal::Unknown,
    }
}

/// Reads a value or each item of a list.
fn each<'d, T>(value: Node<'d>, read: impl Fn(Node<'d>) -> T) -> Vec<T> {
    let value = value.resolved();
    if value.is_sequence() && value.tag().is_none() {
        value.items().map(|item| read(item.resolved())).collect()
    } else {
        vec![read(value)]
    }
}

/// Returns the policy statements in the properties of a resource, in whatever property.
fn statements_in(properties: Node<'_>) -> Vec<Node<'_>> {
    let nodes = properties.descendants();
    nodes.filter(|node| node.get("Effect").is_some()).collect()
}

/// Returns the statements of a policy document.
///
/// It has a list or a single one.
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
        trust_of(YamlFile::of_text(policy).unwrap().documents().next().unwrap())
    }

    fn of_service(service: &str) -> Trust {
        trust(&format!(
            "{{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', Principal: {{Service: {service}}}}}]}}"
        ))
    }

    #[test]
    fn evaluates_services() {
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
    fn evaluates_policy_documents() {
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
