//! Models of templates with mistakes, which determine the content before fixing and the allowed content after it.

use cfn_ipfix::{Options, ProfileName};
use proptest::prelude::*;
use proptest::sample::select;

use super::others;
use super::property::Wants;
use super::slots::{SLOTS, Slot, SlotType};
use super::value::{Value, call, list, map, no_value, reference, text};

/// A template.
///
/// Indexes are modulo the number of items, so that they stay valid while a failure shrinks.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) roles: Vec<Role>,
    pub(super) profiles: Vec<Profile>,
    pub(super) consumers: Vec<Consumer>,
    pub(super) functions: Vec<Function>,
    /// Other resources, by their index in [`others::RESOURCES`].
    others: Vec<usize>,
    /// True if the section `Outputs` appears twice.
    has_two_outputs: bool,
    /// Number of sections that move from before the resources to after them.
    rotation: usize,
    pub(super) unsafe_fixes: bool,
    pub(super) profile_name: ProfileName,
}

#[derive(Clone, Debug)]
pub(super) struct Role {
    /// The position among the resources.
    rank: u8,
    condition: Option<u8>,
    name: RoleName,
    path: Option<RolePath>,
    /// The form of the statement that EC2 may assume it.
    trust: Trust,
    has_type_last: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum RoleName {
    None,
    Literal,
    Parameter,
    Built,
}

#[derive(Clone, Copy, Debug)]
enum RolePath {
    Root,
    Folder,
    Parameter,
}

#[derive(Clone, Copy, Debug)]
enum Trust {
    Mapping,
    List,
    Json,
    Suffix,
}

#[derive(Clone, Debug)]
pub(super) struct Profile {
    rank: u8,
    condition: Option<u8>,
    role: usize,
    name: NameOfProfile,
    roles: Roles,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum NameOfProfile {
    None,
    RefOfRole,
    SameAsRole,
    Other,
}

/// The form of a profile's `Roles`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Roles {
    Right,
    ByName,
    Outside,
    Arn,
    BuiltArn,
    Scalar,
    ScalarArn,
    Singular,
    SingularList,
    Miscased,
    MissingRef,
    Two,
    Empty,
    Missing,
}

/// A resource that takes a profile.
#[derive(Clone, Debug)]
pub(super) struct Consumer {
    rank: u8,
    condition: Option<u8>,
    slot: usize,
    shape: Shape,
    given: Atom,
    /// The value if a condition does not hold.
    otherwise: Option<Atom>,
    has_more: bool,
}

/// The collection around the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Right,
    Under(Key),
    Both,
    InList,
    Miscased,
    Bare,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Name,
    Arn,
}

/// A value in place of a profile.
#[derive(Clone, Copy, Debug)]
struct Atom {
    resolved: Reference,
    spelling: Spelling,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Reference {
    Name(Target),
    Arn(Target),
    /// `GetAtt …ARN`.
    MiscasedArn(Target),
    RoleId(usize),
    BuiltRoleArn(Target),
    BuiltProfileArn(Target),
    LiteralRoleName(usize),
    LiteralRoleArn(usize),
    OutsideRoleArn,
    LiteralProfileName,
    LiteralProfileArn,
    MissingFunction(Target, Remnant),
    MissingGetAtt(Target),
    Parameter,
    Import,
    NoValue,
}

/// The target of a reference.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    Role(usize),
    Profile(usize),
}

/// The rest of a reference without its function.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Remnant {
    Id,
    Attribute,
    Variable,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Spelling {
    Call,
    Sub,
    Join,
}

/// A Lambda function, which takes a role.
///
/// Its value may be a profile.
#[derive(Clone, Debug)]
pub(super) struct Function {
    rank: u8,
    of: Target,
}

/// The values that are allowed after fixing.
#[derive(Clone, Debug)]
pub(super) struct Outcomes<T = Value> {
    pub(super) values: Vec<T>,
    /// Set if a finding is expected.
    pub(super) is_wrong: bool,
}

/// The obstacles in the layout, and the profiles that fixes have added.
#[derive(Clone, Copy, Debug)]
pub(super) struct FixContext<'c> {
    /// Set if the layout may prevent a fix.
    pub(super) has_obstacle: bool,
    /// The roles whose layout may prevent a new profile after them.
    pub(super) roles_with_obstacles: &'c [usize],
    /// The profiles whose layout may prevent a fix.
    pub(super) profiles_with_obstacles: &'c [usize],
    /// Set if the value is in the document of another service, whose names are not compared with those of the template.
    pub(super) is_in_document: bool,
    /// The added profiles: logical ID and role.
    pub(super) added: &'c [(String, HeldRole)],
    /// The way in which the fixes were applied.
    pub(super) applied: Applied,
}

/// The way in which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    AtOnce,
    /// An unsafe fix may come before a safe one, which then has another result.
    InAnotherOrder,
}

/// The role that an added profile holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum HeldRole {
    Role(usize),
    /// A role outside the template; the profile has this condition.
    Outside(Option<&'static str>),
}

const OUTSIDE_ROLE: &str = "legacy-app_2";
const CONDITIONS: [&str; 2] = ["IsProduction", "HasServers"];

pub(super) fn role_id(index: usize) -> String {
    let ids = ["ServerRole", "Worker", "IAMRole", "Role"];
    match ids.get(index) {
        Some(id) => (*id).to_owned(),
        None => "Long".repeat(62) + "Role",
    }
}

fn profile_id(index: usize) -> &'static str {
    let ids = [
        "ServerInstanceProfile",
        "InstanceRole",
        "WorkerInstanceProfile",
        "InstanceProfile",
        "WebProfile",
    ];
    ids[index % ids.len()]
}

impl Model {
    pub(super) fn options(&self) -> Options {
        Options {
            unsafe_fixes: self.unsafe_fixes,
            profile_name: self.profile_name,
            ..Options::default()
        }
    }

