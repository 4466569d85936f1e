//! Checks a document, with the configuration of its folder and with the other files that it depends on.

use std::path::PathBuf;
use std::sync::Arc;

use super::checked::{Checked, CheckedFile, name};
use super::documents::{Document, Documents};
use super::language::DocumentLanguage;
use super::may_change::MayChange;
use super::module::Module;
use super::positions::IndexedText;
use super::project::Project;
use super::projects::Projects;
use super::slots::{PointedSlot, slot_at};
use super::workspace::Workspace;
use crate::cloudformation::{self, CloudFormation, prefilter};
use crate::config::{Config, ConfigError, InvalidSetting};
use crate::report::record::ErrorKind;
use crate::report::{FileRecord, SourceText, Sources};
use crate::terraform::Terraform;
use crate::text::{File, FileId};
use crate::{Options, check_if_template};

/// Checks documents, each with what is open at the moment.
#[derive(Clone, Copy)]
pub(super) struct Checker<'s> {
    pub(super) documents: &'s Documents,
    pub(super) workspace: &'s Workspace,
    pub(super) projects: &'s Projects,
}

impl<'s> Checker<'s> {
    /// Checks a document.
    ///
    /// # Errors
    ///
    /// If its configuration is invalid.
    pub(super) fn check(&self, document: &Document) -> Result<Checked, Arc<ConfigError>> {
        self.check_content(document, document.content.clone(), MayChange::All)
    }

    /// Checks another text in the place of the document's own; `None` if its configuration is invalid.
    pub(super) fn check_as(&self, document: &Document, text: String) -> Option<Checked> {
        let mut content = document.content.clone();
        content.index(text);
        self.check_content(document, content, MayChange::All).ok()
    }

    /// Returns a document with all fixes that change no other file, if there are any.
    pub(super) fn fixed_alone<'c>(&self, document: &Document, checked: &'c Checked) -> Option<&'c str> {
        checked.fixed_alone(|| {
            let checked = self.check_content(document, document.content.clone(), MayChange::Document);
            checked.ok()?.own.fixed.clone()
        })
    }

    /// Returns the slot of a document that contains an offset.
    pub(super) fn slot_at(&self, document: &Document, offset: usize) -> Option<PointedSlot> {
        match document.language()? {
            DocumentLanguage::Configuration => None,
            DocumentLanguage::Yaml | DocumentLanguage::CloudFormation => {
                let text = &document.content.text;
                self.workspace.options(document.path.as_deref()).ok()??;
                if let Some(project) = self.project(document, text) {
                    let files = project.files(MayChange::All);
                    let language = cloudformation::Project::new(&files);
                    return slot_at(&language, &project.numbered(), project.own()?, offset);
                }
                if !prefilter::may_apply(text.as_bytes()) {
                    return None;
                }
                let files = [File::new(FileId::default(), Arc::clone(text))];
                slot_at(&CloudFormation, &files, FileId::default(), offset)
            }
            DocumentLanguage::Terraform => {
                let module = Module::read(document, &document.content.text, self.documents, self.workspace).ok()??;
                let files = module.files(MayChange::All);
                let load = |source: &str| module.child(source);
                slot_at(
                    &Terraform::new(&files, &load),
                    &module.numbered(),
                    module.own()?,
                    offset,
                )
            }
        }
    }

    fn check_content(
        &self,
        document: &Document,
        content: IndexedText,
        may_change: MayChange,
    ) -> Result<Checked, Arc<ConfigError>> {
        #[cfg(test)]
        assert!(!content.text.contains(tests::PANIC), "a test asks for a panic");
        let Some(language) = document.language() else {
            return Ok(nothing(document, content));
        };
        match language {
            // A configuration has no options itself, and is checked even if it is invalid.
            DocumentLanguage::Configuration => Ok(configuration(document, content)),
            DocumentLanguage::Yaml | DocumentLanguage::CloudFormation => {
                let options = self.workspace.options(document.path.as_deref())?;
                let Some(options) = options else {
                    return Ok(nothing(document, content));
                };
                let project = self.project(document, &content.text);
                let checked = project.and_then(|project| project.check(may_change));
                Ok(checked.unwrap_or_else(|| template(document, content, language, &options)))
            }
            DocumentLanguage::Terraform => {
                let module = Module::read(document, &content.text, self.documents, self.workspace)?;
                let Some(module) = module else {
                    return Ok(nothing(document, content));
                };
                let checked = module.check(may_change);
                let folders = module.children();
                Ok(checked
                    .unwrap_or_else(|| nothing(document, content))
                    .with_folders(folders))
            }
        }
    }

    /// Returns the templates that a document with this text is checked with; `None` if it is checked alone.
    fn project<'d>(&self, document: &'d Document, text: &Arc<str>) -> Option<Project<'d>>
    where
        's: 'd,
    {
        let group = self.projects.group(document.path.as_deref()?)?;
        Some(Project::read(group, document, text, self.documents, self.workspace))
    }
}

