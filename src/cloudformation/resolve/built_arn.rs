//! Finds the type, the path and the name in an ARN that a template builds.

use super::resource_ref::ResourceRef;
use super::value_parts::ValuePart;
use crate::cloudformation::intrinsic::Attribute;
use crate::cloudformation::placeholder::is_known;
use crate::model::ArnKind;

/// An IAM ARN built by a value.
#[derive(Clone, Debug)]
pub(in crate::cloudformation) struct BuiltArn<'d> {
    /// The type of resource that it identifies.
    pub(in crate::cloudformation) kind: ArnKind,
    /// The path between the type and the name, without its first slash.
    pub(in crate::cloudformation) folder: String,
    /// The name at the end.
    pub(in crate::cloudformation) name: BuiltName<'d>,
    /// True if it is known to be of the account of the stack.
    pub(in crate::cloudformation) is_of_stack: bool,
    /// The path and the name, by their parts.
    end: Vec<ValuePart<'d>>,
}

/// The name at the end of an ARN.
#[derive(Clone, Debug)]
pub(in crate::cloudformation) enum BuiltName<'d> {
    /// The result of a reference.
    Reference(ResourceRef<'d>),
    /// A literal name.
    Text(String),
    /// A value of unknown structure.
    Unknown,
}

impl<'d> BuiltArn<'d> {
    /// Returns the reference that results in the name.
    pub(in crate::cloudformation) fn resource_ref(&self) -> Option<&ResourceRef<'d>> {
        match &self.name {
            BuiltName::Reference(resource_ref) => Some(resource_ref),
            BuiltName::Text(_) | BuiltName::Unknown => None,
        }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_same_name = match (&self.name, &other.name) {
            (BuiltName::Reference(one), BuiltName::Reference(other)) => one.is_same(other),
            (BuiltName::Text(one), BuiltName::Text(other)) => one == other,
            (BuiltName::Unknown, BuiltName::Unknown) => true,
            _ => false,
        };
        self.kind == other.kind && self.folder == other.folder && is_same_name
    }

    pub(super) fn read(parts: &[ValuePart<'d>]) -> Option<Self> {
        let Some(ValuePart::Text(start)) = parts.first() else {
            return None;
        };
        if !start.starts_with("arn:") {
            return None;
        }
        let (at, kind, account, folder) = parts.iter().enumerate().find_map(|(at, part)| {
            let ValuePart::Text(text) = part else { return None };
            let kinds = [(":role/", ArnKind::Role), (":instance-profile/", ArnKind::Profile)];
            kinds.into_iter().find_map(|(marker, kind)| {
                let (before, after) = text.split_once(marker)?;
                Some((at, kind, before, after))
            })
        })?;
        let after = parts.get(at + 1..)?;
        let is_of_stack = is_of_stack(parts.get(..at)?, account);
        let end = std::iter::once(ValuePart::Text(folder.to_owned())).chain(after.iter().cloned());
        let (folder, name) = match after {
            [] => {
                let is_known = is_known(folder);
                let (folder, name) = folder.rsplit_once('/').unwrap_or(("", folder));
                match is_known && !name.is_empty() {
                    true => (folder, BuiltName::Text(name.to_owned())),
                    false => (folder, BuiltName::Unknown),
                }
            }
            [ValuePart::Reference(resource_ref)] if folder.is_empty() || folder.ends_with('/') => {
                (folder.trim_end_matches('/'), BuiltName::Reference(resource_ref.clone()))
            }
            _ => (folder, BuiltName::Unknown),
        };
        Some(Self {
            kind,
            folder: folder.to_owned(),
            name,
            is_of_stack,
            end: end.collect(),
        })
    }

    /// Splits the end into the path and the name, at the last slash.
    pub(in crate::cloudformation) fn path_and_name(&self) -> (Vec<ValuePart<'d>>, Vec<ValuePart<'d>>) {
        let last = self.end.iter().enumerate().rev().find_map(|(at, part)| match part {
            ValuePart::Text(text) => Some((at, text.rsplit_once('/')?)),
            ValuePart::Reference(_) | ValuePart::Unknown(_) => None,
        });
        let Some((at, (path, name))) = last else {
            return (Vec::new(), self.end.clone());
        };
        let (before, after) = self.end.split_at(at);
        let text = |text: &str| std::iter::once(ValuePart::Text(text.to_owned()));
        let path = before.iter().cloned().chain(text(path)).collect();
        let name = text(name).chain(after.iter().skip(1).cloned()).collect();
        (path, name)
    }
}

/// Returns whether the account in an ARN is that of the stack, or missing.
///
/// An account that is written out may be another one. `before` is the text up to the type, after `parts`.
fn is_of_stack(parts: &[ValuePart<'_>], before: &str) -> bool {
    let is_of_service = |text: &str| text.ends_with(":iam::");
    let is_pattern = |part: &ValuePart<'_>| matches!(part, ValuePart::Text(text) if text.contains(['*', '?']));
    match parts {
        _ if parts.iter().any(is_pattern) || before.contains(['*', '?']) => false,
        [.., ValuePart::Text(text), ValuePart::Reference(account)] if before.is_empty() => {
            is_of_service(text) && account.target == "AWS::AccountId" && account.attribute == Attribute::Ref
        }
        _ => is_of_service(before),
    }
}

/// Returns the type of resource that a string identifies, if it is an IAM ARN.
pub(in crate::cloudformation) fn arn_kind(text: &str) -> Option<ArnKind> {
    let parts = [ValuePart::Text(text.to_owned())];
    BuiltArn::read(&parts).map(|arn| arn.kind)
}
