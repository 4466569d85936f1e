use std::collections::BTreeMap;
use std::sync::Arc;

/// A name with known and unknown parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamePattern(Vec<NamePart>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NamePart {
    Text(String),
    Chosen(String),
    Generated(String),
}

impl NamePattern {
    /// Builds a part that the template states.
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![NamePart::Text(text.into())])
    }

    /// Builds a part that depends on the deployment, such as a parameter.
    ///
    /// It can be any string; the same key means the same string.
    pub fn chosen(key: impl Into<String>) -> Self {
        Self(vec![NamePart::Chosen(key.into())])
    }

    /// Builds a part that CloudFormation generates.
    ///
    /// It differs from every other string; the same key means the same string.
    pub fn generated(key: impl Into<String>) -> Self {
        Self(vec![NamePart::Generated(key.into())])
    }

    /// Appends another pattern.
    pub fn then(mut self, other: &Self) -> Self {
        for part in &other.0 {
            match (self.0.last_mut(), part) {
                (Some(NamePart::Text(last)), NamePart::Text(text)) => last.push_str(text),
                _ => self.0.push(part.clone()),
            }
        }
        self
    }

    /// Returns the whole name, if the template states it.
    pub fn known(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [NamePart::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Returns the known beginning.
    fn start(&self) -> &str {
        match self.0.first() {
            Some(NamePart::Text(text)) => text,
            _ => "",
        }
    }

    fn atoms(&self) -> Vec<Atom> {
        let atoms = self.0.iter().flat_map(|part| match part {
            NamePart::Text(text) => text.chars().flat_map(char::to_lowercase).map(Atom::Letter).collect(),
            NamePart::Chosen(key) => vec![Atom::Chosen(key.as_str().into())],
            NamePart::Generated(key) => vec![Atom::Generated(key.as_str().into())],
        });
        atoms.collect()
    }
}

/// A part of a name for case-insensitive comparison.
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

/// Returns whether two names can be equal.
///
/// Common beginnings and ends are ignored: `${Stage}-web` is never `${Stage}-worker`. Returns `true` if they are too
/// long to compare.
fn can_be_equal(name: &[Atom], other: &[Atom]) -> bool {
    /// The limit for comparisons, above the maximum length of an IAM name.
    const MAX_LENGTH: usize = 512;
    let start = name.iter().zip(other).take_while(|(name, other)| name == other).count();
    let (name, other) = (name.get(start..).unwrap_or(&[]), other.get(start..).unwrap_or(&[]));
    let ends = name.iter().rev().zip(other.iter().rev());
    let end = ends.take_while(|(name, other)| name == other).count();
    let name = name.get(..name.len() - end).unwrap_or(&[]);
    let other = other.get(..other.len() - end).unwrap_or(&[]);
    if !name.iter().chain(other).any(Atom::is_chosen) {
        return name.is_empty() && other.is_empty();
    }
    let differ = |name: Option<&Atom>, other: Option<&Atom>| {
        let is_chosen = |atom: Option<&Atom>| atom.is_some_and(Atom::is_chosen);
        name != other && !is_chosen(name) && !is_chosen(other)
    };
    if differ(name.first(), other.first()) || differ(name.last(), other.last()) {
        return false;
    }
    name.len().max(other.len()) > MAX_LENGTH || can_match(name, other)
}

/// Returns whether two names match.
///
/// A chosen part can be any string, even empty.
fn can_match(name: &[Atom], other: &[Atom]) -> bool {
    // Each row says whether the rest of `name` matches the rest of `other` from each atom on. Rows go from the last
    // atom of `name` to the first.
    let (mut row, mut below) = (vec![false; other.len() + 1], vec![false; other.len() + 1]);
    for row_index in (0..=name.len()).rev() {
        std::mem::swap(&mut row, &mut below);
        for at in (0..=other.len()).rev() {
            let (atom, other_atom) = (name.get(row_index), other.get(at));
            let get = |row: &[bool], at: usize| row.get(at).copied().unwrap_or(false);
            let is_generated = |atom: Option<&Atom>| matches!(atom, Some(Atom::Generated(_)));
            let is_last = row_index == name.len();
            let (under, beside) = (!is_last && get(&below, at), at < other.len() && get(&row, at + 1));
            let is_matched = match (atom, other_atom) {
                (None, None) => true,
                (Some(Atom::Chosen(_)), _) if under => true,
                (_, Some(Atom::Chosen(_))) if beside => true,
                (Some(Atom::Chosen(_)), Some(_)) if !is_generated(other_atom) => beside,
                (Some(_), Some(Atom::Chosen(_))) if !is_generated(atom) => under,
                (atom, other_atom) => atom == other_atom && !is_last && get(&below, at + 1),
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
/// Names in IAM are case-insensitive: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleNames(Option<Names>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Names {
    /// The names that the template states, by lower-case name.
    known: BTreeMap<String, String>,
    /// The names with unknown parts.
    open: Vec<OpenName>,
}

/// A name with parts that depend on the deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OpenName {
    /// The known beginning.
    start: String,
    atoms: Vec<Atom>,
    /// The strings before, between and after the chosen parts, in lower case.
    ///
    /// `None` if a part is generated.
    segments: Option<Vec<String>>,
}

impl OpenName {
    fn of(name: &NamePattern) -> Self {
        let mut segments = Some(vec![String::new()]);
        for part in &name.0 {
            match (part, &mut segments) {
                (NamePart::Text(text), Some(segments)) => segments
                    .last_mut()
                    .into_iter()
                    .for_each(|last| last.push_str(&text.to_lowercase())),
                (NamePart::Chosen(_), Some(segments)) => segments.push(String::new()),
                (NamePart::Generated(_), _) => segments = None,
                (_, None) => {}
            }
        }
        Self {
            start: name.start().to_owned(),
            atoms: name.atoms(),
            segments,
        }
    }

    /// Returns whether the name can be this lower-case string.
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
        can_be_equal(&self.atoms, &other.atoms)
    }
}

impl PossibleNames {
    /// The names of a resource if nothing is known.
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

    /// Adds the names of another resource.
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

    /// Returns whether the template states this name.
    pub fn has(&self, name: &str) -> bool {
        let known = self.0.as_ref().map(|names| &names.known);
        known.is_some_and(|known| known.contains_key(&name.to_lowercase()))
    }

    /// Returns whether all names are known to begin with `prefix`.
    pub fn all_begin_with(&self, prefix: &str) -> bool {
        self.all(|start, _| start.starts_with(prefix))
    }

    /// Returns whether all names are known not to begin with `prefix`.
    pub fn all_begin_otherwise(&self, prefix: &str) -> bool {
        self.all(|start, is_known| !start.starts_with(prefix) && (is_known || !prefix.starts_with(start)))
    }

    /// Returns whether there are names and all fit, by their beginning and whether that is the whole name.
    fn all(&self, fits: impl Fn(&str, bool) -> bool) -> bool {
        self.0.as_ref().is_some_and(|names| {
            let known = names.known.values().map(|name| (name.as_str(), true));
            let open = names.open.iter().map(|name| (name.start.as_str(), false));
            let mut starts = known.chain(open).peekable();
            starts.peek().is_some() && starts.all(|(start, is_known)| fits(start, is_known))
        })
    }

    /// Returns whether the names of two resources can be equal.
    ///
    /// Returns `true` if that is unknown or takes too long to decide.
    pub fn can_equal(&self, other: &Self) -> bool {
        /// The limit of comparisons, above what a real template needs.
        const MAX_COMPARISONS: usize = 4096;
        let (Some(own), Some(other)) = (&self.0, &other.0) else {
            return true;
        };
        let comparisons = own.open.len() * (other.known.len() + other.open.len()) + own.known.len() * other.open.len();
        if comparisons > MAX_COMPARISONS {
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

    /// Reads a name in which `${X}` is chosen and `<X>` is generated.
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
    fn finds_names_that_can_be_equal() {
        let names = |names: &[&str]| PossibleNames::of(names.iter().map(|name| pattern(name)));
        for (own, other, can_equal) in [
            (names(&["web"]), names(&["Web"]), true),
            (names(&["web", "db"]), names(&["batch", "DB"]), true),
            (names(&["web"]), names(&["db"]), false),
            (names(&[]), names(&["db"]), false),
            (names(&["web"]), PossibleNames::UNKNOWN, true),
            // The deployment may choose the other name.
            (names(&["${Name}"]), names(&["web"]), true),
            (names(&["${RoleA}", "${RoleB}"]), names(&["A-x", "B-x"]), true),
            (names(&["${Stage}-web"]), names(&["prod-Web"]), true),
            (names(&["${Stage}-web"]), names(&["prod-db"]), false),
            (names(&["web${Suffix}"]), names(&["web"]), true),
            (names(&["${Stage}-web"]), names(&["${App}-web"]), true),
            (names(&["a-${Stage}"]), names(&["${App}-b"]), true),
            (names(&["a-${Stage}-c"]), names(&["b-${App}"]), false),
            // Both contain the same choice.
            (names(&["${Stage}-web"]), names(&["${Stage}-db"]), false),
            (names(&["web-${Stage}"]), names(&["web-${Stage}-2"]), false),
            // Nobody can choose a name that CloudFormation generates.
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
