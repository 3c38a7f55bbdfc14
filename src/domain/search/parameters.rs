//! The names of every action's parameters, read once so that words and `param:`, `needs:`, `type:` can ask for them.

use std::{collections::HashMap, ops::Range, sync::Arc};

use super::query::JsonType;
use crate::domain::{
    body::Body,
    catalogue::number,
    document::{Object, Value},
    shared::SharedText,
    words::fold,
};

/// No more parameters of one action than this are searched; the largest real schema has 127.
const PER_ACTION_LIMIT: usize = 512;
/// Nor longer names than this, in bytes.
const NAME_LIMIT: usize = 128;
/// Nor deeper nesting.
const DEPTH_LIMIT: usize = 6;

/// Bytes of a parameter of an action: which name, whether it is required, and its types.
const ENTRY: usize = 6;

/// Parameter names, each kept once, and which action has which. They lie in memory as they lie on disk.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Every distinct name: as the schema spells it, and folded.
    names: Vec<(Arc<str>, String)>,
    entries: Body,
    /// Where the entries of each action end, counted in entries, four bytes each; they begin where the one before ends.
    ends: Body,
}

/// One parameter of one action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) struct Parameter {
    /// Which of [`Parameters::names`].
    pub(in crate::domain) name: u32,
    /// Whether the action cannot be called without it.
    pub(in crate::domain) required: bool,
    /// The types it declares, as bits of [`JsonType::bit`].
    pub(in crate::domain) types: u8,
}

impl Parameters {
    /// Reads the schemas of all actions. What is not a schema has no parameters.
    pub(in crate::domain) fn new(schemas: impl Iterator<Item = Option<SharedText>>) -> Self {
        let mut reading = Reading::default();
        let mut ends = Vec::new();
        for schema in schemas {
            if let Some(schema) = schema.and_then(|text| Value::parse(text.as_bytes()).ok()) {
                let most = reading.count() + PER_ACTION_LIMIT;
                reading.read(&schema, 0, most);
            }
            ends.extend_from_slice(&u32::try_from(reading.count()).unwrap_or(u32::MAX).to_le_bytes());
        }
        Self { names: reading.names, entries: reading.entries.into(), ends: ends.into() }
    }

    /// The same from its parts: the distinct names, [`Parameters::entries`] and [`Parameters::ends`]; `None` where these
    /// do not go together.
    pub(in crate::domain) fn from_parts(names: Vec<Arc<str>>, entries: Body, ends: Body) -> Option<Self> {
        let last = ends.len().checked_sub(4).map_or(0, |last| number(&ends, last) as usize);
        let fits = last.checked_mul(ENTRY) == Some(entries.len());
        let names = names.into_iter().map(|name| (Arc::clone(&name), fold(&name))).collect();
        fits.then_some(Self { names, entries, ends })
    }

    /// The parameters of all actions one after the other, as bytes.
    pub(in crate::domain) const fn entries(&self) -> &Body {
        &self.entries
    }

    /// Where the parameters of each action end, as bytes.
    pub(in crate::domain) const fn ends(&self) -> &Body {
        &self.ends
    }

    /// The parameters of an action, nested ones after those they are part of.
    pub(in crate::domain) fn of(&self, action: usize) -> impl Iterator<Item = Parameter> + '_ {
        let end = |at: usize| (number(&self.ends, at * 4) as usize).saturating_mul(ENTRY);
        let range: Range<usize> = action.checked_sub(1).map_or(0, end)..end(action);
        let own = self.entries.get(range).unwrap_or_default();
        own.chunks_exact(ENTRY).map(|entry| Parameter {
            name: number(entry, 0),
            required: entry.get(4) == Some(&1),
            types: entry.get(5).copied().unwrap_or(0),
        })
    }

    /// Every distinct name, folded, in the order of [`Parameter::name`].
    pub(in crate::domain) fn folded(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|(_, folded)| folded.as_str())
    }

    /// Every distinct name as the schema spells it, in the order of [`Parameter::name`].
    pub(in crate::domain) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(|(spelled, _)| &**spelled)
    }

    /// A name as the schema spells it.
    pub(in crate::domain) fn spelled(&self, name: u32) -> Option<&Arc<str>> {
        self.names.get(name as usize).map(|(spelled, _)| spelled)
    }
}

