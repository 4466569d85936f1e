//! Findings and messages for people, as `path:line:column: …`, which editors understand too.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use super::format::{Checked, Format, Write};
use super::printout::Printout;
use super::record::{ErrorRecord, FindingRecord, NoteRecord, UncheckedRecord};
use super::source::SourceText;
use super::sources::Sources;
use super::text_style::TextStyle;
use crate::model::{Applicability, Severity};
use crate::text::TextRange;
use crate::text::printable::printable;

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::BrightRed.on_default().bold();
const YELLOW: Style = AnsiColor::BrightYellow.on_default().bold();
const GREEN: Style = AnsiColor::BrightGreen.on_default();

/// One line for each finding.
///
/// On a terminal or with `--verbose`, its source and explanations follow.
pub(super) const FORMAT: Format = Format {
    shows_notes: false,
    ..Format::new(
        "text",
        "A line for each finding; on a terminal also its source and an explanation",
        Write::Each(write),
    )
};

fn write(input: &Checked<'_>) -> Printout {
    let Some(sources) = &input.sources else {
        return Printout::default();
    };
    let findings = input.record.findings.iter();
    let printout: Printout = findings.map(|record| finding(sources, record, input.text)).collect();
    if input.has_colours {
        printout
    } else {
        printout.without_colours()
    }
}

/// Returns a finding: its headline, its source lines and its details, as the style demands.
pub fn finding(sources: &Sources<'_>, finding: &FindingRecord, style: TextStyle) -> Printout {
    let mut text = headline(finding, style);
    if style.has_sources {
        text.push_str(&snippet_of(sources, finding));
    }
    let mut printout = Printout::from(text);
    for detail in finding.details().filter(|_| style.has_explanations) {
        let line = format!("  {BOLD}{}{BOLD:#}: {}\n", detail.head, printable(detail.text));
        match style.repeats || detail.is_of_finding {
            true => printout.extend([line]),
            false => printout.push_once(line),
        }
    }
    printout
}

/// Returns an error; with a source, also its line.
pub fn error(error: &ErrorRecord, source: Option<&SourceText<'_>>) -> String {
    let message = printable(&error.message);
    let place = place(&error.path, error.span.as_ref());
    let snippet = match (source, &error.span) {
        (Some(source), Some(span)) => snippet(Level::ERROR, &Window::around(source, SourceText::bytes(span)), "", &[]),
        _ => String::new(),
    };
    format!("{place} {RED}error{RED:#}: {message}\n{snippet}")
}

/// Returns a note.
pub fn note(note: &NoteRecord) -> String {
    let kind = if note.span.is_some() { "note: " } else { "" };
    let message = printable(&note.message);
    format!("{} {kind}{message}\n", place(&note.path, note.span.as_ref()))
}

/// Returns a value that was not checked, with the reason.
pub fn unchecked(value: &UncheckedRecord) -> String {
    let message = printable(&value.message);
    format!("{} not checked: {message}\n", place(&value.path, Some(&value.span)))
}

/// Returns the place, the rule and the message on one line.
fn headline(finding: &FindingRecord, style: TextStyle) -> String {
    let place = place(&finding.path, Some(&finding.span));
    let (colour, severity) = match finding.severity {
        Severity::Error => (RED, "error"),
        Severity::Warning => (YELLOW, "warning"),
    };
    let code = match &finding.rule.url {
        Some(url) if style.has_links => link(url, finding.rule.code),
        _ => finding.rule.code.to_owned(),
    };
    let message = printable(&finding.message);
    let state = match &finding.fix {
        _ if finding.fixed => format!(" [{GREEN}fixed{GREEN:#}]"),
        Some(fix) if fix.applicability == Applicability::Unsafe => {
            format!(" [{GREEN}fixable with --unsafe-fixes{GREEN:#}]")
        }
        _ if finding.fixable => format!(" [{GREEN}fixable{GREEN:#}]"),
        _ => String::new(),
    };
    format!("{place} {colour}{code} {severity}{colour:#}: {message}{state}\n")
}

/// Returns a hyperlink for terminals, in the syntax of OSC 8.
fn link(url: &str, label: &str) -> String {
    format!("\u{1b}]8;;{url}\u{1b}\\{label}\u{1b}]8;;\u{1b}\\")
}

fn place(path: &str, span: Option<&super::source::Span>) -> String {
    let path = printable(path);
    match span {
        Some(span) => format!("{BOLD}{path}:{}:{}:{BOLD:#}", span.start.line, span.start.column),
        None => format!("{BOLD}{path}{BOLD:#}:"),
    }
}

/// Returns the source lines of a finding and of its related places.
fn snippet_of(sources: &Sources<'_>, finding: &FindingRecord) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut labels = finding.labels.iter().map(|label| {
        let window = Window::around(sources.get(label.file.as_ref()), SourceText::bytes(&label.span));
        let path = label.file.as_ref().map(|file| printable(&file.name).into_owned());
        (Window { path, ..window }, label.text.as_str())
    });
    let own = || (Window::around(sources.own(), SourceText::bytes(&finding.span)), "");
    let (window, label) = labels.next().unwrap_or_else(own);
    snippet(level, &window, label, &labels.collect::<Vec<_>>())
}

