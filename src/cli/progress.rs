//! How far a long run has come, on a terminal.

use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A line on standard error that is there only while a run takes long, and only if standard error is a terminal.
pub(super) struct Progress(Option<Line>);

struct Line {
    bar: ProgressBar,
    begun: Instant,
    shown: Once,
}

/// How long a run goes on without a word.
const PATIENCE: Duration = Duration::from_secs(1);

impl Progress {
    pub(super) fn new(is_quiet: bool, is_terminal: bool) -> Self {
        Self(
            is_wanted(is_quiet, is_terminal).then(|| Line {
                bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                    .with_style(style("{pos} files found")),
                begun: Instant::now(),
                shown: Once::new(),
            }),
        )
    }

    /// From here on, so many files are checked.
    pub(super) fn begin(&self, files: usize) {
        if let Some(Line { bar, .. }) = &self.0 {
            bar.set_style(style("{bar:40} {pos} of {len} files checked"));
            bar.set_length(files as u64);
            bar.set_position(0);
        }
    }

    /// One more file is found or checked.
    pub(super) fn advance(&self) {
        if let Some(Line { bar, begun, shown }) = &self.0 {
            bar.inc(1);
            if begun.elapsed() >= PATIENCE {
                shown.call_once(|| bar.set_draw_target(ProgressDrawTarget::stderr()));
            }
        }
    }

    /// Does something that prints, with the line out of its way.
    pub(super) fn suspended<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(Line { bar, .. }) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some(Line { bar, .. }) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn is_wanted(is_quiet: bool, is_terminal: bool) -> bool {
    !is_quiet && is_terminal
}

fn style(template: &str) -> ProgressStyle {
    // The templates are those above, and are well formed.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::is_wanted;

    #[test]
    fn progress_is_for_terminals_that_are_not_quiet() {
        for (is_quiet, is_terminal, expected) in [
            (false, true, true),
            (true, true, false),
            (false, false, false),
            (true, false, false),
        ] {
            assert_eq!(is_wanted(is_quiet, is_terminal), expected);
        }
    }
}
