//! Answers that come in pages: the next one, or all of them as one document.

use super::super::{
    effect::Effect,
    overlay::{Answer, Overlay, Purpose, Question},
    page::Tone,
    runs::RunState,
    state::App,
    viewer::Opened,
};
use crate::domain::{
    guard::{self, Decision},
    pages::{LIMIT, Merged, Page, Pager, Pages},
    run::{Outcome, RunId, RunRequest},
};

/// How many pages may be asked for at once.
const AT_MOST: usize = 10_000;

impl App {
    /// Runs the page after the one that is shown.
    pub(super) fn next_page(&mut self) -> Vec<Effect> {
        let Some(run) = self.runs.shown() else { return self.nothing_to_take() };
        let Some(page) = &run.next else {
            self.say(Tone::Hint, no_next_page(&run.state));
            return Vec::new();
        };
        let request = RunRequest { parameters: page.parameters.clone(), ..run.request.clone() };
        if self.must_wait() {
            return Vec::new();
        }
        self.guarded(request)
    }

    /// Asks how many pages there are to be, the one that is shown being the first.
    pub(super) fn ask_for_pages(&mut self) -> Vec<Effect> {
        let Some(run) = self.runs.shown() else { return self.nothing_to_take() };
        if run.next.is_none() {
            self.say(Tone::Hint, no_next_page(&run.state));
            return Vec::new();
        }
        let request = run.request.clone();
        let title = "How many pages at most, this one included? They become one document.";
        self.ask(title, &LIMIT.to_string(), Purpose::Pages(request));
        Vec::new()
    }

    /// Takes the number that was typed; returns what is wrong with it otherwise.
    pub(super) fn pages_prompted(&mut self, request: &RunRequest, typed: &str) -> Result<Vec<Effect>, String> {
        let limit = typed.trim().parse().ok().filter(|n| (1..=AT_MOST).contains(n));
        let limit = limit.ok_or_else(|| format!("Type a number from 1 to {AT_MOST}, or Esc to leave it."))?;
        if self.must_wait() {
            return Ok(Vec::new());
        }
        match guard::decide_repeated(&self.attempt(request, false), limit) {
            Decision::Allow(_) => return Ok(self.send_pages(request.clone(), limit)),
            Decision::Refuse(failure) => self.say(Tone::Error, format!("{} {}", failure.message, failure.hint)),
            Decision::Ask(question) => self.overlays.push(Overlay::Question(Question {
                text: question.text,
                answers: vec![
                    ("Don't run".to_owned(), Answer::Nothing),
                    ("Run".to_owned(), Answer::RunPages(request.clone(), limit)),
                ],
                chosen: 0,
            })),
        }
        Ok(Vec::new())
    }

    /// Sends one page after the other.
    pub(super) fn send_pages(&mut self, request: RunRequest, limit: usize) -> Vec<Effect> {
        let pages = Pages { pager: self.pager_of(&request.action), limit };
        self.send_in_pages(request, pages)
    }

    fn pager_of(&self, action: &str) -> Pager {
        let action = self.listing().and_then(|listing| listing.catalogue.get(action));
        action.map(|action| Pager::of(&action.schema())).unwrap_or_default()
    }

    /// The page after an answer, if it names one.
    pub(super) fn page_after(&self, request: &RunRequest, opened: Option<&Opened>) -> Option<Page> {
        self.pager_of(&request.action).next(&request.parameters, &opened?.document)
    }

    /// Looks for the page after an answer once more, now that all of it is there.
    pub(super) fn find_next_page(&mut self, id: RunId, whole: &Opened) {
        let Some(run) = self.runs.get(id).filter(|run| run.pages.is_none() && run.next.is_none()) else { return };
        if matches!(run.state, RunState::Ended { outcome: Outcome::Answered(_), .. }) {
            let next = self.page_after(&run.request, Some(whole));
            if let Some(run) = self.runs.get_mut(id) {
                run.next = next;
            }
        }
    }

    pub(super) fn run_paged(&mut self, id: RunId, merged: Merged) -> Vec<Effect> {
        if let Some(run) = self.runs.get_mut(id).filter(|run| run.is_going()) {
            run.pages = Some(merged);
        }
        Vec::new()
    }

    /// What is said of a run of several pages that has ended.
    pub(super) fn tell_pages(&mut self, id: RunId) {
        let Some(run) = self.runs.get(id) else { return };
        let (Some(merged), RunState::Ended { outcome: Outcome::Answered(_), .. }) = (&run.pages, &run.state) else {
            return;
        };
        let complete = merged.stop.as_ref().is_some_and(crate::domain::pages::Stop::is_complete);
        let words = format!("{}: {}.", run.request.action, merged.words().trim_end_matches('.'));
        self.say(if complete { Tone::Good } else { Tone::Warning }, words);
    }
}

const fn no_next_page(state: &RunState) -> &'static str {
    match state {
        RunState::Going { .. } => "The run is still going.",
        RunState::Ended { .. } => "This answer names no further page.",
        RunState::Given(_) => "A document has no further pages.",
    }
}
