//! Changes of expressions, in HCL and in JSON.

use super::change::Change;
use super::file::{Content, ParsedFile};
use super::json::check_unambiguous;
use crate::hcl::{self, Expr, Op};
use crate::model::NoFix;
use crate::text::{EditObstacle, NodePath};
use crate::yaml::{self, NewValue, ScalarStyle};

/// Replaces an expression; `text` is HCL.
///
/// # Errors
///
/// If the expression cannot be replaced where it is.
pub(super) fn replace(file: &ParsedFile, expr: &Expr, path: NodePath, text: &str) -> Result<Change, NoFix> {
    match &file.content {
        Content::Hcl(_) => Ok(Change::Hcl(hcl::Change {
            file: file.id(),
            path: Some(path),
            op: Op::Replace {
                span: expr.span,
                text: text.to_owned(),
            },
        })),
        Content::Json(json) => {
            // Either the whole string, or a part of it.
            let node = json.string_around(expr.span).ok_or(EditObstacle::UnusualNotation)?;
            check_unambiguous(node)?;
            let start = node.span().start() + 1;
            let range = expr
                .span
                .start()
                .checked_sub(start)
                .zip(expr.span.end().checked_sub(start));
            let op = match range {
                Some((from, to)) if node.span() != expr.span => yaml::Op::Splice {
                    range: from..to,
                    text: text.to_owned(),
                },
                _ => yaml::Op::Replace(NewValue::scalar(in_json(text), Some(ScalarStyle::Double))),
            };
            Ok(Change::Json(yaml::Change::Value {
                node: node.id(),
                path: node.path(),
                op,
            }))
        }
        Content::Invalid(_) | Content::Ignored => Err(EditObstacle::UnusualNotation.into()),
    }
}

/// Returns the content of a string in JSON that is this expression.
pub(super) fn in_json(text: &str) -> String {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(literal) => literal.to_owned(),
        None => format!("${{{text}}}"),
    }
}
