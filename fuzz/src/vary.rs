//! Changes of a source that make another one of it.

use crate::chance::Chance;
use crate::words::Words;

/// Characters with a meaning in a language, or none where one expects it.
pub(crate) const CHARACTERS: &[&str] = &[
    " ", "\n", "\r\n", "\r", "\t", "\u{a0}", "\u{85}", "\u{2028}", "\u{3000}", "\u{feff}", "\0", "'", "\"", "\\", "[",
    "]", "{", "}", "(", ")", ":", "-", "?", ",", "#", "!", "&", "*", "|", ">", "<", "=", "%", "$", "/", "@", "`", "~",
    ".", "0", "é", "日", "😀",
];

/// Changes lines or words, so that the result still resembles a source.
pub(crate) fn lines(text: &str, chance: &mut Chance, words: &Words) -> String {
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
        6 => return around_value(text, chance, words),
        7 => return with_phrase_for_value(text, chance, words),
        _ => lines.insert(start, (*chance.one_of(words.phrases)).to_owned()),
    }
    lines.concat()
}

/// Changes a few characters, or joins a part of the source with one of `other`.
pub(crate) fn characters(text: &str, other: &str, chance: &mut Chance, words: &Words) -> String {
    let (start, end) = part(text, chance);
    let (before, inside, after) = (&text[..start], &text[start..end], &text[end..]);
    match chance.below(8) {
        0 => [before, after].concat(),
        1 => [before, inside, inside, after].concat(),
        2 => {
            let at = boundary(after, chance.below(after.len() + 1));
            [before, &after[..at], inside, &after[at..]].concat()
        }
        3 => [before, *chance.one_of(CHARACTERS), inside, after].concat(),
        4 => [before, *chance.one_of(CHARACTERS), after].concat(),
        5 => [before, words.of_dictionary(chance).as_str(), inside, after].concat(),
        6 => match chance.below(2) {
            0 => before.to_owned(),
            _ => after.to_owned(),
        },
        _ => {
            let from = boundary(other, chance.below(other.len() + 1));
            [before, &other[from..]].concat()
        }
    }
}

/// Returns other options, or mostly the same.
pub(crate) fn options(head: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut head = head.to_vec();
    if !head.is_empty() && chance.below(4) == 0 {
        let at = chance.below(head.len());
        head[at] = chance.below(0x100).to_le_bytes()[0];
    }
    head
}

/// Returns the nearest boundary of characters that is not after `at`.
pub(crate) fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Replaces a word by another one of the source.
fn with_other_word(text: &str, chance: &mut Chance) -> String {
    let words: Vec<_> = text
        .split(|c: char| !c.is_alphanumeric() && c != ':' && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return text.to_owned();
    }
    let (old, new) = (*chance.one_of(&words), *chance.one_of(&words));
    let at = old.as_ptr() as usize - text.as_ptr() as usize;
    format!("{}{new}{}", &text[..at], &text[at + old.len()..])
}

fn around_value(text: &str, chance: &mut Chance, words: &Words) -> String {
    let Some((start, end)) = value(text, chance, words) else {
        return text.to_owned();
    };
    let (open, close) = *chance.one_of(words.around);
    format!("{}{open}{}{close}{}", &text[..start], &text[start..end], &text[end..])
}

fn with_phrase_for_value(text: &str, chance: &mut Chance, words: &Words) -> String {
    let Some((start, end)) = value(text, chance, words) else {
        return text.to_owned();
    };
    let phrase = *chance.one_of(words.phrases);
    format!("{}{phrase}{}", &text[..start], &text[end..])
}

/// Returns the range from after a random key to the end of its line.
fn value(text: &str, chance: &mut Chance, words: &Words) -> Option<(usize, usize)> {
    let keys = text.match_indices(words.before_value);
    let starts: Vec<_> = keys.map(|(at, end)| at + end.len()).collect();
    let start = *starts.get(chance.below(starts.len().max(1)))?;
    let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
    Some((start, end))
}

/// Returns a random range, mostly a short one.
fn part(text: &str, chance: &mut Chance) -> (usize, usize) {
    let start = boundary(text, chance.below(text.len() + 1));
    let len = match chance.below(4) {
        0 => chance.below(text.len() - start + 1),
        1 => chance.below(20),
        _ => 1 + chance.below(3),
    };
    (start, boundary(text, start + len))
}
