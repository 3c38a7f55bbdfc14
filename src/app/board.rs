//! A board: a list that takes the whole screen, with columns, a filter, a cursor, and words about the row under it.
//!
//! A board holds texts only; what its rows stand for is known to the file of `app/update` that filled it, which finds a
//! row's subject by [`Row::key`].

use super::{
    geometry::{Rect, Size, inside, scrolled, split_bottom, split_y},
    page::{Page, Tone, Wrap},
    text_field::TextField,
};
use crate::domain::{failure::Failure, text::width};

/// What a board is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What the user has connected.
    Connections,
    /// What stands between the user and ActionKit.
    Doctor,
    /// The connected users one works with.
    Users,
    /// The profiles of the config file.
    Profiles,
    /// One profile, key by key.
    Profile,
    /// What was run.
    History,
    /// Many runs of one action: for rows of a file, or for users.
    Rows,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub title: &'static str,
    /// How readily it is left out where columns have no room: 0 never, the highest first.
    pub spare: u8,
    /// The columns of the terminal it keeps at least.
    pub least: u16,
    /// The columns of the terminal it takes at most.
    pub most: u16,
    /// Whether its cells stand at its right, as numbers do.
    pub right: bool,
}

impl Column {
    /// A column of texts.
    pub const fn new(title: &'static str, spare: u8, (least, most): (u16, u16)) -> Self {
        Self { title, spare, least, most, right: false }
    }

    /// The same, its cells at the right.
    #[must_use]
    pub const fn right(self) -> Self {
        Self { right: true, ..self }
    }
}

/// A cell: a short text and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it is.
    pub tone: Tone,
    /// The text, as it came; it is made safe where it is drawn.
    pub text: String,
}

impl Cell {
    /// A cell of one tone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }

    /// An ordinary cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Tone::Text, text)
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What it stands for; the cursor stays on it when the rows are filled anew.
    pub key: String,
    /// One cell a column; missing ones are empty.
    pub cells: Vec<Cell>,
    /// What is said while the cursor is on it: paragraphs, wrapped where they are drawn.
    pub details: Vec<(Tone, String)>,
}

/// How the filling of a board stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    /// The rows are there.
    Done,
    /// More is on its way; what is there is shown.
    Going,
    /// It failed; rows from before are shown below the reason.
    Failed(Box<Failure>),
}

/// A list over the whole screen.
#[derive(Debug, Clone)]
pub struct Board {
    /// What it is about.
    pub kind: Kind,
    /// What stands on top.
    pub title: String,
    /// What is said at the right of the title, such as a count.
    pub note: String,
    /// What is typed to narrow it.
    pub filter: TextField,
    /// How the filling stands.
    pub filling: Filling,
    /// What is said where there are no rows: what that means, and what to do.
    pub empty: &'static str,
    /// Which of the visible rows the cursor is on.
    pub cursor: usize,
    /// The first visible row in sight.
    pub scroll: usize,
    columns: &'static [Column],
    rows: Vec<Row>,
    /// The rows' texts in lower case, for the filter.
    hay: Vec<String>,
    visible: Vec<usize>,
    /// The columns of the terminal that each column would like.
    wanted: Vec<u16>,
}

/// Where a board's parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardParts {
    /// What is typed to narrow it.
    pub filter: Rect,
    /// The columns' headings.
    pub headings: Rect,
    /// The rows.
    pub rows: Rect,
    /// The words about the row under the cursor, with the line above them.
    pub details: Rect,
}

impl BoardParts {
    /// The parts of a board at `area`, borders included.
    pub fn new(area: Rect) -> Self {
        let inner = inside(area);
        let (filter, rest) = split_y(inner, 1);
        let details = match rest.height {
            0..=7 => 0,
            8..=13 => 4,
            14..=23 => 7,
            _ => rest.height / 3,
        };
        let (rest, details) = split_bottom(rest, details);
        let (headings, rows) = split_y(rest, u16::from(rest.height >= 3));
        Self { filter, headings, rows, details }
    }
}

/// Where a column stands: its number, where it begins within the row, and how wide it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The column's number.
    pub column: usize,
    /// Where it begins, from the left edge of the row.
    pub x: u16,
    /// How wide it is.
    pub width: u16,
}

