//! New entries of a mapping, written as the entry before them is.

use super::model::{ListStyle, Model, closing_margin};
use crate::text::Edit;
use crate::yaml::{Fragment, Layout, Node, Quote};

/// Inserts the entry `name` behind the entry `key: value` of a block or flow mapping, in the layout of that entry:
/// indentation, quotes, brackets, blank lines and newlines are its own, or where it shows none, its document's.
///
/// Comments that trail the entry stay with it: those on its last line, those below that are indented deeper than its
/// key, and a paragraph of comments, as deep as its key, that touches it and no other entry.
pub(super) fn insert_after(key: Node<'_>, value: Node<'_>, name: &str, fragment: &Fragment) -> Edit {
    let file = key.file();
    let model = Model::of(key, value);
    let mut writer = Writer {
        model: &model,
        out: String::new(),
    };
    match (model.parent, model.margin.as_deref()) {
        (Layout::Block, margin) => {
            let margin = margin.unwrap_or_default();
            writer.out.push_str(model.newline);
            writer.out.push_str(&model.newline.repeat(model.blank_lines));
            writer.out.push_str(margin);
            writer.entry(margin, key.quote(), name, fragment, Some(value));
            Edit::insert(file, model.end_with_comments(), writer.out)
        }
        (Layout::Flow, Some(margin)) => {
            let line_break = model.newline.repeat(1 + model.blank_lines);
            let comma_end = model.end_with_comma();
            if comma_end.is_none() {
                writer.out.push(',');
            }
            writer.out.push_str(&line_break);
            writer.out.push_str(margin);
            writer.entry(margin, key.quote(), name, fragment, Some(value));
            if comma_end.is_some() {
                writer.out.push(',');
            }
            Edit::insert(file, comma_end.unwrap_or(value.span().end()), writer.out)
        }
        (Layout::Flow, None) => {
            writer.out.push_str(&model.inline.comma);
            writer.entry("", key.quote(), name, fragment, Some(value));
            Edit::insert(file, value.span().end(), writer.out)
        }
    }
}

struct Writer<'m, 'd> {
    model: &'m Model<'d>,
    out: String,
}

