//! Taking an answer in: how far it is, on stderr; straight to stdout where nobody looks at it here; into a file where
//! it is too large for memory.

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

use crate::{
    client::{Progress, Receiver},
    domain::text,
    store::answers::Answers,
};

/// Up to how many bytes an answer is kept in memory while it goes to stdout: what may be kept of it on disk.
const KEPT: usize = 1 << 20;

/// What is known of a run while it goes on and after.
#[derive(Debug, Clone, Default)]
pub(crate) struct Signs {
    /// It has left, so that it may have run.
    pub(crate) sent: Arc<AtomicBool>,
    /// It has gone to stdout as it came.
    pub(crate) passed_on: Arc<AtomicBool>,
    /// Whoever read stdout has gone.
    pub(crate) unheard: Arc<AtomicBool>,
}

/// Takes in the answer of one run.
pub(crate) struct Receiving {
    signs: Signs,
    answers: Answers,
    action: Arc<str>,
    unix: i64,
    meter: Option<Meter>,
    stdout: Option<Stdout>,
}

impl Receiving {
    /// For a run of `action` at `unix` seconds, whose large answer goes to `answers`.
    pub(crate) fn new(action: Arc<str>, unix: i64, answers: Answers, signs: Signs) -> Self {
        Self { signs, answers, action, unix, meter: None, stdout: None }
    }

    /// Says on stderr how far it is.
    pub(crate) fn metered(self, meter: Option<Meter>) -> Self {
        Self { meter, ..self }
    }

    /// Writes a long answer to stdout as it comes in, if `is_so`.
    pub(crate) fn passing_on(mut self, is_so: bool) -> Self {
        self.stdout = is_so.then(|| Stdout(io::stdout(), self.signs.clone()));
        self
    }
}

impl Receiver for Receiving {
    fn progress(&mut self, progress: Progress) {
        match progress {
            Progress::Sending => self.signs.sent.store(true, Ordering::Relaxed),
            Progress::Receiving { bytes, of } => {
                if let Some(meter) = &mut self.meter {
                    meter.show(bytes, of);
                }
            }
        }
    }

    fn keeps(&self) -> usize {
        KEPT
    }

    fn through(&mut self) -> Option<&mut (dyn Write + Send)> {
        self.stdout.as_mut().map(|stdout| stdout as &mut (dyn Write + Send))
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

/// Stdout, and a note of whether anybody still reads it.
struct Stdout(io::Stdout, Signs);

impl Stdout {
    fn noting<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if result.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            self.1.unheard.store(true, Ordering::Relaxed);
        }
        result
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.passed_on.store(true, Ordering::Relaxed);
        let written = self.0.lock().write(bytes);
        self.noting(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.0.lock().flush();
        self.noting(flushed)
    }
}

/// A line on a terminal that says how far something is, and goes when it is done.
pub(crate) struct Meter {
    to: Box<dyn Write + Send>,
    began: Instant,
    shown: Option<Duration>,
}

/// How often the line is written anew.
const STEP: Duration = Duration::from_millis(100);
/// What is done sooner needs no line.
const PATIENCE: Duration = Duration::from_millis(300);

impl Meter {
    /// A line on `to`, which is a terminal.
    pub(crate) fn on(to: impl Write + Send + 'static) -> Self {
        Self { to: Box::new(to), began: Instant::now(), shown: None }
    }

    /// Says that `bytes` of `of` have come.
    pub(crate) fn show(&mut self, bytes: u64, of: Option<u64>) {
        self.show_after(self.began.elapsed(), bytes, of);
    }

    fn show_after(&mut self, elapsed: Duration, bytes: u64, of: Option<u64>) {
        if elapsed < self.shown.map_or(PATIENCE, |at| at + STEP) {
            return;
        }
        self.shown = Some(elapsed);
        // Where that fails there is nobody to tell.
        let _ = write!(self.to, "\r\x1b[K{}", text::transfer("received", bytes, of, elapsed))
            .and_then(|()| self.to.flush());
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = self.to.write_all(b"\r\x1b[K").and_then(|()| self.to.flush());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_comes_late_keeps_its_pace_and_goes() {
        let screen = Screen::default();
        let said = || String::from_utf8(screen.0.lock().unwrap().clone()).unwrap();
        let mut meter = Meter::on(screen.clone());
        meter.show_after(Duration::from_millis(200), 1_000_000, Some(4_000_000));
        assert_eq!(said(), "", "what takes no time needs no line");
        meter.show_after(Duration::from_secs(1), 2_000_000, Some(4_000_000));
        meter.show_after(Duration::from_millis(1099), 2_100_000, Some(4_000_000));
        assert_eq!(said(), "\r\x1b[K2.0 MB of 4.0 MB received, 2.0 MB/s");
        drop(meter);
        assert!(said().ends_with("\r\x1b[K"));
    }

    #[test]
    fn a_large_answer_has_a_file_named_after_its_action() {
        let home = tempfile::tempdir().unwrap();
        let signs = Signs::default();
        let mut receiving = Receiving::new("SLACK_LIST".into(), 7, Answers::new(home.path()), signs.clone());
        receiving.progress(Progress::Sending);
        assert!(signs.sent.load(Ordering::Relaxed));
        assert!(receiving.through().is_none());
        let (_, path) = receiving.overflow().unwrap().unwrap();
        assert!(path.ends_with("SLACK_LIST-7.json"));
        assert!(receiving.passing_on(true).stdout.is_some());
    }
}
