//! An action's definition as each kind of agent wants it.
//!
//! The schema is passed on as the server gave it: what a strict mode would refuse in it is for
//! [`lint`](crate::domain::lint) to say, not for an export to change silently.

use std::{fmt, str::FromStr};

use crate::domain::{
    action::Action,
    document::{Object, Value},
};

/// The formats definitions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// OpenAI's function tools: `{type, function: {name, description, parameters}}`.
    OpenAi,
    /// Anthropic's tools: `{name, description, input_schema}`.
    Anthropic,
    /// A JSON Schema of the parameters that carries name and description as `title` and `description`.
    JsonSchema,
    /// The Model Context Protocol's tools: `{name, description, inputSchema, annotations}`.
    Mcp,
}

impl Shape {
    /// All of them, in the order help texts name them.
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::Anthropic, Self::JsonSchema, Self::Mcp];

    /// The name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::JsonSchema => "json-schema",
            Self::Mcp => "mcp",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is none of [`Shape::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown format {0:?}: expected openai, anthropic, json-schema or mcp")]
pub struct UnknownShape(pub String);

impl FromStr for Shape {
    type Err = UnknownShape;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|shape| shape.name() == s).ok_or_else(|| UnknownShape(s.to_owned()))
    }
}

/// The definition of `action` in `shape`.
///
/// A missing schema becomes the object without parameters, which every one of these formats demands.
pub fn definition(action: &Action, shape: Shape) -> Value {
    let schema = object_schema(action);
    let mut out = Object::new();
    match shape {
        Shape::OpenAi => {
            let mut function = Object::new();
            function.insert("name", &*action.name);
            function.insert("description", &*action.description);
            function.insert("parameters", schema);
            out.insert("type", "function");
            out.insert("function", Value::Object(function));
        }
        Shape::Anthropic => {
            out.insert("name", &*action.name);
            out.insert("description", &*action.description);
            out.insert("input_schema", schema);
        }
        Shape::JsonSchema => {
            out.insert("$schema", "https://json-schema.org/draft/2020-12/schema");
            out.insert("title", &*action.name);
            out.insert("description", &*action.description);
            if let Value::Object(members) = schema {
                for (key, value) in members {
                    // What the schema says of itself stands behind what the catalogue says of the action.
                    if !out.contains_key(&key) {
                        out.insert(key, value);
                    }
                }
            }
        }
        Shape::Mcp => {
            out.insert("name", &*action.name);
            out.insert("description", &*action.description);
            out.insert("inputSchema", schema);
            out.insert("annotations", annotations(action));
        }
    }
    Value::Object(out)
}

/// All `actions` as one document of `shape`: an array, or for MCP the result of `tools/list`.
pub fn document<'a>(actions: impl IntoIterator<Item = &'a Action>, shape: Shape) -> Value {
    let definitions = Value::Array(actions.into_iter().map(|a| definition(a, shape)).collect());
    match shape {
        Shape::OpenAi | Shape::Anthropic | Shape::JsonSchema => definitions,
        Shape::Mcp => Value::Object([("tools", definitions)].into_iter().collect()),
    }
}

/// The parameters' schema as an object schema with `type` and `properties`, as agents' formats demand.
fn object_schema(action: &Action) -> Value {
    let mut schema = match action.schema() {
        Value::Object(members) => members,
        // `true`, or something that is no schema at all.
        _ => Object::new(),
    };
    let shaped = ["type", "$ref", "oneOf", "anyOf", "allOf"].iter().any(|k| schema.contains_key(k));
    if !shaped {
        schema.insert("type", "object");
    }
    if !schema.contains_key("properties") && schema.get("type").and_then(Value::as_str) == Some("object") {
        schema.insert("properties", Value::object());
    }
    Value::Object(schema)
}

/// MCP's hints of what a tool does to the world (specification 2025-06-18, `ToolAnnotations`).
fn annotations(action: &Action) -> Value {
    use crate::domain::side_effect::{SideEffect, classify};
    let effect = classify(&action.name, &action.integration, action.declared);
    let mut hints = Object::new();
    hints.insert("readOnlyHint", effect == SideEffect::Read);
    hints.insert("destructiveHint", matches!(effect, SideEffect::Delete | SideEffect::Unknown));
    hints.insert("openWorldHint", true);
    Value::Object(hints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(parameters: Option<&str>) -> Action {
        Action {
            name: "SLACK_DELETE_MESSAGE".into(),
            integration: "slack".into(),
            description: "Deletes.".into(),
            parameters: parameters.map(Into::into),
            declared: None,
        }
    }

    #[test]
    fn each_format_has_its_own_members() {
        let action = action(Some(r#"{"type":"object","properties":{"ts":{"type":"string"}},"required":["ts"]}"#));
        let schema = r#"{"type":"object","properties":{"ts":{"type":"string"}},"required":["ts"]}"#;
        let told = |shape| definition(&action, shape).to_json();
        assert_eq!(
            told(Shape::OpenAi),
            format!(
                r#"{{"type":"function","function":{{"name":"SLACK_DELETE_MESSAGE","description":"Deletes.","parameters":{schema}}}}}"#
            )
        );
        assert_eq!(
            told(Shape::Anthropic),
            format!(r#"{{"name":"SLACK_DELETE_MESSAGE","description":"Deletes.","input_schema":{schema}}}"#)
        );
        assert!(
            told(Shape::Mcp)
                .ends_with(r#""annotations":{"readOnlyHint":false,"destructiveHint":true,"openWorldHint":true}}"#)
        );
        assert!(told(Shape::JsonSchema).starts_with(
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"SLACK_DELETE_MESSAGE","description":"Deletes.","type":"object""#
        ));
    }

    #[test]
    fn an_action_without_a_schema_takes_an_empty_object() {
        for parameters in [None, Some("true"), Some("{}"), Some("not json")] {
            let input = definition(&action(parameters), Shape::Anthropic).get("input_schema").map(Value::to_json);
            assert_eq!(input.as_deref(), Some(r#"{"type":"object","properties":{}}"#), "{parameters:?}");
        }
    }

    #[test]
    fn what_is_exported_is_read_back() {
        use crate::domain::catalogue::Catalogue;
        let action = action(Some(r#"{"type":"object","properties":{"ts":{"minimum":0.10}}}"#));
        for shape in [Shape::OpenAi, Shape::Anthropic, Shape::Mcp] {
            let text = document([&action], shape).to_json();
            let back = Catalogue::read(text.as_bytes()).unwrap();
            let read = back.get("SLACK_DELETE_MESSAGE").unwrap();
            assert_eq!((read.schema(), &*read.description), (action.schema(), "Deletes."), "{shape}");
        }
    }
}
