//! Suppressions in comments.

use std::collections::HashSet;

use super::address::path_of;
use super::change::Change;
use super::file::{Content, ParsedFile};
use super::source::ParsedModule;
use crate::hcl::{self, HclFile, Op, TokenKind};
use crate::model::{
    InvalidSuppression, NAME, RuleFilter, Suppression, SuppressionKind, SuppressionScope, comment_inside, read_comment,
    shortened,
};
use crate::rules::rule;
use crate::text::{FileId, FileRange, NodePath, TextRange};

/// A comment with a suppression.
#[derive(Clone, Copy, Debug)]
pub(super) struct WrittenComment {
    file: FileId,
    /// The range of the comment.
    span: TextRange,
    /// The range of its text, between its marks.
    text: TextRange,
}

/// Returns the suppressions of a module, those that are invalid, and the comments of the former.
///
/// `starts` has the lines on which values begin, and the offsets of parts of them on later lines.
pub(super) fn suppressions(
    module: &ParsedModule,
    starts: &[(FileId, usize, usize)],
) -> (Vec<Suppression>, Vec<InvalidSuppression>, Vec<WrittenComment>) {
    let (mut read, mut faults, mut written) = (Vec::new(), Vec::new(), Vec::new());
    for (file, comment, lines) in module.files.iter().flat_map(comments) {
        let source = comment.text.slice(file.text());
        let source = source.trim_start_matches('/');
        let place = FileRange::new(file.file().id, comment.text);
        let Some(reading) = read_comment(source, place, rule) else {
            continue;
        };
        let place = FileRange::new(comment.file, comment.span);
        if let Some(asked) = reading.asked {
            let scopes = lines.map(|line| SuppressionScope::Line(comment.file, line));
            let below = starts
                .iter()
                .filter(|(file, line, _)| *file == comment.file && lines.contains(line));
            let below = below.map(|(file, _, start)| SuppressionScope::Value(*file, *start));
            read.push(Suppression {
                rules: asked,
                is_understood: reading.problems.is_empty(),
                place,
                path: root(),
                scopes: scopes.into_iter().chain(below).collect(),
                kind: SuppressionKind::Comment,
            });
            written.push(comment);
        }
        let own = reading.problems.into_iter();
        faults.extend(own.map(|(place, error)| InvalidSuppression {
            place,
            path: root(),
            error,
        }));
    }
    (read, faults, written)
}

fn root() -> NodePath {
    let mut path = path_of("");
    path.steps.clear();
    path
}

/// Removes a suppression, or only some of its entries.
pub(super) fn unsuppress(
    comment: &WrittenComment,
    suppression: &Suppression,
    entries: &[usize],
    source: &str,
) -> Change {
    let named = match &suppression.rules {
        RuleFilter::All => &[],
        RuleFilter::Rules(named) => named.as_slice(),
    };
    let removed = entries.iter().filter_map(|&entry| named.get(entry));
    let removed: HashSet<TextRange> = removed.map(|(_, place)| place.span).collect();
    let text = comment.text.slice(source);
    let shorter = match removed.is_empty() {
        true => None,
        false => shortened(text, comment.text.start(), &removed),
    };
    let around = |text: &str| {
        let before = TextRange::new(comment.span.start(), comment.text.start());
        let after = TextRange::new(comment.text.end(), comment.span.end());
        format!("{}{text}{}", before.slice(source), after.slice(source))
    };
    let replaced = match (shorter, comment_inside(text)) {
        (Some((range, new)), _) => {
            let (before, after) = (text.get(..range.start), text.get(range.end..));
            Some(format!(
                "{}{new}{}",
                before.unwrap_or_default(),
                after.unwrap_or_default()
            ))
        }
        (None, Some(other)) => text.get(other..).map(str::to_owned),
        (None, None) => None,
    };
    Change::Hcl(hcl::Change {
        file: comment.file,
        path: None,
        op: match replaced {
            Some(text) => Op::ReplaceComment {
                span: comment.span,
                text: around(&text),
            },
            None => Op::RemoveComment { span: comment.span },
        },
    })
}

/// Returns the comments of a file with this tool's name, each with its own line and the one that it is for.
fn comments(file: &ParsedFile) -> Vec<(&HclFile, WrittenComment, [usize; 2])> {
    let Content::Hcl(file) = &file.content else {
        return Vec::new();
    };
    let is_named = |text: &str| text.to_ascii_lowercase().contains(NAME);
    if !is_named(file.text()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    // From the last to the first: consecutive comments are for the line after all of them.
    let mut below: Option<(usize, usize)> = None;
    for (at, token) in file.tokens().iter().enumerate().rev() {
        if !matches!(token.kind, TokenKind::LineComment | TokenKind::BlockComment) {
            continue;
        }
        let line = |offset| file.lines().number(offset);
        let (first, last) = (line(token.span.start()), line(token.span.end()));
        let before = file.tokens().get(..at).unwrap_or_default().iter().rev();
        let before = before.map(|token| token.kind).find(|kind| *kind != TokenKind::Space);
        let is_alone = before.is_none_or(|kind| kind == TokenKind::Newline);
        let target = match below {
            _ if !is_alone => first,
            Some((line, target)) if line == last + 1 => target,
            _ => last + 1,
        };
        below = is_alone.then_some((first, target));
        if is_named(token.span.slice(file.text())) {
            let comment = WrittenComment {
                file: file.file().id,
                span: token.span,
                text: inside(token.span, file.text()),
            };
            found.push((file, comment, [first, target]));
        }
    }
    found.reverse();
    found
}

/// Returns the range between the marks of a comment.
fn inside(comment: TextRange, source: &str) -> TextRange {
    let text = comment.slice(source);
    let (start, end) = match text {
        _ if text.starts_with("/*") => (2, 2),
        _ if text.starts_with("//") => (2, 0),
        _ => (1, 0),
    };
    TextRange::new(comment.start() + start, comment.end() - end)
}
