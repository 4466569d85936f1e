use std::fmt;

/// One kind of mistake.
pub struct Rule {
    /// The code, such as `IPF001`.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// A short description of what it finds.
    pub summary: &'static str,
    /// The fixes.
    pub fixability: Fixability,
    /// The parts of a model that it checks.
    pub subjects: &'static [Subject],
    /// The rule's page in Markdown.
    ///
    /// It has the mistake, its consequences, an example, the reasons why the fix is safe, and the sources. Every second
    /// YAML block is the block before it after the fix.
    pub explanation: &'static str,
}

/// A part of a model that a rule checks.
///
/// A file without the strings that such a part needs has no finding of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Properties that take a profile.
    ProfileSlots,
    /// Instance profiles.
    Profiles,
    /// ARNs of instance profiles, also outside the model.
    ProfileArns,
    /// Suppressions.
    Suppressions,
}

/// The fixes of a rule, of which a finding may have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixability {
    /// All are safe.
    Safe,
    /// All are unsafe.
    Unsafe,
    /// Some are safe, others are not.
    Either,
    /// There are none.
    None,
}

/// One of the mistakes that a rule finds.
///
/// It identifies a finding together with the rule, the resource and the location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Check(pub &'static str);

impl Rule {
    /// Returns whether it checks templates rather than suppressions.
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
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Either => "safe or unsafe",
            Self::None => "none",
        })
    }
}
