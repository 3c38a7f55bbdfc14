//! The history on its board: looking again at what was run, running it again, comparing, pinning, deleting.

use std::collections::BTreeMap;

use super::super::{
    board::{Board, Cell, Column, Filling, Kind, Row},
    command::Past as Command,
    effect::Effect,
    geometry::Pane,
    overlay::{Answer, Overlay, Question},
    page::Tone,
    past::{Purpose, Recalled, SHOWN},
    state::{App, Filled},
    viewer::{View, Viewer},
};
use crate::domain::{
    civil,
    failure::Failure,
    history::{About, Ask, Change, Ending, LastRun, Record, RecordId, Whose},
    redact::At,
    run::{RunId, RunRequest},
    text::human_duration,
    ticket::Ticket,
};

/// What is looked for but seldom shown stands last: the filter sees every column.
const COLUMNS: [Column; 11] = [
    Column::new("When", 1, (16, 16)),
    Column::new("Action", 0, (18, 62)),
    Column::new("Ended", 0, (14, 28)),
    Column::new("Took", 3, (8, 9)).right(),
    Column::new("User", 2, (12, 34)),
    Column::new("", 4, (6, 6)),
    Column::new("Parameters", 5, (36, 120)),
    Column::new("Profile", 6, (12, 16)),
    Column::new("Request id", 7, (36, 36)),
    Column::new("Integration", 8, (20, 20)),
    Column::new("What was said", 9, (60, 60)),
];

impl App {
    /// Shows what was run, today and before.
    pub(super) fn open_history(&mut self) -> Vec<Effect> {
        self.overlays.clear();
        let empty = "Nothing is kept yet: run an action, and it stands here from then on.";
        self.overlays.push(Overlay::Board(Board::new(Kind::History, "History", &COLUMNS, empty)));
        self.ask_history()
    }

    /// Asks for the records that the board's filter is about.
    pub(super) fn ask_history(&mut self) -> Vec<Effect> {
        let Some(words) = self.board_of(Kind::History).map(|board| board.filter.text()) else { return Vec::new() };
        let load = self.next_load();
        self.past.asked = Some(load);
        self.fill_history();
        vec![Effect::FindHistory { load, ask: Ask { words, limit: SHOWN, ..Ask::default() } }]
    }

    pub(super) fn history_found(
        &mut self,
        load: super::super::remote::LoadId,
        result: Result<Vec<Record>, Failure>,
    ) -> Vec<Effect> {
        if let Some((_, action)) = self.past.last_run.take_if(|(asked, _)| *asked == load) {
            self.last_run_found(&action, result);
            return Vec::new();
        }
        if self.past.asked != Some(load) {
            return Vec::new();
        }
        self.past.asked = None;
        match result {
            Ok(records) => (self.past.records, self.past.failure) = (records, None),
            Err(failure) => self.past.failure = Some(failure),
        }
        self.fill_history();
        Vec::new()
    }

    fn fill_history(&mut self) {
        let filling = match (&self.past.failure, self.past.asked) {
            (_, Some(_)) => Filling::Going,
            (Some(failure), None) => Filling::Failed(Box::new(failure.clone())),
            (None, None) => Filling::Done,
        };
        let rows = self.past.records.iter().map(|record| row(record, self.now.offset)).collect();
        let most = self.past.records.len() >= SHOWN;
        let paused = self.past.paused || self.session.forgets;
        if let Some(board) = self.board_of(Kind::History) {
            board.filling = filling;
            board.note = match (paused, most) {
                (true, _) => "no run is kept now".to_owned(),
                (false, true) => "the newest".to_owned(),
                (false, false) => String::new(),
            };
            board.fill(rows);
        }
    }

    /// Does what was asked about a row of the history.
    pub(super) fn history_command(&mut self, command: Command) -> Vec<Effect> {
        if self.board().is_none_or(|board| board.kind != Kind::History) {
            return self.open_history();
        }
        let Some(record) = self.record_in_front() else {
            self.say(Tone::Hint, "There is no run under the cursor.");
            return Vec::new();
        };
        let id = record.id;
        match command {
            Command::Again => self.run_again(&record),
            Command::Fill => self.fill_from(&record),
            Command::Compare => vec![Effect::OpenRecord { id, purpose: Purpose::Compare }],
            Command::Ticket => vec![Effect::OpenRecord { id, purpose: Purpose::Ticket }],
            Command::Pin => vec![Effect::ChangeHistory(Change::Pin(id, !record.pinned))],
            Command::Delete => {
                self.overlays.push(Overlay::Question(Question {
                    text: format!("Delete this run of {} from the history for good?", record.begun.request.action),
                    answers: vec![
                        ("Keep it".to_owned(), Answer::Nothing),
                        ("Delete".to_owned(), Answer::ChangeHistory(Change::Delete(id))),
                    ],
                    chosen: 0,
                }));
                Vec::new()
            }
        }
    }

