//! Replies whose status is no success, each a different sentence with a next step.

use std::time::Duration;

use super::{super::retry, reply::Said};
use crate::{
    client::{Asked, Reply, What},
    domain::{
        failure::{Failure, FailureKind},
        token::{TokenFault, clocks_apart, faults, span},
        wire::Wire,
    },
};

/// Whether a reply with a success status says in ActionKit's own error shape that the integration is not connected.
///
/// The provider's own answer may hold the same words, so anything else with a success status stays an answer.
pub(in crate::client) fn success_is_refusal(reply: &Reply) -> bool {
    const LIMIT: usize = 8 << 10;
    if reply.body.len() > LIMIT {
        return false;
    }
    let said = Said::read(&reply.body);
    let is_bare = said.message.as_deref().is_some_and(|m| m.starts_with("Integration not enabled for user"))
        && reply.body.first() != Some(&b'{');
    said.not_connected && (said.is_actionkits || is_bare)
}

/// The failure for a reply that is a refusal.
pub(in crate::client) fn refused(asked: &Asked<'_>, reply: &Reply) -> Failure {
    let said = Said::read(&reply.body);
    let retry_after = reply.header("retry-after").and_then(|value| retry::retry_after(value, asked.unix));
    let mut failure = match reply.status {
        _ if said.not_connected => not_connected(asked),
        300..400 => redirected(asked, reply),
        400 | 422 => invalid(asked, reply.status, &said),
        401 => unauthorised(asked, reply, &said),
        403 if said.page().is_some() => kept_out(asked),
        403 => forbidden(asked, &said),
        404 => not_found(asked, &said),
        405 => wrong_method(asked),
        408 | 504 => gave_up(asked, reply.status, &said),
        413 => too_large(asked),
        429 => limited(asked, retry_after),
        500..600 => provider(asked, reply.status, &said),
        status => Failure::new(
            FailureKind::UnexpectedStatus,
            format!("{} answered with status {status}{}", asked.host(), quoted(&said)),
            "Check the base URL and the dialect (--wire).",
        ),
    };
    let refuses = refuses(&said);
    if failure.details.is_empty() {
        failure.details = said.reasons;
    }
    // A server may quote what it was sent, or what it holds.
    for words in failure.details.iter_mut().chain([&mut failure.message]) {
        *words = asked.known.text(words).rest;
    }
    failure.status = Some(reply.status);
    failure.headers.clone_from(&reply.headers);
    failure.request_id.clone_from(&reply.request_id);
    failure.retry_after = retry_after;
    failure.may_have_run =
        asked.changes && failure.kind != FailureKind::NotConnected && may_follow_a_run(reply.status) && !refuses;
    failure.body = Some(reply.body.clone()).filter(|b| !b.is_empty());
    failure
}

/// Whether a server may answer with this status although it has done what it was asked. 307 and 308 ask for the same
/// request elsewhere, so it was not done here; every other redirect may point to the result.
const fn may_follow_a_run(status: u16) -> bool {
    status >= 500 || status == 408 || (status >= 300 && status < 400 && !matches!(status, 307 | 308))
}

/// Whether the integration's provider has said no in words that tell that nothing was done: what it says of its time-out
/// or its own trouble does not, and neither do words that are not known to.
fn refuses(said: &Said) -> bool {
    const REFUSAL: [&str; 24] = [
        "not found",
        "not_found",
        "notfound",
        "does not exist",
        "no such",
        "invalid",
        "not valid",
        "not a valid",
        "malformed",
        "unsupported",
        "required",
        "missing",
        "must be",
        "must have",
        "already exist",
        "duplicate",
        "permission",
        "not allowed",
        "not_allowed",
        "denied",
        "forbidden",
        "unauthorized",
        "unable to",
        "cannot",
    ];
    const TROUBLE: [&str; 17] = [
        "time-out",
        "timeout",
        "timed out",
        "etimedout",
        "econn",
        "socket hang up",
        "connection",
        "gateway",
        "unavailable",
        "internal",
        "unknown error",
        "try again",
        "network",
        "deadline",
        "aborted",
        "temporar",
        "overload",
    ];
    let words: Vec<String> = said.message.iter().chain(&said.reasons).map(|words| words.to_ascii_lowercase()).collect();
    let is_refusal = |words: &String| REFUSAL.iter().any(|refusal| words.contains(refusal));
    let is_trouble = |words: &String| {
        let number = |word: &str| word.len() == 3 && word.starts_with('5') && word.bytes().all(|b| b.is_ascii_digit());
        TROUBLE.iter().any(|trouble| words.contains(trouble))
            || words.split(|c: char| !c.is_ascii_alphanumeric()).any(number)
    };
    said.is_providers && words.iter().any(is_refusal) && !words.iter().any(is_trouble)
}

