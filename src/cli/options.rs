//! The command line as clap reads it. Every command's help ends in examples that can be pasted.

#![expect(clippy::doc_markdown, reason = "these comments are help texts, read in a terminal")]

mod choices;
mod documents;
mod history;
mod identity;
mod run;
mod saved;

use std::{net::IpAddr, path::PathBuf, time::Duration};

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, builder::styling::AnsiColor, builder::styling::Styles};

use self::{
    choices::CHOICES_HELP,
    documents::{DIFF_HELP, VIEW_HELP},
    history::{HISTORY_HELP, REPLAY_HELP, TICKET_HELP},
    identity::{CONNECTIONS_HELP, DOCTOR_HELP, PROFILE_HELP, USERS_HELP},
    run::RUN_HELP,
    saved::SAVED_HELP,
};
pub(crate) use self::{
    choices::{Choices, Pages},
    documents::{Diff, Jq, Records, View},
    history::{Find, History, HistoryCommand, HistoryShow, Purge, Replay, Ticket},
    identity::{Connections, Doctor, Profile, Users},
    run::Run,
    saved::{Add, Saved},
};
use crate::{
    domain::{document::Value, export::Shape, lint::Rule, wire::Wire},
    settings::{self, Flags},
};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Examples:
  akx demo                       Explore on the built-in sandbox; no account needed
  akx list send message          Find an action
  akx show SLACK_SEND_MESSAGE    Read what it does and takes
  akx run SLACK_SEND_MESSAGE -p channel=C0123456789 -p message=Hello -p botName=akx -p botIcon=:wave:
  akx run SLACK_LIST_CHANNELS | jq .channels

Data goes to stdout, words to stderr. Flags stand over AKX_… variables, those over the profile, the profile over \
defaults. Profiles live in config.toml:

  [profiles.staging]
  project = \"38b1f170-0c43-4eae-9a04-ab85325d99f7\"
  read_only = true
  token_file = \"tokens/staging\"
  # or token_env, token_command, or signing_key_file with mint = true

Exit codes:
  0    done
  1    the action or the API said no
  2    usage or configuration
  3    not authorised
  4    integration not connected
  5    invalid parameters
  6    network or time-out
  7    refused by a guard rail
  130  cancelled";

/// A terminal explorer for ActionKit: find an action, fill its form, run it, read the answer
#[derive(Debug, Parser)]
#[command(name = "akx", version, styles = STYLES, after_help = AFTER_HELP, max_term_width = 120)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) global: Global,
    /// What to do; without a command the full-screen explorer opens
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options every command takes.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The profile to use [env: AKX_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// The project's id [env: AKX_PROJECT_ID]
    #[arg(long, global = true, value_name = "ID")]
    project: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "Where ActionKit answers [env: AKX_BASE_URL] [default: https://actionkit.useparagon.com]"
    )]
    base_url: Option<String>,
    /// Where Paragon's own API answers [env: AKX_API_URL]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    api_url: Option<String>,
    /// Where the Proxy API answers [env: AKX_PROXY_URL]
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    proxy_url: Option<String>,
    /// The connected user a token is minted for [env: AKX_USER]
    #[arg(long, global = true, value_name = "ID")]
    user: Option<String>,
    /// A file with the token, - for stdin [env: AKX_TOKEN (the token), AKX_TOKEN_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The wire dialect: seed, live or live-tools; told from the list where not given [env: AKX_WIRE]
    #[arg(long, global = true, value_name = "WIRE")]
    wire: Option<Wire>,
    /// A saved list, or an MCP tools/list result, to use instead of a server's [env: AKX_CATALOGUE]
    #[arg(long, global = true, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Ask no server; use what is on disk [env: AKX_OFFLINE]
    #[arg(long, global = true)]
    offline: bool,
    /// Refuse every action that does more than read [env: AKX_READ_ONLY]
    #[arg(long, global = true)]
    read_only: bool,
    /// Keep no run in the history [env: AKX_NO_HISTORY]
    #[arg(long, global = true, hide_short_help = true)]
    no_history: bool,
    /// Allow http:// to another machine [env: AKX_INSECURE_HTTP]
    #[arg(long, global = true, hide_short_help = true)]
    insecure_http: bool,
    /// How long to wait for an answer, and for more of one: 30, 30s, 2m [env: AKX_TIMEOUT] [default: 60s]
    #[arg(long, global = true, value_name = "TIME", value_parser = settings::duration)]
    timeout: Option<Duration>,
    /// How long an answer may take as a whole; otherwise as long as more of it comes [env: AKX_MAX_TIME]
    #[arg(long, global = true, value_name = "TIME", value_parser = settings::duration, hide_short_help = true)]
    max_time: Option<Duration>,
    /// An answer of more than this goes to a file: 64MB, 1GB [env: AKX_BODY_LIMIT] [default: 256MB]
    #[arg(long, global = true, value_name = "SIZE", value_parser = settings::size)]
    body_limit: Option<usize>,
    /// Read a .env file of Paragon's tools as well: project, addresses, signing key (it signs for every customer)
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(crate) env_file: Option<PathBuf>,
    /// Mask user ids, e-mail addresses and tokens on the explorer's screen
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) present: bool,
    /// Print JSON, errors included, as one document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Colour: auto, always or never; NO_COLOR counts as never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub(crate) color: When,
    /// Write what akx does to a file; never tokens or bodies
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub(crate) log: Option<PathBuf>,
}

