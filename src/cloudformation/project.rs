//! The files of a project as one source: templates, and the values that pass between them.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::checks;
use super::connect::connect;
use super::ends::ends_of;
use super::language::{CloudFormation, ParsedFiles};
use super::lower::{self, CheckFix};
use super::outside::{ProjectFacts, outside_id};
use super::parts::units_of_project;
use super::project_file::{ProjectFile, ProjectView, ShownFiles, index};
use super::read::UnfinishedUnit;
use super::template_file::TemplateFile;
use super::unit::Unit;
use crate::model::{Draft, Finding, FixState, Language, Model, ModelError, ProfileName, Rule};
use crate::project::{Flows, ProjectPaths};
use crate::rules::{Options, Selection};
use crate::text::{Edit, File, FileId, FileRange, NodePath, ProofError};
use crate::yaml::{Change, NewEntries, Op, SyntaxError, render};

/// The language of templates that pass values to each other.
pub struct Project<'p> {
    files: &'p [ProjectFile],
    shown: ShownFiles<'p>,
    paths: ProjectPaths,
}

/// The files that were read.
#[derive(Debug)]
pub struct ProjectSource {
    files: ParsedFiles,
    facts: OnceCell<ProjectFacts>,
}

/// A template of a project.
pub struct ProjectUnit<'s> {
    /// The templates of the project, in file order.
    units: Rc<Vec<Unit<'s>>>,
    /// The index of this one.
    at: usize,
}

impl<'p> Project<'p> {
    /// Describes a project by its files.
    pub fn new(files: &'p [ProjectFile]) -> Self {
        Self {
            files,
            shown: ShownFiles::of(files),
            paths: ProjectPaths::of(files.iter().map(|file| file.path.as_str())),
        }
    }

    /// Returns options for all files: the rules that are selected in one of them.
    pub fn options(&self) -> Options {
        let changed = self.files.iter().find(|file| file.may_change).or(self.files.first());
        let selections = self.files.iter().map(|file| file.options.selection);
        Options {
            selection: selections.fold(Selection::NONE, Selection::and),
            is_generated: self.files.iter().any(|file| file.options.is_generated),
            ..changed.map(|file| file.options).unwrap_or_default()
        }
    }

    fn facts(&self, source: &ProjectSource, units: &[UnfinishedUnit<'_>], errors: Vec<ModelError>) -> ProjectFacts {
        let ends = units.iter().map(|unfinished| {
            let file = unfinished.unit.yaml_file().file().id;
            let is_reported = self.shown.get(file).is_some_and(|file| file.may_change);
            ends_of(&unfinished.unit, index(file), is_reported)
        });
        let text = |file: usize| match source.files.get(file) {
            Some(Ok(file)) => Some(file.own().text()),
            Some(Err(_)) | None => None,
        };
        let is_same = |one: usize, other: usize| text(one) == text(other);
        let ids = units.iter().map(|unfinished| {
            let path = self.shown.path(unfinished.unit.yaml_file().file().id);
            let resources = unfinished.unit.model.resources.values();
            let named = resources.filter(|resource| resource.role().is_some() || resource.profile().is_some());
            named
                .map(|resource| (resource.id.to_owned(), outside_id(path, resource.id)))
                .collect()
        });
        let paths = (0..)
            .map(FileId)
            .zip(self.files)
            .map(|(id, _)| self.shown.path(id).to_owned());
        let parts = units.iter().flat_map(|unfinished| unfinished.unit.files());
        ProjectFacts {
            parts: parts.collect(),
            paths: paths.collect(),
            outside_ids: ids.collect(),
            flows: Flows::of(ends.collect(), &self.paths, &is_same),
            errors,
        }
    }
}

impl ProjectSource {
    /// Returns the error of each file that cannot be read, in file order.
    pub fn syntax_errors(&self) -> impl Iterator<Item = Option<&SyntaxError>> {
        self.files.iter().map(|file| file.as_ref().err())
    }

    /// Returns the errors of templates that cannot be analysed, once the units were read.
    pub fn model_errors(&self) -> &[ModelError] {
        self.facts.get().map_or(&[], |facts| &facts.errors)
    }

    /// Returns the number of templates in a file; a part of one counts too, once the units were read.
    pub fn templates(&self, file: FileId) -> usize {
        let own = self.file(file).into_iter().flat_map(TemplateFile::templates).count();
        let is_part = self.facts.get().is_some_and(|facts| facts.parts.contains(&file));
        own.max(usize::from(is_part))
    }

