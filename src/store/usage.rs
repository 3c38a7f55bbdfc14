//! Favourites, recents and counts, per project and user: one small file each.

use std::path::{Path, PathBuf};

use super::file_name;
use crate::{
    domain::{
        document::{Object, Value},
        failure::Failure,
        usage::{Usage, UsageChange},
    },
    paths::files,
};

/// No file of it is longer than this many bytes.
const LIMIT: u64 = 4 << 20;

/// Whose they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UsageKey {
    /// The project id.
    pub project: String,
    /// The connected user.
    pub user: String,
}

/// What people use, in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct Usages {
    directory: PathBuf,
}

impl Usages {
    /// What is kept below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("usage") }
    }

    /// What is kept for `key`; a damaged file counts as none.
    pub fn load(&self, key: &UsageKey) -> Usage {
        self.read(key).unwrap_or_default()
    }

    /// Changes what is kept for `key`, as it stands on disk now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn change(&self, key: &UsageKey, change: &UsageChange) -> Result<(), Failure> {
        let mut usage = self.load(key);
        usage.change(change);
        let mut whole = Object::new();
        whole.insert("project", key.project.as_str());
        whole.insert("user", key.user.as_str());
        whole.insert("usage", usage.to_value());
        files::save(&self.path(key), Value::Object(whole).to_json().as_bytes())
    }

    fn read(&self, key: &UsageKey) -> Option<Usage> {
        let bytes = files::read(&self.path(key), LIMIT).ok()??;
        let whole = Value::parse(&bytes).ok()?;
        let text = |name| whole.get(name).and_then(Value::as_str);
        let is_mine = text("project") == Some(&key.project) && text("user") == Some(&key.user);
        is_mine.then(|| whole.get("usage").map(Usage::from_value))?
    }

    fn path(&self, key: &UsageKey) -> PathBuf {
        self.directory.join(file_name(&[&key.project, &key.user])).with_extension("json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(user: &str) -> UsageKey {
        UsageKey { project: "p".into(), user: user.into() }
    }

    #[test]
    fn two_programs_at_once_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (Usages::new(dir.path()), Usages::new(dir.path()));
        one.change(&key("u"), &UsageChange::Ran("A".into())).unwrap();
        other.change(&key("u"), &UsageChange::Favourite("B".into(), true)).unwrap();
        one.change(&key("u"), &UsageChange::Ran("A".into())).unwrap();
        let usage = other.load(&key("u"));
        assert_eq!((usage.uses_of("A"), usage.is_favourite("B")), (2, true));
        assert!(one.load(&key("v")).is_empty());
    }

    #[test]
    fn a_damaged_or_foreign_file_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let usages = Usages::new(dir.path());
        usages.change(&key("u"), &UsageChange::Ran("A".into())).unwrap();
        std::fs::copy(usages.path(&key("u")), usages.path(&key("v"))).unwrap();
        assert!(usages.load(&key("v")).is_empty());
        std::fs::write(usages.path(&key("u")), "{").unwrap();
        assert!(usages.load(&key("u")).is_empty());
        usages.change(&key("u"), &UsageChange::Ran("B".into())).unwrap();
        assert_eq!(usages.load(&key("u")).uses_of("B"), 1);
    }
}
