//! Reads from raw bytes which other files a file may be related to, so that only a few files are parsed for that.

use std::collections::HashSet;
use std::ops::Range;
use std::path::Path;

use memchr::memmem;

/// The ways in which a file may be related to others, by its raw bytes.
///
/// Only the absence of a way is certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// It may have nested stacks.
    pub nests: bool,
    /// It may import values.
    pub imports: bool,
    /// It may export values.
    pub exports: bool,
    /// It may include other files in its template.
    pub includes: bool,
}

/// The signs in a file that it may pass values to other files, or take values from them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHints {
    /// The paths that the file mentions, if it may have nested stacks or include files.
    pub(super) paths: Vec<String>,
    /// True if it may import values.
    pub(super) imports: bool,
    /// The words near its exports, in ascending order.
    pub(super) export_words: Vec<Word>,
    /// True if it may have a role or a profile.
    pub(super) has_iam: bool,
    /// True if it may include other files.
    pub(super) includes: bool,
}

/// The hash of a word in the name of an export.
pub(super) type Word = u64;

/// The file names that the paths of some files end with.
#[derive(Debug)]
pub struct MentionedNames<'f>(HashSet<&'f str>);

impl FileHints {
    /// Reads a source with these signs; returns `None` if it has none.
    pub fn read(source: &[u8], signs: Signs) -> Option<Self> {
        let Signs {
            nests,
            imports,
            exports,
            includes,
        } = signs;
        (signs != Signs::default()).then(|| Self {
            paths: match nests || includes {
                true => paths_in(source),
                false => Vec::new(),
            },
            includes,
            imports,
            export_words: if exports { export_words(source) } else { Vec::new() },
            has_iam: exports && has_iam(source),
        })
    }

    fn takes_values(&self) -> bool {
        self.imports || !self.paths.is_empty()
    }
}

impl<'f> MentionedNames<'f> {
    /// Collects the names; returns `None` if no file takes a value from another one.
    pub fn among(hints: impl Iterator<Item = &'f FileHints> + Clone) -> Option<Self> {
        let takes_values = hints.clone().any(FileHints::takes_values);
        let paths = hints.flat_map(|hints| &hints.paths);
        takes_values.then(|| Self(paths.filter_map(|path| path.rsplit('/').next()).collect()))
    }

    /// Returns whether the name of a file is one of them.
    pub fn has(&self, file: &Path) -> bool {
        let name = file.file_name();
        name.is_some_and(|name| self.0.contains(name.to_string_lossy().as_ref()))
    }
}

/// Returns the words of the name of an export or import, with variables as `{}`.
pub(super) fn words(name: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let words = name.split(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii());
    words.filter(|word| !word.is_empty())
}

/// Returns the hash of a word.
///
/// It is FNV-1a: words are short, and two words with one hash only cost time.
pub(super) fn hash(word: &[u8]) -> Word {
    word.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// The extensions of templates, in lower case.
const EXTENSIONS: [&[u8]; 6] = [b"yaml", b"yml", b"json", b"template", b"cfn", b"tmpl"];

/// The limits of what is read of one source; a source beyond them has no template of nested stacks.
const MAX_MENTIONS: usize = 1 << 16;
const MAX_PATHS: usize = 4096;

/// The longest path, in bytes and in names.
///
/// The start of a longer path is left out.
const MAX_PATH: usize = 512;
const MAX_NAMES: usize = 16;

/// Returns the paths and the ends of URLs that a source mentions, each once.
fn paths_in(source: &[u8]) -> Vec<String> {
    let mut paths = HashSet::new();
    let mut mentions = 0;
    for dot in memchr::memchr_iter(b'.', source) {
        let Some(end) = end_of_extension(source, dot) else {
            continue;
        };
        mentions += 1;
        if mentions > MAX_MENTIONS || paths.len() > MAX_PATHS {
            return Vec::new();
        }
        let path = path_before(source, dot, end);
        paths.insert(path);
        // A space may be a part of a name, or be before the path.
        if let Some(space) = memchr::memrchr(b' ', path) {
            paths.insert(path.get(space + 1..).unwrap_or_default());
        }
    }
    let mut paths: Vec<_> = paths.into_iter().map(cleaned).collect();
    paths.sort_unstable();
    paths
}

/// Returns the end of the extension of a template after a dot.
fn end_of_extension(source: &[u8], dot: usize) -> Option<usize> {
    let rest = source.get(dot + 1..)?;
    let is_extension = |extension: &&&[u8]| {
        let start = rest.get(..extension.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(extension))
    };
    let length = EXTENSIONS.iter().find(is_extension)?.len();
    let is_in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    rest.get(length)
        .is_none_or(|byte| !is_in_name(byte))
        .then_some(dot + 1 + length)
}

/// Returns the path that ends here, from the quote, the bracket or the variable before it.
fn path_before(source: &[u8], dot: usize, end: usize) -> &[u8] {
    let before = source.get(dot.saturating_sub(MAX_PATH)..dot).unwrap_or_default();
    let is_outside = |byte: &u8| b"\"'`{}[](),:\n\r\t".contains(byte);
    let length = before.iter().rev().take_while(|byte| !is_outside(byte)).count();
    source.get(dot - length..end).unwrap_or_default().trim_ascii_start()
}

/// Returns a path with `/` between names; in JSON, there may be a `\` before it.
fn cleaned(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path).replace("\\/", "/").replace('\\', "/");
    let start = path.rmatch_indices('/').nth(MAX_NAMES - 1).map_or(0, |(at, _)| at + 1);
    path.get(start..).unwrap_or_default().to_owned()
}

