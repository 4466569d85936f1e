//! Builds the edits of documents that the client applies.

use std::collections::HashMap;

use gen_lsp_types::{
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};

use super::capabilities::Client;
use super::minimal_edits::minimal_edits;
use super::positions::IndexedText;

/// The edits of one file.
pub(super) struct FileEdits {
    pub(super) uri: Uri,
    /// The version of the open document that they are for; `None` for a file that is not open.
    pub(super) version: Option<i32>,
    /// A number that is smaller than those of the files that refer to this one, or equal if that is not known.
    pub(super) order: usize,
    pub(super) edits: Vec<TextEdit>,
}

/// Returns the edits of several files, which the client applies one after the other.
///
/// A file comes before those that refer to it. If that is not known, one that gains a declaration comes before those that
/// only change references, which may be to that declaration. A client that does not know versions is given none, and chooses
/// the order.
pub(super) fn workspace_edit(files: impl IntoIterator<Item = FileEdits>, client: &Client) -> WorkspaceEdit {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by_key(|file| (file.order, !file.edits.iter().any(inserts_lines)));
    if !client.has_document_changes {
        let changes: HashMap<_, _> = files.into_iter().map(|file| (file.uri, file.edits)).collect();
        return WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        };
    }
    let changes = files.into_iter().map(|file| {
        let text_document = OptionalVersionedTextDocumentIdentifier {
            version: file.version,
            text_document_identifier: TextDocumentIdentifier { uri: file.uri },
        };
        let edits = file.edits.into_iter().map(Into::into).collect();
        TextDocumentEdit { text_document, edits }.into()
    });
    WorkspaceEdit {
        document_changes: Some(changes.collect()),
        ..WorkspaceEdit::default()
    }
}

/// Returns whether an edit inserts lines, as one that adds a declaration does.
fn inserts_lines(edit: &TextEdit) -> bool {
    edit.range.start == edit.range.end && edit.new_text.contains('\n')
}

/// Returns the smallest edits that turn a document into `after`.
pub(super) fn text_edits(content: &IndexedText, after: &str) -> Vec<TextEdit> {
    let edits = minimal_edits(&content.text, after).into_iter();
    let edits = edits.map(|(span, text)| TextEdit {
        range: content.range(span),
        new_text: text.to_owned(),
    });
    edits.collect()
}
