//! Running an action: the check, the guard rails, and the one place that sends.

use std::{sync::Arc, time::Duration};

use super::super::{
    batch::OneOfMany,
    effect::Effect,
    geometry::Pane,
    open_form::At,
    overlay::{Answer, Overlay, Prompt, Purpose, Question},
    page::Tone,
    runs::{Received, RunState},
    state::{App, Front},
    text_field::TextField,
    viewer::{Opened, View, Viewer},
};
use super::token::Refused;
use crate::domain::{
    failure::FailureKind,
    form::Check,
    guard::{self, Attempt, By, Decision},
    pages::Pages,
    run::{Outcome, RunId, RunRequest},
    shared::Shared,
    side_effect::SideEffect,
    text::human_duration,
    usage::UsageChange,
    wire::Wire,
};

/// How a run is sent.
enum How {
    /// By itself.
    Once,
    /// With the pages after it.
    InPages(Pages),
    /// As one of many.
    OneOfMany(OneOfMany),
    /// Once more, without being asked, after this one was refused for its token.
    Again(RunId),
}

impl App {
    /// Runs the form that is open, as far as check and guard rails let it through.
    pub(super) fn run(&mut self) -> Vec<Effect> {
        if !self.overlays.is_empty() {
            return Vec::new();
        }
        if !self.showing_form || self.form.is_none() {
            return match self.browse.action() {
                Some(action) if self.front() != Front::Response => {
                    self.say(Tone::Hint, "Fill in what is needed; ^R then runs it.");
                    self.open_action(action)
                }
                _ => {
                    self.say(Tone::Hint, "Open an action first: Enter on its name.");
                    Vec::new()
                }
            };
        }
        if self.session.offline {
            self.say(Tone::Warning, "This catalogue comes from a file, so there is nothing to run it on.");
            return Vec::new();
        }
        if self.must_wait() {
            return Vec::new();
        }
        if !self.take_over_json() {
            return Vec::new();
        }
        let wire = self.wire();
        let credential = self.form.as_ref().and_then(|f| self.credential_of(&f.action));
        let Some(form) = &mut self.form else { return Vec::new() };
        if form.lines.take().is_some() {
            form.enter_cell();
        }
        let unread = form.form.unread_files();
        if !unread.is_empty() {
            form.runs_when_read = true;
            return unread.into_iter().flat_map(|(field, path)| super::files::read_file(field, &path)).collect();
        }
        form.check = form.form.check();
        let value = form.form.value();
        form.refresh();
        if !form.check.problems.is_empty() && form.warned_about.as_ref() != Some(&value) {
            form.warned_about = Some(value);
            self.focus = Pane::Action;
            return self.go_to_problem();
        }
        let request = RunRequest { action: form.action.clone(), parameters: value, wire, credential };
        self.guarded(request)
    }

    /// Says so where the server asked for a pause that is not over.
    pub(super) fn must_wait(&mut self) -> bool {
        let Some(seconds) = self.seconds_to_wait() else { return false };
        self.say(Tone::Warning, format!("The server asked for a pause: {seconds} s more, then run again."));
        true
    }

    /// The dialect to send in: the one forced or remembered, else the one the list was written in.
    pub(super) fn wire(&self) -> Wire {
        let listed = self.listing().and_then(|l| l.catalogue.wire());
        self.session.wire.or(listed).unwrap_or(Wire::Live)
    }

    /// The credential to run an action as, where somebody chose an account of its integration.
    pub(super) fn credential_of(&self, action: &str) -> Option<Arc<str>> {
        self.account_of(action).map(|account| account.credential.clone())
    }

    fn go_to_problem(&mut self) -> Vec<Effect> {
        let Some(form) = &mut self.form else { return Vec::new() };
        if let Some(problem) = form.check.problems.first() {
            let field = problem.field;
            form.go(At::Field(field));
        }
        let words = match form.check.problems.as_slice() {
            [] => return Vec::new(),
            [one] => format!("{} ^R again runs it anyway.", sentence(&one.words)),
            [one, more @ ..] => format!("{} {} more. ^R again runs it anyway.", sentence(&one.words), more.len()),
        };
        self.say(Tone::Warning, words);
        Vec::new()
    }

