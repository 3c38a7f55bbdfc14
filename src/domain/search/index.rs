//! A catalogue prepared for searching: folded text in one arena, letter masks, word starts.

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use super::{correct::Vocabulary, parameters::Parameters, terms::STOP_WORDS};
use crate::domain::{
    catalogue::Catalogue,
    side_effect::{self, SideEffect},
    words::{fold, fold_into, integration_words, squeeze, words},
};

/// No more of a name than this is searched, in bytes; the longest real one has 62.
pub(in crate::domain) const NAME_LIMIT: usize = 256;
/// No more of a description than this is searched, in bytes.
pub(in crate::domain) const DESCRIPTION_LIMIT: usize = 4_096;
/// No more words of a name than this are told apart.
const WORDS_LIMIT: usize = 32;

/// A catalogue prepared for searching. Building it reads every name, description and schema once: do it off the task
/// that draws.
#[derive(Debug)]
pub struct Index {
    /// Tells this index from every other one for as long as somebody remembers it.
    identity: Arc<()>,
    /// Folded names and descriptions, each name followed by its description.
    text: String,
    items: Vec<Item>,
    words: Vec<Word>,
    groups: Vec<Group>,
    parameters: Arc<Parameters>,
    vocabulary: OnceLock<Vocabulary>,
    side_effects: OnceLock<Vec<SideEffect>>,
    /// The actions in the order of their names.
    sorted: Arc<[u32]>,
    /// For each action: where its name stands among all, sorted.
    name_order: OnceLock<Vec<u32>>,
}

/// One action.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) name: Arc<str>,
    declared: Option<SideEffect>,
    text: usize,
    name_len: u16,
    description_len: u16,
    words: usize,
    word_count: u8,
    /// How many of its words name the integration.
    pub(super) integration_words: u8,
    /// Which of its words tell it from its neighbours, as a set: neither the integration's nor stop words.
    pub(super) telling: u32,
    pub(super) group: u32,
    /// The letters of its name.
    pub(super) name_mask: u64,
    /// The first letters of its words.
    pub(super) initials: u64,
    /// The letters of its description.
    pub(super) description_mask: u64,
    /// For finding its use count among a few used names.
    pub(super) name_hash: u32,
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
    /// Prepares `catalogue`; [`super::Hit::action`] counts in its [`Catalogue::actions`].
    pub fn new(catalogue: &Catalogue) -> Self {
        let actions = catalogue.actions();
        let mut index = Self {
            identity: Arc::new(()),
            text: String::new(),
            items: Vec::with_capacity(actions.len()),
            words: Vec::with_capacity(actions.len() * 4),
            groups: catalogue.groups().iter().map(|g| Group::new(&g.integration)).collect(),
            parameters: Arc::clone(catalogue.parameters()),
            sorted: Arc::clone(catalogue.name_order()),
            vocabulary: OnceLock::new(),
            side_effects: OnceLock::new(),
            name_order: OnceLock::new(),
        };
        for (number, group) in catalogue.groups().iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            // Neighbours nearly always begin alike: the words found for one serve the next.
            let mut prefix = (String::new(), 0);
            for action in actions.get(group.actions.clone()).unwrap_or_default() {
                index.push(action, number, &mut prefix);
            }
        }
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

    fn push(&mut self, action: &crate::domain::action::Action, group: u32, prefix: &mut (String, usize)) {
        let name = cut(&action.name, NAME_LIMIT);
        let spans: Vec<Range<usize>> = words(name).into_iter().take(WORDS_LIMIT).collect();
        if !(prefix.1 > 0 && spans.len() > prefix.1 && name.starts_with(prefix.0.as_str())) {
            let count = integration_words(name, &spans, &action.integration, side_effect::is_verb);
            let end = spans.get(count).map_or(0, |next| next.start);
            *prefix = (name.get(..end).unwrap_or_default().to_owned(), count);
        }
        let text = self.text.len();
        fold_into(name, &mut self.text);
        fold_into(cut(&action.description, DESCRIPTION_LIMIT), &mut self.text);
        let (folded, description) = self.text.get(text..).unwrap_or_default().split_at(name.len());
        let (mut telling, mut initials) = (0, 0);
        for span in &spans {
            initials |= mask(folded.as_bytes().get(span.start..=span.start).unwrap_or_default());
        }
        for (at, span) in spans.iter().enumerate().skip(prefix.1) {
            if !STOP_WORDS.contains(&folded.get(span.clone()).unwrap_or_default()) {
                telling |= 1 << at;
            }
        }
        self.items.push(Item {
            name: Arc::clone(&action.name),
            declared: action.declared,
            text,
            name_len: short(name.len()),
            description_len: short(description.len()),
            words: self.words.len(),
            word_count: u8::try_from(spans.len()).unwrap_or(u8::MAX),
            integration_words: u8::try_from(prefix.1).unwrap_or(u8::MAX),
            telling,
            group,
            name_mask: mask(folded.as_bytes()),
            initials,
            description_mask: mask(description.as_bytes()),
            name_hash: hash(&action.name),
        });
        self.words.extend(spans.iter().map(|w| Word { start: short(w.start), end: short(w.end) }));
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

    /// The folded name of an item, as far as it is searched.
    pub(super) fn name(&self, item: &Item) -> &str {
        self.text.get(item.text..item.text + usize::from(item.name_len)).unwrap_or_default()
    }

    /// The folded description of an item, as far as it is searched.
    pub(super) fn description(&self, item: &Item) -> &str {
        let start = item.text + usize::from(item.name_len);
        self.text.get(start..start + usize::from(item.description_len)).unwrap_or_default()
    }

    /// The words of an item's name.
    pub(super) fn words(&self, item: &Item) -> &[Word] {
        self.words.get(item.words..item.words + usize::from(item.word_count)).unwrap_or_default()
    }

    /// The words typed ones are corrected to; gathered when first needed.
    pub(super) fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(self))
    }

    /// For each action, where its name stands among all names; worked out when first needed. What is sorted by it
    /// again and again is sorted sooner than by comparing names.
    pub(super) fn name_order(&self) -> &[u32] {
        self.name_order.get_or_init(|| {
            let mut order = vec![0; self.items.len()];
            for (place, id) in (0..).zip(self.sorted.iter()) {
                if let Some(slot) = order.get_mut(*id as usize) {
                    *slot = place;
                }
            }
            order
        })
    }

    /// The side effect of an action, uncorrected; all are told when the first is needed.
    pub(super) fn side_effect(&self, action: usize) -> SideEffect {
        let all = self.side_effects.get_or_init(|| {
            let key = |item: &Item| self.groups.get(item.group as usize).map_or("", |g| &*g.key);
            self.items.iter().map(|item| side_effect::classify(&item.name, key(item), item.declared)).collect()
        });
        all.get(action).copied().unwrap_or(SideEffect::Unknown)
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

/// The first `limit` bytes of `text`, or a little less so that no character is cut.
pub(in crate::domain) fn cut(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
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

/// FNV-1a, for telling most names apart quickly; whoever uses it compares the names as well.
pub(super) fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}
