//! Making fields as they come into sight, and keeping an object's members in step with conditional rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    Form,
    field::{Field, Slot, State},
    sent::Sent,
    view::FieldId,
};
use crate::domain::{
    document::Value,
    schema::{
        node::{Kind, Node, Place, Property, Type},
        refs::At,
    },
};

/// How many fields may stand above one another; what is deeper is a JSON cell.
pub(super) const DEPTH: u16 = 60;
/// How many fields a form may hold before further ones are JSON cells or refused.
pub(super) const FIELDS: usize = 100_000;
/// Required objects unfold by themselves this deep, and while the form has no more fields than this.
const UNFOLD: (u16, usize) = (4, 300);

impl Form {
    pub(super) const ROOT: FieldId = FieldId(0);

    pub(super) fn field(&self, id: FieldId) -> &Field {
        // Ids are only made by `add`, and fields are never taken out of the list.
        &self.fields[id.0 as usize]
    }

    pub(super) fn field_mut(&mut self, id: FieldId) -> &mut Field {
        Arc::make_mut(&mut self.fields[id.0 as usize])
    }

    /// The level of the schema at `place`, read once.
    pub(super) fn node(&mut self, place: &Place) -> Arc<Node> {
        if let Some(node) = self.nodes.get(place) {
            return Arc::clone(node);
        }
        let node = Node::at_first(&self.schema, place);
        let node = Arc::new(node);
        self.nodes.insert(place.clone(), Arc::clone(&node));
        node
    }

    /// Makes a field; the caller puts it among its parent's.
    pub(super) fn add(&mut self, parent: FieldId, slot: Slot, place: Place) -> FieldId {
        let id = FieldId(u32::try_from(self.fields.len()).unwrap_or(u32::MAX));
        let node = self.node(&place);
        let mut field = Field::new(Some(parent), slot, place, node);
        field.depth = self.field(parent).depth.saturating_add(1);
        if field.depth > DEPTH || self.fields.len() > FIELDS {
            field.json.get_or_insert_default();
        }
        if matches!(field.node.kind, Kind::Const(_)) && field.required() {
            field.state = State::Preset;
        }
        let unfolds = field.required()
            && field.is_object()
            && field.depth <= UNFOLD.0
            && self.fields.len() < UNFOLD.1
            && !self.stands_inside(parent, &field.place);
        self.fields.push(Arc::new(field));
        if unfolds {
            self.grow(id);
            self.field_mut(id).expanded = true;
        }
        id
    }

    /// Whether the same part of the schema already governs `id` or a field around it.
    fn stands_inside(&self, id: FieldId, place: &Place) -> bool {
        let targets: BTreeSet<At> = place.starts.iter().map(|&s| self.schema.target(s)).collect();
        let mut at = Some(id);
        while let Some(id) = at {
            let field = self.field(id);
            if field.place.starts.iter().any(|&s| targets.contains(&self.schema.target(s))) {
                return true;
            }
            at = field.parent;
        }
        false
    }

    /// Makes the members of an object, if that has not been done.
    pub(super) fn grow(&mut self, id: FieldId) {
        if self.field(id).grown || !self.field(id).is_object() {
            return;
        }
        self.field_mut(id).grown = true;
        let node = Arc::clone(&self.field(id).node);
        self.shape(id, &node.properties);
    }

    /// Gives an object exactly these properties, keeping the fields it has for them; the others are hidden.
    pub(super) fn shape(&mut self, id: FieldId, properties: &[Property]) {
        let field = self.field(id);
        let mut have: BTreeMap<String, FieldId> = BTreeMap::new();
        for &child in field.hidden.iter().chain(&field.children) {
            if let Slot::Property { name, .. } = &self.field(child).slot {
                have.insert(name.clone(), child);
            }
        }
        let mut children = Vec::with_capacity(properties.len());
        for property in properties {
            let place = Place::all(property.starts.clone());
            let child = match have.remove(&property.name) {
                Some(child) => {
                    let before = Arc::clone(&self.field(child).node);
                    self.retarget(child, place);
                    let slot = Slot::Property { name: property.name.clone(), required: property.required };
                    let field = self.field_mut(child);
                    if matches!(field.node.kind, Kind::Const(_)) {
                        // One that somebody has taken out stays out, but another one is chosen anew.
                        let is_new = !field.required() || field.node.kind != before.kind;
                        field.state = match field.state {
                            State::Absent if property.required && is_new => State::Preset,
                            State::Preset if !property.required => State::Absent,
                            other => other,
                        };
                    }
                    field.slot = slot;
                    child
                }
                None => {
                    let slot = Slot::Property { name: property.name.clone(), required: property.required };
                    self.add(id, slot, place)
                }
            };
            children.push(child);
        }
        let hidden = have.into_values().collect();
        let field = self.field_mut(id);
        field.children = children;
        field.hidden = hidden;
        self.adopt_entries(id);
    }

