//! Additions of several rounds, planned again for the original files.

use super::change::Change;
use super::file::Content;
use super::source::ParsedModule;
use crate::hcl;
use crate::text::{Edit, FileRange};
use crate::yaml::{self, NewEntries};

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
