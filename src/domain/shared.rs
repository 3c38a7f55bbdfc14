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
