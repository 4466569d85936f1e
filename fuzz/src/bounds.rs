use std::time::Duration;

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The limits for any input, generous enough for slow machines.
const TIME: Duration = Duration::from_millis(500);
const TIME_PER_BYTE: Duration = Duration::from_micros(200);
const BYTES: usize = 4 << 20;
const BYTES_PER_BYTE: usize = 8 << 10;

/// Runs `work` on `len` bytes of input within the limits.
///
/// Only the time of this thread counts.
///
/// # Panics
///
/// Panics if `work` exceeds the limits for that length.
pub(crate) fn bounded<T>(len: usize, work: impl FnOnce() -> T) -> T {
    MEMORY.reset_peak_usage();
    let (memory, time) = (MEMORY.current_usage(), thread_time());
    let result = work();
    let memory = MEMORY.peak_usage().saturating_sub(memory);
    let time = thread_time().saturating_sub(time);
    let max_memory = BYTES + BYTES_PER_BYTE * len;
    let max_time = TIME + TIME_PER_BYTE * u32::try_from(len).unwrap_or(u32::MAX);
    assert!(
        memory <= max_memory,
        "{memory} bytes of memory for {len} bytes of input"
    );
    assert!(time <= max_time, "{time:?} for {len} bytes of input");
    result
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a thread's time is not negative")
}
