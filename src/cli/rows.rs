//! `akx run --each FILE` and `--users A,B`: one action run many times, one after the other, below the limit; and going on
//! after an interruption without running anything twice.

use std::{
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{
    document,
    options::Run,
    output::{Output, Style},
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
        arguments::{Signature, Typing},
        document::{Object, Value},
        failure::{Failure, FailureKind},
        guard::Clearance,
        rows::{self, Came, Line, Row, State, Whole},
        run::{Outcome, RunRequest, provider_answer},
        text,
    },
    settings::{Source, Token, TokenOrigin},
    store::{
        answers::Answers,
        rows::{Journals, Kept},
    },
};

/// The time between two runs at least: with room to spare below ActionKit's 50 requests a second (fact sheet §1.5).
const STEP: Duration = Duration::from_millis(25);
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
    /// Whether the user is one of several.
    named: Option<String>,
}

/// One run of the work.
struct Work {
    part: usize,
    row: usize,
    request: RunRequest,
}

/// What came of a run so far.
struct Done {
    came: Came,
    request: RunRequest,
    outcome: Outcome,
}

/// Runs an action for each row of a file, for each of several users, or both.
pub(crate) fn rows(session: &Session, options: &Run, output: &mut Output) -> Result<ExitCode, Failure> {
    let base = parameters::base(session, &options.parameters)?;
    let (bytes, rows) = read(options)?;
    let parts = parts(session, options, output)?;
    let work = work(options, &base, &parts, &rows)?;
    let Some(first) = parts.first() else { return Ok(ExitCode::SUCCESS) };
    // Another user's work is another work, also where only the token says whose it is.
    let whose: Vec<String> = match options.users.as_slice() {
        [] => first.token.user().map(str::to_owned).into_iter().collect(),
        users => users.to_vec(),
    };
    let of = Whole {
        file: &bytes,
        request: &first.prepared.request(base),
        set: &options.parameters.set,
        users: &whose,
        project: session.settings.project()?,
        base_url: &session.settings.base_url.value,
    };
    let mut kept = Journals::new(session.paths.data_dir()).open(&of.journal())?;
    let due: Vec<usize> = (0..work.len()).filter(|i| options.fresh || kept.journal().is_due(*i)).collect();
    if !kept.journal().is_empty() && !options.fresh {
        let done = rows::summary((0..work.len()).map(|i| kept.journal().state(i)).filter(|s| *s != State::Waiting));
        output.say(&format!("Going on where it stopped: {done} (--fresh begins anew)."));
    }
    let leave = match due.len() {
        0 => None,
        times => Some(run::stand_guard(&first.session, options, (&first.prepared, times), &first.token, output)?),
    };
    if options.fresh {
        // Not before it was agreed to: what ran would be forgotten for nothing.
        kept.clear()?;
    }
    let done = Vec::new();
    let mut all = Going { parts: &parts, work: &work, leave, kept: &mut kept, done, current: None, stopped: None };
    let finished = block_on(all.go(&due, output))?.is_some();
    if !finished {
        all.interrupted(output);
    }
    let (done, stopped) = (all.done, all.stopped);
    output.progress("");
    let left = due.len() - done.len();
    let unsure_before = (0..work.len()).filter(|i| kept.journal().state(*i) == State::Unsure && !due.contains(i));
    let before: Vec<usize> = unsure_before.collect();
    report(&parts, &work, (&done, &before), output)?;
    let states = done.iter().map(|d| d.came.state).chain(std::iter::repeat_n(State::Waiting, left));
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

/// The file's bytes and rows; without a file one row that says nothing.
fn read(options: &Run) -> Result<(Vec<u8>, Vec<Row>), Failure> {
    let Some(path) = &options.each else { return Ok((Vec::new(), vec![Row::Members(Object::new())])) };
    let bytes = document::bytes(path)?;
    let rows = rows::read(&bytes).map_err(|e| {
        Failure::new(
            FailureKind::File,
            format!("{} cannot be run row by row: {e}.", document::name(path)),
            "Give CSV whose first line names the parameters, or one JSON object a line.",
        )
    })?;
    Ok((bytes, rows))
}

/// Everything that belongs to each user: settings, token, client, definition.
fn parts(session: &Session, options: &Run, output: &mut Output) -> Result<Vec<Part>, Failure> {
    let users: Vec<Option<String>> = if options.users.is_empty() {
        vec![None]
    } else {
        options.users.iter().map(|user| Some(user.trim().to_owned()).filter(|u| !u.is_empty())).collect()
    };
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
        parts.push(Part { session, token, client, prepared, named });
    }
    Ok(parts)
}

