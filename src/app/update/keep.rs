//! What a person uses and how they look at the list: favourites, recents, order, completion, what has changed.

use std::sync::Arc;

use super::browse::known;
use crate::{
    app::{
        chooser::{Chooser, Item},
        detail,
        effect::Effect,
        overlay::{MenuChoice, Overlay},
        page::Tone,
        state::{App, Front},
    },
    domain::{
        failure::Failure,
        side_effect::SideEffect,
        usage::{Usage, UsageChange},
    },
};

impl App {
    pub(super) fn usage_recalled(&mut self, usage: Usage) -> Vec<Effect> {
        // What was done meanwhile is in the file only after this one was read.
        if let Some(since) = self.usage_since.take() {
            self.usage = usage;
            for change in &since {
                self.usage.change(change);
            }
            self.look_again();
        }
        Vec::new()
    }

    /// Says that something could not be kept: once for what goes on failing in the same way.
    pub(super) fn not_kept(&mut self, what: &str, failure: &Failure) -> Vec<Effect> {
        let words = format!("{what}: {} {}", failure.message, failure.hint);
        if self.not_kept.as_ref() != Some(&words) {
            self.say(Tone::Warning, words.clone());
            self.not_kept = Some(words);
        }
        Vec::new()
    }

    /// Takes a change of what is used, here and in the file.
    pub(super) fn change_usage(&mut self, change: UsageChange) -> Effect {
        self.usage.change(&change);
        if let Some(since) = &mut self.usage_since {
            since.push(change.clone());
        }
        self.look_again();
        Effect::KeepUsage(change)
    }

    /// The list follows a change of something other than its query.
    pub(super) fn look_again(&mut self) {
        if let Some(listing) = self.catalogue.get().cloned() {
            let known = known(&self.connections, &self.usage, &self.categories);
            self.browse.search_again(&listing, known);
            self.detail_of = None;
        }
    }

    /// Makes the action in front a favourite, or no longer.
    pub(super) fn turn_favourite(&mut self) -> Vec<Effect> {
        let Some(action) = self.action_in_front() else {
            self.say(Tone::Hint, "Put the cursor on an action first.");
            return Vec::new();
        };
        let is_one = !self.usage.is_favourite(&action);
        let text = if is_one {
            format!("{action} is a favourite now (is:favourite finds them).")
        } else {
            format!("{action} is no favourite any more.")
        };
        let effect = self.change_usage(UsageChange::Favourite(action, is_one));
        self.say(Tone::Good, text);
        vec![effect]
    }

    /// The name of the action that is looked at.
    fn action_in_front(&self) -> Option<Arc<str>> {
        let open = self.form.as_ref().filter(|_| self.showing_form && self.front() != Front::Catalogue);
        let open = open.map(|f| Arc::clone(&f.action));
        let here = || self.browse.action().and_then(|i| self.listing()?.action(i)).map(|a| Arc::clone(&a.name));
        open.or_else(here)
    }

    /// Asks what the action in front does, where its name says it wrongly.
    pub(super) fn open_side_effects(&mut self) -> Vec<Effect> {
        let Some(action) = self.action_in_front() else {
            self.say(Tone::Hint, "Put the cursor on an action first.");
            return Vec::new();
        };
        let words = [
            (SideEffect::Read, "changes nothing; runs without a question"),
            (SideEffect::Write, "creates or changes something"),
            (SideEffect::Send, "reaches other people"),
            (SideEffect::Delete, "destroys something"),
        ];
        let item = |label: &str, note: &str| Item { label: label.to_owned(), note: note.to_owned() };
        let mut rows: Vec<(Item, Option<SideEffect>)> =
            words.iter().map(|(effect, note)| (item(effect.name(), note), Some(*effect))).collect();
        rows.push((item("as its name says", ""), None));
        let now = self.usage.side_effects().get(&action).copied();
        let at = rows.iter().position(|(_, effect)| *effect == now).unwrap_or(0);
        let (items, choices) =
            rows.into_iter().map(|(item, effect)| (item, MenuChoice::SideEffect(Arc::clone(&action), effect))).unzip();
        self.overlays.push(Overlay::Menu { title: "What it does", chooser: Chooser::new(items, at), choices });
        Vec::new()
    }

    pub(super) fn correct_side_effect(&mut self, action: Arc<str>, effect: Option<SideEffect>) -> Vec<Effect> {
        let words = effect.map_or_else(
            || format!("{action} does what its name says."),
            |effect| format!("{action} counts as {effect} from now on, for this project and user."),
        );
        let kept = self.change_usage(UsageChange::SideEffect(action, effect));
        self.say(Tone::Good, words);
        vec![kept]
    }

    pub(super) fn next_sort(&mut self) -> Vec<Effect> {
        if let Some(listing) = self.catalogue.get().cloned() {
            let known = known(&self.connections, &self.usage, &self.categories);
            self.browse.next_sort(&listing, known);
            self.say(Tone::Hint, format!("Sorted {}.", self.browse.sort().words()));
        }
        Vec::new()
    }

    /// Completes the qualifier that is being typed; where there is none, goes to the next pane.
    pub(super) fn complete(&mut self) -> Vec<Effect> {
        if self.browse.complete() {
            self.search();
            return Vec::new();
        }
        self.focus_on(self.focus.next())
    }

    pub(super) fn show_news(&mut self) -> Vec<Effect> {
        let Some(listing) = self.catalogue.get().cloned() else {
            self.say(Tone::Hint, "There is no list yet.");
            return Vec::new();
        };
        let Some(news) = listing.news() else {
            self.say(Tone::Hint, "There is no list of another time to compare with yet.");
            return Vec::new();
        };
        if news.drift.is_empty() {
            self.say(Tone::Good, "Nothing has changed since last time.");
            return Vec::new();
        }
        let page = detail::news(news, self.now.unix, self.page_columns());
        self.overlays.push(Overlay::Page { title: "What changed", page });
        Vec::new()
    }
}
