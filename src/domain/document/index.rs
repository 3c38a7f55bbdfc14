//! The index beside a body: where its arrays and objects are.

use super::Content;

/// A value in a document: the byte offset of its first character, so that ids sort in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

#[derive(Debug, Default)]
pub(super) struct Index {}

impl Index {
    pub(super) fn build(body: &[u8], _content_type: Option<&str>) -> (Content, Self) {
        let content = if body.trim_ascii().is_empty() { Content::Empty } else { Content::Text };
        (content, Self {})
    }
}
