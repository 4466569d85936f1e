//! Walks from a resource to one of its properties.

use std::collections::HashSet;

use super::entries::{Entry, entry, find_all, has_entries, held_in_list, held_in_object, undecided_entry};
use super::slot::{MiscasedKey, SlotNode, SlotScan};
use crate::cloudformation::conditions::condition_of;
use crate::cloudformation::intrinsic::{Call, branches};
use crate::cloudformation::loops::LOOP;
use crate::cloudformation::placeholder::template_variable_of;
use crate::cloudformation::template::ResourceNode;
use crate::model::{Guard, Property, Takes};
use crate::profile::{PROFILE, PROPERTIES};
use crate::text::{NodePath, PathSegment};
use crate::yaml::{Node, NodeId};

/// The treatment of an unexpected object or list around a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Nesting {
    /// It is treated as the value.
    Strict,
    /// The value inside it is visited too.
    Lenient,
}

/// A walk from a resource to one of its properties.
pub(super) struct Walk<'w, 'd> {
    resource: ResourceNode<'d>,
    property: Property,
    name: &'d str,
    nesting: Nesting,
    segments: Vec<Segment<'d>>,
    /// The number of segments after which a list is unexpected.
    depth: usize,
    /// True if the walk starts inside of the resource's properties.
    starts_inside: bool,
    /// True to collect functions around the slots.
    gathers_opaque: bool,
    pending: Vec<Visit<'d>>,
    scan: &'w mut SlotScan<'d>,
}

/// The limit of aliases on one path.
///
/// A chain of aliases costs its length for each of its links.
const MAX_ALIASES: usize = 16;

/// The limit of nested unexpected collections that one pass opens.
///
/// Inner ones are opened once the outer ones are removed.
const MAX_OPENED: usize = 4;

impl<'w, 'd> Walk<'w, 'd> {
    pub(super) fn run(
        resource: ResourceNode<'d>,
        property: Property,
        name: &'d str,
        holders: Nesting,
        scan: &'w mut SlotScan<'d>,
    ) {
        if let Some(node) = resource.body.get("Properties") {
            let path = resource.path().key("Properties");
            Self::start(resource, property, name, holders, false, scan).run_at(node, path);
        }
    }

    pub(super) fn run_from(
        node: Node<'d>,
        path: NodePath,
        resource: ResourceNode<'d>,
        property: Property,
        name: &'d str,
        holders: Nesting,
        scan: &'w mut SlotScan<'d>,
    ) {
        Self::start(resource, property, name, holders, true, scan).run_at(node, path);
    }

    fn start(
        resource: ResourceNode<'d>,
        property: Property,
        name: &'d str,
        holders: Nesting,
        starts_inside: bool,
        scan: &'w mut SlotScan<'d>,
    ) -> Self {
        Self {
            resource,
            property,
            name,
            nesting: holders,
            segments: segments(name),
            depth: segments(property.object().unwrap_or(property.path)).len(),
            gathers_opaque: holders == Nesting::Lenient || resource.resource_type == PROFILE,
            starts_inside,
            pending: Vec::new(),
            scan,
        }
    }

    fn run_at(mut self, node: Node<'d>, path: NodePath) {
        self.pending.push(Visit {
            node,
            done: 0,
            path,
            aliases: Vec::new(),
            guards: Vec::new(),
            is_merged: false,
            inside: 0,
        });
        let mut seen: HashSet<(NodeId, usize)> = HashSet::new();
        while let Some(visit) = self.pending.pop() {
            if visit.aliases.len() <= MAX_ALIASES && seen.insert((visit.node.id(), visit.done)) {
                self.visit(visit);
            }
        }
    }

