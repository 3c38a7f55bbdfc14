//! Carrying out one [`Edit`].

use std::sync::Arc;

use super::{
    Edit, EditError, Form,
    field::{Slot, State},
    grow::FIELDS,
    sent::{Sent, cell_value},
    view::FieldId,
};
use crate::domain::{
    document::Value,
    schema::{node::Kind, words},
};

type Edited = Result<Option<FieldId>, EditError>;

impl Form {
    pub(super) fn apply(&mut self, id: FieldId, edit: Edit) -> Edited {
        match edit {
            Edit::Text(text) => self.type_text(id, &text),
            Edit::Json(text) => self.type_json(id, &text),
            Edit::Absent => self.take_out(id),
            Edit::Null => self.set_null(id),
            Edit::UseDefault => {
                let default = self.field(id).node.default.clone();
                let default = default.ok_or(EditError::NotPossible("the schema gives no default here"))?;
                self.put(id, &default);
                Ok(None)
            }
            Edit::UseExample(index) => {
                let examples = &self.field(id).node.examples;
                let example = examples.get(index).cloned().ok_or(EditError::OutOfRange { len: examples.len() })?;
                self.put(id, &example);
                Ok(None)
            }
            Edit::Choose(index) | Edit::Variant(index) => self.choose(id, index),
            Edit::Toggle => self.toggle(id),
            Edit::AddItem => self.add_item(id),
            Edit::AddEntry(key) => self.add_entry(id, &key),
            Edit::RenameKey(key) => self.rename(id, key),
            Edit::Remove => self.remove(id),
            Edit::MoveUp => self.shift(id, true),
            Edit::MoveDown => self.shift(id, false),
            Edit::Fold(folded) => self.fold(id, folded),
            Edit::AnyType => self.any_type(id),
            Edit::AsJson(json) => self.as_json(id, json),
        }
    }

    /// Notes that something was put into `id`: what is around it is then sent too.
    fn touch(&mut self, id: FieldId) {
        let mut at = id;
        while let Some(parent) = self.field(at).parent {
            if let Slot::Branch(index) = self.field(at).slot {
                self.field_mut(parent).chosen = Some(index);
            }
            if matches!(self.field(parent).state, State::Absent | State::Null) {
                self.field_mut(parent).state = State::Auto;
            }
            at = parent;
        }
    }

    fn put(&mut self, id: FieldId, value: &Value) {
        self.fill(id, value);
        self.touch(id);
    }

    fn type_text(&mut self, id: FieldId, text: &str) -> Edited {
        let field = self.field_mut(id);
        if field.json.is_some() {
            field.json = Some(text.to_owned());
            field.state = if text.trim().is_empty() { State::Absent } else { State::Value };
        } else {
            match field.node.kind {
                Kind::Text => {
                    field.pick = None;
                    field.state = State::Value;
                }
                Kind::Number { .. } => {
                    field.state = if text.trim().is_empty() { State::Absent } else { State::Value };
                }
                Kind::Toggle | Kind::Choice => {
                    let choices = self.choices(id);
                    let named =
                        |c: &crate::domain::schema::node::Choice| c.label == text || words::label(&c.value) == text;
                    let index = choices.iter().position(named);
                    return self.choose(id, index.ok_or(EditError::NotPossible("this is not one of the choices"))?);
                }
                Kind::Const(_) => return Err(EditError::NotPossible("this value is fixed")),
                Kind::Object | Kind::Array | Kind::Map | Kind::Variant | Kind::Any => {
                    return Err(EditError::NotPossible("this field is filled in through the fields below it"));
                }
            }
            text.clone_into(&mut field.text);
        }
        if self.field(id).state == State::Value {
            self.touch(id);
        }
        Ok(None)
    }

    fn type_json(&mut self, id: FieldId, text: &str) -> Edited {
        if self.field(id).json.is_some() {
            return self.type_text(id, text);
        }
        if self.field(id).is_rest() {
            return Err(EditError::NotPossible("give JSON to the entries themselves"));
        }
        let value = Value::parse(text.as_bytes())?;
        self.put(id, &value);
        Ok(None)
    }

