//! The HTTP server: who may come in, which way a request goes, and what spoils its answer.

mod account;
mod control;
mod error;
mod lists;
mod proxy;
mod query;
mod receive;
mod sources;
mod struck;
mod tools;
mod triggers;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, atomic::AtomicU64},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, Response},
    middleware::{self, Next},
    routing::{any, delete, get, patch, post},
};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use self::{
    error::{ApiError, Code},
    lists::Lists,
    receive::{Logged, receive},
    struck::Struck,
};
use super::{
    connections::{Account, Choice, Connections, Place},
    custom::{Custom, Customs},
    faults::Faults,
    identity::{Caller, Refusal, Standing, Verifier},
    offer::Offer,
    pace::Pace,
    triggers::{Event, Happened, Subscriptions},
    world::{Done, Seat, Worlds, clock::STEP, ids::uuid_of},
};
use crate::domain::{
    document::{Object, Value},
    fault::Fault,
    wire::Wire,
};

/// The largest request body, in bytes.
pub const BODY_AT_MOST: usize = 10 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away, so that the refusal reaches the caller.
const DISCARDED_AT_MOST: usize = 8 * BODY_AT_MOST;

/// How many tokens are remembered as good, so that their signature is checked once only.
const TOKENS_AT_MOST: usize = 1000;

/// How many events wait for their delivery; more are lost.
const EVENTS_AT_MOST: usize = 1000;

/// The catalogue served, made on first use: a server listens before its catalogue is read.
pub type LazyOffer = LazyLock<Offer, Box<dyn FnOnce() -> Offer + Send>>;

/// Everything the server knows.
#[derive(Debug)]
pub struct Shared {
    verifier: Verifier,
    offer: LazyOffer,
    wire: Wire,
    listen: IpAddr,
    worlds: Mutex<Worlds>,
    connections: Mutex<Connections>,
    customs: Mutex<Customs>,
    lists: Lists,
    subscriptions: Mutex<Subscriptions>,
    events: mpsc::Sender<Event>,
    /// The other end, until whoever delivers takes it.
    undelivered: Mutex<Option<mpsc::Receiver<Event>>>,
    faults: Mutex<Faults>,
    tokens: Mutex<Tokens>,
    pace: Mutex<Pace>,
    requests: AtomicU64,
    started: tokio::time::Instant,
    log: Option<fn(&str)>,
    /// Told when there is something to keep.
    dirty: tokio::sync::Notify,
}

impl Shared {
    /// Puts it together; must be called inside a tokio runtime.
    pub fn new(verifier: Verifier, offer: LazyOffer, wire: Wire, listen: IpAddr, rate: Option<u32>) -> Self {
        let (events, undelivered) = mpsc::channel(EVENTS_AT_MOST);
        Self {
            verifier,
            offer,
            wire,
            listen,
            worlds: Mutex::default(),
            connections: Mutex::default(),
            customs: Mutex::default(),
            lists: Lists::default(),
            subscriptions: Mutex::default(),
            events,
            undelivered: Mutex::new(Some(undelivered)),
            faults: Mutex::default(),
            tokens: Mutex::default(),
            pace: Mutex::new(Pace::new(rate)),
            requests: AtomicU64::new(0),
            started: tokio::time::Instant::now(),
            log: None,
            dirty: tokio::sync::Notify::new(),
        }
    }

    /// Calls `log` with a line for every request answered.
    #[must_use]
    pub fn logging(self, log: Option<fn(&str)>) -> Self {
        Self { log, ..self }
    }

