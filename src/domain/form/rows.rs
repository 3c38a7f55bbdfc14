//! The form as lines to draw.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Form,
    field::{Field, Slot, State},
    file_in,
    sent::{Sent, cell_value},
    view::{FieldId, Format, Presence, Row, Widget},
};
use crate::domain::{
    document::{Number, Value},
    schema::{
        node::{Kind, Type},
        words,
    },
};

/// How much of a JSON cell's value its row shows.
const SUMMARY: usize = 300;

impl Form {
    pub(super) fn lines(&self) -> Vec<Row> {
        let mut rows = Lines { rows: Vec::new(), repeated: self.repeated() };
        let root = self.field(Self::ROOT);
        if root.is_object() {
            self.lines_inside(Self::ROOT, 0, &mut rows);
        } else {
            self.line(Self::ROOT, 0, &mut rows);
        }
        rows.rows
    }

    fn line(&self, id: FieldId, depth: u16, rows: &mut Lines) {
        let row = self.row(id, depth, &rows.repeated);
        let expanded = row.expanded;
        rows.rows.push(row);
        if expanded {
            self.lines_inside(id, depth.saturating_add(1), rows);
        }
    }

    fn lines_inside(&self, id: FieldId, depth: u16, rows: &mut Lines) {
        let field = self.field(id);
        if field.is_variant() {
            let Some(&content) = field.chosen.and_then(|c| field.branches.get(&c)) else { return };
            if self.field(content).is_object() {
                self.lines_inside(content, depth, rows);
            } else {
                self.line(content, depth, rows);
            }
            return;
        }
        for &child in &field.children {
            self.line(child, depth, rows);
        }
        if let Some(rest) = field.rest {
            if self.rest_has_row(rest) {
                self.line(rest, depth, rows);
            } else {
                self.lines_inside(rest, depth, rows);
            }
        }
    }

    /// Whether the further members of an object stand under a line of their own.
    pub(super) fn rest_has_row(&self, rest: FieldId) -> bool {
        let Some(object) = self.field(rest).parent.map(|p| self.field(p)) else { return false };
        match object.node.kind {
            Kind::Object => !self.field(rest).children.is_empty() || object.node.extra.described,
            _ => matches!(object.slot, Slot::Root),
        }
    }

    fn row(&self, id: FieldId, depth: u16, repeated: &BTreeSet<FieldId>) -> Row {
        let field = self.field(id);
        let presence = self.presence(id);
        let expandable = field.is_rest()
            || field.is_object() && (!field.node.properties.is_empty() || field.rest.is_some())
            || field.is_array() && !field.children.is_empty()
            || field.is_variant() && field.chosen.is_some();
        Row {
            id,
            depth,
            label: self.label(id),
            required: field.required(),
            widget: self.widget(id),
            presence,
            text: self.cell_text(id, presence),
            hint: if presence == Presence::Absent { hint(field) } else { String::new() },
            remark: self.remark(field),
            problem: self.problem(id, repeated),
            expandable,
            expanded: expandable && field.expanded,
            piece: field.piece(),
        }
    }

    pub(super) fn presence(&self, id: FieldId) -> Presence {
        let field = self.field(id);
        if field.is_rest() {
            return if field.children.is_empty() { Presence::Absent } else { Presence::Value };
        }
        match self.sent(id) {
            Sent::Not => Presence::Absent,
            Sent::Chosen(Value::Null) if !matches!(field.node.kind, Kind::Const(_)) => Presence::Null,
            Sent::Preset(_) | Sent::Chosen(_) => Presence::Value,
        }
    }

    pub(super) fn label(&self, id: FieldId) -> String {
        let field = self.field(id);
        match &field.slot {
            Slot::Root => "parameters".to_owned(),
            Slot::Property { name, .. } => name.clone(),
            Slot::Rest => {
                let free = field.parent.is_some_and(|p| self.field(p).node.properties.is_empty());
                if free { "parameters".to_owned() } else { "further entries".to_owned() }
            }
            Slot::Entry(key) => key.clone(),
            Slot::Item => {
                let siblings = field.parent.map(|p| self.field(p).children.as_slice()).unwrap_or_default();
                siblings.iter().position(|&s| s == id).map_or_else(String::new, |i| (i + 1).to_string())
            }
            Slot::Branch(index) => {
                let branch = field.parent.and_then(|p| self.field(p).node.branches.get(*index));
                branch.map(|b| b.label.clone()).unwrap_or_default()
            }
        }
    }

