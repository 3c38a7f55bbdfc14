//! Large things that messages and state hand around without copying, compared by identity.

use std::{
    fmt,
    ops::{Deref, Range},
    sync::Arc,
};

/// A shared, immutable `T` whose equality is identity.
///
/// Messages and effects are compared in tests; comparing a catalogue of 300,000 actions there would say nothing more
/// than that it is the same one.
pub struct Shared<T: ?Sized>(Arc<T>);

impl<T> Shared<T> {
    /// Puts `value` behind a shared handle.
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: ?Sized> Eq for Shared<T> {}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shared<{}>", std::any::type_name::<T>())
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// A piece of a larger text that is kept once, such as one schema of a list reply; it reads as a `str`.
///
/// The whole text lives as long as any piece of it.
#[derive(Clone)]
pub struct SharedText {
    whole: Arc<[u8]>,
    range: Range<usize>,
}

impl SharedText {
    /// The bytes `range` of `whole`; `None` unless they lie inside it and are UTF-8.
    pub fn slice(whole: &Arc<[u8]>, range: Range<usize>) -> Option<Self> {
        std::str::from_utf8(whole.get(range.clone())?).ok()?;
        Some(Self { whole: Arc::clone(whole), range })
    }
}

impl Deref for SharedText {
    type Target = str;
    fn deref(&self) -> &str {
        // Checked when it was made; the default never shows.
        self.whole.get(self.range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self { whole: text.as_bytes().into(), range: 0..text.len() }
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        let range = 0..text.len();
        Self { whole: text.into_bytes().into(), range }
    }
}

impl PartialEq for SharedText {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedText {}

impl fmt::Debug for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_part_of_its_text_and_whole_characters() {
        let whole: Arc<[u8]> = "aé{}".as_bytes().into();
        let piece = SharedText::slice(&whole, 3..5);
        assert_eq!(piece.as_deref(), Some("{}"));
        assert_eq!(piece, Some(SharedText::from("{}")));
        assert_eq!(SharedText::slice(&whole, 2..5), None);
        assert_eq!(SharedText::slice(&whole, 3..6), None);
    }
}
