//! The catalogue a command works on: from a file, from the cache, or from the server.

use std::fmt::Write as _;

use super::{
    output::Output,
    session::{Session, block_on, cancelled},
};
use crate::{
    client::ListFilter,
    domain::{
        action::Action,
        catalogue::{Catalogue, Problem},
        failure::{Failure, FailureKind},
        side_effect::{self, SideEffect},
        text,
        wire::Wire,
    },
    paths::files,
    settings::Token,
    store::cache::{CachedList, CachedNames, ListKey, Received, Scope},
};

/// How long a kept list answers questions about one action, in seconds. ActionKit itself keeps a user's custom fields
/// that long (fact sheet §1.2).
const FRESH: i64 = 8 * 3600;

/// No saved list is longer than this many bytes.
const LIMIT: u64 = 512 << 20;

/// A catalogue, with the dialect of the server it came from where that is known.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) catalogue: Catalogue,
    pub(crate) wire: Option<Wire>,
    /// When it was fetched, in Unix seconds; `None` for a file.
    pub(crate) fetched_at: Option<i64>,
}

/// The list as it is now: from the file that was named, from the server, or offline from the cache.
pub(crate) fn current(session: &Session, filter: &ListFilter, output: &mut Output) -> Result<Loaded, Failure> {
    if let Some(loaded) = of_file(session)? {
        return Ok(loaded);
    }
    if session.settings.offline {
        return offline(session, output);
    }
    let token = session.token()?;
    of_server(session, &token, filter)
}

/// A list that has `action`, fresh enough to tell what it takes: kept from before, or asked for now.
pub(crate) fn with_action(session: &Session, action: &str, output: &mut Output) -> Result<Loaded, Failure> {
    if let Some(loaded) = of_file(session)? {
        return Ok(loaded);
    }
    if session.settings.offline {
        return offline(session, output);
    }
    let token = session.token()?;
    let key = session.list_key(Some(&token))?;
    let kept = sound(of_cache(session, &key), output);
    if let Some((loaded, fetched_at)) = &kept
        && session.now.unix.saturating_sub(*fetched_at) < FRESH
        && find(&loaded.catalogue, action).is_some()
    {
        return kept.map(|(loaded, _)| loaded).ok_or_else(cancelled);
    }
    match (of_server(session, &token, &ListFilter::default()), kept) {
        (Err(failure), Some((loaded, fetched_at))) if may_pass(failure.kind) => {
            output.warn(&format!("{failure} The list of {} is used.", age(session, fetched_at)));
            Ok(loaded)
        }
        (Ok(loaded), _) if find(&loaded.catalogue, action).is_none() => {
            not_for_this_user(session, &token, loaded, action)
        }
        (listed, _) => listed,
    }
}

/// Tells an action whose integration the user has not connected from one that does not exist: a list leaves both out.
fn not_for_this_user(session: &Session, token: &Token, loaded: Loaded, action: &str) -> Result<Loaded, Failure> {
    let wire @ Some(Wire::Live | Wire::LiveTools) = loaded.wire else { return Ok(loaded) };
    let client = session.client(token)?.with_wire(wire);
    let everything = ListFilter { unconnected: true, ..ListFilter::default() };
    let Some(Ok(all)) = block_on(client.list(&everything, session.now))? else { return Ok(loaded) };
    let Some(there) = find(&all.catalogue, action) else { return Ok(loaded) };
    Err(Failure::new(
        FailureKind::NotConnected,
        format!(
            "{} was not run: the user has not connected {}, or has to connect it again.",
            there.name, there.integration
        ),
        "Have the user connect it in your app's Connect Portal, then run it again.",
    ))
}

/// The kept list, however old, if there is one; no server is asked.
pub(crate) fn kept(session: &Session, token: Option<&Token>) -> Result<Option<Loaded>, Failure> {
    if let Some(loaded) = of_file(session)? {
        return Ok(Some(loaded));
    }
    let key = session.list_key(token)?;
    Ok(of_cache(session, &key)?.map(|(loaded, _)| loaded))
}

/// A list that needs no server: the file that was named, or the kept one, however old.
pub(crate) fn without_server(session: &Session) -> Result<Loaded, Failure> {
    match of_file(session)? {
        Some(loaded) => Ok(loaded),
        None => offline_list(session).map(|(loaded, _)| loaded),
    }
}

const fn may_pass(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::Unreachable
            | FailureKind::TimedOut
            | FailureKind::CutShort
            | FailureKind::Provider
            | FailureKind::RateLimited
    )
}

