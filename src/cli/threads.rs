//! The threads of a run.

use anyhow::Context;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::run_plan::RunPlan;

/// Number of units that are checked before they are reported.
///
/// It is enough for every thread, and few enough to keep in memory.
const BATCH_SIZE: usize = 512;

/// The threads that check inputs; `None` if the main thread is enough.
pub(super) struct Threads(Option<ThreadPool>);

impl Threads {
    /// Creates threads for a number of files.
    ///
    /// # Errors
    ///
    /// If the system does not create them.
    pub(super) fn new(plan: &RunPlan, files: usize) -> anyhow::Result<Self> {
        if files < 2 || plan.jobs() < 2 {
            return Ok(Self(None));
        }
        let number = plan.jobs().min(files);
        let threads = ThreadPoolBuilder::new().num_threads(number).build();
        let threads =
            threads.with_context(|| format!("cannot check {number} files at once; ask for fewer `--jobs`"))?;
        Ok(Self(Some(threads)))
    }

    /// Returns the number of units to check before they are reported.
    pub(super) fn batch_size(&self) -> usize {
        if self.0.is_some() { BATCH_SIZE } else { 1 }
    }

    /// Returns the result for each item, in their order.
    pub(super) fn map<T: Sync, R: Send>(&self, items: &[T], map: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
        match &self.0 {
            Some(threads) => threads.install(|| items.par_iter().map(map).collect()),
            None => items.iter().map(map).collect(),
        }
    }
}
