//! `akx run --each FILE` and `--users A,B`: one action run many times, one after the other, at a pace that servers bear;
//! and going on after an interruption or a correction without running anything twice.

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
    run::{self, Many, Prepared},
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
        rows::{self, Came, Journal, Line, Rows, RunKey, STEP, State, Template, Unfit, Work},
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
    /// The user, where they are named among others.
    named: Option<String>,
    /// What it takes to run it for them, or why that cannot be done.
    ready: Result<Box<Ready>, Failure>,
}

struct Ready {
    session: Session,
    token: Token,
    client: Client,
    prepared: Prepared,
    /// What the runs of all rows share.
    template: Template,
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

    /// What run `index` is sent with; a failure where that user cannot run it.
    fn ready(&self, index: usize) -> Option<Result<&Ready, &Failure>> {
        self.part(index).map(|(part, _)| part.ready.as_deref())
    }

    fn request(&self, index: usize) -> Option<RunRequest> {
        let (part, row) = self.part(index)?;
        let ready = part.ready.as_ref().ok()?;
        let parameters = ready.template.parameters(&self.rows.row(row).ok()?).ok()?;
        Some(ready.prepared.request(parameters))
    }

    /// How run `index` came out, before what is known of that.
    fn came(&self, index: usize, state: State, words: impl Into<String>) -> Came {
        let at = self.part(index);
        Came {
            row: at.map_or(0, |(_, row)| row + 1),
            user: at.and_then(|(part, _)| part.named.clone()),
            state,
            words: words.into(),
            before: false,
            took: None,
            request_id: None,
        }
    }

    /// Why these runs cannot be sent for some of their users.
    fn lost(&self, runs: &[usize]) -> Vec<&Failure> {
        let rows = self.rows.count();
        let is_due = |at: usize| runs.iter().any(|run| run / rows == at);
        let lost = self.parts.iter().enumerate().filter(|(at, _)| is_due(*at));
        lost.filter_map(|(_, part)| part.ready.as_ref().err()).collect()
    }

    /// For whom these runs are, where that varies.
    fn users(&self, runs: &[usize]) -> Option<String> {
        let mut users: Vec<&str> = runs.iter().filter_map(|index| self.part(*index)?.0.named.as_deref()).collect();
        users.dedup();
        rows::named(&users)
    }
}

