//! The settings of a configuration file.

use super::pattern::{self, Patterns};
use super::value::{ConfigValue, InvalidSetting};
use super::well_formed;
use crate::ProfileName;
use crate::model::Rule;
use crate::rules::rules;
use crate::yaml::YamlFile;

/// The settings of a configuration file.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The only rules to check, if not all.
    pub(super) select: Option<Vec<&'static Rule>>,
    /// The rules to skip.
    pub(super) ignore: Vec<&'static Rule>,
    /// The templates to skip.
    pub(super) exclude: Patterns,
    /// The rules to skip in some templates.
    pub(super) per_file_ignores: Vec<(Patterns, Vec<&'static Rule>)>,
    pub(super) unsafe_fixes: bool,
    pub(super) profile_name: ProfileName,
    /// True if a named file is checked with others of its repository.
    pub(super) project: bool,
}

/// The keys of a configuration file.
const KEYS: [&str; 7] = [
    "select",
    "ignore",
    "exclude",
    "per-file-ignores",
    "unsafe-fixes",
    "instance-profile-name",
    "project",
];

/// Parses a configuration file; an empty one has no settings.
///
/// # Errors
///
/// If the source is not YAML, or has an unknown key, rule or value.
pub(super) fn parse(text: &str) -> Result<Settings, InvalidSetting> {
    well_formed::check(text)?;
    let stream = YamlFile::of_text(text).map_err(|error| InvalidSetting {
        message: error.to_string(),
        span: error.span,
    })?;
    match stream.documents().next().map(ConfigValue::root) {
        Some(root) if !root.is_null() => settings(&root),
        _ => Ok(Settings::default()),
    }
}

fn settings(root: &ConfigValue<'_>) -> Result<Settings, InvalidSetting> {
    let mut settings = Settings::default();
    let mut seen = Vec::new();
    for (key, value) in root.entries("settings, such as `ignore: [IPF007]`")? {
        let name = KEY.word(&key)?;
        if seen.contains(&name) {
            return Err(key.problem(format_args!("`{name}` is set twice; remove one of them")));
        }
        seen.push(name);
        match name {
            "select" => settings.select = Some(RULE.list(&value)?),
            "ignore" => settings.ignore = RULE.list(&value)?,
            "exclude" => {
                let patterns = EXCLUSION.list(&value)?;
                settings.exclude = Patterns::new(&patterns).map_err(|problem| value.problem(problem))?;
            }
            "per-file-ignores" => settings.per_file_ignores = per_file_ignores(&value)?,
            "unsafe-fixes" => settings.unsafe_fixes = value.boolean()?,
            "project" => settings.project = value.boolean()?,
            _ => settings.profile_name = NAMING.word(&value)?,
        }
    }
    Ok(settings)
}

fn per_file_ignores(value: &ConfigValue<'_>) -> Result<Vec<(Patterns, Vec<&'static Rule>)>, InvalidSetting> {
    let entries = value.entries("a list of rules for each pattern, such as `tests/: [IPF007]`")?;
    let entries = entries.iter();
    entries
        .map(|(pattern, rules)| Ok((SELECTOR.word(pattern)?, RULE.list(rules)?)))
        .collect()
}

/// A type of scalar with a fixed set of values.
struct WordKind<T> {
    /// The description in messages.
    description: &'static str,
    /// Parses a value, or returns the message that it is unknown.
    read: fn(&str) -> Result<T, String>,
}

impl<T> WordKind<T> {
    fn word(&self, value: &ConfigValue<'_>) -> Result<T, InvalidSetting> {
        let word = value.string(self.description)?;
        (self.read)(word).map_err(|problem| value.problem(problem))
    }

    fn list(&self, value: &ConfigValue<'_>) -> Result<Vec<T>, InvalidSetting> {
        let items = value.items(&format!("a list, each item {}", self.description))?;
        items.iter().map(|item| self.word(item)).collect()
    }
}

const KEY: WordKind<&str> = WordKind {
    description: "a setting, such as `ignore`",
    read: |word| {
        let key = KEYS.into_iter().find(|key| *key == word);
        key.ok_or_else(|| format!("there is no setting `{word}`; did you mean `{}`?", closest(word, KEYS)))
    },
};

/// A rule, by its code or name in the exact spelling of the schema.
const RULE: WordKind<&Rule> = WordKind {
    description: "the code or name of a rule",
    read: |word| {
        let rule = rules().find(|rule| [rule.code, rule.name].contains(&word));
        rule.ok_or_else(|| {
            let names = rules().flat_map(|rule| [rule.code, rule.name]);
            format!("there is no rule `{word}`; did you mean `{}`?", closest(word, names))
        })
    },
};

const EXCLUSION: WordKind<String> = WordKind {
    description: "a pattern, such as `vendor/`",
    read: |word| {
        pattern::check(word)?;
        Ok(word.to_owned())
    },
};

/// A file pattern without negation.
const SELECTOR: WordKind<Patterns> = WordKind {
    description: "a pattern, such as `tests/`",
    read: |word| {
        if word.starts_with('!') {
            return Err(format!(
                "the pattern `{word}` says which files are not meant; write which are"
            ));
        }
        pattern::check(word)?;
        Patterns::new(&[word.to_owned()])
    },
};

const NAMING: WordKind<ProfileName> = WordKind {
    description: "`auto`, `none` or `role`",
    read: |word| match word {
        "auto" => Ok(ProfileName::Auto),
        "none" => Ok(ProfileName::None),
        "role" => Ok(ProfileName::Role),
        _ => Err(format!(
            "there is no `{word}` here; did you mean `{}`?",
            closest(word, ["auto", "none", "role"])
        )),
    },
};

