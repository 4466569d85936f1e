//! The expressions that a value can be: the branches of conditionals, the arguments of functions that choose one, and
//! the definitions of local values.

use std::cell::Cell;
use std::collections::HashMap;

use super::address::{address_of, may_be_attribute};
use crate::hcl::{Call, Expr, ExprKind, Root, Step, StepKind, TemplatePart, Traversal};
use crate::text::{FileId, FileRange};

/// The limit of results of one value.
const MAX_RESULTS: usize = 64;
/// The limit of local values that refer to another one.
const MAX_LOCALS: usize = 16;

/// Functions that return one of their arguments, or of the items of these, and the first argument that counts.
///
/// <https://developer.hashicorp.com/terraform/language/functions>
const CHOOSING: [(&str, usize, usize); 13] = [
    ("one", 0, 1),
    ("try", 0, usize::MAX),
    ("coalesce", 0, usize::MAX),
    ("coalescelist", 0, usize::MAX),
    ("element", 0, 1),
    ("concat", 0, usize::MAX),
    ("compact", 0, 1),
    ("flatten", 0, 1),
    ("distinct", 0, 1),
    ("join", 1, 1),
    ("tolist", 0, 1),
    ("tostring", 0, 1),
    ("nonsensitive", 0, 1),
];

/// The local values of a module, by address, each with its file.
pub(super) type Locals<'s> = HashMap<&'s str, (FileId, &'s Expr)>;

/// An expression that a value can be.
#[derive(Clone, Debug)]
pub(super) struct Outcome<'s> {
    /// The expression.
    pub(super) expr: &'s Expr,
    /// The file that contains it.
    pub(super) file: FileId,
    /// The indices that choose an item of it, the first one last.
    indices: Vec<Index>,
    /// The local values that lead to it, with the attribute that is taken of an object.
    pub(super) locals: Vec<LocalUse>,
    /// The references to these local values.
    pub(super) references: Vec<FileRange>,
}

/// The index of an item, 0-based; `None` if it is not a number in the source.
type Index = Option<usize>;

/// A use of a local value, or of an attribute of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LocalUse {
    /// The address of the local value.
    pub(super) address: String,
    /// The attribute.
    pub(super) attribute: Option<String>,
}

/// Returns the expressions that a value in a file can be, or the value itself if they are too many.
pub(super) fn outcomes<'s>(value: &'s Expr, file: FileId, locals: &Locals<'s>) -> Vec<Outcome<'s>> {
    let mut found = Vec::new();
    let whole = Outcome {
        expr: value,
        file,
        indices: Vec::new(),
        locals: Vec::new(),
        references: Vec::new(),
    };
    let mut pending = vec![whole.clone()];
    while let Some(next) = pending.pop() {
        if found.len() + pending.len() > MAX_RESULTS {
            // Nobody writes this.
            return vec![whole];
        }
        match inside(&next, locals) {
            Some(inner) => pending.extend(inner.into_iter().rev()),
            None => found.push(next),
        }
    }
    found
}

/// Returns the expressions inside that the value can be; `None` if it is none of these.
fn inside<'s>(outcome: &Outcome<'s>, locals: &Locals<'s>) -> Option<Vec<Outcome<'s>>> {
    let all = |exprs: &mut dyn Iterator<Item = &'s Expr>, indices: &[Index]| -> Vec<Outcome<'s>> {
        exprs
            .map(|expr| Outcome {
                expr,
                indices: indices.to_vec(),
                ..outcome.clone()
            })
            .collect()
    };
    let indices = outcome.indices.as_slice();
    match &outcome.expr.kind {
        ExprKind::Parenthesis(inner) => Some(all(&mut std::iter::once(&**inner), indices)),
        ExprKind::Conditional(parts) => Some(all(&mut parts.iter().skip(1), indices)),
        ExprKind::Template(parts) => match parts.as_slice() {
            [TemplatePart::Interpolation(only)] => Some(all(&mut std::iter::once(only), indices)),
            _ => None,
        },
        ExprKind::List(items) => match indices.split_last() {
            Some((Some(at), rest)) => Some(all(&mut std::iter::once(items.get(*at)?), rest)),
            Some((None, rest)) => Some(all(&mut items.iter(), rest)),
            None => Some(all(&mut items.iter(), indices)),
        },
        ExprKind::Call(call) => {
            let inner = indices_of_arguments(call, indices)?;
            Some(all(&mut chosen_arguments(call, locals)?, &inner))
        }
        ExprKind::Traversal(traversal) => match &traversal.root {
            Root::Expr(root) => {
                let inner = before(&traversal.steps, indices)?;
                Some(all(&mut std::iter::once(&**root), &inner))
            }
            Root::Variable(_) => of_local(outcome, traversal, locals).map(|inner| vec![inner]),
        },
        _ => None,
    }
}

/// Returns the indices that choose from the arguments of a function; `None` if the item is not known.
///
/// `indices` choose from its result.
fn indices_of_arguments(call: &Call, indices: &[Index]) -> Option<Vec<Index>> {
    let mut inner = indices.to_vec();
    match call.name.as_str() {
        "element" => inner.push(call.arguments.get(1).and_then(number)),
        "one" | "join" => inner.push(None),
        // The lengths of the lists, and the items that are omitted, decide which item it is. The first one may be any.
        "concat" | "compact" | "flatten" | "distinct" => match inner.pop() {
            Some(Some(1..)) => return None,
            Some(Some(0) | None) => inner.push(None),
            None => {}
        },
        _ => {}
    }
    Some(inner)
}

