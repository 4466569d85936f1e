//! The calls of a template, for what is written anew to look like them.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::intrinsic::{Call, Head, Reference};
use super::spelling::Spelling;
use super::template::ResourceNode;
use crate::yaml::{Brackets, Layout, Node, Quote};

/// The calls of intrinsic functions in a template, and in the file around it.
#[derive(Debug)]
pub(super) struct Calls<'d> {
    root: Node<'d>,
    // Both are read when something is to be written, and then the same for whoever asks.
    own: OnceCell<CallIndex<'d>>,
    of_file: Rc<LongCall<'d>>,
}

/// The first reference, or the first call if there is no reference, of a file without calls in short form.
///
/// All templates of a file share it.
pub(super) type LongCall<'d> = OnceCell<Option<Node<'d>>>;

/// The calls of a template.
#[derive(Debug, Default)]
struct CallIndex<'d> {
    /// The first reference, or the first call if there is no reference.
    first: Option<Node<'d>>,
    /// The first reference to each logical ID.
    by_target: HashMap<&'d str, Node<'d>>,
}

impl<'d> Calls<'d> {
    /// Takes the calls of the template below `root`.
    pub(super) fn of(root: Node<'d>, of_file: Rc<LongCall<'d>>) -> Self {
        Self {
            root,
            own: OnceCell::new(),
            of_file,
        }
    }

    /// Returns how a reference is written in place of a value: as the value, if that is a call, else as the file's calls.
    pub(super) fn spelling_of(&self, value: Node<'_>) -> Spelling {
        if let Some(reference) = Reference::read(value) {
            return Spelling::of(&reference);
        }
        match Call::read(value).map(|call| call.head) {
            Some(head) => spelling_of_call(value, head),
            None if is_json(value) => Spelling::Long {
                quote: Quote::Double,
                one_line: !Brackets::around(value).has_mappings_in_lines(),
            },
            None => self.long().map_or(Spelling::Short(Quote::Plain), spelling_of_node),
        }
    }

    /// Returns how references to a role are written in its profile: as references in the role itself, else as the
    /// template's first reference to it, else as the template's first one.
    pub(super) fn spelling_for(&self, role: &ResourceNode<'_>) -> Spelling {
        let mut own = role.body.descendants().filter_map(Reference::read);
        if let Some(own) = own.next() {
            return Spelling::of(&own);
        }
        let index = self.index();
        match index.by_target.get(role.id).copied().or(index.first) {
            Some(call) => spelling_of_node(call),
            None => self.spelling_of(role.key),
        }
    }

    fn index(&self) -> &CallIndex<'d> {
        self.own.get_or_init(|| {
            let mut index = CallIndex::default();
            let mut first_call = None;
            for node in self.root.descendants().filter(|node| Call::read(*node).is_some()) {
                first_call.get_or_insert(node);
                if let Some(reference) = Reference::read(node) {
                    index.first.get_or_insert(node);
                    index.by_target.entry(reference.target).or_insert(node);
                }
            }
            index.first = index.first.or(first_call);
            index
        })
    }

    fn long(&self) -> Option<Node<'d>> {
        *self.of_file.get_or_init(|| {
            let stream = self.root.stream();
            let calls = || stream.all().filter_map(|node| Some((node, Call::read(node)?)));
            if calls().any(|(_, call)| !call.is_long()) {
                return None;
            }
            let reference = calls().find(|&(node, _)| Reference::read(node).is_some());
            reference.or_else(|| calls().next()).map(|(node, _)| node)
        })
    }
}

fn spelling_of_node(call: Node<'_>) -> Spelling {
    if let Some(reference) = Reference::read(call) {
        return Spelling::of(&reference);
    }
    Call::read(call).map_or(Spelling::Short(Quote::Plain), |read| spelling_of_call(call, read.head))
}

fn spelling_of_call(call: Node<'_>, head: Head<'_>) -> Spelling {
    match head {
        Head::Long(key) => Spelling::Long {
            quote: key.quote(),
            one_line: call.layout() == Some(Layout::Flow) && call.is_one_line(),
        },
        Head::Short => Spelling::Short(Quote::Plain),
    }
}

/// Returns whether a value is in JSON, or in YAML written like it: then there are no tags.
fn is_json(value: Node<'_>) -> bool {
    let root = value.ancestors().last().unwrap_or(value);
    let mut keys = value.ancestors().flat_map(Node::entries).map(|(key, _)| key.quote());
    root.layout() == Some(Layout::Flow) && keys.next() == Some(Quote::Double)
}
