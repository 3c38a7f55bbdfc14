//! What lies over the form: the editor of many lines, the JSON view, the person's own editor, pickers and menus.

use super::{
    super::{
        chooser::{Chooser, Item},
        effect::Effect,
        open_form::{JsonView, LinesEditor, is_typed},
        overlay::Overlay,
        page::{Page, Tone},
        request,
        state::{App, Front},
        text_field::TextField,
    },
    form::Editing,
};
use crate::domain::{
    document::Value,
    form::{Edit, PasteError, Presence, Widget},
    redact::secret_parameters,
};

impl App {
    pub(super) fn open_lines(&mut self) {
        let Some(form) = &mut self.form else { return };
        let Some(field) = form.field() else { return };
        let text = TextField::lines_of(&form.form.edit_text(field));
        form.lines = Some(LinesEditor { field, text });
    }

    pub(super) fn leave_editor(&mut self) {
        let Some(form) = &mut self.form else { return };
        if form.lines.take().is_some() {
            form.enter_cell();
        } else if form.json.is_some() {
            self.toggle_json();
        }
    }

    /// Opens the JSON view, or takes it over into the form and closes it. JSON that is none is said so once; leaving
    /// again keeps it for the next time and the form as it was.
    pub(super) fn toggle_json(&mut self) {
        let Some(form) = &mut self.form else { return };
        let Some(json) = &form.json else {
            let text = form.unfinished_json.take().unwrap_or_else(|| form.form.value().to_json_pretty());
            let error = Value::parse(text.as_bytes()).err().map(|e| format!("Not JSON: {e}."));
            form.lines = None;
            form.json = Some(JsonView { text: TextField::lines_of(&text), error });
            if let Some(json) = &mut form.json {
                json.text.set_cursor(0, 0);
            }
            return;
        };
        if json.error.is_some() {
            form.unfinished_json = Some(json.text.text());
            form.json = None;
            form.enter_cell();
            self.say(Tone::Warning, "The JSON is not finished; it is kept for the next ^T, and the form is as it was.");
            return;
        }
        self.take_over_json();
    }

    /// Takes the JSON view over into the form and closes it. Returns false where it is no JSON; the cursor is then at
    /// the place that does not fit.
    pub(super) fn take_over_json(&mut self) -> bool {
        let Some(form) = &mut self.form else { return true };
        let Some(json) = &mut form.json else { return true };
        let text = json.text.text();
        let is_curl = text.trim_start().starts_with("curl ");
        let loaded = match form.form.load_json(&text) {
            // What fills the fields when it is pasted over them fills them from here as well.
            Err(_) if is_curl => form.form.paste(&text),
            loaded => loaded.map_err(PasteError::NotJson),
        };
        match loaded {
            Ok(()) => {
                form.json = None;
                form.unfinished_json = None;
                form.warned_about = None;
                form.refresh();
                form.enter_cell();
                self.draft_changed();
                true
            }
            Err(error) => {
                let words = match &error {
                    PasteError::NotJson(at) if !is_curl => {
                        json.text.set_cursor(at.line.saturating_sub(1), at.column.saturating_sub(1));
                        format!("Not JSON: {at}.")
                    }
                    PasteError::NotJson(at) => format!("The body of the curl command is not JSON: {at}."),
                    PasteError::NoBody => "This curl command sends no body.".to_owned(),
                };
                json.error = Some(words.clone());
                self.say(Tone::Error, format!("{words} Esc leaves it for later."));
                false
            }
        }
    }

    /// Hands the field, the JSON or the answer in front to the person's editor.
    pub(super) fn open_editor(&mut self) -> Vec<Effect> {
        if self.front() == Front::Response || self.form.is_none() || !self.showing_form {
            return self.answer_in_editor();
        }
        let Some(form) = &mut self.form else { return Vec::new() };
        if let Some(json) = &form.json {
            self.editing = Some(Editing::Json);
            return vec![Effect::Edit { text: json.text.text(), suffix: ".json" }];
        }
        let typed = form.row().filter(|r| is_typed(r.widget)).map(|r| (r.id, r.widget));
        match form
            .lines
            .as_ref()
            .map(|l| (l.field, Widget::Text { multiline: true, secret: false, format: None }))
            .or(typed)
        {
            Some((field, widget)) => {
                let text = form.form.edit_text(field);
                self.editing = Some(Editing::Field(field));
                vec![Effect::Edit { text, suffix: if widget == Widget::Json { ".json" } else { ".txt" } }]
            }
            None => {
                let text = form.form.value().to_json_pretty();
                self.editing = Some(Editing::Json);
                vec![Effect::Edit { text, suffix: ".json" }]
            }
        }
    }

    pub(super) fn edited(&mut self, result: Result<Option<String>, String>) -> Vec<Effect> {
        let editing = self.editing.take();
        let text = match result {
            Ok(Some(text)) => text,
            Ok(None) => return Vec::new(),
            Err(why) => {
                self.say(Tone::Error, why);
                return Vec::new();
            }
        };
        match editing {
            Some(Editing::Field(field)) => {
                let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
                if self.edit(field, Edit::Text(text.clone()))
                    && let Some(form) = &mut self.form
                {
                    match &mut form.lines {
                        Some(lines) => lines.text.set(&text),
                        // The cell shows, and goes on from, what the editor left.
                        None => form.enter_cell(),
                    }
                }
            }
            Some(Editing::Json) => {
                if let Some(form) = &mut self.form {
                    form.json = Some(JsonView { text: TextField::lines_of(&text), error: None });
                    self.take_over_json();
                }
            }
            Some(Editing::Answer) | None => {}
        }
        Vec::new()
    }

    // What lies over the form.

    pub(super) fn open_picker(&mut self) {
        let Some(form) = &self.form else { return };
        let Some(row) = form.row() else { return };
        let choices = form.form.choices(row.id);
        if choices.is_empty() {
            self.say(Tone::Hint, "There is nothing to choose from; ^G offers other ways.");
            return;
        }
        let at = choices.iter().position(|c| row.presence == Presence::Value && c.label == row.text).unwrap_or(0);
        let items =
            choices.into_iter().map(|c| Item { label: c.label, note: c.description.unwrap_or_default() }).collect();
        self.overlays.push(Overlay::Picker {
            field: row.id,
            title: row.label.clone(),
            chooser: Chooser::new(items, at),
            variants: row.widget == Widget::Variant,
        });
    }

    pub(super) fn show_request(&mut self) {
        if !self.take_over_json() {
            return;
        }
        let wire = self.wire();
        let credential = self.form.as_ref().and_then(|f| self.credential_of(&f.action));
        let Some(form) = &mut self.form else { return };
        form.check = form.form.check();
        form.refresh();
        let value = form.form.value();
        let schema = self.catalogue.get().and_then(|l| l.catalogue.get(&form.action)).map(|action| action.schema());
        let secret = schema.map_or_else(Vec::new, |schema| secret_parameters(&schema, &value));
        let (session, action, credential) = (&self.session, &*form.action, credential.as_deref());
        let lines = request::lines(&request::Sent { session, action, wire, credential, secret: &secret }, &value);
        let mut page = Page { lines, scroll: 0 };
        page.gap();
        for problem in super::run::problems(&form.check) {
            page.line(Tone::Warning, problem);
        }
        if let Some(why) = &form.check.not_checked {
            page.line(Tone::Hint, why.clone());
        }
        self.overlays.push(Overlay::Request(page));
    }
}
