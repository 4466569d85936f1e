//! Documents inside scalars, such as a template in a property of another template.
//!
//! Such a document is parsed with everything around it replaced by blanks. So all its positions are those of the file,
//! and an edit of the document is an edit of the file.

use std::collections::HashMap;
use std::ops::Range;

use super::change::{Change, Op};
use super::host::{Host, Variables};
use super::node::{Node, YamlFile};
use super::nodes::StreamId;
use super::style::ScalarStyle;
use super::{SyntaxError, prove_then};
use crate::text::{EditObstacle, File, FileRange, NodePath, ProofError, TextRange};

/// A file with the documents in its scalars.
#[derive(Debug)]
pub struct NestedFile {
    /// The file.
    pub own: YamlFile,
    /// The documents.
    pub embedded: Vec<YamlFile>,
}

/// The part of a scalar that is a document.
#[derive(Clone, Debug)]
pub struct EmbeddedSource<'d> {
    /// The scalar.
    pub scalar: Node<'d>,
    /// The bytes of the scalar's value.
    pub within: Range<usize>,
    /// The variables that are replaced before the document is read.
    pub variables: Variables,
}

impl<'d> EmbeddedSource<'d> {
    /// Creates the source that is the whole value of a scalar.
    pub fn whole(scalar: Node<'d>, variables: Variables) -> Self {
        Self {
            scalar,
            within: 0..scalar.scalar().map_or(0, str::len),
            variables,
        }
    }

    /// Parses the document; `part` is its number among those in the scalars of the file, from 1.
    ///
    /// # Errors
    ///
    /// As [`YamlFile::parse`].
    pub fn parse(&self, part: u32) -> Result<YamlFile, SyntaxError> {
        let (mut file, content, obstacle) = match self.mapped() {
            Some(content) => match self.parse_in_place(content) {
                Ok(file) => (file, Some(content), self.obstacle()),
                // After indentation, a marker or a directive is not one.
                Err(error) => (self.parse_value().map_err(|_| error)?, None, Some(EditObstacle::Marker)),
            },
            None => (self.parse_value()?, None, Some(EditObstacle::Escaped)),
        };
        file.host = Some(Box::new(Host {
            part,
            path: self.scalar.path(),
            within: self.within.clone(),
            unmapped: content.is_none().then(|| self.scalar.full_span()),
            margin: content.map_or(0, |_| margin(self.scalar)),
            obstacle,
            variables: self.variables,
        }));
        Ok(file)
    }

    /// Parses the document at its place in the file.
    fn parse_in_place(&self, content: TextRange) -> Result<YamlFile, SyntaxError> {
        let stream = self.scalar.yaml_file();
        let text = masked(stream.text(), content);
        YamlFile::parse_from(&File::new(stream.file().id, text), content.start())
    }

    /// Parses the document as the value of the scalar, whose positions are not those of the file.
    fn parse_value(&self) -> Result<YamlFile, SyntaxError> {
        let value = self.scalar.scalar().unwrap_or_default();
        let value = value.get(self.within.clone()).unwrap_or_default();
        YamlFile::parse(&File::new(self.scalar.file(), value))
    }

    /// Returns the reason why an edit of the string would change more than its value at one place.
    fn obstacle(&self) -> Option<EditObstacle> {
        let mut around = self.scalar.ancestors();
        let is_shared = around.any(|node| node.aliases().next().is_some());
        let is_key = self.scalar.ancestors().any(|node| node.value().is_some());
        match self.scalar.duplicate_above() {
            Some(_) => Some(EditObstacle::UnusualNotation),
            None if is_key => Some(EditObstacle::UnusualNotation),
            None => is_shared.then_some(EditObstacle::SharedString),
        }
    }

