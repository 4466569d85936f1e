//! The values of a configuration file, read with errors that name the place and what is expected there.

use std::fmt::Display;

use serde::de::Unexpected;
use serde_yaml::Value as Scalar;

use crate::text::Span;
use crate::yaml::{Node, Quote};

/// What is wrong with a configuration file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    pub(super) message: String,
    /// Where, in bytes.
    pub span: Span,
}

/// A value of the file, with the keys and numbers that lead to it.
pub(super) struct Value<'d> {
    node: Node<'d>,
    path: String,
}

impl<'d> Value<'d> {
    /// Begins at the root of a document.
    pub(super) fn root(node: Node<'d>) -> Self {
        Self::at(node, String::new())
    }

    pub(super) fn is_null(&self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// Returns the keys and values of a mapping, or what is there instead of one.
    pub(super) fn entries(&self, expected: &str) -> Result<Vec<(Self, Self)>, Problem> {
        if !self.node.is_mapping() || self.has_own_tag() {
            return Err(self.unexpected(expected));
        }
        let entry = |(key, value): (Node<'d>, Node<'d>)| {
            let key = Self::at(key, self.path.clone());
            let dot = if self.path.is_empty() { "" } else { "." };
            let path = format!("{}{dot}{}", self.path, key.node.scalar().unwrap_or("?"));
            (key, Self::at(value, path))
        };
        Ok(self.node.entries().map(entry).collect())
    }

    /// Returns the items of a sequence, or what is there instead of one.
    pub(super) fn items(&self, expected: &str) -> Result<Vec<Self>, Problem> {
        if !self.node.is_sequence() || self.has_own_tag() {
            return Err(self.unexpected(expected));
        }
        let items = self.node.items().enumerate();
        Ok(items
            .map(|(number, item)| Self::at(item, format!("{}[{number}]", self.path)))
            .collect())
    }

    /// Returns a string, or what is there instead of one.
    pub(super) fn string(&self, expected: &str) -> Result<&'d str, Problem> {
        match (self.scalar(), self.node.scalar()) {
            (Some(Scalar::String(_)), Some(string)) => Ok(string),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Returns a boolean, or what is there instead of one.
    pub(super) fn boolean(&self) -> Result<bool, Problem> {
        match self.scalar() {
            Some(Scalar::Bool(boolean)) => Ok(boolean),
            _ => Err(self.unexpected("a boolean")),
        }
    }

    /// Says of this value that something is wrong with it.
    pub(super) fn problem(&self, problem: impl Display) -> Problem {
        let colon = if self.path.is_empty() { "" } else { ": " };
        Problem {
            message: format!("{}{colon}{problem}", self.path),
            span: self.node.span(),
        }
    }

    fn at(node: Node<'d>, path: String) -> Self {
        Self {
            node: node.resolved(),
            path,
        }
    }

    /// Says that another type of value is expected.
    fn unexpected(&self, expected: &str) -> Problem {
        let scalar = self.scalar();
        let found = match &scalar {
            _ if self.has_own_tag() => Unexpected::Enum,
            None if self.node.is_sequence() => Unexpected::Seq,
            None => Unexpected::Map,
            Some(Scalar::Null) => Unexpected::Unit,
            Some(Scalar::Bool(boolean)) => Unexpected::Bool(*boolean),
            Some(Scalar::Number(number)) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => Unexpected::Unsigned(number),
                (None, Some(number)) => Unexpected::Signed(number),
                (None, None) => Unexpected::Float(number.as_f64().unwrap_or_default()),
            },
            Some(_) => Unexpected::Str(self.node.scalar().unwrap_or_default()),
        };
        self.problem(format_args!("invalid type: {found}, expected {expected}"))
    }

    /// Returns a scalar of a type that YAML defines: it takes some words without quotes for numbers and the like.
    fn scalar(&self) -> Option<Scalar> {
        let text = self.node.scalar().filter(|_| !self.has_own_tag())?;
        let is_word = self.node.quote() == Quote::Plain && self.node.tag_name() != Some("!!str");
        let typed: Option<Scalar> = is_word.then(|| serde_yaml::from_str(text).ok()).flatten();
        let is_scalar = |value: &Scalar| !value.is_mapping() && !value.is_sequence();
        Some(typed.filter(is_scalar).unwrap_or_else(|| text.into()))
    }

    /// Returns whether the value has a tag that YAML does not define.
    fn has_own_tag(&self) -> bool {
        self.node.tag_name().is_some_and(|tag| !tag.starts_with("!!"))
    }
}
