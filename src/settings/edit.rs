//! Changing one key of a profile in the config file, everything else left as it stands there, comments included.

use toml_edit::{DocumentMut, Item, Table, Value, value};

use super::ConfigFile;
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        profile,
        proxy::ProxyAddress,
    },
    paths::{Paths, files},
};

/// The key whose value may hold a password.
const PROXY: &str = "proxy";

/// The keys of a profile, with what each wants, in the order people think of them.
pub const KEYS: [(&str, &str); 23] = [
    ("project", "the project's id, as the Paragon dashboard shows it"),
    ("user", "the connected user"),
    ("base_url", "where ActionKit answers; without it the cloud"),
    ("api_url", "where Paragon's own API answers"),
    ("proxy_url", "where the Proxy API answers"),
    ("proxy", "the HTTP proxy on the way, such as http://proxy.example.com:3128"),
    ("ca_file", "a PEM file of certificates to trust besides the system's"),
    ("wire", "seed, live or live-tools; without it told from the list"),
    ("read_only", "true: only actions that read may run"),
    ("production", "true: marked in the header, and deleting wants a word typed"),
    ("color", "of its name in the header: red, orange, yellow, green, blue or purple"),
    ("sandbox", "true: an akx sandbox on this machine, where nothing is asked"),
    ("persist", "false: nothing that is run or typed is kept on disk"),
    ("timeout", "how long to wait for an answer, and for more of one, such as 30s or 2m"),
    ("max_time", "how long an answer may take as a whole; without it as long as more of it comes"),
    ("body_limit", "from which size on an answer goes to a file, such as 64MB"),
    ("token_file", "a file with the token that only you can read"),
    ("token_env", "an environment variable with the token"),
    ("token_command", "a program that prints the token, such as [\"pass\", \"show\", \"akx\"]"),
    ("token_keyring", "the token's entry in the system keyring, where akx is built with it"),
    ("signing_key_file", "a key that signs tokens for every customer: a PEM file only you can read"),
    ("mint", "true: tokens may be signed with that key"),
    ("token_lifetime", "how long a token lasts that is signed here, such as 15m; without it an hour"),
];

/// Sets `key` of the profile `name` to `text`, or takes it out where `text` is empty; a profile that is not there is
/// made. A switch, an amount or a list is written as such, anything else as text whatever it looks like (a user `1700`);
/// text in TOML's quotes is taken without them.
///
/// # Errors
/// When the name is unfit, the file as it would be is not sound (with the line, the key and what was expected), or it
/// cannot be written. Nothing is changed then.
pub fn set(name: &str, key: &str, text: &str, paths: &Paths) -> Result<(), Failure> {
    if !profile::is_name(name) {
        return Err(Failure::new(
            FailureKind::Usage,
            format!("{name:?} is not a profile name."),
            "Use letters, digits, - and _.",
        ));
    }
    change(paths, |document| {
        let profiles = document.entry("profiles").or_insert_with(|| {
            let mut table = Table::new();
            table.set_implicit(true);
            Item::Table(table)
        });
        let Some(profiles) = profiles.as_table_like_mut() else { return };
        let profile = profiles.entry(name).or_insert_with(|| Item::Table(Table::new()));
        let Some(profile) = profile.as_table_like_mut() else { return };
        let text = text.trim();
        if text.is_empty() {
            profile.remove(key);
            return;
        }
        let there = profile.get(key).and_then(Item::as_str).map(|there| shown(key, there));
        // What is shown for a password is not the password.
        if key == PROXY && there.as_deref() == Some(text) {
            return;
        }
        let new = written(key, text);
        match profile.get_mut(key).and_then(Item::as_value_mut) {
            // What stands around the value, such as a comment behind it, stays.
            Some(there) => {
                let decor = there.decor().clone();
                *there = new;
                *there.decor_mut() = decor;
            }
            None => {
                profile.insert(key, value(new));
            }
        }
    })
}

