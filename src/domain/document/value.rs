//! The JSON value: number text, key order and duplicate keys are kept as they were written.

use serde_json::Value as Serde;

/// A JSON value (RFC 8259) that keeps what other value types lose: the text of numbers, the order of keys, and keys
/// that occur twice.
///
/// Equality is exact: `1`, `1.0` and `"1"` are three values, and key order matters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as its text.
    Number(Number),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

/// A JSON number as its text, so that 2^53+1, `0.10` and `1e400` survive.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(Box<str>);

impl Number {
    /// Takes `text` if it is exactly one JSON number, without surrounding space.
    pub fn parse(text: &str) -> Option<Self> {
        (super::read::number_len(text.as_bytes()) == Some(text.len())).then(|| Self(text.into()))
    }

    /// The number's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the number is mathematically an integer, as JSON Schema's `integer` counts it (`1.0` and `1e2` are).
    pub fn is_integer(&self) -> bool {
        let text = self.0.trim_start_matches('-');
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = whole.len() + fraction.len();
        if whole.bytes().chain(fraction.bytes()).all(|b| b == b'0') {
            return true;
        }
        let zeros = if fraction.is_empty() { whole.len() - whole.trim_end_matches('0').len() } else { 0 };
        match exponent.strip_prefix('+').unwrap_or(exponent).parse::<i64>() {
            Ok(e) => {
                e >= i64::try_from(fraction.len()).unwrap_or(i64::MAX)
                    || -e <= i64::try_from(zeros).unwrap_or(0) && fraction.is_empty()
            }
            // An exponent beyond i64: the sign alone decides, as no text holds that many digits.
            Err(_) => digits > 0 && !exponent.starts_with('-'),
        }
    }

    /// The nearest `f64`; infinite where the number is too large.
    pub fn to_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

macro_rules! from_integer {
    ($($t:ty),*) => {$(
        impl From<$t> for Number {
            fn from(n: $t) -> Self {
                Self(n.to_string().into_boxed_str())
            }
        }
        impl From<$t> for Value {
            fn from(n: $t) -> Self {
                Self::Number(n.into())
            }
        }
    )*};
}
from_integer!(i32, i64, u16, u32, u64, usize);

/// The members of a JSON object, in order; a key may occur more than once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An object without members, with room for so many.
    pub fn with_capacity(members: usize) -> Self {
        Self(Vec::with_capacity(members))
    }

    /// The value of `key`; the last one where the key occurs twice, as most readers take it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The value of `key`, to change; the last one where the key occurs twice.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.iter_mut().rev().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Whether `key` occurs.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key`: in place where it occurs already, at the end otherwise. Returns the value it replaced.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Appends a member even where the key occurs already.
    pub fn push(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.0.push((key.into(), value.into()));
    }

    /// Removes every member called `key`, returning the last one's value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        if !self.contains_key(key) {
            return None;
        }
        let mut last = None;
        let mut kept = Vec::with_capacity(self.0.len());
        for (k, v) in self.0.drain(..) {
            if k == key {
                last = Some(v);
            } else {
                kept.push((k, v));
            }
        }
        self.0 = kept;
        last
    }

    /// The members in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Value)> + ExactSizeIterator {
        self.0.iter().map(|(k, v)| (k.as_str(), v))
    }

    /// The members in order, their values to change.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&str, &mut Value)> {
        self.0.iter_mut().map(|(k, v)| (k.as_str(), v))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.0.iter().map(|(k, _)| k.as_str())
    }

    /// How many members there are, counting a key that occurs twice twice.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        Self(members.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}

/// A value that `serde_json::Value` cannot hold, such as a number beyond `f64`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} cannot be checked: it is outside the range of a 64-bit number")]
pub struct Unconvertible(pub String);

impl Value {
    /// An empty object.
    pub const fn object() -> Self {
        Self::Object(Object::new())
    }

