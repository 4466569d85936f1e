//! What a template's author wrote to suppress findings, in comments and in `Metadata`, and whether it does.

mod comment;
mod metadata;
mod unused;

use std::collections::{BTreeSet, HashMap};

use super::{Finding, RULES, Rule, Selection, UnknownRule};
use crate::template::{Confused, Template};
use crate::text::Span;
use crate::yaml::{Comment, Node, Path, Stream};

pub(super) use unused::Unused;

/// What a comment that is for this tool begins with, and the key of what is for it in `Metadata`.
pub(super) const NAME: &str = "cfn-ipfix";

/// The suppressions of a stream.
///
/// Of the rules that find something in a template they take note. Those that are about suppressions themselves are only
/// suppressed by name, and a suppression of theirs is never called unused, or one would have to know what they find
/// before they are asked.
pub(super) struct Suppressions<'d> {
    stream: &'d Stream,
    selection: Selection,
    all: Vec<Suppression<'d>>,
    /// What is meant to suppress something, and is not understood.
    pub(super) faults: Vec<Fault>,
    /// What the suppressions of each scope ask for together.
    asked: HashMap<Scope, Selection>,
    /// What they suppressed there.
    done: HashMap<Scope, Selection>,
    /// How long the paths of such scopes are.
    depths: BTreeSet<usize>,
}

/// What is written in one place.
pub(super) struct Suppression<'d> {
    asked: Asked,
    /// Whether all that is written there is understood.
    is_understood: bool,
    /// Where, in bytes.
    pub(super) span: Span,
    /// The way to it; to the root of the template, of a comment.
    pub(super) path: Path,
    scopes: Vec<Scope>,
    place: Place<'d>,
}

/// What a suppression is for.
enum Asked {
    /// Every rule that finds something in a template.
    All,
    /// These.
    Rules(Vec<Entry>),
}

/// One rule of a list.
struct Entry {
    rule: &'static Rule,
    span: Span,
}

/// Where findings are suppressed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Scope {
    /// Those that begin on this line, from 0.
    Line(usize),
    /// Those that begin at this byte, where the value of a key does that is on a line above.
    Value(usize),
    /// Those at this path and below it.
    Below(Path),
}

/// How a suppression is written.
enum Place<'d> {
    Comment(Comment<'d>),
    /// The entry `ignore`.
    Metadata {
        key: Node<'d>,
        value: Node<'d>,
    },
}

/// Something that is meant to suppress findings, and does not.
pub(super) struct Fault {
    /// Where, in bytes.
    pub(super) span: Span,
    /// The way to it.
    pub(super) path: Path,
    /// Why.
    pub(super) problem: Problem,
}

/// Why something is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    #[error(transparent)]
    Rule(#[from] UnknownRule),
    #[error("there is no `{0}`; did you mean `ignore`?")]
    Word(String),
    #[error("write `# cfn-ipfix: ignore[RULE, …]`, or begin the comment with another word")]
    Comment,
    #[error("write `ignore:` with `all` or a list of rules")]
    Metadata,
}

