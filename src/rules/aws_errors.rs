use super::{
    hardcoded_role, missing_ec2_trust, missing_reference, no_attribute, profile_as_role, profile_name_or_arn,
    profile_roles, profile_shape, repeated_name, role_as_instance_profile, service_naming_rule, wrong_case,
};
use crate::model::Rule;

/// An error message of AWS, and the rules whose mistakes cause it.
#[derive(Debug)]
pub struct AwsError {
    /// The service that reports it.
    pub service: &'static str,
    /// The message; `…` stands for any text.
    pub message: &'static str,
    /// The rules, the most likely first.
    pub rules: &'static [Rule],
    /// The usual correction, in the imperative.
    pub correction: &'static str,
}

const ROLE_GIVEN: &str = "refer to an instance profile that has the role";

/// The error messages of AWS that the rules are about.
///
/// The pages of the rules and the tables of properties name their sources.
pub const AWS_ERRORS: &[AwsError] = &[
    AwsError {
        service: "EC2",
        message: "Value (…) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            profile_name_or_arn::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "EC2",
        message: "Value (…) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN",
        rules: &[
            role_as_instance_profile::RULE,
            profile_name_or_arn::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            repeated_name::RULE,
        ],
        correction: "refer to the ARN of an instance profile that has the role",
    },
    AwsError {
        service: "Auto Scaling",
        message: "Invalid IamInstanceProfile: …",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "Batch",
        message: "CLIENT_ERROR - Invalid IamInstanceProfile: …",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "EMR",
        message: "Invalid InstanceProfile",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            service_naming_rule::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "Elastic Beanstalk",
        message: "The instance profile … associated with the environment is invalid.",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "Elastic Beanstalk",
        message: "The instance profile … associated with the environment does not exist.",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "Image Builder",
        message: "The provided instance profile does not exist.",
        rules: &[
            role_as_instance_profile::RULE,
            hardcoded_role::RULE,
            missing_reference::RULE,
            profile_name_or_arn::RULE,
            repeated_name::RULE,
        ],
        correction: ROLE_GIVEN,
    },
    AwsError {
        service: "IAM",
        message: "The role with name … cannot be found.",
        rules: &[
            missing_reference::RULE,
            profile_roles::RULE,
            profile_as_role::RULE,
            repeated_name::RULE,
        ],
        correction: "write a reference to the role",
    },
    AwsError {
        service: "IAM",
        message: "The specified value for roleName is invalid. …",
        rules: &[profile_roles::RULE, profile_as_role::RULE],
        correction: "give the profile the name of the role, not its ARN",
    },
    AwsError {
        service: "CloudFormation",
        message: "Value of property Roles must be of type List of String",
        rules: &[profile_roles::RULE],
        correction: "make `Roles` a list with the name of one role",
    },
    AwsError {
        service: "IAM",
        message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
        rules: &[profile_roles::RULE],
        correction: "give each role a profile of its own",
    },
    AwsError {
        service: "EC2",
        message: "… has no associated IAM Roles",
        rules: &[profile_roles::RULE],
        correction: "give the profile a role",
    },
    AwsError {
        service: "EC2",
        message: "Unable to locate credentials",
        rules: &[missing_ec2_trust::RULE, profile_roles::RULE],
        correction: "let `ec2.amazonaws.com` assume the role of the instance profile",
    },
    AwsError {
        service: "CloudFormation",
        message: "Value of property … does not match type {Object}",
        rules: &[profile_shape::RULE],
        correction: "write the profile inside an object with `Name` or `Arn`",
    },
    AwsError {
        service: "CloudFormation",
        message: "Value of property … does not match type {String}",
        rules: &[profile_shape::RULE],
        correction: "write the profile without an object around it",
    },
    AwsError {
        service: "EC2",
        message: "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
        rules: &[profile_shape::RULE],
        correction: "remove the name or the ARN",
    },
    AwsError {
        service: "CloudFormation",
        message: "Encountered unsupported property …",
        rules: &[wrong_case::RULE, profile_roles::RULE],
        correction: "correct the property's capitalisation or name",
    },
    AwsError {
        service: "CloudFormation",
        message: "Requested attribute … does not exist in schema for …",
        rules: &[wrong_case::RULE],
        correction: "write `Arn`",
    },
    AwsError {
        service: "CloudFormation",
        message: no_attribute::GET_ATT,
        rules: &[
            role_as_instance_profile::RULE,
            profile_name_or_arn::RULE,
            profile_roles::RULE,
            profile_as_role::RULE,
        ],
        correction: "name an attribute, or write `Ref`",
    },
    AwsError {
        service: "IAM",
        message: "Invalid principal in policy: …",
        rules: &[profile_as_role::RULE, repeated_name::RULE],
        correction: "name the role, not its instance profile",
    },
    AwsError {
        service: "Lambda",
        message: "Value '…' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: …",
        rules: &[profile_as_role::RULE],
        correction: "refer to the ARN of the role, not of its instance profile",
    },
];

/// Returns the known errors that a message contains, the best match first.
///
/// The message may be surrounded by what a console or a log adds, be cut off, or have line breaks. Case is ignored.
pub fn aws_errors_in(message: &str) -> Vec<&'static AwsError> {
    let message = normalized(message);
    let mut found: Vec<_> = AWS_ERRORS
        .iter()
        .map(|error| (matched_length(error, &message), error))
        .filter(|(length, _)| *length > 0)
        .collect();
    found.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    found.into_iter().map(|(_, error)| error).collect()
}

/// The length, in bytes, from which a part of a message identifies it.
const MIN_LENGTH: usize = 15;

/// Returns the number of bytes of a known message that are found, in order; 0 if it is not that message.
fn matched_length(error: &AwsError, message: &str) -> usize {
    let known = normalized(error.message);
    let parts = known.split('…').flat_map(|part| part.split(". ")).map(str::trim);
    let (mut rest, mut length, mut total) = (message, 0, 0);
    for part in parts {
        total += part.len();
        if let Some((_, after)) = rest.split_once(part) {
            length += part.len();
            rest = after;
        }
    }
    if message.len() >= MIN_LENGTH && known.contains(message) {
        message.len()
    } else if length >= MIN_LENGTH && 2 * length >= total {
        length
    } else {
        0
    }
}

/// Returns a message in lower case, with single spaces and without the period at its end.
fn normalized(message: &str) -> String {
    let words: Vec<_> = message.split_whitespace().collect();
    words.join(" ").to_lowercase().trim_end_matches('.').to_owned()
}
