//! Random resources, which refer to earlier ones.

use super::slots::arn_with;
use super::{Generator, IDS, Planned};
use crate::tree::{Tree, arn_of, choose, list, map, no_value, reference, sub, text};

/// The role of a resource in the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    Profile,
    /// Takes a profile.
    User,
    /// Takes a role.
    Function,
    Policy,
    Other,
}

impl Generator {
    /// Generates the resources, in random order.
    pub(super) fn resources(&mut self) -> Vec<(String, Tree)> {
        let mut kinds = vec![Kind::Role, Kind::User];
        for _ in 0..self.random.below(8) {
            kinds.push(match self.random.weighted(&[2, 4, 3, 1, 1, 2]) {
                0 => Kind::Role,
                1 => Kind::Profile,
                2 => Kind::User,
                3 => Kind::Function,
                4 => Kind::Policy,
                _ => Kind::Other,
            });
        }
        let mut ranked: Vec<_> = kinds.into_iter().map(|kind| (self.rank(kind), kind)).collect();
        ranked.sort_by_key(|&(rank, _)| rank);
        let mut resources = Vec::new();
        for (_, kind) in ranked {
            let id = self.free_id(kind);
            let (planned, body) = self.resource(id, kind);
            let at = self.random.below(resources.len() + 1);
            resources.insert(at, (planned.id.clone(), body));
            self.planned.push(planned);
        }
        resources
    }

    /// Picks a rank, which is low mostly for roles and high mostly for users.
    fn rank(&mut self, kind: Kind) -> usize {
        let base = match kind {
            Kind::Role => 0,
            Kind::Profile | Kind::Other => 40,
            Kind::User | Kind::Function | Kind::Policy => 50,
        };
        base + self.random.below(100)
    }

    fn free_id(&mut self, kind: Kind) -> String {
        let mut candidates: Vec<_> = match kind {
            Kind::Role => vec!["Role", "WebRole", "AppRole", "App", "ServerRole"],
            Kind::Profile => vec!["Profile", "WebProfile", "RoleInstanceProfile"],
            Kind::User => vec!["Server", "Template"],
            Kind::Function | Kind::Policy | Kind::Other => vec!["Topic", "Queue"],
        };
        if self.random.chance(30) {
            candidates.clear();
        }
        candidates.extend(IDS);
        candidates.retain(|id| self.planned.iter().all(|planned| planned.id != *id));
        let end = candidates.len().min(6);
        let at = if self.random.chance(70) {
            self.random.below(end)
        } else {
            self.random.below(candidates.len())
        };
        candidates[at].to_owned()
    }

    fn resource(&mut self, id: String, kind: Kind) -> (Planned, Tree) {
        let condition = self.condition();
        let own = condition.as_deref();
        let mut name = None;
        let (resource_type, properties) = match kind {
            Kind::Role => {
                let properties;
                (properties, name) = self.role(own);
                ("AWS::IAM::Role", properties)
            }
            Kind::Profile => {
                let properties;
                (properties, name) = self.profile(own);
                ("AWS::IAM::InstanceProfile", properties)
            }
            Kind::User => self.user(own),
            Kind::Function => ("AWS::Lambda::Function", self.function(own)),
            Kind::Policy => ("AWS::IAM::ManagedPolicy", self.policy(own)),
            Kind::Other => ("AWS::SNS::Topic", self.other(own)),
        };
        let mut body = vec![("Type".to_owned(), text(resource_type))];
        body.extend(
            condition
                .clone()
                .map(|condition| ("Condition".to_owned(), text(condition))),
        );
        body.extend(self.depends_on(own).map(|ids| ("DependsOn".to_owned(), ids)));
        if !properties.is_empty() {
            body.push(("Properties".to_owned(), map(properties)));
        }
        let planned = Planned {
            id,
            kind,
            condition,
            name,
        };
        (planned, map(body))
    }

