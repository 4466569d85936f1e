//! The ways through a template to the properties of the tables.

use std::collections::{HashMap, HashSet};

use super::conditions::condition_of;
use super::intrinsic::{Call, branches};
use super::loops::LOOP;
use super::template::{ResourceNode, Template};
use super::value::Said;
use crate::model::{Guard, Property, Takes};
use crate::profile::{PROFILE, PROPERTIES, role_properties};
use crate::text::{Path, Place, Step};
use crate::yaml::{Node, NodeId};

/// A place in a template that takes a profile or a role.
#[derive(Clone, Debug)]
pub(super) struct SlotNode<'d> {
    /// The resource that it is part of.
    pub(super) resource: ResourceNode<'d>,
    /// The property that it is, or a branch of it.
    pub(super) property: Property,
    /// The way to it as the table writes it; shorter than the property's if a value is given in place of the object
    /// around it.
    pub(super) name: &'static str,
    /// The part of the profile or role that it takes.
    pub(super) takes: Takes,
    /// The value as written; never an `Fn::If`, but perhaps an alias.
    pub(super) value: Node<'d>,
    /// The way to the value, through aliases.
    pub(super) path: Path,
    /// The aliases on that way, the value itself not among them.
    pub(super) aliases: Vec<Node<'d>>,
    /// The branches of `Fn::If` on the way.
    pub(super) guards: Vec<Guard>,
    /// Whether the way leads through a merge key, `<<`.
    pub(super) is_merged: bool,
    /// Whether the value is in an object or a list that is given in place of it, or under a `Name` where only an `Arn` is
    /// taken.
    pub(super) is_inside: bool,
}

/// A slot and its value.
#[derive(Clone, Debug)]
pub(super) struct SlotValue<'d> {
    /// The slot.
    pub(super) slot: SlotNode<'d>,
    /// The content of its value.
    pub(super) said: Said<'d>,
    /// Whether the value has other contents too, one for each choice of the conditions inside it.
    pub(super) is_branch: bool,
}

/// A key on the way to a slot with wrong capitalisation.
#[derive(Clone, Debug)]
pub(super) struct MiscasedKey<'d> {
    /// The slot that it is on the way to, its value that of the key.
    pub(super) slot: SlotNode<'d>,
    /// The key as written.
    pub(super) key: Node<'d>,
    /// The key as it should be.
    pub(super) right: &'static str,
    /// Whether the right key, or another such key for it, is in the same mapping.
    pub(super) has_rival: bool,
}

/// The slots on the ways to some properties.
#[derive(Clone, Debug, Default)]
pub(super) struct SlotScan<'d> {
    /// The slots, those after a miscased key among them.
    pub(super) slots: Vec<SlotNode<'d>>,
    /// The miscased keys, each once.
    pub(super) miscased: Vec<MiscasedKey<'d>>,
    /// Functions in place of what is around a slot, and the keys of functions beside which a slot may appear: a slot whose
    /// value is that function or key. Those of roles are not gathered.
    pub(super) opaque: Vec<SlotNode<'d>>,
}

impl SlotNode<'_> {
    /// Returns whether the value is under a `Name` that is not taken.
    pub(super) fn is_misnamed(&self) -> bool {
        let is_name = |step: &Step| matches!(step, Step::Key(key) if key.eq_ignore_ascii_case("Name"));
        self.is_inside && self.path.steps.last().is_some_and(is_name)
    }

    /// Names the slot in a message.
    pub(super) fn display(&self) -> String {
        crate::model::slot_name(self.name, self.resource.id)
    }
}

impl<'d> SlotValue<'d> {
    /// Reads the value of a slot.
    pub(super) fn of(slot: SlotNode<'d>) -> Self {
        Self {
            said: Said::read(slot.value.resolved()),
            slot,
            is_branch: false,
        }
    }

    /// Reads the value of a slot once for each choice of the conditions inside it.
    pub(super) fn each_of(slot: SlotNode<'d>) -> impl Iterator<Item = Self> {
        let (said, others) = Said::readings(slot.value.resolved());
        let is_branch = !others.is_empty();
        let others: Vec<_> = others.into_iter().map(|said| (slot.clone(), said)).collect();
        let all = std::iter::once((slot, said)).chain(others);
        all.map(move |(slot, said)| Self { slot, said, is_branch })
    }

