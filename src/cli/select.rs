//! Which actions a command is about: those a search finds, or those named.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    catalogue,
    output::Output,
    session::{Session, block_on},
};
use crate::{
    domain::{
        action::Action,
        catalogue::Catalogue,
        category::{self, Categories},
        failure::{Failure, FailureKind},
        search::{Facts, Found, Query, search_once},
        side_effect::SideEffect,
        text,
        usage::{Usage, UsageChange},
    },
    store::{cache::Scope, usage::Usages},
};

/// What is known beside the list itself, for the query's qualifiers.
struct Known {
    usage: Usage,
    connected: Option<BTreeSet<Arc<str>>>,
    new: Option<BTreeSet<Arc<str>>>,
    categories: Categories,
}

impl Known {
    /// What `query` needs to know: what it does not ask for is not fetched.
    fn of(session: &Session, query: &Query, catalogue: &Catalogue) -> Self {
        let new = if query.asks_for_new() { new(session, catalogue) } else { None };
        let mut categories = category::known(catalogue.groups().iter().map(|g| &g.integration));
        let online = !session.settings.offline && session.settings.catalogue.is_none();
        let token = if online { session.token().ok() } else { None };
        let client = token.and_then(|token| session.client(&token).ok());
        let mut connected = None;
        if let Some(client) = client.filter(|_| query.asks_for_connected() || query.categories().next().is_some()) {
            if query.asks_for_connected()
                && let Ok(Some(Ok(connections))) = block_on(client.connections(session.now))
            {
                connected = Some(connections.connected());
            }
            // While it is typed, the beginning of a category is none yet.
            for name in query.categories().filter(|name| category::is_known(name)) {
                if let Ok(Some(Ok(Some(keys)))) = block_on(client.of_category(name, session.now)) {
                    category::selected(&mut categories, name, &keys);
                }
            }
        }
        Self { usage: usage(session), connected, new, categories }
    }

    fn facts(&self) -> Facts<'_> {
        Facts {
            connected: self.connected.as_ref(),
            favourites: Some(self.usage.favourites()),
            recent: Some(self.usage.recent()),
            new: self.new.as_ref(),
            uses: Some(self.usage.uses()),
            categories: Some(&self.categories),
            side_effects: Some(self.usage.side_effects()),
        }
    }
}

/// The names among those `now` that the list before had not; `None` where there was none before.
fn new(session: &Session, now: &Catalogue) -> Option<BTreeSet<Arc<str>>> {
    let key = session.list_key(session.token().ok().as_ref()).ok()?;
    let before = session.cache.names_before(&key, Scope::Available).ok()??.catalogue;
    let names = (0..now.len()).map(|at| now.name(at));
    Some(names.filter(|name| before.position(name).is_none()).map(Into::into).collect())
}

/// Reads the query, and says what of it makes no sense.
pub(crate) fn query(words: &[String], output: &mut Output) -> Query {
    let query = Query::parse(&words.join(" "));
    for problem in query.problems() {
        output.warn(&problem.message);
    }
    query
}

/// Says what of the query could not be answered, and what was searched instead.
pub(crate) fn tell(found: &Found, output: &mut Output) {
    for problem in &found.problems {
        output.warn(&problem.message);
    }
    if let Some(corrected) = &found.corrected {
        output.say(&format!("Showing results for {corrected}."));
    }
}

/// What `query` finds in `catalogue`, best first; everything, in catalogue order, where it asks for nothing.
pub(crate) fn search(session: &Session, catalogue: &Catalogue, query: &Query) -> Found {
    let known = Known::of(session, query, catalogue);
    search_once(catalogue, query, &known.facts())
}

/// The actions `words` name, where they are names; else what they find, best first; all of them, in catalogue order,
/// where there are none.
///
/// What is taken away to work with is taken as it was asked for: nothing is left out of the query or put in its place.
///
/// # Errors
/// When there is none, when one that is named does not exist, or when part of the query names nothing or cannot be
/// answered.
pub(crate) fn chosen(session: &Session, catalogue: &Catalogue, words: &[String]) -> Result<Vec<Action>, Failure> {
    let named: Vec<Option<Action>> = words.iter().map(|word| catalogue::find(catalogue, word)).collect();
    if let Some(missing) = words.iter().zip(&named).find(|(word, action)| action.is_none() && is_like_a_name(word)) {
        return Err(catalogue::unknown(catalogue, missing.0));
    }
    if !named.is_empty() && named.iter().all(Option::is_some) {
        return Ok(named.into_iter().flatten().collect());
    }
    let query = Query::parse(&words.join(" "));
    let found = search(session, catalogue, &query);
    let problems: Vec<&str> =
        query.problems().iter().chain(&found.problems).map(|problem| problem.message.as_str()).collect();
    if !problems.is_empty() {
        return Err(Failure::new(
            FailureKind::Usage,
            problems.join(" "),
            "Correct the query, or take that part out of it.",
        ));
    }
    let nothing = |hint: String| {
        let message = format!("None of the {} actions matches.", text::thousands(catalogue.len()));
        Failure::new(FailureKind::UnknownAction, message, hint)
    };
    if let Some(corrected) = &found.corrected {
        return Err(nothing(format!("Did you mean {corrected}?")));
    }
    let chosen: Vec<Action> = found.hits.iter().filter_map(|hit| catalogue.action(hit.action)).collect();
    if chosen.is_empty() { Err(nothing("akx search shows what a search finds.".to_owned())) } else { Ok(chosen) }
}

/// Whether a word is written as the names of actions are, so that it is none to search for.
fn is_like_a_name(word: &str) -> bool {
    let of_name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains('_') && word.bytes().all(of_name)
}

/// What the person uses of this project.
pub(crate) fn usage(session: &Session) -> Usage {
    Usages::new(session.paths.data_dir()).load(project(session))
}

/// What `action` does: what the person has said in the explorer, else `otherwise`.
pub(crate) fn corrected(session: &Session, action: &str, otherwise: SideEffect) -> SideEffect {
    usage(session).side_effect(action, otherwise)
}

/// Keeps that `action` was run.
pub(crate) fn ran(session: &Session, action: &str) {
    let kept = Usages::new(session.paths.data_dir()).change(project(session), &UsageChange::Ran(action.into()));
    // Counts that cannot be written cost an order, not the answer.
    if let Err(failure) = kept {
        tracing::warn!(%failure, "what is used is not kept");
    }
}

fn project(session: &Session) -> &str {
    session.settings.project.as_ref().map_or("", |p| &p.value)
}
