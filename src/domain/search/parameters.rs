//! The names of every action's parameters, read once so that words and `param:`, `needs:`, `type:` can ask for them.

use std::{collections::HashMap, ops::Range, sync::Arc};

use super::query::JsonType;
use crate::domain::{
    action::Action,
    document::{Object, Value},
    words::fold,
};

/// No more parameters of one action than this are searched; the largest real schema has 127.
const PER_ACTION_LIMIT: usize = 512;
/// Nor longer names than this, in bytes.
const NAME_LIMIT: usize = 128;
/// Nor deeper nesting.
const DEPTH_LIMIT: usize = 6;

/// Parameter names, each kept once, and which action has which.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Every distinct name: as the schema spells it, and folded.
    names: Vec<(Arc<str>, String)>,
    entries: Vec<Parameter>,
    /// Where the entries of each action end; they begin where the one before ends.
    ends: Vec<u32>,
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
    /// Reads the schemas of `actions`. What is not a schema has no parameters.
    pub(in crate::domain) fn new(actions: &[Action]) -> Self {
        let mut parameters = Self::default();
        let mut ids = HashMap::new();
        for action in actions {
            let schema = action.parameters.as_deref().and_then(|text| Value::parse(text.as_bytes()).ok());
            if let Some(schema) = schema {
                let most = parameters.entries.len() + PER_ACTION_LIMIT;
                parameters.read(&schema, 0, most, &mut ids);
            }
            parameters.ends.push(u32::try_from(parameters.entries.len()).unwrap_or(u32::MAX));
        }
        parameters
    }

    /// The same from its parts: the distinct names, the entries of all actions one after the other, and where each
    /// action's end.
    pub(in crate::domain) fn from_parts(names: Vec<Arc<str>>, entries: Vec<Parameter>, ends: Vec<u32>) -> Self {
        Self { names: names.into_iter().map(|name| (Arc::clone(&name), fold(&name))).collect(), entries, ends }
    }

    /// The parameters of an action, nested ones after those they are part of.
    pub(in crate::domain) fn of(&self, action: usize) -> &[Parameter] {
        let end = |at: usize| self.ends.get(at).map_or(0, |end| *end as usize);
        let range: Range<usize> = if action == 0 { 0..end(0) } else { end(action - 1)..end(action) };
        self.entries.get(range).unwrap_or_default()
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

    fn read(&mut self, schema: &Value, depth: usize, most: usize, ids: &mut HashMap<Arc<str>, u32>) {
        if depth > DEPTH_LIMIT {
            return;
        }
        let required = schema.get("required").and_then(Value::as_array).unwrap_or_default();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flat_map(Object::iter) {
            if self.entries.len() >= most {
                return;
            }
            if name.len() <= NAME_LIMIT {
                let required = depth == 0 && required.iter().any(|r| r.as_str() == Some(name));
                let name = self.id(name, ids);
                self.entries.push(Parameter { name, required, types: types(property) });
            }
            self.read(property, depth + 1, most, ids);
        }
        if let Some(items) = schema.get("items") {
            self.read(items, depth + 1, most, ids);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in schema.get(keyword).and_then(Value::as_array).unwrap_or_default() {
                self.read(branch, depth + 1, most, ids);
            }
        }
        for keyword in ["$defs", "definitions"] {
            let definitions = schema.get(keyword).and_then(Value::as_object);
            for (_, definition) in definitions.into_iter().flat_map(Object::iter) {
                self.read(definition, depth + 1, most, ids);
            }
        }
    }

    fn id(&mut self, name: &str, ids: &mut HashMap<Arc<str>, u32>) -> u32 {
        if let Some(id) = ids.get(name) {
            return *id;
        }
        let id = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let spelled: Arc<str> = name.into();
        ids.insert(Arc::clone(&spelled), id);
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

    fn action(name: &str, parameters: Option<&str>) -> Action {
        Action {
            name: name.into(),
            integration: "x".into(),
            description: "".into(),
            parameters: parameters.map(Into::into),
            declared: None,
        }
    }

    #[test]
    fn nested_parameters_are_found_and_only_top_ones_are_required() {
        let schema = r#"{"required":["channel","to"],"properties":{
            "channel":{"type":"string"},
            "to":{"type":["array","null"],"items":{"required":["email"],"properties":{"email":{"type":"string"}}}}}}"#;
        let parameters = Parameters::new(&[action("A", None), action("B", Some(schema)), action("C", Some("{"))]);
        assert!(parameters.of(0).is_empty() && parameters.of(2).is_empty() && parameters.of(9).is_empty());
        let seen: Vec<(&str, bool, u8)> =
            parameters.of(1).iter().map(|p| (&**parameters.spelled(p.name).unwrap(), p.required, p.types)).collect();
        let (string, array, null) = (JsonType::String.bit(), JsonType::Array.bit(), JsonType::Null.bit());
        assert_eq!(seen, [("channel", true, string), ("to", true, array | null), ("email", false, string)]);
    }

    #[test]
    fn a_hostile_schema_is_read_within_bounds() {
        let many: Vec<String> = (0..2_000).map(|i| format!("\"p{i}\":{{}}")).collect();
        let wide = format!("{{\"properties\":{{{}}}}}", many.join(","));
        let deep = "{\"properties\":{\"a\":".repeat(60) + "{}" + &"}}".repeat(60);
        let parameters = Parameters::new(&[action("A", Some(&wide)), action("B", Some(&deep))]);
        assert_eq!(parameters.of(0).len(), PER_ACTION_LIMIT);
        assert_eq!(parameters.of(1).len(), DEPTH_LIMIT + 1);
    }
}
