//! The token's life: warned of before it ends, renewed by itself where that can be, asked for where it cannot; and
//! becoming another user or taking another profile with it.

use std::time::Duration;

use super::super::{
    answer::failure_lines,
    effect::{Destination, Effect},
    overlay::{Overlay, Prompt, Purpose},
    page::{Page, Tone},
    session::{Session, TOKEN_WARNS},
    state::{App, Stage},
    text_field::TextField,
};
use crate::domain::{
    failure::{Failure, FailureKind},
    guard::Decision,
    run::RunRequest,
    side_effect::SideEffect,
    token::span,
};

/// One that can is renewed at the latest when it has so many seconds left.
const RENEW: i64 = 60;
/// How long renewing waits after it failed, and how long a renewed token is believed.
const PAUSE: Duration = Duration::from_secs(30);

impl App {
    /// What is to be done about a token that nears its end.
    pub(super) fn look_after_token(&mut self) -> Vec<Effect> {
        if !matches!(self.stage, Stage::Explorer) || self.renewing.is_some() || self.switching.is_some() {
            return Vec::new();
        }
        let claims = &self.session.claims;
        let Some(left) = claims.expires_in(self.now.unix) else { return Vec::new() };
        if self.session.origin.renews {
            let lifetime =
                claims.issued_at.zip(claims.expires_at).map_or(i64::MAX, |(from, to)| to.saturating_sub(from));
            let is_due = left <= (lifetime / 10).clamp(5, RENEW);
            let may = self.renew_not_before.is_none_or(|at| at <= self.now.uptime);
            return if is_due && may { self.renew() } else { Vec::new() };
        }
        if left <= TOKEN_WARNS && left > 0 && !self.care.warned {
            self.care.warned = true;
            let left = span(left);
            self.say(
                Tone::Warning,
                format!("The token ends in {left}. “New token” in the commands (^P) takes another."),
            );
        }
        Vec::new()
    }

    /// Asks for a new token: signed or fetched where that can be, else typed.
    pub(super) fn new_token(&mut self) -> Vec<Effect> {
        if self.session.offline || self.session.base_url.is_empty() {
            self.say(Tone::Hint, "There is no connection that a token would be for.");
            return Vec::new();
        }
        if self.session.origin.renews {
            return self.renew();
        }
        let whose = self.session.user().map_or_else(String::new, |user| format!(" for {user}"));
        self.ask_for_token(&format!("Paste a new token{whose}."))
    }

    /// Has the token signed or fetched again.
    fn renew(&mut self) -> Vec<Effect> {
        let user = self.session.user().map(str::to_owned);
        let to = match (&self.destination, user) {
            (Some(Destination::Sandbox | Destination::SandboxAs(_)), Some(user)) => Destination::SandboxAs(user),
            (Some(to), _) => to.clone(),
            (None, _) => return Vec::new(),
        };
        let load = self.next_load();
        self.renewing = Some(load);
        vec![Effect::Connect { load, to }]
    }

    pub(super) fn renewed(&mut self, result: Result<Session, Failure>) -> Vec<Effect> {
        self.renewing = None;
        self.renew_not_before = Some(self.now.uptime + PAUSE);
        match result {
            Ok(session) => {
                self.session.claims = session.claims;
                self.session.origin = session.origin;
                self.care.warned = false;
                let left = self.session.claims.expires_in(self.now.unix);
                let long = left.map_or_else(String::new, |left| format!(", good for {}", span(left)));
                self.say(Tone::Good, format!("The token is new{long}."));
                self.repeat_what_was_refused()
            }
            Err(failure) => {
                self.repeat = None;
                let text = format!("No new token could be had: {} {}", failure.message, failure.hint);
                self.say(Tone::Error, text);
                Vec::new()
            }
        }
    }

    /// Sends again what the old token was refused for, if it only reads; anything else is the person's to send.
    fn repeat_what_was_refused(&mut self) -> Vec<Effect> {
        let mut effects = if std::mem::take(&mut self.care.list_refused) { self.reload() } else { Vec::new() };
        if let Some(request) = self.repeat.take()
            && self.effect_of(&request.action) == SideEffect::Read
            && matches!(self.decide(&request, false), Decision::Allow(_))
        {
            effects.extend(self.send(request));
        }
        effects
    }

