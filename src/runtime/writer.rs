//! Keeping small things on disk (drafts, favourites, users, filters, saved calls, the journals of many runs) on a thread
//! of its own: one after the other, in the order they were asked for, so that whoever reads finds what was written before
//! and no key waits for a disk.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, oneshot};

use crate::store::drafts::DraftKey;

/// How long leaving the program waits for a disk.
const PATIENCE: Duration = Duration::from_secs(3);

/// The one that writes. Clones are the same one.
#[derive(Clone)]
pub(super) struct Writer(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// That there is something to do, or nothing any more.
    changed: Condvar,
    idle: Notify,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    is_working: bool,
    /// Whether nobody takes jobs any more: whoever has one does it.
    is_closed: bool,
}

impl Queue {
    fn is_idle(&self) -> bool {
        self.jobs.is_empty() && !self.is_working
    }
}

struct Job {
    /// The draft it writes or reads, if it does.
    draft: Option<DraftKey>,
    /// Whether a later one for the same draft makes it needless.
    is_replaceable: bool,
    work: Work,
}

type Work = Box<dyn FnOnce() + Send>;

impl Writer {
    /// Starts it. Where the system gives no thread, everything is done at once by whoever asks.
    pub(super) fn start() -> Self {
        let shared = Arc::<Shared>::default();
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("akx-writer".to_owned()).spawn(move || own.work());
        if thread.is_err() {
            shared.lock().is_closed = true;
        }
        Self(shared)
    }

    /// Does `work` after everything that was asked for before.
    pub(super) fn add(&self, work: impl FnOnce() + Send + 'static) {
        self.push(Job { draft: None, is_replaceable: false, work: Box::new(work) });
    }

    /// Does `work`, which reads `draft`, after everything that was asked for before.
    pub(super) fn read_draft(&self, draft: DraftKey, work: impl FnOnce() + Send + 'static) {
        self.push(Job { draft: Some(draft), is_replaceable: false, work: Box::new(work) });
    }

    /// Does `work`, which writes the whole of `draft`, in place of an earlier such work that was not begun.
    pub(super) fn write_draft(&self, draft: DraftKey, work: impl FnOnce() + Send + 'static) {
        self.push(Job { draft: Some(draft), is_replaceable: true, work: Box::new(work) });
    }

    /// Does `work` after everything that was asked for before, and waits for what comes of it; `None` where it panicked.
    pub(super) async fn done<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, is_done) = oneshot::channel();
        self.add(move || {
            // Whoever waited may be gone; the work is done all the same.
            let _ = done.send(work());
        });
        is_done.await.ok()
    }

    fn push(&self, job: Job) {
        let mut queue = self.0.lock();
        if queue.is_closed {
            drop(queue);
            return (job.work)();
        }
        let same = job.draft.as_ref().and_then(|d| queue.jobs.iter_mut().rev().find(|j| j.draft.as_ref() == Some(d)));
        match same {
            Some(before) if before.is_replaceable && job.is_replaceable => before.work = job.work,
            Some(_) | None => queue.jobs.push_back(job),
        }
        drop(queue);
        self.0.changed.notify_all();
    }

    /// Waits until everything is done that was asked for, but not for ever.
    pub(super) async fn settle(&self) {
        let done = async {
            loop {
                let told = self.0.idle.notified();
                tokio::pin!(told);
                // From here on it is told, also before it is waited for.
                told.as_mut().enable();
                if self.0.lock().is_idle() {
                    return;
                }
                told.await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, done).await;
    }

    /// Ends it once everything is done that was asked for, and waits for that, but not for ever: it is called wherever
    /// the program is left, also after a panic.
    pub(super) fn close(&self) {
        let mut queue = self.0.lock();
        queue.is_closed = true;
        self.0.changed.notify_all();
        let waited = self.0.changed.wait_timeout_while(queue, PATIENCE, |queue| !queue.is_idle());
        drop(waited);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                queue.is_working = true;
                drop(queue);
                // The panic's words are in the log; the next one is not to suffer for it.
                let _ = std::panic::catch_unwind(AssertUnwindSafe(job.work));
                queue = self.lock();
                queue.is_working = false;
                continue;
            }
            self.idle.notify_waiters();
            self.changed.notify_all();
            if queue.is_closed {
                return;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    fn key(action: &str) -> DraftKey {
        DraftKey { project: "p".into(), user: "u".into(), action: action.into() }
    }

    /// A writer that is busy until what this gives is dropped, and where it writes to.
    fn busy() -> (Writer, Sender<()>, Sender<String>, Receiver<String>) {
        let writer = Writer::start();
        let (go, goes) = channel::<()>();
        writer.add(move || _ = goes.recv());
        let (disk, written) = channel();
        (writer, go, disk, written)
    }

    #[tokio::test]
    async fn the_order_is_kept_and_of_a_draft_the_latest_counts() {
        let (writer, go, disk, written) = busy();
        let to = |text: &str| {
            let (disk, text) = (disk.clone(), text.to_owned());
            move || disk.send(text).unwrap()
        };
        writer.write_draft(key("A"), to("A1"));
        writer.add(to("favourite"));
        writer.write_draft(key("B"), to("B1"));
        writer.write_draft(key("A"), to("A2"));
        writer.read_draft(key("A"), to("read A"));
        writer.write_draft(key("A"), to("A3"));
        writer.write_draft(key("A"), to("A4"));
        assert!(written.try_recv().is_err(), "nobody waits for the disk");
        drop(go);
        writer.settle().await;
        let all: Vec<String> = written.try_iter().collect();
        assert_eq!(all, ["A2", "favourite", "B1", "read A", "A4"], "who reads finds what was written before");
        assert_eq!(writer.done(|| 7).await, Some(7));
    }

    #[test]
    fn whoever_leaves_waits_for_it_and_a_panic_stops_nothing() {
        let (writer, go, disk, written) = busy();
        let (one, other, late) = (disk.clone(), disk.clone(), disk);
        writer.add(|| std::panic::resume_unwind(Box::new("a panic without words")));
        writer.add(move || one.send("kept".into()).unwrap());
        let closing = writer.clone();
        let leaving = std::thread::spawn(move || closing.close());
        drop(go);
        leaving.join().unwrap();
        assert_eq!(written.try_recv().as_deref(), Ok("kept"));
        writer.add(move || other.send("afterwards".into()).unwrap());
        assert_eq!(written.try_recv().as_deref(), Ok("afterwards"), "whoever has something to do does it now");
        drop(late);
    }
}
