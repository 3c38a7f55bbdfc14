//! Searching a large list beside the task that draws: one search at a time, and after it the newest; what was asked in
//! between is dropped.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    app::{
        Message,
        browse::ranking::{Asked, RankId, rank},
    },
    domain::search::Searcher,
};

/// The searches that are going on and waiting.
#[derive(Clone, Default)]
pub(super) struct Ranks(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_going: bool,
    next: Option<(RankId, Box<Asked>)>,
}

impl Ranks {
    /// Searches for this next, in place of whatever was waiting.
    pub(super) fn ask(&self, id: RankId, asked: Box<Asked>, messages: &UnboundedSender<Message>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.next = Some((id, asked));
        if !std::mem::replace(&mut state.is_going, true) {
            let (ranks, messages) = (self.clone(), messages.clone());
            tokio::task::spawn_blocking(move || ranks.work(&messages));
        }
    }

    fn work(&self, messages: &UnboundedSender<Message>) {
        let mut searcher = Searcher::new();
        while let Some((id, asked)) = self.next() {
            // The loop may be gone; then nobody needs it.
            let _ = messages.send(Message::Ranked { id, ranking: Box::new(rank(&asked, &mut searcher)) });
        }
    }

    fn next(&self) -> Option<(RankId, Box<Asked>)> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = state.next.take();
        state.is_going = next.is_some();
        next
    }
}
