//! Finds IAM roles that are used where AWS requires an instance profile, in `CloudFormation` templates and Terraform
//! modules, and fixes them.
//!
//! A fix adds the profile and changes the reference. The rest of the source stays the same, byte for byte.
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
//! [`check_module()`] checks the files of a Terraform module together. Neither accesses files or the terminal.
//!
//! The modules are for callers, such as a command line or an editor. [`config`] reads which rules are enabled, [`report`]
//! writes the findings in every format, and [`text::printable`] prevents untrusted input from controlling a terminal. None
//! of them reads the working directory or the environment; callers pass both in.
//!
//! The API consists of the items on these pages. Modules without a page are public for the command, the tests and the
//! fuzzer of this repository, and may change in any release.
//!
//! # Features
//!
//! - `fs`: the module `files`, which walks directories, reads and replaces files, and finds the configuration.
//! - `cli`: the command `cfn-ipfix`, and the module `server`; includes `fs`.
//!
//! Both are on by default. Without them, the library runs in a browser.

#![forbid(unsafe_code)]
#![warn(clippy::disallowed_methods)]

mod check;
#[doc(hidden)]
pub mod cloudformation;
pub mod config;
#[cfg(feature = "fs")]
pub mod files;
#[doc(hidden)]
pub mod fix;
#[doc(hidden)]
pub mod hcl;
pub mod model;
#[doc(hidden)]
pub mod profile;
#[doc(hidden)]
pub mod project;
pub mod report;
pub mod rules;
#[cfg(feature = "cli")]
pub mod server;
pub mod terraform;
pub mod text;
#[doc(hidden)]
pub mod yaml;

use std::sync::Arc;

use check::{SourceFindings, find};
use cloudformation::{CloudFormation, ParsedFiles, Project, links_of};
use fix::{Inspection, fix_until_stable};
use model::{Applicability, Finding, FixState, Language, ModelError, NoFix, Unchecked};
use project::FileLinks;
use terraform::Terraform;
use text::{File, FileId, FileRange, ProofError, TextRange};
use yaml::SyntaxError;

pub use cloudformation::ProjectFile;
pub use model::ProfileName;
pub use rules::Options;
pub use terraform::{LoadModule, ModuleFile};

/// The findings of a source, and the source after its fixes.
#[derive(Clone, Debug)]
pub struct Report {
    /// The findings in file order, including those that only fixes reveal.
    pub findings: Vec<Finding>,
    /// The number of suppressed findings, which `findings` does not include.
    pub suppressed: usize,
    /// Slots with unknown values, and parts of templates that are not analysed.
    ///
    /// The slots are those for profiles and their roles. The parts may contain such slots. Each has the reason.
    pub unchecked: Vec<Unchecked>,
    /// The number of templates; a YAML file may contain several or none.
    pub templates: usize,
    /// The result of the fixes.
    pub outcome: Outcome,
    added: Option<Arc<str>>,
    order: usize,
    required: Applicability,
}

/// The result of the fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// There were no fixes to apply.
    Unchanged,
    /// The proven source with all fixes.
    Fixed(String),
    /// Some fixes were discarded.
    ///
    /// Each of their findings has the reason too.
    Refused {
        /// The proven source with the other fixes, if any.
        text: Option<String>,
        /// The reasons, each once.
        proof_errors: Vec<ProofError>,
    },
}

