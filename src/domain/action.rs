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

    /// The description in two: what the action does, and what it returns, where it says so on a line of its own that
    /// begins with `Returns:`.
    pub fn told(&self) -> (&str, Option<&str>) {
        let begins = self.description.match_indices("Returns:").map(|(at, _)| at);
        let own_line = |at: &usize| self.description.get(..*at).is_some_and(|b| b.is_empty() || b.ends_with('\n'));
        match begins.filter(own_line).last().and_then(|at| self.description.split_at_checked(at)) {
            Some((does, returns)) => (does.trim_end(), returns.strip_prefix("Returns:").map(str::trim)),
            None => (&self.description, None),
        }
    }

    /// Why the schema could not be read, in words, if it could not.
    pub fn schema_problem(&self) -> Option<String> {
        let text = self.parameters.as_deref()?;
        Value::parse(text.as_bytes()).err().map(|e| format!("The parameters' schema is not valid JSON: {e}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_returns_stands_on_a_line_of_its_own() {
        let action = |description: &str| Action {
            name: "A".into(),
            integration: "x".into(),
            description: description.into(),
            parameters: None,
            declared: None,
        };
        assert_eq!(action("Reads.\nReturns: rows").told(), ("Reads.", Some("rows")));
        assert_eq!(action("Says Returns: nothing").told(), ("Says Returns: nothing", None));
        assert_eq!(action("").told(), ("", None));
    }
}
