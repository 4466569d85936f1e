use std::collections::BTreeMap;
use std::sync::Arc;

/// A name, with the parts that the template states.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamePattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(String),
    Chosen(String),
    Generated(String),
}

impl NamePattern {
    /// A text that the template states.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Part::Text(text.into())])
    }

    /// A text that depends on the deployment, such as the value of a parameter: it can be any, and is the same for the same
    /// key.
    pub fn chosen(key: impl Into<String>) -> Self {
        Self(vec![Part::Chosen(key.into())])
    }

    /// A text that CloudFormation makes up: it is unlike any other, and the same for the same key.
    pub fn generated(key: impl Into<String>) -> Self {
        Self(vec![Part::Generated(key.into())])
    }

    /// Appends another one.
    pub fn then(mut self, other: &Self) -> Self {
        for part in &other.0 {
            match (self.0.last_mut(), part) {
                (Some(Part::Text(last)), Part::Text(text)) => last.push_str(text),
                _ => self.0.push(part.clone()),
            }
        }
        self
    }

    /// Returns the whole text, if the template states it.
    pub fn known(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the text that it begins with.
    fn start(&self) -> &str {
        match self.0.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    fn atoms(&self) -> Vec<Atom> {
        let atoms = self.0.iter().flat_map(|part| match part {
            Part::Text(text) => text.chars().flat_map(char::to_lowercase).map(Atom::Letter).collect(),
            Part::Chosen(key) => vec![Atom::Chosen(key.as_str().into())],
            Part::Generated(key) => vec![Atom::Generated(key.as_str().into())],
        });
        atoms.collect()
    }
}

/// A part of a name to compare, without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    Letter(char),
    Chosen(Arc<str>),
    Generated(Arc<str>),
}

impl Atom {
    fn is_chosen(&self) -> bool {
        matches!(self, Self::Chosen(_))
    }
}

/// Returns whether two names can be the same text. What both begin or end with does not count: `${Stage}-web` is never
/// `${Stage}-worker`. `true` if they are too long to compare.
fn can_be_one(one: &[Atom], other: &[Atom]) -> bool {
    /// More than a name of IAM has characters.
    const LONGEST: usize = 512;
    let start = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let (one, other) = (one.get(start..).unwrap_or(&[]), other.get(start..).unwrap_or(&[]));
    let ends = one.iter().rev().zip(other.iter().rev());
    let end = ends.take_while(|(one, other)| one == other).count();
    let one = one.get(..one.len() - end).unwrap_or(&[]);
    let other = other.get(..other.len() - end).unwrap_or(&[]);
    if !one.iter().chain(other).any(Atom::is_chosen) {
        return one.is_empty() && other.is_empty();
    }
    let differ = |one: Option<&Atom>, other: Option<&Atom>| {
        let is_chosen = |atom: Option<&Atom>| atom.is_some_and(Atom::is_chosen);
        one != other && !is_chosen(one) && !is_chosen(other)
    };
    if differ(one.first(), other.first()) || differ(one.last(), other.last()) {
        return false;
    }
    one.len().max(other.len()) > LONGEST || can_match(one, other)
}

/// Returns whether two names match where every chosen part can be any text, the empty one too.
fn can_match(one: &[Atom], other: &[Atom]) -> bool {
    // Whether what is left of `one` matches what is left of `other` from each of its atoms on, from the last of `one` to
    // the first.
    let (mut row, mut below) = (vec![false; other.len() + 1], vec![false; other.len() + 1]);
    for left in (0..=one.len()).rev() {
        std::mem::swap(&mut row, &mut below);
        for at in (0..=other.len()).rev() {
            let (own, its) = (one.get(left), other.get(at));
            let get = |row: &[bool], at: usize| row.get(at).copied().unwrap_or(false);
            let is_generated = |atom: Option<&Atom>| matches!(atom, Some(Atom::Generated(_)));
            let is_last = left == one.len();
            let (under, beside) = (!is_last && get(&below, at), at < other.len() && get(&row, at + 1));
            let is_matched = match (own, its) {
                (None, None) => true,
                (Some(Atom::Chosen(_)), _) if under => true,
                (_, Some(Atom::Chosen(_))) if beside => true,
                (Some(Atom::Chosen(_)), Some(_)) if !is_generated(its) => beside,
                (Some(_), Some(Atom::Chosen(_))) if !is_generated(own) => under,
                (own, its) => own == its && !is_last && get(&below, at + 1),
            };
            if let Some(cell) = row.get_mut(at) {
                *cell = is_matched;
            }
        }
    }
    row.first().copied().unwrap_or(false)
}

/// The names that a resource can have.
///
/// Case does not count in the names of IAM:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleNames(Option<Names>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    /// The names that the template states, by what they are in lower case.
    known: BTreeMap<String, String>,
    /// The others.
    open: Vec<OpenName>,
}

/// A name with parts that depend on the deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OpenName {
    /// The text that it begins with.
    start: String,
    atoms: Vec<Atom>,
    /// The texts before, between and after the parts that are chosen, in lower case; `None` if a part is generated.
    segments: Option<Vec<String>>,
}

impl OpenName {
    fn of(name: &NamePattern) -> Self {
        let mut segments = Some(vec![String::new()]);
        for part in &name.0 {
            match (part, &mut segments) {
                (Part::Text(text), Some(segments)) => segments
                    .last_mut()
                    .into_iter()
                    .for_each(|last| last.push_str(&text.to_lowercase())),
                (Part::Chosen(_), Some(segments)) => segments.push(String::new()),
                (Part::Generated(_), _) => segments = None,
                (_, None) => {}
            }
        }
        Self {
            start: name.start().to_owned(),
            atoms: name.atoms(),
            segments,
        }
    }

