use std::fmt;

/// One kind of mistake.
pub struct Rule {
    /// The code that it is looked up by, such as `IPF001`.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The thing that it finds, in a few words.
    pub summary: &'static str,
    /// Whether its findings have fixes.
    pub fixability: Fixability,
    /// The parts of a model that it is about.
    pub subjects: &'static [Subject],
    /// Its page: the mistake, why it is bad, an example, the reasons why its fix is safe, and the sources. Markdown, in
    /// which every other YAML block is the block before it after the fix.
    pub explanation: &'static str,
}

/// A part of a model that a rule is about: a file without the words that it is written with has no finding of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Properties that take a profile.
    ProfileSlots,
    /// Instance profiles.
    Profiles,
    /// ARNs of instance profiles, outside of the model too.
    ProfileArns,
    /// Suppressions.
    Suppressions,
}

/// Whether the findings of a rule have fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixability {
    /// Every finding has one, unless the way in which its source is written prevents it.
    Always(Safety),
    /// Some findings have one.
    Sometimes(Safety),
    /// No finding has one.
    Never,
}

/// Whether the fixes of a rule are applied unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// All are safe.
    Safe,
    /// All are unsafe.
    Unsafe,
    /// Some are safe, others are not.
    Either,
}

/// One of the mistakes that a rule finds: with the rule, the resource and the place it identifies a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Check(pub &'static str);

impl Rule {
    /// Returns whether it finds something in templates, not in what suppresses that.
    pub fn is_about_templates(&self) -> bool {
        !self.subjects.contains(&Subject::Suppressions)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl fmt::Display for Fixability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always(safety) => write!(f, "{safety}"),
            Self::Sometimes(safety) => write!(f, "sometimes, {safety}"),
            Self::Never => f.write_str("none"),
        }
    }
}

impl fmt::Display for Safety {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Either => "safe or unsafe",
        })
    }
}
