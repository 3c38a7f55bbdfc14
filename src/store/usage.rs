//! Favourites, recents and counts, one small file per project: whoever works with a project does so for many users.

use std::path::{Path, PathBuf};

use super::{file_name, json::JsonFile};
use crate::domain::{
    document::Value,
    failure::Failure,
    usage::{Usage, UsageChange},
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
        read(self.file(project).load().as_ref())
    }

    /// Changes what is kept for `project`, as it stands on disk now.
    ///
    /// # Errors
    /// When the file cannot be read or written; or when a damaged one was moved aside and a new one begun.
    pub fn change(&self, project: &str, change: &UsageChange) -> Result<(), Failure> {
        self.file(project).change(|old| {
            let mut usage = read(old.as_ref());
            usage.change(change);
            Value::Object([("usage", usage.to_value())].into_iter().collect())
        })
    }

    fn file(&self, project: &str) -> JsonFile {
        let path = self.directory.join(file_name(&[project])).with_extension("json");
        JsonFile::new(path, LIMIT).owned_by("project", project)
    }
}

fn read(file: Option<&Value>) -> Usage {
    file.and_then(|file| file.get("usage")).map(Usage::from_value).unwrap_or_default()
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
        let path = |project: &str| usages.directory.join(file_name(&[project])).with_extension("json");
        std::fs::copy(path("p"), path("q")).unwrap();
        assert!(usages.load("q").is_empty());
        std::fs::write(path("p"), "{").unwrap();
        assert!(usages.load("p").is_empty());
        let told = usages.change("p", &UsageChange::Ran("B".into())).unwrap_err();
        assert!(told.message.contains("a new one was begun"), "{told}");
        assert_eq!(usages.load("p").uses_of("B"), 1);
    }
}
