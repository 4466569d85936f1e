//! `Fn::ForEach`: resources that a loop repeats, and the logical IDs that it makes of its words.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;

use super::key::value_key;
use crate::yaml::Node;

/// How the keys of loops begin.
const LOOP: &str = "Fn::ForEach::";

/// A mapping of resources, and the loops that repeat it, the outermost first.
pub(super) struct Section<'d> {
    pub(super) entries: Node<'d>,
    loops: Vec<Loop<'d>>,
}

/// One loop: the word that stands for each of its values.
#[derive(Clone, Debug)]
struct Loop<'d> {
    arguments: Node<'d>,
    identifier: &'d str,
    values: Node<'d>,
    /// The same for loops over the same values.
    key: String,
}

/// A template has at most 500 resources, so loops that make more cannot be deployed; this leaves room for what other
/// loops call the same: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MOST_IDS: usize = 2048;

/// The logical IDs that loops make, each with the words that the template has for it.
#[derive(Debug, Default)]
pub(super) struct Expansions<'d>(HashMap<String, Expansion<'d>>);

#[derive(Debug)]
struct Expansion<'d> {
    /// The logical ID as the loop writes it.
    id: &'d str,
    /// What the loop's words stand for.
    replacements: Vec<(String, String)>,
}

/// A mapping of resources, and those inside that its loops repeat.
pub(super) fn sections(resources: Node<'_>) -> Vec<Section<'_>> {
    let mut sections = vec![Section {
        entries: resources,
        loops: Vec::new(),
    }];
    let mut next = 0;
    while let Some(section) = sections.get(next) {
        let inner: Vec<_> = section
            .entries
            .entries()
            .filter(|(key, _)| key.scalar().is_some_and(|key| key.starts_with(LOOP)))
            .filter_map(|(_, value)| section.repeated(value))
            .collect();
        sections.extend(inner);
        next += 1;
    }
    sections
}

/// A loop that is not looked into, as its word stands for other values in another loop.
#[derive(Clone, Copy, Debug)]
pub struct Confused<'d> {
    /// What the loop is given: its word, its values, and the resources.
    pub arguments: Node<'d>,
    /// The word.
    pub identifier: &'d str,
}

/// The words that two loops have for different values, where it matters: the one makes a logical ID that the other one
/// makes, too, or speaks of. Which of them is meant where is told by its values alone.
pub(super) fn confused_words<'d>(sections: &[Section<'d>]) -> HashSet<&'d str> {
    let mut keys: HashMap<&str, &str> = HashMap::new();
    let loops = || sections.iter().filter_map(|section| section.loops.last());
    let are_plain = loops().all(|one| *keys.entry(one.identifier).or_insert(&one.key) == one.key);
    if are_plain {
        return HashSet::new();
    }
    let mut makers: HashMap<&str, Vec<&Section<'d>>> = HashMap::new();
    for section in sections.iter().filter(|section| !section.loops.is_empty()) {
        for id in section.entries.entries().filter_map(|(key, _)| key.scalar()) {
            makers.entry(id).or_default().push(section);
        }
    }
    let mut confused = HashSet::new();
    for section in sections.iter().filter(|section| !section.loops.is_empty()) {
        let texts = section.entries.descendants().filter_map(Node::scalar);
        let is_part_of_id = |c: char| c.is_alphanumeric() || "${}&".contains(c);
        let ids = texts.flat_map(|text| text.split(move |c| !is_part_of_id(c)));
        for (id, maker) in ids.filter_map(|id| Some((id, makers.get(id)?))) {
            for word in words_in(id) {
                let keys = maker.iter().map(|maker| maker.innermost(word).map(|one| &one.key));
                let own = section.innermost(word);
                confused.extend(
                    own.filter(|own| keys.flatten().any(|key| *key != own.key))
                        .map(|own| own.identifier),
                );
            }
        }
    }
    confused
}

impl<'d> Section<'d> {
    /// The innermost loop around this section whose word is one of the confused ones.
    pub(super) fn confused(&self, words: &HashSet<&str>) -> Option<Confused<'d>> {
        let one = self.loops.iter().rfind(|one| words.contains(one.identifier))?;
        Some(Confused {
            arguments: one.arguments,
            identifier: one.identifier,
        })
    }

    /// The innermost loop with this word.
    fn innermost(&self, identifier: &str) -> Option<&Loop<'d>> {
        self.loops.iter().rfind(|one| one.identifier == identifier)
    }

    /// What a loop inside this section repeats: the last of its identifier, its values and the resources.
    fn repeated(&self, arguments: Node<'d>) -> Option<Self> {
        let entries = arguments.items().nth(2)?.resolved();
        let mut loops = self.loops.clone();
        loops.extend(Loop::read(arguments));
        entries.is_mapping().then_some(Self { entries, loops })
    }
}

