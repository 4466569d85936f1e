//! A template: its resources by logical ID, loops, parameters and mappings.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::ambiguous::{AmbiguousLoop, ambiguous_loop, ambiguous_variables};
use super::conditions::conditions;
use super::hosts::{HostedTemplate, Settings};
use super::intrinsic::is_no_value;
use super::loops::{self, LOOP};
use super::parameters::Parameters;
use crate::model::{Conditions, ModelError, Repeats, Scope, ScopeId};
use crate::text::NodePath;
use crate::yaml::{Node, NodeId};

/// A template as a view of a document.
#[derive(Debug)]
pub(super) struct Template<'d> {
    /// The mapping with its sections.
    pub(super) root: Node<'d>,
    /// The document that it is in.
    pub(super) hosted: HostedTemplate<'d>,
    /// The resources by logical ID, in file order.
    pub(super) resources: IndexMap<&'d str, ResourceNode<'d>>,
    /// The section of resources and the sections in its loops.
    pub(super) scopes: Vec<Scope>,
    /// The parameters.
    pub(super) parameters: Parameters<'d>,
    /// The `Mappings` sections.
    mappings: Vec<Node<'d>>,
    /// The loops that are not analysed.
    pub(super) ambiguous_loops: Vec<AmbiguousLoop<'d>>,
    /// The keys of resources whose type comes from a merge key.
    pub(super) merged_types: Vec<Node<'d>>,
    /// The changes of resources in other parts of the template, each as a resource of its own.
    pub(super) changes: Vec<ResourceNode<'d>>,
    /// The keys of the other entries without a type.
    pub(super) incomplete: Vec<Node<'d>>,
    /// The other reserved names: parameters, conditions, mappings.
    names: HashSet<&'d str>,
    /// The names of loops, and logical IDs that they may create.
    reserved: HashSet<String>,
    /// The conditions.
    pub(super) conditions: Conditions,
}

/// One resource of a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResourceNode<'d> {
    /// Its key under `Resources`.
    pub(super) key: Node<'d>,
    /// The value of the key, with its alias resolved.
    pub(super) body: Node<'d>,
    /// Its logical ID.
    pub(super) id: &'d str,
    /// Its `Type`.
    pub(super) resource_type: &'d str,
    /// The scope that contains it.
    pub(super) scope: ScopeId,
    /// The number of repetitions by loops.
    pub(super) repetitions: usize,
}

