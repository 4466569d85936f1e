//! Resolves values through their functions: a reference, an ARN, a string.

mod built_arn;
mod resource_ref;
mod value_parts;

use super::intrinsic::Call;
use super::placeholder::{DYNAMIC_REFERENCE, known_start};
use crate::yaml::Node;

use value_parts::{PartReader, results};

pub(super) use built_arn::{BuiltArn, BuiltName, arn_kind};
pub(super) use resource_ref::{RefSyntax, ResourceRef};
pub(super) use value_parts::{Branch, ValuePart, merged, parts_of, parts_of_argument, possible_parts};

/// The resolved content of a value.
#[derive(Clone, Debug)]
pub(super) enum ResolvedValue<'d> {
    /// The result of one `Ref` or `Fn::GetAtt`, in whatever syntax.
    Reference(ResourceRef<'d>),
    /// An ARN that is built here.
    BuiltArn(BuiltArn<'d>),
    /// A literal string.
    Text(String),
    /// The result of a macro or `Fn::Transform`.
    Transform,
    /// Any other value, by its parts.
    Unknown(Vec<ValuePart<'d>>),
}

impl<'d> ResolvedValue<'d> {
    /// Resolves a value, which is not an alias.
    ///
    /// A part that depends on a condition is unknown.
    pub(super) fn read(value: Node<'d>) -> Self {
        match is_transform(value) {
            true => Self::Transform,
            false => Self::of_parts(parts_of(value)),
        }
    }

    /// Resolves a value once for each choice of its conditions.
    ///
    /// The value is not an alias.
    ///
    /// Returns the first result and the others, each with the branches in which it is the result.
    pub(super) fn possible_values(value: Node<'d>) -> (Branch<Self>, Vec<Branch<Self>>) {
        let only = |value| Branch {
            guards: Vec::new(),
            value,
        };
        if is_transform(value) {
            return (only(Self::Transform), Vec::new());
        }
        let read = |reader: PartReader<'d>| Branch {
            guards: reader.guards(),
            value: Self::of_parts(merged(reader.parts)),
        };
        // The account or the partition of an ARN may depend on a condition too.
        let merge = |known: &mut Branch<Self>, other: &Branch<Self>| {
            let is_same = known.value.is_same(&other.value);
            if is_same {
                known.guards.retain(|guard| other.guards.contains(guard));
            }
            is_same
        };
        let Some(mut results) = results(value, read, merge) else {
            return (only(Self::read(value)), Vec::new());
        };
        let first = results.pop().unwrap_or_else(|| only(Self::Unknown(Vec::new())));
        results.reverse();
        (first, results)
    }

    /// Returns whether both are known to be equal.
    ///
    /// They refer to the same attribute of a role or a profile, or are the same string.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Reference(one), Self::Reference(other)) => one.is_same(other),
            (Self::BuiltArn(one), Self::BuiltArn(other)) => one.is_same(other),
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => false,
        }
    }

    /// Returns the reference in the value, if any.
    pub(super) fn resource_ref(&self) -> Option<&ResourceRef<'d>> {
        match self {
            Self::Reference(resource_ref) => Some(resource_ref),
            Self::BuiltArn(arn) => arn.resource_ref(),
            Self::Text(_) | Self::Transform | Self::Unknown(_) => None,
        }
    }

    /// Returns the parts of the value, or of the name at the end of an ARN.
    pub(super) fn name_parts(&self) -> Vec<ValuePart<'d>> {
        match self {
            Self::Reference(resource_ref) => vec![ValuePart::Reference(resource_ref.clone())],
            Self::BuiltArn(arn) => arn.path_and_name().1,
            Self::Text(text) => vec![ValuePart::Text(text.clone())],
            Self::Transform => Vec::new(),
            Self::Unknown(parts) => parts.clone(),
        }
    }

    fn of_parts(parts: Vec<ValuePart<'d>>) -> Self {
        match (parts.as_slice(), BuiltArn::read(&parts)) {
            ([ValuePart::Reference(resource_ref)], _) => Self::Reference(resource_ref.clone()),
            (_, Some(arn)) => Self::BuiltArn(arn),
            ([ValuePart::Text(text)], None) if !text.contains(DYNAMIC_REFERENCE) => Self::Text(text.clone()),
            _ => Self::Unknown(parts),
        }
    }
}

fn is_transform(value: Node<'_>) -> bool {
    Call::read(value).is_some_and(|call| call.name == "Transform")
}

/// Returns the literal beginning of a value.
///
/// Returns `None` if it begins with an unknown part.
pub(super) fn leading_text(value: Node<'_>) -> Option<String> {
    match parts_of(value).into_iter().next() {
        Some(ValuePart::Text(text)) => {
            let start = known_start(&text);
            (!start.is_empty() || text.is_empty()).then(|| start.to_owned())
        }
        _ => None,
    }
}

/// Returns the literal end of a value.
///
/// Returns `None` if it ends with an unknown part.
pub(super) fn trailing_text(value: Node<'_>) -> Option<String> {
    match parts_of(value).pop() {
        Some(ValuePart::Text(text)) => Some(text),
        _ => None,
    }
}
