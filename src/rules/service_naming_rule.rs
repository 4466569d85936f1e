#![doc = include_str!("service_naming_rule.md")]

use crate::model::{
    Check, Draft, Fixability, Label, Model, Name, NamingRule, NoFix, ResourceId, Rule, Severity, Slot, SlotId, Subject,
    Value, Verdict, Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF008",
    name: "service-naming-rule",
    summary: "a role or profile without the name that RDS Custom or PCS asks for",
    fixability: Fixability::Never,
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("service_naming_rule.md"),
};

const RDS_PREFIX: &str = NamingRule::RdsCustom.prefix();
const PCS_PREFIX: &str = NamingRule::Pcs.prefix();
const PCS_PATH: &str = "/aws-pcs/";

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let drafts = model
        .slots(Wants::Profile)
        .flat_map(|(id, slot)| match slot.property.naming {
            Some(NamingRule::RdsCustom) => rds_custom(id, slot, model),
            Some(NamingRule::Pcs) => pcs(id, slot, model).into_iter().collect(),
            None => Vec::new(),
        });
    drafts.collect()
}

fn rds_custom(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Vec<Draft> {
    let want = |what: String| format!("{what} has a name that does not begin with `{RDS_PREFIX}`, as RDS Custom asks");
    if let Value::Text(text) = &slot.value {
        let name = text.text.as_str();
        let is_another = name.is_empty() || name.starts_with(RDS_PREFIX) || model.means_something_else(name);
        let message = want(format!("the instance profile `{name}`"));
        return (!is_another)
            .then(|| draft(id, Check("name"), None, message, model))
            .into_iter()
            .collect();
    }
    let Some(profile) = profile_in(slot, model) else {
        return Vec::new();
    };
    let is_named_otherwise = |&id: &ResourceId| {
        model
            .get(id)
            .name()
            .is_some_and(|name| name.begins_otherwise(RDS_PREFIX))
    };
    let named = Some(profile).filter(is_named_otherwise).map(|profile| {
        let message = want(format!("the instance profile `{}`", model.get(profile).id));
        draft(id, Check("profile"), Some(profile), message, model)
    });
    let role = role_of(profile, model).filter(is_named_otherwise).map(|role| {
        let message = want(format!("the role `{}`", model.get(role).id));
        draft(id, Check("role"), Some(role), message, model)
    });
    named.into_iter().chain(role).collect()
}

fn pcs(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let role = role_of(profile_in(slot, model)?, model)?;
    let details = model.get(role).role()?;
    let has_other_path = match &details.path {
        None => true,
        Some(path) => path.start.as_deref().is_some_and(|path| !path.contains(PCS_PATH)),
    };
    let begins_otherwise = |name: &Name<'_>| name.begins_otherwise(PCS_PREFIX);
    if !has_other_path || !details.name.as_deref().is_some_and(begins_otherwise) {
        return None;
    }
    let message = format!(
        "the role `{}` neither has a name that begins with `{PCS_PREFIX}` nor a path with `{PCS_PATH}` in it, as PCS asks",
        model.get(role).id
    );
    Some(draft(id, Check("role"), Some(role), message, model))
}

/// Returns the profile of the model that a slot refers to.
fn profile_in(slot: &Slot<'_>, model: &Model<'_>) -> Option<ResourceId> {
    let profile = slot.value.reference()?.itself()?;
    Some(profile).filter(|&id| model.get(id).profile().is_some())
}

/// Returns the first role of the model that a profile holds.
fn role_of(profile: ResourceId, model: &Model<'_>) -> Option<ResourceId> {
    model.role(model.get(profile).profile()?.items.first()?.id()?)
}

fn draft(id: SlotId, check: Check, about: Option<ResourceId>, message: String, model: &Model<'_>) -> Draft {
    let label = about.map(|resource| Label {
        place: model.get(resource).place,
        text: "this one".to_owned(),
    });
    let verdict = Verdict {
        rule: &RULE,
        check,
        severity: Severity::Error,
        message,
        label: "the service asks for another name",
        related: label.into_iter().collect(),
        prevents: None,
    };
    verdict.in_slot(id, model, Err(NoFix::Naming))
}
