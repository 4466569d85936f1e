//! The two YAML parsers alone, as a baseline for time and memory.

use serde::Deserialize;
use serde::de::IgnoredAny;
use yaml_rust2::parser::{Event, Parser};

/// Parses a source with yaml-rust2, up to its first error, and returns the number of events.
pub(crate) fn yaml_rust2(text: &str) -> usize {
    let mut parser = Parser::new_from_str(text);
    let mut events = 0;
    while let Ok((event, _)) = parser.next_token() {
        events += 1;
        if event == Event::StreamEnd {
            break;
        }
    }
    events
}

/// Parses a source with `serde_yaml`, keeps nothing, and returns the number of documents.
pub(crate) fn serde_yaml(text: &str) -> usize {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.fold(0, |read, document| {
        IgnoredAny::deserialize(document).unwrap();
        read + 1
    })
}
