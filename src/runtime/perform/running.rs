//! Sending runs: one by one, one page after the other, and as one of many with its journal.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::oneshot;

use super::{
    super::{clock::Clock, history, opening, receiving::Receiving, teller::Teller, writer::Writer},
    Performer,
    asking::nothing_connected,
    unpanicked,
};
use crate::{
    app::{Message, batch::OneOfMany, effect::JournalAsk, remote::LoadId},
    client::Client,
    domain::{
        failure::{Failure, FailureKind},
        guard::Clearance,
        history::Begun,
        now::Now,
        pages::{Merged, Pages, Paging},
        rows::{Journal, Line, STEP},
        run::{Outcome, RunId, RunRequest},
    },
    store::{answers::Answers, history::History, rows::Kept},
};

/// The journal that is open, and the opening it comes from. Only the writer touches it, in the order of what is asked: a
/// line of runs whose journal was closed meanwhile goes nowhere.
pub(super) type SharedJournal = Arc<Mutex<Option<(LoadId, Kept)>>>;

/// What is to be sent.
pub(super) struct Sending {
    pub(super) request: RunRequest,
    pub(super) leave: Clearance,
    /// How far to go, where it is to go through pages.
    pub(super) pages: Option<Pages>,
    /// Which of many it is.
    pub(super) of: Option<OneOfMany>,
}

/// Everything that the task of one run works with.
struct Task {
    id: RunId,
    client: Client,
    sending: Sending,
    /// Where the line of one of many goes.
    journal: Option<(LoadId, usize)>,
    journals: SharedJournal,
    writer: Writer,
    answers: Answers,
    teller: Teller,
    now: Now,
    /// Whether anything of its answer is to stay.
    keeps: bool,
    /// Whether it has left.
    sent: AtomicBool,
}

impl Performer {
    /// The one place of the full-screen program that sends runs. What may run was decided before the effect was made,
    /// and is proved by the leave that comes with it.
    pub(super) fn run(&mut self, id: RunId, sending: Sending, now: Now) {
        let connected = self.client().and_then(|client| {
            let connection = self.connection.as_ref().ok_or_else(nothing_connected)?;
            Ok((client, connection.others.clone()))
        });
        let (client, others) = match connected {
            Ok(connected) => connected,
            Err(failure) => {
                self.to_note.remove(&id);
                let outcome = Outcome::Failed(failure);
                return self.teller.tell(Message::RunFinished { id, outcome, opened: None });
            }
        };
        let (cancel, mut cancelled) = oneshot::channel();
        self.running.insert(id, cancel);
        let begun = self.to_note.remove(&id).and_then(|note| self.begun(&sending.request, note, now));
        let notes = self.notes.clone();
        let teller = self.teller.clone();
        let answers = Answers::new(&self.data);
        let (journals, writer) = (Arc::clone(&self.journals), self.writer.clone());
        let journal = self.journal.zip(sending.of.as_ref().map(|of| of.index));
        tokio::spawn(async move {
            let pause = sending.of.is_some().then(|| tokio::time::sleep(STEP));
            let request = sending.request.clone();
            let client = match sending.of.as_ref().and_then(|of| of.user.as_deref()) {
                None => Ok(client),
                Some(user) => others.client(user.to_owned()).await,
            };
            let outcome = match client {
                Err(failure) => Outcome::Failed(failure),
                Ok(client) => {
                    let noted = match begun {
                        Some((history, begun)) => history::begin(history, begun, id, &teller).await,
                        None => None,
                    };
                    let clock = Clock::start();
                    let sent = AtomicBool::new(false);
                    let teller = teller.clone();
                    let keeps = noted.is_some();
                    let task =
                        Task { id, client, sending, journal, journals, writer, answers, teller, now, keeps, sent };
                    let outcome = task.perform(&mut cancelled).await;
                    if let Some(noted) = noted {
                        notes.finish(noted, outcome.clone(), clock.now().uptime);
                    }
                    outcome
                }
            };
            if let Some(pause) = pause {
                pause.await;
            }
            opening::open_and_tell(id, &request, outcome, &teller).await;
        });
    }

    /// What is noted of a run before it is sent, and where.
    fn begun(&self, request: &RunRequest, (about, whose): super::Note, now: Now) -> Option<(History, Begun)> {
        let history = self.history()?;
        Some((history, Begun::new(now.unix, *whose, request, &about)))
    }

