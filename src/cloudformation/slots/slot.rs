//! Slots with the nodes of their values.

use crate::cloudformation::resolve::ResolvedValue;
use crate::cloudformation::template::ResourceNode;
use crate::model::{Guard, Property, Takes, Unchecked};
use crate::profile::OPTION_SETTINGS;
use crate::text::{FileRange, NodePath, PathSegment};
use crate::yaml::{Node, Variables};

/// A property in a template that takes a profile or a role.
#[derive(Clone, Debug)]
pub(crate) struct SlotNode<'d> {
    /// The resource that contains it.
    pub(crate) resource: ResourceNode<'d>,
    /// The other resources that take the same value.
    pub(crate) also_of: Vec<ResourceNode<'d>>,
    /// The property, or one of its branches.
    pub(crate) property: Property,
    /// The path in the notation of the table.
    ///
    /// It is shorter than the property's path if a value is given in place of the surrounding object.
    pub(crate) name: &'d str,
    /// The attribute of the profile or role that it takes.
    pub(crate) takes: Takes,
    /// The value, as written.
    ///
    /// It may be an alias, but never an `Fn::If`.
    pub(crate) value: Node<'d>,
    /// The path to the value, through aliases.
    pub(crate) path: NodePath,
    /// The aliases on that path, without the value itself.
    pub(crate) aliases: Vec<Node<'d>>,
    /// The branches of `Fn::If` on the path.
    pub(crate) guards: Vec<Guard>,
    /// True if the path leads through a merge key, `<<`.
    pub(crate) is_merged: bool,
    /// True if the value is nested too deeply.
    ///
    /// It is in an object or list in place of the value, or under a `Name` where only an `Arn` is taken.
    pub(crate) is_inside: bool,
    /// True if it is in a policy statement that may deny something.
    pub(crate) may_deny: bool,
}

/// A slot and its value.
#[derive(Clone, Debug)]
pub(crate) struct SlotValue<'d> {
    /// The slot.
    pub(crate) slot: SlotNode<'d>,
    /// The resolved value.
    pub(crate) resolved: ResolvedValue<'d>,
    /// True if this is one of several results that depend on conditions.
    pub(crate) is_branch: bool,
}

/// A key with wrong capitalisation on the path to a slot.
#[derive(Clone, Debug)]
pub(crate) struct MiscasedKey<'d> {
    /// The slot that it leads to, with the value of the key.
    pub(crate) slot: SlotNode<'d>,
    /// The key as written.
    pub(crate) key: Node<'d>,
    /// The correct key.
    pub(crate) right: &'d str,
    /// True if the mapping has another spelling of the same key.
    pub(crate) has_rival: bool,
}

/// The slots of some properties.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlotScan<'d> {
    /// The slots, including those below a miscased key.
    pub(crate) slots: Vec<SlotNode<'d>>,
    /// The miscased keys, each once.
    pub(crate) miscased: Vec<MiscasedKey<'d>>,
    /// Functions around slots, and keys of functions that may add slots.
    ///
    /// Each is a slot with that function or key as its value. Those around roles are not collected.
    pub(crate) opaque: Vec<SlotNode<'d>>,
    /// Other places where slots may be.
    pub(crate) unknown: Vec<Unchecked>,
}

/// The notation of a new reference in place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// A call of a function.
    Call,
    /// A variable in a string of `Fn::Sub`.
    Variable,
    /// A call in JSON, between backquotes in a string.
    Backquotes,
    /// There is none: the value is in a string.
    None,
}

impl SlotNode<'_> {
    /// Returns whether the value is under a `Name` that is not taken.
    pub(crate) fn is_misnamed(&self) -> bool {
        let is_name = |step: &PathSegment| matches!(step, PathSegment::Key(key) if key.eq_ignore_ascii_case("Name"));
        self.is_inside && self.path.steps.last().is_some_and(is_name)
    }

    /// Returns the notation of a reference in place of the value.
    pub(crate) fn notation(&self) -> Notation {
        let text = self.value.yaml_file();
        let is_in_string = text.id() != self.resource.key.yaml_file().id();
        let is_option = || OPTION_SETTINGS.iter().any(|option| option.is_same(&self.property));
        if is_in_string && self.property.is_in_document() {
            match text.variables() {
                Variables::Names => Notation::Variable,
                Variables::None | Variables::Unknown => Notation::None,
            }
        } else if !is_in_string && is_option() {
            Notation::Backquotes
        } else {
            Notation::Call
        }
    }

    /// Describes the slot in a message.
    pub(crate) fn display(&self) -> String {
        crate::model::slot_name(self.name, self.resource.id)
    }
}

impl<'d> SlotValue<'d> {
    /// Resolves the value of a slot.
    pub(crate) fn of(slot: SlotNode<'d>) -> Self {
        Self {
            resolved: ResolvedValue::read(slot.value.resolved()),
            slot,
            is_branch: false,
        }
    }

    /// Resolves a slot's value once for each choice of its conditions.
    pub(crate) fn each_of(slot: SlotNode<'d>) -> impl Iterator<Item = Self> {
        let (first, others) = ResolvedValue::possible_values(slot.value.resolved());
        let is_branch = !others.is_empty();
        std::iter::once(first).chain(others).map(move |branch| {
            let mut slot = slot.clone();
            slot.guards.extend(branch.guards);
            Self {
                slot,
                resolved: branch.value,
                is_branch,
            }
        })
    }

    /// Returns the location of the value.
    ///
    /// If the value has other branches, this is the location of the reference alone.
    pub(crate) fn site(&self) -> (FileRange, NodePath) {
        let (value, mut path) = (self.slot.value, self.slot.path.clone());
        let resource_ref = self
            .resolved
            .resource_ref()
            .filter(|_| self.is_branch && !value.is_alias());
        match resource_ref.and_then(|resource_ref| Some((resource_ref.node(), resource_ref.steps()?))) {
            Some((node, steps)) => {
                path.steps.extend(steps);
                (node.place(), path)
            }
            None => (value.place(), path),
        }
    }
}
