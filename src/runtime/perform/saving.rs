//! Saving to a file.

use std::path::Path;

use super::{Body, Message, Performer};
use crate::app::message::SaveError;

impl Performer {
    pub(super) fn save(&self, path: String, body: Body, replace: bool) {
        let messages = self.messages.clone();
        tokio::task::spawn_blocking(move || {
            let result = write(Path::new(&path), &body, replace).map(|()| body.len());
            let _ = messages.send(Message::Saved { path, result });
        });
    }
}

fn write(path: &Path, body: &[u8], replace: bool) -> Result<(), SaveError> {
    if replace {
        return std::fs::write(path, body).map_err(|e| SaveError::Other(e.to_string()));
    }
    let file = std::fs::File::create_new(path);
    match file.and_then(|mut file| std::io::Write::write_all(&mut file, body)) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Err(SaveError::Exists),
        Err(e) => Err(SaveError::Other(e.to_string())),
    }
}
