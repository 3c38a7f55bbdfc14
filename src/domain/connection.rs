//! What a connected user has connected: per integration its state and accounts, never a provider's token.
//!
//! The reply read here is `GET /projects/{id}/sdk/me` (fact sheet §4). It holds whatever the provider gave when the user
//! connected, so only members known to be harmless are taken out of it.

use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

use super::document::Value;

/// How an integration, or one account of it, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionState {
    /// Connected and usable.
    Connected,
    /// Connected once, but its credential is no longer valid: the user must connect again.
    NeedsReconnecting,
    /// Being connected.
    Pending,
    /// Not connected.
    NotConnected,
}

impl ConnectionState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Connected, Self::NotConnected, Self::NeedsReconnecting, Self::Pending];

    /// The words for it, in lower case.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::NeedsReconnecting => "must be reconnected",
            Self::Pending => "being connected",
            Self::NotConnected => "not connected",
        }
    }

    /// A sign for it, where words have no room.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Connected => "✓",
            Self::NeedsReconnecting => "!",
            Self::Pending => "…",
            Self::NotConnected => "✗",
        }
    }

    /// What it means, and what to do about it: one or two sentences.
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Connected => "Its actions can be run for this user.",
            Self::NeedsReconnecting => {
                "The provider no longer accepts the credential. The user has to connect it again in your app's Connect \
                 Portal."
            }
            Self::Pending => "The user has begun to connect it and has to finish in your app's Connect Portal.",
            Self::NotConnected => {
                "Its actions can be read here, but not run until the user connects it in your app's Connect Portal."
            }
        }
    }

    /// How good it is, where one of several accounts speaks for an integration.
    const fn rank(self) -> u8 {
        match self {
            Self::Connected => 3,
            Self::Pending => 2,
            Self::NeedsReconnecting => 1,
            Self::NotConnected => 0,
        }
    }
}

/// One connected account of an integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The credential's id, for `X-Paragon-Credential`.
    pub id: Option<String>,
    /// The id the customer gave it, which serves as well.
    pub external_id: Option<String>,
    /// Whose account it is as the provider calls it, such as an e-mail address or a workspace.
    pub label: Option<String>,
    /// How it stands.
    pub state: ConnectionState,
    /// When its credential was last refreshed, as the server writes it.
    pub refreshed: Option<String>,
    /// Until when its credential is valid, as the server writes it.
    pub valid_until: Option<String>,
    /// How often refreshing it has failed.
    pub refresh_failures: u64,
}

/// One integration of the project, and how the user stands with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The integration's key.
    pub integration: String,
    /// How it stands: the best of its accounts.
    pub state: ConnectionState,
    /// Its accounts, in the server's order.
    pub accounts: Vec<Account>,
}

/// What `sdk/me` says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connections {
    /// The connected user's id.
    pub user: Option<String>,
    /// Whether the server took the token for a connected user's; `true` where it does not say.
    pub authenticated: bool,
    /// The integrations, sorted by key.
    pub integrations: Vec<Connection>,
}

/// How many characters of a label are kept.
const LABEL_LIMIT: usize = 80;
/// Members of `providerData` that name an account and are no secret, the most telling first.
const LABELS: [&str; 14] = [
    "email",
    "userEmail",
    "emailAddress",
    "displayName",
    "userName",
    "username",
    "login",
    "name",
    "workspaceName",
    "teamName",
    "accountName",
    "companyName",
    "organizationName",
    "domain",
];