    /// Returns the options as arguments of the command.
    pub(super) fn arguments(&self) -> Vec<&'static str> {
        let name = match self.profile_name {
            ProfileName::Auto => "--instance-profile-name=auto",
            ProfileName::None => "--instance-profile-name=none",
            ProfileName::Role => "--instance-profile-name=role",
        };
        let unsafe_fixes = if self.unsafe_fixes {
            "--unsafe-fixes"
        } else {
            "--no-unsafe-fixes"
        };
        vec![name, unsafe_fixes]
    }

    /// Returns the template without its mistakes.
    pub(super) fn without_mistakes(mut self) -> Self {
        let count = self.profiles.len();
        for profile in &mut self.profiles {
            if profile.roles != Roles::Outside {
                profile.roles = Roles::Right;
            }
        }
        for consumer in &mut self.consumers {
            let is_object = matches!(consumer.slot().slot_type, SlotType::Object { .. });
            consumer.shape = Shape::Right;
            for atom in [Some(&mut consumer.given), consumer.otherwise.as_mut()]
                .into_iter()
                .flatten()
            {
                atom.resolved = match (atom.resolved, SLOTS[consumer.slot % SLOTS.len()].slot_type) {
                    (resolved @ (Reference::Parameter | Reference::Import | Reference::NoValue), _) => resolved,
                    (_, slot_type) if count == 0 => match slot_type {
                        SlotType::Value(Wants::Arn) | SlotType::Object { .. } => Reference::LiteralProfileArn,
                        SlotType::Value(_) => Reference::LiteralProfileName,
                    },
                    (_, SlotType::Value(Wants::Arn) | SlotType::Object { .. }) => Reference::Arn(Target::Profile(0)),
                    (_, SlotType::Value(_)) => Reference::Name(Target::Profile(0)),
                };
            }
            if is_object {
                consumer.shape = Shape::Under(Key::Arn);
            }
        }
        for function in &mut self.functions {
            function.of = Target::Role(0);
        }
        self
    }

    /// Returns the template without the key that JSON cannot have.
    pub(super) fn without_longest_key(mut self) -> Self {
        self.others.retain(|other| *other != others::LONGEST_KEY);
        self
    }

    /// Builds the content of the template.
    pub(super) fn value(&self) -> Value {
        let parameters = ["Given", "Folder", "Name0", "Name1", "Name2", "Name3", "Name4"];
        let parameters = parameters.map(|name| (name, map([("Type", text("String"))])));
        let conditions = CONDITIONS.map(|name| {
            let equal = list([reference("Given", None), text("yes: it is")]);
            (name, call("Fn::Equals", equal))
        });
        let output = map([
            ("Value", reference(&role_id(0), Some("Arn"))),
            ("Description", text("the role's #1")),
        ]);
        let mut sections = vec![
            ("AWSTemplateFormatVersion", text("2010-09-09")),
            ("Description", text("Servers: für 日本 😀")),
            ("Parameters", map(parameters)),
            ("Conditions", map(conditions)),
            ("Outputs", map([("RoleArn", output)])),
            ("Resources", Value::Map(self.resources())),
        ];
        if self.has_two_outputs {
            sections.push(("Outputs", map([("Dash", map([("Value", text("-"))]))])));
        }
        let count = sections.len();
        sections.rotate_left(self.rotation % count);
        map(sections)
    }

    fn resources(&self) -> Vec<(String, Value)> {
        let roles = self.roles.iter().enumerate();
        let mut resources: Vec<_> = roles
            .map(|(index, role)| (role.rank, role_id(index), self.role_value(index)))
            .collect();
        resources.extend(self.profiles.iter().enumerate().map(|(index, profile)| {
            let roles = self.roles_before(index);
            (
                profile.rank,
                profile_id(index).to_owned(),
                self.profile_value(index, roles),
            )
        }));
        resources.extend(self.consumers.iter().enumerate().map(|(index, consumer)| {
            let (key, value) = self.given(index);
            (
                consumer.rank,
                self.consumer_id(index),
                self.consumer_value(index, &key, value),
            )
        }));
        resources.extend(self.functions.iter().enumerate().map(|(index, function)| {
            let given = reference(&self.id(function.of), Some("Arn"));
            (function.rank, self.function_id(index), self.function_value(given))
        }));
        resources.extend(self.others.iter().enumerate().map(|(index, &other)| {
            let value = others::RESOURCES[other](&role_id(0));
            (97 * (index as u8), format!("Other{index}"), value)
        }));
        resources.sort_by_key(|(rank, ..)| *rank);
        resources.into_iter().map(|(_, id, value)| (id, value)).collect()
    }

    fn id(&self, of: Target) -> String {
        match of {
            Target::Profile(index) if !self.profiles.is_empty() => profile_id(index % self.profiles.len()).to_owned(),
            Target::Role(index) | Target::Profile(index) => role_id(index % self.roles.len()),
        }
    }

    /// Returns the target with an index in range.
    ///
    /// In a template without profiles, it is a role.
    fn target(&self, of: Target) -> Target {
        match of {
            Target::Profile(index) if !self.profiles.is_empty() => Target::Profile(index % self.profiles.len()),
            Target::Role(index) | Target::Profile(index) => Target::Role(index % self.roles.len()),
        }
    }
}

// Roles.

impl Model {
    fn role_value(&self, index: usize) -> Value {
        let role = &self.roles[index];
        let mut properties = vec![("AssumeRolePolicyDocument", role.trust.value())];
        properties.extend(self.role_name(index).map(|name| ("RoleName", name)));
        properties.extend(role.path.map(|path| ("Path", path.value())));
        let mut entries = vec![("Type", text("AWS::IAM::Role"))];
        entries.extend(role.condition.map(|index| ("Condition", condition(index))));
        entries.push(("Properties", map(properties)));
        if role.has_type_last {
            entries.reverse();
        }
        map(entries)
    }

    fn role_name(&self, index: usize) -> Option<Value> {
        match self.roles[index].name {
            RoleName::None => None,
            RoleName::Literal => Some(text(literal_name(index))),
            RoleName::Parameter => Some(reference(&format!("Name{index}"), None)),
            RoleName::Built => Some(call("Fn::Sub", text(format!("${{AWS::StackName}}-role-{index}")))),
        }
    }

    /// Builds the profile that is added for a role.
    ///
    /// It has the role's name unless another profile may have it.
    pub(super) fn new_profile(&self, index: usize) -> Value {
        let wants_name = match self.profile_name {
            ProfileName::Auto => self.roles[index].name != RoleName::None,
            ProfileName::None => false,
            ProfileName::Role => true,
        };
        let is_named = wants_name && !self.may_have_name_of(index);
        let role = &self.roles[index];
        let id = role_id(index);
        let mut properties = Vec::new();
        properties.extend(role.path.map(|path| ("Path", path.value())));
        properties.extend(is_named.then(|| ("InstanceProfileName", reference(&id, None))));
        properties.push(("Roles", list([reference(&id, None)])));
        let mut entries = vec![("Type", text("AWS::IAM::InstanceProfile"))];
        entries.extend(role.condition.map(|index| ("Condition", condition(index))));
        entries.push(("Properties", map(properties)));
        if role.has_type_last {
            entries.reverse();
        }
        map(entries)
    }

    /// Returns whether a profile of the template may have the role's name.
    ///
    /// A profile with the name of another role cannot, because two roles cannot have the same name.
    fn may_have_name_of(&self, role: usize) -> bool {
        let is_chosen = self.roles[role].name == RoleName::Parameter;
        self.profiles.iter().any(|profile| {
            let of_role = profile.role % self.roles.len();
            let is_of_role = of_role == role && profile.roles != Roles::Outside;
            match profile.name {
                NameOfProfile::None => false,
                NameOfProfile::RefOfRole if profile.roles != Roles::Outside => is_of_role,
                NameOfProfile::SameAsRole if self.roles[of_role].name == RoleName::Literal => is_of_role || is_chosen,
                // The name is like `profile-0`, which can be the value of a parameter too.
                _ => is_chosen,
            }
        })
    }