/// `text` as the value that `key` wants. What it cannot be is written as text, for the reader to complain of in its words.
fn written(key: &str, text: &str) -> Value {
    let parsed = text.parse::<Value>().ok();
    let is_wanted = |value: &Value| match key {
        "read_only" | "production" | "sandbox" | "persist" | "mint" => value.is_bool(),
        "timeout" | "max_time" | "token_lifetime" | "body_limit" => value.is_integer(),
        "token_command" => value.is_array(),
        _ => false,
    };
    match parsed {
        Some(value) if is_wanted(&value) => value,
        Some(Value::String(quoted)) => Value::from(quoted.value().as_str()),
        Some(_) | None => Value::from(text),
    }
}

/// Takes the profile `name` out of the file.
///
/// # Errors
/// When there is none, or the file cannot be read or written.
pub fn remove(name: &str, paths: &Paths) -> Result<(), Failure> {
    if ConfigFile::load(&paths.config_file())?.profile(name).is_none() {
        return Err(Failure::new(FailureKind::Usage, format!("There is no profile {name}."), "See akx profile list."));
    }
    change(paths, |document| {
        if let Some(profiles) = document.get_mut("profiles").and_then(Item::as_table_like_mut) {
            profiles.remove(name);
        }
        if document.get("default_profile").and_then(Item::as_str) == Some(name) {
            document.remove("default_profile");
        }
    })
}

fn change(paths: &Paths, change: impl FnOnce(&mut DocumentMut)) -> Result<(), Failure> {
    let path = paths.config_file();
    let text = text(paths)?;
    // Complaints about the file as it is are the reader's, in its words.
    ConfigFile::parse(&text, &path)?;
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| {
        Failure::new(
            FailureKind::Configuration,
            format!("{} is not TOML: {}.", path.display(), e.message()),
            "Edit it.",
        )
    })?;
    change(&mut document);
    let changed = document.to_string();
    ConfigFile::planned(&changed)?;
    files::save(&path, changed.as_bytes())
}

/// The config file's text; empty where there is none.
///
/// # Errors
/// When it cannot be read.
pub fn text(paths: &Paths) -> Result<String, Failure> {
    let path = paths.config_file();
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(files::unreadable(&path, &e)),
    }
}

/// Replaces the config file's text by one that is sound.
///
/// # Errors
/// When it is not, with the line, the key and what was expected; or when it cannot be written.
pub fn replace(text: &str, paths: &Paths) -> Result<ConfigFile, Failure> {
    let config = ConfigFile::parse(text, &paths.config_file())?;
    files::save(&paths.config_file(), text.as_bytes())?;
    Ok(config)
}

/// What the file says of a profile, key by key, as it is written there; but for the password of a proxy, which is
/// masked.
///
/// # Errors
/// When it cannot be read.
pub fn values(name: &str, paths: &Paths) -> Result<Vec<(String, String)>, Failure> {
    let document: DocumentMut = text(paths)?.parse().unwrap_or_default();
    let profile = document.get("profiles").and_then(|profiles| profiles.get(name)).and_then(Item::as_table_like);
    let written = |item: &Item| match item.as_value() {
        Some(Value::String(text)) => text.value().clone(),
        Some(other) => other.clone().decorated("", "").to_string(),
        None => String::new(),
    };
    let told = |(key, item)| (str::to_owned(key), shown(key, &written(item)));
    Ok(profile.into_iter().flat_map(|t| t.iter()).map(told).collect())
}

