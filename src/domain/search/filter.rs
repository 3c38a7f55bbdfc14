//! Qualifiers: which actions they let through, and what of them cannot be answered here.

use std::{collections::BTreeSet, sync::Arc};

use memchr::memmem::find;

use super::{
    Facts,
    correct::nearest_of,
    index::{Index, Item},
    query::{Filter, Phrase, Query, QueryProblem, State, Test},
    rank::{Class, Ranked, phrase_in_name},
    terms::abbreviated,
};
use crate::domain::{side_effect::SideEffect, words::squeeze};

/// The qualifiers and negations of a query, made ready for one index and these facts.
pub(super) struct Filters<'a> {
    index: &'a Index,
    facts: &'a Facts<'a>,
    checks: Vec<(Check<'a>, bool)>,
    phrases: Vec<&'a Phrase>,
    /// For each negated word: the integrations it means.
    without: Vec<(&'a str, Vec<bool>)>,
}

/// One qualifier with what could be worked out once for all actions.
enum Check<'a> {
    Integrations(Vec<bool>),
    Categories(Vec<bool>),
    Kinds(Vec<SideEffect>),
    /// Parameter names; whether only required ones count.
    Parameters(Vec<bool>, bool),
    Types(u8),
    /// Sets of action names; integrations all of whose actions are meant.
    Named(Vec<BTreeSet<&'a str>>, Vec<bool>),
}

impl Check<'_> {
    /// Lets through what `other` does as well, where no action could pass both: each has one integration and one kind.
    /// Gives `other` back where both can hold.
    fn or(&mut self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Integrations(wanted), Self::Integrations(more)) => {
                wanted.iter_mut().zip(more).for_each(|(slot, more)| *slot |= more);
                None
            }
            (Self::Kinds(kinds), Self::Kinds(more)) => {
                kinds.extend(more);
                None
            }
            (_, other) => Some(other),
        }
    }
}

impl<'a> Filters<'a> {
    /// Makes the qualifiers ready. What names nothing there is lets nothing through, what cannot be answered is left out;
    /// both are reported.
    pub(super) fn new(
        query: &'a Query,
        index: &'a Index,
        facts: &'a Facts<'a>,
        problems: &mut Vec<QueryProblem>,
    ) -> Self {
        let mut checks: Vec<(Check<'a>, bool)> = Vec::new();
        for filter in &query.filters {
            let mut report = |message| problems.push(QueryProblem { span: filter.span.clone(), message });
            if let Some(check) = check(filter, index, facts, &mut report) {
                let mut alike = checks.iter_mut().filter(|(_, negated)| !negated && !filter.negated);
                let left = alike.try_fold(check, |check, (before, _)| before.or(check));
                checks.extend(left.map(|check| (check, filter.negated)));
            }
        }
        let without = query.without.iter().map(|word| {
            let squeezed = squeeze(word);
            let groups = index.groups().iter();
            let meant = groups.map(|g| g.squeezed.starts_with(&squeezed) || means(&squeezed, &g.squeezed));
            (word.as_str(), meant.collect())
        });
        Self {
            index,
            facts,
            checks,
            phrases: query.phrases.iter().filter(|p| p.negated).collect(),
            without: without.collect(),
        }
    }

    /// Whether nothing is filtered.
    fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.phrases.is_empty() && self.without.is_empty()
    }

    /// What of `ranked` is shown: what is more than a beginning of something, and is let through.
    pub(super) fn shown(&self, ranked: Vec<Ranked>) -> Vec<Ranked> {
        let shown = ranked.into_iter().filter(|r| r.class > Class::Dormant);
        shown.filter(|r| self.is_empty() || self.admit(r.id)).collect()
    }

    /// Whether the action of that number is let through.
    pub(super) fn admit(&self, id: u32) -> bool {
        let at = id as usize;
        let Some(item) = self.index.items().get(at) else { return false };
        self.checks.iter().all(|(check, negated)| self.passes(check, at, item) != *negated)
            && !self.without.iter().any(|(word, groups)| self.holds_word(item, word, groups))
            && !self.phrases.iter().any(|phrase| {
                let name = self.index.name(item);
                let text = phrase.text.trim_matches(|c: char| !c.is_alphanumeric());
                phrase_in_name(name, self.index.words(item), text, !phrase.closed).is_some()
                    || (phrase.closed && find(self.index.description(item, &mut Vec::new()), text.as_bytes()).is_some())
            })
    }

    fn passes(&self, check: &Check<'_>, at: usize, item: &Item) -> bool {
        let mut parameters = self.index.parameters().of(item.action as usize);
        match check {
            Check::Integrations(wanted) | Check::Categories(wanted) => {
                wanted.get(item.group as usize).copied().unwrap_or(false)
            }
            Check::Kinds(kinds) => {
                let corrected = self.facts.side_effects.and_then(|map| map.get(self.index.spelled(item))).copied();
                kinds.contains(&corrected.unwrap_or_else(|| self.index.side_effect(at)))
            }
            Check::Parameters(names, required) => {
                parameters.any(|p| (p.required || !required) && names.get(p.name as usize).copied().unwrap_or(false))
            }
            Check::Types(types) => parameters.any(|p| p.types & types != 0),
            Check::Named(sets, groups) => {
                groups.get(item.group as usize).copied().unwrap_or(false)
                    || sets.iter().any(|names| names.contains(self.index.spelled(item)))
            }
        }
    }

