//! Reading JSON into the values that jq works on.
//!
//! What is plain JSON is read here, in fewer steps than the reader that comes with jq takes; anything else is left to
//! that one, so that it is read, or refused, as jq does.

use jaq_json::{Map, Num, Val, read};

use super::{DEPTH, surrogates};
use crate::domain::document::{scan, skip};

/// Why a text gave no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is no JSON.
    Broken,
    /// It has too many arrays and objects one in another.
    Deep,
}

/// The keys of the records before, in the order they came: most records have the same ones.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: Vec<Val>,
    next: usize,
}

/// More keys are not kept.
const KEYS: usize = 256;

impl Keys {
    /// The value of the key that is written `inside`.
    fn key(&mut self, inside: &[u8]) -> Val {
        let place = self.next;
        self.next += 1;
        match self.known.get(place) {
            Some(key) if matches!(key, Val::TStr(known) if **known == inside) => key.clone(),
            Some(_) | None => {
                let key = Val::utf8_str(inside.to_vec());
                match self.known.get_mut(place) {
                    Some(known) => *known = key.clone(),
                    None if place < KEYS => self.known.push(key.clone()),
                    None => {}
                }
                key
            }
        }
    }
}

/// The value that `text` is.
pub(super) fn value(text: &[u8], keys: &mut Keys) -> Result<Val, Refused> {
    keys.next = 0;
    match plain(text, 0, 0, keys) {
        Some((value, end)) if end == text.len() => Ok(value),
        Some(_) | None => {
            let deep = skip::measured(text, scan::space(text, 0)).is_some_and(|(_, depth)| depth > DEPTH);
            if deep {
                return Err(Refused::Deep);
            }
            read::parse_single(&surrogates::replaced(text)).map_err(|_| Refused::Broken)
        }
    }
}

/// The value at `at` and where it ends, if it is plain JSON.
fn plain(text: &[u8], at: usize, depth: usize, keys: &mut Keys) -> Option<(Val, usize)> {
    match text.get(at)? {
        b'{' if depth < DEPTH => object(text, at, depth, keys),
        b'[' if depth < DEPTH => array(text, at, depth, keys),
        b'{' | b'[' => None,
        b'"' => string(text, at),
        b'-' | b'0'..=b'9' => {
            let end = scan::scalar_end(text, at)?;
            Some((Val::Num(number(&text[at..end])?), end))
        }
        first => {
            let value = match first {
                b't' => Val::Bool(true),
                b'f' => Val::Bool(false),
                _ => Val::Null,
            };
            scan::scalar_end(text, at).map(|end| (value, end))
        }
    }
}

fn number(written: &[u8]) -> Option<Num> {
    // So many digits always fit.
    if let [b'1'..=b'9', rest @ ..] = written
        && rest.len() < 15
        && rest.iter().all(u8::is_ascii_digit)
    {
        let digits = written.iter().fold(0, |n, digit| n * 10 + i64::from(digit - b'0'));
        return isize::try_from(digits).ok().map(Num::Int);
    }
    read::parse_single_num(written)
}

fn string(text: &[u8], at: usize) -> Option<(Val, usize)> {
    let end = scan::scalar_end(text, at)?;
    let inside = &text[at + 1..end - 1];
    let value = match memchr::memchr(b'\\', inside) {
        None => Val::utf8_str(inside.to_vec()),
        Some(_) => read::parse_single(&text[at..end]).ok()?,
    };
    Some((value, end))
}

fn array(text: &[u8], at: usize, depth: usize, keys: &mut Keys) -> Option<(Val, usize)> {
    let mut items = Vec::new();
    let mut at = scan::space(text, at + 1);
    if text.get(at) == Some(&b']') {
        return Some((Val::Arr(items.into()), at + 1));
    }
    loop {
        let (item, end) = plain(text, at, depth + 1, keys)?;
        items.push(item);
        at = scan::space(text, end);
        match text.get(at)? {
            b',' => at = scan::space(text, at + 1),
            b']' => return Some((Val::Arr(items.into()), at + 1)),
            _ => return None,
        }
    }
}

fn object(text: &[u8], at: usize, depth: usize, keys: &mut Keys) -> Option<(Val, usize)> {
    let mut members = Map::default();
    let mut at = scan::space(text, at + 1);
    if text.get(at) == Some(&b'}') {
        return Some((Val::obj(members), at + 1));
    }
    loop {
        if text.get(at) != Some(&b'"') {
            return None;
        }
        let end = scan::scalar_end(text, at)?;
        let inside = &text[at + 1..end - 1];
        let key = if inside.contains(&b'\\') { string(text, at)?.0 } else { keys.key(inside) };
        at = scan::space(text, end);
        if text.get(at) != Some(&b':') {
            return None;
        }
        let (value, end) = plain(text, scan::space(text, at + 1), depth + 1, keys)?;
        members.insert(key, value);
        at = scan::space(text, end);
        match text.get(at)? {
            b',' => at = scan::space(text, at + 1),
            b'}' => return Some((Val::obj(members), at + 1)),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::testing::{any_json, nearly_json};

    #[test]
    fn every_number_is_the_one_that_jq_reads() {
        for text in
            ["0", "-0", "12", "123456789012345", "1234567890123456", "99999999999999999999", "1.50", "-1e3", "01"]
        {
            let ours = value(text.as_bytes(), &mut Keys::default());
            let theirs = read::parse_single(text.as_bytes());
            assert_eq!(ours.map(|v| format!("{v:?}")).ok(), theirs.map(|v| format!("{v:?}")).ok(), "{text}");
        }
    }

    #[test]
    fn what_only_jq_reads_is_read_by_it() {
        for text in ["NaN", "[1,+2]", "{1:2}", "[1 # one\n]", "b\"a\""] {
            assert!(value(text.as_bytes(), &mut Keys::default()).is_ok(), "{text}");
        }
        for text in ["", "[1", "{\"a\"}", "nul", "\"a", "1 2", "[1,]"] {
            assert_eq!(value(text.as_bytes(), &mut Keys::default()).err(), Some(Refused::Broken), "{text}");
        }
        let deep = |levels| {
            let text = "[".repeat(levels) + &"]".repeat(levels);
            value(text.as_bytes(), &mut Keys::default()).err()
        };
        let tested = move || (deep(DEPTH), deep(DEPTH + 1));
        let tested = std::thread::Builder::new().stack_size(64 << 20).spawn(tested).unwrap().join();
        assert_eq!(tested.unwrap(), (None, Some(Refused::Deep)));
    }

    proptest! {
        #[test]
        fn a_value_is_the_one_that_jq_reads(json in any_json(), other in any_json()) {
            let mut keys = Keys::default();
            for text in [&json, &other, &json] {
                let text = text.trim().as_bytes();
                // Written out, as numbers are equal that are not written alike.
                let theirs = read::parse_single(text).map(|v| format!("{v:?}"));
                prop_assert_eq!(value(text, &mut keys).map(|v| format!("{v:?}")).ok(), theirs.ok());
            }
        }

        #[test]
        fn any_bytes(bytes in nearly_json()) {
            let ours = value(&bytes, &mut Keys::default());
            if let Ok(theirs) = read::parse_single(&bytes) {
                prop_assert_eq!(ours.map(|v| format!("{v:?}")).ok(), Some(format!("{theirs:?}")));
            }
        }
    }
}
