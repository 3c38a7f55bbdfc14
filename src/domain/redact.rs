//! Taking secrets out of what is kept or handed on: by the names they stand under, by their own shape, by what a schema
//! says of a parameter.
//!
//! The one place that knows what a secret looks like. What is taken out becomes [`MASK`]; everything around it stays as
//! it was, so that a document keeps its structure, and each place is told with the reason. Masking what is masked
//! already changes nothing and tells nothing.

mod known;
mod names;
mod schema;
mod shapes;
mod under;

use std::{borrow::Cow, fmt, ops::Range};

use super::{
    charset::Charset,
    document::{Object, Pointer, Value},
};

pub use known::Known;
pub use names::names_secret;
pub use schema::{secret_parameters, secrets_at};
pub use under::{Named, Under, named_pair};

/// What stands in a secret's place.
pub const MASK: &str = "***";

/// Why something was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Secret {
    /// It stands under a name that secrets bear, such as `client_secret`.
    Name,
    /// The schema says it is written and never shown: `writeOnly`, or `format: password`.
    WriteOnly,
    /// A JSON Web Token.
    Jwt,
    /// A private key in PEM.
    PrivateKey,
    /// Credentials of an `Authorization` header, or of an address.
    Authorization,
    /// A cookie.
    Cookie,
    /// A key with the beginning that its service gives it, such as `ghp_` or `AKIA`.
    Key,
    /// A value that akx knows to be one, such as the token it uses.
    Known,
}

impl Secret {
    /// What it is, in words that follow a place: `/token: a JSON Web Token`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "named like a secret",
            Self::WriteOnly => "write-only in the schema",
            Self::Jwt => "a JSON Web Token",
            Self::PrivateKey => "a private key",
            Self::Authorization => "credentials",
            Self::Cookie => "a cookie",
            Self::Key => "a service's key",
            Self::Known => "known to be secret",
        }
    }

    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::WriteOnly,
        Self::Jwt,
        Self::PrivateKey,
        Self::Authorization,
        Self::Cookie,
        Self::Key,
        Self::Known,
    ];

    /// The reason of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }

    /// Its name in JSON: stable, lower case, with underscores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::WriteOnly => "write_only",
            Self::Jwt => "jwt",
            Self::PrivateKey => "private_key",
            Self::Authorization => "authorization",
            Self::Cookie => "cookie",
            Self::Key => "key",
            Self::Known => "known",
        }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// A place something was taken out of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Redaction {
    /// Where: in a document a JSON Pointer, in a text its line from 1.
    pub at: At,
    /// Why.
    pub why: Secret,
}

/// Where something was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// A place in a document.
    Place(Pointer),
    /// A line of a text, counted from 1.
    Line(usize),
    /// A header.
    Header(String),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(pointer) if pointer.tokens().is_empty() => f.write_str("the whole"),
            Self::Place(pointer) => pointer.fmt(f),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Header(name) => write!(f, "header {name}"),
        }
    }
}

impl fmt::Display for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.why)
    }
}

/// Something without its secrets, and what they were.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Redacted<T> {
    /// What is left.
    pub rest: T,
    /// What was taken out, in order.
    pub taken: Vec<Redaction>,
}

/// `text` without the secrets that have a look of their own or stand beside a name for one (`token=…`, `"secret": "…"`,
/// `Authorization: …`).
pub fn text(text: &str) -> Redacted<String> {
    text_with(text, &Known::default())
}

fn text_with(text: &str, known: &Known) -> Redacted<String> {
    let Redacted { rest, taken } = masked(text.as_bytes(), found(text, text.as_bytes(), known));
    // What is cut out are whole characters, so this changes nothing.
    Redacted { rest: String::from_utf8_lossy(&rest).into_owned(), taken }
}

