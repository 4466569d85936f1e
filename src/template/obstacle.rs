use crate::yaml;

/// Why a reference cannot be edited without losing or guessing something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// The value is written in a way that does not allow it.
    #[error(transparent)]
    Yaml(#[from] yaml::Obstacle),
    /// `&{…}` stands in the logical ID to be written.
    #[error("a logical ID with `&{{…}}` in it cannot be referred to in its loop")]
    Letters,
    /// `${…}` stands in the logical ID to be written, and that is to be a variable of `Fn::Sub`.
    #[error("a logical ID with a loop's word in it cannot be a variable of `Fn::Sub`")]
    Word,
}
