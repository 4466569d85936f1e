//! The walk from a resource to one of its properties.

use std::collections::HashSet;

use super::entries::{Entry, entry, find_all, has_entries, held_in_list, held_in_object};
use super::slot::{MiscasedKey, SlotNode, SlotScan};
use crate::cloudformation::conditions::condition_of;
use crate::cloudformation::intrinsic::{Call, branches};
use crate::cloudformation::loops::LOOP;
use crate::cloudformation::template::ResourceNode;
use crate::model::{Guard, Property, Takes};
use crate::profile::{PROFILE, PROPERTIES};
use crate::text::{Path, Step};
use crate::yaml::{Node, NodeId};

/// The treatment of an object or a list that holds a value but should not be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holders {
    /// It is taken for the value.
    Taken,
    /// The value that it holds is visited as well.
    Opened,
}

/// A walk from a resource to one of its properties.
pub(super) struct Walk<'w, 'd> {
    resource: ResourceNode<'d>,
    property: Property,
    name: &'static str,
    holders: Holders,
    segments: Vec<Segment>,
    /// The number of segments after which a list has no business.
    depth: usize,
    /// Whether to gather functions around the slots.
    gathers_opaque: bool,
    left: Vec<Visit<'d>>,
    scan: &'w mut SlotScan<'d>,
}

/// How many aliases a way may lead through; a chain of them costs its length for each of its links.
const MOST_ALIASES: usize = 16;

/// How many objects and lists around one another are opened at once; those inside are once these are gone.
const MOST_HOLDERS: usize = 4;

impl<'w, 'd> Walk<'w, 'd> {
    pub(super) fn run(
        resource: ResourceNode<'d>,
        property: Property,
        name: &'static str,
        holders: Holders,
        scan: &'w mut SlotScan<'d>,
    ) {
        if let Some(node) = resource.body.get("Properties") {
            let path = resource.path().key("Properties");
            Self::run_from(node, path, resource, property, name, holders, scan);
        }
    }

