//! When a list or a read is asked again, and how long the wait is. Runs never are.

use std::time::Duration;

/// How often a list or a read is asked at most.
pub(super) const ATTEMPTS: u32 = 3;
/// The longest wait for a server that names one (`Retry-After`). A longer one is the person's decision.
const PATIENCE: Duration = Duration::from_secs(30);

/// The wait before attempt number `attempt + 1`, after attempt number `attempt` (from 1) failed in a way that may pass;
/// `None` to give up.
///
/// The wait starts at `base` and doubles. A small spread that depends on the attempt alone keeps waits from falling on
/// round steps and is the same in every run of a test. A server's own word (`retry_after`) goes first.
pub(super) fn wait(attempt: u32, base: Duration, retry_after: Option<Duration>) -> Option<Duration> {
    if attempt >= ATTEMPTS {
        return None;
    }
    if let Some(asked) = retry_after {
        return (asked <= PATIENCE).then_some(asked);
    }
    let doubled = base.saturating_mul(1 << attempt.saturating_sub(1).min(8));
    Some(doubled + doubled * (attempt * 7 % 5) / 20)
}

/// Whether a status is one that may pass by itself.
pub(super) const fn may_pass(status: u16) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504)
}

/// Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date compared with the clock at `unix` seconds.
pub(super) fn retry_after(value: &str, unix: i64) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    // Some servers send fractions of a second.
    if value.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && let Ok(seconds) = value.parse::<f64>()
    {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let left = unix_of(value)?.saturating_sub(unix);
    Some(Duration::from_secs(u64::try_from(left).unwrap_or(0)))
}

/// Reads a date of HTTP (RFC 9110 §5.6.7), in Unix seconds.
pub(super) fn unix_of(date: &str) -> Option<i64> {
    let since = httpdate::parse_http_date(date).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let base = Duration::from_millis(400);
        assert_eq!(wait(1, base, None), Some(Duration::from_millis(440)));
        assert_eq!(wait(2, base, None), Some(Duration::from_millis(960)));
        assert_eq!(wait(3, base, None), None);
    }

    #[test]
    fn a_servers_word_goes_first_within_reason() {
        let base = Duration::from_millis(400);
        assert_eq!(wait(1, base, Some(Duration::from_secs(2))), Some(Duration::from_secs(2)));
        assert_eq!(wait(1, base, Some(Duration::from_secs(31))), None);
        assert_eq!(wait(3, base, Some(Duration::ZERO)), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = 784_111_777;
        for (value, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:40 GMT", Some(3)),
            ("Sunday, 06-Nov-94 08:49:40 GMT", Some(3)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value:?}");
        }
        assert_eq!(retry_after("0.5", now), Some(Duration::from_millis(500)));
    }
}
