//! The language of a file, by its name.

use std::fmt;
use std::path::Path;

use crate::cloudformation::shares_folder;
use crate::terraform::is_module_file;

/// The language of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileLanguage {
    /// A file that may have templates.
    CloudFormation,
    /// A file of a Terraform module.
    Terraform,
    /// A file of another kind.
    Skipped(SkipReason),
}

/// The reason why a file is skipped, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SkipReason {
    /// It has the values of Terraform variables.
    Variables,
    /// It is a test of a Terraform module.
    ModuleTest,
    /// It is a configuration of Terragrunt.
    Terragrunt,
    /// It is another file in HCL.
    OtherHcl,
    /// It is hidden or a copy that an editor made, which Terraform ignores.
    Ignored,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Variables => "it has the values of Terraform variables, and no resources",
            Self::ModuleTest => "it is a test of a Terraform module, not a part of it",
            Self::Terragrunt => "it is a configuration of Terragrunt, and has no resources",
            Self::OtherHcl => {
                "it is not a part of a Terraform module, whose files end in .tf, .tf.json, .tofu or .tofu.json"
            }
            Self::Ignored => "Terraform ignores files with such a name",
        })
    }
}

/// The extensions of templates that are checked in folders, in lower case.
const TEMPLATES: [&str; 5] = ["yaml", "yml", "json", "template", "cfn"];

/// The extensions of Terraform files.
///
/// Names that end in `.tf.json` or `.tofu.json` are Terraform files too.
const TERRAFORM: [&str; 2] = ["tf", "tofu"];

/// Names of files for Terraform and Terragrunt that are not in a module.
///
/// A name ends in one of these endings.
const SKIPPED: [(&[&str], SkipReason); 4] = [
    (&[".tfvars", ".tfvars.json"], SkipReason::Variables),
    (
        &[".tftest.hcl", ".tftest.json", ".tofutest.hcl", ".tofutest.json"],
        SkipReason::ModuleTest,
    ),
    (&["terragrunt.hcl"], SkipReason::Terragrunt),
    (&[".hcl"], SkipReason::OtherHcl),
];

impl FileLanguage {
    /// Returns the language of a file that the user names.
    ///
    /// It is CloudFormation unless the name says otherwise.
    pub fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default();
        if !may_be_for_terraform(name.as_encoded_bytes()) {
            return Self::CloudFormation;
        }
        let name = name.to_string_lossy();
        let ends_in = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let skipped = SKIPPED.iter().find(|(endings, _)| ends_in(endings));
        match skipped {
            _ if is_module_file(&name) => Self::Terraform,
            Some((_, reason)) => Self::Skipped(*reason),
            None if is_ignored_by_terraform(&name) => Self::Skipped(SkipReason::Ignored),
            None => Self::CloudFormation,
        }
    }

    /// Returns the extensions of all files that are checked in folders.
    pub fn extensions() -> impl Iterator<Item = &'static str> {
        TEMPLATES.into_iter().chain(TERRAFORM)
    }
}

/// Returns whether a file in a folder is checked, by its name.
pub fn is_checked_in_folders(path: &Path) -> bool {
    match FileLanguage::of(path) {
        FileLanguage::CloudFormation => has_extension(path, &TEMPLATES) || shares_folder(path),
        FileLanguage::Terraform => true,
        FileLanguage::Skipped(_) => false,
    }
}

/// Returns whether a folder has copies that a tool made of other modules.
pub fn is_cache(folder: &Path) -> bool {
    folder.ends_with(".terraform") || folder.ends_with(".terragrunt-cache")
}

/// Returns whether a name may have an extension of Terraform, of which each has one of these pairs.
///
/// Few names of a folder do.
fn may_be_for_terraform(name: &[u8]) -> bool {
    let is_sign = |pair: &[u8]| {
        let signs: [&[u8]; 3] = [b"tf", b"fu", b"hc"];
        signs.iter().any(|sign| pair.eq_ignore_ascii_case(sign))
    };
    name.windows(2).any(is_sign)
}

/// Returns whether a file looks like one of a module, but is hidden or a copy that an editor made.
fn is_ignored_by_terraform(name: &str) -> bool {
    let name = name.trim_matches(['~', '#']).to_lowercase();
    let name = name.strip_suffix(".json").unwrap_or(&name);
    has_extension(Path::new(&format!("_{name}")), &TERRAFORM)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

#[cfg(test)]
mod tests {
    use super::FileLanguage::{CloudFormation, Skipped, Terraform};
    use super::SkipReason::{Ignored, ModuleTest, OtherHcl, Terragrunt, Variables};
    use super::*;

    #[test]
    fn the_name_decides_the_language() {
        for name in ["main.tf", "a/b.tf.json", "x.tofu", "x.tofu.json", "a.b.tf"] {
            assert_eq!(FileLanguage::of(Path::new(name)), Terraform, "{name}");
        }
        for name in ["t.yaml", "t.json", "stdin", "tf", "README.md", "tf.json", ".yaml"] {
            assert_eq!(FileLanguage::of(Path::new(name)), CloudFormation, "{name}");
        }
        for (name, reason) in [
            ("terraform.tfvars", Variables),
            ("a.tfvars.json", Variables),
            ("a.tftest.hcl", ModuleTest),
            ("a/terragrunt.hcl", Terragrunt),
            (".terraform.lock.hcl", OtherHcl),
            (".main.tf", Ignored),
            ("main.tf~", Ignored),
            ("#main.tf#", Ignored),
            ("MAIN.TF", Ignored),
            (".main.tf.json", Ignored),
        ] {
            assert_eq!(FileLanguage::of(Path::new(name)), Skipped(reason), "{name}");
            assert!(!is_checked_in_folders(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn folders_have_templates_and_terraform_files() {
        for (name, expected) in [
            ("t.YAML", true),
            ("t.json", true),
            ("main.tf", true),
            ("main.tofu.json", true),
            ("notes.txt", false),
            ("stdin", false),
        ] {
            assert_eq!(is_checked_in_folders(Path::new(name)), expected, "{name}");
        }
    }
}
