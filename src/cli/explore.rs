//! Bare `akx` and `akx demo`: handing over to the full-screen explorer.

use std::io::IsTerminal as _;

use super::{output::Output, session::Session};
use crate::domain::failure::{Failure, FailureKind};

/// With what the explorer opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// What the settings say: a profile, a saved catalogue, or the welcome screen where there is nothing yet.
    Settings,
    /// The built-in sandbox.
    Demo {
        /// Whether user ids, e-mail addresses and tokens are masked on the screen.
        present: bool,
    },
}

/// Opens the explorer and stays until it is left.
///
/// # Errors
/// When there is no terminal to draw on, or whatever the explorer failed with.
pub(crate) fn explore(session: &Session, start: Start, output: &Output) -> Result<(), Failure> {
    if !(output.is_terminal() && std::io::stdin().is_terminal()) {
        return Err(Failure::new(
            FailureKind::Usage,
            "The explorer needs a terminal, and this is none.",
            "Use a command instead, such as akx list or akx run; akx --help names them all.",
        ));
    }
    open(session, start)
}

/// The seam to the full-screen program, which takes over from here.
fn open(_session: &Session, _start: Start) -> Result<(), Failure> {
    Err(Failure::new(
        FailureKind::Internal,
        "This build has no full-screen explorer.",
        "Use a command instead, such as akx list or akx run; akx --help names them all.",
    ))
}
