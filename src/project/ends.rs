//! The ends of the values that pass between templates, as one template states them.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::links::{SharedName, TemplateLocation};
use crate::model::{NameOrArn, Property, Takes, Wants};
use crate::text::FileRange;

/// The values that one template takes from others and gives to them.
#[derive(Clone, Debug, Default)]
pub struct TemplateEnds {
    /// The index of its file in the project.
    pub file: usize,
    /// True if its findings are reported.
    pub is_reported: bool,
    /// The parameters by name.
    pub parameters: IndexMap<String, ParameterEnd>,
    /// The nested stacks.
    pub stacks: Vec<StackEnd>,
    /// The outputs by name.
    pub outputs: IndexMap<String, OutputEnd>,
    /// True if the template may have other outputs or parameters too, from a loop or a macro.
    pub may_have_others: bool,
    /// The imports, in any place.
    pub imports: Vec<ImportEnd>,
    /// The names of its profiles that come from other templates.
    pub profile_names: Vec<ValueEnd>,
}

/// A parameter, and what its value is used for.
#[derive(Clone, Debug, Default)]
pub struct ParameterEnd {
    /// True if the value may be omitted.
    pub has_default: bool,
    /// The slots that take the value.
    pub slots: Vec<SlotEnd>,
    /// Every use of the value, except in conditions.
    pub uses: Vec<FileRange>,
}

/// A slot for a profile or a role that takes the value of a parameter.
#[derive(Clone, Debug)]
pub struct SlotEnd {
    /// The resource that it wants.
    pub wants: Wants,
    /// Its property.
    pub property: Property,
    /// The attribute that it takes.
    pub takes: Takes,
    /// Its description in a message.
    pub name: String,
    /// Its location.
    pub place: FileRange,
    /// The location of the reference to the parameter.
    pub used_at: FileRange,
    /// True if a condition on anything but the parameter itself decides whether the slot has the value.
    pub is_conditional: bool,
    /// True if any condition decides, even one on the parameter itself.
    pub has_guards: bool,
}

/// A nested stack.
#[derive(Clone, Debug)]
pub struct StackEnd {
    /// Its ID.
    pub id: String,
    /// The locations of its template, one for each choice of the conditions.
    pub locations: Vec<TemplateLocation>,
    /// The values that it is passed.
    pub passed: Vec<PassedEnd>,
    /// True if these are all.
    pub is_complete: bool,
    /// The outputs that the template reads.
    pub outputs: BTreeSet<String>,
}

/// A value that is passed to a nested stack.
#[derive(Clone, Debug)]
pub struct PassedEnd {
    /// The parameter of the nested stack.
    pub parameter: String,
    /// The location of the value.
    pub place: FileRange,
    /// The values that it may be.
    pub values: Vec<ValueEnd>,
    /// The parameters of the template itself that are handed on, each with the location of the reference.
    pub handed_on: Vec<(String, FileRange)>,
    /// True if a condition decides about the value.
    pub is_conditional: bool,
}

/// An output.
#[derive(Clone, Debug)]
pub struct OutputEnd {
    /// Its value.
    pub value: ValueEnd,
    /// The location of its value.
    pub place: FileRange,
    /// The condition under which it exists.
    pub condition: Option<String>,
    /// The name of its export.
    pub export: Option<SharedName>,
    /// True if the export's name begins with the name of the stack, which no other stack has.
    pub has_own_name: bool,
}

/// A value that may come from another template, or be given to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueEnd {
    /// A role or a profile of the template.
    Resource {
        /// Its ID.
        id: String,
        /// True if it is a role.
        is_role: bool,
        /// The attribute.
        form: NameOrArn,
    },
    /// An output of a nested stack.
    Output {
        /// The ID of the stack.
        stack: String,
        /// The name of the output.
        output: String,
    },
    /// An import.
    Import(ImportEnd),
    /// A parameter of the template, by its name.
    Parameter(String),
    /// Any other value.
    Unknown,
}

/// The name of a value that is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportEnd {
    /// The name.
    pub name: SharedName,
    /// The variable at its beginning.
    pub variable: Option<String>,
}
