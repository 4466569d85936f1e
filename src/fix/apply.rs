use std::collections::{BTreeMap, HashSet};

use crate::model::{Fix, Language};
use crate::text::{Edit, File, FileId, FileRange, NodePath, PathSegment, SourceMap, TextRange};

/// The files after some fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied<'f, C> {
    /// The files in their original order; those without an edit are unchanged.
    pub files: Vec<File>,
    /// The changes of the fixes that were applied.
    pub changes: Vec<&'f C>,
    /// The maps back to the original files.
    pub map: SourceMaps,
}

/// The maps from edited files to their originals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMaps(BTreeMap<FileId, SourceMap>);

impl SourceMaps {
    /// Maps a range of the edited files back to the originals.
    ///
    /// A range inside an edit's new source maps to the bytes that it replaced; inside an insertion, to its offset.
    pub fn before(&self, place: FileRange) -> FileRange {
        let map = self.0.get(&place.file);
        map.map_or(place, |map| FileRange::new(place.file, map.before(place.span)))
    }
}

/// Applies fixes to their files.
///
/// Edits that several fixes share are made once. A fix is applied in all of its files or not at all: one that overlaps
/// an earlier one waits for another round.
pub fn apply<'f, L: Language>(
    files: &[File],
    fixes: impl IntoIterator<Item = &'f Fix<L::Change>>,
) -> Applied<'f, L::Change> {
    let mut accepted = AcceptedEdits::default();
    let mut meant: ChangedValues<'_, L> = ChangedValues::new();
    let mut changes = Vec::new();
    for fix in fixes {
        if fix.edits.iter().any(|edit| accepted.collides_with(edit)) || !meant.accept(&fix.changes, &mut changes) {
            continue;
        }
        fix.edits.iter().for_each(|edit| accepted.add(edit));
    }
    let mut map = SourceMaps::default();
    let edited = files.iter().map(|file| {
        let edits = accepted.of_file(file.id);
        if edits.is_empty() {
            return file.clone();
        }
        let edited = File::new(file.id, edited_text(&file.text, &edits));
        map.0.insert(file.id, SourceMap::of(edits.into_iter()));
        edited
    });
    let files = edited.collect();
    Applied { files, changes, map }
}

fn edited_text(text: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut edited = String::with_capacity(text.len() + added);
    let mut done = 0;
    for edit in edits {
        edited.push_str(TextRange::new(done, edit.span.start()).slice(text));
        edited.push_str(&edit.text);
        done = edit.span.end();
    }
    edited.push_str(TextRange::new(done, text.len()).slice(text));
    edited
}

/// The edits of accepted fixes, each once.
#[derive(Default)]
struct AcceptedEdits<'f> {
    /// The edits at each place; only insertions that can be joined share one.
    by_place: BTreeMap<FileRange, Vec<&'f Edit>>,
    known: HashSet<&'f Edit>,
}

impl<'f> AcceptedEdits<'f> {
    /// Returns whether an edit overlaps or conflicts with an accepted one.
    fn collides_with(&self, edit: &Edit) -> bool {
        if self.known.contains(edit) {
            return false;
        }
        let place = FileRange::new(edit.file, edit.span);
        if let Some(others) = self.by_place.get(&place) {
            return edit.joint.is_none() || others.first().is_some_and(|other| other.joint.is_none());
        }
        let in_file = |(other, _): &(&FileRange, &Vec<&Edit>)| other.file == edit.file;
        let before = self.by_place.range(..place).next_back().filter(in_file);
        let after = self.by_place.range(place..).next().filter(in_file);
        before.is_some_and(|(other, _)| other.span.end() > edit.span.start())
            || after.is_some_and(|(other, _)| other.span.start() < edit.span.end())
    }

    fn add(&mut self, edit: &'f Edit) {
        if self.known.insert(edit) {
            let place = FileRange::new(edit.file, edit.span);
            self.by_place.entry(place).or_default().push(edit);
        }
    }

