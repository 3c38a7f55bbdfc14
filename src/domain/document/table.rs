//! An array of records as a table: which columns there are, the cells of the rows asked for, order, filter, and the
//! table as CSV, TSV or Markdown.

mod columns;

use std::{cmp::Ordering, ops::Range};

use self::columns::Collected;
pub use self::columns::{COLUMNS, Column};
use super::{
    Document, NodeId,
    address::{exact, string},
    find::Needle,
    index::key_before,
    tree::{Part, Shown, one},
};

/// What a record has in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The value.
    pub node: NodeId,
    /// The value as a row of a tree would show it, folded.
    pub shown: Shown,
    /// The same in words: strings without quotes.
    pub text: String,
}

/// An array of records. It holds the offset of each record and the columns; cells are read when asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    node: NodeId,
    columns: Vec<Column>,
    /// The records in the order shown.
    rows: Vec<NodeId>,
    all: usize,
    more_columns: bool,
}

/// How a table is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180: commas, quotes where needed, CR LF.
    Csv,
    /// Tabs; tabs and line ends inside a cell become spaces.
    Tsv,
    /// A table as GitHub draws it.
    Markdown,
}

impl Table {
    /// The array `node` as a table, if every item but `null` is an object and there is one.
    pub fn of(document: &Document, node: NodeId) -> Option<Self> {
        if document.bytes().get(node.0 as usize) != Some(&b'[') {
            return None;
        }
        let mut collected = Collected::new(None);
        let mut rows = Vec::new();
        for record in document.children(node) {
            match document.bytes()[record.0 as usize] {
                b'{' => rows.push(record),
                b'n' => continue,
                _ => return None,
            }
            collected.count(document, record);
        }
        let (columns, more_columns) = collected.into_columns();
        let all = rows.len();
        (all > 0).then_some(Self { node, columns, rows, all, more_columns })
    }

    /// The columns that the objects in `column` would be, over all records; none where there are no objects in it.
    pub fn members(&self, document: &Document, column: usize) -> Vec<Column> {
        let Some(outer) = self.columns.get(column) else { return Vec::new() };
        let mut collected = Collected::new(Some((column, outer)));
        for record in self.records(document) {
            let node = self.nodes(document, record, &[column]).first().copied().flatten();
            if let Some(object) = node.filter(|node| document.bytes()[node.0 as usize] == b'{') {
                collected.count(document, object);
            }
        }
        collected.into_columns().0
    }

    /// Adds columns behind those there are, as far as [`COLUMNS`] goes; the numbers of `members`, known ones too.
    pub fn add(&mut self, members: Vec<Column>) -> Vec<usize> {
        let mut numbers = Vec::new();
        for column in members {
            match self.columns.iter().position(|c| c.is_like(&column)) {
                Some(known) => numbers.push(known),
                None if self.columns.len() >= COLUMNS => self.more_columns = true,
                None => {
                    numbers.push(self.columns.len());
                    self.columns.push(column);
                }
            }
        }
        numbers
    }

    /// The number of the column called `name`; where it is a key inside objects (`owner.email`), their columns are added.
    pub fn column(&mut self, document: &Document, name: &str) -> Option<usize> {
        self.column_within(document, None, name)
    }

    fn column_within(&mut self, document: &Document, within: Option<usize>, name: &str) -> Option<usize> {
        let known = |table: &Self, key: &str| table.columns.iter().position(|c| c.within == within && c.key() == key);
        if let Some(column) = known(self, name) {
            return Some(column);
        }
        // A key may have dots itself, so that each dot may be where it ends; the longest one goes first.
        name.rmatch_indices('.').find_map(|(dot, _)| {
            let outer = known(self, &name[..dot]).filter(|&c| self.columns[c].objects > 0)?;
            self.add(self.members(document, outer));
            self.column_within(document, Some(outer), &name[dot + 1..])
        })
    }

    /// Takes over which rows `other` shows, and in which order; the columns stay.
    pub fn arrange_like(&mut self, other: Self) {
        self.rows = other.rows;
    }

