//! Tests of values that are unknown: each is counted, with its position and the reason.

use std::fmt::Write;

use cfn_ipfix::report::Summary;

use super::shared::report;

/// Returns a template with a resource `S`, and others that it can refer to.
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

/// Returns the source and the message of each unchecked value.
fn unchecked(template: &str) -> Vec<(String, String)> {
    let unchecked = report(template).unchecked.into_iter();
    unchecked
        .map(|one| (one.place.span.slice(template).to_owned(), one.message))
        .collect()
}

#[test]
fn reports_an_unknown_value_with_the_reason() {
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
        ("!Sub '${R}-profile'", "a string with `R` in it"),
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
fn does_not_count_known_values_and_findings() {
    for value in [
        "!Ref P",
        "!GetAtt P.Arn",
        "!Ref R",
        "!GetAtt R.RoleId",
        "!Select [0, [!Ref P]]",
        "web",
        "!Sub '${AWS::StackName}-profile'",
        "!Ref AWS::NoValue",
        // These are names of a profile and a role of this template.
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

/// Many properties take a role from a parameter.
///
/// Reporting them all would not help.
#[test]
fn does_not_count_an_unknown_role() {
    let text = template("AWS::Lambda::Function", "Role: !Ref Given");
    assert_eq!(unchecked(&text), []);
}

/// The part after the first slash is the path, not the name.
#[test]
fn reports_a_part_of_an_arn_with_a_path() {
    let text = template(
        "AWS::EC2::Instance",
        "IamInstanceProfile: !Select [1, !Split ['/', !GetAtt Far.Arn]]",
    );
    let [(_, message)] = &unchecked(&text)[..] else {
        panic!("{:?}", unchecked(&text))
    };
    assert_eq!(
        message,
        "`IamInstanceProfile` of `S` is a part of the ARN of `Far`, which has a path; which part it is depends on the path"
    );
}

#[test]
fn counts_each_branch() {
    let value = "!Sub ['${X}', {X: !If [Prod, !Ref Given, !If [Test, !ImportValue x, web]]}]";
    let text = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {value}"));
    assert_eq!(unchecked(&text).len(), 2, "{:?}", unchecked(&text));
}

/// A function around a property can define the property, so it is reported.
#[test]
fn reports_a_function_around_a_slot_once() {
    const LAUNCH: &str = "AWS::EC2::LaunchTemplate";
    for (resource_type, properties, source, message) in [
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
            "`LaunchTemplateData.IamInstanceProfile.Name` of `S` comes from a macro, which is not analysed",
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
            "AWS::ElasticBeanstalk::Environment",
            "OptionSettings: [{Namespace: 'aws:autoscaling:launchconfiguration', OptionName: !Ref Given, Value: a}, {Namespace: b, OptionName: !Ref Given, Value: c}]",
            "!Ref Given",
            "`OptionSettings[Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile].Value` of `S` may be here: `OptionName` comes from the parameter `Given`, which is given outside of the template",
        ),
        (
            "AWS::IAM::InstanceProfile",
            "Roles: !Split [',', !Ref Given]",
            "!Split [',', !Ref Given]",
            "`Roles` of `S` comes from `Fn::Split` of values that are not known",
        ),
    ] {
        let text = template(resource_type, properties);
        let expected = [(source.to_owned(), message.to_owned())];
        assert_eq!(unchecked(&text), expected, "{properties}");
        assert!(
            report(&text).findings.is_empty(),
            "{properties} {:?}",
            report(&text).findings
        );
    }
}

#[test]
fn reports_a_relevant_resource_with_a_merge_key() {
    let of = |resource_type: &str| {
        format!(
            "Metadata: {{base: &base {{Type: '{resource_type}'}}}}\nResources:\n  S: {{<<: *base, Properties: {{IamInstanceProfile: !Ref R}}}}\n  R: {{Type: 'AWS::IAM::Role'}}\n"
        )
    };
    let [(source, message)] = &unchecked(&of("AWS::EC2::Instance"))[..] else {
        panic!("{:?}", unchecked(&of("AWS::EC2::Instance")))
    };
    assert_eq!(source, "S");
    assert_eq!(
        message,
        "the type of `S`, from a merge key `<<`, cannot be known: CloudFormation has no merge keys"
    );
    assert_eq!(unchecked(&of("AWS::S3::Bucket")), []);

    let text = "Metadata: {base: &base {Properties: {IamInstanceProfile: !Ref R}}}\nResources:\n  S: {<<: *base, Type: AWS::EC2::Instance}\n";
    let [(source, message)] = &unchecked(text)[..] else {
        panic!("{:?}", unchecked(text))
    };
    assert_eq!(source, "S");
    assert_eq!(
        message,
        "the properties of `S`, from a merge key `<<`, cannot be known: CloudFormation has no merge keys"
    );
}

#[test]
fn counts_a_role_arn_with_an_unknown_name() {
    let arn = "!Sub 'arn:aws:iam::123456789012:role/${Given}'";
    let text = template("AWS::IAM::InstanceProfile", &format!("Roles: [{arn}]"));
    assert_eq!((unchecked(&text).len(), report(&text).findings.len()), (0, 1));
    let text = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {arn}"));
    assert_eq!((unchecked(&text).len(), report(&text).findings.len()), (0, 1));
    let text = text
        .replace("${Given}'}}", "${Bucket}'}}")
        .replace("${Given}'\n", "${Bucket}'\n");
    assert_eq!((unchecked(&text).len(), report(&text).findings.len()), (1, 0));
}

/// Returns the origins of unchecked values in the summary of some templates.
fn origins(templates: &[&str]) -> String {
    let mut summary = Summary::default();
    for template in templates {
        summary.add(&Summary::of(&report(template)));
    }
    let text = summary.text(false, false);
    let (_, origins) = text.split_once(" not checked: ").unwrap_or_default();
    origins.trim_end().trim_end_matches('.').to_owned()
}

#[test]
fn names_the_origin_of_a_value_in_the_summary() {
    for (value, origin) in [
        ("!Ref Given", "parameter `Given`"),
        ("!Ref Missing", "`Missing` (not defined)"),
        ("!GetAtt Missing.Arn", "`Missing` (not defined)"),
        ("!ImportValue net-profile", "import `net-profile`"),
        ("!ImportValue {'Fn::Sub': '${Given}-profile'}", "import"),
        ("!GetAtt Stack.Outputs.Profile", "output of `Stack`"),
        ("!Ref Bucket", "`Bucket` (neither role nor profile)"),
        ("!FindInMap [Names, !Ref Given, name]", "mapping `Names`"),
        ("'{{resolve:ssm:/a}}-{{resolve:ssm:/b}}'", "`{{resolve:ssm:/a}}`"),
        ("!Sub '{{resolve:ssm:/${Given}}}'", "`{{resolve:ssm:/…`"),
        ("!Select [1, !Split [',', !Ref Given]]", "`Fn::Select`"),
        ("!Sub '${R}-profile'", "string with `R`"),
        ("{'Fn::Transform': {Name: Profile}}", "macro `Profile`"),
        ("!Transform {Name: Profile}", "macro `Profile`"),
        ("'{{ profile }}'", "template variable `{{ profile }}`"),
        ("''", "empty `IamInstanceProfile` of `S`"),
        ("null", "null in `IamInstanceProfile` of `S`"),
    ] {
        let template = template("AWS::EC2::Instance", &format!("IamInstanceProfile: {value}"));
        assert_eq!(origins(&[&template, &template]), origin, "{value}");
    }
}

#[test]
fn names_each_origin_once_and_counts_those_after_the_fifth() {
    let template = |names: std::ops::Range<usize>| {
        names.fold("Resources:\n".to_owned(), |mut text, number| {
            let reference = format!("{{IamInstanceProfile: !Ref M{number}}}");
            writeln!(
                text,
                "  S{number}: {{Type: 'AWS::EC2::Instance', Properties: {reference}}}"
            )
            .unwrap();
            text
        })
    };
    let five = "`M0` (not defined), `M1` (not defined), `M2` (not defined), `M3` (not defined), `M4` (not defined)";
    assert_eq!(origins(&[&template(0..5)]), five);
    let more = origins(&[&template(0..8), &template(3..14)]);
    assert_eq!(more, format!("{five} and 9 more"));
}

/// A name may have any length and any characters.
#[test]
fn shortens_and_escapes_an_origin() {
    let reference = "\\e[2J".to_owned() + &"あ".repeat(100);
    let text = template(
        "AWS::EC2::Instance",
        &format!("IamInstanceProfile: !Ref \"{reference}\""),
    );
    let origin = origins(&[&text]);
    assert_eq!(origin, format!("`\\u{{1b}}[2J{}…", "あ".repeat(50)));
}

#[test]
fn counts_a_value_without_content() {
    const LAUNCH: &str = "AWS::EC2::LaunchTemplate";
    const NAME: &str = "`IamInstanceProfile` of `S`";
    const DATA: &str = "`LaunchTemplateData.IamInstanceProfile` of `S`";
    let null = |name: &str| format!("{name} is null, which CloudFormation rejects");
    let empty = |name: &str| format!("{name} is empty");
    for (resource_type, properties, message) in [
        ("AWS::EC2::Instance", "IamInstanceProfile:", null(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: null", null(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: ~", null(NAME)),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !If [Prod, !Ref P, null]",
            null(NAME),
        ),
        ("AWS::EC2::Instance", "IamInstanceProfile: ''", empty(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: ' '", empty(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: !Sub ''", empty(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: {}", empty(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: []", empty(NAME)),
        ("AWS::EC2::Instance", "IamInstanceProfile: 'null'", String::new()),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: [a, b]",
            format!("{NAME} is a list of several values, which is not analysed"),
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: {Id: a}",
            format!("{NAME} is an object without `Name` and `Arn`, which is not analysed"),
        ),
        (LAUNCH, "LaunchTemplateData: {IamInstanceProfile: }", null(DATA)),
        (LAUNCH, "LaunchTemplateData: {IamInstanceProfile: {}}", empty(DATA)),
        (
            LAUNCH,
            "LaunchTemplateData: {IamInstanceProfile: {Arn: ''}}",
            empty("`LaunchTemplateData.IamInstanceProfile.Arn` of `S`"),
        ),
        (
            LAUNCH,
            "LaunchTemplateData: {IamInstanceProfile: {Id: a}}",
            format!("{DATA} is an object without `Name` and `Arn`, which is not analysed"),
        ),
        ("AWS::IAM::InstanceProfile", "Roles:", null("`Roles` of `S`")),
        ("AWS::IAM::InstanceProfile", "Roles: ''", empty("`Roles` of `S`")),
        ("AWS::IAM::InstanceProfile", "Roles: ['']", empty("`Roles` of `S`")),
        ("AWS::IAM::InstanceProfile", "Roles: [null]", null("`Roles` of `S`")),
    ] {
        let text = template(resource_type, properties);
        let messages: Vec<_> = unchecked(&text).into_iter().map(|(_, message)| message).collect();
        assert_eq!(messages.join("\n"), message, "{properties}");
        assert!(report(&text).findings.is_empty(), "{properties}");
    }
    let json = r#"{"Resources": {"S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": null}}}}"#;
    assert_eq!(unchecked(json), [("null".to_owned(), null(NAME))]);
}

#[test]
fn reports_a_variable_of_a_template_language() {
    const LAUNCH: &str = "AWS::EC2::LaunchTemplate";
    for (resource_type, properties, variable) in [
        ("AWS::EC2::Instance", "IamInstanceProfile: '{{ role }}'", "{{ role }}"),
        ("AWS::EC2::Instance", "IamInstanceProfile: {{ role }}", "{{ role }}"),
        ("AWS::EC2::Instance", "IamInstanceProfile: web-{{ env }}", "{{ env }}"),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: '{{ .Values.role }}'",
            "{{ .Values.role }}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: '{% if a %}b{% endif %}'",
            "{% if a %}",
        ),
        ("AWS::EC2::Instance", "IamInstanceProfile: '<%= role %>'", "<%= role %>"),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !Ref '{{ role }}'",
            "{{ role }}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !Ref {{ role }}",
            "{{ role }}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !GetAtt '{{ role }}.Arn'",
            "{{ role }}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !Sub '${Given}-{{ role }}'",
            "{{ role }}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !Join ['-', [a, '{{ role }}']]",
            "{{ role }}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !If [A, !Ref P, '{{ role }}']",
            "{{ role }}",
        ),
        (
            LAUNCH,
            "LaunchTemplateData: {IamInstanceProfile: {Name: '{{ role }}'}}",
            "{{ role }}",
        ),
        (
            LAUNCH,
            "LaunchTemplateData: {IamInstanceProfile: {{ role }}}",
            "{{ role }}",
        ),
        (LAUNCH, "LaunchTemplateData: '{{ data }}'", "{{ data }}"),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: ${self:custom.role}",
            "${self:custom.role}",
        ),
        (
            "AWS::EC2::Instance",
            "IamInstanceProfile: !Sub 'web-${opt:stage, ''dev''}'",
            "${opt:stage, 'dev'}",
        ),
        ("AWS::IAM::InstanceProfile", "Roles: ['{{ role }}']", "{{ role }}"),
        ("AWS::IAM::InstanceProfile", "Roles: {{ roles }}", "{{ roles }}"),
    ] {
        let text = template(resource_type, properties);
        let [(_, message)] = &unchecked(&text)[..] else {
            panic!("{properties}: {:?}", unchecked(&text))
        };
        let reason = format!(" the template variable `{variable}`, which is replaced before");
        assert!(message.contains(&reason), "{properties}: {message}");
        assert!(report(&text).findings.is_empty(), "{properties}");
    }
    let json =
        r#"{"Resources": {"S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": "{{ role }}"}}}}"#;
    assert_eq!(origins(&[json]), "template variable `{{ role }}`");
}

