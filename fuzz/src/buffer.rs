use serde_json::{Value, json};

use crate::chance::Chance;
use crate::vary::{CHARACTERS, boundary};

/// A text in an editor, which counts columns in UTF-8 or UTF-16.
///
/// It shares no code with the server.
#[derive(Clone)]
pub(crate) struct Buffer {
    pub(crate) text: String,
    pub(crate) is_utf8: bool,
}

impl Buffer {
    /// Replaces the part between two positions, and returns the change as an editor sends it.
    pub(crate) fn change(&mut self, chance: &mut Chance) -> Value {
        if chance.below(10) == 0 {
            self.text = self.piece(chance).repeat(2);
            return json!({"text": self.text});
        }
        let start = self.position(chance);
        let mut end = match chance.below(3) {
            0 => start,
            1 => (start.0, start.1 + chance.below(9)),
            _ => self.position(chance),
        };
        // No editor sends a range that ends before its start.
        end = end.max(start);
        let text = match chance.below(3) {
            0 => String::new(),
            1 => (*chance.one_of(CHARACTERS)).to_owned(),
            _ => self.piece(chance),
        };
        self.replace(start, end, &text);
        let position = |(line, character)| json!({"line": line, "character": character});
        json!({"range": {"start": position(start), "end": position(end)}, "text": text})
    }

    /// Returns the text after edits of the server, which all refer to this text.
    pub(crate) fn edited(&self, edits: &[Value]) -> String {
        let position = |at: &Value| {
            let number = |key: &str| usize::try_from(at[key].as_u64().expect("it is a number")).expect("it is small");
            (number("line"), number("character"))
        };
        let mut ranges: Vec<_> = edits
            .iter()
            .map(|edit| {
                let [start, end] = ["start", "end"].map(|side| position(&edit["range"][side]));
                let text = edit["newText"].as_str().expect("it is a string");
                (self.offset(start), self.offset(end), text)
            })
            .collect();
        ranges.sort_by_key(|(start, end, _)| (*start, *end));
        let mut edited = self.text.clone();
        for (start, end, text) in ranges.into_iter().rev() {
            edited.replace_range(start..end, text);
        }
        edited
    }

    fn replace(&mut self, start: (usize, usize), end: (usize, usize), text: &str) {
        let range = self.offset(start)..self.offset(end);
        self.text.replace_range(range.start..range.end.max(range.start), text);
    }

    /// Returns a line and a column, which need not exist.
    fn position(&self, chance: &mut Chance) -> (usize, usize) {
        let line = chance.below(self.text.matches('\n').count() + 2);
        // Few lines are longer.
        let columns = if chance.below(8) == 0 { 300 } else { 30 };
        (line, chance.below(columns))
    }

    /// Returns a part of the text.
    fn piece(&self, chance: &mut Chance) -> String {
        let start = boundary(&self.text, chance.below(self.text.len() + 1));
        let end = boundary(&self.text, start + chance.below(60));
        self.text[start..end.max(start)].to_owned()
    }

    /// Returns the byte of a position: at most the end of the line, and never inside a character.
    ///
    /// LF, CRLF and CR end a line.
    fn offset(&self, (line, column): (usize, usize)) -> usize {
        let mut rest = self.text.as_str();
        for _ in 0..line {
            let Some((_, next)) = rest.split_once(['\n', '\r']) else {
                return self.text.len();
            };
            let is_crlf = self.text[..self.text.len() - next.len()].ends_with('\r') && next.starts_with('\n');
            rest = &next[usize::from(is_crlf)..];
        }
        let start = self.text.len() - rest.len();
        let content = rest.split(['\n', '\r']).next().unwrap_or_default();
        let mut units = 0;
        for (at, character) in content.char_indices() {
            units += if self.is_utf8 {
                character.len_utf8()
            } else {
                character.len_utf16()
            };
            if units > column {
                return start + at;
            }
        }
        start + content.len()
    }
}
