//! Reads the templates of a file.

use std::ops::Range;
use std::rc::Rc;

use super::calls::LongCall;
use super::hosts::HostedTemplate;
use super::suppressions::{NamedComments, suppressions};
use super::template_file::TemplateFile;
use super::unchecked::unchecked;
use super::unit::Unit;
use crate::model::{ModelError, ProfileName};
use crate::text::FileRange;
use crate::yaml::{Node, YamlFile};

/// A template that was read, without the choice of its profiles.
pub(super) struct UnfinishedUnit<'s> {
    pub(super) unit: Unit<'s>,
    /// The comments of its files, with the bytes of each file that belong to the template.
    parts: Vec<(Rc<NamedComments<'s>>, Range<usize>)>,
}

/// Reads the templates of a file one by one.
///
/// There may be thousands.
pub(super) fn units_of(file: &TemplateFile) -> impl Iterator<Item = Result<UnfinishedUnit<'_>, ModelError>> {
    let mut templates: Vec<_> = file.templates().collect();
    if let Some((_, first)) = templates.first_mut() {
        first.unknown.extend(file.unread.iter().cloned());
    }
    let by_text = templates.chunk_by(|(one, _), (other, _)| one.id() == other.id());
    let by_text: Vec<_> = by_text.map(<[_]>::to_vec).collect();
    by_text.into_iter().flat_map(|templates| {
        let stream = templates.first().map(|(stream, _)| *stream);
        let templates = templates.into_iter().map(|(_, hosted)| hosted).collect();
        stream
            .into_iter()
            .flat_map(move |stream| units_in(stream, Vec::clone(&templates)))
    })
}

/// Reads the templates of a text.
fn units_in<'s>(
    stream: &'s YamlFile,
    templates: Vec<HostedTemplate<'s>>,
) -> impl Iterator<Item = Result<UnfinishedUnit<'s>, ModelError>> {
    let calls_of_file = Rc::new(LongCall::new());
    let comments = Rc::new(NamedComments::of(stream));
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
    let begins: Vec<_> = templates.iter().skip(1).map(|template| begin(template.root)).collect();
    templates.into_iter().enumerate().map(move |(at, template)| {
        if let Some(error) = &json_comment {
            return Err(error.clone());
        }
        let start = at
            .checked_sub(1)
            .and_then(|at| begins.get(at))
            .copied()
            .unwrap_or_default();
        let end = begins.get(at).copied().unwrap_or(usize::MAX);
        let unit = Unit::read(template, Rc::clone(&calls_of_file))?;
        Ok(UnfinishedUnit {
            unit,
            parts: vec![(Rc::clone(&comments), start..end)],
        })
    })
}

/// Reads the template that documents of several files form.
pub(super) fn unit_of_parts(hosted: HostedTemplate<'_>) -> Result<UnfinishedUnit<'_>, ModelError> {
    let mut texts: Vec<&YamlFile> = Vec::new();
    for part in hosted.parts() {
        if !texts.iter().any(|text| text.id() == part.yaml_file().id()) {
            texts.push(part.yaml_file());
        }
    }
    let parts = texts
        .iter()
        .map(|text| (Rc::new(NamedComments::of(text)), 0..usize::MAX));
    let parts = parts.collect();
    Ok(UnfinishedUnit {
        unit: Unit::read(hosted, Rc::new(LongCall::new()))?,
        parts,
    })
}

impl<'s> UnfinishedUnit<'s> {
    /// Returns the unit of a template that is checked without others.
    pub(super) fn alone(mut self, name: ProfileName) -> Unit<'s> {
        self.unit.choose(name);
        self.finished()
    }

    /// Adds the suppressions and the unchecked parts.
    pub(super) fn finished(self) -> Unit<'s> {
        let Self { mut unit, parts } = self;
        let own = suppressions(&unit.template, &parts);
        unit.model.unchecked = unchecked(&unit);
        unit.model.takes_values = unit.takes_values() || !unit.template.hosted.included.is_empty();
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