impl Global {
    /// What settings make of them.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            profile: self.profile.clone(),
            project: self.project.clone(),
            base_url: self.base_url.clone(),
            api_url: self.api_url.clone(),
            proxy_url: self.proxy_url.clone(),
            user: self.user.clone(),
            token_file: self.token_file.clone(),
            wire: self.wire,
            catalogue: self.catalogue.clone(),
            timeout: self.timeout,
            max_time: self.max_time,
            body_limit: self.body_limit,
            offline: self.offline,
            read_only: self.read_only,
            insecure_http: self.insecure_http,
            no_history: self.no_history,
        }
    }
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the actions, or search them
    #[command(visible_alias = "search", after_help = LIST_HELP)]
    List(List),
    /// Show what an action does and takes
    #[command(after_help = SHOW_HELP)]
    Show(Show),
    /// Write definitions for OpenAI, Anthropic, MCP, or as JSON Schema
    #[command(after_help = EXPORT_HELP)]
    Export(Export),
    /// Estimate the tokens that definitions cost a model
    #[command(after_help = BUDGET_HELP)]
    Budget(Budget),
    /// Find what of definitions a model, or a strict mode, stumbles over
    #[command(after_help = LINT_HELP)]
    Lint(Lint),
    /// Say what is different: since last time, or between two users
    #[command(after_help = DRIFT_HELP)]
    Drift(Drift),
    /// Print parameters to fill in, as JSON for --params
    #[command(after_help = TEMPLATE_HELP)]
    Template(Template),
    /// List what the user's account has for a parameter: channels, owners, folders
    #[command(after_help = CHOICES_HELP)]
    Choices(Choices),
    /// Check parameters against the action's schema, sending nothing
    #[command(after_help = VALIDATE_HELP)]
    Validate(Validate),
    /// Run an action
    #[command(after_help = RUN_HELP)]
    Run(Run),
    /// List, print, save and delete calls that are kept under a name
    #[command(subcommand, after_help = SAVED_HELP)]
    Saved(Saved),
    /// List what was run, and look at it again
    #[command(visible_alias = "runs", after_help = HISTORY_HELP, args_conflicts_with_subcommands = true)]
    History(History),
    /// Run something again: from the history, or from a file
    #[command(after_help = REPLAY_HELP)]
    Replay(Replay),
    /// Make a ticket of a run for somebody else, secrets masked
    #[command(after_help = TICKET_HELP)]
    Ticket(Ticket),
    /// Read a JSON document, or any other file, in the workbench
    #[command(after_help = VIEW_HELP)]
    View(View),
    /// Print what differs between two JSON documents
    #[command(after_help = DIFF_HELP)]
    Diff(Diff),
    /// Run a filter over standard input
    #[command(name = crate::runtime::jq::COMMAND, hide = true)]
    Jq(Jq),
    /// List what the user has connected, and how it stands
    #[command(after_help = CONNECTIONS_HELP)]
    Connections(Connections),
    /// Find out why it does not work, for this user
    #[command(after_help = DOCTOR_HELP)]
    Doctor(Doctor),
    /// List, show and edit profiles
    #[command(subcommand, after_help = PROFILE_HELP)]
    Profile(Profile),
    /// Keep the connected users you work with
    #[command(subcommand, after_help = USERS_HELP)]
    Users(Users),
    /// Serve an ActionKit-compatible sandbox on this machine
    #[command(after_help = SANDBOX_HELP, args_conflicts_with_subcommands = true)]
    Sandbox(Sandbox),
    /// Mint a user token, or read one
    #[command(subcommand, after_help = TOKEN_HELP)]
    Token(Token),
    /// Open the full-screen explorer on the built-in sandbox
    #[command(
        after_help = "Examples:\n  akx demo\n  akx demo --present     Mask user ids, e-mail addresses and tokens"
    )]
    Demo,
    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of akx, or of one of its commands
    #[command(after_help = MAN_HELP)]
    Man(Man),
}

