//! `Fn::ForEach`: resources that a loop repeats, and the logical IDs that it makes of its variable.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>

use std::collections::HashMap;

use indexmap::IndexSet;

use super::key::value_key;
use crate::model::{Repeats, Repetition};
use crate::yaml::Node;

/// The beginning of the keys of loops.
pub(super) const LOOP: &str = "Fn::ForEach::";

/// A mapping of resources, and the loops that repeat it, the outermost first.
pub(super) struct Section<'d> {
    pub(super) entries: Node<'d>,
    /// The number of the section around it.
    pub(super) parent: Option<usize>,
    pub(super) loops: Vec<Loop<'d>>,
}

/// One loop.
#[derive(Clone, Debug)]
pub(super) struct Loop<'d> {
    /// The arguments of the function: the loop variable, its values, and the resources.
    pub(super) arguments: Node<'d>,
    /// The name of the loop variable.
    pub(super) identifier: &'d str,
    values: Node<'d>,
    /// A key of the values: the same for loops over the same values.
    pub(super) key: String,
}

/// A template has at most 500 resources, so loops that make more cannot be deployed; this leaves room for what other
/// loops call the same: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MOST_IDS: usize = 2048;

/// Returns a mapping of resources, and those inside that its loops repeat.
pub(super) fn sections(resources: Node<'_>) -> Vec<Section<'_>> {
    let mut sections = vec![Section {
        entries: resources,
        parent: None,
        loops: Vec::new(),
    }];
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
    /// Counts how often the loops around the section repeat it.
    pub(super) fn repetitions(&self) -> usize {
        let counts = self
            .loops
            .iter()
            .map(|one| one.values().chain(one.defaults()).count().max(1));
        counts.fold(1, usize::saturating_mul)
    }

    /// Returns the innermost loop around the section with this variable.
    pub(super) fn innermost(&self, identifier: &str) -> Option<&Loop<'d>> {
        self.loops.iter().rfind(|one| one.identifier == identifier)
    }

    /// Returns the resources that a loop inside this section, whose number is `own`, repeats.
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

/// Expands the logical IDs in `sections` with each value of the loops around them, and with the loop variable that another
/// loop has for the same values.
pub(super) fn repeats<'d>(sections: &[Section<'d>]) -> Repeats<'d> {
    let mut identifiers: HashMap<&str, IndexSet<&str>> = HashMap::new();
    for one in sections.iter().filter_map(|section| section.loops.last()) {
        identifiers.entry(&one.key).or_default().insert(one.identifier);
    }
    let mut repeats = Repeats::default();
    let mut left = MOST_IDS;
    for section in sections.iter().filter(|section| !section.loops.is_empty()) {
        let ids = section.entries.entries().filter_map(|(key, _)| key.scalar());
        for id in ids.filter(|id| id.contains(['$', '&'])) {
            let start = vec![(id.to_owned(), Vec::new())];
            let made = section.loops.iter().try_fold(start, |made, one| {
                let others = identifiers.get(one.key.as_str()).into_iter().flatten().copied();
                let others = others.filter(|other| *other != one.identifier).map(variables);
                one.expand(made, one.values().map(forms).chain(others), left)
            });
            left -= made.as_ref().map_or(0, Vec::len);
            for (name, replacements) in made.into_iter().flatten() {
                repeats.add(name, Repetition { id, replacements });
            }
        }
    }
    repeats
}

/// Expands a logical ID with the loops around `user`; returns the ID itself if the results are too many.
pub(super) fn names(user: Node<'_>, id: &str) -> Vec<String> {
    let start = vec![(id.to_owned(), Vec::new())];
    let made = around(user).try_fold(start, |made, one| one.expand(made, one.values().map(forms), MOST_IDS));
    match made {
        Some(made) => made.into_iter().map(|(name, _)| name).collect(),
        None => vec![id.to_owned()],
    }
}

/// Returns the first expansion of a logical ID with the loops around `user`.
pub(super) fn first_name(user: Node<'_>, id: &str) -> String {
    around(user).fold(id.to_owned(), |id, one| {
        let value = one.values().next();
        let [variable, letters_of] = variables(one.identifier);
        match value.map(forms) {
            Some([exact, letters]) => id.replace(&variable, &exact).replace(&letters_of, &letters),
            None => id,
        }
    })
}

/// Expands a text with the loops around `user`, also with the values that a parameter has by default; returns the text
/// itself if the results are too many.
pub(super) fn expansions(user: Node<'_>, text: &str) -> Vec<String> {
    let start = vec![(text.to_owned(), Vec::new())];
    let made = around(user).try_fold(start, |made, one| {
        let values = one.values().map(forms).chain(one.defaults().map(forms));
        one.expand(made, values, MOST_IDS)
    });
    match made {
        Some(made) if !made.is_empty() => made.into_iter().map(|(text, _)| text).collect(),
        _ => vec![text.to_owned()],
    }
}