    fn take_out(&mut self, id: FieldId) -> Edited {
        if self.field(id).is_rest() {
            return Err(EditError::NotPossible("remove the entries one by one"));
        }
        if id == Self::ROOT {
            self.wipe(id);
            self.field_mut(id).state = State::Value;
            return Ok(None);
        }
        let field = self.field_mut(id);
        if !field.is_container() {
            field.text.clear();
            field.pick = None;
            if let Some(text) = &mut field.json {
                text.clear();
            }
        }
        field.state = State::Absent;
        Ok(None)
    }

    fn set_null(&mut self, id: FieldId) -> Edited {
        if id == Self::ROOT || self.field(id).is_rest() {
            return Err(EditError::NotPossible("the parameters as a whole cannot be null"));
        }
        self.field_mut(id).state = State::Null;
        self.touch(id);
        Ok(None)
    }

    fn choose(&mut self, id: FieldId, index: usize) -> Edited {
        let choices = self.choices(id);
        let choice = choices.get(index).ok_or(EditError::OutOfRange { len: choices.len() })?;
        if matches!(self.field(id).node.kind, Kind::Variant | Kind::Any) {
            return self.choose_shape(id, index);
        }
        let field = self.field_mut(id);
        field.json = None;
        field.pick = Some(choice.value.clone());
        field.state = State::Value;
        self.touch(id);
        Ok(None)
    }

    fn choose_shape(&mut self, id: FieldId, index: usize) -> Edited {
        let before = self.field(id).chosen.and_then(|c| self.field(id).branches.get(&c).copied());
        let content = self.choose_branch(id, index).ok_or(EditError::NotPossible("there is no such shape"))?;
        let field = self.field_mut(id);
        field.json = None;
        field.state = State::Auto;
        let tag = field.node.branches.get(index).and_then(|b| b.tag.clone());
        if let Some(before) = before.filter(|&b| b != content) {
            self.carry_over(before, content);
        }
        if self.field(content).is_object() {
            self.field_mut(content).state = State::Value;
            let telling = tag.and_then(|(key, _)| self.property(content, &key));
            if let Some(telling) = telling.filter(|&t| matches!(self.field(t).node.kind, Kind::Const(_))) {
                self.field_mut(telling).state = State::Value;
            }
        } else if matches!(self.field(content).node.kind, Kind::Const(_)) {
            self.field_mut(content).state = State::Value;
        }
        self.touch(id);
        Ok(Some(self.entrance(content)))
    }

    /// Brings what was filled in for one shape along to another, where both have the same member and it is empty.
    fn carry_over(&mut self, from: FieldId, to: FieldId) {
        if !self.field(from).is_object() || !self.field(to).is_object() {
            return;
        }
        for target in self.field(to).children.clone() {
            let Slot::Property { name, .. } = self.field(target).slot.clone() else { continue };
            let Some(source) = self.property(from, &name) else { continue };
            let shared = self.field(source).place == self.field(target).place;
            if shared && self.field(target).state != State::Preset {
                let draft = self.draft_of(source);
                self.wipe(target);
                self.restore(target, &draft);
            }
        }
    }

    /// The field to go to on entering `id`: its first member, or itself.
    pub(super) fn entrance(&self, id: FieldId) -> FieldId {
        let field = self.field(id);
        if !field.is_object() {
            return id;
        }
        let constant = |c: &&FieldId| matches!(self.field(**c).node.kind, Kind::Const(_));
        let first = field.children.iter().find(|c| !constant(c)).or_else(|| field.children.first());
        first.copied().unwrap_or(if matches!(field.slot, Slot::Branch(_)) { field.parent.unwrap_or(id) } else { id })
    }

