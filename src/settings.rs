//! What akx is told to do it with: flags over environment over profile over defaults.
//!
//! Every value remembers where it came from, so that a complaint names the flag, the variable or the profile to change.
//! The variables of Paragon's own tools (`ACTIONKIT_BASE_URL`, `ZEUS_BASE_URL`, `PROXY_BASE_URL`,
//! `PARAGON_PROJECT_ID`) are read as defaults: they stand below a profile, since they are often left over from
//! something else. The two addresses beside `ACTIONKIT_BASE_URL` belong to it: where another word says where ActionKit
//! is, they do not count, or the token would go to a host nobody chose for it.

pub mod edit;
pub mod env_file;
mod environment;
mod file;
mod keyring;
pub mod token;
mod values;
mod write;

use std::{fmt, path::PathBuf, time::Duration};

pub use environment::{Environment, Offers};
pub use file::{ConfigFile, Profile, ProfileToken};
pub use token::{KeyOrigin, Token, TokenOrigin};
pub use values::{duration, size};
pub use write::{NewProfile, let_sign, write_profile};

use crate::{
    domain::{
        doctor::{Via, Way},
        failure::{Failure, FailureKind},
        guard::Place,
        history::Retention,
        profile::Colour,
        proxy::ProxyAddress,
        services::{self, Service},
        wire::Wire,
    },
    paths::Paths,
};

/// Where ActionKit answers unless somebody says otherwise.
pub const BASE_URL: &str = services::ACTIONKIT;
/// How long an answer may take unless somebody says otherwise.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// From how many bytes on an answer goes to a file unless somebody says otherwise.
pub const BODY_LIMIT: usize = 256_000_000;

/// Where a value came from; it displays as the name a person would look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A command-line flag, such as `--user`.
    Flag(&'static str),
    /// An environment variable, such as `AKX_USER`.
    Variable(&'static str),
    /// A profile.
    Profile(String),
    /// Nobody said.
    Default,
}

impl Source {
    /// How near to the person it is: a flag is nearest.
    const fn rank(&self) -> u8 {
        match self {
            Self::Flag(_) => 3,
            Self::Variable(_) => 2,
            Self::Profile(_) => 1,
            Self::Default => 0,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
}

impl<T> Given<T> {
    /// `value`, which came from `source`.
    pub const fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }
}

/// What the command line says; whatever it leaves out is `None` or false.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub struct Flags {
    /// `--profile`
    pub profile: Option<String>,
    /// `--project`
    pub project: Option<String>,
    /// `--base-url`
    pub base_url: Option<String>,
    /// `--api-url`
    pub api_url: Option<String>,
    /// `--proxy-url`
    pub proxy_url: Option<String>,
    /// `--user`
    pub user: Option<String>,
    /// `--token-file`; `-` is standard input.
    pub token_file: Option<PathBuf>,
    /// `--wire`
    pub wire: Option<Wire>,
    /// `--catalogue`
    pub catalogue: Option<PathBuf>,
    /// `--timeout`
    pub timeout: Option<Duration>,
    /// `--max-time`
    pub max_time: Option<Duration>,
    /// `--body-limit`
    pub body_limit: Option<usize>,
    /// `--offline`
    pub offline: bool,
    /// `--read-only`
    pub read_only: bool,
    /// `--insecure-http`
    pub insecure_http: bool,
    /// `--no-history`
    pub no_history: bool,
}

/// Everything settled, for one invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The profile in use.
    pub profile: Option<Given<String>>,
    /// The project id.
    pub project: Option<Given<String>>,
    /// Where ActionKit answers, without a slash at its end.
    pub base_url: Given<String>,
    /// Where Paragon's own API answers.
    pub api_url: Given<String>,
    /// Where the Proxy API answers.
    pub proxy_url: Given<String>,
    /// The HTTP proxy somebody named for akx; without one, the system's (`HTTPS_PROXY` …) is used.
    pub proxy: Option<Given<ProxyAddress>>,
    /// A PEM file of certificates to trust besides the system's.
    pub ca_file: Option<Given<PathBuf>>,
    /// The connected user somebody named; a token may name another one ([`Token::user`]).
    pub user: Option<Given<String>>,
    /// The dialect somebody chose.
    pub wire: Option<Given<Wire>>,
    /// How long to wait for an answer to begin, and after each part of it for more.
    pub timeout: Given<Duration>,
    /// How long an answer may take as a whole, where somebody limits that.
    pub max_time: Option<Given<Duration>>,
    /// From how many bytes on an answer goes to a file rather than into memory.
    pub body_limit: Given<usize>,
    /// Where read-only was switched on, if it was. Any source can switch it on, none can switch it off again.
    pub read_only: Option<Source>,
    /// What kind of world this is.
    pub place: Place,
    /// The colour the profile's name has in the header.
    pub color: Option<Colour>,
    /// A saved list to browse instead of asking a server.
    pub catalogue: Option<Given<PathBuf>>,
    /// Whether no server may be asked.
    pub offline: bool,
    /// Whether plain http may be spoken to a host that is not this machine.
    pub insecure_http: bool,
    /// Where the token comes from. It is not read before it is needed.
    pub token: TokenOrigin,
    /// How long a token lasts that is signed here, unless somebody says otherwise for one.
    pub token_lifetime: Duration,
    /// The key that may sign tokens. It is not read before it is needed.
    pub signing_key: Option<KeyOrigin>,
    /// Whether the profile has a signing key without the switch that lets it mint.
    pub unused_signing_key: bool,
    /// Whether runs and drafts are kept on disk; a profile's `persist = false` says that nothing is.
    pub persist: bool,
    /// What of the history is kept; `None` where no run is to be.
    pub history: Option<Retention>,
    /// What is odd but does no harm; a sentence each.
    pub warnings: Vec<String>,
}

