//! What a column of a table looks like at a glance: how many records have which value, lie in which range, or fall on
//! which day.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{Document, NodeId, Table, address::exact, meaning::moment, table::plain};
use crate::domain::text::{clean, cut_end};

/// How many bars a chart has at most.
const BARS: usize = 20;
/// The longest label of a value, in columns.
const LABEL: usize = 32;

/// A bar chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What is counted, such as `records per day`.
    pub counts: &'static str,
    /// What stands before each bar, and how many records it counts.
    pub bars: Vec<(String, usize)>,
    /// How many records have nothing there.
    pub empty: usize,
    /// How many further values there are, and how many records have them.
    pub others: Option<(usize, usize)>,
    /// Smallest, median, mean and greatest number.
    pub numbers: Option<[f64; 4]>,
}

impl Chart {
    /// The chart of the rows of `table` by `column`; days are those of a clock `offset` seconds east of UTC. Nothing
    /// where no row has a value there.
    pub fn of(document: &Document, table: &Table, column: usize, offset: i32) -> Option<Self> {
        let values: Vec<NodeId> = (0..table.row_count())
            .filter_map(|row| table.value(document, row, column))
            .filter(|node| document.bytes().get(node.0 as usize) != Some(&b'n'))
            .collect();
        let empty = table.row_count() - values.len();
        let days: Vec<Date> = values.iter().filter_map(|&n| moment(document, n)?.day(offset)).collect();
        let numbers: Vec<f64> = values.iter().filter_map(|&n| number(exact(document, n))).collect();
        let most = |some: usize| some > 0 && some * 10 >= values.len() * 9;
        let chart = if most(days.len()) {
            by_date(days)
        } else if most(numbers.len()) {
            by_number(numbers)
        } else if values.is_empty() {
            return None;
        } else {
            by_value(values.iter().map(|&n| plain(document, n)))
        };
        Some(Self { empty, ..chart })
    }
}

fn number(raw: &[u8]) -> Option<f64> {
    let is_number = raw.first().is_some_and(|b| b.is_ascii_digit() || *b == b'-');
    let number: f64 = is_number.then(|| std::str::from_utf8(raw).ok()?.parse().ok()).flatten()?;
    number.is_finite().then_some(number)
}

fn chart(counts: &'static str, bars: Vec<(String, usize)>) -> Chart {
    Chart { counts, bars, empty: 0, others: None, numbers: None }
}

/// By day, month or year, whichever makes no more bars than a chart has; spans without any record too.
fn by_date(mut days: Vec<Date>) -> Chart {
    days.sort_unstable();
    let (first, last) = (days.first().copied().unwrap_or_default(), days.last().copied().unwrap_or_default());
    let month = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month()) - 1;
    let day = |d: Date| first.until(d).map_or(0, |span| span.get_days());
    let fits = |span: i32| usize::try_from(span).is_ok_and(|span| span < BARS);
    let months = month(last) - month(first);
    let years = i32::from(last.year()) - i32::from(first.year());
    let step = usize::try_from(years).unwrap_or(0) / BARS + 1;
    let (counts, count, place): (_, usize, Box<dyn Fn(Date) -> usize>) = if fits(day(last)) {
        ("records per day", as_count(day(last)), Box::new(|d| as_count(day(d))))
    } else if fits(months) {
        ("records per month", as_count(months), Box::new(|d| as_count(month(d) - month(first))))
    } else {
        let year = move |d: Date| as_count(i32::from(d.year()) - i32::from(first.year())) / step;
        ("records per year", as_count(years) / step, Box::new(year))
    };
    let mut bars = vec![0; count + 1];
    for &d in &days {
        if let Some(bar) = bars.get_mut(place(d)) {
            *bar += 1;
        }
    }
    let label = |i: usize| match counts {
        "records per day" => {
            first.checked_add(jiff::Span::new().days(i64::try_from(i).unwrap_or(0))).unwrap_or(first).to_string()
        }
        "records per month" => {
            let at = month(first) + i32::try_from(i).unwrap_or(0);
            format!("{}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1)
        }
        _ => (i32::from(first.year()) + i32::try_from(i * step).unwrap_or(0)).to_string(),
    };
    let counts = if step > 1 { "records per span of years" } else { counts };
    chart(counts, bars.iter().enumerate().map(|(i, &n)| (label(i), n)).collect())
}

fn as_count(n: i32) -> usize {
    usize::try_from(n).unwrap_or(0)
}

/// By value where there are few, else by ranges of equal width.
fn by_number(mut numbers: Vec<f64>) -> Chart {
    numbers.sort_unstable_by(f64::total_cmp);
    let (least, greatest) = (numbers.first().copied().unwrap_or(0.0), numbers.last().copied().unwrap_or(0.0));
    #[expect(clippy::cast_precision_loss, reason = "a count of records is far below 2^52")]
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    let about = [least, numbers[numbers.len() / 2], mean, greatest];
    let mut bars: Vec<(f64, usize)> = Vec::new();
    for &n in &numbers {
        match bars.last_mut() {
            #[expect(clippy::float_cmp, reason = "the very same value is counted")]
            Some((last, count)) if *last == n => *count += 1,
            _ => bars.push((n, 1)),
        }
        if bars.len() > BARS {
            break;
        }
    }
    if bars.len() <= BARS {
        let bars = bars.into_iter().map(|(n, count)| (plain_number(n), count)).collect();
        return Chart { numbers: Some(about), ..chart("records per value", bars) };
    }
    let width = nice((greatest - least) / 12.0);
    let from = (least / width).floor() * width;
    let mut ranges: Vec<(f64, usize)> = Vec::new();
    let mut end = from;
    for &n in &numbers {
        while n >= end && ranges.len() <= 4 * BARS {
            ranges.push((end, 0));
            end += width;
        }
        if let Some((_, count)) = ranges.last_mut() {
            *count += 1;
        }
    }
    let label = |start: f64| format!("{} – {}", plain_number(start), plain_number(start + width));
    let bars = ranges.into_iter().map(|(start, count)| (label(start), count)).collect();
    Chart { numbers: Some(about), ..chart("records per range", bars) }
}

