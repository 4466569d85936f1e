//! The template in the configuration of a service of the Serverless Framework, below `resources`.
//!
//! <https://www.serverless.com/framework/docs/providers/aws/guide/resources>

use super::host::{Host, NOTHING};
use super::hosted::{HostedTemplate, Included};
use crate::cloudformation::placeholder::template_variable_of;
use crate::cloudformation::template::is_template;
use crate::model::Unchecked;
use crate::text::printable::excerpt;
use crate::yaml::Node;

pub(super) const HOST: Host = Host { template, ..NOTHING };

/// The section of resources.
const RESOURCES: &str = "Resources";

/// Changes to resources: <https://www.serverless.com/framework/docs/providers/aws/guide/resources#extensions>.
const EXTENSIONS: &str = "extensions";

fn template(root: Node<'_>) -> Option<HostedTemplate<'_>> {
    let is_service = root.get("service").is_some() && is_for_aws(root.get("provider")?.resolved());
    let resources = root
        .get("resources")
        .filter(|_| is_service && !is_template(root))?
        .resolved();
    // It is one mapping, or a list of mappings that are merged.
    let parts: Vec<_> = match resources.is_sequence() {
        true => resources.items().map(Node::resolved).collect(),
        false => vec![resources],
    };
    let mut mappings = parts.iter().copied().filter(|part| part.is_mapping());
    let first = mappings.next().unwrap_or(resources);
    let others: Vec<_> = mappings.collect();
    let users = root.entries().map(|(_, value)| value);
    let users = users.filter(|value| value.resolved() != resources).collect();
    let syntax = root.get("provider")?.resolved().get("variableSyntax");
    let sections = parts
        .iter()
        .filter_map(|part| Some((Some(RESOURCES), part.get(RESOURCES)?)));
    let places = parts.iter().map(|part| (None, *part)).chain(sections);
    let (mut included, mut unknown) = (Vec::new(), Vec::new());
    for (section, place) in places {
        if let Some(variable) = template_variable_of(place) {
            let missing = missing(place, variable);
            match target(variable).filter(|_| place.scalar() == Some(variable)) {
                Some((path, keys)) => included.push(Included {
                    path,
                    keys,
                    node: place.id(),
                    section,
                    missing,
                }),
                None if section.is_none() => unknown.push(missing),
                None => {}
            }
        }
    }
    unknown.extend(syntax.map(of_syntax));
    let extensions = parts.iter().filter_map(|part| part.get(EXTENSIONS));
    Some(HostedTemplate {
        unknown,
        included,
        users,
        others,
        changes: extensions.map(Node::resolved).collect(),
        ..HostedTemplate::below(first)
    })
}

/// Returns whether a provider, or its name, is AWS; only for it, `resources` is a template.
fn is_for_aws(provider: Node<'_>) -> bool {
    let name = provider.get("name").map_or(provider, Node::resolved);
    name.scalar() == Some("aws") || template_variable_of(name).is_some()
}

/// Reports a part of the template that is not in this file.
fn missing(place: Node<'_>, variable: &str) -> Unchecked {
    let shown = excerpt(variable);
    Unchecked {
        place: place.place(),
        origin: format!("variable `{shown}`"),
        message: format!("a part of `resources` comes from `{shown}`, which is not analysed"),
    }
}

/// Returns the path and the keys of a variable such as `${file(resources/iam.yml)}` or `${file(all.yml):resources.iam}`.
///
/// The path is relative to the folder of the service:
/// <https://www.serverless.com/framework/docs/providers/aws/guide/variables#reference-properties-in-other-files>.
fn target(variable: &str) -> Option<(String, Vec<String>)> {
    let inside = variable.strip_prefix("${file(")?.strip_suffix('}')?;
    let (path, rest) = inside.split_once(')')?;
    let keys = match rest {
        "" => Vec::new(),
        rest => rest.strip_prefix(':')?.split('.').map(str::to_owned).collect(),
    };
    let is_literal = !inside.contains(['$', ',']);
    let path = path.trim().trim_matches(['\'', '"']);
    is_literal.then(|| (path.to_owned(), keys))
}

/// Reports that variables are written in a syntax of the service's own.
fn of_syntax(syntax: Node<'_>) -> Unchecked {
    Unchecked {
        place: syntax.place(),
        origin: "`variableSyntax`".to_owned(),
        message: "the variables have a syntax of their own, which is not analysed".to_owned(),
    }
}
