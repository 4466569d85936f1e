//! What is wrong, why, and what would mend it: one file a rule, its documentation beside it.

mod context;
pub mod literal_role;
pub mod lost_reference;
pub mod misspelt_case;
pub mod prefilter;
pub mod profile_as_role;
pub mod profile_name_or_arn;
pub mod profile_roles;
pub mod profile_shape;
mod proposal;
mod provision;
pub mod role_as_instance_profile;
mod selection;
pub mod service_naming_rule;
mod suppression;
pub mod unknown_suppression;
pub mod untrusted_by_ec2;
pub mod unused_suppression;

use crate::fix::{Applicability, Fix};
use crate::profile::{OnUpdate, ProfileName, Takes};
use crate::template::{Duplicate, Obstacle, Resource, Template};
use crate::text::Span;
use crate::yaml::{self, Path, Refusal, Stream};

use context::Context;
use proposal::{Proposal, settle};
use suppression::Suppressions;

pub use selection::{Selection, UnknownRule, rule};

/// Every rule, in the order of their codes.
pub static RULES: &[Rule] = &[
    role_as_instance_profile::RULE,
    profile_name_or_arn::RULE,
    profile_shape::RULE,
    profile_roles::RULE,
    literal_role::RULE,
    profile_as_role::RULE,
    untrusted_by_ec2::RULE,
    service_naming_rule::RULE,
    lost_reference::RULE,
    misspelt_case::RULE,
    unused_suppression::RULE,
    unknown_suppression::RULE,
];

/// One kind of mistake.
pub struct Rule {
    /// What it is looked up by, such as `IPF001`.
    pub code: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it finds, in a few words.
    pub summary: &'static str,
    /// Whether there is a fix, and whether it is safe, in a few words.
    pub fix: &'static str,
    /// What it finds, why that is bad, an example, what makes its fix safe, and the sources: Markdown, in which every
    /// other YAML block is what the block before becomes.
    pub explanation: &'static str,
    find: Find,
}

/// Where a rule looks.
enum Find {
    /// In a template.
    InTemplate(for<'d> fn(&Context<'_, 'd>) -> Vec<Proposal<'d>>),
    /// In what is written to suppress what those rules find.
    InSuppressions(fn(&Suppressions<'_>) -> Vec<Finding>),
}

/// What the user may choose about findings and fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// When to name new profiles after their role.
    pub profile_name: ProfileName,
    /// What to look for.
    pub selection: Selection,
    /// Whether to apply unsafe fixes too.
    pub unsafe_fixes: bool,
}

impl Options {
    /// How sure a fix must be to be applied.
    pub fn required(&self) -> Applicability {
        if self.unsafe_fixes {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        }
    }
}

/// One mistake in one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that it breaks.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the text that was checked.
    pub span: Span,
    /// Why `span` is wrong, in a few words to stand beside it.
    pub label: String,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// The logical ID of the resource that it is in; `None` where it is about none, but about what is written for this
    /// tool.
    pub resource: Option<String>,
    /// The way to the value. If it is only found once others are mended, that of the text after the fixes, so that it is
    /// the same when that is checked.
    pub path: Path,
    /// What AWS says if it is left as it is, as far as that is known.
    pub prevents: Option<&'static str>,
    /// What mending it does to a deployed stack.
    pub on_update: OnUpdate,
    /// What would mend it.
    pub remedy: Remedy,
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
    /// Where, in bytes.
    pub span: Span,
    /// What is there.
    pub text: String,
}

impl Label {
    /// The place of a role that a finding is about.
    fn role(role: &Resource<'_>) -> Self {
        Self {
            span: role.key.span(),
            text: "the role".to_owned(),
        }
    }
}

/// What can be done about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Edits that mend it.
    Fix(Fix),
    /// The fixes of other findings mend it too; none of its own is needed.
    Along,
    /// Nothing without a person, and why.
    Withheld(Withheld),
}

