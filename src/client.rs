//! The HTTP client: lists and runs actions, and asks what a user has connected, in the dialects of [`Wire`].
//!
//! Everything that goes wrong comes back as a [`Failure`] in words. Lists and reads wait and try again by themselves; a
//! run is sent once and never repeated, since it could run twice.

mod auth;
mod choices;
mod control;
mod dialect;
mod error;
mod exchange;
mod look;
mod pace;
mod preview;
mod receive;
mod retry;
mod transport;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

pub use preview::{Preview, preview};
pub use receive::Receiver;
use reqwest::{
    Method, Url,
    header::{HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use self::{
    exchange::{Asked, Exchange, Patience, Reply, What},
    pace::Pace,
};
use crate::domain::{
    catalogue::Catalogue,
    connection::Connections,
    document::Value,
    export::{Shape, compare},
    failure::{Failure, FailureKind},
    guard::Clearance,
    now::Now,
    proxy::ProxyAddress,
    redact::Known,
    run::{Body, Outcome, Response, RunRequest},
    services::Service,
    token::{Claims, TokenError},
    wire::Wire,
};

/// Redirects a list or a read follows, within the same server only.
const REDIRECT_LIMIT: u32 = 3;
/// A list reply of more bytes than this is read on a thread of its own.
const INLINE_LIMIT: usize = 256 << 10;

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
    /// How long an exchange waits for its answer to begin, and after each part of it for more.
    pub timeout: Duration,
    /// How long one exchange may take from sending to the last byte, if that is limited at all.
    pub max_time: Option<Duration>,
    /// Whether plain http may be spoken to a host that is not this machine.
    pub insecure_http: bool,
    /// The proxy for hosts other than this machine; `None` takes the system's (`HTTPS_PROXY` …).
    pub proxy: Option<ProxyAddress>,
    /// A PEM file of certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How many bytes of a reply, decompressed, may be in memory. A larger answer goes where its [`Receiver`] says;
    /// any other reply is refused.
    pub body_limit: usize,
    /// The first pause before a list or read is tried again; it doubles each time.
    pub backoff: Duration,
    /// What tells secrets again, besides the token, that no failure may quote.
    pub known: Known,
}

impl Target {
    /// How long nothing may come in an exchange unless somebody says otherwise.
    pub const TIMEOUT: Duration = Duration::from_secs(60);
    /// How many bytes a reply may have unless somebody says otherwise.
    pub const BODY_LIMIT: usize = 256 << 20;

    /// A target with every setting but the address and the project at its default; the API's address follows from
    /// ActionKit's ([`Service::beside`]).
    pub fn new(base_url: impl Into<String>, project: impl Into<String>) -> Self {
        let base_url = base_url.into();
        Self {
            api_url: Service::Api.beside(&base_url),
            base_url,
            project: project.into(),
            wire: None,
            credential: None,
            timeout: Self::TIMEOUT,
            max_time: None,
            insecure_http: false,
            proxy: None,
            ca_file: None,
            body_limit: Self::BODY_LIMIT,
            backoff: Duration::from_millis(400),
            known: Known::default(),
        }
    }

    fn patience(&self) -> Patience {
        Patience { silence: self.timeout, whole: self.max_time }
    }
}

impl fmt::Debug for Target {
    /// Leaves out what says nothing about where it leads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("base_url", &self.base_url)
            .field("api_url", &self.api_url)
            .field("project", &self.project)
            .field("wire", &self.wire)
            .field("timeout", &self.timeout)
            .field("max_time", &self.max_time)
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
    /// How many bytes the reply had.
    pub bytes: usize,
    /// The dialect the reply was written in, when it tells.
    pub wire: Option<Wire>,
}

/// Something to be read, as often as it takes.
struct Reading<'a> {
    http: &'a reqwest::Client,
    what: What<'a>,
    url: Url,
    /// The JSON to post; a GET without.
    json: Option<String>,
    /// The account to act as, where it is another than the target's.
    credential: Option<HeaderValue>,
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
    shared: Arc<Shared>,
    wire: Option<Wire>,
}

