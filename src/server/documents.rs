//! The open documents, as their editor has them.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::checked::Checked;
use super::language::DocumentLanguage;
use super::positions::{Encoding, IndexedText};
use super::uri;
use crate::files::{OpenFiles, normalized};
use crate::terraform::is_module_file;

/// The open documents.
#[derive(Default)]
pub(super) struct Documents {
    open: BTreeMap<String, Document>,
}

/// An open document.
pub(super) struct Document {
    pub(super) uri: Uri,
    /// The path of its file; `None` for a document that was never saved.
    pub(super) path: Option<PathBuf>,
    pub(super) language_id: String,
    pub(super) version: i32,
    pub(super) content: IndexedText,
    /// The result of the last check; `None` if the text or the configuration changed since.
    pub(super) checked: Option<Checked>,
    /// True if the client has no diagnostics of the current text yet.
    pub(super) is_due: bool,
}

impl Documents {
    /// Adds a document, or replaces it if the client opens it again.
    pub(super) fn open(&mut self, item: TextDocumentItem, encoding: Encoding) {
        let document = Document {
            path: uri::to_path(&item.uri),
            language_id: item.language_id.as_str().to_owned(),
            version: item.version,
            content: IndexedText::new(item.text, encoding),
            checked: None,
            is_due: true,
            uri: item.uri,
        };
        self.open.insert(document.uri.0.clone(), document);
    }

    /// Removes a document.
    pub(super) fn close(&mut self, uri: &Uri) -> Option<Document> {
        self.open.remove(&uri.0)
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.open.get(&uri.0)
    }

    pub(super) fn get_mut(&mut self, uri: &Uri) -> Option<&mut Document> {
        self.open.get_mut(&uri.0)
    }

    /// Returns the document of a file.
    pub(super) fn at(&self, path: &Path) -> Option<&Document> {
        self.all().find(|document| document.path.as_deref() == Some(path))
    }

    /// Returns the sources of the open files of Terraform modules.
    pub(super) fn open_module_files(&self) -> OpenFiles {
        let mut open = OpenFiles::default();
        for document in self.all() {
            if let Some(path) = document.module_path() {
                open.insert(path, Arc::clone(&document.content.text));
            }
        }
        open
    }

    /// Forgets the checks that depend on the Terraform files of a folder.
    pub(super) fn forget_module(&mut self, folder: &Path) {
        let folder = normalized(folder);
        for document in self.all_mut().filter(|document| document.depends_on(&folder)) {
            document.forget();
        }
    }

    /// Forgets the checks of open files; returns whether there was a result.
    pub(super) fn forget_files<'p, P: AsRef<Path> + ?Sized + 'p>(
        &mut self,
        paths: impl IntoIterator<Item = &'p P>,
    ) -> bool {
        let paths: HashSet<_> = paths.into_iter().map(AsRef::as_ref).collect();
        let is_in = |document: &&mut Document| document.path.as_deref().is_some_and(|path| paths.contains(path));
        let mut is_any = false;
        for document in self.all_mut().filter(is_in) {
            is_any |= document.checked.is_some();
            document.forget();
        }
        is_any
    }

    /// Drops all results, without reporting the next ones.
    pub(super) fn drop_checks(&mut self) {
        for document in self.all_mut() {
            document.checked = None;
        }
    }

    /// Sets the results of the documents that were checked together, unless theirs still hold.
    pub(super) fn set_checked(&mut self, uri: &Uri, checked: Checked) {
        for other in checked.each() {
            if let Some(document) = self
                .get_mut(&other.own.uri)
                .filter(|document| document.checked.is_none())
            {
                document.checked = Some(other);
            }
        }
        if let Some(document) = self.get_mut(uri) {
            document.checked = Some(checked);
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }

    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut Document> {
        self.open.values_mut()
    }
}

impl Document {
    /// Applies the changes of a notification, one after the other.
    pub(super) fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, version: i32) {
        self.content.change(changes);
        self.version = version;
        self.forget();
    }

    /// Returns the language of the document; `None` if it is none that is checked.
    pub(super) fn language(&self) -> Option<DocumentLanguage> {
        DocumentLanguage::of(self.path(), &self.language_id)
    }

    /// Returns the path of a file that is loaded with the others of a Terraform module.
    pub(super) fn module_path(&self) -> Option<&Path> {
        let path = self.path.as_deref()?;
        let name = path.file_name()?.to_string_lossy();
        is_module_file(&name).then_some(path)
    }

    /// Returns the path of a file that may be a template.
    pub(super) fn template_path(&self) -> Option<&Path> {
        match self.language()? {
            DocumentLanguage::Yaml | DocumentLanguage::CloudFormation => self.path.as_deref(),
            DocumentLanguage::Terraform | DocumentLanguage::Configuration => None,
        }
    }

    /// Returns whether the result of the last check depends on the Terraform files of a folder.
    fn depends_on(&self, folder: &Path) -> bool {
        let is_in = |path: &Path| path.parent().map(normalized).as_deref() == Some(folder);
        self.module_path().is_some_and(is_in) || self.checked.as_ref().is_some_and(|checked| checked.reads(folder))
    }

    /// Returns the path, or the URI of a document without one.
    pub(super) fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(&self.uri.0))
    }

    /// Forgets the result of the last check.
    pub(super) fn forget(&mut self) {
        self.checked = None;
        self.is_due = true;
    }
}
