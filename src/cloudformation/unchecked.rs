//! Places that take a profile, or a role for one, and whose content is not known; and why not.

use std::collections::HashSet;

use super::intrinsic::{Attribute, Call, looked_up};
use super::loops::{LOOP, is_in_scope};
use super::slots::{SlotNode, SlotValue, may_hold_slots, merged};
use super::template::ResourceNode;
use super::unit::Unit;
use super::value::{DYNAMIC_REFERENCE, Mention, Part, Said};
use crate::model::{Arn, ArnKind, ArnName, Label, Reference, Slot, Value, Wants};
use crate::profile::SERVICE_LINKED_ROLE;
use crate::yaml::Node;

/// Returns everything in a template that is not checked, in the order of the file.
pub(super) fn unchecked(unit: &Unit<'_>) -> Vec<Label> {
    let own_names = OwnNames::of(unit);
    let slots = unit.model.slots.iter().zip(&unit.slots);
    let values = slots.filter(|(slot, _)| slot.wants != Wants::Role);
    let values = values.filter_map(|(slot, written)| of_value(slot, written, &own_names, unit));
    let around = unit.opaque.iter().filter_map(|slot| of_opaque(slot, unit));
    let resources = unit.template.merged_types.iter().filter_map(|key| merged_type(*key));
    let properties = unit.template.resources.values().filter_map(merged_properties);
    let loops = unit.template.ambiguous_loops.iter().map(|one| Label {
        place: one.arguments.key().unwrap_or(one.arguments).place(),
        text: format!(
            "this loop is not analysed: its variable `{}` has other values in another loop; give each loop its own variable",
            one.identifier
        ),
    });
    let mut labels: Vec<_> = values
        .chain(around)
        .chain(resources)
        .chain(properties)
        .chain(loops)
        .collect();
    labels.sort_by_key(|label| label.place);
    labels.dedup();
    labels
}

/// The names that the roles and profiles of a template have, by their keys.
struct OwnNames<'m>(HashSet<&'m str>);

impl<'m> OwnNames<'m> {
    fn of(unit: &'m Unit<'_>) -> Self {
        let resources = unit.model.resources.values();
        let profiles = resources.filter_map(|resource| resource.profile()?.stated_name.as_deref());
        Self(profiles.collect())
    }
}

/// Says why the value of a slot is not known, if it is not.
fn of_value(slot: &Slot<'_>, written: &SlotValue<'_>, own_names: &OwnNames<'_>, unit: &Unit<'_>) -> Option<Label> {
    let name = unit.model.slot_name(slot);
    let text = match &slot.value {
        Value::Macro => made_by_macro(&name),
        Value::Reference(reference) if is_first_of_path(reference, unit) => format!(
            "{name} is a part of the ARN of `{}`, which has a path; what part depends on the path",
            reference.id
        ),
        Value::Reference(reference) if is_reported(slot, reference, unit) => return None,
        Value::Unknown(unknown) => {
            let key = unknown.key.as_deref();
            let is_named = key.is_some_and(|key| own_names.0.contains(key) || unit.model.role_with_key(key).is_some());
            if is_named || unknown.role_arn.is_some() {
                return None;
            }
            format!("{name} comes from {}", origin(&written.said, written.slot.value, unit)?)
        }
        Value::Reference(_) => format!("{name} comes from {}", origin(&written.said, written.slot.value, unit)?),
        Value::Arn(arn) if !is_found(slot, arn) => {
            let mention = written.said.mention()?;
            format!(
                "{name} comes from {}",
                origin_of_reference(mention, written.slot.value, unit)?
            )
        }
        Value::Arn(_) | Value::Text(_) => return None,
    };
    Some(Label {
        place: slot.place,
        text,
    })
}

/// Says why the content of what is around a slot is not known.
fn of_opaque(slot: &SlotNode<'_>, unit: &Unit<'_>) -> Option<Label> {
    let (name, node) = (slot.display(), slot.value);
    let text = match node.scalar() {
        Some(key) if key.starts_with(LOOP) => {
            format!("{name} may come from the loop `{key}`, which is not analysed inside of properties")
        }
        Some(key) if key.starts_with("Fn::") => format!("{name} may come from a macro, which is not analysed"),
        _ => match Said::read(node.resolved()) {
            Said::Transform => made_by_macro(&name),
            said => format!("{name} comes from {}", origin(&said, node, unit)?),
        },
    };
    Some(Label {
        place: node.place(),
        text,
    })
}

/// Says why a resource is not known whose type comes from a merge key.
fn merged_type(key: Node<'_>) -> Option<Label> {
    let body = key.value()?.resolved();
    let resource_type = merged(body, "Type")?.resolved().scalar()?;
    let properties = body.get("Properties").or_else(|| merged(body, "Properties"))?;
    may_hold_slots(resource_type, properties).then(|| by_merge_key("type", key))
}

