//! A reply's body opened for reading: what it is, and the index that makes any size of it quick to walk.

use std::{fmt, sync::Arc};

use super::index::Index;

/// What a body turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// No bytes, or nothing but space.
    Empty,
    /// One JSON value.
    Json,
    /// The beginning of a JSON value; what arrived can be read.
    CutJson {
        /// Byte offset of the first character that does not fit, or the body's length where it just ends.
        broke_at: usize,
        /// What would have fitted there.
        expected: &'static str,
    },
    /// Text that is not JSON.
    Text,
    /// A web page.
    Html,
    /// XML.
    Xml,
    /// Bytes that are not text.
    Binary {
        /// What the first bytes say it is, such as `PNG image`; `binary data` where they say nothing.
        kind: &'static str,
        /// Width and height in pixels, where it is an image that says so.
        pixels: Option<(u32, u32)>,
    },
}

/// A body and the index beside it. The body's bytes are shared, never copied.
///
/// Reading it is one pass over the bytes, without recursion, for any depth. It is liberal inside strings: raw control
/// characters, unknown escapes and bytes that are not UTF-8 are shown rather than refused.
pub struct Document {
    pub(super) body: Arc<[u8]>,
    pub(super) content: Content,
    pub(super) index: Index,
}

impl Document {
    /// Opens `body`; `content_type` is the reply's header, used only where the bytes alone leave it open.
    pub fn read(body: Arc<[u8]>, content_type: Option<&str>) -> Self {
        let (content, index) = Index::build(&body, content_type);
        Self { body, content, index }
    }

    /// What it is.
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// How many bytes there are.
    pub fn size(&self) -> usize {
        self.body.len()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?}, {} bytes)", self.content, self.body.len())
    }
}