    /// The array whose table people most likely want: `near` if it is one, else the nearest around it, else the
    /// longest in the first three levels.
    pub fn nearest(document: &Document, near: NodeId) -> Option<Self> {
        let mut around = Some(near);
        while let Some(node) = around {
            if let Some(table) = Self::of(document, node) {
                return Some(table);
            }
            around = super::parent(document, node);
        }
        let mut level: Vec<NodeId> = document.root().into_iter().collect();
        let mut arrays = Vec::new();
        for _ in 0..3 {
            level = level.iter().flat_map(|&node| document.children(node).take(1000)).collect();
            arrays.extend(level.iter().copied().filter(|n| document.bytes()[n.0 as usize] == b'['));
        }
        arrays.sort_by_key(|&node| std::cmp::Reverse(document.child_count(node)));
        arrays.into_iter().take(16).find_map(|node| Self::of(document, node))
    }

    /// Whether the first levels of `document` look as if there were a table; a few values are looked at only.
    pub fn is_likely(document: &Document) -> bool {
        const LOOKED_AT: usize = 100;
        let byte = |node: &NodeId| document.bytes().get(node.0 as usize).copied();
        let is_records = |array: &NodeId| {
            let kinds: Vec<_> = document.children(*array).take(LOOKED_AT).map(|item| byte(&item)).collect();
            kinds.contains(&Some(b'{')) && kinds.iter().all(|kind| matches!(kind, Some(b'{' | b'n')))
        };
        let mut level: Vec<NodeId> = document.root().into_iter().collect();
        for _ in 0..4 {
            if level.iter().any(|node| byte(node) == Some(b'[') && is_records(node)) {
                return true;
            }
            level = level.iter().flat_map(|&node| document.children(node).take(LOOKED_AT)).take(4096).collect();
        }
        false
    }

    /// The array it is made of.
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// The columns, in the order their keys first occur.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether there are keys beyond [`COLUMNS`].
    pub const fn has_more_columns(&self) -> bool {
        self.more_columns
    }

    /// How many rows are shown.
    pub const fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// How many records there are, filtered out or not.
    pub const fn record_count(&self) -> usize {
        self.all
    }

    /// The record in `row`.
    pub fn record(&self, row: usize) -> Option<NodeId> {
        self.rows.get(row).copied()
    }

    /// What `row` has in `column`.
    pub fn value(&self, document: &Document, row: usize, column: usize) -> Option<NodeId> {
        self.nodes(document, self.record(row)?, &[column]).first().copied().flatten()
    }

    /// The same with the rows in `range` only, as they are ordered.
    #[must_use]
    pub fn only(&self, range: Range<usize>) -> Self {
        let end = range.end.min(self.rows.len());
        let rows = self.rows.get(range.start.min(end)..end).unwrap_or_default().to_vec();
        Self { rows, ..self.clone() }
    }

    /// The cells of the rows in `range`, which may reach beyond the end, in the columns asked for.
    pub fn cells(&self, document: &Document, range: Range<usize>, columns: &[usize]) -> Vec<Vec<Option<Cell>>> {
        let end = range.end.min(self.rows.len());
        let rows = self.rows.get(range.start.min(end)..end).unwrap_or_default();
        let cell = |node| {
            let shown = one(document, node);
            Cell { node, text: words(&shown), shown }
        };
        rows.iter().map(|&r| self.nodes(document, r, columns).into_iter().map(|n| n.map(cell)).collect()).collect()
    }

    /// The values of `record` in `columns`; of a key that occurs twice the last.
    fn nodes(&self, document: &Document, record: NodeId, columns: &[usize]) -> Vec<Option<NodeId>> {
        let mut found = vec![None; columns.len()];
        self.look_inside(document, (record, None), columns, &mut found);
        let mut outer: Vec<usize> = columns.iter().filter_map(|&c| self.columns.get(c)?.within).collect();
        if !outer.is_empty() {
            outer.sort_unstable();
            outer.dedup();
            for (object, &within) in self.nodes(document, record, &outer).into_iter().zip(&outer) {
                if let Some(object) = object.filter(|node| document.bytes()[node.0 as usize] == b'{') {
                    self.look_inside(document, (object, Some(within)), columns, &mut found);
                }
            }
        }
        found
    }

