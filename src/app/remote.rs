//! Something asked for over the network: what one has of it, and how the asking stands.

use crate::domain::{failure::Failure, now::Now};

/// Identifies one load; the answer to a load nobody waits for any more is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoadId(pub u64);

/// Which session something belongs to: one user of one project, from when akx began to speak for them until it speaks
/// for somebody else. What was asked in one session says nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stamp(Option<LoadId>);

impl Stamp {
    /// The session that the connection `load` began.
    pub const fn of(load: LoadId) -> Self {
        Self(Some(load))
    }
}

/// A value and when it was true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// When it was fetched, in Unix seconds.
    pub at: i64,
}

/// How the asking stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fetch {
    /// Nothing is asked.
    #[default]
    Idle,
    /// Asked, and waiting.
    Going {
        /// Which load it is.
        id: LoadId,
        /// Since when.
        since: Now,
    },
    /// The last asking failed. A value from before is kept.
    Failed(Failure),
}

/// A value from elsewhere. What is there stays there while it is asked for again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote<T> {
    /// What one has, if anything.
    pub value: Option<Dated<T>>,
    /// How the asking stands.
    pub fetch: Fetch,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, fetch: Fetch::Idle }
    }
}

impl<T> Remote<T> {
    /// The value, however old.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref().map(|d| &d.value)
    }

    /// Marks load `id` as under way.
    pub fn start(&mut self, id: LoadId, now: Now) {
        self.fetch = Fetch::Going { id, since: now };
    }

    /// Takes the answer to load `id`; returns whether anybody was waiting for it.
    pub fn finish(&mut self, id: LoadId, result: Result<Dated<T>, Failure>) -> bool {
        if !self.is_going(id) {
            return false;
        }
        match result {
            Ok(value) => {
                self.value = Some(value);
                self.fetch = Fetch::Idle;
            }
            Err(failure) => self.fetch = Fetch::Failed(failure),
        }
        true
    }

    /// Whether load `id` is waited for.
    pub fn is_going(&self, id: LoadId) -> bool {
        matches!(self.fetch, Fetch::Going { id: going, .. } if going == id)
    }

    /// Since when it has been waited for, if it is.
    pub const fn going_since(&self) -> Option<Now> {
        match self.fetch {
            Fetch::Going { since, .. } => Some(since),
            Fetch::Idle | Fetch::Failed(_) => None,
        }
    }

    /// Why the last asking failed, if it did.
    pub const fn failure(&self) -> Option<&Failure> {
        match &self.fetch {
            Fetch::Failed(failure) => Some(failure),
            Fetch::Idle | Fetch::Going { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureKind;

    #[test]
    fn a_late_answer_is_dropped_and_an_old_value_kept() {
        let mut r = Remote::default();
        r.start(LoadId(1), Now::default());
        r.start(LoadId(2), Now::default());
        assert!(!r.finish(LoadId(1), Ok(Dated { value: "old", at: 1 })));
        assert_eq!(r.get(), None);
        assert!(r.finish(LoadId(2), Ok(Dated { value: "new", at: 2 })));
        r.start(LoadId(3), Now::default());
        assert_eq!(r.get(), Some(&"new"));
        assert!(r.finish(LoadId(3), Err(Failure::new(FailureKind::TimedOut, "Late.", ""))));
        assert_eq!((r.get(), r.failure().is_some()), (Some(&"new"), true));
    }
}
