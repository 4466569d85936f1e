//! The values that only other templates explain.

use super::ends::{nested_stacks, passed_values, profile_names};
use super::intrinsic::Attribute;
use super::resolve::ResolvedValue;
use super::slots::SlotValue;
use super::unit::Unit;
use crate::model::{ChosenProfile, ProfileChoice, SlotId, Wants};
use crate::project::{Link, ValueEnd};
use crate::text::{FileRange, NodePath};
use crate::yaml::Node;

impl<'s> Unit<'s> {
    /// Returns whether a slot or the name of a profile has a value that another template may give, or a new profile a name that one
    /// may have.
    pub(super) fn takes_values(&self) -> bool {
        let mut slots = self.slots.iter().enumerate();
        let is_named = |choice: &ProfileChoice<'_>| matches!(&choice.profile, ChosenProfile::New(new) if new.is_named);
        self.model.choices.iter().any(is_named)
            || !profile_names(self).is_empty()
            || slots.any(|(at, written)| {
                let to = written.resolved.resource_ref();
                let is_parameter = to.is_some_and(|to| self.template.parameters.contains(to.target));
                is_parameter || self.is_unexplained(SlotId(at), written)
            })
    }

    /// Returns the values that only other templates explain, each with its location and its path.
    pub(super) fn unexplained(&self) -> Vec<(FileRange, NodePath)> {
        let stacks = nested_stacks(&self.template).filter(|stack| !self.is_certain_link(stack.id));
        let passed = stacks.flat_map(|stack| {
            let path = stack.path().key("Properties").key("Parameters");
            let values = passed_values(stack)
                .into_iter()
                .flat_map(|values| values.resolved().entries());
            values.filter_map(move |(key, value)| Some((value, path.clone().key(key.scalar()?))))
        });
        let slots = self.model.slots.iter().zip(&self.slots).enumerate();
        let slots = slots.filter(|(at, (_, written))| self.is_unexplained(SlotId(*at), written));
        let slots = slots.map(|(_, (slot, written))| (written.slot.value, slot.path.clone()));
        passed
            .chain(slots)
            .flat_map(|(value, path)| places(value, path))
            .collect()
    }

    /// Returns why the value of an output is unknown, if the templates of the project are known.
    pub(super) fn reason_of_output(&self, stack: &str) -> &'static str {
        let Some(outside) = &self.outside else { return "" };
        match outside.flows.link(outside.template, stack) {
            Link::To(_) => ", whose template does not say what it is",
            Link::Missing => ", whose template is not among the files that are checked together",
            Link::Unclear => ", whose template may be one of several files, or does not fit",
        }
    }

    /// Returns why the value of an import is unknown, if the templates of the project are known.
    pub(super) fn reason_of_import(&self) -> &'static str {
        match &self.outside {
            Some(_) => ", and no file that is checked together with this one says what it is",
            None => "",
        }
    }

    /// Returns where a parameter comes from, after "which".
    pub(super) fn origin_of_parameter(&self, parameter: &str) -> String {
        let file = self.outside.as_ref().and_then(|outside| {
            let file = outside.flows.unreported_parent(outside.template, parameter)?;
            outside.paths.get(file)
        });
        match file {
            Some(path) => format!("is passed by `{path}`, not among the files that are checked"),
            None => "is given outside of the template".to_owned(),
        }
    }

    /// Returns whether the value of a slot is a parameter that another template certainly passes, where it is checked.
    pub(super) fn is_followed(&self, wants: Wants, written: &SlotValue<'_>) -> bool {
        match (&written.resolved, &self.outside) {
            (ResolvedValue::Reference(to), Some(outside)) if to.attribute == Attribute::Ref => {
                let is_parameter = self.template.parameters.contains(to.target);
                is_parameter && outside.flows.is_followed(outside.template, to.target, wants)
            }
            _ => false,
        }
    }

    fn is_certain_link(&self, stack: &str) -> bool {
        self.outside.as_ref().is_some_and(|outside| {
            let link = outside.flows.link(outside.template, stack);
            matches!(link, Link::To(target) if !target.is_likely)
        })
    }

    fn is_unexplained(&self, slot: SlotId, written: &SlotValue<'s>) -> bool {
        if let ResolvedValue::Reference(to) = &written.resolved
            && to.attribute == Attribute::Ref
            && self.template.parameters.contains(to.target)
        {
            return !self.is_followed(self.model.slot(slot).wants, written);
        }
        match self.value_end(&written.resolved, written.slot.value) {
            ValueEnd::Output { .. } | ValueEnd::Import(_) => {
                let given = self.outside.as_ref().and_then(|outside| outside.given.get(&slot));
                given.is_none_or(|given| given.is_likely)
            }
            ValueEnd::Resource { .. } | ValueEnd::Parameter(_) | ValueEnd::Unknown => false,
        }
    }
}

/// Returns the locations in a value where a suppression may stand, with the path of the value.
fn places(value: Node<'_>, path: NodePath) -> impl Iterator<Item = (FileRange, NodePath)> {
    /// A value with more nodes is no reference.
    const MAX_NODES: usize = 64;
    let inside = value.descendants().take(MAX_NODES);
    inside.map(move |node| (node.place(), path.clone()))
}