    pub(super) fn guarded(&mut self, request: RunRequest) -> Vec<Effect> {
        match self.decide(&request, false) {
            Decision::Allow(_) => self.send(request),
            Decision::Refuse(failure) => {
                self.say(Tone::Error, format!("{} {}", failure.message, failure.hint));
                Vec::new()
            }
            Decision::Ask(question) if question.typed.is_some() => {
                self.overlays.push(Overlay::Prompt(Prompt {
                    title: question.text.clone(),
                    field: TextField::line(""),
                    problem: None,
                    purpose: Purpose::Confirm { request, question },
                }));
                Vec::new()
            }
            Decision::Ask(question) => {
                self.overlays.push(Overlay::Question(Question {
                    text: question.text,
                    answers: vec![("Don't run".to_owned(), Answer::Nothing), ("Run".to_owned(), Answer::Run(request))],
                    chosen: 0,
                }));
                Vec::new()
            }
        }
    }

    pub(super) fn decide(&self, request: &RunRequest, yes: bool) -> Decision {
        guard::decide(&self.attempt(request, yes))
    }

    /// A run as the guard rails see it.
    pub(super) fn attempt<'a>(&'a self, request: &'a RunRequest, yes: bool) -> Attempt<'a> {
        Attempt {
            action: &request.action,
            integration: self.listing().and_then(|l| l.catalogue.integration_of(&request.action)).map(|i| &**i),
            effect: self.effect_of(&request.action),
            by: By { user: self.session.user(), profile: Some(&self.session.profile) },
            place: self.session.place,
            read_only: self.read_only(),
            yes,
        }
    }

    pub(super) fn effect_of(&self, action: &str) -> SideEffect {
        self.listing().and_then(|l| l.catalogue.position(action)).map_or(SideEffect::Unknown, |i| self.side_effect(i))
    }

    /// Sends one run.
    pub(super) fn send(&mut self, request: RunRequest) -> Vec<Effect> {
        self.send_run(request, How::Once)
    }

    /// Sends one run page by page.
    pub(super) fn send_in_pages(&mut self, request: RunRequest, pages: Pages) -> Vec<Effect> {
        self.send_run(request, How::InPages(pages))
    }

    /// Sends one run of many.
    pub(super) fn send_one_of_many(&mut self, request: RunRequest, of: OneOfMany) -> Vec<Effect> {
        self.send_run(request, How::OneOfMany(of))
    }

    /// Sends once more what was refused as run `before`, and shows it where that one is shown.
    pub(super) fn send_again(&mut self, request: RunRequest, before: RunId) -> Vec<Effect> {
        self.send_run(request, How::Again(before))
    }

