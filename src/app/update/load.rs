//! Connections, catalogues and what is connected: what comes from outside unasked or after asking.

use std::sync::Arc;

use super::{browse::known, token::Refused};
use crate::{
    app::{
        effect::{Destination, Effect},
        listing::Listing,
        page::Tone,
        remote::{Dated, Fetch, LoadId, Stamp},
        session::Session,
        state::{App, Attempt, Made, Stage, Why},
    },
    domain::{
        category,
        connection::Connections,
        failure::{Failure, FailureKind},
        fault::FaultAsk,
        shared::Shared,
    },
};

impl App {
    /// Begins to connect. There is one attempt at a time: an earlier one is abandoned.
    pub(in crate::app) fn connect(&mut self, to: Destination, why: Why) -> Vec<Effect> {
        let mut effects = self.abandon_attempt();
        let load = self.next_load();
        self.attempt = Some(Attempt { load, to: to.clone(), why, whose: None });
        effects.push(Effect::Connect { load, to });
        effects
    }

    /// Waits no longer for the connection that is being made.
    pub(super) fn abandon_attempt(&mut self) -> Vec<Effect> {
        let Some(attempt) = self.attempt.take() else { return Vec::new() };
        if attempt.why == Why::Renew {
            // Whenever a new token comes now, it is not for what was refused today.
            self.repeat = None;
        }
        vec![Effect::Abandon(attempt.load)]
    }

    /// A connection is there, or is not: the one that is waited for is taken, any other let go of.
    pub(super) fn connected(&mut self, load: LoadId, result: Result<Session, Failure>) -> Vec<Effect> {
        let Some(Attempt { to, why, whose, .. }) = self.attempt.take_if(|attempt| attempt.load == load) else {
            return vec![Effect::Abandon(load)];
        };
        match (why, result) {
            (Why::Renew, result) => self.renewed(load, result),
            (Why::Switch, Ok(session)) => self.take_or_ask(Made { load, to, session }, whose.as_deref()),
            (Why::Switch, Err(failure)) => self.not_switched(&failure),
            (Why::Start | Why::Welcome, Ok(session)) => {
                self.destination = Some(to);
                let mut effects = self.open_session(load, session);
                if why == Why::Welcome {
                    effects.push(Effect::ForgetSecret);
                }
                effects
            }
            (Why::Start | Why::Welcome, Err(failure)) => {
                // What was to be opened has everything but a token.
                let lacks_token = failure.kind == FailureKind::NotAuthorised && self.overlays.is_empty();
                match &mut self.stage {
                    Stage::Welcome(welcome) => welcome.failure = Some(failure),
                    Stage::Explorer if lacks_token => {
                        let title = format!("{} Paste one.", failure.message);
                        self.catalogue.fetch = Fetch::Failed(failure);
                        return self.ask_for_token(&title, None);
                    }
                    Stage::Explorer | Stage::Document => self.catalogue.fetch = Fetch::Failed(failure),
                }
                Vec::new()
            }
        }
    }

    /// Tries what failed again: the connection, or the list.
    pub(super) fn try_again(&mut self) -> Vec<Effect> {
        if self.catalogue.failure().is_none() {
            return Vec::new();
        }
        match self.destination.clone() {
            Some(to) if self.session.base_url.is_empty() && !self.session.offline => {
                self.catalogue.fetch = Fetch::Idle;
                self.connect(to, Why::Start)
            }
            _ => self.reload(),
        }
    }

    /// Speaks through connection `load` from now on.
    pub(super) fn open_session(&mut self, load: LoadId, session: Session) -> Vec<Effect> {
        // What is typed is kept for whom it was typed, and what runs of many is stopped, before the connection changes.
        let mut effects = self.put_form_away();
        if !self.session.is_same(&session) {
            let under_way = self.batch.as_ref().filter(|batch| batch.going);
            let sent = under_way.and_then(|batch| batch.rows().get(batch.current?)?.run);
            effects.extend(sent.map(Effect::Cancel));
            self.forget_session();
            self.stamp = Stamp::of(load);
        }
        effects.push(Effect::Adopt { load, of: self.stamp });
        if !self.session.is_of_project_of(&session) {
            self.been.clear();
        }
        self.been.extend(session.user().map(str::to_owned));
        let known = self.session.known.and(&session.known);
        self.session = Session { known, ..session };
        self.stage = Stage::Explorer;
        self.usage_since = Some(Vec::new());
        effects.extend([Effect::RecallUsage, Effect::RecallLastRuns]);
        if self.speaks_to_sandbox() {
            effects.push(self.ask_faults(FaultAsk::Which));
        }
        effects.extend(self.reload());
        self.tell_warnings();
        effects
    }