    /// Asks whether everything that is not pinned is to go.
    pub(super) fn ask_to_purge(&mut self) -> Vec<Effect> {
        self.overlays.push(Overlay::Question(Question {
            text:
                "Delete every run of the history for good, but for the pinned ones? (akx history purge deletes some.)"
                    .to_owned(),
            answers: vec![
                ("Keep them".to_owned(), Answer::Nothing),
                ("Delete".to_owned(), Answer::ChangeHistory(Change::Purge)),
            ],
            chosen: 0,
        }));
        Vec::new()
    }

    /// Notes no run from now on, or does again.
    pub(super) fn pause_history(&mut self) -> Vec<Effect> {
        if self.session.forgets {
            self.say(
                Tone::Hint,
                "Nothing is kept here: the profile says persist = false, or akx was started with --no-history.",
            );
            return Vec::new();
        }
        self.past.paused = !self.past.paused;
        let words = if self.past.paused {
            "No run is kept in the history from now on, until you quit or ask again."
        } else {
            "Runs are kept in the history again."
        };
        self.say(Tone::Good, words);
        self.fill_history();
        Vec::new()
    }

    fn record_in_front(&self) -> Option<Record> {
        let id = self.board().and_then(Board::chosen)?.key.parse().ok()?;
        self.past.get(RecordId(id)).cloned()
    }

    /// Looks at the answer of the row.
    pub(super) fn open_record(key: &str) -> Vec<Effect> {
        key.parse()
            .map_or_else(|_| Vec::new(), |id| vec![Effect::OpenRecord { id: RecordId(id), purpose: Purpose::Show }])
    }

    pub(super) fn record_opened(
        &mut self,
        purpose: Purpose,
        result: Result<Option<Box<Recalled>>, Failure>,
    ) -> Vec<Effect> {
        let recalled = match result {
            Ok(Some(recalled)) => *recalled,
            Ok(None) => {
                self.say(Tone::Warning, "That run is no longer in the history.");
                return self.ask_history();
            }
            Err(failure) => {
                self.say(Tone::Error, failure.message);
                return Vec::new();
            }
        };
        let gone = recalled.record.end.size.is_some() && recalled.opened.is_none();
        if purpose == Purpose::Ticket {
            let body = match &recalled.outcome {
                crate::domain::run::Outcome::Answered(response) => {
                    recalled.record.has_body.then(|| response.body.clone())
                }
                crate::domain::run::Outcome::Failed(failure) => failure.body.clone(),
                _ => None,
            };
            let ticket = Ticket::of_record(&recalled.record, body, &self.session.known);
            self.open_ticket(&ticket, None);
            return Vec::new();
        }
        let shown = self.runs.shown().map(|run| run.id);
        let Recalled { record, outcome, opened } = recalled;
        let answered = matches!(outcome, crate::domain::run::Outcome::Answered(_));
        let first = if answered && opened.is_some() {
            None
        } else {
            Some(if answered { View::Headers } else { View::Problem })
        };
        let id = self.runs.recall(record, outcome, Viewer::new(opened, first), self.now);
        match (purpose, shown) {
            (Purpose::Compare, Some(shown)) => {
                self.overlays.clear();
                self.runs.show(shown);
                self.compare_with(id);
            }
            (Purpose::Compare, None) => self.say(Tone::Hint, "There is no answer to compare with: open one first."),
            (Purpose::Show | Purpose::Ticket, _) => {
                self.runs.show(id);
                self.focus_on(Pane::Response);
                if gone {
                    self.say(Tone::Hint, "Its answer is not kept: it was too large, or made room for newer ones.");
                }
            }
        }
        Vec::new()
    }

    pub(super) fn history_changed(&mut self, change: Change, result: Result<(), Failure>) -> Vec<Effect> {
        match (result, change) {
            (Err(failure), _) => self.say(Tone::Error, failure.message),
            (Ok(()), Change::Pin(_, true)) => self.say(Tone::Good, "Pinned: it is kept whatever its age."),
            (Ok(()), Change::Pin(_, false)) => self.say(Tone::Good, "No longer pinned: it goes with its age."),
            (Ok(()), Change::Delete(_)) => self.say(Tone::Good, "Deleted."),
            (Ok(()), Change::Purge) => self.say(Tone::Good, "The history is empty but for what is pinned."),
        }
        let mut effects = self.ask_history();
        effects.push(Effect::RecallLastRuns);
        effects
    }

    /// Takes how each action was run last, which its description tells.
    pub(super) fn last_runs_recalled(&mut self, last: BTreeMap<String, LastRun>) -> Vec<Effect> {
        self.past.last = last;
        self.detail_of = None;
        Vec::new()
    }

    /// Says once that runs cannot be noted.
    pub(super) fn run_noted(&mut self, id: RunId, result: Result<RecordId, Failure>) -> Vec<Effect> {
        match result {
            Ok(record) => {
                if let Some(run) = self.runs.get_mut(id) {
                    run.record = Some(record);
                }
                self.row_noted(id, record);
            }
            Err(failure) if !self.past.told => {
                self.past.told = true;
                self.say(Tone::Warning, format!("{} Runs are not kept.", failure.message));
            }
            Err(_) => {}
        }
        Vec::new()
    }

