//! The cache: list replies as they were received, and the dialect each server speaks.
//!
//! Schemas hold the connected user's own fields (fact sheet §1.7), so a list is kept per server, project and user. A
//! damaged or foreign file counts as none: everything here can be asked for again.

use std::path::{Path, PathBuf};

use super::file_name;
use crate::{
    domain::{
        document::{Object, Value},
        failure::Failure,
        run::Body,
        wire::Wire,
    },
    paths::files,
};

/// No list is longer than this many bytes.
const LIMIT: u64 = 512 << 20;

/// Whose list it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListKey {
    /// Where ActionKit answers.
    pub base_url: String,
    /// The project id.
    pub project: String,
    /// The connected user; for a token that does not name one, something that stands for it.
    pub user: String,
}

/// What a list was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The actions of what the user has connected.
    Available,
    /// The actions of everything the project has, connected or not.
    Everything,
}

/// A list as it was received.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedList {
    /// The reply's body.
    pub body: Body,
    /// When it was received, in Unix seconds.
    pub fetched_at: i64,
    /// The dialect it came in, when it told.
    pub wire: Option<Wire>,
    /// What was asked for.
    pub scope: Scope,
}

/// The cache in one directory, which need not exist yet.
#[derive(Debug, Clone)]
pub struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// The cache in `directory`.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// The list kept for `key` that was asked for with `scope`, if there is a sound one.
    pub fn list(&self, key: &ListKey, scope: Scope) -> Option<CachedList> {
        read(&self.list_path(key, scope), key, scope)
    }

    /// The list before the one that is kept now, which had something else in it.
    pub fn list_before(&self, key: &ListKey, scope: Scope) -> Option<CachedList> {
        read(&self.list_path(key, scope).with_extension("before"), key, scope)
    }

    /// Keeps a list for `key`, in place of an older one; an older one that says something else is kept as the one
    /// before.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn put_list(&self, key: &ListKey, list: &CachedList) -> Result<(), Failure> {
        let path = self.list_path(key, list.scope);
        if self.list(key, list.scope).is_some_and(|old| old.body != list.body) {
            // Where that fails there is nothing to compare with, and no more harm.
            let _ = std::fs::rename(&path, path.with_extension("before"));
        }
        let mut head = Object::new();
        head.insert("base_url", key.base_url.as_str());
        head.insert("project", key.project.as_str());
        head.insert("user", key.user.as_str());
        head.insert("fetched_at", list.fetched_at);
        head.insert("length", list.body.len());
        if let Some(wire) = list.wire {
            head.insert("wire", wire.name());
        }
        let mut bytes = Value::Object(head).to_json().into_bytes();
        bytes.push(b'\n');
        bytes.extend_from_slice(&list.body);
        files::keep(&path, &bytes)
    }
    /// The dialect the server at `base_url` spoke last.
    pub fn wire(&self, base_url: &str) -> Option<Wire> {
        let bytes = files::read(&self.wire_path(base_url), 4096).ok()??;
        let text = std::str::from_utf8(&bytes).ok()?;
        let (wire, of) = text.trim_end().split_once(' ')?;
        (of == base_url).then(|| wire.parse().ok())?
    }

    /// Remembers the dialect of the server at `base_url`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remember_wire(&self, base_url: &str, wire: Wire) -> Result<(), Failure> {
        if self.wire(base_url) == Some(wire) {
            return Ok(());
        }
        files::keep(&self.wire_path(base_url), format!("{wire} {base_url}\n").as_bytes())
    }

    fn list_path(&self, key: &ListKey, scope: Scope) -> PathBuf {
        let directory = match scope {
            Scope::Available => "lists",
            Scope::Everything => "lists-of-all",
        };
        self.directory.join(directory).join(file_name(&[&key.base_url, &key.project, &key.user]))
    }

    fn wire_path(&self, base_url: &str) -> PathBuf {
        self.directory.join("wires").join(file_name(&[base_url]))
    }
}

