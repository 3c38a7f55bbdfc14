//! The list replies given so far: the same question has the same answer until something changes what is listed.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::body::Bytes;

/// How many answers are kept; beyond that the keeping starts anew. They share their bytes with those of
/// [`crate::sandbox::offer::Offer::list`].
const ANSWERS_AT_MOST: usize = 64;

/// The answers, by who asked what.
#[derive(Debug, Default)]
pub(super) struct Lists {
    given: Mutex<HashMap<String, Bytes>>,
    /// How often what is listed has changed.
    changes: AtomicU64,
}

/// How things stood when an answer was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun(u64);

impl Lists {
    fn given(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer given to this question, or where to begin a new one.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn get(&self, question: &str) -> Result<Bytes, Begun> {
        let begun = Begun(self.changes.load(Ordering::Acquire));
        self.given().get(question).cloned().ok_or(begun)
    }

    /// Keeps an answer, unless something has changed since it was begun.
    pub(super) fn keep(&self, question: String, answer: &Bytes, begun: Begun) {
        let mut given = self.given();
        if Begun(self.changes.load(Ordering::Acquire)) != begun {
            return;
        }
        if given.len() >= ANSWERS_AT_MOST {
            given.clear();
        }
        given.insert(question, answer.clone());
    }

    /// Forgets every answer, since what is listed has changed.
    pub(super) fn forget(&self) {
        let mut given = self.given();
        self.changes.fetch_add(1, Ordering::Release);
        given.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_begun_before_a_change_is_not_kept() {
        let lists = Lists::default();
        let ask = || lists.get("q");
        let answer = Bytes::from_static(b"a");
        let Err(begun) = ask() else { panic!("nothing was kept") };
        lists.keep("q".to_owned(), &answer, begun);
        assert_eq!(ask(), Ok(answer.clone()));
        lists.forget();
        lists.keep("q".to_owned(), &answer, begun);
        let Err(begun) = ask() else { panic!("an old answer was kept") };
        lists.keep("q".to_owned(), &answer, begun);
        assert_eq!(ask(), Ok(answer));
    }

    #[test]
    fn only_so_many_answers_are_kept() {
        let lists = Lists::default();
        for n in 0..=ANSWERS_AT_MOST {
            let Err(begun) = lists.get(&n.to_string()) else { panic!("{n}") };
            lists.keep(n.to_string(), &Bytes::new(), begun);
        }
        assert!(lists.get("0").is_err());
        assert_eq!(lists.get(&ANSWERS_AT_MOST.to_string()), Ok(Bytes::new()));
    }
}
