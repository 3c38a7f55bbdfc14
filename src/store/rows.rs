//! The journals of many runs of one action: one file for each action of a project, held by one program at a time.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    domain::{
        failure::{Failure, FailureKind},
        rows::{Journal, Line, RunKey, State},
    },
    paths::files,
};

/// No journal is longer than this many bytes.
const LIMIT: u64 = 512 << 20;

/// The journals in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct Journals {
    directory: PathBuf,
}

/// A journal that is open: nobody else has it until this is dropped.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    file: File,
    keys: Arc<[RunKey]>,
    journal: Journal,
}

impl Journals {
    /// The journals below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("rows") }
    }

    /// Opens the journal called `name`, for the runs with these keys.
    ///
    /// # Errors
    /// When it cannot be written, or another program has it.
    pub fn open(&self, name: &str, keys: Arc<[RunKey]>) -> Result<Kept, Failure> {
        let path = self.directory.join(name).with_extension("jsonl");
        let unwritable = |e: std::io::Error| files::unwritable(&path, &e);
        files::make_private(&path).map_err(unwritable)?;
        let file = files::open_private(&path, true).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(Failure::new(
                    FailureKind::Usage,
                    "Another akx is running this action many times.",
                    "Wait for it to end, or stop it there.",
                ));
            }
            Err(std::fs::TryLockError::Error(e)) => return Err(unwritable(e)),
        }
        let bytes = files::read(&path, LIMIT).map_err(|e| files::unreadable(&path, &e))?.unwrap_or_default();
        let journal = Journal::read(&String::from_utf8_lossy(&bytes), &keys);
        let mut kept = Kept { path, file, keys, journal };
        if bytes.last().is_some_and(|last| *last != b'\n') {
            // Cut short while a line was written: the next one begins anew.
            kept.append("\n")?;
        }
        Ok(kept)
    }
}

impl Kept {
    /// What stood in it when it was opened.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Adds a line; when this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, line: &Line) -> Result<(), Failure> {
        let text = self.keys.get(line.index).map(|key| line.text(*key));
        self.append(&text.unwrap_or_default())
    }

    fn append(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|e| files::unwritable(&self.path, &e))
    }

    /// Forgets what stands in it of these runs: all of them are to be run again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn clear(&mut self) -> Result<(), Failure> {
        let nothing = self.file.metadata().is_ok_and(|about| about.len() == 0);
        let keys = if nothing { &[] } else { &*self.keys };
        let anew =
            |(index, key): (usize, &RunKey)| Line { index, state: State::Waiting, said: String::new() }.text(*key);
        let text: String = keys.iter().enumerate().map(anew).collect();
        self.journal = Journal::default();
        self.append(&text)
    }

    /// Removes it: all is done, and may be done again. What cannot be removed does no harm, as it says that all is done.
    pub fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::Value, rows::Keys};

    fn line(index: usize, state: State) -> Line {
        Line { index, state, said: String::new() }
    }

    #[test]
    fn a_journal_goes_on_where_it_was_cut_and_forgets_only_the_runs_it_is_open_for() {
        let dir = tempfile::tempdir().unwrap();
        let journals = Journals::new(dir.path());
        let keys = |users: &[&str]| {
            let mut keys = Keys::default();
            for user in users {
                keys.add(user, &Value::object());
            }
            keys.finish()
        };
        let open = |users: &[&str]| journals.open("work", keys(users));
        let mut kept = open(&["a", "b", "c"]).unwrap();
        kept.write(&Line::sent(0)).unwrap();
        kept.write(&line(0, State::Ok)).unwrap();
        let path = kept.path.clone();
        assert!(open(&["d"]).unwrap_err().message.contains("Another akx"));
        drop(kept);
        let cut = std::fs::read_to_string(&path).unwrap() + "{\"run\":1,\"st";
        std::fs::write(&path, cut).unwrap();
        let mut kept = open(&["b", "a"]).unwrap();
        assert_eq!((kept.journal().state(1), kept.journal().state(0)), (State::Ok, State::Waiting));
        kept.write(&Line::sent(0)).unwrap();
        drop(kept);
        let mut kept = open(&["b", "c"]).unwrap();
        assert_eq!(kept.journal().state(0), State::Unsure);
        kept.clear().unwrap();
        assert!(kept.journal().is_empty());
        kept.write(&line(1, State::Ok)).unwrap();
        drop(kept);
        let kept = open(&["a", "b", "c"]).unwrap();
        let states: Vec<State> = (0..3).map(|i| kept.journal().state(i)).collect();
        assert_eq!(states, [State::Ok, State::Waiting, State::Ok]);
        kept.remove();
        assert!(!path.exists());
    }
}
