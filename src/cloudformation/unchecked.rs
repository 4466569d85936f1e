//! Reports the values that cannot be checked, with the reasons.

use std::collections::HashSet;

use super::checks::mistaken;
use super::hidden::{hidden, macro_name};
use super::intrinsic::{Attribute, Call, looked_up};
use super::loops::{LOOP, is_in_scope};
use super::placeholder::{DYNAMIC_REFERENCE, template_variable, template_variable_of};
use super::resolve::{ResolvedValue, ResourceRef, ValuePart};
use super::slots::{SlotNode, SlotValue, is_name_or_arn, is_text, may_hold_slots, merged};
use super::template::ResourceNode;
use super::unit::{Unit, bare_get_att, is_bare};
use crate::model::{Arn, ArnKind, ArnName, Property, Reference, Slot, TextValue, Unchecked, Value, Wants};
use crate::profile::{SERVICE_LINKED_ROLE, STATE_MACHINES};
use crate::text::FileRange;
use crate::text::printable::excerpt;
use crate::yaml::{Node, ScalarStyle};

/// Returns everything in a template that is not checked, in file order.
pub(super) fn unchecked(unit: &Unit<'_>) -> Vec<Unchecked> {
    let mistaken = mistaken(unit);
    let slots = unit.model.slots.iter().zip(&unit.slots);
    let values =
        slots.filter(|(slot, written)| slot.wants != Wants::Role && !mistaken.contains(&written.slot.value.id()));
    let values = values.filter_map(|(slot, written)| of_value(slot, written, unit));
    let objects = unit.objects.iter().filter_map(of_object);
    let role_lists = unit.role_lists.iter().filter_map(of_role_list);
    let around = unit.opaque.iter().filter(|slot| !mistaken.contains(&slot.value.id()));
    let around = around.filter_map(|slot| of_opaque(slot, unit));
    let resources = unit.template.merged_types.iter().filter_map(|key| merged_type(*key));
    let properties = unit.template.resources.values().filter_map(merged_properties);
    let loops = unit.template.ambiguous_loops.iter().map(|one| Unchecked {
        place: one.arguments.key().unwrap_or(one.arguments).place(),
        origin: format!("loop variable `{}`", one.identifier),
        message: format!(
            "this loop is not analysed: its variable `{}` has other values in another loop; give each loop its own variable",
            one.identifier
        ),
    });
    let mut unchecked: Vec<_> = hidden(&unit.template)
        .into_iter()
        .chain(values)
        .chain(objects)
        .chain(role_lists)
        .chain(around)
        .chain(resources)
        .chain(properties)
        .chain(loops)
        .collect();
    unchecked.sort_by_key(|one| one.place);
    unchecked.dedup();
    unchecked
}

/// The origin of an unknown value.
struct Origin {
    /// The origin in a few words, for a summary.
    short: String,
    /// The origin in a message, after "comes from".
    long: String,
}

impl Origin {
    fn new(short: impl Into<String>, long: impl Into<String>) -> Self {
        Self {
            short: short.into(),
            long: long.into(),
        }
    }

    fn template_variable(variable: &str) -> Self {
        let variable = excerpt(variable);
        Self::new(
            format!("template variable `{variable}`"),
            format!("the template variable `{variable}`, which is replaced before CloudFormation reads the template"),
        )
    }

    /// Describes a variable of a document of another service.
    ///
    /// - <https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-variables.html>
    /// - <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html>
    fn document_variable(variable: &str, property: Property) -> Self {
        let variable = excerpt(variable);
        let service = match STATE_MACHINES.contains(&property.resource) {
            true => "Step Functions",
            false => "Systems Manager",
        };
        Self::new(
            format!("document variable `{variable}`"),
            format!("the variable `{variable}`, which {service} replaces"),
        )
    }

    /// Describes the first dynamic reference in a string.
    ///
    /// The string may end at a variable of `Fn::Sub` inside the reference.
    fn dynamic_reference(text: &str) -> Option<Self> {
        let reference = text.get(text.find(DYNAMIC_REFERENCE)?..)?;
        let short = match reference.split_once("}}") {
            Some((inside, _)) => format!("`{inside}}}}}`"),
            None => format!("`{reference}…`"),
        };
        let long = "a dynamic reference, which is resolved when the stack is deployed";
        Some(Self::new(short, long))
    }

