//! A template's resources with what is right and wrong in them, from which follows what it says, and what it may say once
//! it is mended.

use cfn_ipfix::{Options, ProfileName};
use proptest::prelude::*;
use proptest::sample::select;

use super::others;
use super::property::Wants;
use super::sites::{SITES, Site, Slot};
use super::value::{Value, call, list, map, no_value, reference, text};

/// A template. Indexes are taken modulo the number of what there is, so that they hold while a failure shrinks.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) roles: Vec<Role>,
    pub(super) profiles: Vec<Profile>,
    pub(super) consumers: Vec<Consumer>,
    pub(super) functions: Vec<Function>,
    /// What else there is, by its index in [`others::RESOURCES`].
    others: Vec<usize>,
    /// How many sections stand behind the resources that could stand before them.
    rotation: usize,
    pub(super) unsafe_fixes: bool,
    pub(super) profile_name: ProfileName,
}

#[derive(Clone, Debug)]
pub(super) struct Role {
    /// Where it stands among the resources.
    rank: u8,
    condition: Option<u8>,
    name: RoleName,
    path: Option<RolePath>,
    /// How it says that EC2 may assume it.
    trust: Trust,
    /// Whether its properties stand before its type.
    is_upside_down: bool,
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

/// How a profile says which role it holds.
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
    Lost,
    Two,
    Empty,
    Missing,
}

/// A resource that takes a profile.
#[derive(Clone, Debug)]
pub(super) struct Consumer {
    rank: u8,
    condition: Option<u8>,
    site: usize,
    shape: Shape,
    given: Atom,
    /// What it is given where a condition does not hold.
    otherwise: Option<Atom>,
    has_more: bool,
}

/// What is around the reference.
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

/// What stands where a profile is wanted.
#[derive(Clone, Copy, Debug)]
struct Atom {
    said: Said,
    spelling: Spelling,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Name(Of),
    Arn(Of),
    /// `GetAtt …ARN`.
    MiscasedArn(Of),
    RoleId(usize),
    BuiltRoleArn(Of),
    BuiltProfileArn(Of),
    RoleNameInWords(usize),
    RoleArnInWords(usize),
    OtherRoleArnInWords,
    ProfileNameInWords,
    ProfileArnInWords,
    Lost(Of, Lost),
    LostList(Of),
    Parameter,
    Import,
    Nothing,
}

/// The resource that is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Of {
    Role(usize),
    Profile(usize),
}

/// What is left of a reference that lost its function.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Lost {
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

/// A Lambda function, which takes a role, and may be given a profile.
#[derive(Clone, Debug)]
pub(super) struct Function {
    rank: u8,
    of: Of,
}

/// What a place may hold once the template is mended.
#[derive(Clone, Debug)]
pub(super) struct Ends<T = Value> {
    pub(super) values: Vec<T>,
    /// Whether there is something to find.
    pub(super) is_wrong: bool,
}

/// What the text of a template lets a fix do, and what fixes have added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circumstances<'c> {
    /// Whether the place is written so that a fix may be withheld.
    pub(super) is_hard: bool,
    /// The roles behind which nothing may come, as the text is written.
    pub(super) hard_roles: &'c [usize],
    /// The profiles whose `Roles` may stay wrong, as the text is written.
    pub(super) hard_profiles: &'c [usize],
    /// The profiles that were added: the logical ID, and what each holds.
    pub(super) added: &'c [(String, Held)],
}

