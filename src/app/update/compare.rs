//! Comparing a response with another run's.

use super::super::{
    answer::state_words,
    chooser::{Chooser, Item},
    effect::Effect,
    geometry::Pane,
    overlay::Overlay,
    page::Tone,
    runs::{Run, RunState},
    state::App,
    viewer::{Comparison, Opened},
};
use crate::domain::{run::RunId, shared::Shared};

/// The response of a run that has one that can be compared.
fn response(run: &Run) -> Option<&Shared<Opened>> {
    match &run.state {
        RunState::Ended { viewer, .. } | RunState::Given(viewer) => viewer.outermost().filter(|o| o.is_json()),
        RunState::Going { .. } => None,
    }
}

impl App {
    /// Compares with the run before of the same action; where there is none, with one to choose.
    pub(super) fn compare(&mut self) -> Vec<Effect> {
        let Some(shown) = self.comparable() else { return Vec::new() };
        let before = |run: &&Run| run.id < shown.id && run.request.action == shown.request.action;
        match self.runs.list().iter().rev().filter(|r| response(r).is_some()).find(before).map(|r| r.id) {
            Some(id) => {
                self.compare_with(id);
                Vec::new()
            }
            None => self.choose_comparison(),
        }
    }

    /// Asks with which run to compare.
    pub(super) fn choose_comparison(&mut self) -> Vec<Effect> {
        let Some(shown) = self.comparable() else { return Vec::new() };
        let id = shown.id;
        let others: Vec<&Run> = self.runs.list().iter().rev().filter(|r| r.id != id && response(r).is_some()).collect();
        if others.is_empty() {
            self.say(Tone::Hint, "There is no other response to compare with: run the action once more.");
            return Vec::new();
        }
        let ours = shown.whose.user.as_deref();
        let item = |r: &&Run| {
            let whose = r.whose.user.as_deref().filter(|theirs| Some(*theirs) != ours);
            let whose = whose.map_or_else(String::new, |theirs| format!("{theirs} · "));
            Item { label: r.request.action.to_string(), note: format!("{whose}{}", state_words(r, self.now)) }
        };
        let chooser = Chooser::new(others.iter().map(item).collect(), 0);
        let runs = others.iter().map(|r| r.id).collect();
        self.overlays.push(Overlay::CompareWith { chooser, runs });
        Vec::new()
    }

    /// The run shown, if it can be compared; else says why not.
    fn comparable(&mut self) -> Option<Run> {
        let shown = self.runs.shown().filter(|r| response(r).is_some()).cloned();
        if shown.is_none() {
            self.say(Tone::Hint, "There is nothing to compare: it takes two JSON responses.");
        }
        shown
    }

    pub(super) fn compare_with(&mut self, id: RunId) {
        let of = |run: &Run| response(run).cloned().map(|opened| (run.id, opened));
        let Some((shown, opened)) = self.runs.shown().and_then(of) else { return };
        let Some((_, other)) = self.runs.get(id).and_then(of) else { return };
        let apart = self.runs.list().iter().filter(|r| r.id > id.min(shown) && r.id <= id.max(shown)).count();
        let which = match (id < shown, apart) {
            (true, 1) => "the run before".to_owned(),
            (true, n) => format!("{n} runs before"),
            (false, 1) => "the run after".to_owned(),
            (false, n) => format!("{n} runs after"),
        };
        let whose = |id| self.runs.get(id).and_then(|run| run.whose.user.clone());
        // Another user's is another thing than an older one.
        let which = match (whose(id), whose(shown)) {
            (Some(theirs), ours) if ours.as_deref() != Some(&*theirs) => format!("{which}, of {theirs}"),
            _ => which,
        };
        let comparison = Comparison::new(opened, other, which, shown < id);
        if let Some(viewer) = self.runs.viewer_mut() {
            viewer.compare(comparison);
        }
        self.focus = Pane::Response;
    }

    /// Leaves the place under the cursor out of the comparison, or takes every place in again.
    pub(super) fn ignore(&mut self, place: bool) -> Vec<Effect> {
        let comparison = self.runs.viewer_mut().and_then(|v| v.comparison.as_mut());
        let words = match (comparison, place) {
            (None, _) => "There is no comparison; d compares with the run before.".to_owned(),
            (Some(comparison), true) => match comparison.ignore() {
                Some(pattern) => format!("{pattern} is no longer compared; I takes it in again."),
                None => "The whole document cannot be left out.".to_owned(),
            },
            (Some(comparison), false) => {
                let some = comparison.ignore_nothing();
                if some { "Every place is compared again." } else { "Nothing is left out." }.to_owned()
            }
        };
        if let Some(viewer) = self.runs.viewer_mut() {
            viewer.compare_again();
        }
        self.say(Tone::Hint, words);
        Vec::new()
    }
}