impl<'d> Suppressions<'d> {
    /// Reads what the comments of a stream and the `Metadata` of its templates say. `selection` are the rules that are
    /// looked for.
    pub(super) fn read(stream: &'d Stream, templates: &[Template<'d>], selection: Selection) -> Self {
        let mut suppressions = Self {
            stream,
            selection,
            all: Vec::new(),
            faults: Vec::new(),
            asked: HashMap::new(),
            done: HashMap::new(),
            depths: BTreeSet::new(),
        };
        suppressions.read_comments(templates);
        for template in templates {
            let path = template.root.path();
            metadata::read(template.root, &path, &mut suppressions);
            for resource in template.resources.values() {
                metadata::read(resource.body, &resource.path(), &mut suppressions);
            }
        }
        for suppression in &suppressions.all {
            let rules = suppression.asked.selection();
            for scope in &suppression.scopes {
                let asked = suppressions.asked.entry(scope.clone()).or_insert(Selection::NONE);
                *asked = asked.and(rules);
                if let Scope::Below(path) = scope {
                    suppressions.depths.insert(path.steps.len());
                }
            }
        }
        suppressions
    }

    fn read_comments(&mut self, templates: &[Template<'d>]) {
        let comments = self.stream.comments();
        if comments.is_empty() {
            return;
        }
        let values = values_below_their_keys(self.stream);
        let mut below: Option<&Comment<'_>> = None;
        // The line that comments without a line of something else between them are about.
        let mut target = 0;
        for comment in comments.iter().rev() {
            target = match below.replace(comment) {
                _ if !comment.is_alone => comment.line,
                Some(below) if below.is_alone && below.line == comment.line + 1 => target,
                _ => comment.line + 1,
            };
            let Some(reading) = comment::read(comment) else {
                continue;
            };
            let before =
                templates.partition_point(|template| template.root.full_span().start() <= comment.span.start());
            let Some(template) = templates.get(before.saturating_sub(1)) else {
                continue;
            };
            // Nothing is found in such a loop, so nothing there is for nothing.
            let is_unread = |one: &Confused<'_>| one.arguments.full_span().range().contains(&comment.span.start());
            if template.confused.iter().any(is_unread) {
                continue;
            }
            let path = template.root.path();
            let lines = [comment.line, target];
            let values = lines.iter().filter_map(|line| values.get(line));
            let is_understood = reading.problems.is_empty();
            self.all.extend(reading.asked.map(|asked| {
                Suppression {
                    asked,
                    is_understood,
                    span: comment.span,
                    path: path.clone(),
                    scopes: lines
                        .map(Scope::Line)
                        .into_iter()
                        .chain(values.copied().map(Scope::Value))
                        .collect(),
                    place: Place::Comment(*comment),
                }
            }));
            self.faults
                .extend(reading.problems.into_iter().map(|(span, problem)| Fault {
                    span,
                    path: path.clone(),
                    problem,
                }));
        }
    }

    /// Whether a finding is suppressed. Takes note of what suppressed it.
    pub(super) fn cover(&mut self, finding: &Finding) -> bool {
        let start = finding.span.start();
        let line = self.stream.lines().number(start);
        let Path { document, steps } = &finding.path;
        let above = self.depths.iter().filter_map(|&depth| {
            Some(Scope::Below(Path {
                document: *document,
                steps: steps.get(..depth)?.to_vec(),
            }))
        });
        let mut is_covered = false;
        for scope in [Scope::Line(line), Scope::Value(start)].into_iter().chain(above) {
            if self.asked.get(&scope).is_some_and(|asked| asked.contains(finding.rule)) {
                let done = self.done.entry(scope).or_insert(Selection::NONE);
                *done = done.with(finding.rule);
                is_covered = true;
            }
        }
        is_covered
    }

    /// What suppressed nothing, as far as its rules were looked for.
    pub(super) fn unused(&self) -> impl Iterator<Item = Unused<'_, 'd>> {
        self.all.iter().filter_map(|suppression| self.unused_of(suppression))
    }

    fn unused_of<'s>(&self, suppression: &'s Suppression<'d>) -> Option<Unused<'s, 'd>> {
        let done = suppression.scopes.iter().filter_map(|scope| self.done.get(scope));
        let done = done.fold(Selection::NONE, |all, done| all.and(*done));
        let is_unused =
            |rule: &Rule| rule.is_about_templates() && self.selection.contains(rule) && !done.contains(rule);
        let (unused, is_whole) = match &suppression.asked {
            Asked::All => (Vec::new(), template_rules().all(is_unused)),
            Asked::Rules(entries) => {
                let unused: Vec<_> = entries.iter().filter(|entry| is_unused(entry.rule)).collect();
                let is_whole = suppression.is_understood && unused.len() == entries.len();
                (unused, is_whole)
            }
        };
        (is_whole || !unused.is_empty()).then_some(Unused {
            stream: self.stream,
            suppression,
            entries: unused,
            is_whole,
        })
    }
}

impl Asked {
    fn selection(&self) -> Selection {
        match self {
            Self::All => template_rules().fold(Selection::NONE, Selection::with),
            Self::Rules(entries) => entries.iter().fold(Selection::NONE, |all, entry| all.with(entry.rule)),
        }
    }
}

/// Where values begin that are below the line of their key, by that line.
fn values_below_their_keys(stream: &Stream) -> HashMap<usize, usize> {
    let entries = stream.documents().flat_map(Node::descendants).flat_map(Node::entries);
    let places = entries.map(|(key, value)| (key.span().start(), value.full_span().start()));
    let line = |offset| stream.lines().number(offset);
    let below = places.filter(|&(key, value)| line(key) < line(value));
    below.map(|(key, value)| (line(key), value)).collect()
}

/// The rules that find something in templates.
fn template_rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| rule.is_about_templates())
}