    fn toggle(&mut self, id: FieldId) -> Edited {
        let sent = self.sent(id);
        if id == Self::ROOT || self.field(id).is_rest() {
            return Err(EditError::NotPossible("this cannot be switched on and off"));
        }
        let field = self.field_mut(id);
        match (&field.node.kind, sent) {
            (Kind::Toggle, sent) if field.json.is_none() => {
                let on = sent != Sent::Chosen(Value::Bool(true));
                field.pick = Some(Value::Bool(on));
                field.state = State::Value;
            }
            (Kind::Const(_), Sent::Not) if field.json.is_none() => field.state = State::Value,
            (Kind::Const(_) | Kind::Object | Kind::Map | Kind::Array | Kind::Variant | Kind::Any, Sent::Chosen(_))
            | (Kind::Const(_), Sent::Preset(_)) => return self.take_out(id),
            (Kind::Variant | Kind::Any, Sent::Not | Sent::Preset(_)) if field.is_variant() => field.state = State::Auto,
            (Kind::Object | Kind::Map | Kind::Array, Sent::Not | Sent::Preset(_)) if field.json.is_none() => {
                field.state = State::Value;
                field.expanded = true;
                self.grow(id);
            }
            _ => return Err(EditError::NotPossible("this field is typed or chosen, not switched")),
        }
        if self.field(id).state != State::Absent {
            self.touch(id);
        }
        Ok(None)
    }

    fn room(&self) -> Result<(), EditError> {
        if self.fields.len() < FIELDS { Ok(()) } else { Err(EditError::NotPossible("the form is full")) }
    }

    fn add_item(&mut self, id: FieldId) -> Edited {
        self.room()?;
        let array = self.content(id);
        if !self.field(array).is_array() {
            return Err(EditError::NotPossible("only a list can have items"));
        }
        let place = self.field(array).node.item(self.field(array).children.len());
        let item = self.add(array, Slot::Item, place);
        let field = self.field_mut(array);
        field.children.push(item);
        field.expanded = true;
        if matches!(field.state, State::Absent | State::Null) {
            field.state = State::Auto;
        }
        self.field_mut(id).expanded = true;
        self.open_new(item);
        Ok(Some(self.entrance(item)))
    }

    /// A new item or entry that has something in it from the start: an object, list or constant.
    fn open_new(&mut self, id: FieldId) {
        let field = self.field_mut(id);
        if field.is_object() || field.is_array() {
            field.state = State::Value;
            field.expanded = true;
            self.grow(id);
        } else if matches!(field.node.kind, Kind::Const(_)) && field.json.is_none() {
            field.state = State::Value;
        }
        self.touch(id);
    }

    fn add_entry(&mut self, id: FieldId, key: &str) -> Edited {
        self.room()?;
        let target = self.content(id);
        let object = if self.field(target).is_rest() { self.field(target).parent.unwrap_or(target) } else { target };
        if !self.field(object).is_object() {
            return Err(EditError::NotPossible("only an object can have entries"));
        }
        self.grow(object);
        self.field_mut(object).expanded = true;
        if let Some(known) = self.property(object, key) {
            return Ok(Some(known));
        }
        let rest = self.rest(object);
        self.field_mut(rest).expanded = true;
        let named = |e: &&FieldId| self.field(**e).slot == Slot::Entry(key.to_owned());
        if let Some(&known) = self.field(rest).children.iter().find(named) {
            return Ok(Some(known));
        }
        let entry = self.new_entry(object, key);
        self.field_mut(rest).children.push(entry);
        self.open_new(entry);
        Ok(Some(self.entrance(entry)))
    }

    fn rename(&mut self, id: FieldId, key: String) -> Edited {
        if !matches!(self.field(id).slot, Slot::Entry(_)) {
            return Err(EditError::NotPossible("only an entry has a name that can be changed"));
        }
        let object = self.field(id).parent.and_then(|rest| self.field(rest).parent).unwrap_or(Self::ROOT);
        let place = self.field(object).node.member(&key);
        self.field_mut(id).slot = Slot::Entry(key);
        self.retarget(id, place);
        self.touch(id);
        Ok(None)
    }

