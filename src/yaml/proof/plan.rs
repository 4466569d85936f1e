//! What is to change, and how a reading is with it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::vec::IntoIter;

use super::reading::{Extent, Item, Items, close, part, size};
use crate::text::{Path, Step};
use crate::yaml::{Change, Fragment, Op};

/// The planned changes, each once, as a tree of the ways to them.
#[derive(Default)]
pub(super) struct Plan<'f> {
    documents: HashMap<usize, Planned<'f>>,
    /// What is there already and is to stand somewhere else too.
    copied: Vec<&'f Path>,
}

/// What is planned for a value and for what is in it. With each change comes where it is.
#[derive(Default)]
struct Planned<'f> {
    /// What it becomes.
    value: Option<(&'f Path, &'f Op)>,
    /// The key that its entry gets; `None` of those, and the entry goes.
    key: Option<(&'f Path, Option<&'f str>)>,
    /// The entries that it gains, each by the key before it.
    insertions: HashMap<&'f str, Insertion<'f>>,
    /// Set, if it is to stand somewhere else too.
    copied: Option<&'f Path>,
    keys: HashMap<&'f str, Box<Self>>,
    items: HashMap<usize, Box<Self>>,
}

/// An entry that a mapping gains.
#[derive(Clone, Copy)]
struct Insertion<'f> {
    document: usize,
    mapping: &'f [Step],
    key: &'f str,
    value: &'f Fragment,
}

impl<'f> Plan<'f> {
    pub(super) fn of(changes: &[&'f Change]) -> Self {
        let mut plan = Self::default();
        let mut seen = HashSet::new();
        for &change in changes.iter().filter(|change| seen.insert(**change)) {
            if let Change::Value { path, op, .. } = change {
                plan.add(path, op);
            }
        }
        plan
    }

    fn add(&mut self, path: &'f Path, op: &'f Op) {
        if let Op::Replace(value) | Op::Amend(value) | Op::InsertAfter { value, .. } = op {
            self.note_copies(value);
        }
        let Path { document, steps } = path;
        match op {
            Op::InsertAfter { key, value } => {
                if let Some((Step::Key(after), mapping)) = steps.split_last() {
                    let insertion = Insertion {
                        document: *document,
                        mapping,
                        key,
                        value,
                    };
                    self.at(*document, mapping).insertions.insert(after, insertion);
                }
            }
            Op::Remove => self.at(*document, steps).key = Some((path, None)),
            Op::Rename(key) => self.at(*document, steps).key = Some((path, Some(key))),
            _ => self.at(*document, steps).value = Some((path, op)),
        }
    }

    fn note_copies(&mut self, fragment: &'f Fragment) {
        match fragment {
            Fragment::Scalar { .. } | Fragment::Bare(_) => {}
            Fragment::Tagged { value, .. } => self.note_copies(value),
            Fragment::Sequence(items) => items.iter().for_each(|item| self.note_copies(item)),
            Fragment::Mapping { entries, .. } => entries.iter().for_each(|(_, value)| self.note_copies(value)),
            Fragment::Copy { path, .. } => {
                self.copied.push(path);
                self.at(path.document, &path.steps).copied = Some(path);
            }
        }
    }

    fn at(&mut self, document: usize, steps: &'f [Step]) -> &mut Planned<'f> {
        let document = self.documents.entry(document).or_default();
        steps.iter().fold(document, |planned, step| match step {
            Step::Key(key) => planned.keys.entry(key).or_default(),
            Step::Index(index) => planned.items.entry(*index).or_default(),
        })
    }

    /// Returns what a reader must see if it saw `before` and the planned changes are made.
    ///
    /// # Errors
    ///
    /// The place of a change that cannot be made.
    pub(super) fn carry_out<'t>(&self, before: Vec<Items<'t>>) -> Result<Vec<Items<'t>>, Path>
    where
        'f: 't,
    {
        let mut copies = HashMap::new();
        for (number, planned) in &self.documents {
            planned.copy(before.get(*number).map_or(&[], Vec::as_slice), &mut copies);
        }
        if let Some(path) = self.copied.iter().find(|path| !copies.contains_key(*path)) {
            return Err((*path).clone());
        }
        let strangers = self.documents.iter().filter(|(document, _)| **document >= before.len());
        strangers
            .map(|(_, planned)| planned)
            .try_for_each(Planned::check_empty)?;
        let documents = before.into_iter().enumerate().map(|(number, items)| {
            let Some(planned) = self.documents.get(&number) else {
                return Ok(items);
            };
            planned.check_key_stays()?;
            let mut maker = Maker {
                copies: &copies,
                made: Vec::with_capacity(items.len()),
                left: items.into_iter(),
            };
            maker.value(Some(planned))?;
            Ok(maker.made)
        });
        documents.collect()
    }
}

impl<'f> Planned<'f> {
    /// Copies what is to stand somewhere else too from the value that begins `items`.
    fn copy<'t>(&self, items: &[Item<'t>], copies: &mut HashMap<&'f Path, Items<'t>>) {
        if let (Some(path), false) = (self.copied, items.is_empty()) {
            copies.insert(path, part(items, 0).to_vec());
        }
        let tags = items.iter().take_while(|item| matches!(item, Item::Tag(_))).count();
        let inside = items.get(tags + 1..).unwrap_or_default();
        match items.get(tags) {
            Some(Item::Mapping(extent)) => {
                for place in last_places(inside, extent.len, self).values() {
                    place
                        .planned
                        .copy(inside.get(place.value..).unwrap_or_default(), copies);
                }
            }
            Some(Item::Sequence(extent)) if !self.items.is_empty() => {
                let mut at = 0;
                for index in 0..extent.len as usize {
                    if let Some(item) = self.items.get(&index) {
                        item.copy(inside.get(at..).unwrap_or_default(), copies);
                    }
                    at += size(inside, at);
                }
            }
            _ => {}
        }
    }

    /// Fails, if anything is planned here.
    fn check_empty(&self) -> Result<(), Path> {
        let replaced = self.value.map(|(path, _)| path);
        match replaced.or(self.key.map(|(path, _)| path)) {
            Some(path) => Err(path.clone()),
            None => self.check_nothing_inside(),
        }
    }

    fn check_nothing_inside(&self) -> Result<(), Path> {
        if let Some(insertion) = self.insertions.values().next() {
            return Err(insertion.mapping());
        }
        self.keys
            .values()
            .chain(self.items.values())
            .try_for_each(|planned| planned.check_empty())
    }

    /// Fails, if another key is planned for what has none.
    fn check_key_stays(&self) -> Result<(), Path> {
        self.key.map_or(Ok(()), |(path, _)| Err(path.clone()))
    }
}

