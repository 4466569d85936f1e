use super::additions::Additions;
use super::apply::{SourceMaps, apply};
use crate::model::{Finding, Fix, FixState, Language, ModelError, PlanFacts};
use crate::text::{File, ProofError};

/// The findings of a source, and the facts for comparing its plan.
pub(crate) struct Inspection<C> {
    /// The findings.
    pub(crate) findings: Vec<Finding<FixState<C>>>,
    /// The facts of each template.
    ///
    /// They may be missing for a template that does not change.
    pub(crate) facts: Vec<Option<PlanFacts>>,
}

/// The result of a round.
pub(super) struct Round<L: Language> {
    /// The fixes that were applied, if any was proven.
    pub(super) done: Option<AppliedFixes<L>>,
    /// The indices of the rejected fixes, each with the reason.
    pub(super) refused: Vec<(usize, ProofError)>,
}

/// The files with some proven fixes.
pub(super) struct AppliedFixes<L: Language> {
    pub(super) files: Vec<File>,
    pub(super) map: SourceMaps,
    /// The additions of the fixes.
    pub(super) additions: Additions<L::Change>,
    /// The remaining findings, and the facts.
    pub(super) remaining: Inspection<L::Change>,
    /// The parsed source, if a remaining finding has a fix.
    pub(super) source: Option<L::Source>,
}

/// Applies the fixes that do not overlap and can be proven.
///
/// The caller identifies each fix by its index. If all fixes together are rejected, they are bisected on top of the
/// proven ones, while there are `splits` left.
pub(super) fn round<'f, L: Language>(
    language: &L,
    source: L::Source,
    files: &[File],
    fixes: &[(usize, &'f Fix<L::Change>)],
    before: &[Option<PlanFacts>],
    find: &impl Fn(&L::Source) -> Result<Inspection<L::Change>, ModelError>,
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
        // An attempt consumes the source.
        let source = source.take().unwrap_or_else(|| language.read(files));
        match attempt(language, source, files, &tried, before, find) {
            Ok(done) => {
                proven = tried;
                round.done = Some(done);
            }
            Err(proof_error) if group.len() > 1 && *splits > 0 && !proof_error.is_about_original() => {
                *splits -= 1;
                let (first, second) = group.split_at(group.len() / 2);
                waiting.extend([second, first]);
            }
            Err(proof_error) => round
                .refused
                .extend(group.iter().map(|&(number, _)| (number, proof_error.clone()))),
        }
    }
    round
}

fn attempt<L: Language>(
    language: &L,
    source: L::Source,
    files: &[File],
    fixes: &[&Fix<L::Change>],
    before: &[Option<PlanFacts>],
    find: &impl Fn(&L::Source) -> Result<Inspection<L::Change>, ModelError>,
) -> Result<AppliedFixes<L>, ProofError> {
    let applied = apply::<L>(files, fixes.iter().copied());
    if applied.map == SourceMaps::default() {
        return Err(ProofError::StillFound);
    }
    let found = language.prove(source, &applied.files, &applied.changes, |source| {
        let remaining = find(&source)?;
        let has_fix = remaining.findings.iter().any(|finding| finding.fix().is_some());
        Ok((remaining, has_fix.then_some(source)))
    })?;
    let (mut remaining, source) = found.map_err(|_: ModelError| ProofError::StillFound)?;
    let pairs = remaining.facts.iter_mut().zip(before);
    for (after, before) in pairs.filter_map(|(after, before)| Some((after.as_mut()?, before.as_ref()?))) {
        after.follow(before);
        if let Some(harm) = after.new_harm(before) {
            return Err(ProofError::Harm(harm.to_string()));
        }
    }
    Ok(AppliedFixes {
        files: applied.files,
        map: applied.map,
        additions: Additions::of_round::<L>(&applied.changes),
        remaining,
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
        let source = CloudFormation.read(&[File::new(FileId::default(), text)]);
        let inspected = check::find(&CloudFormation, &source, &Options::default(), true).map(Inspection::from);
        inspected.unwrap().facts.remove(0).unwrap()
    }

    /// Each case is a template before and after, and the harm.
    #[test]
    fn finds_only_new_harm() {
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
            // P's dependencies depend on P.
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
            // The profile does not always exist.
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
            // It is the profile of another role.
            (
                server("!Ref R") + "  O: {Type: AWS::IAM::Role}\n",
                server("!Ref P") + "  O: {Type: AWS::IAM::Role}\n" + &plain.replace("!Ref R", "!Ref O"),
                harm!(Harm::OtherRole { .. }),
            ),
            // The string may be the name of a profile outside the template, or of the role.
            (server("web"), server("!Ref P") + &plain, None),
            (
                server("'arn:aws:iam::123456789012:instance-profile/web'"),
                server("!Ref P") + &plain,
                harm!(Harm::OtherRole { .. }),
            ),
            // RDS Custom rejects the name, but the author chose it.
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
