//! Calls kept under a name: saving the form's, and opening, listing and deleting those that are there.

use crate::{
    app::{
        chooser::{Chooser, Item},
        effect::Effect,
        message::SaveError,
        overlay::{Answer, Overlay, Prompt, Purpose, Question},
        page::Tone,
        state::{App, Filled},
    },
    domain::{
        document::Value,
        failure::Failure,
        saved::{SavedCall, SavedName, checked_name},
    },
};

impl App {
    /// Asks for the name to keep the form's call under.
    pub(super) fn ask_for_call_name(&mut self) {
        if !self.take_over_json() {
            return;
        }
        let Some(form) = &self.form else { return };
        let name = form.saved_as.clone().unwrap_or_default();
        self.ask("Name to save this call under", &name, Purpose::SaveCall);
    }

    pub(super) fn save_call(&mut self, mut prompt: Prompt) -> Vec<Effect> {
        let name = match checked_name(&prompt.field.text()) {
            Ok(name) => name,
            Err(why) => {
                prompt.problem = Some(why.to_owned());
                self.overlays.push(Overlay::Prompt(prompt));
                return Vec::new();
            }
        };
        let Some(form) = &self.form else { return Vec::new() };
        let integration =
            self.listing().and_then(|l| l.catalogue.integration_of(&form.action)).map(ToString::to_string);
        // A call that was opened under this name is what is being changed.
        let replace = form.saved_as.as_ref() == Some(&name);
        let call = SavedCall {
            name,
            action: form.action.to_string(),
            integration: integration.unwrap_or_default(),
            parameters: Value::object(),
            missing: Vec::new(),
        };
        let schema = self.listing().and_then(|l| l.catalogue.get(&form.action)).map(|action| action.schema());
        let call = call.with_parameters(&form.form.value(), schema.as_ref(), &self.session.known);
        vec![Effect::SaveCall { call, replace }]
    }

    pub(super) fn call_saved(&mut self, call: SavedCall, result: Result<(), SaveError>) -> Vec<Effect> {
        match result {
            Ok(()) => {
                let without = call.left_out().map_or_else(String::new, |words| format!(", {words}"));
                let words = format!("Saved as {}{without}. “Saved calls” in the commands (^P) opens it.", call.name);
                self.say(Tone::Good, words);
                if let Some(form) = self.form.as_mut().filter(|f| *f.action == *call.action) {
                    form.saved_as = Some(call.name);
                }
            }
            Err(SaveError::Exists) => self.overlays.push(Overlay::Question(Question {
                text: format!("There is a saved call {} already. Replace it?", call.name),
                answers: vec![
                    ("Keep it".to_owned(), Answer::Nothing),
                    ("Replace".to_owned(), Answer::ReplaceCall(call)),
                ],
                chosen: 0,
            })),
            Err(SaveError::Other(why)) => self.say(Tone::Error, why),
        }
        Vec::new()
    }

    pub(super) fn calls_listed(&mut self, calls: Vec<SavedName>) -> Vec<Effect> {
        self.overlays.retain(|o| !matches!(o, Overlay::SavedCalls { .. }));
        if calls.is_empty() {
            self.say(Tone::Hint, "No call is saved. ^S in a form saves one.");
            return Vec::new();
        }
        let items = calls.iter().map(|c| Item { label: c.name.clone(), note: c.action.clone() }).collect();
        let names = calls.into_iter().map(|c| c.name).collect();
        self.overlays.push(Overlay::SavedCalls { chooser: Chooser::new(items, 0), names });
        Vec::new()
    }

    pub(super) fn ask_to_forget_call(&mut self) -> Vec<Effect> {
        let Some(Overlay::SavedCalls { chooser, names }) = self.overlays.last() else { return Vec::new() };
        let Some(name) = chooser.chosen().and_then(|i| names.get(i)).cloned() else { return Vec::new() };
        self.overlays.push(Overlay::Question(Question {
            text: format!("Delete the saved call {name}? Its file is removed."),
            answers: vec![("Keep it".to_owned(), Answer::Nothing), ("Delete".to_owned(), Answer::ForgetCall(name))],
            chosen: 0,
        }));
        Vec::new()
    }

    /// Opens the action of a saved call, with its parameters in the form; what was in it comes back with undo.
    pub(super) fn call_recalled(&mut self, result: Result<SavedCall, Failure>) -> Vec<Effect> {
        let call = match result {
            Ok(call) => call,
            Err(failure) => {
                self.say(Tone::Error, failure.message);
                return Vec::new();
            }
        };
        let Some(action) = self.listing().and_then(|l| l.catalogue.position(&call.action)) else {
            self.say(Tone::Warning, format!("{} is a call of {}, which this list has not.", call.name, call.action));
            return Vec::new();
        };
        let filled = Filled { parameters: call.parameters.clone(), saved_as: Some(call.name.clone()) };
        let effects = self.open_filled(action, Some(filled));
        match call.left_out() {
            None => self.say(Tone::Good, format!("Opened {}. ^R runs it.", call.name)),
            Some(words) => self.say(Tone::Warning, format!("Opened {}, {words}: fill them in.", call.name)),
        }
        effects
    }
}
