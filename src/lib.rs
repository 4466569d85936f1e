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
//! [`check`] touches no file and no terminal: [`text`] knows files and edits, [`yaml`] reads and writes YAML and JSON, [`template`]
//! knows `CloudFormation`, [`profile`] knows instance profiles, [`rules`] find mistakes, and [`fix`] applies what they propose
//! and proves that nothing else changed.
//!
//! The rest is for those who call it, on a command line or in an editor: [`config`] reads which rules are wanted,
//! [`report`] writes the findings in every format, and [`printable`] keeps what comes from outside from acting on a
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

pub mod config;
#[cfg(feature = "fs")]
pub mod files;
pub mod fix;
mod mend;
pub mod printable;
pub mod profile;
pub mod report;
pub mod rules;
pub mod template;
pub mod text;
pub mod yaml;

use fix::Applicability;
use mend::{Mended, mend};
use rules::{Finding, Findings, Label, Remedy, Withheld};
use template::Duplicate;
use text::{File, FileId, Span};
use yaml::{Refusal, Stream, SyntaxError};

pub use profile::ProfileName;
pub use rules::Options;

/// What [`check`] has to say of a text.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is wrong, in the order of the file: what was found in the text as it is, and what is found only once the
    /// fixes are made.
    pub findings: Vec<Finding>,
    /// How many findings are not among them, because a comment or the metadata says so.
    pub suppressed: usize,
    /// Places that take an instance profile and cannot be looked into, each with why.
    pub unseen: Vec<Label>,
    /// How many templates the text holds; a YAML file may hold several or none.
    pub templates: usize,
    /// What became of the fixes.
    pub outcome: Outcome,
    required: Applicability,
}

/// What became of the fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There was none to apply.
    Unchanged,
    /// The text with all of them, proven.
    Fixed(String),
    /// Some were thrown away; each of their findings tells why too.
    Refused {
        /// The text with the others, proven, if there were any.
        text: Option<String>,
        /// Why, each reason once.
        refusals: Vec<Refusal>,
    },
}

/// Why a text could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It is neither YAML nor JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It is a template that says two things at once.
    #[error(transparent)]
    Template(#[from] Duplicate),
}

/// Checks a text, and works out the text with every fix applied that `options` allow.
///
/// # Errors
///
/// If the text is no YAML or JSON, or a template whose resources cannot be told apart.
pub fn check(source: &str, options: &Options) -> Result<Report, CheckError> {
    check_file(&File::new(FileId::default(), source), options)
}

/// Checks a file as [`check`] does, without copying its text.
///
/// # Errors
///
/// As [`check`].
pub fn check_file(file: &File, options: &Options) -> Result<Report, CheckError> {
    let stream = Stream::parse(file)?;
    let Findings {
        findings,
        suppressed,
        unseen,
        templates,
    } = rules::find(&stream, options)?;
    let required = options.required();
    let Mended { text, findings } = mend(stream, findings, required, |stream| {
        rules::find(stream, options).map(|found| found.findings)
    });
    let outcome = Outcome::of(text, &findings);
    Ok(Report {
        findings,
        suppressed,
        unseen,
        templates,
        outcome,
        required,
    })
}

impl Report {
    /// The text with every fix applied that the options allow, if there was one to apply and it held.
    pub fn fixed(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Fixed(text) => Some(text),
            Outcome::Refused { text, .. } => text.as_deref(),
            Outcome::Unchanged => None,
        }
    }

    /// Whether [`Report::fixed`] mends a finding of this report, by its own fix or by those of others.
    pub fn mends(&self, finding: &Finding) -> bool {
        finding.remedy == Remedy::Along || finding.fix_at(self.required).is_some()
    }

    /// The findings whose fix was left out because it is unsafe.
    pub fn held_back(&self) -> impl Iterator<Item = &Finding> {
        self.remaining()
            .filter(|finding| finding.fix().is_some() || finding.remedy == Remedy::Withheld(Withheld::RevealedUnsafe))
    }

    /// The findings that are there when [`Report::fixed`] is used.
    pub fn remaining(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !self.mends(finding))
    }
}

impl Outcome {
    fn of(text: Option<String>, findings: &[Finding]) -> Self {
        let mut refusals = Vec::new();
        for finding in findings {
            if let Remedy::Withheld(Withheld::Refused(refusal)) = &finding.remedy
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
    /// Where, in bytes.
    pub fn span(&self) -> Span {
        match self {
            Self::Syntax(error) => error.span,
            Self::Template(error) => error.span,
        }
    }
}
