//! The values of a configuration file, with errors that name the position and the expected type.

use std::fmt::Display;

use serde::de::Unexpected;
use serde_yaml::Value as Scalar;

use crate::text::TextRange;
use crate::yaml::{Node, ScalarStyle};

/// An error in a configuration file, with its position.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidSetting {
    pub(super) message: String,
    /// The position, in bytes.
    pub span: TextRange,
}

/// A value of the file, with its path.
pub(super) struct ConfigValue<'d> {
    node: Node<'d>,
    path: String,
}

impl<'d> ConfigValue<'d> {
    /// Returns the root of a document.
    pub(super) fn root(node: Node<'d>) -> Self {
        Self::at(node, String::new())
    }

    pub(super) fn is_null(&self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    /// Returns the entries of a mapping, or an error for another type.
    pub(super) fn entries(&self, expected: &str) -> Result<Vec<(Self, Self)>, InvalidSetting> {
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

    /// Returns the items of a sequence, or an error for another type.
    pub(super) fn items(&self, expected: &str) -> Result<Vec<Self>, InvalidSetting> {
        if !self.node.is_sequence() || self.has_own_tag() {
            return Err(self.unexpected(expected));
        }
        let items = self.node.items().enumerate();
        Ok(items
            .map(|(number, item)| Self::at(item, format!("{}[{number}]", self.path)))
            .collect())
    }

    /// Returns a string, or an error for another type.
    pub(super) fn string(&self, expected: &str) -> Result<&'d str, InvalidSetting> {
        match (self.scalar(), self.node.scalar()) {
            (Some(Scalar::String(_)), Some(string)) => Ok(string),
            _ => Err(self.unexpected(expected)),
        }
    }

    /// Returns a boolean, or an error for another type.
    pub(super) fn boolean(&self) -> Result<bool, InvalidSetting> {
        match self.scalar() {
            Some(Scalar::Bool(boolean)) => Ok(boolean),
            _ => Err(self.unexpected("a boolean")),
        }
    }

    /// Returns an error about this value.
    pub(super) fn problem(&self, problem: impl Display) -> InvalidSetting {
        let colon = if self.path.is_empty() { "" } else { ": " };
        InvalidSetting {
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

    /// Returns the error that another type is expected.
    fn unexpected(&self, expected: &str) -> InvalidSetting {
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

    /// Returns a plain scalar, which YAML may read as a number, boolean or null.
    fn scalar(&self) -> Option<Scalar> {
        let text = self.node.scalar().filter(|_| !self.has_own_tag())?;
        let is_word = self.node.scalar_style() == ScalarStyle::Plain && self.node.tag_name() != Some("!!str");
        let typed: Option<Scalar> = is_word.then(|| serde_yaml::from_str(text).ok()).flatten();
        let is_scalar = |value: &Scalar| !value.is_mapping() && !value.is_sequence();
        Some(typed.filter(is_scalar).unwrap_or_else(|| text.into()))
    }

    /// Returns whether the value has a custom tag.
    fn has_own_tag(&self) -> bool {
        self.node.tag_name().is_some_and(|tag| !tag.starts_with("!!"))
    }
}
