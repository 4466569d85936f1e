//! Roles, instance profiles, the slots that take them, and the findings about them, independent of any language.
//!
//! A [`Language`] reads files into a [`Model`]. The rules read the model and decide what each slot should refer to; the
//! language writes that.

mod choice;
mod draft;
mod finding;
mod ids;
mod index;
mod language;
mod naming;
mod no_fix;
mod plan;
mod property;
mod repeated;
mod repeats;
mod resource;
mod rule;
mod slot;
mod suppression;
mod unchecked;
mod value;

pub use choice::{ChoiceId, ChosenProfile, NewProfile, ProfileChoice, ServedRole};
pub use draft::{Draft, FindingBuilder, FindingSite, FixDraft, FixRequest, IntendedFix, Intent, Target};
pub use finding::{Applicability, Finding, Fix, FixState, Label, Severity};
pub use ids::{ResourceId, ScopeId};
pub use index::{Model, NamedResource};
pub use language::{Language, ModelError};
pub use naming::ProfileName;
pub use no_fix::NoFix;
pub use plan::{Conditions, Formula, Guard, Harm, NamePattern, PlanFacts, PossibleNames, Use};
pub use property::{Caveat, NamingRule, OnUpdate, Property, Takes};
pub use repeated::RepeatedName;
pub use repeats::{Repeats, Repetition};
pub use resource::{
    HeldRole, Name, NameKey, Profile, Resource, ResourceDetails, Role, RoleList, RolePath, RolesOfProfile, Scope,
    StatedName, TrustPolicy,
};
pub use rule::{Check, Fixability, Rule, Subject};
pub(crate) use slot::slot_name;
pub use slot::{ListItem, Passing, Slot, SlotId, Wants};
pub use suppression::{
    CommentReading, InvalidSuppression, NAME, RuleFilter, Suppression, SuppressionError, SuppressionId,
    SuppressionKind, SuppressionScope, UnknownRule, UnusedSuppression, comment_inside, read_comment, shortened,
};
pub use unchecked::Unchecked;
pub use value::{
    Arn, ArnElsewhere, ArnKeys, ArnKind, ArnName, GivenPart, MissingReference, NameOrArn, Reference,
    ReferencedResource, TextValue, Unknown, Value, ValueOrigin,
};
