//! What a sandbox can let go wrong, as its controls (`/_akx/faults`), its flag and its header name it.

use std::{fmt, time::Duration};

use super::{
    document::{Object, Value},
    text::human_duration,
};

/// The longest an answer is held back.
pub const LATENCY_AT_MOST: Duration = Duration::from_secs(600);

/// One thing going wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes later.
    Latency(Duration),
    /// The answer is this status with an error body, and nothing is done.
    Status(u16),
    /// The answer's body ends in the middle.
    Cut,
    /// The answer's body is not JSON.
    NotJson,
    /// The integration is not connected.
    NotConnected,
    /// The token counts as expired.
    ExpiredToken,
    /// The provider answers an action with this status, and nothing is done.
    Provider(u16),
    /// The answer's body comes in pieces, spread over this time.
    Slow(Duration),
}

/// The faults that are offered to be switched, in the order they are shown.
pub const OFFERED: [Fault; 11] = [
    Fault::Latency(Duration::from_secs(2)),
    Fault::Slow(Duration::from_secs(5)),
    Fault::Status(401),
    Fault::ExpiredToken,
    Fault::Status(403),
    Fault::Status(404),
    Fault::NotConnected,
    Fault::Status(429),
    Fault::Provider(500),
    Fault::Cut,
    Fault::NotJson,
];

impl Fault {
    /// The word used by `/_akx/faults`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Status(_) => "status",
            Self::Cut => "cut",
            Self::NotJson => "not_json",
            Self::NotConnected => "not_connected",
            Self::ExpiredToken => "expired_token",
            Self::Provider(_) => "provider",
            Self::Slow(_) => "slow",
        }
    }

    /// What it does, in words that fit a row of a list.
    pub fn words(self) -> String {
        match self {
            Self::Latency(time) => format!("Latency: answers come {} late", span(time)),
            Self::Slow(time) => format!("Slow stream: a body takes {} to come in", span(time)),
            Self::Status(401) => "401: the token is refused".to_owned(),
            Self::Status(403) => "403: the user may not do it".to_owned(),
            Self::Status(404) => "404: nothing is found".to_owned(),
            Self::Status(429) => "429: too many requests".to_owned(),
            Self::Status(status) => format!("{status}: every request is answered so"),
            Self::Provider(status) => format!("{status} from the provider"),
            Self::Cut => "Cut body: answers break off in the middle".to_owned(),
            Self::NotJson => "Wrong JSON: answers are an HTML page".to_owned(),
            Self::NotConnected => "Not connected: no integration is enabled".to_owned(),
            Self::ExpiredToken => "Expired token: the token's time is up".to_owned(),
        }
    }

    /// Reads a fault: `{"kind":"latency","ms":300}`, `{"kind":"status","status":503}`, `{"kind":"cut"}` …
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read(value: &Value) -> Result<Self, String> {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        let number = |key: &str| value.get(key).and_then(Value::as_i64);
        Self::made_of(kind, number("ms"), number("status"))
    }

    /// The members [`Fault::read`] reads.
    fn members(self) -> Object {
        let mut members = Object::from_iter([("kind", Value::from(self.name()))]);
        match self {
            Self::Latency(time) | Self::Slow(time) => {
                members.insert("ms", u64::try_from(time.as_millis()).unwrap_or(0));
            }
            Self::Status(status) | Self::Provider(status) => {
                members.insert("status", status);
            }
            Self::Cut | Self::NotJson | Self::NotConnected | Self::ExpiredToken => {}
        }
        members
    }

    /// Reads a fault as the flag `--fault` and the header `X-Akx-Fault` name it: `latency=300`, `status=503` or just
    /// `503`, `provider=403`, `slow=2000`, `cut`, `not-json`, `not-connected`, `expired-token`. [`fmt::Display`] writes it
    /// so.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Self::made_of("status", None, text.parse().ok());
        }
        let (kind, number) = text.split_once('=').unwrap_or((text, ""));
        let number = number.trim().parse().ok();
        Self::made_of(&kind.trim().replace('-', "_"), number, number)
    }

    fn made_of(kind: &str, ms: Option<i64>, status: Option<i64>) -> Result<Self, String> {
        let time = || {
            let ms = ms.and_then(|n| u64::try_from(n).ok()).map(Duration::from_millis);
            ms.filter(|d| *d <= LATENCY_AT_MOST).ok_or_else(|| format!("{kind} needs ms, from 0 to 600000"))
        };
        let status = || {
            let status = status.and_then(|n| u16::try_from(n).ok()).filter(|s| (400..600).contains(s));
            status.ok_or_else(|| format!("{kind} needs status, from 400 to 599"))
        };
        match kind {
            "latency" => Ok(Self::Latency(time()?)),
            "status" => Ok(Self::Status(status()?)),
            "cut" => Ok(Self::Cut),
            "not_json" => Ok(Self::NotJson),
            "not_connected" => Ok(Self::NotConnected),
            "expired_token" => Ok(Self::ExpiredToken),
            "provider" => Ok(Self::Provider(status()?)),
            "slow" => Ok(Self::Slow(time()?)),
            other => Err(format!(
                "kind is {other:?}: expected latency, status, cut, not_json, not_connected, expired_token, provider or \
                 slow"
            )),
        }
    }
}

