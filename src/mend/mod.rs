//! Rounds of fixes: each makes those that do not touch one another, proves the text, and looks at it again, until there
//! is nothing left to make. What is told in the end is true of the last text, and in places of the first.

mod round;
mod tell;

use crate::fix::Applicability;
use crate::rules::{Finding, Remedy, Withheld};
use crate::template::Duplicate;
use crate::text::File;
use crate::yaml::{MAX_DEPTH, Refusal, Stream};

use round::round;
use tell::{in_places_of, tell, with_suppressions};

/// What the rounds came to.
#[derive(Debug)]
pub(crate) struct Mended {
    /// The text with the fixes that stood the proof; `None` where there was none.
    pub(crate) text: Option<String>,
    /// What was found at first or is there in the end, in the order of the first text. A finding that is not there in
    /// the end has a fix as sure as required, or goes along with others; one that is is withheld, or its fix is less
    /// sure.
    pub(crate) findings: Vec<Finding>,
}

/// Makes the fixes of `findings` that are as sure as required, and those of what `find` finds then.
pub(crate) fn mend(
    stream: Stream,
    mut findings: Vec<Finding>,
    required: Applicability,
    find: impl Fn(&Stream) -> Result<Vec<Finding>, Duplicate>,
) -> Mended {
    /// A round takes at least one level off what is wrapped in too many.
    const MOST_ROUNDS: usize = MAX_DEPTH;
    /// Fixes that are not sound are rare, so this is enough to tell a few from any number of others, and small enough
    /// that no number of them takes long.
    const MOST_SPLITS: usize = 32;

    let first = stream.file().clone();
    let source = &*first.text;
    let mut read = Some(stream);
    let mut file: Option<File> = None;
    let mut rounds = Vec::new();
    // As long as nothing is made, what is left are the findings.
    let mut left: Option<Vec<Finding>> = None;
    let mut splits = MOST_SPLITS;
    let mut is_mended = false;
    loop {
        let found = left.as_deref().unwrap_or(&findings);
        if found.iter().all(|finding| finding.fix_at(required).is_none()) {
            break;
        }
        if rounds.len() == MOST_ROUNDS {
            return refused(findings, required, &Refusal::Remains);
        }
        // What suppresses nothing as yet may suppress something once the rest is mended, so it goes last.
        let is_wanted = |finding: &Finding| is_mended || finding.rule.is_about_templates();
        let fixes: Vec<_> = (0..)
            .zip(found)
            .filter_map(|(at, finding)| Some((at, finding.fix_at(required).filter(|_| is_wanted(finding))?)))
            .collect();
        if fixes.is_empty() {
            is_mended = true;
            keep_suppressions(left.as_mut().unwrap_or(&mut findings));
            if let (Some(file), Some(left)) = (&file, &left) {
                let mended = in_places_of(source, left.clone(), &file.text, &rounds);
                findings = with_suppressions(findings, &mended, required);
            }
            continue;
        }
        let stream = match read
            .take()
            .map_or_else(|| Stream::parse(file.as_ref().unwrap_or(&first)), Ok)
        {
            Ok(stream) => stream,
            Err(error) => return refused(findings, required, &Refusal::Unreadable(error)),
        };
        let outcome = round(stream, &fixes, &find, &mut splits);
        match outcome.done {
            Some(done) => {
                rounds.push(done.made);
                file = Some(done.file);
                left = Some(done.left);
                read = done.stream;
            }
            // Every fix was refused, so this is the last round.
            None => {
                let mut found = left.unwrap_or_else(|| findings.clone());
                for (at, refusal) in outcome.refused {
                    if let Some(finding) = found.get_mut(at) {
                        finding.remedy = Remedy::Withheld(refusal.into());
                    }
                }
                left = Some(found);
            }
        }
    }
    let Some(File { text, .. }) = file else {
        let findings = left.unwrap_or(findings);
        return Mended { text: None, findings };
    };
    let last = in_places_of(source, left.unwrap_or_default(), &text, &rounds);
    if !is_mended {
        findings = with_suppressions(findings, &last, required);
    }
    let findings = tell(findings, last, required);
    Mended {
        text: Some((*text).to_owned()),
        findings,
    }
}

/// Keeps what suppresses nothing where something is left to be mended, which may show what it is for.
fn keep_suppressions(left: &mut [Finding]) {
    let of_templates = || left.iter().filter(|finding| finding.rule.is_about_templates());
    let why = if of_templates().any(|finding| finding.fix().is_some()) {
        Withheld::HeldBack
    } else if of_templates().any(shows_more) {
        Withheld::Unmended
    } else {
        return;
    };
    let unused = left.iter_mut().filter(|finding| !finding.rule.is_about_templates());
    for finding in unused.filter(|finding| finding.fix().is_some()) {
        finding.remedy = Remedy::Withheld(why.clone());
    }
}

/// Whether something else may be found once this is mended: not where only who may assume a role, or a name, changes.
fn shows_more(finding: &Finding) -> bool {
    !matches!(finding.remedy, Remedy::Withheld(Withheld::Trust | Withheld::Naming))
}

