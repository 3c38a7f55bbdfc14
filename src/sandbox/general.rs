//! The integrations of which only names are known: every name is mapped to an archetype, and the archetype says what the
//! parameters, the records and the answers are like.
//!
//! # The files
//!
//! `assets/sandbox/general/<integration>.json` is the reviewed mapping:
//!
//! ```json
//! {"integration": "calendly", "title": "Calendly", "brand_color": "#006BFF", "category": "calendar",
//!  "evidence": "name only", "ids": "<uuid>", "list": "collection", "paging": "cursor",
//!  "resources": {"event": "event", "invitee": "contact"},
//!  "actions": {"CALENDLY_CANCEL_EVENT": "mark:canceled event"}}
//! ```
//!
//! `evidence` is `name only` (the action's name is known) or `guess` (it is akx's own, of the kind such an integration
//! has). `resources` maps what the integration holds to archetypes; an action is a [`Verb`] and one of them, or `any`, where a
//! parameter names the resource. `ids` is how ids look, `list` the member lists stand in, `paging` one of the three styles
//! (`cursor`, `offset`, `number`).
//!
//! `assets/sandbox/archetypes.json` describes the archetypes: `label` (the path that names a record), `fields` (JSON Schema
//! of what can be set) and which are `required`, `new` (template of a new record), `records` (what is there at the
//! beginning), and `key` (by which a record is recognised when it is to be made or updated).
//!
//! Nothing of this is the providers' own: every description and parameter is marked as approximated beside the schema.

mod files;
mod schema;
mod world;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use self::files::FILES;
use super::{
    catalogue::{Entry, Evidence, Integration},
    world::data::Provider,
};
use crate::domain::{
    action::Action,
    document::{Object, Value},
    side_effect::SideEffect,
};

const ARCHETYPES: &str = include_str!("../../assets/sandbox/archetypes.json");

