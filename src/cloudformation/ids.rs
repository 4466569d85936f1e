//! Logical IDs for new profiles.

use std::collections::HashSet;

use super::loops::expansions;
use super::template::Template;
use crate::model::{Model, ResourceId};
use crate::profile::Ids;
use crate::yaml::Node;

/// The generator of logical IDs for new profiles.
pub(super) struct LogicalIds<'t, 'd> {
    template: &'t Template<'d>,
    given: HashSet<String>,
}

impl<'t, 'd> LogicalIds<'t, 'd> {
    pub(super) fn of(template: &'t Template<'d>) -> Self {
        Self {
            template,
            given: HashSet::new(),
        }
    }

    /// Returns an unused logical ID for a profile at `place`.
    ///
    /// It consists of `stem`, `InstanceProfile`, and a number if necessary.
    ///
    /// A logical ID has at most 255 characters:
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>.
    fn add_unique(&mut self, model: &Model<'_>, stem: &str, place: Node<'_>) -> String {
        const MAX_LENGTH: usize = 255;
        let with_number = |number: usize| {
            let ending = match number {
                1 => "InstanceProfile".to_owned(),
                _ => format!("InstanceProfile{number}"),
            };
            let room = MAX_LENGTH - ending.len();
            let stem: String = stem.chars().take(room).collect();
            stem + &ending
        };
        let mut number = 1;
        loop {
            let id = with_number(number);
            let mut expanded = expansions(place, &id);
            expanded.push(id.clone());
            let is_taken = |id: &String| {
                self.template.has_name(id) || model.repeats.origin(id).is_some() || self.given.contains(id)
            };
            if !expanded.iter().any(is_taken) {
                self.given.extend(expanded);
                return id;
            }
            number += 1;
        }
    }
}

impl Ids for LogicalIds<'_, '_> {
    fn of_role(&mut self, model: &Model<'_>, role: ResourceId) -> String {
        let role = &self.template.resources[role.0];
        self.add_unique(model, stem(role.id), role.key)
    }

    fn of_name(&mut self, model: &Model<'_>, role: &str, user: ResourceId) -> String {
        let user = &self.template.resources[user.0];
        self.add_unique(model, &camel_case(role), user.key)
    }
}

/// Returns the default logical ID of the profile for a role.
pub(super) fn usual_id(id: &str) -> String {
    format!("{}InstanceProfile", stem(id))
}

fn stem(role: &str) -> &str {
    role.strip_suffix("Role").unwrap_or(role)
}

/// Joins the letters and digits of a name in camel case.
fn camel_case(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .flat_map(|word| {
            let (first, rest) = word.split_at(1);
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn converts_names_to_logical_ids() {
        for (name, id) in [
            ("legacy-app", "LegacyApp"),
            ("webRole_2", "WebRole2"),
            ("x", "X"),
            ("+a.B", "AB"),
        ] {
            assert_eq!(super::camel_case(name), id);
        }
    }
}
