//! Whom the explorer speaks for: project, user, and what is allowed. Never the token itself.

use std::sync::Arc;

use crate::domain::{
    doctor::Way, guard::Place, history::Whose, profile::Colour, redact::Known, token::Claims, wire::Wire,
};

/// An open connection to ActionKit or the sandbox, as far as the interface needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The profile's name, or `sandbox`.
    pub profile: String,
    /// The profile a command line would name to speak for the same user of the same project, where there is one.
    pub named: Option<String>,
    /// What kind of world actions run in.
    pub place: Place,
    /// What tells the secrets again that it goes with, wherever they stand: the token, a key, a password.
    pub known: Known,
    /// The colour of the profile's name.
    pub color: Option<Colour>,
    /// The base URL requests go to.
    pub base_url: String,
    /// The project's id.
    pub project: String,
    /// What the token says of itself.
    pub claims: Claims,
    /// Where read-only was switched on, in words; `None` where it is off.
    pub read_only: Option<String>,
    /// The dialect, where it is forced or remembered.
    pub wire: Option<Wire>,
    /// Whether nothing that is run or typed is kept, as the profile or a flag says.
    pub forgets: bool,
    /// Whether there is nothing to run on: a catalogue read from a file.
    pub offline: bool,
    /// Where the token comes from, and whether another can be had.
    pub origin: Origin,
    /// What is odd about the settings but does no harm, such as a mistyped key; a sentence each.
    pub warnings: Vec<String>,
}

/// Where a token comes from, and the way it goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// In words, such as `profile staging`.
    pub source: String,
    /// Whether a new one can be had without asking anybody.
    pub renews: bool,
    /// Whether one can be had for any user: it is signed here.
    pub mints: bool,
    /// What is named for the way to the server.
    pub way: Way,
}

impl Session {
    /// The connected user, as the token names them.
    pub fn user(&self) -> Option<&str> {
        self.claims.subject.as_deref()
    }

    /// Whether `other` speaks for the same user of the same project on the same server.
    pub fn is_same(&self, other: &Self) -> bool {
        (&self.base_url, &self.project, self.user()) == (&other.base_url, &other.project, other.user())
    }

    /// For whom runs are sent, as the history tells it.
    pub fn whose(&self) -> Whose {
        Whose {
            profile: Some(self.profile.clone()).filter(|profile| !profile.is_empty()),
            project: self.project.clone(),
            base_url: self.base_url.clone(),
            user: self.user().map(str::to_owned),
        }
    }
}

/// The account that the actions of an integration run as, where there are several and somebody chose one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenAccount {
    /// Its credential's id, or its external id.
    pub credential: Arc<str>,
    /// What it is called.
    pub name: Arc<str>,
}

/// A token that cannot renew itself is warned of when it has so many seconds left.
pub const TOKEN_WARNS: i64 = 300;

/// What is said of a token that expires in `left` seconds: the nearer the end, the finer.
pub fn token_words(left: i64) -> String {
    let up = |unit: i64| (left - 1) / unit + 1;
    match token_unit(left).map(|(unit, _)| unit) {
        None => "token EXPIRED".to_owned(),
        Some(1) => format!("token {left} s"),
        Some(60) => format!("token {} min", up(60)),
        Some(3600) => format!("token {} h", up(3600)),
        Some(unit) => format!("token {} days", up(unit)),
    }
}

/// In how many seconds [`token_words`] reads differently; `None` once it has expired.
pub fn token_words_change_in(left: i64) -> Option<u64> {
    let (unit, floor) = token_unit(left)?;
    // Counts are rounded up, so they change when a whole one is left; or the unit changes.
    u64::try_from(((left - 1) % unit + 1).min(left - floor)).ok()
}

/// The unit that `left` seconds are told in, and how many are left when it gives way to a finer one.
const fn token_unit(left: i64) -> Option<(i64, i64)> {
    match left {
        i64::MIN..=0 => None,
        1..=120 => Some((1, 0)),
        121..=5400 => Some((60, 120)),
        5401..=172_800 => Some((3600, 5400)),
        _ => Some((86_400, 172_800)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_change_exactly_when_it_is_said_that_they_do() {
        for start in [200_000, 172_801, 100_000, 7201, 5401, 5400, 300, 121, 120, 2, 1] {
            let mut left = start;
            let words = token_words(left);
            let change = token_words_change_in(left).and_then(|s| i64::try_from(s).ok());
            let change = change.expect("not expired yet");
            while left > 0 && token_words(left) == words {
                left -= 1;
            }
            assert_eq!(start - left, change, "{start}: {words}");
        }
        assert_eq!((token_words(0), token_words_change_in(-5)), ("token EXPIRED".to_owned(), None));
    }
}