/// The role that an added profile holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    Role(usize),
    /// A role that is not in the template, under this condition.
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

    /// The options as arguments of the command.
    pub(super) fn arguments(&self) -> Vec<&'static str> {
        let name = match self.profile_name {
            ProfileName::Auto => "--profile-name=auto",
            ProfileName::None => "--profile-name=none",
            ProfileName::Role => "--profile-name=role",
        };
        let unsafe_fixes = if self.unsafe_fixes {
            "--unsafe-fixes"
        } else {
            "--no-unsafe-fixes"
        };
        vec![name, unsafe_fixes]
    }

    /// The same without its mistakes.
    pub(super) fn righted(mut self) -> Self {
        let count = self.profiles.len();
        for profile in &mut self.profiles {
            if !matches!(profile.roles, Roles::ByName | Roles::Outside) {
                profile.roles = Roles::Right;
            }
        }
        for consumer in &mut self.consumers {
            let is_object = matches!(consumer.site().slot, Slot::Object { .. });
            consumer.shape = Shape::Right;
            for atom in [Some(&mut consumer.given), consumer.otherwise.as_mut()]
                .into_iter()
                .flatten()
            {
                atom.said = match (atom.said, SITES[consumer.site % SITES.len()].slot) {
                    (said @ (Said::Parameter | Said::Import | Said::Nothing), _) => said,
                    (_, slot) if count == 0 => match slot {
                        Slot::Value(Wants::Arn) | Slot::Object { .. } => Said::ProfileArnInWords,
                        Slot::Value(_) => Said::ProfileNameInWords,
                    },
                    (_, Slot::Value(Wants::Arn) | Slot::Object { .. }) => Said::Arn(Of::Profile(0)),
                    (_, Slot::Value(_)) => Said::Name(Of::Profile(0)),
                };
            }
            if is_object {
                consumer.shape = Shape::Under(Key::Arn);
            }
        }
        for function in &mut self.functions {
            function.of = Of::Role(0);
        }
        self
    }

    /// The same as JSON may say it.
    pub(super) fn without_longest_key(mut self) -> Self {
        self.others.retain(|other| *other != others::LONGEST_KEY);
        self
    }

    /// What the template says.
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

    fn id(&self, of: Of) -> String {
        match of {
            Of::Profile(index) if !self.profiles.is_empty() => profile_id(index % self.profiles.len()).to_owned(),
            Of::Role(index) | Of::Profile(index) => role_id(index % self.roles.len()),
        }
    }

    /// What is meant: a reference to a profile in a template without any is one to a role.
    fn meant(&self, of: Of) -> Of {
        match of {
            Of::Profile(index) if !self.profiles.is_empty() => Of::Profile(index % self.profiles.len()),
            Of::Role(index) | Of::Profile(index) => Of::Role(index % self.roles.len()),
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
        if role.is_upside_down {
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

    /// The profile that is added for a role: with its name, if no other profile may come to have it.
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
        if role.is_upside_down {
            entries.reverse();
        }
        map(entries)
    }

    /// Whether a profile of the template may come to have the role's name. One with the name of another role cannot, as
    /// two roles of one name cannot be either.
    fn may_have_name_of(&self, role: usize) -> bool {
        let is_chosen = self.roles[role].name == RoleName::Parameter;
        self.profiles.iter().any(|profile| {
            let of_role = profile.role % self.roles.len();
            let is_of_role = of_role == role && profile.roles != Roles::Outside;
            match profile.name {
                NameOfProfile::None => false,
                NameOfProfile::RefOfRole if profile.roles != Roles::Outside => is_of_role,
                NameOfProfile::SameAsRole if self.roles[of_role].name == RoleName::Literal => is_of_role || is_chosen,
                // `profile-0` and the like: whoever deploys may choose it for a parameter.
                _ => is_chosen,
            }
        })
    }

    /// The profiles that may be added for a role that is not in the template, each with its condition: that of its user.
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

    /// Whether a profile bears the role's name.
    fn is_name_taken(&self, role: usize) -> bool {
        self.profiles.iter().any(|profile| {
            let is_same = match profile.name {
                NameOfProfile::RefOfRole => true,
                NameOfProfile::SameAsRole => self.roles[role].name == RoleName::Literal,
                NameOfProfile::None | NameOfProfile::Other => false,
            };
            is_same && profile.roles != Roles::Outside && profile.role % self.roles.len() == role
        })
    }

    /// Where a new profile's logical ID may begin.
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

    /// Whether a profile is given a role in place of a list of one.
    pub(super) fn is_single_role(&self, index: usize) -> bool {
        matches!(
            self.profiles[index].roles,
            Roles::Scalar | Roles::ScalarArn | Roles::Singular
        )
    }

    /// The role that a profile is meant to hold, if it is one of the template.
    fn role_of(&self, profile: usize) -> Option<usize> {
        let profile = &self.profiles[profile];
        let is_told = !matches!(
            profile.roles,
            Roles::Outside | Roles::Two | Roles::Empty | Roles::Missing
        );
        is_told.then_some(profile.role % self.roles.len())
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

    /// The property by which a profile says what it holds.
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
            Roles::Lost => ("Roles", list([text(id)])),
            Roles::Two => {
                let other = role_id((role + 1) % self.roles.len());
                ("Roles", list([name, reference(&other, None)]))
            }
            Roles::Empty => ("Roles", list([])),
            Roles::Missing => return None,
        };
        Some((key.to_owned(), value))
    }

    /// The same once the template is mended.
    pub(super) fn roles_after(&self, index: usize, is_hard: bool) -> Ends<Option<(String, Value)>> {
        let profile = &self.profiles[index];
        let before = self.roles_before(index);
        let role = profile.role % self.roles.len();
        let (id, role) = (role_id(role), &self.roles[role]);
        let mended = Some(("Roles".to_owned(), list([reference(&id, None)])));
        let is_wrong = !matches!(profile.roles, Roles::Right | Roles::ByName | Roles::Outside);
        let is_mended = match profile.roles {
            Roles::Two | Roles::Empty | Roles::Missing => false,
            // The conditions of a generated template all hold at once.
            Roles::Lost => self.unsafe_fixes && (role.condition.is_none() || profile.condition.is_some()),
            _ => is_wrong,
        };
        let mut values = if is_mended { vec![mended] } else { vec![before.clone()] };
        if is_mended && is_hard {
            // One of two mistakes may be mended.
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
        Ends { values, is_wrong }
    }

    /// The profiles of the template that may stand in for a role, each with whether it surely does.
    pub(super) fn stand_ins(&self, role: usize, hard_profiles: &[usize]) -> Vec<(String, bool)> {
        let condition_of = |index: Option<u8>| index.map(condition);
        let of_role = condition_of(self.roles[role].condition);
        let holders = self.profiles.iter().enumerate().filter(|(index, profile)| {
            let condition = condition_of(profile.condition);
            self.role_of(*index) == Some(role) && (condition.is_none() || condition == of_role)
        });
        let stand_ins = holders.filter_map(|(index, profile)| {
            let is_sure = match profile.roles {
                Roles::Lost if self.unsafe_fixes => false,
                Roles::Lost => return None,
                _ => !hard_profiles.contains(&index),
            };
            Some((profile_id(index).to_owned(), is_sure))
        });
        stand_ins.collect()
    }
}

impl Model {
    /// The profiles that hold the role that is none of the template, with whether they are there under no condition.
    pub(super) fn stand_ins_outside(&self) -> Vec<(String, bool)> {
        let profiles = self.profiles.iter().enumerate();
        let holders = profiles.filter(|(_, profile)| profile.roles == Roles::Outside);
        let holders = holders.map(|(index, profile)| (profile_id(index).to_owned(), profile.condition.is_none()));
        holders.collect()
    }
}

fn built_arn(kind: &str, id: &str) -> Value {
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

    /// The profile that a function is given.
    pub(super) fn profile_of_function(&self, index: usize) -> Option<usize> {
        match self.meant(self.functions[index].of) {
            Of::Profile(profile) => Some(profile),
            Of::Role(_) => None,
        }
    }

    pub(super) fn function_after(&self, index: usize, is_hard: bool) -> Ends {
        let of = self.meant(self.functions[index].of);
        let before = reference(&self.id(of), Some("Arn"));
        let Of::Profile(profile) = of else {
            return Ends::right(before);
        };
        let mut values = Vec::new();
        let role = self.role_of(profile);
        values.extend(role.map(|role| reference(&role_id(role), Some("Arn"))));
        let is_sure = role.is_some() && !matches!(self.profiles[profile].roles, Roles::Lost | Roles::ByName);
        if is_hard || !is_sure {
            values.push(before);
        }
        Ends { values, is_wrong: true }
    }
}

// Consumers.

impl Consumer {
    pub(super) fn site(&self) -> &'static Site {
        &SITES[self.site % SITES.len()]
    }

    fn is_given_nothing(&self) -> bool {
        let is_nothing = |atom: &Atom| atom.said == Said::Nothing;
        is_nothing(&self.given) && self.otherwise.as_ref().is_none_or(is_nothing)
    }
}

