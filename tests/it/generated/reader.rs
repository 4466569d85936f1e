//! Readers that share no code with the product: saphyr-parser for YAML, `serde_json` for JSON.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, Tag};

use super::value::{Value, list, map, text};

/// A character that no template has, in place of a dash that ends a plain scalar in a flow collection.
const DASH: &str = "\u{2010}";

/// Reads each document of a YAML file.
///
/// The parser rejects a plain `-` before a comma or a bracket, which libyaml reads.
///
/// # Errors
///
/// Returns the message of the parser.
pub(super) fn read_yaml(source: &str) -> Result<Vec<Value>, String> {
    let mut reader = Reader::default();
    let mut source = source.trim_start_matches('\u{feff}').to_owned();
    for end in [",", "]", "}"] {
        source = source.replace(&format!("-{end}"), &format!("{DASH}{end}"));
    }
    // The parser treats a byte order mark as a part of the first key.
    for event in Parser::new_from_str(&source) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        reader
            .take(event)
            .ok_or_else(|| format!("line {}: not as expected", span.start.line()))?;
    }
    Ok(reader.documents)
}

/// Reads a JSON file; duplicate keys are kept.
///
/// # Errors
///
/// Returns the message of the parser.
pub(super) fn read_json(source: &str) -> Result<Value, String> {
    serde_json::from_str::<Json>(source.trim_start_matches('\u{feff}'))
        .map(|Json(value)| value)
        .map_err(|error| error.to_string())
}

/// The finished documents and the open collections, the outermost first.
#[derive(Default)]
struct Reader {
    documents: Vec<Value>,
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
}

struct Open {
    is_map: bool,
    /// The items, or alternately keys and values.
    parts: Vec<Value>,
    anchor: usize,
    tag: Option<String>,
}

impl Reader {
    /// Handles an event; returns `None` for an unexpected one.
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Scalar(value, _, anchor, tag) => {
                let value = call_of(tag.as_deref().map(name_of), text(value.replace(DASH, "-")));
                self.add(value, anchor);
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor)?.clone();
                self.add(value, 0);
            }
            Event::SequenceStart(anchor, tag) => self.begin(false, anchor, tag.as_deref()),
            Event::MappingStart(anchor, tag) => self.begin(true, anchor, tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => {
                let Open {
                    is_map,
                    parts,
                    anchor,
                    tag,
                } = self.open.pop()?;
                let value = if is_map { map(pairs(parts)?) } else { list(parts) };
                self.add(call_of(tag, value), anchor);
            }
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Some(())
    }

    fn begin(&mut self, is_map: bool, anchor: usize, tag: Option<&Tag>) {
        self.open.push(Open {
            is_map,
            parts: Vec::new(),
            anchor,
            tag: tag.map(name_of),
        });
    }

    fn add(&mut self, value: Value, anchor: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.parts.push(value),
            None => self.documents.push(value),
        }
    }
}

fn pairs(parts: Vec<Value>) -> Option<Vec<(String, Value)>> {
    let mut parts = parts.into_iter();
    let mut entries = Vec::new();
    while let Some(key) = parts.next() {
        let Value::Text(key) = key else { return None };
        entries.push((key, parts.next()?));
    }
    Some(entries)
}

fn name_of(tag: &Tag) -> String {
    format!("{}{}", tag.handle, tag.suffix)
}

/// Returns the call that a tag with its value is the short form of.
fn call_of(tag: Option<String>, argument: Value) -> Value {
    let Some(tag) = tag else { return argument };
    let function = match tag.strip_prefix('!') {
        Some("Ref") => "Ref".to_owned(),
        Some(name) => format!("Fn::{name}"),
        None => tag,
    };
    map([(function, argument)])
}

struct Json(Value);

impl<'de> serde::Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string, a list or an object")
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json(text(value)))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut read = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(Json(list(read)))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut read = Vec::new();
        while let Some((key, Json(value))) = entries.next_entry::<String, Json>()? {
            read.push((key, value));
        }
        Ok(Json(map(read)))
    }
}
