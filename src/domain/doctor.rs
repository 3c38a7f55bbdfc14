//! The doctor: from facts gathered about one user's way to ActionKit to verdicts, each one sentence and one next step.
//!
//! Nothing is asked here; whoever gathers the facts does that ([`Facts`]), and the same facts lead to the same report on
//! the screen, on the command line and in a file.

mod compare;
mod reads;
mod report;

use std::{collections::BTreeMap, time::Duration};

pub use compare::compare;
pub use reads::harmless_reads;
pub use report::{json, markdown};

use super::{
    catalogue::{Catalogue, Problem},
    connection::{Connection, ConnectionState, Connections},
    failure::{Failure, FailureKind},
    text::human_duration,
    token::{Claims, TokenError, TokenFault, clocks_apart, faults, span},
};

/// How far the clocks may be apart before it is told, and before it is told as the cause, in seconds.
const SKEW: (i64, i64) = (60, 300);
/// How little time a token may have left before it is told, in seconds.
const SOON: i64 = 300;

/// Everything found out about one user's way to ActionKit.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// When they were gathered, in Unix seconds by this machine's clock.
    pub unix: i64,
    /// The project's id.
    pub project: String,
    /// ActionKit's address.
    pub base_url: String,
    /// What is named for the way there.
    pub way: Way,
    /// Where the token came from, in words such as `profile staging`.
    pub source: String,
    /// What the token says of itself.
    pub claims: Result<Claims, TokenError>,
    /// The reply to asking for the list, whatever its status; or why there was none.
    pub reached: Result<Reached, Failure>,
    /// What the list holds.
    pub list: Result<Listed, Failure>,
    /// What the user has connected.
    pub connections: Result<Connections, Failure>,
    /// The reads that were tried, where that was agreed to.
    pub reads: Vec<Read>,
}

/// What is named for the way to ActionKit: for people to read, with where it is named, and without any password.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Way {
    /// The proxy.
    pub proxy: Via,
    /// The file of certificates that are trusted besides the system's.
    pub ca_file: Option<String>,
}

/// Which proxy requests go through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Via {
    /// None is named.
    #[default]
    Straight,
    /// None, since ActionKit is on this machine.
    Loopback,
    /// The one that akx's own settings name.
    Named(String),
    /// The one that the system's variables name, unless `NO_PROXY` exempts the host.
    System(String),
}

/// A reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Its HTTP status.
    pub status: u16,
    /// How far this machine's clock is ahead of the server's (negative: behind), in seconds, by the `Date` header.
    pub ahead: Option<i64>,
    /// How long it took.
    pub took: Duration,
}

/// What a list holds, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// How many actions each integration has.
    pub actions: BTreeMap<String, usize>,
    /// What could not be used, and the reply's own `errors`.
    pub problems: Vec<Problem>,
}

impl Listed {
    /// What `catalogue` holds.
    pub fn of(catalogue: &Catalogue) -> Self {
        let actions = catalogue.groups().iter().map(|group| (group.integration.to_string(), group.actions.len()));
        Self { actions: actions.collect(), problems: catalogue.problems().to_vec() }
    }
}

/// A read that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The integration.
    pub integration: String,
    /// The action.
    pub action: String,
    /// How long it took, or why it did not work.
    pub result: Result<Duration, Failure>,
}

/// How one check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Not wrong, but worth knowing.
    Warning,
    /// It stands in the way.
    Failed,
    /// Could not be told, since something before it failed.
    Skipped,
}

impl Verdict {
    /// How much it matters; what stands in the way matters most.
    const fn gravity(self) -> u8 {
        match self {
            Self::Ok | Self::Skipped => 0,
            Self::Warning => 1,
            Self::Failed => 2,
        }
    }

    /// Its word, in lower case.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "not checked",
        }
    }
}

/// One check: what was looked at, how it came out, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was looked at: one or two words.
    pub check: String,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found: one sentence.
    pub sentence: String,
    /// What to do next: one sentence; empty where there is nothing to do.
    pub next: String,
    /// What kind of failure it is, where it failed.
    pub kind: Option<FailureKind>,
}

impl Line {
    fn new(check: impl Into<String>, verdict: Verdict, sentence: impl Into<String>, next: impl Into<String>) -> Self {
        Self { check: check.into(), verdict, sentence: sentence.into(), next: next.into(), kind: None }
    }

    fn ok(check: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::new(check, Verdict::Ok, sentence, "")
    }

    fn skipped(check: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self::new(check, Verdict::Skipped, sentence, "")
    }

    fn failed(check: impl Into<String>, failure: &Failure) -> Self {
        let kind = Some(failure.kind);
        Self { kind, ..Self::new(check, Verdict::Failed, failure.message.clone(), failure.hint.clone()) }
    }
}

