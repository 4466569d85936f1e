//! What the raw bytes tell of a text, held against what the rules find in it.

use cfn_ipfix::cloudformation::prefilter::{looks_like_template, may_apply};
use cfn_ipfix::profile::{PROFILE, PROPERTIES};
use cfn_ipfix::{Options, Report, check};
use proptest::prelude::*;

use super::shared::files;
use super::tries::tries;

/// Whether a report says anything that would be lost if nobody looked.
pub(super) fn is_silent(report: &Report) -> bool {
    report.findings.is_empty() && report.suppressed == 0 && report.unchecked.is_empty()
}

#[test]
fn names_are_found_however_they_are_written() {
    let instance =
        |kind: &str, key: &str| format!("Resources:\n  I:\n    Type: {kind}\n    Properties: {{{key}: x}}\n");
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
        // The end of a line is no escape here, though it looks like one.
        (
            b"Type: \"AWS::EC2::\\x49nstance\"\nProperties:\n  KeyName: C:\\keys\\\n  IamInstanceProfile: x",
            true,
        ),
        (instance("aws::ec2::instance", "IamInstanceProfile").as_bytes(), false),
        (instance("AWS::EC2::Instance", "ImageId").as_bytes(), false),
        (instance("AWS::EC2::VPC", "IamInstanceProfile").as_bytes(), false),
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
fn templates_are_told_by_their_resources() {
    let utf_16: Vec<u8> = "\u{feff}Resources:".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (text, expected) in [
        (b"Resources:\n".as_slice(), true),
        (b"---\r\nResources : {}", true),
        (b"{\"Resources\": {}}", true),
        (b"'Resources': {}", true),
        ("\u{feff}Resources:".as_bytes(), true),
        (b"Conditions: {}\rResources: {}\r", true),
        (&utf_16, true),
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

/// The names that the prefilter looks for, longest first.
fn names() -> Vec<&'static str> {
    let of_properties = PROPERTIES.iter().flat_map(|property| {
        let key = property.path.split(['.', '[']).next();
        key.into_iter().chain([property.resource])
    });
    let mut names: Vec<_> = of_properties.chain([PROFILE, "cfn-ipfix"]).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

/// Where a scalar that is one of the names stands in a line, with its quotes, and the name.
fn name_in(line: &str) -> Option<(std::ops::Range<usize>, &'static str)> {
    names().into_iter().find_map(|name| {
        let (start, _) = line.match_indices(name).find(|&(start, _)| {
            let before = line[..start].trim_end_matches(['"', '\'']);
            let behind = line[start + name.len()..].trim_start_matches(['"', '\'']);
            (before.is_empty() || before.ends_with([' ', '{', '[']))
                && (behind.is_empty() || behind.starts_with([',', '}', ']', '\r']) || behind.starts_with(": "))
        })?;
        let mut range = start..start + name.len();
        if line[..start].ends_with(['"', '\'']) {
            range = start - 1..range.end + 1;
        }
        Some((range, name))
    })
}

/// A name in double quotes in which each character is written in one of the ways that there are.
fn disguised(name: &str, ways: &[u8], is_json: bool, is_value: bool) -> String {
    let characters = name.chars().zip(ways.iter().cycle()).map(|(character, way)| {
        let code = u32::from(character);
        match way {
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

/// The text with the names in it as `disguise` writes them, a comment apart; it is told whether a name is a value.
fn rewritten(text: &str, mut disguise: impl FnMut(&'static str, bool) -> String) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let body = line.trim_end_matches('\n');
        match name_in(body) {
            Some((range, name)) if !body.trim_start().starts_with('#') => {
                let is_value = name.contains("::");
                format!(
                    "{}{}{}",
                    &line[..range.start],
                    disguise(name, is_value),
                    &line[range.end..]
                )
            }
            _ => line.to_owned(),
        }
    });
    lines.collect()
}

/// Templates in which something is to be found.
fn templates() -> Vec<(String, String)> {
    let files = ["tests/variations", "examples"].into_iter().flat_map(files);
    let wrong = files.filter(|(_, text)| check(text, &Options::default()).is_ok_and(|report| !is_silent(&report)));
    wrong.collect()
}

#[test]
fn without_its_types_no_template_is_looked_into() {
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
            assert!(!may_apply(other.as_bytes()) && is_silent(&report), "{name}\n{other}");
        }
    }
}

proptest! {
    #![proptest_config(tries(50))]

    #[test]
    fn no_escape_hides_a_template(
        template in prop::sample::select(templates()),
        ways in prop::collection::vec(0_u8..9, 1..60),
    ) {
        let (name, text) = template;
        let is_json = name.ends_with(".json");
        let mut turn = 0;
        let disguised = rewritten(&text, |name, is_value| {
            turn += 1;
            let mut ways = ways.clone();
            let by = turn % ways.len();
            ways.rotate_left(by);
            disguised(name, &ways, is_json, is_value)
        });
        let found = |text: &str| check(text, &Options::default()).map(|report| report.findings.len());
        prop_assert_eq!(found(&disguised), found(&text), "{}\n{}", name, disguised);
        prop_assert!(may_apply(disguised.as_bytes()), "{}", disguised);
    }
}
