//! Suppressions in comments and in `Metadata`, read and removed.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::template::Template;
use crate::model::{
    Asked, Fault, NAME, NoFix, Problem, Suppression, SuppressionKind, SuppressionScope, comment_inside, read_comment,
    shortened,
};
use crate::rules::rule;
use crate::text::{Obstacle, Path, Place, Span};
use crate::yaml::{Change, Comment, CommentOp, Node, Op, Stream};

/// A suppression as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum WrittenSuppression<'d> {
    /// A comment.
    Comment(Comment<'d>),
    /// The entry `ignore` of metadata.
    Metadata {
        /// Its key.
        key: Node<'d>,
        /// Its value.
        value: Node<'d>,
    },
}

/// The suppressions of a template.
#[derive(Debug, Default)]
pub(super) struct Suppressions<'d> {
    /// As the model has them.
    pub(super) read: Vec<Suppression>,
    /// As they are written.
    pub(super) written: Vec<WrittenSuppression<'d>>,
    /// Those that are not understood.
    pub(super) faults: Vec<Fault>,
}

/// The comments of a file that have this tool's name in them.
pub(super) struct NamedComments<'d> {
    stream: &'d Stream,
    /// The comments, from the last to the first, each with its own line and the one that it is about.
    comments: Vec<(Comment<'d>, [usize; 2])>,
    values: OnceCell<HashMap<usize, usize>>,
}

impl<'d> NamedComments<'d> {
    /// Finds them.
    pub(super) fn of(stream: &'d Stream) -> Self {
        let comments = match has_name(stream.text()) {
            true => stream.comments(),
            false => Vec::new(),
        };
        let mut named = Vec::new();
        let mut below: Option<&Comment<'_>> = None;
        // The line that comments without a line of something else between them are about.
        let mut target = 0;
        for comment in comments.iter().rev() {
            target = match below.replace(comment) {
                _ if !comment.is_alone => comment.line,
                Some(below) if below.is_alone && below.line == comment.line + 1 => target,
                _ => comment.line + 1,
            };
            if has_name(comment.text) {
                named.push((*comment, [comment.line, target]));
            }
        }
        Self {
            stream,
            comments: named,
            values: OnceCell::new(),
        }
    }

    /// Returns the first bytes of values that begin on one of these lines, below the line of their key.
    fn values_on(&self, lines: [usize; 2]) -> impl Iterator<Item = SuppressionScope> {
        let values = self.values.get_or_init(|| values_below_their_keys(self.stream));
        let values = lines.into_iter().filter_map(|line| values.get(&line).copied());
        values.map(SuppressionScope::Value)
    }
}

/// Reads the suppressions of a template, to which the comments in a part of its file belong.
pub(super) fn suppressions<'d>(
    template: &Template<'d>,
    comments: &NamedComments<'d>,
    part: &Range<usize>,
) -> Suppressions<'d> {
    let mut own = Suppressions::default();
    for (comment, lines) in &comments.comments {
        if part.contains(&comment.span.start()) && !is_in_skipped_loop(comment, template) {
            own.read_comment(*comment, *lines, template, comments);
        }
    }
    own.read_metadata(template.root, &template.root.path());
    for resource in template
        .resources
        .values()
        .filter(|resource| resource.body.get("Metadata").is_some())
    {
        own.read_metadata(resource.body, &resource.path());
    }
    own
}

/// Removes a suppression, or only its entries with these numbers if there are any.
///
/// # Errors
///
/// If something else would be lost with it.
pub(super) fn unsuppress(
    written: WrittenSuppression<'_>,
    suppression: &Suppression,
    entries: &[usize],
) -> Result<Change, NoFix> {
    let named = match &suppression.asked {
        Asked::All => &[],
        Asked::Rules(named) => named.as_slice(),
    };
    let gone = entries.iter().filter_map(|&entry| named.get(entry));
    let gone: HashSet<Span> = gone.map(|(_, place)| place.span).collect();
    match written {
        WrittenSuppression::Comment(comment) => {
            let start = comment.span.start() + "#".len();
            let shorter = match gone.is_empty() {
                true => None,
                false => shortened(comment.text, start, &gone),
            };
            Ok(Change::Comment {
                file: comment.file,
                comment: comment.id(),
                op: match (shorter, comment_inside(comment.text)) {
                    (Some((range, text)), _) => CommentOp::Splice { range, text },
                    (None, Some(other)) => CommentOp::Splice {
                        range: 0..other,
                        text: String::new(),
                    },
                    (None, None) => CommentOp::Remove,
                },
            })
        }
        WrittenSuppression::Metadata { key, value } if gone.is_empty() => without_entry(key, value),
        WrittenSuppression::Metadata { value, .. } => without_items(value.resolved(), &gone),
    }
}

/// Returns whether a text has this tool's name in it.
fn has_name(text: &str) -> bool {
    let starts = memchr::memchr2_iter(
        NAME.as_bytes()[0],
        NAME.as_bytes()[0].to_ascii_uppercase(),
        text.as_bytes(),
    );
    let is_name = |at: usize| {
        let name = text.as_bytes().get(at..at + NAME.len());
        name.is_some_and(|name| name.eq_ignore_ascii_case(NAME.as_bytes()))
    };
    starts.into_iter().any(is_name)
}

/// Returns whether a comment is in a loop that is not analysed: nothing is found there, so nothing is unused.
fn is_in_skipped_loop(comment: &Comment<'_>, template: &Template<'_>) -> bool {
    let mut skipped = template.ambiguous_loops.iter();
    skipped.any(|one| one.arguments.full_span().range().contains(&comment.span.start()))
}