/// The reason why a source could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// It is not valid YAML or JSON.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// A file of a Terraform module is not valid HCL.
    #[error(transparent)]
    Hcl(#[from] hcl::SyntaxError),
    /// It has a template that cannot be analysed.
    #[error(transparent)]
    Template(#[from] ModelError),
}

/// Checks a source, and applies every fix that `options` allow.
///
/// # Errors
///
/// If the source is not YAML or JSON, or is a template with duplicate resources.
pub fn check(source: &str, options: &Options) -> Result<Report, CheckError> {
    check_file(&File::new(FileId::default(), source), options)
}

/// Checks a file as [`check()`] does, without copying its source.
///
/// # Errors
///
/// The errors of [`check()`].
pub fn check_file(file: &File, options: &Options) -> Result<Report, CheckError> {
    check_parsed(file, options, |_, _| ()).map(|(report, ())| report)
}

/// A file that was checked alone, and what it says about other files.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct FirstLook {
    /// The report.
    pub report: Report,
    /// The links to other files.
    pub links: FileLinks,
    /// True if a slot has a value that another template may give, or a new profile a name that one may have.
    pub takes_values: bool,
}

/// Checks a file as [`check_file()`] does, and reads its links to other files.
///
/// # Errors
///
/// The errors of [`check()`].
#[doc(hidden)]
pub fn check_first(file: &File, options: &Options) -> Result<FirstLook, CheckError> {
    let links = |source: &ParsedFiles, takes_values| {
        let links = source.iter().flatten().find_map(links_of);
        (links.unwrap_or_default(), takes_values)
    };
    let (report, (links, takes_values)) = check_parsed(file, options, links)?;
    Ok(FirstLook {
        report,
        links,
        takes_values,
    })
}

/// Checks a file; passes to `look` what was read, and whether a slot has a value that another template may give.
fn check_parsed<T>(
    file: &File,
    options: &Options,
    look: impl FnOnce(&ParsedFiles, bool) -> T,
) -> Result<(Report, T), CheckError> {
    let files = [file.clone()];
    let source = CloudFormation.read(&files);
    if let Some(error) = source.iter().find_map(|read| read.as_ref().err()) {
        return Err(error.clone().into());
    }
    let found = find(&CloudFormation, &source, options, false)?;
    let looked = look(&source, found.takes_values);
    let templates = found.templates;
    let found = found_in_files(&CloudFormation, source, &files, found, options);
    let report = Report {
        templates,
        ..found.of_file(file.id, options.required())
    };
    Ok((report, looked))
}

/// Checks a file that may be anything, as [`check_file()`] does.
///
/// `None` if it has no template. A file with a syntax error counts as one if it `looks_like_template`.
pub fn check_if_template(
    file: &File,
    options: &Options,
    looks_like_template: bool,
) -> Option<Result<Report, CheckError>> {
    match check_file(file, options) {
        Ok(report) => (report.templates > 0).then_some(Ok(report)),
        // A file with a duplicate logical ID is a template.
        Err(error) => (looks_like_template || matches!(error, CheckError::Template(_))).then_some(Err(error)),
    }
}

/// Checks the files of a Terraform module together, and applies every fix that their options allow.
///
/// `children` returns the files of a local module, by the path in `source`, which is relative to this module's folder.
///
/// Returns a report for each file, in order. The report of a file that cannot be read is empty.
pub fn check_module(files: &[ModuleFile], children: LoadModule<'_>) -> Vec<Result<Report, CheckError>> {
    let language = Terraform::new(files, children);
    let texts = files.iter().map(|file| file.text.clone().unwrap_or_default());
    let numbered: Vec<_> = (0..).zip(texts).map(|(id, text)| File::new(FileId(id), text)).collect();
    let source = language.read(&numbered);
    let mut errors: Vec<Option<CheckError>> = source.errors().map(|error| error.map(CheckError::from)).collect();
    let options = language.options();
    let report = match find(&language, &source, &options, false) {
        Ok(found) => found_in_files(&language, source, &numbered, found, &options),
        Err(error) => {
            let unchecked = language.not_checked(&numbered, &error);
            let at = usize::try_from(error.place().file.0).ok();
            if let Some(own) = at.and_then(|at| errors.get_mut(at)) {
                *own = Some(error.into());
            }
            FileFindings {
                unchecked,
                ..FileFindings::default()
            }
        }
    };
    let reports = (0..).zip(files).map(|(id, info)| Report {
        templates: usize::from(info.text.is_some()),
        ..report.of_file(FileId(id), options.required())
    });
    let reports = reports.zip(errors);
    reports.map(|(report, error)| error.map_or(Ok(report), Err)).collect()
}