    fn siblings(&self, id: FieldId) -> Result<(FieldId, usize), EditError> {
        let field = self.field(id);
        let parent = field.parent.filter(|_| field.piece().is_some());
        let parent = parent.ok_or(EditError::NotPossible("only items and entries can be moved or removed"))?;
        let index = self.field(parent).children.iter().position(|&c| c == id).ok_or(EditError::NoSuchField)?;
        Ok((parent, index))
    }

    fn remove(&mut self, id: FieldId) -> Edited {
        let (parent, index) = self.siblings(id)?;
        self.field_mut(parent).children.remove(index);
        self.replace_items(parent);
        let left = &self.field(parent).children;
        let next = left.get(index).or_else(|| left.last()).copied();
        Ok(Some(next.unwrap_or_else(|| self.shown(parent))))
    }

    /// The field whose row stands for `id`, which may have none of its own.
    pub(super) fn shown(&self, id: FieldId) -> FieldId {
        let field = self.field(id);
        match (&field.slot, field.parent) {
            (Slot::Rest, Some(parent)) if !self.rest_has_row(id) => self.shown(parent),
            (Slot::Branch(_), Some(parent)) if field.is_object() => self.shown(parent),
            _ => id,
        }
    }

    fn shift(&mut self, id: FieldId, up: bool) -> Edited {
        let (parent, index) = self.siblings(id)?;
        let len = self.field(parent).children.len();
        let other = if up { index.checked_sub(1) } else { Some(index + 1).filter(|&i| i < len) };
        let other = other.ok_or(EditError::NotPossible("there is nothing on that side to change places with"))?;
        self.field_mut(parent).children.swap(index, other);
        self.replace_items(parent);
        Ok(Some(id))
    }

    /// Puts items under the schema of the position they have now.
    fn replace_items(&mut self, array: FieldId) {
        if !self.field(array).is_array() {
            return;
        }
        let node = Arc::clone(&self.field(array).node);
        for (i, item) in self.field(array).children.clone().into_iter().enumerate() {
            self.retarget(item, node.item(i));
        }
    }

    fn fold(&mut self, id: FieldId, folded: bool) -> Edited {
        let field = self.field(id);
        if !field.is_container() && !field.is_rest() {
            return Err(EditError::NotPossible("there is nothing below this field"));
        }
        self.field_mut(id).expanded = !folded;
        if !folded {
            self.room()?;
            self.grow(id);
        }
        Ok(None)
    }

    fn any_type(&mut self, id: FieldId) -> Edited {
        if !self.field(id).node.guessed {
            return Err(EditError::NotPossible("the schema says which type this is"));
        }
        let before = self.sent(id).into_value();
        self.loosen(id);
        if let Some(value) = before {
            self.fill(id, &value);
        }
        Ok(None)
    }

    fn as_json(&mut self, id: FieldId, json: bool) -> Edited {
        if self.field(id).is_rest() {
            return Err(EditError::NotPossible("show the entries themselves as JSON"));
        }
        match (self.field(id).json.clone(), json) {
            (Some(_), true) | (None, false) => {}
            (None, true) => match self.sent(id).into_value() {
                Some(value) => self.fill_json(id, &value),
                None => {
                    let field = self.field_mut(id);
                    field.json = Some(String::new());
                    field.state = State::Absent;
                }
            },
            (Some(text), false) => {
                let value = match self.field(id).state {
                    State::Value => Some(cell_value(self.field(id), &text).map_err(EditError::StaysJson)?),
                    State::Null => Some(Value::Null),
                    State::Absent | State::Auto | State::Preset => None,
                };
                self.field_mut(id).json = None;
                match value {
                    Some(value) => self.fill(id, &value),
                    None => self.clear(id),
                }
                if self.field(id).json.is_some() {
                    return Err(EditError::StaysJson("no other kind of field here fits this value".to_owned()));
                }
            }
        }
        Ok(None)
    }
}
