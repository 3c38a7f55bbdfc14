//! Whether a value meets a schema, answered quickly and within a bound: for choosing a shape and for `if`.
//!
//! Validation proper is [`validate`](super::validate)'s. This one knows the keywords that tell shapes apart and says
//! [`Fit::Unknown`] rather than guess or go on for ever.

use super::{
    node::Types,
    pattern,
    refs::{At, Schema},
};
use crate::domain::document::{Number, Object, Value};

/// Whether a value meets a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does not.
    No,
    /// Not known: a keyword that is not understood here, or too much work.
    Unknown,
    /// It does.
    Yes,
}

/// How many schemas are looked at for one question.
const STEPS: u32 = 20_000;
/// What a regular expression costs: so few are applied for one question.
const PATTERN: u32 = 200;
/// Up to how many items it is looked whether two are alike.
const ALIKE: usize = 100;
/// How deep schema and value are followed.
const DEPTH: u32 = 80;

/// Whether `value` meets the schema at `at`.
pub fn fits(schema: &Schema, at: At, value: &Value) -> Fit {
    Judge { schema, steps: STEPS }.judge(at, value, 0)
}

/// Whether two values are the same in JSON Schema's sense: numbers by what they are worth, members in any order.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => same_number(a, b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        (a, b) => a == b,
    }
}

fn same_number(a: &Number, b: &Number) -> bool {
    let whole = |n: &Number| n.as_str().bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if a == b {
        return true;
    }
    if whole(a) && whole(b) {
        return a.as_str().trim_start_matches('-') == "0" && b.as_str().trim_start_matches('-') == "0";
    }
    let (a, b) = (a.to_f64(), b.to_f64());
    a.is_finite() && a.total_cmp(&b).is_eq() || a == 0.0 && b == 0.0
}

impl Fit {
    fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }

    const fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

struct Judge<'s> {
    schema: &'s Schema,
    steps: u32,
}

