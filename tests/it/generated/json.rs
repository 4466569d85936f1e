//! A writer of templates as JSON, in every spacing.

use super::layout::{Feature, Layout, Spans, Written};
use super::value::Value;

pub(super) fn write(value: &Value, layout: &Layout) -> Written {
    let mut json = Json {
        layout,
        written: Written::default(),
        breaks: 0,
        is_one_line: layout.pick_once(Feature::Flow, "one line", 3) == 1,
    };
    if layout.pick_once(Feature::Document, "mark", 4) == 1 {
        json.put("\u{feff}");
    }
    json.value(value, 0, "", false);
    let ending = match layout.pick_once(Feature::FinalNewline, "end", 3) {
        0 => layout.newline("end"),
        1 => "",
        _ => " ",
    };
    json.put(ending);
    json.written
}

struct Json<'l> {
    layout: &'l Layout,
    written: Written,
    breaks: usize,
    is_one_line: bool,
}

impl Json<'_> {
    fn put(&mut self, text: &str) {
        self.written.text.push_str(text);
    }

    fn line(&mut self, depth: usize) {
        self.breaks += 1;
        let newline = self.layout.newline(&self.breaks.to_string());
        self.put(newline);
        if self.layout.pick(Feature::BlankLines, &self.breaks.to_string(), 8) == 1 {
            self.put(newline);
        }
        let indent = match self.layout.pick_once(Feature::Tabs, "indent", 2) {
            1 => "\t",
            _ => ["  ", "    ", " ", "   ", ""][self.layout.pick_once(Feature::Indent, "indent", 5)],
        };
        self.put(&indent.repeat(depth));
    }

    fn value(&mut self, value: &Value, depth: usize, path: &str, is_inline: bool) {
        match value {
            Value::Text(text) => self.text(text, path),
            Value::List(items) => {
                let items: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (None, index.to_string(), item))
                    .collect();
                self.collection(['[', ']'], &items, depth, path, is_inline);
            }
            Value::Map(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (Some(key.as_str()), key.clone(), value))
                    .collect();
                self.collection(['{', '}'], &entries, depth, path, is_inline);
            }
        }
    }

    fn collection(
        &mut self,
        [open, close]: [char; 2],
        parts: &[(Option<&str>, String, &Value)],
        depth: usize,
        path: &str,
        is_inline: bool,
    ) {
        let is_short = parts.len() < 3 && depth > 2;
        let is_inline = is_inline
            || self.is_one_line
            || (is_short && self.layout.pick(Feature::Flow, &format!("{path} inline"), 2) == 1);
        let pad = match is_inline && self.layout.pick_once(Feature::Spacing, "pad", 2) == 1 {
            true => " ",
            false => "",
        };
        let is_comma_first = !is_inline && self.layout.pick_once(Feature::CommaFirst, "comma", 2) == 1;
        self.put(&open.to_string());
        self.put(pad);
        for (index, (key, segment, value)) in parts.iter().enumerate() {
            let path = format!("{path}/{segment}");
            if index > 0 && !is_comma_first {
                self.put([",", " ,", ",  "][self.layout.pick(Feature::Spacing, &format!("{path} comma"), 3)]);
            }
            match (is_inline, index) {
                (false, _) => self.line(depth + 1),
                (true, 0) => {}
                (true, _) => self.put([" ", ""][self.layout.pick_once(Feature::Spacing, "after comma", 2)]),
            }
            if index > 0 && is_comma_first {
                self.put(", ");
            }
            let start = self.written.text.len();
            let mut key_end = start;
            if let Some(key) = key {
                self.text(key, &format!("{path} key"));
                key_end = self.written.text.len();
                let colon = match self.layout.pick_once(Feature::Tabs, "colon", 3) {
                    1 => ":\t",
                    _ => [": ", ":", " : ", ":   "][self.layout.pick_once(Feature::Spacing, "colon", 4)],
                };
                self.put(colon);
                let is_filled = matches!(value, Value::List(items) if !items.is_empty())
                    || matches!(value, Value::Map(entries) if !entries.is_empty());
                if is_filled && !is_inline && self.layout.pick_once(Feature::NextLine, "bracket", 3) == 1 {
                    self.line(depth + 1);
                }
            }
            let value_start = self.written.text.len();
            self.value(value, depth + 1, &path, is_inline);
            let spans = Spans {
                key: start..key_end,
                value: value_start..self.written.text.len(),
            };
            self.written.spans.insert(path, spans);
        }
        if !is_inline && !parts.is_empty() {
            self.line(depth);
        }
        self.put(pad);
        self.put(&close.to_string());
    }

    fn text(&mut self, text: &str, path: &str) {
        let is_escaped = self.layout.pick(Feature::Escapes, &format!("{path} escapes"), 2) == 1;
        if is_escaped && text.contains('/') {
            self.written.obstacles.push(self.written.text.len());
        }
        let mut quoted = String::from('"');
        for c in text.chars() {
            match c {
                '"' => quoted.push_str("\\\""),
                '\\' => quoted.push_str("\\\\"),
                '\n' => quoted.push_str("\\n"),
                '\t' => quoted.push_str("\\t"),
                '/' if is_escaped => quoted.push_str("\\/"),
                c if is_escaped && !c.is_ascii() => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        quoted.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        self.put(&quoted);
    }
}
