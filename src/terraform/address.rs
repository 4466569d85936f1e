//! Addresses of resources, modules and local values, and the parts of them that a traversal refers to.

use super::iam::IamTypes;
use crate::hcl::{Step, StepKind, Traversal, read_expr};
use crate::text::NodePath;

/// Variables that are no resource types.
const OTHER: [&str; 7] = ["var", "each", "count", "self", "path", "terraform", "provider"];

/// Returns the address that a traversal begins with, and the number of its steps.
///
/// Returns `None` if it does not refer to a resource, a module or a local value.
pub(super) fn address_of(traversal: &Traversal) -> Option<(String, usize)> {
    let variable = traversal.variable()?.text.as_str();
    let attribute = |at| traversal.attribute(at);
    match variable {
        "data" | "ephemeral" => Some(([variable, attribute(0)?, attribute(1)?].join("."), 2)),
        // <https://developer.hashicorp.com/terraform/language/expressions/references#resources>
        "resource" => Some(([attribute(0)?, attribute(1)?].join("."), 2)),
        _ if OTHER.contains(&variable) => None,
        _ => Some(([variable, attribute(0)?].join("."), 1)),
    }
}

/// Returns whether a traversal begins with `each.value`.
pub(super) fn is_each_value(traversal: &Traversal) -> bool {
    let is_each = traversal.variable().is_some_and(|word| word.text == "each");
    is_each && traversal.attribute(0) == Some("value")
}

/// Returns the address in a string that is a reference, such as an item of `depends_on` in JSON.
pub(super) fn address_in_reference(text: &str) -> Option<String> {
    let expr = read_expr(text).ok()?;
    address_of(expr.traversal()?).map(|(address, _)| address)
}

/// An address in a string that is a reference without its syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenAddress {
    /// The address.
    pub(super) address: String,
    /// The index in brackets, if there is one.
    pub(super) index: Option<String>,
    /// The attribute, if there is one.
    pub(super) attribute: Option<String>,
}

/// Returns the address of a role or a profile in a string that is a reference without its syntax.
pub(super) fn address_in_text(text: &str) -> Option<WrittenAddress> {
    let text = text
        .strip_prefix("${")
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    IamTypes::at(text.strip_prefix("resource.").unwrap_or(text))?;
    let expr = read_expr(text).ok()?;
    let traversal = expr.traversal()?;
    let (address, skipped) = address_of(traversal)?;
    let mut rest = traversal.steps.get(skipped..)?.iter().peekable();
    let index = rest.next_if(|step| matches!(step.kind, StepKind::Index(_)));
    let attribute = rest.next().map(|step| match &step.kind {
        StepKind::Attribute(name) => Some(name.clone()),
        StepKind::Index(_) | StepKind::Splat => None,
    });
    rest.next().is_none().then_some(())?;
    Some(WrittenAddress {
        address,
        index: index.map(|step| format!("[{}]", step.span.slice(text))),
        attribute: match attribute {
            Some(attribute) => Some(attribute?),
            None => None,
        },
    })
}

/// Returns the only attribute after the first `skipped` steps, which has only indices before it.
///
/// After a splat, an index of the list may follow it. `Some(None)` is the whole resource. Returns `None` for a part of an
/// attribute, or if an attribute may be in brackets.
pub(super) fn only_attribute(traversal: &Traversal, skipped: usize) -> Option<Option<&str>> {
    let rest = traversal.steps.get(skipped..)?;
    let is_index = |step: &Step| !matches!(step.kind, StepKind::Attribute(_));
    let (indices, rest) = rest.split_at(rest.iter().take_while(|step| is_index(step)).count());
    // The first index is the key of an instance, which `each.value` is already.
    let keys = usize::from(!is_each_value(traversal));
    if indices.iter().skip(keys).any(may_be_attribute) {
        return None;
    }
    let is_list = indices.iter().any(|step| matches!(step.kind, StepKind::Splat));
    match rest.split_first() {
        None => Some(None),
        Some((attribute, after)) => {
            let is_whole = after.is_empty() || (is_list && after.iter().all(is_index));
            match &attribute.kind {
                StepKind::Attribute(name) if is_whole => Some(Some(name)),
                _ => None,
            }
        }
    }
}

/// Returns whether a step is a text in brackets, as in `["name"]`.
///
/// It is an attribute unless it is the key of an instance.
pub(super) fn may_be_attribute(step: &Step) -> bool {
    let StepKind::Index(index) = &step.kind else {
        return false;
    };
    index.text().is_some_and(|text| text.parse::<u64>().is_err())
}

/// Returns whether a traversal has an index or a splat after the first `skipped` steps.
pub(super) fn has_index(traversal: &Traversal, skipped: usize) -> bool {
    let rest = traversal.steps.get(skipped..).unwrap_or_default();
    rest.iter().any(|step| !matches!(step.kind, StepKind::Attribute(_)))
}

/// Returns whether a traversal is one instance of a resource, or an attribute of one.
pub(super) fn is_instance(traversal: &Traversal, skipped: usize) -> bool {
    match traversal.steps.get(skipped..).unwrap_or_default() {
        [index, rest @ ..] if matches!(index.kind, StepKind::Index(_)) => match rest {
            [] => true,
            [attribute] => matches!(attribute.kind, StepKind::Attribute(_)),
            _ => false,
        },
        _ => false,
    }
}

/// Returns the path to a declaration, whose address has dots between its parts.
pub(super) fn path_of(address: &str) -> NodePath {
    let root = NodePath {
        document: 0,
        steps: Vec::new(),
    };
    address.split('.').fold(root, |path, part| path.key(part))
}
