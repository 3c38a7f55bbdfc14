//! Searching the catalogue: which actions a query means, in which order, and why.
//!
//! A person types a few letters and expects the action they have in mind on the first line. So names decide, in this
//! order: exact, beginning, word starts and initials, words in any order, synonyms, inside a word, abbreviated words,
//! one typing mistake, and last what descriptions and parameters say.

mod query;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

pub use query::{QUALIFIERS, Query, QueryProblem};

use super::{catalogue::Catalogue, side_effect::SideEffect};

/// A catalogue prepared for searching. Building it reads every name, description and schema once: do it off the task
/// that draws.
#[derive(Debug, Clone)]
pub struct Index {
    names: Vec<Arc<str>>,
}

impl Index {
    /// Prepares `catalogue`; [`Hit::action`] counts in its [`Catalogue::actions`].
    pub fn new(catalogue: &Catalogue) -> Self {
        Self { names: catalogue.actions().iter().map(|a| Arc::clone(&a.name)).collect() }
    }

    /// How many actions it holds.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(u64);

/// One result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Where the action stands in [`Catalogue::actions`].
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

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// All results, best first; ties are settled, so the order is total. In catalogue order when only qualifiers were
    /// given.
    pub hits: Vec<Hit>,
    /// The words that were searched instead, when what was typed looks mistyped: "showing results for slack".
    pub corrected: Option<String>,
    /// What of the query this catalogue or the given facts cannot answer.
    pub problems: Vec<QueryProblem>,
}

impl Found {
    /// The parts of the action's name that matched, as byte ranges in ascending order, for highlighting.
    ///
    /// Computed on demand: ask for the rows in sight only.
    pub fn marks(&self, _index: &Index, _hit: &Hit) -> Vec<Range<usize>> {
        Vec::new()
    }

    /// Why the action is a result, for a remark beside it. Computed on demand like [`Found::marks`].
    pub fn why(&self, _index: &Index, _hit: &Hit) -> Why {
        Why::Name
    }
}

/// Searches, and remembers who survived the shorter query while a longer one is typed.
///
/// What it answers never depends on what was asked before.
#[derive(Debug, Clone, Default)]
pub struct Searcher {}

impl Searcher {
    /// A searcher that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The actions of `index` that `query` means.
    pub fn search(&mut self, index: &Index, query: &Query, _facts: &Facts<'_>) -> Found {
        let fits = |name: &str| query.words.iter().all(|w| super::words::fold(name).contains(&w.text));
        let hits = index.names.iter().enumerate().filter(|(_, n)| fits(n));
        Found { hits: hits.map(|(action, _)| Hit { action, score: Score(0) }).collect(), ..Found::default() }
    }
}