    /// Makes the ids of that seed.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        Self { worlds: Mutex::new(Worlds::seeded(seed)), ..self }
    }

    fn worlds(&self) -> MutexGuard<'_, Worlds> {
        self.worlds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn customs(&self) -> MutexGuard<'_, Customs> {
        self.customs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The custom fields of the caller's account at the integration listed as `key`.
    fn custom(&self, caller: &Caller, key: &str, account: usize) -> Option<Arc<Custom>> {
        let built_in = self.offer.is_built_in();
        built_in.then(|| self.customs().of(&caller.id, self.offer.original(key), account).map(Arc::clone)).flatten()
    }

    /// Everybody's subscriptions to triggers.
    pub fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The events to deliver; the first caller gets them.
    pub fn take_events(&self) -> Option<mpsc::Receiver<Event>> {
        self.undelivered.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps what an action changed, and tells those who have subscribed to it.
    fn happened(&self, admitted: &Admitted, (seat, account): (Seat<'_>, &Account<'_>), done: &Done) {
        if done.changes.is_empty() {
            return;
        }
        self.changed();
        if done.parametric {
            self.grown(&admitted.caller, seat.integration, seat.account);
        }
        if self.subscriptions().of(&admitted.caller.id).next().is_none() {
            return;
        }
        let provider = self.worlds().provider(seat);
        let credential = account.credential();
        let whose = (&*admitted.caller.id, &*credential, &*admitted.project);
        let where_ = (seat.integration, &*provider);
        let waiting = self.subscriptions().waiting(whose.0, whose.1, seat.integration);
        let records = if waiting { self.worlds().records(seat) } else { Value::Null };
        // Only what changes something moves the clock, by one step.
        let since = done.now - STEP;
        let happened = Happened { changes: &done.changes, records: &records, since, now: done.now };
        let events = self.subscriptions().events(whose, where_, &happened);
        self.deliver(events);
    }

    /// Lists an account's actions anew, since its records have changed what they take.
    fn grown(&self, caller: &Caller, integration: &str, account: usize) {
        let parameters = self.worlds().parameters(Seat { caller, integration, account });
        self.customs().grow((&caller.id, integration, account), &parameters);
        self.lists.forget();
    }

    /// Hands events to whoever delivers them.
    fn deliver(&self, events: Vec<Event>) {
        for event in events {
            if self.events.try_send(event).is_err() {
                tracing::warn!(target: "akx::sandbox", "an event was lost: too many wait for their delivery");
            }
        }
    }

    /// The faults set, for whoever starts the server.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whoever keeps the state that it has changed.
    fn changed(&self) {
        self.dirty.notify_one();
    }

    /// As [`Shared::changed`], for what decides which actions are listed.
    fn reconnected(&self) {
        self.lists.forget();
        self.changed();
    }

    /// Begins again: for everybody, or for one user. Faults stay.
    fn reset(&self, user: Option<&str>) {
        self.worlds().reset(user);
        self.connections().reset(user);
        self.subscriptions().reset(user);
        self.customs().reset(user);
        self.reconnected();
    }

    /// Waits for a change since the last time.
    pub async fn until_changed(&self) {
        self.dirty.notified().await;
    }

    /// Everything that is kept with `--data`.
    pub fn save(&self) -> Value {
        Object::from_iter([
            ("version", Value::from(1)),
            ("connections", self.connections().save()),
            ("triggers", self.subscriptions().save()),
            ("worlds", self.worlds().save()),
        ])
        .into()
    }

    /// Goes on from what [`Shared::save`] gave.
    pub fn load(&self, saved: &Value) {
        let part = |key: &str| saved.get(key).cloned().unwrap_or_default();
        self.worlds().load(&part("worlds"));
        *self.connections() = Connections::load(&part("connections"));
        *self.subscriptions() = Subscriptions::load(&part("triggers"));
        let parametric = self.worlds().parametric();
        for (caller, integration, account) in parametric {
            self.grown(&caller, &integration, account);
        }
        self.lists.forget();
    }

    /// The integration listed as `key`, and the one it is a copy of.
    fn place<'a>(&'a self, key: &'a str) -> Place<'a> {
        (key, self.offer.original(key))
    }

    /// The account an integration is listed for: the one the request names, where it is of this integration, or the first.
    fn account_listed<'a>(&'a self, admitted: &'a Admitted, key: &'a str) -> Option<Account<'a>> {
        self.connections().named_or_first(&admitted.caller, self.place(key), admitted.credential.as_deref())
    }

    /// The account at the integration listed as `key` that a request means.
    fn account<'a>(&'a self, admitted: &'a Admitted, key: &'a str) -> Result<Account<'a>, ApiError> {
        match self.connections().choose(&admitted.caller, self.place(key), admitted.credential.as_deref()) {
            Choice::Account(account) if account.standing == Standing::Connected => Ok(account),
            Choice::Account(_) => Err(not_enabled(admitted, key, Standing::Expired)),
            Choice::NotConnected => Err(not_enabled(admitted, key, Standing::Missing)),
            Choice::NoSuch => {
                let message = "The user has no such credential (X-Paragon-Credential).";
                Err(ApiError::new(404, Code::Credential, message).meta("integration", key))
            }
        }
    }

    /// Checks a token; the signature of one that was good is not computed again.
    fn caller(&self, authorization: Option<&str>, project: &str, now: i64) -> Result<Caller, Refusal> {
        let lock = || self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let key = authorization.unwrap_or_default();
        if let Some(known) = lock().0.get(key)
            && known.project == project
            && known.expires > now
        {
            return Ok(known.caller.clone());
        }
        let (caller, expires) = self.verifier.caller(authorization, project, now)?;
        let mut tokens = lock();
        if tokens.0.len() >= TOKENS_AT_MOST {
            tokens.0.clear();
        }
        tokens.0.insert(key.to_owned(), Accepted { caller: caller.clone(), project: project.to_owned(), expires });
        Ok(caller)
    }
}