impl Model {
    pub(super) fn consumer_id(&self, index: usize) -> String {
        format!("Server{index}")
    }

    /// Whether a consumer is given a list in place of an `Fn::GetAtt`.
    pub(super) fn has_lost_list(&self, index: usize) -> bool {
        let Consumer { given, otherwise, .. } = &self.consumers[index];
        let is_list = |atom: &Atom| matches!(atom.said, Said::LostList(_));
        is_list(given) || otherwise.as_ref().is_some_and(is_list)
    }

    /// Whether a consumer may be given a name beside an ARN.
    pub(super) fn has_both(&self, index: usize) -> bool {
        self.consumers[index].shape == Shape::Both
    }

    /// Whether a name and an ARN of one role may come to be of two profiles, as one of these holds the role only once it is
    /// mended itself.
    pub(super) fn may_name_two_profiles(&self, index: usize, hard_profiles: &[usize]) -> bool {
        let Of::Role(role) = self.meant(self.consumers[index].given.of()) else {
            return false;
        };
        let stand_ins = self.stand_ins(role, hard_profiles);
        stand_ins.len() > 1 && stand_ins.iter().any(|(_, is_sure)| !is_sure)
    }

    /// The whole resource, with a property that is given `value` under `key`.
    pub(super) fn consumer_value(&self, index: usize, key: &str, value: Value) -> Value {
        let consumer = &self.consumers[index];
        let site = consumer.site();
        let properties = site.around(key, value, consumer.has_more);
        let mut entries = vec![("Type", text(site.resource))];
        entries.extend(consumer.condition.map(|index| ("Condition", condition(index))));
        entries.push(("Properties", properties));
        if consumer.has_more {
            entries.push(("DependsOn", text(role_id(0))));
        }
        map(entries)
    }

