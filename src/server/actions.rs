//! Quick fixes of findings, and the fix of a whole document.

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse, TextEdit, WorkspaceEdit};
use serde_json::json;

use super::capabilities::{Client, FIX_ALL};
use super::checked::{Checked, CheckedFile};
use super::checker::Checker;
use super::commands::Command;
use super::diagnostics::{bytes, of_finding};
use super::documents::Document;
use super::language::DocumentLanguage;
use super::suppress::suppression;
use super::workspace_edit::{FileEdits, text_edits, workspace_edit};
use crate::model::{Applicability, Rule};
use crate::report::record::{FindingRecord, FixRecord};
use crate::rules;
use crate::text::TextRange;
use crate::text::printable::printable;

/// A checked document, and what its actions depend on.
pub(super) struct Actions<'d> {
    pub(super) document: &'d Document,
    pub(super) checked: &'d Checked,
    pub(super) client: &'d Client,
    pub(super) checker: Checker<'d>,
}

impl Actions<'_> {
    /// Returns the actions for a range.
    pub(super) fn at(&self, params: &CodeActionParams) -> Vec<CodeActionResponse> {
        let only = params.context.only.as_deref();
        let mut actions = Vec::new();
        if includes(only, &CodeActionKind::QuickFix) {
            let range = self.document.content.span(params.range);
            let touches = |span: TextRange| span.start() <= range.end() && range.start() <= span.end();
            let findings = self.checked.own.record.findings.iter();
            let findings: Vec<_> = findings.filter(|finding| touches(bytes(&finding.span))).collect();
            actions.extend(findings.iter().filter_map(|finding| self.fix(finding)));
            actions.extend(findings.iter().filter_map(|finding| self.suppress(finding)));
            actions.extend(findings.iter().map(|finding| self.explain(finding)));
        }
        // A client may compare kinds instead of their beginnings, so the one that it names is preferred.
        let kinds = [FIX_ALL, CodeActionKind::SourceFixAll];
        let named = kinds.iter().find(|kind| only.is_some_and(|only| only.contains(kind)));
        let kind = named.cloned().unwrap_or(FIX_ALL);
        if includes(only, &kind) {
            actions.extend(self.fix_all(kind));
        }
        actions.into_iter().map(|action| self.response(action)).collect()
    }

    /// Returns the edits that fix everything that may be fixed unasked, apart from fixes that change other files too.
    ///
    /// An editor applies them to this document only, and may save it at once.
    pub(super) fn fixes(&self) -> Option<Vec<TextEdit>> {
        let fixed = self.checker.fixed_alone(self.document, self.checked)?;
        Some(text_edits(&self.document.content, fixed))
    }

    fn fix_all(&self, kind: CodeActionKind) -> Option<CodeAction> {
        Some(CodeAction {
            title: "Fix all problems that cfn-ipfix can fix".to_owned(),
            kind: Some(kind),
            edit: Some(self.edit([self.file_edits(&self.checked.own, self.fixes()?)])),
            ..CodeAction::default()
        })
    }

    /// Returns the action that applies all fixes, in all files that were checked together.
    fn fix_together(&self) -> Option<CodeAction> {
        let files = self.checked.fixed_files();
        let files: Vec<_> = files
            .map(|(file, fixed)| self.file_edits(file, text_edits(file.content(), fixed)))
            .collect();
        let title = match files.as_slice() {
            [] => return None,
            [_] => "Fix all problems that cfn-ipfix can fix",
            _ if self.document.language() == Some(DocumentLanguage::Terraform) => {
                "Fix all problems of the module that cfn-ipfix can fix"
            }
            _ => "Fix all problems of the related templates that cfn-ipfix can fix",
        };
        Some(CodeAction {
            title: title.to_owned(),
            kind: Some(CodeActionKind::QuickFix),
            edit: Some(self.edit(files)),
            ..CodeAction::default()
        })
    }

    /// Returns the fix of a finding, if it has one or the fixes of others fix it too.
    fn fix(&self, finding: &FindingRecord) -> Option<CodeAction> {
        let Some(fix) = &finding.fix else {
            let all = self.fix_together().filter(|_| finding.fixable)?;
            return Some(self.about(finding, all));
        };
        let is_safe = fix.applicability == Applicability::Safe;
        let action = CodeAction {
            title: title(fix),
            kind: Some(CodeActionKind::QuickFix),
            is_preferred: is_safe.then_some(true),
            edit: Some(self.edit(self.edits(fix))),
            ..CodeAction::default()
        };
        Some(self.about(finding, action))
    }

    fn suppress(&self, finding: &FindingRecord) -> Option<CodeAction> {
        let is_about_templates = rules::rule(finding.rule.code).is_ok_and(Rule::is_about_templates);
        if !is_about_templates {
            return None;
        }
        let (at, comment) = suppression(self.document, self.checked, finding, self.checker)?;
        let edit = TextEdit {
            range: self.document.content.range(at),
            new_text: comment,
        };
        let action = CodeAction {
            title: format!("Suppress {} with a comment", finding.rule.code),
            kind: Some(CodeActionKind::QuickFix),
            edit: Some(self.edit([self.file_edits(&self.checked.own, vec![edit])])),
            ..CodeAction::default()
        };
        Some(self.about(finding, action))
    }

    fn explain(&self, finding: &FindingRecord) -> CodeAction {
        let title = format!("Explain {} ({})", finding.rule.code, finding.rule.name);
        let action = CodeAction {
            command: Some(Command::Explain.call(&title, json!(finding.rule.code))),
            title,
            kind: Some(CodeActionKind::QuickFix),
            ..CodeAction::default()
        };
        self.about(finding, action)
    }

    /// Adds the diagnostic of a finding, so that the editor shows the action next to it.
    fn about(&self, finding: &FindingRecord, action: CodeAction) -> CodeAction {
        CodeAction {
            diagnostics: Some(vec![of_finding(finding, self.checked, self.client)]),
            ..action
        }
    }

    /// Returns the edits of a fix, in all files that it changes.
    fn edits(&self, fix: &FixRecord) -> Vec<FileEdits> {
        let mut files: Vec<FileEdits> = Vec::new();
        for edit in &fix.edits {
            let file = self.checked.file(edit.file.as_ref());
            let span = TextRange::new(edit.start.offset, edit.end.offset);
            let edit = TextEdit {
                range: file.content().range(span),
                new_text: edit.text.clone(),
            };
            match files.iter_mut().find(|other| other.uri == file.uri) {
                Some(known) => known.edits.push(edit),
                None => files.push(self.file_edits(file, vec![edit])),
            }
        }
        files
    }

    fn file_edits(&self, file: &CheckedFile, edits: Vec<TextEdit>) -> FileEdits {
        FileEdits {
            uri: file.uri.clone(),
            version: file.version,
            order: file.order,
            edits,
        }
    }

    fn edit(&self, files: impl IntoIterator<Item = FileEdits>) -> WorkspaceEdit {
        workspace_edit(files, self.client)
    }

    /// Returns an action in a form that the client understands.
    fn response(&self, action: CodeAction) -> CodeActionResponse {
        match (action.edit, action.command) {
            (Some(edit), _) if !self.client.has_action_literals => {
                Command::ApplyEdit.call(&action.title, json!(edit)).into()
            }
            (None, Some(command)) if !self.client.has_action_literals => command.into(),
            (edit, command) => CodeAction {
                edit,
                command,
                ..action
            }
            .into(),
        }
    }
}

/// Returns whether a client that wants `only` some kinds wants this one.
///
/// A kind includes those that continue it after a dot.
fn includes(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let rest = kind.as_str().strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
        })
    })
}

/// Returns the title of a fix as a sentence, which says if the fix may be wrong.
fn title(fix: &FixRecord) -> String {
    let title = printable(&fix.title);
    let mut rest = title.chars();
    let first = rest
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    let note = match fix.applicability {
        Applicability::Safe => "",
        Applicability::Unsafe => " (unsafe fix)",
    };
    format!("{first}{}{note}", rest.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_includes_those_that_continue_it() {
        for (only, expected) in [
            (None, true),
            (Some(""), true),
            (Some("source"), true),
            (Some("source.fixAll"), true),
            (Some("source.fixAll.cfn-ipfix"), true),
            (Some("source.fix"), false),
            (Some("source.fixAll.other"), false),
            (Some("source.organizeImports"), false),
            (Some("quickfix"), false),
        ] {
            let only = only.map(|kind| vec![CodeActionKind::from(kind)]);
            assert_eq!(includes(only.as_deref(), &FIX_ALL), expected, "{only:?}");
        }
        assert!(!includes(Some(&[]), &FIX_ALL));
    }
}
