use std::path::{Path, PathBuf};

use super::replace_error::ReplaceError;
use super::staged::{Staged, check_unchanged};

/// The new content of one of several files that are replaced together.
#[derive(Clone, Copy, Debug)]
pub struct Replacement<'c> {
    /// The path of the file.
    pub path: &'c Path,
    /// The content that was read.
    pub before: &'c str,
    /// The old content with nothing but the additions, to which other files may refer; `None` if there are none.
    pub added: Option<&'c str>,
    /// The new content.
    pub after: &'c str,
    /// A number greater than those of files to whose additions this one's additions refer.
    pub order: usize,
}

/// A file on which the new content of others depends.
#[derive(Clone, Copy, Debug)]
pub struct Unchanged<'c> {
    /// The path of the file.
    pub path: &'c Path,
    /// The content that was read.
    pub text: &'c str,
}

/// The reason that files were not all replaced.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", .path.display())]
pub struct ReplaceTogetherError {
    /// The path of the file that could not be replaced or has changed.
    pub path: PathBuf,
    /// The reason.
    pub error: ReplaceError,
    /// The state of each file, in the order of the replacements.
    pub progress: Vec<Progress>,
}

/// The state of a file that is replaced together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It has its old content.
    NotReplaced,
    /// It has the additions, and no reference to any.
    Added,
    /// It has its new content.
    Replaced,
}

/// Replaces files whose new contents depend on each other.
///
/// All new contents are prepared, and all old ones compared, before the first file is replaced. Each file is replaced as
/// [`replace`](super::replace()) does. The order keeps every reference valid, so that the files are consistent after
/// each step: a file with additions comes before files that only refer to them. If several files have additions and new
/// references, they are replaced twice: first by the old content with the additions.
///
/// # Errors
///
/// If a file cannot be replaced, or no longer has the content that was read. Files that were replaced before that stay
/// so; another run replaces the others.
pub fn replace_together(
    replacements: &[Replacement<'_>],
    unchanged: &[Unchanged<'_>],
) -> Result<(), ReplaceTogetherError> {
    let mut progress = vec![Progress::NotReplaced; replacements.len()];
    let failed = replace_all(replacements, unchanged, &mut progress);
    failed.map_err(|(path, error)| ReplaceTogetherError {
        path: path.to_owned(),
        error,
        progress,
    })
}

/// The number of prepared files that stay locked.
///
/// Locked files are open, and a system limits the number of open files. The first files are enough to notice another run
/// over the same files.
const MAX_LOCKED: usize = 256;

/// One replacement of one file.
struct Step<'c> {
    index: usize,
    file: Replacement<'c>,
    part: Part,
}

/// The part of a file's changes that a step makes.
#[derive(Clone, Copy)]
enum Part {
    Whole,
    Additions,
    References,
}

type Failure<'c> = (&'c Path, ReplaceError);

fn replace_all<'c>(
    replacements: &[Replacement<'c>],
    unchanged: &[Unchanged<'c>],
    progress: &mut [Progress],
) -> Result<(), Failure<'c>> {
    let mut staged = Vec::new();
    for step in steps(replacements) {
        let mut new = step.stage().map_err(|error| (step.file.path, error))?;
        if staged.len() >= MAX_LOCKED {
            new.close();
        }
        staged.push((step, new));
    }
    let originals = replacements.iter().map(|file| (file.path, file.before));
    let others = unchanged.iter().map(|file| (file.path, file.text));
    for (path, text) in originals.chain(others) {
        check_unchanged(path, text).map_err(|error| (path, error))?;
    }
    for (step, new) in staged {
        new.commit().map_err(|error| (step.file.path, error))?;
        if let Some(progress) = progress.get_mut(step.index) {
            *progress = step.progress();
        }
    }
    Ok(())
}