/// The limit of bytes between `Export` and the end of its name.
const MAX_EXPORT: usize = 256;

fn export_words(source: &[u8]) -> Vec<Word> {
    const KEY: &[u8] = b"Export";
    let ends = memmem::find_iter(source, KEY).map(|start| start + KEY.len());
    let is_key = |end: &usize| source.get(*end).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let mut near: Vec<Range<usize>> = Vec::new();
    for end in ends.filter(is_key) {
        let limit = source.len().min(end + MAX_EXPORT);
        match near.last_mut().filter(|last| end <= last.end) {
            Some(last) => last.end = limit,
            None => near.push(end..limit),
        }
    }
    let near = near.into_iter().filter_map(|range| source.get(range));
    let mut found: Vec<_> = near.flat_map(words).map(hash).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn has_iam(source: &[u8]) -> bool {
    // A function of the Serverless Application Model has a role of its own.
    const SIGNS: [&[u8]; 5] = [
        b"AWS::IAM::Role",
        b"AWS::IAM::InstanceProfile",
        b":role",
        b":instance-profile",
        b"AWS::Serverless::",
    ];
    SIGNS.iter().any(|sign| memmem::find(source, sign).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Signs = Signs {
        nests: false,
        imports: false,
        exports: false,
        includes: false,
    };
    const NESTS: Signs = Signs { nests: true, ..NONE };
    const EXPORTS: Signs = Signs { exports: true, ..NONE };

    #[test]
    fn finds_paths_of_templates() {
        for (source, expected) in [
            ("TemplateURL: ./a/x.yaml\n", vec!["./a/x.yaml"]),
            (
                "TemplateURL: !Sub https://${B}.s3.amazonaws.com/${P}a/x.template",
                vec!["a/x.template"],
            ),
            ("['https://', !Ref B, '/a/', x.YML]", vec!["x.YML"]),
            (r#""https:\/\/s3\/a\/x.json""#, vec!["//s3/a/x.json"]),
            ("Location: my stack.cfn", vec!["my stack.cfn", "stack.cfn"]),
            ("x.yaml.j2 x.yamlish x.yaml-old yaml", vec![]),
            ("x.template.yaml", vec!["x.template.yaml"]),
        ] {
            let hints = FileHints::read(source.as_bytes(), NESTS).unwrap();
            assert_eq!(hints.paths, expected, "{source}");
        }
    }

    #[test]
    fn keeps_the_end_of_a_long_path() {
        let path = "a/".repeat(100) + "x.yaml";
        let hints = FileHints::read(path.as_bytes(), NESTS).unwrap();
        assert_eq!(hints.paths, ["a/".repeat(MAX_NAMES - 1) + "x.yaml"]);
    }

    #[test]
    fn finds_words_near_exports() {
        let source = b"Role: r\nOutputs:\n  O:\n    Export:\n      Name: !Sub '${AWS::StackName}-RoleArn'\n";
        let hints = FileHints::read(source, EXPORTS).unwrap();
        let has = |word: &str| hints.export_words.binary_search(&hash(word.as_bytes())).is_ok();
        assert!(has("RoleArn") && has("StackName"));
        assert!(!has("Role") && !has("Outputs"));

        let exports = "Export: {Name: 'a-LongWord'}\n".repeat(100);
        let hints = FileHints::read(exports.as_bytes(), EXPORTS).unwrap();
        assert_eq!(hints.export_words.len(), 4, "each word is whole, and known once");
    }
}