/// Every run, its parameters checked before any is sent.
fn work(options: &Run, base: &Value, parts: &[Part], rows: &[Row]) -> Result<Vec<Work>, Failure> {
    let typing = if options.no_validate { Typing::Loose } else { Typing::Strict };
    let mut work = Vec::with_capacity(parts.len() * rows.len());
    let mut complaints = Vec::new();
    for (part, of) in parts.iter().enumerate() {
        let schema = of.prepared.schema();
        let shared = parameters::set(&options.parameters, base.clone(), schema, typing)?;
        let mut signature = Signature::of(schema);
        for (index, row) in rows.iter().enumerate() {
            let number = index + 1;
            let complain = |what: String| match &of.named {
                Some(user) if parts.len() > 1 => format!("row {number} for {user}: {what}"),
                _ => format!("row {number}: {what}"),
            };
            let parameters = match row.parameters(&shared, &mut signature, typing) {
                Ok(parameters) => parameters,
                Err(why) => {
                    complaints.push(complain(why));
                    continue;
                }
            };
            if let (Some(schema), false) = (schema, options.no_validate)
                && let Err(violations) = parameters::violations(schema, &parameters)
            {
                complaints.extend(violations.iter().map(|v| complain(v.to_string())));
            }
            work.push(Work { part, row: number, request: of.prepared.request(parameters) });
        }
    }
    if complaints.is_empty() {
        return Ok(work);
    }
    let mut failure = Failure::new(
        FailureKind::InvalidParameters,
        format!("{} does not take these parameters, so nothing was sent.", options.action),
        "Correct the rows, or send them all the same with --no-validate: schemas are sometimes wrong.",
    );
    let more = complaints.len().saturating_sub(TOLD);
    complaints.truncate(TOLD);
    if more > 0 {
        complaints.push(format!("and {more} more"));
    }
    failure.details = complaints;
    Err(failure)
}

/// The work under way; what it holds is right at any moment, so that it may be dropped at any await.
struct Going<'a> {
    parts: &'a [Part],
    work: &'a [Work],
    /// The guard rails' leave; without it nothing is due.
    leave: Option<Clearance>,
    kept: &'a mut Kept,
    done: Vec<Done>,
    current: Option<(usize, Recording, Signs)>,
    stopped: Option<Failure>,
}

