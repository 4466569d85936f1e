/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The unified diff; findings go to standard error.
    Diff,
    /// A line for each finding; with `--verbose`, everything else about it too.
    Text,
    /// One JSON object.
    Json,
    /// A line of JSON for each finding.
    Jsonl,
    /// SARIF 2.1.0 with the fixes.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// XML for `JUnit`'s readers.
    Junit,
}

impl Format {
    /// Every format with its name on the command line and its sentence in the help.
    pub const ALL: [(Self, &'static str, &'static str); 8] = [
        (
            Self::Diff,
            "diff",
            "The unified diff; findings go to standard error. This is what a dry run prints",
        ),
        (
            Self::Text,
            "text",
            "A line for each finding; with `--verbose`, all that there is to say",
        ),
        (
            Self::Json,
            "json",
            "One JSON object, whose format is documented and versioned",
        ),
        (
            Self::Jsonl,
            "jsonl",
            "A line of JSON for each finding, as soon as its file is done",
        ),
        (
            Self::Sarif,
            "sarif",
            "SARIF 2.1.0 with the fixes, for code scanning and editors",
        ),
        (
            Self::Github,
            "github",
            "Workflow commands of GitHub Actions, which annotate the commit",
        ),
        (Self::Gitlab, "gitlab", "GitLab's code quality report"),
        (
            Self::Junit,
            "junit",
            "JUnit's XML: a test suite for each file, a failed test for each finding",
        ),
    ];

    /// Returns the format of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        let format = Self::ALL.into_iter().find(|(_, known, _)| *known == name);
        format.map(|(format, ..)| format)
    }

    /// Returns whether the format has a place for an input without anything to report.
    pub fn tells_of_all(self) -> bool {
        self == Self::Junit
    }
}
