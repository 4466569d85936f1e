use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A formula over the conditions of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Always true or always false.
    Constant(bool),
    /// A condition of the template.
    Named(String),
    /// A variable, such as a parameter, has this value.
    ///
    /// Two values of one variable exclude each other.
    Equal {
        /// The variable.
        variable: String,
        /// The value.
        value: String,
    },
    /// Any other condition.
    ///
    /// The same key means the same truth value.
    Opaque(String),
    /// The negation.
    Not(Box<Formula>),
    /// All of these are true.
    All(Vec<Formula>),
    /// At least one of these is true.
    Any(Vec<Formula>),
}

/// A branch of a conditional value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Guard {
    /// The name of the condition.
    pub condition: String,
    /// True if the condition must hold; false if it must not.
    pub holds: bool,
}

/// The conditions of a template.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    formulas: HashMap<String, Formula>,
    /// The allowed values of variables that list them.
    domains: HashMap<String, BTreeSet<String>>,
}

/// The truth values of the atoms of a formula.
#[derive(Default)]
struct Assignment<'f> {
    values: BTreeMap<&'f str, Option<&'f str>>,
    truths: BTreeMap<&'f str, bool>,
}

impl Conditions {
    /// The limit of assignments to try; beyond it, the answer is unknown.
    const MAX_ASSIGNMENTS: usize = 4096;
    /// The limit of nested references between conditions.
    const MAX_DEPTH: usize = 32;

    /// Adds a condition.
    pub fn add(&mut self, name: &str, formula: Formula) {
        self.formulas.insert(name.to_owned(), formula);
    }

    /// Sets the allowed values of a variable.
    pub fn limit(&mut self, variable: &str, values: impl IntoIterator<Item = String>) {
        self.domains.insert(variable.to_owned(), values.into_iter().collect());
    }

    /// Returns whether `then` holds if all of `given` hold.
    ///
    /// Returns `false` if that is unknown.
    pub fn implies(&self, given: impl IntoIterator<Item = Formula>, then: Formula) -> bool {
        let mut all: Vec<_> = given.into_iter().collect();
        all.push(then.negated());
        self.can_hold(Formula::All(all)) == Some(false)
    }

    /// Returns whether a formula can hold.
    ///
    /// Returns `None` if it has too many variables.
    pub fn can_hold(&self, formula: Formula) -> Option<bool> {
        let formula = self.without_names(formula, Self::MAX_DEPTH)?;
        let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut truths: BTreeSet<&str> = BTreeSet::new();
        formula.collect(&mut values, &mut truths);
        let mut assignments = vec![Assignment::default()];
        for (variable, values) in values {
            let domain = self.domains.get(variable);
            let listed = |value: &&str| domain.is_none_or(|domain| domain.contains(*value));
            let is_complete = domain.is_some_and(|domain| domain.iter().all(|value| values.contains(value.as_str())));
            let others = (!is_complete).then_some(None);
            let choices: Vec<_> = values.into_iter().filter(listed).map(Some).chain(others).collect();
            assignments = combine(&assignments, &choices, |assignment, choice| {
                assignment.values.insert(variable, *choice);
            })?;
        }
        for key in truths {
            assignments = combine(&assignments, &[true, false], |assignment, truth| {
                assignment.truths.insert(key, *truth);
            })?;
        }
        Some(assignments.iter().any(|assignment| formula.holds(assignment)))
    }

    /// Replaces the names of conditions by their formulas.
    ///
    /// An undefined condition may be true or false.
    fn without_names(&self, formula: Formula, depth: usize) -> Option<Formula> {
        let depth = depth.checked_sub(1)?;
        let each = |formulas: Vec<Formula>| {
            let formulas = formulas.into_iter().map(|formula| self.without_names(formula, depth));
            formulas.collect::<Option<Vec<_>>>()
        };
        Some(match formula {
            Formula::Named(name) => match self.formulas.get(&name) {
                Some(formula) => self.without_names(formula.clone(), depth)?,
                None => Formula::Opaque(name),
            },
            Formula::Not(formula) => Formula::Not(Box::new(self.without_names(*formula, depth)?)),
            Formula::All(formulas) => Formula::All(each(formulas)?),
            Formula::Any(formulas) => Formula::Any(each(formulas)?),
            other => other,
        })
    }
}

