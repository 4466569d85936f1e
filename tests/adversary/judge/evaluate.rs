//! Evaluation of values and functions to strings that may be known only in part.

use std::collections::BTreeMap;

use super::name::{Name, Part};
use super::world::{Chosen, World};
use crate::tree::Tree;

/// Maximum number of strings for one value.
const LIMIT: usize = 8;

/// The values of the parameters that no condition depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defaults {
    /// The parameters have their defaults.
    Kept,
    /// The parameters can have any value.
    Open,
}

impl World<'_> {
    /// Returns the strings that a value can be.
    ///
    /// None if it is not a string.
    pub(super) fn texts(&self, value: &Tree, defaults: Defaults) -> Vec<Name> {
        let mut texts = self.any_texts(value, defaults);
        texts.truncate(LIMIT);
        texts
    }

    fn any_texts(&self, value: &Tree, defaults: Defaults) -> Vec<Name> {
        let Some((function, argument)) = value.as_call() else {
            return value.as_text().map(Name::text).into_iter().collect();
        };
        match function {
            "Ref" => argument
                .as_text()
                .map(|id| self.reference(id, defaults))
                .into_iter()
                .flatten()
                .collect(),
            "Fn::GetAtt" => value
                .as_get_att()
                .map(|(id, attribute)| self.attribute(id, attribute))
                .into_iter()
                .collect(),
            "Fn::Sub" => self.substituted(argument, defaults),
            "Fn::Join" => match argument.items() {
                [Tree::Text(separator), values] => self.joined(separator, values, defaults),
                _ => Vec::new(),
            },
            "Fn::Select" => match argument.items() {
                [Tree::Text(index), values] => {
                    let index: Option<usize> = index.parse().ok();
                    let lists = self.lists(values, defaults);
                    lists.iter().filter_map(|list| list.get(index?).cloned()).collect()
                }
                _ => Vec::new(),
            },
            "Fn::FindInMap" => self.mapped(argument.items(), defaults),
            "Fn::If" => {
                let resolved = self.resolve(value);
                resolved
                    .filter(|branch| branch != value)
                    .map_or(Vec::new(), |branch| self.texts(&branch, defaults))
            }
            _ => vec![Name::part(Part::Fixed(format!("{value:?}")))],
        }
    }

    fn reference(&self, id: &str, defaults: Defaults) -> Vec<Name> {
        if self.template.resource(id).is_some() {
            return vec![Name::part(Part::NameOf(id.to_owned()))];
        }
        let open = |not| {
            vec![Name::part(Part::Open {
                symbol: id.to_owned(),
                not,
            })]
        };
        match (self.parameters.get(id), self.template.parameters.get(id)) {
            (Some(Chosen::Is(value)), _) => vec![Name::text(value)],
            (Some(Chosen::Other { not, .. }), _) => open(not.clone()),
            (None, Some(parameter)) if !parameter.allowed.is_empty() => {
                parameter.allowed.iter().map(Name::text).collect()
            }
            (None, Some(parameter)) => match (&parameter.default, defaults) {
                (Some(default), Defaults::Kept) => vec![Name::text(default)],
                _ => open(Default::default()),
            },
            (None, None) if matches!(id, "AWS::StackName" | "AWS::Region") => open(Default::default()),
            (None, None) => vec![Name::part(Part::Fixed(id.to_owned()))],
        }
    }

    fn attribute(&self, id: &str, attribute: &str) -> Name {
        let resource = self.template.resource(id);
        let section = match resource {
            Some(resource) if resource.is_role() => "role",
            Some(resource) if resource.is_profile() => "instance-profile",
            _ => "",
        };
        if attribute != "Arn" || section.is_empty() {
            return Name::part(Part::Fixed(format!("{id}.{attribute}")));
        }
        let path = resource
            .and_then(|resource| resource.property("Path")?.as_text())
            .unwrap_or("/");
        Name::concat([
            Name::text("arn:"),
            Name::part(Part::Fixed("AWS::Partition".to_owned())),
            Name::text(":iam::"),
            Name::part(Part::Fixed("AWS::AccountId".to_owned())),
            Name::text(format!(":{section}{path}")),
            Name::part(Part::NameOf(id.to_owned())),
        ])
    }

    fn substituted(&self, argument: &Tree, defaults: Defaults) -> Vec<Name> {
        let (pattern, variables) = match argument {
            Tree::Text(pattern) => (pattern.as_str(), &[][..]),
            _ => match argument.items() {
                [Tree::Text(pattern), variables] => (pattern.as_str(), variables.entries()),
                _ => return Vec::new(),
            },
        };
        let variables: BTreeMap<_, _> = variables.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let parts = pieces(pattern).into_iter().map(|piece| match piece {
            Piece::Text(text) => vec![Name::text(text)],
            Piece::Variable(name) => match (variables.get(name), name.split_once('.')) {
                (Some(value), _) => self.texts(value, defaults),
                (None, Some((id, attribute))) => vec![self.attribute(id, attribute)],
                (None, None) => self.reference(name, defaults),
            },
        });
        combined(parts)
    }

    fn joined(&self, separator: &str, values: &Tree, defaults: Defaults) -> Vec<Name> {
        let between = |list: &Vec<Name>| {
            let mut parts = Vec::new();
            for (index, item) in list.iter().enumerate() {
                parts.extend((index > 0).then(|| Name::text(separator)));
                parts.push(item.clone());
            }
            Name::concat(parts)
        };
        self.lists(values, defaults).iter().map(between).collect()
    }

    /// Returns the lists that a value can be.
    fn lists(&self, value: &Tree, defaults: Defaults) -> Vec<Vec<Name>> {
        if let Some([Tree::Text(separator), text]) = value.argument_of("Fn::Split").map(Tree::items) {
            return self
                .texts(text, defaults)
                .iter()
                .map(|text| text.split(separator))
                .collect();
        }
        if value.argument_of("Fn::If").is_some() {
            let resolved = self.resolve(value);
            return resolved
                .filter(|branch| branch != value)
                .map_or(Vec::new(), |branch| self.lists(&branch, defaults));
        }
        let mut lists = vec![Vec::new()];
        for item in value.items() {
            let Some(item) = self.resolve(item) else { continue };
            let texts = self.texts(&item, defaults);
            let longer = lists.iter().flat_map(|list: &Vec<Name>| {
                texts
                    .iter()
                    .map(move |text| list.iter().cloned().chain([text.clone()]).collect())
            });
            lists = longer.take(LIMIT).collect();
        }
        lists
    }

    /// Returns whether a resource looks up an entry that its mapping does not have.
    ///
    /// CloudFormation does not create such a stack.
    pub(super) fn lacks_entry(&self) -> bool {
        let contents = self.resources().filter_map(|resource| self.resolve(&resource.content));
        contents.into_iter().any(|content| self.lacks_entry_of(&content))
    }

    fn lacks_entry_of(&self, value: &Tree) -> bool {
        let keys = value.argument_of("Fn::FindInMap").map(Tree::items);
        let values = value.entries().iter().map(|(_, value)| value);
        keys.is_some_and(|keys| self.mapped(keys, Defaults::Kept).is_empty())
            || value
                .items()
                .iter()
                .chain(values)
                .any(|inner| self.lacks_entry_of(inner))
    }

    fn mapped(&self, keys: &[Tree], defaults: Defaults) -> Vec<Name> {
        let mut found = vec![&self.template.mappings];
        for key in keys.iter().take(3) {
            let texts = self.texts(key, defaults);
            let is_known = texts.iter().all(|text| text.known().is_some());
            let is_wanted = |entry: &str| !is_known || texts.iter().any(|text| text.known() == Some(entry));
            let below = found.iter().flat_map(|mapping| mapping.entries());
            found = below
                .filter(|(entry, _)| is_wanted(entry))
                .map(|(_, value)| value)
                .collect();
        }
        found.into_iter().filter_map(Tree::as_text).map(Name::text).collect()
    }
}

/// A piece of the pattern of an `Fn::Sub`.
pub(super) enum Piece<'p> {
    Text(&'p str),
    Variable(&'p str),
}

/// Splits the pattern of an `Fn::Sub`.
pub(super) fn pieces(pattern: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        pieces.push(Piece::Text(before));
        pieces.push(match name.starts_with('!') {
            true => Piece::Text(name),
            false => Piece::Variable(name.trim()),
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn combined(parts: impl Iterator<Item = Vec<Name>>) -> Vec<Name> {
    let mut whole = vec![Name(Vec::new())];
    for part in parts {
        let longer = whole
            .iter()
            .flat_map(|start| part.iter().map(move |end| Name::concat([start.clone(), end.clone()])));
        whole = longer.take(LIMIT).collect();
    }
    whole
}
