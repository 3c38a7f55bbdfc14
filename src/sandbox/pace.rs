//! The rate limit: a token bucket per project.

use std::{collections::BTreeMap, time::Duration};

/// How many projects are counted separately; beyond that the counting starts anew.
const PROJECTS_AT_MOST: usize = 10_000;

/// Counts requests per project; a bucket holds one second's worth.
#[derive(Debug)]
pub struct Pace {
    rate: Option<u32>,
    buckets: BTreeMap<String, Bucket>,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Pace {
    /// Allows `rate` requests a second; `None` is no limit.
    pub fn new(rate: Option<u32>) -> Self {
        Self { rate, buckets: BTreeMap::new() }
    }

    /// Lets a request of `project` through at `now` (time since some start), or says in how many seconds, rounded up, the
    /// next one may come.
    ///
    /// # Errors
    /// The seconds to wait, at least 1.
    pub fn take(&mut self, project: &str, now: Duration) -> Result<(), u64> {
        let Some(rate) = self.rate.map(f64::from) else { return Ok(()) };
        if self.buckets.len() >= PROJECTS_AT_MOST && !self.buckets.contains_key(project) {
            self.buckets.clear();
        }
        let bucket = self.buckets.entry(project.to_owned()).or_insert(Bucket { left: rate, at: now });
        let passed = now.saturating_sub(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + passed * rate).min(rate);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        let wait = Duration::try_from_secs_f64((1.0 - bucket.left) / rate).map_or(60, |d| d.as_secs() + 1);
        Err(wait.min(60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_as_many_requests_as_the_rate() {
        let mut pace = Pace::new(Some(3));
        let at = Duration::from_millis;
        assert_eq!([0, 1, 2, 3].map(|ms| pace.take("p", at(ms))), [Ok(()), Ok(()), Ok(()), Err(1)]);
        assert_eq!(pace.take("q", at(3)), Ok(()), "another project has its own count");
        assert_eq!(pace.take("p", at(400)), Ok(()));
        assert_eq!(pace.take("p", at(401)), Err(1));
        assert_eq!(pace.take("p", at(10_000)), Ok(()));
    }

    #[test]
    fn no_rate_is_no_limit_and_zero_lets_nobody_through() {
        let mut pace = Pace::new(None);
        assert!((0..1000).all(|_| pace.take("p", Duration::ZERO).is_ok()));
        assert_eq!(Pace::new(Some(0)).take("p", Duration::ZERO), Err(60));
    }
}
