//! Applies and proves fixes in rounds and checks the result again, until nothing is left to fix.

use std::collections::HashSet;

use super::additions::Additions;
use super::apply::SourceMaps;
use super::reconcile::{in_original, reconcile, with_suppressions};
use super::round::{Inspection, Round, round};
use crate::model::{Applicability, Finding, FixState, Language, ModelError, NoFix, PlanFacts};
use crate::text::{File, ProofError};

/// The result of all rounds.
#[derive(Debug)]
pub(crate) struct FixOutcome<C> {
    /// The files with the proven fixes; `None` if there are none.
    pub(crate) files: Option<Vec<File>>,
    /// The files to which fixes add something, with nothing but these additions.
    ///
    /// Other files can refer to them. It is empty if only one file changes.
    pub(crate) added: Vec<File>,
    /// The findings of the original and the fixed files.
    ///
    /// All are at locations in the original. A fixed finding has a fix with the required applicability, or is fixed by
    /// others. A remaining finding has no fix, or a less certain one.
    pub(crate) findings: Vec<Finding<FixState<C>>>,
}

/// The limit of rounds, above what any file needs.
///
/// Each round removes at least one level of nested lists or objects, and collections cannot be nested this deeply.
const MAX_ROUNDS: usize = 128;

/// The limit of bisections for unproven fixes.
///
/// They are rare, so this is enough to separate a few of them, and it bounds the time.
const MAX_SPLITS: usize = 32;

/// Applies the fixes with the required applicability, until none is left.
///
/// `find` checks the files after each round.
pub(crate) fn fix_until_stable<L: Language>(
    language: &L,
    source: L::Source,
    files: &[File],
    inspected: Inspection<L::Change>,
    required: Applicability,
    find: impl Fn(&L::Source) -> Result<Inspection<L::Change>, ModelError>,
) -> FixOutcome<L::Change> {
    let mut fixing = Fixing {
        language,
        source: Some(source),
        files: files.to_vec(),
        maps: Vec::new(),
        current: None,
        splits: MAX_SPLITS,
        required,
        first: inspected.findings,
        between: Vec::new(),
        additions: Additions::default(),
        facts: inspected.facts,
    };
    // A suppression that is unused now may be used once the rest is fixed, so it goes last.
    fixing.run(&find, |finding| finding.rule.is_about_templates());
    fixing.keep_suppressions();
    fixing.first = match fixing.remaining_in_original() {
        Some(remaining) => with_suppressions(std::mem::take(&mut fixing.first), &remaining, required),
        None => fixing.first,
    };
    fixing.run(&find, |_| true);
    fixing.outcome(files)
}

/// The state between rounds.
struct Fixing<'l, L: Language> {
    language: &'l L,
    /// The parsed files, if available.
    source: Option<L::Source>,
    files: Vec<File>,
    /// The maps to the original, one for each round.
    maps: Vec<SourceMaps>,
    /// The findings before the first round.
    first: Vec<Finding<FixState<L::Change>>>,
    /// The findings of later rounds whose fixes were applied.
    ///
    /// They are at locations in the original.
    between: Vec<Finding<FixState<L::Change>>>,
    additions: Additions<L::Change>,
    /// The current findings; `None` if they are still the first.
    current: Option<Vec<Finding<FixState<L::Change>>>>,
    /// The current facts.
    facts: Vec<Option<PlanFacts>>,
    splits: usize,
    required: Applicability,
}

