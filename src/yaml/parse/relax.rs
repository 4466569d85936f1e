//! Relaxes documents that yaml-rust2 rejects and libyaml, CloudFormation's dialect, accepts.
//!
//! Real templates indent a closing bracket, or the next line of a quoted scalar, less than the mapping around them, nest
//! lists in the `key: value` entries of a flow sequence, and write a plain `-` between brackets. yaml-rust2 rejects all
//! of these. Here the lines inside brackets are joined by spaces (same length), those inside quotes are folded, such an
//! entry gets the optional braces, and such a dash is replaced by a character. An invalid source does not become valid:
//! errors outside brackets and quotes remain.

use std::borrow::Cow;

use super::normalize_json::NormalizedText;
use crate::yaml::WHITESPACE;

/// The replacement for a dash at the end of a plain scalar between brackets.
///
/// It is as long as a dash, and no source has it, as control characters are rejected.
const DASH: char = '\u{1a}';

/// Returns the value of a scalar in the source; `value` is that in the relaxed source.
pub(super) fn with_dash(mut value: String) -> String {
    if value.ends_with(DASH) {
        value.pop();
        value.push('-');
    }
    value
}

/// Returns the relaxed source, whose offsets still map to the original.
pub(super) fn relax<'t>(normalized: &NormalizedText<'t>) -> NormalizedText<'t> {
    let mut relaxer = Relaxer {
        text: &normalized.text,
        at: 0,
        out: String::with_capacity(normalized.text.len()),
        braces: Vec::new(),
    };
    relaxer.blocks();
    let (text, inserted) = with_braces(relaxer.out, relaxer.braces);
    NormalizedText {
        text: Cow::Owned(text),
        is_flow: normalized.is_flow,
        skipped: normalized.skipped,
        inserted,
        comment: normalized.comment,
    }
}

struct Relaxer<'t> {
    text: &'t str,
    at: usize,
    out: String,
    /// The missing braces: an offset and the brace.
    braces: Vec<(usize, char)>,
}

/// An open flow collection, and the state of its current entry.
struct OpenFlow {
    is_sequence: bool,
    entry: Option<usize>,
    is_pair: bool,
    has_nested: bool,
}

impl OpenFlow {
    fn new(bracket: char) -> Self {
        Self {
            is_sequence: bracket == '[',
            entry: None,
            is_pair: false,
            has_nested: false,
        }
    }
}