    /// Builds the profiles that may be added for a role outside the template.
    ///
    /// Each has the condition of its user.
    pub(super) fn new_outside_profiles(&self) -> Vec<(Option<&'static str>, Value)> {
        let conditions = CONDITIONS.into_iter().map(Some).chain([None]);
        let profile = |condition: Option<&'static str>| {
            let mut entries = vec![("Type", text("AWS::IAM::InstanceProfile"))];
            entries.extend(condition.map(|condition| ("Condition", text(condition))));
            entries.push(("Properties", map([("Roles", list([text(OUTSIDE_ROLE)]))])));
            (condition, map(entries))
        };
        conditions.map(profile).collect()
    }

    /// Returns the profiles with the role's name.
    fn namesakes(&self, role: usize) -> Vec<usize> {
        let profiles = self.profiles.iter().enumerate().filter(|(_, profile)| {
            let is_same = match profile.name {
                NameOfProfile::RefOfRole => true,
                NameOfProfile::SameAsRole => self.roles[role].name == RoleName::Literal,
                NameOfProfile::None | NameOfProfile::Other => false,
            };
            is_same && profile.roles != Roles::Outside && profile.role % self.roles.len() == role
        });
        profiles.map(|(index, _)| index).collect()
    }

    /// Returns whether a profile has the role's name.
    fn is_name_taken(&self, role: usize) -> bool {
        !self.namesakes(role).is_empty()
    }

    /// Returns whether a value repeats the name of a profile that may exist with it.
    fn repeats_name(&self, consumer: &Consumer) -> bool {
        let is_branch = consumer.otherwise.is_some();
        let atoms = [
            (Some(&consumer.given), is_branch.then_some(true)),
            (consumer.otherwise.as_ref(), Some(false)),
        ];
        atoms.into_iter().any(|(atom, branch)| {
            let Some(Reference::LiteralRoleName(role)) = atom.map(|atom| self.in_range(atom.resolved)) else {
                return false;
            };
            self.namesakes(role).into_iter().any(|profile| {
                // The conditions of a generated template are all equal.
                let is_conditional = consumer.condition.is_some() || self.profiles[profile].condition.is_some();
                !is_conditional || branch != Some(false)
            })
        })
    }

    /// Returns whether a reference to the profile with the role's name may not be right in every stack.
    fn is_unclear_name(&self, role: usize, consumer: &Consumer) -> bool {
        let namesakes = self.namesakes(role);
        let is_conditional = |profile: &usize| self.profiles[*profile].condition.is_some();
        let is_never_used = consumer.condition.is_some() && consumer.otherwise.is_some();
        namesakes.len() > 1 || namesakes.iter().any(is_conditional) || (!namesakes.is_empty() && is_never_used)
    }

    /// Returns the start of a new profile's logical ID.
    pub(super) fn stem(role: usize) -> String {
        let id = role_id(role);
        id.strip_suffix("Role").unwrap_or(&id).to_owned()
    }
}

fn literal_name(role: usize) -> String {
    format!("AWSRDSCustom-role-{role}")
}

fn condition(index: u8) -> Value {
    text(CONDITIONS[usize::from(index) % CONDITIONS.len()])
}

impl RolePath {
    fn value(self) -> Value {
        match self {
            Self::Root => text("/"),
            Self::Folder => text("/svc/"),
            Self::Parameter => reference("Folder", None),
        }
    }
}

impl Trust {
    fn value(self) -> Value {
        let policy = |service: Value| {
            let statement = map([
                ("Effect", text("Allow")),
                ("Principal", map([("Service", service)])),
                ("Action", text("sts:AssumeRole")),
            ]);
            map([("Version", text("2012-10-17")), ("Statement", list([statement]))])
        };
        match self {
            Self::Mapping => policy(text("ec2.amazonaws.com")),
            Self::List => policy(list([text("lambda.amazonaws.com"), text("ec2.amazonaws.com")])),
            Self::Suffix => policy(call("Fn::Sub", text("ec2.${AWS::URLSuffix}"))),
            Self::Json => text(
                r#"{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#,
            ),
        }
    }
}

// Profiles.

impl Model {
    pub(super) fn profile_id(&self, index: usize) -> String {
        profile_id(index).to_owned()
    }

    /// Returns whether a profile has a role in place of a list.
    pub(super) fn is_single_role(&self, index: usize) -> bool {
        matches!(
            self.profiles[index].roles,
            Roles::Scalar | Roles::ScalarArn | Roles::Singular
        )
    }

    /// Returns the role that a profile should hold, if it is in the template.
    fn role_of(&self, profile: usize) -> Option<usize> {
        let profile = &self.profiles[profile];
        let is_known = !matches!(
            profile.roles,
            Roles::Outside | Roles::Two | Roles::Empty | Roles::Missing
        );
        is_known.then_some(profile.role % self.roles.len())
    }

    pub(super) fn profile_value(&self, index: usize, roles: Option<(String, Value)>) -> Value {
        let profile = &self.profiles[index];
        let role = profile.role % self.roles.len();
        let name = match profile.name {
            NameOfProfile::None => None,
            NameOfProfile::RefOfRole if profile.roles != Roles::Outside => Some(reference(&role_id(role), None)),
            NameOfProfile::SameAsRole
                if profile.roles != Roles::Outside && self.roles[role].name == RoleName::Literal =>
            {
                Some(text(literal_name(role)))
            }
            _ => Some(text(format!("profile-{index}"))),
        };
        let mut properties: Vec<(String, Value)> = Vec::new();
        properties.extend(name.map(|name| ("InstanceProfileName".to_owned(), name)));
        properties.extend(roles);
        properties.push(("Path".to_owned(), text("/")));
        let mut entries = vec![("Type", text("AWS::IAM::InstanceProfile"))];
        entries.extend(profile.condition.map(|index| ("Condition", condition(index))));
        entries.push(("Properties", map(properties)));
        map(entries)
    }

    /// Builds the entry with the roles of a profile.
    pub(super) fn roles_before(&self, index: usize) -> Option<(String, Value)> {
        let profile = &self.profiles[index];
        let role = profile.role % self.roles.len();
        let id = role_id(role);
        let (name, arn) = (reference(&id, None), reference(&id, Some("Arn")));
        let (key, value) = match profile.roles {
            Roles::Right => ("Roles", list([name])),
            Roles::ByName if self.roles[role].name == RoleName::Literal => ("Roles", list([text(literal_name(role))])),
            Roles::ByName => ("Roles", list([name])),
            Roles::Outside => ("Roles", list([text(OUTSIDE_ROLE)])),
            Roles::Arn => ("Roles", list([arn])),
            Roles::BuiltArn => ("Roles", list([built_arn("role", &id)])),
            Roles::Scalar => ("Roles", name),
            Roles::ScalarArn => ("Roles", arn),
            Roles::Singular => ("Role", name),
            Roles::SingularList => ("Role", list([name])),
            Roles::Miscased => ("roles", list([name])),
            Roles::MissingRef => ("Roles", list([text(id)])),
            Roles::Two => {
                let other = role_id((role + 1) % self.roles.len());
                ("Roles", list([name, reference(&other, None)]))
            }
            Roles::Empty => ("Roles", list([])),
            Roles::Missing => return None,
        };
        Some((key.to_owned(), value))
    }

    /// Builds the allowed entries with the roles of a profile after fixing.
    pub(super) fn roles_after(&self, index: usize, has_obstacle: bool) -> Outcomes<Option<(String, Value)>> {
        let profile = &self.profiles[index];
        let before = self.roles_before(index);
        let role = profile.role % self.roles.len();
        let (id, role) = (role_id(role), &self.roles[role]);
        let fixed = Some(("Roles".to_owned(), list([reference(&id, None)])));
        let is_wrong = match profile.roles {
            Roles::Right | Roles::Outside => false,
            // The name of the profile may refer to the role, which states the order.
            Roles::ByName => role.name == RoleName::Literal && profile.name != NameOfProfile::RefOfRole,
            _ => true,
        };
        // The conditions of a generated template are all equal.
        let exists = role.condition.is_none() || profile.condition.is_some();
        let is_fixed = match profile.roles {
            Roles::Two | Roles::Empty | Roles::Missing => false,
            Roles::MissingRef => self.unsafe_fixes && exists,
            Roles::ByName => is_wrong && exists,
            _ => is_wrong,
        };
        let mut values = if is_fixed { vec![fixed] } else { vec![before.clone()] };
        if is_fixed && has_obstacle {
            // Perhaps only one of two mistakes is fixed.
            let Some((_, value)) = before.clone() else {
                unreachable!()
            };
            let listed = list([value.clone()]);
            values.extend([
                before,
                Some(("Roles".to_owned(), value)),
                Some(("Roles".to_owned(), listed)),
            ]);
            values.push(Some(("Roles".to_owned(), reference(&id, None))));
        }
        Outcomes { values, is_wrong }
    }