/// The server's own words as the rest of a sentence, its full stop included.
fn quoted(said: &Said) -> String {
    let words = said.message.clone().or_else(|| said.page()).or_else(|| said.reasons.first().cloned());
    match words {
        Some(words) if words.ends_with(['.', '!', '?', '…']) => format!(": {words}"),
        Some(words) => format!(": {words}."),
        None => ".".to_owned(),
    }
}

fn not_connected(asked: &Asked<'_>) -> Failure {
    let what = match asked.what {
        What::Run { action } => format!("The user has not connected the integration that {action} belongs to."),
        What::List | What::Connections | What::Choices => "The user has not connected this integration.".to_owned(),
    };
    Failure::new(
        FailureKind::NotConnected,
        what,
        "Have the user connect it (in your product's Connect Portal), then try again.",
    )
}

fn invalid(asked: &Asked<'_>, status: u16, said: &Said) -> Failure {
    match asked.what {
        What::Run { action } => Failure::new(
            FailureKind::InvalidParameters,
            match &said.message {
                Some(_) => format!("{action} refused the parameters{}", quoted(said)),
                None if said.reasons.is_empty() => format!("{action} refused the parameters without saying why."),
                None => format!("{action} refused the parameters."),
            },
            "Correct them and run again.",
        ),
        What::List | What::Connections => Failure::new(
            FailureKind::UnexpectedStatus,
            format!("{} did not understand the request (status {status}){}", asked.host(), quoted(said)),
            "Check the project's id; if it is right, the server may speak another dialect (--wire).",
        ),
        What::Choices => Failure::new(
            FailureKind::InvalidParameters,
            format!("{} gives nothing to choose from for this (status {status}){}", asked.host(), quoted(said)),
            "The list may depend on another field: fill that in first.",
        ),
    }
}

fn unauthorised(asked: &Asked<'_>, reply: &Reply, said: &Said) -> Failure {
    // The server judges by its own clock.
    let server = reply.header("date").and_then(retry::unix_of);
    let faults = faults(asked.claims, asked.project, server.unwrap_or(asked.unix));
    let Some((first, others)) = faults.split_first() else {
        let subject = asked.claims.as_ref().ok().and_then(|c| c.subject.as_deref()).unwrap_or("a user");
        let left = asked.claims.as_ref().ok().and_then(|c| c.expires_in(asked.unix));
        let validity = left.map_or_else(String::new, |left| format!(", valid for another {}", span(left)));
        let words = said.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        if let Some(left) = left.filter(|_| words.contains("expired")) {
            return expired_elsewhere(asked, said, left, server);
        }
        return Failure::new(
            FailureKind::NotAuthorised,
            format!(
                "{} refused the token, though nothing is wrong with what it says: it is for {subject}{validity}{}",
                asked.host(),
                quoted(said)
            ),
            format!(
                "Check that the project's id is right ({}) and that it holds the public key of the key that signed the \
                 token.",
                asked.project
            ),
        );
    };
    let told = format!("{} refused the token: {first}.", asked.host());
    let of_time = matches!(first, TokenFault::Expired { .. } | TokenFault::NotYetValid { .. });
    let mut failure = match server.map(|server| clocks_apart(asked.unix, server)).filter(|_| of_time) {
        Some(Some(apart)) => Failure::new(
            FailureKind::NotAuthorised,
            format!("{told} That is by the server's clock, and {apart}."),
            "Set this machine's clock (timedatectl set-ntp true), then use a token made afterwards.",
        ),
        Some(None) if matches!(first, TokenFault::NotYetValid { .. }) => Failure::new(
            FailureKind::NotAuthorised,
            format!("{told} This machine's clock agrees with the server's, so the clock of whoever made it is ahead."),
            "Set the clock of the machine that makes the tokens.",
        ),
        Some(None) | None => Failure::new(FailureKind::NotAuthorised, told, first.hint()),
    };
    failure.details = others.iter().map(|fault| format!("{fault}.")).collect();
    failure
}

