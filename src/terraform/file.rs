//! The files of a module.

use std::sync::Arc;

use super::json::JsonFile;
use crate::hcl::{self, Body, HclFile};
use crate::rules::Options;
use crate::text::{File, FileId, LineIndex};
use crate::yaml;

/// A file of a Terraform module.
#[derive(Clone, Debug)]
pub struct ModuleFile {
    /// The file name without its folder, which decides the syntax.
    pub name: String,
    /// The source; `None` if the file cannot be read.
    pub text: Option<Arc<str>>,
    /// True if fixes may edit the file.
    pub may_change: bool,
    /// The options for findings in the file.
    pub options: Options,
}

/// A file that was parsed.
#[derive(Debug)]
pub(super) struct ParsedFile {
    /// The file.
    pub(super) file: File,
    /// The content.
    pub(super) content: Content,
    /// True if Terraform merges it into the others after reading all of them.
    pub(super) is_override: bool,
}

/// The content of a file.
#[derive(Debug)]
pub(super) enum Content {
    /// HCL.
    Hcl(HclFile),
    /// JSON.
    Json(Box<JsonFile>),
    /// A file that cannot be parsed.
    Invalid(SyntaxError),
    /// A file that Terraform does not load.
    Ignored,
}

/// The error for a file that is neither HCL nor JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// It is not HCL.
    #[error(transparent)]
    Hcl(#[from] hcl::SyntaxError),
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] yaml::SyntaxError),
}

/// The names of files that Terraform and OpenTofu load.
const EXTENSIONS: [&str; 4] = [".tf", ".tf.json", ".tofu", ".tofu.json"];

/// Returns whether Terraform or OpenTofu loads a file with this name.
///
/// See `parser_config_dir.go` of hashicorp/terraform: hidden files and backups of editors are ignored.
pub fn is_module_file(name: &str) -> bool {
    let is_backup = name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
    !name.starts_with('.') && !is_backup && EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

/// Returns whether this is the name of an override file.
///
/// <https://developer.hashicorp.com/terraform/language/files/override>
fn is_override(name: &str) -> bool {
    let stem = EXTENSIONS
        .iter()
        .rev()
        .find_map(|extension| name.strip_suffix(extension));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// Returns whether a file of the module hides the one with this name.
///
/// OpenTofu ignores `main.tf` next to `main.tofu`: <https://opentofu.org/docs/language/files/>.
pub(super) fn is_hidden(name: &str, files: &[ModuleFile]) -> bool {
    let tofu = match (name.strip_suffix(".tf"), name.strip_suffix(".tf.json")) {
        (Some(stem), _) => format!("{stem}.tofu"),
        (None, Some(stem)) => format!("{stem}.tofu.json"),
        (None, None) => return false,
    };
    files.iter().any(|other| other.name == tofu)
}

/// Returns whether only OpenTofu reads a file with this name: <https://opentofu.org/docs/language/files/>.
pub(super) fn is_of_opentofu(name: &str) -> bool {
    name.ends_with(".tofu") || name.ends_with(".tofu.json")
}

/// Returns whether the syntax of a file is JSON.
pub(super) fn is_json(name: &str) -> bool {
    name.ends_with(".json")
}

impl ParsedFile {
    /// Parses a file with this name.
    pub(super) fn parse(file: &File, name: &str) -> Self {
        let content = if is_json(name) {
            JsonFile::parse(file).map_or_else(
                |error| Content::Invalid(error.into()),
                |file| Content::Json(Box::new(file)),
            )
        } else {
            HclFile::parse(file).map_or_else(|error| Content::Invalid(error.into()), Content::Hcl)
        };
        Self {
            file: file.clone(),
            content,
            is_override: is_override(name),
        }
    }

    /// Returns a file that Terraform does not load.
    pub(super) fn ignored(file: &File) -> Self {
        Self {
            file: file.clone(),
            content: Content::Ignored,
            is_override: false,
        }
    }

    /// Returns the number of the file.
    pub(super) fn id(&self) -> FileId {
        self.file.id
    }

    /// Returns the source.
    pub(super) fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns the content, if it was parsed.
    pub(super) fn body(&self) -> Option<&Body> {
        match &self.content {
            Content::Hcl(file) => Some(file.body()),
            Content::Json(file) => Some(file.body()),
            Content::Invalid(_) | Content::Ignored => None,
        }
    }

    /// Returns the error, if the file cannot be parsed.
    pub(super) fn error(&self) -> Option<&SyntaxError> {
        match &self.content {
            Content::Invalid(error) => Some(error),
            Content::Hcl(_) | Content::Json(_) | Content::Ignored => None,
        }
    }

    /// Returns the lines, if the file was parsed.
    pub(super) fn lines(&self) -> Option<&LineIndex> {
        match &self.content {
            Content::Hcl(file) => Some(file.lines()),
            Content::Json(file) => Some(file.yaml().lines()),
            Content::Invalid(_) | Content::Ignored => None,
        }
    }
}
