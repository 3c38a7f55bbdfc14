//! What an archetype's actions are called with, and how they are described.

use super::{Mapping, Verb};
use crate::domain::document::{Object, Value};

impl Mapping<'_> {
    /// The parameters' schema.
    pub(super) fn schema(&self, verb: Verb<'_>, resource: &str) -> Value {
        let mut properties = Object::new();
        let mut required: Vec<String> = Vec::new();
        if resource == "any" {
            properties.insert("recordType", self.record_type());
            required.push("recordType".to_owned());
        }
        let id = id_of(resource);
        let noun = spoken(resource);
        match verb {
            Verb::Get
            | Verb::Update
            | Verb::Delete
            | Verb::Send
            | Verb::Mark(_)
            | Verb::Download
            | Verb::Add(_)
            | Verb::Remove(_) => {
                let text = text(format!("{} : The ID of the {noun}", title(&id)));
                properties.insert(id.as_str(), text);
                required.push(id);
            }
            Verb::Create
            | Verb::Post
            | Verb::Upsert
            | Verb::List
            | Verb::Search
            | Verb::In(_)
            | Verb::Describe
            | Verb::Build
            | Verb::Call => {}
        }
        if let Verb::Add(list) | Verb::Remove(list) | Verb::In(list) = verb {
            let member = id_of(list);
            properties.insert(member.as_str(), text(format!("{} : The ID of the {}", title(&member), spoken(list))));
            required.push(member);
        }
        match verb {
            Verb::Create | Verb::Post | Verb::Upsert | Verb::Update | Verb::Build => {
                if resource == "any" {
                    properties.insert("fields", object("Fields : The record's fields, as JSON"));
                }
                for (name, field) in
                    self.archetype(resource, "fields").and_then(Value::as_object).into_iter().flat_map(Object::iter)
                {
                    properties.insert(name, field.clone());
                }
                if verb != Verb::Update {
                    let needed = self.archetype(resource, "required").and_then(Value::as_array).unwrap_or_default();
                    required.extend(needed.iter().filter_map(Value::as_str).map(str::to_owned));
                }
            }
            Verb::Search => {
                let filter = "Filter : An OR of ANDs of conditions (example: {\"operator\": \"OR\", \"conditions\": \
                              [{\"operator\": \"AND\", \"conditions\": [{\"field\": \"name\", \"operator\": \
                              \"$stringContains\", \"value\": \"a\"}]}]})";
                properties.insert("query", text("Query : Words to look for"));
                properties.insert("filterFormula", object(filter));
                properties.insert("limit", number("Limit : How many a page holds at most"));
            }
            Verb::List | Verb::In(_) => {
                properties.insert("limit", number("Limit : How many a page holds at most"));
            }
            Verb::Call => {
                properties.insert("body", text("Body : What is passed on, as it stands"));
                required.push("body".to_owned());
            }
            Verb::Get
            | Verb::Delete
            | Verb::Send
            | Verb::Mark(_)
            | Verb::Download
            | Verb::Add(_)
            | Verb::Remove(_)
            | Verb::Describe => {}
        }
        let required: Vec<Value> = required.into_iter().map(Value::from).collect();
        Object::from_iter([
            ("type", Value::from("object")),
            ("properties", properties.into()),
            ("required", Value::Array(required)),
            ("additionalProperties", (resource == "any" && verb.side_effect().name() == "write").into()),
        ])
        .into()
    }

    fn record_type(&self) -> Value {
        let names: Vec<Value> = self.resources.iter().map(|(name, _)| Value::from(*name)).collect();
        Object::from_iter([
            ("type", Value::from("string")),
            ("description", "Record Type : Which kind of record".into()),
            ("enum", Value::Array(names)),
        ])
        .into()
    }

    /// What the action does and what comes back. Two actions of one verb and resource are told apart by their names' words.
    pub(super) fn describe(&self, name: &str, verb: Verb<'_>, resource: &str) -> String {
        let alike = self.actions.iter().filter(|(_, v, r)| *v == verb && *r == resource).count();
        let what = if alike > 1 { self.words_of(name) } else { phrase(verb, resource) };
        format!("{what} in {}.\nReturns: {}", self.title, returned(verb, resource))
    }

    /// `CONFLUENCE_GET_PAGES_BY_LABEL` → `Get pages by label`.
    fn words_of(&self, name: &str) -> String {
        let common = |a: &str, b: &str| a.split('_').zip(b.split('_')).take_while(|(a, b)| a == b).count();
        let prefix = self.actions.iter().map(|(other, ..)| common(name, other)).min().unwrap_or(0);
        let words: Vec<_> = name.split('_').skip(prefix).map(str::to_lowercase).collect();
        let words = words.join(" ").replace(" by id", " by ID");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

fn typed(kind: &str, description: impl Into<String>) -> Value {
    Object::from_iter([("type", kind.to_owned()), ("description", description.into())]).into()
}

fn text(description: impl Into<String>) -> Value {
    typed("string", description)
}

fn number(description: &str) -> Value {
    typed("number", description)
}

fn object(description: &str) -> Value {
    typed("object", description)
}

/// The parameter that holds a resource's id: `event_type` → `eventTypeId`.
pub(super) fn id_of(resource: &str) -> String {
    let resource = if resource == "any" { "record" } else { resource };
    let mut name = String::new();
    for (at, word) in resource.split('_').enumerate() {
        let mut letters = word.chars();
        let first = letters.next().into_iter();
        if at == 0 {
            name.extend(first.chain(letters));
        } else {
            name.extend(first.flat_map(char::to_uppercase).chain(letters));
        }
    }
    name + "Id"
}

/// `eventTypeId` → `Event Type ID`.
fn title(id: &str) -> String {
    let mut title = String::new();
    for (at, c) in id.strip_suffix("Id").unwrap_or(id).chars().enumerate() {
        if at == 0 {
            title.extend(c.to_uppercase());
        } else {
            if c.is_uppercase() {
                title.push(' ');
            }
            title.push(c);
        }
    }
    title + " ID"
}

/// A resource as a word: `event_type` → `event type`.
fn spoken(resource: &str) -> String {
    if resource == "any" { "record of any kind".to_owned() } else { resource.replace('_', " ") }
}

fn one(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

pub(super) fn plural(noun: &str) -> String {
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match (noun, stem) {
        ("person", _) => "people".to_owned(),
        ("record of any kind", _) => "records of any kind".to_owned(),
        (_, Some(stem)) => format!("{stem}ies"),
        (_, None) if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        (_, None) => format!("{noun}s"),
    }
}

fn phrase(verb: Verb<'_>, resource: &str) -> String {
    let noun = spoken(resource);
    let (a, many) = (one(&noun), plural(&noun));
    match verb {
        Verb::Create => format!("Create {a}"),
        Verb::Post => format!("Create {a} and send it at once"),
        Verb::Upsert => format!("Create {a}, or update the one there is"),
        Verb::Get => format!("Get {a} by its ID"),
        Verb::List => format!("List the {many}"),
        Verb::Search => format!("Search the {many} by words or a filter"),
        Verb::Update => format!("Update the fields of {a}"),
        Verb::Delete => format!("Delete {a} for good"),
        Verb::Send => format!("Send {a} that is ready"),
        Verb::Mark(status) => format!("Mark {a} as {status}"),
        Verb::Download => format!("Download the contents of {a}"),
        Verb::Add(list) => format!("Add {a} to {}", one(&spoken(list))),
        Verb::Remove(list) => format!("Remove {a} from {}", one(&spoken(list))),
        Verb::In(list) => format!("List the {many} in {}", one(&spoken(list))),
        Verb::Describe => "Describe the fields each kind of record has".to_owned(),
        Verb::Build => format!("Put {a} together without saving it"),
        Verb::Call => "Call the provider's own API with a body".to_owned(),
    }
}

fn returned(verb: Verb<'_>, resource: &str) -> String {
    let noun = spoken(resource);
    match verb {
        Verb::Create | Verb::Post => format!("the new {noun} with its ID"),
        Verb::Upsert => format!("the {noun} as it is now"),
        Verb::Get => format!("the {noun} with all its fields"),
        Verb::List | Verb::Search | Verb::In(_) => {
            format!("a page of {}, and where the next one begins", plural(&noun))
        }
        Verb::Update | Verb::Mark(_) | Verb::Send | Verb::Add(_) | Verb::Remove(_) => {
            format!("the {noun} as it is now")
        }
        Verb::Delete => format!("the ID of the {noun} that is gone"),
        Verb::Download => "the contents in hex, with name, type and size".to_owned(),
        Verb::Describe => "the JSON Schema of the fields".to_owned(),
        Verb::Build => format!("the {noun} as it would be saved"),
        Verb::Call => "what was received".to_owned(),
    }
}
