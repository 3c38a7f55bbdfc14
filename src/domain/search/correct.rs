//! One typing mistake: a wrong, missing, extra or swapped letter, looked up among the words of the catalogue's names.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{
    index::{Group, mask},
    rank::Class,
    terms::{STOP_WORDS, known_words},
};
use crate::domain::side_effect::is_verb;

/// Shorter words are not corrected: too many others are one letter away.
const SHORTEST: usize = 4;
/// Nor longer ones, in bytes.
const LONGEST: usize = 32;

/// The words of all names and integrations, with how often they occur.
#[derive(Debug)]
pub(super) struct Vocabulary(Vec<Entry>);

#[derive(Debug)]
struct Entry {
    text: String,
    mask: u64,
    count: u32,
}

impl Vocabulary {
    /// These words with how often they occur, the integrations' keys, and what is always known.
    pub(super) fn of(words: &[(String, u32)], groups: &[Group]) -> Self {
        let mut counts: BTreeMap<&str, u32> = words.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        for word in known_words() {
            counts.entry(word).or_default();
        }
        for group in groups {
            counts.entry(&group.squeezed).or_default();
        }
        let is_word = |text: &str| text.is_ascii() && text.bytes().any(|b| b.is_ascii_alphabetic());
        let ascii = counts.into_iter().filter(|(text, _)| is_word(text) && text.len() >= SHORTEST - 1);
        let entry = |(text, count): (&str, u32)| Entry { mask: mask(text.as_bytes()), text: text.to_owned(), count };
        Self(ascii.map(entry).collect())
    }

    /// Whether some word begins with `text`: then it is not mistyped, only unfinished.
    fn has(&self, text: &str) -> bool {
        let at = self.0.partition_point(|entry| entry.text.as_str() < text);
        self.0.get(at).is_some_and(|entry| entry.text.starts_with(text))
    }

    /// The nearest word within `most` mistakes: fewest mistakes first, then the more frequent, then by alphabet.
    fn nearest(&self, text: &str, most: usize) -> Option<&str> {
        let letters = mask(text.as_bytes());
        // Each mistake can add one letter and take one away.
        let near = |entry: &&Entry| (entry.mask ^ letters).count_ones() as usize <= 2 * most;
        let whole = self.0.iter().filter(near).filter(|e| e.text.len().abs_diff(text.len()) <= most);
        let best = whole
            .map(|entry| (strsim::osa_distance(&entry.text, text), Reverse(entry.count), entry.text.as_str()))
            // With two mistakes the first letter must be right, or another word is meant.
            .filter(|(distance, _, word)| {
                *distance <= 1 || (*distance <= most && word.as_bytes().first() == text.as_bytes().first())
            })
            .min();
        if best.is_some() || text.len() <= SHORTEST {
            return best.map(|(_, _, word)| word);
        }
        // Still being typed: compare with beginnings, one mistake, the first letter right.
        let longer =
            self.0.iter().filter(|e| e.text.len() > text.len() && e.text.as_bytes().first() == text.as_bytes().first());
        longer
            .filter(|e| {
                let lengths = text.len() - 1..=text.len() + 1;
                lengths.filter_map(|len| e.text.get(..len)).any(|start| strsim::osa_distance(start, text) <= 1)
            })
            .map(|entry| (Reverse(entry.count), entry.text.as_str()))
            .min()
            .map(|(_, word)| word)
    }
}

/// The query's words with the mistyped ones replaced, when what was found (`best`) is poor enough to doubt them.
pub(super) fn corrected<'v>(
    vocabulary: impl FnOnce() -> &'v Vocabulary,
    words: &[&str],
    best: Option<Class>,
) -> Option<Vec<String>> {
    let certain = best.is_some_and(|class| class > Class::Abbreviated || class == Class::Text);
    if certain {
        return None;
    }
    let abbreviation = best == Some(Class::Abbreviated);
    let vocabulary = vocabulary();
    let mut changed = false;
    let corrected = words
        .iter()
        .map(|word| {
            let shortest = if abbreviation { SHORTEST + 1 } else { SHORTEST };
            let may_be_wrong = word.is_ascii() && (shortest..=LONGEST).contains(&word.len()) && !vocabulary.has(word);
            let most = if word.len() >= 7 && !abbreviation { 2 } else { 1 };
            let nearest = if may_be_wrong { vocabulary.nearest(word, most) } else { None };
            changed |= nearest.is_some();
            nearest.unwrap_or(word).to_owned()
        })
        .collect();
    changed.then_some(corrected)
}

/// The words that may be meant where no action has all of `words`, the likelier first: without those that no name has;
/// then without one more, a verb sooner than what it is done to, the last sooner than the first.
pub(super) fn fewer<'w>(vocabulary: &Vocabulary, words: &[&'w str]) -> Vec<Vec<&'w str>> {
    let telling: Vec<&str> = words.iter().copied().filter(|word| !STOP_WORDS.contains(word)).collect();
    let known: Vec<&str> = telling.iter().copied().filter(|word| vocabulary.has(word)).collect();
    let mut readings: Vec<Vec<&str>> = Vec::new();
    if known.len() < telling.len() && !known.is_empty() {
        readings.push(known.clone());
    }
    let mut dropped: Vec<usize> = (0..known.len()).filter(|_| known.len() > 1).rev().collect();
    dropped.sort_by_key(|at| !known.get(*at).is_some_and(|word| is_verb(word)));
    let without = |at: usize| {
        let rest = known.iter().enumerate().filter(|(other, _)| *other != at);
        rest.map(|(_, word)| *word).collect::<Vec<_>>()
    };
    // A sentence of many words is not worth trying without each.
    readings.extend(dropped.into_iter().take(6).map(without));
    // A letter or two are in too many names to be what somebody meant with a sentence.
    readings.retain(|words| words.iter().any(|word| word.len() > 2));
    readings
}

/// The nearest of `choices` to a mistyped `text`, within two mistakes (one in a short text).
pub(super) fn nearest_of<'a>(text: &str, choices: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = if text.len() >= 7 { 2 } else { 1 };
    let near = choices.filter(|choice| choice.len().abs_diff(text.len()) <= most && choice.len() <= LONGEST);
    near.map(|choice| (strsim::osa_distance(choice, text), choice))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, choice)| choice)
}
