use std::collections::{BTreeMap, HashSet};

use crate::model::{Fix, Language};
use crate::text::{Edit, File, FileId, Made, Path, Place, Span, Step};

/// Files after some fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied<'f, C> {
    /// The files, in the order in which they were given; those without an edit are the same.
    pub files: Vec<File>,
    /// The changes of the fixes that were applied.
    pub changes: Vec<&'f C>,
    /// The way back to the files as they were.
    pub map: SourceMap,
}

/// Maps edited files to their originals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap(BTreeMap<FileId, Made>);

impl SourceMap {
    /// Maps a place in the edited files back to the originals.
    ///
    /// A place inside an edit's new text maps to the bytes that it replaced; inside an insertion, to its offset.
    pub fn before(&self, place: Place) -> Place {
        let made = self.0.get(&place.file);
        made.map_or(place, |made| Place::new(place.file, made.before(place.span)))
    }
}

/// Applies fixes to the files that they were made for.
///
/// Edits that several fixes share are made once. A fix is applied whole or not at all, in all of its files: one that
/// overlaps an earlier one waits for another round.
pub fn apply<'f, L: Language>(
    files: &[File],
    fixes: impl IntoIterator<Item = &'f Fix<L::Change>>,
) -> Applied<'f, L::Change> {
    let mut accepted: BTreeMap<Place, &Edit> = BTreeMap::new();
    let mut meant: Meant<'_, L> = Meant::new();
    let mut changes = Vec::new();
    for fix in fixes {
        if fix.edits.iter().any(|edit| collides(&accepted, edit)) || !meant.accept(&fix.changes) {
            continue;
        }
        accepted.extend(fix.edits.iter().map(|edit| (Place::new(edit.file, edit.span), edit)));
        changes.extend(&fix.changes);
    }
    let mut map = SourceMap::default();
    let edited = files.iter().map(|file| {
        let [start, end] = [file.id, FileId(file.id.0 + 1)].map(|id| Place::new(id, Span::at(0)));
        let edits: Vec<_> = accepted.range(start..end).map(|(_, edit)| *edit).collect();
        if edits.is_empty() {
            return file.clone();
        }
        let edited = File::new(file.id, edited_text(&file.text, &edits));
        map.0.insert(file.id, Made::of(edits.into_iter().cloned()));
        edited
    });
    let files = edited.collect();
    Applied { files, changes, map }
}

fn edited_text(text: &str, edits: &[&Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut edited = String::with_capacity(text.len() + added);
    let mut done = 0;
    for edit in edits {
        edited.push_str(Span::new(done, edit.span.start()).slice(text));
        edited.push_str(&edit.text);
        done = edit.span.end();
    }
    edited.push_str(Span::new(done, text.len()).slice(text));
    edited
}

/// The way to a value: its file, its document, and the steps.
type Way<'f> = (FileId, usize, &'f [Step]);

/// The values that accepted fixes change. Another fix may change none of them, nothing inside them, and nothing that they
/// are inside.
struct Meant<'f, L: Language> {
    changes: HashSet<&'f L::Change>,
    values: HashSet<Way<'f>>,
    around: HashSet<Way<'f>>,
}

impl<'f, L: Language> Meant<'f, L> {
    fn new() -> Self {
        Self {
            changes: HashSet::new(),
            values: HashSet::new(),
            around: HashSet::new(),
        }
    }

    /// Accepts a fix's changes; returns `false`, and accepts none of them, if one meets a different change that was
    /// accepted before.
    fn accept(&mut self, changes: &'f [L::Change]) -> bool {
        let value = |change: &'f L::Change| {
            let (file, path) = L::changed(change);
            path.map(|path| (file, path))
        };
        let prefixes = |(file, path): (FileId, &'f Path)| {
            (0..=path.steps.len()).filter_map(move |len| Some((file, path.document, path.steps.get(..len)?)))
        };
        let meets = |(file, path): (FileId, &'f Path)| {
            let whole = (file, path.document, path.steps.as_slice());
            self.around.contains(&whole) || prefixes((file, path)).any(|way| self.values.contains(&way))
        };
        let mut new = changes.iter().filter(|change| !self.changes.contains(change));
        if new.by_ref().filter_map(value).any(meets) {
            return false;
        }
        for (file, path) in changes.iter().filter_map(value) {
            self.values.insert((file, path.document, path.steps.as_slice()));
            self.around.extend(prefixes((file, path)));
        }
        self.changes.extend(changes);
        true
    }
}