    /// Reports a value with this origin.
    fn of(self, name: &str, place: FileRange) -> Unchecked {
        Unchecked {
            place,
            origin: self.short,
            message: format!("{name} comes from {}", self.long),
        }
    }
}

/// Returns why the value of a slot is unknown, if it is.
fn of_value<'s>(slot: &Slot<'s>, written: &SlotValue<'_>, unit: &Unit<'s>) -> Option<Unchecked> {
    if is_named(slot, unit) || unit.is_followed(slot.wants, written) {
        return None;
    }
    let name = unit.model.slot_name(slot);
    let node = written.slot.value;
    let variable = || {
        let mut texts = node.resolved().descendants().filter_map(Node::scalar);
        texts.find_map(template_variable)
    };
    let origin = match &slot.value {
        Value::Unknown(_) | Value::Text(_) if slot.property.is_in_document() && variable().is_some() => {
            variable().map(|variable| Origin::document_variable(variable, slot.property))
        }
        Value::Macro => return Some(from_macro(&name, node, slot.place)),
        Value::Reference(reference) if is_path_segment(reference, unit) => {
            return Some(Unchecked {
                place: slot.place,
                origin: format!("part of the ARN of `{}`", reference.id),
                message: format!(
                    "{name} is a part of the ARN of `{}`, which has a path; which part it is depends on the path",
                    reference.id
                ),
            });
        }
        Value::Reference(reference) if is_checked_reference(slot, reference, unit) => return None,
        Value::Unknown(unknown) => {
            if unknown.arn.is_some() {
                return None;
            }
            let is_parameter = slot.passing.as_ref().is_some_and(|passing| passing.is_parameter);
            if is_parameter && node.resolved().is_sequence() && node.resolved().tag().is_none() {
                return Some(Unchecked {
                    place: slot.place,
                    origin: format!("list in {name}"),
                    message: format!("{name} is a list, which is not analysed"),
                });
            }
            if let Some(collection) = of_collection(&name, node, slot.place, slot.wants) {
                return Some(collection);
            }
            origin(&written.resolved, node, unit)
        }
        Value::Reference(_) => origin(&written.resolved, node, unit),
        Value::Arn(arn) if !is_checked_arn(slot, arn) => {
            origin_of_reference(written.resolved.resource_ref()?, node, unit)
        }
        Value::Text(text) => return of_text(text, &name, written, slot.place, unit),
        Value::Arn(_) => return None,
    };
    Some(origin?.of(&name, slot.place))
}

/// Returns why a string is unknown.
///
/// It is empty, or a part of it is replaced.
fn of_text(
    text: &TextValue,
    name: &str,
    written: &SlotValue<'_>,
    place: FileRange,
    unit: &Unit<'_>,
) -> Option<Unchecked> {
    let is_own = unit.model.role_named(&text.text).is_some() || unit.model.is_profile_name(&text.text);
    if is_own || text.missing.is_some() {
        return None;
    }
    if is_null(written.slot.value.resolved()) {
        return Some(null(name, place));
    }
    if text.text.trim().is_empty() {
        return Some(empty(name, place));
    }
    if let Some(variable) = template_variable(&text.text) {
        return Some(Origin::template_variable(variable).of(name, place));
    }
    let (_, rest) = text.text.split_once("${")?;
    let (variable, _) = rest.split_once('}')?;
    Some(Unchecked {
        place,
        origin: format!("variable `${{{variable}}}`"),
        message: format!("{name} contains `${{{variable}}}`, which CloudFormation does not replace here"),
    })
}

