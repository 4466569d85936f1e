use std::collections::HashMap;

use crate::model::Unchecked;
use crate::yaml::{Node, NodeId};

/// A template in a document.
#[derive(Clone, Debug)]
pub(crate) struct HostedTemplate<'d> {
    /// The mapping with its sections, such as `Resources`.
    pub(crate) root: Node<'d>,
    /// Other mappings with sections of the same template.
    pub(crate) others: Vec<Node<'d>>,
    /// Other parts of the document, which may refer to resources.
    pub(crate) users: Vec<Node<'d>>,
    /// Mappings of logical IDs to changes of their resources.
    pub(crate) changes: Vec<Node<'d>>,
    /// The roots of the documents in scalars, by the scalars.
    pub(crate) documents: HashMap<NodeId, Node<'d>>,
    /// The parts of the document that are not analysed.
    pub(crate) unknown: Vec<Unchecked>,
}

impl<'d> HostedTemplate<'d> {
    /// Creates a template that is all below `root`.
    pub(crate) fn below(root: Node<'d>) -> Self {
        Self {
            root,
            others: Vec::new(),
            users: Vec::new(),
            changes: Vec::new(),
            documents: HashMap::new(),
            unknown: Vec::new(),
        }
    }
}