impl Relaxer<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn take(&mut self, as_is: bool) {
        if let Some(next) = self.peek() {
            if as_is {
                self.out.push(next);
            } else {
                self.out.extend(std::iter::repeat_n(' ', next.len_utf8()));
            }
            self.at += next.len_utf8();
        }
    }

    fn after_space(&self) -> bool {
        self.out.is_empty() || self.out.ends_with([' ', '\t', '\n', '\r'])
    }

    /// Returns whether a blank, newline or the end follows the current character.
    fn space_follows(&self) -> bool {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r'])
    }

    /// Returns whether the collection or its next entry follows the current character.
    fn flow_end_follows(&self) -> bool {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        rest.starts_with([',', ']', '}'])
    }

    fn blocks(&mut self) {
        let mut value_may_start = true;
        while let Some(next) = self.peek() {
            match next {
                '\n' | '\r' => {
                    self.take(true);
                    value_may_start = true;
                }
                ' ' | '\t' => self.take(true),
                '#' if self.after_space() => self.rest_of_line(true),
                '-' | '?' | ':' if self.space_follows() => {
                    self.take(true);
                    value_may_start = true;
                }
                '"' | '\'' if value_may_start => {
                    self.quoted(next);
                    value_may_start = false;
                }
                '[' | '{' if value_may_start => {
                    self.flow();
                    value_may_start = false;
                }
                '|' | '>' if value_may_start => self.block_scalar(),
                '!' | '&' if value_may_start => {
                    while self.peek().is_some_and(|c| !WHITESPACE.contains(&c)) {
                        self.take(true);
                    }
                }
                _ => {
                    self.take(true);
                    value_may_start = false;
                }
            }
        }
    }

    fn rest_of_line(&mut self, as_is: bool) {
        while self.peek().is_some_and(|c| c != '\n' && c != '\r') {
            self.take(as_is);
        }
    }

    /// Copies a block scalar: its header and its lines.
    ///
    /// The lines are those that are blank or as deep as the first one.
    fn block_scalar(&mut self) {
        self.rest_of_line(true);
        let mut depth = None;
        while let Some(rest) = self.text.get(self.at..).filter(|rest| !rest.is_empty()) {
            let line = rest.trim_start_matches(['\r', '\n']);
            let text = line.trim_start_matches(' ');
            let indent = line.len() - text.len();
            if !text.starts_with(['\r', '\n']) && indent < *depth.get_or_insert(indent.max(1)) {
                return;
            }
            while self.peek().is_some_and(|c| c == '\n' || c == '\r') {
                self.take(true);
            }
            self.rest_of_line(true);
        }
    }

    /// Copies a quoted scalar with its lines folded.
    ///
    /// The bytes that this saves are added after it as blanks.
    fn quoted(&mut self, quote: char) {
        self.take(true);
        let start = self.out.len();
        let mut gap = 0;
        while let Some(next) = self.peek() {
            if next == '\n' || next == '\r' {
                gap += self.fold(start, " ");
                continue;
            }
            let escaped = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
            if next == '\\' && quote == '"' && matches!(escaped, Some('\n' | '\r')) {
                self.at += 1;
                gap += 1 + self.fold(self.out.len(), "");
                continue;
            }
            self.take(true);
            if next == '\\' && quote == '"' {
                self.take(true);
            } else if next == quote {
                if quote == '\'' && self.peek() == Some(quote) {
                    self.take(true);
                } else {
                    break;
                }
            }
        }
        self.out.extend(std::iter::repeat_n(' ', gap));
    }

    /// Replaces a line break by `folded`.
    ///
    /// Returns the number of bytes saved.
    ///
    /// The blanks before the break are included, except those before `start`, and so are the blanks after it. Several
    /// line breaks are replaced by as many blanks as they have bytes, since a quoted scalar on one line cannot express
    /// them.
    fn fold(&mut self, start: usize, folded: &str) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let after_break = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let line_break = rest.get(..rest.len() - after_break.len()).unwrap_or_default();
        self.at += line_break.len();
        if line_break.replace("\r\n", "\n").matches(['\n', '\r']).count() > 1 {
            self.out.extend(std::iter::repeat_n(' ', line_break.len()));
            return 0;
        }
        let before = self.out.get(start..).unwrap_or_default();
        let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
        self.out.truncate(self.out.len() - blanks);
        self.out.push_str(folded);
        blanks + line_break.len() - folded.len()
    }

    fn flow(&mut self) {
        let mut open: Vec<OpenFlow> = Vec::new();
        let mut value_may_start = true;
        // A colon directly after a quoted scalar or a collection needs no blank.
        let mut after_json_key = false;
        while let Some(next) = self.peek() {
            let may_be_adjacent = std::mem::take(&mut after_json_key);
            if !WHITESPACE.contains(&next) && !matches!(next, ',' | ']' | '}') {
                let here = self.out.len();
                if let Some(innermost) = open.last_mut() {
                    innermost.entry.get_or_insert(here);
                }
            }
            match next {
                '\n' | '\r' => self.take(false),
                '#' if self.after_space() => self.rest_of_line(false),
                '"' | '\'' if value_may_start => {
                    self.quoted(next);
                    value_may_start = false;
                    after_json_key = true;
                }
                '!' | '&' if value_may_start => {
                    while self
                        .peek()
                        .is_some_and(|c| !WHITESPACE.contains(&c) && !",[]{}".contains(c))
                    {
                        self.take(true);
                    }
                }
                '[' | '{' => {
                    if let Some(outer) = open.last_mut() {
                        outer.has_nested = true;
                    }
                    open.push(OpenFlow::new(next));
                    self.take(true);
                    value_may_start = true;
                }
                ',' | ']' | '}' => {
                    if let Some(innermost) = open.last_mut() {
                        close_entry(innermost, self.out.len(), &mut self.braces);
                    }
                    self.take(true);
                    value_may_start = next == ',';
                    after_json_key = next != ',';
                    if next != ',' {
                        open.pop();
                        if open.is_empty() {
                            return;
                        }
                    }
                }
                ':' if may_be_adjacent || self.space_follows() => {
                    if let Some(innermost) = open.last_mut() {
                        innermost.is_pair = true;
                    }
                    self.take(true);
                    value_may_start = true;
                }
                '?' if value_may_start && self.space_follows() => self.take(true),
                '-' if (value_may_start || self.after_space()) && self.flow_end_follows() => {
                    self.at += next.len_utf8();
                    self.out.push(DASH);
                    value_may_start = false;
                }
                _ => {
                    self.take(true);
                    value_may_start &= WHITESPACE.contains(&next);
                }
            }
        }
    }
}

