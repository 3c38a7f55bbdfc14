//! The wire dialects ActionKit is spoken in: their names, and the two facts in which their runs differ.

use std::{fmt, str::FromStr};

/// One way of listing and running actions over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wire {
    /// The published OpenAPI document: `{actions:[…]}`; `POST …/actions/{action}` with bare parameters.
    Seed,
    /// The live API: a map by integration; `POST …/actions {action, parameters}`.
    Live,
    /// The live API over its newer path: `POST …/tools {tool, parameters}`.
    LiveTools,
}

impl Wire {
    /// Every dialect, in the order help texts name them.
    pub const ALL: [Self; 3] = [Self::Seed, Self::Live, Self::LiveTools];

    /// The name used on the command line, in profiles and in the cache.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seed => "seed",
            Self::Live => "live",
            Self::LiveTools => "live-tools",
        }
    }

    /// The part of the path below the project that lists and runs (fact sheet §1.1, §1.3).
    pub const fn collection(self) -> &'static str {
        match self {
            Self::Seed | Self::Live => "actions",
            Self::LiveTools => "tools",
        }
    }

    /// The member of a run's body that names the action, beside `parameters` (fact sheet §1.3).
    ///
    /// `None`: the name is one more part of the path, and the body is the parameters alone.
    pub const fn naming_member(self) -> Option<&'static str> {
        match self {
            Self::Seed => None,
            Self::Live => Some("action"),
            Self::LiveTools => Some("tool"),
        }
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A dialect name that is none of [`Wire::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown wire dialect {0:?}: expected seed, live or live-tools")]
pub struct UnknownWire(pub String);

impl FromStr for Wire {
    type Err = UnknownWire;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|w| w.name() == s).ok_or_else(|| UnknownWire(s.to_owned()))
    }
}
