//! Applies planned changes to the values that a parser read.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::vec::IntoIter;

use super::events::{CollectionSize, ValueEvent, ValueEvents, close, size, subtree};
use crate::text::{NodePath, PathSegment};
use crate::yaml::{Change, NewValue, Op};

/// The planned changes, each once, as a tree of their paths.
#[derive(Default)]
pub(super) struct PlannedDocuments<'f> {
    documents: HashMap<usize, PlannedNode<'f>>,
    /// The paths of the values to copy.
    copied: Vec<&'f NodePath>,
}

/// The planned changes of a value and its contents.
#[derive(Default)]
struct PlannedNode<'f> {
    /// The operation on the value.
    value: Option<(&'f NodePath, &'f Op)>,
    /// The new key of its entry; `None` inside removes the entry.
    key: Option<(&'f NodePath, Option<&'f str>)>,
    /// The entries to insert, by the key that they follow.
    insertions: HashMap<&'f str, Vec<PlannedInsertion<'f>>>,
    /// Set if the value is to be copied.
    copied: Option<&'f NodePath>,
    keys: HashMap<&'f str, Box<Self>>,
    items: HashMap<usize, Box<Self>>,
}

/// Entries to insert into a mapping: one, or several in a new mapping around them.
#[derive(Clone)]
struct PlannedInsertion<'f> {
    document: usize,
    mapping: &'f [PathSegment],
    /// The key of the new mapping.
    within: Option<&'f str>,
    entries: Vec<(&'f str, &'f NewValue)>,
}

impl<'f> PlannedDocuments<'f> {
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

    fn add(&mut self, path: &'f NodePath, op: &'f Op) {
        if let Op::Replace(value) | Op::SetContent(value) | Op::InsertAfter { value, .. } = op {
            self.note_copies(value);
        }
        let NodePath { document, steps } = path;
        match op {
            Op::InsertAfter { within, key, value } => {
                if let Some((PathSegment::Key(after), mapping)) = steps.split_last() {
                    let insertions = self.at(*document, mapping).insertions.entry(after).or_default();
                    let within = within.as_deref();
                    let mut shared = insertions.iter_mut().filter(|_| within.is_some());
                    match shared.find(|insertion| insertion.within == within) {
                        Some(insertion) => insertion.entries.push((key, value)),
                        None => insertions.push(PlannedInsertion {
                            document: *document,
                            mapping,
                            within,
                            entries: vec![(key, value)],
                        }),
                    }
                }
            }
            Op::RemoveEntry => self.at(*document, steps).key = Some((path, None)),
            Op::RenameKey(key) => self.at(*document, steps).key = Some((path, Some(key))),
            _ => self.at(*document, steps).value = Some((path, op)),
        }
    }

    fn note_copies(&mut self, new_value: &'f NewValue) {
        match new_value {
            NewValue::Scalar { .. } | NewValue::Bare(_) => {}
            NewValue::Tagged { value, .. } => self.note_copies(value),
            NewValue::Sequence(items) => items.iter().for_each(|item| self.note_copies(item)),
            NewValue::Mapping { entries, .. } => entries.iter().for_each(|(_, value)| self.note_copies(value)),
            NewValue::Copy { path, .. } => {
                self.copied.push(path);
                self.at(path.document, &path.steps).copied = Some(path);
            }
        }
    }

    fn at(&mut self, document: usize, steps: &'f [PathSegment]) -> &mut PlannedNode<'f> {
        let document = self.documents.entry(document).or_default();
        steps.iter().fold(document, |planned, segment| match segment {
            PathSegment::Key(key) => planned.keys.entry(key).or_default(),
            PathSegment::Index(index) => planned.items.entry(*index).or_default(),
        })
    }

    /// Returns the expected values after the planned changes.
    ///
    /// `before` has the values that a parser read.
    ///
    /// # Errors
    ///
    /// The path of a change that cannot be made.
    pub(super) fn apply_to<'t>(&self, before: Vec<ValueEvents<'t>>) -> Result<Vec<ValueEvents<'t>>, NodePath>
    where
        'f: 't,
    {
        let mut copies = HashMap::new();
        for (number, planned) in &self.documents {
            planned.collect_copies(before.get(*number).map_or(&[], Vec::as_slice), &mut copies);
        }
        if let Some(path) = self.copied.iter().find(|path| !copies.contains_key(*path)) {
            return Err((*path).clone());
        }
        let unmatched = self.documents.iter().filter(|(document, _)| **document >= before.len());
        unmatched
            .map(|(_, planned)| planned)
            .try_for_each(PlannedNode::check_empty)?;
        let documents = before.into_iter().enumerate().map(|(number, events)| {
            let Some(planned) = self.documents.get(&number) else {
                return Ok(events);
            };
            planned.check_key_stays()?;
            let mut builder = ExpectedBuilder {
                copies: &copies,
                built: Vec::with_capacity(events.len()),
                remaining: events.into_iter(),
            };
            builder.value(Some(planned))?;
            Ok(builder.built)
        });
        documents.collect()
    }
}

