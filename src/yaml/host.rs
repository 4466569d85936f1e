use std::ops::Range;

use crate::text::{EditObstacle, NodePath, TextRange};

/// The scalar that contains a document.
#[derive(Debug)]
pub(super) struct Host {
    /// The number of the document among those in the scalars of the file, from 1.
    pub(super) part: u32,
    /// The path of the scalar.
    pub(super) path: NodePath,
    /// The bytes of the scalar's value that are the document.
    pub(super) within: Range<usize>,
    /// The range of the scalar, if its bytes are not those of its value.
    pub(super) unmapped: Option<TextRange>,
    /// The number of blanks before each line of the document, which are not part of it.
    pub(super) margin: usize,
    /// The reason why the document cannot be edited, if there is one.
    pub(super) obstacle: Option<EditObstacle>,
    /// The variables that are replaced before the document is read.
    pub(super) variables: Variables,
}

/// The variables `${name}` that are replaced before a document is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variables {
    /// There are none.
    None,
    /// They are names in the template that contains the document.
    Names,
    /// Their values are not known.
    Unknown,
}
