//! The roles and profiles of a module: their names, paths, trust policies, and what profiles hold.

use std::sync::Arc;

use super::address::{address_of, has_index, is_each_value, only_attribute, path_of};
use super::declarations::Declarations;
use super::iam::{IamTypes, is_name};
use super::names::{self, RoleNames, key_of_expression, pattern};
use super::resolve::{is_nothing, outcomes};
use super::source::{Declared, DeclaredContent};
use super::trust::trust;
use crate::hcl::{Body, Expr, ExprKind, StepKind};
use crate::model::{
    HeldRole, Name, NameKey, NamePattern, OnUpdate, PossibleNames, Profile, ResourceDetails, Role, RolePath,
    RolesOfProfile, TrustPolicy,
};
use crate::profile::{TERRAFORM_PROFILE, TERRAFORM_ROLE_OF_PROFILE, Trust};
use crate::text::FileRange;

impl<'s> Declarations<'s> {
    /// Returns the details of a role or a profile.
    pub(super) fn details(&self, declared: &Declared<'s>) -> ResourceDetails<'s> {
        match declared.content {
            DeclaredContent::Resource(resource_type, block) => {
                match (IamTypes::of_role(resource_type), IamTypes::of_profile(resource_type)) {
                    (Some(types), _) => ResourceDetails::Role(Box::new(self.role(declared, types, &block.body))),
                    (_, Some(types)) => ResourceDetails::Profile(Box::new(self.profile(declared, types, &block.body))),
                    (None, None) => ResourceDetails::Other,
                }
            }
            DeclaredContent::Data(TERRAFORM_PROFILE, block) => {
                ResourceDetails::Profile(Box::new(self.profile_elsewhere(declared, &block.body)))
            }
            _ => ResourceDetails::Other,
        }
    }

    fn role(&self, declared: &Declared<'s>, types: &IamTypes, body: &'s Body) -> Role<'s> {
        let name = self.name(declared, body, types.role_name, &|_| None);
        let generated = || PossibleNames::of([NamePattern::generated(declared.address)]);
        Role {
            possible_names: name.as_ref().map_or_else(generated, |name| name.possible.clone()),
            name: name.map(Arc::new),
            path: self.path(declared, body).map(Arc::new),
            trust: self.stated(declared, body, types.trust).map(|policy| TrustPolicy {
                denies_ec2: trust(&policy.value, &|address| self.policy_document(address)) == Trust::Denied,
                place: FileRange::new(declared.file, policy.value.span),
                path: path_of(declared.address).key(types.trust),
                on_update: OnUpdate::InPlace,
            }),
            managed_policies: Arc::default(),
        }
    }

    /// Returns the name that a role or a profile states; `key` is its argument.
    fn name(&self, declared: &Declared<'s>, body: &'s Body, key: &str, roles: RoleNames<'_>) -> Option<Name<'s>> {
        let keys = (key, "name_prefix");
        let is_replaced = |key| self.overridden.has(declared.address, key);
        match is_replaced(keys.0) || is_replaced(keys.1) {
            true => Some(Name::UNKNOWN),
            false => {
                let source = |span| self.source(declared.file, span);
                names::stated(body, keys, &self.owner(declared, &source), roles)
            }
        }
    }

    /// Returns the path that a role or a profile states.
    fn path(&self, declared: &Declared<'s>, body: &'s Body) -> Option<RolePath> {
        match self.overridden.has(declared.address, "path") {
            true => Some(RolePath::UNKNOWN),
            false => names::path(body, &|span| self.source(declared.file, span)),
        }
    }

    fn profile(&self, declared: &Declared<'s>, types: &IamTypes, body: &'s Body) -> Profile<'s> {
        let mut name = self.name(declared, body, types.profile_name, &|address| {
            self.role_pattern(address)
        });
        if let (Some(name), Some(attribute)) = (&mut name, self.stated(declared, body, types.profile_name))
            && let Some(role) = self.role_by_name(&attribute.value, declared)
        {
            name.key = Some(NameKey::Reference(role));
        }
        let is_replaced = |key: &&str| self.overridden.has(declared.address, key);
        let is_elsewhere = ["role", "roles"].iter().any(is_replaced);
        let role = body.attribute("role").or_else(|| body.attribute("roles"));
        let role = role.filter(|_| !is_elsewhere).map(|role| &role.value);
        let held = role.map(|role| self.held(role, declared));
        Profile {
            holds: match &held {
                Some(HeldRole::Reference { id, .. })
                    if self.is_repeated_as(id, declared)
                        && role.is_some_and(|role| self.is_of_same_key(role, declared)) =>
                {
                    Some(NameKey::Reference(id))
                }
                Some(HeldRole::Other) => role.map(|role| self.held_name(role, declared)),
                _ => None,
            },
            name: name.map(Arc::new),
            path: self.path(declared, body).map(Arc::new),
            role_property: types.role_argument(),
            role_lists: Vec::new(),
            roles: match &held {
                None if is_elsewhere => RolesOfProfile::Elsewhere,
                None | Some(HeldRole::Nothing) => RolesOfProfile::Missing,
                Some(held) => RolesOfProfile::Single(held.clone()),
            },
            items: held.into_iter().collect::<Vec<_>>().into(),
            node_path: path_of(declared.address),
        }
    }

