//! Takes out of a schema what would keep it from being used at all, or make it refuse what the real API accepts.
//!
//! One property with `type: "text"` must not cost the check of all the others. What is taken out is told, unless it only
//! forgives a known fault of real schemas: an empty `enum` is no constraint, and where a bare `object` is declared an
//! array or text may stand as well, and where the content of a file is declared, ActionKit's file object.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Serde, json};

use super::{
    cost::Circles,
    files::{FILE_MEMBERS, is_file_format, is_file_object, tells_of_file, tells_of_files},
    fits::{Fit, fits},
    node::Types,
    pattern,
    refs::{At, Schema},
};
use crate::domain::document::Value;

/// Where keywords hold a map of schemas.
const MAPS: [&str; 5] = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Where keywords hold a list of schemas.
const LISTS: [&str; 4] = ["oneOf", "anyOf", "allOf", "prefixItems"];
/// Where keywords hold one schema, in which nothing may be forgiven: it would turn the meaning around.
const STRICT: [&str; 2] = ["if", "not"];
/// Where keywords hold one schema.
const SCHEMAS: [&str; 9] = [
    "items",
    "additionalItems",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contains",
    "propertyNames",
    "then",
    "else",
];
/// Keywords that count.
const COUNTS: [&str; 8] =
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"];
/// Keywords that compare.
const BOUNDS: [&str; 5] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// How a place in the schema is to be treated.
#[derive(Clone, Copy)]
struct Mode {
    /// Whether a bare `object` may be something else here; the root always is an object.
    nested: bool,
    /// Whether faults are forgiven at all.
    forgiving: bool,
}

/// A schema that can be used, and what had to be left out of it.
pub(super) struct Lenient {
    pub(super) schema: Serde,
    pub(super) left_out: Vec<String>,
}

/// Makes `raw` (the same schema as `schema`) usable.
pub(super) fn lenient(raw: Serde, schema: &Schema) -> Lenient {
    let old = raw.get("$schema").and_then(Serde::as_str).is_some_and(|s| s.contains("draft") && !s.contains("2020-12"));
    let mut repair = Repair { schema, circles: Circles::default(), modern: !old, left_out: BTreeSet::new() };
    let schema = repair.schema(raw, Some(Schema::root()), Mode { nested: false, forgiving: true });
    Lenient { schema, left_out: repair.left_out.into_iter().collect() }
}

struct Repair<'s> {
    schema: &'s Schema,
    circles: Circles,
    /// Whether the schema is to be read as draft 2020-12.
    modern: bool,
    left_out: BTreeSet<String>,
}

