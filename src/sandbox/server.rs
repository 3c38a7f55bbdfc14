//! The HTTP server: who may come in, which way a request goes, and what spoils its answer.

mod account;
mod control;
mod error;
mod tools;

use std::{
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Response, header},
    middleware::{self, Next},
    routing::{delete, get, post},
};
use futures_util::{StreamExt as _, stream};

use self::error::{ApiError, Code};
use super::{
    faults::{Fault, Faults},
    identity::{Caller, Refusal, Verifier},
    offer::Offer,
    pace::Pace,
    world::Worlds,
};
use crate::domain::wire::Wire;

/// The largest request body, in bytes.
pub const BODY_AT_MOST: usize = 10 * 1024 * 1024;

/// How much of a body that is too large is read and thrown away, so that the refusal reaches the caller.
const DISCARDED_AT_MOST: usize = 8 * BODY_AT_MOST;

/// Everything the server knows.
#[derive(Debug)]
pub struct Shared {
    verifier: Verifier,
    offer: Offer,
    wire: Wire,
    listen: IpAddr,
    worlds: Mutex<Worlds>,
    faults: Mutex<Faults>,
    pace: Mutex<Pace>,
    requests: AtomicU64,
    started: tokio::time::Instant,
}

impl Shared {
    /// Puts it together; must be called inside a tokio runtime.
    pub fn new(verifier: Verifier, offer: Offer, wire: Wire, listen: IpAddr, rate: Option<u32>) -> Self {
        Self {
            verifier,
            offer,
            wire,
            listen,
            worlds: Mutex::default(),
            faults: Mutex::default(),
            pace: Mutex::new(Pace::new(rate)),
            requests: AtomicU64::new(0),
            started: tokio::time::Instant::now(),
        }
    }

    fn worlds(&self) -> MutexGuard<'_, Worlds> {
        self.worlds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type App = std::sync::Arc<Shared>;

/// The id of the request at hand; every error names it, and every reply carries it as `x-request-id`.
#[derive(Debug, Clone)]
struct RequestId(String);

/// A request to the API that was let in: its id, who makes it, and the faults that struck it.
#[derive(Debug, Clone)]
struct Admitted {
    id: String,
    caller: Caller,
    struck: Struck,
}

/// The faults that struck a request.
#[derive(Debug, Clone, Default)]
struct Struck(Vec<Fault>);

impl Struck {
    fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    /// Waits as long as the faults say, then gives the status they demand, if any.
    async fn delay(&self) -> Result<(), ApiError> {
        for fault in &self.0 {
            match *fault {
                Fault::Latency(time) => tokio::time::sleep(time).await,
                Fault::Status(status) => {
                    let message = format!("The sandbox was asked to answer {status}.");
                    let error = ApiError::new(status, Code::Fault, message);
                    return Err(if status == 429 { error.retry_after(1) } else { error });
                }
                Fault::Cut | Fault::NotJson | Fault::NotConnected | Fault::ExpiredToken => {}
            }
        }
        Ok(())
    }

