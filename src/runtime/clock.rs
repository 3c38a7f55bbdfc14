//! The clock, read in one place of the full-screen program.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::domain::now::Now;

/// Tells the present since it was started.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    started: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the full-screen program's one look at the clock")]
    pub(super) fn start() -> Self {
        Self { started: Instant::now() }
    }

    #[expect(clippy::disallowed_methods, reason = "the full-screen program's one look at the clock")]
    pub(super) fn now(&self) -> Now {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Now::new(self.started.elapsed(), i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }
}
