//! How much work checking a value against a schema would be, told before it is begun.
//!
//! A schema can refer to itself without ever going deeper into the value, or double its work at each of thirty levels.
//! Counted here with every pair of schema and value looked at once, either is found out in moments.

use std::collections::{BTreeMap, BTreeSet};

use super::refs::{At, Schema};
use crate::domain::document::Value;

/// Why a check is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// The schema leads back to itself on the same value.
    #[error("the schema refers to itself without an end")]
    Endless,
    /// It would take too many steps.
    #[error("the schema would take too long to apply")]
    Steps,
    /// Schemas stand inside one another too deep for the stack.
    #[error("the schema is nested too deep")]
    Nesting,
}

/// How many applications of a schema to a value one check may take.
const STEPS: u64 = 3_000_000;
/// How many different pairs of schema and value are counted.
const PAIRS: usize = 300_000;
/// How deep the count goes; what would apply schemas deeper than that is not begun, for the sake of the stack.
const DEPTH: u32 = 400;

/// How deep schemas may stand inside one another, references followed: making them ready takes the stack.
const NESTING: u32 = 250;

/// Keywords whose schema applies to the same value.
const SAME: [&str; 4] = ["not", "if", "then", "else"];
/// Keywords that name a schema which applies to the same value.
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];
/// Keywords whose list of schemas applies to the same value.
const SAME_ALL: [&str; 3] = ["allOf", "anyOf", "oneOf"];
/// Keywords whose map of schemas applies to the same value.
const SAME_MAP: [&str; 2] = ["dependentSchemas", "dependencies"];

/// Counts the steps of checking `value` against `schema`.
///
/// # Errors
/// [`TooMuch`] when they would be endless or too many.
pub fn steps(schema: &Schema, value: &Value) -> Result<u64, TooMuch> {
    let mut count = Count { schema, known: BTreeMap::new(), circles: Circles::default() };
    let steps = count.steps(Schema::root(), value, 0)?;
    if steps > STEPS { Err(TooMuch::Steps) } else { Ok(steps) }
}

/// Whether some part of `schema` may be applied to one value more than once, or lead back to itself. Where none can, a check
/// takes no more steps than the value has parts, and they need not be counted. A property that happens to be called like
/// such a keyword counts as one.
pub fn multiplies(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, member)| {
            SAME.contains(&key)
                || REFERENCES.contains(&key)
                || SAME_ALL.contains(&key)
                || SAME_MAP.contains(&key)
                || multiplies(member)
        }),
        Value::Array(items) => items.iter().any(multiplies),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Makes sure that `schema` can be made ready for checking within the stack.
///
/// # Errors
/// [`TooMuch::Nesting`] when it is nested too deep.
pub fn nesting(schema: &Schema) -> Result<(), TooMuch> {
    below(schema, Schema::root(), 0, &mut BTreeMap::new()).map(|_| ())
}

/// How deep it goes below `at`, which itself stands at `level`.
fn below(schema: &Schema, at: At, level: u32, known: &mut BTreeMap<At, u32>) -> Result<u32, TooMuch> {
    if let Some(depth) = known.get(&at) {
        return if level + depth > NESTING { Err(TooMuch::Nesting) } else { Ok(*depth) };
    }
    if level > NESTING {
        return Err(TooMuch::Nesting);
    }
    known.insert(at, 0);
    let referred = schema.text(at, "$ref").and_then(|r| schema.resolve(at, r).ok());
    let members = schema.members(at).map(|(_, member)| member);
    let items = schema.items(at).unwrap_or_default().iter().copied();
    let mut deepest = 0;
    for inner in members.chain(items).chain(referred) {
        deepest = deepest.max(below(schema, inner, level + 1, known)? + 1);
    }
    known.insert(at, deepest);
    Ok(deepest)
}

/// How many schemas are looked at to tell whether a reference leads back.
const AROUND: usize = 2_000;

/// Which references lead back to where they stand without going deeper into the value. They say nothing, and would be
/// followed without an end.
#[derive(Debug, Clone, Default)]
pub(super) struct Circles {
    known: BTreeMap<At, bool>,
}