    fn widget(&self, id: FieldId) -> Widget {
        let field = self.field(id);
        if field.json.is_some() {
            return Widget::Json;
        }
        match &field.node.kind {
            _ if field.is_rest() => Widget::Map,
            Kind::Text if field.file().is_some() => Widget::File,
            Kind::Text => {
                let node = &field.node;
                let secret = node.write_only || node.format.as_deref() == Some("password");
                Widget::Text {
                    multiline: !secret && self.is_multiline(id),
                    secret,
                    format: node.format.as_deref().and_then(Format::named),
                }
            }
            Kind::Number { integer } => Widget::Number { integer: *integer },
            Kind::Toggle => Widget::Toggle,
            Kind::Choice => Widget::Choice,
            Kind::Const(_) => Widget::Const,
            Kind::Object => Widget::Object,
            Kind::Array => Widget::Array,
            Kind::Map => Widget::Map,
            Kind::Variant | Kind::Any => Widget::Variant,
        }
    }

    fn is_multiline(&self, id: FieldId) -> bool {
        const NAMES: [&str; 8] = ["body", "message", "text", "content", "description", "html", "notes", "query"];
        const FORMATS: [&str; 6] = ["textarea", "multiline", "markdown", "html", "text/html", "text/plain"];
        let field = self.field(id);
        if field.text.contains('\n') || field.node.format.as_deref().is_some_and(|f| FORMATS.contains(&f)) {
            return true;
        }
        if field.node.format.is_some() {
            return false;
        }
        if let Some(most) = &field.node.limits.most {
            return most.to_f64() >= 500.0;
        }
        let Slot::Property { name, .. } = &field.slot else { return false };
        let name = name.to_ascii_lowercase();
        NAMES.iter().any(|n| name.ends_with(n))
    }

    fn cell_text(&self, id: FieldId, presence: Presence) -> String {
        let field = self.field(id);
        match presence {
            Presence::Absent => return String::new(),
            Presence::Null => return "null".to_owned(),
            Presence::Value => {}
        }
        if let Some(text) = &field.json {
            let value = cell_value(field, text).ok().filter(|v| v.as_str() != Some(text));
            return value.map_or_else(|| text.clone(), |v| cut(&v.to_json()));
        }
        let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
        match &field.node.kind {
            _ if field.is_rest() => count(field.children.len(), "entry", "entries"),
            Kind::Text if field.file().is_some() => {
                let (name, size) = field.file().and_then(file_in).unwrap_or_default();
                let size = size.parse().map_or_else(|_| format!("{size} B"), crate::domain::text::human_size);
                format!("file {name} · {size}")
            }
            Kind::Text | Kind::Number { .. } => field.text.clone(),
            Kind::Toggle => field.pick.as_ref().map(words::label).unwrap_or_default(),
            Kind::Choice => {
                let picked = field.pick.as_ref();
                let known = field.node.choices.iter().find(|c| picked == Some(&c.value));
                known.map(|c| c.label.clone()).or_else(|| picked.map(words::label)).unwrap_or_default()
            }
            Kind::Const(value) => words::label(field.pick.as_ref().unwrap_or(value)),
            Kind::Object | Kind::Map => {
                let members = match self.sent(id).into_value() {
                    Some(Value::Object(members)) => members.len(),
                    _ => 0,
                };
                if members == 0 { "empty".to_owned() } else { count(members, "field", "fields") }
            }
            Kind::Array => count(field.children.len(), "item", "items"),
            Kind::Variant | Kind::Any => {
                let branch = field.chosen.and_then(|c| field.node.branches.get(c));
                branch.map(|b| b.label.clone()).unwrap_or_default()
            }
        }
    }

    fn remark(&self, field: &Field) -> Option<String> {
        let node = &field.node;
        let repeated = field.json.as_deref().and_then(repeated_name);
        let mut remarks: Vec<&str> = Vec::new();
        if node.deprecated {
            remarks.push("Deprecated.");
        }
        if node.read_only {
            remarks.push("Read-only: the server sets it.");
        }
        let closed = |f: &Field| f.node.extra.closed && f.node.extra.patterns.is_empty();
        let stranger = matches!(field.slot, Slot::Entry(_))
            && field.parent.and_then(|r| self.field(r).parent).is_some_and(|o| closed(self.field(o)));
        if stranger {
            remarks.push("Not a parameter the schema knows; sent all the same.");
        }
        if field.state == State::Preset {
            remarks.push("The only possible value, filled in for you.");
        }
        if let Some(words) = &repeated {
            remarks.push(words);
        } else if field.json.is_some() && !matches!(node.kind, Kind::Any) {
            remarks.push("Shown as JSON.");
        }
        remarks.extend(node.remarks.iter().map(String::as_str));
        (!remarks.is_empty()).then(|| remarks.join(" "))
    }

