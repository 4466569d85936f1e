//! New instance profiles, inserted after their roles.

use super::change::Change;
use super::declarations::enabled;
use super::file::{Content, ParsedFile};
use super::iam::IamTypes;
use super::json::check_unambiguous;
use super::source::{Declared, DeclaredContent};
use super::unit::Unit;
use crate::hcl::{self, Attribute, Block, NewBlock, Op};
use crate::model::{ChoiceId, ChosenProfile, NewProfile, NoFix, ServedRole};
use crate::text::{EditObstacle, TextRange};
use crate::yaml::{self, NewValue, Node, ScalarStyle};

/// The arguments of a role that its profile repeats.
const REPEATED: [&str; 3] = ["count", "for_each", "provider"];

/// Adds a chosen profile; returns `None` if it exists.
///
/// # Errors
///
/// If it can only be added by hand.
pub(super) fn addition(unit: &Unit<'_>, choice: ChoiceId) -> Result<Option<Change>, NoFix> {
    let choice = unit.model.choice(choice);
    let ChosenProfile::New(profile) = &choice.profile else {
        return Ok(None);
    };
    let after = unit.declared(profile.after).ok_or(EditObstacle::UnusualNotation)?;
    let DeclaredContent::Resource(_, block) = after.content else {
        return Err(EditObstacle::UnusualNotation.into());
    };
    let file = unit.module.file(after.file).ok_or(EditObstacle::UnusualNotation)?;
    let label = profile.id.rsplit('.').next().unwrap_or_default();
    let types = IamTypes::at(&profile.id).ok_or(EditObstacle::UnusualNotation)?;
    let role = match &choice.role {
        ServedRole::Resource(_) => None,
        ServedRole::Outside(name) => Some(name.as_str()),
    };
    let arguments = arguments(file, after, block, profile, (types, role))?;
    let in_hcl = |(key, given): (&'static str, Given<'_>)| (key, given.in_hcl(file));
    match &file.content {
        Content::Hcl(_) => Ok(Some(Change::Hcl(hcl::Change {
            file: file.id(),
            path: None,
            op: Op::InsertBlock {
                after: block.span,
                block: NewBlock {
                    block_type: "resource",
                    labels: vec![types.profile.to_owned(), label.to_owned()],
                    groups: arguments
                        .into_iter()
                        .map(|group| group.into_iter().map(in_hcl).collect())
                        .collect(),
                },
            },
        }))),
        Content::Json(json) => {
            let body = json.node_at(block.span).ok_or(EditObstacle::UnusualNotation)?;
            check_unambiguous(body)?;
            in_json(file, body, (types, label), arguments).map(Some)
        }
        Content::Invalid(_) | Content::Ignored => Err(EditObstacle::UnusualNotation.into()),
    }
}

/// The value of an argument of a new profile.
enum Given<'b> {
    /// The value of an argument of the role.
    Copied(&'b Attribute),
    /// An expression in HCL.
    Expression(String),
}

impl Given<'_> {
    fn in_hcl(self, file: &ParsedFile) -> String {
        match self {
            Self::Copied(attribute) => attribute.value.span.slice(file.text()).to_owned(),
            Self::Expression(text) => text,
        }
    }
}

