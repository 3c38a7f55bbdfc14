//! Documents for tests, and a reading of them that shares no code with the index.

use proptest::prelude::*;

use super::{Document, NodeId, Value, exact, key, string};

pub(super) fn document(text: &str) -> Document {
    Document::read(text.as_bytes().into(), Some("application/json"))
}

/// JSON of every shape, with odd space, escapes, keys that occur twice and long arrays.
pub(super) fn any_json() -> impl Strategy<Value = String> {
    json(false)
}

/// The same with every key once in its object, so that a pointer names one place.
pub(super) fn distinct_json() -> impl Strategy<Value = String> {
    json(true)
}

/// Made from a list of choices, which is quick to make and shrinks well.
fn json(distinct: bool) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<u8>(), 0..80).prop_map(move |choices| {
        let mut maker = Maker { choices: choices.into_iter(), distinct, long: false };
        let mut out = String::new();
        maker.value(0, &mut out);
        out
    })
}

struct Maker {
    choices: std::vec::IntoIter<u8>,
    distinct: bool,
    /// Whether one long array was made: one in another would take long.
    long: bool,
}

impl Maker {
    fn choose<'c>(&mut self, among: &[&'c str]) -> &'c str {
        let choice = self.choices.next().unwrap_or(0);
        among[usize::from(choice) % among.len()]
    }

    fn space(&mut self, out: &mut String) {
        out.push_str(self.choose(&["", "", "", " ", "\n", " \t\r\n"]));
    }

    fn string(&mut self, place: usize, out: &mut String) {
        out.push('"');
        if self.distinct {
            out.push_str(&place.to_string());
        }
        for _ in 0..self.choices.next().unwrap_or(0) % 4 {
            out.push_str(self.choose(&["a", "B", "id", "\\\\", "\\\"", "\\u00e9", "é", " ", "]", "{", ":", ","]));
        }
        out.push('"');
    }

    fn value(&mut self, depth: usize, out: &mut String) {
        let choice = self.choices.next().unwrap_or(0);
        let count = usize::from(choice) / 16 % 8;
        match choice % 16 {
            0..4 => self.string(0, out),
            4..8 => {
                out.push_str(self.choose(&["null", "true", "false", "0", "-1.50", "1e400", "[]", "{ }", "[ ]", "12"]));
            }
            8 => out.extend(["\"", &"long ".repeat(830), "\""]),
            9 if !self.long => {
                self.long = true;
                let item = self.choose(&["7", "\"a\"", "[1]", "{\"id\":[2]}"]);
                out.extend(["[", &vec![item; 270].join(","), "]"]);
            }
            kind @ (10..16) if depth < 6 => {
                let object = kind < 13;
                out.push(if object { '{' } else { '[' });
                for i in 0..count {
                    if i > 0 {
                        out.push(',');
                    }
                    self.space(out);
                    if object {
                        self.string(i, out);
                        self.space(out);
                        out.push(':');
                        self.space(out);
                    }
                    self.value(depth + 1, out);
                    self.space(out);
                }
                out.push(if object { '}' } else { ']' });
            }
            _ => out.push('7'),
        }
    }
}

/// Whether `node` holds what `value`, read by somebody else, says.
pub(super) fn same(document: &Document, node: NodeId, value: &serde_json::Value) -> bool {
    use serde_json::Value as Theirs;
    let raw = exact(document, node);
    match value {
        Theirs::Null => raw == b"null",
        Theirs::Bool(b) => raw == if *b { &b"true"[..] } else { b"false" },
        Theirs::Number(n) => {
            let here: Option<f64> = std::str::from_utf8(raw).ok().and_then(|t| t.parse().ok());
            // Numbers are read there quickly rather than to the last bit.
            here.zip(n.as_f64()).is_some_and(|(a, b)| a.to_bits() == b.to_bits() || ((a - b) / b).abs() < 1e-12)
        }
        Theirs::String(s) => string(document, node).as_deref() == Some(s),
        Theirs::Array(items) => {
            document.child_count(node) == items.len()
                && document.children(node).zip(items).all(|(child, item)| same(document, child, item))
        }
        Theirs::Object(members) => {
            let named = |child| (key(document, child).unwrap_or_default(), child);
            let children: Vec<(String, NodeId)> = document.children(node).map(named).collect();
            // Of a key that occurs twice the last value is kept there.
            let of = |name: &String| children.iter().rfind(|(k, _)| k == name).map(|(_, child)| *child);
            members.iter().all(|(name, member)| of(name).is_some_and(|child| same(document, child, member)))
                && children.iter().all(|(k, _)| members.contains_key(k))
        }
    }
}

/// Bytes that look like JSON but mostly are not.
pub(super) fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "[", "]", "{", "}", "\"", "\\", ",", ":", "1", "-", ".5", "e1", "true", "nul", " ", "\"a\":", "\"b\"",
        "\u{e9}", "\n",
    ]);
    prop_oneof![
        prop::collection::vec(piece, 0..40).prop_map(|p| p.concat().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..60),
        (any_json(), 0.0..1.0).prop_map(|(text, part)| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a place in a short text"
            )]
            let at = (text.len() as f64 * part) as usize;
            text.as_bytes()[..at].to_vec()
        }),
    ]
}

/// `value` and everything in it in document order, with pointer tokens.
pub(super) fn flat(value: &Value) -> Vec<(Vec<String>, &Value)> {
    let mut out = vec![(Vec::new(), value)];
    let mut at = 0;
    while at < out.len() {
        let (path, value) = out[at].clone();
        let child = |token: String| path.iter().cloned().chain([token]).collect::<Vec<_>>();
        let children: Vec<_> = match value {
            Value::Array(items) => items.iter().enumerate().map(|(i, v)| (child(i.to_string()), v)).collect(),
            Value::Object(o) => o.iter().map(|(k, v)| (child(k.to_owned()), v)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        };
        out.splice(at + 1..=at, children);
        at += 1;
    }
    out
}
