//! A form made from a JSON Schema: the fields an action's parameters are filled in with.
//!
//! Every field has one of three states: absent (not sent), `null`, or a value; nothing is sent that was not chosen. What
//! the schema leaves open or says in a way that no widget fits becomes a JSON cell for that field alone. Fields are made
//! when they come into sight, so a schema that refers to itself, or that would unfold to a billion fields, costs no more
//! than what is looked at.

mod apply;
mod blame;
mod check;
mod draft;
mod edit;
mod field;
mod file;
mod fill;
mod grow;
mod history;
mod paste;
mod rows;
mod sent;
#[cfg(test)]
mod tests;
mod uuid;
mod view;

use std::{collections::BTreeMap, sync::Arc};

pub use edit::{Edit, EditError};
pub use file::{file_in, file_value, media_type};
pub use paste::{PasteError, parameters_in};
pub use uuid::uuid;
pub use view::{About, FieldId, Format, Likeness, Piece, Presence, Row, Widget};

pub use crate::domain::schema::node::Choice;
use crate::domain::{
    document::{ParseError, Pointer, Value},
    redact::Known,
    schema::{
        node::{Kind, Node, Place},
        refs::Schema,
        validate::Checker,
        words,
    },
};
use field::{Field, Slot, State};
use history::{History, Typing, Way};

/// How much of a field's description is looked through, in bytes.
const LOOKED_THROUGH: usize = 2_000;

/// What checking the form said; advisory, as real schemas are wrong often enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// What is wrong, in the order of the form.
    pub problems: Vec<Problem>,
    /// Why the schema, or parts of it, could not be used to check: no objection to sending.
    pub not_checked: Option<String>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field to go to: the one concerned, or the nearest around it.
    pub field: FieldId,
    /// Where in the value.
    pub at: Pointer,
    /// What is wrong, as a sentence that names the field.
    pub words: String,
}

/// The form. See the [module](self) for its rules.
#[derive(Debug, Clone)]
pub struct Form {
    schema: Arc<Schema>,
    raw: Arc<Value>,
    fields: Vec<Arc<Field>>,
    nodes: BTreeMap<Place, Arc<Node>>,
    /// What the last check said, by field; what is edited since is taken out.
    problems: BTreeMap<FieldId, String>,
    checker: Option<Arc<Checker>>,
    history: History,
}

impl Form {
    /// A form for `schema`, whatever it is; nothing is filled in but lone required constants.
    pub fn new(schema: &Value) -> Self {
        let laid_out = Schema::new(schema);
        let (place, node) = Node::parameters(&laid_out);
        let mut root = Field::new(None, Slot::Root, place, Arc::new(node));
        root.state = if root.is_object() { State::Value } else { root.state };
        root.expanded = true;
        let mut form = Self {
            schema: Arc::new(laid_out),
            raw: Arc::new(schema.clone()),
            fields: vec![Arc::new(root)],
            nodes: BTreeMap::new(),
            problems: BTreeMap::new(),
            checker: None,
            history: History::default(),
        };
        form.grow(Self::ROOT);
        let root = form.field(Self::ROOT);
        if root.is_object() && (root.node.properties.is_empty() && !root.node.extra.closed || root.node.extra.described)
        {
            form.rest(Self::ROOT);
        }
        form
    }

    /// The field that is the whole form: the one to give [`Edit::Json`], [`Edit::AsJson`], [`Edit::AddEntry`] and
    /// [`Edit::Absent`] (empties the form) for all parameters at once.
    pub const fn root(&self) -> FieldId {
        Self::ROOT
    }

    /// The visible lines, top to bottom.
    pub fn rows(&self) -> Vec<Row> {
        self.lines()
    }

    /// Where the cursor starts.
    pub fn first_field(&self) -> Option<FieldId> {
        let rows = self.rows();
        let to_fill = rows.iter().find(|r| r.widget != Widget::Const);
        to_fill.or_else(|| rows.first()).map(|r| r.id)
    }

    /// What the schema says about a field.
    pub fn about(&self, field: FieldId) -> Option<About> {
        let known = self.in_sight(field).then(|| self.field(field))?;
        let node = &known.node;
        Some(About {
            title: node.title.clone(),
            description: node.description.clone(),
            type_words: if known.is_rest() { "entries by name".to_owned() } else { words::type_words(node) },
            default: node.default.clone(),
            examples: node.examples.clone(),
            nullable: node.nullable,
            takes_file: node.takes_file(),
            guessed: node.guessed,
            pointer: self.pointer(field),
            remarks: node.remarks.clone(),
            problem: self.problem(field, &self.repeated()),
        })
    }

