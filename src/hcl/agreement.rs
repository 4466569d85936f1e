//! Compares the readings of both readers: the tree of hcl-edit and the tokens of the lexer.

use super::lex::{Token, TokenKind};
use super::tree::{Attribute, Body, Expr};
use crate::text::TextRange;

/// Returns the first attribute that the readers read differently.
///
/// Each expression begins and ends where a token does, and an attribute ends with its line. hcl-edit overlooks some
/// ends of heredocs, and then reads the arguments below as a part of it.
pub(super) fn first_difference(body: &Body, tokens: &[Token], text: &str) -> Option<TextRange> {
    let mut bodies = vec![body];
    while let Some(body) = bodies.pop() {
        if let Some(attribute) = body.attributes.iter().find(|one| !agrees(one, tokens, text)) {
            return Some(attribute.span);
        }
        bodies.extend(body.blocks.iter().map(|block| &block.body));
    }
    None
}

fn agrees(attribute: &Attribute, tokens: &[Token], text: &str) -> bool {
    let first = tokens.partition_point(|token| token.span.start() < attribute.span.start());
    let rest = tokens.get(first..).unwrap_or_default();
    let length = rest.partition_point(|token| token.span.start() < attribute.span.end());
    let own = rest.get(..length).unwrap_or_default();
    is_one_line(own, text) && attribute.value.descendants().all(|expr| has_borders(expr, own))
}

/// Returns whether no newline is outside brackets and templates.
fn is_one_line(tokens: &[Token], text: &str) -> bool {
    let mut depth = 0_usize;
    tokens.iter().all(|token| {
        match (token.kind, token.span.slice(text)) {
            (TokenKind::Operator, "{" | "[" | "(") | (TokenKind::InterpolationStart | TokenKind::DirectiveStart, _) => {
                depth += 1;
            }
            (TokenKind::Operator, "}" | "]" | ")") | (TokenKind::TemplateEnd, _) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > 0 || token.kind != TokenKind::Newline
    })
}

/// Returns whether an expression begins and ends with a token.
fn has_borders(expr: &Expr, tokens: &[Token]) -> bool {
    let begins = |offset| tokens.binary_search_by_key(&offset, |token| token.span.start()).is_ok();
    let ends = |offset| tokens.binary_search_by_key(&offset, |token| token.span.end()).is_ok();
    begins(expr.span.start()) && ends(expr.span.end())
}