/// The next of 1, 2, 5, 10, 20 … that is no less than `width`.
fn nice(width: f64) -> f64 {
    let power = 10_f64.powf(width.max(f64::MIN_POSITIVE).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|n| n * power).find(|n| *n >= width).unwrap_or(width)
}

/// A number without the noise of its last digits.
pub fn plain_number(n: f64) -> String {
    let rounded = format!("{n:.3}");
    let plain = rounded.trim_end_matches('0').trim_end_matches('.');
    if n != 0.0 && (plain == "0" || plain == "-0" || n.abs() >= 1e15) { format!("{n:e}") } else { plain.to_owned() }
}

/// By value, the most frequent first.
fn by_value(values: impl Iterator<Item = String>) -> Chart {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut all: Vec<(String, usize)> = counts.into_iter().collect();
    all.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.cmp(b)));
    let rest = all.split_off(all.len().min(BARS));
    let others = (!rest.is_empty()).then(|| (rest.len(), rest.iter().map(|(_, n)| n).sum()));
    let label =
        |text: &str| if text.is_empty() { "(empty)".to_owned() } else { cut_end(&clean(text), LABEL).into_owned() };
    let bars = all.iter().map(|(text, n)| (label(text), *n)).collect();
    Chart { others, ..chart("records per value", bars) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::testing::document;

    fn chart(json: &str, key: &str) -> Option<Chart> {
        let d = document(json);
        let table = Table::of(&d, d.root().unwrap()).unwrap();
        let column = table.columns().iter().position(|c| c.name == key).unwrap();
        Chart::of(&d, &table, column, 0)
    }

    fn bars(chart: &Chart) -> Vec<(&str, usize)> {
        chart.bars.iter().map(|(label, n)| (label.as_str(), *n)).collect()
    }

    #[test]
    fn days_without_a_record_are_shown_too() {
        let c =
            chart(r#"[{"at":"2026-11-24T10:00:00Z"},{"at":"2026-11-22"},{"at":"2026-11-24"},{"x":1}]"#, "at").unwrap();
        assert_eq!((c.counts, c.empty), ("records per day", 1));
        assert_eq!(bars(&c), [("2026-11-22", 1), ("2026-11-23", 0), ("2026-11-24", 2)]);
        let c = chart(r#"[{"at":"2026-01-31"},{"at":"2025-11-01"}]"#, "at").unwrap();
        assert_eq!(bars(&c), [("2025-11", 1), ("2025-12", 0), ("2026-01", 1)]);
        let c = chart(r#"[{"at":"2026-01-31"},{"at":"2015-11-01"}]"#, "at").unwrap();
        assert_eq!((c.counts, c.bars.len(), c.bars[0].0.as_str()), ("records per year", 12, "2015"));
        let c = chart(r#"[{"at":"2026-01-31"},{"at":"1001-11-01"}]"#, "at").unwrap();
        assert!(c.bars.len() <= BARS + 1 && c.bars.iter().map(|b| b.1).sum::<usize>() == 2, "{c:?}");
    }

    #[test]
    fn few_numbers_by_value_many_by_range() {
        let c = chart(r#"[{"n":2},{"n":10},{"n":2},{"n":null}]"#, "n").unwrap();
        assert_eq!((bars(&c), c.empty), (vec![("2", 2), ("10", 1)], 1));
        assert_eq!(c.numbers.map(|n| n.map(plain_number)), Some(["2", "2", "4.667", "10"].map(str::to_owned)));
        let many = (0..1000).map(|i| format!("{{\"n\":{}.5}}", i - 300)).collect::<Vec<_>>().join(",");
        let c = chart(&format!("[{many}]"), "n").unwrap();
        assert_eq!(c.bars[0].0, "-400 – -300");
        assert!(c.bars.iter().map(|b| b.1).sum::<usize>() == 1000 && c.bars.len() <= BARS, "{c:?}");
    }

    #[test]
    fn texts_by_how_often_they_occur() {
        let c = chart(r#"[{"s":"b"},{"s":"a"},{"s":"b"},{"s":""},{"s":"\u001b"}]"#, "s").unwrap();
        assert_eq!(bars(&c), [("b", 2), ("(empty)", 1), ("␛", 1), ("a", 1)]);
        let many = (0..100).map(|i| format!("{{\"s\":\"v{i}\"}}")).collect::<Vec<_>>().join(",");
        let c = chart(&format!("[{many}]"), "s").unwrap();
        assert_eq!((c.bars.len(), c.others), (BARS, Some((80, 80))));
        assert_eq!(chart(r#"[{"s":null}]"#, "s"), None);
    }

    #[test]
    fn numbers_are_written_without_noise() {
        let told = [0.0, 0.1 + 0.2, -5.0, 1e-9, 1e20, 1234.5678].map(plain_number);
        assert_eq!(told, ["0", "0.3", "-5", "1e-9", "1e20", "1234.568"]);
    }
}