/// Returns the result for a document without findings.
pub(super) fn nothing(document: &Document, content: IndexedText) -> Checked {
    let record = FileRecord::empty(name(document.path()));
    Checked::alone(file(document, content, record))
}

/// Checks a configuration file.
fn configuration(document: &Document, content: IndexedText) -> Checked {
    let (path, text) = (document.path(), &content.text);
    let failure = |problem: InvalidSetting| {
        let span = SourceText::new(name(path), text).span(problem.span);
        FileRecord::of_failure(name(path), ErrorKind::Misconfigured, Some(span), problem.to_string())
    };
    let parsed = Config::parse(path.to_owned(), PathBuf::new(), text);
    let record = parsed.err().map_or_else(|| FileRecord::empty(name(path)), failure);
    Checked::alone(file(document, content, record))
}

/// Checks a text that may be a template.
fn template(document: &Document, content: IndexedText, language: DocumentLanguage, options: &Options) -> Checked {
    let text = Arc::clone(&content.text);
    let is_template = language == DocumentLanguage::CloudFormation || prefilter::looks_like_template(text.as_bytes());
    if !prefilter::may_apply(text.as_bytes()) {
        return nothing(document, content);
    }
    let checked = check_if_template(&File::new(FileId::default(), Arc::clone(&text)), options, is_template);
    let source = SourceText::new(name(document.path()), &text);
    match checked {
        None => nothing(document, content),
        Some(Ok(report)) => {
            let record = FileRecord::of_templates(&Sources::of_template(&source), &report);
            Checked::alone(file(document, content, record).with_fixed(report.fixed()))
        }
        Some(Err(error)) => {
            let record = FileRecord::of_check_error(&source, &error);
            Checked::alone(file(document, content, record))
        }
    }
}

/// Returns a file that is checked alone.
fn file(document: &Document, content: IndexedText, record: FileRecord) -> CheckedFile {
    CheckedFile::new(document.uri.clone(), Some(document.version), content.into(), record)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use lsp_server::{Connection, Message, Notification, Request};
    use serde_json::{Value, json};

    use super::super::main_loop::{Ending, serve};

    /// The text that makes a check panic.
    pub(super) const PANIC: &str = "this text makes a check panic";

    fn opened(name: &str, text: &str) -> Message {
        let document = json!({"uri": format!("file:///{name}"), "languageId": "yaml", "version": 1, "text": text});
        Notification::new("textDocument/didOpen".to_owned(), json!({"textDocument": document})).into()
    }

    #[test]
    fn a_panic_in_a_check_is_logged_and_the_server_goes_on() {
        let (server, client) = Connection::memory();
        let request = |id: i32, method: &str, params: Value| Request::new(id.into(), method.to_owned(), params);
        let template = "Resources:\n  A: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n  \
                        R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}\n";
        for message in [
            request(
                1,
                "initialize",
                json!({"processId": null, "rootUri": null, "capabilities": {}}),
            )
            .into(),
            opened("panic.yaml", PANIC),
            opened("template.yaml", template),
        ] {
            client.sender.send(message).unwrap();
        }
        let server = std::thread::spawn(move || serve(&server, Path::new("/")));
        let mut seen = Vec::new();
        while seen.len() < 4 {
            seen.push(match client.receiver.recv().unwrap() {
                Message::Notification(Notification { method, params }) if method == "window/logMessage" => {
                    params["message"].as_str().unwrap().to_owned()
                }
                Message::Notification(Notification { params, .. }) => format!(
                    "{} {}",
                    params["uri"].as_str().unwrap(),
                    params["diagnostics"].as_array().unwrap().len()
                ),
                Message::Response(response) => format!("response {}", response.id),
                other => format!("{other:?}"),
            });
        }
        let expected = [
            "response 1",
            "checking file:///panic.yaml failed because of a bug in cfn-ipfix; please report it",
            "file:///panic.yaml 0",
            "file:///template.yaml 1",
        ];
        assert_eq!(seen, expected);
        for message in [
            request(2, "shutdown", Value::Null).into(),
            Message::from(Notification::new("exit".to_owned(), Value::Null)),
        ] {
            client.sender.send(message).unwrap();
        }
        assert_eq!(server.join().unwrap(), Ending::Orderly);
    }
}
