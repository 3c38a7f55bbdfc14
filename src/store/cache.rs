//! The cache: the actions each user was listed, and the dialect each server speaks.
//!
//! Schemas hold the connected user's own fields (fact sheet §1.7), so a list is kept per server, project, user and
//! credential: its names in one file, its schemas in another beside it, so that a search reads little and the list is on
//! the screen before any schema is read. Each file begins with a line that says whose it is; the two tell by an id that
//! they belong together. Everything here can be asked for again.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::SystemTime,
};

use ring::digest::{SHA256, digest};

use super::{file_name, hex};
use crate::{
    domain::{
        body::Body,
        catalogue::{Catalogue, Kept},
        document::{Object, Value},
        failure::{Failure, FailureKind},
        wire::Wire,
    },
    paths::files,
};

/// No file of it is longer than this many bytes.
const LIMIT: u64 = 1 << 30;

/// A list nobody fetched for so long is let go.
const DAYS: u64 = 180;
/// The lists of one scope have no more bytes than this together; those untouched longest go first.
const TOGETHER: u64 = 1 << 30;

/// What is known of the dialects of servers has no more bytes than this; a server that is forgotten is asked again.
const WIRES: u64 = 64 << 10;

/// The integrations of a list are within so many bytes, or are not told before the rest.
const OUTLINE: u64 = 1 << 16;
/// The names of a list of this many bytes are read in a millisecond.
const SMALL: u64 = 1 << 20;

/// Whose list it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListKey {
    /// Where ActionKit answers.
    pub base_url: String,
    /// The project id.
    pub project: String,
    /// The connected user; for a token that does not name one, something that stands for it.
    pub user: String,
    /// The connected account that was chosen, where one was.
    pub credential: Option<String>,
}

/// What a list was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The actions of what the user has connected.
    Available,
    /// The actions of everything the project has, connected or not.
    Everything,
}

/// Which of two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Age {
    /// The one received last.
    Now,
    /// The one before, which had something else in it.
    Before,
}

/// A list with its schemas.
#[derive(Debug, Clone)]
pub struct CachedList {
    /// The actions.
    pub catalogue: Catalogue,
    /// When it was received, in Unix seconds.
    pub fetched_at: i64,
    /// The dialect it came in, when it told.
    pub wire: Option<Wire>,
    /// What was asked for.
    pub scope: Scope,
}

/// How a list was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// When, in Unix seconds.
    pub fetched_at: i64,
    /// In which dialect, when it told.
    pub wire: Option<Wire>,
    /// What was asked for.
    pub scope: Scope,
}

/// A list whose schemas were left on disk.
#[derive(Debug, Clone)]
pub struct CachedNames {
    /// The actions, without schemas.
    pub catalogue: Catalogue,
    /// When the list was received, in Unix seconds.
    pub fetched_at: i64,
    /// The dialect it came in, when it told.
    pub wire: Option<Wire>,
    id: String,
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

    /// The names of the list kept for `key` that was asked for with `scope`; `None` where there is no list.
    ///
    /// # Errors
    /// When there is one and it cannot be read. It can be asked for again.
    pub fn names(&self, key: &ListKey, scope: Scope) -> Result<Option<CachedNames>, Failure> {
        self.read_names(key, scope, Age::Now)
    }

    /// The integrations of a large list, before any of its actions has been read, and when it was received; `None` where
    /// there is no list, or the whole of it is read as soon, or it cannot be read, which [`Cache::names`] tells.
    pub fn outline(&self, key: &ListKey, scope: Scope) -> Option<(Catalogue, i64)> {
        let (bytes, whole) = files::read_first(&self.path(key, scope, (Part::Names, Age::Now)), OUTLINE).ok()?;
        let bytes = Body::from(bytes);
        let head = Head::read(&bytes, key).filter(|_| whole > SMALL)?;
        Some((Catalogue::outline(&bytes, head.end).ok()?, head.fetched_at))
    }

    /// Whether a list is kept, sound or not.
    pub fn has_list(&self, key: &ListKey, scope: Scope) -> bool {
        self.path(key, scope, (Part::Names, Age::Now)).exists()
    }

