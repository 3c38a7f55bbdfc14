//! Faults on demand: what goes wrong with the next answers, so that a client's handling of it can be seen.

use crate::domain::{
    document::Value,
    fault::{Fault, SetFault},
};

/// How many faults wait at most.
const FAULTS_AT_MOST: usize = 100;

/// The faults that are set, in order.
#[derive(Debug, Default)]
pub struct Faults(Vec<SetFault>);

impl Faults {
    /// Sets a fault as `POST /_akx/faults` describes it ([`SetFault::read`]).
    ///
    /// # Errors
    /// What is wrong with the description, as a sentence.
    pub fn set(&mut self, value: &Value) -> Result<(), String> {
        let fault = SetFault::read(value)?;
        if self.0.len() >= FAULTS_AT_MOST {
            return Err("too many faults are set: DELETE /_akx/faults clears them".to_owned());
        }
        self.0.push(fault);
        Ok(())
    }

    /// Sets a fault that strikes every request until it is cleared.
    pub fn always(&mut self, fault: Fault) {
        self.0.push(SetFault::always(fault));
    }

    /// Clears all of that kind ([`Fault::name`]); without one, all there are.
    pub fn clear(&mut self, kind: Option<&str>) {
        self.0.retain(|set| kind.is_some_and(|kind| set.fault.name() != kind));
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
        Value::Array(self.0.iter().map(SetFault::to_value).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
        assert_eq!(set(&mut faults, r#"{"kind":"cut"}"#), Ok(()));
        faults.clear(Some("latency"));
        assert_eq!(faults.strike(None), [Fault::Cut]);
        faults.clear(None);
        assert_eq!(faults.strike(None), []);
    }
}
