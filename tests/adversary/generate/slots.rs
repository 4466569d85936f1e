//! Random resources that take a profile, right and wrong.

use super::resources::Kind;
use super::{Generator, IDS, Planned};
use crate::tree::{Tree, arn_of, call, choose, list, map, no_value, reference, sub, text};

/// Builds an ARN of this account with a name.
pub(super) fn arn_with(section: &str, name: Tree) -> Tree {
    let start = [text("arn:aws:iam::"), reference("AWS::AccountId")];
    let end = [text(format!(":{section}/")), name];
    call("Fn::Join", list([text(""), list(start.into_iter().chain(end))]))
}

impl Generator {
    /// Generates a resource that takes a profile.
    pub(super) fn user(&mut self, condition: Option<&str>) -> (&'static str, Vec<(String, Tree)>) {
        let value = |generator: &mut Self, wants_arn| generator.slot_value(condition, wants_arn);
        let property = |name: &str, value| (name.to_owned(), value);
        match self.random.below(14) {
            0..=5 => {
                let value = value(self, false);
                let value = if self.random.chance(5) {
                    map([("Name", value)])
                } else {
                    value
                };
                ("AWS::EC2::Instance", vec![property("IamInstanceProfile", value)])
            }
            6 | 7 => {
                let wants_arn = self.random.chance(50);
                let key = if wants_arn { "Arn" } else { "Name" };
                let value = value(self, wants_arn);
                let object = if self.random.chance(10) {
                    value
                } else {
                    map([(key, value)])
                };
                let data = map([("IamInstanceProfile", object)]);
                ("AWS::EC2::LaunchTemplate", vec![property("LaunchTemplateData", data)])
            }
            8 => {
                let value = value(self, false);
                (
                    "AWS::AutoScaling::LaunchConfiguration",
                    vec![property("IamInstanceProfile", value)],
                )
            }
            9 => {
                let wants_arn = self.random.chance(50);
                let resources = map([("InstanceRole", value(self, wants_arn))]);
                (
                    "AWS::Batch::ComputeEnvironment",
                    vec![property("ComputeResources", resources)],
                )
            }
            10 => (
                "AWS::ImageBuilder::InfrastructureConfiguration",
                vec![property("InstanceProfileName", value(self, false))],
            ),
            11 => {
                let options = (0..=self.random.below(2)).map(|_| {
                    map([
                        ("Namespace", text("aws:autoscaling:launchconfiguration")),
                        ("OptionName", text("IamInstanceProfile")),
                        ("Value", value(self, false)),
                    ])
                });
                let options = list(options.collect::<Vec<_>>());
                (
                    "AWS::ElasticBeanstalk::Environment",
                    vec![property("OptionSettings", options)],
                )
            }
            12 => {
                let specifications = (0..=self.random.below(2))
                    .map(|_| map([("IamInstanceProfile", map([("Arn", value(self, true))]))]))
                    .collect::<Vec<_>>();
                let data = map([("LaunchSpecifications", list(specifications))]);
                (
                    "AWS::EC2::SpotFleet",
                    vec![property("SpotFleetRequestConfigData", data)],
                )
            }
            _ => (
                "AWS::RDS::DBInstance",
                vec![property("CustomIAMInstanceProfile", value(self, false))],
            ),
        }
    }

    /// Generates the content of a slot: often a role, which is the mistake.
    pub(super) fn slot_value(&mut self, condition: Option<&str>, wants_arn: bool) -> Tree {
        self.branched_slot_value(condition, wants_arn, 2)
    }

    fn branched_slot_value(&mut self, condition: Option<&str>, wants_arn: bool, depth: usize) -> Tree {
        let branch = self.random.pick(&self.conditions).cloned();
        match branch {
            Some(branch) if depth > 0 && self.random.chance(20) => {
                let yes = self.branched_slot_value(condition, wants_arn, depth - 1);
                let no = match self.random.chance(20) {
                    true => no_value(),
                    false => self.branched_slot_value(condition, wants_arn, depth - 1),
                };
                choose(&branch, yes, no)
            }
            _ => self.plain_slot_value(condition, wants_arn),
        }
    }

    fn plain_slot_value(&mut self, condition: Option<&str>, wants_arn: bool) -> Tree {
        let is_role = |planned: &Planned| planned.kind == Kind::Role;
        let is_profile = |planned: &Planned| planned.kind == Kind::Profile;
        let role = self.target(condition, is_role);
        let profile = self.target(condition, is_profile);
        let section = if self.random.chance(85) {
            "role"
        } else {
            "instance-profile"
        };
        let outside = text(self.outside_arn(section));
        let right = |planned: Planned| match wants_arn {
            true => arn_of(planned.id),
            false => reference(planned.id),
        };
        let Some(role) = role else {
            return profile.map_or(outside, right);
        };
        let built = |kind: &str, id: &str| format!("arn:aws:iam::${{AWS::AccountId}}:{kind}/${{{id}}}");
        match (self.random.below(24), profile) {
            (0..=7, _) => reference(role.id),
            (8..=10, _) => arn_of(role.id),
            (11, _) => sub(format!("${{{}}}", role.id)),
            (12, _) => sub(built("role", &role.id)),
            (13, _) => call(
                "Fn::Join",
                list([
                    text(""),
                    list([text("arn:aws:iam::123456789012:role/"), reference(role.id)]),
                ]),
            ),
            (14, _) => call(
                "Fn::Select",
                list([text("1"), call("Fn::Split", list([text("/"), arn_of(role.id)]))]),
            ),
            (15, _) => outside,
            (16, _) => role.literal(),
            (17, Some(profile)) => profile.literal(),
            (21 | 22, Some(Planned { name: Some(name), .. })) => match wants_arn {
                true => arn_with("instance-profile", name),
                false => name,
            },
            (20, _) if self.random.chance(30) => text(self.random.one_of(&IDS)),
            (18, Some(profile)) => sub(built("instance-profile", &profile.id)),
            (19, Some(profile)) if wants_arn => reference(profile.id),
            (19, Some(profile)) => arn_of(profile.id),
            (_, Some(profile)) => right(profile),
            (_, None) => reference(role.id),
        }
    }
}
