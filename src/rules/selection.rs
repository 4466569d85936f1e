use super::{RULES, Rule};

/// Which rules are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection(u32);

/// A name that no rule bears.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{name}`; did you mean `{nearest}`?")]
pub struct UnknownRule {
    /// The name.
    pub name: String,
    /// The code or name of a rule that is most like it.
    pub nearest: &'static str,
}

impl Selection {
    /// Every rule.
    pub const ALL: Self = Self(u32::MAX);
    /// No rule.
    pub const NONE: Self = Self(0);

    /// These rules and `rule`.
    #[must_use]
    pub fn with(self, rule: &Rule) -> Self {
        Self(self.0 | bit(rule))
    }

    /// These rules without `rule`.
    #[must_use]
    pub fn without(self, rule: &Rule) -> Self {
        Self(self.0 & !bit(rule))
    }

    /// These rules and those of `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `rule` is one of these.
    pub fn contains(self, rule: &Rule) -> bool {
        self.0 & bit(rule) != 0
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::ALL
    }
}

fn bit(rule: &Rule) -> u32 {
    let index = RULES.iter().position(|other| other.code == rule.code);
    index.map_or(0, |index| 1 << index)
}

/// The rule of this code or name, whatever its case.
///
/// # Errors
///
/// If there is none; then the one that is most like it is named.
pub fn rule(name: &str) -> Result<&'static Rule, UnknownRule> {
    let found = RULES
        .iter()
        .find(|rule| rule.code.eq_ignore_ascii_case(name) || rule.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let names = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
        let distance = |other: &&str| strsim::damerau_levenshtein(&other.to_lowercase(), &name.to_lowercase());
        UnknownRule {
            name: name.to_owned(),
            nearest: names.min_by_key(distance).unwrap_or_default(),
        }
    })
}
