use std::collections::{BTreeMap, HashSet};

use super::Fix;
use crate::text::{Edit, File, Made, Span};
use crate::yaml::{Change, Path, Step};

/// A file with some fixes applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied<'f> {
    /// The file with its edited text.
    pub file: File,
    /// What the fixes that were applied are meant to change.
    pub changes: Vec<&'f Change>,
    /// The edits that were made.
    pub made: Made,
}

/// Applies fixes to the text that they were made for.
///
/// Edits that several fixes share are made once. A fix is applied whole or not at all: one that overlaps an earlier one
/// waits for another round.
pub fn apply<'f>(file: &File, fixes: impl IntoIterator<Item = &'f Fix>) -> Applied<'f> {
    let source = &*file.text;
    let mut accepted: BTreeMap<Span, &Edit> = BTreeMap::new();
    let mut meant = Meant::default();
    let mut changes = Vec::new();
    for fix in fixes {
        if fix.edits.iter().any(|edit| collides(&accepted, edit)) || !meant.accept(&fix.changes) {
            continue;
        }
        accepted.extend(fix.edits.iter().map(|edit| (edit.span, edit)));
        changes.extend(&fix.changes);
    }
    let mut text = String::with_capacity(source.len() + accepted.values().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for (span, edit) in &accepted {
        text.push_str(Span::new(done, span.start()).slice(source));
        text.push_str(&edit.text);
        done = span.end();
    }
    text.push_str(Span::new(done, source.len()).slice(source));
    Applied {
        file: File::new(file.id, text),
        changes,
        made: Made::of(accepted.into_values().cloned()),
    }
}

/// The values that accepted fixes are meant to change. Another fix may change none of them, nothing inside them, and
/// nothing that they are inside.
#[derive(Default)]
struct Meant<'f> {
    changes: HashSet<&'f Change>,
    values: HashSet<(usize, &'f [Step])>,
    around: HashSet<(usize, &'f [Step])>,
}

impl<'f> Meant<'f> {
    /// Takes in a fix's changes; `false`, and none of them, if one meets a different change that was taken before.
    fn accept(&mut self, changes: &'f [Change]) -> bool {
        let new = || changes.iter().filter(|change| !self.changes.contains(change));
        let prefixes = |path: &'f Path| (0..=path.steps.len()).filter_map(|len| path.steps.get(..len));
        let meets = |path: &'f Path| {
            let whole = (path.document, path.steps.as_slice());
            self.around.contains(&whole) || prefixes(path).any(|steps| self.values.contains(&(path.document, steps)))
        };
        if new().filter_map(Change::path).any(meets) {
            return false;
        }
        for path in changes.iter().filter_map(Change::path) {
            self.values.insert((path.document, path.steps.as_slice()));
            self.around.extend(prefixes(path).map(|steps| (path.document, steps)));
        }
        self.changes.extend(changes);
        true
    }
}

/// Whether an edit touches bytes of another one, or inserts something else in the same place.
fn collides(accepted: &BTreeMap<Span, &Edit>, edit: &Edit) -> bool {
    if let Some(other) = accepted.get(&edit.span) {
        return other.text != edit.text;
    }
    let before = accepted.range(..edit.span).next_back();
    let after = accepted.range(edit.span..).next();
    before.is_some_and(|(span, _)| span.end() > edit.span.start())
        || after.is_some_and(|(span, _)| span.start() < edit.span.end())
}

#[cfg(test)]
mod tests {
    use super::super::Applicability;
    use super::*;
    use crate::text::FileId;

    fn file(text: &str) -> File {
        File::new(FileId::default(), text)
    }

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |&(start, end, text): &(_, _, &str)| Edit::replace(FileId::default(), Span::new(start, end), text);
        Fix {
            title: String::new(),
            edits: edits.iter().map(edit).collect(),
            changes: Vec::new(),
            applicability: Applicability::Safe,
        }
    }

    #[test]
    fn edits_are_made_once_and_fixes_whole_or_not_at_all() {
        for (fixes, text) in [
            (vec![fix(&[(1, 2, "B")]), fix(&[(3, 3, "+")])], "aBc+d"),
            (
                vec![fix(&[(1, 2, "B"), (4, 4, "!")]), fix(&[(2, 3, "C"), (4, 4, "!")])],
                "aBCd!",
            ),
            (vec![fix(&[(0, 2, "X")]), fix(&[(1, 3, "Y"), (4, 4, "!")])], "Xcd"),
            (vec![fix(&[(2, 2, "1")]), fix(&[(2, 2, "2")])], "ab1cd"),
        ] {
            let applied = apply(&file("abcd"), &fixes);
            assert_eq!(&*applied.file.text, text);
        }
    }

    #[test]
    fn what_is_there_after_edits_is_told_where_it_was() {
        const BEFORE: &str = "x: {N: R} # c";
        for (edits, after, was) in [
            // Taken out of something, put into something.
            (&[(3, 7, ""), (8, 9, "")][..], ("x: R # c", "R"), "R"),
            (&[(7, 7, "["), (8, 8, "]")], ("x: {N: [R]} # c", "[R]"), "R"),
            (&[(7, 7, "["), (8, 8, "]")], ("x: {N: [R]} # c", "R"), "R"),
            // Replaced, as a whole and in part.
            (&[(7, 8, "Prof")], ("x: {N: Prof} # c", "Prof"), "R"),
            (&[(7, 8, "Prof")], ("x: {N: Prof} # c", "ro"), "R"),
            (&[(7, 8, "Prof")], ("x: {N: Prof} # c", "{N: Prof}"), "{N: R}"),
            (&[(7, 8, "Prof")], ("x: {N: Prof} # c", "# c"), "# c"),
            // Not there before.
            (&[(9, 9, "\ny: 1")], ("x: {N: R}\ny: 1 # c", "y: 1"), ""),
        ] {
            let fixes = [fix(edits)];
            let applied = apply(&file(BEFORE), &fixes);
            let (text, place) = after;
            assert_eq!(&*applied.file.text, text);
            let start = text.find(place).unwrap();
            let before = applied.made.before(Span::new(start, start + place.len()));
            assert_eq!(before.slice(BEFORE), was, "{place} of {text}");
        }
    }
}
