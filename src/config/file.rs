//! One configuration file, and the command line's overrides of it.

use std::path::{Path, PathBuf};

use super::settings::{self, Settings};
use super::value::InvalidSetting;
use crate::model::Rule;
use crate::rules::Selection;
use crate::{Options, ProfileName};

/// The folder into which the AWS CDK writes templates: <https://docs.aws.amazon.com/cdk/v2/guide/apps.html>.
const CDK_OUTPUT: &str = "cdk.out";

/// The configuration of some templates.
#[derive(Debug, Default)]
pub struct Config {
    /// The path of the file, for messages.
    pub file: PathBuf,
    /// The folder to which its patterns are relative.
    root: PathBuf,
    settings: Settings,
}

/// The settings on the command line that override a configuration.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The only rules to check; if empty, those of the configuration.
    pub select: Vec<&'static Rule>,
    /// The rules to skip, even if they are selected.
    pub ignore: Vec<&'static Rule>,
    /// True if unsafe fixes are applied.
    pub unsafe_fixes: Option<bool>,
    /// The cases in which new profiles get the name of their role.
    pub profile_name: Option<ProfileName>,
    /// True if a named file is checked with others of its repository.
    pub project: Option<bool>,
}

impl Config {
    /// Parses the configuration `file`, whose patterns are relative to `root`.
    ///
    /// # Errors
    ///
    /// If the source is not YAML, or has an unknown key, rule or value.
    pub fn parse(file: PathBuf, root: PathBuf, text: &str) -> Result<Self, InvalidSetting> {
        let settings = settings::parse(text)?;
        Ok(Self { file, root, settings })
    }

    /// Returns whether a file or folder itself is excluded, by its absolute path.
    ///
    /// Its parent folders are not considered.
    pub fn excludes(&self, path: &Path, is_folder: bool) -> bool {
        let below = || self.relative(path).filter(|path| !path.as_os_str().is_empty());
        !self.settings.exclude.is_empty()
            && below().is_some_and(|path| self.settings.exclude.matches_itself(path, is_folder))
    }

    /// Returns the options for a template, by its absolute path.
    pub fn options(&self, path: &Path, overrides: &Overrides) -> Options {
        let Settings {
            select,
            ignore,
            per_file_ignores,
            unsafe_fixes,
            profile_name,
            ..
        } = &self.settings;
        let selection = match (overrides.select.as_slice(), select) {
            ([], Some(rules)) => without(only(rules), ignore),
            ([], None) => without(Selection::ALL, ignore),
            (rules, _) => only(rules),
        };
        let selection = without(selection, &overrides.ignore);
        let is_generated = path.components().any(|part| part.as_os_str() == CDK_OUTPUT);
        let path = self.relative(path);
        let matching = per_file_ignores
            .iter()
            .filter(|(pattern, _)| path.is_some_and(|path| pattern.matches(path)));
        Options {
            selection: matching.fold(selection, |selection, (_, rules)| without(selection, rules)),
            unsafe_fixes: overrides.unsafe_fixes.unwrap_or(*unsafe_fixes),
            profile_name: overrides.profile_name.unwrap_or(*profile_name),
            is_generated,
        }
    }

    /// Returns whether a file that the user names is checked with others of its repository.
    pub fn uses_project(&self, overrides: &Overrides) -> bool {
        overrides.project.unwrap_or(self.settings.project)
    }

    /// Returns the folder to which the patterns are relative; `None` without a configuration file.
    pub fn folder(&self) -> Option<&Path> {
        (!self.root.as_os_str().is_empty()).then_some(&self.root)
    }

    /// Returns the path relative to the root of patterns; `None` if it is outside.
    fn relative<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        path.strip_prefix(&self.root).ok()
    }
}

fn only(rules: &[&Rule]) -> Selection {
    rules
        .iter()
        .fold(Selection::NONE, |selection, rule| selection.with(rule))
}

fn without(selection: Selection, rules: &[&Rule]) -> Selection {
    rules.iter().fold(selection, |selection, rule| selection.without(rule))
}

#[cfg(test)]
mod tests {
    use crate::rules::rule;

    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(".cfn-ipfix.yaml".into(), "/project".into(), text).unwrap()
    }

    fn rules(names: &[&str]) -> Vec<&'static Rule> {
        names.iter().map(|name| rule(name).unwrap()).collect()
    }

    /// Returns the codes of the rules for a template, without `IPF0`.
    fn selected(config: &str, path: &str, select: &[&str], ignore: &[&str]) -> String {
        let overrides = Overrides {
            select: rules(select),
            ignore: rules(ignore),
            ..Overrides::default()
        };
        let options = self::config(config).options(Path::new(path), &overrides);
        let selected = crate::rules::rules().filter(|rule| options.selection.contains(rule));
        selected.map(|rule| &rule.code[4..]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_command_line_overrides_the_file() {
        let template = "/project/a.yaml";
        let file = "{select: [IPF001, IPF002, IPF003], ignore: [IPF003]}";
        for (config, select, ignore, expected) in [
            (file, [].as_slice(), [].as_slice(), "01 02"),
            (file, &[], &["IPF002"], "01"),
            (file, &["IPF003", "IPF004"], &[], "03 04"),
            (file, &["IPF003", "IPF004"], &["IPF004"], "03"),
            ("select: []", &[], &[], ""),
            (
                "{select: [IPF001], per-file-ignores: {a.yaml: [IPF001]}}",
                &["IPF001", "IPF002"],
                &[],
                "02",
            ),
        ] {
            assert_eq!(
                selected(config, template, select, ignore),
                expected,
                "{config} {select:?} {ignore:?}"
            );
        }
        let config = config("{unsafe-fixes: true, instance-profile-name: role}");
        let options = config.options(Path::new(template), &Overrides::default());
        assert!(options.unsafe_fixes);
        assert_eq!(options.profile_name, ProfileName::Role);
        let overrides = Overrides {
            unsafe_fixes: Some(false),
            profile_name: Some(ProfileName::None),
            ..Overrides::default()
        };
        let options = config.options(Path::new(template), &overrides);
        assert!(!options.unsafe_fixes);
        assert_eq!(options.profile_name, ProfileName::None);
        for (file, option, expected) in [
            ("", None, false),
            ("", Some(true), true),
            ("project: true", None, true),
            ("project: true", Some(false), false),
        ] {
            let overrides = Overrides {
                project: option,
                ..Overrides::default()
            };
            assert_eq!(
                self::config(file).uses_project(&overrides),
                expected,
                "{file} {option:?}"
            );
        }
    }

    #[test]
    fn ignores_rules_by_file() {
        let config = "\
select: [IPF001, IPF002, IPF003]
per-file-ignores:
  tests/: [IPF001]
  '*.json': [profile-shape]
  /top.yaml: [IPF002]
";
        for (path, expected) in [
            ("/project/a.yaml", "01 02 03"),
            ("/project/tests/a.yaml", "02 03"),
            ("/project/a/tests/b/c.json", "02"),
            ("/project/top.yaml", "01 03"),
            ("/project/a/top.yaml", "01 02 03"),
            ("/elsewhere/tests/a.json", "01 02 03"),
        ] {
            assert_eq!(selected(config, path, &[], &[]), expected, "{path}");
        }
    }
}
