//! What made-up templates have found, each in its smallest form.

use cfn_ipfix::rules::{Finding, Remedy, Withheld};
use cfn_ipfix::{Options, check};

const ROLE: &str = "  R:\n    Type: AWS::IAM::Role\n";

fn fixed(resources: &str) -> String {
    let text = format!("Resources:\n{resources}");
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let report = check(&text, &options).unwrap();
    report.fixed().unwrap_or(&text).replacen("Resources:\n", "", 1)
}

#[test]
fn what_was_thrown_away_is_mended() {
    for (what, before, after) in [
        (
            "a profile comes behind a role whose key is marked",
            "  ? R\n  : Type: AWS::IAM::Role\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  ? R\n  : Type: AWS::IAM::Role\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a path whose key is marked is copied without the mark",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : /x/\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : /x/\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path: /x/\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a call whose key is marked is put under another",
            "  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n          ? Ref\n          : P\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
            "  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n          Name:\n            ? Ref\n            : P\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
        ),
        (
            "a list below its key is given its long function back below it",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      ServiceRoleArn:\n        Fn::GetAtt: [R, Arn]\n      DefaultInstanceProfileArn:\n        - P\n        - Arn\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [Ref: R]}}\n  R: {Type: AWS::IAM::Role}\n",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      ServiceRoleArn:\n        Fn::GetAtt: [R, Arn]\n      DefaultInstanceProfileArn:\n        Fn::GetAtt: [P, Arn]\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [Ref: R]}}\n  R: {Type: AWS::IAM::Role}\n",
        ),
        (
            "a profile that holds a role by its ARN holds that role, and is used",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: !GetAtt [R, Arn]}}\n  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}\n  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref P}}\n",
        ),
        (
            "a path that bears an anchor is copied without it",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: &p /x/\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: &p /x/\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path: /x/\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a path is copied without its comments",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: # 'a & b'\n        # above\n        !Sub # beside\n        '/${AWS::Region}/' # behind\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: # 'a & b'\n        # above\n        !Sub # beside\n        '/${AWS::Region}/' # behind\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path:\n        !Sub\n        '/${AWS::Region}/'\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "so is a path of several lines",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path:\n        Fn::Join: # how\n          - ''\n          # what\n          - - /x/ # first\n            - y/\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Path:\n        Fn::Join: # how\n          - ''\n          # what\n          - - /x/ # first\n            - y/\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path:\n        Fn::Join:\n          - ''\n          - - /x/\n            - y/\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "the closing bracket of a new profile is as far right as that of its role",
            "  R: {\n      Type: AWS::IAM::Role\n    }\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R: {\n      Type: AWS::IAM::Role\n    }\n  RInstanceProfile: {\n      Type: AWS::IAM::InstanceProfile,\n      Properties: {\n          Roles: [!Ref R]\n      }\n    }\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a plain key has a blank behind its colon where quoted ones have none",
            "  R: {\"Type\":\"AWS::IAM::Role\"}\n  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: {\"Ref\":\"R\"}}}}\n",
            "  R: {\"Type\":\"AWS::IAM::Role\"}\n  RInstanceProfile: {\"Type\":\"AWS::IAM::InstanceProfile\", \"Properties\":{\"Roles\":[{\"Ref\":\"R\"}]}}\n  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: {Name: {\"Ref\":\"RInstanceProfile\"}}}}}\n",
        ),
        (
            "an anchor on the line of the dash comes behind the key of a new object, and what is below it goes further right",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n         Fn::If:\n          - C\n          - &a\n           Ref: P\n          - Ref: P\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n         Fn::If:\n          - C\n          - Name: &a\n             Ref: P\n          - Name:\n             Ref: P\n",
        ),
        (
            "a colon in a comment is not that of a marked key",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [Ref: x]}}\n  S:\n    Type: AWS::OpsWorks::Layer\n    Properties:\n      ? CustomInstanceProfileArn # it's: why\n      : P\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [Ref: x]}}\n  S:\n    Type: AWS::OpsWorks::Layer\n    Properties:\n      ? CustomInstanceProfileArn # it's: why\n      :\n        Fn::GetAtt: [P, Arn]\n",
        ),
        (
            "a name that cannot be changed goes beside the ARN of a profile for its role",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}\n  R: {Type: AWS::IAM::Role}\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n          Name: !Ref |-\n            R\n          Arn: !GetAtt P.Arn\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}\n  R: {Type: AWS::IAM::Role}\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n          Arn: !GetAtt P.Arn\n",
        ),
        (
            "so does a text below its tag",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n            !Ref\n         P\n  U:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile: !If\n          - C\n          - !Ref\n           P\n          - !Ref P\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile:\n            Name:\n                !Ref\n             P\n  U:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile: !If\n          - C\n          - Name: !Ref\n             P\n          - Name: !Ref P\n",
        ),
        (
            "so has, in a block, the quoted key of a path that stood in braces",
            "  \"R\":\n    \"Type\": AWS::IAM::Role\n    Properties: {'Path':/}\n  \"S\": {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  \"R\":\n    \"Type\": AWS::IAM::Role\n    Properties: {'Path':/}\n  \"RInstanceProfile\":\n    \"Type\": AWS::IAM::InstanceProfile\n    \"Properties\":\n      \"Path\": /\n      \"Roles\":\n        - !Ref R\n  \"S\": {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "so has the plain key of a path that is copied",
            "  R: {Type: AWS::IAM::Role, Properties: {\"Path\":\"/x/\"}}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R: {Type: AWS::IAM::Role, Properties: {\"Path\":\"/x/\"}}\n  RInstanceProfile: {Type: AWS::IAM::InstanceProfile, Properties: {Path: \"/x/\", Roles: [!Ref R]}}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "the list of an attribute that an alias stands for is left to its anchor",
            "  A: {Type: Custom::A, Properties: {Fn::GetAtt: &a [R, Arn]}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}\n  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::OpsWorks::Stack, Properties: {DefaultInstanceProfileArn: {Fn::GetAtt: *a}}}\n",
            "  A: {Type: Custom::A, Properties: {Fn::GetAtt: &a [R, Arn]}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref R]}}\n  R: {Type: AWS::IAM::Role}\n  S: {Type: AWS::OpsWorks::Stack, Properties: {DefaultInstanceProfileArn: {Fn::GetAtt: [P, Arn]}}}\n",
        ),
        (
            "a value in a pair without braces is put into an object",
            "  F: {Type: AWS::EC2::EC2Fleet, Properties: {LaunchTemplateConfigs: [Overrides: [IamInstanceProfile: !Ref P]]}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
            "  F: {Type: AWS::EC2::EC2Fleet, Properties: {LaunchTemplateConfigs: [Overrides: [IamInstanceProfile: {Name: !Ref P}]]}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
        ),
        (
            "a block scalar moves left with the blanks in it and what is behind it",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        - Fn::Sub: |\n            ${A}\n              \n            ${B}\n            \n           # why\n",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        Fn::Sub: |\n          ${A}\n            \n          ${B}\n          \n         # why\n",
        ),
        (
            "so does one that tells how far right it is",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        - Fn::If:\n            - C\n            - Fn::Sub: |1-\n                 ${A}\n            - !Ref A\n",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        Fn::If:\n          - C\n          - Fn::Sub: |1-\n               ${A}\n          - !Ref A\n",
        ),
        (
            "a comment further left keeps nothing from moving",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        - ? Fn::If\n    # why\n          : - C\n            - !Ref A\n            - !Ref B\n",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        ? Fn::If\n    # why\n        : - C\n          - !Ref A\n          - !Ref B\n",
        ),
        (
            "a pair without braces on a line of its own is put into an object",
            "  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: !If [\n    C,\n    Ref: P,\n    !Ref P\n  ]}}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
            "  T: {Type: AWS::EC2::LaunchTemplate, Properties: {LaunchTemplateData: {IamInstanceProfile: !If [\n    C,\n    {Name: {Ref: P}},\n    {Name: !Ref P}\n  ]}}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n",
        ),
        (
            "the bracket of a new list stands where that of its only item stood",
            "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: {\n          Ref: R\n        }\n  R: {Type: AWS::IAM::Role}\n",
            "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: [\n          {\n            Ref: R\n          }\n        ]\n  R: {Type: AWS::IAM::Role}\n",
        ),
        (
            "or right of its key",
            "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: {\n        Ref: R}\n  R: {Type: AWS::IAM::Role}\n",
            "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: [\n        {\n          Ref: R}\n        ]\n  R: {Type: AWS::IAM::Role}\n",
        ),
        (
            "what a bracket holds moves as far as the bracket",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn: [\n          !If [\n            C,\n            !Ref P,\n            !Ref P\n          ]\n        ]\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn: !If [\n          C,\n          !GetAtt P.Arn,\n          !GetAtt P.Arn\n        ]\n",
        ),
        (
            "but not as far left as the key",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n      - !If [\n          C,\n          !Ref P,\n          !Ref P\n        ]\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn: !If [\n          C,\n          !GetAtt P.Arn,\n          !GetAtt P.Arn\n        ]\n",
        ),
        (
            "a bracket that moves left stays right of its key",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        - !If [\n            C,\n            !Ref P,\n            !Ref P\n          ]\n",
            "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [x]}}\n  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn: !If [\n          C,\n          !GetAtt P.Arn,\n          !GetAtt P.Arn\n        ]\n",
        ),
        (
            "a profile comes behind the blank lines that a text without others keeps",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: |+\n\n\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: |+\n\n\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "and without one of its own behind a text that would keep it",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: |+\n        x\n# why\n\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: |+\n        x\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref R\n# why\n\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "it comes behind the colon of a marked key without a value",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : /x/\n      ? Description\n      # why\n      :\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : /x/\n      ? Description\n      # why\n      :\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path: /x/\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "and behind the head of a block scalar without a text",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Description\n      : >-\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Description\n      : >-\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a path is copied with the blank lines that are all of it",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : |+ # why\n\n      Description: x\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      : |+ # why\n\n      Description: x\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Path: |+\n\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "a condition that is a number without quotes gets some",
            "  R:\n    Type: AWS::IAM::Role\n    Condition: >-\n      1\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n",
            "  R:\n    Type: AWS::IAM::Role\n    Condition: >-\n      1\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Condition: \"1\"\n    Properties:\n      Roles:\n        - !Ref R\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n",
        ),
        (
            "what goes takes the blank lines along that a text above it would keep",
            "  A:\n    Type: AWS::S3::Bucket\n    Metadata:\n      Doc: |+\n        text\n      cfn-ipfix: {ignore: [IPF001]}\n\n  B: {Type: AWS::S3::Bucket}\n",
            "  A:\n    Type: AWS::S3::Bucket\n    Metadata:\n      Doc: |+\n        text\n  B: {Type: AWS::S3::Bucket}\n",
        ),
        (
            "a text that is stripped of its blank lines may be none at the end of the file",
            "  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: >-\n",
            "  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref RInstanceProfile}}\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Description: >-\n  RInstanceProfile:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - !Ref R\n",
        ),
    ] {
        assert_eq!(fixed(before), after, "{what}");
    }
}

