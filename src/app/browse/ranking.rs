//! What a search comes to: a pure function of what is typed, the list, and what is known beside it. In a large list it is
//! worked out off the task that draws.

use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

use super::{BrowseRow, Sort};
use crate::{
    app::listing::Listing,
    domain::{
        category::Categories,
        search::{Completion, Facts, Found, Query, Searcher, completions},
        shared::Shared,
        usage::Usage,
    },
};

/// Tells one search from another; the answer to one that nobody waits for any more is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RankId(pub u64);

/// A search, with everything it depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The list.
    pub listing: Shared<Listing>,
    /// What is typed.
    pub text: String,
    /// Where in it the cursor stands, in bytes.
    pub cursor: usize,
    /// The order of the actions.
    pub sort: Sort,
    /// The integrations that are connected, where that is known.
    pub connected: Option<BTreeSet<Arc<str>>>,
    /// What the person uses.
    pub usage: Usage,
    /// The categories of the integrations.
    pub categories: Arc<Categories>,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranking {
    /// What was found.
    pub found: Found,
    /// Ways to go on with the qualifier that is being typed.
    pub completions: Vec<Completion>,
    /// What of the query makes no sense, a sentence each.
    pub problems: Vec<String>,
    /// The rows where something is typed: integrations in the order of their best action, unfolded.
    pub rows: Vec<BrowseRow>,
}

/// Searches. `searcher` only saves work: it remembers who survived a shorter query.
pub fn rank(asked: &Asked, searcher: &mut Searcher) -> Ranking {
    let listing = &*asked.listing;
    let query = Query::parse(&asked.text);
    let facts = Facts {
        connected: asked.connected.as_ref(),
        favourites: Some(asked.usage.favourites()),
        recent: Some(asked.usage.recent()),
        uses: Some(asked.usage.uses()),
        new: listing.news().map(|news| &news.new),
        side_effects: Some(asked.usage.side_effects()),
        categories: Some(&asked.categories),
    };
    // Everything, in its own order, takes no index.
    let searching = !asked.text.trim().is_empty();
    let mut found = if searching {
        searcher.search(listing.index(), &query, &facts)
    } else {
        Found::everything(listing.catalogue.len())
    };
    let mut completions =
        if searching { completions(&asked.text, asked.cursor, listing.index(), &facts) } else { Vec::new() };
    // A value that is there already needs no offer.
    completions.retain(|c| asked.text.get(c.replaces.clone()) != Some(c.text.trim_end()));
    let problems = query.problems().iter().chain(&found.problems).map(|p| p.message.clone()).collect();
    sort_hits(&mut found, asked);
    let rows = if searching { rows(&found, listing) } else { Vec::new() };
    Ranking { found, completions, problems, rows }
}

fn sort_hits(found: &mut Found, asked: &Asked) {
    let (listing, usage) = (&*asked.listing, &asked.usage);
    let name = |action: usize| listing.catalogue.name(action);
    let hits = &mut found.hits;
    match asked.sort {
        Sort::Relevance => {}
        Sort::Name => {
            let mut place = vec![0; listing.catalogue.len()];
            for (at, action) in listing.catalogue.name_order().enumerate() {
                if let Some(slot) = place.get_mut(action) {
                    *slot = at;
                }
            }
            hits.sort_by_cached_key(|h| (listing.catalogue.group_number(h.action), place.get(h.action).copied()));
        }
        Sort::Recent => {
            let rank = |action| usage.recent().iter().position(|r| **r == *name(action));
            hits.sort_by_cached_key(|h| rank(h.action).unwrap_or(usize::MAX));
        }
        Sort::Used => {
            hits.sort_by_cached_key(|h| Reverse(usage.uses_of(name(h.action))));
        }
    }
}

fn rows(found: &Found, listing: &Listing) -> Vec<BrowseRow> {
    let groups = listing.catalogue.groups();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    let mut order = Vec::new();
    for (hit, found) in found.hits.iter().enumerate() {
        let group = listing.catalogue.group_number(found.action);
        let Some(list) = members.get_mut(group) else { continue };
        if list.is_empty() {
            order.push(group);
        }
        list.push(hit);
    }
    let mut rows = Vec::with_capacity(found.hits.len() + order.len());
    for group in order {
        let Some(members) = members.get(group) else { continue };
        rows.push(BrowseRow::Group { group, count: members.len(), folded: false });
        let action = |hit: usize| found.hits.get(hit).map_or(0, |h| h.action);
        rows.extend(members.iter().map(|&hit| BrowseRow::Action { hit, action: action(hit), start: false }));
    }
    rows
}