/// Returns the most similar value.
fn closest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> &'w str {
    let distance = |other: &&str| strsim::damerau_levenshtein(&other.to_lowercase(), &word.to_lowercase());
    words.into_iter().min_by_key(distance).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn schema() -> Value {
        serde_json::from_str(include_str!("../../schemas/config.schema.json")).unwrap()
    }

    #[test]
    fn the_schema_lists_all_keys() {
        let schema = schema();
        let keys = schema["properties"].as_object().unwrap().keys();
        assert_eq!(keys.map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(KEYS));
    }

    #[test]
    fn the_documented_example_is_valid() {
        let documentation = include_str!("../../docs/configuration.md");
        let example = documentation
            .split("```")
            .find_map(|block| block.strip_prefix("yaml\n"))
            .unwrap();
        let settings = parse(example).unwrap();
        assert!(
            KEYS.iter().all(|key| example.contains(&format!("\n{key}:"))),
            "{example}"
        );
        assert!(settings.unsafe_fixes && settings.exclude.matches("a/vendor/b.yaml".as_ref()));
    }

    /// The schema checks patterns only in part.
    #[test]
    fn the_schema_and_the_parser_agree() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for (text, is_right) in [
            ("", true),
            ("# nothing\n", true),
            ("{}", true),
            ("select: []", true),
            ("{select: [IPF001, profile-shape], ignore: [IPF012]}", true),
            (
                "{exclude: [vendor/, '!vendor/a.yaml', ' a', '\\#'], unsafe-fixes: true, instance-profile-name: none}",
                true,
            ),
            ("per-file-ignores: {tests/: [IPF001], '*.json': []}", true),
            ("select: IPF001", false),
            ("select:", false),
            ("select: [IPF1]", false),
            ("select: [ipf001]", false),
            ("ignore: [1]", false),
            ("ignore: [[IPF001]]", false),
            ("ignore: {IPF001: true}", false),
            ("exclude: vendor/", false),
            ("exclude: ['']", false),
            ("exclude: ['  ']", false),
            ("exclude: ['#a']", false),
            ("exclude: [1]", false),
            ("per-file-ignores: [tests/]", false),
            ("per-file-ignores: {tests/: IPF001}", false),
            ("per-file-ignores: {'!tests/': [IPF001]}", false),
            ("per-file-ignores: {'': [IPF001]}", false),
            ("project: true", true),
            ("project: false", true),
            ("project: .", false),
            ("project:", false),
            ("unsafe-fixes: 1", false),
            ("unsafe-fixes: yes", false),
            ("instance-profile-name: always", false),
            ("instance-profile-name:", false),
            ("instance_profile_name: auto", false),
            ("profile-name: auto", false),
            ("[]", false),
            ("select", false),
        ] {
            let instance = serde_yaml::from_str(text).unwrap();
            assert_eq!(validator.is_valid(&instance), is_right, "the schema: {text}");
            assert_eq!(parse(text).is_ok(), is_right, "the parser: {text}");
        }
    }

    #[test]
    fn reports_the_position_of_each_error() {
        for (text, place, message) in [
            (
                "ignore: [IPF001]\nselct: []\n",
                (2, 1),
                "there is no setting `selct`; did you mean `select`?",
            ),
            (
                "select:\n  - IPF001\n  - IPF01\n",
                (3, 5),
                "there is no rule `IPF01`; did you mean `IPF001`?",
            ),
            (
                "ignore: [ipf001]\n",
                (1, 10),
                "there is no rule `ipf001`; did you mean `IPF001`?",
            ),
            ("ignore: [profile_shape]\n", (1, 10), "did you mean `profile-shape`?"),
            ("ignore: IPF001\n", (1, 9), "expected a list"),
            ("ignore:\n", (1, 8), "expected a list"),
            ("select: [1]\n", (1, 10), "expected the code or name of a rule"),
            ("exclude: ['', a]\n", (1, 11), "name a file or a directory"),
            ("exclude: [/]\n", (1, 11), "name a file or a directory"),
            ("exclude: ['#a']\n", (1, 11), "put a `\\`"),
            ("exclude: ['!./a']\n", (1, 11), "with `/`"),
            ("exclude: [a, '[z-a]']\n", (1, 14), "is no pattern"),
            (
                "per-file-ignores:\n  tests/: [IPF7]\n",
                (2, 12),
                "did you mean `IPF007`?",
            ),
            (
                "per-file-ignores:\n  '!tests/': [IPF007]\n",
                (2, 3),
                "which files are not meant",
            ),
            ("per-file-ignores: [tests/]\n", (1, 19), "for each pattern"),
            ("unsafe-fixes: yes\n", (1, 15), "expected a boolean"),
            ("instance-profile-name: rol\n", (1, 24), "did you mean `role`?"),
            ("exclude: []\nignore: []\nignore: []\n", (3, 1), "`ignore` is set twice"),
            ("ignore: [IPF001\n", (2, 1), "did not find expected"),
            ("- ignore\n", (1, 1), "expected settings"),
            ("ignore: []\n---\nignore: []\n", (4, 1), "more than one document"),
        ] {
            let problem = parse(text).unwrap_err();
            let start = crate::text::LineIndex::new(text).position(text, problem.span.start());
            assert!(problem.message.contains(message), "{text}: {problem}");
            assert_eq!((start.line, start.column), place, "{text}: {problem}");
        }
    }
}