impl Insertion<'_> {
    /// Returns the path to the mapping.
    fn mapping(&self) -> Path {
        Path {
            document: self.document,
            steps: self.mapping.to_vec(),
        }
    }
}

/// Makes a reading of another one.
struct Maker<'m, 'f, 't> {
    copies: &'m HashMap<&'f Path, Items<'t>>,
    left: IntoIter<Item<'t>>,
    made: Items<'t>,
}

impl<'f: 't, 't> Maker<'_, 'f, 't> {
    /// Takes over the next value with what is planned for it.
    fn value(&mut self, planned: Option<&Planned<'f>>) -> Result<(), Path> {
        let Some(planned) = planned else {
            self.take();
            return Ok(());
        };
        if let Some((path, op)) = planned.value {
            planned.check_nothing_inside()?;
            return self.operate(op).ok_or_else(|| place(path, op));
        }
        let is_tagged = self.tags();
        let at = self.made.len();
        self.made.extend(self.left.next());
        let len = match self.made.last() {
            Some(Item::Sequence(Extent { len, .. })) => self.items(*len, planned)?,
            Some(Item::Mapping(_)) if is_tagged && !planned.insertions.is_empty() => {
                return planned.check_nothing_inside();
            }
            Some(Item::Mapping(Extent { len, .. })) => self.entries(*len, planned)?,
            _ => return planned.check_nothing_inside(),
        };
        close(&mut self.made, at, len);
        Ok(())
    }