/// The server calls a token expired that is good for `left` seconds more by what it says of itself, also by the time
/// the server tells (`server`, where it does).
fn expired_elsewhere(asked: &Asked<'_>, said: &Said, left: i64, server: Option<i64>) -> Failure {
    let told = format!(
        "{} says that the token has expired, though the token itself is good for {} more{}",
        asked.host(),
        span(left),
        quoted(said)
    );
    match server.map(|server| clocks_apart(asked.unix, server)) {
        Some(None) => Failure::new(
            FailureKind::NotAuthorised,
            format!("{told} This machine's clock and the server's agree."),
            "Use a new token; if that is refused too, the clock is wrong where the server has tokens checked.",
        ),
        Some(Some(apart)) => Failure::new(
            FailureKind::NotAuthorised,
            format!("{told} Mind that {apart}."),
            "Set this machine's clock (timedatectl set-ntp true), then use a token made afterwards.",
        ),
        None => Failure::new(
            FailureKind::NotAuthorised,
            told,
            "Compare the clocks of this machine and of the server (akx doctor does), then use a new token.",
        ),
    }
}

fn forbidden(asked: &Asked<'_>, said: &Said) -> Failure {
    let what = match asked.what {
        What::Run { action } => format!("run {action}"),
        What::List => "list actions".to_owned(),
        What::Connections => "see what is connected".to_owned(),
        What::Choices => "see what there is to choose from".to_owned(),
    };
    Failure::new(
        FailureKind::Forbidden,
        format!("The token is good but may not {what}{}", quoted(said)),
        "Sign it with the permission `actionkit` in its `urn:useparagon:connect:permissions` claim.",
    )
}

/// 403 with a page: something before ActionKit (a firewall, a proxy that wants a login) did not let the request through,
/// which says nothing of the token.
fn kept_out(asked: &Asked<'_>) -> Failure {
    Failure::new(
        FailureKind::Forbidden,
        format!("Something before {} refused the request with a web page (status 403).", asked.host()),
        "Look at the page, and check the base URL and the network's rules (firewall, proxy, allowed addresses).",
    )
}

fn not_found(asked: &Asked<'_>, said: &Said) -> Failure {
    match asked.what {
        What::Run { action } => Failure::new(
            FailureKind::UnknownAction,
            format!("There is no action {action}, or it is not available to this user{}", quoted(said)),
            "Look it up with `akx search`; `akx list --all` also shows what the user has not connected.",
        ),
        What::List => Failure::new(
            FailureKind::UnexpectedStatus,
            format!("{} knows no list of actions for project {}{}", asked.host(), asked.project, quoted(said)),
            match asked.wire {
                Some(Wire::LiveTools) => "Check the project's id and the base URL, or try --wire live.",
                None | Some(Wire::Seed | Wire::Live) => "Check the project's id and the base URL.",
            },
        ),
        What::Connections => Failure::new(
            FailureKind::UnexpectedStatus,
            format!(
                "{} does not tell what the users of project {} have connected{}",
                asked.host(),
                asked.project,
                quoted(said)
            ),
            "Check the project's id and the API URL (--api-url); actions can be listed and run without it.",
        ),
        What::Choices => Failure::new(
            FailureKind::UnknownAction,
            format!("{} has no such list to choose from{}", asked.host(), quoted(said)),
            "Type the value; an action of the integration that lists may show it.",
        ),
    }
}

fn wrong_method(asked: &Asked<'_>) -> Failure {
    Failure::new(
        FailureKind::UnexpectedStatus,
        match asked.wire {
            Some(wire) => format!("{} does not take requests in the dialect {wire} (status 405).", asked.host()),
            None => format!("{} does not take this request (status 405).", asked.host()),
        },
        "List the actions again, which finds out the dialect, or name another one (--wire).",
    )
}

