use crate::fix::apply::{SourceMap, apply};
use crate::model::{Finding, Fix, Language, ModelError, PlanFacts, Remedy};
use crate::text::{File, Refusal};

/// The findings of a source, and the facts by which its plan is compared with another.
pub(crate) struct Looked<C> {
    /// The findings.
    pub(crate) findings: Vec<Finding<Remedy<C>>>,
    /// The facts of each template; of one that is not to change there may be none.
    pub(crate) facts: Vec<Option<PlanFacts>>,
}

/// The result of a round.
pub(super) struct Round<L: Language> {
    /// The fixes that were made, if any was proven.
    pub(super) done: Option<Done<L>>,
    /// The fixes that were not, by their numbers, each with the reason.
    pub(super) refused: Vec<(usize, Refusal)>,
}

/// Files with some fixes, proven.
pub(super) struct Done<L: Language> {
    pub(super) files: Vec<File>,
    pub(super) map: SourceMap,
    /// The findings that are left, and the facts.
    pub(super) left: Looked<L::Change>,
    /// The source as it was read, if a finding that is left has a fix.
    pub(super) source: Option<L::Source>,
}

/// Makes the fixes that do not touch one another, without those because of which the text would not be proven.
///
/// Each fix has a number, for the caller to know it by. Where all of them together are refused, they are tried by halves,
/// on top of those that are proven, as long as there are `splits` left.
pub(super) fn round<'f, L: Language>(
    source: L::Source,
    files: &[File],
    fixes: &[(usize, &'f Fix<L::Change>)],
    before: &[Option<PlanFacts>],
    find: &impl Fn(&L::Source) -> Result<Looked<L::Change>, ModelError>,
    splits: &mut usize,
) -> Round<L> {
    let mut round = Round {
        done: None,
        refused: Vec::new(),
    };
    let mut proven: Vec<&'f Fix<L::Change>> = Vec::new();
    let mut source = Some(source);
    let mut waiting = vec![fixes];
    while let Some(group) = waiting.pop() {
        let tried = proven.iter().copied().chain(group.iter().map(|(_, fix)| *fix));
        let tried: Vec<_> = tried.collect();
        // An attempt uses up the source.
        let source = source.take().unwrap_or_else(|| L::read(files));
        match attempt::<L>(source, files, &tried, before, find) {
            Ok(done) => {
                proven = tried;
                round.done = Some(done);
            }
            Err(refusal) if group.len() > 1 && *splits > 0 && !refusal.is_about_the_text() => {
                *splits -= 1;
                let (first, second) = group.split_at(group.len() / 2);
                waiting.extend([second, first]);
            }
            Err(refusal) => round
                .refused
                .extend(group.iter().map(|&(number, _)| (number, refusal.clone()))),
        }
    }
    round
}

fn attempt<L: Language>(
    source: L::Source,
    files: &[File],
    fixes: &[&Fix<L::Change>],
    before: &[Option<PlanFacts>],
    find: &impl Fn(&L::Source) -> Result<Looked<L::Change>, ModelError>,
) -> Result<Done<L>, Refusal> {
    let applied = apply::<L>(files, fixes.iter().copied());
    let found = L::prove(source, &applied.files, &applied.changes, |source| {
        let left = find(&source)?;
        let has_fix = left.findings.iter().any(|finding| finding.fix().is_some());
        Ok((left, has_fix.then_some(source)))
    })?;
    let (mut left, source) = found.map_err(|_: ModelError| Refusal::Remains)?;
    let pairs = left.facts.iter_mut().zip(before);
    for (after, before) in pairs.filter_map(|(after, before)| Some((after.as_mut()?, before.as_ref()?))) {
        after.follow(before);
        if let Some(harm) = after.new_harm(before) {
            return Err(Refusal::Plan(harm.to_string()));
        }
    }
    Ok(Done {
        files: applied.files,
        map: applied.map,
        left,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;
    use crate::cloudformation::CloudFormation;
    use crate::model::Harm;
    use crate::rules::Options;
    use crate::text::FileId;

    fn facts(resources: &str) -> PlanFacts {
        const CONDITIONS: &str = "Parameters: {Size: {Type: String}}
Conditions:
  IsSmall: !Equals [!Ref Size, small]
  IsLarge: !Equals [!Ref Size, large]
  IsNotSmall: !Not [!Condition IsSmall]
";
        let text = format!("{CONDITIONS}Resources:\n{resources}");
        let source = CloudFormation::read(&[File::new(FileId::default(), text)]);
        let looked = check::find::<CloudFormation>(&source, &Options::default(), true).map(Looked::from);
        looked.unwrap().facts.remove(0).unwrap()
    }

    /// A template, the same after a change, and the harm that the change does.
    #[test]
    fn only_new_harm_is_found() {
        type IsHarm = fn(&Harm) -> bool;
        macro_rules! harm {
            ($pattern:pat) => {
                Some((|harm| matches!(harm, $pattern)) as IsHarm)
            };
        }
        const ROLE: &str = "  R: {Type: AWS::IAM::Role, Properties: {RoleName: web}}\n";
        let server = |profile: &str| {
            format!("  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {profile}}}}}\n{ROLE}")
        };
        let database = |profile: &str| {
            format!("  D: {{Type: AWS::RDS::DBInstance, Properties: {{CustomIAMInstanceProfile: {profile}}}}}\n{ROLE}")
        };
        let profile = |id: &str, attributes: &str, properties: &str| {
            format!(
                "  {id}: {{Type: AWS::IAM::InstanceProfile{attributes}, Properties: {{Roles: [!Ref R]{properties}}}}}\n"
            )
        };
        let plain = profile("P", "", "");
        for (before, after, expected) in [
            (server("!Ref R"), server("!Ref P") + &plain, None),
            // What P waits for waits for P.
            (
                server("!Ref R") + &profile("P", ", DependsOn: S", ""),
                server("!Ref P") + &profile("P", ", DependsOn: S", ""),
                harm!(Harm::Circle { .. }),
            ),
            (
                server("!Ref P") + &profile("P", ", DependsOn: S", ""),
                server("!GetAtt P.Arn") + &profile("P", ", DependsOn: S", ""),
                None,
            ),
            // A profile that is not always there.
            (
                server("!Ref R"),
                server("!Ref P") + &profile("P", ", Condition: IsSmall", ""),
                harm!(Harm::Absent { .. }),
            ),
            (
                server("!If [IsSmall, !Ref R, x]"),
                server("!If [IsSmall, !Ref P, x]") + &profile("P", ", Condition: IsSmall", ""),
                None,
            ),
            (
                server("!If [IsLarge, !Ref R, x]"),
                server("!If [IsLarge, !Ref P, x]") + &profile("P", ", Condition: IsNotSmall", ""),
                None,
            ),
            // Another profile may have the name.
            (
                server("!Ref R") + &profile("Q", "", ", InstanceProfileName: !Ref Size"),
                server("!Ref P")
                    + &profile("Q", "", ", InstanceProfileName: !Ref Size")
                    + &profile("P", "", ", InstanceProfileName: !Ref R"),
                harm!(Harm::Name { .. }),
            ),
            // The profile of another role.
            (
                server("!Ref R") + "  O: {Type: AWS::IAM::Role}\n",
                server("!Ref P") + "  O: {Type: AWS::IAM::Role}\n" + &plain.replace("!Ref R", "!Ref O"),
                harm!(Harm::OtherRole { .. }),
            ),
            // The text may be the name of a profile outside the template, or of the role.
            (server("web"), server("!Ref P") + &plain, None),
            (
                server("'arn:aws:iam::123456789012:instance-profile/web'"),
                server("!Ref P") + &plain,
                harm!(Harm::OtherRole { .. }),
            ),
            // RDS Custom takes no such name, but it is the author's own.
            (
                database("!Ref R"),
                database("!Ref P") + &plain,
                harm!(Harm::ServiceName { .. }),
            ),
            (database("!Ref R") + &plain, database("!Ref P") + &plain, None),
        ] {
            let (first, mut second) = (facts(&before), facts(&after));
            second.follow(&first);
            let harm = second.new_harm(&first);
            let is_expected = match (&harm, expected) {
                (Some(harm), Some(is_harm)) => is_harm(harm),
                (harm, expected) => harm.is_none() && expected.is_none(),
            };
            assert!(is_expected, "{harm:?} from\n{before}to\n{after}");
        }
    }
}
