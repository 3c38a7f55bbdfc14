//! One action run for each row of a file: which rows there are, how each stands, and what comes next.

use std::{sync::Arc, time::Duration};

use crate::domain::{
    rows::{State, summary},
    run::{RunId, RunRequest},
};

/// How often a row that was refused for coming too soon is tried at most.
pub const ATTEMPTS: u32 = 6;

/// A row and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow {
    /// What is sent.
    pub request: RunRequest,
    /// How it stands.
    pub state: State,
    /// What came of it, in words.
    pub words: String,
    /// How long it took.
    pub took: Option<Duration>,
    /// Its run, once it was sent.
    pub run: Option<RunId>,
}

/// Many runs of one action, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The action.
    pub action: Arc<str>,
    /// The file.
    pub file: String,
    /// The rows, in the file's order.
    pub rows: Vec<BatchRow>,
    /// The row that is under way.
    pub current: Option<usize>,
    /// How often the row that is next was refused for coming too soon.
    pub attempts: u32,
    /// Whether rows are being sent: it was agreed to, and nobody stopped it.
    pub going: bool,
}

impl Batch {
    /// Rows none of which was sent.
    pub fn new(action: Arc<str>, file: String, requests: Vec<RunRequest>) -> Self {
        let rows = requests.into_iter().map(|request| BatchRow {
            request,
            state: State::Waiting,
            words: String::new(),
            took: None,
            run: None,
        });
        Self { action, file, rows: rows.collect(), current: None, attempts: 0, going: false }
    }

    /// The row that is to be sent next.
    pub fn next(&self) -> Option<usize> {
        self.rows.iter().position(|row| row.state == State::Waiting)
    }

    /// How many rows were sent and ended.
    pub fn done(&self) -> usize {
        self.rows.iter().filter(|row| !matches!(row.state, State::Waiting | State::Sent)).count()
    }

    /// How many came out how: `38 ok, 2 failed`.
    pub fn summary(&self) -> String {
        summary(self.rows.iter().map(|row| row.state))
    }
}
