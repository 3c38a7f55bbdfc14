//! Documents for tests, and a reading of them that shares no code with the index.

use proptest::prelude::*;

use super::{Document, Value};

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

fn json(distinct: bool) -> impl Strategy<Value = String> {
    let space = || prop::sample::select(vec!["", "", " ", "\n", " \t\r\n"]);
    let string = || {
        prop::collection::vec(
            prop::sample::select(vec!["a", "B", "id", "\\\\", "\\\"", "\\u00e9", "é", " ", "]", "{", ":", ","]),
            0..5,
        )
        .prop_map(|p| format!("\"{}\"", p.concat()))
    };
    let leaf = prop_oneof![
        prop::sample::select(vec!["null", "true", "false", "0", "-1.50", "1e400", "[]", "{ }", "[ ]", "{}"])
            .prop_map(String::from),
        any::<i64>().prop_map(|n| n.to_string()),
        string(),
        Just(format!("\"{}\"", "long ".repeat(830))),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        let item = (space(), inner.clone(), space()).prop_map(|(a, v, b)| format!("{a}{v}{b}"));
        let member = (space(), string(), space(), space(), inner, space());
        let object = prop::collection::vec(member, 1..8).prop_map(move |members| {
            let member = |(i, (a, k, b, c, v, d)): (usize, (&str, String, &str, &str, String, &str))| {
                let k = if distinct { format!("\"{i}{}", &k[1..]) } else { k };
                format!("{a}{k}{b}:{c}{v}{d}")
            };
            format!("{{{}}}", members.into_iter().enumerate().map(member).collect::<Vec<_>>().join(","))
        });
        prop_oneof![
            prop::collection::vec(item.clone(), 1..8).prop_map(|i| format!("[{}]", i.join(","))),
            object,
            item.prop_map(|i| format!("[{}]", vec![i; 270].join(","))),
        ]
    })
    .prop_filter("small enough to be quick", |text| text.len() < 9_000)
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
