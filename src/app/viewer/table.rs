//! How a table of records is looked at: which columns, in which order, how far scrolled, by what sorted and filtered.

use super::super::{geometry::scrolled, text_field::TextField};
use crate::domain::{
    document::{Document, Format, NodeId, Table},
    text::width,
};

/// How many rows the widths of the columns are measured on.
const MEASURED: usize = 100;
/// The narrowest and the widest a column is.
const NARROWEST: usize = 3;
const WIDEST: usize = 32;
/// Columns of the screen before the first cell, for the cursor's sign, and between cells.
const MARGIN: u16 = 2;
const GAP: u16 = 2;

/// A column on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The column's place among those shown.
    pub position: usize,
    /// Where it begins, from the left of the table.
    pub x: u16,
    /// How wide it is.
    pub width: u16,
}

/// Which of the records are shown, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrangement {
    table: Table,
    needle: String,
    shown: Vec<usize>,
    order: Option<(usize, bool)>,
}

impl Arrangement {
    /// The records of `document`, filtered and ordered anew.
    pub(super) fn perform(self, document: &Document) -> Table {
        let Self { mut table, needle, shown, order } = self;
        table.reset(document);
        if !needle.is_empty() {
            table.filter(document, &needle, &shown);
        }
        if let Some((column, descending)) = order {
            table.sort(document, column, descending);
        }
        table
    }
}

/// A table being looked at.
#[derive(Debug, Clone)]
pub struct TableView {
    table: Table,
    /// The columns shown, in order, as numbers of the table's columns.
    shown: Vec<usize>,
    widths: Vec<u16>,
    /// The cursor's row.
    pub row: usize,
    /// The cursor's column, as a place among those shown.
    pub column: usize,
    /// The first row in sight.
    pub scroll: usize,
    /// The first column in sight behind the first one, which always is.
    left: usize,
    order: Option<(usize, bool)>,
    /// What rows must have in them.
    pub filter: TextField,
    /// Whether that is still being typed.
    pub typing: bool,
}

impl TableView {
    /// A view of all of `table`.
    pub fn new(document: &Document, table: Table) -> Self {
        let all: Vec<usize> = (0..table.columns().len()).collect();
        let mut widths: Vec<usize> = table.columns().iter().map(|c| width(&c.key) + 1).collect();
        for row in table.cells(document, 0..MEASURED, &all) {
            for (cell, widest) in row.iter().zip(&mut widths) {
                *widest = (*widest).max(cell.as_ref().map_or(0, |c| width(&c.text)));
            }
        }
        let clamp = |w: usize| u16::try_from(w.clamp(NARROWEST, WIDEST)).unwrap_or(u16::MAX);
        Self {
            shown: all,
            widths: widths.into_iter().map(clamp).collect(),
            table,
            row: 0,
            column: 0,
            scroll: 0,
            left: 1,
            order: None,
            filter: TextField::line(""),
            typing: false,
        }
    }

    /// The records.
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// The columns shown, as numbers of the table's columns.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// What the rows are ordered by: a column of the table, and whether the greatest comes first.
    pub const fn order(&self) -> Option<(usize, bool)> {
        self.order
    }

    /// Moves the cursor by rows and columns.
    pub fn move_by(&mut self, rows: isize, columns: isize) {
        let last = |len: usize| len.saturating_sub(1);
        self.row = self.row.saturating_add_signed(rows).min(last(self.table.row_count()));
        self.column = self.column.saturating_add_signed(columns).min(last(self.shown.len()));
    }

    /// Keeps the cursor in sight of `columns` × `height` cells below the headings.
    pub fn keep_in_sight(&mut self, columns: u16, height: u16) {
        self.move_by(0, 0);
        self.scroll = scrolled(self.scroll, self.row, height, self.table.row_count());
        self.left = self.left.clamp(1, self.shown.len().max(1));
        if self.column > 0 && self.column < self.left {
            self.left = self.column;
        }
        while self.left < self.column && !self.is_in_sight(columns) {
            self.left += 1;
        }
    }

    fn is_in_sight(&self, columns: u16) -> bool {
        let wanted = self.shown.get(self.column).map_or(0, |&c| self.widths[c]);
        self.places(columns).iter().any(|p| p.position == self.column && p.width >= wanted)
    }

    /// Where the columns stand on a line of `columns`: the first one always, then those from where it is scrolled to.
    /// The last may be cut.
    pub fn places(&self, columns: u16) -> Vec<Place> {
        let mut places = Vec::new();
        let mut x = MARGIN;
        let positions = (0..self.shown.len().min(1)).chain(self.left..self.shown.len());
        for position in positions {
            let room = columns.saturating_sub(x);
            // The first column must not take the whole line from the one the cursor is on.
            let most = if position == 0 && self.left > 1 { columns / 3 } else { room };
            let width = self.widths[self.shown[position]].min(most).min(room);
            if width == 0 {
                break;
            }
            places.push(Place { position, x, width });
            x = x.saturating_add(width + GAP);
        }
        places
    }

