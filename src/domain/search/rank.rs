//! How well one action fits a plan. The order of [`Class`] is the promise; points only settle what is inside a class.

use memchr::memmem::{Finder, find};

use super::{
    Score,
    index::{Group, Index, Item, Word, mask},
    letters::{abbreviates, in_two_pieces, initials, subsequence},
    matcher::Fuzzy,
    terms::{FILLERS, Kind, Plan, Relation, Term},
};

/// How a term, and with its weakest term an action, was found; the later the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Not shown, but a longer query may still lead there.
    Dormant,
    /// The letters stand in the name in two pieces; shown when there is nothing better.
    Scattered,
    /// In the description or the name of a parameter.
    Text,
    /// Words of the name abbreviated by leaving letters out.
    Abbreviated,
    /// In the middle of a word of the name.
    Inside,
    /// By another verb for the same.
    Synonym,
    /// At the start of words, in any order.
    Words,
    /// At the start of words, in the order of the name; initials.
    Starts,
    /// The name begins so, with or without the integration.
    Prefix,
    /// That is the name, with or without the integration.
    Exact,
}

/// Where a term was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// These bytes of the name.
    Name { start: usize, end: usize },
    /// The beginnings of several words.
    Initials,
    /// Letters of several words.
    Letters,
    /// The integration's key.
    Integration,
    /// The description.
    Description,
    /// The name of this parameter.
    Parameter(u32),
}

/// One term found in one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) class: Class,
    /// How well within its class, from 0 to 100.
    pub(super) quality: u16,
    /// Which words of the name it accounts for, as a set.
    pub(super) words: u32,
    pub(super) place: Place,
}

impl Match {
    fn better(self, other: Option<Self>) -> Self {
        other.filter(|o| (o.class, o.quality) > (self.class, self.quality)).unwrap_or(self)
    }
}

/// A plan made ready for one index: what can be worked out once for all actions is.
pub(super) struct Prepared {
    pub(super) terms: Vec<PreparedTerm>,
    squeezed: String,
    squeezed_rest: String,
    fuzzy: Fuzzy,
}

/// A term with what it means to each integration and each parameter name.
pub(super) struct PreparedTerm {
    pub(super) term: Term,
    finder: Finder<'static>,
    groups: Vec<Option<(Class, u16)>>,
    parameters: Vec<Option<(Class, u16)>>,
}

/// An action that was found, with its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ranked {
    pub(super) id: u32,
    pub(super) class: Class,
    pub(super) score: Score,
}

impl Prepared {
    pub(super) fn new(plan: &Plan, index: &Index) -> Self {
        Self {
            terms: plan.terms.iter().map(|term| PreparedTerm::new(term.clone(), index)).collect(),
            squeezed: plan.squeezed.clone(),
            squeezed_rest: plan.squeezed_rest.clone(),
            fuzzy: Fuzzy::new(),
        }
    }

    pub(super) fn fuzzy(&self) -> &Fuzzy {
        &self.fuzzy
    }

    /// Ranks the action of that number; `None` if some term is nowhere in it. `text` is room for a description.
    pub(super) fn rank(&self, index: &Index, id: u32, text: &mut Vec<u8>) -> Option<Ranked> {
        let item = index.items().get(id as usize)?;
        let (mut class, mut quality, mut covered) = (Class::Words, 0, 0);
        let (mut ordered, mut last, mut opened) = (true, 0, false);
        for (at, term) in self.terms.iter().enumerate() {
            let found = term.find(index, item, &self.fuzzy, text)?;
            class = class.min(found.class);
            quality += u32::from(found.quality);
            covered |= found.words;
            // A term found in the integration's key stands before the words that say what is done.
            let first = if found.words == 0 { 0 } else { found.words.trailing_zeros() + 1 };
            let own = own_words(item, found.words);
            ordered &= first > last || (own && last <= u32::from(item.integration_words));
            last = last.max(first);
            opened |= at == 0 && found.quality == 100 && own;
        }
        let mut at_start = false;
        if class == Class::Words {
            (class, at_start) = self.whole(index, item, opened, ordered);
        }
        let terms = u32::try_from(self.terms.len()).unwrap_or(1).max(1);
        let missed = (item.telling & !covered).count_ones().min(12);
        let points = 2_000 + quality * 4 / terms - missed * 40 + u32::from(ordered) * 20 + u32::from(at_start) * 100;
        // Of what fits as well, people want what is done more often sooner than what has the shorter name.
        let length = index.spelled(item).len() + if opens_commonly(index, item) { 0 } else { UNCOMMON };
        Some(Ranked { id, class, score: Score::new(class as u8, points, length) })
    }

