//! Letters left out: initials (`ssm`), word beginnings run together (`slsend`), abbreviated words (`gdrvupl`).

use std::{cmp::Reverse, ops::Range};

use super::index::Word;

/// Longer terms are not read as initials or abbreviations, in bytes.
const TERM_LIMIT: usize = 40;

/// A term read as the beginnings of several words of a name, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Initials {
    /// How many words were passed over in between.
    pub(super) gaps: u8,
    /// The first word used.
    pub(super) first: usize,
    /// All words used, as a set.
    pub(super) words: u32,
}

/// Whether the bytes of `wanted` stand in `text` in that order.
pub(super) fn subsequence(text: &[u8], wanted: &[u8]) -> bool {
    let mut rest = text;
    wanted.iter().all(|byte| match memchr::memchr(*byte, rest) {
        Some(at) => {
            rest = rest.get(at + 1..).unwrap_or_default();
            true
        }
        None => false,
    })
}

/// In how many pieces at least the bytes of `wanted` stand in `text` in that order; `None` if they do not, or are too
/// many.
pub(super) fn runs(text: &[u8], wanted: &[u8]) -> Option<u8> {
    if wanted.len() > TERM_LIMIT {
        return None;
    }
    // For each count of bytes used: the fewest pieces, the last one ending at the byte before, or anywhere before.
    let mut adjacent: [Option<u8>; TERM_LIMIT + 1] = [None; TERM_LIMIT + 1];
    let mut anywhere = adjacent;
    anywhere[0] = Some(0);
    for byte in text {
        let mut now: [Option<u8>; TERM_LIMIT + 1] = [None; TERM_LIMIT + 1];
        for (at, _) in wanted.iter().enumerate().filter(|(_, w)| *w == byte) {
            let fresh = anywhere[at].map(|runs| runs.saturating_add(1));
            now[at + 1] = [adjacent[at], fresh].into_iter().flatten().min();
        }
        for (best, new) in anywhere.iter_mut().zip(now) {
            *best = [*best, new].into_iter().flatten().min();
        }
        adjacent = now;
    }
    anywhere[wanted.len()]
}

/// Reads an ASCII `term` as beginnings of words of `name`, passing over as few words in between as can be.
pub(super) fn initials(name: &str, words: &[Word], term: &str) -> Option<Initials> {
    let len = term.len();
    if len > TERM_LIMIT {
        return None;
    }
    // For each count of letters used: the best way whose last word is the one before this, and an earlier one.
    let mut adjacent: [Option<Initials>; TERM_LIMIT + 1] = [None; TERM_LIMIT + 1];
    let mut earlier = adjacent;
    let mut best: Option<Initials> = None;
    for (at, word) in words.iter().enumerate() {
        let spelled = bytes(name, *word);
        let mut now: [Option<Initials>; TERM_LIMIT + 1] = [None; TERM_LIMIT + 1];
        for used in 0..len {
            let fresh = (used == 0).then_some(Initials { gaps: 0, first: at, words: 0 });
            let after_gap = earlier[used].map(|i| Initials { gaps: i.gaps + 1, ..i });
            let Some(so_far) = better(better(fresh, adjacent[used]), after_gap) else { continue };
            let rest = &term.as_bytes()[used..];
            let common = spelled.iter().zip(rest).take_while(|(a, b)| a == b).count();
            let here = Initials { words: so_far.words | 1 << at.min(31), ..so_far };
            for slot in now.iter_mut().skip(used + 1).take(common) {
                *slot = better(*slot, Some(here));
            }
        }
        for (kept, before) in earlier.iter_mut().zip(adjacent) {
            *kept = better(*kept, before);
        }
        adjacent = now;
        best = better(best, adjacent[len]);
    }
    best
}

/// The way with fewer gaps; of equal ones the one with more words, then the first.
fn better(a: Option<Initials>, b: Option<Initials>) -> Option<Initials> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let key = |i: Initials| (i.gaps, Reverse(i.words.count_ones()));
            Some(if key(b) < key(a) { b } else { a })
        }
        (a, b) => a.or(b),
    }
}

/// Reads an ASCII `term` as words of `name` with letters left out, each beginning with its word's first letter; the
/// words used, as a set.
pub(super) fn abbreviates(name: &str, words: &[Word], term: &str) -> Option<u32> {
    pieces(name, words, term).map(|pieces| pieces.iter().fold(0, |set, (word, _)| set | 1 << (*word).min(31)))
}

/// The letters that [`initials`] or [`abbreviates`] found, as byte ranges in `name`.
pub(super) fn letter_marks(name: &str, words: &[Word], term: &str) -> Option<Vec<Range<usize>>> {
    let chosen: Vec<(usize, usize)> = match initials(name, words, term) {
        Some(found) => beginnings(name, words, term, found.words),
        None => pieces(name, words, term)?,
    };
    let mut marks = Vec::new();
    let mut used = 0;
    for (at, count) in chosen {
        let word = words.get(at)?;
        let mut from = usize::from(word.start);
        for byte in term.as_bytes().get(used..used + count)? {
            let found = from + memchr::memchr(*byte, name.as_bytes().get(from..usize::from(word.end))?)?;
            marks.push(found..found + 1);
            from = found + 1;
        }
        used += count;
    }
    Some(marks)
}

/// How many letters each word of the set gives when `term` is read as their beginnings.
fn beginnings(name: &str, words: &[Word], term: &str, set: u32) -> Vec<(usize, usize)> {
    let chosen: Vec<usize> = (0..words.len().min(32)).filter(|at| set & 1 << at != 0).collect();
    let mut counts = Vec::new();
    if share(name, words, term.as_bytes(), &chosen, &mut counts) { counts } else { Vec::new() }
}

