//! Output for people, which prints an explanation once if findings share it.

use std::collections::HashSet;

/// The output of one input.
///
/// Its shared explanations are decided when it is printed, in the order of all inputs.
#[derive(Debug, Default)]
pub struct Printout(Vec<Part>);

#[derive(Debug)]
enum Part {
    Always(String),
    OncePerRun(String),
}

/// The explanations that a run has printed.
#[derive(Debug, Default)]
pub struct PrintedOnce(HashSet<String>);

impl Printout {
    /// Adds an explanation, which is printed unless the run printed it before.
    pub fn push_once(&mut self, text: String) {
        self.0.push(Part::OncePerRun(text));
    }

    /// Returns whether there is nothing to print.
    pub fn is_empty(&self) -> bool {
        let text = |part: &Part| matches!(part, Part::Always(text) | Part::OncePerRun(text) if !text.is_empty());
        !self.0.iter().any(text)
    }

    /// Removes escape sequences.
    pub(super) fn without_colours(self) -> Self {
        let plain = |text: String| anstream::adapter::strip_str(&text).to_string();
        let parts = self.0.into_iter().map(|part| match part {
            Part::Always(text) => Part::Always(plain(text)),
            Part::OncePerRun(text) => Part::OncePerRun(plain(text)),
        });
        Self(parts.collect())
    }
}

impl PrintedOnce {
    /// Returns the next output, without the explanations that were printed before.
    pub fn text(&mut self, printout: Printout) -> String {
        let text = |part| match part {
            Part::Always(text) => Some(text),
            Part::OncePerRun(text) => self.0.insert(text.clone()).then_some(text),
        };
        printout.0.into_iter().filter_map(text).collect()
    }
}

impl From<String> for Printout {
    fn from(text: String) -> Self {
        Self(vec![Part::Always(text)])
    }
}

impl Extend<Self> for Printout {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, printouts: I) {
        self.0.extend(printouts.into_iter().flat_map(|printout| printout.0));
    }
}

impl Extend<String> for Printout {
    fn extend<I: IntoIterator<Item = String>>(&mut self, texts: I) {
        self.0.extend(texts.into_iter().map(Part::Always));
    }
}

impl FromIterator<Self> for Printout {
    fn from_iter<I: IntoIterator<Item = Self>>(printouts: I) -> Self {
        let mut all = Self::default();
        all.extend(printouts);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_an_explanation_with_the_first_finding_only() {
        let finding = |line: &str, explanation: &str| {
            let mut printout = Printout::from(format!("{line}\n"));
            printout.push_once(format!("  {explanation}\n"));
            printout
        };
        let mut printed = PrintedOnce::default();
        let first: Printout = [finding("a", "refused"), finding("b", "refused")].into_iter().collect();
        assert_eq!(printed.text(first), "a\n  refused\nb\n");
        assert_eq!(printed.text(finding("c", "replaced")), "c\n  replaced\n");
        assert_eq!(printed.text(finding("d", "refused")), "d\n");
    }
}
