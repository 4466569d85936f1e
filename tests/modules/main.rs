//! Tests of Terraform modules in folders, each with the reason in `WHY`.
//!
//! `fix`, `unsafe` and `keep` are folders of cases: modules with safe fixes, with unsafe ones, and without. `expect` has
//! the files that a fix changes, `findings.txt` the findings of the original; `SNAPSHOTS=overwrite` writes the latter.
//! `CFN_IPFIX_MODULES` names a folder with more cases of this form. `generated` tests random modules.

// Test helpers may panic.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod generated;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cfn_ipfix::model::{Applicability, FixState, Severity};
use cfn_ipfix::terraform::{ModuleFile, is_module_file};
use cfn_ipfix::text::LineIndex;
use cfn_ipfix::{CheckError, Options, Report, check_module};
use libtest_mimic::{Arguments, Trial};
use similar::TextDiff;

fn main() -> ExitCode {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules");
    let others = std::env::var_os("CFN_IPFIX_MODULES").map(PathBuf::from);
    let mut trials = vec![generated::trial()];
    for (root, is_own) in [(Some(own), true), (others, false)] {
        let Some(root) = root else { continue };
        for kind in ["fix", "unsafe", "keep"] {
            trials.extend(
                folders(&root.join(kind))
                    .into_iter()
                    .map(|folder| trial(kind, folder, is_own)),
            );
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten();
    let mut folders: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn trial(kind: &'static str, folder: PathBuf, is_own: bool) -> Trial {
    let name = format!("{kind}::{}", folder.file_name().unwrap().to_string_lossy());
    Trial::test(name, move || {
        check(kind, &folder, is_own);
        Ok(())
    })
}

/// Checks a case: its fixes, its findings, and that a second run has nothing to fix.
fn check(kind: &str, folder: &Path, is_own: bool) {
    let options = Options {
        unsafe_fixes: kind == "unsafe",
        ..Options::default()
    };
    let before = module(folder, &options);
    let reports = reports(folder, &before);
    let found = findings(&before, &reports);
    if is_own {
        compare(&folder.join("findings.txt"), &found);
    } else {
        eprintln!("{}:\n{found}", folder.display());
    }
    let expected = texts(&folder.join("expect"));
    let mut after = before.clone();
    for (file, report) in after.iter_mut().zip(&reports) {
        let original = file.text.as_deref().unwrap_or_default();
        let fixed = report.as_ref().ok().and_then(Report::fixed).unwrap_or(original);
        let wanted = expected.get(&file.name).map_or(original, String::as_str);
        let diff = TextDiff::from_lines(wanted, fixed);
        assert!(wanted == fixed, "{}: {}", file.name, diff.unified_diff());
        file.text = Some(fixed.into());
    }
    let again = self::reports(folder, &after);
    for report in again.iter().flatten() {
        assert_eq!(report.fixed(), None, "a second run changes the files again");
    }
}

/// Reads the files of a module.
fn module(folder: &Path, options: &Options) -> Vec<ModuleFile> {
    let files = texts(folder).into_iter();
    files
        .map(|(name, text)| ModuleFile {
            name,
            text: Some(text.into()),
            may_change: true,
            options: *options,
        })
        .collect()
}

fn texts(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let entries = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let named = entries.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path));
    let modules = named.filter(|(name, _)| is_module_file(name));
    modules
        .map(|(name, path)| (name, fs::read_to_string(path).unwrap()))
        .collect()
}

fn reports(folder: &Path, files: &[ModuleFile]) -> Vec<Result<Report, CheckError>> {
    let children = |path: &str| {
        let child = folder.join(path);
        child.is_dir().then(|| module(&child, &Options::default()))
    };
    check_module(files, &children)
}

/// Lists the findings, and what is not checked, one a line.
fn findings(files: &[ModuleFile], reports: &[Result<Report, CheckError>]) -> String {
    let mut list = String::new();
    for (file, report) in files.iter().zip(reports) {
        let lines = LineIndex::new(file.text.as_deref().unwrap_or_default());
        let line = |offset: usize| lines.number(offset) + 1;
        let report = match report {
            Ok(report) => report,
            Err(error) => {
                writeln!(list, "{}:{} error: {error}", file.name, line(error.span().start())).unwrap();
                continue;
            }
        };
        for finding in &report.findings {
            let severity = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let place = format!("{}:{}", file.name, line(finding.place.span.start()));
            writeln!(list, "{place} {} {severity}: {}", finding.rule.code, finding.message).unwrap();
            match &finding.fix_state {
                FixState::Fix(fix) => {
                    let kind = if fix.applicability == Applicability::Safe {
                        "fix"
                    } else {
                        "unsafe fix"
                    };
                    writeln!(list, "  {kind}: {}", fix.title).unwrap();
                }
                FixState::FixedByOthers => writeln!(list, "  fixed by others").unwrap(),
                FixState::NoFix(reason) => writeln!(list, "  no fix: {reason}").unwrap(),
            }
        }
        for one in &report.unchecked {
            writeln!(
                list,
                "{}:{} not checked: {}",
                file.name,
                line(one.place.span.start()),
                one.message
            )
            .unwrap();
        }
        if report.suppressed > 0 {
            writeln!(list, "{}: {} suppressed", file.name, report.suppressed).unwrap();
        }
    }
    list
}

/// Compares a recorded file with what it must be, or records it.
fn compare(file: &Path, actual: &str) {
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        return fs::write(file, actual).unwrap();
    }
    let recorded = fs::read_to_string(file).unwrap_or_default();
    let diff = TextDiff::from_lines(&recorded, actual);
    assert!(recorded == actual, "{}: {}", file.display(), diff.unified_diff());
}
