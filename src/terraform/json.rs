//! Terraform's JSON syntax, read into the tree of HCL.
//!
//! <https://developer.hashicorp.com/terraform/language/syntax/json>

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::hcl::{Attribute, Block, Body, Expr, ExprKind, TemplatePart, Word, read_template};
use crate::model::NoFix;
use crate::text::{File, TextRange};
use crate::yaml::{Node, NodeId, SyntaxError, SyntaxErrorKind, YamlFile};

/// A file in JSON with the tree of HCL.
#[derive(Debug)]
pub(super) struct JsonFile {
    yaml: YamlFile,
    body: Body,
    /// The nodes by their ranges; known once one was asked for.
    nodes: OnceCell<BTreeMap<TextRange, NodeId>>,
}

/// The number of labels of each type of block; types that are not listed have none.
const LABELS: [(&str, usize); 9] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("output", 1),
    ("provider", 1),
    ("variable", 1),
    ("locals", 0),
    ("import", 0),
];

/// The kind of an expression that is not analysed, because its escapes move its ranges.
pub(super) const ESCAPED: &str = "string with escapes";

impl JsonFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it is not JSON; YAML is more than that.
    pub(super) fn parse(file: &File) -> Result<Self, SyntaxError> {
        let yaml = YamlFile::parse(file)?;
        let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
        match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => Ok(Self::of(yaml)),
            Err(error) => Err(SyntaxError {
                span: yaml.lines().span(error.line().saturating_sub(1)),
                kind: SyntaxErrorKind::Yaml(format!("this is not JSON: {error}")),
            }),
        }
    }

    /// Reads nodes.
    pub(super) fn of(yaml: YamlFile) -> Self {
        let body = yaml.documents().next().map(read_root).unwrap_or_default();
        Self {
            yaml,
            body,
            nodes: OnceCell::new(),
        }
    }

    /// Returns the nodes, without the tree.
    pub(super) fn into_yaml(self) -> YamlFile {
        self.yaml
    }

    /// Returns the tree.
    pub(super) fn body(&self) -> &Body {
        &self.body
    }

    /// Returns the nodes.
    pub(super) fn yaml(&self) -> &YamlFile {
        &self.yaml
    }

    /// Returns the node with exactly this range.
    pub(super) fn node_at(&self, span: TextRange) -> Option<Node<'_>> {
        self.nodes().get(&span).map(|id| self.yaml.node(*id))
    }

    /// Returns the string that contains a range.
    pub(super) fn string_around(&self, span: TextRange) -> Option<Node<'_>> {
        // A string contains no other node, so it is the last one that begins before the range.
        let end = TextRange::new(span.start(), usize::MAX);
        let (around, id) = self.nodes().range(..=end).next_back()?;
        let node = self.yaml.node(*id);
        (node.scalar().is_some() && span.end() <= around.end()).then_some(node)
    }

    fn nodes(&self) -> &BTreeMap<TextRange, NodeId> {
        self.nodes
            .get_or_init(|| self.yaml.all().map(|node| (node.span(), node.id())).collect())
    }

    /// Returns whether a program wrote the file: its root has `metadata` below `//`, as the CDK for Terraform writes it.
    pub(super) fn is_generated(&self) -> bool {
        let objects = self.yaml.documents().next().map(root_objects).unwrap_or_default();
        let mut comments = objects.iter().filter_map(|object| object.get("//"));
        comments.any(|comment| comment.get("metadata").is_some())
    }
}

/// Fails if a key on the path to a node is in its object twice.
pub(super) fn check_unambiguous(node: Node<'_>) -> Result<(), NoFix> {
    node.duplicate_above().map_or(Ok(()), |[first, second]| {
        Err(NoFix::DuplicateKey {
            key: second.scalar().unwrap_or_default().to_owned(),
            first: first.place(),
            second: second.place(),
        })
    })
}

