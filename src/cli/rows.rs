//! `akx run --each FILE` and `--users A,B`: one action run many times, one after the other, at a pace that servers bear;
//! and going on after an interruption without running anything twice.

mod told;

use std::{
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use self::told::Telling;
use super::{
    document,
    options::Run,
    output::Output,
    parameters,
    receiving::{Receiving, Signs},
    record::Recording,
    run::{self, Prepared},
    select,
    session::{Session, block_on},
};
use crate::{
    client::Client,
    domain::{
        arguments::Typing,
        document::Value,
        failure::{Failure, FailureKind},
        guard::Clearance,
        rows::{self, Came, Line, Rows, STEP, State, Template, Unfit, Work},
        run::{Outcome, RunRequest},
        text,
    },
    settings::{Source, Token, TokenOrigin},
    store::{
        answers::Answers,
        rows::{Journals, Kept},
    },
};

/// How often a run that was refused for coming too soon is tried at most.
const ATTEMPTS: u32 = 6;
/// The longest wait a server is granted between two of them.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many complaints about rows are told.
const TOLD: usize = 20;

/// One user's part of the work.
struct Part {
    session: Session,
    token: Token,
    client: Client,
    prepared: Prepared,
    /// What the runs of all rows share.
    template: Template,
    /// Whether the user is one of several.
    named: Option<String>,
}

/// All of the work: every row for the first user, then every row for the next. A run is made when it is sent, so that a
/// hundred thousand take no room.
struct All {
    parts: Vec<Part>,
    rows: Rows,
}

impl All {
    fn count(&self) -> usize {
        self.parts.len() * self.rows.count()
    }

    /// Whose part run `index` is of, and its row, from 0.
    fn part(&self, index: usize) -> Option<(&Part, usize)> {
        Some((self.parts.get(index / self.rows.count())?, index % self.rows.count()))
    }

    fn request(&self, index: usize) -> Option<RunRequest> {
        let (part, row) = self.part(index)?;
        let parameters = part.template.parameters(&self.rows.row(row).ok()?).ok()?;
        Some(part.prepared.request(parameters))
    }

    /// Run `index` as an earlier time left it.
    fn unsure(&self, index: usize) -> Came {
        let at = self.part(index);
        Came {
            row: at.map_or(0, |(_, row)| row + 1),
            user: at.and_then(|(part, _)| part.named.clone()),
            state: State::Unsure,
            words: "sent before the interruption; its answer is not known".to_owned(),
            took: None,
            request_id: None,
        }
    }
}

/// Runs an action for each row of a file, for each of several users, or both.
pub(crate) fn rows(session: &Session, options: &Run, output: &mut Output) -> Result<ExitCode, Failure> {
    let base = parameters::base(session, &options.parameters)?;
    let rows = match &options.each {
        None => Rows::one(),
        Some(path) => Rows::read(document::bytes(path)?).map_err(|e| unusable(options, &e.to_string()))?,
    };
    let parts = parts(session, options, &base, output)?;
    let all = All { parts, rows };
    check(options, &all, output)?;
    let Some(first) = all.parts.first() else { return Ok(ExitCode::SUCCESS) };
    // Another user's work is another work, also where only the token says whose it is.
    let whose: Vec<String> = match options.users.as_slice() {
        [] => first.token.user().map(str::to_owned).into_iter().collect(),
        users => users.to_vec(),
    };
    let of = Work {
        request: first.prepared.request(base),
        set: options.parameters.set.clone(),
        users: whose,
        project: session.settings.project()?.to_owned(),
        base_url: session.settings.base_url.value.clone(),
    };
    let file = if options.each.is_some() { all.rows.bytes() } else { &[] };
    let mut kept = Journals::new(session.paths.data_dir()).open(&of.journal(file))?;
    let due: Vec<usize> = (0..all.count()).filter(|i| options.fresh || kept.journal().is_due(*i)).collect();
    if !kept.journal().is_empty() && !options.fresh {
        let done = rows::summary((0..all.count()).map(|i| kept.journal().state(i)).filter(|s| *s != State::Waiting));
        output.say(&format!("Going on where it stopped: {done} (--fresh begins anew)."));
    }
    if let Some(words) = rows::at_least(due.len()) {
        output.say(&format!("{} runs. {words}", text::thousands(due.len())));
    }
    let leave = match due.len() {
        0 => None,
        times => Some(run::stand_guard(&first.session, options, (&first.prepared, times), &first.token, output)?),
    };
    if options.fresh {
        // Not before it was agreed to: what ran would be forgotten for nothing.
        kept.clear()?;
    }
    let telling = Telling::new(output, all.parts.iter().any(|part| part.named.is_some()));
    let (done, current) = (Vec::new(), None);
    let mut going = Going { all: &all, leave, kept: &mut kept, telling, done, bad: 0, current, stopped: None };
    let finished = block_on(going.go(&due, output))?.is_some();
    if !finished {
        going.interrupted(output);
    }
    let Going { telling, done, stopped, .. } = going;
    output.progress("");
    let left = due.len() - done.len();
    let due: std::collections::BTreeSet<usize> = due.into_iter().collect();
    let before = (0..all.count()).filter(|i| kept.journal().state(*i) == State::Unsure && !due.contains(i));
    let before: Vec<Came> = before.map(|index| all.unsure(index)).collect();
    telling.end(&done, &before, output)?;
    let states = done.iter().map(|came| came.state).chain(std::iter::repeat_n(State::Waiting, left));
    let words = rows::summary(states.clone().chain(before.iter().map(|_| State::Unsure)));
    let is_done = states.clone().all(|state| state == State::Ok) && before.is_empty();
    if is_done {
        kept.remove();
    }
    if let Some(failure) = &stopped {
        output.say(&format!("Stopped: {failure}"));
    }
    output.say(&format!("{}: {words}.", options.action));
    if left > 0 || states.clone().any(|s| s == State::Failed) {
        output.say("The same command goes on with what did not run; --fresh runs everything again.");
    } else if !before.is_empty() || states.clone().any(|s| s == State::Unsure) {
        output.say("Look at the provider for those that may have run; they are not sent again without --fresh.");
    }
    Ok(match (finished, is_done, stopped) {
        (false, ..) => ExitCode::from(FailureKind::Cancelled.exit_code()),
        (true, true, _) => ExitCode::SUCCESS,
        (true, false, Some(failure)) => ExitCode::from(failure.kind.exit_code()),
        (true, false, None) => ExitCode::FAILURE,
    })
}

/// The failure for a file that is not one of rows.
fn unusable(options: &Run, why: &str) -> Failure {
    let name = options.each.as_ref().map_or_else(String::new, |path| document::name(path));
    Failure::new(
        FailureKind::File,
        format!("{name} cannot be run row by row: {why}."),
        "Give CSV whose first line names the parameters, or one JSON object a line.",
    )
}

/// Everything that belongs to each user: settings, token, client, definition.
fn parts(session: &Session, options: &Run, base: &Value, output: &mut Output) -> Result<Vec<Part>, Failure> {
    let users: Vec<Option<String>> = if options.users.is_empty() {
        vec![None]
    } else {
        options.users.iter().map(|user| Some(user.trim().to_owned()).filter(|u| !u.is_empty())).collect()
    };
    let typing = if options.no_validate { Typing::Loose } else { Typing::Strict };
    let mut parts = Vec::new();
    for named in users {
        let session = match &named {
            Some(user) => session.for_user(user, Source::Flag("--users")),
            None => session.clone(),
        };
        if named.is_some() && !matches!(session.settings.token, TokenOrigin::Mint(_)) {
            return Err(Failure::new(
                FailureKind::Configuration,
                "--users needs a token for each of them, and there is no key to sign one with.",
                "Use a profile with signing_key_file and mint = true, or set AKX_SIGNING_KEY_PATH; or run once a user.",
            ));
        }
        let token = session.token()?;
        let prepared = run::prepare(&session, options, Some(&token), output)?;
        let client = session.client(&token)?;
        let schema = prepared.schema().cloned();
        let base = parameters::set(&options.parameters, base.clone(), schema.as_ref(), typing)?;
        let template = Template { base, schema, typing, checks: !options.no_validate };
        parts.push(Part { session, token, client, prepared, template, named });
    }
    Ok(parts)
}

/// Checks every run before any is sent.
fn check(options: &Run, all: &All, output: &mut Output) -> Result<(), Failure> {
    let (mut complaints, mut beyond) = (Vec::new(), 0);
    for part in &all.parts {
        let of = text::thousands(all.rows.count());
        let checked = part.template.check(&all.rows, |done| {
            if done > 0 {
                output.progress(&format!("Checking rows: {} of {of}", text::thousands(done)));
            }
            true
        });
        match checked {
            Ok(()) | Err(Unfit::Stopped) => {}
            Err(Unfit::File(why)) => return Err(unusable(options, &why)),
            Err(Unfit::Rows { complaints: of_part, more }) => {
                let several = all.parts.len() > 1;
                complaints.extend(of_part.iter().map(|complaint| match (&part.named, several, &options.each) {
                    (Some(user), true, Some(_)) => format!("for {user}, {complaint}"),
                    (Some(user), true, None) => format!("for {user}: {}", complaint.what),
                    (_, _, Some(_)) => complaint.to_string(),
                    (_, _, None) => complaint.what.clone(),
                }));
                beyond += more;
            }
        }
    }
    output.progress("");
    if complaints.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::new(
        FailureKind::InvalidParameters,
        format!("{} does not take these parameters, so nothing was sent.", options.action),
        "Correct the rows, or send them all the same with --no-validate: schemas are sometimes wrong.",
    );
    let more = complaints.len().saturating_sub(TOLD) + beyond;
    complaints.truncate(TOLD);
    if more > 0 {
        complaints.push(format!("and {} more", text::thousands(more)));
    }
    failure.details = complaints;
    Err(failure)
}

/// The work under way; what it holds is right at any moment, so that it may be dropped at any await.
struct Going<'a> {
    all: &'a All,
    /// The guard rails' leave; without it nothing is due.
    leave: Option<Clearance>,
    kept: &'a mut Kept,
    telling: Telling,
    done: Vec<Came>,
    /// How many of them did not go well.
    bad: usize,
    current: Option<(usize, Current)>,
    stopped: Option<Failure>,
}

