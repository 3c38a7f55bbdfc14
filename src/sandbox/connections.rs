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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account<'a> {
    caller: &'a Caller,
    /// The integration as it is listed.
    key: &'a str,
    /// 0 for the account an integration was connected with first, 1 for the next.
    pub number: usize,
    /// Whether its credential works.
    pub standing: Standing,
}

impl Account<'_> {
    /// The credential's id, a UUID.
    pub fn credential(&self) -> String {
        uuid_of(&format!("credential/{}/{}{}", self.caller.id, self.key, self.suffix()))
    }

    /// The id the customer gave it, by which `X-Paragon-Credential` may name it as well.
    pub fn external(&self) -> Option<&'static str> {
        (self.number > 0).then_some(SECOND)
    }

    /// The address the provider knows it by.
    pub fn login(&self) -> String {
        login(self.caller, self.number)
    }

    /// Whether `X-Paragon-Credential` may name it so.
    pub fn is_named(&self, name: &str) -> bool {
        self.external() == Some(name) || self.credential() == name
    }

    /// The account as `sdk/me` and `sdk/credentials` describe it.
    pub fn describe(&self, project: &str, ago: impl Fn(i64) -> Value) -> Value {
        let Self { caller, key, .. } = self;
        let (status, failures) = match self.standing {
            Standing::Connected => ("VALID", 0),
            Standing::Expired | Standing::Missing => ("INVALID", 3),
        };
        let mut one = Object::from_iter([
            ("id", Value::from(self.credential())),
            ("dateCreated", ago(120)),
            ("dateUpdated", ago(1)),
            ("projectId", project.into()),
            ("integrationId", uuid_of(&format!("integration/{key}")).into()),
            ("personaId", uuid_of(&format!("persona/{}", caller.id)).into()),
            ("config", Value::object()),
            ("isPreviewCredential", false.into()),
            ("providerId", uuid_of(&format!("provider/{}/{key}{}", caller.id, self.suffix())).into()),
            ("providerData", Object::from_iter([("account", self.login())]).into()),
            ("status", status.into()),
            ("dateRefreshed", ago(i64::from(failures))),
            ("dateValidUntil", if failures == 0 { ago(-30) } else { ago(2) }),
            ("refreshFailureCount", failures.into()),
            ("isRefreshing", false.into()),
        ]);
        if let Some(external) = self.external() {
            one.insert("externalId", external);
        }
        one.into()
    }

    /// What tells the ids of the second account from those of the first.
    fn suffix(&self) -> &'static str {
        if self.number > 0 { "/2" } else { "" }
    }
}

/// What a request's `X-Paragon-Credential` chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice<'a> {
    /// This account.
    Account(Account<'a>),
    /// The integration has no connected account.
    NotConnected,
    /// It has, but none of that id.
    NoSuch,
}

/// An integration as it is listed, and the one it is a copy of (itself where it is none).
pub type Place<'a> = (&'a str, &'a str);

/// The changes made to connections: by disconnecting, and by `/_akx/connections`.
#[derive(Debug, Clone, Default)]
pub struct Connections {
    /// By user, integration and number of the account.
    changed: BTreeMap<String, BTreeMap<String, BTreeMap<usize, Standing>>>,
}

impl Connections {
    fn each<'a>(&self, caller: &'a Caller, (key, original): Place<'a>) -> impl Iterator<Item = Account<'a>> {
        let changed = self.changed.get(&caller.id).and_then(|own| own.get(key));
        (0..=usize::from(caller.has_second_account(original))).filter_map(move |number| {
            let standing = changed.and_then(|c| c.get(&number)).copied();
            let standing = standing.unwrap_or_else(|| caller.standing(original));
            (standing != Standing::Missing).then_some(Account { caller, key, number, standing })
        })
    }

    /// The accounts `caller` has at an integration.
    pub fn accounts<'a>(&self, caller: &'a Caller, place: Place<'a>) -> Vec<Account<'a>> {
        self.each(caller, place).collect()
    }

