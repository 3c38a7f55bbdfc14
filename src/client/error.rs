//! What can go wrong on the wire, in words. The one place that knows reqwest's errors; statuses are told in `status`.

mod connect;
mod reply;
mod status;

use std::{error::Error as _, io, path::PathBuf, time::Duration};

use super::{
    Asked, Reply, What,
    exchange::{Begun, Overdue},
};
use crate::domain::{
    failure::{Failure, FailureKind},
    text::human_size,
    token::span,
};

pub(super) use reply::request_id;
pub(super) use status::{refused, success_is_refusal};

/// Why an exchange brought no whole reply.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection could not be made, or broke.
    Network {
        /// reqwest's error, which is taken apart here alone.
        error: reqwest::Error,
        /// What there is of a reply that had begun.
        begun: Option<Box<Begun>>,
    },
    /// No whole reply in time, though the request had left.
    TimedOut {
        /// Which time was up.
        overdue: Overdue,
        /// What there is of a reply that had begun.
        begun: Option<Box<Begun>>,
    },
    /// The reply could not be put where it was to go.
    Unkept {
        /// Why.
        error: io::Error,
        /// The file, where it was one.
        path: Option<PathBuf>,
    },
    /// The reply is larger than allowed.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

impl Fault {
    /// Whether the request may have reached the server.
    pub(super) fn may_have_run(&self) -> bool {
        match self {
            Self::Network { error, .. } => !(error.is_connect() || error.is_builder()),
            Self::TimedOut { .. } | Self::Unkept { .. } | Self::TooLarge { .. } => true,
        }
    }

    /// Whether it is a time-out, of the connection or of the reply.
    pub(super) fn is_timeout(&self) -> bool {
        match self {
            Self::Network { error, .. } => error.is_timeout(),
            // One that had begun is shown as far as it came.
            Self::TimedOut { begun, .. } => begun.is_none(),
            Self::Unkept { .. } | Self::TooLarge { .. } => false,
        }
    }

    /// Whether asking again may help: a connection that broke, but not one that could not be made.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Network { error, .. } => !error.is_connect() && !error.is_builder() && !error.is_timeout(),
            Self::TimedOut { .. } | Self::Unkept { .. } | Self::TooLarge { .. } => false,
        }
    }

    /// The failure to show.
    pub(super) fn failure(self, asked: &Asked<'_>) -> Failure {
        let may_have_run = asked.is_run() && self.may_have_run();
        // The words for a time-out say it themselves.
        let is_said = matches!(self, Self::TimedOut { .. });
        let mut failure = match self {
            Self::Network { error, begun: Some(begun) } => cut_short(asked, &error, *begun),
            Self::Network { error, begun: None } => network(asked, &error),
            Self::TimedOut { overdue, begun } => timed_out(asked, overdue, begun.map(|begun| *begun)),
            Self::Unkept { error, path } => {
                let place = path.map_or_else(|| "where it was to go".to_owned(), |p| format!("into {}", p.display()));
                Failure::new(
                    FailureKind::File,
                    format!("The answer could not be written {place}: {error}."),
                    "Check that the disk is not full, and that you may write there.",
                )
            }
            Self::TooLarge { limit } => Failure::new(
                FailureKind::CutShort,
                format!(
                    "{} sent a reply of more than {}, and reading it stopped there.",
                    asked.host(),
                    size(limit as u64)
                ),
                "Ask for less at once, for example a smaller page.",
            ),
        };
        if may_have_run && !is_said {
            failure.message.push_str(" The action may have run all the same.");
        }
        failure.may_have_run = may_have_run;
        failure
    }
}

/// Why a client could not be made.
pub(super) fn build(error: &reqwest::Error) -> Failure {
    let cause = root_cause(error);
    if cause.contains("No CA certificates") {
        return Failure::new(
            FailureKind::Tls,
            "This machine has no certificates to check a server with, so no secure connection can be made.",
            "Install the system's certificates (package ca-certificates), or name a PEM file with them (ca_file of a profile).",
        );
    }
    Failure::new(
        FailureKind::Configuration,
        format!("The HTTP client could not be set up: {cause}."),
        "Check the proxy and the certificate file.",
    )
}

fn network(asked: &Asked<'_>, error: &reqwest::Error) -> Failure {
    if error.is_connect() || error.is_builder() {
        return connect::failure(asked, error);
    }
    let host = asked.host();
    let kind = find::<io::Error>(error).map(io::Error::kind);
    let cause = root_cause(error);
    let is_broken = matches!(
        kind,
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe)
    );
    if is_broken || cause.contains("closed") || cause.to_ascii_lowercase().contains("eof") {
        return Failure::new(
            FailureKind::CutShort,
            format!("The connection to {host} was closed before an answer came."),
            asked.again(),
        );
    }
    Failure::new(
        FailureKind::CutShort,
        format!("What {host} answered is not HTTP ({cause})."),
        "Check the address and the port: another program may be listening there.",
    )
}

