//! Letters left out: initials (`ssm`), word beginnings run together (`slsend`), abbreviated words (`gdrvupl`).

use std::ops::Range;

use memchr::memmem::find;

use super::index::Word;

/// Longer terms are not read as initials or abbreviations, in bytes.
const TERM_LIMIT: usize = 40;

/// A term read as the beginnings of several words of a name, in their order.
///
/// Packed so that the lesser is the better: gaps (8 bits), 255 less the number of words (8), first word (8), the set
/// of words (32).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Initials(u64);

impl Initials {
    const NONE: Self = Self(u64::MAX);

    fn starting(at: usize) -> Self {
        Self(255 << 48 | (at as u64 & 0xff) << 40)
    }

    /// With the word at `at` as well.
    fn and(self, at: usize) -> Self {
        Self((self.0 - (1 << 48)) | 1 << at.min(31))
    }

    /// After words were passed over.
    fn after_gap(self) -> Self {
        Self(self.0.saturating_add(1 << 56))
    }

    /// How many times words were passed over.
    pub(super) fn gaps(self) -> u64 {
        self.0 >> 56
    }

    /// The first word used.
    pub(super) fn first(self) -> usize {
        usize::from(self.0.to_be_bytes()[2])
    }

    /// All words used, as a set.
    pub(super) fn words(self) -> u32 {
        let [.., a, b, c, d] = self.0.to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }
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

/// Whether `wanted` stands in `text` in at most two pieces, in order.
pub(super) fn in_two_pieces(text: &[u8], wanted: &[u8]) -> bool {
    let mut from = 0;
    for cut in 1..wanted.len() {
        // What does not hold the first piece holds no longer one.
        let Some(at) = find(&text[from..], &wanted[..cut]) else { return false };
        from += at;
        if find(&text[from + cut..], &wanted[cut..]).is_some() {
            return true;
        }
    }
    find(text, wanted).is_some()
}

/// Reads an ASCII `term` as beginnings of words of `name`, passing over words in between as seldom as can be, and
/// using as many words as can be.
pub(super) fn initials(name: &str, words: &[Word], term: &str) -> Option<Initials> {
    let len = term.len();
    if len > TERM_LIMIT {
        return None;
    }
    // For each count of letters used: the best way whose last word is the one before this, and an earlier one.
    let mut adjacent = [Initials::NONE; TERM_LIMIT + 1];
    let mut earlier = adjacent;
    let mut best = Initials::NONE;
    for (at, word) in words.iter().enumerate() {
        let spelled = bytes(name, *word);
        let mut now = [Initials::NONE; TERM_LIMIT + 1];
        for used in 0..len {
            let rest = &term.as_bytes()[used..];
            if spelled.first() != rest.first() {
                continue;
            }
            let fresh = if used == 0 { Initials::starting(at) } else { Initials::NONE };
            let so_far = fresh.min(adjacent[used]).min(earlier[used].after_gap());
            if so_far == Initials::NONE {
                continue;
            }
            let common = spelled.iter().zip(rest).take_while(|(a, b)| a == b).count();
            for slot in now.iter_mut().skip(used + 1).take(common) {
                *slot = (*slot).min(so_far.and(at));
            }
        }
        for used in 0..=len {
            earlier[used] = earlier[used].min(adjacent[used]);
        }
        adjacent = now;
        best = best.min(adjacent[len]);
    }
    (best != Initials::NONE).then_some(best)
}

/// Reads an ASCII `term` as words of `name` with letters left out, each beginning with its word's first letter; the
/// words used, as a set.
pub(super) fn abbreviates(name: &str, words: &[Word], term: &str) -> Option<u32> {
    let ways = ways(name, words, term)?;
    let mut set = 0;
    let mut used = term.len();
    while used > 0 {
        let (word, count) = ways[used]?;
        set |= 1 << word.min(31);
        used -= usize::from(count);
    }
    Some(set)
}

/// The letters that [`initials`] or [`abbreviates`] found, as byte ranges in `name`.
pub(super) fn letter_marks(name: &str, words: &[Word], term: &str) -> Option<Vec<Range<usize>>> {
    let chosen: Vec<(usize, usize)> = match initials(name, words, term) {
        Some(found) => beginnings(name, words, term, found.words()),
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
    let ways = ways(name, words, term)?;
    let mut chosen = Vec::new();
    let mut used = term.len();
    while used > 0 {
        let (word, count) = ways[used]?;
        chosen.push((usize::from(word), usize::from(count)));
        used -= usize::from(count);
    }
    chosen.reverse();
    Some(chosen)
}

/// For each count of letters of `term` that words of `name` can give: the word that gives the last of them, and how
/// many.
type Ways = [Option<(u8, u8)>; TERM_LIMIT + 1];

fn ways(name: &str, words: &[Word], term: &str) -> Option<Ways> {
    let len = term.len();
    if len > TERM_LIMIT {
        return None;
    }
    let mut ways: Ways = [None; TERM_LIMIT + 1];
    let mut reached: u64 = 1;
    for (at, word) in words.iter().enumerate() {
        let spelled = bytes(name, *word);
        let mut now = 0;
        for used in (0..len).filter(|used| reached & 1 << used != 0) {
            let most = letters_of(spelled, &term.as_bytes()[used..]);
            for count in 1..=most {
                if (reached | now) & 1 << (used + count) == 0 {
                    now |= 1 << (used + count);
                    ways[used + count] = Some((u8::try_from(at).ok()?, u8::try_from(count).ok()?));
                }
            }
        }
        reached |= now;
        if reached & 1 << len != 0 {
            return Some(ways);
        }
    }
    None
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
        let found =
            |name: &str, term: &str| initials(name, &spans(name), term).map(|i| (i.gaps(), i.first(), i.words()));
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
    fn two_pieces_are_told_from_more() {
        assert!(in_two_pieces(b"slack_send_message", b"essge"));
        assert!(in_two_pieces(b"aab", b"ab"));
        assert!(in_two_pieces(b"ab_abc_d", b"abcd"), "the first piece is not where it first occurs");
        assert!(!in_two_pieces(b"adobe_experience_manager_get_asset", b"merge"));
        assert!(!in_two_pieces(b"ab", b"ba"));
    }

    #[test]
    fn subsequences() {
        assert!(subsequence(b"slack", b"sak") && subsequence(b"", b"") && !subsequence(b"slack", b"kas"));
    }
}
