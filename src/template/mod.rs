//! CloudFormation templates: resources, logical IDs, conditions and intrinsic functions. Nothing here knows instance
//! profiles.

mod intrinsic;
mod key;
mod loops;
mod obstacle;
mod repoint;
mod spelling;
mod value;

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use indexmap::map::Entry;
use loops::Expansions;

use crate::text::Span;
use crate::yaml::{Node, Path};

pub use intrinsic::{Attribute, Call, Head, Reference, branches, is_no_value, looked_up, written_id};
pub use loops::{Confused, first_name, is_in_scope, names};
pub use obstacle::Obstacle;
pub use repoint::Form;
pub use spelling::{LogicalId, Spelling};
pub use value::{
    ArnKind, ArnName, BuiltArn, Mention, Said, is_role_arn, leading_text, name_key, spelling_of, text_key,
};

/// One template: a view of a document.
#[derive(Debug)]
pub struct Template<'d> {
    /// The root of its document.
    pub root: Node<'d>,
    /// The resources by logical ID, in the order of the file.
    pub resources: IndexMap<&'d str, Resource<'d>>,
    /// What the parameters have for a default, as far as that is a text.
    defaults: HashMap<&'d str, &'d str>,
    /// The section `Mappings`.
    mappings: Option<Node<'d>>,
    /// The loops that are not looked into.
    pub confused: Vec<Confused<'d>>,
    /// What loops make of the logical IDs.
    expansions: Expansions<'d>,
    /// Every other name that a logical ID may not take: parameters, conditions, mappings.
    names: HashSet<&'d str>,
}

/// One resource of a template.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'d> {
    /// Its key under `Resources`.
    pub key: Node<'d>,
    /// What the key stands for.
    pub body: Node<'d>,
    /// Its logical ID.
    pub id: &'d str,
    /// Its `Type`.
    pub kind: &'d str,
}

/// Why a document with resources is no template that can be told apart into its resources.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {what} `{name}` stands here a second time; the first is on line {first}. Remove or rename one of them")]
pub struct Duplicate {
    /// What is there twice.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// The line of the first one, from 1.
    pub first: usize,
    /// The second one's place, in bytes.
    pub span: Span,
}

impl<'d> Template<'d> {
    /// Reads the document below `root`; `None` where it has no mapping `Resources` and so is no template.
    ///
    /// # Errors
    ///
    /// Two sections `Resources`, or two resources of one logical ID: which of them counts is not for us to say.
    pub fn read(root: Node<'d>) -> Result<Option<Self>, Duplicate> {
        let mut sections: IndexMap<&str, (Node<'d>, Node<'d>)> = IndexMap::new();
        for (key, value) in root.entries() {
            let Some(name) = key.scalar() else { continue };
            match sections.entry(name) {
                Entry::Occupied(first) if name == "Resources" => {
                    return Err(duplicate("section", name, first.get().0, key));
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(place) => {
                    place.insert((key, value.resolved()));
                }
            }
        }
        let Some((_, section)) = sections.get("Resources").filter(|(_, value)| value.is_mapping()) else {
            return Ok(None);
        };
        let mut resources = IndexMap::new();
        let mut ids = HashSet::new();
        let sections_of_resources = loops::sections(*section);
        let confused_words = loops::confused_words(&sections_of_resources);
        let mut confused: IndexMap<_, _> = IndexMap::new();
        for section in &sections_of_resources {
            let mut keys: HashMap<&str, Node<'d>> = HashMap::new();
            let in_confused = section.confused(&confused_words);
            confused.extend(in_confused.map(|one| (one.arguments.id(), one)));
            for (key, body) in section.entries.entries() {
                let Some(id) = key.scalar() else { continue };
                if let Some(first) = keys.insert(id, key) {
                    return Err(duplicate("logical ID", id, first, key));
                }
                ids.insert(id);
                let body = body.resolved();
                if in_confused.is_none()
                    && let Some(kind) = body.get("Type").and_then(|kind| kind.resolved().scalar())
                {
                    resources.entry(id).or_insert(Resource { key, body, id, kind });
                }
            }
        }
        let names = ["Parameters", "Conditions", "Mappings"]
            .into_iter()
            .filter_map(|name| sections.get(name))
            .flat_map(|(_, section)| section.entries())
            .map(|(key, _)| key)
            .filter_map(Node::scalar)
            .chain(ids)
            .collect();
        let parameters = sections
            .get("Parameters")
            .into_iter()
            .flat_map(|(_, section)| section.entries());
        let defaults = parameters.filter_map(|(key, body)| {
            let default = body.resolved().get("Default")?;
            Some((key.scalar()?, default.resolved().scalar()?))
        });
        Ok(Some(Self {
            root,
            resources,
            defaults: defaults.collect(),
            mappings: sections.get("Mappings").map(|(_, section)| *section),
            confused: confused.into_values().collect(),
            expansions: Expansions::of(&sections_of_resources),
            names,
        }))
    }

    /// The resource of this logical ID, or the one that a loop repeats under it.
    pub fn resource(&self, id: &str) -> Option<&Resource<'d>> {
        let repeated = || self.resources.get(self.expansions.origin(id)?);
        self.resources.get(id).or_else(repeated)
    }

