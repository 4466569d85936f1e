//! Labels of new profiles.

use std::collections::HashSet;

use super::address::{address_in_reference, address_of};
use super::iam::IamTypes;
use super::source::{ParsedModule, of_body};
use crate::model::{Model, ResourceId};
use crate::profile::{Ids, TERRAFORM_PROFILE};

/// A generator of addresses for new profiles.
pub(super) struct Labels<'s> {
    module: &'s ParsedModule,
    /// Known once an address is needed, because most modules need none.
    taken: Option<HashSet<String>>,
}

impl<'s> Labels<'s> {
    /// Creates a generator that avoids the labels of all profiles of a module, and all that it refers to.
    pub(super) fn of(module: &'s ParsedModule) -> Self {
        Self { module, taken: None }
    }

    /// Returns an address of a type with this label, or with a number after it.
    fn address(&mut self, model: &Model<'_>, profile: &str, label: &str) -> String {
        let taken = self.taken.get_or_insert_with(|| taken(model, self.module));
        let separator = match (label.contains('_'), label.contains('-')) {
            (true, _) => "_",
            (false, true) => "-",
            (false, false) if label.chars().any(char::is_uppercase) => "",
            (false, false) => "_",
        };
        let numbered = (2..).map(|number: u32| format!("{profile}.{label}{separator}{number}"));
        let mut candidates = std::iter::once(format!("{profile}.{label}")).chain(numbered);
        // There are more numbers than labels.
        let address = candidates.find(|address| !taken.contains(address)).unwrap_or_default();
        taken.insert(address.clone());
        address
    }
}

impl Ids for Labels<'_> {
    fn of_role(&mut self, model: &Model<'_>, role: ResourceId) -> String {
        let id = model.get(role).id;
        let label = id.rsplit('.').next().unwrap_or(id);
        let types = IamTypes::at(id);
        self.address(
            model,
            types.map_or(TERRAFORM_PROFILE, |types| types.profile),
            &usual_label(label),
        )
    }

    fn of_name(&mut self, model: &Model<'_>, role: &str, _: ResourceId) -> String {
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let label: String = role.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
        let begins_right = label.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let label = if begins_right { label } else { format!("_{label}") };
        self.address(model, TERRAFORM_PROFILE, &usual_label(&label))
    }
}

/// Returns the addresses of all profiles that a module has or refers to.
///
/// Terraform rejects a resource that a `moved` or a `removed` block says is gone, and `import` would fill it.
fn taken(model: &Model<'_>, module: &ParsedModule) -> HashSet<String> {
    let declared = model.profiles().map(|(profile, _)| profile.id.to_owned());
    let bodies = || module.files.iter().filter_map(|file| file.body());
    let traversals = bodies().flat_map(of_body).map(|(_, traversal)| traversal);
    let referred = traversals.filter_map(|traversal| address_of(traversal).map(|(address, _)| address));
    let in_json = bodies().flat_map(|body| &body.attributes);
    let in_json = in_json.filter(|block| ["moved", "removed", "import"].contains(&block.key.text.as_str()));
    let in_json = in_json.flat_map(|block| block.value.descendants());
    let quoted = in_json.filter_map(|expr| address_in_reference(expr.text()?));
    let is_profile = |address: &String| {
        address
            .split_once('.')
            .is_some_and(|(kind, _)| IamTypes::of_profile(kind).is_some())
    };
    declared.chain(referred.chain(quoted).filter(is_profile)).collect()
}

/// Returns the label of a profile after that of its role: the word for a role is replaced, if there is one.
fn usual_label(role: &str) -> String {
    for (word, new) in [
        ("_role", "_instance_profile"),
        ("-role", "-instance-profile"),
        ("Role", "InstanceProfile"),
    ] {
        if let Some(stem) = role.strip_suffix(word)
            && !stem.is_empty()
        {
            let instance = new.strip_suffix("_profile").or(new.strip_suffix("-profile"));
            let instance = instance.or(new.strip_suffix("Profile")).unwrap_or(new);
            let stem = stem.strip_suffix(instance).unwrap_or(stem);
            return format!("{stem}{new}");
        }
    }
    match role {
        "role" => "instance_profile".to_owned(),
        "Role" => "InstanceProfile".to_owned(),
        _ => role.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_the_word_for_a_role() {
        for (role, profile) in [
            ("web", "web"),
            ("web_role", "web_instance_profile"),
            ("app-role", "app-instance-profile"),
            ("ServerRole", "ServerInstanceProfile"),
            ("ec2_instance_role", "ec2_instance_profile"),
            ("Ec2InstanceRole", "Ec2InstanceProfile"),
            ("role", "instance_profile"),
            ("patrol", "patrol"),
        ] {
            assert_eq!(usual_label(role), profile);
        }
    }
}
