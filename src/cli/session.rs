//! One invocation: its settings, its files, and the client made of them.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use base64::Engine as _;
use secrecy::ExposeSecret as _;

use super::{clock, options::Global};
use crate::{
    client::{Client, Target},
    domain::{
        doctor::Way,
        failure::{Failure, FailureKind},
        guard::Place,
        now::Now,
        redact::Known,
    },
    paths::Paths,
    sandbox,
    settings::{BODY_LIMIT, Environment, Flags, Given, Settings, Source, TIMEOUT, Token, TokenOrigin},
    store::{
        cache::{Cache, ListKey},
        history::History,
    },
};

/// Everything a command works with.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) settings: Settings,
    pub(crate) paths: Paths,
    pub(crate) cache: Cache,
    pub(crate) now: Now,
    flags: Flags,
    environment: Environment,
    /// What tells again the secrets beside the token, once it was asked for: reading a key for each of many rows takes long.
    secrets: Arc<OnceLock<Known>>,
}

impl Session {
    /// Settles the settings; nothing else is read yet.
    pub(crate) fn open(global: &Global, environment: &Environment) -> Result<Self, Failure> {
        let paths = Paths::from_environment(environment)?;
        Self::settle(global.flags(), environment.clone(), paths)
    }

    fn settle(flags: Flags, environment: Environment, paths: Paths) -> Result<Self, Failure> {
        let settings = Settings::resolve(&flags, &environment, &paths)?;
        tracing::info!(
            profile = settings.profile_name(),
            base_url = %settings.base_url.value,
            base_url_from = %settings.base_url.source,
            project = settings.project.as_ref().map(|project| project.value.as_str()),
            wire = settings.wire.as_ref().map(|wire| wire.value.name()),
            read_only = settings.read_only.is_some(),
            "settled"
        );
        let (cache, secrets) = (Cache::new(paths.cache_dir()), Arc::default());
        Ok(Self { settings, cache, paths, now: clock::now(), flags, environment, secrets })
    }

    /// The history to note runs in; `None` where none is to be kept.
    pub(crate) fn history(&self) -> Option<History> {
        self.settings.history.map(|retention| History::new(self.paths.data_dir(), retention))
    }

    /// The history as it is on disk, whether or not runs of now are added.
    pub(crate) fn kept_history(&self) -> History {
        History::new(self.paths.data_dir(), self.settings.history.unwrap_or_default())
    }

    /// The token, where it can be had from a variable or a file, without asking a program or anybody.
    pub(crate) fn token_at_hand(&self) -> Option<Token> {
        match &self.settings.token {
            TokenOrigin::Text(_) | TokenOrigin::File(_) => self.token().ok(),
            TokenOrigin::Nowhere
            | TokenOrigin::Stdin
            | TokenOrigin::Unset(_)
            | TokenOrigin::Command(_)
            | TokenOrigin::Keyring(_)
            | TokenOrigin::Mint(_) => None,
        }
    }

    /// The environment, with what a named `.env` file says.
    pub(crate) const fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The token, read or minted.
    pub(crate) fn token(&self) -> Result<Token, Failure> {
        self.settings.token(self.now.unix)
    }

    /// What tells again the secrets of this session: `token`, and what the settings and the environment hold.
    pub(crate) fn known(&self, token: Option<&Token>) -> Known {
        let of_token = token.map_or_else(Known::default, |token| Known::of_token(token.secret.expose_secret()));
        of_token.and(self.secrets.get_or_init(|| self.settings.known(&self.environment)))
    }

