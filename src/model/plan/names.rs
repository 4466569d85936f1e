use std::collections::BTreeSet;

/// A name, as far as a template states it.
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

    /// Returns whether this can be the same text as another, without regard to case. What both begin or end with counts in
    /// none: `${Stage}-web` is never `${Stage}-worker`.
    fn can_equal(&self, other: &Self) -> bool {
        let (one, other) = (self.atoms(), other.atoms());
        let start = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
        let (one, other) = (one.get(start..).unwrap_or(&[]), other.get(start..).unwrap_or(&[]));
        let ends = one.iter().rev().zip(other.iter().rev());
        let end = ends.take_while(|(one, other)| one == other).count();
        let without_end = |atoms: &'_ [Atom<'_>]| atoms.len() - end;
        let one = one.get(..without_end(one)).unwrap_or(&[]);
        can_match(one, other.get(..without_end(other)).unwrap_or(&[]))
    }

    fn atoms(&self) -> Vec<Atom<'_>> {
        let atoms = self.0.iter().flat_map(|part| match part {
            Part::Text(text) => text.chars().flat_map(char::to_lowercase).map(Atom::Letter).collect(),
            Part::Chosen(key) => vec![Atom::Chosen(key)],
            Part::Generated(key) => vec![Atom::Generated(key)],
        });
        atoms.collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Atom<'p> {
    Letter(char),
    Chosen(&'p str),
    Generated(&'p str),
}

/// Returns whether two patterns match where every chosen part can be any text, the empty one too; `true` if they are too
/// long to compare.
fn can_match(one: &[Atom<'_>], other: &[Atom<'_>]) -> bool {
    /// More than a name of IAM has characters.
    const LONGEST: usize = 512;
    let differ = |one: Option<&Atom<'_>>, other: Option<&Atom<'_>>| {
        let is_chosen = |atom: Option<&Atom<'_>>| matches!(atom, Some(Atom::Chosen(_)));
        one != other && !is_chosen(one) && !is_chosen(other)
    };
    if differ(one.first(), other.first()) || differ(one.last(), other.last()) {
        return false;
    }
    if one.len().max(other.len()) > LONGEST {
        return true;
    }
    // Whether what is left of `one` matches what is left of `other` from each of its atoms on, from the last of `one` to
    // the first.
    let mut rows = vec![false; other.len() + 1];
    for left in (0..=one.len()).rev() {
        let below = std::mem::replace(&mut rows, vec![false; other.len() + 1]);
        for at in (0..=other.len()).rev() {
            let (own, its) = (one.get(left), other.get(at));
            let beside = |rows: &[bool]| rows.get(at + 1).copied().unwrap_or(false);
            let under = below.get(at).copied().unwrap_or(false);
            let is_matched = match (own, its) {
                (None, None) => true,
                (Some(Atom::Chosen(_)), _) if under => true,
                (_, Some(Atom::Chosen(_))) if beside(&rows) => true,
                (Some(Atom::Chosen(_)), Some(its)) if !matches!(its, Atom::Generated(_)) => beside(&rows),
                (Some(own), Some(Atom::Chosen(_))) if !matches!(own, Atom::Generated(_)) => under,
                (own, its) => own == its && beside(&below),
            };
            if let Some(cell) = rows.get_mut(at) {
                *cell = is_matched;
            }
        }
    }
    rows.first().copied().unwrap_or(false)
}

/// The names that a resource can have.
///
/// Case does not count in the names of IAM:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleNames(Option<Names>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    /// The names that the template states, in lower case.
    known: BTreeSet<String>,
    /// The others.
    patterns: Vec<NamePattern>,
}

impl PossibleNames {
    /// The names of a resource about which nothing is known.
    pub const UNKNOWN: Self = Self(None);

    /// Collects names.
    pub fn of(names: impl IntoIterator<Item = NamePattern>) -> Self {
        let (known, patterns): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.known().is_some());
        Self(Some(Names {
            known: known
                .iter()
                .filter_map(NamePattern::known)
                .map(str::to_lowercase)
                .collect(),
            patterns,
        }))
    }

    /// Adds those of another resource.
    pub fn extend(&mut self, other: &Self) {
        match (&mut self.0, &other.0) {
            (Some(own), Some(other)) => {
                own.known.extend(other.known.iter().cloned());
                own.patterns.extend(other.patterns.iter().cloned());
            }
            (own, _) => *own = None,
        }
    }

    /// Returns whether a text is one of the names that the template states.
    pub fn has(&self, name: &str) -> bool {
        let known = self.0.as_ref().map(|names| &names.known);
        known.is_some_and(|known| known.contains(&name.to_lowercase()))
    }

    /// Returns whether the names of two resources can be equal; `true` if that is not known.
    pub fn can_equal(&self, other: &Self) -> bool {
        let (Some(own), Some(other)) = (&self.0, &other.0) else {
            return true;
        };
        let can_be_one_of = |pattern: &NamePattern, names: &Names| {
            let mut known = names.known.iter().map(NamePattern::text);
            known.any(|name| pattern.can_equal(&name)) || names.patterns.iter().any(|name| pattern.can_equal(name))
        };
        !own.known.is_disjoint(&other.known)
            || own.patterns.iter().any(|pattern| can_be_one_of(pattern, other))
            || other.patterns.iter().any(|pattern| can_be_one_of(pattern, own))
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
