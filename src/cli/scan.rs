//! The first look at a file of templates.

use std::fs;
use std::sync::OnceLock;

use cfn_ipfix::cloudformation::prefilter::{self, Look};
use cfn_ipfix::cloudformation::shares_folder;
use cfn_ipfix::files::Input;
use cfn_ipfix::project::FileHints;
use cfn_ipfix::text::File;
use cfn_ipfix::{CheckError, Report};

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
    /// The signs that it passes values to other templates or takes values from them.
    pub(super) hints: Option<Box<FileHints>>,
    /// The number of its bytes.
    pub(super) len: usize,
    /// The result of checking it alone.
    pub(super) alone: OnceLock<Box<CheckedAlone>>,
}

/// A file that was checked alone.
pub(super) struct CheckedAlone {
    pub(super) file: File,
    pub(super) report: Result<Report, CheckError>,
}

impl Scan {
    /// Reads a file; `None` if that fails, or if the file cannot be read twice.
    pub(super) fn read(input: &Input) -> Option<Self> {
        match input {
            // A pipe or a device may be given as a path.
            Input::File(path) if !path.starts_with("/dev") && fs::metadata(path).is_ok_and(|file| file.is_file()) => {}
            Input::File(_) | Input::Stdin(_) => return None,
        }
        let bytes = input.bytes().ok()?;
        Some(Self::of(&bytes, shares_folder(input.name())))
    }

    fn of(bytes: &[u8], shares_folder: bool) -> Self {
        let Look {
            is_template,
            may_be_part,
            may_apply,
            signs,
        } = prefilter::look(bytes);
        let hints = FileHints::read(bytes, signs);
        Self {
            is_template: is_template || shares_folder,
            shares_folder,
            may_be_part,
            may_apply,
            hints: hints.map(Box::new),
            len: bytes.len(),
            alone: OnceLock::new(),
        }
    }
}
