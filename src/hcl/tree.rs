//! The syntax tree of a file: bodies, blocks, attributes and expressions, each with its range.

use crate::text::TextRange;

/// The content of a file or of a block.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The attributes, in the order of the file.
    pub attributes: Vec<Attribute>,
    /// The blocks, in the order of the file.
    pub blocks: Vec<Block>,
}

/// An argument with its value: `key = value`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The key.
    pub key: Word,
    /// The value.
    pub value: Expr,
    /// The range from the key to the end of the value.
    pub span: TextRange,
}

/// A block: `type "label" { … }`.
#[derive(Clone, Debug)]
pub struct Block {
    /// The type, such as `resource`.
    pub block_type: Word,
    /// The labels, without quotes.
    pub labels: Vec<Word>,
    /// The content.
    pub body: Body,
    /// The range from the type to the closing brace.
    pub span: TextRange,
}

/// An identifier or a label.
#[derive(Clone, Debug)]
pub struct Word {
    /// The text, without quotes.
    pub text: String,
    /// The range, including quotes.
    pub span: TextRange,
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its range, without surrounding space.
    pub span: TextRange,
    /// Its content.
    pub kind: ExprKind,
}

/// The content of an expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A string without interpolations.
    Text(String),
    /// A string with interpolations or directives.
    Template(Vec<TemplatePart>),
    /// `null`.
    Null,
    /// A number or a boolean, as HCL prints it.
    Scalar(String),
    /// `[…]`.
    List(Vec<Expr>),
    /// `{…}`; a key that is an identifier is a text.
    Object(Vec<(Expr, Expr)>),
    /// `(…)`.
    Parenthesis(Box<Expr>),
    /// An identifier, or the value below an expression.
    Traversal(Traversal),
    /// A function call.
    Call(Call),
    /// `condition ? then : otherwise`.
    Conditional(Box<[Expr; 3]>),
    /// An operation or a `for` expression, with its operands.
    Other(&'static str, Vec<Expr>),
}

/// A part of a string with interpolations.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// A literal.
    Text(String),
    /// `${…}`.
    Interpolation(Expr),
    /// `%{…}`, with its expressions.
    Directive(Vec<Expr>),
}

/// A path below a variable or another expression.
#[derive(Clone, Debug)]
pub struct Traversal {
    /// The beginning.
    pub root: Root,
    /// The steps after it; none for a variable alone.
    pub steps: Vec<Step>,
}

/// The beginning of a traversal.
#[derive(Clone, Debug)]
pub enum Root {
    /// A variable.
    Variable(Word),
    /// Another expression.
    Expr(Box<Expr>),
}

/// A step of a traversal.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its range; for an attribute without the dot, for an index without the brackets.
    pub span: TextRange,
    /// Its content.
    pub kind: StepKind,
}

/// The content of a step.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// `.name`.
    Attribute(String),
    /// `[…]`, or the old `.0`.
    Index(Box<Expr>),
    /// `[*]` or `.*`.
    Splat,
}

/// A function call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name of the function; with its namespace, if it has one.
    pub name: String,
    /// The arguments.
    pub arguments: Vec<Expr>,
}

impl Body {
    /// Returns an attribute by its key.
    pub fn attribute(&self, key: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.key.text == key)
    }

    /// Iterates over the blocks of a type.
    pub fn blocks_of<'b, 't>(&'b self, block_type: &'t str) -> impl Iterator<Item = &'b Block> + use<'b, 't> {
        let blocks = self.blocks.iter();
        blocks.filter(move |block| block.block_type.text == block_type)
    }

    /// Iterates over the values of all attributes here and in inner blocks.
    pub fn values(&self) -> impl Iterator<Item = &Expr> {
        let mut bodies = vec![self];
        std::iter::from_fn(move || {
            let body = bodies.pop()?;
            bodies.extend(body.blocks.iter().map(|block| &block.body));
            Some(body.attributes.iter().map(|attribute| &attribute.value))
        })
        .flatten()
    }
}

impl Expr {
    /// Returns the string, if it is literal.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the traversal, if the expression is one.
    pub fn traversal(&self) -> Option<&Traversal> {
        match &self.kind {
            ExprKind::Traversal(traversal) => Some(traversal),
            _ => None,
        }
    }

    /// Returns the value of a key, if the expression is an object; the last one counts.
    pub fn entry(&self, name: &str) -> Option<&Expr> {
        let ExprKind::Object(entries) = &self.kind else {
            return None;
        };
        let found = entries.iter().rfind(|(key, _)| key.text() == Some(name));
        found.map(|(_, value)| value)
    }

    /// Returns the expressions directly inside.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Text(_) | ExprKind::Null | ExprKind::Scalar(_) => Vec::new(),
            ExprKind::Template(parts) => parts.iter().flat_map(TemplatePart::exprs).collect(),
            ExprKind::List(items) | ExprKind::Other(_, items) => items.iter().collect(),
            ExprKind::Object(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            ExprKind::Parenthesis(inner) => vec![inner],
            ExprKind::Traversal(traversal) => traversal.exprs().collect(),
            ExprKind::Call(call) => call.arguments.iter().collect(),
            ExprKind::Conditional(parts) => parts.iter().collect(),
        }
    }

    /// Iterates over this expression and all inside, from the outside to the inside.
    pub fn descendants(&self) -> impl Iterator<Item = &Expr> {
        let mut pending = vec![self];
        std::iter::from_fn(move || {
            let next = pending.pop()?;
            pending.extend(next.children().into_iter().rev());
            Some(next)
        })
    }
}

impl TemplatePart {
    fn exprs(&self) -> &[Expr] {
        match self {
            Self::Text(_) => &[],
            Self::Interpolation(expr) => std::slice::from_ref(expr),
            Self::Directive(exprs) => exprs,
        }
    }
}

impl Traversal {
    /// Returns the name of the variable that it begins with.
    pub fn variable(&self) -> Option<&Word> {
        match &self.root {
            Root::Variable(word) => Some(word),
            Root::Expr(_) => None,
        }
    }

    /// Returns the name of a step that is an attribute.
    pub fn attribute(&self, at: usize) -> Option<&str> {
        match &self.steps.get(at)?.kind {
            StepKind::Attribute(name) => Some(name),
            StepKind::Index(_) | StepKind::Splat => None,
        }
    }

    fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let root = match &self.root {
            Root::Variable(_) => None,
            Root::Expr(expr) => Some(&**expr),
        };
        let indices = self.steps.iter().filter_map(|step| match &step.kind {
            StepKind::Index(index) => Some(&**index),
            StepKind::Attribute(_) | StepKind::Splat => None,
        });
        root.into_iter().chain(indices)
    }
}
