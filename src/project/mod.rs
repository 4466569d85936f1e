//! Values that pass from one template to another: which files are related, and what each hands to the others.

mod ends;
mod flows;
mod groups;
mod hints;
mod links;
mod location;
mod namesakes;
mod nested;
mod search;
mod union_find;
mod want;

pub use ends::{ImportEnd, OutputEnd, ParameterEnd, PassedEnd, SlotEnd, StackEnd, TemplateEnds, ValueEnd};
pub use flows::{Flows, Given, Hop};
pub use hints::{FileHints, MentionedNames, Signs};
pub use links::{FileLinks, SharedName, TemplateLocation};
pub use location::ProjectPaths;
pub use namesakes::Namesakes;
pub use nested::{Link, Target};
pub use search::{GroupSearch, UnparsedFile};
pub use want::Want;
