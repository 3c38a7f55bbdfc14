//! Choosing a field's value from what the connected user has: which channels, owners or folders there are.
//!
//! Two things answer that: the dynamic sources of the API (`POST …/sdk/actions`, fact sheet §2), and the actions of the
//! same integration that list (`SLACK_LIST_CHANNELS` for `channel`). Nothing in here ever asks anything that does more
//! than read: a [`Source`] of an action is only made for one that reads.

mod answer;
mod known;
mod noun;

use std::sync::Arc;

pub use self::answer::{Choice, Choices, NotRead};
use self::noun::{Noun, is_id};
use super::{
    action::Action,
    catalogue::Catalogue,
    document::{Object, Pointer, Value},
    failure::FailureKind,
    guard::{self, Clearance},
    pages::Pager,
    run::RunRequest,
    side_effect::{self, SideEffect},
    wire::Wire,
    words::{fold, integration_words, words},
};

pub use self::known::key as known_key;

/// How many sources a field is offered at most.
const SOURCES: usize = 4;

/// How many actions of an integration have their schema read in search of one that lists.
const READ_AT_MOST: usize = 24;

/// Where the choices for a field come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source(From);

#[derive(Debug, Clone, PartialEq)]
enum From {
    /// A dynamic source.
    Dynamic {
        integration: Arc<str>,
        key: Arc<str>,
        /// What it may depend on, such as the spreadsheet whose sheets it lists.
        parameters: Object,
        /// The account to ask, of several.
        credential: Option<Arc<str>>,
        /// Whether the key is only what such a source would be called.
        guessed: bool,
    },
    /// An action that lists, and that only reads.
    Action { leave: Clearance, request: RunRequest, pager: Pager, field: Arc<str> },
}

impl Source {
    /// The dynamic source of that key.
    pub fn dynamic(key: &str, wanted: &Wanted<'_>) -> Self {
        let mut parameters = depends_on(wanted.filled, None);
        if let Some(name) = wanted.name() {
            parameters.remove(name);
        }
        Self(From::Dynamic {
            integration: wanted.action.integration.clone(),
            key: key.into(),
            parameters,
            credential: wanted.credential.cloned(),
            guessed: false,
        })
    }

    /// What it is called: `channels`, or the action's name.
    pub fn name(&self) -> &str {
        match &self.0 {
            From::Dynamic { key, .. } => key,
            From::Action { request, .. } => &request.action,
        }
    }

    /// Whether the server itself searches in it.
    pub const fn searches(&self) -> bool {
        matches!(self.0, From::Dynamic { .. })
    }

    /// Whether it is only likely to exist.
    pub const fn is_guessed(&self) -> bool {
        matches!(self.0, From::Dynamic { guessed: true, .. })
    }
}

/// A question for choices: a source, what is searched for, and which page.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The source.
    pub source: Source,
    /// What is searched for; empty for everything.
    pub search: String,
    /// What asks for the page: a dynamic source's cursor, or an action's parameters.
    page: Option<Value>,
}

/// An [`Ask`] as it is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// To `sdk/actions`, with this body.
    Source(Value),
    /// As a run of an action that reads.
    Action(Clearance, RunRequest),
}

impl Ask {
    /// The first page of everything that holds `search`.
    pub fn first(source: Source, search: impl Into<String>) -> Self {
        Self { source, search: search.into(), page: None }
    }

    /// The credential of the account that is asked, where one of several was chosen.
    pub fn credential(&self) -> Option<&str> {
        match &self.source.0 {
            From::Dynamic { credential, .. } => credential.as_deref(),
            From::Action { request, .. } => request.credential.as_deref(),
        }
    }

