//! Which parameters a schema calls secret.

use crate::domain::{
    document::{Pointer, Value},
    schema::{
        node::{Kind, Node, Place},
        refs::Schema,
    },
};

/// How many places of a schema are looked at; beyond, names and shapes alone decide.
const STEPS: usize = 20_000;
/// How deep; no form goes deeper.
const DEPTH: usize = 64;

/// The places in `parameters` that `schema` calls `writeOnly` or of `format: password`.
///
/// Where a value may have one of several shapes, each is looked at: rather one place too many.
pub fn secret_parameters(schema: &Value, parameters: &Value) -> Vec<Pointer> {
    let schema = Schema::new(schema);
    let (place, _) = Node::parameters(&schema);
    secrets_at(&schema, &place, parameters)
}

/// The same for a value that stands at `place` of a schema.
pub fn secrets_at(schema: &Schema, place: &Place, value: &Value) -> Vec<Pointer> {
    let mut look = Look { schema, steps: STEPS, found: Vec::new() };
    look.at(place, value, &Pointer::root(), 0);
    look.found.sort();
    look.found.dedup();
    look.found
}

struct Look<'s> {
    schema: &'s Schema,
    steps: usize,
    found: Vec<Pointer>,
}

impl Look<'_> {
    fn at(&mut self, place: &Place, value: &Value, pointer: &Pointer, depth: usize) {
        if self.steps == 0 || depth > DEPTH {
            return;
        }
        self.steps -= 1;
        let node = Node::read(self.schema, place, Some(value));
        if node.write_only || node.format.as_deref() == Some("password") {
            self.found.push(pointer.clone());
            return;
        }
        if node.kind == Kind::Variant {
            for branch in &node.branches {
                self.at(&branch.place, value, pointer, depth + 1);
            }
        }
        match value {
            Value::Object(members) => {
                for (key, member) in members.iter() {
                    let named = node.properties.iter().find(|property| property.name == key);
                    let place = named.map_or_else(|| node.member(key), |property| Place::all(property.starts.clone()));
                    if !place.starts.is_empty() {
                        self.at(&place, member, &pointer.child(key), depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let place = node.item(index);
                    if !place.starts.is_empty() {
                        self.at(&place, item, &pointer.child(index.to_string()), depth + 1);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_only_places_are_found_through_references_lists_and_shapes() {
        let schema = Value::parse(
            br##"{"type":"object","properties":{"login":{"$ref":"#/$defs/login"},"hooks":{"type":"array","items":{
            "type":"object","properties":{"url":{"type":"string"},"seal":{"type":"string","writeOnly":true}}}},
            "by":{"oneOf":[{"type":"object","properties":{"kind":{"const":"basic"},"word":{"type":"string","format":"password"}}},
            {"type":"object","properties":{"kind":{"const":"none"}}}]}},
            "$defs":{"login":{"type":"object","properties":{"name":{"type":"string"},"word":{"type":"string","format":"password"}}}}}"##,
        )
        .unwrap();
        let parameters = Value::parse(
            br#"{"login":{"name":"maria","word":"x"},"hooks":[{"url":"u"},{"seal":"s"}],"by":{"kind":"basic","word":"y"},"more":1}"#,
        )
        .unwrap();
        let found: Vec<String> = secret_parameters(&schema, &parameters).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["/by/word", "/hooks/1/seal", "/login/word"]);
        assert!(secret_parameters(&Value::object(), &parameters).is_empty());
    }
}
