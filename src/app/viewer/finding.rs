//! A search in an answer.

use super::super::text_field::TextField;
use crate::domain::document::Found;

/// What is searched for, and where it is.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What is searched for.
    pub needle: TextField,
    /// Where it is.
    pub found: Found,
    /// Which of the places is the present one.
    pub at: usize,
    /// Whether it is still being typed.
    pub typing: bool,
}

impl Finding {
    /// A search for nothing yet.
    pub fn begin() -> Self {
        Self { needle: TextField::line(""), found: Found::default(), at: 0, typing: true }
    }
}