impl Repair<'_> {
    fn leave_out(&mut self, what: &str) {
        if self.left_out.len() < 8 {
            self.left_out.insert(what.to_owned());
        }
    }

    fn schema(&mut self, raw: Serde, at: Option<At>, mode: Mode) -> Serde {
        let mut members = match raw {
            Serde::Object(members) => members,
            Serde::Bool(b) => return Serde::Bool(b),
            _ => {
                self.leave_out("something else where a schema belongs");
                return Serde::Bool(true);
            }
        };
        self.own(&mut members, at);
        if self.modern {
            modernise(&mut members);
        }
        if mode.forgiving {
            forgive(&mut members, mode.nested);
            admit_file(&mut members);
        }
        let moved =
            members.get("prefixItems").is_some() && at.is_some_and(|at| self.schema.get(at, "prefixItems").is_none());
        for (keyword, member) in &mut members {
            let original = match keyword.as_str() {
                "prefixItems" if moved => "items",
                "items" if moved => "additionalItems",
                other => other,
            };
            let at = at.and_then(|at| self.schema.get(at, original));
            *member = self.member(keyword, std::mem::take(member), at, mode);
        }
        if mode.forgiving && members.get("nullable") == Some(&Serde::Bool(true)) {
            self.admit_null(&mut members, at);
        }
        Serde::Object(members)
    }

    /// Lets a schema take `null` beside what it takes (OpenAPI 3.0's `nullable`), wherever it says what it takes. All
    /// that others may refer to stays where it is.
    fn admit_null(&self, members: &mut Map<String, Serde>, at: Option<At>) {
        let nothing = json!({"type": "null"});
        if let Some(rule) = members.get_mut("type") {
            let mut types = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
            if !types.contains(&Serde::from("null")) {
                types.push(Serde::from("null"));
            }
            *rule = Serde::Array(types);
        }
        if let Some(values) = members.get_mut("enum").and_then(Serde::as_array_mut)
            && !values.contains(&Serde::Null)
        {
            values.push(Serde::Null);
        }
        if let Some(only) = members.shift_remove("const") {
            members.insert("enum".to_owned(), json!([only, null]));
        }
        let child = |keyword: &str| at.and_then(|at| self.schema.get(at, keyword));
        let items = |keyword: &str| child(keyword).and_then(|list| self.schema.items(list)).unwrap_or_default();
        if let Some(branches) = members.get_mut("anyOf").and_then(Serde::as_array_mut) {
            branches.push(nothing.clone());
        }
        if let Some(branches) = members.get_mut("oneOf").and_then(Serde::as_array_mut) {
            // Exactly one may.
            if !items("oneOf").iter().any(|&branch| fits(self.schema, branch, &Value::Null) == Fit::Yes) {
                branches.push(nothing.clone());
            }
        }
        if let Some(parts) = members.get_mut("allOf").and_then(Serde::as_array_mut) {
            for (i, part) in parts.iter_mut().enumerate().filter(|(_, part)| part.is_object()) {
                if let Some(members) = part.as_object_mut() {
                    self.admit_null(members, items("allOf").get(i).copied());
                }
            }
        }
        if let Some(reference) = members.shift_remove("$ref") {
            let either = json!({"anyOf": [nothing, {"$ref": reference}]});
            match members.entry("allOf").or_insert_with(|| json!([])) {
                Serde::Array(parts) => parts.push(either),
                other => *other = json!([either]),
            }
        }
    }

    fn member(&mut self, keyword: &str, raw: Serde, at: Option<At>, mode: Mode) -> Serde {
        let inner = Mode { nested: keyword != "dependentSchemas", ..mode };
        let same = Mode { nested: mode.nested && keyword == "prefixItems", ..mode };
        match raw {
            Serde::Object(map) if MAPS.contains(&keyword) || keyword == "dependencies" => {
                let members = map.into_iter().map(|(key, rule)| {
                    let at = at.and_then(|at| self.schema.get(at, &key));
                    let names = keyword == "dependencies" && rule.is_array();
                    let rule = if names { rule } else { self.schema(rule, at, inner) };
                    (key, rule)
                });
                Serde::Object(members.collect())
            }
            Serde::Array(list) if LISTS.contains(&keyword) || keyword == "items" => {
                let items: Vec<At> = at.and_then(|at| self.schema.items(at)).map(<[At]>::to_vec).unwrap_or_default();
                let mode = if keyword.ends_with("tems") { inner } else { same };
                let list = list.into_iter().enumerate().map(|(i, rule)| self.schema(rule, items.get(i).copied(), mode));
                Serde::Array(list.collect())
            }
            one if STRICT.contains(&keyword) => self.schema(one, at, Mode { nested: false, forgiving: false }),
            one if SCHEMAS.contains(&keyword) => {
                let mode = if matches!(keyword, "then" | "else") { same } else { inner };
                self.schema(one, at, mode)
            }
            other => other,
        }
    }

    /// Takes out this schema's own keywords that mean nothing, and mends those whose meaning is plain.
    fn own(&mut self, members: &mut Map<String, Serde>, at: Option<At>) {
        let referring = ["$ref", "$dynamicRef", "$recursiveRef"].iter().any(|k| members.contains_key(*k));
        if referring && at.is_some_and(|at| self.circles.lead_back(self.schema, at)) {
            members.retain(|k, _| !matches!(k.as_str(), "$ref" | "$dynamicRef" | "$recursiveRef"));
            self.leave_out("a $ref that leads back to itself");
        }
        let dead = |keyword: &str| {
            let reference = members.get(keyword).and_then(Serde::as_str);
            // The library knows the drafts' own schemas.
            let known = |r: &str| r.contains("json-schema.org/");
            let at = at.unwrap_or(Schema::root());
            reference.is_some_and(|r| !known(r) && self.schema.resolve(at, r).is_err())
        };
        let wrong: Vec<String> = members
            .iter()
            .filter(|(k, v)| !makes_sense(k, v) || matches!(k.as_str(), "$ref" | "$dynamicRef") && dead(k))
            .map(|(k, _)| k.clone())
            .collect();
        for keyword in wrong {
            let value = members.shift_remove(&keyword).unwrap_or_default();
            // Draft 3's way to say that a member is required is read where the member stands.
            if keyword != "required" || !value.is_boolean() {
                self.leave_out(&format!("a {keyword} that means nothing"));
            }
        }
        self.types(members);
        let properties = members.get("properties").and_then(Serde::as_object);
        let flagged =
            properties.into_iter().flatten().filter(|(_, rule)| rule.get("required") == Some(&Serde::Bool(true)));
        let flagged: Vec<Serde> = flagged.map(|(name, _)| Serde::from(name.as_str())).collect();
        if let Some(Serde::Array(names)) = members.get_mut("required") {
            let mut seen = BTreeSet::new();
            names.retain(|n| n.as_str().is_some_and(|n| seen.insert(n.to_owned())));
        }
        if !flagged.is_empty()
            && let Some(names) = members.entry("required").or_insert_with(|| json!([])).as_array_mut()
        {
            let missing: Vec<Serde> = flagged.into_iter().filter(|n| !names.contains(n)).collect();
            names.extend(missing);
        }
    }

    fn types(&mut self, members: &mut Map<String, Serde>) {
        let Some(rule) = members.get("type") else { return };
        let names: Vec<&Serde> = rule.as_array().map_or_else(|| vec![rule], |list| list.iter().collect());
        let mut meant = Vec::new();
        let mut mended = names.is_empty();
        for name in names {
            match name.as_str().and_then(|n| Types::named(n).map(|(_, meant)| meant.unwrap_or(n))) {
                Some("any") | None => mended = true,
                Some(right) => {
                    mended |= Some(right) != name.as_str() || meant.contains(&Serde::from(right));
                    if !meant.contains(&Serde::from(right)) {
                        meant.push(Serde::from(right));
                    }
                }
            }
        }
        if mended {
            let known = !meant.is_empty();
            members.insert("type".to_owned(), Serde::Array(meant));
            if !known {
                members.shift_remove("type");
                self.leave_out("a type that JSON Schema does not know");
            }
        }
    }
}

