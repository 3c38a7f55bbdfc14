//! A run: one action called once, and how it ended.

mod envelope;

use std::{path::Path, sync::Arc, time::Duration};

pub use envelope::{provider_answer, unwrap_envelope};

pub use super::body::Body;
use super::{
    document::Value,
    failure::{Failure, FailureKind},
    wire::Wire,
};

/// Identifies one run of this session; answers to a run nobody waits for are dropped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// What is to be run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRequest {
    /// The action's name.
    pub action: Arc<str>,
    /// Its parameters, sent as [`Value::to_json`] writes them.
    pub parameters: Value,
    /// The dialect to send it in; a run never falls back to another.
    pub wire: Wire,
    /// The credential of one of several connected accounts to run it as (`X-Paragon-Credential`); the server chooses
    /// where there is none.
    pub credential: Option<Arc<str>>,
}

/// A provider's answer, passed on by ActionKit with a success status.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The reply's headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as received, decompressed: all of it, unless it is in `file` or has been passed on to somebody else.
    pub body: Body,
    /// The file that has all of a body which was too large for memory.
    pub file: Option<Arc<Path>>,
    /// How many bytes the body has.
    pub bytes: u64,
    /// From sending to the last byte.
    pub took: Duration,
    /// The server's request id, if it gave one.
    pub request_id: Option<String>,
    /// The dialect it was asked in.
    pub wire: Wire,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The provider answered.
    Answered(Response),
    /// It failed.
    Failed(Failure),
    /// A person stopped it.
    Cancelled {
        /// Whether the request had left, so that the action may have run.
        may_have_run: bool,
    },
    /// No answer in time.
    TimedOut {
        /// Whether the request had left, so that the action may have run.
        may_have_run: bool,
    },
}

impl Outcome {
    /// What the server calls the request, where it said so.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Answered(response) => response.request_id.as_deref(),
            Self::Failed(failure) => failure.request_id.as_deref(),
            Self::Cancelled { .. } | Self::TimedOut { .. } => None,
        }
    }

    /// The reply's headers in order, names in lower case; none where there was no reply.
    pub fn headers(&self) -> &[(String, String)] {
        match self {
            Self::Answered(response) => &response.headers,
            Self::Failed(failure) => &failure.headers,
            Self::Cancelled { .. } | Self::TimedOut { .. } => &[],
        }
    }

    /// The body of the reply, where there was one.
    pub fn body(&self) -> Option<Body> {
        match self {
            Self::Answered(response) => Some(response.body.clone()),
            Self::Failed(failure) => failure.body.clone(),
            Self::Cancelled { .. } | Self::TimedOut { .. } => None,
        }
    }

    /// The failure to tell of, unless the provider answered. `action` is the name of the action that was run.
    pub fn failure(&self, action: &str) -> Option<Failure> {
        let (kind, may_have_run, what) = match self {
            Self::Answered(_) => return None,
            Self::Failed(failure) => return Some(failure.clone()),
            Self::Cancelled { may_have_run } => (FailureKind::Cancelled, *may_have_run, "was cancelled"),
            Self::TimedOut { may_have_run } => (FailureKind::TimedOut, *may_have_run, "was not answered in time"),
        };
        let (message, hint) = if may_have_run {
            (format!("{action} {what}. It may still have run."), "Look whether it has run before running it again.")
        } else {
            (format!("{action} {what}. Nothing was sent."), "It can be run again.")
        };
        Some(Failure { may_have_run, ..Failure::new(kind, message, hint) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_may_have_run_says_so() {
        let words = |outcome: Outcome| outcome.failure("SLACK_A").map(|f| (f.kind, f.message, f.may_have_run));
        assert_eq!(
            words(Outcome::TimedOut { may_have_run: true }),
            Some((FailureKind::TimedOut, "SLACK_A was not answered in time. It may still have run.".to_owned(), true))
        );
        assert_eq!(
            words(Outcome::Cancelled { may_have_run: false }),
            Some((FailureKind::Cancelled, "SLACK_A was cancelled. Nothing was sent.".to_owned(), false))
        );
    }
}