    fn visit(&mut self, at: Visit<'d>) {
        let node = at.node.resolved();
        let branches = branches(node);
        let alias = Some(at.node).filter(|node| node.is_alias());
        let is_slot = at.done == self.segments.len();
        let mut on = at;
        // An alias at the slot itself is the slot's value.
        on.aliases.extend(alias.filter(|_| !is_slot || branches.is_some()));
        if let Some(branches) = branches {
            let condition = condition_of(node).unwrap_or_default();
            let visits = branches.into_iter().zip([true, false]).rev();
            self.pending.extend(visits.map(|((branch, steps), holds)| {
                let mut visit = on.of(branch, steps);
                visit.guards.push(Guard {
                    condition: condition.to_owned(),
                    holds,
                });
                visit
            }));
            return;
        }
        if let Some((held, step)) = self.held_in(node, &on) {
            let mut inside = on.of(held, [step]);
            inside.aliases.extend(alias.filter(|_| is_slot));
            inside.inside += 1;
            self.pending.push(inside);
        }
        if self.gathers_opaque && !is_slot {
            self.gather_opaque(node, &on);
        }
        // The arguments of a function are not items of a list.
        let is_call = node.is_sequence() && node.tag().is_some();
        match self.segments.get(on.done) {
            None => {
                let slot = self.slot(on.node, on.path.clone(), &on);
                self.scan.slots.push(slot);
            }
            Some(_) if is_call => {}
            Some(&Segment::Key(right)) => self.visit_key(node, right, &on),
            Some(Segment::Each) => {
                on.done += 1;
                let items = node
                    .items()
                    .enumerate()
                    .map(|(index, item)| on.of(item, [PathSegment::Index(index)]));
                let values = node
                    .entries()
                    .filter_map(|(key, value)| Some(on.of(value, [PathSegment::Key(key.scalar()?.to_owned())])));
                self.pending.extend(items.chain(values));
            }
            Some(Segment::Items(wanted)) => {
                on.done += 1;
                let items = node.items().enumerate().rev();
                let wanted = items.filter(|(_, item)| has_entries(*item, wanted));
                self.pending
                    .extend(wanted.map(|(index, item)| on.of(item, [PathSegment::Index(index)])));
            }
        }
    }

    /// Returns whether a visit is inside the document in the property.
    fn is_in_document(&self, on: &Visit<'d>) -> bool {
        self.property.is_in_document() && (on.done > 0 || self.starts_inside)
    }

    /// Collects functions in place of a node or its entries.
    fn gather_opaque(&mut self, node: Node<'d>, on: &Visit<'d>) {
        if self.is_in_document(on) && is_text(node) {
            let key = self.property.last_key();
            let mut texts = node.descendants().filter_map(Node::scalar);
            // A text that aliases share would be searched for each of them.
            let is_shared = on.node.is_alias() || !on.aliases.is_empty();
            if !is_shared && texts.any(|text| text.contains(key)) {
                let slot = self.slot(on.node, on.path.clone(), on);
                self.scan.opaque.push(slot);
            }
            return;
        }
        if template_variable_of(node).is_some() {
            let slot = self.slot(on.node, on.path.clone(), on);
            self.scan.opaque.push(slot);
            return;
        }
        // A function in place of the name-or-ARN object is a slot itself, and no other function returns properties. A
        // loop creates entries of the mapping that contains it.
        let call = Call::read(node).filter(|call| !is_loop(call));
        let opaque = match (call, self.segments.get(on.done)) {
            (Some(call), _) => {
                let needs_object = on.done == 0 || self.is_object(on);
                (!needs_object || may_give_object(&call)).then_some(on.node)
            }
            (None, Some(&Segment::Key(right))) => {
                let mut keys = node.entries().filter_map(|(key, _)| Some((key, key.scalar()?)));
                let function = keys.find(|(_, key)| *key == "Fn::Transform" || key.starts_with(LOOP));
                let function = function.map(|(key, _)| key);
                function.filter(|_| entry(node, right).is_none())
            }
            // An item at the end of the path is a slot itself.
            (None, Some(Segment::Items(wanted))) if on.done + 1 < self.segments.len() => {
                let items = node.items().filter_map(|item| {
                    let node = item.resolved();
                    let is_opaque = Call::read(node).is_some() && branches(node).is_none();
                    if is_opaque {
                        Some(item)
                    } else {
                        undecided_entry(node, wanted)
                    }
                });
                let slots: Vec<_> = items.map(|item| self.slot(item, on.path.clone(), on)).collect();
                self.scan.opaque.extend(slots);
                None
            }
            _ => None,
        };
        if let Some(node) = opaque {
            let slot = self.slot(node, on.path.clone(), on);
            self.scan.opaque.push(slot);
        }
    }

    /// Returns whether a visit is that of the object around the property.
    fn is_object(&self, on: &Visit<'d>) -> bool {
        self.property.object().is_some() && on.done == self.depth
    }

