//! Reads the files of a Terraform module.

use std::collections::HashMap;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::open_files::{OpenFiles, normalized};
use super::read::{Input, Unreadable, decode};
use crate::Options;
use crate::terraform::{ModuleFile, is_module_file, prefilter};

/// The files of a Terraform module.
///
/// The sources of open files are those in their editor.
pub struct ModuleFolder<'o> {
    folder: PathBuf,
    /// The files that were read, sorted by name.
    files: Vec<FolderFile>,
    open: &'o OpenFiles,
}

/// Remembers which local modules a rule may apply to, because several modules may call one.
#[derive(Default)]
pub struct LocalModules {
    may_apply: Mutex<HashMap<PathBuf, bool>>,
}

/// A file of a module, whose content may not be text.
struct FolderFile {
    name: String,
    input: Input,
    number: Option<usize>,
    content: Result<Content, Unreadable>,
}

/// The content of a file.
enum Content {
    /// The bytes on the disk.
    Read(Vec<u8>),
    /// The source in an editor.
    Open(Arc<str>),
}

/// A file of a module.
pub struct ModuleSource {
    /// The file name without its folder.
    pub name: String,
    /// The file.
    pub input: Input,
    /// The number of the input; `None` for another file of the folder.
    pub number: Option<usize>,
    /// The source.
    pub text: Result<Arc<str>, Unreadable>,
}

impl<'o> ModuleFolder<'o> {
    /// Reads Terraform files of one folder.
    pub fn of_inputs<'i>(inputs: impl IntoIterator<Item = &'i Input>, open: &'o OpenFiles) -> Self {
        let files = inputs.into_iter().enumerate().map(|(number, input)| FolderFile {
            number: Some(number),
            ..FolderFile::read(input.clone(), open)
        });
        let files = sorted(files);
        let folder = files.first().and_then(|file| file.input.name().parent());
        Self {
            folder: folder.unwrap_or(Path::new("")).to_owned(),
            files,
            open,
        }
    }

    /// Reads the other files of the folder too, because Terraform loads all of them.
    #[must_use]
    pub fn with_others(self) -> Self {
        let Self { folder, files, open } = self;
        let is_included = |name: &str| files.binary_search_by(|file| file.name.as_str().cmp(name)).is_ok();
        let others = others(&folder, open, is_included);
        Self {
            folder,
            files: sorted(files.into_iter().chain(others)),
            open,
        }
    }

    /// Reads all files of a folder, if there is one.
    pub fn of_folder(folder: PathBuf, open: &'o OpenFiles) -> Option<Self> {
        if !on_disk(&folder).is_dir() && open.names_in(&folder).next().is_none() {
            return None;
        }
        let files = sorted(others(&folder, open, |_| false));
        Some(Self { folder, files, open })
    }

    /// Returns the files of a local module below a folder, by the `source` of its call.
    ///
    /// There are none if none of them can make a difference.
    pub fn child(folder: &Path, source: &str, open: &'o OpenFiles) -> Option<Vec<ModuleSource>> {
        let child = Self::of_folder(normalized(&folder.join(source)), open)?;
        let may_apply = child.may_apply(&LocalModules::default());
        Some(if may_apply { child.sources() } else { Vec::new() })
    }

    /// Iterates over the folders of the local modules that the files may call.
    pub fn children(&self) -> impl Iterator<Item = PathBuf> {
        let files = self.files.iter().filter_map(|file| file.bytes().ok());
        let sources = files.flat_map(prefilter::local_sources);
        sources.map(|source| normalized(&self.folder.join(source)))
    }

    /// Returns the path of the folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Returns whether a rule may apply to one of the files, or to an argument of a local module.
    ///
    /// Returns `true` if a file cannot be read.
    pub fn may_apply(&self, local_modules: &LocalModules) -> bool {
        self.files
            .iter()
            .any(|file| file.bytes().map_or(true, prefilter::may_apply))
            || self.children().any(|child| local_modules.may_apply(child, self.open))
    }

    /// Decodes the files.
    pub fn sources(self) -> Vec<ModuleSource> {
        let sources = self.files.into_iter().map(|file| {
            let FolderFile {
                name,
                input,
                number,
                content,
            } = file;
            let text = content.and_then(|content| match content {
                Content::Open(text) => Ok(text),
                Content::Read(bytes) => {
                    input.check_complete()?;
                    decode(bytes).map(Arc::from)
                }
            });
            ModuleSource {
                name,
                input,
                number,
                text,
            }
        });
        sources.collect()
    }
}

