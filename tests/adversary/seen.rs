//! Harmful fixes that the judge must detect, independently of the product.

use crate::judge::{Kind, judge};

/// The start of each template, with two roles.
const START: &str = "\
Parameters: {Env: {Type: String}, Name: {Type: String}, Web: {Type: String, Default: web}}
Mappings: {Names: {a: {name: WEB}}}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [!Ref Env, dev]
  NO: !Not [!Condition Prod]
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: web}}
  Other: {Type: AWS::IAM::Role}
";

/// Kinds of harm, each with the rest of a template before and after a fix.
const HARMFUL: &[(Kind, &str, &str)] = &[
    (
        Kind::Unreadable,
        "  Host: {Type: AWS::EC2::Instance}",
        "  Host: {Type: AWS::EC2::Instance",
    ),
    (
        Kind::Circle,
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}
  Topic: {Type: AWS::SNS::Topic, DependsOn: [Host]}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Sub 'p-${Topic}', Roles: [!Ref Role]}}",
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref P}}
  Topic: {Type: AWS::SNS::Topic, DependsOn: [Host]}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Sub 'p-${Topic}', Roles: [!Ref Role]}}",
    ),
    (
        Kind::Absent,
        "  Host: {Type: AWS::EC2::Instance, Condition: NO, Properties: {IamInstanceProfile: !Ref Role}}",
        "  Host: {Type: AWS::EC2::Instance, Condition: NO, Properties: {IamInstanceProfile: !Ref P}}
  P: {Type: AWS::IAM::InstanceProfile, Condition: Dev, Properties: {Roles: [!Ref Role]}}",
    ),
    (
        Kind::Undefined,
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}",
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref P}}
  P: {Type: AWS::IAM::InstanceProfile, Condition: Test, Properties: {Roles: [!Ref Role]}}",
    ),
    (
        Kind::EqualNames,
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !If [Prod, q, !Ref Web]}}",
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !If [Prod, q, !Ref Web]}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Ref Role, Roles: [!Ref Role]}}",
    ),
    (
        Kind::EqualNames,
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !FindInMap [Names, !Ref Env, name]}}",
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !FindInMap [Names, !Ref Env, name]}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Ref Role, Roles: [!Ref Role]}}",
    ),
    (
        Kind::EqualNames,
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Select [1, !Split [/, !GetAtt Role.Arn]]}}",
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Select [1, !Split [/, !GetAtt Role.Arn]]}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Ref Role, Roles: [!Ref Role]}}",
    ),
    (
        Kind::PossiblyEqualNames,
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Sub 'w${Name}'}}",
        "  Q: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Sub 'w${Name}'}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: !Ref Role, Roles: [!Ref Role]}}",
    ),
    (
        Kind::OtherRole,
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !If [Dev, !Ref Role, !Ref Other]}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}",
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref P}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}",
    ),
    (
        Kind::NoOneRole,
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Sub '${Role.Arn}'}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!If [Prod, !Ref Role, !Ref AWS::NoValue]]}}",
        "  Host: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref P}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!If [Prod, !Ref Role, !Ref AWS::NoValue]]}}",
    ),
    (
        Kind::NeedlessRole,
        "  Host: {Type: AWS::EC2::Instance, Condition: Prod, Properties: {IamInstanceProfile: 'arn:aws:iam::1:role/r'}}",
        "  Host: {Type: AWS::EC2::Instance, Condition: Prod, Properties: {IamInstanceProfile: !Ref P}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [r]}}",
    ),
    (
        Kind::ServiceRule,
        "  Db: {Type: AWS::RDS::DBInstance, Properties: {CustomIAMInstanceProfile: !Ref Role}}",
        "  Db: {Type: AWS::RDS::DBInstance, Properties: {CustomIAMInstanceProfile: !Ref P}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}",
    ),
    (
        Kind::IdTaken,
        "  Fn::ForEach::Loop: [N, [A, B], {'${N}P': {Type: AWS::SNS::Topic}}]",
        "  Fn::ForEach::Loop: [N, [A, B], {'${N}P': {Type: AWS::SNS::Topic}}]
  AP: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}",
    ),
    (
        Kind::IdTaken,
        "  Fn::ForEach::P: [N, [A, B], {'Topic${N}': {Type: AWS::SNS::Topic}}]",
        "  Fn::ForEach::P: [N, [A, B], {'Topic${N}': {Type: AWS::SNS::Topic}}]
  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}",
    ),
    (
        Kind::RepeatedItem,
        "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}
  Policy: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Resource: [!GetAtt P.Arn, !GetAtt Role.Arn]}]}}}",
        "  P: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}
  Policy: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Resource: [!GetAtt Role.Arn, !GetAtt Role.Arn]}]}}}",
    ),
    (
        Kind::StatementChanged,
        "  Policy: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: [{Effect: !If [Prod, Deny, Allow], Resource: !GetAtt P.Arn}]}}}",
        "  Policy: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Statement: [{Effect: !If [Prod, Deny, Allow], Resource: !GetAtt Role.Arn}]}}}",
    ),
    (
        Kind::ScalarMeaning,
        "  Topic: {Type: AWS::SNS::Topic, Condition: NO}",
        "  Topic: {Type: AWS::SNS::Topic, Condition: NO}
  P: {Type: AWS::IAM::InstanceProfile, Condition: 'NO', Properties: {Roles: [!Ref Role]}}",
    ),
];

/// Judges each harmful fix.
///
/// Without a fix, the same template has no harm.
pub(crate) fn judge_sees_every_kind() -> Result<(), String> {
    for (kind, before, after) in HARMFUL {
        let [before, after] = [before, after].map(|rest| format!("{START}{rest}\n"));
        let harms = judge(&before, &after);
        if harms.iter().all(|harm| harm.kind != *kind) {
            return Err(format!("{kind:?} is not seen: {harms:?}\n{before}\n{after}"));
        }
        if !judge(&before, &before).is_empty() {
            return Err(format!("harm without a fix\n{before}"));
        }
    }
    too_many_resources()
}

fn too_many_resources() -> Result<(), String> {
    let topics: String = (0..498)
        .map(|n| format!("  T{n}: {{Type: AWS::SNS::Topic}}\n"))
        .collect();
    let before = format!("{START}{topics}");
    let after = format!("{before}  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref Role]}}}}\n");
    match judge(&before, &after)
        .iter()
        .any(|harm| harm.kind == Kind::TooManyResources)
    {
        true => Ok(()),
        false => Err("501 resources are not seen".to_owned()),
    }
}