    /// What is wrong with what is typed, or what the last check said.
    pub(super) fn problem(&self, id: FieldId, repeated: &BTreeSet<FieldId>) -> Option<String> {
        self.draft_problem(id, repeated).or_else(|| self.problems.get(&id).cloned())
    }

    /// What is wrong with a field's text or key, whatever the schema says; `repeated` is [`Self::repeated`].
    pub(super) fn draft_problem(&self, id: FieldId, repeated: &BTreeSet<FieldId>) -> Option<String> {
        let field = self.field(id);
        if repeated.contains(&id) {
            return Some("This name occurs twice; most servers read only the last.".to_owned());
        }
        if field.state != State::Value {
            return None;
        }
        if let Some(text) = &field.json {
            return cell_value(field, text).err().map(|e| format!("Not JSON: {e}. It would be sent as text."));
        }
        let number = matches!(field.node.kind, Kind::Number { .. });
        (number && Number::parse(field.text.trim()).is_none())
            .then(|| "Not a number. It would be sent as text.".to_owned())
    }

    /// The members that are sent under a name that another member of the same object is sent under as well.
    pub(super) fn repeated(&self) -> BTreeSet<FieldId> {
        let mut repeated = BTreeSet::new();
        for object in &self.fields {
            // Only entries can bring a name in twice.
            let Some(entries) = object.rest.map(|r| &self.field(r).children).filter(|e| !e.is_empty()) else {
                continue;
            };
            let mut named: BTreeMap<&str, FieldId> = BTreeMap::new();
            for &member in object.children.iter().chain(entries) {
                let (Slot::Property { name, .. } | Slot::Entry(name)) = &self.field(member).slot else { continue };
                if self.sent(member) != Sent::Not
                    && let Some(other) = named.insert(name, member)
                {
                    repeated.extend([other, member]);
                }
            }
        }
        repeated
    }
}

/// Why an object stands as JSON in which a name occurs more than once: fields could show only one of them.
fn repeated_name(json: &str) -> Option<String> {
    let Ok(Value::Object(members)) = Value::parse(json.as_bytes()) else { return None };
    let mut seen = BTreeSet::new();
    let name = members.keys().find(|key| !seen.insert(*key))?;
    let name = crate::domain::text::start(name, 60);
    Some(format!("Shown as JSON, as {name:?} occurs in it more than once; most servers read only the last."))
}

/// Rows being made.
struct Lines {
    rows: Vec<Row>,
    repeated: BTreeSet<FieldId>,
}

/// What stands in a cell that is not sent.
fn hint(field: &Field) -> String {
    let node = &field.node;
    let more = if let Some(default) = &node.default {
        Some(format!("default {}", words::label(default)))
    } else if field.json.is_some() {
        let quirk = node.types.has(Type::Array) && !node.types.has(Type::Number);
        Some(if matches!(node.kind, Kind::Any) && quirk { "any JSON, or plain text" } else { "any JSON" }.to_owned())
    } else {
        match &node.kind {
            _ if field.is_rest() => Some("add entries by name".to_owned()),
            Kind::Const(value) => Some(format!("always {}", words::label(value))),
            Kind::Choice => Some(format!("{} choices", node.choices.len())),
            Kind::Variant | Kind::Any => Some(words::shapes(node)),
            Kind::Array => Some("a list".to_owned()),
            Kind::Map => Some("entries by name".to_owned()),
            Kind::Text if node.takes_file() => Some("a file: Enter chooses, or type @path".to_owned()),
            Kind::Text => node.examples.first().map(|e| format!("like {}", words::label(e))),
            Kind::Number { .. } | Kind::Toggle | Kind::Object => None,
        }
    };
    let old = if node.deprecated { " · deprecated" } else { "" };
    let set = if node.read_only { " · the server sets it" } else { "" };
    more.map_or_else(|| format!("not sent{old}{set}"), |m| format!("not sent{old}{set} · {m}"))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SUMMARY) {
        Some((i, _)) => format!("{}…", &text[..i]),
        None => text.to_owned(),
    }
}

impl Format {
    /// The format that JSON Schema's word stands for, if an interface can help with it.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word {
            "date-time" => Self::DateTime,
            "date" => Self::Date,
            "time" => Self::Time,
            "email" | "idn-email" => Self::Email,
            "uri" | "uri-reference" | "iri" | "iri-reference" | "url" => Self::Uri,
            "uuid" => Self::Uuid,
            "binary" | "byte" | "base64" => Self::Binary,
            _ => return None,
        })
    }
}
