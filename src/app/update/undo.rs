//! Taking changes of the form back and making them again, and emptying it.

use std::sync::Arc;

use super::{super::open_form::At, form::DRAFT_REST};
use crate::{
    app::{effect::Effect, page::Tone, state::App},
    domain::{
        document::Value,
        failure::Failure,
        form::{Edit, FieldId},
        history::{Ask, Record},
        text,
    },
};

/// Which way through the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Back,
    Forth,
}

impl App {
    /// Takes the last change of the form back, or makes it again. In the JSON view, the last change of its text.
    pub(super) fn undo(&mut self, way: Way) {
        let Some(form) = &mut self.form else { return };
        if let Some(json) = &mut form.json {
            let done = match way {
                Way::Back => json.text.undo(),
                Way::Forth => json.text.redo(),
            };
            return if done { self.form_text_changed() } else { self.nothing_to_undo(way) };
        }
        let at = match way {
            Way::Back => form.form.undo(),
            Way::Forth => form.form.redo(),
        };
        let Some(at) = at else { return self.nothing_to_undo(way) };
        self.form_changed();
        self.notice = None;
        self.show_change(at);
    }

    /// What follows from any change of the form that was not made in the cell under the cursor.
    pub(super) fn form_changed(&mut self) {
        let Some(form) = &mut self.form else { return };
        form.warned_about = None;
        if !form.check.problems.is_empty() {
            form.check = form.form.check();
        }
        form.refresh();
        self.draft_changed();
    }

    /// Has the draft kept soon. What is typed meanwhile does not put that off.
    pub(super) fn draft_changed(&mut self) {
        self.keep_draft_at.get_or_insert(self.now.uptime + DRAFT_REST);
    }

    /// Puts the cursor on the field that was changed, and shows it as it is now.
    fn show_change(&mut self, at: FieldId) {
        let Some(form) = &mut self.form else { return };
        let editor = form.lines.as_mut().filter(|lines| lines.field == at);
        if let Some(lines) = editor {
            let text = form.form.edit_text(at);
            lines.text.set_from(&text);
            return;
        }
        form.lines = None;
        if form.rows().iter().any(|r| r.id == at) && form.field() != Some(at) {
            form.go(At::Field(at));
        } else {
            form.enter_cell();
        }
    }

    fn nothing_to_undo(&mut self, way: Way) {
        let text = match way {
            Way::Back => "There is nothing to take back.",
            Way::Forth => "Nothing was taken back.",
        };
        self.say(Tone::Hint, text);
    }

    /// Takes every value out of the form.
    pub(super) fn clear_form(&mut self) {
        let Some(form) = &mut self.form else { return };
        let root = form.form.root();
        let before = form.form.value();
        form.lines = None;
        form.json = None;
        form.unfinished_json = None;
        // The form as a whole can always be emptied.
        let _ = form.form.edit(root, Edit::Absent);
        if form.form.value() == before {
            self.say(Tone::Hint, "The form is empty already.");
        } else {
            self.say(Tone::Good, "Cleared. ^_ takes that back.");
        }
        self.form_changed();
        let Some(form) = &mut self.form else { return };
        let first = form.form.first_field();
        if let Some(first) = first {
            form.go(At::Field(first));
        }
    }

    /// Fills the form with exactly `parameters`, as one change that can be taken back.
    pub(super) fn fill_form(&mut self, parameters: &Value) {
        let Some(form) = &mut self.form else { return };
        form.lines = None;
        form.json = None;
        form.form.load(parameters);
        self.form_changed();
        if let Some(form) = &mut self.form {
            form.enter_cell();
        }
    }

    /// Fills the form as it was in the last run of its action: of this session, else of the history.
    pub(super) fn as_last_run(&mut self) -> Vec<Effect> {
        let Some(form) = &self.form else { return Vec::new() };
        let last = self.runs.list().iter().rev().find(|run| run.request.action == form.action);
        if let Some(parameters) = last.map(|run| run.request.parameters.clone()) {
            self.fill_as_then(&parameters, "As in the last run. ^_ takes that back.");
            return Vec::new();
        }
        let action = Arc::clone(&form.action);
        let load = self.next_load();
        let whose = self.session.whose();
        let ask = Ask {
            project: Some(whose.project).filter(|project| !project.is_empty()),
            user: whose.user,
            action: Some(action.to_string()),
            limit: 1,
            ..Ask::default()
        };
        self.past.last_run = Some((load, action));
        vec![Effect::FindHistory { load, ask }]
    }

    /// The last run of an action came out of the history, for its form to be filled with.
    pub(super) fn last_run_found(&mut self, action: &str, found: Result<Vec<Record>, Failure>) {
        if self.form.as_ref().is_none_or(|form| *form.action != *action) {
            return;
        }
        match found.map(|records| records.into_iter().next()) {
            Ok(None) => self.say(Tone::Hint, "This action has not been run yet."),
            Ok(Some(record)) => {
                let ago = text::ago(self.now.unix.saturating_sub(record.begun.at));
                let but = if record.begun.hidden.is_empty() { "" } else { ", but for its secrets, which are not kept" };
                let words = format!("As in the last run, {ago}{but}. ^_ takes that back.");
                self.fill_as_then(&record.replay().parameters(), &words);
            }
            Err(failure) => self.say(Tone::Error, failure.message),
        }
    }

    fn fill_as_then(&mut self, parameters: &Value, words: &str) {
        if self.form.as_ref().is_some_and(|form| form.form.value() == *parameters) {
            self.say(Tone::Hint, "The form is as in the last run.");
            return;
        }
        self.fill_form(parameters);
        self.say(Tone::Good, words.to_owned());
    }
}
