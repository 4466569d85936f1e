//! Resources as the model has them: names, paths, conditions, and the roles that profiles hold.

use std::collections::HashMap;
use std::sync::Arc;

use super::intrinsic::{Attribute, Reference, is_no_value};
use super::names::{generated_names, possible_names};
use super::policies::trust_of;
use super::template::{ResourceNode, Template};
use super::value::{BuiltName, Said, leading_text, name_key};
use crate::model::{
    ArnKind, HeldRole, Kind, Name, NameKey, OnUpdate, Profile, Repeats, Resource, Role, RolePath, RolesOfProfile,
    TrustPolicy,
};
use crate::profile::{PROFILE, ROLE, Trust};
use crate::text::Place;
use crate::yaml::{Node, NodeId};

/// Reads resources. A value that aliases let several of them share is read once, and kept once.
pub(super) struct Details<'t, 's> {
    template: &'t Template<'s>,
    repeats: &'t Repeats<'s>,
    held_roles: Known<[HeldRole<'s>]>,
    names: Known<Name<'s>>,
    paths: Known<RolePath>,
    denies_ec2: HashMap<NodeId, bool>,
}

/// Values that were read, by their nodes.
type Known<T> = HashMap<NodeId, Arc<T>>;

/// Returns the value of a node, read if it is not known.
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
        }
    }

    /// Reads a resource.
    pub(super) fn read(&mut self, node: &ResourceNode<'s>) -> Resource<'s> {
        Resource {
            id: node.id,
            resource_type: node.resource_type,
            place: Place::new(node.key.file(), node.key.span()),
            scope: node.scope,
            condition: node.attribute("Condition").and_then(Node::scalar),
            uses: Vec::new(),
            repetitions: node.repetitions,
            kind: match node.resource_type {
                ROLE => Kind::Role(Box::new(self.role(node))),
                PROFILE => Kind::Profile(Box::new(self.profile(node))),
                _ => Kind::Other,
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
                place: Place::new(policy.file(), policy.full_span()),
                path: policy.path(),
                on_update: OnUpdate::NoInterruption,
            }),
        }
    }

    fn profile(&mut self, node: &ResourceNode<'s>) -> Profile<'s> {
        let name = node.property("InstanceProfileName");
        let roles = node.property("Roles");
        let held_roles = |roles: Node<'s>| roles.items().map(held_role).collect();
        Profile {
            name: self.name(name),
            stated_name: name.and_then(|name| stated_name(name, self.template, self.repeats)),
            path: self.path(node),
            holds: only_role(node, roles).and_then(name_key_of),
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
        Some(known(&mut self.paths, path, |path| Arc::new(path_of(path))))
    }
}

fn name_of<'s>(value: Node<'s>, template: &Template<'s>, repeats: &Repeats<'s>) -> Name<'s> {
    Name {
        key: name_key_of(value),
        stated: name_key(value),
        start: leading_text(value),
        possible: possible_names(value, template, repeats),
    }
}

fn path_of(path: Node<'_>) -> RolePath {
    RolePath {
        is_root: path.scalar() == Some("/"),
        start: leading_text(path),
    }
}

