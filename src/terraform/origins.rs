//! The expressions that a value may come from: through local values, iterators and functions, whatever these do.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::resolve::{Locals, chosen_arguments, local_use};
use super::slots::objects;
use crate::hcl::{Body, Expr, ExprKind, Root, StepKind, TemplatePart, Traversal};

/// The expressions that a block and its dynamic blocks are repeated for, by the names of the iterators.
pub(super) type Iterators<'s> = HashMap<&'s str, Vec<&'s Expr>>;

/// Functions that build a new string; a name inside is not the result.
const BUILDING: [&str; 2] = ["format", "join"];

/// Operations whose result contains one of their operands; those with other operators are numbers and booleans.
const KEEPING: [&str; 2] = ["for", super::json::ESCAPED];

/// The limit of steps of a path to a part of a value.
const MAX_PATH: usize = 16;
/// The limit of expressions that one value may come from.
const MAX_VISITED: usize = 10_000;

/// A part of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'s> {
    /// The value of a key.
    Key(&'s str),
    /// One of the items or values.
    Any,
}

/// An expression, and the path to the part of its value that counts; all of it if the path is empty.
struct Pending<'s> {
    expr: &'s Expr,
    path: Vec<Part<'s>>,
}

/// A search for origins that visits each expression at most twice, however many values it begins with.
pub(super) struct Search<'u, 's> {
    locals: &'u Locals<'s>,
    /// The expressions that were visited, each with the path; `None` if all of its value counted.
    visited: HashMap<*const Expr, Option<Vec<Part<'s>>>>,
}

/// Returns the expressions that a value may come from: strings, traversals, and what is not analysed.
///
/// A string that is built around a value does not come from it, nor does the result of a condition. Returns `None` if
/// they are too many.
pub(super) fn origins<'s>(value: &'s Expr, iterators: &Iterators<'s>, locals: &Locals<'s>) -> Option<Vec<&'s Expr>> {
    Search::new(locals).up_to(MAX_VISITED, value, iterators)
}

impl<'u, 's> Search<'u, 's> {
    /// Begins a search.
    pub(super) fn new(locals: &'u Locals<'s>) -> Self {
        Self {
            locals,
            visited: HashMap::new(),
        }
    }

    /// Returns the origins of a value that were not found before.
    pub(super) fn new_origins(&mut self, value: &'s Expr, iterators: &Iterators<'s>) -> Vec<&'s Expr> {
        self.up_to(usize::MAX, value, iterators).unwrap_or_default()
    }

    fn up_to(&mut self, limit: usize, value: &'s Expr, iterators: &Iterators<'s>) -> Option<Vec<&'s Expr>> {
        let mut found = Vec::new();
        let mut pending = vec![Pending {
            expr: value,
            path: Vec::new(),
        }];
        while let Some(mut next) = pending.pop() {
            if self.visited.len() > limit {
                return None;
            }
            if next.path.len() > MAX_PATH {
                next.path.clear();
            }
            if !self.visit(&mut next) {
                continue;
            }
            match inside(&next, iterators, self.locals) {
                Some(inner) => pending.extend(inner),
                None => found.push(next.expr),
            }
        }
        Some(found)
    }

    /// Returns whether an expression has to be visited; for the second time as a whole.
    fn visit(&mut self, next: &mut Pending<'s>) -> bool {
        match self.visited.entry(std::ptr::from_ref(next.expr)) {
            Entry::Vacant(entry) => {
                entry.insert((!next.path.is_empty()).then(|| next.path.clone()));
                true
            }
            Entry::Occupied(mut entry) => {
                let is_new = entry.get().as_ref().is_some_and(|path| *path != next.path);
                if is_new {
                    next.path.clear();
                    entry.insert(None);
                }
                is_new
            }
        }
    }
}

/// Returns the iterators of a block.
///
/// <https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks>
pub(super) fn iterators(body: &Body) -> Iterators<'_> {
    let mut found = Iterators::new();
    if let Some(keys) = body.attribute("for_each") {
        found.entry("each").or_default().push(&keys.value);
    }
    let mut bodies = vec![body];
    while let Some(body) = bodies.pop() {
        for block in body.blocks_of("dynamic") {
            let value = |key| block.body.attribute(key).map(|attribute| &attribute.value);
            let label = block.labels.first().map(|label| label.text.as_str());
            add_dynamic(&mut found, label, value("iterator"), value("for_each"));
        }
        for attribute in &body.attributes {
            let is_dynamic = attribute.key.text == "dynamic";
            let inner = attribute.value.descendants().filter_map(|expr| expr.entry("dynamic"));
            // In JSON.
            for dynamic in is_dynamic.then_some(&attribute.value).into_iter().chain(inner) {
                for (label, blocks) in objects(dynamic).into_iter().flatten() {
                    // A list has several.
                    for block in blocks.children().into_iter().chain([blocks]) {
                        add_dynamic(
                            &mut found,
                            label.text(),
                            block.entry("iterator"),
                            block.entry("for_each"),
                        );
                    }
                }
            }
        }
        bodies.extend(body.blocks.iter().map(|block| &block.body));
    }
    found
}

