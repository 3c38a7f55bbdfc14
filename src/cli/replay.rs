//! `akx replay`.

use std::path::Path;

use super::{
    document, history,
    options::{Parameters, Replay as Options, Run},
    output::Output,
    parameters, record, run,
    session::Session,
};
use crate::domain::{arguments::Typing, failure::Failure, history::Replay};

/// Runs again what a file or a record of the history says.
pub(crate) fn replay(session: &Session, options: &Options, output: &mut Output) -> Result<(), Failure> {
    let replay = match options.source.parse::<i64>() {
        Ok(id) => history::record(&session.kept_history(), id)?.replay(),
        Err(_) => Replay::read(&document::bytes(Path::new(&options.source))?)?,
    };
    for difference in differences(session, &replay) {
        output.warn(&difference);
    }
    let run = Run {
        action: replay.request.action.to_string(),
        parameters: Parameters { params: None, set: options.set.clone() },
        dry_run: options.dry_run,
        yes: options.yes,
        no_validate: options.no_validate,
        account: replay.request.credential.as_deref().map(str::to_owned),
        shape: options.shape.clone(),
        ..Run::default()
    };
    let base = replay.parameters();
    // Said before anything is asked of a server.
    replay.complete(&parameters::set(&run.parameters, base.clone(), None, Typing::Loose)?)?;
    run::with(session, &run, base, output).map(|_code| ())
}

/// What is otherwise now than it was then.
fn differences(session: &Session, replay: &Replay) -> Vec<String> {
    let (then, token) = (&replay.whose, session.token().ok());
    let now = record::whose(session, token.as_ref());
    let pairs = [
        ("user", then.user.as_deref().unwrap_or_default(), now.user.as_deref().unwrap_or_default()),
        ("project", &then.project, &now.project),
        ("server", &then.base_url, &now.base_url),
    ];
    let other = pairs.iter().filter(|(_, then, now)| !then.is_empty() && !now.is_empty() && then != now);
    other.map(|(what, then, now)| format!("It was run with {what} {then}; now it runs with {now}.")).collect()
}
