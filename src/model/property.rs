use std::fmt;

use super::value::NameOrArn;

/// A property that takes an instance profile or a role.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The type of the resource.
    pub resource: &'static str,
    /// The path to the property below the resource's properties, or to the argument of a Terraform resource.
    ///
    /// Keys are separated by dots. `[]` is every item of a list, `[Key=Value,…]` is every item with these entries, and
    /// `*` is every item of a list or value of a mapping.
    pub path: &'static str,
    /// The attribute of the profile or role that it takes.
    pub takes: Takes,
    /// The effect of a change on the deployed resource.
    pub on_update: OnUpdate,
    /// AWS's error for a wrong value, if known.
    pub aws_error: Option<&'static str>,
    /// The service's rule for the names of the profile and its role.
    pub naming: Option<NamingRule>,
    /// The reason why a role defined here may be wrong, if it takes a role.
    pub caveat: Option<Caveat>,
}

/// A reason why a reference to a role defined here may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caveat {
    /// The property takes the name with the path before it.
    PathAndName,
    /// The property takes a role of another account.
    OtherAccount,
}

/// A service's rule for the names of a profile and its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamingRule {
    /// Amazon RDS Custom: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/custom-setup-sqlserver.html>.
    RdsCustom,
    /// AWS Parallel Computing Service:
    /// <https://docs.aws.amazon.com/pcs/latest/userguide/security-instance-profiles.html>.
    Pcs,
    /// Amazon ECS Managed Instances:
    /// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-instance-profile.html>.
    EcsManaged,
    /// Amazon EMR: <https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-roles-custom.html>.
    Emr,
}

impl NamingRule {
    /// The required beginning of the names of RDS Custom's profiles and roles.
    pub const RDS_CUSTOM_PREFIX: &str = "AWSRDSCustom";

    /// Returns the required beginning of a profile's name.
    pub const fn profile_prefix(self) -> Option<&'static str> {
        match self {
            Self::RdsCustom => Some(Self::RDS_CUSTOM_PREFIX),
            // They restrict the name of the role, or compare both.
            Self::Pcs | Self::EcsManaged | Self::Emr => None,
        }
    }
}

impl Property {
    /// Returns the path to the object with the profile's name or ARN.
    pub fn object(&self) -> Option<&'static str> {
        let (object, attribute) = self.path.rsplit_once('.')?;
        let is_of_cloudformation = object.ends_with("IamInstanceProfile") && ["Name", "Arn"].contains(&attribute);
        let is_of_terraform = object.ends_with("iam_instance_profile") && ["name", "arn"].contains(&attribute);
        (is_of_cloudformation || is_of_terraform).then_some(object)
    }

    /// Returns the first key of the path.
    pub fn first_key(&self) -> &'static str {
        self.path.split(['.', '[']).next().unwrap_or(self.path)
    }

    /// Returns whether the property is in a document of another service.
    ///
    /// Such a document can also be a string, and has keys of its own.
    pub fn is_in_document(&self) -> bool {
        let has_document = ["AWS::SSM::Document", "AWS::StepFunctions::StateMachine"].contains(&self.resource);
        // The role of a state machine is beside its definition.
        has_document && self.path != "RoleArn"
    }

    /// Returns whether this is a property of CloudFormation, not an argument of Terraform.
    pub fn is_of_cloudformation(&self) -> bool {
        self.resource.contains("::")
    }

    /// Returns the last key of the path.
    pub fn last_key(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// Returns the required beginning of the profile's name.
    pub fn profile_prefix(&self) -> Option<&'static str> {
        self.naming.and_then(NamingRule::profile_prefix)
    }

    /// Returns whether both are the same property of the same resource type.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.resource, self.path) == (other.resource, other.path)
    }
}

/// The attribute of a profile or role that a property takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Only its name.
    Name,
    /// Only its ARN.
    Arn,
    /// Its name or its ARN.
    Either,
}

/// The effect on a deployed resource when the property changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnUpdate {
    /// The resource continues to run.
    NoInterruption,
    /// The resource is changed in place.
    ///
    /// The schema does not call the property create-only.
    InPlace,
    /// The resource is replaced.
    Replacement,
    /// The resource may be replaced, depending on other properties.
    Conditional,
    /// AWS does not say.
    Unknown,
    /// The resource is not changed, because the value results in what it was.
    SameValue,
    /// The location is not a property.
    Nothing,
}

impl Takes {
    /// Returns whether a property takes this form.
    pub fn includes(self, form: NameOrArn) -> bool {
        match self {
            Self::Name => form == NameOrArn::Name,
            Self::Arn => form == NameOrArn::Arn,
            Self::Either => true,
        }
    }
}

impl OnUpdate {
    /// Returns whether the resource may be replaced.
    pub fn may_replace(self) -> bool {
        matches!(self, Self::Replacement | Self::Conditional | Self::Unknown)
    }
}

impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "the name of an instance profile",
            Self::Arn => "the ARN of an instance profile",
            Self::Either => "the name or the ARN of an instance profile",
        })
    }
}

impl fmt::Display for OnUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoInterruption => "the resource is updated without interruption",
            Self::InPlace => "the resource is updated in place",
            Self::Replacement => "the resource is replaced",
            Self::Conditional => "the resource may be replaced, depending on its other properties",
            Self::Unknown => {
                "AWS does not document whether the resource is replaced; look at the change set or the plan"
            }
            Self::SameValue => "the value stays what it was",
            Self::Nothing => "no property of a resource changes",
        })
    }
}
