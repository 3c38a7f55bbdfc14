//! JSON Pointer (RFC 6901): the address of a place in a value.

use std::{fmt, str::FromStr};

use super::value::Value;

/// A JSON Pointer, as its unescaped reference tokens; the empty one is the whole value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pointer(Vec<String>);

/// A text that is not a JSON Pointer, or a place that cannot be written to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PointerError {
    /// The text does not start with `/` or has a `~` that is not `~0` or `~1`.
    #[error("{0:?} is not a JSON Pointer: write /a/b/0, with ~1 for / and ~0 for ~")]
    Syntax(String),
    /// The way leads through a value that is neither an object nor an array.
    #[error("{at} is {kind}, so nothing can be set inside it")]
    NotAContainer {
        /// Where the way ends.
        at: Pointer,
        /// What stands there.
        kind: &'static str,
    },
    /// An array index that is not a number, `-`, or at most the array's length.
    #[error("{token:?} is not an index of the array at {at}: it has {len} items, so write 0 to {len} or -")]
    Index {
        /// The array.
        at: Pointer,
        /// The token that does not fit.
        token: String,
        /// How many items the array has.
        len: usize,
    },
}

impl Pointer {
    /// The pointer to the whole value.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The reference tokens, unescaped.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// This pointer with one token more.
    #[must_use]
    pub fn child(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// The pointer to the enclosing value, unless this is the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, head) = self.0.split_last()?;
        Some(Self(head.to_vec()))
    }

    /// What it points at in `value`.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |v, token| match v {
            Value::Object(o) => o.get(token),
            Value::Array(a) => a.get(index(token)?),
            _ => None,
        })
    }

    /// Sets the place in `value` it points at, making objects on the way where nothing (or `null`) stands.
    ///
    /// # Errors
    /// When the way leads through a scalar, or an array index is out of range; `value` is then unchanged.
    pub fn set(&self, value: &mut Value, new: Value) -> Result<(), PointerError> {
        self.check(value)?;
        let mut place = value;
        for token in &self.0 {
            if place.is_null() {
                *place = Value::object();
            }
            match place {
                Value::Object(o) => {
                    if !o.contains_key(token) {
                        o.insert(token.clone(), Value::Null);
                    }
                    let Some(next) = o.get_mut(token) else { return Ok(()) };
                    place = next;
                }
                Value::Array(a) => {
                    let at = index(token).unwrap_or(a.len());
                    if at >= a.len() {
                        a.push(Value::Null);
                    }
                    let last = a.len() - 1;
                    place = &mut a[at.min(last)];
                }
                _ => return Ok(()),
            }
        }
        *place = new;
        Ok(())
    }

    fn check(&self, value: &Value) -> Result<(), PointerError> {
        let mut place = Some(value);
        for (i, token) in self.0.iter().enumerate() {
            let at = || Self(self.0[..i].to_vec());
            place = match place {
                None | Some(Value::Null) => None,
                Some(Value::Object(o)) => o.get(token),
                Some(Value::Array(a)) => match (token.as_str(), index(token)) {
                    ("-", _) => None,
                    (_, Some(n)) if n <= a.len() => a.get(n),
                    _ => return Err(PointerError::Index { at: at(), token: token.clone(), len: a.len() }),
                },
                Some(other) => return Err(PointerError::NotAContainer { at: at(), kind: other.type_name() }),
            };
        }
        Ok(())
    }
}

/// An array index as RFC 6901 writes it: digits without a leading zero.
fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    canonical.then(|| token.parse().ok()).flatten()
}

impl<S: Into<String>> FromIterator<S> for Pointer {
    fn from_iter<I: IntoIterator<Item = S>>(tokens: I) -> Self {
        Self(tokens.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|t| write!(f, "/{}", t.replace('~', "~0").replace('/', "~1")))
    }
}

impl FromStr for Pointer {
    type Err = PointerError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        if s.is_empty() {
            return Ok(Self::root());
        }
        let bad = || PointerError::Syntax(s.to_owned());
        let tokens = s.strip_prefix('/').ok_or_else(bad)?.split('/').map(|token| {
            let valid = token.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
            valid.then(|| token.replace("~1", "/").replace("~0", "~")).ok_or_else(bad)
        });
        tokens.collect::<Result<_, _>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfcs_own_examples() {
        let doc = Value::parse(br#"{"foo":["bar","baz"],"":0,"a/b":1,"m~n":8," ":7}"#).unwrap_or_default();
        for (pointer, value) in [("/foo/0", "\"bar\""), ("/", "0"), ("/a~1b", "1"), ("/m~0n", "8"), ("/ ", "7")] {
            let p: Pointer = pointer.parse().unwrap_or_default();
            assert_eq!(p.of(&doc).map(Value::to_json).as_deref(), Some(value), "{pointer}");
            assert_eq!(p.to_string(), pointer);
        }
        for bad in ["foo", "/~", "/~2", "/a~"] {
            assert!(bad.parse::<Pointer>().is_err(), "{bad}");
        }
    }

    #[test]
    fn setting_makes_the_way_and_never_half_of_it() {
        let set = |doc: &str, pointer: &str| {
            let mut doc = Value::parse(doc.as_bytes()).unwrap_or_default();
            let result = pointer.parse::<Pointer>().and_then(|p| p.set(&mut doc, Value::from(1)));
            (doc.to_json(), result.map_err(|e| e.to_string()))
        };
        assert_eq!(set("{}", "/a/b/c"), (r#"{"a":{"b":{"c":1}}}"#.into(), Ok(())));
        assert_eq!(set(r#"{"a":[0]}"#, "/a/1"), (r#"{"a":[0,1]}"#.into(), Ok(())));
        assert_eq!(set(r#"{"a":[0]}"#, "/a/-"), (r#"{"a":[0,1]}"#.into(), Ok(())));
        assert_eq!(set(r#"{"a":[0]}"#, "/a/0"), (r#"{"a":[1]}"#.into(), Ok(())));
        let (doc, result) = set(r#"{"a":[0]}"#, "/a/5");
        assert_eq!(doc, r#"{"a":[0]}"#);
        assert!(result.is_err_and(|e| e.contains("it has 1 items")));
        assert!(set(r#"{"a":"x"}"#, "/a/b").1.is_err_and(|e| e.contains("/a is string")));
    }
}
