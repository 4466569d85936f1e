//! New entries of several rounds, planned again for the original files.

use std::collections::HashMap;

use super::change::{Change, Op};
use super::node::YamlFile;
use super::nodes::StreamId;
use crate::text::NodePath;

/// The positions of new entries in the original files.
///
/// A later round may insert an entry after one of them.
#[derive(Debug, Default)]
pub struct NewEntries(HashMap<(StreamId, NodePath), Position>);

/// The position of a new entry: the path of the entry before it, and the key of the new mapping around it.
type Position = (NodePath, Option<String>);

impl NewEntries {
    /// Plans the insertion of an entry in the original file; returns `None` if it has no place there.
    pub fn entry_in(&mut self, original: &YamlFile, change: &Change) -> Option<Change> {
        let Change::Value {
            node,
            path,
            op: Op::InsertAfter { within, key, value },
            ..
        } = change
        else {
            return None;
        };
        let node_at = |path: &NodePath| original.documents().nth(path.document)?.at(&path.steps)?.key();
        let (after, around) = match node_at(path) {
            Some(_) => (path.clone(), within.clone()),
            None => self.0.get(&(node.stream, path.clone()))?.clone(),
        };
        let new_node = node_at(&after)?.id();
        let mut new = path.clone();
        new.steps.pop();
        let new = within.iter().chain([key]).fold(new, |path, key| path.key(key));
        self.0.insert((node.stream, new), (after.clone(), around.clone()));
        Some(Change::Value {
            node: new_node,
            path: after,
            op: Op::InsertAfter {
                within: around,
                key: key.clone(),
                value: value.clone(),
            },
        })
    }
}