/// The run that is under way.
struct Current {
    request: RunRequest,
    recording: Recording,
    signs: Signs,
}

impl Going<'_> {
    async fn go(&mut self, due: &[usize], output: &mut Output) {
        let (Some(leave), all) = (self.leave.clone(), self.all) else { return };
        for (count, &index) in due.iter().enumerate() {
            self.show(count, due.len(), output);
            let Some(((part, _), request)) = all.part(index).zip(all.request(index)) else { continue };
            let about = part.prepared.about(&part.session, &part.token);
            let recording = Recording::begin(&part.session, (&request, &about), &part.token, output);
            if let Err(failure) = self.kept.write(&Line { index, state: State::Sent }) {
                // Without the journal a second attempt could run something twice.
                self.stopped = Some(failure);
                return;
            }
            let signs = Signs::default();
            self.current = Some((index, Current { request: request.clone(), recording, signs: signs.clone() }));
            let pause = tokio::time::sleep(STEP);
            let outcome = attempt(part, (&leave, &request), &signs, output).await;
            if count == 0 {
                select::ran(&part.session, &request.action);
            }
            self.ended(&outcome, output);
            if self.stopped.is_some() {
                return;
            }
            pause.await;
        }
        self.show(due.len(), due.len(), output);
    }

    /// Notes how the current run ended.
    fn ended(&mut self, outcome: &Outcome, output: &mut Output) {
        let Some((index, Current { request, recording, .. })) = self.current.take() else { return };
        let state = State::of(outcome);
        if let Err(failure) = self.kept.write(&Line { index, state }) {
            output.warn(&failure.message);
        }
        let (_, took) = recording.finish(outcome, output);
        let failure = outcome.failure(&request.action);
        let (took, request_id, words) = match (outcome, &failure) {
            (Outcome::Answered(r), _) => (r.took, r.request_id.clone(), r.status.to_string()),
            (_, Some(f)) => (took, f.request_id.clone(), f.message.clone()),
            (_, None) => (took, None, String::new()),
        };
        if let Some(failure) = failure
            && matches!(failure.kind, FailureKind::NotAuthorised | FailureKind::Unreachable | FailureKind::Tls)
        {
            // The others would end in the same way.
            self.stopped = Some(failure);
        }
        let at = self.all.part(index);
        let user = at.and_then(|(part, _)| part.named.clone());
        let row = at.map_or(0, |(_, row)| row + 1);
        let came = Came { row, user, state, words, took: Some(took), request_id };
        if let Err(failure) = self.telling.ended(&came, (&request, outcome), output) {
            // Nobody would learn how they end.
            self.stopped.get_or_insert(failure);
        }
        self.bad += usize::from(state != State::Ok);
        self.done.push(came);
    }

    /// Somebody stopped it.
    fn interrupted(&mut self, output: &mut Output) {
        let sent = |(_, current): &(usize, Current)| current.signs.sent.load(Ordering::Relaxed);
        let may_have_run = self.current.as_ref().is_some_and(sent);
        self.ended(&Outcome::Cancelled { may_have_run }, output);
    }

    fn show(&self, count: usize, of: usize, output: &mut Output) {
        const WIDTH: usize = 24;
        let full = (count * WIDTH).checked_div(of).unwrap_or(WIDTH);
        let bad = if self.bad > 0 { format!(", {} not ok", text::thousands(self.bad)) } else { String::new() };
        let (count, of) = (text::thousands(count), text::thousands(of));
        output.progress(&format!("[{}{}] {count} of {of}{bad}", "#".repeat(full), ".".repeat(WIDTH - full)));
    }
}

/// One run; a refusal for coming too soon (429), which is no run, is tried again after the wait the server names.
async fn attempt(
    part: &Part,
    (leave, request): (&Clearance, &RunRequest),
    signs: &Signs,
    output: &mut Output,
) -> Outcome {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let session = &part.session;
        let answers = Answers::new(session.paths.data_dir());
        let receiving = Receiving::new(Arc::clone(&request.action), session.now.unix, answers, signs.clone());
        let outcome = run::once(&part.client, (leave, request), session.now, receiving).await;
        match &outcome {
            Outcome::Failed(failure) if failure.kind == FailureKind::RateLimited && attempts < ATTEMPTS => {
                signs.sent.store(false, Ordering::Relaxed);
                let wait = failure.retry_after.unwrap_or(Duration::from_secs(1)).min(PATIENCE);
                output.progress(&format!("The server asks for a pause of {}.", text::human_duration(wait)));
                tokio::time::sleep(wait).await;
            }
            _ => return outcome,
        }
    }
}
