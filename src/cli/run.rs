//! `akx run`.

use std::{
    fmt::Write as _,
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
};

use super::{
    answer::{self, Shape},
    catalogue::{self, Loaded, effect},
    options::Run,
    output::Output,
    parameters,
    receiving::{Receiving, Signs},
    record::{self, Recording},
    rows, select,
    session::{Session, block_on},
    ticket,
};
use crate::{
    client::{Client, preview},
    domain::{
        arguments::{self, Typing},
        document::{Object, Value},
        export::{self, Call, Snippet},
        failure::{Failure, FailureKind},
        guard::{self, Attempt, By, Clearance, Decision},
        history::About,
        now::Now,
        pages::{Merged, Pager, Pages, Paging},
        run::{Outcome, Response, RunRequest},
        side_effect::SideEffect,
        text,
        ticket::Ticket,
        wire::Wire,
    },
    settings::Token,
    store::answers::Answers,
};

/// What is settled about an action before it is run, whatever its parameters.
pub(crate) struct Prepared {
    action: Arc<str>,
    about: Option<About>,
    effect: SideEffect,
    schema: Option<Value>,
    wire: Wire,
    credential: Option<Arc<str>>,
}

impl Prepared {
    /// The schema of its parameters, where that is known.
    pub(crate) const fn schema(&self) -> Option<&Value> {
        self.schema.as_ref()
    }

    /// A run of it.
    pub(crate) fn request(&self, parameters: Value) -> RunRequest {
        RunRequest {
            action: Arc::clone(&self.action),
            parameters,
            wire: self.wire,
            credential: self.credential.clone(),
        }
    }

    /// What a record of a run tells of the action.
    pub(crate) fn about(&self, session: &Session, token: &Token) -> About {
        self.about.clone().unwrap_or_else(|| record::about(session, token, &self.action, self.effect))
    }

    /// Whether it only reads, as far as is known.
    pub(crate) fn only_reads(&self, session: &Session) -> bool {
        select::corrected(session, &self.action, self.effect) == SideEffect::Read
    }

    fn integration(&self) -> Option<&str> {
        self.about.as_ref().map(|about| &*about.integration)
    }
}

/// How often an action is to run, and for whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Many<'a> {
    /// How often.
    pub(crate) times: usize,
    /// For whom, where that is more than the one the token is for.
    pub(crate) users: Option<&'a str>,
}

impl Many<'_> {
    /// Once, for the one the token is for.
    pub(crate) const ONCE: Self = Self { times: 1, users: None };
}

/// Runs one action, once or once for each row or user.
pub(crate) fn run(session: &Session, options: &Run, output: &mut Output) -> Result<ExitCode, Failure> {
    if options.each.is_some() || !options.users.is_empty() {
        return rows::rows(session, options, output);
    }
    let base = parameters::base(session, &options.parameters)?;
    with(session, options, base, output)
}

/// Runs one action once with `base`, and what `-p` sets in it.
pub(crate) fn with(session: &Session, options: &Run, base: Value, output: &mut Output) -> Result<ExitCode, Failure> {
    // A request that is only printed needs no token; then the user is who the settings say.
    let is_printed = options.dry_run || options.code.is_some();
    let token = if is_printed { session.token().ok() } else { Some(session.token()?) };
    let prepared = prepare(session, options, token.as_ref(), output)?;
    let request = plan(session, options, (&prepared, base), token.as_ref(), output)?;
    match token {
        Some(token) if !is_printed => {
            let leave = stand_guard(session, options, (&prepared, Many::ONCE), &token, output)?;
            select::ran(session, &request.action);
            match send(session, options, (&prepared, &leave, &request), &token, output)? {
                Some(sent) => {
                    let shape = if sent.passed_on { Shape::PassedOn } else { Shape::Of(&options.shape) };
                    answer::print(&request, (sent.response.clone(), sent.merged.as_ref()), shape, output)?;
                    return Ok(ended_early(&sent, output));
                }
                None => Ok(()),
            }
        }
        _ => match options.code {
            Some(code) => code_of(session, code, (&prepared, &request), output),
            None => dry_run(session, &request, output),
        },
    }
    .map(|()| ExitCode::SUCCESS)
}

