//! The content of a template, without its layout.

/// A value. Every scalar is a string.
///
/// A call of a function is a mapping with one entry, `Ref` or `Fn::…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tree {
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

use Tree::{List, Map, Text};

/// Builds a scalar.
pub(crate) fn text(text: impl Into<String>) -> Tree {
    Text(text.into())
}

/// Builds a list.
pub(crate) fn list(items: impl IntoIterator<Item = Tree>) -> Tree {
    List(items.into_iter().collect())
}

/// Builds a mapping.
pub(crate) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Tree)>) -> Tree {
    Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Builds a call of a function.
pub(crate) fn call(function: &str, argument: Tree) -> Tree {
    map([(function, argument)])
}

/// Builds a `Ref`.
pub(crate) fn reference(id: impl Into<String>) -> Tree {
    call("Ref", text(id))
}

/// Builds an `Fn::GetAtt` of an ARN.
pub(crate) fn arn_of(id: impl Into<String>) -> Tree {
    call("Fn::GetAtt", list([text(id), text("Arn")]))
}

/// Builds an `Fn::Sub` of a pattern without variables of its own.
pub(crate) fn sub(pattern: impl Into<String>) -> Tree {
    call("Fn::Sub", text(pattern))
}

/// Builds an `Fn::If`.
pub(crate) fn choose(condition: &str, yes: Tree, no: Tree) -> Tree {
    call("Fn::If", list([text(condition), yes, no]))
}

/// Builds a reference to `AWS::NoValue`.
pub(crate) fn no_value() -> Tree {
    reference("AWS::NoValue")
}

impl Tree {
    /// Returns the value of an entry.
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Returns the entries; none if this is not a mapping.
    pub(crate) fn entries(&self) -> &[(String, Tree)] {
        match self {
            Map(entries) => entries,
            Text(_) | List(_) => &[],
        }
    }

    /// Returns the items; none if this is not a list.
    pub(crate) fn items(&self) -> &[Tree] {
        match self {
            List(items) => items,
            Text(_) | Map(_) => &[],
        }
    }

    /// Returns the scalar.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Text(text) => Some(text),
            List(_) | Map(_) => None,
        }
    }

    /// Returns the function that this value calls, and its argument.
    pub(crate) fn as_call(&self) -> Option<(&str, &Tree)> {
        match self.entries() {
            [(name, argument)] if matches!(name.as_str(), "Ref" | "Condition") || name.starts_with("Fn::") => {
                Some((name, argument))
            }
            _ => None,
        }
    }

    /// Returns the argument of a call of `function`.
    pub(crate) fn argument_of(&self, function: &str) -> Option<&Tree> {
        self.as_call()
            .filter(|(name, _)| *name == function)
            .map(|(_, argument)| argument)
    }

    /// Returns the resource and the attribute of an `Fn::GetAtt`.
    pub(crate) fn as_get_att(&self) -> Option<(&str, &str)> {
        match self.argument_of("Fn::GetAtt")? {
            Text(path) => path.split_once('.'),
            List(parts) => match parts.as_slice() {
                [Text(id), Text(attribute)] => Some((id, attribute)),
                _ => None,
            },
            Map(_) => None,
        }
    }

    /// Returns the number of scalars and collections in this value.
    pub(crate) fn size(&self) -> usize {
        match self {
            Text(_) => 1,
            List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Map(entries) => 1 + entries.iter().map(|(_, value)| 1 + value.size()).sum::<usize>(),
        }
    }

    /// Replaces each scalar, keys too.
    pub(crate) fn with_texts(&self, replace: &impl Fn(&str) -> String) -> Tree {
        match self {
            Text(text) => Text(replace(text)),
            List(items) => list(items.iter().map(|item| item.with_texts(replace))),
            Map(entries) => map(entries
                .iter()
                .map(|(key, value)| (replace(key), value.with_texts(replace)))),
        }
    }
}
