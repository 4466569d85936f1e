//! The registry of rules, with the function that checks each of them.

use crate::model::{Draft, Model, Rule, UnknownRule, UnusedSuppression};

use super::{
    hardcoded_role, missing_ec2_trust, missing_reference, profile_as_role, profile_name_or_arn, profile_roles,
    profile_shape, repeated_name, role_as_instance_profile, service_naming_rule, unknown_suppression,
    unused_suppression, wrong_case,
};

/// A rule of the registry.
pub struct Registered {
    /// The rule.
    pub rule: Rule,
    /// The function that checks it.
    pub find: Find,
}

/// The function that checks a rule.
#[derive(Clone, Copy)]
pub enum Find {
    /// Checks a model; checks of the language may find more.
    InModel(fn(&Model<'_>) -> Vec<Draft>),
    /// Checks the suppressions that no other rule used.
    AmongUnused(fn(&Model<'_>, &[UnusedSuppression]) -> Vec<Draft>),
}

use Find::{AmongUnused, InModel};

/// The rules, in code order.
#[rustfmt::skip] // a line each
pub const RULES: &[Registered] = &[
    Registered { rule: role_as_instance_profile::RULE, find: InModel(role_as_instance_profile::find) },
    Registered { rule: profile_name_or_arn::RULE, find: InModel(profile_name_or_arn::find) },
    Registered { rule: profile_shape::RULE, find: InModel(profile_shape::find) },
    Registered { rule: profile_roles::RULE, find: InModel(profile_roles::find) },
    Registered { rule: hardcoded_role::RULE, find: InModel(hardcoded_role::find) },
    Registered { rule: profile_as_role::RULE, find: InModel(profile_as_role::find) },
    Registered { rule: missing_ec2_trust::RULE, find: InModel(missing_ec2_trust::find) },
    Registered { rule: service_naming_rule::RULE, find: InModel(service_naming_rule::find) },
    Registered { rule: missing_reference::RULE, find: InModel(missing_reference::find) },
    Registered { rule: wrong_case::RULE, find: InModel(wrong_case::find) },
    Registered { rule: unused_suppression::RULE, find: AmongUnused(unused_suppression::find) },
    Registered { rule: unknown_suppression::RULE, find: InModel(unknown_suppression::find) },
    Registered { rule: repeated_name::RULE, find: InModel(repeated_name::find) },
];

/// Iterates over the rules, in code order.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().map(|registered| &registered.rule)
}

/// Returns the rule with this code or name, ignoring case.
///
/// # Errors
///
/// If there is no such rule; the error names the most similar one.
pub fn rule(name: &str) -> Result<&'static Rule, UnknownRule> {
    let found = rules().find(|rule| rule.code.eq_ignore_ascii_case(name) || rule.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| {
        let names = rules().flat_map(|rule| [rule.code, rule.name]);
        let distance = |other: &&str| strsim::damerau_levenshtein(&other.to_lowercase(), &name.to_lowercase());
        UnknownRule {
            name: name.to_owned(),
            nearest: names.min_by_key(distance).unwrap_or_default(),
        }
    })
}