/// A time as the API writes it (RFC 3339), in Unix seconds.
pub fn unix_of(written: &str) -> Option<i64> {
    written.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

impl Account {
    /// What `X-Paragon-Credential` names it by.
    pub fn credential(&self) -> Option<&str> {
        self.id.as_deref().or(self.external_id.as_deref())
    }

    /// What people call it: the provider's name for it, else an id.
    pub fn name(&self) -> &str {
        let named = self.label.as_deref().or(self.external_id.as_deref()).or(self.id.as_deref());
        named.unwrap_or("an account without a name")
    }

    /// Whether `text` names it: its id, its external id, or the provider's name for it.
    pub fn is_named(&self, text: &str) -> bool {
        [&self.id, &self.external_id, &self.label].into_iter().any(|name| name.as_deref() == Some(text))
    }
}

impl Connections {
    /// The keys of the integrations that are connected.
    pub fn connected(&self) -> BTreeSet<Arc<str>> {
        let open = self.integrations.iter().filter(|i| i.state == ConnectionState::Connected);
        open.map(|i| i.integration.as_str().into()).collect()
    }

    /// How the user stands with `integration`, and with which accounts; `None` where the server does not speak of it.
    pub fn get(&self, integration: &str) -> Option<&Connection> {
        let at = self.integrations.binary_search_by(|c| c.integration.as_str().cmp(integration)).ok()?;
        self.integrations.get(at)
    }

    /// How the user stands with `integration`; `None` where the server does not speak of it.
    pub fn state(&self, integration: &str) -> Option<ConnectionState> {
        self.get(integration).map(|c| c.state)
    }

    /// Reads an `sdk/me` reply; members of an odd type are left out.
    ///
    /// # Errors
    /// One sentence saying why it is not such a reply.
    pub fn read(body: &[u8]) -> Result<Self, String> {
        let me = Value::parse(body).map_err(|e| format!("It is not JSON: {e}."))?;
        let authenticated = me.get("authenticated").and_then(Value::as_bool);
        let integrations = me.get("integrations").and_then(Value::as_object);
        if authenticated.is_none() && integrations.is_none() {
            return Err("It holds neither `authenticated` nor `integrations`.".to_owned());
        }
        let mut integrations: Vec<_> = integrations
            .into_iter()
            .flat_map(|members| members.iter().filter_map(|(key, value)| Connection::read(key, value)))
            .collect();
        integrations.sort_by(|a, b| a.integration.cmp(&b.integration));
        integrations.dedup_by(|a, b| a.integration == b.integration);
        Ok(Self { user: text(&me, "userId"), authenticated: authenticated.unwrap_or(true), integrations })
    }
}

impl Connection {
    /// Whether its actions can be run.
    pub fn is_usable(&self) -> bool {
        self.state == ConnectionState::Connected
    }

    fn read(integration: &str, value: &Value) -> Option<Self> {
        value.as_object()?;
        let enabled = value.get("enabled").and_then(Value::as_bool).unwrap_or(false);
        let listed = value.get("allCredentials").and_then(Value::as_array).unwrap_or_default();
        let mut accounts: Vec<_> = listed
            .iter()
            .filter(|credential| credential.as_object().is_some())
            .map(|credential| Account::read(credential, "id", "status", enabled))
            .collect();
        // Older servers tell of one credential only, on the integration itself.
        if accounts.is_empty() && (value.get("credentialId").is_some() || value.get("credentialStatus").is_some()) {
            let mut account = Account::read(value, "credentialId", "credentialStatus", enabled);
            // Here it is the external id of the configuration, not of the credential.
            account.external_id = None;
            accounts.push(account);
        }
        let best = accounts.iter().map(|a| a.state).min_by_key(|s| Reverse(s.rank()));
        let state = match best {
            // The server knows best whether the integration may be used.
            Some(ConnectionState::Connected) | None if enabled => ConnectionState::Connected,
            Some(ConnectionState::Connected) | None => ConnectionState::NotConnected,
            Some(state) => state,
        };
        Some(Self { integration: integration.to_owned(), state, accounts })
    }
}

impl Account {
    fn read(value: &Value, id: &str, status: &str, enabled: bool) -> Self {
        let state = match value.get(status).and_then(Value::as_str) {
            Some("VALID") => ConnectionState::Connected,
            Some("INVALID") => ConnectionState::NeedsReconnecting,
            Some("PENDING") => ConnectionState::Pending,
            Some(_) | None if enabled => ConnectionState::Connected,
            Some(_) | None => ConnectionState::NotConnected,
        };
        let named = value.get("providerData").and_then(|data| LABELS.iter().find_map(|key| label(data.get(key)?)));
        Self {
            id: text(value, id),
            external_id: text(value, "externalId"),
            label: named.or_else(|| label(value.get("providerId")?)),
            state,
            refreshed: text(value, "dateRefreshed"),
            valid_until: text(value, "dateValidUntil"),
            refresh_failures: value
                .get("refreshFailureCount")
                .and_then(Value::as_i64)
                .and_then(|n| u64::try_from(n).ok())
                .unwrap_or(0),
        }
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|t| !t.is_empty()).map(str::to_owned)
}

/// A label short enough to be one. What is longer, or looks like a token, might be one under a harmless name.
fn label(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let is_secret = ["xox", "eyJ", "ghp_", "gho_", "sk_", "Bearer "].iter().any(|start| text.starts_with(start));
    (!text.is_empty() && text.chars().count() <= LABEL_LIMIT && !is_secret).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Connections {
        Connections::read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn states_accounts_and_labels() {
        let me = read(
            r#"{"authenticated":true,"userId":"maria@acme.example","meta":{},"integrations":{
            "slack":{"enabled":true,"allCredentials":[
                {"id":"c1","status":"VALID","externalId":"team-1","providerData":{"access_token":"xoxb-1","teamName":"Acme"},
                 "dateRefreshed":"2026-01-01T00:00:00Z","refreshFailureCount":2},
                {"id":"c2","status":"INVALID","providerId":"U7"}, 7]},
            "gmail":{"enabled":false},
            "notion":{"enabled":true,"credentialId":"c3","credentialStatus":"PENDING"},
            "hubspot":{"enabled":false,"credentialId":"c4","credentialStatus":"INVALID","externalId":"configuration"},
            "box":{"enabled":true},
            "odd":7}}"#,
        );
        let told: Vec<_> =
            me.integrations.iter().map(|c| (c.integration.as_str(), c.state, c.accounts.len())).collect();
        assert_eq!(
            told,
            [
                ("box", ConnectionState::Connected, 0),
                ("gmail", ConnectionState::NotConnected, 0),
                ("hubspot", ConnectionState::NeedsReconnecting, 1),
                ("notion", ConnectionState::Pending, 1),
                ("slack", ConnectionState::Connected, 2),
            ]
        );
        assert_eq!(me.state("gmail"), Some(ConnectionState::NotConnected));
        assert_eq!(me.state("odd"), None);
        let slack = &me.integrations[4].accounts;
        assert_eq!(slack[0].label.as_deref(), Some("Acme"));
        assert_eq!((slack[0].external_id.as_deref(), slack[0].refresh_failures), (Some("team-1"), 2));
        assert_eq!((slack[1].label.as_deref(), slack[1].state), (Some("U7"), ConnectionState::NeedsReconnecting));
        assert_eq!(me.integrations[2].accounts[0].external_id, None);
    }

    #[test]
    fn no_token_gets_in_even_under_a_harmless_name() {
        let me = read(
            r#"{"integrations":{"slack":{"enabled":true,"credentialId":"c","providerData":
            {"email":"xoxb-secret","name":"eyJhbGciOi","access_token":"secret","username":{"token":"secret"}},
            "providerId":"ghp_secret"}}}"#,
        );
        let told = format!("{me:?}");
        assert!(!told.contains("secret") && !told.contains("eyJ"), "{told}");
    }

    #[test]
    fn what_is_no_such_reply_says_why() {
        assert_eq!(Connections::read(b"[]").map_err(|e| e.contains("neither")).err(), Some(true));
        assert!(Connections::read(b"<html>").is_err());
        assert_eq!(read(r#"{"authenticated":false}"#), Connections { authenticated: false, ..Default::default() });
    }
}
