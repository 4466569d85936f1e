//! The names that a resource of IAM can have.

use std::collections::BTreeSet;

use super::intrinsic::{Attribute, Call, Reference, branches, is_no_value};
use super::key::value_key;
use super::loops::{expansions, is_variable};
use super::template::Template;
use crate::model::PossibleNames;
use crate::yaml::Node;

/// Evaluates the name that a resource states. A part that depends on the deployment is a symbol of its own.
pub(super) fn possible_names(name: Node<'_>, template: &Template<'_>) -> PossibleNames {
    let evaluation = Evaluation { template };
    match evaluation.texts(name, 0) {
        Some(texts) => PossibleNames::of(texts),
        None => PossibleNames::UNKNOWN,
    }
}

/// Returns the name that CloudFormation generates for the resource with this logical ID.
pub(super) fn generated_name(id: &str) -> PossibleNames {
    PossibleNames::of([symbol(id)])
}

/// A resource has more possible names than anybody would give it.
const MOST_TEXTS: usize = 256;
/// Functions in a name are nested more deeply than anybody would write them.
const DEEPEST: usize = 16;

struct Evaluation<'t, 'd> {
    template: &'t Template<'d>,
}

impl Evaluation<'_, '_> {
    /// Returns the texts that a value can be; `None` if they are not known, or too many.
    fn texts(&self, value: Node<'_>, depth: usize) -> Option<BTreeSet<String>> {
        if depth > DEEPEST {
            return None;
        }
        let value = value.resolved();
        let texts = match (branches(value), Reference::read(value)) {
            _ if is_no_value(value) => BTreeSet::new(),
            (Some(branches), _) => {
                let [yes, no] = branches.map(|(branch, _)| self.texts(branch, depth + 1));
                yes?.into_iter().chain(no?).collect()
            }
            (None, Some(reference)) => self.referred(reference.target, reference.attribute, value, depth)?,
            (None, None) => match Call::read(value) {
                Some(call) => self.call(&call, value, depth)?,
                None => BTreeSet::from([value.scalar()?.to_owned()]),
            },
        };
        // A loop writes its variable into the name.
        let expanded: BTreeSet<_> = texts.iter().flat_map(|text| expansions(value, text)).collect();
        (expanded.len() <= MOST_TEXTS).then_some(expanded)
    }

    fn call(&self, call: &Call<'_>, value: Node<'_>, depth: usize) -> Option<BTreeSet<String>> {
        let argument = call.plain_argument()?;
        match call.name {
            "Sub" => self.sub(argument, depth),
            "Join" => self.join(argument, depth),
            "Select" => self.select(argument, depth),
            "FindInMap" => self.looked_up(argument),
            "ImportValue" | "GetAZs" | "Cidr" => value_key(value).map(|key| BTreeSet::from([symbol(&key)])),
            _ => None,
        }
    }

    /// Returns what a reference gives: the values of a loop's variable, the name of a role or a profile, the default of a
    /// parameter.
    fn referred(&self, id: &str, attribute: Attribute<'_>, user: Node<'_>, depth: usize) -> Option<BTreeSet<String>> {
        let variable = format!("${{{id}}}");
        let values = expansions(user, &variable);
        if attribute == Attribute::Ref && values != [variable] {
            return Some(values.into_iter().collect());
        }
        if is_variable(user, id) {
            return None;
        }
        let mut texts = BTreeSet::new();
        for id in expansions(user, id) {
            let resource = self.template.resources.get(id.as_str());
            match (attribute, resource) {
                (Attribute::Ref, Some(resource)) => {
                    let name = resource
                        .property("RoleName")
                        .or_else(|| resource.property("InstanceProfileName"));
                    match name {
                        Some(name) => texts.extend(self.texts(name, depth + 1)?),
                        None => drop(texts.insert(symbol(&id))),
                    }
                }
                (Attribute::GetAtt(attribute), _) => drop(texts.insert(symbol(&format!("{id}.{attribute}")))),
                (Attribute::Ref, None) => {
                    texts.insert(symbol(&id));
                    texts.extend(self.template.default_of(&id).map(str::to_owned));
                }
            }
        }
        Some(texts)
    }