/// What is secret in `text`, which stands for `bytes` byte for byte: by its shape, or because it is known. What overlaps
/// is one place.
fn found(text: &str, bytes: &[u8], known: &Known) -> Vec<(Range<usize>, Secret)> {
    let shapes = shapes::find(text);
    let values = known.find(bytes);
    if values.is_empty() {
        return shapes;
    }
    let mut all: Vec<(Range<usize>, Secret)> = shapes.into_iter().chain(values).collect();
    all.sort_by_key(|(range, _)| range.start);
    let mut apart: Vec<(Range<usize>, Secret)> = Vec::with_capacity(all.len());
    for (range, why) in all {
        match apart.last_mut() {
            Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
            Some(_) | None => apart.push((range, why)),
        }
    }
    apart
}

/// `bytes` with [`MASK`] in the place of what was found in them.
fn masked(bytes: &[u8], found: Vec<(Range<usize>, Secret)>) -> Redacted<Vec<u8>> {
    let lines = |part: &[u8]| memchr::memchr_iter(b'\n', part).count();
    let mut rest = Vec::with_capacity(bytes.len());
    let mut taken = Vec::with_capacity(found.len());
    let (mut done, mut line) = (0, 1);
    for (range, why) in found {
        let before = bytes.get(done..range.start).unwrap_or_default();
        line += lines(before);
        rest.extend_from_slice(before);
        rest.extend_from_slice(MASK.as_bytes());
        taken.push(Redaction { at: At::Line(line), why });
        line += lines(bytes.get(range.clone()).unwrap_or_default());
        done = range.end;
    }
    rest.extend_from_slice(bytes.get(done..).unwrap_or_default());
    Redacted { rest, taken }
}

/// Text as long as `bytes`, byte for byte, in which each byte that is no text has become a control character.
fn as_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{7f}'));
    }
    Cow::Owned(text)
}

/// `value` without its secrets; `known` names places that are secret whatever stands there.
pub fn value(value: &Value, known: &[Pointer]) -> Redacted<Value> {
    value_with(value, known, &Known::default())
}

fn value_with(value: &Value, places: &[Pointer], known: &Known) -> Redacted<Value> {
    let mut walk = Walk { places, known, taken: Vec::new() };
    let mut rest = value.clone();
    walk.value(&mut rest, &mut Vec::new(), Under::default());
    Redacted { rest, taken: walk.taken }
}

/// `value` without its secrets as [`value`] finds them, each left out rather than masked: what is kept is good for
/// sending once they are given anew.
pub fn left_out(value: &Value, known: &[Pointer]) -> Redacted<Value> {
    left_out_with(value, known, &Known::default())
}

fn left_out_with(value: &Value, places: &[Pointer], known: &Known) -> Redacted<Value> {
    let Redacted { rest, taken } = value_with(value, places, known);
    Redacted { rest: alike(value, &rest).unwrap_or_else(Value::object), taken }
}

/// The parts of `value` that are the same in `masked`.
fn alike(value: &Value, masked: &Value) -> Option<Value> {
    match (value, masked) {
        (Value::Array(items), Value::Array(others)) => {
            Some(Value::Array(items.iter().zip(others).filter_map(|(item, other)| alike(item, other)).collect()))
        }
        (Value::Object(members), Value::Object(others)) => {
            let same = members.iter().zip(others.iter()).filter(|((key, _), (other, _))| key == other);
            let left = same.filter_map(|((key, member), (_, other))| Some((key, alike(member, other)?)));
            Some(Value::Object(left.collect()))
        }
        (value, masked) => (value == masked).then(|| value.clone()),
    }
}

/// The body of a reply without its secrets: JSON keeps its structure (and is laid out anew only where something was
/// taken out), anything else counts as text. Bytes that are not text stay as they are, and hide nothing around them. Text
/// in another charset, which its `content_type` may name, is read as what it says, and comes back in UTF-8 where something
/// was taken out.
pub fn body(bytes: &[u8], content_type: Option<&str>) -> Redacted<Vec<u8>> {
    masked_body(bytes, content_type, &Known::default())
}

