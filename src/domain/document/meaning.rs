//! What a value means besides what it says: a time in words, a link.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use super::{
    Document, NodeId,
    address::{exact, key},
    decode::{decode, string_inside},
};
use crate::domain::now::Now;

/// No time is written longer.
const TIME: usize = 40;
/// No link is longer.
const LINK: usize = 4096;

/// When something is, as far as a value says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A moment, in Unix seconds.
    Exact(i64),
    /// A day.
    Day(Date),
    /// A time of day somewhere.
    Somewhere(DateTime),
}

/// The time that the value `node` says: an ISO 8601 text, or a number of seconds or milliseconds since 1970 whose key
/// names a time (`ts`, `created`, `expires_at` …), since any other number may be anything.
pub fn moment(document: &Document, node: NodeId) -> Option<Moment> {
    let raw = exact(document, node);
    match raw.first()? {
        b'"' if raw.len() <= TIME => {
            let text = decode(string_inside(raw));
            iso(&text).or_else(|| epoch(&text).filter(|_| names_a_time(document, node)))
        }
        b'0'..=b'9' if raw.len() <= TIME => {
            epoch(std::str::from_utf8(raw).ok()?).filter(|_| names_a_time(document, node))
        }
        _ => None,
    }
}

/// The web address that the value `node` is, if it is one.
pub fn link(document: &Document, node: NodeId) -> Option<String> {
    let raw = exact(document, node);
    if raw.len() > LINK || !raw.starts_with(b"\"http") {
        return None;
    }
    let text = decode(string_inside(raw));
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"<>\\^`{|}".contains(c);
    (rest.starts_with(|c: char| c.is_alphanumeric() || c == '[') && rest.chars().all(plain)).then_some(text)
}

/// Whether the key of `node`, or of the array it is in, is one that times have.
fn names_a_time(document: &Document, node: NodeId) -> bool {
    const WORDS: [&str; 22] = [
        "at",
        "on",
        "ts",
        "time",
        "date",
        "timestamp",
        "created",
        "updated",
        "modified",
        "expires",
        "expiry",
        "expiration",
        "since",
        "until",
        "exp",
        "iat",
        "nbf",
        "start",
        "end",
        "last",
        "due",
        "epoch",
    ];
    let Some(key) = key(document, node) else { return false };
    // `createdAt`, `created_at` and `last-seen` are words; `stats` is not `at`.
    let mut words = vec![String::new()];
    for c in key.chars() {
        match words.last_mut() {
            Some(word) if c.is_alphanumeric() && !(c.is_uppercase() && word.ends_with(char::is_lowercase)) => {
                word.push(c);
            }
            _ => words.push(c.to_string()),
        }
    }
    words.iter().any(|word| WORDS.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str()))
}

fn iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let begins = bytes.len() >= 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[7] == b'-';
    if !begins {
        return None;
    }
    if bytes.len() == 10 {
        return text.parse().ok().map(Moment::Day);
    }
    let exact = text.parse::<Timestamp>().ok().map(|at| Moment::Exact(at.as_second()));
    exact.or_else(|| text.parse().ok().map(Moment::Somewhere))
}

/// Seconds, milliseconds or microseconds between 1990 and 2100.
fn epoch(text: &str) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    let seconds = match whole.len() {
        9 | 10 => number,
        12 | 13 => number / 1000,
        15 | 16 => number / 1_000_000,
        _ => return None,
    };
    (631_152_000..4_102_444_800).contains(&seconds).then_some(Moment::Exact(seconds))
}

impl Moment {
    /// The day it is on, by the clock `offset` seconds east of UTC.
    pub fn day(self, offset: i32) -> Option<Date> {
        match self {
            Self::Exact(unix) => Some(civil(unix, offset)?.date()),
            Self::Day(day) => Some(day),
            Self::Somewhere(time) => Some(time.date()),
        }
    }

    /// In words, seen from `now`: `2 h ago · Tue 24 Nov 2026 10:00 UTC`.
    pub fn words(self, now: Now) -> String {
        const DAY: &str = "%a %-d %b %Y";
        const TIME: &str = "%a %-d %b %Y %H:%M";
        match self {
            Self::Exact(unix) => {
                let relative = relative(now.unix.saturating_sub(unix));
                let zone = if now.offset == 0 { " UTC" } else { "" };
                match civil(unix, now.offset) {
                    Some(time) => format!("{relative} · {}{zone}", time.strftime(TIME)),
                    None => relative,
                }
            }
            Self::Day(day) => match civil(now.unix, now.offset).and_then(|today| today.date().until(day).ok()) {
                Some(span) => format!("{} · {}", days(i64::from(span.get_days())), day.strftime(DAY)),
                None => day.strftime(DAY).to_string(),
            },
            Self::Somewhere(time) => time.strftime(TIME).to_string(),
        }
    }
}

