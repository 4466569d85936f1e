//! Slots as they are written.

use crate::cloudformation::template::ResourceNode;
use crate::cloudformation::value::Said;
use crate::model::{Guard, Property, Takes};
use crate::text::{Path, Place, Step};
use crate::yaml::Node;

/// A place in a template that takes a profile or a role.
#[derive(Clone, Debug)]
pub(crate) struct SlotNode<'d> {
    /// The resource that it is part of.
    pub(crate) resource: ResourceNode<'d>,
    /// The property that it is, or a branch of it.
    pub(crate) property: Property,
    /// The way to it as the table writes it; shorter than the property's if a value is given in place of the object
    /// around it.
    pub(crate) name: &'static str,
    /// The part of the profile or role that it takes.
    pub(crate) takes: Takes,
    /// The value as written; never an `Fn::If`, but perhaps an alias.
    pub(crate) value: Node<'d>,
    /// The way to the value, through aliases.
    pub(crate) path: Path,
    /// The aliases on that way, the value itself not among them.
    pub(crate) aliases: Vec<Node<'d>>,
    /// The branches of `Fn::If` on the way.
    pub(crate) guards: Vec<Guard>,
    /// Whether the way leads through a merge key, `<<`.
    pub(crate) is_merged: bool,
    /// Whether the value is in an object or a list that is given in place of it, or under a `Name` where only an `Arn` is
    /// taken.
    pub(crate) is_inside: bool,
}

/// A slot and its value.
#[derive(Clone, Debug)]
pub(crate) struct SlotValue<'d> {
    /// The slot.
    pub(crate) slot: SlotNode<'d>,
    /// The content of its value.
    pub(crate) said: Said<'d>,
    /// Whether the value has other contents too, one for each choice of the conditions inside it.
    pub(crate) is_branch: bool,
}

/// A key on the way to a slot with wrong capitalisation.
#[derive(Clone, Debug)]
pub(crate) struct MiscasedKey<'d> {
    /// The slot that it is on the way to, its value that of the key.
    pub(crate) slot: SlotNode<'d>,
    /// The key as written.
    pub(crate) key: Node<'d>,
    /// The key as it should be.
    pub(crate) right: &'static str,
    /// Whether the right key, or another such key for it, is in the same mapping.
    pub(crate) has_rival: bool,
}

/// The slots on the ways to some properties.
#[derive(Clone, Debug, Default)]
pub(crate) struct SlotScan<'d> {
    /// The slots, those after a miscased key among them.
    pub(crate) slots: Vec<SlotNode<'d>>,
    /// The miscased keys, each once.
    pub(crate) miscased: Vec<MiscasedKey<'d>>,
    /// Functions in place of what is around a slot, and the keys of functions beside which a slot may appear: a slot whose
    /// value is that function or key. Those of roles are not gathered.
    pub(crate) opaque: Vec<SlotNode<'d>>,
}

impl SlotNode<'_> {
    /// Returns whether the value is under a `Name` that is not taken.
    pub(crate) fn is_misnamed(&self) -> bool {
        let is_name = |step: &Step| matches!(step, Step::Key(key) if key.eq_ignore_ascii_case("Name"));
        self.is_inside && self.path.steps.last().is_some_and(is_name)
    }

    /// Names the slot in a message.
    pub(crate) fn display(&self) -> String {
        crate::model::slot_name(self.name, self.resource.id)
    }
}

impl<'d> SlotValue<'d> {
    /// Reads the value of a slot.
    pub(crate) fn of(slot: SlotNode<'d>) -> Self {
        Self {
            said: Said::read(slot.value.resolved()),
            slot,
            is_branch: false,
        }
    }

    /// Reads the value of a slot once for each choice of the conditions inside it.
    pub(crate) fn each_of(slot: SlotNode<'d>) -> impl Iterator<Item = Self> {
        let (said, others) = Said::readings(slot.value.resolved());
        let is_branch = !others.is_empty();
        let others: Vec<_> = others.into_iter().map(|said| (slot.clone(), said)).collect();
        let all = std::iter::once((slot, said)).chain(others);
        all.map(move |(slot, said)| Self { slot, said, is_branch })
    }

    /// Returns the place of the value and the way to it: of the reference alone, if the value has other contents too.
    pub(crate) fn spot(&self) -> (Place, Path) {
        let (value, mut path) = (self.slot.value, self.slot.path.clone());
        let mention = self.said.mention().filter(|_| self.is_branch && !value.is_alias());
        match mention.and_then(|mention| Some((mention.node(), mention.steps()?))) {
            Some((node, steps)) => {
                path.steps.extend(steps);
                (node.place(), path)
            }
            None => (value.place(), path),
        }
    }
}
