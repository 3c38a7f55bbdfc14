//! A pace that servers bear: a token bucket shared by all clones of a client. Paragon publishes no limit (the 50 requests a
//! second that are told here and there have no source of its own); staying below that costs nobody anything, and a server
//! that says 429 is obeyed.

use std::time::Duration;

/// Requests that may leave at once.
const BURST: u32 = 8;
/// Requests that may leave each second in the long run. Together with the burst this stays below 50 in any second.
const PER_SECOND: u32 = 40;

/// A token bucket (in its "virtual scheduling" form): it keeps only the moment at which it will be full again.
#[derive(Debug, Default)]
pub(super) struct Pace {
    full_at: Duration,
}

impl Pace {
    /// Takes a place for one request at the moment `now` (on any clock that does not go back) and returns how long it
    /// has to wait before it may leave. Places are given in the order they are asked for.
    pub(super) fn take(&mut self, now: Duration) -> Duration {
        let interval = Duration::from_secs(1) / PER_SECOND;
        self.full_at = self.full_at.max(now) + interval;
        self.full_at.saturating_sub(now).saturating_sub(interval * BURST)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_in_step() {
        let mut pace = Pace::default();
        let waits: Vec<_> = (0..10).map(|_| pace.take(Duration::from_secs(5)).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 25, 50]);
        assert_eq!(pace.take(Duration::from_secs(6)), Duration::ZERO);
    }

    proptest! {
        #[test]
        fn no_second_ever_sees_fifty_requests(gaps in prop::collection::vec(0_u64..60, 1..400)) {
            let mut pace = Pace::default();
            let mut now = Duration::ZERO;
            let mut left: Vec<Duration> = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                left.push(now + pace.take(now));
            }
            for (i, start) in left.iter().enumerate() {
                let within = left[i..].iter().take_while(|at| **at < *start + Duration::from_secs(1)).count();
                prop_assert!(within < 50, "{within} requests in one second");
            }
        }
    }
}