    /// Returns the range of the document in the file, if its bytes are those of the value.
    ///
    /// The indentation of a literal block scalar may be between its lines. If its last newline is one of the value, it ends
    /// the document, as at the end of a file. A marker `---` before the document is left out: after indentation, it would
    /// not be one.
    fn mapped(&self) -> Option<TextRange> {
        let (scalar, within) = (self.scalar, &self.within);
        let (value, source, span) = (scalar.scalar()?, scalar.source(), scalar.span());
        let style = scalar.scalar_style();
        if style == ScalarStyle::Block {
            let is_whole = within.start == 0 && within.end == value.len();
            let marker = source
                .find(['\n', '\r'])
                .filter(|&at| source.get(..at).is_some_and(|line| line.trim_end() == "---"));
            let start = span.start() + marker.unwrap_or_default();
            let lines = scalar.yaml_file().lines();
            let end = match value.ends_with('\n') {
                true => lines.span(lines.number(span.end())).end(),
                false => span.end(),
            };
            return (is_whole && is_literal(scalar, value)).then(|| TextRange::new(start, end));
        }
        let inside = style.inside(source);
        let start = span.start() + usize::from(style != ScalarStyle::Plain);
        (inside == value).then(|| TextRange::new(start + within.start, start + within.end))
    }
}

/// Returns whether the lines of a block scalar are those of its value, after its indentation.
fn is_literal(scalar: Node<'_>, value: &str) -> bool {
    let indent = margin(scalar);
    let source = scalar.source().replace("\r\n", "\n");
    let source = source.split(['\n', '\r']).enumerate().map(|(at, line)| {
        let own = line
            .get(..indent)
            .filter(|margin| margin.bytes().all(|byte| byte == b' '));
        match (at, own) {
            (0, _) => line,
            (_, Some(_)) => line.get(indent..).unwrap_or_default(),
            // A blank line may be shorter.
            (_, None) => line.trim_start_matches(' '),
        }
    });
    let mut source = source.collect::<Vec<_>>();
    let mut value: Vec<_> = value.trim_start_matches('\n').split('\n').collect();
    for lines in [&mut source, &mut value] {
        while lines.last().is_some_and(|line| line.is_empty()) {
            lines.pop();
        }
    }
    source == value
}

/// Returns the indentation of the lines of a block scalar, in bytes; it is 0 for another scalar, which has one line.
fn margin(scalar: Node<'_>) -> usize {
    if scalar.scalar_style() != ScalarStyle::Block {
        return 0;
    }
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    // The range of the scalar begins on its first line that is not blank.
    let first = scalar.scalar().unwrap_or_default().trim_start_matches('\n');
    let lines = scalar.yaml_file().lines();
    let source = lines.span(lines.number(scalar.span().start()));
    blanks(source.slice(scalar.yaml_file().text())).saturating_sub(blanks(first))
}

/// Returns the source up to the end of `content`, with blanks in place of everything before that.
fn masked(text: &str, content: TextRange) -> String {
    let before = text.as_bytes().get(..content.start()).unwrap_or_default();
    let blank = |byte: &u8| if matches!(byte, b'\n' | b'\r') { *byte } else { b' ' };
    let blanks: Vec<u8> = before.iter().map(blank).collect();
    // Blanks and newlines are valid UTF-8.
    let mut masked = String::from_utf8(blanks).unwrap_or_default();
    masked.push_str(content.slice(text));
    masked
}

impl YamlFile {
    /// Returns the path of the text: that of the scalar that contains it, or that of a file's first document.
    pub(super) fn path(&self) -> NodePath {
        self.host
            .as_ref()
            .map_or_else(NodePath::default, |host| host.path.clone())
    }

    /// Returns the scalar that contains the text, in its file.
    pub fn scalar_in<'f>(&self, file: &'f YamlFile) -> Option<Node<'f>> {
        self.host.as_ref()?.scalar_in(file)
    }

    /// Returns the location of a range of the text in the file.
    pub(super) fn place_of(&self, span: TextRange) -> FileRange {
        let unmapped = self.host.as_ref().and_then(|host| host.unmapped);
        FileRange::new(self.file.id, unmapped.unwrap_or(span))
    }

    /// Returns the number of blanks before each line, which are not part of the text.
    pub(super) fn margin(&self) -> usize {
        self.host.as_ref().map_or(0, |host| host.margin)
    }

    /// Returns whether the positions in the text are those in the file.
    pub fn is_mapped(&self) -> bool {
        self.host.as_ref().is_none_or(|host| host.unmapped.is_none())
    }

    /// Returns the variables that are replaced before the text is read.
    pub fn variables(&self) -> Variables {
        self.host.as_ref().map_or(Variables::None, |host| host.variables)
    }

    /// Returns whether the text is in a scalar of a file.
    pub fn is_embedded(&self) -> bool {
        self.host.is_some()
    }

    /// Fails if an edit of the text would not be one of the file.
    pub(super) fn check_editable(&self) -> Result<(), EditObstacle> {
        let obstacle = self.host.as_ref().and_then(|host| host.obstacle);
        obstacle.map_or(Ok(()), Err)
    }
}