/// Checks files of CloudFormation templates together, and applies every fix that their options allow.
///
/// Values are followed through nested stacks, exports and imports, within these files only.
///
/// Returns a report for each file, in order.
pub fn check_project(files: &[ProjectFile]) -> Vec<Result<Report, CheckError>> {
    let language = Project::new(files);
    let texts = files.iter().map(|file| Arc::clone(&file.text));
    let numbered: Vec<_> = (0..).zip(texts).map(|(id, text)| File::new(FileId(id), text)).collect();
    let source = language.read(&numbered);
    let options = language.options();
    // Units are never an error here: a template that cannot be analysed is left out.
    let Ok(found) = find(&language, &source, &options, true) else {
        return Vec::new();
    };
    let mut errors: Vec<Option<CheckError>> = source
        .syntax_errors()
        .map(|error| Some(error?.clone().into()))
        .collect();
    for error in source.model_errors() {
        let at = usize::try_from(error.place().file.0).ok();
        if let Some(own) = at.and_then(|at| errors.get_mut(at)) {
            own.get_or_insert(error.clone().into());
        }
    }
    let templates = numbered.iter().map(|file| source.templates(file.id));
    let (templates, order): (Vec<_>, _) = (templates.collect(), source.order());
    let found = found_in_files(&language, source, &numbered, found, &options);
    let reports = numbered.iter().enumerate().zip(errors);
    let reports = reports.map(|((at, file), error)| match error {
        Some(error) => Err(error),
        None => Ok(Report {
            templates: templates.get(at).copied().unwrap_or_default(),
            order: order.get(at).copied().unwrap_or_default(),
            ..found.of_file(file.id, options.required())
        }),
    });
    reports.collect()
}

/// The findings in all files of a source, and the fixed files.
#[derive(Default)]
struct FileFindings {
    findings: Vec<Finding>,
    suppressed: Vec<FileRange>,
    unchecked: Vec<Unchecked>,
    fixed: Vec<File>,
    /// The files with additions, without other changes.
    added: Vec<File>,
}

fn found_in_files<L: Language>(
    language: &L,
    source: L::Source,
    files: &[File],
    found: SourceFindings<L::Change>,
    options: &Options,
) -> FileFindings {
    let SourceFindings {
        findings,
        suppressed,
        unchecked,
        facts,
        ..
    } = found;
    let again = |source: &L::Source| find(language, source, options, true).map(Inspection::from);
    let inspection = Inspection { findings, facts };
    let outcome = fix_until_stable(language, source, files, inspection, options.required(), again);
    let changed = outcome.files.into_iter().flatten().zip(files);
    let changed = changed.filter(|(fixed, original)| fixed.text != original.text);
    let findings = outcome.findings.into_iter().map(Finding::without_changes);
    FileFindings {
        findings: sorted(findings, |one| one.place),
        suppressed: sorted(suppressed, |place| *place),
        unchecked: sorted(unchecked, |one| one.place),
        fixed: changed.map(|(fixed, _)| fixed).collect(),
        added: outcome.added,
    }
}

impl FileFindings {
    /// Returns the report of one file.
    fn of_file(&self, id: FileId, required: Applicability) -> Report {
        let findings = in_file(&self.findings, id, |one| one.place).to_vec();
        let text_in = |files: &[File]| {
            let at = files.binary_search_by_key(&id, |file| file.id).ok()?;
            files.get(at).map(|file| Arc::clone(&file.text))
        };
        let text = text_in(&self.fixed).map(|text| text.as_ref().to_owned());
        Report {
            outcome: Outcome::of(text, &findings),
            findings,
            suppressed: in_file(&self.suppressed, id, |place| *place).len(),
            unchecked: in_file(&self.unchecked, id, |one| one.place).to_vec(),
            templates: 0,
            added: text_in(&self.added),
            order: 0,
            required,
        }
    }
}

