use super::hosted::HostedTemplate;
use crate::cloudformation::slots::SlotScan;
use crate::cloudformation::template::Template;
use crate::yaml::{EmbeddedSource, Node, YamlFile};

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

/// A kind of document without anything.
pub(super) const NOTHING: Host = Host {
    template: |_| None,
    documents: |_| Vec::new(),
    slots: |_, _| {},
};
