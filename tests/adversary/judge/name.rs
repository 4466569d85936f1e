//! Strings that are known in part.

use std::collections::BTreeSet;

/// A string built from parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(pub(super) Vec<Part>);

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Text(String),
    /// The name of a resource, by its ID.
    NameOf(String),
    /// A value that is chosen at deployment, but not one of `not`.
    Open {
        symbol: String,
        not: BTreeSet<String>,
    },
    /// A value that cannot be chosen, such as a generated name.
    Fixed(String),
}

impl Name {
    /// Builds a known string.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self(vec![Part::Text(text.into())])
    }

    /// Builds a string of one part.
    pub(super) fn part(part: Part) -> Self {
        Self(vec![part])
    }

    /// Joins strings.
    pub(super) fn concat(names: impl IntoIterator<Item = Name>) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for part in names.into_iter().flat_map(|name| name.0) {
            match (parts.last_mut(), part) {
                (_, Part::Text(text)) if text.is_empty() => {}
                (Some(Part::Text(last)), Part::Text(text)) => *last += &text,
                (_, part) => parts.push(part),
            }
        }
        Self(parts)
    }

    /// Returns the string if it is known.
    pub(super) fn known(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Splits at a separator in the known parts.
    pub(super) fn split(&self, separator: &str) -> Vec<Name> {
        let mut split = vec![Vec::new()];
        for part in &self.0 {
            match part {
                Part::Text(text) if !separator.is_empty() => {
                    for (index, piece) in text.split(separator).enumerate() {
                        if index > 0 {
                            split.push(Vec::new());
                        }
                        split.last_mut().unwrap().push(Part::Text(piece.to_owned()));
                    }
                }
                _ => split.last_mut().unwrap().push(part.clone()),
            }
        }
        split.into_iter().map(|parts| Self::concat([Self(parts)])).collect()
    }

    /// Returns the string in lower case.
    fn lowercase(&self) -> Vec<Atom> {
        let atoms = |part: &Part| match part {
            Part::Text(text) => text.to_ascii_lowercase().chars().map(Atom::Letter).collect(),
            Part::Open { symbol, .. } => vec![Atom::Open(symbol.clone())],
            Part::NameOf(id) | Part::Fixed(id) => vec![Atom::Fixed(id.clone())],
        };
        self.0.iter().flat_map(atoms).collect()
    }

    /// Returns whether both are always equal, ignoring case.
    pub(super) fn is(&self, other: &Name) -> bool {
        self.lowercase() == other.lowercase()
    }

    /// Returns whether both can be equal, ignoring case.
    pub(super) fn can_be(&self, other: &Name) -> bool {
        let excludes = |one: &Name, other: &Name| match (one.0.as_slice(), other.known()) {
            ([Part::Open { not, .. }], Some(text)) => not.iter().any(|not| not.eq_ignore_ascii_case(text)),
            _ => false,
        };
        if excludes(self, other) || excludes(other, self) {
            return false;
        }
        let (one, other) = (self.lowercase(), other.lowercase());
        let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
        let (one, other) = (&one[start..], &other[start..]);
        let end = one
            .iter()
            .rev()
            .zip(other.iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
        can_be(one, other)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Atom {
    Letter(char),
    Open(String),
    Fixed(String),
}

/// Matches two strings whose open parts have at least one letter.
fn can_be(one: &[Atom], other: &[Atom]) -> bool {
    let absorbs = |open: &[Atom], other: &[Atom]| {
        // The open part matches the first letter, and then either ends or continues.
        matches!(other.first(), Some(Atom::Letter(_) | Atom::Open(_)))
            && (can_be(&open[1..], &other[1..]) || can_be(open, &other[1..]))
    };
    match (one.first(), other.first()) {
        (None, None) => true,
        (Some(Atom::Open(_)), Some(_)) if absorbs(one, other) => true,
        (Some(_), Some(Atom::Open(_))) => absorbs(other, one),
        (Some(a), Some(b)) => a == b && can_be(&one[1..], &other[1..]),
        (None, Some(_)) | (Some(_), None) => false,
    }
}
