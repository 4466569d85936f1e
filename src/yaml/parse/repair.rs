//! A second try at a document that yaml-rust2 refuses and libyaml, CloudFormation's dialect, accepts.
//!
//! Real templates close a bracket, or go on with a quoted text, further left than the mapping around them, and nest
//! lists in the `key: value` entries of a flow sequence. yaml-rust2 refuses both. Here the lines inside brackets are
//! joined by spaces (same length), those inside quotes folded, and such an entry gets the braces that it may be written
//! with. A text that is no YAML does not become any: what is wrong outside brackets and quotes stays as it is.

use std::borrow::Cow;

use super::mask::Masked;

/// The repaired text; offsets still lead to the source.
pub(super) fn repair<'t>(masked: &Masked<'t>) -> Masked<'t> {
    let mut repair = Repair {
        text: &masked.text,
        at: 0,
        out: String::with_capacity(masked.text.len()),
        pairs: Vec::new(),
    };
    repair.blocks();
    let (text, inserted) = with_braces(repair.out, repair.pairs);
    Masked {
        text: Cow::Owned(text),
        is_flow: masked.is_flow,
        skipped: masked.skipped,
        inserted,
    }
}

struct Repair<'t> {
    text: &'t str,
    at: usize,
    out: String,
    /// Where braces are missing: an offset and the brace.
    pairs: Vec<(usize, char)>,
}

/// A flow collection that is open, and the state of its present entry.
struct Open {
    sequence: bool,
    entry: Option<usize>,
    pair: bool,
    nested: bool,
}

impl Open {
    fn new(bracket: char) -> Self {
        Self {
            sequence: bracket == '[',
            entry: None,
            pair: false,
            nested: false,
        }
    }
}

impl Repair<'_> {
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

    /// Returns whether the character behind the present one lets an indicator stand.
    fn space_follows(&self) -> bool {
        self.text
            .get(self.at + 1..)
            .and_then(|rest| rest.chars().next())
            .is_none_or(|next| matches!(next, ' ' | '\t' | '\n' | '\r'))
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
                    while self.peek().is_some_and(|c| !c.is_whitespace()) {
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

    /// Copies a block scalar: its header, then every line that is blank or as deep as the first one.
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

    /// Copies a quoted text with its lines folded; what that makes it shorter comes behind it as blanks.
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

    /// Puts `folded` in place of a line break, the blanks before it, but those before `start`, and those behind it; of
    /// several line breaks as many blanks as they are long, since no quotes on one line can say them. Gives how many bytes
    /// less that is.
    fn fold(&mut self, start: usize, folded: &str) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let behind = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let broken = rest.get(..rest.len() - behind.len()).unwrap_or_default();
        self.at += broken.len();
        if broken.replace("\r\n", "\n").matches(['\n', '\r']).count() > 1 {
            self.out.extend(std::iter::repeat_n(' ', broken.len()));
            return 0;
        }
        let before = self.out.get(start..).unwrap_or_default();
        let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
        self.out.truncate(self.out.len() - blanks);
        self.out.push_str(folded);
        blanks + broken.len() - folded.len()
    }

    fn flow(&mut self) {
        let mut open: Vec<Open> = Vec::new();
        let mut value_may_start = true;
        let mut after_quoted = false;
        while let Some(next) = self.peek() {
            let quoted_before = std::mem::take(&mut after_quoted);
            if !next.is_whitespace() && !matches!(next, ',' | ']' | '}') {
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
                    after_quoted = true;
                }
                '!' | '&' if value_may_start => {
                    while self.peek().is_some_and(|c| !c.is_whitespace() && !",[]{}".contains(c)) {
                        self.take(true);
                    }
                }
                '[' | '{' => {
                    if let Some(outer) = open.last_mut() {
                        outer.nested = true;
                    }
                    open.push(Open::new(next));
                    self.take(true);
                    value_may_start = true;
                }
                ',' | ']' | '}' => {
                    if let Some(innermost) = open.last_mut() {
                        close_entry(innermost, self.out.len(), &mut self.pairs);
                    }
                    self.take(true);
                    value_may_start = next == ',';
                    if next != ',' {
                        open.pop();
                        if open.is_empty() {
                            return;
                        }
                    }
                }
                ':' if quoted_before || self.space_follows() => {
                    if let Some(innermost) = open.last_mut() {
                        innermost.pair = true;
                    }
                    self.take(true);
                    value_may_start = true;
                }
                _ => {
                    self.take(true);
                    value_may_start &= next.is_whitespace();
                }
            }
        }
    }
}

/// Notes the braces of an entry `key: [ … ]` of a flow sequence, and begins the next entry.
fn close_entry(open: &mut Open, end: usize, pairs: &mut Vec<(usize, char)>) {
    if let (true, Some(start)) = (open.sequence && open.pair && open.nested, open.entry) {
        pairs.push((start, '{'));
        pairs.push((end, '}'));
    }
    open.entry = None;
    open.pair = false;
    open.nested = false;
}

fn with_braces(text: String, mut pairs: Vec<(usize, char)>) -> (String, Vec<usize>) {
    if pairs.is_empty() {
        return (text, Vec::new());
    }
    pairs.sort_by_key(|&(at, _)| at);
    let mut braced = String::with_capacity(text.len() + pairs.len());
    let mut inserted = Vec::with_capacity(pairs.len());
    let mut done = 0;
    for (at, brace) in pairs {
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
    use super::super::mask::mask;
    use super::*;

    #[test]
    fn only_lines_inside_brackets_and_quotes_are_joined() {
        for (source, repaired) in [
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
        ] {
            assert_eq!(repair(&mask(source)).text, repaired);
        }
    }

    #[test]
    fn offsets_lead_back_to_the_source() {
        let source = "a: [k: [1]]";
        let repaired = repair(&mask(source));
        let at = repaired.text.find('1').unwrap();
        assert_eq!(repaired.source_offset(at), source.find('1').unwrap());
    }
}