    /// The way from the `Properties` of a consumer to the property that takes a profile.
    pub(super) fn path_to_given(&self, index: usize) -> String {
        let consumer = &self.consumers[index];
        consumer.site().path_to(consumer.has_more)
    }

    /// The key and the value of the property that takes a profile.
    pub(super) fn given(&self, index: usize) -> (String, Value) {
        let consumer = &self.consumers[index];
        let site = consumer.site();
        let inner = || self.branches(consumer, |atom| self.atom(atom));
        let key_of_inner = || self.natural_key(consumer);
        let right = site.key().to_owned();
        let value = match (site.slot, consumer.shape) {
            (_, Shape::Miscased) => return (site.miscased_key(), self.right_shape(consumer, inner())),
            (Slot::Value(_), Shape::Right | Shape::Bare) | (Slot::Object { .. }, Shape::Bare) => inner(),
            (Slot::Value(_), Shape::InList) => list([inner()]),
            (Slot::Value(_), Shape::Both) => map([("Name", inner())]),
            (_, Shape::Under(key)) => map([(key.name(), inner())]),
            (Slot::Object { .. }, Shape::Right) => map([(key_of_inner().name(), inner())]),
            (Slot::Object { .. }, Shape::InList) => list([map([(key_of_inner().name(), inner())])]),
            (Slot::Object { .. }, Shape::Both) => {
                let of = self.id(consumer.given.of());
                map([("Name", reference(&of, None)), ("Arn", reference(&of, Some("Arn")))])
            }
        };
        (right, value)
    }

    fn right_shape(&self, consumer: &Consumer, inner: Value) -> Value {
        match consumer.site().slot {
            Slot::Value(_) => inner,
            Slot::Object { .. } => map([(self.natural_key(consumer).name(), inner)]),
        }
    }

    /// The key that the author of an object would choose.
    fn natural_key(&self, consumer: &Consumer) -> Key {
        let Slot::Object { has_name } = consumer.site().slot else {
            return Key::Arn;
        };
        match consumer.given.said {
            Said::Name(_) | Said::RoleNameInWords(_) | Said::ProfileNameInWords if has_name => Key::Name,
            _ => Key::Arn,
        }
    }

    /// The value that is chosen by a condition, or the only one.
    fn branches(&self, consumer: &Consumer, value: impl Fn(Atom) -> Value) -> Value {
        let given = value(consumer.given);
        match consumer.otherwise {
            None => given,
            Some(otherwise) => chosen(given, value(otherwise)),
        }
    }

    /// What the property may be given once the template is mended.
    pub(super) fn given_after(&self, index: usize, circumstances: Circumstances<'_>) -> Ends<(String, Value)> {
        let consumer = &self.consumers[index];
        let site = consumer.site();
        let circumstances = Circumstances {
            is_hard: circumstances.is_hard || self.may_do_harm(consumer),
            ..circumstances
        };
        let (key, before) = self.given(index);
        let right = site.key().to_owned();
        let ends = |wants| self.branches_after(consumer, |atom| self.atom_after(atom, wants, circumstances));
        let under = |key: Key, wants| ends(wants).under(key);
        let mut after = match (site.slot, consumer.shape) {
            (Slot::Value(wants), Shape::Right | Shape::Bare) => ends(wants),
            (Slot::Value(wants), Shape::InList | Shape::Miscased) => ends(wants).wrong(),
            (Slot::Value(wants), Shape::Both) => self.taken_out(consumer, Key::Name, wants, ends(wants), circumstances),
            (Slot::Value(wants), Shape::Under(key)) => self.taken_out(consumer, key, wants, ends(wants), circumstances),
            (Slot::Object { has_name: false }, Shape::Under(Key::Name)) if !consumer.is_given_nothing() => {
                let left = || under(Key::Name, Wants::Arn).wrong();
                match self.fits(consumer, Key::Name, Wants::Arn) {
                    true if self.has_name_now(consumer, circumstances) => under(Key::Arn, Wants::Arn).or(left()),
                    true => under(Key::Arn, Wants::Arn).wrong(),
                    false => left(),
                }
            }
            (Slot::Object { .. }, Shape::Under(key)) => under(key, key.wants()),
            (Slot::Object { .. }, Shape::Right) => {
                let key = self.natural_key(consumer);
                under(key, key.wants())
            }
            (Slot::Object { .. }, Shape::InList | Shape::Miscased) => {
                let key = self.natural_key(consumer);
                under(key, key.wants()).wrong()
            }
            (Slot::Object { has_name }, Shape::Both) => {
                let (name, arn) = (Said::Name(consumer.given.of()), Said::Arn(consumer.given.of()));
                let after = |said, wants| {
                    let spelling = Spelling::Call;
                    self.atom_after(Atom { said, spelling }, wants, circumstances)
                };
                match has_name {
                    true => after(name, Wants::Name).under(Key::Name).wrong(),
                    false => after(arn, Wants::Arn).under(Key::Arn).wrong(),
                }
            }
            (Slot::Object { has_name }, Shape::Bare) => {
                self.branches_after(consumer, |atom| self.put_under(atom, has_name, circumstances))
            }
        };
        if circumstances.is_hard {
            after
                .values
                .extend(self.left_in_shape(consumer, &before, circumstances));
        }
        let mut values: Vec<_> = after.values.into_iter().map(|value| (right.clone(), value)).collect();
        if circumstances.is_hard && key != right {
            let with_wrong_key = values.iter().map(|(_, value)| (key.clone(), value.clone()));
            values.extend(with_wrong_key.collect::<Vec<_>>());
        }
        Ends {
            is_wrong: after.is_wrong,
            values,
        }
    }