impl<'d> Template<'d> {
    /// Reads a template, and the IDs from its loops.
    ///
    /// # Errors
    ///
    /// If there are two `Resources` sections, or two resources with one logical ID: it is unclear which of them counts.
    pub(super) fn read(hosted: HostedTemplate<'d>) -> Result<(Self, Repeats<'d>), ModelError> {
        let parts = hosted.roots().map(top_level).collect::<Result<Vec<_>, _>>()?;
        let sections_of = |name: &'static str| {
            let sections = parts.iter().filter_map(move |sections| sections.get(name));
            let alone = hosted.sections.iter().filter(move |(own, _)| *own == name);
            let alone = alone.map(|(_, section)| section.resolved());
            sections.map(|(_, section)| *section).chain(alone)
        };
        let written = loops::sections(sections_of("Resources").filter(|section| section.is_mapping()));
        let mut found = SectionEntries::within(&written, hosted.type_of)?;
        found
            .resources
            .extend(hosted.settings.map(|settings| (settings.id, settings.into())));
        let changes = hosted.changes.iter().copied().flat_map(Node::entries);
        found.changed.extend(changes);
        let changes = found.changed.iter().filter_map(|&(key, body)| {
            let changed = found.resources.get(key.scalar()?)?;
            Some(ResourceNode {
                key,
                body: body.resolved(),
                ..*changed
            })
        });
        let changes = changes.collect();
        let named_sections = ["Parameters", "Conditions", "Mappings"]
            .into_iter()
            .flat_map(sections_of);
        let names = named_sections
            .flat_map(Node::entries)
            .filter_map(|(key, _)| key.scalar());
        let scope = |section: &loops::Section<'_>| Scope {
            parent: section.parent.map(|parent| scope_of(&written, parent)),
        };
        let parameters = Parameters::read(sections_of("Parameters"));
        let template = Self {
            root: hosted.root,
            names: names.chain(found.ids).collect(),
            resources: found.resources,
            scopes: written.iter().map(scope).collect(),
            conditions: conditions(sections_of("Conditions"), &parameters),
            parameters,
            mappings: sections_of("Mappings").collect(),
            ambiguous_loops: found.ambiguous_loops.into_values().collect(),
            merged_types: found.merged_types,
            changes,
            incomplete: found.incomplete,
            reserved: loops::reserved_ids(&written).into_iter().collect(),
            hosted,
        };
        Ok((template, loops::repeats(&written)))
    }

    /// Iterates over the sections with a name; most templates have at most one.
    pub(super) fn sections(&self, name: &'static str) -> impl Iterator<Item = Node<'d>> {
        let alone = self.hosted.sections.iter().filter(move |(own, _)| *own == name);
        let alone = alone.map(|(_, section)| *section);
        self.hosted.roots().filter_map(move |root| root.get(name)).chain(alone)
    }

    /// Returns the resource with this logical ID, possibly expanded by a loop.
    pub(super) fn resource(&self, id: &str, repeats: &Repeats<'_>) -> Option<&ResourceNode<'d>> {
        let repeated = || self.resources.get(repeats.origin(id)?);
        self.resources.get(id).or_else(repeated)
    }

    /// Iterates over the resources and their changes.
    pub(super) fn all_parts(&self) -> impl Iterator<Item = &ResourceNode<'d>> {
        self.resources.values().chain(&self.changes)
    }

    /// Iterates over the resources of one type, in file order.
    pub(super) fn of_type(&self, resource_type: &str) -> impl Iterator<Item = &ResourceNode<'d>> {
        let resources = self.resources.values();
        resources.filter(move |resource| resource.resource_type == resource_type)
    }

    /// Iterates over the scalars in the mappings.
    ///
    /// Each has the name of its mapping and its two keys.
    pub(super) fn mapped_texts(&self) -> impl Iterator<Item = ([&'d str; 3], &'d str)> {
        let entries = |node: Node<'d>| {
            let entries = node.resolved().entries();
            entries.filter_map(|(key, value)| Some((key.scalar()?, value)))
        };
        let mappings = self.mappings.iter().copied().flat_map(entries);
        mappings.flat_map(move |(mapping, outer)| {
            entries(outer).flat_map(move |(first, inner)| {
                entries(inner)
                    .filter_map(move |(second, text)| Some(([mapping, first, second], text.resolved().scalar()?)))
            })
        })
    }

    /// Returns whether this logical ID or name is in use.
    pub(super) fn has_name(&self, id: &str) -> bool {
        self.names.contains(id) || self.reserved.contains(id)
    }
}

/// Returns whether a document is a template: a mapping with `Resources`.
pub(super) fn is_template(root: Node<'_>) -> bool {
    let mut entries = root.entries();
    entries.any(|(key, value)| key.scalar() == Some("Resources") && value.resolved().is_mapping())
}

impl<'d> From<Settings<'d>> for ResourceNode<'d> {
    fn from(settings: Settings<'d>) -> Self {
        Self {
            key: settings.key,
            body: settings.body,
            id: settings.id,
            resource_type: settings.resource_type,
            scope: ScopeId(0),
            repetitions: 0,
        }
    }
}

impl<'d> ResourceNode<'d> {
    /// Returns the path to the resource from the document's root.
    pub(super) fn path(&self) -> NodePath {
        let section = self.key.ancestors().nth(1).unwrap_or(self.key);
        section.path().key(self.id)
    }

    /// Returns the value of an attribute, with its alias resolved.
    pub(super) fn attribute(&self, name: &str) -> Option<Node<'d>> {
        self.body.get(name).map(Node::resolved)
    }

    /// Returns the value of a property, with its alias resolved.
    ///
    /// Returns `None` if it is missing or `AWS::NoValue`.
    pub(super) fn property(&self, name: &str) -> Option<Node<'d>> {
        let value = self.attribute("Properties")?.get(name)?.resolved();
        (!is_no_value(value)).then_some(value)
    }
}

