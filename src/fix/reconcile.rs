//! The findings before fixing and after it, as one list in places of the original.

use std::collections::{HashMap, HashSet};

use super::apply::SourceMap;
use crate::model::{Applicability, Check, Finding, NoFix, Remedy};
use crate::text::{Path, Place};

/// Moves findings to the places that they have in the original, over the edits of all rounds.
pub(super) fn in_original<C>(left: Vec<Finding<Remedy<C>>>, maps: &[SourceMap]) -> Vec<Finding<Remedy<C>>> {
    let before = |place| maps.iter().rev().fold(place, |place, map| map.before(place));
    let moved = left.into_iter().map(|mut finding| {
        finding.place = before(finding.place);
        for label in &mut finding.related {
            label.place = before(label.place);
        }
        match &mut finding.remedy {
            Remedy::Fix(fix) => {
                for edit in &mut fix.edits {
                    edit.span = before(Place::new(edit.file, edit.span)).span;
                }
            }
            Remedy::Withheld(why) => why.map_places(&before),
            Remedy::Along => {}
        }
        finding
    });
    moved.collect()
}

/// Reconciles the `first` findings, from before the fixes, with the `last` ones, from after them, and with those that were
/// found and fixed in `between`, all in places of the original.
///
/// Two of them are one finding if they break the same rule in the same resource, and are at the same place of the text or at
/// the same path. Each alone may change: a value that is taken out of an object keeps its place, and gets a shorter path.
/// A value inside of the first one is another, though it may have its path now, as a list has that is taken out of a list.
/// They must be of the same check too, unless the first one's own fix was not made: the fixes of others may make another
/// mistake of it, but another mistake after its own is another finding.
pub(super) fn reconcile<C: Clone>(
    first: Vec<Finding<Remedy<C>>>,
    mut between: Vec<Finding<Remedy<C>>>,
    last: Vec<Finding<Remedy<C>>>,
    required: Applicability,
) -> Vec<Finding<Remedy<C>>> {
    let index = Index::of(&first);
    between.retain(|finding| !index.knows(finding));
    let mut partners: Vec<_> = first.iter().map(|_| None).collect();
    let last = index.pair(&mut partners, last, |first, last| first.check == last.check);
    let last = index.pair(&mut partners, last, |first, last| {
        first.fix_at(required).is_none() || is_refused(&last.remedy)
    });
    drop(index);
    let known = first.into_iter().zip(partners);
    let known = known.map(|(first, last)| known_before(first, last, required));
    let last = last.into_iter().map(revealed);
    let mut findings: Vec<_> = known.chain(between_once(between)).chain(last).collect();
    findings.sort_by_key(|finding| finding.place);
    findings
}

/// Updates the findings about suppressions among the `first` ones to those after the templates are fixed, all in places of
/// the original: a suppression that suppresses something by then has none, and one that no longer does gets one, to be fixed
/// with the others.
pub(super) fn with_suppressions<C: Clone>(
    first: Vec<Finding<Remedy<C>>>,
    fixed: &[Finding<Remedy<C>>],
    required: Applicability,
) -> Vec<Finding<Remedy<C>>> {
    let is_about_suppressions = |finding: &Finding<Remedy<C>>| !finding.rule.is_about_templates();
    let identities = |findings: &[Finding<Remedy<C>>]| -> HashSet<_> {
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
                finding.remedy = Remedy::Along;
            }
            finding
        });
    let stays = |finding: &Finding<Remedy<C>>| !is_about_suppressions(finding) || after.contains(&identity(finding));
    first.into_iter().filter(stays).chain(new).collect()
}

/// Returns the parts of a finding that say which suppression it is about, or which entries of it.
fn identity<R>(finding: &Finding<R>) -> (Place, Check, Vec<usize>) {
    (finding.place, finding.check, finding.parts.clone())
}

/// The rule and the resource of a finding.
type Subject<'f> = (&'static str, Option<&'f str>);

