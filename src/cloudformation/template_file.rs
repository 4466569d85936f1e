//! A file that may have templates, with the documents in its scalars.

use std::collections::HashMap;

use super::hosts::{self, HostedTemplate};
use crate::model::Unchecked;
use crate::text::{File, ProofError};
use crate::yaml::{Change, NestedFile, Node, NodeId, StreamId, SyntaxError, YamlFile, prove_nested_then};

/// A parsed file.
#[derive(Debug)]
pub struct TemplateFile {
    nested: NestedFile,
    /// The documents in scalars that cannot be read.
    pub(super) unread: Vec<Unchecked>,
}

impl TemplateFile {
    /// Parses a file and the documents in its scalars.
    ///
    /// # Errors
    ///
    /// As [`YamlFile::parse`]; a document that cannot be read is no error.
    pub(super) fn parse(file: &File) -> Result<Self, SyntaxError> {
        YamlFile::parse(file).map(Self::of)
    }

    fn of(own: YamlFile) -> Self {
        let documents = hosts::documents_in(&own);
        Self {
            nested: NestedFile {
                own,
                embedded: documents.parsed,
            },
            unread: documents.unread,
        }
    }

    /// Returns the file without the documents in its scalars.
    pub(super) fn own(&self) -> &YamlFile {
        &self.nested.own
    }

    /// Iterates over the file and the documents in its scalars.
    pub(super) fn streams(&self) -> impl Iterator<Item = &YamlFile> {
        std::iter::once(&self.nested.own).chain(&self.nested.embedded)
    }

    /// Returns the file, or the document in one of its scalars, with this identity.
    pub(super) fn stream(&self, id: StreamId) -> Option<&YamlFile> {
        self.streams().find(|stream| stream.id() == id)
    }

    /// Iterates over the templates, each with the text that it is in.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&YamlFile, HostedTemplate<'_>)> {
        let roots = self
            .streams()
            .flat_map(|stream| stream.documents().map(move |root| (stream, root)));
        roots.filter_map(|(stream, root)| {
            let mut hosted = hosts::template_in(root)?;
            if !stream.is_embedded() {
                hosted.documents = self.documents();
            }
            Some((stream, hosted))
        })
    }

    /// Returns the roots of the documents in scalars, by the scalars.
    pub(super) fn documents(&self) -> HashMap<NodeId, Node<'_>> {
        let documents = self.nested.embedded.iter();
        let found =
            documents.filter_map(|document| Some((document.scalar_in(self.own())?.id(), document.documents().next()?)));
        found.collect()
    }

    /// Proves changes as [`prove`](crate::yaml::prove()) does, and passes the parsed `after` to `look`.
    pub(super) fn prove_then<T>(
        self,
        after: &File,
        changes: &[&Change],
        look: impl FnOnce(Self) -> T,
    ) -> Result<T, ProofError> {
        prove_nested_then(self.nested, after, changes, |after| look(Self::of(after)))
    }
}
