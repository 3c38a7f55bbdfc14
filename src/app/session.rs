//! Whom the explorer speaks for: project, user, and what is allowed. Never the token itself.

use crate::domain::{guard::Place, token::Claims, wire::Wire};

/// An open connection to ActionKit or the sandbox, as far as the interface needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// The profile's name, or `sandbox`.
    pub profile: String,
    /// The profile a command line would name to speak for the same user of the same project, where there is one.
    pub named: Option<String>,
    /// What kind of world actions run in.
    pub place: Place,
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
    /// Whether there is nothing to run on: a catalogue read from a file.
    pub offline: bool,
}

impl Session {
    /// The connected user, as the token names them.
    pub fn user(&self) -> Option<&str> {
        self.claims.subject.as_deref()
    }
}
