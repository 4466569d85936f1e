#![doc = include_str!("missing_ec2_trust.md")]

use indexmap::IndexMap;

use crate::model::{
    Check, Draft, Fixability, Label, Model, NoFix, ResourceId, Rule, Severity, Spot, Subject, Value, Verdict, Wants,
    Wish,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF007",
    name: "missing-ec2-trust",
    summary: "a role of an instance profile that EC2 may not assume",
    fixability: Fixability::Never,
    subjects: &[Subject::ProfileSlots, Subject::Profiles],
    explanation: include_str!("missing_ec2_trust.md"),
};

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let users = users_of_roles(model);
    users
        .iter()
        .filter_map(|(&role, &user)| draft(role, user, model))
        .collect()
}

/// Returns the roles that profiles hold, and those that slots refer to, each with the first resource that needs it.
fn users_of_roles(model: &Model<'_>) -> IndexMap<ResourceId, ResourceId> {
    let mut users = IndexMap::new();
    for (at, resource) in model.resources.values().enumerate() {
        let items = resource.profile().map(|profile| &*profile.items);
        for role in items
            .unwrap_or_default()
            .iter()
            .filter_map(|role| model.role(role.id()?))
        {
            users.entry(role).or_insert(ResourceId(at));
        }
    }
    for (_, slot) in model.slots(Wants::Profile) {
        if let Value::Reference(reference) = &slot.value
            && let Some(role) = reference.itself().filter(|&id| model.get(id).role().is_some())
        {
            users.entry(role).or_insert(slot.resource);
        }
    }
    users
}

fn draft(id: ResourceId, user: ResourceId, model: &Model<'_>) -> Option<Draft> {
    let (role, user) = (model.get(id), model.get(user));
    let policy = role.role()?.trust.as_ref().filter(|policy| policy.denies_ec2)?;
    let effect = match user.profile() {
        Some(_) => format!("the instance profile `{}` gives no credentials", user.id),
        None => format!("`{}` gets no credentials", user.id),
    };
    let verdict = Verdict {
        rule: &RULE,
        check: Check("no-trust"),
        severity: Severity::Warning,
        message: format!("the role `{}` does not trust `ec2.amazonaws.com`, so {effect}", role.id),
        label: "no statement lets EC2 assume the role",
        related: vec![Label {
            place: user.place,
            text: "what needs it".to_owned(),
        }],
        // Of the AWS CLI on the instance.
        prevents: Some("Unable to locate credentials"),
    };
    let spot = Spot {
        resource: Some(role.id.to_owned()),
        place: policy.place,
        path: policy.path.clone(),
        on_update: policy.on_update,
    };
    Some(verdict.at(spot).with(Wish::Rule {
        slot: None,
        fix: Err(NoFix::Trust),
    }))
}
