//! A reply's body opened for reading: what it is, and the index that makes any size of it quick to walk.

use std::fmt;

use super::{
    index::{self, DEEP, Index, NONE, NodeId},
    scan,
};
use crate::domain::{
    body::Body,
    charset::{self, Charset},
};

/// How many of the first bytes decide between text and binary data.
const SNIFFED: usize = 4096;

/// What a body turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// No bytes, or nothing but space.
    Empty,
    /// One JSON value.
    Json,
    /// The beginning of a JSON value, or one with something behind it; what arrived can be read.
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

impl Content {
    /// What a file of it is usually called at the end, without the dot.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Json | Self::CutJson { .. } => "json",
            Self::Empty | Self::Text => "txt",
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Binary { kind, .. } => EXTENSIONS.into_iter().find(|(k, _)| k == kind).map_or("bin", |(_, end)| end),
        }
    }
}

/// What files are called at the end, by the kind of binary data they hold.
const EXTENSIONS: [(&str, &str); 9] = [
    ("PNG image", "png"),
    ("JPEG image", "jpg"),
    ("GIF image", "gif"),
    ("WebP image", "webp"),
    ("PDF document", "pdf"),
    ("ZIP archive", "zip"),
    ("gzip data", "gz"),
    ("bzip2 data", "bz2"),
    ("Ogg audio", "ogg"),
];

/// A body and the index beside it. The body's bytes are shared, never copied, unless they are text in another charset than
/// UTF-8: then what they say in UTF-8 is what is read, and everything here means that.
///
/// Reading it is one pass over the bytes, without recursion, for any depth. It is liberal inside strings: raw control
/// characters, unknown escapes and bytes that are not UTF-8 are shown rather than refused.
pub struct Document {
    pub(super) body: Body,
    /// What came, and how it was written, where that is not UTF-8; `body` is what it says in UTF-8.
    encoded: Option<(Body, Charset)>,
    pub(super) content: Content,
    pub(super) index: Index,
    /// Why this is only the beginning of a document, if it is.
    pub(super) goes_on: Option<&'static str>,
    /// Where the values are that stood in texts, sorted; see [`Unfolded`](super::Unfolded).
    pub(super) from_texts: Vec<u32>,
}

impl Document {
    /// Opens `body`; `content_type` is the reply's header, used only where the bytes alone leave it open.
    ///
    /// A body of 4 GB or more is taken as text or binary data, never as JSON.
    pub fn read(body: Body, content_type: Option<&str>) -> Self {
        let came = body.clone();
        let (body, charset) = charset::utf8(body, content_type);
        let encoded = charset.map(|charset| (came, charset));
        let says = |word: &str| content_type.is_some_and(|t| t.to_ascii_lowercase().contains(word));
        let opening = &body[scan::space(&body, 0)..];
        let mut index = Index { unclosed: NONE, ..Index::default() };
        let content = if opening.is_empty() {
            Content::Empty
        } else if let Some(binary) = known_binary(&body) {
            binary
        } else {
            if u32::try_from(body.len()).is_ok() {
                index = scan::scan(&body);
            }
            match json(&index, &body, says("json")) {
                Some(content) => content,
                None => {
                    index = Index { unclosed: NONE, ..Index::default() };
                    text(opening, &says)
                }
            }
        };
        Self { body, encoded, content, index, goes_on: None, from_texts: Vec::new() }
    }

    /// The same as the beginning of a longer one; `why` the rest is not here is said where it ends, such as
    /// `reading on`.
    #[must_use]
    pub fn going_on(self, why: &'static str) -> Self {
        Self { goes_on: Some(why), ..self }
    }

    /// What it is.
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// Whether there is a JSON value to be walked, whole or cut short.
    pub const fn is_json(&self) -> bool {
        self.index.root.is_some()
    }

    /// The bytes as received, shared.
    pub fn received(&self) -> Body {
        self.encoded.as_ref().map_or(&self.body, |(body, _)| body).clone()
    }

