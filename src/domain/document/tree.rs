//! A document as a tree of rows: which parts are folded, and the rows of any window without making the others.

use std::ops::Range;

use super::{Document, NodeId};

/// The fold state of a document: plain data beside it. Rows are counted from 0; cursor and scrolling are the caller's.
///
/// Every method takes the document the tree was made for; with another one the answers mean nothing (but never panic).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {}

/// What stands before a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// Nothing: the whole document.
    Root,
    /// A member's key, cleaned and bounded.
    Key(String),
    /// An item's index.
    Index(usize),
}

/// Which part of a value a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole of a scalar or of an empty array or object.
    Whole,
    /// The one row of a folded array or object.
    Folded,
    /// The opening bracket of an unfolded array or object.
    Open,
    /// The closing bracket of an unfolded array or object.
    Close,
    /// Where the closing bracket would be had the document not been cut short, and the note where it broke.
    Broken,
}

/// A value as a row shows it, every text cleaned and bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its text.
    Number(String),
    /// A string, decoded, without quotes.
    Text {
        /// Its beginning.
        text: String,
        /// Whether there is more of it.
        cut: bool,
        /// Whether it holds a JSON array or object (see [`unwrap_json_string`](super::unwrap_json_string)).
        holds_json: bool,
    },
    /// An object.
    Object {
        /// How many members it has.
        members: usize,
    },
    /// An array.
    Array {
        /// How many items it has.
        items: usize,
    },
    /// An array or object nested deeper than trees go: to be opened as a document of its own.
    Deep {
        /// Its size in bytes.
        bytes: usize,
    },
    /// What stands where the document broke.
    Break {
        /// The beginning of what could not be read; empty at the end of the body.
        rest: String,
        /// What would have fitted.
        expected: &'static str,
    },
}

/// One row of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// How deep the value is, from 0.
    pub depth: usize,
    /// The value.
    pub node: NodeId,
    /// What stands before it.
    pub label: Label,
    /// Which part of it this row is.
    pub part: Part,
    /// The value itself.
    pub shown: Shown,
}

impl Tree {
    /// The tree of `document` as it opens: the first level unfolded, deeper ones as far as a screenful goes.
    pub fn new(_document: &Document) -> Self {
        Self {}
    }

    /// How many rows there are.
    pub const fn row_count(&self) -> usize {
        0
    }

    /// The rows in `range`, which may reach beyond the end.
    pub fn rows(&self, _document: &Document, _range: Range<usize>) -> Vec<TreeRow> {
        Vec::new()
    }

    /// The value that `row` shows a part of, and which part.
    pub fn node_at(&self, _document: &Document, _row: usize) -> Option<(NodeId, Part)> {
        None
    }

    /// The row that shows `node` (its opening bracket if unfolded), unless it is inside a folded part.
    pub fn row_of(&self, _document: &Document, _node: NodeId) -> Option<usize> {
        None
    }

    /// Folds the array or object that `row` shows a part of, or unfolds it. Returns whether anything changed.
    pub fn toggle(&mut self, _document: &Document, _row: usize) -> bool {
        false
    }

    /// Folds what `row` shows a part of. Returns whether anything changed.
    pub fn fold(&mut self, _document: &Document, _row: usize) -> bool {
        false
    }

    /// Unfolds what `row` shows a part of. Returns whether anything changed.
    pub fn unfold(&mut self, _document: &Document, _row: usize) -> bool {
        false
    }

    /// Folds everything but the first level.
    pub fn fold_all(&mut self, _document: &Document) {}

    /// Unfolds everything.
    pub fn unfold_all(&mut self, _document: &Document) {}

    /// Unfolds the first `level` levels and folds those below (0 folds the root).
    pub fn unfold_to(&mut self, _document: &Document, _level: usize) {}

    /// Unfolds what encloses `node`, and returns its row.
    pub fn reveal(&mut self, _document: &Document, _node: NodeId) -> Option<usize> {
        None
    }

    /// The row of the value that encloses `row`'s.
    pub fn parent(&self, _document: &Document, _row: usize) -> Option<usize> {
        None
    }

    /// The row of the next value in the same array or object.
    pub fn next_sibling(&self, _document: &Document, _row: usize) -> Option<usize> {
        None
    }

    /// The row of the value before in the same array or object.
    pub fn previous_sibling(&self, _document: &Document, _row: usize) -> Option<usize> {
        None
    }
}

impl TreeRow {
    /// Whether the value can be folded and unfolded.
    pub const fn foldable(&self) -> bool {
        matches!(self.part, Part::Folded | Part::Open | Part::Close | Part::Broken)
    }

    /// Whether it is folded.
    pub const fn folded(&self) -> bool {
        matches!(self.part, Part::Folded)
    }

    /// What is written after the label: `{ 6 }` for a folded object, `{` for its opening row, `}` for its closing one,
    /// `"text"` in quotes, `…` where a text is cut.
    pub fn value_text(&self) -> String {
        match (&self.shown, self.part) {
            (Shown::Null, _) => "null".to_owned(),
            (Shown::Bool(b), _) => b.to_string(),
            (Shown::Number(n), _) => n.clone(),
            (Shown::Text { text, cut, .. }, _) => format!("\"{text}{}", if *cut { "…" } else { "\"" }),
            (Shown::Object { .. }, Part::Open) => "{".to_owned(),
            (Shown::Object { .. }, Part::Close) => "}".to_owned(),
            (Shown::Object { members: 0 }, _) => "{}".to_owned(),
            (Shown::Object { members }, _) => format!("{{ {members} }}"),
            (Shown::Array { .. }, Part::Open) => "[".to_owned(),
            (Shown::Array { .. }, Part::Close) => "]".to_owned(),
            (Shown::Array { items: 0 }, _) => "[]".to_owned(),
            (Shown::Array { items }, _) => format!("[ {items} ]"),
            (Shown::Deep { bytes }, _) => format!("… {} deeper", crate::domain::text::human_size(*bytes as u64)),
            (Shown::Break { rest, .. }, _) => rest.clone(),
        }
    }
}
