//! Reads and removes suppressions in comments and in `Metadata`.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use super::template::Template;
use crate::model::{
    InvalidSuppression, NAME, NoFix, RuleFilter, Suppression, SuppressionError, SuppressionKind, SuppressionScope,
    comment_inside, read_comment, shortened,
};
use crate::rules::rule;
use crate::text::{EditObstacle, FileRange, NodePath, TextRange};
use crate::yaml::{Change, Comment, CommentOp, Node, Op, YamlFile};

/// A suppression in the source.
#[derive(Clone, Copy, Debug)]
pub(super) enum WrittenSuppression<'d> {
    /// A comment.
    Comment(Comment<'d>),
    /// The `ignore` entry of metadata.
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
    /// The suppressions for the model.
    pub(super) read: Vec<Suppression>,
    /// The same suppressions in the source.
    pub(super) written: Vec<WrittenSuppression<'d>>,
    /// The invalid suppressions.
    pub(super) faults: Vec<InvalidSuppression>,
}

/// The comments of a file that contain this tool's name.
pub(super) struct NamedComments<'d> {
    stream: &'d YamlFile,
    /// The comments from last to first, with their own and target lines.
    comments: Vec<(Comment<'d>, [usize; 2])>,
    values: OnceCell<HashMap<usize, usize>>,
}

