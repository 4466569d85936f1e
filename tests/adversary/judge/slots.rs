//! Harm: slots that have another role than before, and unsuitable new profiles.

use std::collections::BTreeSet;

use super::evaluate::Defaults;
use super::expand::Resource;
use super::graph::references;
use super::harm::{Harm, Kind};
use super::iam_names::names_of;
use super::identity::{Identity, identities, roles_of};
use super::world::World;
use crate::tree::Tree;

/// Properties that take a profile or a role, by resource type.
///
/// `[]` is each item of a list.
const SLOTS: [(&str, &[&str]); 15] = [
    ("AWS::EC2::Instance", &["IamInstanceProfile"]),
    (
        "AWS::EC2::LaunchTemplate",
        &["LaunchTemplateData", "IamInstanceProfile"],
    ),
    ("AWS::AutoScaling::LaunchConfiguration", &["IamInstanceProfile"]),
    ("AWS::Batch::ComputeEnvironment", &["ComputeResources", "InstanceRole"]),
    (
        "AWS::ImageBuilder::InfrastructureConfiguration",
        &["InstanceProfileName"],
    ),
    ("AWS::ElasticBeanstalk::Environment", &["OptionSettings", "[]", "Value"]),
    (
        "AWS::EC2::SpotFleet",
        &[
            "SpotFleetRequestConfigData",
            "LaunchSpecifications",
            "[]",
            "IamInstanceProfile",
        ],
    ),
    ("AWS::RDS::DBInstance", &["CustomIAMInstanceProfile"]),
    ("AWS::PCS::ComputeNodeGroup", &["IamInstanceProfileArn"]),
    ("AWS::EMR::Cluster", &["JobFlowRole"]),
    ("AWS::OpsWorks::Stack", &["DefaultInstanceProfileArn"]),
    ("AWS::Lambda::Function", &["Role"]),
    ("AWS::IAM::InstanceProfile", &["Roles"]),
    (
        "AWS::IAM::ManagedPolicy",
        &["PolicyDocument", "Statement", "[]", "Resource"],
    ),
    (
        "AWS::IAM::Role",
        &["Policies", "[]", "PolicyDocument", "Statement", "[]", "Resource"],
    ),
];

/// Finds slots that have another role than before, and unsuitable new profiles.
pub(super) fn judge(old: &World<'_>, new: &World<'_>) -> Vec<Harm> {
    let mut harms = Vec::new();
    for resource in new.resources() {
        let Some(before) = old.template.resource(&resource.id) else {
            harms.extend(of_new(new, resource));
            continue;
        };
        let (old_slots, new_slots) = (slots(old, before), slots(new, resource));
        for (at, (path, value)) in new_slots.iter().enumerate() {
            let Some((_, old_value)) = old_slots.get(at).filter(|(old_path, _)| old_path == path) else {
                continue;
            };
            if old_value == value || names_absent(old, old_value) {
                continue;
            }
            let (held_after, held_before) = (holds(new, value), holds(old, old_value));
            let held_before: BTreeSet<_> = held_before.into_iter().flatten().collect();
            let slot = format!("{path} of {}", resource.id);
            let others: Vec<_> = held_after
                .iter()
                .filter(|one| one.is_disjoint(&held_before))
                .flatten()
                .collect();
            if let Some(Identity::Unfit(profile)) = others.first() {
                let sentence = format!("{slot} gets {profile}, which then does not hold exactly one role");
                harms.push(Harm::always(Kind::NoOneRole, sentence));
            } else if !others.is_empty() || held_after.is_empty() && !held_before.is_empty() {
                let sentence = format!("{slot} had {held_before:?} before, and has {others:?} after");
                harms.push(Harm::always(Kind::OtherRole, sentence));
            }
            harms.extend(of_service(old, new, resource, value));
        }
    }
    harms
}

/// Returns whether a value refers to a resource that does not exist.
///
/// The slot was then wrong before the fix.
fn names_absent(world: &World<'_>, value: &Tree) -> bool {
    let is_absent = |id: &String| world.template.resource(id).is_some_and(|resource| !world.has(resource));
    references(Some(value)).iter().any(is_absent)
}

/// Finds a new profile that needs a role of the account without being used.
///
/// Under another assignment, the profile may be used.
fn of_new(world: &World<'_>, profile: &Resource) -> Option<Harm> {
    let needs = roles_of(world, profile)
        .iter()
        .any(|role| matches!(role, Identity::RoleNamed(_)));
    let uses = |content: Option<Tree>| references(content.as_ref()).contains(&profile.id);
    let is_used = world.resources().any(|user| uses(world.resolve(&user.content)));
    let is_harm = profile.is_profile() && needs && !is_used;
    is_harm.then(|| {
        let sentence = format!("{} needs a role of the account, but then nothing uses it", profile.id);
        Harm::always(Kind::NeedlessRole, sentence)
    })
}

/// Finds a new profile whose name a service rejects.
fn of_service(old: &World<'_>, new: &World<'_>, user: &Resource, value: &Tree) -> Option<Harm> {
    if user.resource_type != "AWS::RDS::DBInstance" {
        return None;
    }
    let ids = references(Some(value));
    let is_new = |id: &&String| old.template.resource(id).is_none();
    let profile = ids.iter().filter(is_new).find_map(|id| new.template.resource(id))?;
    let names = names_of(new, profile, Defaults::Kept, 0);
    let starts_right = |name: &super::name::Name| matches!(name.0.first(), Some(super::name::Part::Text(text)) if text.starts_with("AWSRDSCustom"));
    let is_harm = !names.iter().all(starts_right);
    is_harm.then(|| Harm {
        excused_by: Some(user.id.clone()),
        ..Harm::always(
            Kind::ServiceRule,
            format!("{} is for RDS Custom, but its name is not", profile.id),
        )
    })
}

/// Returns the identities of each value in a slot.
///
/// The slot may have an object with `Name` or `Arn`, or a list, each with the other in it.
fn holds(world: &World<'_>, value: &Tree) -> Vec<BTreeSet<Identity>> {
    match value {
        Tree::Map(entries) if value.as_call().is_none() => {
            let is_profile = |key: &str| ["name", "arn"].contains(&key.to_ascii_lowercase().as_str());
            let values = entries.iter().filter(|(key, _)| is_profile(key));
            values.flat_map(|(_, value)| holds(world, value)).collect()
        }
        Tree::List(items) => items.iter().map(|item| identities(world, item)).collect(),
        _ => vec![identities(world, value)],
    }
}

/// Returns the slots of a resource with their values.
fn slots(world: &World<'_>, resource: &Resource) -> Vec<(String, Tree)> {
    let mut found = Vec::new();
    let Some(properties) = resource
        .content
        .get("Properties")
        .and_then(|properties| world.resolve(properties))
    else {
        return found;
    };
    for (resource_type, path) in SLOTS {
        if resource.resource_type == resource_type {
            collect(&properties, path, String::new(), &mut found);
        }
    }
    found
}

fn collect(value: &Tree, path: &[&str], walked: String, found: &mut Vec<(String, Tree)>) {
    let Some((first, rest)) = path.split_first() else {
        found.push((walked, value.clone()));
        return;
    };
    if *first == "[]" {
        for (at, item) in value.items().iter().enumerate() {
            collect(item, rest, format!("{walked}[{at}]"), found);
        }
        return;
    }
    let named = value
        .entries()
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(first));
    for (_, value) in named {
        let dot = if walked.is_empty() { "" } else { "." };
        collect(value, rest, format!("{walked}{dot}{first}"), found);
    }
}
