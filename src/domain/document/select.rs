//! Choosing records of a list by what is in their fields, straight from the text: no value and no index is made, and of
//! a list that is read bit by bit only the record under way is kept.

use std::{cmp::Ordering, str::FromStr};

use memchr::memmem;

use super::{
    Pointer, address,
    decode::{decode, string_inside},
    find::Needle,
    scan, skip,
};

/// What a record must have, written `field=value`.
///
/// A field is a key, or a path of keys with dots between, or a JSON Pointer; through a list it leads to each item.
/// `=` and `!=` compare with the value as it is written, texts without quotes and escapes; `<`, `<=`, `>` and `>=`
/// compare numbers by size and texts alphabetically; `~` looks for a part in either case. A field alone must be there
/// and not `null`; with `!` before it, it must not.
#[derive(Debug, Clone)]
pub struct Condition {
    path: Vec<String>,
    /// The path as one key, as keys may have dots in them.
    whole: Option<String>,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Equal { text: String, literal: Option<Box<Literal>>, wanted: bool },
    Order { text: String, number: Option<f64>, holds: fn(Ordering) -> bool },
    Contains(Needle),
    There(bool),
}

/// A text that stands in a record as it is, unless it has escapes that may stand for any character.
#[derive(Debug, Clone)]
struct Literal {
    text: memmem::Finder<'static>,
    escape: memmem::Finder<'static>,
}

impl Literal {
    fn of(text: &str) -> Self {
        Self { text: memmem::Finder::new(text.as_bytes()).into_owned(), escape: memmem::Finder::new(b"\\u") }
    }

    fn may_be_in(&self, record: &[u8]) -> bool {
        self.text.find(record).is_some() || self.escape.find(record).is_some()
    }
}

/// Why a condition cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no field")]
pub struct ConditionError(String);

impl FromStr for Condition {
    type Err = ConditionError;

    fn from_str(text: &str) -> Result<Self, ConditionError> {
        type Order = fn(Ordering) -> bool;
        const ORDERS: [(&str, Order); 4] =
            [("<=", Ordering::is_le), (">=", Ordering::is_ge), ("<", Ordering::is_lt), (">", Ordering::is_gt)];
        // In a pointer `~0` and `~1` stand for characters.
        let escapes = |at: usize| text.starts_with('/') && matches!(text.as_bytes().get(at + 1), Some(b'0' | b'1'));
        let mut signs = text.match_indices(['=', '<', '>', '~']);
        let at = signs.find(|(at, sign)| *sign != "~" || !escapes(*at)).map(|(at, _)| at);
        let (field, test) = match at {
            None => match text.strip_prefix('!') {
                Some(field) => (field, Test::There(false)),
                None => (text, Test::There(true)),
            },
            Some(at) => {
                let (field, rest) = text.split_at(at);
                let order = ORDERS.iter().find_map(|(sign, holds)| Some((rest.strip_prefix(sign)?, *holds)));
                if let Some((value, holds)) = order {
                    let number = value.trim().parse().ok().filter(|n: &f64| n.is_finite());
                    (field, Test::Order { text: value.to_owned(), number, holds })
                } else if let Some(value) = rest.strip_prefix('~') {
                    (field, Test::Contains(Needle::new(value)))
                } else {
                    let value = rest.strip_prefix('=').unwrap_or(rest);
                    let (field, wanted) = field.strip_suffix('!').map_or((field, true), |field| (field, false));
                    // A character that may stand there escaped cannot be looked for as it is.
                    let plain = !value.is_empty() && !value.contains(|c: char| c.is_control() || "\"\\/".contains(c));
                    let literal = (plain && wanted).then(|| Box::new(Literal::of(value)));
                    (field, Test::Equal { text: value.to_owned(), literal, wanted })
                }
            }
        };
        let field = field.trim();
        if field.is_empty() {
            return Err(ConditionError(text.to_owned()));
        }
        let (path, whole) = if field.starts_with('/') {
            let pointer: Pointer = field.parse().map_err(|_| ConditionError(text.to_owned()))?;
            (pointer.tokens().to_vec(), None)
        } else {
            let path: Vec<String> = field.trim_start_matches('.').split('.').map(str::to_owned).collect();
            let whole = (path.len() > 1).then(|| field.to_owned());
            (path, whole)
        };
        Ok(Self { path, whole, test })
    }
}

