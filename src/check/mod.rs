//! Checks a source: runs the rules and the language's checks, and applies suppressions.

mod generated;
mod suppressions;

use crate::fix::Inspection;
use crate::model::{Draft, Finding, FixState, Language, ModelError, NoFix, PlanFacts, Unchecked};
use crate::rules::{Find, Options, RULES};
use crate::text::FileRange;

use generated::leave_to_source;
use suppressions::SuppressionTracker;

/// The findings of a source.
#[derive(Clone, Debug)]
pub(crate) struct SourceFindings<C> {
    /// The findings, in file order.
    pub(crate) findings: Vec<Finding<FixState<C>>>,
    /// The locations of suppressed findings.
    pub(crate) suppressed: Vec<FileRange>,
    /// Values that are not checked.
    pub(crate) unchecked: Vec<Unchecked>,
    /// The number of templates.
    pub(crate) templates: usize,
    /// True if a slot has a value that another template may give, or a new profile a name that one may have.
    pub(crate) takes_values: bool,
    /// The facts of each template, for comparing plans.
    ///
    /// They are collected if requested, or if the template has a fix.
    pub(crate) facts: Vec<Option<PlanFacts>>,
}

/// Finds the mistakes in a source.
///
/// The facts of a template without a fix are collected only if they are needed.
///
/// # Errors
///
/// If a model cannot be built.
pub(crate) fn find<L: Language>(
    language: &L,
    source: &L::Source,
    options: &Options,
    needs_facts: bool,
) -> Result<SourceFindings<L::Change>, ModelError> {
    let mut found = SourceFindings {
        findings: Vec::new(),
        suppressed: Vec::new(),
        unchecked: Vec::new(),
        templates: 0,
        takes_values: false,
        facts: Vec::new(),
    };
    for unit in language.units(source, options.profile_name) {
        let unit = unit?;
        let findings = find_in_unit(language, source, &unit, options, &mut found);
        let is_fixable = findings.iter().any(|finding| finding.fix().is_some());
        let facts = (needs_facts || is_fixable).then(|| PlanFacts::of(L::model(&unit)));
        found.facts.push(facts);
        found.findings.extend(findings);
    }
    found.findings.sort_by_key(|finding| finding.place);
    Ok(found)
}

fn find_in_unit<L: Language>(
    language: &L,
    source: &L::Source,
    unit: &L::Unit<'_>,
    options: &Options,
    found: &mut SourceFindings<L::Change>,
) -> Vec<Finding<FixState<L::Change>>> {
    let model = L::model(unit);
    let mut suppressions = SuppressionTracker::of(model, options.selection);
    let mut own = L::checks(unit);
    let mut suppressed: Vec<FileRange> = Vec::new();
    let mut findings = Vec::new();
    let selected = || {
        let rules = RULES.iter().filter(|one| options.selection.contains(&one.rule));
        rules.filter(|one| language.applies(&one.rule))
    };
    let is_open =
        |suppressions: &mut SuppressionTracker<'_>, suppressed: &mut Vec<FileRange>, draft: &Draft<L::CheckFix>| {
            let is_suppressed = suppressions.cover(draft, || L::line(source, draft.place));
            suppressed.extend(is_suppressed.then_some(draft.place));
            !is_suppressed
        };
    for one in selected() {
        let Find::InModel(find) = one.find else { continue };
        let mut drafts: Vec<_> = find(model).into_iter().map(Draft::of_rule).collect();
        drafts.extend(own.extract_if(.., |draft| draft.rule.code == one.rule.code));
        drafts.retain(|draft| language.is_selected(draft.rule, draft.place.file));
        // A suppressed finding requests no edit, so it must not affect others with the same value.
        drafts.retain(|draft| is_open(&mut suppressions, &mut suppressed, draft));
        findings.extend(language.fixes(unit, drafts));
    }
    withhold_next_to_suppressed(&mut suppressed.clone(), &mut findings);
    for value in &model.unexplained {
        suppressions.keep_for(value, || L::line(source, value.0));
    }
    for one in selected() {
        let Find::AmongUnused(find) = one.find else { continue };
        let drafts = find(model, &suppressions.unused());
        let mut drafts: Vec<_> = drafts.into_iter().map(Draft::of_rule).collect();
        drafts.retain(|draft| is_open(&mut suppressions, &mut suppressed, draft));
        findings.extend(language.fixes(unit, drafts));
    }
    leave_to_source(model, options, &mut findings);
    found.templates += 1;
    found.takes_values |= model.takes_values;
    found.suppressed.extend(suppressed);
    found.unchecked.extend(model.unchecked.iter().cloned());
    findings
}

/// Withholds fixes of values about which another finding is suppressed.
///
/// `suppressed` has the ranges of the suppressed findings.
fn withhold_next_to_suppressed<C>(suppressed: &mut [FileRange], findings: &mut [Finding<FixState<C>>]) {
    suppressed.sort_unstable();
    for finding in findings {
        let FileRange { file, span } = finding.place;
        let at = suppressed.partition_point(|other| (other.file, other.span.start()) < (file, span.end()));
        let overlaps = suppressed
            .get(..at)
            .and_then(<[_]>::last)
            .is_some_and(|other| other.file == file && other.span.end() > span.start());
        if let (true, FixState::Fix(_)) = (overlaps, &finding.fix_state) {
            finding.fix_state = FixState::NoFix(NoFix::NextToSuppressed);
        }
    }
}

impl<C> From<SourceFindings<C>> for Inspection<C> {
    fn from(found: SourceFindings<C>) -> Self {
        Self {
            findings: found.findings,
            facts: found.facts,
        }
    }
}
