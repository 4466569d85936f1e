//! Mistakes that only Terraform can contain: a wrong resource type, a list of roles, a role that is only looked up.

use super::address::{address_of, has_index, only_attribute, path_of};
use super::change::Change;
use super::edits::replace;
use super::file::{Content, ParsedFile};
use super::iam::attribute_of;
use super::lower::{CheckFix, repointed};
use super::new_profile::has_comment;
use super::source::DeclaredContent;
use super::unit::{SlotExpr, Unit};
use super::wrong_reference::WrongReference;
use crate::hcl::{self, Attribute, Block, Expr, ExprKind, Op, StepKind, TemplatePart};
use crate::model::{
    Applicability, Check, Draft, FindingBuilder, FindingSite, FixDraft, FixRequest, Label, NameOrArn, NoFix, OnUpdate,
    ResourceId, RolesOfProfile, Severity, Slot, Takes, slot_name,
};
use crate::profile::TERRAFORM_PROFILE;
use crate::rules::{profile_roles, profile_shape, role_as_instance_profile};
use crate::text::{EditObstacle, FileId, FileRange, TextRange};

/// Returns the findings of all checks.
pub(super) fn find(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
    let slots = unit.model.slots.iter().zip(&unit.slots);
    let slots = slots.filter_map(|(slot, written)| {
        Some(match written.wrong.as_ref()? {
            WrongReference::OtherType { role, profile } => other_type(unit, slot, written, role, *profile),
            WrongReference::LookedUp(role) => looked_up(unit, slot, *role),
        })
    });
    let lists = unit.declared.iter().filter_map(|declared| match declared.content {
        DeclaredContent::Resource(TERRAFORM_PROFILE, block) => Some((declared, block)),
        _ => None,
    });
    let lists = lists.filter_map(|(declared, block)| role_list(unit, declared.address, declared.file, block));
    slots.chain(lists).chain(both(unit)).collect()
}

fn site(slot: &Slot<'_>, unit: &Unit<'_>) -> FindingSite {
    FindingSite {
        resource: Some(unit.model.get(slot.resource).id.to_owned()),
        place: slot.place,
        path: slot.path.clone(),
        on_update: slot.property.on_update,
    }
}

/// Reports a role that is not declared, while a profile has its label.
fn other_type(
    unit: &Unit<'_>,
    slot: &Slot<'_>,
    written: &SlotExpr<'_>,
    address: &str,
    meant: ResourceId,
) -> Draft<CheckFix> {
    let fix = meant_reference(unit, slot, written, meant);
    let profile = unit.model.get(meant).id;
    let finding = FindingBuilder {
        rule: &role_as_instance_profile::RULE,
        check: Check("wrong-type"),
        severity: Severity::Error,
        message: format!(
            "{} refers to the role `{address}`, which is not declared; `{profile}` is",
            unit.model.slot_name(slot)
        ),
        label: "no role has this label",
        related: vec![Label::profile(unit.model.get(meant))],
        // Terraform reports it, before AWS does.
        aws_error: None,
    };
    finding.at(site(slot, unit)).with(FixRequest::Language(fix))
}

/// Refers to the profile with the label of a role that is not declared.
fn meant_reference(unit: &Unit<'_>, slot: &Slot<'_>, written: &SlotExpr<'_>, meant: ResourceId) -> CheckFix {
    let model = &unit.model;
    let expr = written.outcome.expr;
    let profile = model.get(meant);
    let traversal = expr.traversal().ok_or(EditObstacle::UnusualNotation)?;
    let (_, skipped) = address_of(traversal).ok_or(EditObstacle::UnusualNotation)?;
    match (profile.condition, has_index(traversal, skipped)) {
        (Some(_), false) => return Err(NoFix::NeedsIndex(profile.id.to_owned())),
        // There is only one instance.
        (None, true) => return Err(EditObstacle::UnusualNotation.into()),
        _ => {}
    }
    if model.waits_for(meant, slot.resource) {
        return Err(NoFix::CircularDependency(profile.id.to_owned()));
    }
    let form = match (slot.takes, only_attribute(traversal, skipped).flatten()) {
        (Takes::Arn, _) | (Takes::Either, Some("arn")) => NameOrArn::Arn,
        _ => NameOrArn::Name,
    };
    let source = unit.source(written.outcome.file, expr.span);
    let attribute = attribute_of(profile.id, form);
    let text = repointed(source, expr, traversal, (profile.id, skipped), attribute);
    let (text, file) = text
        .zip(unit.module.file(written.outcome.file))
        .ok_or(EditObstacle::UnusualNotation)?;
    Ok(FixDraft {
        title: format!("refer to the instance profile `{}`", profile.id),
        // Terraform refuses the module as it is.
        applicability: Applicability::Safe,
        content: vec![replace(file, expr, slot.path.clone(), &text)?],
    })
}

