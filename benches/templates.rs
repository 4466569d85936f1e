//! A generator of realistic templates of any size: instances with user data, roles, profiles, buckets, functions and
//! comments.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

/// The properties of a template to generate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) layout: Layout,
    /// Number of resources.
    pub(crate) resources: usize,
    /// Number of instances among them with a role as their profile.
    ///
    /// Every second role has no profile yet.
    pub(crate) findings: usize,
    /// Approximate size in bytes.
    pub(crate) bytes: usize,
}

/// The syntax of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Block-style YAML, with comments and short forms of functions.
    Yaml,
    /// JSON with a line for each entry.
    Json,
    /// JSON on one line.
    OneLine,
}

impl Spec {
    /// Generates the template.
    pub(crate) fn text(self) -> String {
        // Each part adds the same number of bytes, so two sizes determine the number of parts.
        let [one, two] = [1, 2].map(|parts| self.with_parts(parts).len());
        let parts = 1 + self.bytes.saturating_sub(one) / (two - one).max(1);
        self.with_parts(parts)
    }

    fn with_parts(self, parts: usize) -> String {
        let template = map([
            ("AWSTemplateFormatVersion", text("2010-09-09")),
            ("Description", text("Servers, what they may do, and where they keep it")),
            (
                "Parameters",
                map([("Stage", map([("Type", text("String")), ("Default", text("test"))]))]),
            ),
            ("Resources", Value::Mapping(self.resources(parts))),
        ]);
        match self.layout {
            Layout::Yaml => {
                let mut yaml = String::new();
                template.yaml(0, &mut yaml);
                yaml.trim_start().to_owned() + "\n"
            }
            Layout::Json => json(serde_json::to_string_pretty(&template)),
            Layout::OneLine => json(serde_json::to_string(&template)),
        }
    }

    fn resources(self, parts: usize) -> Vec<(String, Value)> {
        let groups = (self.resources - self.findings).div_ceil(BUILDERS.len()).max(1);
        let (mut wrong, mut right) = (0, 0);
        let resources = (0..self.resources).map(|n| {
            let is_wrong = n * self.findings / self.resources != (n + 1) * self.findings / self.resources;
            if is_wrong {
                let role = format!("Role{}", wrong / 2 % groups);
                wrong += 1;
                let value = match n % 3 {
                    0 => call("Sub", text(format!("${{{role}}}"))),
                    1 => call("GetAtt", text(format!("{role}.Arn"))),
                    _ => call("Ref", text(role)),
                };
                return (format!("Server{n}"), instance(value, parts));
            }
            let (group, build) = (right / BUILDERS.len(), BUILDERS[right % BUILDERS.len()]);
            right += 1;
            build(group, parts)
        });
        resources.collect()
    }
}

/// Builds a resource and its logical ID from its group and its number of parts.
type Builder = fn(usize, usize) -> (String, Value);

/// The builders of the resources of a group, in order.
const BUILDERS: [Builder; 6] = [role, profile, server, bucket, function, group];

fn role(group: usize, parts: usize) -> (String, Value) {
    let trust = map([
        ("Effect", text("Allow")),
        (
            "Principal",
            map([("Service", Value::List(vec![text("ec2.amazonaws.com")]))]),
        ),
        ("Action", text("sts:AssumeRole")),
    ]);
    let statements = (0..parts).map(|part| {
        map([
            ("Effect", text("Allow")),
            ("Action", Value::List(vec![text("s3:GetObject"), text("s3:PutObject")])),
            (
                "Resource",
                call(
                    "Sub",
                    text(format!("arn:${{AWS::Partition}}:s3:::${{Bucket{group}}}/{part}/*")),
                ),
            ),
        ])
    });
    let policy = map([
        ("PolicyName", text("keep")),
        ("PolicyDocument", policy(statements.collect())),
    ]);
    let properties = map([
        ("AssumeRolePolicyDocument", policy_of(trust)),
        ("Path", text("/")),
        ("Policies", Value::List(vec![policy])),
    ]);
    resource(format!("Role{group}"), "AWS::IAM::Role", properties)
}

/// Builds the profile of a role, or a queue for every second role.
fn profile(group: usize, parts: usize) -> (String, Value) {
    if group % 2 == 1 {
        let properties = map([("VisibilityTimeout", text("300")), ("Tags", tags(parts))]);
        return resource(format!("Queue{group}"), "AWS::SQS::Queue", properties);
    }
    let roles = Value::List(vec![call("Ref", text(format!("Role{group}")))]);
    resource(
        format!("Profile{group}"),
        "AWS::IAM::InstanceProfile",
        map([("Roles", roles)]),
    )
}

fn server(group: usize, parts: usize) -> (String, Value) {
    let profile = call("Ref", text(format!("Profile{}", group / 2 * 2)));
    (format!("Right{group}"), instance(profile, parts))
}

fn instance(profile: Value, parts: usize) -> Value {
    let mut script = "#!/bin/bash -xe\nyum update -y # the usual\n".to_owned();
    for part in 0..parts {
        // Writing to a string does not fail.
        let _ = writeln!(
            script,
            "aws s3 cp \"s3://files-${{AWS::AccountId}}/{part}.tar.gz\" /opt/files/{part}.tar.gz || exit 1"
        );
    }
    let properties = map([
        ("ImageId", text("ami-0abcdef1234567890")),
        ("InstanceType", text("t3.micro")),
        ("IamInstanceProfile", profile),
        ("SubnetId", text("subnet-0abcdef1234567890")),
        ("UserData", map([("Fn::Base64", call("Sub", text(script)))])),
    ]);
    resource(String::new(), "AWS::EC2::Instance", properties).1
}