impl Going<'_> {
    async fn go(&mut self, due: &[usize], output: &mut Output) {
        let Some(leave) = self.leave.clone() else { return };
        for (count, &index) in due.iter().enumerate() {
            self.show(count, due.len(), output);
            let Work { part, request, .. } = &self.work[index];
            let part = &self.parts[*part];
            let about = part.prepared.about(&part.session, &part.token);
            let recording = Recording::begin(&part.session, (request, &about), &part.token, output);
            if let Err(failure) = self.kept.write(&Line { index, state: State::Sent }) {
                // Without the journal a second attempt could run something twice.
                self.stopped = Some(failure);
                return;
            }
            let signs = Signs::default();
            self.current = Some((index, recording, signs.clone()));
            let pause = tokio::time::sleep(STEP);
            let outcome = attempt(part, (&leave, request), &signs, output).await;
            select::ran(&part.session, &request.action);
            self.ended(outcome, output);
            if self.stopped.is_some() {
                return;
            }
            pause.await;
        }
        self.show(due.len(), due.len(), output);
    }

    /// Notes how the current run ended.
    fn ended(&mut self, outcome: Outcome, output: &mut Output) {
        let Some((index, recording, _)) = self.current.take() else { return };
        let state = State::of(&outcome);
        if let Err(failure) = self.kept.write(&Line { index, state }) {
            output.warn(&failure.message);
        }
        let (_, took) = recording.finish(&outcome, output);
        let Work { part, row, request } = &self.work[index];
        let failure = outcome.failure(&request.action);
        let (took, request_id, words) = match (&outcome, &failure) {
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
        let user = self.parts[*part].named.clone();
        let came = Came { row: *row, user, state, words, took: Some(took), request_id };
        self.done.push(Done { came, request: request.clone(), outcome });
    }

    /// Somebody stopped it.
    fn interrupted(&mut self, output: &mut Output) {
        let may_have_run = self.current.as_ref().is_some_and(|(_, _, signs)| signs.sent.load(Ordering::Relaxed));
        self.ended(Outcome::Cancelled { may_have_run }, output);
    }

    fn show(&self, count: usize, of: usize, output: &mut Output) {
        const WIDTH: usize = 24;
        let full = (count * WIDTH).checked_div(of).unwrap_or(WIDTH);
        let bad = self.done.iter().filter(|d| d.came.state != State::Ok).count();
        let bad = if bad > 0 { format!(", {bad} not ok") } else { String::new() };
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

/// Tells what came of each.
fn report(
    parts: &[Part],
    work: &[Work],
    (done, unsure): (&[Done], &[usize]),
    output: &mut Output,
) -> Result<(), Failure> {
    if output.json() {
        let rows = done.iter().map(to_value).chain(unsure.iter().map(|&i| earlier(parts, &work[i])));
        return output.value(&Value::Array(rows.collect()));
    }
    let users = parts.iter().any(|part| part.named.is_some());
    let earlier = unsure.iter().map(|&i| Came {
        row: work[i].row,
        user: parts[work[i].part].named.clone(),
        state: State::Unsure,
        words: "sent before the interruption; its answer is not known".to_owned(),
        took: None,
        request_id: None,
    });
    let all: Vec<Came> = done.iter().map(|d| d.came.clone()).chain(earlier).collect();
    let mut lines = String::new();
    for came in &all {
        let took = came.took.map(text::human_duration).unwrap_or_default();
        let id = came.request_id.clone().unwrap_or_default();
        let user = came.user.clone().unwrap_or_default();
        let words = text::clean(&came.words).into_owned();
        if output.is_terminal() {
            let widest = all.iter().filter_map(|c| c.user.as_deref()).map(text::width).max().unwrap_or(0);
            let state = format!("{:<12}", came.state.name().replace('_', " "));
            let state = match came.state {
                State::Ok => state,
                State::Failed => output.styled(Style::Bad, &state),
                State::Unsure | State::Sent | State::Waiting => output.styled(Style::Careful, &state),
            };
            let user = if users { format!("{}  ", pad(&text::clean(&user), widest)) } else { String::new() };
            let line = format!("{:>6}  {user}{state}  {took:>9}  {words}", came.row);
            lines.push_str(line.trim_end());
        } else {
            let fields = [came.row.to_string(), user, came.state.name().to_owned(), took, id, words];
            lines.push_str(&fields.map(|f| text::clean(&f).into_owned()).join("\t"));
        }
        lines.push('\n');
    }
    output.bytes(lines.as_bytes())
}

fn to_value(done: &Done) -> Value {
    let came = &done.came;
    let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
    let mut object = Object::new();
    object.insert("row", came.row);
    object.insert("user", text(&came.user));
    object.insert("state", came.state.name());
    match &done.outcome {
        Outcome::Answered(response) => {
            object.insert("status", response.status);
            let answer = provider_answer(&done.request, &response.body);
            object.insert(
                "output",
                Value::parse(&answer).unwrap_or_else(|_| String::from_utf8_lossy(&answer).into_owned().into()),
            );
        }
        Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => {
            object.insert("error", came.words.as_str());
        }
    }
    object.insert(
        "took_ms",
        came.took.map_or(Value::Null, |took| Value::from(u64::try_from(took.as_millis()).unwrap_or(0))),
    );
    object.insert("request_id", text(&came.request_id));
    Value::Object(object)
}

fn earlier(parts: &[Part], work: &Work) -> Value {
    let mut object = Object::new();
    object.insert("row", work.row);
    object.insert("user", parts[work.part].named.as_deref().map_or(Value::Null, Value::from));
    object.insert("state", State::Unsure.name());
    Value::Object(object)
}

/// `words` with blanks to `columns`.
fn pad(words: &str, columns: usize) -> String {
    format!("{words}{}", " ".repeat(columns.saturating_sub(text::width(words))))
}
