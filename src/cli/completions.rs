//! `akx completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{options::Options, output::Output};
use crate::domain::failure::Failure;

/// Prints the completion script of `shell`.
pub(crate) fn completions(shell: Shell, output: &mut Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "akx", &mut script);
    output.bytes(&script)
}