    /// Returns the place of the value and the way to it: of the reference alone, if the value has other contents too.
    pub(super) fn spot(&self) -> (Place, Path) {
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

/// Finds every slot that takes an instance profile, in the order of the resources.
///
/// `Fn::If` is followed into both branches wherever it is: at the property, at the objects around it, at the lists that
/// hold them. A value in an object or a list that should not be there is a slot as well as that object or list.
pub(super) fn profile_slots<'d>(template: &Template<'d>) -> SlotScan<'d> {
    let mut scan = SlotScan::default();
    for &resource in template.resources.values() {
        for property in rows(resource.resource_type) {
            Walk::run(resource, *property, property.path, Holders::Opened, &mut scan);
        }
    }
    let mut seen = HashSet::new();
    scan.miscased.retain(|miscased| seen.insert(miscased.key.id()));
    let mut seen = HashSet::new();
    scan.opaque.retain(|opaque| seen.insert(opaque.value.id()));
    scan
}

/// Finds every slot that takes an object with the name or the ARN of a profile, with [`SlotNode::takes`] for what the
/// object may have.
pub(super) fn object_slots<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut objects = Vec::new();
    for &resource in template.resources.values() {
        let mut rows = rows(resource.resource_type).filter(|row| row.object().is_some());
        let Some(row) = rows.next() else { continue };
        let takes = match rows.next() {
            Some(_) => Takes::Either,
            None => row.takes,
        };
        let mut scan = SlotScan::default();
        let object = row.object().unwrap_or(row.path);
        Walk::run(resource, *row, object, Holders::Opened, &mut scan);
        objects.extend(scan.slots.into_iter().map(|slot| SlotNode { takes, ..slot }));
    }
    objects
}

/// Finds every slot that takes a role, in the order of the resources.
pub(super) fn role_slots<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut scan = SlotScan::default();
    let mut known: HashMap<&str, Vec<Property>> = HashMap::new();
    for &resource in template.resources.values() {
        let properties = known
            .entry(resource.resource_type)
            .or_insert_with(|| role_properties(resource.resource_type).collect());
        for &property in properties.iter() {
            Walk::run(resource, property, property.path, Holders::Taken, &mut scan);
        }
    }
    scan.slots.extend(global_slots(template));
    scan.slots
}

/// Finds the role that the section `Globals` of a SAM template gives to functions without one of their own; it is a slot of
/// the first of them.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
fn global_slots<'d>(template: &Template<'d>) -> Vec<SlotNode<'d>> {
    let mut scan = SlotScan::default();
    let globals = || template.root.get("Globals")?.resolved().get("Function");
    if let Some(node) = globals() {
        let mut functions = template.of_type(FUNCTION);
        let function = functions.find(|function| function.property("Role").is_none());
        let role = role_properties(FUNCTION).find(|property| property.path == "Role");
        if let (Some(&function), Some(role)) = (function, role) {
            let path = template.root.path().key("Globals").key("Function");
            Walk::run_from(node, path, function, role, role.path, Holders::Taken, &mut scan);
        }
    }
    scan.slots
}

/// Finds the slots on the way to one property, in the order of the resources.
pub(super) fn slots_of<'d>(template: &Template<'d>, property: &Property) -> SlotScan<'d> {
    let mut scan = SlotScan::default();
    for &resource in template.of_type(property.resource) {
        Walk::run(resource, *property, property.path, Holders::Taken, &mut scan);
    }
    scan
}

/// Returns the only entry of an object if it is a `Name` or an `Arn`, whatever its capitalisation.
pub(super) fn name_or_arn<'d>(object: Node<'d>) -> Option<(Node<'d>, Node<'d>)> {
    let mut entries = object.entries();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    is_name_or_arn(key.scalar()?).then_some((key, value))
}

/// Returns whether a key says which part of a profile it holds, whatever its capitalisation.
pub(super) fn is_name_or_arn(key: &str) -> bool {
    key.eq_ignore_ascii_case("Name") || key.eq_ignore_ascii_case("Arn")
}

