//! The form that is open when a new list comes: it follows what its action takes now.

use super::super::{page::Tone, state::App};
use crate::domain::{action::Action, document::Value, drift};

impl App {
    /// Fits the open form to the list that has just come, and says what is otherwise. It stays in sight where it was.
    pub(super) fn refit_form(&mut self, in_sight: bool) {
        let Some(listing) = self.listing().filter(|l| l.catalogue.has_schemas()).cloned() else { return };
        let became = std::mem::take(&mut self.refit);
        let Some(form) = &self.form else { return };
        let name = form.action.clone();
        let found = listing.catalogue.get(&name);
        let schema = found.as_ref().map(Action::schema).filter(|schema| !form.form.is_for(schema));
        let said = match (&found, &schema) {
            (Some(_), None) => None,
            (None, _) if became => Some(format!("{name} is not listed for this user; the form stays as it was.")),
            (None, _) => Some(format!("{name} is not in the list any more; the form stays as it was.")),
            (Some(_), Some(_)) if became => {
                Some(format!("{name} takes other parameters for this user; the form follows."))
            }
            (Some(action), Some(_)) => Some(format!(
                "{name} takes other parameters now ({}); the form follows.",
                told(form.form.schema(), action)
            )),
        };
        if let Some(schema) = schema
            && let Some(form) = self.form.take()
        {
            self.form = Some(form.for_schema(&schema));
        }
        if let Some(said) = said.filter(|_| in_sight || became) {
            self.say(Tone::Warning, said);
        }
        if became || in_sight && found.is_none() {
            if let Some(position) = listing.catalogue.position(&name) {
                self.browse.go_to(position);
            }
            self.showing_form = true;
        }
    }
}

/// What an action takes otherwise than by the schema before, in a few words.
fn told(before: &Value, now: &Action) -> String {
    let before = Action { parameters: Some(before.to_json().as_str().into()), ..now.clone() };
    let changes = drift::changes(&before, now);
    match changes.as_slice() {
        [] => "in detail".to_owned(),
        [one] => one.words(),
        [first, rest @ ..] => format!("{}, and {} more", first.words(), rest.len()),
    }
}
