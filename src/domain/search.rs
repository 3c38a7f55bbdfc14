//! Searching the catalogue: which actions a query means, in which order, and why.
//!
//! A person types a few letters and expects the action they have in mind on the first line. So names decide, in this
//! order: exact, beginning, word starts and initials, words in any order, synonyms, inside a word, abbreviated words,
//! one typing mistake, and last what descriptions and parameters say.

mod complete;
mod correct;
mod explain;
mod filter;
mod index;
mod letters;
mod matcher;
mod parameters;
mod query;
mod rank;
mod scan;
mod sift;
mod terms;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
    sync::Arc,
};

pub use complete::{Completion, completions};
pub use index::Index;
pub(in crate::domain) use index::{DESCRIPTION_LIMIT, NAME_LIMIT, cut, mask};
pub use parameters::Parameters;
pub use query::{QUALIFIERS, Query, QueryProblem};
pub use sift::search_once;

use super::side_effect::SideEffect;
use correct::{Vocabulary, corrected};
use filter::Filters;
use rank::{Class, Prepared, Ranked};
use scan::Survivors;
use terms::Plan;

/// What qualifiers and ties need beyond the catalogue. `None` = not known; a qualifier that needs it then says so and
/// is ignored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// Keys of the integrations the user has connected (`is:connected`).
    pub connected: Option<&'a BTreeSet<Arc<str>>>,
    /// Names of favourite actions (`is:favourite`).
    pub favourites: Option<&'a BTreeSet<Arc<str>>>,
    /// Names of actions run lately (`is:recent`).
    pub recent: Option<&'a [Arc<str>]>,
    /// Names of actions that were not there last time (`is:new`).
    pub new: Option<&'a BTreeSet<Arc<str>>>,
    /// How often each action was run; settles ties.
    pub uses: Option<&'a BTreeMap<Arc<str>, u32>>,
    /// The categories of each integration (`category:`), by its key.
    pub categories: Option<&'a BTreeMap<Arc<str>, Vec<String>>>,
    /// A person's corrections of side effects (`kind:`), by action name.
    pub side_effects: Option<&'a BTreeMap<Arc<str>, SideEffect>>,
}

/// How well an action fits; the greater the better. Comparable within one [`Found`] only.
///
/// From the most to the least significant: class, points, uses, shortness of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u64);

impl Score {
    fn new(class: u8, points: u32, length: usize) -> Self {
        let shortness = u64::from(u16::MAX) - u64::try_from(length).unwrap_or(u64::MAX).min(u64::from(u16::MAX));
        Self(u64::from(class) << 48 | u64::from(points.min(0xffff)) << 32 | shortness)
    }

    fn with_uses(self, uses: u32) -> Self {
        Self(self.0 | u64::from(uses.min(0xffff)) << 16)
    }
}

/// One result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The action's number in the [`Catalogue`](super::catalogue::Catalogue).
    pub action: usize,
    /// How well it fits.
    pub score: Score,
}

/// Where a result matched what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing was typed but qualifiers.
    All,
    /// In its name.
    Name,
    /// In its integration's key, which its name does not spell.
    Integration,
    /// In its description.
    Description,
    /// In the name of this parameter.
    Parameter(Arc<str>),
}

/// What a search found. Two are equal when they show the same.
#[derive(Clone, Default)]
pub struct Found {
    /// All results, best first; ties are settled, so the order is total. In catalogue order when only qualifiers were
    /// given.
    pub hits: Vec<Hit>,
    /// The words that were searched instead, when what was typed looks mistyped or no action has all of it: "showing
    /// results for slack".
    pub corrected: Option<String>,
    /// What of the query this catalogue or the given facts cannot answer; [`Query::problems`] has the rest.
    pub problems: Vec<QueryProblem>,
    prepared: Option<Arc<Prepared>>,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        (&self.hits, &self.corrected, &self.problems) == (&other.hits, &other.corrected, &other.problems)
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found")
            .field("hits", &self.hits.len())
            .field("corrected", &self.corrected)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

impl Found {
    /// All of a catalogue of `len` actions in its own order, as when nothing was asked.
    pub fn everything(len: usize) -> Self {
        Self { hits: (0..len).map(|action| Hit { action, score: Score::default() }).collect(), ..Self::default() }
    }

    /// The parts of the action's name that matched, as byte ranges in ascending order that neither touch nor overlap,
    /// for highlighting.
    ///
    /// Computed on demand: ask for the rows in sight only, with the index that was searched.
    pub fn marks(&self, index: &Index, hit: &Hit) -> Vec<Range<usize>> {
        self.prepared.as_deref().map(|prepared| prepared.marks(index, hit.action)).unwrap_or_default()
    }

