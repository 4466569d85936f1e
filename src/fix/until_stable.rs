//! Rounds of fixes: each makes those that do not touch one another, proves the files, and looks at them again, until
//! nothing is left to fix.

use std::collections::HashSet;

use super::apply::SourceMap;
use super::reconcile::{in_original, reconcile, with_suppressions};
use super::round::{Looked, Round, round};
use crate::model::{Applicability, Finding, Language, ModelError, NoFix, PlanFacts, Remedy};
use crate::text::{File, Refusal};

/// The result of all rounds.
#[derive(Debug)]
pub(crate) struct FixOutcome<C> {
    /// The files with the fixes that were proven; `None` if there was none.
    pub(crate) files: Option<Vec<File>>,
    /// The findings of the original and of the fixed files, all in places of the original. One that is not there after
    /// fixing has a fix as sure as required, or is fixed by others; one that is has no fix, or a less sure one.
    pub(crate) findings: Vec<Finding<Remedy<C>>>,
}

/// More rounds than any file needs: each takes at least one level off a value in too many lists or objects, and collections
/// may be nested less deeply.
const MOST_ROUNDS: usize = 128;

/// Fixes that are not proven are rare, so this is enough to separate a few from any number of others, and small enough that
/// no number of them takes long.
const MOST_SPLITS: usize = 32;

/// Makes the fixes of the findings that are as sure as required, and those of what `find` finds then.
pub(crate) fn fix_until_stable<L: Language>(
    source: L::Source,
    files: &[File],
    looked: Looked<L::Change>,
    required: Applicability,
    find: impl Fn(&L::Source) -> Result<Looked<L::Change>, ModelError>,
) -> FixOutcome<L::Change> {
    let mut fixing = Fixing::<L> {
        source: Some(source),
        files: files.to_vec(),
        maps: Vec::new(),
        left: None,
        splits: MOST_SPLITS,
        required,
        first: looked.findings,
        between: Vec::new(),
        facts: looked.facts,
    };
    // A suppression that suppresses nothing as yet may do so once the rest is fixed, so it goes last.
    if !fixing.run(&find, |finding| finding.rule.is_about_templates()) {
        return fixing.refused();
    }
    fixing.keep_suppressions();
    fixing.first = match fixing.left_in_original() {
        Some(left) => with_suppressions(std::mem::take(&mut fixing.first), &left, required),
        None => fixing.first,
    };
    if !fixing.run(&find, |_| true) {
        return fixing.refused();
    }
    fixing.outcome()
}

/// The state between rounds.
struct Fixing<L: Language> {
    /// The files, if they were read.
    source: Option<L::Source>,
    files: Vec<File>,
    /// The way back, a map for each round.
    maps: Vec<SourceMap>,
    /// The findings of the files before the first round.
    first: Vec<Finding<Remedy<L::Change>>>,
    /// The findings of later rounds whose fixes were made, in places of the original.
    between: Vec<Finding<Remedy<L::Change>>>,
    /// The findings of the files now; `None` if they are still the first.
    left: Option<Vec<Finding<Remedy<L::Change>>>>,
    /// The facts of the files now.
    facts: Vec<Option<PlanFacts>>,
    splits: usize,
    required: Applicability,
}

impl<L: Language> Fixing<L> {
    /// Makes rounds of the fixes of wanted findings until there are no more; returns `false` if they never end.
    fn run(
        &mut self,
        find: &impl Fn(&L::Source) -> Result<Looked<L::Change>, ModelError>,
        is_wanted: impl Fn(&Finding<Remedy<L::Change>>) -> bool,
    ) -> bool {
        loop {
            let found = self.left.as_deref().unwrap_or(&self.first);
            let wanted = (0..).zip(found).filter(|(_, finding)| is_wanted(finding));
            let fixes: Vec<_> = wanted
                .filter_map(|(at, finding)| Some((at, finding.fix_at(self.required)?)))
                .collect();
            if fixes.is_empty() {
                return true;
            }
            if self.maps.len() == MOST_ROUNDS {
                return false;
            }
            let source = self.source.take().unwrap_or_else(|| L::read(&self.files));
            let Round { done, refused } = round::<L>(source, &self.files, &fixes, &self.facts, find, &mut self.splits);
            match done {
                Some(done) => {
                    let refused: HashSet<_> = refused.into_iter().map(|(at, _)| at).collect();
                    let made = fixes.iter().filter(|(at, _)| !refused.contains(at));
                    let made = made
                        .filter_map(|&(at, _)| self.left.as_ref()?.get(at).cloned())
                        .collect();
                    self.between.extend(in_original(made, &self.maps));
                    self.maps.push(done.map);
                    self.files = done.files;
                    self.left = Some(done.left.findings);
                    self.facts = done.left.facts;
                    self.source = done.source;
                }
                None => {
                    let found = self.left.get_or_insert_with(|| self.first.clone());
                    for (at, refusal) in refused {
                        if let Some(finding) = found.get_mut(at) {
                            finding.remedy = Remedy::Withheld(refusal.into());
                        }
                    }
                }
            }
        }
    }