impl Condition {
    /// Whether it holds for `record`, one value's text.
    pub fn holds(&self, record: &[u8]) -> bool {
        let wanted = match &self.test {
            Test::Equal { literal: Some(literal), .. } if !literal.may_be_in(record) => return false,
            Test::Equal { wanted, .. } | Test::There(wanted) => *wanted,
            Test::Order { .. } | Test::Contains(_) => true,
        };
        let is_record = record.first() == Some(&b'{');
        let whole = self.whole.as_ref().and_then(|key| member(record, key));
        let fits = match whole {
            Some(value) => self.reaches(value, &[]),
            None => self.reaches(record, &self.path),
        };
        is_record && fits == wanted
    }

    /// Whether a value that `path` leads to from `value` passes the test.
    fn reaches(&self, value: &[u8], path: &[String]) -> bool {
        match (value.first(), path.split_first()) {
            (Some(b'['), Some((index, rest))) if index.parse::<usize>().is_ok() => {
                let item = index.parse().ok().and_then(|i| Items::of(value).nth(i));
                item.is_some_and(|item| self.reaches(item, rest))
            }
            (Some(b'['), Some(_)) => Items::of(value).any(|item| self.reaches(item, path)),
            (Some(b'['), None) if !matches!(self.test, Test::There(_)) => {
                Items::of(value).any(|item| self.passes(item))
            }
            (_, Some((key, rest))) => member(value, key).is_some_and(|value| self.reaches(value, rest)),
            (_, None) => self.passes(value),
        }
    }

    fn passes(&self, value: &[u8]) -> bool {
        let is_text = value.first() == Some(&b'"');
        match &self.test {
            Test::Equal { text, .. } if is_text => address::is_text(string_inside(value), text),
            Test::Equal { text, .. } => value == text.as_bytes(),
            Test::Order { text, holds, .. } if is_text => holds(decode(string_inside(value)).as_str().cmp(text)),
            Test::Order { number, holds, .. } => {
                let here = std::str::from_utf8(value).ok().and_then(|v| v.parse::<f64>().ok());
                here.zip(*number).and_then(|(here, there)| here.partial_cmp(&there)).is_some_and(holds)
            }
            Test::Contains(needle) => !matches!(value.first(), Some(b'{' | b'[')) && needle.is_in(value),
            Test::There(_) => value != b"null",
        }
    }
}

/// The value of `key` in the object `text`; of a key that occurs twice the last.
fn member<'t>(text: &'t [u8], key: &str) -> Option<&'t [u8]> {
    if text.first() != Some(&b'{') {
        return None;
    }
    let (mut at, mut found) = (scan::space(text, 1), None);
    while text.get(at) == Some(&b'"') {
        let end = scan::scalar_end(text, at)?;
        let colon = scan::space(text, end);
        if text.get(colon) != Some(&b':') {
            return None;
        }
        let value = scan::space(text, colon + 1);
        let value_end = skip::value_end(text, value)?;
        if address::is_text(&text[at + 1..end - 1], key) {
            found = Some(&text[value..value_end]);
        }
        at = scan::space(text, value_end);
        if text.get(at) == Some(&b',') {
            at = scan::space(text, at + 1);
        }
    }
    found
}

/// The items of a list, as text.
struct Items<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Items<'t> {
    fn of(text: &'t [u8]) -> Self {
        Self { text, at: scan::space(text, 1) }
    }
}

impl<'t> Iterator for Items<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let end = skip::value_end(self.text, self.at)?;
        let item = self.text.get(self.at..end)?;
        self.at = scan::space(self.text, end);
        if self.text.get(self.at) == Some(&b',') {
            self.at = scan::space(self.text, self.at + 1);
        }
        Some(item)
    }
}

