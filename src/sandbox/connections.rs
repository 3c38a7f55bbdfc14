//! Which accounts a user has connected at which integration, and what was changed about that since the start.

use std::collections::BTreeMap;

use super::{
    identity::{Caller, Standing},
    world::ids::uuid_of,
};
use crate::domain::document::{Object, Value};

/// How many changes are remembered; beyond that nothing more can be disconnected or connected before a reset.
const CHANGES_AT_MOST: usize = 10_000;

/// One connected account (the API's word for it is credential).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// 0 for the account an integration was connected with first, 1 for the next.
    pub number: usize,
    /// The credential's id, a UUID.
    pub credential: String,
    /// The id the customer gave it, by which `X-Paragon-Credential` may name it as well.
    pub external: Option<&'static str>,
    /// Whether its credential works.
    pub standing: Standing,
    /// The address the provider knows it by.
    pub login: String,
}

impl Account {
    /// Whether `X-Paragon-Credential` may name it so.
    pub fn is_named(&self, name: &str) -> bool {
        self.credential == name || self.external == Some(name)
    }
}

/// What a request's `X-Paragon-Credential` chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This account.
    Account(Account),
    /// The integration has no connected account.
    NotConnected,
    /// It has, but none of that id.
    NoSuch,
}

/// The changes made to connections: by disconnecting, and by `/_akx/connections`.
#[derive(Debug, Clone, Default)]
pub struct Connections {
    /// By user, integration and number of the account.
    changed: BTreeMap<(String, String, usize), Standing>,
}

impl Connections {
    /// The accounts `caller` has at the integration listed as `key`, a copy of `original`.
    pub fn accounts(&self, caller: &Caller, key: &str, original: &str) -> Vec<Account> {
        let numbers = 0..=usize::from(caller.has_second_account(original));
        numbers
            .filter_map(|number| {
                let changed = self.changed.get(&(caller.id.clone(), key.to_owned(), number)).copied();
                let standing = changed.unwrap_or_else(|| caller.standing(original));
                (standing != Standing::Missing).then(|| account(caller, key, number, standing))
            })
            .collect()
    }

    /// How `caller` stands with an integration: as its first account does.
    pub fn standing(&self, caller: &Caller, key: &str, original: &str) -> Standing {
        self.accounts(caller, key, original).first().map_or(Standing::Missing, |a| a.standing)
    }

    /// The account a request means: the one named, or the first.
    pub fn choose(&self, caller: &Caller, (key, original): (&str, &str), named: Option<&str>) -> Choice {
        let accounts = self.accounts(caller, key, original);
        if accounts.is_empty() {
            return Choice::NotConnected;
        }
        let fits = |a: &Account| named.is_none_or(|n| a.is_named(n));
        accounts.into_iter().find(fits).map_or(Choice::NoSuch, Choice::Account)
    }

    /// Takes away the account named, or all of them. Answers whether there was any.
    pub fn disconnect(&mut self, caller: &Caller, (key, original): (&str, &str), named: Option<&str>) -> bool {
        let accounts = self.accounts(caller, key, original);
        let fits = |a: &&Account| named.is_none_or(|n| a.is_named(n));
        let gone: Vec<usize> = accounts.iter().filter(fits).map(|a| a.number).collect();
        for number in &gone {
            self.set(&caller.id, (key, *number), Standing::Missing);
        }
        !gone.is_empty()
    }

    /// Says how an account stands from now on.
    pub fn set(&mut self, user: &str, (key, number): (&str, usize), standing: Standing) {
        if self.changed.len() < CHANGES_AT_MOST {
            self.changed.insert((user.to_owned(), key.to_owned(), number), standing);
        }
    }

    /// Forgets the changes: everybody's, or one user's.
    pub fn reset(&mut self, user: Option<&str>) {
        self.changed.retain(|(id, ..), _| user.is_some_and(|u| u != id));
    }

    /// The changes, as they are kept in a file: `[[user, integration, number, standing], …]`.
    pub fn save(&self) -> Value {
        let row = |((user, key, number), standing): (&(String, String, usize), &Standing)| {
            Value::Array(vec![user.as_str().into(), key.as_str().into(), (*number).into(), standing.name().into()])
        };
        Value::Array(self.changed.iter().map(row).collect())
    }