const LIST_HELP: &str = "\
Search words may come in any order and be abbreviated; qualifiers narrow: in:slack kind:read param:channel \
needs:channel -in:gmail \"exact words\".

In a terminal the list is laid out in columns. In a pipe each line is name, integration, side effect and description, \
separated by tabs; with --json it is an array of {name, integration, description, side_effect}, best first.

Examples:
  akx list                                Everything the user may run
  akx search send message                 Ranked by how well it fits
  akx list in:salesforce kind:read        Reading actions of one integration
  akx list is:favourite                   What you marked in the explorer; is:recent what you ran
  akx list --all                          Also of integrations that are not connected
  akx list | cut -f1 | fzf                Names only
  akx list --catalogue saved.json --json  From a file, without a server";

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Search words and qualifiers
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Also list integrations the user has not connected
    #[arg(long)]
    pub(crate) all: bool,
    /// Only this integration; asks the server for no other (repeatable)
    #[arg(long = "integration", value_name = "KEY")]
    pub(crate) integrations: Vec<String>,
    /// Print at most this many
    #[arg(long, value_name = "N", value_parser = some)]
    pub(crate) limit: Option<usize>,
}

const SHOW_HELP: &str = "\
With --json it is one object {name, integration, description, side_effect, parameters}, the schema as the server sent it.

Examples:
  akx show SLACK_SEND_MESSAGE
  akx show SLACK_SEND_MESSAGE --json | jq .parameters";

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The action's name
    pub(crate) action: String,
}

const EXPORT_HELP: &str = "\
Actions are named, or found as akx search finds them; all of them without either. stdout gets one document: an array, or \
for mcp {tools: [...]}. With --json and a place to write to, it is {actions, files}; with --compare-server {same, missing, \
different: [{name, differences: [{at, ours, server}]}]}.

Examples:
  akx export --format openai > tools.json
  akx export SLACK_SEND_MESSAGE GMAIL_SEND_EMAIL --format anthropic
  akx export in:slack kind:read --format mcp --output slack.json
  akx export is:favourite --directory schemas --format json-schema
  akx export in:slack --compare-server     Does the server write them otherwise?";

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Names, or search words and qualifiers
    #[arg(value_name = "ACTION|QUERY")]
    pub(crate) query: Vec<String>,
    /// openai, anthropic, json-schema or mcp
    #[arg(long, value_name = "FORMAT", default_value = "openai", value_parser = super::export::shape)]
    pub(crate) format: Shape,
    /// Write one file
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write one file for each action into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub(crate) directory: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    pub(crate) force: bool,
    /// Say where the server's own definitions in this format differ from akx's; exit with 1 where they do
    #[arg(long, conflicts_with_all = ["output", "directory"])]
    pub(crate) compare_server: bool,
}

const BUDGET_HELP: &str = "\
Counted with o200k_base, the vocabulary of OpenAI's present models, over the definition's JSON. Other vendors' \
vocabularies differ a little, and vendors rewrite definitions before they count, so the bill may differ. With --json it \
is {format, tokenizer, total, actions: [{name, integration, tokens}]}, the dearest first.

Examples:
  akx budget                                   Everything, the dearest first
  akx budget in:slack in:gmail --format anthropic
  akx budget is:favourite --max 8000           Exit code 1 when the set costs more";