    /// Notes in `found` which of `columns` an object has, that is a record or lies in the column beside it.
    fn look_inside(
        &self,
        document: &Document,
        (object, within): (NodeId, Option<usize>),
        columns: &[usize],
        found: &mut [Option<NodeId>],
    ) {
        let mut next = 0;
        for child in document.children(object) {
            let raw = key_before(document.bytes(), child.0).unwrap_or_default();
            let is_it = |&at: &usize| self.columns.get(columns[at]).is_some_and(|c| c.is_of(raw, within));
            // Records mostly have their keys in one order: begin behind the column found last.
            if let Some(at) = (next..columns.len()).chain(0..next).find(is_it) {
                found[at] = Some(child);
                next = at + 1;
            }
        }
    }

    /// Orders the rows by `column`, equal ones as they were: numbers by size, then texts (ISO dates among them)
    /// alphabetically in either case, then the rest; what is absent or `null` comes last either way.
    pub fn sort(&mut self, document: &Document, column: usize, descending: bool) {
        let rows = std::mem::take(&mut self.rows);
        let mut keyed: Vec<(SortKey, NodeId)> =
            rows.into_iter().map(|row| (SortKey::of(document, self.nodes(document, row, &[column])[0]), row)).collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (SortKey::Nothing, _) | (_, SortKey::Nothing) => a.compare(b),
            _ if descending => b.compare(a),
            _ => a.compare(b),
        });
        self.rows = keyed.into_iter().map(|(_, row)| row).collect();
    }

    /// Shows all records, in the document's order.
    pub fn reset(&mut self, document: &Document) {
        self.rows = self.records(document).collect();
    }

    /// All records, in the document's order.
    fn records<'a>(&self, document: &'a Document) -> impl Iterator<Item = NodeId> + use<'a> {
        document.children(self.node).filter(|r| document.bytes()[r.0 as usize] == b'{')
    }

    /// Keeps the rows that have `needle` in one of `columns`, in either case unless it has a capital letter.
    pub fn filter(&mut self, document: &Document, needle: &str, columns: &[usize]) {
        let needle = Needle::new(needle);
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|&row| {
            self.nodes(document, row, columns).into_iter().flatten().any(|node| needle.is_in(exact(document, node)))
        });
        self.rows = rows;
    }

    /// The rows as text, whole and exact: strings without quotes, arrays and objects as JSON.
    pub fn write(&self, document: &Document, columns: &[usize], format: Format) -> String {
        let mut out = String::new();
        let headings = columns.iter().filter_map(|&c| self.columns.get(c)).map(|c| c.name.clone()).collect::<Vec<_>>();
        format.line(&headings, &mut out);
        if format == Format::Markdown {
            format.line(&vec!["---"; headings.len()], &mut out);
        }
        for &row in &self.rows {
            let cells: Vec<String> = self
                .nodes(document, row, columns)
                .into_iter()
                .map(|node| node.map_or_else(String::new, |node| plain(document, node)))
                .collect();
            format.line(&cells, &mut out);
        }
        out
    }
}

/// A value in words for a cell.
fn words(shown: &Shown) -> String {
    let row = super::TreeRow {
        depth: 0,
        node: NodeId(0),
        label: super::Label::Root,
        part: Part::Folded,
        shown: shown.clone(),
    };
    match shown {
        Shown::Text { text, cut, .. } => format!("{text}{}", if *cut { "…" } else { "" }),
        Shown::Null
        | Shown::Bool(_)
        | Shown::Number(_)
        | Shown::Object { .. }
        | Shown::Array { .. }
        | Shown::Deep { .. }
        | Shown::GoesOn(_)
        | Shown::Break { .. } => row.value_text(),
    }
}

/// A value as written to a file: nothing for `null`.
pub(super) fn plain(document: &Document, node: NodeId) -> String {
    if let Some(text) = string(document, node) {
        return text;
    }
    let raw = exact(document, node);
    if raw == b"null" { String::new() } else { String::from_utf8_lossy(raw).into_owned() }
}

