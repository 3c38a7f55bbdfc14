//! One action run many times, for each row of a file or for each of several users: what is sent to whom, how each run
//! stands, and what comes next.

use std::{sync::Arc, time::Duration};

use super::remote::LoadId;
use crate::domain::{
    history::RecordId,
    rows::{self, Journal, Keys, Prepared, RunKey, State, summary},
    run::{RunId, RunRequest},
    shared::Shared,
};

/// How often a run that was refused for coming too soon is tried at most.
pub const ATTEMPTS: u32 = 6;

/// Which of many runs one is, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOfMany {
    /// Which of the whole, from 0.
    pub index: usize,
    /// The connected user, where it is another than the session's.
    pub user: Option<Arc<str>>,
}

/// What is the same but for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Over {
    /// The rows of this file.
    File(String),
    /// So many users.
    Users(usize),
}

/// How one of the runs stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// How it stands.
    pub state: State,
    /// What came of it, in words.
    pub words: String,
    /// How long it took.
    pub took: Option<Duration>,
    /// Its run, once it was sent.
    pub run: Option<RunId>,
    /// Where it stands in the history, once it was noted.
    pub record: Option<RecordId>,
}

impl BatchRow {
    const fn waiting() -> Self {
        Self { state: State::Waiting, words: String::new(), took: None, run: None, record: None }
    }
}

/// Rows of a file that were read and checked, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Ready {
    /// The rows.
    pub rows: Shared<Prepared>,
    /// The name of the journal of this very work.
    pub journal: String,
}

/// A file of rows that is being read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Checking {
    /// Which reading.
    pub load: LoadId,
    /// The file, as typed.
    pub path: String,
    /// What all runs share.
    pub request: RunRequest,
    /// How many rows have been checked.
    pub done: usize,
    /// How many there are; 0 as long as that is not known.
    pub of: usize,
}

/// What each of the runs is; made when it is sent, so that a hundred thousand take no room.
#[derive(Debug, Clone, PartialEq)]
enum Runs {
    Rows { request: RunRequest, rows: Shared<Prepared> },
    Users { request: RunRequest, users: Vec<Arc<str>> },
}

/// Many runs of one action, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The action.
    pub action: Arc<str>,
    /// What it is run over.
    pub over: Over,
    runs: Runs,
    /// What each of the runs is, as its journal knows it.
    pub(super) keys: Arc<[RunKey]>,
    rows: Vec<BatchRow>,
    /// How many stand how, by [`place`].
    counts: [usize; 5],
    /// None before this one waits.
    first: usize,
    /// The one that is under way.
    pub current: Option<usize>,
    /// How often the one that is next was refused for coming too soon.
    pub attempts: u32,
    /// Whether runs are being sent: it was agreed to, and nobody stopped it.
    pub going: bool,
    /// When it began to be sent, in uptime, and how many were done by then.
    pub(super) since: Option<(Duration, usize)>,
    /// The journal that is being opened.
    pub(super) opening: Option<LoadId>,
    /// What an earlier time left, in words: `12 ok, 1 may have run`; empty where there was none.
    pub(super) before: String,
    /// Whether what an earlier time left is to be forgotten as soon as it begins.
    pub(super) anew: bool,
}

const fn place(state: State) -> usize {
    match state {
        State::Waiting => 0,
        State::Sent => 1,
        State::Ok => 2,
        State::Failed => 3,
        State::Unsure => 4,
    }
}

impl Batch {
    /// A run for each row of a file, none of which was sent.
    pub fn of_rows(path: String, request: RunRequest, rows: Shared<Prepared>) -> Self {
        let keys = Arc::clone(rows.keys());
        Self::new(request.action.clone(), Over::File(path), Runs::Rows { request, rows }, keys)
    }

    /// The same run for each of these users.
    pub fn of_users(request: RunRequest, users: Vec<Arc<str>>) -> Self {
        let mut keys = Keys::default();
        for user in &users {
            keys.add(user, &request.parameters);
        }
        Self::new(request.action.clone(), Over::Users(users.len()), Runs::Users { request, users }, keys.finish())
    }

