//! What one of many runs is, so that it is known again: also in an edited file, at another place, typed in another order.

use std::{collections::BTreeMap, fmt, str::FromStr, sync::Arc};

use ring::digest::{Context, SHA256};

use crate::domain::document::Value;

/// What one run of an action is: for whom and with which parameters, and the how many of equal ones. Nothing of it can be
/// read out of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunKey([u8; 16]);

/// Twice as many hexadecimal digits as it has bytes.
impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for RunKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = u128::from_str_radix(text, 16).map_err(|_| ())?;
        if text.len() == 32 { Ok(Self(number.to_be_bytes())) } else { Err(()) }
    }
}

/// A digest of texts. Their lengths keep ("ab", "c") apart from ("a", "bc").
struct Digest(Context);

impl Digest {
    fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    fn add(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                self.add(b"[");
                for item in items {
                    self.value(item);
                }
                self.add(b"]");
            }
            Value::Object(members) => {
                // In whichever order somebody has typed them, they mean the same.
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(key, _)| *key);
                self.add(b"{");
                for (key, value) in members {
                    self.add(key.as_bytes());
                    self.value(value);
                }
                self.add(b"}");
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => self.add(value.to_json().as_bytes()),
        }
    }

    fn finish(self) -> RunKey {
        let mut key = [0; 16];
        key.iter_mut().zip(self.0.finish().as_ref()).for_each(|(to, from)| *to = *from);
        RunKey(key)
    }
}

/// The digest of these texts.
pub(super) fn of_texts(texts: &[&str]) -> RunKey {
    let mut digest = Digest::new();
    for text in texts {
        digest.add(text.as_bytes());
    }
    digest.finish()
}

/// Makes the keys of many runs, one after the other. Of equal runs each is its own: the second of them is the second again
/// when the file is read anew.
#[derive(Debug, Default)]
pub struct Keys {
    keys: Vec<RunKey>,
    times: BTreeMap<RunKey, u64>,
}

impl Keys {
    /// Adds a run of the action for `user` with `parameters`.
    pub fn add(&mut self, user: &str, parameters: &Value) {
        let mut digest = Digest::new();
        digest.add(user.as_bytes());
        digest.value(parameters);
        let key = digest.finish();
        let before = self.times.entry(key).or_default();
        let key = match *before {
            0 => key,
            n => {
                let mut digest = Digest::new();
                digest.add(&key.0);
                digest.add(&n.to_le_bytes());
                digest.finish()
            }
        };
        *before += 1;
        self.keys.push(key);
    }

    /// All of them, in the order they were added in.
    pub fn finish(self) -> Arc<[RunKey]> {
        self.keys.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(runs: &[(&str, &str)]) -> Vec<RunKey> {
        let mut keys = Keys::default();
        for (user, parameters) in runs {
            keys.add(user, &Value::parse(parameters.as_bytes()).unwrap());
        }
        keys.finish().to_vec()
    }

    #[test]
    fn a_run_is_known_again_wherever_it_stands_and_equal_ones_are_counted() {
        let all = keys(&[("u", r#"{"a":1,"b":[{"c":2,"d":3}]}"#), ("u", "{}"), ("u", "{}")]);
        assert_eq!(keys(&[("u", "{}"), ("u", r#"{"b":[{"d":3,"c":2}],"a":1}"#)]), [all[1], all[0]]);
        assert_ne!(all[1], all[2]);
        assert_eq!(keys(&[("u", "{}"), ("u", "{}")])[1], all[2]);
        let others =
            [("v", "{}"), ("u", r#"{"a":"1"}"#), ("u", r#"{"a":1}"#), ("u", r#"{"a":[]}"#), ("u", r#"{"a":{}}"#)];
        let mut apart = keys(&others);
        apart.sort_unstable();
        apart.dedup();
        assert_eq!(apart.len(), others.len());
    }

    #[test]
    fn a_key_is_read_from_what_it_is_written_as() {
        let key = of_texts(&["a", "b"]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(key.to_string().len(), 32);
        assert_ne!(key, of_texts(&["ab", ""]));
        for no in ["", "0", "zz"] {
            assert!(no.parse::<RunKey>().is_err(), "{no}");
        }
    }
}
