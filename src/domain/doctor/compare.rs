//! What is different between a user for whom something fails and one for whom it works.

use std::collections::BTreeSet;

use super::{Facts, Report, Verdict, examine};
use crate::domain::{
    connection::{Connection, ConnectionState},
    text::counted,
};

/// What is different for `other`, for whom it works: a sentence each, the most telling first.
pub fn compare(this: &Facts, other: &Facts) -> Vec<String> {
    let name = |facts: &Facts, otherwise: &str| {
        let user = facts.claims.as_ref().ok().and_then(|claims| claims.subject.clone());
        user.unwrap_or_else(|| otherwise.to_owned())
    };
    let (me, they) = (name(this, "this user"), name(other, "the other user"));
    let mut words = Vec::new();
    let (mine, theirs) = (examine(this), examine(other));
    // What differs in connections is told below, in its own words.
    let is_connection = |check: &str| this.connections.as_ref().is_ok_and(|c| c.get(check).is_some());
    let failed = mine.lines.iter().filter(|line| line.verdict == Verdict::Failed && !is_connection(&line.check));
    for line in failed {
        let same = theirs.lines.iter().find(|other| other.check == line.check);
        match same.map(|other| other.verdict) {
            Some(Verdict::Ok | Verdict::Warning) => {
                words.push(format!("{}: fails for {me}, works for {they}.", line.check));
            }
            Some(Verdict::Failed) => words.push(format!("{}: fails for both.", line.check)),
            Some(Verdict::Skipped) | None => {}
        }
    }
    if let (Ok(a), Ok(b)) = (&this.claims, &other.claims) {
        if a.algorithm != b.algorithm {
            let said = |algorithm: &Option<String>| algorithm.clone().unwrap_or_else(|| "nothing".to_owned());
            words.push(format!(
                "The tokens are signed differently: {} for {me}, {} for {they}.",
                said(&a.algorithm),
                said(&b.algorithm)
            ));
        }
        if a.audience != b.audience {
            words.push(format!("The tokens are for different audiences ({me} and {they})."));
        }
    }
    let mut told = BTreeSet::new();
    if let (Ok(a), Ok(b)) = (&this.connections, &other.connections) {
        for there in &b.integrations {
            let here = a.state(&there.integration).unwrap_or(ConnectionState::NotConnected);
            if there.is_usable() && here != ConnectionState::Connected {
                words.push(format!("{}: connected for {they}, {} for {me}.", there.integration, here.words()));
                told.insert(there.integration.clone());
            }
            let accounts = a.get(&there.integration).map_or(0, |c| c.accounts.len());
            if there.is_usable() && here == ConnectionState::Connected && accounts != there.accounts.len() {
                let said = counted(accounts, "account");
                words.push(format!("{}: {me} has {said}, {they} {}.", there.integration, there.accounts.len()));
            }
        }
    }
    if let (Ok(a), Ok(b)) = (&this.list, &other.list) {
        for (integration, theirs) in &b.actions {
            let mine = a.actions.get(integration).copied().unwrap_or(0);
            // Where it is not connected there is nothing to list, and that is told already.
            if mine != *theirs && !told.contains(integration) {
                words.push(format!(
                    "{integration}: {} listed for {me}, {theirs} for {they} (custom fields or rights may differ).",
                    match mine {
                        1 => "1 action is".to_owned(),
                        n => format!("{n} actions are"),
                    }
                ));
            }
        }
    }
    if words.is_empty() {
        words.push(match only_here(this, other) {
            Some(these) => format!("Nothing works for {they} that does not work for {me}; for {me} alone {these}."),
            None => format!("Nothing that was checked is different between {me} and {they}."),
        });
    }
    words
}

impl Report {
    /// The same report, compared with `other`, for whom it works: what is different is told, and where nothing fails for
    /// this user, what they have not connected and the other has is what the customer can mend.
    #[must_use]
    pub fn compared(mut self, this: &Facts, other: &Facts) -> Self {
        self.differences = compare(this, other);
        let (Ok(here), Ok(there)) = (&this.connections, &other.connections) else { return self };
        let lacks = |c: &&Connection| {
            c.is_usable() && here.state(&c.integration).is_none_or(|state| state == ConnectionState::NotConnected)
        };
        let missing: Vec<&str> =
            there.integrations.iter().filter(lacks).map(|connection| connection.integration.as_str()).collect();
        if self.counts().0 == 0 && !missing.is_empty() {
            self.for_customer = super::report::not_connected(&missing);
        }
        self
    }
}

/// What works for this user and not for the other, in a few words; `None` where nothing does.
fn only_here(this: &Facts, other: &Facts) -> Option<String> {
    const NAMED: usize = 3;
    let (Ok(here), Ok(there)) = (&this.connections, &other.connections) else { return None };
    let usable_there = |integration: &str| there.get(integration).is_some_and(Connection::is_usable);
    let only = here.integrations.iter().filter(|c| c.is_usable() && !usable_there(&c.integration));
    let only: Vec<&str> = only.map(|c| c.integration.as_str()).collect();
    match only.len() {
        0 => None,
        1 => Some(format!("{} is connected", only[0])),
        n @ 2..=NAMED => Some(format!("{n} integrations are connected: {}", only.join(", "))),
        n => Some(format!("{n} integrations are connected, such as {}", only[..NAMED].join(", "))),
    }
}
