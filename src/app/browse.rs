//! The catalogue pane: what is searched for, the rows that come of it, and the action under the cursor.

pub mod ranking;

use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

use self::ranking::{Asked, RankId, Ranking, rank};
use super::{
    geometry::scrolled,
    listing::Listing,
    page::{Line, Page, Tone},
    text_field::TextField,
};
use crate::domain::{
    category::Categories,
    connection::Connections,
    search::{Completion, Found, Searcher},
    shared::Shared,
    side_effect::SideEffect,
    text::{cut_end, width, wrap},
    usage::Usage,
};

/// A row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrowseRow {
    /// The heading over favourites and what was run last, where nothing is typed.
    Start {
        /// How many there are.
        count: usize,
    },
    /// An integration.
    Group {
        /// Its number in the catalogue's groups.
        group: usize,
        /// How many of its actions are shown or would be.
        count: usize,
        /// Whether they are folded away.
        folded: bool,
    },
    /// An action.
    Action {
        /// Its number among the hits.
        hit: usize,
        /// Its number in the catalogue.
        action: usize,
        /// Whether it stands among favourites and what was run last, away from its integration.
        start: bool,
    },
}

/// The order of the actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// As they fit the search; as the server lists them where nothing is typed.
    #[default]
    Relevance,
    /// By name.
    Name,
    /// The last one run first.
    Recent,
    /// The one run most often first.
    Used,
}

impl Sort {
    /// All of them, in the order they follow each other.
    pub const ALL: [Self; 4] = [Self::Relevance, Self::Name, Self::Recent, Self::Used];

    /// The order in words, to stand behind "sorted".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Relevance => "by relevance",
            Self::Name => "by name",
            Self::Recent => "by last run",
            Self::Used => "by most run",
        }
    }

    /// The next one, and after the last the first.
    #[must_use]
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|s| *s == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// What else is known about the actions of a listing.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What is connected, if that is known.
    pub connections: Option<&'a Connections>,
    /// What the person uses.
    pub usage: &'a Usage,
    /// The categories of the integrations.
    pub categories: &'a Arc<Categories>,
}

/// Where the cursor goes once a search is done.
#[derive(Debug, Clone, PartialEq)]
enum Then {
    /// To the best action.
    Best,
    /// Back to the row it was on, scrolled as it was.
    Row(Option<BrowseRow>, usize),
    /// Back to the action of that name, where there still is one.
    Action(Arc<str>, bool),
}

/// A search that is being done elsewhere.
#[derive(Debug, Clone)]
struct Waiting {
    id: RankId,
    /// The search, until it has been handed out.
    asked: Option<Box<Asked>>,
    then: Then,
}

/// How many actions stand on top where nothing is typed.
const START: usize = 8;
/// How many lines are said about a query.
const NOTES: usize = 4;

/// Catalogues with more actions than this open with their integrations folded.
const UNFOLDED: usize = 200;
/// In catalogues with more actions than this, what is typed is searched for off the task that draws.
const LARGE: usize = 10_000;

/// The catalogue pane.
#[derive(Debug, Clone)]
pub struct Browse {
    /// What is typed.
    pub query: TextField,
    /// What was found.
    pub found: Found,
    searcher: Searcher,
    waiting: Option<Waiting>,
    ranks: u64,
    /// The rows, in order.
    rows: Vec<BrowseRow>,
    /// The actions that stand on top where nothing is typed.
    start: Vec<usize>,
    folded: BTreeSet<Arc<str>>,
    /// The order of the actions.
    sort: Sort,
    /// Ways to go on with the qualifier that is being typed.
    completions: Vec<Completion>,
    /// What of the query makes no sense, a sentence each.
    problems: Vec<String>,
    /// Which row the cursor is on.
    pub cursor: usize,
    /// The first row in sight.
    pub scroll: usize,
    /// The description of what is under the cursor.
    pub detail: Page,
}

impl Default for Browse {
    fn default() -> Self {
        Self {
            query: TextField::line(""),
            found: Found::default(),
            searcher: Searcher::new(),
            waiting: None,
            ranks: 0,
            rows: Vec::new(),
            start: Vec::new(),
            folded: BTreeSet::new(),
            sort: Sort::default(),
            completions: Vec::new(),
            problems: Vec::new(),
            cursor: 0,
            scroll: 0,
            detail: Page::default(),
        }
    }
}

