//! Saving to a file.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use super::{super::files::placed, Message, Performer};
use crate::{
    app::{effect::Savable, message::SaveError},
    paths::files,
};

impl Performer {
    pub(super) fn save(&self, path: String, what: Savable, replace: bool) {
        let (teller, held) = (self.teller.clone(), self.notes.hold());
        tokio::task::spawn_blocking(move || {
            let result = write(&placed(&path, ""), &what, replace).map_err(|e| match e.kind() {
                io::ErrorKind::AlreadyExists => SaveError::Exists,
                _ => SaveError::Other(e.to_string()),
            });
            teller.tell(Message::Saved { path, what, result });
            drop(held);
        });
    }
}

/// Writes it for the owner alone, and tells how many bytes it has. A file that is there stays whole until the new one
/// is; what could not be written whole is not there.
fn write(path: &Path, what: &Savable, replace: bool) -> io::Result<u64> {
    // Somebody who keeps the file elsewhere and links to it goes on doing so.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if let Savable::File(from) = what
        && from.canonicalize().is_ok_and(|from| from == path)
    {
        return Err(io::Error::other("it is in that very file"));
    }
    let place = if replace { files::beside(&path) } else { path.clone() };
    let file = files::open_private(&place, false)?;
    let written = fill(file, what).and_then(|bytes| {
        if replace {
            std::fs::rename(&place, &path)?;
        }
        Ok(bytes)
    });
    if written.is_err() {
        // The first error is the one worth telling.
        let _ = std::fs::remove_file(&place);
    }
    written
}

fn fill(mut file: File, what: &Savable) -> io::Result<u64> {
    match what {
        Savable::Bytes(bytes) => file.write_all(bytes).map(|()| bytes.len() as u64),
        Savable::File(from) => io::copy(&mut File::open(from)?, &mut file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_replaced_unasked_and_a_file_is_copied_whole() {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("from"), home.path().join("to"));
        std::fs::write(&from, "all of it").unwrap();
        let file = Savable::File(from.as_path().into());
        let bytes = Savable::Bytes("x".into());
        assert_eq!(write(&to, &file, false).unwrap(), 9);
        assert_eq!(write(&to, &bytes, false).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "all of it");
        assert_eq!(write(&to, &bytes, true).unwrap(), 1);
        assert!(write(&from, &file, true).is_err());
        assert_eq!(std::fs::read_to_string(&from).unwrap(), "all of it");
        assert!(write(&home.path().join("new"), &Savable::File(home.path().join("none").into()), false).is_err());
        assert!(!home.path().join("new").exists(), "what cannot be read leaves nothing behind");
        // Where replacing fails half-way, the old file is whole, and nothing is left beside it.
        assert!(write(&to, &Savable::File(home.path().join("none").into()), true).is_err());
        assert_eq!(std::fs::read_to_string(&to).unwrap(), "x");
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 2);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
