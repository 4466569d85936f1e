//! Parses a source into nodes.

mod builder;
mod characters;
mod empty_node;
mod json_comments;
mod normalize_json;
mod relax;
mod scalar_end;
mod source;
mod starts;

use super::error::{SyntaxError, SyntaxErrorKind};
use super::node::YamlFile;
use super::nodes::Nodes;
use crate::text::{File, FileId, LineIndex, TextRange};

use builder::{Builder, SourcePositions};
use characters::{Characters, reject_control_characters};
use normalize_json::normalize_json;
use relax::relax;
use source::IndexedText;

pub(super) use normalize_json::normalized_text;

impl YamlFile {
    /// Parses a YAML stream or a JSON value.
    ///
    /// Like CloudFormation, it accepts JSON with tabs between tokens and surrogate pairs, brackets or quoted lines that
    /// are indented less than the mapping around them, and a plain `-` between brackets. It skips comments in JSON,
    /// which CloudFormation rejects.
    ///
    /// # Errors
    ///
    /// If the source is not YAML 1.2, has control characters, has more than [`MAX_DEPTH`](super::MAX_DEPTH) levels, or
    /// has 4 GB or more.
    pub fn parse(file: &File) -> Result<Self, SyntaxError> {
        Self::parse_from(file, 0)
    }

    /// Parses a source whose content begins on the line of the byte at `start`.
    ///
    /// Everything before that line must be blank; the parser does not read it.
    ///
    /// # Errors
    ///
    /// As [`YamlFile::parse`].
    pub(super) fn parse_from(file: &File, start: usize) -> Result<Self, SyntaxError> {
        let text = &*file.text;
        reject_control_characters(text)?;
        if u32::try_from(text.len()).is_err() {
            return Err(SyntaxError {
                kind: SyntaxErrorKind::TooLong,
                span: TextRange::at(0),
            });
        }
        let lines = LineIndex::new(text);
        let first_line = lines.number(start);
        let (nodes, json_comment) = read(text, &lines, first_line)?;
        Ok(Self::new(file.clone(), lines, nodes, json_comment))
    }

    /// Parses a source that is not a file, such as embedded JSON.
    ///
    /// # Errors
    ///
    /// As [`YamlFile::parse`].
    pub fn of_text(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(&File::new(FileId::default(), text))
    }
}

