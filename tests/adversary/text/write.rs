//! A writer of templates in several layouts.

use crate::random::Random;
use crate::tree::Tree;

/// The layout of a template.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) is_json: bool,
    /// Set if functions are written as tags.
    pub(crate) has_tags: bool,
    /// Set if small collections are written in flow style.
    pub(crate) has_brackets: bool,
    pub(crate) quotes: Quotes,
    pub(crate) indent: usize,
}

/// The scalars to quote in addition to those that need quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    None,
    Some,
    All,
}

impl Layout {
    /// The layout that most people use.
    pub(crate) const USUAL: Self = Self {
        is_json: false,
        has_tags: true,
        has_brackets: false,
        quotes: Quotes::None,
        indent: 2,
    };

    /// Picks a random layout.
    pub(crate) fn random(random: &mut Random) -> Self {
        Self {
            is_json: random.chance(25),
            has_tags: random.chance(75),
            has_brackets: random.chance(40),
            quotes: random.one_of(&[Quotes::None, Quotes::None, Quotes::Some, Quotes::All]),
            indent: random.one_of(&[2, 2, 2, 4]),
        }
    }
}

/// Writes a template.
pub(crate) fn write(tree: &Tree, layout: &Layout) -> String {
    if layout.is_json {
        return json(tree, 0) + "\n";
    }
    let mut writer = Writer {
        layout,
        written: String::new(),
        random: Random::new(u64::try_from(tree.size()).unwrap()),
    };
    writer.entries(tree.entries(), 0, false);
    writer.written
}

fn json(tree: &Tree, indent: usize) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let lines = |lines: Vec<String>, open: char, close: char| {
        let (inner, outer) = (" ".repeat(indent + 2), " ".repeat(indent));
        match lines.is_empty() {
            true => format!("{open}{close}"),
            false => format!("{open}\n{inner}{}\n{outer}{close}", lines.join(&format!(",\n{inner}"))),
        }
    };
    match tree {
        Tree::Text(text) => quoted(text),
        Tree::List(items) => lines(items.iter().map(|item| json(item, indent + 2)).collect(), '[', ']'),
        Tree::Map(entries) => {
            let entry = |(key, value): &(String, Tree)| format!("{}: {}", quoted(key), json(value, indent + 2));
            lines(entries.iter().map(entry).collect(), '{', '}')
        }
    }
}

struct Writer<'l> {
    layout: &'l Layout,
    written: String,
    random: Random,
}

impl Writer<'_> {
    /// Writes the entries of a mapping, each on a line of its own.
    ///
    /// If `is_begun`, the first entry is on the current line.
    fn entries(&mut self, entries: &[(String, Tree)], indent: usize, is_begun: bool) {
        for (index, (key, value)) in entries.iter().enumerate() {
            if index > 0 || !is_begun {
                self.written += &" ".repeat(indent);
            }
            let key = self.scalar(key);
            self.written += &format!("{key}:");
            self.value(value, indent + self.layout.indent, false);
        }
    }

    /// Writes a value after a key, a dash or a tag.
    fn value(&mut self, value: &Tree, indent: usize, is_tagged: bool) {
        if let Some((tag, argument)) = self.tag_of(value, is_tagged) {
            self.written += &format!(" {tag}");
            return self.value(&argument, indent, true);
        }
        match value {
            Tree::Text(text) => {
                let scalar = self.scalar(text);
                self.written += &format!(" {scalar}\n");
            }
            _ if value.size() == 1 || (self.layout.has_brackets && value.size() <= 12) => {
                let flow = self.flow(value, is_tagged);
                self.written += &format!(" {flow}\n");
            }
            Tree::Map(entries) => {
                self.written.push('\n');
                self.entries(entries, indent, false);
            }
            Tree::List(items) => {
                self.written.push('\n');
                for item in items {
                    self.written += &format!("{}-", " ".repeat(indent));
                    match item {
                        Tree::Map(entries) if !entries.is_empty() && self.tag_of(item, false).is_none() => {
                            self.written.push(' ');
                            self.entries(entries, indent + 2, true);
                        }
                        _ => self.value(item, indent + self.layout.indent, false),
                    }
                }
            }
        }
    }

    fn flow(&mut self, value: &Tree, is_tagged: bool) -> String {
        if let Some((tag, argument)) = self.tag_of(value, is_tagged) {
            return format!("{tag} {}", self.flow(&argument, true));
        }
        match value {
            Tree::Text(text) => self.scalar(text),
            Tree::List(items) => {
                let items: Vec<_> = items.iter().map(|item| self.flow(item, false)).collect();
                format!("[{}]", items.join(", "))
            }
            Tree::Map(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.scalar(key), self.flow(value, false)))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// Returns the short form of a call.
    ///
    /// `None` directly after another tag, which YAML does not allow.
    fn tag_of(&self, value: &Tree, is_tagged: bool) -> Option<(String, Tree)> {
        if !self.layout.has_tags || is_tagged {
            return None;
        }
        let (function, argument) = value.as_call()?;
        let argument = match value.as_get_att() {
            Some((id, attribute)) => Tree::Text(format!("{id}.{attribute}")),
            None => argument.clone(),
        };
        Some((format!("!{}", function.trim_start_matches("Fn::")), argument))
    }

    /// Writes a scalar, in quotes if it needs them or the layout requires them.
    fn scalar(&mut self, text: &str) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_/.-".contains(c);
        let is_safe =
            text.replace("::", "").chars().all(is_plain) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        let wants_quotes = match self.layout.quotes {
            Quotes::None => false,
            Quotes::Some => self.random.chance(40),
            Quotes::All => true,
        };
        match is_safe && !wants_quotes {
            true => text.to_owned(),
            false => format!("{text:?}"),
        }
    }
}
