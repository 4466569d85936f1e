//! Tests of inputs in other formats: one sentence says what they are.

use std::fs;

use snapbox::cmd::{Command, cargo_bin};

const TEMPLATE: &str = "\
Resources:
  S:
    Type: AWS::EC2::Instance
    Properties:
      IamInstanceProfile: !Ref R
  R:
    Type: AWS::IAM::Role
";

const JINJA: &str = "this is a Jinja template, as `";
const GO: &str = "this is a Helm or Go template, as `";
const MARKDOWN: &str = "this is Markdown, not a template; check the template as a file of its own";
const COMMENT: &str = "this comment is not allowed: JSON has no comments";

/// Checks a file, by its name or as a part of its folder, and returns the status and what was printed.
fn check(name: &str, content: &[u8], path: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), content).unwrap();
    let command = Command::new(cargo_bin!("cfn-ipfix")).current_dir(folder.path());
    let output = command.args(["--check", path]).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(printed).unwrap())
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn names_the_format_of_a_file_that_cannot_be_parsed() {
    for (name, text, position, sentence) in [
        ("a.yaml", format!("{{% set a = 1 %}}\n{TEMPLATE}"), "1:1", JINJA),
        ("a.yaml", format!("{{# A comment. #}}\n{TEMPLATE}"), "1:1", JINJA),
        (
            "a.yaml",
            TEMPLATE.replace("  R:\n", "{%- for name in names %}\n  R{{ name }}:\n"),
            "6:1",
            JINJA,
        ),
        (
            "a.yaml",
            TEMPLATE.replace("AWS::IAM::Role", "{% include \"role.yaml\" %}"),
            "7:11",
            JINJA,
        ),
        (
            "a.yaml",
            TEMPLATE.replace("!Ref R", "{{ role }}-{{ env }}"),
            "5:27",
            "this is a Jinja template or one of a similar language, as `{{ role }}` shows",
        ),
        (
            "a.yaml",
            TEMPLATE.replace("!Ref R", "\"{{ roles[\"web\"] }}\""),
            "5:28",
            "this is a Jinja template or one of a similar language, as `{{ roles[\"web\"] }}` shows",
        ),
        (
            "a.yaml",
            format!("{{{{- if .Values.web }}}}\n{TEMPLATE}{{{{- end }}}}\n"),
            "1:1",
            GO,
        ),
        (
            "a.yaml",
            TEMPLATE.replace("  R:\n", "{{ range $i, $e := .Values.roles }}\n  R:\n"),
            "6:1",
            GO,
        ),
        (
            "a.json",
            "{\"Resources\": {\n{% if a %}\"A\": {}{% endif %}\n}}".to_owned(),
            "2:1",
            JINJA,
        ),
        (
            "a.yaml",
            format!("# Stack\n\nDeploy it: first this: then that.\n\n```yaml\n{TEMPLATE}```\n"),
            "5:1",
            MARKDOWN,
        ),
        (
            "a.md",
            format!("Deploy it: like: this\n\n    {TEMPLATE}"),
            "1:1",
            MARKDOWN,
        ),
        (
            "a.yaml",
            format!("<% if a %>\n{TEMPLATE}"),
            "1:1",
            "this is an ERB template",
        ),
    ] {
        let (status, printed) = check(name, text.as_bytes(), name);
        let expected = format!("{name}:{position}: error: {sentence}");
        assert!(printed.starts_with(&expected), "{text}\n{printed}");
        assert_eq!(status, Some(3));
    }
}

#[test]
fn names_the_format_of_a_file_that_is_not_text() {
    let utf16_sentence = "this is UTF-16; save it as UTF-8";
    for (name, bytes, sentence) in [
        (
            "a.template",
            b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(),
            "this is a zip archive, not a template; unpack it",
        ),
        ("a.zip", b"PK\x05\x06\0\0".to_vec(), "this is a zip archive"),
        (
            "a.yaml",
            b"\x1f\x8b\x08\0\0\0".to_vec(),
            "this is compressed with gzip; decompress it",
        ),
        ("a.yaml", utf16(TEMPLATE, u16::to_le_bytes), utf16_sentence),
        ("a.yaml", utf16(TEMPLATE, u16::to_be_bytes), utf16_sentence),
        (
            "a.json",
            utf16("\u{feff}{\"Resources\": {}}", u16::to_le_bytes),
            utf16_sentence,
        ),
        ("a.json", utf16("{\"Resources\": {}}", u16::to_be_bytes), utf16_sentence),
    ] {
        let (status, printed) = check(name, &bytes, name);
        assert!(printed.starts_with(&format!("{name}: error: {sentence}")), "{printed}");
        assert_eq!(status, Some(3));
    }
    // In a folder, too, if it is a template.
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let (status, printed) = check("a.yaml", &utf16(TEMPLATE, bytes), ".");
        assert_eq!((status, printed.contains(utf16_sentence)), (Some(3), true), "{printed}");
    }
}

