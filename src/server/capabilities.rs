//! The abilities of the client, and those that the server offers it.

use gen_lsp_types::{
    ChangeNotifications, ClientCapabilities, CodeActionKind, CodeActionOptions, DiagnosticOptions, DiagnosticTag,
    ExecuteCommandOptions, MarkupKind, Save, SaveOptions, ServerCapabilities, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};

use super::commands::Command;
use super::positions::Encoding;

/// The kind of the action that fixes a whole document.
pub(super) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.cfn-ipfix");

/// The abilities of the client that change what the server does.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// It requests the diagnostics of a document, so that none are sent unasked.
    pub(super) pulls_diagnostics: bool,
    /// It requests all diagnostics again if it is asked to.
    pub(super) refreshes_diagnostics: bool,
    pub(super) has_related_information: bool,
    pub(super) has_unnecessary_tag: bool,
    pub(super) has_code_description: bool,
    /// It understands actions with edits, not only commands.
    pub(super) has_action_literals: bool,
    /// It understands edits that name the version of a document.
    pub(super) has_document_changes: bool,
    pub(super) reads_markdown: bool,
    pub(super) shows_documents: bool,
    /// It returns its settings on request.
    pub(super) has_configuration: bool,
    /// It takes requests to watch files.
    pub(super) watches_files: bool,
    /// It takes the registration for changes of settings.
    pub(super) registers_configuration: bool,
}

impl Client {
    pub(super) fn of(capabilities: &ClientCapabilities) -> Self {
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let published = document.and_then(|document| document.publish_diagnostics.as_ref());
        let pulled = document.and_then(|document| document.diagnostic.as_ref());
        // The properties of diagnostics are declared for each way to get them; some clients declare only one.
        let shown = [
            published.map(|published| &published.diagnostics_capabilities),
            pulled.map(|pulled| &pulled.diagnostics_capabilities),
        ];
        let shown = || shown.into_iter().flatten();
        let offered = capabilities
            .general
            .as_ref()
            .and_then(|general| general.position_encodings.as_ref());
        let actions = document.and_then(|document| document.code_action.as_ref());
        let edits = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let refresh = workspace.and_then(|workspace| workspace.diagnostics.as_ref());
        let hover = document.and_then(|document| document.hover.as_ref()?.content_format.as_ref());
        let window = capabilities.window.as_ref();
        Self {
            encoding: Encoding::preferred(offered.map_or(&[], Vec::as_slice)),
            pulls_diagnostics: pulled.is_some(),
            refreshes_diagnostics: refresh.is_some_and(|refresh| refresh.refresh_support == Some(true)),
            has_related_information: shown().any(|shown| shown.related_information == Some(true)),
            has_unnecessary_tag: shown().any(|shown| {
                let tags = shown.tag_support.as_ref();
                tags.is_some_and(|tags| tags.value_set.contains(&DiagnosticTag::Unnecessary))
            }),
            has_code_description: shown().any(|shown| shown.code_description_support == Some(true)),
            has_action_literals: actions.is_some_and(|actions| actions.code_action_literal_support.is_some()),
            has_document_changes: edits.is_some_and(|edits| edits.document_changes == Some(true)),
            reads_markdown: hover.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            shows_documents: window
                .is_some_and(|window| window.show_document.as_ref().is_some_and(|show| show.support)),
            has_configuration: workspace.is_some_and(|workspace| workspace.configuration == Some(true)),
            watches_files: workspace.is_some_and(|workspace| {
                let watched = workspace.did_change_watched_files.as_ref();
                watched.is_some_and(|watched| watched.dynamic_registration == Some(true))
            }),
            registers_configuration: workspace.is_some_and(|workspace| {
                let changed = workspace.did_change_configuration.as_ref();
                changed.is_some_and(|changed| changed.dynamic_registration == Some(true))
            }),
        }
    }

    /// Returns what the server offers this client.
    pub(super) fn offered(&self) -> ServerCapabilities {
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            will_save_wait_until: Some(true),
            save: Some(Save::SaveOptions(SaveOptions {
                include_text: Some(false),
            })),
            ..TextDocumentSyncOptions::default()
        };
        let actions = CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QuickFix, FIX_ALL]),
            ..CodeActionOptions::default()
        };
        let diagnostics = DiagnosticOptions {
            identifier: Some("cfn-ipfix".to_owned()),
            // The files of a Terraform module are checked together, and templates that pass values to each other.
            inter_file_dependencies: true,
            workspace_diagnostics: false,
            ..DiagnosticOptions::default()
        };
        let folders = WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(ChangeNotifications::Bool(true)),
        };
        let commands = ExecuteCommandOptions {
            commands: Command::ALL.map(|command| command.name().to_owned()).into(),
            ..ExecuteCommandOptions::default()
        };
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(sync.into()),
            code_action_provider: Some(actions.into()),
            diagnostic_provider: self.pulls_diagnostics.then(|| diagnostics.into()),
            hover_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            execute_command_provider: Some(commands),
            workspace: Some(WorkspaceOptions {
                workspace_folders: Some(folders),
                ..WorkspaceOptions::default()
            }),
            ..ServerCapabilities::default()
        }
    }
}
