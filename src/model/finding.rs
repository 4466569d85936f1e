use super::no_fix::NoFix;
use super::property::OnUpdate;
use super::resource::Resource;
use super::rule::{Check, Rule};
use crate::text::{Edit, FileRange, NodePath};

/// One mistake in one location, with its fix state.
///
/// Its rule, check, resource, location and parts identify it; its message does not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding<R = FixState> {
    /// The rule that reports it.
    pub rule: &'static Rule,
    /// The rule's check that found it.
    pub check: Check,
    /// The severity.
    pub severity: Severity,
    /// The message.
    pub message: String,
    /// The range in the file that was checked.
    pub place: FileRange,
    /// The indices of the entries that it is about.
    ///
    /// Empty if it is about the whole value.
    pub parts: Vec<usize>,
    /// A short reason, shown next to the source.
    pub label: String,
    /// Other locations that help to understand it.
    pub related: Vec<Label>,
    /// The ID of the resource that contains it.
    ///
    /// `None` if it is about a suppression.
    pub resource: Option<String>,
    /// The path to the value.
    ///
    /// If only other fixes reveal the finding, this is the path in the fixed source, so that it stays the same when the
    /// fixed source is checked.
    pub path: NodePath,
    /// AWS's error if it is not fixed, if known.
    pub aws_error: Option<&'static str>,
    /// The effect of a fix on a deployed stack.
    pub on_update: OnUpdate,
    /// The fix state.
    pub fix_state: R,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It may deploy, and then fail or work by luck.
    Warning,
    /// AWS rejects it.
    Error,
}

/// A location that helps to understand a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// The range in the file.
    pub place: FileRange,
    /// A short description of it.
    pub text: String,
}

/// The fix state of a finding.
///
/// `C` is a language's change; a report needs no changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixState<C = ()> {
    /// The finding has its own fix.
    Fix(Fix<C>),
    /// The fixes of other findings resolve it.
    FixedByOthers,
    /// A person has to decide, for this reason.
    NoFix(NoFix),
}

/// The fix of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fix<C = ()> {
    /// The effect, in the imperative.
    pub title: String,
    /// The applicability.
    pub applicability: Applicability,
    /// The changes, in the terms of a language.
    ///
    /// The proof compares the edited source with them.
    pub changes: Vec<C>,
    /// The edits that result from the changes.
    pub edits: Vec<Edit>,
}

/// The certainty that a fix keeps the author's intent.
///
/// Greater is more certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// It may be wrong and is applied only on request.
    Unsafe,
    /// AWS requires it.
    Safe,
}

impl<R> Finding<R> {
    /// Splits the finding from its fix state.
    pub fn split(self) -> (Finding<()>, R) {
        self.replace(())
    }

    /// Replaces the fix state; returns the previous one too.
    fn replace<N>(self, fix_state: N) -> (Finding<N>, R) {
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
            aws_error: self.aws_error,
            on_update: self.on_update,
            fix_state,
        };
        (finding, self.fix_state)
    }
}

impl Finding<()> {
    /// Limits the finding to the entries with these indices.
    #[must_use]
    pub fn about(self, parts: Vec<usize>) -> Self {
        Self { parts, ..self }
    }

    /// Adds a fix state to the finding.
    pub fn with<R>(self, fix_state: R) -> Finding<R> {
        self.replace(fix_state).0
    }
}

impl<C> Finding<FixState<C>> {
    /// Returns the finding's fix, if any.
    pub fn fix(&self) -> Option<&Fix<C>> {
        match &self.fix_state {
            FixState::Fix(fix) => Some(fix),
            FixState::FixedByOthers | FixState::NoFix(_) => None,
        }
    }

    /// Returns the finding's fix if its applicability is at least `required`.
    pub fn fix_at(&self, required: Applicability) -> Option<&Fix<C>> {
        self.fix().filter(|fix| fix.applicability >= required)
    }

    /// Returns the finding without the changes of its fix, for reports.
    pub fn without_changes(self) -> Finding {
        let (finding, fix_state) = self.split();
        finding.with(match fix_state {
            FixState::Fix(fix) => FixState::Fix(Fix {
                title: fix.title,
                applicability: fix.applicability,
                changes: Vec::new(),
                edits: fix.edits,
            }),
            FixState::FixedByOthers => FixState::FixedByOthers,
            FixState::NoFix(reason) => FixState::NoFix(reason),
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