/// Only other tools replace it.
#[test]
fn reports_a_variable_without_sub() {
    let text = template("AWS::EC2::Instance", "IamInstanceProfile: ${Profile}");
    let message = "`IamInstanceProfile` of `S` contains `${Profile}`, which CloudFormation does not replace here";
    assert_eq!(unchecked(&text), [("${Profile}".to_owned(), message.to_owned())]);
}

/// A rendered name may have the prefix that a service requires.
#[test]
fn does_not_judge_a_name_with_a_variable() {
    for name in ["{{ prefix }}-db", "AWSRDS{{ suffix }}", "{{resolve:ssm:/name}}"] {
        let text = format!(
            "Resources:\n  D: {{Type: 'AWS::RDS::DBInstance', Properties: {{CustomIAMInstanceProfile: '{name}'}}}}\n"
        );
        assert!(report(&text).findings.is_empty(), "{name}");
        let text = template(
            "AWS::RDS::DBInstance",
            &format!(
                "CustomIAMInstanceProfile: !Ref Rds\n  Rds: {{Type: 'AWS::IAM::InstanceProfile', Properties: {{InstanceProfileName: '{name}', Roles: [!Ref Own]}}}}\n  Own: {{Type: 'AWS::IAM::Role', Properties: {{RoleName: '{name}'}}}}"
            ),
        );
        assert!(report(&text).findings.is_empty(), "{name} {:?}", report(&text).findings);
    }
    let text =
        "Resources:\n  D: {Type: 'AWS::RDS::DBInstance', Properties: {CustomIAMInstanceProfile: 'web-{{ a }}'}}\n";
    assert_eq!(report(text).findings.len(), 1);
}