/// What stands left of the first column: the cursor's mark.
const MARGIN: u16 = 2;
/// What stands between columns.
const GAP: u16 = 2;

impl Board {
    /// An empty board whose rows are on their way.
    pub fn new(kind: Kind, title: impl Into<String>, columns: &'static [Column], empty: &'static str) -> Self {
        Self {
            kind,
            title: title.into(),
            note: String::new(),
            filter: TextField::line(""),
            filling: Filling::Going,
            empty,
            cursor: 0,
            scroll: 0,
            columns,
            rows: Vec::new(),
            hay: Vec::new(),
            visible: Vec::new(),
            wanted: Vec::new(),
        }
    }

    /// Fills it with `rows`; the cursor stays on the row it was on, by its key, and the filter holds.
    pub fn fill(&mut self, rows: Vec<Row>) {
        let at = self.chosen().map(|row| row.key.clone());
        self.hay = rows.iter().map(hay).collect();
        self.rows = rows;
        self.narrow();
        let again = at.and_then(|key| self.visible.iter().position(|&i| self.rows[i].key == key));
        self.cursor = again.unwrap_or(self.cursor).min(self.visible.len().saturating_sub(1));
    }

    /// Puts another row in the place of row `i` of all, whatever passes the filter.
    pub fn put(&mut self, i: usize, row: Row) {
        if i >= self.rows.len() {
            return;
        }
        for (at, cell) in row.cells.iter().enumerate() {
            if let (Some(wanted), Some(column)) = (self.wanted.get_mut(at), self.columns.get(at)) {
                let most = column.most.max(column.least);
                *wanted = (*wanted).max(u16::try_from(width(&cell.text)).unwrap_or(u16::MAX).min(most));
            }
        }
        (self.hay[i], self.rows[i]) = (hay(&row), row);
        let filter = self.filter.text().to_lowercase();
        let passes = filter.split_whitespace().all(|word| self.hay[i].contains(word));
        match (self.visible.binary_search(&i), passes) {
            (Ok(_), true) | (Err(_), false) => {}
            (Ok(at), false) => {
                self.visible.remove(at);
                // The cursor stays with its row.
                self.cursor = self.cursor.saturating_sub(usize::from(at < self.cursor));
                self.cursor = self.cursor.min(self.visible.len().saturating_sub(1));
            }
            (Err(at), true) => {
                self.visible.insert(at, i);
                self.cursor += usize::from(at <= self.cursor && self.visible.len() > 1);
            }
        }
    }

    /// Puts the cursor on row `i` of all, if the filter lets it through.
    pub fn go_to_row(&mut self, i: usize) {
        if let Ok(at) = self.visible.binary_search(&i) {
            self.cursor = at;
        }
    }

    /// Says this of the row under the cursor.
    pub fn describe(&mut self, details: Vec<(Tone, String)>) {
        if let Some(&i) = self.visible.get(self.cursor) {
            self.rows[i].details = details;
        }
    }