/// Returns why a list or an object at a slot is unknown.
///
/// A value that it contains may be a slot of its own. Where a profile is taken, that holds for `Name` and `Arn` too.
fn of_collection(name: &str, node: Node<'_>, place: FileRange, wants: Wants) -> Option<Unchecked> {
    let node = node.resolved();
    let has_value = node.entries().any(|(key, _)| {
        let key = key.scalar().unwrap_or_default();
        (wants == Wants::Profile && is_name_or_arn(key)) || key == "<<" || key.starts_with("Fn::")
    });
    let is_other = node.scalar().is_some() || Call::read(node).is_some() || bare_get_att(node).is_some();
    if is_other || has_value || node.items().len() == 1 {
        return None;
    }
    if let Some(variable) = template_variable_of(node) {
        return Some(Origin::template_variable(variable).of(name, place));
    }
    if node.items().len() + node.entries().len() == 0 {
        return Some(empty(name, place));
    }
    let (short, long) = match node.is_sequence() {
        true => ("list", "a list of several values"),
        false if wants == Wants::Profile => ("object", "an object without `Name` and `Arn`"),
        false => ("object", "an object"),
    };
    Some(Unchecked {
        place,
        origin: format!("{short} in {name}"),
        message: format!("{name} is {long}, which is not analysed"),
    })
}

/// Returns why an object for the name or ARN of a profile is unknown.
fn of_object(object: &SlotValue<'_>) -> Option<Unchecked> {
    let slot = &object.slot;
    // A variable in place of the object is in place of the slot's parent.
    let is_variable = template_variable_of(slot.value.resolved()).is_some();
    (!is_bare(slot) && !is_variable)
        .then(|| of_collection(&slot.display(), slot.value, slot.value.place(), Wants::Profile))?
}

/// Returns why the roles of a profile are unknown.
fn of_role_list(list: &SlotValue<'_>) -> Option<Unchecked> {
    let (name, value) = (list.slot.display(), list.slot.value);
    let node = value.resolved();
    match node.scalar() {
        _ if is_null(node) => Some(null(&name, value.place())),
        Some(text) if node.tag().is_none() => text.trim().is_empty().then(|| empty(&name, value.place())),
        _ if node.is_mapping() => of_collection(&name, value, value.place(), Wants::RoleOfProfile),
        _ => None,
    }
}

/// Returns whether a value is null: <https://yaml.org/spec/1.2.2/#1032-tag-resolution>.
fn is_null(node: Node<'_>) -> bool {
    let is_plain = node.tag().is_none() && node.scalar_style() == ScalarStyle::Plain;
    let text = node.scalar().filter(|_| is_plain);
    text.is_some_and(|text| matches!(text, "" | "~" | "null" | "Null" | "NULL"))
}

fn null(name: &str, place: FileRange) -> Unchecked {
    Unchecked {
        place,
        origin: format!("null in {name}"),
        message: format!("{name} is null, which CloudFormation rejects"),
    }
}

fn empty(name: &str, place: FileRange) -> Unchecked {
    Unchecked {
        place,
        origin: format!("empty {name}"),
        message: format!("{name} is empty"),
    }
}

/// Returns why the content around a slot is unknown.
fn of_opaque(slot: &SlotNode<'_>, unit: &Unit<'_>) -> Option<Unchecked> {
    let (name, node) = (slot.display(), slot.value);
    let place = node.place();
    let is_document = slot.property.is_in_document() && is_text(node.resolved());
    if let Some(variable) = template_variable_of(node.resolved()).filter(|_| !is_document) {
        return Some(Origin::template_variable(variable).of(&name, place));
    }
    match node.scalar() {
        Some(key) if key.starts_with(LOOP) => Some(Unchecked {
            place,
            origin: format!("loop `{key}`"),
            message: format!("{name} may come from the loop `{key}`, which is not analysed inside of properties"),
        }),
        Some(key) if key.starts_with("Fn::") => Some(Unchecked {
            place,
            origin: macro_name(node.value()),
            message: format!("{name} may come from a macro, which is not analysed"),
        }),
        _ if is_document => Some(Unchecked {
            place,
            origin: format!("string in `{}`", slot.resource.id),
            message: format!("{name} may be in the document that is given as a string, which is not analysed"),
        }),
        _ => match ResolvedValue::read(node.resolved()) {
            ResolvedValue::Transform => Some(from_macro(&name, node, place)),
            resolved => {
                let origin = origin(&resolved, node, unit)?;
                Some(match deciding_key(slot) {
                    Some(key) => origin.of(&format!("{name} may be here: `{key}`"), place),
                    None => origin.of(&name, place),
                })
            }
        },
    }
}