/// Returns the source lines of a place and of related places.
fn snippet(level: Level<'_>, main: &Window, label: &str, related: &[(Window, &str)]) -> String {
    let mut group = Group::with_level(level).element(main.snippet(AnnotationKind::Primary, label));
    for (window, label) in related {
        group = group.element(window.snippet(AnnotationKind::Context, label));
    }
    let mut text = Renderer::styled().render(&[group]);
    text.push('\n');
    text
}

/// The part of a source that a snippet shows.
///
/// It consists of whole lines, or of a part of a line that is too long for a screen.
struct Window {
    /// The name of the file, if it is not that of the finding.
    path: Option<String>,
    text: String,
    span: TextRange,
    line: usize,
}

impl Window {
    fn around(source: &SourceText<'_>, span: TextRange) -> Self {
        /// The number of bytes to show around a place on a long line.
        const REACH: usize = 160;
        let number = source.lines().number(span.start());
        let line = source.lines().span(number);
        let text = line.slice(source.text).trim_end_matches(['\r', '\n']);
        let start = line
            .start()
            .max(floor_char_boundary(source.text, span.start().saturating_sub(REACH)));
        let end = (line.start() + text.len()).min(floor_char_boundary(source.text, span.start() + 2 * REACH));
        let inside = TextRange::new(
            span.start().min(end) - start.min(span.start()),
            span.end().min(end) - start.min(span.end()),
        );
        Self {
            path: None,
            text: replace_c1_controls(TextRange::new(start, end).slice(source.text)),
            span: inside,
            line: number + 1,
        }
    }

    fn snippet<'s>(&'s self, kind: AnnotationKind, label: &'s str) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
        let annotation = kind.span(self.span.range());
        let annotation = if label.is_empty() {
            annotation
        } else {
            annotation.label(label)
        };
        Snippet::source(self.text.as_str())
            .path(self.path.as_deref())
            .line_start(self.line)
            .annotation(annotation)
    }
}

/// Replaces each control character above ASCII by `¿`, which has the same length in bytes.
///
/// annotate-snippets replaces those of ASCII.
fn replace_c1_controls(text: &str) -> String {
    text.replace(|c| ('\u{80}'..='\u{9f}').contains(&c), "¿")
}

/// Returns the character boundary at or before a byte.
fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::{Options, check};

    use super::super::paths::FileName;
    use super::super::printout::PrintedOnce;
    use super::super::record::FileRecord;
    use super::*;

    const TEMPLATE: &str = "\
Resources:
  A: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}
  B: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}
  C: {Type: AWS::AutoScaling::LaunchConfiguration, Properties: {IamInstanceProfile: !Ref R}}
  D: {Type: AWS::AutoScaling::LaunchConfiguration, Properties: {IamInstanceProfile: !Ref R}}
  R: {Type: AWS::IAM::Role}
";

    fn findings(style: TextStyle, url: Option<&str>, has_colours: bool) -> String {
        let name = FileName::new(Path::new("t.yaml"), Path::new(""));
        let source = SourceText::new(name, TEMPLATE);
        let sources = Sources::of_template(&source);
        let record = FileRecord::of_report(&sources, &check(TEMPLATE, &Options::default()).unwrap());
        let printouts = record.findings.into_iter().map(|mut record| {
            record.rule.url = url.map(str::to_owned);
            finding(&sources, &record, style)
        });
        let printout: Printout = printouts.collect();
        PrintedOnce::default().text(match has_colours {
            true => printout,
            false => printout.without_colours(),
        })
    }

    #[test]
    fn prints_source_lines_and_each_explanation_once_on_terminals() {
        let piped = findings(TextStyle::of_report(false, false), None, false);
        assert_eq!(piped.lines().count(), 4, "{piped}");
        for (style, sources, errors, in_place) in [
            (TextStyle::of_report(true, false), 4, 2, 1),
            (TextStyle::of_report(false, true), 4, 4, 2),
            (TextStyle::of_messages(false, false), 0, 2, 1),
            (TextStyle::of_messages(true, false), 4, 2, 1),
        ] {
            let text = findings(style, None, false);
            let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
            assert_eq!(lines("t.yaml:"), 4, "{text}");
            assert_eq!(text.matches("this is the name of a role").count(), sources, "{text}");
            assert_eq!(lines("  AWS says: "), errors, "{text}");
            assert_eq!(lines("  fix: "), 4, "{text}");
            assert_eq!(lines("  on an update: the resource is updated"), in_place, "{text}");
            assert_eq!(lines("  on an update: the resource is replaced"), 2, "{text}");
        }
    }

    #[test]
    fn links_rules_to_their_pages_on_terminals() {
        let (terminal, pipe) = (TextStyle::of_report(true, false), TextStyle::of_report(false, false));
        let url = Some("https://example.com/#ipf001");
        let link = "\u{1b}]8;;https://example.com/#ipf001\u{1b}\\IPF001\u{1b}]8;;\u{1b}\\";
        assert_eq!(findings(terminal, url, true).matches(link).count(), 4);
        for text in [
            findings(terminal, None, true),
            findings(terminal, url, false),
            findings(pipe, url, true),
        ] {
            assert!(!text.contains("\u{1b}]8"), "{text}");
        }
        assert_eq!(findings(terminal, url, false), findings(terminal, None, false));
    }
}