/// Why a finding has no fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The property is not written where it takes effect.
    #[error("the property comes from a merge key `<<`; write it in the resource itself")]
    Merged,
    /// The reference cannot be edited.
    #[error("{0}; change it by hand")]
    Obstacle(#[from] Obstacle),
    /// An anchor has users that want something else.
    #[error(
        "it bears an anchor that is also used on line {line}, which would change with it; give that place a value of its own"
    )]
    Shared {
        /// The line of such a user, from 1.
        line: usize,
    },
    /// Two users of one text want different things of it.
    #[error("one text serves places that want the profile's name and places that want its ARN")]
    Torn,
    /// The role is written so that nothing can be added behind it.
    #[error("the role `{0}` is written by an alias or a merge key; add the profile by hand")]
    RoleElsewhere(String),
    /// What the profile takes over from the role is written so that it cannot be copied.
    #[error("the role `{role}` has its `{key}` written in an unusual way; add the profile by hand")]
    NoCopy {
        /// The logical ID of the role.
        role: String,
        /// The key of what is taken over.
        key: &'static str,
    },
    /// A loop makes the role's logical ID of the letters of its values, so that nothing in it can refer to the role.
    #[error(
        "the profile would have to refer to `{0}` in its loop, which no function can; write it outside of the loop"
    )]
    RoleByLetters(String),
    /// Which role a profile is to hold cannot be told.
    #[error("which role is meant, the template does not tell; give it a list of one")]
    WhichRole,
    /// Which role a profile holds cannot be told.
    #[error("which role `{0}` holds, the template does not tell; refer to the role itself")]
    RoleOfProfile(String),
    /// Which profile a place is to refer to cannot be told.
    #[error("which of the two is meant, the template does not tell; remove the other")]
    WhichProfile,
    /// Whether a value is a name or an ARN cannot be told.
    #[error("whether it is a name or an ARN, the template does not tell; write {0}")]
    NameOrArn(&'static str),
    /// A value is kept under a key that says it is not what the place takes.
    #[error("what stands under `{key}` is not {takes}, which the template does not tell; write that in its place")]
    OtherForm {
        /// The key.
        key: String,
        /// What the place takes.
        takes: Takes,
    },
    /// Who may assume a role is for its owner to decide.
    #[error(
        r#"who may assume a role is for you to decide; to let EC2, add {{ "Effect": "Allow", "Principal": {{ "Service": "ec2.amazonaws.com" }}, "Action": "sts:AssumeRole" }}"#
    )]
    Trust,
    /// Another name makes another resource.
    #[error("a new name replaces what bears it; choose one, and mind what refers to the old one")]
    Naming,
    /// The value comes from outside the template.
    #[error("what the parameter is given is decided outside the template; give it an instance profile there")]
    Parameter,
    /// The profile of the template waits for what is to refer to it.
    #[error(
        "the profile that holds the role depends on this resource; take that `DependsOn` away, or refer to another profile"
    )]
    Cycle,
    /// What is to be referred to is known inside its loop only.
    #[error("what it is to refer to is made by a loop that the value is not in; change it by hand")]
    Loop,
    /// A loop stands for several roles, each of which needs a profile.
    #[error(
        "a loop makes the names of several roles of this, and their profiles have no names of one kind; change it by hand"
    )]
    Several,
    /// An ARN ends in something that cannot be told.
    #[error("whose ARN it is, the template does not tell; change it by hand")]
    ArnUnknown,
    /// The value comes from a mapping.
    #[error("a mapping serves other places too; give it an instance profile there")]
    Mapping,
    /// A profile is known by its name alone.
    #[error("a profile's ARN holds its path too, which its name does not tell; write the ARN, or refer to the profile")]
    PathUnknown,
    /// The file ends in the last text of the resource that a profile would stand behind.
    #[error(
        "`{0}` ends the file with a block of text that what comes behind it would change; put something behind it, or a newline where the file has none"
    )]
    OpenEnd(String),
    /// A finding about the same value is suppressed, and the fix would move that value away from what suppresses it.
    #[error("another finding about this value is suppressed; change it by hand, or take the suppression away")]
    BesideSuppressed,
    /// What a suppression is for may show once fixes that are held back are made.
    #[error("it may suppress what a fix that is held back would show; make that first, with `--unsafe-fixes`")]
    HeldBack,
    /// What a suppression is for may show once somebody mends what has no fix.
    #[error("it may suppress what shows once the other findings are mended; do that first")]
    Unmended,
    /// What a misspelt suppression is for is a guess.
    #[error("what it should suppress is for you to say; correct or remove it")]
    Suppression,
    /// The fixed text did not stand the proof.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is not found before other findings are mended, and then has no fix either.
    #[error("it shows once the other fixes are made; {0}")]
    Revealed(Box<Withheld>),
    /// The same, with a fix that waits to be asked for.
    #[error("it shows once the other fixes are made, and its own may be wrong")]
    RevealedUnsafe,
}

