//! Limits for sources that the parser reads too slowly, or not at all.

use super::lex::{LexError, Token, TokenKind};
use crate::text::TextRange;

/// Number of items in one object; the parser's time is quadratic in it.
const MAX_ITEMS: usize = 5_000;

/// Number of brackets, templates and blocks that are open at once; the parser allows few more.
const MAX_DEPTH: usize = 60;

/// Checks that a source is within the limits of the parser.
///
/// # Errors
///
/// If brackets, templates and blocks are nested too deeply, or an object has too many items.
pub fn check_limits(tokens: &[Token], text: &str) -> Result<(), LexError> {
    let mut levels: Vec<Level> = Vec::new();
    // A block's brace follows its type or a label, an object's brace follows an operator.
    let mut expects_value = false;
    for token in tokens {
        let written = token.span.slice(text);
        let (opened, closes) = match (token.kind, written) {
            (TokenKind::Space | TokenKind::BlockComment | TokenKind::LineComment, _) => continue,
            (TokenKind::Newline, _) => {
                separate(levels.last_mut());
                continue;
            }
            (TokenKind::Operator, ",") => {
                separate(levels.last_mut());
                (None, false)
            }
            (TokenKind::Operator, "{") => {
                let is_in_expression = levels.last().is_some_and(|level| level.content != Content::Body);
                let is_object = is_in_expression || expects_value;
                (Some(if is_object { Content::Object } else { Content::Body }), false)
            }
            (TokenKind::Operator, "[" | "(") | (TokenKind::InterpolationStart | TokenKind::DirectiveStart, _) => {
                (Some(Content::Other), false)
            }
            (TokenKind::Operator, "}" | "]" | ")") | (TokenKind::TemplateEnd, _) => (None, true),
            _ => (None, false),
        };
        expects_value = token.kind == TokenKind::Operator && !closes && opened != Some(Content::Body);
        if closes {
            levels.pop();
        } else if written != "," {
            count_item(levels.last_mut())?;
        }
        let Some(content) = opened else { continue };
        if levels.len() == MAX_DEPTH {
            let message = format!("brackets, templates and blocks are nested more than {MAX_DEPTH} levels deep");
            return Err(LexError::new(token.span, message));
        }
        levels.push(Level {
            content,
            span: token.span,
            items: 0,
            is_in_item: false,
        });
    }
    Ok(())
}

/// An open bracket, template or block.
struct Level {
    content: Content,
    span: TextRange,
    items: usize,
    is_in_item: bool,
}

/// The content of a bracket, a template or a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Attributes and blocks.
    Body,
    /// Items that commas or newlines separate.
    Object,
    /// Expressions.
    Other,
}

/// Ends an item, at a comma or a newline.
fn separate(level: Option<&mut Level>) {
    if let Some(level) = level {
        level.is_in_item = false;
    }
}

/// Counts a token of an object, if it is the first one of an item.
fn count_item(level: Option<&mut Level>) -> Result<(), LexError> {
    let Some(level) = level.filter(|level| level.content == Content::Object && !level.is_in_item) else {
        return Ok(());
    };
    level.is_in_item = true;
    level.items += 1;
    if level.items > MAX_ITEMS {
        let message = format!("this object has more than {MAX_ITEMS} items");
        return Err(LexError::new(level.span, message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, MAX_ITEMS, check_limits};
    use crate::hcl::lex;

    #[test]
    fn an_object_has_a_limited_number_of_items() {
        let lines = |n| format!("a = {{\n{}}}\n", "  b = 1 # c\n\n".repeat(n));
        let commas = |n| format!("a = f({{ b = {{{}}} }})\n", "c: [1, 2], ".repeat(n));
        for text in [lines as fn(usize) -> String, commas] {
            assert_eq!(check(&text(MAX_ITEMS)), Ok(()));
            let text = text(MAX_ITEMS + 1);
            assert_eq!(error(&text), ("{", "this object has more than 5000 items".to_owned()));
        }
    }

    #[test]
    fn an_object_follows_an_operator() {
        for start in [
            "a = {",
            "a = b ? {",
            "a = [{",
            "a = [for b in {",
            "a = \"${{",
            "a = /* b */ {",
        ] {
            let text = start.to_owned() + &"b = 1\n".repeat(MAX_ITEMS + 1);
            let end: String = start.chars().rev().filter_map(closer).collect();
            let quote = if start.contains('"') { "\"" } else { "" };
            let text = text + &end + quote;
            assert_eq!(error(&text).0, "{", "{start}");
        }
    }

    #[test]
    fn bodies_and_lists_have_any_number_of_items() {
        let list = format!("a = [\n{}]\n", "  1,\n".repeat(MAX_ITEMS + 1));
        assert_eq!(check(&list), Ok(()));
        let attributes: String = (0..=MAX_ITEMS).map(|n| format!("a{n} = {{}}\n")).collect();
        assert_eq!(
            check(&format!(
                "{attributes}b \"c\" {{\n{attributes}}}\nd {{\n{attributes}}}\n"
            )),
            Ok(())
        );
    }

    #[test]
    fn nesting_is_limited() {
        for (start, end) in [("[", "]"), ("{a=", "}"), ("(", ")"), ("\"${", "}\"")] {
            let nested = |depth| format!("a = {}1{}\n", start.repeat(depth), end.repeat(depth));
            assert_eq!(check(&nested(MAX_DEPTH)), Ok(()));
            assert_eq!(
                error(&nested(MAX_DEPTH + 1)).1,
                "brackets, templates and blocks are nested more than 60 levels deep"
            );
        }
        let blocks = "a {\n".repeat(MAX_DEPTH + 1) + &"}\n".repeat(MAX_DEPTH + 1);
        assert!(check(&blocks).is_err());
    }

    fn closer(c: char) -> Option<char> {
        match c {
            '{' => Some('}'),
            '[' => Some(']'),
            _ => None,
        }
    }

    fn check(text: &str) -> Result<(), String> {
        check_limits(&lex(text).unwrap(), text).map_err(|error| error.to_string())
    }

    fn error(text: &str) -> (&str, String) {
        let error = check_limits(&lex(text).unwrap(), text).unwrap_err();
        (error.span.slice(text), error.to_string())
    }
}
