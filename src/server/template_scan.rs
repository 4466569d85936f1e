//! Reads from a file which templates it may be checked together with.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use crate::cloudformation::prefilter::{self, Look};
use crate::cloudformation::shares_folder;
use crate::files::Input;
use crate::project::{FileHints, FileLinks};
use crate::rules::Selection;
use crate::text::{File, FileId};
use crate::{Options, check_first};

/// A file that may be a template.
#[derive(Default)]
pub(super) struct ScannedFile {
    /// The state of the file on the disk when it was read; `None` for the text of an open document.
    pub(super) stamp: Option<Stamp>,
    /// The folder of the repository that has the file.
    pub(super) repository: Option<Arc<Path>>,
    /// The template; `None` if the file does not look like one.
    pub(super) template: Option<Box<TemplateScan>>,
}

/// The facts about a template.
#[derive(PartialEq, Eq)]
pub(super) struct TemplateScan {
    /// True if a rule may apply to it.
    pub(super) may_apply: bool,
    /// True if it is one template with others of its folder.
    pub(super) shares_folder: bool,
    /// The signs that it passes values to other templates or takes values from them.
    pub(super) hints: Option<FileHints>,
    /// The number of bytes, rounded up, so that it seldom changes.
    pub(super) len: usize,
    /// The relations to other files, once they are needed.
    pub(super) relations: Option<Relations>,
}

/// The relations of a template to other files.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Relations {
    pub(super) links: FileLinks,
    /// True if a slot has a value that another template may give, or a new profile a name that one may have.
    pub(super) takes_values: bool,
}

/// The modification time and the length of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
}

/// The limit of bytes of a file on the disk. A template for AWS has at most 1 MB.
const MAX_FILE: u64 = 4 << 20;

impl ScannedFile {
    /// Sets the source, which is `None` if it cannot be read; returns whether values may pass in another way.
    pub(super) fn set(&mut self, path: &Path, stamp: Option<Stamp>, source: Option<&str>) -> bool {
        let template = source.and_then(|source| {
            let scan = TemplateScan::of(path, source.as_bytes())?;
            Some(Box::new(scan.with_relations_like(self.template.as_deref(), source)))
        });
        let is_other = template != self.template;
        self.stamp = stamp;
        self.template = template;
        is_other
    }
}

impl TemplateScan {
    /// Scans a source; `None` if it does not look like a template.
    pub(super) fn of(path: &Path, source: &[u8]) -> Option<Self> {
        let shares_folder = shares_folder(path);
        let Look {
            is_template,
            may_be_part,
            may_apply,
            signs,
        } = prefilter::look(source);
        (is_template || may_be_part || shares_folder).then(|| Self {
            shares_folder,
            may_apply,
            hints: FileHints::read(source, signs),
            len: source.len().next_power_of_two(),
            relations: None,
        })
    }

    /// Returns whether values of other templates may matter for this one, or its values for others.
    pub(super) fn may_be_related(&self) -> bool {
        self.may_apply || self.shares_folder || self.hints.is_some()
    }

    /// Reads the relations of the source, if those of `before` were needed.
    ///
    /// A source that cannot be parsed keeps the old ones: somebody is typing.
    fn with_relations_like(self, before: Option<&Self>, source: &str) -> Self {
        let before = before.and_then(|before| before.relations.as_ref());
        Self {
            relations: before.map(|before| Relations::of(source).unwrap_or_else(|| before.clone())),
            ..self
        }
    }
}

impl Relations {
    /// Reads a source; `None` if it cannot be parsed.
    pub(super) fn of(source: &str) -> Option<Self> {
        // No rule is needed for that.
        let options = Options {
            selection: Selection::NONE,
            ..Options::default()
        };
        let first = check_first(&File::new(FileId::default(), source), &options).ok()?;
        Some(Self {
            links: first.links,
            takes_values: first.takes_values,
        })
    }
}

impl Stamp {
    /// Returns the state of a regular file that is not too large.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let is_read = metadata.is_file() && metadata.len() <= MAX_FILE;
        is_read.then(|| Self {
            modified: metadata.modified().ok(),
            len: metadata.len(),
        })
    }
}

/// Returns whether a rule may apply to a source.
pub(super) fn may_apply(source: &str) -> bool {
    prefilter::may_apply(source.as_bytes())
}

/// Reads a file on the disk; `None` if it is no text, too large, or gone.
pub(super) fn text(path: &Path) -> Option<String> {
    Stamp::of(path)?;
    Input::File(path.to_owned()).read().ok()
}
