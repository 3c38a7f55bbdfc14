//! Taking something out of a response: copying, saving, the editor, the pager, a link.

use std::sync::Arc;

use super::super::{
    effect::{Effect, Savable},
    overlay::{Overlay, Prompt, Purpose},
    page::Tone,
    runs::RunState,
    state::{App, Stage},
    text_field::TextField,
    update::form::Editing,
    viewer::{Comparison, Piece, Taker, View, Viewer},
};
use crate::domain::{
    document,
    run::{Outcome, Response},
    text::clean,
};

impl App {
    pub(super) fn copy_value(&mut self) -> Vec<Effect> {
        if self.runs.viewer_mut().is_some_and(Viewer::copy_selected) {
            return Vec::new();
        }
        let whole = self.whole();
        let Some(viewer) = self.runs.viewer_mut() else { return self.nothing_to_take() };
        match (viewer.view, viewer.node()) {
            (View::Tree | View::Table | View::Changes, Some(node)) => {
                let path = viewer.path().filter(|path| path != ".");
                let what = path.map_or(whole.to_owned(), |p| clean(&p).into_owned());
                viewer.write_out(Piece::Value(node), Taker::Clipboard(what));
                Vec::new()
            }
            _ => self.copy_all(),
        }
    }

    /// What is to be done for a text to get to `to`.
    pub(super) fn give(&mut self, to: Taker, text: String) -> Effect {
        match to {
            Taker::Clipboard(what) => Effect::Copy { what, text },
            Taker::Pager => Effect::Page { text },
            Taker::Editor => {
                let json = self.runs.viewer().is_some_and(|v| v.views.contains(&View::Tree));
                self.editing = Some(Editing::Answer);
                Effect::Edit { text, suffix: if json { ".json" } else { ".txt" } }
            }
        }
    }

    pub(super) fn copy_path(&mut self) -> Vec<Effect> {
        match self.runs.viewer().and_then(Viewer::path) {
            Some(path) => vec![Effect::Copy { what: "the path".to_owned(), text: path }],
            None => self.nothing_to_take(),
        }
    }

    pub(super) fn copy_pointer(&mut self) -> Vec<Effect> {
        match self.runs.viewer().and_then(Viewer::pointer) {
            Some(text) => vec![Effect::Copy { what: "the JSON Pointer".to_owned(), text }],
            None => {
                self.say(Tone::Hint, "There is no JSON Pointer for the whole document, nor inside a text.");
                Vec::new()
            }
        }
    }

    /// Copies what the people who run the server find this run by.
    pub(super) fn copy_request_id(&mut self) -> Vec<Effect> {
        let id = self.runs.shown().and_then(|run| match &run.state {
            RunState::Ended { outcome, .. } => outcome.request_id(),
            RunState::Going { .. } | RunState::Given(_) => None,
        });
        match id.map(str::to_owned) {
            Some(text) => vec![Effect::Copy { what: "the request id".to_owned(), text }],
            None => {
                self.say(Tone::Hint, "The server gave this answer no request id.");
                Vec::new()
            }
        }
    }

    /// Copies what is in front as a whole: the page of an overlay, or the answer.
    pub(super) fn copy_all(&mut self) -> Vec<Effect> {
        if let Some(Overlay::Help(page) | Overlay::Request(page) | Overlay::Page { page, .. }) = self.overlays.last() {
            return vec![Effect::Copy { what: "the page".to_owned(), text: page.text() }];
        }
        let whole = self.whole();
        let Some(viewer) = self.runs.viewer_mut() else { return self.nothing_to_take() };
        match (viewer.view, viewer.opened.is_some()) {
            (View::Changes, _) => {
                let text = viewer.comparison.as_ref().map_or_else(String::new, Comparison::text);
                vec![Effect::Copy { what: "the differences".to_owned(), text }]
            }
            (View::Tree | View::Table | View::Raw, true) => {
                viewer.write_out(Piece::Whole, Taker::Clipboard(whole.to_owned()));
                Vec::new()
            }
            (View::Problem | View::Headers | View::Request, _) | (View::Tree | View::Table | View::Raw, false) => {
                vec![Effect::Copy { what: "the page".to_owned(), text: viewer.page.text() }]
            }
        }
    }

