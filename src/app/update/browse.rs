//! The catalogue pane and the description of what its cursor is on.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    app::{
        answer::state_words,
        browse::{
            BrowseRow, Known,
            ranking::{RankId, Ranking},
        },
        command::{Command, Move},
        detail::{self, Beside},
        effect::Effect,
        geometry::Pane,
        key::Key,
        keymap,
        open_form::OpenForm,
        page::Tone,
        remote::Remote,
        state::{App, DetailOf, Filled, Front, Opening},
    },
    domain::{
        category::{self, Categories},
        connection::Connections,
        document::Value,
        failure::Failure,
        form::Form,
        search::Query,
        text::{ago, human_duration},
        usage::Usage,
        wire::Wire,
    },
};

/// What is known beside the list, from its three places.
pub(super) fn known<'a>(
    connections: &'a Remote<Connections>,
    usage: &'a Usage,
    categories: &'a Arc<Categories>,
) -> Known<'a> {
    Known { connections: connections.get(), usage, categories }
}

impl App {
    /// Searches for what is typed.
    pub(super) fn search(&mut self) {
        if let Some(listing) = self.catalogue.get().cloned() {
            let known = known(&self.connections, &self.usage, &self.categories);
            self.browse.search(&listing, known);
        }
        self.cursor_moved();
    }

    /// Searches for what is typed, and asks the server for categories it names for the first time.
    pub(super) fn query_changed(&mut self) -> Vec<Effect> {
        self.search();
        if self.session.offline || !matches!(self.wire(), Wire::Live | Wire::LiveTools) {
            return Vec::new();
        }
        let query = Query::parse(&self.browse.query.text());
        let mut effects = Vec::new();
        for name in query.categories().filter(|name| category::is_known(name)) {
            if !self.selected.contains_key(name) {
                self.selected.insert(name.to_owned(), None);
                effects.push(Effect::LoadCategory { category: name.to_owned() });
            }
        }
        effects
    }

    pub(super) fn category_loaded(
        &mut self,
        category: String,
        result: Result<Option<BTreeSet<Arc<str>>>, Failure>,
    ) -> Vec<Effect> {
        // Where the server does not tell, akx's own table stands.
        if let Ok(Some(keys)) = result {
            category::selected(Arc::make_mut(&mut self.categories), &category, &keys);
            self.selected.insert(category, Some(keys));
            self.look_again();
        }
        Vec::new()
    }

    /// Whether `key` has to wait until what was typed before it has been searched for, or the action that was asked for
    /// is open.
    pub(super) fn waits_for_search(&self, key: Key) -> bool {
        let is_opening = self.opening.is_some();
        if !(self.browse.is_searching() || is_opening) || self.front() != Front::Catalogue {
            return false;
        }
        match keymap::resolve(&self.contexts(), key) {
            Some(Command::Move(_)) => true,
            Some(Command::Quit | Command::Suspend | Command::ShowOffer) => false,
            Some(_) | None => is_opening || !self.typed_ahead.is_empty(),
        }
    }

    /// Takes what a search came to, and then the keys that waited for it.
    pub(super) fn ranked(&mut self, id: RankId, ranking: Ranking) -> Vec<Effect> {
        let Some(listing) = self.catalogue.get().cloned() else { return Vec::new() };
        if !self.browse.ranked(id, ranking, &listing, &self.usage) {
            return Vec::new();
        }
        self.cursor_moved();
        self.keys_that_waited()
    }

    /// Takes the keys that waited, as far as none of them has to wait again.
    pub(super) fn keys_that_waited(&mut self) -> Vec<Effect> {
        let keys = std::mem::take(&mut self.typed_ahead);
        keys.into_iter().flat_map(|key| self.key(key)).collect()
    }

    /// Whether the schemas are still being read, which is then said.
    pub(super) fn lacks_schemas(&mut self) -> bool {
        let lacks = self.listing().is_some_and(|listing| !listing.catalogue.has_schemas());
        if lacks {
            self.say(Tone::Hint, "The parameters are still being read; try again in a moment.");
        }
        lacks
    }

    /// The action pane follows the catalogue's cursor: the open form where it is on its action, else the description.
    pub(super) fn cursor_moved(&mut self) {
        let here = self.browse.action().and_then(|i| self.listing()?.action(i).map(|a| a.name.clone()));
        self.showing_form = self.form.as_ref().is_some_and(|f| Some(&f.action) == here.as_ref());
    }