    /// The account of that name, else the first.
    pub fn named_or_first<'a>(&self, caller: &'a Caller, place: Place<'a>, name: Option<&str>) -> Option<Account<'a>> {
        let named = name.and_then(|name| self.each(caller, place).find(|a| a.is_named(name)));
        named.or_else(|| self.each(caller, place).next())
    }

    /// How `caller` stands with an integration: as its first account does.
    pub fn standing(&self, caller: &Caller, place: Place<'_>) -> Standing {
        self.each(caller, place).next().map_or(Standing::Missing, |a| a.standing)
    }

    /// The account a request means: the one named, or the first.
    pub fn choose<'a>(&self, caller: &'a Caller, place: Place<'a>, named: Option<&str>) -> Choice<'a> {
        let mut accounts = self.each(caller, place).peekable();
        if accounts.peek().is_none() {
            return Choice::NotConnected;
        }
        accounts.find(|a| named.is_none_or(|n| a.is_named(n))).map_or(Choice::NoSuch, Choice::Account)
    }

    /// Takes away the account named, or all of them. Answers whether there was any.
    pub fn disconnect(&mut self, caller: &Caller, place: Place<'_>, named: Option<&str>) -> bool {
        let fits = |a: &Account<'_>| named.is_none_or(|n| a.is_named(n));
        let gone: Vec<usize> = self.each(caller, place).filter(fits).map(|a| a.number).collect();
        for number in &gone {
            self.set(&caller.id, (place.0, *number), Standing::Missing);
        }
        !gone.is_empty()
    }

    /// Says how an account stands from now on.
    pub fn set(&mut self, user: &str, (key, number): (&str, usize), standing: Standing) {
        if self.rows().count() < CHANGES_AT_MOST {
            self.put(user, (key, number), standing);
        }
    }

    fn put(&mut self, user: &str, (key, number): (&str, usize), standing: Standing) {
        let own = self.changed.entry(user.to_owned()).or_default();
        own.entry(key.to_owned()).or_default().insert(number, standing);
    }

    /// Forgets the changes: everybody's, or one user's.
    pub fn reset(&mut self, user: Option<&str>) {
        self.changed.retain(|id, _| user.is_some_and(|u| u != id));
    }

    fn rows(&self) -> impl Iterator<Item = (&str, &str, usize, Standing)> {
        self.changed.iter().flat_map(|(user, own)| {
            own.iter().flat_map(move |(key, accounts)| accounts.iter().map(move |(n, s)| (&**user, &**key, *n, *s)))
        })
    }

    /// The changes, as they are kept in a file: `[[user, integration, number, standing], …]`.
    pub fn save(&self) -> Value {
        let row = |(user, key, number, standing): (&str, &str, usize, Standing)| {
            Value::Array(vec![user.into(), key.into(), number.into(), standing.name().into()])
        };
        Value::Array(self.rows().map(row).collect())
    }

    /// Reads what [`Connections::save`] wrote; what it does not understand it leaves out.
    pub fn load(saved: &Value) -> Self {
        let mut all = Self::default();
        let row = |row: &Value| {
            let [user, key, number, standing] = row.as_array()? else { return None };
            let number = usize::try_from(number.as_i64()?).ok()?;
            Some((user.as_str()?.to_owned(), key.as_str()?.to_owned(), number, Standing::named(standing.as_str()?)?))
        };
        for (user, key, number, standing) in
            saved.as_array().unwrap_or_default().iter().filter_map(row).take(CHANGES_AT_MOST)
        {
            all.put(&user, (&key, number), standing);
        }
        all
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_can_be_taken_away_one_by_one() {
        let maria = Caller { id: "maria@acme.example.com".into() };
        let slack = ("slack", "slack");
        let mut connections = Connections::default();
        let numbers = |c: &Connections| c.accounts(&maria, slack).iter().map(|a| a.number).collect::<Vec<_>>();
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
        assert_eq!(connections.standing(&maria, slack), Standing::Missing);
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
