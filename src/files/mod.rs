//! Finds, reads and replaces files, whatever their content. Their names decide their language.

mod identity;
mod language;
mod list;
mod module_folder;
mod open_files;
mod read;
mod read_buffer;
mod replace;
mod replace_error;
mod replace_together;
mod replaceable;
mod repository;
mod staged;
mod temp_sibling;
mod walk;
mod write;

pub use identity::Identity;
pub use language::{FileLanguage, SkipReason, is_cache, is_checked_in_folders};
pub use list::read_list;
pub use module_folder::{LocalModules, ModuleFolder, ModuleSource};
pub use open_files::{OpenFiles, normalized};
pub use read::{Input, ReadError, Unreadable, decode};
pub use read_buffer::ReadBuffer;
pub use replace::replace;
pub use replace_error::ReplaceError;
pub use replace_together::{Progress, ReplaceTogetherError, Replacement, Unchanged, replace_together};
pub use replaceable::has_other_names;
pub use repository::Repositories;
pub use temp_sibling::TempSiblingError;
pub use walk::{FoundFile, WalkError, Walker};
pub use write::write;
