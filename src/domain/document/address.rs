//! Where a value is and what it is when taken out: pointer, jq path, text to copy.

use std::ops::Range;

use super::{
    Document, NodeId, Pointer,
    decode::{decode, string_inside},
    index::{self, Around, NONE, key_before},
    lines,
    write::write_string,
};

/// A step from a value to one inside it.
enum Step<'d> {
    Key(&'d [u8]),
    Index(u32),
    /// From a text to the value that stands in it.
    Inside,
}

fn steps(document: &Document, node: NodeId) -> Vec<Step<'_>> {
    let body = &document.body;
    let Around { containers, mut ordinal } = document.index.around(body, node.0);
    let mut steps = Vec::new();
    let mut offset = node.0;
    for container in containers {
        if document.is_from_text(NodeId(offset)) {
            steps.push(Step::Inside);
        }
        steps.push(if index::is_object(body, container.start) {
            Step::Key(key_before(body, offset).unwrap_or_default())
        } else {
            Step::Index(ordinal)
        });
        (offset, ordinal) = (container.start, container.ordinal);
    }
    if document.is_from_text(NodeId(offset)) {
        steps.push(Step::Inside);
    }
    steps.reverse();
    steps
}

/// The JSON Pointer of `node`.
pub fn pointer(document: &Document, node: NodeId) -> Pointer {
    let token = |step| match step {
        Step::Key(raw) => Some(decode(raw)),
        Step::Index(i) => Some(i.to_string()),
        Step::Inside => None,
    };
    steps(document, node).into_iter().filter_map(token).collect()
}

/// The jq path of `node`, such as `.items[0]["first name"]` or, where a text was unfolded, `.message | fromjson | .id`;
/// `.` for the root.
pub fn jq_path(document: &Document, node: NodeId) -> String {
    let mut path = String::from(".");
    let mut begins = true;
    for step in steps(document, node) {
        if matches!(step, Step::Inside) {
            path.push_str(" | fromjson");
        } else if begins && path.len() > 1 {
            path.push_str(" | .");
        }
        let bracket = |text: &str, path: &mut String| path.extend(["[", text, "]"]);
        match step {
            Step::Key(raw) => {
                let key = decode(raw);
                let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                    && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                if plain {
                    path.push_str(if begins { "" } else { "." });
                    path.push_str(&key);
                } else {
                    let mut quoted = String::new();
                    write_string(&key, &mut quoted);
                    bracket(&quoted, &mut path);
                }
            }
            Step::Index(i) => bracket(&i.to_string(), &mut path),
            Step::Inside => {}
        }
        begins = matches!(step, Step::Inside);
    }
    path
}

/// The value `pointer` leads to; of a key that occurs twice the last, as [`Pointer::of`] takes it.
pub fn lookup(document: &Document, pointer: &Pointer) -> Option<NodeId> {
    pointer.tokens().iter().try_fold(document.root()?, |node, token| child(document, node, token))
}

/// The member or item `token` of `node`.
pub(super) fn child(document: &Document, node: NodeId, token: &str) -> Option<NodeId> {
    let body = &document.body;
    if index::is_object(body, node.0) {
        let is_called = |child: &NodeId| key_before(body, child.0).is_some_and(|raw| is_text(raw, token));
        return document.children(node).filter(is_called).last();
    }
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    let ordinal = token.parse().ok().filter(|_| canonical)?;
    document.index.child(body, node.0, ordinal).map(NodeId)
}

/// Whether the inside of a string is `text`.
pub(super) fn is_text(raw: &[u8], text: &str) -> bool {
    raw == text.as_bytes() || (raw.contains(&b'\\') || !raw.is_ascii()) && decode(raw) == text
}

/// The key of `node`, decoded, if it is a member of an object.
pub fn key(document: &Document, node: NodeId) -> Option<String> {
    key_before(&document.body, node.0).map(decode)
}

/// The string `node` is, decoded; nothing if it is not a string.
pub fn string(document: &Document, node: NodeId) -> Option<String> {
    let raw = exact(document, node);
    raw.starts_with(b"\"").then(|| decode(string_inside(raw)))
}

/// The value as people want it when copied: a string without quotes and escapes, anything else laid out as JSON.
pub fn text(document: &Document, node: NodeId) -> String {
    string(document, node).unwrap_or_else(|| lines::laid_out(document, node))
}

/// The value exactly as received.
pub fn exact(document: &Document, node: NodeId) -> &[u8] {
    document.body.get(span(document, node)).unwrap_or_default()
}

/// Where the value stands among the document's bytes.
pub fn span(document: &Document, node: NodeId) -> Range<usize> {
    node.0 as usize..document.index.end(&document.body, node.0) as usize
}

/// The value that encloses `node`.
pub fn parent(document: &Document, node: NodeId) -> Option<NodeId> {
    let (parent, _) = document.index.place(&document.body, node.0);
    (parent != NONE).then_some(NodeId(parent))
}

