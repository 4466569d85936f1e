//! Refers to a role or a profile of another template, through outputs, and adds those that are missing.

use super::ends::{is_macro_key, output_of};
use super::intrinsic::{Attribute, Call, RefArgument, RefCall};
use super::links::{export_name, export_of};
use super::new_profile::{check_can_insert_after, copy_of_condition};
use super::outside::OutsideResource;
use super::project_file::ProjectView;
use super::resolve::{RefSyntax, ResolvedValue, ResourceRef, ValuePart, parts_of, parts_of_argument};
use super::slots::SlotValue;
use super::spelling::{Spelling, long, short};
use super::unit::{MAX_OUTPUTS, Unit};
use crate::model::{Formula, NameOrArn, NoFix, ResourceId};
use crate::project::{Given, Hop, OutputEnd, ValueEnd};
use crate::text::EditObstacle;
use crate::yaml::{Change, NewValue, Node, Op, ScalarStyle};

/// A reference to a resource of another template.
pub(super) struct OutsideReference {
    /// The changes: new outputs, those of the resource's template first, then the reference.
    pub(super) changes: Vec<Change>,
    /// False if an export gets a name that another stack may have.
    pub(super) is_safe: bool,
}

/// Refers to `target` in a slot, in place of what the slot is `given`.
///
/// `condition` is that of the target.
///
/// # Errors
///
/// If a template on the way gives its value in a way that cannot be repeated.
pub(super) fn refer<'s>(
    project: ProjectView<'_, 's>,
    slot: &SlotValue<'s>,
    given: &Given,
    target: &OutsideResource,
    condition: Option<&str>,
    form: NameOrArn,
) -> Result<OutsideReference, NoFix> {
    let mut reference = OutsideReference {
        changes: Vec::new(),
        is_safe: true,
    };
    let mut value = ValueEnd::Resource {
        id: target.id.clone(),
        // What is not needed to find an output is left as it is.
        is_role: given.is_role,
        form,
    };
    let name = match form {
        NameOrArn::Name => target.id.clone(),
        NameOrArn::Arn => format!("{}Arn", target.id),
    };
    let mut access = Access {
        output: name,
        export_end: None,
    };
    for (at, hop) in given.hops.iter().enumerate().rev() {
        let unit = project.units.get(hop.template).ok_or(NoFix::UnknownProfile)?;
        let path = project.files.path(unit.yaml_file().file().id);
        let passing = PassingTemplate { unit, hop, path };
        access = match passing.existing(&value, condition) {
            Some(access) => access,
            None => passing.add(&value, &access.output, condition, &mut reference)?,
        };
        value = match at.checked_sub(1).and_then(|before| given.hops.get(before)) {
            // The next template reads the output as it reads the old one.
            Some(next) => match project
                .units
                .get(next.template)
                .and_then(|unit| unit.output(&next.output))
            {
                Some(OutputEnd {
                    value: ValueEnd::Output { stack, .. },
                    ..
                }) => ValueEnd::Output {
                    stack: stack.clone(),
                    output: access.output.clone(),
                },
                _ => return Err(NoFix::UnusualOutput(path.to_owned())),
            },
            None => value,
        };
    }
    reference.changes.push(renamed(slot, &access)?);
    Ok(reference)
}

/// How a template refers to an output of another one.
struct Access {
    /// The name of the output.
    output: String,
    /// The text at the end of its export's name, and that of the old one.
    export_end: Option<[String; 2]>,
}

/// A template on the way of a value.
struct PassingTemplate<'u, 's> {
    unit: &'u Unit<'s>,
    hop: &'u Hop,
    path: &'u str,
}