/// Returns the variables of the loops around `user`, if one of the loops has values that are not written out.
pub(super) fn open_variables(user: Node<'_>) -> Vec<&str> {
    let loops: Vec<_> = around(user).collect();
    match loops.iter().all(Loop::is_written_out) {
        true => Vec::new(),
        false => loops.iter().map(|one| one.identifier).collect(),
    }
}

/// Returns whether a loop around `user` has this variable.
pub(super) fn is_variable(user: Node<'_>, name: &str) -> bool {
    around(user).any(|one| one.identifier == name)
}

/// Returns the names of the loops of a template, and the logical IDs that they make of the values that parameters have by
/// default: a new resource may have none of them.
pub(super) fn reserved_ids(sections: &[Section<'_>]) -> Vec<String> {
    let mut reserved = Vec::new();
    for section in sections {
        for (key, _) in section.entries.entries() {
            let Some(id) = key.scalar() else { continue };
            if let Some(name) = id.strip_prefix(LOOP) {
                reserved.push(name.to_owned());
            } else if section.loops.iter().any(|one| one.defaults().next().is_some()) {
                reserved.extend(expansions(key, id));
            }
        }
    }
    reserved
}

/// Returns whether all loop variables in a logical ID mean something where `user` is.
pub(super) fn is_in_scope(user: Node<'_>, id: &str) -> bool {
    variables_in(id).all(|variable| around(user).any(|one| one.identifier == variable))
}

/// Returns the names of the loop variables in a logical ID.
pub(super) fn variables_in(id: &str) -> impl Iterator<Item = &str> {
    let variables = id.split(['$', '&']).filter_map(|part| part.strip_prefix('{'));
    variables.filter_map(|variable| Some(variable.split_once('}')?.0))
}

/// Returns the loops around `user`, from the inside out.
fn around(user: Node<'_>) -> impl Iterator<Item = Loop<'_>> {
    let arguments = user.ancestors().filter(|node| {
        let name = node.key().and_then(Node::scalar);
        name.is_some_and(|name| name.starts_with(LOOP))
    });
    arguments.filter_map(Loop::read)
}

/// Returns the name in a `Ref`, in short or in long form.
fn parameter_in(values: Node<'_>) -> Option<&str> {
    match values.tag_name() {
        Some("!Ref") => values.scalar(),
        Some(_) => None,
        None => values.get("Ref")?.resolved().scalar(),
    }
}

/// Writes a loop variable as in a logical ID: for a value, and for its letters and digits alone.
fn variables(identifier: &str) -> [String; 2] {
    [format!("${{{identifier}}}"), format!("&{{{identifier}}}")]
}

/// Writes a value as it replaces each of the two.
fn forms(value: &str) -> [String; 2] {
    let letters = value.chars().filter(char::is_ascii_alphanumeric).collect();
    [value.to_owned(), letters]
}

/// A logical ID so far, and the replacements of the variables in it.
type Made = (String, Vec<(String, String)>);

impl<'d> Loop<'d> {
    /// Reads the arguments of a loop: its variable, its values, and the resources.
    fn read(arguments: Node<'d>) -> Option<Self> {
        let mut items = arguments.items().map(Node::resolved);
        let (identifier, values) = (items.next()?.scalar()?, items.next()?);
        Some(Self {
            arguments,
            identifier,
            values,
            // A list too long to compare is like no other.
            key: value_key(values).unwrap_or_else(|| format!("{:?}", values.id())),
        })
    }

    /// Returns whether all values are written out.
    fn is_written_out(&self) -> bool {
        let is_text = |value: Node<'_>| value.tag().is_none() && value.scalar().is_some();
        let is_list = self.values.is_sequence() && self.values.tag().is_none();
        is_list && self.values.items().all(|value| is_text(value.resolved()))
    }

    /// Returns the values that are written out.
    fn values(&self) -> impl Iterator<Item = &'d str> {
        self.values.items().filter_map(|value| value.resolved().scalar())
    }

    /// Returns the values that a parameter has by default, if the loop takes them from one.
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

    /// Expands logical IDs with each of some values in place of the loop's variable: `${Variable}`, or `&{Variable}` for its
    /// letters and digits alone. `None` if the results are more than `most`.
    fn expand(&self, made: Vec<Made>, values: impl Iterator<Item = [String; 2]>, most: usize) -> Option<Vec<Made>> {
        let own = variables(self.identifier);
        if !made
            .iter()
            .any(|(id, _)| own.iter().any(|variable| id.contains(variable)))
        {
            return Some(made);
        }
        let new: Vec<_> = values.take(most + 1).collect();
        if new.len() * made.len() > most {
            return None;
        }
        let expanded = new.into_iter().flat_map(|new| {
            let replacements: Vec<_> = own.clone().into_iter().zip(new).collect();
            made.iter().map(move |(id, before)| {
                let replace = |id: String, (variable, value): &(String, String)| id.replace(variable, value);
                let id = replacements.iter().fold(id.clone(), replace);
                (id, before.iter().chain(&replacements).cloned().collect())
            })
        });
        Some(expanded.collect())
    }
}
