//! Finds places in `CloudFormation` templates that are given an IAM role where AWS wants an instance profile, and mends
//! them: the profile is added, the reference is repointed, and the rest of the text stays as it is, byte for byte.
//!
//! ```
//! let template = "\
//! Resources:
//!   Server:
//!     Type: AWS::EC2::Instance
//!     Properties:
//!       IamInstanceProfile: !Ref ServerRole # the web server
//!   ServerRole:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {}
//! ";
//! let report = cfn_ipfix::check(template, &cfn_ipfix::Options::default())?;
//!
//! assert_eq!(report.findings.len(), 1);
//! assert_eq!(report.fixed(), Some("\
//! Resources:
//!   Server:
//!     Type: AWS::EC2::Instance
//!     Properties:
//!       IamInstanceProfile: !Ref ServerInstanceProfile # the web server
//!   ServerRole:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {}
//!   ServerInstanceProfile:
//!     Type: AWS::IAM::InstanceProfile
//!     Properties:
//!       Roles:
//!         - !Ref ServerRole
//! "));
//! # Ok::<(), cfn_ipfix::CheckError>(())
//! ```
//!
//! [`check()`] touches no file and no terminal. A language ([`cloudformation`]) reads texts ([`text`], [`yaml`]) into a
//! [`model`]; the [`rules`] find what is wrong and what should be there instead, with the knowledge of [`profile`]; the
//! language writes that as edits; [`fix`] applies them, the language proves them, and all of it starts again until nothing is
//! left to fix.
//!
//! The rest is for those who call it, on a command line or in an editor: [`config`] reads which rules are wanted,
//! [`report`] writes the findings in every format, and [`text::printable`] keeps what comes from outside from acting on a
//! terminal. None of them knows the working folder or the environment; both are passed in.
//!
//! # Features
//!
//! - `fs`: the module `files`, which walks folders, reads files and replaces them, and the search for a configuration.
//! - `cli`: the command `cfn-ipfix`; includes `fs`.
//!
//! Both are on by default. Without them the library needs nothing that a browser does not have.

#![forbid(unsafe_code)]
#![warn(clippy::disallowed_methods)]

mod check;
pub mod cloudformation;
pub mod config;
#[cfg(feature = "fs")]
pub mod files;
pub mod fix;
pub mod model;
pub mod profile;
pub mod report;
pub mod rules;
pub mod text;
pub mod yaml;

use check::{Found, find};
use cloudformation::CloudFormation;
use fix::{FixOutcome, Looked, fix_until_stable};
use model::{Applicability, Finding, Label, Language, ModelError, NoFix, Remedy};
use text::{File, FileId, Place, Refusal, Span};
use yaml::SyntaxError;

pub use model::ProfileName;
pub use rules::Options;

/// The findings of a text, and the text after its fixes.
#[derive(Clone, Debug)]
pub struct Report {
    /// The findings, in the order of the file: those in the text as it is, and those that only fixes reveal.
    pub findings: Vec<Finding>,
    /// The number of findings that are not among them, because a comment or the metadata says so.
    pub suppressed: usize,
    /// Slots that take an instance profile, or the role of one, whose value is not known, and loops that are not analysed;
    /// each with the reason.
    pub unchecked: Vec<Label>,
    /// The number of templates in the text; a YAML file may hold several or none.
    pub templates: usize,
    /// The result of the fixes.
    pub outcome: Outcome,
    required: Applicability,
}

/// The result of the fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was none to apply.
    Unchanged,
    /// The text with all of them, proven.
    Fixed(String),
    /// Some were discarded; each of their findings has the reason too.
    Refused {
        /// The text with the others, proven, if there were any.
        text: Option<String>,
        /// The reasons, each once.
        refusals: Vec<Refusal>,
    },
}

/// Why a text could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It cannot be read.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is a template that contradicts itself.
    #[error(transparent)]
    Template(#[from] ModelError),
}

/// Checks a text, and applies every fix that `options` allow.
///
/// # Errors
///
/// If the text is not YAML or JSON, or a template whose resources cannot be told apart.
pub fn check(source: &str, options: &Options) -> Result<Report, CheckError> {
    check_file(&File::new(FileId::default(), source), options)
}

/// Checks a file as [`check()`] does, without copying its text.
///
/// # Errors
///
/// As [`check()`].
pub fn check_file(file: &File, options: &Options) -> Result<Report, CheckError> {
    let files = [file.clone()];
    let source = CloudFormation::read(&files);
    if let Some(error) = source.iter().find_map(|read| read.as_ref().err()) {
        return Err(error.clone().into());
    }
    let Found {
        findings,
        suppressed,
        unchecked,
        templates,
        facts,
    } = find::<CloudFormation>(&source, options, false)?;
    let required = options.required();
    let again =
        |source: &<CloudFormation as Language>::Source| find::<CloudFormation>(source, options, true).map(Looked::from);
    let FixOutcome { files, findings } =
        fix_until_stable::<CloudFormation>(source, &files, Looked { findings, facts }, required, again);
    let findings: Vec<_> = findings.into_iter().map(Finding::without_changes).collect();
    let text = files
        .into_iter()
        .flatten()
        .next()
        .map(|file| file.text.as_ref().to_owned());
    Ok(Report {
        outcome: Outcome::of(text, &findings),
        findings,
        suppressed,
        unchecked,
        templates,
        required,
    })
}

impl Report {
    /// Returns the text with every fix applied that the options allow, if there was one to apply and it was proven.
    pub fn fixed(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Fixed(text) => Some(text),
            Outcome::Refused { text, .. } => text.as_deref(),
            Outcome::Unchanged => None,
        }
    }

    /// Returns whether [`Report::fixed`] fixes a finding of this report, by its own fix or by those of others.
    pub fn mends(&self, finding: &Finding) -> bool {
        finding.remedy == Remedy::Along || finding.fix_at(self.required).is_some()
    }

    /// Returns the findings whose fix was not applied because it is unsafe.
    pub fn held_back(&self) -> impl Iterator<Item = &Finding> {
        self.remaining()
            .filter(|finding| finding.fix().is_some() || finding.remedy == Remedy::Withheld(NoFix::RevealedUnsafe))
    }

    /// Returns the findings that are still there in [`Report::fixed`].
    pub fn remaining(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !self.mends(finding))
    }
}

impl Outcome {
    fn of(text: Option<String>, findings: &[Finding]) -> Self {
        let mut refusals = Vec::new();
        for finding in findings {
            if let Remedy::Withheld(NoFix::Refused(refusal)) = &finding.remedy
                && !refusals.contains(refusal)
            {
                refusals.push(refusal.clone());
            }
        }
        match text {
            text if !refusals.is_empty() => Self::Refused { text, refusals },
            Some(text) => Self::Fixed(text),
            None => Self::Unchanged,
        }
    }
}

impl CheckError {
    /// Returns the place of the error, in bytes of the text.
    pub fn span(&self) -> Span {
        match self {
            Self::Syntax(error) => error.span,
            Self::Template(error) => error.place().span,
        }
    }

    /// Says what is wrong, with the line, from 1, that `line` returns for a place.
    pub fn message(&self, line: impl Fn(Place) -> usize) -> String {
        match self {
            Self::Syntax(error) => error.to_string(),
            Self::Template(error) => error.message(line),
        }
    }
}
