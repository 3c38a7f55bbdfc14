//! The options of the commands about whom akx speaks for: connections and doctor.

use std::path::PathBuf;

use clap::Args;

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
