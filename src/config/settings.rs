//! What a configuration file says.

use std::fmt;
use std::marker::PhantomData;

use cfn_ipfix::ProfileName;
use cfn_ipfix::rules::{RULES, Rule};
use cfn_ipfix::text::{Lines, Span};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::pattern::{self, Patterns};

/// The settings of a configuration file.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The rules to look for, if not all.
    pub(super) select: Option<Vec<&'static Rule>>,
    /// Rules not to look for.
    pub(super) ignore: Vec<&'static Rule>,
    /// Templates to leave out.
    pub(super) exclude: Patterns,
    /// Rules not to look for in some templates.
    pub(super) per_file_ignores: Vec<(Patterns, Vec<&'static Rule>)>,
    pub(super) unsafe_fixes: bool,
    pub(super) profile_name: ProfileName,
}

/// What is wrong with a configuration file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Problem {
    message: String,
    /// Where, in bytes.
    pub(crate) span: Span,
}

/// The keys of a configuration file.
const KEYS: [&str; 6] = [
    "select",
    "ignore",
    "exclude",
    "per-file-ignores",
    "unsafe-fixes",
    "profile-name",
];

/// Reads the text of a configuration file. An empty one says nothing.
///
/// # Errors
///
/// If the text is no YAML, or holds a key, a rule or a value that there is none of.
pub(super) fn parse(text: &str) -> Result<Settings, Problem> {
    let settings = serde_yaml::from_str::<Option<Settings>>(text);
    settings.map(Option::unwrap_or_default).map_err(|error| {
        let mut message = error.to_string();
        let mut span = Span::at(text.len());
        if let Some(place) = error.location() {
            let (line, column) = (place.line(), place.column());
            message = message.replacen(&format!(" at line {line} column {column}"), "", 1);
            span = word_at(text, line, column);
        }
        Problem { message, span }
    })
}

/// The word at a line and a column, both from 1.
fn word_at(text: &str, line: usize, column: usize) -> Span {
    let line = Lines::new(text).span(line.saturating_sub(1));
    let mut characters = line.slice(text).char_indices().skip(column.saturating_sub(1));
    let Some((start, first)) = characters.next() else {
        return Span::at(line.end());
    };
    let is_end = |c: char| c.is_whitespace() || ",:#[]{}'\"".contains(c);
    let len: usize = characters
        .take_while(|(_, c)| !is_end(*c))
        .map(|(_, c)| c.len_utf8())
        .sum();
    let len = if is_end(first) { 0 } else { len };
    Span::new(line.start() + start, line.start() + start + first.len_utf8() + len)
}

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SettingsVisitor)
    }
}

struct SettingsVisitor;

impl<'de> Visitor<'de> for SettingsVisitor {
    type Value = Settings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("settings, such as `ignore: [IPF007]`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Settings, A::Error> {
        let mut settings = Settings::default();
        let mut seen = Vec::new();
        while let Some(Word(key)) = map.next_key::<Word<Key>>()? {
            if seen.contains(&key) {
                return Err(Error::custom(format_args!("`{key}` is set twice; remove one of them")));
            }
            match key {
                "select" => settings.select = Some(map.next_value::<List<RuleName>>()?.0),
                "ignore" => settings.ignore = map.next_value::<List<RuleName>>()?.0,
                "exclude" => {
                    let patterns = map.next_value::<List<Exclusion>>()?.0;
                    settings.exclude = Patterns::new(&patterns).map_err(Error::custom)?;
                }
                "per-file-ignores" => settings.per_file_ignores = map.next_value::<PerFile>()?.0,
                "unsafe-fixes" => settings.unsafe_fixes = map.next_value()?,
                _ => settings.profile_name = map.next_value::<Word<Naming>>()?.0,
            }
            seen.push(key);
        }
        Ok(settings)
    }
}

/// The rules to ignore in the files of each pattern.
struct PerFile(Vec<(Patterns, Vec<&'static Rule>)>);

impl<'de> Deserialize<'de> for PerFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PerFileVisitor)
    }
}

struct PerFileVisitor;

impl<'de> Visitor<'de> for PerFileVisitor {
    type Value = PerFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of rules for each pattern, such as `tests/: [IPF007]`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PerFile, A::Error> {
        let mut entries = Vec::new();
        while let Some((Word(pattern), List(rules))) = map.next_entry::<Word<Selector>, List<RuleName>>()? {
            entries.push((pattern, rules));
        }
        Ok(PerFile(entries))
    }
}

/// A list of words of one kind.
struct List<K: Kind>(Vec<K::Value>);

impl<'de, K: Kind> Deserialize<'de> for List<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<K>(PhantomData<K>);

impl<'de, K: Kind> Visitor<'de> for ListVisitor<K> {
    type Value = List<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list, each item {}", K::WHAT)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<K>, A::Error> {
        let mut list = Vec::new();
        while let Some(Word(item)) = items.next_element::<Word<K>>()? {
            list.push(item);
        }
        Ok(List(list))
    }
}

/// A word of one kind. It is judged while the reader still knows where it stands.
struct Word<K: Kind>(K::Value);

impl<'de, K: Kind> Deserialize<'de> for Word<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor(PhantomData))
    }
}

struct WordVisitor<K>(PhantomData<K>);

