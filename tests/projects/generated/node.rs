//! Templates as trees of values and functions.

/// A value in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
    /// A function by its name without `Fn::`, and its argument.
    Call(String, Box<Node>),
}

pub(super) fn text(value: impl Into<String>) -> Node {
    Node::Text(value.into())
}

pub(super) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::List(items.into_iter().collect())
}

pub(super) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Node)>) -> Node {
    Node::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

pub(super) fn call(name: &str, argument: Node) -> Node {
    Node::Call(name.to_owned(), Box::new(argument))
}

/// The functions that have a short form.
const CALLS: [&str; 12] = [
    "Ref",
    "GetAtt",
    "Sub",
    "Join",
    "If",
    "ImportValue",
    "Condition",
    "Equals",
    "Not",
    "And",
    "Or",
    "FindInMap",
];

impl Node {
    /// Reads a value by `serde_yaml`, in either form of functions.
    pub(super) fn read(value: &serde_yaml::Value) -> Self {
        use serde_yaml::Value;
        let scalar = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => value.to_string(),
            Value::Null => String::new(),
            other => panic!("{other:?} is no scalar"),
        };
        match value {
            Value::Sequence(items) => list(items.iter().map(Self::read)),
            Value::Mapping(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (scalar(key), Self::read(value)))
                    .collect();
                match entries.as_slice() {
                    [(key, argument)] if key == "Ref" || key.starts_with("Fn::") => {
                        Self::called(key.trim_start_matches("Fn::"), argument.clone())
                    }
                    [(key, argument @ Self::Text(_))] if key == "Condition" => call("Condition", argument.clone()),
                    _ => Self::Map(entries),
                }
            }
            Value::Tagged(tagged) => {
                let tag = tagged.tag.to_string();
                Self::called(tag.trim_start_matches('!'), Self::read(&tagged.value))
            }
            other => text(scalar(other)),
        }
    }

    fn called(name: &str, argument: Self) -> Self {
        assert!(CALLS.contains(&name), "unknown function {name}");
        match (name, &argument) {
            // Both forms of the argument are the list.
            ("GetAtt", Self::Text(path)) => {
                let (id, attribute) = path.split_once('.').unwrap();
                call(name, list([text(id), text(attribute)]))
            }
            _ => call(name, argument),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    pub(super) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}