    /// Returns the profiles that may replace a role, each with whether it always can.
    pub(super) fn replacements(&self, role: usize, profiles_with_obstacles: &[usize]) -> Vec<(String, bool)> {
        let condition_of = |index: Option<u8>| index.map(condition);
        let of_role = condition_of(self.roles[role].condition);
        let holders = self.profiles.iter().enumerate().filter(|(index, profile)| {
            let condition = condition_of(profile.condition);
            self.role_of(*index) == Some(role) && (condition.is_none() || condition == of_role)
        });
        let replacements = holders.filter_map(|(index, profile)| {
            let is_sure = match profile.roles {
                Roles::MissingRef if self.unsafe_fixes => false,
                Roles::MissingRef => return None,
                _ => !profiles_with_obstacles.contains(&index),
            };
            Some((profile_id(index).to_owned(), is_sure))
        });
        replacements.collect()
    }
}

impl Model {
    /// Returns the profiles that hold the role outside the template.
    ///
    /// The boolean is true if the profile has no condition.
    pub(super) fn replacements_outside(&self) -> Vec<(String, bool)> {
        let profiles = self.profiles.iter().enumerate();
        let holders = profiles.filter(|(_, profile)| profile.roles == Roles::Outside);
        let holders = holders.map(|(index, profile)| (profile_id(index).to_owned(), profile.condition.is_none()));
        holders.collect()
    }
}

/// Builds the ARN of a role or a profile without a path.
pub(super) fn built_arn(kind: &str, id: &str) -> Value {
    call(
        "Fn::Sub",
        text(format!(
            "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{kind}/${{{id}}}"
        )),
    )
}

// Functions.

impl Model {
    pub(super) fn function_id(&self, index: usize) -> String {
        format!("Function{index}")
    }

    pub(super) fn function_value(&self, role: Value) -> Value {
        let properties = map([("Handler", text("index.handler")), ("Role", role)]);
        map([("Type", text("AWS::Lambda::Function")), ("Properties", properties)])
    }

    /// Returns the profile in place of the role of a function.
    pub(super) fn profile_of_function(&self, index: usize) -> Option<usize> {
        match self.target(self.functions[index].of) {
            Target::Profile(profile) => Some(profile),
            Target::Role(_) => None,
        }
    }

    pub(super) fn function_after(&self, index: usize, has_obstacle: bool) -> Outcomes {
        let of = self.target(self.functions[index].of);
        let before = reference(&self.id(of), Some("Arn"));
        let Target::Profile(profile) = of else {
            return Outcomes::right(before);
        };
        let mut values = Vec::new();
        let role = self.role_of(profile);
        values.extend(role.map(|role| reference(&role_id(role), Some("Arn"))));
        let is_sure = role.is_some() && !matches!(self.profiles[profile].roles, Roles::MissingRef | Roles::ByName);
        if has_obstacle || !is_sure {
            values.push(before);
        }
        Outcomes { values, is_wrong: true }
    }
}

// Consumers.

impl Consumer {
    pub(super) fn slot(&self) -> &'static Slot {
        &SLOTS[self.slot % SLOTS.len()]
    }

    fn is_given_nothing(&self) -> bool {
        let is_nothing = |atom: &Atom| atom.resolved == Reference::NoValue;
        is_nothing(&self.given) && self.otherwise.as_ref().is_none_or(is_nothing)
    }
}

impl Model {
    pub(super) fn consumer_id(&self, index: usize) -> String {
        format!("Server{index}")
    }

    /// Returns whether a consumer has a list in place of an `Fn::GetAtt`.
    pub(super) fn has_missing_get_att(&self, index: usize) -> bool {
        let Consumer { given, otherwise, .. } = &self.consumers[index];
        let is_list = |atom: &Atom| matches!(atom.resolved, Reference::MissingGetAtt(_));
        is_list(given) || otherwise.as_ref().is_some_and(is_list)
    }

    /// Returns whether a consumer may have both a name and an ARN.
    pub(super) fn has_both(&self, index: usize) -> bool {
        self.consumers[index].shape == Shape::Both
    }

    /// Returns whether the order of fixes may decide about the result, though each is right.
    ///
    /// Either may be removed of a name and an ARN. If neither can be, the name of a role with a profile of the same name may
    /// remain beside the ARN of that profile. A slot that takes both may share its value with one that takes the ARN.
    pub(super) fn may_depend_on_order(&self, has_aliases: bool) -> bool {
        let takes_either = |consumer: &Consumer| matches!(consumer.slot().slot_type, SlotType::Value(Wants::Either));
        let has_both = (0..self.consumers.len()).any(|index| self.has_both(index));
        has_both || (has_aliases && self.consumers.iter().any(takes_either))
    }

    /// Returns whether a name and an ARN may be fixed to two profiles.
    ///
    /// This happens if one of the profiles holds the role only after it is fixed itself.
    pub(super) fn may_name_two_profiles(&self, index: usize, profiles_with_obstacles: &[usize]) -> bool {
        let Target::Role(role) = self.target(self.consumers[index].given.of()) else {
            return false;
        };
        let replacements = self.replacements(role, profiles_with_obstacles);
        replacements.len() > 1 && replacements.iter().any(|(_, is_sure)| !is_sure)
    }

    /// Returns whether an added profile may be the one of a name and an ARN that is removed.
    ///
    /// This happens if another profile holds the role only after it is fixed itself, between the fixes of the two.
    pub(super) fn may_drop_added_profile(&self, profiles_with_obstacles: &[usize]) -> bool {
        let mut pairs = (0..self.consumers.len()).filter(|&index| self.has_both(index));
        pairs.any(|index| match self.target(self.consumers[index].given.of()) {
            Target::Role(role) => {
                let replacements = self.replacements(role, profiles_with_obstacles);
                replacements.iter().any(|(_, is_sure)| !is_sure)
            }
            _ => false,
        })
    }

    /// Builds a consumer with `value` under `key` in its slot.
    pub(super) fn consumer_value(&self, index: usize, key: &str, value: Value) -> Value {
        let consumer = &self.consumers[index];
        let slot = consumer.slot();
        let properties = slot.around(key, value, consumer.has_more);
        let mut entries = vec![("Type", text(slot.resource))];
        entries.extend(consumer.condition.map(|index| ("Condition", condition(index))));
        entries.push(("Properties", properties));
        if consumer.has_more {
            entries.push(("DependsOn", text(role_id(0))));
        }
        map(entries)
    }

    /// Returns the path from the `Properties` of a consumer to its slot.
    pub(super) fn path_to_slot(&self, index: usize) -> String {
        let consumer = &self.consumers[index];
        consumer.slot().path_to(consumer.has_more)
    }

    /// Builds the key and the value of a consumer's slot.
    pub(super) fn given(&self, index: usize) -> (String, Value) {
        let consumer = &self.consumers[index];
        let slot = consumer.slot();
        let inner = || self.branches(consumer, |atom| self.atom(atom));
        let key_of_inner = || self.natural_key(consumer);
        let right = slot.key().to_owned();
        let value = match (slot.slot_type, consumer.shape) {
            (_, Shape::Miscased) => return (slot.miscased_key(), self.right_shape(consumer, inner())),
            (SlotType::Value(_), Shape::Right | Shape::Bare) | (SlotType::Object { .. }, Shape::Bare) => inner(),
            (SlotType::Value(_), Shape::InList) => list([inner()]),
            (SlotType::Value(_), Shape::Both) => map([("Name", inner())]),
            (_, Shape::Under(key)) => map([(key.name(), inner())]),
            (SlotType::Object { .. }, Shape::Right) => map([(key_of_inner().name(), inner())]),
            (SlotType::Object { .. }, Shape::InList) => list([map([(key_of_inner().name(), inner())])]),
            (SlotType::Object { .. }, Shape::Both) => {
                let of = self.id(consumer.given.of());
                map([("Name", reference(&of, None)), ("Arn", reference(&of, Some("Arn")))])
            }
        };
        (right, value)
    }

