//! The options of the commands about JSON documents, and how an answer is printed.

use std::path::PathBuf;

use clap::Args;

use crate::domain::document::Condition;

pub(in crate::cli) const VIEW_HELP: &str = "\
The file may be any size and shape: JSON, JSON cut short, text, a web page, binary. Nothing is sent anywhere.

--where chooses records of a list, however large, and reads it only once: = and != compare with the value as it is \
written, <, <=, > and >= numbers by size and texts alphabetically, ~ looks for a part. A field is a key, a path such as \
owner.login or a JSON Pointer; a field alone must be there.

Examples:
  akx view response.json
  akx run SLACK_LIST_CHANNELS | akx view -
  akx view response.json --table=id,name
  akx view response.json --csv > channels.csv
  akx view response.json --where archived=false --where 'members>100' --table
  akx view response.json --jq '.channels[] | {id, name}'
  akx view response.json --jq '.channels | map(select(.archived | not))' --table";

#[derive(Debug, Args)]
pub(crate) struct View {
    /// The file, - for standard input
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) shape: Records,
}

/// How records are printed.
#[derive(Debug, Args, Clone, Default)]
pub(crate) struct Records {
    /// Print the answer's records as a table, with these columns or all; owner.email is a key inside an object
    #[arg(long, value_name = "COLUMNS", num_args = 0..=1, require_equals = true, value_delimiter = ',')]
    pub(crate) table: Option<Vec<String>>,
    /// Print the answer's records as CSV; --table=COLUMNS chooses the columns
    #[arg(long)]
    pub(crate) csv: bool,
    /// Only the records with this: id=123, owner.login!=ann, score>=7, name~smith, email, !email (repeatable)
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<Condition>,
    /// Print what this jq filter makes of the answer, one result a line
    #[arg(long, value_name = "FILTER")]
    pub(crate) jq: Option<String>,
    /// Print texts that --jq gives as they are, without quotes
    #[arg(long, short = 'r', requires = "jq", conflicts_with_all = ["table", "csv"])]
    pub(crate) raw: bool,
}

/// The hidden command that runs a filter in a process of its own.
#[derive(Debug, Args)]
pub(crate) struct Jq {
    /// Print texts as they are
    #[arg(long)]
    pub(crate) plain: bool,
    /// The filter
    pub(crate) filter: String,
}

impl Records {
    /// Whether records are asked for at all.
    pub(crate) const fn is_asked_for(&self) -> bool {
        !self.conditions.is_empty() || self.csv || self.table.is_some() || self.jq.is_some()
    }
}

pub(in crate::cli) const DIFF_HELP: &str = "\
Members are matched by key whatever their order, items of lists by an id-like key where they have one. With --json it is \
{differences: [{at, change, left, right}], more}.

Examples:
  akx diff before.json after.json
  akx diff before.json after.json --ignore updatedAt --ignore '/records/*/etag'
  akx run SLACK_LIST_CHANNELS | akx diff before.json - --exit-code";

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The older file, - for standard input
    pub(crate) left: PathBuf,
    /// The newer file, - for standard input
    pub(crate) right: PathBuf,
    /// Do not compare this key, or this JSON Pointer with * for any key or index (repeatable)
    #[arg(long, value_name = "KEY|POINTER")]
    pub(crate) ignore: Vec<String>,
    /// Exit with 1 when anything differs
    #[arg(long)]
    pub(crate) exit_code: bool,
}
