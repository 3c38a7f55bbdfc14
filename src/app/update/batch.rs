//! Sending many runs of one action: the plan and the one question for all, progress on a board, stopping, going on where
//! an earlier time was interrupted.

use std::time::Duration;

use super::super::{
    batch::{ATTEMPTS, Batch, BatchRow, Over},
    board::{Board, Cell, Column, Filling, Kind, Row},
    effect::{Effect, JournalAsk},
    geometry::Pane,
    overlay::{Answer, Overlay, Prompt, Purpose, Question},
    page::{Page, Tone, Wrap},
    past,
    remote::LoadId,
    state::App,
    text_field::TextField,
};
use crate::domain::{
    failure::{Failure, FailureKind},
    guard::{self, Attempt, By, Decision},
    history::RecordId,
    redact,
    rows::{Journal, State, Whole},
    run::{Outcome, RunId},
    text::{clean, human_duration},
};

const ROWS: [Column; 5] = [
    Column::new("Row", 0, (4, 7)).right(),
    Column::new("State", 0, (8, 14)),
    Column::new("Took", 2, (8, 9)).right(),
    Column::new("What was said", 1, (12, 60)),
    Column::new("Parameters", 3, (16, 160)),
];

const USERS: [Column; 4] = [
    Column::new("User", 0, (16, 48)),
    Column::new("State", 0, (8, 14)),
    Column::new("Took", 2, (8, 9)).right(),
    Column::new("What was said", 1, (12, 120)),
];

/// How long the first wait is where a run came too soon and the server does not say how long.
const PAUSE: Duration = Duration::from_secs(1);
/// How many complaints are told.
const TOLD: usize = 40;

impl App {
    /// Looks whether an earlier time has left something of the same work; then asks.
    pub(super) fn plan_batch(&mut self, mut batch: Batch, of: &Whole<'_>) -> Vec<Effect> {
        let load = self.next_load();
        batch.opening = Some(load);
        self.batch = Some(batch);
        vec![Effect::Journal(JournalAsk::Open { load, name: of.journal() })]
    }

    pub(super) fn journal_opened(&mut self, load: LoadId, result: Result<Journal, Failure>) -> Vec<Effect> {
        let Some(batch) = self.batch.as_mut().filter(|batch| batch.opening == Some(load)) else { return Vec::new() };
        batch.opening = None;
        match result {
            Ok(journal) => {
                batch.resume(&journal);
                self.ask_about_batch()
            }
            // Without the journal a second attempt could run something twice.
            Err(failure) => {
                self.batch = None;
                self.say(Tone::Error, format!("{} {}", failure.message, failure.hint));
                Vec::new()
            }
        }
    }

    /// The plan: what runs how often and for whom, and what is left of an earlier time; one question for all.
    fn ask_about_batch(&mut self) -> Vec<Effect> {
        let Some((batch, first)) = self.batch.as_ref().and_then(|b| Some((b, b.rows.first()?.request.clone()))) else {
            return Vec::new();
        };
        let (all, due, before) = (batch.rows.len(), batch.due(), batch.before.clone());
        let over_users = matches!(batch.over, Over::Users(_));
        let earlier = if before.is_empty() { String::new() } else { format!("Going on where it stopped: {before}. ") };
        let anew = (!before.is_empty()).then(|| (format!("All {all} anew"), Answer::RunRowsAnew));
        if due == 0 {
            let text = format!("Nothing is left to run: {before}. What may have run is not sent again by itself.");
            let answers = [("Don't run".to_owned(), Answer::Nothing)].into_iter().chain(anew).collect();
            self.overlays.push(Overlay::Question(Question { text, answers, chosen: 0 }));
            return Vec::new();
        }
        let users = batch.users();
        let attempt = self.attempt(&first, false);
        let by = By { user: users.as_deref().or(attempt.by.user), ..attempt.by };
        let attempt = Attempt { by, ..attempt };
        let text = match guard::decide(&attempt).for_many(due) {
            Decision::Refuse(failure) => {
                self.say(Tone::Error, format!("{} {}", failure.message, failure.hint));
                return Vec::new();
            }
            Decision::Allow(_) if before.is_empty() && !over_users => return self.start_batch(),
            Decision::Allow(_) => format!("{} Run it {due} times?", guard::plan(&attempt)),
            Decision::Ask(question) if question.typed.is_some() => {
                self.overlays.push(Overlay::Prompt(Prompt {
                    title: format!("{earlier}{}", question.text),
                    field: TextField::line(""),
                    problem: None,
                    purpose: Purpose::ConfirmRows(question),
                }));
                return Vec::new();
            }
            Decision::Ask(question) => question.text,
        };
        let run = match (before.is_empty(), due) {
            (_, 1) => "Run".to_owned(),
            (true, _) => format!("Run all {due}"),
            (false, _) => format!("Run the {due} left"),
        };
        let answers = [("Don't run".to_owned(), Answer::Nothing), (run, Answer::RunRows)].into_iter().chain(anew);
        self.overlays.push(Overlay::Question(Question {
            text: format!("{earlier}{text}"),
            answers: answers.collect(),
            chosen: 0,
        }));
        Vec::new()
    }

