//! Values that are not known are counted, each with its place and the reason.

use super::shared::report;

/// A template with one resource `S`, and what others it may refer to.
fn template(resource_type: &str, properties: &str) -> String {
    format!(
        "\
Parameters: {{Given: {{Type: String, Default: some}}}}
Mappings: {{Names: {{a: {{name: some}}}}}}
Resources:
  S:
    Type: {resource_type}
    Properties:
      {properties}
  P: {{Type: AWS::IAM::InstanceProfile, Properties: {{Roles: [!Ref R]}}}}
  Named: {{Type: AWS::IAM::InstanceProfile, Properties: {{InstanceProfileName: !Sub '${{Given}}-own', Roles: [!Ref R]}}}}
  R: {{Type: AWS::IAM::Role, Properties: {{RoleName: !Sub '${{Given}}-role'}}}}
  Far: {{Type: AWS::IAM::Role, Properties: {{Path: /far/}}}}
  Stack: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: a.yaml}}}}
  Bucket: {{Type: AWS::S3::Bucket}}
"
    )
}

/// The messages of what is not checked, with the texts that they are about.
fn unchecked(template: &str) -> Vec<(String, String)> {
    let unchecked = report(template).unchecked.into_iter();
    unchecked
        .map(|one| (one.place.span.slice(template).to_owned(), one.text))
        .collect()
}

#[test]
fn a_value_that_is_not_known_is_named_with_the_reason() {
    for (value, origin) in [
        (
            "!Ref Given",
            "the parameter `Given`, which is given outside of the template",
        ),
        (
            "!Sub '${Given}-profile'",
            "the parameter `Given`, which is given outside of the template",
        ),
        ("!ImportValue net-profile", "an export of another stack"),
        (
            "{'Fn::ImportValue': !Sub '${Given}-profile'}",
            "an export of another stack",
        ),
        ("!GetAtt Stack.Outputs.Profile", "an output of the nested stack `Stack`"),
        (
            "!Ref Bucket",
            "`Bucket`, which is neither a role nor an instance profile",
        ),
        ("!Ref Missing", "`Missing`, which the template does not define"),
        ("!GetAtt Missing.Arn", "`Missing`, which the template does not define"),
        ("!FindInMap [Names, !Ref Given, name]", "the mapping `Names`"),
        ("!FindInMap [!Ref Given, a, name]", "a mapping"),
        (
            "'{{resolve:ssm:/profile}}'",
            "a dynamic reference, which is resolved when the stack is deployed",
        ),
        (
            "!Sub '{{resolve:ssm:/${Given}/profile}}'",
            "a dynamic reference, which is resolved when the stack is deployed",
        ),
        (
            "!Select [1, !Split [',', !Ref Given]]",
            "`Fn::Select` of values that are not known",
        ),
        ("!Join ['', !Ref Given]", "`Fn::Join` of values that are not known"),
        ("!Sub '${R}-profile'", "a text with `R` in it"),
    ] {
        let own = format!("`IamInstanceProfile` of `S` comes from {origin}");
        let text = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {value}"));
        let [(_, message)] = &unchecked(&text)[..] else {
            panic!("{value}: {:?}", unchecked(&text))
        };
        assert_eq!(*message, own, "{value}");
        assert!(report(&text).findings.is_empty(), "{value}");

        let text = template("AWS::IAM::InstanceProfile", &format!("Roles: [{value}]"));
        let [(_, message)] = &unchecked(&text)[..] else {
            panic!("Roles: {value}: {:?}", unchecked(&text))
        };
        assert_eq!(*message, format!("`Roles` of `S` comes from {origin}"));
    }
}

#[test]
fn a_value_that_is_known_or_found_is_not_counted() {
    for value in [
        "!Ref P",
        "!GetAtt P.Arn",
        "!Ref R",
        "!GetAtt R.RoleId",
        "!Select [0, [!Ref P]]",
        "web",
        "''",
        "!Sub '${AWS::StackName}-profile'",
        "!Ref AWS::NoValue",
        // The names of a profile and a role of this template.
        "!Sub '${Given}-own'",
        "!Join ['', [!Ref Given, '-role']]",
        "arn:aws:iam::123456789012:role/web",
        "!Sub 'arn:aws:iam::123456789012:instance-profile/${Given}'",
        "{Name: web}",
        "[web]",
    ] {
        let text = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {value}"));
        assert_eq!(unchecked(&text), [], "{value}");
    }
}

/// Many properties take a role, and most are given one by a parameter: that is not the question.
#[test]
fn a_role_that_is_not_known_is_not_counted() {
    let text = template("AWS::Lambda::Function", "Role: !Ref Given");
    assert_eq!(unchecked(&text), []);
}

/// The first part of a path is not a name.
#[test]
fn a_part_of_an_arn_with_a_path_is_not_known() {
    let text = template(
        "AWS::EC2::Instance",
        "IamInstanceProfile: !Select [1, !Split ['/', !GetAtt Far.Arn]]",
    );
    let [(_, message)] = &unchecked(&text)[..] else {
        panic!("{:?}", unchecked(&text))
    };
    assert_eq!(
        message,
        "`IamInstanceProfile` of `S` is a part of the ARN of `Far`, which has a path; what part depends on the path"
    );
}

