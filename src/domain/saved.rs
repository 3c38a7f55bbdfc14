//! Calls that people keep under a name: an action with its parameters, as one small JSON document each. It may be copied
//! and kept in a repository, so secrets are left out of it, and it tells which.

use super::{
    document::{Object, Pointer, Value},
    redact::{self, At, Redacted},
};

/// How long a name may be, in characters.
const NAME: usize = 120;

/// A call that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SavedCall {
    /// What it is called.
    pub name: String,
    /// The action's name.
    pub action: String,
    /// The integration the action belongs to.
    pub integration: String,
    /// The parameters, without secrets.
    pub parameters: Value,
    /// The places of the parameters that are not kept, because they are secret.
    pub left_out: Vec<Pointer>,
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
    /// The same call with these parameters; what `schema`, a name or a shape calls secret is left out.
    #[must_use]
    pub fn with(self, parameters: &Value, schema: Option<&Value>) -> Self {
        let known = schema.map_or_else(Vec::new, |schema| redact::secret_parameters(schema, parameters));
        let Redacted { rest, taken } = redact::left_out(parameters, &known);
        let mut left_out: Vec<Pointer> = Vec::new();
        for redaction in taken {
            if let At::Place(place) = redaction.at
                && !left_out.contains(&place)
            {
                left_out.push(place);
            }
        }
        Self { parameters: rest, left_out, ..self }
    }

    /// The places that are not kept, as the end of a sentence: `/token and /auth/password`; `None` where all is kept.
    pub fn without(&self) -> Option<String> {
        let places: Vec<String> = self.left_out.iter().map(ToString::to_string).collect();
        match places.split_last()? {
            (last, []) => Some(last.clone()),
            (last, before) => Some(format!("{} and {last}", before.join(", "))),
        }
    }

    /// The document that is kept: `{name, action, integration, parameters}`, and `left_out` where something is.
    pub fn to_value(&self) -> Value {
        let mut call = Object::new();
        call.push("name", self.name.as_str());
        call.push("action", self.action.as_str());
        call.push("integration", self.integration.as_str());
        call.push("parameters", self.parameters.clone());
        if !self.left_out.is_empty() {
            let places = self.left_out.iter().map(|place| Value::from(place.to_string()));
            call.push("left_out", Value::Array(places.collect()));
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
            left_out: value
                .get("left_out")
                .and_then(Value::as_array)
                .unwrap_or_default()
                .iter()
                .filter_map(|place| place.as_str()?.parse().ok())
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
        let call = SavedCall { name: "a b".into(), action: "A".into(), integration: "i".into(), ..SavedCall::default() };
        let call = call.with(&parameters, None);
        assert_eq!(call.parameters, parameters);
        assert_eq!(SavedCall::from_value(&call.to_value()), Some(call));
        for none in ["[]", r#"{"name":"","action":"A","parameters":{}}"#, r#"{"name":"x","action":"A"}"#] {
            assert_eq!(SavedCall::from_value(&Value::parse(none.as_bytes()).unwrap()), None, "{none}");
        }
    }

    #[test]
    fn secrets_are_left_out_and_told() {
        let schema = Value::parse(br#"{"properties":{"word":{"type":"string","writeOnly":true}}}"#).unwrap();
        let parameters = r#"{"channel":"C1","word":"w","token":"xoxb-1","auth":{"password":"p","user":"u"},"pins":[1]}"#;
        let call = SavedCall { name: "a".into(), action: "A".into(), ..SavedCall::default() };
        let call = call.with(&Value::parse(parameters.as_bytes()).unwrap(), Some(&schema));
        assert_eq!(call.parameters.to_json(), r#"{"channel":"C1","auth":{},"pins":[1]}"#);
        assert_eq!(call.without().as_deref(), Some("/word, /token, /auth/password and /auth/user"));
        assert_eq!(SavedCall::from_value(&call.to_value()), Some(call));
        assert_eq!(SavedCall::default().without(), None);
    }

    #[test]
    fn names_are_one_line_of_text() {
        assert_eq!(checked_name("  to Bern ").as_deref(), Ok("to Bern"));
        for bad in ["", " ", "a\nb", "\u{1b}[31m", &"x".repeat(121)] {
            assert!(checked_name(bad).is_err(), "{bad:?}");
        }
    }
}
