//! The comment `# cfn-ipfix: ignore[RULE, …] reason`.

use std::collections::HashSet;
use std::ops::Range;

use super::{Asked, NAME, Problem, UnknownRule};
use crate::model::rule::Rule;
use crate::text::{Place, Span};

/// A comment for this tool, as it was read.
pub struct CommentReading {
    /// The rules that it asks for, if it is understood.
    pub asked: Option<Asked>,
    /// The parts that are not understood, each with its place.
    pub problems: Vec<(Place, Problem)>,
}

/// Finds a rule by its code or name.
type Lookup = fn(&str) -> Result<&'static Rule, UnknownRule>;

/// Reads the text of a comment, which ends where `place` ends; `None` if it is not for this tool.
pub fn read_comment(text: &str, place: Place, rule: Lookup) -> Option<CommentReading> {
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
        return unread(Problem::Comment);
    };
    let word_end = order
        .find(|c: char| !c.is_alphanumeric() && c != '-')
        .unwrap_or(order.len());
    let (word, rest) = order.split_at(word_end);
    if word != "ignore" {
        return unread(match word {
            "" => Problem::Comment,
            _ => Problem::Word(word.to_owned()),
        });
    }
    match rest.trim_start().strip_prefix('[') {
        Some(list) => match list.split_once(']') {
            Some((list, reason)) => {
                // The list ends before its bracket and the reason.
                let start = place.span.end() - reason.len() - 1 - list.len();
                Some(read_list(list, start, place, rule))
            }
            None => unread(Problem::Comment),
        },
        None if !rest.is_empty() && !rest.starts_with([' ', '\t']) => unread(Problem::Comment),
        // `ignore IPF001` is hardly meant to ignore every rule, for the reason `IPF001`.
        None if starts_with_rule(rest, rule) => unread(Problem::Comment),
        None => Some(CommentReading {
            asked: Some(Asked::All),
            problems: Vec::new(),
        }),
    }
}

/// Reads the rules of a list that begins at the byte `start`.
fn read_list(list: &str, start: usize, place: Place, rule: Lookup) -> CommentReading {
    let mut known = Vec::new();
    let mut problems = Vec::new();
    let mut is_all = false;
    for (part, span) in parts(list, start) {
        let place = Place::new(place.file, span);
        match part.trim() {
            "" => {}
            "all" => is_all = true,
            name => match rule(name) {
                Ok(rule) => known.push((rule, place)),
                Err(error) => problems.push((place, Problem::Rule(error))),
            },
        }
    }
    CommentReading {
        asked: Some(if is_all { Asked::All } else { Asked::Rules(known) }),
        problems,
    }
}

fn starts_with_rule(reason: &str, rule: Lookup) -> bool {
    let word = reason.split_whitespace().next().unwrap_or_default();
    rule(word.trim_end_matches([',', ':', ';', '.'])).is_ok()
}

/// Removes the entries at some ranges from the list in the text of a comment, which begins at the byte `start`. Returns
/// the bytes of the text that the list takes, and the list then; `None` if it would be empty.
pub fn shortened(text: &str, start: usize, gone: &HashSet<Span>) -> Option<(Range<usize>, String)> {
    let (before, rest) = text.split_once('[')?;
    let (list, _) = rest.split_once(']')?;
    let at = before.len() + "[".len();
    let parts = parts(list, start + at);
    let is_first_gone = parts.first().is_some_and(|(_, span)| gone.contains(span));
    let left = parts.iter().filter(|(_, span)| !gone.contains(span));
    let left = left.map(|(part, _)| *part).collect::<Vec<_>>().join(",");
    let left = if is_first_gone { left.trim_start() } else { &left };
    (!left.trim().is_empty()).then(|| (at..at + list.len(), left.to_owned()))
}

/// Finds the comment that begins inside the text of another, `# cfn-ipfix: ignore # checkov:skip=…`, which may be for
/// another tool: the bytes before what stands behind its `#`. A number, as in `#12`, is part of the reason.
pub fn comment_inside(text: &str) -> Option<usize> {
    let mut hashes = text.match_indices('#').map(|(at, _)| at);
    hashes.find_map(|at| {
        let (before, inside) = (text.get(..at)?, text.get(at + 1..)?);
        let begins = before.ends_with([' ', '\t']) && !before.trim().is_empty();
        (begins && inside.trim_start().starts_with(char::is_alphabetic)).then_some(at + 1)
    })
}

/// Splits a list that begins at the byte `start` at its commas, each part with its range without blanks.
fn parts(list: &str, start: usize) -> Vec<(&str, Span)> {
    let mut at = start;
    let parts = list.split(',').map(|part| {
        let name_start = at + part.len() - part.trim_start().len();
        at += part.len() + ",".len();
        (part, Span::new(name_start, name_start + part.trim().len()))
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule;
    use crate::text::FileId;

    fn place(source: &str) -> Place {
        Place::new(FileId::default(), Span::new(0, source.len()))
    }

    /// Reads the codes that a comment asks for, and its parts that are not understood.
    fn reading(source: &str) -> Option<(String, Vec<&str>)> {
        let CommentReading { asked, problems } = read_comment(&source[1..], place(source), rule)?;
        let asked = match asked {
            None => "nothing".to_owned(),
            Some(Asked::All) => "all".to_owned(),
            Some(Asked::Rules(entries)) => {
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
    fn comments_are_read() {
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
    fn reports_what_is_not_understood() {
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
    fn a_comment_inside_another_is_found() {
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
    fn a_list_loses_entries_and_keeps_its_spacing() {
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
            let gone = source
                .match_indices("IPF001")
                .map(|(at, code)| Span::new(at, at + code.len()));
            let edited = shortened(&source[1..], 1, &gone.collect()).map(|(range, list)| {
                let mut edited = source.to_owned();
                edited.replace_range(range.start + 1..range.end + 1, &list);
                edited
            });
            assert_eq!(edited.as_deref(), after);
        }
    }
}
