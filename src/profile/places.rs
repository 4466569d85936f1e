use std::collections::{HashMap, HashSet};

use super::PROFILE;
use super::roles::role_properties;
use super::table::{OnUpdate, PROPERTIES, Property, Takes};
use crate::template::{Resource, Template, branches};
use crate::yaml::{Node, NodeId, Path, Step};

/// A place in a template whose value must be an instance profile.
#[derive(Clone, Debug)]
pub struct Place<'d> {
    /// The resource that it is part of.
    pub resource: Resource<'d>,
    /// The property that it is, or a branch of it.
    pub property: Property,
    /// The way to the place as the table writes it; shorter than the property's where a value stands in place of the
    /// object around it.
    pub name: &'static str,
    /// What of the profile it takes: what the property does, but where a value stands in place of the object around it.
    pub takes: Takes,
    /// The value as written; never an `Fn::If`, but perhaps an alias.
    pub value: Node<'d>,
    /// The way to the value, through aliases.
    pub path: Path,
    /// The aliases on that way, the value itself not among them.
    pub via: Vec<Node<'d>>,
    /// Whether the way leads through a merge key, `<<`.
    pub is_merged: bool,
    /// Whether the value lies in an object or a list that stands in place of it, or in one under `Name` that takes `Arn`
    /// only.
    pub is_inside: bool,
}

impl Place<'_> {
    /// Whether the value lies under a `Name` that is not taken.
    pub fn is_misnamed(&self) -> bool {
        let is_name = |step: &Step| matches!(step, Step::Key(key) if key.eq_ignore_ascii_case("Name"));
        self.is_inside && self.path.steps.last().is_some_and(is_name)
    }
}

/// A key on the way to a place that takes an instance profile, right but for its capital letters.
#[derive(Clone, Debug)]
pub struct Slip<'d> {
    /// The place that it is on the way to, its value that of the key; [`Place::path`] leads to that value.
    pub place: Place<'d>,
    /// The key as written.
    pub key: Node<'d>,
    /// The key as it should be.
    pub right: &'static str,
    /// Whether the right key, or another slip for it, stands beside it.
    pub is_beside: bool,
}

/// What there is on the ways to the properties of the table.
#[derive(Clone, Debug, Default)]
pub struct Found<'d> {
    /// The places, those behind a misspelt key among them.
    pub places: Vec<Place<'d>>,
    /// The misspelt keys, each once.
    pub slips: Vec<Slip<'d>>,
}

/// The property of a profile that holds its role.
pub static ROLES: Property = Property {
    resource: PROFILE,
    path: "Roles",
    takes: Takes::Name,
    on_update: OnUpdate::NoInterruption,
    refusal: None,
};

/// Every item of that property.
pub static ROLE_OF_PROFILE: Property = Property {
    path: "Roles[]",
    ..ROLES
};

/// Every place of `template` that takes an instance profile, in the order of the resources.
///
/// `Fn::If` is followed into both branches wherever it stands: at the property, at the objects around it, at the lists
/// that hold them. A value that lies in an object or a list of its own, which should not be there, is a place as well as
/// what it lies in.
pub fn places<'d>(template: &Template<'d>) -> Found<'d> {
    let mut found = Found::default();
    for &resource in template.resources.values() {
        for property in PROPERTIES.iter().filter(|property| property.resource == resource.kind) {
            walk(resource, *property, property.path, Holders::Opened, &mut found);
        }
    }
    let mut seen = HashSet::new();
    found.slips.retain(|slip| seen.insert(slip.key.id()));
    found
}

/// Every place of `template` that takes an object with the name or the ARN of a profile, with [`Place::takes`] telling
/// which of them the object may have.
pub fn objects<'d>(template: &Template<'d>) -> Vec<Place<'d>> {
    let mut objects = Vec::new();
    for &resource in template.resources.values() {
        let rows = || {
            PROPERTIES
                .iter()
                .filter(|row| row.resource == resource.kind && row.object().is_some())
        };
        let takes = match (rows().next(), rows().nth(1)) {
            (Some(_), Some(_)) => Takes::Either,
            (Some(row), None) => row.takes,
            (None, _) => continue,
        };
        for row in rows().take(1) {
            let mut found = Found::default();
            walk(
                resource,
                *row,
                row.object().unwrap_or(row.path),
                Holders::Opened,
                &mut found,
            );
            objects.extend(found.places.into_iter().map(|place| Place { takes, ..place }));
        }
    }
    objects
}

