//! A reader of YAML and JSON for these tests, from the events of saphyr-parser.

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::tree::{Tree, list, map, text};

/// A template that was read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) tree: Tree,
    /// Every scalar, including keys, in the order of the source.
    pub(crate) scalars: Vec<Scalar>,
}

/// A scalar as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    pub(crate) is_plain: bool,
    /// Set if it is a key, or a scalar that refers to one.
    pub(crate) is_name: bool,
}

/// Reads the first document of a source.
///
/// # Errors
///
/// Returns the message of the parser.
pub(crate) fn read(source: &str) -> Result<Reading, String> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(source) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        reader
            .take(event)
            .ok_or_else(|| format!("line {}: not a template", span.start.line()))?;
    }
    let tree = reader.document.ok_or("no document")?;
    let scalars = reader.scalars;
    Ok(Reading { tree, scalars })
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    document: Option<Tree>,
    scalars: Vec<Scalar>,
}

/// A collection whose end was not read.
struct Open {
    is_map: bool,
    /// The items, or alternately keys and values.
    parts: Vec<Tree>,
    tag: Option<String>,
}

impl Reader {
    /// Handles an event; returns `None` for an unexpected one.
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Scalar(value, style, _, tag) => {
                let tag = tag.as_deref().map(name_of);
                let is_reference = matches!(tag.as_deref(), Some("!Ref" | "!Condition"));
                self.scalars.push(Scalar {
                    text: value.to_string(),
                    is_plain: style == ScalarStyle::Plain,
                    is_name: is_reference || self.is_at_name(),
                });
                self.add(called(tag, text(value)));
            }
            Event::SequenceStart(_, tag) => self.begin(false, tag.as_deref()),
            Event::MappingStart(_, tag) => self.begin(true, tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { is_map, parts, tag } = self.open.pop()?;
                let value = if is_map { map(pairs(parts)?) } else { list(parts) };
                self.add(called(tag, value));
            }
            Event::Alias(_) => return None,
            Event::DocumentStart(_) | Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Some(())
    }

    /// Returns whether the next scalar is a name.
    ///
    /// Names are keys, values of keys that take a name, and the first argument of `Fn::GetAtt`.
    fn is_at_name(&self) -> bool {
        let last_key = |open: &Open| open.parts.last().and_then(Tree::as_text).map(str::to_owned);
        match self.open.as_slice() {
            [.., open] if open.is_map => {
                let takes_name = matches!(last_key(open).as_deref(), Some("Ref" | "Condition" | "DependsOn"));
                open.parts.len() % 2 == 0 || takes_name
            }
            [.., outer, list] if list.parts.is_empty() => {
                let is_argument = outer.is_map && last_key(outer).as_deref() == Some("Fn::GetAtt");
                is_argument || list.tag.as_deref() == Some("!GetAtt")
            }
            _ => false,
        }
    }

    fn begin(&mut self, is_map: bool, tag: Option<&Tag>) {
        self.open.push(Open {
            is_map,
            parts: Vec::new(),
            tag: tag.map(name_of),
        });
    }

    fn add(&mut self, value: Tree) {
        match self.open.last_mut() {
            Some(open) => open.parts.push(value),
            None => self.document = Some(value),
        }
    }
}

fn pairs(parts: Vec<Tree>) -> Option<Vec<(String, Tree)>> {
    let mut parts = parts.into_iter();
    let mut entries = Vec::new();
    while let Some(key) = parts.next() {
        let Tree::Text(key) = key else { return None };
        entries.push((key, parts.next()?));
    }
    Some(entries)
}

fn name_of(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

/// Returns the long form of a function's tag.
fn called(tag: Option<String>, argument: Tree) -> Tree {
    let Some(tag) = tag else { return argument };
    let function = match tag.strip_prefix('!') {
        Some(name @ ("Ref" | "Condition")) => name.to_owned(),
        Some(name) => format!("Fn::{name}"),
        None => tag,
    };
    map([(function, argument)])
}
