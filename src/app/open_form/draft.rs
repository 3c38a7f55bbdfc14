//! What of an open form is kept when it is left: what is typed into its fields, and JSON that is not finished.

use std::sync::Arc;

use super::{At, Filter, LinesEditor, OpenForm, TextField};
use crate::domain::{
    document::Value,
    form::{FieldId, Form, Widget},
    redact::Known,
};

/// The member of a draft that holds the text of the JSON view; the form's own are one letter each.
const JSON: &str = "json";

impl OpenForm {
    /// Opens the form for `schema` with a draft in it.
    pub fn from_draft(action: Arc<str>, schema: &Value, draft: &Value) -> Self {
        let mut open = Self::new(action, Form::from_draft(schema, draft));
        open.unfinished_json = draft.get(JSON).and_then(Value::as_str).map(str::to_owned);
        open
    }

    /// Everything typed, valid or not; nothing where nothing is.
    pub fn draft(&self) -> Option<Value> {
        Self::keep(&self.form, || self.form.to_draft(), self.written_json())
    }

    /// The same without what must not be stored, what is `known` to be secret included.
    pub fn draft_without_secrets(&self, known: &Known) -> Option<Value> {
        let json = self.written_json().filter(|text| !self.form.tells_secrets(text, known));
        Self::keep(&self.form, || self.form.to_draft_without_secrets(known), json)
    }

    fn keep(form: &Form, draft: impl Fn() -> Value, json: Option<String>) -> Option<Value> {
        if form.is_blank() && json.is_none() {
            return None;
        }
        let mut draft = draft();
        if let (Some(json), Some(members)) = (json, draft.as_object_mut()) {
            members.insert(JSON, json);
        }
        Some(draft)
    }

    /// The text of the JSON view, where it says anything else than the fields.
    fn written_json(&self) -> Option<String> {
        match &self.json {
            Some(json) => Some(json.text.text()).filter(|text| *text != self.form.value().to_json_pretty()),
            None => self.unfinished_json.clone(),
        }
    }

    /// The same form for another schema: with all that is typed, the cursor where it was, and what lay over it.
    #[must_use]
    pub fn for_schema(self, schema: &Value) -> Self {
        let form = self.form.for_schema(schema);
        let place = |field: FieldId| self.form.about(field).map(|about| about.pointer);
        let mut open = Self::new(Arc::clone(&self.action), form);
        let there = |open: &mut Self, field| place(field).map(|pointer| open.form.field_at(&pointer));
        let filter = self.filter.as_ref().map(|filter| Filter { text: filter.text.clone(), ..*filter });
        open.filter = filter;
        open.refresh();
        match self.at {
            At::Field(field) => {
                if let Some(field) = there(&mut open, field) {
                    open.refresh();
                    open.go(At::Field(field));
                }
            }
            button @ At::Button(_) => open.go(button),
        }
        let text = |cell: &Option<TextField>| cell.as_ref().map(TextField::text);
        if text(&open.cell) == text(&self.cell) {
            // The cell's own cursor stays too.
            open.cell.clone_from(&self.cell);
        }
        open.lines = self.lines.as_ref().and_then(|lines| {
            let field = there(&mut open, lines.field)?;
            let row = open.rows.iter().find(|row| row.id == field)?;
            let takes_lines = matches!(row.widget, Widget::Text { .. } | Widget::Json);
            takes_lines.then(|| LinesEditor { field, text: lines.text.clone() })
        });
        Self {
            scroll: self.scroll,
            json: self.json,
            unfinished_json: self.unfinished_json,
            saved_as: self.saved_as,
            filled_with: self.filled_with,
            ..open
        }
    }
}
