//! JSON inside a text, unfolded in its place: the document as it would be had the value not been written as a text.

use super::{Document, NodeId, address, index::to_u32};

/// A document in which a value stands where a text with that value inside stood.
#[derive(Debug)]
pub struct Unfolded {
    /// The document.
    pub document: Document,
    /// Where its values are now.
    pub moved: Moved,
}

/// Where the values of a document are after a text in it was unfolded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    at: u32,
    /// How long the text was.
    text: u32,
    /// How long the value is.
    value: u32,
}

impl Moved {
    /// The value that stood in the text.
    pub const fn value(self) -> NodeId {
        NodeId(self.at)
    }

    /// Where a value of the document before is now.
    pub const fn now_at(self, node: NodeId) -> NodeId {
        if node.0 > self.at { NodeId(node.0 - self.text + self.value) } else { node }
    }
}

impl Unfolded {
    /// `document` with the array or object that the string `node` holds as JSON text in the string's place; nothing
    /// where it holds none.
    pub fn of(document: &Document, node: NodeId) -> Option<Self> {
        let inner = address::unwrap_json_string(document, node)?;
        let value = address::exact(&inner, inner.root()?);
        let text = address::span(document, node);
        let moved = Moved { at: node.0, text: to_u32(text.len()), value: to_u32(value.len()) };
        let body = [&document.body[..text.start], value, &document.body[text.end..]].concat();
        let mut now = Document::read(body.into(), None);
        now.goes_on = document.goes_on;
        now.from_texts = document.from_texts.iter().map(|&at| moved.now_at(NodeId(at)).0).chain([node.0]).collect();
        now.from_texts.sort_unstable();
        now.is_json().then_some(Self { document: now, moved })
    }
}

impl Document {
    /// Whether `node` stood in a text and has been [unfolded](Unfolded).
    pub fn is_from_text(&self, node: NodeId) -> bool {
        self.from_texts.binary_search(&node.0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::{
        exact, jq_path, lookup,
        testing::{any_json, document},
    };

    fn at(document: &Document, pointer: &str) -> NodeId {
        lookup(document, &pointer.parse().unwrap()).unwrap()
    }

    #[test]
    fn a_value_takes_the_place_of_its_text_and_its_path_says_so() {
        let d = document(r#"{"a":" {\"b\":[1,\"[\\\"x\\\"]\"]} ","c":[2]}"#);
        let first = Unfolded::of(&d, at(&d, "/a")).unwrap();
        assert_eq!(exact(&first.document, first.moved.value()), br#"{"b":[1,"[\"x\"]"]}"#);
        assert_eq!(jq_path(&first.document, at(&first.document, "/a")), ".a | fromjson");
        assert_eq!(jq_path(&first.document, at(&first.document, "/a/b/0")), ".a | fromjson | .b[0]");
        assert_eq!(first.moved.now_at(at(&d, "/c/0")), at(&first.document, "/c/0"));
        let second = Unfolded::of(&first.document, at(&first.document, "/a/b/1")).unwrap();
        let path = jq_path(&second.document, at(&second.document, "/a/b/1/0"));
        assert_eq!(path, ".a | fromjson | .b[1] | fromjson | .[0]");
        assert!(second.document.is_from_text(at(&second.document, "/a")));
        assert_eq!(jq_path(&second.document, at(&second.document, "/c/0")), ".c[0]");
        assert!(Unfolded::of(&d, at(&d, "/c")).is_none());
        let whole = document(r#""[1]""#);
        let whole = Unfolded::of(&whole, whole.root().unwrap()).unwrap().document;
        assert_eq!(jq_path(&whole, at(&whole, "/0")), ". | fromjson | .[0]");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn everything_else_stays(inner in any_json(), before in any_json(), after in any_json()) {
            let text = crate::domain::document::Value::from(format!("[{inner}]")).to_json();
            let d = document(&format!("[{before}, {text} ,{{\"k\":{after}}}]"));
            let unfolded = Unfolded::of(&d, at(&d, "/1")).unwrap();
            let now = &unfolded.document;
            for pointer in ["/0", "/2", "/2/k"] {
                let (then, now_at) = (at(&d, pointer), at(now, pointer));
                prop_assert_eq!(unfolded.moved.now_at(then), now_at);
                prop_assert_eq!(exact(&d, then), exact(now, now_at));
            }
            let value = format!("[{inner}]");
            prop_assert_eq!(exact(now, unfolded.moved.value()), value.as_bytes());
        }
    }
}
