//! Reading a list reply, in whatever shape it comes.
//!
//! Servers, saved files and other tools wrap the same definitions differently (fact sheet §1.2): a map by integration or
//! a flat array, under `actions` or `tools`, inside a `body`, bare; each definition plain, or in OpenAI's, Anthropic's or
//! MCP's dress. All of it is read in one pass over the text. Schemas are sliced out of it, not parsed.

mod definition;
mod infer;
mod paragon;

use std::{borrow::Cow, fmt, sync::Arc};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use self::definition::DefinitionSeed;
use super::{Catalogue, Problem};
use crate::domain::{action::Action, document::Value, run::Body, wire::Wire};

/// How many problems a list may report; the rest are only counted.
const PROBLEM_LIMIT: usize = 200;
/// How long a quotation from the reply may get in a problem, in characters.
const QUOTE_LIMIT: usize = 300;
/// How many wrappers (`body`, `result`, `data`) may lie around a list.
const WRAPPER_LIMIT: usize = 4;
/// Members that wrap a whole reply.
const WRAPPERS: [&str; 3] = ["body", "result", "data"];

/// Why a text is not a list of actions at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// JSON, but nothing in it that lists actions.
    #[error("it holds no list of actions: it is {0}")]
    NoActions(String),
}

impl Catalogue {
    /// Reads a list reply of any dialect, a saved one, or an MCP `tools/list` result. Schemas become pieces of `body`,
    /// which lives as long as they do.
    ///
    /// # Errors
    /// [`ReadError`] when it is no JSON or holds no list. Single odd actions are left out and reported instead
    /// ([`Catalogue::problems`]).
    pub fn read_body(body: &Body) -> Result<Self, ReadError> {
        let mended;
        let (body, text) = match std::str::from_utf8(body) {
            Ok(text) => (body, text),
            Err(_) => {
                mended = Body::from(&*String::from_utf8_lossy(body));
                (&mended, std::str::from_utf8(&mended).unwrap_or_default())
            }
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reading = Reading::new(body);
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Root { reading: &mut reading, depth: 0 }.deserialize(&mut json).and_then(|()| json.end());
        if let Err(error) = read {
            // Our own reader's words are for people; it may still accept what serde does not.
            let words = Value::parse(body).err().map_or_else(|| error.to_string(), |e| e.to_string());
            return Err(ReadError::NotJson(words));
        }
        let list = match (reading.list, reading.loose) {
            (Some(list), _) => list,
            // Before there was an `actions` member, the whole reply was the map by integration.
            (None, Some(loose)) if loose.groups > 0 => List { wire: Some(Wire::Live), ..loose },
            (None, _) => return Err(ReadError::NoActions(reading.found)),
        };
        let mut problems = list.problems;
        problems.extend(reading.errors.iter().flat_map(|raw| server_errors(raw)));
        if list.paragon > 0 {
            problems.push(Problem {
                about: None,
                message: format!(
                    "{} action{} listed in Paragon's input format: the schema is derived from the inputs.",
                    list.paragon,
                    if list.paragon == 1 { "" } else { "s" }
                ),
            });
        }
        let surplus = problems.len().saturating_sub(PROBLEM_LIMIT);
        if surplus > 0 {
            problems.truncate(PROBLEM_LIMIT);
            problems.push(Problem { about: None, message: format!("{surplus} more problems are not listed.") });
        }
        Ok(Self::new(list.actions, problems, list.wire))
    }

    /// Reads a list as [`Catalogue::read_body`] does, from a copy of `body`.
    ///
    /// # Errors
    /// As for [`Catalogue::read_body`].
    pub fn read(body: &[u8]) -> Result<Self, ReadError> {
        Self::read_body(&Body::from(body))
    }
}

/// What one pass over a reply has found so far.
struct Reading {
    body: Body,
    list: Option<List>,
    /// Members that would be groups, were the whole reply a map by integration.
    loose: Option<List>,
    /// The raw text of every `errors` member.
    errors: Vec<String>,
    /// What the reply is instead of a list, in words.
    found: String,
}

impl Reading {
    fn new(body: &Body) -> Self {
        Self { body: body.clone(), list: None, loose: None, errors: Vec::new(), found: String::new() }
    }

    fn list(&mut self) -> &mut List {
        self.list.get_or_insert_with(|| List::new(&self.body))
    }

    fn loose(&mut self) -> &mut List {
        self.loose.get_or_insert_with(|| List::new(&self.body))
    }
}

/// The actions of one list.
struct List {
    body: Body,
    actions: Vec<Action>,
    problems: Vec<Problem>,
    wire: Option<Wire>,
    groups: usize,
    paragon: usize,
    integration: Option<Arc<str>>,
}

impl List {
    fn new(body: &Body) -> Self {
        Self {
            body: body.clone(),
            actions: Vec::new(),
            problems: Vec::new(),
            wire: None,
            groups: 0,
            paragon: 0,
            integration: None,
        }
    }

    fn problem(&mut self, about: Option<&str>, message: impl Into<String>) {
        self.problems.push(Problem { about: about.map(|a| quote(a).into_owned()), message: message.into() });
    }