    fn right_shape(&self, consumer: &Consumer, inner: Value) -> Value {
        match consumer.slot().slot_type {
            SlotType::Value(_) => inner,
            SlotType::Object { .. } => map([(self.natural_key(consumer).name(), inner)]),
        }
    }

    /// Returns the key that an author would choose for the value.
    fn natural_key(&self, consumer: &Consumer) -> Key {
        let SlotType::Object { has_name } = consumer.slot().slot_type else {
            return Key::Arn;
        };
        match consumer.given.resolved {
            Reference::Name(_) | Reference::LiteralRoleName(_) | Reference::LiteralProfileName if has_name => Key::Name,
            _ => Key::Arn,
        }
    }

    /// Builds the `Fn::If` of both values, or the only value.
    fn branches(&self, consumer: &Consumer, value: impl Fn(Atom) -> Value) -> Value {
        let given = value(consumer.given);
        match consumer.otherwise {
            None => given,
            Some(otherwise) => chosen(given, value(otherwise)),
        }
    }

    /// Builds the allowed entries of a consumer's slot after fixing.
    pub(super) fn given_after(&self, index: usize, context: FixContext<'_>) -> Outcomes<(String, Value)> {
        let consumer = &self.consumers[index];
        let slot = consumer.slot();
        let context = FixContext {
            has_obstacle: context.has_obstacle || self.may_do_harm(consumer),
            is_in_document: !slot.can_be_miscased(),
            ..context
        };
        let (key, before) = self.given(index);
        let right = slot.key().to_owned();
        let outcomes = |wants| self.branches_after(consumer, |atom| self.atom_after(atom, wants, context));
        let under = |key: Key, wants| outcomes(wants).under(key);
        let mut after = match (slot.slot_type, consumer.shape) {
            (SlotType::Value(wants), Shape::Right | Shape::Bare) => outcomes(wants),
            (SlotType::Value(wants), Shape::Miscased) if !slot.can_be_miscased() => outcomes(wants),
            (SlotType::Value(wants), Shape::InList | Shape::Miscased) => outcomes(wants).wrong(),
            (SlotType::Value(wants), Shape::Both) => {
                self.unwrapped(consumer, Key::Name, wants, outcomes(wants), context)
            }
            (SlotType::Value(wants), Shape::Under(key)) => {
                self.unwrapped(consumer, key, wants, outcomes(wants), context)
            }
            (SlotType::Object { has_name: false }, Shape::Under(Key::Name)) if !consumer.is_given_nothing() => {
                let unchanged = || self.under_wrong_key(consumer, Key::Name, Wants::Arn, context).wrong();
                match self.fits(consumer, Key::Name, Wants::Arn) {
                    _ if self.has_name_of_added(consumer, context) => under(Key::Arn, Wants::Arn).or(unchanged()),
                    true => under(Key::Arn, Wants::Arn).wrong(),
                    false => unchanged(),
                }
            }
            (SlotType::Object { .. }, Shape::Under(key)) => under(key, key.wants()),
            (SlotType::Object { .. }, Shape::Right) => {
                let key = self.natural_key(consumer);
                under(key, key.wants())
            }
            (SlotType::Object { .. }, Shape::InList | Shape::Miscased) => {
                let key = self.natural_key(consumer);
                under(key, key.wants()).wrong()
            }
            (SlotType::Object { has_name }, Shape::Both) => {
                let (name, arn) = (
                    Reference::Name(consumer.given.of()),
                    Reference::Arn(consumer.given.of()),
                );
                let after = |resolved, wants| {
                    let spelling = Spelling::Call;
                    self.atom_after(Atom { resolved, spelling }, wants, context)
                };
                match has_name {
                    true => after(name, Wants::Name).under(Key::Name).wrong(),
                    false => after(arn, Wants::Arn).under(Key::Arn).wrong(),
                }
            }
            (SlotType::Object { has_name }, Shape::Bare) => {
                self.branches_after(consumer, |atom| self.wrapped(consumer, atom, has_name, context))
            }
        };
        // The value in a document is not replaced by a reference.
        after.is_wrong |= !context.is_in_document && self.repeats_name(consumer);
        if context.has_obstacle {
            after.values.extend(self.with_wrong_shape(consumer, &before, context));
        }
        let mut values: Vec<_> = after.values.into_iter().map(|value| (right.clone(), value)).collect();
        if context.has_obstacle && key != right {
            let with_wrong_key = values.iter().map(|(_, value)| (key.clone(), value.clone()));
            values.extend(with_wrong_key.collect::<Vec<_>>());
        }
        Outcomes {
            is_wrong: after.is_wrong,
            values,
        }
    }

    /// Returns whether a fix may do harm, so that it may not be offered.
    ///
    /// The fix would refer to a resource that may not exist, or give RDS Custom a profile with another name.
    fn may_do_harm(&self, consumer: &Consumer) -> bool {
        let is_conditional = |of: Target| match self.target(of) {
            Target::Role(role) => self.roles[role % self.roles.len()].condition.is_some(),
            Target::Profile(profile) => self.profiles[profile].condition.is_some(),
        };
        let is_harm = |atom: &Atom| match self.in_range(atom.resolved) {
            Reference::OutsideRoleArn => consumer.otherwise.is_some(),
            Reference::LiteralRoleName(role) if self.is_unclear_name(role, consumer) => true,
            Reference::LiteralRoleName(role) | Reference::LiteralRoleArn(role) => {
                consumer.condition.is_none() && is_conditional(Target::Role(role))
            }
            Reference::MissingFunction(of, _) | Reference::MissingGetAtt(of) => {
                consumer.condition.is_none() && is_conditional(of)
            }
            _ => false,
        };
        let mut atoms = [Some(&consumer.given), consumer.otherwise.as_ref()]
            .into_iter()
            .flatten();
        consumer.slot().resource == "AWS::RDS::DBInstance" || atoms.any(is_harm)
    }

    fn branches_after(&self, consumer: &Consumer, after: impl Fn(Atom) -> Outcomes) -> Outcomes {
        let given = after(consumer.given);
        let Some(otherwise) = consumer.otherwise.map(after) else {
            return given;
        };
        let pairs = given
            .values
            .iter()
            .flat_map(|one| otherwise.values.iter().map(|other| chosen(one.clone(), other.clone())));
        Outcomes {
            values: pairs.collect(),
            is_wrong: given.is_wrong || otherwise.is_wrong,
        }
    }

    /// Returns the allowed values of an object that should be a value.
    fn unwrapped(
        &self,
        consumer: &Consumer,
        key: Key,
        wants: Wants,
        inner: Outcomes,
        context: FixContext<'_>,
    ) -> Outcomes {
        let named_roles = || {
            let atoms = [Some(consumer.given), consumer.otherwise].into_iter().flatten();
            atoms.filter_map(|atom| match self.in_range(atom.resolved) {
                Reference::LiteralRoleName(role) => Some(role),
                _ => None,
            })
        };
        let is_repeated = named_roles().any(|role| self.is_name_taken(role));
        // Without a profile to refer to, the name of a role does not become an ARN.
        let has_obstacle = named_roles().any(|role| context.roles_with_obstacles.contains(&role));
        match self.fits(consumer, key, wants) {
            true if has_obstacle || self.has_name_of_added(consumer, context) => {
                inner.clone().or(inner.under(key)).wrong()
            }
            true => inner.wrong(),
            false if is_repeated || self.has_name_of_added(consumer, context) => {
                inner.or(self.under_wrong_key(consumer, key, wants, context)).wrong()
            }
            false => inner.under(key).wrong(),
        }
    }