/// Returns the arguments of a new profile, in groups.
fn arguments<'b>(
    file: &ParsedFile,
    role: &Declared<'_>,
    block: &'b Block,
    profile: &NewProfile<'_>,
    (types, outside): (&'static IamTypes, Option<&str>),
) -> Result<Vec<Vec<(&'static str, Given<'b>)>>, NoFix> {
    let role_argument = |role: String| {
        let value = if types.takes_list() { format!("[{role}]") } else { role };
        (types.role_argument(), Given::Expression(value))
    };
    if let Some(name) = outside {
        return Ok(vec![vec![role_argument(format!("\"{name}\""))]]);
    }
    if enabled(&block.body).is_some() {
        return Err(NoFix::NeedsEnabled(role.address.to_owned()));
    }
    let copy = |attribute: &'b Attribute, key| {
        let text = attribute.value.span.slice(file.text());
        let is_simple = !has_comment(file, attribute) && !text.starts_with("<<");
        let copied = is_simple.then_some(Given::Copied(attribute));
        copied.ok_or_else(|| NoFix::CannotCopy {
            role: role.address.to_owned(),
            key,
        })
    };
    let mut repeated = Vec::new();
    for key in REPEATED {
        if let Some(attribute) = block.body.attribute(key) {
            repeated.push((key, copy(attribute, key)?));
        }
    }
    let index = match repeated.first() {
        Some(("count", _)) => "[count.index]",
        Some(("for_each", _)) => "[each.key]",
        _ => "",
    };
    let reference = format!("{}{index}.{}", role.address, types.role_name);
    let is_quoted = matches!(&file.content, Content::Hcl(hcl) if hcl.quotes_references());
    let reference = if is_quoted {
        format!("\"${{{reference}}}\"")
    } else {
        reference
    };
    let mut own = Vec::new();
    if profile.is_named {
        own.push((types.profile_name, Given::Expression(reference.clone())));
    }
    if let Some(path) = block.body.attribute("path").filter(|_| profile.has_path) {
        own.push(("path", copy(path, "path")?));
    }
    own.push(role_argument(reference));
    Ok([repeated, own].into_iter().filter(|group| !group.is_empty()).collect())
}

/// Returns whether a comment is in the value of an argument.
pub(super) fn has_comment(file: &ParsedFile, attribute: &Attribute) -> bool {
    let Content::Hcl(hcl) = &file.content else {
        return false;
    };
    hcl.tokens_in(attribute.value.span)
        .iter()
        .any(|token| token.kind.is_comment())
}

/// Inserts a profile into a file in JSON: next to its profiles, else after its roles.
fn in_json(
    file: &ParsedFile,
    body: Node<'_>,
    (types, label): (&IamTypes, &str),
    groups: Vec<Vec<(&'static str, Given<'_>)>>,
) -> Result<Change, NoFix> {
    let text = |value: &str| NewValue::scalar(super::edits::in_json(value), Some(ScalarStyle::Double));
    let arguments = groups.into_iter().flatten();
    let expression = |value: &str| match value.strip_prefix('[').and_then(|value| value.strip_suffix(']')) {
        Some(only) => NewValue::Sequence(vec![text(only)]),
        None => text(value),
    };
    let value = |given| match given {
        // Numbers, objects and escapes stay as they are.
        Given::Copied(attribute) => NewValue::Copy {
            text: TextRange::new(attribute.key.span.end(), attribute.value.span.end())
                .slice(file.text())
                .to_owned(),
            path: body.path().key(&attribute.key.text),
        },
        Given::Expression(text) => expression(&text),
    };
    let arguments = arguments.map(|(key, given)| (key.to_owned(), value(given))).collect();
    let profile = NewValue::Mapping {
        entries: arguments,
        one_line: false,
    };
    // Lists may be between the body, the role's label, its type, and all resources.
    let label_key = key_around(body).ok_or(EditObstacle::UnusualNotation)?;
    let roles = label_key.ancestors().nth(1).ok_or(EditObstacle::UnusualNotation)?;
    let type_key = key_around(roles).ok_or(EditObstacle::UnusualNotation)?;
    let resources = type_key.ancestors().nth(1).ok_or(EditObstacle::UnusualNotation)?;
    let profiles = resources.get(types.profile);
    let last = profiles.and_then(|profiles| match profiles.is_sequence() {
        true => profiles.items().flat_map(Node::entries).last(),
        false => profiles.entries().next_back(),
    });
    let (after, within) = match last {
        Some((last, _)) => (last, None),
        None => (type_key, Some(types.profile.to_owned())),
    };
    Ok(Change::Json(yaml::Change::Value {
        node: after.id(),
        path: after.value().ok_or(EditObstacle::UnusualNotation)?.path(),
        op: yaml::Op::InsertAfter {
            within,
            key: label.to_owned(),
            value: profile,
        },
    }))
}

/// Returns the key of a value, or of the list that contains it.
fn key_around(value: Node<'_>) -> Option<Node<'_>> {
    let mut around = value.ancestors();
    let is_end = |node: &Node<'_>| node.key().is_some() || (node.is_mapping() && node.id() != value.id());
    around.find(is_end)?.key()
}
