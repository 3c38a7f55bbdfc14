//! The config file: profiles in TOML, read by hand so that every complaint names the line, the key and what was
//! expected. Values are quoted in complaints only where they cannot be secrets.
//!
//! ```toml
//! default_profile = "staging"
//!
//! [profiles.staging]
//! project = "38b1f170-0c43-4eae-9a04-ab85325d99f7"
//! user = "maria@acme.example"
//! token_file = "tokens/staging"      # relative to this file
//! read_only = true
//! ```

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::values;
use crate::domain::{
    failure::{Failure, FailureKind},
    history::Retention,
    profile::{self, Colour, NoColour},
    proxy::ProxyAddress,
    wire::Wire,
};

/// The config file, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// The profile used where none is named.
    pub default_profile: Option<String>,
    /// The profiles, in the order of their names.
    pub profiles: Vec<Profile>,
    /// What of the history is kept.
    pub history: Retention,
    /// What is odd but does no harm, such as an unknown key; a sentence each.
    pub warnings: Vec<String>,
}

/// One profile: what it says, and nothing else. Paths are as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the file")]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The project id.
    pub project: Option<String>,
    /// Where ActionKit answers.
    pub base_url: Option<String>,
    /// Where the Connect API answers (`sdk/me`).
    pub api_url: Option<String>,
    /// Where the Proxy API answers.
    pub proxy_url: Option<String>,
    /// The HTTP proxy that requests go through.
    pub proxy: Option<ProxyAddress>,
    /// A PEM file of certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// The connected user.
    pub user: Option<String>,
    /// The wire dialect.
    pub wire: Option<Wire>,
    /// Whether only reading actions may run.
    pub read_only: bool,
    /// Whether this is production.
    pub production: bool,
    /// The colour its name has in the header.
    pub color: Option<Colour>,
    /// Whether this is akx's own sandbox; believed on loopback only.
    pub sandbox: bool,
    /// Whether nothing that is run or typed is kept on disk (`persist = false`).
    pub forgets: bool,
    /// How long to wait for an answer, and for more of one.
    pub timeout: Option<Duration>,
    /// How long an answer may take as a whole.
    pub max_time: Option<Duration>,
    /// From how many bytes on an answer goes to a file.
    pub body_limit: Option<usize>,
    /// Where the token comes from.
    pub token: Option<ProfileToken>,
    /// How long a token lasts that is signed here.
    pub token_lifetime: Option<Duration>,
    /// A signing key that is not used, because `mint = true` is missing.
    pub unused_signing_key: bool,
}

/// Where a profile takes its token from. A profile has one of these at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileToken {
    /// `token_file`: a file only its owner can read.
    File(PathBuf),
    /// `token_env`: another environment variable.
    Environment(String),
    /// `token_command`: a program that prints it, with its arguments.
    Command(Vec<String>),
    /// `token_keyring`: an entry of the system's keyring.
    Keyring(String),
    /// `signing_key_file` with `mint = true`: signed here, for any user.
    Mint(PathBuf),
}

const TOP_KEYS: [&str; 3] = ["default_profile", "profiles", "history"];
const HISTORY_KEYS: [&str; 4] = ["days", "runs", "megabytes", "answer_kilobytes"];
pub(super) const PROFILE_KEYS: [&str; 23] = [
    "project",
    "base_url",
    "api_url",
    "proxy_url",
    "proxy",
    "ca_file",
    "user",
    "wire",
    "read_only",
    "production",
    "color",
    "sandbox",
    "persist",
    "timeout",
    "max_time",
    "body_limit",
    "token_file",
    "token_env",
    "token_command",
    "token_keyring",
    "signing_key_file",
    "mint",
    "token_lifetime",
];

