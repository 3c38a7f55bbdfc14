//! The connected users a person works with, per profile: one small file each.

use std::path::{Path, PathBuf};

use super::{file_name, json::JsonFile};
use crate::domain::{
    document::Value,
    failure::Failure,
    users::{self, User, UsersChange},
};

/// No file of users is longer than this many bytes.
const LIMIT: u64 = 4 << 20;

/// Lists of users, in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct UserLists {
    directory: PathBuf,
}

impl UserLists {
    /// What is kept below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("users") }
    }

    /// The users kept for `profile`; a damaged file counts as none.
    pub fn load(&self, profile: &str) -> Vec<User> {
        read(self.file(profile).load().as_ref())
    }

    /// Changes the list for `profile`, as it stands on disk now.
    ///
    /// # Errors
    /// When the file cannot be read or written; or when a damaged one was moved aside and a new one begun.
    pub fn change(&self, profile: &str, change: &UsersChange) -> Result<(), Failure> {
        self.file(profile).change(|old| {
            let mut list = read(old.as_ref());
            users::change(&mut list, change);
            Value::Object([("users", users::to_value(&list))].into_iter().collect())
        })
    }

    fn file(&self, profile: &str) -> JsonFile {
        let path = self.directory.join(file_name(&[profile])).with_extension("json");
        JsonFile::new(path, LIMIT).owned_by("profile", profile)
    }
}

fn read(file: Option<&Value>) -> Vec<User> {
    file.and_then(|file| file.get("users")).map(users::from_value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profile_has_its_own_list_and_two_programs_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (UserLists::new(dir.path()), UserLists::new(dir.path()));
        let put = |id: &str| UsersChange::Put(User { id: id.into(), ..User::default() });
        one.change("staging", &put("a")).unwrap();
        other.change("staging", &put("b")).unwrap();
        assert_eq!(one.load("staging").iter().map(|u| u.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(one.load("production"), []);
        let path = one.directory.join(file_name(&["staging"])).with_extension("json");
        std::fs::write(path, "{").unwrap();
        assert_eq!(one.load("staging"), []);
    }
}