    /// What all of what is shown is called.
    fn whole(&self) -> &'static str {
        match self.stage {
            _ if self.runs.viewer().is_some_and(Viewer::is_inside) => "the whole text",
            Stage::Document => "the whole document",
            Stage::Explorer | Stage::Welcome(_) => "the whole response",
        }
    }

    pub(super) fn nothing_to_take(&mut self) -> Vec<Effect> {
        self.say(Tone::Hint, "There is no response yet: run an action first.");
        Vec::new()
    }

    pub(super) fn ask_to_save(&mut self) -> Vec<Effect> {
        let opened = self.runs.viewer().and_then(Viewer::as_it_came);
        let Some((opened, run)) = opened.zip(self.runs.shown()) else { return self.nothing_to_take() };
        let what = match (opened.rest(), &run.state) {
            (0, _) => Savable::Bytes(opened.document.received()),
            (_, RunState::Ended { outcome: Outcome::Answered(Response { file: Some(file), .. }), .. }) => {
                Savable::File(Arc::clone(file))
            }
            (_, RunState::Ended { .. } | RunState::Given(_) | RunState::Going { .. }) => {
                self.say(Tone::Hint, "Only its beginning is here; all of it is in the file it came from.");
                return Vec::new();
            }
        };
        let ending = format!(".{}", opened.document.content().extension());
        let name = run.request.action.to_lowercase();
        // A document by itself may be called like that already.
        let name = format!("{}{ending}", name.strip_suffix(&ending).unwrap_or(&name));
        self.overlays.push(Overlay::Prompt(Prompt {
            title: format!("Save {} to", self.whole()),
            field: TextField::line(&name),
            problem: None,
            purpose: Purpose::Save(what),
        }));
        Vec::new()
    }

    pub(super) fn answer_in_editor(&mut self) -> Vec<Effect> {
        self.write_answer_out(Piece::Whole, Taker::Editor)
    }

    pub(super) fn copy_key(&mut self) -> Vec<Effect> {
        let key = self.runs.viewer().and_then(|v| document::key(v.document()?, v.node()?));
        match key {
            Some(text) => vec![Effect::Copy { what: "the key".to_owned(), text }],
            None => {
                self.say(Tone::Hint, "There is no key under the cursor.");
                Vec::new()
            }
        }
    }

    pub(super) fn copy_row(&mut self) -> Vec<Effect> {
        let table = self.runs.viewer().filter(|v| v.view == View::Table).and_then(|v| v.table.as_ref());
        match table.and_then(|table| table.table().record(table.row)) {
            Some(record) => self.write_answer_out(Piece::Value(record), Taker::Clipboard("the record".to_owned())),
            None => {
                self.say(Tone::Hint, "There is no table in front; t shows one where a response has records.");
                Vec::new()
            }
        }
    }

    /// Writes a piece of the answer out for somebody, which for a large one takes its time.
    fn write_answer_out(&mut self, piece: Piece, to: Taker) -> Vec<Effect> {
        if self.runs.viewer_mut().is_some_and(|viewer| viewer.write_out(piece, to)) {
            return Vec::new();
        }
        self.nothing_to_take()
    }

    pub(super) fn select_rows(&mut self) -> Vec<Effect> {
        let Some(viewer) = self.runs.viewer_mut() else { return self.nothing_to_take() };
        let words = match (viewer.select(), viewer.selected().is_some()) {
            (true, true) => "Move to select rows; y copies them.",
            (true, false) => "Nothing is selected any more.",
            (false, _) => "Rows are selected in the tree and in the table.",
        };
        self.say(Tone::Hint, words);
        Vec::new()
    }

    pub(super) fn draw_chart(&mut self) -> Vec<Effect> {
        let offset = self.now.offset;
        if !self.runs.viewer_mut().is_some_and(|viewer| viewer.draw_chart(offset)) {
            self.say(Tone::Hint, "A chart is drawn of a table's column; t shows a table where a response has records.");
        }
        Vec::new()
    }

    pub(super) fn open_link(&mut self) -> Vec<Effect> {
        let link = self.runs.viewer().and_then(|v| document::link(v.document()?, v.node()?));
        match link {
            Some(url) => vec![Effect::OpenLink(url)],
            None => {
                self.say(Tone::Hint, "There is no link under the cursor.");
                Vec::new()
            }
        }
    }

    pub(super) fn link_opened(&mut self, result: Result<String, String>) -> Vec<Effect> {
        match result {
            Ok(program) => self.say(Tone::Good, format!("{program} opens the link.")),
            Err(why) => self.say(Tone::Warning, format!("The link was not opened: {why} y copies it.")),
        }
        Vec::new()
    }

    pub(super) fn answer_in_pager(&mut self) -> Vec<Effect> {
        self.write_answer_out(Piece::Page, Taker::Pager)
    }

    pub(super) fn paged(&mut self, result: Result<(), String>) -> Vec<Effect> {
        if let Err(why) = result {
            self.say(Tone::Error, why);
        }
        Vec::new()
    }
}