/// Returns the root object, or the objects in a list, which Terraform takes instead.
fn root_objects(root: Node<'_>) -> Vec<Node<'_>> {
    match root.is_sequence() {
        true => root.items().collect(),
        false => vec![root],
    }
}

fn read_root(root: Node<'_>) -> Body {
    let mut body = Body::default();
    for (key, value) in root_objects(root).into_iter().flat_map(Node::entries) {
        let block_type = word(key);
        let labels = LABELS.iter().find(|(name, _)| *name == block_type.text);
        match labels {
            Some((_, labels)) => read_blocks(&block_type, value, *labels, &mut Vec::new(), &mut body.blocks),
            // Such as the comment `//`, `terraform` and `moved`.
            None => body.attributes.push(attribute(key, value)),
        }
    }
    body
}

/// Reads the blocks below a value with this number of missing labels, of which there are at most two.
fn read_blocks(block_type: &Word, value: Node<'_>, missing: usize, labels: &mut Vec<Word>, blocks: &mut Vec<Block>) {
    if value.is_sequence() {
        // Blocks may be in lists at every level.
        for item in value.items().filter(|item| item.is_mapping()) {
            read_blocks(block_type, item, missing, labels, blocks);
        }
    } else if missing > 0 {
        for (key, inner) in value.entries() {
            labels.push(word(key));
            read_blocks(block_type, inner, missing - 1, labels, blocks);
            labels.pop();
        }
    } else if value.is_mapping() {
        let entries = value.entries().filter(|(key, _)| key.scalar() != Some("//"));
        blocks.push(Block {
            block_type: block_type.clone(),
            labels: labels.clone(),
            body: Body {
                attributes: entries.map(|(key, value)| attribute(key, value)).collect(),
                blocks: Vec::new(),
            },
            span: value.span(),
        });
    }
}

fn word(key: Node<'_>) -> Word {
    Word {
        text: key.scalar().unwrap_or_default().to_owned(),
        span: key.span(),
    }
}

fn attribute(key: Node<'_>, value: Node<'_>) -> Attribute {
    Attribute {
        key: word(key),
        value: expr(value),
        span: TextRange::new(key.span().start(), value.span().end()),
    }
}

/// Reads a value; its depth is limited by that of YAML.
fn expr(node: Node<'_>) -> Expr {
    let kind = match node.scalar() {
        _ if node.is_sequence() => ExprKind::List(node.items().map(expr).collect()),
        None => ExprKind::Object(node.entries().map(|(key, value)| (text_of(key), expr(value))).collect()),
        Some(text) if node.source().starts_with('"') => string(node, text),
        Some("null") => ExprKind::Null,
        Some(text) => ExprKind::Scalar(text.to_owned()),
    };
    Expr {
        span: node.span(),
        kind,
    }
}

fn text_of(key: Node<'_>) -> Expr {
    Expr {
        span: key.span(),
        kind: ExprKind::Text(key.scalar().unwrap_or_default().to_owned()),
    }
}

fn string(node: Node<'_>, text: &str) -> ExprKind {
    if !text.contains("${") && !text.contains("%{") {
        return ExprKind::Text(text.to_owned());
    }
    let is_escaped = node.source().contains('\\');
    match read_template(text, node.span().start() + 1) {
        Ok(parts) if !is_escaped => match parts.as_slice() {
            [TemplatePart::Text(text)] => ExprKind::Text(text.clone()),
            _ => ExprKind::Template(parts),
        },
        Ok(parts) => {
            let exprs = parts.into_iter().flat_map(|part| match part {
                TemplatePart::Text(_) => Vec::new(),
                TemplatePart::Interpolation(expr) => vec![expr],
                TemplatePart::Directive(exprs) => exprs,
            });
            ExprKind::Other(ESCAPED, exprs.collect())
        }
        // Terraform may read what hcl-edit does not; what it refers to must not be lost.
        Err(_) => ExprKind::Other(ESCAPED, references_in(text, node.span().start() + 1)),
    }
}

/// Returns everything in a string that looks as a reference; its ranges begin at `shift`.
fn references_in(text: &str, shift: usize) -> Vec<Expr> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split(|c| !is_part(c)) {
        let trimmed = part.trim_matches('.');
        let is_reference = trimmed.contains('.') && trimmed.starts_with(|c: char| c.is_alphabetic() || c == '_');
        // The expression begins after `${`.
        let start = (shift + at).saturating_sub(2);
        let read = is_reference.then(|| read_template(&format!("${{{trimmed}}}"), start));
        let exprs = read.and_then(Result::ok).into_iter().flatten();
        found.extend(exprs.filter_map(|part| match part {
            TemplatePart::Interpolation(expr) if expr.traversal().is_some() => Some(expr),
            _ => None,
        }));
        at += part.len()
            + text
                .get(at + part.len()..)
                .and_then(|rest| rest.chars().next())
                .map_or(0, char::len_utf8);
    }
    found
}
