//! The jq filter that is under way.

use std::{path::PathBuf, time::Duration};

use tokio::task::AbortHandle;

use super::{
    jq::{self, Limits},
    teller::Teller,
};
use crate::{
    app::{
        Message,
        remote::LoadId,
        viewer::{Opened, Queried},
    },
    domain::{document::QueryError, shared::Shared},
};

/// How long a filter must stand still before it is run.
const STANDS_STILL: Duration = Duration::from_millis(80);

/// Runs filters, one at a time.
pub(super) struct Queries {
    /// akx itself, which is started again for a filter.
    program: PathBuf,
    going: Option<AbortHandle>,
}

impl Queries {
    pub(super) const fn new(program: PathBuf) -> Self {
        Self { program, going: None }
    }

    /// Stops the one that is under way.
    pub(super) fn stop(&mut self) {
        if let Some(query) = self.going.take() {
            query.abort();
        }
    }

    /// Runs a filter in a process of its own; the one before is stopped, as nobody waits for it any more.
    pub(super) fn start(&mut self, id: LoadId, filter: String, of: Shared<Opened>, teller: Teller) {
        self.stop();
        let program = self.program.clone();
        let task = tokio::spawn(async move {
            // A filter being typed changes again at once: only one that stands still for a moment is run.
            tokio::time::sleep(STANDS_STILL).await;
            let result = match jq::query(&program, &filter, of.document.bytes(), Limits::LIVE).await {
                Ok(results) => {
                    let opening = tokio::task::spawn_blocking(move || {
                        let (document, count) = results.document();
                        let opened = Shared::new(Opened::new(document.into(), Some("application/json")));
                        Queried { opened, count, more: results.more }
                    });
                    let words = "akx made a mistake while reading the results.";
                    opening.await.map_err(|_| QueryError { words: words.to_owned(), at: None })
                }
                Err(why) => Err(why),
            };
            teller.tell(Message::Queried { id, result });
        });
        self.going = Some(task.abort_handle());
    }
}
