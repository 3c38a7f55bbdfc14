//! `--log FILE`: what akx does, for finding out why something goes wrong. Never tokens, headers or bodies: libraries that
//! see them are not listened to.

use std::{path::Path, sync::Mutex};

use tracing_subscriber::EnvFilter;

use crate::{domain::failure::Failure, paths::files};

/// Appends this process's log to the file at `path`.
///
/// # Errors
/// When the file cannot be opened.
pub(crate) fn start(path: &Path) -> Result<(), Failure> {
    let file = files::open_private(path, true).map_err(|e| files::unwritable(path, &e))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("off,akx=debug"))
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .finish();
    // Only a second call could fail, and there is none.
    let _ = tracing::subscriber::set_global_default(subscriber);
    Ok(())
}
