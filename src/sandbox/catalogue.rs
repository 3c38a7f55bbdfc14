//! What the sandbox offers: the integrations and actions of `assets/sandbox/catalogue`, read from the program itself.
//!
//! One JSON file an integration. An action's `parameters` are served as they stand, faults of the real ones included
//! (arrays declared `object`, an empty `enum`, text that should be a number); what is known about them stands beside
//! the schema, never inside it: where the names come from, and which parts are akx's own words or guesses. Integrations of
//! which no more than names are known have no file here; `super::general` makes theirs from archetypes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::general;
use crate::domain::{action::Action, side_effect::SideEffect};

/// The files, in the order of their integrations' keys.
const FILES: &[&str] = &[
    include_str!("../../assets/sandbox/catalogue/asana.json"),
    include_str!("../../assets/sandbox/catalogue/box.json"),
    include_str!("../../assets/sandbox/catalogue/clickup.json"),
    include_str!("../../assets/sandbox/catalogue/github.json"),
    include_str!("../../assets/sandbox/catalogue/gmail.json"),
    include_str!("../../assets/sandbox/catalogue/googleCalendar.json"),
    include_str!("../../assets/sandbox/catalogue/googledrive.json"),
    include_str!("../../assets/sandbox/catalogue/googlesheets.json"),
    include_str!("../../assets/sandbox/catalogue/hubspot.json"),
    include_str!("../../assets/sandbox/catalogue/jira.json"),
    include_str!("../../assets/sandbox/catalogue/linear.json"),
    include_str!("../../assets/sandbox/catalogue/microsoftTeams.json"),
    include_str!("../../assets/sandbox/catalogue/notion.json"),
    include_str!("../../assets/sandbox/catalogue/outlook.json"),
    include_str!("../../assets/sandbox/catalogue/salesforce.json"),
    include_str!("../../assets/sandbox/catalogue/shopify.json"),
    include_str!("../../assets/sandbox/catalogue/slack.json"),
    include_str!("../../assets/sandbox/catalogue/stripe.json"),
    include_str!("../../assets/sandbox/catalogue/zendesk.json"),
];

/// An integration the sandbox plays.
#[derive(Debug, Clone, PartialEq)]
pub struct Integration {
    /// The key the API knows it by, such as `googledrive`.
    pub key: Arc<str>,
    /// The name people know it by, such as `Google Drive`.
    pub title: Arc<str>,
    /// The brand's colour as `#RRGGBB`, which `sdk/metadata` and `sdk/integrations` answer.
    pub brand_color: Arc<str>,
    /// What kind of product it is, such as `crm`; what `categories=` selects by.
    pub category: Arc<str>,
    /// Its actions, in the order they are listed.
    pub entries: Vec<Entry>,
}

/// An action, with what the sandbox knows about it beyond what it serves.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The action as a list reply describes it. `declared` is `None`, since ActionKit's replies do not tell it.
    pub action: Action,
    /// What running it does.
    pub side_effect: SideEffect,
    /// Where its name and parameters come from.
    pub evidence: Evidence,
    /// Which parts are akx's own: `description`, or a parameter's name with or without what is guessed about it.
    pub approximated: Vec<String>,
    /// Parameters whose choices the connected account gives: the parameter's name to the source's (`sdk/actions`).
    pub sources: BTreeMap<String, String>,
}

/// How an action's name and parameters became known, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Evidence {
    /// A list reply of the real API that somebody published.
    #[serde(rename = "real wire capture")]
    Captured,
    /// Paragon's own documentation of the action.
    #[serde(rename = "docs page")]
    Documented,
    /// A published program that runs the action.
    #[serde(rename = "client code")]
    ClientCode,
    /// Another product's documentation that retells the schema.
    #[serde(rename = "mirror")]
    Mirrored,
    /// Only the name is known; the parameters are akx's own.
    #[serde(rename = "name only")]
    NameOnly,
    /// Not even the name is known: akx's own, of the kind such an integration has.
    #[serde(rename = "guess")]
    Guessed,
}

/// Every integration of the catalogue, by key; read on first use, within a few milliseconds.
pub fn integrations() -> &'static [Integration] {
    static READ: OnceLock<Vec<Integration>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut all: Vec<_> = written().collect();
        let own: BTreeSet<_> = all.iter().map(|i| Arc::clone(&i.key)).collect();
        all.extend(general::integrations().filter(|i| !own.contains(&i.key)));
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    })
}

/// The integrations with a file of their own, every action written out.
fn written() -> impl Iterator<Item = Integration> {
    // A file that cannot be read would be a mistake in this program: a test reads them all.
    FILES.iter().filter_map(|text| read(text).ok())
}

/// The integration of that key.
pub fn integration(key: &str) -> Option<&'static Integration> {
    integrations().iter().find(|i| &*i.key == key)
}

/// The action of that name, and its integration.
pub fn entry(name: &str) -> Option<(&'static Integration, &'static Entry)> {
    static BY_NAME: OnceLock<BTreeMap<&'static str, (&'static Integration, &'static Entry)>> = OnceLock::new();
    BY_NAME
        .get_or_init(|| {
            let all = integrations().iter().flat_map(|i| i.entries.iter().map(move |e| (i, e)));
            all.map(|(i, e)| (&*e.action.name, (i, e))).collect()
        })
        .get(name)
        .copied()
}

/// Reads one file of the catalogue.
///
/// # Errors
/// When the text is not of the catalogue's format.
pub fn read(text: &str) -> Result<Integration, serde_json::Error> {
    let file: File<'_> = serde_json::from_str(text)?;
    let key: Arc<str> = file.integration.into();
    let entries = file.actions.into_iter().map(|row| row.entry(&key)).collect::<Result<_, _>>()?;
    Ok(Integration {
        key,
        title: file.title.into(),
        brand_color: file.brand_color.into(),
        category: file.category.into(),
        entries,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    integration: String,
    title: String,
    brand_color: String,
    category: String,
    #[serde(borrow)]
    actions: Vec<Row<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    name: String,
    description: String,
    #[serde(borrow)]
    parameters: &'a RawValue,
    side_effect: String,
    evidence: Evidence,
    approximated: Vec<String>,
    #[serde(default)]
    sources: BTreeMap<String, String>,
}

impl Row<'_> {
    fn entry(self, integration: &Arc<str>) -> Result<Entry, serde_json::Error> {
        let side_effect = self.side_effect.parse().map_err(serde::de::Error::custom)?;
        Ok(Entry {
            action: Action {
                name: self.name.into(),
                integration: Arc::clone(integration),
                description: self.description.into(),
                parameters: Some(closed_up(self.parameters.get()).into()),
                declared: None,
            },
            side_effect,
            evidence: self.evidence,
            approximated: self.approximated,
            sources: self.sources,
        })
    }
}

/// JSON text without the space around its tokens: the files are laid out for people, replies are not.
fn closed_up(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_text, mut escaped) = (false, false);
    for c in json.chars() {
        if in_text || !matches!(c, ' ' | '\n' | '\r' | '\t') {
            out.push(c);
        }
        in_text = if in_text { c != '"' || escaped } else { c == '"' };
        escaped = in_text && c == '\\' && !escaped;
    }
    out
}

#[cfg(test)]
mod facts;
#[cfg(test)]
mod tests;
