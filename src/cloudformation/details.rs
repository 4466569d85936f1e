//! Converts resources to the model: names, paths, conditions, and the roles that profiles hold.

use std::collections::HashMap;
use std::sync::Arc;

use super::intrinsic::{RefCall, is_no_value};
use super::names::{generated_names, possible_names};
use super::policies::{managed_policies, trust_of};
use super::resolve::{BuiltName, ResolvedValue, leading_text};
use super::template::{ResourceNode, Template};
use crate::model::{
    ArnKind, HeldRole, Name, NameKey, OnUpdate, Profile, Repeats, Resource, ResourceDetails, Role, RolePath,
    RolesOfProfile, TrustPolicy,
};
use crate::profile::{PROFILE, ROLE, ROLES, Trust};
use crate::yaml::{Node, NodeId};

/// A reader of resources.
///
/// A value that aliases share between resources is read and kept once.
pub(super) struct Details<'t, 's> {
    template: &'t Template<'s>,
    repeats: &'t Repeats<'s>,
    held_roles: Known<[HeldRole<'s>]>,
    names: Known<Name<'s>>,
    paths: Known<RolePath>,
    denies_ec2: HashMap<NodeId, bool>,
    managed_policies: Known<[String]>,
}

/// The values that were read, by node.
type Known<T> = HashMap<NodeId, Arc<T>>;

/// Returns the value of a node, reading it only once.
fn known<'s, T: ?Sized>(known: &mut Known<T>, node: Node<'s>, read: impl FnOnce(Node<'s>) -> Arc<T>) -> Arc<T> {
    Arc::clone(known.entry(node.id()).or_insert_with(|| read(node)))
}

impl<'t, 's> Details<'t, 's> {
    pub(super) fn of(template: &'t Template<'s>, repeats: &'t Repeats<'s>) -> Self {
        Self {
            template,
            repeats,
            held_roles: Known::new(),
            names: Known::new(),
            paths: Known::new(),
            denies_ec2: HashMap::new(),
            managed_policies: Known::new(),
        }
    }

    /// Reads a resource.
    pub(super) fn read(&mut self, node: &ResourceNode<'s>) -> Resource<'s> {
        Resource {
            id: node.id,
            resource_type: node.resource_type,
            place: node.key.inner_place(),
            scope: node.scope,
            construct: node
                .attribute("Metadata")
                .and_then(|metadata| metadata.get("aws:cdk:path")?.scalar()),
            condition: node.attribute("Condition").and_then(Node::scalar),
            provider: None,
            uses: Vec::new(),
            may_use: Vec::new(),
            repetitions: node.repetitions,
            details: match node.resource_type {
                ROLE => ResourceDetails::Role(Box::new(self.role(node))),
                PROFILE => ResourceDetails::Profile(Box::new(self.profile(node))),
                _ => ResourceDetails::Other,
            },
        }
    }

    fn role(&mut self, node: &ResourceNode<'s>) -> Role<'s> {
        let policy = node.property("AssumeRolePolicyDocument");
        let name = self.name(node.property("RoleName"));
        Role {
            possible_names: match &name {
                Some(name) => name.possible.clone(),
                None => generated_names(node),
            },
            name,
            path: self.path(node),
            trust: policy.map(|policy| TrustPolicy {
                denies_ec2: *self
                    .denies_ec2
                    .entry(policy.id())
                    .or_insert_with(|| trust_of(policy) == Trust::Denied),
                place: policy.place(),
                path: policy.path(),
                on_update: OnUpdate::NoInterruption,
            }),
            managed_policies: match node.property("ManagedPolicyArns") {
                Some(arns) => known(&mut self.managed_policies, arns, |arns| managed_policies(arns).into()),
                None => Arc::default(),
            },
        }
    }

    fn profile(&mut self, node: &ResourceNode<'s>) -> Profile<'s> {
        let name = node.property("InstanceProfileName");
        let roles = node.property("Roles");
        let held_roles = |roles: Node<'s>| roles.items().map(held_role).collect();
        Profile {
            name: self.name(name),
            path: self.path(node),
            holds: only_role(node, roles).and_then(|role| name_key_of(role, self.template)),
            role_property: ROLES.path,
            role_lists: Vec::new(),
            items: roles.map_or_else(Arc::default, |roles| known(&mut self.held_roles, roles, held_roles)),
            roles: roles_of(node, roles),
            node_path: node.path(),
        }
    }

    fn name(&mut self, value: Option<Node<'s>>) -> Option<Arc<Name<'s>>> {
        value.map(|value| {
            known(&mut self.names, value, |value| {
                Arc::new(name_of(value, self.template, self.repeats))
            })
        })
    }

    fn path(&mut self, node: &ResourceNode<'s>) -> Option<Arc<RolePath>> {
        let path = node.property("Path")?;
        Some(known(&mut self.paths, path, |path| {
            Arc::new(path_of(path, self.template))
        }))
    }
}

fn name_of<'s>(value: Node<'s>, template: &Template<'s>, repeats: &Repeats<'s>) -> Name<'s> {
    Name {
        key: name_key_of(value, template),
        stated: template.stated_names(value),
        start: leading_text(value),
        possible: possible_names(value, template, repeats),
    }
}

fn path_of<'s>(path: Node<'s>, template: &Template<'s>) -> RolePath {
    RolePath {
        is_root: path.scalar() == Some("/"),
        key: template.path_key(path),
        start: leading_text(path),
    }
}

/// Returns the key of a role's name, also from the role's ARN.
fn name_key_of<'s>(value: Node<'s>, template: &Template<'s>) -> Option<NameKey<'s>> {
    match ResolvedValue::read(value) {
        ResolvedValue::Reference(resource_ref)
            if !resource_ref.is_part_of_arn() && resource_ref.attribute.is_of_itself() =>
        {
            Some(NameKey::Reference(resource_ref.target))
        }
        ResolvedValue::BuiltArn(arn) if arn.kind == ArnKind::Role => match arn.name {
            BuiltName::Reference(resource_ref) => Some(NameKey::Reference(resource_ref.target)),
            BuiltName::Text(name) => Some(NameKey::Value(NameKey::of_text(&name))),
            BuiltName::Unknown => None,
        },
        ResolvedValue::Text(name) => Some(NameKey::Value(NameKey::of_text(&name))),
        _ => template.name_key(value).map(NameKey::Value),
    }
}

/// Returns the single role of a profile, even outside a list or in a list of its list.
fn only_role<'s>(node: &ResourceNode<'s>, roles: Option<Node<'s>>) -> Option<Node<'s>> {
    let roles = roles.or_else(|| misspelled_roles(node))?;
    only_item(roles).and_then(only_item)
}

/// Returns the single item of a list, or a value that is none.
fn only_item(value: Node<'_>) -> Option<Node<'_>> {
    // The arguments of a function are not a list of roles.
    if !value.is_sequence() || value.tag().is_some() {
        return Some(value);
    }
    let mut items = value.items().filter(|item| !is_no_value(item.resolved()));
    match (items.next(), items.next()) {
        (Some(only), None) => Some(only.resolved()),
        _ => None,
    }
}

/// Returns the value under `roles` or `Role`, which other fixes correct.
fn misspelled_roles<'s>(node: &ResourceNode<'s>) -> Option<Node<'s>> {
    let is_meant = |name: &str| name.eq_ignore_ascii_case("Roles") || name.eq_ignore_ascii_case("Role");
    let mut entries = node.attribute("Properties")?.entries().rev();
    let (_, value) = entries.find(|(key, _)| key.scalar().is_some_and(is_meant))?;
    Some(value.resolved())
}

fn roles_of<'s>(node: &ResourceNode<'s>, roles: Option<Node<'s>>) -> RolesOfProfile<'s> {
    let is_removed = || {
        let roles = node
            .attribute("Properties")
            .and_then(|properties| properties.get("Roles"));
        roles.is_some_and(|roles| is_no_value(roles.resolved()))
    };
    match roles {
        Some(roles) if roles.is_sequence() && roles.tag().is_none() => RolesOfProfile::List,
        Some(roles) => RolesOfProfile::Single(held_role(roles)),
        None if (has_no_roles(node) || is_removed()) && singular(node).is_none() => RolesOfProfile::Missing,
        None => RolesOfProfile::Elsewhere,
    }
}

/// Returns the entry `Role` of a profile without `Roles`.
pub(super) fn singular<'s>(node: &ResourceNode<'s>) -> Option<(Node<'s>, Node<'s>)> {
    node.attribute("Properties")?.entry("Role")
}

