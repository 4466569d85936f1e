use crate::hcl;
use crate::text::{FileId, NodePath};
use crate::yaml;

/// One change of a file of a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A change of a file in HCL.
    Hcl(hcl::Change),
    /// A change of a file in JSON.
    Json(yaml::Change),
}

impl Change {
    /// Returns the file that changes.
    pub fn file(&self) -> FileId {
        match self {
            Self::Hcl(change) => change.file,
            Self::Json(change) => change.file(),
        }
    }

    /// Returns whether the change adds a resource.
    pub fn adds(&self) -> bool {
        match self {
            Self::Hcl(change) => matches!(change.op, hcl::Op::InsertBlock { .. }),
            Self::Json(change) => matches!(
                change,
                yaml::Change::Value {
                    op: yaml::Op::InsertAfter { .. },
                    ..
                }
            ),
        }
    }

    /// Returns the path of the value that changes; `None` for an insertion and for a comment.
    pub fn path(&self) -> Option<&NodePath> {
        match self {
            Self::Hcl(change) => change.path.as_ref(),
            Self::Json(change) => change.path(),
        }
    }
}
