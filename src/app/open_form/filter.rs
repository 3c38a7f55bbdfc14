//! Narrowing a long form to the fields that are looked for.

use super::super::text_field::TextField;
use crate::domain::form::{FieldId, Form, Likeness, Row};

/// What is looked for among the fields.
#[derive(Debug, Clone)]
pub struct Filter {
    /// The words.
    pub text: TextField,
    /// Whether they are still being typed; else the fields found are filled in.
    pub typing: bool,
    /// How many fields were found, and among how many.
    pub found: (usize, usize),
}

impl Filter {
    /// A filter with nothing typed yet, which leaves every field.
    pub fn begin() -> Self {
        Self { text: TextField::line(""), typing: true, found: (0, 0) }
    }

    /// Leaves of `rows` those that are found, what stands around them and what stands inside; and the field that fits
    /// best.
    pub(super) fn narrow(&mut self, form: &Form, rows: Vec<Row>) -> (Vec<Row>, Option<FieldId>) {
        let text = self.text.text().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let count = rows.len();
        let likeness: Vec<Likeness> = rows.iter().map(|row| form.likeness(row, &words)).collect();
        let found = likeness.iter().filter(|l| **l != Likeness::None).count();
        self.found = (found, count);
        if words.is_empty() {
            return (rows, None);
        }
        let mut keep = vec![false; count];
        // Around what is found, seen from below.
        let mut depth = 0;
        for (i, row) in rows.iter().enumerate().rev() {
            keep[i] = likeness[i] != Likeness::None || row.depth < depth;
            depth = if keep[i] { row.depth } else { depth.min(row.depth) };
        }
        // Inside of what is found, seen from above.
        let mut inside = None;
        for (i, row) in rows.iter().enumerate() {
            if inside.is_some_and(|d| row.depth > d) {
                keep[i] = true;
            } else {
                inside = (likeness[i] != Likeness::None).then_some(row.depth);
            }
        }
        let best = (0..count).max_by_key(|&i| (likeness[i], std::cmp::Reverse(i)));
        let best = best.filter(|&i| likeness[i] != Likeness::None).map(|i| rows[i].id);
        let rows = rows.into_iter().zip(keep).filter_map(|(row, keep)| keep.then_some(row)).collect();
        (rows, best)
    }
}
