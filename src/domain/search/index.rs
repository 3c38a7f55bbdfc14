//! A catalogue prepared for searching: folded text in one arena, letter masks, word starts.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use super::{
    correct::Vocabulary,
    parameters::Parameters,
    terms::{FILLERS, STOP_WORDS},
};
use crate::domain::{
    catalogue::Catalogue,
    side_effect::{self, SideEffect},
    words::{fold, fold_bytes, fold_into, integration_words, squeeze, words},
};

/// No more of a name than this is searched, in bytes; the longest real one has 62.
pub(in crate::domain) const NAME_LIMIT: usize = 256;
/// No more of a description than this is searched, in bytes.
pub(in crate::domain) const DESCRIPTION_LIMIT: usize = 4_096;
/// No more words of a name than this are told apart.
const WORDS_LIMIT: usize = 32;

/// A catalogue, or some of its actions, prepared for searching. Building it reads every name once: do it off the task
/// that draws. Descriptions and schemas are read in place.
#[derive(Debug)]
pub struct Index {
    /// Tells this index from every other one for as long as somebody remembers it.
    identity: Arc<()>,
    catalogue: Catalogue,
    /// Folded names.
    text: String,
    items: Vec<Item>,
    words: Vec<Word>,
    groups: Vec<Group>,
    parameters: Arc<Parameters>,
    vocabulary: OnceLock<Vocabulary>,
    side_effects: OnceLock<Vec<SideEffect>>,
    /// For each action: where its name stands among all, sorted.
    name_order: OnceLock<Vec<u32>>,
}

/// One action.
#[derive(Debug)]
pub(super) struct Item {
    /// Its number in the catalogue.
    pub(super) action: u32,
    text: u32,
    words: u32,
    name_len: u16,
    word_count: u8,
    /// How many of its words name the integration.
    pub(super) integration_words: u8,
    /// Which of its words tell it from its neighbours, as a set: neither the integration's nor stop words nor
    /// fillers.
    pub(super) telling: u32,
    pub(super) group: u32,
    /// The letters of its name.
    pub(super) name_mask: u64,
    /// The first letters of its words.
    pub(super) initials: u64,
    /// The letters of its description.
    pub(super) description_mask: u64,
}

/// A word of a name, as a byte range in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) start: u16,
    pub(super) end: u16,
}

/// An integration.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) key: Arc<str>,
    /// Its key, letters and digits only.
    pub(super) squeezed: String,
    /// Where in `squeezed` a word of the key begins.
    pub(super) word_starts: Vec<usize>,
}

