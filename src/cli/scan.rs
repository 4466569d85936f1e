//! The first look at a file of templates, before it is parsed.

use std::fs;

use cfn_ipfix::cloudformation::prefilter::{self, Passing};
use cfn_ipfix::files::Input;
use cfn_ipfix::project::FileHints;

/// The facts about a file that its bytes show.
pub(super) struct Scan {
    /// True if it looks like a template.
    pub(super) is_template: bool,
    /// True if a rule may apply to it.
    pub(super) may_apply: bool,
    /// The signs that it passes values to other templates or takes values from them.
    pub(super) hints: Option<Box<FileHints>>,
    /// The number of its bytes.
    pub(super) len: usize,
}

impl Scan {
    /// Reads a file; `None` if that fails, or if the file cannot be read twice.
    pub(super) fn read(input: &Input) -> Option<Self> {
        match input {
            // A pipe or a device may be given as a path.
            Input::File(path) if !path.starts_with("/dev") && fs::metadata(path).is_ok_and(|file| file.is_file()) => {}
            Input::File(_) | Input::Stdin(_) => return None,
        }
        input.bytes().ok().map(|bytes| Self::of(&bytes))
    }

    fn of(bytes: &[u8]) -> Self {
        let is_template = prefilter::looks_like_template(bytes);
        let passing = match is_template {
            true => prefilter::passing(bytes),
            false => Passing::default(),
        };
        let Passing {
            nests,
            imports,
            exports,
        } = passing;
        Self {
            is_template,
            may_apply: prefilter::may_apply(bytes),
            hints: (nests || imports || exports).then(|| Box::new(FileHints::read(bytes, nests, imports, exports))),
            len: bytes.len(),
        }
    }
}
