#![doc = include_str!("service_naming_rule.md")]

use crate::model::{
    Arn, ArnKind, ArnName, Check, Draft, FindingBuilder, Fixability, Label, Model, NameKey, NamePattern, NamingRule,
    NoFix, PossibleNames, Resource, ResourceDetails, ResourceId, Role, Rule, Severity, Slot, SlotId, Subject, Value,
    Wants,
};

pub(super) const RULE: Rule = Rule {
    code: "IPF008",
    name: "service-naming-rule",
    summary: "a role or profile without the name that its service requires",
    fixability: Fixability::None,
    subjects: &[Subject::ProfileSlots],
    explanation: include_str!("service_naming_rule.md"),
};

const RDS_PREFIX: &str = NamingRule::RDS_CUSTOM_PREFIX;
const PCS_PREFIX: &str = "AWSPCS";
const PCS_PATH: &str = "/aws-pcs/";
const ECS_PREFIX: &str = "ecsInstanceRole";
const NOT_ECS_NAME: &str = "has a name that does not begin with `ecsInstanceRole`";
/// The AWS-managed policy that passes only roles whose name begins with [`ECS_PREFIX`].
const ECS_POLICY: &str = "AmazonECSInfrastructureRolePolicyForManagedInstances";

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    let mut roles = model.resources.values().filter_map(Resource::role);
    let is_ecs_policy_used = roles.any(is_with_ecs_policy);
    let drafts = model
        .slots(Wants::Profile)
        .flat_map(|(id, slot)| match slot.property.naming {
            Some(NamingRule::RdsCustom) => rds_custom(id, slot, model),
            Some(NamingRule::Pcs) => pcs(id, slot, model).into_iter().collect(),
            Some(NamingRule::EcsManaged) if is_ecs_policy_used => ecs_managed(id, slot, model).into_iter().collect(),
            Some(NamingRule::Emr) => emr(id, slot, model).into_iter().collect(),
            Some(NamingRule::EcsManaged) | None => Vec::new(),
        });
    drafts.collect()
}

fn rds_custom(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Vec<Draft> {
    let want = |what: String| format!("{what} has a name that does not begin with `{RDS_PREFIX}`, as RDS Custom asks");
    if let Value::Text(text) = &slot.value {
        let name = text.text.as_str();
        let is_another = name.is_empty() || !text.begins_otherwise(RDS_PREFIX) || model.means_something_else(name);
        let message = want(format!("the instance profile `{name}`"));
        return (!is_another)
            .then(|| draft(id, Check("name"), Severity::Error, None, message, model))
            .into_iter()
            .collect();
    }
    let Some(given) = GivenResources::to(slot, model) else {
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
                    "the {kind} `{}` has no name of its own, and a generated name usually does not begin with `{RDS_PREFIX}`, as RDS Custom asks",
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
    let role = GivenResources::to(slot, model)?.role?;
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

/// Reports a role that the AWS-managed policy of ECS does not pass.
fn ecs_managed(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let given = GivenResources::to(slot, model)?;
    if !has_ecs_policy(slot.resource, model) {
        return None;
    }
    let (role, mistake) = match given.role {
        Some(role) => (
            format!("the role `{}`", model.get(role).id),
            not_passed_by_ecs(role, model)?,
        ),
        None => {
            let name = role_name_of(given.profile?, model).filter(|name| !name.starts_with(ECS_PREFIX))?;
            (format!("the role `{name}`"), NOT_ECS_NAME)
        }
    };
    let message = format!("{role} {mistake}, so `{ECS_POLICY}` does not let ECS pass it");
    Some(draft(id, Check("role"), Severity::Warning, given.role, message, model))
}

/// Returns why the policy does not pass a role, if that is known.
fn not_passed_by_ecs(role: ResourceId, model: &Model<'_>) -> Option<&'static str> {
    let role = model.get(role).role()?;
    let path = role.path.as_deref().and_then(|path| path.start.as_deref());
    match role.name.as_deref() {
        Some(name) if name.begins_otherwise(ECS_PREFIX) => Some(NOT_ECS_NAME),
        _ if path.is_some_and(|start| start.len() > 1) => Some("has a path before its name"),
        Some(_) => None,
        None => Some("has no name of its own, and a generated name usually does not begin with `ecsInstanceRole`"),
    }
}

/// Returns whether the infrastructure role of a capacity provider has [`ECS_POLICY`].
///
/// If the template does not say which role that is, it can be any.
fn has_ecs_policy(provider: ResourceId, model: &Model<'_>) -> bool {
    let values = model.get(provider).uses().filter(|usage| usage.is_value);
    let roles: Vec<_> = values.filter_map(|usage| model.get(usage.target).role()).collect();
    roles.is_empty() || roles.into_iter().any(is_with_ecs_policy)
}

fn is_with_ecs_policy(role: &Role<'_>) -> bool {
    role.managed_policies.iter().any(|policy| policy == ECS_POLICY)
}

/// Reports a profile and a role whose names are known to differ.
fn emr(id: SlotId, slot: &Slot<'_>, model: &Model<'_>) -> Option<Draft> {
    let profile = GivenResources::to(slot, model)?.profile?;
    let resource = model.get(profile);
    let (role, names) = match resource.profile()?.holds.as_ref()? {
        NameKey::Reference(id) => {
            let role = model.get(model.role(id)?);
            (role.id.to_owned(), role.name()?.possible.clone())
        }
        NameKey::Value(_) => {
            let name = role_name_of(profile, model)?;
            (name.clone(), PossibleNames::of([NamePattern::text(name)]))
        }
    };
    if resource.name()?.possible.can_equal(&names) {
        return None;
    }
    let message = format!(
        "the instance profile `{}` and its role `{role}` have different names, which EMR does not support",
        resource.id
    );
    Some(draft(
        id,
        Check("different-names"),
        Severity::Warning,
        Some(profile),
        message,
        model,
    ))
}

/// The resources of the model in a slot.
struct GivenResources {
    profile: Option<ResourceId>,
    /// The role in the profile, or in place of it.
    role: Option<ResourceId>,
}

impl GivenResources {
    fn to(slot: &Slot<'_>, model: &Model<'_>) -> Option<Self> {
        let id = match &slot.value {
            Value::Text(text) => model.profile_named(&text.text)?,
            Value::Arn(Arn {
                kind: ArnKind::Profile,
                name: ArnName::Text(name),
                ..
            }) => model.profile_named(name)?,
            // The name of what another template has is unknown.
            value => value.reference()?.itself().filter(|&id| !model.is_outside(id))?,
        };
        match &model.get(id).details {
            ResourceDetails::Role(_) => Some(Self {
                profile: None,
                role: Some(id),
            }),
            ResourceDetails::Profile(_) => Some(Self {
                profile: Some(id),
                role: role_of(id, model),
            }),
            ResourceDetails::Other => None,
        }
    }
}

/// Returns the first role of the model that a profile holds.
fn role_of(profile: ResourceId, model: &Model<'_>) -> Option<ResourceId> {
    model.role(model.get(profile).profile()?.items.first()?.id()?)
}

/// Returns the name that a profile has for a role outside of the model.
fn role_name_of(profile: ResourceId, model: &Model<'_>) -> Option<String> {
    match model.get(profile).profile()?.holds.as_ref()? {
        NameKey::Value(key) => NameKey::text_of(key),
        NameKey::Reference(_) => None,
    }
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
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity,
        message,
        label: "the service asks for another name",
        related: label.into_iter().collect(),
        aws_error: model.slot(id).property.aws_error,
    };
    finding.in_slot(id, model, Err(NoFix::NewName))
}