/// What an action does to a resource. In the files: the word, with what it needs after a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb<'a> {
    /// `create`: makes a record.
    Create,
    /// `create:send`: makes one that leaves the house at once.
    Post,
    /// `upsert`: makes or changes the one with the same key.
    Upsert,
    /// `get`: reads one by its id.
    Get,
    /// `list`: reads them all, in pages.
    List,
    /// `search`: reads those that fit.
    Search,
    /// `update`: changes one.
    Update,
    /// `delete`: removes one.
    Delete,
    /// `send`: sends one that is there.
    Send,
    /// `mark:STATUS`: sets one's status.
    Mark(&'a str),
    /// `download`: reads one's contents.
    Download,
    /// `add:LIST`: puts one into a list.
    Add(&'a str),
    /// `remove:LIST`: takes one out.
    Remove(&'a str),
    /// `in:LIST`: reads those in a list.
    In(&'a str),
    /// `describe`: tells the fields of a resource.
    Describe,
    /// `build`: puts an object together, changing nothing.
    Build,
    /// `call:write`: passes a body on.
    Call,
}

impl<'a> Verb<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (word, rest) = text.split_once(':').unwrap_or((text, ""));
        Some(match (word, rest) {
            ("create", "") => Self::Create,
            ("create", "send") => Self::Post,
            ("upsert", "") => Self::Upsert,
            ("get", "") => Self::Get,
            ("list", "") => Self::List,
            ("search", "") => Self::Search,
            ("update", "") => Self::Update,
            ("delete", "") => Self::Delete,
            ("send", "") => Self::Send,
            ("download", "") => Self::Download,
            ("describe", "") => Self::Describe,
            ("build", "") => Self::Build,
            ("call", "write") => Self::Call,
            ("mark", status) if !status.is_empty() => Self::Mark(status),
            ("add", list) if !list.is_empty() => Self::Add(list),
            ("remove", list) if !list.is_empty() => Self::Remove(list),
            ("in", list) if !list.is_empty() => Self::In(list),
            _ => return None,
        })
    }

    const fn side_effect(self) -> SideEffect {
        match self {
            Self::Get | Self::List | Self::Search | Self::Download | Self::In(_) | Self::Describe | Self::Build => {
                SideEffect::Read
            }
            Self::Create
            | Self::Upsert
            | Self::Update
            | Self::Mark(_)
            | Self::Add(_)
            | Self::Remove(_)
            | Self::Call => SideEffect::Write,
            Self::Delete => SideEffect::Delete,
            Self::Post | Self::Send => SideEffect::Send,
        }
    }
}

/// One integration's mapping, read.
#[derive(Debug)]
pub(super) struct Mapping<'a> {
    key: &'a str,
    title: &'a str,
    file: &'a Object,
    resources: Vec<(&'a str, &'a Object)>,
    actions: Vec<(&'a str, Verb<'a>, &'a str)>,
}

impl<'a> Mapping<'a> {
    /// Reads a file; `None` where it is not of the format.
    fn read(file: &'a Value, archetypes: &'a Value) -> Option<Self> {
        let object = file.as_object()?;
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let resources = object.get("resources")?.as_object()?.iter();
        let resources =
            resources.map(|(name, archetype)| Some((name, archetypes.get(archetype.as_str()?)?.as_object()?)));
        let resources: Vec<_> = resources.collect::<Option<_>>()?;
        let known = |name: &str| name == "any" || resources.iter().any(|(n, _)| *n == name);
        let actions = object.get("actions")?.as_object()?.iter().map(|(name, plan)| {
            let (verb, resource) = plan.as_str()?.split_once(' ')?;
            let verb = Verb::read(verb)?;
            let list = match verb {
                Verb::Add(list) | Verb::Remove(list) | Verb::In(list) => Some(list),
                _ => None,
            };
            (known(resource) && list.is_none_or(known)).then_some((name, verb, resource))
        });
        let actions = actions.collect::<Option<_>>()?;
        Some(Self { key: text("integration")?, title: text("title")?, file: object, resources, actions })
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.file.get(key).and_then(Value::as_str)
    }

    /// What the archetype of a resource says under `key`.
    fn archetype(&self, resource: &str, key: &str) -> Option<&'a Value> {
        self.resources.iter().find(|(name, _)| *name == resource)?.1.get(key)
    }

    fn integration(&self) -> Option<Integration> {
        let guessed = self.text("evidence") == Some("guess");
        let key: Arc<str> = self.key.into();
        let entries = self.actions.iter().map(|&(name, verb, resource)| {
            let mut approximated = vec!["description".to_owned(), "parameters".to_owned()];
            if guessed {
                approximated.push("name".to_owned());
            }
            Entry {
                action: Action {
                    name: name.into(),
                    integration: Arc::clone(&key),
                    description: self.describe(name, verb, resource).into(),
                    parameters: Some(self.schema(verb, resource).to_json().into()),
                    declared: None,
                },
                side_effect: verb.side_effect(),
                evidence: if guessed { Evidence::Guessed } else { Evidence::NameOnly },
                approximated,
                sources: BTreeMap::new(),
            }
        });
        let entries = entries.collect();
        let part = |key: &str| Some(Arc::from(self.text(key)?));
        Some(Integration {
            key,
            title: self.title.into(),
            brand_color: part("brand_color")?,
            category: part("category")?,
            entries,
        })
    }
}

fn archetypes() -> &'static Value {
    static READ: OnceLock<Value> = OnceLock::new();
    // A mistake in the files would be one in this program: tests read them all.
    READ.get_or_init(|| Value::parse(ARCHETYPES.as_bytes()).unwrap_or_default())
}

fn parsed(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap_or_default()
}

/// The integrations, in the order of their keys.
pub(super) fn integrations() -> impl Iterator<Item = Integration> {
    FILES.iter().filter_map(|(_, text)| Mapping::read(&parsed(text), archetypes())?.integration())
}

/// The world of an integration, made of its archetypes; on first use.
pub(super) fn provider(integration: &str) -> Option<Arc<Provider>> {
    static MADE: [OnceLock<Option<Arc<Provider>>>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
    let at = FILES.binary_search_by(|(key, _)| (*key).cmp(integration)).ok()?;
    let (text, made) = (FILES.get(at)?.1, MADE.get(at)?);
    made.get_or_init(|| Mapping::read(&parsed(text), archetypes())?.provider().ok().map(Arc::new)).clone()
}

#[cfg(test)]
mod tests;
