//! Reading and writing akx's own files: always the owner's alone, always whole.
//!
//! A file is written beside its place and then moved there, so that whoever reads it, even after a crash or with a
//! second akx at work, finds the old text or the new one and never half of it.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::domain::failure::{Failure, FailureKind};

/// Writes what must not be lost: when this returns, it is on the disk.
///
/// # Errors
/// When it cannot be written; the old file is then as it was.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, true).map_err(|e| unwritable(path, &e))
}

/// Writes what can be had again: a power failure may lose it, nothing else.
///
/// # Errors
/// When it cannot be written; the old file is then as it was.
pub fn keep(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace(path, bytes, false).map_err(|e| unwritable(path, &e))
}

/// Reads a file of at most `limit` bytes; `None` when there is none.
///
/// # Errors
/// When it cannot be read or is larger.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let size = usize::try_from(file.metadata()?.len().min(limit)).unwrap_or(0);
    let mut bytes = if size < SHARED { Vec::with_capacity(size.saturating_add(1)) } else { halves(&file, size)? };
    let mut rest = file.take(limit.saturating_add(1).saturating_sub(bytes.len() as u64));
    rest.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")));
    }
    Ok(Some(bytes))
}

/// Files of this many bytes are read by two threads: most of the time goes into touching memory for the first time.
const SHARED: usize = 4 << 20;

/// The first `size` bytes of a file that has them; the file is then read on from there.
#[cfg(unix)]
fn halves(mut file: &File, size: usize) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::FileExt as _;
    let mut bytes = vec![0; size];
    let (first, second) = bytes.split_at_mut(size / 2);
    let middle = first.len() as u64;
    std::thread::scope(|scope| {
        let other = scope.spawn(|| file.read_exact_at(second, middle));
        file.read_exact_at(first, 0)?;
        other.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
    })?;
    file.seek(io::SeekFrom::Start(size as u64))?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn halves(mut file: &File, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; size];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file for reading, and tells its size; 0 where it has none, such as a pipe.
///
/// # Errors
/// When it cannot be opened, or is a directory.
pub fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((file, about.len()))
}

/// Reads a file of any size as far as memory reaches: its first bytes, and how many it has in all.
///
/// # Errors
/// When it cannot be read.
pub fn read_beginning(path: &Path) -> io::Result<(Vec<u8>, u64)> {
    let (file, whole) = open(path)?;
    let limit = comfortable();
    let mut bytes = Vec::with_capacity(usize::try_from(whole.min(limit)).unwrap_or(0).saturating_add(1));
    file.take(limit).read_to_end(&mut bytes)?;
    // A pipe or a device has no size.
    let whole = whole.max(bytes.len() as u64);
    Ok((bytes, whole))
}

/// Reads no more than the first `limit` bytes of a file, and tells the size of the whole.
///
/// # Errors
/// When it cannot be read.
pub fn read_first(path: &Path, limit: u64) -> io::Result<(Vec<u8>, u64)> {
    let (file, whole) = open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(whole.min(limit)).unwrap_or(0));
    file.take(limit).read_to_end(&mut bytes)?;
    Ok((bytes, whole))
}

/// How many bytes of a document may be in memory: half of what is free where the system tells, 1 GB where it does not,
/// and never more than an index can address.
pub fn comfortable() -> u64 {
    const MOST: u64 = u32::MAX as u64 - 1;
    let told = std::fs::read_to_string("/proc/meminfo").ok();
    let free = told.as_deref().and_then(available).map_or(1_000_000_000, |free| free / 2);
    free.clamp(64_000_000, MOST)
}

/// `MemAvailable` of Linux's `/proc/meminfo`, in bytes.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The failure for a file that could not be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        FailureKind::File,
        format!("The file {} could not be read: {error}.", path.display()),
        "Check the path, and that you may read it.",
    )
}

/// The failure for a file that could not be written.
pub fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        FailureKind::File,
        format!("The file {} could not be written: {error}.", path.display()),
        "Check that the directory exists, that you may write there, and that the disk is not full.",
    )
}

/// Opens `path` for writing so that only its owner can read it, at its end if `append`.
pub(crate) fn open_private(path: &Path, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    if append {
        options.append(true).create(true);
    } else {
        options.write(true).create_new(true);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// Makes a file that was not there, and the directories above it, for the owner alone.
///
/// # Errors
/// When it cannot be made, or is there already.
pub fn create_private(path: &Path) -> io::Result<File> {
    make_directory(path.parent().unwrap_or(Path::new(".")))?;
    open_private(path, false)
}

/// Makes the file at `path`, empty where there is none, and its directories; from then on it is the owner's alone.
///
/// A file that is there is never opened: closing it again would give up every lock this process holds on it (POSIX),
/// those of `SQLite` among them.
///
/// # Errors
/// When it cannot be made, or belongs to somebody else.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    make_directory(path.parent().unwrap_or(Path::new(".")))?;
    match open_private(path, false) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map(drop),
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path)?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

fn replace(path: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
    // Somebody who keeps the file elsewhere and links to it goes on doing so.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory)?;
    let beside = beside(&path);
    let written = open_private(&beside, false).and_then(|mut file| {
        file.write_all(bytes)?;
        if durable { file.sync_all() } else { Ok(()) }
    });
    let moved = written.and_then(|()| std::fs::rename(&beside, &path));
    if moved.is_err() {
        // The first error is the one worth telling.
        let _ = std::fs::remove_file(&beside);
    }
    moved
}

/// Makes a directory, and those above it, for the owner alone.
fn make_directory(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// A name no other writer uses at the same time: this process's id, and a count of its writes.
pub(crate) fn beside(path: &Path) -> PathBuf {
    static WRITES: AtomicU64 = AtomicU64::new(0);
    let count = WRITES.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{count}.tmp", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_never_filled_by_a_file() {
        let meminfo = "MemTotal:       24105 kB\nMemFree:  1 kB\nMemAvailable:   15943 kB\n";
        assert_eq!(available(meminfo), Some(15_943 * 1024));
        assert_eq!(available("MemTotal: 1 kB"), None);
        assert!((64_000_000..u64::from(u32::MAX)).contains(&comfortable()));
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("f");
        std::fs::write(&path, "abc").unwrap();
        assert_eq!(read_beginning(&path).unwrap(), (b"abc".to_vec(), 3));
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/c.txt");
        save(&path, b"one").unwrap();
        keep(&path, b"two").unwrap();
        assert_eq!(read(&path, 3).unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(read(&path, 2).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(read(&dir.path().join("none"), 9).unwrap(), None);
        let large: Vec<u8> = (0..=250).cycle().take(SHARED + 1).collect();
        keep(&path, &large).unwrap();
        assert!(read(&path, u64::MAX).unwrap() == Some(large));
        assert_eq!(read(&path, SHARED as u64).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        let names: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().flatten().collect();
        assert_eq!(names.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn files_and_directories_are_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/c.txt");
        save(&path, b"").unwrap();
        let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        std::fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        save(&link, b"new").unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&real).unwrap(), "new");
    }

    #[test]
    fn what_cannot_be_written_is_said_and_the_old_file_stays() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        save(&file, b"old").unwrap();
        let failure = save(&file.join("below"), b"x").unwrap_err();
        assert!(failure.message.contains("could not be written"), "{failure}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");
    }
}