/// The second is found in a later round than the first.
#[test]
fn a_role_from_elsewhere_gets_one_profile() {
    let server = |value: &str| format!("Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {value}}}");
    let arn = "'arn:aws:iam::123456789012:role/old'";
    let resources = format!(
        "  A: {{{}}}\n  B: {{{}}}\n",
        server(arn),
        server(&format!("{{Name: {arn}}}"))
    );
    let fixed = fixed(&resources);
    assert_eq!(fixed.matches("!Ref OldInstanceProfile").count(), 2, "{fixed}");
    assert_eq!(fixed.matches("AWS::IAM::InstanceProfile").count(), 1, "{fixed}");
}

#[test]
fn a_profile_that_holds_a_role_from_elsewhere_is_used() {
    let profile =
        |more: &str| format!("  P: {{Type: AWS::IAM::InstanceProfile, {more}Properties: {{Roles: [old]}}}}\n");
    let server = "  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: arn:aws:iam::123456789012:role/old\n";
    for (more, id) in [("", "P"), ("Condition: C, ", "OldInstanceProfile")] {
        let fixed = fixed(&(profile(more) + server));
        assert!(fixed.contains(&format!("IamInstanceProfile: !Ref {id}\n")), "{fixed}");
    }
}

/// The fix is not made and thrown away, but withheld, and it is told why.
#[test]
fn what_cannot_be_mended_is_withheld() {
    let profile = "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles: ";
    let template = "  T:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n        IamInstanceProfile: ";
    for (what, resources) in [
        (
            "what a function is given stands elsewhere too",
            format!(
                "{profile}[!Ref x]\n  Q:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - Fn::GetAtt: [&r R, Arn]\n  O:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - Ref: *r\n"
            ),
        ),
        (
            "a comment keeps a tag from its list",
            format!("{profile}[x]\n{template}!GetAtt # why\n          - P\n          - Arn\n"),
        ),
        (
            "a comment stands between a key and a value that goes below it",
            "  P:\n    Type: AWS::IAM::InstanceProfile\n    Properties:\n      Roles:\n        - Ref: R\n  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile:\n        # why\n        P\n".to_owned(),
        ),
        (
            "a line keeps a mapping from moving left",
            "  S:\n    Type: AWS::OpsWorks::Stack\n    Properties:\n      DefaultInstanceProfileArn:\n        - ? Fn::If\n          : [C, !Ref A,\n        !Ref B]\n".to_owned(),
        ),
        (
            "a path in lines between brackets is to go where there are none",
            "  Q:\n    Type: AWS::IAM::Role\n    Properties: {Path: {\n        Ref: Folder\n      }}\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Q}}\n".to_owned(),
        ),
        (
            "an anchor stands before what becomes an item",
            format!("{profile}&a\n        Ref: R\n"),
        ),
        (
            "a role of the same section is what an alias stands for",
            "  U: &t {Type: AWS::IAM::Role}\n  T: *t\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref T}}\n".to_owned(),
        ),
        (
            "a condition ends in a newline",
            "  T:\n    Type: AWS::IAM::Role\n    Condition: |\n      C\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref T}}\n".to_owned(),
        ),
        (
            "a path is a tag alone",
            "  T:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: !Sub &a\n      Description: x\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref T}}\n".to_owned(),
        ),
        (
            "a path is a marked key alone",
            "  T:\n    Type: AWS::IAM::Role\n    Properties:\n      ? Path\n      Description: x\n  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref T}}\n".to_owned(),
        ),
        (
            "the text of another resource than a role ends the file",
            "  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: arn:aws:iam::123456789012:role/old\n      UserData: |\n        x".to_owned(),
        ),
        (
            "a text without others would come to end the file",
            "  B:\n    Type: AWS::S3::Bucket\n    Metadata:\n      Doc: |+\n      cfn-ipfix: {ignore: [IPF001]}\n".to_owned(),
        ),
        (
            "a blank line would come to an item of a list",
            "  B:\n    Type: AWS::S3::Bucket\n    Metadata:\n      cfn-ipfix:\n        ignore:\n          - >+\n            x\n          - IPF002\n\n  C: {Type: AWS::S3::Bucket}\n".to_owned(),
        ),
    ] {
        let text = format!("Resources:\n{ROLE}{resources}");
        let options = Options {
            unsafe_fixes: true,
            ..Options::default()
        };
        let report = check(&text, &options).unwrap();
        assert!(!report.findings.is_empty(), "{what}");
        assert_eq!(report.fixed(), None, "{what}");
        for finding in &report.findings {
            let is_told = matches!(&finding.remedy, Remedy::Withheld(why) if !matches!(why, Withheld::Refused(_)));
            assert!(is_told, "{what}: {finding:?}");
        }
    }
}