    fn new(action: Arc<str>, over: Over, runs: Runs, keys: Arc<[RunKey]>) -> Self {
        let count = keys.len();
        Self {
            action,
            over,
            runs,
            keys,
            rows: vec![BatchRow::waiting(); count],
            counts: [count, 0, 0, 0, 0],
            first: 0,
            current: None,
            attempts: 0,
            going: false,
            since: None,
            opening: None,
            before: String::new(),
            anew: false,
        }
    }

    /// How each of them stands, in their order.
    pub fn rows(&self) -> &[BatchRow] {
        &self.rows
    }

    /// What the run of row `i` is.
    pub fn request(&self, i: usize) -> Option<RunRequest> {
        match &self.runs {
            Runs::Rows { request, rows } => {
                rows.parameters(i).map(|parameters| RunRequest { parameters, ..request.clone() })
            }
            Runs::Users { request, users } => users.get(i).map(|_| request.clone()),
        }
    }

    /// For which user row `i` is run, where that varies.
    pub fn user(&self, i: usize) -> Option<&Arc<str>> {
        match &self.runs {
            Runs::Rows { .. } => None,
            Runs::Users { users, .. } => users.get(i),
        }
    }

    /// All whom it is run for, where that varies.
    pub fn all_users(&self) -> &[Arc<str>] {
        match &self.runs {
            Runs::Rows { .. } => &[],
            Runs::Users { users, .. } => users,
        }
    }

    /// Changes how row `i` stands.
    pub(super) fn change(&mut self, i: usize, change: impl FnOnce(&mut BatchRow)) {
        let Some(row) = self.rows.get_mut(i) else { return };
        let before = place(row.state);
        change(row);
        self.counts[before] = self.counts[before].saturating_sub(1);
        self.counts[place(row.state)] += 1;
        if row.state == State::Waiting {
            self.first = self.first.min(i);
        }
    }

    /// Changes how all of them stand.
    fn change_all(&mut self, change: impl Fn(usize, &mut BatchRow)) {
        for i in 0..self.rows.len() {
            self.change(i, |row| change(i, row));
        }
    }

    fn count(&self, state: State) -> usize {
        self.counts[place(state)]
    }

    /// What stands over the list of them.
    pub fn title(&self) -> String {
        match &self.over {
            Over::File(file) => format!("{} for each row of {file}", self.action),
            Over::Users(users) => format!("{} for {users} users", self.action),
        }
    }

    /// Takes over what an earlier time has left of the same work: what ran is not sent again, nor what may have run.
    pub fn resume(&mut self, journal: &Journal) {
        self.change_all(|i, row| {
            let words = rows::told_before(journal.said(i));
            (row.state, row.words) = match journal.state(i) {
                State::Ok => (State::Ok, words),
                State::Unsure | State::Sent => (State::Unsure, words),
                State::Failed => (State::Waiting, words),
                State::Waiting => (State::Waiting, String::new()),
            };
        });
        let done = (0..self.rows.len()).map(|i| journal.state(i)).filter(|state| *state != State::Waiting);
        self.before = if journal.is_empty() { String::new() } else { summary(done) };
        self.anew = false;
    }

    /// Lets what failed certainly be sent again; what ran and what may have run stays as it is.
    pub fn go_on(&mut self) {
        self.change_all(|_, row| {
            if row.state == State::Failed {
                row.state = State::Waiting;
            }
        });
        self.before = self.summary();
    }

    /// Forgets what an earlier time has left, so that everything is sent.
    pub fn begin_anew(&mut self) {
        self.change_all(|_, row| *row = BatchRow::waiting());
        self.before.clear();
        self.anew = true;
    }

    /// The one that is to be sent next.
    pub fn take_next(&mut self) -> Option<usize> {
        let waits = |row: &BatchRow| row.state == State::Waiting;
        let next = self.rows.get(self.first..)?.iter().position(waits).map(|at| self.first + at);
        self.first = next.unwrap_or(self.rows.len());
        next
    }

    /// How many are to be sent.
    pub fn due(&self) -> usize {
        self.count(State::Waiting)
    }

    /// How many were sent and ended.
    pub fn done(&self) -> usize {
        self.rows.len() - self.count(State::Waiting) - self.count(State::Sent)
    }

    /// How many ended otherwise than well.
    pub fn bad(&self) -> usize {
        self.count(State::Failed) + self.count(State::Unsure)
    }

    /// Whether all of them ran.
    pub fn is_well(&self) -> bool {
        self.count(State::Ok) == self.rows.len()
    }

