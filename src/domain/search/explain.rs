//! Why an action is a result: the parts of its name that matched, or where else.

use std::ops::Range;

use super::{
    Why,
    index::{Index, Item},
    letters::letter_marks,
    rank::{Match, Place, Prepared},
};

impl Prepared {
    /// The parts of the name that matched, in ascending order, merged.
    pub(super) fn marks(&self, index: &Index, action: usize) -> Vec<Range<usize>> {
        let Some(item) = index.items().get(action) else { return Vec::new() };
        let mut marks: Vec<Range<usize>> = Vec::new();
        let mut text = Vec::new();
        for term in &self.terms {
            let Some(found) = term.find(index, item, self.fuzzy(), &mut text) else { continue };
            match found.place {
                Place::Name { start, end } => marks.push(start..end),
                Place::Initials | Place::Letters => marks.extend(self.letters(index, item, &term.term.text)),
                Place::Integration => marks.extend(integration(index, item)),
                Place::Description | Place::Parameter(_) => {}
            }
        }
        // What is served as a name may be longer than what is searched of it, never shorter or cut elsewhere.
        marks.retain(|m| m.start < m.end && index.spelled(item).get(m.clone()).is_some());
        marks.sort_unstable_by_key(|m| (m.start, m.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for mark in marks {
            match merged.last_mut() {
                Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
                _ => merged.push(mark),
            }
        }
        merged
    }

    /// Where the term furthest from the name was found.
    pub(super) fn why(&self, index: &Index, action: usize) -> Why {
        let Some(item) = index.items().get(action) else { return Why::All };
        let mut text = Vec::new();
        let found = self.terms.iter().filter_map(|term| term.find(index, item, self.fuzzy(), &mut text));
        let Some(weakest) = found.min_by_key(|m: &Match| (m.class, m.quality)) else { return Why::All };
        match weakest.place {
            Place::Name { .. } | Place::Initials | Place::Letters => Why::Name,
            Place::Integration if item.integration_words > 0 => Why::Name,
            Place::Integration => Why::Integration,
            Place::Description => Why::Description,
            Place::Parameter(name) => {
                index.parameters().spelled(name).map_or(Why::Description, |name| Why::Parameter(name.clone()))
            }
        }
    }

    fn letters(&self, index: &Index, item: &Item, term: &str) -> Vec<Range<usize>> {
        let name = index.name(item);
        letter_marks(name, index.words(item), term).unwrap_or_else(|| {
            let positions = self.fuzzy().positions(name, term);
            let mut chars = name.char_indices().enumerate();
            let mut marks = Vec::new();
            for position in positions {
                let at = chars.find(|(number, _)| *number == position);
                marks.extend(at.map(|(_, (start, c))| start..start + c.len_utf8()));
            }
            marks
        })
    }
}

/// The words of the name that spell the integration.
fn integration(index: &Index, item: &Item) -> Option<Range<usize>> {
    let words = index.words(item);
    let last = usize::from(item.integration_words).checked_sub(1).and_then(|at| words.get(at))?;
    words.first().map(|first| usize::from(first.start)..usize::from(last.end))
}