/// A reply that had begun and broke off.
fn cut_short(asked: &Asked<'_>, error: &reqwest::Error, begun: Begun) -> Failure {
    let cause = root_cause(error);
    let what = if cause.contains("gzip") || cause.contains("brotli") || cause.contains("deflate") {
        format!("The reply of {} is compressed in a way that cannot be read ({cause}).", asked.host())
    } else {
        let bytes = begun.arrived.bytes;
        let came = match begun.of.filter(|&of| of > bytes) {
            Some(of) if of < 1000 => format!("{bytes} of {}", size(of)),
            Some(of) => format!("{} of {}", size(bytes), size(of)),
            None => size(bytes),
        };
        format!("The reply of {} broke off after {came}.", asked.host())
    };
    with_what_came(Failure::new(FailureKind::CutShort, what, asked.again()), begun)
}

/// Puts what came of a reply into its failure.
fn with_what_came(mut failure: Failure, begun: Begun) -> Failure {
    failure.request_id = begun.request_id();
    let Begun { status, headers, arrived, .. } = begun;
    failure.headers = headers;
    if let Some(path) = &arrived.file {
        failure.details.push(format!("What came is in {}.", path.display()));
    }
    failure.status = Some(status);
    failure.body = Some(arrived.body).filter(|b| !b.is_empty());
    failure
}

fn timed_out(asked: &Asked<'_>, overdue: Overdue, begun: Option<Begun>) -> Failure {
    let host = asked.host();
    let what = match (overdue, begun.is_some()) {
        (Overdue::Silent(time) | Overdue::Whole(time), false) => {
            format!("{host} did not answer within {}.", seconds(time))
        }
        (Overdue::Silent(time), true) => {
            format!("The answer of {host} stopped half way: nothing more came for {}.", seconds(time))
        }
        (Overdue::Whole(time), true) => format!("The answer of {host} was not complete within {}.", seconds(time)),
    };
    let option = match overdue {
        Overdue::Silent(_) => "--timeout",
        Overdue::Whole(_) => "--max-time",
    };
    let (what, hint) = match asked.what {
        What::Run { action } => (
            format!("{what} {action} may {}have run.", if begun.is_some() { "" } else { "still " }),
            format!("Look whether it has run before running it again, or allow more time ({option})."),
        ),
        What::List | What::Connections | What::Choices => (what, format!("Try again, or allow more time ({option}).")),
    };
    let failure = Failure::new(FailureKind::TimedOut, what, hint);
    match begun {
        Some(begun) => with_what_came(failure, begun),
        None => failure,
    }
}

/// A list or `sdk/me` reply that arrived whole and is not what it should be.
pub(super) fn not_a_list(asked: &Asked<'_>, reply: &Reply, why: &str) -> Failure {
    let what = match asked.what {
        What::Connections => "what the user has connected",
        What::Choices => "a list to choose from",
        What::List | What::Run { .. } => "the list of actions",
    };
    let found = reply::Said::read(&reply.body).page().map_or_else(|| why.to_owned(), |page| format!("it is {page}"));
    let mut failure = Failure::new(
        FailureKind::NotJson,
        format!("{} answered, but not with {what}: {found}.", asked.host()),
        "Check the base URL: it should be ActionKit's, such as https://actionkit.useparagon.com.",
    );
    failure.status = Some(reply.status);
    failure.headers.clone_from(&reply.headers);
    failure.request_id.clone_from(&reply.request_id);
    failure.body = Some(reply.body.clone());
    failure
}

/// The first error of type `E` in the chain, also inside an [`io::Error`].
fn find<'e, E: std::error::Error + 'static>(error: &'e reqwest::Error) -> Option<&'e E> {
    let mut next: Option<&'e (dyn std::error::Error + 'static)> = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// Whether an error of the chain has `words` in what it says.
fn mentions(error: &reqwest::Error, words: &str) -> bool {
    let mut next = error.source();
    while let Some(error) = next {
        if error.to_string().contains(words) {
            return true;
        }
        next = error.source();
    }
    false
}

/// The innermost error's words, which hold no address and no header.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = error.source();
    while let Some(next) = cause.and_then(std::error::Error::source) {
        cause = Some(next);
    }
    let words = cause.map_or_else(|| "unknown reason".to_owned(), ToString::to_string);
    words.trim_end_matches('.').chars().take(200).collect()
}

/// A number of bytes in words.
fn size(bytes: u64) -> String {
    if bytes < 1000 { format!("{bytes} bytes") } else { human_size(bytes) }
}

/// A time-out in words.
fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        span(i64::try_from(time.as_secs()).unwrap_or(i64::MAX))
    }
}