    /// Returns the order in which to write each file, so that what a file refers to is written before it.
    pub fn order(&self) -> Vec<usize> {
        let flows = self.facts.get().map(|facts| &facts.flows);
        flows
            .map(|flows| flows.file_order(self.files.len()))
            .unwrap_or_default()
    }

    fn file(&self, file: FileId) -> Option<&TemplateFile> {
        self.files.get(index(file))?.as_ref().ok()
    }
}

impl Language for Project<'_> {
    type Source = ProjectSource;
    type Unit<'s> = ProjectUnit<'s>;
    type Change = Change;
    type CheckFix = CheckFix;

    fn read(&self, files: &[File]) -> ProjectSource {
        ProjectSource {
            files: CloudFormation.read(files),
            facts: OnceCell::new(),
        }
    }

    fn units<'s>(
        &self,
        source: &'s ProjectSource,
        name: ProfileName,
    ) -> impl Iterator<Item = Result<ProjectUnit<'s>, ModelError>> {
        let (mut units, mut errors) = (Vec::new(), Vec::new());
        for read in units_of_project(self.files, &source.files, &self.paths) {
            match read {
                Ok(unit) => units.push(unit),
                Err(error) => errors.push(error),
            }
        }
        // A file with an error is left out as a whole.
        let broken: HashSet<_> = errors.iter().map(|error| error.place().file).collect();
        units.retain(|unfinished| !broken.contains(&unfinished.unit.yaml_file().file().id));
        let facts = source.facts.get_or_init(|| self.facts(source, &units, errors));
        connect(&mut units, facts, name, self.shown);
        let units: Rc<Vec<_>> = Rc::new(units.into_iter().map(UnfinishedUnit::finished).collect());
        (0..units.len()).map(move |at| {
            let units = Rc::clone(&units);
            Ok(ProjectUnit { units, at })
        })
    }

    fn is_selected(&self, rule: &Rule, file: FileId) -> bool {
        let info = self.files.get(index(file));
        info.is_some_and(|info| info.may_change && info.options.selection.contains(rule))
    }

    fn model<'u, 's: 'u>(unit: &'u ProjectUnit<'s>) -> &'u Model<'s> {
        &unit.own().model
    }

    fn checks(unit: &ProjectUnit<'_>) -> Vec<Draft<CheckFix>> {
        checks::find(unit.own())
    }

    fn fixes(&self, unit: &ProjectUnit<'_>, drafts: Vec<Draft<CheckFix>>) -> Vec<Finding<FixState<Change>>> {
        let view = ProjectView {
            units: &unit.units,
            files: self.shown,
        };
        lower::fixes(unit.own(), Some(view), drafts)
    }

    fn line(source: &ProjectSource, place: FileRange) -> usize {
        let file = source.file(place.file);
        file.map_or(0, |file| file.own().lines().number(place.span.start()))
    }

    fn changed(change: &Change) -> (FileId, Option<&NodePath>) {
        CloudFormation::changed(change)
    }

    fn adds(change: &Change) -> bool {
        matches!(
            change,
            Change::Value {
                op: Op::InsertAfter { .. },
                ..
            }
        )
    }

    fn additions(
        &self,
        original: &ProjectSource,
        added: &[(usize, &Change)],
        _: &dyn Fn(usize, FileRange) -> FileRange,
    ) -> Option<Vec<(Change, Vec<Edit>)>> {
        let mut entries = NewEntries::default();
        let planned = added.iter().map(|(_, change)| {
            let file = original.file(change.file())?.stream(change.stream())?;
            let change = entries.entry_in(file, change)?;
            let edits = render(file, &change).ok()?;
            Some((change, edits))
        });
        planned.collect()
    }

    fn prove<T>(
        &self,
        before: ProjectSource,
        after: &[File],
        changes: &[&Change],
        look: impl FnOnce(ProjectSource) -> T,
    ) -> Result<T, ProofError> {
        CloudFormation.prove(before.files, after, changes, |files| {
            let facts = OnceCell::new();
            look(ProjectSource { files, facts })
        })
    }
}

impl<'s> ProjectUnit<'s> {
    fn own(&self) -> &Unit<'s> {
        &self.units[self.at]
    }
}
