//! Which of many runs are done: lines that are appended as they are sent and as they end, so that whoever is interrupted
//! or corrects a row goes on where they were, and nothing runs twice.

use std::collections::{BTreeMap, HashMap};

use super::{RunKey, key};
use crate::domain::{
    document::{Object, Value},
    run::{Outcome, RunRequest},
};

/// No more of an answer's words are kept than so many characters.
const MOST_WORDS: usize = 300;

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
    /// What was answered, in a few words: `200`, or what a failure says.
    pub said: String,
}

impl Line {
    /// That a run is about to be sent.
    pub const fn sent(index: usize) -> Self {
        Self { index, state: State::Sent, said: String::new() }
    }

    /// How a run of `action` has ended.
    pub fn ended(index: usize, outcome: &Outcome, action: &str) -> Self {
        let said = match (outcome, outcome.failure(action)) {
            (Outcome::Answered(response), _) => response.status.to_string(),
            (_, failure) => failure.map(|failure| failure.message).unwrap_or_default(),
        };
        Self { index, state: State::of(outcome), said: said.chars().take(MOST_WORDS).collect() }
    }

    /// As it is written of the run with this key, with the line's end.
    pub fn text(&self, key: RunKey) -> String {
        let mut object: Object =
            [("run", Value::from(key.to_string())), ("state", Value::from(self.state.name()))].into_iter().collect();
        if !self.said.is_empty() {
            object.insert("said", self.said.as_str());
        }
        format!("{}\n", Value::Object(object).to_json())
    }
}

/// Runs that share a journal: all those of one action in one project, so that what ran is known also in an edited file.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The action, and the account it is run as.
    pub request: RunRequest,
    /// The project's id.
    pub project: String,
    /// Where ActionKit answers.
    pub base_url: String,
}

impl Work {
    /// The name of their journal; none of what it is made of can be read out of it.
    pub fn journal(&self) -> String {
        let RunRequest { action, parameters: _, credential, wire: _ } = &self.request;
        let credential = credential.as_deref().unwrap_or_default();
        key::of_texts(&[action, credential, &self.project, &self.base_url]).to_string()
    }
}

/// What a journal says of the runs of a file or of several users.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    lines: BTreeMap<usize, Line>,
}

/// The last word on a run counts.
impl FromIterator<Line> for Journal {
    fn from_iter<T: IntoIterator<Item = Line>>(lines: T) -> Self {
        let known = lines.into_iter().map(|line| (line.index, line)).collect::<BTreeMap<_, _>>();
        Self { lines: known.into_iter().filter(|(_, line)| line.state != State::Waiting).collect() }
    }
}

impl Journal {
    /// Reads what a journal says of the runs with these keys. A line that is cut short or damaged says nothing.
    pub fn read(text: &str, keys: &[RunKey]) -> Self {
        let indices: HashMap<RunKey, usize> = keys.iter().enumerate().map(|(i, key)| (*key, i)).collect();
        let line = |line: &str| {
            let value = Value::parse(line.as_bytes()).ok()?;
            let index = *indices.get(&value.get("run")?.as_str()?.parse().ok()?)?;
            let said = value.get("said").and_then(Value::as_str).unwrap_or_default().to_owned();
            Some(Line { index, state: State::named(value.get("state")?.as_str()?)?, said })
        };
        text.lines().filter_map(line).collect()
    }

    /// Whether nothing was begun.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How run `index` stands: what was sent without an end may have run.
    pub fn state(&self, index: usize) -> State {
        match self.lines.get(&index).map(|line| line.state) {
            None => State::Waiting,
            Some(State::Sent) => State::Unsure,
            Some(state) => state,
        }
    }

    /// What was answered to run `index` then, in words; empty where it was not sent.
    pub fn said(&self, index: usize) -> &str {
        match self.lines.get(&index) {
            None => "",
            Some(Line { state: State::Sent, .. }) => "It was sent, and akx stopped before an answer came.",
            Some(line) => &line.said,
        }
    }

    /// Whether run `index` is still to be sent: it was not, or it certainly did not run.
    pub fn is_due(&self, index: usize) -> bool {
        matches!(self.state(index), State::Waiting | State::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Keys, *};
    use crate::domain::failure::{Failure, FailureKind};

    fn keys(channels: &[&str]) -> std::sync::Arc<[RunKey]> {
        let mut keys = Keys::default();
        for channel in channels {
            keys.add("maria", &Value::Object([("channel", Value::from(*channel))].into_iter().collect()));
        }
        keys.finish()
    }

    fn line(index: usize, state: State) -> Line {
        Line { index, state, said: String::new() }
    }

    #[test]
    fn what_was_sent_without_an_end_is_never_sent_again() {
        let keys = keys(&["a", "b", "c", "d", "e"]);
        let mut text = String::new();
        for (index, state) in [
            (0, State::Sent),
            (0, State::Ok),
            (1, State::Sent),
            (2, State::Sent),
            (2, State::Failed),
            (3, State::Unsure),
        ] {
            text.push_str(&line(index, state).text(keys[index]));
        }
        // Killed while it wrote.
        text.push_str("{\"run\":4,\"sta");
        let journal = Journal::read(&text, &keys);
        let states: Vec<State> = (0..5).map(|i| journal.state(i)).collect();
        assert_eq!(states, [State::Ok, State::Unsure, State::Failed, State::Unsure, State::Waiting]);
        let due: Vec<usize> = (0..5).filter(|i| journal.is_due(*i)).collect();
        assert_eq!(due, [2, 4]);
        assert!(Journal::read("nonsense\n{}\n", &keys).is_empty());
    }

    #[test]
    fn an_edited_file_is_told_what_ran_of_it_and_what_was_answered() {
        let before = keys(&["C1", "NONE", "C3"]);
        let refused = Outcome::Failed(Failure::new(FailureKind::Provider, "no such channel", ""));
        let lines = [line(0, State::Ok), Line::sent(1), Line::ended(1, &refused, "A"), Line::sent(2)];
        let text: String = lines.iter().map(|line| line.text(before[line.index])).collect();
        let journal = Journal::read(&text, &keys(&["C3", "C2", "C1", "NONE"]));
        let states: Vec<State> = (0..4).map(|i| journal.state(i)).collect();
        assert_eq!(states, [State::Unsure, State::Waiting, State::Ok, State::Failed]);
        assert_eq!((journal.said(3), journal.said(1)), ("no such channel", ""));
        assert!(journal.said(0).starts_with("It was sent"));
        // What is to run anew is as if it had not run.
        let anew = text + &line(0, State::Waiting).text(before[0]);
        assert_eq!(Journal::read(&anew, &before).state(0), State::Waiting);
    }

    #[test]
    fn a_journal_belongs_to_an_action_of_a_project() {
        let work = |action: &str, project: &str, parameters| Work {
            request: RunRequest {
                action: action.into(),
                parameters,
                wire: crate::domain::wire::Wire::Live,
                credential: None,
            },
            project: project.to_owned(),
            base_url: String::new(),
        };
        let name = work("A", "p", Value::Null).journal();
        assert_eq!(name, work("A", "p", Value::object()).journal());
        assert_ne!(name, work("A", "q", Value::Null).journal());
        assert_ne!(name, work("B", "p", Value::Null).journal());
    }
}
