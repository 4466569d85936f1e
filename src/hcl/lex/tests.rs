use proptest::prelude::*;

use super::{Token, TokenKind, lex};
use TokenKind::*;

#[test]
fn a_body_has_identifiers_operators_and_newlines() {
    assert_eq!(
        tokens("a-b_1 = {\r\n\tc: [1]\n}"),
        [
            (Identifier, "a-b_1"),
            (Space, " "),
            (Operator, "="),
            (Space, " "),
            (Operator, "{"),
            (Newline, "\r\n"),
            (Space, "\t"),
            (Identifier, "c"),
            (Operator, ":"),
            (Space, " "),
            (Operator, "["),
            (Number, "1"),
            (Operator, "]"),
            (Newline, "\n"),
            (Operator, "}"),
        ]
    );
}

#[test]
fn a_byte_order_mark_is_space_at_the_start_only() {
    assert_eq!(tokens("\u{feff}a"), [(Space, "\u{feff}"), (Identifier, "a")]);
    assert_eq!(
        error("a\u{feff}"),
        (
            "\u{feff}",
            "a byte order mark, which may only start a file; remove it".to_owned()
        )
    );
}

#[test]
fn an_identifier_has_letters_of_every_script() {
    for identifier in ["_", "日本", "a·b", "℘", "\u{37a}x", "e\u{301}", "a-"] {
        assert_eq!(tokens(identifier), [(Identifier, identifier)]);
    }
    assert_eq!(tokens("-a"), [(Operator, "-"), (Identifier, "a")]);
}

#[test]
fn a_number_has_digits_a_fraction_and_an_exponent() {
    for number in ["0", "10", "1.5", "1.5e3", "1E+5", "1e-5", "1.e5"] {
        assert_eq!(tokens(number), [(Number, number)]);
    }
    assert_eq!(tokens("1e"), [(Number, "1"), (Identifier, "e")]);
    assert_eq!(tokens("1..."), [(Number, "1"), (Operator, "...")]);
    assert_eq!(
        tokens("a.0.1.b"),
        [
            (Identifier, "a"),
            (Operator, "."),
            (Number, "0.1"),
            (Operator, "."),
            (Identifier, "b"),
        ]
    );
    for number in ["10.0.0.1", "1e5e6", "1e5.6", "1..2"] {
        let message = format!("`{number}` is not a number; quote it if it is a string");
        assert_eq!(error(number), (number, message));
    }
}

#[test]
fn an_operator_is_one_token() {
    let operators = [
        ".", ",", "...", ":", "=", "==", "=>", "!=", ">=", "<=", ">", "<", "!", "&&", "||", "+", "-", "*", "/", "%",
        "?", "::",
    ];
    for operator in operators {
        assert_eq!(tokens(operator), [(Operator, operator)]);
    }
    assert_eq!(tokens("==="), [(Operator, "=="), (Operator, "=")]);
    assert_eq!(tokens(".."), [(Operator, "."), (Operator, ".")]);
}

#[test]
fn a_comment_ends_with_its_line_or_its_marker() {
    assert_eq!(
        tokens("# a\r\n// b\n/* c\n*/#"),
        [
            (LineComment, "# a"),
            (Newline, "\r\n"),
            (LineComment, "// b"),
            (Newline, "\n"),
            (BlockComment, "/* c\n*/"),
            (LineComment, "#"),
        ]
    );
    assert_eq!(tokens("/*/*/"), [(BlockComment, "/*/*/")]);
    assert_eq!(tokens("# a\rb\r"), [(LineComment, "# a\rb\r")]);
    assert_eq!(
        error("a /*/"),
        ("/*", "this comment is never closed; add `*/`".to_owned())
    );
}