    /// Whether a word of the name or the integration begins with `word`.
    fn holds_word(&self, item: &Item, word: &str, groups: &[bool]) -> bool {
        let name = self.index.name(item);
        let begins = |start: u16| name.get(usize::from(start)..).is_some_and(|rest| rest.starts_with(word));
        groups.get(item.group as usize).copied().unwrap_or(false)
            || self.index.words(item).iter().any(|w| begins(w.start))
    }
}

fn means(short: &str, key: &str) -> bool {
    abbreviated(short).contains(&key)
}

/// `None` where it cannot be answered, which is reported, as is what names nothing there is.
fn check<'a>(
    filter: &'a Filter,
    index: &'a Index,
    facts: &'a Facts<'a>,
    report: &mut impl FnMut(String),
) -> Option<Check<'a>> {
    match &filter.test {
        Test::In(values) => Some(Check::Integrations(integrations(values, index, report))),
        Test::Kind(kinds) => Some(Check::Kinds(kinds.clone())),
        Test::Param(values) => Some(Check::Parameters(parameters(values, index), false)),
        Test::Needs(values) => Some(Check::Parameters(parameters(values, index), true)),
        Test::Type(types) => Some(Check::Types(types.iter().fold(0, |set, t| set | t.bit()))),
        Test::Category(values) => categories(values, index, facts, report).map(Check::Categories),
        Test::Is(states) => states_of(states, index, facts).map_err(report).ok(),
    }
}

/// The integrations the values of `in:` mean: by key or abbreviation, else by the beginning of a key.
fn integrations(values: &[String], index: &Index, report: &mut impl FnMut(String)) -> Vec<bool> {
    let mut wanted = vec![false; index.groups().len()];
    for value in values {
        let text = squeeze(value);
        let keys = || index.groups().iter().map(|g| g.squeezed.as_str());
        let tests: [&dyn Fn(&str) -> bool; 3] =
            [&|key| key == text || means(&text, key), &|key| key.starts_with(&text), &|key| key.contains(&text)];
        let Some(test) = tests.into_iter().find(|test| keys().any(test)) else {
            let near = nearest_of(&text, keys());
            let hint = near.map(|key| format!(" Did you mean in:{key}?")).unwrap_or_default();
            report(format!("No integration here is called {value}.{hint}"));
            continue;
        };
        for (slot, key) in wanted.iter_mut().zip(keys()) {
            *slot |= test(key);
        }
    }
    wanted
}

/// The parameter names the values mean: that very name, else every name that has it at the start of a word.
fn parameters(values: &[String], index: &Index) -> Vec<bool> {
    let names = index.parameters();
    let mut wanted = vec![false; names.folded().len()];
    for value in values {
        let exact = names.folded().any(|name| name == value);
        for (slot, name) in wanted.iter_mut().zip(names.folded()) {
            *slot |= if exact { name == value } else { name.contains(value.as_str()) };
        }
    }
    wanted
}

fn categories(
    values: &[String],
    index: &Index,
    facts: &Facts<'_>,
    report: &mut impl FnMut(String),
) -> Option<Vec<bool>> {
    let Some(categories) = facts.categories else {
        report("The categories of integrations are not known here, so category: is ignored.".to_owned());
        return None;
    };
    let mut wanted = vec![false; index.groups().len()];
    for value in values {
        let text = squeeze(value);
        let is = |category: &String| squeeze(category).starts_with(&text);
        if text.is_empty() || !categories.values().flatten().any(is) {
            let names: BTreeSet<&String> = categories.values().flatten().collect();
            let near = nearest_of(value, names.iter().map(|name| name.as_str()));
            let hint = match near {
                Some(near) => format!(" Did you mean category:{near}?"),
                None if names.is_empty() => String::new(),
                None => {
                    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
                    format!(" There are {}.", names.join(", "))
                }
            };
            report(format!("No integration here is of the category {value}.{hint}"));
            continue;
        }
        for (slot, group) in wanted.iter_mut().zip(index.groups()) {
            *slot |= categories.get(&group.key).is_some_and(|names| names.iter().any(is));
        }
    }
    Some(wanted)
}

fn states_of<'a>(states: &[State], index: &Index, facts: &Facts<'a>) -> Result<Check<'a>, String> {
    let unknown = |what: &str| Err(format!("{what} not known here, so is: is ignored."));
    let names = |set: &'a BTreeSet<Arc<str>>| set.iter().map(|name| &**name).collect::<BTreeSet<&str>>();
    let mut sets = Vec::new();
    let mut groups = Vec::new();
    for state in states {
        match state {
            State::Connected => match facts.connected {
                Some(connected) => groups = index.groups().iter().map(|g| connected.contains(&g.key)).collect(),
                None => return unknown("Connections are"),
            },
            State::Favourite => match facts.favourites {
                Some(set) => sets.push(names(set)),
                None => return unknown("Favourites are"),
            },
            State::Recent => match facts.recent {
                Some(list) => sets.push(list.iter().map(|name| &**name).collect()),
                None => return unknown("Recent actions are"),
            },
            State::New => match facts.new {
                Some(set) => sets.push(names(set)),
                None => return unknown("New actions are"),
            },
        }
    }
    Ok(Check::Named(sets, groups))
}