    /// Returns the key of the name that a profile gives its role.
    fn held_name(&self, role: &'s Expr, declared: &Declared<'s>) -> NameKey<'s> {
        if let Some(text) = role.text() {
            return NameKey::Value(NameKey::of_text(text));
        }
        match self.role_with_name(role, declared) {
            Some(named) if self.is_repeated_as(named, declared) => NameKey::Reference(named),
            _ => {
                let source = |span| self.source(declared.file, span);
                NameKey::Value(key_of_expression(role, &self.owner(declared, &source)))
            }
        }
    }

    /// Returns a profile that a data source looks up.
    fn profile_elsewhere(&self, declared: &Declared<'s>, body: &'s Body) -> Profile<'s> {
        Profile {
            name: self.name(declared, body, "name", &|_| None).map(Arc::new),
            path: None,
            holds: None,
            role_property: TERRAFORM_ROLE_OF_PROFILE.path,
            role_lists: Vec::new(),
            roles: RolesOfProfile::Elsewhere,
            items: Arc::default(),
            node_path: path_of(declared.address),
        }
    }

    /// Returns what a profile holds, even if it is given by its ARN or in a list.
    fn held(&self, role: &'s Expr, declared: &Declared<'s>) -> HeldRole<'s> {
        let mut found = outcomes(role, declared.file, &self.locals);
        // Such as the last item of `concat(aws_iam_role.web.*.name, [""])`.
        found.retain(|outcome| !is_nothing(outcome.expr));
        let only = match found.as_slice() {
            [] => return HeldRole::Nothing,
            [only] => only,
            _ => return HeldRole::Other,
        };
        match self.referred_role(only.expr, declared) {
            Some((id, attribute)) => HeldRole::Reference {
                id,
                is_of_itself: attribute.is_none_or(|attribute| attribute == "arn" || is_name(id, attribute)),
            },
            None => HeldRole::Other,
        }
    }

    /// Returns the role whose name an expression is.
    fn role_by_name(&self, name: &'s Expr, declared: &Declared<'s>) -> Option<&'s str> {
        let found = outcomes(name, declared.file, &self.locals);
        let [only] = found.as_slice() else { return None };
        let (role, attribute) = self.referred_role(only.expr, declared)?;
        let is_name = attribute.is_some_and(|attribute| is_name(role, attribute));
        let is_own = self.is_repeated_as(role, declared) && self.is_of_same_key(name, declared);
        (is_name && is_own).then_some(role)
    }

    /// Returns the role that a value in a declaration refers to, and the attribute.
    fn referred_role<'e>(&self, expr: &'e Expr, user: &Declared<'s>) -> Option<(&'s str, Option<&'e str>)> {
        let traversal = expr.traversal()?;
        if is_each_value(traversal) {
            let role = self.chained(user).filter(|role| self.role_types(role).is_some())?;
            let attribute = only_attribute(traversal, 1)?;
            return (!has_index(traversal, 1)).then_some((role.address, attribute));
        }
        let (address, skipped) = address_of(traversal)?;
        let declared = self.get(address.as_str())?;
        let is_role = self.role_types(declared).is_some();
        // An index of a resource without `count` is an error.
        let is_indexed = has_index(traversal, skipped) == self.repetition(declared).is_some();
        (is_role && is_indexed).then_some((declared.address, only_attribute(traversal, skipped)?))
    }

    /// Returns whether a role has the same `count` or `for_each`, and the same provider, as another resource.
    fn is_repeated_as(&self, role: &str, other: &Declared<'s>) -> bool {
        self.get(role).is_some_and(|role| {
            self.repetition(role) == self.repetition(other) && self.provider(role) == self.provider(other)
        })
    }

    /// Returns whether a value of an instance is of the role's instance with the same key.
    fn is_of_same_key(&self, value: &'s Expr, user: &Declared<'s>) -> bool {
        let Some(body) = user.body() else { return false };
        let found = outcomes(value, user.file, &self.locals);
        let traversals = found.iter().filter_map(|outcome| outcome.expr.traversal());
        let mut indices = traversals
            .flat_map(|traversal| &traversal.steps)
            .filter_map(|step| match &step.kind {
                StepKind::Attribute(_) => None,
                StepKind::Index(index) => Some(Some(&**index)),
                StepKind::Splat => Some(None),
            });
        let count = body.attribute("count").map(|count| &count.value);
        let for_each = body.attribute("for_each").map(|keys| &keys.value);
        indices.all(|index| {
            let variable = index.and_then(|index| {
                let traversal = index.traversal()?;
                Some((traversal.variable()?.text.as_str(), traversal.attribute(0)?))
            });
            match (variable, count, for_each) {
                (Some(("count", "index")), ..) | (Some(("each", "key")), ..) => true,
                // In a set, both are the same.
                (Some(("each", "value")), _, Some(keys)) => {
                    matches!(&keys.kind, ExprKind::Call(call) if call.name == "toset")
                }
                // The first one, or all: there is at most one.
                (None, Some(count), _) => is_at_most_one(count),
                _ => false,
            }
        })
    }

    fn role_pattern(&self, address: &str) -> Option<NamePattern> {
        let declared = self.get(address)?;
        let types = self.role_types(declared)?;
        let source = |span| self.source(declared.file, span);
        if self.overridden.has(address, types.role_name) {
            return None;
        }
        match declared.body()?.attribute(types.role_name) {
            Some(name) => Some(pattern(&name.value, &self.owner(declared, &source), &|_| None)),
            None => Some(NamePattern::generated(declared.address)),
        }
    }
}

/// Returns whether a number is 0 or 1.
fn is_at_most_one(number: &Expr) -> bool {
    match &number.kind {
        ExprKind::Scalar(number) => number == "0" || number == "1",
        ExprKind::Parenthesis(inner) => is_at_most_one(inner),
        ExprKind::Conditional(parts) => parts.iter().skip(1).all(is_at_most_one),
        _ => false,
    }
}