/// The real API's status for this is not known. 404 is the seed's for an "action not available for this user".
fn not_enabled(admitted: &Admitted, key: &str, standing: Standing) -> ApiError {
    let code = if standing == Standing::Expired { Code::Credential } else { Code::NotConnected };
    ApiError::new(404, code, "Integration not enabled for user.")
        .meta("personaId", uuid_of(&format!("persona/{}", admitted.caller.id)))
        .meta("projectId", admitted.project.as_str())
        .meta("integrationId", uuid_of(&format!("integration/{key}")))
        .meta("integration", key)
        .meta("endUserId", admitted.caller.id.as_str())
}

/// Good tokens: what they said, by the `Authorization` they came in.
#[derive(Default)]
struct Tokens(HashMap<String, Accepted>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tokens", self.0.len())
    }
}

/// What a good token said.
struct Accepted {
    caller: Caller,
    project: String,
    expires: i64,
}

/// What the routes share.
pub type App = std::sync::Arc<Shared>;

/// The id of the request at hand; every error names it, and every reply carries it as `x-request-id`.
#[derive(Debug, Clone)]
struct RequestId(Arc<str>);

/// A request to the API that was let in: its id, who makes it, and the faults that struck it.
#[derive(Debug)]
struct Admitted {
    id: Arc<str>,
    caller: Caller,
    /// The project of the request's path.
    project: String,
    /// The account named by `X-Paragon-Credential`.
    credential: Option<String>,
    struck: Struck,
}

/// The routes.
pub fn router(app: App) -> Router {
    // The seed's document knows no other method here: a checker driven by it expects a 405.
    let actions = || match app.wire {
        Wire::Seed => get(tools::list_actions),
        Wire::Live | Wire::LiveTools => get(tools::list_actions).post(tools::run_action),
    };
    let api = Router::new()
        .route("/projects/{project}/actions", actions())
        .route("/projects/{project}/actions/", actions())
        .route("/projects/{project}/actions/{action}", post(tools::run_seed))
        .route("/projects/{project}/tools", get(tools::list_tools).post(tools::run_tool))
        .route("/projects/{project}/tools/", get(tools::list_tools).post(tools::run_tool))
        .route("/projects/{project}/sdk/me", get(account::me))
        .route("/projects/{project}/sdk/integrations", get(account::integrations))
        .route("/projects/{project}/sdk/integrations/{integration}", delete(account::disconnect))
        .route("/projects/{project}/sdk/credentials", get(account::credentials))
        .route("/projects/{project}/sdk/actions", post(sources::choices))
        .route("/projects/{project}/sdk/proxy/{integration}", any(proxy::bare))
        .route("/projects/{project}/sdk/proxy/{integration}/{*path}", any(proxy::with_path))
        .route("/projects/{project}/triggers", get(triggers::list))
        .route("/projects/{project}/triggers/examples", post(triggers::examples))
        .route("/projects/{project}/trigger-subscriptions", get(triggers::subscriptions).post(triggers::subscribe))
        .route("/projects/{project}/trigger-subscriptions/{id}", patch(triggers::change).delete(triggers::unsubscribe))
        .route("/projects/{project}/sdk/metadata", get(account::metadata))
        .layer(middleware::from_fn_with_state(App::clone(&app), admit));
    let control = Router::new()
        .route("/_akx/", get(control::about))
        .route("/_akx/reset", post(control::reset))
        .route("/_akx/state", get(control::state))
        .route("/_akx/faults", get(control::faults).post(control::set_fault))
        .route("/_akx/faults", delete(control::clear_faults))
        .route("/_akx/deliveries", get(control::deliveries))
        .route("/_akx/triggers", post(triggers::fire))
        .route("/_akx/connections", post(control::set_connection))
        .layer(middleware::from_fn(control::same_site));
    Router::new()
        .merge(api)
        .merge(control)
        .route("/openapi.json", get(control::openapi))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(middleware::from_fn_with_state(App::clone(&app), receive))
        .with_state(app)
}

