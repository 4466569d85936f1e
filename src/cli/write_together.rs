//! Writes the fixes of files that are checked together.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use cfn_ipfix::Report;
use cfn_ipfix::files::{Progress, ReplaceTogetherError, Replacement, Unchanged, replace_together};
use cfn_ipfix::text::FileId;
use cfn_ipfix::text::printable::printable;

use super::outcomes::Writing;

/// A file that was checked together with others.
#[derive(Clone, Copy)]
pub(super) struct CheckedFile<'c> {
    pub(super) path: &'c Path,
    /// The source, if it could be read.
    pub(super) text: Option<&'c str>,
    /// The report, if it could be checked.
    pub(super) report: Option<&'c Report>,
    /// True if the run may write the file.
    pub(super) may_change: bool,
}

/// Writes all fixed files or none, and returns the result for each file.
///
/// The other files are compared, because the fixes rely on them.
pub(super) fn write(files: &[CheckedFile<'_>]) -> Vec<Writing> {
    let fixed = fixed_files(files);
    if fixed.is_empty() {
        return files.iter().map(|_| Writing::done()).collect();
    }
    let is_fixed = |id| fixed.binary_search_by_key(&FileId(id), |file| file.id).is_ok();
    let others = (0..).zip(files).filter(|(id, _)| !is_fixed(*id));
    let unchanged = others.filter_map(|(_, file)| {
        Some(Unchanged {
            path: file.path,
            text: file.text?,
        })
    });
    let replacements: Vec<_> = fixed.iter().map(FixedFile::replacement).collect();
    let error = replace_together(&replacements, &unchanged.collect::<Vec<_>>()).err();
    let failure = error.map(|error| Failure::new(&fixed, error));
    let ids = (0..).zip(files).map(|(id, _)| FileId(id));
    ids.map(|id| failure.as_ref().map_or_else(Writing::done, |failure| failure.of(id)))
        .collect()
}

/// A file with fixes.
struct FixedFile<'c> {
    id: FileId,
    path: &'c Path,
    before: &'c str,
    /// The old source with only what fixes add, if they add anything.
    added: Option<&'c str>,
    after: &'c str,
    order: usize,
}

/// Returns the files with fixes, in the order of their numbers.
fn fixed_files<'c>(files: &[CheckedFile<'c>]) -> Vec<FixedFile<'c>> {
    let files = (0..).map(FileId).zip(files).filter(|(_, file)| file.may_change);
    let fixed = files.filter_map(|(id, file)| {
        Some(FixedFile {
            id,
            path: file.path,
            before: file.text?,
            added: file.report?.added(),
            after: file.report?.fixed()?,
            order: file.report?.order(),
        })
    });
    fixed.collect()
}

impl FixedFile<'_> {
    fn replacement(&self) -> Replacement<'_> {
        Replacement {
            path: self.path,
            before: self.before,
            added: self.added,
            after: self.after,
            order: self.order,
        }
    }
}

/// The reason why files were not written.
struct Failure<'f> {
    files: &'f [FixedFile<'f>],
    error: ReplaceTogetherError,
    unwritten: Arc<HashSet<FileId>>,
}

impl<'f> Failure<'f> {
    fn new(files: &'f [FixedFile<'f>], error: ReplaceTogetherError) -> Self {
        let unwritten = files.iter().zip(&error.progress);
        let unwritten = unwritten.filter(|(_, progress)| **progress != Progress::Replaced);
        Self {
            unwritten: Arc::new(unwritten.map(|(file, _)| file.id).collect()),
            files,
            error,
        }
    }

    /// Returns the result for a file.
    fn of(&self, id: FileId) -> Writing {
        let at = self.files.binary_search_by_key(&id, |file| file.id).ok();
        let file = at.and_then(|at| Some((self.files.get(at)?, *self.error.progress.get(at)?)));
        match file {
            None | Some((_, Progress::Replaced)) => Writing::Done(Arc::clone(&self.unwritten)),
            Some((file, Progress::NotReplaced)) if file.path == self.error.path => Writing::Failed(self.own_message()),
            Some((_, Progress::NotReplaced)) => Writing::Failed(format!("not written, because of {}", self.cause())),
            Some((file, Progress::Added)) if file.path == self.error.path => Writing::Failed(format!(
                "the additions were written, the references to them were not: {}",
                self.own_message()
            )),
            Some((_, Progress::Added)) => Writing::Failed(format!(
                "the additions were written, the references to them were not, because of {}",
                self.cause()
            )),
        }
    }

    /// Returns the message for the file that could not be written, with the files that were written before it.
    fn own_message(&self) -> String {
        const MAX_NAMES: usize = 5;
        let files = self.files.iter().zip(&self.error.progress);
        let written = files.filter(|(_, progress)| **progress == Progress::Replaced);
        let written: Vec<_> = written.map(|(file, _)| shown(file.path)).collect();
        let first = written
            .iter()
            .take(MAX_NAMES)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        match written.len() {
            0 => self.error.error.to_string(),
            number if number > MAX_NAMES => format!(
                "{}; {first} and {} more were written before it, so run again",
                self.error.error,
                number - MAX_NAMES
            ),
            _ => format!("{}; {first} was written before it, so run again", self.error.error),
        }
    }

    /// Returns the file that could not be written or has changed, and the reason.
    fn cause(&self) -> String {
        format!("{}: {}", shown(&self.error.path), self.error.error)
    }
}

fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use cfn_ipfix::files::ReplaceError;

    fn messages(failed: &str, progress: &[Progress]) -> Vec<String> {
        let names = ["a.tf", "b.tf", "c.tf"];
        let files = (0..).map(FileId).zip(names).map(|(id, name)| FixedFile {
            id,
            path: Path::new(name),
            before: "",
            added: None,
            after: "",
            order: 0,
        });
        let files: Vec<_> = files.collect();
        let failure = Failure::new(
            &files,
            ReplaceTogetherError {
                path: failed.into(),
                error: ReplaceError::Io(io::Error::other("the disk is full")),
                progress: progress.to_vec(),
            },
        );
        let message = |id| match failure.of(FileId(id)) {
            Writing::Failed(message) => message,
            Writing::Done(_) => "done".to_owned(),
            Writing::NotWanted => panic!("the run writes"),
        };
        (0..3).map(message).collect()
    }

    #[test]
    fn messages_name_the_file_that_failed_and_those_before_it() {
        use Progress::{Added, NotReplaced, Replaced};
        let cause = "b.tf: cannot be written: the disk is full";
        assert_eq!(
            messages("b.tf", &[NotReplaced; 3]),
            [
                &format!("not written, because of {cause}"),
                "cannot be written: the disk is full",
                &format!("not written, because of {cause}"),
            ]
        );
        assert_eq!(
            messages("b.tf", &[Replaced, Added, Added]),
            [
                "done",
                "the additions were written, the references to them were not: cannot be written: the disk is full; a.tf was \
                 written before it, so run again",
                &format!("the additions were written, the references to them were not, because of {cause}"),
            ]
        );
        assert_eq!(
            messages("variables.tf", &[NotReplaced; 3])[0],
            "not written, because of variables.tf: cannot be written: the disk is full"
        );
    }
}
