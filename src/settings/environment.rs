//! The environment variables, read once at the start.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use super::{Given, Source, file::nearest, token::KeyOrigin};
use crate::{
    domain::{
        failure::{Failure, FailureKind},
        redact::names_secret,
    },
    paths::files,
};

/// Every variable of akx's own.
const KNOWN: [&str; 25] = [
    "AKX_API_URL",
    "AKX_BASE_URL",
    "AKX_BODY_LIMIT",
    "AKX_CACHE_DIR",
    "AKX_CA_FILE",
    "AKX_CATALOGUE",
    "AKX_CONFIG_DIR",
    "AKX_DATA_DIR",
    "AKX_INSECURE_HTTP",
    "AKX_MAX_TIME",
    "AKX_NO_HISTORY",
    "AKX_OFFLINE",
    "AKX_PROFILE",
    "AKX_PROJECT_ID",
    "AKX_PROXY",
    "AKX_PROXY_URL",
    "AKX_READ_ONLY",
    "AKX_SIGNING_KEY",
    "AKX_SIGNING_KEY_PATH",
    "AKX_THEME",
    "AKX_TIMEOUT",
    "AKX_TOKEN",
    "AKX_TOKEN_FILE",
    "AKX_USER",
    "AKX_WIRE",
];

/// A snapshot of the environment variables. An empty variable counts as not set, as compose files and CI often pass
/// empty ones on. `Debug` shows names only: values may be tokens.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars_os().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// An environment made up, for tests and for embedding.
    pub fn from_pairs<K: Into<OsString>, V: Into<OsString>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(pairs.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The text of variable `name`, if it is set and not empty.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        let Some(value) = self.0.get(std::ffi::OsStr::new(name)) else { return Ok(None) };
        value.to_str().map(Some).ok_or_else(|| {
            Failure::new(
                FailureKind::Configuration,
                format!("The environment variable {name} is not UTF-8 text."),
                format!("Set {name} again, or unset it."),
            )
        })
    }

    /// Variable `name` as a path, in whatever encoding paths have.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0.get(std::ffi::OsStr::new(name)).map(PathBuf::from)
    }

    /// The same with what a `.env` file of Paragon's tools says; what is set already stays.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn with_file(&self, path: &Path) -> Result<Self, Failure> {
        const LIMIT: u64 = 1 << 20;
        let bytes = files::read(path, LIMIT).and_then(|b| b.ok_or_else(|| std::io::ErrorKind::NotFound.into()));
        let bytes = bytes.map_err(|e| files::unreadable(path, &e))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut whole = self.clone();
        for (name, value) in super::env_file::read(&text, path.parent().unwrap_or(Path::new(""))) {
            whole.0.entry(name.into()).or_insert_with(|| value.into());
        }
        Ok(whole)
    }

    /// The same without the variables of akx's own that say where to connect and as whom.
    #[must_use]
    pub fn without_place(&self) -> Self {
        const PLACE: [&str; 11] = [
            "AKX_PROFILE",
            "AKX_PROJECT_ID",
            "AKX_BASE_URL",
            "AKX_API_URL",
            "AKX_PROXY_URL",
            "AKX_USER",
            "AKX_TOKEN",
            "AKX_TOKEN_FILE",
            "AKX_SIGNING_KEY",
            "AKX_SIGNING_KEY_PATH",
            "AKX_WIRE",
        ];
        let stays = |name: &OsString| !PLACE.iter().any(|place| name == place);
        Self(self.0.iter().filter(|(name, _)| stays(name)).map(|(n, v)| (n.clone(), v.clone())).collect())
    }

    /// A sentence for each variable that looks like a mistyped one of akx's own.
    pub(super) fn warnings(&self) -> Vec<String> {
        let ours = self.0.keys().filter_map(|name| name.to_str()).filter(|name| name.starts_with("AKX_"));
        ours.filter(|name| !KNOWN.contains(name))
            .filter_map(|name| {
                let meant = nearest(name, &KNOWN)?;
                Some(format!("{name} is not a variable akx knows; it is ignored. Did you mean {meant}?"))
            })
            .collect()
    }

    /// The values that stand under a secret's name, such as `AWS_SECRET_ACCESS_KEY`: those long and odd enough to be no
    /// word or path.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        const LEAST: usize = 12;
        let is_odd = |value: &&str| {
            value.len() >= LEAST
                && !value.starts_with(['/', '.', '~'])
                && value.bytes().any(|b| b.is_ascii_digit())
                && value.bytes().any(|b| b.is_ascii_alphabetic())
        };
        let named = self.0.iter().filter(|(name, _)| name.to_str().is_some_and(names_secret));
        named.filter_map(|(_, value)| value.to_str()).filter(is_odd)
    }

    /// Whether variable `name` is set and not empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(std::ffi::OsStr::new(name))
    }
}