    /// Keeps suppressions of nothing if something is left to be fixed, which may reveal what they are for.
    fn keep_suppressions(&mut self) {
        let left = self.left.as_mut().unwrap_or(&mut self.first);
        let of_templates = || left.iter().filter(|finding| finding.rule.is_about_templates());
        let why = if of_templates().any(|finding| finding.fix().is_some()) {
            NoFix::HeldBack
        } else if of_templates().any(may_reveal) {
            NoFix::Unmended
        } else {
            return;
        };
        let unused = left.iter_mut().filter(|finding| !finding.rule.is_about_templates());
        for finding in unused.filter(|finding| finding.fix().is_some()) {
            finding.remedy = Remedy::Withheld(why.clone());
        }
    }

    /// Returns the findings that are left, in places of the original; `None` if nothing was edited.
    fn left_in_original(&self) -> Option<Vec<Finding<Remedy<L::Change>>>> {
        let left = self.left.clone().filter(|_| !self.maps.is_empty())?;
        Some(in_original(left, &self.maps))
    }

    fn outcome(self) -> FixOutcome<L::Change> {
        match self.left_in_original() {
            Some(left) => FixOutcome {
                files: Some(self.files),
                findings: reconcile(self.first, self.between, left, self.required),
            },
            None => FixOutcome {
                files: None,
                findings: self.left.unwrap_or(self.first),
            },
        }
    }

    /// Makes no fix at all.
    fn refused(self) -> FixOutcome<L::Change> {
        let mut findings = self.first;
        for finding in &mut findings {
            if finding.fix_at(self.required).is_some() {
                finding.remedy = Remedy::Withheld(Refusal::Remains.into());
            }
        }
        FixOutcome { files: None, findings }
    }
}