    /// Returns whether this can be a text in lower case.
    fn can_be_text(&self, text: &str) -> bool {
        let Some([first, middle @ .., last]) = self.segments.as_deref() else {
            return false;
        };
        let rest = text
            .strip_prefix(first.as_str())
            .and_then(|rest| rest.strip_suffix(last.as_str()));
        let mut rest = rest;
        for segment in middle {
            rest = rest.and_then(|rest| Some(rest.split_once(segment.as_str())?.1));
        }
        rest.is_some()
    }

    fn can_be(&self, other: &Self) -> bool {
        can_be_one(&self.atoms, &other.atoms)
    }
}

impl PossibleNames {
    /// The names of a resource about which nothing is known.
    pub const UNKNOWN: Self = Self(None);

    /// Collects names.
    pub fn of(names: impl IntoIterator<Item = NamePattern>) -> Self {
        let mut all = Names {
            known: BTreeMap::new(),
            open: Vec::new(),
        };
        for name in names {
            match name.known() {
                Some(text) => drop(all.known.insert(text.to_lowercase(), text.to_owned())),
                None => all.open.push(OpenName::of(&name)),
            }
        }
        Self(Some(all))
    }

    /// Adds those of another resource.
    pub fn extend(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (Some(own), Some(other)) => {
                let known = other.known.iter().map(|(key, name)| (key.clone(), name.clone()));
                own.known.extend(known);
                own.open.extend(other.open.iter().cloned());
            }
            (own, _) => *own = None,
        }
    }

    /// Returns whether a text is one of the names that the template states.
    pub fn has(&self, name: &str) -> bool {
        let known = self.0.as_ref().map(|names| &names.known);
        known.is_some_and(|known| known.contains_key(&name.to_lowercase()))
    }

    /// Returns whether all names are known to begin with `prefix`.
    pub fn all_begin_with(&self, prefix: &str) -> bool {
        self.0.as_ref().is_some_and(|names| {
            let starts = names.known.values().chain(names.open.iter().map(|name| &name.start));
            let mut starts = starts.peekable();
            starts.peek().is_some() && starts.all(|start| start.starts_with(prefix))
        })
    }

    /// Returns whether the names of two resources can be equal; `true` if that is not known, or takes too long to know.
    pub fn can_equal(&self, other: &Self) -> bool {
        /// More than the profiles of a template, each with a few names.
        const MOST_COMPARISONS: usize = 4096;
        let (Some(own), Some(other)) = (&self.0, &other.0) else {
            return true;
        };
        let comparisons = own.open.len() * (other.known.len() + other.open.len()) + own.known.len() * other.open.len();
        if comparisons > MOST_COMPARISONS {
            return true;
        }
        let (small, large) = match own.known.len() < other.known.len() {
            true => (own, other),
            false => (other, own),
        };
        let can_be_known = |open: &OpenName, names: &Names| names.known.keys().any(|name| open.can_be_text(name));
        small.known.keys().any(|name| large.known.contains_key(name))
            || own.open.iter().any(|name| can_be_known(name, other))
            || other.open.iter().any(|name| can_be_known(name, own))
            || own
                .open
                .iter()
                .any(|name| other.open.iter().any(|other| name.can_be(other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a name in which `${X}` is chosen and `<X>` generated.
    fn pattern(name: &str) -> NamePattern {
        let mut pattern = NamePattern::default();
        let mut rest = name;
        while let Some(at) = rest.find(['$', '<']) {
            let (before, inside) = rest.split_at(at);
            let (key, after) = inside.split_once(['}', '>']).unwrap();
            let part = match key.strip_prefix("${") {
                Some(key) => NamePattern::chosen(key),
                None => NamePattern::generated(key),
            };
            pattern = pattern.then(&NamePattern::text(before)).then(&part);
            rest = after;
        }
        pattern.then(&NamePattern::text(rest))
    }

    #[test]
    fn names_that_may_be_equal_are_found() {
        let names = |names: &[&str]| PossibleNames::of(names.iter().map(|name| pattern(name)));
        for (own, other, can_equal) in [
            (names(&["web"]), names(&["Web"]), true),
            (names(&["web", "db"]), names(&["batch", "DB"]), true),
            (names(&["web"]), names(&["db"]), false),
            (names(&[]), names(&["db"]), false),
            (names(&["web"]), PossibleNames::UNKNOWN, true),
            // Whoever deploys may choose the other name.
            (names(&["${Name}"]), names(&["web"]), true),
            (names(&["${RoleA}", "${RoleB}"]), names(&["A-x", "B-x"]), true),
            (names(&["${Stage}-web"]), names(&["prod-Web"]), true),
            (names(&["${Stage}-web"]), names(&["prod-db"]), false),
            (names(&["web${Suffix}"]), names(&["web"]), true),
            (names(&["${Stage}-web"]), names(&["${App}-web"]), true),
            (names(&["a-${Stage}"]), names(&["${App}-b"]), true),
            (names(&["a-${Stage}-c"]), names(&["b-${App}"]), false),
            // The same choice in both.
            (names(&["${Stage}-web"]), names(&["${Stage}-db"]), false),
            (names(&["web-${Stage}"]), names(&["web-${Stage}-2"]), false),
            // Nobody chooses what CloudFormation makes up.
            (names(&["<Role>"]), names(&["web"]), false),
            (names(&["<Role>"]), names(&["<Other>"]), false),
            (names(&["<Role>"]), names(&["<Role>"]), true),
            (names(&["<Role>"]), names(&["${Name}"]), false),
            (names(&["${Stage}-<Role>"]), names(&["prod-<Role>"]), true),
        ] {
            assert_eq!(own.can_equal(&other), can_equal, "{own:?} {other:?}");
            assert_eq!(other.can_equal(&own), can_equal, "{own:?} {other:?}");
        }
    }
}
