//! A schema told in words: types with their limits, labels of values, examples that hide in descriptions.

use super::node::{Kind, Limits, Node, Type};
use crate::domain::document::{Number, Value};

/// Every keyword of JSON Schema (drafts 3 to 2020-12) and OpenAPI 3.0's schema object: no name of a stray parameter.
pub const KEYWORDS: [&str; 74] = [
    "$schema",
    "$id",
    "$ref",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$vocabulary",
    "$comment",
    "$defs",
    "id",
    "definitions",
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "format",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "items",
    "prefixItems",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "maxItems",
    "minItems",
    "uniqueItems",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "maxProperties",
    "minProperties",
    "required",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "nullable",
    "discriminator",
    "xml",
    "externalDocs",
    "extends",
    "disallow",
    "divisibleBy",
    "enumNames",
    "components",
    "links",
];

/// How long a label may be before it is cut.
const LABEL: usize = 120;

/// A value as a label: a string as it is, anything else as JSON.
pub fn label(value: &Value) -> String {
    match value {
        Value::String(s) if !s.is_empty() => s.clone(),
        other => {
            let json = other.to_json();
            if json.chars().count() <= LABEL {
                return json;
            }
            json.chars().take(LABEL).chain(['…']).collect()
        }
    }
}

/// The last name in a reference: `Contact` of `#/$defs/Contact`.
pub(super) fn last_segment(reference: &str) -> Option<String> {
    let last = reference.rsplit(['/', '#']).find(|s| !s.is_empty())?;
    Some(last.replace("~1", "/").replace("~0", "~"))
}

/// The type of a field and its limits: `text, 1–100 characters`.
pub fn type_words(node: &Node) -> String {
    let mut words = vec![kind_words(node)];
    let limits = &node.limits;
    let types = node.types.without_null().list();
    match types.as_slice() {
        _ if matches!(node.kind, Kind::Const(_) | Kind::Choice | Kind::Any | Kind::Variant) => {}
        [Type::String] => {
            words.extend(count(limits, "character"));
            words.extend(node.format.as_ref().map(|f| format_words(f)));
            words.extend(limits.pattern.as_ref().map(|p| format!("matching {p}")));
        }
        [Type::Number] => words.extend(range(limits)),
        [Type::Array] => {
            words.extend(count(limits, "item"));
            words.extend(limits.unique.then(|| "no two alike".to_owned()));
            words.extend(limits.rules.iter().cloned());
        }
        [Type::Object] => {
            words.extend(count(limits, "member"));
            words.extend(limits.rules.iter().cloned());
        }
        _ => {}
    }
    if node.nullable && !matches!(node.kind, Kind::Any) {
        words.push("may be null".to_owned());
    }
    words.join(", ")
}

fn kind_words(node: &Node) -> String {
    match &node.kind {
        Kind::Text => "text".to_owned(),
        Kind::Number { integer: true } => "whole number".to_owned(),
        Kind::Number { integer: false } => "number".to_owned(),
        Kind::Toggle => "true or false".to_owned(),
        Kind::Const(value) => format!("always {}", label(value)),
        Kind::Choice => format!("one of {}", node.choices.len()),
        Kind::Object | Kind::Map => "object".to_owned(),
        Kind::Array => "list".to_owned(),
        Kind::Variant => shapes(node),
        Kind::Any => {
            let types = node.types.without_null().list();
            if types == [Type::String, Type::Array, Type::Object] {
                "object (a list or text may be meant)".to_owned()
            } else {
                "any JSON".to_owned()
            }
        }
    }
}

/// The shapes to choose from: `cat or dog`, or how many there are.
pub(in crate::domain) fn shapes(node: &Node) -> String {
    let labels: Vec<&str> = node.branches.iter().take(4).map(|b| b.label.as_str()).collect();
    if node.branches.len() > labels.len() {
        format!("one of {} shapes", node.branches.len())
    } else {
        labels.join(" or ")
    }
}