    /// The names of the list before that.
    ///
    /// # Errors
    /// As for [`Cache::names`].
    pub fn names_before(&self, key: &ListKey, scope: Scope) -> Result<Option<CachedNames>, Failure> {
        self.read_names(key, scope, Age::Before)
    }

    /// The whole list kept for `key` that was asked for with `scope`; `None` where there is no list.
    ///
    /// # Errors
    /// As for [`Cache::names`].
    pub fn list(&self, key: &ListKey, scope: Scope) -> Result<Option<CachedList>, Failure> {
        let names = self.read_names(key, scope, Age::Now)?;
        names.map(|names| self.whole(key, scope, Age::Now, &names)).transpose()
    }

    /// The list before the one that is kept now, which had something else in it.
    ///
    /// # Errors
    /// As for [`Cache::names`].
    pub fn list_before(&self, key: &ListKey, scope: Scope) -> Result<Option<CachedList>, Failure> {
        let names = self.read_names(key, scope, Age::Before)?;
        names.map(|names| self.whole(key, scope, Age::Before, &names)).transpose()
    }

    /// The whole list, its names having been read already.
    ///
    /// # Errors
    /// As for [`Cache::names`].
    pub fn with_schemas(&self, key: &ListKey, scope: Scope, names: &CachedNames) -> Result<Catalogue, Failure> {
        self.complete(key, (scope, Age::Now), names)
    }

    /// Keeps a list for `key`, in place of an older one; an older one that says something else is kept as the one
    /// before. What is kept is written whole or not at all.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn put_list(&self, key: &ListKey, catalogue: &Catalogue, received: Received) -> Result<(), Failure> {
        let kept = Kept::new(catalogue);
        let id = hex(digest(&SHA256, &[hash(&kept.names), hash(&kept.schemas)].concat()).as_ref());
        let old = self.read_names(key, received.scope, Age::Now).ok().flatten();
        if old.is_some_and(|old| old.id != id) {
            // Where that fails there is nothing to compare with, and no more harm.
            for part in [Part::Schemas, Part::Names] {
                let [now, before] = [Age::Now, Age::Before].map(|age| self.path(key, received.scope, (part, age)));
                let _ = std::fs::rename(now, before);
            }
        }
        let mut head = Object::new();
        head.insert("base_url", key.base_url.as_str());
        head.insert("project", key.project.as_str());
        head.insert("user", key.user.as_str());
        if let Some(credential) = &key.credential {
            head.insert("credential", credential.as_str());
        }
        head.insert("fetched_at", received.fetched_at);
        head.insert("id", id);
        if let Some(wire) = received.wire {
            head.insert("wire", wire.name());
        }
        let head = Value::Object(head).to_json() + "\n";
        // The names last: they are what a reader begins with.
        for (part, bytes) in [(Part::Schemas, &*kept.schemas), (Part::Names, &*kept.names)] {
            files::keep(&self.path(key, received.scope, (part, Age::Now)), &[head.as_bytes(), bytes].concat())?;
        }
        let newest = self.path(key, received.scope, (Part::Names, Age::Now));
        let oldest = u64::try_from(received.fetched_at).unwrap_or(0).saturating_sub(DAYS * 86_400);
        prune(&newest, oldest, TOGETHER);
        Ok(())
    }

    fn read_names(&self, key: &ListKey, scope: Scope, age: Age) -> Result<Option<CachedNames>, Failure> {
        let Some((bytes, head)) = self.read(key, scope, (Part::Names, age))? else { return Ok(None) };
        let catalogue = Catalogue::of_names(&bytes, head.end).map_err(|_| damaged())?;
        Ok(Some(CachedNames { catalogue, fetched_at: head.fetched_at, wire: head.wire, id: head.id }))
    }

    fn whole(&self, key: &ListKey, scope: Scope, age: Age, names: &CachedNames) -> Result<CachedList, Failure> {
        let catalogue = self.complete(key, (scope, age), names)?;
        Ok(CachedList { catalogue, fetched_at: names.fetched_at, wire: names.wire, scope })
    }

    /// `names` with the schemas that belong to them.
    fn complete(&self, key: &ListKey, (scope, age): (Scope, Age), names: &CachedNames) -> Result<Catalogue, Failure> {
        let read = self.read(key, scope, (Part::Schemas, age))?;
        let (bytes, head) = read.filter(|(_, head)| head.id == names.id).ok_or_else(damaged)?;
        names.catalogue.with_schemas(&bytes, head.end).map_err(|_| damaged())
    }

    /// The bytes of a file and what its first line says; `None` where there is no file, or not `key`'s.
    fn read(&self, key: &ListKey, scope: Scope, which: (Part, Age)) -> Result<Option<(Body, Head)>, Failure> {
        let bytes = files::read(&self.path(key, scope, which), LIMIT).map_err(|_| damaged())?;
        let Some(bytes) = bytes.map(Body::from) else { return Ok(None) };
        let head = Head::read(&bytes, key).ok_or_else(damaged)?;
        Ok(Some((bytes, head)))
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
        let path = self.wire_path(base_url);
        files::keep(&path, format!("{wire} {base_url}\n").as_bytes())?;
        prune(&path, 0, WIRES);
        Ok(())
    }

    fn path(&self, key: &ListKey, scope: Scope, (part, age): (Part, Age)) -> PathBuf {
        let directory = match scope {
            Scope::Available => "lists",
            Scope::Everything => "lists-of-all",
        };
        let extension = match (part, age) {
            (Part::Names, Age::Now) => "names",
            (Part::Schemas, Age::Now) => "schemas",
            (Part::Names, Age::Before) => "names-before",
            (Part::Schemas, Age::Before) => "schemas-before",
        };
        let mut parts = vec![key.base_url.as_str(), &key.project, &key.user];
        parts.extend(key.credential.as_deref());
        self.directory.join(directory).join(file_name(&parts)).with_extension(extension)
    }

    fn wire_path(&self, base_url: &str) -> PathBuf {
        self.directory.join("wires").join(file_name(&[base_url]))
    }
}