impl<'d> Expansions<'d> {
    /// What the loops of `sections` make of the logical IDs in them: with each value, and with the word that another loop
    /// has for the same values.
    pub(super) fn of(sections: &[Section<'d>]) -> Self {
        let mut identifiers: HashMap<&str, IndexSet<&str>> = HashMap::new();
        for one in sections.iter().filter_map(|section| section.loops.last()) {
            identifiers.entry(&one.key).or_default().insert(one.identifier);
        }
        let mut by_name = HashMap::new();
        let mut left = MOST_IDS;
        for section in sections.iter().filter(|section| !section.loops.is_empty()) {
            let ids = section.entries.entries().filter_map(|(key, _)| key.scalar());
            for id in ids.filter(|id| id.contains(['$', '&'])) {
                let start = vec![(id.to_owned(), Vec::new())];
                let made = section.loops.iter().try_fold(start, |made, one| {
                    let others = identifiers.get(one.key.as_str()).into_iter().flatten().copied();
                    one.expand(made, others, left)
                });
                left -= made.as_ref().map_or(0, Vec::len);
                for (name, replacements) in made.into_iter().flatten() {
                    by_name.entry(name).or_insert(Expansion { id, replacements });
                }
            }
        }
        Self(by_name)
    }

    /// The logical ID, as its loop writes it, of which a loop makes `name`.
    pub(super) fn origin(&self, name: &str) -> Option<&'d str> {
        self.0.get(name).map(|expansion| expansion.id)
    }

    /// What the loop that makes `name` makes of another logical ID of its.
    pub(super) fn beside(&self, name: &str, id: &str) -> Option<String> {
        let expansion = self.0.get(name)?;
        let replace = |id: String, (word, value): &(String, String)| id.replace(word, value);
        Some(expansion.replacements.iter().fold(id.to_owned(), replace))
    }
}

/// The logical IDs that one with the words of loops in it stands for where `user` is; the ID itself, if they are too many.
pub fn names(user: Node<'_>, id: &str) -> Vec<String> {
    let start = vec![(id.to_owned(), Vec::new())];
    let made = around(user).try_fold(start, |made, one| one.expand(made, std::iter::empty(), MOST_IDS));
    match made {
        Some(made) => made.into_iter().map(|(name, _)| name).collect(),
        None => vec![id.to_owned()],
    }
}

/// The first of them.
pub fn first_name(user: Node<'_>, id: &str) -> String {
    around(user).fold(id.to_owned(), |id, one| {
        let value = one.values.items().find_map(|value| value.resolved().scalar());
        let [exact, letters] = value.map_or_else(|| words(one.identifier), forms);
        let [word, other] = words(one.identifier);
        id.replace(&word, &exact).replace(&other, &letters)
    })
}

/// Whether all the words of loops in a logical ID mean something where `user` is.
pub fn is_in_scope(user: Node<'_>, id: &str) -> bool {
    words_in(id).all(|word| around(user).any(|one| one.identifier == word))
}

/// The words of loops in a logical ID, without what is around them.
fn words_in(id: &str) -> impl Iterator<Item = &str> {
    let words = id.split(['$', '&']).filter_map(|part| part.strip_prefix('{'));
    words.filter_map(|word| Some(word.split_once('}')?.0))
}

/// The loops that repeat what `user` is in, from the inside out.
fn around(user: Node<'_>) -> impl Iterator<Item = Loop<'_>> {
    let arguments = user.ancestors().filter(|node| {
        let name = node.key().and_then(Node::scalar);
        name.is_some_and(|name| name.starts_with(LOOP))
    });
    arguments.filter_map(Loop::read)
}

/// How an identifier stands in a logical ID: for a value, and for its letters and digits alone.
fn words(identifier: &str) -> [String; 2] {
    [format!("${{{identifier}}}"), format!("&{{{identifier}}}")]
}

/// What a value is in place of each of the two.
fn forms(value: &str) -> [String; 2] {
    let letters = value.chars().filter(char::is_ascii_alphanumeric).collect();
    [value.to_owned(), letters]
}

/// A logical ID so far, and what was put in place of the words in it.
type Made = (String, Vec<(String, String)>);

impl<'d> Loop<'d> {
    /// Reads what a loop is given: its identifier, its values, and what it repeats.
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

    /// The logical IDs with each value, and each of the identifiers `others` that stand for the same, in place of the
    /// loop's own: `${Identifier}`, or `&{Identifier}` for its letters and digits alone. `None`, if they are more than
    /// `most`.
    fn expand<'s>(&self, made: Vec<Made>, others: impl Iterator<Item = &'s str>, most: usize) -> Option<Vec<Made>> {
        let own = words(self.identifier);
        if !made.iter().any(|(id, _)| own.iter().any(|word| id.contains(word))) {
            return Some(made);
        }
        let values = self.values.items().filter_map(|value| value.resolved().scalar());
        let others = others.filter(|other| *other != self.identifier).map(words);
        let new: Vec<_> = values.map(forms).chain(others).take(most + 1).collect();
        if new.len() * made.len() > most {
            return None;
        }
        let expanded = new.into_iter().flat_map(|new| {
            let replacements: Vec<_> = own.clone().into_iter().zip(new).collect();
            made.iter().map(move |(id, before)| {
                let replace = |id: String, (word, value): &(String, String)| id.replace(word, value);
                let id = replacements.iter().fold(id.clone(), replace);
                (id, before.iter().chain(&replacements).cloned().collect())
            })
        });
        Some(expanded.collect())
    }
}