    /// Returns the allowed values of an object that keeps its wrong key.
    ///
    /// A name of a profile of the template may remain in it.
    fn under_wrong_key(&self, consumer: &Consumer, key: Key, wants: Wants, context: FixContext<'_>) -> Outcomes {
        let after = |atom: Atom| {
            let fixed = self.atom_after(atom, wants, context);
            match self.in_range(atom.resolved) {
                Reference::LiteralRoleName(_) => fixed.or(Outcomes::right(self.atom(atom))),
                _ => fixed,
            }
        };
        self.branches_after(consumer, after).under(key)
    }

    /// Returns whether a consumer has an attribute in the wrong case.
    pub(super) fn has_miscased_attribute(&self, id: &str) -> bool {
        let is_miscased = |atom: &Atom| matches!(atom.resolved, Reference::MiscasedArn(_));
        let mut consumers = (0..).zip(&self.consumers);
        consumers.any(|(index, consumer)| {
            let is_any = is_miscased(&consumer.given) || consumer.otherwise.as_ref().is_some_and(is_miscased);
            is_any && self.consumer_id(index) == id
        })
    }

    /// Returns whether the value under a wrong key is right, perhaps after fixing.
    fn fits(&self, consumer: &Consumer, key: Key, wants: Wants) -> bool {
        let fits = |atom: Atom| match (self.in_range(atom.resolved), wants) {
            (_, Wants::Either) => true,
            (Reference::Parameter | Reference::Import, _) => key.wants() == wants,
            (Reference::LiteralProfileName, Wants::Arn) => false,
            (Reference::MissingFunction(..), Wants::Arn) => self.unsafe_fixes,
            (Reference::LiteralRoleName(role), Wants::Arn) => match self.is_name_taken(role) {
                true => !self.is_unclear_name(role, consumer),
                false => self.unsafe_fixes,
            },
            _ => true,
        };
        fits(consumer.given) && consumer.otherwise.is_none_or(fits)
    }

    /// Returns whether the value is a role's name that an added profile has too.
    fn is_name_of_added(&self, atom: Atom, context: FixContext<'_>) -> bool {
        match self.in_range(atom.resolved) {
            Reference::LiteralRoleName(role) => !added(context, &HeldRole::Role(role)).is_empty(),
            _ => false,
        }
    }

    /// Returns whether one of the values is the name of an added profile.
    fn has_name_of_added(&self, consumer: &Consumer, context: FixContext<'_>) -> bool {
        let is_name_of_added = |atom| self.is_name_of_added(atom, context);
        is_name_of_added(consumer.given) || consumer.otherwise.is_some_and(is_name_of_added)
    }

    /// Returns the allowed values of a value that should be an object.
    fn wrapped(&self, consumer: &Consumer, atom: Atom, has_name: bool, context: FixContext<'_>) -> Outcomes {
        let resolved = self.in_range(atom.resolved);
        let before = self.atom(atom);
        let after = |key: Key| self.atom_after(atom, key.wants(), context).under(key);
        let is_text = matches!(
            resolved,
            Reference::LiteralProfileName | Reference::LiteralRoleName(_) | Reference::MissingFunction(..)
        );
        let is_fixed = self.unsafe_fixes
            && match resolved {
                Reference::LiteralRoleName(role) => !self.is_name_taken(role),
                Reference::MissingFunction(..) => true,
                _ => false,
            };
        let mut outcomes = match resolved {
            Reference::NoValue => return Outcomes::right(before),
            Reference::Parameter | Reference::Import => Outcomes::right(before),
            Reference::LiteralRoleName(role) if self.is_name_taken(role) && !has_name => {
                match self.is_unclear_name(role, consumer) {
                    true => after(Key::Arn).or(Outcomes::right(before)),
                    false => after(Key::Arn),
                }
            }
            _ if is_text && !has_name && !is_fixed => Outcomes::right(before),
            _ if is_text && !is_fixed => after(Key::Name),
            Reference::LiteralProfileArn | Reference::LiteralRoleArn(_) | Reference::OutsideRoleArn => after(Key::Arn),
            _ if has_name => after(Key::Name).or(after(Key::Arn)),
            _ => after(Key::Arn),
        };
        if self.is_name_of_added(atom, context) && !has_name {
            outcomes = outcomes.or(after(Key::Arn));
        }
        if context.has_obstacle || self.is_name_of_added(atom, context) {
            // A value that is not wrapped is fixed for the key that it would have.
            let wants: &[Wants] = if has_name {
                &[Wants::Either, Wants::Name]
            } else {
                &[Wants::Arn]
            };
            for &wants in wants {
                outcomes.values.extend(self.atom_after(atom, wants, context).values);
            }
            outcomes.values.push(self.atom(atom));
        }
        outcomes.wrong()
    }

    /// Returns the allowed values if the shape is not fixed.
    fn with_wrong_shape(&self, consumer: &Consumer, before: &Value, context: FixContext<'_>) -> Vec<Value> {
        let mut values = vec![before.clone()];
        for wants in [Wants::Name, Wants::Arn, Wants::Either] {
            let inner = self.branches_after(consumer, |atom| self.atom_after(atom, wants, context));
            for value in inner.values {
                values.extend([
                    list([value.clone()]),
                    map([("Name", value.clone())]),
                    map([("Arn", value.clone())]),
                    list([map([("Name", value.clone())])]),
                    list([map([("Arn", value.clone())])]),
                    value,
                ]);
            }
        }
        if consumer.shape == Shape::Both {
            let atoms = [
                Reference::Name(consumer.given.of()),
                Reference::Arn(consumer.given.of()),
            ];
            let spelling = Spelling::Call;
            let [names, arns] = atoms.map(|resolved| {
                let both = [Wants::Name, Wants::Arn].map(|wants| {
                    let outcomes = self.atom_after(Atom { resolved, spelling }, wants, context);
                    outcomes.values
                });
                both.concat()
            });
            for name in &names {
                values.extend(
                    arns.iter()
                        .map(|arn| map([("Name", name.clone()), ("Arn", arn.clone())])),
                );
                values.push(map([("Name", name.clone())]));
                values.push(map([("Arn", name.clone())]));
            }
        }
        values
    }
}

fn chosen(one: Value, other: Value) -> Value {
    call("Fn::If", list([text(CONDITIONS[0]), one, other]))
}

impl Key {
    fn name(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Arn => "Arn",
        }
    }

    fn wants(self) -> Wants {
        match self {
            Self::Name => Wants::Name,
            Self::Arn => Wants::Arn,
        }
    }
}

impl<T> Outcomes<T> {
    fn right(value: T) -> Self {
        Self {
            values: vec![value],
            is_wrong: false,
        }
    }

    fn wrong(self) -> Self {
        Self { is_wrong: true, ..self }
    }

    fn or(mut self, other: Self) -> Self {
        self.values.extend(other.values);
        self.is_wrong |= other.is_wrong;
        self
    }
}

impl Outcomes {
    fn under(self, key: Key) -> Self {
        let values = self.values.into_iter().map(|value| map([(key.name(), value)]));
        Self {
            values: values.collect(),
            ..self
        }
    }
}

