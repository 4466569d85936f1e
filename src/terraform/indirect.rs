//! Uses that are not in the block of a resource: in its provider, in override files and in imports.

use std::collections::HashMap;

use super::address::address_of;
use super::declarations::Declarations;
use super::file::ParsedFile;
use super::source::{Declared, DeclaredContent, address_of_block};
use super::uses::{addresses_in, addresses_of};
use crate::hcl::Block;
use crate::model::ResourceId;

/// The resources that others may wait for, although their blocks do not refer to them.
///
/// Each of these uses leads from a resource to another one in Terraform's graph:
/// <https://developer.hashicorp.com/terraform/internals/graph>.
#[derive(Default)]
pub(super) struct IndirectUses {
    /// The resources in override files and in imports, by the address of their user.
    of_addresses: HashMap<String, Vec<ResourceId>>,
    /// The resources in the configuration of providers, by the name of the provider with its alias.
    of_providers: HashMap<String, Vec<ResourceId>>,
}

impl IndirectUses {
    /// Reads all blocks of a module that are no declarations themselves.
    pub(super) fn of(declarations: &Declarations<'_>) -> Self {
        let mut indirect = Self::default();
        for file in &declarations.module.files {
            for block in file.body().into_iter().flat_map(|body| &body.blocks) {
                indirect.add(block, file, declarations);
            }
        }
        indirect
    }

    /// Returns the resources for which a declaration may wait besides those that it uses.
    pub(super) fn by(&self, declared: &Declared<'_>, declarations: &Declarations<'_>) -> Vec<ResourceId> {
        let own = self.of_addresses.get(declared.address).into_iter().flatten();
        let own = own.copied();
        let of_providers = match declared.content {
            _ if self.of_providers.is_empty() => Vec::new(),
            DeclaredContent::Resource(..) | DeclaredContent::Data(..) => declarations
                .provider_name(declared)
                .and_then(|name| self.of_providers.get(&name).cloned())
                .unwrap_or_default(),
            // A module may use any provider of its caller.
            DeclaredContent::Call(_) => self.of_providers.values().flatten().copied().collect(),
            DeclaredContent::Local(_) => Vec::new(),
        };
        let itself = declarations.resource(declared.address);
        let all = own.chain(of_providers);
        all.filter(|used| Some(*used) != itself).collect()
    }

    fn add(&mut self, block: &Block, file: &ParsedFile, declarations: &Declarations<'_>) {
        let resources = |addresses: Vec<(String, bool)>| -> Vec<_> {
            let used = addresses.iter().filter_map(|(address, _)| declarations.used(address));
            used.collect()
        };
        match block.block_type.text.as_str() {
            "provider" => {
                let Some(provider) = block.labels.first() else { return };
                let alias = block.body.attribute("alias").and_then(|alias| alias.value.text());
                let name = match alias {
                    Some(alias) => format!("{}.{alias}", provider.text),
                    None => provider.text.clone(),
                };
                let used = resources(addresses_in(&block.body));
                if !used.is_empty() {
                    self.of_providers.entry(name).or_default().extend(used);
                }
            }
            "import" => {
                let to = block.body.attribute("to").and_then(|to| to.value.traversal());
                if let Some((address, _)) = to.and_then(address_of) {
                    let used = resources(addresses_in(&block.body));
                    self.of_addresses.entry(address).or_default().extend(used);
                }
            }
            "locals" if file.is_override => {
                for local in &block.body.attributes {
                    let address = format!("local.{}", local.key.text);
                    let used = resources(addresses_of(&local.key.text, &local.value));
                    self.of_addresses.entry(address).or_default().extend(used);
                }
            }
            _ if file.is_override => {
                if let Some(address) = address_of_block(block) {
                    let used = resources(addresses_in(&block.body));
                    self.of_addresses.entry(address).or_default().extend(used);
                }
            }
            _ => {}
        }
    }
}