    /// Whether a fix may be withheld as its plan does harm: it would refer to what may be absent, or give a profile of
    /// another name to RDS Custom.
    fn may_do_harm(&self, consumer: &Consumer) -> bool {
        let is_conditional = |of: Of| match self.meant(of) {
            Of::Role(role) => self.roles[role % self.roles.len()].condition.is_some(),
            Of::Profile(profile) => self.profiles[profile].condition.is_some(),
        };
        let is_harm = |atom: &Atom| match self.plain(atom.said) {
            Said::OtherRoleArnInWords => consumer.otherwise.is_some(),
            Said::RoleNameInWords(role) | Said::RoleArnInWords(role) => {
                consumer.condition.is_none() && is_conditional(Of::Role(role))
            }
            Said::Lost(of, _) | Said::LostList(of) => consumer.condition.is_none() && is_conditional(of),
            _ => false,
        };
        let mut atoms = [Some(&consumer.given), consumer.otherwise.as_ref()]
            .into_iter()
            .flatten();
        consumer.site().resource == "AWS::RDS::DBInstance" || atoms.any(is_harm)
    }

    fn branches_after(&self, consumer: &Consumer, after: impl Fn(Atom) -> Ends) -> Ends {
        let given = after(consumer.given);
        let Some(otherwise) = consumer.otherwise.map(after) else {
            return given;
        };
        let pairs = given
            .values
            .iter()
            .flat_map(|one| otherwise.values.iter().map(|other| chosen(one.clone(), other.clone())));
        Ends {
            values: pairs.collect(),
            is_wrong: given.is_wrong || otherwise.is_wrong,
        }
    }

    /// A value taken out of an object, where that is right.
    fn taken_out(
        &self,
        consumer: &Consumer,
        key: Key,
        wants: Wants,
        inner: Ends,
        circumstances: Circumstances<'_>,
    ) -> Ends {
        match self.fits(consumer, key, wants) {
            true if self.has_name_now(consumer, circumstances) => inner.clone().or(inner.under(key)).wrong(),
            true => inner.wrong(),
            false => inner.under(key).wrong(),
        }
    }

    /// Whether what stands under a key that is not taken is known to be, or to become, what is wanted.
    fn fits(&self, consumer: &Consumer, key: Key, wants: Wants) -> bool {
        let fits = |atom: Atom| match (self.plain(atom.said), wants) {
            (_, Wants::Either) => true,
            (Said::Parameter | Said::Import, _) => key.wants() == wants,
            (Said::ProfileNameInWords, Wants::Arn) => false,
            (Said::Lost(..), Wants::Arn) => self.unsafe_fixes,
            (Said::RoleNameInWords(role), Wants::Arn) => self.unsafe_fixes && !self.is_name_taken(role),
            _ => true,
        };
        fits(consumer.given) && consumer.otherwise.is_none_or(fits)
    }

    /// Whether a role's name that is given is by now that of the profile that was added for the role.
    fn is_named_now(&self, atom: Atom, circumstances: Circumstances<'_>) -> bool {
        match self.plain(atom.said) {
            Said::RoleNameInWords(role) => !added(circumstances, &Held::Role(role)).is_empty(),
            _ => false,
        }
    }

