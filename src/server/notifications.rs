//! Handles the notifications of the client: what it opens, changes, saves, closes and configures.

use std::path::Path;

use gen_lsp_types::{
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    LspNotificationMethod, Registration, RegistrationParams, RegistrationRequest, Uri,
};
use serde_json::{Value, json};

use super::session::{Session, read};
use super::settings::SECTION;
use super::uri;
use crate::config::FILE_NAME;
use crate::files::FileLanguage;

impl Session<'_> {
    pub(super) fn handle(&mut self, method: &str, params: Value) -> Result<(), serde_json::Error> {
        match LspNotificationMethod::from(method) {
            LspNotificationMethod::Initialized => self.initialized(),
            LspNotificationMethod::TextDocumentDidOpen => self.opened(read(params)?),
            LspNotificationMethod::TextDocumentDidChange => self.changed(read(params)?),
            LspNotificationMethod::TextDocumentDidSave => self.saved(&read(params)?),
            LspNotificationMethod::TextDocumentDidClose => self.closed(&read(params)?),
            LspNotificationMethod::WorkspaceDidChangeConfiguration => self.configured(&read(params)?),
            LspNotificationMethod::WorkspaceDidChangeWatchedFiles => self.files_changed(&read(params)?),
            LspNotificationMethod::WorkspaceDidChangeWorkspaceFolders => self.folders_changed(&read(params)?),
            _ => {}
        }
        Ok(())
    }

    fn initialized(&mut self) {
        let mut registrations = Vec::new();
        if self.client.watches_files {
            let patterns = [
                format!("**/{FILE_NAME}"),
                "**/*.{tf,tofu,tf.json,tofu.json}".to_owned(),
                "**/*.{yaml,yml,json,template,cfn}".to_owned(),
            ];
            let watchers = patterns.map(|pattern| json!({"globPattern": pattern}));
            let watchers = json!({"watchers": watchers});
            registrations.push(("workspace/didChangeWatchedFiles", Some(watchers)));
        }
        if self.client.registers_configuration {
            registrations.push(("workspace/didChangeConfiguration", Some(json!({"section": SECTION}))));
        }
        if !registrations.is_empty() {
            let registrations = registrations
                .into_iter()
                .map(|(method, register_options)| Registration {
                    id: format!("cfn-ipfix {method}"),
                    method: method.to_owned(),
                    register_options,
                });
            let registrations = registrations.collect();
            self.outgoing
                .request::<RegistrationRequest>(&RegistrationParams { registrations });
        }
        self.request_settings();
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        // A configuration may have changed since, and not every client watches files.
        self.workspace.reload();
        let uri = params.text_document.uri.clone();
        self.documents.open(params.text_document, self.client.encoding);
        self.source_changed(&uri);
        self.find_unwatched();
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        if !self.client.watches_files {
            self.workspace.reload();
        }
        let document = params.text_document;
        let uri = document.text_document_identifier.uri;
        if let Some(open) = self.documents.get_mut(&uri) {
            open.change(params.content_changes, document.version);
            self.source_changed(&uri);
        }
    }

    fn saved(&mut self, params: &DidSaveTextDocumentParams) {
        if is_configuration(&params.text_document.uri) {
            self.check_all_again();
        }
        self.find_unwatched();
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let Some(document) = self.documents.close(&params.text_document.uri) else {
            return;
        };
        if !self.client.pulls_diagnostics && document.language().is_some() {
            self.publish(document.uri, None, Vec::new());
        }
        // The others are checked with the file on the disk again.
        self.source_changed(&params.text_document.uri);
    }

    fn configured(&mut self, params: &DidChangeConfigurationParams) {
        if self.client.has_configuration {
            self.request_settings();
            return;
        }
        let settings = self.read_settings(&params.settings);
        self.workspace.set_all(&settings);
        self.check_all_again();
    }

    fn files_changed(&mut self, params: &DidChangeWatchedFilesParams) {
        if params.changes.iter().any(|change| is_configuration(&change.uri)) {
            self.check_all_again();
            return;
        }
        // An open document is checked as the editor has it, whatever is on the disk.
        let changes = params.changes.iter();
        let changes = changes.filter(|change| self.documents.get(&change.uri).is_none());
        let mut is_any_forgotten = false;
        for change in changes.collect::<Vec<_>>() {
            is_any_forgotten |= self.file_changed(&change.uri);
        }
        if is_any_forgotten {
            self.refresh();
        }
    }

    fn folders_changed(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        self.workspace.change(&params.event.added, &params.event.removed);
        self.request_settings();
        self.check_all_again();
    }

    /// Forgets the checks that depend on the text of a document, so that these documents are checked again.
    fn source_changed(&mut self, uri: &Uri) {
        if let Some(path) = uri::to_path(uri) {
            self.projects.read_again(&path);
            self.forget_dependants(&path);
        }
    }

    /// Forgets the checks that depend on a file on the disk; returns whether a document may have one.
    fn file_changed(&mut self, uri: &Uri) -> bool {
        let path = uri::to_path(uri);
        path.is_some_and(|path| {
            self.projects.notice(&path);
            self.forget_dependants(&path)
        })
    }

    fn forget_dependants(&mut self, path: &Path) -> bool {
        match FileLanguage::of(path) {
            FileLanguage::Terraform => {
                if let Some(folder) = path.parent() {
                    self.documents.forget_module(folder);
                }
                true
            }
            FileLanguage::CloudFormation => {
                let group = self.projects.group(path);
                group.is_some_and(|group| self.documents.forget_files(group.paths()))
            }
            FileLanguage::Skipped(_) => false,
        }
    }

    /// Finds new templates, if the client does not report them.
    fn find_unwatched(&mut self) {
        if !self.client.watches_files {
            self.projects.reload(&self.workspace);
        }
    }
}

fn is_configuration(uri: &Uri) -> bool {
    uri::to_path(uri).is_some_and(|path| path.file_name().is_some_and(|name| name == FILE_NAME))
}
