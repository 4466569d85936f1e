//! CloudFormation: reads YAML and JSON templates into models, and writes intents back.

mod ambiguous;
mod calls;
mod checks;
mod conditions;
mod connect;
mod details;
mod ends;
mod hidden;
mod ids;
mod intrinsic;
mod key;
mod links;
mod lists;
mod loops;
mod lower;
mod name_key;
mod names;
mod new_profile;
mod outputs;
mod outside;
mod parameters;
mod placeholder;
mod policies;
pub mod prefilter;
mod project;
mod repoint;
mod resolve;
mod shared;
mod slots;
mod spelling;
mod suppressions;
mod template;
mod unchecked;
mod unit;
mod uses;

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Draft, Finding, FixState, Language, Model, ModelError, ProfileName};
use crate::text::{File, FileId, FileRange, NodePath, ProofError};
use crate::yaml::{Change, Node, SyntaxError, YamlFile, prove_then};

use calls::LongCall;
use suppressions::NamedComments;

pub use links::links;
pub use lower::CheckFix;
pub use project::{Project, ProjectFile, ProjectSource};
pub use unit::Unit;

/// The language of CloudFormation templates.
#[derive(Clone, Copy, Debug)]
pub struct CloudFormation;

/// The files that were read.
pub type ParsedFiles = Vec<Result<YamlFile, SyntaxError>>;

impl Language for CloudFormation {
    type Source = ParsedFiles;
    type Unit<'s> = Unit<'s>;
    type Change = Change;
    type CheckFix = CheckFix;

    fn read(&self, files: &[File]) -> ParsedFiles {
        files.iter().map(YamlFile::parse).collect()
    }

    fn units<'s>(
        &self,
        source: &'s ParsedFiles,
        name: ProfileName,
    ) -> impl Iterator<Item = Result<Unit<'s>, ModelError>> {
        let streams = source.iter().flatten();
        let units = streams.flat_map(units_of);
        units.map(move |unit| unit.map(|unit| unit.alone(name)))
    }

    fn model<'u, 's: 'u>(unit: &'u Unit<'s>) -> &'u Model<'s> {
        &unit.model
    }

    fn checks(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
        checks::find(unit)
    }

    fn fixes(&self, unit: &Unit<'_>, drafts: Vec<Draft<CheckFix>>) -> Vec<Finding<FixState<Change>>> {
        lower::fixes(unit, None, drafts)
    }

    fn line(source: &ParsedFiles, place: FileRange) -> usize {
        let mut streams = source.iter().flatten();
        let stream = streams.find(|stream| stream.file().id == place.file);
        stream.map_or(0, |stream| stream.lines().number(place.span.start()))
    }

    fn changed(change: &Change) -> (FileId, Option<&NodePath>) {
        (change.file(), change.path())
    }

    fn prove<T>(
        &self,
        before: ParsedFiles,
        after: &[File],
        changes: &[&Change],
        look: impl FnOnce(ParsedFiles) -> T,
    ) -> Result<T, ProofError> {
        let mut streams = Vec::with_capacity(after.len());
        let mut edited = Vec::new();
        for (stream, file) in before.into_iter().zip(after) {
            let is_same = matches!(&stream, Ok(stream) if Arc::ptr_eq(&stream.file().text, &file.text));
            match stream {
                Ok(stream) if !is_same => {
                    edited.push((streams.len(), stream, file));
                    // Set once it is proven.
                    streams.push(None);
                }
                unchanged => streams.push(Some(unchanged)),
            }
        }
        let look = |streams: Vec<Option<Result<YamlFile, SyntaxError>>>| look(streams.into_iter().flatten().collect());
        let Some((last, stream, file)) = edited.pop() else {
            return Ok(look(streams));
        };
        for (at, stream, file) in edited {
            let proven = prove_then(stream, file, &changes_of(file, changes), |stream| stream)?;
            if let Some(place) = streams.get_mut(at) {
                *place = Some(Ok(proven));
            }
        }
        prove_then(stream, file, &changes_of(file, changes), |proven| {
            if let Some(place) = streams.get_mut(last) {
                *place = Some(Ok(proven));
            }
            look(streams)
        })
    }
}

fn changes_of<'c>(file: &File, changes: &[&'c Change]) -> Vec<&'c Change> {
    let changes = changes.iter().copied();
    changes.filter(|change| change.file() == file.id).collect()
}

/// A template that was read, without the choice of its profiles.
struct UnfinishedUnit<'s> {
    unit: Unit<'s>,
    comments: Rc<NamedComments<'s>>,
    /// The bytes of the file that belong to the template.
    part: Range<usize>,
}

/// Reads the templates of a file one by one.
///
/// There may be thousands.
fn units_of(stream: &YamlFile) -> impl Iterator<Item = Result<UnfinishedUnit<'_>, ModelError>> {
    let calls_of_file = Rc::new(LongCall::new());
    let comments = Rc::new(NamedComments::of(stream));
    let roots: Vec<_> = stream.documents().filter(|root| is_template(*root)).collect();
    // A document begins at the last `---` before its root; the first one begins with the file.
    let begin = move |root: Node<'_>| {
        let start = root.full_span().start();
        let before = stream.text().get(..start).unwrap_or_default();
        before.rfind("\n---").unwrap_or(start)
    };
    // AWS follows ECMA-404, which has none:
    // <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>.
    let json_comment = stream.json_comment().map(|span| ModelError::JsonComment {
        place: FileRange::new(stream.file().id, span),
    });
    (0..roots.len()).filter_map(move |at| {
        let root = *roots.get(at)?;
        if let Some(error) = &json_comment {
            return Some(Err(error.clone()));
        }
        let start = if at == 0 { 0 } else { begin(root) };
        let end = roots.get(at + 1).map_or(usize::MAX, |next| begin(*next));
        let unit = Unit::read(root, Rc::clone(&calls_of_file)).transpose()?;
        Some(unit.map(|unit| UnfinishedUnit {
            unit,
            comments: Rc::clone(&comments),
            part: start..end,
        }))
    })
}

/// Returns whether a document is a template: a mapping with `Resources`.
fn is_template(root: Node<'_>) -> bool {
    let mut entries = root.entries();
    entries.any(|(key, value)| key.scalar() == Some("Resources") && value.resolved().is_mapping())
}

impl<'s> UnfinishedUnit<'s> {
    /// Returns the unit of a template that is checked without others.
    fn alone(mut self, name: ProfileName) -> Unit<'s> {
        self.unit.choose(name);
        self.finished()
    }

    /// Adds the suppressions and the unchecked parts.
    fn finished(self) -> Unit<'s> {
        let Self {
            mut unit,
            comments,
            part,
        } = self;
        let own = suppressions::suppressions(&unit.template, &comments, &part);
        unit.model.unchecked = unchecked::unchecked(&unit);
        // Most templates have none.
        if !own.read.is_empty() {
            unit.model.unexplained = unit.unexplained();
        }
        unit.model.suppressions = own.read;
        unit.model.faults = own.faults;
        unit.suppressions = own.written;
        unit
    }
}