impl<'s> PassingTemplate<'_, 's> {
    /// Returns an output with a value that exists whenever the old one does, and how to refer to it.
    fn existing(&self, value: &ValueEnd, condition: Option<&str>) -> Option<Access> {
        let unit = self.unit;
        let ends = unit.outside.as_ref()?;
        let old = unit.output(&self.hop.output)?;
        let outputs = &ends.flows.template(ends.template)?.outputs;
        let fits = |output: &&(&String, &OutputEnd)| {
            let (_, end) = output;
            let exists = end.condition.is_none() || end.condition == old.condition;
            let is_value = match (&end.value, value) {
                (
                    ValueEnd::Resource { id, form, .. },
                    ValueEnd::Resource {
                        id: wanted,
                        form: in_form,
                        ..
                    },
                ) => id == wanted && form == in_form,
                (one, other) => one == other,
            };
            exists && is_value && self.exists(end.condition.as_deref(), condition)
        };
        let candidates: Vec<_> = outputs.iter().collect();
        let mut found = candidates.iter().filter(fits).filter_map(|(name, _)| {
            let export_end = match self.hop.is_import {
                true => Some(self.end_of_export(name)?),
                false => None,
            };
            Some(Access {
                output: (*name).clone(),
                export_end,
            })
        });
        found.next()
    }

    /// Returns the end of the export's name of another output, and that of the old one, if the rest is the same.
    fn end_of_export(&self, other: &str) -> Option<[String; 2]> {
        let name = |output: &str| {
            let (_, body) = self.output_node(output)?;
            Some(parts_of(export_of(body)?.resolved()))
        };
        let (old, new) = (name(&self.hop.output)?, name(other)?);
        let (Some((ValuePart::Text(old_end), old)), Some((ValuePart::Text(new_end), new))) =
            (old.split_last(), new.split_last())
        else {
            return None;
        };
        let is_same = |(one, other): (&ValuePart<'_>, &ValuePart<'_>)| match (one, other) {
            (ValuePart::Text(one), ValuePart::Text(other)) => one == other,
            (ValuePart::Reference(one), ValuePart::Reference(other)) => {
                one.target == other.target && one.attribute == other.attribute
            }
            _ => false,
        };
        let are_same = old.len() == new.len() && old.iter().zip(new).all(is_same);
        are_same.then(|| [new_end.clone(), old_end.clone()])
    }

    /// Adds an output with a value after the old one, and returns how to refer to it.
    fn add(
        &self,
        value: &ValueEnd,
        name: &str,
        condition: Option<&str>,
        reference: &mut OutsideReference,
    ) -> Result<Access, NoFix> {
        let unusual = || NoFix::UnusualOutput(self.path.to_owned());
        let (key, body) = self.output_node(&self.hop.output).ok_or_else(unusual)?;
        // A loop, a macro or a merge key may make outputs and exports of any name.
        let section = key.ancestors().nth(1).into_iter().flat_map(Node::entries);
        if section
            .into_iter()
            .any(|(key, _)| key.scalar().is_none_or(is_macro_key))
        {
            return Err(unusual());
        }
        let old = self.unit.output(&self.hop.output).ok_or_else(unusual)?;
        if !self.exists(old.condition.as_deref(), condition) {
            return Err(NoFix::MayNotExist(name.to_owned()));
        }
        check_can_insert_after(body, &self.hop.output)?;
        let output = self.free_name(name)?;
        let old_value = body.get("Value").ok_or_else(unusual)?;
        let mut entries = vec![("Value".to_owned(), self.written(value, old_value)?)];
        if let Some(condition) = &old.condition {
            let path = self.unit.template.root.path().key("Outputs").key(&self.hop.output);
            let written = body.get("Condition").map(Node::resolved);
            entries.push(("Condition".to_owned(), copy_of_condition(written, &path, condition)));
        }
        let mut export_end = None;
        if self.hop.is_import {
            let (exported, ends) = self.new_export(&output, body).ok_or_else(unusual)?;
            let entry = vec![("Name".to_owned(), exported)];
            let export = NewValue::Mapping {
                entries: entry,
                one_line: false,
            };
            entries.push(("Export".to_owned(), export));
            export_end = Some(ends);
            reference.is_safe &= old.has_own_name;
        }
        let position = |name: &str| body.entries().position(|(key, _)| key.scalar() == Some(name));
        entries.sort_by_key(|(name, _)| position(name).unwrap_or(usize::MAX));
        reference.changes.push(Change::Value {
            node: key.id(),
            path: self.unit.template.root.path().key("Outputs").key(&self.hop.output),
            op: Op::InsertAfter {
                within: None,
                key: output.clone(),
                value: NewValue::Mapping {
                    entries,
                    one_line: false,
                },
            },
        });
        Ok(Access { output, export_end })
    }

    /// Returns whether a resource with this condition exists whenever an output does.
    fn exists(&self, output: Option<&str>, resource: Option<&str>) -> bool {
        let Some(resource) = resource.filter(|_| self.is_last()) else {
            return true;
        };
        let given = output.map(|condition| Formula::Named(condition.to_owned()));
        let conditions = &self.unit.model.conditions;
        conditions.implies(given, Formula::Named(resource.to_owned()))
    }

    fn is_last(&self) -> bool {
        let old = self.unit.output(&self.hop.output);
        matches!(old.map(|old| &old.value), Some(ValueEnd::Resource { .. }))
    }

    /// Returns the key and the body of an output, if both are written in the section itself.
    fn output_node(&self, name: &str) -> Option<(Node<'s>, Node<'s>)> {
        let section = self
            .unit
            .template
            .root
            .get("Outputs")
            .filter(|section| !section.is_alias())?;
        let (key, body) = section.entry(name)?;
        (!body.is_alias() && !body.is_anchored() && body.is_mapping()).then_some((key, body))
    }

    /// Returns a name that no output has.
    ///
    /// A name has 255 letters and digits at most:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>.
    fn free_name(&self, name: &str) -> Result<String, NoFix> {
        const MAX_LENGTH: usize = 250;
        let unusual = || NoFix::UnusualOutput(self.path.to_owned());
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric()) && name.len() <= MAX_LENGTH;
        let outputs = self
            .unit
            .template
            .root
            .get("Outputs")
            .map(Node::resolved)
            .ok_or_else(unusual)?;
        if outputs.entries().len() >= MAX_OUTPUTS {
            return Err(NoFix::TooManyOutputs(self.path.to_owned()));
        }
        if !is_plain {
            return Err(unusual());
        }
        let numbers = (1..).map(|number| match number {
            1 => name.to_owned(),
            _ => format!("{name}{number}"),
        });
        let mut free = numbers.take(MAX_OUTPUTS + 1).filter(|name| outputs.get(name).is_none());
        free.next().ok_or_else(unusual)
    }

    /// Writes the value of a new output, in the spelling of the old one's value.
    fn written(&self, value: &ValueEnd, old: Node<'s>) -> Result<NewValue, NoFix> {
        let spelling = self.unit.calls.spelling_of(old.resolved());
        match value {
            ValueEnd::Resource { id, form, .. } => {
                let id = self.unit.logical_id(id)?;
                Ok(match form {
                    NameOrArn::Name => spelling.name_of(id),
                    NameOrArn::Arn => spelling.arn_of(id),
                })
            }
            ValueEnd::Output { stack, output } => Ok(spelling.output_of(stack, output)),
            ValueEnd::Import(_) | ValueEnd::Parameter(_) | ValueEnd::Unknown => {
                Err(NoFix::UnusualOutput(self.path.to_owned()))
            }
        }
    }

    /// Returns the name of a new export, and the end of its text with that of the old one's.
    ///
    /// It is the old one's with its last word replaced by `word`, or with a number too if that is taken.
    fn new_export(&self, word: &str, old: Node<'s>) -> Option<(NewValue, [String; 2])> {
        let written = export_of(old)?;
        let parts = parts_of(written.resolved());
        let (ValuePart::Text(old_end), before) = parts.split_last()? else {
            return None;
        };
        let start = old_end.rfind(SEPARATORS).map_or(0, |at| at + 1);
        let flows = self.unit.outside.as_ref()?.flows;
        let is_free = |end: &String| {
            let mut name = before.to_vec();
            name.push(ValuePart::Text(end.clone()));
            !flows.is_exported(&export_name(&name))
        };
        let numbers = (1..).map(|number| match number {
            1 => format!("{}{word}", old_end.get(..start).unwrap_or_default()),
            _ => format!("{}{word}{number}", old_end.get(..start).unwrap_or_default()),
        });
        let new_end = numbers.take(MAX_OUTPUTS).find(is_free)?;
        let (text, style) = (name_text(written)?, name_text(written)?.scalar_style());
        let kept = text.scalar()?.strip_suffix(old_end.as_str())?;
        let style = if style == ScalarStyle::Block {
            ScalarStyle::Plain
        } else {
            style
        };
        let renamed = NewValue::scalar(format!("{kept}{new_end}"), Some(style));
        let call = Call::read(written.resolved());
        let name = match call {
            None => renamed,
            Some(call) if call.is_long() => long("Fn::Sub", renamed, written.source().starts_with('{')),
            Some(_) => short("!Sub", renamed),
        };
        Some((name, [new_end, old_end.clone()]))
    }
}

