//! The progress of a long run, on a terminal.

use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress line on standard error.
///
/// It appears only if a run takes long and standard error is a terminal.
pub(super) struct Progress(Option<ProgressLine>);

struct ProgressLine {
    bar: ProgressBar,
    started: Instant,
    shown: Once,
}

/// The time until the progress line appears.
const DELAY: Duration = Duration::from_secs(1);

impl Progress {
    pub(super) fn new(is_quiet: bool, is_terminal: bool) -> Self {
        Self(is_wanted(is_quiet, is_terminal).then(|| ProgressLine {
            bar:
                ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_style(style("{pos} files read")),
            started: Instant::now(),
            shown: Once::new(),
        }))
    }

    /// Starts to count named files that are read for the first time, up to `files`.
    pub(super) fn begin_reading(&self, files: usize) {
        self.begin(files, "{bar:40} {pos} of {len} files read");
    }

    /// Starts to count the checked files, up to `files`.
    pub(super) fn begin_checking(&self, files: usize) {
        self.begin(files, "{bar:40} {pos} of {len} files checked");
    }

    /// Counts more files as read or checked.
    pub(super) fn advance(&self, files: usize) {
        if let Some(ProgressLine { bar, started, shown }) = &self.0 {
            bar.inc(files as u64);
            if started.elapsed() >= DELAY {
                shown.call_once(|| bar.set_draw_target(ProgressDrawTarget::stderr()));
            }
        }
    }

    /// Hides the line while `print` runs.
    pub(super) fn suspended<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(ProgressLine { bar, .. }) => bar.suspend(print),
            None => print(),
        }
    }

    /// Removes the line.
    pub(super) fn end(&self) {
        if let Some(ProgressLine { bar, .. }) = &self.0 {
            bar.finish_and_clear();
        }
    }

    fn begin(&self, files: usize, template: &str) {
        if let Some(ProgressLine { bar, .. }) = &self.0 {
            bar.set_style(style(template));
            bar.set_length(files as u64);
            bar.set_position(0);
        }
    }
}

fn is_wanted(is_quiet: bool, is_terminal: bool) -> bool {
    !is_quiet && is_terminal
}

fn style(template: &str) -> ProgressStyle {
    // All templates are well formed.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::is_wanted;

    #[test]
    fn shows_progress_on_terminals_unless_quiet() {
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
