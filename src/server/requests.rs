//! Answers the requests of the client.

use gen_lsp_types::{
    ApplyWorkspaceEditParams, ApplyWorkspaceEditRequest, CodeActionParams, CodeActionRequest, CodeActionResponse,
    Definition, DefinitionParams, DefinitionRequest, DefinitionResponse, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticRequest, ExecuteCommandParams, ExecuteCommandRequest,
    FullDocumentDiagnosticReport, Hover, HoverParams, HoverRequest, Location, LspAny, LspRequestMethod,
    RelatedFullDocumentDiagnosticReport, Request, TextDocumentSaveReason, TextEdit, Uri, WillSaveTextDocumentParams,
    WillSaveTextDocumentWaitUntilRequest,
};
use lsp_server::ErrorCode;
use serde_json::Value;

use super::actions::Actions;
use super::commands::Command;
use super::explain::explain;
use super::hover::hover;
use super::responses::{Answer, error, invalid_params, method_not_found};
use super::session::{Session, read};
use crate::rules;

impl Session<'_> {
    pub(super) fn answer(&mut self, method: &str, params: Value) -> Answer<Value> {
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
}