/// No fix at all.
fn refused(mut findings: Vec<Finding>, required: Applicability, refusal: &Refusal) -> Mended {
    let unfixed = findings.iter_mut().filter(|finding| finding.fix_at(required).is_some());
    unfixed.for_each(|finding| finding.remedy = Remedy::Withheld(Withheld::Refused(refusal.clone())));
    Mended { text: None, findings }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{self, Options};
    use crate::text::{Edit, FileId};

    /// Instances that refer to the role `R`, and one profile of it.
    fn template(instances: usize) -> String {
        let instances: String = (0..instances)
            .map(|n| format!("  S{n}: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: !Ref R}}}}\n"))
            .collect();
        format!(
            "Resources:\n{instances}  R: {{Type: AWS::IAM::Role}}\n  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref R]}}}}\n"
        )
    }

    /// What comes of a text if the fixes of some resources have an edit that none of their changes tell of.
    fn mend_with_unsound(text: &str, unsound: &[&str], edit: &Edit) -> Mended {
        let find = |stream: &Stream| {
            let mut found = rules::find(stream, &Options::default())?.findings;
            for finding in &mut found {
                let is_unsound = finding.resource.as_deref().is_some_and(|id| unsound.contains(&id));
                if let Remedy::Fix(fix) = &mut finding.remedy
                    && is_unsound
                {
                    fix.edits.push(edit.clone());
                }
            }
            Ok(found)
        };
        let stream = Stream::of_text(text).unwrap();
        let findings = find(&stream).unwrap();
        mend(stream, findings, Applicability::Safe, find)
    }

    #[test]
    fn a_fix_that_is_thrown_away_takes_no_other_with_it() {
        let not_planned = |edit| matches!(edit, Refusal::Unplanned { .. });
        let not_yaml = |edit| matches!(edit, Refusal::Unreadable(_));
        let (renamed, opened) = (
            Edit::insert(FileId::default(), 0, "Renamed"),
            Edit::insert(FileId::default(), 0, "["),
        );
        let some = ["S1", "S4", "S19"];
        let all: Vec<_> = (0..20).map(|n| format!("S{n}")).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        for (unsound, edit, is_reason) in [
            (&["S0"][..], &renamed, not_planned as fn(Refusal) -> bool),
            (&["S19"], &opened, not_yaml),
            (&some, &renamed, not_planned),
            (&some, &opened, not_yaml),
            (&all, &renamed, not_planned),
        ] {
            let text = template(20);
            let mended = mend_with_unsound(&text, unsound, edit);
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
            assert_eq!(mended.text.as_deref(), (expected != text).then_some(expected.as_str()));
            assert_eq!(mended.findings.len(), 20);
            for finding in mended.findings {
                let id = finding.resource.unwrap();
                match finding.remedy {
                    Remedy::Withheld(Withheld::Refused(why)) => {
                        assert!(unsound.contains(&id.as_str()) && is_reason(why), "{id}");
                    }
                    remedy => assert!(!unsound.contains(&id.as_str()), "{id}: {remedy:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_with_the_text_itself_is_no_reason_to_try_fix_by_fix() {
        let text = template(20) + "  B: {Type: AWS::S3::Bucket, Type: AWS::S3::Bucket}\n";
        let stream = Stream::of_text(&text).unwrap();
        let find = |stream: &Stream| Ok(rules::find(stream, &Options::default())?.findings);
        let findings = find(&stream).unwrap();
        let fixes: Vec<_> = findings.iter().filter_map(Finding::fix).enumerate().collect();
        let mut splits = 5;
        let round = round(stream, &fixes, &find, &mut splits);
        assert!(round.done.is_none());
        assert_eq!((round.refused.len(), splits), (20, 5));
    }

    /// However many fixes are not sound, no more than a few texts are proven; what was not tried waits.
    #[test]
    fn tries_are_counted() {
        let text = template(300);
        let unsound: Vec<_> = (0..300).step_by(2).map(|n| format!("S{n}")).collect();
        let unsound: Vec<_> = unsound.iter().map(String::as_str).collect();
        let mended = mend_with_unsound(&text, &unsound, &Edit::insert(FileId::default(), 0, "Renamed"));
        let is_refused = |finding: &&Finding| matches!(finding.remedy, Remedy::Withheld(Withheld::Refused(_)));
        let refused = mended.findings.iter().filter(is_refused).count();
        assert!((150..300).contains(&refused), "{refused}");
        let text = mended.text.unwrap();
        assert_eq!(text.matches("IamInstanceProfile: !Ref P").count(), 300 - refused);
    }

    /// A fix that mends nothing would be made for ever.
    #[test]
    fn what_is_never_mended_is_not_begun() {
        let text = template(1);
        let again = |stream: &Stream| {
            let mut found = rules::find(stream, &Options::default())?.findings;
            for finding in &mut found {
                if let Remedy::Fix(fix) = &mut finding.remedy {
                    (fix.edits, fix.changes) = (Vec::new(), Vec::new());
                }
            }
            Ok(found)
        };
        let stream = Stream::of_text(&text).unwrap();
        let findings = again(&stream).unwrap();
        let mended = mend(stream, findings, Applicability::Safe, again);
        assert_eq!(mended.text, None);
        let remedies: Vec<_> = mended.findings.into_iter().map(|finding| finding.remedy).collect();
        assert_eq!(remedies, [Remedy::Withheld(Refusal::Remains.into())]);
    }
}
