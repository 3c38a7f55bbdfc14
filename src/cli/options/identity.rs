//! The options of the commands about whom akx speaks for: connections and doctor.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) const CONNECTIONS_HELP: &str = "\
A row for each account. No token of a provider is ever read. With --json it is an array of {integration, state, \
accounts: [{id, external_id, label, state, refreshed, valid_until, refresh_failures}]}.

Exit code 4 when something that is asked for by name is not connected.

Examples:
  akx connections                      Of the user the token is for
  akx connections slack hubspot        Only these
  akx run SLACK_LIST_CHANNELS --account ID   As one of several accounts";

#[derive(Debug, Args)]
pub(crate) struct Connections {
    /// Only these integrations
    #[arg(value_name = "INTEGRATION")]
    pub(crate) integrations: Vec<String>,
}

pub(super) const DOCTOR_HELP: &str = "\
Looks at the token (shape, signature algorithm, project, time), the way to ActionKit (host, TLS, proxy, clocks), whether \
the token is taken, the list and its own errors, and each integration. Nothing is changed.

With --json it is {user, project, base_url, summary, checks: [{check, verdict, sentence, next, kind}], differences, \
for_customer}. The exit code is that of the first check that failed: 3 token or rights, 4 not connected, 6 network.

Examples:
  akx doctor
  akx doctor --run-reads               Also one harmless read of each connected integration
  akx doctor --compare jonas@acme.example.com   What is different for a user for whom it works
  akx doctor --markdown > report.md    For a ticket";

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Also run one action of each connected integration: one that only reads and needs no parameter
    #[arg(long)]
    pub(crate) run_reads: bool,
    /// Compare with this user, for whom it works; a token for them is minted
    #[arg(long, value_name = "USER")]
    pub(crate) compare: Option<String>,
    /// Compare with the user whose token is in this file
    #[arg(long, value_name = "FILE", conflicts_with = "compare")]
    pub(crate) compare_token_file: Option<PathBuf>,
    /// Print the report as Markdown
    #[arg(long, conflicts_with = "json")]
    pub(crate) markdown: bool,
}

pub(super) const USERS_HELP: &str = "\
Kept per profile (without one, per project), on this machine only. The explorer switches between them (^B, or @).

Examples:
  akx users list --profile staging
  akx users add maria@acme.example.com --label Maria --note \"pilot customer\"
  akx users remove maria@acme.example.com";

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List them: id, label and note, separated by tabs
    List,
    /// Add one, or change label and note of one
    Add {
        /// The user's id, as a token's sub has it
        #[arg(value_name = "USER")]
        id: String,
        /// What you call them
        #[arg(long)]
        label: Option<String>,
        /// What is worth remembering
        #[arg(long)]
        note: Option<String>,
    },
    /// Take one off the list; the user itself is not touched
    Remove {
        /// The user's id
        #[arg(value_name = "USER")]
        id: String,
    },
}

pub(super) const PROFILE_HELP: &str = "\
Profiles stand in config.toml; a token or a key never does. What an edit would break is said with the line, the key and \
what was expected, and nothing is saved; comments stay.

Examples:
  akx profile list
  akx profile show staging
  akx profile add acme --project ID --user maria@acme.example.com
  akx profile add acme --env-file .env     From what Paragon's own tools are set up with, after asking
  akx profile set staging read_only true
  akx profile set staging timeout          Takes it out
  akx profile edit                         In $EDITOR";

#[derive(Debug, Subcommand)]
pub(crate) enum Profile {
    /// List them: name, project, user, marks and where the token comes from, separated by tabs
    List,
    /// Show every key of one, and what each is for
    Show {
        /// The profile; the default or only one where none is named
        name: Option<String>,
    },
    /// Make a profile of --project, --base-url, --user and --read-only
    #[command(
        after_help = "PROJECT_ID, SIGNING_KEY and SIGNING_KEY_PATH, in the environment or in the file that --env-file names, \
        are offered; without anybody to ask, --from-env and --mint take them.\n\nExamples:\n  akx profile add acme \
        --project ID --user maria@acme.example.com\n  akx profile add acme --env-file .env --from-env --mint"
    )]
    Add {
        /// What it is to be called: letters, digits, - and _
        name: String,
        /// Take the project that PROJECT_ID names
        #[arg(long)]
        from_env: bool,
        /// Let it sign its tokens with the key that SIGNING_KEY or SIGNING_KEY_PATH says: it signs for every customer
        #[arg(long)]
        mint: bool,
    },
    /// Edit the config file in $EDITOR, and check it before it is saved
    Edit,
    /// Set one key of a profile, or take it out; a profile that is not there is made
    Set {
        /// The profile
        name: String,
        /// The key
        key: String,
        /// The value; none takes the key out
        value: Option<String>,
    },
    /// Take a profile out of the config file
    Remove {
        /// The profile
        name: String,
    },
}
