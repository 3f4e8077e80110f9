//! Seconds since the epoch, and how they are written in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |span| span.as_secs() as i64)
}

/// Days since the epoch of a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * shifted + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400)
        + of_year
        - 719_468
}

/// The instant in `2026-03-01T08:00:30.000Z`, without its fraction.
pub fn parse(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let date = days(part(0, 4)?, part(5, 7)?, part(8, 10)?);
    Some(date * 86_400 + part(11, 13)? * 3600 + part(14, 16)? * 60 + part(17, 19)?)
}

pub fn render(second: i64) -> String {
    let (date, time) = (second.div_euclid(86_400), second.rem_euclid(86_400));
    let mut year = 1970 + date / 366;
    while days(year + 1, 1, 1) <= date {
        year += 1;
    }
    let month = (1..=12).rev().find(|month| days(year, *month, 1) <= date).unwrap_or(1);
    let day = date - days(year, month, 1) + 1;
    let (hour, minute) = (time / 3600, time / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", time % 60)
}