// Values in place of a profile.

impl Atom {
    /// Returns the target.
    fn of(self) -> Target {
        match self.resolved {
            Reference::Name(of)
            | Reference::Arn(of)
            | Reference::MiscasedArn(of)
            | Reference::BuiltRoleArn(of)
            | Reference::BuiltProfileArn(of)
            | Reference::MissingFunction(of, _)
            | Reference::MissingGetAtt(of) => of,
            Reference::RoleId(role) | Reference::LiteralRoleName(role) | Reference::LiteralRoleArn(role) => {
                Target::Role(role)
            }
            _ => Target::Role(0),
        }
    }
}

impl Model {
    /// Returns the reference with indexes in range.
    ///
    /// A role without a literal name is replaced by one outside.
    fn in_range(&self, resolved: Reference) -> Reference {
        let named =
            |role: usize| Some(role % self.roles.len()).filter(|&role| self.roles[role].name == RoleName::Literal);
        match resolved {
            Reference::Name(of) => Reference::Name(self.target(of)),
            Reference::Arn(of) => Reference::Arn(self.target(of)),
            Reference::MiscasedArn(of) => Reference::MiscasedArn(self.target(of)),
            Reference::BuiltRoleArn(of) => Reference::BuiltRoleArn(self.target(of)),
            Reference::BuiltProfileArn(of) => Reference::BuiltProfileArn(self.target(of)),
            Reference::MissingFunction(of, remnant) => Reference::MissingFunction(self.target(of), remnant),
            Reference::MissingGetAtt(of) => Reference::MissingGetAtt(self.target(of)),
            Reference::RoleId(role) => Reference::RoleId(role % self.roles.len()),
            Reference::LiteralRoleName(role) => {
                named(role).map_or(Reference::LiteralProfileName, Reference::LiteralRoleName)
            }
            Reference::LiteralRoleArn(role) => named(role).map_or(Reference::OutsideRoleArn, Reference::LiteralRoleArn),
            resolved => resolved,
        }
    }

    fn atom(&self, atom: Atom) -> Value {
        let refer = |of, attribute: Option<&str>| {
            let id = self.id(of);
            let call_of = || reference(&id, attribute);
            match (atom.spelling, attribute) {
                (Spelling::Call, _) => call_of(),
                (Spelling::Sub, None) => call("Fn::Sub", text(format!("${{{id}}}"))),
                (Spelling::Sub, Some(attribute)) => call("Fn::Sub", text(format!("${{{id}.{attribute}}}"))),
                (Spelling::Join, _) => call("Fn::Join", list([text(""), list([call_of()])])),
            }
        };
        match self.in_range(atom.resolved) {
            Reference::Name(of) => refer(of, None),
            Reference::Arn(of) => refer(of, Some("Arn")),
            Reference::MiscasedArn(of) => reference(&self.id(of), Some("ARN")),
            Reference::RoleId(role) => refer(Target::Role(role), Some("RoleId")),
            Reference::BuiltRoleArn(of) => built_arn("role", &self.id(of)),
            Reference::BuiltProfileArn(of) => built_arn("instance-profile", &self.id(of)),
            Reference::LiteralRoleName(role) => text(literal_name(role)),
            Reference::LiteralRoleArn(role) => text(format!("arn:aws:iam::123456789012:role/{}", literal_name(role))),
            Reference::OutsideRoleArn => text(format!("arn:aws:iam::123456789012:role/svc/{OUTSIDE_ROLE}")),
            Reference::LiteralProfileName => text("AWSRDSCustom-prod"),
            Reference::LiteralProfileArn => text("arn:aws:iam::123456789012:instance-profile/prod"),
            Reference::MissingFunction(of, Remnant::Id) => text(self.id(of)),
            Reference::MissingFunction(of, Remnant::Attribute) => text(format!("{}.Arn", self.id(of))),
            Reference::MissingFunction(of, Remnant::Variable) => text(format!("${{{}}}", self.id(of))),
            Reference::MissingGetAtt(of) => list([text(self.id(of)), text("Arn")]),
            Reference::Parameter => reference("Given", None),
            Reference::Import => call("Fn::ImportValue", text("shared-profile")),
            Reference::NoValue => no_value(),
        }
    }

    /// Returns the allowed values after fixing.
    fn atom_after(&self, atom: Atom, wants: Wants, context: FixContext<'_>) -> Outcomes {
        let before = self.atom(atom);
        let resolved = self.in_range(atom.resolved);
        let name_or = |otherwise: Wants| match wants {
            Wants::Either => otherwise,
            wants => wants,
        };
        let (is_wrong, is_unsafe, target, form) = match resolved {
            Reference::Name(Target::Profile(_)) if wants != Wants::Arn => return Outcomes::right(before),
            Reference::Arn(Target::Profile(_)) if wants != Wants::Name => return Outcomes::right(before),
            Reference::BuiltProfileArn(Target::Profile(_)) if wants != Wants::Name => return Outcomes::right(before),
            Reference::Parameter | Reference::Import | Reference::NoValue => return Outcomes::right(before),
            Reference::LiteralProfileName if wants != Wants::Arn => return Outcomes::right(before),
            Reference::LiteralProfileName => return Outcomes::right(before).wrong(),
            Reference::LiteralProfileArn if wants != Wants::Name => return Outcomes::right(before),
            Reference::LiteralProfileArn => {
                let mut values = vec![text("prod")];
                values.extend(context.has_obstacle.then_some(before));
                return Outcomes { values, is_wrong: true };
            }
            Reference::LiteralRoleName(role) if self.is_name_taken(role) => {
                let attribute = (wants == Wants::Arn).then_some("Arn");
                let namesakes = self.namesakes(role).into_iter();
                let mut values: Vec<_> = namesakes.map(|index| reference(profile_id(index), attribute)).collect();
                let may_remain = context.is_in_document && wants != Wants::Arn;
                values.extend((context.has_obstacle || may_remain).then_some(before));
                // Whether a name is found depends on the conditions around it.
                let is_wrong = wants == Wants::Arn;
                return Outcomes { values, is_wrong };
            }
            Reference::Name(of) => (true, false, Some(of), name_or(Wants::Name)),
            Reference::RoleId(role) => (true, false, Some(Target::Role(role)), name_or(Wants::Name)),
            Reference::Arn(of) | Reference::MiscasedArn(of) | Reference::MissingGetAtt(of) => {
                (true, false, Some(of), name_or(Wants::Arn))
            }
            Reference::BuiltRoleArn(of) | Reference::BuiltProfileArn(of) => {
                (true, false, Some(of), name_or(Wants::Arn))
            }
            Reference::LiteralRoleName(role) => (true, true, Some(Target::Role(role)), name_or(Wants::Name)),
            Reference::LiteralRoleArn(role) => (true, true, Some(Target::Role(role)), name_or(Wants::Arn)),
            Reference::OutsideRoleArn => (true, true, None, name_or(Wants::Arn)),
            Reference::MissingFunction(of, Remnant::Attribute) => (true, true, Some(of), name_or(Wants::Arn)),
            Reference::MissingFunction(of, _) => (true, true, Some(of), name_or(Wants::Name)),
        };
        // A role's name is right if an added profile has it.
        let is_name_of_added = self.is_name_of_added(atom, context);
        if is_unsafe && !self.unsafe_fixes {
            let mut values = vec![before];
            if let (true, Reference::LiteralRoleName(role)) = (is_name_of_added, resolved) {
                let added = added(context, &HeldRole::Role(role));
                values.extend(
                    added
                        .iter()
                        .map(|id| reference(id, (form == Wants::Arn).then_some("Arn"))),
                );
            }
            return Outcomes { values, is_wrong };
        }
        let (ids, may_remain) = match target {
            Some(Target::Profile(index)) => (vec![profile_id(index).to_owned()], false),
            Some(Target::Role(role)) => self.profiles_for(role, context),
            None => {
                let existing = self.replacements_outside();
                let is_none = !existing.iter().any(|(_, is_sure)| *is_sure);
                let existing = existing.into_iter().map(|(id, _)| id);
                let conditions = CONDITIONS.into_iter().map(Some).chain([None]);
                let added = conditions.flat_map(|condition| added(context, &HeldRole::Outside(condition)));
                let added = added.filter(|_| is_none);
                (existing.chain(added).collect(), false)
            }
        };
        let attribute = (form == Wants::Arn).then_some("Arn");
        let mut values: Vec<_> = ids.iter().map(|id| reference(id, attribute)).collect();
        if let (Reference::BuiltProfileArn(_), Wants::Arn) = (resolved, form) {
            values.extend(ids.iter().map(|id| built_arn("instance-profile", id)));
        }
        if context.has_obstacle || may_remain || is_name_of_added {
            // A value without its function may have become a reference.
            let of = target.map(|of| self.id(of)).unwrap_or_default();
            values.extend([before, reference(&of, attribute), reference(&of, Some("Arn"))]);
            // A value that an anchor shares has the form that its other place takes.
            if wants == Wants::Either && context.applied == Applied::InAnotherOrder {
                values.extend(
                    ids.iter()
                        .flat_map(|id| [None, Some("Arn")].map(|form| reference(id, form))),
                );
            }
        }
        Outcomes { values, is_wrong }
    }