/// Proves changes of a file, and of documents in its scalars, as [`prove`](super::prove) does.
///
/// A document is compared as the value of its scalar, which both parsers read from the file, so the proof does not depend on
/// the positions in the document.
///
/// Passes the parsed `after` to `look`, whose result is valid only if the proof succeeds.
///
/// # Errors
///
/// The reason that the edited source must not be used.
pub(crate) fn prove_nested_then<T>(
    before: NestedFile,
    after: &File,
    changes: &[&Change],
    look: impl FnOnce(YamlFile) -> T,
) -> Result<T, ProofError> {
    let is_own = |change: &&&Change| change.stream() == before.own.id();
    let mut own: Vec<&Change> = changes.iter().filter(is_own).copied().collect();
    if own.len() == changes.len() {
        return prove_then(before.own, after, &own, look);
    }
    let read = YamlFile::parse(after).map_err(|error| ProofError::FixedUnreadable(error.to_string()))?;
    let mut by_text: HashMap<StreamId, Vec<&Change>> = HashMap::new();
    for &change in changes {
        by_text.entry(change.stream()).or_default().push(change);
    }
    let mut splices = Vec::new();
    for document in &before.embedded {
        if let (Some(inner), Some(host)) = (by_text.get(&document.id()), &document.host) {
            let splice = host.prove(&before.own, &read, inner)?;
            splices.push(splice);
        }
    }
    own.extend(&splices);
    prove_then(before.own, after, &own, look)
}

/// Returns the range of `old` that differs from `new`, and the part of `new` in its place.
///
/// The common end is left out before the common start: parsers do not agree on the newline at the end of a block scalar
/// that ends a file without one.
fn difference<'t>(old: &'t str, new: &'t str) -> (Range<usize>, &'t str) {
    let common = |one: &mut dyn Iterator<Item = char>, other: &mut dyn Iterator<Item = char>| {
        let same = one.zip(other).take_while(|(one, other)| one == other);
        same.map(|(c, _)| c.len_utf8()).sum::<usize>()
    };
    let suffix = common(&mut old.chars().rev(), &mut new.chars().rev());
    let [old, new] = [old, new].map(|text| text.get(..text.len() - suffix).unwrap_or_default());
    let prefix = common(&mut old.chars(), &mut new.chars());
    (prefix..old.len(), new.get(prefix..).unwrap_or_default())
}

impl Host {
    /// Proves the changes of the document, and returns the change of its scalar.
    fn prove(&self, before: &YamlFile, after: &YamlFile, changes: &[&Change]) -> Result<Change, ProofError> {
        let unplanned = || ProofError::UnplannedChange {
            place: self.path.to_string(),
        };
        let old = self.scalar_in(before).ok_or_else(unplanned)?;
        let new = self.scalar_in(after).and_then(Node::scalar).ok_or_else(unplanned)?;
        let value = old.scalar().ok_or_else(unplanned)?;
        let (start, rest) = (self.within.start, value.len() - self.within.end);
        let inner = new.get(start..new.len().saturating_sub(rest)).ok_or_else(unplanned)?;
        let is_around =
            new.get(..start) == value.get(..start) && new.ends_with(value.get(self.within.end..).unwrap_or_default());
        let document = value
            .get(self.within.clone())
            .filter(|_| is_around)
            .ok_or_else(unplanned)?;
        let document = YamlFile::parse(&File::new(before.file.id, document));
        let document = document.map_err(|error| ProofError::FixedUnreadable(error.to_string()))?;
        let changes: Vec<_> = changes.iter().map(|change| change.relative_to(&self.path)).collect();
        let changes: Vec<_> = changes.iter().collect();
        prove_then(document, &File::new(before.file.id, inner), &changes, drop)?;
        let (range, text) = difference(value, new);
        Ok(Change::Value {
            node: old.id(),
            path: self.path.clone(),
            op: Op::Splice {
                range,
                text: text.to_owned(),
            },
        })
    }

    fn scalar_in<'f>(&self, file: &'f YamlFile) -> Option<Node<'f>> {
        file.documents().nth(self.path.document)?.at(&self.path.steps)
    }
}
