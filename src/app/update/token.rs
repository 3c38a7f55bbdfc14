//! The token's life: warned of before it ends, renewed by itself where that can be, asked for where it cannot; and
//! becoming another user or taking another profile with it.

use std::time::Duration;

use super::{
    super::{
        answer::failure_lines,
        board::Kind,
        effect::{Destination, Effect},
        geometry::Pane,
        overlay::{Answer, Overlay, Prompt, Purpose, Question},
        page::{Page, Tone},
        remote::LoadId,
        session::{Session, TOKEN_WARNS},
        state::{App, Care, Made, Stage, Why},
        text_field::TextField,
    },
    Offer,
};
use crate::domain::{
    failure::{Failure, FailureKind},
    guard::Decision,
    run::RunId,
    side_effect::SideEffect,
    token::{TokenFault, faults, span},
};

/// One that can is renewed at the latest when it has so many seconds left.
const RENEW: i64 = 60;
/// How long renewing waits after it failed, and how long a renewed token is believed.
const PAUSE: Duration = Duration::from_secs(30);

/// What the server did not take the token for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The list of actions.
    List,
    /// What the user has connected.
    Connections,
    /// This run.
    Run(RunId),
    /// One run of many.
    OneOfMany,
}

impl App {
    /// What is to be done about a token that nears its end.
    pub(super) fn look_after_token(&mut self) -> Vec<Effect> {
        if !matches!(self.stage, Stage::Explorer) || self.attempt.is_some() {
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
        if self.session.offline {
            self.say(Tone::Hint, "This catalogue comes from a file, so there is nothing that a token would be for.");
            return Vec::new();
        }
        if self.session.base_url.is_empty() {
            return match &self.destination {
                Some(Destination::Configured | Destination::As { .. } | Destination::Pasted { .. }) => {
                    self.ask_for_token("Paste a Paragon User Token.", None)
                }
                Some(Destination::Sandbox | Destination::SandboxAs(_) | Destination::Project { .. }) | None => {
                    self.say(Tone::Hint, "There is no connection that a token would be for.");
                    Vec::new()
                }
            };
        }
        if self.session.origin.renews {
            return self.renew();
        }
        let user = self.session.user().map(str::to_owned);
        let whose = user.as_ref().map_or_else(String::new, |user| format!(" for {user}"));
        self.ask_for_token(&format!("Paste a new token{whose}."), user)
    }

    /// Has the token signed or fetched again.
    fn renew(&mut self) -> Vec<Effect> {
        let user = self.session.user().map(str::to_owned);
        let to = match (&self.destination, user) {
            (Some(Destination::Sandbox | Destination::SandboxAs(_)), Some(user)) => Destination::SandboxAs(user),
            (Some(to), _) => to.clone(),
            (None, _) => return Vec::new(),
        };
        self.connect(to, Why::Renew)
    }

    /// A new token is there, or none could be had.
    pub(super) fn renewed(&mut self, load: LoadId, result: Result<Session, Failure>) -> Vec<Effect> {
        self.renew_not_before = Some(self.now.uptime + PAUSE);
        match result {
            // Somebody else's token is no new one for this user.
            Ok(session) if !self.session.is_same(&session) => {
                self.repeat = None;
                self.say(Tone::Error, "The new token is for another user or project, so it is not taken.");
                vec![Effect::Abandon(load)]
            }
            Ok(session) => {
                self.session.claims = session.claims;
                // What the token before was answered with may be looked at still.
                self.session.known = self.session.known.and(&session.known);
                self.session.origin = session.origin;
                self.care.warned = false;
                let left = self.session.claims.expires_in(self.now.unix);
                let long = left.map_or_else(String::new, |left| format!(", good for {}", span(left)));
                self.say(Tone::Good, format!("The token is new{long}."));
                let mut effects = vec![Effect::Adopt { load, of: self.stamp }];
                effects.extend(self.repeat_what_was_refused());
                effects
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
        if std::mem::take(&mut self.care.connections_refused) && self.connections.going_since().is_none() {
            effects.extend(self.load_connections());
        }
        let refused = self.repeat.take().and_then(|id| self.runs.get(id)).map(|run| (run.id, run.request.clone()));
        if let Some((id, request)) = refused
            && self.only_reads(id)
            && matches!(self.decide(&request, false), Decision::Allow(_))
        {
            effects.extend(self.send_again(request, id));
        }
        effects
    }

    /// What follows when the server does not take the token, for a run or for the list: a new one is had where that can
    /// be, else it is said how to give one. Whatever the person is typing goes on.
    pub(super) fn token_refused(&mut self, failure: &Failure, refused: Refused) -> Vec<Effect> {
        if failure.kind != FailureKind::NotAuthorised {
            return Vec::new();
        }
        self.care.list_refused |= refused == Refused::List;
        self.care.connections_refused |= refused == Refused::Connections;
        let is_renewing = self.attempt.as_ref().is_some_and(|attempt| attempt.why == Why::Renew);
        // A token that was renewed a moment ago and is refused all the same would be refused for ever.
        let is_new = self.renew_not_before.is_some_and(|at| at > self.now.uptime);
        if self.session.origin.renews && is_new && !is_renewing {
            self.repeat = None;
            return Vec::new();
        }
        if let Refused::Run(id) = refused {
            self.repeat = Some(id);
        }
        if self.attempt.is_some() {
            return Vec::new();
        }
        if self.session.origin.renews {
            return self.renew();
        }
        if self.asks_for_token() {
            return Vec::new();
        }
        let user = self.session.user().map(str::to_owned);
        let whose = user.as_ref().map_or_else(String::new, |user| format!(" of {user}"));
        if self.waits_for(refused) {
            let then = match refused {
                Refused::Run(id) if self.only_reads(id) => "the action, which only reads, is then run again.",
                Refused::Run(_) | Refused::OneOfMany => "what was refused is not sent again by itself.",
                Refused::List => "the actions are then loaded again.",
                Refused::Connections => "what is connected is then asked again.",
            };
            return self.ask_for_token(&format!("The token{whose} was refused. Paste a new one: {then}"), user);
        }
        let words = format!("The token{whose} was refused. “New token” in the commands (^P) takes another.");
        self.say(Tone::Error, words);
        Vec::new()
    }

    /// Whether the person looks at nothing but what was refused, so that asking takes no keys meant for something else.
    fn waits_for(&self, refused: Refused) -> bool {
        match refused {
            Refused::Run(id) => {
                self.overlays.is_empty()
                    && self.focus == Pane::Response
                    && self.runs.shown().is_some_and(|run| run.id == id)
            }
            Refused::List => self.overlays.is_empty() && self.listing().is_none(),
            Refused::Connections => {
                self.overlays.len() == 1 && self.board().is_some_and(|board| board.kind == Kind::Connections)
            }
            Refused::OneOfMany => false,
        }
    }

    /// Whether the action of a run changes nothing.
    fn only_reads(&self, id: RunId) -> bool {
        self.runs.get(id).is_some_and(|run| self.effect_of(&run.request.action) == SideEffect::Read)
    }

    /// Asks for a token to be typed, that of a user where one is meant; what is typed stays with the runtime.
    pub(super) fn ask_for_token(&mut self, title: &str, user: Option<String>) -> Vec<Effect> {
        self.ask_for_token_of(title, None, user)
    }

    /// Asks for the token of a profile that names none.
    pub(super) fn ask_for_token_of(
        &mut self,
        title: &str,
        profile: Option<String>,
        user: Option<String>,
    ) -> Vec<Effect> {
        self.overlays.push(Overlay::Prompt(Prompt {
            title: format!("{title} It is shown nowhere and kept until you quit."),
            field: TextField::line(""),
            problem: None,
            purpose: Purpose::Token { profile, user },
        }));
        vec![Effect::ForgetSecret]
    }

    /// Whether a token is being asked for.
    pub(super) fn asks_for_token(&self) -> bool {
        self.overlays.iter().any(|over| matches!(over, Overlay::Prompt(Prompt { purpose: Purpose::Token { .. }, .. })))
    }

    /// Takes the token that was typed.
    pub(super) fn token_typed(
        &mut self,
        mut prompt: Prompt,
        profile: Option<String>,
        user: Option<String>,
    ) -> Vec<Effect> {
        if prompt.field.is_empty() {
            prompt.problem = Some("Paste a Paragon User Token, or Esc to go on without.".to_owned());
            self.overlays.push(Overlay::Prompt(prompt));
            return Vec::new();
        }
        let to = match &self.destination {
            _ if profile.is_some() => Destination::Pasted { profile },
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
        let effects = self.switch_to(to);
        if let Some(attempt) = &mut self.attempt {
            attempt.whose = user;
        }
        effects
    }

    /// Connects as somebody else, or with another profile, while everything stays as it is.
    pub(super) fn switch_to(&mut self, to: Destination) -> Vec<Effect> {
        self.overlays.clear();
        self.connect(to, Why::Switch)
    }

    /// The connection is there that was asked for as somebody else, or with another token. With a token that cannot work
    /// it is not taken, and with one of somebody else than `whose` was asked for only after a question.
    pub(super) fn take_or_ask(&mut self, made: Made, whose: Option<&str>) -> Vec<Effect> {
        if !matches!(made.to, Destination::Pasted { .. } | Destination::Project { .. }) {
            return self.switched(made);
        }
        if let Some(failure) = useless(&made.session, self.now.unix) {
            let mut effects = vec![Effect::Abandon(made.load)];
            effects.extend(self.not_switched(&failure));
            return effects;
        }
        let Some(asked) = whose.filter(|asked| made.session.user() != Some(asked)) else {
            return self.switched(made);
        };
        let other = made.session.user().unwrap_or("a user without a name");
        let question = Overlay::Question(Question {
            text: format!(
                "The token of {asked} was asked for, and this one is {other}'s. Speak for {other} ({}) from now on?",
                made.session.profile
            ),
            answers: vec![("Don't switch".to_owned(), Answer::Nothing), ("Switch".to_owned(), Answer::Switch)],
            chosen: 0,
        });
        let words = format!("The token is {other}'s");
        self.made = Some(made);
        self.offer(question, &words);
        vec![Effect::ForgetSecret]
    }

    /// Takes the connection that waited for a yes.
    pub(super) fn take_made(&mut self) -> Vec<Effect> {
        self.made.take().map_or_else(Vec::new, |made| self.switched(made))
    }

    /// Lets go of a connection that waits for the answer to a question that is there no more.
    pub(super) fn let_go_of_made(&mut self) -> Option<Effect> {
        let asks = |over: &Overlay| {
            let Overlay::Question(question) = over else { return false };
            question.answers.iter().any(|(_, answer)| *answer == Answer::Switch)
        };
        let waits = |offer: &Offer| matches!(offer, Offer::Overlay(over) if asks(over));
        if self.made.is_none() || self.overlays.iter().any(asks) || self.offers.iter().any(waits) {
            return None;
        }
        self.repeat = None;
        self.made.take().map(|made| Effect::Abandon(made.load))
    }

    fn switched(&mut self, Made { load, to, session }: Made) -> Vec<Effect> {
        self.destination = Some(to);
        let mut effects = if self.session.is_same(&session) && self.session.profile == session.profile {
            // A refusal from long ago is nobody's wish any more; one that is still looked at is.
            let shown = self.runs.shown().map(|run| run.id);
            self.repeat = self.repeat.filter(|id| Some(*id) == shown);
            self.renewed(load, Ok(session))
        } else {
            self.become_another(load, session)
        };
        effects.push(Effect::ForgetSecret);
        effects
    }

    pub(super) fn not_switched(&mut self, failure: &Failure) -> Vec<Effect> {
        self.repeat = None;
        let mut page = Page::default();
        failure_lines(&mut page, failure, self.page_columns());
        page.gap();
        page.line(Tone::Hint, "Everything stays as it was.");
        self.offer(
            Overlay::Page { title: "Not switched", page },
            &format!("Not switched: {}", failure.message.trim_end_matches('.')),
        );
        vec![Effect::ForgetSecret]
    }

    /// Speaks for somebody else from now on; the form that is open stays.
    fn become_another(&mut self, load: LoadId, session: Session) -> Vec<Effect> {
        let mut effects = self.keep_draft();
        let kept = (self.form.take(), self.showing_form, self.focus);
        (self.repeat, self.care, self.renew_not_before) = (None, Care::default(), None);
        effects.extend(self.open_session(load, session));
        (self.form, self.showing_form, self.focus) = kept;
        self.refit = self.showing_form;
        let who = self.session.user().unwrap_or("a user without a name").to_owned();
        self.say(Tone::Good, format!("akx now speaks for {who} ({}).", self.session.profile));
        effects
    }
}

/// Why nothing can be done with the token of `session` at `unix`, in seconds, as far as the token tells.
fn useless(session: &Session, unix: i64) -> Option<Failure> {
    let said = |fault: &TokenFault| match fault {
        TokenFault::OtherProject { audience } => {
            let other = audience.rsplit('/').next().unwrap_or_default();
            Some(format!("The token is for project {other}, and the profile's project is {}.", session.project))
        }
        TokenFault::Expired { since } => Some(format!("The token expired {} ago.", span(*since))),
        // The server has the last word on these.
        TokenFault::Malformed(_)
        | TokenFault::NotYetValid { .. }
        | TokenFault::Algorithm(_)
        | TokenFault::NoSubject => None,
    };
    let faults = faults(&Ok(session.claims.clone()), &session.project, unix);
    let (words, fault) = faults.iter().find_map(|fault| Some((said(fault)?, fault)))?;
    Some(Failure::new(FailureKind::NotAuthorised, words, fault.hint()))
}
