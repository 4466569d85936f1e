//! Random names of roles and profiles, as literals and expressions.

use super::Generator;
use super::resources::Kind;
use crate::tree::{Tree, arn_of, call, choose, list, reference, sub, text};

/// Names that are similar to each other.
pub(super) const LITERALS: [&str; 4] = ["web", "Web", "app", "web-app"];

impl Generator {
    /// Generates the name of a role or profile.
    pub(super) fn name(&mut self, condition: Option<&str>, is_role: bool) -> Tree {
        let literal = self.random.one_of(&LITERALS);
        if self.random.chance(40) {
            return text(literal);
        }
        self.computed_name(condition, is_role, 2)
    }

    fn computed_name(&mut self, condition: Option<&str>, is_role: bool, depth: usize) -> Tree {
        let literal = self.random.one_of(&LITERALS);
        match self.random.below(12) {
            0 => reference("Name"),
            1 => sub(self
                .random
                .one_of(&["${Name}-app", "${AWS::StackName}-app", "${Env}-app", "${Name}"])),
            2 => call("Fn::FindInMap", list(["Names", "dev", "name"].map(text))),
            3 => call("Fn::FindInMap", list([text("Names"), reference("Env"), text("name")])),
            4 => call("Fn::Join", list([text("-"), list([text("web"), text("app")])])),
            5 => call(
                "Fn::Select",
                list([
                    text("1"),
                    call("Fn::Split", list([text("/"), text(format!("a/{literal}"))])),
                ]),
            ),
            6 | 7 if depth > 0 && !self.conditions.is_empty() => {
                let condition_of_if = self.random.pick(&self.conditions).unwrap().clone();
                let yes = self.computed_name(condition, is_role, depth - 1);
                let no = self.computed_name(condition, is_role, depth - 1);
                choose(&condition_of_if, yes, no)
            }
            // CloudFormation does not create two roles with the same name.
            8 | 9 if !is_role => match self.target(condition, |planned| planned.kind == Kind::Role) {
                Some(role) if self.random.chance(70) => reference(role.id),
                Some(role) => call(
                    "Fn::Select",
                    list([text("1"), call("Fn::Split", list([text("/"), arn_of(role.id)]))]),
                ),
                None => text(literal),
            },
            10 => match self.target(condition, |planned| planned.kind != Kind::Role) {
                Some(other) => sub(format!("${{{}}}-p", other.id)),
                None => text(literal),
            },
            _ => text(literal),
        }
    }
}
