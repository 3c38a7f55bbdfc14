//! The system's keyring, where akx is built with the feature `keyring`.

use secrecy::SecretString;

use super::Given;
use crate::domain::failure::{Failure, FailureKind};

/// The token kept as `entry` of the service `akx`.
///
/// # Errors
/// When akx is built without the keyring, or there is no such entry.
#[cfg(not(all(feature = "keyring", target_os = "linux")))]
pub(super) fn token(entry: &Given<String>) -> Result<SecretString, Failure> {
    Err(Failure::new(
        FailureKind::Configuration,
        format!("{} takes the token from the system keyring, which this akx is built without.", entry.source),
        "Build akx with --features keyring, or name token_file, token_env or token_command.",
    ))
}

/// The token kept as `entry` of the service `akx`.
///
/// # Errors
/// When the keyring cannot be opened, or there is no such entry.
#[cfg(all(feature = "keyring", target_os = "linux"))]
pub(super) fn token(entry: &Given<String>) -> Result<SecretString, Failure> {
    use std::sync::OnceLock;

    static STORE: OnceLock<Result<(), String>> = OnceLock::new();
    let unusable = |why: &str| {
        Failure::new(
            FailureKind::Configuration,
            format!("{} takes the token from the system keyring, which cannot be used: {why}.", entry.source),
            "Unlock the keyring and look for an entry of the service akx; or name token_file or token_command.",
        )
    };
    STORE
        .get_or_init(|| {
            let store = linux_keyutils_keyring_store::Store::new().map_err(|e| e.to_string())?;
            keyring_core::set_default_store(store);
            Ok(())
        })
        .as_ref()
        .map_err(|why| unusable(why))?;
    let found = keyring_core::Entry::new("akx", &entry.value).and_then(|entry| entry.get_password());
    found.map(SecretString::from).map_err(|e| unusable(&e.to_string()))
}