    /// The value under the cursor; the record where it has no value there.
    pub fn node(&self, document: &Document) -> Option<NodeId> {
        let column = *self.shown.get(self.column)?;
        let cells = self.table.cells(document, self.row..self.row + 1, &[column]);
        cells.into_iter().flatten().next().flatten().map(|c| c.node).or_else(|| self.table.record(self.row))
    }

    /// The column under the cursor: rising order, falling order, then the document's own. To be arranged then.
    pub fn turn_order(&mut self) {
        let Some(&column) = self.shown.get(self.column) else { return };
        self.order = match self.order {
            Some((by, false)) if by == column => Some((column, true)),
            Some((by, true)) if by == column => None,
            _ => Some((column, false)),
        };
    }

    /// What filter and order ask for.
    pub(super) fn arrangement(&self) -> Arrangement {
        Arrangement {
            table: self.table.clone(),
            needle: self.filter.text(),
            shown: self.shown.clone(),
            order: self.order,
        }
    }

    /// Takes the records as they were arranged.
    pub(super) fn arranged(&mut self, table: Table) {
        self.table = table;
        self.row = 0;
    }

    /// Leaves the column under the cursor out; the last one stays. Returns whether one went.
    pub fn hide(&mut self) -> bool {
        let goes = self.shown.len() > 1 && self.column < self.shown.len();
        if goes {
            self.shown.remove(self.column);
        }
        goes
    }

    /// Shows every column again, in the document's order.
    pub fn show_all(&mut self) {
        let under = self.shown.get(self.column).copied();
        self.shown = (0..self.table.columns().len()).collect();
        self.column = under.unwrap_or(0);
    }

    /// Moves the column under the cursor by `by` places, with the cursor.
    pub fn carry(&mut self, by: isize) {
        let to = self.column.saturating_add_signed(by).min(self.shown.len().saturating_sub(1));
        if self.column < self.shown.len() {
            let column = self.shown.remove(self.column);
            self.shown.insert(to, column);
            self.column = to;
        }
    }

    /// The rows and columns as they are shown, written out whole.
    pub fn write(&self, document: &Document, format: Format) -> String {
        self.table.write(document, &self.shown, format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(json: &str) -> (Document, TableView) {
        let document = Document::read(json.as_bytes().into(), Some("application/json"));
        let table = document.root().and_then(|root| Table::nearest(&document, root)).expect("a table");
        let view = TableView::new(&document, table);
        (document, view)
    }

    #[test]
    fn columns_are_as_wide_as_what_is_in_them() {
        let (_, v) = view(r#"[{"id":1,"name":"日本語です","note":"0123456789012345678901234567890123456789"}]"#);
        let widths: Vec<u16> = v.places(200).iter().map(|p| p.width).collect();
        assert_eq!(widths, [3, 10, 32]);
        assert_eq!(v.places(8).iter().map(|p| (p.x, p.width)).collect::<Vec<_>>(), [(2, 3), (7, 1)], "the last is cut");
    }

    #[test]
    fn the_first_column_stays_when_the_cursor_goes_right() {
        let (_, mut v) = view(r#"[{"a":"aaaaaaaaaa","b":"bbbbbbbbbb","c":"cccccccccc","d":"dddddddddd"}]"#);
        v.move_by(0, 3);
        v.keep_in_sight(30, 5);
        let places: Vec<usize> = v.places(30).iter().map(|p| p.position).collect();
        assert_eq!(places, [0, 3]);
        v.move_by(0, -2);
        v.keep_in_sight(30, 5);
        assert!(v.places(30).iter().any(|p| p.position == 1));
    }

    #[test]
    fn sorting_goes_up_down_and_away() {
        let (d, mut v) = view(r#"[{"n":2},{"n":10},{"n":1}]"#);
        let column = |v: &TableView| v.write(&d, Format::Tsv).lines().skip(1).collect::<Vec<_>>().join(" ");
        let sort = |v: &mut TableView| {
            v.turn_order();
            v.arranged(v.arrangement().perform(&d));
        };
        sort(&mut v);
        assert_eq!(column(&v), "1 2 10");
        sort(&mut v);
        assert_eq!(column(&v), "10 2 1");
        sort(&mut v);
        assert_eq!((column(&v).as_str(), v.order()), ("2 10 1", None));
    }

    #[test]
    fn columns_are_carried_hidden_and_brought_back() {
        let (d, mut v) = view(r#"[{"a":1,"b":2,"c":3}]"#);
        v.carry(2);
        assert_eq!(v.write(&d, Format::Tsv), "b\tc\ta\n2\t3\t1\n");
        assert!(v.hide());
        v.keep_in_sight(80, 5);
        assert!(v.hide());
        v.keep_in_sight(80, 5);
        assert!(!v.hide(), "one column always stays");
        v.show_all();
        assert_eq!(v.write(&d, Format::Tsv), "a\tb\tc\n1\t2\t3\n");
    }
}
