//! A module as it is written: its files and what they declare.

use super::file::{ModuleFile, ParsedFile, SyntaxError, is_hidden};
use crate::hcl::{Block, Body, Expr, Traversal};
use crate::text::{File, FileId, FileRange, TextRange};

/// The files of a module, with the addresses of what they declare.
#[derive(Debug)]
pub struct ParsedModule {
    /// The files, by their numbers.
    pub(super) files: Vec<ParsedFile>,
    /// The declarations, in the order of the files.
    pub(super) declarations: Vec<Declaration>,
}

/// The location of a declaration in its file.
#[derive(Clone, Debug)]
pub(super) struct Declaration {
    /// The address, such as `aws_iam_role.web` or `local.profile`.
    pub(super) address: String,
    /// The file.
    pub(super) file: FileId,
    /// The index of the block in the body of the file.
    block: usize,
    /// The index of the local value in its block.
    local: Option<usize>,
}

/// A declaration with its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared<'s> {
    /// The address.
    pub(super) address: &'s str,
    /// The file.
    pub(super) file: FileId,
    /// The range that names it.
    pub(super) name_span: TextRange,
    /// The content.
    pub(super) content: DeclaredContent<'s>,
}

/// The content of a declaration.
#[derive(Clone, Copy, Debug)]
pub(super) enum DeclaredContent<'s> {
    /// A resource of a type.
    Resource(&'s str, &'s Block),
    /// A data source or an ephemeral resource of a type.
    Data(&'s str, &'s Block),
    /// A call of another module.
    Call(&'s Block),
    /// A local value.
    Local(&'s Expr),
}

impl ParsedModule {
    /// Parses the files of a module; `infos` has their names.
    pub(super) fn parse(files: &[File], infos: &[ModuleFile]) -> Self {
        let parsed = files.iter().zip(infos).map(|(file, info)| match info.text {
            Some(_) if !is_hidden(&info.name, infos) => ParsedFile::parse(file, &info.name),
            _ => ParsedFile::ignored(file),
        });
        Self::of(parsed.collect())
    }

    /// Builds a module from its parsed files.
    pub(super) fn of(parsed: Vec<ParsedFile>) -> Self {
        let own = parsed.iter().filter(|file| !file.is_override);
        let declarations = own.flat_map(declarations).collect();
        Self {
            files: parsed,
            declarations,
        }
    }

    /// Returns a file.
    pub(super) fn file(&self, id: FileId) -> Option<&ParsedFile> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// Iterates over the files, with the error of each that cannot be parsed.
    pub fn errors(&self) -> impl Iterator<Item = Option<SyntaxError>> {
        self.files.iter().map(|file| file.error().cloned())
    }

    /// Iterates over everything that the module declares.
    pub(super) fn declared(&self) -> impl Iterator<Item = Declared<'_>> {
        self.declarations
            .iter()
            .filter_map(|declaration| self.content(declaration))
    }

    fn content<'s>(&'s self, declaration: &'s Declaration) -> Option<Declared<'s>> {
        let block = self.file(declaration.file)?.body()?.blocks.get(declaration.block)?;
        let (name_span, content) = match declaration.local {
            Some(at) => {
                let local = block.body.attributes.get(at)?;
                (local.key.span, DeclaredContent::Local(&local.value))
            }
            None => {
                let (first, last) = (block.labels.first()?, block.labels.last()?);
                let content = match block.block_type.text.as_str() {
                    "resource" => DeclaredContent::Resource(&first.text, block),
                    "data" | "ephemeral" => DeclaredContent::Data(&first.text, block),
                    _ => DeclaredContent::Call(block),
                };
                (TextRange::new(last.span.start(), last.span.end()), content)
            }
        };
        Some(Declared {
            address: &declaration.address,
            file: declaration.file,
            name_span,
            content,
        })
    }
}

fn declarations(file: &ParsedFile) -> Vec<Declaration> {
    let blocks = file.body().map_or(&[][..], |body| &body.blocks);
    let mut declarations = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let mut add = |address: String, local| {
            declarations.push(Declaration {
                address,
                file: file.id(),
                block: at,
                local,
            });
        };
        if let Some(address) = address_of_block(block) {
            add(address, None);
        } else if block.block_type.text == "locals" && block.labels.is_empty() {
            let locals = block.body.attributes.iter().enumerate();
            locals.for_each(|(at, local)| add(format!("local.{}", local.key.text), Some(at)));
        }
    }
    declarations
}

/// Returns the address of the resource, the data source or the module that a block declares.
pub(super) fn address_of_block(block: &Block) -> Option<String> {
    let labels: Vec<_> = block.labels.iter().map(|label| label.text.as_str()).collect();
    match (block.block_type.text.as_str(), labels.as_slice()) {
        ("resource", [resource_type, label]) => Some(format!("{resource_type}.{label}")),
        (kind @ ("data" | "ephemeral"), [resource_type, label]) => Some(format!("{kind}.{resource_type}.{label}")),
        ("module", [label]) => Some(format!("module.{label}")),
        _ => None,
    }
}

impl<'s> Declared<'s> {
    /// Returns the location of its name.
    pub(super) fn place(&self) -> FileRange {
        FileRange::new(self.file, self.name_span)
    }

    /// Returns the content of its block, if it has one.
    pub(super) fn body(&self) -> Option<&'s Body> {
        match self.content {
            DeclaredContent::Resource(_, block) | DeclaredContent::Data(_, block) | DeclaredContent::Call(block) => {
                Some(&block.body)
            }
            DeclaredContent::Local(_) => None,
        }
    }
}

/// Returns the traversals in a body and its blocks, each with the key of its argument.
pub(super) fn of_body(body: &Body) -> Vec<(&str, &Traversal)> {
    let mut found = Vec::new();
    let mut pending = vec![body];
    while let Some(body) = pending.pop() {
        for attribute in &body.attributes {
            found.extend(of_expr(&attribute.key.text, &attribute.value));
        }
        pending.extend(body.blocks.iter().map(|block| &block.body));
    }
    found
}

/// Iterates over the traversals in the value of a key, each with this key.
pub(super) fn of_expr<'s>(key: &'s str, expr: &'s Expr) -> impl Iterator<Item = (&'s str, &'s Traversal)> {
    let traversals = expr.descendants().filter_map(Expr::traversal);
    traversals.map(move |traversal| (key, traversal))
}