    /// What the query as a whole is to the name, all terms being at the start of words; and whether it begins with the
    /// integration.
    fn whole(&self, index: &Index, item: &Item, opened: bool, ordered: bool) -> (Class, bool) {
        let name = index.name(item).as_bytes();
        let own = index.words(item).get(usize::from(item.integration_words)).map_or(0, |w| usize::from(w.start));
        let rest = name.get(own..).unwrap_or_default();
        let mut with_integration = begins(name, &self.squeezed);
        if opened {
            with_integration = with_integration.max(begins(rest, &self.squeezed_rest));
        }
        let without = begins(rest, &self.squeezed).max(self.begins_tellingly(index, item));
        let class = with_integration.max(without).unwrap_or(if ordered { Class::Starts } else { Class::Words });
        (class, with_integration.is_some())
    }
}

/// Words behind which no verb stands.
const LEADS_TO_NOUN: [&str; 8] = ["a", "by", "for", "from", "in", "of", "the", "to"];
/// What people do with tools most.
const COMMON: [&str; 9] = ["add", "create", "find", "get", "list", "search", "send", "update", "upload"];
/// How many letters an action counts for more, when ties are settled, that does something else.
const UNCOMMON: usize = 12;

/// Whether an action's first word, behind the integration's, is a common one.
fn opens_commonly(index: &Index, item: &Item) -> bool {
    let verb = index.words(item).get(usize::from(item.integration_words));
    verb.and_then(|w| index.name(item).get(usize::from(w.start)..usize::from(w.end)))
        .is_some_and(|w| COMMON.contains(&w))
}

/// Whether these words are all of the integration's.
fn own_words(item: &Item, words: u32) -> bool {
    words & !((1 << item.integration_words.min(31)) - 1) == 0
}

impl Prepared {
    /// What the query as a whole is to the name without the integration and without words that only say that it is
    /// about a thing: `CREATE_RECORD_LEAD` creates a lead.
    fn begins_tellingly(&self, index: &Index, item: &Item) -> Option<Class> {
        let name = index.name(item);
        let own = usize::from(item.integration_words);
        let words =
            index.words(item).iter().skip(own).filter_map(|w| name.get(usize::from(w.start)..usize::from(w.end)));
        let mut rest = self.squeezed.as_str();
        let mut has_filler = false;
        let mut ended = false;
        for word in words {
            if FILLERS.contains(&word) {
                has_filler = true;
            } else if rest.is_empty() {
                ended = true;
            } else if let Some(after) = rest.strip_prefix(word) {
                rest = after;
            } else if word.starts_with(rest) {
                (rest, ended) = ("", true);
            } else {
                return None;
            }
        }
        let begins = has_filler && rest.is_empty() && !self.squeezed.is_empty();
        begins.then_some(if ended { Class::Prefix } else { Class::Exact })
    }
}

