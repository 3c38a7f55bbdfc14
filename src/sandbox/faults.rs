//! Faults on demand: what goes wrong with the next answers, so that a client's handling of it can be seen.

use std::time::Duration;

use crate::domain::document::{Object, Value};

/// How many faults wait at most.
const FAULTS_AT_MOST: usize = 100;

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

    /// Reads a fault: `{"kind":"latency","ms":300}`, `{"kind":"status","status":503}`, `{"kind":"cut"}` …
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read(value: &Value) -> Result<Self, String> {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        let number = |key: &str| value.get(key).and_then(Value::as_i64);
        Self::made_of(kind, number("ms"), number("status"))
    }

    /// Reads a fault as the flag `--fault` and the header `X-Akx-Fault` name it: `latency=300`, `status=503` or just
    /// `503`, `provider=403`, `slow=2000`, `cut`, `not-json`, `not-connected`, `expired-token`.
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

/// The faults that are set, in order.
#[derive(Debug, Default)]
pub struct Faults(Vec<Set>);

#[derive(Debug)]
struct Set {
    fault: Fault,
    /// How many answers it still spoils; `None` is until it is cleared.
    times: Option<u32>,
    /// The action it is for; `None` is every request.
    action: Option<String>,
}

impl Faults {
    /// Sets a fault as `POST /_akx/faults` describes it: the fault, with `times` (absent or `null`: until cleared) and
    /// `action` (absent: every request to the API).
    ///
    /// # Errors
    /// What is wrong with the description, as a sentence.
    pub fn set(&mut self, value: &Value) -> Result<(), String> {
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
        if self.0.len() >= FAULTS_AT_MOST {
            return Err("too many faults are set: DELETE /_akx/faults clears them".to_owned());
        }
        let action = value.get("action").and_then(Value::as_str).map(str::to_owned);
        self.put(fault, times, action);
        Ok(())
    }

    /// Sets a fault that strikes every request until it is cleared.
    pub fn always(&mut self, fault: Fault) {
        self.put(fault, None, None);
    }

    fn put(&mut self, fault: Fault, times: Option<u32>, action: Option<String>) {
        self.0.push(Set { fault, times, action });
    }

    /// Clears them all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The faults that strike a request, each counted down: those for `action` (where the request runs one) or, with
    /// `None`, those for every request.
    pub fn strike(&mut self, action: Option<&str>) -> Vec<Fault> {
        let mut struck = Vec::new();
        self.0.retain_mut(|set| {
            if set.action.as_deref() != action {
                return true;
            }
            struck.push(set.fault);
            match &mut set.times {
                None => true,
                Some(times) => {
                    *times -= 1;
                    *times > 0
                }
            }
        });
        struck
    }

    /// What is set, as `GET /_akx/faults` answers it.
    pub fn dump(&self) -> Value {
        let describe = |set: &Set| {
            let mut object = Object::from_iter([("kind", Value::from(set.fault.name()))]);
            match set.fault {
                Fault::Latency(time) | Fault::Slow(time) => {
                    drop(object.insert("ms", u64::try_from(time.as_millis()).unwrap_or(0)));
                }
                Fault::Status(status) | Fault::Provider(status) => drop(object.insert("status", status)),
                Fault::Cut | Fault::NotJson | Fault::NotConnected | Fault::ExpiredToken => {}
            }
            object.insert("times", set.times.map_or(Value::Null, Value::from));
            object.insert("action", set.action.as_deref().map_or(Value::Null, Value::from));
            Value::Object(object)
        };
        Value::Array(self.0.iter().map(describe).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(faults: &mut Faults, text: &str) -> Result<(), String> {
        faults.set(&Value::parse(text.as_bytes()).unwrap_or_default())
    }

    #[test]
    fn faults_strike_as_often_as_they_should() {
        let mut faults = Faults::default();
        assert_eq!(set(&mut faults, r#"{"kind":"status","status":503,"times":2}"#), Ok(()));
        assert_eq!(set(&mut faults, r#"{"kind":"latency","ms":5}"#), Ok(()));
        assert_eq!(set(&mut faults, r#"{"kind":"cut","times":1,"action":"A"}"#), Ok(()));
        let latency = Fault::Latency(Duration::from_millis(5));
        assert_eq!(faults.strike(None), [Fault::Status(503), latency]);
        assert_eq!(faults.strike(Some("B")), []);
        assert_eq!(faults.strike(Some("A")), [Fault::Cut]);
        assert_eq!(faults.strike(Some("A")), []);
        assert_eq!(faults.strike(None), [Fault::Status(503), latency]);
        assert_eq!(faults.strike(None), [latency]);
        assert_eq!(faults.dump().to_json(), r#"[{"kind":"latency","ms":5,"times":null,"action":null}]"#);
        faults.clear();
        assert_eq!(faults.strike(None), []);
    }

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
        }
        for text in ["", "200", "latency", "slow=x", "provider=200", "fire"] {
            assert!(Fault::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fault_that_is_none_says_why() {
        for (text, words) in [
            ("{}", "expected latency"),
            (r#"{"kind":"latency"}"#, "needs ms"),
            (r#"{"kind":"latency","ms":600001}"#, "needs ms"),
            (r#"{"kind":"status","status":200}"#, "needs status"),
            (r#"{"kind":"cut","times":0}"#, "times must"),
        ] {
            let mut faults = Faults::default();
            assert!(set(&mut faults, text).is_err_and(|e| e.contains(words)), "{text}");
        }
    }
}