struct Shared {
    target: Target,
    base: Url,
    /// Wrong only for who asks what is connected; actions can be listed and run without it.
    api: Result<Url, Failure>,
    http: reqwest::Client,
    /// The client for [`Shared::api`] where it has to be another one than for [`Shared::base`].
    api_http: OnceLock<Result<reqwest::Client, Failure>>,
    headers: HeaderMap,
    claims: Result<Claims, TokenError>,
    known: Known,
    pace: Mutex<Pace>,
    start: Instant,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("target", &self.shared.target).finish_non_exhaustive()
    }
}

impl Client {
    /// Checks `target` and `token` and makes a client; nothing is sent.
    ///
    /// # Errors
    /// [`FailureKind::Refused`] for plain http to another machine, [`FailureKind::Configuration`] for an address, token
    /// or proxy that cannot work, [`FailureKind::File`] for an unreadable certificate file, and [`FailureKind::Tls`]
    /// where the machine has no certificates to check a server with.
    pub fn new(target: Target, token: &SecretString) -> Result<Self, Failure> {
        let base = transport::address("base URL", &target.base_url, target.insecure_http)?;
        let api = transport::address("API URL", &target.api_url, target.insecure_http);
        let headers = auth::headers(&target, token)?;
        let http = transport::build(&target, &base, headers.clone())?;
        let shared = Shared {
            base,
            api,
            http,
            api_http: OnceLock::new(),
            headers,
            claims: Claims::read(token.expose_secret()),
            known: target.known.and(&Known::of_token(token.expose_secret())),
            pace: Mutex::new(Pace::default()),
            start: Instant::now(),
            target,
        };
        let wire = shared.target.wire;
        Ok(Self { shared: Arc::new(shared), wire })
    }

    /// The target it was made for.
    pub fn target(&self) -> &Target {
        &self.shared.target
    }

    /// The same client, taking `wire` for the dialect from now on.
    #[must_use]
    pub fn with_wire(self, wire: Option<Wire>) -> Self {
        Self { wire, ..self }
    }