#[test]
fn a_lost_function_is_found_in_a_list_of_an_alias() {
    let resources = format!(
        "{ROLE}    Metadata: &r R\n  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: [*r, Arn]}}}}\n"
    );
    let fixed = fixed(&resources);
    assert!(fixed.contains("IamInstanceProfile: !Ref RInstanceProfile"), "{fixed}");
}

/// The alias gives way with what is around it; what it stands for serves others.
#[test]
fn what_an_alias_inside_a_function_stands_for_is_found() {
    let anchors = "    Metadata:\n      - [&name !Ref R, &arn !GetAtt R.Arn, &text '${R}', &nothing '']\n      - &list [!Ref R]\n      - &arguments ['', [!Ref R]]\n      - &variables {X: !Ref R}\n      - &parts !Split [/, !GetAtt R.Arn]\n";
    for (before, after) in [
        ("!Join ['', [*name]]", "!Ref RInstanceProfile"),
        ("!Join ['', *list]", "!Ref RInstanceProfile"),
        (
            "!Join [*nothing, [!Ref R]]",
            "!Join [*nothing, [!Ref RInstanceProfile]]",
        ),
        ("{Fn::Join: *arguments}", "{Ref: RInstanceProfile}"),
        ("!Sub ['${X}', {X: *name}]", "!Ref RInstanceProfile"),
        ("!Sub ['${X}', *variables]", "!Ref RInstanceProfile"),
        ("!Sub [*text, {}]", "!Ref RInstanceProfile"),
        ("{Fn::Sub: *text}", "{Ref: RInstanceProfile}"),
        (
            "!Sub ['arn:aws:iam::123456789012:role/${X}', {X: *name}]",
            "!Ref RInstanceProfile",
        ),
        ("!Select [1, !Split [/, *arn]]", "!Ref RInstanceProfile"),
        ("!Select [1, *parts]", "!Ref RInstanceProfile"),
    ] {
        let server = |value: &str| {
            format!("  S:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: {value}\n")
        };
        let fixed = fixed(&format!("{ROLE}{anchors}{}", server(before)));
        assert!(fixed.starts_with(&format!("{ROLE}{anchors}")), "{fixed}");
        assert!(fixed.ends_with(&server(after)), "{fixed}");
    }
}

