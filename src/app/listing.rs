//! A catalogue ready to be browsed: the actions, the search index over them, and what each does to the world.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use crate::domain::{action::Action, catalogue::Catalogue, drift::Drift, search::Index, side_effect::SideEffect};

/// A catalogue with everything that is computed from it once.
#[derive(Debug)]
pub struct Listing {
    /// The actions.
    pub catalogue: Catalogue,
    /// The search index over them, made when it is first needed: nobody waits for it to see the list.
    index: Arc<OnceLock<Index>>,
    news: Option<News>,
}

/// What is different from the list of another time.
#[derive(Debug)]
pub struct News {
    /// Everything that is.
    pub drift: Drift,
    /// When the other list was fetched, in Unix seconds.
    pub since: i64,
    /// Names of the actions that were not there.
    pub new: BTreeSet<Arc<str>>,
    /// Names of the actions that are defined differently.
    pub changed: BTreeSet<Arc<str>>,
}

impl Listing {
    /// Takes `catalogue`; nothing of it is read yet.
    pub fn new(catalogue: Catalogue) -> Self {
        Self { catalogue, index: Arc::default(), news: None }
    }

    /// The same list with its schemas, which `catalogue` has: what was made of the names serves on.
    #[must_use]
    pub fn completed(&self, catalogue: Catalogue) -> Self {
        Self { catalogue, index: Arc::clone(&self.index), news: None }
    }

    /// The search index over the actions. The first to ask makes it, which reads every name, description and schema:
    /// whoever loads a catalogue asks once the list is on its way, off the task that draws.
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(&self.catalogue))
    }

    /// The same, knowing what is different from the list fetched at `since`.
    #[must_use]
    pub fn with_news(self, drift: Drift, since: i64) -> Self {
        let new = drift.added.iter().map(|a| a.name.as_str().into()).collect();
        let changed = drift.changed.iter().map(|c| c.action.name.as_str().into()).collect();
        Self { news: Some(News { drift, since, new, changed }), ..self }
    }

    /// What is different from the list of another time, where there is one to compare with.
    pub const fn news(&self) -> Option<&News> {
        self.news.as_ref()
    }

    /// What action number `i` does to the world.
    pub fn effect(&self, i: usize) -> SideEffect {
        self.catalogue.side_effect(i)
    }

    /// Action number `i`.
    pub fn action(&self, i: usize) -> Option<Action> {
        self.catalogue.action(i)
    }

    /// The part of an action's name that tells it apart inside its integration.
    pub fn short_name(&self, i: usize) -> &str {
        let (name, group) = (self.catalogue.name(i), self.catalogue.group_of(i));
        group.and_then(|group| name.strip_prefix(&*group.prefix)).unwrap_or(name)
    }
}
