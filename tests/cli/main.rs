//! The command line, through the real binary: every command, exit code and JSON shape, and the words of what goes wrong.
//!
//! Each test has directories of its own and an environment with nothing else in it.

mod commands;
mod configuration;
mod failures;
mod runs;
mod support;
