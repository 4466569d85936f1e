//! The arguments that override files replace, whose values in other files do not count.
//!
//! <https://developer.hashicorp.com/terraform/language/files/override>

use std::collections::{HashMap, HashSet};

use super::file::ParsedFile;
use super::source::{ParsedModule, address_of_block};

/// The arguments and kinds of blocks that override files replace, by the addresses of their resources, and the local
/// values.
#[derive(Debug)]
pub(super) struct Overridden<'s> {
    keys: HashMap<String, HashSet<&'s str>>,
    /// The addresses of the local values.
    locals: HashSet<String>,
}

impl<'s> Overridden<'s> {
    pub(super) fn of(module: &'s ParsedModule) -> Self {
        let files = module.files.iter().filter(|file| file.is_override);
        let blocks = || files.clone().filter_map(ParsedFile::body).flat_map(|body| &body.blocks);
        let mut keys: HashMap<_, HashSet<_>> = HashMap::new();
        for block in blocks().filter(|block| ["resource", "data"].contains(&block.block_type.text.as_str())) {
            let Some(address) = address_of_block(block) else {
                continue;
            };
            let attributes = block.body.attributes.iter().map(|attribute| &attribute.key);
            let blocks = block.body.blocks.iter().map(|inner| match inner.labels.first() {
                Some(label) if inner.block_type.text == "dynamic" => label,
                _ => &inner.block_type,
            });
            let replaced = attributes.chain(blocks).map(|word| word.text.as_str());
            keys.entry(address).or_default().extend(replaced);
        }
        let locals = blocks().filter(|block| block.block_type.text == "locals");
        let locals = locals.flat_map(|block| &block.body.attributes);
        Self {
            keys,
            locals: locals.map(|local| format!("local.{}", local.key.text)).collect(),
        }
    }

    /// Returns whether an argument or a kind of block of a resource is replaced.
    pub(super) fn has(&self, address: &str, key: &str) -> bool {
        self.keys.get(address).is_some_and(|keys| keys.contains(key))
    }

    /// Returns whether a local value is replaced.
    pub(super) fn has_local(&self, address: &str) -> bool {
        self.locals.contains(address)
    }

    /// Returns whether anything of a resource is replaced.
    pub(super) fn has_any_of(&self, address: &str) -> bool {
        self.keys.contains_key(address)
    }
}
