//! From a value to the form: filling fields, and emptying those that the value does not have.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Form,
    field::{Field, Slot, State},
    file_in,
    grow::{DEPTH, FIELDS},
    sent::cell_value,
    view::FieldId,
};
use crate::domain::{
    document::{Object, Value},
    schema::{branch_of, fits::same, node::Kind},
};

/// Longer arrays and larger objects are shown as one JSON cell.
const ROWS: usize = 10_000;

impl Form {
    /// Puts exactly `value` into a field: into its widget where it fits, as a JSON cell otherwise.
    pub(super) fn fill(&mut self, id: FieldId, value: &Value) {
        let node = Arc::clone(&self.field(id).node);
        let typed = self.field(id).json.is_none();
        let room = self.field(id).depth <= DEPTH && self.fields.len() <= FIELDS;
        self.field_mut(id).json = None;
        let done = match (&node.kind, value) {
            (Kind::Const(only), _) if same(only, value) => self.pick(id, value),
            (Kind::Choice, _) if node.choices.iter().any(|c| same(&c.value, value)) => self.pick(id, value),
            (Kind::Toggle, Value::Bool(_)) => self.pick(id, value),
            (_, Value::Null) if id != Self::ROOT => {
                let field = self.field_mut(id);
                field.state = State::Null;
                field.json = (matches!(node.kind, Kind::Any) && !typed).then(String::new);
                true
            }
            (Kind::Text, Value::String(text)) => self.write(id, text),
            (Kind::Text, _) if node.takes_file() && file_in(value).is_some() => self.pick(id, value),
            (Kind::Number { .. }, Value::Number(number)) => self.write(id, number.as_str()),
            (Kind::Object | Kind::Map, Value::Object(members)) if room => self.fill_object(id, value, members),
            (Kind::Array, Value::Array(items)) if room && items.len() <= ROWS => self.fill_array(id, items),
            (Kind::Variant, _) if room => self.fill_variant(id, value),
            (Kind::Any, _) if room && typed => self.fill_variant(id, value),
            _ => false,
        };
        if done {
            return;
        }
        if node.guessed && room && id != Self::ROOT {
            self.loosen(id);
            self.fill_variant(id, value);
        } else {
            self.fill_json(id, value);
        }
    }

    /// Lets a field, whose type the schema only hints at, be of any type; it is empty then.
    pub(super) fn loosen(&mut self, id: FieldId) {
        let node = Arc::new(self.field(id).node.of_any_type());
        let field = self.field_mut(id);
        *field = Field {
            slot: field.slot.clone(),
            depth: field.depth,
            ..Field::new(field.parent, Slot::Root, std::mem::take(&mut field.place), node)
        };
        field.json = None;
        field.state = State::Auto;
        field.expanded = true;
    }

    /// Makes a field a JSON cell that holds `value`.
    pub(super) fn fill_json(&mut self, id: FieldId, value: &Value) {
        let field = self.field_mut(id);
        field.state = State::Value;
        let plain = value.as_str().filter(|s| cell_value(field, s).as_ref() == Ok(value));
        field.json = Some(plain.map_or_else(|| value.to_json_pretty(), str::to_owned));
    }

    fn pick(&mut self, id: FieldId, value: &Value) -> bool {
        let field = self.field_mut(id);
        field.pick = Some(value.clone());
        field.state = State::Value;
        true
    }

    fn write(&mut self, id: FieldId, text: &str) -> bool {
        let field = self.field_mut(id);
        field.pick = None;
        text.clone_into(&mut field.text);
        field.state = State::Value;
        true
    }

    fn fill_variant(&mut self, id: FieldId, value: &Value) -> bool {
        let node = Arc::clone(&self.field(id).node);
        let Some(index) = branch_of(&self.schema, &node.branches, value) else { return false };
        let Some(content) = self.choose_branch(id, index) else { return false };
        self.fill(content, value);
        self.field_mut(id).state = State::Auto;
        true
    }

    fn fill_object(&mut self, id: FieldId, value: &Value, members: &Object) -> bool {
        let keys: BTreeSet<&str> = members.keys().collect();
        if keys.len() != members.len() || members.len() > ROWS {
            return false;
        }
        if self.field(id).node.live {
            self.reshape(id, value);
        }
        self.grow(id);
        let mut named = BTreeSet::new();
        for child in self.field(id).children.clone() {
            let Slot::Property { name, .. } = self.field(child).slot.clone() else { continue };
            match members.get(&name) {
                Some(member) => self.fill(child, member),
                None => self.clear(child),
            }
            named.insert(name);
        }
        let unnamed: Vec<(&str, &Value)> = members.iter().filter(|(k, _)| !named.contains(*k)).collect();
        if !unnamed.is_empty() || self.field(id).rest.is_some() {
            let rest = self.rest(id);
            let mut before: BTreeMap<String, FieldId> = BTreeMap::new();
            for &entry in &self.field(rest).children {
                if let Slot::Entry(key) = &self.field(entry).slot {
                    before.entry(key.clone()).or_insert(entry);
                }
            }
            let mut entries = Vec::with_capacity(unnamed.len());
            for (key, member) in unnamed {
                let entry = before.remove(key).unwrap_or_else(|| self.new_entry(id, key));
                self.fill(entry, member);
                entries.push(entry);
            }
            self.field_mut(rest).children = entries;
        }
        self.field_mut(id).state = State::Value;
        true
    }

    /// Makes an entry for `key` among the further members of `object`; the caller puts it there.
    pub(super) fn new_entry(&mut self, object: FieldId, key: &str) -> FieldId {
        let rest = self.rest(object);
        let place = self.field(object).node.member(key);
        self.add(rest, Slot::Entry(key.to_owned()), place)
    }

    fn fill_array(&mut self, id: FieldId, values: &[Value]) -> bool {
        let before = self.field(id).children.clone();
        let node = Arc::clone(&self.field(id).node);
        let mut items = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            let place = node.item(i);
            let item = match before.get(i) {
                Some(&item) => {
                    self.retarget(item, place);
                    item
                }
                None => self.add(id, Slot::Item, place),
            };
            self.fill(item, value);
            items.push(item);
        }
        let field = self.field_mut(id);
        field.children = items;
        field.state = State::Value;
        true
    }

    /// Makes a field absent and takes out what was in it.
    pub(super) fn clear(&mut self, id: FieldId) {
        self.wipe(id);
        self.field_mut(id).state = State::Absent;
    }

    /// Takes a field back to how it was made.
    pub(super) fn wipe(&mut self, id: FieldId) {
        let place = self.field(id).place.clone();
        // What was let be of any type is of the type hinted at again, and what depends on the value is as without one.
        let node = self.node(&place);
        let field = self.field_mut(id);
        field.node = node;
        if field.node.live && field.grown && field.is_object() {
            let properties = field.node.properties.clone();
            self.shape(id, &properties);
        }
        let field = self.field_mut(id);
        field.text.clear();
        field.pick = None;
        let deep = field.depth > DEPTH;
        let fresh = Field::new(None, field.slot.clone(), field.place.clone(), Arc::clone(&field.node));
        field.json = fresh.json.or_else(|| deep.then(String::new));
        field.state = fresh.state;
        if matches!(field.node.kind, Kind::Const(_)) && field.required() {
            field.state = State::Preset;
        }
        field.chosen = None;
        field.branches.clear();
        field.hidden.clear();
        let rest = field.rest;
        if field.is_object() {
            for child in field.children.clone() {
                self.wipe(child);
            }
        } else {
            field.children.clear();
            field.grown = false;
        }
        if let Some(rest) = rest {
            self.field_mut(rest).children.clear();
        }
    }
}