#[test]
fn each_branch_is_counted() {
    let value = "!Sub ['${X}', {X: !If [Prod, !Ref Given, !If [Test, !ImportValue x, web]]}]";
    let text = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {value}"));
    assert_eq!(unchecked(&text).len(), 2, "{:?}", unchecked(&text));
}

/// A function around a property hides the property too.
#[test]
fn a_function_around_a_slot_is_named_once() {
    const LAUNCH: &str = "AWS::EC2::LaunchTemplate";
    for (resource_type, properties, place, message) in [
        (
            "AWS::EC2::Instance",
            "Fn::ForEach::Keys: [K, [IamInstanceProfile], {'${K}': !Ref R}]",
            "Fn::ForEach::Keys",
            "`IamInstanceProfile` of `S` may come from the loop `Fn::ForEach::Keys`, which is not analysed inside of properties",
        ),
        (
            "AWS::EC2::Instance",
            "{ImageId: x, 'Fn::Transform': {Name: AWS::Include}}",
            "'Fn::Transform'",
            "`IamInstanceProfile` of `S` may come from a macro, which is not analysed",
        ),
        (
            LAUNCH,
            "LaunchTemplateData: {IamInstanceProfile: {'Fn::ForEach::X': [K, [Name], {'${K}': !Ref R}]}}",
            "'Fn::ForEach::X'",
            "`LaunchTemplateData.IamInstanceProfile.Name` of `S` may come from the loop `Fn::ForEach::X`, which is not analysed inside of properties",
        ),
        (
            LAUNCH,
            "LaunchTemplateData: {IamInstanceProfile: {'Fn::Transform': {Name: M}}}",
            "{'Fn::Transform': {Name: M}}",
            "`LaunchTemplateData.IamInstanceProfile.Name` of `S` is made by a macro, which is not analysed",
        ),
        (
            LAUNCH,
            "LaunchTemplateData: !FindInMap [Names, a, name]",
            "!FindInMap [Names, a, name]",
            "`LaunchTemplateData.IamInstanceProfile.Name` of `S` comes from the mapping `Names`",
        ),
        (
            "AWS::ElasticBeanstalk::Environment",
            "OptionSettings: [!FindInMap [Names, a, name], {Namespace: a, OptionName: b, Value: c}]",
            "!FindInMap [Names, a, name]",
            "`OptionSettings[Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile].Value` of `S` comes from the mapping `Names`",
        ),
        (
            "AWS::IAM::InstanceProfile",
            "Roles: !Split [',', !Ref Given]",
            "!Split [',', !Ref Given]",
            "`Roles` of `S` comes from `Fn::Split` of values that are not known",
        ),
    ] {
        let text = template(resource_type, properties);
        let expected = [(place.to_owned(), message.to_owned())];
        assert_eq!(unchecked(&text), expected, "{properties}");
        assert!(
            report(&text).findings.is_empty(),
            "{properties} {:?}",
            report(&text).findings
        );
    }
}

#[test]
fn a_resource_whose_type_is_merged_is_named_if_it_may_matter() {
    let of = |resource_type: &str| {
        format!(
            "Metadata: {{base: &base {{Type: '{resource_type}'}}}}\nResources:\n  S: {{<<: *base, Properties: {{IamInstanceProfile: !Ref R}}}}\n  R: {{Type: 'AWS::IAM::Role'}}\n"
        )
    };
    let [(place, message)] = &unchecked(&of("AWS::EC2::Instance"))[..] else {
        panic!("{:?}", unchecked(&of("AWS::EC2::Instance")))
    };
    assert_eq!(place, "S");
    assert_eq!(
        message,
        "the type of `S`, from a merge key `<<`, cannot be known: CloudFormation has no merge keys"
    );
    assert_eq!(unchecked(&of("AWS::S3::Bucket")), []);

    let text = "Metadata: {base: &base {Properties: {IamInstanceProfile: !Ref R}}}\nResources:\n  S: {<<: *base, Type: AWS::EC2::Instance}\n";
    let [(place, message)] = &unchecked(text)[..] else {
        panic!("{:?}", unchecked(text))
    };
    assert_eq!(place, "S");
    assert_eq!(
        message,
        "the properties of `S`, from a merge key `<<`, cannot be known: CloudFormation has no merge keys"
    );
}

#[test]
fn the_name_at_the_end_of_a_role_arn_may_not_be_known() {
    let arn = "!Sub 'arn:aws:iam::123456789012:role/${Given}'";
    let text = template("AWS::IAM::InstanceProfile", &format!("Roles: [{arn}]"));
    assert_eq!(unchecked(&text).len(), 1);
    let text = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {arn}"));
    assert_eq!((unchecked(&text).len(), report(&text).findings.len()), (0, 1));
    let text = text
        .replace("${Given}'}}", "${Bucket}'}}")
        .replace("${Given}'\n", "${Bucket}'\n");
    assert_eq!((unchecked(&text).len(), report(&text).findings.len()), (1, 0));
}
