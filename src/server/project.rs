//! Checks templates that may pass values to each other together, with the sources of the open documents.

use std::path::PathBuf;
use std::sync::Arc;

use super::checked::{Checked, CheckedFile, Source, name};
use super::documents::{Document, Documents};
use super::may_change::MayChange;
use super::template_groups::TemplateGroup;
use super::template_scan::{may_apply, text};
use super::uri;
use super::workspace::Workspace;
use crate::report::{FileRecord, SourceText, Sources};
use crate::text::{File, FileId};
use crate::{CheckError, ProjectFile, Report, check_project};

/// The templates that a document is checked with.
pub(super) struct Project<'s> {
    document: &'s Document,
    documents: &'s Documents,
    workspace: &'s Workspace,
    /// The templates that can be read, by their numbers.
    sources: Vec<ProjectSource>,
}

/// A template of the project.
struct ProjectSource {
    path: PathBuf,
    /// The path in messages.
    shown: String,
    text: Arc<str>,
}

impl<'s> Project<'s> {
    /// Reads the templates of a document's group, with this text of the document.
    pub(super) fn read(
        group: &TemplateGroup,
        document: &'s Document,
        own_text: &Arc<str>,
        documents: &'s Documents,
        workspace: &'s Workspace,
    ) -> Self {
        let sources = group.members.iter().filter_map(|(path, shown)| {
            let text = match documents.at(path) {
                _ if path == document.path() => Arc::clone(own_text),
                Some(open) => Arc::clone(&open.content.text),
                None => text(path)?.into(),
            };
            Some(ProjectSource {
                path: path.clone(),
                shown: shown.clone(),
                text,
            })
        });
        Self {
            document,
            documents,
            workspace,
            sources: sources.collect(),
        }
    }

    /// Checks the templates; `None` if the document is not one of them.
    pub(super) fn check(&self, may_change: MayChange) -> Option<Checked> {
        let reports = check_project(&self.files(may_change));
        let texts = self.sources.iter();
        let texts: Vec<_> = texts
            .map(|source| SourceText::new(name(&source.path), &source.text))
            .collect();
        let files = (0..).map(FileId).zip(self.sources.iter().zip(&reports));
        let files = files.map(|(id, (source, report))| self.checked_file(source, Sources::of_file(id, &texts), report));
        Checked::together(files, self.own()?)
    }

    /// Returns the files for a check.
    pub(super) fn files(&self, may_change: MayChange) -> Vec<ProjectFile> {
        let files = self.sources.iter().map(|source| {
            let options = self.workspace.options(Some(&source.path));
            let is_included = matches!(options, Ok(Some(_)));
            ProjectFile {
                path: source.shown.clone(),
                text: Arc::clone(&source.text),
                may_change: is_included && (may_change == MayChange::All || self.is_own(source)),
                options: options.ok().flatten().unwrap_or_default(),
            }
        });
        files.collect()
    }

    /// Returns the files with their numbers.
    pub(super) fn numbered(&self) -> Vec<File> {
        let files = (0..).map(FileId).zip(&self.sources);
        files
            .map(|(id, source)| File::new(id, Arc::clone(&source.text)))
            .collect()
    }

    /// Returns the number of the document.
    pub(super) fn own(&self) -> Option<FileId> {
        let mut numbered = (0..).map(FileId).zip(&self.sources);
        numbered.find(|(_, source)| self.is_own(source)).map(|(id, _)| id)
    }

    fn is_own(&self, source: &ProjectSource) -> bool {
        source.path == self.document.path()
    }

    /// Returns a checked file, with its document if it is open.
    fn checked_file(
        &self,
        source: &ProjectSource,
        sources: Option<Sources<'_>>,
        report: &Result<Report, CheckError>,
    ) -> CheckedFile {
        let document = match self.is_own(source) {
            true => Some(self.document),
            false => self.documents.at(&source.path),
        };
        let record = match (sources.filter(|_| document.is_some()), report) {
            (Some(sources), Ok(report)) => FileRecord::of_templates(&sources, report),
            // As if it were checked alone, a file to which no rule applies has no errors.
            (Some(sources), Err(error)) if may_apply(&source.text) => FileRecord::of_check_error(sources.own(), error),
            (None, _) | (_, Err(_)) => FileRecord::empty(name(&source.path)),
        };
        let report = report.as_ref().ok();
        let file = CheckedFile::new(
            document.map_or_else(|| uri::of_path(&source.path), |document| document.uri.clone()),
            document.map(|document| document.version),
            Source::new(Arc::clone(&source.text), self.document.content.encoding()),
            record,
        );
        file.with_fixed(report.and_then(Report::fixed))
            .with_order(report.map(Report::order).unwrap_or_default())
    }
}
