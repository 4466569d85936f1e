//! One look at a source: the findings of the rules and of its language, and the suppressions among them.

mod suppressions;

use crate::fix::Looked;
use crate::model::{Draft, Finding, Label, Language, ModelError, NoFix, PlanFacts, Remedy};
use crate::rules::{Find, Options, RULES};
use crate::text::Span;

use suppressions::Suppressions;

/// The findings of a source.
#[derive(Clone, Debug)]
pub(crate) struct Found<C> {
    /// The findings, in the order of the files.
    pub(crate) findings: Vec<Finding<Remedy<C>>>,
    /// The number of suppressed findings.
    pub(crate) suppressed: usize,
    /// Slots and loops whose content is not known.
    pub(crate) unchecked: Vec<Label>,
    /// The number of templates.
    pub(crate) templates: usize,
    /// The facts of each template by which plans are compared, if they were asked for or it has a fix.
    pub(crate) facts: Vec<Option<PlanFacts>>,
}

/// Finds the mistakes in a source. The facts of a template without a fix, which stays as it is, are collected only if they
/// are needed.
///
/// # Errors
///
/// If a model cannot be built.
pub(crate) fn find<L: Language>(
    source: &L::Source,
    options: &Options,
    needs_facts: bool,
) -> Result<Found<L::Change>, ModelError> {
    let mut found = Found {
        findings: Vec::new(),
        suppressed: 0,
        unchecked: Vec::new(),
        templates: 0,
        facts: Vec::new(),
    };
    for unit in L::units(source, options.profile_name) {
        let unit = unit?;
        let findings = find_in_unit::<L>(source, &unit, options, &mut found);
        let is_fixable = findings.iter().any(|finding| finding.fix().is_some());
        let facts = (needs_facts || is_fixable).then(|| PlanFacts::of(L::model(&unit)));
        found.facts.push(facts);
        found.findings.extend(findings);
    }
    found.findings.sort_by_key(|finding| finding.place);
    Ok(found)
}

fn find_in_unit<L: Language>(
    source: &L::Source,
    unit: &L::Unit<'_>,
    options: &Options,
    found: &mut Found<L::Change>,
) -> Vec<Finding<Remedy<L::Change>>> {
    let model = L::model(unit);
    let mut suppressions = Suppressions::of(model, options.selection);
    let mut own = L::checks(unit);
    let mut suppressed = Vec::new();
    let mut findings = Vec::new();
    let selected = || RULES.iter().filter(|one| options.selection.contains(&one.rule));
    let is_open = |suppressions: &mut Suppressions<'_>, suppressed: &mut Vec<Span>, draft: &Draft<L::Wish>| {
        let is_suppressed = suppressions.cover(draft, || L::line(source, draft.place));
        suppressed.extend(is_suppressed.then_some(draft.place.span));
        !is_suppressed
    };
    for one in selected() {
        let Find::InModel(find) = one.find else { continue };
        let mut drafts: Vec<_> = find(model).into_iter().map(Draft::of_rule).collect();
        drafts.extend(own.extract_if(.., |draft| draft.rule.code == one.rule.code));
        // A suppressed finding wants no edit, so others that share its text must not hear of it.
        drafts.retain(|draft| is_open(&mut suppressions, &mut suppressed, draft));
        findings.extend(L::fixes(unit, drafts));
    }
    withhold_next_to_suppressed(&mut suppressed.clone(), &mut findings);
    for one in selected() {
        let Find::AmongUnused(find) = one.find else { continue };
        let drafts = find(model, &suppressions.unused());
        let mut drafts: Vec<_> = drafts.into_iter().map(Draft::of_rule).collect();
        drafts.retain(|draft| is_open(&mut suppressions, &mut suppressed, draft));
        findings.extend(L::fixes(unit, drafts));
    }
    found.templates += 1;
    found.suppressed += suppressed.len();
    found.unchecked.extend(model.unchecked.iter().cloned());
    findings
}

/// Withholds the fixes of findings about a value of which another finding is suppressed, at one of these ranges.
fn withhold_next_to_suppressed<C>(suppressed: &mut [Span], findings: &mut [Finding<Remedy<C>>]) {
    suppressed.sort_unstable();
    for finding in findings {
        let span = finding.place.span;
        let at = suppressed.partition_point(|other| other.start() < span.end());
        let overlaps = suppressed
            .get(..at)
            .and_then(<[_]>::last)
            .is_some_and(|other| other.end() > span.start());
        if let (true, Remedy::Fix(_)) = (overlaps, &finding.remedy) {
            finding.remedy = Remedy::Withheld(NoFix::BesideSuppressed);
        }
    }
}

impl<C> From<Found<C>> for Looked<C> {
    fn from(found: Found<C>) -> Self {
        Self {
            findings: found.findings,
            facts: found.facts,
        }
    }
}
