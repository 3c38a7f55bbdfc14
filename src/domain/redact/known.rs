//! Values known to be secret, such as the token in use: found wherever they stand, whatever name or shape they have.
//!
//! The values themselves are not kept, only what tells them again: their lengths and digests. So this may go where no
//! token may, and nothing that is drawn, written or compared can give one away.

use std::{collections::BTreeSet, fmt, ops::Range, sync::Arc};

use ring::digest::{SHA256, digest};

use super::{Redacted, Secret, headers_with, left_out_with, masked_body, text_with, value_with};
use crate::domain::document::{Pointer, Value};

/// Shorter values are words that stand everywhere.
const LEAST: usize = 8;
/// Any odd number does: it spreads the bytes over the sum that rolls along.
const BASE: u64 = 0x0000_0100_0000_01b3;

/// Secrets that can be recognised and not told.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Known(Arc<BTreeSet<Print>>);

/// What tells one value again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Print {
    length: usize,
    /// A sum over the bytes that is cheap to roll along a text; what has the same sum is looked at more closely.
    sum: u64,
    digest: [u8; 32],
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Known({})", self.0.len())
    }
}

impl Known {
    /// Those of `values` that are long enough to be told from ordinary words.
    pub fn of<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let values = values.into_iter().map(str::trim).filter(|value| value.len() >= LEAST);
        Self(Arc::new(values.map(|value| Print::of(value.as_bytes())).collect()))
    }

    /// A token, and its signature by itself: without that a token is no more than a name.
    pub fn of_token(token: &str) -> Self {
        let signature = token.rsplit_once('.').map(|(_, signature)| signature);
        Self::of([token].into_iter().chain(signature))
    }

    /// These and `more`.
    #[must_use]
    pub fn and(&self, more: &Self) -> Self {
        match (self.0.is_empty(), more.0.is_empty()) {
            (_, true) => self.clone(),
            (true, false) => more.clone(),
            (false, false) => Self(Arc::new(self.0.union(&more.0).cloned().collect())),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `text` without these and without what [`super::text`] finds.
    pub fn text(&self, text: &str) -> Redacted<String> {
        text_with(text, self)
    }

    /// `value` without these and without what [`super::value`] finds.
    pub fn value(&self, value: &Value, places: &[Pointer]) -> Redacted<Value> {
        value_with(value, places, self)
    }

    /// `value` without these and what [`super::value`] finds, each left out rather than masked.
    pub fn left_out(&self, value: &Value, places: &[Pointer]) -> Redacted<Value> {
        left_out_with(value, places, self)
    }

    /// The body of a reply without these and without what [`super::body`] finds.
    pub fn body(&self, bytes: &[u8], content_type: Option<&str>) -> Redacted<Vec<u8>> {
        masked_body(bytes, content_type, self)
    }

    /// Headers without these and without what [`super::headers`] finds.
    pub fn headers(&self, headers: &[(String, String)]) -> Redacted<Vec<(String, String)>> {
        headers_with(headers, self)
    }

    /// Where these stand in `bytes`, from front to back, none in another.
    pub(super) fn find(&self, bytes: &[u8]) -> Vec<(Range<usize>, Secret)> {
        let lengths: BTreeSet<usize> = self.0.iter().map(|print| print.length).collect();
        let mut found: Vec<Range<usize>> =
            lengths.into_iter().flat_map(|length| self.of_length(length, bytes)).collect();
        found.sort_by_key(|range| (range.start, range.end));
        let mut apart: Vec<(Range<usize>, Secret)> = Vec::with_capacity(found.len());
        for range in found {
            match apart.last_mut() {
                Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
                Some(_) | None => apart.push((range, Secret::Known)),
            }
        }
        apart
    }

    fn of_length(&self, length: usize, bytes: &[u8]) -> Vec<Range<usize>> {
        if length > bytes.len() {
            return Vec::new();
        }
        let prints: Vec<&Print> = self.0.iter().filter(|print| print.length == length).collect();
        let highest = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
        let mut rolling = sum(&bytes[..length]);
        let mut found = Vec::new();
        for at in 0..=bytes.len() - length {
            if at > 0 {
                let (gone, new) = (u64::from(bytes[at - 1]), u64::from(bytes[at + length - 1]));
                rolling = rolling.wrapping_sub(gone.wrapping_mul(highest)).wrapping_mul(BASE).wrapping_add(new);
            }
            let here = at..at + length;
            if prints.iter().any(|print| print.sum == rolling && print.digest == hash(&bytes[here.clone()])) {
                found.push(here);
            }
        }
        found
    }
}

impl Print {
    fn of(value: &[u8]) -> Self {
        Self { length: value.len(), sum: sum(value), digest: hash(value) }
    }
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum: u64, byte| sum.wrapping_mul(BASE).wrapping_add(u64::from(*byte)))
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_known_value_is_found_whatever_stands_around_it() {
        let known = Known::of(["opaque-value-1", " other one ", "short", "opaque"]);
        assert_eq!(format!("{known:?}"), "Known(2)");
        let Redacted { rest, taken } = known.text("you sent opaque-value-1, opaque-value-2 and\nxother onex");
        assert_eq!(rest, "you sent ***, opaque-value-2 and\nx***x");
        assert_eq!(
            taken.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["line 1: known to be secret", "line 2: known to be secret"]
        );
        let given = Value::parse(br#"{"echo":"<opaque-value-1>","n":1,"opaque-value-1":"k","l":["a"]}"#).unwrap();
        let Redacted { rest, taken } = known.value(&given, &[]);
        assert_eq!(rest.to_json(), r#"{"echo":"<***>","n":1,"***":"k","l":["a"]}"#);
        assert_eq!(taken[0].to_string(), "/echo: known to be secret");
        assert!(!taken[1].to_string().contains("opaque"), "{}", taken[1]);
        assert_eq!(known.left_out(&given, &[]).rest.to_json(), r#"{"n":1,"l":["a"]}"#);
        assert_eq!(known.body(b"\xffopaque-value-1\xfe", None).rest, b"\xff***\xfe");
        let headers = [("x-echo".to_owned(), "opaque-value-1".to_owned())];
        assert_eq!(known.headers(&headers).rest[0].1, "***");
    }

    #[test]
    fn what_is_known_grows_and_tells_nothing() {
        let (one, two) = (Known::of(["planted-one"]), Known::of(["planted-two"]));
        let both = one.and(&two);
        assert_eq!(both.text("planted-one planted-two").rest, "*** ***");
        assert_eq!((one.and(&Known::default()), Known::default().and(&one)), (one.clone(), one.clone()));
        assert!(Known::default().is_empty() && !both.is_empty() && !format!("{both:?}").contains("planted"));
    }

    #[test]
    fn what_overlaps_a_shape_is_one_place() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJpYSJ9.c2lnbmF0dXJl";
        let known = Known::of([jwt, "c2lnbmF0dXJl"]);
        let Redacted { rest, taken } = known.text(&format!("a {jwt} b"));
        assert_eq!((rest.as_str(), taken.len()), ("a *** b", 1));
    }

    proptest! {
        #[test]
        fn no_known_value_survives_and_everything_else_does(
            before in "[a-z é]{0,9}", after in "[a-z é]{0,9}", value in "[a-zA-Z0-9_]{8,40}", other in "[A-Z]{7}[0-9]{1,9}",
        ) {
            let known = Known::of([value.as_str(), "ANOTHER1"]);
            prop_assume!(!before.contains(&value) && !after.contains(&value) && other != "ANOTHER1");
            let told = known.text(&format!("{before}\n{value}\n{after}")).rest;
            prop_assert!(!told.contains(&value), "{told}");
            prop_assert!(told.starts_with(&before) && told.ends_with(&after), "{told}");
            prop_assert_eq!(known.find(before.as_bytes()), []);
        }
    }
}