/// The verdicts, and what follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose way it is.
    pub user: Option<String>,
    /// The project's id.
    pub project: String,
    /// ActionKit's address.
    pub base_url: String,
    /// The checks, in the order a request meets them.
    pub lines: Vec<Line>,
    /// What is different for a user for whom it works, a sentence each; empty where nobody was compared.
    pub differences: Vec<String>,
    /// Two sentences to send to the customer.
    pub for_customer: [String; 2],
}

impl Report {
    /// How many checks failed, and how many warn.
    pub fn counts(&self) -> (usize, usize) {
        let count = |verdict| self.lines.iter().filter(|line| line.verdict == verdict).count();
        (count(Verdict::Failed), count(Verdict::Warning))
    }

    /// The kind of the first check that failed; the exit code follows from it.
    pub fn kind(&self) -> Option<FailureKind> {
        self.lines.iter().find(|line| line.verdict == Verdict::Failed).and_then(|line| line.kind)
    }

    /// The whole in one sentence.
    pub fn summary(&self) -> String {
        match self.counts() {
            (0, 0) => "Everything that was checked is as it should be.".to_owned(),
            (0, 1) => "Nothing stands in the way; one thing is worth knowing.".to_owned(),
            (0, n) => format!("Nothing stands in the way; {n} things are worth knowing."),
            (1, _) => "One thing stands in the way.".to_owned(),
            (n, _) => format!("{n} things stand in the way."),
        }
    }
}

/// What the facts mean.
pub fn examine(facts: &Facts) -> Report {
    let mut lines = token(facts);
    lines.extend(way(facts));
    lines.push(access(facts));
    lines.extend(list(facts));
    lines.extend(connections(facts));
    lines.extend(facts.reads.iter().map(read));
    Report {
        user: facts.claims.as_ref().ok().and_then(|claims| claims.subject.clone()),
        project: facts.project.clone(),
        base_url: facts.base_url.clone(),
        for_customer: report::for_customer(facts, &lines),
        lines,
        differences: Vec::new(),
    }
}

/// Shape, signature, project and time of the token.
fn token(facts: &Facts) -> Vec<Line> {
    let ahead = facts.reached.as_ref().ok().and_then(|reached| reached.ahead).unwrap_or(0);
    // The server judges by its own clock.
    let now = if ahead.abs() < SKEW.0 { facts.unix } else { facts.unix.saturating_sub(ahead) };
    let found = faults(&facts.claims, &facts.project, now);
    let bad = |check: &str, fault: &TokenFault, next: String| Line {
        kind: Some(FailureKind::NotAuthorised),
        ..Line::new(check, Verdict::Failed, format!("The token cannot work: {fault}."), next)
    };
    let claims = match &facts.claims {
        Ok(claims) => claims,
        Err(error) => {
            let fault = TokenFault::Malformed(*error);
            let next = format!("{} It came from {}.", fault.hint(), facts.source);
            return vec![bad("Token", &fault, next)];
        }
    };
    let of = |which: fn(&TokenFault) -> bool| found.iter().find(|fault| which(fault));
    let who = match (&claims.subject, of(|f| matches!(f, TokenFault::NoSubject))) {
        (Some(user), _) => Line::ok("Token", format!("It is a user token for {user}, from {}.", facts.source)),
        (None, Some(fault)) => bad("Token", fault, fault.hint().to_owned()),
        (None, None) => Line::ok("Token", format!("It is a user token, from {}.", facts.source)),
    };
    let signature = match of(|f| matches!(f, TokenFault::Algorithm(_))) {
        Some(fault) => bad("Signature", fault, fault.hint().to_owned()),
        None if claims.algorithm.is_none() => Line::new(
            "Signature",
            Verdict::Warning,
            "The token does not say how it is signed.",
            "ActionKit takes RS256; sign it with the project's key.",
        ),
        None => Line::ok("Signature", "It says that it is signed with RS256; only ActionKit can check the signature."),
    };
    let project = match of(|f| matches!(f, TokenFault::OtherProject { .. })) {
        Some(fault) => {
            bad("Project", fault, format!("Use a token for {}, or name the token's project.", facts.project))
        }
        None if claims.audience.is_none() => {
            Line::ok("Project", "The token names no project, so it fits any whose key signed it.")
        }
        None => Line::ok("Project", "The token is for this project."),
    };
    let time = match of(|f| matches!(f, TokenFault::Expired { .. } | TokenFault::NotYetValid { .. })) {
        Some(fault) => bad("Time", fault, fault.hint().to_owned()),
        None => match claims.expires_in(now) {
            None => Line::new(
                "Time",
                Verdict::Warning,
                "The token never expires.",
                "Have your server sign tokens that last an hour or a day.",
            ),
            Some(left) if left < SOON => Line::new(
                "Time",
                Verdict::Warning,
                format!("The token expires in {}.", span(left)),
                "Have a new one ready.",
            ),
            Some(left) => Line::ok("Time", format!("The token is good for {} more.", span(left))),
        },
    };
    vec![who, signature, project, time]
}

