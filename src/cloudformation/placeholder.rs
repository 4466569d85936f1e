//! Parts of strings that are replaced: dynamic references, and variables of template languages such as Jinja.

use crate::yaml::{CollectionStyle, Node, Variables};

/// The beginning of a dynamic reference.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub(super) const DYNAMIC_REFERENCE: &str = "{{resolve:";

/// The delimiters of template languages. No name in IAM contains them.
const DELIMITERS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("<%", "%>")];

/// Returns the first variable of a template language in a string, with its delimiters.
pub(super) fn template_variable(text: &str) -> Option<&str> {
    let delimited = DELIMITERS.iter().filter_map(|(start, end)| {
        let mut starts = text.match_indices(start).map(|(at, _)| at);
        let at = starts.find(|&at| text.get(at..).is_some_and(|rest| !rest.starts_with(DYNAMIC_REFERENCE)))?;
        let rest = text.get(at..)?;
        let len = rest.find(end).map_or(rest.len(), |len| len + end.len());
        Some((at, rest.get(..len)?))
    });
    Some(delimited.chain(serverless_variable(text)).min()?.1)
}

/// Returns the first variable of the Serverless Framework in a string, with its offset.
///
/// A source such as `self` follows the brace, and then an address or parameters: `${self:custom.role}`, `${file(role.yml)}`.
/// A pseudo parameter such as `${AWS::Region}` is none.
///
/// <https://github.com/serverless/serverless/blob/v3/lib/configuration/variables/parse.js>
pub(super) fn serverless_variable(text: &str) -> Option<(usize, &str)> {
    let is_variable = |&at: &usize| {
        let inside = text.get(at + 2..).unwrap_or_default();
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        let rest = inside.trim_start_matches(is_of_name);
        let is_source = inside.starts_with(|c: char| c.is_ascii_lowercase());
        is_source && (rest.starts_with('(') || (rest.starts_with(':') && !rest.starts_with("::")))
    };
    let at = text.match_indices("${").map(|(at, _)| at).find(is_variable)?;
    let rest = text.get(at..)?;
    let mut depth = 0_usize;
    let end = rest.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return None,
        }
        (depth == 0).then_some(at + 1)
    });
    Some((at, rest.get(..end.unwrap_or(rest.len()))?))
}

/// Returns the first variable in a scalar that is replaced before the template around the scalar is read.
///
/// The template is in a string of another document, and the variable is one of `Fn::Sub` there.
pub(super) fn replaced_variable(scalar: Node<'_>) -> Option<&str> {
    let text = scalar
        .scalar()
        .filter(|_| scalar.yaml_file().variables() == Variables::Unknown)?;
    let variable = text.get(text.find("${")?..)?;
    variable.get(..variable.find('}').map_or(variable.len(), |end| end + 1))
}

/// Returns the variable of a template language in a node.
///
/// It is in the scalar, or in place of it. Without quotes, YAML reads `{{ name }}` as a mapping whose key is a mapping.
pub(super) fn template_variable_of(node: Node<'_>) -> Option<&str> {
    if let Some(variable) = replaced_variable(node) {
        return Some(variable);
    }
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
    let starts = starts.chain(serverless_variable(text).map(|(at, _)| at));
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
            (
                "web-${self:custom.${opt:stage, 'dev'}.role}-x",
                Some("${self:custom.${opt:stage, 'dev'}.role}"),
            ),
            ("${file(role.yml):arn}", Some("${file(role.yml):arn}")),
            ("${AWS::Region}${Role}${Role.Arn}${!a:b}", None),
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
            ("${Role}-${env:STAGE}", "${Role}-"),
            ("{{resolve:ssm:/role}}", ""),
        ] {
            assert_eq!((known_start(text), is_known(text)), (start, start == text), "{text}");
        }
    }
}
