//! `--data DIR`: the worlds and connections in one file, `sandbox.json`, so that they outlive the program.
//!
//! The file is written a moment after something changed, and at the end; always whole, under another name first, so that
//! a crash leaves the one from before.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::server::App;
use crate::domain::document::Value;

/// How long changes are gathered before they are written.
const PAUSE: Duration = Duration::from_millis(200);

/// Why kept data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The directory or the file cannot be read or made.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is not what [`save`] writes.
    #[error("{path} is not what a sandbox keeps: {reason}", path = path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

fn file(directory: &Path) -> PathBuf {
    directory.join("sandbox.json")
}

/// Makes the directory if need be, and reads what is kept there; `None` when nothing is yet.
///
/// # Errors
/// When it cannot be made or read, or holds something else.
pub fn load(directory: &Path) -> Result<Option<Value>, KeepError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| KeepError::Io { path, source }
    };
    fs::create_dir_all(directory).map_err(io(directory))?;
    let path = file(directory);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(io(&path)(e)),
    };
    let format = |reason: String| KeepError::Format { path: path.clone(), reason };
    let value = Value::parse(&bytes).map_err(|e| format(e.to_string()))?;
    match value.get("version").and_then(Value::as_i64) {
        Some(1) => Ok(Some(value)),
        Some(other) => Err(format(format!("its version is {other}, this program knows 1"))),
        None => Err(format("it has no version".to_owned())),
    }
}

/// Writes the state of now. One write at a time, so that an older state never follows a newer one.
pub(super) fn write(app: &App, directory: &Path) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = save(directory, &app.save()) {
        tracing::warn!(target: "akx::sandbox", %error, "the sandbox's data cannot be kept");
    }
}

/// Writes everything, in place of what was kept before.
///
/// # Errors
/// When it cannot be written.
pub fn save(directory: &Path, state: &Value) -> io::Result<()> {
    let path = file(directory);
    let draft = directory.join(".sandbox.json.new");
    fs::write(&draft, state.to_json())?;
    fs::rename(&draft, path)
}

/// Writes after every change, for ever.
pub(super) async fn keep(app: App, directory: PathBuf) {
    loop {
        app.until_changed().await;
        tokio::time::sleep(PAUSE).await;
        let (app, directory) = (App::clone(&app), directory.clone());
        // It cannot panic, and nobody waits for it.
        let _ = tokio::task::spawn_blocking(move || write(&app, &directory)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_anything_else_refused() -> Result<(), Box<dyn std::error::Error>> {
        let directory = tempfile::tempdir()?;
        let inner = directory.path().join("a/b");
        assert!(load(&inner)?.is_none());
        let state = Value::parse(br#"{"version":1,"worlds":{}}"#)?;
        save(&inner, &state)?;
        assert_eq!(load(&inner)?, Some(state));
        for (text, words) in [("[]", "no version"), (r#"{"version":2}"#, "version is 2"), ("{", "not what")] {
            fs::write(file(&inner), text)?;
            assert!(load(&inner).is_err_and(|e| e.to_string().contains(words)), "{text}");
        }
        Ok(())
    }
}
