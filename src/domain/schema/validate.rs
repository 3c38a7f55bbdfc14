//! Checking parameters against a schema, leniently where the real API is.

use std::collections::BTreeMap;

use serde_json::Value as Serde;

use super::{
    complaint, cost,
    lenient::{Lenient, lenient},
    refs::Schema,
};
use crate::domain::document::{Pointer, Value};

/// One thing a schema does not like about a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The place concerned: for a missing or surplus property the property itself, not the object around it.
    pub at: Pointer,
    /// The JSON Schema keyword that is not met, such as `required` or `maxLength`.
    pub keyword: String,
    /// What is wrong, as a sentence without the place.
    pub message: String,
}

/// With its place as it would be typed: `channel is required`, `/blocks/0/kind must be text`.
impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.at.tokens() {
            [] => write!(f, "the whole {}", self.message),
            [name] => write!(f, "{name} {}", self.message),
            _ => write!(f, "{} {}", self.at, self.message),
        }
    }
}

/// What checking said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Checked: nothing, or what is wrong.
    Checked(Vec<Violation>),
    /// The schema or the value is beyond what can be checked, with the reason. Not an objection to sending it.
    NotChecked(String),
}

/// How many violations are told where not every one is asked for.
const LIMIT: usize = 100;

/// Checks `instance` against `schema`; see [`Checker`], which to keep where one schema serves several checks.
pub fn check(schema: &Value, instance: &Value) -> Verdict {
    Checker::new(schema).check(instance)
}

/// A schema made ready for checking (drafts 4 to 2020-12, without fetching anything).
///
/// Known faults of real schemas are forgiven: an empty `enum` is no constraint, and where a bare `object` is declared an
/// array or text passes as well. Parts that mean nothing are left out rather than spoil the whole.
pub struct Checker {
    schema: Schema,
    ready: Result<jsonschema::Validator, String>,
    left_out: Vec<String>,
    /// Whether the steps of a check must be counted before it is begun.
    counted: bool,
}

impl Checker {
    /// Makes `schema` ready; where that fails every check says so.
    pub fn new(schema: &Value) -> Self {
        let laid_out = Schema::new(schema);
        if let Err(e) = cost::nesting(&laid_out) {
            let ready = Err(format!("Not checked: {e}."));
            return Self { schema: laid_out, ready, left_out: Vec::new(), counted: true };
        }
        let (ready, left_out) = match schema.to_serde() {
            Ok(raw) => {
                let Lenient { schema, left_out } = lenient(raw, &laid_out);
                let options = jsonschema::options().with_retriever(Offline).should_validate_formats(true);
                let ready = options.build(&schema);
                (ready.map_err(|e| format!("Not checked: the action's own schema is not valid ({e}).")), left_out)
            }
            Err(e) => (Err(format!("Not checked: {e}.")), Vec::new()),
        };
        Self { schema: laid_out, ready, left_out, counted: cost::multiplies(schema) }
    }

    /// What parts of the schema mean nothing and so are not checked, in words.
    pub fn left_out(&self) -> Option<String> {
        let parts = self.left_out.join(", ");
        (!parts.is_empty()).then(|| format!("Partly not checked: the action's own schema has {parts}."))
    }

    /// Checks `instance`, up to the first hundred violations.
    pub fn check(&self, instance: &Value) -> Verdict {
        self.check_for(instance, LIMIT)
    }

    /// Checks `instance` for every violation there is.
    pub fn check_all(&self, instance: &Value) -> Verdict {
        self.check_for(instance, usize::MAX)
    }

    fn check_for(&self, instance: &Value, most: usize) -> Verdict {
        let validator = match &self.ready {
            Ok(validator) => validator,
            Err(why) => return Verdict::NotChecked(why.clone()),
        };
        if self.counted
            && let Err(e) = cost::steps(&self.schema, instance)
        {
            return Verdict::NotChecked(format!("Not checked: {e}."));
        }
        let instance = match instance.to_serde() {
            Ok(instance) => instance,
            Err(e) => return Verdict::NotChecked(format!("Not checked: {e}.")),
        };
        if validator.is_valid(&instance) {
            return Verdict::Checked(Vec::new());
        }
        let mut seen = BTreeMap::new();
        for error in validator.iter_errors(&instance).take(most) {
            for violation in complaint::violations(&error) {
                seen.entry((violation.at.clone(), violation.keyword.clone())).or_insert(violation);
            }
        }
        Verdict::Checked(seen.into_values().collect())
    }
}