#[derive(Debug, Args)]
pub(crate) struct Budget {
    /// Names, or search words and qualifiers
    #[arg(value_name = "ACTION|QUERY")]
    pub(crate) query: Vec<String>,
    /// openai, anthropic, json-schema or mcp
    #[arg(long, value_name = "FORMAT", default_value = "openai", value_parser = super::export::shape)]
    pub(crate) format: Shape,
    /// Exit with 1 when the chosen set costs more than this
    #[arg(long, value_name = "TOKENS")]
    pub(crate) max: Option<usize>,
}

const LINT_HELP: &str = "\
Exit code 1 when there is an error. With --json it is an array of {action, at, rule, severity, message}.

Rules: name-too-long name-characters schema required-unknown empty-enum no-description near-duplicate no-items \
strict-keyword strict-object no-type parameter-without-description

Examples:
  akx lint                             Errors and warnings
  akx lint in:hubspot --hints          Also what could be better
  akx lint --strict                    Also what OpenAI's strict mode refuses
  akx lint --rule empty-enum --json";

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Names, or search words and qualifiers
    #[arg(value_name = "ACTION|QUERY")]
    pub(crate) query: Vec<String>,
    /// Also hints
    #[arg(long)]
    pub(crate) hints: bool,
    /// Also what OpenAI's strict mode refuses
    #[arg(long)]
    pub(crate) strict: bool,
    /// This rule alone (repeatable)
    #[arg(long = "rule", value_name = "RULE", value_parser = super::lint::rule)]
    pub(crate) rules: Vec<Rule>,
}

const DRIFT_HELP: &str = "\
Compares the list kept from last time with the server's now, which is kept then; with --offline the two last lists on \
disk. + is added, - removed, ~ changed, ! may break a caller. With --json it is {added, removed, changed}: arrays of \
{name, integration}, changed ones with changes: [{kind, parameter, may_break, words}].

Examples:
  akx drift                              Since last time
  akx drift --check --json               Exit code 1 when something is different
  akx drift --since release-1.json       Against a list that was saved
  akx drift --other-token-file jonas.token      What does another user see that this one does not?";

#[derive(Debug, Args)]
pub(crate) struct Drift {
    /// A saved list to compare the present one with
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    /// Compare with the list of this user, a token for whom is minted
    #[arg(long, value_name = "ID", conflicts_with = "since")]
    pub(crate) other_user: Option<String>,
    /// Compare with the list of the user whose token is in this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "other_user"])]
    pub(crate) other_token_file: Option<PathBuf>,
    /// Exit with 1 when something is different
    #[arg(long)]
    pub(crate) check: bool,
}

const TEMPLATE_HELP: &str = "\
Examples:
  akx template SLACK_SEND_MESSAGE > params.json      Required parameters
  akx template SLACK_SEND_MESSAGE --all              Optional ones as well
  akx run SLACK_SEND_MESSAGE --params @params.json   Then fill it in, and run";

#[derive(Debug, Args)]
pub(crate) struct Template {
    /// The action's name
    pub(crate) action: String,
    /// Optional parameters as well
    #[arg(long)]
    pub(crate) all: bool,
}

/// How parameters are given.
#[derive(Debug, Args, Default)]
pub(crate) struct Parameters {
    /// Set a parameter: name=value (typed by the schema), name:=JSON, a.b=value, /a/b/0=value (repeatable)
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", action = ArgAction::Append)]
    pub(crate) set: Vec<String>,
    /// The parameters as JSON: @FILE, @- or - for stdin, or the JSON itself; -p stands over it
    #[arg(long, value_name = "@FILE")]
    pub(crate) params: Option<String>,
    /// What stands below, if that does not come from a flag.
    #[arg(skip)]
    pub(crate) base: Option<Value>,
}

const VALIDATE_HELP: &str = "\
Real schemas are wrong often enough: a complaint is advice, and `akx run --no-validate` sends all the same. Exit code 5 \
when there are complaints; with --json {valid, checked, violations: [{at, keyword, message}]}.

Examples:
  akx validate SLACK_SEND_MESSAGE -p channel=C0123456789
  akx template SLACK_SEND_MESSAGE | akx validate SLACK_SEND_MESSAGE --params -";

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// The action's name
    pub(crate) action: String,
    #[command(flatten)]
    pub(crate) parameters: Parameters,
}

const SANDBOX_HELP: &str = "\
It serves both wire dialects on the same made-up data, and a world that reacts: a sent message is listed afterwards. It \
checks tokens as ActionKit does, against a key pair that everybody knows. Nothing in it is real.

