//! The HTTP client: lists and runs actions, and asks what a user has connected, in the dialects of [`Wire`].
//!
//! Everything that goes wrong comes back as a [`Failure`] in words. Lists and reads wait and try again by themselves; a
//! run is sent once and never repeated, since it could run twice.

use std::{fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use crate::domain::{
    catalogue::Catalogue,
    connection::Connections,
    failure::{Failure, FailureKind},
    now::Now,
    run::{Body, Outcome, RunRequest},
    wire::Wire,
};

/// Where ActionKit is, and how to talk to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// ActionKit's address without `/projects/…`, such as `https://actionkit.useparagon.com`.
    pub base_url: String,
    /// The address of Paragon's own API, which knows what a user has connected (`sdk/me`), such as
    /// `https://zeus.useparagon.com`.
    pub api_url: String,
    /// The project's id.
    pub project: String,
    /// The dialect, where it is known: forced by a person, or remembered from an earlier list.
    pub wire: Option<Wire>,
    /// Which of several connected accounts to use (`X-Paragon-Credential`: a credential's id or external id).
    pub credential: Option<String>,
    /// How long one exchange may take, from sending to the last byte.
    pub timeout: Duration,
    /// Whether plain http may be spoken to a host that is not this machine.
    pub insecure_http: bool,
    /// The proxy for hosts other than this machine; `None` takes the system's (`HTTPS_PROXY` …).
    pub proxy: Option<String>,
    /// A PEM file of certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How many bytes a reply may have, decompressed.
    pub body_limit: usize,
    /// The first pause before a list or read is tried again; it doubles each time.
    pub backoff: Duration,
}

impl Target {
    /// How long an exchange may take unless somebody says otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(60);
    /// How many bytes a reply may have unless somebody says otherwise.
    pub const BODY_LIMIT: usize = 256 << 20;

    /// A target with every setting but the address and the project at its default.
    pub fn new(base_url: impl Into<String>, project: impl Into<String>) -> Self {
        let base_url = base_url.into();
        Self {
            api_url: base_url.clone(),
            base_url,
            project: project.into(),
            wire: None,
            credential: None,
            timeout: Self::TIMEOUT,
            insecure_http: false,
            proxy: None,
            ca_file: None,
            body_limit: Self::BODY_LIMIT,
            backoff: Duration::from_millis(400),
        }
    }
}

impl fmt::Debug for Target {
    /// Leaves the proxy out, whose address may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("base_url", &self.base_url)
            .field("api_url", &self.api_url)
            .field("project", &self.project)
            .field("wire", &self.wire)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Which actions to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFilter {
    /// Only these integrations, by their keys; all where empty. Applied here as well, as servers may not know it.
    pub integrations: Vec<String>,
    /// Only these categories, such as `crm`; all where empty. The live dialects only.
    pub categories: Vec<String>,
    /// Also the actions of integrations that are in the project but that the user has not connected
    /// (`limit_to_available=false`). The live dialects only; the seed's server decides for itself.
    pub unconnected: bool,
    /// Whether the server reads the user's custom fields anew rather than from its cache of eight hours.
    pub reload_fields: bool,
}

/// A list reply, read.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The actions that pass the filter.
    pub catalogue: Catalogue,
    /// The reply as received, for the cache; it may hold more integrations than were asked for.
    pub body: Body,
    /// The dialect the reply was written in, when it tells.
    pub wire: Option<Wire>,
}

/// How far an exchange has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The request is about to leave: from here on the action may have run, whatever happens.
    Sending,
    /// The reply is coming in.
    Receiving {
        /// Bytes so far, decompressed.
        bytes: u64,
        /// How many there will be, if the server says and does not compress.
        of: Option<u64>,
    },
}

/// An ActionKit client for one [`Target`] and one token. Clones are cheap and share connections and pace.
#[derive(Clone)]
pub struct Client {
    target: Target,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("target", &self.target).finish_non_exhaustive()
    }
}

fn missing() -> Failure {
    Failure::new(FailureKind::Internal, "This part of the client is not there yet.", "")
}

impl Client {
    /// Checks `target` and `token` and makes a client; nothing is sent.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] for plain http to another machine, [`FailureKind::Configuration`] for an address, token
    /// or proxy that cannot work, [`FailureKind::File`] for an unreadable certificate file, and [`FailureKind::Tls`]
    /// where the machine has no certificates to check a server with.
    pub fn new(target: Target, token: &SecretString) -> Result<Self, Failure> {
        let _ = token;
        Ok(Self { target })
    }

    /// The target it was made for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Lists the actions that pass `filter`. Tries again by itself after a passing failure.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    pub async fn list(&self, filter: &ListFilter, now: Now) -> Result<Listed, Failure> {
        let _ = (filter, now);
        std::future::ready(Err(missing())).await
    }

    /// Runs an action: sent once, never repeated. Dropping the future cancels it; whether the action may have run by
    /// then is told by [`Progress::Sending`].
    pub async fn run(&self, request: &RunRequest, now: Now, progress: impl FnMut(Progress) + Send) -> Outcome {
        let _ = (request, now, progress);
        std::future::ready(Outcome::Failed(missing())).await
    }

    /// What the user has connected (`sdk/me`). Tries again by itself after a passing failure.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    pub async fn connections(&self, now: Now) -> Result<Connections, Failure> {
        let _ = now;
        std::future::ready(Err(missing())).await
    }
}
