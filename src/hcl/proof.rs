//! Proves that an edited file differs from the original by exactly the planned changes, as two readers see them.

use std::collections::{HashMap, HashSet};

use super::change::{Change, NewBlock, Op};
use super::file::HclFile;
use super::lex::{Token, TokenKind, lex};
use super::read::read_expr;
use super::render::{end_of_line, with_its_line};
use super::tree::{Attribute, Block, Body, Expr, ExprKind, Root, Step, StepKind, TemplatePart, Traversal};
use crate::text::{File, ProofError, TextRange};

/// Proves an edited file, and returns what was read of it.
///
/// # Errors
///
/// If it cannot be read, or one of the readers sees another change.
pub fn prove(before: &HclFile, after: &File, changes: &[&Change]) -> Result<HclFile, ProofError> {
    let mut known = HashSet::new();
    let changes: Vec<_> = changes.iter().copied().filter(|change| known.insert(*change)).collect();
    let changes = changes.as_slice();
    let edited = HclFile::parse(after).map_err(|error| ProofError::FixedHclUnreadable(error.message))?;
    let tokens = expected_tokens(before, changes).and_then(|expected| compare_tokens(&expected, &edited));
    tokens.ok_or_else(|| unplanned("tokens"))?;
    let mut planned = PlannedTree::of(changes).ok_or_else(|| unplanned("expressions"))?;
    match planned.is_body(before.body(), edited.body()) && planned.is_complete() {
        true => Ok(edited),
        false => Err(unplanned("expressions")),
    }
}

fn unplanned(place: &str) -> ProofError {
    ProofError::UnplannedChange {
        place: place.to_owned(),
    }
}

/// A token that the edited file must have.
enum Expected<'t> {
    /// A token with this text.
    Token(TokenKind, &'t str),
    /// A token of a new block, before which space and newlines may be.
    New(TokenKind, String),
}

/// Returns the tokens of a file after its changes; `None` if a change is not where it says.
fn expected_tokens<'t>(file: &'t HclFile, changes: &[&'t Change]) -> Option<Vec<Expected<'t>>> {
    let mut changes: Vec<_> = changes.iter().map(|change| (replaced(file, change), *change)).collect();
    changes.sort_by_key(|(span, _)| *span);
    let mut expected = Vec::with_capacity(file.tokens().len());
    let mut next = 0;
    for (span, change) in changes {
        let (start, end) = (file.token_at(span.start()), file.token_at(span.end()));
        push_tokens(&mut expected, file, file.tokens().get(next..start)?);
        let old = file.tokens().get(start..end)?;
        // The range is that of whole tokens.
        if !span.is_empty() && (old.first()?.span.start() != span.start() || old.last()?.span.end() != span.end()) {
            return None;
        }
        push_change(&mut expected, old, &change.op)?;
        next = end;
    }
    push_tokens(&mut expected, file, file.tokens().get(next..)?);
    Some(expected)
}

/// Returns the range that a change replaces.
fn replaced(file: &HclFile, change: &Change) -> TextRange {
    match &change.op {
        Op::Replace { span, .. }
        | Op::RenameKey { span, .. }
        | Op::Align { span, .. }
        | Op::ReplaceComment { span, .. } => *span,
        Op::RemoveComment { span } => with_its_line(file, *span),
        Op::InsertBlock { after, .. } => TextRange::at(end_of_line(file, *after)),
    }
}

fn push_tokens<'t>(expected: &mut Vec<Expected<'t>>, file: &'t HclFile, tokens: &[Token]) {
    let own = tokens
        .iter()
        .map(|token| Expected::Token(token.kind, token.span.slice(file.text())));
    expected.extend(own);
}

/// Adds what replaces the `old` tokens.
fn push_change<'t>(expected: &mut Vec<Expected<'t>>, old: &[Token], op: &'t Op) -> Option<()> {
    let kinds = || old.iter().map(|token| token.kind);
    match op {
        Op::Replace { text, .. } => {
            let new = lex(text).ok()?;
            expected.extend(
                new.iter()
                    .map(|token| Expected::Token(token.kind, token.span.slice(text))),
            );
        }
        Op::RenameKey { key, .. } => {
            let is_key = kinds().eq([TokenKind::Identifier]);
            expected.push(Expected::Token(TokenKind::Identifier, is_key.then_some(key)?));
        }
        Op::Align { width, .. } => {
            let is_space = kinds().eq([TokenKind::Space]);
            expected.push(Expected::New(TokenKind::Space, is_space.then(|| " ".repeat(*width))?));
        }
        Op::ReplaceComment { text, .. } => {
            let kind = old.first().filter(|_| old.len() == 1)?.kind;
            expected.push(Expected::Token(kind.is_comment().then_some(kind)?, text));
        }
        Op::RemoveComment { .. } => {
            let comments = kinds().filter(|&kind| kind.is_comment()).count();
            let is_right = comments == 1 && kinds().all(|kind| kind.is_comment() || kind.is_layout());
            is_right.then_some(())?;
        }
        Op::InsertBlock { block, .. } => {
            let text = on_lines(block);
            let new = lex(&text).ok()?;
            let new = new.iter().filter(|token| !token.kind.is_layout());
            expected.extend(new.map(|token| Expected::New(token.kind, token.span.slice(&text).to_owned())));
        }
    }
    Some(())
}

