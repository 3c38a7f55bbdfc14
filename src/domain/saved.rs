//! Calls that people keep under a name: an action with its parameters, as one small JSON document each.

use super::{
    document::{Object, Pointer, Value},
    redact::{self, At, Known, Redacted},
};

/// How long a name may be, in characters.
const NAME: usize = 120;

/// A call that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedCall {
    /// What it is called.
    pub name: String,
    /// The action's name.
    pub action: String,
    /// The integration the action belongs to.
    pub integration: String,
    /// The parameters, without their secrets.
    pub parameters: Value,
    /// Where there was a secret, which has to be filled in anew.
    pub missing: Vec<Pointer>,
}

/// A call that is kept, without its parameters: what a list shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SavedName {
    /// What it is called.
    pub name: String,
    /// The action's name.
    pub action: String,
    /// The integration the action belongs to.
    pub integration: String,
}

impl SavedCall {
    /// The same with these parameters, as far as they may be kept: what `schema` calls secret, or a name or a shape tells
    /// as one, is left out.
    #[must_use]
    pub fn with_parameters(self, parameters: &Value, schema: Option<&Value>, known: &Known) -> Self {
        let places = schema.map_or_else(Vec::new, |schema| redact::secret_parameters(schema, parameters));
        let Redacted { rest, taken } = known.left_out(parameters, &places);
        let mut missing: Vec<Pointer> = Vec::new();
        for secret in taken {
            if let At::Place(pointer) = secret.at
                && !missing.contains(&pointer)
            {
                missing.push(pointer);
            }
        }
        Self { parameters: rest, missing, ..self }
    }

    /// What has to be filled in anew, in words; `None` where nothing has.
    pub fn left_out(&self) -> Option<String> {
        let places: Vec<String> = self.missing.iter().map(ToString::to_string).collect();
        (!places.is_empty()).then(|| format!("without its secrets ({})", places.join(", ")))
    }

    /// The document that is kept: `{name, action, integration, parameters, missing}`, the last only where secrets were
    /// left out.
    pub fn to_value(&self) -> Value {
        let mut call = Object::new();
        call.push("name", self.name.as_str());
        call.push("action", self.action.as_str());
        call.push("integration", self.integration.as_str());
        call.push("parameters", self.parameters.clone());
        if !self.missing.is_empty() {
            let places = self.missing.iter().map(|at| Value::from(at.to_string().as_str()));
            call.push("missing", Value::Array(places.collect()));
        }
        Value::Object(call)
    }

    /// The call that a document holds. `None` where it is none.
    pub fn from_value(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        Some(Self {
            name: checked_name(text("name")?).ok()?,
            action: text("action").filter(|a| !a.is_empty())?.to_owned(),
            integration: text("integration").unwrap_or_default().to_owned(),
            parameters: value.get("parameters")?.clone(),
            missing: value
                .get("missing")
                .and_then(Value::as_array)
                .unwrap_or_default()
                .iter()
                .filter_map(|at| at.as_str()?.parse().ok())
                .collect(),
        })
    }

    /// The call without its parameters.
    pub fn head(&self) -> SavedName {
        SavedName { name: self.name.clone(), action: self.action.clone(), integration: self.integration.clone() }
    }
}

/// A name as it is kept: without space around it, of one line, not too long.
///
/// # Errors
/// Why a text cannot be a name, as a sentence.
pub fn checked_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() {
        return Err("Type a name, or Esc to leave it.");
    }
    if name.chars().count() > NAME {
        return Err("That name is too long.");
    }
    if name.chars().any(char::is_control) {
        return Err("A name is one line of plain text.");
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_as_it_is_written() {
        let parameters = Value::parse(br#"{"n":9007199254740993,"n":0.10}"#).unwrap();
        let call = SavedCall {
            name: "a b".into(),
            action: "A".into(),
            integration: "i".into(),
            parameters,
            missing: Vec::new(),
        };
        assert_eq!(SavedCall::from_value(&call.to_value()), Some(call));
        for none in ["[]", r#"{"name":"","action":"A","parameters":{}}"#, r#"{"name":"x","action":"A"}"#] {
            assert_eq!(SavedCall::from_value(&Value::parse(none.as_bytes()).unwrap()), None, "{none}");
        }
    }

    #[test]
    fn names_are_one_line_of_text() {
        assert_eq!(checked_name("  to Bern ").as_deref(), Ok("to Bern"));
        for bad in ["", " ", "a\nb", "\u{1b}[31m", &"x".repeat(121)] {
            assert!(checked_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn secrets_are_left_out_and_their_places_kept() {
        let schema = Value::parse(br#"{"properties":{"unlock":{"type":"string","writeOnly":true}}}"#).unwrap();
        let parameters = r#"{"name":"a","unlock":"planted-1","api_key":"planted-2","note":"xoxb-planted3-1234567890",
            "tokens":["planted-4","planted-5"],"said":"with opaque-canary"}"#;
        let bare = SavedCall {
            name: "a".into(),
            action: "A".into(),
            integration: String::new(),
            parameters: Value::object(),
            missing: Vec::new(),
        };
        let call = bare.with_parameters(
            &Value::parse(parameters.as_bytes()).unwrap(),
            Some(&schema),
            &Known::of(["opaque-canary"]),
        );
        assert_eq!(call.parameters.to_json(), r#"{"name":"a","tokens":[]}"#);
        assert_eq!(
            call.left_out().as_deref(),
            Some("without its secrets (/unlock, /api_key, /note, /tokens/0, /tokens/1, /said)")
        );
        assert!(!call.to_value().to_json().contains("planted") && !call.to_value().to_json().contains("canary"));
        assert_eq!(SavedCall::from_value(&call.to_value()), Some(call));
    }
}