/// Adds the iterator of a dynamic block, which has the name of the block unless it states another one.
fn add_dynamic<'s>(
    found: &mut Iterators<'s>,
    label: Option<&'s str>,
    stated: Option<&'s Expr>,
    keys: Option<&'s Expr>,
) {
    let stated = stated.and_then(|name| match name.traversal() {
        Some(traversal) => traversal.variable().map(|word| word.text.as_str()),
        None => name.text(),
    });
    if let (Some(name), Some(keys)) = (stated.or(label), keys) {
        found.entry(name).or_default().push(keys);
    }
}

/// Returns the expressions inside that the value may come from; `None` if nothing is inside.
fn inside<'s>(next: &Pending<'s>, iterators: &Iterators<'s>, locals: &Locals<'s>) -> Option<Vec<Pending<'s>>> {
    let same = |expr| Pending {
        expr,
        path: next.path.clone(),
    };
    // The structure of the result is not known.
    let whole = |expr| Pending { expr, path: Vec::new() };
    Some(match &next.expr.kind {
        ExprKind::Null | ExprKind::Scalar(_) => Vec::new(),
        ExprKind::Text(_) => return None,
        ExprKind::Parenthesis(inner) => vec![same(inner)],
        ExprKind::Conditional(parts) => parts.iter().skip(1).map(same).collect(),
        ExprKind::Template(parts) => match parts.as_slice() {
            [TemplatePart::Interpolation(only)] => vec![same(only)],
            [TemplatePart::Directive(inner)] => inner.iter().map(whole).collect(),
            _ => Vec::new(),
        },
        ExprKind::List(items) => items.iter().map(|item| part_of(item, &next.path)).collect(),
        ExprKind::Object(entries) => of_object(entries, &next.path),
        ExprKind::Call(call) => match chosen_arguments(call, locals) {
            Some(chosen) => chosen.map(whole).collect(),
            None if BUILDING.contains(&call.name.as_str()) => Vec::new(),
            None => call.arguments.iter().map(whole).collect(),
        },
        ExprKind::Other(operation, inner) if KEEPING.contains(operation) => {
            // Nothing of it could be read.
            if inner.is_empty() {
                return None;
            }
            inner.iter().map(whole).collect()
        }
        ExprKind::Other(..) => Vec::new(),
        ExprKind::Traversal(traversal) => match &traversal.root {
            Root::Expr(root) => vec![Pending {
                expr: root,
                path: path_of_steps(traversal, 0, &next.path),
            }],
            Root::Variable(word) => {
                if let Some(used) = local_use(traversal) {
                    let (_, expr) = *locals.get(used.address.as_str())?;
                    let path = path_of_steps(traversal, 1, &next.path);
                    return Some(vec![Pending { expr, path }]);
                }
                let keys = iterators.get(word.text.as_str())?;
                let is_value = traversal.attribute(0) == Some("value");
                let mut path = path_of_steps(traversal, 1, &next.path);
                path.insert(0, Part::Any);
                let of_keys = keys.iter().map(|expr| Pending {
                    expr,
                    // A key of a set is its value.
                    path: if is_value { path.clone() } else { Vec::new() },
                });
                of_keys.collect()
            }
        },
    })
}

/// Returns the path that the steps of a traversal take, and `rest` after it.
fn path_of_steps<'s>(traversal: &'s Traversal, skipped: usize, rest: &[Part<'s>]) -> Vec<Part<'s>> {
    let steps = traversal.steps.iter().skip(skipped);
    let steps = steps.map(|step| match &step.kind {
        StepKind::Attribute(name) => Part::Key(name),
        StepKind::Index(index) => index.text().map_or(Part::Any, Part::Key),
        StepKind::Splat => Part::Any,
    });
    steps.chain(rest.iter().copied()).collect()
}

/// Returns an item of a list, of which the part at a path counts.
fn part_of<'s>(item: &'s Expr, path: &[Part<'s>]) -> Pending<'s> {
    Pending {
        expr: item,
        path: path.get(1..).unwrap_or_default().to_vec(),
    }
}

/// Returns the values of an object, and the keys that are expressions, of which the part at a path counts.
fn of_object<'s>(entries: &'s [(Expr, Expr)], path: &[Part<'s>]) -> Vec<Pending<'s>> {
    match path.first() {
        Some(Part::Key(wanted)) => {
            // A key that is an expression may be any.
            let may_be = |key: &Expr| key.text().is_none_or(|key| key == *wanted);
            let named = entries.iter().filter(|(key, _)| may_be(key));
            named.map(|(_, value)| part_of(value, path)).collect()
        }
        Some(Part::Any) => entries.iter().map(|(_, value)| part_of(value, path)).collect(),
        None => {
            // A literal key is a name that the author gave to the entry.
            let keys = entries.iter().map(|(key, _)| key).filter(|key| key.text().is_none());
            let exprs = keys.chain(entries.iter().map(|(_, value)| value));
            exprs.map(|expr| part_of(expr, path)).collect()
        }
    }
}
