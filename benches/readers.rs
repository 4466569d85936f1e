//! The two readers of YAML, reading and doing nothing else: what the tool's own speed and memory are measured by.

use serde::Deserialize;
use serde::de::IgnoredAny;
use yaml_rust2::parser::{Event, Parser};

/// Reads a text to its end with the pull parser; how many events there were.
pub(crate) fn yaml_rust2(text: &str) -> usize {
    let mut parser = Parser::new_from_str(text);
    let mut events = 0;
    loop {
        let (event, _) = parser.next_token().unwrap();
        events += 1;
        if event == Event::StreamEnd {
            return events;
        }
    }
}

/// Reads a text to its end and keeps nothing of it; how many documents there were.
pub(crate) fn serde_yaml(text: &str) -> usize {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.fold(0, |read, document| {
        IgnoredAny::deserialize(document).unwrap();
        read + 1
    })
}
