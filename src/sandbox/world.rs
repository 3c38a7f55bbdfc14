//! The world behind the actions: what exists in each provider's account, and how actions change it.
//!
//! There is no code per action: [`data`] describes the files, [`engine`] applies them. Everything is deterministic:
//! ids and times come from counters, so the same calls in the same order always give the same answers.

pub mod clock;
mod conditions;
pub mod data;
pub mod engine;
pub mod files;
pub mod formula;
pub mod ids;
pub mod jql;
pub mod path;
pub mod predicate;
pub mod proxy;
pub mod soql;
pub mod sources;
pub mod store;
pub mod template;
pub mod words;

use std::{collections::BTreeMap, sync::Arc};

use self::{
    data::{ActionData, Provider},
    engine::Refusal,
    ids::IdStyle,
    store::{Change, Store},
    template::{Scope, Source as _, Template},
};
use super::{connections::login, custom, identity::Caller};
use crate::domain::document::{Object, Value};

/// How many users' worlds are kept; the one used longest ago is forgotten first.
const WORLDS_AT_MOST: usize = 256;

/// Whose account at which provider.
#[derive(Debug, Clone, Copy)]
pub struct Seat<'a> {
    /// The user.
    pub caller: &'a Caller,
    /// The integration the world knows.
    pub integration: &'a str,
    /// 0 for the account connected first, 1 for the next: each has a world of its own.
    pub account: usize,
}

impl<'a> Seat<'a> {
    /// The account that [`Seat::name`] gave this name.
    fn named(caller: &'a Caller, name: &'a str) -> Self {
        let (integration, number) = name.split_once('#').unwrap_or((name, "1"));
        Self { caller, integration, account: number.parse().map_or(0, |n: usize| n.saturating_sub(1)) }
    }

    /// The account's name inside the user's world.
    fn name(&self) -> String {
        match self.account {
            0 => self.integration.to_owned(),
            number => format!("{}#{}", self.integration, number + 1),
        }
    }

    /// The person, as templates see them.
    fn user(&self) -> Value {
        let email = login(self.caller, self.account);
        Object::from_iter([("id", self.caller.id.as_str()), ("name", self.caller.name()), ("email", &email)]).into()
    }
}

/// What running an action came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The provider's answer.
    pub answer: Value,
    /// What changed.
    pub changes: Vec<Change>,
    /// The account's time afterwards, in Unix seconds.
    pub now: i64,
    /// Whether a record changed that adds a parameter to the account's actions.
    pub parametric: bool,
}

/// A user's accounts, by [`Seat::name`].
type Accounts = BTreeMap<String, Account>;

/// One account.
#[derive(Debug)]
struct Account {
    /// Whose it is, as templates see the person.
    person: Value,
    store: Store,
}

/// Every user's world.
#[derive(Debug, Default)]
pub struct Worlds {
    /// In the order of use, the latest last.
    users: Vec<(String, Accounts)>,
    /// How many changes there were in all.
    changes: u64,
    /// What tells the ids made here from those of other sandboxes.
    seed: u64,
}

