//! Modules that a tool replaces by their resources before deployment; they are reported and not analysed.
//!
//! - Rain: <https://github.com/aws-cloudformation/rain/blob/main/docs/rain_pkg.md>
//! - the AWS CLI: <https://github.com/aws/aws-cli/pull/9124>

use super::host::{Host, NOTHING};
use crate::cloudformation::slots::SlotScan;
use crate::cloudformation::template::Template;
use crate::model::Unchecked;
use crate::text::printable::excerpt;
use crate::yaml::Node;

pub(super) const HOST: Host = Host { slots, ..NOTHING };

/// The section of modules.
const MODULES: &str = "Modules";

/// The type of a module in a file, in a draft of the AWS CLI's modules.
const LOCAL_MODULE: &str = "LocalModule";

/// The function of Rain that gives a type.
const RAIN_MODULE: &str = "Rain::Module";

fn slots<'d>(template: &Template<'d>, scan: &mut SlotScan<'d>) {
    let sections = template
        .sections(MODULES)
        .flat_map(|section| section.resolved().entries());
    let modules = sections.map(|(key, _)| key);
    let resources = template
        .sections("Resources")
        .flat_map(|section| section.resolved().entries());
    let resources = resources
        .filter(|(_, body)| is_module(body.resolved()))
        .map(|(key, _)| key);
    scan.unknown.extend(modules.chain(resources).map(|key| {
        let name = excerpt(key.scalar().unwrap_or_default());
        Unchecked {
            place: key.place(),
            origin: format!("module `{name}`"),
            message: format!("`{name}` is a local module, whose resources are not analysed"),
        }
    }));
}

/// Returns whether the type of a resource is a module in a file.
fn is_module(body: Node<'_>) -> bool {
    let Some(stated) = body.get("Type").map(Node::resolved) else {
        return false;
    };
    let is_file = |text: &str| text == LOCAL_MODULE || (text.starts_with('$') && !text.starts_with("${"));
    let is_call = stated.tag_name().and_then(|tag| tag.strip_prefix('!')) == Some(RAIN_MODULE);
    is_call || stated.get(RAIN_MODULE).is_some() || stated.scalar().is_some_and(is_file)
}
