//! Ids that look like a provider's, made from a counter: the same calls always give the same ids.

use std::fmt::Write as _;

/// How a provider's ids look: literal text with parts in angle brackets.
///
/// | part | gives |
/// |---|---|
/// | `<upper:N>` | N of `A-Z0-9` |
/// | `<lower:N>` | N of `a-z0-9` |
/// | `<alnum:N>` | N of `A-Za-z0-9` |
/// | `<hex:N>` | N of `0-9a-f` |
/// | `<digits:N>` | N digits, the first not 0 |
/// | `<uuid>` | a version 4 UUID |
/// | `<n>`, `<n:BASE>` | the counter, from 1 or BASE + 1 |
/// | `<seconds>` | the world's time in Unix seconds |
/// | `<micros>` | six digits that differ each time |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdStyle(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Chars(&'static str, usize),
    Digits(usize),
    Uuid,
    Counter(u64),
    Seconds,
    Micros,
}

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";

impl IdStyle {
    /// Reads a style.
    ///
    /// # Errors
    /// The part that is not in the table above, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            let (inside, after) = after.split_once('>').ok_or_else(|| format!("id style {text:?} has no '>'"))?;
            parts.push(Part::parse(inside).ok_or_else(|| format!("id style {text:?} has an unknown part <{inside}>"))?);
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// Whether every id of this style may be the same, because no part of it varies enough.
    pub fn is_constant(&self) -> bool {
        let varied = |part: &Part| match part {
            Part::Chars(_, n) | Part::Digits(n) => *n > 4,
            Part::Uuid | Part::Counter(_) | Part::Micros => true,
            Part::Text(_) | Part::Seconds => false,
        };
        !self.0.iter().any(varied)
    }

    /// The `counter`-th id; `salt` tells the resources apart, `unix` is the world's time.
    pub fn make(&self, salt: &str, counter: u64, unix: i64) -> String {
        let mut random = Random::new(salt, counter);
        let mut id = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => id.push_str(text),
                Part::Chars(alphabet, n) => id.extend((0..*n).map(|_| random.pick(alphabet))),
                Part::Digits(n) => {
                    id.extend((0..*n).map(|i| random.pick(if i == 0 { "123456789" } else { "0123456789" })));
                }
                Part::Uuid => {
                    for (i, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
                        if i > 0 {
                            id.push('-');
                        }
                        let start = id.len();
                        id.extend((0..length).map(|_| random.pick(HEX)));
                        match i {
                            2 => id.replace_range(start..=start, "4"),
                            3 => id.replace_range(start..=start, "a"),
                            _ => {}
                        }
                    }
                }
                // Writing to a String cannot fail.
                Part::Counter(base) => drop(write!(id, "{}", base + counter)),
                Part::Seconds => drop(write!(id, "{unix}")),
                Part::Micros => drop(write!(id, "{:06}", counter.wrapping_mul(418_839) % 1_000_000)),
            }
        }
        id
    }
}

impl Part {
    fn parse(inside: &str) -> Option<Self> {
        let (kind, size) = inside.split_once(':').map_or((inside, None), |(k, n)| (k, Some(n)));
        let number = |limit: u64| size?.parse::<u64>().ok().filter(|n| *n <= limit);
        let count = || number(64).and_then(|n| usize::try_from(n).ok());
        Some(match (kind, size.is_some()) {
            ("upper", true) => Self::Chars(UPPER, count()?),
            ("lower", true) => Self::Chars(LOWER, count()?),
            ("alnum", true) => Self::Chars(ALNUM, count()?),
            ("hex", true) => Self::Chars(HEX, count()?),
            ("digits", true) => Self::Digits(count()?),
            ("uuid", false) => Self::Uuid,
            ("n", false) => Self::Counter(0),
            ("n", true) => Self::Counter(number(u64::from(u32::MAX))?),
            ("seconds", false) => Self::Seconds,
            ("micros", false) => Self::Micros,
            _ => return None,
        })
    }
}

/// `SplitMix64`, started from a text and a counter (FNV-1a of both).
struct Random(u64);

impl Random {
    fn new(salt: &str, counter: u64) -> Self {
        let bytes = salt.bytes().chain(counter.to_le_bytes());
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)))
    }

    fn pick(&mut self, alphabet: &'static str) -> char {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        let at = usize::try_from(z % alphabet.len() as u64).unwrap_or(0);
        char::from(alphabet.as_bytes()[at])
    }
}

/// A UUID that is always the same for `text`.
pub fn uuid_of(text: &str) -> String {
    IdStyle(vec![Part::Uuid]).make(text, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_as_described_and_are_always_the_same() {
        let make = |style: &str, n| IdStyle::parse(style).map(|s| s.make("slack/channels", n, 1_793_610_000));
        let channel = make("C0<upper:9>", 1).unwrap_or_default();
        assert!(channel.len() == 11 && channel.starts_with("C0"), "{channel}");
        assert_eq!(make("C0<upper:9>", 1), Ok(channel.clone()));
        assert_ne!(make("C0<upper:9>", 2), Ok(channel));
        assert_eq!(make("<seconds>.<micros>", 1), Ok("1793610000.418839".into()));
        assert_eq!(make("T-<n:100>", 3), Ok("T-103".into()));
        let uuid = uuid_of("x");
        assert!(uuid.len() == 36 && &uuid[14..15] == "4" && &uuid[19..20] == "a", "{uuid}");
    }

    #[test]
    fn a_style_that_is_none_says_which_part() {
        for bad in ["<upper>", "<upper:x>", "<upper:65>", "<nonsense>", "a<b", "<uuid:3>"] {
            assert!(IdStyle::parse(bad).is_err(), "{bad}");
        }
    }
}
