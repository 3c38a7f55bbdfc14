//! The runs of this session, newest last, and which of them is shown.

use std::{sync::Arc, time::Duration};

use super::viewer::Viewer;
use crate::domain::{
    document::Value,
    history::{Record, RecordId, Whose},
    now::Now,
    pages::{Merged, Page},
    run::{Outcome, RunId, RunRequest},
    side_effect::SideEffect,
    wire::Wire,
};

/// How far an answer that comes in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    /// Bytes so far.
    pub bytes: u64,
    /// How many there will be, if the server says.
    pub of: Option<u64>,
    /// When the first of them came, as time since the program started.
    pub since: Option<Duration>,
}

/// How a run stands.
#[derive(Debug, Clone)]
pub enum RunState {
    /// Under way.
    Going {
        /// Whether it has left for the server, so that it may have run.
        sent: bool,
        /// How far the answer is.
        received: Received,
    },
    /// No run at all: a document to look at.
    Given(Box<Viewer>),
    /// Over.
    Ended {
        /// How it ended.
        outcome: Outcome,
        /// How long it took, as seen from here.
        took: Duration,
        /// How it is looked at.
        viewer: Box<Viewer>,
    },
}

/// One run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// What was sent.
    pub request: RunRequest,
    /// The action's integration.
    pub integration: Arc<str>,
    /// What the action does to the world.
    pub effect: SideEffect,
    /// For whom it was sent.
    pub whose: Whose,
    /// When it was started.
    pub started: Now,
    /// How it stands.
    pub state: RunState,
    /// What has been merged, where it is of several pages.
    pub pages: Option<Merged>,
    /// The page after it, where its answer names one.
    pub next: Option<Page>,
    /// Whether it is one of many, which nobody asked for by itself.
    pub of_many: bool,
    /// Where it stands in the history.
    pub record: Option<RecordId>,
    /// The record it was taken out of the history with.
    pub recalled: Option<Box<Record>>,
}

impl Run {
    /// Whether it is under way.
    pub const fn is_going(&self) -> bool {
        matches!(self.state, RunState::Going { .. })
    }
}

/// How many ended runs are kept to look at; of those that are one of many, as many again.
pub const KEPT: usize = 50;

/// All runs of the session.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    list: Vec<Run>,
    shown: Option<RunId>,
    next: u64,
}

impl Runs {
    /// The runs, oldest first.
    pub fn list(&self) -> &[Run] {
        &self.list
    }

    /// How many are under way.
    pub fn going(&self) -> usize {
        self.list.iter().filter(|r| r.is_going()).count()
    }

    /// The run that is shown.
    pub fn shown(&self) -> Option<&Run> {
        self.shown.and_then(|id| self.get(id))
    }

    /// The run that is shown, to change how it is looked at.
    pub fn shown_mut(&mut self) -> Option<&mut Run> {
        let id = self.shown?;
        self.get_mut(id)
    }

    /// The viewer of the run that is shown, if it has ended.
    pub fn viewer_mut(&mut self) -> Option<&mut Viewer> {
        match &mut self.shown_mut()?.state {
            RunState::Ended { viewer, .. } | RunState::Given(viewer) => Some(viewer),
            RunState::Going { .. } => None,
        }
    }

    /// The viewer of the run that is shown, if it has ended.
    pub fn viewer(&self) -> Option<&Viewer> {
        match &self.shown()?.state {
            RunState::Ended { viewer, .. } | RunState::Given(viewer) => Some(viewer),
            RunState::Going { .. } => None,
        }
    }

    /// The viewers of all runs that have one.
    pub(super) fn viewers_mut(&mut self) -> impl Iterator<Item = (RunId, &mut Viewer)> {
        self.list.iter_mut().filter_map(|run| match &mut run.state {
            RunState::Ended { viewer, .. } | RunState::Given(viewer) => Some((run.id, &mut **viewer)),
            RunState::Going { .. } => None,
        })
    }

    /// A run by id.
    pub fn get(&self, id: RunId) -> Option<&Run> {
        self.list.iter().find(|r| r.id == id)
    }

    /// A run by id, to change.
    pub fn get_mut(&mut self, id: RunId) -> Option<&mut Run> {
        self.list.iter_mut().find(|r| r.id == id)
    }

    /// Shows run `id`.
    pub fn show(&mut self, id: RunId) {
        if self.get(id).is_some() {
            self.shown = Some(id);
        }
    }