    /// Asks again, about all of it.
    pub(super) fn ask_about_all_of_batch(&mut self) -> Vec<Effect> {
        if let Some(batch) = &mut self.batch {
            batch.begin_anew();
        }
        self.ask_about_batch()
    }

    /// Goes on with what did not run, after it was stopped or some of it failed.
    pub(super) fn go_on_with_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = self.batch.as_mut().filter(|batch| !batch.going && batch.opening.is_none()) else {
            self.say(Tone::Hint, "It is going on already.");
            return Vec::new();
        };
        batch.go_on();
        if batch.due() == 0 && batch.rows.iter().all(|row| row.state == State::Ok) {
            self.say(Tone::Hint, "All of it has run.");
            return Vec::new();
        }
        self.fill_batch();
        self.ask_about_batch()
    }

    /// Says what speaks against sending any of it.
    pub(super) fn complain(&mut self, intro: &str, complaints: &[String]) {
        let mut page = Page::default();
        page.wrapped(Tone::Error, intro, Wrap::at(self.page_columns()));
        page.gap();
        for complaint in complaints.iter().take(TOLD) {
            page.wrapped(Tone::Text, &clean(complaint), Wrap::at(self.page_columns()).indented(2));
        }
        if complaints.len() > TOLD {
            page.wrapped(Tone::Hint, &format!("and {} more", complaints.len() - TOLD), Wrap::at(self.page_columns()));
        }
        page.gap();
        let words = "Correct them and try again. akx run with --no-validate sends them all the same.";
        page.wrapped(Tone::Hint, words, Wrap::at(self.page_columns()));
        self.overlays.push(Overlay::Page { title: "Nothing was sent", page });
    }

    /// Begins to send.
    pub(super) fn start_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = &mut self.batch else { return Vec::new() };
        batch.going = true;
        let mut effects = Vec::new();
        if std::mem::take(&mut batch.anew) {
            effects.push(Effect::Journal(JournalAsk::Clear));
        }
        effects.extend(self.open_batch());
        effects.extend(self.send_next_row());
        effects
    }

    /// Shows how the runs stand.
    pub(super) fn open_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = &self.batch else { return Vec::new() };
        let columns: &'static [Column] = match batch.over {
            Over::File(_) => &ROWS,
            Over::Users(_) => &USERS,
        };
        let board = Board::new(Kind::Rows, batch.title(), columns, "There is nothing to run.");
        self.overlays.clear();
        self.overlays.push(Overlay::Board(board));
        self.fill_batch();
        Vec::new()
    }

    pub(super) fn fill_batch(&mut self) {
        let Some(batch) = &self.batch else { return };
        let bad = batch.rows.iter().filter(|row| matches!(row.state, State::Failed | State::Unsure)).count();
        let of = batch.rows.len();
        let note = match (batch.going, bad) {
            (true, 0) => format!("{} {} done", bar(batch.done(), of), batch.done()),
            (true, bad) => format!("{} {} done, {bad} not ok", bar(batch.done(), of), batch.done()),
            (false, _) => batch.summary(),
        };
        let filling = if batch.going { Filling::Going } else { Filling::Done };
        let by_user = matches!(batch.over, Over::Users(_));
        let rows: Vec<Row> = batch.rows.iter().enumerate().map(|(i, row)| shown(i, row, by_user)).collect();
        if let Some(board) = self.board_of(Kind::Rows) {
            board.note = note;
            board.filling = filling;
            board.fill(rows);
        }
    }

    /// Whether one waits for nothing but its turn.
    pub(super) fn is_row_due(&self) -> bool {
        self.not_before.is_none() && self.batch.as_ref().is_some_and(|b| b.going && b.current.is_none())
    }

    /// Sends the next one; where there is none, says how it went.
    pub(super) fn send_next_row(&mut self) -> Vec<Effect> {
        if !self.is_row_due() {
            return Vec::new();
        }
        let next = self.batch.as_ref().and_then(|b| {
            let at = b.next()?;
            let row = b.rows.get(at)?;
            Some((at, row.request.clone(), row.user.clone()))
        });
        let Some((index, request, user)) = next else { return self.end_batch() };
        let effects = self.send_one_of_many(request, super::super::batch::OneOfMany { index, user });
        let sent = effects.iter().find_map(|e| if let Effect::Run { id, .. } = e { Some(*id) } else { None });
        if let Some(batch) = &mut self.batch {
            match sent {
                Some(id) => {
                    batch.current = Some(index);
                    if let Some(row) = batch.rows.get_mut(index) {
                        (row.state, row.run) = (State::Sent, Some(id));
                    }
                }
                // Refused meanwhile: it was said why.
                None => batch.going = false,
            }
        }
        self.fill_batch();
        effects
    }

    /// A run has ended: if it is the one under way, that is noted, and the next one is sent.
    pub(super) fn row_ended(&mut self, id: RunId, outcome: &Outcome, took: Duration) -> Vec<Effect> {
        let Some(batch) = &mut self.batch else { return Vec::new() };
        let Some(at) = batch.current.filter(|&at| batch.rows.get(at).is_some_and(|row| row.run == Some(id))) else {
            return Vec::new();
        };
        batch.current = None;
        let action = batch.action.clone();
        let failure = outcome.failure(&action);
        let kind = failure.as_ref().map(|f| f.kind);
        let too_soon = kind == Some(FailureKind::RateLimited) && batch.attempts + 1 < ATTEMPTS && batch.going;
        batch.attempts = if too_soon { batch.attempts + 1 } else { 0 };
        // Where the server does not say how long to wait, each wait is twice the one before.
        let wait = PAUSE * 2_u32.saturating_pow(batch.attempts.saturating_sub(1));
        if too_soon && self.not_before.is_none() {
            self.not_before = Some(self.now.uptime + wait);
        }
        if let Some(row) = batch.rows.get_mut(at) {
            row.took = Some(took);
            (row.state, row.words) = match (outcome, failure) {
                _ if too_soon => (State::Waiting, "the server asked for a pause".to_owned()),
                (Outcome::Answered(response), _) => (State::Ok, response.status.to_string()),
                (_, Some(failure)) => (State::of(outcome), failure.message),
                (_, None) => (State::of(outcome), String::new()),
            };
        }
        // The others would end in the same way: so does one whose line could not be written before it was sent.
        let unwritten = kind == Some(FailureKind::File) && State::of(outcome) == State::Failed;
        let hopeless =
            unwritten || matches!(kind, Some(FailureKind::NotAuthorised | FailureKind::Unreachable | FailureKind::Tls));
        if hopeless || matches!(outcome, Outcome::Cancelled { .. }) {
            batch.going = false;
        }
        if !batch.going {
            return self.end_batch();
        }
        self.fill_batch();
        self.send_next_row()
    }

    /// The run of a row stands in the history now.
    pub(super) fn row_noted(&mut self, id: RunId, record: RecordId) {
        let rows = self.batch.iter_mut().flat_map(|batch| &mut batch.rows);
        if let Some(row) = rows.into_iter().find(|row| row.run == Some(id)) {
            row.record = Some(record);
        }
    }

    /// Sends no further one; the one under way is cancelled.
    pub(super) fn stop_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = self.batch.as_mut().filter(|b| b.going) else {
            self.say(Tone::Hint, "Nothing is being sent.");
            return Vec::new();
        };
        batch.going = false;
        let current = batch.current.and_then(|at| batch.rows.get(at)?.run);
        match current {
            Some(id) => vec![Effect::Cancel(id)],
            None => self.end_batch(),
        }
    }

    /// Says how it went. Where all of it ran there is nothing left to remember.
    fn end_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = &mut self.batch else { return Vec::new() };
        batch.going = false;
        let well = batch.rows.iter().all(|row| row.state == State::Ok);
        let left = batch.rows.iter().any(|row| matches!(row.state, State::Waiting | State::Failed));
        let go_on = if left { " ^R goes on with what did not run." } else { "" };
        let words = format!("{}: {}.{go_on}", batch.action, batch.summary());
        self.say(if well { Tone::Good } else { Tone::Warning }, words);
        self.fill_batch();
        if well { vec![Effect::Journal(JournalAsk::Remove)] } else { Vec::new() }
    }

    /// Shows the answer of a row.
    pub(super) fn open_row(&mut self, key: &str) -> Vec<Effect> {
        let row = key.parse::<usize>().ok().and_then(|i| self.batch.as_ref()?.rows.get(i));
        let run = row.and_then(|row| row.run).filter(|id| self.runs.get(*id).is_some());
        match (run, row.and_then(|row| row.record)) {
            (Some(id), _) => {
                self.runs.show(id);
                self.focus_on(Pane::Response)
            }
            (None, Some(id)) => vec![Effect::OpenRecord { id, purpose: past::Purpose::Show }],
            (None, None) => {
                self.say(Tone::Hint, "Its answer is not here: it was not sent this time.");
                Vec::new()
            }
        }
    }
}

