//! The facts about a template that other templates give.

use std::collections::{HashMap, HashSet};

use crate::model::{ChoiceId, ModelError, SlotId};
use crate::project::{Flows, Given};
use crate::text::FileId;

/// The facts about a project, from all of its templates.
#[derive(Debug)]
pub(super) struct ProjectFacts {
    /// The files that have a part of a template.
    pub(super) parts: HashSet<FileId>,
    /// The ways between the templates.
    pub(super) flows: Flows,
    /// The paths of the files, as messages show them.
    pub(super) paths: Vec<String>,
    /// The IDs of the roles and profiles of each template, each with its ID in the models of others.
    pub(super) outside_ids: Vec<HashMap<String, String>>,
    /// The templates that cannot be analysed.
    pub(super) errors: Vec<ModelError>,
}

/// The facts about a template that other templates give.
#[derive(Debug)]
pub(super) struct Outside<'s> {
    /// The ways between the templates.
    pub(super) flows: &'s Flows,
    /// The paths of the files, as messages show them.
    pub(super) paths: &'s [String],
    /// The index of the template.
    pub(super) template: usize,
    /// The roles and profiles of other templates that slots are given.
    pub(super) given: HashMap<SlotId, Given>,
    /// The roles and profiles of other templates, by their IDs in the model.
    pub(super) resources: HashMap<String, OutsideResource>,
}

/// A role or a profile of another template.
#[derive(Clone, Debug)]
pub(super) struct OutsideResource {
    /// The index of the template.
    pub(super) template: usize,
    /// Its ID there.
    pub(super) id: String,
    /// The choice of its profile there, if it is a role that needs one.
    pub(super) choice: Option<ChoiceId>,
}

/// Returns the ID of a resource in the models of other templates, which is no logical ID.
pub(super) fn outside_id(path: &str, id: &str) -> String {
    format!("{path}:{id}")
}