/// Returns a block with each argument on a line, in no style.
fn on_lines(block: &NewBlock) -> String {
    let labels: String = block.labels.iter().map(|label| format!(" \"{label}\"")).collect();
    let arguments = block.groups.iter().flatten();
    let arguments: String = arguments.map(|(key, value)| format!("{key} = {value}\n")).collect();
    format!("{}{labels} {{\n{arguments}}}\n", block.block_type)
}

/// Compares the tokens of an edited file; `None` if they differ.
fn compare_tokens(expected: &[Expected<'_>], edited: &HclFile) -> Option<()> {
    let mut tokens = edited.tokens().iter().peekable();
    for one in expected {
        if let Expected::New(kind, _) = one
            && *kind != TokenKind::Space
        {
            while tokens.next_if(|token| token.kind.is_layout()).is_some() {}
        }
        let token = tokens.next()?;
        let text = token.span.slice(edited.text());
        let is_expected = match one {
            Expected::Token(kind, wanted) => token.kind == *kind && text == *wanted,
            Expected::New(kind, wanted) => token.kind == *kind && text == wanted,
        };
        is_expected.then_some(())?;
    }
    tokens.next().is_none().then_some(())
}

/// The planned changes of a tree.
///
/// Each must be met exactly once.
struct PlannedTree {
    /// The new expressions, by the ranges of the old ones.
    replaced: HashMap<TextRange, Expr>,
    /// The new keys, by the ranges of the old ones.
    renamed: HashMap<TextRange, String>,
    /// The new blocks, by the range of the block before them.
    inserted: HashMap<TextRange, Vec<NewBlock>>,
    /// The number of changes that are not met yet.
    open: usize,
}

impl PlannedTree {
    fn of(changes: &[&Change]) -> Option<Self> {
        let mut planned = Self {
            replaced: HashMap::new(),
            renamed: HashMap::new(),
            inserted: HashMap::new(),
            open: 0,
        };
        for change in changes {
            match &change.op {
                Op::Replace { span, text } => {
                    // The brackets around it may be what lets it have several lines.
                    let planned_expr = read_expr(&format!("({text})")).ok()?;
                    let ExprKind::Parenthesis(inner) = planned_expr.kind else {
                        return None;
                    };
                    planned.replaced.insert(*span, *inner);
                }
                Op::RenameKey { span, key } => {
                    planned.renamed.insert(*span, key.clone());
                }
                Op::InsertBlock { after, block, .. } => {
                    planned.inserted.entry(*after).or_default().push(block.clone());
                }
                Op::Align { .. } | Op::ReplaceComment { .. } | Op::RemoveComment { .. } => {}
            }
        }
        planned.open = planned.replaced.len() + planned.renamed.len() + planned.inserted.len();
        Some(planned)
    }

    fn is_complete(&self) -> bool {
        self.open == 0
    }

    fn is_body(&mut self, old: &Body, new: &Body) -> bool {
        let are_attributes = old.attributes.len() == new.attributes.len()
            && old
                .attributes
                .iter()
                .zip(&new.attributes)
                .all(|(old, new)| self.is_attribute(old, new));
        let mut blocks = new.blocks.iter();
        let are_blocks = old.blocks.iter().all(|old| {
            let is_same = blocks.next().is_some_and(|new| self.is_block(old, new));
            let inserted = self.inserted.remove(&old.span);
            self.open -= usize::from(inserted.is_some());
            let mut inserted = inserted.into_iter().flatten();
            is_same && inserted.all(|planned| blocks.next().is_some_and(|new| is_new_block(&planned, new)))
        });
        are_attributes && are_blocks && blocks.next().is_none()
    }

    fn is_attribute(&mut self, old: &Attribute, new: &Attribute) -> bool {
        let renamed = self.renamed.remove(&old.key.span);
        self.open -= usize::from(renamed.is_some());
        renamed.as_ref().unwrap_or(&old.key.text) == &new.key.text && self.is_expr(&old.value, &new.value)
    }

    fn is_block(&mut self, old: &Block, new: &Block) -> bool {
        let labels = |block: &Block| block.labels.iter().map(|label| label.text.clone()).collect::<Vec<_>>();
        old.block_type.text == new.block_type.text && labels(old) == labels(new) && self.is_body(&old.body, &new.body)
    }

    /// Compares two expressions; the depth is that which hcl-edit reads.
    fn is_expr(&mut self, old: &Expr, new: &Expr) -> bool {
        if let Some(planned) = self.replaced.remove(&old.span) {
            self.open -= 1;
            return is_same(&planned, new);
        }
        match (&old.kind, &new.kind) {
            (ExprKind::Text(old), ExprKind::Text(new)) | (ExprKind::Scalar(old), ExprKind::Scalar(new)) => old == new,
            (ExprKind::Null, ExprKind::Null) => true,
            (ExprKind::Template(old), ExprKind::Template(new)) => {
                old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.is_part(old, new))
            }
            (ExprKind::List(old), ExprKind::List(new)) => self.are_exprs(old, new),
            (ExprKind::Other(name, old), ExprKind::Other(other, new)) => name == other && self.are_exprs(old, new),
            (ExprKind::Object(old), ExprKind::Object(new)) => {
                let mut pairs = old.iter().zip(new);
                old.len() == new.len()
                    && pairs.all(|(old, new)| self.is_expr(&old.0, &new.0) && self.is_expr(&old.1, &new.1))
            }
            (ExprKind::Parenthesis(old), ExprKind::Parenthesis(new)) => self.is_expr(old, new),
            (ExprKind::Traversal(old), ExprKind::Traversal(new)) => self.is_traversal(old, new),
            (ExprKind::Call(old), ExprKind::Call(new)) => {
                old.name == new.name && self.are_exprs(&old.arguments, &new.arguments)
            }
            (ExprKind::Conditional(old), ExprKind::Conditional(new)) => self.are_exprs(&old[..], &new[..]),
            _ => false,
        }
    }

    fn are_exprs(&mut self, old: &[Expr], new: &[Expr]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.is_expr(old, new))
    }

    fn is_part(&mut self, old: &TemplatePart, new: &TemplatePart) -> bool {
        match (old, new) {
            (TemplatePart::Text(old), TemplatePart::Text(new)) => old == new,
            (TemplatePart::Interpolation(old), TemplatePart::Interpolation(new)) => self.is_expr(old, new),
            (TemplatePart::Directive(old), TemplatePart::Directive(new)) => self.are_exprs(old, new),
            _ => false,
        }
    }

    fn is_traversal(&mut self, old: &Traversal, new: &Traversal) -> bool {
        let is_root = match (&old.root, &new.root) {
            (Root::Variable(old), Root::Variable(new)) => old.text == new.text,
            (Root::Expr(old), Root::Expr(new)) => self.is_expr(old, new),
            _ => false,
        };
        let mut steps = old.steps.iter().zip(&new.steps);
        is_root && old.steps.len() == new.steps.len() && steps.all(|(old, new)| self.is_step(old, new))
    }

    fn is_step(&mut self, old: &Step, new: &Step) -> bool {
        match (&old.kind, &new.kind) {
            (StepKind::Attribute(old), StepKind::Attribute(new)) => old == new,
            (StepKind::Index(old), StepKind::Index(new)) => self.is_expr(old, new),
            (StepKind::Splat, StepKind::Splat) => true,
            _ => false,
        }
    }
}

/// Returns whether two expressions have the same content.
fn is_same(planned: &Expr, new: &Expr) -> bool {
    let mut nothing = PlannedTree {
        replaced: HashMap::new(),
        renamed: HashMap::new(),
        inserted: HashMap::new(),
        open: 0,
    };
    nothing.is_expr(planned, new)
}

/// Returns whether a block is the planned one.
fn is_new_block(planned: &NewBlock, new: &Block) -> bool {
    let arguments: Vec<_> = planned.groups.iter().flatten().collect();
    let is_argument = |(planned, new): (&&(&str, String), &Attribute)| {
        let value = read_expr(&planned.1);
        planned.0 == new.key.text && value.is_ok_and(|value| is_same(&value, &new.value))
    };
    new.block_type.text == planned.block_type
        && new.labels.iter().map(|label| &label.text).eq(&planned.labels)
        && new.body.blocks.is_empty()
        && arguments.len() == new.body.attributes.len()
        && arguments.iter().zip(&new.body.attributes).all(is_argument)
}
