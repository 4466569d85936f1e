//! Random `Fn::ForEach` loops.

use super::Generator;
use super::resources::Kind;
use crate::tree::{Tree, call, list, map, reference, sub, text};

impl Generator {
    /// Adds a loop to the resources.
    pub(super) fn add_loop(&mut self, resources: &mut Vec<(String, Tree)>) {
        let name = self.random.one_of(&[
            "Loop",
            "RoleInstanceProfile",
            "WebInstanceProfile",
            "AppInstanceProfile",
        ]);
        let values = match self.random.chance(60) {
            true => list(["A", "B"].map(text)),
            false => reference("Letters"),
        };
        let mut body = Vec::new();
        let has_roles = self.random.chance(60);
        let condition = self.condition();
        if has_roles {
            let mut properties = vec![("AssumeRolePolicyDocument".to_owned(), map::<String>([]))];
            if self.random.chance(40) {
                let name = self.random.one_of(&["${N}-web", "web-${N}", "${Name}-${N}"]);
                properties.push(("RoleName".to_owned(), sub(name)));
            }
            body.push((
                "${N}Role".to_owned(),
                self.body("AWS::IAM::Role", condition.as_deref(), properties),
            ));
        }
        if has_roles && self.random.chance(30) {
            let roles = list([reference_in_loop("${N}Role")]);
            let properties = vec![("Roles".to_owned(), roles)];
            body.push((
                "${N}Profile".to_owned(),
                self.body("AWS::IAM::InstanceProfile", condition.as_deref(), properties),
            ));
        }
        let id = self.random.one_of(&[
            "${N}Server",
            "Server${N}",
            "${N}RoleInstanceProfile",
            "${N}InstanceProfile",
        ]);
        if self.random.chance(80) {
            let value = match (has_roles, self.random.below(4)) {
                (true, 0..=2) => reference_in_loop("${N}Role"),
                (_, 3) => text(self.outside_arn("role")),
                _ => self.slot_value(condition.as_deref(), false),
            };
            let properties = vec![("IamInstanceProfile".to_owned(), value)];
            body.push((
                id.to_owned(),
                self.body("AWS::EC2::Instance", condition.as_deref(), properties),
            ));
        } else {
            body.push((id.to_owned(), self.body("AWS::SNS::Topic", None, Vec::new())));
        }
        let at = self.random.below(resources.len() + 1);
        resources.insert(
            at,
            (format!("Fn::ForEach::{name}"), list([text("N"), values, map(body)])),
        );
        if has_roles && self.random.chance(20) {
            let properties = vec![("IamInstanceProfile".to_owned(), reference("ARole"))];
            resources.push((
                "Outside".to_owned(),
                self.body("AWS::EC2::Instance", condition.as_deref(), properties),
            ));
        }
    }

    fn body(&mut self, resource_type: &str, condition: Option<&str>, properties: Vec<(String, Tree)>) -> Tree {
        let mut body = vec![("Type".to_owned(), text(resource_type))];
        body.extend(condition.map(|condition| ("Condition".to_owned(), text(condition))));
        let mentions_topic = self.random.chance(10);
        let topic = self
            .target(condition, |planned| planned.kind == Kind::Other)
            .filter(|_| mentions_topic);
        body.extend(topic.map(|topic| ("DependsOn".to_owned(), text(topic.id))));
        if !properties.is_empty() {
            body.push(("Properties".to_owned(), map(properties)));
        }
        map(body)
    }
}

/// Refers to a resource of the same iteration.
fn reference_in_loop(id: &str) -> Tree {
    call("Ref", sub(id))
}