    /// The columns there are.
    pub const fn columns(&self) -> &'static [Column] {
        self.columns
    }

    /// The rows that pass the filter.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &Row> {
        self.visible.iter().map(|&i| &self.rows[i])
    }

    /// How many rows there are, and how many pass the filter.
    pub fn counts(&self) -> (usize, usize) {
        (self.rows.len(), self.visible.len())
    }

    /// The row under the cursor.
    pub fn chosen(&self) -> Option<&Row> {
        self.visible.get(self.cursor).map(|&i| &self.rows[i])
    }

    /// Puts the cursor on the row with `key`, if the filter lets it through.
    pub fn go_to(&mut self, key: &str) {
        if let Some(at) = self.visible.iter().position(|&i| self.rows[i].key == key) {
            self.cursor = at;
        }
    }

    /// Moves the cursor by `by` rows within the list.
    pub fn move_by(&mut self, by: isize, height: u16) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.visible.len().saturating_sub(1));
        self.keep_in_sight(height);
    }

    /// Scrolls so that the cursor is in sight of `height` rows.
    pub fn keep_in_sight(&mut self, height: u16) {
        self.scroll = scrolled(self.scroll, self.cursor, height, self.visible.len());
    }

    /// Filters anew after the filter's text changed; the cursor goes to the first row.
    pub fn refilter(&mut self) {
        self.narrow();
        (self.cursor, self.scroll) = (0, 0);
    }

    /// Keeps the rows in which every word of the filter occurs, in the list's own order.
    fn narrow(&mut self) {
        let filter = self.filter.text().to_lowercase();
        let words: Vec<&str> = filter.split_whitespace().collect();
        self.visible = (0..self.rows.len()).filter(|&i| words.iter().all(|w| self.hay[i].contains(w))).collect();
        let wanted = |(i, column): (usize, &Column)| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(i));
            let widest = cells.map(|cell| width(&cell.text)).max().unwrap_or(0).max(width(column.title));
            u16::try_from(widest).unwrap_or(u16::MAX).clamp(column.least, column.most.max(column.least))
        };
        self.wanted = self.columns.iter().enumerate().map(wanted).collect();
    }

    /// Where the columns stand in a row `width` wide: the most spare are left out until the rest have what they need,
    /// then the widest give way until all fit.
    pub fn places(&self, width: u16) -> Vec<Place> {
        let room = width.saturating_sub(MARGIN);
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let gaps = |n: usize| u16::try_from(n.saturating_sub(1)).unwrap_or(u16::MAX).saturating_mul(GAP);
        let needed = |shown: &[usize]| -> u16 {
            shown.iter().fold(gaps(shown.len()), |sum, &i| sum.saturating_add(self.columns[i].least))
        };
        while shown.len() > 1 && needed(&shown) > room {
            let Some(at) = (0..shown.len()).rev().max_by_key(|&at| self.columns[shown[at]].spare) else { break };
            if self.columns[shown[at]].spare == 0 {
                break;
            }
            shown.remove(at);
        }
        let wanted = |i: usize| self.wanted.get(i).copied().unwrap_or(self.columns[i].least);
        let mut widths: Vec<u16> = shown.iter().map(|&i| wanted(i)).collect();
        let room = room.saturating_sub(gaps(shown.len()));
        loop {
            let sum = widths.iter().fold(0u16, |sum, w| sum.saturating_add(*w));
            let over = |at: usize| widths[at].saturating_sub(self.columns[shown[at]].least);
            let Some(widest) = (0..widths.len()).max_by_key(|&at| (over(at), at)) else { break };
            if sum <= room || over(widest) == 0 {
                break;
            }
            widths[widest] -= (sum - room).min(over(widest)).div_ceil(4);
        }
        let mut x = MARGIN;
        let mut places = Vec::with_capacity(shown.len());
        for (column, mut wide) in shown.into_iter().zip(widths) {
            wide = wide.min(width.saturating_sub(x));
            places.push(Place { column, x, width: wide });
            x = x.saturating_add(wide).saturating_add(GAP);
        }
        places
    }

    /// The words about the row under the cursor, or about why there is none, wrapped at `columns`.
    pub fn about(&self, columns: usize) -> Page {
        let mut page = Page::default();
        for (tone, text) in self.chosen().map_or(&[][..], |row| &row.details) {
            page.wrapped(*tone, text, Wrap::at(columns));
        }
        page
    }
}

/// A row's texts as the filter looks through them.
fn hay(row: &Row) -> String {
    row.cells.iter().map(|c| c.text.to_lowercase()).collect::<Vec<_>>().join("\n")
}