impl Browse {
    /// The rows, in order.
    pub fn rows(&self) -> &[BrowseRow] {
        &self.rows
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<BrowseRow> {
        self.rows.get(self.cursor).copied()
    }

    /// The action under the cursor.
    pub fn action(&self) -> Option<usize> {
        match self.row()? {
            BrowseRow::Action { action, .. } => Some(action),
            BrowseRow::Start { .. } | BrowseRow::Group { .. } => None,
        }
    }

    /// The order of the actions.
    pub const fn sort(&self) -> Sort {
        self.sort
    }

    /// What the qualifier that is being typed can be completed to, the best first.
    pub fn completions(&self) -> &[Completion] {
        &self.completions
    }

    /// What is said about the query, in lines of so many columns: what is shown in its place, how it can go on, and what
    /// of it makes no sense.
    pub fn notes(&self, columns: usize) -> Vec<Line> {
        let warn = |text: &str, most| {
            wrap(text, columns.max(8), most).into_iter().map(|line| vec![(Tone::Warning, line)]).collect::<Vec<_>>()
        };
        let mut notes = Vec::new();
        if let Some(words) = &self.found.corrected {
            notes.extend(warn(&format!("Showing results for {words}"), 2));
        }
        let values: Vec<&str> =
            self.completions.iter().map(|c| c.text.trim_end()).filter(|text| !text.ends_with(':')).collect();
        if let Some((first, rest)) = values.split_first() {
            let begin = format!("Tab {first}");
            let room = columns.saturating_sub(width(&begin) + 2);
            let rest = rest.iter().take(20).copied().collect::<Vec<_>>().join("  ");
            notes.push(vec![
                (Tone::Key, "Tab ".to_owned()),
                (Tone::Text, cut_end(first, columns.saturating_sub(4)).into_owned()),
                (Tone::Hint, format!("  {}", cut_end(&rest, room))),
            ]);
        }
        for problem in &self.problems {
            notes.extend(warn(problem, 3));
        }
        notes.truncate(NOTES);
        notes
    }

    /// Takes a new catalogue: a large one opens folded; the cursor stays on its action where that still exists.
    pub fn take(&mut self, old: Option<&Listing>, new: &Shared<Listing>, known: Known<'_>) {
        let here = old.and_then(|o| Some(o.action(self.action()?)?.name));
        let was_start = matches!(self.row(), Some(BrowseRow::Action { start: true, .. }));
        if old.is_none() {
            self.folded = if new.catalogue.len() > UNFOLDED {
                new.catalogue.groups().iter().map(|g| Arc::clone(&g.integration)).collect()
            } else {
                BTreeSet::new()
            };
        }
        self.searcher = Searcher::new();
        let then = here.map_or(Then::Best, |name| Then::Action(name, was_start));
        self.look(new, known, then);
    }

    /// Searches for what is typed and makes the rows anew; the cursor goes to the best action.
    pub fn search(&mut self, listing: &Shared<Listing>, known: Known<'_>) {
        self.look(listing, known, Then::Best);
    }

    /// Turns to the next order.
    pub fn next_sort(&mut self, listing: &Shared<Listing>, known: Known<'_>) {
        self.sort = self.sort.next();
        self.search_again(listing, known);
    }

    /// Searches again, as something other than the query has changed; the cursor stays on its action.
    pub fn search_again(&mut self, listing: &Shared<Listing>, known: Known<'_>) {
        let then = match self.waiting.take() {
            Some(waiting) => waiting.then,
            None => Then::Row(self.row(), self.scroll),
        };
        self.look(listing, known, then);
    }

    fn look(&mut self, listing: &Shared<Listing>, known: Known<'_>, then: Then) {
        let text = self.query.text();
        let asked = Asked {
            listing: listing.clone(),
            cursor: text.char_indices().nth(self.query.cursor().1).map_or(text.len(), |(at, _)| at),
            sort: self.sort,
            connected: known.connections.map(Connections::connected),
            usage: known.usage.clone(),
            categories: Arc::clone(known.categories),
            text,
        };
        if !listing.catalogue.has_names() {
            // The names are on their way; what is typed is searched for then, and asks for nothing before.
            self.ranks += 1;
            let waiting = Waiting { id: RankId(self.ranks), asked: None, then: then.clone() };
            self.waiting = Some(waiting).filter(|_| !asked.text.trim().is_empty());
            self.show(Ranking::default(), listing, known.usage, then);
            return;
        }
        let is_work = !asked.text.trim().is_empty() || self.sort != Sort::Relevance;
        if is_work && listing.catalogue.len() > LARGE {
            self.ranks += 1;
            self.waiting = Some(Waiting { id: RankId(self.ranks), asked: Some(Box::new(asked)), then });
            return;
        }
        let ranking = rank(&asked, &mut self.searcher);
        self.waiting = None;
        self.show(ranking, listing, known.usage, then);
    }

    /// The search that is to be done elsewhere, if there is one that has not been handed out yet.
    pub fn take_asked(&mut self) -> Option<(RankId, Box<Asked>)> {
        let waiting = self.waiting.as_mut()?;
        Some((waiting.id, waiting.asked.take()?))
    }

    /// Whether what is shown is about to be replaced by what was searched for last.
    pub const fn is_searching(&self) -> bool {
        self.waiting.is_some()
    }

    /// Takes what a search elsewhere came to; returns whether anybody was waiting for it.
    pub fn ranked(&mut self, id: RankId, ranking: Ranking, listing: &Shared<Listing>, usage: &Usage) -> bool {
        match self.waiting.take_if(|waiting| waiting.id == id) {
            Some(waiting) => {
                self.show(ranking, listing, usage, waiting.then);
                true
            }
            None => false,
        }
    }

    fn show(&mut self, ranking: Ranking, listing: &Listing, usage: &Usage, then: Then) {
        let Ranking { found, completions, problems, rows } = ranking;
        let searching = !rows.is_empty() || !self.query.text().trim().is_empty();
        (self.found, self.completions, self.problems) = (found, completions, problems);
        self.start = if searching { Vec::new() } else { start(listing, usage) };
        if searching {
            self.rows = rows;
        } else {
            self.arrange(listing);
        }
        // Where nobody has asked for an action, Enter leads to none that changes something.
        let is_first = |r: &BrowseRow| match r {
            BrowseRow::Action { action, start: true, .. } => {
                searching
                    || usage.side_effect(listing.catalogue.name(*action), listing.effect(*action)) == SideEffect::Read
            }
            BrowseRow::Action { start: false, .. } => searching,
            BrowseRow::Group { .. } | BrowseRow::Start { .. } => false,
        };
        self.cursor = self.rows.iter().position(is_first).unwrap_or(0);
        self.scroll = 0;
        match then {
            Then::Best => {}
            Then::Row(here, scroll) => self.return_to(here, scroll),
            Then::Action(name, was_start) => {
                let Some(action) = listing.catalogue.position(&name) else { return };
                let is_it =
                    |r: &BrowseRow| matches!(r, BrowseRow::Action { action: a, start: true, .. } if *a == action);
                match self.rows.iter().position(is_it).filter(|_| was_start) {
                    Some(at) => self.cursor = at,
                    None => self.go_to(action),
                }
            }
        }
    }

    fn return_to(&mut self, here: Option<BrowseRow>, scroll: usize) {
        let same = |row: &BrowseRow| match (row, here) {
            (BrowseRow::Action { action: a, start: s, .. }, Some(BrowseRow::Action { action, start, .. })) => {
                (*a, *s) == (action, start)
            }
            (BrowseRow::Group { group: a, .. }, Some(BrowseRow::Group { group, .. })) => *a == group,
            (BrowseRow::Start { .. }, Some(BrowseRow::Start { .. })) => true,
            (BrowseRow::Action { .. } | BrowseRow::Group { .. } | BrowseRow::Start { .. }, _) => false,
        };
        match (self.rows.iter().position(same), here) {
            (Some(at), _) => (self.cursor, self.scroll) = (at, scroll),
            (None, Some(BrowseRow::Action { action, .. })) => self.go_to(action),
            (None, Some(BrowseRow::Group { .. } | BrowseRow::Start { .. }) | None) => {}
        }
    }

    /// Completes what is typed with the best way to go on; returns whether there was one.
    pub fn complete(&mut self) -> bool {
        let Some(best) = self.completions.first().cloned() else { return false };
        let mut text = self.query.text();
        if text.get(best.replaces.clone()).is_none() {
            return false;
        }
        let end = text[..best.replaces.start].chars().count() + best.text.chars().count();
        text.replace_range(best.replaces, &best.text);
        self.query.set(&text);
        self.query.set_cursor(0, end);
        true
    }

    /// Makes the rows where nothing is typed: every integration, folded or not.
    fn arrange(&mut self, listing: &Listing) {
        if !self.query.text().trim().is_empty() {
            return;
        }
        let groups = listing.catalogue.groups();
        let sorted = self.sort != Sort::Relevance;
        let mut hit_of = vec![0; if sorted { listing.catalogue.len() } else { 0 }];
        let mut order: Vec<usize> = (0..groups.len()).collect();
        if sorted {
            order.clear();
            let mut seen = vec![false; groups.len()];
            for (hit, found) in self.found.hits.iter().enumerate() {
                if let Some(slot) = hit_of.get_mut(found.action) {
                    *slot = hit;
                }
                let group = listing.catalogue.group_number(found.action);
                if let Some(seen) = seen.get_mut(group).filter(|seen| !**seen) {
                    *seen = true;
                    order.push(group);
                }
            }
        }
        self.rows.clear();
        if !self.start.is_empty() {
            self.rows.push(BrowseRow::Start { count: self.start.len() });
            for &action in &self.start {
                let hit = if sorted { hit_of.get(action).copied().unwrap_or(action) } else { action };
                self.rows.push(BrowseRow::Action { hit, action, start: true });
            }
        }
        for group in order {
            let Some(actions) = groups.get(group).map(|g| g.actions.clone()) else { continue };
            let folded = groups.get(group).is_some_and(|g| self.folded.contains(&g.integration));
            self.rows.push(BrowseRow::Group { group, count: actions.len(), folded });
            if folded {
                continue;
            }
            if sorted {
                let mut hits: Vec<usize> = actions.filter_map(|action| hit_of.get(action).copied()).collect();
                hits.sort_unstable();
                let row = |hit: usize| {
                    Some(BrowseRow::Action { hit, action: self.found.hits.get(hit)?.action, start: false })
                };
                self.rows.extend(hits.into_iter().filter_map(row));
            } else {
                self.rows.extend(actions.map(|action| BrowseRow::Action { hit: action, action, start: false }));
            }
        }
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
    }

    /// Moves the cursor by `by` rows.
    pub fn move_by(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
    }

    /// Scrolls so that the cursor is in sight of `height` rows; right below the heading, the heading as well.
    pub fn keep_in_sight(&mut self, height: u16) {
        let is_heading = |row: &BrowseRow| matches!(row, BrowseRow::Group { .. } | BrowseRow::Start { .. });
        let above = self.cursor.checked_sub(1).filter(|i| self.rows.get(*i).is_some_and(is_heading));
        if height > 1 && above.is_some_and(|i| i < self.scroll) {
            self.scroll = self.cursor - 1;
        }
        self.scroll = scrolled(self.scroll, self.cursor, height, self.rows.len());
    }

    /// Puts the cursor on an action, if it is among the rows: under its integration, where that is unfolded.
    pub fn go_to(&mut self, action: usize) {
        let is_it = |r: &BrowseRow| matches!(r, BrowseRow::Action { action: a, .. } if *a == action);
        if let Some(i) = self.rows.iter().rposition(is_it) {
            self.cursor = i;
        }
    }

    /// Folds or unfolds the integration under the cursor (or the one the action belongs to), while nothing is typed.
    /// `fold` of `None` turns it round. Returns whether the cursor was on something to fold.
    pub fn fold(&mut self, listing: &Listing, fold: Option<bool>) -> bool {
        let group = match self.row() {
            Some(BrowseRow::Group { group, .. }) => group,
            Some(BrowseRow::Action { action, .. }) if fold == Some(true) => listing.catalogue.group_number(action),
            Some(BrowseRow::Action { .. } | BrowseRow::Start { .. }) | None => return false,
        };
        let Some(integration) = listing.catalogue.groups().get(group).map(|g| Arc::clone(&g.integration)) else {
            return false;
        };
        if fold.unwrap_or(!self.folded.contains(&integration)) {
            self.folded.insert(integration);
        } else {
            self.folded.remove(&integration);
        }
        self.arrange(listing);
        let heading = |r: &BrowseRow| matches!(r, BrowseRow::Group { group: g, .. } if *g == group);
        self.cursor = self.rows.iter().position(heading).unwrap_or(self.cursor);
        true
    }

    /// Folds or unfolds every integration.
    pub fn fold_all(&mut self, listing: &Listing, fold: bool) {
        let here = self.action();
        let groups = listing.catalogue.groups();
        self.folded = if fold { groups.iter().map(|g| Arc::clone(&g.integration)).collect() } else { BTreeSet::new() };
        self.arrange(listing);
        if let Some(action) = here {
            self.go_to(action);
        }
    }
}

/// The actions to stand on top: favourites, what was run last, what was run most.
fn start(listing: &Listing, usage: &Usage) -> Vec<usize> {
    let mut most: Vec<(&Arc<str>, u32)> = usage.uses().iter().map(|(name, uses)| (name, *uses)).collect();
    most.sort_by_key(|(_, uses)| Reverse(*uses));
    let names = usage.favourites().iter().chain(usage.recent()).chain(most.into_iter().map(|(name, _)| name));
    let mut start = Vec::new();
    for action in names.filter_map(|name| listing.catalogue.position(name)) {
        if start.len() == START {
            break;
        }
        if !start.contains(&action) {
            start.push(action);
        }
    }
    start
}
