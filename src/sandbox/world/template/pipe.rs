//! The pipes of expressions: small conversions a provider's data needs.

use std::borrow::Cow;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};

use super::{Source, plain, shown, truthy};
use crate::{
    domain::document::{Number, Object, Value},
    sandbox::world::path,
};

/// One conversion. Nothing goes through as nothing, except for [`Pipe::Not`], [`Pipe::Is`] and [`Pipe::Count`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pipe {
    /// `text`: as a string.
    Text,
    /// `number`: a string that is a JSON number as that number.
    Number,
    /// `json`: as JSON text.
    Json,
    /// `parse`: a string of JSON as the value it holds; anything else as it is.
    Parse,
    /// `lower`
    Lower,
    /// `upper`
    Upper,
    /// `trim CHARS`: without those characters at both ends.
    Trim(String),
    /// `count`: the length of an array, object or text; 0 for nothing.
    Count,
    /// `bytes`: the length of a text in bytes.
    Bytes,
    /// `first`
    First,
    /// `last`
    Last,
    /// `list`: a single value as an array of it.
    List,
    /// `join SEPARATOR`: an array as one text; a single value as text.
    Join(String),
    /// `split SEPARATOR`: a text as an array of trimmed parts; an array as it is.
    Split(String),
    /// `without KEY…`: an object without those members.
    Without(Vec<String>),
    /// `only KEY…`: an object with those members only.
    Only(Vec<String>),
    /// `at PATH`: what stands there inside it.
    At(Vec<String>),
    /// `each PATH`: of every item of an array what stands there.
    Each(Vec<String>),
    /// `keyed NAME VALUE`: of an array's items an object, what stands at the one path by what stands at the other.
    Keyed(Vec<String>, Vec<String>),
    /// `find RESOURCE [FIELD]`: the record whose id (or FIELD) it is.
    Find(String, Option<String>),
    /// `excerpt N`: the first N characters.
    Excerpt(usize),
    /// `drop CHARS`: without those characters anywhere.
    Drop(String),
    /// `base64`
    Base64,
    /// `base64url`: as Gmail writes bodies.
    Base64Url,
    /// `unbase64`: either alphabet, with or without padding; undecodable text as it is.
    Unbase64,
    /// `hex`: the bytes of a text, two digits each, as ActionKit writes files.
    Hex,
    /// `unhex`: back again; what is no such text as it is.
    Unhex,
    /// `begins TEXT`: whether its text begins so.
    Begins(String),
    /// `not`: whether it is nothing or counts as false.
    Not,
    /// `is TEXT`: whether its text is that.
    Is(String),
}

impl Pipe {
    /// The pipe of that name with its arguments.
    pub(super) fn parse(name: &str, args: &[String]) -> Result<Self, String> {
        let mut rest = args.iter().cloned();
        let mut next = || rest.next().ok_or_else(|| format!("{name} needs an argument"));
        let path = |text: &str| text.split('.').map(str::to_owned).collect();
        let (pipe, takes) = match name {
            "text" => (Self::Text, 0),
            "number" => (Self::Number, 0),
            "json" => (Self::Json, 0),
            "parse" => (Self::Parse, 0),
            "lower" => (Self::Lower, 0),
            "upper" => (Self::Upper, 0),
            "trim" => (Self::Trim(next()?), 1),
            "count" => (Self::Count, 0),
            "bytes" => (Self::Bytes, 0),
            "first" => (Self::First, 0),
            "last" => (Self::Last, 0),
            "list" => (Self::List, 0),
            "join" => (Self::Join(next()?), 1),
            "split" => (Self::Split(next()?), 1),
            "without" => (Self::Without(args.to_vec()), args.len()),
            "only" => (Self::Only(args.to_vec()), args.len()),
            "at" => (Self::At(path(&next()?)), 1),
            "each" => (Self::Each(path(&next()?)), 1),
            "keyed" => (Self::Keyed(path(&next()?), path(&next()?)), 2),
            "find" => (Self::Find(next()?, next().ok()), args.len().min(2)),
            "excerpt" => (Self::Excerpt(next()?.parse().map_err(|_| "excerpt takes a number")?), 1),
            "drop" => (Self::Drop(next()?), 1),
            "base64" => (Self::Base64, 0),
            "base64url" => (Self::Base64Url, 0),
            "unbase64" => (Self::Unbase64, 0),
            "hex" => (Self::Hex, 0),
            "unhex" => (Self::Unhex, 0),
            "begins" => (Self::Begins(next()?), 1),
            "not" => (Self::Not, 0),
            "is" => (Self::Is(next()?), 1),
            _ => return Err(format!("{name:?} is no pipe")),
        };
        if args.len() > takes { Err(format!("{name} takes fewer arguments")) } else { Ok(pipe) }
    }

