use libfuzzer_sys::fuzzer_mutate;

/// Values for what takes a profile, and pieces of templates that say much in a few bytes.
const PHRASES: &[&str] = &[
    "!Ref Role",
    "!GetAtt Role.Arn",
    "!GetAtt [Role, Arn]",
    "{Ref: Role}",
    "{\"Fn::GetAtt\": [\"Role\", \"Arn\"]}",
    "!Sub '${Role}'",
    "!Sub 'arn:aws:iam::123456789012:role/${Role}'",
    "!If [Condition, !Ref Role, !Ref 'AWS::NoValue']",
    "!Join ['', [a, !Ref Role]]",
    "{Name: !Ref Role}",
    "{Arn: !GetAtt Role.Arn}",
    "  Role: {Type: AWS::IAM::Role}\n",
    "  Role:\n    Type: AWS::IAM::Role\n",
    "  Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}}\n",
    "  A: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}\n",
    "!Ref {Fn::Sub: '${X}'}",
    "!GetAtt [!Sub 'R${X}', Arn]",
    "  Fn::ForEach::Loop: [X, [a, b], {'R${X}': {Type: AWS::IAM::Role}}]\n",
    "  # cfn-ipfix: ignore[IPF001]\n",
    " # cfn-ipfix: ignore",
    "    Metadata: {cfn-ipfix: {ignore: [IPF001]}}\n",
    "    Condition: C\n",
    " # a comment\n",
    "---\n",
    "&a ",
    "*a",
    "<<: *a\n",
    "? ",
    "|\n",
    ">-\n",
    "\r\n",
    "\u{feff}",
    "\u{2028}",
    "日本",
];

/// What a value can be put into.
const AROUND: &[(&str, &str)] = &[
    ("[", "]"),
    ("{Name: ", "}"),
    ("{Arn: ", "}"),
    ("{Ref: ", "}"),
    ("'", "'"),
    ("\"", "\""),
    ("!Sub '${", "}'"),
    ("!If [C, ", ", !Ref AWS::NoValue]"),
    ("&a ", ""),
];

/// Varies an input in place and says how long it is then: half of the time byte by byte, as the engine does, else by
/// lines and words, so that what was a template is nearly one. The first `head` bytes are left to the engine.
pub fn vary(input: &mut [u8], len: usize, max_len: usize, seed: u32, head: usize) -> usize {
    let mut chance = Chance(u64::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let text = input.get(head..len).and_then(|text| str::from_utf8(text).ok());
    let (Some(text), true) = (text, chance.below(2) == 0) else {
        return fuzzer_mutate(input, len, max_len);
    };
    let mut text = text.to_owned();
    for _ in 0..=chance.below(3) {
        text = changed(&text, &mut chance);
    }
    let room = max_len.min(input.len()).saturating_sub(head);
    let mut end = text.len().min(room);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    input[head..head + end].copy_from_slice(&text.as_bytes()[..end]);
    head + end
}

fn changed(text: &str, chance: &mut Chance) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let start = chance.below(lines.len() + 1);
    let end = (start + 1 + chance.below(6)).min(lines.len()).max(start);
    match chance.below(9) {
        0 => drop(lines.drain(start..end)),
        1 => {
            let copy = lines[start..end].to_vec();
            let at = chance.below(lines.len() + 1);
            lines.splice(at..at, copy);
        }
        2 => {
            let moved: Vec<_> = lines.drain(start..end).collect();
            let at = chance.below(lines.len() + 1);
            lines.splice(at..at, moved);
        }
        3 => {
            let by = 1 + chance.below(4);
            for line in &mut lines[start..end] {
                line.insert_str(0, &" ".repeat(by));
            }
        }
        4 => {
            let by = 1 + chance.below(4);
            for line in &mut lines[start..end] {
                let blanks = line.len() - line.trim_start_matches(' ').len();
                line.drain(..blanks.min(by));
            }
        }
        5 => return with_other_word(text, chance),
        6 => return around_value(text, chance),
        7 => return with_phrase_for_value(text, chance),
        _ => lines.insert(start, PHRASES[chance.below(PHRASES.len())].to_owned()),
    }
    lines.concat()
}

/// A word becomes another one of the text.
fn with_other_word(text: &str, chance: &mut Chance) -> String {
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphanumeric() && c != ':' && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return text.to_owned();
    }
    let (old, new) = (words[chance.below(words.len())], words[chance.below(words.len())]);
    let at = old.as_ptr() as usize - text.as_ptr() as usize;
    format!("{}{new}{}", &text[..at], &text[at + old.len()..])
}

fn around_value(text: &str, chance: &mut Chance) -> String {
    let Some((start, end)) = value(text, chance) else {
        return text.to_owned();
    };
    let (open, close) = AROUND[chance.below(AROUND.len())];
    format!("{}{open}{}{close}{}", &text[..start], &text[start..end], &text[end..])
}

fn with_phrase_for_value(text: &str, chance: &mut Chance) -> String {
    let Some((start, end)) = value(text, chance) else {
        return text.to_owned();
    };
    let phrase = PHRASES[chance.below(PHRASES.len())];
    format!("{}{phrase}{}", &text[..start], &text[end..])
}

/// From behind some colon to the end of its line.
fn value(text: &str, chance: &mut Chance) -> Option<(usize, usize)> {
    let colons: Vec<_> = text.match_indices(": ").map(|(at, colon)| at + colon.len()).collect();
    let start = *colons.get(chance.below(colons.len().max(1)))?;
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    Some((start, end))
}

/// Numbers by chance: xorshift64, from the engine's seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}
