//! A jq filter over what is shown, and what came of it.

use super::{
    super::{remote::LoadId, text_field::TextField},
    Opened, Outer, View, Viewer,
};
use crate::domain::{
    document::{Completion, QueryError, complete},
    shared::Shared,
};

/// What a filter gave, opened for reading.
#[derive(Debug, Clone, PartialEq)]
pub struct Queried {
    /// The results as one document: a list of them, unless there is just one.
    pub opened: Shared<Opened>,
    /// How many there are.
    pub count: usize,
    /// Whether there were more than are shown.
    pub more: bool,
}

/// A filter and what came of it.
#[derive(Debug, Clone)]
pub struct Query {
    /// The filter.
    pub filter: TextField,
    /// Whether it is still being typed.
    pub typing: bool,
    /// What may stand at the cursor.
    pub completion: Completion,
    /// Which of that stands there, once Tab has put it there.
    pub chosen: Option<usize>,
    /// The query that is under way.
    pub going: Option<LoadId>,
    /// What came of the last one: how many results and whether there were more, or what is wrong.
    pub told: Option<Result<(usize, bool), QueryError>>,
    /// The filter that was run last.
    ran: String,
    /// The document it is run over.
    of: Shared<Opened>,
    /// The view before it began.
    before: View,
    /// How many documents were left behind when it began.
    depth: usize,
    /// How far back in the filters of before, and what was typed when going there began.
    recalled: Option<(usize, String)>,
}

impl Query {
    /// The document it is run over.
    pub const fn of(&self) -> &Shared<Opened> {
        &self.of
    }

    /// Looks at the filter anew after it was typed in.
    pub fn typed(&mut self) {
        self.recalled = None;
        self.chosen = None;
        self.offer();
    }

    /// The filter, if it is another than the one run last.
    pub fn to_run(&mut self) -> Option<String> {
        let filter = self.filter.text();
        let is_new = filter != self.ran;
        self.ran.clone_from(&filter);
        is_new.then_some(filter)
    }

    fn offer(&mut self) {
        let text = self.filter.text();
        let before: String = text.chars().take(self.filter.cursor().1).collect();
        self.completion = complete(&self.of.document, &before);
    }

    /// Puts the next of what may stand at the cursor there; returns whether there is any.
    pub fn complete(&mut self) -> bool {
        let count = self.completion.candidates.len();
        let next = self.chosen.map_or(0, |at| at + 1) % count.max(1);
        let Some(candidate) = self.completion.candidates.get(next) else { return false };
        let text = self.filter.text();
        let (from, cursor) = (self.completion.from, self.filter.cursor().1);
        let begins: String = text.chars().take(from).chain(candidate.chars()).collect();
        let rest: String = text.chars().skip(cursor).collect();
        self.filter.set(&format!("{begins}{rest}"));
        self.filter.set_cursor(0, begins.chars().count());
        self.chosen = Some(next);
        if count == 1 {
            // What may follow that is offered at once.
            self.chosen = None;
            self.offer();
        }
        true
    }

    /// Goes back (or forth) in the filters of before, `past`, the latest last; returns whether there is one.
    pub fn recall(&mut self, past: &[String], back: bool) -> bool {
        let (at, typed) = self.recalled.take().unwrap_or_else(|| (0, self.filter.text()));
        let to = if back { (at + 1).min(past.len()) } else { at.saturating_sub(1) };
        if to != at {
            let text = past.len().checked_sub(to).and_then(|i| past.get(i)).unwrap_or(&typed);
            self.filter.set(text);
            self.chosen = None;
            self.offer();
        }
        self.recalled = Some((to, typed));
        to != at
    }
}

impl Viewer {
    /// Whether a filter is being typed.
    pub fn is_querying(&self) -> bool {
        self.query.as_ref().is_some_and(|q| q.typing)
    }

    /// Begins a filter over the document that is shown, or goes on typing it; returns whether that is JSON.
    pub fn begin_query(&mut self) -> bool {
        while self.is_inside_results() && self.back_out() {}
        if let Some(query) = &mut self.query {
            query.typing = true;
            query.typed();
            return true;
        }
        let Some(opened) = self.opened.clone().filter(|o| o.is_json() && !o.is_beginning) else { return false };
        let before = self.view;
        self.stop_comparing();
        if !matches!(self.view, View::Tree | View::Table | View::Raw) {
            self.turn_to(View::Tree);
        }
        let (tree, cursor, scroll) = (self.tree.clone(), self.cursor, self.scroll);
        self.outer.push(Outer { opened: opened.clone(), tree, view: self.view, cursor, scroll });
        let mut query = Query {
            filter: TextField::line(""),
            typing: true,
            completion: Completion::default(),
            chosen: None,
            going: None,
            told: None,
            ran: String::new(),
            of: opened,
            before,
            depth: self.outer.len(),
            recalled: None,
        };
        query.typed();
        self.query = Some(query);
        true
    }

    /// Shows the results of the filter, or again what it is run over.
    pub fn show_results(&mut self, results: Shared<Opened>) {
        let view = self.view;
        self.show(results, None);
        self.turn_to(view);
    }

    /// Takes the filter away and shows what it was run over, as it was left; returns whether there was one.
    pub fn leave_query(&mut self) -> bool {
        let Some(query) = self.query.take() else { return false };
        while self.outer.len() >= query.depth && self.back_out() {}
        self.turn_to(query.before);
        true
    }

    /// Takes the filter away, unless what is shown came from inside a text of its results; returns whether it did.
    pub fn back_out_of_query(&mut self) -> bool {
        !self.is_inside_results() && self.leave_query()
    }

    /// Whether what is shown came from inside a text of what a filter gave.
    fn is_inside_results(&self) -> bool {
        self.query.as_ref().is_some_and(|q| self.outer.len() > q.depth)
    }
}