/// How far it is, as a bar of ten.
fn bar(done: usize, of: usize) -> String {
    const WIDTH: usize = 10;
    let full = (done * WIDTH).checked_div(of).unwrap_or(WIDTH).min(WIDTH);
    format!("{}{}", "━".repeat(full), "┄".repeat(WIDTH - full))
}

fn shown(i: usize, row: &BatchRow, by_user: bool) -> Row {
    let tone = match row.state {
        State::Ok => Tone::Good,
        State::Failed => Tone::Error,
        State::Unsure | State::Sent => Tone::Warning,
        State::Waiting => Tone::Hint,
    };
    let state = match row.state {
        State::Waiting => "waits",
        State::Sent => "running",
        State::Ok => "ok",
        State::Failed => "failed",
        State::Unsure => "may have run",
    };
    // It is looked at over shoulders, and copied from.
    let parameters = redact::value(&row.request.parameters, &[]).rest.to_json();
    let user = row.user.as_deref().unwrap_or_default();
    let took = Cell::text(row.took.map(human_duration).unwrap_or_default());
    let cells = if by_user {
        vec![Cell::new(Tone::Name, user), Cell::new(tone, state), took, Cell::text(row.words.clone())]
    } else {
        vec![
            Cell::text((i + 1).to_string()),
            Cell::new(tone, state),
            took,
            Cell::text(row.words.clone()),
            Cell::new(Tone::Hint, parameters.clone()),
        ]
    };
    let details = [(Tone::Name, user.to_owned()), (tone, row.words.clone()), (Tone::Text, parameters)];
    Row { key: i.to_string(), cells, details: details.into_iter().filter(|(_, w)| !w.is_empty()).collect() }
}
