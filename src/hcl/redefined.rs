//! Keys that an object has twice: Terraform takes the last value, and hcl-edit reads none.
//!
//! Such a key is read under another name of the same length, so that every range stays, and gets its own name back in the
//! tree.

use super::tree::{Body, Expr, ExprKind, Root, StepKind, TemplatePart};
use crate::text::TextRange;

/// The limit of such keys in a file, which is parsed once more for each.
pub(super) const MAX_REDEFINED: usize = 16;

/// Words that are not names.
const KEYWORDS: [&str; 6] = ["for", "if", "in", "true", "false", "null"];

/// A key under another name.
pub(super) struct Renamed {
    /// The source with the other name.
    pub(super) source: String,
    /// The range of the key, including quotes.
    pub(super) span: TextRange,
    /// Its own name.
    pub(super) name: String,
}

impl Renamed {
    /// Moves the range of the key by the length of a byte order mark.
    pub(super) fn moved_by(mut self, shift: usize) -> Self {
        self.span = TextRange::new(self.span.start() + shift, self.span.end() + shift);
        self
    }
}

/// Gives the key at an offset a name that the source does not contain; returns `None` for any but a literal key.
pub(super) fn renamed(source: &str, at: usize) -> Option<Renamed> {
    let rest = source.get(at..)?;
    let (name, quotes) = match rest.strip_prefix('"') {
        Some(quoted) => (quoted.get(..quoted.find('"')?)?, 1),
        None => {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')?;
            (rest.get(..end)?, 0)
        }
    };
    // A name with escapes is longer than its text.
    if name.is_empty() || name.contains(['\\', '$', '%', '\n']) {
        return None;
    }
    let start = at + quotes;
    let other = unused_name(source, name.len())?;
    Some(Renamed {
        source: [source.get(..start)?, &other, source.get(start + name.len()..)?].concat(),
        span: TextRange::new(at, start + name.len() + quotes),
        name: name.to_owned(),
    })
}

/// Returns a name of this length that a source does not contain.
fn unused_name(source: &str, length: usize) -> Option<String> {
    /// The names that are tried; one of a few letters is rarely used.
    const MAX_NAMES: usize = 26 * 26;
    let letters = || ('a'..='z').rev();
    let names = letters().flat_map(|first| letters().map(move |second| [first, second]));
    let names = names.take(MAX_NAMES).map(|[first, second]| match length {
        1 => second.to_string(),
        _ => format!("{first}{}", second.to_string().repeat(length - 1)),
    });
    let mut unused = names.filter(|name| !KEYWORDS.contains(&name.as_str()) && !source.contains(name.as_str()));
    unused.next()
}

/// Gives keys their own names.
pub(super) fn restore(body: &mut Body, renamed: &[Renamed]) {
    if renamed.is_empty() {
        return;
    }
    let mut bodies = vec![body];
    while let Some(body) = bodies.pop() {
        for attribute in &mut body.attributes {
            restore_in(&mut attribute.value, renamed);
        }
        bodies.extend(body.blocks.iter_mut().map(|block| &mut block.body));
    }
}

fn restore_in(expr: &mut Expr, renamed: &[Renamed]) {
    let mut pending = vec![expr];
    while let Some(expr) = pending.pop() {
        match &mut expr.kind {
            ExprKind::Text(_) | ExprKind::Null | ExprKind::Scalar(_) => {}
            ExprKind::Template(parts) => pending.extend(parts.iter_mut().flat_map(|part| match part {
                TemplatePart::Text(_) => &mut [],
                TemplatePart::Interpolation(expr) => std::slice::from_mut(expr),
                TemplatePart::Directive(exprs) => exprs.as_mut_slice(),
            })),
            ExprKind::List(items) | ExprKind::Other(_, items) => pending.extend(items),
            ExprKind::Object(entries) => {
                for (key, value) in entries {
                    match renamed.iter().find(|one| one.span == key.span) {
                        Some(one) => key.kind = ExprKind::Text(one.name.clone()),
                        None => pending.push(key),
                    }
                    pending.push(value);
                }
            }
            ExprKind::Parenthesis(inner) => pending.push(inner),
            ExprKind::Traversal(traversal) => {
                if let Root::Expr(root) = &mut traversal.root {
                    pending.push(root);
                }
                pending.extend(traversal.steps.iter_mut().filter_map(|step| match &mut step.kind {
                    StepKind::Index(index) => Some(&mut **index),
                    StepKind::Attribute(_) | StepKind::Splat => None,
                }));
            }
            ExprKind::Call(call) => pending.extend(&mut call.arguments),
            ExprKind::Conditional(parts) => pending.extend(parts.iter_mut()),
        }
    }
}
