//! How a template is written: choices that do not depend on what it says.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use proptest::prelude::*;

/// The choices of a writer, made for each place of the template. Without any feature, all is written in the plainest way.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) is_json: bool,
    /// The features that are used, by their bits; a failure shrinks to those that it needs.
    features: u32,
    /// In how many of 256 places they are used.
    loudness: u8,
    seed: u16,
}

/// What a writer may do.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum Feature {
    Anchors,
    BlankLines,
    BlockScalars,
    CommaFirst,
    Comments,
    Document,
    Escapes,
    ExplicitKeys,
    FinalNewline,
    Flow,
    FoldedLines,
    Indent,
    Indentless,
    LinesInFlow,
    LongForms,
    Newlines,
    NextLine,
    QuotedKeys,
    Quotes,
    Spacing,
    Tabs,
    TagBreaks,
}

const FEATURES: usize = Feature::TagBreaks as usize + 1;

pub(super) fn layout() -> impl Strategy<Value = Layout> {
    let features = prop::bits::u32::between(0, FEATURES);
    let loudness = prop_oneof![Just(40_u8), Just(120), Just(255), any::<u8>()];
    let parts = (prop::bool::weighted(0.25), features, loudness, any::<u16>());
    parts.prop_map(|(is_json, features, loudness, seed)| Layout {
        is_json,
        features,
        loudness,
        seed,
    })
}

impl Layout {
    /// The plainest way to write YAML, or JSON.
    pub(super) const PLAIN: Self = Self {
        is_json: false,
        features: 0,
        loudness: 0,
        seed: 0,
    };

    /// YAML that is plain but for braces and brackets here and there.
    pub(super) fn in_braces(seed: u16) -> Self {
        Self {
            features: 1 << Feature::Flow as u32,
            loudness: 255,
            seed,
            ..Self::PLAIN
        }
    }

    /// One of `count` ways to write what is at `place`; the plainest is 0.
    pub(super) fn pick(&self, feature: Feature, place: &str, count: usize) -> usize {
        if !self.has(feature) {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, place, feature).hash(&mut hasher);
        let hash = hasher.finish();
        let is_loud = hash % 256 < u64::from(self.loudness);
        if is_loud { (hash >> 8) as usize % count } else { 0 }
    }

    /// The same for the template as a whole.
    pub(super) fn pick_once(&self, feature: Feature, what: &str, count: usize) -> usize {
        let whole = Self {
            loudness: 255,
            ..self.clone()
        };
        whole.pick(feature, what, count)
    }

    pub(super) fn has(&self, feature: Feature) -> bool {
        self.features & (1 << feature as u32) != 0
    }

    /// What ends the line at `place`.
    pub(super) fn newline(&self, place: &str) -> &'static str {
        match self.pick_once(Feature::Newlines, "newline", 4) {
            0 => "\n",
            1 => "\r\n",
            2 => "\r",
            _ => ["\n", "\r\n", "\r"][self.pick_once(Feature::Newlines, place, 3)],
        }
    }
}

/// A template as it is written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    /// Where each entry and item is, by the steps to it with `/` before each.
    pub(super) spans: HashMap<String, Spans>,
    /// The offsets of what may keep a fix from being made: comments, anchors, aliases, texts over several lines.
    pub(super) obstacles: Vec<usize>,
    /// What bears an anchor or is an alias, by the steps to it.
    pub(super) shared: Vec<String>,
    pub(super) comments: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Spans {
    /// That of the key; of an item empty.
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Written {
    /// Whether what is at `path` is written so that a fix in it may be withheld.
    pub(super) fn is_hard(&self, path: &str) -> bool {
        let Some(spans) = self.spans.get(path) else {
            // It is written by an alias around it.
            return true;
        };
        let range = spans.key.start..spans.value.end;
        let is_inside = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
        self.obstacles.iter().any(|at| range.contains(at)) || self.shared.iter().any(|shared| is_inside(path, shared))
    }
}