    fn again(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            paths: self.paths.clone(),
            cache: self.cache.clone(),
            now: clock::now(),
            flags: self.flags.clone(),
            environment: self.environment.clone(),
            secrets: Arc::clone(&self.secrets),
        }
    }

    /// The same session with a profile of the config file as it stands now, or (without one) as flags and environment
    /// have it; as another user where one is named.
    ///
    /// A profile that is chosen counts with all that it says: what flags and environment say of another project is left
    /// out, while read-only, time-out and the like hold.
    pub(crate) fn with(&self, profile: Option<&str>, user: Option<&str>) -> Result<Self, Failure> {
        let session = match profile {
            None => self.again(),
            Some(name) => {
                let flags = Flags {
                    profile: Some(name.to_owned()),
                    timeout: self.flags.timeout,
                    max_time: self.flags.max_time,
                    offline: self.flags.offline,
                    read_only: self.flags.read_only,
                    insecure_http: self.flags.insecure_http,
                    body_limit: self.flags.body_limit,
                    no_history: self.flags.no_history,
                    ..Flags::default()
                };
                Self::settle(flags, self.environment.without_place(), self.paths.clone())?
            }
        };
        Ok(match user {
            Some(user) => session.for_user(user, Source::Flag("the list of users")),
            None => session,
        })
    }

    /// The same session for another user, whom `source` names.
    pub(crate) fn for_user(&self, user: &str, source: Source) -> Self {
        let mut session = self.again();
        session.settings.user = Some(Given::new(user.to_owned(), source));
        session
    }

    /// The same session for another user: the one named, for whom a token is minted, or the one whose token is in a file;
    /// each with the flag that says so.
    pub(crate) fn for_other(
        &self,
        user: (Option<&str>, &'static str),
        token_file: (Option<&Path>, &'static str),
    ) -> Option<Self> {
        let Some(path) = token_file.0 else { return Some(self.for_user(user.0?, Source::Flag(user.1))) };
        let mut session = self.again();
        session.settings.token = TokenOrigin::File(Given::new(path.to_path_buf(), Source::Flag(token_file.1)));
        session.settings.user = None;
        Some(session)
    }

    /// Where ActionKit is, as the client wants to know it.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        let settings = &self.settings;
        let mut target = Target::new(settings.base_url.value.clone(), settings.project()?);
        target.api_url.clone_from(&settings.api_url.value);
        target.wire = settings.wire.as_ref().map(|wire| wire.value);
        Ok(self.furnished(target))
    }

    /// The same session as it is for the built-in sandbox, a world of its own: nothing that a profile says holds there.
    pub(crate) fn for_sandbox(&self) -> Self {
        let mut session = self.again();
        let settings = &mut session.settings;
        let is_profiles = |source: &Source| matches!(source, Source::Profile(_));
        settings.read_only.take_if(|source| is_profiles(source));
        settings.max_time.take_if(|time| is_profiles(&time.source));
        settings.proxy.take_if(|proxy| is_profiles(&proxy.source));
        settings.ca_file.take_if(|file| is_profiles(&file.source));
        if is_profiles(&settings.timeout.source) {
            settings.timeout = Given::new(TIMEOUT, Source::Default);
        }
        if is_profiles(&settings.body_limit.source) {
            settings.body_limit = Given::new(BODY_LIMIT, Source::Default);
        }
        session
    }

    /// A target with what the settings say of any: how long, how much, and by which way.
    pub(crate) fn furnished(&self, target: Target) -> Target {
        let settings = &self.settings;
        Target {
            timeout: settings.timeout.value,
            max_time: settings.max_time.as_ref().map(|time| time.value),
            body_limit: settings.body_limit.value,
            insecure_http: settings.insecure_http,
            proxy: settings.proxy.as_ref().map(|proxy| proxy.value.clone()),
            ca_file: settings.ca_file.as_ref().map(|file| file.value.clone()),
            known: self.known(None),
            ..target
        }
    }

    /// The way to ActionKit at `base_url`, as the doctor tells it.
    pub(crate) fn way(&self, base_url: &str) -> Way {
        self.settings.way(base_url, &self.environment)
    }

    /// A client for `token`.
    ///
    /// # Errors
    /// When no server may be asked, or client and settings do not go together.
    pub(crate) fn client(&self, token: &Token) -> Result<Client, Failure> {
        if self.settings.offline {
            return Err(Failure::new(
                FailureKind::Refused,
                "No server is asked: akx is offline.",
                "Leave --offline and AKX_OFFLINE out to go online.",
            ));
        }
        Client::new(self.target()?, &token.secret)
    }

    /// Under which key the list for `token` is kept. Without a token (offline) the user somebody named stands for it;
    /// a token that names nobody stands for itself, by its hash.
    pub(crate) fn list_key(&self, token: Option<&Token>) -> Result<ListKey, Failure> {
        let user = match token {
            Some(token) => token.user().map_or_else(|| fingerprint(token), str::to_owned),
            None => self.settings.user.as_ref().map(|user| user.value.clone()).unwrap_or_default(),
        };
        Ok(ListKey {
            base_url: self.settings.base_url.value.clone(),
            project: self.settings.project()?.to_owned(),
            user,
            credential: self.target()?.credential,
        })
    }

    /// What kind of world it is: also the sandbox on this machine that nobody made a profile for.
    pub(crate) fn place(&self) -> Place {
        let is_sandbox = self.settings.is_loopback()
            && self.settings.project.as_ref().is_some_and(|project| project.value == sandbox::PROJECT);
        match self.settings.place {
            Place::Ordinary if is_sandbox => Place::Sandbox,
            place => place,
        }
    }
}

fn fingerprint(token: &Token) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, token.secret.expose_secret().as_bytes());
    format!("token {}", base64::engine::general_purpose::STANDARD_NO_PAD.encode(hash))
}

/// Runs `future` on a runtime of one thread: all a command needs, and quick to start. `^C` ends it with `None`.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<Option<T>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| {
        Failure::new(FailureKind::Internal, format!("The program's runtime could not be started: {e}."), "Try again.")
    })?;
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            done = future => Some(done),
            Ok(()) = tokio::signal::ctrl_c() => None,
        }
    });
    // A name lookup under way would otherwise hold the end up.
    runtime.shutdown_timeout(Duration::from_millis(0));
    Ok(done)
}

/// The failure of a command that was stopped before anything could have run.
pub(crate) fn cancelled() -> Failure {
    Failure::new(FailureKind::Cancelled, "Cancelled.", "")
}
