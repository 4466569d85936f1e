use super::hosted::HostedTemplate;
use crate::cloudformation::slots::SlotScan;
use crate::cloudformation::template::Template;
use crate::yaml::{EmbeddedSource, Node, SyntaxError, YamlFile};

/// A kind of document that contains templates, or resources that a template does not show.
pub(super) struct Host {
    /// Returns the template in a document, if the document is of this kind.
    pub(super) template: for<'d> fn(Node<'d>) -> Option<HostedTemplate<'d>>,
    /// Returns the scalars of a file that may contain documents.
    pub(super) documents: for<'d> fn(&'d YamlFile) -> Vec<EmbeddedDocument<'d>>,
    /// Finds the slots of a template that are not in properties of the tables.
    pub(super) slots: for<'d> fn(&Template<'d>, &mut SlotScan<'d>),
}

/// A scalar that may contain a document.
pub(super) struct EmbeddedDocument<'d> {
    /// The scalar.
    pub(super) source: EmbeddedSource<'d>,
    /// Returns whether a document with this root is of the kind that is expected.
    pub(super) is_expected: fn(Node<'_>) -> bool,
    /// The name of the document in messages, if it is reported when it cannot be read.
    pub(super) name: Option<String>,
}

/// The reason why a document in a scalar cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotRead {
    /// It is not valid.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The string has several documents, one of them of the expected kind.
    #[error("it has several documents")]
    Several,
    /// The document is JSON, and has comments.
    #[error("it is JSON with comments, which JSON does not have")]
    Comment,
    /// The documents in the file are too many, or too large.
    #[error("the file has too many documents in strings")]
    TooMany,
}

impl NotRead {
    /// Returns whether the document is known, or likely, to be of the expected kind.
    pub(super) fn is_of_template(&self) -> bool {
        matches!(self, Self::Several | Self::Comment | Self::TooMany)
    }
}

impl EmbeddedDocument<'_> {
    /// Parses the document; returns `None` if it is not of the expected kind.
    ///
    /// `part` is its number among those in the scalars of the file, from 1.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(super) fn parse(&self, part: u32) -> Result<Option<YamlFile>, NotRead> {
        let parsed = self.source.parse(part)?;
        let (all, expected) = (
            parsed.documents().count(),
            parsed.documents().filter(|root| (self.is_expected)(*root)).count(),
        );
        match (all, expected) {
            (_, 0) => Ok(None),
            (1, _) if parsed.json_comment().is_some() => Err(NotRead::Comment),
            (1, _) => Ok(Some(parsed)),
            _ => Err(NotRead::Several),
        }
    }
}

/// A kind of document without anything.
pub(super) const NOTHING: Host = Host {
    template: |_| None,
    documents: |_| Vec::new(),
    slots: |_, _| {},
};
