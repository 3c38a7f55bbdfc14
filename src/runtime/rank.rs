//! Searching a large list beside the task that draws: one search at a time, and after it the newest; what was asked in
//! between is dropped.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::teller::Teller;
use crate::{
    app::{
        Message,
        browse::ranking::{Asked, RankId, Ranking, rank},
    },
    domain::search::Searcher,
};

/// The searches that are going on and waiting.
#[derive(Clone, Default)]
pub(super) struct Ranks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_going: bool,
    /// What is searched for next, and who is told: they bear the session it is asked in.
    next: Option<(RankId, Box<Asked>, Teller)>,
    searcher: Searcher,
    /// What was asked last and came to little enough to be kept, for whoever takes back what they typed.
    answered: VecDeque<(Asked, Ranking)>,
}

/// How many answers are kept.
const KEPT: usize = 8;
/// Answers with more results than this are not: they are soon had again, and large.
const LITTLE: usize = 20_000;

impl State {
    fn remember(&mut self, asked: Asked, ranking: &Ranking) {
        // What is known of another list serves nobody any more.
        self.answered.retain(|(before, _)| before.listing == asked.listing);
        if ranking.found.hits.len() <= LITTLE {
            self.answered.push_front((asked, ranking.clone()));
            self.answered.truncate(KEPT);
        }
    }
}

impl Ranks {
    /// Searches for this next, in place of whatever was waiting.
    pub(super) fn ask(&self, id: RankId, asked: Box<Asked>, teller: &Teller) {
        let mut state = self.lock();
        state.next = Some((id, asked, teller.clone()));
        if !std::mem::replace(&mut state.is_going, true) {
            let ranks = self.clone();
            tokio::task::spawn_blocking(move || ranks.work());
        }
    }

    fn work(&self) {
        while let Some((id, asked, teller)) = self.next() {
            let known = self.lock().answered.iter().find(|(before, _)| *before == *asked).map(|(_, r)| r.clone());
            let ranking = known.unwrap_or_else(|| {
                let mut searcher = std::mem::take(&mut self.lock().searcher);
                let ranking = rank(&asked, &mut searcher);
                let mut state = self.lock();
                state.searcher = searcher;
                state.remember(*asked, &ranking);
                ranking
            });
            teller.tell(Message::Ranked { id, ranking: Box::new(ranking) });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(RankId, Box<Asked>, Teller)> {
        let mut state = self.lock();
        let next = state.next.take();
        state.is_going = next.is_some();
        next
    }
}