impl ConfigFile {
    /// Reads the file at `path`; a file that does not exist is an empty one.
    ///
    /// # Errors
    /// When it cannot be read, is not TOML, or holds something that cannot work.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(Failure::new(
                FailureKind::Configuration,
                format!("The config file {} could not be read: {e}.", path.display()),
                "Check that it is a text file you may read.",
            )),
        }
    }

    /// Reads `text`, which stands in the file at `path`.
    ///
    /// # Errors
    /// When it is not TOML or holds something that cannot work.
    pub fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        Self::read(&Reader { text, path: Some(path) })
    }

    /// Reads `text`, which is to become the file's: complaints name no line, since none is written yet.
    ///
    /// # Errors
    /// When it is not TOML or holds something that cannot work.
    pub(super) fn planned(text: &str) -> Result<Self, Failure> {
        Self::read(&Reader { text, path: None })
    }

    fn read(reader: &Reader<'_>) -> Result<Self, Failure> {
        let table = DeTable::parse(reader.text).map_err(|e| reader.not_toml(&e))?;
        let mut config = Self::default();
        let mut warnings = Vec::new();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "default_profile" => config.default_profile = Some(reader.text(&Place::top(key), value)?),
                "profiles" => {
                    let Some(profiles) = value.get_ref().as_table() else {
                        return Err(reader.wrong(&Place::top(key), value, "tables such as [profiles.staging]"));
                    };
                    for (name, profile) in profiles {
                        let profile = reader.profile(name, profile, &mut warnings)?;
                        config.profiles.push(profile);
                    }
                }
                "history" => config.history = reader.history(&Place::top(key), value, &mut warnings)?,
                unknown => warnings.push(reader.unknown(&Place::top(key), unknown, &TOP_KEYS)),
            }
        }
        config.profiles.sort_by(|a, b| a.name.cmp(&b.name));
        warnings.sort();
        config.warnings = warnings.into_iter().map(|(_, warning)| warning).collect();
        Ok(config)
    }

    /// The profile called `name`.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|p| p.name == name)
    }
}

/// A key with its place in the file, for complaints.
struct Place<'a> {
    key: String,
    spanned: &'a Spanned<std::borrow::Cow<'a, str>>,
}

impl<'a> Place<'a> {
    fn top(spanned: &'a Spanned<std::borrow::Cow<'a, str>>) -> Self {
        Self { key: spanned.get_ref().to_string(), spanned }
    }

    fn within(table: &str, spanned: &'a Spanned<std::borrow::Cow<'a, str>>) -> Self {
        Self { key: format!("{table}.{}", spanned.get_ref()), spanned }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Where it stands; `None` where it is not written yet.
    path: Option<&'a Path>,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.as_bytes().iter().take(offset).filter(|&&b| b == b'\n').count() + 1
    }

    /// `config.toml, line 3: `, before a complaint about what stands there.
    fn at(&self, offset: usize) -> String {
        self.path.map_or_else(String::new, |path| format!("{}, line {}: ", path.display(), self.line(offset)))
    }

    fn failure(&self, place: &Place<'_>, complaint: impl fmt::Display) -> Failure {
        Failure::new(
            FailureKind::Configuration,
            format!("{}{place} {complaint}.", self.at(place.spanned.span().start)),
            self.hint(),
        )
    }

