//! Where keys go: what stands in front, and the places whose keys hold there.

use super::{App, Stage};
use crate::{
    app::{
        geometry::Pane,
        keymap::Context,
        open_form::At,
        overlay::{Overlay, Purpose},
        runs::Run,
        viewer::{View, Viewer},
        welcome::Spot,
    },
    domain::{
        form::{Presence, Widget},
        guard::Place,
    },
};

/// Where keys and commands go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// The overlay on top.
    Overlay,
    /// The welcome screen.
    Welcome,
    /// The catalogue.
    Catalogue,
    /// The description of an action.
    Detail,
    /// The form.
    Form,
    /// The response.
    Response,
}

impl App {
    /// Where keys and commands go.
    pub fn front(&self) -> Front {
        if !self.overlays.is_empty() {
            return Front::Overlay;
        }
        match (&self.stage, self.focus) {
            (Stage::Welcome(_), _) => Front::Welcome,
            (Stage::Explorer, Pane::Catalogue) => Front::Catalogue,
            (Stage::Explorer, Pane::Action) if self.showing_form && self.form.is_some() => Front::Form,
            (Stage::Explorer, Pane::Action) => Front::Detail,
            (Stage::Explorer, Pane::Response) | (Stage::Document, _) => Front::Response,
        }
    }

    /// The places whose keys hold now, from most specific to most general.
    pub fn contexts(&self) -> Vec<Context> {
        let mut contexts = match self.front() {
            Front::Overlay => match self.overlays.last() {
                Some(Overlay::Question(_)) => vec![Context::Question],
                Some(Overlay::Prompt(_)) => vec![Context::Prompt],
                Some(Overlay::Board(board)) => vec![Context::of_board(board.kind), Context::Board],
                Some(Overlay::RunList(_)) => vec![Context::RunList, Context::Choosing],
                Some(Overlay::SavedCalls { .. }) => vec![Context::SavedCalls, Context::Choosing],
                Some(Overlay::Faults { .. }) => vec![Context::Faults, Context::Choosing],
                Some(
                    Overlay::Palette { .. }
                    | Overlay::Picker { .. }
                    | Overlay::FieldMenu { .. }
                    | Overlay::Account(_)
                    | Overlay::CompareWith { .. }
                    | Overlay::Files { .. }
                    | Overlay::Menu { .. },
                ) => vec![Context::Choosing],
                Some(Overlay::Help(_) | Overlay::Request(_) | Overlay::Page { .. }) | None => vec![Context::Reading],
            },
            Front::Welcome => vec![Context::Welcome],
            Front::Catalogue if self.browse.query.is_empty() => vec![Context::Browsing, Context::Catalogue],
            Front::Catalogue => vec![Context::Catalogue],
            Front::Detail => vec![Context::Detail],
            Front::Form => self.form_contexts(),
            Front::Response => self.response_contexts(),
        };
        if self.overlays.is_empty() {
            match self.stage {
                Stage::Explorer => contexts.push(Context::Explorer),
                Stage::Document if !self.runs.viewer().is_some_and(Viewer::is_typing) => {
                    contexts.push(Context::Document);
                }
                Stage::Document | Stage::Welcome(_) => {}
            }
        }
        let explorer = self.overlays.is_empty() && matches!(self.stage, Stage::Explorer);
        if self.speaks_to_sandbox() && (explorer || matches!(self.overlays.last(), Some(Overlay::Faults { .. }))) {
            contexts.push(Context::Sandbox);
        }
        if self.overlays.is_empty() && self.is_outside_text() {
            contexts.push(Context::Outside);
        }
        contexts.push(Context::Everywhere);
        contexts
    }

    /// Whether it is a sandbox that is spoken to, which has controls.
    pub fn speaks_to_sandbox(&self) -> bool {
        self.session.place == Place::Sandbox && !self.session.offline && !self.session.base_url.is_empty()
    }

    fn form_contexts(&self) -> Vec<Context> {
        let Some(form) = &self.form else { return Vec::new() };
        if form.lines.is_some() {
            return vec![Context::Lines];
        }
        if form.json.is_some() {
            return vec![Context::Json];
        }
        if form.is_filtering() {
            return vec![Context::Filter];
        }
        let mut contexts = Vec::new();
        let row = match form.at() {
            At::Button(_) => return vec![Context::Buttons, Context::Form],
            At::Field(_) => form.row(),
        };
        if form.cell.as_ref().is_some_and(|cell| !cell.is_empty()) {
            return vec![Context::Form];
        }
        if row.is_some_and(|row| row.presence != Presence::Absent) {
            contexts.push(Context::Sent);
        }
        if form.cell.is_none() {
            let switched = row.and_then(|row| match row.widget {
                Widget::Choice | Widget::Variant => Some(Context::Choice),
                Widget::Toggle | Widget::Const | Widget::Object | Widget::Array | Widget::Map => Some(Context::Switch),
                Widget::Text { .. } | Widget::Number { .. } | Widget::File | Widget::Json => None,
            });
            contexts.extend(switched);
            contexts.extend(form.container().map(|_| Context::Items));
            contexts.push(Context::Field);
        }
        contexts.push(Context::Form);
        contexts
    }

    fn response_contexts(&self) -> Vec<Context> {
        let Some(viewer) = self.runs.viewer() else {
            let going = self.runs.shown().is_some_and(Run::is_going);
            return if going { vec![Context::Going, Context::Waiting] } else { vec![Context::Waiting] };
        };
        if viewer.is_querying() {
            return vec![Context::Query];
        }
        if viewer.is_typing() {
            return vec![Context::Finding];
        }
        let of_view = match viewer.view {
            View::Tree => Some(Context::Tree),
            View::Table => Some(Context::Table),
            View::Changes => Some(Context::Changes),
            View::Raw => Some(Context::Text),
            View::Problem | View::Headers | View::Request => None,
        };
        let of_run = matches!(self.stage, Stage::Explorer).then_some(Context::Answered);
        of_view.into_iter().chain([Context::Response]).chain(of_run).collect()
    }

    /// Whether a letter typed now would start a text or go nowhere, so that `?` and `:` may mean something else.
    fn is_outside_text(&self) -> bool {
        match self.front() {
            Front::Overlay => false,
            Front::Welcome => match &self.stage {
                Stage::Welcome(w) => w.is_outside_text(),
                Stage::Explorer | Stage::Document => true,
            },
            Front::Catalogue => self.browse.query.is_empty(),
            Front::Detail => true,
            // A value may well begin with `:` or `?`, so in a cell both are typed, even in an empty one.
            Front::Form => self
                .form
                .as_ref()
                .is_none_or(|f| f.json.is_none() && f.lines.is_none() && f.cell.is_none() && !f.is_filtering()),
            Front::Response => !self.runs.viewer().is_some_and(Viewer::is_typing),
        }
    }

    /// Whether what is typed now is a secret, which the runtime keeps to itself.
    pub fn wants_secret(&self) -> bool {
        match self.overlays.last() {
            Some(Overlay::Prompt(prompt)) => matches!(prompt.purpose, Purpose::Token { .. }),
            Some(_) => false,
            None => matches!(&self.stage, Stage::Welcome(w) if w.at == Spot::Token) && !self.is_connecting(),
        }
    }
}
