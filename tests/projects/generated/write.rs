//! Writes a template, and notes the range of each value.

use std::collections::HashMap;
use std::ops::Range;

use super::node::Node;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// YAML with `!Ref`.
    Short,
    /// YAML with `Ref:` and `Fn::GetAtt:`.
    Long,
    Json,
}

/// A file, and the range of the value at each path.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) ranges: HashMap<String, Range<usize>>,
}

/// Writes a template.
pub(super) fn written(template: &Node, form: Form) -> Written {
    let mut written = Written {
        text: String::new(),
        ranges: HashMap::new(),
    };
    match form {
        Form::Json => {
            written.json(template, "", 0);
            written.text.push('\n');
        }
        Form::Short | Form::Long => written.yaml(template, "", 0, form),
    }
    written
}

impl Written {
    fn note(&mut self, path: &str, start: usize) {
        self.ranges.insert(path.to_owned(), start..self.text.trim_end().len());
    }

    /// Writes a value in one line, and notes the branches of a condition.
    fn leaf(&mut self, node: &Node, path: &str, form: Form) {
        let (start, line) = (self.text.len(), inline(node, form));
        self.text += &line;
        if let Node::Call(name, argument) = node
            && name == "If"
        {
            let mut end = line.len();
            for branch in [2, 1] {
                let text = inline(&argument.items()[branch], form);
                end = line[..end].rfind(&text).unwrap();
                let range = start + end..start + end + text.len();
                self.ranges.insert(format!("{path}?{branch}"), range);
            }
        }
    }

    fn json(&mut self, node: &Node, path: &str, depth: usize) {
        let start = self.text.len();
        let indent = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match node {
            Node::Map(entries) if !entries.is_empty() => {
                self.text.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    self.text += &format!("{comma}{}{}: ", indent(depth + 1), quoted(key));
                    self.json(value, &below(path, key), depth + 1);
                }
                self.text += &format!("{}}}", indent(depth));
            }
            Node::List(items) if items.iter().any(|item| matches!(item, Node::Map(_))) => {
                self.text.push('[');
                for (at, value) in items.iter().enumerate() {
                    let comma = if at > 0 { "," } else { "" };
                    self.text += &format!("{comma}{}", indent(depth + 1));
                    self.json(value, &below(path, &at.to_string()), depth + 1);
                }
                self.text += &format!("{}]", indent(depth));
            }
            Node::List(items) if items.len() == 1 => {
                self.text.push('[');
                self.json(&items[0], &below(path, "0"), depth);
                self.text.push(']');
            }
            _ => self.leaf(node, path, Form::Json),
        }
        self.note(path, start);
    }

    /// Writes a value after its key, and the end of the line.
    fn yaml(&mut self, node: &Node, path: &str, depth: usize, form: Form) {
        let start = self.text.len();
        let indent = "  ".repeat(depth);
        match node {
            Node::Map(entries) if !entries.is_empty() => {
                if depth > 0 {
                    self.text.push('\n');
                }
                for (key, value) in entries {
                    self.text += &format!("{indent}{key}:");
                    self.yaml(value, &below(path, key), depth + 1, form);
                }
            }
            Node::List(items) if items.len() == 1 && !matches!(items[0], Node::Map(_)) => {
                self.text += &format!("\n{indent}- ");
                let start = self.text.len();
                self.leaf(&items[0], &below(path, "0"), form);
                self.note(&below(path, "0"), start);
                self.text.push('\n');
            }
            _ => {
                self.text.push(' ');
                self.leaf(node, path, form);
                self.text.push('\n');
            }
        }
        self.note(path, start);
    }
}

fn below(path: &str, key: &str) -> String {
    format!("{path}/{key}")
}

/// Writes a value in one line.
fn inline(node: &Node, form: Form) -> String {
    let items = |items: &[Node], form: Form| {
        let items: Vec<_> = items.iter().map(|item| inline(item, form)).collect();
        format!("[{}]", items.join(", "))
    };
    match node {
        Node::Text(text) => scalar(text, form),
        Node::List(list) => items(list, form),
        Node::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), inline(value, form)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Node::Call(name, argument) if form == Form::Short => match (name.as_str(), argument.as_ref()) {
            ("GetAtt", Node::List(path)) => {
                let path: Vec<_> = path.iter().filter_map(Node::as_text).collect();
                format!("!GetAtt {}", path.join("."))
            }
            // A short form must not follow another one.
            (_, Node::Call(..)) => format!("!{name} {}", inline(argument, Form::Json)),
            _ => format!("!{name} {}", inline(argument, form)),
        },
        Node::Call(name, argument) => {
            let key = match name.as_str() {
                "Ref" | "Condition" => name.clone(),
                _ => format!("Fn::{name}"),
            };
            format!("{{{}: {}}}", quoted(&key), inline(argument, form))
        }
    }
}

fn scalar(text: &str, form: Form) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-./".contains(c));
    match form {
        Form::Short | Form::Long if is_word => text.to_owned(),
        _ => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
