//! The state of a session, and the checks of its documents.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    ConfigurationItem, ConfigurationParams, ConfigurationRequest, Diagnostic, DiagnosticRefreshRequest,
    InitializeParams, InitializeResult, MessageType, PublishDiagnosticsNotification, PublishDiagnosticsParams,
    ServerInfo, Uri, WorkspaceFolders,
};
use lsp_server::{ErrorCode, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities::Client;
use super::checker::{Checker, nothing};
use super::diagnostics::diagnostics;
use super::documents::{Document, Documents};
use super::outgoing::Outgoing;
use super::projects::Projects;
use super::responses::error;
use super::settings::{SECTION, Settings};
use super::uri;
use super::workspace::Workspace;
use crate::config::ConfigError;

/// The state of a session.
pub(super) struct Session<'c> {
    pub(super) outgoing: Outgoing<'c>,
    pub(super) client: Client,
    pub(super) documents: Documents,
    pub(super) workspace: Workspace,
    pub(super) projects: Projects,
    /// The settings of the first message, which apply where the client has no others.
    initial_settings: Settings,
    /// The requests for settings that the client has not answered.
    awaited_settings: HashSet<RequestId>,
    /// The problems that the user was shown.
    shown_problems: HashSet<String>,
}

impl<'c> Session<'c> {
    pub(super) fn new(outgoing: Outgoing<'c>, params: InitializeParams, working_folder: &Path) -> Self {
        let folders = folders(&params);
        let (settings, problems) = Settings::read(&params.initialization_options.unwrap_or_default());
        let mut session = Self {
            outgoing,
            client: Client::of(&params.capabilities),
            documents: Documents::default(),
            workspace: Workspace::new(folders, working_folder, &settings),
            projects: Projects::default(),
            initial_settings: settings,
            awaited_settings: HashSet::new(),
            shown_problems: HashSet::new(),
        };
        session.show_once(problems);
        session
    }