fn sorted<T>(items: impl IntoIterator<Item = T>, place: impl Fn(&T) -> FileRange) -> Vec<T> {
    let mut items: Vec<_> = items.into_iter().collect();
    items.sort_by_key(place);
    items
}

/// Returns the items in one file; all are sorted by their places.
fn in_file<T>(items: &[T], file: FileId, place: impl Fn(&T) -> FileRange) -> &[T] {
    let start = items.partition_point(|item| place(item).file < file);
    let end = items.partition_point(|item| place(item).file <= file);
    items.get(start..end).unwrap_or_default()
}

impl Report {
    /// Returns the source with every allowed fix.
    ///
    /// Returns `None` if there was no fix to apply, or none was proven.
    pub fn fixed(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Fixed(text) => Some(text),
            Outcome::Refused { text, .. } => text.as_deref(),
            Outcome::Unchanged => None,
        }
    }

    /// Returns the source with only those changes that add declarations, to which other files can refer.
    ///
    /// Returns `None` if no declarations are added, or no other file changes. If several files change, this keeps them
    /// valid while they are written one after another: what is added first, the rest second. It is proven as
    /// [`Report::fixed`] is.
    pub fn added(&self) -> Option<&str> {
        self.added.as_deref()
    }

    /// Returns a number that is smaller than those of the files that refer to this one.
    ///
    /// Files are written in this order, so that a file never refers to what is not written yet.
    pub fn order(&self) -> usize {
        self.order
    }

    /// Returns whether [`Report::fixed`] fixes a finding.
    ///
    /// The fix may be its own or that of another finding.
    pub fn applies_fix_of(&self, finding: &Finding) -> bool {
        finding.fix_state == FixState::FixedByOthers || finding.fix_at(self.required).is_some()
    }

    /// Returns the findings whose fix was not applied because it is unsafe.
    pub fn unsafe_not_applied(&self) -> impl Iterator<Item = &Finding> {
        self.remaining().filter(|finding| {
            finding.fix().is_some() || finding.fix_state == FixState::NoFix(NoFix::RevealedWithUnsafeFix)
        })
    }

    /// Returns the findings that remain in [`Report::fixed`].
    pub fn remaining(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !self.applies_fix_of(finding))
    }
}

impl Outcome {
    fn of(text: Option<String>, findings: &[Finding]) -> Self {
        let mut proof_errors = Vec::new();
        for finding in findings {
            if let FixState::NoFix(NoFix::NotProven(proof_error)) = &finding.fix_state
                && !proof_errors.contains(proof_error)
            {
                proof_errors.push(proof_error.clone());
            }
        }
        match text {
            text if !proof_errors.is_empty() => Self::Refused { text, proof_errors },
            Some(text) => Self::Fixed(text),
            None => Self::Unchanged,
        }
    }
}

impl From<terraform::SyntaxError> for CheckError {
    fn from(error: terraform::SyntaxError) -> Self {
        match error {
            terraform::SyntaxError::Hcl(error) => error.into(),
            terraform::SyntaxError::Json(error) => error.into(),
        }
    }
}

impl CheckError {
    /// Returns the byte range of the error.
    pub fn span(&self) -> TextRange {
        match self {
            Self::Syntax(error) => error.span,
            Self::Hcl(error) => error.span,
            Self::Template(error) => error.place().span,
        }
    }

    /// Returns the message, with 1-based line numbers from `line`.
    pub fn message(&self, line: impl Fn(FileRange) -> usize) -> String {
        match self {
            Self::Syntax(error) => error.to_string(),
            Self::Hcl(error) => error.to_string(),
            Self::Template(error) => error.message(line),
        }
    }
}