/// Says why a resource is not known whose properties come from a merge key.
fn merged_properties(resource: &ResourceNode<'_>) -> Option<Label> {
    let properties = merged(resource.body, "Properties")?;
    may_hold_slots(resource.resource_type, properties).then(|| by_merge_key("properties", resource.key))
}

fn by_merge_key(part: &str, key: Node<'_>) -> Label {
    let id = key.scalar().unwrap_or_default();
    Label {
        place: key.place(),
        text: format!("the {part} of `{id}`, from a merge key `<<`, cannot be known: CloudFormation has no merge keys"),
    }
}

fn made_by_macro(name: &str) -> String {
    format!("{name} is made by a macro, which is not analysed")
}

/// Returns whether a reference gives the first part of a path in place of a name.
fn is_first_of_path(reference: &Reference<'_>, unit: &Unit<'_>) -> bool {
    let mut targets = reference.targets.iter();
    reference.is_from_arn && targets.any(|target| unit.model.get(target.resource).has_path())
}

/// Returns whether a reference is to something that is right or that a rule finds.
fn is_reported(slot: &Slot<'_>, reference: &Reference<'_>, unit: &Unit<'_>) -> bool {
    let is_linked = || {
        let itself = reference.itself().map(|id| unit.model.get(id).resource_type);
        slot.wants == Wants::Profile && itself == Some(SERVICE_LINKED_ROLE)
    };
    !unit.model.roles_of(reference).is_empty() || !unit.model.profiles_of(reference).is_empty() || is_linked()
}

/// Returns whether an ARN is right or found by a rule, whatever its name refers to.
fn is_found(slot: &Slot<'_>, arn: &Arn<'_>) -> bool {
    arn.kind == ArnKind::Profile || (slot.wants == Wants::Profile && matches!(arn.name, ArnName::Other))
}

/// Names the first part of a value that is not known; `None` if all of it is known, as a name of this stack may be.
fn origin(said: &Said<'_>, user: Node<'_>, unit: &Unit<'_>) -> Option<String> {
    let parts = match said {
        Said::Mention(mention) => return origin_of_reference(mention, user, unit),
        Said::Unknown(parts) => parts,
        Said::BuiltArn(_) | Said::Text(_) | Said::Transform => return None,
    };
    let is_dynamic = |part: &Part<'_>| matches!(part, Part::Text(text) if text.contains(DYNAMIC_REFERENCE));
    if parts.iter().any(is_dynamic) {
        return Some(DYNAMIC.to_owned());
    }
    parts.iter().find_map(|part| match part {
        Part::Text(_) => None,
        Part::Unknown(node) => origin_of_node(node.resolved()),
        Part::Mention(mention) => origin_of_reference(mention, user, unit)
            .or_else(|| (!is_pseudo(mention.target)).then(|| format!("a text with `{}` in it", mention.target))),
    })
}

const DYNAMIC: &str = "a dynamic reference, which is resolved when the stack is deployed";

/// Names what a reference refers to, if that is not known.
fn origin_of_reference(mention: &Mention<'_>, user: Node<'_>, unit: &Unit<'_>) -> Option<String> {
    let id = mention.target;
    if is_pseudo(id) || unit.is_role_or_profile(id, user) {
        return None;
    }
    let types: HashSet<_> = unit
        .referred(id, user)
        .iter()
        .map(|one| unit.model.get(one.resource).resource_type)
        .collect();
    let is_output = matches!(mention.attribute, Attribute::GetAtt(name) if name.starts_with("Outputs."));
    Some(if types.contains("AWS::CloudFormation::Stack") && is_output {
        format!("an output of the nested stack `{id}`")
    } else if !types.is_empty() {
        format!("`{id}`, which is neither a role nor an instance profile")
    } else if unit.template.parameters.contains(id) {
        format!("the parameter `{id}`, which is given outside of the template")
    } else if is_in_scope(user, &format!("${{{id}}}")) {
        format!("the loop variable `{id}`")
    } else if unit.template.has_name(id) {
        format!("`{id}`, whose type is not known")
    } else {
        format!("`{id}`, which the template does not define")
    })
}

/// Names the function whose result a node is.
fn origin_of_node(node: Node<'_>) -> Option<String> {
    let Some(call) = Call::read(node) else {
        let text = node.scalar()?;
        return Some(match text.contains(DYNAMIC_REFERENCE) {
            true => DYNAMIC.to_owned(),
            false => "a text that is too long to analyse".to_owned(),
        });
    };
    Some(match call.name {
        "ImportValue" => "an export of another stack".to_owned(),
        "FindInMap" => match looked_up(node) {
            Some([Some(mapping), ..]) => format!("the mapping `{mapping}`"),
            _ => "a mapping".to_owned(),
        },
        "Transform" => "a macro, which is not analysed".to_owned(),
        "Ref" => "a `Ref` that is not written out".to_owned(),
        name => format!("`Fn::{name}` of values that are not known"),
    })
}

/// Returns whether this is a parameter that AWS gives to every template:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>.
fn is_pseudo(id: &str) -> bool {
    id.starts_with("AWS::")
}
