//! Recognises inputs in other formats: Markdown, and languages from which templates are rendered.

use std::path::Path;

use super::source::SourceText;
use crate::text::TextRange;
use crate::text::printable::excerpt;

/// An input in another format.
pub(super) struct Foreign {
    /// The format, and what to do instead.
    pub(super) message: String,
    /// The range by which it is recognised.
    pub(super) span: TextRange,
}

impl Foreign {
    /// Recognises the format of a source that is not a template.
    ///
    /// `error` is the range of its syntax error, if it has one.
    pub(super) fn of(source: &SourceText<'_>, error: Option<TextRange>) -> Option<Self> {
        let error_line = error.map(|span| source.line(span));
        let lines: Vec<_> = code_lines(source.text).collect();
        let is_fence = |text: &str| ["```", "~~~"].iter().any(|fence| text.trim_start().starts_with(fence));
        let fence = lines.iter().find(|line| is_fence(line.text));
        if has_markdown_extension(source.name.given) || fence.is_some() {
            let at = fence.map_or(0, |line| line.start);
            return Some(Self {
                message: "this is Markdown, not a template; check the template as a file of its own".to_owned(),
                span: TextRange::new(at, at),
            });
        }
        let mut tags = lines.iter().filter_map(|line| Some((line, line.tag()?)));
        let (line, tag) = tags.find(|(line, tag)| match error_line {
            None => tag.is_token,
            Some(error_line) => line.number == error_line || (tag.is_token && line.number < error_line),
        })?;
        let texts = || lines.iter().map(|line| line.text);
        let language = LANGUAGES.iter().find(|language| texts().any(language.is_in));
        let name = language.map_or("a Jinja template or one of a similar language", |language| {
            language.name
        });
        let start = line.start + tag.at;
        Some(Self {
            message: format!(
                "this is {name}, as `{}` shows; render it, and check the result",
                excerpt(tag.text)
            ),
            span: TextRange::new(start, start + tag.text.len()),
        })
    }
}

/// A language that renders templates.
struct TemplateLanguage {
    name: &'static str,
    is_in: fn(&str) -> bool,
}

/// The languages; those with unique tags come first.
const LANGUAGES: &[TemplateLanguage] = &[
    TemplateLanguage {
        name: "a Jinja template",
        is_in: |line| line.contains("{%") || line.trim_start().starts_with("{#"),
    },
    TemplateLanguage {
        name: "an ERB template",
        is_in: |line| line.contains("<%"),
    },
    TemplateLanguage {
        name: "a Helm or Go template",
        is_in: is_go,
    },
];

/// Returns whether a line has a tag of Go's templates.
///
/// <https://pkg.go.dev/text/template>
fn is_go(line: &str) -> bool {
    const STARTS: &[&str] = &[
        ".",
        "$",
        "/*",
        "if ",
        "else",
        "end",
        "range ",
        "with ",
        "define ",
        "block ",
        "include ",
        "template ",
    ];
    let tags = line.split("{{").skip(1);
    let mut inside = tags.map(|inside| inside.trim_start_matches('-').trim_start());
    inside.any(|inside| STARTS.iter().any(|start| inside.starts_with(start)))
}

fn has_markdown_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| ["md", "markdown"].iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

/// A line of YAML, outside of comments and block scalars.
struct CodeLine<'t> {
    text: &'t str,
    /// The number of the line, from 1.
    number: usize,
    /// The offset of its first byte.
    start: usize,
}

/// A tag of a template language in a line.
struct TemplateTag<'t> {
    text: &'t str,
    at: usize,
    /// True if a token of YAML starts here; otherwise, it is inside a scalar.
    is_token: bool,
}

impl<'t> CodeLine<'t> {
    /// Returns the first tag of a template language in the line.
    fn tag(&self) -> Option<TemplateTag<'t>> {
        const DELIMITERS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>")];
        let tags = DELIMITERS.iter().filter_map(|(open, close)| {
            let mut starts = self.text.match_indices(open).map(|(at, _)| at);
            let at = starts.find(|&at| self.is_start(at))?;
            let rest = self.text.get(at..)?;
            let len = rest.find(close).map_or(rest.len(), |len| len + close.len());
            Some((at, rest.get(..len)?.trim_end()))
        });
        let (at, text) = tags.min()?;
        let before = self.text.get(..at)?.trim_end();
        let last_word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let is_token = before.is_empty() || before.ends_with([':', '-', ',', '[', '{']) || last_word.starts_with('!');
        Some(TemplateTag { text, at, is_token })
    }

    /// Returns whether a tag may start here.
    ///
    /// Dynamic references and expressions of GitHub Actions are not tags.
    fn is_start(&self, at: usize) -> bool {
        let (before, rest) = self.text.split_at(at);
        !rest.starts_with("{{resolve:") && !before.ends_with('$')
    }
}

