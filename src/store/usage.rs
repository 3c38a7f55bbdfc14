//! Favourites, recents and counts, one small file per project: whoever works with a project does so for many users.

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

    /// What is kept for `project`; a damaged file counts as none.
    pub fn load(&self, project: &str) -> Usage {
        self.read(project).unwrap_or_default()
    }

    /// Changes what is kept for `project`, as it stands on disk now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn change(&self, project: &str, change: &UsageChange) -> Result<(), Failure> {
        let mut usage = self.load(project);
        usage.change(change);
        let mut whole = Object::new();
        whole.insert("project", project);
        whole.insert("usage", usage.to_value());
        files::save(&self.path(project), Value::Object(whole).to_json().as_bytes())
    }

    fn read(&self, project: &str) -> Option<Usage> {
        let bytes = files::read(&self.path(project), LIMIT).ok()??;
        let whole = Value::parse(&bytes).ok()?;
        let is_mine = whole.get("project").and_then(Value::as_str) == Some(project);
        is_mine.then(|| whole.get("usage").map(Usage::from_value))?
    }

    fn path(&self, project: &str) -> PathBuf {
        self.directory.join(file_name(&[project])).with_extension("json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_programs_at_once_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (Usages::new(dir.path()), Usages::new(dir.path()));
        one.change("p", &UsageChange::Ran("A".into())).unwrap();
        other.change("p", &UsageChange::Favourite("B".into(), true)).unwrap();
        one.change("p", &UsageChange::Ran("A".into())).unwrap();
        let usage = other.load("p");
        assert_eq!((usage.uses_of("A"), usage.is_favourite("B")), (2, true));
        assert!(one.load("q").is_empty());
    }

    #[test]
    fn a_damaged_or_foreign_file_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let usages = Usages::new(dir.path());
        usages.change("p", &UsageChange::Ran("A".into())).unwrap();
        std::fs::copy(usages.path("p"), usages.path("q")).unwrap();
        assert!(usages.load("q").is_empty());
        std::fs::write(usages.path("p"), "{").unwrap();
        assert!(usages.load("p").is_empty());
        usages.change("p", &UsageChange::Ran("B".into())).unwrap();
        assert_eq!(usages.load("p").uses_of("B"), 1);
    }
}
