//! The words that [`vary`](crate::vary) puts into sources.

use crate::chance::Chance;

/// The words of a language, and how its values are written.
pub struct Words {
    /// Values for slots, and short pieces of sources that matter to the rules.
    pub phrases: &'static [&'static str],
    /// Syntax that can surround a value.
    pub around: &'static [(&'static str, &'static str)],
    /// The end of a key, before its value.
    pub before_value: &'static str,
    /// The engine's dictionary: in each line a word in double quotes, or a comment.
    dictionary: &'static str,
}

impl Words {
    /// Returns a random word of the dictionary.
    pub(crate) fn of_dictionary(&self, chance: &mut Chance) -> String {
        let words = self
            .dictionary
            .lines()
            .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
        let at = chance.below(words.clone().count());
        unescaped(words.clone().nth(at).unwrap_or_default())
    }
}

/// The words of templates.
pub const TEMPLATE: Words = Words {
    phrases: TEMPLATE_PHRASES,
    around: AROUND_IN_TEMPLATE,
    before_value: ": ",
    dictionary: include_str!("../words.dict"),
};

/// The words of Terraform modules.
pub const MODULE: Words = Words {
    phrases: MODULE_PHRASES,
    around: AROUND_IN_MODULE,
    before_value: "= ",
    dictionary: include_str!("../module.dict"),
};

const TEMPLATE_PHRASES: &[&str] = &[
    "!Ref Role",
    "!GetAtt Role.Arn",
    "!GetAtt [Role, Arn]",
    "{Ref: Role}",
    "{\"Fn::GetAtt\": [\"Role\", \"Arn\"]}",
    "!Sub '${Role}'",
    "!Sub 'arn:aws:iam::123456789012:role/${Role}'",
    "!If [Condition, !Ref Role, !Ref 'AWS::NoValue']",
    "!Join ['', [a, !Ref Role]]",
    "{Name: !Ref Role}",
    "{Arn: !GetAtt Role.Arn}",
    "  Role: {Type: AWS::IAM::Role}\n",
    "  Role:\n    Type: AWS::IAM::Role\n",
    "  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}\n",
    "  A: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}\n",
    "!Ref {Fn::Sub: '${X}'}",
    "!GetAtt [!Sub 'R${X}', Arn]",
    "  Fn::ForEach::Loop: [X, [a, b], {'R${X}': {Type: AWS::IAM::Role}}]\n",
    "  # cfn-ipfix: ignore[IPF001]\n",
    " # cfn-ipfix: ignore",
    "    Metadata: {cfn-ipfix: {ignore: [IPF001]}}\n",
    "    Condition: C\n",
    "      Path: /a/\n      Path: /b/\n",
    "  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: a, DisplayName: b}}\n",
    "[a -, -]",
    "{Key: -, Value: -}",
    " # a comment\n",
    "---\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "? ",
    "|\n",
    ">-\n",
    "\r\n",
    "\u{feff}",
    "\u{2028}",
    "日本",
];

const AROUND_IN_TEMPLATE: &[(&str, &str)] = &[
    ("[", "]"),
    ("{Name: ", "}"),
    ("{Arn: ", "}"),
    ("{Ref: ", "}"),
    ("'", "'"),
    ("\"", "\""),
    ("!Sub '${", "}'"),
    ("!If [C, ", ", !Ref AWS::NoValue]"),
    ("&a ", ""),
];

const MODULE_PHRASES: &[&str] = &[
    "aws_iam_role.web.name",
    "aws_iam_role.web.arn",
    "aws_iam_role.web",
    "aws_iam_role.web[0].id",
    "aws_iam_role.web[*].name",
    "aws_iam_role.web[each.key].name",
    "aws_iam_role.web[count.index].arn",
    "aws_iam_instance_profile.web.name",
    "data.aws_iam_role.web.name",
    "\"${aws_iam_role.web.name}\"",
    "\"arn:aws:iam::123456789012:role/web\"",
    "local.role",
    "var.role",
    "module.web.role",
    "<<-EOT\n  ${aws_iam_role.web.name}\n  EOT\n",
    "{ name = aws_iam_role.web.name }",
    "  count = 2\n",
    "  for_each = toset([\"a\"])\n",
    "  provider = aws.west\n",
    "  path = \"/a/\"\n",
    "  name_prefix = \"a\"\n",
    "  iam_instance_profile { name = aws_iam_role.web.name }\n",
    "  iam_instance_profile = aws_iam_role.web.name\n",
    "resource \"aws_iam_role\" \"web\" {}\n",
    "resource \"aws_iam_role\" \"web\" { name = \"web\" }\n",
    "resource \"aws_iam_instance_profile\" \"web\" { role = aws_iam_role.web.name }\n",
    "resource \"aws_instance\" \"web\" { iam_instance_profile = aws_iam_role.web.name }\n",
    "module \"child\" {\n  source = \"./child\"\n  profile = aws_iam_role.web.name\n}\n",
    "moved {\n  from = aws_iam_instance_profile.web\n  to = aws_iam_instance_profile.app\n}\n",
    "locals { role = aws_iam_role.web.name }\n",
    "{\"resource\": {\"aws_iam_role\": {\"web\": {}}}}\n",
    "\"iam_instance_profile\": \"${aws_iam_role.web.name}\",\n",
    "  # cfn-ipfix: ignore[IPF001]\n",
    " // cfn-ipfix: ignore",
    " /* cfn-ipfix: ignore */ ",
    " # a comment\n",
    "/* two\n lines */",
    "\0",
    "\r\n",
    "\t",
    "\u{feff}",
    "日本",
];

const AROUND_IN_MODULE: &[(&str, &str)] = &[
    ("[", "]"),
    ("(", ")"),
    ("(\n", "\n)"),
    ("{ name = ", " }"),
    ("\"${", "}\""),
    ("\"${", "}-x\""),
    ("one([", "])"),
    ("try(", ", null)"),
    ("join(\"\", [", "])"),
    ("element(concat([", "], [\"\"]), 0)"),
    ("var.a ? ", " : null"),
    ("/* a */ ", " # b"),
    ("<<EOT\n${", "}\nEOT"),
];

/// Returns a word of a dictionary without the engine's escapes: `\x0a`, `\"` and `\\`.
fn unescaped(word: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = word;
    while let Some(next) = rest.chars().next() {
        let (byte, len) = match (next, rest.as_bytes().get(1)) {
            ('\\', Some(b'x')) => (u8::from_str_radix(&rest[2..4], 16).expect("two digits"), 4),
            ('\\', Some(&escaped)) => (escaped, 2),
            _ => (rest.as_bytes()[0], 1),
        };
        bytes.push(byte);
        rest = &rest[len..];
    }
    String::from_utf8(bytes).expect("a dictionary of text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_escapes_of_a_dictionary() {
        for (word, expected) in [
            ("a b", "a b"),
            (r#"\"${"#, "\"${"),
            (r"|\x0a", "|\n"),
            (r"\xe2\x80\xa8", "\u{2028}"),
            (r"\\u0041", r"\u0041"),
        ] {
            assert_eq!(unescaped(word), expected);
        }
    }
}
