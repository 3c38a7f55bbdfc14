//! `akx run`.

use std::{
    fmt::Write as _,
    sync::{Arc, atomic::Ordering},
};

use super::{
    answer::{self, Shape},
    catalogue::{self, Loaded, effect},
    options::Run,
    output::Output,
    parameters,
    receiving::{Receiving, Signs},
    select,
    session::{Session, block_on},
};
use crate::{
    client::preview,
    domain::{
        action::Action,
        arguments::{self, Typing},
        document::{Object, Value},
        export::{self, Call, Snippet},
        failure::{Failure, FailureKind},
        guard::{self, Attempt, By, Decision},
        run::{Outcome, Response, RunRequest},
        side_effect::SideEffect,
        text,
        wire::Wire,
    },
    settings::Token,
    store::answers::Answers,
};

/// Everything settled about a run before it is sent.
struct Planned {
    request: RunRequest,
    integration: Option<Arc<str>>,
    effect: SideEffect,
    schema: Option<Value>,
}

/// Runs one action once.
pub(crate) fn run(session: &Session, options: &Run, output: &mut Output) -> Result<(), Failure> {
    // A request that is only printed needs no token; then the user is who the settings say.
    let is_printed = options.dry_run || options.code.is_some();
    let token = if is_printed { session.token().ok() } else { Some(session.token()?) };
    let planned = plan(session, options, token.as_ref(), output)?;
    match token {
        Some(token) if !is_printed => {
            stand_guard(session, options, &planned, &token, output)?;
            select::ran(session, &token, &planned.request.action);
            match send(session, planned.request.clone(), &token, (options, output))? {
                Some((response, passed_on)) => {
                    let shape = if passed_on { Shape::PassedOn } else { Shape::Of(&options.shape) };
                    answer::print(&planned.request, response, shape, output)
                }
                None => Ok(()),
            }
        }
        _ => match options.code {
            Some(code) => code_of(session, code, &planned, output),
            None => dry_run(session, &planned.request, output),
        },
    }
}

/// The call as code, with the token as a variable.
fn code_of(session: &Session, code: Snippet, planned: &Planned, output: &mut Output) -> Result<(), Failure> {
    let call = Call {
        base_url: &session.settings.base_url.value,
        project: session.settings.project()?,
        request: &planned.request,
        schema: planned.schema.as_ref(),
        profile: None,
    };
    let text = export::write(code, &call);
    if output.json() {
        let object: Object = [("code", code.name()), ("text", text.as_str())].into_iter().collect();
        return output.value(&Value::Object(object));
    }
    output.line(&text)
}

fn plan(session: &Session, options: &Run, token: Option<&Token>, output: &mut Output) -> Result<Planned, Failure> {
    let base = parameters::base(session, &options.parameters)?;
    let chosen = session.settings.wire.as_ref().map(|wire| wire.value);
    let remembered = if chosen.is_none() { session.cache.wire(&session.settings.base_url.value) } else { None };
    let loaded = definitions(session, options, token, chosen.or(remembered), output)?;
    let action = match (&loaded, options.no_validate) {
        (Some(loaded), false) => Some(catalogue::action(loaded, &options.action)?),
        (Some(loaded), true) => catalogue::find(&loaded.catalogue, &options.action),
        (None, _) => None,
    };
    let schema = action.map(Action::schema);
    let typing = if options.no_validate { Typing::Loose } else { Typing::Strict };
    let parameters = parameters::set(&options.parameters, base, schema.as_ref(), typing)?;
    // What may not run at all is said before what is wrong with its parameters.
    if let Some(action) = action
        && let Decision::Refuse(failure) =
            decide(session, options, (&action.name, Some(&action.integration), effect(action)), token)
    {
        return Err(failure);
    }
    if let (Some(schema), false) = (&schema, options.no_validate) {
        match parameters::violations(schema, &parameters) {
            Ok(None) => {}
            Ok(Some(unchecked)) => output.remark(&unchecked),
            Err(violations) => {
                let mut failure = Failure::new(
                    FailureKind::InvalidParameters,
                    format!("{} does not take these parameters.", options.action),
                    "Correct them, or send them all the same with --no-validate: schemas are sometimes wrong.",
                );
                failure.details = violations.iter().map(parameters::told).collect();
                return Err(failure);
            }
        }
    }
    // What the list told stands over what was remembered: another server may answer there by now.
    let told = loaded.as_ref().and_then(|loaded| loaded.wire);
    let wire = chosen.or(told).or(remembered).ok_or_else(|| {
        Failure::new(
            FailureKind::Configuration,
            "It is not known which dialect this server speaks: its list does not tell.",
            "Name it with --wire seed, live or live-tools.",
        )
    })?;
    let name = action.map_or_else(|| Arc::from(options.action.as_str()), |action| Arc::clone(&action.name));
    Ok(Planned {
        effect: action.map_or_else(|| guard::effect_by_name(&name), effect),
        integration: action.map(|action| Arc::clone(&action.integration)),
        schema,
        request: RunRequest { action: name, parameters, wire, credential: options.account.as_deref().map(Arc::from) },
    })
}

