//! Reads a file with hcl-edit, the only place that knows it.

use std::ops::Range;

use hcl_edit::expr::{Expression, ObjectKey, TraversalOperator};
use hcl_edit::structure::{Body as HclBody, Structure};
use hcl_edit::template::{Directive, Element, Template};
use hcl_edit::{Decorated, Ident, Span};

use super::redefined::{self, MAX_REDEFINED, Renamed, restore};
use super::tree::{Attribute, Block, Body, Call, Expr, ExprKind, Root, Step, StepKind, TemplatePart, Traversal, Word};
use crate::text::TextRange;

/// The message of hcl-edit for a key that an object has twice.
const REDEFINED_KEY: &str = "found redefined object key";

/// Reads the body of a file.
///
/// # Errors
///
/// The message, and the byte at which the source cannot be read.
pub(super) fn read_body(text: &str) -> Result<Body, (String, usize)> {
    let (source, shift) = without_mark(text);
    let mut renamed: Vec<Renamed> = Vec::new();
    loop {
        let error = match hcl_edit::parser::parse_body(renamed.last().map_or(source, |last| &last.source)) {
            Ok(body) => {
                let mut body = Reader { shift }.body(&body);
                restore(&mut body, &renamed);
                return Ok(body);
            }
            Err(error) => error,
        };
        let at = error.location().offset();
        let is_redefined = error.message().contains(REDEFINED_KEY) && renamed.len() < MAX_REDEFINED;
        let again = is_redefined.then(|| redefined::renamed(renamed.last().map_or(source, |last| &last.source), at));
        match again.flatten() {
            Some(one) => renamed.push(one.moved_by(shift)),
            None => return Err((first_line(error.message()), at + shift)),
        }
    }
}

/// Reads an expression; its ranges are those of `text`.
///
/// # Errors
///
/// The message.
pub fn read_expr(text: &str) -> Result<Expr, String> {
    match hcl_edit::parser::parse_expr(text) {
        Ok(expr) => Ok(Reader { shift: 0 }.expr(&expr)),
        Err(error) => Err(first_line(error.message())),
    }
}

/// Reads a template without quotes, such as a string in JSON; its ranges begin at `shift`.
///
/// # Errors
///
/// The message.
pub fn read_template(text: &str, shift: usize) -> Result<Vec<TemplatePart>, String> {
    match hcl_edit::parser::parse_template(text) {
        Ok(template) => Ok(Reader { shift }.template(&template)),
        Err(error) => Err(first_line(error.message())),
    }
}

/// Splits off a byte order mark, which hcl-edit does not know; returns its length too.
fn without_mark(text: &str) -> (&str, usize) {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, text.len() - rest.len()),
        None => (text, 0),
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or("it is not HCL").to_owned()
}

/// Converts the nodes of hcl-edit, whose depth it limits.
struct Reader {
    /// The bytes before the source that was parsed.
    shift: usize,
}

impl Reader {
    fn range(&self, span: Option<Range<usize>>) -> TextRange {
        let span = span.unwrap_or_default();
        TextRange::new(span.start + self.shift, span.end + self.shift)
    }