/// Every place of `template` that takes a role, in the order of the resources.
pub fn role_places<'d>(template: &Template<'d>) -> Vec<Place<'d>> {
    let mut found = Found::default();
    let mut known: HashMap<&str, Vec<Property>> = HashMap::new();
    for &resource in template.resources.values() {
        let of_type = known.entry(resource.kind);
        for &property in of_type
            .or_insert_with(|| role_properties(resource.kind).collect())
            .iter()
        {
            walk(resource, property, property.path, Holders::Taken, &mut found);
        }
    }
    found.places
}

/// What there is on the way to one property, in the order of the resources.
pub fn places_of<'d>(template: &Template<'d>, property: &Property) -> Found<'d> {
    let mut found = Found::default();
    for &resource in template.of_type(property.resource) {
        walk(resource, *property, property.path, Holders::Taken, &mut found);
    }
    found
}

/// The entry of an object that has no other: a `Name` or an `Arn`, whatever its capital letters.
pub fn name_or_arn<'d>(object: Node<'d>) -> Option<(Node<'d>, Node<'d>)> {
    let mut entries = object.entries();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else {
        return None;
    };
    is_name_or_arn(key.scalar()?).then_some((key, value))
}

/// Whether a key says what of a profile it holds, whatever its capital letters.
pub fn is_name_or_arn(key: &str) -> bool {
    key.eq_ignore_ascii_case("Name") || key.eq_ignore_ascii_case("Arn")
}

/// One step of the way to a property.
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

/// A node on the way, and how many segments lie behind it.
struct Visit<'d> {
    node: Node<'d>,
    done: usize,
    path: Path,
    via: Vec<Node<'d>>,
    is_merged: bool,
    /// In how many objects and lists the node lies that should not be there.
    inside: usize,
}

/// What becomes of an object or a list that holds a value but should not be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holders {
    /// It is taken for the value.
    Taken,
    /// What it holds is looked at as well.
    Opened,
}

/// How many aliases a way may lead through; a chain of them costs what it is long for each of its links.
const MOST_ALIASES: usize = 16;

/// How many objects and lists around one another are opened at once; those inside are once these are gone.
const MOST_HOLDERS: usize = 4;

