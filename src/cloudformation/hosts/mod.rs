//! The documents in which templates are written, one file for each kind.

mod beanstalk;
mod host;
mod hosted;
mod inner_template;
mod modules;
mod serverless;
mod state_machine;
mod template;

use super::slots::SlotScan;
use super::template::Template;
use crate::model::Unchecked;
use crate::yaml::{Node, YamlFile};

pub(super) use beanstalk::template_of as folder_template;
pub use beanstalk::{is_shared_folder, shares_folder};
use host::{Host, NotRead};
pub(super) use hosted::{HostedTemplate, Settings};

/// The kinds of documents; the first one that fits a document reads it.
static HOSTS: [Host; 6] = [
    beanstalk::HOST,
    template::HOST,
    serverless::HOST,
    inner_template::HOST,
    state_machine::HOST,
    modules::HOST,
];

/// Returns the template in a document.
pub(super) fn template_in(root: Node<'_>) -> Option<HostedTemplate<'_>> {
    HOSTS.iter().find_map(|host| (host.template)(root))
}

/// Finds the slots of a template that are not in properties of the tables.
pub(super) fn find_slots<'d>(template: &Template<'d>, scan: &mut SlotScan<'d>) {
    HOSTS.iter().for_each(|host| (host.slots)(template, scan));
}

/// The documents in the scalars of a file.
#[derive(Debug, Default)]
pub(super) struct Documents {
    /// The parsed documents.
    pub(super) parsed: Vec<YamlFile>,
    /// The documents that cannot be read, with the reasons.
    pub(super) unread: Vec<Unchecked>,
}

/// The limit of the bytes that are parsed for the documents in the scalars of a file.
///
/// Each document is parsed with the file up to its end.
const MAX_BYTES: usize = 1 << 24;

/// Parses the documents in the scalars of a file.
pub(super) fn documents_in(file: &YamlFile) -> Documents {
    let mut documents = Documents::default();
    let mut room = MAX_BYTES;
    for document in HOSTS.iter().flat_map(|host| (host.documents)(file)) {
        let scalar = document.source.scalar;
        let part = u32::try_from(documents.parsed.len() + 1).unwrap_or(u32::MAX);
        room = room.saturating_sub(scalar.span().end());
        let parsed = match room {
            0 => Err(NotRead::TooMany),
            _ => document.parse(part),
        };
        match parsed {
            Ok(Some(parsed)) => {
                documents.unread.extend(inside(&parsed));
                documents.parsed.push(parsed);
            }
            Ok(None) => {}
            Err(reason) => {
                let name = document
                    .name
                    .or_else(|| reason.is_of_template().then(|| "the template in a string".to_owned()));
                documents.unread.extend(name.map(|name| Unchecked {
                    place: scalar.place(),
                    origin: name.clone(),
                    message: format!("{name} cannot be read: {reason}"),
                }));
            }
        }
    }
    documents
}

/// Reports the documents in the scalars of a document that is itself in one.
fn inside(document: &YamlFile) -> Vec<Unchecked> {
    let inner = HOSTS.iter().flat_map(|host| (host.documents)(document));
    let reported = inner.map(|inner| Unchecked {
        place: inner.source.scalar.place(),
        origin: "string in a string".to_owned(),
        message: "a document in a string, in another document in a string, is not analysed".to_owned(),
    });
    reported.collect()
}