    const fn hint(&self) -> &'static str {
        match self.path {
            Some(_) => "Correct that line and try again.",
            None => "Nothing was changed: give it another value.",
        }
    }

    fn not_toml(&self, error: &toml::de::Error) -> Failure {
        let at = self.at(error.span().map_or(0, |span| span.start));
        let why = error.message().lines().map(str::trim).collect::<Vec<_>>().join(", ");
        Failure::new(FailureKind::Configuration, format!("{at}this is not TOML: {why}."), self.hint())
    }

    fn wrong(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>, expected: &str) -> Failure {
        self.failure(place, format!("is {}: expected {expected}", described(value.get_ref())))
    }

    fn unknown(&self, place: &Place<'_>, key: &str, known: &[&str]) -> (usize, String) {
        let nearest = nearest(key, known).map_or_else(String::new, |name| format!(" Did you mean {name}?"));
        let at = place.spanned.span().start;
        (at, format!("{}{place} is not a key akx knows; it is ignored.{nearest}", self.at(at)))
    }

    fn text(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<String, Failure> {
        match value.get_ref().as_str().map(str::trim) {
            Some("") => Err(self.failure(place, "is empty: leave it out, or give it a value")),
            Some(text) => Ok(text.to_owned()),
            None => Err(self.wrong(place, value, "text in quotes")),
        }
    }

    fn switch(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<bool, Failure> {
        value.get_ref().as_bool().ok_or_else(|| self.wrong(place, value, "true or false, without quotes"))
    }

    fn address(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<String, Failure> {
        let text = self.text(place, value)?;
        values::address(&text).map_err(|expected| self.wrong(place, value, &expected))
    }

    fn duration(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<Duration, Failure> {
        let text = match value.get_ref() {
            DeValue::Integer(seconds) => seconds.as_str().to_owned(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        values::duration(&text).map_err(|_| {
            self.wrong(place, value, "seconds such as 30, or a duration such as \"30s\", \"500ms\", \"2m\"")
        })
    }

    fn size(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<usize, Failure> {
        let text = match value.get_ref() {
            DeValue::Integer(bytes) => bytes.as_str().to_owned(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        values::size(&text).map_err(|expected| self.wrong(place, value, &expected))
    }

    fn command(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Failure> {
        let words: Option<Vec<String>> = match value.get_ref() {
            DeValue::Array(words) => words.iter().map(|w| w.get_ref().as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        words.filter(|words| words.first().is_some_and(|program| !program.is_empty())).ok_or_else(|| {
            self.wrong(place, value, "a program and its arguments, such as [\"pass\", \"show\", \"akx\"]")
        })
    }

    fn count(&self, place: &Place<'_>, value: &Spanned<DeValue<'_>>) -> Result<u32, Failure> {
        let number = if let DeValue::Integer(number) = value.get_ref() { number.as_str().parse().ok() } else { None };
        number.ok_or_else(|| self.wrong(place, value, "a whole number such as 90"))
    }

    fn history(
        &self,
        place: &Place<'_>,
        value: &Spanned<DeValue<'_>>,
        warnings: &mut Vec<(usize, String)>,
    ) -> Result<Retention, Failure> {
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.wrong(place, value, "a table: [history]"));
        };
        let mut kept = Retention::default();
        for (key, value) in table {
            let place = Place::within("history", key);
            match key.get_ref().as_ref() {
                "days" => kept.days = self.count(&place, value)?,
                "runs" => kept.runs = self.count(&place, value)?,
                "megabytes" => kept.megabytes = self.count(&place, value)?,
                "answer_kilobytes" => kept.answer_kilobytes = self.count(&place, value)?,
                unknown => warnings.push(self.unknown(&place, unknown, &HISTORY_KEYS)),
            }
        }
        Ok(kept)
    }

    fn profile(
        &self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
        warnings: &mut Vec<(usize, String)>,
    ) -> Result<Profile, Failure> {
        let place = Place { key: format!("profiles.{}", name.get_ref()), spanned: name };
        if !profile::is_name(name.get_ref()) {
            return Err(self.failure(&place, "is not a profile name: use letters, digits, - and _"));
        }
        let Some(table) = value.get_ref().as_table() else {
            return Err(self.wrong(&place, value, "a table such as [profiles.staging]"));
        };
        let mut profile = Profile { name: name.get_ref().to_string(), ..Profile::default() };
        let mut tokens: Vec<(Place<'_>, ProfileToken)> = Vec::new();
        let mut key_file = None;
        let mut mint = None;
        for (key, value) in table {
            let place = Place::within(&format!("profiles.{}", profile.name), key);
            match key.get_ref().as_ref() {
                "project" => profile.project = Some(self.text(&place, value)?),
                "base_url" => profile.base_url = Some(self.address(&place, value)?),
                "api_url" => profile.api_url = Some(self.address(&place, value)?),
                "proxy_url" => profile.proxy_url = Some(self.address(&place, value)?),
                "proxy" => {
                    let proxy = ProxyAddress::parse(&self.text(&place, value)?);
                    // What is no address may hold a password all the same.
                    let wrong = |expected| self.failure(&place, format!("is no proxy: expected {expected}"));
                    profile.proxy = Some(proxy.map_err(wrong)?);
                }
                "ca_file" => profile.ca_file = Some(self.text(&place, value)?.into()),
                "user" => profile.user = Some(self.text(&place, value)?),
                "wire" => {
                    let wire = self.text(&place, value)?.parse();
                    profile.wire = Some(wire.map_err(|_| self.wrong(&place, value, "seed, live or live-tools"))?);
                }
                "read_only" => profile.read_only = self.switch(&place, value)?,
                "production" => profile.production = self.switch(&place, value)?,
                "color" => {
                    let colour = self.text(&place, value)?.parse();
                    profile.color =
                        Some(colour.map_err(|expected: NoColour| self.wrong(&place, value, &expected.to_string()))?);
                }
                "sandbox" => profile.sandbox = self.switch(&place, value)?,
                "persist" => profile.forgets = !self.switch(&place, value)?,
                "timeout" => profile.timeout = Some(self.duration(&place, value)?),
                "max_time" => profile.max_time = Some(self.duration(&place, value)?),
                "body_limit" => profile.body_limit = Some(self.size(&place, value)?),
                "token_file" => {
                    let file = ProfileToken::File(self.text(&place, value)?.into());
                    tokens.push((place, file));
                }
                "token_env" => {
                    let variable = ProfileToken::Environment(self.text(&place, value)?);
                    tokens.push((place, variable));
                }
                "token_command" => {
                    let command = ProfileToken::Command(self.command(&place, value)?);
                    tokens.push((place, command));
                }
                "token_keyring" => {
                    let entry = ProfileToken::Keyring(self.text(&place, value)?);
                    tokens.push((place, entry));
                }
                "signing_key_file" => key_file = Some((self.text(&place, value)?, place)),
                "token_lifetime" => profile.token_lifetime = Some(self.duration(&place, value)?),
                "mint" => mint = self.switch(&place, value)?.then_some(place),
                "token" | "signing_key" => {
                    return Err(self.failure(
                        &place,
                        "does not belong into a config file: keep it in a file of its own, and name that in token_file \
                         or signing_key_file",
                    ));
                }
                unknown => warnings.push(self.unknown(&place, unknown, &PROFILE_KEYS)),
            }
        }
        match (key_file, mint) {
            (Some((file, place)), Some(_)) => tokens.push((place, ProfileToken::Mint(file.into()))),
            (Some(_), None) => profile.unused_signing_key = true,
            (None, Some(place)) => return Err(self.failure(&place, "is true, but there is no signing_key_file")),
            (None, None) => {}
        }
        tokens.sort_by_key(|(place, _)| place.spanned.span().start);
        if let [(first, _), (second, _), ..] = tokens.as_slice() {
            return Err(self.failure(second, format!("is a second way to a token, after {first}: keep one of them")));
        }
        profile.token = tokens.pop().map(|(_, token)| token);
        Ok(profile)
    }
}

/// The value in words. Text is quoted when it is short and has no look of a secret.
fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.chars().count() <= 60 && !text.starts_with("eyJ") => format!("{text:?}"),
        DeValue::String(_) => "a long text".to_owned(),
        DeValue::Integer(n) => n.as_str().to_owned(),
        DeValue::Float(n) => n.as_str().to_owned(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The known name a typing mistake away from `name`, if there is one.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let budget = (name.chars().count() / 3).clamp(1, 3);
    known
        .iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), *candidate))
        .filter(|(distance, _)| *distance <= budget)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ConfigFile, Failure> {
        ConfigFile::parse(text, Path::new("/c/config.toml"))
    }

    fn complaint(text: &str) -> String {
        parse(text).map_or_else(|f| f.message, |c| panic!("accepted as {c:?}"))
    }

    #[test]
    fn a_full_profile() {
        let config = parse(
            "default_profile = \"a\"\n[profiles.a]\nproject = \"p1\"\nbase_url = \"https://ak.example/\"\n\
             api_url = \"https://api.example\"\nproxy_url = \"https://proxy.example\"\n\
             proxy = \"http://me:word@proxy.example:3128\"\nca_file = \"ca.pem\"\nuser = \"u\"\n\
             wire = \"live-tools\"\nread_only = true\nproduction = true\ncolor = \"purple\"\ntoken_lifetime = \"15m\"\ntimeout = \"90s\"\nmax_time = \"5m\"\nbody_limit = \"64MB\"\n\
             token_command = [\"pass\", \"akx\"]\n[profiles.b]\nsigning_key_file = \"key.pem\"\nmint = true\ntimeout = 5\n",
        )
        .unwrap();
        assert_eq!(config.default_profile.as_deref(), Some("a"));
        assert_eq!(config.warnings, Vec::<String>::new());
        assert_eq!(
            config.profile("a"),
            Some(&Profile {
                name: "a".into(),
                project: Some("p1".into()),
                base_url: Some("https://ak.example".into()),
                api_url: Some("https://api.example".into()),
                proxy_url: Some("https://proxy.example".into()),
                proxy: ProxyAddress::parse("http://me:word@proxy.example:3128").ok(),
                ca_file: Some("ca.pem".into()),
                user: Some("u".into()),
                wire: Some(Wire::LiveTools),
                read_only: true,
                production: true,
                color: Some(Colour::Purple),
                sandbox: false,
                forgets: false,
                timeout: Some(Duration::from_secs(90)),
                max_time: Some(Duration::from_secs(300)),
                body_limit: Some(64_000_000),
                token: Some(ProfileToken::Command(vec!["pass".into(), "akx".into()])),
                token_lifetime: Some(Duration::from_secs(900)),
                unused_signing_key: false,
            })
        );
        let b = config.profile("b").unwrap();
        assert_eq!(b.token, Some(ProfileToken::Mint("key.pem".into())));
        assert_eq!(b.timeout, Some(Duration::from_secs(5)));
    }

    #[test]
    fn what_is_kept_of_the_history() {
        let config = parse("[history]\ndays = 7\nruns = 100\n[profiles.a]\npersist = false\n").unwrap();
        assert_eq!(config.history, Retention { days: 7, runs: 100, ..Retention::default() });
        assert!(config.profile("a").unwrap().forgets);
        let config = parse("[history]\nday = 7\n[profiles.a]\n").unwrap();
        assert!(!config.profile("a").unwrap().forgets);
        assert_eq!(
            config.warnings,
            ["/c/config.toml, line 2: history.day is not a key akx knows; it is ignored. Did you mean days?"]
        );
    }

    #[test]
    fn bad_files_and_their_words() {
        for (text, words) in [
            ("history = 1", "/c/config.toml, line 1: history is 1: expected a table: [history]."),
            (
                "[history]\ndays = \"7\"",
                "/c/config.toml, line 2: history.days is \"7\": expected a whole number such as 90.",
            ),
            ("a = ", "/c/config.toml, line 1: this is not TOML: "),
            ("\n[profiles.a]\nx = \"open\n", "/c/config.toml, line 3: this is not TOML: "),
            ("profiles = 1", "/c/config.toml, line 1: profiles is 1: expected tables such as [profiles.staging]."),
            (
                "[profiles]\na = 1",
                "/c/config.toml, line 2: profiles.a is 1: expected a table such as [profiles.staging].",
            ),
            (
                "[profiles.\"a/b\"]",
                "/c/config.toml, line 1: profiles.a/b is not a profile name: use letters, digits, - and _.",
            ),
            (
                "[profiles.a]\n\nread_only = \"yes\"",
                "/c/config.toml, line 3: profiles.a.read_only is \"yes\": expected true or false, without quotes.",
            ),
            (
                "[profiles.a]\ntimeout = \"soon\"",
                "/c/config.toml, line 2: profiles.a.timeout is \"soon\": expected seconds such as 30, or a duration such \
                 as \"30s\", \"500ms\", \"2m\".",
            ),
            (
                "[profiles.a]\ntimeout = 1.5",
                "/c/config.toml, line 2: profiles.a.timeout is 1.5: expected seconds such as 30, or a duration such as \
                 \"30s\", \"500ms\", \"2m\".",
            ),
            (
                "[profiles.a]\nbody_limit = \"lots\"",
                "/c/config.toml, line 2: profiles.a.body_limit is \"lots\": expected a size such as 64MB, 1GB or 500kB.",
            ),
            (
                "[profiles.a]\nwire = \"soap\"",
                "/c/config.toml, line 2: profiles.a.wire is \"soap\": expected seed, live or live-tools.",
            ),
            (
                "[profiles.a]\ncolor = \"pink\"",
                "/c/config.toml, line 2: profiles.a.color is \"pink\": expected red, orange, yellow, green, blue or purple.",
            ),
            (
                "[profiles.a]\nbase_url = \"http://a:port\"",
                "/c/config.toml, line 2: profiles.a.base_url is \"http://a:port\": expected an address whose port, after \
                 the colon, is a number such as 8080.",
            ),
            (
                "[profiles.a]\nbase_url = \"a.example\"",
                "/c/config.toml, line 2: profiles.a.base_url is \"a.example\": expected an address such as \
                 https://actionkit.useparagon.com.",
            ),
            (
                "[profiles.a]\nproxy = \"socks5://me:word@p:1080\"",
                "/c/config.toml, line 2: profiles.a.proxy is no proxy: expected an HTTP proxy (http:// or https://), as \
                 SOCKS is not spoken here.",
            ),
            (
                "[profiles.a]\nca_file = true",
                "/c/config.toml, line 2: profiles.a.ca_file is true: expected text in quotes.",
            ),
            ("[profiles.a]\nuser = 7", "/c/config.toml, line 2: profiles.a.user is 7: expected text in quotes."),
            (
                "[profiles.a]\nuser = \" \"",
                "/c/config.toml, line 2: profiles.a.user is empty: leave it out, or give it a value.",
            ),
            (
                "[profiles.a]\ntoken_command = \"pass akx\"",
                "/c/config.toml, line 2: profiles.a.token_command is \"pass akx\": expected a program and its arguments, \
                 such as [\"pass\", \"show\", \"akx\"].",
            ),
            (
                "[profiles.a]\ntoken_env = \"T\"\ntoken_file = \"f\"",
                "/c/config.toml, line 3: profiles.a.token_file is a second way to a token, after profiles.a.token_env: \
                 keep one of them.",
            ),
            (
                "[profiles.a]\nmint = true",
                "/c/config.toml, line 2: profiles.a.mint is true, but there is no signing_key_file.",
            ),
        ] {
            let said = complaint(text);
            assert!(said.starts_with(words), "{text:?}\n said     {said}\n expected {words}");
        }
    }

    #[test]
    fn a_token_in_the_file_is_refused_without_being_quoted() {
        let said = complaint("[profiles.a]\ntoken = \"eyJsekrit\"");
        assert!(said.contains("line 2: profiles.a.token does not belong into a config file"), "{said}");
        assert!(!said.contains("sekrit"));
        assert!(!complaint("[profiles.a]\nbase_url = \"eyJsekrit\"").contains("sekrit"));
    }

    #[test]
    fn unknown_keys_are_warned_of_with_the_nearest_name() {
        let config = parse("colour = 1\n[profiles.a]\nread-only = true\nprojct = \"p\"\n").unwrap();
        assert_eq!(
            config.warnings,
            [
                "/c/config.toml, line 1: colour is not a key akx knows; it is ignored.",
                "/c/config.toml, line 3: profiles.a.read-only is not a key akx knows; it is ignored. Did you mean \
                 read_only?",
                "/c/config.toml, line 4: profiles.a.projct is not a key akx knows; it is ignored. Did you mean project?",
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "(\\[profiles\\.[a-z]{1,3}\\]\n|[a-z_]{1,9} = (true|[0-9.]{1,4}|\"[a-z:/]{0,9}\"|\\[\\]|\\{\\})\n|.{0,4}\n){0,6}") {
            if let Err(failure) = parse(&text) {
                proptest::prop_assert!(failure.message.starts_with("/c/config.toml, line "), "{}", failure.message);
            }
        }
    }

    #[test]
    fn a_key_without_its_switch_is_noted() {
        let config = parse("[profiles.a]\nsigning_key_file = \"k\"").unwrap();
        assert!(config.profiles[0].unused_signing_key && config.profiles[0].token.is_none());
    }
}
