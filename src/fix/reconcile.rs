//! Combines the findings before and after fixing into one list, with locations in the original.

use std::collections::{HashMap, HashSet};

use super::apply::SourceMaps;
use crate::model::{Applicability, Check, Finding, FixState, NoFix};
use crate::text::{FileRange, NodePath};

/// Maps findings back to the original through the edits of all rounds.
pub(super) fn in_original<C>(remaining: Vec<Finding<FixState<C>>>, maps: &[SourceMaps]) -> Vec<Finding<FixState<C>>> {
    let before = |place| maps.iter().rev().fold(place, |place, map| map.before(place));
    let moved = remaining.into_iter().map(|mut finding| {
        finding.place = before(finding.place);
        for label in &mut finding.related {
            label.place = before(label.place);
        }
        match &mut finding.fix_state {
            FixState::Fix(fix) => {
                for edit in &mut fix.edits {
                    edit.span = before(FileRange::new(edit.file, edit.span)).span;
                }
            }
            FixState::NoFix(reason) => reason.map_places(&before),
            FixState::FixedByOthers => {}
        }
        finding
    });
    moved.collect()
}

/// Reconciles the findings before, between and after fixes.
///
/// `first` has the findings before the fixes, `last` those after them, and `between` those found and fixed in earlier
/// rounds. All are at locations in the original.
///
/// Two of them are one finding if they have the same rule and resource, and the same range or path. Either alone may
/// change: a value that is taken out of an object keeps its range and gets a shorter path. A value inside the first one
/// is another finding, although it may have its path now, as for a list that is taken out of a list. They must also
/// have the same check, unless the first one's own fix was not applied: fixes of others may turn it into another
/// mistake, but another mistake after its own fix is another finding.
pub(super) fn reconcile<C: Clone>(
    first: Vec<Finding<FixState<C>>>,
    mut between: Vec<Finding<FixState<C>>>,
    last: Vec<Finding<FixState<C>>>,
    required: Applicability,
) -> Vec<Finding<FixState<C>>> {
    let index = FindingIndex::of(&first);
    between.retain(|finding| !index.knows(finding));
    let mut partners: Vec<_> = first.iter().map(|_| None).collect();
    let last = index.pair(&mut partners, last, |first, last| first.check == last.check);
    let last = index.pair(&mut partners, last, |first, last| {
        first.fix_at(required).is_none() || is_not_proven(&last.fix_state)
    });
    drop(index);
    let known = first.into_iter().zip(partners);
    let known = known.map(|(first, last)| known_before(first, last, required));
    let last = last.into_iter().map(revealed);
    let mut findings: Vec<_> = known.chain(between_once(between)).chain(last).collect();
    findings.sort_by_key(|finding| finding.place);
    findings
}

/// Updates the findings about suppressions to those after the templates are fixed.
///
/// All are at locations in the original. A suppression that now suppresses something has no finding. One that no longer
/// does gets one, fixed with the others.
pub(super) fn with_suppressions<C: Clone>(
    first: Vec<Finding<FixState<C>>>,
    fixed: &[Finding<FixState<C>>],
    required: Applicability,
) -> Vec<Finding<FixState<C>>> {
    let is_about_suppressions = |finding: &Finding<FixState<C>>| !finding.rule.is_about_templates();
    let identities = |findings: &[Finding<FixState<C>>]| -> HashSet<_> {
        let findings = findings.iter().filter(|finding| is_about_suppressions(finding));
        findings.map(identity).collect()
    };
    let (before, after) = (identities(&first), identities(fixed));
    let new = fixed
        .iter()
        .filter(|finding| is_about_suppressions(finding) && !before.contains(&identity(finding)))
        .cloned()
        .map(|mut finding| {
            if finding.fix_at(required).is_some() {
                finding.fix_state = FixState::FixedByOthers;
            }
            finding
        });
    let is_kept =
        |finding: &Finding<FixState<C>>| !is_about_suppressions(finding) || after.contains(&identity(finding));
    first.into_iter().filter(is_kept).chain(new).collect()
}

/// Returns the key of a finding about a suppression or its entries.
fn identity<R>(finding: &Finding<R>) -> (FileRange, Check, Vec<usize>) {
    (finding.place, finding.check, finding.parts.clone())
}

/// The rule and the resource of a finding.
type RuleAndResource<'f> = (&'static str, Option<&'f str>);

fn subject<R>(finding: &Finding<R>) -> RuleAndResource<'_> {
    (finding.rule.code, finding.resource.as_deref())
}

/// The findings before the fixes, by subject and location.
struct FindingIndex<'f, C> {
    first: &'f [Finding<FixState<C>>],
    by_place: HashMap<(RuleAndResource<'f>, FileRange), Vec<usize>>,
    by_path: HashMap<(RuleAndResource<'f>, &'f NodePath), Vec<usize>>,
}

