use super::registry::RULES;
use crate::model::Rule;

/// A set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection([bool; RULES.len()]);

impl Selection {
    /// Every rule.
    pub const ALL: Self = Self([true; RULES.len()]);
    /// No rule.
    pub const NONE: Self = Self([false; RULES.len()]);

    /// Adds `rule` to the set.
    #[must_use]
    pub fn with(mut self, rule: &Rule) -> Self {
        self.set(rule, true);
        self
    }

    /// Removes `rule` from the set.
    #[must_use]
    pub fn without(mut self, rule: &Rule) -> Self {
        self.set(rule, false);
        self
    }

    /// Returns the union of both sets.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own |= other;
        }
        self
    }

    /// Returns whether the set contains `rule`.
    pub fn contains(self, rule: &Rule) -> bool {
        index(rule).and_then(|at| self.0.get(at).copied()).unwrap_or(false)
    }

    fn set(&mut self, rule: &Rule, is_selected: bool) {
        if let Some(own) = index(rule).and_then(|at| self.0.get_mut(at)) {
            *own = is_selected;
        }
    }
}

impl Default for Selection {
    fn default() -> Self {
        Self::ALL
    }
}

fn index(rule: &Rule) -> Option<usize> {
    RULES.iter().position(|other| other.rule.code == rule.code)
}
