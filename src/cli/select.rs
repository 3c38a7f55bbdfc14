//! Which actions a command is about: those a search finds, or those named.

use super::{output::Output, session::Session};
use crate::{
    domain::{
        action::Action,
        catalogue::Catalogue,
        failure::{Failure, FailureKind},
        search::{Facts, Index, Query, Searcher},
        side_effect::SideEffect,
        usage::{Usage, UsageChange},
    },
    settings::Token,
    store::usage::{UsageKey, Usages},
};

/// The actions `words` find, best first; all of them, in catalogue order, where there are none.
pub(crate) fn found<'c>(
    catalogue: &'c Catalogue,
    words: &[String],
    usage: &Usage,
    output: &mut Output,
) -> Vec<&'c Action> {
    let query = Query::parse(&words.join(" "));
    for problem in query.problems() {
        output.warn(&problem.message);
    }
    if query.is_empty() {
        return catalogue.actions().iter().collect();
    }
    let index = Index::new(catalogue);
    let facts = Facts {
        favourites: Some(usage.favourites()),
        recent: Some(usage.recent()),
        uses: Some(usage.uses()),
        ..Facts::default()
    };
    let found = Searcher::new().search(&index, &query, &facts);
    for problem in &found.problems {
        output.warn(&problem.message);
    }
    if let Some(corrected) = &found.corrected {
        output.say(&format!("Showing results for {corrected}."));
    }
    found.hits.iter().filter_map(|hit| catalogue.actions().get(hit.action)).collect()
}

/// The actions `words` name exactly, where every word is a name; else what they find.
///
/// # Errors
/// When there is none.
pub(crate) fn chosen<'c>(
    catalogue: &'c Catalogue,
    words: &[String],
    usage: &Usage,
    output: &mut Output,
) -> Result<Vec<&'c Action>, Failure> {
    let named: Option<Vec<&Action>> = words.iter().map(|word| catalogue.get(word)).collect();
    let chosen = match named {
        Some(named) if !named.is_empty() => named,
        _ => found(catalogue, words, usage, output),
    };
    if chosen.is_empty() {
        return Err(Failure::new(
            FailureKind::UnknownAction,
            format!("None of the {} actions matches.", catalogue.len()),
            "akx search shows what a search finds.",
        ));
    }
    Ok(chosen)
}

/// What the person uses of this project.
pub(crate) fn usage(session: &Session) -> Usage {
    let token = session.token().ok();
    Usages::new(session.paths.data_dir()).load(&key(session, token.as_ref()))
}

/// What `action` does: what the person has said in the explorer, else `otherwise`.
pub(crate) fn corrected(session: &Session, token: Option<&Token>, action: &str, otherwise: SideEffect) -> SideEffect {
    Usages::new(session.paths.data_dir()).load(&key(session, token)).side_effect(action, otherwise)
}

/// Keeps that `action` was run.
pub(crate) fn ran(session: &Session, token: &Token, action: &str) {
    let kept =
        Usages::new(session.paths.data_dir()).change(&key(session, Some(token)), &UsageChange::Ran(action.into()));
    // Counts that cannot be written cost an order, not the answer.
    if let Err(failure) = kept {
        tracing::warn!(%failure, "what is used is not kept");
    }
}

fn key(session: &Session, token: Option<&Token>) -> UsageKey {
    UsageKey {
        project: session.settings.project.as_ref().map(|p| p.value.clone()).unwrap_or_default(),
        user: token.and_then(Token::user).unwrap_or_default().to_owned(),
    }
}
