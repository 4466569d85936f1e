//! Findings and messages for people: `path:line:column: …`, which editors and `grep` understand too.

use std::cell::Cell;
use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use cfn_ipfix::fix::{Applicability, Fix};
use cfn_ipfix::rules::{Finding, Label, Remedy, Severity};
use cfn_ipfix::syntax::{Lines, Span};
use cfn_ipfix::{CheckError, rules};

use crate::files::Input;

const BOLD: Style = Style::new().bold();
const RED: Style = AnsiColor::BrightRed.on_default().bold();
const YELLOW: Style = AnsiColor::BrightYellow.on_default().bold();
const GREEN: Style = AnsiColor::BrightGreen.on_default();

/// A text whose places can be told and shown.
pub(crate) struct Source<'t> {
    pub(crate) input: &'t Input,
    pub(crate) text: &'t str,
    lines: Lines,
    /// The last place that was told: its line, its offset and its column. On a long line, places are told in order.
    last: Cell<(usize, usize, usize)>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(input: &'t Input, text: &'t str) -> Self {
        Self {
            input,
            text,
            lines: Lines::new(text),
            last: Cell::new((usize::MAX, 0, 0)),
        }
    }

    /// The line and the column, in characters, both from 1.
    fn position(&self, offset: usize) -> (usize, usize) {
        let number = self.lines.number(offset);
        let (from, before) = match self.last.get() {
            (line, last, column) if line == number && last <= offset => (last, column),
            _ => (self.lines.span(number).start(), 1),
        };
        let column = before + Span::new(from, offset).slice(self.text).chars().count();
        self.last.set((number, offset, column));
        (number + 1, column)
    }
}

/// A finding: its place and message, what AWS says, what the fix does; with `verbose` the source lines too.
pub(crate) fn finding(source: &Source<'_>, finding: &Finding, verbose: bool) -> String {
    let rules::Rule { code, .. } = finding.rule;
    let (style, level, severity) = match finding.severity {
        Severity::Error => (RED, Level::ERROR, ""),
        Severity::Warning => (YELLOW, Level::WARNING, "warning: "),
    };
    let place = place(source, finding.span);
    let message = &finding.message;
    let fixable = match finding.remedy {
        Remedy::Fix(Fix {
            applicability: Applicability::Safe,
            ..
        }) => format!(" [{GREEN}fixable{GREEN:#}]"),
        Remedy::Fix(_) => format!(" [{GREEN}fixable with --unsafe-fixes{GREEN:#}]"),
        Remedy::Withheld(_) => String::new(),
    };
    let mut text = format!("{place} {style}{code}{style:#} {severity}{message}{fixable}\n");
    if verbose {
        let related = finding.related.iter().map(|label| (label.span, label.text.as_str()));
        text.push_str(&snippet(source, level, finding.span, &finding.label, related));
    }
    let mut note = |head: &str, body: &dyn std::fmt::Display| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {BOLD}{head}{BOLD:#}: {body}");
    };
    match finding.prevents {
        Some(refusal) => note("AWS says", &refusal),
        None => note("AWS says", &"(no message is on record)"),
    }
    match &finding.remedy {
        Remedy::Fix(fix) => note("fix", &fix.title),
        Remedy::Withheld(reason) => note("no fix", reason),
    }
    note("on a stack update", &finding.on_update);
    text
}

/// A place that could not be looked into, and why.
pub(crate) fn unseen(source: &Source<'_>, label: &Label) -> String {
    format!("{} note: {}\n", place(source, label.span), label.text)
}

/// Why a text could not be checked, with the line that is wrong.
pub(crate) fn unparsable(source: &Source<'_>, error: &CheckError) -> String {
    let place = place(source, error.span());
    let snippet = snippet(source, Level::ERROR, error.span(), "", std::iter::empty());
    format!("{place} {RED}error{RED:#}: {error}\n{snippet}")
}

/// Something that concerns a whole input.
pub(crate) fn failure(input: &Input, error: &dyn std::fmt::Display) -> String {
    format!("{BOLD}{input}{BOLD:#}: {RED}error{RED:#}: {error}\n")
}

/// Something about a whole input that is no error.
pub(crate) fn remark(input: &Input, remark: &str) -> String {
    format!("{BOLD}{input}{BOLD:#}: {remark}\n")
}

/// What all inputs together came to.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) templates: usize,
    pub(crate) findings: usize,
    pub(crate) fixable: usize,
    pub(crate) fixed: usize,
    /// How many fixes wait for `--unsafe-fixes`.
    pub(crate) held_back: usize,
    pub(crate) files_with_findings: usize,
}

impl Summary {
    /// What was found and what became of it; `is_written` tells a run that writes from one that only shows.
    pub(crate) fn text(&self, is_written: bool) -> String {
        let findings = count(self.findings, "finding");
        let files = count(self.files_with_findings, "file");
        let left = self.findings - self.fixed;
        let mut text = match self {
            Self {
                findings: 0, templates, ..
            } => format!("Nothing to fix in {}.\n", count(*templates, "template")),
            _ if is_written && left == 0 => format!("{findings} in {files}, all fixed.\n"),
            Self { fixed, .. } if is_written => format!("{findings} in {files}: {fixed} fixed, {left} left.\n"),
            Self { fixable: 0, .. } => format!("{findings} in {files}, none fixable.\n"),
            Self { fixable, .. } => format!("{findings} in {files}, {fixable} fixable with `--write`.\n"),
        };
        if self.held_back > 0 {
            let fixes = match self.held_back {
                1 => "1 fix is".to_owned(),
                number => format!("{number} fixes are"),
            };
            text.push_str(&format!(
                "{fixes} held back that may be wrong; `--unsafe-fixes` applies them.\n"
            ));
        }
        text
    }
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn place(source: &Source<'_>, span: Span) -> String {
    let (line, column) = source.position(span.start());
    let input = source.input;
    format!("{BOLD}{input}:{line}:{column}:{BOLD:#}")
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
struct Window<'t> {
    text: &'t str,
    span: Span,
    line: usize,
}

impl<'t> Window<'t> {
    fn around(source: &Source<'t>, span: Span) -> Self {
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
            text: Span::new(start, end).slice(source.text),
            span: inside,
            line: number + 1,
        }
    }

    fn snippet(&self, kind: AnnotationKind, label: &'t str) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let annotation = kind.span(self.span.range());
        let annotation = if label.is_empty() {
            annotation
        } else {
            annotation.label(label)
        };
        Snippet::source(self.text).line_start(self.line).annotation(annotation)
    }
}

/// The nearest character's start at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}