impl Judge<'_> {
    fn judge(&mut self, at: At, value: &Value, depth: u32) -> Fit {
        if self.steps == 0 || depth > DEPTH {
            return Fit::Unknown;
        }
        self.steps -= 1;
        if let Some(leaf) = self.schema.leaf(at) {
            return leaf.as_bool().map_or(Fit::Unknown, Fit::of);
        }
        if value.is_null() && self.schema.flag(at, "nullable") == Some(true) {
            return Fit::Yes;
        }
        let members: Vec<(&str, At)> = self.schema.members(at).collect();
        let mut fit = if self.schema.is_object(at) { Fit::Yes } else { Fit::Unknown };
        for (keyword, rule) in members {
            fit = fit.min(self.keyword(at, (keyword, rule), value, depth + 1));
            if fit == Fit::No {
                break;
            }
        }
        fit
    }

    fn keyword(&mut self, at: At, (keyword, rule): (&str, At), value: &Value, depth: u32) -> Fit {
        match keyword {
            "type" => self.typed(rule, value),
            "const" => Fit::of(same(&self.schema.value(rule), value)),
            "enum" => match self.schema.items(rule) {
                None | Some([]) => Fit::Unknown,
                Some(items) => Fit::of(items.iter().any(|&i| same(&self.schema.value(i), value))),
            },
            "$ref" | "$dynamicRef" => {
                let target = self.schema.leaf(rule).and_then(Value::as_str).map(|r| self.schema.resolve(at, r));
                target.and_then(Result::ok).map_or(Fit::Unknown, |t| self.judge(t, value, depth))
            }
            "allOf" => self.fold(rule, value, depth, true),
            "anyOf" => self.fold(rule, value, depth, false),
            "oneOf" => self.one(rule, value, depth),
            "not" => self.judge(rule, value, depth).not(),
            "if" => self.conditional(at, rule, value, depth),
            "unevaluatedProperties" | "unevaluatedItems" => Fit::Unknown,
            _ => match value {
                Value::Object(members) => self.object(at, (keyword, rule), (value, members), depth),
                Value::Array(items) => self.array(at, (keyword, rule), items, depth),
                Value::String(text) => self.text((keyword, rule), text),
                Value::Number(number) => self.number((keyword, rule), number),
                Value::Null | Value::Bool(_) => Fit::Yes,
            },
        }
    }

    fn typed(&self, rule: At, value: &Value) -> Fit {
        let named = |name: &At| self.schema.leaf(*name).and_then(Value::as_str).and_then(Types::named);
        let fits = |name: &At| named(name).map_or(Fit::Unknown, |(types, _)| Fit::of(types.allow(value)));
        match self.schema.items(rule) {
            None => fits(&rule),
            Some(names) => names.iter().map(fits).max().unwrap_or(Fit::Unknown),
        }
    }

    /// `allOf` (`all`) or `anyOf`.
    fn fold(&mut self, list: At, value: &Value, depth: u32, all: bool) -> Fit {
        let items = self.schema.items(list).map(<[At]>::to_vec).unwrap_or_default();
        let (start, enough) = if all { (Fit::Yes, Fit::No) } else { (Fit::No, Fit::Yes) };
        let mut fit = start;
        for item in items {
            let next = self.judge(item, value, depth);
            fit = if all { fit.min(next) } else { fit.max(next) };
            if fit == enough {
                break;
            }
        }
        fit
    }

    fn one(&mut self, list: At, value: &Value, depth: u32) -> Fit {
        let items = self.schema.items(list).map(<[At]>::to_vec).unwrap_or_default();
        let fits: Vec<Fit> = items.iter().map(|&item| self.judge(item, value, depth)).collect();
        match (fits.iter().filter(|f| **f == Fit::Yes).count(), fits.contains(&Fit::Unknown)) {
            (0, false) | (2.., _) => Fit::No,
            (1, false) => Fit::Yes,
            (0 | 1, true) => Fit::Unknown,
        }
    }

    fn conditional(&mut self, at: At, condition: At, value: &Value, depth: u32) -> Fit {
        let branch = match self.judge(condition, value, depth) {
            Fit::Yes => "then",
            Fit::No => "else",
            Fit::Unknown => return Fit::Unknown,
        };
        self.schema.get(at, branch).map_or(Fit::Yes, |b| self.judge(b, value, depth))
    }

    /// Whether each value meets the schema beside it.
    fn each<'v>(&mut self, rules: impl IntoIterator<Item = (At, &'v Value)>, depth: u32) -> Fit {
        let mut fit = Fit::Yes;
        for (rule, value) in rules {
            fit = fit.min(self.judge(rule, value, depth));
            if fit == Fit::No {
                break;
            }
        }
        fit
    }

    fn object(&mut self, at: At, (keyword, rule): (&str, At), (value, members): (&Value, &Object), depth: u32) -> Fit {
        let schema = self.schema;
        match keyword {
            "required" => self.has_all(rule, members),
            "properties" => {
                self.each(members.iter().filter_map(|(key, value)| Some((schema.get(rule, key)?, value))), depth)
            }
            "patternProperties" => {
                let mut fit = Fit::Yes;
                for (key, value) in members.iter() {
                    for (pattern, rule) in schema.members(rule) {
                        fit = fit.min(match self.matches(pattern, key) {
                            Fit::Yes => self.judge(rule, value, depth),
                            Fit::Unknown => Fit::Unknown,
                            Fit::No => Fit::Yes,
                        });
                    }
                }
                fit
            }
            "additionalProperties" => {
                let declared = schema.get(at, "properties");
                let mut fit = Fit::Yes;
                for (key, value) in members.iter().filter(|(k, _)| declared.is_none_or(|d| schema.get(d, k).is_none()))
                {
                    let patterns = schema.get(at, "patternProperties").into_iter().flat_map(|p| schema.members(p));
                    let has_pattern = patterns.map(|(pattern, _)| self.matches(pattern, key)).max();
                    fit = fit.min(match has_pattern.unwrap_or(Fit::No) {
                        Fit::Yes => Fit::Yes,
                        Fit::Unknown => Fit::Unknown,
                        Fit::No => self.judge(rule, value, depth),
                    });
                }
                fit
            }
            "propertyNames" => {
                let names: Vec<Value> = members.keys().map(Value::from).collect();
                self.each(names.iter().map(|name| (rule, name)), depth)
            }
            "dependentRequired" | "dependentSchemas" | "dependencies" => {
                let due = schema.members(rule).filter(|(key, _)| members.contains_key(key));
                let due: Vec<At> = due.map(|(_, rule)| rule).collect();
                let mut fit = Fit::Yes;
                for rule in due {
                    let is_names = schema.items(rule).is_some();
                    fit = fit.min(if is_names { self.has_all(rule, members) } else { self.judge(rule, value, depth) });
                }
                fit
            }
            _ => self.limit(rule, keyword, ("minProperties", "maxProperties"), || members.len()),
        }
    }

    fn has_all(&self, names: At, members: &Object) -> Fit {
        let names = self.schema.items(names).unwrap_or_default();
        let mut names = names.iter().filter_map(|&n| self.schema.leaf(n).and_then(Value::as_str));
        Fit::of(names.all(|n| members.contains_key(n)))
    }

    fn array(&mut self, at: At, (keyword, rule): (&str, At), items: &[Value], depth: u32) -> Fit {
        let schema = self.schema;
        let count = |keyword: &str| {
            let rule = schema.get(at, keyword)?;
            schema.leaf(rule).and_then(Value::as_number).map(Number::to_f64)
        };
        match keyword {
            "items" | "prefixItems" => match schema.items(rule) {
                Some(tuple) => self.each(tuple.iter().copied().zip(items), depth),
                None => {
                    let before = schema.get(at, "prefixItems").and_then(|l| schema.items(l)).map_or(0, <[At]>::len);
                    self.each(items.iter().skip(before).map(|item| (rule, item)), depth)
                }
            },
            "additionalItems" => match schema.get(at, "items").and_then(|l| schema.items(l)) {
                Some(tuple) => self.each(items.iter().skip(tuple.len()).map(|item| (rule, item)), depth),
                None => Fit::Yes,
            },
            "contains" => {
                let fits: Vec<Fit> = items.iter().map(|item| self.judge(rule, item, depth)).collect();
                let at_least = |fit: Fit| {
                    u32::try_from(fits.iter().filter(|f| **f >= fit).count()).map_or(f64::from(u32::MAX), f64::from)
                };
                let (sure, possible) = (at_least(Fit::Yes), at_least(Fit::Unknown));
                let (least, most) = (count("minContains").unwrap_or(1.0), count("maxContains").unwrap_or(f64::MAX));
                if sure >= least && possible <= most {
                    Fit::Yes
                } else if possible < least || sure > most {
                    Fit::No
                } else {
                    Fit::Unknown
                }
            }
            "uniqueItems" if schema.leaf(rule).and_then(Value::as_bool) == Some(true) => {
                if items.len() > ALIKE {
                    return Fit::Unknown;
                }
                let alike = |(i, item): (usize, &Value)| items[..i].iter().any(|before| same(before, item));
                Fit::of(!items.iter().enumerate().any(alike))
            }
            _ => self.limit(rule, keyword, ("minItems", "maxItems"), || items.len()),
        }
    }

    fn text(&mut self, (keyword, rule): (&str, At), text: &str) -> Fit {
        match (keyword, self.schema.leaf(rule).and_then(Value::as_str)) {
            ("pattern", Some(pattern)) => self.matches(pattern, text),
            ("pattern", None) => Fit::Unknown,
            _ => self.limit(rule, keyword, ("minLength", "maxLength"), || text.chars().count()),
        }
    }

    fn matches(&mut self, pattern: &str, text: &str) -> Fit {
        if self.steps < PATTERN {
            return Fit::Unknown;
        }
        self.steps -= PATTERN;
        pattern::matches(pattern, text).map_or(Fit::Unknown, Fit::of)
    }

    fn number(&self, (keyword, rule): (&str, At), number: &Number) -> Fit {
        let Some(bound) = self.schema.leaf(rule).and_then(Value::as_number).map(Number::to_f64) else {
            return Fit::Yes;
        };
        let number = number.to_f64();
        if keyword == "multipleOf" {
            // Between whole numbers that f64 counts in ones; 0.3 is no multiple of 0.1 there.
            let exact = |n: f64| n.fract() == 0.0 && n.abs() < 9e15;
            return if exact(number) && exact(bound) && bound > 0.0 {
                Fit::of(number % bound == 0.0)
            } else {
                Fit::Unknown
            };
        }
        Fit::of(match keyword {
            "minimum" => number >= bound,
            "maximum" => number <= bound,
            "exclusiveMinimum" => number > bound,
            "exclusiveMaximum" => number < bound,
            _ => true,
        })
    }

    fn limit(&self, rule: At, keyword: &str, (least, most): (&str, &str), size: impl Fn() -> usize) -> Fit {
        let bound = || self.schema.leaf(rule).and_then(Value::as_number).map(Number::to_f64);
        // A size is far below 2^52, where f64 still counts in ones.
        let size = || u32::try_from(size()).map_or(f64::from(u32::MAX), f64::from);
        if keyword == least {
            bound().map_or(Fit::Unknown, |b| Fit::of(size() >= b))
        } else if keyword == most {
            bound().map_or(Fit::Unknown, |b| Fit::of(size() <= b))
        } else {
            Fit::Yes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(schema: &str, value: &str) -> Fit {
        let parse = |t: &str| Value::parse(t.as_bytes()).unwrap();
        fits(&Schema::new(&parse(schema)), Schema::root(), &parse(value))
    }

    #[test]
    fn shapes_are_told_apart() {
        let cat =
            r#"{"properties":{"kind":{"const":"cat"},"lives":{"type":"integer","maximum":9}},"required":["kind"]}"#;
        for (value, expected) in [
            (r#"{"kind":"cat"}"#, Fit::Yes),
            (r#"{"kind":"cat","lives":9.0}"#, Fit::Yes),
            (r#"{"kind":"cat","lives":10}"#, Fit::No),
            (r#"{"kind":"dog"}"#, Fit::No),
            (r#"{"lives":1}"#, Fit::No),
        ] {
            assert_eq!(fit(cat, value), expected, "{value}");
        }
        assert_eq!(fit(r#"{"oneOf":[{"type":"string"},{"minLength":1}]}"#, "\"x\""), Fit::No);
        assert_eq!(fit(r#"{"not":{"type":["string","null"]}}"#, "1"), Fit::Yes);
        assert_eq!(fit(r#"{"if":{"type":"string"},"then":{"minLength":2},"else":false}"#, "\"x\""), Fit::No);
        assert_eq!(fit(r#"{"items":{"type":"string"},"minItems":1}"#, "[]"), Fit::No);
        let closed = r#"{"properties":{"a":{}},"additionalProperties":false}"#;
        assert_eq!((fit(closed, r#"{"a":1}"#), fit(closed, r#"{"b":1}"#)), (Fit::Yes, Fit::No));
        let typed = r#"{"additionalProperties":{"type":"string"}}"#;
        assert_eq!((fit(typed, r#"{"a":"x"}"#), fit(typed, r#"{"a":1}"#)), (Fit::Yes, Fit::No));
    }

    #[test]
    fn every_keyword_has_a_say() {
        for (schema, yes, no) in [
            (r#"{"pattern":"^A"}"#, r#""AB""#, r#""BA""#),
            (r#"{"contains":{"const":1}}"#, "[0,1]", "[0]"),
            (r#"{"contains":{"const":1},"minContains":2,"maxContains":2}"#, "[1,1]", "[1,1,1]"),
            (r#"{"uniqueItems":true}"#, "[1,2]", "[1,1.0]"),
            (r#"{"multipleOf":5}"#, "10", "11"),
            (r#"{"propertyNames":{"maxLength":1}}"#, r#"{"a":1}"#, r#"{"ab":1}"#),
            (r#"{"patternProperties":{"^x-":{"type":"string"}}}"#, r#"{"x-a":"","b":1}"#, r#"{"x-a":1}"#),
            (
                r#"{"properties":{"b":{}},"patternProperties":{"^x-":{}},"additionalProperties":false}"#,
                r#"{"x-a":1,"b":1}"#,
                r#"{"c":1}"#,
            ),
            (r#"{"dependentRequired":{"a":["b"]}}"#, r#"{"a":1,"b":1}"#, r#"{"a":1}"#),
            (r#"{"dependentSchemas":{"a":{"required":["b"]}}}"#, r#"{"c":1}"#, r#"{"a":1}"#),
            (r#"{"dependencies":{"a":["b"]}}"#, "{}", r#"{"a":1}"#),
            (r#"{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}"#, r#"["a",1]"#, r#"["a","b"]"#),
            (r#"{"items":[{"type":"string"}],"additionalItems":false}"#, r#"["a"]"#, r#"["a",1]"#),
        ] {
            assert_eq!((fit(schema, yes), fit(schema, no)), (Fit::Yes, Fit::No), "{schema}");
        }
        for unknown in [r#"{"pattern":"("}"#, r#"{"pattern":1}"#] {
            assert_eq!(fit(unknown, "\"x\""), Fit::Unknown, "{unknown}");
        }
        assert_eq!(fit(r#"{"multipleOf":0.1}"#, "0.3"), Fit::Unknown);
    }

    #[test]
    fn what_would_never_end_is_unknown() {
        assert_eq!(fit(r##"{"$ref":"#"}"##, "1"), Fit::Unknown);
        assert_eq!(fit(r##"{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}"##, "1"), Fit::Unknown);
    }

    #[test]
    fn equal_is_what_json_schema_calls_equal() {
        let parse = |t: &str| Value::parse(t.as_bytes()).unwrap();
        for (a, b, equal) in [
            ("1", "1.0", true),
            ("1", "\"1\"", false),
            ("9007199254740993", "9007199254740992", false),
            ("-0", "0.0", true),
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1e0}"#, true),
            ("[1,2]", "[2,1]", false),
            ("null", "false", false),
        ] {
            assert_eq!(same(&parse(a), &parse(b)), equal, "{a} {b}");
        }
    }
}
