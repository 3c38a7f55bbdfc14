//! Saved calls: one readable JSON file each, named after the call, that can be copied, edited and kept in a repository.

use std::path::{Path, PathBuf};

use super::file_name;
use crate::{
    domain::{
        document::Value,
        failure::{Failure, FailureKind},
        saved::{SavedCall, SavedName},
    },
    paths::files,
};

/// No saved call is longer than this many bytes.
const LIMIT: u64 = 16 << 20;
/// How many letters of a call's name its file's name has.
const LETTERS: usize = 60;
/// How many files are listed at most.
const LISTED: usize = 10_000;

/// The saved calls in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct SavedCalls {
    directory: PathBuf,
}

impl SavedCalls {
    /// The calls below `directory`.
    pub fn new(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().join("saved") }
    }

    /// The directory itself.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// What is saved, by name; files that hold no call are left out.
    pub fn list(&self) -> Vec<SavedName> {
        let mut calls: Vec<SavedName> = self.all().map(|(_, call)| call.head()).collect();
        calls.sort_by_key(|call| (call.name.to_lowercase(), call.name.clone()));
        calls.dedup_by(|a, b| a.name == b.name);
        calls
    }

    /// The call with this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn load(&self, name: &str) -> Result<SavedCall, Failure> {
        self.find(name).map(|(_, call)| call).ok_or_else(|| {
            Failure::new(
                FailureKind::File,
                format!("There is no saved call {name:?}."),
                "`akx saved list` lists them; ^S in a form saves one.",
            )
        })
    }

    /// Keeps a call. `false` where one of that name is there already and may not be replaced.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, call: &SavedCall, replace: bool) -> Result<bool, Failure> {
        let there = self.find(&call.name).map(|(path, _)| path);
        if there.is_some() && !replace {
            return Ok(false);
        }
        let path = there.unwrap_or_else(|| self.path(&call.name));
        files::save(&path, format!("{}\n", call.to_value().to_json_pretty()).as_bytes())?;
        Ok(true)
    }

    /// Removes the call with this name. `false` where there is none.
    ///
    /// # Errors
    /// When the file is there but cannot be removed.
    pub fn remove(&self, name: &str) -> Result<bool, Failure> {
        let Some((path, _)) = self.find(name) else { return Ok(false) };
        std::fs::remove_file(&path).map_err(|e| files::unwritable(&path, &e))?;
        Ok(true)
    }

    /// The file of the call with this name; people may have renamed it.
    fn find(&self, name: &str) -> Option<(PathBuf, SavedCall)> {
        let usual = self.path(name);
        let here = read(&usual).filter(|call| call.name == name).map(|call| (usual, call));
        here.or_else(|| self.all().find(|(_, call)| call.name == name))
    }

    fn all(&self) -> impl Iterator<Item = (PathBuf, SavedCall)> {
        let entries = std::fs::read_dir(&self.directory).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|e| e == "json"))
            .take(LISTED)
            .collect();
        paths.sort();
        paths.into_iter().filter_map(|path| read(&path).map(|call| (path, call)))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(stem(name)).with_extension("json")
    }
}

fn read(path: &Path) -> Option<SavedCall> {
    let bytes = files::read(path, LIMIT).ok()??;
    SavedCall::from_value(&Value::parse(&bytes).ok()?)
}

/// A file's name for a call's: its letters and figures; where that is not the whole name, with a mark that tells it
/// from others.
fn stem(name: &str) -> String {
    let mut stem = String::new();
    for c in name.chars().take(LETTERS) {
        if c.is_alphanumeric() || matches!(c, '_' | '-') {
            stem.extend(c.to_lowercase());
        } else if !stem.ends_with('-') && !stem.is_empty() {
            stem.push('-');
        }
    }
    let stem = stem.trim_matches('-');
    // Windows has devices of such names.
    let device = matches!(stem, "con" | "prn" | "aux" | "nul") || stem.starts_with("com") || stem.starts_with("lpt");
    if stem == name && !device {
        stem.to_owned()
    } else {
        format!("{stem}-{}", &file_name(&[name])[..6]).trim_start_matches('-').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, channel: &str) -> SavedCall {
        let parameters = Value::parse(format!("{{\"channel\":{channel:?}}}").as_bytes()).unwrap();
        let (action, integration) = ("SLACK_SEND_MESSAGE".into(), "slack".into());
        SavedCall { name: name.into(), action, integration, parameters, missing: Vec::new() }
    }

    #[test]
    fn calls_are_kept_listed_replaced_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let calls = SavedCalls::new(dir.path());
        assert_eq!(calls.list(), []);
        assert!(calls.save(&call("To #general", "a"), false).unwrap());
        assert!(calls.save(&call("daily", "b"), false).unwrap());
        assert!(!calls.save(&call("daily", "c"), false).unwrap(), "not replaced unasked");
        assert_eq!(calls.load("daily").unwrap(), call("daily", "b"));
        assert!(calls.save(&call("daily", "c"), true).unwrap());
        assert_eq!(calls.load("daily").unwrap(), call("daily", "c"));
        let names: Vec<String> = calls.list().into_iter().map(|c| c.name).collect();
        assert_eq!(names, ["daily", "To #general"]);
        assert!(calls.remove("daily").unwrap() && !calls.remove("daily").unwrap());
        assert!(calls.load("daily").unwrap_err().message.contains("no saved call \"daily\""));
    }

    #[test]
    fn a_file_is_readable_and_may_be_renamed_or_spoilt() {
        let dir = tempfile::tempdir().unwrap();
        let calls = SavedCalls::new(dir.path());
        calls.save(&call("daily", "b"), false).unwrap();
        let path = calls.directory().join("daily.json");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("{\n  \"name\": \"daily\",\n  \"action\": \"SLACK_SEND_MESSAGE\""), "{text}");
        std::fs::rename(&path, calls.directory().join("other.json")).unwrap();
        std::fs::write(calls.directory().join("broken.json"), "{").unwrap();
        assert_eq!(calls.load("daily").unwrap(), call("daily", "b"));
        assert!(calls.save(&call("daily", "c"), true).unwrap());
        assert_eq!(calls.list().len(), 1, "the renamed file is replaced, not doubled");
    }

    #[test]
    fn names_make_file_names_that_lead_nowhere_else() {
        assert_eq!(stem("daily"), "daily");
        for hostile in ["../../etc/passwd", "a/b", "..", ".", "a:b", "nul", "Daily", "é̈", "🙂", "-", "a b", "com1"]
        {
            let stem = stem(hostile);
            assert!(stem.len() >= 6 && !stem.contains(['/', '.', '\\', ':', ' ']), "{hostile}: {stem}");
        }
        assert_ne!(stem("a/b"), stem("a b"));
    }
}