    /// Has done what is asked about the journal of many runs.
    pub(super) fn journal(&mut self, ask: JournalAsk) {
        let (journals, teller) = (Arc::clone(&self.journals), self.teller.clone());
        match ask {
            JournalAsk::Open { load, name, keys } => {
                let kept = self.connection.as_ref().and_then(|c| c.journals.clone());
                self.journal = kept.is_some().then_some(load);
                self.writer.add(move || {
                    let mut journal = lock(&journals);
                    // The one before gives its lock back first: it may be the same.
                    *journal = None;
                    let result = match kept.map(|kept| kept.open(&name, keys)) {
                        None => Ok(Journal::default()),
                        Some(Err(failure)) => Err(failure),
                        Some(Ok(opened)) => Ok(journal.insert((load, opened)).1.journal().clone()),
                    };
                    teller.tell(Message::JournalOpened { load, result });
                });
            }
            JournalAsk::Clear => self.writer.add(move || {
                if let Some((_, journal)) = lock(&journals).as_mut()
                    && let Err(failure) = journal.clear()
                {
                    teller.tell(Message::NotKept { what: "What ran before is still noted".to_owned(), failure });
                }
            }),
            JournalAsk::Close => {
                self.journal = None;
                self.writer.add(move || *lock(&journals) = None);
            }
            JournalAsk::Remove => {
                self.journal = None;
                self.writer.add(move || {
                    if let Some((_, journal)) = lock(&journals).take() {
                        journal.remove();
                    }
                });
            }
        }
    }
}

fn lock(journals: &SharedJournal) -> MutexGuard<'_, Option<(LoadId, Kept)>> {
    journals.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Task {
    /// Sends it, its line in the journal before and after it, until it ends or is cancelled.
    async fn perform(&self, cancelled: &mut oneshot::Receiver<()>) -> Outcome {
        // Before anything leaves it stands on the disk that it may have.
        if let Err(failure) = self.write(Line::sent).await {
            return Outcome::Failed(failure);
        }
        let limit = self.client.target().body_limit;
        let mut paging = self.sending.pages.clone().map(|pages| Paging::new(pages, limit));
        let (ended, is_cancelled) = tokio::select! {
            ended = unpanicked(self.send(&mut paging), "running") => {
                (ended.unwrap_or_else(|failure| Some(Outcome::Failed(failure))), false)
            }
            Ok(()) = cancelled => (None, true),
        };
        let may_have_run = self.sent.load(Ordering::SeqCst);
        let outcome = match (ended, paging) {
            (Some(outcome), _) => outcome,
            (None, Some(mut paging)) => {
                if is_cancelled {
                    paging.cancel(may_have_run);
                }
                self.tell_pages(paging.merged());
                paging.into_outcome()
            }
            (None, None) => Outcome::Cancelled { may_have_run },
        };
        let ended = |index| {
            let line = Line::ended(index, &outcome, &self.sending.request.action);
            if self.keeps { line } else { Line { said: String::new(), ..line } }
        };
        if let Err(failure) = self.write(ended).await {
            tracing::warn!(%failure, "how one of many ended is not in its journal");
        }
        outcome
    }

    /// Sends it once, or with `paging` one page after the other; `None` where `paging` holds how that ended.
    async fn send(&self, paging: &mut Option<Paging>) -> Option<Outcome> {
        let (mut ask, mut attempt) = (self.sending.request.clone(), 1);
        loop {
            let receiving = Receiving {
                id: self.id,
                sent: &self.sent,
                answers: self.answers.clone(),
                action: Arc::clone(&ask.action),
                unix: self.now.unix,
                teller: self.teller.clone(),
                told: None,
            };
            let outcome = self.client.run(&self.sending.leave, &ask, self.now, receiving).await;
            let Some(paging) = paging else { return Some(outcome) };
            if let Some(wait) = self.client.wait_to_ask_again(&outcome, attempt) {
                tokio::time::sleep(wait).await;
                attempt += 1;
                continue;
            }
            attempt = 1;
            match paging.take(&ask, outcome) {
                Some(next) => ask = next,
                None => return None,
            }
            self.tell_pages(paging.merged());
        }
    }

    fn tell_pages(&self, merged: &Merged) {
        self.teller.tell(Message::RunPaged { id: self.id, merged: merged.clone() });
    }

    /// Notes in the journal how it stands, where it is one of many.
    async fn write(&self, line: impl FnOnce(usize) -> Line) -> Result<(), Failure> {
        let Some((opening, index)) = self.journal else { return Ok(()) };
        let (journals, line) = (Arc::clone(&self.journals), line(index));
        let writing = self.writer.done(move || match lock(&journals).as_mut() {
            Some((of, journal)) if *of == opening => journal.write(&line),
            // Other runs have theirs open by now: without a line of it nothing more of these is sent.
            Some(_) | None => Err(Failure::new(
                FailureKind::File,
                "The journal of these runs is closed.",
                "Begin them again: what ran is not sent again.",
            )),
        });
        writing.await.unwrap_or_else(|| Err(super::mistake("noting a run")))
    }
}