/// Says where going through pages stopped; the exit code is that of what stopped it.
fn ended_early(sent: &Sent, output: &mut Output) -> ExitCode {
    let Some(merged) = &sent.merged else { return ExitCode::SUCCESS };
    match (&merged.stop, &sent.failure) {
        (_, Some(failure)) => {
            output.warn(&format!("{}. {}", merged.words().trim_end_matches('.'), failure.hint));
            ExitCode::from(failure.kind.exit_code())
        }
        (Some(stop), None) if stop.is_complete() => {
            output.remark(&merged.words());
            ExitCode::SUCCESS
        }
        (Some(_) | None, None) => {
            output.warn(&format!("{}.", merged.words()));
            ExitCode::SUCCESS
        }
    }
}

/// The call as code, with the token as a variable.
fn code_of(
    session: &Session,
    code: Snippet,
    (prepared, request): (&Prepared, &RunRequest),
    output: &mut Output,
) -> Result<(), Failure> {
    let call = Call {
        base_url: &session.settings.base_url.value,
        project: session.settings.project()?,
        request,
        schema: prepared.schema(),
        profile: None,
    };
    let text = export::write(code, &call);
    if output.json() {
        let object: Object = [("code", code.name()), ("text", text.as_str())].into_iter().collect();
        return output.value(&Value::Object(object));
    }
    output.line(&text)
}

/// Finds out what is to be known of the action, asking for the list only where that is needed.
pub(crate) fn prepare(
    session: &Session,
    options: &Run,
    token: Option<&Token>,
    output: &mut Output,
) -> Result<Prepared, Failure> {
    let chosen = session.settings.wire.as_ref().map(|wire| wire.value);
    let remembered = if chosen.is_none() { session.cache.wire(&session.settings.base_url.value) } else { None };
    let loaded = definitions(session, options, token, chosen.or(remembered), output)?;
    let action = match (&loaded, options.no_validate) {
        (Some(loaded), false) => Some(catalogue::action(loaded, &options.action)?),
        (Some(loaded), true) => catalogue::find(&loaded.catalogue, &options.action),
        (None, _) => None,
    };
    // What the list told stands over what was remembered: another server may answer there by now.
    let told = loaded.as_ref().and_then(|loaded| loaded.wire);
    let wire = chosen.or(told).or(remembered).ok_or_else(|| {
        Failure::new(
            FailureKind::Configuration,
            "It is not known which dialect this server speaks: its list does not tell.",
            "Name it with --wire seed, live or live-tools.",
        )
    })?;
    let name = action.as_ref().map_or_else(|| Arc::from(options.action.as_str()), |action| Arc::clone(&action.name));
    let effect = action.as_ref().map_or_else(|| guard::effect_by_name(&name), effect);
    let about = action.as_ref().map(|action| About {
        integration: Arc::clone(&action.integration),
        effect,
        schema: action.parameters.clone(),
    });
    let credential = options.account.as_deref().map(Arc::from);
    Ok(Prepared { action: name, about, effect, schema: action.map(|action| action.schema()), wire, credential })
}