/// Returns whether an edit touches bytes of another one, or inserts something else in the same place.
fn collides(accepted: &BTreeMap<Place, &Edit>, edit: &Edit) -> bool {
    let place = Place::new(edit.file, edit.span);
    if let Some(other) = accepted.get(&place) {
        return other.text != edit.text;
    }
    let in_file = |(other, _): &(&Place, &&Edit)| other.file == edit.file;
    let before = accepted.range(..place).next_back().filter(in_file);
    let after = accepted.range(place..).next().filter(in_file);
    before.is_some_and(|(other, _)| other.span.end() > edit.span.start())
        || after.is_some_and(|(other, _)| other.span.start() < edit.span.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloudformation::CloudFormation;
    use crate::model::Applicability;
    use crate::yaml::Change;

    fn files(texts: &[&str]) -> Vec<File> {
        let texts = (0..).zip(texts);
        texts.map(|(id, &text)| File::new(FileId(id), text)).collect()
    }

    fn fix(edits: &[(u32, usize, usize, &str)]) -> Fix<Change> {
        let edit =
            |&(file, start, end, text): &(u32, _, _, &str)| Edit::replace(FileId(file), Span::new(start, end), text);
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
            (vec![fix(&[(0, 1, 2, "B")]), fix(&[(0, 3, 3, "+")])], "aBc+d"),
            (
                vec![
                    fix(&[(0, 1, 2, "B"), (0, 4, 4, "!")]),
                    fix(&[(0, 2, 3, "C"), (0, 4, 4, "!")]),
                ],
                "aBCd!",
            ),
            (
                vec![fix(&[(0, 0, 2, "X")]), fix(&[(0, 1, 3, "Y"), (0, 4, 4, "!")])],
                "Xcd",
            ),
            (vec![fix(&[(0, 2, 2, "1")]), fix(&[(0, 2, 2, "2")])], "ab1cd"),
        ] {
            let applied = apply::<CloudFormation>(&files(&["abcd"]), &fixes);
            assert_eq!(&*applied.files[0].text, text);
        }
    }

    #[test]
    fn a_fix_of_two_files_is_applied_in_both_or_in_none() {
        let both = fix(&[(0, 1, 1, "+"), (1, 0, 1, "X")]);
        for (fixes, texts) in [
            (vec![both.clone()], ["a+b", "Xd"]),
            (vec![fix(&[(1, 0, 2, "Y")]), both], ["ab", "Y"]),
        ] {
            let applied = apply::<CloudFormation>(&files(&["ab", "cd"]), &fixes);
            let edited: Vec<_> = applied.files.iter().map(|file| &*file.text).collect();
            assert_eq!(edited, texts);
        }
    }

    #[test]
    fn maps_places_back() {
        const BEFORE: &str = "x: {N: R} # c";
        for (edits, after, was) in [
            // Taken out of something, put into something.
            (&[(0, 3, 7, ""), (0, 8, 9, "")][..], ("x: R # c", "R"), "R"),
            (&[(0, 7, 7, "["), (0, 8, 8, "]")], ("x: {N: [R]} # c", "[R]"), "R"),
            (&[(0, 7, 7, "["), (0, 8, 8, "]")], ("x: {N: [R]} # c", "R"), "R"),
            // Replaced, as a whole and in part.
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "Prof"), "R"),
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "ro"), "R"),
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "{N: Prof}"), "{N: R}"),
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "# c"), "# c"),
            // Not there before.
            (&[(0, 9, 9, "\ny: 1")], ("x: {N: R}\ny: 1 # c", "y: 1"), ""),
        ] {
            let fixes = [fix(edits)];
            let applied = apply::<CloudFormation>(&files(&[BEFORE]), &fixes);
            let (text, place) = after;
            assert_eq!(&*applied.files[0].text, text);
            let start = text.find(place).unwrap();
            let place = Place::new(FileId(0), Span::new(start, start + place.len()));
            assert_eq!(applied.map.before(place).span.slice(BEFORE), was, "{place:?} of {text}");
        }
    }
}
