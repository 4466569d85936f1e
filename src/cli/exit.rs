//! The exit status, one number for each way that a run can end.

use std::process::ExitCode;

/// How a run, or its part for one input, ended; what matters more is greater and wins where several inputs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing to fix, or everything was fixed.
    Clean = 0,
    /// Something would change, or a finding remains.
    Findings = 1,
    /// The command line, reading or writing failed, or a fix was discarded.
    Failure = 2,
    /// A template could not be parsed.
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
    fn the_numbers_are_those_of_the_documentation() {
        let numbers = [Clean, Findings, Failure, Unparsable].map(|exit| exit as u8);
        assert_eq!(numbers, [0, 1, 2, 3]);
    }

    #[test]
    fn of_several_inputs_the_worst_decides() {
        let worst = [Findings, Unparsable, Clean].into_iter().max();
        assert_eq!(worst, Some(Unparsable));
    }
}
