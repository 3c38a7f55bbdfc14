//! A schema document laid out flat, so that any place in it has a small name, and what its `$ref`s lead to.
//!
//! Base addresses follow JSON Schema 2020-12 §8.2 (`$id`, `$anchor`, `$dynamicAnchor`, and draft 4's `id`); nothing is
//! ever fetched.

use std::collections::BTreeMap;

use crate::domain::document::{Pointer, Value};

/// A place in a [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(u32);

/// A schema document.
#[derive(Debug, Clone)]
pub struct Schema {
    cells: Vec<Cell>,
    /// For each cell the root of the resource it belongs to: what `#` means there.
    resource: Vec<At>,
    bases: BTreeMap<At, String>,
    targets: BTreeMap<String, At>,
}

#[derive(Debug, Clone)]
enum Cell {
    Leaf(Value),
    Array(Vec<At>),
    Object(Vec<(String, At)>),
}

/// Why a `$ref` leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// Nothing stands where it points.
    #[error("its schema refers to {0:?}, where nothing stands")]
    Dangling(String),
    /// It points outside the document.
    #[error("its schema refers to {0:?}, which is not part of what the server sent and is not fetched")]
    Remote(String),
}

/// Where keywords hold values rather than schemas: an `$id` in there is only data.
const DATA: [&str; 5] = ["enum", "const", "default", "examples", "example"];

/// How deep a schema is laid out; the reader of JSON allows no more.
const DEPTH: usize = crate::domain::document::DEPTH_LIMIT;

impl Schema {
    /// Lays out `schema`.
    pub fn new(schema: &Value) -> Self {
        let mut new =
            Self { cells: Vec::new(), resource: Vec::new(), bases: BTreeMap::new(), targets: BTreeMap::new() };
        new.bases.insert(At(0), String::new());
        new.add(schema, Around { resource: At(0), schemas: true, old_ids: false, depth: 0 });
        new
    }

    /// The whole document.
    pub const fn root() -> At {
        At(0)
    }

    fn add(&mut self, value: &Value, around: Around) -> At {
        let at = At(u32::try_from(self.cells.len()).unwrap_or(u32::MAX));
        // A schema inside another one may be of a draft of its own.
        let dialect = value.get("$schema").and_then(Value::as_str).filter(|_| around.schemas);
        let old_ids = dialect.map_or(around.old_ids, |dialect| dialect.contains("draft-0"));
        let around = Around { old_ids, ..around };
        let resource = self.declare(at, value, &around);
        self.cells.push(Cell::Leaf(Value::Null));
        self.resource.push(resource);
        let inside = |key: Option<&str>| Around {
            resource,
            schemas: around.schemas && !key.is_some_and(|k| DATA.contains(&k)),
            depth: around.depth + 1,
            ..around
        };
        let cell = match value {
            _ if around.depth > DEPTH => Cell::Leaf(Value::Null),
            Value::Array(items) => Cell::Array(items.iter().map(|v| self.add(v, inside(None))).collect()),
            Value::Object(members) => {
                let mut places: BTreeMap<&str, usize> = BTreeMap::new();
                let mut cells: Vec<(String, At)> = Vec::with_capacity(members.len());
                for (key, member) in members.iter() {
                    let child = self.add(member, inside(Some(key)));
                    match places.get(key) {
                        Some(&i) => cells[i].1 = child,
                        None => {
                            places.insert(key, cells.len());
                            cells.push((key.to_owned(), child));
                        }
                    }
                }
                Cell::Object(cells)
            }
            leaf => Cell::Leaf(leaf.clone()),
        };
        self.cells[at.index()] = cell;
        at
    }

    /// Notes the names `value` gives itself, and returns the resource it is or belongs to.
    fn declare(&mut self, at: At, value: &Value, around: &Around) -> At {
        let Value::Object(members) = value else { return around.resource };
        if !around.schemas {
            return around.resource;
        }
        let base = self.bases.get(&around.resource).cloned().unwrap_or_default();
        let named = |key: &str| members.get(key).and_then(Value::as_str);
        // Up to draft 7 nothing counts beside a `$ref`.
        let alone = around.old_ids && named("$ref").is_some();
        let id = named("$id").or_else(|| named("id").filter(|_| around.old_ids)).filter(|_| !alone);
        let mut resource = around.resource;
        if let Some(id) = id {
            if let Some(anchor) = id.strip_prefix('#') {
                self.targets.entry(format!("{base}#{anchor}")).or_insert(at);
            } else {
                let full = resolve(&base, id);
                let full = full.trim_end_matches('#').to_owned();
                self.targets.entry(full.clone()).or_insert(at);
                self.bases.insert(at, full);
                resource = at;
            }
        }
        let base = self.bases.get(&resource).cloned().unwrap_or_default();
        for anchor in ["$anchor", "$dynamicAnchor"].into_iter().filter_map(named) {
            self.targets.entry(format!("{base}#{anchor}")).or_insert(at);
        }
        resource
    }