    /// What is sent.
    pub fn call(&self) -> Call {
        match &self.source.0 {
            From::Dynamic { integration, key, parameters, .. } => {
                let parameter = |(key, value): (&str, &Value)| {
                    let source: Object =
                        [("type", Value::from("VALUE")), ("value", value.clone())].into_iter().collect();
                    Value::Object([("key", Value::from(key)), ("source", source.into())].into_iter().collect())
                };
                let mut pagination = Object::new();
                if let Some(cursor) = &self.page {
                    pagination.insert("pageCursor", cursor.clone());
                }
                if !self.search.is_empty() {
                    pagination.insert("search", self.search.as_str());
                }
                let mut body = Object::new();
                body.insert("action", &**integration);
                body.insert("sourceKey", &**key);
                body.insert("parameters", Value::Array(parameters.iter().map(parameter).collect()));
                body.insert("paginationParameters", pagination);
                Call::Source(body.into())
            }
            From::Action { leave, request, .. } => {
                let parameters = self.page.clone().unwrap_or_else(|| request.parameters.clone());
                Call::Action(leave.clone(), RunRequest { parameters, ..request.clone() })
            }
        }
    }
}

/// The field whose choices are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Its action.
    pub action: &'a Action,
    /// Where its value stands.
    pub at: &'a Pointer,
    /// Everything that is filled in.
    pub filled: &'a Value,
    /// The dialect runs are sent in.
    pub wire: Wire,
    /// The credential of the account to ask, where one of several was chosen.
    pub credential: Option<&'a Arc<str>>,
}

impl Wanted<'_> {
    /// The field's own name: that of the list, where it is an item of one.
    pub fn name(&self) -> Option<&str> {
        let is_name = |token: &&String| !token.is_empty() && !token.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        self.at.tokens().iter().rev().find(is_name).map(String::as_str)
    }
}

/// Where the choices for a field can come from, the likeliest first; empty where nothing in the account fits it.
///
/// In this order: what the schema itself names, the sources that Paragon's own interface uses, actions that list what
/// the field's name says, and last a source of the name it would have. `effect` says what an action does to the world.
pub fn sources(catalogue: &Catalogue, wanted: &Wanted<'_>, effect: impl Fn(&Action) -> SideEffect) -> Vec<Source> {
    let Some(name) = wanted.name() else { return Vec::new() };
    let integration = &wanted.action.integration;
    let hint = hint(&wanted.action.schema(), wanted.at);
    let dynamic = |key: &str, dependencies: Option<&[String]>, guessed: bool| {
        let mut parameters = depends_on(wanted.filled, dependencies);
        parameters.remove(name);
        let credential = wanted.credential.cloned();
        Source(From::Dynamic { integration: integration.clone(), key: key.into(), parameters, credential, guessed })
    };
    let mut found: Vec<Source> = Vec::new();
    if let Some(Hint { key, dependencies }) = &hint {
        found.push(dynamic(key, dependencies.as_deref(), false));
    }
    if let Some(key) = known::key(integration, name) {
        found.push(dynamic(key, None, false));
    }
    if let Some(noun) = Noun::of(name, integration) {
        found.extend(listing(catalogue, wanted, &noun, &effect));
        if is_id(name) {
            found.push(dynamic(&noun.plural_key(), None, true));
        }
    }
    let mut distinct: Vec<Source> = Vec::new();
    for source in found {
        if !distinct.iter().any(|had| had.name() == source.name()) {
            distinct.push(source);
        }
    }
    distinct.truncate(SOURCES);
    distinct
}

