//! Terraform and OpenTofu: reads the files of a module into a model, and writes intents back.

mod additions;
mod address;
mod calls;
mod change;
mod checks;
mod declarations;
mod details;
mod edits;
mod file;
mod iam;
mod indirect;
mod json;
mod labels;
mod lower;
mod names;
mod new_profile;
mod origins;
mod overridden;
mod passed;
mod permission;
pub mod prefilter;
mod resolve;
mod slots;
mod source;
mod suppressions;
mod trust;
mod unchecked;
mod unit;
mod uses;
mod value;
mod wrong_reference;

use std::sync::Arc;

use crate::hcl;
use crate::model::{Draft, Finding, FixState, Language, Model, ModelError, ProfileName, Rule, Unchecked};
use crate::rules::{Options, Selection};
use crate::text::{Edit, File, FileId, FileRange, NodePath, ProofError, TextRange};
use crate::yaml::prove_then;

use calls::ChildModules;
use file::{Content, ParsedFile};
use json::JsonFile;
use prefilter::may_apply;

pub use calls::LoadModule;
pub use change::Change;
pub use file::{ModuleFile, SyntaxError, is_module_file};
pub use lower::CheckFix;
pub use source::ParsedModule;
pub use unit::Unit;

/// The language of one Terraform module.
pub struct Terraform<'m> {
    files: &'m [ModuleFile],
    children: ChildModules<'m>,
}

/// The rules that do not apply: no name is in another case, and a repeated name is not reported yet.
const OTHER_RULES: [&str; 2] = ["IPF010", "IPF013"];

impl<'m> Terraform<'m> {
    /// Describes a module by its files; `children` returns the files of local modules that it calls.
    pub fn new(files: &'m [ModuleFile], children: LoadModule<'m>) -> Self {
        Self {
            files,
            children: ChildModules::new(children),
        }
    }

    /// Returns options for the whole module: the rules that are selected in one of its files.
    pub fn options(&self) -> Options {
        let changed = self.files.iter().find(|file| file.may_change).or(self.files.first());
        let selections = self.files.iter().map(|file| file.options.selection);
        Options {
            selection: selections.fold(Selection::NONE, Selection::and),
            ..changed.map(|file| file.options).unwrap_or_default()
        }
    }

    /// Reports that no file of the module is checked, because of an error in one of them.
    pub(crate) fn not_checked(&self, files: &[File], error: &ModelError) -> Vec<Unchecked> {
        let place = error.place().file;
        let name = usize::try_from(place.0).ok().and_then(|at| self.files.get(at));
        let name = name.map_or("", |file| file.name.as_str());
        let others = files
            .iter()
            .filter(|file| file.id != place && may_apply(file.text.as_bytes()));
        let unchecked = others.map(|file| Unchecked {
            place: FileRange::new(file.id, TextRange::at(0)),
            origin: format!("module with an error in `{name}`"),
            message: format!("the module is not checked, because of `{name}`: {error}"),
        });
        unchecked.collect()
    }

    /// Proves one file and returns what was read of it.
    fn prove_file(before: ParsedFile, after: &File, changes: &[&Change]) -> Result<ParsedFile, ProofError> {
        let content = match before.content {
            Content::Hcl(before) => {
                let own = changes.iter().filter_map(|change| match change {
                    Change::Hcl(change) => Some(change).filter(|change| change.file == after.id),
                    Change::Json(_) => None,
                });
                Content::Hcl(hcl::prove(&before, after, &own.collect::<Vec<_>>())?)
            }
            Content::Json(before) => {
                let own = changes.iter().filter_map(|change| match change {
                    Change::Json(change) => Some(change).filter(|change| change.file() == after.id),
                    Change::Hcl(_) => None,
                });
                let own: Vec<_> = own.collect();
                Content::Json(prove_then(before.into_yaml(), after, &own, |yaml| {
                    Box::new(JsonFile::of(yaml))
                })?)
            }
            other @ (Content::Invalid(_) | Content::Ignored) => other,
        };
        Ok(ParsedFile {
            file: after.clone(),
            content,
            is_override: before.is_override,
        })
    }
}

