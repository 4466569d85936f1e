//! The findings that suppressions suppress, and the suppressions that suppress nothing.

use std::collections::{BTreeSet, HashMap};

use crate::model::{Asked, Finding, Model, Rule, Suppression, SuppressionId, SuppressionScope, UnusedSuppression};
use crate::rules::{Selection, rules};
use crate::text::Path;

/// The suppressions of a model, and what they suppressed so far.
///
/// They note the rules that find something in a template. Rules about suppressions themselves are only suppressed by
/// name, and a suppression of theirs is never called unused, or one would have to know what they find before they are
/// asked.
pub(super) struct Suppressions<'m> {
    all: &'m [Suppression],
    /// The rules that are checked.
    selection: Selection,
    /// The rules that the suppressions of each scope ask for together.
    asked: HashMap<&'m SuppressionScope, Selection>,
    /// The rules that they suppressed there.
    done: HashMap<SuppressionScope, Selection>,
    /// The lengths of the paths of such scopes.
    depths: BTreeSet<usize>,
}

impl<'m> Suppressions<'m> {
    /// Takes the suppressions of a model; `selection` are the rules that are checked.
    pub(super) fn of(model: &'m Model<'_>, selection: Selection) -> Self {
        let mut suppressions = Self {
            all: &model.suppressions,
            selection,
            asked: HashMap::new(),
            done: HashMap::new(),
            depths: BTreeSet::new(),
        };
        for suppression in suppressions.all {
            let rules = selected_by(&suppression.asked);
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

    /// Returns whether a finding is suppressed, and notes what suppressed it. `line` returns the line that the finding
    /// begins on, from 0.
    pub(super) fn cover<R>(&mut self, finding: &Finding<R>, line: impl FnOnce() -> usize) -> bool {
        if self.asked.is_empty() {
            return false;
        }
        let Path { document, steps } = &finding.path;
        let above = self.depths.iter().filter_map(|&depth| {
            Some(SuppressionScope::Below(Path {
                document: *document,
                steps: steps.get(..depth)?.to_vec(),
            }))
        });
        let here = [
            SuppressionScope::Line(line()),
            SuppressionScope::Value(finding.place.span.start()),
        ];
        let mut is_covered = false;
        for scope in here.into_iter().chain(above) {
            if self.asked.get(&scope).is_some_and(|asked| asked.contains(finding.rule)) {
                let done = self.done.entry(scope).or_insert(Selection::NONE);
                *done = done.with(finding.rule);
                is_covered = true;
            }
        }
        is_covered
    }

    /// Returns the suppressions that suppressed nothing, if their rules were checked.
    pub(super) fn unused(&self) -> Vec<UnusedSuppression> {
        let all = self.all.iter().enumerate();
        all.filter_map(|(at, suppression)| self.unused_of(SuppressionId(at), suppression))
            .collect()
    }

    fn unused_of(&self, id: SuppressionId, suppression: &Suppression) -> Option<UnusedSuppression> {
        let done = suppression.scopes.iter().filter_map(|scope| self.done.get(scope));
        let done = done.fold(Selection::NONE, |all, done| all.and(*done));
        let is_unused =
            |rule: &Rule| rule.is_about_templates() && self.selection.contains(rule) && !done.contains(rule);
        let (entries, is_whole) = match &suppression.asked {
            Asked::All => (
                Vec::new(),
                rules().filter(|rule| rule.is_about_templates()).all(is_unused),
            ),
            Asked::Rules(named) => {
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

fn selected_by(asked: &Asked) -> Selection {
    let select = |all: Selection, rule: &Rule| all.with(rule);
    match asked {
        Asked::All => rules()
            .filter(|rule| rule.is_about_templates())
            .fold(Selection::NONE, select),
        Asked::Rules(named) => named.iter().map(|(rule, _)| *rule).fold(Selection::NONE, select),
    }
}
