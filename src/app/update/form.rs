//! The form pane: moving among fields, typing, the editors over it.

use std::time::Duration;

use super::super::{
    command::{Form as F, Move},
    effect::Effect,
    geometry::Pane,
    open_form::{At, Button, OpenForm},
    overlay::Overlay,
    page::Tone,
    state::{App, Front},
    text_field::TextField,
};
use super::undo::Way;
use crate::domain::form::{Edit, FieldId, Format, Presence, Row, Widget};

/// What a person's editor was opened on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Editing {
    /// One field.
    Field(FieldId),
    /// The whole form as JSON.
    Json,
    /// An answer, to look at only.
    Answer,
}

/// How long after the last change a draft is kept: long enough not to write at every key.
pub(super) const DRAFT_REST: Duration = Duration::from_millis(800);

impl App {
    /// Changes a field, and lets rows, draft and cursor follow. Returns whether the change was made.
    pub(super) fn edit(&mut self, field: FieldId, edit: Edit) -> bool {
        let typing = matches!(edit, Edit::Text(_));
        let Some(form) = &mut self.form else { return false };
        match form.form.edit(field, edit) {
            Ok(go) => {
                form.warned_about = None;
                form.runs_when_read &= !typing;
                if !form.check.problems.is_empty() {
                    form.check = form.form.check();
                }
                form.refresh();
                self.notice = None;
                if let Some(field) = go.filter(|f| Some(*f) != form.field()) {
                    form.go(At::Field(field));
                } else if !typing {
                    form.enter_cell();
                }
                self.draft_changed();
                true
            }
            Err(error) => {
                let text = error.to_string();
                let mut chars = text.chars();
                let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
                self.say(Tone::Warning, format!("{first}{}.", chars.as_str().trim_end_matches('.')));
                false
            }
        }
    }

    pub(super) fn form_text_changed(&mut self) {
        let Some(form) = &mut self.form else { return };
        if form.is_filtering() && form.json.is_none() {
            form.refilter();
        } else if let Some(lines) = &form.lines {
            let (field, text) = (lines.field, lines.text.text());
            self.edit(field, Edit::Text(text));
        } else if let Some(json) = &mut form.json {
            if json.error.take().is_some() {
                // What was said of it is of an earlier text.
                self.notice = None;
            }
            self.draft_changed();
        } else if let (Some(cell), Some(field)) = (&form.cell, form.field()) {
            let text = cell.text();
            self.edit(field, Edit::Text(text));
        }
    }

    /// A letter typed on a field that is not text: it begins the search in the field's choices.
    pub(super) fn typed_on_field(&mut self, c: char) -> Vec<Effect> {
        if self.front() != Front::Form {
            return Vec::new();
        }
        let Some(row) = self.form.as_ref().and_then(OpenForm::row) else { return Vec::new() };
        match row.widget {
            Widget::Choice | Widget::Variant => {
                self.open_picker();
                if let Some(Overlay::Picker { chooser, .. }) = self.overlays.last_mut() {
                    chooser.filter.set(&c.to_string());
                    chooser.refilter();
                }
            }
            // Text of several lines has no cell; typing goes on in its editor.
            Widget::Text { .. } | Widget::Number { .. } | Widget::Json => {
                self.open_lines();
                let form = self.form.as_mut().and_then(|f| f.lines.as_mut());
                if let Some(lines) = form {
                    lines.text.paste(&c.to_string());
                    self.form_text_changed();
                }
            }
            Widget::File => return self.choose_file(row.id),
            Widget::Toggle | Widget::Const | Widget::Object | Widget::Array | Widget::Map => {
                let words = keys_instead(row);
                self.say(Tone::Hint, words);
            }
        }
        Vec::new()
    }

    /// Pasted text with a meaning beyond its letters: a JSON object or a curl command fills the form, several lines open an
    /// editor.
    pub(super) fn paste_into_form(&mut self, text: &str) -> Option<Vec<Effect>> {
        let form = self.form.as_mut()?;
        if form.lines.is_some() || form.json.is_some() || form.is_filtering() {
            return None;
        }
        let empty_cell = form.cell.as_ref().is_none_or(TextField::is_empty);
        let takes_json = form.row().is_some_and(|r| r.widget == Widget::Json);
        let is_curl = text.trim_start().starts_with("curl ");
        // A placeholder such as {{name}} begins like an object and is none.
        let is_object = text.trim_start().starts_with('{') && !text.trim_start().starts_with("{{") && !takes_json;
        let pasted = (empty_cell && (is_object || is_curl)).then(|| form.form.paste(text));
        if pasted == Some(Ok(())) {
            form.warned_about = None;
            form.refresh();
            form.enter_cell();
            self.keep_draft_at = Some(self.now.uptime);
            let what = if is_curl { "curl command" } else { "JSON" };
            self.say(Tone::Good, format!("Filled the form from the pasted {what}. ^_ takes that back."));
            return Some(Vec::new());
        }
        let many = text.trim_end_matches(['\n', '\r']).contains('\n');
        let is_text = form.row().is_some_and(|r| matches!(r.widget, Widget::Text { .. } | Widget::Json));
        if many && is_text {
            self.open_lines();
            let lines = self.form.as_mut().and_then(|f| f.lines.as_mut())?;
            lines.text.paste(text);
            self.form_text_changed();
        } else if pasted.is_none() {
            return None;
        } else if let Some(cell) = &mut form.cell {
            cell.paste(text);
            self.form_text_changed();
        }
        if let Some(Err(why)) = pasted {
            let taken = if is_text { "Pasted as text" } else { "Nothing was filled in" };
            self.say(Tone::Warning, format!("{taken}: {why}."));
        }
        Some(Vec::new())
    }

