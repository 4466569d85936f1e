use super::ids::ResourceId;

/// What a slot is given, if its source says so.
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// What one reference to a resource of the model gives, whatever is written around it.
    Reference(Reference<'s>),
    /// An ARN of IAM that is built here.
    Arn(Arn<'s>),
    /// A text.
    Text(Text),
    /// Made by a macro.
    Macro,
    /// Anything else.
    Unknown(Unknown),
}

/// A reference to resources of the model.
#[derive(Clone, Debug)]
pub struct Reference<'s> {
    /// The ID, as it is written.
    pub id: &'s str,
    /// The part of the resource that it gives.
    pub gives: Gives,
    /// The resources that it names: several where a loop makes their IDs of it.
    pub targets: Vec<Referred>,
    /// Whether it gives a name that is taken out of an ARN: a name only if the ARN has no path.
    pub is_from_arn: bool,
}

/// A resource that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referred {
    /// The ID under which it is named, loop variables replaced.
    pub name: String,
    /// The resource.
    pub resource: ResourceId,
}

/// The part of a resource that a reference gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// Its name.
    Name,
    /// Its ARN.
    Arn,
    /// Another attribute.
    Attribute,
}

/// The part of a resource that a reference is to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The name.
    Name,
    /// The ARN.
    Arn,
}

/// An ARN of IAM that a value puts together:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>.
#[derive(Clone, Debug)]
pub struct Arn<'s> {
    /// The kind of thing that it identifies.
    pub kind: ArnKind,
    /// Whether there is a path between the kind and the name.
    pub has_path: bool,
    /// The name at its end.
    pub name: ArnName<'s>,
}

/// The kind of thing that an ARN of IAM identifies, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArnKind {
    /// `role/…`
    Role,
    /// `instance-profile/…`
    Profile,
}

/// The name at the end of an ARN.
#[derive(Clone, Debug)]
pub enum ArnName<'s> {
    /// A reference to a resource of the model gives it.
    Reference(Reference<'s>),
    /// A reference to anything else gives it.
    Other,
    /// It is written out.
    Text(String),
    /// It is put together in ways that are not known.
    Unknown,
}

/// A text that a slot is given.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub text: String,
    /// The reference that it seems to be without its function.
    pub lost: Option<LostReference>,
}

/// A reference that lost its function.
#[derive(Clone, Debug)]
pub struct LostReference {
    /// The ID that it is left with.
    pub id: String,
    /// The resource with that ID.
    pub resource: ResourceId,
    /// Whether it asks for the ARN.
    pub is_arn: bool,
}

/// A value that is not known.
#[derive(Clone, Debug, Default)]
pub struct Unknown {
    /// The key of what it says, which may be the name of a role.
    pub key: Option<String>,
    /// The place of a role's ARN that it takes its value from.
    pub role_arn: Option<Elsewhere>,
}

/// The place of a value that is written elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// The default of a parameter.
    Parameter,
    /// A mapping.
    Mapping,
}

impl ArnKind {
    /// Returns the word before the path and the name.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Profile => "instance-profile",
        }
    }
}

impl Reference<'_> {
    /// Returns the resource whose own ID this is, not one that a loop makes of it.
    pub fn itself(&self) -> Option<ResourceId> {
        match self.targets.as_slice() {
            [only] if only.name == self.id => Some(only.resource),
            _ => None,
        }
    }
}

impl<'s> Value<'s> {
    /// Returns the reference that gives the value, or the name at the end of the ARN that it is.
    pub fn reference(&self) -> Option<&Reference<'s>> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::Arn(arn) => arn.reference(),
            Self::Text(_) | Self::Macro | Self::Unknown(_) => None,
        }
    }
}

impl<'s> Arn<'s> {
    /// Returns the reference that gives its name.
    pub fn reference(&self) -> Option<&Reference<'s>> {
        match &self.name {
            ArnName::Reference(reference) => Some(reference),
            ArnName::Other | ArnName::Text(_) | ArnName::Unknown => None,
        }
    }
}
