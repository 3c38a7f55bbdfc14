//! The world behind the actions: what exists in each provider's account, and how actions change it.
//!
//! There is no code per action: [`data`] describes the files, [`engine`] applies them. Everything is deterministic:
//! ids and times come from counters, so the same calls in the same order always give the same answers.

pub mod clock;
pub mod data;
pub mod engine;
pub mod files;
pub mod formula;
pub mod ids;
pub mod jql;
pub mod path;
pub mod predicate;
pub mod soql;
pub mod store;
pub mod template;
pub mod words;

use std::{collections::BTreeMap, sync::Arc};

use self::{data::Provider, engine::Refusal, ids::IdStyle, store::Store, template::Source as _};
use super::identity::Caller;
use crate::domain::document::{Object, Value};

/// How many users' worlds are kept; the one used longest ago is forgotten first.
const WORLDS_AT_MOST: usize = 256;

/// Every user's world.
#[derive(Debug, Default)]
pub struct Worlds {
    /// In the order of use, the latest last.
    users: Vec<(String, BTreeMap<String, Store>)>,
}

impl Worlds {
    /// Does what `action` of `integration` does, in the caller's own world. An action no data describes is answered by
    /// an echo with an id.
    ///
    /// # Errors
    /// The provider's or the engine's refusal; never [`Refusal::Unknown`].
    pub fn run(
        &mut self,
        caller: &Caller,
        integration: &str,
        action: &str,
        parameters: &Value,
    ) -> Result<Value, Refusal> {
        let user = Object::from_iter([("id", caller.id.as_str()), ("name", caller.name()), ("email", &caller.email())]);
        let store = self.store(&caller.id, integration);
        match store.run(action, parameters, &user.into()) {
            Err(Refusal::Unknown) => {
                // The style is right, so the fallback is never seen.
                let id = IdStyle::parse("<uuid>").map(|style| store.fresh(&style)).unwrap_or_default();
                let echo: [(&str, Value); 3] =
                    [("id", id.into()), ("action", action.into()), ("received", parameters.clone())];
                Ok(Object::from_iter(echo).into())
            }
            answered => answered,
        }
    }

    fn store(&mut self, user: &str, integration: &str) -> &mut Store {
        let mine = match self.users.iter().position(|(id, _)| id == user) {
            Some(at) => self.users.remove(at),
            None => {
                if self.users.len() >= WORLDS_AT_MOST {
                    self.users.remove(0);
                }
                (user.to_owned(), BTreeMap::new())
            }
        };
        self.users.push(mine);
        let last = self.users.len() - 1;
        self.users[last].1.entry(integration.to_owned()).or_insert_with(|| {
            let known = data::provider(integration).ok().flatten();
            let unknown = || Provider { integration: integration.to_owned(), ..Provider::default() };
            Store::new(known.unwrap_or_else(|| Arc::new(unknown())))
        })
    }

    /// Begins again: everybody's world, or one user's.
    pub fn reset(&mut self, user: Option<&str>) {
        self.users.retain(|(id, _)| user.is_some_and(|u| u != id));
    }

    /// Everything that exists in the worlds used so far: user → integration → resource → records.
    pub fn dump(&self) -> Value {
        let mut users: Vec<_> = self.users.iter().collect();
        users.sort_by(|a, b| a.0.cmp(&b.0));
        let world = |stores: &BTreeMap<String, Store>| {
            Value::Object(stores.iter().map(|(name, store)| (name.as_str(), store.dump())).collect())
        };
        Value::Object(users.into_iter().map(|(id, stores)| (id.as_str(), world(stores))).collect())
    }
}

#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod tests;