    fn body(&self, body: &HclBody) -> Body {
        let mut read = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => read.attributes.push(Attribute {
                    key: self.word(&attribute.key),
                    value: self.expr(&attribute.value),
                    span: self.range(attribute.span()),
                }),
                Structure::Block(block) => read.blocks.push(Block {
                    block_type: self.word(&block.ident),
                    labels: block
                        .labels
                        .iter()
                        .map(|label| Word {
                            text: label.as_str().to_owned(),
                            span: self.range(label.span()),
                        })
                        .collect(),
                    body: self.body(&block.body),
                    span: self.range(block.span()),
                }),
            }
        }
        read
    }

    fn word(&self, ident: &Decorated<Ident>) -> Word {
        Word {
            text: ident.as_str().to_owned(),
            span: self.range(ident.span()),
        }
    }

    fn expr(&self, expr: &Expression) -> Expr {
        let kind = match expr {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Scalar(value.value().to_string()),
            Expression::Number(value) => ExprKind::Scalar(value.value().to_string()),
            Expression::String(text) => ExprKind::Text(text.value().clone()),
            Expression::Array(items) => ExprKind::List(items.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => {
                let entries = object.iter();
                ExprKind::Object(
                    entries
                        .map(|(key, value)| (self.key(key), self.expr(value.expr())))
                        .collect(),
                )
            }
            Expression::StringTemplate(template) => text_or_template(self.template(template)),
            Expression::HeredocTemplate(heredoc) => text_or_template(self.template(&heredoc.template)),
            Expression::Parenthesis(inner) => ExprKind::Parenthesis(Box::new(self.expr(inner.inner()))),
            Expression::Variable(name) => ExprKind::Traversal(Traversal {
                root: Root::Variable(self.word(name)),
                steps: Vec::new(),
            }),
            Expression::Traversal(traversal) => ExprKind::Traversal(Traversal {
                root: match &traversal.expr {
                    Expression::Variable(name) => Root::Variable(self.word(name)),
                    other => Root::Expr(Box::new(self.expr(other))),
                },
                steps: traversal.operators.iter().map(|operator| self.step(operator)).collect(),
            }),
            Expression::FuncCall(call) => {
                let namespace = call.name.namespace.iter();
                let name: String = namespace.map(|part| format!("{}::", part.as_str())).collect();
                ExprKind::Call(Call {
                    name: name + call.name.name.as_str(),
                    arguments: call.args.iter().map(|argument| self.expr(argument)).collect(),
                })
            }
            Expression::Conditional(conditional) => {
                let parts = [&conditional.cond_expr, &conditional.true_expr, &conditional.false_expr];
                ExprKind::Conditional(Box::new(parts.map(|part| self.expr(part))))
            }
            Expression::UnaryOp(operation) => {
                ExprKind::Other(operation.operator.value().as_str(), vec![self.expr(&operation.expr)])
            }
            Expression::BinaryOp(operation) => ExprKind::Other(
                operation.operator.value().as_str(),
                vec![self.expr(&operation.lhs_expr), self.expr(&operation.rhs_expr)],
            ),
            Expression::ForExpr(expr) => {
                let inner = [
                    Some(&expr.intro.collection_expr),
                    expr.key_expr.as_ref(),
                    Some(&expr.value_expr),
                    expr.cond.as_ref().map(|condition| &condition.expr),
                ];
                ExprKind::Other(
                    "for",
                    inner.into_iter().flatten().map(|inner| self.expr(inner)).collect(),
                )
            }
        };
        Expr {
            span: self.range(expr.span()),
            kind,
        }
    }

    fn key(&self, key: &ObjectKey) -> Expr {
        match key {
            ObjectKey::Ident(name) => Expr {
                span: self.range(name.span()),
                kind: ExprKind::Text(name.as_str().to_owned()),
            },
            ObjectKey::Expression(expr) => self.expr(expr),
        }
    }

    fn step(&self, operator: &Decorated<TraversalOperator>) -> Step {
        let (span, kind) = match operator.value() {
            TraversalOperator::AttrSplat(splat) | TraversalOperator::FullSplat(splat) => {
                (splat.span(), StepKind::Splat)
            }
            TraversalOperator::GetAttr(name) => (name.span(), StepKind::Attribute(name.as_str().to_owned())),
            TraversalOperator::Index(index) => (index.span(), StepKind::Index(Box::new(self.expr(index)))),
            TraversalOperator::LegacyIndex(index) => (
                index.span(),
                StepKind::Index(Box::new(Expr {
                    span: self.range(index.span()),
                    kind: ExprKind::Scalar(index.value().to_string()),
                })),
            ),
        };
        Step {
            span: self.range(span),
            kind,
        }
    }

    fn template(&self, template: &Template) -> Vec<TemplatePart> {
        let elements = template.iter();
        elements
            .map(|element| match element {
                Element::Literal(text) => TemplatePart::Text(text.value().clone()),
                Element::Interpolation(interpolation) => TemplatePart::Interpolation(self.expr(&interpolation.expr)),
                Element::Directive(directive) => TemplatePart::Directive(self.directive(directive)),
            })
            .collect()
    }

    /// Returns the expressions in a directive.
    fn directive(&self, directive: &Directive) -> Vec<Expr> {
        let (mut exprs, templates) = match directive {
            Directive::If(directive) => {
                let otherwise = directive.else_expr.as_ref().map(|otherwise| &otherwise.template);
                let templates = [Some(&directive.if_expr.template), otherwise];
                (vec![self.expr(&directive.if_expr.cond_expr)], templates)
            }
            Directive::For(directive) => {
                let templates = [Some(&directive.for_expr.template), None];
                (vec![self.expr(&directive.for_expr.collection_expr)], templates)
            }
        };
        for template in templates.into_iter().flatten() {
            for part in self.template(template) {
                match part {
                    TemplatePart::Text(_) => {}
                    TemplatePart::Interpolation(expr) => exprs.push(expr),
                    TemplatePart::Directive(inner) => exprs.extend(inner),
                }
            }
        }
        exprs
    }
}

/// Returns a text if nothing in the template depends on an expression.
fn text_or_template(parts: Vec<TemplatePart>) -> ExprKind {
    match parts.as_slice() {
        [] => ExprKind::Text(String::new()),
        [TemplatePart::Text(text)] => ExprKind::Text(text.clone()),
        _ => ExprKind::Template(parts),
    }
}
