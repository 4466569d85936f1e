use super::no_fix::NoFix;
use super::property::OnUpdate;
use super::resource::Resource;
use super::rule::{Check, Rule};
use crate::text::{Edit, Path, Place};

/// One mistake in one place, and a remedy for it.
///
/// It is identified by its rule, its check, its resource, its place and the parts of it, never by its words.
#[derive(Clone, Debug)]
pub struct Finding<R = Remedy> {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// The one of the rule's mistakes that it is.
    pub check: Check,
    /// How bad it is.
    pub severity: Severity,
    /// The mistake, in words.
    pub message: String,
    /// Its place in the file that was checked.
    pub place: Place,
    /// The numbers of the entries at its place that it is about, from 0; none if it is about all that is there.
    pub parts: Vec<usize>,
    /// Why the place is wrong, in a few words beside it.
    pub label: String,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// The ID of the resource that it is in; `None` if it is about a suppression.
    pub resource: Option<String>,
    /// The way to the value. If it is only found after other fixes, that of the fixed text, so that it is the same when
    /// that is checked.
    pub path: Path,
    /// AWS's error if it is left as it is, if known.
    pub prevents: Option<&'static str>,
    /// The effect of a fix on a deployed stack.
    pub on_update: OnUpdate,
    /// The remedy.
    pub remedy: R,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It may deploy, and then not work, or work by luck.
    Warning,
    /// AWS refuses it.
    Error,
}

/// A place that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// The thing that is there.
    pub text: String,
}

/// The remedy for a finding. `C` is a language's change; a report needs none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy<C = ()> {
    /// A fix of its own.
    Fix(Fix<C>),
    /// The fixes of other findings; it needs none of its own.
    Along,
    /// A person has to decide, for this reason.
    Withheld(NoFix),
}

/// The fix of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix<C = ()> {
    /// Its effect, in the imperative.
    pub title: String,
    /// Whether it may be applied unasked.
    pub applicability: Applicability,
    /// The change that it makes, in the terms of a language: the proof holds the edited text to it.
    pub changes: Vec<C>,
    /// The edits that follow from the changes.
    pub edits: Vec<Edit>,
}

/// How sure a fix is to keep the author's meaning; the surer, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// It may be wrong; only on request.
    Unsafe,
    /// AWS requires it.
    Safe,
}

impl<R> Finding<R> {
    /// Returns the finding without its remedy, and the remedy.
    pub fn split(self) -> (Finding<()>, R) {
        self.replace(())
    }

    /// Gives another remedy to the finding; returns the one that it had too.
    fn replace<N>(self, remedy: N) -> (Finding<N>, R) {
        let finding = Finding {
            rule: self.rule,
            check: self.check,
            severity: self.severity,
            message: self.message,
            place: self.place,
            parts: self.parts,
            label: self.label,
            related: self.related,
            resource: self.resource,
            path: self.path,
            prevents: self.prevents,
            on_update: self.on_update,
            remedy,
        };
        (finding, self.remedy)
    }
}

impl Finding<()> {
    /// Limits the finding to the entries of these numbers at its place.
    #[must_use]
    pub fn about(self, parts: Vec<usize>) -> Self {
        Self { parts, ..self }
    }

    /// Gives a remedy to the finding.
    pub fn with<R>(self, remedy: R) -> Finding<R> {
        self.replace(remedy).0
    }
}

impl<C> Finding<Remedy<C>> {
    /// Returns the finding's fix, if it has one.
    pub fn fix(&self) -> Option<&Fix<C>> {
        match &self.remedy {
            Remedy::Fix(fix) => Some(fix),
            Remedy::Along | Remedy::Withheld(_) => None,
        }
    }

    /// Returns the finding's fix, if it has one that is as sure as required.
    pub fn fix_at(&self, required: Applicability) -> Option<&Fix<C>> {
        self.fix().filter(|fix| fix.applicability >= required)
    }

    /// Returns the finding as reports need it, without the changes of its fix.
    pub fn without_changes(self) -> Finding {
        let (finding, remedy) = self.split();
        finding.with(match remedy {
            Remedy::Fix(fix) => Remedy::Fix(Fix {
                title: fix.title,
                applicability: fix.applicability,
                changes: Vec::new(),
                edits: fix.edits,
            }),
            Remedy::Along => Remedy::Along,
            Remedy::Withheld(why) => Remedy::Withheld(why),
        })
    }
}

impl Label {
    /// Marks a role that a finding is about.
    pub fn role(role: &Resource<'_>) -> Self {
        Self {
            place: role.place,
            text: "the role".to_owned(),
        }
    }

    /// Marks an instance profile that a finding is about.
    pub fn profile(profile: &Resource<'_>) -> Self {
        Self {
            place: profile.place,
            text: "the instance profile".to_owned(),
        }
    }
}
