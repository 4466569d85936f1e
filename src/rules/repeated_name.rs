#![doc = include_str!("repeated_name.md")]

use std::collections::HashMap;

use crate::model::{
    Applicability, Caveat, Check, Draft, FindingBuilder, FixDraft, Fixability, Intent, Label, ListItem, Model,
    NameOrArn, NoFix, Profile, RepeatedName, Resource, ResourceId, Rule, Severity, Slot, SlotId, Subject, Takes,
    Target, Wants,
};
use crate::profile::{PASSED_ROLE, PRINCIPAL, PROFILE};

pub(super) const RULE: Rule = Rule {
    code: "IPF013",
    name: "repeated-name",
    summary: "the name of a profile or role of the template, repeated in place of a reference",
    fixability: Fixability::Either,
    subjects: &[Subject::Profiles],
    explanation: include_str!("repeated_name.md"),
};

/// The references that fixes add, by their users.
type Added = HashMap<ResourceId, Vec<ResourceId>>;

pub(super) fn find(model: &Model<'_>) -> Vec<Draft> {
    // Without a profile, a template is not read if others are not.
    if model.profiles().next().is_none() {
        return Vec::new();
    }
    let slots = [Wants::Profile, Wants::RoleOfProfile, Wants::Role]
        .into_iter()
        .flat_map(|wants| model.slots(wants));
    let mut added = Added::new();
    slots
        .filter_map(|(id, slot)| draft(id, slot, model, &mut added))
        .collect()
}

fn draft(id: SlotId, slot: &Slot<'_>, model: &Model<'_>, added: &mut Added) -> Option<Draft> {
    let repeated = model
        .repeated_by(slot)
        .filter(|repeated| !is_reported(slot, repeated.form))?;
    if !needs_target(slot, &repeated, model) {
        return None;
    }
    let targets: Vec<_> = repeated.resources.iter().map(|named| named.resource).collect();
    let (user, first) = targets.iter().find_map(|&target| {
        let mut users = slot.users();
        let early = users.find(|&user| !model.is_created_after(user, &slot.guards, target))?;
        Some((model.get(early), model.get(target)))
    })?;
    let (kind, aws_error) = match slot.wants {
        Wants::Profile => ("instance profile", slot.property.aws_error),
        Wants::RoleOfProfile => ("role", Some("The role with name … cannot be found.")),
        Wants::Role => (
            "role",
            slot.property.aws_error.filter(|_| slot.property.is_same(&PRINCIPAL)),
        ),
    };
    let (check, part) = match repeated.form {
        NameOrArn::Name => (Check("name"), "name"),
        NameOrArn::Arn => (Check("arn"), "ARN"),
    };
    let has_path = targets.iter().any(|&target| model.get(target).has_path());
    let form = slot.form_of_target(repeated.form, has_path);
    let whom = format!("the {kind} `{}`", first.id);
    let finding = FindingBuilder {
        rule: &RULE,
        check,
        severity: Severity::Warning,
        message: format!(
            "{} repeats the {part} of {whom} in place of a reference, and so may be created before it",
            slot.name_in(user.id)
        ),
        label: "this is no reference",
        related: targets.iter().map(|&target| label(model.get(target))).collect(),
        aws_error,
    };
    let fix = target_of(slot, &repeated, model, added).map(|target| {
        for user in slot.users() {
            added.entry(user).or_default().push(target);
        }
        let refer = Intent::ReplaceWithReference {
            slot: id,
            target: Target::Resource(model.get(target).id.to_owned()),
            form,
        };
        FixDraft {
            applicability: match slot.takes == Takes::Either && form != repeated.form {
                true => Applicability::Unsafe,
                false => Applicability::Safe,
            },
            ..FixDraft::safe(format!("refer to {whom}"), refer)
        }
    });
    Some(finding.in_slot_of_name(repeated.form == NameOrArn::Name, id, model, fix))
}

fn label(resource: &Resource<'_>) -> Label {
    match resource.profile() {
        Some(_) => Label::profile(resource),
        None => Label::role(resource),
    }
}

/// Returns whether another rule, or another slot of the same value, reports it.
fn is_reported(slot: &Slot<'_>, form: NameOrArn) -> bool {
    match slot.wants {
        Wants::Profile => !slot.takes.includes(form),
        Wants::RoleOfProfile => form == NameOrArn::Arn,
        Wants::Role => slot.property.resource == PROFILE,
    }
}

/// Returns whether the resource with the slot needs the named one when it is created.
///
/// A policy may name a role before it exists, and a document is run later. The name may also be that of a role of
/// another account.
fn needs_target(slot: &Slot<'_>, repeated: &RepeatedName<'_>, model: &Model<'_>) -> bool {
    let has_path = || {
        repeated
            .resources
            .iter()
            .any(|named| model.get(named.resource).has_path())
    };
    let is_elsewhere = match slot.property.caveat {
        Some(Caveat::OtherAccount) => repeated.form == NameOrArn::Name,
        Some(Caveat::PathAndName) => has_path(),
        None => false,
    };
    !is_elsewhere && !slot.property.is_in_document() && !slot.property.is_same(&PASSED_ROLE)
}

/// Returns the resource that a fix refers to.
///
/// # Errors
///
/// If no reference is right in every stack.
fn target_of(
    slot: &Slot<'_>,
    repeated: &RepeatedName<'_>,
    model: &Model<'_>,
    added: &Added,
) -> Result<ResourceId, NoFix> {
    if slot.may_deny {
        return Err(NoFix::MayDeny);
    }
    let target = model.check_repeated(slot, repeated)?;
    let id = || model.get(target).id.to_owned();
    if slot.users().any(|user| model.would_wait_for(target, user, added)) {
        return Err(NoFix::CircularDependency(id()));
    }
    let is_listed = |item: &ListItem| {
        item.targets
            .iter()
            .flatten()
            .any(|other| is_or_holds(other, target, model))
    };
    match slot.list.as_ref().is_some_and(is_listed) {
        true => Err(NoFix::AlreadyListed(id())),
        false => Ok(target),
    }
}

/// Returns whether an item is the role, or will be once another rule has fixed it.
fn is_or_holds(item: &str, role: ResourceId, model: &Model<'_>) -> bool {
    let holder = model.profile(item).and_then(|profile| model.get(profile).profile());
    let held = holder.and_then(Profile::only_role);
    model.role(held.unwrap_or(item)) == Some(role)
}