impl Language for Terraform<'_> {
    type Source = ParsedModule;
    type Unit<'s> = Unit<'s>;
    type Change = Change;
    type CheckFix = CheckFix;

    fn read(&self, files: &[File]) -> ParsedModule {
        ParsedModule::parse(files, self.files)
    }

    fn units<'s>(
        &self,
        source: &'s ParsedModule,
        name: ProfileName,
    ) -> impl Iterator<Item = Result<Unit<'s>, ModelError>> {
        std::iter::once(Unit::read(source, name, &self.children).map(finished))
    }

    fn model<'u, 's: 'u>(unit: &'u Unit<'s>) -> &'u Model<'s> {
        &unit.model
    }

    fn applies(&self, rule: &Rule) -> bool {
        !OTHER_RULES.contains(&rule.code)
    }

    fn is_selected(&self, rule: &Rule, file: FileId) -> bool {
        let info = usize::try_from(file.0).ok().and_then(|at| self.files.get(at));
        info.is_some_and(|info| info.options.selection.contains(rule))
    }

    fn checks(unit: &Unit<'_>) -> Vec<Draft<CheckFix>> {
        checks::find(unit)
    }

    fn fixes(&self, unit: &Unit<'_>, drafts: Vec<Draft<CheckFix>>) -> Vec<Finding<FixState<Change>>> {
        lower::fixes(unit, self.files, drafts)
    }

    fn line(source: &ParsedModule, place: FileRange) -> usize {
        let lines = source.file(place.file).and_then(ParsedFile::lines);
        lines.map_or(0, |lines| lines.number(place.span.start()))
    }

    fn changed(change: &Change) -> (FileId, Option<&NodePath>) {
        (change.file(), change.path())
    }

    fn adds(change: &Change) -> bool {
        change.adds()
    }

    fn additions(
        &self,
        original: &ParsedModule,
        added: &[(usize, &Change)],
        before: &dyn Fn(usize, FileRange) -> FileRange,
    ) -> Option<Vec<(Change, Vec<Edit>)>> {
        additions::additions(original, added, before)
    }

    fn prove<T>(
        &self,
        before: ParsedModule,
        after: &[File],
        changes: &[&Change],
        look: impl FnOnce(ParsedModule) -> T,
    ) -> Result<T, ProofError> {
        let mut files = Vec::with_capacity(after.len());
        for (before, after) in before.files.into_iter().zip(after) {
            files.push(match Arc::ptr_eq(&before.file.text, &after.text) {
                true => before,
                false => Self::prove_file(before, after, changes)?,
            });
        }
        Ok(look(ParsedModule::of(files)))
    }
}

/// Adds the suppressions and the unchecked values to a unit.
fn finished(mut unit: Unit<'_>) -> Unit<'_> {
    let found = suppressions::suppressions(unit.module, &unit.later_parts());
    (unit.model.suppressions, unit.model.faults, unit.suppressions) = found;
    unit.model.unchecked = unchecked::unchecked(&unit);
    unit
}

#[cfg(test)]
mod tests {
    use crate::check_module;
    use crate::model::FixState;
    use crate::rules::Options;
    use crate::terraform::ModuleFile;

    #[test]
    fn a_module_has_any_number_of_resources() {
        let pair = |n: usize| {
            format!(
                "resource \"aws_iam_role\" \"r{n}\" {{}}\nresource \"aws_instance\" \"i{n}\" {{\n  iam_instance_profile = \
                 aws_iam_role.r{n}.name\n}}\n"
            )
        };
        let file = ModuleFile {
            name: "main.tf".to_owned(),
            text: Some((0..240).map(pair).collect::<String>().into()),
            may_change: true,
            options: Options::default(),
        };
        let reports = check_module(&[file], &|_| None);
        let findings = &reports[0].as_ref().unwrap().findings;
        assert_eq!(findings.len(), 240);
        assert!(findings.iter().all(|one| matches!(one.fix_state, FixState::Fix(_))));
    }
}
