//! Configuration files of Elastic Beanstalk, `.ebextensions/*.config`. Those of one folder are one template.
//!
//! - <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions.html>
//! - <https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/ebextensions-functions.html>

use std::path::Path;

use super::host::{EmbeddedDocument, Host};
use super::hosted::{HostedTemplate, Settings};
use crate::cloudformation::slots::{SlotNode, SlotScan, option_slots};
use crate::cloudformation::template::Template;
use crate::model::Unchecked;
use crate::profile::{GENERATED, OPTIONS, SETTINGS};
use crate::yaml::{EmbeddedSource, Node, Variables, YamlFile};

pub(super) const HOST: Host = Host {
    template,
    documents,
    slots,
};

/// The folder, and the extension of its files.
const FOLDER: &str = ".ebextensions";
const EXTENSION: &str = "config";

/// Returns whether a file is a part of the template that its folder is.
pub fn shares_folder(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    folder.is_some_and(|name| name == FOLDER) && path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// Returns whether a folder has such files; it is hidden, but part of an application.
pub fn is_shared_folder(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == FOLDER)
}

fn template(root: Node<'_>) -> Option<HostedTemplate<'_>> {
    let resources = root.get("Resources").map(Node::resolved);
    let mut keys = resources
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|(key, _)| key.scalar());
    let is_configuration = root.get(OPTIONS).is_some() || keys.any(|key| GENERATED.iter().any(|(id, _)| *id == key));
    is_configuration.then(|| template_of(root, Vec::new()))
}

/// Returns the template that the documents of a folder are.
pub(crate) fn template_of<'d>(root: Node<'d>, others: Vec<Node<'d>>) -> HostedTemplate<'d> {
    let roots = std::iter::once(root).chain(others.iter().copied());
    let settings = roots.into_iter().find_map(|root| root.entry(OPTIONS));
    HostedTemplate {
        settings: settings.map(|(key, body)| Settings {
            key,
            body: body.resolved(),
            id: OPTIONS,
            resource_type: SETTINGS,
        }),
        type_of: type_of_generated,
        // "could not determine a constructor for the tag !Sub":
        // <https://github.com/awsdocs/aws-cloudformation-user-guide/issues/1303>.
        is_long_form_only: true,
        others,
        ..HostedTemplate::below(root)
    }
}

/// Returns the functions in backquotes: `` '`{"Ref": "Role"}`' ``.
fn documents(file: &YamlFile) -> Vec<EmbeddedDocument<'_>> {
    let sections = file.documents().filter_map(|root| root.get(OPTIONS));
    let scalars = sections.flat_map(Node::descendants);
    let documents = scalars.filter_map(|scalar| {
        let value = scalar.scalar()?;
        let inside = value.strip_prefix('`')?.strip_suffix('`')?;
        (!inside.contains('`')).then(|| EmbeddedDocument {
            source: EmbeddedSource {
                scalar,
                within: 1..1 + inside.len(),
                variables: Variables::None,
            },
            is_expected: |root| root.is_mapping(),
            name: None,
        })
    });
    documents.collect()
}

fn slots<'d>(template: &Template<'d>, scan: &mut SlotScan<'d>) {
    let Some(&settings) = template
        .resources
        .get(OPTIONS)
        .filter(|one| one.resource_type == SETTINGS)
    else {
        return;
    };
    let first = scan.slots.len();
    for root in template.hosted.roots() {
        if let Some(section) = root.get(OPTIONS) {
            option_slots(root, section, settings, scan);
        }
    }
    let found = scan.slots.split_off(first);
    for slot in found {
        match function_in(&slot, template) {
            Ok(function) => scan.slots.push(SlotNode {
                value: function.unwrap_or(slot.value),
                ..slot
            }),
            Err(unknown) => scan.unknown.push(unknown),
        }
    }
}

/// Returns the function in the backquotes of a value, if it has any.
fn function_in<'d>(slot: &SlotNode<'d>, template: &Template<'d>) -> Result<Option<Node<'d>>, Unchecked> {
    let scalar = slot.value.resolved();
    let function = template.hosted.documents.get(&scalar.id()).copied();
    let is_text = scalar.scalar().is_none_or(|text| !text.contains('`'));
    match function {
        None if !is_text => Err(Unchecked {
            place: slot.value.place(),
            origin: format!("backquotes in `{OPTIONS}`"),
            message: format!("{} has a function in backquotes that is not analysed", slot.display()),
        }),
        function => Ok(function),
    }
}

/// Returns the type of a resource of each environment, which configuration files may change.
fn type_of_generated(id: &str) -> Option<&'static str> {
    let (_, resource_type) = GENERATED.iter().find(|(generated, _)| *generated == id)?;
    Some(resource_type)
}
