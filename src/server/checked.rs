//! The result of a check, with what the features need of it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use gen_lsp_types::{Location, Uri};

use super::positions::{Encoding, IndexedText};
use crate::report::{FileName, FileRecord, OtherFile};
use crate::text::{FileId, TextRange};

/// The result of checking a document, alone or together with other files.
pub(super) struct Checked {
    /// The document itself.
    pub(super) own: Rc<CheckedFile>,
    /// All files that were checked together, by their numbers.
    files: Rc<[Rc<CheckedFile>]>,
    /// The folders of local modules that the result depends on.
    folders: Rc<[PathBuf]>,
    /// The document with the fixes that change no other file, once it was needed.
    fixed_alone: OnceCell<Option<String>>,
}

/// A file that was checked.
pub(super) struct CheckedFile {
    pub(super) uri: Uri,
    /// The version of the open document; `None` for a file that is not open.
    pub(super) version: Option<i32>,
    /// The findings and errors, as the reports have them; empty for a file that is not open.
    pub(super) record: FileRecord,
    /// The source with every fix that the options allow, if it differs.
    pub(super) fixed: Option<String>,
    /// A number that is smaller than those of the files that refer to this one, or equal if that is not known.
    pub(super) order: usize,
    source: Source,
}

/// A source whose lines and columns are indexed when they are needed.
pub(super) struct Source {
    text: Arc<str>,
    encoding: Encoding,
    indexed: OnceCell<IndexedText>,
}

impl Checked {
    /// Returns the result of a document that is checked alone.
    pub(super) fn alone(file: CheckedFile) -> Self {
        let own = Rc::new(file);
        Self {
            files: Rc::from([Rc::clone(&own)]),
            ..Self::of_file(own)
        }
    }

    /// Returns the result of one of several files, `own`; `None` if there is no such file.
    pub(super) fn together(files: impl IntoIterator<Item = CheckedFile>, own: FileId) -> Option<Self> {
        let files: Rc<[Rc<CheckedFile>]> = files.into_iter().map(Rc::new).collect();
        let own = files.get(usize::try_from(own.0).ok()?)?;
        Some(Self {
            files: Rc::clone(&files),
            ..Self::of_file(Rc::clone(own))
        })
    }

    /// Lets the result depend on the folders of local modules.
    pub(super) fn with_folders(self, folders: Vec<PathBuf>) -> Self {
        Self {
            folders: folders.into(),
            ..self
        }
    }

    /// Returns the results of all files that were checked together.
    pub(super) fn each(&self) -> impl Iterator<Item = Self> {
        let files = self.files.iter();
        files.map(|file| Self {
            files: Rc::clone(&self.files),
            folders: Rc::clone(&self.folders),
            ..Self::of_file(Rc::clone(file))
        })
    }

    /// Returns the document itself, or another file that was checked with it.
    pub(super) fn file(&self, other: Option<&OtherFile>) -> &CheckedFile {
        other.and_then(|other| self.numbered(other.id)).unwrap_or(&self.own)
    }

    /// Returns the file with a number.
    pub(super) fn numbered(&self, id: FileId) -> Option<&CheckedFile> {
        let file = self.files.get(usize::try_from(id.0).ok()?);
        file.map(Rc::as_ref)
    }

    /// Iterates over the files that fixes change, with their fixed sources.
    pub(super) fn fixed_files(&self) -> impl Iterator<Item = (&CheckedFile, &str)> {
        let files = self.files.iter();
        files.filter_map(|file| Some((file.as_ref(), file.fixed.as_deref()?)))
    }

    /// Returns the document with the fixes that change no other file, if there are any.
    ///
    /// `check` returns it by another check, which is needed only if fixes change other files too.
    pub(super) fn fixed_alone(&self, check: impl FnOnce() -> Option<String>) -> Option<&str> {
        let are_others_fixed = self
            .fixed_files()
            .any(|(file, _)| !std::ptr::eq(file, self.own.as_ref()));
        match are_others_fixed {
            true => self.fixed_alone.get_or_init(check).as_deref(),
            false => self.own.fixed.as_deref(),
        }
    }

    /// Returns whether the result depends on the files of a folder of a local module.
    pub(super) fn reads(&self, folder: &Path) -> bool {
        self.folders.iter().any(|read| read == folder)
    }

    fn of_file(own: Rc<CheckedFile>) -> Self {
        Self {
            own,
            files: Rc::default(),
            folders: Rc::default(),
            fixed_alone: OnceCell::new(),
        }
    }
}

impl CheckedFile {
    pub(super) fn new(uri: Uri, version: Option<i32>, source: Source, record: FileRecord) -> Self {
        Self {
            uri,
            version,
            record,
            fixed: None,
            order: 0,
            source,
        }
    }

    /// Adds the fixed source.
    pub(super) fn with_fixed(self, fixed: Option<&str>) -> Self {
        Self {
            fixed: fixed.map(str::to_owned),
            ..self
        }
    }

    /// Sets the position of the file among those that are written.
    pub(super) fn with_order(self, order: usize) -> Self {
        Self { order, ..self }
    }

    /// Returns a range of the file as the protocol names it.
    pub(super) fn location(&self, span: TextRange) -> Location {
        Location {
            uri: self.uri.clone(),
            range: self.content().range(span),
        }
    }

    /// Returns the source with its lines and columns.
    pub(super) fn content(&self) -> &IndexedText {
        self.source.indexed()
    }
}

impl Source {
    /// Returns a source that is not indexed yet.
    pub(super) fn new(text: Arc<str>, encoding: Encoding) -> Self {
        Self {
            text,
            encoding,
            indexed: OnceCell::new(),
        }
    }

    fn indexed(&self) -> &IndexedText {
        self.indexed
            .get_or_init(|| IndexedText::new(Arc::clone(&self.text), self.encoding))
    }
}

impl From<IndexedText> for Source {
    fn from(indexed: IndexedText) -> Self {
        Self {
            text: Arc::clone(&indexed.text),
            encoding: indexed.encoding(),
            indexed: indexed.into(),
        }
    }
}

/// Returns the name of a file in messages, which is its path.
pub(super) fn name(path: &Path) -> FileName<'_> {
    FileName::new(path, Path::new(""))
}
