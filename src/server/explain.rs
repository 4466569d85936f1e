//! Explains a rule to the user.

use gen_lsp_types::{MessageType, ShowDocumentParams, ShowDocumentRequest};

use super::capabilities::Client;
use super::outgoing::Outgoing;
use crate::model::Rule;
use crate::report;

/// Opens the page of a rule in the browser, or shows its beginning as a message.
///
/// A message works in every client, also where there is no page.
pub(super) fn explain(rule: &'static Rule, client: &Client, outgoing: &mut Outgoing<'_>) {
    match report::rule_url(rule).filter(|_| client.shows_documents) {
        Some(url) => {
            outgoing.request::<ShowDocumentRequest>(&ShowDocumentParams {
                uri: url.into(),
                external: Some(true),
                take_focus: None,
                selection: None,
            });
        }
        None => outgoing.show(MessageType::Info, &summary(rule)),
    }
}

/// Returns the name of a rule, what it finds and why that is bad.
fn summary(rule: &Rule) -> String {
    let is_text = |paragraph: &&str| !paragraph.trim().is_empty() && !paragraph.starts_with('#');
    let paragraphs = rule.explanation.split("\n\n").filter(is_text).take(2);
    let paragraphs = paragraphs.map(|paragraph| paragraph.trim().replace('\n', " "));
    let paragraphs: Vec<_> = paragraphs
        .map(|paragraph| without_introduction(&paragraph).to_owned())
        .collect();
    format!("{} {}\n\n{}", rule.code, rule.name, paragraphs.join("\n\n"))
}

/// Removes the last sentence of a paragraph if a quotation or an example, which is left out, continues it.
fn without_introduction(paragraph: &str) -> &str {
    match paragraph.rfind(". ") {
        _ if paragraph.ends_with('.') => paragraph,
        Some(end) => paragraph.get(..=end).unwrap_or(paragraph),
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::summary;
    use crate::rules::rules;

    #[test]
    fn a_summary_ends_with_a_sentence() {
        for rule in rules() {
            let summary = summary(rule);
            assert!(summary.trim_end().ends_with('.'), "{summary}");
            assert!(summary.len() > rule.name.len() + 50, "{summary}");
        }
    }
}