/// CloudFormation follows the standard, in which JSON has no comments.
#[test]
fn rejects_a_template_in_json_with_comments() {
    let server = r#"{"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}}}"#;
    for (text, position) in [
        (format!("// A server.\n{{\"Resources\": {{\"S\": {server}}}}}"), "1:1"),
        (
            format!("/* A\n * server. */\n{{\"Resources\": {{\"S\": {server}}}}}"),
            "1:1",
        ),
        (
            format!("\u{feff}{{\n\"Resources\": {{ // Here.\n\"S\": {server}}}}}"),
            "2:16",
        ),
        (format!("{{\"Resources\": {{/**/\"S\": {server}}}}}"), "1:16"),
        (
            format!("{{\"Resources\": {{\"S\": {server}, // Last.\n}},\n}}\n"),
            "1:105",
        ),
    ] {
        let expected = format!("a.json:{position}: error: {COMMENT}");
        for path in ["a.json", "."] {
            let (status, printed) = check("a.json", text.as_bytes(), path);
            assert!(
                printed.trim_start_matches("./").starts_with(&expected),
                "{text}\n{printed}"
            );
            assert_eq!(status, Some(3));
        }
    }
}

/// Hooks pass every file of a repository.
#[test]
fn skips_other_files_with_the_same_formats() {
    for (name, text, reason) in [
        (
            "a.json",
            "{\n  // Options.\n  \"compilerOptions\": {\"strict\": true, /* more */},\n}\n",
            "it has no mapping",
        ),
        ("a.md", "# A stack\n\nIt is small.\n", MARKDOWN),
        ("a.yaml", "{{ include \"labels\" . }}", GO),
        (
            "a.yaml",
            "- hosts: \"{{ hosts }}\"\n  roles: [web]\n",
            "it has no mapping",
        ),
        ("a.yaml", "on: ${{ event }}\n", "it has no mapping"),
    ] {
        let (status, printed) = check(name, text.as_bytes(), name);
        assert!(
            printed.starts_with(&format!("{name}: skipped: {reason}")),
            "{text}\n{printed}"
        );
        assert_eq!(status, Some(0));
    }
}

/// The parser's message says more than a string that another program replaces.
#[test]
fn keeps_the_message_of_an_error_elsewhere() {
    for text in [
        "Resources:\n  S:\n\tType: '{{resolve:ssm:/type}}'\n",
        "Resources:\n  S:\n    Type: x\n    UserData: |\n      {% for a in b %}\n      {{- end }}\n  \tR: x\n",
        "Resources:\n  S: \"docker inspect -f '{{.State}}'\"\n\tR: x\n",
    ] {
        let (_, printed) = check("a.yaml", text.as_bytes(), "a.yaml");
        assert!(
            printed.contains("error: a tab, where YAML allows only spaces"),
            "{text}\n{printed}"
        );
    }
}

/// Two slashes and a star are characters of YAML.
#[test]
fn reads_yaml_in_brackets() {
    for text in [
        r#"{Resources: {S: {Type: "AWS::EC2::Instance", Properties: {IamInstanceProfile: !Ref R, UserData: //a}}, R: {Type: "AWS::IAM::Role"}}}"#,
        r#"{"Resources": {"S": {"Type": "AWS::EC2::Instance", "Properties": {"IamInstanceProfile": {"Ref": "R"}, "UserData": "http://a/*"}}, "R": {"Type": "AWS::IAM::Role"}}}"#,
    ] {
        let (status, printed) = check("a.json", text.as_bytes(), "a.json");
        assert_eq!((status, printed.contains("IPF001")), (Some(1), true), "{printed}");
    }
}