    /// Reads what [`Connections::save`] wrote; what it does not understand it leaves out.
    pub fn load(saved: &Value) -> Self {
        let row = |row: &Value| {
            let [user, key, number, standing] = row.as_array()? else { return None };
            let number = usize::try_from(number.as_i64()?).ok()?;
            let standing = Standing::named(standing.as_str()?)?;
            Some(((user.as_str()?.to_owned(), key.as_str()?.to_owned(), number), standing))
        };
        let rows = saved.as_array().unwrap_or_default();
        Self { changed: rows.iter().filter_map(row).take(CHANGES_AT_MOST).collect() }
    }
}

fn account(caller: &Caller, key: &str, number: usize, standing: Standing) -> Account {
    let (suffix, external) = if number == 0 { ("", None) } else { ("/2", Some(SECOND)) };
    Account {
        number,
        credential: uuid_of(&format!("credential/{}/{key}{suffix}", caller.id)),
        external,
        standing,
        login: login(caller, number),
    }
}

/// The external id of every second account.
pub const SECOND: &str = "partner-team";

/// The address a provider knows the caller's account by.
pub fn login(caller: &Caller, number: usize) -> String {
    let email = caller.email();
    match email.split_once('@') {
        Some((name, host)) if number > 0 => format!("{name}@partner.{host}"),
        _ => email,
    }
}

/// An account as `sdk/me` and `sdk/credentials` describe it.
pub fn credential(caller: &Caller, account: &Account, key: &str, project: &str, ago: impl Fn(i64) -> Value) -> Value {
    let (status, failures) = match account.standing {
        Standing::Connected => ("VALID", 0),
        Standing::Expired | Standing::Missing => ("INVALID", 3),
    };
    let suffix = if account.number == 0 { String::new() } else { format!("/{}", account.number + 1) };
    let mut one = Object::from_iter([
        ("id", Value::from(account.credential.as_str())),
        ("dateCreated", ago(120)),
        ("dateUpdated", ago(1)),
        ("projectId", project.into()),
        ("integrationId", uuid_of(&format!("integration/{key}")).into()),
        ("personaId", uuid_of(&format!("persona/{}", caller.id)).into()),
        ("config", Value::object()),
        ("isPreviewCredential", false.into()),
        ("providerId", uuid_of(&format!("provider/{}/{key}{suffix}", caller.id)).into()),
        ("providerData", Object::from_iter([("account", account.login.as_str())]).into()),
        ("status", status.into()),
        ("dateRefreshed", ago(i64::from(failures))),
        ("dateValidUntil", if failures == 0 { ago(-30) } else { ago(2) }),
        ("refreshFailureCount", failures.into()),
        ("isRefreshing", false.into()),
    ]);
    if let Some(external) = account.external {
        one.insert("externalId", external);
    }
    one.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_can_be_taken_away_one_by_one() {
        let maria = Caller { id: "maria@acme.example.com".into() };
        let slack = ("slack", "slack");
        let mut connections = Connections::default();
        let numbers =
            |c: &Connections| c.accounts(&maria, "slack", "slack").iter().map(|a| a.number).collect::<Vec<_>>();
        assert_eq!(numbers(&connections), [0, 1]);
        assert!(matches!(connections.choose(&maria, slack, Some(SECOND)), Choice::Account(a) if a.number == 1));
        assert_eq!(connections.choose(&maria, slack, Some("x")), Choice::NoSuch);
        assert!(
            connections.disconnect(&maria, slack, Some(SECOND)) && !connections.disconnect(&maria, slack, Some(SECOND))
        );
        assert_eq!(numbers(&Connections::load(&connections.save())), [0]);
        assert!(connections.disconnect(&maria, slack, None));
        assert_eq!(connections.choose(&maria, slack, None), Choice::NotConnected);
        connections.reset(Some("somebody"));
        assert_eq!(connections.standing(&maria, "slack", "slack"), Standing::Missing);
        connections.reset(Some(&maria.id));
        assert_eq!(numbers(&connections), [0, 1]);
    }

    #[test]
    fn a_second_account_has_another_address() {
        let maria = Caller { id: "maria@acme.example.com".into() };
        assert_eq!(
            (login(&maria, 0).as_str(), login(&maria, 1).as_str()),
            ("maria.santos@example.com", "maria.santos@partner.example.com")
        );
    }
}
