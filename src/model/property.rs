use std::fmt;

/// A property that takes an instance profile or a role.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// The type of the resource.
    pub resource: &'static str,
    /// The way to the property below the resource's properties: keys between dots; `[]` is every item of a list,
    /// `[Key=Value,…]` every item with these entries, `*` every item of a list or value of a mapping.
    pub path: &'static str,
    /// The part of the profile or role that it takes.
    pub takes: Takes,
    /// The effect of a change of it on a deployed stack.
    pub on_update: OnUpdate,
    /// AWS's error where it is given the wrong thing, if known.
    pub refusal: Option<&'static str>,
    /// The service's rule for the names of the profile and its role.
    pub naming: Option<NamingRule>,
}

/// A service's rule for the names of a profile and its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamingRule {
    /// Amazon RDS Custom: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/custom-setup-sqlserver.html>.
    RdsCustom,
    /// AWS Parallel Computing Service:
    /// <https://docs.aws.amazon.com/pcs/latest/userguide/security-instance-profiles.html>.
    Pcs,
}

impl NamingRule {
    /// Returns the beginning of the names that the service takes.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::RdsCustom => "AWSRDSCustom",
            Self::Pcs => "AWSPCS",
        }
    }
}

impl Property {
    /// Returns the way to the object that the property is part of, if that object holds a profile's name or its ARN.
    pub fn object(&self) -> Option<&'static str> {
        let object = self.path.strip_suffix(".Name").or(self.path.strip_suffix(".Arn"))?;
        object.ends_with("IamInstanceProfile").then_some(object)
    }

    /// Returns the first key on the way to it.
    pub fn first_key(&self) -> &'static str {
        self.path.split(['.', '[']).next().unwrap_or(self.path)
    }

    /// Returns whether both are the same property of the same type.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.resource, self.path) == (other.resource, other.path)
    }
}

/// The part of a profile or role that a property takes.
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
    /// It continues to run.
    NoInterruption,
    /// It is changed in place: the schema does not call the property create-only.
    InPlace,
    /// A new one takes its place.
    Replacement,
    /// A new one takes its place, or not, depending on other properties.
    Conditional,
    /// AWS does not say.
    Unknown,
    /// It is not a property that changes.
    Nothing,
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
            Self::Replacement => "CloudFormation replaces the resource",
            Self::Conditional => "CloudFormation may replace the resource, depending on its other properties",
            Self::Unknown => "AWS does not document whether the resource is replaced; look at the change set",
            Self::Nothing => "no property of a resource changes",
        })
    }
}
