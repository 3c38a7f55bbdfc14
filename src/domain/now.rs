//! The moment something happens, handed in as an argument so that pure code never asks a clock.

use std::time::Duration;

/// The present, as the runtime (or a test) tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Now {
    /// Monotonic time since the program started; differences of it are durations.
    pub uptime: Duration,
    /// Seconds since the Unix epoch, for anything that is compared with a server's or a token's clock.
    pub unix: i64,
    /// The local offset from UTC in seconds, for times shown to a person.
    pub offset: i32,
}

impl Now {
    /// A moment `uptime` after the start, at Unix time `unix`, shown in UTC.
    pub const fn new(uptime: Duration, unix: i64) -> Self {
        Self { uptime, unix, offset: 0 }
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub fn since(&self, earlier: Self) -> Duration {
        self.uptime.saturating_sub(earlier.uptime)
    }
}