pub(super) fn format_words(format: &str) -> String {
    match format {
        "date-time" => "date and time like 2025-02-18T09:30:00Z",
        "date" => "date like 2025-02-18",
        "time" => "time like 09:30:00Z",
        "duration" => "duration like P1DT12H",
        "email" | "idn-email" => "email address",
        "uri" | "url" | "iri" => "web address",
        "uuid" => "UUID",
        "binary" | "byte" | "base64" => "content of a file",
        other => other,
    }
    .to_owned()
}

fn count(limits: &Limits, noun: &str) -> Option<String> {
    let plural = |n: &Number| if n.as_str() == "1" { noun.to_owned() } else { format!("{noun}s") };
    match (&limits.least, &limits.most) {
        (None, None) => None,
        (Some(a), None) if a.as_str() == "0" => None,
        (Some(a), None) => Some(format!("at least {} {}", a.as_str(), plural(a))),
        (None, Some(b)) => Some(format!("at most {} {}", b.as_str(), plural(b))),
        (Some(a), Some(b)) if a == b => Some(format!("exactly {} {}", a.as_str(), plural(a))),
        (Some(a), Some(b)) => Some(format!("{}–{} {}", a.as_str(), b.as_str(), plural(b))),
    }
}

fn range(limits: &Limits) -> Option<String> {
    let mut parts = Vec::new();
    match (&limits.minimum, &limits.maximum) {
        (Some(a), Some(b)) => parts.push(format!("{} to {}", a.as_str(), b.as_str())),
        (Some(a), None) => parts.push(format!("at least {}", a.as_str())),
        (None, Some(b)) => parts.push(format!("at most {}", b.as_str())),
        (None, None) => {}
    }
    parts.extend(limits.above.as_ref().map(|n| format!("more than {}", n.as_str())));
    parts.extend(limits.below.as_ref().map(|n| format!("less than {}", n.as_str())));
    parts.extend(limits.step.as_ref().map(|n| format!("a multiple of {}", n.as_str())));
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::{node::Place, refs::Schema};

    fn words(schema: &str) -> String {
        let schema = Schema::new(&Value::parse(schema.as_bytes()).unwrap());
        type_words(&Node::read(&schema, &Place::at(Schema::root()), None))
    }

    #[test]
    fn types_are_told_in_words() {
        for (schema, expected) in [
            (r#"{"type":"string","minLength":1,"maxLength":100}"#, "text, 1–100 characters"),
            (r#"{"type":["integer","null"],"minimum":1,"maximum":1e3}"#, "whole number, 1 to 1e3, may be null"),
            (r#"{"type":"number","exclusiveMinimum":0,"multipleOf":0.10}"#, "number, more than 0, a multiple of 0.10"),
            (r#"{"minimum":3,"exclusiveMinimum":true}"#, "number, more than 3"),
            (r#"{"type":"string","format":"date"}"#, "text, date like 2025-02-18"),
            (r#"{"enum":["a",1,null]}"#, "one of 2, may be null"),
            (r#"{"const":"x"}"#, "always x"),
            (r#"{"type":"array","minItems":1,"maxItems":1,"uniqueItems":true}"#, "list, exactly 1 item, no two alike"),
            (
                r#"{"type":"array","contains":{"type":"integer","minimum":5}}"#,
                "list, at least 1 of it: whole number, at least 5",
            ),
            (
                r#"{"type":"array","contains":{"const":1},"minContains":2,"maxContains":3}"#,
                "list, 2 to 3 of it: always 1",
            ),
            (
                r#"{"type":"object","propertyNames":{"pattern":"^[a-z]+$","maxLength":3},"additionalProperties":{}}"#,
                "object, names are text, at most 3 characters, matching ^[a-z]+$",
            ),
            (r#"{"type":["string","array"]}"#, "text or list"),
            (r#"{"type":"object"}"#, "object (a list or text may be meant)"),
            ("{}", "any JSON"),
            ("true", "any JSON"),
        ] {
            assert_eq!(words(schema), expected, "{schema}");
        }
    }
}