/// The list with the action's definition, read only as far as it is needed: without validation nothing is asked while
/// the dialect is known, and nothing is even read while neither a parameter's type nor the guard rails depend on it.
fn definitions(
    session: &Session,
    options: &Run,
    token: Option<&Token>,
    wire: Option<Wire>,
    output: &mut Output,
) -> Result<Option<Loaded>, Failure> {
    if !options.no_validate || wire.is_none() {
        return catalogue::with_action(session, &options.action, output).map(Some);
    }
    let types_depend = options.parameters.set.iter().any(|argument| arguments::depends_on_schema(argument));
    let is_guarded = session.settings.read_only.is_some() || !options.yes;
    let guard_depends = is_guarded && guard::effect_by_name(&options.action) != SideEffect::Read;
    if types_depend || guard_depends { catalogue::kept(session, token) } else { Ok(None) }
}

/// The guard rails, before anything is sent.
fn stand_guard(
    session: &Session,
    options: &Run,
    planned: &Planned,
    token: &Token,
    output: &mut Output,
) -> Result<(), Failure> {
    let what = (&*planned.request.action, planned.integration.as_deref(), planned.effect);
    match decide(session, options, what, Some(token)) {
        Decision::Allow => Ok(()),
        Decision::Refuse(failure) => Err(failure),
        Decision::Ask(question) => {
            let choices = if question.typed.is_some() { "" } else { "[y/N] " };
            let answer = output.ask(&question.text, choices).ok_or_else(|| question.nobody_to_ask())?;
            if question.accepts(&answer) { Ok(()) } else { Err(question.declined()) }
        }
    }
}

/// What the guard rails say of an action: its name, its integration, what it does.
fn decide(
    session: &Session,
    options: &Run,
    (action, integration, effect): (&str, Option<&str>, SideEffect),
    token: Option<&Token>,
) -> Decision {
    let effect = select::corrected(session, token, action, effect);
    let read_only = session.settings.read_only.as_ref().map(ToString::to_string);
    let named = || session.settings.user.as_ref().map(|user| user.value.as_str());
    guard::decide(&Attempt {
        action,
        integration,
        effect,
        by: By { user: token.and_then(Token::user).or_else(named), profile: session.settings.profile_name() },
        place: session.place(),
        read_only: read_only.as_deref(),
        yes: options.yes,
    })
}

