//! A document as numbered lines with colours by role: laid out, as received, or as bytes; only the lines asked for are
//! made.

use std::ops::Range;

use super::Document;

/// What a piece of a line is; the interface colours by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Token {
    /// An object's key, with its quotes.
    Key,
    /// A string, with its quotes.
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Bool,
    /// `null`
    Null,
    /// Brackets, commas, colons and space.
    Punctuation,
    /// Anything that is not JSON.
    Text,
    /// A remark of akx, such as how much of a text is left out.
    Remark,
}

/// One line: pieces of safe text, bounded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The pieces in order.
    pub spans: Vec<(Token, String)>,
    /// Whether it goes on from the line before, which was too long.
    pub continued: bool,
}

/// How a document is laid out in lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {}

impl Lines {
    /// JSON laid out for people; anything else as received.
    pub fn pretty(_document: &Document) -> Self {
        Self {}
    }

    /// The body as received; bytes that are not text as a hex dump.
    pub fn received(_document: &Document) -> Self {
        Self {}
    }

    /// How many lines there are.
    pub const fn count(&self) -> usize {
        0
    }

    /// The lines in `range`, which may reach beyond the end.
    pub fn get(&self, _document: &Document, _range: Range<usize>) -> Vec<Line> {
        Vec::new()
    }
}
