//! `akx completions` and `akx man`: what shells and manuals are told of the command line, made from its definition.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{
    options::{Man, Options},
    output::Output,
};
use crate::domain::failure::{Failure, FailureKind};

/// What a page says it belongs to.
const SOURCE: &str = concat!("akx ", env!("CARGO_PKG_VERSION"));

/// Prints the completion script of `shell`.
pub(crate) fn completions(shell: Shell, output: &mut Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Options::command(), "akx", &mut script);
    output.bytes(&script)
}

/// Prints the manual page of akx, or of one of its commands: troff with the man macros.
pub(crate) fn man(man: &Man, output: &mut Output) -> Result<(), Failure> {
    let mut command = Options::command();
    command.build();
    for name in &man.command {
        let inner = command.find_subcommand(name).filter(|inner| !inner.is_hide_set()).cloned();
        command = inner.ok_or_else(|| {
            Failure::new(
                FailureKind::Usage,
                format!("akx has no command {:?}.", man.command.join(" ")),
                "akx --help lists the commands.",
            )
        })?;
    }
    let mut page = Vec::new();
    // Nothing that is written to memory fails.
    let _ = clap_mangen::Man::new(command).source(SOURCE).render(&mut page);
    output.bytes(&page)
}