/// Reading it would have no end, or one that nobody waits for.
#[test]
fn what_stands_for_itself_or_for_too_much_says_nothing() {
    let twice = |value: String, _| format!("!Sub ['${{X}}${{X}}', {{X: {value}}}]");
    let doubled = (0..60).fold("!Ref R".to_owned(), twice);
    for value in [
        "&a !Join ['', [*a]]",
        "&a !Sub ['${X}', {X: *a}]",
        "&a !Select [1, !Split [/, *a]]",
        "&a !Select [0, [*a]]",
        &doubled,
    ] {
        let server = format!("{{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {value}}}}}");
        let text = format!("Resources:\n{ROLE}  S: {server}\n");
        let report = check(&text, &Options::default()).unwrap();
        assert!(report.findings.is_empty(), "{value}: {:?}", report.findings);
    }
}

#[test]
fn a_name_of_both_a_role_and_a_profile_is_found_where_an_arn_is_wanted() {
    let text = "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {RoleName: web}}\n  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: web, Roles: [!Ref R]}}\n  S: {Type: AWS::OpsWorks::Stack, Properties: {DefaultInstanceProfileArn: web}}\n";
    let report = check(text, &Options::default()).unwrap();
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.rule.code, &finding.remedy))
        .collect();
    assert_eq!(found, [("IPF002", &Remedy::Withheld(Withheld::PathUnknown))]);
}

/// What an alias elsewhere stands for changes only if that alias gives way to a text of its own.
#[test]
fn an_anchor_stays_where_one_of_its_aliases_does() {
    let server = |value: &str| format!("Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: {value}}}");
    let resources = format!(
        "{ROLE}  A: {{{}}}\n  B: &b {{{}}}\n  C: *b\n  D: {{DependsOn: A, Type: Custom::D, Properties: *b}}\n",
        server("&a !Ref R"),
        server("*a")
    );
    let text = format!("Resources:\n{resources}");
    let report = check(&text, &Options::default()).unwrap();
    let is_told = |finding: &Finding| matches!(finding.remedy, Remedy::Withheld(Withheld::Shared { .. }));
    assert!(report.findings.iter().all(is_told), "{:?}", report.findings);
    assert_eq!((report.findings.len(), report.fixed()), (3, None));
}
