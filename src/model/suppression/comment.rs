//! The comment `# cfn-ipfix: ignore[RULE, …] reason`.

use std::collections::HashSet;
use std::ops::Range;

use super::{NAME, RuleFilter, SuppressionError, UnknownRule};
use crate::model::rule::Rule;
use crate::text::{FileRange, TextRange};

/// A parsed suppression comment.
pub struct CommentReading {
    /// The rules that it names, if it is valid.
    pub asked: Option<RuleFilter>,
    /// The invalid parts, each with its location.
    pub problems: Vec<(FileRange, SuppressionError)>,
}

/// Finds a rule by its code or name.
type Lookup = fn(&str) -> Result<&'static Rule, UnknownRule>;

/// Parses a comment that ends where `place` ends.
///
/// Returns `None` if it is not for this tool.
pub fn read_comment(text: &str, place: FileRange, rule: Lookup) -> Option<CommentReading> {
    let text = text.trim_start_matches('#').trim_start();
    let rest = text.get(NAME.len()..).filter(|_| {
        text.get(..NAME.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
    })?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t', ':', '[']) {
        return None;
    }
    let unread = |problem| {
        Some(CommentReading {
            asked: None,
            problems: vec![(place, problem)],
        })
    };
    let Some(order) = rest.trim_start().strip_prefix(':').map(str::trim_start) else {
        return unread(SuppressionError::Comment);
    };
    let word_end = order
        .find(|c: char| !c.is_alphanumeric() && c != '-')
        .unwrap_or(order.len());
    let (word, rest) = order.split_at(word_end);
    if word != "ignore" {
        return unread(match word {
            "" => SuppressionError::Comment,
            _ => SuppressionError::Word(word.to_owned()),
        });
    }
    match rest.trim_start().strip_prefix('[') {
        Some(list) => match list.split_once(']') {
            Some((list, reason)) => {
                // The list precedes its bracket and the reason.
                let start = place.span.end() - reason.len() - 1 - list.len();
                Some(read_list(list, start, place, rule))
            }
            None => unread(SuppressionError::Comment),
        },
        None if !rest.is_empty() && !rest.starts_with([' ', '\t']) => unread(SuppressionError::Comment),
        // `ignore IPF001` is unlikely to mean every rule, for the reason `IPF001`.
        None if starts_with_rule(rest, rule) => unread(SuppressionError::Comment),
        None => Some(CommentReading {
            asked: Some(RuleFilter::All),
            problems: Vec::new(),
        }),
    }
}

/// Parses the rules of a list that begins at the byte `start`.
fn read_list(list: &str, start: usize, place: FileRange, rule: Lookup) -> CommentReading {
    let mut known = Vec::new();
    let mut problems = Vec::new();
    let mut is_all = false;
    for (part, span) in parts(list, start) {
        let place = FileRange::new(place.file, span);
        match part.trim() {
            "" => {}
            "all" => is_all = true,
            name => match rule(name) {
                Ok(rule) => known.push((rule, place)),
                Err(error) => problems.push((place, SuppressionError::Rule(error))),
            },
        }
    }
    CommentReading {
        asked: Some(if is_all {
            RuleFilter::All
        } else {
            RuleFilter::Rules(known)
        }),
        problems,
    }
}

fn starts_with_rule(reason: &str, rule: Lookup) -> bool {
    let name = reason.split_whitespace().next().unwrap_or_default();
    rule(name.trim_end_matches([',', ':', ';', '.'])).is_ok()
}

/// Removes the entries at some ranges from a comment's list.
///
/// The comment begins at the byte `start`.
///
/// Returns the byte range of the list and its new content; `None` if the list would be empty.
pub fn shortened(text: &str, start: usize, removed: &HashSet<TextRange>) -> Option<(Range<usize>, String)> {
    let (before, rest) = text.split_once('[')?;
    let (list, _) = rest.split_once(']')?;
    let at = before.len() + "[".len();
    let parts = parts(list, start + at);
    let is_first_removed = parts.first().is_some_and(|(_, span)| removed.contains(span));
    let remaining = parts.iter().filter(|(_, span)| !removed.contains(span));
    let remaining = remaining.map(|(part, _)| *part).collect::<Vec<_>>().join(",");
    let remaining = if is_first_removed {
        remaining.trim_start()
    } else {
        &remaining
    };
    (!remaining.trim().is_empty()).then(|| (at..at + list.len(), remaining.to_owned()))
}

/// Returns the offset of a comment inside another comment, after its `#`.
///
/// In `# cfn-ipfix: ignore # checkov:skip=…`, the second comment may be for another tool. A number, as in `#12`, is
/// part of the reason.
pub fn comment_inside(text: &str) -> Option<usize> {
    let mut hashes = text.match_indices('#').map(|(at, _)| at);
    hashes.find_map(|at| {
        let (before, inside) = (text.get(..at)?, text.get(at + 1..)?);
        let begins = before.ends_with([' ', '\t']) && !before.trim().is_empty();
        (begins && inside.trim_start().starts_with(char::is_alphabetic)).then_some(at + 1)
    })
}

/// Splits a list that begins at the byte `start` at its commas.
///
/// Each part has its range without blanks.
fn parts(list: &str, start: usize) -> Vec<(&str, TextRange)> {
    let mut at = start;
    let parts = list.split(',').map(|part| {
        let name_start = at + part.len() - part.trim_start().len();
        at += part.len() + ",".len();
        (part, TextRange::new(name_start, name_start + part.trim().len()))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule;
    use crate::text::FileId;

    fn place(source: &str) -> FileRange {
        FileRange::new(FileId::default(), TextRange::new(0, source.len()))
    }

    /// Returns the codes that a comment names, and its invalid parts.
    fn reading(source: &str) -> Option<(String, Vec<&str>)> {
        let CommentReading { asked, problems } = read_comment(&source[1..], place(source), rule)?;
        let asked = match asked {
            None => "nothing".to_owned(),
            Some(RuleFilter::All) => "all".to_owned(),
            Some(RuleFilter::Rules(entries)) => {
                let entries = entries.iter().map(|(named, place)| {
                    let name = place.span.slice(source);
                    assert_eq!(rule(name).unwrap().code, named.code, "{source}");
                    named.code
                });
                entries.collect::<Vec<_>>().join(" ")
            }
        };
        let problems = problems.iter().map(|(place, _)| place.span.slice(source));
        Some((asked, problems.collect()))
    }

    #[test]
    fn parses_comments() {
        for (source, asked) in [
            ("# cfn-ipfix: ignore", "all"),
            ("# cfn-ipfix: ignore until the next release", "all"),
            ("# cfn-ipfix: ignore[all]", "all"),
            ("# cfn-ipfix: ignore[IPF001]", "IPF001"),
            ("#cfn-ipfix:ignore[IPF001]reason", "IPF001"),
            (
                "## CFN-IPFIX : ignore [ ipf001 , profile-shape,] because [2]",
                "IPF001 IPF003",
            ),
            ("# cfn-ipfix: ignore[]", ""),
        ] {
            assert_eq!(reading(source), Some((asked.to_owned(), vec![])), "{source}");
        }
    }

    #[test]
    fn reports_invalid_parts() {
        for (source, asked, problem) in [
            ("# cfn-ipfix: ignore[IPF01, IPF002]", "IPF002", "IPF01"),
            ("# cfn-ipfix ignore IPF001", "nothing", ""),
            ("# cfn-ipfix", "nothing", ""),
            ("# cfn-ipfix:", "nothing", ""),
            ("# cfn-ipfix: ignroe[IPF001]", "nothing", ""),
            ("# cfn-ipfix: ignore[IPF001", "nothing", ""),
            ("# cfn-ipfix: ignore IPF001", "nothing", ""),
            ("# cfn-ipfix: ignore profile-shape, for now", "nothing", ""),
            ("# cfn-ipfix: ignore: IPF001", "nothing", ""),
            ("# cfn-ipfix[IPF001]", "nothing", ""),
        ] {
            let problem = if problem.is_empty() { source } else { problem };
            assert_eq!(reading(source), Some((asked.to_owned(), vec![problem])), "{source}");
        }
    }

    #[test]
    fn skips_other_comments() {
        for source in [
            "#",
            "# ignore",
            "# cfn-ipfix.yaml",
            "# cfn-ipfixes",
            "# see cfn-ipfix: ignore",
            "# cfn-lint: x",
        ] {
            assert_eq!(reading(source), None, "{source}");
        }
    }

    #[test]
    fn finds_a_comment_inside_another() {
        for (text, inside) in [
            (
                " cfn-ipfix: ignore # checkov:skip=CKV_AWS_1",
                Some(" checkov:skip=CKV_AWS_1"),
            ),
            (" cfn-ipfix: ignore[IPF001] why #nosec", Some("nosec")),
            (" cfn-ipfix: ignore see #12", None),
            (" cfn-ipfix: ignore a#b", None),
            ("# cfn-ipfix: ignore", None),
        ] {
            assert_eq!(comment_inside(text).map(|at| &text[at..]), inside);
        }
    }

    #[test]
    fn removes_entries_and_keeps_the_spacing() {
        for (source, after) in [
            (
                "# cfn-ipfix: ignore[IPF001, IPF002] why",
                Some("# cfn-ipfix: ignore[IPF002] why"),
            ),
            (
                "# cfn-ipfix: ignore[IPF002,IPF001] [why]",
                Some("# cfn-ipfix: ignore[IPF002] [why]"),
            ),
            (
                "# cfn-ipfix: ignore[IPF002, IPF001, IPF003]",
                Some("# cfn-ipfix: ignore[IPF002, IPF003]"),
            ),
            ("# cfn-ipfix: ignore[IPF001, IPF001]", None),
        ] {
            let removed = source
                .match_indices("IPF001")
                .map(|(at, code)| TextRange::new(at, at + code.len()));
            let edited = shortened(&source[1..], 1, &removed.collect()).map(|(range, list)| {
                let mut edited = source.to_owned();
                edited.replace_range(range.start + 1..range.end + 1, &list);
                edited
            });
            assert_eq!(edited.as_deref(), after);
        }
    }
}
