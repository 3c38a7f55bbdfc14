//! How a table of records is looked at: which columns, in which order, how far scrolled, by what sorted and filtered.

use std::collections::BTreeSet;

use super::super::{geometry::scrolled, text_field::TextField};
use crate::domain::{
    document::{Column, Document, Format, NodeId, Table},
    text::width,
};

/// How many rows the widths of the columns are measured on, at the beginning and at the end each.
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
    /// The columns in whose place their members are shown.
    unfolded: BTreeSet<usize>,
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
        let mut view = Self {
            shown: (0..table.columns().len()).collect(),
            unfolded: BTreeSet::new(),
            widths: Vec::new(),
            table,
            row: 0,
            column: 0,
            scroll: 0,
            left: 1,
            order: None,
            filter: TextField::line(""),
            typing: false,
        };
        view.measure(document);
        view
    }

    /// Finds the widths of the columns that have none yet.
    fn measure(&mut self, document: &Document) {
        let new: Vec<usize> = (self.widths.len()..self.table.columns().len()).collect();
        // Behind its name a heading says how the rows are ordered, or that it can be unfolded.
        let heading = |c: &Column| width(&c.short_name()) + if c.objects > 0 { 2 } else { 1 };
        let mut widths: Vec<usize> = new.iter().map(|&c| heading(&self.table.columns()[c])).collect();
        let rows = self.table.row_count();
        let measured = [0..MEASURED, MEASURED.max(rows.saturating_sub(MEASURED))..rows];
        for row in measured.into_iter().flat_map(|rows| self.table.cells(document, rows, &new)) {
            for (cell, widest) in row.iter().zip(&mut widths) {
                *widest = (*widest).max(cell.as_ref().map_or(0, |c| width(&c.text)));
            }
        }
        let clamp = |w: usize| u16::try_from(w.clamp(NARROWEST, WIDEST)).unwrap_or(u16::MAX);
        self.widths.extend(widths.into_iter().map(clamp));
    }

    /// The records.
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// The columns shown, as numbers of the table's columns.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// How many columns are left out of those there would be.
    pub fn left_out(&self) -> usize {
        self.all_columns().len() - self.shown.len()
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
        self.table.arrange_like(table);
        self.row = 0;
    }

    /// The column under the cursor, if it has objects, whose members may be columns.
    pub fn foldable(&self) -> Option<usize> {
        let column = *self.shown.get(self.column)?;
        (self.table.columns()[column].objects > 0).then_some(column)
    }

    /// Shows `members` in place of `column`, which has them inside. Returns whether there were any.
    pub(super) fn unfold(&mut self, document: &Document, column: usize, members: Vec<Column>) -> bool {
        let members = self.table.add(members);
        self.measure(document);
        let Some(at) = self.shown.iter().position(|&c| c == column).filter(|_| !members.is_empty()) else {
            return false;
        };
        self.unfolded.insert(column);
        self.shown.splice(at..=at, members);
        true
    }

    /// Shows the column that the one under the cursor lies within, in place of all of its members. Returns whether
    /// there is one.
    pub fn fold(&mut self) -> bool {
        let within = |column: usize| self.table.columns()[column].within;
        let Some(outer) = self.shown.get(self.column).and_then(|&c| within(c)) else { return false };
        let is_inside = |&column: &usize| std::iter::successors(Some(column), |&c| within(c)).any(|c| c == outer);
        let at = self.shown.iter().position(is_inside).unwrap_or(self.column);
        let gone: Vec<usize> = self.unfolded.iter().copied().filter(is_inside).collect();
        let kept = self.shown.iter().copied().filter(|c| !is_inside(c)).collect::<Vec<_>>();
        self.unfolded.retain(|c| !gone.contains(c));
        self.shown = kept;
        self.shown.insert(at, outer);
        self.column = at;
        true
    }

    /// Every column there would be, in the document's order: those of the records, or the members they are unfolded to.
    fn all_columns(&self) -> Vec<usize> {
        let columns = self.table.columns();
        let mut all = Vec::new();
        let mut next: Vec<usize> = (0..columns.len()).rev().filter(|&c| columns[c].within.is_none()).collect();
        while let Some(column) = next.pop() {
            if self.unfolded.contains(&column) {
                next.extend((0..columns.len()).rev().filter(|&c| columns[c].within == Some(column)));
            } else {
                all.push(column);
            }
        }
        all
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
        self.shown = self.all_columns();
        self.column = self.shown.iter().position(|c| Some(*c) == under).unwrap_or(0);
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
    fn a_column_of_objects_unfolds_to_its_members_and_back() {
        let (d, mut v) = view(r#"[{"id":1,"by":{"name":"Ann","at":{"city":"Rome","zip":1}},"on":true},{"id":2}]"#);
        let unfold = |v: &mut TableView| {
            let column = v.foldable().expect("objects");
            v.unfold(&d, column, v.table().members(&d, column))
        };
        let heading = |v: &TableView| v.write(&d, Format::Tsv).lines().next().map(str::to_owned).unwrap_or_default();
        assert_eq!((v.foldable(), v.fold()), (None, false));
        v.move_by(0, 1);
        assert!(unfold(&mut v));
        assert_eq!(heading(&v), "id\tby.name\tby.at\ton");
        v.move_by(0, 1);
        assert!(unfold(&mut v));
        assert_eq!(
            v.write(&d, Format::Tsv),
            "id\tby.name\tby.at.city\tby.at.zip\ton\n1\tAnn\tRome\t1\ttrue\n2\t\t\t\t\n"
        );
        assert!(v.hide());
        assert_eq!((heading(&v).as_str(), v.left_out()), ("id\tby.name\tby.at.zip\ton", 1));
        v.show_all();
        assert_eq!((heading(&v).as_str(), v.left_out()), ("id\tby.name\tby.at.city\tby.at.zip\ton", 0));
        v.column = 1;
        assert!(v.fold());
        assert_eq!((heading(&v).as_str(), v.column, v.left_out()), ("id\tby\ton", 1, 0));
        assert!(v.places(80).iter().all(|p| p.width > 0));
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