impl<L: Language> Fixing<'_, L> {
    /// Runs rounds with the fixes of wanted findings until none is left.
    ///
    /// Fixes that are left after [`MAX_ROUNDS`] are not applied; those of earlier rounds are.
    fn run(
        &mut self,
        find: &impl Fn(&L::Source) -> Result<Inspection<L::Change>, ModelError>,
        is_wanted: impl Fn(&Finding<FixState<L::Change>>) -> bool,
    ) {
        loop {
            let found = self.current.as_deref().unwrap_or(&self.first);
            let wanted = (0..).zip(found).filter(|(_, finding)| is_wanted(finding));
            let fixes: Vec<_> = wanted
                .filter_map(|(at, finding)| Some((at, finding.fix_at(self.required)?)))
                .collect();
            if fixes.is_empty() {
                return;
            }
            if self.maps.len() == MAX_ROUNDS {
                let left: Vec<_> = fixes.iter().map(|(at, _)| *at).collect();
                return self.stop(&left);
            }
            let source = self.source.take().unwrap_or_else(|| self.language.read(&self.files));
            let Round { done, refused } = round(
                self.language,
                source,
                &self.files,
                &fixes,
                &self.facts,
                find,
                &mut self.splits,
            );
            match done {
                Some(done) => {
                    let refused: HashSet<_> = refused.into_iter().map(|(at, _)| at).collect();
                    let applied = fixes.iter().filter(|(at, _)| !refused.contains(at));
                    let applied = applied
                        .filter_map(|&(at, _)| self.current.as_ref()?.get(at).cloned())
                        .collect();
                    self.between.extend(in_original(applied, &self.maps));
                    self.additions.extend(done.additions, self.maps.len());
                    self.maps.push(done.map);
                    self.files = done.files;
                    self.current = Some(done.remaining.findings);
                    self.facts = done.remaining.facts;
                    self.source = done.source;
                }
                None => self.refuse(refused),
            }
        }
    }

    /// Leaves the fixes of these current findings unapplied, as there are no rounds for them.
    fn stop(&mut self, left: &[usize]) {
        let found = self.current.as_deref().unwrap_or(&self.first);
        let unfixed = left.iter().filter_map(|&at| found.get(at).cloned()).collect();
        let key = |finding: &Finding<FixState<L::Change>>| (finding.rule.code, finding.place, finding.path.clone());
        let unfixed: HashSet<_> = in_original(unfixed, &self.maps).iter().map(key).collect();
        // Those that waited in earlier rounds are still found.
        self.between.retain(|finding| !unfixed.contains(&key(finding)));
        self.refuse(left.iter().map(|&at| (at, ProofError::TooManyRounds)).collect());
    }

    /// Sets the reasons why the fixes of current findings are not applied.
    fn refuse(&mut self, refused: Vec<(usize, ProofError)>) {
        let found = self.current.get_or_insert_with(|| self.first.clone());
        for (at, proof_error) in refused {
            if let Some(finding) = found.get_mut(at) {
                finding.fix_state = FixState::NoFix(proof_error.into());
            }
        }
    }

    /// Keeps unused suppressions while something remains to be fixed.
    ///
    /// Fixing it may reveal what they are for.
    fn keep_suppressions(&mut self) {
        let remaining = self.current.as_mut().unwrap_or(&mut self.first);
        let of_templates = || remaining.iter().filter(|finding| finding.rule.is_about_templates());
        let reason = if of_templates().any(|finding| finding.fix().is_some()) {
            NoFix::BlockedByUnsafeFix
        } else if of_templates().any(may_reveal) {
            NoFix::BlockedByUnfixed
        } else {
            return;
        };
        let unused = remaining
            .iter_mut()
            .filter(|finding| !finding.rule.is_about_templates());
        for finding in unused.filter(|finding| finding.fix().is_some()) {
            finding.fix_state = FixState::NoFix(reason.clone());
        }
    }

    /// Returns the remaining findings at locations in the original.
    ///
    /// Returns `None` if nothing was edited.
    fn remaining_in_original(&self) -> Option<Vec<Finding<FixState<L::Change>>>> {
        let remaining = self.current.clone().filter(|_| !self.maps.is_empty())?;
        Some(in_original(remaining, &self.maps))
    }

    /// Returns the outcome for these original files.
    fn outcome(self, original: &[File]) -> FixOutcome<L::Change> {
        let Some(remaining) = self.remaining_in_original() else {
            return FixOutcome {
                files: None,
                added: Vec::new(),
                findings: self.current.unwrap_or(self.first),
            };
        };
        match self.added(original) {
            Ok(added) => FixOutcome {
                files: Some(self.files),
                added,
                findings: reconcile(self.first, self.between, remaining, self.required),
            },
            Err(proof_error) => self.not_proven(&proof_error),
        }
    }

    /// Returns the files with additions alone, if several files change.
    fn added(&self, original: &[File]) -> Result<Vec<File>, ProofError> {
        let pairs = self.files.iter().zip(original);
        let changed = pairs.filter(|(fixed, original)| fixed.text != original.text);
        match changed.count() {
            0 | 1 => Ok(Vec::new()),
            _ => self.additions.alone(self.language, original, &self.files, &self.maps),
        }
    }

    /// Discards all fixes.
    fn not_proven(self, proof_error: &ProofError) -> FixOutcome<L::Change> {
        let mut findings = self.first;
        for finding in &mut findings {
            if finding.fix_at(self.required).is_some() || finding.fix_state == FixState::FixedByOthers {
                finding.fix_state = FixState::NoFix(proof_error.clone().into());
            }
        }
        FixOutcome {
            files: None,
            added: Vec::new(),
            findings,
        }
    }
}

