//! Dates and times of day of the proleptic Gregorian calendar, from Unix seconds and back.

use std::fmt;

/// A date and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// The month, from 1.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour, from 0.
    pub hour: u8,
    /// The minute.
    pub minute: u8,
    /// The second.
    pub second: u8,
    /// Days since a Thursday, as 1 January 1970 was one.
    pub weekday: usize,
}

impl Civil {
    /// Date and time in UTC at `unix` seconds (the algorithm counts 400-year eras from 1 March 0000).
    pub fn at(unix: i64) -> Self {
        let (days, second) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let small = |n: i64| u8::try_from(n).unwrap_or(0);
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: small(month),
            day: small(day_of_year - (153 * month_from_march + 2) / 5 + 1),
            hour: small(second / 3600),
            minute: small(second / 60 % 60),
            second: small(second % 60),
            weekday: usize::try_from(days.rem_euclid(7)).unwrap_or(0),
        }
    }
}

/// As RFC 3339 writes a time in UTC, to the second: `2026-11-24T09:30:00Z`.
impl fmt::Display for Civil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, .. } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Days from 1 January 1970 to a date; `None` where a month or day is none. The inverse of [`Civil::at`].
pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// `unix` seconds as a person reads a moment, `offset` seconds east of UTC: `2026-11-24 10:30`.
pub fn to_the_minute(unix: i64, offset: i32) -> String {
    let Civil { year, month, day, hour, minute, .. } = Civil::at(unix.saturating_add(i64::from(offset)));
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_back() {
        for day in (-800_000..800_000).step_by(317) {
            let civil = Civil::at(day * 86_400 + 3_661);
            assert_eq!(days(civil.year, civil.month.into(), civil.day.into()), Some(day), "{civil}");
            assert_eq!((civil.hour, civil.minute, civil.second), (1, 1, 1));
        }
        assert_eq!(Civil::at(1_793_610_000).to_string(), "2026-11-02T09:00:00Z");
        assert_eq!(to_the_minute(1_793_610_000, 5400), "2026-11-02 10:30");
        assert_eq!((days(2026, 13, 1), days(2026, 1, 0)), (None, None));
    }
}
