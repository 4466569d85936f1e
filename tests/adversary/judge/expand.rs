//! Expansion of loops.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::tree::Tree;

/// A template without loops.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) parameters: BTreeMap<String, Parameter>,
    pub(super) mappings: Tree,
    pub(super) conditions: Vec<(String, Tree)>,
    /// All resources, including those of loops; an ID may be used twice.
    pub(super) resources: Vec<Resource>,
    pub(super) outputs: Vec<(String, Tree)>,
    pub(super) loop_names: Vec<String>,
    by_id: HashMap<String, usize>,
}

/// A parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) default: Option<String>,
    pub(super) allowed: Vec<String>,
}

/// A resource.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    pub(super) id: String,
    pub(super) resource_type: String,
    pub(super) condition: Option<String>,
    pub(super) depends_on: Vec<String>,
    /// The body without its type, condition and dependencies.
    pub(super) content: Tree,
}

impl Template {
    /// Expands the loops of a template, with literal values or a parameter's default.
    pub(super) fn expand(tree: &Tree) -> Self {
        let section = |name: &str| tree.get(name).map_or(&[][..], Tree::entries);
        let parameters: BTreeMap<_, _> = section("Parameters")
            .iter()
            .map(|(name, parameter)| (name.clone(), Parameter::read(parameter)))
            .collect();
        let mut loops = Loops {
            parameters: &parameters,
            names: Vec::new(),
        };
        let resources = loops.expand(section("Resources"));
        let outputs = loops.expand(section("Outputs"));
        let conditions = loops.expand(section("Conditions"));
        let ids = resources.iter().enumerate();
        Self {
            by_id: ids.map(|(at, (id, _))| (id.clone(), at)).collect(),
            mappings: tree.get("Mappings").cloned().unwrap_or_else(|| Tree::Map(Vec::new())),
            conditions,
            resources: resources.iter().map(|(id, body)| Resource::read(id, body)).collect(),
            outputs,
            loop_names: loops.names,
            parameters,
        }
    }

    /// Returns whether every ID is used once.
    pub(super) fn is_valid(&self) -> bool {
        let ids = self.resources.iter().map(|resource| &resource.id);
        let mut seen: BTreeSet<_> = self.loop_names.iter().chain(self.parameters.keys()).collect();
        ids.into_iter().all(|id| seen.insert(id))
    }

    /// Returns the resource with an ID.
    pub(super) fn resource(&self, id: &str) -> Option<&Resource> {
        self.by_id.get(id).and_then(|&at| self.resources.get(at))
    }
}

impl Parameter {
    fn read(parameter: &Tree) -> Self {
        let allowed = parameter.get("AllowedValues").map_or(&[][..], Tree::items);
        Self {
            default: parameter.get("Default").and_then(Tree::as_text).map(str::to_owned),
            allowed: allowed.iter().filter_map(Tree::as_text).map(str::to_owned).collect(),
        }
    }
}

impl Resource {
    fn read(id: &str, body: &Tree) -> Self {
        let text_of = |key| body.get(key).and_then(Tree::as_text).map(str::to_owned);
        let depends_on = match body.get("DependsOn") {
            Some(Tree::Text(id)) => vec![id.clone()],
            Some(ids) => ids
                .items()
                .iter()
                .filter_map(Tree::as_text)
                .map(str::to_owned)
                .collect(),
            None => Vec::new(),
        };
        let is_content = |(key, _): &&(String, Tree)| !["Type", "Condition", "DependsOn"].contains(&key.as_str());
        Self {
            id: id.to_owned(),
            resource_type: text_of("Type").unwrap_or_default(),
            condition: text_of("Condition"),
            depends_on,
            content: Tree::Map(body.entries().iter().filter(is_content).cloned().collect()),
        }
    }

    /// Returns whether this is an instance profile.
    pub(super) fn is_profile(&self) -> bool {
        self.resource_type == "AWS::IAM::InstanceProfile"
    }

    /// Returns whether this is a role.
    pub(super) fn is_role(&self) -> bool {
        self.resource_type == "AWS::IAM::Role"
    }

    /// Returns a property.
    pub(super) fn property(&self, name: &str) -> Option<&Tree> {
        self.content.get("Properties")?.get(name)
    }
}

struct Loops<'p> {
    parameters: &'p BTreeMap<String, Parameter>,
    names: Vec<String>,
}

impl Loops<'_> {
    fn expand(&mut self, entries: &[(String, Tree)]) -> Vec<(String, Tree)> {
        let mut expanded = Vec::new();
        for (key, value) in entries {
            match (key.strip_prefix("Fn::ForEach::"), value.items()) {
                (Some(name), [Tree::Text(variable), values, body]) => {
                    self.names.push(name.to_owned());
                    for value in self.values(values) {
                        let written = body.with_texts(&|text| replaced(text, variable, &value));
                        expanded.extend(self.expand(written.entries()));
                    }
                }
                _ => expanded.push((key.clone(), plain(value))),
            }
        }
        expanded
    }

    fn values(&self, values: &Tree) -> Vec<String> {
        let parameter = values.argument_of("Ref").and_then(Tree::as_text);
        match parameter.and_then(|name| self.parameters.get(name)) {
            Some(parameter) => {
                let default = parameter.default.as_deref().unwrap_or_default();
                default.split(',').map(|value| value.trim().to_owned()).collect()
            }
            None => values
                .items()
                .iter()
                .filter_map(Tree::as_text)
                .map(str::to_owned)
                .collect(),
        }
    }
}

fn replaced(text: &str, variable: &str, value: &str) -> String {
    let letters: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    text.replace(&format!("${{{variable}}}"), value)
        .replace(&format!("&{{{variable}}}"), &letters)
}

/// Replaces each `Fn::Sub` without variables by its string.
///
/// Expansion leaves values such as `Ref: {Fn::Sub: ARole}`.
fn plain(value: &Tree) -> Tree {
    if let Some(Tree::Text(pattern)) = value.argument_of("Fn::Sub")
        && !pattern.contains("${")
    {
        return Tree::Text(pattern.clone());
    }
    match value {
        Tree::Text(_) => value.clone(),
        Tree::List(items) => Tree::List(items.iter().map(plain).collect()),
        Tree::Map(entries) => Tree::Map(entries.iter().map(|(key, value)| (key.clone(), plain(value))).collect()),
    }
}