/// Returns whether the fix may reveal other findings.
///
/// It cannot if only a trust policy or a name changes.
fn may_reveal<C>(finding: &Finding<FixState<C>>) -> bool {
    !matches!(finding.fix_state, FixState::NoFix(NoFix::TrustPolicy | NoFix::NewName))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;
    use crate::cloudformation::CloudFormation;
    use crate::rules::Options;
    use crate::text::{Edit, FileId, TextRange};
    use crate::yaml::Change;

    type TestFinding = Finding<FixState<Change>>;

    /// Returns a template with instances, their role `R` and its profile.
    fn template(instances: usize) -> String {
        let instances: String = (0..instances)
            .map(|n| format!("  S{n}: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: !Ref R}}}}\n"))
            .collect();
        format!(
            "Resources:\n{instances}  R: {{Type: AWS::IAM::Role}}\n  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref R]}}}}\n"
        )
    }

    fn find(source: &<CloudFormation as Language>::Source) -> Result<Inspection<Change>, ModelError> {
        check::find(&CloudFormation, source, &Options::default(), true).map(Inspection::from)
    }

    /// Fixes a source after `change` has altered its findings.
    fn fix_changed(text: &str, change: impl Fn(&mut TestFinding)) -> (Option<String>, Vec<TestFinding>) {
        let find = |source: &<CloudFormation as Language>::Source| {
            let mut found = find(source)?;
            found.findings.iter_mut().for_each(&change);
            Ok(found)
        };
        let files = [File::new(FileId::default(), text)];
        let source = CloudFormation.read(&files);
        let findings = find(&source).unwrap();
        let outcome = fix_until_stable(&CloudFormation, source, &files, findings, Applicability::Safe, find);
        let text = outcome.files.map(|files| files[0].text.as_ref().to_owned());
        (text, outcome.findings)
    }

    /// Fixes a source with an unjustified edit in some fixes.
    fn fix_with_unsound(text: &str, unsound: &[&str], edit: &Edit) -> (Option<String>, Vec<TestFinding>) {
        fix_changed(text, |finding| {
            let is_unsound = finding.resource.as_deref().is_some_and(|id| unsound.contains(&id));
            if let FixState::Fix(fix) = &mut finding.fix_state
                && is_unsound
            {
                fix.edits.push(edit.clone());
            }
        })
    }

    #[test]
    fn a_rejected_fix_does_not_affect_others() {
        let not_planned = |proof_error: &ProofError| matches!(proof_error, ProofError::UnplannedChange { .. });
        let not_yaml = |proof_error: &ProofError| matches!(proof_error, ProofError::FixedUnreadable(_));
        let [renamed, opened] = ["Renamed", "["].map(|text| Edit::insert(FileId::default(), 0, text));
        let some = ["S1", "S4", "S19"];
        let all: Vec<_> = (0..20).map(|n| format!("S{n}")).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        for (unsound, edit, is_reason) in [
            (&["S0"][..], &renamed, not_planned as fn(&ProofError) -> bool),
            (&["S19"], &opened, not_yaml),
            (&some, &renamed, not_planned),
            (&some, &opened, not_yaml),
            (&all, &renamed, not_planned),
        ] {
            let text = template(20);
            let (fixed, findings) = fix_with_unsound(&text, unsound, edit);
            let expected: String = text
                .split_inclusive('\n')
                .map(|line| {
                    let is_unsound = unsound.iter().any(|id| line.starts_with(&format!("  {id}:")));
                    let (role, profile) = ("IamInstanceProfile: !Ref R", "IamInstanceProfile: !Ref P");
                    if is_unsound {
                        line.to_owned()
                    } else {
                        line.replace(role, profile)
                    }
                })
                .collect();
            assert_eq!(fixed.as_deref(), (expected != text).then_some(expected.as_str()));
            assert_eq!(findings.len(), 20);
            for finding in findings {
                let id = finding.resource.unwrap();
                match finding.fix_state {
                    FixState::NoFix(NoFix::NotProven(reason)) => {
                        assert!(unsound.contains(&id.as_str()) && is_reason(&reason), "{id}");
                    }
                    fix_state => assert!(!unsound.contains(&id.as_str()), "{id}: {fix_state:?}"),
                }
            }
        }
    }

    /// An unreadable file does not affect the others.
    #[test]
    fn fixes_several_files_in_one_run() {
        const ROLE: &str = "Resources:\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n  R: {Type: AWS::IAM::Role}\n";
        let texts = [ROLE.to_owned(), "a: [".to_owned(), template(1), ROLE.to_owned()];
        let files: Vec<_> = (0..).zip(texts).map(|(id, text)| File::new(FileId(id), text)).collect();
        let source = CloudFormation.read(&files);
        let findings = find(&source).unwrap();
        let outcome = fix_until_stable(&CloudFormation, source, &files, findings, Applicability::Safe, find);
        let fixed = outcome.files.unwrap();
        let text = |at: usize| &*fixed[at].text;
        for with_new in [text(0), text(3)] {
            assert!(
                with_new.contains("IamInstanceProfile: !Ref RInstanceProfile}"),
                "{with_new}"
            );
            assert!(
                with_new.contains("RInstanceProfile: {Type: AWS::IAM::InstanceProfile"),
                "{with_new}"
            );
        }
        assert_eq!(text(1), "a: [");
        assert_eq!(
            text(2),
            template(1).replace("IamInstanceProfile: !Ref R", "IamInstanceProfile: !Ref P")
        );
        let places = outcome.findings.iter().map(|finding| finding.place.file.0);
        assert_eq!(places.collect::<Vec<_>>(), [0, 2, 3]);
    }

    #[test]
    fn does_not_bisect_fixes_of_an_invalid_source() {
        let text = template(20) + "  B:\n    Type: AWS::S3::Bucket\n    Description: |+\n      x\n\t\n";
        let files = [File::new(FileId::default(), text)];
        let source = CloudFormation.read(&files);
        let findings = find(&source).unwrap();
        let fixes = findings.findings.iter().filter_map(Finding::fix);
        let fixes: Vec<_> = fixes.enumerate().collect();
        let mut splits = 5;
        let round = round(
            &CloudFormation,
            source,
            &files,
            &fixes,
            &findings.facts,
            &find,
            &mut splits,
        );
        assert!(round.done.is_none());
        assert_eq!((round.refused.len(), splits), (20, 5));
    }

    /// A fix that was not tried is not applied.
    #[test]
    fn limits_the_number_of_attempts() {
        let text = template(300);
        let unsound: Vec<_> = (0..300).step_by(2).map(|n| format!("S{n}")).collect();
        let unsound: Vec<_> = unsound.iter().map(String::as_str).collect();
        let renamed = Edit::insert(FileId::default(), 0, "Renamed");
        let (fixed, findings) = fix_with_unsound(&text, &unsound, &renamed);
        let is_refused = |finding: &&TestFinding| matches!(finding.fix_state, FixState::NoFix(NoFix::NotProven(_)));
        let refused = findings.iter().filter(is_refused).count();
        assert!((150..300).contains(&refused), "{refused}");
        let fixed = fixed.unwrap();
        assert_eq!(fixed.matches("IamInstanceProfile: !Ref P").count(), 300 - refused);
    }

    /// The fixes of one rule conflict with each other, so that a round applies one of them.
    ///
    /// The first round reveals them.
    #[test]
    fn keeps_what_is_proven_when_there_are_no_rounds_left() {
        let conflicting = |finding: &mut TestFinding| {
            let number = finding.resource.as_deref().and_then(|id| id.strip_prefix('S'));
            let number: usize = number.unwrap_or_default().parse().unwrap();
            if let FixState::Fix(fix) = &mut finding.fix_state
                && finding.rule.code == "IPF001"
            {
                let place = TextRange::new(0, "Resources:".len());
                let text = format!("Resources:{}", " ".repeat(number));
                fix.edits.push(Edit::replace(FileId::default(), place, text));
            }
        };
        let (role, in_list) = ("IamInstanceProfile: !Ref R}", "IamInstanceProfile: [!Ref R]}");
        let text = template(MAX_ROUNDS + 1).replace(role, in_list);
        let (fixed, findings) = fix_changed(&text, conflicting);
        let fixed = fixed.unwrap();
        assert_eq!(fixed.matches("IamInstanceProfile: !Ref P}").count(), MAX_ROUNDS - 1);
        assert_eq!(fixed.matches(role).count(), 2);
        let reason = FixState::NoFix(ProofError::TooManyRounds.into());
        let of_rule = findings.iter().filter(|finding| finding.rule.code == "IPF001");
        let (left, applied): (Vec<_>, Vec<_>) = of_rule.partition(|finding| finding.fix_state == reason);
        assert_eq!((applied.len(), left.len()), (MAX_ROUNDS - 1, 2));
    }

    /// A fix without an effect would be applied forever.
    #[test]
    fn discards_fixes_that_never_end() {
        let (fixed, findings) = fix_changed(&template(1), |finding| {
            if let FixState::Fix(fix) = &mut finding.fix_state {
                (fix.edits, fix.changes) = (Vec::new(), Vec::new());
            }
        });
        assert_eq!(fixed, None);
        let fix_states: Vec<_> = findings.into_iter().map(|finding| finding.fix_state).collect();
        assert_eq!(fix_states, [FixState::NoFix(ProofError::StillFound.into())]);
    }
}
