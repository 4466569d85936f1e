//! The possible names of an IAM resource.

use std::collections::BTreeSet;

use super::intrinsic::{Attribute, Call, RefCall, branches, is_no_value};
use super::key::value_key;
use super::loops::{expansions, is_variable, open_variables};
use super::placeholder::is_known;
use super::template::{ResourceNode, Template};
use crate::model::{NamePattern, PossibleNames, Repeats};
use crate::profile::{PROFILE, ROLE};
use crate::yaml::Node;

/// Evaluates the name property of a resource.
pub(super) fn possible_names<'d>(name: Node<'d>, template: &Template<'d>, repeats: &Repeats<'d>) -> PossibleNames {
    let evaluation = Evaluation { template, repeats };
    match evaluation.texts(name, 0) {
        Some(texts) => PossibleNames::of(texts),
        None => PossibleNames::UNKNOWN,
    }
}

/// Returns the names that CloudFormation generates, one for each repetition.
pub(super) fn generated_names(resource: &ResourceNode<'_>) -> PossibleNames {
    let ids = expansions(resource.key, resource.id);
    PossibleNames::of(ids.into_iter().map(NamePattern::generated))
}

/// The limit of possible names for one resource.
const MAX_RESULTS: usize = 256;
/// The limit of nested functions in a name.
const MAX_DEPTH: usize = 16;

/// The possible results of a value.
type Texts = BTreeSet<NamePattern>;

struct Evaluation<'t, 'd> {
    template: &'t Template<'d>,
    repeats: &'t Repeats<'d>,
}

impl Evaluation<'_, '_> {
    /// Returns the possible results of a value.
    ///
    /// Returns `None` if they are unknown or too many.
    fn texts(&self, value: Node<'_>, depth: usize) -> Option<Texts> {
        if depth > MAX_DEPTH {
            return None;
        }
        let value = value.resolved();
        let texts = match (branches(value), RefCall::read(value)) {
            _ if is_no_value(value) => Texts::new(),
            (Some(branches), _) => {
                let [yes, no] = branches.map(|(branch, _)| self.texts(branch, depth + 1));
                yes?.into_iter().chain(no?).collect()
            }
            (None, Some(reference)) => self.referred(reference.target, reference.attribute, value, depth)?,
            (None, None) => match Call::read(value) {
                Some(call) => self.call(&call, value, depth)?,
                None => {
                    let text = value.scalar()?;
                    match is_known(text) {
                        true => expanded(value, text),
                        false => Texts::from([NamePattern::chosen(text)]),
                    }
                }
            },
        };
        (texts.len() <= MAX_RESULTS).then_some(texts)
    }

    fn call(&self, call: &Call<'_>, value: Node<'_>, depth: usize) -> Option<Texts> {
        let argument = call.plain_argument()?;
        match call.name {
            "Sub" => self.sub(argument, depth),
            "Join" => self.join(argument, depth),
            "Select" => self.select(argument, depth),
            "FindInMap" => self.looked_up(argument),
            "ImportValue" | "GetAZs" | "Cidr" => value_key(value).map(|key| Texts::from([NamePattern::chosen(key)])),
            _ => None,
        }
    }

    /// Returns the possible results of a reference.
    ///
    /// It may be to a loop variable, the name of a role or a profile, or a parameter.
    fn referred(&self, id: &str, attribute: Attribute<'_>, user: Node<'_>, depth: usize) -> Option<Texts> {
        if is_variable(user, id) {
            return (attribute == Attribute::Ref).then(|| expanded(user, &format!("${{{id}}}")));
        }
        // An expanded ID has the names of all its expansions.
        let ids = match self.template.resources.contains_key(id) {
            true => vec![id.to_owned()],
            false => expansions(user, id),
        };
        let mut texts = Texts::new();
        for id in ids {
            match attribute {
                Attribute::Ref => texts.extend(self.by_ref(&id, depth)?),
                Attribute::Missing => return None,
                Attribute::GetAtt(attribute) => drop(texts.insert(NamePattern::chosen(format!("{id}.{attribute}")))),
            }
        }
        Some(texts)
    }

    fn by_ref(&self, id: &str, depth: usize) -> Option<Texts> {
        let Some(resource) = self.template.resource(id, self.repeats) else {
            let allowed = self.template.parameters.allowed_values_of(id);
            return Some(match allowed {
                Some(values) => values.into_iter().map(NamePattern::text).collect(),
                None => {
                    let default = self.template.parameters.default_of(id).map(NamePattern::text);
                    default.into_iter().chain([NamePattern::chosen(id)]).collect()
                }
            });
        };
        let name = resource
            .property("RoleName")
            .or_else(|| resource.property("InstanceProfileName"));
        match name {
            Some(name) => self.texts(name, depth + 1),
            None if matches!(resource.resource_type, ROLE | PROFILE) => Some(Texts::from([NamePattern::generated(id)])),
            None => Some(Texts::from([NamePattern::chosen(id)])),
        }
    }

    fn sub(&self, argument: Node<'_>, depth: usize) -> Option<Texts> {
        let mut items = argument.items();
        let text = items.next().map_or(argument, Node::resolved);
        let own = items.next().map(Node::resolved);
        let mut parts = Vec::new();
        let mut rest = text.scalar().filter(|text| is_known(text))?;
        while let Some((before, inside)) = rest.split_once("${") {
            parts.push(expanded(text, before));
            let (name, after) = inside.split_once('}')?;
            rest = after;
            let name = name.trim();
            parts.push(match (name.strip_prefix('!'), own.and_then(|own| own.get(name))) {
                (Some(literal), _) => Texts::from([NamePattern::text(format!("${{{literal}}}"))]),
                (None, Some(value)) => self.texts(value, depth + 1)?,
                (None, None) => match name.split_once('.') {
                    Some((id, attribute)) => self.referred(id, Attribute::GetAtt(attribute), text, depth)?,
                    None => self.referred(name, Attribute::Ref, text, depth)?,
                },
            });
        }
        parts.push(expanded(text, rest));
        concatenated(&parts)
    }

