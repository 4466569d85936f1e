#![doc = include_str!("missing_ec2_trust.md")]

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::model::{
    ArnName, Check, Draft, FindingBuilder, FindingSite, FixRequest, Fixability, Label, Model, NameKey, NoFix, Resource,
    ResourceId, Rule, Severity, Slot, Subject, Value, Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF007",
    name: "missing-ec2-trust",
    summary: "a role of an instance profile that EC2 may not assume",
    fixability: Fixability::None,
    subjects: &[Subject::ProfileSlots, Subject::Profiles],
    explanation: include_str!("missing_ec2_trust.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let needs = needs(model);
    needs
        .iter()
        .filter_map(|(&role, need)| draft(role, need, model))
        .collect()
}

/// The need for EC2 to assume a role.
struct Need {
    /// The first profile that holds the role, or the resource that refers to it.
    user: ResourceId,
    /// True if an instance uses the role.
    ///
    /// Otherwise its profiles may be for resources elsewhere, or for nothing.
    is_used: bool,
}

/// Returns the roles that EC2 needs, or may need.
///
/// Profiles hold these roles, or slots refer to them.
fn needs(model: &Model<'_>) -> IndexMap<ResourceId, Need> {
    let mut needs: IndexMap<ResourceId, Need> = IndexMap::new();
    let mut add = |role, user, is_used| {
        let need = needs.entry(role).or_insert(Need { user, is_used });
        need.is_used |= is_used;
    };
    let used = used_profiles(model);
    for (at, resource) in model.resources.values().enumerate() {
        let items = resource.profile().map(|profile| &*profile.items);
        for role in items
            .unwrap_or_default()
            .iter()
            .filter_map(|role| model.role(role.id()?))
        {
            add(role, ResourceId(at), used.contains(&ResourceId(at)));
        }
    }
    for (_, slot) in model.slots(Wants::Profile) {
        if let Value::Reference(reference) = &slot.value
            && let Some(role) = reference.itself().filter(|&id| model.get(id).role().is_some())
        {
            add(role, slot.resource, true);
        }
    }
    needs
}

/// Returns the profiles that the template refers to or names.
fn used_profiles(model: &Model<'_>) -> HashSet<ResourceId> {
    let referred = model
        .resources
        .values()
        .flat_map(Resource::uses)
        .map(|usage| usage.target);
    let mut used: HashSet<_> = referred.chain(model.used_elsewhere.iter().copied()).collect();
    let slots = || model.slots(Wants::Profile).map(|(_, slot)| slot);
    used.extend(slots().filter_map(|slot| match &slot.value {
        Value::Text(text) => text.missing.as_ref().map(|missing| missing.resource),
        _ => None,
    }));
    let names: HashSet<_> = slots().filter_map(name_in).collect();
    used.extend(names.iter().flat_map(|key| model.profiles_with_key(key)));
    used
}

/// Returns the key of the name in a slot, or of the name in its ARN.
fn name_in(slot: &Slot<'_>) -> Option<String> {
    match &slot.value {
        Value::Arn(arn) => match (&arn.keys, &arn.name) {
            (Some(keys), _) => Some(keys.name.clone()),
            (None, ArnName::Text(name)) => Some(NameKey::of_text(name)),
            (None, ArnName::Reference(_) | ArnName::Other | ArnName::Unknown) => None,
        },
        Value::Text(_) | Value::Unknown(_) | Value::Reference(_) | Value::Macro => slot.key.clone(),
    }
}

fn draft(id: ResourceId, need: &Need, model: &Model<'_>) -> Option<Draft> {
    let (role, user) = (model.get(id), model.get(need.user));
    let policy = role.role()?.trust.as_ref().filter(|policy| policy.denies_ec2)?;
    let effect = match (need.is_used, user.profile()) {
        (true, Some(_)) => format!("so the instance profile `{}` gives no credentials", user.id),
        (true, None) => format!("so `{}` gets no credentials", user.id),
        (false, _) => format!(
            "so the instance profile `{}`, which nothing here uses, would give an instance no credentials",
            user.id
        ),
    };
    let finding = FindingBuilder {
        rule: &RULE,
        check: Check("no-trust"),
        severity: Severity::Warning,
        message: format!("the role `{}` does not trust `ec2.amazonaws.com`, {effect}", role.id),
        label: "no statement lets EC2 assume the role",
        related: vec![Label {
            place: user.place,
            text: if need.is_used {
                "what needs it"
            } else {
                "what may need it"
            }
            .to_owned(),
        }],
        // The AWS CLI prints this on the instance.
        aws_error: Some("Unable to locate credentials"),
    };
    let site = FindingSite {
        resource: Some(role.id.to_owned()),
        place: policy.place,
        path: policy.path.clone(),
        on_update: policy.on_update,
    };
    Some(finding.at(site).with(FixRequest::Rule {
        slot: None,
        fix: Err(NoFix::TrustPolicy),
    }))
}
