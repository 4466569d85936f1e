use super::TERRAFORM;
use super::awscc::{awscc_properties, awscc_role_properties};
use super::roles::aws_role_arguments;
use crate::model::Property;

/// Returns all Terraform arguments that take an instance profile.
pub fn terraform_properties() -> impl Iterator<Item = &'static Property> {
    TERRAFORM.iter().chain(awscc_properties())
}

/// Returns the Terraform arguments of a resource type that take an instance profile.
pub fn terraform_profile_properties(resource_type: &str) -> impl Iterator<Item = &'static Property> {
    terraform_properties().filter(move |property| property.resource == resource_type)
}

/// Returns the Terraform arguments of a resource type that take an IAM role.
pub fn terraform_role_properties(resource_type: &str) -> impl Iterator<Item = Property> {
    aws_role_arguments(resource_type).chain(awscc_role_properties(resource_type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{NamingRule, OnUpdate, Takes};
    use crate::profile::{AWSCC_PROFILE, AWSCC_ROLE_OF_PROFILE, TERRAFORM_PROFILE, TERRAFORM_ROLE_OF_PROFILE};

    #[test]
    fn knows_the_arguments_of_both_providers() {
        let paths = |resource_type| {
            terraform_profile_properties(resource_type)
                .map(|row| row.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            paths("aws_launch_template"),
            ["iam_instance_profile.name", "iam_instance_profile.arn"]
        );
        assert_eq!(paths("awscc_ec2_instance"), ["iam_instance_profile"]);
        assert_eq!(paths("aws_ec2_instance"), [""; 0]);
        assert_eq!(terraform_role_properties("aws_lambda_function").count(), 1);
        assert_eq!(terraform_role_properties("awscc_lambda_function").count(), 1);
    }

    #[test]
    fn a_property_of_awscc_is_that_of_cloudformation() {
        let rows: Vec<_> = terraform_profile_properties("awscc_pcs_compute_node_group").collect();
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(row.path, "iam_instance_profile_arn");
        assert_eq!((row.takes, row.on_update), (Takes::Arn, OnUpdate::InPlace));
        assert_eq!(row.naming, Some(NamingRule::Pcs));
    }

    #[test]
    fn the_roles_of_a_profile_are_the_same_in_all_tables() {
        for (resource_type, same) in [
            (TERRAFORM_PROFILE, TERRAFORM_ROLE_OF_PROFILE),
            (AWSCC_PROFILE, AWSCC_ROLE_OF_PROFILE),
        ] {
            let rows: Vec<_> = terraform_role_properties(resource_type).collect();
            let [row] = rows.as_slice() else { panic!("{rows:?}") };
            assert_eq!((row.takes, row.on_update), (same.takes, same.on_update));
        }
    }
}