    /// The one place that sends, after whatever question there was. The guard rails are asked once more, as read-only may
    /// have been switched on since: what they give is the leave that sending takes.
    fn send_run(&mut self, request: RunRequest, how: How) -> Vec<Effect> {
        let leave = match self.decide(&request, true) {
            Decision::Allow(leave) => leave,
            Decision::Refuse(failure) => {
                self.say(Tone::Error, format!("{} {}", failure.message, failure.hint));
                return Vec::new();
            }
            Decision::Ask(question) => {
                self.say(Tone::Error, question.declined().message);
                return Vec::new();
            }
        };
        let integration = self.listing().and_then(|l| l.catalogue.integration_of(&request.action));
        let integration = integration.map_or_else(|| "".into(), Arc::clone);
        let effect = self.effect_of(&request.action);
        let mut whose = self.session.whose();
        if let How::OneOfMany(OneOfMany { user: Some(user), .. }) = &how {
            whose.user = Some(user.to_string());
        }
        let of_many = matches!(how, How::OneOfMany(_));
        let id = self.runs.start(request.clone(), (integration, effect), (whose.clone(), self.now), of_many);
        // The description tells the last run.
        self.detail_of = None;
        // What nobody has just asked for takes neither the keys nor the place of what is looked at.
        match &how {
            How::Once | How::InPages(_) => {
                self.runs.show(id);
                self.focus = Pane::Response;
                let warned = self.form.as_mut().and_then(|form| form.warned_about.take());
                if warned.is_some() {
                    // How to run it anyway has been said, and done.
                    self.notice = None;
                }
            }
            How::Again(before) if self.runs.shown().is_some_and(|run| run.id == *before) => self.runs.show(id),
            How::Again(_) | How::OneOfMany(_) => {}
        }
        let mut effects = self.keep_draft();
        if !of_many || self.usage.recent().first() != Some(&request.action) {
            effects.push(self.change_usage(UsageChange::Ran(request.action.clone())));
        }
        if !self.past.paused && !self.session.forgets {
            let about = Box::new(self.about_run(&request.action));
            effects.push(Effect::Note { id, about, whose: Box::new(whose) });
        }
        effects.push(match how {
            How::Once | How::Again(_) => Effect::Run { id, request, leave, of: None },
            How::InPages(pages) => Effect::RunPages { id, request, leave, pages },
            How::OneOfMany(of) => Effect::Run { id, request, leave, of: Some(of) },
        });
        effects
    }

    pub(super) fn cancel_run(&mut self) -> Vec<Effect> {
        if self.front() == Front::Response && self.stop_query() {
            return vec![Effect::StopQuery];
        }
        if let Some(stop) = self.stop_checking() {
            return vec![stop];
        }
        let chosen = match self.overlays.last() {
            Some(Overlay::RunList(chooser)) => chooser.chosen().and_then(|i| self.run_at(i)),
            _ => None,
        };
        let shown = || self.runs.shown().filter(|r| r.is_going()).map(|r| r.id);
        let last = || self.runs.list().iter().rev().find(|r| r.is_going()).map(|r| r.id);
        let going = |id: &RunId| self.runs.get(*id).is_some_and(super::super::runs::Run::is_going);
        if let Some(id) = chosen.or_else(shown).or_else(last).filter(going) {
            return vec![Effect::Cancel(id)];
        }
        self.say(Tone::Hint, "Nothing is running. ^Q quits.");
        Vec::new()
    }

    pub(super) fn run_sent(&mut self, id: RunId) -> Vec<Effect> {
        if let Some(RunState::Going { sent, .. }) = self.runs.get_mut(id).map(|r| &mut r.state) {
            *sent = true;
        }
        Vec::new()
    }

    pub(super) fn run_received(&mut self, id: RunId, bytes: u64, of: Option<u64>) -> Vec<Effect> {
        let now = self.now.uptime;
        if let Some(RunState::Going { received, .. }) = self.runs.get_mut(id).map(|r| &mut r.state) {
            *received = Received { bytes, of, since: received.since.or(Some(now)) };
        } else if let Some((_, viewer)) = self.runs.viewers_mut().find(|(of, _)| *of == id) {
            viewer.arrived = Received { bytes, of, since: viewer.arrived.since.or(Some(now)) };
        }
        Vec::new()
    }

