//! A form made from a JSON Schema: the fields an action's parameters are filled in with.
//!
//! Every field has one of three states: absent (not sent), `null`, or a value; nothing is sent that was not chosen. What
//! the schema leaves open or says in a way that no widget fits becomes a JSON cell for that field alone. Fields are made
//! when they come into sight, so a schema that refers to itself, or that would unfold to a billion fields, costs no more
//! than what is looked at.

mod edit;
mod view;

pub use edit::{Edit, EditError};
pub use view::{About, Choice, FieldId, Format, Presence, Row, Widget};

use crate::domain::document::{ParseError, Pointer, Value};

/// What checking the form said; advisory, as real schemas are wrong often enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Check {
    /// What is wrong, in the order of the form.
    pub problems: Vec<Problem>,
    /// Why the schema could not be used to check, if it could not: no objection to sending.
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
    schema: Value,
    loaded: Value,
}

impl Form {
    /// A form for `schema`, whatever it is; nothing is filled in but lone required constants.
    pub fn new(schema: &Value) -> Self {
        Self { schema: schema.clone(), loaded: Value::object() }
    }

    /// The visible lines, top to bottom.
    pub fn rows(&self) -> Vec<Row> {
        Vec::new()
    }

    /// Where the cursor starts.
    pub fn first_field(&self) -> Option<FieldId> {
        None
    }

    /// What the schema says about a field.
    pub fn about(&self, _field: FieldId) -> Option<About> {
        None
    }

    /// The values or shapes a field offers; empty for fields that are not chosen from a list.
    pub fn choices(&self, _field: FieldId) -> Vec<Choice> {
        Vec::new()
    }

    /// What an editor opens with: the cell's text exactly as it was left, or the field's value as JSON laid out.
    pub fn edit_text(&self, _field: FieldId) -> String {
        String::new()
    }

    /// Changes one field. `Some` is the field the cursor should go to now.
    ///
    /// # Errors
    /// [`EditError`] when the field has no such change; the form is then as it was.
    pub fn edit(&mut self, _field: FieldId, _edit: Edit) -> Result<Option<FieldId>, EditError> {
        Err(EditError::NoSuchField)
    }

    /// Exactly what would be sent: only chosen fields, in schema order.
    ///
    /// Text that is not valid in its cell (a number cell holding `12a`, a JSON cell holding half an object) is sent as
    /// a string, so that nothing typed is ever dropped in silence; [`Form::check`] reports it.
    pub fn value(&self) -> Value {
        self.loaded.clone()
    }

    /// Fills the form from `value`; fields `value` does not have become absent. What no field fits is kept and shown.
    pub fn load(&mut self, value: &Value) {
        self.loaded = value.clone();
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
        let _ = &self.schema;
        Check::default()
    }

    /// Everything typed, valid or not, as a value to be stored.
    pub fn to_draft(&self) -> Value {
        self.loaded.clone()
    }

    /// The form for `schema` with a stored draft in it, also where the schema has changed since.
    pub fn from_draft(schema: &Value, draft: &Value) -> Self {
        Self { schema: schema.clone(), loaded: draft.clone() }
    }
}
