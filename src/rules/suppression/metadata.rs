//! The entry `cfn-ipfix: {ignore: [RULE, …]}` of a template's or a resource's `Metadata`, which JSON has room for too.

use super::{Asked, Entry, Fault, NAME, Place, Problem, Scope, Suppression, Suppressions};
use crate::rules::rule;
use crate::yaml::{Node, Path};

/// Reads the `Metadata` of `owner`, a template or a resource, at `path`.
pub(super) fn read<'d>(owner: Node<'d>, path: &Path, suppressions: &mut Suppressions<'d>) {
    let metadata = owner.get("Metadata").map(Node::resolved);
    let Some(own) = metadata.and_then(|metadata| metadata.get(NAME)) else {
        return;
    };
    let own_path = path.key("Metadata").key(NAME);
    let entries = own.resolved().entries();
    if entries.len() == 0 {
        suppressions.faults.push(fault(own, own_path, Problem::Metadata));
        return;
    }
    for (key, value) in entries {
        let name = key.scalar().unwrap_or_default();
        let entry_path = own_path.key(name);
        if name == "ignore" {
            ignore(key, value, entry_path, Scope::Below(path.clone()), suppressions);
        } else {
            let problem = Problem::Word(name.to_owned());
            suppressions.faults.push(fault(key, entry_path, problem));
        }
    }
}

fn fault(node: Node<'_>, path: Path, problem: Problem) -> Fault {
    Fault {
        span: node.full_span(),
        path,
        problem,
    }
}

/// Reads the entry `ignore`: a list of rules, one of them, or `all`.
fn ignore<'d>(key: Node<'d>, value: Node<'d>, path: Path, scope: Scope, suppressions: &mut Suppressions<'d>) {
    let list = value.resolved();
    let items: Vec<_> = match list.tag() {
        None if list.is_sequence() => list
            .items()
            .enumerate()
            .map(|(at, item)| (item, path.index(at)))
            .collect(),
        _ => vec![(value, path.clone())],
    };
    let mut known = Vec::new();
    let mut is_all = false;
    let mut is_understood = true;
    for (item, path) in items {
        let node = item.resolved();
        let problem = match node.scalar().filter(|_| node.tag().is_none()) {
            Some("all") => {
                is_all = true;
                continue;
            }
            Some(name) => match rule(name) {
                Ok(rule) => {
                    let span = item.full_span();
                    known.push(Entry { rule, span });
                    continue;
                }
                Err(unknown) => Problem::Rule(unknown),
            },
            None => Problem::Metadata,
        };
        is_understood = false;
        suppressions.faults.push(fault(item, path, problem));
    }
    suppressions.all.push(Suppression {
        asked: if is_all { Asked::All } else { Asked::Rules(known) },
        is_understood,
        span: value.full_span(),
        path,
        scopes: vec![scope],
        place: Place::Metadata { key, value },
    });
}
