//! Keeping the worlds, connections and subscriptions, so that they outlive the program (`--data DIR`).
//!
//! Everything is written a moment after something changed, and at the end. Where to is the [`Shelf`]'s matter: the sandbox
//! itself touches no files.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::server::App;
use crate::domain::{document::Value, failure::Failure};

/// How long changes are gathered before they are written.
const PAUSE: Duration = Duration::from_millis(200);

/// A place for one text.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// What lies there; `None` when nothing does yet.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self) -> Result<Option<Vec<u8>>, Failure>;

    /// Puts this there, in place of what was.
    ///
    /// # Errors
    /// When it cannot be written; what was there is there still.
    fn write(&self, bytes: &[u8]) -> Result<(), Failure>;
}

/// Why what is kept cannot be used, as a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeepError(String);

/// Reads what is kept; `None` when nothing is yet.
///
/// # Errors
/// When it cannot be read, or is something else.
pub fn load(shelf: &dyn Shelf) -> Result<Option<Value>, KeepError> {
    let Some(bytes) = shelf.read().map_err(|f| KeepError(f.message.trim_end_matches('.').to_owned()))? else {
        return Ok(None);
    };
    let other = |reason: String| KeepError(format!("this is not what a sandbox keeps: {reason}"));
    let value = Value::parse(&bytes).map_err(|e| other(e.to_string()))?;
    match value.get("version").and_then(Value::as_i64) {
        Some(1) => Ok(Some(value)),
        Some(version) => Err(other(format!("its version is {version}, this program knows 1"))),
        None => Err(other("it has no version".to_owned())),
    }
}

/// Writes the state of now. One write at a time, so that an older state never follows a newer one.
pub(super) fn write(app: &App, shelf: &dyn Shelf) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(failure) = shelf.write(app.save().to_json().as_bytes()) {
        tracing::warn!(target: "akx::sandbox", error = %failure.message, "the sandbox's data cannot be kept");
    }
}

/// Writes after every change, for ever.
pub(super) async fn keep(app: App, shelf: Arc<dyn Shelf>) {
    loop {
        app.until_changed().await;
        tokio::time::sleep(PAUSE).await;
        let (app, shelf) = (App::clone(&app), Arc::clone(&shelf));
        // It cannot panic, and nobody waits for it.
        let _ = tokio::task::spawn_blocking(move || write(&app, &*shelf)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(Option<&'static str>);

    impl Shelf for Fixed {
        fn read(&self) -> Result<Option<Vec<u8>>, Failure> {
            Ok(self.0.map(|text| text.as_bytes().to_vec()))
        }

        fn write(&self, _: &[u8]) -> Result<(), Failure> {
            Ok(())
        }
    }

    #[test]
    fn only_what_a_sandbox_keeps_is_read() {
        assert_eq!(load(&Fixed(None)), Ok(None));
        assert!(load(&Fixed(Some(r#"{"version":1,"worlds":{}}"#))).is_ok_and(|v| v.is_some()));
        for (text, words) in [("[]", "no version"), (r#"{"version":2}"#, "version is 2"), ("{", "not what")] {
            assert!(load(&Fixed(Some(text))).is_err_and(|e| e.to_string().contains(words)), "{text}");
        }
    }
}
