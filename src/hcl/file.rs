use std::cell::OnceCell;

use super::agreement::first_difference;
use super::error::SyntaxError;
use super::lex::{Token, lex};
use super::limits::check_limits;
use super::read::read_body;
use super::tree::{Body, ExprKind, TemplatePart};
use crate::text::{File, LineIndex, TextRange};

/// A file in HCL, read by both readers.
#[derive(Clone, Debug)]
pub struct HclFile {
    file: File,
    body: Body,
    tokens: Vec<Token>,
    /// Known once it was asked for.
    lines: OnceCell<LineIndex>,
    /// Known once it was asked for.
    quotes_references: OnceCell<bool>,
}

impl HclFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If one of the readers cannot read it, both read it differently, or it is nested too deeply.
    pub fn parse(file: &File) -> Result<Self, SyntaxError> {
        let text = &*file.text;
        // The lexer is linear, and knows what would take hcl-edit too long.
        let tokens = lex(text).and_then(|tokens| check_limits(&tokens, text).map(|()| tokens));
        let tokens = tokens.map_err(|error| SyntaxError {
            message: error.to_string(),
            span: error.span,
        })?;
        let body = read_body(text).map_err(|(message, at)| SyntaxError {
            message,
            span: TextRange::at(boundary_before(text, at)),
        })?;
        if let Some(span) = first_difference(&body, &tokens, text) {
            return Err(SyntaxError {
                message: "two readers of HCL read this differently; write it in a more common form".to_owned(),
                span,
            });
        }
        Ok(Self {
            file: file.clone(),
            body,
            tokens,
            lines: OnceCell::new(),
            quotes_references: OnceCell::new(),
        })
    }

    /// Returns the file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Returns the source.
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns the content.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Returns all tokens, which cover the whole source.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Returns the lines.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text()))
    }

    /// Returns the tokens in a range.
    pub fn tokens_in(&self, span: TextRange) -> &[Token] {
        let range = self.token_at(span.start())..self.token_at(span.end());
        self.tokens.get(range).unwrap_or_default()
    }

    /// Returns whether most references in resources are written as `"${…}"`, as Terraform 0.11 required.
    pub fn quotes_references(&self) -> bool {
        *self.quotes_references.get_or_init(|| {
            let (mut quoted, mut bare) = (0, 0);
            let resources = self
                .body
                .blocks
                .iter()
                .filter(|block| block.block_type.text == "resource");
            for value in resources.flat_map(|block| block.body.values()) {
                match &value.kind {
                    ExprKind::Template(parts) => {
                        quoted += usize::from(matches!(parts.as_slice(), [TemplatePart::Interpolation(_)]));
                    }
                    ExprKind::Traversal(_) => bare += 1,
                    _ => {}
                }
            }
            quoted > bare
        })
    }

    /// Returns the index of the first token that begins at `offset` or after it.
    pub(super) fn token_at(&self, offset: usize) -> usize {
        self.tokens.partition_point(|token| token.span.start() < offset)
    }
}

/// Returns the last boundary of a character up to `offset`; hcl-edit may stop inside one.
fn boundary_before(text: &str, offset: usize) -> usize {
    let mut offsets = (0..=offset.min(text.len())).rev();
    offsets
        .find(|offset| text.is_char_boundary(*offset))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn parse(text: &str) -> Result<HclFile, SyntaxError> {
        HclFile::parse(&File::new(FileId::default(), text))
    }

    #[test]
    fn reads_what_both_readers_read() {
        for text in [
            "",
            "a = 1",
            "a = <<E\nx\nE\n",
            "a = <<-E\n  x ${b} %{if c}y%{endif}\n  E\nd = 2\n",
            "a = [\n  1, # one\n  2,\n]\n",
            "a = b ? c : d # why\n",
            "a = \"x${b}y\"\n",
            "a = {\n  b = c\n}\n",
            "a = f(\n  b,\n)\n",
            "a = (\n  b\n)\n",
            "a = x.*.y[0]\nb = x[*].y.0\n",
            "a = [for b in c : b if d]\n",
            "a \"b\" c { d = 1 }\n",
            "\u{feff}a = 1\r\nb = 2\r\n",
            "a = -b + !c * 2 == 3 && d || e\n",
            "a = provider::x::f(1...)\n",
            "a = {\n  b = 1\n  b = 2\n}\n",
            "\u{feff}a = { \"b c\" = 1, \"b c\" = { d = 2, d = 3 } }\n",
        ] {
            assert!(parse(text).is_ok(), "{text:?}: {:?}", parse(text).err());
        }
    }

    #[test]
    fn a_key_that_is_defined_twice_keeps_its_name_and_its_range() {
        let text = "\u{feff}a = [{ b = 1, cd = 2, b = 3, \"cd\" = 4, cd = 5 }]\n";
        let file = parse(text).unwrap();
        let ExprKind::List(items) = &file.body().attributes[0].value.kind else {
            panic!("{:?}", file.body());
        };
        let ExprKind::Object(entries) = &items[0].kind else {
            panic!("{items:?}");
        };
        let keys: Vec<_> = entries.iter().map(|(key, _)| key.text().unwrap()).collect();
        assert_eq!(keys, ["b", "cd", "b", "cd", "cd"]);
        assert!(
            entries
                .iter()
                .all(|(key, _)| key.span.slice(text).trim_matches('"') == key.text().unwrap())
        );
        let value = items[0].entry("b").map(|value| value.span.slice(text));
        assert_eq!(value, Some("3"));
    }

    #[test]
    fn rejects_many_keys_that_are_defined_twice() {
        let object = |count: usize| format!("a = {{\n{}}}\n", "  b = 1\n".repeat(count));
        assert!(parse(&object(17)).is_ok());
        assert!(parse(&object(18)).is_err());
    }

    /// hcl-edit reads the second heredoc as a part of the first one.
    #[test]
    fn rejects_what_the_readers_read_differently() {
        let error = parse("a = <<E\nE\nb = <<E\nE\n").unwrap_err();
        assert_eq!(error.span, TextRange::new(0, 19));
    }

    #[test]
    fn an_error_is_not_inside_a_character() {
        let error = parse("aws \"a\" \u{789}").unwrap_err();
        assert_eq!(error.span, TextRange::at(8));
    }
}