#[test]
fn a_string_has_text_and_templates() {
    assert_eq!(
        tokens(r#""a \" $ % ${~ b ~}%{ if c }""#),
        [
            (QuoteStart, "\""),
            (StringText, r#"a \" $ % "#),
            (InterpolationStart, "${~"),
            (Space, " "),
            (Identifier, "b"),
            (Space, " "),
            (TemplateEnd, "~}"),
            (DirectiveStart, "%{"),
            (Space, " "),
            (Identifier, "if"),
            (Space, " "),
            (Identifier, "c"),
            (Space, " "),
            (TemplateEnd, "}"),
            (QuoteEnd, "\""),
        ]
    );
    assert_eq!(tokens(r#""""#), [(QuoteStart, "\""), (QuoteEnd, "\"")]);
}

#[test]
fn doubled_template_starts_are_text() {
    for text in [
        "$", "$$", "a%", "$${x}", "$$${x}", "$$$${x}", "%%{x}", "$%%{x}", "$é{", "\0", "\u{7}",
    ] {
        let source = format!("\"{text}\"");
        assert_eq!(
            tokens(&source),
            [(QuoteStart, "\""), (StringText, text), (QuoteEnd, "\"")]
        );
        let source = format!("<<E\n{text}\nE\n");
        let lines = format!("{text}\n");
        assert_eq!(
            tokens(&source),
            [
                (HeredocStart, "<<E\n"),
                (HeredocText, lines.as_str()),
                (HeredocEnd, "E"),
                (Newline, "\n"),
            ]
        );
    }
    assert_eq!(tokens(r#""$%{x}""#)[1..3], [(StringText, "$"), (DirectiveStart, "%{")]);
}

#[test]
fn templates_nest_in_strings() {
    let kinds: Vec<_> = tokens(r#""${"${{a = "}"}}"}""#)
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(
        kinds,
        [
            QuoteStart,
            InterpolationStart,
            QuoteStart,
            InterpolationStart,
            Operator,
            Identifier,
            Space,
            Operator,
            Space,
            QuoteStart,
            StringText,
            QuoteEnd,
            Operator,
            TemplateEnd,
            QuoteEnd,
            TemplateEnd,
            QuoteEnd,
        ]
    );
}

#[test]
fn a_heredoc_ends_with_its_marker_on_a_line() {
    assert_eq!(
        tokens("a = <<-E\n  E x\r\n\tE  \r\n"),
        [
            (Identifier, "a"),
            (Space, " "),
            (Operator, "="),
            (Space, " "),
            (HeredocStart, "<<-E\n"),
            (HeredocText, "  E x\r\n"),
            (HeredocEnd, "\tE  "),
            (Newline, "\r\n"),
        ]
    );
    assert_eq!(
        tokens("<<A-B\r\n A-B\n"),
        [(HeredocStart, "<<A-B\r\n"), (HeredocEnd, " A-B"), (Newline, "\n")]
    );
}

#[test]
fn a_heredoc_does_not_end_after_a_template_on_the_same_line() {
    assert_eq!(
        tokens("<<E\n${x}E\n${<<E\nE\n}\nE\n"),
        [
            (HeredocStart, "<<E\n"),
            (InterpolationStart, "${"),
            (Identifier, "x"),
            (TemplateEnd, "}"),
            (HeredocText, "E\n"),
            (InterpolationStart, "${"),
            (HeredocStart, "<<E\n"),
            (HeredocEnd, "E"),
            (Newline, "\n"),
            (TemplateEnd, "}"),
            (HeredocText, "\n"),
            (HeredocEnd, "E"),
            (Newline, "\n"),
        ]
    );
}

#[test]
fn a_heredoc_needs_a_name_and_an_end() {
    let message = "a heredoc starts with `<<` and a name, and nothing after the name on the same line";
    assert_eq!(error("<<E x\n"), ("<<E", message.to_owned()));
    assert_eq!(error("<<-\n"), ("<<-", message.to_owned()));
    for heredoc in ["<<E\n", "<<E\nE", "<<E\nx\nEE\n"] {
        let message = "this heredoc is never closed; add a line that contains only `E`";
        assert_eq!(error(heredoc), ("<<E\n", message.to_owned()));
    }
}

#[test]
fn a_string_ends_on_its_line() {
    let message = "a line ends inside quotes; close them, write `\\n`, or use a heredoc";
    assert_eq!(error("\"a\nb\""), ("\n", message.to_owned()));
    assert_eq!(error("\"a\\\r\n\""), ("\r", message.to_owned()));
    assert_eq!(error("\"a"), ("\"", "this quote is never closed".to_owned()));
    assert_eq!(error("\"a\\"), ("\"", "this quote is never closed".to_owned()));
}

#[test]
fn a_string_has_only_known_escape_sequences() {
    let escapes = r"\n\r\t\\\u00e9\U0001F600";
    assert_eq!(tokens(&format!("\"{escapes}\""))[1], (StringText, escapes));
    assert_eq!(
        error(r#""a\${b}""#),
        (
            r"\$",
            r"`\$` is not an escape sequence; write `\\` for a backslash".to_owned()
        )
    );
    assert_eq!(error(r#""\é""#).0, r"\é");
    assert_eq!(
        error(r#""\u12""#),
        (r"\u", "this escape sequence needs 4 hexadecimal digits".to_owned())
    );
    assert_eq!(
        error(r#""\ud800""#),
        (r"\ud800", "there is no character U+d800".to_owned())
    );
}

#[test]
fn brackets_and_templates_are_closed_in_order() {
    assert_eq!(error("a = ["), ("[", "this `[` is never closed; add `]`".to_owned()));
    assert_eq!(error("a = (}"), ("(", "this `(` is never closed; add `)`".to_owned()));
    assert_eq!(error("\"${(}\""), ("(", "this `(` is never closed; add `)`".to_owned()));
    assert_eq!(error("\"${a"), ("${", "this `${` is never closed; add `}`".to_owned()));
    assert_eq!(error("a }"), ("}", "this `}` closes nothing; remove it".to_owned()));
    assert_eq!(
        error("{ a ~}"),
        ("~}", "`~}` closes only `${` and `%{`; write `}` instead".to_owned())
    );
}

#[test]
fn characters_that_hcl_does_not_use_are_errors() {
    let cases = [
        ("'", "`'` does not quote a string in HCL; write `\"` instead"),
        (
            "`",
            "HCL has no backticks; write a heredoc for a string of several lines",
        ),
        (";", "HCL has no semicolons; start a new line instead"),
        ("&", "HCL has no `&`; write `&&` for a logical and"),
        ("|", "HCL has no `|`; write `||` for a logical or"),
        ("^", "HCL has no operator `^`"),
        ("~", "HCL has no operator `~`"),
        ("@", "the character `@`, which HCL allows only in strings"),
        (
            "\0",
            "the character U+0000, which HCL allows only in strings; remove it",
        ),
        (
            "\u{a0}",
            "the character U+00A0, which HCL allows only in strings; remove it",
        ),
        ("\r", "a carriage return without a line feed; remove it"),
    ];
    for (character, message) in cases {
        assert_eq!(error(&format!("a {character}")), (character, message.to_owned()));
    }
    assert_eq!(error("<<E\na\rb\nE\n").0, "\r");
}

#[test]
fn deep_nesting_needs_no_stack() {
    for opening in ["{", "[", "(", "\"${", "a = <<E\n${", "\"%{"] {
        assert!(lex(&opening.repeat(100_000)).is_err());
    }
    assert!(lex(&("\"${".repeat(100_000) + &"}\"".repeat(100_000))).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_an_error_or_covered(text in any::<String>()) {
        assert_covered(&text);
    }

    #[test]
    fn any_pieces_of_hcl_are_an_error_or_covered(pieces in prop::collection::vec(piece(), 0..40)) {
        assert_covered(&pieces.concat());
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\"", "\"", "\"", "${", "}", "~}", "%{", "$", "%", "\\", "\\n", "\\u00e9", "{", "[", "]", "(", ")", "<<E\n",
        "<<-E\r\n", "E\n", " E\r\n", "E", "\n", "\r\n", "\r", " ", "\t", "a", "é", "1", "1.5e3", ".", "...", "=", "==",
        ",", "# a", "/* a */", "/", "*", "<", "\u{feff}", "\0", "'",
    ])
}

/// Asserts that the tokens cover `text`, or that the error is in it.
fn assert_covered(text: &str) {
    match lex(text) {
        Ok(tokens) => {
            let mut end = 0;
            for Token { span, .. } in tokens {
                assert_eq!(span.start(), end);
                assert!(!span.is_empty());
                assert!(text.get(span.range()).is_some());
                end = span.end();
            }
            assert_eq!(end, text.len());
        }
        Err(error) => assert!(text.get(error.span.range()).is_some(), "{error:?}"),
    }
}

fn tokens(text: &str) -> Vec<(TokenKind, &str)> {
    assert_covered(text);
    let tokens = lex(text).unwrap();
    tokens
        .iter()
        .map(|token| (token.kind, token.span.slice(text)))
        .collect()
}

/// Returns the wrong part and the message.
fn error(text: &str) -> (&str, String) {
    let error = lex(text).unwrap_err();
    (error.span.slice(text), error.to_string())
}
