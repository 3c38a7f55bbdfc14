//! A file to run something again with: what was run and for whom, without its secrets.

use std::sync::Arc;

use super::{Begun, Whose};
use crate::domain::{
    document::{Object, Pointer, Value},
    failure::{Failure, FailureKind},
    run::RunRequest,
    wire::Wire,
};

/// What a replay file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// What is run. Secrets are masked.
    pub request: RunRequest,
    /// For whom it was run, and where.
    pub whose: Whose,
    /// The parameters that are missing, as they were secret.
    pub missing: Vec<Pointer>,
}

impl Replay {
    /// The replay of something that was run.
    pub fn of(begun: &Begun) -> Self {
        let missing = begun.hidden.iter().map(|(at, _)| at.clone()).collect();
        Self { request: begun.request.clone(), whose: begun.whose.clone(), missing }
    }

    /// As it stands in a file: `{akx_replay, action, parameters, dialect, profile, project, base_url, user, missing}`.
    pub fn to_value(&self) -> Value {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        let mut object = Object::new();
        object.insert("akx_replay", 1);
        object.insert("action", &*self.request.action);
        object.insert("parameters", self.request.parameters.clone());
        object.insert("dialect", self.request.wire.name());
        object.insert("profile", text(&self.whose.profile));
        object.insert("project", self.whose.project.as_str());
        object.insert("base_url", self.whose.base_url.as_str());
        object.insert("user", text(&self.whose.user));
        if let Some(credential) = &self.request.credential {
            object.insert("credential", &**credential);
        }
        object.insert("missing", self.missing.iter().map(ToString::to_string).collect::<Vec<_>>());
        Value::Object(object)
    }

    /// Reads a replay file, or a ticket in JSON, which holds one.
    ///
    /// # Errors
    /// When it is neither.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::new(
                FailureKind::File,
                why,
                "Give a file that akx ticket made, or the number of a run in akx history.",
            )
        };
        let whole = Value::parse(bytes).map_err(|e| wrong(format!("The replay file is not JSON: {e}.")))?;
        let value = whole.get("replay").filter(|_| whole.get("akx_ticket").is_some()).unwrap_or(&whole);
        if value.get("akx_replay").and_then(Value::as_i64) != Some(1) {
            return Err(wrong(
                "This is no replay file that this akx can read: it has no \"akx_replay\": 1.".to_owned(),
            ));
        }
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let action = text("action")
            .filter(|a| !a.is_empty())
            .ok_or_else(|| wrong("The replay file names no action.".to_owned()))?;
        let parameters = value.get("parameters").cloned().unwrap_or_else(Value::object);
        if parameters.as_object().is_none() {
            return Err(wrong("The replay file's parameters are no object.".to_owned()));
        }
        let missing = value.get("missing").and_then(Value::as_array).unwrap_or_default();
        let missing = missing.iter().filter_map(Value::as_str).filter_map(|at| at.parse().ok()).collect();
        Ok(Self {
            request: RunRequest {
                action: Arc::from(action),
                parameters,
                wire: text("dialect").and_then(|wire| wire.parse().ok()).unwrap_or(Wire::Live),
                credential: text("credential").map(Arc::from),
            },
            whose: Whose {
                profile: text("profile"),
                project: text("project").unwrap_or_default(),
                base_url: text("base_url").unwrap_or_default(),
                user: text("user"),
            },
            missing,
        })
    }

    /// The parameters without those that are missing.
    pub fn parameters(&self) -> Value {
        let mut parameters = self.request.parameters.clone();
        for at in &self.missing {
            super::remove(&mut parameters, at);
        }
        parameters
    }

    /// What of `parameters` is still missing: a place that was secret and has nothing in it, or the mask.
    ///
    /// # Errors
    /// When something is, with its places.
    pub fn complete(&self, parameters: &Value) -> Result<(), Failure> {
        let empty = |at: &&Pointer| match at.of(parameters) {
            None => true,
            Some(value) => value.as_str().is_some_and(|text| text.is_empty() || text == crate::domain::redact::MASK),
        };
        let missing: Vec<&Pointer> = self.missing.iter().filter(empty).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let places: Vec<String> = missing.iter().map(ToString::to_string).collect();
        let given: Vec<String> = missing.iter().map(|at| format!("-p {at}=…")).collect();
        Err(Failure::new(
            FailureKind::InvalidParameters,
            format!(
                "{} cannot be run again as it was: secrets are not kept, here {}.",
                self.request.action,
                places.join(", ")
            ),
            format!("Give them anew: {}.", given.join(" ")),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::About;

    #[test]
    fn a_file_comes_back_and_says_what_is_missing() {
        let parameters = Value::parse(br#"{"n":0.10,"token":"planted"}"#).unwrap();
        let request = RunRequest { action: "A_B".into(), parameters, wire: Wire::Seed, credential: None };
        let whose = Whose {
            profile: Some("acme".into()),
            project: "p".into(),
            base_url: "https://a.example".into(),
            user: None,
        };
        let replay = Replay::of(&Begun::new(0, whose, &request, &About::default()));
        let written = replay.to_value().to_json_pretty();
        assert!(!written.contains("planted"));
        assert_eq!(Replay::read(written.as_bytes()), Ok(replay.clone()));
        let ticket = format!(r#"{{"akx_ticket":1,"replay":{written}}}"#);
        assert_eq!(Replay::read(ticket.as_bytes()), Ok(replay.clone()));
        let mut parameters = replay.parameters();
        assert_eq!(parameters.to_json(), r#"{"n":0.10}"#);
        let missing = replay.complete(&parameters).unwrap_err();
        assert!(missing.message.ends_with("here /token.") && missing.hint.contains("-p /token=…"), "{missing:?}");
        replay.missing[0].set(&mut parameters, "given".into()).unwrap();
        assert_eq!(replay.complete(&parameters), Ok(()));
    }

    #[test]
    fn other_files_are_refused_in_words() {
        for (text, words) in [
            ("", "not JSON"),
            ("[]", "no replay file"),
            (r#"{"akx_replay":2}"#, "no replay file"),
            (r#"{"akx_replay":1}"#, "names no action"),
            (r#"{"akx_replay":1,"action":"A","parameters":[]}"#, "no object"),
        ] {
            let failure = Replay::read(text.as_bytes()).unwrap_err();
            assert!(failure.message.contains(words), "{failure}");
        }
    }
}
