//! A form's drafts as a plain value, for keeping them across restarts: every field's typed text, valid or not.
//!
//! One object a field, without what is as at the start: `k` kind, `s` state (`a`bsent, `n`ull, `v`alue, `i`f something inside is,
//! `p`reset), `t` text of a text cell, `d` text of a number cell, `p` what is picked, `j` text of a JSON cell, `o` properties by name, `h` those hidden by other values, `r` further
//! entries as `[key, draft]`, `i` items, `b` shapes by number, `c` the chosen one, `x` whether unfolded.

use std::sync::Arc;

use super::{
    Form,
    field::{Field, Slot, State},
    sent::Sent,
    view::FieldId,
};
use crate::domain::{
    document::{Number, Object, Value},
    redact::{self, Known, Under},
    schema::node::Kind,
};

impl Form {
    pub(super) fn draft_of(&self, id: FieldId) -> Value {
        let field = self.field(id);
        let mut draft = Object::new();
        let state = match field.state {
            State::Absent => "a",
            State::Null => "n",
            State::Value => "v",
            State::Auto => "i",
            State::Preset => "p",
        };
        draft.push("s", state);
        draft.push("k", letter(&field.node.kind));
        if !field.text.is_empty() {
            let key = if matches!(field.node.kind, Kind::Number { .. }) { "d" } else { "t" };
            draft.push(key, field.text.as_str());
        }
        let constant = field.node.kind.constant().filter(|_| field.state == State::Value);
        // What was picked before the field became another kind is no draft of it.
        let picked = field.pick.as_ref().filter(|_| match &field.node.kind {
            Kind::Toggle | Kind::Choice | Kind::Const(_) => true,
            Kind::Text => field.node.takes_file(),
            Kind::Number { .. } | Kind::Object | Kind::Array | Kind::Map | Kind::Variant | Kind::Any => false,
        });
        if let Some(pick) = picked.or(constant) {
            draft.push("p", pick.clone());
        }
        if let Some(json) = &field.json {
            draft.push("j", json.as_str());
        }
        for (key, fields) in [("o", &field.children), ("h", &field.hidden)] {
            let properties = fields.iter().filter_map(|&c| {
                let Slot::Property { name, .. } = &self.field(c).slot else { return None };
                (!self.untouched(c)).then(|| (name.as_str(), self.draft_of(c)))
            });
            let properties: Object = properties.collect();
            if !properties.is_empty() {
                draft.push(key, properties);
            }
        }
        let entries = field.rest.map(|r| self.field(r).children.as_slice()).unwrap_or_default();
        let entries: Vec<Value> = entries
            .iter()
            .filter_map(|&e| {
                let Slot::Entry(key) = &self.field(e).slot else { return None };
                Some(Value::Array(vec![Value::from(key.as_str()), self.draft_of(e)]))
            })
            .collect();
        if !entries.is_empty() {
            draft.push("r", entries);
        }
        if matches!(field.node.kind, Kind::Array) && !field.children.is_empty() {
            draft.push("i", field.children.iter().map(|&c| self.draft_of(c)).collect::<Vec<_>>());
        }
        let branches: Object = field.branches.iter().map(|(i, &b)| (i.to_string(), self.draft_of(b))).collect();
        if !branches.is_empty() {
            draft.push("b", branches);
        }
        if let Some(chosen) = field.chosen {
            draft.push("c", chosen);
        }
        if field.expanded {
            draft.push("x", true);
        }
        Value::Object(draft)
    }

    /// Lets `draft` have been there first: taking back all that was done leads to it.
    pub fn come_after(&mut self, draft: &Value) {
        let earlier = Self::from_draft(&self.raw, draft);
        self.nodes.extend(earlier.nodes);
        self.history.begin_with(earlier.fields, Self::ROOT);
    }

    /// Whether nothing is typed, chosen or switched on in it, however it is folded.
    pub fn is_blank(&self) -> bool {
        let root = self.field(Self::ROOT);
        let entries = root.rest.map_or(0, |rest| self.field(rest).children.len());
        let at_first = if root.is_object() { State::Value } else { self.made_anew(Self::ROOT).state };
        root.state == at_first && entries == 0 && self.holds_nothing(Self::ROOT)
    }

