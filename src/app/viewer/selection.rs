//! A range of rows that was selected, and a column's chart.

use super::{Piece, TableView, Taker, Told, View, Viewer, Work};
use crate::{
    app::page::{Page, Tone},
    domain::{
        document::{Chart, Format, plain_number},
        text::{cut_end, width},
    },
};

/// How many rows of a tree are copied at most.
const ROWS: usize = 100_000;

/// How many columns a chart's longest bar has.
const BAR: usize = 40;

impl Viewer {
    /// The cursor's row in the view in front, where it has rows.
    fn row(&self) -> Option<usize> {
        match (self.view, &self.table) {
            (View::Tree, _) => Some(self.cursor),
            (View::Table, Some(table)) => Some(table.row),
            _ => None,
        }
    }

    /// Begins to select rows at the cursor, or ends it; returns whether the view has rows.
    pub fn select(&mut self) -> bool {
        let Some(row) = self.row() else { return false };
        self.selecting = if self.selecting.is_some() { None } else { Some((self.view, row)) };
        true
    }

    /// The rows that are selected in the view in front.
    pub fn selected(&self) -> Option<std::ops::RangeInclusive<usize>> {
        let (_, anchor) = self.selecting.filter(|(view, _)| *view == self.view)?;
        let row = self.row()?;
        Some(anchor.min(row)..=anchor.max(row))
    }

    /// Copies the selected rows: of a table with tabs, of a tree as they stand there. Returns whether there are any.
    pub fn copy_selected(&mut self) -> bool {
        let Some(rows) = self.selected() else { return false };
        let rows = *rows.start()..rows.end() + 1;
        let what = if rows.len() == 1 { "one row".to_owned() } else { format!("{} rows", rows.len()) };
        self.selecting = None;
        let Some(opened) = self.opened.clone() else { return false };
        if let (View::Table, Some(table)) = (self.view, &self.table) {
            let (columns, table) = (table.shown().to_vec(), table.table().only(rows));
            self.want(Work::Write { opened, table, columns, format: Format::Tsv, what });
            return true;
        }
        let rows = rows.start..rows.end.min(rows.start + ROWS);
        self.write_out(Piece::Rows(self.tree.clone(), rows), Taker::Clipboard(what))
    }

    /// Asks for the chart of the column under the cursor; returns whether a table is in front.
    pub fn draw_chart(&mut self, offset: i32) -> bool {
        let Some(table) = self.table.as_ref().filter(|_| self.view == View::Table) else { return false };
        let (Some(opened), Some(column)) = (self.opened.clone(), table.column_number()) else { return false };
        let table = table.table().clone();
        self.want(Work::Chart { opened, table, column, offset });
        true
    }

    pub(super) fn charted(&mut self, key: &str, chart: Option<&Chart>) {
        self.told.push(match chart {
            Some(chart) => Told::Page("Chart", page(key, chart)),
            None => Told::Say(Tone::Hint, format!("No record has a value in {key}.")),
        });
    }
}

impl TableView {
    /// The column under the cursor, as a number of the table's columns.
    pub(super) fn column_number(&self) -> Option<usize> {
        self.shown().get(self.column).copied()
    }
}

/// A chart as lines to read.
fn page(key: &str, chart: &Chart) -> Page {
    let mut page = Page::default();
    page.pieces(vec![(Tone::Heading, cut_end(key, BAR).into_owned()), (Tone::Hint, format!("  {}", chart.counts))]);
    page.gap();
    let most = chart.bars.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let labels = chart.bars.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
    for (label, count) in &chart.bars {
        let gap = " ".repeat(labels - width(label));
        page.pieces(vec![
            (Tone::Text, format!("{label}{gap}  ")),
            (Tone::Good, bar(*count, most)),
            (Tone::Hint, format!(" {count}")),
        ]);
    }
    let mut remarks = Vec::new();
    if let Some((values, records)) = chart.others {
        remarks.push(format!("{values} more values in {records} records"));
    }
    if chart.empty > 0 {
        remarks.push(format!("{} without a value", chart.empty));
    }
    if let Some([least, median, mean, greatest]) = chart.numbers.map(|n| n.map(plain_number)) {
        remarks.push(format!("least {least}, median {median}, mean {mean}, greatest {greatest}"));
    }
    if !remarks.is_empty() {
        page.gap();
    }
    for remark in remarks {
        page.line(Tone::Hint, remark);
    }
    page
}

/// A bar of eighths of columns.
fn bar(count: usize, most: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    // What is there at all is seen.
    let eighths = (count * BAR * 8).div_ceil(most);
    "█".repeat(eighths / 8) + PARTS[eighths % 8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion_and_one_record_is_seen() {
        assert_eq!((bar(0, 10), bar(10, 10)), (String::new(), "█".repeat(BAR)));
        assert_eq!(bar(1, 100_000), "▏");
        assert_eq!(bar(5, 10), "█".repeat(BAR / 2));
    }
}
