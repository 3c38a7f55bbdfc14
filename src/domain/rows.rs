//! Rows: many runs of one action, each with parameters of its own or for a user of its own; which of them are done, and
//! what came of them.

mod file;
mod journal;
mod key;
mod prepare;

use std::time::Duration;

pub use file::{Row, Rows, RowsError};
pub use journal::{Journal, Line, State, Work};
pub use key::{Keys, RunKey};
pub use prepare::{Complaint, Prepared, Template, Unfit};

use crate::domain::{run::Outcome, text::thousands};

/// The most rows one file may have: more are a program's work, not a person's.
pub const MOST: usize = 100_000;

/// The time between two runs of many at least, so forty in a second. Paragon publishes no limit; this is a pace that a
/// provider's own limits mostly bear, and a server that says 429 is obeyed.
pub const STEP: Duration = Duration::from_millis(25);

/// What came of one run of many.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// Which row, from 1.
    pub row: usize,
    /// For which user, where that varies.
    pub user: Option<String>,
    /// What it says of itself: `ok`, `failed`, …
    pub state: State,
    /// The outcome in a few words.
    pub words: String,
    /// Whether that was at an earlier time.
    pub before: bool,
    /// How long it took.
    pub took: Option<Duration>,
    /// The server's request id.
    pub request_id: Option<String>,
}

impl Came {
    /// Its words, told as those of an earlier time where they are.
    pub fn told(&self) -> String {
        if self.before { told_before(&self.words) } else { self.words.clone() }
    }
}

/// What was said at an earlier time, told as such.
pub fn told_before(said: &str) -> String {
    if said.is_empty() { "before".to_owned() } else { format!("before: {said}") }
}

impl State {
    /// The state that an outcome leaves a row in.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Answered(_) => Self::Ok,
            Outcome::Failed(failure) if failure.may_have_run => Self::Unsure,
            Outcome::Cancelled { may_have_run: true } | Outcome::TimedOut { may_have_run: true } => Self::Unsure,
            Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => Self::Failed,
        }
    }
}

/// For whom something is to run, named as far as there is room: `maria, jonas, priya and 3 more`; `None` for nobody.
pub fn named(users: &[&str]) -> Option<String> {
    const NAMED: usize = 3;
    match users {
        [] => None,
        [one] => Some((*one).to_owned()),
        [most @ .., last] if users.len() <= NAMED => Some(format!("{} and {last}", most.join(", "))),
        many => Some(format!("{} and {} more", many[..NAMED].join(", "), many.len() - NAMED)),
    }
}

/// How long so many runs take at least, in words, where that is long enough to be told.
pub fn at_least(times: usize) -> Option<String> {
    let seconds = STEP.as_millis().saturating_mul(times as u128) / 1000;
    let minutes = seconds.div_ceil(60);
    (seconds >= 60).then(|| format!("That takes {minutes} min at least, at forty in a second."))
}

/// How many came out how: `38 ok, 1 failed, 1 may have run`.
pub fn summary(states: impl IntoIterator<Item = State>) -> String {
    let mut counts = [0_usize; 4];
    for state in states {
        counts[match state {
            State::Ok => 0,
            State::Failed => 1,
            State::Unsure | State::Sent => 2,
            State::Waiting => 3,
        }] += 1;
    }
    let words = ["ok", "failed", "may have run", "not run"];
    let parts: Vec<String> = counts
        .iter()
        .zip(words)
        .filter(|(count, _)| **count > 0)
        .map(|(count, words)| format!("{} {words}", thousands(*count)))
        .collect();
    if parts.is_empty() { "nothing to run".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_named_as_far_as_there_is_room() {
        for (users, words) in [
            (&[][..], None),
            (&["a"], Some("a")),
            (&["a", "b"], Some("a and b")),
            (&["a", "b", "c"], Some("a, b and c")),
            (&["a", "b", "c", "d", "e"], Some("a, b, c and 2 more")),
        ] {
            assert_eq!(named(users).as_deref(), words);
        }
    }

    #[test]
    fn a_summary_counts() {
        assert_eq!(summary([State::Ok, State::Failed, State::Ok, State::Unsure]), "2 ok, 1 failed, 1 may have run");
        assert_eq!(summary([]), "nothing to run");
        assert_eq!(at_least(2_000), None);
        assert_eq!(at_least(MOST).as_deref(), Some("That takes 42 min at least, at forty in a second."));
    }
}
