//! Connections, catalogues and what is connected: what comes from outside unasked or after asking.

use std::sync::Arc;

use super::browse::known;
use crate::{
    app::{
        effect::Effect,
        listing::Listing,
        page::Tone,
        remote::{Dated, LoadId},
        session::Session,
        state::{App, Stage},
    },
    domain::{category, connection::Connections, failure::Failure, fault::FaultAsk, shared::Shared},
};

impl App {
    pub(super) fn connected(&mut self, load: LoadId, result: Result<Session, Failure>) -> Vec<Effect> {
        if self.renewing == Some(load) {
            return self.renewed(result);
        }
        if let Some((_, to)) = self.switching.take_if(|(going, _)| *going == load) {
            return self.switched(to, result);
        }
        let welcome = match &mut self.stage {
            Stage::Welcome(w) if w.going == Some(load) => Some(w),
            Stage::Welcome(_) | Stage::Explorer | Stage::Document => None,
        };
        if welcome.is_none() && self.connecting != Some(load) {
            return Vec::new();
        }
        match (result, welcome) {
            (Ok(session), _) => {
                self.destination = self.asked.take().or(self.destination.take());
                self.past.paused = session.forgets;
                self.open_session(session)
            }
            (Err(failure), Some(welcome)) => {
                welcome.going = None;
                welcome.failure = Some(failure);
                Vec::new()
            }
            (Err(failure), None) => {
                self.connecting = None;
                self.catalogue.fetch = super::super::remote::Fetch::Failed(failure);
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
                let load = self.next_load();
                self.connecting = Some(load);
                self.catalogue.fetch = super::super::remote::Fetch::Idle;
                vec![Effect::Connect { load, to }]
            }
            _ => self.reload(),
        }
    }

    pub(super) fn open_session(&mut self, session: Session) -> Vec<Effect> {
        let mut effects = self.put_form_away();
        let same = (&self.session.base_url, &self.session.project, self.session.user())
            == (&session.base_url, &session.project, session.user());
        if !same {
            self.drafts.clear();
            self.usage = crate::domain::usage::Usage::default();
            self.past.last.clear();
            self.names = super::super::account::Names::default();
            self.catalogue = super::super::remote::Remote::default();
            self.connections = super::super::remote::Remote::default();
            self.faults = super::super::remote::Remote::default();
            self.accounts.clear();
            self.users.clear();
            self.marked.clear();
            // What was going on for somebody else does not go on; its journal tells how far it came.
            self.batch = None;
            self.doctor = super::super::doctor::Doctor::default();
            self.browse = super::super::browse::Browse::default();
            self.selected.clear();
            self.typed_ahead.clear();
            self.opening = None;
            self.detail_of = None;
        }
        self.session = session;
        self.stage = Stage::Explorer;
        self.connecting = None;
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
                let effects = self.token_refused(&failure, None);
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
        let action = opening.and_then(|name| new.catalogue.position(&name));
        let mut effects = action.map_or_else(Vec::new, |action| self.open_action(action));
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
        if self.connections.finish(load, result) {
            self.fill_connections();
            self.detail_of = None;
            self.look_again();
            self.cursor_moved();
        }
        Vec::new()
    }
}
