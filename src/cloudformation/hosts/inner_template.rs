//! A template in a string of another document, such as the `TemplateBody` of a stack set.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html>

use super::host::{EmbeddedDocument, Host, NOTHING};
use crate::cloudformation::prefilter::looks_like_template;
use crate::cloudformation::substituted::substitution_of;
use crate::cloudformation::template::is_template;
use crate::yaml::{EmbeddedSource, Node, ScalarStyle, Variables, YamlFile};

pub(super) const HOST: Host = Host { documents, ..NOTHING };

/// The property that is always a template.
const TEMPLATE_BODY: &str = "TemplateBody";

fn documents(file: &YamlFile) -> Vec<EmbeddedDocument<'_>> {
    file.all().filter(|node| may_be_template(*node)).map(document).collect()
}

fn document(scalar: Node<'_>) -> EmbeddedDocument<'_> {
    let variables = match substitution_of(scalar) {
        Some(_) => Variables::Unknown,
        None => Variables::None,
    };
    let mut keys = scalar.ancestors().filter_map(|node| node.key()?.scalar());
    let is_body = keys.find(|key| *key != "Fn::Sub") == Some(TEMPLATE_BODY);
    EmbeddedDocument {
        source: EmbeddedSource::whole(scalar, variables),
        is_expected: has_types,
        name: is_body.then(|| format!("the template in `{TEMPLATE_BODY}`")),
    }
}

/// Returns whether a scalar may be a template: one of several lines, or JSON.
fn may_be_template(node: Node<'_>) -> bool {
    let may_be = |text: &str| node.scalar_style() == ScalarStyle::Block || text.trim_start().starts_with('{');
    node.scalar()
        .is_some_and(|text| may_be(text) && looks_like_template(text.as_bytes()))
}

/// Returns whether a document is a template with a resource that has a type, possibly in a loop.
fn has_types(root: Node<'_>) -> bool {
    let is_type = |node: &Node<'_>| node.key().and_then(Node::scalar) == Some("Type");
    let mut types = root.descendants().filter(is_type).filter_map(Node::scalar);
    is_template(root) && types.any(|name| name.contains("::"))
}
