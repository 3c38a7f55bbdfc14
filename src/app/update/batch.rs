//! Sending many runs of one action: the plan and the one question for all, progress on a board, stopping, going on where
//! an earlier time was interrupted.

use std::time::Duration;

use super::super::{
    batch::{ATTEMPTS, Batch, Over},
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
    rows::{self, Journal, State},
    run::{Outcome, RunId},
    side_effect::SideEffect,
    text::{clean, human_duration, thousands as count},
};

const ROWS: [Column; 5] = [
    Column::new("Row", 0, (4, 7)).right(),
    Column::new("State", 0, (8, 14)),
    Column::new("Took", 2, (8, 9)).right(),
    Column::new("What was said", 1, (12, 60)),
    Column::new("Parameters", 3, (16, 160)),
];

/// Of a large file, whose rows do not all tell what they send.
const MANY_ROWS: [Column; 4] = [
    Column::new("Row", 0, (4, 7)).right(),
    Column::new("State", 0, (8, 14)),
    Column::new("Took", 2, (8, 9)).right(),
    Column::new("What was said", 1, (12, 120)),
];

const USERS: [Column; 4] = [
    Column::new("User", 0, (16, 48)),
    Column::new("State", 0, (8, 14)),
    Column::new("Took", 2, (8, 9)).right(),
    Column::new("What was said", 1, (12, 120)),
];

/// How long the first wait is where a run came too soon and the server does not say how long.
const PAUSE: Duration = Duration::from_secs(1);
/// What takes less than this is not worth telling how long it takes.
const WORTH_TELLING: Duration = Duration::from_secs(10);

