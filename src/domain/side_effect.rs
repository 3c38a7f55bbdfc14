//! What running an action does to the world: the word and, in the interface, the colour shown beside it.

use std::{fmt, str::FromStr};

/// The kind of change an action makes, from harmless to dangerous.
///
/// The names are those of Agent OS's tools API (fact sheet §1.10). The order is the order of danger, used where a name
/// holds several verbs: the most dangerous wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SideEffect {
    /// Only reads.
    Read,
    /// Nothing is known; treated as dangerous as a write.
    Unknown,
    /// Creates or changes something.
    Write,
    /// Reaches other people: a message, an email, an invitation.
    Send,
    /// Destroys something.
    Delete,
}

impl SideEffect {
    /// The word shown to people and used by `kind:` and `--json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unknown => "unknown",
            Self::Write => "write",
            Self::Send => "send",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for SideEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A side effect's word that is not one of the five.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown side effect {0:?}: expected read, write, send, delete or unknown")]
pub struct UnknownSideEffect(pub String);

impl FromStr for SideEffect {
    type Err = UnknownSideEffect;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        [Self::Read, Self::Unknown, Self::Write, Self::Send, Self::Delete]
            .into_iter()
            .find(|e| e.name() == s)
            .ok_or_else(|| UnknownSideEffect(s.to_owned()))
    }
}