    /// Whether a text of the whole form as JSON, finished or not, holds what must not be stored.
    pub fn tells_secrets(&self, text: &str, known: &Known) -> bool {
        if let Ok(value) = Value::parse(text.as_bytes()) {
            return !known.value(&value, &redact::secret_parameters(&self.raw, &value)).taken.is_empty();
        }
        // Which value belongs to which name cannot be told of half a document.
        let of_a_secret = |field: &Field| match &field.slot {
            Slot::Property { name, .. } | Slot::Entry(name) => field.is_secret() && text.contains(name.as_str()),
            Slot::Root | Slot::Rest | Slot::Item | Slot::Branch(_) => false,
        };
        !known.text(text).taken.is_empty() || self.fields.iter().any(|field| of_a_secret(field))
    }

    /// Empties every field that holds a secret, in every shape it has been shown in.
    pub(super) fn forget_secrets(&mut self, known: &Known) {
        // Whoever is under a secret's name is one too, and what is above comes before what is below.
        let mut left = vec![(Self::ROOT, Under::default())];
        while let Some((id, above)) = left.pop() {
            let field = Arc::clone(&self.fields[id.0 as usize]);
            let declared = field.node.write_only || field.node.format.as_deref() == Some("password");
            let here = if declared { above.write_only() } else { above };
            if self.holds_secret(&field, here, known) {
                self.forget(id);
            }
            let rest = field.rest.map(|rest| self.field(rest).children.clone()).unwrap_or_default();
            let members = || field.children.iter().chain(&rest).chain(&field.hidden);
            let pair = redact::named_pair(members().filter_map(|&c| self.named_text(c)));
            for &child in members() {
                let under = match &self.field(child).slot {
                    Slot::Property { name, .. } | Slot::Entry(name) => here.member(name, pair),
                    Slot::Root | Slot::Rest | Slot::Item | Slot::Branch(_) => here,
                };
                left.push((child, under));
            }
            left.extend(field.branches.values().map(|&branch| (branch, here)));
            let is_kept = |&entry: &FieldId| match &self.field(entry).slot {
                Slot::Entry(key) => known.text(key).taken.is_empty(),
                Slot::Root | Slot::Rest | Slot::Item | Slot::Branch(_) | Slot::Property { .. } => true,
            };
            let kept: Vec<FieldId> = rest.iter().copied().filter(is_kept).collect();
            if let Some(holder) = field.rest.filter(|_| kept.len() < rest.len()) {
                // A key that is a secret itself, as in a map by token.
                self.field_mut(holder).children = kept;
            }
        }
    }

    /// A member's key and the text in it.
    fn named_text(&self, id: FieldId) -> Option<(&str, &str)> {
        let field = self.field(id);
        let (Slot::Property { name, .. } | Slot::Entry(name)) = &field.slot else { return None };
        let picked = field.node.kind.constant().or(field.pick.as_ref());
        Some((name, picked.and_then(Value::as_str).unwrap_or(&field.text)))
    }

    /// Whether what is typed into a field, not into those in it, is or has a secret. What is picked is the schema's.
    fn holds_secret(&self, field: &Field, under: Under, known: &Known) -> bool {
        let typed = !field.text.is_empty()
            && if matches!(field.node.kind, Kind::Number { .. }) {
                under.hides_number().is_some()
            } else {
                under.hides_text().is_some() || !known.text(&field.text).taken.is_empty()
            };
        let json = field.json.as_ref().filter(|text| !text.is_empty()).is_some_and(|text| {
            under.hides_text().is_some()
                || match Value::parse(text.as_bytes()) {
                    Ok(value) => {
                        let places = redact::secrets_at(&self.schema, &field.place, &value);
                        !known.value(&value, &places).taken.is_empty()
                    }
                    Err(_) => !known.text(text).taken.is_empty(),
                }
        });
        let file = field.pick.is_some() && matches!(field.node.kind, Kind::Text | Kind::Any);
        typed || json || (file && under.hides_text().is_some())
    }

    /// Empties a field.
    fn forget(&mut self, id: FieldId) {
        let field = self.field_mut(id);
        field.text.clear();
        if matches!(field.node.kind, Kind::Text | Kind::Any) {
            field.pick = None;
        }
        field.json = field.json.take().map(|_| String::new());
        if field.state == State::Value {
            field.state = State::Absent;
        }
    }

    /// The field as it was made.
    fn made_anew(&self, id: FieldId) -> Field {
        let field = self.field(id);
        Field::new(None, field.slot.clone(), field.place.clone(), field.node.clone())
    }