impl Circles {
    /// Whether the references of the schema at `at` lead back to it.
    pub(super) fn lead_back(&mut self, schema: &Schema, at: At) -> bool {
        if let Some(&known) = self.known.get(&at) {
            return known;
        }
        let mut seen: BTreeSet<At> = BTreeSet::new();
        let mut left: Vec<At> = referred(schema, at).collect();
        let mut leads = false;
        while let Some(next) = left.pop() {
            if next == at {
                leads = true;
                break;
            }
            if seen.len() < AROUND && seen.insert(next) {
                left.extend(referred(schema, next).chain(beside(schema, next)));
            }
        }
        self.known.insert(at, leads);
        leads
    }
}

/// The schemas that the one at `at` refers to.
fn referred(schema: &Schema, at: At) -> impl Iterator<Item = At> {
    REFERENCES.into_iter().filter_map(move |k| schema.resolve(at, schema.text(at, k)?).ok())
}

/// The schemas inside the one at `at` that apply to the same value.
fn beside(schema: &Schema, at: At) -> impl Iterator<Item = At> {
    let one = SAME.iter().filter_map(move |k| schema.get(at, k));
    let list = move |k: &&str| schema.get(at, k).and_then(|l| schema.items(l)).unwrap_or_default().iter().copied();
    let map = move |k: &&str| schema.get(at, k).into_iter().flat_map(|m| schema.members(m).map(|(_, v)| v));
    one.chain(SAME_ALL.iter().flat_map(list)).chain(SAME_MAP.iter().flat_map(map))
}

struct Count<'s> {
    circles: Circles,
    schema: &'s Schema,
    /// What each pair takes; nothing while it is being counted.
    known: BTreeMap<(At, *const Value), Option<u64>>,
}