/// Runs an action for each row of a file, for each of several users, or both.
pub(crate) fn rows(session: &Session, options: &Run, output: &mut Output) -> Result<ExitCode, Failure> {
    let base = parameters::base(session, &options.parameters)?;
    let rows = match &options.each {
        None => Rows::one(),
        Some(path) => Rows::read(document::bytes(path)?).map_err(|e| unusable(options, &e.to_string()))?,
    };
    let mut telling = Telling::new(options, output)?;
    let all = All { parts: parts(session, options, &base, output)?, rows };
    let keys = check(options, &all, output)?;
    let Some(first) = all.parts.iter().find_map(|part| part.ready.as_deref().ok()) else {
        return Ok(ExitCode::SUCCESS);
    };
    let only_reads = first.prepared.only_reads(&first.session);
    let of = Work {
        request: first.prepared.request(base),
        project: session.settings.project()?.to_owned(),
        base_url: session.settings.base_url.value.clone(),
    };
    let mut kept = Journals::new(session.paths.data_dir()).open(&of.journal(), keys)?;
    let due: Vec<usize> = (0..all.count()).filter(|i| options.fresh || kept.journal().is_due(*i)).collect();
    if !kept.journal().is_empty() && !options.fresh {
        let done = rows::summary((0..all.count()).map(|i| kept.journal().state(i)).filter(|s| *s != State::Waiting));
        output.say(&match due.len() {
            0 => format!("Nothing is left to run: {done} before (--fresh runs all of it again)."),
            _ => format!("Going on where it stopped: {done} (--fresh begins anew)."),
        });
    }
    if let Some(words) = rows::at_least(due.len()) {
        output.say(&format!("{} runs. {words}", text::thousands(due.len())));
    }
    let sent: Vec<usize> = due.iter().copied().filter(|i| matches!(all.ready(*i), Some(Ok(_)))).collect();
    if !options.yes {
        // Whoever is asked knows for whom it is not.
        all.lost(&due).iter().for_each(|failure| output.warn(&failure.message));
    }
    let leave = match sent.len() {
        0 => None,
        times => {
            let users = all.users(&sent);
            let many = Many { times, users: users.as_deref() };
            Some(run::stand_guard(&first.session, options, (&first.prepared, many), &first.token, output)?)
        }
    };
    if options.fresh {
        // Not before it was agreed to: what ran would be forgotten for nothing.
        kept.clear()?;
    }
    let before = if options.fresh { Journal::default() } else { kept.journal().clone() };
    let earlier = (0..all.count()).filter(|i| !options.fresh && !before.is_due(*i));
    let earlier: Vec<Came> =
        earlier.map(|i| Came { before: true, ..all.came(i, before.state(i), before.said(i)) }).collect();
    telling.begin(output)?;
    for came in &earlier {
        telling.earlier(came, output)?;
    }
    let (done, current) = (Vec::new(), None);
    let mut going = Going { all: &all, leave, kept: &mut kept, telling, done, bad: 0, current, stopped: None };
    let finished = block_on(going.go(&due, output))?.is_some();
    if !finished {
        going.interrupted(output);
    }
    let Going { telling, done, stopped, .. } = going;
    output.progress("");
    let left = due.len() - done.len();
    telling.end(&done, &earlier, output)?;
    let states = || {
        let ended = earlier.iter().chain(&done).map(|came| came.state);
        ended.chain(std::iter::repeat_n(State::Waiting, left))
    };
    let is_done = states().all(|state| state == State::Ok);
    if is_done && only_reads {
        // Reading it once more is what somebody wants who asks once more.
        kept.remove();
    }
    if let Some(failure) = &stopped {
        output.say(&format!("Stopped: {failure}"));
    }
    let ran_before = earlier.iter().filter(|came| came.state == State::Ok).count();
    let ran_before =
        if ran_before > 0 { format!("; {} ran before", text::thousands(ran_before)) } else { String::new() };
    output.say(&format!("{}: {}{ran_before}.", options.action, rows::summary(states())));
    if left > 0 || states().any(|s| s == State::Failed) {
        output.say("The same command goes on with what did not run, also when you have corrected rows; --fresh runs everything again.");
    } else if states().any(|s| s == State::Unsure) {
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

/// Everything that belongs to each user: settings, token, client, definition. Where one of several has not connected the
/// integration, or may not use it, the others run all the same.
fn parts(session: &Session, options: &Run, base: &Value, output: &mut Output) -> Result<Vec<Part>, Failure> {
    let mut users: Vec<Option<&str>> = options.users.iter().map(|user| Some(user.as_str())).collect();
    for (i, user) in options.users.iter().enumerate() {
        if options.users[..i].contains(user) {
            return Err(Failure::new(
                FailureKind::Usage,
                format!("--users names {user} twice."),
                "Name each user once: what runs, runs once for each.",
            ));
        }
    }
    if users.is_empty() {
        users.push(None);
    }
    let mut parts = Vec::new();
    for user in users {
        let ready = ready(session, options, (user, base), output).map(Box::new);
        let ready = match (ready, user) {
            (Err(failure), Some(user)) if is_theirs(&failure) => {
                let told = failure.message.replacen("the user", user, 1).replacen("The user", user, 1);
                let message = if told == failure.message { format!("For {user}: {told}") } else { told };
                Err(Failure { message, ..failure })
            }
            (Err(failure), _) => return Err(failure),
            (ready, _) => ready,
        };
        parts.push(Part { named: user.map(str::to_owned), ready });
    }
    match parts.iter().find_map(|part| part.ready.as_ref().err()) {
        Some(failure) if parts.iter().all(|part| part.ready.is_err()) => Err(failure.clone()),
        _ => Ok(parts),
    }
}

/// Whether a failure lies with the user, so that another's runs may go well.
const fn is_theirs(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::NotConnected | FailureKind::Forbidden | FailureKind::UnknownAction)
}

fn ready(
    session: &Session,
    options: &Run,
    (user, base): (Option<&str>, &Value),
    output: &mut Output,
) -> Result<Ready, Failure> {
    let typing = if options.no_validate { Typing::Loose } else { Typing::Strict };
    let session = match user {
        Some(user) => session.for_user(user, Source::Flag("--users")),
        None => session.clone(),
    };
    if user.is_some() && !matches!(session.settings.token, TokenOrigin::Mint(_)) {
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
    let whose = user.or_else(|| token.user()).unwrap_or_default().to_owned();
    let template = Template { user: whose, base, schema, typing, checks: !options.no_validate };
    Ok(Ready { session, token, client, prepared, template })
}

/// Checks every run before any is sent.
fn check(options: &Run, all: &All, output: &mut Output) -> Result<Arc<[RunKey]>, Failure> {
    let (mut complaints, mut beyond) = (Vec::new(), 0);
    let mut keys: Vec<RunKey> = Vec::with_capacity(all.count());
    for part in &all.parts {
        let ready = match (&part.ready, all.parts.iter().find_map(|part| part.ready.as_deref().ok())) {
            (Ok(ready), _) => ready,
            (Err(_), Some(another)) => {
                // What ran for them before they lost the integration is known all the same.
                let user = part.named.clone().unwrap_or_default();
                let template = Template { user, checks: false, ..another.template.clone() };
                keys.extend(template.check(&all.rows, |_| true).iter().flat_map(|keys| keys.iter()));
                continue;
            }
            (Err(failure), None) => return Err(failure.clone()),
        };
        let of = text::thousands(all.rows.count());
        let checked = ready.template.check(&all.rows, |done| {
            if done > 0 {
                output.progress(&format!("Checking rows: {} of {of}", text::thousands(done)));
            }
            true
        });
        match checked {
            Ok(of_part) => keys.extend_from_slice(&of_part),
            Err(Unfit::Stopped) => {}
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
        return Ok(keys.into());
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
        let all = self.all;
        for (count, &index) in due.iter().enumerate() {
            self.show(count, due.len(), output);
            let (ready, request) = match (all.ready(index), all.request(index), self.leave.clone()) {
                (Some(Ok(ready)), Some(request), Some(leave)) => (ready, (leave, request)),
                (Some(Err(failure)), ..) => {
                    self.add(all.came(index, State::Failed, failure.message.as_str()), None, output);
                    if self.stopped.is_some() {
                        return;
                    }
                    continue;
                }
                (Some(Ok(_)) | None, ..) => continue,
            };
            let (leave, request) = request;
            let about = ready.prepared.about(&ready.session, &ready.token);
            let recording = Recording::begin(&ready.session, (&request, &about), &ready.token, output);
            if let Err(failure) = self.kept.write(&Line::sent(index)) {
                // Without the journal a second attempt could run something twice.
                self.stopped = Some(failure);
                return;
            }
            let signs = Signs::default();
            self.current = Some((index, Current { request: request.clone(), recording, signs: signs.clone() }));
            let pause = tokio::time::sleep(STEP);
            let outcome = attempt(ready, (&leave, &request), &signs, output).await;
            if count == 0 {
                select::ran(&ready.session, &request.action);
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
        let mut line = Line::ended(index, outcome, &request.action);
        let words = line.said.clone();
        if !recording.is_kept() {
            // Nothing of an answer is to stay.
            line.said.clear();
        }
        if let Err(failure) = self.kept.write(&line) {
            output.warn(&failure.message);
        }
        let (_, took) = recording.finish(outcome, output);
        let failure = outcome.failure(&request.action);
        let (took, request_id) = match (outcome, &failure) {
            (Outcome::Answered(r), _) => (r.took, r.request_id.clone()),
            (_, failure) => (took, failure.as_ref().and_then(|f| f.request_id.clone())),
        };
        if let Some(failure) = failure
            && matches!(failure.kind, FailureKind::NotAuthorised | FailureKind::Unreachable | FailureKind::Tls)
        {
            // The others would end in the same way.
            self.stopped = Some(failure);
        }
        let came = Came { took: Some(took), request_id, ..self.all.came(index, line.state, words) };
        self.add(came, Some((&request, outcome)), output);
    }

    /// Tells of one that has ended.
    fn add(&mut self, came: Came, ended: Option<(&RunRequest, &Outcome)>, output: &mut Output) {
        if let Err(failure) = self.telling.ended(&came, ended, output) {
            // Nobody would learn how they end.
            self.stopped.get_or_insert(failure);
        }
        self.bad += usize::from(came.state != State::Ok);
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
    ready: &Ready,
    (leave, request): (&Clearance, &RunRequest),
    signs: &Signs,
    output: &mut Output,
) -> Outcome {
    let mut attempts = 0;
    loop {
        attempts += 1;
        let session = &ready.session;
        let answers = Answers::new(session.paths.data_dir());
        let receiving = Receiving::new(Arc::clone(&request.action), session.now.unix, answers, signs.clone());
        let outcome = run::once(&ready.client, (leave, request), session.now, receiving).await;
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
