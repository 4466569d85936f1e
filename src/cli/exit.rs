//! The exit status of a run.

use std::process::ExitCode;

/// The exit status of a run or of one input.
///
/// The greatest status of several inputs is the status of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing to fix, or everything was fixed.
    Clean = 0,
    /// Something would change, or a finding remains.
    Findings = 1,
    /// Invalid arguments or configuration, an I/O error, or a discarded fix.
    Failure = 2,
    /// A file could not be parsed.
    Unparsable = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{Clean, Failure, Findings, Unparsable};

    #[test]
    fn has_the_documented_numbers() {
        let numbers = [Clean, Findings, Failure, Unparsable].map(|exit| exit as u8);
        assert_eq!(numbers, [0, 1, 2, 3]);
    }

    #[test]
    fn exits_with_the_highest_status_of_several_inputs() {
        let worst = [Findings, Unparsable, Clean].into_iter().max();
        assert_eq!(worst, Some(Unparsable));
    }
}
