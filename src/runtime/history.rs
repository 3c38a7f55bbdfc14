//! The history's part in performing effects: a run is noted before it is sent and again when it has ended; records are
//! found, opened and changed off the task that draws.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

use super::{opening, teller::Teller};
use crate::{
    app::{
        Message,
        past::{Purpose, Recalled},
        remote::LoadId,
    },
    domain::{
        failure::{Failure, FailureKind},
        history::{Ask, Begun, Change, RecordId},
        run::{Body, Outcome, RunId},
    },
    store::history::History,
};

/// How long leaving the program waits for what is being noted.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is being noted right now, so that leaving does not cut it off.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes(Arc<(AtomicUsize, Notify)>);

impl Notes {
    /// Waits until nothing is being noted, but not for ever.
    pub(super) async fn settle(&self) {
        let done = async {
            loop {
                let told = self.0.1.notified();
                if self.0.0.load(Ordering::SeqCst) == 0 {
                    return;
                }
                told.await;
            }
        };
        // What takes longer is told by the record: nobody knows how it ended.
        let _ = tokio::time::timeout(PATIENCE, done).await;
    }

    /// Something that leaving waits for, until what this gives is dropped.
    pub(super) fn hold(&self) -> Held {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        Held(self.clone())
    }

    /// Notes how a run ended.
    pub(super) fn finish(&self, noted: Noted, outcome: Outcome, took: Duration) {
        let held = self.hold();
        tokio::task::spawn_blocking(move || {
            let Noted { history, id, action } = noted;
            if let Err(failure) = history.finish(id, &outcome, (&action, took)) {
                tracing::warn!(%failure, "how a run ended is not kept");
            }
            drop(held);
        });
    }
}

/// Work that leaving the program waits for.
#[derive(Debug)]
pub(super) struct Held(Notes);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.0.fetch_sub(1, Ordering::SeqCst);
        self.0.0.1.notify_waiters();
    }
}

/// A run that was noted before it was sent.
#[derive(Debug)]
pub(super) struct Noted {
    history: History,
    id: RecordId,
    action: String,
}

/// Notes that a run is about to be sent; says where it stands, or why it does not.
pub(super) async fn begin(history: History, begun: Begun, run: RunId, teller: &Teller) -> Option<Noted> {
    let action = begun.request.action.to_string();
    let noting = {
        let history = history.clone();
        tokio::task::spawn_blocking(move || history.begin(&begun)).await
    };
    let result = noting.unwrap_or_else(|_| Err(mistake("noting a run")));
    let id = result.as_ref().ok().copied();
    teller.tell(Message::RunNoted { id: run, result });
    id.map(|id| Noted { history, id, action })
}

pub(super) fn find(history: History, load: LoadId, ask: Ask, teller: Teller) {
    tokio::task::spawn_blocking(move || {
        teller.tell(Message::HistoryFound { load, result: history.find(&ask) });
    });
}

/// Looks up how each action of a project was run last for a user. Where that cannot be told, the descriptions of actions
/// do without.
pub(super) fn last_runs(history: History, whose: (String, Option<String>), teller: Teller) {
    tokio::task::spawn_blocking(move || match history.last_runs(&whose.0, whose.1.as_deref()) {
        Ok(last) => {
            teller.tell(Message::LastRunsRecalled(last));
        }
        Err(failure) => tracing::warn!(%failure, "how actions were run last is not known"),
    });
}

pub(super) fn open(history: History, id: RecordId, purpose: Purpose, teller: Teller) {
    tokio::spawn(async move {
        let reading = tokio::task::spawn_blocking(move || {
            let Some(record) = history.get(id)? else { return Ok(None) };
            let body = history.body(id)?.map(Body::from);
            let has_body = body.is_some();
            let request = &record.begun.request;
            let outcome = record.outcome(body);
            let (outcome, opened) = if has_body { opening::open(request, outcome) } else { (outcome, None) };
            Ok(Some(Box::new(Recalled { record, outcome, opened })))
        });
        let result = reading.await.unwrap_or_else(|_| Err(mistake("reading the history")));
        teller.tell(Message::RecordOpened { purpose, result });
    });
}

pub(super) fn change(history: History, change: Change, teller: Teller) {
    tokio::task::spawn_blocking(move || {
        let result = match change {
            Change::Pin(id, pinned) => history.pin(id, pinned).map(|_| ()),
            Change::Delete(id) => history.delete(id).map(|_| ()),
            Change::Purge => history.purge(&Ask::default(), false).map(|_| ()),
        };
        teller.tell(Message::HistoryChanged { change, result });
    });
}

fn mistake(doing: &str) -> Failure {
    Failure::new(FailureKind::Internal, format!("akx made a mistake while {doing}."), "Try again.")
}