    /// How much a field is like `words`, which are in lower case: by its name, else by what the schema says of it.
    pub fn likeness(&self, row: &Row, words: &[&str]) -> Likeness {
        let name = row.label.to_lowercase();
        if words.first().is_some_and(|first| name.starts_with(first)) && words.iter().all(|w| name.contains(w)) {
            return Likeness::Begins;
        }
        if words.iter().all(|w| name.contains(w)) {
            return Likeness::Named;
        }
        let Some(known) = self.fields.get(row.id.0 as usize) else { return Likeness::None };
        let description = crate::domain::text::start(&known.node.description, LOOKED_THROUGH);
        let told = format!("{name} {} {description}", known.node.title.as_deref().unwrap_or_default()).to_lowercase();
        if words.iter().all(|w| told.contains(w)) { Likeness::Told } else { Likeness::None }
    }

    /// The values or shapes a field offers; empty for fields that are not chosen from a list.
    ///
    /// A JSON cell for anything offers the types it could be: choosing one shows fields instead of JSON.
    pub fn choices(&self, field: FieldId) -> Vec<Choice> {
        let Some(known) = self.fields.get(field.0 as usize).filter(|_| self.in_sight(field)) else { return Vec::new() };
        match known.node.kind {
            _ if known.is_rest() => Vec::new(),
            Kind::Choice => known.node.choices.clone(),
            Kind::Toggle => [true, false]
                .map(|b| Choice { label: b.to_string(), value: Value::Bool(b), description: None })
                .to_vec(),
            Kind::Variant | Kind::Any => {
                let branches = known.node.branches.iter();
                let shape = |b: &crate::domain::schema::node::Branch| Choice {
                    label: b.label.clone(),
                    value: Value::Null,
                    description: b.description.clone(),
                };
                branches.map(shape).collect()
            }
            Kind::Text | Kind::Number { .. } | Kind::Const(_) | Kind::Object | Kind::Array | Kind::Map => Vec::new(),
        }
    }

    /// Which of [`Form::choices`] is chosen now.
    pub fn chosen(&self, field: FieldId) -> Option<usize> {
        let known = self.in_sight(field).then(|| self.field(field))?;
        if known.is_variant() {
            return known.chosen.filter(|_| known.state != State::Absent);
        }
        let picked = known.pick.as_ref().filter(|_| known.state == State::Value)?;
        self.choices(field).iter().position(|c| c.value == *picked)
    }

    /// What an editor opens with: the cell's text exactly as it was left, or the field's value as JSON laid out.
    pub fn edit_text(&self, field: FieldId) -> String {
        if !self.in_sight(field) {
            return String::new();
        }
        let known = self.field(field);
        if let Some(text) = &known.json {
            return text.clone();
        }
        match &known.node.kind {
            Kind::Text if known.file().is_some() => String::new(),
            Kind::Text | Kind::Number { .. } if known.state == State::Value => known.text.clone(),
            Kind::Text | Kind::Number { .. } => String::new(),
            Kind::Toggle | Kind::Choice | Kind::Const(_) => {
                self.sent(field).into_value().as_ref().map(words::label).unwrap_or_default()
            }
            Kind::Object | Kind::Array | Kind::Map | Kind::Variant | Kind::Any => {
                self.sent(field).into_value().map(|v| v.to_json_pretty()).unwrap_or_default()
            }
        }
    }

    /// Changes one field. `Some` is the field the cursor should go to now.
    ///
    /// # Errors
    /// [`EditError`] when the field has no such change; the form is then as it was.
    pub fn edit(&mut self, field: FieldId, edit: Edit) -> Result<Option<FieldId>, EditError> {
        if !self.in_sight(field) {
            return Err(EditError::NoSuchField);
        }
        let before = self.fields.clone();
        let typing = match &edit {
            Edit::Text(text) => Some(Typing::of(field, &self.edit_text(field), text)),
            _ => None,
        };
        let looking = matches!(edit, Edit::Fold(_));
        match self.apply(field, edit) {
            Ok(next) => {
                if !looking {
                    self.refresh(field);
                    self.forget_problems(field);
                    self.history.note(before, field, typing);
                }
                Ok(next.map(|n| self.nearest(n)))
            }
            Err(e) => {
                self.fields = before;
                Err(e)
            }
        }
    }

    /// Takes the last change back; a word typed in one go is one change. The field it was made in, if there was one.
    pub fn undo(&mut self) -> Option<FieldId> {
        self.step(Way::Back)
    }

    /// Makes the change again that was taken back last. The field it was made in, if there was one.
    pub fn redo(&mut self) -> Option<FieldId> {
        self.step(Way::Forth)
    }

    /// Says that the typing so far is over: what is typed next is a change of its own.
    pub fn pause(&mut self) {
        self.history.pause();
    }

    /// Unfolds what stands around a field, so that it has a row; the field, or the nearest one that is part of the form.
    pub fn uncover(&mut self, field: FieldId) -> FieldId {
        let mut at = field;
        while at.0 as usize >= self.fields.len() || !self.in_sight(at) {
            at = self.fields.get(at.0 as usize).and_then(|f| f.parent).unwrap_or(Self::ROOT);
        }
        let mut around = self.field(at).parent;
        while let Some(id) = around {
            if !self.field(id).expanded {
                self.field_mut(id).expanded = true;
            }
            around = self.field(id).parent;
        }
        self.shown(at)
    }