fn gave_up(asked: &Asked<'_>, status: u16, said: &Said) -> Failure {
    match asked.what {
        What::Run { action } if asked.changes => Failure::new(
            FailureKind::TimedOut,
            format!(
                "{} gave up waiting for the provider (status {status}). {action} may still have run.",
                asked.host()
            ),
            "Look whether it has run before running it again.",
        ),
        What::Run { .. } => Failure::new(
            FailureKind::TimedOut,
            format!("{} gave up waiting for the provider (status {status}).", asked.host()),
            "Try again in a minute.",
        ),
        What::List | What::Connections | What::Choices => Failure::new(
            FailureKind::TimedOut,
            format!("{} gave up waiting for its own servers (status {status}){}", asked.host(), quoted(said)),
            "Try again in a minute.",
        ),
    }
}

fn too_large(asked: &Asked<'_>) -> Failure {
    Failure::new(
        if asked.is_run() { FailureKind::InvalidParameters } else { FailureKind::UnexpectedStatus },
        format!("{} does not take a request as large as this one (status 413).", asked.host()),
        "Send less at once; files may be the reason.",
    )
}

fn limited(asked: &Asked<'_>, retry_after: Option<Duration>) -> Failure {
    let nothing_ran = if asked.is_run() { " Nothing was run." } else { "" };
    let hint = match retry_after {
        // The seconds are rounded up: trying a moment too early would be refused again.
        Some(wait) => {
            format!("Try again in {}.", span(i64::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(i64::MAX)))
        }
        None => "Try again in a few seconds.".to_owned(),
    };
    Failure::new(
        FailureKind::RateLimited,
        format!("Too many requests at once for {}.{nothing_ran}", asked.host()),
        hint,
    )
}

/// 5xx: ActionKit passes a provider's refusal on as 500, so it may be either's.
fn provider(asked: &Asked<'_>, status: u16, said: &Said) -> Failure {
    let code = said.code.as_deref().map_or_else(String::new, |code| format!(", code {code}"));
    let is_gateways = said.page().is_some() || (matches!(status, 502 | 503) && said.message.is_none());
    if is_gateways {
        let may = if asked.changes { " The action may have run all the same." } else { "" };
        return Failure::new(
            FailureKind::Provider,
            format!("{} is not available at the moment (status {status}).{may}", asked.host()),
            "Try again in a minute.",
        );
    }
    match asked.what {
        What::Run { action } => Failure::new(
            FailureKind::Provider,
            if said.is_providers {
                format!("The integration's provider refused {action} (status {status}{code}){}", quoted(said))
            } else {
                format!(
                    "{action} failed at the integration's provider or in ActionKit (status {status}{code}){}",
                    quoted(said)
                )
            },
            match said.code.as_deref() {
                Some("7003" | "0704" | "704") => {
                    "The connection's credential seems to be the trouble: have the user connect the integration again."
                }
                Some("7210") => {
                    "The connected account lacks a permission: have the user grant it, or use another account."
                }
                Some(_) | None if refuses(said) => {
                    "Correct what it says and run it again; ActionKit's logs have it under the request id."
                }
                Some(_) | None if asked.changes => {
                    "Look whether it has run before running it again; ActionKit's logs have it under the request id."
                }
                Some(_) | None => {
                    "Correct the parameters if they are the reason; ActionKit's logs have it under the request id."
                }
            },
        ),
        What::List | What::Connections | What::Choices => Failure::new(
            FailureKind::Provider,
            format!("{} failed (status {status}{code}){}", asked.host(), quoted(said)),
            "Try again in a minute; if it stays, give Paragon the request id.",
        ),
    }
}