fn subject<R>(finding: &Finding<R>) -> Subject<'_> {
    (finding.rule.code, finding.resource.as_deref())
}

/// The findings from before the fixes, by their subject and where they are.
struct Index<'f, C> {
    first: &'f [Finding<Remedy<C>>],
    by_place: HashMap<(Subject<'f>, Place), Vec<usize>>,
    by_path: HashMap<(Subject<'f>, &'f Path), Vec<usize>>,
}

impl<'f, C> Index<'f, C> {
    fn of(first: &'f [Finding<Remedy<C>>]) -> Self {
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

    /// Returns whether there is a finding of this subject at the same place of the text or at the same path: each of the
    /// lists inside of one another, which are taken out one by one, has the path of the first.
    fn knows(&self, finding: &Finding<Remedy<C>>) -> bool {
        let subject = subject(finding);
        self.by_place.contains_key(&(subject, finding.place)) || self.by_path.contains_key(&(subject, &finding.path))
    }

    /// Returns those at the same place of the text or at the same path as `last`, with which of the two it is.
    fn near<'s>(&'s self, last: &'s Finding<Remedy<C>>) -> impl Iterator<Item = (bool, bool, usize)> {
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

    /// Finds for each of the `last` findings its first one among those that have no partner as yet; returns the others.
    fn pair(
        &self,
        partners: &mut [Option<Finding<Remedy<C>>>],
        last: Vec<Finding<Remedy<C>>>,
        is_same: impl Fn(&Finding<Remedy<C>>, &Finding<Remedy<C>>) -> bool,
    ) -> Vec<Finding<Remedy<C>>> {
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

/// Returns a finding from before the fixes as it is after them, where it is `last`, if it is there at all.
fn known_before<C>(
    mut first: Finding<Remedy<C>>,
    last: Option<Finding<Remedy<C>>>,
    required: Applicability,
) -> Finding<Remedy<C>> {
    let is_fixable = first.fix_at(required).is_some();
    match last {
        None if !is_fixable => first.remedy = Remedy::Along,
        Some(last) if is_fixable || is_refused(&last.remedy) => first.remedy = without_edits(last.remedy),
        // The reason may have changed with what others' fixes have changed.
        Some(last) if is_withheld(&first.remedy) && is_withheld(&last.remedy) => first.remedy = last.remedy,
        _ => {}
    }
    first
}

/// Returns the findings that were neither there before the fixes nor are after them, each once, as fixed with the others.
fn between_once<C>(between: Vec<Finding<Remedy<C>>>) -> Vec<Finding<Remedy<C>>> {
    let mut known = HashSet::new();
    let mut once = Vec::new();
    for mut finding in between {
        if known.insert((finding.rule.code, finding.resource.clone(), finding.path.clone())) {
            finding.remedy = Remedy::Along;
            once.push(finding);
        }
    }
    once
}

/// Returns a finding that was not there before the fixes.
fn revealed<C>(mut last: Finding<Remedy<C>>) -> Finding<Remedy<C>> {
    last.remedy = match without_edits(last.remedy) {
        Remedy::Withheld(why) if !matches!(why, NoFix::Refused(_) | NoFix::RevealedUnsafe) => {
            Remedy::Withheld(NoFix::Revealed(Box::new(why)))
        }
        remedy => remedy,
    };
    last
}

/// Returns a remedy of the last round without the edits, which are not for the original.
fn without_edits<C>(remedy: Remedy<C>) -> Remedy<C> {
    match remedy {
        Remedy::Fix(_) => Remedy::Withheld(NoFix::RevealedUnsafe),
        remedy => remedy,
    }
}

fn is_withheld<C>(remedy: &Remedy<C>) -> bool {
    matches!(remedy, Remedy::Withheld(_))
}

fn is_refused<C>(remedy: &Remedy<C>) -> bool {
    matches!(remedy, Remedy::Withheld(NoFix::Refused(_)))
}
