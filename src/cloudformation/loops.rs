//! `Fn::ForEach`: resources that a loop repeats, and the logical IDs that it creates.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>

use std::collections::HashMap;

use indexmap::IndexSet;

use super::key::value_key;
use crate::model::{Repeats, Repetition};
use crate::yaml::Node;

/// The prefix of the keys of loops.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// A mapping of resources and the loops around it, outermost first.
pub(super) struct Section<'d> {
    pub(super) entries: Node<'d>,
    /// The index of the enclosing section.
    pub(super) parent: Option<usize>,
    pub(super) loops: Vec<Loop<'d>>,
}

/// One loop.
#[derive(Clone, Debug)]
pub(super) struct Loop<'d> {
    /// The arguments: the loop variable, its values, and the resources.
    pub(super) arguments: Node<'d>,
    /// The name of the loop variable.
    pub(super) identifier: &'d str,
    values: Node<'d>,
    /// The key of the values, equal for loops over the same values.
    pub(super) key: String,
}

/// The limit of logical IDs that a loop may create.
///
/// A template has at most 500 resources, so loops that create more cannot be deployed. The limit leaves room for IDs
/// that other loops create too:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MAX_IDS: usize = 2048;

/// Returns mappings of resources and the sections in their loops.
pub(super) fn sections<'d>(resources: impl Iterator<Item = Node<'d>>) -> Vec<Section<'d>> {
    let sections = resources.map(|entries| Section {
        entries,
        parent: None,
        loops: Vec::new(),
    });
    let mut sections: Vec<_> = sections.collect();
    let mut next = 0;
    while let Some(section) = sections.get(next) {
        let inner: Vec<_> = section
            .entries
            .entries()
            .filter(|(key, _)| key.scalar().is_some_and(|key| key.starts_with(LOOP)))
            .filter_map(|(_, value)| section.repeated(value, next))
            .collect();
        sections.extend(inner);
        next += 1;
    }
    sections
}

impl<'d> Section<'d> {
    /// Counts the repetitions by the loops around the section.
    pub(super) fn repetitions(&self) -> usize {
        let counts = self
            .loops
            .iter()
            .map(|foreach| foreach.values().chain(foreach.defaults()).count().max(1));
        counts.fold(1, usize::saturating_mul)
    }

    /// Returns the innermost loop with this variable.
    pub(super) fn innermost(&self, identifier: &str) -> Option<&Loop<'d>> {
        self.loops.iter().rfind(|foreach| foreach.identifier == identifier)
    }

    /// Returns the section that a loop inside this one repeats.
    ///
    /// `own` is the index of this section.
    fn repeated(&self, arguments: Node<'d>, own: usize) -> Option<Self> {
        let entries = arguments.items().nth(2)?.resolved();
        let mut loops = self.loops.clone();
        loops.extend(Loop::read(arguments));
        entries.is_mapping().then_some(Self {
            entries,
            parent: Some(own),
            loops,
        })
    }
}

/// Expands the logical IDs in `sections` with the values of their loops.
///
/// It also uses the variables of other loops over the same values.
pub(super) fn repeats<'d>(sections: &[Section<'d>]) -> Repeats<'d> {
    let mut identifiers: HashMap<&str, IndexSet<&str>> = HashMap::new();
    for foreach in sections.iter().filter_map(|section| section.loops.last()) {
        identifiers.entry(&foreach.key).or_default().insert(foreach.identifier);
    }
    let mut repeats = Repeats::default();
    let mut budget = MAX_IDS;
    for section in sections.iter().filter(|section| !section.loops.is_empty()) {
        let ids = section.entries.entries().filter_map(|(key, _)| key.scalar());
        for id in ids.filter(|id| may_be_expanded(id)) {
            let start = vec![(id.to_owned(), Vec::new())];
            let expanded = section.loops.iter().try_fold(start, |expanded, foreach| {
                let others = identifiers.get(foreach.key.as_str()).into_iter().flatten().copied();
                let others = others.filter(|other| *other != foreach.identifier).map(variables);
                foreach.expand(expanded, foreach.values().map(forms).chain(others), budget)
            });
            budget -= expanded.as_ref().map_or(0, Vec::len);
            for (name, replacements) in expanded.into_iter().flatten() {
                repeats.add(name, Repetition { id, replacements });
            }
        }
    }
    repeats
}

