//! A catalogue ready to be browsed: the actions, the search index over them, and what each does to the world.

use crate::domain::{
    action::Action,
    catalogue::Catalogue,
    search::Index,
    side_effect::{self, SideEffect},
};

/// A catalogue with everything that is computed from it once.
#[derive(Debug)]
pub struct Listing {
    /// The actions.
    pub catalogue: Catalogue,
    /// The search index over them.
    pub index: Index,
    effects: Vec<SideEffect>,
}

impl Listing {
    /// Prepares `catalogue`: reads every name and description, so do it off the task that draws.
    pub fn new(catalogue: Catalogue) -> Self {
        let index = Index::new(&catalogue);
        let effects =
            catalogue.actions().iter().map(|a| side_effect::classify(&a.name, &a.integration, a.declared)).collect();
        Self { catalogue, index, effects }
    }

    /// What action number `i` does to the world.
    pub fn effect(&self, i: usize) -> SideEffect {
        self.effects.get(i).copied().unwrap_or(SideEffect::Unknown)
    }

    /// Action number `i`.
    pub fn action(&self, i: usize) -> Option<&Action> {
        self.catalogue.actions().get(i)
    }

    /// The part of an action's name that tells it apart inside its integration.
    pub fn short_name(&self, i: usize) -> &str {
        let (Some(action), Some(group)) = (self.action(i), self.catalogue.group_of(i)) else { return "" };
        action.name.strip_prefix(&*group.prefix).unwrap_or(&action.name)
    }
}
