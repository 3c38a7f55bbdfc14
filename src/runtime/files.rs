//! Looking into directories and reading a file for a field.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use crate::{
    app::{
        Message,
        message::{Directory, DirectoryEntry},
    },
    domain::{
        document::Value,
        form::{FieldId, file_value, media_type},
        text::human_size,
    },
    paths,
};

/// The largest file that is put into parameters: what ActionKit is known to take.
pub const LARGEST: u64 = 5 << 20;
/// How many entries of a directory are listed.
const ENTRIES: usize = 5_000;

/// What stands at a path.
enum Found {
    Directory(Directory),
    File(Value),
}

/// What is told of a path that was opened for a field.
pub(super) fn found(field: FieldId, path: &str, within: &str) -> Message {
    match open(path, within) {
        Ok(Found::Directory(directory)) => Message::FilesListed { field, result: Ok(directory) },
        Ok(Found::File(file)) => Message::FileRead { field, result: Ok(file) },
        Err(why) => Message::FilesListed { field, result: Err(why) },
    }
}

/// What stands at `path`, which begins in `within` unless it is absolute.
fn open(path: &str, within: &str) -> Result<Found, String> {
    let place = placed(path, within);
    // `..` of what a link leads to is not what is wanted; the path as written is.
    let place = std::path::absolute(&place).map(|p| without_dots(&p)).unwrap_or(place);
    let told = |e: std::io::Error| format!("{} cannot be opened: {e}.", place.display());
    let about = std::fs::metadata(&place).map_err(told)?;
    if about.is_dir() {
        return Ok(Found::Directory(list(&place).map_err(told)?));
    }
    read_file(&place).map(Found::File)
}

/// A file as ActionKit takes it in parameters.
///
/// # Errors
/// A sentence, where it cannot be read or is too large.
pub fn read_file(path: &Path) -> Result<Value, String> {
    let told = |e: std::io::Error| format!("{} cannot be read: {e}.", path.display());
    let file = std::fs::File::open(path).map_err(told)?;
    if !file.metadata().map_err(told)?.is_file() {
        return Err(format!("{} is no file.", path.display()));
    }
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content).map_err(told)?;
    if content.len() as u64 > LARGEST {
        return Err(format!("{} is larger than {}, the most that goes along.", path.display(), human_size(LARGEST)));
    }
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(file_value(&name, media_type(&name), &content))
}

pub(super) fn placed(path: &str, within: &str) -> PathBuf {
    let home = path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    if let (Some(rest), Some(home)) = (home, paths::home()) {
        return home.join(rest.trim_start_matches('/'));
    }
    if within.is_empty() { PathBuf::from(path) } else { Path::new(within).join(path) }
}

fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                out.pop();
            }
            std::path::Component::CurDir => {}
            other => out.push(other),
        }
    }
    out
}

fn list(place: &Path) -> std::io::Result<Directory> {
    let mut entries: Vec<DirectoryEntry> = std::fs::read_dir(place)?
        .flatten()
        .take(ENTRIES)
        .filter_map(|entry| {
            let about = std::fs::metadata(entry.path()).ok()?;
            let size = (!about.is_dir()).then_some(about.len());
            Some(DirectoryEntry { name: entry.file_name().into_string().ok()?, size })
        })
        .collect();
    entries.sort_by_key(|e| (e.size.is_some(), e.name.starts_with('.'), e.name.to_lowercase(), e.name.clone()));
    Ok(Directory { path: place.display().to_string(), entries })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form::file_in;

    #[test]
    fn directories_are_listed_and_files_read_within_bounds() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().display().to_string();
        std::fs::create_dir(dir.path().join("zoo")).unwrap();
        std::fs::write(dir.path().join("b.pdf"), b"\x00\xff").unwrap();
        std::fs::write(dir.path().join("A.txt"), "x").unwrap();
        let Ok(Found::Directory(listed)) = open(".", &at) else { panic!("a directory") };
        let names: Vec<&str> = listed.entries.iter().map(|e| e.name.as_str()).collect();
        assert_eq!((listed.path.as_str(), names), (at.as_str(), vec!["zoo", "A.txt", "b.pdf"]));
        let Ok(Found::Directory(above)) = open("..", &format!("{at}/zoo")) else { panic!("a directory") };
        assert_eq!(above.path, at);
        let Ok(Found::File(file)) = open("b.pdf", &at) else { panic!("a file") };
        assert_eq!((file_in(&file), file.get("data").and_then(Value::as_str)), (Some(("b.pdf", "2")), Some("00ff")));
        assert!(open("none", &at).is_err_and(|e| e.contains("cannot be opened")));
        let large = std::fs::File::create(dir.path().join("large")).unwrap();
        large.set_len(LARGEST + 1).unwrap();
        assert!(open("large", &at).is_err_and(|e| e.contains("larger than")));
    }
}