impl App {
    /// Looks whether an earlier time has left something of the same work; then asks.
    pub(super) fn plan_batch(&mut self, mut batch: Batch, name: String) -> Vec<Effect> {
        let load = self.next_load();
        batch.opening = Some(load);
        let keys = std::sync::Arc::clone(&batch.keys);
        self.batch = Some(batch);
        vec![Effect::Journal(JournalAsk::Open { load, name, keys })]
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
        let Some((batch, first)) = self.batch.as_ref().and_then(|b| Some((b, b.request(0)?))) else {
            return Vec::new();
        };
        let (all, due, before) = (batch.rows().len(), batch.due(), batch.before.clone());
        let over_users = matches!(batch.over, Over::Users(_));
        let earlier = if before.is_empty() { String::new() } else { format!("Going on where it stopped: {before}. ") };
        let anew = (!before.is_empty()).then(|| (format!("All {all} anew"), Answer::RunRowsAnew));
        if due == 0 {
            let text =
                format!("Nothing is left to run: {before} before. What ran, or may have, is not sent again by itself.");
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
                    title: match rows::at_least(due) {
                        Some(long) => format!("{earlier}{} {long}", question.text),
                        None => format!("{earlier}{}", question.text),
                    },
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
        let long = rows::at_least(due).map_or_else(String::new, |words| format!(" {words}"));
        self.overlays.push(Overlay::Question(Question {
            text: format!("{earlier}{text}{long}"),
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
        if batch.is_well() {
            self.say(Tone::Hint, "All of it has run.");
            return Vec::new();
        }
        self.fill_batch();
        self.ask_about_batch()
    }

    /// Says what speaks against sending any of it.
    pub(super) fn complain(&mut self, intro: &str, complaints: &[String], more: usize) {
        let mut page = Page::default();
        page.wrapped(Tone::Error, intro, Wrap::at(self.page_columns()));
        page.gap();
        for complaint in complaints {
            page.wrapped(Tone::Text, &clean(complaint), Wrap::at(self.page_columns()).indented(2));
        }
        if more > 0 {
            page.wrapped(Tone::Hint, &format!("and {} more", count(more)), Wrap::at(self.page_columns()).indented(2));
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
        batch.since = Some((self.now.uptime, batch.done()));
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
            Over::File(_) if batch.rows().len() > TELLS_ALL => &MANY_ROWS,
            Over::File(_) => &ROWS,
            Over::Users(_) => &USERS,
        };
        let board = Board::new(Kind::Rows, batch.title(), columns, "There is nothing to run.");
        self.overlays.clear();
        self.overlays.push(Overlay::Board(board));
        self.fill_batch();
        Vec::new()
    }

    /// Fills the board of the runs.
    pub(super) fn fill_batch(&mut self) {
        let Some(batch) = &self.batch else { return };
        let rows: Vec<Row> = (0..batch.rows().len()).map(|i| shown(i, batch)).collect();
        let at = batch.current;
        if let Some(board) = self.board_of(Kind::Rows) {
            board.fill(rows);
            if let Some(at) = at {
                board.go_to_row(at);
            }
        }
        self.tell_batch();
    }

    /// Puts row `i` on the board as it stands now; the cursor goes along with the runs until somebody moves it.
    fn row_changed(&mut self, i: usize) {
        let Some(batch) = &self.batch else { return };
        let (row, is_current) = (shown(i, batch), batch.current == Some(i));
        if let Some(board) = self.board_of(Kind::Rows) {
            let before = i.checked_sub(1).map(|i| i.to_string());
            let follows = is_current && board.chosen().is_some_and(|chosen| Some(&chosen.key) == before.as_ref());
            board.put(i, row);
            if follows {
                board.go_to_row(i);
            }
        }
        self.tell_batch();
    }

    /// Says how far the runs are.
    fn tell_batch(&mut self) {
        let Some(batch) = &self.batch else { return };
        let (done, of) = (batch.done(), batch.rows().len());
        let mut note = match (batch.going, batch.bad()) {
            (true, 0) => format!("{} {} done", bar(done, of), count(done)),
            (true, bad) => format!("{} {} done, {} not ok", bar(done, of), count(done), count(bad)),
            (false, _) => batch.summary(),
        };
        if let Some(left) = batch.left(self.now.uptime).filter(|left| batch.going && *left >= WORTH_TELLING) {
            note = format!("{note}, about {} left", roughly(left));
        }
        let filling = if batch.going { Filling::Going } else { Filling::Done };
        if let Some(board) = self.board_of(Kind::Rows) {
            board.note = note;
            board.filling = filling;
        }
    }

    /// Says of the row under the cursor what it sends, and what came of it.
    pub(super) fn describe_row(&mut self) {
        let Some(Overlay::Board(board)) = self.overlays.last_mut() else { return };
        if board.kind != Kind::Rows || board.chosen().is_none_or(|row| !row.details.is_empty()) {
            return;
        }
        let at = board.chosen().and_then(|row| row.key.parse::<usize>().ok());
        let Some((batch, i)) = self.batch.as_ref().zip(at) else { return };
        let user = batch.user(i).map_or_else(String::new, ToString::to_string);
        let row = batch.rows().get(i);
        let (tone, words) = row.map_or((Tone::Hint, String::new()), |row| (tone(row.state), row.words.clone()));
        let details = [(Tone::Name, user), (tone, words), (Tone::Text, parameters(batch, i))];
        board.describe(details.into_iter().filter(|(_, words)| !words.is_empty()).collect());
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
        let next = self.batch.as_mut().and_then(|b| {
            let at = b.take_next()?;
            Some((at, b.request(at)?, b.user(at).cloned()))
        });
        let Some((index, request, user)) = next else { return self.end_batch() };
        let effects = self.send_one_of_many(request, super::super::batch::OneOfMany { index, user });
        let sent = effects.iter().find_map(|e| if let Effect::Run { id, .. } = e { Some(*id) } else { None });
        if let Some(batch) = &mut self.batch {
            match sent {
                Some(id) => {
                    batch.current = Some(index);
                    batch.change(index, |row| (row.state, row.run) = (State::Sent, Some(id)));
                }
                // Refused meanwhile: it was said why.
                None => batch.going = false,
            }
        }
        self.row_changed(index);
        effects
    }

    /// A run has ended: if it is the one under way, that is noted, and the next one is sent.
    pub(super) fn row_ended(&mut self, id: RunId, outcome: &Outcome, took: Duration) -> Vec<Effect> {
        let Some(batch) = &mut self.batch else { return Vec::new() };
        let Some(at) = batch.current.filter(|&at| batch.rows().get(at).is_some_and(|row| row.run == Some(id))) else {
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
        batch.change(at, |row| {
            row.took = Some(took);
            (row.state, row.words) = match (outcome, failure) {
                _ if too_soon => (State::Waiting, "the server asked for a pause".to_owned()),
                (Outcome::Answered(response), _) => (State::Ok, response.status.to_string()),
                (_, Some(failure)) => (State::of(outcome), failure.message),
                (_, None) => (State::of(outcome), String::new()),
            };
        });
        // The others would end in the same way: so does one whose line could not be written before it was sent.
        let unwritten = kind == Some(FailureKind::File) && State::of(outcome) == State::Failed;
        let hopeless =
            unwritten || matches!(kind, Some(FailureKind::NotAuthorised | FailureKind::Unreachable | FailureKind::Tls));
        if hopeless || matches!(outcome, Outcome::Cancelled { .. }) {
            batch.going = false;
        }
        if !batch.going {
            self.row_changed(at);
            return self.end_batch();
        }
        self.row_changed(at);
        self.send_next_row()
    }

    /// The run of a row stands in the history now.
    pub(super) fn row_noted(&mut self, id: RunId, record: RecordId) {
        let Some(batch) = &mut self.batch else { return };
        // It is the one under way, or one not long before.
        let last = batch.current.unwrap_or(batch.rows().len().saturating_sub(1));
        let at = (0..=last).rev().find(|&i| batch.rows().get(i).is_some_and(|row| row.run == Some(id)));
        if let Some(at) = at {
            batch.change(at, |row| row.record = Some(record));
        }
    }

    /// Sends no further one; the one under way is cancelled.
    pub(super) fn stop_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = self.batch.as_mut().filter(|b| b.going) else {
            self.say(Tone::Hint, "Nothing is being sent.");
            return Vec::new();
        };
        batch.going = false;
        let current = batch.current.and_then(|at| batch.rows().get(at)?.run);
        match current {
            Some(id) => vec![Effect::Cancel(id)],
            None => self.end_batch(),
        }
    }

    /// Says how it went. What only reads and ran is forgotten: reading it once more is what somebody wants who asks once
    /// more.
    fn end_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = &mut self.batch else { return Vec::new() };
        batch.going = false;
        let (well, left) = (batch.is_well(), batch.is_left());
        let go_on = if left { " ^R goes on with what did not run." } else { "" };
        let words = format!("{}: {}.{go_on}", batch.action, batch.summary());
        let first = batch.request(0);
        let reads = first.is_some_and(|first| self.attempt(&first, false).effect == SideEffect::Read);
        self.say(if well { Tone::Good } else { Tone::Warning }, words);
        self.tell_batch();
        match (well, reads) {
            (true, true) => vec![Effect::Journal(JournalAsk::Remove)],
            (true, false) => vec![Effect::Journal(JournalAsk::Close)],
            (false, _) => Vec::new(),
        }
    }

    /// Shows the answer of a row.
    pub(super) fn open_row(&mut self, key: &str) -> Vec<Effect> {
        let row = key.parse::<usize>().ok().and_then(|i| self.batch.as_ref()?.rows().get(i));
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

/// Batches of more rows than this do not tell of each what it sends but where the cursor is: it would fill memory.
const TELLS_ALL: usize = 2_000;

/// What the run of a row sends, as it may be looked at over shoulders and copied from.
fn parameters(batch: &Batch, i: usize) -> String {
    batch.request(i).map_or_else(String::new, |request| redact::value(&request.parameters, &[]).rest.to_json())
}

const fn tone(state: State) -> Tone {
    match state {
        State::Ok => Tone::Good,
        State::Failed => Tone::Error,
        State::Unsure | State::Sent => Tone::Warning,
        State::Waiting => Tone::Hint,
    }
}

fn shown(i: usize, batch: &Batch) -> Row {
    let Some(row) = batch.rows().get(i) else { return Row::default() };
    let state = match row.state {
        State::Waiting => "waits",
        State::Sent => "running",
        State::Ok => "ok",
        State::Failed => "failed",
        State::Unsure => "may have run",
    };
    let state = Cell::new(tone(row.state), state);
    let took = Cell::text(row.took.map(human_duration).unwrap_or_default());
    let words = Cell::text(row.words.clone());
    let cells = match batch.user(i) {
        Some(user) => vec![Cell::new(Tone::Name, user.to_string()), state, took, words],
        None => {
            let mut cells = vec![Cell::text((i + 1).to_string()), state, took, words];
            if batch.rows().len() <= TELLS_ALL {
                cells.push(Cell::new(Tone::Hint, parameters(batch, i)));
            }
            cells
        }
    };
    // What is said of it is made when the cursor comes to it.
    Row { key: i.to_string(), cells, details: Vec::new() }
}

/// A time in one unit: `41 min`.
fn roughly(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..=90 => format!("{seconds} s"),
        seconds @ 91..=5_400 => format!("{} min", seconds.div_ceil(60)),
        seconds => format!("{} h", seconds.div_ceil(3_600)),
    }
}