/// The run, its parameters set and checked.
fn plan(
    session: &Session,
    options: &Run,
    (prepared, base): (&Prepared, Value),
    token: Option<&Token>,
    output: &mut Output,
) -> Result<RunRequest, Failure> {
    let typing = if options.no_validate { Typing::Loose } else { Typing::Strict };
    let parameters = parameters::set(&options.parameters, base, prepared.schema(), typing)?;
    for words in parameters::files_as_text(&options.parameters, prepared.schema()) {
        output.warn(&words);
    }
    // What may not run at all is said before what is wrong with its parameters.
    if prepared.about.is_some()
        && let Decision::Refuse(failure) = decide(session, options, (prepared, Many::ONCE), token)
    {
        return Err(failure);
    }
    if let (Some(schema), false) = (prepared.schema(), options.no_validate) {
        match parameters::violations(schema, &parameters) {
            Ok(None) => {}
            Ok(Some(unchecked)) => output.remark(&unchecked),
            Err(violations) => {
                let mut failure = Failure::new(
                    FailureKind::InvalidParameters,
                    format!("{} does not take these parameters.", options.action),
                    "Correct them, or send them all the same with --no-validate: schemas are sometimes wrong.",
                );
                failure.details = violations.iter().map(ToString::to_string).collect();
                return Err(failure);
            }
        }
    }
    Ok(prepared.request(parameters))
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

/// The guard rails, before anything is sent: one question, for however many times it is to run.
pub(crate) fn stand_guard(
    session: &Session,
    options: &Run,
    what: (&Prepared, Many<'_>),
    token: &Token,
    output: &mut Output,
) -> Result<Clearance, Failure> {
    match decide(session, options, what, Some(token)) {
        Decision::Allow(leave) => Ok(leave),
        Decision::Refuse(failure) => Err(failure),
        Decision::Ask(question) => {
            let choices = if question.typed.is_some() { "" } else { "[y/N] " };
            let answer = output.ask(&question.text, choices)?.ok_or_else(|| question.nobody_to_ask())?;
            question.accept(&answer)
        }
    }
}

/// What the guard rails say of an action that is to run so many times.
fn decide(
    session: &Session,
    options: &Run,
    (prepared, many): (&Prepared, Many<'_>),
    token: Option<&Token>,
) -> Decision {
    let effect = select::corrected(session, &prepared.action, prepared.effect);
    let read_only = session.settings.read_only.as_ref().map(ToString::to_string);
    let named = || session.settings.user.as_ref().map(|user| user.value.as_str());
    let attempt = Attempt {
        action: &prepared.action,
        integration: prepared.integration(),
        effect,
        by: By {
            user: many.users.or_else(|| token.and_then(Token::user)).or_else(named),
            profile: session.settings.profile_name(),
        },
        place: session.place(),
        read_only: read_only.as_deref(),
        yes: options.yes,
    };
    if options.pages.all {
        guard::decide_repeated(&attempt, options.pages.limit)
    } else {
        guard::decide(&attempt).for_many(many.times)
    }
}

/// Sends a run once; `receiving` tells, at any moment, whether it has left.
pub(crate) async fn once(
    client: &Client,
    (leave, request): (&Clearance, &RunRequest),
    now: Now,
    receiving: Receiving,
) -> Outcome {
    client.run(leave, request, now, receiving).await
}

/// What was answered.
struct Sent {
    response: Response,
    /// Whether it has gone to stdout as it came.
    passed_on: bool,
    /// What it was merged from, where all pages were asked for.
    merged: Option<Merged>,
    /// What stopped the pages before their end.
    failure: Option<Failure>,
}

/// Sends the run, or one page after the other; `None` when whoever read the answer has gone.
fn send(
    session: &Session,
    options: &Run,
    (prepared, leave, request): (&Prepared, &Clearance, &RunRequest),
    token: &Token,
    output: &mut Output,
) -> Result<Option<Sent>, Failure> {
    let client = session.client(token)?;
    let about = prepared.about(session, token);
    let recording = Recording::begin(session, (request, &about), token, output);
    let action = &request.action;
    let signs = Signs::default();
    // The seed's envelope can be taken off only when it is whole, and pages are one document at the end.
    let through = !(output.is_terminal() || output.json() || options.shape.is_asked_for())
        && request.wire != Wire::Seed
        && !options.pages.all;
    let answers = Answers::new(session.paths.data_dir());
    let receiving = || {
        Receiving::new(Arc::clone(action), session.now.unix, answers.clone(), signs.clone())
            .metered(output.meter())
            .passing_on(through)
    };
    let pages = Pages { pager: prepared.schema().map(Pager::of).unwrap_or_default(), limit: options.pages.limit };
    let mut paging = options.pages.all.then(|| Paging::new(pages, client.target().body_limit));
    let ended = block_on(through_pages(&client, (leave, request), &mut paging, (session.now, receiving)));
    let may_have_run = signs.sent.load(Ordering::Relaxed);
    let (outcome, merged, failure) = match (ended, paging) {
        (Err(failure), _) => (Outcome::Failed(failure), None, None),
        (Ok(Some(Some(outcome))), _) => (outcome, None, None),
        (Ok(ended), Some(mut paging)) => {
            if ended.is_none() {
                paging.cancel(may_have_run);
            }
            let failure = paging.ended().and_then(|ended| failure_of(session, action, ended));
            let merged = paging.merged().clone();
            (paging.into_outcome(), Some(merged), failure)
        }
        (Ok(_), None) => (Outcome::Cancelled { may_have_run }, None, None),
    };
    let (begun, took) = recording.finish(&outcome, output);
    tracing::info!(action = %action, outcome = told(&outcome), "ran");
    if let Some(directory) = &options.ticket {
        let ticket = Ticket::of_run(begun, &outcome, took, &session.known(Some(token)));
        let ticket = if options.unredacted { ticket.revealing(request, &outcome) } else { ticket };
        // The answer is worth more than the ticket.
        match ticket::write(&ticket, directory) {
            Ok(files) => ticket::say(&ticket, &files, output),
            Err(failure) => output.warn(&failure.message),
        }
    }
    match outcome {
        Outcome::Answered(response) => {
            Ok(Some(Sent { response, passed_on: signs.passed_on.load(Ordering::Relaxed), merged, failure }))
        }
        // It has seen enough, as `head` does.
        Outcome::Failed(_) if signs.unheard.load(Ordering::Relaxed) => Ok(None),
        other => Err(failure_of(session, action, &other).unwrap_or_else(super::session::cancelled)),
    }
}

/// Sends a run, or with `paging` one page after the other, whose outcomes it takes.
async fn through_pages(
    client: &Client,
    (leave, request): (&Clearance, &RunRequest),
    paging: &mut Option<Paging>,
    (now, receiving): (Now, impl Fn() -> Receiving),
) -> Option<Outcome> {
    let (mut ask, mut attempt) = (request.clone(), 1);
    loop {
        let outcome = once(client, (leave, &ask), now, receiving()).await;
        let Some(paging) = paging else { return Some(outcome) };
        if let Some(wait) = client.wait_to_ask_again(&outcome, attempt) {
            tokio::time::sleep(wait).await;
            attempt += 1;
            continue;
        }
        attempt = 1;
        ask = paging.take(&ask, outcome)?;
    }
}

/// Why there is no answer, where there is none.
fn failure_of(session: &Session, action: &str, outcome: &Outcome) -> Option<Failure> {
    match outcome {
        Outcome::Answered(_) => None,
        Outcome::Failed(failure) => Some(failure.clone()),
        Outcome::Cancelled { may_have_run } => Some(stopped(action, *may_have_run)),
        Outcome::TimedOut { may_have_run } => Some(timed_out(session, action, *may_have_run)),
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
    let silence = session.settings.timeout.value;
    let whole = session.settings.max_time.as_ref().map(|time| time.value).filter(|whole| *whole < silence);
    let option = if whole.is_some() { "--max-time" } else { "--timeout" };
    let waited = text::human_duration(whole.unwrap_or(silence));
    let (message, hint) = if may_have_run {
        (
            format!("{action} got no answer within {waited}. It may still have run."),
            format!("Look at the provider before running it again, or allow more time with {option}."),
        )
    } else {
        (
            format!("{action} was not sent: there was no connection within {waited}."),
            format!("Check the network, or allow more time with {option}."),
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