/// Expands a logical ID with the loops around `user`.
///
/// Returns the ID itself if there are too many results.
pub(super) fn names(user: Node<'_>, id: &str) -> Vec<String> {
    let start = vec![(id.to_owned(), Vec::new())];
    let expanded = around(user).try_fold(start, |expanded, foreach| {
        foreach.expand(expanded, foreach.values().map(forms), MAX_IDS)
    });
    match expanded {
        Some(expanded) => expanded.into_iter().map(|(name, _)| name).collect(),
        None => vec![id.to_owned()],
    }
}

/// Returns whether a loop can change a logical ID: only if it has a variable, `${Name}` or `&{Name}`.
pub(super) fn may_be_expanded(id: &str) -> bool {
    id.contains(['$', '&'])
}

/// Expands a string with the loops around `user`.
///
/// Default values of parameters count too.
///
/// Returns the string itself if there are too many results.
pub(super) fn expansions(user: Node<'_>, text: &str) -> Vec<String> {
    let start = vec![(text.to_owned(), Vec::new())];
    let expanded = around(user).try_fold(start, |expanded, foreach| {
        let values = foreach.values().map(forms).chain(foreach.defaults().map(forms));
        foreach.expand(expanded, values, MAX_IDS)
    });
    match expanded {
        Some(expanded) if !expanded.is_empty() => expanded.into_iter().map(|(text, _)| text).collect(),
        _ => vec![text.to_owned()],
    }
}

/// Returns the loop variables at `user`, if a loop has non-literal values.
pub(super) fn open_variables(user: Node<'_>) -> Vec<&str> {
    let loops: Vec<_> = around(user).collect();
    match loops.iter().all(Loop::is_written_out) {
        true => Vec::new(),
        false => loops.iter().map(|foreach| foreach.identifier).collect(),
    }
}

/// Returns whether a loop around `user` has this variable.
pub(super) fn is_variable(user: Node<'_>, name: &str) -> bool {
    around(user).any(|foreach| foreach.identifier == name)
}

/// Returns a key of the values that the innermost loop around `user` gives a variable.
pub(super) fn values_key(user: Node<'_>, variable: &str) -> Option<String> {
    let mut around = around(user);
    around
        .find(|foreach| foreach.identifier == variable)
        .map(|foreach| foreach.key)
}

/// Returns a key of the variables at `user` and their values; it is empty outside of loops.
pub(super) fn variables_key(user: Node<'_>) -> String {
    around(user)
        .map(|foreach| format!("{:?} {}", foreach.identifier, foreach.key))
        .collect()
}

