//! Bytes that are kept once and shared by whoever reads them.

use std::{
    fmt,
    ops::{Deref, Range},
    sync::Arc,
};

/// A body of bytes, or a piece of one, that is shared and never copied; it prints as its length.
///
/// Made from the very buffer that the bytes were received into, so that an answer is in memory once.
#[derive(Clone, Default)]
pub struct Body {
    whole: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Body {
    /// The piece of it at `range`, cut to what there is; the whole lives as long as any piece.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let start = self.range.start + range.start.min(self.len());
        let end = self.range.start + range.end.min(self.len());
        Self { whole: Arc::clone(&self.whole), range: start..end.max(start) }
    }

    /// `piece` as a piece of this body, if it lies in it.
    #[must_use]
    pub fn holding(&self, piece: &[u8]) -> Option<Self> {
        let start = (piece.as_ptr() as usize).checked_sub(self.as_ptr() as usize)?;
        let end = start.checked_add(piece.len()).filter(|&end| end <= self.len())?;
        Some(self.slice(start..end))
    }
}

impl Deref for Body {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        // `slice` keeps the range inside; the default never shows.
        self.whole.get(self.range.clone()).unwrap_or_default()
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Body {}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self { whole: Arc::new(bytes), range }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_it_was_received_into_is_the_one_that_is_kept() {
        let received = b"{\"output\":[1]}".to_vec();
        let at = received.as_ptr();
        let body = Body::from(received);
        assert_eq!(body.as_ptr(), at);
        let answer = body.slice(10..13);
        assert_eq!((&*answer, answer.as_ptr() as usize), (&b"[1]"[..], at as usize + 10));
        assert_eq!(answer.slice(1..2), Body::from("1"));
    }

    #[test]
    fn a_piece_never_reaches_outside() {
        let body = Body::from("abcdef").slice(1..4);
        assert_eq!(body.slice(2..99), Body::from("d"));
        assert_eq!(body.slice(9..12), Body::default());
        assert_eq!(body.holding(&body[1..]).as_deref(), Some(&b"cd"[..]));
        assert_eq!(body.holding(b"cd"), None);
        assert_eq!(format!("{body:?}"), "Body(3 bytes)");
    }
}
