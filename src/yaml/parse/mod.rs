//! Reads a text into nodes.

mod builder;
mod characters;
mod ends;
mod mask;
mod repair;
mod source;
mod starts;

use super::error::{Problem, SyntaxError};
use super::node::Stream;
use super::nodes::Nodes;
use crate::text::{File, FileId, Lines, Span};

use builder::{Builder, Places};
use characters::{Characters, refuse_control_characters};
use mask::mask;
use repair::repair;
use source::Source;

pub(super) use mask::masked;

impl Stream {
    /// Reads a YAML stream or a JSON value.
    ///
    /// # Errors
    ///
    /// Text that is not YAML 1.2, control characters, more than [`MAX_DEPTH`](super::MAX_DEPTH) levels, or 4 GB and more.
    /// As CloudFormation does, it accepts JSON with tabs between tokens and surrogate pairs, and brackets or quoted lines
    /// that are indented less than the mapping around them.
    pub fn parse(file: &File) -> Result<Self, SyntaxError> {
        let text = &*file.text;
        refuse_control_characters(text)?;
        if u32::try_from(text.len()).is_err() {
            return Err(SyntaxError {
                problem: Problem::TooLong,
                span: Span::at(0),
            });
        }
        let lines = Lines::new(text);
        let nodes = read(text, &lines)?;
        Ok(Self::new(file.clone(), lines, nodes))
    }

    /// Reads a text that is not a file, such as JSON in a scalar.
    ///
    /// # Errors
    ///
    /// As [`Stream::parse`].
    pub fn of_text(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(&File::new(FileId::default(), text))
    }
}

fn read(text: &str, lines: &Lines) -> Result<Nodes, SyntaxError> {
    // Behind this a bracket begins no key, so the parser does not hold all tokens back until it is closed.
    const START: &str = "--- ";

    let masked = mask(text);
    let source = Source { text, lines };
    // What is covered is as long as what covers it.
    let read = |start: &'static str| {
        let places = Places::in_source(source, start);
        Builder::read(source, Characters::of(start, &masked.text), places)
    };
    if masked.is_flow
        && let Ok(nodes) = read(START)
    {
        return Ok(nodes);
    }
    read("").or_else(|error| {
        let repaired = repair(&masked);
        let lines = Lines::new(&repaired.text);
        let places = Places::in_repaired(&repaired, &lines);
        Builder::read(source, Characters::of("", &repaired.text), places).map_err(|_| error)
    })
}