impl Index {
    /// Prepares `catalogue`.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self::of(catalogue, 0..catalogue.len())
    }

    /// Prepares these actions of `catalogue`, given by rising number.
    pub(super) fn of(catalogue: &Catalogue, actions: impl ExactSizeIterator<Item = usize>) -> Self {
        let count = actions.len();
        let mut index = Self {
            identity: Arc::new(()),
            text: String::with_capacity(count * 32),
            items: Vec::with_capacity(count),
            words: Vec::with_capacity(count * 4),
            groups: catalogue.groups().iter().map(|g| Group::new(&g.integration)).collect(),
            parameters: Arc::clone(catalogue.parameters()),
            catalogue: catalogue.clone(),
            vocabulary: OnceLock::new(),
            side_effects: OnceLock::new(),
            name_order: OnceLock::new(),
        };
        // Neighbours nearly always begin alike: the words found for one serve the next.
        let (mut group, mut prefix) = (usize::MAX, (String::new(), 0));
        for action in actions {
            if catalogue.groups().get(group).is_none_or(|g| !g.actions.contains(&action)) {
                (group, prefix) = (catalogue.group_number(action), (String::new(), 0));
            }
            index.push(action, group, &mut prefix);
        }
        index.text.shrink_to_fit();
        index.words.shrink_to_fit();
        index
    }

    /// How many actions it holds.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn push(&mut self, action: usize, group: usize, prefix: &mut (String, usize)) {
        let catalogue = &self.catalogue;
        let name = cut(catalogue.name(action), NAME_LIMIT);
        let spans: Vec<Range<usize>> = words(name).into_iter().take(WORDS_LIMIT).collect();
        if !(prefix.1 > 0 && spans.len() > prefix.1 && name.starts_with(prefix.0.as_str())) {
            let integration = catalogue.groups().get(group).map_or("", |g| &*g.integration);
            let count = integration_words(name, &spans, integration, side_effect::is_verb);
            let end = spans.get(count).map_or(0, |next| next.start);
            *prefix = (name.get(..end).unwrap_or_default().to_owned(), count);
        }
        let text = self.text.len();
        fold_into(name, &mut self.text);
        let folded = self.text.get(text..).unwrap_or_default();
        let (mut telling, mut initials) = (0, 0);
        for span in &spans {
            initials |= mask(folded.as_bytes().get(span.start..=span.start).unwrap_or_default());
        }
        for (at, span) in spans.iter().enumerate().skip(prefix.1) {
            let word = folded.get(span.clone()).unwrap_or_default();
            if !STOP_WORDS.contains(&word) && !FILLERS.contains(&word) {
                telling |= 1 << at;
            }
        }
        let (name_mask, description_mask) = catalogue.masks(action);
        self.items.push(Item {
            action: number(action),
            text: number(text),
            words: number(self.words.len()),
            name_len: short(name.len()),
            word_count: u8::try_from(spans.len()).unwrap_or(u8::MAX),
            integration_words: u8::try_from(prefix.1).unwrap_or(u8::MAX),
            telling,
            group: number(group),
            name_mask,
            initials,
            description_mask,
        });
        self.words.extend(spans.iter().map(|w| Word { start: short(w.start), end: short(w.end) }));
    }

    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(super) fn identity(&self) -> &Arc<()> {
        &self.identity
    }

    pub(super) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    pub(super) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The name of an item as it is spelled.
    pub(super) fn spelled(&self, item: &Item) -> &str {
        self.catalogue.name(item.action as usize)
    }

    /// The folded name of an item, as far as it is searched.
    pub(super) fn name(&self, item: &Item) -> &str {
        let start = item.text as usize;
        self.text.get(start..start + usize::from(item.name_len)).unwrap_or_default()
    }

    /// The folded description of an item, as far as it is searched, in place of what `folded` held.
    pub(super) fn description<'f>(&self, item: &Item, folded: &'f mut Vec<u8>) -> &'f [u8] {
        fold_description(&self.catalogue, item.action as usize, folded);
        folded
    }

    /// The words of an item's name.
    pub(super) fn words(&self, item: &Item) -> &[Word] {
        let start = item.words as usize;
        self.words.get(start..start + usize::from(item.word_count)).unwrap_or_default()
    }

    /// The words typed ones are corrected to, which are those of the whole catalogue; gathered when first needed.
    pub(super) fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::of(&self.catalogue.spoken(), &self.groups))
    }

    /// For each action of the catalogue, where its name stands among all names; worked out when first needed. What is
    /// sorted by it again and again is sorted sooner than by comparing names.
    pub(super) fn name_order(&self) -> &[u32] {
        self.name_order.get_or_init(|| {
            let mut order = vec![0; self.catalogue.len()];
            for (place, action) in (0..).zip(self.catalogue.name_order()) {
                if let Some(slot) = order.get_mut(action) {
                    *slot = place;
                }
            }
            order
        })
    }

    /// The side effect of item number `at`, uncorrected; all are told when the first is needed.
    pub(super) fn side_effect(&self, at: usize) -> SideEffect {
        let all = self
            .side_effects
            .get_or_init(|| self.items.iter().map(|item| self.catalogue.side_effect(item.action as usize)).collect());
        all.get(at).copied().unwrap_or(SideEffect::Unknown)
    }
}

impl Group {
    pub(super) fn new(key: &Arc<str>) -> Self {
        let mut word_starts = Vec::new();
        let mut at = 0;
        for word in words(key) {
            word_starts.push(at);
            at += key.get(word).map_or(0, |w| fold(w).len());
        }
        Self { key: Arc::clone(key), squeezed: squeeze(key), word_starts }
    }
}

/// The folded description of an action, as far as it is searched, in place of what `folded` held.
pub(super) fn fold_description(catalogue: &Catalogue, action: usize, folded: &mut Vec<u8>) {
    let whole = catalogue.description_bytes(action);
    // Rather one character in two than none: what is searched for is text.
    fold_bytes(whole.get(..DESCRIPTION_LIMIT).unwrap_or(whole), folded);
}

/// The first `limit` bytes of `text`, or a little less so that no character is cut.
pub(in crate::domain) fn cut(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// A catalogue has less than 4 GB of text, and no more actions, words and integrations than that.
fn number(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The letters of folded text as a set: what lacks one of a term's letters cannot hold the term.
pub(in crate::domain) fn mask(text: &[u8]) -> u64 {
    text.iter().fold(0, |set, byte| {
        set | 1
            << match byte {
                b'a'..=b'z' => byte - b'a',
                b'0'..=b'9' => 26 + (byte - b'0'),
                0x80.. => 36 + byte % 16,
                _ => 52,
            }
    })
}
