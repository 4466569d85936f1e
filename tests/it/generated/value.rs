//! The content of a template, without its layout.

/// A value. Every scalar is a string.
///
/// A call of a function is a mapping with one entry, `Ref` or `Fn::…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

pub(super) fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().collect())
}

pub(super) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

/// Builds a call of a function, `Ref` or `Fn::…`.
pub(super) fn call(function: &str, argument: Value) -> Value {
    map([(function, argument)])
}

/// Builds a reference to a resource: `Fn::GetAtt` with an attribute, else `Ref`.
pub(super) fn reference(id: &str, attribute: Option<&str>) -> Value {
    match attribute {
        None => call("Ref", text(id)),
        Some(attribute) => call("Fn::GetAtt", list([text(id), text(attribute)])),
    }
}

pub(super) fn no_value() -> Value {
    reference("AWS::NoValue", None)
}

impl Value {
    /// Returns the value of an entry of this mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// Returns the entries; none if this is not a mapping.
    pub(super) fn entries(&self) -> &[(String, Value)] {
        match self {
            Self::Map(entries) => entries,
            Self::Text(_) | Self::List(_) => &[],
        }
    }

    /// Returns the function that this value calls, and its argument.
    pub(super) fn as_call(&self) -> Option<(&str, &Value)> {
        match self.entries() {
            [(function, argument)] if function == "Ref" || function.starts_with("Fn::") => Some((function, argument)),
            _ => None,
        }
    }

    /// Returns the value in a normal form for comparison.
    ///
    /// `Fn::GetAtt` has a list, and an `Fn::Sub` or `Fn::Join` of a reference alone is replaced by the reference.
    pub(super) fn normalized(&self) -> Value {
        let plain = match self {
            Self::Text(_) => return self.clone(),
            Self::List(items) => list(items.iter().map(Self::normalized)),
            Self::Map(entries) => map(entries.iter().map(|(key, value)| (key.clone(), value.normalized()))),
        };
        match plain.as_call() {
            Some(("Fn::GetAtt", Self::Text(path))) => path
                .split_once('.')
                .map(|(id, attribute)| reference(id, Some(attribute)))
                .unwrap_or(plain),
            Some(("Fn::Sub", Self::Text(pattern))) => variable(pattern).unwrap_or(plain),
            Some(("Fn::Join", Self::List(parts))) => match parts.as_slice() {
                [Self::Text(between), Self::List(joined)] if between.is_empty() && joined.len() == 1 => {
                    joined[0].clone()
                }
                _ => plain,
            },
            _ => plain,
        }
    }
}

/// Returns the reference that an `Fn::Sub` of a single variable means.
fn variable(pattern: &str) -> Option<Value> {
    let name = pattern.strip_prefix("${")?.strip_suffix('}')?;
    let is_one = !name.contains('$') && !name.starts_with('!');
    is_one.then(|| match name.split_once('.') {
        Some((id, attribute)) => reference(id, Some(attribute)),
        None => reference(name, None),
    })
}
