//! The connected users a person works with, per profile: one small file each.

use std::path::{Path, PathBuf};

use super::file_name;
use crate::{
    domain::{
        document::{Object, Value},
        failure::Failure,
        users::{self, User, UsersChange},
    },
    paths::files,
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
        self.read(profile).unwrap_or_default()
    }

    /// Changes the list for `profile`, as it stands on disk now.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn change(&self, profile: &str, change: &UsersChange) -> Result<(), Failure> {
        let mut list = self.load(profile);
        users::change(&mut list, change);
        let mut whole = Object::new();
        whole.insert("profile", profile);
        whole.insert("users", users::to_value(&list));
        files::save(&self.path(profile), Value::Object(whole).to_json().as_bytes())
    }

    fn read(&self, profile: &str) -> Option<Vec<User>> {
        let bytes = files::read(&self.path(profile), LIMIT).ok()??;
        let whole = Value::parse(&bytes).ok()?;
        let is_mine = whole.get("profile").and_then(Value::as_str) == Some(profile);
        is_mine.then(|| whole.get("users").map(users::from_value))?
    }

    fn path(&self, profile: &str) -> PathBuf {
        self.directory.join(file_name(&[profile])).with_extension("json")
    }
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
        std::fs::write(one.path("staging"), "{").unwrap();
        assert_eq!(one.load("staging"), []);
    }
}
