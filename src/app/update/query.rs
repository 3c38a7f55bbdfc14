//! jq, live in the pane.

use super::super::{
    command::Move,
    effect::Effect,
    geometry::Pane,
    page::Tone,
    remote::LoadId,
    state::App,
    viewer::{Queried, Query, Viewer},
};
use crate::domain::document::QueryError;

/// How many filters of before are gone back to.
const PAST: usize = 200;

impl App {
    /// Lets a filter be typed over the response that is shown.
    pub(super) fn open_query(&mut self) -> Vec<Effect> {
        if !self.runs.viewer_mut().is_some_and(Viewer::begin_query) {
            let coming = self.runs.viewer().and_then(|v| v.opened.as_ref()).is_some_and(|o| o.is_beginning);
            let words = if coming {
                "The response is still being read; jq takes the whole of it."
            } else {
                "There is nothing to filter: jq takes a JSON response."
            };
            self.say(Tone::Hint, words);
            return Vec::new();
        }
        self.focus = Pane::Response;
        if self.filters.is_some() {
            return Vec::new();
        }
        self.filters = Some(Vec::new());
        vec![Effect::RecallFilters]
    }

    /// The filters of another day: what has been used since comes after them.
    pub(super) fn filters_recalled(&mut self, mut past: Vec<String>) {
        for filter in self.filters.take().unwrap_or_default() {
            past.retain(|f| *f != filter);
            past.push(filter);
        }
        self.filters = Some(past);
    }

    fn query_mut(&mut self) -> Option<&mut Query> {
        self.runs.viewer_mut()?.query.as_mut()
    }

    /// Another filter: runs it, in place of the one before.
    pub(super) fn filter_typed(&mut self) -> Vec<Effect> {
        if let Some(query) = self.query_mut() {
            query.typed();
        }
        self.run_filter()
    }

    fn run_filter(&mut self) -> Vec<Effect> {
        let id = self.next_load();
        let Some(query) = self.query_mut() else { return Vec::new() };
        let Some(filter) = query.to_run() else { return Vec::new() };
        let of = query.of().clone();
        if filter.trim().is_empty() {
            (query.going, query.told) = (None, None);
            if let Some(viewer) = self.runs.viewer_mut() {
                viewer.show_results(of);
            }
            return vec![Effect::StopQuery];
        }
        query.going = Some(id);
        vec![Effect::Query { id, filter, of }]
    }

    /// What came of a filter; what nobody waits for any more is dropped.
    pub(super) fn queried(&mut self, id: LoadId, result: Result<Queried, QueryError>) -> Vec<Effect> {
        let waits = |v: &Viewer| v.query.as_ref().is_some_and(|q| q.going == Some(id));
        let Some((_, viewer)) = self.runs.viewers_mut().find(|(_, viewer)| waits(viewer)) else { return Vec::new() };
        let Some(query) = &mut viewer.query else { return Vec::new() };
        query.going = None;
        match result {
            Ok(Queried { opened, count, more }) => {
                query.told = Some(Ok((count, more)));
                viewer.show_results(opened);
            }
            // What was shown before stays: one letter more may make the filter whole.
            Err(error) => query.told = Some(Err(error)),
        }
        Vec::new()
    }

    /// Keys that are not typed into the filter.
    pub(super) fn query_move(&mut self, motion: Move) -> Vec<Effect> {
        let past = self.filters.clone().unwrap_or_default();
        let Some(query) = self.query_mut() else { return Vec::new() };
        match motion {
            Move::Up | Move::Down => {
                if query.recall(&past, motion == Move::Up) {
                    self.run_filter()
                } else {
                    Vec::new()
                }
            }
            Move::Enter => self.keep_query(),
            Move::Back => self.leave_query(),
            Move::PageUp | Move::PageDown => self.move_in_view(motion),
            Move::Top | Move::Bottom | Move::Fold | Move::Unfold | Move::Toggle => Vec::new(),
        }
    }

    /// Puts the next of what may stand at the cursor of the filter there.
    pub(super) fn complete_filter(&mut self) -> Vec<Effect> {
        if self.query_mut().is_some_and(Query::complete) {
            return self.run_filter();
        }
        self.say(Tone::Hint, "There is no key or function to complete here.");
        Vec::new()
    }

    /// Keeps the results and gives the keys back to them.
    fn keep_query(&mut self) -> Vec<Effect> {
        let Some(query) = self.query_mut() else { return Vec::new() };
        let filter = query.filter.text();
        if filter.trim().is_empty() {
            return self.leave_query();
        }
        if query.going.is_none()
            && let Some(Err(error)) = &query.told
        {
            let words = error.words.clone();
            self.say(Tone::Warning, words);
            return Vec::new();
        }
        query.typing = false;
        let past = self.filters.get_or_insert_default();
        past.retain(|f| *f != filter);
        past.push(filter.clone());
        if past.len() > PAST {
            past.remove(0);
        }
        vec![Effect::KeepFilter(filter)]
    }

    /// Takes the filter away; what it was run over is shown again.
    fn leave_query(&mut self) -> Vec<Effect> {
        if let Some(viewer) = self.runs.viewer_mut() {
            viewer.leave_query();
        }
        vec![Effect::StopQuery]
    }

    /// Stops a query that is under way where its filter is being typed; returns whether there was one.
    pub(super) fn stop_query(&mut self) -> bool {
        let going = self.query_mut().filter(|q| q.going.is_some());
        let Some(query) = going else { return false };
        query.going = None;
        query.told = Some(Err(QueryError { words: "Stopped.".to_owned(), at: None }));
        true
    }
}