    fn join(&self, argument: Node<'_>, depth: usize) -> Option<Texts> {
        let mut items = argument.items();
        let delimiter = items.next()?.resolved().scalar()?;
        let list = items.next()?.resolved();
        if !list.is_sequence() || list.tag().is_some() {
            return None;
        }
        // `AWS::NoValue` is not an item of the list.
        let delimiter = NamePattern::text(delimiter);
        let mut joined = BTreeSet::from([None]);
        for item in list.items() {
            let texts = self.texts(item, depth + 1)?;
            if joined.len() * (texts.len() + 1) > MAX_RESULTS {
                return None;
            }
            let longer = |start: &Option<NamePattern>, text: &NamePattern| match start {
                Some(start) => start.clone().then(&delimiter).then(text),
                None => text.clone(),
            };
            let with_item = joined
                .iter()
                .flat_map(|start| texts.iter().map(move |text| Some(longer(start, text))));
            let without = joined.iter().filter(|_| may_be_nothing(item)).cloned();
            joined = with_item.chain(without).collect();
        }
        Some(joined.into_iter().map(Option::unwrap_or_default).collect())
    }

    fn select(&self, argument: Node<'_>, depth: usize) -> Option<Texts> {
        let mut items = argument.items();
        let index: usize = items.next()?.resolved().scalar()?.trim().parse().ok()?;
        let list = items.next()?.resolved();
        match Call::read(list) {
            Some(split) if split.name == "Split" => {
                let mut items = split.plain_argument()?.items();
                let delimiter = items.next()?.resolved().scalar()?;
                let source = items.next()?.resolved();
                // This is the name in the ARN of a role without a path.
                if let Some(arn) = RefCall::read(source).filter(|_| delimiter == "/" && index == 1)
                    && arn.attribute == Attribute::GetAtt("Arn")
                {
                    let resource = self.template.resource(arn.target, self.repeats)?;
                    let has_path = resource.property("Path").is_some();
                    return self
                        .referred(arn.target, Attribute::Ref, source, depth + 1)
                        .filter(|_| !has_path);
                }
                let texts = self.texts(source, depth + 1)?;
                let parts = texts.iter().map(|text| {
                    let part = text.known()?.split(delimiter).nth(index)?;
                    Some(NamePattern::text(part))
                });
                parts.collect()
            }
            Some(_) => None,
            None if list.items().any(may_be_nothing) => None,
            None => self.texts(list.items().nth(index)?, depth + 1),
        }
    }

    /// Returns the mapped values that a lookup can find.
    fn looked_up(&self, argument: Node<'_>) -> Option<Texts> {
        let keys: Vec<_> = argument.items().take(3).map(Node::resolved).collect();
        let written = |at: usize| {
            keys.get(at)
                .and_then(|key: &Node<'_>| key.scalar().filter(|_| key.tag().is_none()))
        };
        let texts = self.template.mapped_texts().filter(|(found, _)| {
            let mut found = found.iter().enumerate();
            found.all(|(at, found)| written(at).is_none_or(|written| written == *found))
        });
        let texts: Texts = texts.map(|(_, text)| NamePattern::text(text)).collect();
        (argument.items().len() == 3 && !texts.is_empty()).then_some(texts)
    }
}

/// Expands a string with the values of the loops around `user`.
///
/// A value that is not a literal can be any string.
fn expanded(user: Node<'_>, text: &str) -> Texts {
    let open = open_variables(user);
    let mut pattern = NamePattern::default();
    let mut rest = text;
    let first = |rest: &str| {
        let places = open.iter().flat_map(|name| {
            let forms = [format!("${{{name}}}"), format!("&{{{name}}}")];
            forms
                .into_iter()
                .filter_map(|form| Some((rest.find(&form)?, form, *name)))
        });
        places.min()
    };
    while let Some((at, form, name)) = first(rest) {
        let (before, after) = rest.split_at(at);
        pattern = pattern
            .then(&NamePattern::text(before))
            .then(&NamePattern::chosen(format!("loop {name}")));
        rest = after.get(form.len()..).unwrap_or_default();
    }
    let known = expansions(user, text).into_iter();
    match rest.len() == text.len() {
        true => known.map(NamePattern::text).collect(),
        false => {
            let known = known.filter(|known| known != text).map(NamePattern::text);
            known.chain([pattern.then(&NamePattern::text(rest))]).collect()
        }
    }
}

/// Returns whether a value can be `AWS::NoValue`.
fn may_be_nothing(value: Node<'_>) -> bool {
    let mut pending = vec![value.resolved()];
    while let Some(value) = pending.pop() {
        if is_no_value(value) {
            return true;
        }
        let branches = branches(value).into_iter().flatten();
        pending.extend(branches.map(|(branch, _)| branch.resolved()));
    }
    false
}

fn concatenated(parts: &[Texts]) -> Option<Texts> {
    let mut texts = Texts::from([NamePattern::default()]);
    for part in parts {
        if texts.len() * part.len() > MAX_RESULTS {
            return None;
        }
        let longer = texts
            .iter()
            .flat_map(|text| part.iter().map(|part| text.clone().then(part)));
        texts = longer.collect();
    }
    Some(texts)
}
