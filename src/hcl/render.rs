//! Renders changes as edits, in the style of the file.

use super::change::{Change, NewBlock, Op};
use super::file::HclFile;
use super::lex::TokenKind;
use crate::text::{Edit, Joint, TextRange};

/// The indentation that `terraform fmt` writes.
const INDENT: &str = "  ";

/// Renders a change.
pub fn render(file: &HclFile, change: &Change) -> Edit {
    let (span, text) = match &change.op {
        Op::Replace { span, text } | Op::ReplaceComment { span, text } => (*span, text.clone()),
        Op::RenameKey { span, key } => (*span, key.clone()),
        Op::Align { span, width } => (*span, " ".repeat(*width)),
        Op::InsertBlock { after, block } => {
            let style = Style::of(file, *after);
            let newline = style.newline;
            let text = format!("{newline}{newline}{}", style.block(block));
            return Edit::insert(change.file, end_of_line(file, *after), text).with_joint(Joint::default());
        }
        Op::RemoveComment { span } => (with_its_line(file, *span), String::new()),
    };
    Edit::replace(change.file, span, text)
}

/// Returns the range of a comment with the space before it, and with its line if nothing else is there.
pub(super) fn with_its_line(file: &HclFile, comment: TextRange) -> TextRange {
    let tokens = file.tokens();
    let at = file.token_at(comment.start());
    let kind = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.kind);
    let before = at.checked_sub(1);
    let space = before.filter(|_| kind(before) == Some(TokenKind::Space));
    let first = space.unwrap_or(at);
    let is_alone = match first.checked_sub(1) {
        None => true,
        above => kind(above) == Some(TokenKind::Newline),
    };
    let is_before_newline = kind(Some(at + 1)) == Some(TokenKind::Newline);
    let last = if is_alone && is_before_newline { at + 1 } else { at };
    let range = |at: usize| tokens.get(at).map_or(comment, |token| token.span);
    TextRange::new(range(first).start(), range(last).end())
}

/// Returns the end of the line on which a block ends, before its newline.
pub(super) fn end_of_line(file: &HclFile, block: TextRange) -> usize {
    let tokens = file.tokens().get(file.token_at(block.end())..).unwrap_or_default();
    let newline = tokens.iter().find(|token| token.kind == TokenKind::Newline);
    newline.map_or(file.text().len(), |newline| newline.span.start())
}

/// The style of a block, for another one after it.
struct Style<'f> {
    newline: &'static str,
    /// The space before the block.
    margin: &'f str,
    /// The space before its arguments.
    indent: &'f str,
}

impl<'f> Style<'f> {
    fn of(file: &'f HclFile, block: TextRange) -> Self {
        let text = file.text();
        let margin = blanks_before(text, block.start()).unwrap_or_default();
        let blocks = file.body().blocks.iter();
        let body = blocks
            .clone()
            .find(|other| other.span == block)
            .map(|block| &block.body);
        let attributes = body.into_iter().flat_map(|body| &body.attributes);
        // A block on one line has no indentation of its own.
        let all = attributes.chain(blocks.flat_map(|block| &block.body.attributes));
        let mut indents = all.filter_map(|attribute| blanks_before(text, attribute.span.start()));
        Self {
            newline: newline_at(file, block.start()),
            margin,
            indent: indents.next().unwrap_or(INDENT),
        }
    }

    fn block(&self, block: &NewBlock) -> String {
        let Self {
            newline,
            margin,
            indent,
        } = self;
        let labels: String = block.labels.iter().map(|label| format!(" \"{label}\"")).collect();
        let mut text = format!("{margin}{}{labels} {{{newline}", block.block_type);
        for (at, group) in block.groups.iter().enumerate() {
            if at > 0 {
                text.push_str(newline);
            }
            // As `terraform fmt` does: only values on one line align.
            let is_aligned = group.iter().all(|(_, value)| !value.contains('\n'));
            let longest = group.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
            let width = if is_aligned { longest } else { 0 };
            for (key, value) in group {
                text.push_str(&format!("{indent}{key:width$} = {value}{newline}"));
            }
        }
        text + margin + "}"
    }
}

/// Returns the first newline after `offset`, else that of the file.
fn newline_at(file: &HclFile, offset: usize) -> &'static str {
    let (before, after) = file.tokens().split_at(file.token_at(offset));
    let newline = after
        .iter()
        .chain(before)
        .find(|token| token.kind == TokenKind::Newline);
    match newline.map(|newline| newline.span.slice(file.text())) {
        Some("\r\n") => "\r\n",
        _ => "\n",
    }
}

/// Returns the blanks before `offset` if nothing else is before it on its line.
fn blanks_before(text: &str, offset: usize) -> Option<&str> {
    let before = text.get(..offset)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let blanks = before.get(start..)?;
    let blanks = blanks.strip_prefix('\u{feff}').unwrap_or(blanks);
    blanks.chars().all(|c| c == ' ' || c == '\t').then_some(blanks)
}
