//! Trust policies: in `jsonencode`, as JSON text, and in `data "aws_iam_policy_document"`.

use super::address::{address_of, only_attribute};
use crate::hcl::{Body, Expr, ExprKind};
use crate::profile::{Principal, Statement, Trust, ec2_trust};

/// Returns whether a policy lets EC2 assume the role.
///
/// `document` returns the content of a policy document by its address.
pub(super) fn trust<'s>(policy: &Expr, document: &dyn Fn(&str) -> Option<&'s Body>) -> Trust {
    let statements = match &policy.kind {
        ExprKind::Text(text) => of_json(text),
        ExprKind::Parenthesis(inner) => return trust(inner, document),
        ExprKind::Call(call) if call.name == "jsonencode" => call.arguments.first().and_then(of_object),
        ExprKind::Traversal(traversal) => address_of(traversal).and_then(|(address, skipped)| {
            let is_json = only_attribute(traversal, skipped) == Some(Some("json"));
            of_document(document(&address).filter(|_| is_json)?)
        }),
        _ => None,
    };
    statements.map_or(Trust::Unknown, |statements| ec2_trust(&statements))
}

/// Reads the statements of a policy in JSON.
fn of_json(text: &str) -> Option<Vec<Option<Statement>>> {
    let policy: serde_json::Value = serde_json::from_str(text.trim()).ok()?;
    let statements = match policy.get("Statement")? {
        serde_json::Value::Array(statements) => statements.iter().map(json_statement).collect(),
        one => vec![json_statement(one)],
    };
    Some(statements)
}

fn json_statement(statement: &serde_json::Value) -> Option<Statement> {
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let texts = |value: &serde_json::Value| match value {
        serde_json::Value::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let statement = statement.as_object()?;
    let principal = match statement.get("Principal") {
        Some(serde_json::Value::Object(kinds)) => {
            let services = kinds.get("Service").map(texts);
            principal(services, kinds.keys().map(String::as_str))
        }
        _ => Principal::Unknown,
    };
    Some(Statement {
        effect: statement.get("Effect").and_then(text),
        actions: statement.get("Action").map(texts),
        principal,
    })
}

/// Returns the principal with these services, or of these other kinds.
fn principal<'k>(services: Option<Vec<Option<String>>>, kinds: impl Iterator<Item = &'k str>) -> Principal {
    match services {
        Some(services) => Principal::Services(services),
        None => match kinds.collect::<Vec<_>>().as_slice() {
            // `*` is everyone.
            kinds if kinds.is_empty() || kinds.contains(&"*") => Principal::Unknown,
            kinds if kinds.contains(&"AWS") => Principal::Account,
            _ => Principal::Other,
        },
    }
}

/// Reads the statements of a policy in an object; a key that is not known makes it unknown.
fn of_object(policy: &Expr) -> Option<Vec<Option<Statement>>> {
    let statements = policy.entry("Statement")?;
    Some(match &statements.kind {
        ExprKind::List(items) => items.iter().map(object_statement).collect(),
        ExprKind::Object(_) => vec![object_statement(statements)],
        _ => vec![None],
    })
}

fn object_statement(statement: &Expr) -> Option<Statement> {
    let ExprKind::Object(entries) = &statement.kind else {
        return None;
    };
    // A key that is an expression may be any of them.
    entries.iter().all(|(key, _)| key.text().is_some()).then_some(())?;
    let principal = match statement.entry("Principal") {
        Some(Expr {
            kind: ExprKind::Object(kinds),
            ..
        }) => {
            let services = kinds.iter().rfind(|(key, _)| key.text() == Some("Service"));
            let are_known = kinds.iter().all(|(key, _)| key.text().is_some());
            let kinds = kinds.iter().filter_map(|(key, _)| key.text());
            match are_known {
                true => principal(services.map(|(_, value)| texts(value)), kinds),
                false => Principal::Unknown,
            }
        }
        _ => Principal::Unknown,
    };
    Some(Statement {
        effect: statement
            .entry("Effect")
            .and_then(|effect| effect.text().map(str::to_owned)),
        actions: statement.entry("Action").map(texts),
        principal,
    })
}

/// Returns the strings in a value; an unknown one is `None`.
fn texts(value: &Expr) -> Vec<Option<String>> {
    let text = |value: &Expr| value.text().map(str::to_owned);
    match &value.kind {
        ExprKind::List(items) => items.iter().map(text).collect(),
        _ => vec![text(value)],
    }
}

/// Reads the statements of a `data "aws_iam_policy_document"`.
///
/// Returns `None` if other documents are merged into it, or a block is dynamic.
fn of_document(document: &Body) -> Option<Vec<Option<Statement>>> {
    const MERGED: [&str; 6] = [
        "source_json",
        "override_json",
        "source_policy_documents",
        "override_policy_documents",
        "count",
        "for_each",
    ];
    let is_merged = document
        .attributes
        .iter()
        .any(|attribute| MERGED.contains(&attribute.key.text.as_str()));
    let has_dynamic = document.blocks_of("dynamic").next().is_some();
    let in_json = document.attribute("statement").is_some();
    if is_merged || has_dynamic || in_json {
        return None;
    }
    Some(
        document
            .blocks_of("statement")
            .map(|block| Some(block_statement(&block.body)))
            .collect(),
    )
}

fn block_statement(statement: &Body) -> Statement {
    let text = |key: &str| statement.attribute(key).map(|attribute| &attribute.value);
    let principals: Vec<_> = statement.blocks_of("principals").map(|block| &block.body).collect();
    let type_of = |body: &Body| body.attribute("type")?.value.text().map(str::to_owned);
    let types: Vec<_> = principals.iter().map(|body| type_of(body)).collect();
    let services = principals
        .iter()
        .filter(|body| type_of(body).as_deref() == Some("Service"));
    let identifiers = services.filter_map(|body| body.attribute("identifiers"));
    let services: Vec<_> = identifiers.flat_map(|attribute| texts(&attribute.value)).collect();
    let is_known = statement.blocks_of("dynamic").next().is_none() && types.iter().all(Option::is_some);
    Statement {
        effect: match text("effect") {
            Some(effect) => effect.text().map(str::to_owned),
            // The default.
            None => Some("Allow".to_owned()),
        },
        actions: text("actions").map(texts),
        principal: match is_known {
            true => principal(
                (!services.is_empty()).then_some(services),
                types.iter().flatten().map(String::as_str),
            ),
            false => Principal::Unknown,
        },
    }
}
