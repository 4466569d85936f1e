#![doc = include_str!("service_naming_rule.md")]

use crate::model::{
    Check, Draft, Fixability, Kind, Label, Model, NamingRule, NoFix, ResourceId, Rule, Severity, Slot, SlotId, Subject,
    Value, Verdict, Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF008",
    name: "service-naming-rule",
    summary: "a role or profile without the name that RDS Custom or PCS requires",
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
            .then(|| draft(id, Check("name"), Severity::Error, None, message, model))
            .into_iter()
            .collect();
    }
    let Some(given) = Given::to(slot, model) else {
        return Vec::new();
    };
    let about = |resource: ResourceId, check: Check, kind: &str| {
        let found = model.get(resource);
        let (severity, message) = match found.name() {
            Some(name) if name.begins_otherwise(RDS_PREFIX) => {
                (Severity::Error, want(format!("the {kind} `{}`", found.id)))
            }
            Some(_) => return None,
            None => (
                Severity::Warning,
                format!(
                    "the {kind} `{}` has no name of its own, so its name begins with the stack's and not with `{RDS_PREFIX}`, as RDS Custom asks",
                    found.id
                ),
            ),
        };
        Some(draft(id, check, severity, Some(resource), message, model))
    };
    let profile = given
        .profile
        .and_then(|profile| about(profile, Check("profile"), "instance profile"));
    let role = given.role.and_then(|role| about(role, Check("role"), "role"));
    profile.into_iter().chain(role).collect()
}

fn pcs(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let role = Given::to(slot, model)?.role?;
    let details = model.get(role).role()?;
    let has_other_path = match &details.path {
        None => true,
        Some(path) => path.start.as_deref().is_some_and(|path| !path.contains(PCS_PATH)),
    };
    if !has_other_path {
        return None;
    }
    let severity = match details.name.as_deref() {
        Some(name) if name.begins_otherwise(PCS_PREFIX) => Severity::Error,
        Some(_) => return None,
        // The stack may have such a name.
        None => Severity::Warning,
    };
    let message = format!(
        "the role `{}` neither has a name that begins with `{PCS_PREFIX}` nor a path with `{PCS_PATH}` in it, as PCS asks",
        model.get(role).id
    );
    Some(draft(id, Check("role"), severity, Some(role), message, model))
}

/// The resources of the model that a slot is given.
struct Given {
    profile: Option<ResourceId>,
    /// The role that the profile holds, or that is given in place of a profile.
    role: Option<ResourceId>,
}

impl Given {
    fn to(slot: &Slot<'_>, model: &Model<'_>) -> Option<Self> {
        let id = slot.value.reference()?.itself()?;
        match &model.get(id).kind {
            Kind::Role(_) => Some(Self {
                profile: None,
                role: Some(id),
            }),
            Kind::Profile(_) => Some(Self {
                profile: Some(id),
                role: role_of(id, model),
            }),
            Kind::Other => None,
        }
    }
}

/// Returns the first role of the model that a profile holds.
fn role_of(profile: ResourceId, model: &Model<'_>) -> Option<ResourceId> {
    model.role(model.get(profile).profile()?.items.first()?.id()?)
}

fn draft(
    id: SlotId,
    check: Check,
    severity: Severity,
    about: Option<ResourceId>,
    message: String,
    model: &Model<'_>,
) -> Draft {
    let label = about.map(|resource| Label {
        place: model.get(resource).place,
        text: "this one".to_owned(),
    });
    let verdict = Verdict {
        rule: &RULE,
        check,
        severity,
        message,
        label: "the service asks for another name",
        related: label.into_iter().collect(),
        prevents: None,
    };
    verdict.in_slot(id, model, Err(NoFix::Naming))
}