/// The list in a file, if it is `key`'s and whole.
fn read(path: &Path, key: &ListKey, scope: Scope) -> Option<CachedList> {
    let mut bytes = files::read(path, LIMIT).ok()??;
    let end = bytes.iter().position(|&b| b == b'\n')?;
    let head = Value::parse(&bytes[..end]).ok()?;
    let text = |name| head.get(name).and_then(Value::as_str);
    let is_mine = text("base_url") == Some(&key.base_url)
        && text("project") == Some(&key.project)
        && text("user") == Some(&key.user)
        && head.get("length")?.as_i64() == i64::try_from(bytes.len() - end - 1).ok();
    is_mine.then_some(())?;
    let fetched_at = head.get("fetched_at")?.as_i64()?;
    let wire = text("wire").and_then(|wire| wire.parse().ok());
    bytes.drain(..=end);
    Some(CachedList { body: bytes.into(), fetched_at, wire, scope })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(user: &str) -> ListKey {
        ListKey { base_url: "https://a.example".into(), project: "p".into(), user: user.into() }
    }

    #[test]
    fn a_list_comes_back_byte_for_byte_and_for_its_user_only() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let list =
            CachedList { body: "{\n\"a\":1}\n".into(), fetched_at: 7, wire: Some(Wire::Seed), scope: Scope::Available };
        assert_eq!(cache.list(&key("u"), Scope::Available), None);
        cache.put_list(&key("u"), &list).unwrap();
        assert_eq!(cache.list(&key("u"), Scope::Available), Some(list));
        assert_eq!(cache.list(&key("v"), Scope::Available), None);
        let newer = CachedList { body: "[]".into(), fetched_at: 8, wire: None, scope: Scope::Available };
        cache.put_list(&key("u"), &newer).unwrap();
        assert_eq!(cache.list(&key("u"), Scope::Available), Some(newer));
    }

    #[test]
    fn a_damaged_list_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let list = CachedList { body: "{}".into(), fetched_at: 7, wire: None, scope: Scope::Available };
        cache.put_list(&key("u"), &list).unwrap();
        let path = cache.list_path(&key("u"), Scope::Available);
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(cache.list(&key("u"), Scope::Available), None, "cut to {length} bytes");
        }
        std::fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
        assert_eq!(cache.list(&key("u"), Scope::Available), None, "a byte too many");
        std::fs::write(cache.list_path(&key("v"), Scope::Available), &whole).unwrap();
        assert_eq!(cache.list(&key("v"), Scope::Available), None, "another user's file");
    }

    #[test]
    fn the_list_before_is_kept_while_the_new_one_says_something_else() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let put = |body: &str, fetched_at, scope| {
            let list = CachedList { body: body.into(), fetched_at, wire: None, scope };
            cache.put_list(&key("u"), &list).unwrap();
        };
        let before = |scope| cache.list_before(&key("u"), scope).map(|l| l.fetched_at);
        put("[1]", 1, Scope::Available);
        put("[1]", 2, Scope::Available);
        assert_eq!(before(Scope::Available), None);
        put("[2]", 3, Scope::Available);
        put("[2]", 4, Scope::Available);
        assert_eq!(before(Scope::Available), Some(2));
        put("[3]", 5, Scope::Everything);
        assert_eq!((before(Scope::Available), before(Scope::Everything)), (Some(2), None));
    }

    #[test]
    fn dialects_are_remembered_per_server() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        assert_eq!(cache.wire("https://a.example"), None);
        cache.remember_wire("https://a.example", Wire::LiveTools).unwrap();
        cache.remember_wire("https://b.example", Wire::Seed).unwrap();
        cache.remember_wire("https://b.example", Wire::Live).unwrap();
        assert_eq!(cache.wire("https://a.example"), Some(Wire::LiveTools));
        assert_eq!(cache.wire("https://b.example"), Some(Wire::Live));
    }
}
