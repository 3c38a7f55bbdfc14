//! The catalogue pane: what is searched for, the rows that come of it, and the action under the cursor.

use std::{collections::BTreeSet, sync::Arc};

use super::{geometry::scrolled, listing::Listing, page::Page, text_field::TextField};
use crate::domain::{
    connection::{ConnectionState, Connections},
    search::{Facts, Found, Query, Searcher},
};

/// A row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrowseRow {
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
    },
}

/// Catalogues with more actions than this open with their integrations folded.
const UNFOLDED: usize = 200;

/// The catalogue pane.
#[derive(Debug, Clone)]
pub struct Browse {
    /// What is typed.
    pub query: TextField,
    /// What was found.
    pub found: Found,
    searcher: Searcher,
    /// The rows, in order.
    rows: Vec<BrowseRow>,
    folded: BTreeSet<Arc<str>>,
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
            rows: Vec::new(),
            folded: BTreeSet::new(),
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
            BrowseRow::Group { .. } => None,
        }
    }

    /// Takes a new catalogue: a large one opens folded; the cursor stays on its action where that still exists.
    pub fn take(&mut self, old: Option<&Listing>, new: &Listing, connections: Option<&Connections>) {
        let here = old.and_then(|o| Some(o.action(self.action()?)?.name.clone()));
        if old.is_none() {
            self.folded = if new.catalogue.len() > UNFOLDED {
                new.catalogue.groups().iter().map(|g| Arc::clone(&g.integration)).collect()
            } else {
                BTreeSet::new()
            };
        }
        self.searcher = Searcher::new();
        self.search(new, connections);
        if let Some(action) = here.and_then(|name| new.catalogue.position(&name)) {
            self.go_to(action);
        }
    }

    /// Searches for what is typed and makes the rows anew; the cursor goes to the best action.
    pub fn search(&mut self, listing: &Listing, connections: Option<&Connections>) {
        let connected: Option<BTreeSet<Arc<str>>> = connections.map(|c| {
            let open = c.integrations.iter().filter(|i| i.state == ConnectionState::Connected);
            open.map(|i| i.integration.as_str().into()).collect()
        });
        let query = Query::parse(&self.query.text());
        let facts = Facts { connected: connected.as_ref(), ..Facts::default() };
        self.found = self.searcher.search(&listing.index, &query, &facts);
        self.arrange(listing);
        let first = self.rows.iter().position(|r| matches!(r, BrowseRow::Action { .. }));
        self.cursor = if self.query.is_empty() { 0 } else { first.unwrap_or(0) };
        self.scroll = 0;
    }

    /// Makes the rows from what was found: integrations in the order of their best action, folded only while nothing
    /// is typed.
    fn arrange(&mut self, listing: &Listing) {
        let groups = listing.catalogue.groups();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
        let mut order = Vec::new();
        for (hit, found) in self.found.hits.iter().enumerate() {
            let group = groups.partition_point(|g| g.actions.end <= found.action);
            let Some(list) = members.get_mut(group) else { continue };
            if list.is_empty() {
                order.push(group);
            }
            list.push(hit);
        }
        let searching = !self.query.is_empty();
        self.rows.clear();
        for group in order {
            let folded = !searching && self.folded.contains(&groups[group].integration);
            self.rows.push(BrowseRow::Group { group, count: members[group].len(), folded });
            if !folded {
                let rows =
                    members[group].iter().map(|&hit| BrowseRow::Action { hit, action: self.found.hits[hit].action });
                self.rows.extend(rows);
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
        let above = self.cursor.checked_sub(1).filter(|i| matches!(self.rows.get(*i), Some(BrowseRow::Group { .. })));
        if height > 1 && above.is_some_and(|i| i < self.scroll) {
            self.scroll = self.cursor - 1;
        }
        self.scroll = scrolled(self.scroll, self.cursor, height, self.rows.len());
    }

    /// Puts the cursor on an action, if it is among the rows.
    pub fn go_to(&mut self, action: usize) {
        if let Some(i) = self.rows.iter().position(|r| matches!(r, BrowseRow::Action { action: a, .. } if *a == action))
        {
            self.cursor = i;
        }
    }

    /// Folds or unfolds the integration under the cursor (or the one the action belongs to), while nothing is typed.
    /// `fold` of `None` turns it round. Returns whether the cursor was on something to fold.
    pub fn fold(&mut self, listing: &Listing, fold: Option<bool>) -> bool {
        let group = match self.row() {
            Some(BrowseRow::Group { group, .. }) => group,
            Some(BrowseRow::Action { action, .. }) if fold == Some(true) => {
                listing.catalogue.groups().partition_point(|g| g.actions.end <= action)
            }
            Some(BrowseRow::Action { .. }) | None => return false,
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
