//! Form drafts: what somebody had typed into an action's form, per project, user and action.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::file_name;
use crate::{
    domain::{
        document::{Object, Value},
        failure::Failure,
    },
    paths::files,
};

/// How many drafts are kept; the ones untouched longest go first.
pub const KEPT: usize = 500;

/// No draft is longer than this many bytes.
const LIMIT: u64 = 16 << 20;

/// Whose draft it is, and of which form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DraftKey {
    /// The project id.
    pub project: String,
    /// The connected user.
    pub user: String,
    /// The action's name.
    pub action: String,
}

/// The drafts in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct Drafts {
    directory: PathBuf,
    kept: usize,
}

impl Drafts {
    /// The drafts below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("drafts"), kept: KEPT }
    }

    /// The draft kept for `key`; a damaged one counts as none.
    pub fn load(&self, key: &DraftKey) -> Option<Value> {
        let bytes = files::read(&self.path(key), LIMIT).ok()??;
        let draft = Value::parse(&bytes).ok()?;
        let text = |name| draft.get(name).and_then(Value::as_str);
        let is_mine = text("project") == Some(&key.project)
            && text("user") == Some(&key.user)
            && text("action") == Some(&key.action);
        is_mine.then(|| draft.get("draft").cloned())?
    }

    /// Keeps `draft` for `key`, in place of an older one, and lets the oldest go where there are too many.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, key: &DraftKey, draft: &Value) -> Result<(), Failure> {
        let mut whole = Object::new();
        whole.insert("project", key.project.as_str());
        whole.insert("user", key.user.as_str());
        whole.insert("action", key.action.as_str());
        whole.insert("draft", draft.clone());
        let path = self.path(key);
        let is_new = !path.exists();
        files::save(&path, Value::Object(whole).to_json().as_bytes())?;
        if is_new {
            self.let_the_oldest_go(&path);
        }
        Ok(())
    }

    /// Forgets the draft of `key`; there need not be one.
    ///
    /// # Errors
    /// When the file is there but cannot be removed.
    pub fn remove(&self, key: &DraftKey) -> Result<(), Failure> {
        let path = self.path(key);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(files::unwritable(&path, &e)),
            _ => Ok(()),
        }
    }

    /// Removes the oldest beyond what is kept, but never `newest`. What cannot be listed or removed stays: a draft too
    /// many does no harm.
    fn let_the_oldest_go(&self, newest: &Path) {
        let Ok(entries) = std::fs::read_dir(&self.directory) else { return };
        let mut drafts: Vec<(SystemTime, PathBuf)> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .filter(|(_, path)| path != newest && path.extension().is_some_and(|e| e == "json"))
            .collect();
        let surplus = (drafts.len() + 1).saturating_sub(self.kept);
        drafts.sort();
        for (_, path) in drafts.into_iter().take(surplus) {
            let _ = std::fs::remove_file(path);
        }
    }

    fn path(&self, key: &DraftKey) -> PathBuf {
        let name = file_name(&[&key.project, &key.user, &key.action]);
        self.directory.join(name).with_extension("json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(action: &str) -> DraftKey {
        DraftKey { project: "p".into(), user: "u".into(), action: action.into() }
    }

    #[test]
    fn a_draft_comes_back_exactly() {
        let dir = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(dir.path());
        let draft = Value::parse(br#"{"n":9007199254740993,"n":0.10,"z":null}"#).unwrap();
        assert_eq!(drafts.load(&key("A")), None);
        drafts.save(&key("A"), &draft).unwrap();
        assert_eq!(drafts.load(&key("A")), Some(draft));
        assert_eq!(drafts.load(&key("B")), None);
        drafts.remove(&key("A")).unwrap();
        drafts.remove(&key("A")).unwrap();
        assert_eq!(drafts.load(&key("A")), None);
    }

    #[test]
    fn a_damaged_draft_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let drafts = Drafts::new(dir.path());
        drafts.save(&key("A"), &Value::object()).unwrap();
        std::fs::copy(drafts.path(&key("A")), drafts.path(&key("B"))).unwrap();
        assert_eq!(drafts.load(&key("B")), None, "another action's draft");
        std::fs::write(drafts.path(&key("A")), "{").unwrap();
        assert_eq!(drafts.load(&key("A")), None);
    }

    #[test]
    fn the_oldest_go_and_the_newest_stays() {
        let dir = tempfile::tempdir().unwrap();
        let drafts = Drafts { kept: 2, ..Drafts::new(dir.path()) };
        for (age, action) in ["A", "B", "C"].into_iter().enumerate() {
            drafts.save(&key(action), &Value::object()).unwrap();
            let file = std::fs::File::options().append(true).open(drafts.path(&key(action))).unwrap();
            let seconds = 1_000_000 + age as u64;
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
        }
        assert_eq!(drafts.load(&key("A")), None);
        assert!(drafts.load(&key("B")).is_some() && drafts.load(&key("C")).is_some());
    }
}