    /// The logical ID `id` in the words of somebody who says `name` for a resource beside it: what a loop makes of `id`
    /// where it makes `name`, else `id` itself.
    pub fn beside(&self, name: &str, id: &str) -> String {
        let is_made = !self.resources.contains_key(name);
        let made = is_made.then(|| self.expansions.beside(name, id)).flatten();
        made.unwrap_or_else(|| id.to_owned())
    }

    /// The resources of one type, in the order of the file.
    pub fn of_type(&self, kind: &str) -> impl DoubleEndedIterator<Item = &Resource<'d>> {
        self.resources.values().filter(move |resource| resource.kind == kind)
    }

    /// The default of a parameter, if it is a text.
    pub fn default_of(&self, parameter: &str) -> Option<&'d str> {
        self.defaults.get(parameter).copied()
    }

    /// The texts in the mappings, each with the name of its mapping and its two keys.
    pub fn mapped_texts(&self) -> impl Iterator<Item = ([&'d str; 3], &'d str)> {
        let entries = |node: Node<'d>| {
            let entries = node.resolved().entries();
            entries.filter_map(|(key, value)| Some((key.scalar()?, value)))
        };
        let mappings = self.mappings.into_iter().flat_map(entries);
        mappings.flat_map(move |(mapping, outer)| {
            entries(outer).flat_map(move |(first, inner)| {
                entries(inner)
                    .filter_map(move |(second, text)| Some(([mapping, first, second], text.resolved().scalar()?)))
            })
        })
    }

    /// Whether a new resource may not be called `id`: something is, or a loop makes something of that name.
    pub fn is_taken(&self, id: &str) -> bool {
        self.names.contains(id) || self.expansions.origin(id).is_some()
    }
}

impl<'d> Resource<'d> {
    /// The way to the resource from the document's root.
    pub fn path(&self) -> Path {
        let section = self.key.ancestors().nth(1).unwrap_or(self.key);
        section.path().key(self.id)
    }

    /// The value of an attribute such as `Properties` or `Condition`, an alias followed.
    pub fn attribute(&self, name: &str) -> Option<Node<'d>> {
        self.body.get(name).map(Node::resolved)
    }

    /// The value of a property, an alias followed; `None` where it is missing or says `AWS::NoValue`.
    pub fn property(&self, name: &str) -> Option<Node<'d>> {
        let value = self.attribute("Properties")?.get(name)?.resolved();
        (!is_no_value(value)).then_some(value)
    }

    /// The name of the condition that the resource depends on.
    pub fn condition(&self) -> Option<&'d str> {
        self.attribute("Condition")?.scalar()
    }
}

fn duplicate(what: &'static str, name: &str, first: Node<'_>, second: Node<'_>) -> Duplicate {
    Duplicate {
        what,
        name: name.to_owned(),
        first: first.stream().position(first.span().start()).line,
        span: second.span(),
    }
}