/// Reports a role of a data source: a profile of its name may exist, or not.
fn looked_up(unit: &Unit<'_>, slot: &Slot<'_>, declared: ResourceId) -> Draft<CheckFix> {
    let address = unit.model.get(declared).id;
    let finding = FindingBuilder {
        rule: &role_as_instance_profile::RULE,
        check: Check("data-source"),
        // The console makes a profile of the role's name.
        severity: Severity::Warning,
        message: format!(
            "{} refers to the role `{address}`, but takes {}",
            unit.model.slot_name(slot),
            slot.takes
        ),
        label: "this is a role",
        related: vec![Label {
            place: unit.model.get(declared).place,
            text: "the role".to_owned(),
        }],
        aws_error: slot.property.aws_error,
    };
    finding
        .at(site(slot, unit))
        .with(FixRequest::Language(Err(NoFix::RoleOfDataSource)))
}

/// Reports a list of roles, or the argument `roles`, which the provider removed.
fn role_list(unit: &Unit<'_>, address: &str, file: FileId, block: &Block) -> Option<Draft<CheckFix>> {
    let profile = unit.model.get(unit.model.resource(address)?).profile()?;
    if profile.roles == RolesOfProfile::Elsewhere {
        return None;
    }
    let (attribute, is_removed) = match (block.body.attribute("role"), block.body.attribute("roles")) {
        (Some(role), None) => (role, false),
        (None, Some(roles)) => (roles, true),
        _ => return None,
    };
    let items = match &attribute.value.kind {
        ExprKind::List(items) => Some(items.as_slice()),
        _ if is_removed => None,
        _ => return None,
    };
    let path = path_of(address).key(&attribute.key.text);
    let parsed = unit.module.file(file)?;
    let fix = match items {
        // It would be lost.
        _ if has_comment(parsed, attribute) => Err(EditObstacle::UnusualNotation.into()),
        // It would still be a list.
        Some([only]) if is_list(bare(only, parsed)) => Err(NoFix::UnknownRole),
        Some([only]) => {
            let text = bare(only, parsed).span.slice(parsed.text());
            replace(parsed, &attribute.value, path.clone(), text).and_then(|change| {
                let mut content = vec![change];
                if is_removed {
                    content.extend(renamed(unit, file, block, attribute)?);
                }
                Ok(FixDraft {
                    title: "give `role` the role's name".to_owned(),
                    applicability: Applicability::Safe,
                    content,
                })
            })
        }
        _ => Err(NoFix::UnknownRole),
    };
    let message = match is_removed {
        true => "is not supported; an instance profile has one `role`",
        false => "is given a list, but takes the name of one role",
    };
    let finding = FindingBuilder {
        rule: &profile_roles::RULE,
        check: Check(if is_removed { "removed" } else { "list" }),
        severity: Severity::Error,
        message: format!("{} {message}", slot_name(&attribute.key.text, address)),
        label: if is_removed {
            "only `role` is known here"
        } else {
            "this is a list"
        },
        related: Vec::new(),
        aws_error: None,
    };
    let site = FindingSite {
        resource: Some(address.to_owned()),
        place: FileRange::new(file, attribute.span),
        path,
        on_update: OnUpdate::InPlace,
    };
    Some(finding.at(site).with(FixRequest::Language(fix)))
}

/// Returns whether an expression is known to be a list: a splat, or the result of a function.
fn is_list(expr: &Expr) -> bool {
    const FUNCTIONS: [&str; 11] = [
        "compact", "concat", "distinct", "flatten", "keys", "reverse", "sort", "split", "tolist", "toset", "values",
    ];
    match &expr.kind {
        ExprKind::Parenthesis(inner) => is_list(inner),
        ExprKind::List(_) => true,
        ExprKind::Call(call) => FUNCTIONS.contains(&call.name.as_str()),
        ExprKind::Traversal(traversal) => {
            let mut steps = traversal.steps.iter().map(|step| &step.kind);
            let last = steps.rfind(|step| matches!(step, StepKind::Splat | StepKind::Index(_)));
            matches!(last, Some(StepKind::Splat))
        }
        _ => false,
    }
}

/// Returns the reference in a quoted one, unless the file quotes the others too.
///
/// `terraform fmt` removes such quotes from a value, but not from an item of a list.
fn bare<'e>(item: &'e Expr, file: &ParsedFile) -> &'e Expr {
    match (&item.kind, &file.content) {
        (ExprKind::Template(parts), Content::Hcl(hcl)) if !hcl.quotes_references() => match parts.as_slice() {
            [TemplatePart::Interpolation(only)] => only,
            _ => item,
        },
        _ => item,
    }
}

