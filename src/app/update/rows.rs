//! Running the open form for each row of a file: the check before anything is sent, one question for all, progress on a
//! board, and stopping.

use super::super::{
    batch::{ATTEMPTS, Batch},
    board::{Board, Cell, Column, Filling, Kind, Row},
    effect::Effect,
    geometry::Pane,
    overlay::{Answer, Overlay, Prompt, Purpose, Question},
    page::{Page, Tone, Wrap},
    state::App,
    text_field::TextField,
};
use crate::domain::{
    arguments::Typing,
    failure::FailureKind,
    guard::Decision,
    rows::{self, State},
    run::{Outcome, RunId, RunRequest},
    schema::validate::{Verdict, check},
    shared::Shared,
    text::{clean, human_duration},
};

const COLUMNS: [Column; 5] = [
    Column::new("Row", 0, (4, 7)).right(),
    Column::new("State", 0, (8, 14)),
    Column::new("Took", 2, (8, 9)).right(),
    Column::new("What was said", 1, (12, 60)),
    Column::new("Parameters", 3, (16, 160)),
];

/// How many complaints about rows are told.
const TOLD: usize = 40;

impl App {
    /// Asks for the file whose rows the open form is to be run for; shows the rows under way, if there are some.
    pub(super) fn ask_for_rows(&mut self) -> Vec<Effect> {
        if self.batch.as_ref().is_some_and(|batch| batch.going) {
            return self.open_batch();
        }
        let Some(form) = self.form.as_ref().filter(|_| self.showing_form) else {
            self.say(Tone::Hint, "Open an action first: what its form holds is shared by all rows.");
            return Vec::new();
        };
        if self.session.offline {
            self.say(Tone::Warning, "This catalogue comes from a file, so there is nothing to run it on.");
            return Vec::new();
        }
        let title = format!(
            "Run {} for each row of this file (CSV whose first line names parameters, or one JSON object a line)",
            form.action
        );
        self.overlays.push(Overlay::Prompt(Prompt {
            title,
            field: TextField::line(""),
            problem: None,
            purpose: Purpose::Rows,
        }));
        Vec::new()
    }

