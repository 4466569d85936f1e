//! The folders of Terraform files, and the local modules that they call.

use std::path::{Component, Path, PathBuf};

use cfn_ipfix::terraform::{ModuleFile, is_module_file};

use crate::arguments::Arguments;

/// A Terraform file with its path.
pub(crate) struct PathAndFile<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    pub(crate) file: ModuleFile,
}

/// Returns the folder of a Terraform file; `None` for a file of another language.
pub(crate) fn folder(path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let is_terraform = is_module_file(&path.file_name()?.to_string_lossy());
    is_terraform.then(|| normalized(path.parent().unwrap_or(Path::new(""))))
}

/// Returns the files of a module, sorted by name as Terraform reads them.
pub(crate) fn files<'a>(arguments: &'a Arguments, module: &Path) -> Vec<PathAndFile<'a>> {
    let given = arguments.files.iter().map(|file| (file, true));
    let context = arguments
        .context
        .iter()
        .filter(|(path, _)| !arguments.files.contains_key(*path));
    let all = given.chain(context.map(|file| (file, false)));
    let own = all.filter(|((path, _), _)| folder(path).as_deref() == Some(module));
    let mut files: Vec<_> = own
        .map(|((path, text), may_change)| PathAndFile {
            path,
            text,
            file: ModuleFile {
                name: Path::new(path)
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                text: Some(text.as_str().into()),
                may_change,
                options: arguments.options(Path::new(path)),
            },
        })
        .collect();
    files.sort_by(|left, right| left.file.name.cmp(&right.file.name));
    files
}

/// Returns the files of the local module that `source` names, if the caller passed any.
pub(crate) fn child(arguments: &Arguments, module: &Path, source: &str) -> Option<Vec<ModuleFile>> {
    let files = files(arguments, &normalized(&module.join(source)));
    (!files.is_empty()).then(|| files.into_iter().map(|file| file.file).collect())
}

/// Removes `.` and resolves `..` without looking at a disk.
fn normalized(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normalized.components().next_back(), Some(Component::Normal(_))) => {
                normalized.pop();
            }
            part => normalized.push(part),
        }
    }
    normalized
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_normalized() {
        for (path, expected) in [
            ("main.tf", Some("")),
            ("./main.tf", Some("")),
            ("a/./b/../main.tf.json", Some("a")),
            ("../x/main.tofu", Some("../x")),
            ("/a/../main.tf", Some("/")),
            ("a/t.yaml", None),
            ("a/.main.tf", None),
        ] {
            assert_eq!(folder(path).as_deref(), expected.map(Path::new), "{path}");
        }
    }
}