/// A time in words, whole seconds as such.
fn span(time: Duration) -> String {
    if time.as_millis().is_multiple_of(1000) { format!("{} s", time.as_secs()) } else { human_duration(time) }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::Latency(time) | Self::Slow(time) => write!(f, "{}={}", self.name(), time.as_millis()),
            Self::Provider(status) => write!(f, "provider={status}"),
            Self::Cut | Self::NotJson | Self::NotConnected | Self::ExpiredToken => {
                f.write_str(&self.name().replace('_', "-"))
            }
        }
    }
}

/// A fault that is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFault {
    /// What goes wrong.
    pub fault: Fault,
    /// How many answers it still spoils; `None` is until it is cleared.
    pub times: Option<u32>,
    /// The action it is for; `None` is every request.
    pub action: Option<String>,
}

impl SetFault {
    /// A fault that strikes every request until it is cleared.
    pub const fn always(fault: Fault) -> Self {
        Self { fault, times: None, action: None }
    }

    /// Reads what `POST /_akx/faults` takes: the fault, with `times` (absent or `null`: until cleared) and `action`
    /// (absent or `null`: every request to the API).
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read(value: &Value) -> Result<Self, String> {
        let fault = Fault::read(value)?;
        let times = match value.get("times") {
            None | Some(Value::Null) => None,
            Some(n) => Some(
                n.as_i64()
                    .and_then(|n| u32::try_from(n).ok())
                    .filter(|n| *n > 0)
                    .ok_or("times must be a number from 1, or null for until cleared")?,
            ),
        };
        let action = match value.get("action") {
            None | Some(Value::Null) => None,
            Some(name) => {
                Some(name.as_str().ok_or("action must be an action's name, or null for every request")?.to_owned())
            }
        };
        Ok(Self { fault, times, action })
    }

    /// The JSON that [`SetFault::read`] reads.
    pub fn to_value(&self) -> Value {
        let mut members = self.fault.members();
        members.insert("times", self.times.map_or(Value::Null, Value::from));
        members.insert("action", self.action.as_deref().map_or(Value::Null, Value::from));
        members.into()
    }

    /// Reads a list of them, as `GET /_akx/faults` answers it.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read_all(list: &Value) -> Result<Vec<Self>, String> {
        list.as_array().ok_or("not a list of faults")?.iter().map(Self::read).collect()
    }
}

/// What a sandbox's controls are asked about its faults; the answer is always all that are on then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultAsk {
    /// Which are on.
    Which,
    /// Switch one on for every request, in place of others of its kind.
    On(Fault),
    /// Switch one off, wherever it strikes.
    Off(Fault),
    /// Switch all off.
    AllOff,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_or_header_names_a_fault_in_a_word() {
        for (text, fault) in [
            ("latency=300", Fault::Latency(Duration::from_millis(300))),
            ("503", Fault::Status(503)),
            (" status = 429 ", Fault::Status(429)),
            ("provider=403", Fault::Provider(403)),
            ("slow=50", Fault::Slow(Duration::from_millis(50))),
            ("not-json", Fault::NotJson),
            ("not_connected", Fault::NotConnected),
            ("expired-token", Fault::ExpiredToken),
            ("cut", Fault::Cut),
        ] {
            assert_eq!(Fault::parse(text), Ok(fault), "{text}");
            assert_eq!(Fault::parse(&fault.to_string()), Ok(fault), "{fault}");
            let set = SetFault { times: Some(2), action: Some("A".to_owned()), ..SetFault::always(fault) };
            assert_eq!(SetFault::read(&set.to_value()), Ok(set));
        }
        let parse = |text: &str| Value::parse(text.as_bytes()).unwrap_or_default();
        assert!(SetFault::read(&parse(r#"{"kind":"cut","action":{}}"#)).is_err(), "not for every request by mistake");
        for text in ["", "latency", "latency=x", "status=200", "999x", "600001", "latency=600001", "fire"] {
            assert!(Fault::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_bad_fault_says_what_is_wrong() {
        for (text, expected) in [
            (r#"{"kind":"fire"}"#, "kind is \"fire\""),
            ("[]", "kind is \"\""),
            (r#"{"kind":"status","status":200}"#, "status needs status"),
            (r#"{"kind":"latency","ms":-1}"#, "latency needs ms"),
            (r#"{"kind":"cut","times":0}"#, "times must be"),
        ] {
            let error = SetFault::read(&Value::parse(text.as_bytes()).unwrap_or_default()).err().unwrap_or_default();
            assert!(error.starts_with(expected), "{error:?} should start with {expected:?}");
        }
    }

    #[test]
    fn what_is_offered_is_said_in_words_of_its_own() {
        let mut words: Vec<String> = OFFERED.iter().map(|f| f.words()).collect();
        assert_eq!(words[0], "Latency: answers come 2 s late");
        assert!(words.iter().all(|w| crate::domain::text::width(w) <= 60), "{words:?}");
        words.sort();
        words.dedup();
        assert_eq!(words.len(), OFFERED.len());
    }
}
