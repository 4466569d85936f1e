//! The values of slots.

use super::address::{address_in_text, address_of, is_each_value, may_be_attribute, only_attribute};
use super::iam::{identifies, is_name};
use crate::hcl::Expr;
use crate::model::{
    Arn, ArnKind, ArnName, GivenPart, MissingReference, Model, NameKey, Reference, ReferencedResource, TextValue,
    Unknown, Value,
};

/// Returns the value of a slot.
///
/// `each` is the address of the resource whose instances are `each.value`.
pub(super) fn value_of<'s>(expr: &Expr, model: &Model<'s>, each: Option<&str>) -> Value<'s> {
    match expr.text() {
        Some(text) => of_text(text, model),
        None => match reference(expr, model, each) {
            Some(reference) => Value::Reference(reference),
            None => Value::Unknown(Unknown::default()),
        },
    }
}

/// Returns the key of a value that may be a name.
pub(super) fn key_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(NameKey::of_text(&text.text)),
        Value::Reference(_) | Value::Arn(_) | Value::Macro | Value::Unknown(_) => None,
    }
}

/// Returns the reference to a resource of the module.
fn reference<'s>(expr: &Expr, model: &Model<'s>, each: Option<&str>) -> Option<Reference<'s>> {
    let traversal = expr.traversal()?;
    let of_each = || Some((each.filter(|_| is_each_value(traversal))?.to_owned(), 1));
    let (address, skipped) = address_of(traversal).or_else(of_each)?;
    let resource = model.resource(&address)?;
    let attribute = only_attribute(traversal, skipped)?;
    let found = model.get(resource);
    if found.role().is_some() || found.profile().is_some() {
        // Without instances, a text in brackets is an attribute.
        let first = traversal.steps.get(skipped).filter(|_| found.condition.is_none());
        if first.is_some_and(may_be_attribute) || attribute.is_some_and(|attribute| !identifies(&address, attribute)) {
            return None;
        }
    }
    let gives = match attribute {
        Some(attribute) if is_name(&address, attribute) => GivenPart::Name,
        Some("arn") => GivenPart::Arn,
        Some(_) => GivenPart::Attribute,
        None => GivenPart::Missing,
    };
    let id = found.id;
    Some(Reference {
        id,
        gives,
        targets: vec![ReferencedResource {
            name: id.to_owned(),
            resource,
        }],
        is_from_arn: false,
    })
}

fn of_text<'s>(text: &str, model: &Model<'s>) -> Value<'s> {
    if let Some(arn) = arn(text) {
        return Value::Arn(arn);
    }
    let missing = address_in_text(text).and_then(|written| {
        let resource = model.resource(&written.address)?;
        let is_meant = model.get(resource).role().is_some() || model.get(resource).profile().is_some();
        is_meant.then_some(MissingReference {
            id: written.address,
            resource,
            is_arn: written.attribute.as_deref() == Some("arn"),
        })
    });
    Value::Text(TextValue {
        text: text.to_owned(),
        known: text.len(),
        missing,
    })
}

/// Reads a literal ARN of a role or a profile.
fn arn<'s>(text: &str) -> Option<Arn<'s>> {
    let mut fields = text.splitn(6, ':');
    (fields.next()? == "arn").then_some(())?;
    let service = fields.nth(1)?;
    let resource = fields.nth(2).filter(|_| service == "iam")?;
    let (kind, rest) = resource.split_once('/')?;
    let kind = [ArnKind::Role, ArnKind::Profile]
        .into_iter()
        .find(|known| known.prefix() == kind)?;
    let name = rest.rsplit('/').next()?;
    Some(Arn {
        kind,
        has_path: rest.contains('/'),
        name: match name {
            "" => ArnName::Unknown,
            name => ArnName::Text(name.to_owned()),
        },
        keys: None,
    })
}