    /// Whether one of the values is.
    fn has_name_now(&self, consumer: &Consumer, circumstances: Circumstances<'_>) -> bool {
        let is_named_now = |atom| self.is_named_now(atom, circumstances);
        is_named_now(consumer.given) || consumer.otherwise.is_some_and(is_named_now)
    }

    /// A bare value put into the object that should hold it.
    fn put_under(&self, atom: Atom, has_name: bool, circumstances: Circumstances<'_>) -> Ends {
        let said = self.plain(atom.said);
        let before = self.atom(atom);
        let after = |key: Key| self.atom_after(atom, key.wants(), circumstances).under(key);
        let is_text = matches!(
            said,
            Said::ProfileNameInWords | Said::RoleNameInWords(_) | Said::Lost(..)
        );
        let is_mended = self.unsafe_fixes
            && match said {
                Said::RoleNameInWords(role) => !self.is_name_taken(role),
                Said::Lost(..) => true,
                _ => false,
            };
        let mut ends = match said {
            Said::Nothing => return Ends::right(before),
            Said::Parameter | Said::Import => Ends::right(before),
            _ if is_text && !has_name && !is_mended => Ends::right(before),
            _ if is_text && !is_mended => after(Key::Name),
            Said::ProfileArnInWords | Said::RoleArnInWords(_) | Said::OtherRoleArnInWords => after(Key::Arn),
            _ if has_name => after(Key::Name).or(after(Key::Arn)),
            _ => after(Key::Arn),
        };
        if circumstances.is_hard || self.is_named_now(atom, circumstances) {
            // What stays bare is made what its key would take.
            let wants = if has_name { Wants::Either } else { Wants::Arn };
            let bare = self.atom_after(atom, wants, circumstances);
            ends.values.extend(bare.values);
            ends.values.push(self.atom(atom));
        }
        ends.wrong()
    }