impl LocalModules {
    /// Returns whether an argument of the local module in a folder may be a slot, without reading modules below it.
    fn may_apply(&self, folder: PathBuf, open: &OpenFiles) -> bool {
        let known = || self.may_apply.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(may_apply) = known().get(&folder) {
            return *may_apply;
        }
        let is_relevant =
            |bytes: &[u8]| prefilter::may_apply(bytes) || prefilter::local_sources(bytes).next().is_some();
        let child = ModuleFolder::of_folder(folder.clone(), open);
        let may_apply = child.is_none_or(|child| {
            let mut files = child.files.iter();
            files.any(|file| file.bytes().map_or(true, is_relevant))
        });
        known().insert(folder, may_apply);
        may_apply
    }
}

impl FolderFile {
    /// Reads a file.
    fn read(input: Input, open: &OpenFiles) -> Self {
        let content = match open.get(input.name()) {
            Some(text) => Ok(Content::Open(Arc::clone(text))),
            None => input.bytes().map(Content::Read),
        };
        Self {
            name: file_name(input.name()),
            input,
            number: None,
            content,
        }
    }

    fn bytes(&self) -> Result<&[u8], &Unreadable> {
        self.content.as_ref().map(|content| match content {
            Content::Read(bytes) => bytes.as_slice(),
            Content::Open(text) => text.as_bytes(),
        })
    }
}

impl ModuleSource {
    /// Returns the file for the check of its module.
    pub fn to_module_file(&self, may_change: bool, options: Options) -> ModuleFile {
        ModuleFile {
            name: self.name.clone(),
            text: self.text.as_ref().ok().cloned(),
            may_change,
            options,
        }
    }
}

fn sorted(files: impl IntoIterator<Item = FolderFile>) -> Vec<FolderFile> {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_by(|left, right| left.name.cmp(&right.name));
    files
}

/// Reads the files of a module that are not included yet.
fn others(folder: &Path, open: &OpenFiles, is_included: impl Fn(&str) -> bool) -> Vec<FolderFile> {
    let listed = match list(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        // A folder that cannot be listed may have any file.
        Err(error) => vec![("*.tf".into(), Err(error))],
    };
    let is_listed = |name: &Path| listed.iter().any(|(other, _)| other == name);
    let unsaved = open.names_in(folder).filter(|name| !is_listed(name));
    let unsaved: Vec<_> = unsaved.map(|name| (name.to_owned(), Ok(()))).collect();
    let files = listed.into_iter().chain(unsaved).filter_map(|(name, file)| {
        if is_included(&file_name(&name)) {
            return None;
        }
        let input = Input::File(folder.join(&name));
        Some(match file {
            Ok(()) => FolderFile::read(input, open),
            Err(error) => FolderFile {
                name: file_name(&name),
                input,
                number: None,
                content: Err(error.into()),
            },
        })
    });
    files.collect()
}

/// Lists the names of a folder's module files, each with the reason if it cannot be read.
fn list(folder: &Path) -> io::Result<Vec<(PathBuf, io::Result<()>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(on_disk(folder))? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        if is_module_file(&name.to_string_lossy())
            && let Some(file) = regular_file(&entry)
        {
            files.push((name, file));
        }
    }
    Ok(files)
}

/// Returns the path of a folder for the system, for which an empty path is not the working folder.
fn on_disk(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

/// Checks that an entry of a folder is a regular file; `None` for a folder.
///
/// Reading anything else, such as a pipe, might never end.
fn regular_file(entry: &DirEntry) -> Option<io::Result<()>> {
    let is_file = |kind: fs::FileType| match kind {
        kind if kind.is_dir() => None,
        kind if kind.is_file() => Some(Ok(())),
        _ => Some(Err(io::Error::other("it is not a regular file"))),
    };
    match entry.file_type() {
        Ok(kind) if kind.is_symlink() => match fs::metadata(entry.path()) {
            Ok(metadata) => is_file(metadata.file_type()),
            Err(error) => Some(Err(error)),
        },
        Ok(kind) => is_file(kind),
        Err(error) => Some(Err(error)),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
