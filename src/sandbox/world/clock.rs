//! The world's own time: it stands still but for what happens, so that the same calls always give the same answers.

use crate::domain::{
    civil::{self, Civil},
    document::{Object, Value},
};

/// When every world begins: 2 November 2026, 09:00:00 UTC, in Unix seconds.
pub const EPOCH: i64 = 1_793_610_000;

/// How far each change moves a world's clock, in seconds.
pub const STEP: i64 = 17;

/// A moment as providers write it; what `{{now.…}}` offers to templates.
pub fn moment(unix: i64) -> Value {
    let t = Civil::at(unix);
    let date = format!("{:04}-{:02}-{:02}", t.year, t.month, t.day);
    let time = format!("{:02}:{:02}:{:02}", t.hour, t.minute, t.second);
    Object::from_iter([
        ("unix", Value::from(unix)),
        ("ms", Value::from(unix.saturating_mul(1000))),
        ("iso", Value::from(format!("{date}T{time}.000Z"))),
        ("seconds", Value::from(format!("{date}T{time}Z"))),
        ("salesforce", Value::from(format!("{date}T{time}.000+0000"))),
        ("date", Value::from(date)),
        (
            "rfc2822",
            Value::from(format!(
                "{}, {} {} {} {time} +0000",
                DAYS[t.weekday],
                t.day,
                MONTHS[usize::from(t.month) - 1],
                t.year
            )),
        ),
    ])
    .into()
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The moment a value means, in milliseconds since the Unix epoch: an ISO 8601 date or time (with `Z`, an offset, or
/// neither, which is UTC; slashes in dates pass), or a number of seconds, or of milliseconds where it is beyond 10¹¹.
pub fn read(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => {
            let n: i64 = n.as_str().split('.').next()?.parse().ok()?;
            Some(if n.unsigned_abs() > 100_000_000_000 { n } else { n.saturating_mul(1000) })
        }
        Value::String(text) => read_text(text.trim()),
        _ => None,
    }
}

fn read_text(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = date.split(['-', '/']);
    let mut part = |length: usize| parts.next().filter(|p| p.len() == length).and_then(|p| p.parse::<i64>().ok());
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    let days = civil::days(year, month, day)?;
    let (clock, offset) = match time.find(['Z', '+', '-']) {
        Some(at) => (&time[..at], offset(&time[at..])?),
        None => (time, 0),
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut units = whole.split(':').filter(|u| !u.is_empty()).map(two_digits);
    let mut unit = || units.next().unwrap_or(Some(0));
    let seconds = unit()? * 3600 + unit()? * 60 + unit()? - offset;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((days * 86_400 + seconds) * 1000 + millis)
}

fn two_digits(text: &str) -> Option<i64> {
    (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Seconds east of UTC: `Z`, `+01:00`, `+0100`, `+01`.
fn offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { two_digits(minutes)? };
    let seconds = two_digits(hours)? * 3600 + minutes * 60;
    Some(if text.starts_with('-') { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_providers_write_them() {
        let text = |unix, key: &str| moment(unix).get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        assert_eq!(text(EPOCH, "iso"), "2026-11-02T09:00:00.000Z");
        assert_eq!(text(EPOCH, "rfc2822"), "Mon, 2 Nov 2026 09:00:00 +0000");
        assert_eq!(text(951_782_399, "salesforce"), "2000-02-28T23:59:59.000+0000");
        assert_eq!(text(951_782_400, "date"), "2000-02-29");
        assert_eq!(text(-1, "seconds"), "1969-12-31T23:59:59Z");
        assert_eq!(moment(EPOCH).get("ms").and_then(Value::as_i64), Some(EPOCH * 1000));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_not_but_never_a_panic(text in "\\PC*|[0-9T:Z+./-]{8,40}", n in i64::MIN..) {
            let _ = (read(&text.into()), read(&n.into()));
        }
    }

    #[test]
    fn moments_are_read_however_they_are_written() {
        for (text, millis) in [
            (r#""2026-11-02T09:00:00.000Z""#, Some(EPOCH * 1000)),
            (r#""2026-11-02T10:30:00+01:30""#, Some(EPOCH * 1000)),
            (r#""2026-11-02T08:00-0100""#, Some(EPOCH * 1000)),
            (r#""2026-11-02 09:00:00.25""#, Some(EPOCH * 1000 + 250)),
            (r#""2000/02/29""#, Some(951_782_400_000)),
            ("1793610000", Some(EPOCH * 1000)),
            ("1793610000000", Some(EPOCH * 1000)),
            (r#""1969-12-31""#, Some(-86_400_000)),
            (r#""2026-13-01""#, None),
            (r#""soon""#, None),
            (r#""2026-11-02Tx""#, None),
            ("true", None),
        ] {
            assert_eq!(Value::parse(text.as_bytes()).ok().and_then(|v| read(&v)), millis, "{text}");
        }
    }
}
