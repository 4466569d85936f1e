//! The uses of resources, modules and local values.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::address::{address_in_reference, address_of};
use super::declarations::Declarations;
use super::resolve::{LocalUse, local_use};
use super::source::{Declared, of_body};
use crate::hcl::{Body, Expr};
use crate::model::{ResourceId, Use};

impl<'s> Declarations<'s> {
    /// Returns the uses of other declarations.
    pub(super) fn uses(&self, declared: &Declared<'s>) -> Arc<[Use]> {
        let mut seen = HashSet::new();
        let mut uses = Vec::new();
        let mut add = |address: &str, is_value: bool| {
            // A role that is not declared means the profile with its label, which a fix refers to.
            let target = self.resource(address).or_else(|| self.meant_profile(address));
            if let Some(target) = target
                && seen.insert((target, is_value))
            {
                uses.push(Use {
                    target,
                    is_value,
                    guards: Vec::new(),
                });
            }
        };
        for (key, traversal) in declared.traversals() {
            if let Some((address, _)) = address_of(traversal) {
                add(&address, key != "depends_on");
            }
        }
        for reference in declared.body().into_iter().flat_map(quoted_references) {
            address_in_reference(reference)
                .iter()
                .for_each(|address| add(address, false));
        }
        uses.into()
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
