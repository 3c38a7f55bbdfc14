//! The catalogue pane and the description of what its cursor is on.

use crate::{
    app::{
        command::Move,
        detail,
        effect::Effect,
        geometry::Pane,
        open_form::OpenForm,
        page::Tone,
        state::{App, DetailOf},
    },
    domain::{action::Action, document::Value, form::Form},
};

use super::super::browse::{BrowseRow, Known};

impl App {
    /// Searches for what is typed.
    pub(super) fn search(&mut self) {
        if let Some(listing) = self.catalogue.get().cloned() {
            let known = Known { connections: self.connections.get(), usage: &self.usage };
            self.browse.search(&listing, known);
        }
        self.cursor_moved();
    }

    /// The action pane follows the catalogue's cursor: the open form where it is on its action, else the description.
    pub(super) fn cursor_moved(&mut self) {
        let here = self.browse.action().and_then(|i| self.listing()?.action(i).map(|a| a.name.clone()));
        self.showing_form = self.form.as_ref().is_some_and(|f| Some(&f.action) == here.as_ref());
    }

    pub(super) fn browse_move(&mut self, motion: Move) -> Vec<Effect> {
        let Some(listing) = self.catalogue.get().cloned() else {
            return if motion == Move::Enter { self.try_again() } else { Vec::new() };
        };
        let page = isize::try_from(self.catalogue_height().max(2) - 1).unwrap_or(1);
        match motion {
            Move::Up => self.browse.move_by(-1),
            Move::Down => self.browse.move_by(1),
            Move::PageUp => self.browse.move_by(-page),
            Move::PageDown => self.browse.move_by(page),
            Move::Top => self.browse.move_by(isize::MIN),
            Move::Bottom => self.browse.move_by(isize::MAX),
            Move::Fold => {
                self.browse.fold(&listing, Some(true));
            }
            Move::Unfold => {
                self.browse.fold(&listing, Some(false));
            }
            Move::Enter | Move::Toggle => {
                return match self.browse.action() {
                    Some(action) => self.open_action(action),
                    None => {
                        self.browse.fold(&listing, None);
                        Vec::new()
                    }
                };
            }
            Move::Back => {
                if !self.browse.query.is_empty() {
                    let here = self.browse.action();
                    self.browse.query.set("");
                    self.search();
                    if let Some(action) = here {
                        self.browse.go_to(action);
                    }
                }
            }
        }
        self.cursor_moved();
        Vec::new()
    }

    pub(super) fn detail_move(&mut self, motion: Move) -> Vec<Effect> {
        let height = self.action_inside().height;
        let page = isize::try_from(height.max(2) - 1).unwrap_or(1);
        match motion {
            Move::Up => self.browse.detail.scroll_by(-1, height),
            Move::Down => self.browse.detail.scroll_by(1, height),
            Move::PageUp => self.browse.detail.scroll_by(-page, height),
            Move::PageDown => self.browse.detail.scroll_by(page, height),
            Move::Top => self.browse.detail.scroll_by(isize::MIN, height),
            Move::Bottom => self.browse.detail.scroll_by(isize::MAX, height),
            Move::Enter => {
                if let Some(action) = self.browse.action() {
                    return self.open_action(action);
                }
            }
            Move::Back => return self.focus_on(Pane::Catalogue),
            Move::Fold | Move::Unfold | Move::Toggle => {}
        }
        Vec::new()
    }

    pub(super) fn fold_all(&mut self, fold: bool) -> Vec<Effect> {
        if let Some(listing) = self.catalogue.get().cloned() {
            self.browse.fold_all(&listing, fold);
            self.cursor_moved();
        }
        Vec::new()
    }

    /// Opens the form of an action, with the draft it was left with.
    pub(super) fn open_action(&mut self, action: usize) -> Vec<Effect> {
        let Some(opened) = self.listing().and_then(|l| l.action(action)).cloned() else { return Vec::new() };
        let mut effects = Vec::new();
        if self.form.as_ref().is_none_or(|f| f.action != opened.name) {
            effects = self.put_form_away();
            let schema = opened.schema();
            let form = match self.drafts.remove(&opened.name) {
                Some(draft) => Form::from_draft(&schema, &draft),
                None => {
                    effects.push(Effect::Recall { action: opened.name.to_string() });
                    Form::new(&schema)
                }
            };
            self.form = Some(OpenForm::new(opened.name, form));
        }
        self.showing_form = true;
        self.focus = Pane::Action;
        effects
    }

