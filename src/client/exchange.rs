//! One request and its reply: a time-out that begins anew with everything that comes, a bounded body, progress as it
//! comes in.

use std::{path::PathBuf, time::Duration};

use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderValue},
};
use tokio::time::{Instant, timeout};

use super::{
    Progress,
    auth::CREDENTIAL,
    error::{Fault, request_id},
    receive::{Arrived, Arriving, Receiver},
};
use crate::domain::{
    redact::Known,
    run::Body,
    token::{Claims, TokenError},
    wire::Wire,
};

/// What one exchange is for: what its failures speak of.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    /// Listing actions.
    List,
    /// Asking what the user has connected.
    Connections,
    /// Asking what there is to choose from.
    Choices,
    /// Running an action.
    Run {
        /// Its name.
        action: &'a str,
    },
}

/// One exchange as its failures see it.
pub(super) struct Asked<'a> {
    pub(super) what: What<'a>,
    pub(super) wire: Option<Wire>,
    pub(super) url: &'a Url,
    pub(super) project: &'a str,
    pub(super) claims: &'a Result<Claims, TokenError>,
    /// What tells the token again, which a server may quote.
    pub(super) known: &'a Known,
    /// The present in Unix seconds.
    pub(super) unix: i64,
    /// Whether a proxy was named for it; one named by the environment is not known here.
    pub(super) proxied: bool,
}

impl Asked<'_> {
    pub(super) fn is_run(&self) -> bool {
        matches!(self.what, What::Run { .. })
    }

    /// The host, with its port where it is not the scheme's own.
    pub(super) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The next step after a connection broke.
    pub(super) fn again(&self) -> &'static str {
        match self.what {
            What::Run { .. } => "Look whether it has run before running it again.",
            What::List | What::Connections | What::Choices => "Try again.",
        }
    }
}

/// A whole reply, whatever its status.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// In order, names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// What of it is in memory: all, unless it is in `file` or has been passed on.
    pub(super) body: Body,
    pub(super) file: Option<PathBuf>,
    pub(super) bytes: u64,
    pub(super) took: Duration,
    pub(super) request_id: Option<String>,
}

impl Reply {
    pub(super) fn new(status: u16, headers: Vec<(String, String)>, body: Body, took: Duration) -> Self {
        let bytes = body.len() as u64;
        let header = request_id_among(&headers);
        let mut reply = Self { status, headers, body, file: None, bytes, took, request_id: None };
        // Only a refusal tells it in the body; a provider's answer may have any `requestId` of its own.
        reply.request_id = if reply.is_success() { header } else { request_id(&reply.body).or(header) };
        reply
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        named(&self.headers, name)
    }

    pub(super) const fn is_success(&self) -> bool {
        matches!(self.status, 200..300)
    }
}

/// A reply that had begun, and what there is of it.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) status: u16,
    /// In order, names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// How many bytes of body there were to be, where that was said.
    pub(super) of: Option<u64>,
    pub(super) arrived: Arrived,
}

impl Begun {
    /// What the server calls the request, where a header says so.
    pub(super) fn request_id(&self) -> Option<String> {
        request_id_among(&self.headers)
    }
}

/// The value of the first header called `name`.
fn named<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn request_id_among(headers: &[(String, String)]) -> Option<String> {
    let id = ["x-request-id", "x-paragon-request-id"].into_iter().find_map(|name| named(headers, name));
    id.filter(|id| !id.is_empty() && id.len() <= 128).map(str::to_owned)
}

/// A request ready to be sent.
pub(super) struct Exchange<'a> {
    pub(super) http: &'a reqwest::Client,
    pub(super) method: Method,
    pub(super) url: Url,
    /// The JSON to send.
    pub(super) json: Option<String>,
    /// The credential of the account to act as, where it is another than the target's.
    pub(super) credential: Option<HeaderValue>,
    pub(super) patience: Patience,
    pub(super) limit: usize,
}

/// How long an exchange is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    /// How long for the answer to begin, and for more of it after each part.
    pub(super) silence: Duration,
    /// How long for the whole of it, if that matters.
    pub(super) whole: Option<Duration>,
}

/// Which time was up, and how long it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Overdue {
    /// Nothing came for so long.
    Silent(Duration),
    /// It did not all come within so long.
    Whole(Duration),
}

impl Patience {
    /// Waits for the next thing that comes in an exchange that `began`; `held_up` does not count.
    async fn wait<T>(self, began: Instant, held_up: Duration, next: impl Future<Output = T>) -> Result<T, Overdue> {
        let left = self.whole.map(|whole| (whole, (whole + held_up).saturating_sub(began.elapsed())));
        match left.filter(|(_, left)| *left < self.silence) {
            Some((whole, left)) => timeout(left, next).await.map_err(|_| Overdue::Whole(whole)),
            None => timeout(self.silence, next).await.map_err(|_| Overdue::Silent(self.silence)),
        }
    }
}

impl Exchange<'_> {
    /// Sends the request once and reads the whole reply.
    pub(super) async fn perform(self, receiver: &mut dyn Receiver) -> Result<Reply, Fault> {
        let mut request = self.http.request(self.method, self.url);
        if let Some(json) = self.json {
            request = request.header(CONTENT_TYPE, "application/json").body(json);
        }
        if let Some(credential) = self.credential {
            request = request.header(CREDENTIAL, credential);
        }
        let start = Instant::now();
        receiver.progress(Progress::Sending);
        let mut response = match self.patience.wait(start, Duration::ZERO, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Fault::Network { error, begun: None }),
            Err(overdue) => return Err(Fault::TimedOut { overdue, begun: None }),
        };
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let of = response.content_length();
        let mut arriving = Arriving::new(receiver, matches!(status, 200..300), self.limit, of)?;
        loop {
            match self.patience.wait(start, arriving.held_up, response.chunk()).await {
                Ok(Ok(Some(part))) => arriving.take(&part, of)?,
                Ok(Ok(None)) => break,
                Ok(Err(error)) => {
                    let begun = Begun { status, headers, of, arrived: arriving.broken() };
                    return Err(Fault::Network { error, begun: Some(Box::new(begun)) });
                }
                Err(overdue) => {
                    let begun = Begun { status, headers, of, arrived: arriving.broken() };
                    return Err(Fault::TimedOut { overdue, begun: Some(Box::new(begun)) });
                }
            }
        }
        let Arrived { body, file, bytes } = arriving.end()?;
        Ok(Reply { file, bytes, ..Reply::new(status, headers, body, start.elapsed()) })
    }
}