    pub(super) fn apply(&self, value: Option<Cow<'_, Value>>, source: &dyn Source) -> Option<Value> {
        match (self, value) {
            (Self::Not, value) => Some(Value::Bool(!value.is_some_and(|v| truthy(&v)))),
            (Self::Is(text), value) => Some(Value::Bool(value.is_some_and(|v| shown(&v) == *text))),
            (Self::Count, value) => Some(value.map_or(0, |v| count(&v)).into()),
            (_, None) => None,
            (pipe, Some(value)) => pipe.convert(value, source),
        }
    }

    fn convert(&self, value: Cow<'_, Value>, source: &dyn Source) -> Option<Value> {
        Some(match self {
            Self::Text => plain(&value).into(),
            Self::Number => match value.as_str().map(str::trim).and_then(Number::parse) {
                Some(number) => number.into(),
                None => value.into_owned(),
            },
            Self::Json => value.to_json().into(),
            Self::Parse => {
                let parsed = value.as_str().and_then(|s| Value::parse(s.as_bytes()).ok());
                parsed.unwrap_or_else(|| value.into_owned())
            }
            Self::Lower => shown(&value).to_lowercase().into(),
            Self::Upper => shown(&value).to_uppercase().into(),
            Self::Trim(chars) => shown(&value).trim_matches(|c| chars.contains(c)).into(),
            Self::Bytes => shown(&value).len().into(),
            Self::First => value.as_array()?.first()?.clone(),
            Self::Last => value.as_array()?.last()?.clone(),
            Self::List => match value.into_owned() {
                Value::Array(items) => Value::Array(items),
                one => Value::Array(vec![one]),
            },
            Self::Join(separator) => match &*value {
                Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(separator).into(),
                one => plain(one).into(),
            },
            Self::Split(separator) => match value.into_owned() {
                Value::Array(items) => Value::Array(items),
                one => {
                    let text = plain(&one);
                    let parts = text.split(separator.as_str()).map(str::trim).filter(|p| !p.is_empty());
                    Value::from(parts.map(Value::from).collect::<Vec<_>>())
                }
            },
            Self::Without(keys) => members(&value, |key| !keys.iter().any(|k| k == key))?,
            Self::Only(keys) => members(&value, |key| keys.iter().any(|k| k == key))?,
            Self::At(at) => path::get(&value, at)?.clone(),
            Self::Each(at) => {
                let items = value.as_array()?.iter().filter_map(|item| path::get(item, at).cloned());
                Value::Array(items.collect())
            }
            Self::Keyed(name, of) => {
                let items = value.as_array()?.iter();
                let members =
                    items.filter_map(|item| Some((plain(path::get(item, name)?), path::get(item, of)?.clone())));
                members.collect::<Object>().into()
            }
            Self::Find(resource, by) => source.find(resource, by.as_deref(), &value)?.clone(),
            Self::Excerpt(n) => shown(&value).chars().take(*n).collect::<String>().into(),
            Self::Drop(chars) => shown(&value).replace(|c| chars.contains(c), "").into(),
            Self::Base64 => STANDARD.encode(&*shown(&value)).into(),
            Self::Base64Url => URL_SAFE.encode(&*shown(&value)).into(),
            Self::Unbase64 => {
                let text = plain(&value);
                let bare = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
                let decoded = URL_SAFE_NO_PAD.decode(bare).ok().and_then(|b| String::from_utf8(b).ok());
                decoded.unwrap_or(text).into()
            }
            Self::Hex => hex(&shown(&value)).into(),
            Self::Unhex => {
                let text = plain(&value);
                unhex(&text).unwrap_or(text).into()
            }
            Self::Begins(start) => shown(&value).starts_with(start.as_str()).into(),
            // Answered in `apply`, where nothing is a value as well.
            Self::Not | Self::Is(_) | Self::Count => value.into_owned(),
        })
    }
}