/// The value of `key` as it may be shown: the password of a proxy is masked.
fn shown(key: &str, value: &str) -> String {
    match (key, ProxyAddress::parse(value)) {
        (PROXY, Ok(proxy)) if proxy.has_password() => proxy.to_string(),
        (PROXY, Err(_)) if value.contains('@') => "***".to_owned(),
        (_, Ok(_) | Err(_)) => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# mine\ndefault_profile = \"a\"\n\n[profiles.a] # staging\nproject = \"p1\" # the id\nread_only = \
                          true\n\n# the other\n[profiles.b]\nproject = \"p2\"\n";

    fn paths(text: &str) -> (tempfile::TempDir, Paths) {
        let dir = tempfile::tempdir().unwrap();
        let paths = Paths::new(dir.path(), dir.path(), dir.path());
        if !text.is_empty() {
            std::fs::write(paths.config_file(), text).unwrap();
        }
        (dir, paths)
    }

    #[test]
    fn one_key_is_changed_and_every_comment_stays() {
        let (_dir, paths) = paths(BEFORE);
        set("a", "project", "p9", &paths).unwrap();
        set("a", "timeout", "30", &paths).unwrap();
        set("a", "read_only", "", &paths).unwrap();
        set("b", "token_command", "[\"pass\", \"akx\"]", &paths).unwrap();
        let after = text(&paths).unwrap();
        assert_eq!(
            after,
            "# mine\ndefault_profile = \"a\"\n\n[profiles.a] # staging\nproject = \"p9\" # the id\ntimeout = 30\n\n# the \
             other\n[profiles.b]\nproject = \"p2\"\ntoken_command = [\"pass\", \"akx\"]\n"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(paths.config_file()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(values("a", &paths).unwrap(), [("project".into(), "p9".into()), ("timeout".into(), "30".into())]);
    }

    #[test]
    fn what_would_not_be_sound_is_said_and_nothing_is_changed() {
        let (_dir, paths) = paths(BEFORE);
        let said = set("a", "timeout", "soon", &paths).unwrap_err().message;
        assert!(said.contains("profiles.a.timeout is \"soon\": expected seconds"), "{said}");
        assert!(set("../x", "project", "p", &paths).is_err());
        assert!(set("a", "token", "eyJsekrit", &paths).unwrap_err().message.contains("does not belong"));
        assert_eq!(text(&paths).unwrap(), BEFORE);
    }

    #[test]
    fn the_password_of_a_proxy_is_masked_and_stays_where_the_mask_comes_back() {
        let (_dir, paths) = paths(BEFORE);
        set("a", "proxy", "http://me:sekrit@p.example.com:3128", &paths).unwrap();
        let masked = "http://me:***@p.example.com:3128";
        let of_proxy = || values("a", &paths).unwrap().into_iter().find(|(key, _)| key == "proxy").unwrap().1;
        assert_eq!(of_proxy(), masked);
        set("a", "proxy", masked, &paths).unwrap();
        assert!(text(&paths).unwrap().contains("me:sekrit@"));
        set("a", "proxy", "p.example.com:1", &paths).unwrap();
        assert_eq!(of_proxy(), "p.example.com:1");
        let said = set("a", "proxy", "socks5://me:sekrit@p", &paths).unwrap_err().message;
        assert!(said.contains("SOCKS") && !said.contains("sekrit"), "{said}");
    }

    #[test]
    fn a_profile_is_made_and_taken_out() {
        let (_dir, paths) = paths("");
        set("new", "project", "p", &paths).unwrap();
        assert_eq!(text(&paths).unwrap(), "[profiles.new]\nproject = \"p\"\n");
        for (typed, user) in [("1700", "1700"), ("true", "true"), ("[a]", "[a]"), ("\"a b\"", "a b"), ("'x'", "x")] {
            set("new", "user", typed, &paths).unwrap();
            assert_eq!(ConfigFile::load(&paths.config_file()).unwrap().profiles[0].user.as_deref(), Some(user));
        }
        set("new", "timeout", "\"30s\"", &paths).unwrap();
        set("new", "production", "true", &paths).unwrap();
        let after = text(&paths).unwrap();
        assert!(after.ends_with("user = \"x\"\ntimeout = \"30s\"\nproduction = true\n"), "{after}");
        remove("new", &paths).unwrap();
        assert!(ConfigFile::load(&paths.config_file()).unwrap().profiles.is_empty());
        assert!(remove("new", &paths).is_err());
    }

    #[test]
    fn every_key_the_reader_knows_is_told_here() {
        let told: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
        for key in crate::settings::file::PROFILE_KEYS {
            assert!(told.contains(&key), "{key}");
        }
    }
}