Examples:
  akx sandbox                           On a free port; prints export lines
  akx sandbox --port 8080 --wire seed   A bare list is in the seed's dialect
  akx sandbox --catalogue tools.json    Serve somebody else's list
  akx sandbox token maria@acme.example.com
  akx sandbox key                       The private key, for programs that sign for themselves";

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    #[command(subcommand)]
    pub(crate) command: Option<SandboxCommand>,
    /// The port; a free one where not given
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,
    /// The address to listen on; other than loopback lets other machines in
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,
    /// Requests a second before 429, or off
    #[arg(long, value_name = "N|off", default_value = "50", value_parser = rate)]
    pub(crate) rate: Rate,
    /// Check tokens against this public key instead of the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) public_key: Option<PathBuf>,
    /// Serve the catalogue this many times over, for load
    #[arg(long, value_name = "N", default_value_t = 1, hide_default_value = true)]
    pub(crate) scale: usize,
    /// Make other ids than a sandbox with another seed; the same seed always makes the same
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) seed: u64,
    /// Keep the worlds in this directory, so that they outlive the program
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Let every answer go wrong: latency=MS, slow=MS, STATUS, provider=STATUS, cut, not-json, not-connected, expired-token
    #[arg(long, value_name = "FAULT", value_parser = crate::domain::fault::Fault::parse)]
    pub(crate) fault: Vec<crate::domain::fault::Fault>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    /// Print a token for a user of the sandbox
    #[command(after_help = "Examples:\n  export AKX_TOKEN=$(akx sandbox token jonas@acme.example.com)")]
    Token {
        /// The user's id
        #[arg(value_name = "USER")]
        id: String,
        /// How long it lasts: 90, 30m, 24h
        #[arg(long, value_name = "TIME", default_value = "24h", value_parser = settings::duration)]
        lifetime: Duration,
    },
    /// Print the private key the sandbox's tokens are signed with; it is public knowledge
    #[command(after_help = "Examples:\n  export SIGNING_KEY=\"$(akx sandbox key)\"")]
    Key,
}

/// How many of something, at least one.
pub(crate) fn some(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|&n| n > 0).ok_or_else(|| "expected a number above 0".to_owned())
}

/// A limit of requests a second, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate(pub(crate) Option<u32>);

fn rate(text: &str) -> Result<Rate, String> {
    if text == "off" {
        return Ok(Rate(None));
    }
    let limit = text.parse().ok().filter(|&n| n > 0);
    limit.map(|n| Rate(Some(n))).ok_or_else(|| "expected a number above 0, or off".to_owned())
}

const TOKEN_HELP: &str = "\
Examples:
  akx token inspect                        Whose it is, and for how long
  pbpaste | akx token inspect --token-file -
  akx token mint --user maria@acme.example.com --lifetime 15m";

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Sign a token for the connected user named by --user, with the key in AKX_SIGNING_KEY, AKX_SIGNING_KEY_PATH or a profile
    #[command(
        after_help = "A signing key signs for every customer: keep it where only you can read it.\n\nExamples:\n  \
        AKX_SIGNING_KEY_PATH=key.pem akx token mint --project ID --user maria@acme.example"
    )]
    Mint {
        /// How long it lasts: 90, 30m, 24h; without it as the profile's token_lifetime says, else an hour
        #[arg(long, value_name = "TIME", value_parser = settings::duration)]
        lifetime: Option<Duration>,
    },
    /// Say what a token says of itself; its signature is not checked
    #[command(after_help = "Exit code 3 when ActionKit would refuse it: expired, not RS256, for another project.\n\n\
        Examples:\n  akx token inspect\n  akx token inspect --token-file token.txt --json")]
    Inspect,
}

const MAN_HELP: &str = "\
Examples:
  akx man | man -l -                              Read it
  akx man run | man -l -                          Read about one command
  akx man > ~/.local/share/man/man1/akx.1         Install it, for man akx";

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// A command, as in akx man token mint
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

const COMPLETIONS_HELP: &str = "\
Examples:
  akx completions bash > ~/.local/share/bash-completion/completions/akx
  akx completions zsh > \"${fpath[1]}/_akx\"
  akx completions fish > ~/.config/fish/completions/akx.fish";
