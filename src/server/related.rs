//! Finds the templates that are related to the open documents, while no message waits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use gen_lsp_types::{MessageType, Uri};

use super::documents::Document;
use super::project_index::may_be_related;
use super::session::Session;

/// The number of steps for which a request waits, which suffice for some hundred files.
const STEPS_OF_REQUEST: usize = 32;

impl Session<'_> {
    /// Returns whether the diagnostics of a document wait until the templates that are related to it are known.
    pub(super) fn waits_for_others(&self, document: &Document) -> bool {
        let path = document.template_path().filter(|_| !self.client.pulls_diagnostics);
        path.is_some_and(|path| self.projects.is_waited_for(path))
    }

    /// Begins to index the folder of a document, if the document is the first that needs that; returns whether it is.
    pub(super) fn begins_to_find_related(&mut self, uri: &Uri) -> bool {
        let document = self.documents.get(uri);
        let Some((document, path)) = document.and_then(|document| Some((document, document.template_path()?))) else {
            return false;
        };
        let folder = self.workspace.folder_of(path);
        let Some(folder) = folder.filter(|folder| !self.projects.has(folder)) else {
            return false;
        };
        let is_included = matches!(self.workspace.options(Some(path)), Ok(Some(_)));
        let is_first = is_included && may_be_related(path, document.content.text.as_bytes());
        if is_first {
            self.projects.add(folder);
        }
        is_first
    }

    /// Does a part of the work on the indexes; returns whether there was any.
    pub(super) fn find_related(&mut self) -> bool {
        let regrouped = self.step();
        let is_any_forgotten = regrouped.iter().any(|paths| self.documents.forget_files(paths));
        if is_any_forgotten {
            self.refresh();
        }
        regrouped.is_some()
    }

    /// Finds the templates that are related to a document, if that is quick.
    pub(super) fn find_related_to(&mut self, uri: &Uri) {
        let document = self.documents.get(uri);
        let Some(own) = document.and_then(Document::template_path).map(ToOwned::to_owned) else {
            return;
        };
        self.begins_to_find_related(uri);
        for _ in 0..STEPS_OF_REQUEST {
            let Some(mut regrouped) = self.step() else {
                return;
            };
            let is_own = regrouped.contains(&own);
            regrouped.retain(|path| *path != own);
            // The document is checked at once.
            if let Some(document) = self.documents.get_mut(uri).filter(|_| is_own) {
                document.checked = None;
            }
            if self.documents.forget_files(&regrouped) {
                self.refresh();
            }
        }
    }

    /// Does a part of the work on the indexes; returns the documents that are related to others than before.
    fn step(&mut self) -> Option<Vec<PathBuf>> {
        // A panic becomes a message in the log.
        let step = catch_unwind(AssertUnwindSafe(|| {
            self.projects.step(&self.documents, &self.workspace)
        }));
        let problem = match step {
            Ok(step) => match step? {
                Ok(regrouped) => return Some(regrouped),
                Err(problem) => problem.to_string(),
            },
            Err(_) => {
                self.projects.give_up();
                "finding related templates failed because of a bug in cfn-ipfix; please report it".to_owned()
            }
        };
        self.outgoing.log(MessageType::Error, &problem);
        Some(Vec::new())
    }
}
