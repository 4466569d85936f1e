//! Reads what a template says about other templates: nested stacks, imports and exports.

use super::intrinsic::Call;
use super::resolve::{ValuePart, parts_of, parts_of_argument, possible_parts};
use super::template_file::TemplateFile;
use crate::project::{FileLinks, SharedName, TemplateLocation};
use crate::text::{File, FileId};
use crate::yaml::Node;

/// The types of nested stacks, each with the property that locates its template.
///
/// - <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html>
/// - <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html>
pub(super) const NESTED_STACKS: [(&str, &str); 2] = [
    ("AWS::CloudFormation::Stack", "TemplateURL"),
    ("AWS::Serverless::Application", "Location"),
];

/// Reads the links of a file; returns `None` if it has no template, or cannot be read.
pub fn links(text: &str) -> Option<FileLinks> {
    links_of(&TemplateFile::parse(&File::new(FileId::default(), text)).ok()?)
}

/// Returns the links of a file; `None` if it has no template.
pub(crate) fn links_of(file: &TemplateFile) -> Option<FileLinks> {
    let mut links = FileLinks::default();
    let mut is_any = false;
    for (_, hosted) in file.templates() {
        let root = hosted.root;
        is_any = true;
        let included = hosted.included.into_iter();
        links
            .nested
            .extend(included.map(|included| TemplateLocation::Path(included.path)));
        let resources = root
            .get("Resources")
            .into_iter()
            .flat_map(|section| section.resolved().entries());
        links
            .nested
            .extend(resources.flat_map(|(_, body)| locations_of(body.resolved())));
        links
            .imports
            .extend(imports(root).map(|call| import_name(&parts_of_argument(&call))));
        links
            .exports
            .extend(exports(root).map(|name| export_name(&parts_of(name.resolved()))));
    }
    is_any.then_some(links)
}

/// Returns the locations of a nested stack's template, one for each choice of its conditions.
///
/// Returns none for any other resource, and for an application that is not a file.
pub(super) fn locations_of(body: Node<'_>) -> Vec<TemplateLocation> {
    let resource_type = body.get("Type").and_then(|named| named.resolved().scalar());
    let property = NESTED_STACKS.iter().find(|(nested, _)| Some(*nested) == resource_type);
    let value = property.and_then(|(_, name)| body.get("Properties")?.resolved().get(name));
    value.map(|value| locations(value.resolved())).unwrap_or_default()
}

/// Returns the calls of `Fn::ImportValue` in a template.
pub(super) fn imports<'d>(root: Node<'d>) -> impl Iterator<Item = Call<'d>> {
    let calls = root.descendants().filter_map(Call::read);
    calls.filter(|call| call.name == "ImportValue")
}

