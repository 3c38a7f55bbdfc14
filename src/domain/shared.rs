//! Large things that messages and state hand around without copying, compared by identity.

use std::{fmt, ops::Deref, sync::Arc};

use super::body::Body;

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
pub struct SharedText(Body);

impl SharedText {
    /// `piece` without copying it, if it lies in `whole`; a copy of its own otherwise.
    pub fn of(whole: &Body, piece: &str) -> Self {
        whole.holding(piece.as_bytes()).map_or_else(|| piece.into(), Self)
    }
}

impl Deref for SharedText {
    type Target = str;
    fn deref(&self) -> &str {
        // It was a `str` when it was made; the default never shows.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialEq for SharedText {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for SharedText {}

impl PartialOrd for SharedText {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SharedText {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

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
        let whole = Body::from("aé{}");
        let text = std::str::from_utf8(&whole).unwrap();
        let piece = SharedText::of(&whole, &text[3..]);
        assert_eq!((&*piece, piece.as_ptr()), ("{}", text[3..].as_ptr()));
        let other = SharedText::of(&whole, "{}");
        assert_eq!(&*other, "{}");
        assert_ne!(other.as_ptr(), piece.as_ptr());
        assert_eq!(piece, other);
    }
}