/// What variables say that a new profile could be made of. The names of Paragon's own tools are as common as
/// `PROJECT_ID`, so this is offered to the person and never taken unasked.
#[derive(Debug, Clone, Default)]
pub struct Offers {
    /// The project's id, with the variable that holds it.
    pub project: Option<Given<String>>,
    /// The key that signs tokens.
    pub signing_key: Option<KeyOrigin>,
}

impl Environment {
    /// What could be offered for a new profile.
    pub fn offers(&self) -> Offers {
        let text = |name| self.text(name).ok().flatten().map(str::trim).filter(|text| !text.is_empty());
        let given = |name: &'static str| Some((text(name)?, Source::Variable(name)));
        let project = ["AKX_PROJECT_ID", "PARAGON_PROJECT_ID", "PROJECT_ID"].into_iter().find_map(given);
        let key = ["AKX_SIGNING_KEY", "SIGNING_KEY"].into_iter().find_map(given);
        let path = ["AKX_SIGNING_KEY_PATH", "SIGNING_KEY_PATH"].into_iter().find_map(given);
        Offers {
            project: project.map(|(text, source)| Given::new(text.to_owned(), source)),
            signing_key: match (key, path) {
                (Some((text, source)), _) => Some(KeyOrigin::Text(Given::new(text.to_owned().into(), source))),
                (None, Some((path, source))) => Some(KeyOrigin::File(Given::new(path.into(), source))),
                (None, None) => None,
            },
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_not_set_and_debug_shows_no_value() {
        let environment = Environment::from_pairs([("AKX_TOKEN", "sekrit"), ("AKX_USER", "")]);
        assert_eq!(environment.text("AKX_TOKEN"), Ok(Some("sekrit")));
        assert_eq!(environment.text("AKX_USER"), Ok(None));
        assert!(environment.has("AKX_TOKEN") && !environment.has("AKX_USER"));
        let debug = format!("{environment:?}");
        assert!(debug.contains("AKX_TOKEN") && !debug.contains("sekrit"), "{debug}");
    }

    #[test]
    fn what_paragons_tools_call_things_is_offered_and_never_taken() {
        let offers = |pairs: &[(&'static str, &'static str)]| Environment::from_pairs(pairs.iter().copied()).offers();
        let both = offers(&[("PROJECT_ID", "p-1"), ("SIGNING_KEY_PATH", "./k.pem"), ("USER", "me"), ("PORT", "3001")]);
        assert_eq!(both.project.map(|p| (p.value, p.source.to_string())), Some(("p-1".into(), "PROJECT_ID".into())));
        let path = KeyOrigin::File(Given::new("./k.pem".into(), Source::Variable("SIGNING_KEY_PATH")));
        assert_eq!(both.signing_key, Some(path));
        let text = offers(&[("SIGNING_KEY", "planted"), ("AKX_PROJECT_ID", "p-2"), ("PROJECT_ID", "p-1")]);
        assert_eq!(text.project.as_ref().map(|p| p.value.as_str()), Some("p-2"));
        assert!(!format!("{text:?}").contains("planted"));
        let nothing = offers(&[("USER", "me"), ("PORT", "3001"), ("PROJECT_ID", " ")]);
        assert!(nothing.project.is_none() && nothing.signing_key.is_none());
    }

    #[test]
    fn a_mistyped_variable_is_warned_of() {
        let pairs = KNOWN.iter().copied().chain(["AKX_PROJECT", "AKX_SOMETHING_ELSE", "PROJECT_ID"]);
        let environment = Environment::from_pairs(pairs.map(|name| (name, "x")));
        assert_eq!(
            environment.warnings(),
            ["AKX_PROJECT is not a variable akx knows; it is ignored. Did you mean AKX_PROJECT_ID?"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_text_is_said() {
        use std::os::unix::ffi::OsStringExt as _;
        let environment = Environment::from_pairs([("AKX_USER", OsString::from_vec(vec![0xff]))]);
        let failure = environment.text("AKX_USER").unwrap_err();
        assert_eq!(failure.message, "The environment variable AKX_USER is not UTF-8 text.");
        assert!(environment.path("AKX_USER").is_some());
    }
}