    /// Returns the profiles that may replace a role, and whether the role may stay.
    fn profiles_for(&self, role: usize, context: FixContext<'_>) -> (Vec<String>, bool) {
        let existing = self.replacements(role, context.profiles_with_obstacles);
        let is_sure = existing.iter().any(|(_, is_sure)| *is_sure);
        let mut ids: Vec<_> = existing.into_iter().map(|(id, _)| id).collect();
        if !is_sure {
            ids.extend(added(context, &HeldRole::Role(role)));
        }
        (ids, !is_sure && context.roles_with_obstacles.contains(&role))
    }
}

fn added(context: FixContext<'_>, held_role: &HeldRole) -> Vec<String> {
    let of_role = context.added.iter().filter(|(_, other)| other == held_role);
    of_role.map(|(id, _)| id.clone()).collect()
}

// Strategies.

pub(super) fn model() -> impl Strategy<Value = Model> {
    let parts = (
        prop::collection::vec(role(), 1..4),
        prop::collection::vec(profile(), 0..4),
        prop::collection::vec(consumer(), 0..5),
        prop::collection::vec(function(), 0..2),
        prop::collection::vec(0..others::RESOURCES.len(), 0..3),
        prop::bool::weighted(0.2),
        0..6_usize,
        any::<bool>(),
        select(vec![
            ProfileName::Auto,
            ProfileName::Auto,
            ProfileName::None,
            ProfileName::Role,
        ]),
    );
    parts.prop_map(
        |(roles, profiles, consumers, functions, others, has_two_outputs, rotation, unsafe_fixes, profile_name)| {
            Model {
                roles,
                profiles,
                consumers,
                functions,
                others,
                has_two_outputs,
                rotation,
                unsafe_fixes,
                profile_name,
            }
        },
    )
}

fn role() -> impl Strategy<Value = Role> {
    let name = select(vec![
        RoleName::None,
        RoleName::Literal,
        RoleName::Parameter,
        RoleName::Built,
    ]);
    let path = select(vec![
        None,
        None,
        Some(RolePath::Root),
        Some(RolePath::Folder),
        Some(RolePath::Parameter),
    ]);
    let trust = select(vec![Trust::Mapping, Trust::List, Trust::Json, Trust::Suffix]);
    let parts = (any::<u8>(), some_condition(), name, path, trust, any::<bool>());
    parts.prop_map(|(rank, condition, name, path, trust, has_type_last)| Role {
        rank,
        condition,
        name,
        path,
        trust,
        has_type_last,
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    let name = select(vec![
        NameOfProfile::None,
        NameOfProfile::RefOfRole,
        NameOfProfile::SameAsRole,
        NameOfProfile::Other,
    ]);
    let roles = select(vec![
        Roles::Right,
        Roles::ByName,
        Roles::Outside,
        Roles::Arn,
        Roles::BuiltArn,
        Roles::Scalar,
        Roles::ScalarArn,
        Roles::Singular,
        Roles::SingularList,
        Roles::Miscased,
        Roles::MissingRef,
        Roles::Two,
        Roles::Empty,
        Roles::Missing,
    ]);
    let parts = (any::<u8>(), some_condition(), 0..4_usize, name, roles);
    parts.prop_map(|(rank, condition, role, name, roles)| Profile {
        rank,
        condition,
        role,
        name,
        roles,
    })
}

fn consumer() -> impl Strategy<Value = Consumer> {
    let shape = select(vec![
        Shape::Right,
        Shape::Right,
        Shape::Right,
        Shape::Under(Key::Name),
        Shape::Under(Key::Arn),
        Shape::Both,
        Shape::InList,
        Shape::Miscased,
        Shape::Bare,
    ]);
    let parts = (
        any::<u8>(),
        some_condition(),
        0..SLOTS.len(),
        shape,
        atom(),
        prop::option::weighted(0.3, atom()),
        any::<bool>(),
    );
    parts.prop_map(|(rank, condition, slot, shape, given, otherwise, has_more)| Consumer {
        rank,
        condition,
        slot,
        shape,
        given,
        otherwise,
        has_more,
    })
}

fn function() -> impl Strategy<Value = Function> {
    (any::<u8>(), of()).prop_map(|(rank, of)| Function { rank, of })
}

fn atom() -> impl Strategy<Value = Atom> {
    let resolved = prop_oneof![
        4 => of().prop_map(Reference::Name),
        4 => of().prop_map(Reference::Arn),
        1 => of().prop_map(Reference::MiscasedArn),
        1 => (0..4_usize).prop_map(Reference::RoleId),
        1 => of().prop_map(Reference::BuiltRoleArn),
        1 => of().prop_map(Reference::BuiltProfileArn),
        1 => (0..4_usize).prop_map(Reference::LiteralRoleName),
        1 => (0..4_usize).prop_map(Reference::LiteralRoleArn),
        2 => select(vec![
            Reference::OutsideRoleArn,
            Reference::LiteralProfileName,
            Reference::LiteralProfileArn,
            Reference::Parameter,
            Reference::Import,
            Reference::NoValue,
        ]),
        2 => (of(), select(vec![Remnant::Id, Remnant::Attribute, Remnant::Variable])).prop_map(|(of, remnant)| Reference::MissingFunction(of, remnant)),
        1 => of().prop_map(Reference::MissingGetAtt),
    ];
    let spelling = select(vec![
        Spelling::Call,
        Spelling::Call,
        Spelling::Call,
        Spelling::Sub,
        Spelling::Join,
    ]);
    (resolved, spelling).prop_map(|(resolved, spelling)| Atom { resolved, spelling })
}

fn of() -> impl Strategy<Value = Target> {
    prop_oneof![
        (0..4_usize).prop_map(Target::Role),
        (0..4_usize).prop_map(Target::Profile)
    ]
}

fn some_condition() -> impl Strategy<Value = Option<u8>> {
    prop::option::weighted(0.4, 0..2_u8)
}
