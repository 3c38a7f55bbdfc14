//! A search in an answer.

use super::super::text_field::TextField;
use crate::domain::document::{self, Document, Found, FoundText};

/// What is searched for, and where it is.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What is searched for.
    pub needle: TextField,
    /// Where it is.
    pub places: Places,
    /// Which of the places is the present one.
    pub at: usize,
    /// The line of text the present one is on.
    pub line: Option<usize>,
    /// Whether it is still being typed.
    pub typing: bool,
}

impl Finding {
    /// A search for nothing yet.
    pub fn begin() -> Self {
        Self { needle: TextField::line(""), places: Places::default(), at: 0, line: None, typing: true }
    }
}

/// Where a text was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Places {
    /// In keys and values.
    Values(Found),
    /// In the text as received.
    Text(FoundText),
}

impl Default for Places {
    fn default() -> Self {
        Self::Values(Found::default())
    }
}

impl Places {
    /// Where `needle` is in `document`: in its bytes, or in its keys and values.
    pub fn of(document: &Document, needle: &str, in_text: bool) -> Self {
        match (in_text, needle.is_empty()) {
            (true, true) => Self::Text(FoundText::default()),
            (true, false) => Self::Text(document::find_text(document, needle)),
            (false, true) => Self::Values(Found::default()),
            (false, false) => Self::Values(document::find(document, needle)),
        }
    }

    /// Whether it was searched for in the text as received.
    pub const fn in_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    /// How many places there are.
    pub const fn count(&self) -> usize {
        match self {
            Self::Values(found) => found.matches.len(),
            Self::Text(found) => found.offsets.len(),
        }
    }

    /// Whether there are more than were collected.
    pub const fn has_more(&self) -> bool {
        match self {
            Self::Values(found) => found.more,
            Self::Text(found) => found.more,
        }
    }
}