/// Returns the arguments of which a function returns one; `None` if it does something else.
pub(super) fn chosen_arguments<'s>(call: &'s Call, locals: &Locals<'s>) -> Option<impl Iterator<Item = &'s Expr>> {
    let (_, first, count) = CHOOSING.iter().find(|(name, ..)| *name == call.name)?;
    let is_chosen = call.name != "join" || is_one_item(call, locals);
    is_chosen.then(|| call.arguments.iter().skip(*first).take(*count))
}

/// Returns whether `join` returns an item of its list, not a text that is built from several.
fn is_one_item<'s>(join: &'s Call, locals: &Locals<'s>) -> bool {
    match join.arguments.as_slice() {
        [separator, list] => JoinedList {
            has_separator: separator.text() != Some(""),
            locals,
            budget: Cell::new(MAX_RESULTS),
        }
        .has_one_item(list, 1),
        _ => false,
    }
}

/// The list that `join` takes.
struct JoinedList<'l, 's> {
    has_separator: bool,
    locals: &'l Locals<'s>,
    /// The number of expressions that may still be visited.
    budget: Cell<usize>,
}

impl<'s> JoinedList<'_, 's> {
    /// Returns whether a list has one item: it is written out, or one of resources, of which one exists.
    ///
    /// At most `written` items may be written out.
    fn has_one_item(&self, list: &'s Expr, written: usize) -> bool {
        let Some(budget) = self.budget.get().checked_sub(1) else {
            return false;
        };
        self.budget.set(budget);
        let inside = |expr: &'s Expr| self.has_one_item(expr, written);
        match &list.kind {
            ExprKind::List(items) => {
                let counts = |item: &&Expr| self.has_separator || !is_nothing(item);
                items.iter().filter(counts).count() <= written
            }
            ExprKind::Parenthesis(inner) => inside(inner),
            ExprKind::Conditional(parts) => parts.iter().skip(1).all(inside),
            // Lists that are put together are those of resources.
            ExprKind::Call(call) => {
                let mut arguments = call.arguments.iter();
                !self.has_separator && arguments.all(|argument| self.has_one_item(argument, 0))
            }
            ExprKind::Traversal(traversal) => match (local_use(traversal), &traversal.root) {
                (Some(used), _) => {
                    let defined = definition(&used, traversal, self.locals);
                    defined.is_some_and(|(_, expr, rest)| rest.is_empty() && inside(expr))
                }
                (None, Root::Variable(_)) => true,
                (None, Root::Expr(_)) => false,
            },
            _ => false,
        }
    }
}

/// Returns the definition of a local value.
fn of_local<'s>(outcome: &Outcome<'s>, traversal: &Traversal, defined: &Locals<'s>) -> Option<Outcome<'s>> {
    let used = local_use(traversal)?;
    let (file, expr, rest) = definition(&used, traversal, defined)?;
    let indices = before(rest, &outcome.indices)?;
    let (mut locals, mut references) = (outcome.locals.clone(), outcome.references.clone());
    locals.push(used);
    references.push(FileRange::new(outcome.file, outcome.expr.span));
    (locals.len() <= MAX_LOCALS).then_some(Outcome {
        expr,
        file,
        indices,
        locals,
        references,
    })
}

/// Returns the file and the expression of a local value, or of its attribute, and the steps after it.
fn definition<'s, 't>(
    used: &LocalUse,
    traversal: &'t Traversal,
    defined: &Locals<'s>,
) -> Option<(FileId, &'s Expr, &'t [Step])> {
    let (file, expr) = *defined.get(used.address.as_str())?;
    let rest = traversal.steps.get(1..)?;
    match &used.attribute {
        Some(attribute) => Some((file, expr.entry(attribute)?, rest.get(1..)?)),
        None => Some((file, expr, rest)),
    }
}

/// Returns the indices in steps, followed by those that choose from their result.
///
/// Returns `None` if a step is an attribute, or follows a splat: `[*]` applies it to each item, and `.*` to the list.
fn before(steps: &[Step], indices: &[Index]) -> Option<Vec<Index>> {
    let is_splat = |step: &Step| matches!(step.kind, StepKind::Splat);
    // The result of a splat is the list again.
    let steps = match steps.split_last() {
        Some((last, others)) if is_splat(last) => others,
        _ => steps,
    };
    let number_in = |step: &Step| match &step.kind {
        StepKind::Index(index) if !may_be_attribute(step) => Some(number(index)),
        _ => None,
    };
    let numbers: Option<Vec<_>> = steps.iter().rev().map(number_in).collect();
    Some(indices.iter().copied().chain(numbers?).collect())
}

/// Returns a number that is not negative, also in quotes.
fn number(expr: &Expr) -> Index {
    match &expr.kind {
        ExprKind::Scalar(number) | ExprKind::Text(number) => number.parse().ok(),
        _ => None,
    }
}

/// Returns the local value that a traversal uses.
pub(super) fn local_use(traversal: &Traversal) -> Option<LocalUse> {
    let (address, _) =
        address_of(traversal).filter(|_| traversal.variable().is_some_and(|word| word.text == "local"))?;
    Some(LocalUse {
        address,
        attribute: traversal.attribute(1).map(str::to_owned),
    })
}

/// Returns whether a value stands for no value.
pub(super) fn is_nothing(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Null) || value.text() == Some("")
}
