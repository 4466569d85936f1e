//! Tests of templates that pass values to each other, each with the reason in `WHY`.
//!
//! A case is a folder: `in` has the files, `expect` those that safe fixes change, `expect-unsafe` those that all fixes
//! change, if that differs, and `findings.txt` the findings, which `SNAPSHOTS=overwrite` writes. `CFN_IPFIX_PROJECTS` names a
//! folder with more cases, without `findings.txt`. `generated` tests random projects.

// Test helpers may panic.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod generated;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cfn_ipfix::model::{Applicability, FixState, Severity};
use cfn_ipfix::text::{FileRange, LineIndex};
use cfn_ipfix::{CheckError, Options, ProjectFile, Report, check_project};
use libtest_mimic::{Arguments, Trial};
use similar::TextDiff;

fn main() -> ExitCode {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/projects");
    let others = std::env::var_os("CFN_IPFIX_PROJECTS").map(PathBuf::from);
    let roots = std::iter::once((own, true)).chain(others.map(|root| (root, false)));
    let mut trials = vec![generated::trial()];
    for (root, is_own) in roots {
        trials.extend(folders(&root).into_iter().map(|folder| trial(folder, is_own)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = paths.filter(|path| path.join("in").is_dir()).collect();
    folders.sort();
    folders
}

fn trial(folder: PathBuf, is_own: bool) -> Trial {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    Trial::test(name, move || {
        let before = project(&folder.join("in"));
        let found = findings(&before, &check_project(&before));
        match is_own {
            true => compare(&folder.join("findings.txt"), &found),
            false => eprintln!("{}:\n{found}", folder.display()),
        }
        let safe = texts(&folder.join("expect"));
        let not_safe = Some(texts(&folder.join("expect-unsafe"))).filter(|texts| !texts.is_empty());
        check(&before, &safe, false);
        check(&before, &not_safe.unwrap_or(safe), true);
        Ok(())
    })
}

/// Checks that fixes result in the expected files, and that a second run has nothing to fix.
fn check(before: &[ProjectFile], expected: &BTreeMap<String, String>, unsafe_fixes: bool) {
    let mut files = before.to_vec();
    for file in &mut files {
        file.options.unsafe_fixes = unsafe_fixes;
    }
    let reports = check_project(&files);
    for (file, report) in files.iter_mut().zip(&reports) {
        let fixed = report.as_ref().ok().and_then(Report::fixed).unwrap_or(&file.text);
        let wanted = expected.get(&file.path).map_or(&*file.text, String::as_str);
        let diff = TextDiff::from_lines(wanted, fixed);
        assert!(wanted == fixed, "{}: {}", file.path, diff.unified_diff());
        file.text = fixed.into();
    }
    for report in check_project(&files).iter().flatten() {
        assert_eq!(report.fixed(), None, "a second run changes the files again");
    }
}

/// Reads the files below a folder.
fn project(folder: &Path) -> Vec<ProjectFile> {
    let files = texts(folder).into_iter();
    files
        .map(|(path, text)| ProjectFile {
            path,
            text: text.into(),
            may_change: true,
            options: Options::default(),
        })
        .collect()
}

fn texts(folder: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(next) = pending.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                texts.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts
}

/// Lists the findings, and what is not checked, one a line.
fn findings(files: &[ProjectFile], reports: &[Result<Report, CheckError>]) -> String {
    let mut list = String::new();
    let position = |place: FileRange| {
        let file = &files[usize::try_from(place.file.0).unwrap()];
        let position = LineIndex::new(&file.text).position(&file.text, place.span.start());
        format!("{}:{}:{}", file.path, position.line, position.column)
    };
    for (file, report) in files.iter().zip(reports) {
        let report = match report {
            Ok(report) => report,
            Err(error) => {
                writeln!(list, "{} error: {error}", file.path).unwrap();
                continue;
            }
        };
        for finding in &report.findings {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let place = position(finding.place);
            writeln!(list, "{place} {} {severity}: {}", finding.rule.code, finding.message).unwrap();
            for label in &finding.related {
                writeln!(list, "  {}: {}", position(label.place), label.text).unwrap();
            }
            match &finding.fix_state {
                FixState::Fix(fix) => {
                    let is_safe = fix.applicability == Applicability::Safe;
                    let kind = if is_safe { "fix" } else { "unsafe fix" };
                    writeln!(list, "  {kind}: {}", fix.title).unwrap();
                }
                FixState::FixedByOthers => writeln!(list, "  fixed by others").unwrap(),
                FixState::NoFix(reason) => writeln!(list, "  no fix: {reason}").unwrap(),
            }
        }
        for one in &report.unchecked {
            writeln!(list, "{} unchecked: {}", position(one.place), one.message).unwrap();
        }
    }
    list
}

fn compare(path: &Path, found: &str) {
    if std::env::var("SNAPSHOTS").is_ok_and(|what| what == "overwrite") {
        fs::write(path, found).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    let diff = TextDiff::from_lines(&expected, found);
    assert!(expected == found, "{}: {}", path.display(), diff.unified_diff());
}