    /// Lists the actions that pass `filter`. Tries again by itself after a passing failure.
    ///
    /// While the dialect is unknown the first question is a plain one; where the filter can only be put in the dialect
    /// then found, it is asked again with it.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    pub async fn list(&self, filter: &ListFilter, now: Now) -> Result<Listed, Failure> {
        let listed = self.list_in(self.wire, filter, now).await?;
        match (self.wire, listed.wire) {
            (None, Some(wire @ (Wire::Live | Wire::LiveTools))) if filter.needs_dialect() => {
                self.list_in(Some(wire), filter, now).await
            }
            _ => Ok(listed),
        }
    }

    async fn list_in(&self, wire: Option<Wire>, filter: &ListFilter, now: Now) -> Result<Listed, Failure> {
        let shared = &*self.shared;
        let url = dialect::list_url(&shared.base, &shared.target.project, wire, filter)?;
        let what = What::List;
        let reply = self
            .read(Reading { http: &shared.http, what, url: url.clone(), json: None, credential: None }, now)
            .await?;
        let bytes = reply.body.len();
        let catalogue = read_list(reply.body.clone()).await?;
        let catalogue =
            catalogue.map_err(|e| error::not_a_list(&self.asked(what, &url, now), &reply, &e.to_string()))?;
        // The newer path may still call its list `actions`.
        let told = match (wire, catalogue.wire()) {
            (Some(Wire::LiveTools), Some(Wire::Live)) => Some(Wire::LiveTools),
            (_, told) => told,
        };
        Ok(Listed { catalogue: filter.apply(catalogue, told), bytes, wire: told })
    }

    /// The integrations of the project that the server selects by `category`, by their keys; `None` where its dialect has
    /// no categories.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    pub async fn of_category(&self, category: &str, now: Now) -> Result<Option<BTreeSet<Arc<str>>>, Failure> {
        let filter = ListFilter { categories: vec![category.to_owned()], unconnected: true, ..ListFilter::default() };
        let listed = self.list(&filter, now).await?;
        let selected = matches!(listed.wire, Some(Wire::Live | Wire::LiveTools));
        let keys = || listed.catalogue.groups().iter().map(|g| Arc::clone(&g.integration)).collect();
        Ok(selected.then(keys))
    }

    /// The definitions the server writes when asked for them in `shape`, by action; `None` where it does not know the
    /// format and answers as always.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    pub async fn definitions(&self, shape: Shape, now: Now) -> Result<Option<BTreeMap<String, Value>>, Failure> {
        let shared = &*self.shared;
        let url = dialect::definitions_url(&shared.base, &shared.target.project, shape)?;
        let reply =
            self.read(Reading { http: &shared.http, what: What::List, url, json: None, credential: None }, now).await?;
        let reading = tokio::task::spawn_blocking(move || compare::definitions(&reply.body, shape)).await;
        Ok(reading.unwrap_or_default())
    }

    /// Runs an action: sent once, never repeated. Dropping the future cancels it; whether the action may have run by
    /// then is told by [`Progress::Sending`].
    ///
    /// Nothing is sent without the guard rails' leave for that very action.
    pub async fn run(&self, leave: &Clearance, request: &RunRequest, now: Now, mut receiver: impl Receiver) -> Outcome {
        if !leave.covers(request) {
            return Outcome::Failed(Failure::new(
                FailureKind::Refused,
                format!("{} was not run: leave was given for another action.", request.action),
                "That is a defect of akx; please report it with what you did.",
            ));
        }
        let shared = &*self.shared;
        let (url, json) = match dialect::run(&shared.base, &shared.target.project, request) {
            Ok(written) => written,
            Err(failure) => return Outcome::Failed(failure),
        };
        self.wait_for_turn().await;
        let sent = Instant::now();
        let credential = match request.credential.as_deref().map(auth::credential_value).transpose() {
            Ok(credential) => credential,
            Err(failure) => return Outcome::Failed(failure),
        };
        let exchange = Exchange { credential, ..self.exchange(&shared.http, url.clone(), Some(json)) };
        let result = exchange.perform(&mut receiver).await;
        let now = Now { unix: now.unix.saturating_add(seconds_since(sent)), ..now };
        let asked = self.asked(What::Run { action: &request.action }, &url, now);
        let asked = Asked { wire: Some(request.wire), changes: !leave.only_reads(), ..asked };
        match result {
            Ok(reply) if reply.is_success() && !error::success_is_refusal(&reply) => Outcome::Answered(Response {
                status: reply.status,
                headers: reply.headers,
                body: reply.body,
                file: reply.file.map(Into::into),
                bytes: reply.bytes,
                took: reply.took,
                request_id: reply.request_id,
                wire: request.wire,
            }),
            Ok(reply) => Outcome::Failed(error::refused(&asked, &reply)),
            Err(fault) if fault.is_timeout() => Outcome::TimedOut { may_have_run: fault.may_have_run() },
            Err(fault) => Outcome::Failed(fault.failure(&asked)),
        }
    }

    /// What the user has connected (`sdk/me`). Tries again by itself after a passing failure.
    ///
    /// # Errors
    /// Whatever went wrong, in words.
    pub async fn connections(&self, now: Now) -> Result<Connections, Failure> {
        let shared = &*self.shared;
        let api = shared.api.as_ref().map_err(Clone::clone)?;
        let url = dialect::me_url(api, &shared.target.project)?;
        let what = What::Connections;
        let http = shared.api_http(api)?;
        let reply = self.read(Reading { http, what, url: url.clone(), json: None, credential: None }, now).await?;
        let asked = self.asked(what, &url, now);
        match Connections::read(&reply.body) {
            Ok(connections) if connections.authenticated => Ok(connections),
            // The API answers a token it does not take with a success as well.
            Ok(_) => Err(error::refused(&asked, &Reply { status: 401, ..reply })),
            Err(why) => Err(error::not_a_list(&asked, &reply, why.trim_end_matches('.'))),
        }
    }

    /// Asks until there is a success, or a failure that does not pass.
    async fn read(&self, reading: Reading<'_>, now: Now) -> Result<Reply, Failure> {
        let Reading { http, what, mut url, json, credential } = reading;
        let started = Instant::now();
        let (mut attempt, mut redirects) = (1, 0);
        loop {
            self.wait_for_turn().await;
            let exchange = self.exchange(http, url.clone(), json.clone());
            let result = Exchange { credential: credential.clone(), ..exchange }.perform(&mut |_| {}).await;
            let now = Now { unix: now.unix.saturating_add(seconds_since(started)), ..now };
            let (failure, may_pass) = match result {
                Ok(reply) if reply.is_success() => return Ok(reply),
                Ok(reply) => {
                    if json.is_none()
                        && let Some(next) = transport::redirect(&url, &reply)
                        && redirects < REDIRECT_LIMIT
                    {
                        redirects += 1;
                        url = next;
                        continue;
                    }
                    let failure = error::refused(&self.asked(what, &url, now), &reply);
                    let may_pass = retry::may_pass(reply.status) && failure.kind != FailureKind::NotConnected;
                    (failure, may_pass)
                }
                Err(fault) => {
                    let may_pass = fault.may_pass();
                    (fault.failure(&self.asked(what, &url, now)), may_pass)
                }
            };
            let wait = retry::wait(attempt, self.shared.target.backoff, failure.retry_after).filter(|_| may_pass);
            let Some(wait) = wait else { return Err(failure) };
            tracing::debug!(attempt, wait_ms = wait.as_millis(), kind = failure.kind.name(), "asking again");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn wait_for_turn(&self) {
        let wait = {
            let mut pace = self.shared.pace.lock().unwrap_or_else(PoisonError::into_inner);
            pace.take(self.shared.start.elapsed())
        };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    fn exchange<'a>(&self, http: &'a reqwest::Client, url: Url, json: Option<String>) -> Exchange<'a> {
        let target = &self.shared.target;
        let method = if json.is_some() { Method::POST } else { Method::GET };
        Exchange { http, method, url, json, credential: None, patience: target.patience(), limit: target.body_limit }
    }

    fn asked<'a>(&'a self, what: What<'a>, url: &'a Url, now: Now) -> Asked<'a> {
        let shared = &*self.shared;
        Asked {
            what,
            wire: self.wire,
            url,
            project: &shared.target.project,
            claims: &shared.claims,
            changes: false,
            known: &shared.known,
            unix: now.unix,
            proxied: shared.target.proxy.is_some() && !transport::is_loopback(url),
        }
    }
}

