//! Roles, instance profiles, the slots that take them, and the findings about them, in the words of no language.
//!
//! A [`Language`] reads files into a [`Model`]; the rules read the model and say what each slot should refer to; the
//! language writes that. Nothing here knows how any of it is written.

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
mod repeats;
mod resource;
mod rule;
mod slot;
mod suppression;
mod value;

pub use choice::{ChoiceId, ChosenProfile, NewProfile, ProfileChoice, ServedRole};
pub use draft::{Draft, Intended, Intent, Proposal, Spot, Target, Verdict, Wish};
pub use finding::{Applicability, Finding, Fix, Label, Remedy, Severity};
pub use ids::{ResourceId, ScopeId};
pub use index::Model;
pub use language::{Language, ModelError};
pub use naming::ProfileName;
pub use no_fix::NoFix;
pub use plan::{Conditions, Formula, Guard, Harm, NamePattern, PlanFacts, PossibleNames, Use};
pub use property::{NamingRule, OnUpdate, Property, Takes};
pub use repeats::{Repeats, Repetition};
pub use resource::{
    HeldRole, Kind, Name, NameKey, Profile, Resource, Role, RoleList, RolePath, RolesOfProfile, Scope, TrustPolicy,
};
pub use rule::{Check, Fixability, Rule, Safety, Subject};
pub(crate) use slot::slot_name;
pub use slot::{ListItem, Slot, SlotId, Wants};
pub use suppression::{
    Asked, CommentReading, Fault, NAME, Problem, Suppression, SuppressionId, SuppressionKind, SuppressionScope,
    UnknownRule, UnusedSuppression, comment_inside, read_comment, shortened,
};
pub use value::{
    Arn, ArnKind, ArnName, Elsewhere, Form, Gives, LostReference, Reference, Referred, Text, Unknown, Value,
};