fn civil(unix: i64, offset: i32) -> Option<DateTime> {
    let zone = TimeZone::fixed(Offset::from_seconds(offset).ok()?);
    Some(Timestamp::from_second(unix).ok()?.to_zoned(zone).datetime())
}

fn days(ahead: i64) -> String {
    match ahead {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        _ => relative(ahead.saturating_mul(-86_400)),
    }
}

/// How far off something is that was `seconds` ago, or will be where that is negative.
fn relative(seconds: i64) -> String {
    let far = seconds.unsigned_abs();
    let span = match far {
        0..60 => return "now".to_owned(),
        60..7200 => format!("{} min", far / 60),
        7200..172_800 => format!("{} h", far / 3600),
        172_800..5_184_000 => format!("{} days", far / 86_400),
        5_184_000..63_072_000 => format!("{} months", far / 2_629_746),
        _ => format!("{} years", far / 31_556_952),
    };
    if seconds < 0 { format!("in {span}") } else { format!("{span} ago") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{lookup, testing::document};

    /// Tue 24 Nov 2026, 12:00 UTC.
    const NOW: Now = Now::new(Duration::ZERO, 1_795_521_600);

    fn told(json: &str, key: &str) -> Option<String> {
        let d = document(json);
        let node = lookup(&d, &format!("/{key}").parse().unwrap()).unwrap();
        moment(&d, node).map(|m| m.words(NOW))
    }

    #[test]
    fn times_are_told_from_now() {
        let one = |value: &str| told(&format!("{{\"created_at\":{value}}}"), "created_at");
        for (value, words) in [
            (r#""2026-11-24T10:00:00Z""#, "2 h ago · Tue 24 Nov 2026 10:00 UTC"),
            (r#""2026-11-24T15:30:00.123+02:00""#, "in 90 min · Tue 24 Nov 2026 13:30 UTC"),
            (r#""2026-11-24 10:00:00""#, "Tue 24 Nov 2026 10:00"),
            (r#""2026-11-25""#, "tomorrow · Wed 25 Nov 2026"),
            (r#""2026-11-20""#, "4 days ago · Fri 20 Nov 2026"),
            (r#""2020-01-05""#, "6 years ago · Sun 5 Jan 2020"),
            ("1795521590", "now · Tue 24 Nov 2026 11:59 UTC"),
            ("1795521600000", "now · Tue 24 Nov 2026 12:00 UTC"),
            (r#""1739896301.418839""#, "21 months ago · Tue 18 Feb 2025 16:31 UTC"),
        ] {
            assert_eq!(one(value).as_deref(), Some(words), "{value}");
        }
        for no in
            ["17", "1.5e9", "-1795521600", r#""2026-13-45""#, r#""2026""#, "null", "[1795521600]", r#""17955216000""#]
        {
            assert_eq!(one(no), None, "{no}");
        }
        let west = Now { offset: -5 * 3600, ..NOW };
        assert_eq!(Moment::Exact(1_795_521_600).words(west), "now · Tue 24 Nov 2026 07:00");
    }

    #[test]
    fn a_number_is_a_time_only_where_its_key_says_so() {
        for (key, is_one) in [
            ("ts", true),
            ("expires", true),
            ("createdAt", true),
            ("last-seen", true),
            ("event_time", true),
            ("stats", false),
            ("id", false),
            ("phone", false),
            ("category", false),
        ] {
            assert_eq!(told(&format!("{{\"{key}\":1795521600}}"), key).is_some(), is_one, "{key}");
        }
    }

    #[test]
    fn links_are_whole_and_of_the_web() {
        let one = |text: &str| {
            let d = document(&format!("\"{text}\""));
            link(&d, d.root().unwrap())
        };
        assert_eq!(one(r"https:\/\/example.com\/a?b=c#d").as_deref(), Some("https://example.com/a?b=c#d"));
        for no in [
            "example.com",
            "https://",
            "https://a b",
            "javascript:alert(1)",
            "file:///etc/passwd",
            r"https://a\u001b[2J",
            "see https://example.com",
        ] {
            assert_eq!(one(no), None, "{no}");
        }
    }

    proptest! {
        #[test]
        fn any_text_and_any_number(text in "[0-9T:. Z+-]{0,30}", number in any::<i64>()) {
            let d = document(&format!("{{\"at\":\"{text}\",\"ts\":{number}}}"));
            for node in d.children(d.root().unwrap()) {
                if let Some(moment) = moment(&d, node) {
                    prop_assert!(!moment.words(NOW).is_empty());
                    let _ = moment.day(50_400);
                }
            }
        }
    }
}
