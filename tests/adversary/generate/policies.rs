//! Random policy documents about passing roles.

use super::Generator;
use super::resources::Kind;
use crate::tree::{Tree, arn_of, list, map, text};

impl Generator {
    /// Generates a policy document.
    pub(super) fn document(&mut self, condition: Option<&str>) -> Tree {
        let statements = (0..=self.random.below(2))
            .map(|_| self.statement(condition))
            .collect::<Vec<_>>();
        map([("Statement", list(statements))])
    }

    fn statement(&mut self, condition: Option<&str>) -> Tree {
        let effect = if self.random.chance(25) { "Deny" } else { "Allow" };
        let action = match self.random.chance(10) {
            true => ("NotAction", text("iam:PassRole")),
            false if self.random.chance(20) => ("Action", list(["iam:PassRole", "iam:GetRole"].map(text))),
            false => ("Action", text("iam:PassRole")),
        };
        let resources = (0..=self.random.below(3))
            .filter_map(|_| self.target(condition, |planned| matches!(planned.kind, Kind::Role | Kind::Profile)))
            .map(|planned| arn_of(planned.id))
            .collect::<Vec<_>>();
        let key = if self.random.chance(10) {
            "NotResource"
        } else {
            "Resource"
        };
        let resources = match resources.as_slice() {
            [] => text("*"),
            [only] if self.random.chance(50) => only.clone(),
            _ => list(resources),
        };
        map([("Effect", text(effect)), action, (key, resources)])
    }
}