/// Records the missing braces of a list's entry `key: [ … ]`.
///
/// Then the state is ready for the next entry.
fn close_entry(open: &mut OpenFlow, end: usize, braces: &mut Vec<(usize, char)>) {
    if let (true, Some(start)) = (open.is_sequence && open.is_pair && open.has_nested, open.entry) {
        braces.push((start, '{'));
        braces.push((end, '}'));
    }
    open.entry = None;
    open.is_pair = false;
    open.has_nested = false;
}

fn with_braces(text: String, mut braces: Vec<(usize, char)>) -> (String, Vec<usize>) {
    if braces.is_empty() {
        return (text, Vec::new());
    }
    braces.sort_by_key(|&(at, _)| at);
    let mut braced = String::with_capacity(text.len() + braces.len());
    let mut inserted = Vec::with_capacity(braces.len());
    let mut done = 0;
    for (at, brace) in braces {
        braced.push_str(text.get(done..at).unwrap_or_default());
        inserted.push(braced.len());
        braced.push(brace);
        done = at;
    }
    braced.push_str(text.get(done..).unwrap_or_default());
    (braced, inserted)
}

#[cfg(test)]
mod tests {
    use super::super::normalize_json::normalize_json;
    use super::*;

    #[test]
    fn joins_only_lines_inside_brackets_and_quotes() {
        for (source, relaxed) in [
            ("a: [\n1 # one\n]\nb: c", "a: [ 1       ]\nb: c"),
            ("a: 'x\ny'\nb: 'it''s'", "a: 'x y'\nb: 'it''s'"),
            ("a: 'x \r\n  y'\nb: c", "a: 'x y'    \nb: c"),
            ("a: \"x\\\n  y \\\" z\"\nb: c", "a: \"xy \\\" z\"    \nb: c"),
            ("a: ['x\n\n  y']", "a: ['x    y']"),
            ("a: |\n  [\n  \"\nb: [\n]", "a: |\n  [\n  \"\nb: [ ]"),
            ("a: b[\nc: it's\n", "a: b[\nc: it's\n"),
            ("a: [x, k: [\n1], ]", "a: [x, {k: [ 1]}, ]"),
            ("- !T {\n}\n", "- !T { }\n"),
            ("a: [k: [!S 'b #1', &a 'c #2']]", "a: [{k: [!S 'b #1', &a 'c #2']}]"),
            ("a: [-, b -]", "a: [\u{1a}, b \u{1a}]"),
            ("a: {!S -, &d- '-,': -}", "a: {!S \u{1a}, &d- '-,': \u{1a}}"),
            ("a: -,\nb: [b-, - , -\n]", "a: -,\nb: [b-, - , - ]"),
        ] {
            assert_eq!(relax(&normalize_json(source)).text, relaxed);
        }
    }

    #[test]
    fn maps_offsets_back_to_the_source() {
        let source = "a: [k: [1]]";
        let relaxed = relax(&normalize_json(source));
        let at = relaxed.text.find('1').unwrap();
        assert_eq!(relaxed.source_offset(at), source.find('1').unwrap());
    }
}