    pub(super) fn browse_move(&mut self, motion: Move) -> Vec<Effect> {
        let Some(listing) = self.catalogue.get().cloned() else {
            return if motion == Move::Enter { self.try_again() } else { Vec::new() };
        };
        let page = isize::try_from(self.catalogue_height().max(2) - 1).unwrap_or(1);
        match motion {
            Move::Up => self.browse.move_by(-1),
            Move::Down => self.browse.move_by(1),
            Move::PageUp => self.browse.move_by(-page),
            Move::PageDown => self.browse.move_by(page),
            Move::Top => self.browse.move_by(isize::MIN),
            Move::Bottom => self.browse.move_by(isize::MAX),
            Move::Fold => {
                self.browse.fold(&listing, Some(true));
            }
            Move::Unfold => {
                self.browse.fold(&listing, Some(false));
            }
            Move::Enter | Move::Toggle => {
                return match self.browse.action() {
                    Some(action) => self.open_action(action),
                    None => {
                        self.browse.fold(&listing, None);
                        Vec::new()
                    }
                };
            }
            Move::Back => {
                if !self.browse.query.is_empty() {
                    let here = self.browse.action();
                    self.browse.query.set("");
                    self.search();
                    if let Some(action) = here {
                        self.browse.go_to(action);
                    }
                }
            }
        }
        self.cursor_moved();
        Vec::new()
    }

    pub(super) fn detail_move(&mut self, motion: Move) -> Vec<Effect> {
        let height = self.action_inside().height;
        let page = isize::try_from(height.max(2) - 1).unwrap_or(1);
        match motion {
            Move::Up => self.browse.detail.scroll_by(-1, height),
            Move::Down => self.browse.detail.scroll_by(1, height),
            Move::PageUp => self.browse.detail.scroll_by(-page, height),
            Move::PageDown => self.browse.detail.scroll_by(page, height),
            Move::Top => self.browse.detail.scroll_by(isize::MIN, height),
            Move::Bottom => self.browse.detail.scroll_by(isize::MAX, height),
            Move::Enter => {
                if let Some(action) = self.browse.action() {
                    return self.open_action(action);
                }
            }
            Move::Back => return self.focus_on(Pane::Catalogue),
            Move::Fold | Move::Unfold | Move::Toggle => {}
        }
        Vec::new()
    }

    pub(super) fn fold_all(&mut self, fold: bool) -> Vec<Effect> {
        if let Some(listing) = self.catalogue.get().cloned() {
            self.browse.fold_all(&listing, fold);
            self.cursor_moved();
        }
        Vec::new()
    }

    /// Opens the form of an action, with the draft it was left with.
    pub(super) fn open_action(&mut self, action: usize) -> Vec<Effect> {
        self.open_filled(action, None)
    }

    /// Opens the form of an action filled with this, where there is something; what was in it comes back with undo.
    pub(super) fn open_filled(&mut self, action: usize, filled: Option<Filled>) -> Vec<Effect> {
        let Some(listing) = self.listing() else { return Vec::new() };
        let Some(opened) = listing.action(action) else { return Vec::new() };
        if !listing.catalogue.has_schemas() {
            // It opens as soon as they are there, which is no more than a moment.
            self.opening = Some(Opening { action: opened.name, filled });
            return Vec::new();
        }
        let mut effects = Vec::new();
        if self.form.as_ref().is_none_or(|f| f.action != opened.name) {
            effects = self.put_form_away();
            let schema = opened.schema();
            self.form = Some(match self.drafts.remove(&opened.name) {
                Some(draft) => OpenForm::from_draft(opened.name, &schema, &draft),
                None => {
                    effects.push(Effect::Recall { action: opened.name.to_string() });
                    OpenForm::new(opened.name, Form::new(&schema))
                }
            });
        }
        self.showing_form = true;
        self.focus = Pane::Action;
        if let Some(Filled { parameters, saved_as }) = filled {
            self.fill_form(&parameters);
            if let Some(form) = &mut self.form {
                form.filled_with = Some(parameters);
                form.saved_as = saved_as;
            }
        }
        effects
    }

    /// Puts a draft of another day into the form, unless something has been typed into it already.
    pub(super) fn draft_recalled(&mut self, action: &str, draft: Option<Value>) -> Vec<Effect> {
        let given = self.form.as_ref().filter(|f| *f.action == *action);
        let given = given.and_then(|f| f.filled_with.clone().filter(|v| f.form.value() == *v));
        if let (Some(draft), Some(given)) = (&draft, given) {
            // The draft was there first; taking back leads to it.
            let saved_as = self.form.as_ref().and_then(|f| f.saved_as.clone());
            self.restore_draft(action, draft);
            self.fill_form(&given);
            if let Some(form) = &mut self.form {
                form.saved_as = saved_as;
            }
            return Vec::new();
        }
        let typed = self.form.as_ref().filter(|f| *f.action == *action).map(|form| form.draft().is_some());
        if let (Some(draft), Some(true)) = (&draft, typed) {
            // Keys were faster than the disk: what they typed stays, and taking it back leads to what was there first.
            if let Some(form) = &mut self.form {
                form.form.come_after(draft);
            }
            self.say(Tone::Hint, "A draft of another day is there too: ^_ takes back what was typed until it comes.");
            return Vec::new();
        }
        if let (Some(draft), Some(false)) = (draft, typed)
            && self.restore_draft(action, &draft)
        {
            let unfinished = self.form.as_ref().is_some_and(|form| form.unfinished_json.is_some());
            let and_json = if unfinished { "^T goes on with its JSON; " } else { "" };
            self.say(Tone::Hint, format!("Saved draft restored. {and_json}“Clear” starts afresh."));
        }
        Vec::new()
    }