/// Returns the replacements of single files, in an order in which each result is consistent.
fn steps<'c>(replacements: &[Replacement<'c>]) -> Vec<Step<'c>> {
    let step = |index: usize, part| {
        let file = replacements.get(index).copied()?;
        Some(Step { index, file, part })
    };
    let of = |wanted: &[Kind]| {
        let files = replacements.iter().enumerate();
        let files = files.filter(|(_, file)| wanted.contains(&file.kind()));
        files.map(|(index, file)| (index, file.kind())).collect::<Vec<_>>()
    };
    let mut adding = of(&[Kind::Adds, Kind::AddsAndRefers]);
    let order = |index: usize| replacements.get(index).map(|file| file.order);
    adding.sort_by_key(|(index, kind)| (order(*index), *kind == Kind::AddsAndRefers));
    let both = of(&[Kind::AddsAndRefers]);
    // The references of the only file with both are to its own additions, or to those of files that are replaced before.
    let is_last = adding.last().is_some_and(|(_, kind)| *kind == Kind::AddsAndRefers);
    let is_split = both.len() > 1 || !is_last;
    let additions = adding.iter().map(|(index, kind)| match kind {
        Kind::AddsAndRefers if is_split => (*index, Part::Additions),
        _ => (*index, Part::Whole),
    });
    let references = both
        .iter()
        .filter(|_| is_split)
        .map(|(index, _)| (*index, Part::References));
    let referring = of(&[Kind::Refers]);
    let referring = referring.iter().map(|(index, _)| (*index, Part::Whole));
    let parts = additions.chain(references).chain(referring);
    parts.filter_map(|(index, part)| step(index, part)).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Adds,
    AddsAndRefers,
    Refers,
}

impl<'c> Replacement<'c> {
    fn kind(&self) -> Kind {
        match self.added {
            None => Kind::Refers,
            Some(added) if added == self.after => Kind::Adds,
            Some(_) => Kind::AddsAndRefers,
        }
    }

    /// Returns the content with the additions alone.
    fn added(&self) -> &'c str {
        self.added.unwrap_or(self.before)
    }
}