/// Iterates over the lines outside of comments and block scalars.
fn code_lines(text: &str) -> impl Iterator<Item = CodeLine<'_>> {
    let mut start = 0;
    let mut block: Option<usize> = None;
    let lines = text.split_inclusive('\n').enumerate();
    lines.filter_map(move |(index, line)| {
        let line_start = start;
        start += line.len();
        let content = line.trim_start_matches([' ', '\t', '\u{feff}']);
        let indent = line.len() - content.len();
        let content = content.trim_end();
        if content.is_empty() || block.is_some_and(|outer| indent > outer) {
            return None;
        }
        block = begins_block_scalar(content).then_some(indent);
        (!content.starts_with('#')).then_some(CodeLine {
            text: line.trim_end(),
            number: index + 1,
            start: line_start,
        })
    })
}

/// Returns whether a block scalar begins after this line.
fn begins_block_scalar(line: &str) -> bool {
    let last = line.rsplit(char::is_whitespace).next().unwrap_or_default();
    last.starts_with(['|', '>']) && last.chars().skip(1).all(|c| "+-".contains(c) || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::paths::FileName;
    use super::*;

    fn recognised(name: &str, text: &str, error: Option<usize>) -> Option<(String, String)> {
        let source = SourceText::new(FileName::new(Path::new(name), Path::new("")), text);
        let foreign = Foreign::of(&source, error.map(TextRange::at))?;
        Some((foreign.message, foreign.span.slice(text).to_owned()))
    }

    #[test]
    fn a_language_is_recognised_by_its_tags() {
        for (text, name, tag) in [
            ("{% if a %}\nA: 1\n{% endif %}\n", "a Jinja template", "{% if a %}"),
            ("A: {{ a }}-{{ b }}\n{% set c = 1 %}\n", "a Jinja template", "{{ a }}"),
            ("{# a #}\nA: 1\n", "a Jinja template", "{# a #}"),
            (
                "{{- if .Values.a }}\nA: 1\n",
                "a Helm or Go template",
                "{{- if .Values.a }}",
            ),
            (
                "A:\n  {{ toYaml .a | indent 2 }}\n- {{ end }}",
                "a Helm or Go template",
                "{{ toYaml .a | indent 2 }}",
            ),
            ("<% if a %>\nA: 1\n", "an ERB template", "<% if a %>"),
            (
                "- {{ a }} b",
                "a Jinja template or one of a similar language",
                "{{ a }}",
            ),
            ("A: !Ref {{ a", "a Jinja template or one of a similar language", "{{ a"),
        ] {
            let (message, span) = recognised("t.yaml", text, Some(text.len() - 1)).unwrap();
            assert!(
                message.starts_with(&format!("this is {name}, as `{tag}`")),
                "{text}: {message}"
            );
            assert_eq!(span, tag);
        }
    }

    #[test]
    fn markdown_is_recognised_by_its_fences_or_its_name() {
        for (name, text) in [
            ("a.txt", "A\n=\n\n~~~\nB: 1\n~~~\n"),
            ("a.txt", "# A\n\nb: c: d\n\n```yaml\nA: 1\n```\n"),
            ("a.MD", "# A\n\nb"),
        ] {
            assert!(recognised(name, text, None).unwrap().0.starts_with("this is Markdown"));
        }
    }

    #[test]
    fn tags_that_are_no_tokens_do_not_count_elsewhere_than_at_the_error() {
        for (text, error) in [
            ("A: |\n  {% a %}\n  {{ b }}\nB: [", 28),
            ("A: '{{resolve:ssm:/a}}'\nB: [", 26),
            ("A: ${{ a }}\nB: [", 14),
            ("# {% a %}\nB: [", 12),
            ("A: \"{{ a }}\"\nB: [", 15),
            ("B: [\nA: {{ a }}\n", 3),
        ] {
            assert_eq!(recognised("t.yaml", text, Some(error)), None, "{text}");
        }
        let quoted = "A: \"{{ a | default(\"b\") }}\"\n";
        assert!(recognised("t.yaml", quoted, Some(20)).is_some());
    }
}