impl From<yaml::Obstacle> for Withheld {
    fn from(obstacle: yaml::Obstacle) -> Self {
        Self::Obstacle(obstacle.into())
    }
}

impl Finding {
    /// The finding's fix, if it has one.
    pub fn fix(&self) -> Option<&Fix> {
        match &self.remedy {
            Remedy::Fix(fix) => Some(fix),
            Remedy::Along | Remedy::Withheld(_) => None,
        }
    }

    /// The finding's fix, if it has one that is as sure as required.
    pub fn fix_at(&self, required: Applicability) -> Option<&Fix> {
        self.fix().filter(|fix| fix.applicability >= required)
    }
}

impl Rule {
    /// Whether it finds something in templates, not in what suppresses that.
    pub(crate) fn is_about_templates(&self) -> bool {
        matches!(self.find, Find::InTemplate(_))
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

/// What the rules have to say of a text.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What is wrong, in the order of the file.
    pub findings: Vec<Finding>,
    /// How many findings are not among them, because the text says so.
    pub suppressed: usize,
    /// Places that no rule can look into, each with why.
    pub unseen: Vec<Label>,
    /// How many templates the text holds.
    pub templates: usize,
}

/// Everything that the rules find in the templates of a stream.
///
/// # Errors
///
/// If the resources of a template cannot be told apart.
pub fn find(stream: &Stream, options: &Options) -> Result<Findings, Duplicate> {
    let templates = stream.documents().filter_map(|root| Template::read(root).transpose());
    let templates: Vec<_> = templates.collect::<Result<_, _>>()?;
    let mut suppressions = Suppressions::read(stream, &templates, options.selection);
    let mut found = Findings {
        templates: templates.len(),
        ..Findings::default()
    };
    let selected = || RULES.iter().filter(|rule| options.selection.contains(rule));
    for template in &templates {
        let context = Context::new(template, options);
        let mut suppressed = Vec::new();
        let first = found.findings.len();
        for rule in selected() {
            if let Find::InTemplate(find) = rule.find {
                let mut proposals = find(&context);
                // A suppressed one wants no edit, so what else would be changed by an edit must hear of it.
                proposals.retain(|proposal| {
                    let is_suppressed = suppressions.cover(&proposal.finding);
                    suppressed.extend(is_suppressed.then_some(proposal.finding.span));
                    !is_suppressed
                });
                found.findings.extend(settle(proposals));
            }
        }
        found.suppressed += suppressed.len();
        let own = found.findings.get_mut(first..).unwrap_or_default();
        leave_beside(&mut suppressed, own);
        found.unseen.extend(context.unseen());
    }
    for rule in selected() {
        if let Find::InSuppressions(find) = rule.find {
            for finding in find(&suppressions) {
                if suppressions.cover(&finding) {
                    found.suppressed += 1;
                } else {
                    found.findings.push(finding);
                }
            }
        }
    }
    found.findings.sort_by_key(|finding| finding.span);
    Ok(found)
}

/// Withholds the fixes of findings about a value of which another finding is suppressed, at one of these spans.
fn leave_beside(suppressed: &mut [Span], findings: &mut [Finding]) {
    suppressed.sort_unstable();
    for finding in findings {
        let at = suppressed.partition_point(|span| span.start() < finding.span.end());
        let is_beside = suppressed
            .get(..at)
            .and_then(<[_]>::last)
            .is_some_and(|span| span.end() > finding.span.start());
        if let (true, Remedy::Fix(_)) = (is_beside, &finding.remedy) {
            finding.remedy = Remedy::Withheld(Withheld::BesideSuppressed);
        }
    }
}