    /// Takes over the next value as an operation leaves it; `None` if the operation does not fit it.
    fn operate(&mut self, op: &'f Op) -> Option<()> {
        let at = self.made.len();
        match op {
            Op::Replace(fragment) | Op::Amend(fragment) => {
                self.leave_out();
                self.build(fragment);
            }
            Op::Splice { range, text } => {
                self.tags();
                let Some(Item::Text(scalar)) = self.left.next() else {
                    return None;
                };
                self.made.push(Item::Text(Cow::Owned(spliced(&scalar, range, text)?)));
            }
            Op::WrapInMapping { key } => {
                self.made.push(Item::Mapping(Extent::default()));
                self.made.push(Item::Text(Cow::Borrowed(key)));
                self.take();
                close(&mut self.made, at, 1);
            }
            Op::WrapInSequence => {
                self.made.push(Item::Sequence(Extent::default()));
                self.take();
                close(&mut self.made, at, 1);
            }
            Op::Unwrap { inner } => {
                let items = self.left.as_slice();
                let inner = locate(items, inner)?;
                let behind = size(items, 0) - inner.end;
                self.left.by_ref().take(inner.start).for_each(drop);
                self.made.extend(self.left.by_ref().take(inner.len()));
                self.left.by_ref().take(behind).for_each(drop);
            }
            Op::RemoveItems(gone) => {
                self.tags();
                let Some(Item::Sequence(Extent { len, .. })) = self.left.next() else {
                    return None;
                };
                let len = len as usize;
                let gone: HashSet<usize> = gone.iter().copied().collect();
                if gone.iter().any(|number| *number >= len) {
                    return None;
                }
                let at = self.made.len();
                self.made.push(Item::Sequence(Extent::default()));
                for number in 0..len {
                    match gone.contains(&number) {
                        true => self.leave_out(),
                        false => self.take(),
                    }
                }
                close(&mut self.made, at, len - gone.len());
            }
            // These are planned for the mapping around the value.
            Op::InsertAfter { .. } | Op::Remove | Op::Rename(_) => self.take(),
        }
        Some(())
    }

    /// Takes over the items of a sequence.
    fn items(&mut self, len: u32, planned: &Planned<'f>) -> Result<usize, Path> {
        let len = len as usize;
        for index in 0..len {
            let item = planned.items.get(&index).map(Box::as_ref);
            item.map_or(Ok(()), Planned::check_key_stays)?;
            self.value(item)?;
        }
        let strangers = planned.items.iter().filter(|(index, _)| **index >= len);
        strangers
            .map(|(_, item)| item)
            .chain(planned.keys.values())
            .try_for_each(|planned| planned.check_empty())?;
        let insertion = planned.insertions.values().next();
        insertion.map_or(Ok(len), |insertion| Err(insertion.mapping()))
    }

    /// Takes over the entries of a mapping; how many there are then.
    fn entries(&mut self, len: u32, planned: &Planned<'f>) -> Result<usize, Path> {
        let places = last_places(self.left.as_slice(), len, planned);
        let strangers = planned.keys.iter().filter(|(key, _)| !places.contains_key(*key));
        let strangers = strangers.map(|(_, value)| value).chain(planned.items.values());
        strangers.into_iter().try_for_each(|planned| planned.check_empty())?;
        let mut insertions = planned.insertions.clone();
        let mut made = 0;
        for number in 0..len {
            let name = match self.left.as_slice() {
                [Item::Text(name), ..] => Some(name.clone()),
                _ => None,
            };
            let place = name.as_deref().and_then(|name| places.get(name));
            let value = place.filter(|place| place.number == number).map(|place| place.planned);
            match value.and_then(|value| value.key) {
                None => self.take(),
                Some((_, key)) => {
                    self.leave_out();
                    self.made.extend(key.map(|key| Item::Text(Cow::Borrowed(key))));
                }
            }
            if let Some(Planned {
                key: Some((_, None)), ..
            }) = value
            {
                value.map_or(Ok(()), Planned::check_nothing_inside)?;
                self.leave_out();
            } else {
                self.value(value)?;
                made += 1;
            }
            if let Some(Insertion { key, value, .. }) = name.and_then(|name| insertions.remove(&*name)) {
                self.made.push(Item::Text(Cow::Borrowed(key)));
                self.build(value);
                made += 1;
            }
        }
        let left = insertions.values().next();
        left.map_or(Ok(made), |insertion| Err(insertion.mapping()))
    }