impl Settings {
    /// Settles everything from `flags`, `environment` and the config file under `paths`.
    ///
    /// # Errors
    /// When a value cannot work, with the place it stands in.
    pub fn resolve(flags: &Flags, environment: &Environment, paths: &Paths) -> Result<Self, Failure> {
        let config = ConfigFile::load(&paths.config_file())?;
        Resolver { flags, environment, paths, profile: None }.resolve(&config)
    }

    /// The project id.
    ///
    /// # Errors
    /// When nobody named one.
    pub fn project(&self) -> Result<&str, Failure> {
        self.project.as_ref().map(|project| project.value.as_str()).ok_or_else(|| {
            Failure::new(
                FailureKind::Configuration,
                "No project is chosen.",
                "Name it with --project, AKX_PROJECT_ID or a profile's project; or try akx demo, which needs none.",
            )
        })
    }

    /// The name of the profile in use.
    pub fn profile_name(&self) -> Option<&str> {
        self.profile.as_ref().map(|profile| profile.value.as_str())
    }

    /// The way to ActionKit at `base_url`, as the doctor tells it.
    pub fn way(&self, base_url: &str, environment: &Environment) -> Way {
        let named = |proxy: &str, source: &Source| format!("{proxy} ({source})");
        let proxy = match &self.proxy {
            _ if values::is_loopback(base_url) => Via::Loopback,
            Some(proxy) => Via::Named(named(proxy.value.host(), &proxy.source)),
            None => system_proxy(base_url, environment)
                .map_or(Via::Straight, |(name, host)| Via::System(named(&host, &Source::Variable(name)))),
        };
        let ca_file = self.ca_file.as_ref().map(|file| named(&file.value.display().to_string(), &file.source));
        Way { proxy, ca_file }
    }

    /// Whether ActionKit is on this machine.
    pub fn is_loopback(&self) -> bool {
        values::is_loopback(&self.base_url.value)
    }
}

struct Resolver<'a> {
    flags: &'a Flags,
    environment: &'a Environment,
    paths: &'a Paths,
    profile: Option<&'a Profile>,
}

