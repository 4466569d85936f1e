//! Tests that the prefilter, which reads raw bytes, skips no file in which the rules find something.

use cfn_ipfix::cloudformation::prefilter::{looks_like_template, may_apply};
use cfn_ipfix::profile::{PROFILE, PROPERTIES};
use cfn_ipfix::{Options, Report, check};
use proptest::prelude::*;

use super::cases::cases;
use super::shared::files;

/// Returns whether a report is the same as if the file had been skipped.
pub(super) fn is_silent(report: &Report) -> bool {
    report.findings.is_empty() && report.suppressed == 0 && report.unchecked.is_empty()
}

#[test]
fn finds_names_in_every_notation() {
    let instance = |resource_type: &str, key: &str| {
        format!("Resources:\n  I:\n    Type: {resource_type}\n    Properties: {{{key}: x}}\n")
    };
    let plain = instance("AWS::EC2::Instance", "IamInstanceProfile");
    let utf_16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(plain.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (text, expected) in [
        (plain.as_bytes(), true),
        (instance("AWS::EC2::Instance", "iaminstanceprofile").as_bytes(), true),
        (
            instance("\"AWS\\u003a:EC2::\\x49nstance\"", "IamInstanceProfile").as_bytes(),
            true,
        ),
        (
            instance(
                "\"AWS::\\\n     \tEC2::\\\r\n     Instance\"",
                "\"Iam\\U00000049nstanceProfile\"",
            )
            .as_bytes(),
            true,
        ),
        (
            instance("\"\\\\AWS::EC2::Instance\"", "IamInstanceProfile").as_bytes(),
            true,
        ),
        (instance("AWS::IAM::InstanceProfile", "roles").as_bytes(), true),
        (instance("AWS::EMR::Cluster", "jobflowrole").as_bytes(), true),
        (utf_16.as_slice(), true),
        (b"# CFN-ipfix: ignore", true),
        (b"\"cfn-\\u0069pfix\": {}", true),
        // Here, the backslash at the end of the line is not an escape.
        (
            b"Type: \"AWS::EC2::\\x49nstance\"\nProperties:\n  KeyName: C:\\keys\\\n  IamInstanceProfile: x",
            true,
        ),
        (instance("aws::ec2::instance", "IamInstanceProfile").as_bytes(), false),
        (instance("AWS::EC2::Instance", "ImageId").as_bytes(), false),
        (instance("AWS::EC2::VPC", "IamInstanceProfile").as_bytes(), false),
        // Each type requires a key of its own.
        (instance("AWS::EC2::Instance", "JobFlowRole").as_bytes(), false),
        (
            instance("AWS::OpsWorksCM::Server", "InstanceProfileArn").as_bytes(),
            true,
        ),
        (
            instance("AWS::OpsWorksCM::Server", "IamInstanceProfile").as_bytes(),
            false,
        ),
        (
            instance("\"AWS::EC2::\\\\x49nstance\"", "IamInstanceProfile").as_bytes(),
            false,
        ),
        (
            instance("\"AWS::EC2::Inst\\u\\x\\U\"", "IamInstanceProfile").as_bytes(),
            false,
        ),
        (b"\\", false),
        (b"\\u00", false),
        (b"", false),
    ] {
        assert_eq!(may_apply(text), expected, "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn finds_what_may_hide_resources() {
    for (text, expected) in [
        ("Transform: Company", true),
        ("\"Transform\": \"Company\"", true),
        ("\"Trans\\u0066orm\": \"Company\"", true),
        ("Transform:\n  - AWS::Serverless-2016-10-31\n  - Company", true),
        ("? Transform\n: Company", true),
        ("Transform: {Name: AWS::Include}", true),
        ("Fn::Transform: {Name: AWS::Include}", true),
        ("Resources: !Transform {Name: AWS::Include}", true),
        ("Type: Company::Web::MODULE", true),
        ("Web: {{ web }}", true),
        ("Web: {{role}}", true),
        ("Web: '{% include a %}'", true),
        ("Web: <%= web %>", true),
        ("Web: ${{ web }}", true),
        ("Web: {{resources}}", true),
        ("Type: Company::WebAWS::MODULE", true),
        ("Transform: [AWS::Company.Web, Company]", true),
        ("Transform: [\"AWS::LanguageExtensions \", Company]", true),
        ("Transform: [[AWS::LanguageExtensions], Company]", true),
        ("Transform:\n- AWS::${self:custom.macro}\n- Company", true),
        ("Transform: AWS::Language\n  Extensions", true),
        ("? Transform # a comment\n: Company", true),
        ("Resources:\n  Web: ${file(web.yml)}", true),
        ("Resources:\n  Web: {Type: 'AWS::EC2::${self:custom.type}'}", true),
        ("Type: AWS::EC2::${Kind}", true),
        ("TemplateBody: &body !Ref Body", true),
        ("{\\\"Transform\\\": \\\"Company\\\"}", true),
        ("Transform: AWS::Include", true),
        ("Transform: [AWS::LanguageExtensions, Company]", true),
        ("Transform:\n  - AWS::LanguageExtensions # first\n  - Company", true),
        ("Type: ${self:custom.type}", true),
        ("\"Type\": \"$Type\"", true),
        ("Modules:\n  Web: {}", true),
        ("DefinitionString: !Ref Text", true),
        ("\"TemplateBody\": {\"Fn::ImportValue\": \"text\"}", true),
        ("Transform: AWS::Serverless-2016-10-31", false),
        (
            "Transform: [AWS::LanguageExtensions, 'AWS::Serverless-2016-10-31']",
            false,
        ),
        (
            "Transform:\n- AWS::LanguageExtensions\n- AWS::SecretsManager-2020-07-23\nOutputs: {}",
            false,
        ),
        ("{\"Transform\": [\"AWS::LanguageExtensions\"], \"Outputs\": {}}", false),
        ("{\"Transform\": \"AWS::LanguageExtensions\", \"Outputs\": {}}", false),
        ("Type: !Sub ${AWS::Region}", false),
        (
            "Resources:\n  Script: echo ${name:-default} ${name:2} ${Name:web}",
            false,
        ),
        ("SubmoduleType: $Type", false),
        ("DefinitionString: References", false),
        ("DefinitionBody: !Ref Text", false),
        ("\"Transform\" : \"AWS::LanguageExtensions\"", false),
        ("TransformTo: Company", false),
        ("Name: '{{resolve:ssm:/name}}'", false),
        ("Type: Company::Web::Module", false),
    ] {
        assert_eq!(may_apply(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn recognises_templates_by_their_resources() {
    let utf_16: Vec<u8> = "\u{feff}Resources:".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (text, expected) in [
        (b"Resources:\n".as_slice(), true),
        (b"---\r\nResources : {}", true),
        (b"{\"Resources\": {}}", true),
        (b"'Resources': {}", true),
        ("\u{feff}Resources:".as_bytes(), true),
        (b"Conditions: {}\rResources: {}\r", true),
        (&utf_16, true),
        (utf_16.get(2..).unwrap(), true),
        (b"  Resources:\n", true),
        (b"{Resources: {}}", true),
        (b"{Outputs: {}, Resources: {}}", true),
        (b"? Resources\n: {}", true),
        (b"The Resources: all\n", false),
        (b"resources:\n", false),
        (b"# Resources:\n", false),
    ] {
        assert_eq!(looks_like_template(text), expected, "{}", String::from_utf8_lossy(text));
    }
}

/// Returns the names that the prefilter searches for, longest first.
fn names() -> Vec<&'static str> {
    let of_properties = PROPERTIES.iter().flat_map(|property| {
        let key = property.path.split(['.', '[']).next();
        key.into_iter().chain([property.resource])
    });
    let mut names: Vec<_> = of_properties.chain([PROFILE, "cfn-ipfix"]).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

/// Finds a scalar in a line that is one of the names.
///
/// The range includes its quotes.
fn name_in(line: &str) -> Option<(std::ops::Range<usize>, &'static str)> {
    names().into_iter().find_map(|name| {
        let (start, _) = line.match_indices(name).find(|&(start, _)| {
            let before = line[..start].trim_end_matches(['"', '\'']);
            let after = line[start + name.len()..].trim_start_matches(['"', '\'']);
            (before.is_empty() || before.ends_with([' ', '{', '[']))
                && (after.is_empty() || after.starts_with([',', '}', ']', '\r']) || after.starts_with(": "))
        })?;
        let mut range = start..start + name.len();
        if line[..start].ends_with(['"', '\'']) {
            range = start - 1..range.end + 1;
        }
        Some((range, name))
    })
}

/// Writes a name in double quotes, each character in one of several notations.
fn escaped(name: &str, notations: &[u8], is_json: bool, is_value: bool) -> String {
    let characters = name.chars().zip(notations.iter().cycle()).map(|(character, notation)| {
        let code = u32::from(character);
        match notation {
            0 if !is_json => format!("\\x{code:02x}"),
            1 => format!("\\u{code:04X}"),
            2 if !is_json => format!("\\U{code:08x}"),
            3 if !is_json && is_value => format!("\\\n{:40}{character}", ""),
            4 if !is_json && is_value => format!("\\\r\n{:40}\t\\\n{:40}{character}", "", ""),
            _ => character.to_string(),
        }
    });
    format!("\"{}\"", characters.collect::<String>())
}

/// Replaces the names outside comments by the results of `write`.
///
/// The second argument of `write` is true if the name is a value.
fn rewritten(text: &str, mut write: impl FnMut(&'static str, bool) -> String) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let body = line.trim_end_matches('\n');
        match name_in(body) {
            Some((range, name)) if !body.trim_start().starts_with('#') => {
                let is_value = name.contains("::");
                format!(
                    "{}{}{}",
                    &line[..range.start],
                    write(name, is_value),
                    &line[range.end..]
                )
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

/// Returns the templates with findings, by name.
fn templates() -> Vec<(String, String)> {
    let files = ["tests/variations", "examples"].into_iter().flat_map(files);
    let wrong = files.filter(|(_, text)| check(text, &Options::default()).is_ok_and(|report| !is_silent(&report)));
    wrong.collect()
}

#[test]
fn skips_templates_without_relevant_types() {
    for (name, text) in templates() {
        let other = rewritten(&text, |name, is_value| {
            if is_value {
                "\"AWS::S3::Bucket\"".to_owned()
            } else {
                name.to_owned()
            }
        });
        let report = check(&other, &Options::default()).unwrap();
        if !other.contains("cfn-ipfix") {
            // The ARN of a profile is looked for in any resource.
            let may_apply = may_apply(other.as_bytes()) && !other.contains("instance-profile/");
            assert!(!may_apply && is_silent(&report), "{name}\n{other}");
        }
    }
}

proptest! {
    #![proptest_config(cases(50))]

    #[test]
    fn finds_names_written_with_escapes(
        template in prop::sample::select(templates()),
        notations in prop::collection::vec(0_u8..9, 1..60),
    ) {
        let (name, text) = template;
        let is_json = name.ends_with(".json");
        let mut turn = 0;
        let rewritten_text = rewritten(&text, |name, is_value| {
            turn += 1;
            let mut notations = notations.clone();
            let by = turn % notations.len();
            notations.rotate_left(by);
            escaped(name, &notations, is_json, is_value)
        });
        let found = |text: &str| check(text, &Options::default()).map(|report| report.findings.len());
        prop_assert_eq!(found(&rewritten_text), found(&text), "{}\n{}", name, rewritten_text);
        prop_assert!(may_apply(rewritten_text.as_bytes()), "{}", rewritten_text);
    }
}