    /// Continues at the entry `right` of a mapping, or at its misspellings.
    fn visit_key(&mut self, node: Node<'d>, right: &'d str, on: &Visit<'d>) {
        // The service decides about the keys of its document.
        let may_be_miscased = !self.is_in_document(on);
        let is_miscased = |name: &str| may_be_miscased && name != right && name.eq_ignore_ascii_case(right);
        let right_one = entry(node, right);
        let miscased: Vec<_> = find_all(node, &is_miscased, false).collect();
        let has_rival = right_one.is_some() || miscased.len() > 1;
        let step = |entry: &Entry<'d>| PathSegment::Key(entry.key.scalar().unwrap_or(right).to_owned());
        for entry in &miscased {
            let path = on.of(entry.value, [step(entry)]).path;
            let slot = self.slot(entry.value, path, on);
            self.scan.miscased.push(MiscasedKey {
                slot,
                key: entry.key,
                right,
                has_rival,
            });
        }
        let takes_arn = right == "Arn" && self.nesting == Nesting::Lenient && takes_arn_only(&self.property);
        let misnamed = entry(node, "Name").filter(|_| takes_arn && !has_rival);
        let entries = right_one.map_or(miscased, |entry| vec![entry]);
        let follow = |entry: Entry<'d>, is_inside: bool| {
            let next = on.of(entry.value, [step(&entry)]);
            Visit {
                done: on.done + 1,
                is_merged: on.is_merged || entry.is_merged,
                inside: on.inside + usize::from(is_inside),
                ..next
            }
        };
        self.pending.extend(misnamed.map(|entry| follow(entry, true)));
        self.pending
            .extend(entries.into_iter().rev().map(|entry| follow(entry, false)));
    }

    /// Returns the only value in an unexpected collection, and its path segment.
    fn held_in(&self, node: Node<'d>, on: &Visit<'d>) -> Option<(Node<'d>, PathSegment)> {
        if self.nesting == Nesting::Strict || on.inside == MAX_OPENED {
            return None;
        }
        let is_property = on.done == self.segments.len() && self.name == self.property.path;
        let in_object = || held_in_object(node).filter(|_| is_property);
        let may_be_list = is_property || on.done >= self.depth;
        held_in_list(node).filter(|_| may_be_list).or_else(in_object)
    }

    fn slot(&self, value: Node<'d>, path: NodePath, on: &Visit<'d>) -> SlotNode<'d> {
        SlotNode {
            resource: self.resource,
            also_of: Vec::new(),
            property: self.property,
            name: self.name,
            takes: self.property.takes,
            value,
            path,
            aliases: on.aliases.clone(),
            guards: on.guards.clone(),
            is_merged: on.is_merged,
            is_inside: on.inside > 0,
            may_deny: false,
        }
    }
}

/// A node on the path.
struct Visit<'d> {
    node: Node<'d>,
    /// The number of segments that lead to it.
    done: usize,
    path: NodePath,
    /// The aliases on the path, without the node itself.
    aliases: Vec<Node<'d>>,
    guards: Vec<Guard>,
    is_merged: bool,
    /// The number of unexpected collections around it.
    inside: usize,
}

impl<'d> Visit<'d> {
    /// Returns the visit of a node further along the path, by `steps`.
    fn of(&self, node: Node<'d>, steps: impl IntoIterator<Item = PathSegment>) -> Self {
        let mut path = self.path.clone();
        path.steps.extend(steps);
        Self {
            node,
            path,
            done: self.done,
            aliases: self.aliases.clone(),
            guards: self.guards.clone(),
            is_merged: self.is_merged,
            inside: self.inside,
        }
    }
}

/// One segment of a property path.
enum Segment<'p> {
    Key(&'p str),
    /// Every item of a list, or every value of a mapping.
    Each,
    Items(Vec<(&'p str, &'p str)>),
}

fn segments(path: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    for part in path.split('.') {
        if part == "*" {
            segments.push(Segment::Each);
            continue;
        }
        let (key, condition) = part.split_once('[').unwrap_or((part, ""));
        segments.push(Segment::Key(key));
        if let Some(condition) = condition.strip_suffix(']') {
            let wanted = condition.split(',').filter_map(|pair| pair.split_once('='));
            segments.push(Segment::Items(wanted.collect()));
        }
    }
    segments
}

/// Returns whether a function may return an object.
pub(crate) fn may_give_object(call: &Call<'_>) -> bool {
    call.name == "Transform" || is_loop(call)
}

/// Returns whether a node is a string, or a function that returns one.
pub(crate) fn is_text(node: Node<'_>) -> bool {
    match Call::read(node) {
        Some(call) => ["Sub", "Join", "ToJsonString"].contains(&call.name),
        None => node.scalar().is_some(),
    }
}

fn is_loop(call: &Call<'_>) -> bool {
    call.name.starts_with("ForEach::")
}

/// Returns whether a property is in an object without a `Name`.
fn takes_arn_only(property: &Property) -> bool {
    let in_object = rows(property.resource).filter(|row| row.object() == property.object());
    property.object().is_some() && property.takes == Takes::Arn && in_object.count() == 1
}

/// Iterates over the properties of a resource type that take a profile.
pub(super) fn rows(resource_type: &str) -> impl Iterator<Item = &'static Property> {
    PROPERTIES.iter().filter(move |row| row.resource == resource_type)
}