/// Host, encryption, proxy and clocks.
fn way(facts: &Facts) -> Vec<Line> {
    let encrypted = facts.base_url.starts_with("https:");
    let host = facts.base_url.split_once("://").map_or(facts.base_url.as_str(), |(_, host)| host);
    let proxy = match &facts.way.proxy {
        Via::Straight => Line::ok("Proxy", "No proxy is named, so requests go straight to the server."),
        Via::Loopback => Line::ok("Proxy", "ActionKit is on this machine, so requests go through no proxy."),
        Via::Named(proxy) => Line::ok("Proxy", format!("Requests go through the proxy {proxy}.")),
        Via::System(proxy) => {
            Line::ok("Proxy", format!("Requests go through the proxy {proxy}, unless NO_PROXY exempts the server."))
        }
    };
    let trusted = facts.way.ca_file.as_ref().map_or_else(String::new, |file| format!("; {file} is trusted as well"));
    let encryption = |reached: bool| match (encrypted, reached) {
        (true, true) => {
            Line::ok("TLS", format!("The connection is encrypted, and the certificate is the host's own{trusted}."))
        }
        (true, false) => Line::skipped("TLS", "There was no connection to look at."),
        (false, _) => Line::ok("TLS", "Plain http, which leaves nothing to check."),
    };
    match &facts.reached {
        Ok(reached) => {
            let took = human_duration(reached.took);
            vec![
                Line::ok("Host", format!("{host} answered after {took}.")),
                encryption(true),
                proxy,
                clock(reached.ahead),
            ]
        }
        Err(failure) if failure.kind == FailureKind::Tls => {
            vec![Line::ok("Host", format!("{host} was found.")), Line::failed("TLS", failure), proxy]
        }
        Err(failure) => vec![Line::failed("Host", failure), encryption(false), proxy],
    }
}

fn clock(ahead: Option<i64>) -> Line {
    let Some(ahead) = ahead else { return Line::skipped("Clock", "The server did not say what time it is.") };
    let Some(apart) = clocks_apart(ahead, 0) else {
        return Line::ok("Clock", "This machine's clock and the server's agree.");
    };
    let sentence = format!("T{}.", apart.trim_start_matches('t'));
    let next = "Set the clock (timedatectl set-ntp true); tokens signed here are refused while it is wrong.";
    if ahead.abs() < SKEW.1 {
        Line::new("Clock", Verdict::Warning, sentence, next)
    } else {
        Line { kind: Some(FailureKind::NotAuthorised), ..Line::new("Clock", Verdict::Failed, sentence, next) }
    }
}

/// Whether the token is let in.
fn access(facts: &Facts) -> Line {
    match (&facts.reached, &facts.list) {
        (Err(_), _) => Line::skipped("Access", "The server was not reached."),
        (Ok(_), Err(failure)) if matches!(failure.kind, FailureKind::NotAuthorised | FailureKind::Forbidden) => {
            Line::failed("Access", failure)
        }
        (Ok(reached), _) if reached.status < 300 => Line::ok("Access", "ActionKit takes the token."),
        (Ok(reached), _) => Line::skipped("Access", format!("The reply was {}, which does not tell.", reached.status)),
    }
}

/// How many actions there are, and what was wrong with the list.
fn list(facts: &Facts) -> Vec<Line> {
    let listed = match &facts.list {
        Ok(listed) => listed,
        Err(failure)
            if facts.reached.is_err()
                || matches!(failure.kind, FailureKind::NotAuthorised | FailureKind::Forbidden) =>
        {
            return vec![Line::skipped("Actions", "There was no list to look at.")];
        }
        Err(failure) => return vec![Line::failed("Actions", failure)],
    };
    let (actions, integrations) = (listed.actions.values().sum::<usize>(), listed.actions.len());
    let mut lines = vec![if actions == 0 {
        Line::new(
            "Actions",
            Verdict::Warning,
            "The list holds no action for this user.",
            "Have the user connect an integration in your app's Connect Portal.",
        )
    } else {
        Line::ok("Actions", format!("{actions} actions of {integrations} integrations are listed for this user."))
    }];
    for problem in &listed.problems {
        let about = problem.about.as_deref().unwrap_or("the list");
        let sentence = format!("{about}: {}", problem.message.trim_end());
        let sentence = if sentence.ends_with(['.', '!', '?']) { sentence } else { format!("{sentence}.") };
        let next =
            "Its actions may be missing or out of date; try again, then ask Paragon with the time of this report.";
        lines.push(Line::new("Actions", Verdict::Warning, sentence, next));
    }
    lines
}

