//! Values that pass from one template to another: which files are related, and what each hands to the others.

mod groups;
mod links;
mod location;

pub use groups::groups;
pub use links::{FileLinks, SharedName, TemplateLocation};
pub use location::ProjectPaths;