fn combine<'f, T>(
    assignments: &[Assignment<'f>],
    choices: &[T],
    assign: impl Fn(&mut Assignment<'f>, &T),
) -> Option<Vec<Assignment<'f>>> {
    if assignments.len() * choices.len() > Conditions::MAX_ASSIGNMENTS {
        return None;
    }
    let mut combined = Vec::with_capacity(assignments.len() * choices.len());
    for assignment in assignments {
        for choice in choices {
            let mut assignment = Assignment {
                values: assignment.values.clone(),
                truths: assignment.truths.clone(),
            };
            assign(&mut assignment, choice);
            combined.push(assignment);
        }
    }
    Some(combined)
}

impl Formula {
    /// Returns the formula of a branch.
    pub fn of_guard(guard: &Guard) -> Self {
        let named = Self::Named(guard.condition.clone());
        match guard.holds {
            true => named,
            false => named.negated(),
        }
    }

    /// Returns the negation.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    fn collect<'f>(&'f self, values: &mut BTreeMap<&'f str, BTreeSet<&'f str>>, truths: &mut BTreeSet<&'f str>) {
        match self {
            Self::Constant(_) => {}
            Self::Equal { variable, value } => {
                values.entry(variable).or_default().insert(value);
            }
            Self::Named(key) | Self::Opaque(key) => {
                truths.insert(key);
            }
            Self::Not(formula) => formula.collect(values, truths),
            Self::All(formulas) | Self::Any(formulas) => {
                formulas.iter().for_each(|formula| formula.collect(values, truths));
            }
        }
    }

    fn holds(&self, assignment: &Assignment<'_>) -> bool {
        match self {
            Self::Constant(truth) => *truth,
            Self::Equal { variable, value } => {
                assignment.values.get(variable.as_str()).copied().flatten() == Some(value.as_str())
            }
            Self::Named(key) | Self::Opaque(key) => assignment.truths.get(key.as_str()).copied().unwrap_or_default(),
            Self::Not(formula) => !formula.holds(assignment),
            Self::All(formulas) => formulas.iter().all(|formula| formula.holds(assignment)),
            Self::Any(formulas) => formulas.iter().any(|formula| formula.holds(assignment)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Formula {
        Formula::Named(name.to_owned())
    }

    fn equal(variable: &str, value: &str) -> Formula {
        Formula::Equal {
            variable: variable.to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn derives_implications_from_definitions() {
        let mut conditions = Conditions::default();
        conditions.add("IsProd", equal("Env", "prod"));
        conditions.add("IsTest", equal("Env", "test"));
        conditions.add("IsNotProd", named("IsProd").negated());
        conditions.add("IsEither", Formula::Any(vec![named("IsProd"), named("IsTest")]));
        conditions.add("IsEast", equal("Region", "us-east-1"));
        conditions.add("IsProdEast", Formula::All(vec![named("IsProd"), named("IsEast")]));
        for (given, then, expected) in [
            (vec![], Formula::Constant(true), true),
            (vec![], named("IsProd"), false),
            (vec!["IsProd"], named("IsProd"), true),
            (vec!["IsProd"], named("IsEither"), true),
            (vec!["IsEither"], named("IsProd"), false),
            (vec!["IsProdEast"], named("IsProd"), true),
            (vec!["IsTest"], named("IsNotProd"), true),
            (vec!["IsEither", "IsNotProd"], named("IsTest"), true),
            (vec!["IsProd", "IsTest"], named("Undefined"), true),
            (vec!["Undefined"], named("Undefined"), true),
            (vec!["Undefined"], named("IsProd"), false),
        ] {
            let formulas = given.iter().map(|name| named(name));
            assert_eq!(
                conditions.implies(formulas, then.clone()),
                expected,
                "{given:?} {then:?}"
            );
        }
        assert!(!conditions.implies([named("IsProd").negated()], named("IsTest")));
        conditions.limit("Env", ["prod", "test"].map(str::to_owned));
        assert!(conditions.implies([named("IsProd").negated()], named("IsTest")));
    }

    #[test]
    fn returns_none_beyond_the_limits() {
        let mut conditions = Conditions::default();
        let many = (0..13).map(|n| Formula::Opaque(format!("C{n}"))).collect();
        assert_eq!(conditions.can_hold(Formula::All(many)), None);
        conditions.add("A", named("B"));
        conditions.add("B", named("A"));
        assert_eq!(conditions.can_hold(named("A")), None);
        assert!(!conditions.implies([named("A")], named("A")));
    }
}