    /// Exactly what would be sent: only chosen fields, in schema order.
    ///
    /// Text that is not valid in its cell (a number cell holding `12a`, a JSON cell holding half an object) is sent as
    /// a string, so that nothing typed is ever dropped in silence; [`Form::check`] reports it.
    pub fn value(&self) -> Value {
        self.sent(Self::ROOT).into_value().unwrap_or_else(Value::object)
    }

    /// Fills the form from `value`; fields `value` does not have become absent. What no field fits is kept and shown.
    ///
    /// Afterwards [`Form::value`] is `value` exactly, but for the order of members where the schema has its own.
    pub fn load(&mut self, value: &Value) {
        let before = self.fields.clone();
        self.fill(Self::ROOT, value);
        self.problems.clear();
        self.history.note(before, Self::ROOT, None);
    }

    /// Fills the form from JSON text.
    ///
    /// # Errors
    /// [`ParseError`] with line and column; the form is then as it was.
    pub fn load_json(&mut self, text: &str) -> Result<(), ParseError> {
        self.load(&Value::parse(text.as_bytes())?);
        Ok(())
    }

    /// Checks [`Form::value`] against the schema and marks the rows concerned.
    pub fn check(&mut self) -> Check {
        self.run_check()
    }

    /// Everything typed, valid or not, as a value to be stored.
    pub fn to_draft(&self) -> Value {
        self.draft_of(Self::ROOT)
    }

    /// The same without what must not be stored: fields that are secret by the schema, by name, or by the look of what
    /// is typed, and those that hold what is `known` to be secret.
    pub fn to_draft_without_secrets(&self, known: &Known) -> Value {
        let mut form = self.clone();
        form.forget_secrets(known);
        form.to_draft()
    }

    /// The form for `schema` with a stored draft in it, also where the schema has changed since.
    pub fn from_draft(schema: &Value, draft: &Value) -> Self {
        let mut form = Self::new(schema);
        if draft.get("s").is_some() {
            form.restore(Self::ROOT, draft);
            form.field_mut(Self::ROOT).expanded = true;
        }
        form
    }

    /// The same form for another schema: with all that is typed, and with its changes, which can still be taken back.
    #[must_use]
    pub fn for_schema(&self, schema: &Value) -> Self {
        Self { history: History::after(self), ..Self::from_draft(schema, &self.to_draft()) }
    }

    /// The schema it was made from.
    pub fn schema(&self) -> &Value {
        &self.raw
    }

    /// Whether it was made from this schema.
    pub fn is_for(&self, schema: &Value) -> bool {
        *self.raw == *schema
    }

    /// The field at a place in what is sent, or the nearest around it; what hides it is unfolded.
    pub fn field_at(&mut self, pointer: &Pointer) -> FieldId {
        let field = self.at_pointer(pointer);
        self.uncover(field)
    }

    /// Whether a field is part of the form as it is now.
    fn in_sight(&self, id: FieldId) -> bool {
        let mut at = id;
        while let Some(field) = self.fields.get(at.0 as usize) {
            let Some(parent) = field.parent else { return true };
            let above = self.field(parent);
            let listed = match field.slot {
                Slot::Root => true,
                Slot::Rest => above.rest == Some(at),
                Slot::Property { .. } | Slot::Item | Slot::Entry(_) => above.children.contains(&at),
                Slot::Branch(index) => above.chosen == Some(index) && above.branches.get(&index) == Some(&at),
            };
            if !listed || above.json.is_some() {
                return false;
            }
            at = parent;
        }
        false
    }

    /// The field itself, or the nearest one around it that is part of the form now.
    fn nearest(&self, id: FieldId) -> FieldId {
        let mut at = id;
        while !self.in_sight(at) {
            at = self.field(at).parent.unwrap_or(Self::ROOT);
        }
        self.shown(at)
    }

    /// Goes one change back or forth, also among those made before the form followed its present schema.
    fn step(&mut self, way: Way) -> Option<FieldId> {
        if let Some(at) = self.history.step(way, &mut self.fields) {
            self.problems.clear();
            return Some(self.uncover(at));
        }
        let before = self.fields.clone();
        let draft = self.to_draft();
        while let Some((earlier, at)) = self.history.step_before(way) {
            self.wipe(Self::ROOT);
            let root = self.field_mut(Self::ROOT);
            root.state = if root.is_object() { State::Value } else { root.state };
            self.restore(Self::ROOT, &earlier.to_draft());
            self.field_mut(Self::ROOT).expanded = true;
            let at = self.field_at(&earlier.pointer(at));
            // A change in a field that the present schema does not have is none here.
            if self.to_draft() != draft {
                self.history.stepped(way, before, at);
                self.problems.clear();
                return Some(at);
            }
            self.fields.clone_from(&before);
        }
        None
    }

    fn forget_problems(&mut self, id: FieldId) {
        let mut at = Some(id);
        while let Some(id) = at {
            self.problems.remove(&id);
            at = self.field(id).parent;
        }
    }
}
