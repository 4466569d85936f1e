//! Inserts entries into a mapping, in the style of the entry before.

use super::entry_style::{EntryStyle, SequenceStyle, closing_margin};
use crate::text::{Edit, Joint};
use crate::yaml::WHITESPACE;
use crate::yaml::{CollectionStyle, NewValue, Node, ScalarStyle};

/// Inserts the entry `name` after the entry `key: value` of a mapping, in a new mapping if `within` is its key.
///
/// It has the style of that entry: indentation, quotes, brackets, blank lines and newlines. If the entry shows no
/// style, that of its document applies.
///
/// Comments that trail the entry stay with it: those on its last line, those below that are indented deeper than its
/// key, and a paragraph of comments, as deep as its key, that touches it and no other entry.
pub(super) fn insert_after(
    (key, value): (Node<'_>, Node<'_>),
    within: Option<&str>,
    name: &str,
    new_value: &NewValue,
) -> Edit {
    let around = within.map(|within| {
        let entries = vec![(name.to_owned(), new_value.clone())];
        let one_line = false;
        (within, NewValue::Mapping { entries, one_line })
    });
    let (name, new_value) = around
        .as_ref()
        .map_or((name, new_value), |(within, around)| (within, around));
    let file = key.file();
    let style = EntryStyle::of(key, value);
    let mut writer = Writer {
        style: &style,
        out: String::new(),
        last_entry: Default::default(),
    };
    let at = match (style.parent, style.margin.as_deref()) {
        (CollectionStyle::Block, margin) => {
            let margin = margin.unwrap_or_default();
            writer.out.push_str(style.newline);
            writer.out.push_str(&style.newline.repeat(style.blank_lines));
            writer.out.push_str(margin);
            writer.entry(margin, key.scalar_style(), name, new_value, Some(value));
            style.end_with_comments()
        }
        (CollectionStyle::Flow, Some(margin)) => {
            let line_break = style.newline.repeat(1 + style.blank_lines);
            let comma_end = style.end_with_comma();
            if comma_end.is_none() {
                writer.out.push(',');
            }
            writer.out.push_str(&line_break);
            writer.out.push_str(margin);
            writer.entry(margin, key.scalar_style(), name, new_value, Some(value));
            if comma_end.is_some() {
                writer.out.push(',');
            }
            comma_end.unwrap_or(value.span().end())
        }
        (CollectionStyle::Flow, None) => {
            writer.out.push_str(&style.inline.comma);
            writer.entry("", key.scalar_style(), name, new_value, Some(value));
            value.span().end()
        }
    };
    let joint = match within {
        Some(_) => writer.around_last_entry(),
        None => Joint::default(),
    };
    Edit::insert(file, at, writer.out).with_joint(joint)
}

struct Writer<'m, 'd> {
    style: &'m EntryStyle<'d>,
    out: String,
    /// The last entry of a mapping that was written completely, by its start, its end and what separates it from others.
    last_entry: (usize, usize, String),
}