    /// The member `key` of the object at `at`.
    pub fn get(&self, at: At, key: &str) -> Option<At> {
        match self.cell(at) {
            Cell::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| *v),
            Cell::Leaf(_) | Cell::Array(_) => None,
        }
    }

    /// The members of the object at `at`, in order, each key once; none where it is not an object.
    pub fn members(&self, at: At) -> impl ExactSizeIterator<Item = (&str, At)> {
        let members = match self.cell(at) {
            Cell::Object(members) => members.as_slice(),
            Cell::Leaf(_) | Cell::Array(_) => &[],
        };
        members.iter().map(|(k, v)| (k.as_str(), *v))
    }

    /// Whether an object stands at `at`.
    pub fn is_object(&self, at: At) -> bool {
        matches!(self.cell(at), Cell::Object(_))
    }

    /// The items of the array at `at`, if it is one.
    pub fn items(&self, at: At) -> Option<&[At]> {
        match self.cell(at) {
            Cell::Array(items) => Some(items),
            Cell::Leaf(_) | Cell::Object(_) => None,
        }
    }

    /// The string, number, boolean or null at `at`.
    pub fn leaf(&self, at: At) -> Option<&Value> {
        match self.cell(at) {
            Cell::Leaf(value) => Some(value),
            Cell::Array(_) | Cell::Object(_) => None,
        }
    }

    /// The string under `key`.
    pub fn text(&self, at: At, key: &str) -> Option<&str> {
        self.leaf(self.get(at, key)?)?.as_str()
    }

    /// The boolean under `key`.
    pub fn flag(&self, at: At, key: &str) -> Option<bool> {
        self.leaf(self.get(at, key)?)?.as_bool()
    }

    /// Everything at `at`, as a value again.
    pub fn value(&self, at: At) -> Value {
        match self.cell(at) {
            Cell::Leaf(value) => value.clone(),
            Cell::Array(items) => Value::Array(items.iter().map(|&i| self.value(i)).collect()),
            Cell::Object(members) => Value::Object(members.iter().map(|(k, v)| (k.as_str(), self.value(*v))).collect()),
        }
    }

    /// What `reference`, written at `from`, leads to.
    ///
    /// # Errors
    /// [`RefError`] where nothing stands there, or it is in another document.
    pub fn resolve(&self, from: At, reference: &str) -> Result<At, RefError> {
        let home = self.resource.get(from.index()).copied().unwrap_or(At(0));
        let base = self.bases.get(&home).map_or("", String::as_str);
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let full = if address.is_empty() { base.to_owned() } else { resolve(base, address) };
        let resource = if address.is_empty() || full == base {
            home
        } else if let Some(&at) = self.targets.get(&full) {
            at
        } else {
            return Err(RefError::Remote(reference.to_owned()));
        };
        let dangling = || RefError::Dangling(reference.to_owned());
        let fragment = percent_decoded(fragment);
        if fragment.is_empty() {
            return Ok(resource);
        }
        if fragment.starts_with('/') {
            let pointer: Pointer = fragment.parse().map_err(|_| dangling())?;
            return self.follow(resource, &pointer).ok_or_else(dangling);
        }
        self.targets.get(&format!("{full}#{fragment}")).copied().ok_or_else(dangling)
    }

    /// Where the schema at `at` leads if it is a reference; itself otherwise. For telling that two places are the same.
    pub fn target(&self, at: At) -> At {
        let mut at = at;
        for _ in 0..8 {
            match self.text(at, "$ref").map(|r| self.resolve(at, r)) {
                Some(Ok(next)) if next != at => at = next,
                _ => break,
            }
        }
        at
    }

    fn follow(&self, from: At, pointer: &Pointer) -> Option<At> {
        pointer.tokens().iter().try_fold(from, |at, token| match self.cell(at) {
            Cell::Object(_) => self.get(at, token),
            Cell::Array(items) => items.get(token.parse::<usize>().ok()?).copied(),
            Cell::Leaf(_) => None,
        })
    }

    fn cell(&self, at: At) -> &Cell {
        const NOTHING: &Cell = &Cell::Leaf(Value::Null);
        self.cells.get(at.index()).unwrap_or(NOTHING)
    }
}

#[derive(Clone, Copy)]
struct Around {
    resource: At,
    /// Whether this is a place for schemas rather than data.
    schemas: bool,
    old_ids: bool,
    depth: usize,
}

