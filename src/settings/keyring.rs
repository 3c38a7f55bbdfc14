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
            // The store's own name for the entry; from standard input, so that no process list shows the token.
            format!(
                "Add it with: keyctl padd user keyring:{}@akx @u < FILE; or name token_file or token_command.",
                entry.value
            ),
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

#[cfg(all(test, feature = "keyring", target_os = "linux"))]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::settings::Source;

    #[test]
    fn a_token_is_read_from_its_entry_and_a_missing_one_says_how_to_add_it() {
        let entry = |name: &str| Given::new(name.to_owned(), Source::Profile("staging".to_owned()));
        let missing = token(&entry("akx-test-nobody")).unwrap_err();
        assert!(missing.message.starts_with("profile staging takes the token from the system keyring"), "{missing}");
        assert!(missing.hint.contains("keyctl padd user keyring:akx-test-nobody@akx @u"), "{missing}");
        let kept = keyring_core::Entry::new("akx", "akx-test").unwrap();
        match kept.set_password("planted.a.b") {
            Ok(()) => {
                assert_eq!(token(&entry("akx-test")).unwrap().expose_secret(), "planted.a.b");
                kept.delete_credential().unwrap();
            }
            // Where the kernel's keyring is closed to programs, as in most containers, that is said.
            Err(why) => {
                assert!(missing.message.contains("cannot be used"), "{missing}");
                println!(
                    "SKIPPED: no token could be put into the kernel's keyring here ({why}), so none was read back"
                );
            }
        }
    }
}