/// Whether the inside of a string looks like a JSON array or object.
pub(super) fn holds_json(inside: &[u8]) -> bool {
    // Space may be escaped in it; nobody writes more than a few before the bracket.
    let mut rest = &inside[..inside.len().min(64)];
    while let Some(after) =
        [&b" "[..], b"\n", b"\\n", b"\\r", b"\\t"].iter().find_map(|space| rest.strip_prefix(*space))
    {
        rest = after;
    }
    let tail = inside.trim_ascii_end();
    let closed = |bracket: u8| tail.ends_with(&[bracket]) || tail.ends_with(b"\\n") || tail.ends_with(b"\\t");
    match rest.first() {
        Some(b'{') => closed(b'}') && rest[1..].trim_ascii_start().first().is_some_and(|b| b"\\\"}".contains(b)),
        Some(b'[') => closed(b']'),
        _ => false,
    }
}

/// Whether the string `node` looks like the JSON text of an array or object.
pub fn is_json_text(document: &Document, node: NodeId) -> bool {
    let raw = exact(document, node);
    raw.starts_with(b"\"") && holds_json(string_inside(raw))
}

/// The array or object that the string `node` holds as JSON text, as a document of its own.
pub fn unwrap_json_string(document: &Document, node: NodeId) -> Option<Document> {
    let raw = exact(document, node);
    if !raw.starts_with(b"\"") || !holds_json(string_inside(raw)) {
        return None;
    }
    let inner = Document::read(decode(string_inside(raw)).into(), None);
    let whole = inner.content() == &super::Content::Json;
    (whole && inner.root().is_some_and(|root| inner.children(root).next().is_some())).then_some(inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        Value,
        testing::{distinct_json, document, flat},
    };

    fn at(document: &Document, pointer: &str) -> NodeId {
        lookup(document, &pointer.parse().unwrap()).unwrap()
    }

    #[test]
    fn paths() {
        let d = document(r#"{"a":{"b c":[10,{"x":null,"":[[1]]}]},"é\n":{"q\"":1},"_ok1":2,"0":3,"a/b~":4}"#);
        for (pointer_text, path, key_text) in [
            ("", ".", None),
            ("/a", ".a", Some("a")),
            ("/a/b c", r#".a["b c"]"#, Some("b c")),
            ("/a/b c/1/x", r#".a["b c"][1].x"#, Some("x")),
            ("/a/b c/1//0/0", r#".a["b c"][1][""][0][0]"#, None),
            ("/é\n/q\"", r#".["é\n"]["q\""]"#, Some("q\"")),
            ("/_ok1", "._ok1", Some("_ok1")),
            ("/0", r#".["0"]"#, Some("0")),
            ("/a~1b~0", r#".["a/b~"]"#, Some("a/b~")),
        ] {
            let node = at(&d, pointer_text);
            assert_eq!(pointer(&d, node).to_string(), pointer_text);
            assert_eq!(jq_path(&d, node), path);
            assert_eq!(key(&d, node).as_deref(), key_text);
        }
        for nowhere in ["/b", "/a/b c/2", "/a/b c/01", "/a/b c/-", "/_ok1/x"] {
            assert_eq!(lookup(&d, &nowhere.parse().unwrap()), None, "{nowhere}");
        }
        assert_eq!(jq_path(&document("[[5]]"), NodeId(2)), ".[0][0]");
    }

    #[test]
    fn taken_out() {
        let d = document(r#"{"s":"a\n\"b\"","n":1.50,"o":{"x":[1,{}]}}"#);
        assert_eq!(text(&d, at(&d, "/s")), "a\n\"b\"");
        assert_eq!(exact(&d, at(&d, "/s")), br#""a\n\"b\"""#);
        assert_eq!(text(&d, at(&d, "/n")), "1.50");
        assert_eq!(text(&d, at(&d, "/o")), "{\n  \"x\": [\n    1,\n    {}\n  ]\n}");
        assert_eq!(exact(&d, at(&d, "/o")), br#"{"x":[1,{}]}"#);
    }

    #[test]
    fn json_in_a_string() {
        let reply = r#"{"message":"{\"message\":\"Unable to update Task\",\"details\":{\"err\":\"Team not authorized\"}}",
            "list":" [1, 2]\n","text":"[see below]","brace":"{x}","half":"{\"a\":","number":"12"}"#;
        let d = document(reply);
        let inner = unwrap_json_string(&d, at(&d, "/message")).unwrap();
        assert_eq!(text(&inner, at(&inner, "/details/err")), "Team not authorized");
        assert_eq!(unwrap_json_string(&d, at(&d, "/list")).map(|l| l.child_count(l.root().unwrap())), Some(2));
        for no in ["/text", "/brace", "/half", "/number", ""] {
            assert!(unwrap_json_string(&d, at(&d, no)).is_none(), "{no}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn addresses_lead_back(json in distinct_json()) {
            let value = Value::parse(json.as_bytes()).unwrap();
            let d = document(&json);
            for (path, _) in flat(&value) {
                let to: Pointer = path.iter().collect();
                let node = lookup(&d, &to).unwrap();
                prop_assert_eq!(&pointer(&d, node), &to);
                prop_assert_eq!(Some(&Value::parse(exact(&d, node)).unwrap()), to.of(&value));
                prop_assert_eq!(parent(&d, node), to.parent().and_then(|p| lookup(&d, &p)));
            }
        }
    }
}