impl<'d> Writer<'_, 'd> {
    /// Writes `name: fragment`; `like` is the value whose layout it follows, `margin` the blanks before the key.
    fn entry(&mut self, margin: &str, quote: Quote, name: &str, fragment: &Fragment, like: Option<Node<'d>>) {
        self.out.push_str(&quote.around(name));
        match fragment {
            Fragment::Copy { text, .. } => self.copy(quote, text),
            _ if self.model.body == Layout::Block => {
                self.out.push(':');
                self.block(margin, fragment, like);
            }
            _ => {
                self.colon(margin, fragment, self.model.is_pretty);
                let is_part_of_word = quote == Quote::Plain || self.model.parent == Layout::Block;
                if is_part_of_word && self.out.ends_with(':') {
                    self.out.push(' ');
                }
                self.flow(margin, fragment, like, self.model.is_pretty);
            }
        }
    }

    /// Writes a colon and a value as they stood behind another key; behind a plain one, and in a block, a blank must follow
    /// the colon.
    fn copy(&mut self, quote: Quote, text: &str) {
        match text.strip_prefix(':') {
            Some(value)
                if (quote == Quote::Plain || self.model.body == Layout::Block)
                    && !value.starts_with(char::is_whitespace) =>
            {
                self.out.push_str(": ");
                self.out.push_str(value);
            }
            _ => self.out.push_str(text),
        }
    }

    /// Writes what stands between a key and a flow value.
    fn colon(&mut self, margin: &str, fragment: &Fragment, pretty: bool) {
        let has_lines = match fragment {
            Fragment::Mapping { one_line, .. } => !one_line,
            Fragment::Sequence(_) => self.model.list == ListStyle::Pretty,
            _ => false,
        };
        match self.model.colon_above.filter(|_| pretty && has_lines) {
            Some(colon) => {
                self.out.push_str(colon);
                self.out.push_str(self.model.newline);
                self.out.push_str(margin);
            }
            None => self.out.push_str(&self.model.inline.colon),
        }
    }

    fn block(&mut self, margin: &str, fragment: &Fragment, like: Option<Node<'d>>) {
        match fragment {
            Fragment::Mapping {
                entries,
                one_line: false,
            } => {
                let inner = self.model.inner_margin(margin, like);
                for (name, value) in entries {
                    self.out.push_str(self.model.newline);
                    self.out.push_str(&inner);
                    let like_value = like.and_then(|like| like.get(name));
                    self.entry(&inner, self.model.key_quote, name, value, like_value);
                }
            }
            Fragment::Sequence(items) => match self.model.list {
                ListStyle::Block { offset } => {
                    let inner = format!("{margin}{}", " ".repeat(offset));
                    for item in items {
                        self.out.push_str(self.model.newline);
                        self.out.push_str(&inner);
                        self.out.push('-');
                        self.item(&inner, item);
                    }
                }
                ListStyle::OneLine | ListStyle::Pretty => {
                    self.out.push(' ');
                    self.flow(margin, fragment, like, false);
                }
            },
            _ => {
                self.out.push(' ');
                self.flow(margin, fragment, like, false);
            }
        }
    }

    /// Writes what follows the dash of a block sequence; a mapping's first entry stands beside the dash.
    fn item(&mut self, margin: &str, fragment: &Fragment) {
        let inner = format!("{margin}  ");
        self.out.push(' ');
        match fragment {
            Fragment::Mapping {
                entries,
                one_line: false,
            } => {
                for (at, (name, value)) in entries.iter().enumerate() {
                    if at > 0 {
                        self.out.push_str(self.model.newline);
                        self.out.push_str(&inner);
                    }
                    self.entry(&inner, self.model.key_quote, name, value, None);
                }
            }
            _ => self.flow(margin, fragment, None, false),
        }
    }

    fn flow(&mut self, margin: &str, fragment: &Fragment, like: Option<Node<'d>>, pretty: bool) {
        match fragment {
            Fragment::Scalar { value, quote } => {
                let quote = quote.or(like.map(Node::quote)).unwrap_or(self.model.key_quote);
                let quote = quote.for_text(value);
                self.out.push_str(&quote.around(value));
            }
            Fragment::Bare(value) => self.out.push_str(value),
            Fragment::Tagged { tag, value } => {
                self.out.push_str(tag);
                self.out.push(' ');
                self.flow(margin, value, None, false);
            }
            Fragment::Sequence(items) => {
                let pretty = pretty && self.model.list == ListStyle::Pretty;
                self.bracketed(margin, like, pretty, '[', ']', items, |writer, inner, item| {
                    writer.flow(inner, item, None, pretty);
                });
            }
            Fragment::Mapping { entries, one_line } => {
                let pretty = pretty && !one_line;
                self.bracketed(
                    margin,
                    like,
                    pretty,
                    '{',
                    '}',
                    entries,
                    |writer, inner, (name, value)| {
                        let like_value = like.and_then(|like| like.get(name));
                        writer.out.push_str(&writer.model.key_quote.around(name));
                        if let Fragment::Copy { text, .. } = value {
                            writer.copy(writer.model.key_quote, text);
                        } else {
                            writer.colon(inner, value, pretty);
                            writer.flow(inner, value, like_value, pretty);
                        }
                    },
                );
            }
            // A copy brings its own colon, so it is written where its key is.
            Fragment::Copy { .. } => {}
        }
    }

    #[allow(clippy::too_many_arguments)] // one call each for the two kinds of brackets, told apart by them
    fn bracketed<T>(
        &mut self,
        margin: &str,
        like: Option<Node<'d>>,
        pretty: bool,
        open: char,
        close: char,
        parts: &[T],
        write: impl Fn(&mut Self, &str, &T),
    ) {
        let inner = self.model.inner_margin(margin, like);
        let inline = &self.model.inline;
        let padding = if open == '[' {
            inline.list_padding
        } else {
            inline.padding
        };
        self.out.push(open);
        for (at, part) in parts.iter().enumerate() {
            if pretty {
                if at > 0 {
                    self.out.push(',');
                }
                self.out.push_str(self.model.newline);
                self.out.push_str(&inner);
            } else {
                self.out.push_str(if at == 0 { padding } else { &inline.comma });
            }
            write(self, &inner, part);
        }
        if pretty {
            let own = like.and_then(closing_margin).filter(|own| own.len() > margin.len());
            self.out.push_str(self.model.newline);
            self.out.push_str(own.unwrap_or(margin));
        } else {
            self.out.push_str(padding);
        }
        self.out.push(close);
    }
}
