//! The clock, read in one place of the command line.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::domain::now::Now;

/// The present. `uptime` stays zero: a command waits for one thing only, which is timed where it happens.
#[expect(clippy::disallowed_methods, reason = "the command line's one look at the clock")]
pub(crate) fn now() -> Now {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Now::new(Duration::ZERO, i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Tells how long something took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch(Instant);

impl Watch {
    /// One that begins now.
    #[expect(clippy::disallowed_methods, reason = "what is timed where it happens")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