    /// The file was read: checks every row, then asks once for all.
    pub(super) fn rows_read(&mut self, path: String, result: Result<Shared<Vec<rows::Row>>, String>) -> Vec<Effect> {
        let rows = match result {
            Ok(rows) => rows,
            Err(why) => {
                self.say(Tone::Error, format!("{path} cannot be run row by row: {why}."));
                return Vec::new();
            }
        };
        if !self.take_over_json() {
            return Vec::new();
        }
        let Some(form) = &self.form else { return Vec::new() };
        let (action, base) = (form.action.clone(), form.form.value());
        let (wire, credential) = (self.wire(), self.credential_of(&action));
        let schema = self.listing().and_then(|l| l.catalogue.get(&action)).map(|action| action.schema());
        let mut complaints = Vec::new();
        let mut requests = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            match row.parameters(&base, schema.as_ref(), Typing::Strict) {
                Ok(parameters) => {
                    if let Some(Verdict::Checked(violations)) = schema.as_ref().map(|s| check(s, &parameters)) {
                        let told = |violation| format!("Row {}: {violation}", i + 1);
                        complaints.extend(violations.iter().map(told));
                    }
                    let (action, credential) = (action.clone(), credential.clone());
                    requests.push(RunRequest { action, parameters, wire, credential });
                }
                Err(why) => complaints.push(format!("Row {}: {why}", i + 1)),
            }
        }
        if !complaints.is_empty() {
            self.complain(&path, &complaints);
            return Vec::new();
        }
        let Some(first) = requests.first().cloned() else { return Vec::new() };
        let count = requests.len();
        self.batch = Some(Batch::new(action, path, requests));
        match self.decide(&first, false).for_many(count) {
            Decision::Allow => return self.start_batch(),
            Decision::Refuse(failure) => self.say(Tone::Error, format!("{} {}", failure.message, failure.hint)),
            Decision::Ask(question) if question.typed.is_some() => {
                self.overlays.push(Overlay::Prompt(Prompt {
                    title: question.text.clone(),
                    field: TextField::line(""),
                    problem: None,
                    purpose: Purpose::ConfirmRows(question),
                }));
            }
            Decision::Ask(question) => {
                let run = format!("Run all {count}");
                self.overlays.push(Overlay::Question(Question {
                    text: question.text,
                    answers: vec![("Don't run".to_owned(), Answer::Nothing), (run, Answer::RunRows)],
                    chosen: 0,
                }));
            }
        }
        Vec::new()
    }

    fn complain(&mut self, path: &str, complaints: &[String]) {
        let mut page = Page::default();
        page.wrapped(
            Tone::Error,
            &format!("Nothing was sent: rows of {path} do not fit the action."),
            Wrap::at(self.page_columns()),
        );
        page.gap();
        for complaint in complaints.iter().take(TOLD) {
            page.wrapped(Tone::Text, &clean(complaint), Wrap::at(self.page_columns()).indented(2));
        }
        if complaints.len() > TOLD {
            page.wrapped(Tone::Hint, &format!("and {} more", complaints.len() - TOLD), Wrap::at(self.page_columns()));
        }
        page.gap();
        let words = "Correct them and try again. akx run --each with --no-validate sends them all the same.";
        page.wrapped(Tone::Hint, words, Wrap::at(self.page_columns()));
        self.overlays.push(Overlay::Page { title: "Rows", page });
    }

    /// Begins to send.
    pub(super) fn start_batch(&mut self) -> Vec<Effect> {
        if let Some(batch) = &mut self.batch {
            batch.going = true;
        }
        let mut effects = self.open_batch();
        effects.extend(self.send_next_row());
        effects
    }

    /// Shows how the rows stand.
    pub(super) fn open_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = &self.batch else { return Vec::new() };
        let title = format!("{} for each row of {}", batch.action, batch.file);
        self.overlays.clear();
        self.overlays.push(Overlay::Board(Board::new(Kind::Rows, title, &COLUMNS, "There are no rows.")));
        self.fill_batch();
        Vec::new()
    }

    fn fill_batch(&mut self) {
        let Some(batch) = &self.batch else { return };
        let bad = batch.rows.iter().filter(|row| matches!(row.state, State::Failed | State::Unsure)).count();
        let note = match (batch.going, bad) {
            (true, 0) => format!("{} done", batch.done()),
            (true, bad) => format!("{} done, {bad} not ok", batch.done()),
            (false, _) => batch.summary(),
        };
        let filling = if batch.going { Filling::Going } else { Filling::Done };
        let rows: Vec<Row> = batch.rows.iter().enumerate().map(|(i, row)| shown(i, row)).collect();
        if let Some(board) = self.board_of(Kind::Rows) {
            board.note = note;
            board.filling = filling;
            board.fill(rows);
        }
    }

    /// Whether a row waits for nothing but its turn.
    pub(super) fn is_row_due(&self) -> bool {
        self.not_before.is_none() && self.batch.as_ref().is_some_and(|b| b.going && b.current.is_none())
    }

    /// Sends the next row; where there is none, says how it went.
    pub(super) fn send_next_row(&mut self) -> Vec<Effect> {
        if !self.is_row_due() {
            return Vec::new();
        }
        let next = self.batch.as_ref().and_then(|b| Some((b.next()?, b.rows.get(b.next()?)?.request.clone())));
        let Some((at, request)) = next else {
            self.end_batch();
            return Vec::new();
        };
        let effects = self.send(request);
        let sent = effects.iter().find_map(|e| if let Effect::Run { id, .. } = e { Some(*id) } else { None });
        if let Some(batch) = &mut self.batch {
            match sent {
                Some(id) => {
                    batch.current = Some(at);
                    if let Some(row) = batch.rows.get_mut(at) {
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

    /// A run has ended: if it is the row's under way, that is noted, and the next one is sent.
    pub(super) fn row_ended(&mut self, id: RunId, outcome: &Outcome, took: std::time::Duration) -> Vec<Effect> {
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
        if let Some(row) = batch.rows.get_mut(at) {
            row.took = Some(took);
            (row.state, row.words) = match (outcome, failure) {
                _ if too_soon => (State::Waiting, "the server asked for a pause".to_owned()),
                (Outcome::Answered(response), _) => (State::Ok, response.status.to_string()),
                (_, Some(failure)) => (State::of(outcome), failure.message),
                (_, None) => (State::of(outcome), String::new()),
            };
        }
        // The others would end in the same way.
        let hopeless = matches!(kind, Some(FailureKind::NotAuthorised | FailureKind::Unreachable | FailureKind::Tls));
        if hopeless || matches!(outcome, Outcome::Cancelled { .. }) {
            batch.going = false;
        }
        if !batch.going {
            self.end_batch();
            return Vec::new();
        }
        self.fill_batch();
        self.send_next_row()
    }

    /// Sends no further row; the one under way is cancelled.
    pub(super) fn stop_batch(&mut self) -> Vec<Effect> {
        let Some(batch) = self.batch.as_mut().filter(|b| b.going) else {
            self.say(Tone::Hint, "Nothing is being sent.");
            return Vec::new();
        };
        batch.going = false;
        let current = batch.current.and_then(|at| batch.rows.get(at)?.run);
        match current {
            Some(id) => vec![Effect::Cancel(id)],
            None => {
                self.end_batch();
                Vec::new()
            }
        }
    }

    fn end_batch(&mut self) {
        let Some(batch) = &mut self.batch else { return };
        batch.going = false;
        let words = format!("{}: {}.", batch.action, batch.summary());
        let well = batch.rows.iter().all(|row| row.state == State::Ok);
        self.say(if well { Tone::Good } else { Tone::Warning }, words);
        self.fill_batch();
    }

    /// Shows the answer of a row.
    pub(super) fn open_row(&mut self, key: &str) -> Vec<Effect> {
        let row = key.parse::<usize>().ok().and_then(|i| self.batch.as_ref()?.rows.get(i));
        match row.and_then(|row| row.run).filter(|id| self.runs.get(*id).is_some()) {
            Some(id) => {
                self.runs.show(id);
                self.focus_on(Pane::Response)
            }
            None => {
                self.say(Tone::Hint, "Its answer is not here: it was not sent, or it is in the history.");
                Vec::new()
            }
        }
    }
}

fn shown(i: usize, row: &super::super::batch::BatchRow) -> Row {
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
    let parameters = row.request.parameters.to_json();
    Row {
        key: i.to_string(),
        cells: vec![
            Cell::text((i + 1).to_string()),
            Cell::new(tone, state),
            Cell::text(row.took.map(human_duration).unwrap_or_default()),
            Cell::text(row.words.clone()),
            Cell::new(Tone::Hint, parameters.clone()),
        ],
        details: [(tone, row.words.clone()), (Tone::Text, parameters)]
            .into_iter()
            .filter(|(_, w)| !w.is_empty())
            .collect(),
    }
}