impl<K: Kind> Visitor<'_> for WordVisitor<K> {
    type Value = Word<K>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::WHAT)
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Word<K>, E> {
        K::read(word).map(Word).map_err(E::custom)
    }
}

/// A kind of words.
trait Kind {
    /// What such a word stands for.
    type Value;
    /// What such a word is, for messages.
    const WHAT: &'static str;

    /// # Errors
    ///
    /// Why there is no such word.
    fn read(word: &str) -> Result<Self::Value, String>;
}

struct Key;

impl Kind for Key {
    type Value = &'static str;
    const WHAT: &'static str = "a setting, such as `ignore`";

    fn read(word: &str) -> Result<&'static str, String> {
        let key = KEYS.into_iter().find(|key| *key == word);
        key.ok_or_else(|| format!("there is no setting `{word}`; did you mean `{}`?", closest(word, KEYS)))
    }
}

struct RuleName;

impl Kind for RuleName {
    type Value = &'static Rule;
    const WHAT: &'static str = "the code or name of a rule";

    /// A file has one spelling, that of its schema.
    fn read(word: &str) -> Result<&'static Rule, String> {
        let rule = RULES.iter().find(|rule| [rule.code, rule.name].contains(&word));
        rule.ok_or_else(|| {
            let names = RULES.iter().flat_map(|rule| [rule.code, rule.name]);
            format!("there is no rule `{word}`; did you mean `{}`?", closest(word, names))
        })
    }
}

struct Exclusion;

impl Kind for Exclusion {
    type Value = String;
    const WHAT: &'static str = "a pattern, such as `vendor/`";

    fn read(word: &str) -> Result<String, String> {
        pattern::check(word)?;
        Ok(word.to_owned())
    }
}

/// A pattern of files that are meant, so that it cannot turn its sense.
struct Selector;

impl Kind for Selector {
    type Value = Patterns;
    const WHAT: &'static str = "a pattern, such as `tests/`";

    fn read(word: &str) -> Result<Patterns, String> {
        if word.starts_with('!') {
            return Err(format!(
                "the pattern `{word}` says which files are not meant; write which are"
            ));
        }
        pattern::check(word)?;
        Patterns::new(&[word.to_owned()])
    }
}

struct Naming;

impl Kind for Naming {
    type Value = ProfileName;
    const WHAT: &'static str = "`auto`, `none` or `role`";

    fn read(word: &str) -> Result<ProfileName, String> {
        match word {
            "auto" => Ok(ProfileName::Auto),
            "none" => Ok(ProfileName::None),
            "role" => Ok(ProfileName::Role),
            _ => Err(format!(
                "there is no `{word}` here; did you mean `{}`?",
                closest(word, ["auto", "none", "role"])
            )),
        }
    }
}

/// The word that is most like another one.
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
    fn the_schema_lists_the_keys_and_rules_that_there_are() {
        let schema = schema();
        let keys = schema["properties"].as_object().unwrap().keys();
        assert_eq!(keys.map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(KEYS));
        let listed = schema["definitions"]["rule"]["oneOf"].as_array().unwrap();
        let listed: Vec<_> = listed
            .iter()
            .map(|rule| (&rule["const"], &rule["description"]))
            .collect();
        let say = |word: &str, other: &str, summary: &str| (word.into(), format!("{other}: {summary}.").into());
        let codes = RULES.iter().map(|rule| say(rule.code, rule.name, rule.summary));
        let names = RULES.iter().map(|rule| say(rule.name, rule.code, rule.summary));
        let rules: Vec<(Value, Value)> = codes.chain(names).collect();
        assert_eq!(listed, rules.iter().map(|(word, say)| (word, say)).collect::<Vec<_>>());
    }

    #[test]
    fn what_the_documentation_shows_is_right() {
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

    /// Whether a pattern is one, the schema tells only in part.
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
                "{exclude: [vendor/, '!vendor/a.yaml', ' a', '\\#'], unsafe-fixes: true, profile-name: none}",
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
            ("unsafe-fixes: 1", false),
            ("unsafe-fixes: yes", false),
            ("profile-name: always", false),
            ("profile-name:", false),
            ("profile_name: auto", false),
            ("[]", false),
            ("select", false),
        ] {
            let instance = serde_yaml::from_str(text).unwrap();
            assert_eq!(validator.is_valid(&instance), is_right, "the schema: {text}");
            assert_eq!(parse(text).is_ok(), is_right, "the parser: {text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_where_it_is() {
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
            ("exclude: ['', a]\n", (1, 11), "name a file or a folder"),
            ("exclude: [/]\n", (1, 11), "name a file or a folder"),
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
            ("profile-name: rol\n", (1, 15), "did you mean `role`?"),
            ("ignore: []\nignore: []\n", (1, 1), "`ignore` is set twice"),
            ("ignore: [IPF001\n", (2, 1), "did not find expected"),
            ("- ignore\n", (1, 1), "expected settings"),
            ("ignore: []\n---\nignore: []\n", (4, 1), "more than one document"),
        ] {
            let problem = parse(text).unwrap_err();
            let start = Lines::new(text).position(text, problem.span.start());
            assert!(problem.message.contains(message), "{text}: {problem}");
            assert_eq!((start.line, start.column), place, "{text}: {problem}");
        }
    }
}
