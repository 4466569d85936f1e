//! What a template says, without how it is written.

/// A value; every scalar is a text, and a function's call is a mapping with one entry, `Ref` or `Fn::…`.
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

/// A call of a function: `Ref` or `Fn::…`.
pub(super) fn call(function: &str, argument: Value) -> Value {
    map([(function, argument)])
}

/// A reference to a resource: with an attribute `Fn::GetAtt`, else `Ref`.
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
    /// The value of an entry of this mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The entries of this mapping; none if it is no mapping.
    pub(super) fn entries(&self) -> &[(String, Value)] {
        match self {
            Self::Map(entries) => entries,
            Self::Text(_) | Self::List(_) => &[],
        }
    }

    /// The function that this value calls, and with what.
    pub(super) fn as_call(&self) -> Option<(&str, &Value)> {
        match self.entries() {
            [(function, argument)] if function == "Ref" || function.starts_with("Fn::") => Some((function, argument)),
            _ => None,
        }
    }

    /// The same in the plainest words: `Fn::GetAtt` with a list, and `Ref` or `Fn::GetAtt` for an `Fn::Sub` or `Fn::Join`
    /// that says no more.
    pub(super) fn meaning(&self) -> Value {
        let plain = match self {
            Self::Text(_) => return self.clone(),
            Self::List(items) => list(items.iter().map(Self::meaning)),
            Self::Map(entries) => map(entries.iter().map(|(key, value)| (key.clone(), value.meaning()))),
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

/// What an `Fn::Sub` of a single variable refers to.
fn variable(pattern: &str) -> Option<Value> {
    let name = pattern.strip_prefix("${")?.strip_suffix('}')?;
    let is_one = !name.contains('$') && !name.starts_with('!');
    is_one.then(|| match name.split_once('.') {
        Some((id, attribute)) => reference(id, Some(attribute)),
        None => reference(name, None),
    })
}