    /// Shows the run `by` places later (or earlier, where negative); returns whether there is one.
    pub fn show_by(&mut self, by: isize) -> bool {
        let at = self.shown.and_then(|id| self.list.iter().position(|r| r.id == id));
        let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|i| self.list.get(i)).map(|r| r.id);
        self.shown = next.or(self.shown);
        next.is_some()
    }

    /// Shows a document called `name` in place of a run's answer.
    pub fn give(&mut self, name: Arc<str>, viewer: Viewer, now: Now) -> RunId {
        self.next += 1;
        let id = RunId(self.next);
        let request = RunRequest { action: name, parameters: Value::object(), wire: Wire::Live, credential: None };
        let state = RunState::Given(Box::new(viewer));
        self.list.push(Run {
            id,
            request,
            integration: "".into(),
            effect: SideEffect::Read,
            whose: Whose::default(),
            started: now,
            state,
            pages: None,
            next: None,
            of_many: false,
            record: None,
            recalled: None,
        });
        self.shown = Some(id);
        id
    }

    /// Takes a record of the history among the runs, next to last week's as if it had just ended.
    pub fn recall(&mut self, record: Record, outcome: Outcome, viewer: Viewer, now: Now) -> RunId {
        let known = self.list.iter().find(|run| run.record == Some(record.id) && !run.is_going());
        if let Some(run) = known {
            return run.id;
        }
        self.next += 1;
        let id = RunId(self.next);
        let took = record.end.took.unwrap_or_default();
        let begun = &record.begun;
        self.list.push(Run {
            id,
            request: begun.request.clone(),
            integration: begun.integration.clone(),
            effect: begun.effect,
            whose: begun.whose.clone(),
            started: Now { unix: begun.at, ..now },
            state: RunState::Ended { outcome, took, viewer: Box::new(viewer) },
            record: Some(record.id),
            recalled: Some(Box::new(record)),
            pages: None,
            next: None,
            of_many: false,
        });
        self.let_the_oldest_go(false);
        id
    }

    /// Starts a run; drops the oldest ended one where there are too many. It is shown by [`Runs::show`].
    ///
    /// `of` is the action's integration and what it does; `begun` for whom it is sent, and when.
    pub fn start(
        &mut self,
        request: RunRequest,
        of: (Arc<str>, SideEffect),
        begun: (Whose, Now),
        of_many: bool,
    ) -> RunId {
        self.next += 1;
        let id = RunId(self.next);
        let ((integration, effect), (whose, now)) = (of, begun);
        let state = RunState::Going { sent: false, received: Received::default() };
        self.list.push(Run {
            id,
            request,
            integration,
            effect,
            whose,
            started: now,
            state,
            pages: None,
            next: None,
            of_many,
            record: None,
            recalled: None,
        });
        self.let_the_oldest_go(of_many);
        id
    }

    /// Runs of many make no room among those that somebody asked for, and the one that is shown stays.
    fn let_the_oldest_go(&mut self, of_many: bool) {
        let kind = |run: &&Run| run.of_many == of_many;
        let is_surplus = self.list.iter().filter(kind).count() > KEPT;
        let oldest = |run: &Run| kind(&run) && !run.is_going() && self.shown != Some(run.id);
        if is_surplus && let Some(oldest) = self.list.iter().position(oldest) {
            self.list.remove(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(runs: &mut Runs) -> RunId {
        let id = start_as(runs, false);
        runs.show(id);
        id
    }

    fn start_as(runs: &mut Runs, of_many: bool) -> RunId {
        let request =
            RunRequest { action: "A_B".into(), parameters: Value::object(), wire: Wire::Live, credential: None };
        runs.start(request, ("a".into(), SideEffect::Read), (Whose::default(), Now::default()), of_many)
    }

    #[test]
    fn runs_of_many_push_out_none_that_somebody_asked_for() {
        let mut runs = Runs::default();
        let own = start(&mut runs);
        for _ in 0..KEPT + 20 {
            let id = start_as(&mut runs, true);
            if let Some(run) = runs.get_mut(id) {
                run.state = RunState::Given(Box::new(Viewer::new(None, None)));
            }
        }
        assert_eq!(runs.shown().map(|run| run.id), Some(own));
        assert_eq!(runs.list().len(), KEPT + 1);
    }

    #[test]
    fn the_newest_is_shown_and_neighbours_are_reached() {
        let mut runs = Runs::default();
        let (one, two) = (start(&mut runs), start(&mut runs));
        assert_eq!(runs.shown().map(|r| r.id), Some(two));
        assert!(runs.show_by(-1) && !runs.show_by(-1));
        assert_eq!(runs.shown().map(|r| r.id), Some(one));
        assert_eq!(runs.going(), 2);
    }

    #[test]
    fn runs_under_way_are_never_dropped() {
        let mut runs = Runs::default();
        for _ in 0..KEPT + 5 {
            start(&mut runs);
        }
        assert_eq!(runs.going(), KEPT + 5);
    }
}