/// Returns the key of a value that decides whether an item of a list contains the slot.
fn deciding_key<'d>(slot: &SlotNode<'d>) -> Option<&'d str> {
    let key = slot.value.key()?.scalar()?;
    slot.name.contains(&format!("{key}=")).then_some(key)
}

/// Returns why a resource with a merged type is unknown.
fn merged_type(key: Node<'_>) -> Option<Unchecked> {
    let body = key.value()?.resolved();
    let resource_type = merged(body, "Type")?.resolved().scalar()?;
    let properties = body.get("Properties").or_else(|| merged(body, "Properties"))?;
    may_hold_slots(resource_type, properties).then(|| by_merge_key("type", key))
}

/// Returns why a resource with merged properties is unknown.
fn merged_properties(resource: &ResourceNode<'_>) -> Option<Unchecked> {
    let properties = merged(resource.body, "Properties")?;
    may_hold_slots(resource.resource_type, properties).then(|| by_merge_key("properties", resource.key))
}

fn by_merge_key(part: &str, key: Node<'_>) -> Unchecked {
    let id = key.scalar().unwrap_or_default();
    Unchecked {
        place: key.place(),
        origin: format!("merge key in `{id}`"),
        message: format!(
            "the {part} of `{id}`, from a merge key `<<`, cannot be known: CloudFormation has no merge keys"
        ),
    }
}

fn from_macro(name: &str, value: Node<'_>, place: FileRange) -> Unchecked {
    let call = Call::read(value.resolved());
    Unchecked {
        place,
        origin: macro_name(call.map(|call| call.argument)),
        message: format!("{name} comes from a macro, which is not analysed"),
    }
}

/// Returns whether a reference returns a segment of a path instead of a name.
fn is_path_segment(reference: &Reference<'_>, unit: &Unit<'_>) -> bool {
    let mut targets = reference.targets.iter();
    reference.is_from_arn && targets.any(|target| unit.model.get(target.resource).has_path())
}

/// Returns whether a value is the name of a role or a profile of the template.
fn is_named<'s>(slot: &Slot<'s>, unit: &Unit<'s>) -> bool {
    let key = slot.key.as_deref().filter(|_| slot.wants == Wants::Profile);
    let is_of_role = || key.is_some_and(|key| unit.model.role_with_key(key).is_some());
    unit.model.repeated_by(slot).is_some() || is_of_role()
}

/// Returns whether a reference is correct or reported by a rule.
fn is_checked_reference(slot: &Slot<'_>, reference: &Reference<'_>, unit: &Unit<'_>) -> bool {
    let is_linked = || {
        let itself = reference.itself().map(|id| unit.model.get(id).resource_type);
        slot.wants == Wants::Profile && itself == Some(SERVICE_LINKED_ROLE)
    };
    unit.model.is_to_role_or_profile(reference) || is_linked()
}

/// Returns whether an ARN is correct or reported, regardless of its name.
fn is_checked_arn(slot: &Slot<'_>, arn: &Arn<'_>) -> bool {
    let is_name_wanted = slot.wants == Wants::RoleOfProfile;
    arn.kind == ArnKind::Profile || is_name_wanted || matches!(arn.name, ArnName::Other)
}