pub(crate) fn of_file(session: &Session) -> Result<Option<Loaded>, Failure> {
    let Some(given) = &session.settings.catalogue else { return Ok(None) };
    let path = &given.value;
    let bytes = files::read(path, LIMIT)
        .and_then(|bytes| bytes.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
        .map_err(|e| files::unreadable(path, &e))?;
    let catalogue = Catalogue::read(&bytes).map_err(|e| {
        Failure::new(
            FailureKind::File,
            format!("The catalogue {} that {} names cannot be used: {e}.", path.display(), given.source),
            "Save a list reply of ActionKit, or an MCP tools/list result, as it came.",
        )
    })?;
    let wire = catalogue.wire();
    Ok(Some(Loaded { catalogue, wire, fetched_at: None }))
}

fn of_cache(session: &Session, key: &ListKey) -> Result<Option<(Loaded, i64)>, Failure> {
    let kept = |scope| session.cache.list(key, scope);
    let list = match kept(Scope::Available)? {
        Some(list) => Some(list),
        None => kept(Scope::Everything)?,
    };
    Ok(list.map(loaded))
}

/// What was kept, where it can be read; else it is said, and asked for anew.
fn sound<T>(kept: Result<Option<T>, Failure>, output: &mut Output) -> Option<T> {
    kept.unwrap_or_else(|failure| {
        output.warn(&format!("{} It is fetched anew.", failure.message));
        None
    })
}

/// The names kept for offline use, without their schemas.
///
/// # Errors
/// When there are none, or they cannot be read.
pub(crate) fn names(session: &Session, output: &mut Output) -> Result<CachedNames, Failure> {
    let token = session.token().ok();
    let key = session.list_key(token.as_ref())?;
    let kept = |scope| session.cache.names(&key, scope);
    let names = match kept(Scope::Available)? {
        Some(names) => Some(names),
        None => kept(Scope::Everything)?,
    };
    let names = names.ok_or_else(|| none_kept(&key))?;
    output.remark(&format!("Offline: the list of {}.", age(session, names.fetched_at)));
    Ok(names)
}

/// A kept list, as commands work on it.
pub(crate) fn loaded(list: CachedList) -> (Loaded, i64) {
    let wire = list.wire.or_else(|| list.catalogue.wire());
    (Loaded { catalogue: list.catalogue, wire, fetched_at: Some(list.fetched_at) }, list.fetched_at)
}

fn offline(session: &Session, output: &mut Output) -> Result<Loaded, Failure> {
    let (loaded, fetched_at) = offline_list(session)?;
    output.remark(&format!("Offline: the list of {}.", age(session, fetched_at)));
    Ok(loaded)
}

fn offline_list(session: &Session) -> Result<(Loaded, i64), Failure> {
    // Offline a token is needed only to tell whose list it is.
    let token = session.token().ok();
    let key = session.list_key(token.as_ref())?;
    of_cache(session, &key)?.ok_or_else(|| none_kept(&key))
}

/// Under which key there is a list for offline use.
///
/// # Errors
/// When there is none.
pub(crate) fn kept_key(session: &Session) -> Result<ListKey, Failure> {
    let token = session.token().ok();
    let key = session.list_key(token.as_ref())?;
    let is_there = [Scope::Everything, Scope::Available].into_iter().any(|scope| session.cache.has_list(&key, scope));
    if is_there { Ok(key) } else { Err(none_kept(&key)) }
}

fn none_kept(key: &ListKey) -> Failure {
    Failure::new(
        FailureKind::Usage,
        format!("There is no list on disk for project {} and this user.", key.project),
        "Run akx list once without --offline, or name a saved list with --catalogue.",
    )
}

pub(crate) fn age(session: &Session, fetched_at: i64) -> String {
    text::ago(session.now.unix.saturating_sub(fetched_at))
}

pub(crate) fn of_server(session: &Session, token: &Token, filter: &ListFilter) -> Result<Loaded, Failure> {
    let client = session.client(token)?;
    let listed = block_on(client.list(filter, session.now))?.ok_or_else(cancelled)??;
    let wire = session.settings.wire.as_ref().map(|wire| wire.value).or(listed.wire);
    tracing::info!(
        actions = listed.catalogue.len(),
        problems = listed.catalogue.problems().len(),
        bytes = listed.bytes,
        wire = listed.wire.map(Wire::name),
        "listed"
    );
    if *filter == ListFilter::default() {
        let key = session.list_key(Some(token))?;
        let received = Received { fetched_at: session.now.unix, wire: listed.wire, scope: Scope::Available };
        // A cache that cannot be written costs time, not the answer.
        if let Err(failure) = session.cache.put_list(&key, &listed.catalogue, received) {
            tracing::warn!(%failure, "the list is not kept");
        }
    }
    if let Some(told) = listed.wire
        && let Err(failure) = session.cache.remember_wire(&session.settings.base_url.value, told)
    {
        tracing::warn!(%failure, "the dialect is not remembered");
    }
    Ok(Loaded { catalogue: listed.catalogue, wire, fetched_at: Some(session.now.unix) })
}

/// The action called `name`, exactly or but for its letters' case.
pub(crate) fn find(catalogue: &Catalogue, name: &str) -> Option<Action> {
    catalogue.get(name).or_else(|| {
        let mut alike = (0..catalogue.len()).filter(|at| catalogue.name(*at).eq_ignore_ascii_case(name));
        alike.next().filter(|_| alike.next().is_none()).and_then(|at| catalogue.action(at))
    })
}

/// The action called `name`.
///
/// # Errors
/// When it is not listed, with the names that come nearest.
pub(crate) fn action(loaded: &Loaded, name: &str) -> Result<Action, Failure> {
    find(&loaded.catalogue, name).ok_or_else(|| unknown(&loaded.catalogue, name))
}

/// What is said where no action is called `name`: with the name that comes nearest.
pub(crate) fn unknown(catalogue: &Catalogue, name: &str) -> Failure {
    let upper = name.to_ascii_uppercase();
    let mut near: Vec<(usize, &str)> = (0..catalogue.len())
        .map(|at| catalogue.name(at))
        .map(|name| (strsim::osa_distance(&upper, name), name))
        .filter(|(distance, _)| *distance <= (upper.chars().count() / 4).max(2))
        .collect();
    near.sort_unstable();
    let mut hint = String::new();
    if let Some((_, nearest)) = near.first() {
        let _ = write!(hint, "Did you mean {nearest}? ");
    }
    hint.push_str("akx search finds actions; akx list --all also those of integrations not connected.");
    Failure::new(
        FailureKind::UnknownAction,
        format!("{} is not among the {} actions listed.", text::clean(name), catalogue.len()),
        hint,
    )
}

/// What `action` does to the world.
pub(crate) fn effect(action: &Action) -> SideEffect {
    side_effect::classify(&action.name, &action.integration, action.declared)
}

/// Says what was wrong with the list itself.
pub(crate) fn warn_of_problems(problems: &[Problem], output: &mut Output) {
    const SHOWN: usize = 5;
    for problem in problems.iter().take(SHOWN) {
        let about = problem.about.as_deref().map_or(String::new(), |about| format!("{about} "));
        output.warn(&format!("{about}{}", problem.message));
    }
    if let Some(more) = problems.len().checked_sub(SHOWN).filter(|&n| n > 0) {
        output.warn(&format!("And {more} more problems with the list."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(names: &[&str]) -> Catalogue {
        let actions = names.iter().map(|name| Action {
            name: (*name).into(),
            integration: "x".into(),
            description: "".into(),
            parameters: None,
            declared: None,
        });
        Catalogue::new(actions.collect(), Vec::new(), None)
    }

    #[test]
    fn a_name_is_found_in_any_case_unless_that_is_ambiguous() {
        let c = catalogue(&["SLACK_SEND", "Slack_Send", "GMAIL_GET"]);
        assert_eq!(find(&c, "gmail_get").map(|a| a.name).as_deref(), Some("GMAIL_GET"));
        assert_eq!(find(&c, "Slack_Send").map(|a| a.name).as_deref(), Some("Slack_Send"));
        assert_eq!(find(&c, "slack_send"), None);
    }

    #[test]
    fn an_unknown_action_names_the_nearest() {
        let c = catalogue(&["SLACK_SEND_MESSAGE", "GMAIL_GET"]);
        let failure = unknown(&c, "slack_send_mesage");
        assert_eq!(failure.message, "slack_send_mesage is not among the 2 actions listed.");
        assert!(failure.hint.starts_with("Did you mean SLACK_SEND_MESSAGE? "), "{}", failure.hint);
        assert!(!unknown(&c, "HUBSPOT").hint.contains("Did you mean"));
    }
}
