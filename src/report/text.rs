//! Findings and messages for people: `path:line:column: …`, which editors and `grep` understand too.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use super::record::{Error, Finding, Note, Record, Unchecked};
use super::source::Source;
use crate::model::Applicability;
use crate::model::Severity;
use crate::text::Span;
use crate::text::printable::printable;

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::BrightRed.on_default().bold();
const YELLOW: Style = AnsiColor::BrightYellow.on_default().bold();
const GREEN: Style = AnsiColor::BrightGreen.on_default();

/// A line for each finding, error and note; with `verbose` the source lines too, what was not checked, and all that there is
/// to say.
pub fn record(record: &Record, source: Option<&Source<'_>>, verbose: bool) -> String {
    let shown = source.filter(|_| verbose);
    let findings = record.findings.iter().map(|finding| {
        let more = shown.map(|source| snippet_of(source, finding) + &explanation(finding));
        headline(finding) + &more.unwrap_or_default()
    });
    let errors = record.errors.iter().map(|one| error(one, shown));
    let notes = record.notes.iter().map(note);
    let unchecked = record.unchecked.iter().filter(|_| verbose).map(unchecked);
    findings.chain(errors).chain(notes).chain(unchecked).collect()
}

/// A finding: its place and message, what AWS says, what the fix does; with `verbose` the source lines too.
pub fn finding(source: &Source<'_>, finding: &Finding, verbose: bool) -> String {
    let snippet = if verbose {
        snippet_of(source, finding)
    } else {
        String::new()
    };
    headline(finding) + &snippet + &explanation(finding)
}

/// Returns why an input was not checked, fixed or written; with a source, also its line.
pub fn error(error: &Error, source: Option<&Source<'_>>) -> String {
    let message = printable(&error.message);
    let place = place(&error.path, error.span.as_ref());
    let snippet = match (source, &error.span) {
        (Some(source), Some(span)) => snippet(source, Level::ERROR, Source::bytes(span), "", std::iter::empty()),
        _ => String::new(),
    };
    format!("{place} {RED}error{RED:#}: {message}\n{snippet}")
}

/// Returns the values that were not checked, with the reasons.
pub fn note(note: &Note) -> String {
    let kind = if note.span.is_some() { "note: " } else { "" };
    let message = printable(&note.message);
    format!("{} {kind}{message}\n", place(&note.path, note.span.as_ref()))
}

/// A value that was not checked, and why.
pub fn unchecked(value: &Unchecked) -> String {
    let message = printable(&value.message);
    format!("{} not checked: {message}\n", place(&value.path, Some(&value.span)))
}

/// The place, the rule and the message, on one line.
fn headline(finding: &Finding) -> String {
    let place = place(&finding.path, Some(&finding.span));
    let (style, severity) = match finding.severity {
        Severity::Error => (RED, ""),
        Severity::Warning => (YELLOW, "warning: "),
    };
    let code = finding.rule.code;
    let message = printable(&finding.message);
    let state = match &finding.fix {
        _ if finding.fixed => format!(" [{GREEN}fixed{GREEN:#}]"),
        Some(fix) if fix.applicability == Applicability::Unsafe => {
            format!(" [{GREEN}fixable with --unsafe-fixes{GREEN:#}]")
        }
        _ if finding.fixable => format!(" [{GREEN}fixable{GREEN:#}]"),
        _ => String::new(),
    };
    format!("{place} {style}{code}{style:#} {severity}{message}{state}\n")
}

/// Returns what AWS says, and what the fix does or why there is none.
fn explanation(finding: &Finding) -> String {
    let details = finding.details();
    details
        .map(|(head, text)| format!("  {BOLD}{head}{BOLD:#}: {}\n", printable(text)))
        .collect()
}

fn place(path: &str, span: Option<&super::source::Span>) -> String {
    let path = printable(path);
    match span {
        Some(span) => format!("{BOLD}{path}:{}:{}:{BOLD:#}", span.start.line, span.start.column),
        None => format!("{BOLD}{path}{BOLD:#}:"),
    }
}

/// The lines of a finding and of the places that belong to it.
fn snippet_of(source: &Source<'_>, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut labels = finding
        .labels
        .iter()
        .map(|label| (Source::bytes(&label.span), label.text.as_str()));
    let (span, label) = labels.next().unwrap_or((Source::bytes(&finding.span), ""));
    snippet(source, level, span, label, labels)
}

/// The lines of a place and of what belongs to it.
fn snippet<'s>(
    source: &Source<'_>,
    level: Level<'_>,
    span: Span,
    label: &'s str,
    related: impl Iterator<Item = (Span, &'s str)>,
) -> String {
    let main = Window::around(source, span);
    let mut group = Group::with_level(level).element(main.snippet(AnnotationKind::Primary, label));
    let related: Vec<_> = related
        .map(|(span, label)| (Window::around(source, span), label))
        .collect();
    for (window, label) in &related {
        group = group.element(window.snippet(AnnotationKind::Context, label));
    }
    let mut text = Renderer::styled().render(&[group]);
    text.push('\n');
    text
}

/// The part of a text that a snippet shows: whole lines, or where a line is too long for a screen, a piece of it.
struct Window {
    text: String,
    span: Span,
    line: usize,
}

impl Window {
    fn around(source: &Source<'_>, span: Span) -> Self {
        /// Bytes on either side of the place on a long line, and of a place that is itself long.
        const REACH: usize = 160;
        let number = source.lines.number(span.start());
        let line = source.lines.span(number);
        let text = line.slice(source.text).trim_end_matches(['\r', '\n']);
        let start = line.start().max(floor(source.text, span.start().saturating_sub(REACH)));
        let end = (line.start() + text.len()).min(floor(source.text, span.start() + 2 * REACH));
        let inside = Span::new(
            span.start().min(end) - start.min(span.start()),
            span.end().min(end) - start.min(span.end()),
        );
        Self {
            text: covered(Span::new(start, end).slice(source.text)),
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
            .line_start(self.line)
            .annotation(annotation)
    }
}

/// The text with `¿` for each control character above ASCII, which is as many bytes long; those of ASCII are covered by
/// annotate-snippets.
fn covered(text: &str) -> String {
    text.replace(|c| ('\u{80}'..='\u{9f}').contains(&c), "¿")
}

/// The nearest character's start at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}
