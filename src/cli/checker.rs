//! Checks and fixes one unit of work, on any thread, and prepares its output.
//!
//! Nothing is printed here.

use std::io;

use cfn_ipfix::config::ConfigError;
use cfn_ipfix::files::{FileLanguage, LocalModules};

use super::file_outcome::FileOutcome;
use super::inputs::{InputKind, WorkItem};
use super::module;
use super::outcomes::Outcomes;
use super::project;
use super::run_plan::RunPlan;
use super::template;
use super::work::{UnitKind, WorkUnit};

/// Checks units by the plan of a run.
pub(super) struct Checker<'p> {
    outcomes: Outcomes<'p>,
    local_modules: LocalModules,
}

impl<'p> Checker<'p> {
    pub(super) fn new(plan: &'p RunPlan) -> Self {
        Self {
            outcomes: Outcomes::new(plan),
            local_modules: LocalModules::default(),
        }
    }

    /// Returns the outcomes of the inputs of a unit, in their order.
    pub(super) fn check(&self, unit: &WorkUnit) -> Vec<FileOutcome> {
        match &unit.kind {
            UnitKind::Single(item) => vec![self.check_single(item)],
            UnitKind::Module(items) => module::check(&self.outcomes, &self.local_modules, items),
            UnitKind::Project(members) => project::check(&self.outcomes, members),
        }
    }

    /// Reports an invalid configuration.
    pub(super) fn report_invalid_config(&self, error: &ConfigError) -> FileOutcome {
        self.outcomes.invalid_config(error)
    }

    /// Checks an input on its own, or reports why it is not checked.
    fn check_single(&self, item: &WorkItem) -> FileOutcome {
        let (outcomes, input) = (&self.outcomes, &item.input);
        match &item.kind {
            InputKind::Named => template::check_named(outcomes, input),
            InputKind::Discovered => template::check_discovered(outcomes, input, item.scan.as_ref()),
            InputKind::Skipped(reason) => outcomes.skipped(input, format!("skipped: {reason}")),
            InputKind::Excluded(excluded_by) => outcomes.skipped(input, format!("skipped: {excluded_by} excludes it")),
            InputKind::Empty => outcomes.skipped(input, nothing_found()),
            InputKind::Unreadable(kind) => outcomes.unreadable(input, &io::Error::from(*kind).into()),
        }
    }
}

/// Returns the reason why a folder has nothing to check.
fn nothing_found() -> String {
    let extensions: Vec<_> = FileLanguage::extensions()
        .map(|extension| format!(".{extension}"))
        .collect();
    let extensions = extensions.join(", ");
    format!(
        "no template found: of the files in it that end in {extensions}, all are hidden, ignored or excluded, or there are none"
    )
}
