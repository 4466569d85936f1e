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
//! Text goes in at the top and an edited text comes out at the bottom; no function here touches a file or a terminal:
//! [`syntax`] reads and writes YAML and JSON, [`template`] knows `CloudFormation`, [`profile`] knows instance profiles,
//! [`rules`] find mistakes, and [`fix`] applies what they propose and proves that nothing else changed.

pub mod fix;
pub mod profile;
pub mod rules;
pub mod syntax;
pub mod template;

use fix::{Applicability, Refusal, apply, prove};
use rules::{Finding, Findings, Label, Remedy};
use syntax::{Span, Stream, SyntaxError};
use template::Duplicate;

pub use profile::ProfileName;
pub use rules::Options;

/// What [`check`] has to say of a text.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is wrong, in the order of the file.
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
    /// They were thrown away; each finding tells why too.
    Refused(Refusal),
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
    let stream = Stream::parse(source)?;
    let Findings {
        mut findings,
        suppressed,
        unseen,
        templates,
    } = rules::find(&stream, options)?;
    let outcome = match mend(&stream, &findings, options) {
        Ok(None) => Outcome::Unchanged,
        Ok(Some(text)) => Outcome::Fixed(text),
        Err(refusal) => {
            let required = options.required();
            let unfixed = findings.iter_mut().filter(|finding| finding.fix_at(required).is_some());
            unfixed.for_each(|finding| finding.remedy = Remedy::Withheld(refusal.clone().into()));
            Outcome::Refused(refusal)
        }
    };
    Ok(Report {
        findings,
        suppressed,
        unseen,
        templates,
        outcome,
        required: options.required(),
    })
}

impl Report {
    /// The text with every fix applied that the options allow, if there was one to apply and it held.
    pub fn fixed(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Fixed(text) => Some(text),
            Outcome::Unchanged | Outcome::Refused(_) => None,
        }
    }

    /// Whether [`Report::fixed`] mends a finding of this report.
    pub fn mends(&self, finding: &Finding) -> bool {
        finding.fix_at(self.required).is_some()
    }

    /// The findings whose fix was left out because it is unsafe.
    pub fn held_back(&self) -> impl Iterator<Item = &Finding> {
        self.remaining().filter(|finding| finding.fix().is_some())
    }

    /// The findings that stay when [`Report::fixed`] is used.
    pub fn remaining(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !self.mends(finding))
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

/// Applies every fix, in as many rounds as fixes that touch one another need; `None` where there is nothing to do.
fn mend(stream: &Stream<'_>, findings: &[Finding], options: &Options) -> Result<Option<String>, Refusal> {
    const MOST_ROUNDS: usize = 32;
    let required = options.required();
    let has_fixes = |findings: &[Finding]| findings.iter().any(|finding| finding.fix_at(required).is_some());
    if !has_fixes(findings) {
        return Ok(None);
    }
    let (mut text, mut left) = mend_once(stream, findings, options)?;
    for _ in 1..MOST_ROUNDS {
        if !has_fixes(&left) {
            break;
        }
        let stream = Stream::parse(&text).map_err(Refusal::Unreadable)?;
        let round = mend_once(&stream, &left, options)?;
        (text, left) = round;
    }
    if has_fixes(&left) {
        Err(Refusal::Remains)
    } else {
        Ok(Some(text))
    }
}

/// Applies the fixes that do not touch one another; the proven text and what is to be found in it.
fn mend_once(stream: &Stream<'_>, findings: &[Finding], options: &Options) -> Result<(String, Vec<Finding>), Refusal> {
    let required = options.required();
    let fixes = findings.iter().filter_map(|finding| finding.fix_at(required));
    let applied = apply(stream.text(), fixes);
    let edited = prove(stream, &applied.text, &applied.changes)?;
    let left = rules::find(&edited, options).map_err(|_| Refusal::Remains)?;
    Ok((applied.text, left.findings))
}