impl Format {
    /// Writes one row of `cells`, with the line's end, to `out`.
    pub fn line(self, cells: &[impl AsRef<str>], out: &mut String) {
        for (i, cell) in cells.iter().map(AsRef::as_ref).enumerate() {
            match self {
                Format::Csv => {
                    if i > 0 {
                        out.push(',');
                    }
                    if cell.contains(['"', ',', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
                        out.extend(["\"", &cell.replace('"', "\"\""), "\""]);
                    } else {
                        out.push_str(cell);
                    }
                }
                Format::Tsv => {
                    if i > 0 {
                        out.push('\t');
                    }
                    out.push_str(&cell.replace(['\t', '\n', '\r'], " "));
                }
                Format::Markdown => {
                    out.push_str(if i > 0 { " | " } else { "| " });
                    out.push_str(&cell.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " "));
                }
            }
        }
        out.push_str(match self {
            Format::Csv => "\r\n",
            Format::Tsv => "\n",
            Format::Markdown => " |\n",
        });
    }
}

/// What rows are ordered by.
enum SortKey {
    Number(f64),
    Text(String),
    /// An array or object, by how much is in it.
    Size(usize),
    Nothing,
}

impl SortKey {
    fn of(document: &Document, node: Option<NodeId>) -> Self {
        let Some(node) = node else { return Self::Nothing };
        if let Some(text) = string(document, node) {
            return Self::Text(text.to_lowercase());
        }
        let raw = exact(document, node);
        match raw.first() {
            Some(b'n') | None => Self::Nothing,
            Some(b'{' | b'[') => Self::Size(document.child_count(node)),
            Some(b't' | b'f') => Self::Text(String::from_utf8_lossy(raw).into_owned()),
            Some(_) => Self::Number(std::str::from_utf8(raw).ok().and_then(|n| n.parse().ok()).unwrap_or(0.0)),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Size(_) => 2,
            Self::Nothing => 3,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Size(a), Self::Size(b)) => a.cmp(b),
            (Self::Number(_) | Self::Text(_) | Self::Size(_) | Self::Nothing, _) => self.rank().cmp(&other.rank()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::{lookup, testing::document};

    const PEOPLE: &str = r#"{"total":3,"people":[
        {"id":2,"name":"Bo, \"B\"","tags":["x"],"score":1.5},
        {"id":10,"name":"ana","score":null,"n\u006fte":"a|b\nc"},
        null,
        {"id":1,"note":"Z","score":-3,"id":3}]}"#;

    fn table(d: &Document) -> Table {
        Table::of(d, lookup(d, &"/people".parse().unwrap()).unwrap()).unwrap()
    }

    fn ids(table: &Table, d: &Document) -> Vec<String> {
        let cells = table.cells(d, 0..99, &[0]);
        cells.into_iter().map(|row| row[0].as_ref().map_or_else(String::new, |c| c.text.clone())).collect()
    }

    #[test]
    fn columns_and_cells() {
        let d = document(PEOPLE);
        let t = table(&d);
        let columns: Vec<_> = t.columns().iter().map(|c| (c.name.as_str(), c.filled, c.numbers)).collect();
        assert_eq!(columns, [("id", 4, 4), ("name", 2, 0), ("tags", 1, 0), ("score", 2, 2), ("note", 2, 0)]);
        assert_eq!((t.row_count(), t.record_count()), (3, 3));
        let cells = t.cells(&d, 0..2, &[1, 2, 4]);
        let texts: Vec<Vec<_>> =
            cells.iter().map(|r| r.iter().map(|c| c.as_ref().map(|c| c.text.as_str())).collect()).collect();
        assert_eq!(texts, [[Some("Bo, \"B\""), Some("[ 1 ]"), None], [Some("ana"), None, Some("a|b␊c")]]);
        assert_eq!(ids(&t, &d), ["2", "10", "3"], "the last of a key that occurs twice");
    }

    #[test]
    fn order_and_filter() {
        let d = document(PEOPLE);
        let mut t = table(&d);
        t.sort(&d, 0, false);
        assert_eq!(ids(&t, &d), ["2", "3", "10"]);
        t.sort(&d, 3, true);
        assert_eq!(ids(&t, &d), ["2", "3", "10"], "null last");
        t.sort(&d, 3, false);
        assert_eq!(ids(&t, &d), ["3", "2", "10"]);
        t.sort(&d, 1, false);
        assert_eq!(ids(&t, &d), ["10", "2", "3"], "absent last");
        t.filter(&d, "b", &[1, 4]);
        assert_eq!(ids(&t, &d), ["10", "2"]);
        t.reset(&d);
        assert_eq!(ids(&t, &d), ["2", "10", "3"]);
    }