impl At {
    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The address `reference` means when written under `base` (RFC 3986 §5.2, without its rarest corners).
fn resolve(base: &str, reference: &str) -> String {
    let scheme = reference.find(':').filter(|&i| !reference[..i].contains(['/', '?', '#']));
    if scheme.is_some() || base.is_empty() {
        return reference.to_owned();
    }
    let authority = base.find("://").map_or(0, |i| base[i + 3..].find('/').map_or(base.len(), |j| i + 3 + j));
    if let Some(rest) = reference.strip_prefix("//") {
        return format!("{}//{rest}", base.split("//").next().unwrap_or_default());
    }
    let (host, path) = base.split_at(authority);
    let path = if reference.starts_with('/') {
        reference.to_owned()
    } else {
        let folder = path.rfind('/').map_or("", |i| &path[..=i]);
        format!("{folder}{reference}")
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => {
                if segments.len() > 1 {
                    segments.pop();
                }
            }
            other => segments.push(other),
        }
    }
    let joined = segments.join("/");
    if host.is_empty() || joined.starts_with('/') { format!("{host}{joined}") } else { format!("{host}/{joined}") }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%').then(|| tail.get(..2)).flatten();
        let decoded = hex.and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(schema: &str, reference: &str) -> Result<String, RefError> {
        let schema = Schema::new(&Value::parse(schema.as_bytes()).unwrap());
        schema.resolve(Schema::root(), reference).map(|at| schema.value(at).to_json())
    }

    #[test]
    fn local_references_are_followed_wherever_they_point() {
        let schema = r#"{"$id":"https://example.com/root.json","$defs":{"a b":1,"c/d":{"$anchor":"here","e":[5,6]},"m~n":2,
            "other":{"$id":"sub/other.json","$defs":{"x":7},"y":{"$anchor":"there"}}}}"#;
        for (reference, value) in [
            ("#/$defs/a%20b", "1"),
            ("#/$defs/c~1d/e/1", "6"),
            ("#/$defs/m~0n", "2"),
            ("#here", r#"{"$anchor":"here","e":[5,6]}"#),
            ("https://example.com/sub/other.json#/$defs/x", "7"),
            ("sub/other.json#there", r#"{"$anchor":"there"}"#),
            ("./x/../sub/other.json#/$defs/x", "7"),
            ("root.json#/$defs/m~0n", "2"),
        ] {
            assert_eq!(target(schema, reference).as_deref(), Ok(value), "{reference}");
        }
    }

    #[test]
    fn what_leads_nowhere_says_which_way() {
        let schema = r#"{"enum":[{"$id":"data"}],"$defs":{}}"#;
        assert_eq!(target(schema, "#/$defs/x"), Err(RefError::Dangling("#/$defs/x".into())));
        assert_eq!(target(schema, "#x"), Err(RefError::Dangling("#x".into())));
        assert_eq!(target(schema, "#/enum/7"), Err(RefError::Dangling("#/enum/7".into())));
        assert_eq!(target(schema, "https://example.com/x"), Err(RefError::Remote("https://example.com/x".into())));
        assert_eq!(target(schema, "data"), Err(RefError::Remote("data".into())), "an $id among values is data");
        assert!(target("true", "#").is_ok());
    }

    #[test]
    fn fragments_are_relative_to_the_enclosing_resource() {
        let v = Value::parse(
            br##"{"$defs":{"x":1},"properties":{"p":{"$id":"inner","$defs":{"x":2},"$ref":"#/$defs/x"}}}"##,
        );
        let schema = Schema::new(&v.unwrap());
        let p = schema.resolve(Schema::root(), "#/properties/p").unwrap();
        assert_eq!(schema.resolve(p, "#/$defs/x").map(|at| schema.value(at)), Ok(Value::from(2)));
    }

    #[test]
    fn a_name_beside_a_reference_counts_as_the_draft_says_also_inside_another_schema() {
        let inner = r#"{"$id":"http://a.example.com/x/","definitions":{"n":{"$id":"foo.json","type":"number"},
            "s":{"$id":"http://a.example.com/foo.json","type":"string"}},"allOf":[{"$id":"http://a.example.com/",
            "$ref":"foo.json"}],"$schema":"http://json-schema.org/DRAFT/schema#"}"#;
        for (draft, leads_to) in [("draft-07", "number"), ("draft/2020-12", "string")] {
            let text = format!(r#"{{"properties":{{"p":{}}}}}"#, inner.replace("DRAFT", draft));
            let schema = Schema::new(&Value::parse(text.as_bytes()).unwrap());
            let at = schema.resolve(Schema::root(), "#/properties/p/allOf/0").unwrap();
            let type_ = schema.resolve(at, "foo.json").map(|at| schema.text(at, "type").map(str::to_owned));
            assert_eq!(type_, Ok(Some(leads_to.to_owned())), "{draft}");
        }
    }

    #[test]
    fn a_key_that_occurs_twice_counts_once_and_last() {
        let schema = Schema::new(&Value::parse(br#"{"a":1,"b":2,"a":3}"#).unwrap());
        let members: Vec<_> = schema.members(Schema::root()).map(|(k, v)| (k, schema.value(v).to_json())).collect();
        assert_eq!(members, [("a", "3".to_owned()), ("b", "2".to_owned())]);
    }
}