    pub(super) fn run_finished(&mut self, id: RunId, outcome: Outcome, opened: Option<Shared<Opened>>) -> Vec<Effect> {
        let now = self.now;
        self.detail_of = None;
        let Some(run) = self.runs.get(id).filter(|r| r.is_going()) else { return Vec::new() };
        let next = match (&outcome, &run.pages) {
            (Outcome::Answered(_), Some(merged)) => merged.next.clone(),
            (Outcome::Answered(_), None) => self.page_after(&run.request, opened.as_deref()),
            (Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. }, _) => None,
        };
        let Some(run) = self.runs.get_mut(id) else { return Vec::new() };
        run.next = next;
        let took = match &outcome {
            Outcome::Answered(response) => response.took,
            Outcome::Failed(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => now.since(run.started),
        };
        let first = (!matches!(outcome, Outcome::Answered(_))).then_some(View::Problem);
        let words = told(&run.request.action, &outcome, took);
        let wait = match &outcome {
            Outcome::Failed(f) if f.kind == FailureKind::RateLimited => f.retry_after,
            _ => None,
        };
        // Another user's token is not the session's.
        let is_own = run.whose.user.as_deref() == self.session.user();
        let refused = match &outcome {
            Outcome::Failed(f) if f.kind == FailureKind::NotAuthorised && is_own => Some((f.clone(), run.of_many)),
            Outcome::Failed(_) | Outcome::Answered(_) | Outcome::Cancelled { .. } | Outcome::TimedOut { .. } => None,
        };
        let ended = outcome.clone();
        run.state = RunState::Ended { outcome, took, viewer: Box::new(Viewer::new(opened, first)) };
        if let Some(wait) = wait {
            self.not_before = Some(now.uptime + wait.min(Duration::from_secs(3600)));
        }
        // One of many is told of on their board.
        let is_told = self.runs.get(id).is_some_and(|run| run.of_many) || self.runs.shown().is_some_and(|r| r.id == id);
        if !is_told {
            self.say(words.0, words.1);
        }
        self.blame_fields(id);
        self.tell_pages(id);
        let mut effects = self.faults_counted_down();
        effects.extend(self.row_ended(id, &ended, took));
        if let Some((failure, of_many)) = refused {
            // Those that are left of many are sent when somebody says go on.
            effects.extend(self.token_refused(&failure, if of_many { Refused::OneOfMany } else { Refused::Run(id) }));
        }
        effects
    }
}

impl App {
    /// Puts what the server says is wrong with the parameters onto the fields it names, if the form still is what was
    /// sent, and goes there if it is waited for.
    fn blame_fields(&mut self, id: RunId) {
        let Some(run) = self.runs.get(id) else { return };
        let RunState::Ended { outcome: Outcome::Failed(failure), .. } = &run.state else { return };
        if failure.kind != FailureKind::InvalidParameters {
            return;
        }
        let Some(form) = self.form.as_mut().filter(|f| f.action == run.request.action) else { return };
        if form.form.value() != run.request.parameters {
            return;
        }
        let named = form.form.blame_reply(&failure.message, &failure.details);
        form.refresh();
        let Some(&first) = named.first() else { return };
        form.go(At::Field(first));
        let label = form.row().map(|r| r.label.clone()).unwrap_or_default();
        let is_waited_for = self.runs.shown().is_some_and(|r| r.id == id)
            && self.focus == Pane::Response
            && self.showing_form
            && self.overlays.is_empty();
        if is_waited_for {
            self.focus = Pane::Action;
            let others = match named.len() {
                1 => String::new(),
                n => format!(" and {} more", n - 1),
            };
            self.say(Tone::Error, format!("The server refused {label}{others}: what it says stands at the field."));
        }
    }
}

/// What is said of a run that ended while another was looked at.
fn told(action: &str, outcome: &Outcome, took: Duration) -> (Tone, String) {
    let took = human_duration(took);
    match outcome {
        Outcome::Answered(r) => {
            (Tone::Good, format!("{action} answered {} after {took} (^N lists the runs).", r.status))
        }
        Outcome::Failed(_) => (Tone::Error, format!("{action} failed after {took} (^N lists the runs).")),
        Outcome::Cancelled { .. } => (Tone::Warning, format!("{action} was cancelled.")),
        Outcome::TimedOut { .. } => (Tone::Error, format!("{action} did not answer within {took}.")),
    }
}

/// Words as a sentence of their own; they begin with the field's name, whose case is its own.
fn sentence(words: &str) -> String {
    format!("{}.", words.trim_end_matches('.'))
}

/// The problems of a form in words, for those who ask before running.
pub(super) fn problems(check: &Check) -> Vec<String> {
    check.problems.iter().map(|p| sentence(&p.words)).collect()
}
