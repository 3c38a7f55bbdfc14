//! One action: what the catalogue says of a tool an agent could call.

use std::sync::Arc;

use super::{document::Value, shared::SharedText, side_effect::SideEffect};

/// An action as a list reply describes it.
///
/// `parameters` stays raw text until somebody opens the action: parsed, 30,000 schemas cost ten times the memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// The identifier, such as `SLACK_SEND_MESSAGE`, exactly as the server spells it.
    pub name: Arc<str>,
    /// The integration's key, such as `slack` or `monday.com`; it cannot be derived from the name.
    pub integration: Arc<str>,
    /// The description, exactly as served (may be empty, long, or hold control characters).
    pub description: SharedText,
    /// The JSON text of the parameters' JSON Schema, a piece of the list reply; `None` when it has none or `null`.
    pub parameters: Option<SharedText>,
    /// The side effect when the server says it (Agent OS and MCP do, ActionKit does not).
    pub declared: Option<SideEffect>,
}

impl Action {
    /// The parameters' JSON Schema, parsed now.
    ///
    /// A missing or unreadable schema is the empty object schema, which accepts anything: the form then offers one
    /// free JSON object, and [`Action::schema_problem`] says why.
    pub fn schema(&self) -> Value {
        self.parameters
            .as_deref()
            .and_then(|text| Value::parse(text.as_bytes()).ok())
            .unwrap_or_else(|| Value::Object(super::document::Object::new()))
    }

    /// Why the schema could not be read, in words, if it could not.
    pub fn schema_problem(&self) -> Option<String> {
        let text = self.parameters.as_deref()?;
        Value::parse(text.as_bytes()).err().map(|e| format!("The parameters' schema is not valid JSON: {e}."))
    }
}
