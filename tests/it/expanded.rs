//! Dependencies that no reference shows, since macros and frameworks add them.

use cfn_ipfix::model::NoFix;

use super::shared::{fixed, no_fix, report};

const ROLE: &str = "{Type: AWS::IAM::Role, Properties: {RoleName: worker, AssumeRolePolicyDocument: {}, Policies: [";
const PROFILE: &str = "{Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Worker]}}";

/// A template for AWS SAM with a function that an event starts, and a role with a permission for a resource.
fn sam(event: &str, resource: &str) -> String {
    format!(
        "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Uploads: {{Type: AWS::S3::Bucket}}
  Pool: {{Type: AWS::Cognito::UserPool}}
  Http: {{Type: AWS::Serverless::HttpApi}}
  Thumbnails:
    Type: AWS::Serverless::Function
    Properties:
      Role: !Sub arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/worker
      Events:
        Start: {event}
  Worker: {ROLE}{{PolicyName: a, PolicyDocument: {{Statement: [{{Effect: Allow, Action: '*', Resource: {resource}}}]}}}}]}}}}
  Profile: {PROFILE}
"
    )
}

/// Asserts that no fix refers to a resource, since it depends on the user.
#[track_caller]
fn assert_circle(template: &str, target: &str) {
    let findings = report(template).findings;
    let reasons: Vec<_> = findings.iter().map(no_fix).collect();
    assert!(
        matches!(reasons[..], [Some(NoFix::CircularDependency(id))] if id == target),
        "{template}\n{reasons:?}"
    );
}

#[test]
fn a_resource_in_an_event_depends_on_the_function() {
    for (event, resource) in [
        (
            "{Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:*'}}",
            "!GetAtt Uploads.Arn",
        ),
        (
            "{Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: PreSignUp}}",
            "!GetAtt Pool.Arn",
        ),
        (
            "{Type: HttpApi, Properties: {ApiId: !Ref Http}}",
            "!Sub 'arn:aws:execute-api:*:*:${Http}/*'",
        ),
    ] {
        assert_circle(&sam(event, resource), "Worker");
    }
}

#[test]
fn a_function_does_not_depend_on_what_its_events_name() {
    let event = "{Type: S3, Properties: {Bucket: !Ref Uploads, Events: 's3:*'}}";
    let fixed = fixed(&sam(event, "!GetAtt Pool.Arn"));
    assert!(fixed.contains("Role: !GetAtt Worker.Arn"), "{fixed}");
}

#[test]
fn a_resource_that_is_not_in_the_template_depends_on_what_it_is_built_from() {
    let event = "{Type: Api, Properties: {Path: /, Method: get}}";
    for resource in [
        "!Sub 'arn:aws:execute-api:*:*:${ServerlessRestApi}/*'",
        "!Ref ThumbnailsStartPermission",
        "!GetAtt ThumbnailsAliaslive.Arn",
    ] {
        assert_circle(&sam(event, resource), "Worker");
    }
    let fixed = fixed(&sam(event, "!Ref AWS::NotificationARNs"));
    assert!(fixed.contains("Role: !GetAtt Worker.Arn"), "{fixed}");
}

/// A template for AWS SAM with a role that has a permission for a resource, and an instance that names its profile.
fn instance(globals: &str, function: &str, resource: &str) -> String {
    format!(
        "\
Transform: AWS::Serverless-2016-10-31
Globals: {{{globals}}}
Resources:
  Fn: {{Type: AWS::Serverless::Function, Properties: {{{function}}}}}
  Raw: {{Type: AWS::ApiGateway::RestApi}}
  Inst: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: machine}}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{}}
      Policies: [{{PolicyName: a, PolicyDocument: {{Statement: [{{Effect: Allow, Action: '*', Resource: {resource}}}]}}}}]
  Profile: {{Type: AWS::IAM::InstanceProfile, Properties: {{InstanceProfileName: machine, Roles: [!Ref Role]}}}}
"
    )
}

const OF_INSTANCE: &str = "Environment: {Variables: {Id: !Ref Inst}}";