    /// Runs a record once more, with the settings of now.
    fn run_again(&mut self, record: &Record) -> Vec<Effect> {
        if self.session.offline {
            self.say(Tone::Warning, "This catalogue comes from a file, so there is nothing to run it on.");
            return Vec::new();
        }
        if let Some(seconds) = self.seconds_to_wait() {
            self.say(Tone::Warning, format!("The server asked for a pause: {seconds} s more, then run again."));
            return Vec::new();
        }
        let replay = record.replay();
        if let Err(failure) = replay.complete(&record.begun.request.parameters) {
            let effects = self.fill_from(record);
            self.say(Tone::Warning, failure.message);
            return effects;
        }
        self.overlays.clear();
        let wire = self.wire();
        let effects = self.guarded(RunRequest { wire, ..replay.request });
        if let Some(words) = self.otherwise(record) {
            self.say(Tone::Warning, words);
        }
        effects
    }

    /// Opens the form of a record's action with what was sent then.
    fn fill_from(&mut self, record: &Record) -> Vec<Effect> {
        let name = &record.begun.request.action;
        let Some(action) = self.listing().and_then(|l| l.catalogue.position(name)) else {
            self.say(Tone::Warning, format!("{name} is not in the list of actions now."));
            return Vec::new();
        };
        self.overlays.clear();
        let filled = Filled { parameters: record.replay().parameters(), saved_as: None };
        let effects = self.open_filled(action, Some(filled));
        let words = self.otherwise(record).unwrap_or_else(|| match record.begun.hidden.len() {
            0 => "As it was sent then. ^R runs it.".to_owned(),
            _ => "As it was sent then, but for the secrets: they are not kept.".to_owned(),
        });
        self.say(Tone::Hint, words);
        effects
    }

    /// What is otherwise now than when a record was made.
    fn otherwise(&self, record: &Record) -> Option<String> {
        let (then, now) = (&record.begun.whose, self.session.whose());
        let user = |whose: &Whose| whose.user.clone().unwrap_or_default();
        if !then.project.is_empty() && then.project != now.project {
            return Some(format!("It was run in project {}; now it is {}.", then.project, now.project));
        }
        (user(then) != user(&now)).then(|| format!("It was run for {}; now it is {}.", user(then), user(&now)))
    }

    /// What a record of a run tells of its action.
    pub(super) fn about_run(&self, action: &str) -> About {
        let found = self.listing().and_then(|l| l.catalogue.get(action));
        let (integration, schema) = found.map(|a| (a.integration, a.parameters)).unwrap_or_default();
        About { integration, effect: self.effect_of(action), schema }
    }
}

fn row(record: &Record, offset: i32) -> Row {
    let (begun, end) = (&record.begun, &record.end);
    let tone = match end.ending {
        Ending::Answered => Tone::Good,
        Ending::Failed => Tone::Error,
        Ending::Unknown | Ending::Cancelled | Ending::TimedOut => Tone::Warning,
    };
    let parameters = record.parameters_line();
    let said = end.failure.as_ref().map(|said| said.message.clone()).unwrap_or_default();
    let mut details = Vec::new();
    if !said.is_empty() {
        details.push((tone, said.clone()));
    }
    if end.ending == Ending::Unknown {
        let words = "akx ended before the answer was here, or is still waiting for it. Look at the provider before you run it again.";
        details.push((tone, words.to_owned()));
    }
    details.push((Tone::Text, parameters.clone()));
    let masked: Vec<String> = begun.hidden.iter().map(|(at, _)| At::Place(at.clone()).to_string()).collect();
    if !masked.is_empty() {
        details.push((Tone::Hint, format!("Secrets are not kept: {}.", masked.join(", "))));
    }
    let pinned = if record.pinned { ", pinned" } else { "" };
    let mut facts = vec![format!("Run {}{pinned}", record.id.0), format!("project {}", begun.whose.project)];
    facts.extend(end.request_id.as_ref().map(|id| format!("request id {id}")));
    details.push((Tone::Hint, format!("{}.", facts.join(", "))));
    Row {
        key: record.id.0.to_string(),
        cells: vec![
            Cell::new(Tone::Hint, civil::to_the_minute(begun.at, offset)),
            Cell::new(Tone::Name, &*begun.request.action),
            Cell::new(tone, end.words()),
            Cell::text(end.took.map(human_duration).unwrap_or_default()),
            Cell::text(begun.whose.user.clone().unwrap_or_default()),
            Cell::new(Tone::Good, if record.pinned { "pinned" } else { "" }),
            Cell::new(Tone::Hint, parameters),
            Cell::text(begun.whose.profile.clone().unwrap_or_default()),
            Cell::text(end.request_id.clone().unwrap_or_default()),
            Cell::text(&*begun.integration),
            Cell::text(said),
        ],
        details,
    }
}
