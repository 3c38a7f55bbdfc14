//! Where a value is and what it is when taken out: pointer, jq path, text to copy.

use super::{Document, NodeId, Pointer};

/// The JSON Pointer of `node`.
pub fn pointer(_document: &Document, _node: NodeId) -> Pointer {
    Pointer::root()
}

/// The jq path of `node`, such as `.items[0]["first name"]`; `.` for the root.
pub fn jq_path(_document: &Document, _node: NodeId) -> String {
    ".".to_owned()
}

/// The value `pointer` leads to; of a key that occurs twice the last, as [`Pointer::of`] takes it.
pub fn lookup(_document: &Document, _pointer: &Pointer) -> Option<NodeId> {
    None
}

/// The key of `node`, decoded, if it is a member of an object.
pub fn key(_document: &Document, _node: NodeId) -> Option<String> {
    None
}

/// The value as people want it when copied: a string without quotes and escapes, anything else laid out as JSON.
pub fn text(_document: &Document, _node: NodeId) -> String {
    String::new()
}

/// The value exactly as received.
pub fn exact(_document: &Document, _node: NodeId) -> &[u8] {
    &[]
}

/// The array or object that the string `node` holds as JSON text, as a document of its own.
pub fn unwrap_json_string(_document: &Document, _node: NodeId) -> Option<Document> {
    None
}
