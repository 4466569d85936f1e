//! The state of a session, and the handling of each message.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, CodeActionParams, CodeActionRequest, CodeActionResponse,
    ConfigurationItem, ConfigurationParams, ConfigurationRequest, Definition, DefinitionParams, DefinitionRequest,
    DefinitionResponse, Diagnostic, DiagnosticRefreshRequest, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticRequest, ExecuteCommandParams, ExecuteCommandRequest,
    FullDocumentDiagnosticReport, Hover, HoverParams, HoverRequest, InitializeParams, InitializeResult, Location,
    LspAny, LspNotificationMethod, LspRequestMethod, MessageType, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, Registration, RegistrationParams, RegistrationRequest,
    RelatedFullDocumentDiagnosticReport, Request, ServerInfo, TextDocumentSaveReason, TextEdit, Uri,
    WillSaveTextDocumentParams, WillSaveTextDocumentWaitUntilRequest, WorkspaceFolders,
};
use lsp_server::{ErrorCode, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::Actions;
use super::capabilities::Client;
use super::checker::{Checker, nothing};
use super::commands::Command;
use super::diagnostics::diagnostics;
use super::documents::{Document, Documents};
use super::explain::explain;
use super::hover::hover;
use super::outgoing::Outgoing;
use super::responses::{Answer, error, invalid_params, method_not_found};
use super::settings::{SECTION, Settings};
use super::uri;
use super::workspace::Workspace;
use crate::config::{ConfigError, FILE_NAME};
use crate::files::FileLanguage;
use crate::rules;

/// The state of a session.
pub(super) struct Session<'c> {
    pub(super) outgoing: Outgoing<'c>,
    client: Client,
    documents: Documents,
    workspace: Workspace,
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

    /// Checks one document whose diagnostics the client has not got, and sends them; returns whether there was one.
    pub(super) fn check_next(&mut self) -> bool {
        let due = self.documents.all_mut().find(|document| document.is_due);
        let Some(document) = due else {
            return false;
        };
        document.is_due = false;
        let is_checked = document.language().is_some();
        let uri = document.uri.clone();
        if is_checked && !self.client.pulls_diagnostics {
            let diagnostics = self.diagnostics(&uri);
            let version = self.documents.get(&uri).map(|document| document.version);
            self.publish(uri, version, diagnostics);
        }
        true
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer<Value> {
        match LspRequestMethod::from(method) {
            LspRequestMethod::TextDocumentCodeAction => {
                self.answer_as::<CodeActionRequest>(params, |session, params| Ok(session.code_actions(&params)))
            }
            LspRequestMethod::TextDocumentHover => {
                self.answer_as::<HoverRequest>(params, |session, params| Ok(session.hover(&params)))
            }
            LspRequestMethod::TextDocumentDefinition => {
                self.answer_as::<DefinitionRequest>(params, |session, params| Ok(session.definition(&params)))
            }
            LspRequestMethod::TextDocumentDiagnostic => {
                self.answer_as::<DocumentDiagnosticRequest>(params, |session, params| Ok(session.pulled(&params)))
            }
            LspRequestMethod::TextDocumentWillSaveWaitUntil => self
                .answer_as::<WillSaveTextDocumentWaitUntilRequest>(params, |session, params| {
                    Ok(session.fix_on_save(&params))
                }),
            LspRequestMethod::WorkspaceExecuteCommand => {
                self.answer_as::<ExecuteCommandRequest>(params, Session::execute)
            }
            LspRequestMethod::Initialize => Err(error(ErrorCode::InvalidRequest, "the server is initialized already")),
            _ => Err(method_not_found(method)),
        }
    }

    fn answer_as<R: Request>(
        &mut self,
        params: Value,
        answer: impl FnOnce(&mut Self, R::Params) -> Answer<R::Result>,
    ) -> Answer<Value> {
        let params = read(params).map_err(invalid_params)?;
        let result = answer(self, params)?;
        serde_json::to_value(result).map_err(|problem| error(ErrorCode::InternalError, problem))
    }

    fn handle(&mut self, method: &str, params: Value) -> Result<(), serde_json::Error> {
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
            let patterns = [format!("**/{FILE_NAME}"), "**/*.{tf,tofu,tf.json,tofu.json}".to_owned()];
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
        self.module_changed(&uri);
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let uri = document.text_document_identifier.uri;
        if let Some(open) = self.documents.get_mut(&uri) {
            open.change(params.content_changes, document.version);
            self.module_changed(&uri);
        }
    }

    fn saved(&mut self, params: &DidSaveTextDocumentParams) {
        if is_configuration(&params.text_document.uri) {
            self.check_all_again();
        }
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        let Some(document) = self.documents.close(&params.text_document.uri) else {
            return;
        };
        if !self.client.pulls_diagnostics && document.language().is_some() {
            self.publish(document.uri, None, Vec::new());
        }
        // The others of its module are checked with the file on the disk again.
        self.module_changed(&params.text_document.uri);
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
        let mut changes = changes
            .filter(|change| self.documents.get(&change.uri).is_none())
            .peekable();
        if changes.peek().is_none() {
            return;
        }
        for change in changes.collect::<Vec<_>>() {
            self.module_changed(&change.uri);
        }
        self.refresh();
    }

    fn folders_changed(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        self.workspace.change(&params.event.added, &params.event.removed);
        self.request_settings();
        self.check_all_again();
    }

    fn code_actions(&mut self, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        self.reread_unwatched(&params.text_document.uri);
        Some(self.actions(&params.text_document.uri)?.at(params))
    }

    fn fix_on_save(&mut self, params: &WillSaveTextDocumentParams) -> Option<Vec<TextEdit>> {
        let document = self.documents.get(&params.text_document.uri)?;
        let settings = self.workspace.settings(document.path.as_deref());
        // An editor that saves while somebody types must not change the text meanwhile.
        if !settings.fixes_on_save || params.reason == TextDocumentSaveReason::AfterDelay {
            return None;
        }
        self.reread_unwatched(&params.text_document.uri);
        self.actions(&params.text_document.uri)?.fixes()
    }

    fn hover(&mut self, params: &HoverParams) -> Option<Hover> {
        let at = &params.text_document_position_params;
        self.check_if_needed(&at.text_document.uri);
        let document = self.documents.get(&at.text_document.uri)?;
        let offset = document.content.offset(at.position);
        let slot = self.checker().slot_at(document, offset);
        let checked = document.checked.as_ref()?;
        hover(document, checked, at.position, slot.as_ref(), &self.client)
    }

    /// Returns the places of the roles or profiles that the slot at a position refers to.
    fn definition(&mut self, params: &DefinitionParams) -> Option<DefinitionResponse> {
        let at = &params.text_document_position_params;
        self.check_if_needed(&at.text_document.uri);
        let document = self.documents.get(&at.text_document.uri)?;
        let slot = self.checker().slot_at(document, document.content.offset(at.position))?;
        let checked = document.checked.as_ref()?;
        let places = slot.targets.iter();
        let places = places.filter_map(|place| Some(checked.numbered(place.file)?.location(place.span)));
        let places: Vec<Location> = places.collect();
        (!places.is_empty()).then(|| Definition::from(places).into())
    }

    fn pulled(&mut self, params: &DocumentDiagnosticParams) -> DocumentDiagnosticReport {
        let items = self.diagnostics(&params.text_document.uri);
        let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: None, items };
        RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report,
        }
        .into()
    }

    fn execute(&mut self, params: ExecuteCommandParams) -> Answer<Option<LspAny>> {
        match Command::read(params)? {
            (Command::Explain, code) => {
                let rule = rules::rule(code.as_str().unwrap_or_default()).map_err(invalid_params)?;
                explain(rule, &self.client, &mut self.outgoing);
            }
            (Command::ApplyEdit, edit) => {
                let edit = read(edit).map_err(invalid_params)?;
                let params = ApplyWorkspaceEditParams {
                    label: None,
                    edit,
                    metadata: None,
                };
                self.outgoing.request::<ApplyWorkspaceEditRequest>(&params);
            }
        }
        Ok(None)
    }

    /// Returns the actions of a document; `None` if it has none.
    fn actions(&mut self, uri: &Uri) -> Option<Actions<'_>> {
        self.check_if_needed(uri);
        let document = self.documents.get(uri)?;
        Some(Actions {
            document,
            checked: document.checked.as_ref()?,
            client: &self.client,
            checker: self.checker(),
        })
    }

    fn diagnostics(&mut self, uri: &Uri) -> Vec<Diagnostic> {
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
    fn check_if_needed(&mut self, uri: &Uri) {
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

    fn checker(&self) -> Checker<'_> {
        Checker {
            documents: &self.documents,
            workspace: &self.workspace,
        }
    }

    /// Forgets the checks that depend on a Terraform file, so that these documents are checked again.
    fn module_changed(&mut self, uri: &Uri) {
        let path = uri::to_path(uri).filter(|path| FileLanguage::of(path) == FileLanguage::Terraform);
        if let Some(folder) = path.as_deref().and_then(Path::parent) {
            self.documents.forget_module(folder);
        }
    }

    /// Reads a module again before it is edited, if the client does not say which files on disk change.
    fn reread_unwatched(&mut self, uri: &Uri) {
        let path = self.documents.get(uri).and_then(Document::module_path);
        if let Some(folder) = path.and_then(Path::parent).map(Path::to_owned)
            && !self.client.watches_files
        {
            self.documents.drop_checks(&folder);
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
    fn request_settings(&mut self) {
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

    fn read_settings(&mut self, value: &Value) -> Settings {
        if value.is_null() {
            return self.initial_settings.clone();
        }
        let (settings, problems) = Settings::read(value);
        self.show_once(problems);
        settings
    }

    /// Checks all documents again, with the configuration as it is now.
    fn check_all_again(&mut self) {
        self.workspace.reload();
        self.shown_problems.clear();
        for document in self.documents.all_mut() {
            document.forget();
        }
        self.refresh();
    }

    /// Asks the client to request all diagnostics again, if it requests them.
    fn refresh(&mut self) {
        if self.client.pulls_diagnostics && self.client.refreshes_diagnostics {
            self.outgoing.request::<DiagnosticRefreshRequest>(&());
        }
    }

    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        self.outgoing
            .notify::<PublishDiagnosticsNotification>(&PublishDiagnosticsParams {
                uri,
                version,
                diagnostics,
            });
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, serde_json::Error> {
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

fn is_configuration(uri: &Uri) -> bool {
    uri::to_path(uri).is_some_and(|path| path.file_name().is_some_and(|name| name == FILE_NAME))
}