    /// What follows when the server does not take the token: a new one is had or asked for.
    pub(super) fn token_refused(&mut self, failure: &Failure, request: Option<RunRequest>) -> Vec<Effect> {
        if failure.kind != FailureKind::NotAuthorised || self.asks_for_token() {
            return Vec::new();
        }
        self.care.list_refused |= request.is_none();
        self.repeat = request.or(self.repeat.take());
        if self.renewing.is_some() {
            return Vec::new();
        }
        // A token that was renewed a moment ago and is refused all the same would be refused for ever.
        let is_new = self.renew_not_before.is_some_and(|at| at > self.now.uptime);
        if self.session.origin.renews && !is_new {
            return self.renew();
        }
        if self.session.origin.renews {
            return Vec::new();
        }
        let whose = self.session.user().map_or_else(String::new, |user| format!(" of {user}"));
        self.ask_for_token(&format!("The token{whose} was refused. Paste a new one to go on."))
    }

    /// Asks for a token to be typed; what is typed stays with the runtime.
    pub(super) fn ask_for_token(&mut self, title: &str) -> Vec<Effect> {
        self.overlays.push(Overlay::Prompt(Prompt {
            title: format!("{title} It is shown nowhere and kept until you quit."),
            field: TextField::line(""),
            problem: None,
            purpose: Purpose::Token,
        }));
        vec![Effect::ForgetSecret]
    }

    /// Whether a token is being asked for.
    pub(super) fn asks_for_token(&self) -> bool {
        self.overlays.iter().any(|over| matches!(over, Overlay::Prompt(Prompt { purpose: Purpose::Token, .. })))
    }

    /// Takes the token that was typed.
    pub(super) fn token_typed(&mut self, mut prompt: Prompt) -> Vec<Effect> {
        if prompt.field.is_empty() {
            prompt.problem = Some("Paste a Paragon User Token, or Esc to go on without.".to_owned());
            self.overlays.push(Overlay::Prompt(prompt));
            return Vec::new();
        }
        let to = match &self.destination {
            Some(Destination::Project { project, base_url, .. }) => {
                Destination::Project { project: project.clone(), base_url: base_url.clone(), profile: String::new() }
            }
            Some(Destination::As { profile, .. } | Destination::Pasted { profile }) => {
                Destination::Pasted { profile: profile.clone() }
            }
            Some(Destination::Configured | Destination::Sandbox | Destination::SandboxAs(_)) | None => {
                Destination::Pasted { profile: None }
            }
        };
        self.switch_to(to)
    }

    /// Connects as somebody else, or with another profile, while everything stays as it is.
    pub(super) fn switch_to(&mut self, to: Destination) -> Vec<Effect> {
        let load = self.next_load();
        self.switching = Some((load, to.clone()));
        self.overlays.clear();
        vec![Effect::Connect { load, to }]
    }

    pub(super) fn switched(&mut self, to: Destination, result: Result<Session, Failure>) -> Vec<Effect> {
        match result {
            Ok(session) => {
                let is_same = (self.session.user(), &self.session.project, &self.session.base_url)
                    == (session.user(), &session.project, &session.base_url);
                self.destination = Some(to);
                if is_same && self.session.profile == session.profile {
                    return self.renewed(Ok(session));
                }
                self.become_another(session)
            }
            Err(failure) => {
                let mut page = Page::default();
                failure_lines(&mut page, &failure, 86);
                page.gap();
                page.line(Tone::Hint, "Everything stays as it was.");
                self.overlays.push(Overlay::Page { title: "Not switched", page });
                vec![Effect::ForgetSecret]
            }
        }
    }

    /// Speaks for somebody else from now on; the form that is open stays.
    fn become_another(&mut self, session: Session) -> Vec<Effect> {
        let mut effects = self.keep_draft();
        let kept = (self.form.take(), self.showing_form, self.focus);
        (self.repeat, self.care.list_refused, self.care.warned, self.renew_not_before) = (None, false, false, None);
        effects.extend(self.open_session(session));
        (self.form, self.showing_form, self.focus) = kept;
        self.refit = self.showing_form;
        let who = self.session.user().unwrap_or("a user without a name").to_owned();
        self.say(Tone::Good, format!("akx now speaks for {who} ({}).", self.session.profile));
        effects
    }
}
