//! Large things that messages and state hand around without copying, compared by identity.

use std::{fmt, ops::Deref, sync::Arc};

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
    start: u32,
    len: u32,
}

impl SharedText {
    /// `piece` without copying it, if it lies in `whole`; a copy of its own otherwise.
    pub fn of(whole: &Arc<[u8]>, piece: &str) -> Self {
        let start = (piece.as_ptr() as usize).checked_sub(whole.as_ptr() as usize);
        let end = start.and_then(|start| start.checked_add(piece.len())).filter(|end| *end <= whole.len());
        let place = end.and(start).and_then(|start| Some((start.try_into().ok()?, piece.len().try_into().ok()?)));
        match place {
            Some((start, len)) => Self { whole: Arc::clone(whole), start, len },
            None => piece.into(),
        }
    }
}

impl Deref for SharedText {
    type Target = str;
    fn deref(&self) -> &str {
        let start = self.start as usize;
        // It was a `str` when it was made; the default never shows.
        let bytes = self.whole.get(start..start.saturating_add(self.len as usize));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        // Nothing that is read is anywhere near that long: every reply has a limit.
        Self { whole: text.as_bytes().into(), start: 0, len: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        text.as_str().into()
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
    fn a_piece_of_the_text_is_shared_and_anything_else_copied() {
        let whole: Arc<[u8]> = "aé{}".as_bytes().into();
        let text = std::str::from_utf8(&whole).unwrap();
        let piece = SharedText::of(&whole, &text[3..]);
        assert_eq!((&*piece, Arc::strong_count(&whole)), ("{}", 2));
        assert_eq!(piece.as_ptr(), text[3..].as_ptr());
        let other = SharedText::of(&whole, "{}");
        assert_eq!((&*other, Arc::strong_count(&whole)), ("{}", 2));
        assert_eq!(piece, other);
    }
}