/// Writes what older drafts say in the newest one's words.
fn modernise(members: &mut Map<String, Serde>) {
    for (exclusive, plain) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(exclusively) = members.get(exclusive).and_then(Serde::as_bool) {
            members.shift_remove(exclusive);
            if exclusively && let Some(bound) = members.shift_remove(plain) {
                members.insert(exclusive.to_owned(), bound);
            }
        }
    }
    if members.get("items").is_some_and(Serde::is_array) && !members.contains_key("prefixItems") {
        if let Some(tuple) = members.shift_remove("items").filter(|t| t.as_array().is_some_and(|t| !t.is_empty())) {
            members.insert("prefixItems".to_owned(), tuple);
        }
        if let Some(rest) = members.shift_remove("additionalItems") {
            members.insert("items".to_owned(), rest);
        }
    }
}

/// Allows what real servers take though their schemas do not say so.
fn forgive(members: &mut Map<String, Serde>, nested: bool) {
    const STRUCTURE: [&str; 8] =
        ["properties", "required", "additionalProperties", "patternProperties", "oneOf", "anyOf", "allOf", "$ref"];
    if members.get("enum").and_then(Serde::as_array).is_some_and(Vec::is_empty) {
        members.shift_remove("enum");
    }
    let bare = STRUCTURE.iter().all(|k| !members.contains_key(*k));
    if nested && bare && members.get("type") == Some(&Serde::from("object")) {
        members.insert("type".to_owned(), json!(["object", "array", "string"]));
    }
}

