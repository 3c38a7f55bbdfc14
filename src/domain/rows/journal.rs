//! Which of many runs are done: lines that are appended as they are sent and as they end, so that whoever is interrupted
//! goes on where they were, and nothing runs twice.

use std::collections::BTreeMap;

use ring::digest::{Context, SHA256};

use crate::domain::{
    document::{Object, Value},
    run::RunRequest,
};

/// How one of many runs stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Not sent yet.
    Waiting,
    /// Sent; nothing more is known. Read from a journal, it may have run.
    Sent,
    /// The provider answered.
    Ok,
    /// It failed, and did not run.
    Failed,
    /// It failed in a way that leaves open whether it has run.
    Unsure,
}

impl State {
    /// Its name, in a journal and in `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "not_run",
            Self::Sent => "sent",
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Unsure => "may_have_run",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Ok, Self::Failed, Self::Unsure].into_iter().find(|s| s.name() == name)
    }
}

/// One entry of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which run of the whole, from 0.
    pub index: usize,
    /// How it stands now.
    pub state: State,
}

impl Line {
    /// As it is written, with the line's end.
    pub fn text(&self) -> String {
        let object: Object =
            [("run", Value::from(self.index)), ("state", Value::from(self.state.name()))].into_iter().collect();
        format!("{}\n", Value::Object(object).to_json())
    }
}

/// Everything that makes work of many runs what it is, but for the file of rows: equal work has one journal, wherever it
/// is begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// What all runs share.
    pub request: RunRequest,
    /// What is set in it for each run (`-p`).
    pub set: Vec<String>,
    /// The users, or the one the token is for.
    pub users: Vec<String>,
    /// The project's id.
    pub project: String,
    /// Where ActionKit answers.
    pub base_url: String,
}

impl Work {
    /// The name of its journal; `file` is the file of rows, empty without one.
    pub fn journal(&self, file: &[u8]) -> String {
        let RunRequest { action, parameters, credential, wire: _ } = &self.request;
        let (set, users) = (self.set.join("\n"), self.users.join("\n"));
        let credential = credential.as_deref().unwrap_or_default();
        let parameters = parameters.to_json();
        let texts = [action, parameters.as_str(), &set, &users, credential, &self.project, &self.base_url];
        let parts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).chain([file]).collect();
        Journal::name(&parts)
    }
}

/// What a journal says of the runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    states: BTreeMap<usize, State>,
}

impl Journal {
    /// The name of the journal for this work: equal work, equal name. `parts` are everything that makes the work what
    /// it is; none of it can be read out of the name.
    pub fn name(parts: &[&[u8]]) -> String {
        let mut context = Context::new(&SHA256);
        for part in parts {
            // The length keeps ("ab", "c") apart from ("a", "bc").
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        context.finish().as_ref().iter().take(12).fold(String::with_capacity(24), |mut name, byte| {
            use std::fmt::Write as _;
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
            name
        })
    }

    /// Reads a journal. A line that is cut short or damaged says nothing; the last word on a run counts.
    pub fn read(text: &str) -> Self {
        let line = |line: &str| {
            let value = Value::parse(line.as_bytes()).ok()?;
            let index = usize::try_from(value.get("run")?.as_i64()?).ok()?;
            Some((index, State::named(value.get("state")?.as_str()?)?))
        };
        Self { states: text.lines().filter_map(line).collect() }
    }

    /// Whether nothing was begun.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// How run `index` stands: what was sent without an end may have run.
    pub fn state(&self, index: usize) -> State {
        match self.states.get(&index).copied() {
            None => State::Waiting,
            Some(State::Sent) => State::Unsure,
            Some(state) => state,
        }
    }

    /// Whether run `index` is still to be sent: it was not, or it certainly did not run.
    pub fn is_due(&self, index: usize) -> bool {
        matches!(self.state(index), State::Waiting | State::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_without_an_end_is_never_sent_again() {
        let mut text = String::new();
        for (index, state) in [
            (0, State::Sent),
            (0, State::Ok),
            (1, State::Sent),
            (2, State::Sent),
            (2, State::Failed),
            (3, State::Unsure),
        ] {
            text.push_str(&Line { index, state }.text());
        }
        // Killed while it wrote.
        text.push_str("{\"run\":4,\"sta");
        let journal = Journal::read(&text);
        let states: Vec<State> = (0..5).map(|i| journal.state(i)).collect();
        assert_eq!(states, [State::Ok, State::Unsure, State::Failed, State::Unsure, State::Waiting]);
        let due: Vec<usize> = (0..5).filter(|i| journal.is_due(*i)).collect();
        assert_eq!(due, [2, 4]);
        assert!(Journal::read("nonsense\n{}\n").is_empty());
    }

    #[test]
    fn a_name_belongs_to_one_work() {
        assert_eq!(Journal::name(&[b"a", b"b"]), Journal::name(&[b"a", b"b"]));
        assert_ne!(Journal::name(&[b"ab", b""]), Journal::name(&[b"a", b"b"]));
        assert_eq!(Journal::name(&[]).len(), 24);
    }
}
