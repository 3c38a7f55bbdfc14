//! The command line, through the real binary: every command, exit code and JSON shape, and the words of what goes wrong.
//!
//! Each test has directories of its own and an environment with nothing else in it.

#[cfg(test)]
mod account;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod definitions;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod history;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod sandbox;
mod saved;
#[cfg(test)]
mod support;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod way;
