//! The uses of resources, modules and local values.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::address::{address_in_reference, address_of};
use super::declarations::Declarations;
use super::resolve::{LocalUse, local_use};
use super::source::{Declared, DeclaredContent, of_body, of_expr};
use crate::hcl::{Body, Expr, Traversal};
use crate::model::{ResourceId, Use};

impl<'s> Declarations<'s> {
    /// Returns the uses of other declarations.
    pub(super) fn uses(&self, declared: &Declared<'s>) -> Arc<[Use]> {
        let mut seen = HashSet::new();
        let mut uses = Vec::new();
        let addresses = match declared.content {
            DeclaredContent::Resource(_, block) | DeclaredContent::Data(_, block) | DeclaredContent::Call(block) => {
                addresses_in(&block.body)
            }
            DeclaredContent::Local(value) => addresses_of("", value),
        };
        for (address, is_value) in addresses {
            if let Some(target) = self.used(&address)
                && seen.insert((target, is_value))
            {
                uses.push(Use {
                    target,
                    is_value,
                    guards: Vec::new(),
                });
            }
        }
        uses.into()
    }

    /// Returns the resource that a reference to this address uses.
    ///
    /// A role that is not declared means the profile with its label, which a fix refers to.
    pub(super) fn used(&self, address: &str) -> Option<ResourceId> {
        self.resource(address).or_else(|| self.meant_profile(address))
    }

    /// Returns the resources that outputs use.
    pub(super) fn used_elsewhere(&self) -> HashSet<ResourceId> {
        let blocks = self
            .module
            .files
            .iter()
            .filter_map(|file| file.body())
            .flat_map(|body| &body.blocks);
        let outputs = blocks.filter(|block| block.block_type.text == "output");
        let traversals = outputs.flat_map(|output| of_body(&output.body));
        let addresses = traversals.filter_map(|(_, traversal)| address_of(traversal));
        addresses.filter_map(|(address, _)| self.resource(&address)).collect()
    }

    /// Counts the references to each local value, in every block.
    pub(super) fn local_uses(&self) -> HashMap<LocalUse, usize> {
        let mut counts = HashMap::new();
        if self.locals.is_empty() {
            return counts;
        }
        let bodies = self.module.files.iter().filter_map(|file| file.body());
        for (_, traversal) in bodies.flat_map(of_body) {
            if let Some(used) = local_use(traversal) {
                *counts.entry(used).or_insert(0) += 1;
            }
        }
        counts
    }
}

/// Returns the addresses that a body refers to, each with `true` if as a value, not only for the order.
pub(super) fn addresses_in(body: &Body) -> Vec<(String, bool)> {
    let traversals = of_body(body).into_iter();
    let quoted = quoted_references(body).into_iter().filter_map(address_in_reference);
    let in_order = quoted.map(|address| (address, false));
    traversals.filter_map(with_address).chain(in_order).collect()
}

/// Returns the addresses that the value of a key refers to, as [`addresses_in`] does.
pub(super) fn addresses_of(key: &str, value: &Expr) -> Vec<(String, bool)> {
    of_expr(key, value).filter_map(with_address).collect()
}

fn with_address((key, traversal): (&str, &Traversal)) -> Option<(String, bool)> {
    let (address, _) = address_of(traversal)?;
    Some((address, key != "depends_on"))
}

/// Returns the strings of a resource that are references: those in JSON, and those that old versions require.
fn quoted_references(body: &Body) -> Vec<&str> {
    const TRIGGERS: &str = "replace_triggered_by";
    let in_blocks = body.blocks_of("lifecycle");
    let in_blocks = in_blocks.filter_map(|block| Some(&block.body.attribute(TRIGGERS)?.value));
    let in_json = body.attribute("lifecycle").into_iter();
    let in_json = in_json.flat_map(|attribute| attribute.value.descendants());
    let in_json = in_json.filter_map(|expr| expr.entry(TRIGGERS));
    let listed = body.attribute("depends_on").map(|attribute| &attribute.value);
    let lists = listed.into_iter().chain(in_blocks).chain(in_json);
    lists.flat_map(Expr::descendants).filter_map(Expr::text).collect()
}
