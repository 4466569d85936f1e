//! The layout of a template: choices that do not depend on its content.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use proptest::prelude::*;

/// The choices of a writer at each place of the template.
///
/// Without features, everything is written in the most usual layout.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) is_json: bool,
    /// The enabled features, as bits.
    ///
    /// A failure shrinks to the features that cause it.
    features: u32,
    /// Number of places out of 256 in which they are used.
    density: u8,
    seed: u16,
}

/// An unusual way to write something.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum Feature {
    Anchors,
    BlankLines,
    BlockScalars,
    CommaFirst,
    Comments,
    Dashes,
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
    let density = prop_oneof![Just(40_u8), Just(120), Just(255), any::<u8>()];
    let parts = (prop::bool::weighted(0.25), features, density, any::<u16>());
    parts.prop_map(|(is_json, features, density, seed)| Layout {
        is_json,
        features,
        density,
        seed,
    })
}

impl Layout {
    /// The most usual layout of YAML or JSON.
    pub(super) const PLAIN: Self = Self {
        is_json: false,
        features: 0,
        density: 0,
        seed: 0,
    };

    /// Returns a layout of usual YAML, except for some flow collections.
    pub(super) fn in_braces(seed: u16) -> Self {
        Self {
            features: 1 << Feature::Flow as u32,
            density: 255,
            seed,
            ..Self::PLAIN
        }
    }

    /// Picks one of `count` choices at `place`; 0 is the most usual.
    pub(super) fn pick(&self, feature: Feature, place: &str, count: usize) -> usize {
        if !self.has(feature) {
            return 0;
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, place, feature).hash(&mut hasher);
        let hash = hasher.finish();
        let is_used = hash % 256 < u64::from(self.density);
        if is_used { (hash >> 8) as usize % count } else { 0 }
    }

    /// Picks one of `count` choices for the whole template.
    pub(super) fn pick_once(&self, feature: Feature, what: &str, count: usize) -> usize {
        let whole = Self {
            density: 255,
            ..self.clone()
        };
        whole.pick(feature, what, count)
    }

    pub(super) fn has(&self, feature: Feature) -> bool {
        self.features & (1 << feature as u32) != 0
    }

    /// Returns the newline at `place`.
    pub(super) fn newline(&self, place: &str) -> &'static str {
        match self.pick_once(Feature::Newlines, "newline", 4) {
            0 => "\n",
            1 => "\r\n",
            2 => "\r",
            _ => ["\n", "\r\n", "\r"][self.pick_once(Feature::Newlines, place, 3)],
        }
    }
}

/// A written template.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    /// The range of each entry and item, by its path, such as `/Resources/Role`.
    pub(super) spans: HashMap<String, Spans>,
    /// The offsets of comments, anchors, aliases and other obstacles to fixes.
    pub(super) obstacles: Vec<usize>,
    /// The paths of values with an anchor and of aliases.
    pub(super) shared: Vec<String>,
    pub(super) comments: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Spans {
    /// The range of the key; empty for an item.
    pub(super) key: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Written {
    /// Returns whether the layout at `path` may prevent a fix.
    pub(super) fn has_obstacle(&self, path: &str) -> bool {
        let Some(spans) = self.spans.get(path) else {
            // An alias around it replaces it.
            return true;
        };
        let range = spans.key.start..spans.value.end;
        let is_inside = |inner: &str, outer: &str| inner == outer || inner.starts_with(&format!("{outer}/"));
        self.obstacles.iter().any(|at| range.contains(at)) || self.shared.iter().any(|shared| is_inside(path, shared))
    }
}