/// Returns the names of loops, and the IDs from parameters' default values.
///
/// A new resource must not use any of them.
pub(super) fn reserved_ids(sections: &[Section<'_>]) -> Vec<String> {
    let mut reserved = Vec::new();
    for section in sections {
        for (key, _) in section.entries.entries() {
            let Some(id) = key.scalar() else { continue };
            if let Some(name) = id.strip_prefix(LOOP) {
                reserved.push(name.to_owned());
            } else if section.loops.iter().any(|foreach| foreach.defaults().next().is_some()) {
                reserved.extend(expansions(key, id));
            }
        }
    }
    reserved
}

/// Returns whether all variables in a logical ID are defined at `user`.
pub(super) fn is_in_scope(user: Node<'_>, id: &str) -> bool {
    variables_in(id).all(|variable| around(user).any(|foreach| foreach.identifier == variable))
}

/// Returns the names of the loop variables in a logical ID.
pub(super) fn variables_in(id: &str) -> impl Iterator<Item = &str> {
    let variables = id.split(['$', '&']).filter_map(|part| part.strip_prefix('{'));
    variables.filter_map(|variable| Some(variable.split_once('}')?.0))
}

/// Iterates over the loops around `user`, innermost first.
fn around(user: Node<'_>) -> impl Iterator<Item = Loop<'_>> {
    let arguments = user.ancestors().filter(|node| {
        let name = node.key().and_then(Node::scalar);
        name.is_some_and(|name| name.starts_with(LOOP))
    });
    arguments.filter_map(Loop::read)
}

/// Returns the name in a `Ref` in either form.
fn parameter_in(values: Node<'_>) -> Option<&str> {
    match values.tag_name() {
        Some("!Ref") => values.scalar(),
        Some(_) => None,
        None => values.get("Ref")?.resolved().scalar(),
    }
}

/// Returns the two notations of a loop variable in logical IDs.
///
/// The second takes only the letters and digits of the value.
fn variables(identifier: &str) -> [String; 2] {
    [format!("${{{identifier}}}"), format!("&{{{identifier}}}")]
}

/// Returns the replacement of each notation for a value.
fn forms(value: &str) -> [String; 2] {
    let letters = value.chars().filter(char::is_ascii_alphanumeric).collect();
    [value.to_owned(), letters]
}

/// A partly expanded logical ID, and the replacements in it.
type ExpandedId = (String, Vec<(String, String)>);

impl<'d> Loop<'d> {
    /// Reads the arguments of a loop.
    fn read(arguments: Node<'d>) -> Option<Self> {
        let mut items = arguments.items().map(Node::resolved);
        let (identifier, values) = (items.next()?.scalar()?, items.next()?);
        Some(Self {
            arguments,
            identifier,
            values,
            // A list that is too long to compare gets a unique key.
            key: value_key(values).unwrap_or_else(|| format!("{:?}", values.id())),
        })
    }

    /// Returns whether all values are literals.
    fn is_written_out(&self) -> bool {
        let is_text = |value: Node<'_>| value.tag().is_none() && value.scalar().is_some();
        let is_list = self.values.is_sequence() && self.values.tag().is_none();
        is_list && self.values.items().all(|value| is_text(value.resolved()))
    }

    /// Iterates over the literal values.
    fn values(&self) -> impl Iterator<Item = &'d str> {
        self.values.items().filter_map(|value| value.resolved().scalar())
    }

    /// Iterates over the default values of the loop's parameter, if any.
    fn defaults(&self) -> impl Iterator<Item = &'d str> {
        let default = parameter_in(self.values).and_then(|name| {
            let root = self.values.ancestors().last()?;
            let parameters = root.get("Parameters")?.resolved();
            parameters.get(name)?.resolved().get("Default")?.resolved().scalar()
        });
        default
            .into_iter()
            .flat_map(|default| default.split(','))
            .map(str::trim)
    }

    /// Expands logical IDs with each of some values of the loop's variable.
    ///
    /// Replaces `${Variable}`, and `&{Variable}` by the letters and digits alone. Returns `None` if there are more than
    /// `most` results.
    fn expand(
        &self,
        expanded: Vec<ExpandedId>,
        values: impl Iterator<Item = [String; 2]>,
        most: usize,
    ) -> Option<Vec<ExpandedId>> {
        let own = variables(self.identifier);
        if !expanded
            .iter()
            .any(|(id, _)| own.iter().any(|variable| id.contains(variable)))
        {
            return Some(expanded);
        }
        let new: Vec<_> = values.take(most + 1).collect();
        if new.len() * expanded.len() > most {
            return None;
        }
        let expanded = new.into_iter().flat_map(|new| {
            let replacements: Vec<_> = own.clone().into_iter().zip(new).collect();
            expanded.iter().map(move |(id, before)| {
                let replace = |id: String, (variable, value): &(String, String)| id.replace(variable, value);
                let id = replacements.iter().fold(id.clone(), replace);
                (id, before.iter().chain(&replacements).cloned().collect())
            })
        });
        Some(expanded.collect())
    }
}
