//! What a person uses: favourite actions, how often each was run, which were run last; and what they say an action does
//! where its name says it wrongly.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    document::{Object, Value},
    side_effect::SideEffect,
};

/// How many actions are remembered as run lately.
pub const RECENT: usize = 50;
/// How many actions' counts are remembered.
const COUNTED: usize = 2_000;

/// What one person uses of one project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    favourites: BTreeSet<Arc<str>>,
    recent: Vec<Arc<str>>,
    uses: BTreeMap<Arc<str>, u32>,
    side_effects: BTreeMap<Arc<str>, SideEffect>,
}

/// A change of it: what is kept is changed rather than replaced, so that two programs at once lose nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsageChange {
    /// An action was run.
    Ran(Arc<str>),
    /// An action is a favourite from now on, or is none any more.
    Favourite(Arc<str>, bool),
    /// An action does this, whatever its name says; `None` leaves it to the name again.
    SideEffect(Arc<str>, Option<SideEffect>),
}

impl Usage {
    /// The favourite actions.
    pub const fn favourites(&self) -> &BTreeSet<Arc<str>> {
        &self.favourites
    }

    /// The actions run lately, the last one first.
    pub fn recent(&self) -> &[Arc<str>] {
        &self.recent
    }

    /// How often each action was run.
    pub const fn uses(&self) -> &BTreeMap<Arc<str>, u32> {
        &self.uses
    }

    /// What actions do where the person has said it.
    pub const fn side_effects(&self) -> &BTreeMap<Arc<str>, SideEffect> {
        &self.side_effects
    }

    /// What `action` does: what the person has said, else `otherwise`.
    pub fn side_effect(&self, action: &str, otherwise: SideEffect) -> SideEffect {
        self.side_effects.get(action).copied().unwrap_or(otherwise)
    }

    /// Whether `action` is a favourite.
    pub fn is_favourite(&self, action: &str) -> bool {
        self.favourites.contains(action)
    }

    /// How often `action` was run.
    pub fn uses_of(&self, action: &str) -> u32 {
        self.uses.get(action).copied().unwrap_or(0)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.favourites.is_empty() && self.recent.is_empty() && self.uses.is_empty() && self.side_effects.is_empty()
    }

    /// Takes a change.
    pub fn change(&mut self, change: &UsageChange) {
        match change {
            UsageChange::Favourite(action, true) => {
                self.favourites.insert(Arc::clone(action));
            }
            UsageChange::Favourite(action, false) => {
                self.favourites.remove(action);
            }
            UsageChange::SideEffect(action, Some(effect)) => {
                self.side_effects.insert(Arc::clone(action), *effect);
            }
            UsageChange::SideEffect(action, None) => {
                self.side_effects.remove(action);
            }
            UsageChange::Ran(action) => {
                self.recent.retain(|a| a != action);
                self.recent.insert(0, Arc::clone(action));
                self.recent.truncate(RECENT);
                if self.uses.len() < COUNTED || self.uses.contains_key(action) {
                    let count = self.uses.entry(Arc::clone(action)).or_default();
                    *count = count.saturating_add(1);
                }
            }
        }
    }

    /// As JSON to keep: `{favourites: [name], recent: [name], uses: {name: count}, side_effects: {name: word}}`.
    pub fn to_value(&self) -> Value {
        let names =
            |names: &mut dyn Iterator<Item = &Arc<str>>| Value::Array(names.map(|name| Value::from(&**name)).collect());
        let mut value = Object::new();
        value.insert("favourites", names(&mut self.favourites.iter()));
        value.insert("recent", names(&mut self.recent.iter()));
        let uses = self.uses.iter().map(|(name, count)| (name.to_string(), *count)).collect();
        value.insert("uses", Value::Object(uses));
        let effects = self.side_effects.iter().map(|(name, effect)| (name.to_string(), effect.name())).collect();
        value.insert("side_effects", Value::Object(effects));
        Value::Object(value)
    }

    /// From JSON that was kept; what is not understood is left out.
    pub fn from_value(value: &Value) -> Self {
        let names = |key: &str| {
            let list = value.get(key).and_then(Value::as_array).unwrap_or_default();
            list.iter().filter_map(Value::as_str).map(Arc::from).collect::<Vec<Arc<str>>>()
        };
        let mut recent = names("recent");
        recent.truncate(RECENT);
        let uses = value.get("uses").and_then(Value::as_object);
        let count = |value: &Value| value.as_i64().and_then(|n| u32::try_from(n).ok());
        let uses = uses.into_iter().flat_map(Object::iter).filter_map(|(name, n)| Some((name.into(), count(n)?)));
        let effects = value.get("side_effects").and_then(Value::as_object);
        let effects = effects.into_iter().flat_map(Object::iter);
        let effects = effects.filter_map(|(name, word)| Some((name.into(), word.as_str()?.parse().ok()?)));
        Self {
            favourites: names("favourites").into_iter().collect(),
            recent,
            uses: uses.take(COUNTED).collect(),
            side_effects: effects.take(COUNTED).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(usage: &mut Usage, actions: &str) {
        for action in actions.split(' ') {
            usage.change(&UsageChange::Ran(action.into()));
        }
    }

    #[test]
    fn the_last_one_run_comes_first_and_counts_grow() {
        let mut usage = Usage::default();
        ran(&mut usage, "A B A C");
        let recent: Vec<&str> = usage.recent().iter().map(|a| &**a).collect();
        assert_eq!(recent, ["C", "A", "B"]);
        assert_eq!((usage.uses_of("A"), usage.uses_of("B"), usage.uses_of("Z")), (2, 1, 0));
        for i in 0..RECENT * 2 {
            usage.change(&UsageChange::Ran(format!("N{i}").into()));
        }
        assert_eq!(usage.recent().len(), RECENT);
    }

    #[test]
    fn what_is_kept_comes_back_and_nonsense_is_left_out() {
        let mut usage = Usage::default();
        ran(&mut usage, "A B A");
        usage.change(&UsageChange::Favourite("B".into(), true));
        usage.change(&UsageChange::Favourite("A".into(), true));
        usage.change(&UsageChange::Favourite("A".into(), false));
        usage.change(&UsageChange::SideEffect("A".into(), Some(SideEffect::Read)));
        usage.change(&UsageChange::SideEffect("B".into(), Some(SideEffect::Read)));
        usage.change(&UsageChange::SideEffect("B".into(), None));
        assert_eq!(usage.side_effect("A", SideEffect::Delete), SideEffect::Read);
        assert_eq!(usage.side_effect("B", SideEffect::Delete), SideEffect::Delete);
        assert_eq!(Usage::from_value(&usage.to_value()), usage);
        assert!(usage.is_favourite("B") && !usage.is_favourite("A"));
        let odd = Value::parse(
            br#"{"favourites":7,"recent":[1,"A"],"uses":{"A":-1,"B":"x","C":2},"side_effects":{"A":"harmless"}}"#,
        )
        .unwrap();
        let read = Usage::from_value(&odd);
        assert_eq!((read.recent().len(), read.uses_of("C"), read.uses().len()), (1, 2, 1));
        assert!(read.side_effects().is_empty());
        assert!(Usage::from_value(&Value::Null).is_empty());
    }
}