impl<'f> PlannedNode<'f> {
    /// Collects the values to copy from the value that begins `events`.
    fn collect_copies<'t>(&self, events: &[ValueEvent<'t>], copies: &mut HashMap<&'f NodePath, ValueEvents<'t>>) {
        if let (Some(path), false) = (self.copied, events.is_empty()) {
            copies.insert(path, subtree(events, 0).to_vec());
        }
        let tags = events
            .iter()
            .take_while(|event| matches!(event, ValueEvent::Tag(_)))
            .count();
        let contents = events.get(tags + 1..).unwrap_or_default();
        match events.get(tags) {
            Some(ValueEvent::Mapping(collection)) => {
                let entries = planned_entries(contents, collection.len, self);
                for entry in entries.values().filter(|entry| !entry.is_ambiguous) {
                    entry
                        .planned
                        .collect_copies(contents.get(entry.value..).unwrap_or_default(), copies);
                }
            }
            Some(ValueEvent::Sequence(collection)) if !self.items.is_empty() => {
                let mut at = 0;
                for index in 0..collection.len as usize {
                    if let Some(item) = self.items.get(&index) {
                        item.collect_copies(contents.get(at..).unwrap_or_default(), copies);
                    }
                    at += size(contents, at);
                }
            }
            _ => {}
        }
    }

    /// Checks that no change is planned here.
    fn check_empty(&self) -> Result<(), NodePath> {
        let replaced = self.value.map(|(path, _)| path);
        match replaced.or(self.key.map(|(path, _)| path)) {
            Some(path) => Err(path.clone()),
            None => self.check_nothing_inside(),
        }
    }

    fn check_nothing_inside(&self) -> Result<(), NodePath> {
        if let Some(insertion) = self.insertions.values().flatten().next() {
            return Err(insertion.mapping());
        }
        self.keys
            .values()
            .chain(self.items.values())
            .try_for_each(|planned| planned.check_empty())
    }

    /// Checks that no change of the key is planned.
    ///
    /// An item or a document has no key.
    fn check_key_stays(&self) -> Result<(), NodePath> {
        self.key.map_or(Ok(()), |(path, _)| Err(path.clone()))
    }
}

impl PlannedInsertion<'_> {
    /// Returns the path to the mapping.
    fn mapping(&self) -> NodePath {
        NodePath {
            document: self.document,
            steps: self.mapping.to_vec(),
        }
    }
}

/// Builds the expected events from those that a parser read.
struct ExpectedBuilder<'m, 'f, 't> {
    copies: &'m HashMap<&'f NodePath, ValueEvents<'t>>,
    remaining: IntoIter<ValueEvent<'t>>,
    built: ValueEvents<'t>,
}

impl<'f: 't, 't> ExpectedBuilder<'_, 'f, 't> {
    /// Copies the next value with its planned changes.
    fn value(&mut self, planned: Option<&PlannedNode<'f>>) -> Result<(), NodePath> {
        let Some(planned) = planned else {
            self.copy();
            return Ok(());
        };
        if let Some((path, op)) = planned.value {
            planned.check_nothing_inside()?;
            return self.apply(op).ok_or_else(|| failed_path(path, op));
        }
        let is_tagged = self.copy_tags();
        let at = self.built.len();
        self.built.extend(self.remaining.next());
        let len = match self.built.last() {
            Some(ValueEvent::Sequence(CollectionSize { len, .. })) => self.items(*len, planned)?,
            Some(ValueEvent::Mapping(_)) if is_tagged && !planned.insertions.is_empty() => {
                return planned.check_nothing_inside();
            }
            Some(ValueEvent::Mapping(CollectionSize { len, .. })) => self.entries(*len, planned)?,
            _ => return planned.check_nothing_inside(),
        };
        close(&mut self.built, at, len);
        Ok(())
    }

