//! The content of a module: roles, profiles, and the values that refer to them.

use super::choices::Choices;

/// The content of a module.
pub(super) struct Plan {
    pub(super) roles: Vec<Role>,
    pub(super) profiles: Vec<Profile>,
    pub(super) users: Vec<User>,
    /// The values of local values, by number.
    pub(super) locals: Vec<Value>,
    /// The items of each file, in order.
    pub(super) files: Vec<Vec<Item>>,
}

/// A block of a file, with its number among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Role(usize),
    Profile(usize),
    User(usize),
    Local(usize),
    Noise(usize),
}

/// The repetition of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    Once,
    Count(&'static str),
    ForEach(&'static str),
}

/// A role.
pub(super) struct Role {
    pub(super) label: &'static str,
    pub(super) repeat: Repeat,
    pub(super) provider: bool,
    /// The argument for the name, if any.
    pub(super) name: Option<(&'static str, String)>,
    pub(super) path: Option<&'static str>,
    /// The label of the profile that a fix adds.
    pub(super) added: Option<String>,
}

/// A profile.
pub(super) struct Profile {
    pub(super) label: String,
    /// The number of its role; `None` for a role outside the module.
    pub(super) role: Option<usize>,
    pub(super) repeat: Repeat,
    pub(super) provider: bool,
    pub(super) is_named_after_role: bool,
    /// The attribute of the role that it refers to.
    pub(super) attribute: &'static str,
}

/// A resource with an argument that takes a profile.
pub(super) struct User {
    pub(super) slot: &'static SlotKind,
    pub(super) repeat: Repeat,
    pub(super) value: UserValue,
    /// True if a comment suppresses the finding.
    pub(super) is_suppressed: bool,
}

/// The value of an argument.
pub(super) enum UserValue {
    Own(Value),
    Local(usize),
    LocalChain(usize),
    Literal,
}

/// A value with references.
#[derive(Clone)]
pub(super) struct Value {
    /// The syntax around the references, which are written as `@` and `&`.
    pub(super) form: &'static str,
    pub(super) references: Vec<Reference>,
}

/// A reference to a role, or to its profile.
#[derive(Clone)]
pub(super) struct Reference {
    pub(super) role: usize,
    /// The text between the label and the attribute.
    pub(super) index: &'static str,
    /// The text after the attribute.
    pub(super) after: &'static str,
    /// The attribute of the role, empty for the whole one; `None` for a right reference to the profile.
    pub(super) broken: Option<&'static str>,
    pub(super) takes: Takes,
}

/// The kind of reference that an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Name,
    Arn,
    Either,
}

/// An argument that takes a profile.
pub(super) struct SlotKind {
    pub(super) resource: &'static str,
    /// The blocks around the argument.
    pub(super) block: Option<&'static str>,
    pub(super) key: &'static str,
    pub(super) takes: Takes,
}

const SLOTS: &[SlotKind] = &[
    slot("aws_instance", None, "iam_instance_profile", Takes::Name),
    slot("aws_launch_template", Some("iam_instance_profile"), "name", Takes::Name),
    slot("aws_launch_template", Some("iam_instance_profile"), "arn", Takes::Arn),
    slot(
        "aws_batch_compute_environment",
        Some("compute_resources"),
        "instance_role",
        Takes::Arn,
    ),
    slot("aws_launch_configuration", None, "iam_instance_profile", Takes::Either),
    slot(
        "aws_emr_cluster",
        Some("ec2_attributes"),
        "instance_profile",
        Takes::Either,
    ),
    slot("aws_spot_instance_request", None, "iam_instance_profile", Takes::Name),
    slot(
        "aws_spot_fleet_request",
        Some("launch_specification"),
        "iam_instance_profile_arn",
        Takes::Arn,
    ),
    slot(
        "aws_elastic_beanstalk_environment",
        Some("setting"),
        "value",
        Takes::Either,
    ),
    slot(
        "aws_imagebuilder_infrastructure_configuration",
        None,
        "instance_profile_name",
        Takes::Name,
    ),
];

const fn slot(resource: &'static str, block: Option<&'static str>, key: &'static str, takes: Takes) -> SlotKind {
    SlotKind {
        resource,
        block,
        key,
        takes,
    }
}

const LABELS: [&str; 8] = [
    "web",
    "web_role",
    "app-role",
    "ServerRole",
    "ec2_instance_role",
    "role",
    "batchNode",
    "Ec2InstanceRole",
];

const COUNTS: [&str; 4] = ["2", "var.peers", "var.create ? 1 : 0", "length(var.names)"];
const SETS: [&str; 3] = ["toset([\"a\", \"b\"])", "var.tiers", SET_IN_LINES];
const SET_IN_LINES: &str = "{\n@@a = \"x\"\n@@b = \"y\"\n@}";
const PATHS: [&str; 3] = ["\"/app/\"", "var.path", "\"/${var.env}/\""];

/// The syntax around a reference.
const FORMS: [&str; 10] = [
    "@",
    "(@)",
    "var.on ? @ : null",
    "try(@, null)",
    "one([@])",
    "element([@], 0)",
    "coalesce(@, null)",
    "tolist([@])[0]",
    "try(\n@@@,\n@@null,\n@)",
    "(var.on ? null : (@))",
];

/// The syntax around a reference to every instance of a role.
const FORMS_OF_SPLAT: [&str; 5] = [
    "one(@)",
    "element(@, 0)",
    "join(\"\", @)",
    "element(concat(@, [\"\"]), 0)",
    "try(one(@), null)",
];

impl Plan {
    /// Plans a module.
    pub(super) fn of(choices: &mut Choices<'_>) -> Self {
        let roles = roles(choices);
        let profiles = profiles(choices, &roles);
        let mut plan = Self {
            roles,
            profiles,
            users: Vec::new(),
            locals: Vec::new(),
            files: vec![Vec::new(); 1 + choices.below(3)],
        };
        for _ in 0..=choices.below(4) {
            let user = plan.user(choices);
            plan.users.push(user);
        }
        plan.spread(choices);
        plan.add_profiles();
        plan
    }

    fn user(&mut self, choices: &mut Choices<'_>) -> User {
        let slot = &SLOTS[choices.below(SLOTS.len())];
        let role = choices.below(self.roles.len());
        let repeat = match choices.below(3) {
            0 => Repeat::Once,
            1 => self.roles[role].repeat,
            _ => Repeat::Count("3"),
        };
        let value = match choices.below(8) {
            4 if !self.locals.is_empty() => self.shared_local(choices, slot.takes),
            5 => {
                let value = self.value(choices, slot.takes, role, Repeat::Once);
                self.locals.push(value);
                UserValue::Local(self.locals.len() - 1)
            }
            6 => {
                let value = self.value(choices, slot.takes, role, Repeat::Once);
                self.locals.push(value);
                UserValue::LocalChain(self.locals.len() - 1)
            }
            7 => UserValue::Literal,
            _ => UserValue::Own(self.value(choices, slot.takes, role, repeat)),
        };
        let has_mistake = match &value {
            UserValue::Own(value) => value.references.iter().any(|one| one.broken.is_some()),
            _ => false,
        };
        let is_on_one_line = matches!(&value, UserValue::Own(value) if !value.form.contains('\n'));
        User {
            slot,
            repeat,
            value,
            is_suppressed: has_mistake && is_on_one_line && choices.once_in(8),
        }
    }

    /// Returns another use of a local value that takes the same, if there is one.
    fn shared_local(&self, choices: &mut Choices<'_>, takes: Takes) -> UserValue {
        let local = choices.below(self.locals.len());
        let takes_same = self.locals[local].references.iter().all(|one| one.takes == takes);
        match takes_same {
            true if choices.once_in(2) => UserValue::LocalChain(local),
            true => UserValue::Local(local),
            false => UserValue::Literal,
        }
    }

    fn value(&self, choices: &mut Choices<'_>, takes: Takes, role: usize, repeat: Repeat) -> Value {
        let first = self.reference(choices, takes, role, repeat);
        let is_splat = first.after.is_empty() && first.index.contains('*');
        let form = match is_splat {
            true => choices.one(&FORMS_OF_SPLAT),
            false if choices.once_in(6) => {
                let other = choices.below(self.roles.len());
                let mut second = self.reference(choices, takes, other, repeat);
                // A role's name is right next to a reference to the profile of that name, which exists then.
                if other == role && first.broken.is_some() != second.broken.is_some() {
                    second.broken = first.broken.map(|_| "name");
                }
                let form = match second.after.is_empty() && second.index.contains('*') {
                    true => "var.on ? @ : one(&)",
                    false => "var.on ? @ : &",
                };
                return Value {
                    form,
                    references: vec![first, second],
                };
            }
            false => choices.one(&FORMS),
        };
        Value {
            form,
            references: vec![first],
        }
    }

    fn reference(&self, choices: &mut Choices<'_>, takes: Takes, role: usize, user: Repeat) -> Reference {
        let Role { repeat, .. } = self.roles[role];
        let (index, after) = match repeat {
            Repeat::Once => ("", ""),
            Repeat::Count(_) => match choices.below(7) {
                0 if user == repeat => ("[count.index]", ""),
                1 => ("[*]", ""),
                2 => (".*", ""),
                3 => (".0", ""),
                4 => ("[var.at]", ""),
                5 => ("[*]", "[0]"),
                _ => ("[0]", ""),
            },
            Repeat::ForEach(_) => match choices.below(3) {
                0 if user == repeat => ("[each.key]", ""),
                1 => ("[var.tier]", ""),
                _ => ("[\"a\"]", ""),
            },
        };
        let may_be_right = self.profile_of(role).is_some();
        let attributes: &[&str] = if index.contains('*') {
            &["name", "arn", "id"]
        } else {
            &["name", "arn", "id", ""]
        };
        let broken = (!may_be_right || choices.below(3) > 0).then(|| choices.one(attributes));
        Reference {
            role,
            index,
            after,
            broken,
            takes,
        }
    }

    /// Returns a profile of the module that holds a role and exists whenever it does.
    fn profile_of(&self, role: usize) -> Option<usize> {
        let repeat = self.roles[role].repeat;
        let mut own = (0..self.profiles.len())
            .filter(|&at| self.profiles[at].role == Some(role) && self.profiles[at].repeat == repeat);
        own.next()
    }

    /// Returns the profile that a fix refers to: the one with the name of the role, else the first one.
    pub(super) fn chosen_profile(&self, role: usize) -> Option<&Profile> {
        let repeat = self.roles[role].repeat;
        let items = self.files.iter().flatten();
        let profiles = items.filter_map(|item| match item {
            Item::Profile(at) => Some(&self.profiles[*at]),
            _ => None,
        });
        let own = profiles.filter(|profile| profile.role == Some(role) && profile.repeat == repeat);
        let own: Vec<_> = own.collect();
        let named = own.iter().find(|profile| profile.is_named_after_role);
        named.or(own.first()).copied()
    }

    /// Puts the blocks into files, in any order.
    fn spread(&mut self, choices: &mut Choices<'_>) {
        let users = (0..self.users.len()).map(Item::User);
        let roles = (0..self.roles.len()).map(Item::Role);
        let profiles = (0..self.profiles.len()).map(Item::Profile);
        let locals = (0..self.locals.len()).map(Item::Local);
        let noise = (0..choices.below(4)).map(Item::Noise);
        for item in roles.chain(profiles).chain(users).chain(locals).chain(noise) {
            let file = choices.below(self.files.len());
            let items = &mut self.files[file];
            let back = choices.below(items.len() + 1);
            items.insert(items.len() - back, item);
        }
    }

    /// Names the profiles that a fix adds.
    fn add_profiles(&mut self) {
        let mut taken: Vec<String> = self.profiles.iter().map(|profile| profile.label.clone()).collect();
        let items: Vec<_> = self.files.iter().flatten().copied().collect();
        for item in items {
            let Item::Role(at) = item else { continue };
            let is_needed = self.references().any(|one| one.role == at && one.broken.is_some());
            if !is_needed || self.chosen_profile(at).is_some() {
                continue;
            }
            let label = unique(&usual_label(self.roles[at].label), &taken);
            taken.push(label.clone());
            self.roles[at].added = Some(label);
        }
    }

    fn references(&self) -> impl Iterator<Item = &Reference> {
        let own = self.users.iter().filter_map(|user| match &user.value {
            UserValue::Own(value) if !user.is_suppressed => Some(value),
            _ => None,
        });
        own.chain(&self.locals).flat_map(|value| &value.references)
    }
}

fn roles(choices: &mut Choices<'_>) -> Vec<Role> {
    let first = choices.below(LABELS.len());
    let number = 1 + choices.below(3);
    let roles = (0..number).map(|at| {
        let repeat = match choices.below(4) {
            2 => Repeat::Count(choices.one(&COUNTS)),
            3 => Repeat::ForEach(choices.one(&SETS)),
            _ => Repeat::Once,
        };
        let name = match choices.below(4) {
            0 => Some(("name", format!("\"role-{at}\""))),
            1 => Some(("name_prefix", format!("\"role-{at}-\""))),
            2 => Some(("name", format!("\"${{var.env}}-{at}\""))),
            _ => None,
        };
        Role {
            label: LABELS[(first + at) % LABELS.len()],
            repeat,
            provider: choices.once_in(6),
            name,
            path: choices.once_in(3).then(|| choices.one(&PATHS)),
            added: None,
        }
    });
    roles.collect()
}

fn profiles(choices: &mut Choices<'_>, roles: &[Role]) -> Vec<Profile> {
    let mut profiles: Vec<Profile> = Vec::new();
    for (at, role) in roles.iter().enumerate() {
        if role.repeat == Repeat::ForEach(SET_IN_LINES) {
            // Its text is another one in another layout.
            continue;
        }
        for _ in 0..choices.one(&[0, 0, 1, 1, 2]) {
            let label = match choices.below(3) {
                0 => role.label.to_owned(),
                1 => usual_label(role.label),
                _ => "kept".to_owned(),
            };
            let labels: Vec<_> = profiles.iter().map(|profile| profile.label.clone()).collect();
            let is_name_taken = profiles
                .iter()
                .any(|one| one.role == Some(at) && one.is_named_after_role);
            profiles.push(Profile {
                label: unique(&label, &labels),
                role: Some(at),
                repeat: role.repeat,
                provider: role.provider,
                is_named_after_role: choices.once_in(2) && !is_name_taken,
                attribute: choices.one(&["name", "id", "name", "arn"]),
            });
        }
    }
    // Profiles that do not serve a role: one that may be absent, and one of another role.
    if let Some(at) = roles.iter().position(|role| role.repeat == Repeat::Once)
        && choices.once_in(4)
    {
        let labels: Vec<_> = profiles.iter().map(|profile| profile.label.clone()).collect();
        profiles.push(Profile {
            label: unique(roles[at].label, &labels),
            role: Some(at),
            repeat: Repeat::Count("var.create ? 1 : 0"),
            provider: roles[at].provider,
            is_named_after_role: false,
            attribute: "name",
        });
    }
    if choices.once_in(3) {
        let role = &roles[choices.below(roles.len())];
        let labels: Vec<_> = profiles.iter().map(|profile| profile.label.clone()).collect();
        profiles.push(Profile {
            label: unique(&usual_label(role.label), &labels),
            role: None,
            repeat: choices.one(&[Repeat::Once, Repeat::Count("2")]),
            provider: false,
            is_named_after_role: false,
            attribute: "",
        });
    }
    profiles
}

/// Returns the label of a role's profile, as documented.
fn usual_label(role: &str) -> String {
    match role {
        "web_role" => "web_instance_profile",
        "app-role" => "app-instance-profile",
        "ServerRole" => "ServerInstanceProfile",
        "ec2_instance_role" => "ec2_instance_profile",
        "role" => "instance_profile",
        "Ec2InstanceRole" => "Ec2InstanceProfile",
        other => other,
    }
    .to_owned()
}

/// Returns a label that is not taken, with a number if it must have one.
fn unique(label: &str, taken: &[String]) -> String {
    let separator = match label {
        _ if label.contains('_') => "_",
        _ if label.contains('-') => "-",
        _ if label.contains(char::is_uppercase) => "",
        _ => "_",
    };
    let mut candidate = label.to_owned();
    let mut number = 2;
    while taken.contains(&candidate) {
        candidate = format!("{label}{separator}{number}");
        number += 1;
    }
    candidate
}