/// Renames `roles` to `role`, and moves the equals signs of arguments that were aligned with it.
fn renamed(unit: &Unit<'_>, file: FileId, block: &Block, roles: &Attribute) -> Result<Vec<Change>, NoFix> {
    let parsed = unit.module.file(file).ok_or(EditObstacle::UnusualNotation)?;
    let hcl = match &parsed.content {
        Content::Hcl(hcl) => hcl,
        // A key in JSON.
        _ => return Err(EditObstacle::UnusualNotation.into()),
    };
    let change = |op| Change::Hcl(hcl::Change { file, path: None, op });
    let mut changes = vec![change(Op::RenameKey {
        span: roles.key.span,
        key: "role".to_owned(),
    })];
    let line = |offset| hcl.lines().number(offset);
    // Arguments on consecutive lines, each on one line, are a group.
    let is_on_one_line = |one: &&Attribute| line(one.span.start()) == line(one.span.end());
    let group: Vec<_> = block.body.attributes.iter().filter(is_on_one_line).collect();
    let at = group.iter().position(|one| one.span == roles.span);
    let Some(at) = at else { return Ok(changes) };
    let is_next =
        |pair: &[&Attribute]| matches!(pair, [one, next] if line(one.span.start()) + 1 == line(next.span.start()));
    let first = (0..at)
        .rev()
        .take_while(|&at| group.get(at..at + 2).is_some_and(is_next))
        .last()
        .unwrap_or(at);
    let last = (at..group.len())
        .take_while(|&at| group.get(at..at + 2).is_some_and(is_next))
        .last()
        .map_or(at, |at| at + 1);
    let group = group.get(first..=last).unwrap_or_default();
    let gap = |one: &Attribute| {
        let rest = parsed.text().get(one.key.span.end()..).unwrap_or_default();
        TextRange::new(
            one.key.span.end(),
            one.key.span.end() + rest.len() - rest.trim_start_matches(' ').len(),
        )
    };
    let width = |one: &Attribute| one.key.span.range().len() + gap(one).range().len();
    let is_aligned = group.iter().all(|one| width(one) == width(roles));
    let longest = |renamed: usize| {
        let lengths = group.iter().map(|one| {
            if one.span == roles.span {
                renamed
            } else {
                one.key.text.len()
            }
        });
        lengths.max().unwrap_or_default()
    };
    if !is_aligned || longest("roles".len()) + 1 != width(roles) {
        return Ok(changes);
    }
    let new = longest("role".len()) + 1;
    for one in group {
        let key = if one.span == roles.span {
            "role".len()
        } else {
            one.key.text.len()
        };
        if gap(one).range().len() != new - key {
            changes.push(change(Op::Align {
                span: gap(one),
                width: new - key,
            }));
        }
    }
    Ok(changes)
}

/// Reports a block with both the name and the ARN of a profile.
fn both<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = Draft<CheckFix>> + 'u {
    let arguments = unit
        .arguments
        .iter()
        .filter(|slot| slot.property.path.ends_with("iam_instance_profile.arn"));
    arguments.filter_map(move |arn| {
        let around = |slot: &super::unit::SlotArgument<'_>| {
            let steps = &slot.argument.path.steps;
            (slot.file, steps.get(..steps.len() - 1).map(<[_]>::to_vec))
        };
        let name = unit.arguments.iter().find(|other| {
            other.resource == arn.resource
                && other.property.path.ends_with("iam_instance_profile.name")
                && around(other) == around(arn)
        })?;
        // Often one of them is null.
        let are_given = [arn, name].iter().all(|slot| is_given(slot.argument.value, unit));
        if !are_given {
            return None;
        }
        let finding = FindingBuilder {
            rule: &profile_shape::RULE,
            check: Check("both"),
            severity: Severity::Error,
            message: format!(
                "`iam_instance_profile` of `{}` has a name and an ARN, but takes only one of them",
                unit.model.get(arn.resource).id
            ),
            label: "this conflicts with the name",
            related: vec![Label {
                place: FileRange::new(name.file, name.argument.value.span),
                text: "the name".to_owned(),
            }],
            aws_error: None,
        };
        let site = FindingSite {
            resource: Some(unit.model.get(arn.resource).id.to_owned()),
            place: FileRange::new(arn.file, arn.argument.value.span),
            path: arn.argument.path.clone(),
            on_update: arn.property.on_update,
        };
        Some(finding.at(site).with(FixRequest::Language(Err(NoFix::UnknownProfile))))
    })
}

/// Returns whether a value cannot be null: a string, or an attribute of a resource of the module.
fn is_given(value: &Expr, unit: &Unit<'_>) -> bool {
    let mut value = value;
    loop {
        match &value.kind {
            ExprKind::Parenthesis(inner) => value = inner,
            ExprKind::Template(parts) => match parts.as_slice() {
                [TemplatePart::Interpolation(only)] => value = only,
                _ => return true,
            },
            ExprKind::Text(text) => return !text.is_empty(),
            ExprKind::Traversal(traversal) => {
                let address = address_of(traversal).map(|(address, _)| address);
                let declared = address.and_then(|address| unit.declared(unit.model.resource(&address)?));
                return declared.is_some_and(|declared| matches!(declared.content, DeclaredContent::Resource(..)));
            }
            _ => return false,
        }
    }
}