/// Parameters being read out of schemas.
#[derive(Default)]
struct Reading {
    names: Vec<(Arc<str>, String)>,
    ids: HashMap<Arc<str>, u32>,
    entries: Vec<u8>,
}

impl Reading {
    /// How many there are so far.
    fn count(&self) -> usize {
        self.entries.len() / ENTRY
    }

    fn read(&mut self, schema: &Value, depth: usize, most: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        let required = schema.get("required").and_then(Value::as_array).unwrap_or_default();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flat_map(Object::iter) {
            if self.count() >= most {
                return;
            }
            if name.len() <= NAME_LIMIT {
                let required = depth == 0 && required.iter().any(|r| r.as_str() == Some(name));
                let name = self.id(name).to_le_bytes();
                self.entries.extend_from_slice(&name);
                self.entries.extend_from_slice(&[u8::from(required), types(property)]);
            }
            self.read(property, depth + 1, most);
        }
        if let Some(items) = schema.get("items") {
            self.read(items, depth + 1, most);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in schema.get(keyword).and_then(Value::as_array).unwrap_or_default() {
                self.read(branch, depth + 1, most);
            }
        }
        for keyword in ["$defs", "definitions"] {
            let definitions = schema.get(keyword).and_then(Value::as_object);
            for (_, definition) in definitions.into_iter().flat_map(Object::iter) {
                self.read(definition, depth + 1, most);
            }
        }
    }

    fn id(&mut self, name: &str) -> u32 {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let spelled: Arc<str> = name.into();
        self.ids.insert(Arc::clone(&spelled), id);
        self.names.push((spelled, fold(name)));
        id
    }
}

/// The types a property's `type` names, alone or as a list.
fn types(property: &Value) -> u8 {
    let Some(declared) = property.get("type") else { return 0 };
    let one = declared.as_str().into_iter();
    let many = declared.as_array().unwrap_or_default().iter().filter_map(Value::as_str);
    one.chain(many).filter_map(JsonType::named).fold(0, |set, t| set | t.bit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(schemas: &[Option<&str>]) -> Parameters {
        Parameters::new(schemas.iter().map(|schema| schema.map(Into::into)))
    }

    #[test]
    fn nested_parameters_are_found_and_only_top_ones_are_required() {
        let schema = r#"{"required":["channel","to"],"properties":{
            "channel":{"type":"string"},
            "to":{"type":["array","null"],"items":{"required":["email"],"properties":{"email":{"type":"string"}}}}}}"#;
        let parameters = read(&[None, Some(schema), Some("{")]);
        assert!([0, 2, 9].into_iter().all(|action| parameters.of(action).count() == 0));
        let seen: Vec<(&str, bool, u8)> =
            parameters.of(1).map(|p| (&**parameters.spelled(p.name).unwrap(), p.required, p.types)).collect();
        let (string, array, null) = (JsonType::String.bit(), JsonType::Array.bit(), JsonType::Null.bit());
        assert_eq!(seen, [("channel", true, string), ("to", true, array | null), ("email", false, string)]);
    }

    #[test]
    fn a_hostile_schema_is_read_within_bounds() {
        let many: Vec<String> = (0..2_000).map(|i| format!("\"p{i}\":{{}}")).collect();
        let wide = format!("{{\"properties\":{{{}}}}}", many.join(","));
        let deep = "{\"properties\":{\"a\":".repeat(60) + "{}" + &"}}".repeat(60);
        let parameters = read(&[Some(&wide), Some(&deep)]);
        assert_eq!(parameters.of(0).count(), PER_ACTION_LIMIT);
        assert_eq!(parameters.of(1).count(), DEPTH_LIMIT + 1);
    }
}
