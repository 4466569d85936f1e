//! The comment `# cfn-ipfix: ignore[RULE, …] reason`.

use std::collections::HashSet;

use super::{Asked, Entry, NAME, Problem};
use crate::rules::rule;
use crate::text::Span;
use crate::yaml::{Comment, CommentOp};

/// What a comment says to this tool.
pub(super) struct Reading {
    /// What it asks for, as far as it is understood.
    pub(super) asked: Option<Asked>,
    /// What of it is not, and where.
    pub(super) problems: Vec<(Span, Problem)>,
}

/// Reads a comment; `None` where it is none of ours.
pub(super) fn read(comment: &Comment<'_>) -> Option<Reading> {
    let text = comment.text.trim_start_matches('#').trim_start();
    let behind = text.get(NAME.len()..).filter(|_| {
        text.get(..NAME.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
    })?;
    if !behind.is_empty() && !behind.starts_with([' ', '\t', ':', '[']) {
        return None;
    }
    let unread = |problem| {
        Some(Reading {
            asked: None,
            problems: vec![(comment.span, problem)],
        })
    };
    let Some(order) = behind.trim_start().strip_prefix(':').map(str::trim_start) else {
        return unread(Problem::Comment);
    };
    let word_end = order
        .find(|c: char| !c.is_alphanumeric() && c != '-')
        .unwrap_or(order.len());
    let (word, behind) = order.split_at(word_end);
    if word != "ignore" {
        return unread(match word {
            "" => Problem::Comment,
            _ => Problem::Word(word.to_owned()),
        });
    }
    match behind.trim_start().strip_prefix('[') {
        Some(list) => match list.split_once(']') {
            Some((list, behind)) => {
                // The list ends before what is behind it and its bracket.
                let start = comment.span.end() - behind.len() - 1 - list.len();
                Some(entries(list, start))
            }
            None => unread(Problem::Comment),
        },
        None if !behind.is_empty() && !behind.starts_with([' ', '\t']) => unread(Problem::Comment),
        // `ignore IPF001` is hardly meant to ignore every rule, for the reason `IPF001`.
        None if starts_with_rule(behind) => unread(Problem::Comment),
        None => Some(Reading {
            asked: Some(Asked::All),
            problems: Vec::new(),
        }),
    }
}

/// The rules of a list that begins at the byte `start`, and those that there are none of.
fn entries(list: &str, start: usize) -> Reading {
    let mut known = Vec::new();
    let mut problems = Vec::new();
    let mut is_all = false;
    for (part, span) in parts(list, start) {
        match part.trim() {
            "" => {}
            "all" => is_all = true,
            name => match rule(name) {
                Ok(rule) => known.push(Entry { rule, span }),
                Err(error) => problems.push((span, Problem::Rule(error))),
            },
        }
    }
    Reading {
        asked: Some(if is_all { Asked::All } else { Asked::Rules(known) }),
        problems,
    }
}

fn starts_with_rule(reason: &str) -> bool {
    let word = reason.split_whitespace().next().unwrap_or_default();
    rule(word.trim_end_matches([',', ':', ';', '.'])).is_ok()
}

/// Takes the entries with these spans out of a comment's list; `None` where nothing would be left.
pub(super) fn shortened(comment: &Comment<'_>, gone: &HashSet<Span>) -> Option<CommentOp> {
    let (before, list) = comment.text.split_once('[')?;
    let (list, _) = list.split_once(']')?;
    let start = "[".len() + before.len();
    let parts = parts(list, comment.span.start() + "#".len() + start);
    let is_first_gone = parts.first().is_some_and(|(_, span)| gone.contains(span));
    let left = parts.iter().filter(|(_, span)| !gone.contains(span));
    let left = left.map(|(part, _)| *part).collect::<Vec<_>>().join(",");
    let left = if is_first_gone { left.trim_start() } else { &left };
    (!left.trim().is_empty()).then(|| CommentOp::Splice {
        range: start..start + list.len(),
        text: left.to_owned(),
    })
}

/// What stands between the commas of a list that begins at the byte `start`, and where it does without blanks.
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
    use crate::text::FileId;

    fn comment(source: &str) -> Comment<'_> {
        Comment {
            file: FileId::default(),
            span: Span::new(0, source.len()),
            text: &source[1..],
            line: 0,
            is_alone: true,
            follows_block: false,
        }
    }

    /// What a comment asks for, and what of it is not understood.
    fn reading(source: &str) -> Option<(String, Vec<&str>)> {
        let Reading { asked, problems } = read(&comment(source))?;
        let asked = match asked {
            None => "nothing".to_owned(),
            Some(Asked::All) => "all".to_owned(),
            Some(Asked::Rules(entries)) => {
                let entries = entries.iter().map(|entry| {
                    let name = entry.span.slice(source);
                    assert_eq!(rule(name).unwrap().code, entry.rule.code, "{source}");
                    entry.rule.code
                });
                entries.collect::<Vec<_>>().join(" ")
            }
        };
        let problems = problems.iter().map(|(span, _)| span.slice(source));
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
    fn what_is_not_understood_is_told() {
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
    fn other_comments_are_none_of_ours() {
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
            let edited = shortened(&comment(source), &gone.collect()).map(|op| {
                let CommentOp::Splice { range, text } = op else {
                    panic!("{op:?}")
                };
                let mut edited = source[1..].to_owned();
                edited.replace_range(range, &text);
                format!("#{edited}")
            });
            assert_eq!(edited.as_deref(), after);
        }
    }
}
