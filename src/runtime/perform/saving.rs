//! Saving to a file.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use super::{Message, Performer};
use crate::app::{effect::Savable, message::SaveError};

impl Performer {
    pub(super) fn save(&self, path: String, what: Savable, replace: bool) {
        let messages = self.messages.clone();
        tokio::task::spawn_blocking(move || {
            let result = write(path.as_ref(), &what, replace).map_err(|e| match e.kind() {
                io::ErrorKind::AlreadyExists => SaveError::Exists,
                _ => SaveError::Other(e.to_string()),
            });
            let _ = messages.send(Message::Saved { path, what, result });
        });
    }
}

/// Writes it, and tells how many bytes it has.
fn write(path: &Path, what: &Savable, replace: bool) -> io::Result<u64> {
    let create = || if replace { File::create(path) } else { File::create_new(path) };
    match what {
        Savable::Bytes(bytes) => create()?.write_all(bytes).map(|()| bytes.len() as u64),
        // Creating it anew would empty it.
        Savable::File(from) if from.canonicalize().ok() == path.canonicalize().ok() => {
            Err(io::Error::other("it is in that very file"))
        }
        Savable::File(from) => {
            let mut from = File::open(from)?;
            io::copy(&mut from, &mut create()?)
        }
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
    }
}