impl<'a> Resolver<'a> {
    fn resolve(mut self, config: &'a ConfigFile) -> Result<Settings, Failure> {
        let profile = self.choose_profile(config)?;
        self.profile = profile.as_ref().and_then(|given| config.profile(&given.value));
        let project =
            self.text("--project", self.flags.project.as_deref(), "AKX_PROJECT_ID", |p| p.project.as_deref())?;
        let project = match (project, self.environment.text("PARAGON_PROJECT_ID")?) {
            (None, Some(id)) => Some(Given::new(id.to_owned(), Source::Variable("PARAGON_PROJECT_ID"))),
            (found, _) => found,
        };
        if let Some(Given { value, source }) = &project
            && value.contains(['/', '?', '#', ' '])
        {
            return Err(wrong(source, value, "a project id such as 38b1f170-0c43-4eae-9a04-ab85325d99f7"));
        }
        let base_url = self.address("--base-url", self.flags.base_url.as_deref(), "AKX_BASE_URL", |p| &p.base_url)?;
        let base_url = self.or_paragons(base_url, Some("ACTIONKIT_BASE_URL"), || BASE_URL.to_owned())?;
        let are_paragons = matches!(base_url.source, Source::Variable("ACTIONKIT_BASE_URL") | Source::Default);
        let beside = |service: Service| service.beside(&base_url.value);
        let api_url = self.address("--api-url", self.flags.api_url.as_deref(), "AKX_API_URL", |p| &p.api_url)?;
        let api_url = self.or_paragons(api_url, are_paragons.then_some("ZEUS_BASE_URL"), || beside(Service::Api))?;
        let proxy_url =
            self.address("--proxy-url", self.flags.proxy_url.as_deref(), "AKX_PROXY_URL", |p| &p.proxy_url)?;
        let proxy_url =
            self.or_paragons(proxy_url, are_paragons.then_some("PROXY_BASE_URL"), || beside(Service::Proxy))?;
        let offline = self.flags.offline || self.switch("AKX_OFFLINE")?;
        let insecure_http = self.flags.insecure_http || self.switch("AKX_INSECURE_HTTP")?;
        let catalogue = match &self.flags.catalogue {
            Some(path) => Some(Given::new(path.clone(), Source::Flag("--catalogue"))),
            None => {
                self.environment.path("AKX_CATALOGUE").map(|path| Given::new(path, Source::Variable("AKX_CATALOGUE")))
            }
        };
        let persist = !self.profile.is_some_and(|p| p.forgets);
        let keeps_runs = persist && !self.flags.no_history && !self.switch("AKX_NO_HISTORY")?;
        Ok(Settings {
            persist,
            history: keeps_runs.then_some(config.history),
            project,
            user: self.text("--user", self.flags.user.as_deref(), "AKX_USER", |p| p.user.as_deref())?,
            wire: self.wire()?,
            timeout: self
                .duration(("--timeout", self.flags.timeout), "AKX_TIMEOUT", |p| p.timeout)?
                .unwrap_or(Given::new(TIMEOUT, Source::Default)),
            max_time: self.duration(("--max-time", self.flags.max_time), "AKX_MAX_TIME", |p| p.max_time)?,
            body_limit: self.body_limit()?,
            proxy: self.proxy()?,
            ca_file: self.ca_file(),
            read_only: self.read_only()?,
            place: self.place(&base_url.value),
            color: self.profile.and_then(|p| p.color),
            token_lifetime: self.profile.and_then(|p| p.token_lifetime).unwrap_or(token::MINTED_LIFETIME),
            token: TokenOrigin::find(self.flags, self.environment, self.profile, self.paths)?,
            signing_key: KeyOrigin::find(self.environment, self.profile, self.paths)?,
            unused_signing_key: self.profile.is_some_and(|p| p.unused_signing_key),
            warnings: config.warnings.iter().cloned().chain(self.environment.warnings()).collect(),
            profile,
            base_url,
            api_url,
            proxy_url,
            catalogue,
            offline,
            insecure_http,
        })
    }

    /// The profile named by flag or variable, or the file's default, or the only one there is.
    fn choose_profile(&self, config: &ConfigFile) -> Result<Option<Given<String>>, Failure> {
        let named = match (&self.flags.profile, self.environment.text("AKX_PROFILE")?) {
            (Some(name), _) => Given::new(name.clone(), Source::Flag("--profile")),
            (None, Some(name)) => Given::new(name.to_owned(), Source::Variable("AKX_PROFILE")),
            (None, None) => match (&config.default_profile, config.profiles.as_slice()) {
                (Some(name), _) => Given::new(name.clone(), Source::Profile("default_profile".to_owned())),
                (None, [only]) => Given::new(only.name.clone(), Source::Default),
                (None, _) => return Ok(None),
            },
        };
        if config.profile(&named.value).is_some() {
            return Ok(Some(named));
        }
        let names: Vec<&str> = config.profiles.iter().map(|p| p.name.as_str()).collect();
        let file = self.paths.config_file();
        let there = if names.is_empty() {
            format!("There are no profiles in {}.", file.display())
        } else {
            format!("The profiles in {} are: {}.", file.display(), names.join(", "))
        };
        let nearest = file::nearest(&named.value, &names).map_or(String::new(), |n| format!(" Did you mean {n}?"));
        let origin = match &named.source {
            Source::Profile(key) => format!("{key} in {}", file.display()),
            source => source.to_string(),
        };
        Err(Failure::new(
            FailureKind::Configuration,
            format!("There is no profile {:?}, which {origin} names.", named.value),
            format!("{there}{nearest}"),
        ))
    }