    /// Spoils a reply's body as the faults say.
    async fn spoil(&self, response: Response<Body>) -> Response<Body> {
        if self.has(Fault::NotJson) {
            let (mut head, _) = response.into_parts();
            head.headers.remove(header::CONTENT_LENGTH);
            head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            return Response::from_parts(head, Body::from("<html><body>Bad gateway</body></html>"));
        }
        if self.has(Fault::Cut) {
            let (mut head, body) = response.into_parts();
            let whole = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
            let half = whole.slice(..whole.len() / 2);
            let cut = async {
                // Time for the first half to leave; then the connection breaks off.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
            };
            let parts = stream::iter([Ok::<Bytes, std::io::Error>(half)]).chain(stream::once(cut));
            return Response::from_parts(head, Body::from_stream(parts));
        }
        response
    }
}

/// The routes.
pub fn router(shared: Shared) -> Router {
    let app: App = shared.into();
    let api = Router::new()
        .route("/projects/{project}/actions", get(tools::list_actions).post(tools::run_action))
        .route("/projects/{project}/actions/", get(tools::list_actions).post(tools::run_action))
        .route("/projects/{project}/actions/{action}", post(tools::run_seed))
        .route("/projects/{project}/tools", get(tools::list_tools).post(tools::run_tool))
        .route("/projects/{project}/tools/", get(tools::list_tools).post(tools::run_tool))
        .route("/projects/{project}/sdk/me", get(account::me))
        .route("/projects/{project}/sdk/integrations", get(account::integrations))
        .route("/projects/{project}/sdk/metadata", get(account::metadata))
        .layer(middleware::from_fn_with_state(App::clone(&app), admit));
    let control = Router::new()
        .route("/_akx/", get(control::about))
        .route("/_akx/reset", post(control::reset))
        .route("/_akx/state", get(control::state))
        .route("/_akx/faults", get(control::faults).post(control::set_fault))
        .route("/_akx/faults", delete(control::clear_faults))
        .layer(middleware::from_fn(control::same_site));
    Router::new()
        .merge(api)
        .merge(control)
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

/// The outermost layer: numbers the request, checks its `Host`, logs it.
async fn receive(State(app): State<App>, mut request: Request, next: Next) -> Response<Body> {
    let number = app.requests.fetch_add(1, Ordering::Relaxed) + 1;
    let id = format!("5a4db0c5-0000-4000-8000-{number:012x}");
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = if host_allowed(request.headers(), app.listen) {
        next.run(request).await
    } else {
        let message = "The Host header names another machine: the sandbox answers to 127.0.0.1, [::1] and localhost.";
        ApiError::new(403, Code::Forbidden, message).response(&id)
    };
    // What the framework itself refuses (a path that is not UTF-8 …) is said in the API's shape as well.
    let plain = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/plain"));
    if plain && response.status().is_client_error() {
        let message = "The request's path or query cannot be read.";
        response = ApiError::new(response.status().as_u16(), Code::Invalid, message).response(&id);
    }
    tracing::info!(target: "akx::sandbox", %method, %path, status = response.status().as_u16(), request_id = %id);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Whether a `Host` is a name of this machine; one that is not comes from a page whose DNS was rebound.
fn host_allowed(headers: &HeaderMap, listen: IpAddr) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    match name.parse::<IpAddr>() {
        // Whoever listens elsewhere is reached by addresses; a page cannot rebind those.
        Ok(ip) => ip.is_loopback() || !listen.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

/// The API's layer: faults, rate, token.
async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response<Body> {
    let id = request.extensions().get::<RequestId>().map_or_else(String::new, |r| r.0.clone());
    let struck = Struck(app.faults().strike(None));
    let project = request.uri().path().split('/').nth(2).unwrap_or_default().to_owned();
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|h| h.to_str().ok()).map(str::to_owned);
    match admitted(&app, &struck, &project, authorization.as_deref()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Admitted { id, caller, struck: struck.clone() });
            struck.spoil(next.run(request).await).await
        }
        Err(error) => error.response(&id),
    }
}

async fn admitted(
    app: &Shared,
    struck: &Struck,
    project: &str,
    authorization: Option<&str>,
) -> Result<Caller, ApiError> {
    struck.delay().await?;
    let paced = app.pace.lock().unwrap_or_else(PoisonError::into_inner).take(project, app.started.elapsed());
    paced.map_err(|seconds| ApiError::new(429, Code::Rate, "Too many requests: slow down.").retry_after(seconds))?;
    let now = unix_now();
    if struck.has(Fault::ExpiredToken) {
        return Err(Refusal::Expired(now - 1).into());
    }
    Ok(app.verifier.caller(authorization, project, now)?)
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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let allowed = |host: &str, listen: IpAddr| {
            let mut headers = HeaderMap::new();
            headers.extend(HeaderValue::from_str(host).ok().map(|h| (header::HOST, h)));
            host_allowed(&headers, listen)
        };
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        for host in ["127.0.0.1:80", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:80", "127.8.8.8:1"] {
            assert!(allowed(host, loopback), "{host}");
        }
        for host in
            ["", "example.com", "localhost.example.com:80", "192.0.2.7:80", "[2001:db8::1]:80", "127.0.0.1.example.com"]
        {
            assert!(!allowed(host, loopback), "{host}");
        }
        assert!(!host_allowed(&HeaderMap::new(), loopback));
        let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        assert!(allowed("192.0.2.7:80", everywhere) && !allowed("example.com", everywhere));
    }
}