    /// Whether a field is as it was made, folds included, so that nothing of it need be kept.
    fn untouched(&self, id: FieldId) -> bool {
        let field = self.field(id);
        let inside = || field.children.iter().chain(&field.hidden);
        self.is_idle(id) && !field.expanded && field.rest.is_none() && inside().all(|&c| self.untouched(c))
    }

    /// Whether nothing is in a field and those inside it.
    fn holds_nothing(&self, id: FieldId) -> bool {
        let field = self.field(id);
        let idle = |&c: &FieldId| self.is_idle(c) && self.holds_nothing(c);
        let entries = field.rest.map(|r| self.field(r).children.as_slice()).unwrap_or_default();
        field.text.is_empty()
            && field.pick.is_none()
            && field.json.as_deref().unwrap_or_default().is_empty()
            && field.branches.is_empty()
            && entries.is_empty()
            && field.children.iter().chain(&field.hidden).all(idle)
    }

    /// Whether a field itself is as it was made; what stands inside it is another matter.
    fn is_idle(&self, id: FieldId) -> bool {
        let field = self.field(id);
        let fresh = self.made_anew(id);
        let preset = field.state == State::Preset;
        let as_made = field.state == fresh.state && !(field.required() && matches!(field.node.kind, Kind::Const(_)));
        (as_made || preset)
            && field.text.is_empty()
            && field.pick.is_none()
            && field.json.as_deref().unwrap_or_default().is_empty()
            && field.json.is_some() == fresh.json.is_some()
            && field.branches.is_empty()
            && !matches!(field.slot, Slot::Item | Slot::Entry(_))
    }

    /// Puts a draft back into a field. What the schema no longer has a place for becomes a further entry or is shown as
    /// JSON.
    pub(super) fn restore(&mut self, id: FieldId, draft: &Value) {
        let text = |key: &str| draft.get(key).and_then(Value::as_str);
        let members = |key: &str| draft.get(key).and_then(Value::as_object);
        if members("o").is_some() || draft.get("r").is_some() {
            self.grow(id);
        }
        if text("k") == Some(letter(&Kind::Any)) && self.field(id).node.guessed {
            self.loosen(id);
        }
        let kind = self.field(id).node.kind.clone();
        if text("k") != Some(letter(&kind)) {
            if let Some(value) = draft_value(draft) {
                self.fill(id, &value);
            }
            return;
        }
        let pick = draft.get("p").cloned();
        if let Some(pick) = &pick {
            // Through the front door, so that a choice the schema no longer has becomes a JSON cell.
            self.fill(id, pick);
            if self.field(id).json.is_some() && text("j").is_none() && !matches!(text("s"), Some("n" | "a")) {
                return;
            }
        }
        let field = self.field_mut(id);
        if let Some(typed) = text("t").or_else(|| text("d")) {
            typed.clone_into(&mut field.text);
        }
        let always_json = field.depth > super::grow::DEPTH;
        field.json = text("j").map(str::to_owned).or_else(|| always_json.then(String::new));
        field.expanded = draft.get("x").is_some();
        field.state = match (text("s"), field.is_container()) {
            (Some("n"), _) => State::Null,
            (Some("v"), _) => State::Value,
            (Some("p"), _) if matches!(kind, Kind::Const(_)) => State::Preset,
            (Some("i"), true) => State::Auto,
            _ => State::Absent,
        };
        self.restore_parts(id, draft);
    }

