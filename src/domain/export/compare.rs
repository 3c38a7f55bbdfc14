//! What a server writes when it is asked for definitions in a format, beside what akx writes.
//!
//! The seed's servers know `format=openai|anthropic|json-schema`. A server that does not know a format answers in the
//! form it always answers in; that is told apart by what a definition of the format must have.

use std::collections::BTreeMap;

use super::definition::{Shape, definition};
use crate::domain::{
    action::Action,
    catalogue::Catalogue,
    document::{Object, Value},
};

/// How deep definitions are compared.
const DEPTH: usize = 24;
/// How many differences of one action are told.
const MOST: usize = 100;

/// A place where two definitions are different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where, as a JSON Pointer.
    pub at: String,
    /// What stands there in akx's definition; `None` where it has nothing there.
    pub ours: Option<Value>,
    /// What stands there in the server's.
    pub theirs: Option<Value>,
}

/// What is different between two sets of definitions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// How many are the same.
    pub same: usize,
    /// Those that are not: the action's name, and where.
    pub different: Vec<(String, Vec<Difference>)>,
    /// Actions the server's reply lacks.
    pub missing: Vec<String>,
}

/// The definitions of a reply that was asked for in `shape`, by name; `None` where the server does not write it.
pub fn definitions(reply: &[u8], shape: Shape) -> Option<BTreeMap<String, Value>> {
    let whole = Value::parse(reply).ok()?;
    let list = whole.get("actions").or_else(|| whole.get("tools")).unwrap_or(&whole);
    let items = list.as_array()?;
    let mut found = BTreeMap::new();
    for item in items {
        let named = match shape {
            Shape::OpenAi => item.get("function").filter(|_| item.get("type").is_some())?.get("name"),
            Shape::Anthropic => item.get("name").filter(|_| item.get("input_schema").is_some()),
            // What the seed calls its JSON Schema format is a plain list of names, descriptions and schemas.
            Shape::JsonSchema => item.get("name").filter(|_| item.get("parameters").is_some()),
            Shape::Mcp => item.get("name").filter(|_| item.get("inputSchema").is_some()),
        };
        let name = named.and_then(Value::as_str)?.to_owned();
        found.insert(name, item.clone());
    }
    if shape == Shape::JsonSchema {
        // Dressed as akx dresses it, so that what is compared is what it says.
        let read = Catalogue::read(reply).ok()?;
        found = read.actions().map(|a| (a.name.to_string(), definition(&a, shape))).collect();
    }
    Some(found)
}

/// Compares akx's definitions of `actions` with the server's.
pub fn compare<'a>(
    actions: impl IntoIterator<Item = &'a Action>,
    theirs: &BTreeMap<String, Value>,
    shape: Shape,
) -> Compared {
    let mut compared = Compared::default();
    for action in actions {
        let Some(theirs) = theirs.get(&*action.name) else {
            compared.missing.push(action.name.to_string());
            continue;
        };
        let mut differences = Vec::new();
        differ(Some(&definition(action, shape)), Some(theirs), &mut (String::new(), 0), &mut differences);
        if differences.is_empty() {
            compared.same += 1;
        } else {
            compared.different.push((action.name.to_string(), differences));
        }
    }
    compared
}

fn differ(ours: Option<&Value>, theirs: Option<&Value>, at: &mut (String, usize), told: &mut Vec<Difference>) {
    if ours == theirs || told.len() >= MOST {
        return;
    }
    let objects = ours.and_then(Value::as_object).zip(theirs.and_then(Value::as_object));
    match objects.filter(|_| at.1 < DEPTH) {
        Some((our, their)) => members(our, their, at, told),
        None => told.push(Difference { at: at.0.clone(), ours: ours.cloned(), theirs: theirs.cloned() }),
    }
}

/// The order of members means nothing.
fn members(ours: &Object, theirs: &Object, at: &mut (String, usize), told: &mut Vec<Difference>) {
    let others = theirs.keys().filter(|key| !ours.contains_key(key));
    let keys: Vec<&str> = ours.keys().chain(others).collect();
    for key in keys {
        let length = at.0.len();
        at.0.push('/');
        at.0.push_str(&key.replace('~', "~0").replace('/', "~1"));
        at.1 += 1;
        differ(ours.get(key), theirs.get(key), at, told);
        at.1 -= 1;
        at.0.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(parameters: &str) -> Action {
        Action {
            name: "A".into(),
            integration: "x".into(),
            description: "Does.".into(),
            parameters: Some(parameters.into()),
            declared: None,
        }
    }

    fn told(reply: &str, shape: Shape) -> Vec<String> {
        let ours = action(r#"{"type":"object","properties":{"a/b":{"type":"string"}},"required":["a/b"]}"#);
        let theirs = definitions(reply.as_bytes(), shape).expect("a format that is known");
        let compared = compare([&ours], &theirs, shape);
        let json = |v: Option<&Value>| v.map_or_else(|| "nothing".to_owned(), Value::to_json);
        let lines = compared.different.iter().flat_map(|(_, list)| list);
        lines.map(|d| format!("{}: {} / {}", d.at, json(d.ours.as_ref()), json(d.theirs.as_ref()))).collect()
    }

    #[test]
    fn the_order_of_members_means_nothing_and_the_rest_is_told_by_place() {
        let same = r#"{"actions":[{"function":{"parameters":{"required":["a/b"],"properties":{"a/b":{"type":"string"}},
            "type":"object"},"description":"Does.","name":"A"},"type":"function"}]}"#;
        assert!(told(same, Shape::OpenAi).is_empty());
        let strict = same
            .replace("\"type\":\"string\"", "\"type\":[\"string\",\"null\"]")
            .replace("\"name\":\"A\"", "\"name\":\"A\",\"strict\":true");
        assert_eq!(
            told(&strict, Shape::OpenAi),
            [
                r#"/function/parameters/properties/a~1b/type: "string" / ["string","null"]"#,
                "/function/strict: nothing / true"
            ]
        );
        let plain = r#"[{"name":"A","integration":"x","description":"Does.","parameters":{"type":"object",
            "properties":{"a/b":{"type":"string"}},"required":["a/b"]}}]"#;
        assert!(told(plain, Shape::JsonSchema).is_empty());
    }

    #[test]
    fn a_server_that_does_not_know_the_format_is_told_apart() {
        let live = r#"{"actions":{"slack":[{"type":"function","function":{"name":"A"}}]}}"#;
        assert_eq!(definitions(live.as_bytes(), Shape::OpenAi), None);
        assert_eq!(definitions(b"[{\"name\":\"A\",\"parameters\":{}}]", Shape::Anthropic), None);
        assert_eq!(definitions(b"<html>", Shape::OpenAi), None);
        let compared = compare([&action("{}")], &BTreeMap::new(), Shape::Anthropic);
        assert_eq!((compared.missing, compared.same), (vec!["A".to_owned()], 0));
    }
}