impl Count<'_> {
    fn steps(&mut self, at: At, value: &Value, depth: u32) -> Result<u64, TooMuch> {
        let pair = (at, std::ptr::from_ref(value));
        match self.known.get(&pair) {
            Some(Some(steps)) => return Ok(*steps),
            Some(None) => return Err(TooMuch::Endless),
            None if self.known.len() >= PAIRS || depth > DEPTH => return Err(TooMuch::Steps),
            None => {}
        }
        self.known.insert(pair, None);
        let here = self.here(at, value, depth + 1)?;
        let inside = self.inside(at, value, depth + 1)?;
        let steps = here.saturating_add(inside).saturating_add(1);
        self.known.insert(pair, Some(steps));
        Ok(steps)
    }

    fn here(&mut self, at: At, value: &Value, depth: u32) -> Result<u64, TooMuch> {
        let schema = self.schema;
        let mut total: u64 = 0;
        // What leads back is not followed in the check either.
        let is_circle = self.circles.lead_back(schema, at);
        let rules = referred(schema, at).filter(|_| !is_circle).chain(beside(schema, at));
        for rule in rules {
            total = total.saturating_add(self.steps(rule, value, depth)?);
        }
        // Telling what is unevaluated goes through all of this again.
        let again = ["unevaluatedProperties", "unevaluatedItems"].iter().any(|k| schema.get(at, k).is_some());
        Ok(if again { total.saturating_mul(3) } else { total })
    }

    fn inside(&mut self, at: At, value: &Value, depth: u32) -> Result<u64, TooMuch> {
        let schema = self.schema;
        let mut total: u64 = 0;
        match value {
            Value::Object(members) => {
                let properties = schema.get(at, "properties");
                let named = |k: &str| properties.and_then(|p| schema.get(p, k));
                let mut all: Vec<At> = ["additionalProperties", "unevaluatedProperties", "propertyNames"]
                    .iter()
                    .filter_map(|k| schema.get(at, k))
                    .collect();
                all.extend(
                    schema.get(at, "patternProperties").into_iter().flat_map(|p| schema.members(p).map(|(_, v)| v)),
                );
                for (key, member) in members.iter() {
                    for rule in named(key).into_iter().chain(all.iter().copied()) {
                        total = total.saturating_add(self.steps(rule, member, depth)?);
                    }
                }
            }
            Value::Array(items) => {
                let keyword = |k: &str| schema.get(at, k);
                let tuple = ["prefixItems", "items"].iter().find_map(|k| keyword(k).and_then(|l| schema.items(l)));
                let all: Vec<At> = ["items", "additionalItems", "unevaluatedItems", "contains"]
                    .iter()
                    .filter_map(|k| keyword(k).filter(|&l| schema.items(l).is_none()))
                    .collect();
                for (i, item) in items.iter().enumerate() {
                    let placed = tuple.and_then(|t| t.get(i)).copied();
                    for rule in placed.into_iter().chain(all.iter().copied()) {
                        total = total.saturating_add(self.steps(rule, item, depth)?);
                    }
                }
                if schema.flag(at, "uniqueItems") == Some(true) {
                    let n = u64::try_from(items.len()).unwrap_or(u64::MAX);
                    total = total.saturating_add(n.saturating_mul(n) / 64);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(schema: &str, value: &str) -> Result<u64, TooMuch> {
        let parse = |t: &str| Value::parse(t.as_bytes()).unwrap();
        steps(&Schema::new(&parse(schema)), &parse(value))
    }

    #[test]
    fn only_what_may_multiply_needs_counting() {
        let multiplies = |t: &str| multiplies(&Value::parse(t.as_bytes()).unwrap());
        assert!(!multiplies(r#"{"properties":{"a":{"items":{"enum":[1]}}},"required":["a"]}"#));
        for schema in [r##"{"items":{"$ref":"#"}}"##, r#"{"properties":{"a":{"anyOf":[true]}}}"#, r#"[{"if":{}}]"#] {
            assert!(multiplies(schema), "{schema}");
        }
    }

    #[test]
    fn going_in_circles_is_told_from_going_deeper() {
        assert_eq!(count(r##"{"$ref":"#"}"##, "1"), Ok(1), "what leads back is left out");
        assert_eq!(count(r##"{"anyOf":[{"type":"null"},{"not":{"$ref":"#"}}]}"##, "1"), Ok(4));
        let tree = r##"{"items":{"$ref":"#"},"properties":{"a":{"$ref":"#"}}}"##;
        assert_eq!(count(tree, r#"[{"a":[1]}]"#), Ok(7));
        assert!(count(tree, &format!("{}{}", "[".repeat(150), "]".repeat(150))).is_ok());
    }

    #[test]
    fn doubling_at_every_level_is_too_much() {
        let level = |n: usize| {
            format!("\"l{n}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/l{0}\"}},{{\"$ref\":\"#/$defs/l{0}\"}}]}}", n + 1)
        };
        let levels: Vec<String> = (0..30).map(level).collect();
        let schema = format!("{{\"$ref\":\"#/$defs/l0\",\"$defs\":{{{},\"l30\":{{}}}}}}", levels.join(","));
        assert_eq!(count(&schema, "1"), Err(TooMuch::Steps));
        let fan = r##"{"items":{"allOf":[{"$ref":"#"},{"$ref":"#"}]}}"##;
        assert_eq!(count(fan, &format!("{}{}", "[".repeat(40), "]".repeat(40))), Err(TooMuch::Steps));
    }

    #[test]
    fn nesting_is_counted_through_references() {
        let nested = |schema: &str| nesting(&Schema::new(&Value::parse(schema.as_bytes()).unwrap()));
        assert_eq!(nested(r##"{"properties":{"a":{"$ref":"#"}}}"##), Ok(()));
        let chain = |n: usize| {
            let links: Vec<String> = (0..n).map(|i| format!("\"l{i}\":{{\"$ref\":\"#/$defs/l{}\"}}", i + 1)).collect();
            format!("{{\"$ref\":\"#/$defs/l0\",\"$defs\":{{{},\"l{n}\":{{}}}}}}", links.join(","))
        };
        assert_eq!(nested(&chain(100)), Ok(()));
        assert_eq!(nested(&chain(5_000)), Err(TooMuch::Nesting));
    }
}
