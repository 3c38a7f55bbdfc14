//! One row of a tree: what it shows, cleaned and bounded.

use super::Step;
use crate::domain::{
    document::{
        Document, NodeId,
        address::holds_json,
        decode::{PREVIEW, preview, raw_preview, string_inside},
        index::{DEEP, NONE, key_before},
    },
    text::{cut_end, human_size, width},
};

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
        /// Whether it holds a JSON array or object (see [`unwrap_json_string`](crate::domain::document::unwrap_json_string)).
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
    /// Where the beginning of a longer document ends, and why.
    GoesOn(&'static str),
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
            (Shown::Deep { bytes }, _) => format!("… {} deeper", human_size(*bytes as u64)),
            (Shown::GoesOn(why), _) => format!("… {why}"),
            (Shown::Break { rest, .. }, _) => rest.clone(),
        }
    }
}

/// The row in words.
pub(super) fn row(document: &Document, step: &Step) -> TreeRow {
    let (body, index) = (&document.body, &document.index);
    let &Step { part, depth, node, end, .. } = step;
    let shown = match (index.broke.filter(|_| step.breaks), document.goes_on) {
        (Some(broke), Some(why)) if broke.at as usize == body.len() => Shown::GoesOn(why),
        (Some(broke), _) => {
            Shown::Break { rest: raw_preview(body[broke.at as usize..].trim_ascii(), 80).0, expected: broke.expected }
        }
        (None, _) => shown(document, node.0, end),
    };
    TreeRow { depth, node, label: label(document, step), part, shown }
}

fn label(document: &Document, step: &Step) -> Label {
    if step.parent == NONE {
        Label::Root
    } else if step.is_member(document) {
        let (text, cut) = preview(key_before(&document.body, step.node.0).unwrap_or_default());
        Label::Key(if cut { text + "…" } else { text })
    } else {
        Label::Index(step.ordinal as usize)
    }
}

/// What is in the array or object `node`, in at most `cols` columns: `id: 7, name: "Ann", tags: [ 2 ]`.
///
/// It is what a folded row can show behind its size. Only the first children are looked at.
pub fn summary(document: &Document, node: NodeId, cols: usize) -> String {
    const LOOKED_AT: usize = 24;
    let mut out = String::new();
    let (mut used, mut told) = (0, 0);
    for child in document.children(node).take(LOOKED_AT) {
        if !out.is_empty() {
            out.push_str(", ");
        }
        let start = out.len();
        if let Some(key) = key_before(document.bytes(), child.0) {
            out.extend([&*preview(key).0, ": "]);
        }
        let row =
            TreeRow { depth: 0, node: child, label: Label::Root, part: Part::Folded, shown: one(document, child) };
        out.push_str(&row.value_text());
        used += width(&out[start..]) + 2;
        told += 1;
        if used > cols {
            break;
        }
    }
    if document.child_count(node) > told {
        out.push_str(", …");
    }
    cut_end(&out, cols).into_owned()
}

/// `node` on one line of at most `cols` columns: a scalar as it is written, an array or object with what is in it.
pub fn one_line(document: &Document, node: NodeId, cols: usize) -> String {
    let shown = one(document, node);
    let around = match &shown {
        Shown::Object { members } if *members > 0 => Some(("{ ", " }")),
        Shown::Array { items } if *items > 0 => Some(("[ ", " ]")),
        _ => None,
    };
    let line = match around {
        Some((open, close)) => format!("{open}{}{close}", summary(document, node, cols.saturating_sub(4))),
        None => TreeRow { depth: 0, node, label: Label::Root, part: Part::Folded, shown }.value_text(),
    };
    cut_end(&line, cols).into_owned()
}

/// `node` as a row shows it, folded.
pub(in crate::domain::document) fn one(document: &Document, node: NodeId) -> Shown {
    shown(document, node.0, document.index.end(&document.body, node.0))
}

/// The value at `offset`, which ends at `end`, as a row shows it.
fn shown(document: &Document, offset: u32, end: u32) -> Shown {
    let raw = &document.body[offset as usize..end as usize];
    match raw.first() {
        Some(b'n') => Shown::Null,
        Some(b't') => Shown::Bool(true),
        Some(b'f') => Shown::Bool(false),
        Some(b'"') => {
            let inside = string_inside(raw);
            let (text, cut) = preview(inside);
            Shown::Text { text, cut, holds_json: holds_json(inside) }
        }
        Some(b'{' | b'[') => {
            let count = document.index.count(&document.body, offset).unwrap_or(0);
            match (count, raw[0]) {
                (DEEP, _) => Shown::Deep { bytes: raw.len() },
                (count, b'{') => Shown::Object { members: count as usize },
                (count, _) => Shown::Array { items: count as usize },
            }
        }
        _ => {
            let (text, cut) = raw_preview(raw, PREVIEW);
            Shown::Number(if cut { text + "…" } else { text })
        }
    }
}
