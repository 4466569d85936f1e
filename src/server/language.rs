//! The language of a document, by its name and by what the editor says.

use std::path::Path;

use crate::config;
use crate::files::{FileLanguage, is_checked_in_folders};

/// The language of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocumentLanguage {
    /// A file that may be a template.
    Yaml,
    /// A template, as the editor says.
    CloudFormation,
    Terraform,
    /// A configuration of this tool.
    Configuration,
}

impl DocumentLanguage {
    /// Returns the language of a document; `None` if it is none that is checked.
    ///
    /// The names of files decide as they do on the command line. The language that the editor names decides for all
    /// other files.
    pub(super) fn of(path: &Path, language_id: &str) -> Option<Self> {
        if path.file_name().is_some_and(|name| name == config::FILE_NAME) {
            return Some(Self::Configuration);
        }
        match FileLanguage::of(path) {
            FileLanguage::Terraform => return Some(Self::Terraform),
            FileLanguage::Skipped(_) => return None,
            FileLanguage::CloudFormation => {}
        }
        // Vim joins languages by dots, as in `yaml.cloudformation`.
        let is_any = |ids: &[&str]| language_id.split(['.', '-']).any(|id| ids.contains(&id));
        match language_id {
            "terraform" | "opentofu" | "tofu" => Some(Self::Terraform),
            _ if is_any(&["cloudformation", "cfn"]) => Some(Self::CloudFormation),
            _ if is_any(&["yaml", "json", "jsonc"]) || is_checked_in_folders(path) => Some(Self::Yaml),
            _ => None,
        }
    }
}
