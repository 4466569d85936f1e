//! What a run tells is true of the text that it makes: what the fixes of one round bring to light is told, and what they
//! mend besides is not told as left.

use cfn_ipfix::model::{Finding, NoFix, Remedy};
use cfn_ipfix::{Options, check};

use super::shared::{assert_honest, with_unsafe_fixes};

const TRUSTED: &str = "  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]
  P: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref R]}}
";

/// A resource, what is told of it: the text that it is about, the rule, and what becomes of it; and how many findings are
/// left with `--unsafe-fixes`.
#[test]
fn what_only_shows_later_is_told_and_what_is_mended_along_is_not_left() {
    const INSTANCE: &str = "AWS::EC2::Instance, Properties: {IamInstanceProfile: ";
    const TEMPLATE: &str = "AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: ";
    const PROFILE: &str = "AWS::IAM::InstanceProfile, Properties: {Roles: ";
    const DATABASE: &str = "AWS::RDS::DBInstance, Properties: {CustomIAMInstanceProfile: ";
    for (kind, value, expected, left) in [
        (PROFILE, "R", &["R IPF004 fixed", "R IPF009 held back"][..], 0),
        (
            INSTANCE,
            "{Name: R}",
            &["{Name: R} IPF003 fixed", "R IPF009 held back"],
            0,
        ),
        (INSTANCE, "[R]", &["[R] IPF003 fixed", "R IPF009 held back"], 0),
        (
            INSTANCE,
            "{Name: 'arn:aws:iam::123456789012:role/x'}",
            &[
                "{Name: 'arn:aws:iam::123456789012:role/x'} IPF003 fixed",
                "'arn:aws:iam::123456789012:role/x' IPF005 held back",
            ],
            0,
        ),
        // RDS Custom takes neither the profile's name nor the role's.
        (DATABASE, "!Ref R", &["!Ref R IPF001 left", "!Ref R IPF008 left"], 2),
        // The fix of the second makes it plain which of the two must go.
        (
            TEMPLATE,
            "{Name: !GetAtt P.Arn, Arn: !GetAtt P.Arn}",
            &[
                "{Name: !GetAtt P.Arn, Arn: !GetAtt P.Arn} IPF003 fixed",
                "!GetAtt P.Arn IPF002 fixed",
            ],
            0,
        ),
        (
            TEMPLATE,
            "{Name: !Ref R, Arn: !GetAtt P.Arn}",
            &["{Name: !Ref R, Arn: !GetAtt P.Arn} IPF003 fixed", "!Ref R IPF001 fixed"],
            0,
        ),
        // That there are two shows when both have the right case.
        (
            TEMPLATE,
            "{NAme: !Ref P, Arn: !GetAtt P.Arn}",
            &["{NAme: !Ref P, Arn: !GetAtt P.Arn} IPF003 fixed", "NAme IPF010 fixed"],
            0,
        ),
        // It is the same in an object, though its path and its words are others there.
        (TEMPLATE, "R", &["R IPF003 fixed", "R IPF009 held back"], 0),
    ] {
        let close = "}".repeat(kind.matches('{').count());
        let template = format!("Resources:\n  S: {{Type: {kind}{value}{close}}}\n{TRUSTED}");
        let report = check(&template, &Options::default()).unwrap();
        let key = |finding: &Finding| (finding.rule.code, finding.place.span);
        let held_back: Vec<_> = report.held_back().map(key).collect();
        let told: Vec<_> = report
            .findings
            .iter()
            .map(|finding| {
                let state = match report.mends(finding) {
                    true => "fixed",
                    false if held_back.contains(&key(finding)) => "held back",
                    false => "left",
                };
                format!("{} {} {state}", finding.place.span.slice(&template), finding.rule.code)
            })
            .collect();
        assert_eq!(told, expected, "{template}");

        let options = with_unsafe_fixes();
        let report = check(&template, &options).unwrap();
        assert_eq!(report.remaining().count(), left, "{template}");
        for options in [Options::default(), options] {
            assert_honest(value, &template, &options);
        }
    }
}

/// However deep something is wrapped that should not be, it comes out.
#[test]
fn rounds_go_on_for_as_long_as_texts_are_deep() {
    for depth in [1, 60, 120] {
        let template = |open, close| {
            let (open, close) = (str::repeat(open, depth), str::repeat(close, depth));
            format!(
                "Resources:\n  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {open}!Ref P{close}}}}}\n{TRUSTED}"
            )
        };
        let report = check(&template("[", "]"), &Options::default()).unwrap();
        assert_eq!(report.fixed(), Some(template("", "").as_str()));
        assert_eq!(report.remaining().count(), 0);
    }
}

/// Once the value in the function is replaced, the tag alone shares the anchor.
#[test]
fn why_something_is_left_is_true_in_the_end() {
    let template = format!(
        "Resources:\n{TRUSTED}  A: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: &a !Ref R}}}}\n  B: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: !Join ['', [*a]]}}}}\n  C: {{Type: AWS::S3::Bucket, Properties: {{Tags: [{{Key: a, Value: *a}}]}}}}\n"
    );
    let tag = template.find("Value: *a").unwrap() + "Value: ".len();
    let report = check(&template, &Options::default()).unwrap();
    let left: Vec<_> = report.remaining().map(|finding| &finding.remedy).collect();
    let is_tag = matches!(left[..], [Remedy::Withheld(NoFix::Shared { user })] if user.span.start() == tag);
    assert!(is_tag, "{left:?}");
}

/// What is left has the path that what was taken away had, and is another mistake all the same.
#[test]
fn what_was_taken_away_is_told_as_fixed_though_as_much_is_left() {
    let template = format!(
        "Resources:\n  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: [[[[[[&a [[[[[[!Ref P]]]]]]]]]]]]}}}}\n{TRUSTED}Outputs: {{A: {{Value: *a}}}}\n"
    );
    let report = check(&template, &Options::default()).unwrap();
    let is_fixed: Vec<_> = report.findings.iter().map(|finding| report.mends(finding)).collect();
    assert_eq!(is_fixed, [vec![true; 5], vec![false; 5]].concat());
    assert!(
        report
            .fixed()
            .unwrap()
            .contains("IamInstanceProfile: &a [[[[[[!Ref P]]]]]]}")
    );
    assert_honest("lists in lists", &template, &Options::default());
}