fn bucket(group: usize, parts: usize) -> (String, Value) {
    let properties = map([
        ("BucketName", call("Sub", text(format!("keep-${{Stage}}-{group}")))),
        ("Tags", tags(parts)),
    ]);
    resource(format!("Bucket{group}"), "AWS::S3::Bucket", properties)
}

fn tags(parts: usize) -> Value {
    let tag = |part| {
        map([
            ("Key", text(format!("team-{part}"))),
            ("Value", text("those who keep the servers: day and night")),
        ])
    };
    Value::List((0..parts).map(tag).collect())
}

fn function(group: usize, parts: usize) -> (String, Value) {
    let mut code = "def handler(event, context):\n".to_owned();
    for part in 0..parts {
        let _ = writeln!(
            code,
            "    print({{\"part\": {part}, \"event\": event['detail']['{part}']}})  # {part}"
        );
    }
    let properties = map([
        ("Handler", text("index.handler")),
        ("Runtime", text("python3.13")),
        ("Role", call("GetAtt", text(format!("Role{group}.Arn")))),
        ("Code", map([("ZipFile", text(code))])),
    ]);
    resource(format!("Function{group}"), "AWS::Lambda::Function", properties)
}

fn group(group: usize, parts: usize) -> (String, Value) {
    let rule = |part| {
        map([
            ("IpProtocol", text("tcp")),
            ("FromPort", text(format!("{}", 8000 + part))),
            ("ToPort", text(format!("{}", 8000 + part))),
            ("CidrIp", text("10.0.0.0/8")),
        ])
    };
    let properties = map([
        ("GroupDescription", text("Who may come in")),
        ("SecurityGroupIngress", Value::List((0..parts).map(rule).collect())),
    ]);
    resource(format!("Group{group}"), "AWS::EC2::SecurityGroup", properties)
}

fn resource(id: String, resource_type: &str, properties: Value) -> (String, Value) {
    (id, map([("Type", text(resource_type)), ("Properties", properties)]))
}

fn policy_of(statement: Value) -> Value {
    policy(vec![statement])
}

fn policy(statements: Vec<Value>) -> Value {
    map([("Version", text("2012-10-17")), ("Statement", Value::List(statements))])
}

/// A value in a template.
enum Value {
    Text(String),
    /// An intrinsic function and its argument.
    Call(&'static str, Box<Value>),
    List(Vec<Value>),
    Mapping(Vec<(String, Value)>),
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn call(name: &'static str, argument: Value) -> Value {
    Value::Call(name, Box::new(argument))
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Mapping(
        entries
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Mapping(entries) => serializer.collect_map(entries.iter().map(|(key, value)| (key, value))),
            Self::Call("Ref", argument) => serializer.collect_map([("Ref", argument)]),
            Self::Call("GetAtt", argument) => match &**argument {
                Self::Text(text) => {
                    let parts: Vec<_> = text.split('.').collect();
                    serializer.collect_map([("Fn::GetAtt", parts)])
                }
                argument => serializer.collect_map([("Fn::GetAtt", argument)]),
            },
            Self::Call(name, argument) => serializer.collect_map([(format!("Fn::{name}"), argument)]),
        }
    }
}

fn json(text: serde_json::Result<String>) -> String {
    // Mappings with strings as keys can always be JSON.
    text.unwrap() + "\n"
}

impl Value {
    /// Writes the value after a key's colon or a tag.
    fn yaml(&self, indent: usize, out: &mut String) {
        let margin = " ".repeat(indent);
        match self {
            Self::Text(text) if text.ends_with('\n') => {
                out.push_str(" |");
                for line in text.lines() {
                    let _ = write!(out, "\n{margin}{line}");
                }
            }
            Self::Text(text) if text.contains(": ") || text.starts_with(|c: char| c.is_ascii_digit()) => {
                let _ = write!(out, " '{text}'");
            }
            Self::Text(text) => {
                let _ = write!(out, " {text}");
            }
            Self::Call(name, argument) => {
                let _ = write!(out, " !{name}");
                argument.yaml(indent, out);
            }
            Self::List(items) => {
                for item in items {
                    let _ = write!(out, "\n{margin}-");
                    let start = out.len();
                    item.yaml(indent + 2, out);
                    // The first entry of a mapping is on the line of the dash.
                    if out[start..].starts_with('\n') {
                        out.replace_range(start..start + indent + 3, " ");
                    }
                }
            }
            Self::Mapping(entries) => {
                for (at, (key, value)) in entries.iter().enumerate() {
                    if indent == 2 {
                        let _ = write!(out, "\n\n{margin}# {key}: number {at} of its kind");
                    }
                    let _ = write!(out, "\n{margin}{key}:");
                    value.yaml(indent + 2, out);
                    if key == "IamInstanceProfile" {
                        out.push_str(" # what it may do");
                    }
                }
            }
        }
    }
}
