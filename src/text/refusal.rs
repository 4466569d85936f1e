use super::Place;

/// Why an edited text is not used. As text it names no lines; [`Refusal::message`] does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The second reader cannot read the text as it was.
    #[error("the template cannot be changed safely: serde_yaml rejects it: {0}. Fix that first")]
    SecondReader(String),
    /// A mapping has one key twice: which of the two counts is not for us to say.
    #[error(
        "the template cannot be changed safely: the key `{key}` appears twice in one mapping. Remove one of them first"
    )]
    DuplicateKey {
        /// The key.
        key: String,
        /// The place of the first one.
        first: Place,
        /// The place of the second one.
        second: Place,
    },
    /// The first reader cannot read the edited text.
    #[error("the fix was discarded: yaml-rust2 cannot read the fixed template: {0}")]
    Unreadable(String),
    /// The second reader cannot read the edited text.
    #[error("the fix was discarded: serde_yaml cannot read the fixed template: {0}")]
    SecondUnreadable(String),
    /// Aliases stand for more than any template needs.
    #[error("the template cannot be changed safely: its aliases expand to too much")]
    Aliases,
    /// A reader sees another change than the planned one.
    #[error("the fix was discarded: it would change `{place}` in an unplanned way")]
    Unplanned {
        /// The way to the first value that differs.
        place: String,
    },
    /// A file was JSON and no longer is, though it may be YAML.
    #[error("the fix was discarded: the fixed template would not be JSON: {0}")]
    NoJson(String),
    /// The plan does harm: what is written would be as planned, and could not be deployed.
    #[error("the fix was discarded: {0}")]
    Plan(String),
    /// After the fix, there is still something to fix.
    #[error("the fix was discarded: it would not fix its finding")]
    Remains,
}

impl Refusal {
    /// Returns whether the text as it was is at fault, so that no other fix would fare better.
    pub fn is_about_the_text(&self) -> bool {
        matches!(self, Self::SecondReader(_) | Self::DuplicateKey { .. } | Self::Aliases)
    }

    /// Says why the text is not used, with the lines, from 1, that `line` returns for places.
    pub fn message(&self, line: impl Fn(Place) -> usize) -> String {
        match self {
            Self::DuplicateKey { key, first, second } => format!(
                "the template cannot be changed safely: the key `{key}` appears twice in one mapping, on lines {} and {}. Remove one of them first",
                line(*first),
                line(*second)
            ),
            _ => self.to_string(),
        }
    }

    /// Maps the places in the reason.
    pub fn map_places(&mut self, map: &impl Fn(Place) -> Place) {
        if let Self::DuplicateKey { first, second, .. } = self {
            (*first, *second) = (map(*first), map(*second));
        }
    }
}