/// Lets go the lists beside `newest` that were not written since `oldest` (Unix seconds), and of the others those written
/// longest ago until they have no more than `together` bytes. The files of one list go together; what cannot be removed
/// stays.
fn prune(newest: &Path, oldest: u64, together: u64) {
    let Some(entries) = newest.parent().and_then(|directory| std::fs::read_dir(directory).ok()) else { return };
    let mut lists: BTreeMap<PathBuf, (u64, u64, Vec<PathBuf>)> = BTreeMap::new();
    for entry in entries.flatten() {
        let Ok(about) = entry.metadata() else { continue };
        let written = about.modified().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let (at, size, paths) = lists.entry(entry.path().with_extension("")).or_default();
        *at = (*at).max(written.map_or(0, |at| at.as_secs()));
        *size += about.len();
        paths.push(entry.path());
    }
    let mine = lists.remove(&newest.with_extension(""));
    let mut room = together.saturating_sub(mine.map_or(0, |(_, size, _)| size));
    let mut others: Vec<(u64, u64, Vec<PathBuf>)> = lists.into_values().collect();
    others.sort_by(|a, b| b.cmp(a));
    for (at, size, paths) in others {
        if at >= oldest && size <= room {
            room -= size;
        } else {
            room = if at >= oldest { 0 } else { room };
            for path in paths {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

/// Which half of a list a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Names,
    Schemas,
}

/// The first line of a file.
struct Head {
    fetched_at: i64,
    wire: Option<Wire>,
    id: String,
    /// Where what follows begins.
    end: usize,
}

impl Head {
    fn read(bytes: &[u8], key: &ListKey) -> Option<Self> {
        let end = bytes.iter().position(|&b| b == b'\n')?;
        let head = Value::parse(&bytes[..end]).ok()?;
        let text = |name| head.get(name).and_then(Value::as_str);
        let is_mine = text("base_url") == Some(&key.base_url)
            && text("project") == Some(&key.project)
            && text("user") == Some(&key.user)
            && text("credential") == key.credential.as_deref();
        is_mine.then_some(())?;
        Some(Self {
            fetched_at: head.get("fetched_at")?.as_i64()?,
            wire: text("wire").and_then(|wire| wire.parse().ok()),
            id: text("id")?.to_owned(),
            end: end + 1,
        })
    }
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// The failure of a list that was kept and cannot be read.
pub fn damaged() -> Failure {
    Failure::new(
        FailureKind::File,
        "The list kept on disk cannot be read: it is damaged, or of another version of akx.",
        "It is fetched anew as soon as a server can be asked.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(user: &str) -> ListKey {
        ListKey { base_url: "https://a.example".into(), project: "p".into(), user: user.into(), credential: None }
    }

    /// A list of one action whose schema says `word`.
    fn list(word: &str) -> Catalogue {
        let reply = format!(
            r#"{{"actions":[{{"name":"A","integration":"x","description":"d","parameters":{{"title":"{word}"}}}}]}}"#
        );
        Catalogue::read(reply.as_bytes()).unwrap()
    }

    fn put(cache: &Cache, word: &str, fetched_at: i64) -> Result<(), Failure> {
        let received = Received { fetched_at, wire: Some(Wire::Seed), scope: Scope::Available };
        cache.put_list(&key("u"), &list(word), received)
    }

    fn word(list: &CachedList) -> String {
        list.catalogue.action(0).unwrap().schema().get("title").and_then(Value::as_str).unwrap().to_owned()
    }

    #[test]
    fn a_list_comes_back_for_its_user_and_credential_only() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        assert!(cache.list(&key("u"), Scope::Available).unwrap().is_none());
        put(&cache, "one", 7).unwrap();
        let back = cache.list(&key("u"), Scope::Available).unwrap().unwrap();
        assert_eq!((word(&back).as_str(), back.fetched_at, back.wire), ("one", 7, Some(Wire::Seed)));
        let names = cache.names(&key("u"), Scope::Available).unwrap().unwrap();
        assert_eq!((names.catalogue.len(), names.fetched_at), (1, 7));
        assert!(cache.list(&key("v"), Scope::Available).unwrap().is_none());
        let other = ListKey { credential: Some("c".into()), ..key("u") };
        assert!(cache.list(&other, Scope::Available).unwrap().is_none());
        put(&cache, "two", 8).unwrap();
        assert_eq!(word(&cache.list(&key("u"), Scope::Available).unwrap().unwrap()), "two");
    }

    #[test]
    fn a_damaged_list_is_said_to_be_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        put(&cache, "one", 7).unwrap();
        for part in [Part::Names, Part::Schemas] {
            let path = cache.path(&key("u"), Scope::Available, (part, Age::Now));
            let whole = std::fs::read(&path).unwrap();
            for length in 0..whole.len() {
                std::fs::write(&path, &whole[..length]).unwrap();
                assert!(cache.list(&key("u"), Scope::Available).is_err(), "{part:?} cut to {length} bytes");
            }
            std::fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
            assert!(cache.list(&key("u"), Scope::Available).is_err(), "{part:?}: a byte too many");
            std::fs::write(cache.path(&key("v"), Scope::Available, (part, Age::Now)), &whole).unwrap();
            assert!(cache.list(&key("v"), Scope::Available).is_err(), "another user's file");
            std::fs::write(&path, &whole).unwrap();
        }
        assert!(cache.list(&key("u"), Scope::Available).unwrap().is_some());
        // Schemas of another list beside these names.
        let schemas = cache.path(&key("u"), Scope::Available, (Part::Schemas, Age::Now));
        let old = std::fs::read(&schemas).unwrap();
        put(&cache, "two", 8).unwrap();
        std::fs::write(&schemas, old).unwrap();
        assert!(cache.list(&key("u"), Scope::Available).is_err());
        assert!(cache.names(&key("u"), Scope::Available).unwrap().is_some());
    }

    #[test]
    fn the_list_before_is_kept_while_the_new_one_says_something_else() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let put = |word: &str, fetched_at, scope| {
            let received = Received { fetched_at, wire: None, scope };
            cache.put_list(&key("u"), &list(word), received).unwrap();
        };
        let before = |scope| cache.list_before(&key("u"), scope).unwrap().map(|l| (word(&l), l.fetched_at));
        put("1", 1, Scope::Available);
        put("1", 2, Scope::Available);
        assert_eq!(before(Scope::Available), None);
        put("2", 3, Scope::Available);
        put("2", 4, Scope::Available);
        assert_eq!(before(Scope::Available), Some(("1".to_owned(), 2)));
        put("3", 5, Scope::Everything);
        assert_eq!((before(Scope::Available), before(Scope::Everything)), (Some(("1".to_owned(), 2)), None));
    }

    #[cfg(unix)]
    #[test]
    fn lists_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        put(&cache, "1", 1).unwrap();
        let files = std::fs::read_dir(dir.path().join("lists")).unwrap().flatten();
        let modes: Vec<u32> = files.map(|f| f.metadata().unwrap().permissions().mode() & 0o777).collect();
        assert_eq!(modes, [0o600, 0o600]);
    }

    #[test]
    fn lists_go_when_they_are_old_or_too_many_together() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, at: u64| {
            for part in ["names", "schemas"] {
                let path = dir.path().join(name).with_extension(part);
                std::fs::write(&path, [b'x'; 50]).unwrap();
                let file = std::fs::File::options().append(true).open(path).unwrap();
                file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(at)).unwrap();
            }
        };
        for (name, at) in [("mine", 10), ("a", 1_000), ("b", 3_000), ("c", 2_000), ("d", 500)] {
            make(name, at);
        }
        let left = |oldest, together| {
            prune(&dir.path().join("mine.names"), oldest, together);
            let mut names: Vec<String> = std::fs::read_dir(dir.path())
                .unwrap()
                .flatten()
                .map(|e| e.file_name().to_string_lossy().into_owned())
                .filter_map(|name| name.strip_suffix(".names").map(str::to_owned))
                .collect();
            names.sort();
            names.concat()
        };
        assert_eq!(left(0, 10_000), "abcdmine");
        assert_eq!(left(1_000, 10_000), "abcmine", "too old");
        assert_eq!(left(0, 300), "bcmine", "too much together");
        assert_eq!(left(9_000, 0), "mine", "what was just written stays");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "both files of a list go");
    }

    #[test]
    fn a_large_list_tells_its_integrations_first() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        let received = Received { fetched_at: 7, wire: None, scope: Scope::Available };
        put(&cache, "one", 7).unwrap();
        assert!(cache.outline(&key("u"), Scope::Available).is_none(), "a small one is there as soon");
        let description = "d".repeat(2_000);
        let actions = (0..1_000).map(|n| crate::domain::action::Action {
            name: format!("A_{n}").into(),
            integration: "x".into(),
            description: description.as_str().into(),
            parameters: None,
            declared: None,
        });
        cache.put_list(&key("u"), &Catalogue::new(actions.collect(), Vec::new(), None), received).unwrap();
        let (outline, at) = cache.outline(&key("u"), Scope::Available).unwrap();
        assert_eq!((outline.len(), outline.groups().len(), outline.has_names(), at), (1_000, 1, false, 7));
        assert!(cache.outline(&key("v"), Scope::Available).is_none());
    }

    #[test]
    fn dialects_are_remembered_per_server() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::new(dir.path());
        assert_eq!(cache.wire("https://a.example"), None);
        cache.remember_wire("https://a.example", Wire::LiveTools).unwrap();
        cache.remember_wire("https://b.example", Wire::Seed).unwrap();
        cache.remember_wire("https://b.example", Wire::Live).unwrap();
        let many = format!("https://{}.example/", "long".repeat(100));
        for i in 0..400 {
            cache.remember_wire(&format!("{many}{i}"), Wire::Live).unwrap();
        }
        let sizes = std::fs::read_dir(dir.path().join("wires")).unwrap().map(|e| e.unwrap().metadata().unwrap().len());
        assert!(sizes.sum::<u64>() <= WIRES);
        assert_eq!(cache.wire(&format!("{many}399")), Some(Wire::Live));
        cache.remember_wire("https://a.example", Wire::LiveTools).unwrap();
        cache.remember_wire("https://b.example", Wire::Live).unwrap();
        assert_eq!(cache.wire("https://a.example"), Some(Wire::LiveTools));
        assert_eq!(cache.wire("https://b.example"), Some(Wire::Live));
    }
}