impl Worlds {
    /// Worlds that make the ids of that seed.
    pub fn seeded(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Does what `action` does, in the caller's own world. An action no data describes is answered by an echo with an id.
    ///
    /// # Errors
    /// The provider's or the engine's refusal; never [`Refusal::Unknown`].
    pub fn run(&mut self, seat: Seat<'_>, action: &str, parameters: &Value) -> Result<Done, Refusal> {
        let Account { person, store } = self.account(seat);
        let answer = match store.run(action, parameters, person) {
            Err(Refusal::Unknown) => {
                // The style is right, so the fallback is never seen.
                let id = IdStyle::parse("<uuid>").map(|style| store.fresh(&style)).unwrap_or_default();
                let echo: [(&str, Value); 3] =
                    [("id", id.into()), ("action", action.into()), ("received", parameters.clone())];
                Ok(Object::from_iter(echo).into())
            }
            answered => answered,
        }?;
        let done = done(store, answer);
        self.changes += u64::from(!done.changes.is_empty());
        Ok(done)
    }

    /// Does what `data` says, in the caller's own world.
    ///
    /// # Errors
    /// The provider's or the engine's refusal.
    pub fn apply(&mut self, seat: Seat<'_>, data: &ActionData, parameters: &Value) -> Result<Done, Refusal> {
        let Account { person, store } = self.account(seat);
        let answer = store.apply(data, parameters, person)?;
        let done = done(store, answer);
        self.changes += u64::from(!done.changes.is_empty());
        Ok(done)
    }

    /// What a template makes of values, in an account's world; `null` where it yields nothing.
    pub fn render<const N: usize>(&mut self, seat: Seat<'_>, template: &Template, names: [(&str, &Value); N]) -> Value {
        let store = &*self.store(seat);
        template.render(&Scope::of(store, names)).unwrap_or_default()
    }

    /// The provider's data of an account.
    pub fn provider(&mut self, seat: Seat<'_>) -> Arc<Provider> {
        Arc::clone(&self.store(seat).provider)
    }

    /// What the records of an account add to its actions ([`data`], `parameter`).
    pub fn parameters(&mut self, seat: Seat<'_>) -> Vec<Value> {
        self.store(seat).parameters()
    }

    /// The accounts whose records add something to their actions: user, integration and the account's number.
    pub fn parametric(&self) -> Vec<(Caller, String, usize)> {
        let all = self.users.iter().flat_map(|(user, accounts)| accounts.iter().map(move |one| (user, one)));
        let grown = all.filter(|(_, (_, account))| !account.store.parameters().is_empty());
        let seat = |(user, (name, _)): (&String, (&String, &Account))| {
            let caller = Caller { id: user.clone() };
            let Seat { integration, account, .. } = Seat::named(&caller, name);
            (integration.to_owned(), account)
        };
        grown.map(|one| (Caller { id: one.0.clone() }, seat(one))).map(|(caller, (i, n))| (caller, i, n)).collect()
    }

    /// Every record of an account, by resource.
    pub fn records(&mut self, seat: Seat<'_>) -> Value {
        self.store(seat).dump()
    }

    /// The account's time, in Unix seconds.
    pub fn now(&mut self, seat: Seat<'_>) -> i64 {
        self.store(seat).now()
    }

    fn store(&mut self, seat: Seat<'_>) -> &mut Store {
        &mut self.account(seat).store
    }

    fn account(&mut self, seat: Seat<'_>) -> &mut Account {
        let user = &seat.caller.id;
        let last = self.users.len().saturating_sub(1);
        match self.users.iter().rposition(|(id, _)| id == user) {
            Some(at) if at == last => {}
            Some(at) => {
                let mine = self.users.remove(at);
                self.users.push(mine);
            }
            None => {
                if self.users.len() >= WORLDS_AT_MOST {
                    self.users.remove(0);
                }
                self.users.push((user.clone(), BTreeMap::new()));
            }
        }
        let (last, seed) = (self.users.len() - 1, self.seed);
        self.users[last].1.entry(seat.name()).or_insert_with(|| {
            let mut store = Store::new(provider_of(seat.integration)).seeded(seed);
            if let Some(custom) = custom::of(&seat.caller.id, seat.integration, seat.account) {
                store.begin_with(&custom.records);
            }
            Account { person: seat.user(), store }
        })
    }

    /// Begins again: everybody's world, or one user's.
    pub fn reset(&mut self, user: Option<&str>) {
        self.users.retain(|(id, _)| user.is_some_and(|u| u != id));
        self.changes += 1;
    }

    /// A number that differs whenever something has changed.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Everything that exists in the worlds used so far: user → account → resource → records.
    pub fn dump(&self) -> Value {
        self.each(Store::dump)
    }

    /// Everything, as it is kept in a file; [`Worlds::load`] reads it.
    pub fn save(&self) -> Value {
        self.each(Store::save)
    }

    fn each(&self, describe: impl Fn(&Store) -> Value) -> Value {
        let mut users: Vec<_> = self.users.iter().collect();
        users.sort_by(|a, b| a.0.cmp(&b.0));
        let world = |accounts: &Accounts| {
            Value::Object(accounts.iter().map(|(name, one)| (name.as_str(), describe(&one.store))).collect())
        };
        Value::Object(users.into_iter().map(|(id, accounts)| (id.as_str(), world(accounts))).collect())
    }

    /// Takes the worlds [`Worlds::save`] wrote in place of all there are.
    pub fn load(&mut self, saved: &Value) {
        let users = saved.as_object().into_iter().flat_map(Object::iter).take(WORLDS_AT_MOST);
        let users = users.map(|(user, accounts)| {
            let caller = Caller { id: user.to_owned() };
            let accounts = accounts.as_object().into_iter().flat_map(Object::iter);
            let accounts = accounts.map(|(name, saved)| {
                let seat = Seat::named(&caller, name);
                let store = Store::load(provider_of(seat.integration), saved).seeded(self.seed);
                (name.to_owned(), Account { person: seat.user(), store })
            });
            (user.to_owned(), accounts.collect())
        });
        self.users = users.collect();
    }
}

/// What an answer came to, with the changes since the action began.
fn done(store: &mut Store, answer: Value) -> Done {
    let changes = store.take_changes();
    let parametric = changes.iter().any(|change| store.is_parametric(&change.resource));
    Done { answer, changes, now: store.now(), parametric }
}

/// The integration's data; nothing at all where there is none.
fn provider_of(integration: &str) -> Arc<Provider> {
    let unknown = || Provider { integration: integration.to_owned(), ..Provider::default() };
    data::provider(integration).ok().flatten().unwrap_or_else(|| Arc::new(unknown()))
}

#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod tests;
