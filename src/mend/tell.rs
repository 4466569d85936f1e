use std::collections::{BTreeSet, HashMap};

use crate::fix::Applicability;
use crate::rules::{Finding, Remedy, Withheld};
use crate::text::{Lines, Made, Span};
use crate::yaml::Path;

/// The findings of `text`, which `rounds` of edits made of `source`, in places of that.
pub(super) fn in_places_of(source: &str, left: Vec<Finding>, text: &str, rounds: &[Made]) -> Vec<Finding> {
    let before = |span| rounds.iter().rev().fold(span, |span, made| made.before(span));
    let (lines, lines_before) = (Lines::new(text), Lines::new(source));
    let told = left.into_iter().map(|mut finding| {
        finding.span = before(finding.span);
        for label in &mut finding.related {
            label.span = before(label.span);
        }
        if let Remedy::Withheld(Withheld::Shared { line }) = &mut finding.remedy {
            let span = before(lines.span(line.saturating_sub(1)));
            *line = 1 + lines_before.number(span.start());
        }
        finding
    });
    told.collect()
}

/// What to say where the `first` findings were there before the fixes, and the `last` ones are there after them, all in
/// places of the same text.
///
/// Two of them are of one mistake if they break the same rule in the same resource, and are at the same place of the
/// text or at the same path. Each alone may change: what is taken out of an object keeps its place, and gets a shorter
/// path. What was inside of the first one is another, though it may have its path now, as a list has that is taken out of
/// a list. They must say the same too, unless the first one's own fix was not made: fixes of others may change its words,
/// but what says something else after its own is something else.
pub(super) fn tell(first: Vec<Finding>, last: Vec<Finding>, required: Applicability) -> Vec<Finding> {
    let places = Places::of(&first);
    let mut partners: Vec<_> = first.iter().map(|_| None).collect();
    let last = pair(&places, &mut partners, last, |first, last| {
        first.message == last.message
    });
    let last = pair(&places, &mut partners, last, |first, last| {
        first.fix_at(required).is_none() || is_refused(&last.remedy)
    });
    drop(places);
    let known = first.into_iter().zip(partners);
    let known = known.map(|(first, last)| known_before(first, last, required));
    let mut findings: Vec<_> = known.chain(last.into_iter().map(revealed)).collect();
    findings.sort_by_key(|finding| finding.span);
    findings
}

/// The `first` findings, those about suppressions as they are once the templates are mended, in places of the same text:
/// one that suppresses something by then is none, and one that does not any more is told, to go along with the others.
pub(super) fn with_suppressions(first: Vec<Finding>, mended: &[Finding], required: Applicability) -> Vec<Finding> {
    let is_about_suppressions = |finding: &Finding| !finding.rule.is_about_templates();
    let key = |finding: &Finding| (finding.span, finding.message.clone());
    let keys = |findings: &[Finding]| -> BTreeSet<_> {
        findings
            .iter()
            .filter(|finding| is_about_suppressions(finding))
            .map(key)
            .collect()
    };
    let (before, after) = (keys(&first), keys(mended));
    let stays = |finding: &Finding| !is_about_suppressions(finding) || after.contains(&key(finding));
    let is_new = |finding: &Finding| is_about_suppressions(finding) && !before.contains(&key(finding));
    let new = mended
        .iter()
        .filter(|finding| is_new(finding))
        .cloned()
        .map(|mut finding| {
            if finding.fix_at(required).is_some() {
                finding.remedy = Remedy::Along;
            }
            finding
        });
    first.into_iter().filter(stays).chain(new).collect()
}

/// The findings that were there at first, by their rule and resource and where they are.
struct Places<'f> {
    first: &'f [Finding],
    by_span: HashMap<(Kind<'f>, Span), Vec<usize>>,
    by_path: HashMap<(Kind<'f>, &'f Path), Vec<usize>>,
}

/// A rule and a resource.
type Kind<'f> = (&'static str, Option<&'f str>);

fn kind(finding: &Finding) -> Kind<'_> {
    (finding.rule.code, finding.resource.as_deref())
}

impl<'f> Places<'f> {
    fn of(first: &'f [Finding]) -> Self {
        let mut places = Self {
            first,
            by_span: HashMap::new(),
            by_path: HashMap::new(),
        };
        for (at, finding) in first.iter().enumerate() {
            let kind = kind(finding);
            places.by_span.entry((kind, finding.span)).or_default().push(at);
            places.by_path.entry((kind, &finding.path)).or_default().push(at);
        }
        places
    }

    /// Those at the same place of the text or at the same path as `last`, with which of the two it is.
    fn near<'s>(&'s self, last: &'s Finding) -> impl Iterator<Item = (bool, bool, usize)> {
        let at_span = self.by_span.get(&(kind(last), last.span));
        let at_path = self.by_path.get(&(kind(last), &last.path));
        let near = at_span.into_iter().chain(at_path).flatten();
        near.filter_map(|&at| {
            let first = self.first.get(at)?;
            let was_around = first.span.start() < last.span.start() && last.span.end() < first.span.end();
            (!was_around).then_some((first.span == last.span, first.path == last.path, at))
        })
    }
}

/// Finds for each of the `last` findings its first one among those that have no partner as yet; the others come back.
fn pair(
    places: &Places<'_>,
    partners: &mut [Option<Finding>],
    last: Vec<Finding>,
    is_same: impl Fn(&Finding, &Finding) -> bool,
) -> Vec<Finding> {
    let mut others = Vec::new();
    for finding in last {
        let is_free = |at: usize| partners.get(at).is_some_and(Option::is_none);
        let is_partner = |at: usize| places.first.get(at).is_some_and(|first| is_same(first, &finding));
        let partner = places
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

/// What becomes of a finding that was there at first, and in the end is `last`, if it still is.
fn known_before(mut first: Finding, last: Option<Finding>, required: Applicability) -> Finding {
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

/// What is said of a finding that was not there at first.
fn revealed(mut last: Finding) -> Finding {
    last.remedy = match without_edits(last.remedy) {
        Remedy::Withheld(why) if !matches!(why, Withheld::Refused(_) | Withheld::RevealedUnsafe) => {
            Remedy::Withheld(Withheld::Revealed(Box::new(why)))
        }
        remedy => remedy,
    };
    last
}

/// A remedy of the last round, without what is not for the text of the first.
fn without_edits(remedy: Remedy) -> Remedy {
    match remedy {
        Remedy::Fix(_) => Remedy::Withheld(Withheld::RevealedUnsafe),
        remedy => remedy,
    }
}

fn is_withheld(remedy: &Remedy) -> bool {
    matches!(remedy, Remedy::Withheld(_))
}

fn is_refused(remedy: &Remedy) -> bool {
    matches!(remedy, Remedy::Withheld(Withheld::Refused(_)))
}
