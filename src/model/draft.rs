use super::choice::ChoiceId;
use super::finding::{Applicability, Finding, Label, Severity};
use super::index::Model;
use super::no_fix::NoFix;
use super::property::OnUpdate;
use super::rule::{Check, Rule};
use super::slot::SlotId;
use super::suppression::SuppressionId;
use super::value::NameOrArn;
use crate::text::{FileRange, NodePath};

/// A finding whose fix is not rendered yet.
///
/// `O` is the fix that a check of the language itself requests.
pub type Draft<O = std::convert::Infallible> = Finding<FixRequest<O>>;

/// A mistake without a location.
#[derive(Clone, Debug)]
pub struct FindingBuilder {
    /// The rule that reports it.
    pub rule: &'static Rule,
    /// The rule's check that found it.
    pub check: Check,
    /// The severity.
    pub severity: Severity,
    /// The message.
    pub message: String,
    /// A short reason, shown next to the source.
    pub label: &'static str,
    /// Other locations that help to understand it.
    pub related: Vec<Label>,
    /// The error that AWS reports, if known.
    pub aws_error: Option<&'static str>,
}

/// The location of a mistake.
#[derive(Clone, Debug)]
pub struct FindingSite {
    /// The ID of the resource that contains it, if any.
    pub resource: Option<String>,
    /// The range in the file.
    pub place: FileRange,
    /// The path to the value.
    pub path: NodePath,
    /// The effect of a fix on a deployed stack.
    pub on_update: OnUpdate,
}

/// The fix that a finding requests.
#[derive(Clone, Debug)]
pub enum FixRequest<O> {
    /// The request of a rule, about a slot if there is one.
    Rule {
        /// The slot.
        slot: Option<SlotId>,
        /// The fix, or the reason for having no fix.
        fix: IntendedFix,
    },
    /// The request of a check of the language, in its own terms.
    Language(O),
}

/// A fix that is not rendered yet.
#[derive(Clone, Debug)]
pub struct FixDraft<T> {
    /// The effect, in the imperative.
    pub title: String,
    /// The applicability.
    pub applicability: Applicability,
    /// The intended change.
    pub content: T,
}

/// One change that a rule wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Points the reference in a slot to another target.
    ///
    /// The syntax around it is kept if possible.
    PointAt {
        /// The slot.
        slot: SlotId,
        /// The new target.
        target: Target,
        /// The part to refer to: the name or the ARN.
        form: NameOrArn,
    },
    /// Replaces a slot's whole value by a reference.
    ReplaceWithReference {
        /// The slot.
        slot: SlotId,
        /// The new target.
        target: Target,
        /// The part to refer to: the name or the ARN.
        form: NameOrArn,
    },
    /// Replaces a slot's whole value by a string.
    ReplaceWithText {
        /// The slot.
        slot: SlotId,
        /// The string, which needs no escapes.
        text: String,
    },
    /// Adds a profile unless it exists already.
    ProvideProfile(ChoiceId),
    /// Removes a suppression, or only some of its entries.
    RemoveSuppression {
        /// The suppression.
        suppression: SuppressionId,
        /// The indices of the entries; empty for the whole suppression.
        entries: Vec<usize>,
    },
}

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The resource with this ID.
    Resource(String),
    /// The chosen profiles, one for each role that the slot refers to.
    Profiles(Vec<ChoiceId>),
}

/// The fix that a rule intends, or the reason for none.
pub type IntendedFix = Result<FixDraft<Vec<Intent>>, NoFix>;

impl FindingBuilder {
    /// Builds the finding for a location.
    pub fn at(self, site: FindingSite) -> Finding<()> {
        Finding {
            rule: self.rule,
            check: self.check,
            severity: self.severity,
            message: self.message,
            place: site.place,
            parts: Vec::new(),
            label: self.label.to_owned(),
            related: self.related,
            resource: site.resource,
            path: site.path,
            aws_error: self.aws_error,
            on_update: site.on_update,
            fix_state: (),
        }
    }

    /// Builds the finding for a slot.
    pub fn in_slot(self, id: SlotId, model: &Model<'_>, fix: IntendedFix) -> Draft {
        let slot = model.slot(id);
        let site = FindingSite {
            resource: Some(model.get(slot.resource).id.to_owned()),
            place: slot.place,
            path: slot.path.clone(),
            on_update: slot.property.on_update,
        };
        self.at(site).with(FixRequest::Rule { slot: Some(id), fix })
    }

    /// Builds the finding for a slot whose value may be a name that `works`.
    ///
    /// If the fix keeps that name in its place, the resource is not changed.
    pub fn in_slot_of_name(self, works: bool, id: SlotId, model: &Model<'_>, fix: IntendedFix) -> Draft {
        let slot = model.slot(id);
        let stays = works && slot.name == slot.property.path && fix.as_ref().is_ok_and(FixDraft::keeps_name);
        let draft = self.in_slot(id, model, fix);
        match stays {
            true => Draft {
                on_update: OnUpdate::SameValue,
                ..draft
            },
            false => draft,
        }
    }
}

impl FixDraft<Vec<Intent>> {
    /// Returns whether the fix refers to a resource by its name.
    fn keeps_name(&self) -> bool {
        let is_name = |intent: &Intent| {
            matches!(
                intent,
                Intent::PointAt {
                    form: NameOrArn::Name,
                    ..
                } | Intent::ReplaceWithReference {
                    form: NameOrArn::Name,
                    ..
                }
            )
        };
        self.content.iter().any(is_name)
    }

    /// Builds a safe fix with one intent.
    pub fn safe(title: impl Into<String>, intent: Intent) -> Self {
        Self {
            title: title.into(),
            applicability: Applicability::Safe,
            content: vec![intent],
        }
    }
}

impl Draft {
    /// Converts the draft to the language's type of drafts.
    pub fn of_rule<O>(self) -> Draft<O> {
        let (finding, request) = self.split();
        finding.with(match request {
            FixRequest::Rule { slot, fix } => FixRequest::Rule { slot, fix },
            FixRequest::Language(never) => match never {},
        })
    }
}