    pub(super) fn run_from(
        node: Node<'d>,
        path: Path,
        resource: ResourceNode<'d>,
        property: Property,
        name: &'static str,
        holders: Holders,
        scan: &'w mut SlotScan<'d>,
    ) {
        let start = Visit {
            node,
            done: 0,
            path,
            aliases: Vec::new(),
            guards: Vec::new(),
            is_merged: false,
            inside: 0,
        };
        let mut walk = Self {
            resource,
            property,
            name,
            holders,
            segments: segments(name),
            depth: segments(property.object().unwrap_or(property.path)).len(),
            gathers_opaque: holders == Holders::Opened || resource.resource_type == PROFILE,
            left: vec![start],
            scan,
        };
        let mut seen: HashSet<(NodeId, usize)> = HashSet::new();
        while let Some(visit) = walk.left.pop() {
            if visit.aliases.len() <= MOST_ALIASES && seen.insert((visit.node.id(), visit.done)) {
                walk.visit(visit);
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
            self.left.extend(visits.map(|((branch, steps), holds)| {
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
            self.left.push(inside);
        }
        if self.gathers_opaque && !is_slot {
            self.gather_opaque(node, &on);
        }
        // The arguments of a function are not the items of a list.
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
                    .map(|(index, item)| on.of(item, [Step::Index(index)]));
                let values = node
                    .entries()
                    .filter_map(|(key, value)| Some(on.of(value, [Step::Key(key.scalar()?.to_owned())])));
                self.left.extend(items.chain(values));
            }
            Some(Segment::Items(wanted)) => {
                on.done += 1;
                let items = node.items().enumerate().rev();
                let wanted = items.filter(|(_, item)| has_entries(*item, wanted));
                self.left
                    .extend(wanted.map(|(index, item)| on.of(item, [Step::Index(index)])));
            }
        }
    }

    /// Gathers a node on the way if a function gives it, and the key of a function that may add the next step.
    fn gather_opaque(&mut self, node: Node<'d>, on: &Visit<'d>) {
        // In place of the object that holds a name or an ARN it is a slot of its own, and no other function gives properties.
        // A loop makes entries of the mapping that it is in.
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
            (None, Some(Segment::Items(_))) => {
                let items = node.items().filter(|item| {
                    let item = item.resolved();
                    Call::read(item).is_some() && branches(item).is_none()
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

    /// Continues at the entry `right` of a mapping, or at those that are meant to be it.
    fn visit_key(&mut self, node: Node<'d>, right: &'static str, on: &Visit<'d>) {
        let is_miscased = |name: &str| name != right && name.eq_ignore_ascii_case(right);
        let right_one = entry(node, right);
        let miscased: Vec<_> = find_all(node, &is_miscased, false).collect();
        let has_rival = right_one.is_some() || miscased.len() > 1;
        let step = |entry: &Entry<'d>| Step::Key(entry.key.scalar().unwrap_or(right).to_owned());
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
        let takes_arn = right == "Arn" && self.holders == Holders::Opened && takes_arn_only(&self.property);
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
        self.left.extend(misnamed.map(|entry| follow(entry, true)));
        self.left
            .extend(entries.into_iter().rev().map(|entry| follow(entry, false)));
    }

    /// Returns the only value in an object or a list that should not be there, and the step to it.
    fn held_in(&self, node: Node<'d>, on: &Visit<'d>) -> Option<(Node<'d>, Step)> {
        if self.holders == Holders::Taken || on.inside == MOST_HOLDERS {
            return None;
        }
        let is_property = on.done == self.segments.len() && self.name == self.property.path;
        let in_object = || held_in_object(node).filter(|_| is_property);
        let may_be_list = is_property || on.done >= self.depth;
        held_in_list(node).filter(|_| may_be_list).or_else(in_object)
    }

    fn slot(&self, value: Node<'d>, path: Path, on: &Visit<'d>) -> SlotNode<'d> {
        SlotNode {
            resource: self.resource,
            property: self.property,
            name: self.name,
            takes: self.property.takes,
            value,
            path,
            aliases: on.aliases.clone(),
            guards: on.guards.clone(),
            is_merged: on.is_merged,
            is_inside: on.inside > 0,
        }
    }
}

/// A node on the way.
struct Visit<'d> {
    node: Node<'d>,
    /// The number of segments that lead to it.
    done: usize,
    path: Path,
    /// The aliases on the way, the node itself not among them.
    aliases: Vec<Node<'d>>,
    guards: Vec<Guard>,
    is_merged: bool,
    /// The number of objects and lists around it that should not be there.
    inside: usize,
}

impl<'d> Visit<'d> {
    /// Returns the visit of a node further on the way, by `steps`.
    fn of(&self, node: Node<'d>, steps: impl IntoIterator<Item = Step>) -> Self {
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

/// One segment of the way to a property.
enum Segment {
    Key(&'static str),
    /// Every item of a list, or every value of a mapping.
    Each,
    Items(Vec<(&'static str, &'static str)>),
}

fn segments(path: &'static str) -> Vec<Segment> {
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

/// Returns whether the result of a function may be an object.
pub(crate) fn may_give_object(call: &Call<'_>) -> bool {
    call.name == "Transform" || is_loop(call)
}

fn is_loop(call: &Call<'_>) -> bool {
    call.name.starts_with("ForEach::")
}

/// Returns whether a property is in an object that knows no `Name`.
fn takes_arn_only(property: &Property) -> bool {
    let in_object = rows(property.resource).filter(|row| row.object() == property.object());
    property.object().is_some() && property.takes == Takes::Arn && in_object.count() == 1
}

/// Iterates over the properties of a type that take a profile.
pub(super) fn rows(resource_type: &str) -> impl Iterator<Item = &'static Property> {
    PROPERTIES.iter().filter(move |row| row.resource == resource_type)
}