/// Describes the first unknown part of a value.
///
/// Returns `None` if all parts are known; the value may be a name in this stack.
fn origin(resolved: &ResolvedValue<'_>, user: Node<'_>, unit: &Unit<'_>) -> Option<Origin> {
    let parts = match resolved {
        ResolvedValue::Reference(resource_ref) => return origin_of_reference(resource_ref, user, unit),
        ResolvedValue::Unknown(parts) => parts,
        ResolvedValue::BuiltArn(_) | ResolvedValue::Text(_) | ResolvedValue::Transform => return None,
    };
    let texts = || {
        parts.iter().filter_map(|part| match part {
            ValuePart::Text(text) => Some(text.as_str()),
            ValuePart::Reference(_) | ValuePart::Unknown(_) => None,
        })
    };
    let dynamic = texts().find_map(Origin::dynamic_reference);
    let variable = || texts().find_map(template_variable).map(Origin::template_variable);
    let of_part = |part: &ValuePart<'_>| match part {
        ValuePart::Text(_) => None,
        ValuePart::Unknown(node) => origin_of_node(node.resolved(), unit),
        ValuePart::Reference(resource_ref) => origin_of_reference(resource_ref, user, unit).or_else(|| {
            let target = resource_ref.target;
            (!is_pseudo(target)).then(|| {
                Origin::new(
                    format!("string with `{target}`"),
                    format!("a string with `{target}` in it"),
                )
            })
        }),
    };
    dynamic.or_else(variable).or_else(|| parts.iter().find_map(of_part))
}

/// Describes the target of a reference, if it is unknown.
fn origin_of_reference(resource_ref: &ResourceRef<'_>, user: Node<'_>, unit: &Unit<'_>) -> Option<Origin> {
    let id = resource_ref.target;
    if is_pseudo(id) || unit.is_role_or_profile(id, user) {
        return None;
    }
    let types: HashSet<_> = unit
        .referred(id, user)
        .iter()
        .map(|one| unit.model.get(one.resource).resource_type)
        .collect();
    let is_output = matches!(resource_ref.attribute, Attribute::GetAtt(name) if name.starts_with("Outputs."));
    Some(if types.contains("AWS::CloudFormation::Stack") && is_output {
        Origin::new(
            format!("output of `{id}`"),
            format!("an output of the nested stack `{id}`{}", unit.reason_of_output(id)),
        )
    } else if !types.is_empty() {
        Origin::new(
            format!("`{id}` (neither role nor profile)"),
            format!("`{id}`, which is neither a role nor an instance profile"),
        )
    } else if unit.template.parameters.contains(id) {
        Origin::new(
            format!("parameter `{id}`"),
            format!("the parameter `{id}`, which {}", unit.origin_of_parameter(id)),
        )
    } else if is_in_scope(user, &format!("${{{id}}}")) {
        Origin::new(format!("loop variable `{id}`"), format!("the loop variable `{id}`"))
    } else if unit.template.has_name(id) {
        Origin::new(
            format!("`{id}` (unknown type)"),
            format!("`{id}`, whose type is not known"),
        )
    } else if let Some(variable) = template_variable(id) {
        Origin::template_variable(variable)
    } else {
        Origin::new(
            format!("`{id}` (not defined)"),
            format!("`{id}`, which the template does not define"),
        )
    })
}

/// Describes a node with an unknown value, such as a function call.
fn origin_of_node(node: Node<'_>, unit: &Unit<'_>) -> Option<Origin> {
    if let Some(variable) = template_variable_of(node) {
        return Some(Origin::template_variable(variable));
    }
    let Some(call) = Call::read(node) else {
        let long = || Origin::new("long string", "a string that is too long to analyse");
        return Some(Origin::dynamic_reference(node.scalar()?).unwrap_or_else(long));
    };
    Some(match call.name {
        "ImportValue" => {
            let name = call.plain_argument().and_then(Node::scalar);
            let short = name.map_or_else(|| "import".to_owned(), |name| format!("import `{name}`"));
            Origin::new(short, format!("an export of another stack{}", unit.reason_of_import()))
        }
        "FindInMap" => match looked_up(node) {
            Some([Some(mapping), ..]) => {
                Origin::new(format!("mapping `{mapping}`"), format!("the mapping `{mapping}`"))
            }
            _ => Origin::new("mapping", "a mapping"),
        },
        "Transform" => Origin::new(macro_name(Some(call.argument)), "a macro, which is not analysed"),
        "Ref" => Origin::new("`Ref`", "a `Ref` of another function, which is not analysed"),
        name => Origin::new(
            format!("`Fn::{name}`"),
            format!("`Fn::{name}` of values that are not known"),
        ),
    })
}

/// Returns whether this is a pseudo parameter.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
fn is_pseudo(id: &str) -> bool {
    id.starts_with("AWS::")
}
