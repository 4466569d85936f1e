use std::time::Duration;

use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a text may cost whatever is in it: that a machine is slow is no failure.
const TIME: Duration = Duration::from_millis(500);
const TIME_PER_BYTE: Duration = Duration::from_micros(200);
const BYTES: usize = 4 << 20;
const BYTES_PER_BYTE: usize = 8 << 10;

/// Does something with `len` bytes of text, and sees what time of this thread and how much memory it took.
///
/// # Panics
///
/// If that was more than so many bytes may cost.
pub fn bounded<T>(len: usize, work: impl FnOnce() -> T) -> T {
    MEMORY.reset_peak_usage();
    let (memory, time) = (MEMORY.current_usage(), thread_time());
    let done = work();
    let memory = MEMORY.peak_usage().saturating_sub(memory);
    let time = thread_time().saturating_sub(time);
    let most_memory = BYTES + BYTES_PER_BYTE * len;
    let most_time = TIME + TIME_PER_BYTE * u32::try_from(len).unwrap_or(u32::MAX);
    assert!(
        memory <= most_memory,
        "{memory} bytes of memory for {len} bytes of text"
    );
    assert!(time <= most_time, "{time:?} for {len} bytes of text");
    done
}

fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a thread's time is not negative")
}
