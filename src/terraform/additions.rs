//! Additions of several rounds, planned again for the original files.

use std::collections::HashMap;

use super::change::Change;
use super::file::Content;
use super::source::ParsedModule;
use crate::hcl;
use crate::text::{Edit, FileId, FileRange, NodePath};
use crate::yaml::{self, YamlFile};

/// Plans additions for the original files, each with its edits; `None` if one does not fit them.
///
/// Each comes with the number of rounds before it, to which `before` applies.
pub(super) fn additions(
    original: &ParsedModule,
    added: &[(usize, &Change)],
    before: &dyn Fn(usize, FileRange) -> FileRange,
) -> Option<Vec<(Change, Vec<Edit>)>> {
    let mut entries = NewEntries::default();
    let planned = added.iter().map(
        |&(round, change)| match (change, &original.file(change.file())?.content) {
            (Change::Hcl(change), Content::Hcl(file)) => {
                let change = block_in(change, |place| before(round, place))?;
                let edit = hcl::render(file, &change);
                Some((Change::Hcl(change), vec![edit]))
            }
            (Change::Json(change), Content::Json(json)) => {
                let change = entries.entry_in(json.yaml(), change)?;
                let edits = yaml::render(json.yaml(), &change).ok()?;
                Some((Change::Json(change), edits))
            }
            _ => None,
        },
    );
    planned.collect()
}

/// Plans the insertion of a block, which is after a block of the original.
fn block_in(change: &hcl::Change, before: impl Fn(FileRange) -> FileRange) -> Option<hcl::Change> {
    let hcl::Op::InsertBlock { after, block } = &change.op else {
        return None;
    };
    let op = hcl::Op::InsertBlock {
        after: before(FileRange::new(change.file, *after)).span,
        block: block.clone(),
    };
    Some(hcl::Change { op, ..change.clone() })
}

/// The position of a new entry: the path of the entry before it, and the key of the new mapping around it.
type Position = (NodePath, Option<String>);

/// The positions of new entries in the original files.
///
/// A later round may insert an entry after one of them.
#[derive(Default)]
struct NewEntries(HashMap<(FileId, NodePath), Position>);

impl NewEntries {
    /// Plans the insertion of an entry.
    fn entry_in(&mut self, original: &YamlFile, change: &yaml::Change) -> Option<yaml::Change> {
        let yaml::Change::Value {
            file,
            path,
            op: yaml::Op::InsertAfter { within, key, value },
            ..
        } = change
        else {
            return None;
        };
        let node_at = |path: &NodePath| original.documents().nth(path.document)?.at(&path.steps)?.key();
        let (after, around) = match node_at(path) {
            Some(_) => (path.clone(), within.clone()),
            None => self.0.get(&(*file, path.clone()))?.clone(),
        };
        let node = node_at(&after)?.id();
        let mut new = path.clone();
        new.steps.pop();
        let new = within.iter().chain([key]).fold(new, |path, key| path.key(key));
        self.0.insert((*file, new), (after.clone(), around.clone()));
        Some(yaml::Change::Value {
            file: *file,
            node,
            path: after,
            op: yaml::Op::InsertAfter {
                within: around,
                key: key.clone(),
                value: value.clone(),
            },
        })
    }
}
