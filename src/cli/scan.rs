//! The first look at a file of templates.

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use cfn_ipfix::cloudformation::prefilter::{self, Look};
use cfn_ipfix::cloudformation::shares_folder;
use cfn_ipfix::files::{Input, ReadBuffer, decode};
use cfn_ipfix::project::{FileHints, FileLinks};
use cfn_ipfix::text::{File, FileId};
use cfn_ipfix::{CheckError, Report, check_first};

use super::run_plan::RunPlan;

/// The facts about a file that its bytes show, and the result of checking it alone, if it was.
pub(super) struct Scan {
    /// True if it looks like a template.
    pub(super) is_template: bool,
    /// True if it is one template with others of its folder.
    pub(super) shares_folder: bool,
    /// True if it may be a part of a template that another file includes.
    pub(super) may_be_part: bool,
    /// True if a rule may apply to it.
    pub(super) may_apply: bool,
    /// The number of its bytes.
    pub(super) len: u32,
    /// The rest; most of the files of a run have none.
    details: Option<Box<Details>>,
}

#[derive(Default)]
struct Details {
    hints: Option<FileHints>,
    alone: OnceLock<CheckedAlone>,
}

/// A file that was checked alone.
pub(super) struct CheckedAlone {
    pub(super) result: AloneResult,
    /// Its links to other files, and whether it has a slot whose value may come from another file.
    looked: Option<(FileLinks, bool)>,
}

/// The result of checking a file alone.
pub(super) enum AloneResult {
    /// There is nothing to report. The file has this number of templates.
    Silent(usize),
    /// There may be something to report.
    Checked(Box<(File, Result<Report, CheckError>)>),
}

/// Scans the files of a run.
pub(super) struct Scanner<'p> {
    plan: &'p RunPlan,
    /// The number of bytes of the files that were checked alone and have something to report.
    kept: AtomicUsize,
}

/// The limit of bytes of the files that are kept, whose reports take several times as many.
const MAX_KEPT: usize = 2 << 20;

thread_local! {
    static BUFFER: RefCell<ReadBuffer> = RefCell::default();
}

impl<'p> Scanner<'p> {
    pub(super) fn new(plan: &'p RunPlan) -> Self {
        let kept = AtomicUsize::new(0);
        Self { plan, kept }
    }

    /// Reads an input; `None` if that fails, or if the input cannot be read twice.
    pub(super) fn scan(&self, input: &Input) -> Option<Scan> {
        match input {
            // A pipe or a device may be given as a path.
            Input::File(path) if !path.starts_with("/dev") && fs::metadata(path).is_ok_and(|file| file.is_file()) => {
                Scan::read(path)
            }
            Input::File(_) | Input::Stdin(_) => None,
        }
    }

    /// Reads a file that was found in a folder, and checks it alone if a rule may apply.
    pub(super) fn scan_and_check(&self, path: &Path) -> Option<Scan> {
        read(path, |path, bytes| {
            let mut scan = Scan::of(path, bytes);
            if scan.may_apply && self.kept.load(Ordering::Relaxed) < MAX_KEPT {
                let input = Input::File(path.to_owned());
                let text = input.check_complete().and_then(|()| decode(bytes.to_owned()));
                if let Ok(text) = text
                    && let Some(alone) = self.keep(self.check(path, text))
                {
                    scan.details.get_or_insert_default().alone.get_or_init(|| alone);
                }
            }
            scan
        })
    }

    /// Returns the links of a scanned file, and whether it has a slot whose value may come from another file.
    pub(super) fn look(&self, input: &Input, scan: &Scan) -> Option<(FileLinks, bool)> {
        if let Some(alone) = scan.alone() {
            return alone.looked.clone();
        }
        let alone = self.check(input.name(), input.read().ok()?);
        let looked = alone.looked.clone();
        if let Some(details) = &scan.details
            && let Some(alone) = self.keep(alone)
        {
            details.alone.get_or_init(|| alone);
        }
        looked
    }

    /// Checks a file alone. Without a valid configuration, the result only serves to find groups.
    fn check(&self, path: &Path, text: String) -> CheckedAlone {
        let options = self.plan.options(path).unwrap_or_default();
        let file = File::new(FileId::default(), text);
        let (report, looked) = match check_first(&file, &options) {
            Ok(first) => (Ok(first.report), Some((first.links, first.takes_values))),
            Err(error) => (Err(error), None),
        };
        let result = match report {
            Ok(report) if is_silent(&report) => AloneResult::Silent(report.templates),
            report => AloneResult::Checked(Box::new((file, report))),
        };
        CheckedAlone { result, looked }
    }

    /// Returns the result of a check if there is room to keep it; most files are done with it.
    fn keep(&self, alone: CheckedAlone) -> Option<CheckedAlone> {
        let bytes = match &alone.result {
            AloneResult::Silent(_) => 0,
            AloneResult::Checked(checked) => checked.0.text.len(),
        };
        (self.kept.fetch_add(bytes, Ordering::Relaxed) < MAX_KEPT).then_some(alone)
    }
}

impl Scan {
    /// Reads a file; `None` if that fails.
    pub(super) fn read(path: &Path) -> Option<Self> {
        read(path, Self::of)
    }

    fn of(path: &Path, bytes: &[u8]) -> Self {
        let Look {
            is_template,
            may_be_part,
            may_apply,
            signs,
        } = prefilter::look(bytes);
        let shares_folder = shares_folder(path);
        Self {
            is_template: is_template || shares_folder,
            shares_folder,
            may_be_part,
            may_apply,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            details: FileHints::read(bytes, signs).map(|hints| {
                let hints = Some(hints);
                let alone = OnceLock::new();
                Box::new(Details { hints, alone })
            }),
        }
    }

    /// Returns the number of templates if there is nothing to report; `None` if there may be.
    pub(super) fn clean_templates(&self) -> Option<usize> {
        match self.alone().map(|alone| &alone.result) {
            _ if !self.may_apply => Some(usize::from(self.is_template)),
            Some(AloneResult::Silent(templates)) => Some(*templates),
            Some(AloneResult::Checked(_)) | None => None,
        }
    }

    /// Returns the signs that the file passes values to other templates or takes values from them.
    pub(super) fn hints(&self) -> Option<&FileHints> {
        self.details.as_ref()?.hints.as_ref()
    }

    /// Returns the result of checking the file alone, if it was.
    pub(super) fn alone(&self) -> Option<&CheckedAlone> {
        self.details.as_ref()?.alone.get()
    }
}

/// Reads a file, and passes its bytes on; `None` if that fails.
fn read<T>(path: &Path, look: impl FnOnce(&Path, &[u8]) -> T) -> Option<T> {
    BUFFER.with_borrow_mut(|buffer| buffer.read(path).ok().map(|bytes| look(path, bytes)))
}

/// Returns whether a report has nothing to show, and only counts templates.
fn is_silent(report: &Report) -> bool {
    report.findings.is_empty() && report.unchecked.is_empty() && report.suppressed == 0 && report.fixed().is_none()
}
