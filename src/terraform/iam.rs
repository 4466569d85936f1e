//! The IAM resources of the providers `aws` and `awscc`, which differ in the names of their arguments.

use crate::model::{NameOrArn, Property};
use crate::profile::{
    AWSCC_PROFILE, AWSCC_ROLE, AWSCC_ROLE_OF_PROFILE, TERRAFORM_PROFILE, TERRAFORM_ROLE, TERRAFORM_ROLE_OF_PROFILE,
};

/// The types of roles and profiles of one provider.
#[derive(Debug)]
pub(super) struct IamTypes {
    /// The type of a role.
    pub(super) role: &'static str,
    /// The type of a profile.
    pub(super) profile: &'static str,
    /// The argument with the name of a role.
    pub(super) role_name: &'static str,
    /// The argument with the name of a profile.
    pub(super) profile_name: &'static str,
    /// The argument with the trust policy of a role.
    pub(super) trust: &'static str,
    /// The argument of a profile that takes its role, or a list with it.
    pub(super) role_of_profile: &'static Property,
}

/// The providers.
static PROVIDERS: [IamTypes; 2] = [
    IamTypes {
        role: TERRAFORM_ROLE,
        profile: TERRAFORM_PROFILE,
        role_name: "name",
        profile_name: "name",
        trust: "assume_role_policy",
        role_of_profile: &TERRAFORM_ROLE_OF_PROFILE,
    },
    IamTypes {
        role: AWSCC_ROLE,
        profile: AWSCC_PROFILE,
        role_name: "role_name",
        profile_name: "instance_profile_name",
        trust: "assume_role_policy_document",
        role_of_profile: &AWSCC_ROLE_OF_PROFILE,
    },
];

impl IamTypes {
    /// Returns the types of the provider with this type of role.
    pub(super) fn of_role(resource_type: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|types| types.role == resource_type)
    }

    /// Returns the types of the provider with this type of profile.
    pub(super) fn of_profile(resource_type: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|types| types.profile == resource_type)
    }

    /// Returns the types of the provider with a role or a profile at this address.
    pub(super) fn at(address: &str) -> Option<&'static Self> {
        let address = address.strip_prefix("data.").unwrap_or(address);
        let (resource_type, _) = address.split_once('.')?;
        Self::of_role(resource_type).or_else(|| Self::of_profile(resource_type))
    }

    /// Returns whether a profile takes a list with its role.
    pub(super) fn takes_list(&self) -> bool {
        self.role_of_profile.path.ends_with("[]")
    }

    /// Returns the argument of a profile that takes its role.
    pub(super) fn role_argument(&self) -> &'static str {
        self.role_of_profile.first_key()
    }

    /// Returns the attribute of a role or a profile with its name.
    fn name_at(&self, address: &str) -> &'static str {
        match self.is_role_at(address) {
            true => self.role_name,
            false => self.profile_name,
        }
    }

    /// Returns whether the address is one of a role.
    fn is_role_at(&self, address: &str) -> bool {
        let address = address.strip_prefix("data.").unwrap_or(address);
        let rest = address.strip_prefix(self.role);
        rest.is_some_and(|rest| rest.starts_with('.'))
    }
}

/// Returns the attribute of the role or the profile at an address.
pub(super) fn attribute_of(address: &str, form: NameOrArn) -> &'static str {
    match form {
        NameOrArn::Arn => "arn",
        NameOrArn::Name => IamTypes::at(address).map_or("name", |types| types.name_at(address)),
    }
}

/// Returns whether an attribute of the resource at an address is its name.
///
/// The ID of a role and of a profile is its name too, except that of a profile that is looked up, which is its unique ID:
/// <https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/instance_profile_data_source.go>.
pub(super) fn is_name(address: &str, attribute: &str) -> bool {
    let is_profile_elsewhere = || {
        let data = address.strip_prefix("data.");
        data.is_some_and(|of| of.split('.').next() == Some(TERRAFORM_PROFILE))
    };
    attribute == attribute_of(address, NameOrArn::Name) || (attribute == "id" && !is_profile_elsewhere())
}

/// Returns whether an attribute of the role or the profile at an address stands for it, and not for one of its properties.
///
/// `awscc` calls the unique ID of a role `role_id`, which in a profile is that of its role:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_instance_profile#attribute-reference>.
pub(super) fn identifies(address: &str, attribute: &str) -> bool {
    let is_role = IamTypes::at(address).is_some_and(|types| types.is_role_at(address));
    let is_unique_id = ["id", "unique_id"].contains(&attribute) || (is_role && attribute == "role_id");
    is_name(address, attribute) || attribute == "arn" || is_unique_id
}
