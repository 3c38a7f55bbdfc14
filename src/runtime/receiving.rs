//! Taking a run's answer in: how far it is becomes teller, and one that is too large for memory becomes a file.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::teller::Teller;
use crate::{
    app::Message,
    client::{Progress, Receiver},
    domain::run::RunId,
    store::answers::Answers,
};

/// How often a person is told: every part of a large answer would be a message.
const STEP: Duration = Duration::from_millis(100);

/// Takes in the answer of one run.
pub(super) struct Receiving<'a> {
    pub(super) id: RunId,
    /// Whether it has left, so that it may have run.
    pub(super) sent: &'a AtomicBool,
    pub(super) answers: Answers,
    pub(super) action: Arc<str>,
    pub(super) unix: i64,
    pub(super) teller: Teller,
    pub(super) told: Option<Instant>,
}

impl Receiver for Receiving<'_> {
    fn progress(&mut self, progress: Progress) {
        match progress {
            Progress::Sending => {
                self.sent.store(true, Ordering::SeqCst);
                self.teller.tell(Message::RunSent(self.id));
            }
            Progress::Receiving { bytes, of } => {
                if self.told.is_none_or(|at| at.elapsed() >= STEP) {
                    self.told = Some(Instant::now());
                    self.teller.tell(Message::RunReceived { id: self.id, bytes, of });
                }
            }
        }
    }

    fn overflow(&mut self) -> Option<io::Result<(Box<dyn Write + Send>, PathBuf)>> {
        let made = self.answers.create(&self.action, self.unix);
        Some(made.map(|(file, path)| (Box::new(file) as Box<dyn Write + Send>, path)))
    }

    fn abandoned(&self, path: &Path) {
        Answers::remove(path);
    }

    fn overflowed(&self, path: &Path, limit: usize) -> Vec<u8> {
        Answers::beginning(path, limit)
    }
}
