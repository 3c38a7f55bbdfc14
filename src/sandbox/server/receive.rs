//! The outermost layer: every request is numbered, its `Host` checked, and what became of it told.

use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, Response, header},
    middleware::Next,
};

use super::{
    App, RequestId, Shared,
    error::{ApiError, Code},
};
use crate::{
    domain::{fault::Fault, text},
    sandbox::identity::PROJECT,
};

/// Who made a request, which action it ran and what struck it, for the log; the reply carries it.
#[derive(Debug, Clone, Default)]
pub(super) struct Logged {
    user: String,
    action: String,
    faults: Vec<Fault>,
}

impl Logged {
    /// An action was run; these faults struck it.
    pub(super) fn ran(action: &str, faults: &[Fault]) -> Self {
        Self { user: String::new(), action: action.to_owned(), faults: faults.to_vec() }
    }

    /// The same, by that user, with the faults that struck every request.
    pub(super) fn by(mut self, user: String, mut faults: Vec<Fault>) -> Self {
        faults.append(&mut self.faults);
        Self { user, action: self.action, faults }
    }
}

/// As the log has it between the path and the time: each part with two spaces behind it.
impl fmt::Display for Logged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.action, &self.user].into_iter().filter(|part| !part.is_empty()) {
            write!(f, "{part}  ")?;
        }
        let faults: Vec<_> = self.faults.iter().map(ToString::to_string).collect();
        if faults.is_empty() { Ok(()) } else { write!(f, "fault {}  ", faults.join(" ")) }
    }
}

/// The outermost layer: numbers the request, checks its `Host`, logs it.
pub(super) async fn receive(State(app): State<App>, mut request: Request, next: Next) -> Response<Body> {
    let number = app.requests.fetch_add(1, Ordering::Relaxed) + 1;
    let id: Arc<str> = format!("5a4db0c5-0000-4000-8000-{number:012x}").into();
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let told = Told::of(&app, &request);
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
    if let Some(told) = told {
        told.tell(&app, &response, &id);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// What is told of a request once it is answered, where anybody listens.
struct Told {
    method: Method,
    path: String,
    began: tokio::time::Instant,
}

impl Told {
    fn of(app: &Shared, request: &Request) -> Option<Self> {
        let listened = app.log.is_some() || tracing::enabled!(target: "akx::sandbox", tracing::Level::INFO);
        listened.then(|| Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            began: tokio::time::Instant::now(),
        })
    }

    fn tell(self, app: &Shared, response: &Response<Body>, id: &str) {
        let Self { method, path, began } = self;
        let status = response.status().as_u16();
        tracing::info!(target: "akx::sandbox", %method, %path, status, request_id = %id);
        let Some(log) = app.log else { return };
        // Nearly every request is for the demo's project, whose id is long and says nothing.
        let path = path.strip_prefix("/projects/").and_then(|rest| rest.strip_prefix(PROJECT)).unwrap_or(&path);
        let of = response.extensions().get::<Logged>().map(ToString::to_string).unwrap_or_default();
        let took = began.elapsed().as_millis();
        log(&format!("{status} {method} {}  {}{took} ms", text::clean(path), text::clean(&of)));
    }
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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn the_log_says_who_ran_what_and_what_struck_it() {
        let ran = Logged::ran("SLACK_SEND_MESSAGE", &[Fault::Cut]).by("maria".to_owned(), vec![Fault::Status(503)]);
        assert_eq!(ran.to_string(), "SLACK_SEND_MESSAGE  maria  fault 503 cut  ");
        assert_eq!(Logged::default().by("maria".to_owned(), Vec::new()).to_string(), "maria  ");
        assert_eq!(Logged::default().to_string(), "");
    }

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