    /// Puts a draft of another day into the form, unless something has been typed into it already.
    pub(super) fn draft_recalled(&mut self, action: &str, draft: Option<Value>) -> Vec<Effect> {
        let given = self.form.as_ref().filter(|f| *f.action == *action);
        let given = given.and_then(|f| f.filled_with.clone().filter(|v| f.form.value() == *v));
        if let (Some(draft), Some(given)) = (&draft, given) {
            // The draft was there first; taking back leads to it.
            let saved_as = self.form.as_ref().and_then(|f| f.saved_as.clone());
            self.restore_draft(action, draft);
            self.fill_form(&given);
            if let Some(form) = &mut self.form {
                form.saved_as = saved_as;
            }
            return Vec::new();
        }
        let untouched = self.keep_draft_at.is_none();
        if let (Some(draft), Some(form)) = (draft, &self.form)
            && untouched
            && *form.action == *action
            && self.restore_draft(action, &draft)
        {
            self.say(Tone::Hint, "Saved draft restored. “Clear” starts afresh.");
        }
        Vec::new()
    }

    /// Opens an action's form with a draft in it. Whether the action is known.
    fn restore_draft(&mut self, action: &str, draft: &Value) -> bool {
        let schema = self.listing().and_then(|l| l.catalogue.get(action)).map(Action::schema);
        let Some(schema) = schema else { return false };
        self.form = Some(OpenForm::new(action.into(), Form::from_draft(&schema, draft)));
        true
    }

    /// Takes the open form away, keeping what is typed in it.
    pub(super) fn put_form_away(&mut self) -> Vec<Effect> {
        let effects = self.keep_draft();
        if let Some(form) = self.form.take() {
            let draft = form.form.to_draft();
            if !is_blank(&draft) {
                self.drafts.insert(form.action, draft);
            }
        }
        self.showing_form = false;
        effects
    }

    /// Hands the open form's draft to be kept, if it changed since it was last.
    pub(super) fn keep_draft(&mut self) -> Vec<Effect> {
        if self.keep_draft_at.take().is_none() {
            return Vec::new();
        }
        let Some(form) = &self.form else { return Vec::new() };
        let draft = form.form.to_draft();
        vec![Effect::Remember { action: form.action.to_string(), draft: (!is_blank(&draft)).then_some(draft) }]
    }

    /// Makes the description anew where the cursor or the width has changed.
    pub(super) fn refresh_detail(&mut self) {
        let columns = usize::from(self.action_inside().width.saturating_sub(1));
        let Some(listing) = self.catalogue.get().cloned() else { return };
        let of = match self.browse.row() {
            Some(BrowseRow::Action { action, .. }) => DetailOf::Action(action),
            Some(BrowseRow::Group { group, .. }) => DetailOf::Group(group),
            Some(BrowseRow::Start { .. }) | None => return,
        };
        if self.detail_of == Some((of, columns)) || columns == 0 {
            return;
        }
        self.detail_of = Some((of, columns));
        let connections = self.connections.get();
        self.browse.detail = match of {
            DetailOf::Action(i) => detail::action(&listing, (i, self.side_effect(i)), connections, columns),
            DetailOf::Group(i) => detail::group(&listing, i, connections, columns),
        };
    }

    pub(super) fn copy_definition(&mut self) -> Vec<Effect> {
        let open = self.form.as_ref().filter(|_| self.showing_form).map(|f| f.action.clone());
        let action = self.listing().and_then(|l| match open {
            Some(name) => l.catalogue.get(&name),
            None => l.action(self.browse.action()?),
        });
        let Some(action) = action else {
            self.say(Tone::Hint, "Put the cursor on an action first.");
            return Vec::new();
        };
        let mut definition = Value::object();
        if let Some(members) = definition.as_object_mut() {
            members.insert("name", &*action.name);
            members.insert("description", &*action.description);
            members.insert("parameters", action.schema());
        }
        vec![Effect::Copy { what: format!("the definition of {}", action.name), text: definition.to_json_pretty() }]
    }
}

/// Whether a draft holds nothing worth keeping.
fn is_blank(draft: &Value) -> bool {
    draft.is_null() || draft.as_object().is_some_and(crate::domain::document::Object::is_empty)
}