    /// The value of the nearest source that has one.
    fn text(
        &self,
        flag: &'static str,
        given: Option<&str>,
        variable: &'static str,
        of_profile: impl Fn(&Profile) -> Option<&str>,
    ) -> Result<Option<Given<String>>, Failure> {
        if let Some(text) = given {
            return if text.trim().is_empty() {
                Err(Failure::new(FailureKind::Usage, format!("{flag} is empty."), format!("Give {flag} a value.")))
            } else {
                Ok(Some(Given::new(text.trim().to_owned(), Source::Flag(flag))))
            };
        }
        if let Some(text) = self.environment.text(variable)? {
            return Ok(Some(Given::new(text.trim().to_owned(), Source::Variable(variable))));
        }
        let of_profile = self.profile.and_then(|p| Some((of_profile(p)?, p)));
        Ok(of_profile.map(|(text, p)| Given::new(text.to_owned(), Source::Profile(p.name.clone()))))
    }

    fn address(
        &self,
        flag: &'static str,
        given: Option<&str>,
        variable: &'static str,
        of_profile: impl Fn(&Profile) -> &Option<String>,
    ) -> Result<Option<Given<String>>, Failure> {
        let Some(found) = self.text(flag, given, variable, |p| of_profile(p).as_deref())? else { return Ok(None) };
        let value = values::address(&found.value).map_err(|expected| wrong(&found.source, &found.value, &expected))?;
        Ok(Some(Given::new(value, found.source)))
    }

    /// `found`, or else what Paragon's own `variable` says, where it counts, or else the default.
    fn or_paragons(
        &self,
        found: Option<Given<String>>,
        variable: Option<&'static str>,
        default: impl FnOnce() -> String,
    ) -> Result<Given<String>, Failure> {
        if let Some(found) = found {
            return Ok(found);
        }
        let said = match variable {
            Some(variable) => self.environment.text(variable)?.map(|text| (variable, text)),
            None => None,
        };
        match said {
            Some((variable, text)) => {
                let source = Source::Variable(variable);
                let value = values::address(text).map_err(|expected| wrong(&source, text, &expected))?;
                Ok(Given::new(value, source))
            }
            None => Ok(Given::new(default(), Source::Default)),
        }
    }

    fn switch(&self, variable: &'static str) -> Result<bool, Failure> {
        let Some(text) = self.environment.text(variable)? else { return Ok(false) };
        values::switch(text).map_err(|expected| wrong(&Source::Variable(variable), text, &expected))
    }

    fn wire(&self) -> Result<Option<Given<Wire>>, Failure> {
        if let Some(wire) = self.flags.wire {
            return Ok(Some(Given::new(wire, Source::Flag("--wire"))));
        }
        if let Some(text) = self.environment.text("AKX_WIRE")? {
            let source = Source::Variable("AKX_WIRE");
            let wire = text.trim().parse().map_err(|_| wrong(&source, text, "seed, live or live-tools"))?;
            return Ok(Some(Given::new(wire, source)));
        }
        let of_profile = self.profile.and_then(|p| Some((p.wire?, p)));
        Ok(of_profile.map(|(wire, p)| Given::new(wire, Source::Profile(p.name.clone()))))
    }

