//! Whom present mode masks: every user's id that may stand on the screen, and the number each is called by, so that two
//! users can be told apart.

use super::state::App;

impl App {
    /// The ids of the users that may be shown, some more than once.
    pub fn ids_in_sight(&self) -> impl Iterator<Item = &str> {
        (self.session.user().into_iter())
            .chain(self.session.home.as_deref())
            .chain(self.connections.get().and_then(|c| c.user.as_deref()))
            .chain(self.users.iter().map(|user| user.id.as_str()))
            .chain(self.been.iter().chain(&self.marked).map(String::as_str))
            .chain(self.profiles.iter().flat_map(|listed| &listed.profiles).map(|profile| profile.value("user")))
            .chain(self.runs.list().iter().filter_map(|run| run.whose.user.as_deref()))
            .chain(self.past.records.iter().filter_map(|record| record.begun.whose.user.as_deref()))
            .chain(self.batch.iter().flat_map(super::batch::Batch::all_users).map(|user| &**user))
    }

    /// Gives a number to each that has none yet; it stays until the end.
    pub(super) fn number_users(&mut self) {
        let new: Vec<String> = self
            .ids_in_sight()
            .filter(|id| !id.is_empty() && !self.numbers.contains_key(*id))
            .map(str::to_owned)
            .collect();
        for id in new {
            let next = self.numbers.len() + 1;
            self.numbers.entry(id).or_insert(next);
        }
    }

    /// The number a user is called by while names are masked.
    pub fn number_of(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }
}