    fn restore_parts(&mut self, id: FieldId, draft: &Value) {
        let members = |key: &str| draft.get(key).and_then(Value::as_object);
        if self.field(id).expanded {
            self.grow(id);
        }
        if self.field(id).node.live
            && let Some(value) = draft_value(draft)
        {
            // Properties may have been there only because of one another.
            self.reshape(id, &value);
            self.grow(id);
        }
        if let Some(properties) = members("o") {
            self.restore_properties(id, properties);
        }
        for (name, inner) in members("h").into_iter().flat_map(Object::iter) {
            if let Some(property) = self.property(id, name) {
                self.restore(property, inner);
            }
        }
        for entry in draft.get("r").and_then(Value::as_array).unwrap_or_default() {
            let Some([Value::String(key), inner]) = entry.as_array() else { continue };
            // An entry may bear a property's name; it becomes that property only where that is empty.
            let property = self.property(id, key).filter(|&p| !matches!(self.sent(p), Sent::Chosen(_)));
            let field = match property {
                Some(property) => property,
                None => {
                    let entry = self.new_entry(id, key);
                    let rest = self.rest(id);
                    self.field_mut(rest).children.push(entry);
                    entry
                }
            };
            self.restore(field, inner);
        }
        for (i, inner) in draft.get("i").and_then(Value::as_array).unwrap_or_default().iter().enumerate() {
            let place = self.field(id).node.item(i);
            let item = self.add(id, Slot::Item, place);
            self.restore(item, inner);
            self.field_mut(id).children.push(item);
        }
        let expanded = self.field(id).expanded;
        for (index, inner) in members("b").into_iter().flat_map(Object::iter) {
            let content = index.parse().ok().and_then(|i| self.choose_branch(id, i));
            if let Some(content) = content {
                self.restore(content, inner);
            }
        }
        let chosen = draft.get("c").and_then(Value::as_i64).and_then(|c| usize::try_from(c).ok());
        let field = self.field_mut(id);
        field.chosen = chosen.filter(|c| field.branches.contains_key(c));
        field.expanded = expanded;
    }

    fn restore_properties(&mut self, id: FieldId, properties: &Object) {
        // Conditional rules may bring properties in only once others are filled in.
        let mut left: Vec<(&str, &Value)> = properties.iter().collect();
        for _ in 0..3 {
            left.retain(|(name, inner)| match self.property(id, name) {
                Some(property) => {
                    self.restore(property, inner);
                    false
                }
                None => true,
            });
            if left.is_empty() || !self.field(id).node.live {
                break;
            }
            let value = self.sent(id).into_value().unwrap_or_else(Value::object);
            if !self.reshape(id, &value) {
                break;
            }
        }
        for (name, inner) in left {
            let Some(value) = draft_value(inner) else { continue };
            let entry = self.new_entry(id, name);
            let rest = self.rest(id);
            self.field_mut(rest).children.push(entry);
            self.fill(entry, &value);
        }
    }
}

/// The kind of field a draft is of.
const fn letter(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "t",
        Kind::Number { .. } => "n",
        Kind::Toggle => "b",
        Kind::Choice => "c",
        Kind::Const(_) => "f",
        Kind::Object | Kind::Map => "o",
        Kind::Array => "a",
        Kind::Variant => "v",
        Kind::Any => "j",
    }
}

/// What a draft would send, without the schema it was made for.
fn draft_value(draft: &Value) -> Option<Value> {
    let text = |key: &str| draft.get(key).and_then(Value::as_str);
    match text("s") {
        Some("n") => return Some(Value::Null),
        Some("v" | "i") => {}
        _ => return None,
    }
    if let Some(json) = text("j") {
        return Some(Value::parse(json.as_bytes()).unwrap_or_else(|_| Value::from(json)));
    }
    if let Some(pick) = draft.get("p") {
        return Some(pick.clone());
    }
    if let Some(number) = text("d") {
        return Some(Number::parse(number.trim()).map_or_else(|| Value::from(number), Value::Number));
    }
    if let Some(items) = draft.get("i").and_then(Value::as_array) {
        return Some(Value::Array(items.iter().filter_map(draft_value).collect()));
    }
    if let Some(branches) = draft.get("b") {
        let chosen = draft.get("c").and_then(Value::as_i64)?;
        return draft_value(branches.get(&chosen.to_string())?);
    }
    let properties = draft.get("o").and_then(Value::as_object);
    let entries = draft.get("r").and_then(Value::as_array).unwrap_or_default();
    if properties.is_some() || !entries.is_empty() {
        let mut members = Object::new();
        for (name, inner) in properties.into_iter().flat_map(Object::iter) {
            if let Some(value) = draft_value(inner) {
                members.push(name, value);
            }
        }
        for entry in entries {
            if let Some([Value::String(key), inner]) = entry.as_array()
                && let Some(value) = draft_value(inner)
            {
                members.push(key.as_str(), value);
            }
        }
        return (!members.is_empty() || text("s") == Some("v")).then_some(Value::Object(members));
    }
    if let Some(typed) = text("t") {
        return Some(Value::from(typed));
    }
    // What is sent without anything in it.
    match text("k").filter(|_| text("s") == Some("v")) {
        Some("o") => Some(Value::object()),
        Some("a") => Some(Value::Array(Vec::new())),
        Some("t") => Some(Value::from("")),
        _ => None,
    }
}
