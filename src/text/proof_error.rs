/// The reason that an edited source is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// `serde_yaml` cannot read the original source.
    #[error("the file cannot be changed safely: serde_yaml rejects it: {0}. Fix that first")]
    UnreadableBySerde(String),
    /// yaml-rust2 cannot read the edited source.
    #[error("the fix was discarded: yaml-rust2 cannot read the fixed file: {0}")]
    FixedUnreadable(String),
    /// `serde_yaml` cannot read the edited source.
    #[error("the fix was discarded: serde_yaml cannot read the fixed file: {0}")]
    FixedUnreadableBySerde(String),
    /// The edited source cannot be read as HCL.
    #[error("the fix was discarded: the fixed file cannot be read: {0}")]
    FixedHclUnreadable(String),
    /// The aliases expand to more than any file needs.
    #[error("the file cannot be changed safely: its aliases expand to too many values")]
    AliasExpansion,
    /// A parser sees another change than the planned one.
    #[error("the fix was discarded: it would change `{place}` in an unplanned way")]
    UnplannedChange {
        /// The path to the first value that differs.
        place: String,
    },
    /// A key would repeat another one of its mapping more or less often.
    #[error("the fix was discarded: it would change how often the key `{0}` appears in one mapping")]
    RepeatedKey(String),
    /// A JSON file would become YAML that is not JSON.
    #[error("the fix was discarded: the fixed file would not be JSON: {0}")]
    NotJson(String),
    /// The planned change does harm: the result could not be deployed.
    #[error("the fix was discarded: {0}")]
    Harm(String),
    /// The fix would leave its finding unfixed.
    #[error("the fix was discarded: it would not fix its finding")]
    StillFound,
    /// Other fixes took all the rounds.
    #[error("the fix was not applied: those before it took too many rounds; run again")]
    TooManyRounds,
}

impl ProofError {
    /// Returns whether the original source is at fault.
    ///
    /// If it is, every other fix would fail too.
    pub fn is_about_original(&self) -> bool {
        matches!(self, Self::UnreadableBySerde(_) | Self::AliasExpansion)
    }
}
