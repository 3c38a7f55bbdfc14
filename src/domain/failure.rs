//! What can go wrong between a person and a provider, as data; and the words for it, in one place.

use std::time::Duration;

/// What kind of failure it is: what the exit code, the colour and the next step depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The command line or a key was used in a way that cannot work.
    Usage,
    /// A profile, an environment variable or a file holds something that cannot work.
    Configuration,
    /// 401: the token is missing, malformed, expired, or for another project.
    NotAuthorised,
    /// 403: the token is good but may not do this.
    Forbidden,
    /// The connected user has not connected (or must reconnect) the integration.
    NotConnected,
    /// 400, or found before sending: the parameters are not what the action takes.
    InvalidParameters,
    /// 404: no such action, or not for this user.
    UnknownAction,
    /// 429: too many requests.
    RateLimited,
    /// 5xx: ActionKit passes a provider's refusal on as 500, so it may be either's.
    Provider,
    /// Any other status that is not a success.
    UnexpectedStatus,
    /// The reply's body is not the JSON it should be.
    NotJson,
    /// The connection broke before the whole reply was here.
    CutShort,
    /// The host could not be found or reached.
    Unreachable,
    /// The secure connection could not be made.
    Tls,
    /// No answer in time.
    TimedOut,
    /// Read-only, a question nobody was there to answer, or plain http to a far host.
    Refused,
    /// A person stopped it.
    Cancelled,
    /// A file could not be read or written.
    File,
    /// A defect of akx itself.
    Internal,
}

impl FailureKind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::Usage,
        Self::Configuration,
        Self::NotAuthorised,
        Self::Forbidden,
        Self::NotConnected,
        Self::InvalidParameters,
        Self::UnknownAction,
        Self::RateLimited,
        Self::Provider,
        Self::UnexpectedStatus,
        Self::NotJson,
        Self::CutShort,
        Self::Unreachable,
        Self::Tls,
        Self::TimedOut,
        Self::Refused,
        Self::Cancelled,
        Self::File,
        Self::Internal,
    ];

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind's name in `--json` errors: stable, lower case, with underscores.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Configuration => "configuration",
            Self::NotAuthorised => "not_authorised",
            Self::Forbidden => "forbidden",
            Self::NotConnected => "not_connected",
            Self::InvalidParameters => "invalid_parameters",
            Self::UnknownAction => "unknown_action",
            Self::RateLimited => "rate_limited",
            Self::Provider => "provider",
            Self::UnexpectedStatus => "unexpected_status",
            Self::NotJson => "not_json",
            Self::CutShort => "cut_short",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TimedOut => "timed_out",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::File => "file",
            Self::Internal => "internal",
        }
    }

    /// The process exit code it leads to (README, "Exit codes").
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::Configuration | Self::File => 2,
            Self::NotAuthorised | Self::Forbidden => 3,
            Self::NotConnected => 4,
            Self::InvalidParameters => 5,
            Self::Unreachable | Self::Tls | Self::TimedOut | Self::CutShort => 6,
            Self::Refused => 7,
            Self::Cancelled => 130,
            Self::UnknownAction
            | Self::RateLimited
            | Self::Provider
            | Self::UnexpectedStatus
            | Self::NotJson
            | Self::Internal => 1,
        }
    }
}

/// Something that did not work, with everything a person needs to act on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind it is.
    pub kind: FailureKind,
    /// What happened, to what, and why: one or two sentences. May quote the server; clean it before drawing.
    pub message: String,
    /// What to do next: one sentence, empty only where there is nothing to do.
    pub hint: String,
    /// Single reasons, such as one a parameter, each a sentence without its own heading.
    pub details: Vec<String>,
    /// The HTTP status, when there was a reply.
    pub status: Option<u16>,
    /// The reply's headers in order, names in lower case, when there was a reply.
    pub headers: Vec<(String, String)>,
    /// The server's request id (`meta.requestId` or a header), which support asks for.
    pub request_id: Option<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the action may have run all the same.
    pub may_have_run: bool,
    /// The reply's body as received, for those who want to see it.
    pub body: Option<crate::domain::run::Body>,
}

impl Failure {
    /// A failure of `kind`, told by `message`, with `hint` for the next step.
    pub fn new(kind: FailureKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: hint.into(),
            details: Vec::new(),
            status: None,
            headers: Vec::new(),
            request_id: None,
            retry_after: None,
            may_have_run: false,
            body: None,
        }
    }
}