/// Actions of the same integration that list what `noun` says, the likelier first.
fn listing(
    catalogue: &Catalogue,
    wanted: &Wanted<'_>,
    noun: &Noun,
    effect: &impl Fn(&Action) -> SideEffect,
) -> Vec<Source> {
    let integration = &wanted.action.integration;
    let siblings = catalogue
        .groups()
        .iter()
        .filter(|group| group.integration == *integration)
        .flat_map(|group| catalogue.actions_of(group))
        .filter(|action| action.name != wanted.action.name);
    let mut ranked: Vec<(usize, Action, Clearance)> = siblings
        .filter_map(|action| Some((noun.rank(&said(&action))?, action)))
        .filter_map(|(rank, action)| {
            let leave = guard::leave_to_read(&action.name, effect(&action))?;
            Some((rank, action, leave))
        })
        .collect();
    ranked.sort_by(|(a, x, _), (b, y, _)| {
        a.cmp(b).then_with(|| x.name.len().cmp(&y.name.len())).then_with(|| x.name.cmp(&y.name))
    });
    let source = |(_, action, leave): (usize, Action, Clearance)| {
        let schema = action.schema();
        let request = RunRequest {
            action: action.name,
            parameters: Value::Object(parameters(&schema, wanted)?),
            wire: wanted.wire,
            credential: wanted.credential.cloned(),
        };
        let field = wanted.name()?.into();
        Some(Source(From::Action { leave, request, pager: Pager::of(&schema), field }))
    };
    ranked.into_iter().take(READ_AT_MOST).filter_map(source).take(2).collect()
}

/// The words of an action's name behind the integration's, folded.
fn said(action: &Action) -> Vec<String> {
    let spans = words(&action.name);
    let skip = integration_words(&action.name, &spans, &action.integration, side_effect::is_verb);
    spans.iter().skip(skip).filter_map(|word| action.name.get(word.clone())).map(fold).collect()
}

/// What a list is asked for with: everything it requires, and what of the form narrows it down. `None` where it
/// requires something that is not filled in.
fn parameters(schema: &Value, wanted: &Wanted<'_>) -> Option<Object> {
    let required = schema.get("required").and_then(Value::as_array).unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut parameters = Object::new();
    for key in required.iter().filter_map(Value::as_str) {
        parameters.insert(
            key,
            wanted.filled.get(key).filter(|v| is_filled(v)).filter(|_| Some(key) != wanted.name())?.clone(),
        );
    }
    for (key, value) in depends_on(wanted.filled, None) {
        if properties.contains_key(&key) && Some(key.as_str()) != wanted.name() {
            parameters.insert(key, value);
        }
    }
    Some(parameters)
}

/// What of a form other choices may depend on: what the schema says, or else the ids in it. Texts people wrote are
/// nobody's business there.
fn depends_on(filled: &Value, dependencies: Option<&[String]>) -> Object {
    let members = filled.as_object().cloned().unwrap_or_default();
    let fits = |key: &str| match dependencies {
        Some(named) => named.iter().any(|name| name == key),
        None => is_id(key) || known::is_named(key),
    };
    members.into_iter().filter(|(key, value)| fits(key) && is_filled(value)).collect()
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) | Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// Whether another source may have what this one, which failed so, has not.
pub const fn may_be_elsewhere(kind: FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::UnknownAction
            | FailureKind::InvalidParameters
            | FailureKind::NotJson
            | FailureKind::Provider
            | FailureKind::UnexpectedStatus
    )
}

/// What a schema itself says of a field's source.
struct Hint {
    key: String,
    dependencies: Option<Vec<String>>,
}

/// Keywords a source is named by: the trigger API's (fact sheet §2) and likely extensions of other servers.
const KEYWORDS: [&str; 5] = ["valuesSource", "x-values-source", "x-data-source", "x-source", "dataSource"];

fn hint(schema: &Value, at: &Pointer) -> Option<Hint> {
    let mut schema = schema;
    let mut found = None;
    for token in at.tokens() {
        let items = schema.get("items").filter(|_| token.bytes().all(|b| b.is_ascii_digit()));
        schema = items.or_else(|| schema.get("properties")?.get(token))?;
        let said = KEYWORDS.into_iter().find_map(|keyword| schema.get(keyword));
        found = said
            .and_then(|said| {
                let key = ["sourceType", "sourceKey", "key"].into_iter().find_map(|k| said.get(k)).unwrap_or(said);
                let key = key.as_str().filter(|key| !key.is_empty())?.to_owned();
                let names = |all: &[Value]| all.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                Some(Hint { key, dependencies: said.get("dependencies").and_then(Value::as_array).map(names) })
            })
            .or(found);
    }
    found
}

#[cfg(test)]
mod tests;