    fn sub(&self, argument: Node<'_>, depth: usize) -> Option<BTreeSet<String>> {
        let mut items = argument.items();
        let text = items.next().map_or(argument, Node::resolved);
        let own = items.next().map(Node::resolved);
        let mut parts = Vec::new();
        let mut rest = text.scalar()?;
        while let Some((before, inside)) = rest.split_once("${") {
            parts.push(BTreeSet::from([before.to_owned()]));
            let (name, after) = inside.split_once('}')?;
            rest = after;
            let name = name.trim();
            parts.push(match (name.strip_prefix('!'), own.and_then(|own| own.get(name))) {
                (Some(literal), _) => BTreeSet::from([format!("${{{literal}}}")]),
                (None, Some(value)) => self.texts(value, depth + 1)?,
                (None, None) => match name.split_once('.') {
                    Some((id, attribute)) => self.referred(id, Attribute::GetAtt(attribute), text, depth)?,
                    None => self.referred(name, Attribute::Ref, text, depth)?,
                },
            });
        }
        parts.push(BTreeSet::from([rest.to_owned()]));
        concatenated(&parts, "")
    }

    fn join(&self, argument: Node<'_>, depth: usize) -> Option<BTreeSet<String>> {
        let mut items = argument.items();
        let delimiter = items.next()?.resolved().scalar()?;
        let list = items.next()?.resolved();
        if !list.is_sequence() || list.tag().is_some() {
            return None;
        }
        let parts: Option<Vec<_>> = list.items().map(|item| self.texts(item, depth + 1)).collect();
        concatenated(&parts?, delimiter)
    }

    fn select(&self, argument: Node<'_>, depth: usize) -> Option<BTreeSet<String>> {
        let mut items = argument.items();
        let index: usize = items.next()?.resolved().scalar()?.trim().parse().ok()?;
        let list = items.next()?.resolved();
        match Call::read(list) {
            Some(split) if split.name == "Split" => {
                let mut items = split.plain_argument()?.items();
                let delimiter = items.next()?.resolved().scalar()?;
                let source = items.next()?.resolved();
                // The name in the ARN of a role without a path.
                if let Some(arn) = Reference::read(source).filter(|_| delimiter == "/" && index == 1)
                    && arn.attribute == Attribute::GetAtt("Arn")
                {
                    return self.referred(arn.target, Attribute::Ref, source, depth + 1);
                }
                let parts = self.texts(source, depth + 1)?.into_iter().map(|text| {
                    let is_known = !text.contains(SYMBOL);
                    is_known.then(|| text.split(delimiter).nth(index).map(str::to_owned))?
                });
                parts.collect()
            }
            Some(_) => None,
            None => self.texts(list.items().nth(index)?, depth + 1),
        }
    }

    /// Returns the texts of a mapping that a lookup can find.
    fn looked_up(&self, argument: Node<'_>) -> Option<BTreeSet<String>> {
        let keys: Vec<_> = argument.items().take(3).map(Node::resolved).collect();
        let written = |at: usize| {
            keys.get(at)
                .and_then(|key: &Node<'_>| key.scalar().filter(|_| key.tag().is_none()))
        };
        let texts = self.template.mapped_texts().filter(|(found, _)| {
            let mut found = found.iter().enumerate();
            found.all(|(at, found)| written(at).is_none_or(|written| written == *found))
        });
        let texts: BTreeSet<_> = texts.map(|(_, text)| text.to_owned()).collect();
        (argument.items().len() == 3 && !texts.is_empty()).then_some(texts)
    }
}

/// The beginning of a symbol: no name of IAM has this character.
const SYMBOL: char = '\u{0}';

/// Returns a text that stands for a part that depends on the deployment.
fn symbol(key: &str) -> String {
    format!("{SYMBOL}{key}{SYMBOL}")
}

fn concatenated(parts: &[BTreeSet<String>], delimiter: &str) -> Option<BTreeSet<String>> {
    let mut texts = BTreeSet::from([String::new()]);
    for (at, part) in parts.iter().enumerate() {
        if texts.len() * part.len() > MOST_TEXTS {
            return None;
        }
        let delimiter = if at == 0 { "" } else { delimiter };
        let longer = texts
            .iter()
            .flat_map(|text| part.iter().map(move |part| format!("{text}{delimiter}{part}")));
        texts = longer.collect();
    }
    Some(texts)
}
