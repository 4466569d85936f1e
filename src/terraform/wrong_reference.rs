//! References of profile slots that are mistakes in Terraform alone.

use super::address::{address_of, only_attribute};
use super::declarations::Declarations;
use super::iam::identifies;
use super::source::DeclaredContent;
use crate::hcl::Expr;
use crate::model::ResourceId;
use crate::profile::TERRAFORM_ROLE;

/// A value of a profile slot that a check reports, so that it is not unknown.
#[derive(Clone, Debug)]
pub(super) enum WrongReference {
    /// A role that is not declared, but a profile has its label.
    OtherType {
        /// The address of the role.
        role: String,
        /// The profile.
        profile: ResourceId,
    },
    /// A role of a data source.
    LookedUp(ResourceId),
}

/// Returns the mistake in the value of a slot for a profile.
pub(super) fn wrong_reference(value: &Expr, declarations: &Declarations<'_>) -> Option<WrongReference> {
    let traversal = value.traversal()?;
    let (address, skipped) = address_of(traversal)?;
    let attribute = only_attribute(traversal, skipped)?;
    if attribute.is_some_and(|attribute| !identifies(&address, attribute)) {
        return None;
    }
    if let Some(declared) = declarations.get(&address) {
        let is_role = matches!(declared.content, DeclaredContent::Data(TERRAFORM_ROLE, _));
        return declarations
            .resource(&address)
            .filter(|_| is_role)
            .map(WrongReference::LookedUp);
    }
    let profile = declarations.meant_profile(&address)?;
    Some(WrongReference::OtherType { role: address, profile })
}