/// Returns whether something else may be found once this is fixed: not if only a trust policy or a name changes.
fn may_reveal<C>(finding: &Finding<Remedy<C>>) -> bool {
    !matches!(finding.remedy, Remedy::Withheld(NoFix::Trust | NoFix::Naming))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;
    use crate::cloudformation::CloudFormation;
    use crate::rules::Options;
    use crate::text::{Edit, FileId};
    use crate::yaml::Change;

    type Found = Finding<Remedy<Change>>;

    /// Instances that refer to the role `R`, and one profile of it.
    fn template(instances: usize) -> String {
        let instances: String = (0..instances)
            .map(|n| format!("  S{n}: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: !Ref R}}}}\n"))
            .collect();
        format!(
            "Resources:\n{instances}  R: {{Type: AWS::IAM::Role}}\n  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref R]}}}}\n"
        )
    }

    fn find(source: &<CloudFormation as Language>::Source) -> Result<Looked<Change>, ModelError> {
        check::find::<CloudFormation>(source, &Options::default(), true).map(Looked::from)
    }

    /// Fixes a text whose findings `change` has changed; returns the fixed text and the findings.
    fn fix_changed(text: &str, change: impl Fn(&mut Found)) -> (Option<String>, Vec<Found>) {
        let find = |source: &<CloudFormation as Language>::Source| {
            let mut found = find(source)?;
            found.findings.iter_mut().for_each(&change);
            Ok(found)
        };
        let files = [File::new(FileId::default(), text)];
        let source = CloudFormation::read(&files);
        let findings = find(&source).unwrap();
        let outcome = fix_until_stable::<CloudFormation>(source, &files, findings, Applicability::Safe, find);
        let text = outcome.files.map(|files| files[0].text.as_ref().to_owned());
        (text, outcome.findings)
    }

    /// Fixes a text where the fixes of some resources have an edit that follows from none of their changes.
    fn fix_with_unsound(text: &str, unsound: &[&str], edit: &Edit) -> (Option<String>, Vec<Found>) {
        fix_changed(text, |finding| {
            let is_unsound = finding.resource.as_deref().is_some_and(|id| unsound.contains(&id));
            if let Remedy::Fix(fix) = &mut finding.remedy
                && is_unsound
            {
                fix.edits.push(edit.clone());
            }
        })
    }

    #[test]
    fn a_fix_that_is_refused_takes_no_other_with_it() {
        let not_planned = |refusal: &Refusal| matches!(refusal, Refusal::Unplanned { .. });
        let not_yaml = |refusal: &Refusal| matches!(refusal, Refusal::Unreadable(_));
        let [renamed, opened] = ["Renamed", "["].map(|text| Edit::insert(FileId::default(), 0, text));
        let some = ["S1", "S4", "S19"];
        let all: Vec<_> = (0..20).map(|n| format!("S{n}")).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        for (unsound, edit, is_reason) in [
            (&["S0"][..], &renamed, not_planned as fn(&Refusal) -> bool),
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
                match finding.remedy {
                    Remedy::Withheld(NoFix::Refused(why)) => {
                        assert!(unsound.contains(&id.as_str()) && is_reason(&why), "{id}");
                    }
                    remedy => assert!(!unsound.contains(&id.as_str()), "{id}: {remedy:?}"),
                }
            }
        }
    }

    /// Each file is proven by itself, and a file that cannot be read is no failure of the others.
    #[test]
    fn several_files_are_fixed_in_one_run() {
        const ROLE: &str = "Resources:\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n  R: {Type: AWS::IAM::Role}\n";
        let texts = [ROLE.to_owned(), "a: [".to_owned(), template(1), ROLE.to_owned()];
        let files: Vec<_> = (0..).zip(texts).map(|(id, text)| File::new(FileId(id), text)).collect();
        let source = CloudFormation::read(&files);
        let findings = find(&source).unwrap();
        let outcome = fix_until_stable::<CloudFormation>(source, &files, findings, Applicability::Safe, find);
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
    fn a_fault_of_the_text_itself_is_no_reason_to_try_fix_by_fix() {
        let text = template(20) + "  B: {Type: AWS::S3::Bucket, Type: AWS::S3::Bucket}\n";
        let files = [File::new(FileId::default(), text)];
        let source = CloudFormation::read(&files);
        let findings = find(&source).unwrap();
        let fixes = findings.findings.iter().filter_map(Finding::fix);
        let fixes: Vec<_> = fixes.enumerate().collect();
        let mut splits = 5;
        let round = round::<CloudFormation>(source, &files, &fixes, &findings.facts, &find, &mut splits);
        assert!(round.done.is_none());
        assert_eq!((round.refused.len(), splits), (20, 5));
    }

    /// However many fixes are not sound, only a few texts are proven; the fixes that were not tried wait.
    #[test]
    fn attempts_are_counted() {
        let text = template(300);
        let unsound: Vec<_> = (0..300).step_by(2).map(|n| format!("S{n}")).collect();
        let unsound: Vec<_> = unsound.iter().map(String::as_str).collect();
        let renamed = Edit::insert(FileId::default(), 0, "Renamed");
        let (fixed, findings) = fix_with_unsound(&text, &unsound, &renamed);
        let is_refused = |finding: &&Found| matches!(finding.remedy, Remedy::Withheld(NoFix::Refused(_)));
        let refused = findings.iter().filter(is_refused).count();
        assert!((150..300).contains(&refused), "{refused}");
        let fixed = fixed.unwrap();
        assert_eq!(fixed.matches("IamInstanceProfile: !Ref P").count(), 300 - refused);
    }

    /// A fix that changes nothing would be made for ever.
    #[test]
    fn fixes_that_never_end_are_not_made() {
        let (fixed, findings) = fix_changed(&template(1), |finding| {
            if let Remedy::Fix(fix) = &mut finding.remedy {
                (fix.edits, fix.changes) = (Vec::new(), Vec::new());
            }
        });
        assert_eq!(fixed, None);
        let remedies: Vec<_> = findings.into_iter().map(|finding| finding.remedy).collect();
        assert_eq!(remedies, [Remedy::Withheld(Refusal::Remains.into())]);
    }
}
