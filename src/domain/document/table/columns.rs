//! The columns of a table: which keys objects have, counted as they are met.

use std::collections::HashMap;

use super::super::{Document, NodeId, address::is_text, decode::decode, index::key_before};

/// A table has at most this many columns; keys that first occur later are left out.
pub const COLUMNS: usize = 256;

/// A column: a key that records have, or objects inside them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What heads it: the key, after those it lies within, with dots between.
    pub name: String,
    /// How many records have it with a value other than `null`.
    pub filled: usize,
    /// How many have a number there.
    pub numbers: usize,
    /// How many have an object there.
    pub objects: usize,
    /// The number of the column whose objects have the key; `None` where the records themselves do.
    pub within: Option<usize>,
    key: String,
}

impl Column {
    fn new(key: String, within: Option<(usize, &Self)>) -> Self {
        let name = within.map_or_else(|| key.clone(), |(_, outer)| format!("{}.{key}", outer.name));
        Self { name, filled: 0, numbers: 0, objects: 0, within: within.map(|(number, _)| number), key }
    }

    /// The key alone.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Whether it is the column of the key that stands as `raw` in objects of the column `within`.
    pub(super) fn is_of(&self, raw: &[u8], within: Option<usize>) -> bool {
        self.within == within && is_text(raw, &self.key)
    }

    /// Whether both are columns of the same key.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.within == other.within && self.key == other.key
    }

    /// What heads it where room is short: the key alone, behind a dot where it is inside objects.
    pub fn short_name(&self) -> String {
        if self.within.is_some() { format!(".{}", self.key) } else { self.key.clone() }
    }

    /// Whether there are only numbers in it.
    pub const fn is_numeric(&self) -> bool {
        self.filled > 0 && self.numbers == self.filled
    }
}

/// Columns being collected.
pub(super) struct Collected<'a> {
    within: Option<(usize, &'a Column)>,
    columns: Vec<Column>,
    /// Where the column of a key is, by the key's own bytes, so that keys are decoded once.
    places: HashMap<Vec<u8>, usize>,
    has_more: bool,
}

impl<'a> Collected<'a> {
    /// None yet, for the members of records, or of the objects in the column `within`.
    pub(super) fn new(within: Option<(usize, &'a Column)>) -> Self {
        Self { within, columns: Vec::new(), places: HashMap::new(), has_more: false }
    }

    /// Counts the members of `object`.
    pub(super) fn count(&mut self, document: &Document, object: NodeId) {
        for cell in document.children(object) {
            let raw = key_before(document.bytes(), cell.0).unwrap_or_default();
            let Some(place) = self.place(raw) else { continue };
            let column = &mut self.columns[place];
            match document.bytes()[cell.0 as usize] {
                b'n' => continue,
                b'{' => column.objects += 1,
                b'-' | b'0'..=b'9' => column.numbers += 1,
                _ => {}
            }
            column.filled += 1;
        }
    }

    fn place(&mut self, raw: &[u8]) -> Option<usize> {
        if let Some(&place) = self.places.get(raw) {
            return Some(place);
        }
        // The same key may be written in several ways.
        let key = decode(raw);
        let place = match self.columns.iter().position(|c| c.key == key) {
            Some(known) => known,
            None if self.columns.len() == COLUMNS => {
                self.has_more = true;
                return None;
            }
            None => {
                self.columns.push(Column::new(key, self.within));
                self.columns.len() - 1
            }
        };
        self.places.insert(raw.to_vec(), place);
        Some(place)
    }

    /// The columns, in the order their keys first occurred, and whether there are more than fit.
    pub(super) fn into_columns(self) -> (Vec<Column>, bool) {
        (self.columns, self.has_more)
    }
}