/// Where a board stands on a screen of `size`: everything between header and footer.
pub fn board_place(size: Size) -> Rect {
    let frame = u16::from(size.height > 8);
    Rect::new(0, frame, size.width, size.height - 2 * frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [Column; 4] = [
        Column::new("Name", 0, (8, 30)),
        Column::new("State", 0, (6, 20)),
        Column::new("When", 2, (10, 20)),
        Column::new("Failures", 1, (8, 8)).right(),
    ];

    fn board(names: &[&str]) -> Board {
        let mut board = Board::new(Kind::Connections, "T", &COLUMNS, "Nothing.");
        board.fill(
            names
                .iter()
                .map(|name| Row {
                    key: (*name).to_owned(),
                    cells: vec![Cell::text(*name), Cell::text("connected"), Cell::text("yesterday evening")],
                    details: vec![(Tone::Hint, format!("About {name}."))],
                })
                .collect(),
        );
        board
    }

    #[test]
    fn the_filter_narrows_and_the_cursor_stays_with_its_row() {
        let mut b = board(&["slack", "gmail", "notion"]);
        b.move_by(2, 10);
        assert_eq!(b.chosen().map(|r| r.key.as_str()), Some("notion"));
        let rows: Vec<Row> = b.rows().rev_rows();
        b.fill(rows);
        assert_eq!((b.cursor, b.chosen().map(|r| r.key.as_str())), (0, Some("notion")));
        b.filter.set("CONN mail");
        b.refilter();
        assert_eq!((b.counts(), b.chosen().map(|r| r.key.as_str())), ((3, 1), Some("gmail")));
        assert_eq!(b.about(40).text(), "About gmail.");
        b.filter.set("zzz");
        b.refilter();
        assert_eq!((b.counts(), b.chosen()), ((3, 0), None));
        b.move_by(-3, 0);
    }

    #[test]
    fn a_row_is_changed_where_it_stands_and_the_cursor_stays_with_its_own() {
        let mut b = board(&["slack", "gmail", "notion"]);
        let row = |name: &str| Row { key: name.into(), cells: vec![Cell::text(name)], details: Vec::new() };
        b.go_to_row(2);
        b.put(0, row("github"));
        b.put(9, row("nowhere"));
        assert_eq!(b.rows().map(|r| r.key.as_str()).collect::<Vec<_>>(), ["github", "gmail", "notion"]);
        b.filter.set("g");
        b.refilter();
        b.go_to_row(1);
        b.put(2, row("gitlab"));
        b.put(0, row("slack"));
        assert_eq!((b.counts(), b.chosen().map(|r| r.key.as_str())), ((3, 2), Some("gmail")));
        b.put(0, row("g"));
        assert_eq!((b.cursor, b.chosen().map(|r| r.key.as_str())), (1, Some("gmail")));
        b.describe(vec![(Tone::Hint, "Mail.".into())]);
        assert_eq!(b.about(40).text(), "Mail.");
        for i in 0..3 {
            b.put(i, row("x"));
        }
        assert_eq!((b.counts(), b.cursor, b.chosen()), ((3, 0), 0, None));
        b.put(1, row("gone"));
        assert_eq!((b.cursor, b.chosen().map(|r| r.key.as_str())), (0, Some("gone")));
    }

    trait Reversed {
        fn rev_rows(self) -> Vec<Row>;
    }
    impl<'a, I: Iterator<Item = &'a Row>> Reversed for I {
        fn rev_rows(self) -> Vec<Row> {
            let mut rows: Vec<Row> = self.cloned().collect();
            rows.reverse();
            rows
        }
    }

    #[test]
    fn the_most_spare_column_goes_first() {
        let b = board(&["a name of some length"]);
        let columns = |width| b.places(width).iter().map(|p| p.column).collect::<Vec<_>>();
        assert_eq!(columns(100), [0, 1, 2, 3]);
        assert_eq!(columns(34), [0, 1, 3]);
        assert_eq!(columns(20), [0, 1]);
        assert_eq!(columns(3), [0, 1]);
    }

    proptest! {
        #[test]
        fn columns_never_overlap_or_leave_the_row(width in 0u16..300, name in "[a-z ]{0,60}") {
            let b = board(&[&name]);
            let mut from = 0;
            for place in b.places(width) {
                prop_assert!(place.x >= from && (place.width == 0 || place.x + place.width <= width));
                from = place.x + place.width;
            }
        }

        #[test]
        fn parts_never_overlap_or_leave_the_board(width in 0u16..200, height in 0u16..90) {
            let area = board_place(Size { width, height });
            let parts = BoardParts::new(area);
            let sum = parts.filter.height + parts.headings.height + parts.rows.height + parts.details.height;
            prop_assert_eq!(sum, inside(area).height);
        }
    }
}
