//! Checks the files of a call.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use cfn_ipfix::report::{FileName, FileRecord, SourceText, Sources, Summary};
use cfn_ipfix::text::{File, FileId};
use cfn_ipfix::{CheckError, Report, check_file, check_module};

use crate::arguments::{Arguments, Command};
use crate::module;

/// The files of a call, with their results.
pub(crate) struct Checked<'a> {
    /// The templates and modules, in the order of their first files.
    units: Vec<Unit<'a>>,
    /// The unit of each file to report, and its number there, in the order of the caller.
    places: Vec<(usize, u32)>,
    is_written: bool,
}

/// A template, or the files of a Terraform module, which are checked together.
struct Unit<'a> {
    /// The folder of the module; `None` for a template.
    folder: Option<PathBuf>,
    paths: Vec<&'a str>,
    texts: Vec<SourceText<'a>>,
    reports: Vec<Result<Report, CheckError>>,
}

/// One file to report.
pub(crate) struct CheckedFile<'c> {
    /// The path as given.
    pub(crate) path: &'c str,
    pub(crate) sources: Sources<'c>,
    report: &'c Result<Report, CheckError>,
    is_terraform: bool,
    is_written: bool,
}

impl<'a> Checked<'a> {
    /// Checks all files.
    pub(crate) fn new(arguments: &'a Arguments) -> Self {
        let mut units: Vec<Unit<'a>> = Vec::new();
        let mut places = Vec::new();
        for (path, text) in &arguments.files {
            let folder = module::folder(path);
            let known = units.iter().position(|unit| folder.is_some() && unit.folder == folder);
            let at = known.unwrap_or_else(|| {
                units.push(match folder {
                    Some(folder) => Unit::of_module(arguments, folder),
                    None => Unit::of_template(arguments, path, text),
                });
                units.len() - 1
            });
            let number = units
                .get(at)
                .and_then(|unit| (0..).zip(&unit.paths).find(|(_, other)| *other == path));
            places.extend(number.map(|(number, _)| (at, number)));
        }
        let is_written = matches!(arguments.command(), Some(Command::Write));
        Self {
            units,
            places,
            is_written,
        }
    }

    /// Returns whether the caller writes the fixed files.
    pub(crate) fn is_written(&self) -> bool {
        self.is_written
    }

    /// Iterates over the files to report, in the order of the caller.
    pub(crate) fn files(&self) -> impl Iterator<Item = CheckedFile<'_>> {
        let file = |&(unit, number): &(usize, u32)| self.units.get(unit)?.file(number, self.is_written);
        self.places.iter().filter_map(file)
    }
}

impl<'a> Unit<'a> {
    fn of_template(arguments: &'a Arguments, path: &'a str, text: &'a str) -> Self {
        let report = check_file(&File::new(FileId::default(), text), &arguments.options(Path::new(path)));
        Self {
            folder: None,
            paths: vec![path],
            texts: vec![source(path, text)],
            reports: vec![report],
        }
    }

    fn of_module(arguments: &'a Arguments, folder: PathBuf) -> Self {
        let files = module::files(arguments, &folder);
        let (names, files): (Vec<_>, Vec<_>) = files
            .into_iter()
            .map(|file| ((file.path, file.text), file.file))
            .unzip();
        let reports = check_module(&files, &|source| module::child(arguments, &folder, source));
        Self {
            folder: Some(folder),
            paths: names.iter().map(|(path, _)| *path).collect(),
            texts: names.iter().map(|(path, text)| source(path, text)).collect(),
            reports,
        }
    }

    fn file(&self, number: u32, is_written: bool) -> Option<CheckedFile<'_>> {
        let at = usize::try_from(number).ok()?;
        Some(CheckedFile {
            path: self.paths.get(at)?,
            sources: Sources::of_file(FileId(number), &self.texts)?,
            report: self.reports.get(at)?,
            is_terraform: self.folder.is_some(),
            is_written,
        })
    }
}

impl<'c> CheckedFile<'c> {
    /// Returns the result as plain data, before any fix is written.
    pub(crate) fn record(&self) -> FileRecord {
        let own = self.sources.own();
        match self.report {
            Ok(report) if self.is_terraform => FileRecord::of_report(&self.sources, report),
            Ok(report) => FileRecord::of_templates(&self.sources, report),
            Err(error) => FileRecord::of_check_error(own, error),
        }
    }

    /// Returns the result as plain data, after the caller wrote the fixes if it does.
    pub(crate) fn final_record(&self) -> FileRecord {
        let mut record = self.record();
        if self.is_written {
            record.mark_fixed(&HashSet::new());
        }
        record
    }

    /// Returns the counts.
    pub(crate) fn summary(&self) -> Summary {
        let mut summary = match self.report {
            Ok(report) if self.is_terraform => Summary::of_terraform_file(report),
            Ok(report) => Summary::of(report),
            Err(_) => Summary::default(),
        };
        summary.count_fixed(&self.final_record());
        summary
    }

    /// Returns the fixed source, if there are fixes.
    pub(crate) fn fixed(&self) -> Option<&'c str> {
        self.report.as_ref().ok()?.fixed()
    }

    /// Returns whether the file could be parsed.
    pub(crate) fn is_parsed(&self) -> bool {
        self.report.is_ok()
    }
}

fn source<'a>(path: &'a str, text: &'a str) -> SourceText<'a> {
    SourceText::new(FileName::new(Path::new(path), Path::new("")), text)
}