    /// Says what is odd about the settings.
    fn tell_warnings(&mut self) {
        let words = match self.session.warnings.as_slice() {
            [] => return,
            [one] => one.clone(),
            [first, more @ ..] => format!("{first} {} more: akx profile list tells.", more.len()),
        };
        self.say(Tone::Warning, words);
    }

    /// Asks for the catalogue and for what is connected.
    pub(super) fn reload(&mut self) -> Vec<Effect> {
        if self.session.base_url.is_empty() && !self.session.offline {
            self.say(Tone::Hint, "Nothing is connected yet. Choose “Connect elsewhere” in the commands (^P).");
            return Vec::new();
        }
        let load = self.next_load();
        self.catalogue.start(load, self.now);
        let mut effects = vec![Effect::LoadCatalogue { load }];
        if !self.session.offline {
            let load = self.next_load();
            self.connections.start(load, self.now);
            effects.push(Effect::LoadConnections { load });
        }
        effects
    }

    pub(super) fn catalogue_recalled(&mut self, load: LoadId, listing: Dated<Shared<Listing>>) -> Vec<Effect> {
        // First come the names, then the same list with its schemas.
        let old = self.catalogue.get().cloned();
        if !self.catalogue.is_going(load) || old.as_ref().is_some_and(|old| old.catalogue.has_schemas()) {
            return Vec::new();
        }
        let new = listing.value.clone();
        self.catalogue.value = Some(listing);
        self.take_listing(old.as_deref(), &new)
    }

    pub(super) fn catalogue_loaded(
        &mut self,
        load: LoadId,
        result: Result<Dated<Shared<Listing>>, Failure>,
    ) -> Vec<Effect> {
        let old = self.catalogue.get().cloned();
        if self.catalogue.finish(load, result) {
            if let Some(failure) = self.catalogue.failure().cloned() {
                let effects = self.token_refused(&failure, Refused::List);
                if !effects.is_empty() {
                    return effects;
                }
            }
            match (self.catalogue.get().cloned(), self.catalogue.failure()) {
                (Some(_), Some(failure)) => {
                    let text = format!("{} Showing the actions from before.", failure.message);
                    self.say(Tone::Warning, text);
                }
                (Some(new), None) => {
                    if !new.catalogue.problems().is_empty() {
                        self.say(Tone::Warning, "Part of the list could not be used (F1 says which).");
                    }
                    // What becomes of the open form is said last: it matters more.
                    return self.take_listing(old.as_deref(), &new);
                }
                (None, _) => {}
            }
        }
        Vec::new()
    }

    fn take_listing(&mut self, old: Option<&Listing>, new: &Shared<Listing>) -> Vec<Effect> {
        let mut categories = category::known(new.catalogue.groups().iter().map(|g| &g.integration));
        for (name, keys) in self.selected.iter().filter_map(|(name, keys)| Some((name, keys.as_ref()?))) {
            category::selected(&mut categories, name, keys);
        }
        self.categories = Arc::new(categories);
        self.browse.take(old, new, known(&self.connections, &self.usage, &self.categories));
        self.detail_of = None;
        let in_sight = self.showing_form;
        self.cursor_moved();
        self.refit_form(in_sight);
        let opening = self.opening.take_if(|_| new.catalogue.has_schemas());
        let opening = opening.and_then(|o| Some((new.catalogue.position(&o.action)?, o.filled)));
        let mut effects = opening.map_or_else(Vec::new, |(action, filled)| self.open_filled(action, filled));
        effects.extend(self.keys_that_waited());
        effects
    }

    /// The list from before is not there: it is said, and the server is being asked all the same.
    pub(super) fn kept_list_damaged(&mut self, load: LoadId, failure: &Failure) -> Vec<Effect> {
        if self.catalogue.is_going(load) {
            self.say(Tone::Warning, failure.message.clone());
        }
        // Nobody knows how long the server takes: an action that was asked for has to be asked for again.
        self.opening = None;
        self.keys_that_waited()
    }

    pub(super) fn connections_loaded(
        &mut self,
        load: LoadId,
        result: Result<Dated<Connections>, Failure>,
    ) -> Vec<Effect> {
        let failure = result.as_ref().err().cloned();
        if !self.connections.finish(load, result) {
            return Vec::new();
        }
        self.fill_connections();
        self.detail_of = None;
        self.look_again();
        self.cursor_moved();
        failure.map_or_else(Vec::new, |failure| self.token_refused(&failure, Refused::Connections))
    }
}