/// The type of a function in SAM.
const FUNCTION: &str = "AWS::Serverless::Function";

fn rows(resource_type: &str) -> impl Iterator<Item = &'static Property> {
    PROPERTIES.iter().filter(move |row| row.resource == resource_type)
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

/// The treatment of an object or a list that holds a value but should not be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holders {
    /// It is taken for the value.
    Taken,
    /// The value that it holds is visited as well.
    Opened,
}

/// How many aliases a way may lead through; a chain of them costs its length for each of its links.
const MOST_ALIASES: usize = 16;

/// How many objects and lists around one another are opened at once; those inside are once these are gone.
const MOST_HOLDERS: usize = 4;

/// A walk from a resource to one of its properties.
struct Walk<'w, 'd> {
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

impl<'w, 'd> Walk<'w, 'd> {
    fn run(
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

    fn run_from(
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

/// Returns whether the result of a function may be an object.
pub(super) fn may_give_object(call: &Call<'_>) -> bool {
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

/// Returns the only item of a list, and the step to it.
fn held_in_list<'d>(node: Node<'d>) -> Option<(Node<'d>, Step)> {
    let mut items = node.items();
    match (items.next(), items.next(), node.tag()) {
        (Some(item), None, None) => Some((item, Step::Index(0))),
        _ => None,
    }
}

/// Returns the only value of an object, a name or an ARN, and the step to it.
fn held_in_object<'d>(node: Node<'d>) -> Option<(Node<'d>, Step)> {
    let (key, value) = name_or_arn(node)?;
    Some((value, Step::Key(key.scalar()?.to_owned())))
}

/// An entry of a mapping, and whether it comes from a merge key.
#[derive(Clone, Copy)]
struct Entry<'d> {
    key: Node<'d>,
    value: Node<'d>,
    is_merged: bool,
}

/// Returns the value of a mapping's entry `key` that its merge key brings in.
pub(super) fn merged<'d>(node: Node<'d>, key: &str) -> Option<Node<'d>> {
    entry(node, key)
        .filter(|entry| entry.is_merged)
        .map(|entry| entry.value)
}

/// Returns whether one of these properties may hold a profile, or the role of a profile.
pub(super) fn may_hold_slots(resource_type: &str, properties: Node<'_>) -> bool {
    let mut keys = properties.resolved().entries().filter_map(|(key, _)| key.scalar());
    keys.any(|key| {
        let mut rows = rows(resource_type);
        resource_type == PROFILE || rows.any(|row| row.first_key().eq_ignore_ascii_case(key))
    })
}

/// Returns the entry `key`: of the mapping itself, else of what its merge key brings in.
fn entry<'d>(node: Node<'d>, key: &str) -> Option<Entry<'d>> {
    let is_key = |name: &str| name == key;
    let merged = || {
        let merged = node.get("<<")?.resolved();
        let sources = std::iter::once(merged).chain(merged.items().map(Node::resolved));
        sources
            .into_iter()
            .find_map(|source| find_all(source, &is_key, true).last())
    };
    find_all(node, &is_key, false).last().or_else(merged)
}

fn find_all<'d>(node: Node<'d>, is_wanted: &dyn Fn(&str) -> bool, is_merged: bool) -> impl Iterator<Item = Entry<'d>> {
    let entries = node
        .entries()
        .filter(move |(key, _)| key.scalar().is_some_and(is_wanted));
    entries.map(move |(key, value)| Entry { key, value, is_merged })
}

/// Returns whether an item of a list has these entries; an `Fn::If` has them if one of its branches has.
fn has_entries(item: Node<'_>, wanted: &[(&str, &str)]) -> bool {
    let mut candidates = vec![item.resolved()];
    let mut seen = HashSet::new();
    while let Some(node) = candidates.pop() {
        if !seen.insert(node.id()) {
            continue;
        }
        if let Some(branches) = branches(node) {
            candidates.extend(branches.map(|(branch, _)| branch.resolved()));
            continue;
        }
        let has = |&(key, value): &(&str, &str)| {
            node.get(key)
                .is_some_and(|found| found.resolved().scalar() == Some(value))
        };
        if wanted.iter().all(has) {
            return true;
        }
    }
    false
}