fn masked_body(bytes: &[u8], content_type: Option<&str>, known: &Known) -> Redacted<Vec<u8>> {
    if let Some(charset) = Charset::of(bytes, content_type) {
        let said = masked_body(charset.decode(bytes).as_bytes(), None, known);
        return if said.taken.is_empty() { Redacted { rest: bytes.to_vec(), taken: said.taken } } else { said };
    }
    if let Ok(document) = Value::parse(bytes) {
        let Redacted { rest, taken } = value_with(&document, &[], known);
        let rest = if taken.is_empty() { bytes.to_vec() } else { rest.to_json().into_bytes() };
        return Redacted { rest, taken };
    }
    masked(bytes, found(&as_text(bytes), bytes, known))
}

/// Headers without their secrets.
pub fn headers(headers: &[(String, String)]) -> Redacted<Vec<(String, String)>> {
    headers_with(headers, &Known::default())
}

fn headers_with(headers: &[(String, String)], known: &Known) -> Redacted<Vec<(String, String)>> {
    let mut taken = Vec::new();
    let rest = headers.iter().map(|(name, said)| {
        let (masked, why) = match header(name) {
            Some(why) if said != MASK => (MASK.to_owned(), Some(why)),
            Some(_) => (MASK.to_owned(), None),
            None => {
                let redacted = text_with(said, known);
                let why = redacted.taken.first().map(|redaction| redaction.why);
                (redacted.rest, why)
            }
        };
        taken.extend(why.map(|why| Redaction { at: At::Header(name.clone()), why }));
        (name.clone(), masked)
    });
    Redacted { rest: rest.collect(), taken }
}

/// Why the header called `name` is secret, if it is.
pub fn header(name: &str) -> Option<Secret> {
    let is = |known: &[&str]| known.iter().any(|known| name.eq_ignore_ascii_case(known));
    match name {
        _ if is(&["authorization", "proxy-authorization"]) => Some(Secret::Authorization),
        _ if is(&["cookie", "set-cookie"]) => Some(Secret::Cookie),
        _ => names_secret(name).then_some(Secret::Name),
    }
}

struct Walk<'k> {
    places: &'k [Pointer],
    known: &'k Known,
    taken: Vec<Redaction>,
}

impl Walk<'_> {
    /// Masks what is secret in `value`, which stands at `path`; `under` is what the places above say of it.
    fn value(&mut self, value: &mut Value, path: &mut Vec<String>, under: Under) {
        let is_one = self.places.iter().any(|pointer| pointer.tokens() == path.as_slice());
        let under = if is_one { under.write_only() } else { under };
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(_) => {
                if let Some(why) = under.hides_number() {
                    self.mask(value, path, why);
                }
            }
            Value::String(said) => match under.hides_text() {
                Some(_) if said.is_empty() || said == MASK => {}
                Some(why) => self.mask(value, path, why),
                None => {
                    let found = within(said, self.known);
                    if let Some(first) = found.taken.first() {
                        self.taken.push(Redaction { at: self.place(path), why: first.why });
                        *said = found.rest;
                    }
                }
            },
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    path.push(index.to_string());
                    self.value(item, path, under);
                    path.pop();
                }
            }
            Value::Object(members) => {
                let pair = named_pair(members.iter().filter_map(|(key, name)| Some((key, name.as_str()?))));
                for (key, member) in members.iter_mut() {
                    path.push(key.to_owned());
                    self.value(member, path, under.member(key, pair));
                    path.pop();
                }
                self.keys(members, path);
            }
        }
    }

    /// Masks what is secret in the keys themselves, as in a map by token.
    fn keys(&mut self, members: &mut Object, path: &mut Vec<String>) {
        let masked: Vec<Redacted<String>> = members.iter().map(|(key, _)| text_with(key, self.known)).collect();
        if masked.iter().all(|key| key.taken.is_empty()) {
            return;
        }
        let old = std::mem::take(members);
        for ((key, member), masked) in old.into_iter().zip(masked) {
            if let Some(first) = masked.taken.first() {
                path.push(key);
                self.taken.push(Redaction { at: self.place(path), why: first.why });
                path.pop();
            }
            members.push(masked.rest, member);
        }
    }

    fn mask(&mut self, value: &mut Value, path: &[String], why: Secret) {
        *value = Value::from(MASK);
        self.taken.push(Redaction { at: self.place(path), why });
    }

    /// A place as it may be told: a key on the way may be a secret itself.
    fn place(&self, path: &[String]) -> At {
        At::Place(path.iter().map(|key| text_with(key, self.known).rest).collect())
    }
}

