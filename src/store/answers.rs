//! Answers that are too large for memory: a file each, for the owner alone.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::paths::files;

/// How many such files are kept; the oldest go first.
pub const KEPT: usize = 20;

/// The longest part of an action's name that a file is named by.
const NAME: usize = 80;

/// The large answers in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct Answers {
    directory: PathBuf,
}

impl Answers {
    /// The answers below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("answers") }
    }

    /// An empty file for an answer of `action` that came at `unix` seconds, and where it is. The oldest ones go where
    /// there are too many.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(&self, action: &str, unix: i64) -> io::Result<(File, PathBuf)> {
        self.prune();
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let name: String = action.chars().take(NAME).map(plain).collect();
        for more in 0..100 {
            let more = if more == 0 { String::new() } else { format!("-{more}") };
            let path = self.directory.join(format!("{name}-{unix}{more}.json"));
            match files::create_private(&path) {
                Ok(file) => return Ok((file, path)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The first bytes, at most `limit`, of the answer kept at `path`; nothing where it cannot be read.
    pub fn beginning(path: &Path, limit: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(limit as u64).read_to_end(&mut bytes));
        if read.is_err() {
            bytes.clear();
        }
        bytes
    }

    /// Removes the answer kept at `path`, as nobody will look for it.
    pub fn remove(path: &Path) {
        // One that cannot be removed goes with the oldest.
        let _ = std::fs::remove_file(path);
    }

    fn prune(&self) {
        let Ok(entries) = std::fs::read_dir(&self.directory) else { return };
        let mut files: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
            })
            .collect();
        files.sort();
        let surplus = (files.len() + 1).saturating_sub(KEPT);
        for (_, path) in files.into_iter().take(surplus) {
            // One that cannot be removed is tried again with the next answer.
            let _ = std::fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_a_file_of_its_own_and_old_ones_go() {
        let home = tempfile::tempdir().unwrap();
        let answers = Answers::new(home.path());
        let (_, first) = answers.create("SLACK_LIST/../x", 1_800_000_000).unwrap();
        assert!(first.ends_with("answers/SLACK_LIST----x-1800000000.json"), "{}", first.display());
        let (_, second) = answers.create("SLACK_LIST/../x", 1_800_000_000).unwrap();
        assert_ne!(first, second);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&first), mode(first.parent().unwrap())), (0o600, 0o700));
        }
        for at in 0..40 {
            answers.create("A", at).unwrap();
        }
        assert_eq!(std::fs::read_dir(first.parent().unwrap()).unwrap().count(), KEPT);
    }
}