/// Whether `name`, read without what is neither letter nor digit, begins with `squeezed` or is that.
fn begins(name: &[u8], squeezed: &str) -> Option<Class> {
    if squeezed.is_empty() {
        return None;
    }
    let mut letters = name.iter().filter(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    if squeezed.bytes().all(|wanted| letters.next() == Some(&wanted)) {
        Some(if letters.next().is_none() { Class::Exact } else { Class::Prefix })
    } else {
        None
    }
}

impl PreparedTerm {
    fn new(term: Term, index: &Index) -> Self {
        let word = term.kind == Kind::Word;
        let groups =
            index.groups().iter().map(|g| if word { in_key(&term, &g.squeezed, &g.word_starts) } else { None });
        let names = index.parameters().folded();
        Self {
            finder: Finder::new(term.text.as_bytes()).into_owned(),
            groups: groups.collect(),
            parameters: names.map(|name| if word { in_parameter(&term.text, name) } else { None }).collect(),
            term,
        }
    }

    /// The best place of this term in an action. `text` is room for its description.
    pub(super) fn find(&self, index: &Index, item: &Item, fuzzy: &Fuzzy, text: &mut Vec<u8>) -> Option<Match> {
        if self.term.kind != Kind::Word {
            return self.find_phrase(index, item, text);
        }
        let by_key = self.groups.get(item.group as usize).copied().flatten().map(|(class, quality)| {
            // Where the name spells the key, those words are accounted for.
            let words = u32::from(item.integration_words > 0);
            Match { class, quality, words, place: Place::Integration }
        });
        let by_name = self.find_in_name(index, item, fuzzy);
        let best = by_name.map_or(by_key, |found| Some(found.better(by_key)));
        if best.is_some_and(|found| found.class > Class::Text) {
            return best;
        }
        let by_text = self
            .find_in_parameters(index, item.action as usize)
            .or_else(|| self.find_in_description(index, item, text));
        by_text.map_or(best, |found| Some(found.better(best)))
    }

    fn find_in_name(&self, index: &Index, item: &Item, fuzzy: &Fuzzy) -> Option<Match> {
        let name = index.name(item);
        let words = index.words(item);
        let typed = if item.name_mask & self.term.mask == self.term.mask {
            self.find_typed(name, words, item, fuzzy)
        } else {
            None
        };
        if typed.is_some_and(|found| found.class >= Class::Words) {
            return typed;
        }
        let key = index.groups().get(item.group as usize).map_or("", |group| &group.squeezed);
        let other = self.find_other(name, words, (item, key));
        typed.map_or(other, |found| Some(found.better(other)))
    }

    /// The term as it was typed.
    fn find_typed(&self, name: &str, words: &[Word], item: &Item, fuzzy: &Fuzzy) -> Option<Match> {
        let (text, len) = (self.term.text.as_str(), self.term.text.len());
        let mut best: Option<Match> = None;
        for start in self.finder.find_iter(name.as_bytes()) {
            let end = start + len;
            let class_and_quality = words.iter().position(|w| usize::from(w.start) == start).map(|at| {
                let word_end = words.get(at).map_or(end, |w| usize::from(w.end));
                (
                    at,
                    if word_end == end {
                        100
                    } else if plural_only(name, end, word_end) {
                        97
                    } else {
                        80
                    },
                )
            });
            let found = match class_and_quality {
                Some((at, quality)) => {
                    Match { class: Class::Words, quality, words: bit(at), place: Place::Name { start, end } }
                }
                None => {
                    let at = words.iter().rposition(|w| usize::from(w.start) < start).unwrap_or(0);
                    let class = if len == 1 { Class::Scattered } else { Class::Inside };
                    Match { class, quality: 50, words: bit(at), place: Place::Name { start, end } }
                }
            };
            best = Some(best.map_or(found, |b| b.better(Some(found))));
            if found.quality == 100 {
                return best;
            }
        }
        if best.is_some_and(|b| b.class == Class::Words) || !text.is_ascii() {
            return best;
        }
        // Letters left out: asked only when they are all there in order.
        let fuzzily = || -> Option<Match> {
            subsequence(name.as_bytes(), text.as_bytes()).then_some(())?;
            // Both readings begin with the first letter of a word.
            let begins = text.as_bytes().first().is_some_and(|first| item.initials & mask(&[*first]) != 0);
            if let Some(initials) = if begins { initials(name, words, text) } else { None } {
                let start = match initials.first() {
                    0 => 78,
                    at if at == usize::from(item.integration_words) => 75,
                    _ => 70,
                };
                let unbroken = initials.gaps() == 0;
                let (class, quality) = if unbroken { (Class::Words, start) } else { (Class::Abbreviated, 60) };
                return Some(Match { class, quality, words: initials.words(), place: Place::Initials });
            }
            let words_meant = if begins { abbreviates(name, words, text) } else { None };
            let class = if words_meant.is_some() && len > 1 {
                Class::Abbreviated
            } else if len < 3 || in_two_pieces(name.as_bytes(), text.as_bytes()) {
                Class::Scattered
            } else {
                Class::Dormant
            };
            let scored = len > 2 && class > Class::Dormant;
            let quality = if scored { fuzzy.quality(name, text).unwrap_or(0) } else { 0 };
            Some(Match { class, quality, words: words_meant.unwrap_or(0), place: Place::Letters })
        };
        match (best, fuzzily()) {
            (Some(b), found) => Some(b.better(found)),
            (None, found) => found,
        }
    }

    /// What else the term may stand for.
    fn find_other(&self, name: &str, words: &[Word], (item, key): (&Item, &str)) -> Option<Match> {
        let mut best: Option<Match> = None;
        for other in self.term.others.iter().filter(|o| item.name_mask & o.mask == o.mask) {
            let spelled = |at: usize| {
                words.get(at).and_then(|w| name.get(usize::from(w.start)..usize::from(w.end))).unwrap_or_default()
            };
            for (at, word) in words.iter().enumerate() {
                let (start, end) = (usize::from(word.start), usize::from(word.end));
                // Behind “to” or “from” stands what something is done to: the list of ADD_CONTACT_TO_LIST is no verb.
                let is_noun =
                    other.is_verb && at.checked_sub(1).is_some_and(|before| LEADS_TO_NOUN.contains(&spelled(before)));
                let spelled = spelled(at);
                let (class, quality) = match other.relation {
                    Relation::Form if spelled == other.text => (Class::Words, 97),
                    Relation::Form if spelled.starts_with(&other.text) => (Class::Words, 78),
                    Relation::Synonym if spelled == other.text && !is_noun => {
                        (Class::Synonym, if other.same_in.contains(&key) { 97 } else { 90 })
                    }
                    Relation::Form | Relation::Synonym | Relation::Integration => continue,
                };
                let end = end.min(start + other.text.len());
                let found = Match { class, quality, words: bit(at), place: Place::Name { start, end } };
                best = Some(best.map_or(found, |b| b.better(Some(found))));
            }
        }
        best
    }

    fn find_in_parameters(&self, index: &Index, action: usize) -> Option<Match> {
        let mut best: Option<Match> = None;
        for parameter in index.parameters().of(action) {
            if let Some((class, quality)) = self.parameters.get(parameter.name as usize).copied().flatten() {
                let found = Match { class, quality, words: 0, place: Place::Parameter(parameter.name) };
                best = Some(best.map_or(found, |b| b.better(Some(found))));
            }
        }
        best
    }

    fn find_in_description(&self, index: &Index, item: &Item, text: &mut Vec<u8>) -> Option<Match> {
        if item.description_mask & self.term.mask != self.term.mask {
            return None;
        }
        if self.term.text.len() < 3 {
            // Two letters are in nearly every description: they lead to longer words, and tell nothing by themselves.
            return Some(Match { class: Class::Dormant, quality: 0, words: 0, place: Place::Description });
        }
        let text = index.description(item, text);
        let mut found = None;
        for start in self.finder.find_iter(text) {
            let end = start + self.term.text.len();
            if !starts_word(text, start) {
                found.get_or_insert((Class::Dormant, 0));
            } else if ends_word(text, end) {
                found = Some((Class::Text, 40));
                break;
            } else {
                found = found.max(Some((Class::Text, 30)));
            }
        }
        found.map(|(class, quality)| Match { class, quality, words: 0, place: Place::Description })
    }

    fn find_phrase(&self, index: &Index, item: &Item, folded: &mut Vec<u8>) -> Option<Match> {
        let (text, open) = (self.term.text.as_str(), self.term.kind == Kind::OpenPhrase);
        if item.name_mask & self.term.mask == self.term.mask
            && let Some((start, end, words)) = phrase_in_name(index.name(item), index.words(item), text, open)
        {
            return Some(Match { class: Class::Words, quality: 100, words, place: Place::Name { start, end } });
        }
        let description = index.description(item, folded);
        let whole =
            |start: usize| starts_word(description, start) && (open || ends_word(description, start + text.len()));
        let found = self.finder.find_iter(description).any(whole);
        found.then_some(Match { class: Class::Text, quality: 40, words: 0, place: Place::Description })
    }
}

/// Where the words of a phrase stand side by side in a name, whole, the last one perhaps still growing.
pub(super) fn phrase_in_name(name: &str, words: &[Word], phrase: &str, open: bool) -> Option<(usize, usize, u32)> {
    let wanted: Vec<&str> = phrase.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let spelled = |at: usize| words.get(at).and_then(|w| name.get(usize::from(w.start)..usize::from(w.end)));
    let fits = |at: usize| {
        wanted.iter().enumerate().all(|(i, word)| {
            let may_grow = open && i + 1 == wanted.len();
            spelled(at + i).is_some_and(|s| if may_grow { s.starts_with(word) } else { s == *word })
        })
    };
    let last = wanted.len().checked_sub(1)?;
    let at = (0..words.len()).find(|at| fits(*at))?;
    let start = usize::from(words.get(at)?.start);
    let end = usize::from(words.get(at + last)?.start) + wanted.last()?.len();
    Some((start, end, (0..=last).map(|i| bit(at + i)).fold(0, |set, b| set | b)))
}

/// Whether a term may be found in an integration's key.
pub(super) fn accepts_key(term: &Term, group: &Group) -> bool {
    in_key(term, &group.squeezed, &group.word_starts).is_some()
}

/// Whether a term may be found in the folded name of a parameter.
pub(super) fn accepts_parameter(term: &str, name: &str) -> bool {
    in_parameter(term, name).is_some()
}

/// What a term is to an integration's squeezed key.
fn in_key(term: &Term, key: &str, word_starts: &[usize]) -> Option<(Class, u16)> {
    let meant = term.others.iter().any(|o| o.relation == Relation::Integration && o.text == key);
    if meant || key == term.text {
        return Some((Class::Words, 100));
    }
    let at = find(key.as_bytes(), term.text.as_bytes())?;
    Some(if at == 0 || word_starts.contains(&at) {
        (Class::Words, 79)
    } else if term.text.len() >= 3 {
        (Class::Inside, 40)
    } else {
        (Class::Dormant, 0)
    })
}

/// What a term is to the folded name of a parameter.
fn in_parameter(term: &str, name: &str) -> Option<(Class, u16)> {
    let at = find(name.as_bytes(), term.as_bytes())?;
    Some(if name == term {
        (Class::Text, 60)
    } else if term.len() >= 3 && starts_word(name.as_bytes(), at) {
        (Class::Text, 45)
    } else {
        (Class::Dormant, 0)
    })
}

fn plural_only(name: &str, end: usize, word_end: usize) -> bool {
    name.get(end..word_end) == Some("s")
}

fn starts_word(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    // No character has more than four bytes.
    match before.last() {
        Some(byte) if !byte.is_ascii() => {
            let last = before.get(before.len().saturating_sub(4)..).and_then(|bytes| bytes.utf8_chunks().last());
            last.and_then(|chunk| chunk.valid().chars().next_back()).is_none_or(|c| !c.is_alphanumeric())
        }
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

fn ends_word(text: &[u8], at: usize) -> bool {
    let after = text.get(at..).unwrap_or_default();
    match after.first() {
        Some(byte) if !byte.is_ascii() => {
            let first = after.get(..4).unwrap_or(after).utf8_chunks().next();
            first.and_then(|chunk| chunk.valid().chars().next()).is_none_or(|c| !c.is_alphanumeric())
        }
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

fn bit(word: usize) -> u32 {
    1 << word.min(31)
}
