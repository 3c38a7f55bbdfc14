//! The options of `akx saved`.

use clap::{Args, Subcommand};

use super::Parameters;

pub(in crate::cli) const SAVED_HELP: &str = "\
A saved call is one small JSON file, {name, action, integration, parameters}, in the folder `saved` of akx's data; ^S in a \
form of the explorer writes the same.

Examples:
  akx saved add standup SLACK_SEND_MESSAGE -p channel=#standup -p message=Hello
  akx saved list
  akx run --saved standup                        Run it
  akx run --saved standup -p message=Bye         With another message
  akx saved show standup | jq .parameters";

/// What is done with saved calls.
#[derive(Debug, Subcommand)]
pub(crate) enum Saved {
    /// List the saved calls
    List,
    /// Print a saved call
    Show {
        /// Its name
        name: String,
    },
    /// Save a call; nothing is sent or checked
    Add(Add),
    /// Delete a saved call
    Delete {
        /// Its name
        name: String,
    },
}

/// A call to be saved.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The name to keep it under
    pub(crate) name: String,
    /// The action's name
    pub(crate) action: String,
    #[command(flatten)]
    pub(crate) parameters: Parameters,
    /// Replace a call of that name
    #[arg(long)]
    pub(crate) replace: bool,
}