/// Returns the first bytes of values that begin below the line of their key, by that line.
fn values_below_their_keys(stream: &Stream) -> HashMap<usize, usize> {
    let entries = stream.documents().flat_map(Node::descendants).flat_map(Node::entries);
    let places = entries.map(|(key, value)| (key.span().start(), value.full_span().start()));
    let line = |offset| stream.lines().number(offset);
    let below = places.filter(|&(key, value)| line(key) < line(value));
    below.map(|(key, value)| (line(key), value)).collect()
}

impl<'d> Suppressions<'d> {
    fn read_comment(
        &mut self,
        comment: Comment<'d>,
        lines: [usize; 2],
        template: &Template<'d>,
        comments: &NamedComments<'d>,
    ) {
        let place = Place::new(comment.file, comment.span);
        let Some(reading) = read_comment(comment.text, place, rule) else {
            return;
        };
        let path = template.root.path();
        if let Some(asked) = reading.asked {
            let scopes = lines.map(SuppressionScope::Line).into_iter();
            self.read.push(Suppression {
                asked,
                is_understood: reading.problems.is_empty(),
                place,
                path: path.clone(),
                scopes: scopes.chain(comments.values_on(lines)).collect(),
                kind: SuppressionKind::Comment,
            });
            self.written.push(WrittenSuppression::Comment(comment));
        }
        let faults = reading.problems.into_iter().map(|(place, problem)| Fault {
            place,
            path: path.clone(),
            problem,
        });
        self.faults.extend(faults);
    }

    /// Reads the entry `cfn-ipfix: {ignore: [RULE, …]}` of the `Metadata` of `owner`, a template or a resource, at `path`.
    fn read_metadata(&mut self, owner: Node<'d>, path: &Path) {
        let metadata = owner.get("Metadata").map(Node::resolved);
        let Some(own) = metadata.and_then(|metadata| metadata.get(NAME)) else {
            return;
        };
        let own_path = path.key("Metadata").key(NAME);
        let entries = own.resolved().entries();
        if entries.len() == 0 {
            self.fault(own, own_path, Problem::Metadata);
            return;
        }
        for (key, value) in entries {
            let name = key.scalar().unwrap_or_default();
            let entry_path = own_path.key(name);
            if name == "ignore" {
                self.read_ignore(key, value, entry_path, SuppressionScope::Below(path.clone()));
            } else {
                self.fault(key, entry_path, Problem::Word(name.to_owned()));
            }
        }
    }

    /// Reads the entry `ignore`: a list of rules, one of them, or `all`.
    fn read_ignore(&mut self, key: Node<'d>, value: Node<'d>, path: Path, scope: SuppressionScope) {
        let list = value.resolved();
        let items: Vec<_> = match list.tag() {
            None if list.is_sequence() => list
                .items()
                .enumerate()
                .map(|(at, item)| (item, path.index(at)))
                .collect(),
            _ => vec![(value, path.clone())],
        };
        let mut known = Vec::new();
        let mut is_all = false;
        let mut is_understood = true;
        for (item, path) in items {
            let node = item.resolved();
            let problem = match node.scalar().filter(|_| node.tag().is_none()) {
                Some("all") => {
                    is_all = true;
                    continue;
                }
                Some(name) => match rule(name) {
                    Ok(rule) => {
                        known.push((rule, item.place()));
                        continue;
                    }
                    Err(unknown) => Problem::Rule(unknown),
                },
                None => Problem::Metadata,
            };
            is_understood = false;
            self.fault(item, path, problem);
        }
        self.read.push(Suppression {
            asked: if is_all { Asked::All } else { Asked::Rules(known) },
            is_understood,
            place: value.place(),
            path,
            scopes: vec![scope],
            kind: SuppressionKind::Metadata,
        });
        self.written.push(WrittenSuppression::Metadata { key, value });
    }

    fn fault(&mut self, node: Node<'_>, path: Path, problem: Problem) {
        self.faults.push(Fault {
            place: node.place(),
            path,
            problem,
        });
    }
}

/// Removes an entry, and the mappings around it that hold nothing else.
fn without_entry(key: Node<'_>, value: Node<'_>) -> Result<Change, NoFix> {
    let (mut key, mut value) = (key, value);
    while let [None, None] = key.neighbours() {
        value = key.ancestors().nth(1).ok_or(Obstacle::Reshape)?;
        key = value.key().ok_or(Obstacle::Reshape)?;
    }
    let is_shared = value.descendants().chain(key.ancestors()).any(Node::is_anchored);
    if is_shared {
        return Err(Obstacle::Reshape.into());
    }
    Ok(Change::Value {
        file: value.file(),
        node: value.id(),
        path: value.path(),
        op: Op::Remove,
    })
}

/// Removes the items of a list that have these ranges.
fn without_items(list: Node<'_>, gone: &HashSet<Span>) -> Result<Change, NoFix> {
    let is_shared = list.descendants().chain(list.ancestors()).any(Node::is_anchored);
    if is_shared {
        return Err(Obstacle::Reshape.into());
    }
    let items = list.items().enumerate();
    let gone = items.filter(|(_, item)| gone.contains(&item.full_span()));
    Ok(Change::Value {
        file: list.file(),
        node: list.id(),
        path: list.path(),
        op: Op::RemoveItems(gone.map(|(at, _)| at).collect()),
    })
}