#[test]
fn an_attribute_that_sam_adds_is_a_use_of_the_resource() {
    for resource in ["!Ref Fn.Alias", "!Ref Fn.Version", "!Sub '${Fn.Alias}'"] {
        assert_circle(&instance("", OF_INSTANCE, resource), "Profile");
    }
}

#[test]
fn globals_are_properties_of_each_resource_of_their_kind() {
    let of = |kind: &str| format!("{kind}: {{{OF_INSTANCE}}}");
    assert_circle(&instance(&of("Function"), "", "!GetAtt Fn.Arn"), "Profile");
    let fixed = fixed(&instance(&of("StateMachine"), "", "!GetAtt Fn.Arn"));
    assert!(fixed.contains("IamInstanceProfile: !Ref Profile"), "{fixed}");
}

/// AWS SAM builds them without the function, or writes nothing into them.
#[test]
fn not_every_resource_of_an_event_depends_on_the_function() {
    let api = |properties: &str| format!("{OF_INSTANCE}, Events: {{A: {{Type: Api, Properties: {properties}}}}}");
    for (function, resource) in [
        (api("{RestApiId: !Ref Raw}"), "!Ref Raw"),
        (api("{Path: /}"), "!GetAtt ServerlessDeploymentApplication.Arn"),
        (OF_INSTANCE.to_owned(), "!Ref ServerlessRestApi"),
    ] {
        let fixed = fixed(&instance("", &function, resource));
        assert!(
            fixed.contains("IamInstanceProfile: !Ref Profile"),
            "{resource}: {fixed}"
        );
    }
}

/// A fix must not close a circle that is only possible, but such a circle is no reason to be silent.
#[test]
fn a_possible_dependency_states_no_order() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  A: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {Id: !Ref P}}}}
  B: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Api, Properties: {Path: /}}}}}
  S: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: web, UserData: !Sub '${ServerlessRestApi}${ARole}'}}
  P: {Type: AWS::IAM::InstanceProfile, Properties: {InstanceProfileName: web, Roles: [x]}}
";
    let fixed = fixed(template);
    assert!(fixed.contains("IamInstanceProfile: !Ref P,"), "{fixed}");
}

/// The events of one are no properties of the other.
#[test]
fn a_function_may_share_its_properties_with_another_resource() {
    let function = "  F: {Type: AWS::Serverless::Function, Properties: &p {Events: {E: {Type: S3, Properties: {Bucket: !Ref S}}}}}";
    let other = "  O: {Type: Custom::X, Properties: *p}";
    let with_anchor = |line: &str| line.replace("*p", "&p {Events: {E: {Type: S3, Properties: {Bucket: !Ref S}}}}");
    let with_alias = |line: &str| format!("{}*p}}", line.split_once("&p").map_or(line, |(start, _)| start));
    for (first, second) in [
        (function.to_owned(), other.to_owned()),
        (with_anchor(other), with_alias(function)),
    ] {
        let template = format!(
            "\
Transform: AWS::Serverless-2016-10-31
Resources:
{first}
{second}
  S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: machine}}}}
  P: {{Type: AWS::IAM::InstanceProfile, DependsOn: O, Properties: {{InstanceProfileName: machine, Roles: [x]}}}}
"
        );
        assert_circle(&template, "P");
    }
}

#[test]
fn a_function_of_the_serverless_framework_depends_on_what_the_service_names() {
    let service = |path: &str| {
        format!(
            "\
service: x
provider: {{name: aws}}
functions:
  hello:
    handler: a.b
    environment: {{S: !Ref S}}
resources:
  Resources:
    S: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: machine}}}}
    S3BucketUploads: {{Type: AWS::S3::Bucket}}
    Profile:
      Type: AWS::IAM::InstanceProfile
      Properties:
        InstanceProfileName: machine
        Path: {path}
        Roles: [x]
"
        )
    };
    for id in ["HelloLambdaFunction", "S3BucketUploads"] {
        assert_circle(&service(&format!("!Sub '/${{{id}}}/'")), "Profile");
    }
    for id in ["AWS::Region", "ServerlessDeploymentBucket", "HelloLogGroup"] {
        let fixed = fixed(&service(&format!("!Sub '/${{{id}}}/'")));
        assert!(fixed.contains("IamInstanceProfile: !Ref Profile"), "{fixed}");
    }
}