    /// Builds the value that an operation makes of the next one.
    ///
    /// Returns `None` if the operation does not fit it.
    fn apply(&mut self, op: &'f Op) -> Option<()> {
        let at = self.built.len();
        match op {
            Op::Replace(new_value) | Op::SetContent(new_value) => {
                self.skip();
                self.build(new_value);
            }
            Op::Splice { range, text } => {
                self.copy_tags();
                let Some(ValueEvent::Text(scalar)) = self.remaining.next() else {
                    return None;
                };
                self.built
                    .push(ValueEvent::Text(Cow::Owned(spliced(&scalar, range, text)?)));
            }
            Op::WrapInMapping { key } => {
                self.built.push(ValueEvent::Mapping(CollectionSize::default()));
                self.built.push(ValueEvent::Text(Cow::Borrowed(key)));
                self.copy();
                close(&mut self.built, at, 1);
            }
            Op::WrapInSequence => {
                self.built.push(ValueEvent::Sequence(CollectionSize::default()));
                self.copy();
                close(&mut self.built, at, 1);
            }
            Op::UnwrapCollection { inner } => {
                let events = self.remaining.as_slice();
                let range = locate(events, inner)?;
                let after_len = size(events, 0) - range.end;
                self.remaining.by_ref().take(range.start).for_each(drop);
                self.built.extend(self.remaining.by_ref().take(range.len()));
                self.remaining.by_ref().take(after_len).for_each(drop);
            }
            Op::RemoveItems(removed) => {
                self.copy_tags();
                let Some(ValueEvent::Sequence(CollectionSize { len, .. })) = self.remaining.next() else {
                    return None;
                };
                let len = len as usize;
                let removed: HashSet<usize> = removed.iter().copied().collect();
                if removed.iter().any(|number| *number >= len) {
                    return None;
                }
                let at = self.built.len();
                self.built.push(ValueEvent::Sequence(CollectionSize::default()));
                for number in 0..len {
                    match removed.contains(&number) {
                        true => self.skip(),
                        false => self.copy(),
                    }
                }
                close(&mut self.built, at, len - removed.len());
            }
            // These are planned for the mapping around the value.
            Op::InsertAfter { .. } | Op::RemoveEntry | Op::RenameKey(_) => self.copy(),
        }
        Some(())
    }

    /// Copies the items of a sequence, and returns their number.
    fn items(&mut self, len: u32, planned: &PlannedNode<'f>) -> Result<usize, NodePath> {
        let len = len as usize;
        for index in 0..len {
            let item = planned.items.get(&index).map(Box::as_ref);
            item.map_or(Ok(()), PlannedNode::check_key_stays)?;
            self.value(item)?;
        }
        let unmatched = planned.items.iter().filter(|(index, _)| **index >= len);
        unmatched
            .map(|(_, item)| item)
            .chain(planned.keys.values())
            .try_for_each(|planned| planned.check_empty())?;
        let insertion = planned.insertions.values().flatten().next();
        insertion.map_or(Ok(len), |insertion| Err(insertion.mapping()))
    }

    /// Copies the entries of a mapping, and returns their new number.
    fn entries(&mut self, len: u32, planned: &PlannedNode<'f>) -> Result<usize, NodePath> {
        let entries_by_key = planned_entries(self.remaining.as_slice(), len, planned);
        let unmatched = planned
            .keys
            .iter()
            .filter(|(key, _)| !entries_by_key.contains_key(*key));
        let unmatched = unmatched.map(|(_, value)| value).chain(planned.items.values());
        let unmatched = unmatched.map(Box::as_ref);
        let ambiguous = entries_by_key.values().filter(|entry| entry.is_ambiguous);
        let mut unmatched = unmatched.chain(ambiguous.map(|entry| entry.planned));
        unmatched.try_for_each(PlannedNode::check_empty)?;
        let mut insertions = planned.insertions.clone();
        let mut count = 0;
        for number in 0..len {
            let name = match self.remaining.as_slice() {
                [ValueEvent::Text(name), ..] => Some(name.clone()),
                _ => None,
            };
            let entry = name.as_deref().and_then(|name| entries_by_key.get(name));
            let value = entry.filter(|entry| entry.number == number).map(|entry| entry.planned);
            match value.and_then(|value| value.key) {
                None => self.copy(),
                Some((_, key)) => {
                    self.skip();
                    self.built.extend(key.map(|key| ValueEvent::Text(Cow::Borrowed(key))));
                }
            }
            if let Some(PlannedNode {
                key: Some((_, None)), ..
            }) = value
            {
                value.map_or(Ok(()), PlannedNode::check_nothing_inside)?;
                self.skip();
            } else {
                self.value(value)?;
                count += 1;
            }
            for insertion in name.and_then(|name| insertions.remove(&*name)).into_iter().flatten() {
                self.insert(insertion);
                count += 1;
            }
        }
        let remaining = insertions.values().flatten().next();
        remaining.map_or(Ok(count), |insertion| Err(insertion.mapping()))
    }

    /// Adds the events that a parser must read for an insertion, which is one entry.
    fn insert(&mut self, PlannedInsertion { within, entries, .. }: PlannedInsertion<'f>) {
        let around = within.map(|key| {
            self.built.push(ValueEvent::Text(Cow::Borrowed(key)));
            self.built.push(ValueEvent::Mapping(CollectionSize::default()));
            self.built.len() - 1
        });
        let len = entries.len();
        for (key, value) in entries {
            self.built.push(ValueEvent::Text(Cow::Borrowed(key)));
            self.build(value);
        }
        if let Some(at) = around {
            close(&mut self.built, at, len);
        }
    }