/// The characters between the words of an export's name.
const SEPARATORS: [char; 5] = ['-', ':', '_', '/', '.'];

impl Unit<'_> {
    fn output(&self, name: &str) -> Option<&OutputEnd> {
        let outside = self.outside.as_ref()?;
        outside.flows.output(outside.template, name)
    }

    /// Returns the condition of a resource of this template, or that of the role for a profile that is to be added.
    pub(super) fn condition_of_target(&self, target: &str, role: Option<ResourceId>) -> Option<&str> {
        let target = self.model.resource(target).or(role)?;
        self.model.get(target).condition
    }
}

impl Spelling {
    /// Returns `Fn::GetAtt` of an output of a nested stack in this spelling.
    fn output_of(self, stack: &str, output: &str) -> NewValue {
        let text = |text: String| NewValue::scalar(text, Some(self.quote()));
        match self {
            Self::Short(_) => short("!GetAtt", text(format!("{stack}.Outputs.{output}"))),
            Self::Long { one_line, .. } => {
                let items = vec![text(stack.to_owned()), text(format!("Outputs.{output}"))];
                long("Fn::GetAtt", NewValue::Sequence(items), one_line)
            }
        }
    }
}

/// Changes the reference in a slot, so that it is to another output.
fn renamed(slot: &SlotValue<'_>, access: &Access) -> Result<Change, NoFix> {
    let obstacle = || NoFix::from(EditObstacle::UnusualNotation);
    let (node, op) = match (&slot.resolved, &access.export_end) {
        (ResolvedValue::Reference(to), None) => output_in(to, &access.output).ok_or_else(obstacle)?,
        (ResolvedValue::Unknown(parts), Some([new, old])) => match parts.as_slice() {
            [ValuePart::Unknown(call)] => import_in(*call, new, old).ok_or_else(obstacle)?,
            _ => return Err(obstacle()),
        },
        _ => return Err(obstacle()),
    };
    let value = slot.slot.value;
    if value.is_alias() || !node.ancestors().any(|around| around == value) {
        return Err(EditObstacle::Alias.into());
    }
    let mut path = slot.slot.path.clone();
    let steps = node.path().steps;
    path.steps.extend(steps.into_iter().skip(value.path().steps.len()));
    Ok(Change::Value {
        node: node.id(),
        path,
        op,
    })
}

