//! The sources that the findings of one input refer to.

use std::path::PathBuf;

use serde::Serialize;

use super::source::{SourceText, Span};
use crate::text::{FileId, FileRange};

/// The sources that the findings of one input refer to.
#[derive(Clone, Copy)]
pub struct Sources<'s> {
    own: &'s SourceText<'s>,
    own_id: FileId,
    /// All sources, by the numbers of their files.
    all: &'s [SourceText<'s>],
}

/// Another of the files that are checked together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherFile {
    /// The path, in the form of the path of the input.
    ///
    /// Bytes that are not Unicode are replaced.
    #[serde(rename = "path")]
    pub name: String,
    /// The path, relative to the working directory if it is inside.
    #[serde(skip)]
    pub path: PathBuf,
    /// The number of the file among these.
    #[serde(skip)]
    pub id: FileId,
}

impl<'s> Sources<'s> {
    /// Creates the sources of a file of templates, which is checked alone.
    pub fn of_template(source: &'s SourceText<'s>) -> Self {
        Self {
            own: source,
            own_id: FileId::default(),
            all: std::slice::from_ref(source),
        }
    }

    /// Creates the sources of one of several files that are checked together, from the sources of all.
    ///
    /// Returns `None` if there is no file with this number.
    pub fn of_file(own_id: FileId, all: &'s [SourceText<'s>]) -> Option<Self> {
        Some(Self {
            own: get(all, own_id)?,
            own_id,
            all,
        })
    }

    /// Returns the source of the input itself.
    pub fn own(&self) -> &'s SourceText<'s> {
        self.own
    }

    /// Returns the source of the input, or of another file.
    pub(super) fn get(&self, other: Option<&OtherFile>) -> &'s SourceText<'s> {
        other.and_then(|other| get(self.all, other.id)).unwrap_or(self.own)
    }

    /// Returns a place as reports print it, with its file if it is not the input itself.
    pub(super) fn place(&self, place: FileRange) -> (Option<OtherFile>, Span) {
        let file = self.other(place.file);
        (file.clone(), self.get(file.as_ref()).span(place.span))
    }

    /// Returns the line, from 1, on which a place begins.
    pub(super) fn line(&self, place: FileRange) -> usize {
        self.get(self.other(place.file).as_ref()).line(place.span)
    }

    /// Returns a file, if it is not the input itself.
    fn other(&self, id: FileId) -> Option<OtherFile> {
        let source = get(self.all, id).filter(|_| id != self.own_id)?;
        Some(OtherFile {
            name: source.name.lossy(),
            path: source.name.from_folder.to_owned(),
            id,
        })
    }
}

fn get<'s>(sources: &'s [SourceText<'s>], id: FileId) -> Option<&'s SourceText<'s>> {
    sources.get(usize::try_from(id.0).ok()?)
}
