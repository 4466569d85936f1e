use std::collections::{BTreeSet, HashMap};

use crate::fix::{Applicability, Made};
use crate::rules::{Finding, Remedy, Withheld};
use crate::syntax::{Lines, Stream};

/// The findings of `text`, which `rounds` of edits made of the text of `stream`, in places of that.
pub(super) fn in_places_of(stream: &Stream<'_>, left: Vec<Finding>, text: &str, rounds: &[Made]) -> Vec<Finding> {
    let before = |span| rounds.iter().rev().fold(span, |span, made| made.before(span));
    let lines = Lines::new(text);
    let told = left.into_iter().map(|mut finding| {
        finding.span = before(finding.span);
        for label in &mut finding.related {
            label.span = before(label.span);
        }
        if let Remedy::Withheld(Withheld::Shared { line }) = &mut finding.remedy {
            let span = before(lines.span(line.saturating_sub(1)));
            *line = stream.position(span.start()).line;
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
/// path; of a list that is taken out of a list, the path stays. They must say the same too, unless the first one's own
/// fix was not made: fixes of others may change its words, but what says something else after its own is something
/// else.
pub(super) fn tell(first: Vec<Finding>, last: Vec<Finding>, required: Applicability) -> Vec<Finding> {
    let mut pairs: Vec<_> = first.into_iter().map(|first| Pair { first, last: None }).collect();
    let last = pair(&mut pairs, last, |first, last| first.message == last.message);
    let last = pair(&mut pairs, last, |first, last| {
        first.fix_at(required).is_none() || is_refused(&last.remedy)
    });
    let known = pairs.into_iter().map(|pair| known(pair, required));
    let mut findings: Vec<_> = known.chain(last.into_iter().map(revealed)).collect();
    findings.sort_by_key(|finding| finding.span);
    findings
}

/// The `first` findings, those about suppressions as they are once the templates are mended, in places of the same text:
/// one that suppresses something by then is none, and one that does not any more is told, to go along with the others.
pub(super) fn with_suppressions(first: Vec<Finding>, mended: Vec<Finding>, required: Applicability) -> Vec<Finding> {
    let is_about_suppressions = |finding: &Finding| !finding.rule.is_about_templates();
    let key = |finding: &Finding| (finding.span, finding.message.clone());
    let keys = |findings: &[Finding]| -> BTreeSet<_> {
        findings
            .iter()
            .filter(|finding| is_about_suppressions(finding))
            .map(key)
            .collect()
    };
    let (before, after) = (keys(&first), keys(&mended));
    let stays = |finding: &Finding| !is_about_suppressions(finding) || after.contains(&key(finding));
    let is_new = |finding: &Finding| is_about_suppressions(finding) && !before.contains(&key(finding));
    let new = mended.into_iter().filter(is_new).map(|mut finding| {
        if finding.fix_at(required).is_some() {
            finding.remedy = Remedy::Along;
        }
        finding
    });
    first.into_iter().filter(stays).chain(new).collect()
}

/// A finding as it was at first, and as it is in the end if it is still there.
struct Pair {
    first: Finding,
    last: Option<Finding>,
}

/// Finds for each of the `last` findings its first one among those that have none as yet; the others come back.
fn pair(pairs: &mut [Pair], last: Vec<Finding>, is_same: impl Fn(&Finding, &Finding) -> bool) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.rule.code, finding.resource.clone());
    let mut alike: HashMap<_, Vec<&mut Pair>> = HashMap::new();
    for pair in pairs {
        alike.entry(key(&pair.first)).or_default().push(pair);
    }
    let mut others = Vec::new();
    for finding in last {
        let same_place = |pair: &Pair| (pair.first.span == finding.span, pair.first.path == finding.path);
        let partner = alike
            .get_mut(&key(&finding))
            .into_iter()
            .flatten()
            .filter(|pair| pair.last.is_none() && same_place(pair) != (false, false) && is_same(&pair.first, &finding))
            .max_by_key(|pair| same_place(pair));
        match partner {
            Some(partner) => partner.last = Some(finding),
            None => others.push(finding),
        }
    }
    others
}

/// What becomes of a finding that was there at first.
fn known(Pair { mut first, last }: Pair, required: Applicability) -> Finding {
    let is_fixable = first.fix_at(required).is_some();
    match last {
        None if !is_fixable => first.remedy = Remedy::Along,
        Some(last) if is_fixable || is_refused(&last.remedy) => first.remedy = without_edits(last.remedy),
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

fn is_refused(remedy: &Remedy) -> bool {
    matches!(remedy, Remedy::Withheld(Withheld::Refused(_)))
}
