//! Reading a file of rows and checking each of them, beside the loop: how far it is becomes messages, and it can be left.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::time::{Duration, Instant};

use super::{super::files::placed, LoadId, Message, Performer, Shared, files};
use crate::{
    app::batch::Ready,
    domain::rows::{Rows, Template, Unfit, Work},
};

/// No file of rows is longer than this many bytes.
const LIMIT: u64 = 256 << 20;
/// How often a person is told how far it is.
const STEP: Duration = Duration::from_millis(100);

impl Performer {
    /// Reads and checks a file of rows, in place of another.
    pub(super) fn prepare_rows(&mut self, load: LoadId, path: String, (template, of): (Template, Work)) {
        let stop = Arc::new(AtomicBool::new(false));
        if let Some((before, _)) = self.preparing {
            self.leave_rows(before);
        }
        self.preparing = Some((load, Arc::clone(&stop)));
        let teller = self.teller.clone();
        tokio::task::spawn_blocking(move || {
            let mut told = Instant::now();
            let tells = teller.clone();
            let preparing = AssertUnwindSafe(|| {
                prepare(&path, template, &of, |done, of| {
                    if told.elapsed() >= STEP {
                        told = Instant::now();
                        tells.tell(Message::RowsChecked { load, done, of });
                    }
                    !stop.load(Ordering::Relaxed)
                })
            });
            let mistake = |_| Err(Unfit::File("akx made a mistake while checking it".to_owned()));
            let result = std::panic::catch_unwind(preparing).unwrap_or_else(mistake);
            teller.tell(Message::RowsPrepared { load, result });
        });
    }

    /// Stops reading, if it is still that reading.
    pub(super) fn leave_rows(&mut self, load: LoadId) {
        if let Some((_, stop)) = self.preparing.take_if(|(going, _)| *going == load) {
            stop.store(true, Ordering::Relaxed);
        }
    }
}

fn prepare(
    path: &str,
    template: Template,
    of: &Work,
    mut goes_on: impl FnMut(usize, usize) -> bool,
) -> Result<Ready, Unfit> {
    let read = files::read(&placed(path, ""), LIMIT)
        .and_then(|bytes| bytes.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
        .map_err(|e| Unfit::File(e.to_string()))?;
    if !goes_on(0, 0) {
        return Err(Unfit::Stopped);
    }
    let rows = Rows::read(read)?;
    let (journal, count) = (of.journal(), rows.count());
    let rows = template.prepare(rows, |done| goes_on(done, count))?;
    Ok(Ready { rows: Shared::new(rows), journal })
}