/// A list that is read bit by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// Nothing of it has been read.
    #[default]
    Before,
    /// An item comes next.
    Inside,
    /// After an item.
    Between,
    /// It has ended.
    After,
    /// What is read is no list.
    Other,
    /// It is broken at the first byte that was not taken.
    Broken,
}

impl Reading {
    /// Hands the items that `text` holds whole to `each` and returns how many bytes of it are done with; what is left
    /// is to be given again with more behind it. `last` says that there is no more.
    pub fn read(&mut self, text: &[u8], last: bool, each: &mut dyn FnMut(&[u8])) -> usize {
        let done = self.list(text, last, each);
        if *self == Self::After { done + self.list(&text[done..], last, each) } else { done }
    }

    /// The same up to the end of the list; what is behind it is looked at only by the next call.
    pub(super) fn list(&mut self, text: &[u8], last: bool, each: &mut dyn FnMut(&[u8])) -> usize {
        let mut at = 0;
        loop {
            if *self == Self::Before && text.starts_with(b"\xef\xbb\xbf") {
                at = 3;
            }
            at = scan::space(text, at);
            let Some(&b) = text.get(at) else {
                if last && *self != Self::After {
                    *self = Self::Broken;
                }
                return at;
            };
            match (*self, b) {
                (Self::Before, b'[') => {
                    let inside = scan::space(text, at + 1);
                    *self = match text.get(inside) {
                        None if !last => return at,
                        Some(b']') => Self::Between,
                        _ => Self::Inside,
                    };
                    at += 1;
                }
                (Self::Before, _) => *self = Self::Other,
                (Self::Inside, _) => {
                    // A number at the very end may go on.
                    let Some(end) = skip::value_end(text, at).filter(|end| last || *end < text.len()) else {
                        if last {
                            *self = Self::Broken;
                        }
                        return at;
                    };
                    each(&text[at..end]);
                    at = end;
                    *self = Self::Between;
                }
                (Self::Between, b',') => {
                    at += 1;
                    *self = Self::Inside;
                }
                (Self::Between, b']') => {
                    *self = Self::After;
                    return at + 1;
                }
                (Self::Between | Self::After, _) => *self = Self::Broken,
                (Self::Other | Self::Broken, _) => return at,
            }
        }
    }
}

