//! Finding text in a document's keys and values.

use std::ops::Range;

use memchr::memmem;

use super::{
    Document, NodeId,
    decode::{decode, string_inside},
    index::{DEEP, to_u32},
    scan,
};

/// One place where the text occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The value, or the value whose key it is.
    pub node: NodeId,
    /// Whether it is in the key rather than in the value.
    pub in_key: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The places in document order.
    pub matches: Vec<Match>,
    /// Whether there are more than were collected.
    pub more: bool,
}

/// Where a text occurs in a document's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundText {
    /// Where each occurrence begins, in order and apart.
    pub offsets: Vec<usize>,
    /// Whether there are more than were collected.
    pub more: bool,
}

/// Every place in the bytes of `document` that reads `needle`, by the rules of [`find`]; nothing is decoded.
pub fn find_text(document: &Document, needle: &str) -> FoundText {
    let mut found = FoundText::default();
    if needle.is_empty() {
        return found;
    }
    let needle = Needle::new(needle);
    let body = document.bytes();
    let mut at = 0;
    while let Some(range) = needle.first_in(body, at) {
        if found.offsets.len() == FIND_LIMIT {
            found.more = true;
            break;
        }
        found.offsets.push(range.start);
        at = range.end.max(at + 1);
    }
    found
}

/// How many matches are collected at most.
pub const FIND_LIMIT: usize = 100_000;

/// Every key and scalar of `document` that contains `needle`; in either case unless `needle` has a capital letter.
///
/// Strings are compared decoded, numbers and words as they are written. One pass over the body.
pub fn find(document: &Document, needle: &str) -> Found {
    let (body, index) = (&document.body, &document.index);
    let mut found = Found::default();
    let (Some(root), false) = (index.root, needle.is_empty()) else { return found };
    let needle = Needle::new(needle);
    let end = index.limit(body) as usize;
    let text = &body[..end];
    let mut candidates = Candidates::new(&needle, text);
    let mut at = root as usize;
    while let Some(&b) = text.get(at) {
        match b {
            b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {}
            _ => {
                at += 1;
                continue;
            }
        }
        let candidate = candidates.next(at);
        if candidate >= at + FAR {
            if candidate == end {
                break;
            }
            let near = approach(document, to_u32(candidate));
            if near > at {
                at = near;
                continue;
            }
        }
        let token_end = (index.scalar_end(text, to_u32(at)) as usize).clamp(at + 1, end);
        let mut next = token_end;
        let colon = if b == b'"' { scan::space(text, token_end) } else { end };
        let in_key = text.get(colon) == Some(&b':');
        if in_key {
            next = scan::space(text, colon + 1);
        }
        let node = if in_key { next } else { at };
        // A key that is the last thing before the document breaks names no value.
        if candidate < token_end && node < end && needle.is_in(&text[at..token_end]) {
            let place = reachable(document, Match { node: NodeId(to_u32(node)), in_key });
            if found.matches.last() != Some(&place) {
                if found.matches.len() == FIND_LIMIT {
                    found.more = true;
                    return found;
                }
                found.matches.push(place);
            }
        }
        at = next;
    }
    if index.broke.is_some() {
        // Where it broke, what stands behind the last key may be no value.
        while found.matches.last().is_some_and(|m| m.in_key && !index.is_node(text, m.node.0)) {
            found.matches.pop();
        }
    }
    found
}

/// What is nested too deep for a tree is found as the array or object that a tree still shows.
fn reachable(document: &Document, place: Match) -> Match {
    let index = &document.index;
    let around = if index.deep { index.large_around(place.node.0) } else { None };
    match around.filter(|c| c.count == DEEP) {
        Some(c) => Match { node: NodeId(c.start), in_key: false },
        None => place,
    }
}

/// From how many bytes on the index is asked for the way to a candidate, rather than reading up to it.
const FAR: usize = 2048;

/// How many bytes of a text are decoded at a time.
const STRETCH: usize = 4096;

/// A place between values not far before `offset`.
fn approach(document: &Document, offset: u32) -> usize {
    let (body, index) = (&document.body, &document.index);
    let Some(c) = index.large_around(offset) else { return 0 };
    let mark = index.mark_before(c.start, offset).map(|mark| mark.offset);
    let mut near = mark.unwrap_or(c.start + 1);
    let mut child = mark.or_else(|| index.first(body, c.start));
    while let Some(start) = child.filter(|&start| start < offset) {
        let end = index.end(body, start);
        if end > offset {
            break;
        }
        near = end;
        child = index.next(body, c.start, end);
    }
    near as usize
}