    /// What the bytes received are written in, where that is not UTF-8.
    pub fn charset(&self) -> Option<Charset> {
        self.encoded.as_ref().map(|(_, charset)| *charset)
    }

    /// The bytes: as received, or what they say in UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// How many bytes there are; those of UTF-8 where others were received.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// Line and column, in characters and from 1, of the byte at `offset`: for saying where a document broke.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.body[..offset.min(self.body.len())];
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let characters = before[start..].utf8_chunks().map(|c| c.valid().chars().count() + c.invalid().len());
        (memchr::memchr_iter(b'\n', before).count() + 1, characters.sum::<usize>() + 1)
    }

    /// What is easier to read than the body, as a document of its own: a web page's text without its markup, XML with an
    /// element a line.
    pub fn readable(&self) -> Option<Self> {
        let text = match self.content {
            Content::Html => super::html::readable_html(&self.body).into(),
            Content::Xml => super::xml::indented_xml(&self.body).into(),
            Content::Empty | Content::Json | Content::CutJson { .. } | Content::Text | Content::Binary { .. } => {
                return None;
            }
        };
        // It is text, whatever it may begin like.
        let index = Index { unclosed: NONE, ..Index::default() };
        let (goes_on, from_texts) = (self.goes_on, Vec::new());
        Some(Self { body: text, encoded: None, content: Content::Text, index, goes_on, from_texts })
    }

    /// The memory the index takes beside the body, in bytes.
    pub fn index_memory(&self) -> usize {
        self.index.memory()
    }

    /// The whole value, if the body is JSON.
    pub fn root(&self) -> Option<NodeId> {
        self.index.root.map(NodeId)
    }

    /// How many children `node` has; 0 for scalars and for what is nested too deep.
    pub fn child_count(&self, node: NodeId) -> usize {
        self.index.count(&self.body, node.0).filter(|&count| count != DEEP).map_or(0, |count| count as usize)
    }

    /// The children of `node` in order.
    pub fn children(&self, node: NodeId) -> Children<'_> {
        let NodeId(container) = node;
        let entries = &self.index.containers;
        // In a small one everything is small, and whole.
        let (left, ahead) = match entries.binary_search_by_key(&container, |c| c.start) {
            Ok(at) => (entries[at].count, at + 1),
            Err(_) => (u32::MAX, entries.len()),
        };
        Children { document: self, container, next: self.index.first(&self.body, container), left, ahead }
    }
}

/// The children of an array or object, from [`Document::children`].
#[derive(Debug, Clone)]
pub struct Children<'d> {
    document: &'d Document,
    container: u32,
    next: Option<u32>,
    /// How many there are at most.
    left: u32,
    /// The first entry not before `next`, so that its end need not be searched for.
    ahead: usize,
}

impl Children<'_> {
    /// The next child and the offset just after it.
    pub(super) fn step(&mut self) -> Option<(u32, u32)> {
        let Document { body, index, .. } = self.document;
        let offset = self.next.filter(|_| self.left > 0)?;
        self.left -= 1;
        let end = match index.containers.get(self.ahead).filter(|c| c.start == offset) {
            Some(c) => {
                self.ahead = index.after(self.ahead);
                c.end
            }
            None if index::is_opening(body, offset) => index::small_end(body, offset).min(index.limit(body)),
            None => index.end(body, offset),
        };
        self.next = if self.left > 0 { index.next(body, self.container, end) } else { None };
        Some((offset, end))
    }
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.step().map(|(offset, _)| NodeId(offset))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, usize::try_from(self.left).ok())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?}, {} bytes)", self.content, self.body.len())
    }
}

/// Whether what was indexed is to be taken as JSON.
fn json(index: &Index, body: &[u8], says_json: bool) -> Option<Content> {
    let root = index.root?;
    let Some(broke) = index.broke else { return Some(Content::Json) };
    let rest = &body[broke.at as usize..];
    // Words such as "[INFO] started" or "12 apples" begin like JSON: without the header's word for it, it takes a
    // container that reads well for a while.
    let convincing = says_json
        || match index.large(root) {
            Some(c) if index.is_unclosed(root) => c.count > 0 || rest.is_empty(),
            Some(_) | None => index.first(body, root).is_some() && (rest.starts_with(b"{") || rest.starts_with(b"[")),
        };
    convincing.then_some(Content::CutJson { broke_at: broke.at as usize, expected: broke.expected })
}

