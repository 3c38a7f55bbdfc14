//! From the form to what is sent.

use super::{
    Form,
    field::{Field, Slot, State},
    view::FieldId,
};
use crate::domain::{
    document::{Number, Object, Pointer, Value},
    schema::node::Kind,
};

/// What a field contributes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sent {
    /// Nothing.
    Not,
    /// A constant that goes along with what is around it.
    Preset(Value),
    /// A value somebody chose.
    Chosen(Value),
}

impl Sent {
    pub(super) fn into_value(self) -> Option<Value> {
        match self {
            Self::Not => None,
            Self::Preset(v) | Self::Chosen(v) => Some(v),
        }
    }
}

/// The value of a JSON cell's text, or why it is not JSON (it is then sent as a string).
pub(super) fn cell_value(field: &Field, text: &str) -> Result<Value, String> {
    match Value::parse(text.as_bytes()) {
        Ok(value) => Ok(value),
        Err(_) if field.node.takes_plain_text() && !text.trim_start().starts_with(['{', '[', '"']) => {
            Ok(Value::from(text))
        }
        Err(e) => Err(e.to_string()),
    }
}

impl Form {
    /// What a field contributes to its parent.
    pub(super) fn sent(&self, id: FieldId) -> Sent {
        let field = self.field(id);
        match field.state {
            State::Absent => return Sent::Not,
            State::Null => return Sent::Chosen(Value::Null),
            State::Value | State::Auto | State::Preset => {}
        }
        if let Some(text) = &field.json {
            return match field.state {
                State::Value => Sent::Chosen(cell_value(field, text).unwrap_or_else(|_| Value::from(text.as_str()))),
                State::Absent | State::Null | State::Auto | State::Preset => Sent::Not,
            };
        }
        match &field.node.kind {
            Kind::Text => Sent::Chosen(field.file().cloned().unwrap_or_else(|| Value::from(field.text.as_str()))),
            Kind::Number { .. } => {
                let number = Number::parse(field.text.trim()).map(Value::Number);
                Sent::Chosen(number.unwrap_or_else(|| Value::from(field.text.as_str())))
            }
            Kind::Toggle | Kind::Choice => field.pick.clone().map_or(Sent::Not, Sent::Chosen),
            Kind::Const(value) => {
                let value = field.pick.clone().unwrap_or_else(|| value.clone());
                if field.state == State::Preset { Sent::Preset(value) } else { Sent::Chosen(value) }
            }
            Kind::Object | Kind::Map => self.sent_object(field),
            Kind::Array => self.sent_array(field),
            Kind::Variant | Kind::Any => {
                field.chosen.and_then(|c| field.branches.get(&c)).map_or(Sent::Not, |&content| self.sent(content))
            }
        }
    }

    fn sent_object(&self, field: &Field) -> Sent {
        let mut members = Object::new();
        let mut chosen = field.state == State::Value;
        let mut complete = true;
        let entries = field.rest.map(|r| self.field(r).children.as_slice()).unwrap_or_default();
        for &child in field.children.iter().chain(entries) {
            let (Slot::Property { name: key, .. } | Slot::Entry(key)) = &self.field(child).slot else { continue };
            let sent = self.sent(child);
            chosen |= matches!(sent, Sent::Chosen(_));
            complete &= sent != Sent::Not || !self.field(child).required();
            if let Some(value) = sent.into_value() {
                members.push(key.as_str(), value);
            }
        }
        if chosen {
            Sent::Chosen(Value::Object(members))
        } else if field.required() && complete && !members.is_empty() {
            Sent::Preset(Value::Object(members))
        } else {
            Sent::Not
        }
    }

    fn sent_array(&self, field: &Field) -> Sent {
        let sent: Vec<Sent> = field.children.iter().map(|&c| self.sent(c)).filter(|s| *s != Sent::Not).collect();
        if sent.is_empty() && field.state != State::Value {
            return Sent::Not;
        }
        Sent::Chosen(Value::Array(sent.into_iter().filter_map(Sent::into_value).collect()))
    }

    /// Where a field stands in what is sent.
    pub(super) fn pointer(&self, id: FieldId) -> Pointer {
        let mut tokens = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let field = self.field(id);
            match &field.slot {
                Slot::Property { name, .. } => tokens.push(name.clone()),
                Slot::Entry(key) => tokens.push(key.clone()),
                Slot::Item => {
                    let siblings = field.parent.map(|p| self.field(p).children.as_slice()).unwrap_or_default();
                    let before = siblings.iter().take_while(|&&s| s != id).filter(|&&s| self.sent(s) != Sent::Not);
                    tokens.push(before.count().to_string());
                }
                Slot::Root | Slot::Rest | Slot::Branch(_) => {}
            }
            at = field.parent;
        }
        tokens.into_iter().rev().collect()
    }

    /// The field at a place in what is sent, or the nearest around it.
    pub(super) fn at_pointer(&self, pointer: &Pointer) -> FieldId {
        let mut id = Self::ROOT;
        for token in pointer.tokens() {
            id = self.content(id);
            let field = self.field(id);
            let next = if field.is_object() {
                let entries = field.rest.map(|r| self.field(r).children.as_slice()).unwrap_or_default();
                field.children.iter().chain(entries).rev().find(|&&c| match &self.field(c).slot {
                    Slot::Property { name, .. } => name == token,
                    Slot::Entry(key) => key == token,
                    Slot::Root | Slot::Rest | Slot::Item | Slot::Branch(_) => false,
                })
            } else if field.is_array() {
                let index: Option<usize> = token.parse().ok();
                index.and_then(|i| field.children.iter().filter(|&&c| self.sent(c) != Sent::Not).nth(i))
            } else {
                None
            };
            match next {
                Some(&next) => id = next,
                None => break,
            }
        }
        id
    }

    /// The field that holds the value of a variant: its chosen content, or the field itself.
    pub(super) fn content(&self, mut id: FieldId) -> FieldId {
        while self.field(id).is_variant() {
            let field = self.field(id);
            match field.chosen.and_then(|c| field.branches.get(&c)) {
                Some(&content) => id = content,
                None => break,
            }
        }
        id
    }
}