    /// What there may be where the shape is left and what is in it is mended, or not.
    fn left_in_shape(&self, consumer: &Consumer, before: &Value, circumstances: Circumstances<'_>) -> Vec<Value> {
        let mut left = vec![before.clone()];
        for wants in [Wants::Name, Wants::Arn, Wants::Either] {
            let inner = self.branches_after(consumer, |atom| self.atom_after(atom, wants, circumstances));
            for value in inner.values {
                left.extend([
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
            let atoms = [Said::Name(consumer.given.of()), Said::Arn(consumer.given.of())];
            let spelling = Spelling::Call;
            let [names, arns] = atoms.map(|said| {
                let both = [Wants::Name, Wants::Arn].map(|wants| {
                    let ends = self.atom_after(Atom { said, spelling }, wants, circumstances);
                    ends.values
                });
                both.concat()
            });
            for name in &names {
                left.extend(
                    arns.iter()
                        .map(|arn| map([("Name", name.clone()), ("Arn", arn.clone())])),
                );
                left.push(map([("Name", name.clone())]));
                left.push(map([("Arn", name.clone())]));
            }
        }
        left
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

impl<T> Ends<T> {
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

impl Ends {
    fn under(self, key: Key) -> Self {
        let values = self.values.into_iter().map(|value| map([(key.name(), value)]));
        Self {
            values: values.collect(),
            ..self
        }
    }
}

// What stands where a profile is wanted.

impl Atom {
    /// The resource that is meant, or would be.
    fn of(self) -> Of {
        match self.said {
            Said::Name(of)
            | Said::Arn(of)
            | Said::MiscasedArn(of)
            | Said::BuiltRoleArn(of)
            | Said::BuiltProfileArn(of)
            | Said::Lost(of, _)
            | Said::LostList(of) => of,
            Said::RoleId(role) | Said::RoleNameInWords(role) | Said::RoleArnInWords(role) => Of::Role(role),
            _ => Of::Role(0),
        }
    }
}

impl Model {
    /// What is said, with indexes that are in range: a role without a name of its own cannot be called by it.
    fn plain(&self, said: Said) -> Said {
        let named =
            |role: usize| Some(role % self.roles.len()).filter(|&role| self.roles[role].name == RoleName::Literal);
        match said {
            Said::Name(of) => Said::Name(self.meant(of)),
            Said::Arn(of) => Said::Arn(self.meant(of)),
            Said::MiscasedArn(of) => Said::MiscasedArn(self.meant(of)),
            Said::BuiltRoleArn(of) => Said::BuiltRoleArn(self.meant(of)),
            Said::BuiltProfileArn(of) => Said::BuiltProfileArn(self.meant(of)),
            Said::Lost(of, lost) => Said::Lost(self.meant(of), lost),
            Said::LostList(of) => Said::LostList(self.meant(of)),
            Said::RoleId(role) => Said::RoleId(role % self.roles.len()),
            Said::RoleNameInWords(role) => named(role).map_or(Said::ProfileNameInWords, Said::RoleNameInWords),
            Said::RoleArnInWords(role) => named(role).map_or(Said::OtherRoleArnInWords, Said::RoleArnInWords),
            said => said,
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
        match self.plain(atom.said) {
            Said::Name(of) => refer(of, None),
            Said::Arn(of) => refer(of, Some("Arn")),
            Said::MiscasedArn(of) => reference(&self.id(of), Some("ARN")),
            Said::RoleId(role) => refer(Of::Role(role), Some("RoleId")),
            Said::BuiltRoleArn(of) => built_arn("role", &self.id(of)),
            Said::BuiltProfileArn(of) => built_arn("instance-profile", &self.id(of)),
            Said::RoleNameInWords(role) => text(literal_name(role)),
            Said::RoleArnInWords(role) => text(format!("arn:aws:iam::123456789012:role/{}", literal_name(role))),
            Said::OtherRoleArnInWords => text(format!("arn:aws:iam::123456789012:role/svc/{OUTSIDE_ROLE}")),
            Said::ProfileNameInWords => text("AWSRDSCustom-prod"),
            Said::ProfileArnInWords => text("arn:aws:iam::123456789012:instance-profile/prod"),
            Said::Lost(of, Lost::Id) => text(self.id(of)),
            Said::Lost(of, Lost::Attribute) => text(format!("{}.Arn", self.id(of))),
            Said::Lost(of, Lost::Variable) => text(format!("${{{}}}", self.id(of))),
            Said::LostList(of) => list([text(self.id(of)), text("Arn")]),
            Said::Parameter => reference("Given", None),
            Said::Import => call("Fn::ImportValue", text("shared-profile")),
            Said::Nothing => no_value(),
        }
    }

    /// What may stand there once the template is mended.
    fn atom_after(&self, atom: Atom, wants: Wants, circumstances: Circumstances<'_>) -> Ends {
        let before = self.atom(atom);
        let said = self.plain(atom.said);
        let name_or = |otherwise: Wants| match wants {
            Wants::Either => otherwise,
            wants => wants,
        };
        let (is_wrong, is_unsafe, target, form) = match said {
            Said::Name(Of::Profile(_)) if wants != Wants::Arn => return Ends::right(before),
            Said::Arn(Of::Profile(_)) if wants != Wants::Name => return Ends::right(before),
            Said::BuiltProfileArn(Of::Profile(_)) if wants != Wants::Name => return Ends::right(before),
            Said::Parameter | Said::Import | Said::Nothing => return Ends::right(before),
            Said::ProfileNameInWords if wants != Wants::Arn => return Ends::right(before),
            Said::ProfileNameInWords => return Ends::right(before).wrong(),
            Said::ProfileArnInWords if wants != Wants::Name => return Ends::right(before),
            Said::ProfileArnInWords => {
                let mut values = vec![text("prod")];
                values.extend(circumstances.is_hard.then_some(before));
                return Ends { values, is_wrong: true };
            }
            Said::RoleNameInWords(role) if self.is_name_taken(role) => {
                let is_wrong = wants == Wants::Arn;
                return Ends {
                    is_wrong,
                    ..Ends::right(before)
                };
            }
            Said::Name(of) => (true, false, Some(of), name_or(Wants::Name)),
            Said::RoleId(role) => (true, false, Some(Of::Role(role)), name_or(Wants::Name)),
            Said::Arn(of) | Said::MiscasedArn(of) | Said::LostList(of) => (true, false, Some(of), name_or(Wants::Arn)),
            Said::BuiltRoleArn(of) | Said::BuiltProfileArn(of) => (true, false, Some(of), name_or(Wants::Arn)),
            Said::RoleNameInWords(role) => (true, true, Some(Of::Role(role)), name_or(Wants::Name)),
            Said::RoleArnInWords(role) => (true, true, Some(Of::Role(role)), name_or(Wants::Arn)),
            Said::OtherRoleArnInWords => (true, true, None, name_or(Wants::Arn)),
            Said::Lost(of, Lost::Attribute) => (true, true, Some(of), name_or(Wants::Arn)),
            Said::Lost(of, _) => (true, true, Some(of), name_or(Wants::Name)),
        };
        // A profile that was added under the role's name makes the name right.
        let is_named_now = self.is_named_now(atom, circumstances);
        if is_unsafe && !self.unsafe_fixes {
            return Ends {
                values: vec![before],
                is_wrong,
            };
        }
        let (ids, may_stay) = match target {
            Some(Of::Profile(index)) => (vec![profile_id(index).to_owned()], false),
            Some(Of::Role(role)) => self.profiles_for(role, circumstances),
            None => {
                let existing = self.stand_ins_outside();
                let is_none = !existing.iter().any(|(_, is_sure)| *is_sure);
                let existing = existing.into_iter().map(|(id, _)| id);
                let conditions = CONDITIONS.into_iter().map(Some).chain([None]);
                let added = conditions.flat_map(|condition| added(circumstances, &Held::Outside(condition)));
                let added = added.filter(|_| is_none);
                (existing.chain(added).collect(), false)
            }
        };
        let attribute = (form == Wants::Arn).then_some("Arn");
        let mut values: Vec<_> = ids.iter().map(|id| reference(id, attribute)).collect();
        if let (Said::BuiltProfileArn(_), Wants::Arn) = (said, form) {
            values.extend(ids.iter().map(|id| built_arn("instance-profile", id)));
        }
        if circumstances.is_hard || may_stay || is_named_now {
            // A reference to what is wrong may have been made one by now.
            let of = target.map(|of| self.id(of)).unwrap_or_default();
            values.extend([before, reference(&of, attribute), reference(&of, Some("Arn"))]);
        }
        Ends { values, is_wrong }
    }

    /// The profiles that may stand in for a role, and whether it may be left without.
    fn profiles_for(&self, role: usize, circumstances: Circumstances<'_>) -> (Vec<String>, bool) {
        let existing = self.stand_ins(role, circumstances.hard_profiles);
        let is_sure = existing.iter().any(|(_, is_sure)| *is_sure);
        let mut ids: Vec<_> = existing.into_iter().map(|(id, _)| id).collect();
        if !is_sure {
            ids.extend(added(circumstances, &Held::Role(role)));
        }
        (ids, !is_sure && circumstances.hard_roles.contains(&role))
    }
}

fn added(circumstances: Circumstances<'_>, held: &Held) -> Vec<String> {
    let of_role = circumstances.added.iter().filter(|(_, other)| other == held);
    of_role.map(|(id, _)| id.clone()).collect()
}

// How models are made.

pub(super) fn model() -> impl Strategy<Value = Model> {
    let parts = (
        prop::collection::vec(role(), 1..4),
        prop::collection::vec(profile(), 0..4),
        prop::collection::vec(consumer(), 0..5),
        prop::collection::vec(function(), 0..2),
        prop::collection::vec(0..others::RESOURCES.len(), 0..3),
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
        |(roles, profiles, consumers, functions, others, rotation, unsafe_fixes, profile_name)| Model {
            roles,
            profiles,
            consumers,
            functions,
            others,
            rotation,
            unsafe_fixes,
            profile_name,
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
    parts.prop_map(|(rank, condition, name, path, trust, is_upside_down)| Role {
        rank,
        condition,
        name,
        path,
        trust,
        is_upside_down,
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
        Roles::Lost,
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
        0..SITES.len(),
        shape,
        atom(),
        prop::option::weighted(0.3, atom()),
        any::<bool>(),
    );
    parts.prop_map(|(rank, condition, site, shape, given, otherwise, has_more)| Consumer {
        rank,
        condition,
        site,
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
    let said = prop_oneof![
        4 => of().prop_map(Said::Name),
        4 => of().prop_map(Said::Arn),
        1 => of().prop_map(Said::MiscasedArn),
        1 => (0..4_usize).prop_map(Said::RoleId),
        1 => of().prop_map(Said::BuiltRoleArn),
        1 => of().prop_map(Said::BuiltProfileArn),
        1 => (0..4_usize).prop_map(Said::RoleNameInWords),
        1 => (0..4_usize).prop_map(Said::RoleArnInWords),
        2 => select(vec![
            Said::OtherRoleArnInWords,
            Said::ProfileNameInWords,
            Said::ProfileArnInWords,
            Said::Parameter,
            Said::Import,
            Said::Nothing,
        ]),
        2 => (of(), select(vec![Lost::Id, Lost::Attribute, Lost::Variable])).prop_map(|(of, lost)| Said::Lost(of, lost)),
        1 => of().prop_map(Said::LostList),
    ];
    let spelling = select(vec![
        Spelling::Call,
        Spelling::Call,
        Spelling::Call,
        Spelling::Sub,
        Spelling::Join,
    ]);
    (said, spelling).prop_map(|(said, spelling)| Atom { said, spelling })
}

fn of() -> impl Strategy<Value = Of> {
    prop_oneof![(0..4_usize).prop_map(Of::Role), (0..4_usize).prop_map(Of::Profile)]
}

fn some_condition() -> impl Strategy<Value = Option<u8>> {
    prop::option::weighted(0.4, 0..2_u8)
}