    /// The shared text of an integration's key; neighbours mostly belong to the same one.
    fn intern(&mut self, key: &str) -> Arc<str> {
        match &self.integration {
            Some(last) if **last == *key => Arc::clone(last),
            _ => {
                let key: Arc<str> = key.into();
                self.integration = Some(Arc::clone(&key));
                key
            }
        }
    }
}

/// `text`, cut so that it can be quoted.
fn quote(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(QUOTE_LIMIT) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// What the server itself reports: text, `{integration, type, message}`, a list of either, or anything else.
fn server_errors(raw: &str) -> Vec<Problem> {
    match Value::parse(raw.as_bytes()) {
        Ok(Value::Array(errors)) => errors.iter().map(server_error).collect(),
        Ok(Value::Object(members)) if !members.contains_key("message") => members
            .iter()
            .map(|(integration, error)| Problem {
                about: Some(quote(integration).into_owned()),
                message: format!("could not be loaded, says the server: {}", server_words(error)),
            })
            .collect(),
        Ok(Value::Null) | Err(_) => Vec::new(),
        Ok(error) => vec![server_error(&error)],
    }
}

fn server_error(error: &Value) -> Problem {
    let text = |key| error.get(key).and_then(Value::as_str);
    let about = ["integration", "action", "tool", "name"].into_iter().find_map(text).map(|a| quote(a).into_owned());
    let words = if about.is_some() { "could not be loaded, says the server" } else { "The server reports" };
    Problem { about, message: format!("{words}: {}", server_words(error)) }
}

fn server_words(error: &Value) -> String {
    let text = |key| error.get(key).and_then(Value::as_str);
    match (error.as_str().or_else(|| text("message")), text("type").or_else(|| text("code"))) {
        (Some(message), Some(kind)) => format!("{} ({})", quote(message), quote(kind)),
        (Some(message), None) => quote(message).into_owned(),
        (None, _) => quote(&error.to_json()).into_owned(),
    }
}

/// Implements the visitor's methods for values that are neither arrays nor objects by calling `self.odd(kind)`.
macro_rules! odd_scalars {
    () => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(self.odd("true or false"))
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(self.odd("a number"))
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(self.odd("a number"))
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(self.odd("a number"))
        }
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(self.odd("text"))
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(self.odd("null"))
        }
    };
}
use odd_scalars;

/// A member's key, borrowed where it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The whole reply, or what a wrapper holds.
struct Root<'r> {
    reading: &'r mut Reading,
    depth: usize,
}

impl Root<'_> {
    fn odd(self, kind: &'static str) {
        kind.clone_into(&mut self.reading.found);
    }
}

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list reply")
    }
    odd_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let list = self.reading.list();
        while items.next_element_seed(DefinitionSeed { list, group: None })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut keys = Vec::new();
        while let Some(Key(key)) = members.next_key()? {
            match &*key {
                "actions" | "tools" => {
                    let flat = if key == "actions" { Some(Wire::Seed) } else { None };
                    let mapped = if key == "actions" { Wire::Live } else { Wire::LiveTools };
                    let list = self.reading.list();
                    members.next_value_seed(ListSeed { list, flat, mapped })?;
                }
                "errors" => self.reading.errors.push(members.next_value::<&RawValue>()?.get().to_owned()),
                wrapper if WRAPPERS.contains(&wrapper) && self.depth < WRAPPER_LIMIT => {
                    members.next_value_seed(Root { reading: self.reading, depth: self.depth + 1 })?;
                }
                integration => {
                    let list = self.reading.loose();
                    members.next_value_seed(GroupSeed { list, integration })?;
                }
            }
            if keys.len() < 8 {
                keys.push(quote(&key).into_owned());
            }
        }
        self.reading.found =
            if keys.is_empty() { "an empty object".to_owned() } else { format!("an object of {}", keys.join(", ")) };
        Ok(())
    }
}

/// The value of `actions` or `tools`.
struct ListSeed<'r> {
    list: &'r mut List,
    /// The dialect that lists flat arrays of plain definitions under this key.
    flat: Option<Wire>,
    /// The dialect that maps by integration under this key.
    mapped: Wire,
}

impl ListSeed<'_> {
    fn odd(self, kind: &'static str) {
        self.list.problem(None, format!("Where the actions should be listed stands {kind}."));
    }
}

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of actions")
    }
    odd_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut wrapped = false;
        while let Some(has_function) = items.next_element_seed(DefinitionSeed { list: &mut *self.list, group: None })? {
            wrapped |= has_function;
        }
        // One that is empty looks the same in every dialect.
        let is_empty = self.list.actions.is_empty();
        self.list.wire = if wrapped { Some(self.mapped) } else { self.flat.filter(|_| !is_empty) };
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Key(integration)) = members.next_key()? {
            members.next_value_seed(GroupSeed { list: &mut *self.list, integration: &integration })?;
        }
        self.list.wire = Some(self.mapped);
        Ok(())
    }
}

/// The actions of one integration.
struct GroupSeed<'r, 'k> {
    list: &'r mut List,
    integration: &'k str,
}

impl GroupSeed<'_, '_> {
    fn odd(self, kind: &'static str) {
        self.list.problem(Some(self.integration), format!("is left out: its actions are {kind}, not an array."));
    }
}

impl<'de> DeserializeSeed<'de> for GroupSeed<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GroupSeed<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integration's actions")
    }
    odd_scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { list, integration } = self;
        list.groups += 1;
        while items.next_element_seed(DefinitionSeed { list: &mut *list, group: Some(integration) })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.odd("an object");
        Ok(())
    }
}

#[cfg(test)]
mod tests;
