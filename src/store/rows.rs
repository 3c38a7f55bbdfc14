//! The journals of many runs of one action: one file each, held by one program at a time, gone when all is done.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
};

use crate::{
    domain::{
        failure::{Failure, FailureKind},
        rows::{Journal, Line},
    },
    paths::files,
};

/// No journal is longer than this many bytes.
const LIMIT: u64 = 64 << 20;

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
    journal: Journal,
}

impl Journals {
    /// The journals below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("rows") }
    }

    /// Opens the journal called `name`.
    ///
    /// # Errors
    /// When it cannot be written, or another program has it.
    pub fn open(&self, name: &str) -> Result<Kept, Failure> {
        let path = self.directory.join(name).with_extension("jsonl");
        let unwritable = |e: std::io::Error| files::unwritable(&path, &e);
        files::make_private(&path).map_err(unwritable)?;
        let file = files::open_private(&path, true).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(Failure::new(
                    FailureKind::Usage,
                    "Another akx is running these very rows.",
                    "Wait for it to end, or stop it there.",
                ));
            }
            Err(std::fs::TryLockError::Error(e)) => return Err(unwritable(e)),
        }
        let bytes = files::read(&path, LIMIT).map_err(|e| files::unreadable(&path, &e))?.unwrap_or_default();
        let mut kept = Kept { path, file, journal: Journal::read(&String::from_utf8_lossy(&bytes)) };
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
        self.append(&line.text())
    }

    fn append(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|e| files::unwritable(&self.path, &e))
    }

    /// Forgets what stands in it: everything is to be run again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn clear(&mut self) -> Result<(), Failure> {
        self.journal = Journal::default();
        let cleared = self.file.set_len(0).and_then(|()| self.file.sync_data());
        cleared.map_err(|e| files::unwritable(&self.path, &e))
    }

    /// Removes it: all is done. What cannot be removed does no harm, as it says that all is done.
    pub fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rows::State;

    #[test]
    fn a_journal_goes_on_where_it_was_cut() {
        let dir = tempfile::tempdir().unwrap();
        let journals = Journals::new(dir.path());
        let mut kept = journals.open("work").unwrap();
        kept.write(&Line { index: 0, state: State::Sent }).unwrap();
        kept.write(&Line { index: 0, state: State::Ok }).unwrap();
        let path = kept.path.clone();
        assert!(journals.open("work").unwrap_err().message.contains("Another akx"));
        drop(kept);
        let cut = std::fs::read_to_string(&path).unwrap() + "{\"run\":1,\"st";
        std::fs::write(&path, cut).unwrap();
        let mut kept = journals.open("work").unwrap();
        assert_eq!((kept.journal().state(0), kept.journal().state(1)), (State::Ok, State::Waiting));
        kept.write(&Line { index: 1, state: State::Sent }).unwrap();
        drop(kept);
        let kept = journals.open("work").unwrap();
        assert_eq!(kept.journal().state(1), State::Unsure);
        drop(kept);
        let mut kept = journals.open("work").unwrap();
        kept.clear().unwrap();
        assert!(kept.journal().is_empty());
        kept.remove();
        assert!(!path.exists());
        drop(kept);
        let mut kept = journals.open("work").unwrap();
        kept.write(&Line { index: 7, state: State::Ok }).unwrap();
        kept.clear().unwrap();
        kept.write(&Line { index: 1, state: State::Ok }).unwrap();
        drop(kept);
        let kept = journals.open("work").unwrap();
        assert_eq!((kept.journal().state(7), kept.journal().state(1)), (State::Waiting, State::Ok));
    }
}
