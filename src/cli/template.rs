//! Checks a file of CloudFormation templates.

use cfn_ipfix::cloudformation::prefilter;
use cfn_ipfix::files::{Input, ReplaceError, Unreadable, decode, replace};
use cfn_ipfix::text::{File, FileId};
use cfn_ipfix::{CheckError, Options, Report, check_file, check_if_template};

use super::file_outcome::FileOutcome;
use super::outcomes::{Outcomes, Writing};
use super::scan::{AloneResult, Scan};

/// Checks an input whatever its content is.
pub(super) fn check_named(outcomes: &Outcomes<'_>, input: &Input) -> FileOutcome {
    let options = match outcomes.plan.options(input.name()) {
        Ok(options) => options,
        Err(error) => return outcomes.misconfigured(input, error),
    };
    match input.read() {
        Ok(text) => match check(text, &options) {
            (file, Ok(report)) => checked(outcomes, input, &file, &report),
            (file, Err(error)) => outcomes.unparsable(input, &file.text, &error),
        },
        Err(error) => outcomes.unreadable(input, &error),
    }
}

/// Checks a file in a folder if it looks like a template.
///
/// Errors in other files are ignored. If the file was scanned, its bytes are only read if a rule may apply.
pub(super) fn check_discovered(outcomes: &Outcomes<'_>, input: &Input, scan: Option<&Scan>) -> FileOutcome {
    let options = match outcomes.plan.options(input.name()) {
        Ok(options) => options,
        Err(error) => return outcomes.misconfigured(input, error),
    };
    let clean = |templates| match templates {
        0 => FileOutcome::default(),
        _ => outcomes.clean(input, templates),
    };
    if let Some(templates) = scan.and_then(Scan::clean_templates) {
        return clean(templates);
    }
    if let Some(scan) = scan
        && let Some(AloneResult::Checked(alone)) = scan.alone().map(|alone| &alone.result)
    {
        let (file, report) = &**alone;
        return match report {
            Ok(report) if report.templates > 0 => checked(outcomes, input, file, report),
            Err(error) if scan.is_template || matches!(error, CheckError::Template(_)) => {
                outcomes.unparsable(input, &file.text, error)
            }
            Ok(_) | Err(_) => FileOutcome::default(),
        };
    }
    let bytes = match input.bytes() {
        Ok(bytes) => bytes,
        Err(error) => return outcomes.unreadable(input, &error),
    };
    let is_template = match scan {
        Some(scan) => scan.is_template,
        None => prefilter::looks_like_template(&bytes),
    };
    if scan.is_none() && !prefilter::may_apply(&bytes) {
        return clean(usize::from(is_template));
    }
    match input.check_complete().and_then(|()| decode(bytes)) {
        Ok(text) => {
            let file = File::new(FileId::default(), text);
            match check_if_template(&file, &options, is_template) {
                Some(Ok(report)) => checked(outcomes, input, &file, &report),
                Some(Err(error)) => outcomes.unparsable(input, &file.text, &error),
                None => FileOutcome::default(),
            }
        }
        Err(error) if is_template => outcomes.unreadable(input, &error),
        Err(Unreadable { .. }) => FileOutcome::default(),
    }
}

fn check(text: String, options: &Options) -> (File, Result<Report, CheckError>) {
    let file = File::new(FileId::default(), text);
    let report = check_file(&file, options);
    (file, report)
}

fn checked(outcomes: &Outcomes<'_>, input: &Input, file: &File, report: &Report) -> FileOutcome {
    let writing = match outcomes.plan.is_written {
        true => match write(input, &file.text, report.fixed()) {
            Ok(()) => Writing::done(),
            Err(problem) => Writing::Failed(problem.to_string()),
        },
        false => Writing::NotWanted,
    };
    outcomes.templates_alone(input, &file.text, report, writing)
}

/// Replaces a file by its fixed source, if there is one.
fn write(input: &Input, text: &str, fixed: Option<&str>) -> Result<(), ReplaceError> {
    match (input, fixed) {
        (Input::File(path), Some(fixed)) => replace(path, text, fixed),
        // A filter prints the fixed source.
        (Input::Stdin(_), _) | (_, None) => Ok(()),
    }
}
