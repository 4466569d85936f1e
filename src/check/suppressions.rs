//! The findings that are suppressed, and the suppressions that suppress nothing.

use std::collections::{BTreeSet, HashMap};

use crate::model::{Finding, Model, Rule, RuleFilter, Suppression, SuppressionId, SuppressionScope, UnusedSuppression};
use crate::rules::{Selection, rules};
use crate::text::{FileRange, NodePath};

/// The suppressions of a model, and the rules that they suppressed.
///
/// The tracker records rules that check templates. Rules about suppressions are only suppressed by name, and such a
/// suppression is never reported as unused: their findings are not known before they run.
pub(super) struct SuppressionTracker<'m> {
    all: &'m [Suppression],
    /// The enabled rules.
    selection: Selection,
    /// The rules that the suppressions of each scope name together.
    asked: HashMap<&'m SuppressionScope, Selection>,
    /// The rules that were suppressed in each scope.
    done: HashMap<SuppressionScope, Selection>,
    /// The path of the template.
    of_template: &'m NodePath,
    /// The path lengths of scopes below a path.
    depths: BTreeSet<usize>,
}

impl<'m> SuppressionTracker<'m> {
    /// Collects the suppressions of a model; `selection` has the enabled rules.
    pub(super) fn of(model: &'m Model<'_>, selection: Selection) -> Self {
        let mut suppressions = Self {
            all: &model.suppressions,
            of_template: &model.path,
            selection,
            asked: HashMap::new(),
            done: HashMap::new(),
            depths: BTreeSet::new(),
        };
        for suppression in suppressions.all {
            let rules = selected_by(&suppression.rules);
            for scope in &suppression.scopes {
                let asked = suppressions.asked.entry(scope).or_insert(Selection::NONE);
                *asked = asked.and(rules);
                if let SuppressionScope::Below(path) = scope {
                    suppressions.depths.insert(path.steps.len());
                }
            }
        }
        suppressions
    }

    /// Returns whether a finding is suppressed, and records by which suppression.
    ///
    /// `line` returns the 0-based line on which the finding begins.
    pub(super) fn cover<R>(&mut self, finding: &Finding<R>, line: impl FnOnce() -> usize) -> bool {
        if self.asked.is_empty() {
            return false;
        }
        let mut is_covered = false;
        for scope in self.scopes_of(finding.place, &finding.path, line) {
            if self.asked.get(&scope).is_some_and(|asked| asked.contains(finding.rule)) {
                let done = self.done.entry(scope).or_insert(Selection::NONE);
                *done = done.with(finding.rule);
                is_covered = true;
            }
        }
        is_covered
    }

    /// Records that a finding about a value may depend on other templates.
    ///
    /// A suppression of the whole template is not about this value. `line` returns the 0-based line on which it begins.
    pub(super) fn keep_for(&mut self, (place, path): &(FileRange, NodePath), line: impl FnOnce() -> usize) {
        let of_template = self.of_template;
        let is_of_template =
            |scope: &SuppressionScope| matches!(scope, SuppressionScope::Below(path) if path == of_template);
        let scopes = self.scopes_of(*place, path, line).into_iter();
        for scope in scopes.filter(|scope| !is_of_template(scope)) {
            if let Some(asked) = self.asked.get(&scope).copied() {
                let done = self.done.entry(scope).or_insert(Selection::NONE);
                *done = done.and(asked);
            }
        }
    }

    /// Returns the suppressions that suppressed nothing although their rules were checked.
    pub(super) fn unused(&self) -> Vec<UnusedSuppression> {
        let all = self.all.iter().enumerate();
        all.filter_map(|(at, suppression)| self.unused_of(SuppressionId(at), suppression))
            .collect()
    }

    /// Returns the scopes that contain a value.
    fn scopes_of(&self, place: FileRange, path: &NodePath, line: impl FnOnce() -> usize) -> Vec<SuppressionScope> {
        let NodePath { document, steps } = path;
        let above = self.depths.iter().filter_map(|&depth| {
            Some(SuppressionScope::Below(NodePath {
                document: *document,
                steps: steps.get(..depth)?.to_vec(),
            }))
        });
        let here = [
            SuppressionScope::Line(place.file, line()),
            SuppressionScope::Value(place.file, place.span.start()),
        ];
        here.into_iter().chain(above).collect()
    }

    fn unused_of(&self, id: SuppressionId, suppression: &Suppression) -> Option<UnusedSuppression> {
        let done = suppression.scopes.iter().filter_map(|scope| self.done.get(scope));
        let done = done.fold(Selection::NONE, |all, done| all.and(*done));
        let is_unused =
            |rule: &Rule| rule.is_about_templates() && self.selection.contains(rule) && !done.contains(rule);
        let (entries, is_whole) = match &suppression.rules {
            RuleFilter::All => (
                Vec::new(),
                rules().filter(|rule| rule.is_about_templates()).all(is_unused),
            ),
            RuleFilter::Rules(named) => {
                let unused = named.iter().enumerate().filter(|(_, (rule, _))| is_unused(rule));
                let unused: Vec<_> = unused.map(|(at, _)| at).collect();
                let is_whole = suppression.is_understood && unused.len() == named.len();
                (unused, is_whole)
            }
        };
        (is_whole || !entries.is_empty()).then_some(UnusedSuppression {
            suppression: id,
            entries,
            is_whole,
        })
    }
}

fn selected_by(asked: &RuleFilter) -> Selection {
    let select = |all: Selection, rule: &Rule| all.with(rule);
    match asked {
        RuleFilter::All => rules()
            .filter(|rule| rule.is_about_templates())
            .fold(Selection::NONE, select),
        RuleFilter::Rules(named) => named.iter().map(|(rule, _)| *rule).fold(Selection::NONE, select),
    }
}
