//! A small JSON file that programs change rather than replace: one at a time, on what stands there, whole or not at all.
//!
//! Only a file that is not there counts as empty. One that cannot be understood is moved aside before anything is
//! written, since it may hold what a person said of an action's danger; one that cannot be read is left alone.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use crate::{
    domain::{
        document::{Object, Value},
        failure::{Failure, FailureKind},
    },
    paths::files,
};

/// How many files moved aside may lie beside one.
const ASIDE: usize = 20;

/// One file, which need not exist yet.
#[derive(Debug, Clone)]
pub(super) struct JsonFile {
    path: PathBuf,
    /// No more bytes than this are read.
    limit: u64,
    /// The member that says whose file it is, and who; the names of files are hashes.
    owner: Option<(&'static str, String)>,
}

/// Why what is there cannot be used.
enum Trouble {
    /// It cannot be read now.
    Unreadable(io::Error),
    /// It is no such file, or somebody else's.
    Damaged,
}

impl JsonFile {
    pub(super) const fn new(path: PathBuf, limit: u64) -> Self {
        Self { path, limit, owner: None }
    }

    /// The same, for `who` alone: `member` of the file says so.
    pub(super) fn owned_by(self, member: &'static str, who: &str) -> Self {
        Self { owner: Some((member, who.to_owned())), ..self }
    }

    /// What stands there; nothing where that cannot be used.
    pub(super) fn load(&self) -> Option<Value> {
        self.read().ok().flatten()
    }

    /// Puts what `change` makes of the old content in its place; nobody else does so meanwhile. What comes back is an
    /// object where the file has an owner. When this returns, it is on the disk.
    ///
    /// # Errors
    /// When it cannot be read or written; then nothing has changed. Also when what was there could not be understood:
    /// then the change was made on nothing, and the failure tells where the old file is.
    pub(super) fn change(&self, change: impl FnOnce(Option<Value>) -> Value) -> Result<(), Failure> {
        let _held = self.hold()?;
        let (old, aside) = match self.read() {
            Ok(old) => (old, None),
            Err(Trouble::Unreadable(e)) => return Err(files::unreadable(&self.path, &e)),
            Err(Trouble::Damaged) => (None, Some(self.move_aside()?)),
        };
        let mut new = change(old);
        if let (Some((member, who)), Some(members)) = (&self.owner, new.as_object_mut()) {
            let mut owned: Object = [(*member, Value::from(who.as_str()))].into_iter().collect();
            for (key, value) in std::mem::take(members) {
                owned.insert(key, value);
            }
            *members = owned;
        }
        files::save(&self.path, new.to_json().as_bytes())?;
        match aside {
            None => Ok(()),
            Some(aside) => Err(Failure::new(
                FailureKind::File,
                format!("The file {} could not be understood, so a new one was begun.", self.path.display()),
                format!("The old one is {}: mend it and move it back, or delete it.", aside.display()),
            )),
        }
    }

    fn read(&self) -> Result<Option<Value>, Trouble> {
        let bytes = match files::read(&self.path, self.limit) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(None),
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => return Err(Trouble::Damaged),
            Err(e) => return Err(Trouble::Unreadable(e)),
        };
        let value = Value::parse(&bytes).map_err(|_| Trouble::Damaged)?;
        let is_mine = self
            .owner
            .as_ref()
            .is_none_or(|(member, who)| value.get(member).and_then(Value::as_str) == Some(who.as_str()));
        if is_mine { Ok(Some(value)) } else { Err(Trouble::Damaged) }
    }

    /// Waits until nobody else changes the file. The lock lies on a file beside it, as the file itself is replaced.
    fn hold(&self) -> Result<File, Failure> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let beside = self.path.with_file_name(format!(".{name}.lock"));
        let unwritable = |e: io::Error| files::unwritable(&beside, &e);
        files::make_private(&beside).map_err(unwritable)?;
        let file = files::open_private(&beside, true).map_err(unwritable)?;
        match file.lock() {
            // Some network file systems have no locks; two programs at once are rare enough to go on.
            Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(unwritable(e)),
            Ok(()) | Err(_) => Ok(file),
        }
    }

    /// Gives the file another name that nothing has.
    fn move_aside(&self) -> Result<PathBuf, Failure> {
        let aside = |n: usize| self.path.with_extension(format!("damaged-{n}"));
        let free = (1..=ASIDE).map(aside).find(|path| !Path::exists(path));
        let free = free.unwrap_or_else(|| aside(ASIDE));
        std::fs::rename(&self.path, &free).map_err(|e| files::unwritable(&free, &e))?;
        Ok(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(old: Option<Value>) -> Value {
        let n = old.and_then(|old| old.get("n").and_then(Value::as_i64)).unwrap_or(0);
        Value::Object([("n", Value::from(n + 1))].into_iter().collect())
    }

    #[test]
    fn many_at_once_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/a.json");
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    let file = JsonFile::new(path.clone(), 1000).owned_by("who", "me");
                    for _ in 0..25 {
                        file.change(count).unwrap();
                    }
                });
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap(), r#"{"who":"me","n":100}"#);
    }

    #[test]
    fn what_is_not_understood_is_moved_aside_and_never_lost() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        let file = JsonFile::new(path.clone(), 40).owned_by("who", "me");
        let long = format!("{{\"who\":\"me\",\"n\":\"{}\"}}", "x".repeat(40));
        for (n, damaged) in ["{", r#"{"who":"you","n":7}"#, "[]", &long].iter().enumerate() {
            std::fs::write(&path, damaged).unwrap();
            assert!(file.load().is_none());
            let told = file.change(count).unwrap_err();
            let aside = dir.path().join(format!("a.damaged-{}", n + 1));
            assert!(told.hint.contains(&aside.display().to_string()), "{told}");
            assert_eq!(std::fs::read_to_string(aside).unwrap(), *damaged);
            assert_eq!(file.load().unwrap().to_json(), r#"{"who":"me","n":1}"#);
            file.change(count).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        // A directory cannot be read as a file, whoever asks.
        std::fs::create_dir(&path).unwrap();
        let told = JsonFile::new(path.clone(), 1000).change(count).unwrap_err();
        assert!(told.message.contains("could not be read"), "{told}");
        assert!(path.is_dir());
    }
}
