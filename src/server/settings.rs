//! The settings that an editor sends.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::config::Overrides;
use crate::model::Rule;
use crate::rules;

/// The name of the section with the settings of this server.
pub(super) const SECTION: &str = "cfn-ipfix";

/// The settings of an editor.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    /// The settings that override the configuration files.
    pub(super) overrides: Overrides,
    /// The configuration file to use instead of those near the documents.
    pub(super) configuration: Option<PathBuf>,
    /// True if a document is fixed before the editor saves it.
    pub(super) fixes_on_save: bool,
    /// True if values that could not be checked are reported as hints.
    pub(super) shows_unchecked: bool,
}

/// The settings as they are written; editors may send `null` for those that are not set.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WrittenSettings {
    unsafe_fixes: Option<bool>,
    select: Option<Vec<String>>,
    ignore: Option<Vec<String>>,
    configuration: Option<PathBuf>,
    fix_on_save: Option<bool>,
    unchecked: Option<bool>,
}

impl Settings {
    /// Reads the settings, which may be in their section; returns the problems too.
    pub(super) fn read(value: &Value) -> (Self, Vec<String>) {
        let section = value.get(SECTION).unwrap_or(value);
        // A list would be read as the fields in their order.
        let written = match section {
            Value::Array(_) => Err("a list is not a set of settings".to_owned()),
            _ => serde_json::from_value(section.clone()).map_err(|problem| problem.to_string()),
        };
        let written: Option<WrittenSettings> = match written {
            Ok(written) => written,
            Err(problem) => {
                return (
                    Self::default(),
                    vec![format!("the settings of `{SECTION}` are invalid: {problem}")],
                );
            }
        };
        let written = written.unwrap_or_default();
        let mut problems = Vec::new();
        let settings = Self {
            overrides: Overrides {
                select: named_rules(written.select, &mut problems),
                ignore: named_rules(written.ignore, &mut problems),
                unsafe_fixes: written.unsafe_fixes,
                profile_name: None,
                project: None,
            },
            configuration: written.configuration.filter(|path| !path.as_os_str().is_empty()),
            fixes_on_save: written.fix_on_save.unwrap_or(false),
            shows_unchecked: written.unchecked.unwrap_or(false),
        };
        (settings, problems)
    }
}

fn named_rules(names: Option<Vec<String>>, problems: &mut Vec<String>) -> Vec<&'static Rule> {
    let names = names.unwrap_or_default();
    let rules = names.iter().filter_map(|name| {
        let rule = rules::rule(name);
        rule.map_err(|error| problems.push(format!("the settings of `{SECTION}`: {error}")))
            .ok()
    });
    rules.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_settings_with_and_without_their_section() {
        let settings = json!({
            "unsafeFixes": true, "select": ["IPF001"], "ignore": null, "configuration": "a.yaml", "fixOnSave": true,
            "unchecked": true, "unknown": 1,
        });
        for value in [settings.clone(), json!({"cfn-ipfix": settings, "other": {}})] {
            let (settings, problems) = Settings::read(&value);
            assert_eq!(problems, [""; 0]);
            assert_eq!(settings.overrides.unsafe_fixes, Some(true));
            assert_eq!(
                settings
                    .overrides
                    .select
                    .iter()
                    .map(|rule| rule.code)
                    .collect::<Vec<_>>(),
                ["IPF001"]
            );
            assert_eq!(settings.configuration, Some("a.yaml".into()));
            assert!(settings.fixes_on_save && settings.shows_unchecked);
        }
    }

    #[test]
    fn nothing_is_on_by_default() {
        for value in [
            json!(null),
            json!({}),
            json!({"cfn-ipfix": null}),
            json!({"configuration": ""}),
        ] {
            let (settings, problems) = Settings::read(&value);
            assert_eq!(problems, [""; 0]);
            assert!(!settings.fixes_on_save && !settings.shows_unchecked);
            assert!(settings.configuration.is_none() && settings.overrides.unsafe_fixes.is_none());
        }
    }

    #[test]
    fn reports_unknown_rules_and_wrong_types() {
        for (value, expected) in [
            (json!({"select": ["IPF01"]}), "IPF001"),
            (json!({"unsafeFixes": "yes"}), "invalid type"),
            (json!([true]), "a list"),
            (json!({"cfn-ipfix": []}), "a list"),
        ] {
            let (_, problems) = Settings::read(&value);
            assert!(problems[0].contains(expected), "{problems:?}");
        }
    }
}