/// Where `needle` occurs in a text that is shown, by the same rules: byte ranges, in order, apart.
pub fn ranges(shown: &str, needle: &str) -> Vec<Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let needle = Needle::new(needle);
    if needle.exact {
        return shown.match_indices(&*needle.text).map(|(at, hit)| at..at + hit.len()).collect();
    }
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(rest) = shown.get(at..).filter(|r| !r.is_empty()) {
        match needle.len_at_start(rest) {
            Some(len) if len > 0 => {
                ranges.push(at..at + len);
                at += len;
            }
            _ => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    ranges
}

/// What is searched for.
#[derive(Debug, Clone)]
pub(super) struct Needle {
    /// In lower case unless `exact`.
    text: String,
    exact: bool,
    /// Whether the body's bytes can be searched as they are: no character that may be escaped or has another case
    /// outside ASCII.
    plain: bool,
}

impl Needle {
    pub(super) fn new(needle: &str) -> Self {
        let exact = needle.chars().any(char::is_uppercase);
        let text = if exact { needle.to_owned() } else { needle.to_lowercase() };
        let plain = text.is_ascii();
        Self { text, exact, plain }
    }

    /// Whether it occurs in the token `raw`.
    pub(super) fn is_in(&self, raw: &[u8]) -> bool {
        if raw.first() != Some(&b'"') {
            return self.is_in_bytes(raw);
        }
        let inside = string_inside(raw);
        if memchr::memchr(b'\\', inside).is_none() && (self.plain || self.exact) {
            return self.is_in_bytes(inside);
        }
        let text = decode(inside);
        if self.exact || self.plain {
            self.is_in_bytes(text.as_bytes())
        } else {
            text.to_lowercase().contains(&self.text)
        }
    }

    /// The first occurrence in `bytes` from `at` on.
    fn first_in(&self, bytes: &[u8], at: usize) -> Option<Range<usize>> {
        let text = self.text.as_bytes();
        let first = *text.first()?;
        if self.exact {
            let start = at + memmem::find(bytes.get(at..)?, text)?;
            return Some(start..start + text.len());
        }
        if self.plain {
            let starts = memchr::memchr2_iter(first, first.to_ascii_uppercase(), bytes.get(at..)?).map(|hit| at + hit);
            let is_it =
                |start: &usize| bytes.get(*start..start + text.len()).is_some_and(|b| b.eq_ignore_ascii_case(text));
            return starts.into_iter().find(is_it).map(|start| start..start + text.len());
        }
        // A stretch at a time, so that what follows a place found is not gone over once more for each place. The stretch
        // ends where no place that begins in it can reach; one that begins inside a character begins with no place.
        let reach = self.text.len() * 4 + 16;
        let mut from = at;
        while from < bytes.len() {
            let stop = (from + STRETCH).min(bytes.len());
            let mut start = from;
            for chunk in bytes[from..(stop + reach).min(bytes.len())].utf8_chunks() {
                let shown = chunk.valid();
                let here = shown.char_indices().take_while(|(i, _)| start + i < stop);
                let hit = here.into_iter().find_map(|(i, _)| Some(i..i + self.len_at_start(&shown[i..])?));
                if let Some(hit) = hit {
                    return Some(start + hit.start..start + hit.end);
                }
                start += shown.len() + chunk.invalid().len();
            }
            from = stop;
        }
        None
    }

    fn is_in_bytes(&self, bytes: &[u8]) -> bool {
        let text = self.text.as_bytes();
        if self.exact || text.is_empty() {
            return memmem::find(bytes, text).is_some();
        }
        bytes.len() >= text.len() && bytes.windows(text.len()).any(|w| w.eq_ignore_ascii_case(text))
    }

    /// The length of the text at the start of `shown` that equals it but for case.
    fn len_at_start(&self, shown: &str) -> Option<usize> {
        let mut wanted = self.text.chars();
        let mut left = wanted.next()?;
        for (at, c) in shown.char_indices() {
            for lower in c.to_lowercase() {
                if lower != left {
                    return None;
                }
                match wanted.next() {
                    Some(next) => left = next,
                    None => return Some(at + c.len_utf8()),
                }
            }
        }
        None
    }
}

/// The places in the body that may hold the needle, so that most tokens are passed by without a look.
struct Candidates<'n, 't> {
    needle: &'n Needle,
    text: &'t [u8],
    /// A byte of the needle that is rare in JSON, and its place in the needle.
    rare: (u8, usize),
    /// The next place that holds the needle literally; the text's length if none does.
    literal: usize,
    /// The next escape that may stand for a character of the needle.
    escape: usize,
    /// The next byte that is not ASCII, where that matters.
    foreign: usize,
    unicode: memmem::Finder<'static>,
}

impl<'n, 't> Candidates<'n, 't> {
    fn new(needle: &'n Needle, text: &'t [u8]) -> Self {
        let rarity = |b: u8| match b.to_ascii_lowercase() {
            b'q' | b'x' | b'z' | b'j' | b'k' | b'v' | b'w' => 0,
            b'b' | b'f' | b'g' | b'h' | b'p' | b'y' | b'u' | b'@' | b'#' => 1,
            b'"' | b',' | b':' | b' ' | b'e' | b't' | b'a' | b'i' | b'0' | b'1' => 4,
            _ => 2,
        };
        let bytes = needle.text.bytes().enumerate();
        let (place, rare) = bytes.min_by_key(|&(_, b)| rarity(b)).unwrap_or((0, 0));
        Self {
            needle,
            text,
            rare: (rare, place),
            literal: 0,
            escape: 0,
            foreign: 0,
            unicode: memmem::Finder::new(b"\\u"),
        }
    }

    /// The first place from `from` on at or after which the needle may be found.
    fn next(&mut self, from: usize) -> usize {
        if self.literal < from || from == 0 {
            self.literal = self.next_literal(from);
        }
        if self.escape < from || from == 0 {
            let rest = &self.text[from..];
            // Short escapes stand for a few characters only; `\u` may stand for any.
            let short = self.needle.text.contains(|c: char| c.is_control() || "\"\\/".contains(c));
            let next = if short { memchr::memchr(b'\\', rest) } else { self.unicode.find(rest) };
            self.escape = from + next.unwrap_or(rest.len());
        }
        if self.foreign < from || from == 0 {
            let ascii = self.needle.plain || self.needle.exact;
            let next = || self.text[from..].iter().position(|b| !b.is_ascii()).map(|at| from + at);
            self.foreign = (!ascii).then(next).flatten().unwrap_or(self.text.len());
        }
        self.literal.min(self.escape).min(self.foreign)
    }

    fn next_literal(&self, from: usize) -> usize {
        let none = self.text.len();
        let needle = self.needle.text.as_bytes();
        if self.needle.exact {
            return memmem::find(&self.text[from..], needle).map_or(none, |at| from + at);
        }
        let (rare, place) = self.rare;
        let mut at = from + place;
        while let Some(rest) = self.text.get(at..) {
            let hit = memchr::memchr2(rare, rare.to_ascii_uppercase(), rest);
            let Some(hit) = hit else { return none };
            let start = at + hit - place;
            let there = self.text.get(start..start + needle.len());
            if there.is_some_and(|there| there.eq_ignore_ascii_case(needle)) {
                return start;
            }
            at += hit + 1;
        }
        none
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        Value, pointer,
        testing::{distinct_json, document, flat, nearly_json},
    };

    fn hits(json: &str, needle: &str) -> Vec<String> {
        let d = document(json);
        let mark = |m: &Match| format!("{}{}", pointer(&d, m.node), if m.in_key { " key" } else { "" });
        find(&d, needle).matches.iter().map(mark).collect()
    }

    #[test]
    fn keys_and_values_in_either_case() {
        let json = r#"{"Name":"name","list":["NAMES",{"x":"a\u006eame\n"},17.50,true,null],"É":"éa"}"#;
        for (needle, found) in [
            ("name", &["/Name key", "/Name", "/list/0", "/list/1/x"][..]),
            ("Name", &["/Name key"]),
            ("NAME", &["/list/0"]),
            ("aname", &["/list/1/x"]),
            ("7.5", &["/list/2"]),
            ("tru", &["/list/3"]),
            ("\n", &["/list/1/x"]),
            ("é", &["/É key", "/É"]),
            ("É", &["/É key"]),
            ("", &[]),
            (":", &[]),
            ("u006e", &[]),
        ] {
            assert_eq!(hits(json, needle), found, "{needle:?}");
        }
    }

    #[test]
    fn bounded() {
        let d = document(&format!("[{}1]", "1,".repeat(FIND_LIMIT)));
        let found = find(&d, "1");
        assert_eq!((found.matches.len(), found.more), (FIND_LIMIT, true));
        assert!(!find(&d, "2").more);
    }

    #[test]
    fn far_apart() {
        let record = |name: &str| format!(r#"{{"id":1,"note":"a \"b\"\n{}","name":"{name}"}}"#, "x".repeat(900));
        let many = vec![record("Bo"); 600].join(",");
        let json = format!(r#"{{"k":[{many},{},{many}],"last":{{"ANN":"\u0061nn"}}}}"#, record("Ann"));
        assert_eq!(hits(&json, "ann"), ["/k/600/name", "/last/ANN key", "/last/ANN"]);
        assert_eq!(hits(&json, "\n").len(), 1201);
        assert_eq!(hits(&json, "nothing"), Vec::<String>::new());
    }

    #[test]
    fn places_in_a_text_are_found_across_stretches() {
        let needle = Needle::new("grüß");
        for before in STRETCH - 9..STRETCH + 3 {
            let text = format!("{}GRÜß{}grüß\n\u{fffd}grüßgrü", "é".repeat(before / 2), "x".repeat(before));
            let mut bytes = text.clone().into_bytes();
            bytes[0] = 0xff;
            let (mut found, mut at) = (Vec::new(), 0);
            while let Some(place) = needle.first_in(&bytes, at) {
                at = place.end;
                found.push(place);
            }
            let first = text.find('G').unwrap();
            let others: Vec<usize> = text.match_indices("grüß").map(|(i, _)| i).collect();
            assert_eq!(found.iter().map(|p| p.start).collect::<Vec<_>>(), [vec![first], others].concat(), "{before}");
            assert!(found.iter().all(|place| place.len() == "grüß".len()));
        }
    }

    #[test]
    fn too_deep() {
        let d = document(&format!("[{}\"x\",\"x\"{},\"x\"]", "[".repeat(100_000), "]".repeat(100_000)));
        let found = find(&d, "x").matches;
        assert_eq!(found.len(), 2);
        let mut tree = crate::domain::document::Tree::new(&d);
        assert!(found.iter().all(|m| tree.reveal(&d, m.node).is_some()));
    }

    #[test]
    fn in_what_arrived() {
        let d = document(r#"{"a":"ab","ab":"#);
        assert_eq!(find(&d, "b").matches.len(), 1);
        let d = document(r#"{"a":1,"ab":oops,"b":2}"#);
        assert_eq!(find(&d, "b").matches.len(), 0);
        let d = document(r#"{"a":["ab"#);
        assert_eq!(find(&d, "b").matches.len(), 1);
    }

    #[test]
    fn in_the_text_as_received() {
        let offsets = |text: &[u8], needle: &str| {
            let d = Document::read(text.into(), Some("text/plain"));
            find_text(&d, needle).offsets
        };
        assert_eq!(offsets(b"Name, name and NAME\nname", "name"), [0, 6, 15, 20]);
        assert_eq!(offsets(b"Name, name, Name", "Name"), [0, 12]);
        assert_eq!(offsets("x\u{e9}a \u{c9}a\n\u{c9}A".as_bytes(), "\u{e9}a"), [1, 5, 9]);
        assert_eq!(offsets(b"\xff\xc3\xa9 \xc3\x89\xff", "\u{e9}"), [1, 4]);
        assert_eq!(offsets(b"aaaaa", "aa"), [0, 2]);
        assert_eq!(offsets(b"abc", ""), [0_usize; 0]);
        let d = document(&"a".repeat(FIND_LIMIT + 1));
        assert!(find_text(&d, "a").more);
    }

    #[test]
    fn where_in_a_shown_text() {
        assert_eq!(ranges("Name, name and NAME", "name"), [0..4, 6..10, 15..19]);
        assert_eq!(ranges("Name, name, Name", "Name"), [0..4, 12..16]);
        assert_eq!(ranges("aaaaa", "aa"), [0..2, 2..4]);
        assert_eq!(ranges("Éa éa", "éa"), [0..3, 4..7]);
        assert!(ranges("abc", "").is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn what_a_plain_walk_finds(json in distinct_json(), needle in "[abid0-9 é\\\\\"]{1,2}|B|Id") {
            let value = Value::parse(json.as_bytes()).unwrap();
            let exact = needle.chars().any(char::is_uppercase);
            let holds = |text: &str| if exact { text.contains(&needle) } else { text.to_lowercase().contains(&needle) };
            let mut wanted = Vec::new();
            for (path, v) in flat(&value) {
                let p: super::super::Pointer = path.iter().collect();
                let parent = p.parent().and_then(|up| up.of(&value).map(|v| v.as_object().is_some()));
                if parent == Some(true) && path.last().is_some_and(|key| holds(key)) {
                    wanted.push(format!("{p} key"));
                }
                let text = match v {
                    Value::Array(_) | Value::Object(_) => continue,
                    Value::String(s) => s.clone(),
                    Value::Null | Value::Bool(_) | Value::Number(_) => v.to_json(),
                };
                if holds(&text) {
                    wanted.push(p.to_string());
                }
            }
            prop_assert_eq!(hits(&json, &needle), wanted);
        }

        #[test]
        fn any_bytes(bytes in nearly_json(), needle in ".{0,3}") {
            let d = Document::read(bytes.as_slice().into(), Some("application/json"));
            for m in find(&d, &needle).matches {
                let _ = pointer(&d, m.node);
            }
            let shown = String::from_utf8_lossy(&bytes);
            for range in ranges(&shown, &needle) {
                prop_assert!(shown.is_char_boundary(range.start) && shown.is_char_boundary(range.end));
            }
        }
    }
}