    #[test]
    fn written_out() {
        let d = document(PEOPLE);
        let t = table(&d);
        assert_eq!(
            t.write(&d, &[0, 1, 4], Format::Csv),
            "id,name,note\r\n2,\"Bo, \"\"B\"\"\",\r\n10,ana,\"a|b\nc\"\r\n3,,Z\r\n"
        );
        assert_eq!(t.write(&d, &[4, 2], Format::Tsv), "note\ttags\n\t[\"x\"]\na|b c\t\nZ\t\n");
        assert_eq!(
            t.write(&d, &[0, 4], Format::Markdown),
            "| id | note |\n| --- | --- |\n| 2 |  |\n| 10 | a\\|b c |\n| 3 | Z |\n"
        );
    }

    #[test]
    fn the_table_people_want() {
        let d = document(PEOPLE);
        let people = lookup(&d, &"/people".parse().unwrap()).unwrap();
        for near in ["", "/total", "/people", "/people/1/name", "/people/0/tags/0"] {
            let near = lookup(&d, &near.parse().unwrap()).unwrap();
            assert_eq!(Table::nearest(&d, near).map(|t| t.node()), Some(people));
        }
        for none in ["[1,{}]", "[]", "[null]", "{}", "3", "[[1]]"] {
            let d = document(none);
            assert_eq!(Table::nearest(&d, d.root().unwrap()), None, "{none}");
        }
    }

    #[test]
    fn members_of_objects_are_columns_too() {
        let d = document(
            r#"[{"id":1,"by":{"name":"Ann","at":{"city":"Rome"}}},{"id":2,"by":null},{"id":3,"by":{"name":"Bo"}},
                {"id":4,"by":{"at":{"city":"Ulm"},"a.b":7}}]"#,
        );
        let mut t = Table::of(&d, d.root().unwrap()).unwrap();
        let members = t.add(t.members(&d, 1));
        assert_eq!(members, [2, 3, 4]);
        assert_eq!(t.add(t.members(&d, 1)), members, "once is enough");
        let names: Vec<_> = t.columns().iter().map(|c| (c.name.as_str(), c.filled, c.objects)).collect();
        assert_eq!(names, [("id", 4, 0), ("by", 3, 3), ("by.name", 2, 0), ("by.at", 2, 2), ("by.a.b", 1, 0)]);
        let city = t.column(&d, "by.at.city").unwrap();
        assert_eq!(
            t.write(&d, &[0, city, 2, 4], Format::Csv),
            "id,by.at.city,by.name,by.a.b\r\n1,Rome,Ann,\r\n2,,,\r\n3,,Bo,\r\n4,Ulm,,7\r\n"
        );
        t.sort(&d, city, true);
        assert_eq!(ids(&t, &d), ["4", "1", "2", "3"]);
        t.filter(&d, "ann", &[2]);
        assert_eq!(ids(&t, &d), ["1"]);
        assert_eq!(t.members(&d, 0), []);
    }

    #[test]
    fn a_column_is_found_by_its_name_however_deep() {
        let d = document(r#"[{"a":{"b.c":{"d":1}},"a.b":{"x":2},"a.q":3}]"#);
        let named = |name: &str| {
            let mut t = Table::of(&d, d.root().unwrap()).unwrap();
            t.column(&d, name).map(|c| t.write(&d, &[c], Format::Tsv))
        };
        assert_eq!(named("a.b.c.d").as_deref(), Some("a.b.c.d\n1\n"));
        assert_eq!(named("a.b.x").as_deref(), Some("a.b.x\n2\n"));
        assert_eq!(named("a.q").as_deref(), Some("a.q\n3\n"));
        for none in ["a.zz", "a.q.d", "zz.a", "", ".", "a."] {
            assert_eq!(named(none), None, "{none}");
        }
    }

    #[test]
    fn too_many_columns() {
        let members: Vec<_> = (0..300).map(|i| format!("\"k{i}\":{i}")).collect();
        let d = document(&format!("[{{{}}}]", members.join(",")));
        let t = Table::of(&d, d.root().unwrap()).unwrap();
        assert_eq!((t.columns().len(), t.has_more_columns()), (COLUMNS, true));
    }
}