/// Reads the nodes of a source from a line on, and the range of its first comment if it is JSON.
fn read(text: &str, lines: &LineIndex, first_line: usize) -> Result<(Nodes, Option<TextRange>), SyntaxError> {
    // After this, a bracket begins no key, so the parser does not buffer all tokens until it is closed.
    const START: &str = "--- ";

    let skipped = if first_line == 0 {
        0
    } else {
        lines.span(first_line).start()
    };
    let normalized = normalize_json(text.get(skipped..).unwrap_or_default());
    let comment = normalized
        .comment
        .map(|comment| TextRange::new(skipped + comment.start(), skipped + comment.end()));
    let source = IndexedText { text, lines };
    // The normalized source is as long as the source.
    let read = |start: &'static str| {
        let positions = SourcePositions::in_source(source, start, first_line);
        Builder::read(source, Characters::chained(start, &normalized.text), positions)
    };
    if normalized.is_flow
        && let Ok(nodes) = read(START)
    {
        return Ok((nodes, comment));
    }
    let nodes = read("").or_else(|error| {
        let relaxed = relax(&normalized);
        let lines = LineIndex::new(&relaxed.text);
        let positions = SourcePositions::in_relaxed(&relaxed, &lines, skipped);
        Builder::read(source, Characters::chained("", &relaxed.text), positions).map_err(|_| error)
    });
    Ok((nodes?, comment))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Node;

    /// Returns the scalars of a source with their ranges, or `None` if it is rejected.
    fn scalars(text: &str) -> Option<Vec<(String, String)>> {
        let file = YamlFile::of_text(text).ok()?;
        let scalars = file.all().filter_map(|node| Some((node.scalar()?, node.source())));
        Some(
            scalars
                .map(|(value, source)| (value.to_owned(), source.to_owned()))
                .collect(),
        )
    }

    #[test]
    fn reads_a_plain_dash_between_brackets() {
        for (text, expected) in [
            ("[-, b]", &["-", "b"][..]),
            ("[b, -]", &["b", "-"]),
            ("[-,-,-,]", &["-", "-", "-"]),
            ("[[-], {a: -}]", &["-", "a", "-"]),
            ("{\"a\":-, b: -}", &["a", "-", "b", "-"]),
            ("{-, b: c}", &["-", "", "b", "c"]),
            ("{b: c, -}", &["b", "c", "-", ""]),
            ("[-: b, ? -, --, ---]", &["-", "b", "-", "", "--", "---"]),
            ("[a -, b]", &["a -", "b"]),
            ("[!Ref -, &a -, !Sub &b- -, *b-, *a ]", &["-", "-", "-"]),
            (
                "a: !Join [-, [\n# c ]\n-]] # -, d\nb: '-,'",
                &["a", "-", "-", "b", "-,"],
            ),
            ("a: -,\nb: |\n  [-, c]\nd: [-]", &["a", "-,", "b", "[-, c]\n", "d", "-"]),
            ("{[a]: \"b -, c\", ? 'd -, e' : -}", &["a", "b -, c", "d -, e", "-"]),
            ("[{[a]:-}, {[a]:\"b -, c\"}]", &["a", "-", "a", "b -, c"]),
            ("[\"\\x1a\", -]", &["\u{1a}", "-"]),
            ("日本: [語 -, -]", &["日本", "語 -", "-"]),
        ] {
            let scalars = scalars(text).unwrap_or_else(|| panic!("{text} is rejected"));
            let values: Vec<_> = scalars.iter().map(|(value, _)| value).collect();
            assert_eq!(values, expected, "{text}");
            let plain = scalars.iter().filter(|(value, _)| value.ends_with('-'));
            plain.for_each(|(value, source)| assert_eq!(value, source, "{text}"));
        }
    }

    #[test]
    fn places_an_empty_block_scalar_at_the_start_after_its_header() {
        let file = YamlFile::of_text(">-\n...\n--- |\n...\n").unwrap();
        let starts: Vec<_> = file.all().map(|node| node.span().start()).collect();
        assert_eq!(starts, [2, 12]);
    }

    /// Empty keys and values are where their indicators are, not where others are.
    #[test]
    fn places_an_empty_node_at_its_own_indicator() {
        for (text, expected) in [
            // The next key begins with a colon.
            (":\n:M::", &[0, 0, 1, 2, 6][..]),
            ("? a\n:, : b", &[0, 2, 3, 4, 9]),
            ("? ? a\n: b", &[0, 2, 4, 5, 8]),
            // The pairs have a bracket or a comma before them.
            ("a: [: , b, : c]", &[0, 0, 3, 4, 4, 5, 8, 11, 11, 13]),
            ("a: [!: : , !: :]", &[0, 0, 3, 4, 7, 8, 11, 14, 15]),
            ("a: {? , ? : b}", &[0, 0, 3, 5, 5, 9, 12]),
            ("{!t , : c}", &[0, 1, 1, 6, 8]),
            // The parser reads the pair in braces.
            ("[: {b: c}]", &[0, 1, 1, 3, 4, 7]),
            ("a:\n  : b", &[0, 0, 5, 5, 7]),
            // The token before is in another document.
            ("a\n---\n? # b: c\n---\n- # d\n", &[0, 6, 7, 7, 19, 20]),
        ] {
            let file = YamlFile::of_text(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            let starts: Vec<_> = file.all().map(|node| node.span().start()).collect();
            assert_eq!(starts, expected, "{text}");
        }
    }

    /// YAML's only separators are spaces, tabs and newlines.
    #[test]
    fn keeps_the_spaces_of_unicode_as_text() {
        for space in ['\u{a0}', '\u{2028}', '\u{3000}', '\u{85}'] {
            let text = format!("? a\n  >-\n{space}: b{space}\nc: {space}{space}\n");
            let file = YamlFile::of_text(&text).unwrap();
            assert!(file.all().is_sorted_by_key(|node| node.span().start()), "{text:?}");
            let values: Vec<_> = file.all().filter_map(Node::scalar).collect();
            let expected = [
                "a >-",
                "",
                &format!("{space}"),
                &format!("b{space}"),
                "c",
                &format!("{space}{space}"),
            ];
            assert_eq!(values, expected, "{text:?}");
            let scalars = file
                .all()
                .filter(|node| node.scalar().is_some_and(|value| !value.contains('a')));
            scalars.for_each(|node| assert_eq!(node.source(), node.scalar().unwrap(), "{text:?}"));
        }
    }

    #[test]
    fn ends_a_block_scalar_at_the_end_of_its_document() {
        let file = YamlFile::of_text("--- |\na: b\n...\n# c\n--- >\nd\n...\n").unwrap();
        let ends: Vec<_> = file.all().map(|node| node.span().end()).collect();
        assert_eq!(ends, [10, 26]);
    }

    /// `PyYAML` rejects these too.
    #[test]
    fn rejects_a_dash_with_a_blank_after_it() {
        for text in [
            "[- , b]",
            "[b, - ]",
            "{b: - }",
            "[-\n]",
            "[-\n, b]",
            "[-\r\n]",
            "[-\t, b]",
            "[- # c\n, b]",
            "[-[a]]",
            "[-{a: b}]",
        ] {
            assert_eq!(scalars(text), None, "{text}");
        }
    }
}