fn walk<'d>(resource: Resource<'d>, property: Property, name: &'static str, holders: Holders, found: &mut Found<'d>) {
    let segments = segments(name);
    // From where on the way a list has no business.
    let depth = self::segments(property.object().unwrap_or(property.path)).len();
    let Some(properties) = resource.body.get("Properties") else {
        return;
    };
    let mut visits = vec![Visit {
        node: properties,
        done: 0,
        path: resource.path().key("Properties"),
        via: Vec::new(),
        is_merged: false,
        inside: 0,
    }];
    let mut seen: HashSet<(NodeId, usize)> = HashSet::new();
    while let Some(visit) = visits.pop() {
        if visit.via.len() > MOST_ALIASES || !seen.insert((visit.node.id(), visit.done)) {
            continue;
        }
        let node = visit.node.resolved();
        let is_value = visit.done == segments.len();
        let mut via = visit.via.clone();
        if visit.node.is_alias() && (!is_value || branches(node).is_some()) {
            via.push(visit.node);
        }
        if let Some(branches) = branches(node) {
            for (branch, steps) in branches.into_iter().rev() {
                let mut path = visit.path.clone();
                path.steps.extend(steps);
                visits.push(Visit {
                    node: branch,
                    path,
                    via: via.clone(),
                    ..visit
                });
            }
            continue;
        }
        let place = |value, path, via| Place {
            resource,
            property,
            name,
            takes: property.takes,
            value,
            path,
            via,
            is_merged: visit.is_merged,
            is_inside: visit.inside > 0,
        };
        let held = match holders {
            _ if visit.inside == MOST_HOLDERS => None,
            Holders::Opened if is_value && name == property.path => held_in_list(node).or_else(|| held_in_object(node)),
            Holders::Opened if visit.done >= depth => held_in_list(node),
            _ => None,
        };
        if let Some((node, step)) = held {
            let mut path = visit.path.clone();
            path.steps.push(step);
            let alias = Some(visit.node).filter(|node| node.is_alias() && is_value);
            visits.push(Visit {
                node,
                path,
                via: via.iter().copied().chain(alias).collect(),
                inside: visit.inside + 1,
                ..visit
            });
        }
        let Some(segment) = segments.get(visit.done) else {
            found.places.push(place(visit.node, visit.path, via));
            continue;
        };
        if node.is_sequence() && node.tag().is_some() {
            // The arguments of a function are not the items of a list.
            continue;
        }
        let done = visit.done + 1;
        match segment {
            Segment::Key(right) => {
                let misspelt = |name: &str| name != *right && name.eq_ignore_ascii_case(right);
                let right_one = entry(node, right);
                let slips: Vec<_> = find_all(node, &misspelt, false).collect();
                let is_beside = right_one.is_some() || slips.len() > 1;
                let way = |key: Node<'d>| visit.path.key(key.scalar().unwrap_or(right));
                found.slips.extend(slips.iter().map(|&Entry { key, value, .. }| Slip {
                    place: place(value, way(key), via.clone()),
                    key,
                    right,
                    is_beside,
                }));
                let misnamed = match holders {
                    Holders::Opened if takes_arn_only(&property) && *right == "Arn" && !is_beside => {
                        entry(node, "Name")
                    }
                    _ => None,
                };
                let entries = right_one.map_or(slips, |entry| vec![entry]);
                let follow = |entry: Entry<'d>, is_inside| Visit {
                    node: entry.value,
                    done,
                    path: way(entry.key),
                    via: via.clone(),
                    is_merged: visit.is_merged || entry.is_merged,
                    inside: visit.inside + usize::from(is_inside),
                };
                visits.extend(misnamed.map(|entry| follow(entry, true)));
                visits.extend(entries.into_iter().rev().map(|entry| follow(entry, false)));
            }
            Segment::Each => {
                let items = node
                    .items()
                    .enumerate()
                    .map(|(index, item)| (item, visit.path.index(index)));
                let values = node
                    .entries()
                    .filter_map(|(key, value)| Some((value, visit.path.key(key.scalar()?))));
                visits.extend(items.chain(values).map(|(node, path)| Visit {
                    node,
                    done,
                    path,
                    via: via.clone(),
                    is_merged: visit.is_merged,
                    inside: visit.inside,
                }));
            }
            Segment::Items(wanted) => {
                for (index, item) in node.items().enumerate().rev() {
                    if has_entries(item, wanted) {
                        visits.push(Visit {
                            node: item,
                            done,
                            path: visit.path.index(index),
                            via: via.clone(),
                            is_merged: visit.is_merged,
                            inside: visit.inside,
                        });
                    }
                }
            }
        }
    }
}

/// Whether a property is in an object that knows no `Name`.
fn takes_arn_only(property: &Property) -> bool {
    let is_beside = |row: &&Property| row.resource == property.resource && row.object() == property.object();
    property.object().is_some() && PROPERTIES.iter().filter(is_beside).count() == 1 && property.takes == Takes::Arn
}

/// The only item of a list, and the step to it.
fn held_in_list<'d>(node: Node<'d>) -> Option<(Node<'d>, Step)> {
    let mut items = node.items();
    match (items.next(), items.next(), node.tag()) {
        (Some(item), None, None) => Some((item, Step::Index(0))),
        _ => None,
    }
}

/// The only value of an object, a name or an ARN, and the step to it.
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

/// The entry `key`: of the mapping itself, else of what its merge key brings in.
fn entry<'d>(node: Node<'d>, key: &str) -> Option<Entry<'d>> {
    let is_key = |name: &str| name == key;
    let merged = || {
        let merged = node.get("<<")?.resolved();
        let sources = std::iter::once(merged).chain(merged.items().map(Node::resolved));
        sources.into_iter().find_map(|source| find(source, &is_key, true))
    };
    find(node, &is_key, false).or_else(merged)
}

fn find<'d>(node: Node<'d>, is_wanted: &dyn Fn(&str) -> bool, is_merged: bool) -> Option<Entry<'d>> {
    find_all(node, is_wanted, is_merged).last()
}

fn find_all<'d>(node: Node<'d>, is_wanted: &dyn Fn(&str) -> bool, is_merged: bool) -> impl Iterator<Item = Entry<'d>> {
    let entries = node
        .entries()
        .filter(move |(key, _)| key.scalar().is_some_and(is_wanted));
    entries.map(move |(key, value)| Entry { key, value, is_merged })
}

/// Whether an item of a list has these entries; one that is chosen by an `Fn::If` has, where one of its branches has.
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
