//! A ticket of the run that is shown: copied or saved, its secrets masked unless they are asked for.

use super::super::{
    chooser::{Chooser, Item},
    effect::{Effect, Savable},
    overlay::{MenuChoice, Overlay, Prompt, Purpose},
    page::{Page, Tone, Wrap},
    runs::RunState,
    state::App,
    text_field::TextField,
};
use crate::domain::{history::Begun, run::Body, text::clean, ticket::Ticket};

impl App {
    /// Offers a ticket of the run that is shown.
    pub(super) fn ticket_of_run(&mut self) -> Vec<Effect> {
        let Some(run) = self.runs.shown() else {
            self.say(Tone::Hint, "Run an action first; its answer can be made a ticket of.");
            return Vec::new();
        };
        let RunState::Ended { outcome, took, .. } = &run.state else {
            self.say(Tone::Hint, "There is no ended run to make a ticket of.");
            return Vec::new();
        };
        let (ticket, whole) = match &run.recalled {
            Some(record) => {
                let body = outcome.body().filter(|_| record.has_body);
                (Ticket::of_record(record, body, &self.session.known), None)
            }
            None => {
                let about = self.about_run(&run.request.action);
                let begun = Begun::new(run.started.unix, run.whose.clone(), &run.request, &about);
                let ticket = Ticket::of_run(begun, outcome, *took, &self.session.known);
                let whole = ticket.clone().revealing(&run.request, outcome);
                (ticket, Some(whole))
            }
        };
        self.open_ticket(&ticket, whole.as_ref());
        Vec::new()
    }

    /// Offers what can be done with a ticket; `whole` is the same one with its secrets.
    pub(super) fn open_ticket(&mut self, ticket: &Ticket, whole: Option<&Ticket>) {
        let masked = match ticket.masked().len() {
            0 => "no secrets found".to_owned(),
            1 => "1 secret masked".to_owned(),
            n => format!("{n} secrets masked"),
        };
        let [(page, words), (data, json), (replay, again)] = ticket.files();
        let item = |label: &str, note: &str| Item { label: label.to_owned(), note: note.to_owned() };
        let mut rows = vec![
            (
                item("Copy as Markdown", &masked),
                MenuChoice::Copy { what: "the ticket".to_owned(), text: words.clone() },
            ),
            (item("Save as Markdown", &masked), save(page, &words)),
            (item("Save as JSON", &masked), save(data.clone(), &json)),
            (item("Save what runs it again", "for akx replay"), save(replay, &again)),
        ];
        if !ticket.masked().is_empty() {
            rows.push((item("Show what is masked", ""), MenuChoice::Masked(ticket.masked())));
        }
        if let Some(whole) = whole.filter(|_| !ticket.masked().is_empty()) {
            let text = whole.to_value().to_json_pretty() + "\n";
            rows.push((item("Save as JSON with its secrets", "everything sent and answered"), save(data, &text)));
        }
        let (items, choices) = rows.into_iter().unzip();
        self.overlays.push(Overlay::Menu { title: "Ticket", chooser: Chooser::new(items, 0), choices });
    }

    /// Tells what is masked in a ticket.
    pub(super) fn show_masked(&mut self, places: &[String]) -> Vec<Effect> {
        let mut page = Page::default();
        for place in places {
            page.wrapped(Tone::Text, &clean(place), Wrap::at(self.page_columns()));
        }
        self.overlays.push(Overlay::Page { title: "Masked in the ticket", page });
        Vec::new()
    }

    /// Asks where to save something.
    pub(super) fn ask_where_to_save(&mut self, name: &str, body: Body) -> Vec<Effect> {
        self.overlays.push(Overlay::Prompt(Prompt {
            title: "Save the ticket to".to_owned(),
            field: TextField::line(name),
            problem: None,
            purpose: Purpose::Save(Savable::Bytes(body)),
        }));
        Vec::new()
    }
}

fn save(name: String, text: &str) -> MenuChoice {
    MenuChoice::Save { name, body: Body::from(text) }
}