/// Lets ActionKit's file object stand where a string for the content of a file is declared. What a file object must have
/// is no constraint on a string, so both can be said beside one another.
fn admit_file(members: &mut Map<String, Serde>) {
    let string = Serde::from("string");
    let mut types: Vec<Serde> = match members.get("type") {
        Some(Serde::Array(types)) => types.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    if let Some(Serde::Object(own)) = members.get_mut("properties")
        && is_file_object(|name| own.contains_key(name))
    {
        for name in FILE_MEMBERS {
            own.entry(name).or_insert(Serde::Bool(true));
        }
    }
    let text = |keyword: &str| members.get(keyword).and_then(Serde::as_str);
    let format = ["format", "contentEncoding", "contentMediaType"].into_iter().find_map(text);
    let description = text("description").unwrap_or_default();
    let told = format.is_none() && tells_of_file(description);
    if !types.contains(&string)
        || types.contains(&Serde::from("object"))
        || ["enum", "const", "properties", "required"].iter().any(|k| members.contains_key(*k))
        || !told && !format.is_some_and(is_file_format)
    {
        return;
    }
    let file = json!({"required": ["data", "encoding", "dataType"], "properties": {"data": {"type": "string"},
        "encoding": {"const": "hex"}, "dataType": {"const": "FILE"}}});
    types.push("object".into());
    if told && tells_of_files(description) && !members.contains_key("items") {
        types.push("array".into());
        members.insert("items".to_owned(), file.clone());
    }
    members.insert("type".to_owned(), Serde::Array(types));
    members.extend(file.as_object().cloned().unwrap_or_default());
}

/// Whether a keyword's value is one it can have.
fn makes_sense(keyword: &str, value: &Serde) -> bool {
    let filled = || value.as_array().is_some_and(|list| !list.is_empty());
    match keyword {
        _ if COUNTS.contains(&keyword) => value.as_f64().is_some_and(|n| n >= 0.0 && n.fract() == 0.0),
        "exclusiveMinimum" | "exclusiveMaximum" => value.is_number() || value.is_boolean(),
        "multipleOf" => value.as_f64().is_some_and(|n| n > 0.0),
        _ if BOUNDS.contains(&keyword) => value.is_number(),
        "patternProperties" => value.as_object().is_some_and(|m| m.keys().all(|p| pattern::matches(p, "").is_some())),
        "pattern" => value.as_str().is_some_and(|p| pattern::matches(p, "").is_some()),
        _ if MAPS.contains(&keyword) => value.is_object(),
        _ if LISTS.contains(&keyword) => filled(),
        "enum" | "required" | "examples" => value.is_array(),
        "type" => value.is_string() || value.is_array(),
        "dependentRequired" => value
            .as_object()
            .is_some_and(|m| m.values().all(|names| names.as_array().is_some_and(|n| n.iter().all(Serde::is_string)))),
        "format" | "$ref" | "$dynamicRef" | "$recursiveRef" | "$anchor" | "$dynamicAnchor" | "$comment" | "title"
        | "description" | "contentEncoding" | "contentMediaType" => value.is_string(),
        "$schema" => value.as_str().is_some_and(|s| s.contains("json-schema.org/")),
        "$id" | "id" => value.as_str().is_some_and(|id| !id.contains([' ', '<', '>', '{', '}', '\\'])),
        "uniqueItems" | "deprecated" | "readOnly" | "writeOnly" | "nullable" => value.is_boolean(),
        _ => true,
    }
}
