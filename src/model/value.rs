use super::ids::ResourceId;

/// The value of a slot.
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// The result of one reference to a resource, in whatever syntax.
    Reference(Reference<'s>),
    /// An IAM ARN that is built here.
    Arn(Arn<'s>),
    /// A literal string.
    Text(TextValue),
    /// The result of a macro.
    Macro,
    /// Any other value.
    Unknown(Unknown),
}

/// A reference to resources of the model.
#[derive(Clone, Debug)]
pub struct Reference<'s> {
    /// The ID, as written.
    pub id: &'s str,
    /// The part of the resource that it returns.
    pub gives: GivenPart,
    /// The resources that it names.
    ///
    /// There are several if a loop expands the ID.
    pub targets: Vec<ReferencedResource>,
    /// True if it returns a name taken from an ARN.
    ///
    /// This is the name only if the ARN has no path.
    pub is_from_arn: bool,
}

/// A resource that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferencedResource {
    /// The ID that is referred to, after replacing loop variables.
    pub name: String,
    /// The resource.
    pub resource: ResourceId,
}

/// The part of a resource that a reference returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenPart {
    /// Its name.
    Name,
    /// Its ARN.
    Arn,
    /// Another attribute.
    Attribute,
    /// Nothing: the reference needs an attribute, but has none.
    Missing,
}

/// The attribute that a new reference returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameOrArn {
    /// The name.
    Name,
    /// The ARN.
    Arn,
}

/// An IAM ARN built by a value.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
#[derive(Clone, Debug)]
pub struct Arn<'s> {
    /// The type of resource that it identifies.
    pub kind: ArnKind,
    /// True if it has a path between the type and the name.
    pub has_path: bool,
    /// The name at the end.
    pub name: ArnName<'s>,
    /// The keys of its path and its name, if it is known to be of the account of the stack.
    pub keys: Option<ArnKeys>,
}

/// The path and the name at the end of an ARN, for comparison with those of resources.
#[derive(Clone, Debug)]
pub struct ArnKeys {
    /// The key of the path without its outer slashes.
    pub path: String,
    /// The key of the name.
    pub name: String,
}

/// The type of resource that an IAM ARN identifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArnKind {
    /// `role/…`
    Role,
    /// `instance-profile/…`
    Profile,
}

/// The name at the end of an ARN.
#[derive(Clone, Debug)]
pub enum ArnName<'s> {
    /// The result of a reference to a resource of the model.
    Reference(Reference<'s>),
    /// The result of another reference.
    Other,
    /// A literal name.
    Text(String),
    /// A value of unknown structure.
    Unknown,
}

/// A literal string in a slot.
#[derive(Clone, Debug)]
pub struct TextValue {
    /// The string.
    pub text: String,
    /// The number of bytes before the first variable of a template language.
    pub known: usize,
    /// The reference that it was probably meant to be.
    pub missing: Option<MissingReference>,
}

/// A string that appears to be a reference without its function.
#[derive(Clone, Debug)]
pub struct MissingReference {
    /// The remaining ID.
    pub id: String,
    /// The resource with that ID.
    pub resource: ResourceId,
    /// True if it refers to the ARN.
    pub is_arn: bool,
}

impl MissingReference {
    /// Returns what follows a tag that is part of a string, such as `Role` in `!Ref Role`.
    pub fn after_tag(text: &str) -> Option<&str> {
        let tags = ["!Ref ", "!GetAtt "];
        tags.iter().find_map(|tag| text.strip_prefix(tag)).map(str::trim)
    }
}

/// An unknown value.
#[derive(Clone, Debug, Default)]
pub struct Unknown {
    /// The ARN that it takes its value from, if the slot does not take that.
    pub arn: Option<ArnElsewhere>,
}

/// An IAM ARN that is written elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArnElsewhere {
    /// The type of resource that it identifies.
    pub kind: ArnKind,
    /// The place where it is written.
    pub origin: ValueOrigin,
}

/// The origin of a value that is written elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueOrigin {
    /// The default of a parameter.
    Parameter,
    /// A mapping.
    Mapping,
}

impl TextValue {
    /// Returns whether the string has no variable of a template language.
    pub fn is_known(&self) -> bool {
        self.known == self.text.len()
    }

    /// Returns whether the string does not begin with `prefix`.
    ///
    /// Its variables may be replaced by any string.
    pub fn begins_otherwise(&self, prefix: &str) -> bool {
        let start = self.text.get(..self.known).unwrap_or_default();
        let is_open = !self.is_known() && prefix.starts_with(start);
        !start.starts_with(prefix) && !is_open
    }
}

impl ArnKind {
    /// Returns the resource type in an ARN.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Profile => "instance-profile",
        }
    }
}

impl Reference<'_> {
    /// Returns the resource itself, if no loop expands the ID.
    pub fn itself(&self) -> Option<ResourceId> {
        match self.targets.as_slice() {
            [only] if only.name == self.id => Some(only.resource),
            _ => None,
        }
    }
}

impl<'s> Value<'s> {
    /// Returns the reference in the value, or in its ARN's name.
    pub fn reference(&self) -> Option<&Reference<'s>> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::Arn(arn) => arn.reference(),
            Self::Text(_) | Self::Macro | Self::Unknown(_) => None,
        }
    }
}

impl Unknown {
    /// Returns the origin of its value, if that is an ARN of this type.
    pub fn origin_of(&self, kind: ArnKind) -> Option<ValueOrigin> {
        self.arn.filter(|arn| arn.kind == kind).map(|arn| arn.origin)
    }
}

impl<'s> Arn<'s> {
    /// Returns the reference that results in the name.
    pub fn reference(&self) -> Option<&Reference<'s>> {
        match &self.name {
            ArnName::Reference(reference) => Some(reference),
            ArnName::Other | ArnName::Text(_) | ArnName::Unknown => None,
        }
    }
}