/// Two names with the same variable are the same name.
#[test]
fn compares_names_with_variables() {
    let text = "Resources:\n  S: {Type: 'AWS::EC2::Instance', Properties: {IamInstanceProfile: '{{ a }}'}}\n  R: {Type: 'AWS::IAM::Role', Properties: {RoleName: '{{ a }}'}}\n";
    let report = report(text);
    assert_eq!((report.findings.len(), report.unchecked.len()), (1, 0));
}

/// A macro, a module or a variable may result in any resource.
#[test]
fn counts_what_may_add_resources() {
    const BUCKET: &str = "Resources:\n  B: {Type: 'AWS::S3::Bucket'}\n";
    const INCLUDE: &str = "{Name: 'AWS::Include', Parameters: {Location: 's3://a/b.yaml'}}";
    for (text, place, origin) in [
        (format!("Transform: Company\n{BUCKET}"), "Company", "macro `Company`"),
        (
            format!("Transform:\n  - AWS::LanguageExtensions\n  - Company\n{BUCKET}"),
            "Company",
            "macro `Company`",
        ),
        (
            format!("Transform: {{Name: Company, Parameters: {{A: b}}}}\n{BUCKET}"),
            "{Name: Company, Parameters: {A: b}}",
            "macro `Company`",
        ),
        (
            format!("Transform: [{INCLUDE}]\n{BUCKET}"),
            INCLUDE,
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}Fn::Transform: {INCLUDE}\n"),
            "Fn::Transform",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  Fn::Transform: {INCLUDE}\n"),
            "Fn::Transform",
            "macro `AWS::Include`",
        ),
        (
            format!("Resources:\n  Fn::Transform: {INCLUDE}\n"),
            "Fn::Transform",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  S: {{'Fn::Transform': {INCLUDE}}}\n"),
            "S",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  S: !Transform {INCLUDE}\n"),
            "S",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  S: {{Type: 'AWS::EC2::Instance', 'Fn::Transform': {INCLUDE}}}\n"),
            "S",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  'Fn::ForEach::A': [N, [a], {{'S${{N}}': {{'Fn::Transform': {INCLUDE}}}}}]\n"),
            "'S${N}'",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  S: {{Type: 'Company::Net::Web::MODULE', Properties: {{A: b}}}}\n"),
            "S",
            "module `S`",
        ),
        (
            format!("{BUCKET}  S: {{Type: !Rain::Module ./server.yaml}}\n"),
            "S",
            "module `S`",
        ),
        (
            format!("{BUCKET}  S: {{Type: {{'Rain::Module': ./server.yaml}}}}\n"),
            "S",
            "module `S`",
        ),
        (
            format!("{BUCKET}  S: {{Type: $servers/server.yaml}}\n"),
            "S",
            "module `S`",
        ),
        (
            format!("{BUCKET}Modules: {{Servers: {{Source: ./servers.yaml}}}}\n"),
            "Servers",
            "module `Servers`",
        ),
        (
            format!("{BUCKET}  Transform: {INCLUDE}\n"),
            "Transform",
            "macro `AWS::Include`",
        ),
        (
            format!("{BUCKET}  S: {{Type: '${{self:custom.type}}'}}\n"),
            "S",
            "template variable `${self:custom.type}`",
        ),
        (
            format!("{BUCKET}  S: {{{{ server }}}}\n"),
            "S",
            "template variable `{{ server }}`",
        ),
        (
            format!("{BUCKET}  {{{{ a }}}}: {{{{ b }}}}\n"),
            "{{ a }}",
            "template variable `{{ a }}`",
        ),
        (
            format!("{BUCKET}  S: {{Type: '{{{{ type }}}}'}}\n"),
            "S",
            "template variable `{{ type }}`",
        ),
        (
            "Resources: {{ resources }}\n".to_owned(),
            "{{ resources }}",
            "template variable `{{ resources }}`",
        ),
    ] {
        let places: Vec<_> = unchecked(&text).into_iter().map(|(place, _)| place).collect();
        assert_eq!(places, [place], "{text}");
        assert_eq!(origins(&[&text]), origin, "{text}");
    }
    let json = r#"{"Transform": ["AWS::Serverless-2016-10-31", {"Name": "Company"}], "Resources": {"S": {"Type": "A::B::C::MODULE"}}}"#;
    assert_eq!(origins(&[json]), "macro `Company`, module `S`");
}

#[test]
fn does_not_count_transforms_of_aws_and_irrelevant_macros() {
    for text in [
        "Transform: AWS::Serverless-2016-10-31\nResources: {B: {Type: 'AWS::S3::Bucket'}}\n",
        "Transform: [AWS::LanguageExtensions, AWS::SecretsManager-2020-07-23]\nResources: {B: {Type: 'A::B::C'}}\n",
        "Transform:\nResources: {B: {Type: 'Custom::MODULES'}, C: {Type: 'AWS::CloudFormation::Macro'}}\n",
        "Resources: {B: {Type: 'AWS::S3::Bucket', 'Fn::Transform': {Name: A}}}\n",
        "Resources: {B: {Type: 'AWS::S3::Bucket', Properties: {'Fn::Transform': {Name: A}}}}\n",
    ] {
        assert_eq!(unchecked(text), [], "{text}");
    }
}