fn text(opening: &[u8], says: &dyn Fn(&str) -> bool) -> Content {
    let begins = |word: &str| opening.get(..word.len()).is_some_and(|o| o.eq_ignore_ascii_case(word.as_bytes()));
    let sniffed = &opening[..opening.len().min(SNIFFED)];
    let odd = sniffed.utf8_chunks().map(|c| c.invalid().len()).sum::<usize>();
    let controls = sniffed.iter().filter(|&&b| b < b' ' && !b.is_ascii_whitespace() && b != 0x1b).count();
    if sniffed.contains(&0) || (odd + controls) * 10 > sniffed.len() {
        Content::Binary { kind: "binary data", pixels: None }
    } else if begins("<!doctype html") || begins("<html") || (says("html") && opening.starts_with(b"<")) {
        Content::Html
    } else if begins("<?xml") || (says("xml") && opening.starts_with(b"<")) {
        Content::Xml
    } else {
        Content::Text
    }
}

/// File formats told by their first bytes.
fn known_binary(body: &[u8]) -> Option<Content> {
    const KINDS: [(&[u8], &str); 10] = [
        (b"\x89PNG\r\n\x1a\n", "PNG image"),
        (b"\xff\xd8\xff", "JPEG image"),
        (b"GIF87a", "GIF image"),
        (b"GIF89a", "GIF image"),
        (b"%PDF-", "PDF document"),
        (b"PK\x03\x04", "ZIP archive"),
        (b"\x1f\x8b", "gzip data"),
        (b"BZh", "bzip2 data"),
        (b"OggS", "Ogg audio"),
        (b"\x7fELF", "program"),
    ];
    if body.starts_with(b"RIFF") && body.get(8..12) == Some(b"WEBP") {
        return Some(Content::Binary { kind: "WebP image", pixels: webp(body) });
    }
    let (_, kind) = KINDS.into_iter().find(|(magic, _)| body.starts_with(magic))?;
    let pixels = match kind {
        "PNG image" => body.get(16..24).and_then(|b| {
            let (w, h) = b.split_first_chunk::<4>()?;
            Some((u32::from_be_bytes(*w), u32::from_be_bytes(*h.first_chunk()?)))
        }),
        "GIF image" => body
            .get(6..10)
            .map(|b| (u32::from(u16::from_le_bytes([b[0], b[1]])), u32::from(u16::from_le_bytes([b[2], b[3]])))),
        "JPEG image" => jpeg(body),
        _ => None,
    };
    Some(Content::Binary { kind, pixels })
}

/// Width and height of a JPEG: in its first frame header (ITU T.81, B.2.2).
fn jpeg(body: &[u8]) -> Option<(u32, u32)> {
    let two = |at: usize| Some(u16::from_be_bytes(*body.get(at..at + 2)?.first_chunk()?));
    let mut at = 2;
    loop {
        let marker = (*body.get(at)? == 0xff).then(|| body.get(at + 1).copied())??;
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Some((u32::from(two(at + 7)?), u32::from(two(at + 5)?)));
            }
            _ => at += 2 + usize::from(two(at + 2)?).max(2),
        }
    }
}

