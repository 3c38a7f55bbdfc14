//! A list one chooses from by typing or moving: the palette, pickers and menus are all this.

use super::{geometry::scrolled, text_field::TextField};

/// One row to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is shown and matched.
    pub label: String,
    /// What is shown beside it: a key, a description.
    pub note: String,
}

/// Rows, a filter over them, and a cursor.
#[derive(Debug, Clone)]
pub struct Chooser {
    /// What is typed.
    pub filter: TextField,
    items: Vec<Item>,
    visible: Vec<usize>,
    /// Which of the visible rows the cursor is on.
    pub cursor: usize,
    /// The first visible row in sight.
    pub scroll: usize,
}

impl Chooser {
    /// A chooser over `items`, the cursor on the item with the number `at`.
    pub fn new(items: Vec<Item>, at: usize) -> Self {
        let visible: Vec<usize> = (0..items.len()).collect();
        Self { filter: TextField::line(""), cursor: at.min(visible.len().saturating_sub(1)), visible, items, scroll: 0 }
    }

    /// Takes other rows, the cursor on the first; filters them where `filtered`.
    pub fn renew(&mut self, items: Vec<Item>, filtered: bool) {
        self.visible = (0..items.len()).collect();
        self.items = items;
        (self.cursor, self.scroll) = (0, 0);
        if filtered && !self.filter.is_empty() {
            self.refilter();
        }
    }

    /// Adds rows behind the others, the cursor staying on its own; filters them where `filtered`.
    pub fn append(&mut self, items: Vec<Item>, filtered: bool) {
        let (cursor, scroll) = (self.chosen(), self.scroll);
        let before = self.items.len();
        self.items.extend(items);
        if filtered && !self.filter.is_empty() {
            self.refilter();
            self.scroll = scroll;
        } else {
            self.visible.extend(before..self.items.len());
        }
        self.cursor = cursor.and_then(|on| self.visible.iter().position(|i| *i == on)).unwrap_or(0);
    }

    /// Puts other items in place of these; filter and cursor stay.
    pub fn replace(&mut self, items: Vec<Item>) {
        let (cursor, scroll) = (self.cursor, self.scroll);
        self.items = items;
        self.refilter();
        (self.cursor, self.scroll) = (cursor.min(self.visible.len().saturating_sub(1)), scroll);
    }

    /// The rows that pass the filter: the number of the item, and the item.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (usize, &Item)> {
        self.visible.iter().map(|&i| (i, &self.items[i]))
    }

    /// How many rows pass the filter.
    pub fn len(&self) -> usize {
        self.visible.len()
    }

    /// Whether no row passes the filter.
    pub fn is_empty(&self) -> bool {
        self.visible.is_empty()
    }

    /// The number of the item under the cursor.
    pub fn chosen(&self) -> Option<usize> {
        self.visible.get(self.cursor).copied()
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

    /// Filters anew after the filter's text changed: every word must occur, in any order; rows that start with all that
    /// is typed come first, then those that start with its first word, then those with a word that starts with it, else
    /// the list's own order.
    pub fn refilter(&mut self) {
        let filter = self.filter.text().to_lowercase();
        let words: Vec<&str> = filter.split_whitespace().collect();
        let mut ranked: Vec<(u8, usize)> = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            let label = item.label.to_lowercase();
            let note = item.note.to_lowercase();
            if words.iter().all(|w| label.contains(w) || note.contains(w) || is_subsequence(w, &label)) {
                ranked.push((if label.starts_with(filter.trim()) { 0 } else { 1 + rank(&words, &label) }, i));
            }
        }
        ranked.sort_unstable();
        self.visible = ranked.into_iter().map(|(_, i)| i).collect();
        (self.cursor, self.scroll) = (0, 0);
    }
}

fn rank(words: &[&str], label: &str) -> u8 {
    let Some(first) = words.first() else { return 0 };
    if label.starts_with(first) {
        0
    } else if label.split(|c: char| !c.is_alphanumeric()).any(|w| w.starts_with(first)) {
        1
    } else if label.contains(first) {
        2
    } else {
        3
    }
}

fn is_subsequence(needle: &str, hay: &str) -> bool {
    let mut hay = hay.chars();
    needle.chars().all(|n| hay.any(|h| h == n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chooser() -> Chooser {
        let item = |label: &str| Item { label: label.into(), note: String::new() };
        Chooser::new(vec![item("Copy the path"), item("Find in the response"), item("Copy the value")], 2)
    }

    #[test]
    fn typing_narrows_and_the_best_comes_first() {
        let mut c = chooser();
        assert_eq!(c.chosen(), Some(2));
        c.filter.set("val");
        c.refilter();
        assert_eq!(c.rows().map(|(i, _)| i).collect::<Vec<_>>(), [2]);
        c.filter.set("path copy");
        c.refilter();
        assert_eq!(c.chosen(), Some(0));
        c.filter.set("copy the v");
        c.refilter();
        assert_eq!(c.chosen(), Some(2));
        c.filter.set("zzz");
        c.refilter();
        assert!(c.is_empty() && c.chosen().is_none());
        c.move_by(5, 3);
        assert_eq!(c.chosen(), None);
        c.filter.set("");
        c.refilter();
        assert_eq!(c.len(), 3);
    }
}
