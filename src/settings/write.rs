//! Writing a profile: appended to the config file, whose other lines stay as they are, comments included.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::{ConfigFile, Given, Source, edit, token::KeyOrigin};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile,
    },
    paths::{Paths, files},
};

/// A profile to be written.
#[derive(Debug, Clone, Default)]
pub struct NewProfile {
    /// The project id.
    pub project: String,
    /// Where ActionKit answers, where it is not the usual place.
    pub base_url: Option<String>,
    /// The connected user.
    pub user: Option<String>,
    /// Whether only reading actions may run.
    pub read_only: bool,
    /// Whether this is production.
    pub production: bool,
    /// A token, kept in a file of its own that only its owner can read.
    pub token: Option<SecretString>,
}

/// Adds `profile` under `name` to the config file, made if it is missing, and keeps its token beside it.
///
/// # Errors
/// When the name is taken or unfit, the file there is not sound, or something cannot be written. Nothing is then
/// changed in the config file.
pub fn write_profile(name: &str, profile: &NewProfile, paths: &Paths) -> Result<(), Failure> {
    if !profile::is_name(name) {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("{name:?} is not a profile name."),
            "Use letters, digits, - and _.",
        ));
    }
    let path = paths.config_file();
    let mut text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(files::unreadable(&path, &e)),
    };
    if ConfigFile::parse(&text, &path)?.profile(name).is_some() {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("There is a profile {name} already in {}.", path.display()),
            "Choose another name, or edit the file.",
        ));
    }
    if !text.is_empty() {
        text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
    }
    text.push_str(&table(name, profile));
    ConfigFile::parse(&text, &path)?;
    if let Some(token) = &profile.token {
        files::save(&paths.token_file(name), token.expose_secret().trim().as_bytes())?;
    }
    files::save(&path, text.as_bytes())
}

/// Lets the profile `name` sign its tokens with `key`. A key that is no file is kept in one of its own, beside the config
/// file, that only its owner can read.
///
/// # Errors
/// When it is no key that can sign, others may read its file, or something cannot be written.
pub fn let_sign(name: &str, key: &KeyOrigin, paths: &Paths) -> Result<(), Failure> {
    let file = match key {
        KeyOrigin::File(given) => {
            let file = std::path::absolute(&given.value).unwrap_or_else(|_| given.value.clone());
            // As strictly as the profile will be read with it.
            KeyOrigin::File(Given::new(file.clone(), Source::Profile(name.to_owned()))).read()?;
            file
        }
        KeyOrigin::Text(_) => {
            let (pem, _) = key.read()?;
            let file = Path::new("keys").join(format!("{name}.pem"));
            files::save(&paths.config_dir().join(&file), pem.expose_secret().trim().as_bytes())?;
            file
        }
    };
    edit::set(name, "signing_key_file", &file.display().to_string(), paths)?;
    edit::set(name, "mint", "true", paths)
}

fn table(name: &str, profile: &NewProfile) -> String {
    let mut table = toml::Table::new();
    table.insert("project".to_owned(), profile.project.clone().into());
    if let Some(base_url) = &profile.base_url {
        table.insert("base_url".to_owned(), base_url.clone().into());
    }
    if let Some(user) = &profile.user {
        table.insert("user".to_owned(), user.clone().into());
    }
    if profile.read_only {
        table.insert("read_only".to_owned(), true.into());
    }
    if profile.production {
        table.insert("production".to_owned(), true.into());
    }
    if profile.token.is_some() {
        table.insert("token_file".to_owned(), format!("tokens/{name}").into());
    }
    format!("[profiles.{name}]\n{table}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::ProfileToken;

    #[test]
    fn a_profile_is_appended_and_everything_else_stays() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path().join("c"), dir.path(), dir.path());
        let new = NewProfile {
            project: "p\"1".into(),
            user: Some("u".into()),
            read_only: true,
            token: Some("eyJsekrit\n".to_owned().into()),
            ..NewProfile::default()
        };
        write_profile("first", &new, &paths).unwrap();
        let before = "# mine\n".to_owned() + &std::fs::read_to_string(paths.config_file()).unwrap();
        std::fs::write(paths.config_file(), &before).unwrap();
        write_profile("second", &NewProfile { project: "p2".into(), ..NewProfile::default() }, &paths).unwrap();
        let text = std::fs::read_to_string(paths.config_file()).unwrap();
        assert!(text.starts_with(&before) && !text.contains("sekrit"), "{text}");
        let config = ConfigFile::load(&paths.config_file()).unwrap();
        let first = config.profile("first").unwrap();
        assert_eq!((first.project.as_deref(), first.user.as_deref()), (Some("p\"1"), Some("u")));
        assert!(first.read_only);
        assert_eq!(first.token, Some(ProfileToken::File("tokens/first".into())));
        assert_eq!(std::fs::read_to_string(paths.token_file("first")).unwrap(), "eyJsekrit");
        assert_eq!(config.profile("second").and_then(|p| p.project.as_deref()), Some("p2"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            for file in [paths.token_file("first"), paths.config_file()] {
                assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }

    #[test]
    fn a_profile_is_let_sign_with_a_key_that_is_one() {
        const KEY: &str = include_str!("../../assets/sandbox/sandbox-private-key.pem");
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path().join("c"), dir.path(), dir.path());
        write_profile("a", &NewProfile { project: "p".into(), ..NewProfile::default() }, &paths).unwrap();
        let text = |key: String| KeyOrigin::Text(Given::new(key.into(), Source::Variable("SIGNING_KEY")));
        let refused = let_sign("a", &text("planted".into()), &paths).unwrap_err();
        assert!(refused.message.contains("in SIGNING_KEY cannot be used") && !refused.message.contains("planted"));
        assert!(!paths.config_dir().join("keys").exists());
        let folded = KEY.trim().replace('\n', "\\n");
        let_sign("a", &text(folded.clone()), &paths).unwrap();
        let profile = ConfigFile::load(&paths.config_file()).unwrap().profiles.remove(0);
        assert_eq!(profile.token, Some(ProfileToken::Mint("keys/a.pem".into())));
        let kept = paths.config_dir().join("keys/a.pem");
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), folded);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let path = KeyOrigin::File(Given::new(kept.clone(), Source::Variable("SIGNING_KEY_PATH")));
        let_sign("a", &path, &paths).unwrap();
        let profile = ConfigFile::load(&paths.config_file()).unwrap().profiles.remove(0);
        assert_eq!(profile.token, Some(ProfileToken::Mint(kept)));
    }

    #[test]
    fn a_name_taken_or_unfit_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), dir.path(), dir.path());
        let new = NewProfile { project: "p".into(), ..NewProfile::default() };
        write_profile("a", &new, &paths).unwrap();
        let before = std::fs::read_to_string(paths.config_file()).unwrap();
        assert!(write_profile("a", &new, &paths).is_err_and(|f| f.message.contains("There is a profile a already")));
        assert!(write_profile("../a", &new, &paths).is_err());
        assert_eq!(std::fs::read_to_string(paths.config_file()).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn a_config_file_that_is_not_sound_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), dir.path(), dir.path());
        std::fs::write(paths.config_file(), "oops").unwrap();
        let new = NewProfile { project: "p".into(), token: Some("t".to_owned().into()), ..NewProfile::default() };
        assert!(write_profile("a", &new, &paths).is_err());
        assert_eq!(std::fs::read_to_string(paths.config_file()).unwrap(), "oops");
        assert!(!paths.token_file("a").exists());
    }
}