/// Returns the scalar with the name of an output in a reference, and its change.
fn output_in<'d>(to: &ResourceRef<'d>, output: &str) -> Option<(Node<'d>, Op)> {
    const KEY: &str = "Outputs.";
    let old = output_of(to.attribute)?;
    let (node, end) = match &to.syntax {
        RefSyntax::Call(RefCall {
            argument: RefArgument::One(id),
            attribute: Attribute::GetAtt(_),
            ..
        }) => {
            let node = id.text();
            (node, node.scalar()?.len())
        }
        RefSyntax::Call(reference) => {
            let node = reference.call.plain_argument()?.items().nth(1)?;
            let text = node.scalar().filter(|text| text.starts_with(KEY))?;
            (node, text.len())
        }
        RefSyntax::Variable { text, range } => (*text, range.end),
        RefSyntax::PartOfArn(_) => return None,
    };
    let start = end.checked_sub(old.len())?;
    (node.scalar()?.get(start..end) == Some(old)).then(|| {
        let text = output.to_owned();
        (
            node,
            Op::Splice {
                range: start..end,
                text,
            },
        )
    })
}

/// Returns the scalar with the name of an import, and the change of its end.
fn import_in<'d>(call: Node<'d>, new: &str, old: &str) -> Option<(Node<'d>, Op)> {
    let call = Call::read(call.resolved())?;
    match parts_of_argument(&call).last()? {
        // A literal name has the name of the other stack before this.
        ValuePart::Text(end) if end.ends_with(old) => {}
        _ => return None,
    }
    let node = match call.is_long() {
        true => name_text(call.argument)?,
        false if call.argument.scalar().is_some() => call.argument,
        false => argument_text(&Call::read_long(call.argument)?)?,
    };
    let text = node.scalar()?;
    let start = text.len().checked_sub(old.len()).filter(|_| text.ends_with(old))?;
    let same = old
        .char_indices()
        .zip(new.chars())
        .find(|((_, one), other)| one != other);
    let same = same.map_or(old.len().min(new.len()), |((at, _), _)| at);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || SEPARATORS.contains(&c);
    let added = new.get(same..).filter(|added| added.chars().all(is_plain))?;
    let op = Op::Splice {
        range: start + same..text.len(),
        text: added.to_owned(),
    };
    Some((node, op))
}

/// Returns the scalar of a name that is a string, or an `Fn::Sub` without a mapping.
fn name_text(name: Node<'_>) -> Option<Node<'_>> {
    if name.is_alias() {
        return None;
    }
    match Call::read(name) {
        None => name.scalar().map(|_| name),
        Some(call) => argument_text(&call),
    }
}

fn argument_text<'d>(call: &Call<'d>) -> Option<Node<'d>> {
    let argument = Some(call.argument).filter(|argument| call.name == "Sub" && !argument.is_alias())?;
    argument.scalar().map(|_| argument)
}
