//! Parts of strings that are replaced: dynamic references, and variables of template languages such as Jinja.

use crate::yaml::{CollectionStyle, Node};

/// The beginning of a dynamic reference.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub(super) const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// The delimiters of template languages. No name in IAM contains them.
const DELIMITERS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("<%", "%>")];

/// Returns the first variable of a template language in a string, with its delimiters.
pub(super) fn template_variable(text: &str) -> Option<&str> {
    let variables = DELIMITERS.iter().filter_map(|(start, end)| {
        let mut starts = text.match_indices(start).map(|(at, _)| at);
        let at = starts.find(|&at| text.get(at..).is_some_and(|rest| !rest.starts_with(DYNAMIC_REFERENCE)))?;
        let rest = text.get(at..)?;
        let len = rest.find(end).map_or(rest.len(), |len| len + end.len());
        Some((at, rest.get(..len)?))
    });
    Some(variables.min()?.1)
}

/// Returns the variable of a template language in a node.
///
/// It is in the scalar, or in place of it. Without quotes, YAML reads `{{ name }}` as a mapping whose key is a mapping.
pub(super) fn template_variable_of(node: Node<'_>) -> Option<&str> {
    let is_flow = node.collection_style() == Some(CollectionStyle::Flow);
    let is_bare = || is_flow && node.entries().next().is_some_and(|(key, _)| key.is_mapping());
    match node.scalar() {
        Some(text) => template_variable(text),
        None => is_bare().then(|| node.source().trim()),
    }
}

/// Returns the part of a string before its first placeholder.
pub(super) fn known_start(text: &str) -> &str {
    let starts = DELIMITERS.iter().filter_map(|(start, _)| text.find(start));
    text.get(..starts.min().unwrap_or(text.len())).unwrap_or_default()
}

/// Returns whether a string has no placeholder.
pub(super) fn is_known(text: &str) -> bool {
    known_start(text).len() == text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_with_their_delimiters() {
        for (text, variable) in [
            ("{{ role }}", Some("{{ role }}")),
            ("web-{{role}}-{{ env }}", Some("{{role}}")),
            ("a-{% if x %}b{% endif %}{{ c }}", Some("{% if x %}")),
            ("<%= role %>", Some("<%= role %>")),
            ("{{ role", Some("{{ role")),
            ("{{resolve:ssm:/role}}", None),
            ("{{resolve:ssm:/{{ env }}/role}}", Some("{{ env }}")),
            ("{}", None),
            ("web", None),
        ] {
            assert_eq!(template_variable(text), variable, "{text}");
        }
    }

    #[test]
    fn a_string_is_known_up_to_its_first_variable() {
        for (text, start) in [
            ("web", "web"),
            ("web-{{ env }}", "web-"),
            ("a{% b %}{{ c }}", "a"),
            ("{{resolve:ssm:/role}}", ""),
        ] {
            assert_eq!((known_start(text), is_known(text)), (start, start == text), "{text}");
        }
    }
}