impl Shared {
    /// The client for the API's address: the same one, unless one of the two is this machine and the other is not.
    fn api_http(&self, api: &Url) -> Result<&reqwest::Client, Failure> {
        let kind = |url: &Url| (transport::is_loopback(url), url.scheme() == "https");
        if kind(api) == kind(&self.base) {
            return Ok(&self.http);
        }
        let http = self.api_http.get_or_init(|| transport::build(&self.target, api, self.headers.clone()));
        http.as_ref().map_err(Clone::clone)
    }
}

impl ListFilter {
    /// Whether it asks for something that only a request in the live dialects can say.
    const fn needs_dialect(&self) -> bool {
        self.unconnected || self.reload_fields || !self.categories.is_empty()
    }

    /// Keeps the integrations asked for; the categories are known to the server alone.
    fn apply(&self, catalogue: Catalogue, wire: Option<Wire>) -> Catalogue {
        if self.integrations.is_empty() && catalogue.wire() == wire {
            return catalogue;
        }
        let is_asked = |key: &str| {
            self.integrations.is_empty() || self.integrations.iter().any(|asked| asked.eq_ignore_ascii_case(key))
        };
        let actions = catalogue.actions().filter(|a| is_asked(&a.integration)).collect();
        Catalogue::new(actions, catalogue.problems().to_vec(), wire)
    }
}

/// Reads a list reply without holding up other work: a large one takes a tenth of a second.
async fn read_list(body: Body) -> Result<Result<Catalogue, crate::domain::catalogue::ReadError>, Failure> {
    if body.len() <= INLINE_LIMIT {
        return Ok(Catalogue::read_body(&body));
    }
    tokio::task::spawn_blocking(move || Catalogue::read_body(&body)).await.map_err(|_| {
        Failure::new(
            FailureKind::Internal,
            "Reading the list of actions failed: a defect of akx.",
            "Save the list with curl and report it.",
        )
    })
}

fn seconds_since(start: Instant) -> i64 {
    i64::try_from(start.elapsed().as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_token_nor_proxy() {
        let mut target = Target::new("http://127.0.0.1:1", "p");
        target.proxy = ProxyAddress::parse("http://me:canary@proxy.example.com").ok();
        let client = Client::new(target, &SecretString::from("canary.x.y")).unwrap();
        assert!(!format!("{client:?} {:?}", client.target()).contains("canary"));
    }
}
