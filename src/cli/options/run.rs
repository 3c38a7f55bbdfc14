//! The options of `akx run`.

use std::path::PathBuf;

use clap::Args;

use super::{Pages, Parameters, Records};
use crate::domain::export::Snippet;

pub(in crate::cli) const RUN_HELP: &str = "\
Parameters:
  -p limit=10              A number if the schema wants one, else text
  -p limit:=10             JSON as it stands, whatever the schema says
  -p 'blocks:=[{\"a\":1}]'   Lists and objects
  -p filter.value=1        \"filter.value\" if that is a name, else a path
  -p /to/-=a@example.com   A place by JSON Pointer; - appends to a list
  -p file=@report.pdf      A file's content, where the schema wants one (format binary, or described as a file object);
                           elsewhere the text @report.pdf, so write file:=@report.pdf to send the content
  --params @params.json    A whole object; -p changes it

The answer goes to stdout: laid out in a terminal, byte for byte in a pipe. With --json it is one object {output, \
status, took_ms, request_id, dialect}. A run is sent once and never repeated by itself. Whatever does more than read is \
asked about first; in a script add --yes.

--all-pages asks for one page after the other where an answer names the next one, and merges the records to the byte; with \
--json it adds pages, records, complete and stopped. It stops at --limit, at a page that comes again, or where one fails: \
what came is printed then, and the exit code is the failure's.

With --each or --users it is run many times, one after the other. What is wrong with any row is said before the first is \
sent; the question is asked once, for all. A row that ran for a user is not sent again, whichever file it stands in, until \
--fresh; what failed or did not run is sent by the same command once more, so correct the file and give it again. Only what \
just reads begins anew when all of it has run. stdout gets a line for each run: row, user, state, time, request id, words; \
with --json an array of {row, user, state, status, output, error, took_ms, request_id}; with --csv CSV with a line of names.

Examples:
  akx run SLACK_LIST_CHANNELS
  akx run SLACK_SEND_MESSAGE -p channel=C0123456789 -p message=Hello --yes
  akx run SLACK_SEND_MESSAGE --params @params.json --dry-run
  akx run --saved standup -p message=Hello                 A saved call, see akx saved
  akx run SLACK_SEND_MESSAGE -p channel=C0123456789 --as curl
  akx run SLACK_LIST_CHANNELS --json | jq .output
  akx run SLACK_LIST_CHANNELS --jq '.channels[].name' -r   What a jq filter makes of it
  akx run HUBSPOT_SEARCH_RECORDS_CONTACTS --all-pages --csv   Every page of an answer, as one document
  akx run SLACK_LIST_CHANNELS --table=id,name              Records as a table; --csv for a spreadsheet
  akx run SLACK_LIST_CHANNELS --wire live --no-validate    One request only
  akx run SLACK_SEND_MESSAGE --each messages.csv           Columns such as channel,message
  akx run SLACK_LIST_CHANNELS --users maria@acme.example.com,jonas@acme.example.com --json";

#[derive(Debug, Args, Default)]
#[expect(clippy::struct_field_names, reason = "the field is the flag --dry-run")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub(crate) struct Run {
    /// The action's name
    #[arg(value_name = "ACTION", required_unless_present = "saved")]
    pub(crate) named: Option<String>,
    /// The action that is meant: the one named, or the saved call's.
    #[arg(skip)]
    pub(crate) action: String,
    /// Run the call that is saved under this name; -p changes its parameters
    #[arg(long, value_name = "NAME", conflicts_with = "params")]
    pub(crate) saved: Option<String>,
    #[command(flatten)]
    pub(crate) parameters: Parameters,
    /// The connected account to run as, where there are several: an id that akx connections shows
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Print the request as it would be sent, token masked, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the call as code and send nothing: curl, akx, python, typescript, rust, openai or anthropic
    #[arg(long = "as", value_name = "CODE", value_parser = snippet, conflicts_with = "dry_run")]
    pub(crate) code: Option<Snippet>,
    /// Do not ask before an action that changes something
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// Send the parameters whatever the schema says; with --wire nothing but the run is requested
    #[arg(long)]
    pub(crate) no_validate: bool,
    /// Run once for each row of a file: CSV whose first line names parameters, or one JSON object a line; - for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "code", "ticket"])]
    pub(crate) each: Option<PathBuf>,
    /// Run once for each of these users, tokens minted for them; with --each, each row for each user
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = user, conflicts_with_all = ["dry_run", "code", "ticket", "user"])]
    pub(crate) users: Vec<String>,
    /// With --each or --users: run everything, also what ran before
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Write a ticket of the run, secrets masked, to this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) ticket: Option<PathBuf>,
    /// Leave secrets in the ticket
    #[arg(long, requires = "ticket")]
    pub(crate) unredacted: bool,
    #[command(flatten)]
    pub(crate) pages: Pages,
    #[command(flatten)]
    pub(crate) shape: Records,
}

/// One of the users in a list of them.
fn user(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("between two commas, or before or after one, there is no user".to_owned()),
        user => Ok(user.to_owned()),
    }
}

fn snippet(text: &str) -> Result<Snippet, String> {
    Snippet::ALL.into_iter().find(|snippet| snippet.name() == text).ok_or_else(|| {
        let names: Vec<&str> = Snippet::ALL.iter().map(|snippet| snippet.name()).collect();
        format!("expected one of {}", names.join(", "))
    })
}
