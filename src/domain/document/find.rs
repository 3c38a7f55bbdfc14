//! Finding text in a document's keys and values.

use std::ops::Range;

use super::{Document, NodeId};

/// One place where the text occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The value, or the value whose key it is.
    pub node: NodeId,
    /// Whether it is in the key rather than in the value.
    pub in_key: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The places in document order.
    pub matches: Vec<Match>,
    /// Whether there are more than were collected.
    pub more: bool,
}

/// How many matches are collected at most.
pub const FIND_LIMIT: usize = 100_000;

/// Every key and scalar of `document` that contains `needle`; in either case unless `needle` has a capital letter.
pub fn find(_document: &Document, _needle: &str) -> Found {
    Found::default()
}

/// Where `needle` occurs in a text that is shown, by the same rules: byte ranges, in order, apart.
pub fn ranges(_shown: &str, _needle: &str) -> Vec<Range<usize>> {
    Vec::new()
}
