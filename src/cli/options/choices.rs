//! `akx choices`, and the pages of `akx run`.

use clap::Args;

use super::Parameters;
use crate::domain::pages;

pub(super) const CHOICES_HELP: &str = "\
Asks where the values of a parameter are listed in the connected user's account: a source of ActionKit's own, or an action \
of the integration that lists and only reads. Where a list depends on other parameters, give them with -p. A line is id, \
label and what else tells it apart, separated by tabs; with --json it is an array of {id, label, note}.

Examples:
  akx choices SLACK_SEND_MESSAGE channel
  akx choices HUBSPOT_CREATE_RECORD_CONTACTS hubspot_owner_id maria
  akx choices GOOGLE_SHEETS_CREATE_ROW worksheet -p spreadsheetId=1AbC
  akx choices SLACK_SEND_MESSAGE channel gen --json | jq -r '.[0].id'";

#[derive(Debug, Args)]
pub(crate) struct Choices {
    /// The action's name
    pub(crate) action: String,
    /// The parameter: its name, a.b, or /a/b/0
    pub(crate) field: String,
    /// Only what holds this
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    #[command(flatten)]
    pub(crate) parameters: Parameters,
    /// Ask this source instead of those akx finds: a key such as channels, or an action that lists
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// The connected account to ask, where there are several: an id that akx connections shows
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Print at most this many
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = super::some)]
    pub(crate) limit: usize,
}

/// How many pages of an answer are run.
#[derive(Debug, Args)]
pub(crate) struct Pages {
    /// Also run the pages after the first, and print them as one document
    #[arg(long = "all-pages", conflicts_with_all = ["each", "users"])]
    pub(crate) all: bool,
    /// At most this many pages
    #[arg(long, value_name = "PAGES", requires = "all", default_value_t = pages::LIMIT, value_parser = super::some)]
    pub(crate) limit: usize,
}

impl Default for Pages {
    fn default() -> Self {
        Self { all: false, limit: pages::LIMIT }
    }
}