/// Shares `term` out among all of `chosen`, the longest beginnings first.
fn share(name: &str, words: &[Word], term: &[u8], chosen: &[usize], counts: &mut Vec<(usize, usize)>) -> bool {
    let Some((first, others)) = chosen.split_first() else { return term.is_empty() };
    let spelled = words.get(*first).map_or(&[][..], |word| bytes(name, *word));
    let common = spelled.iter().zip(term).take_while(|(a, b)| a == b).count();
    for count in (1..=common).rev() {
        counts.push((*first, count));
        if share(name, words, &term[count..], others, counts) {
            return true;
        }
        counts.pop();
    }
    false
}

/// The words that `term` abbreviates and how many letters of each it has.
fn pieces(name: &str, words: &[Word], term: &str) -> Option<Vec<(usize, usize)>> {
    let len = term.len();
    if len > TERM_LIMIT {
        return None;
    }
    // For each count of letters used: the word that used the last of them, and how many of them.
    let mut way: [Option<(u8, u8)>; TERM_LIMIT + 1] = [None; TERM_LIMIT + 1];
    let mut reached: u64 = 1;
    for (at, word) in words.iter().enumerate() {
        let spelled = bytes(name, *word);
        let mut now = 0;
        for used in (0..len).filter(|used| reached & 1 << used != 0) {
            let most = letters_of(spelled, &term.as_bytes()[used..]);
            for count in 1..=most {
                if (reached | now) & 1 << (used + count) == 0 {
                    now |= 1 << (used + count);
                    way[used + count] = Some((u8::try_from(at).ok()?, u8::try_from(count).ok()?));
                }
            }
        }
        reached |= now;
    }
    let mut chosen = Vec::new();
    let mut used = len;
    while used > 0 {
        let (word, count) = (*way.get(used)?)?;
        chosen.push((usize::from(word), usize::from(count)));
        used -= usize::from(count);
    }
    chosen.reverse();
    Some(chosen)
}

/// How many letters of `term`, from its first on, stand in `word` in that order, the first at its start.
fn letters_of(word: &[u8], term: &[u8]) -> usize {
    if word.is_empty() || word.first() != term.first() {
        return 0;
    }
    let mut rest = word;
    term.iter()
        .take_while(|byte| match memchr::memchr(**byte, rest) {
            Some(at) => {
                rest = &rest[at + 1..];
                true
            }
            None => false,
        })
        .count()
}

fn bytes(name: &str, word: Word) -> &[u8] {
    name.as_bytes().get(usize::from(word.start)..usize::from(word.end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::words;

    fn spans(name: &str) -> Vec<Word> {
        let short = |n: usize| u16::try_from(n).unwrap();
        words(name).into_iter().map(|w| Word { start: short(w.start), end: short(w.end) }).collect()
    }

    fn marked(name: &str, term: &str) -> Option<String> {
        let marks = letter_marks(name, &spans(name), term)?;
        let mut shown: Vec<char> = name.chars().map(|c| if c == '_' { '_' } else { '.' }).collect();
        for mark in marks {
            shown[mark.start] = char::from(name.as_bytes()[mark.start]);
        }
        Some(shown.into_iter().collect())
    }

    #[test]
    fn initials_pass_over_as_few_words_as_they_can() {
        let found = |name: &str, term: &str| initials(name, &spans(name), term).map(|i| (i.gaps, i.first, i.words));
        assert_eq!(found("slack_send_message", "ssm"), Some((0, 0, 0b111)));
        assert_eq!(found("slack_send_message", "slsend"), Some((0, 0, 0b11)));
        assert_eq!(found("slack_send_message", "sm"), Some((0, 1, 0b110)));
        assert_eq!(found("hubspot_create_record_contacts", "hcc"), Some((1, 0, 0b1011)));
        assert_eq!(found("slack_send_message", "mss"), None);
        assert_eq!(found("a_ab_c", "abc"), Some((0, 1, 0b110)));
        assert_eq!(found("salesforce_create_record", "scr"), Some((0, 0, 0b111)), "all initials rather than s and cr");
    }

    #[test]
    fn abbreviations_begin_with_the_words_first_letter() {
        let found = |name: &str, term: &str| abbreviates(name, &spans(name), term);
        assert_eq!(found("google_drive_upload_file", "gdrvupl"), Some(0b111));
        assert_eq!(found("salesforce_create_record", "sfcrrec"), Some(0b111));
        assert_eq!(found("slack_send_message", "msg"), Some(0b100));
        assert_eq!(found("slack_send_message", "lck"), None);
    }

    #[test]
    fn the_letters_that_were_found_are_marked() {
        assert_eq!(marked("slack_send_message", "ssm").as_deref(), Some("s...._s..._m......"));
        assert_eq!(marked("google_drive_upload_file", "gdrvupl").as_deref(), Some("g....._dr.v._upl..._...."));
        assert_eq!(marked("slack", "kx"), None);
    }

    #[test]
    fn pieces_are_as_few_as_can_be() {
        assert_eq!(runs(b"slack_send_message", b"essge"), Some(2));
        assert_eq!(runs(b"adobe_experience_manager_get_asset", b"merge"), Some(3));
        assert_eq!(runs(b"aab", b"ab"), Some(1));
        assert_eq!(runs(b"ab", b"ba"), None);
    }

    #[test]
    fn subsequences() {
        assert!(subsequence(b"slack", b"sak") && subsequence(b"", b"") && !subsequence(b"slack", b"kas"));
    }
}
