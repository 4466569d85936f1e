//! The address of a rule's page.

use crate::model::Rule;

/// The homepage that `Cargo.toml` names; empty if it names none.
pub const HOMEPAGE: &str = env!("CARGO_PKG_HOMEPAGE");

/// Returns the address of a rule's page, if `Cargo.toml` names a homepage.
pub fn rule_url(rule: &Rule) -> Option<String> {
    rule_page(HOMEPAGE, rule)
}

/// Returns the address of a rule's page, if there is a homepage.
///
/// On GitHub, the homepage is the repository, whose `docs/rules.md` has a heading for each rule. Elsewhere it is a site
/// that is built from `docs`.
pub(super) fn rule_page(homepage: &str, rule: &Rule) -> Option<String> {
    let homepage = homepage.trim_end_matches('/');
    let page = match homepage {
        "" => return None,
        repository if repository.starts_with("https://github.com/") => "blob/HEAD/docs/rules.md",
        _ => "rules/",
    };
    let code = rule.code.to_lowercase();
    Some(format!("{homepage}/{page}#{code}-{}", rule.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule;

    #[test]
    fn links_rules_to_their_pages_if_there_is_a_homepage() {
        let rule = rule("IPF003").unwrap();
        for (homepage, page) in [
            ("", None),
            (
                "https://github.com/somebody/cfn-ipfix",
                Some("https://github.com/somebody/cfn-ipfix/blob/HEAD/docs/rules.md#ipf003-profile-shape"),
            ),
            (
                "https://docs.example.com/cfn-ipfix/",
                Some("https://docs.example.com/cfn-ipfix/rules/#ipf003-profile-shape"),
            ),
        ] {
            assert_eq!(rule_page(homepage, rule).as_deref(), page);
        }
    }
}