    /// Returns the answer to the first request of the client.
    pub(super) fn initialize_result(&self) -> Value {
        json!(InitializeResult {
            capabilities: self.client.offered(),
            server_info: Some(ServerInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    /// Responds to a request.
    pub(super) fn request(&mut self, request: lsp_server::Request) {
        let lsp_server::Request { id, method, params } = request;
        let answer = catch_unwind(AssertUnwindSafe(|| self.answer(&method, params)));
        let answer = answer.unwrap_or_else(|_| {
            let problem = format!("`{method}` failed because of a bug in cfn-ipfix; please report it");
            self.outgoing.log(MessageType::Error, &problem);
            Err(error(ErrorCode::InternalError, problem))
        });
        self.outgoing.respond(id, answer);
    }

    /// Handles a notification; unknown ones are ignored.
    pub(super) fn notification(&mut self, notification: lsp_server::Notification) {
        let lsp_server::Notification { method, params } = notification;
        let handled = catch_unwind(AssertUnwindSafe(|| self.handle(&method, params)));
        let problem = match handled {
            Ok(Ok(())) => return,
            Ok(Err(problem)) => format!("`{method}` is ignored: {problem}"),
            Err(_) => format!("`{method}` failed because of a bug in cfn-ipfix; please report it"),
        };
        self.outgoing.log(MessageType::Error, &problem);
    }

    /// Handles the response to a request of the server.
    pub(super) fn response(&mut self, response: Response) {
        if !self.awaited_settings.remove(&response.id) {
            return;
        }
        let Ok(Value::Array(values)) = response.response_result else {
            return;
        };
        let settings = values.iter().map(|value| self.read_settings(value)).collect::<Vec<_>>();
        self.workspace.set_each(settings);
        self.check_all_again();
    }

    /// Checks one document whose diagnostics the client has not got, and sends them; or prepares such a check.
    ///
    /// Returns whether there was anything to do.
    pub(super) fn check_next(&mut self) -> bool {
        let is_next = |document: &&Document| document.is_due && !self.waits_for_others(document);
        let next = self.documents.all().find(is_next).map(|document| document.uri.clone());
        let Some(uri) = next else {
            return self.find_related();
        };
        let is_published = !self.client.pulls_diagnostics;
        if is_published && self.begins_to_find_related(&uri) {
            return true;
        }
        let Some(document) = self.documents.get_mut(&uri) else {
            return true;
        };
        document.is_due = false;
        if is_published && document.language().is_some() {
            let diagnostics = self.diagnostics(&uri);
            let version = self.documents.get(&uri).map(|document| document.version);
            self.publish(uri, version, diagnostics);
        }
        true
    }

    pub(super) fn diagnostics(&mut self, uri: &Uri) -> Vec<Diagnostic> {
        self.check_if_needed(uri);
        let document = self.documents.get(uri);
        let diagnostics = document.and_then(|document| {
            let settings = self.workspace.settings(document.path.as_deref());
            Some(diagnostics(
                document,
                document.checked.as_ref()?,
                &self.client,
                settings,
            ))
        });
        diagnostics.unwrap_or_default()
    }

    /// Checks a document unless the result of its last check still holds.
    pub(super) fn check_if_needed(&mut self, uri: &Uri) {
        self.find_related_to(uri);
        let Some(document) = self.documents.get(uri).filter(|document| document.checked.is_none()) else {
            return;
        };
        // A panic becomes a message in the log.
        let checked = match catch_unwind(AssertUnwindSafe(|| self.checker().check(document))) {
            Ok(checked) => checked,
            Err(_) => {
                let problem = format!(
                    "checking {} failed because of a bug in cfn-ipfix; please report it",
                    document.uri
                );
                self.outgoing.log(MessageType::Error, &problem);
                Ok(nothing(document, document.content.clone()))
            }
        };
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => {
                let checked = nothing(document, document.content.clone());
                let file = self.workspace.path_of(document.path.as_deref(), &error);
                self.show_invalid_configuration(&file, &error);
                checked
            }
        };
        self.documents.set_checked(uri, checked);
    }

    pub(super) fn checker(&self) -> Checker<'_> {
        Checker {
            documents: &self.documents,
            workspace: &self.workspace,
            projects: &self.projects,
        }
    }

    /// Forgets the files on disk before edits depend on them, if the client does not say which of them change.
    pub(super) fn reread_unwatched(&mut self, uri: &Uri) {
        if !self.client.watches_files {
            self.workspace.reload();
            self.documents.drop_checks();
            if let Some(path) = uri::to_path(uri) {
                self.projects.notice_group(&path);
            }
        }
    }

    /// Shows that a configuration is invalid, unless its open document has the diagnostic.
    fn show_invalid_configuration(&mut self, file: &Path, error: &Arc<ConfigError>) {
        if self.documents.at(file).is_none() {
            self.show_once(vec![format!("{}: {}", file.display(), error.kind)]);
        }
    }

    fn show_once(&mut self, problems: Vec<String>) {
        for problem in problems {
            if !self.shown_problems.contains(&problem) {
                self.outgoing.show(MessageType::Error, &problem);
                self.shown_problems.insert(problem);
            }
        }
    }

    /// Requests the settings from the client, if it returns them.
    pub(super) fn request_settings(&mut self) {
        if !self.client.has_configuration {
            return;
        }
        let scopes = std::iter::once(None).chain(self.workspace.uris().map(Some));
        let items = scopes.map(|scope_uri| ConfigurationItem {
            scope_uri,
            section: Some(SECTION.to_owned()),
        });
        let items = items.collect();
        let id = self
            .outgoing
            .request::<ConfigurationRequest>(&ConfigurationParams { items });
        // Only the newest settings count.
        self.awaited_settings = HashSet::from([id]);
    }

    pub(super) fn read_settings(&mut self, value: &Value) -> Settings {
        if value.is_null() {
            return self.initial_settings.clone();
        }
        let (settings, problems) = Settings::read(value);
        self.show_once(problems);
        settings
    }

    /// Checks all documents again, with the configuration as it is now.
    pub(super) fn check_all_again(&mut self) {
        self.workspace.reload();
        self.projects.reload(&self.workspace);
        self.shown_problems.clear();
        for document in self.documents.all_mut() {
            document.forget();
        }
        self.refresh();
    }

    /// Asks the client to request all diagnostics again, if it requests them.
    pub(super) fn refresh(&mut self) {
        if self.client.pulls_diagnostics && self.client.refreshes_diagnostics {
            self.outgoing.request::<DiagnosticRefreshRequest>(&());
        }
    }

    pub(super) fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        self.outgoing
            .notify::<PublishDiagnosticsNotification>(&PublishDiagnosticsParams {
                uri,
                version,
                diagnostics,
            });
    }
}

pub(super) fn read<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
    serde_json::from_value(params)
}

/// Returns the workspace folders, or the older form of a single one.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = &params.workspace_folders_initialize_params.workspace_folders;
    if let Some(WorkspaceFolders::WorkspaceFolderList(folders)) = folders {
        return folders.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect();
    }
    #[expect(deprecated, reason = "older clients send nothing else")]
    let root = params.root_uri.as_ref();
    root.and_then(uri::to_path).into_iter().collect()
}
