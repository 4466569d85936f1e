//! Checks the files of a Terraform module together, with the sources of the open documents.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checked::{Checked, CheckedFile, Source, name};
use super::documents::{Document, Documents};
use super::may_change::MayChange;
use super::uri;
use super::workspace::Workspace;
use crate::config::ConfigError;
use crate::files::{Input, LocalModules, ModuleFolder, ModuleSource, OpenFiles, normalized};
use crate::report::{FileRecord, SourceText, Sources};
use crate::terraform::{ModuleFile, is_module_file};
use crate::text::{File, FileId};
use crate::{CheckError, Report, check_module};

/// The files of the module that a document is in.
pub(super) struct Module<'s> {
    document: &'s Document,
    documents: &'s Documents,
    workspace: &'s Workspace,
    open: OpenFiles,
    folder: PathBuf,
    /// All files, by their numbers; none if the module can have no findings.
    sources: Vec<ModuleSource>,
    /// The folders of the local modules that it calls.
    children: RefCell<BTreeSet<PathBuf>>,
}

impl<'s> Module<'s> {
    /// Reads the module of a document, which has this text; `None` if the document is excluded.
    ///
    /// A document without a file is a module of its own.
    ///
    /// # Errors
    ///
    /// If the configuration of the document is invalid.
    pub(super) fn read(
        document: &'s Document,
        text: &Arc<str>,
        documents: &'s Documents,
        workspace: &'s Workspace,
    ) -> Result<Option<Self>, Arc<ConfigError>> {
        if workspace.options(document.path.as_deref())?.is_none() {
            return Ok(None);
        }
        let module_path = document.module_path();
        let mut open = documents.open_module_files();
        let folder = module_path.and_then(Path::parent).unwrap_or(Path::new(""));
        let (sources, children) = match module_path {
            Some(path) => {
                open.insert(path, Arc::clone(text));
                let module = ModuleFolder::of_folder(folder.to_owned(), &open);
                let children = module.as_ref().map(|module| module.children().collect());
                let sources = module
                    .filter(|module| module.may_apply(&LocalModules::default()))
                    .map(ModuleFolder::sources);
                (sources.unwrap_or_default(), children.unwrap_or_default())
            }
            None => (vec![lonely(document, text)], BTreeSet::new()),
        };
        Ok(Some(Self {
            document,
            documents,
            workspace,
            folder: folder.to_owned(),
            open,
            sources,
            children: RefCell::new(children),
        }))
    }

    /// Checks the files; `None` if the module can have no findings.
    pub(super) fn check(&self, may_change: MayChange) -> Option<Checked> {
        let own = self.own()?;
        let reports = check_module(&self.files(may_change), &|source| self.child(source));
        let texts = self.sources.iter().map(|source| {
            let text = source.text.as_deref().unwrap_or_default();
            SourceText::new(name(source.input.name()), text)
        });
        let texts: Vec<_> = texts.collect();
        let files = (0..).map(FileId).zip(self.sources.iter().zip(&reports));
        let files = files.map(|(id, (source, report))| {
            let document = match id == own {
                true => Some(self.document),
                false => self.documents.at(source.input.name()),
            };
            let sources = Sources::of_file(id, &texts);
            self.checked_file(source, document, sources, report)
        });
        Checked::together(files, own)
    }

    /// Returns the files for a check.
    pub(super) fn files(&self, may_change: MayChange) -> Vec<ModuleFile> {
        let own = self.own();
        let files = (0..).map(FileId).zip(&self.sources).map(|(id, source)| {
            let is_own = own == Some(id);
            let options = match is_own {
                true => self.workspace.options(self.document.path.as_deref()),
                false => self.workspace.options(Some(source.input.name())),
            };
            let is_included = matches!(options, Ok(Some(_)));
            let may_change = is_own || (is_included && may_change == MayChange::All);
            source.to_module_file(may_change, options.ok().flatten().unwrap_or_default())
        });
        files.collect()
    }

    /// Returns the files with their numbers.
    pub(super) fn numbered(&self) -> Vec<File> {
        let files = (0..).map(FileId).zip(&self.sources);
        let files = files.map(|(id, source)| File::new(id, source.text.as_deref().unwrap_or_default()));
        files.collect()
    }

    /// Returns the number of the document; `None` if the module can have no findings.
    pub(super) fn own(&self) -> Option<FileId> {
        let is_own = |source: &ModuleSource| source.input.name() == self.document.path();
        let mut numbered = (0..).map(FileId).zip(&self.sources);
        numbered.find(|(_, source)| is_own(source)).map(|(id, _)| id)
    }

    /// Returns the files of a local module, by the `source` of its call.
    pub(super) fn child(&self, source: &str) -> Option<Vec<ModuleFile>> {
        self.document.module_path()?;
        let folder = normalized(&self.folder.join(source));
        self.children.borrow_mut().insert(folder);
        let sources = ModuleFolder::child(&self.folder, source, &self.open)?;
        let files = sources.iter().map(|source| {
            let options = self.workspace.options(Some(source.input.name()));
            source.to_module_file(false, options.ok().flatten().unwrap_or_default())
        });
        Some(files.collect())
    }

    /// Returns the folders of the local modules that were read.
    pub(super) fn children(&self) -> Vec<PathBuf> {
        self.children.borrow().iter().cloned().collect()
    }

    /// Returns a checked file, with its document if it is open.
    fn checked_file(
        &self,
        source: &ModuleSource,
        document: Option<&Document>,
        sources: Option<Sources<'_>>,
        report: &Result<Report, CheckError>,
    ) -> CheckedFile {
        let path = source.input.name();
        let is_excluded = || matches!(self.workspace.options(Some(path)), Ok(None));
        let sources = sources.filter(|_| document.is_some() && !is_excluded());
        let record = match (sources, report) {
            (None, _) => FileRecord::empty(name(path)),
            (Some(sources), Ok(report)) => FileRecord::of_report(&sources, report),
            (Some(sources), Err(error)) => FileRecord::of_check_error(sources.own(), error),
        };
        let text = source.text.as_ref().map(Arc::clone).unwrap_or_default();
        let file = CheckedFile::new(
            document.map_or_else(|| uri::of_path(path), |document| document.uri.clone()),
            document.map(|document| document.version),
            Source::new(text, self.document.content.encoding()),
            record,
        );
        file.with_fixed(report.as_ref().ok().and_then(Report::fixed))
    }
}

/// Returns a document without a file as the source of a module.
fn lonely(document: &Document, text: &Arc<str>) -> ModuleSource {
    let path = document.path();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ModuleSource {
        // The name decides the syntax, which is HCL unless it says otherwise.
        name: if is_module_file(&name) {
            name.into_owned()
        } else {
            "main.tf".to_owned()
        },
        input: Input::File(path.to_owned()),
        number: None,
        text: Ok(Arc::clone(text)),
    }
}