    /// The time given by a flag, a variable or the profile, in that order.
    fn duration(
        &self,
        (flag, given): (&'static str, Option<Duration>),
        variable: &'static str,
        of_profile: impl Fn(&Profile) -> Option<Duration>,
    ) -> Result<Option<Given<Duration>>, Failure> {
        if let Some(time) = given {
            return Ok(Some(Given::new(time, Source::Flag(flag))));
        }
        if let Some(text) = self.environment.text(variable)? {
            let source = Source::Variable(variable);
            let time = values::duration(text).map_err(|expected| wrong(&source, text, &expected))?;
            return Ok(Some(Given::new(time, source)));
        }
        let of_profile = self.profile.and_then(|p| Some((of_profile(p)?, p)));
        Ok(of_profile.map(|(time, p)| Given::new(time, Source::Profile(p.name.clone()))))
    }

    fn body_limit(&self) -> Result<Given<usize>, Failure> {
        if let Some(bytes) = self.flags.body_limit {
            return Ok(Given::new(bytes, Source::Flag("--body-limit")));
        }
        if let Some(text) = self.environment.text("AKX_BODY_LIMIT")? {
            let source = Source::Variable("AKX_BODY_LIMIT");
            let bytes = values::size(text).map_err(|expected| wrong(&source, text, &expected))?;
            return Ok(Given::new(bytes, source));
        }
        let of_profile = self.profile.and_then(|p| Some((p.body_limit?, p)));
        Ok(of_profile.map_or(Given::new(BODY_LIMIT, Source::Default), |(bytes, p)| {
            Given::new(bytes, Source::Profile(p.name.clone()))
        }))
    }

    /// The proxy named for akx: no flag names one, as its address may hold a password.
    fn proxy(&self) -> Result<Option<Given<ProxyAddress>>, Failure> {
        if let Some(text) = self.environment.text("AKX_PROXY")? {
            let source = Source::Variable("AKX_PROXY");
            let proxy = ProxyAddress::parse(text).map_err(|expected| {
                Failure::new(
                    FailureKind::Configuration,
                    format!("{source} is no proxy: expected {expected}."),
                    format!("Correct {source}, or leave it out."),
                )
            })?;
            return Ok(Some(Given::new(proxy, source)));
        }
        let of_profile = self.profile.and_then(|p| Some((p.proxy.clone()?, p)));
        Ok(of_profile.map(|(proxy, p)| Given::new(proxy, Source::Profile(p.name.clone()))))
    }

    fn ca_file(&self) -> Option<Given<PathBuf>> {
        let variable = self.environment.path("AKX_CA_FILE");
        let of_profile = || {
            let profile = self.profile?;
            // A path in the config file starts from the config file's directory.
            let path = self.paths.config_dir().join(profile.ca_file.as_ref()?);
            Some(Given::new(path, Source::Profile(profile.name.clone())))
        };
        variable.map(|path| Given::new(path, Source::Variable("AKX_CA_FILE"))).or_else(of_profile)
    }

    fn read_only(&self) -> Result<Option<Source>, Failure> {
        if self.flags.read_only {
            return Ok(Some(Source::Flag("--read-only")));
        }
        if self.switch("AKX_READ_ONLY")? {
            return Ok(Some(Source::Variable("AKX_READ_ONLY")));
        }
        Ok(self.profile.filter(|p| p.read_only).map(|p| Source::Profile(p.name.clone())))
    }

    /// A profile is believed to be the sandbox only on this machine, so that no mark can take the guard rails away
    /// from a real project.
    fn place(&self, base_url: &str) -> Place {
        match self.profile {
            Some(profile) if profile.production => Place::Production,
            Some(profile) if profile.sandbox && values::is_loopback(base_url) => Place::Sandbox,
            _ => Place::Ordinary,
        }
    }
}

/// The variable by which the system names a proxy for `base_url`, and that proxy's host.
fn system_proxy(base_url: &str, environment: &Environment) -> Option<(&'static str, String)> {
    let secure = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let plain = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
    let names = if base_url.starts_with("https:") { secure } else { plain };
    names.into_iter().find_map(|name| {
        let text = environment.text(name).ok().flatten()?;
        let host = ProxyAddress::parse(text).map_or_else(|_| "what it holds".to_owned(), |p| p.host().to_owned());
        Some((name, host))
    })
}

fn wrong(source: &Source, value: &str, expected: &str) -> Failure {
    Failure::new(
        FailureKind::Configuration,
        format!("{source} is {value:?}: expected {expected}."),
        format!("Correct {source}, or leave it out."),
    )
}

#[cfg(test)]
mod tests;
