//! A writer of templates as YAML, in every layout that people and serialisers use.

use super::layout::{Feature, Layout, Spans, Written};
use super::value::{Value, text};

pub(super) fn write(value: &Value, layout: &Layout) -> Written {
    let mut yaml = Yaml {
        layout,
        written: Written::default(),
        anchors: Vec::new(),
        breaks: 0,
        end: 0,
        ends_in_block: false,
    };
    yaml.document(value);
    yaml.written
}

struct Yaml<'l> {
    layout: &'l Layout,
    written: Written,
    /// The values with an anchor so far: value, anchor, path.
    anchors: Vec<(Value, String, String)>,
    breaks: usize,
    /// The end of the last value, without the comment after it.
    end: usize,
    /// Set if the last scalar is a block scalar.
    ///
    /// The next line could change it.
    ends_in_block: bool,
}

/// The syntax before a value.
#[derive(Clone, Copy, PartialEq)]
enum Indicator {
    Key,
    ExplicitKey,
    Dash,
}

impl Yaml<'_> {
    fn document(&mut self, value: &Value) {
        let pick = |what, count| self.layout.pick_once(Feature::Document, what, count);
        let (mark, start, end) = (pick("mark", 6), pick("start", 5), pick("end", 5));
        if mark == 1 {
            self.put("\u{feff}");
        }
        if self.comment("first") {
            self.newline();
        }
        match start {
            1 => self.line("---"),
            2 => {
                self.line("%YAML 1.1");
                self.line("---");
            }
            3 => {
                self.put("--- # the template");
                self.newline();
            }
            _ => {}
        }
        if self.can_flow(value) && self.layout.pick_once(Feature::Flow, "root", 8) == 1 {
            self.flow(value, "", 0);
        } else {
            self.block_map(value.entries(), 0, "");
        }
        match end {
            1 => {
                self.newline();
                self.put("...");
            }
            2 => {
                self.newline();
                self.line("---");
                self.put("Another: document");
                self.ends_in_block = false;
            }
            _ => {}
        }
        if self.layout.pick_once(Feature::Comments, "last", 4) == 1 {
            self.newline();
            self.comment("last");
            self.ends_in_block = false;
        }
        if self.ends_in_block || self.layout.pick_once(Feature::FinalNewline, "end", 2) == 0 {
            self.newline();
            for _ in 0..self.layout.pick(Feature::BlankLines, "end", 3) {
                self.newline();
            }
        }
    }

    // Lines.

    fn put(&mut self, text: &str) {
        self.written.text.push_str(text);
    }

    fn line(&mut self, text: &str) {
        self.put(text);
        self.newline();
    }

    fn newline(&mut self) {
        self.breaks += 1;
        let newline = match self.layout.newline(&self.breaks.to_string()) {
            // After a carriage return, it would be the second half of a CRLF.
            "\n" if self.written.text.ends_with('\r') => "\r",
            newline => newline,
        };
        self.put(newline);
    }

    fn pick(&self, feature: Feature, path: &str, what: &str, count: usize) -> usize {
        self.layout.pick(feature, &format!("{path} {what}"), count)
    }

    /// Writes a comment or nothing; returns whether it wrote one.
    fn comment(&mut self, place: &str) -> bool {
        let text = match self.pick(Feature::Comments, place, "comment", 6) {
            1 => "plain",
            2 => "日本語 😀",
            3 => "- it's: \"{not} [a] value\", !Ref & *so",
            _ => return false,
        };
        let comment = format!("# {} {text}", self.written.comments.len());
        self.written.obstacles.push(self.written.text.len());
        self.put(&comment);
        self.written.comments.push(comment);
        true
    }

    /// Writes a comment or nothing at the end of a line.
    fn comment_at_end(&mut self, place: &str) {
        let start = self.written.text.len();
        // libyaml rejects a tab after a dash or the colon of an explicit key.
        let is_after_indicator = self.written.text.ends_with([':', '-']);
        let gap = match self.pick(Feature::Tabs, place, "before comment", 2) {
            1 if !is_after_indicator => "\t",
            _ => [" ", "   "][self.pick(Feature::Spacing, place, "before comment", 2)],
        };
        self.put(gap);
        if !self.comment(place) {
            self.written.text.truncate(start);
        }
    }

    /// Begins a line, perhaps after blank lines and comments.
    fn next_line(&mut self, indent: usize, place: &str) {
        self.newline();
        for _ in 0..self.pick(Feature::BlankLines, place, "blank", 3) {
            if self.pick(Feature::Tabs, place, "blank", 3) == 1 {
                self.put(&" ".repeat(indent));
            }
            self.newline();
        }
        let start = self.written.text.len();
        let lead = [indent, 0, indent / 2][self.pick(Feature::Indent, place, "comment", 3)];
        self.put(&" ".repeat(lead));
        if self.comment(&format!("{place} above")) {
            self.newline();
        } else {
            self.written.text.truncate(start);
        }
        self.put(&" ".repeat(indent));
    }

    /// Returns the indentation of the lines below relative to this one.
    fn indent_width(&self, place: &str) -> usize {
        let usual = [2, 4, 1, 3, 8][self.layout.pick_once(Feature::Indent, "indent", 5)];
        [usual, 2, 5][self.pick(Feature::Indent, place, "step", 3)]
    }

    // Blocks.

    fn block_map(&mut self, entries: &[(String, Value)], indent: usize, path: &str) {
        for (index, (key, value)) in entries.iter().enumerate() {
            let path = format!("{path}/{key}");
            if index > 0 {
                self.next_line(indent, &path);
            }
            let is_long = key.chars().count() > 900;
            let is_explicit = is_long || self.pick(Feature::ExplicitKeys, &path, "explicit", 5) == 1;
            if is_explicit {
                self.put("? ");
            }
            let start = self.written.text.len();
            self.written.obstacles.extend(is_explicit.then_some(start));
            self.key(key, &path, false);
            let key_span = start..self.written.text.len();
            if is_explicit {
                self.comment_at_end(&format!("{path} key"));
                self.newline();
                self.put(&" ".repeat(indent));
            } else if self.pick(Feature::Spacing, &path, "before colon", 6) == 1 {
                self.put(" ");
            }
            self.put(":");
            let indicator = if is_explicit {
                Indicator::ExplicitKey
            } else {
                Indicator::Key
            };
            let value_span = self.value(value, indent, &path, indicator);
            let spans = Spans {
                key: key_span,
                value: value_span,
            };
            self.written.spans.insert(path, spans);
        }
    }

    fn block_list(&mut self, items: &[Value], indent: usize, path: &str) {
        for (index, item) in items.iter().enumerate() {
            let path = format!("{path}/{index}");
            if index > 0 {
                self.next_line(indent, &path);
            }
            self.put("-");
            let value = self.value(item, indent, &path, Indicator::Dash);
            let key = value.start..value.start;
            self.written.spans.insert(path, Spans { key, value });
        }
    }

    /// Writes a value after a colon or a dash at `parent`; returns its range.
    ///
    /// The range excludes the spaces before the value and the comment after it.
    fn value(&mut self, value: &Value, parent: usize, path: &str, indicator: Indicator) -> std::ops::Range<usize> {
        if let Some(alias) = self.alias(value, path) {
            self.put(" ");
            let start = self.written.text.len();
            self.written.obstacles.push(start);
            self.put(&alias);
            self.end = self.written.text.len();
            self.ends_in_block = false;
            self.comment_at_end(path);
            return start..self.end;
        }
        let (head, value_inside) = self.head(value, path);
        let is_block = match value_inside {
            Value::Text(_) => false,
            Value::List(items) if items.is_empty() => false,
            Value::Map(entries) if entries.is_empty() => false,
            _ => !self.can_flow(value_inside) || self.pick(Feature::Flow, path, "flow", 3) != 1,
        };
        if !is_block {
            return self.in_line(value_inside, &head, parent, path);
        }
        let is_compact =
            indicator == Indicator::Dash && head.is_empty() && self.pick(Feature::NextLine, path, "item", 5) != 1;
        if is_compact {
            let gap = 1 + self.pick(Feature::Spacing, path, "after dash", 4);
            self.put(&" ".repeat(gap));
            let start = self.written.text.len();
            self.block(value_inside, parent + 1 + gap, path);
            return start..self.end;
        }
        let mut start = self.written.text.len();
        if !head.is_empty() {
            self.put(" ");
            start = self.written.text.len();
            self.put(head.trim_end());
        }
        self.comment_at_end(&format!("{path} head"));
        let is_list = matches!(value_inside, Value::List(_));
        let is_indentless = is_list && indicator == Indicator::Key && self.pick_indentless(path);
        let indent = if is_indentless {
            parent
        } else {
            parent + self.indent_width(path)
        };
        self.next_line(indent, &format!("{path} first"));
        if head.is_empty() {
            start = self.written.text.len();
        }
        self.block(value_inside, indent, path);
        start..self.end
    }

    fn pick_indentless(&self, path: &str) -> bool {
        match self.layout.pick_once(Feature::Indentless, "lists", 3) {
            0 => false,
            1 => true,
            _ => self.pick(Feature::Indentless, path, "list", 2) == 1,
        }
    }

    fn block(&mut self, value: &Value, indent: usize, path: &str) {
        match value {
            Value::Map(entries) => self.block_map(entries, indent, path),
            Value::List(items) => self.block_list(items, indent, path),
            Value::Text(_) => unreachable!("a scalar is not a block collection"),
        }
    }

    /// Writes a scalar or a flow collection after a colon or a dash.
    fn in_line(&mut self, value: &Value, head: &str, parent: usize, path: &str) -> std::ops::Range<usize> {
        let column = parent + self.indent_width(path);
        let is_below = self.pick(Feature::NextLine, path, "below", 6) == 1;
        if is_below {
            self.comment_at_end(&format!("{path} before"));
            self.next_line(column, &format!("{path} below"));
        } else {
            let gap = [" ", "  ", "      "][self.pick(Feature::Spacing, path, "after colon", 3)];
            self.put(gap);
        }
        let start = self.written.text.len();
        self.put(head);
        if !head.is_empty() && self.pick(Feature::TagBreaks, path, "break", 6) == 1 {
            self.written.obstacles.push(start);
            self.comment_at_end(&format!("{path} tag"));
            self.newline();
            self.put(&" ".repeat(column));
        }
        self.ends_in_block = false;
        match value {
            Value::Text(text) if self.is_block_scalar(text, path) => self.block_scalar(text, column, path),
            Value::Text(text) => self.scalar(text, column, path, false),
            _ => self.flow(value, path, column),
        }
        self.end = self.written.text.len();
        if !self.ends_in_block {
            self.comment_at_end(path);
        }
        start..self.end
    }

    // Anchors and tags.

    fn alias(&mut self, value: &Value, path: &str) -> Option<String> {
        let (_, anchor, anchored) = self.anchors.iter().find(|(anchored, ..)| anchored == value)?;
        if self.pick(Feature::Anchors, path, "alias", 2) == 0 {
            return None;
        }
        let alias = format!("*{anchor}");
        self.written.shared.extend([anchored.clone(), path.to_owned()]);
        Some(alias)
    }

    /// Returns the anchor and the tag of a value, and the value without them.
    ///
    /// A space follows each.
    fn head<'v>(&mut self, value: &'v Value, path: &str) -> (String, &'v Value) {
        let mut head = String::new();
        let is_empty = matches!(value, Value::Text(text) if text.is_empty());
        let is_anchored = self.layout.has(Feature::Anchors)
            && !is_empty
            && !self.anchors.iter().any(|(anchored, ..)| anchored == value)
            && self.pick(Feature::Anchors, path, "anchor", 4) == 1;
        if is_anchored {
            let anchor = format!("a{}", self.anchors.len());
            self.written.obstacles.push(self.written.text.len() + 1);
            head.push_str(&format!("&{anchor} "));
            self.anchors.push((value.clone(), anchor, path.to_owned()));
        }
        let Some((function, argument)) = value.as_call() else {
            return (head, value);
        };
        let is_short = match (function, argument) {
            ("Fn::GetAtt" | "Fn::If" | "Fn::Join" | "Fn::Equals", Value::List(items)) => !items.is_empty(),
            ("Ref" | "Fn::Sub" | "Fn::ImportValue", Value::Text(_)) => true,
            _ => false,
        };
        if !is_short || self.is_long(path) {
            return (head, value);
        }
        let tag = format!("!{} ", function.trim_start_matches("Fn::"));
        let is_tag_first = is_anchored && self.pick(Feature::Spacing, path, "tag first", 2) == 1;
        let head = if is_tag_first { tag + &head } else { head + &tag };
        (head, argument)
    }

    fn is_long(&self, path: &str) -> bool {
        match self.layout.pick_once(Feature::LongForms, "calls", 3) {
            0 => false,
            1 => true,
            _ => self.pick(Feature::LongForms, path, "call", 2) == 1,
        }
    }

    // Flow.

    /// Returns whether a value can be a flow collection.
    ///
    /// Long keys would have to be explicit.
    fn can_flow(&self, value: &Value) -> bool {
        match value {
            Value::Text(_) => true,
            Value::List(items) => items.iter().all(|item| self.can_flow(item)),
            Value::Map(entries) => entries
                .iter()
                .all(|(key, value)| key.chars().count() <= 900 && self.can_flow(value)),
        }
    }

    fn flow(&mut self, value: &Value, path: &str, column: usize) {
        match value {
            Value::Text(text) => self.scalar(text, column, path, true),
            Value::List(items) => {
                let items: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (None, index.to_string(), item))
                    .collect();
                self.brackets(['[', ']'], &items, path, column);
            }
            Value::Map(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (Some(key.as_str()), key.clone(), value))
                    .collect();
                self.brackets(['{', '}'], &entries, path, column);
            }
        }
    }

    fn brackets(
        &mut self,
        [open, close]: [char; 2],
        parts: &[(Option<&str>, String, &Value)],
        path: &str,
        column: usize,
    ) {
        let has_lines = !parts.is_empty() && self.pick(Feature::LinesInFlow, path, "lines", 2) == 1;
        let is_comma_first = has_lines && self.pick(Feature::CommaFirst, path, "comma", 2) == 1;
        let pad = ["", " "][self.pick(Feature::Spacing, path, "pad", 2)];
        let inner = column + self.indent_width(path);
        self.put(&open.to_string());
        if !has_lines {
            self.put(pad);
        }
        let parent = path;
        for (index, (key, segment, value)) in parts.iter().enumerate() {
            let path = format!("{parent}/{segment}");
            if index > 0 && !is_comma_first {
                self.put(self.comma(&path));
            }
            if has_lines {
                self.comment_at_end(&format!("{path} before"));
                self.next_line(inner, &path);
            } else if index > 0 {
                self.put([" ", "  "][self.pick(Feature::Spacing, &path, "after comma", 2)]);
            }
            if index > 0 && is_comma_first {
                self.put(", ");
            }
            let start = self.written.text.len();
            let mut key_span = start..start;
            if let Some(key) = key {
                if self.pick(Feature::ExplicitKeys, &path, "explicit", 8) == 1 {
                    self.put("? ");
                    self.written.obstacles.push(self.written.text.len());
                }
                let start = self.written.text.len();
                self.key(key, &path, true);
                key_span = start..self.written.text.len();
                let is_quoted = self.written.text.ends_with(['"', '\'']);
                match self.pick(Feature::Spacing, &path, "colon", 4) {
                    1 if is_quoted => self.put(":"),
                    2 => self.put(" : "),
                    _ => self.put(": "),
                }
            }
            // A plain dash may not have a blank after it.
            let next_comma = parts
                .get(index + 1)
                .map(|(_, next, _)| self.comma(&format!("{parent}/{next}")));
            let is_followed = !has_lines && next_comma.unwrap_or(pad) == next_comma.map_or("", |_| ",");
            let is_dash = **value == text("-") && is_followed && self.pick(Feature::Dashes, &path, "dash", 2) == 1;
            let value = match is_dash {
                true => self.dash(),
                false => self.flow_value(value, &path, inner, key.is_none()),
            };
            self.written.spans.insert(path, Spans { key: key_span, value });
        }
        if has_lines {
            if !is_comma_first && self.pick(Feature::CommaFirst, path, "trailing comma", 3) == 1 {
                self.put(",");
            }
            self.comment_at_end(&format!("{path} end"));
            self.next_line(column, &format!("{path} close"));
        } else {
            self.put(pad);
        }
        self.put(&close.to_string());
    }

    /// Returns the comma before an item or entry.
    fn comma(&self, path: &str) -> &'static str {
        [",", " ,"][self.pick(Feature::Spacing, path, "comma", 2)]
    }

    fn dash(&mut self) -> std::ops::Range<usize> {
        let start = self.written.text.len();
        self.put("-");
        start..start + 1
    }

    fn flow_value(&mut self, value: &Value, path: &str, column: usize, is_item: bool) -> std::ops::Range<usize> {
        let start = self.written.text.len();
        if let Some(alias) = self.alias(value, path) {
            self.written.obstacles.push(start);
            self.put(&format!("{alias} "));
            return start..start + alias.len();
        }
        let (head, inner) = self.head(value, path);
        self.put(&head);
        let pair = match inner {
            Value::Map(entries) if is_item && head.is_empty() && entries.len() == 1 => entries.first(),
            _ => None,
        };
        match pair {
            Some((key, inner_value)) if self.pick(Feature::Flow, path, "pair", 3) == 1 => {
                self.written.obstacles.push(start);
                self.key(key, path, true);
                self.put(": ");
                let path = format!("{path}/{key}");
                let value = self.flow_value(inner_value, &path, column, false);
                self.written.spans.insert(
                    path,
                    Spans {
                        key: start..value.start,
                        value,
                    },
                );
            }
            _ => self.flow(inner, path, column),
        }
        start..self.written.text.len()
    }

    // Scalars.

    fn key(&mut self, key: &str, path: &str, is_flow: bool) {
        let quote = self.pick(Feature::QuotedKeys, path, "key", 3);
        match quote {
            1 => self.put(&double(key, false)),
            2 if is_single(key) => self.put(&single(key)),
            _ if is_plain(key, is_flow) => self.put(key),
            _ if is_single(key) => self.put(&single(key)),
            _ => self.put(&double(key, false)),
        }
    }

    fn scalar(&mut self, text: &str, column: usize, path: &str, is_flow: bool) {
        let quote = self.pick(Feature::Quotes, path, "quote", 3);
        let is_escaped = self.pick(Feature::Escapes, path, "escapes", 2) == 1;
        let (written, is_double) = match quote {
            1 => (double(text, is_escaped), true),
            2 if is_single(text) => (single(text), false),
            _ if is_plain(text, is_flow) => (text.to_owned(), false),
            _ if is_single(text) => (single(text), false),
            _ => (double(text, is_escaped), true),
        };
        let folds = self.pick(Feature::FoldedLines, path, "fold", 3) == 1;
        let place = written.find(' ').filter(|&at| folds && is_between_words(&written, at));
        let Some(at) = place else {
            self.put(&written);
            return;
        };
        self.written.obstacles.push(self.written.text.len());
        let (start, end) = written.split_at(at);
        self.put(start);
        if is_double && self.pick(Feature::Escapes, path, "continued", 2) == 1 {
            self.put(" \\");
        }
        self.newline();
        self.put(&" ".repeat(column));
        self.put(end.trim_start());
    }

    /// Returns whether to write a block scalar.
    ///
    /// Most scalars of several lines are.
    fn is_block_scalar(&self, text: &str, path: &str) -> bool {
        let can_be = !text.is_empty()
            && !text.starts_with([' ', '\n', '\t'])
            && !text.ends_with("\n\n")
            && text.trim_end_matches('\n').trim_end() == text.trim_end_matches('\n')
            && text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control());
        let is_wanted = match text.contains('\n') {
            true => self.pick(Feature::Quotes, path, "lines", 3) == 0,
            false => self.pick(Feature::BlockScalars, path, "block", 8) == 1,
        };
        can_be && is_wanted
    }

    fn block_scalar(&mut self, text: &str, column: usize, path: &str) {
        self.written.obstacles.push(self.written.text.len());
        let body = text.strip_suffix('\n').unwrap_or(text);
        let chomping = if body == text { "-" } else { "" };
        let is_folded = !body.contains('\n') && self.pick(Feature::BlockScalars, path, "folded", 2) == 1;
        self.put(if is_folded { ">" } else { "|" });
        self.put(chomping);
        self.comment_at_end(path);
        let mut lines: Vec<&str> = body.split('\n').collect();
        if let (true, Some(at)) = (is_folded, body.find(' ').filter(|&at| is_between_words(body, at))) {
            lines = vec![&body[..at], &body[at + 1..]];
        }
        for line in lines {
            self.newline();
            if !line.is_empty() {
                self.put(&" ".repeat(column));
                self.put(line);
            }
        }
        self.ends_in_block = true;
    }
}

/// Returns whether the space at `at` can be a line break instead.
fn is_between_words(text: &str, at: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_letter(text[..at].chars().next_back()) && is_letter(text[at + 1..].chars().next())
}

/// Returns whether a scalar needs no quotes.
fn is_plain(text: &str, is_flow: bool) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphanumeric() || "/_+.<=~(^$".contains(c));
    let brackets = |c: char| is_flow && "[]{},".contains(c);
    starts_well
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && text
            .chars()
            .all(|c| c == ' ' || !(c.is_whitespace() || c.is_control() || brackets(c)))
}

/// Returns whether a scalar can have single quotes.
fn is_single(text: &str) -> bool {
    text.chars().all(|c| !c.is_control())
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str, is_escaped: bool) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if is_escaped && c as u32 > 0xffff => quoted.push_str(&format!("\\U{:08X}", c as u32)),
            c if is_escaped && !c.is_ascii() => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
