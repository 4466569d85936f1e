//! Finds the slot at a position, and says what its value is.

use crate::model::{
    ArnName, GivenPart, Language, Model, Profile, ProfileName, Reference, Resource, Slot, Takes, Value, Wants,
};
use crate::text::{File, FileId, FileRange, TextRange};

/// A slot that the user points at.
pub(super) struct PointedSlot {
    /// The range of its value.
    pub(super) span: TextRange,
    /// A description of what it takes and of its value.
    pub(super) description: String,
    /// The IDs of the roles and profiles that it refers to.
    pub(super) targets: Vec<FileRange>,
}

/// Returns the innermost slot that contains an offset of a file.
pub(super) fn slot_at<L: Language>(language: &L, files: &[File], file: FileId, offset: usize) -> Option<PointedSlot> {
    let source = language.read(files);
    let mut units = language.units(&source, ProfileName::default()).flatten();
    units.find_map(|unit| {
        let model = L::model(&unit);
        let slots = model.slots.iter().filter(|slot| {
            let FileRange { file: in_file, span } = slot.place;
            in_file == file && span.start() <= offset && offset <= span.end()
        });
        let slot = slots.min_by_key(|slot| slot.place.span.end() - slot.place.span.start())?;
        Some(PointedSlot {
            span: slot.place.span,
            description: format!("{}\n\n{}", wanted(slot, model), given(&slot.value, model)),
            targets: targets(&slot.value, model),
        })
    })
}

/// Describes what a slot takes.
fn wanted(slot: &Slot<'_>, model: &Model<'_>) -> String {
    let wanted = match slot.wants {
        Wants::Profile => "an instance profile",
        Wants::Role => "a role",
        Wants::RoleOfProfile => "the role of an instance profile",
    };
    let part = match slot.takes {
        Takes::Name => "the name",
        Takes::Arn => "the ARN",
        Takes::Either => "the name or the ARN",
    };
    format!("{} takes {part} of {wanted}.", model.slot_name(slot))
}

/// Describes the value of a slot.
fn given(value: &Value<'_>, model: &Model<'_>) -> String {
    match value {
        Value::Reference(reference) => {
            let part = match reference.gives {
                GivenPart::Name => "the name of",
                GivenPart::Arn => "the ARN of",
                GivenPart::Attribute => "an attribute of",
                GivenPart::Missing => "a reference, without an attribute, to",
            };
            format!("The value is {part} {}.", referenced(reference, model))
        }
        Value::Arn(arn) => {
            let name = match &arn.name {
                ArnName::Reference(reference) => format!(" with the name of {}", referenced(reference, model)),
                ArnName::Text(name) => format!(" `{name}`"),
                ArnName::Other | ArnName::Unknown => String::new(),
            };
            format!("The value is the ARN of `{}`{name}.", arn.kind.prefix())
        }
        Value::Text(text) => format!("The value is the string `{}`.", text.text),
        Value::Macro => "The value is the result of a macro.".to_owned(),
        Value::Unknown(_) => "The value is not known here.".to_owned(),
    }
}

/// Describes the resources that a reference names.
fn referenced(reference: &Reference<'_>, model: &Model<'_>) -> String {
    let resources = reference.targets.iter().map(|target| {
        let resource = model.get(target.resource);
        format!("{} `{}`{}", kind(resource), target.name, role_of(resource))
    });
    let resources: Vec<_> = resources.collect();
    match resources.is_empty() {
        true => format!("`{}`", reference.id),
        false => resources.join(", "),
    }
}

fn kind(resource: &Resource<'_>) -> &'static str {
    match (resource.role(), resource.profile()) {
        (Some(_), _) => "the role",
        (None, Some(_)) => "the instance profile",
        (None, None) => "the resource",
    }
}

/// Adds the role of a profile, if it has one.
fn role_of(resource: &Resource<'_>) -> String {
    let role = resource.profile().and_then(Profile::only_role);
    role.map(|role| format!(", which has the role `{role}`"))
        .unwrap_or_default()
}

/// Returns the places of the resources that a value refers to.
fn targets(value: &Value<'_>, model: &Model<'_>) -> Vec<FileRange> {
    let references = value.reference().into_iter();
    let mut places: Vec<_> = references
        .flat_map(|reference| &reference.targets)
        .map(|target| model.get(target.resource).place)
        .collect();
    // A loop can name a resource several times.
    places.sort_unstable();
    places.dedup();
    places
}