impl<'f, C> FindingIndex<'f, C> {
    fn of(first: &'f [Finding<FixState<C>>]) -> Self {
        let mut index = Self {
            first,
            by_place: HashMap::new(),
            by_path: HashMap::new(),
        };
        for (at, finding) in first.iter().enumerate() {
            let subject = subject(finding);
            index.by_place.entry((subject, finding.place)).or_default().push(at);
            index.by_path.entry((subject, &finding.path)).or_default().push(at);
        }
        index
    }

    /// Returns whether the subject and the location match a finding.
    ///
    /// The location is the same range or the same path. Nested lists that are unwrapped one by one all have the path of
    /// the first.
    fn knows(&self, finding: &Finding<FixState<C>>) -> bool {
        let subject = subject(finding);
        self.by_place.contains_key(&(subject, finding.place)) || self.by_path.contains_key(&(subject, &finding.path))
    }

    /// Returns the findings with the range or the path of `last`.
    ///
    /// The flags say which of the two match.
    fn near<'s>(&'s self, last: &'s Finding<FixState<C>>) -> impl Iterator<Item = (bool, bool, usize)> {
        let at_place = self.by_place.get(&(subject(last), last.place));
        let at_path = self.by_path.get(&(subject(last), &last.path));
        let near = at_place.into_iter().chain(at_path).flatten();
        near.filter_map(|&at| {
            let first = self.first.get(at)?;
            let (outer, inner) = (first.place.span, last.place.span);
            let was_around = outer.start() < inner.start() && inner.end() < outer.end();
            (!was_around).then_some((first.place == last.place, first.path == last.path, at))
        })
    }

    /// Pairs the `last` findings with unpaired first ones; returns the others.
    fn pair(
        &self,
        partners: &mut [Option<Finding<FixState<C>>>],
        last: Vec<Finding<FixState<C>>>,
        is_same: impl Fn(&Finding<FixState<C>>, &Finding<FixState<C>>) -> bool,
    ) -> Vec<Finding<FixState<C>>> {
        let mut others = Vec::new();
        for finding in last {
            let is_free = |at: usize| partners.get(at).is_some_and(Option::is_none);
            let is_partner = |at: usize| self.first.get(at).is_some_and(|first| is_same(first, &finding));
            let partner = self
                .near(&finding)
                .filter(|&(.., at)| is_free(at) && is_partner(at))
                .max();
            match partner.and_then(|(.., at)| partners.get_mut(at)) {
                Some(partner) => *partner = Some(finding),
                None => others.push(finding),
            }
        }
        others
    }
}

/// Updates a finding from before the fixes to its state after them.
///
/// `last` is its counterpart after the fixes, if any.
fn known_before<C>(
    mut first: Finding<FixState<C>>,
    last: Option<Finding<FixState<C>>>,
    required: Applicability,
) -> Finding<FixState<C>> {
    let is_fixable = first.fix_at(required).is_some();
    match last {
        None if !is_fixable => first.fix_state = FixState::FixedByOthers,
        Some(last) if is_fixable || is_not_proven(&last.fix_state) => first.fix_state = without_edits(last.fix_state),
        // Fixes of others may have changed the reason.
        Some(last) if has_no_fix(&first.fix_state) && has_no_fix(&last.fix_state) => first.fix_state = last.fix_state,
        _ => {}
    }
    first
}

/// Returns the findings that fixes both revealed and resolved, each once.
fn between_once<C>(between: Vec<Finding<FixState<C>>>) -> Vec<Finding<FixState<C>>> {
    let mut known = HashSet::new();
    let mut once = Vec::new();
    for mut finding in between {
        if known.insert((finding.rule.code, finding.resource.clone(), finding.path.clone())) {
            finding.fix_state = FixState::FixedByOthers;
            once.push(finding);
        }
    }
    once
}

/// Converts a finding that only fixes revealed.
fn revealed<C>(mut last: Finding<FixState<C>>) -> Finding<FixState<C>> {
    last.fix_state = match without_edits(last.fix_state) {
        FixState::NoFix(reason) if !matches!(reason, NoFix::NotProven(_) | NoFix::RevealedWithUnsafeFix) => {
            FixState::NoFix(NoFix::RevealedByFix(Box::new(reason)))
        }
        fix_state => fix_state,
    };
    last
}

/// Replaces a fix, whose edits do not apply to the original.
fn without_edits<C>(fix_state: FixState<C>) -> FixState<C> {
    match fix_state {
        FixState::Fix(_) => FixState::NoFix(NoFix::RevealedWithUnsafeFix),
        fix_state => fix_state,
    }
}

fn has_no_fix<C>(fix_state: &FixState<C>) -> bool {
    matches!(fix_state, FixState::NoFix(_))
}

fn is_not_proven<C>(fix_state: &FixState<C>) -> bool {
    matches!(fix_state, FixState::NoFix(NoFix::NotProven(_)))
}