/// The bytes of `text`, two digits each.
fn hex(text: &str) -> String {
    let digit = |n: u8| char::from_digit(n.into(), 16).unwrap_or('0');
    text.bytes().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// The text whose bytes are written in `hex`.
fn unhex(hex: &str) -> Option<String> {
    let digits: Vec<u8> =
        hex.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return None;
    }
    String::from_utf8(pairs.map(|pair| pair[0] * 16 + pair[1]).collect()).ok()
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        Value::String(text) => text.chars().count(),
        Value::Null => 0,
        Value::Bool(_) | Value::Number(_) => 1,
    }
}

fn members(value: &Value, keep: impl Fn(&str) -> bool) -> Option<Value> {
    let members = value.as_object()?.iter().filter(|(key, _)| keep(key));
    Some(members.map(|(key, v)| (key.to_owned(), v.clone())).collect::<Object>().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::ids::IdStyle;

    struct Nothing(Value);

    impl Source for Nothing {
        fn fresh(&self, _: &IdStyle) -> String {
            String::new()
        }
        fn find(&self, _: &str, _: Option<&str>, _: &Value) -> Option<&Value> {
            None
        }
        fn now(&self) -> &Value {
            &self.0
        }
    }

    #[test]
    fn each_pipe_converts() {
        let cases = [
            ("number", "", r#"" 10 ""#, "10"),
            ("number", "", r#""ten""#, r#""ten""#),
            ("text", "", "0.10", r#""0.10""#),
            ("json", "", r#"{"a":1}"#, r#""{\"a\":1}""#),
            ("parse", "", r#""[1]""#, "[1]"),
            ("lower", "", r#""ÄB""#, r#""äb""#),
            ("trim", "#@", r##""#general""##, r#""general""#),
            ("count", "", "[1,2]", "2"),
            ("bytes", "", r#""ä""#, "2"),
            ("list", "", r#""a""#, r#"["a"]"#),
            ("join", ",", r#"["a",1]"#, r#""a,1""#),
            ("split", ",", r#""a, b,""#, r#"["a","b"]"#),
            ("only", "b", r#"{"a":1,"b":2}"#, r#"{"b":2}"#),
            ("each", "a", r#"[{"a":1},{"b":2}]"#, "[1]"),
            ("keyed", "n v.w", r#"[{"n":"a","v":{"w":1}},{"n":"b"}]"#, r#"{"a":1}"#),
            ("excerpt", "2", r#""äöü""#, r#""äö""#),
            ("drop", ".-", r#""1.2-3""#, r#""123""#),
            ("base64url", "", r#""<<??>>""#, r#""PDw_Pz4-""#),
            ("unbase64", "", r#""PDw/Pz4+""#, r#""<<??>>""#),
            ("hex", "", r#""aä""#, r#""61c3a4""#),
            ("unhex", "", r#""61c3a4""#, r#""aä""#),
            ("unhex", "", r#""61c""#, r#""61c""#),
            ("begins", "# ", r##""# a""##, "true"),
            ("begins", "# ", r#""a""#, "false"),
            ("not", "", "[]", "true"),
            ("is", "1", "1", "true"),
        ];
        let source = Nothing(Value::Null);
        for (name, arg, input, expected) in cases {
            let args: Vec<_> = match name {
                "keyed" => arg.split(' ').map(str::to_owned).collect(),
                _ => (!arg.is_empty()).then(|| arg.to_owned()).into_iter().collect(),
            };
            let value = Value::parse(input.as_bytes()).ok();
            let result = Pipe::parse(name, &args).map(|p| p.apply(value.map(Cow::Owned), &source).map(|v| v.to_json()));
            assert_eq!(result, Ok(Some(expected.to_owned())), "{input} | {name} {arg}");
        }
        let nothing = |name: &str| Pipe::parse(name, &[]).map(|p| p.apply(None, &source).map(|v| v.to_json()));
        assert_eq!(nothing("not"), Ok(Some("true".into())));
        assert_eq!(nothing("count"), Ok(Some("0".into())));
        assert_eq!(nothing("text"), Ok(None));
        assert!(Pipe::parse("lower", &["x".into()]).is_err());
    }
}