/// Sends the run, and tells whether the answer has gone to stdout as it came; `None` when whoever read it has gone.
fn send(
    session: &Session,
    request: RunRequest,
    token: &Token,
    (options, output): (&Run, &Output),
) -> Result<Option<(Response, bool)>, Failure> {
    let client = session.client(token)?;
    let action = Arc::clone(&request.action);
    let signs = Signs::default();
    // The seed's envelope can be taken off only when it is whole.
    let through =
        !(output.is_terminal() || output.json() || options.shape.is_asked_for()) && request.wire != Wire::Seed;
    let answers = Answers::new(session.paths.data_dir());
    let receiving = Receiving::new(Arc::clone(&action), session.now.unix, answers, signs.clone())
        .metered(output.meter())
        .passing_on(through);
    let now = session.now;
    let running = async move { client.run(&request, now, receiving).await };
    let may_have_run = || signs.sent.load(Ordering::Relaxed);
    let outcome = block_on(running)?.unwrap_or_else(|| Outcome::Cancelled { may_have_run: may_have_run() });
    tracing::info!(action = %action, outcome = told(&outcome), "ran");
    match outcome {
        Outcome::Answered(response) => Ok(Some((response, signs.passed_on.load(Ordering::Relaxed)))),
        // It has seen enough, as `head` does.
        Outcome::Failed(_) if signs.unheard.load(Ordering::Relaxed) => Ok(None),
        Outcome::Failed(failure) => Err(failure),
        Outcome::Cancelled { may_have_run } => Err(stopped(&action, may_have_run)),
        Outcome::TimedOut { may_have_run } => Err(timed_out(session, &action, may_have_run)),
    }
}

/// How a run ended, for the log: never what the provider said.
fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered(response) => format!("{} after {:?}", response.status, response.took),
        Outcome::Failed(failure) => format!("failed: {}", failure.kind.name()),
        Outcome::Cancelled { .. } => "cancelled".to_owned(),
        Outcome::TimedOut { .. } => "timed out".to_owned(),
    }
}

fn stopped(action: &str, may_have_run: bool) -> Failure {
    let (message, hint) = if may_have_run {
        (
            format!("Cancelled, but {action} had been sent: it may have run all the same."),
            "Look at the provider before running it again.",
        )
    } else {
        (format!("Cancelled before {action} was sent."), "")
    };
    Failure { may_have_run, ..Failure::new(FailureKind::Cancelled, message, hint) }
}

fn timed_out(session: &Session, action: &str, may_have_run: bool) -> Failure {
    let waited = text::human_duration(session.settings.timeout.value);
    let (message, hint) = if may_have_run {
        (
            format!("{action} got no answer within {waited}. It may still have run."),
            "Look at the provider before running it again, or allow more time with --timeout.",
        )
    } else {
        (
            format!("{action} was not sent: there was no connection within {waited}."),
            "Check the network, or allow more time with --timeout.",
        )
    };
    Failure { may_have_run, ..Failure::new(FailureKind::TimedOut, message, hint) }
}

fn dry_run(session: &Session, request: &RunRequest, output: &mut Output) -> Result<(), Failure> {
    let preview = preview(&session.target()?, request)?;
    if output.json() {
        let headers: Object = preview.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut object = Object::new();
        object.insert("method", preview.method);
        object.insert("url", preview.url.as_str());
        object.insert("headers", headers);
        object.insert("body", Value::parse(preview.body.as_bytes()).unwrap_or_else(|_| preview.body.as_str().into()));
        return output.value(&Value::Object(object));
    }
    let mut lines = format!("{} {}\n", preview.method, preview.url);
    for (name, value) in &preview.headers {
        let _ = writeln!(lines, "{name}: {value}");
    }
    lines.push('\n');
    lines.push_str(&preview.body);
    if output.is_terminal() {
        lines = text::clean_block(&lines).into_owned();
    }
    output.line(&lines)?;
    output.remark("Nothing was sent.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_run_says_whether_it_may_have_run() {
        assert!(stopped("A", true).message.contains("may have run all the same"));
        assert!(!stopped("A", false).message.contains("may have run"));
        assert_eq!(stopped("A", true).kind.exit_code(), 130);
    }
}