    /// Turns further members into the properties that the object now has under their keys.
    fn adopt_entries(&mut self, id: FieldId) {
        let Some(rest) = self.field(id).rest else { return };
        for entry in self.field(rest).children.clone() {
            let Slot::Entry(key) = self.field(entry).slot.clone() else { continue };
            let property = self.property(id, &key).filter(|&p| matches!(self.sent(p), Sent::Not | Sent::Preset(_)));
            let value = self.sent(entry).into_value();
            if let (Some(property), Some(value)) = (property, value) {
                self.fill(property, &value);
                self.field_mut(rest).children.retain(|&c| c != entry);
            }
        }
    }

    pub(super) fn property(&self, object: FieldId, key: &str) -> Option<FieldId> {
        let named = |c: &&FieldId| matches!(&self.field(**c).slot, Slot::Property { name, .. } if name == key);
        self.field(object).children.iter().find(named).copied()
    }

    /// Puts a field under another part of the schema, keeping what is in it.
    pub(super) fn retarget(&mut self, id: FieldId, place: Place) {
        if self.field(id).place == place {
            return;
        }
        let node = self.node(&place);
        let before = self.sent(id);
        let fits = self.field(id).node.kind == node.kind && !matches!(node.kind, Kind::Variant | Kind::Any);
        let field = self.field_mut(id);
        field.place = place;
        field.node = node;
        if fits {
            if field.grown && field.is_object() {
                let properties = field.node.properties.clone();
                self.shape(id, &properties);
            }
            return;
        }
        field.branches.clear();
        field.chosen = None;
        field.children.clear();
        field.grown = false;
        field.rest = None;
        field.json = matches!(field.node.kind, Kind::Any).then(String::new);
        field.state = Field::new(None, field.slot.clone(), Place::default(), Arc::clone(&field.node)).state;
        match before {
            Sent::Chosen(value) => self.fill(id, &value),
            Sent::Not | Sent::Preset(_) => {}
        }
    }

    /// The holder of an object's further members, made when first needed.
    pub(super) fn rest(&mut self, object: FieldId) -> FieldId {
        if let Some(rest) = self.field(object).rest {
            return rest;
        }
        let rest = self.add(object, Slot::Rest, Place::default().only(Type::Object));
        let field = self.field_mut(rest);
        field.json = None;
        field.expanded = true;
        field.grown = true;
        self.field_mut(object).rest = Some(rest);
        rest
    }

    /// Reads the schema of `id` and the objects around it anew where it depends on their values.
    pub(super) fn refresh(&mut self, id: FieldId) {
        let mut at = Some(id);
        while let Some(object) = at {
            if self.field(object).node.live && self.field(object).is_object() {
                let before = Arc::clone(&self.field(object).node);
                let place = self.pointer(id);
                let there = place.of(&self.value()).is_some();
                // What one rule reveals may concern the next, but never for ever.
                for _ in 0..3 {
                    let value = self.sent(object).into_value().unwrap_or_else(Value::object);
                    if !self.reshape(object, &value) {
                        break;
                    }
                }
                // A rule that hides the very field being filled in would take it away under one's fingers.
                if there && place.of(&self.value()).is_none() {
                    self.field_mut(object).node = Arc::clone(&before);
                    self.shape(object, &before.properties);
                }
            }
            at = self.field(object).parent;
        }
    }

    /// Reads the schema of an object for this value; whether its properties changed.
    pub(super) fn reshape(&mut self, id: FieldId, value: &Value) -> bool {
        if !self.field(id).is_object() {
            return false;
        }
        let place = self.field(id).place.clone();
        let node = Node::read(&self.schema, &place, Some(value));
        if !matches!(node.kind, Kind::Object | Kind::Map) || *self.field(id).node == node {
            return false;
        }
        self.field_mut(id).node = Arc::new(node);
        if self.field(id).grown {
            let properties = self.field(id).node.properties.clone();
            self.shape(id, &properties);
        }
        true
    }

    /// Chooses a shape; its content is made or comes back as it was left. Returns the content.
    pub(super) fn choose_branch(&mut self, id: FieldId, index: usize) -> Option<FieldId> {
        let branch = self.field(id).node.branches.get(index)?.clone();
        let content = match self.field(id).branches.get(&index) {
            Some(&content) => content,
            None => {
                let content = self.add(id, Slot::Branch(index), branch.place);
                self.field_mut(id).branches.insert(index, content);
                content
            }
        };
        let field = self.field_mut(id);
        field.chosen = Some(index);
        field.expanded = true;
        self.grow(content);
        self.field_mut(content).expanded = true;
        Some(content)
    }
}
