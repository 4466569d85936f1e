//! Resources without mistakes: look-alikes of slots, and scalars that are hard to parse and to write.

use super::value::{Value, call, list, map, reference, text};

/// Builders of resources, each from the logical ID of a role.
pub(super) const RESOURCES: &[fn(&str) -> Value] = &[
    // This property takes a role, despite its name.
    |role| {
        let arn = reference(role, Some("Arn"));
        resource(
            "AWS::AppRunner::Service",
            map([("InstanceConfiguration", map([("InstanceRoleArn", arn)]))]),
        )
    },
    |role| resource("AWS::EKS::Nodegroup", map([("NodeRole", reference(role, Some("Arn")))])),
    |role| {
        let name = reference(role, None);
        resource("AWS::DMS::InstanceProfile", map([("InstanceProfileName", name)]))
    },
    |_| {
        let group = map([("InstanceRole", text("MASTER")), ("PlacementStrategy", text("SPREAD"))]);
        resource(
            "AWS::EMR::InstanceGroupConfig",
            map([("PlacementGroupConfigs", list([group]))]),
        )
    },
    // User data is a shell script.
    |role| {
        let script = "#!/bin/bash -xe\n# not a comment\nyum install -y jq\n\n  echo \"${Role}: 日本 😀\" >> /tmp/a\n\techo done\n";
        let entries = map([("Fn::Sub", list([text(script), map([("Role", reference(role, None))])]))]);
        resource("AWS::EC2::Instance", map([("UserData", call("Fn::Base64", entries))]))
    },
    |_| {
        let texts = [
            "",
            " leading and trailing ",
            "key: value",
            "- item",
            "# comment",
            "it's \"quoted\" \\ twice",
            "&anchor *alias !tag %x @y `z`",
            "{a: b}, [c]",
            "日本語のテキスト",
            "😀 emoji \u{1F468}\u{200D}\u{1F469}",
            "two\nlines",
            "ends in a newline\n",
            "ends in two\n\n",
            "\n begins with one",
            "a\ttab",
            "null",
            "~",
            "yes",
            "012",
            "1e3",
            "...",
            "---",
            "? what",
            ": colon",
            "a sentence of several words that a serialiser would fold into lines because it is rather long for one",
            "C:\\path\\to",
            "<<",
            "=",
            "\u{a0}no-break",
            "ends in a colon:",
            "é",
        ];
        let texts: Vec<_> = texts.map(text).into_iter().collect();
        resource("Custom::Texts", map([("Texts", list(texts))]))
    },
    |_| {
        let entries = [
            ("a key with blanks".to_owned(), text("1")),
            ("key: with colon".to_owned(), text("2")),
            ("日本語".to_owned(), list([text("三"), list([]), map::<&str>([])])),
            (
                "😀".to_owned(),
                map([("{", text("}")), ("[", text("]")), ("'", text("\""))]),
            ),
            (
                "long ".repeat(50),
                text("within what a key may have without being told"),
            ),
            (
                "# no comment".to_owned(),
                list([list([text("a"), text("b")]), list([map([("c", text("d"))])])]),
            ),
        ];
        resource("Custom::Keys", map(entries))
    },
    // CloudFormation uses the last of equal keys.
    |role| {
        let tag = map([("Key", text("a")), ("Value", text("b")), ("Key", text("c"))]);
        let entries = [
            ("DisplayName", reference(role, None)),
            ("Tags", list([tag])),
            ("DisplayName", text("web # 1")),
        ];
        resource("AWS::SNS::Topic", map(entries))
    },
    |_| {
        let joined = call("Fn::Join", list([text("-"), list([text("a -"), text("-")])]));
        let entries = [("-", text("-")), ("Name", joined), ("Last", text("-"))];
        resource("Custom::Dashes", map([("Dashes", map(entries)), ("Dash", text("-"))]))
    },
    |_| {
        let key = "longer ".repeat(180);
        resource(
            "Custom::Keys",
            map([(key, text("beyond what a key may have without being told"))]),
        )
    },
];

/// The index of the resource whose key is too long for JSON.
///
/// YAML parsers reject such a key unless it is explicit.
pub(super) const LONGEST_KEY: usize = RESOURCES.len() - 1;

fn resource(resource_type: &str, properties: Value) -> Value {
    map([("Type", text(resource_type)), ("Properties", properties)])
}