impl<'d> NamedComments<'d> {
    /// Collects the comments of a file.
    pub(super) fn of(stream: &'d YamlFile) -> Self {
        let comments = match stream.is_mapped() && has_name(stream.text()) {
            true => stream.comments(),
            false => Vec::new(),
        };
        let mut named = Vec::new();
        let mut below: Option<&Comment<'_>> = None;
        // Consecutive comments share the next line with other content.
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

    /// Returns the start bytes of values whose keys are on these lines.
    ///
    /// Only values that begin on a later line count.
    fn values_on(&self, lines: [usize; 2]) -> impl Iterator<Item = SuppressionScope> {
        let values = self.values.get_or_init(|| values_below_their_keys(self.stream));
        let values = lines.into_iter().filter_map(|line| values.get(&line).copied());
        values.map(|start| SuppressionScope::Value(self.stream.file().id, start))
    }
}

/// Reads the suppressions of a template.
///
/// `parts` are the ranges of its files whose comments belong to it.
pub(super) fn suppressions<'d>(
    template: &Template<'d>,
    parts: &[(Rc<NamedComments<'d>>, Range<usize>)],
) -> Suppressions<'d> {
    let mut own = Suppressions::default();
    for (comments, part) in parts {
        for (comment, lines) in &comments.comments {
            if part.contains(&comment.span.start()) && !is_in_skipped_loop(comment, template) {
                own.read_comment(*comment, *lines, template, comments);
            }
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

/// Removes a suppression, or only some of its entries.
///
/// # Errors
///
/// If that would remove something else too.
pub(super) fn unsuppress(
    written: WrittenSuppression<'_>,
    suppression: &Suppression,
    entries: &[usize],
) -> Result<Change, NoFix> {
    let named = match &suppression.rules {
        RuleFilter::All => &[],
        RuleFilter::Rules(named) => named.as_slice(),
    };
    let removed = entries.iter().filter_map(|&entry| named.get(entry));
    let removed: HashSet<TextRange> = removed.map(|(_, place)| place.span).collect();
    match written {
        WrittenSuppression::Comment(comment) => {
            let start = comment.span.start() + "#".len();
            let shorter = match removed.is_empty() {
                true => None,
                false => shortened(comment.text, start, &removed),
            };
            Ok(Change::Comment {
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
        WrittenSuppression::Metadata { key, value } if removed.is_empty() => without_entry(key, value),
        WrittenSuppression::Metadata { value, .. } => without_items(value.resolved(), &removed),
    }
}

/// Returns whether a string contains this tool's name.
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

/// Returns whether a comment is in a loop that is not analysed.
///
/// Such a comment is never unused, since nothing is found in the loop.
fn is_in_skipped_loop(comment: &Comment<'_>, template: &Template<'_>) -> bool {
    let mut skipped = template.ambiguous_loops.iter();
    skipped.any(|skipped_loop| {
        skipped_loop
            .arguments
            .full_span()
            .range()
            .contains(&comment.span.start())
    })
}

/// Maps the lines of keys to values that begin on later lines.
///
/// Each value is given by its start byte.
fn values_below_their_keys(stream: &YamlFile) -> HashMap<usize, usize> {
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
        let place = FileRange::new(comment.stream.file, comment.span);
        let Some(reading) = read_comment(comment.text, place, rule) else {
            return;
        };
        let path = template.root.path();
        if let Some(asked) = reading.asked {
            let scopes = lines
                .map(|line| SuppressionScope::Line(comment.stream.file, line))
                .into_iter();
            self.read.push(Suppression {
                rules: asked,
                is_understood: reading.problems.is_empty(),
                place,
                path: path.clone(),
                scopes: scopes.chain(comments.values_on(lines)).collect(),
                kind: SuppressionKind::Comment,
            });
            self.written.push(WrittenSuppression::Comment(comment));
        }
        let faults = reading.problems.into_iter().map(|(place, problem)| InvalidSuppression {
            place,
            path: path.clone(),
            error: problem,
        });
        self.faults.extend(faults);
    }

    /// Reads the `cfn-ipfix: {ignore: [RULE, …]}` entry of the `Metadata` of `owner`.
    ///
    /// `owner` is a template or a resource at `path`.
    fn read_metadata(&mut self, owner: Node<'d>, path: &NodePath) {
        let metadata = owner.get("Metadata").map(Node::resolved);
        let Some(own) = metadata.and_then(|metadata| metadata.get(NAME)) else {
            return;
        };
        let own_path = path.key("Metadata").key(NAME);
        let entries = own.resolved().entries();
        if entries.len() == 0 {
            self.fault(own, own_path, SuppressionError::Metadata);
            return;
        }
        for (key, value) in entries {
            let name = key.scalar().unwrap_or_default();
            let entry_path = own_path.key(name);
            if name == "ignore" {
                self.read_ignore(key, value, entry_path, SuppressionScope::Below(path.clone()));
            } else {
                self.fault(key, entry_path, SuppressionError::Word(name.to_owned()));
            }
        }
    }

    /// Reads the `ignore` entry: a list, a single rule, or `all`.
    fn read_ignore(&mut self, key: Node<'d>, value: Node<'d>, path: NodePath, scope: SuppressionScope) {
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
                    Err(unknown) => SuppressionError::Rule(unknown),
                },
                None => SuppressionError::Metadata,
            };
            is_understood = false;
            self.fault(item, path, problem);
        }
        self.read.push(Suppression {
            rules: if is_all {
                RuleFilter::All
            } else {
                RuleFilter::Rules(known)
            },
            is_understood,
            place: value.place(),
            path,
            scopes: vec![scope],
            kind: SuppressionKind::Metadata,
        });
        self.written.push(WrittenSuppression::Metadata { key, value });
    }

    fn fault(&mut self, node: Node<'_>, path: NodePath, problem: SuppressionError) {
        self.faults.push(InvalidSuppression {
            place: node.place(),
            path,
            error: problem,
        });
    }
}

/// Removes an entry and the mappings around it that contain nothing else.
fn without_entry(key: Node<'_>, value: Node<'_>) -> Result<Change, NoFix> {
    let (mut key, mut value) = (key, value);
    while let [None, None] = key.neighbours() {
        value = key.ancestors().nth(1).ok_or(EditObstacle::CannotUnwrap)?;
        key = value.key().ok_or(EditObstacle::CannotUnwrap)?;
    }
    let is_shared = value.descendants().chain(key.ancestors()).any(Node::is_anchored);
    if is_shared {
        return Err(EditObstacle::CannotUnwrap.into());
    }
    Ok(Change::Value {
        node: value.id(),
        path: value.path(),
        op: Op::RemoveEntry,
    })
}

/// Removes the items of a list at these ranges.
fn without_items(list: Node<'_>, removed: &HashSet<TextRange>) -> Result<Change, NoFix> {
    let is_shared = list.descendants().chain(list.ancestors()).any(Node::is_anchored);
    if is_shared {
        return Err(EditObstacle::CannotUnwrap.into());
    }
    let items = list.items().enumerate();
    let removed = items.filter(|(_, item)| removed.contains(&item.full_span()));
    Ok(Change::Value {
        node: list.id(),
        path: list.path(),
        op: Op::RemoveItems(removed.map(|(at, _)| at).collect()),
    })
}
