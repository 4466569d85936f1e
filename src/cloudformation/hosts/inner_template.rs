//! A template in a string of another document, such as the `TemplateBody` of a stack set.

use super::host::{EmbeddedDocument, Host, NOTHING};
use crate::cloudformation::intrinsic::Call;
use crate::cloudformation::prefilter::{looks_like_template, may_apply};
use crate::cloudformation::slots::SlotScan;
use crate::cloudformation::substituted::{is_elsewhere, substitution_of};
use crate::cloudformation::template::{Template, is_template};
use crate::model::Unchecked;
use crate::yaml::{EmbeddedSource, Node, ScalarStyle, Variables, YamlFile};

pub(super) const HOST: Host = Host {
    documents,
    slots,
    ..NOTHING
};

/// The types of resources with a template in a string.
///
/// - <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html>
/// - <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-config-conformancepack.html>
const WITH_BODY: [&str; 3] = [
    "AWS::CloudFormation::StackSet",
    "AWS::Config::ConformancePack",
    "AWS::Config::OrganizationConformancePack",
];

/// The property that is always a template.
const TEMPLATE_BODY: &str = "TemplateBody";

fn documents(file: &YamlFile) -> Vec<EmbeddedDocument<'_>> {
    let scalars = file.all().filter(|node| may_be_template(*node));
    scalars
        .filter(|scalar| call_around(*scalar).is_none())
        .map(document)
        .collect()
}

fn slots<'d>(template: &Template<'d>, scan: &mut SlotScan<'d>) {
    let bodies = template
        .resources
        .values()
        .filter(|resource| WITH_BODY.contains(&resource.resource_type));
    for resource in bodies {
        let built = resource.property(TEMPLATE_BODY).filter(|body| is_built(*body));
        scan.unknown.extend(built.map(|body| Unchecked {
            place: body.place(),
            origin: format!("`{TEMPLATE_BODY}` of `{}`", resource.id),
            message: format!(
                "`{TEMPLATE_BODY}` of `{}` is not one string, and is not analysed",
                resource.id
            ),
        }));
    }
}

/// Returns whether a template is the result of a function, and may have a slot.
fn is_built(body: Node<'_>) -> bool {
    let is_shown = Call::read(body).is_some_and(|call| !["Sub", "If"].contains(&call.name));
    let texts = || {
        body.descendants()
            .filter_map(Node::scalar)
            .collect::<Vec<_>>()
            .join("\n")
    };
    is_elsewhere(body) || (is_shown && may_apply(texts().as_bytes()))
}

/// Returns the function whose result a string is only a part of.
fn call_around(scalar: Node<'_>) -> Option<&str> {
    let own = substitution_of(scalar).map(|call| call.node);
    let mut calls = scalar
        .ancestors()
        .filter(|node| Some(*node) != own)
        .filter_map(Call::read);
    calls.find(|call| call.name != "If").map(|call| call.name)
}

fn document(scalar: Node<'_>) -> EmbeddedDocument<'_> {
    let variables = match substitution_of(scalar) {
        Some(_) => Variables::Unknown,
        None => Variables::None,
    };
    EmbeddedDocument {
        source: EmbeddedSource::whole(scalar, variables),
        is_expected: has_types,
        name: is_body(scalar).then(|| format!("the template in `{TEMPLATE_BODY}`")),
    }
}

/// Returns whether a scalar is a property that is always a template.
fn is_body(scalar: Node<'_>) -> bool {
    let mut keys = scalar.ancestors().filter_map(|node| node.key()?.scalar());
    keys.find(|key| *key != "Fn::Sub") == Some(TEMPLATE_BODY)
}

/// Returns whether a scalar may be a template: one of several lines, or JSON.
fn may_be_template(node: Node<'_>) -> bool {
    let may_be = |text: &str| {
        node.scalar_style() == ScalarStyle::Block || text.contains('\n') || text.trim_start().starts_with('{')
    };
    node.scalar()
        .is_some_and(|text| may_be(text) && looks_like_template(text.as_bytes()))
}

/// Returns whether a document is a template with a resource that has a type, possibly in a loop.
fn has_types(root: Node<'_>) -> bool {
    let is_type = |node: &Node<'_>| node.key().and_then(Node::scalar) == Some("Type");
    let mut types = root.descendants().filter(is_type).filter_map(Node::scalar);
    is_template(root) && types.any(|name| name.contains("::"))
}
