//! Tells lists from strings, by what the template says about them.

use super::intrinsic::{Attribute, Call, RefCall};
use super::unit::Unit;
use crate::yaml::Node;

/// Returns whether a value is a list, or `None` if that is not known.
///
/// An `Fn::If` is not known: its branches are values of their own.
pub(super) fn is_list(value: Node<'_>, unit: &Unit<'_>) -> Option<bool> {
    let value = value.resolved();
    let Some(call) = Call::read(value) else {
        // An empty scalar may be no value at all.
        let is_text = value.scalar().is_some_and(|text| !text.is_empty());
        return (is_text || value.is_sequence()).then(|| value.is_sequence());
    };
    match call.name {
        "Split" | "GetAZs" | "Cidr" => Some(true),
        "Sub" | "Join" | "ImportValue" | "Base64" | "ToJsonString" => Some(false),
        "Ref" | "GetAtt" => is_list_of(&RefCall::read(value)?, unit),
        _ => None,
    }
}

/// Returns whether a reference results in a list, or `None` if that is not known.
///
/// A resource has one name, and a nested stack has strings as outputs:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/resources-section-structure.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/outputs-section-structure.html>.
fn is_list_of(reference: &RefCall<'_>, unit: &Unit<'_>) -> Option<bool> {
    let (id, user) = (reference.target, reference.node);
    let is_string = match reference.attribute {
        Attribute::Ref if id == "AWS::NotificationARNs" => return Some(true),
        Attribute::Ref if unit.template.parameters.contains(id) => return unit.template.parameters.is_list(id),
        Attribute::Ref => (id.starts_with("AWS::") && id != "AWS::NoValue") || !unit.referred(id, user).is_empty(),
        Attribute::GetAtt(name) if name.starts_with("Outputs.") && is_stack(id, unit) => true,
        Attribute::GetAtt(_) | Attribute::Missing => unit.is_role_or_profile(id, user),
    };
    is_string.then_some(false)
}

fn is_stack(id: &str, unit: &Unit<'_>) -> bool {
    let resource = unit.template.resources.get(id);
    resource.is_some_and(|resource| resource.resource_type == "AWS::CloudFormation::Stack")
}