    /// The object's members, if this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(o) = self { Some(o) } else { None }
    }

    /// The object's members to change, if this is an object.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        if let Self::Object(o) = self { Some(o) } else { None }
    }

    /// The array's items, if this is an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(a) = self { Some(a) } else { None }
    }

    /// The string, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(s) = self { Some(s) } else { None }
    }

    /// The boolean, if this is one.
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(b) = self { Some(*b) } else { None }
    }

    /// The number, if this is one.
    pub const fn as_number(&self) -> Option<&Number> {
        if let Self::Number(n) = self { Some(n) } else { None }
    }

    /// The number as an `i64`, if this is a number written as one.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(|n| n.as_str().parse().ok())
    }

    /// Whether this is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The member `key`, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_object().and_then(|o| o.get(key))
    }

    /// What kind of value this is, in JSON Schema's words (`integer` is not told apart from `number`).
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        }
    }

    /// The same value for libraries that speak `serde_json`, with every number as near as 64 bits hold it.
    ///
    /// # Errors
    /// When a number is beyond `f64`: then the value cannot be checked.
    pub fn to_serde(&self) -> Result<Serde, Unconvertible> {
        Ok(match self {
            Self::Null => Serde::Null,
            Self::Bool(b) => Serde::Bool(*b),
            Self::Number(n) => {
                let number: serde_json::Number =
                    serde_json::from_str(n.as_str()).map_err(|_| Unconvertible(n.as_str().to_owned()))?;
                Serde::Number(number)
            }
            Self::String(s) => Serde::String(s.clone()),
            Self::Array(items) => Serde::Array(items.iter().map(Self::to_serde).collect::<Result<_, _>>()?),
            Self::Object(members) => Serde::Object(
                members.iter().map(|(k, v)| Ok((k.to_owned(), v.to_serde()?))).collect::<Result<_, Unconvertible>>()?,
            ),
        })
    }
}

impl From<Serde> for Value {
    fn from(value: Serde) -> Self {
        match value {
            Serde::Null => Self::Null,
            Serde::Bool(b) => Self::Bool(b),
            Serde::Number(n) => Self::Number(Number(n.to_string().into_boxed_str())),
            Serde::String(s) => Self::String(s),
            Serde::Array(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Serde::Object(members) => Self::Object(members.into_iter().collect()),
        }
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Self::String(s.to_owned())
    }
}

impl From<String> for Value {
    fn from(s: String) -> Self {
        Self::String(s)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<Number> for Value {
    fn from(n: Number) -> Self {
        Self::Number(n)
    }
}

impl From<Object> for Value {
    fn from(o: Object) -> Self {
        Self::Object(o)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_what_json_schema_calls_integers() {
        for (text, integer) in [
            ("1", true),
            ("-0", true),
            ("1.0", true),
            ("1.50", false),
            ("1e2", true),
            ("15e-1", false),
            ("10e-1", true),
            ("1.5e1", true),
            ("0.0e-9", true),
            ("1e400", true),
            ("1e-400", false),
            ("9007199254740993", true),
            ("1e99999999999999999999", true),
            ("1e-99999999999999999999", false),
        ] {
            assert_eq!(Number::parse(text).map(|n| n.is_integer()), Some(integer), "{text}");
        }
    }

    #[test]
    fn numbers_are_exactly_json_numbers() {
        for bad in ["", "+1", "01", "1.", ".5", "1e", "NaN", "Infinity", " 1", "1 ", "0x10", "--1"] {
            assert_eq!(Number::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_key_set_twice_keeps_its_place() {
        let mut o = Object::new();
        o.insert("a", 1);
        o.insert("b", 2);
        assert_eq!(o.insert("a", 3), Some(Value::from(1)));
        assert_eq!(o.keys().collect::<Vec<_>>(), ["a", "b"]);
        o.push("a", 4);
        assert_eq!(o.get("a"), Some(&Value::from(4)));
        assert_eq!(o.remove("a"), Some(Value::from(4)));
        assert_eq!(o.len(), 1);
    }

    #[test]
    fn what_serde_cannot_hold_is_said() {
        let v = Value::parse(b"[1e400]").ok();
        assert!(v.is_some_and(|v| v.to_serde().is_err()));
    }
}
