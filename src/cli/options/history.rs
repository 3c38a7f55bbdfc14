//! The options of the commands about what was run: history, replay, ticket.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Records;
use crate::domain::history::{Since, Wanted};

pub(in crate::cli) const HISTORY_HELP: &str = "\
Every run is kept with time, user, parameters, outcome and answer, from the moment before it is sent, so that what was cut \
off is there as \"may have run\". Secrets are masked. [history] in config.toml says how much is kept: days, runs, megabytes, \
answer_kilobytes; a profile with persist = false, and --no-history, keep nothing.

In a pipe each line is id, time, action, outcome, milliseconds, user and profile, separated by tabs.

Examples:
  akx history                              What was run, the newest first
  akx history slack maria                  Where these words occur
  akx history --status bad --since 2d      What went wrong since the day before yesterday
  akx history show 12                      One run
  akx history show 12 --response | jq .    Its answer
  akx history pin 12                       Keep it whatever its age
  akx history purge --before 30d --yes     Delete what is older";

#[derive(Debug, Args)]
pub(crate) struct History {
    #[command(subcommand)]
    pub(crate) command: Option<HistoryCommand>,
    #[command(flatten)]
    pub(crate) find: Find,
}

/// Which runs; --user and --project, where given, count as well.
#[derive(Debug, Args)]
pub(crate) struct Find {
    /// Words that occur in action, integration, user, parameters, outcome or request id
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Only runs of this action
    #[arg(long, value_name = "NAME")]
    pub(crate) action: Option<String>,
    /// Only those that ended so: ok, bad, failed, cancelled, timed_out, unknown, or a status such as 404
    #[arg(long, value_name = "HOW", value_parser = Wanted::parse)]
    pub(crate) status: Option<Wanted>,
    /// Only from then on: 90m, 12h, 7d, 2w ago, or a date such as 2026-11-24 (UTC)
    #[arg(long, value_name = "WHEN", value_parser = Since::parse)]
    pub(crate) since: Option<Since>,
    /// Only before then
    #[arg(long, value_name = "WHEN", value_parser = Since::parse)]
    pub(crate) before: Option<Since>,
    /// At most this many, the newest
    #[arg(long, value_name = "N", value_parser = super::some)]
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum HistoryCommand {
    /// Show one run, or print its answer
    #[command(after_help = "Examples:\n  akx history show 12\n  akx history show 12 --response > answer.json")]
    Show(HistoryShow),
    /// Keep runs whatever their age
    #[command(after_help = "Examples:\n  akx history pin 12 15")]
    Pin {
        /// The runs' numbers
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
    /// Let runs go with their age again
    #[command(after_help = "Examples:\n  akx history unpin 12")]
    Unpin {
        /// The runs' numbers
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
    /// Delete single runs, pinned or not
    #[command(after_help = "Examples:\n  akx history delete 12")]
    Delete {
        /// The runs' numbers
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
    },
    /// Delete runs for good; pinned ones stay
    #[command(
        after_help = "Examples:\n  akx history purge --before 30d\n  akx history purge --user maria@acme.example.com --yes\n  \
        akx history purge --all --pinned --yes"
    )]
    Purge(Purge),
}

#[derive(Debug, Args)]
pub(crate) struct HistoryShow {
    /// The run's number
    #[arg(value_name = "ID")]
    pub(crate) id: i64,
    /// Print the answer, as it was kept
    #[arg(long)]
    pub(crate) response: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Purge {
    #[command(flatten)]
    pub(crate) find: Find,
    /// Delete everything
    #[arg(long)]
    pub(crate) all: bool,
    /// Pinned runs as well
    #[arg(long)]
    pub(crate) pinned: bool,
    /// Do not ask
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
}

pub(in crate::cli) const REPLAY_HELP: &str = "\
It runs with the settings of now, and the guard rails hold. What was secret is not kept and is given anew with -p.

Examples:
  akx replay 12                                Run 12 of akx history once more
  akx replay 12 -p channel=C0000000001         With another parameter
  akx replay ticket-SLACK_SEND_MESSAGE.replay.json --dry-run";

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A replay file or a ticket in JSON, - for standard input, or a run's number in akx history
    #[arg(value_name = "FILE|ID")]
    pub(crate) source: String,
    /// Set a parameter, as akx run does (repeatable)
    #[arg(short = 'p', value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Print the request as it would be sent, token masked, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before an action that changes something
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// Send the parameters whatever the schema says
    #[arg(long)]
    pub(crate) no_validate: bool,
    #[command(flatten)]
    pub(crate) shape: Records,
}

pub(in crate::cli) const TICKET_HELP: &str = "\
A ticket says what was run, for whom, when, how it ended, with the request id and the definition's version, and holds a \
file for akx replay. Secrets are masked and named. stdout gets Markdown, with --json the same as JSON; --out writes both, \
and the replay file. akx run --ticket DIR makes one at once, and can leave secrets in with --unredacted.

Examples:
  akx ticket                       Of the newest run
  akx ticket 12 --out .            As files in this directory
  akx ticket 12 --json | jq .masked";

#[derive(Debug, Args)]
pub(crate) struct Ticket {
    /// The run's number in akx history; the newest where not given
    #[arg(value_name = "ID")]
    pub(crate) id: Option<i64>,
    /// Write Markdown, JSON and the replay file to this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}