    /// Returns the edits of a file in order, those at one place joined.
    fn of_file(&self, id: FileId) -> Vec<Edit> {
        let [start, end] = [id, FileId(id.0 + 1)].map(|id| FileRange::new(id, TextRange::at(0)));
        let places = self.by_place.range(start..end);
        let edits = places.map(|(place, edits)| match edits.as_slice() {
            [only] => (*only).clone(),
            several => Edit::replace(id, place.span, Edit::joined_text(several)),
        });
        edits.collect()
    }
}

/// The path to a value: its file, its document, and the segments.
type ValuePath<'f> = (FileId, usize, &'f [PathSegment]);

/// The values that accepted fixes change.
///
/// Another fix may change neither these, nor values inside or around them.
struct ChangedValues<'f, L: Language> {
    changes: HashSet<&'f L::Change>,
    values: HashSet<ValuePath<'f>>,
    around: HashSet<ValuePath<'f>>,
}

impl<'f, L: Language> ChangedValues<'f, L> {
    fn new() -> Self {
        Self {
            changes: HashSet::new(),
            values: HashSet::new(),
            around: HashSet::new(),
        }
    }

    /// Accepts a fix's changes, and adds the new ones to `accepted`.
    ///
    /// Returns `false`, and accepts none of them, if one conflicts with an accepted change.
    fn accept(&mut self, changes: &'f [L::Change], accepted: &mut Vec<&'f L::Change>) -> bool {
        let value = |change: &'f L::Change| {
            let (file, path) = L::changed(change);
            path.map(|path| (file, path))
        };
        let prefixes = |(file, path): (FileId, &'f NodePath)| {
            (0..=path.steps.len()).filter_map(move |len| Some((file, path.document, path.steps.get(..len)?)))
        };
        let meets = |(file, path): (FileId, &'f NodePath)| {
            let whole = (file, path.document, path.steps.as_slice());
            self.around.contains(&whole) || prefixes((file, path)).any(|prefix| self.values.contains(&prefix))
        };
        let mut new = changes.iter().filter(|change| !self.changes.contains(change));
        if new.by_ref().filter_map(value).any(meets) {
            return false;
        }
        for (file, path) in changes.iter().filter_map(value) {
            self.values.insert((file, path.document, path.steps.as_slice()));
            self.around.extend(prefixes((file, path)));
        }
        accepted.extend(changes.iter().filter(|change| self.changes.insert(change)));
        true
    }
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
        let edit = |&(file, start, end, text): &(u32, _, _, &str)| {
            Edit::replace(FileId(file), TextRange::new(start, end), text)
        };
        Fix {
            title: String::new(),
            edits: edits.iter().map(edit).collect(),
            changes: Vec::new(),
            applicability: Applicability::Safe,
        }
    }

    #[test]
    fn applies_shared_edits_once_and_fixes_atomically() {
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
    fn applies_a_fix_to_all_its_files_or_none() {
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
    fn maps_ranges_back_to_the_original() {
        const BEFORE: &str = "x: {N: R} # c";
        for (edits, after, was) in [
            // Unwrapped, and wrapped.
            (&[(0, 3, 7, ""), (0, 8, 9, "")][..], ("x: R # c", "R"), "R"),
            (&[(0, 7, 7, "["), (0, 8, 8, "]")], ("x: {N: [R]} # c", "[R]"), "R"),
            (&[(0, 7, 7, "["), (0, 8, 8, "]")], ("x: {N: [R]} # c", "R"), "R"),
            // Replaced, entirely and in part.
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "Prof"), "R"),
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "ro"), "R"),
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "{N: Prof}"), "{N: R}"),
            (&[(0, 7, 8, "Prof")], ("x: {N: Prof} # c", "# c"), "# c"),
            // Inserted.
            (&[(0, 9, 9, "\ny: 1")], ("x: {N: R}\ny: 1 # c", "y: 1"), ""),
        ] {
            let fixes = [fix(edits)];
            let applied = apply::<CloudFormation>(&files(&[BEFORE]), &fixes);
            let (text, place) = after;
            assert_eq!(&*applied.files[0].text, text);
            let start = text.find(place).unwrap();
            let place = FileRange::new(FileId(0), TextRange::new(start, start + place.len()));
            assert_eq!(applied.map.before(place).span.slice(BEFORE), was, "{place:?} of {text}");
        }
    }
}