    pub(super) fn form_move(&mut self, motion: Move) -> Vec<Effect> {
        let height = isize::try_from(self.form_height().max(2) - 1).unwrap_or(1);
        let Some(form) = &mut self.form else { return Vec::new() };
        match motion {
            Move::Up => form.move_by(-1),
            Move::Down => form.move_by(1),
            Move::PageUp => form.move_by(-height),
            Move::PageDown => form.move_by(height),
            Move::Top => form.move_by(isize::MIN),
            Move::Bottom => form.move_by(isize::MAX),
            Move::Enter => return self.form_enter(),
            Move::Toggle => self.toggle_field(),
            Move::Fold => self.fold_field(true),
            Move::Unfold => self.fold_field(false),
            Move::Back if form.filter.is_some() => form.end_filter(false),
            Move::Back => return self.focus_on(Pane::Catalogue),
        }
        Vec::new()
    }

    fn form_enter(&mut self) -> Vec<Effect> {
        let Some(form) = &mut self.form else { return Vec::new() };
        if form.is_filtering() {
            form.end_filter(true);
            return Vec::new();
        }
        let row = match form.at() {
            At::Button(button) => return self.press(button),
            At::Field(_) => form.row().cloned(),
        };
        let Some(row) = row else { return Vec::new() };
        match row.widget {
            Widget::File => return self.choose_file(row.id),
            Widget::Text { format: Some(Format::Binary), .. } => {
                let typed = form.cell.as_ref().map(TextField::text).unwrap_or_default();
                match typed.strip_prefix('@') {
                    Some(path) => return super::files::read_file(row.id, path),
                    None if typed.is_empty() => return self.choose_file(row.id),
                    None => form.move_by(1),
                }
            }
            Widget::Text { multiline, .. } if form.cell.as_ref().is_none_or(|c| multiline && c.is_empty()) => {
                self.open_lines();
            }
            Widget::Json => self.open_lines(),
            Widget::Choice | Widget::Variant => self.open_picker(),
            Widget::Array if row.presence != Presence::Value || is_empty_container(&row) => {
                self.edit(row.id, Edit::AddItem);
            }
            Widget::Map if row.presence != Presence::Value || is_empty_container(&row) => self.ask_for_key(row.id),
            Widget::Object | Widget::Array | Widget::Map if !row.expanded => self.unfold_into(&row),
            Widget::Text { .. }
            | Widget::Number { .. }
            | Widget::Toggle
            | Widget::Const
            | Widget::Object
            | Widget::Array
            | Widget::Map => form.move_by(1),
        }
        Vec::new()
    }

    /// Opens what stands below a row, switching it on first where it is not sent, and goes to its first field.
    fn unfold_into(&mut self, row: &Row) {
        if row.presence != Presence::Value && !self.edit(row.id, Edit::Toggle) {
            return;
        }
        let Some(form) = &mut self.form else { return };
        if form.rows().iter().any(|r| r.id == row.id && !r.expanded) {
            self.edit(row.id, Edit::Fold(false));
        }
        let Some(form) = &mut self.form else { return };
        let at = form.rows().iter().position(|r| r.id == row.id);
        let below = at.and_then(|i| form.rows().get(i + 1)).filter(|r| r.depth > row.depth).map(|r| r.id);
        if let Some(below) = below {
            form.go(At::Field(below));
        }
    }

    pub(super) fn press(&mut self, button: Button) -> Vec<Effect> {
        match button {
            Button::Run => self.run(),
            Button::Json => self.form_command(F::Json),
            Button::Request => self.form_command(F::Request),
            Button::CopyAs => self.open_copy_as(),
            Button::Clear => self.form_command(F::Clear),
        }
    }