impl<'c> Step<'c> {
    fn stage(&self) -> Result<Staged<'c>, ReplaceError> {
        let file = &self.file;
        match self.part {
            Part::Whole => Staged::in_set(file.path, file.before, file.after),
            Part::Additions => Staged::additions(file.path, file.before, file.added()),
            Part::References => Staged::new(file.path, file.added(), file.after),
        }
    }

    /// Returns the state of the file after the step.
    fn progress(&self) -> Progress {
        match self.part {
            Part::Whole | Part::References => Progress::Replaced,
            Part::Additions => Progress::Added,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Files with their old content, the additions and the new content.
    const FILES: [(&str, &str, Option<&str>, &str); 5] = [
        ("refers", "-", None, "b"),
        ("both", "--", Some("-+-"), "b+-"),
        ("adds", "-", Some("-+"), "-+"),
        ("both too", "--", Some("--+"), "-b+"),
        ("refers too", "-", None, "b"),
    ];

    struct Set {
        folder: tempfile::TempDir,
        paths: Vec<PathBuf>,
    }

    impl Set {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let paths = FILES.iter().map(|(name, before, ..)| {
                let path = folder.path().join(name);
                fs::write(&path, before).unwrap();
                path
            });
            let paths = paths.collect();
            Self { folder, paths }
        }

        fn replacements(&self) -> Vec<Replacement<'_>> {
            let files = self.paths.iter().zip(&FILES);
            files
                .map(|(path, &(_, before, added, after))| Replacement {
                    path,
                    before,
                    added,
                    after,
                    order: 0,
                })
                .collect()
        }

        fn texts(&self) -> Vec<String> {
            self.paths
                .iter()
                .map(|path| fs::read_to_string(path).unwrap())
                .collect()
        }

        fn assert_no_others(&self) {
            assert_eq!(fs::read_dir(self.folder.path()).unwrap().count(), FILES.len());
        }
    }

    #[test]
    fn replaces_all_files_and_leaves_no_other_file() {
        let set = Set::new();
        replace_together(&set.replacements(), &[]).unwrap();
        assert_eq!(set.texts(), FILES.map(|(.., after)| after));
        set.assert_no_others();
    }

    #[test]
    fn adds_before_it_refers() {
        let set = Set::new();
        let order = |count: usize| {
            let replacements = &set.replacements()[..count];
            let steps = steps(replacements).into_iter();
            steps
                .map(|step| (FILES[step.index].0, step.progress()))
                .collect::<Vec<_>>()
        };
        use Progress::{Added, Replaced};
        assert_eq!(order(3), [("adds", Replaced), ("both", Replaced), ("refers", Replaced)]);
        let all = [
            ("adds", Replaced),
            ("both", Added),
            ("both too", Added),
            ("both", Replaced),
            ("both too", Replaced),
            ("refers", Replaced),
            ("refers too", Replaced),
        ];
        assert_eq!(order(5), all);
    }

    /// The file with only additions refers to an addition of the other one.
    #[test]
    fn adds_in_the_given_order() {
        let set = Set::new();
        let mut replacements = set.replacements();
        replacements.truncate(3);
        for file in &mut replacements {
            file.order = usize::from(file.path.ends_with("adds"));
        }
        let steps = steps(&replacements).into_iter();
        let steps: Vec<_> = steps.map(|step| (FILES[step.index].0, step.progress())).collect();
        use Progress::{Added, Replaced};
        let expected = [
            ("both", Added),
            ("adds", Replaced),
            ("both", Replaced),
            ("refers", Replaced),
        ];
        assert_eq!(steps, expected);
    }

    #[test]
    fn replaces_nothing_if_a_file_changed() {
        for name in ["refers", "both", "adds", "other"] {
            let set = Set::new();
            let other = set.folder.path().join("other");
            fs::write(&other, "as it was").unwrap();
            let changed = set.folder.path().join(name);
            fs::write(&changed, "changed").unwrap();
            let before = set.texts();
            let unchanged = Unchanged {
                path: &other,
                text: "as it was",
            };
            let error = replace_together(&set.replacements(), &[unchanged]).unwrap_err();
            assert!(matches!(error.error, ReplaceError::Changed), "{name}: {error}");
            assert_eq!(error.path, changed);
            assert_eq!(error.progress, [Progress::NotReplaced; 5], "{name}");
            assert_eq!(set.texts(), before);
            fs::remove_file(other).unwrap();
            set.assert_no_others();
        }
    }

    #[test]
    fn removes_additions_of_a_killed_run() {
        let set = Set::new();
        for name in ["both", "adds"] {
            fs::write(set.folder.path().join(format!(".{name}.added.cfn-ipfix")), "+").unwrap();
        }
        replace_together(&set.replacements(), &[]).unwrap();
        set.assert_no_others();
    }

    #[cfg(unix)]
    #[test]
    fn replaces_nothing_if_a_file_is_read_only() {
        use std::os::unix::fs::PermissionsExt;
        let set = Set::new();
        fs::set_permissions(&set.paths[4], fs::Permissions::from_mode(0o444)).unwrap();
        let error = replace_together(&set.replacements(), &[]).unwrap_err();
        assert!(matches!(error.error, ReplaceError::ReadOnly), "{error}");
        assert_eq!(error.path, set.paths[4]);
        assert_eq!(set.texts(), FILES.map(|(_, before, ..)| before));
        set.assert_no_others();
    }

    /// A file that cannot be replaced by another one is written in place.
    #[cfg(unix)]
    #[test]
    fn writes_files_with_other_names_in_place() {
        use std::os::unix::fs::MetadataExt;
        let set = Set::new();
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        let other = tempfile::tempdir().unwrap();
        for (name, path) in ["a", "b"].into_iter().zip(&set.paths[1..3]) {
            fs::hard_link(path, other.path().join(name)).unwrap();
        }
        replace_together(&set.replacements(), &[]).unwrap();
        assert_eq!(set.texts(), FILES.map(|(.., after)| after));
        assert_eq!(inode(&other.path().join("a")), inode(&set.paths[1]));
        set.assert_no_others();
    }

    #[test]
    fn replaces_more_files_than_it_locks() {
        let folder = tempfile::tempdir().unwrap();
        let paths = (0..MAX_LOCKED + 50).map(|number| folder.path().join(number.to_string()));
        let paths: Vec<_> = paths.collect();
        for path in &paths {
            fs::write(path, "before").unwrap();
        }
        let replacements = paths.iter().map(|path| Replacement {
            order: 0,
            path,
            before: "before",
            added: None,
            after: "after",
        });
        replace_together(&replacements.collect::<Vec<_>>(), &[]).unwrap();
        assert!(paths.iter().all(|path| fs::read_to_string(path).unwrap() == "after"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), paths.len());
    }
}
