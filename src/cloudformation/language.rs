//! The language of templates that are checked one by one.

use std::sync::Arc;

use super::checks;
use super::lower::{self, CheckFix};
use super::read::units_of;
use super::template_file::TemplateFile;
use super::unit::Unit;
use crate::model::{Draft, Finding, FixState, Language, Model, ModelError, ProfileName};
use crate::text::{File, FileId, FileRange, NodePath, ProofError};
use crate::yaml::{Change, SyntaxError};

/// The language of CloudFormation templates.
#[derive(Clone, Copy, Debug)]
pub struct CloudFormation;

/// The files that were read.
pub type ParsedFiles = Vec<Result<TemplateFile, SyntaxError>>;

impl Language for CloudFormation {
    type Source = ParsedFiles;
    type Unit<'s> = Unit<'s>;
    type Change = Change;
    type CheckFix = CheckFix;

    fn read(&self, files: &[File]) -> ParsedFiles {
        files.iter().map(TemplateFile::parse).collect()
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
        let file = streams.find(|file| file.own().file().id == place.file);
        file.map_or(0, |file| file.own().lines().number(place.span.start()))
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
            let is_same = matches!(&stream, Ok(stream) if Arc::ptr_eq(&stream.own().file().text, &file.text));
            match stream {
                Ok(stream) if !is_same => {
                    edited.push((streams.len(), stream, file));
                    // Set once it is proven.
                    streams.push(None);
                }
                unchanged => streams.push(Some(unchanged)),
            }
        }
        let look =
            |streams: Vec<Option<Result<TemplateFile, SyntaxError>>>| look(streams.into_iter().flatten().collect());
        let Some((last, stream, file)) = edited.pop() else {
            return Ok(look(streams));
        };
        for (at, stream, file) in edited {
            let proven = stream.prove_then(file, &changes_of(file, changes), |stream| stream)?;
            if let Some(place) = streams.get_mut(at) {
                *place = Some(Ok(proven));
            }
        }
        stream.prove_then(file, &changes_of(file, changes), |proven| {
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