/// Returns the name of the export of an output.
pub(super) fn export_of(output: Node<'_>) -> Option<Node<'_>> {
    output.resolved().get("Export")?.resolved().get("Name")
}

/// Returns the name of an export, with `{}` for each value that only its template knows.
pub(super) fn export_name(parts: &[ValuePart<'_>]) -> SharedName {
    // Each stack has a name of its own.
    shared_name(parts, &["AWS::StackName", "AWS::StackId"])
}

/// Returns the name of an import, with `{}` for each value that is not known.
///
/// No stack imports under its own name, and the region and the account are those of the exporting stack.
pub(super) fn import_name(parts: &[ValuePart<'_>]) -> SharedName {
    shared_name(parts, &[])
}

fn shared_name(parts: &[ValuePart<'_>], of_stack: &[&str]) -> SharedName {
    let known = parts.iter().map(|part| match part {
        ValuePart::Text(text) => text.clone(),
        ValuePart::Reference(to) if to.target.starts_with("AWS::") && !of_stack.contains(&to.target) => {
            format!("{{{}}}", to.target)
        }
        ValuePart::Reference(_) | ValuePart::Unknown(_) => "{}".to_owned(),
    });
    SharedName(known.collect())
}

fn exports<'d>(root: Node<'d>) -> impl Iterator<Item = Node<'d>> {
    let outputs = root
        .get("Outputs")
        .into_iter()
        .flat_map(|section| section.resolved().entries());
    outputs.filter_map(|(_, output)| export_of(output))
}

fn locations(value: Node<'_>) -> Vec<TemplateLocation> {
    let Some(branches) = possible_parts(value) else {
        return vec![TemplateLocation::Unknown];
    };
    let locations = branches.iter().map(|branch| location(&branch.value));
    locations.collect()
}

/// Returns a location, of which only the text after the last variable is known.
fn location(parts: &[ValuePart<'_>]) -> TemplateLocation {
    let Some((ValuePart::Text(last), before)) = parts.split_last() else {
        return TemplateLocation::Unknown;
    };
    let text_before = before.iter().map(|part| match part {
        ValuePart::Text(text) => text.as_str(),
        ValuePart::Reference(_) | ValuePart::Unknown(_) => "{}",
    });
    let text_before: String = text_before.collect();
    let is_literal = before.is_empty();
    let end = match (text_before.split_once("://"), last.split_once("://")) {
        (None, None) if is_literal => return TemplateLocation::Path(last.clone()),
        // The variable is in the host, which goes on up to the next slash.
        (Some((_, host)), _) if !host.contains('/') => last.split_once('/').map(|(_, path)| path),
        (None, Some((_, rest))) => rest.split_once('/').map(|(_, path)| path),
        _ => Some(last.as_str()),
    };
    match end.map(|end| end.trim_matches('/')) {
        Some(end) if !end.is_empty() => TemplateLocation::UrlEnd {
            end: end.to_owned(),
            is_literal,
        },
        _ => TemplateLocation::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_where_templates_are() {
        let url_end = |end: &str, is_literal| TemplateLocation::UrlEnd {
            end: end.to_owned(),
            is_literal,
        };
        for (value, expected) in [
            ("./a/x.yaml", vec![TemplateLocation::Path("./a/x.yaml".to_owned())]),
            (
                "https://s3.amazonaws.com/bucket/a/x.yaml",
                vec![url_end("bucket/a/x.yaml", true)],
            ),
            (
                "!Sub https://${B}.s3.${AWS::URLSuffix}/${Prefix}a/x.yaml",
                vec![url_end("a/x.yaml", false)],
            ),
            (
                "!Sub https://${B}.s3.amazonaws.com/a/x.yaml",
                vec![url_end("a/x.yaml", false)],
            ),
            (
                "!Join ['', ['https://', !Ref B, '.s3.amazonaws.com/a/', x.yaml]]",
                vec![url_end("a/x.yaml", false)],
            ),
            ("!Sub '${Base}/x.yaml'", vec![url_end("x.yaml", false)]),
            ("!Sub 'https://${Host}'", vec![TemplateLocation::Unknown]),
            (
                "!If [C, x.yaml, y.yaml]",
                vec![
                    TemplateLocation::Path("y.yaml".to_owned()),
                    TemplateLocation::Path("x.yaml".to_owned()),
                ],
            ),
        ] {
            let text = format!(
                "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {value}\n"
            );
            assert_eq!(links(&text).unwrap().nested, expected, "{value}");
        }
    }

    #[test]
    fn reads_what_is_shared() {
        let text = "
Resources:
  A: {Type: T, Properties: {P: !ImportValue plain}}
  B: {Type: T, Properties: {P: {Fn::ImportValue: !Sub '${S}-name'}}}
  C:
    Type: T
    Properties:
      P: !ImportValue
        Fn::Sub: ${S}-other
Outputs:
  O: {Value: x, Export: {Name: !Sub '${AWS::StackName}-out'}}
";
        let links = links(text).unwrap();
        let names = |shared: Vec<SharedName>| shared.into_iter().map(|name| name.0).collect::<Vec<_>>();
        assert_eq!(names(links.imports), ["plain", "{}-name", "{}-other"]);
        assert_eq!(names(links.exports), ["{}-out"]);
    }
}
