use std::collections::BTreeSet;

/// The names that a resource can have; a part that depends on the deployment is a symbol of its own in them.
///
/// Case does not count in the names of IAM:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossibleNames(Option<BTreeSet<String>>);

impl PossibleNames {
    /// The names of a resource about which nothing is known.
    pub const UNKNOWN: Self = Self(None);

    /// Collects names.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self(Some(names.into_iter().map(|name| name.to_lowercase()).collect()))
    }

    /// Returns whether the names of two resources can be equal; `true` if that is not known.
    pub fn can_equal(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(own), Some(other)) => !own.is_disjoint(other),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_their_case() {
        let names = |names: &[&str]| PossibleNames::of(names.iter().map(|name| (*name).to_owned()));
        for (own, other, can_equal) in [
            (names(&["web"]), names(&["Web"]), true),
            (names(&["web", "db"]), names(&["batch", "DB"]), true),
            (names(&["web"]), names(&["db"]), false),
            (names(&[]), names(&["db"]), false),
            (names(&["web"]), PossibleNames::UNKNOWN, true),
        ] {
            assert_eq!(own.can_equal(&other), can_equal, "{own:?} {other:?}");
            assert_eq!(other.can_equal(&own), can_equal, "{own:?} {other:?}");
        }
    }
}
