//! One action run many times, for each row of a file or for each of several users: what is sent to whom, how each run
//! stands, and what comes next.

use std::{sync::Arc, time::Duration};

use super::remote::LoadId;
use crate::domain::{
    history::RecordId,
    rows::{Journal, State, summary},
    run::{RunId, RunRequest},
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

/// One run and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// What is sent.
    pub request: RunRequest,
    /// For which user, where that varies.
    pub user: Option<Arc<str>>,
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

/// Many runs of one action, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The action.
    pub action: Arc<str>,
    /// What it is run over.
    pub over: Over,
    /// The runs, in their order.
    pub rows: Vec<BatchRow>,
    /// The one that is under way.
    pub current: Option<usize>,
    /// How often the one that is next was refused for coming too soon.
    pub attempts: u32,
    /// Whether runs are being sent: it was agreed to, and nobody stopped it.
    pub going: bool,
    /// The journal that is being opened.
    pub(super) opening: Option<LoadId>,
    /// What an earlier time left, in words: `12 ok, 1 may have run`; empty where there was none.
    pub(super) before: String,
    /// Whether what an earlier time left is to be forgotten as soon as it begins.
    pub(super) anew: bool,
}

impl Batch {
    /// Runs none of which was sent.
    pub fn new(action: Arc<str>, over: Over, runs: impl IntoIterator<Item = (RunRequest, Option<Arc<str>>)>) -> Self {
        let rows = runs.into_iter().map(|(request, user)| BatchRow {
            request,
            user,
            state: State::Waiting,
            words: String::new(),
            took: None,
            run: None,
            record: None,
        });
        Self {
            action,
            over,
            rows: rows.collect(),
            current: None,
            attempts: 0,
            going: false,
            opening: None,
            before: String::new(),
            anew: false,
        }
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
        for (i, row) in self.rows.iter_mut().enumerate() {
            (row.state, row.words) = match journal.state(i) {
                State::Ok => (State::Ok, "ran before the interruption".to_owned()),
                State::Unsure | State::Sent => {
                    (State::Unsure, "sent before the interruption; its answer is not known".to_owned())
                }
                State::Failed | State::Waiting => (State::Waiting, String::new()),
            };
        }
        let done = (0..self.rows.len()).map(|i| journal.state(i)).filter(|state| *state != State::Waiting);
        self.before = if journal.is_empty() { String::new() } else { summary(done) };
        self.anew = false;
    }

    /// Lets what failed certainly be sent again; what ran and what may have run stays as it is.
    pub fn go_on(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.state == State::Failed) {
            row.state = State::Waiting;
        }
        self.before = self.summary();
    }

    /// Forgets what an earlier time has left, so that everything is sent.
    pub fn begin_anew(&mut self) {
        for row in &mut self.rows {
            (row.state, row.words, row.took, row.run, row.record) = (State::Waiting, String::new(), None, None, None);
        }
        self.before.clear();
        self.anew = true;
    }

    /// The one that is to be sent next.
    pub fn next(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.state == State::Waiting)
    }

    /// How many are to be sent.
    pub fn due(&self) -> usize {
        self.rows.iter().filter(|row| row.state == State::Waiting).count()
    }

    /// How many were sent and ended.
    pub fn done(&self) -> usize {
        self.rows.iter().filter(|row| !matches!(row.state, State::Waiting | State::Sent)).count()
    }

    /// For whom they are to be sent, where that varies: `maria, jonas and 3 more`.
    pub fn users(&self) -> Option<String> {
        const NAMED: usize = 3;
        let due: Vec<&str> =
            self.rows.iter().filter(|row| row.state == State::Waiting).filter_map(|row| row.user.as_deref()).collect();
        match due.as_slice() {
            [] => None,
            [one] => Some((*one).to_owned()),
            [most @ .., last] if due.len() <= NAMED => Some(format!("{} and {last}", most.join(", "))),
            many => Some(format!("{} and {} more", many[..NAMED].join(", "), many.len() - NAMED)),
        }
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
            || RunRequest { action: "A_B".into(), parameters: Value::object(), wire: Wire::Live, credential: None };
        Batch::new("A_B".into(), Over::Users(users.len()), users.iter().map(|user| (request(), Some((*user).into()))))
    }

    #[test]
    fn an_earlier_time_is_taken_over_and_can_be_forgotten() {
        let mut batch = batch(&["a", "b", "c", "d"]);
        let states = [(0, State::Ok), (1, State::Sent), (2, State::Failed)];
        let text: String = states.into_iter().map(|(index, state)| Line { index, state }.text()).collect();
        batch.resume(&Journal::read(&text));
        let after: Vec<State> = batch.rows.iter().map(|row| row.state).collect();
        assert_eq!(after, [State::Ok, State::Unsure, State::Waiting, State::Waiting]);
        assert_eq!((batch.before.as_str(), batch.due(), batch.next()), ("1 ok, 1 failed, 1 may have run", 2, Some(2)));
        assert_eq!(batch.users().as_deref(), Some("c and d"));
        batch.begin_anew();
        assert_eq!((batch.before.as_str(), batch.due(), batch.anew), ("", 4, true));
        batch.resume(&Journal::default());
        assert_eq!((batch.before.as_str(), batch.anew), ("", false));
    }

    #[test]
    fn users_are_named_as_far_as_there_is_room() {
        for (users, words) in [
            (&["a"][..], "a"),
            (&["a", "b"], "a and b"),
            (&["a", "b", "c"], "a, b and c"),
            (&["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
        ] {
            assert_eq!(batch(users).users().as_deref(), Some(words));
        }
    }
}