    fn depends_on(&mut self, condition: Option<&str>) -> Option<Tree> {
        if self.random.chance(75) {
            return None;
        }
        let first = self.target(condition, |_| true)?.id;
        let second = self.target(condition, |_| true)?.id;
        Some(match self.random.below(2) {
            1 if first != second => list([text(first), text(second)]),
            _ => text(first),
        })
    }

    fn role(&mut self, condition: Option<&str>) -> (Vec<(String, Tree)>, Option<Tree>) {
        let mut properties = vec![("AssumeRolePolicyDocument".to_owned(), map::<String>([]))];
        let mut name = None;
        if self.random.chance(50) {
            let stated = self.name(condition, true);
            properties.push(("RoleName".to_owned(), stated.clone()));
            name = Some(stated);
        }
        if self.random.chance(10) {
            properties.push(("Path".to_owned(), text("/team/")));
        }
        if self.random.chance(15) {
            let policy = map([("PolicyName", text("p")), ("PolicyDocument", self.document(condition))]);
            properties.push(("Policies".to_owned(), list([policy])));
        }
        (properties, name)
    }

    fn profile(&mut self, condition: Option<&str>) -> (Vec<(String, Tree)>, Option<Tree>) {
        let mut properties = Vec::new();
        let mut name = None;
        if self.random.chance(45) {
            let stated = self.name(condition, false);
            properties.push(("InstanceProfileName".to_owned(), stated.clone()));
            name = Some(stated);
        }
        properties.push(("Roles".to_owned(), self.roles(condition)));
        (properties, name)
    }

    fn roles(&mut self, condition: Option<&str>) -> Tree {
        let is_role = |planned: &Planned| planned.kind == Kind::Role;
        let (Some(first), Some(second)) = (self.target(condition, is_role), self.target(condition, is_role)) else {
            return list([text(self.outside_name())]);
        };
        let branch = self.random.pick(&self.conditions).cloned();
        match (self.random.below(20), branch) {
            (0, _) => list([arn_of(first.id)]),
            (1, _) => reference(first.id),
            (2, _) => list([text(first.id)]),
            (3, _) => list([first.literal()]),
            (9, _) if first.name.is_some() => list(first.name),
            (8, _) => list([text(self.random.one_of(&IDS))]),
            (4, Some(branch)) => list([choose(&branch, reference(first.id), no_value())]),
            (5, Some(branch)) => list([choose(&branch, reference(first.id), reference(second.id))]),
            (6, Some(branch)) => choose(&branch, list([reference(first.id)]), list([reference(second.id)])),
            (7, _) => list([reference(first.id), reference(second.id)]),
            _ => list([reference(first.id)]),
        }
    }

    fn function(&mut self, condition: Option<&str>) -> Vec<(String, Tree)> {
        let role = match self.target(condition, |planned| matches!(planned.kind, Kind::Role | Kind::Profile)) {
            Some(Planned {
                kind: Kind::Role,
                name: Some(name),
                ..
            }) if self.random.chance(30) => arn_with("role", name),
            Some(target) => arn_of(target.id),
            None => text(self.outside_arn("role")),
        };
        vec![("Role".to_owned(), role)]
    }

    fn policy(&mut self, condition: Option<&str>) -> Vec<(String, Tree)> {
        vec![("PolicyDocument".to_owned(), self.document(condition))]
    }

    fn other(&mut self, condition: Option<&str>) -> Vec<(String, Tree)> {
        let Some(target) = self.target(condition, |_| true) else {
            return Vec::new();
        };
        let value = match self.random.below(3) {
            0 => sub(format!("t-${{{}}}", target.id)),
            _ => self.reference_to(&target),
        };
        vec![("DisplayName".to_owned(), value)]
    }

    /// Refers to a resource by its name or its ARN.
    pub(super) fn reference_to(&mut self, target: &Planned) -> Tree {
        match target.kind {
            Kind::Role | Kind::Profile if self.random.chance(40) => arn_of(&target.id),
            _ => reference(&target.id),
        }
    }
}