    /// Takes over the next value as it is.
    fn take(&mut self) {
        let size = size(self.left.as_slice(), 0);
        self.made.extend(self.left.by_ref().take(size));
    }

    /// Takes over the tags before the next value, and returns whether there are any.
    fn tags(&mut self) -> bool {
        let before = self.made.len();
        while let [Item::Tag(_), ..] = self.left.as_slice() {
            self.made.extend(self.left.next());
        }
        self.made.len() > before
    }

    /// Leaves out the next value.
    fn leave_out(&mut self) {
        let size = size(self.left.as_slice(), 0);
        self.left.by_ref().take(size).for_each(drop);
    }

    /// Adds what a reader must make of a fragment's text.
    fn build(&mut self, fragment: &'f Fragment) {
        let at = self.made.len();
        match fragment {
            Fragment::Scalar { value, .. } | Fragment::Bare(value) => self.made.push(Item::Text(Cow::Borrowed(value))),
            Fragment::Tagged { tag, value } => {
                self.made.push(Item::tag(tag));
                self.build(value);
            }
            Fragment::Sequence(items) => {
                self.made.push(Item::Sequence(Extent::default()));
                items.iter().for_each(|item| self.build(item));
                close(&mut self.made, at, items.len());
            }
            Fragment::Mapping { entries, .. } => {
                self.made.push(Item::Mapping(Extent::default()));
                for (key, value) in entries {
                    self.made.push(Item::Text(Cow::Borrowed(key)));
                    self.build(value);
                }
                close(&mut self.made, at, entries.len());
            }
            Fragment::Copy { path, .. } => self.made.extend(self.copies.get(path).into_iter().flatten().cloned()),
        }
    }
}

/// Returns the path of an operation that cannot be made.
fn place(path: &Path, op: &Op) -> Path {
    let mut path = path.clone();
    if let Op::Unwrap { inner } = op {
        path.steps.extend_from_slice(inner);
    }
    path
}

/// Replaces some bytes of a text; `None` if they are not whole characters of it.
fn spliced(text: &str, range: &Range<usize>, new: &str) -> Option<String> {
    let (before, behind) = (text.get(..range.start)?, text.get(range.end..)?);
    Some([before, new, behind].concat())
}

/// Follows some steps from the value that begins `items`; the items of the value at their end.
fn locate(items: &[Item<'_>], steps: &[Step]) -> Option<Range<usize>> {
    let mut at = 0;
    for step in steps {
        let here = items.get(at..)?;
        let tags = here.iter().take_while(|item| matches!(item, Item::Tag(_))).count();
        let first = at + tags + 1;
        at = match (here.get(tags)?, step) {
            (Item::Sequence(Extent { len, .. }), Step::Index(index)) if *index < *len as usize => {
                (0..*index).fold(first, |at, _| at + size(items, at))
            }
            (Item::Mapping(Extent { len, .. }), Step::Key(key)) => {
                let mut found = None;
                let mut at = first;
                for _ in 0..*len {
                    let value = at + size(items, at);
                    if matches!(items.get(at), Some(Item::Text(name)) if name == key) {
                        found = Some(value);
                    }
                    at = value + size(items, value);
                }
                found?
            }
            _ => return None,
        };
    }
    Some(at..at + size(items, at))
}

/// Returns where the keys are that something is planned at, the last one where a reader takes several.
fn last_places<'p, 'f>(entries: &[Item<'_>], len: u32, planned: &'p Planned<'f>) -> HashMap<&'f str, Place<'p, 'f>> {
    let mut places = HashMap::new();
    if planned.keys.is_empty() {
        return places;
    }
    let mut at = 0;
    for number in 0..len {
        let value = at + size(entries, at);
        if let Some(Item::Text(name)) = entries.get(at)
            && let Some((&key, planned)) = planned.keys.get_key_value(&**name)
        {
            places.insert(key, Place { number, value, planned });
        }
        at = value + size(entries, value);
    }
    places
}

/// An entry that something is planned at.
#[derive(Clone, Copy)]
struct Place<'p, 'f> {
    number: u32,
    /// Where its value is.
    value: usize,
    planned: &'p Planned<'f>,
}