/// A string without its secrets; one that holds JSON, as the messages of providers come, is looked at as that.
fn within(said: &str, known: &Known) -> Redacted<String> {
    if said.trim_start().starts_with(['{', '['])
        && let Ok(document) = Value::parse(said.as_bytes())
    {
        let Redacted { rest, taken } = value_with(&document, &[], known);
        let rest = if taken.is_empty() { said.to_owned() } else { rest.to_json() };
        return Redacted { rest, taken };
    }
    text_with(said, known)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(json: &str) -> (String, Vec<String>) {
        let Redacted { rest, taken } = value(&Value::parse(json.as_bytes()).unwrap(), &[]);
        (rest.to_json(), taken.iter().map(ToString::to_string).collect())
    }

    const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtYXJpYSJ9.c2lnbmF0dXJl";

    #[test]
    fn secrets_are_left_out_and_nothing_else() {
        let given =
            r#"{"a":{"token":"x","n":0.10},"n":1,"n":2,"list":["Bearer abcDEF123","b"],"text":"say token=x1y"}"#;
        let Redacted { rest, taken } = left_out(&Value::parse(given.as_bytes()).unwrap(), &["/n".parse().unwrap()]);
        assert_eq!(rest.to_json(), r#"{"a":{"n":0.10},"list":["b"]}"#);
        let told: Vec<_> = taken.iter().map(|t| t.at.to_string()).collect();
        assert_eq!(told, ["/a/token", "/n", "/n", "/list/0", "/text"]);
    }

    #[test]
    fn secrets_go_and_the_structure_stays() {
        let (rest, taken) = told(&format!(
            r#"{{"n":0.10,"n":1,"client_secret":"s3","auth":{{"tokens":["a","b"],"expires_in":3600}},"note":"use {JWT} now","nextPageToken":"p2","ok":true}}"#
        ));
        assert_eq!(
            rest,
            r#"{"n":0.10,"n":1,"client_secret":"***","auth":{"tokens":["***","***"],"expires_in":3600},"note":"use *** now","nextPageToken":"p2","ok":true}"#
        );
        assert_eq!(
            taken,
            [
                "/client_secret: named like a secret",
                "/auth/tokens/0: named like a secret",
                "/auth/tokens/1: named like a secret",
                "/note: a JSON Web Token",
            ]
        );
    }

    #[test]
    fn what_says_nothing_is_left_alone() {
        for json in [
            r#"{"max_tokens":1024,"token_type":"bearer","tokens":17,"pageToken":"abc","password":"","secret":null}"#,
            r#"{"key":"PROJ-1","name":"value","value":"x","primary_key":"id","public_key":"k","keywords":["token"]}"#,
            r#""the secret of a good token is a password""#,
        ] {
            assert_eq!(told(json), (json.to_owned(), Vec::new()));
        }
    }

    #[test]
    fn a_pair_of_name_and_value_is_read_as_a_name() {
        let (rest, _) = told(r#"[{"name":"Authorization","value":"Basic eHg6eXk="},{"key":"X-Api-Key","value":"k"}]"#);
        assert_eq!(rest, r#"[{"name":"Authorization","value":"***"},{"key":"X-Api-Key","value":"***"}]"#);
    }

    #[test]
    fn a_pair_is_read_in_any_case_and_a_key_may_be_the_secret() {
        let (rest, taken) = told(r#"[{"Name":"password","Value":"x"},{"KEY":"db.password","VALUE":[1,"y"]}]"#);
        assert_eq!(rest, r#"[{"Name":"password","Value":"***"},{"KEY":"db.password","VALUE":["***","***"]}]"#);
        assert_eq!(taken.len(), 3);
        let (rest, taken) = told(r#"{"users":{"ghp_0123456789abcdefghij0123":{"n":1},"plain":2}}"#);
        assert_eq!(rest, r#"{"users":{"***":{"n":1},"plain":2}}"#);
        assert_eq!(taken, ["/users/***: a service's key"]);
    }

    #[test]
    fn a_string_that_holds_json_is_looked_at_as_json() {
        let message = r#"{\"message\":\"no\",\"config\":{\"auth\":{\"user\":\"m\",\"pin\":12}},\"n\":[1]}"#;
        let (rest, taken) = told(&format!(r#"{{"message":"{message}","n":1}}"#));
        let left = r#"{\"message\":\"no\",\"config\":{\"auth\":{\"user\":\"***\",\"pin\":\"***\"}},\"n\":[1]}"#;
        assert_eq!(rest, format!(r#"{{"message":"{left}","n":1}}"#));
        assert_eq!(taken, ["/message: named like a secret"]);
        let (rest, _) = told(r#"{"a":"{ \"plain\" : 1 }","b":"[[[","c":"{\"a\":\"{\\\"secret\\\":\\\"x\\\"}\"}"}"#);
        assert!(rest.starts_with(r#"{"a":"{ \"plain\" : 1 }","b":"[[[","#) && !rest.contains('x'), "{rest}");
    }

    #[test]
    fn one_odd_byte_does_not_end_the_masking() {
        let redacted = body(b"\xfftoken=abc\xffdef1 and\nBearer abcdefgh12345678 \xc3", None);
        assert_eq!(redacted.rest, b"\xfftoken=*** and\nBearer *** \xc3");
        let taken: Vec<_> = redacted.taken.iter().map(ToString::to_string).collect();
        assert_eq!(taken, ["line 1: named like a secret", "line 2: credentials"]);
    }

    #[test]
    fn numbers_go_where_they_can_be_secrets() {
        let (rest, _) = told(r#"{"password":1234,"pin":99,"token":5,"secret":7}"#);
        assert_eq!(rest, r#"{"password":"***","pin":"***","token":5,"secret":"***"}"#);
    }

    #[test]
    fn places_somebody_knows_are_secret_whatever_stands_there() {
        let given = Value::parse(br#"{"a":{"b":[1,"x",{"c":true}]},"d":"e"}"#).unwrap();
        let known: Vec<Pointer> = vec!["/a/b".parse().unwrap()];
        let Redacted { rest, taken } = value(&given, &known);
        assert_eq!(rest.to_json(), r#"{"a":{"b":["***","***",{"c":true}]},"d":"e"}"#);
        assert_eq!(taken.iter().map(|t| t.why).collect::<Vec<_>>(), [Secret::WriteOnly; 2]);
    }

    #[test]
    fn a_body_that_hides_nothing_keeps_every_byte() {
        for untouched in [&b"{ \"a\" : 1 }"[..], b"plain", b"\xff\xfe", b""] {
            assert_eq!(body(untouched, None), Redacted { rest: untouched.to_vec(), taken: Vec::new() });
        }
        let redacted = body(format!("<p>{JWT}</p>\n<p>Bearer abcdefgh12345678</p>").as_bytes(), None);
        assert_eq!(String::from_utf8(redacted.rest).unwrap(), "<p>***</p>\n<p>Bearer ***</p>");
        let taken: Vec<_> = redacted.taken.iter().map(ToString::to_string).collect();
        assert_eq!(taken, ["line 1: a JSON Web Token", "line 2: credentials"]);
    }

    #[test]
    fn a_secret_in_another_charset_is_a_secret() {
        let sixteen = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let said = r#"{"name":"日本","access_token":"abc"}"#;
        let marked = [&[0xff, 0xfe][..], &sixteen(said)].concat();
        for bytes in [marked, sixteen(said)] {
            let redacted = body(&bytes, None);
            assert_eq!(String::from_utf8(redacted.rest).unwrap(), r#"{"name":"日本","access_token":"***"}"#);
            assert_eq!(redacted.taken.len(), 1);
        }
        let harmless = sixteen(r#"{"name":"日本"}"#);
        assert_eq!(body(&harmless, None), Redacted { rest: harmless.clone(), taken: Vec::new() });
        let words: Vec<u8> = sixteen("日本 token=abcdefgh12345678");
        let redacted = body(&words, Some("text/plain; charset=utf-16"));
        assert_eq!(String::from_utf8(redacted.rest).unwrap(), "日本 token=***");
        let latin = body(b"{\"name\":\"Jos\xe9\",\"password\":\"p\xe9\"}", Some("application/json; charset=latin1"));
        assert_eq!(String::from_utf8(latin.rest).unwrap(), r#"{"name":"José","password":"***"}"#);
    }

    #[test]
    fn headers_are_judged_by_name_and_by_shape() {
        let given: Vec<(String, String)> = [
            ("Authorization", "Bearer x"),
            ("set-cookie", "sid=1"),
            ("x-api-key", "k"),
            ("content-type", "application/json"),
            ("location", "https://maria:pw@example.com/"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .into();
        let Redacted { rest, taken } = headers(&given);
        let values: Vec<&str> = rest.iter().map(|(_, v)| v.as_str()).collect();
        assert_eq!(values, ["***", "***", "***", "application/json", "https://***@example.com/"]);
        assert_eq!(taken.len(), 4);
        assert!(headers(&rest).taken.is_empty());
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            "[a-zA-Z0-9 _.:=\"-]{0,24}".prop_map(Value::String),
            prop::sample::select(vec![JWT, "xoxb-123456789012-abcdefGHIJ", "Bearer abc.def", "AKIAABCDEFGHIJKLMNOP"])
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let key = prop_oneof![
                "[a-z_]{1,8}",
                prop::sample::select(vec!["token", "apiKey", "password", "name", "value"]).prop_map(String::from)
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                prop::collection::vec((key, inner), 0..5).prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    fn skeleton(value: &Value) -> Value {
        match value {
            Value::Array(items) => Value::Array(items.iter().map(skeleton).collect()),
            Value::Object(members) => Value::Object(members.iter().map(|(k, v)| (k, skeleton(v))).collect()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::Null,
        }
    }

    proptest! {
        #[test]
        fn structure_and_order_stay_and_twice_is_once(given in json()) {
            let once = value(&given, &[]);
            prop_assert_eq!(skeleton(&once.rest), skeleton(&given));
            let twice = value(&once.rest, &[]);
            prop_assert_eq!(&twice.rest, &once.rest);
            prop_assert!(twice.taken.is_empty(), "{:?}", twice.taken);
            prop_assert_eq!(once.taken.is_empty(), once.rest == given);
            let written = once.rest.to_json();
            prop_assert!(!written.contains(JWT) && !written.contains("xoxb-1") && !written.contains("AKIAABC"));
        }

        #[test]
        fn any_text_survives(given in "\\PC{0,60}", secret in prop::sample::select(vec![JWT, "ghp_0123456789abcdefghijABCDEFGHIJ012345"])) {
            let around = format!("{given} {secret}\n{given}");
            let redacted = text(&around);
            prop_assert!(!redacted.rest.contains(secret));
            let again = text(&redacted.rest);
            prop_assert_eq!(&again.rest, &redacted.rest);
            prop_assert!(again.taken.is_empty(), "{:?} in {:?}", again.taken, again.rest);
        }
    }
}
