//! Filling a field from what the user's account has.

use super::super::{
    account::{AccountChoices, Then, field_name},
    effect::Effect,
    open_form::OpenForm,
    overlay::Overlay,
    page::Tone,
    remote::LoadId,
    state::App,
};
use crate::domain::{
    choices::{Ask, Choice, Choices, Source, Wanted, sources},
    failure::Failure,
    form::{Edit, FieldId, Widget},
};

impl App {
    /// Where the values of the field under the cursor can come from, the likeliest first.
    pub(super) fn account_sources(&self) -> Vec<Source> {
        let (Some(form), Some(listing)) = (&self.form, self.listing()) else { return Vec::new() };
        let about = form.field().and_then(|field| form.form.about(field));
        let (Some(about), Some(action)) = (about, listing.catalogue.get(&form.action)) else { return Vec::new() };
        if self.session.offline {
            return Vec::new();
        }
        let filled = form.form.value();
        let credential = self.credential_of(&form.action);
        let (wire, credential) = (self.wire(), credential.as_ref());
        let wanted = Wanted { action: &action, at: &about.pointer, filled: &filled, wire, credential };
        sources(&listing.catalogue, &wanted, |action| self.effect_of(&action.name))
    }

    /// Opens the choices for the field under the cursor, `sources` being asked in order.
    pub(super) fn choose_from(&mut self, sources: Vec<Source>) -> Vec<Effect> {
        let Some(row) = self.form.as_ref().and_then(OpenForm::row).cloned() else { return Vec::new() };
        let name = self.form.as_ref().map(|form| field_name(form.rows(), &row)).unwrap_or_default();
        let Some(mut choices) = AccountChoices::new(row.id, name, sources) else {
            let words = if self.session.offline {
                "This catalogue comes from a file, so there is no account to choose from."
            } else {
                "Nothing in the account is known to fit this field."
            };
            self.say(Tone::Hint, words);
            return Vec::new();
        };
        let ask = choices.afresh();
        self.overlays.push(Overlay::Account(Box::new(choices)));
        self.load_choices(ask)
    }

    fn account_choices(&mut self) -> Option<&mut AccountChoices> {
        self.overlays.iter_mut().rev().find_map(as_account)
    }

    fn load_choices(&mut self, ask: Ask) -> Vec<Effect> {
        let (load, now) = (self.next_load(), self.now);
        let Some(choices) = self.account_choices() else { return Vec::new() };
        choices.start(load, now);
        vec![Effect::LoadChoices { load, ask }]
    }

    pub(super) fn choices_loaded(&mut self, load: LoadId, result: Result<Choices, Failure>) -> Vec<Effect> {
        match self.account_choices().and_then(|choices| choices.take(load, result)) {
            Some(Then::Ask(ask)) => self.load_choices(ask),
            Some(Then::Failed(failure)) => {
                self.say(Tone::Warning, format!("{} ↓ tries again.", failure.message));
                Vec::new()
            }
            Some(Then::Nothing) | None => Vec::new(),
        }
    }

    /// Asks for what follows from where the cursor is: more rows at their end.
    pub(super) fn account_moved(&mut self, down: bool) -> Vec<Effect> {
        let ask = self.account_choices().filter(|_| down).and_then(AccountChoices::further);
        ask.map_or_else(Vec::new, |ask| self.load_choices(ask))
    }

    pub(super) fn account_typed(&mut self) {
        let now = self.now;
        if let Some(choices) = self.account_choices() {
            choices.typed(now);
        }
    }

    /// Asks the server for what has been typed, once nothing more is being typed.
    pub(super) fn account_due(&mut self) -> Vec<Effect> {
        let uptime = self.now.uptime;
        let due = self.account_choices().filter(|choices| choices.search_at.is_some_and(|at| at <= uptime));
        let ask = due.map(AccountChoices::afresh);
        ask.map_or_else(Vec::new, |ask| self.load_choices(ask))
    }

    /// Takes what the cursor is on; where there is nothing because asking failed, asks again.
    pub(super) fn account_enter(&mut self, mut choices: Box<AccountChoices>) -> Vec<Effect> {
        if let Some(choice) = choices.chosen().cloned() {
            let effects = choices.load().map(Effect::DropChoices).into_iter().collect();
            self.fill(choices.field, &choices.name, &choice);
            return effects;
        }
        let again = (!choices.is_going()).then(|| choices.afresh());
        self.overlays.push(Overlay::Account(choices));
        again.map_or_else(Vec::new, |ask| self.load_choices(ask))
    }

    /// Puts a choice into a field; into a list as one more item.
    fn fill(&mut self, field: FieldId, name: &str, choice: &Choice) {
        let row = |form: &OpenForm, field| form.rows().iter().find(|row| row.id == field).cloned();
        let Some(widget) = self.form.as_ref().and_then(|form| row(form, field)).map(|row| row.widget) else { return };
        let mut field = field;
        if widget == Widget::Array {
            if !self.edit(field, Edit::AddItem) {
                return;
            }
            // The cursor is on the new item now.
            let item = self.form.as_ref().and_then(OpenForm::field).filter(|item| *item != field);
            let Some(item) = item else { return };
            field = item;
        }
        let Some(form) = &self.form else { return };
        let Some(row) = row(form, field) else { return };
        let offered = form.form.choices(field);
        let same =
            |value: &crate::domain::document::Value| *value == choice.value || value.as_str() == Some(&choice.id());
        let edit = match row.widget {
            Widget::Text { .. } | Widget::Number { .. } | Widget::File => Edit::Text(choice.id()),
            Widget::Choice => match offered.iter().position(|offer| same(&offer.value)) {
                Some(i) => Edit::Choose(i),
                None => Edit::Json(choice.value.to_json()),
            },
            Widget::Json
            | Widget::Variant
            | Widget::Toggle
            | Widget::Const
            | Widget::Object
            | Widget::Array
            | Widget::Map => Edit::Json(choice.value.to_json()),
        };
        if self.edit(field, edit)
            && let Some(form) = &mut self.form
        {
            let action = form.action.clone();
            form.enter_cell();
            let integration = self.listing().and_then(|l| l.catalogue.integration_of(&action)).cloned();
            if let Some(integration) = integration {
                self.names.keep((&integration, name), choice);
            }
        }
    }

    /// What follows when the overlay on top is left without choosing.
    pub(super) fn leave_overlay(&mut self) -> Vec<Effect> {
        let mut left = self.overlays.pop();
        let load = left.as_mut().and_then(as_account).and_then(|choices| choices.load());
        load.map(Effect::DropChoices).into_iter().collect()
    }
}

fn as_account(overlay: &mut Overlay) -> Option<&mut AccountChoices> {
    if let Overlay::Account(choices) = overlay { Some(choices) } else { None }
}