/// Reads a value that is, or should be, the name of a role: where its ARN is given, its name is meant.
fn name_key_of(value: Node<'_>) -> Option<NameKey<'_>> {
    match Said::read(value) {
        Said::Mention(mention)
            if !mention.is_part_of_arn() && matches!(mention.attribute, Attribute::Ref | Attribute::GetAtt("Arn")) =>
        {
            Some(NameKey::Reference(mention.target))
        }
        Said::BuiltArn(arn) if arn.kind == ArnKind::Role => match arn.name {
            BuiltName::Mention(mention) => Some(NameKey::Reference(mention.target)),
            BuiltName::Text(name) => Some(NameKey::Value(NameKey::of_text(&name))),
            BuiltName::Unknown => None,
        },
        Said::Text(name) => Some(NameKey::Value(NameKey::of_text(&name))),
        _ => name_key(value).map(NameKey::Value),
    }
}

/// Returns the key of a profile's name: if it has a role's name, that of the role.
fn stated_name(name: Node<'_>, template: &Template<'_>, repeats: &Repeats<'_>) -> Option<String> {
    let of_role = match Said::read(name) {
        Said::Mention(mention) => template.resource(mention.target, repeats),
        _ => None,
    };
    match of_role {
        Some(role) => name_key(role.property("RoleName")?).filter(|key| *key != NameKey::of_text("")),
        None => name_key(name),
    }
}

/// Returns the role that a profile holds, if it is one; also if it is not given as a list.
fn only_role<'s>(node: &ResourceNode<'s>, roles: Option<Node<'s>>) -> Option<Node<'s>> {
    let roles = roles.or_else(|| misspelt_roles(node))?;
    // A function's arguments are not a list of roles.
    if !roles.is_sequence() || roles.tag().is_some() {
        return Some(roles);
    }
    let mut items = roles.items().filter(|item| !is_no_value(item.resolved()));
    match (items.next(), items.next()) {
        (Some(only), None) => Some(only.resolved()),
        _ => None,
    }
}

/// Returns what a profile has in place of `Roles`: `roles` or `Role`, which other fixes correct.
fn misspelt_roles<'s>(node: &ResourceNode<'s>) -> Option<Node<'s>> {
    let is_meant = |name: &str| name.eq_ignore_ascii_case("Roles") || name.eq_ignore_ascii_case("Role");
    let mut entries = node.attribute("Properties")?.entries();
    let (_, value) = entries.find(|(key, _)| key.scalar().is_some_and(is_meant))?;
    Some(value.resolved())
}

fn roles_of<'s>(node: &ResourceNode<'s>, roles: Option<Node<'s>>) -> RolesOfProfile<'s> {
    match roles {
        Some(roles) if roles.is_sequence() && roles.tag().is_none() => RolesOfProfile::List,
        Some(roles) => RolesOfProfile::Single(held_role(roles)),
        None if has_no_roles(node) && singular(node).is_none() => RolesOfProfile::Missing,
        None => RolesOfProfile::Elsewhere,
    }
}

/// Returns the entry `Role` of a profile without `Roles`.
pub(super) fn singular<'s>(node: &ResourceNode<'s>) -> Option<(Node<'s>, Node<'s>)> {
    let mut entries = node.attribute("Properties")?.entries();
    entries.find(|(key, _)| key.scalar() == Some("Role"))
}

/// Returns whether a profile has nothing that may give it roles: with a merge key, a loop or a macro in it, they may come
/// from there.
pub(super) fn has_no_roles(node: &ResourceNode<'_>) -> bool {
    let Some(properties) = node.attribute("Properties") else {
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
    match Reference::read(value) {
        Some(_) if is_no_value(value) => HeldRole::Nothing,
        Some(reference) => HeldRole::Reference {
            id: reference.target,
            is_name_or_arn: matches!(reference.attribute, Attribute::Ref | Attribute::GetAtt("Arn")),
        },
        None => HeldRole::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;
    use std::sync::Arc;

    use crate::cloudformation::Unit;
    use crate::model::ProfileName;
    use crate::yaml::Stream;

    /// A file with as many aliases as items would otherwise take the square of its size.
    #[test]
    fn values_that_aliases_share_are_kept_once() {
        let text = "\
Resources:
  A: {Type: AWS::IAM::Role, DependsOn: &d [C, D], Properties: {RoleName: &n web, Path: &p /web/}}
  B: {Type: AWS::IAM::Role, DependsOn: *d, Properties: {RoleName: *n, Path: *p}}
  C: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: &r [!Ref A, !Ref B]}}
  D: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: *r}}
";
        let stream = Stream::of_text(text).unwrap();
        let root = stream.documents().next().unwrap();
        let unit = Unit::read(root, ProfileName::Auto, Rc::default()).unwrap().unwrap();
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
