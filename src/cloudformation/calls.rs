//! The calls of a template, whose style new calls copy.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::intrinsic::{Call, CallSyntax, RefCall};
use super::spelling::Spelling;
use super::template::ResourceNode;
use crate::yaml::{Brackets, CollectionStyle, Node, ScalarStyle};

/// The calls of intrinsic functions in a template and in its file.
#[derive(Debug)]
pub(super) struct Calls<'d> {
    root: Node<'d>,
    // Both are read on the first edit and cached.
    own: OnceCell<CallIndex<'d>>,
    of_file: Rc<LongCall<'d>>,
    /// True if the short form is rejected.
    is_long_form_only: bool,
}

/// The first reference, or else the first call, of a file.
///
/// It is only used if the file has no short-form calls.
///
/// All templates of a file share it.
pub(super) type LongCall<'d> = OnceCell<Option<Node<'d>>>;

/// The calls of a template.
#[derive(Debug, Default)]
struct CallIndex<'d> {
    /// The first reference, or else the first call.
    first: Option<Node<'d>>,
    /// The first reference to each logical ID.
    by_target: HashMap<&'d str, Node<'d>>,
}

impl<'d> Calls<'d> {
    /// Creates the index for the template below `root`.
    pub(super) fn of(root: Node<'d>, of_file: Rc<LongCall<'d>>, is_long_form_only: bool) -> Self {
        Self {
            root,
            own: OnceCell::new(),
            of_file,
            is_long_form_only,
        }
    }

    /// Returns the spelling for a reference that replaces a value.
    ///
    /// A call keeps its own spelling; any other value gets that of the file's calls.
    pub(super) fn spelling_of(&self, value: Node<'_>) -> Spelling {
        if let Some(reference) = RefCall::read(value) {
            return Spelling::of(&reference);
        }
        match Call::read(value).map(|call| call.syntax) {
            Some(head) => spelling_of_call(value, head),
            None if is_json(value) => Spelling::Long {
                quote: ScalarStyle::Double,
                one_line: !Brackets::around(value).has_mappings_in_lines(),
            },
            None => match self.long() {
                Some(call) => spelling_of_node(call),
                None if self.is_long_form_only => Spelling::Long {
                    quote: ScalarStyle::Plain,
                    one_line: false,
                },
                None => Spelling::Short(ScalarStyle::Plain),
            },
        }
    }

    /// Returns the spelling for references to a role in its new profile.
    ///
    /// It is that of references in the role itself, else of the template's first reference to the role, else of the
    /// template's first reference.
    pub(super) fn spelling_for(&self, role: &ResourceNode<'_>) -> Spelling {
        let mut own = role.body.descendants().filter_map(RefCall::read);
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
                if let Some(reference) = RefCall::read(node) {
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
            let stream = self.root.yaml_file();
            let calls = || stream.all().filter_map(|node| Some((node, Call::read(node)?)));
            if calls().any(|(_, call)| !call.is_long()) {
                return None;
            }
            let reference = calls().find(|&(node, _)| RefCall::read(node).is_some());
            reference.or_else(|| calls().next()).map(|(node, _)| node)
        })
    }
}

fn spelling_of_node(call: Node<'_>) -> Spelling {
    if let Some(reference) = RefCall::read(call) {
        return Spelling::of(&reference);
    }
    Call::read(call).map_or(Spelling::Short(ScalarStyle::Plain), |read| {
        spelling_of_call(call, read.syntax)
    })
}

fn spelling_of_call(call: Node<'_>, head: CallSyntax<'_>) -> Spelling {
    match head {
        CallSyntax::Long(key) => Spelling::Long {
            quote: key.scalar_style(),
            one_line: call.collection_style() == Some(CollectionStyle::Flow) && call.is_one_line(),
        },
        CallSyntax::Short => Spelling::Short(ScalarStyle::Plain),
    }
}

/// Returns whether a value is in JSON style, which has no tags.
pub(super) fn is_json(value: Node<'_>) -> bool {
    let root = value.ancestors().last().unwrap_or(value);
    let mut keys = value
        .ancestors()
        .flat_map(Node::entries)
        .map(|(key, _)| key.scalar_style());
    root.collection_style() == Some(CollectionStyle::Flow) && keys.next() == Some(ScalarStyle::Double)
}
