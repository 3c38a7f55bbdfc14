//! What is asked of the history.

use super::{Ending, Record};
use crate::domain::civil;

/// Which records are wanted; what is `None` or empty does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ask {
    /// Words that must all occur: in the action, the integration, the user, the parameters, the request id, the end.
    pub words: String,
    /// The project.
    pub project: Option<String>,
    /// The connected user.
    pub user: Option<String>,
    /// The action's name.
    pub action: Option<String>,
    /// How it ended.
    pub wanted: Option<Wanted>,
    /// From when on, in Unix seconds.
    pub since: Option<i64>,
    /// Before when, in Unix seconds.
    pub before: Option<i64>,
    /// How many at most, the newest; 0 for all.
    pub limit: usize,
}

/// How a record that is wanted ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The provider answered.
    Ok,
    /// Anything else.
    NotOk,
    /// In this way.
    Ending(Ending),
    /// With this HTTP status.
    Status(u16),
}

impl Wanted {
    /// What `text` names: `ok`, `failed`, an ending, or a status.
    ///
    /// # Errors
    /// With what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "ok" => Ok(Self::Ok),
            "bad" => Ok(Self::NotOk),
            _ => Ending::named(text)
                .map(Self::Ending)
                .or_else(|| text.parse().ok().filter(|s| (100..600).contains(s)).map(Self::Status))
                .ok_or_else(|| {
                    "expected ok, bad, answered, failed, cancelled, timed_out, unknown, or a status such as 404"
                        .to_owned()
                }),
        }
    }
}

/// The text a record is searched by, in lower case.
pub fn searched(record: &Record) -> String {
    let begun = &record.begun;
    let parts = [
        &*begun.request.action,
        &*begun.integration,
        begun.whose.user.as_deref().unwrap_or_default(),
        begun.whose.profile.as_deref().unwrap_or_default(),
        &begun.request.parameters.to_json(),
        record.end.ending.name(),
        &record.end.status.map(|s| s.to_string()).unwrap_or_default(),
        record.end.request_id.as_deref().unwrap_or_default(),
        record.end.failure.as_ref().map(|said| said.message.as_str()).unwrap_or_default(),
    ];
    parts.join("\n").to_lowercase()
}

/// A moment as a person names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// So many seconds ago.
    Ago(i64),
    /// At this Unix second.
    At(i64),
}

impl Since {
    /// The moment `text` means: a span back such as `90m`, `12h`, `7d`, `2w`, or a date in UTC such as `2026-11-24`.
    ///
    /// # Errors
    /// With what was expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let units = [("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];
        for (unit, seconds) in units {
            if let Some(count) = text.strip_suffix(unit).and_then(|n| n.trim().parse::<u32>().ok()) {
                return Ok(Self::Ago(i64::from(count) * seconds));
            }
        }
        let expected = || "expected a span such as 90m, 12h, 7d or 2w, or a date such as 2026-11-24".to_owned();
        days_of(text).map(|days| Self::At(days * 86_400)).ok_or_else(expected)
    }

    /// The Unix second it is, seen at `now`.
    pub const fn at(self, now: i64) -> i64 {
        match self {
            Self::Ago(seconds) => now.saturating_sub(seconds),
            Self::At(unix) => unix,
        }
    }
}

/// Days since 1 January 1970 of a date `YYYY-MM-DD`.
fn days_of(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let mut part = |length: usize| parts.next().filter(|p| p.len() == length).and_then(|p| p.parse::<i64>().ok());
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() { None } else { civil::days(year, month, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_spans_back_or_dates() {
        let now = 1_796_000_000;
        let since = |text: &str, now| Since::parse(text).map(|since| since.at(now));
        assert_eq!(since("90m", now), Ok(now - 5400));
        assert_eq!(since(" 7d ", now), Ok(now - 604_800));
        assert_eq!(since("2w", now), Ok(now - 1_209_600));
        assert_eq!(since("1970-01-02", now), Ok(86_400));
        assert_eq!(since("2026-11-24", now), Ok(1_795_478_400));
        assert_eq!(since("2024-02-29", now), Ok(1_709_164_800));
        for bad in ["", "d", "7", "yesterday", "2026-13-01", "2026-1-1", "-3d"] {
            assert!(since(bad, now).is_err(), "{bad}");
        }
    }

    #[test]
    fn ends_are_asked_for_by_name_or_status() {
        assert_eq!(Wanted::parse("ok"), Ok(Wanted::Ok));
        assert_eq!(Wanted::parse("unknown"), Ok(Wanted::Ending(Ending::Unknown)));
        assert_eq!(Wanted::parse("404"), Ok(Wanted::Status(404)));
        assert!(Wanted::parse("999").is_err() && Wanted::parse("fine").is_err());
    }
}