/// A value's text on one line: as it is where it has no line ends, else without the space between its parts; line ends
/// that stand in a text, where JSON knows none, are escaped.
pub fn on_one_line(text: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if memchr::memchr2(b'\n', b'\r', text).is_none() {
        return text.into();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        let next = if b == b'"' { scan::scalar_end(text, at).unwrap_or(text.len()) } else { at + 1 };
        for &b in &text[at..next] {
            match b {
                b'\n' if next > at + 1 => out.extend_from_slice(b"\\n"),
                b'\r' if next > at + 1 => out.extend_from_slice(b"\\r"),
                b' ' | b'\t' | b'\r' | b'\n' if next == at + 1 => {}
                b => out.push(b),
            }
        }
        at = next;
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        Value,
        testing::{any_json, nearly_json},
    };

    const RECORD: &str = r#"{"id":123,"name":"Ann \"A\" Lee","a.b":1,"owner":{"mail":"ann\u0040example.com","n":2.50},
        "tags":["x","y/z"],"teams":[{"slug":"one"},{"slug":"two"}],"gone":null,"at":"2026-01-02","c/d~":1,"n":1,"n":2}"#;

    #[test]
    fn what_holds_for_a_record() {
        for (condition, holds) in [
            ("id=123", true),
            ("id=12", false),
            ("id=123.0", false),
            ("id!=12", true),
            ("id!=123", false),
            ("name=Ann \"A\" Lee", true),
            ("name~lee", true),
            ("name~Lee", true),
            ("name~LEE", false),
            ("name~", true),
            ("id~2", true),
            ("owner~2", false),
            ("a.b=1", true),
            ("owner.mail=ann@example.com", true),
            ("owner.n=2.50", true),
            ("owner.n>=2.5", true),
            ("owner.n<2.5", false),
            (".owner.n>2", true),
            ("/owner/n<=2.5", true),
            ("tags=x", true),
            ("tags=y/z", true),
            ("tags!=x", false),
            ("tags/0=x", false),
            ("/tags/0=x", true),
            ("/tags/1=x", false),
            ("/a.b=1", true),
            ("/c~1d~0=1", true),
            ("/name~ann", true),
            ("teams.slug=two", true),
            ("teams.slug=three", false),
            ("gone", false),
            ("!gone", true),
            ("!missing", true),
            ("missing", false),
            ("missing=1", false),
            ("missing!=1", true),
            ("gone=null", true),
            ("tags", true),
            ("at>2026-01-01", true),
            ("at<2026", false),
            ("id>abc", false),
            ("n=2", true),
            ("n=1", false),
        ] {
            let parsed: Condition = condition.parse().unwrap();
            assert_eq!(parsed.holds(RECORD.as_bytes()), holds, "{condition}");
        }
        for wrong in ["", "=1", " =1", "!"] {
            assert!(wrong.parse::<Condition>().is_err(), "{wrong}");
        }
        assert!(!"!a".parse::<Condition>().unwrap().holds(b"[1]"), "only objects are records");
    }

    /// The items read from `text` given in pieces of `piece` bytes, and how that ended.
    fn items(text: &[u8], piece: usize) -> (Vec<Vec<u8>>, Reading) {
        let (mut reading, mut all, mut done, mut there) = (Reading::default(), Vec::new(), 0, 0);
        while there < text.len() || there == 0 {
            there = (there + piece).min(text.len());
            done += reading.read(&text[done..there], there == text.len(), &mut |item| all.push(item.to_vec()));
            if text.is_empty() {
                break;
            }
        }
        (all, reading)
    }

    #[test]
    fn how_reading_ends() {
        for (text, count, end) in [
            ("[]", 0, Reading::After),
            (" [ 1 , \"a,]\" ] ", 2, Reading::After),
            ("[1,2", 2, Reading::Broken),
            ("[1 2]", 1, Reading::Broken),
            ("[1,]", 1, Reading::Broken),
            ("[1]x", 1, Reading::Broken),
            ("[", 0, Reading::Broken),
            ("", 0, Reading::Broken),
            ("{\"a\":[1]}", 0, Reading::Other),
        ] {
            for piece in [1, 2, 99] {
                let (all, reading) = items(text.as_bytes(), piece);
                assert_eq!((all.len(), reading), (count, end), "{text} by {piece}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn items_are_the_readers_however_they_come(list in prop::collection::vec(any_json(), 0..5), piece in 1..40_usize) {
            let text = format!(" [{}]\n", list.join(" ,"));
            let (all, reading) = items(text.as_bytes(), piece);
            prop_assert_eq!(reading, Reading::After);
            let values: Vec<Value> = all.iter().map(|item| Value::parse(item).unwrap()).collect();
            prop_assert_eq!(Value::Array(values), Value::parse(text.as_bytes()).unwrap());
            for item in &all {
                let line = on_one_line(item);
                prop_assert!(!line.contains(&b'\n'));
                prop_assert_eq!(Value::parse(&line), Value::parse(item));
            }
        }

        #[test]
        fn any_bytes(bytes in nearly_json(), piece in 1..9_usize) {
            let (all, _) = items(&bytes, piece);
            let (whole, _) = items(&bytes, 999);
            prop_assert_eq!(&all, &whole);
            prop_assert!(all.iter().all(|item| !on_one_line(item).contains(&b'\n')));
            for condition in ["a=1", "a.b~x", "/0/a<2", "!b"] {
                let condition: Condition = condition.parse().unwrap();
                all.iter().chain([&bytes]).for_each(|item| { condition.holds(item); });
            }
        }
    }
}
