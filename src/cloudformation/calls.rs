//! The calls of a file, for what is written anew to look like them.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::intrinsic::{Call, Head, Reference};
use super::spelling::Spelling;
use super::template::ResourceNode;
use crate::yaml::{Brackets, Layout, Node, Quote, Stream};

/// The calls of intrinsic functions in a file.
#[derive(Debug)]
pub(super) struct Calls<'d> {
    stream: &'d Stream,
    // Read when something is to be written, and then the same for whoever asks.
    read: OnceCell<CallIndex<'d>>,
}

#[derive(Debug, Default)]
struct CallIndex<'d> {
    /// The first reference, or the first call if there is no reference.
    first: Option<Node<'d>>,
    /// The same, in a file without calls in short form.
    long: Option<Node<'d>>,
    /// The first reference to each logical ID.
    by_target: HashMap<&'d str, Node<'d>>,
}

impl<'d> Calls<'d> {
    pub(super) fn of(stream: &'d Stream) -> Self {
        Self {
            stream,
            read: OnceCell::new(),
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
            None => self
                .index()
                .long
                .map_or(Spelling::Short(Quote::Plain), spelling_of_node),
        }
    }

    /// Returns how references to a role are written in its profile: as references in the role itself, else as the file's
    /// first reference to it, else as the file's first one.
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
        self.read.get_or_init(|| {
            let mut index = CallIndex::default();
            let mut first_call = None;
            let mut has_short = false;
            for node in self.stream.all() {
                let Some(call) = Call::read(node) else { continue };
                has_short |= !call.is_long();
                first_call.get_or_insert(node);
                if let Some(reference) = Reference::read(node) {
                    index.first.get_or_insert(node);
                    index.by_target.entry(reference.target).or_insert(node);
                }
            }
            index.first = index.first.or(first_call);
            index.long = index.first.filter(|_| !has_short);
            index
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