    fn toggle_field(&mut self) {
        let Some(row) = self.form.as_ref().and_then(OpenForm::row).cloned() else { return };
        match row.widget {
            Widget::Toggle | Widget::Object | Widget::Array | Widget::Map | Widget::Const => {
                self.edit(row.id, Edit::Toggle);
            }
            Widget::Choice | Widget::Variant => self.open_picker(),
            Widget::Text { .. } | Widget::Number { .. } | Widget::Json => self.open_lines(),
            Widget::File => {}
        }
    }

    fn fold_field(&mut self, fold: bool) {
        let Some(form) = &mut self.form else { return };
        let Some(row) = form.row().cloned() else { return };
        if row.expandable && row.expanded == fold {
            self.edit(row.id, Edit::Fold(fold));
        } else if fold {
            // To the row this one is inside of.
            let at = form.row_number().unwrap_or(0);
            let outer = form.rows()[..at].iter().rposition(|r| r.depth < row.depth);
            if let Some(outer) = outer.map(|i| form.rows()[i].id) {
                form.go(At::Field(outer));
            }
        } else {
            form.move_by(1);
        }
    }

    pub(super) fn form_command(&mut self, command: F) -> Vec<Effect> {
        if self.form.is_none() {
            self.say(Tone::Hint, "Open an action first: Enter on its name.");
            return Vec::new();
        }
        if !self.showing_form {
            self.showing_form = true;
            self.focus = Pane::Action;
        }
        match command {
            F::Next => self.move_field(1),
            F::Previous => self.move_field(-1),
            F::NotSent => self.not_sent(),
            F::Menu => self.open_field_menu(),
            F::FromAccount => {
                let sources = self.account_sources();
                return self.choose_from(sources);
            }
            F::Json => self.toggle_json(),
            F::LeaveEditor => self.leave_editor(),
            F::AddItem => self.add_item(),
            F::RemoveItem => self.edit_item(&Edit::Remove),
            F::MoveItemUp => self.edit_item(&Edit::MoveUp),
            F::MoveItemDown => self.edit_item(&Edit::MoveDown),
            F::Clear => self.clear_form(),
            F::Filter => self.look_for_fields(),
            F::Save => self.ask_for_call_name(),
            F::LastRun => return self.as_last_run(),
            F::Undo => self.undo(Way::Back),
            F::Redo => self.undo(Way::Forth),
            F::Request => self.show_request(),
        }
        Vec::new()
    }

    fn look_for_fields(&mut self) {
        if !self.take_over_json() {
            return;
        }
        if let Some(form) = &mut self.form {
            form.begin_filter();
        }
    }

    fn move_field(&mut self, by: isize) {
        if let Some(form) = &mut self.form {
            form.move_by(by);
        }
    }

    fn not_sent(&mut self) {
        if let Some(field) = self.form.as_ref().and_then(OpenForm::field) {
            self.edit(field, Edit::Absent);
        }
    }

    fn add_item(&mut self) {
        match self.form.as_ref().and_then(OpenForm::container).cloned() {
            Some(row) if row.widget == Widget::Map => self.ask_for_key(row.id),
            Some(row) => {
                self.edit(row.id, Edit::AddItem);
            }
            None => self.say(Tone::Hint, "The cursor is not in a list."),
        }
    }

    /// Changes the item the cursor is in.
    fn edit_item(&mut self, edit: &Edit) {
        let item = self.form.as_ref().and_then(|form| {
            let at = form.row_number()?;
            let mut depth = form.rows()[at].depth + 1;
            form.rows()[..=at].iter().rev().find_map(|row| {
                let outer = row.depth < depth;
                depth = depth.min(row.depth);
                (outer && row.piece.is_some()).then_some(row.id)
            })
        });
        match item {
            Some(item) => {
                self.edit(item, edit.clone());
            }
            None => self.say(Tone::Hint, "The cursor is not on an item of a list."),
        }
    }
}

/// What to press on a row that takes no letters.
fn keys_instead(row: &Row) -> &'static str {
    let adds = row.presence != Presence::Value || is_empty_container(row);
    match row.widget {
        Widget::Array if adds => "This is a list: Enter adds an item to type in.",
        Widget::Map if adds => "These are entries by name: Enter adds one.",
        Widget::Object | Widget::Array | Widget::Map if !row.expanded => "This holds fields: Enter opens it.",
        Widget::Array | Widget::Map => "Its items stand below; ^G adds another.",
        Widget::Object => "Its fields stand below.",
        Widget::Toggle => "Space switches it.",
        Widget::Const => "It can have this value only; Space sends it or leaves it out.",
        Widget::Text { .. }
        | Widget::Number { .. }
        | Widget::Choice
        | Widget::Variant
        | Widget::File
        | Widget::Json => "Enter edits it.",
    }
}

/// Whether an array or map that is sent has nothing in it.
fn is_empty_container(row: &Row) -> bool {
    !row.expandable
}