    /// Why the action is a result, for a remark beside it; of several words, the one that is furthest from the name
    /// tells. Computed on demand like [`Found::marks`].
    pub fn why(&self, index: &Index, hit: &Hit) -> Why {
        self.prepared.as_deref().map_or(Why::All, |prepared| prepared.why(index, hit.action))
    }
}

/// Searches, and remembers who survived the shorter query while a longer one is typed.
///
/// What it answers never depends on what was asked before; only how soon.
#[derive(Debug, Clone, Default)]
pub struct Searcher {
    /// The index the survivors belong to.
    index: Option<Arc<()>>,
    typed: Survivors,
    corrected: Survivors,
}

impl Searcher {
    /// A searcher that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The actions of `index` that `query` means, best first.
    pub fn search(&mut self, index: &Index, query: &Query, facts: &Facts<'_>) -> Found {
        if !self.index.as_ref().is_some_and(|known| Arc::ptr_eq(known, index.identity())) {
            *self = Self { index: Some(Arc::clone(index.identity())), ..Self::default() };
        }
        let mut problems = Vec::new();
        let filters = Filters::new(query, index, facts, &mut problems);
        let words: Vec<&str> = query.words.iter().map(|w| w.text.as_str()).collect();
        let plan = Plan::new(&words, query);
        if plan.terms.is_empty() {
            let ids = 0..u32::try_from(index.len()).unwrap_or(u32::MAX);
            let all = ids.filter(|id| filters.admit(*id));
            let hits = all.map(|id| Hit { action: id as usize, score: Score::default() }).collect();
            return Found { hits, problems, ..Found::default() };
        }
        let mut fewer = Survivors::default();
        let search = |words: &[&str], reading| {
            let plan = Plan::new(words, query);
            let prepared = Prepared::new(&plan, index);
            let survivors = match reading {
                Reading::Typed => &mut self.typed,
                Reading::Corrected => &mut self.corrected,
                Reading::Fewer => &mut fewer,
            };
            let ranked = filters.shown(survivors.search(index, &plan, &prepared));
            Searched { ranked, problems: problems.clone(), prepared }
        };
        let (searched, corrected) = read(&words, || index.vocabulary(), Searched::best, search);
        Found { corrected, ..searched.found(index, facts) }
    }
}

/// One way to read a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As it was typed.
    Typed,
    /// With its mistyped words put right.
    Corrected,
    /// Without some of its words.
    Fewer,
}

/// Searches for `words`; where that finds little, for what may be meant instead, which is said.
fn read<'v, R>(
    words: &[&str],
    vocabulary: impl Fn() -> &'v Vocabulary,
    best: impl Fn(&R) -> Option<Class>,
    mut search: impl FnMut(&[&str], Reading) -> R,
) -> (R, Option<String>) {
    let typed = search(words, Reading::Typed);
    let found = best(&typed);
    if let Some(words) = corrected(&vocabulary, words, found) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let instead = search(&words, Reading::Corrected);
        if best(&instead) > found {
            return (instead, Some(words.join(" ")));
        }
    }
    if found <= Some(Class::Scattered) && words.len() > 1 {
        for words in correct::fewer(vocabulary(), words) {
            let instead = search(&words, Reading::Fewer);
            if best(&instead) > Some(Class::Inside) {
                return (instead, Some(words.join(" ")));
            }
        }
    }
    (typed, None)
}

/// What one reading of the query came to.
struct Searched {
    ranked: Vec<Ranked>,
    problems: Vec<QueryProblem>,
    prepared: Prepared,
}

impl Searched {
    fn best(&self) -> Option<Class> {
        self.ranked.iter().map(|r| r.class).max()
    }

    fn found(self, index: &Index, facts: &Facts<'_>) -> Found {
        Found {
            hits: order(index, self.ranked, facts),
            problems: self.problems,
            prepared: Some(Arc::new(self.prepared)),
            corrected: None,
        }
    }
}

/// From this many results on, sorting all names once pays.
const MANY: usize = 10_000;

/// What is shown of what was found, in order.
fn order(index: &Index, mut ranked: Vec<Ranked>, facts: &Facts<'_>) -> Vec<Hit> {
    // Letters scattered over a name are noise beside anything better.
    if ranked.iter().any(|r| r.class > Class::Scattered) {
        ranked.retain(|r| r.class > Class::Scattered);
    }
    let action = |id: u32| index.items().get(id as usize).map_or(usize::MAX, |item| item.action as usize);
    if let Some(uses) = facts.uses {
        let position = |name: &Arc<str>| index.catalogue().position(name);
        let mut used: Vec<(usize, u32)> = uses.iter().filter_map(|(n, count)| Some((position(n)?, *count))).collect();
        used.sort_unstable();
        for r in ranked.iter_mut().filter(|_| !used.is_empty()) {
            let at = used.binary_search_by_key(&action(r.id), |(action, _)| *action);
            if let Some((_, count)) = at.ok().and_then(|at| used.get(at)) {
                r.score = r.score.with_uses(*count);
            }
        }
    }
    if ranked.len() < MANY {
        let name = |r: &Ranked| index.catalogue().name(action(r.id));
        ranked.sort_unstable_by(|a, b| b.score.cmp(&a.score).then_with(|| name(a).cmp(name(b))));
    } else {
        let order = index.name_order();
        ranked.sort_unstable_by_key(|r| (Reverse(r.score), order.get(action(r.id)).copied()));
    }
    ranked.into_iter().map(|r| Hit { action: action(r.id), score: r.score }).collect()
}

#[cfg(test)]
mod tests;