    /// Whether some did certainly not run, so that it can go on.
    pub fn is_left(&self) -> bool {
        self.due() + self.count(State::Failed) > 0
    }

    /// How long the rest will take, from how long what was sent so far took; `None` where that says too little.
    pub fn left(&self, uptime: Duration) -> Option<Duration> {
        const ENOUGH: usize = 10;
        let (since, done) = self.since?;
        let sent = self.done().checked_sub(done).filter(|sent| *sent >= ENOUGH)?;
        let each = uptime.checked_sub(since)? / u32::try_from(sent).ok()?;
        Some(each * u32::try_from(self.due()).ok()?)
    }

    /// For whom they are to be sent, where that varies: `maria, jonas and 3 more`.
    pub fn users(&self) -> Option<String> {
        let waits = |(row, _): &(&BatchRow, &Arc<str>)| row.state == State::Waiting;
        let due: Vec<&str> = self.rows.iter().zip(self.all_users()).filter(waits).map(|(_, user)| &**user).collect();
        rows::named(&due)
    }

    /// How many came out how: `38 ok, 2 failed`.
    pub fn summary(&self) -> String {
        summary(self.rows.iter().map(|row| row.state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{document::Value, rows::Line, wire::Wire};

    fn batch(users: &[&str]) -> Batch {
        let request =
            RunRequest { action: "A_B".into(), parameters: Value::object(), wire: Wire::Live, credential: None };
        Batch::of_users(request, users.iter().map(|user| Arc::from(*user)).collect())
    }

    #[test]
    fn an_earlier_time_is_taken_over_and_can_be_forgotten() {
        let mut batch = batch(&["a", "b", "c", "d"]);
        let states = [(0, State::Ok), (1, State::Sent), (2, State::Failed)];
        let said = || "It said no.".to_owned();
        batch.resume(&states.into_iter().map(|(index, state)| Line { index, state, said: said() }).collect());
        let after: Vec<State> = batch.rows.iter().map(|row| row.state).collect();
        assert_eq!(after, [State::Ok, State::Unsure, State::Waiting, State::Waiting]);
        assert_eq!((batch.take_next(), batch.due()), (Some(2), 2));
        assert_eq!(batch.rows[2].words, "before: It said no.");
        assert_eq!(batch.rows[1].words, "before: It was sent, and akx stopped before an answer came.");
        assert_eq!(batch.before, "1 ok, 1 failed, 1 may have run");
        assert_eq!(batch.users().as_deref(), Some("c and d"));
        batch.begin_anew();
        assert_eq!((batch.before.as_str(), batch.due(), batch.anew), ("", 4, true));
        batch.resume(&Journal::default());
        assert_eq!((batch.before.as_str(), batch.anew), ("", false));
    }

    #[test]
    fn counts_follow_every_change_and_the_rest_is_told_from_what_was_sent() {
        let mut batch = batch(&["a"; 40]);
        batch.since = Some((Duration::from_secs(100), 0));
        for i in 0..20 {
            assert_eq!(batch.take_next(), Some(i));
            batch.change(i, |row| row.state = State::Sent);
            assert_eq!((batch.due(), batch.done(), batch.take_next()), (39 - i, i, Some(i + 1)));
            batch.change(i, |row| row.state = if i == 7 { State::Failed } else { State::Ok });
        }
        assert_eq!(
            (batch.due(), batch.done(), batch.bad(), batch.is_well(), batch.is_left()),
            (20, 20, 1, false, true)
        );
        assert_eq!(batch.left(Duration::from_secs(110)), Some(Duration::from_secs(10)));
        // One that came too soon waits again, before those that were never sent.
        batch.change(19, |row| row.state = State::Waiting);
        assert_eq!(
            (batch.take_next(), batch.due(), batch.summary().as_str()),
            (Some(19), 21, "18 ok, 1 failed, 21 not run")
        );
        batch.go_on();
        assert_eq!((batch.take_next(), batch.bad()), (Some(7), 0));
        batch.begin_anew();
        assert_eq!((batch.take_next(), batch.due(), batch.is_well()), (Some(0), 40, false));
        batch.change_all(|_, row| row.state = State::Ok);
        assert!(batch.is_well() && !batch.is_left() && batch.take_next().is_none());
    }
}