impl<'d> Writer<'_, 'd> {
    /// Returns the parts of the output around the last entry, which is the only one of the outermost mapping.
    fn around_last_entry(&self) -> Joint {
        let (start, end, separator) = &self.last_entry;
        Joint {
            open: *start,
            close: self.out.len() - end,
            separator: separator.clone(),
        }
    }

    /// Writes `name: new_value` after the blanks `margin`.
    ///
    /// `like` is the value whose style it follows.
    fn entry(&mut self, margin: &str, quote: ScalarStyle, name: &str, new_value: &NewValue, like: Option<Node<'d>>) {
        self.out.push_str(&quote.around(name));
        match new_value {
            NewValue::Copy { text, .. } => self.copy(quote, text),
            _ if self.style.body == CollectionStyle::Block => {
                self.out.push(':');
                self.block(margin, new_value, like);
            }
            _ => {
                self.colon(margin, new_value, self.style.has_lines);
                let needs_blank = quote == ScalarStyle::Plain || self.style.parent == CollectionStyle::Block;
                if needs_blank && self.out.ends_with(':') {
                    self.out.push(' ');
                }
                self.flow(margin, new_value, like, self.style.has_lines);
            }
        }
    }

    /// Writes a copied colon and value.
    ///
    /// After a plain key, and in a block, a blank must follow the colon.
    fn copy(&mut self, quote: ScalarStyle, text: &str) {
        match text.strip_prefix(':') {
            Some(value)
                if (quote == ScalarStyle::Plain || self.style.body == CollectionStyle::Block)
                    && !value.starts_with(WHITESPACE) =>
            {
                self.out.push_str(": ");
                self.out.push_str(value);
            }
            _ => self.out.push_str(text),
        }
    }

    /// Writes the separator of a key and a flow value.
    fn colon(&mut self, margin: &str, new_value: &NewValue, has_lines: bool) {
        let value_has_lines = match new_value {
            NewValue::Mapping { one_line, .. } => !one_line,
            NewValue::Sequence(_) => self.style.sequence == SequenceStyle::Pretty,
            _ => false,
        };
        match self.style.colon_above.filter(|_| has_lines && value_has_lines) {
            Some(colon) => {
                self.out.push_str(colon);
                self.out.push_str(self.style.newline);
                self.out.push_str(margin);
            }
            None => self.out.push_str(&self.style.inline.colon),
        }
    }

    fn block(&mut self, margin: &str, new_value: &NewValue, like: Option<Node<'d>>) {
        match new_value {
            NewValue::Mapping {
                entries,
                one_line: false,
            } => {
                let inner = self.style.inner_margin(margin, like);
                for (name, value) in entries {
                    let start = self.out.len();
                    self.out.push_str(self.style.newline);
                    self.out.push_str(&inner);
                    let like_value = like.and_then(|like| like.get(name));
                    self.entry(&inner, self.style.key_quote, name, value, like_value);
                    self.last_entry = (start, self.out.len(), String::new());
                }
            }
            NewValue::Sequence(items) => match self.style.sequence {
                SequenceStyle::Block { offset } => {
                    let inner = format!("{margin}{}", " ".repeat(offset));
                    for item in items {
                        self.out.push_str(self.style.newline);
                        self.out.push_str(&inner);
                        self.out.push('-');
                        self.item(&inner, item);
                    }
                }
                SequenceStyle::OneLine | SequenceStyle::Pretty => {
                    self.out.push(' ');
                    self.flow(margin, new_value, like, false);
                }
            },
            _ => {
                self.out.push(' ');
                self.flow(margin, new_value, like, false);
            }
        }
    }

    /// Writes the rest of an item after its dash.
    ///
    /// A mapping's first entry is on the line of the dash.
    fn item(&mut self, margin: &str, new_value: &NewValue) {
        let inner = format!("{margin}  ");
        self.out.push(' ');
        match new_value {
            NewValue::Mapping {
                entries,
                one_line: false,
            } => {
                for (at, (name, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        self.out.push_str(self.style.newline);
                        self.out.push_str(&inner);
                    }
                    self.entry(&inner, self.style.key_quote, name, value, None);
                }
            }
            _ => self.flow(margin, new_value, None, false),
        }
    }

    fn flow(&mut self, margin: &str, new_value: &NewValue, like: Option<Node<'d>>, has_lines: bool) {
        match new_value {
            NewValue::Scalar { value, quote } => {
                let quote = quote.or(like.map(Node::scalar_style)).unwrap_or(self.style.key_quote);
                let quote = quote.for_text(value);
                self.out.push_str(&quote.around(value));
            }
            NewValue::Bare(value) => self.out.push_str(value),
            NewValue::Tagged { tag, value } => {
                self.out.push_str(tag);
                self.out.push(' ');
                self.flow(margin, value, None, false);
            }
            NewValue::Sequence(items) => {
                let has_lines = has_lines && self.style.sequence == SequenceStyle::Pretty;
                self.bracketed(margin, like, has_lines, '[', ']', items, |writer, inner, item| {
                    writer.flow(inner, item, None, has_lines);
                });
            }
            NewValue::Mapping { entries, one_line } => {
                let has_lines = has_lines && !one_line;
                self.bracketed(
                    margin,
                    like,
                    has_lines,
                    '{',
                    '}',
                    entries,
                    |writer, inner, (name, value)| {
                        let like_value = like.and_then(|like| like.get(name));
                        writer.out.push_str(&writer.style.key_quote.around(name));
                        if let NewValue::Copy { text, .. } = value {
                            writer.copy(writer.style.key_quote, text);
                        } else {
                            writer.colon(inner, value, has_lines);
                            writer.flow(inner, value, like_value, has_lines);
                        }
                    },
                );
            }
            // A copy includes its colon, so it is written with its key.
            NewValue::Copy { .. } => {}
        }
    }

    #[allow(clippy::too_many_arguments)] // one call for each kind of brackets
    fn bracketed<T>(
        &mut self,
        margin: &str,
        like: Option<Node<'d>>,
        has_lines: bool,
        open: char,
        close: char,
        parts: &[T],
        write: impl Fn(&mut Self, &str, &T),
    ) {
        let inner = self.style.inner_margin(margin, like);
        let inline = &self.style.inline;
        let padding = if open == '[' {
            inline.sequence_padding
        } else {
            inline.padding
        };
        self.out.push(open);
        for (at, part) in parts.iter().enumerate() {
            let separator = if has_lines { "," } else { &inline.comma };
            match at {
                0 if has_lines => {}
                0 => self.out.push_str(padding),
                _ => self.out.push_str(separator),
            }
            let start = self.out.len();
            if has_lines {
                self.out.push_str(self.style.newline);
                self.out.push_str(&inner);
            }
            write(self, &inner, part);
            self.last_entry = (start, self.out.len(), separator.to_owned());
        }
        if has_lines {
            let own = like.and_then(closing_margin).filter(|own| own.len() > margin.len());
            self.out.push_str(self.style.newline);
            self.out.push_str(own.unwrap_or(margin));
        } else {
            self.out.push_str(padding);
        }
        self.out.push(close);
    }
}
