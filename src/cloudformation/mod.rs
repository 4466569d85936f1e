//! CloudFormation: templates in YAML and JSON, their resources and intrinsic functions. A model out, intents in.

mod ambiguous;
mod calls;
mod checks;
mod conditions;
mod details;
mod ids;
mod intrinsic;
mod key;
mod loops;
mod lower;
mod names;
mod new_profile;
mod parameters;
mod policies;
pub mod prefilter;
mod repoint;
mod shared;
mod slots;
mod spelling;
mod suppressions;
mod template;
mod unchecked;
mod unit;
mod uses;
mod value;

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Draft, Finding, Language, Model, ModelError, ProfileName, Remedy};
use crate::text::{File, FileId, Path, Place, Refusal};
use crate::yaml::{Change, Node, Stream, SyntaxError, prove_and};

use calls::LongCall;
use suppressions::NamedComments;

pub use lower::CheckWish;
pub use unit::Unit;

/// The language of CloudFormation templates.
#[derive(Clone, Copy, Debug)]
pub struct CloudFormation;

/// Files as they were read.
pub type Streams = Vec<Result<Stream, SyntaxError>>;

impl Language for CloudFormation {
    type Source = Streams;
    type Unit<'s> = Unit<'s>;
    type Change = Change;
    type Wish = CheckWish;

    fn read(files: &[File]) -> Streams {
        files.iter().map(Stream::parse).collect()
    }

    fn units(source: &Streams, name: ProfileName) -> impl Iterator<Item = Result<Unit<'_>, ModelError>> {
        let streams = source.iter().flatten();
        streams.flat_map(move |stream| units_of(stream, name))
    }

    fn model<'u, 's: 'u>(unit: &'u Unit<'s>) -> &'u Model<'s> {
        &unit.model
    }

    fn checks(unit: &Unit<'_>) -> Vec<Draft<CheckWish>> {
        checks::find(unit)
    }

    fn fixes(unit: &Unit<'_>, drafts: Vec<Draft<CheckWish>>) -> Vec<Finding<Remedy<Change>>> {
        lower::fixes(unit, drafts)
    }

    fn line(source: &Streams, place: Place) -> usize {
        let mut streams = source.iter().flatten();
        let stream = streams.find(|stream| stream.file().id == place.file);
        stream.map_or(0, |stream| stream.lines().number(place.span.start()))
    }

    fn changed(change: &Change) -> (FileId, Option<&Path>) {
        (change.file(), change.path())
    }

    fn prove<T>(
        before: Streams,
        after: &[File],
        changes: &[&Change],
        look: impl FnOnce(Streams) -> T,
    ) -> Result<T, Refusal> {
        let mut streams = Vec::with_capacity(after.len());
        let mut edited = Vec::new();
        for (stream, file) in before.into_iter().zip(after) {
            let is_same = matches!(&stream, Ok(stream) if Arc::ptr_eq(&stream.file().text, &file.text));
            match stream {
                Ok(stream) if !is_same => {
                    edited.push((streams.len(), stream, file));
                    // Until it is proven.
                    streams.push(None);
                }
                unchanged => streams.push(Some(unchanged)),
            }
        }
        let look = |streams: Vec<Option<Result<Stream, SyntaxError>>>| look(streams.into_iter().flatten().collect());
        let Some((last, stream, file)) = edited.pop() else {
            return Ok(look(streams));
        };
        for (at, stream, file) in edited {
            let proven = prove_and(stream, file, &changes_of(file, changes), |stream| stream)?;
            if let Some(place) = streams.get_mut(at) {
                *place = Some(Ok(proven));
            }
        }
        prove_and(stream, file, &changes_of(file, changes), |proven| {
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

/// Reads the templates of a file one after the other, as there may be thousands.
fn units_of(stream: &Stream, name: ProfileName) -> impl Iterator<Item = Result<Unit<'_>, ModelError>> {
    let calls_of_file = Rc::new(LongCall::new());
    let comments = NamedComments::of(stream);
    let roots: Vec<_> = stream.documents().filter(|root| is_template(*root)).collect();
    // A document begins at the last `---` before its root, and the first one at the beginning of the file.
    let begin = move |root: Node<'_>| {
        let start = root.full_span().start();
        let before = stream.text().get(..start).unwrap_or_default();
        before.rfind("\n---").unwrap_or(start)
    };
    (0..roots.len()).filter_map(move |at| {
        let root = *roots.get(at)?;
        let start = if at == 0 { 0 } else { begin(root) };
        let end = roots.get(at + 1).map_or(usize::MAX, |next| begin(*next));
        let unit = Unit::read(root, name, Rc::clone(&calls_of_file)).transpose()?;
        Some(unit.map(|unit| finished(unit, &comments, &(start..end))))
    })
}

/// Returns whether a document is a template: it has a mapping `Resources`.
fn is_template(root: Node<'_>) -> bool {
    let mut entries = root.entries();
    entries.any(|(key, value)| key.scalar() == Some("Resources") && value.resolved().is_mapping())
}

/// Adds to a unit what its rules do not look at: its suppressions, and what is unchecked.
fn finished<'s>(mut unit: Unit<'s>, comments: &NamedComments<'s>, part: &Range<usize>) -> Unit<'s> {
    let own = suppressions::suppressions(&unit.template, comments, part);
    unit.model.unchecked = unchecked::unchecked(&unit);
    unit.model.suppressions = own.read;
    unit.model.faults = own.faults;
    unit.suppressions = own.written;
    unit
}