/// Returns whether a profile has no source of roles.
///
/// A merge key, a loop or a macro in it may supply some.
pub(super) fn has_no_roles(node: &ResourceNode<'_>) -> bool {
    let properties = node
        .attribute("Properties")
        .filter(|properties| !is_no_value(*properties));
    let Some(properties) = properties else {
        return true;
    };
    let is_plain = properties.is_mapping() && properties.tag().is_none();
    let may_hold_roles = |key: &str| key.eq_ignore_ascii_case("Roles") || key == "<<" || key.starts_with("Fn::");
    is_plain
        && !properties
            .entries()
            .any(|(key, _)| key.scalar().is_some_and(may_hold_roles))
}

fn held_role(value: Node<'_>) -> HeldRole<'_> {
    let value = value.resolved();
    match RefCall::read(value) {
        Some(_) if is_no_value(value) => HeldRole::Nothing,
        Some(reference) => HeldRole::Reference {
            id: reference.target,
            is_of_itself: reference.attribute.is_of_itself(),
        },
        None => HeldRole::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::Arc;

    use crate::cloudformation::Unit;
    use crate::cloudformation::hosts::HostedTemplate;
    use crate::yaml::YamlFile;

    /// Without this, a file with many aliases takes quadratic time.
    #[test]
    fn keeps_values_shared_by_aliases_once() {
        let text = "\
Resources:
  A: {Type: AWS::IAM::Role, DependsOn: &d [C, D], Properties: {RoleName: &n web, Path: &p /web/}}
  B: {Type: AWS::IAM::Role, DependsOn: *d, Properties: {RoleName: *n, Path: *p}}
  C: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: &r [!Ref A, !Ref B]}}
  D: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: *r}}
";
        let stream = YamlFile::of_text(text).unwrap();
        let root = stream.documents().next().unwrap();
        let unit = Unit::read(HostedTemplate::below(root), Rc::default()).unwrap();
        let [a, b, c, d] = ["A", "B", "C", "D"].map(|id| &unit.model.resources[id]);
        assert!(Arc::ptr_eq(&a.uses[0], &b.uses[0]));
        let [name, same_name] = [a, b].map(|role| role.role().unwrap().name.as_ref().unwrap());
        assert!(Arc::ptr_eq(name, same_name));
        let [path, same_path] = [a, b].map(|role| role.role().unwrap().path.as_ref().unwrap());
        assert!(Arc::ptr_eq(path, same_path));
        let [held, same_held] = [c, d].map(|profile| &profile.profile().unwrap().items);
        assert!(Arc::ptr_eq(held, same_held));
    }
}
