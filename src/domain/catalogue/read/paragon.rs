//! `format=paragon`: input widgets (fact sheet §2) turned into a plain JSON Schema.
//!
//! What a widget means beyond its type (where choices are loaded from, which operators a filter takes) has no place in
//! JSON Schema; such an input becomes one that takes any JSON, so that nothing the server accepts is out of reach.

use crate::domain::document::{Object, Value};

/// How deep inputs may depend on one another.
const DEPTH_LIMIT: usize = 8;
/// How many inputs an action may have, dependent ones included.
const INPUT_LIMIT: usize = 2_000;

/// The JSON Schema of an action whose `inputs` are the JSON text `inputs`.
///
/// # Errors
/// Why they cannot be read, as the rest of a sentence about the action.
pub(super) fn schema(inputs: &str) -> Result<String, &'static str> {
    let inputs = Value::parse(inputs.as_bytes()).map_err(|_| "has inputs that cannot be read")?;
    let inputs = inputs.as_array().ok_or("has inputs that are not an array")?;
    let mut properties = Object::new();
    let mut required = Vec::new();
    add(inputs, Some(&mut required), 0, &mut properties);
    let mut schema = Object::new();
    schema.push("type", "object");
    schema.push("properties", properties);
    if !required.is_empty() {
        schema.push("required", required);
    }
    Ok(Value::from(schema).to_json())
}

/// Adds `inputs` to `properties`. Those that hang on a choice are never required: whether they are depends on it.
fn add(inputs: &[Value], mut required: Option<&mut Vec<Value>>, depth: usize, properties: &mut Object) {
    for input in inputs {
        let Some(id) = ["id", "key", "name"].into_iter().find_map(|k| input.get(k)).and_then(Value::as_str) else {
            continue;
        };
        if properties.len() >= INPUT_LIMIT {
            return;
        }
        if !properties.contains_key(id) {
            properties.push(id, property(input));
            if let Some(required) = required.as_deref_mut()
                && input.get("required").and_then(Value::as_bool) == Some(true)
            {
                required.push(id.into());
            }
        }
        if depth < DEPTH_LIMIT {
            let choices = input.get("values").and_then(Value::as_array).unwrap_or_default();
            for holder in std::iter::once(input).chain(choices) {
                let dependents = holder.get("dependentInputs").and_then(Value::as_array).unwrap_or_default();
                add(dependents, None, depth + 1, properties);
            }
        }
    }
}

fn property(input: &Value) -> Object {
    let text = |key| input.get(key).and_then(Value::as_str).filter(|t| !t.is_empty());
    let mut schema = Object::new();
    let values = input.get("values").and_then(Value::as_array).unwrap_or_default();
    match text("type").unwrap_or_default() {
        "TEXT" | "TEXT_NO_VARS" | "TEXTAREA" | "TEXTAREA_NO_VARS" | "CODE" | "PASSWORD" | "(ValueText)" => {
            schema.push("type", "string");
        }
        "EMAIL" => {
            schema.push("type", "string");
            schema.push("format", "email");
        }
        "URL" => {
            schema.push("type", "string");
            schema.push("format", "uri");
        }
        "NUMBER" => {
            schema.push("type", "number");
        }
        "BOOLEAN_INPUT" | "SWITCH" => {
            schema.push("type", "boolean");
        }
        "ENUM" if !values.is_empty() => {
            let choices: Vec<_> = values.iter().map(|v| v.get("value").unwrap_or(v).clone()).collect();
            schema.push("enum", choices);
        }
        "EDITABLE_ENUM" if !values.is_empty() => {
            let choices: Vec<_> = values.iter().map(|v| v.get("value").unwrap_or(v).clone()).collect();
            schema.push("examples", choices);
        }
        _ => {}
    }
    if let Some(title) = text("title").or_else(|| text("label")) {
        schema.push("title", title);
    }
    if let Some(words) = text("subtitle").or_else(|| text("description")).or_else(|| text("placeholder")) {
        schema.push("description", words);
    }
    if let Some(default) = input.get("defaultValue").filter(|v| !v.is_null()) {
        schema.push("default", default.clone());
    }
    // Where its choices are loaded from, for those who offer them.
    if let Some(source) = input.get("valuesSource").filter(|v| !v.is_null()) {
        schema.push("valuesSource", source.clone());
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::schema;

    #[test]
    fn widgets_become_types_and_dependents_become_optional() {
        let inputs = r#"[
            {"id":"channel","title":"Channel","type":"DYNAMIC_ENUM","required":true,"subtitle":"Where to"},
            {"id":"text","label":"Text","type":"TEXTAREA","required":true,"placeholder":"Hello"},
            {"id":"mode","title":"Mode","type":"ENUM","defaultValue":"a","values":[
                {"value":"a","label":"A","dependentInputs":[{"id":"size","type":"NUMBER","required":true}]}, "b", 3]},
            {"title":"no id","type":"TEXT"}, 7,
            {"id":"on","type":"SWITCH","required":false}]"#;
        assert_eq!(
            schema(inputs),
            Ok(concat!(
                r#"{"type":"object","properties":{"#,
                r#""channel":{"title":"Channel","description":"Where to"},"#,
                r#""text":{"type":"string","title":"Text","description":"Hello"},"#,
                r#""mode":{"enum":["a","b",3],"title":"Mode","default":"a"},"#,
                r#""size":{"type":"number"},"#,
                r#""on":{"type":"boolean"}},"required":["channel","text"]}"#
            )
            .to_owned())
        );
        assert!(schema("{}").is_err());
    }
}
