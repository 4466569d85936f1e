//! Names and paths that roles and profiles state.

use super::address::{address_of, only_attribute};
use super::iam::is_name;
use crate::hcl::{Body, Expr, ExprKind, Root, TemplatePart};
use crate::model::{Name, NameKey, NamePattern, PossibleNames, RolePath, StatedName};
use crate::text::TextRange;

/// Reads the bytes of a file.
pub(super) type Source<'r> = &'r dyn Fn(TextRange) -> String;

/// The declaration that states a name.
pub(super) struct Owner<'r> {
    /// Its address.
    pub(super) address: &'r str,
    /// Its own `count` or `for_each`, without layout.
    pub(super) repetition: Option<String>,
    /// Reads its file.
    pub(super) source: Source<'r>,
}

/// The name of a role that a value may refer to.
pub(super) type RoleNames<'r> = &'r dyn Fn(&str) -> Option<NamePattern>;

/// Returns the name that a resource states; `None` if Terraform generates all of it.
///
/// `prefix_key` is the argument with the beginning of a generated name.
pub(super) fn stated<'s>(
    body: &Body,
    (key, prefix_key): (&str, &str),
    owner: &Owner<'_>,
    roles: RoleNames<'_>,
) -> Option<Name<'s>> {
    if let Some(name) = body
        .attribute(key)
        .filter(|name| !matches!(name.value.kind, ExprKind::Null))
    {
        let pattern = pattern(&name.value, owner, roles);
        let key = match pattern.known() {
            Some(text) => NameKey::of_text(text),
            None => key_of_expression(&name.value, owner),
        };
        return Some(Name {
            key: Some(NameKey::Value(key.clone())),
            stated: vec![StatedName {
                key,
                guards: Vec::new(),
            }],
            start: None,
            possible: PossibleNames::of([pattern]),
        });
    }
    let prefix = body.attribute(prefix_key)?;
    let start = pattern(&prefix.value, owner, roles);
    Some(Name {
        key: None,
        stated: Vec::new(),
        start: prefix.value.text().map(str::to_owned),
        possible: PossibleNames::of([start.then(&NamePattern::generated(owner.address))]),
    })
}

/// Returns the key of a name that is not known.
///
/// Equal expressions have one key, unless their instances have other values.
pub(super) fn key_of_expression(name: &Expr, owner: &Owner<'_>) -> String {
    match &name.kind {
        ExprKind::Parenthesis(inner) => return key_of_expression(inner, owner),
        ExprKind::Template(parts) => {
            if let [TemplatePart::Interpolation(only)] = parts.as_slice() {
                return key_of_expression(only, owner);
            }
        }
        _ => {}
    }
    let text = (owner.source)(name.span);
    if differs_each_time(name) {
        return format!("expression {text} at {} of {}", name.span.start(), owner.address);
    }
    match (is_of_instance(name), &owner.repetition) {
        (true, Some(repetition)) => format!("expression {text} for {repetition}"),
        _ => format!("expression {text}"),
    }
}

/// Returns the pattern of a name in the resource with this address.
pub(super) fn pattern(name: &Expr, owner: &Owner<'_>, roles: RoleNames<'_>) -> NamePattern {
    match &name.kind {
        ExprKind::Text(text) => NamePattern::text(text),
        ExprKind::Template(parts) => parts.iter().fold(NamePattern::default(), |so_far, part| {
            so_far.then(&match part {
                TemplatePart::Text(text) => NamePattern::text(text),
                TemplatePart::Interpolation(expr) => pattern(expr, owner, roles),
                TemplatePart::Directive(_) => NamePattern::chosen(format!("directive in {}", owner.address)),
            })
        }),
        ExprKind::Parenthesis(inner) => pattern(inner, owner, roles),
        ExprKind::Traversal(traversal) => {
            let of_role = address_of(traversal).and_then(|(role, skipped)| {
                let attribute = only_attribute(traversal, skipped)??;
                roles(&role).filter(|_| is_name(&role, attribute))
            });
            of_role.unwrap_or_else(|| chosen(name, owner))
        }
        _ => chosen(name, owner),
    }
}

/// Returns the pattern of an unknown part.
///
/// The same variable has the same value everywhere; `each` and `count` differ from resource to resource.
fn chosen(expr: &Expr, owner: &Owner<'_>) -> NamePattern {
    let text = (owner.source)(expr.span);
    match is_of_instance(expr) {
        true => NamePattern::chosen(format!("{text} in {}", owner.address)),
        false => NamePattern::chosen(text),
    }
}

/// Returns whether an expression has another value wherever it is:
/// <https://developer.hashicorp.com/terraform/language/functions/uuid>.
fn differs_each_time(expr: &Expr) -> bool {
    expr.descendants().any(|inner| match &inner.kind {
        ExprKind::Call(call) => ["bcrypt", "timestamp", "uuid"].contains(&call.name.as_str()),
        _ => false,
    })
}

/// Returns whether an expression may have another value in each instance.
fn is_of_instance(expr: &Expr) -> bool {
    expr.descendants().any(|inner| {
        let root = inner.traversal().map(|traversal| &traversal.root);
        matches!(root, Some(Root::Variable(word)) if ["each", "count", "self"].contains(&word.text.as_str()))
    })
}

/// Returns the path that a role or a profile states.
pub(super) fn path(body: &Body, source: Source<'_>) -> Option<RolePath> {
    let path = &body.attribute("path")?.value;
    let text = path.text();
    Some(RolePath {
        is_root: text == Some("/"),
        key: Some(match text {
            Some(text) => NameKey::of_text(text.trim_matches('/')),
            None => format!("expression {}", source(path.span)),
        }),
        start: text.map(str::to_owned),
    })
}
