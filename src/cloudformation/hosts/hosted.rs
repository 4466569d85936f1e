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
    /// Sections of the same template that are on their own, by name.
    pub(crate) sections: Vec<(&'static str, Node<'d>)>,
    /// Other parts of the document, which may refer to resources.
    pub(crate) users: Vec<Node<'d>>,
    /// Settings outside of the sections that are read as a resource.
    pub(crate) settings: Option<Settings<'d>>,
    /// Returns the type of a resource that is generated, and that the template may change.
    pub(crate) type_of: fn(&str) -> Option<&'static str>,
    /// True if the short form of functions, `!Ref`, is rejected.
    pub(crate) is_long_form_only: bool,
    /// Mappings of logical IDs to changes of their resources.
    pub(crate) changes: Vec<Node<'d>>,
    /// The roots of the documents in scalars, by the scalars.
    pub(crate) documents: HashMap<NodeId, Node<'d>>,
    /// Other files with parts of the template that are not read yet.
    pub(crate) included: Vec<Included>,
    /// The values in place of parts that were read.
    pub(crate) found: Vec<NodeId>,
    /// The path of a file with a part of the template that cannot be read.
    pub(crate) unreadable: Option<String>,
    /// The parts of the document that are not analysed.
    pub(crate) unknown: Vec<Unchecked>,
}

/// A part of a template that is in another file.
#[derive(Clone, Debug)]
pub(crate) struct Included {
    /// The path of the file, relative to the folder of the document.
    pub(crate) path: String,
    /// The keys that lead to the part.
    pub(crate) keys: Vec<String>,
    /// The value in place of the part.
    pub(crate) node: NodeId,
    /// The section that the part is; `None` for a mapping of sections.
    pub(crate) section: Option<&'static str>,
    /// The reason why the part is not analysed, if the file is not at hand.
    pub(crate) missing: Unchecked,
}

/// Settings of a resource that is not in a section of resources.
///
/// The template reads them as a resource without conditions and loops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings<'d> {
    /// Their key.
    pub(crate) key: Node<'d>,
    /// Their value.
    pub(crate) body: Node<'d>,
    /// The name of the resource in messages, which is not a logical ID.
    pub(crate) id: &'static str,
    /// The type of the resource.
    pub(crate) resource_type: &'static str,
}

impl Included {
    /// Returns the part of the template in a document of the file.
    pub(crate) fn part_in<'d>(&self, root: Node<'d>) -> Option<Node<'d>> {
        let part = self.keys.iter().try_fold(root, |node, key| node.resolved().get(key));
        part.map(Node::resolved).filter(|part| part.is_mapping())
    }
}

impl<'d> HostedTemplate<'d> {
    /// Creates a template that is all below `root`.
    pub(crate) fn below(root: Node<'d>) -> Self {
        Self {
            root,
            others: Vec::new(),
            sections: Vec::new(),
            users: Vec::new(),
            settings: None,
            is_long_form_only: false,
            type_of: |_| None,
            changes: Vec::new(),
            documents: HashMap::new(),
            included: Vec::new(),
            found: Vec::new(),
            unreadable: None,
            unknown: Vec::new(),
        }
    }

    /// Adds the part of the template that an included file has.
    pub(crate) fn add_part(&mut self, included: &Included, part: Node<'d>) {
        match included.section {
            Some(name) => self.sections.push((name, part)),
            None => self.others.push(part),
        }
        self.found.push(included.node);
    }

    /// Iterates over the mappings that have sections.
    pub(crate) fn roots(&self) -> impl Iterator<Item = Node<'d>> {
        std::iter::once(self.root).chain(self.others.iter().copied())
    }

    /// Iterates over the parts of the template: mappings of sections, and single sections.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Node<'d>> {
        self.roots().chain(self.sections.iter().map(|(_, section)| *section))
    }

    /// Returns whether a node stands for a part that is in another file.
    pub(crate) fn is_included(&self, node: Node<'_>) -> bool {
        let missing = self.included.iter().map(|included| included.node);
        missing.chain(self.found.iter().copied()).any(|id| id == node.id())
    }
}