/// Width and height of a WebP image, in any of its three forms.
fn webp(body: &[u8]) -> Option<(u32, u32)> {
    let data = body.get(20..30)?;
    let little = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |n, &b| n << 8 | u32::from(b));
    match body.get(12..16)? {
        b"VP8X" => Some((little(&data[4..7]) + 1, little(&data[7..10]) + 1)),
        b"VP8 " => Some((little(&data[6..8]) & 0x3fff, little(&data[8..10]) & 0x3fff)),
        b"VP8L" => {
            let bits = little(&data[1..5]);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::testing::document;

    #[test]
    fn where_it_broke_in_lines() {
        let d = document("{\n \"é\": oops");
        assert_eq!(d.content(), &Content::CutJson { broke_at: 9, expected: "a JSON value" });
        assert_eq!(d.line_and_column(9), (2, 7));
        assert_eq!((d.line_and_column(0), d.line_and_column(99)), ((1, 1), (2, 11)));
    }

    #[test]
    fn a_web_page_reads_as_text() {
        let page = Document::read(b"<html><h1>Bad gateway</h1>".as_slice().into(), None);
        assert_eq!(page.readable().map(|r| r.bytes().to_vec()), Some(b"Bad gateway".to_vec()));
        assert!(document("{}").readable().is_none());
    }

    #[test]
    fn the_index_of_records_is_small_beside_them() {
        let record =
            r#"{"id":"0031","attributes":{"type":"Contact"},"name":"Ann","tags":["a"],"note":"to be called again"}"#;
        let d = document(&format!("[{}]", vec![record; 1000].join(",")));
        assert!(d.index_memory() * 50 < d.size(), "{} of {}", d.index_memory(), d.size());
    }

    #[test]
    fn images_say_how_large_they_are() {
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x11\x08\x01\x02\x03\x04";
        let vp8x = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x7f\x02\0\xdf\x01\0";
        let vp8 = b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\x00";
        let vp8l = b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x3f\xc1\x3b\x00\0\0\0\0\0";
        for (body, kind, pixels) in [
            (&jpeg[..], "JPEG image", Some((0x304, 0x102))),
            (&vp8x[..], "WebP image", Some((640, 480))),
            (&vp8[..], "WebP image", Some((320, 240))),
            (&vp8l[..], "WebP image", Some((320, 240))),
            (b"\xff\xd8\xff\xe0\xff\xff", "JPEG image", None),
            (b"RIFF\0\0\0\0WEBP", "WebP image", None),
        ] {
            assert_eq!(content(body, None), Content::Binary { kind, pixels });
        }
    }

    fn content(body: &[u8], content_type: Option<&str>) -> Content {
        Document::read(body.into(), content_type).content().clone()
    }

    #[test]
    fn what_a_body_is() {
        let cut = |broke_at, expected| Content::CutJson { broke_at, expected };
        for (body, content_type, expected) in [
            (&b""[..], None, Content::Empty),
            (b" \r\n", Some("application/json"), Content::Empty),
            (b"{}", None, Content::Json),
            (b"\xef\xbb\xbf [1] ", Some("text/plain"), Content::Json),
            (b"\"a\xff\nb\"", None, Content::Json),
            (b"{\"a\":1,\"b", None, cut(9, "the rest of this text and a closing `\"`")),
            (b"[1, 2", None, cut(5, "`,` or `]`")),
            (b"[1, oops]", None, cut(4, "a JSON value")),
            (b"[oops]", Some("application/json"), cut(1, "a JSON value")),
            (b"[INFO] started", None, Content::Text),
            (b"[1] and more", None, Content::Text),
            (b"{\"a\":1}\n{\"a\":2}", None, cut(8, "the end of the text")),
            (b"12 apples", None, Content::Text),
            (b"12", None, Content::Json),
            (b"\"open", None, Content::Text),
            (b"Bad gateway", Some("application/json"), Content::Text),
            (b"<!DOCTYPE html><p>x", None, Content::Html),
            (b"<p>x", Some("text/html; charset=utf-8"), Content::Html),
            (b"<?xml version=\"1.0\"?><a/>", None, Content::Xml),
            (b"caf\xe9 au lait, s'il vous plait", None, Content::Text),
            (b"\x00\x01\x02", None, Content::Binary { kind: "binary data", pixels: None }),
            (
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x20",
                None,
                Content::Binary { kind: "PNG image", pixels: Some((256, 32)) },
            ),
        ] {
            assert_eq!(content(body, content_type), expected, "{:?}", String::from_utf8_lossy(body));
        }
    }
}