    /// Copies the next value as it is.
    fn copy(&mut self) {
        let size = size(self.remaining.as_slice(), 0);
        self.built.extend(self.remaining.by_ref().take(size));
    }

    /// Copies the tags before the next value, and returns whether there are any.
    fn copy_tags(&mut self) -> bool {
        let before = self.built.len();
        while let [ValueEvent::Tag(_), ..] = self.remaining.as_slice() {
            self.built.extend(self.remaining.next());
        }
        self.built.len() > before
    }

    /// Skips the next value.
    fn skip(&mut self) {
        let size = size(self.remaining.as_slice(), 0);
        self.remaining.by_ref().take(size).for_each(drop);
    }

    /// Adds the events that a parser must read for a new value.
    fn build(&mut self, new_value: &'f NewValue) {
        let at = self.built.len();
        match new_value {
            NewValue::Scalar { value, .. } | NewValue::Bare(value) => {
                self.built.push(ValueEvent::Text(Cow::Borrowed(value)));
            }
            NewValue::Tagged { tag, value } => {
                self.built.push(ValueEvent::tag(tag));
                self.build(value);
            }
            NewValue::Sequence(items) => {
                self.built.push(ValueEvent::Sequence(CollectionSize::default()));
                items.iter().for_each(|item| self.build(item));
                close(&mut self.built, at, items.len());
            }
            NewValue::Mapping { entries, .. } => {
                self.built.push(ValueEvent::Mapping(CollectionSize::default()));
                for (key, value) in entries {
                    self.built.push(ValueEvent::Text(Cow::Borrowed(key)));
                    self.build(value);
                }
                close(&mut self.built, at, entries.len());
            }
            NewValue::Copy { path, .. } => self.built.extend(self.copies.get(path).into_iter().flatten().cloned()),
        }
    }
}

/// Returns the path of an operation that cannot be made.
fn failed_path(path: &NodePath, op: &Op) -> NodePath {
    let mut path = path.clone();
    if let Op::UnwrapCollection { inner } = op {
        path.steps.extend_from_slice(inner);
    }
    path
}

/// Replaces a range of a string; `None` if it splits a character.
fn spliced(text: &str, range: &Range<usize>, new: &str) -> Option<String> {
    let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
    Some([before, new, after].concat())
}

/// Follows a path from the value that begins `events`.
///
/// Returns the events of the value at its end; `None` if it does not exist, or a key on the path is a duplicate.
fn locate(events: &[ValueEvent<'_>], steps: &[PathSegment]) -> Option<Range<usize>> {
    let mut at = 0;
    for segment in steps {
        let here = events.get(at..)?;
        let tags = here
            .iter()
            .take_while(|event| matches!(event, ValueEvent::Tag(_)))
            .count();
        let first = at + tags + 1;
        at = match (here.get(tags)?, segment) {
            (ValueEvent::Sequence(CollectionSize { len, .. }), PathSegment::Index(index)) if *index < *len as usize => {
                (0..*index).fold(first, |at, _| at + size(events, at))
            }
            (ValueEvent::Mapping(CollectionSize { len, .. }), PathSegment::Key(key)) => {
                let mut found = None;
                let mut at = first;
                for _ in 0..*len {
                    let value = at + size(events, at);
                    if matches!(events.get(at), Some(ValueEvent::Text(name)) if name == key)
                        && found.replace(value).is_some()
                    {
                        return None;
                    }
                    at = value + size(events, value);
                }
                found?
            }
            _ => return None,
        };
    }
    Some(at..at + size(events, at))
}

/// Returns the entries that have planned changes.
fn planned_entries<'p, 'f>(
    entries: &[ValueEvent<'_>],
    len: u32,
    planned: &'p PlannedNode<'f>,
) -> HashMap<&'f str, PlannedEntry<'p, 'f>> {
    let mut entries_by_key = HashMap::new();
    if planned.keys.is_empty() {
        return entries_by_key;
    }
    let mut at = 0;
    for number in 0..len {
        let value = at + size(entries, at);
        if let Some(ValueEvent::Text(name)) = entries.get(at)
            && let Some((&key, planned)) = planned.keys.get_key_value(&**name)
        {
            let is_ambiguous = entries_by_key.contains_key(key);
            let entry = PlannedEntry {
                number,
                value,
                planned,
                is_ambiguous,
            };
            entries_by_key.insert(key, entry);
        }
        at = value + size(entries, value);
    }
    entries_by_key
}

/// An entry that has planned changes.
#[derive(Clone, Copy)]
struct PlannedEntry<'p, 'f> {
    number: u32,
    /// The index of its value.
    value: usize,
    planned: &'p PlannedNode<'f>,
    /// True if another entry has the same key.
    is_ambiguous: bool,
}