/// Returns the sections of a document by name, each with its key.
fn top_level(root: Node<'_>) -> Result<IndexMap<&str, (Node<'_>, Node<'_>)>, ModelError> {
    let mut sections: IndexMap<&str, (Node<'_>, Node<'_>)> = IndexMap::new();
    for (key, value) in root.entries() {
        let Some(name) = key.scalar() else { continue };
        // CloudFormation uses the last of equal keys.
        let earlier = sections.insert(name, (key, value.resolved()));
        if let (Some((first, _)), "Resources") = (earlier, name) {
            return Err(duplicate("section", name, first, key));
        }
    }
    Ok(sections)
}

/// Returns the scope of a section; those outside of loops share one.
fn scope_of(sections: &[loops::Section<'_>], number: usize) -> ScopeId {
    let is_in_loop = sections.get(number).is_some_and(|section| section.parent.is_some());
    ScopeId(if is_in_loop { number } else { 0 })
}

/// The entries of the sections of resources.
#[derive(Default)]
struct SectionEntries<'d> {
    resources: IndexMap<&'d str, ResourceNode<'d>>,
    ids: HashSet<&'d str>,
    merged_types: Vec<Node<'d>>,
    changed: Vec<(Node<'d>, Node<'d>)>,
    incomplete: Vec<Node<'d>>,
    /// The loops that are not analysed, by the node of their arguments.
    ambiguous_loops: IndexMap<NodeId, AmbiguousLoop<'d>>,
}

impl<'d> SectionEntries<'d> {
    fn within(sections: &[loops::Section<'d>], type_of: fn(&str) -> Option<&'static str>) -> Result<Self, ModelError> {
        let mut found = Self::default();
        let ambiguous = ambiguous_variables(sections);
        let mut untyped = Vec::new();
        for (number, section) in sections.iter().enumerate() {
            let skipped = ambiguous_loop(section, &ambiguous);
            let is_skipped = skipped.is_some();
            found
                .ambiguous_loops
                .extend(skipped.map(|one| (one.arguments.id(), one)));
            let mut keys: HashMap<&str, Node<'d>> = HashMap::new();
            for (key, body) in section.entries.entries() {
                let Some(id) = key.scalar() else {
                    found.incomplete.push(key);
                    continue;
                };
                if let Some(first) = keys.insert(id, key) {
                    return Err(duplicate("logical ID", id, first, key));
                }
                found.ids.insert(id);
                if is_skipped {
                    continue;
                }
                let (node, scope) = (body.resolved(), scope_of(sections, number));
                let stated = node.get("Type").and_then(|name| name.resolved().scalar());
                let Some(resource_type) = stated.or_else(|| type_of(id)) else {
                    untyped.push((key, body));
                    continue;
                };
                if section.parent.is_none() && found.resources.contains_key(id) {
                    found.changed.push((key, body));
                    continue;
                }
                found.resources.entry(id).or_insert(ResourceNode {
                    key,
                    body: node,
                    id,
                    resource_type,
                    scope,
                    repetitions: section.repetitions(),
                });
            }
        }
        // Another part of the template may say the type.
        for (key, body) in untyped {
            let id = key.scalar().unwrap_or_default();
            match found.resources.contains_key(id) {
                true => found.changed.push((key, body)),
                false => found.add_incomplete(key, id, body.resolved()),
            }
        }
        Ok(found)
    }

    fn add_incomplete(&mut self, key: Node<'d>, id: &str, body: Node<'d>) {
        if body.get("<<").is_some() {
            self.merged_types.push(key);
        } else if !id.starts_with(LOOP) {
            self.incomplete.push(key);
        }
    }
}

fn duplicate(what: &'static str, name: &str, first: Node<'_>, second: Node<'_>) -> ModelError {
    ModelError::Duplicate {
        what,
        name: name.to_owned(),
        first: first.place(),
        second: second.place(),
    }
}
