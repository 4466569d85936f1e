use super::choice::ChoiceId;
use super::finding::{Applicability, Finding, Label, Severity};
use super::index::Model;
use super::no_fix::NoFix;
use super::property::OnUpdate;
use super::rule::{Check, Rule};
use super::slot::SlotId;
use super::suppression::SuppressionId;
use super::value::Form;
use crate::text::{Path, Place};

/// A finding before its language has written the fix: `O` is what a check of the language itself asks for.
pub type Draft<O = std::convert::Infallible> = Finding<Wish<O>>;

/// A mistake, before it has a place.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// The one of the rule's mistakes that it is.
    pub check: Check,
    /// How bad it is.
    pub severity: Severity,
    /// The mistake, in words.
    pub message: String,
    /// Why its place is wrong, in a few words beside it.
    pub label: &'static str,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// AWS's error if it is left as it is, if known.
    pub prevents: Option<&'static str>,
}

/// The place of a mistake.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The ID of the resource that it is in, if it is in one.
    pub resource: Option<String>,
    /// The place.
    pub place: Place,
    /// The way to it.
    pub path: Path,
    /// The effect of a fix on a deployed stack.
    pub on_update: OnUpdate,
}

/// The remedy that a finding asks for.
#[derive(Clone, Debug)]
pub enum Wish<O> {
    /// A rule's, about a slot if there is one.
    Rule {
        /// The slot.
        slot: Option<SlotId>,
        /// The fix, or why there is none.
        fix: Intended,
    },
    /// A check of the language, in its own terms.
    Language(O),
}

/// A fix that is not written yet.
#[derive(Clone, Debug)]
pub struct Proposal<T> {
    /// Its effect, in the imperative.
    pub title: String,
    /// Whether it may be applied unasked.
    pub applicability: Applicability,
    /// The thing to do.
    pub steps: T,
}

/// One thing that a rule wants to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// The reference in a slot names something else; the text around it stays if it can.
    Repoint {
        /// The slot.
        slot: SlotId,
        /// The thing that it is to name.
        target: Target,
        /// The part of it that the slot is to be given.
        form: Form,
    },
    /// A reference replaces all that a slot is given.
    Refer {
        /// The slot.
        slot: SlotId,
        /// The thing that it is to name.
        target: Target,
        /// The part of it that the slot is to be given.
        form: Form,
    },
    /// A text replaces all that a slot is given.
    Write {
        /// The slot.
        slot: SlotId,
        /// The text, of characters that need no escape.
        text: String,
    },
    /// A profile is added, if it is not there.
    Provide(ChoiceId),
    /// A suppression is removed, or only these of its entries if there are any.
    Unsuppress {
        /// The suppression.
        suppression: SuppressionId,
        /// The numbers of its entries, from 0; all of it if empty.
        entries: Vec<usize>,
    },
}

/// The thing that a reference is to name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The resource with this ID.
    Resource(String),
    /// The chosen profiles, one for each role that the slot refers to.
    Profiles(Vec<ChoiceId>),
}

/// The fix that a rule intends, or why there is none.
pub type Intended = Result<Proposal<Vec<Intent>>, NoFix>;

impl Verdict {
    /// Finds the mistake at a place.
    pub fn at(self, spot: Spot) -> Finding<()> {
        Finding {
            rule: self.rule,
            check: self.check,
            severity: self.severity,
            message: self.message,
            place: spot.place,
            parts: Vec::new(),
            label: self.label.to_owned(),
            related: self.related,
            resource: spot.resource,
            path: spot.path,
            prevents: self.prevents,
            on_update: spot.on_update,
            remedy: (),
        }
    }

    /// Finds the mistake in a slot.
    pub fn in_slot(self, id: SlotId, model: &Model<'_>, fix: Intended) -> Draft {
        let slot = model.slot(id);
        let spot = Spot {
            resource: Some(model.get(slot.resource).id.to_owned()),
            place: slot.place,
            path: slot.path.clone(),
            on_update: slot.property.on_update,
        };
        self.at(spot).with(Wish::Rule { slot: Some(id), fix })
    }
}

impl Proposal<Vec<Intent>> {
    /// Proposes a safe fix of one step.
    pub fn safe(title: impl Into<String>, intent: Intent) -> Self {
        Self {
            title: title.into(),
            applicability: Applicability::Safe,
            steps: vec![intent],
        }
    }
}

impl Draft {
    /// Returns the draft as one that a language's own may stand beside.
    pub fn of_rule<O>(self) -> Draft<O> {
        let (finding, wish) = self.split();
        finding.with(match wish {
            Wish::Rule { slot, fix } => Wish::Rule { slot, fix },
            Wish::Language(never) => match never {},
        })
    }
}