/// A redirect that was not followed.
fn redirected(asked: &Asked<'_>, reply: &Reply) -> Failure {
    let status = reply.status;
    let may = if asked.changes && may_follow_a_run(status) { " The action may have run all the same." } else { "" };
    match reply.header("location").and_then(|to| asked.url.join(to).ok()) {
        Some(to) if to.origin() == asked.url.origin() => Failure::new(
            FailureKind::UnexpectedStatus,
            format!("{} points elsewhere (status {status}), which was not followed.{may}", asked.host()),
            "Check the base URL and the dialect (--wire).",
        ),
        Some(to) => {
            let to = to.origin().ascii_serialization();
            Failure::new(
                FailureKind::Refused,
                format!(
                    "{} points to another server, {to} (status {status}). The token was not sent there.{may}",
                    asked.host()
                ),
                "If that server is the right one, make it the base URL.",
            )
        }
        None => Failure::new(
            FailureKind::UnexpectedStatus,
            format!("{} points elsewhere without saying where (status {status}).{may}", asked.host()),
            "Check the base URL.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use reqwest::Url;

    use super::*;
    use crate::domain::{
        redact::Known,
        token::{Claims, TokenError},
    };

    const RUN: What<'static> = What::Run { action: "SLACK_A" };

    fn failure(what: What<'static>, status: u16, headers: &[(&str, &str)], body: &str) -> Failure {
        let claims = Ok(Claims {
            algorithm: Some("RS256".into()),
            subject: Some("user-1".into()),
            expires_at: Some(1_000),
            ..Claims::default()
        });
        failure_for(&claims, what, status, headers, body)
    }

    fn failure_for(
        claims: &Result<Claims, TokenError>,
        what: What<'static>,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Failure {
        let url = Url::parse("https://kit.example.com/projects/p/actions").unwrap();
        let (known, changes) = (&Known::of(["opaque-canary"]), matches!(what, What::Run { .. }));
        let asked = Asked {
            what,
            wire: Some(Wire::Live),
            url: &url,
            project: "p",
            claims,
            known,
            changes,
            unix: 880,
            proxied: false,
        };
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        refused(&asked, &Reply::new(status, headers, body.into(), Duration::ZERO))
    }

    #[test]
    fn every_status_is_a_different_sentence_with_a_next_step() {
        let mut sentences = BTreeSet::new();
        for what in [RUN, What::List, What::Connections, What::Choices] {
            for status in [302, 400, 401, 403, 404, 405, 408, 413, 418, 429, 500, 503] {
                let failure = failure(what, status, &[], "");
                assert!(!failure.hint.is_empty(), "{status}");
                assert!(failure.message.ends_with('.'), "{}", failure.message);
                assert_eq!(failure.status, Some(status));
                sentences.insert((matches!(what, What::Run { .. }), failure.message));
            }
        }
        // 12 for a run, at least 12 for the two kinds of reading.
        assert!(sentences.len() >= 24, "{sentences:#?}");
    }

    #[test]
    fn refused_parameters_are_named() {
        let f = failure(RUN, 400, &[], r#"{"message":["channel must be a string","text is missing"],"code":"1"}"#);
        assert_eq!((f.kind, f.message.as_str()), (FailureKind::InvalidParameters, "SLACK_A refused the parameters."));
        assert_eq!(f.details, ["channel must be a string", "text is missing"]);
        let f = failure(RUN, 422, &[], r#"{"message":"channel is odd"}"#);
        assert_eq!(f.message, "SLACK_A refused the parameters: channel is odd.");
        assert!(!f.may_have_run);
    }

    #[test]
    fn a_refused_token_is_explained_by_reading_it() {
        let claims = |change: fn(&mut Claims)| {
            let mut claims = Claims {
                algorithm: Some("RS256".into()),
                subject: Some("user-1".into()),
                expires_at: Some(4_480),
                ..Claims::default()
            };
            change(&mut claims);
            failure_for(&Ok(claims), What::List, 401, &[], "Unauthorized").message
        };
        let refused = "kit.example.com refused the token";
        assert_eq!(claims(|c| c.expires_at = Some(760)), format!("{refused}: it expired 2 min ago."));
        assert_eq!(claims(|c| c.not_before = Some(940)), format!("{refused}: it becomes valid only in 1 min."));
        assert_eq!(
            claims(|c| c.audience = Some("useparagon.com/q".into())),
            format!("{refused}: it is for another project (useparagon.com/q).")
        );
        assert_eq!(
            claims(|c| c.algorithm = Some("HS256".into())),
            format!("{refused}: it is signed with HS256, and ActionKit takes RS256 only.")
        );
        assert_eq!(
            claims(|_| ()),
            format!(
                "{refused}, though nothing is wrong with what it says: it is for user-1, valid for another 1 h: Unauthorized."
            )
        );
        let at = |date: &'static str, from: i64, to: i64| {
            let claims = Claims {
                algorithm: Some("RS256".into()),
                subject: Some("u".into()),
                issued_at: Some(from),
                expires_at: Some(to),
                ..Claims::default()
            };
            failure_for(&Ok(claims), What::List, 401, &[("date", date)], "").message
        };
        // It is 880 here; the server is a day ahead, or at the same time.
        let (ahead, same) = ("Fri, 02 Jan 1970 00:14:40 GMT", "Thu, 01 Jan 1970 00:14:40 GMT");
        assert_eq!(
            at(ahead, 880, 4_480),
            format!(
                "{refused}: it expired 23 h ago. That is by the server's clock, and this machine's clock is 1 day behind \
                 the server's."
            )
        );
        assert_eq!(
            at(same, 880 + 86_460, 880 + 90_000),
            format!(
                "{refused}: it becomes valid only in 1 day. This machine's clock agrees with the server's, so the clock of \
                 whoever made it is ahead."
            )
        );
        assert_eq!(at(same, 0, 760), format!("{refused}: it expired 2 min ago."));
        let elsewhere = |headers: &[(&str, &str)]| {
            let claims = Claims {
                algorithm: Some("RS256".into()),
                subject: Some("u".into()),
                expires_at: Some(4_480),
                ..Claims::default()
            };
            failure_for(&Ok(claims), RUN, 401, headers, r#"{"message":"Token expired"}"#)
        };
        let told = "kit.example.com says that the token has expired, though the token itself is good for 1 h more: Token \
                    expired.";
        assert_eq!(elsewhere(&[]).message, told);
        assert!(elsewhere(&[]).hint.contains("akx doctor"));
        assert_eq!(
            elsewhere(&[("date", same)]).message,
            format!("{told} This machine's clock and the server's agree.")
        );
        let behind = "Thu, 01 Jan 1970 00:09:40 GMT";
        assert_eq!(
            elsewhere(&[("date", behind)]).message,
            format!("{told} Mind that this machine's clock is 5 min ahead of the server's.")
        );
        let malformed = failure_for(&Err(TokenError::Shape), What::List, 401, &[], "");
        assert_eq!(malformed.kind, FailureKind::NotAuthorised);
        assert!(malformed.message.contains("it is not a JWT"), "{}", malformed.message);
    }

    #[test]
    fn not_connected_is_seen_whatever_the_status() {
        for status in [400, 401, 403, 404, 500] {
            for body in
                ["Integration not enabled for user.", r#"{"message":"Integration not enabled for user.","code":"1"}"#]
            {
                let f = failure(RUN, status, &[], body);
                assert_eq!(f.kind, FailureKind::NotConnected, "{status}");
                assert!(!f.may_have_run);
            }
        }
        let reply = |body: &str| Reply::new(200, vec![], body.into(), Duration::ZERO);
        assert!(success_is_refusal(&reply("Integration not enabled for user.")));
        assert!(success_is_refusal(&reply(
            r#"{"message":"Integration not enabled for user.","code":"1","status":404}"#
        )));
        assert!(!success_is_refusal(&reply(r#"{"message":"Integration not enabled for user.","ts":"1"}"#)));
        assert!(!success_is_refusal(&reply(r#"{"ok":true}"#)));
    }

    #[test]
    fn a_server_that_wants_patience_is_quoted() {
        let f = failure(RUN, 429, &[("retry-after", "7")], "");
        assert_eq!((f.kind, f.retry_after), (FailureKind::RateLimited, Some(Duration::from_secs(7))));
        assert_eq!(f.hint, "Try again in 7 s.");
        assert!(!f.may_have_run);
        let f = failure(RUN, 429, &[("retry-after", "Thu, 01 Jan 1970 00:16:00 GMT")], "");
        assert_eq!(f.retry_after, Some(Duration::from_secs(80)));
    }

    #[test]
    fn a_providers_refusal_is_unwrapped_and_has_not_run_unless_it_tells_of_trouble() {
        let body = r#"{"message":"{\"message\":\"Unable to update Task\"}","code":"41070","status":500,
            "meta":{"requestId":"4c74"}}"#;
        let f = failure(RUN, 500, &[], body);
        assert_eq!(
            f.message,
            "The integration's provider refused SLACK_A (status 500, code 41070): Unable to update Task."
        );
        assert_eq!((f.request_id.as_deref(), f.may_have_run), (Some("4c74"), false));
        for trouble in [
            "Request timed out",
            "socket hang up",
            "Bad Gateway",
            "Request failed with status code 502",
            "Unable to reach the network",
            "Something went wrong",
            "Server error",
        ] {
            let f = failure(RUN, 500, &[], &body.replace("Unable to update Task", trouble));
            assert!(f.may_have_run && f.hint.starts_with("Look whether it has run"), "{trouble}: {f:?}");
        }
        assert!(failure(RUN, 500, &[], r#"{"code":"41070"}"#).may_have_run);
        let marked = body.replace("41070", "1").replace("\"4c74\"", "\"4c74\",\"isIntegrationError\":true");
        assert!(failure(RUN, 500, &[], &marked).message.starts_with("The integration's provider refused"));
        let unmarked = failure(RUN, 500, &[], &body.replace("41070", "1"));
        assert!(unmarked.message.contains("at the integration's provider or in ActionKit"), "{unmarked}");
        assert!(unmarked.may_have_run);
        assert!(!failure(What::List, 500, &[], body).may_have_run);
        let gateway = failure(RUN, 502, &[("x-request-id", "r1")], "<html><title>502</title></html>");
        assert!(gateway.message.contains("is not available"), "{}", gateway.message);
        assert_eq!(gateway.request_id.as_deref(), Some("r1"));
    }

    #[test]
    fn a_redirect_may_follow_a_run_unless_it_asks_for_the_same_again() {
        for status in [301, 302, 303, 304, 307, 308] {
            let may = !matches!(status, 307 | 308);
            for headers in [&[][..], &[("location", "/done")], &[("location", "https://other.example.com/")]] {
                let f = failure(RUN, status, headers, "");
                assert_eq!((f.may_have_run, f.message.contains("may have run")), (may, may), "{}", f.message);
                assert!(!failure(What::List, status, headers, "").may_have_run);
            }
        }
    }

    #[test]
    fn a_gateways_page_says_nothing_of_the_token() {
        let page = "<!DOCTYPE html><html><title>403 Forbidden</title></html>";
        for what in [RUN, What::List, What::Connections, What::Choices] {
            let f = failure(what, 403, &[], page);
            assert_eq!(f.kind, FailureKind::Forbidden);
            assert!(!f.message.contains("token") && f.message.contains("kit.example.com"), "{}", f.message);
            assert!(failure(what, 403, &[], r#"{"message":"no"}"#).message.contains("The token is good"));
        }
    }

    #[test]
    fn the_token_is_not_quoted_whatever_it_looks_like() {
        let f = failure(RUN, 400, &[], r#"{"message":["you sent opaque-canary"],"code":"1"}"#);
        assert_eq!(f.details, ["you sent ***"]);
        let f = failure(RUN, 500, &[], r#"{"message":"what is opaque-canary?"}"#);
        assert!(f.message.contains("what is ***?"), "{f}");
    }

    #[test]
    fn a_limit_nobody_published_is_not_told() {
        let f = failure(RUN, 429, &[], "");
        assert_eq!(f.message, "Too many requests at once for kit.example.com. Nothing was run.");
    }

    #[test]
    fn a_redirect_to_another_server_is_refused_in_words() {
        let f = failure(RUN, 307, &[("location", "https://evil.example.com/x?y")], "");
        assert_eq!(f.kind, FailureKind::Refused);
        assert_eq!(
            f.message,
            "kit.example.com points to another server, https://evil.example.com (status 307). The token was not sent there."
        );
        for to in ["http://kit.example.com/x", "https://kit.example.com:444/"] {
            assert_eq!(failure(RUN, 307, &[("location", to)], "").kind, FailureKind::Refused, "{to}");
        }
        assert_eq!(failure(RUN, 307, &[("location", "/other")], "").kind, FailureKind::UnexpectedStatus);
    }
}
