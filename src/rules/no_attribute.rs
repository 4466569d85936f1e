//! References without an attribute, which several rules report.

use crate::model::{GivenPart, Reference, Slot};

/// CloudFormation's error as quoted in awslabs/aws-cfn-template-flip#40.
pub(super) const GET_ATT: &str = "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute";

/// The label of such a reference.
pub(super) const LABEL: &str = "this names no attribute";

/// Returns whether the attribute of a reference is missing.
pub(super) fn lacks_attribute(reference: &Reference<'_>) -> bool {
    reference.gives == GivenPart::Missing
}

/// Builds the message for a slot that refers to `whom` but means `meant`.
pub(super) fn message(slot: &str, whom: &str, meant: &str) -> String {
    format!("{slot} refers to {whom} without an attribute; what is meant is {meant}")
}

/// Returns AWS's error for the value of a slot, if known.
pub(super) fn aws_error(slot: &Slot<'_>) -> Option<&'static str> {
    match slot.value.reference() {
        // Terraform reports it itself, before AWS does.
        Some(reference) if lacks_attribute(reference) => slot.property.is_of_cloudformation().then_some(GET_ATT),
        _ => slot.property.aws_error,
    }
}