    /// Opens an action's form with a draft in it. Whether the action is known.
    fn restore_draft(&mut self, action: &str, draft: &Value) -> bool {
        let schema = self.listing().and_then(|l| l.catalogue.get(action)).map(|action| action.schema());
        let Some(schema) = schema else { return false };
        self.form = Some(OpenForm::from_draft(action.into(), &schema, draft));
        true
    }

    /// Takes the open form away, keeping what is typed in it.
    pub(super) fn put_form_away(&mut self) -> Vec<Effect> {
        let effects = self.keep_draft();
        if self.form.as_ref().is_some_and(|form| form.warned_about.is_some()) {
            self.notice = None;
        }
        if let Some(form) = self.form.take()
            && let Some(draft) = form.draft()
        {
            self.drafts.insert(form.action, draft);
        }
        self.showing_form = false;
        effects
    }

    /// Hands the open form's draft to be kept, if it changed since it was last.
    pub(super) fn keep_draft(&mut self) -> Vec<Effect> {
        if self.keep_draft_at.take().is_none() {
            return Vec::new();
        }
        let Some(form) = &self.form else { return Vec::new() };
        vec![Effect::Remember {
            action: form.action.to_string(),
            draft: form.draft_without_secrets(&self.session.known),
        }]
    }

    /// Makes the description anew where the cursor or the width has changed.
    pub(super) fn refresh_detail(&mut self) {
        let columns = usize::from(self.action_inside().width.saturating_sub(1));
        let Some(listing) = self.catalogue.get().cloned() else { return };
        let of = match self.browse.row() {
            Some(BrowseRow::Action { action, .. }) => DetailOf::Action(action),
            Some(BrowseRow::Group { group, .. }) => DetailOf::Group(group),
            Some(BrowseRow::Start { .. }) => return,
            None => {
                // What nothing points at any more would look like what was found.
                (self.browse.detail, self.detail_of) = Default::default();
                return;
            }
        };
        if self.detail_of == Some((of, columns)) || columns == 0 {
            return;
        }
        self.detail_of = Some((of, columns));
        let connections = self.connections.get();
        self.browse.detail = match of {
            DetailOf::Action(i) => {
                let name = listing.catalogue.name(i);
                let last = self.last_run(name);
                let beside = Beside { effect: self.side_effect(i), connections, last: last.as_deref() };
                detail::action(&listing, i, beside, columns)
            }
            DetailOf::Group(i) => detail::group(&listing, i, connections, columns),
        };
    }

    /// How an action was run last, and when: in this session, else as the history tells.
    fn last_run(&self, action: &str) -> Option<String> {
        let (at, words) = match self.runs.list().iter().rev().find(|run| *run.request.action == *action) {
            Some(run) => (run.started.unix, state_words(run, self.now)),
            None => {
                let last = self.past.last.get(action)?;
                let took = last.took.map(|took| format!(" · {}", human_duration(took))).unwrap_or_default();
                (last.at, format!("{}{took}", last.words))
            }
        };
        Some(format!("{words}, {}", ago(self.now.unix.saturating_sub(at))))
    }

    pub(super) fn copy_definition(&mut self) -> Vec<Effect> {
        if self.lacks_schemas() {
            return Vec::new();
        }
        let open = self.form.as_ref().filter(|_| self.showing_form).map(|f| f.action.clone());
        let action = self.listing().and_then(|l| match open {
            Some(name) => l.catalogue.get(&name),
            None => l.action(self.browse.action()?),
        });
        let Some(action) = action else {
            self.say(Tone::Hint, "Put the cursor on an action first.");
            return Vec::new();
        };
        let mut definition = Value::object();
        if let Some(members) = definition.as_object_mut() {
            members.insert("name", &*action.name);
            members.insert("description", &*action.description);
            members.insert("parameters", action.schema());
        }
        vec![Effect::Copy { what: format!("the definition of {}", action.name), text: definition.to_json_pretty() }]
    }
}
