//! Uses that are not in the block of a resource: in its provider, in override files and in imports.

use std::collections::HashMap;

use super::address::{address_in_reference, address_of};
use super::declarations::Declarations;
use super::file::ParsedFile;
use super::source::{Declared, DeclaredContent, address_of_block};
use super::uses::{addresses_in, addresses_of};
use crate::hcl::{Block, Expr, ExprKind};
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
    /// Reads the providers and imports of a module, and the blocks of its override files.
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
        let providers = match declared.content {
            _ if self.of_providers.is_empty() => Vec::new(),
            DeclaredContent::Resource(..) | DeclaredContent::Data(..) => {
                declarations.provider_name(declared).into_iter().collect()
            }
            DeclaredContent::Call(call) => given_providers(call),
            DeclaredContent::Local(_) => Vec::new(),
        };
        let of_providers = providers.iter().filter_map(|name| self.of_providers.get(name));
        let itself = declarations.resource(declared.address);
        let all = own.chain(of_providers.flatten().copied());
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
                let to = block.body.attribute("to").map(|to| &to.value);
                // In JSON, it is a text.
                let in_text = || to?.text().and_then(address_in_reference);
                let address = to.and_then(|to| Some(address_of(to.traversal()?)?.0));
                if let Some(address) = address.or_else(in_text) {
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

/// Returns the providers that the caller of a module gives to it, with their aliases.
///
/// A module without any inherits those without an alias. Few modules use all of them, so these do not count.
///
/// <https://developer.hashicorp.com/terraform/language/meta-arguments/module-providers>
fn given_providers(call: &Block) -> Vec<String> {
    let given = call.body.attribute("providers").map(|given| &given.value.kind);
    let Some(ExprKind::Object(entries)) = given else {
        return Vec::new();
    };
    let names = entries.iter().filter_map(|(_, provider)| name_of_provider(provider));
    names.collect()
}

fn name_of_provider(provider: &Expr) -> Option<String> {
    // In JSON, it is a text.
    if let Some(text) = provider.text() {
        return Some(text.to_owned());
    }
    let traversal = provider.traversal()?;
    let name = traversal.variable()?.text.clone();
    Some(match traversal.attribute(0) {
        Some(alias) => format!("{name}.{alias}"),
        None => name,
    })
}