/// How each integration stands, what stands in the way first. What was never connected is told in one line.
fn connections(facts: &Facts) -> Vec<Line> {
    let connections = match &facts.connections {
        Ok(connections) => connections,
        Err(_) if facts.reached.is_err() => {
            return vec![Line::skipped("Connections", "The server was not reached.")];
        }
        Err(failure)
            if matches!(failure.kind, FailureKind::NotAuthorised | FailureKind::Forbidden)
                && facts.list.as_ref().is_err_and(|list| list.kind == failure.kind) =>
        {
            return vec![Line::skipped("Connections", "The token was not taken.")];
        }
        Err(failure) => return vec![Line::failed("Connections", failure)],
    };
    let mut lines = Vec::new();
    let of_token = facts.claims.as_ref().ok().and_then(|claims| claims.subject.as_deref());
    if let (Some(user), Some(of_token)) = (connections.user.as_deref(), of_token)
        && user != of_token
    {
        lines.push(Line::new(
            "User",
            Verdict::Warning,
            format!("The token is for {of_token}, but the API speaks of {user}."),
            "Check that both addresses belong to the same project.",
        ));
    }
    let (mut missing, mut there) = (Vec::new(), Vec::new());
    for connection in &connections.integrations {
        match connection.state {
            ConnectionState::NotConnected => missing.push(connection.integration.as_str()),
            ConnectionState::Connected | ConnectionState::NeedsReconnecting | ConnectionState::Pending => {
                there.push(integration(connection, facts.list.as_ref().ok()));
            }
        }
    }
    // Among a hundred that are as they should be nobody finds the one that is not.
    there.sort_by_key(|line| std::cmp::Reverse(line.verdict.gravity()));
    lines.extend(there);
    let is_connected = |c: &Connection| c.state != ConnectionState::NotConnected;
    if !connections.integrations.iter().any(is_connected) {
        lines.push(Line {
            kind: Some(FailureKind::NotConnected),
            ..Line::new(
                "Connections",
                Verdict::Failed,
                "The user has connected nothing.",
                "Have the user connect an integration in your app's Connect Portal.",
            )
        });
    } else if !missing.is_empty() {
        const NAMED: usize = 6;
        let more = if missing.len() > NAMED { format!(" and {} more", missing.len() - NAMED) } else { String::new() };
        let named = missing.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        lines.push(Line::ok("Connections", format!("Not connected, which may be as it should: {named}{more}.")));
    }
    lines
}

fn integration(connection: &Connection, listed: Option<&Listed>) -> Line {
    let name = &connection.integration;
    let failures: u64 = connection.accounts.iter().map(|account| account.refresh_failures).sum();
    let next = connection.state.next_step();
    match connection.state {
        ConnectionState::NeedsReconnecting => Line {
            kind: Some(FailureKind::NotConnected),
            ..Line::new(name, Verdict::Failed, format!("{name} no longer accepts this user's credential."), next)
        },
        ConnectionState::Pending => {
            Line::new(name, Verdict::Warning, format!("The user has begun to connect {name}, but not finished."), next)
        }
        ConnectionState::NotConnected => Line::new(name, Verdict::Warning, format!("{name} is not connected."), next),
        ConnectionState::Connected if failures > 0 => Line::new(
            name,
            Verdict::Warning,
            format!("{name} is connected, but refreshing its credential has failed {failures} times."),
            "If its actions fail, have the user connect it again in your app's Connect Portal.",
        ),
        ConnectionState::Connected if listed.is_some_and(|l| !l.actions.contains_key(name)) => Line::new(
            name,
            Verdict::Warning,
            format!("{name} is connected, but the list holds none of its actions."),
            "Switch its actions on in the Paragon dashboard, or look at the list's own errors above.",
        ),
        ConnectionState::Connected => {
            let accounts = connection.accounts.len();
            let with = if accounts > 1 { format!(", with {accounts} accounts") } else { String::new() };
            Line::ok(name, format!("{name} is connected{with}."))
        }
    }
}

fn read(read: &Read) -> Line {
    let check = format!("{} read", read.integration);
    match &read.result {
        Ok(took) => Line::ok(check, format!("{} answered after {}.", read.action, human_duration(*took))),
        Err(failure) => Line::failed(check, failure),
    }
}

#[cfg(test)]
mod tests;