async fn no_route(axum::Extension(id): axum::Extension<RequestId>) -> Response<Body> {
    ApiError::new(404, Code::NoRoute, "The sandbox has no such path.").response(&id.0)
}

async fn no_method(axum::Extension(id): axum::Extension<RequestId>) -> Response<Body> {
    ApiError::new(405, Code::Method, "The sandbox has this path, but not with this method.").response(&id.0)
}

/// The API's layer: faults, rate, token.
async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response<Body> {
    let id = request.extensions().get::<RequestId>().map_or_else(|| "".into(), |r| Arc::clone(&r.0));
    let mut struck = app.faults().strike(None);
    match asked_for(request.headers()) {
        Ok(asked) => struck.extend(asked),
        Err(error) => return error.response(&id),
    }
    let struck = Struck(struck);
    let project = request.uri().path().split('/').nth(2).unwrap_or_default().to_owned();
    let credential = header_text(request.headers(), "x-paragon-credential").filter(|c| !c.is_empty());
    let credential = credential.map(str::to_owned);
    let refused = match struck.delay().await {
        Ok(()) => admitted(&app, &struck, &project, &request),
        Err(error) => Err(error),
    };
    let (mut response, struck, user) = match refused {
        Ok(caller) => {
            let admitted = Arc::new(Admitted { id, caller, project, credential, struck });
            request.extensions_mut().insert(Arc::clone(&admitted));
            let response = next.run(request).await;
            (admitted.struck.spoil(response).await, admitted.struck.0.clone(), admitted.caller.id.clone())
        }
        Err(error) => (error.response(&id), struck.0, String::new()),
    };
    if app.log.is_some() {
        let ran = response.extensions_mut().remove::<Logged>().unwrap_or_default();
        response.extensions_mut().insert(ran.by(user, struck));
    }
    response
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|h| h.to_str().ok())
}

/// The faults a request asks for with `X-Akx-Fault: latency=300, not-json`.
fn asked_for(headers: &HeaderMap) -> Result<Vec<Fault>, ApiError> {
    let texts = headers.get_all("x-akx-fault").iter().filter_map(|h| h.to_str().ok());
    let words = texts.flat_map(|t| t.split(',')).filter(|w| !w.trim().is_empty());
    let faults = words.map(Fault::parse).collect::<Result<_, _>>();
    faults.map_err(|reason| ApiError::new(400, Code::Invalid, format!("X-Akx-Fault: {reason}.")))
}

fn admitted(app: &Shared, struck: &Struck, project: &str, request: &Request) -> Result<Caller, ApiError> {
    // The seed's document limits runs, and knows no 429 for a list.
    if app.wire != Wire::Seed || request.method() != Method::GET {
        let paced = app.pace.lock().unwrap_or_else(PoisonError::into_inner).take(project, app.started.elapsed());
        paced
            .map_err(|seconds| ApiError::new(429, Code::Rate, "Too many requests: slow down.").retry_after(seconds))?;
    }
    let now = unix_now();
    if struck.has(Fault::ExpiredToken) {
        return Err(Refusal::Expired(now - 1).into());
    }
    Ok(app.caller(header_text(request.headers(), "authorization"), project, now)?)
}

#[expect(clippy::disallowed_methods, reason = "a token's expiry is compared with the real time, nothing else is")]
fn unix_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Reads a body of at most [`BODY_AT_MOST`] bytes.
async fn read_body(body: Body) -> Result<Vec<u8>, ApiError> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut length) = (Vec::new(), 0_usize);
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| ApiError::new(400, Code::Invalid, "The request's body was cut short."))?;
        length = length.saturating_add(chunk.len());
        if length <= BODY_AT_MOST {
            bytes.extend_from_slice(&chunk);
        } else if length > DISCARDED_AT_MOST {
            break;
        }
    }
    if length > BODY_AT_MOST {
        let message = format!("The request's body is larger than {BODY_AT_MOST} bytes.");
        return Err(ApiError::new(413, Code::TooLarge, message));
    }
    Ok(bytes)
}
