//! Reads the templates of a file.

use std::ops::Range;
use std::rc::Rc;

use super::calls::LongCall;
use super::suppressions::{NamedComments, suppressions};
use super::template::is_template;
use super::unchecked::unchecked;
use super::unit::Unit;
use crate::model::{ModelError, ProfileName};
use crate::text::FileRange;
use crate::yaml::{Node, YamlFile};

/// A template that was read, without the choice of its profiles.
pub(super) struct UnfinishedUnit<'s> {
    pub(super) unit: Unit<'s>,
    comments: Rc<NamedComments<'s>>,
    /// The bytes of the file that belong to the template.
    part: Range<usize>,
}

/// Reads the templates of a file one by one.
///
/// There may be thousands.
pub(super) fn units_of(stream: &YamlFile) -> impl Iterator<Item = Result<UnfinishedUnit<'_>, ModelError>> {
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

impl<'s> UnfinishedUnit<'s> {
    /// Returns the unit of a template that is checked without others.
    pub(super) fn alone(mut self, name: ProfileName) -> Unit<'s> {
        self.unit.choose(name);
        self.finished()
    }

    /// Adds the suppressions and the unchecked parts.
    pub(super) fn finished(self) -> Unit<'s> {
        let Self {
            mut unit,
            comments,
            part,
        } = self;
        let own = suppressions(&unit.template, &comments, &part);
        unit.model.unchecked = unchecked(&unit);
        unit.model.takes_values = unit.takes_values();
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