impl std::fmt::Debug for Checker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker").field("ready", &self.ready.is_ok()).finish_non_exhaustive()
    }
}

struct Offline;

impl jsonschema::Retrieve for Offline {
    fn retrieve(&self, uri: &jsonschema::Uri<String>) -> Result<Serde, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("it refers to {uri}, which is not fetched").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(schema: &str, instance: &str) -> Verdict {
        let parse = |t: &str| Value::parse(t.as_bytes()).unwrap_or_default();
        check(&parse(schema), &parse(instance))
    }

    fn violations(schema: &str, instance: &str) -> Vec<String> {
        match check_text(schema, instance) {
            Verdict::Checked(v) => v.into_iter().map(|v| format!("{} {} ({})", v.at, v.message, v.keyword)).collect(),
            Verdict::NotChecked(why) => vec![why],
        }
    }

    #[test]
    fn each_violation_points_at_the_parameter_itself() {
        let schema = r#"{"type":"object","required":["channel","limit"],"additionalProperties":false,
            "properties":{"channel":{"type":"string","minLength":1},"limit":{"type":"integer","maximum":10},
            "kind":{"enum":["a","b"]}}}"#;
        assert_eq!(
            violations(schema, r#"{"channel":"","kind":"c","lmit":1}"#),
            [
                "/channel must have at least 1 character (minLength)",
                "/kind must be one of \"a\", \"b\" (enum)",
                "/limit is required (required)",
                "/lmit is not a parameter of this action (additionalProperties)",
            ]
        );
        assert!(violations(schema, r#"{"channel":"c","limit":10}"#).is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_in_plain_words() {
        for (rule, value, words) in [
            (r#"{"type":["integer","null"]}"#, "true", "must be a whole number or null"),
            (r#"{"format":"date-time"}"#, "\"x\"", "must be a date and time like 2025-02-18T09:30:00Z"),
            (r#"{"format":"email"}"#, "\"x\"", "must be an email address"),
            (r#"{"format":"ipv4"}"#, "\"x\"", "must have the format ipv4"),
            (r#"{"pattern":"^a(?=b)"}"#, "\"x\"", "must match ^a(?=b)"),
            (r#"{"maxLength":1}"#, "\"xy\"", "must have at most 1 character"),
            (r#"{"minItems":2}"#, "[]", "must have at least 2 items"),
            (r#"{"minProperties":1}"#, "{}", "must have at least 1 member"),
            (r#"{"minimum":0.5}"#, "0", "must be at least 0.5"),
            (r#"{"exclusiveMaximum":1}"#, "1", "must be less than 1"),
            (r#"{"multipleOf":0.5}"#, "0.7", "must be a multiple of 0.5"),
            (r#"{"uniqueItems":true}"#, "[1,1]", "must not have two items that are alike"),
            (r#"{"contains":{"const":1}}"#, "[2]", "does not have the items it must have"),
            (r#"{"const":"a"}"#, "1", "must be \"a\""),
            (r#"{"enum":["a"]}"#, "1", "must be \"a\""),
            (r#"{"not":{"const":1}}"#, "1", "has a value that is ruled out"),
            (
                r#"{"propertyNames":{"maxLength":1}}"#,
                r#"{"ab":1}"#,
                "has the name \"ab\" which must have at most 1 character",
            ),
            (r#"{"oneOf":[{"type":"integer"},{"minimum":0}]}"#, "1", "fits several shapes of which only one may fit"),
            (r#"{"anyOf":[{"type":"string"},{"type":"array"}]}"#, "1", "must be text or a list"),
            (r#"{"oneOf":[{"const":1,"title":"Low"},{"const":2}]}"#, "3", "must be one of 1, 2"),
            (r#"{"anyOf":[{"required":["a","b"]},{"required":["c"]}]}"#, "{}", "needs a and b, or c"),
        ] {
            let found = violations(&format!("{{\"properties\":{{\"x\":{rule}}}}}"), &format!("{{\"x\":{value}}}"));
            assert!(found.len() == 1 && found[0].starts_with(&format!("/x {words} (")), "{rule}: {found:?}");
        }
    }

    #[test]
    fn of_several_shapes_the_nearest_says_what_is_wrong() {
        let schema = r#"{"properties":{"pet":{"oneOf":[
            {"type":"object","required":["kind","lives"],"properties":{"kind":{"const":"cat"},"lives":{"type":"integer"}}},
            {"type":"object","required":["kind","owner"],"properties":{"kind":{"const":"dog"},
                "owner":{"anyOf":[{"type":"object","required":["id"]},{"type":"string","minLength":2}]}}},
            {"type":"string"}]}}}"#;
        assert_eq!(violations(schema, r#"{"pet":{"kind":"cat"}}"#), ["/pet/lives is required (required)"]);
        assert_eq!(
            violations(schema, r#"{"pet":{"kind":"dog","owner":{}}}"#),
            ["/pet/owner/id is required (required)"]
        );
        assert_eq!(
            violations(schema, r#"{"pet":{"kind":"dog","owner":"x"}}"#),
            ["/pet/owner must have at least 2 characters (minLength)"]
        );
        assert_eq!(violations(schema, r#"{"pet":7}"#), ["/pet must be an object or text (oneOf)"]);
    }

    #[test]
    fn the_known_faults_of_real_schemas_are_forgiven() {
        let schema =
            r#"{"type":"object","properties":{"owner":{"type":"string","enum":[]},"blocks":{"type":"object"}}}"#;
        for good in [r#"{"owner":"x"}"#, r#"{"blocks":[1]}"#, r#"{"blocks":"SELECT 1"}"#, r#"{"blocks":{}}"#] {
            assert!(violations(schema, good).is_empty(), "{good}");
        }
        assert_eq!(violations(schema, r#"{"blocks":1}"#).len(), 1);
        let file = r#"{"properties":{"file":{"type":"string","format":"binary"}}}"#;
        assert!(violations(file, r#"{"file":{"data":"00","encoding":"hex","dataType":"FILE"}}"#).is_empty());
        assert_eq!(violations(file, r#"{"file":1}"#).len(), 1);
        assert_eq!(violations(r#"{"type":"object"}"#, "[]").len(), 1, "the root must be an object");
    }

    #[test]
    fn a_file_object_is_the_content_of_a_file() {
        let schema = r#"{"properties":{"a":{"type":"string","format":"binary","maxLength":9},"b":{"type":["string","null"],
            "description":"The file object, with data, encoding and mimeType"},"c":{"type":"string"},
            "d":{"type":"string","description":"One file object or a JSON array of file objects"},
            "e":{"type":"object","properties":{"data":{},"encoding":{}},"additionalProperties":false}}}"#;
        let file = crate::domain::form::file_value("a.bin", "application/octet-stream", b"0123456789").to_json();
        let with = |name: &str, value: &str| violations(schema, &format!("{{\"{name}\":{value}}}"));
        assert_eq!(with("a", &file), [""; 0]);
        assert_eq!(with("b", &file), [""; 0]);
        assert_eq!(with("b", "null"), [""; 0]);
        assert_eq!(with("d", &format!("[{file},{file}]")), [""; 0]);
        assert_eq!(with("e", r#"{"data":"00","encoding":"hex","dataType":"FILE"}"#), [""; 0]);
        let file = crate::domain::form::file_value("a.txt", "text/plain", b"a").to_json();
        assert_eq!(with("e", &file), [""; 0]);
        assert_eq!(with("c", &file), ["/c must be text (type)"]);
        assert_eq!(with("a", "\"0123456789\""), ["/a must have at most 9 characters (maxLength)"]);
        assert_eq!(with("a", "7").len(), 1);
        assert!(with("a", "{}").contains(&"/a/data is required (required)".to_owned()));
    }

    #[test]
    fn nullable_takes_null_whatever_stands_beside_it() {
        let schema = r##"{"properties":{
            "by_ref":{"nullable":true,"$ref":"#/$defs/id"},
            "by_all":{"nullable":true,"allOf":[{"$ref":"#/$defs/id"},{"description":"x"}]},
            "by_any":{"nullable":true,"anyOf":[{"type":"integer"},{"type":"boolean"}]},
            "by_one":{"nullable":true,"oneOf":[{"$ref":"#/$defs/id"},{"type":"boolean"}]},
            "has_one":{"nullable":true,"oneOf":[{"type":"integer"},{"type":"null"}]},
            "constant":{"nullable":true,"const":1},"listed":{"nullable":true,"enum":[1]},
            "deep":{"nullable":true,"allOf":[{"allOf":[{"type":"string","enum":["a"]}]}]},
            "refers":{"$ref":"#/properties/by_all/allOf/0"},"strict":{"$ref":"#/$defs/id"}},
            "$defs":{"id":{"type":"string","minLength":2}}}"##;
        for name in ["by_ref", "by_all", "by_any", "by_one", "has_one", "constant", "listed", "deep"] {
            let broken = violations(schema, &format!("{{\"{name}\":null}}"));
            assert!(broken.is_empty(), "{name}: {broken:?}");
            assert!(!violations(schema, &format!("{{\"{name}\":[]}}")).is_empty(), "{name} still checks others");
        }
        assert_eq!(violations(schema, r#"{"strict":null}"#), ["/strict must be text (type)"]);
        assert!(violations(schema, r#"{"by_ref":"ab","by_all":"ab","refers":"ab"}"#).is_empty());
        assert_eq!(violations(schema, r#"{"by_all":"a"}"#).len(), 1);
    }

    #[test]
    fn hostile_schemas_neither_hang_nor_overflow() {
        let level = |n: usize| {
            format!("\"l{n}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/l{0}\"}},{{\"$ref\":\"#/$defs/l{0}\"}}]}}", n + 1)
        };
        let levels: Vec<String> = (0..30).map(level).collect();
        let doubling = format!("{{\"$ref\":\"#/$defs/l0\",\"$defs\":{{{},\"l30\":{{}}}}}}", levels.join(","));
        let deep = |open: &str, close: &str| format!("{}{{}}{}", open.repeat(200), close.repeat(200));
        assert!(matches!(check_text(&doubling, r#"{"a":1}"#), Verdict::NotChecked(_)));
        for schema in [
            r##"{"$ref":"#","required":["b"]}"##,
            r##"{"allOf":[{"$ref":"#"}],"required":["b"]}"##,
            r##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a","required":["b"]}"##,
            r##"{"$dynamicRef":"#","required":["b"]}"##,
            r##"{"required":["b"],"properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{"a":{"$ref":"#/$defs/a"}}}"##,
        ] {
            assert_eq!(violations(schema, r#"{"a":1}"#), ["/b is required (required)"], "{schema}");
            let left_out = Checker::new(&Value::parse(schema.as_bytes()).unwrap_or_default()).left_out();
            assert!(left_out.is_some_and(|words| words.contains("leads back to itself")), "{schema}");
        }
        let tree = r##"{"properties":{"a":{"allOf":[{"$ref":"#"}]}},"required":["b"]}"##;
        assert_eq!(
            violations(tree, r#"{"b":1,"a":{}}"#),
            ["/a/b is required (required)"],
            "what goes deeper is checked"
        );
        for schema in [&deep("{\"items\":", "}"), &deep("{\"allOf\":[", "]}"), &deep("{\"not\":", "}")] {
            assert!(matches!(check_text(schema, &deep("[", "]")), Verdict::Checked(_) | Verdict::NotChecked(_)));
        }
        let slow = r#"{"properties":{"a":{"pattern":"^(a+)+$"},"b":{"pattern":"((a{1000}){1000}){1000}"}}}"#;
        let _ = check_text(slow, &format!("{{\"a\":\"{}!\"}}", "a".repeat(5_000)));
    }

    #[test]
    fn what_cannot_be_checked_is_no_objection() {
        let huge = check_text(r#"{"properties":{"n":{"type":"number"}}}"#, r#"{"n":1e400}"#);
        assert!(matches!(huge, Verdict::NotChecked(_)));
    }

    #[test]
    fn a_faulty_part_does_not_spoil_the_whole() {
        let schema = r##"{"type":"object","required":["a",7,"a"],"properties":{"a":{"type":"text","minLength":"1"},"b":null,
            "c":{"$ref":"#/nowhere"},"d":{"$ref":"https://example.com/x.json"},"e":{"type":"integer","required":true},
            "f":{"pattern":"("},"g":{"type":"quux"},"h":{"items":[{"type":"string"}],"additionalItems":false},
            "i":{"minimum":1,"exclusiveMinimum":true},"j":{"type":"string","nullable":true},"k":[1]}}"##;
        assert_eq!(
            violations(schema, r#"{"a":1,"b":1,"c":1,"d":1,"f":"x","g":1,"h":[1,2],"i":1,"j":null,"k":1}"#),
            [
                "/a must be text (type)",
                "/e is required (required)",
                "/h/0 must be text (type)",
                "/h/1 must not be there (falseSchema)",
                "/i must be more than 1 (exclusiveMinimum)",
            ]
        );
        let told = Checker::new(&Value::parse(schema.as_bytes()).unwrap_or_default()).left_out().unwrap_or_default();
        for part in ["a $ref", "a pattern", "a type", "a minLength", "where a schema belongs"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}
