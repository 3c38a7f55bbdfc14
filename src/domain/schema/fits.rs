//! Whether a value meets a schema, answered quickly and within a bound: for choosing a shape and for `if`.
//!
//! Validation proper is [`validate`](super::validate)'s. This one knows the keywords that tell shapes apart and says
//! [`Fit::Unknown`] rather than guess or go on for ever.

use super::refs::{At, Schema};
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
            "type" => self.typed(at, rule, value),
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
            "pattern"
            | "patternProperties"
            | "unevaluatedProperties"
            | "unevaluatedItems"
            | "contains"
            | "dependentSchemas"
            | "dependencies"
            | "propertyNames"
            | "uniqueItems"
            | "multipleOf" => Fit::Unknown,
            _ => match value {
                Value::Object(members) => self.object(at, (keyword, rule), members, depth),
                Value::Array(items) => self.array((keyword, rule), items, depth),
                Value::String(text) => self.limit(rule, keyword, ("minLength", "maxLength"), || text.chars().count()),
                Value::Number(number) => self.number((keyword, rule), number),
                Value::Null | Value::Bool(_) => Fit::Yes,
            },
        }
    }

    fn typed(&self, at: At, rule: At, value: &Value) -> Fit {
        let known = |name: &str| match name {
            "integer" => Some(value.as_number().is_some_and(Number::is_integer)),
            "null" | "boolean" | "number" | "string" | "array" | "object" => Some(value.type_name() == name),
            _ => None,
        };
        if value.is_null() && self.schema.flag(at, "nullable") == Some(true) {
            return Fit::Yes;
        }
        if let Some(name) = self.schema.leaf(rule).and_then(Value::as_str) {
            return known(name).map_or(Fit::Unknown, Fit::of);
        }
        let names = self.schema.items(rule).unwrap_or_default();
        let fits = names.iter().map(|&n| self.schema.leaf(n).and_then(Value::as_str).and_then(known));
        fits.map(|f| f.map_or(Fit::Unknown, Fit::of)).max().unwrap_or(Fit::Unknown)
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

    fn object(&mut self, at: At, (keyword, rule): (&str, At), members: &Object, depth: u32) -> Fit {
        match keyword {
            "required" => {
                let names = self.schema.items(rule).unwrap_or_default();
                let mut names = names.iter().filter_map(|&n| self.schema.leaf(n).and_then(Value::as_str));
                Fit::of(names.all(|n| members.contains_key(n)))
            }
            "properties" => {
                let mut fit = Fit::Yes;
                for (key, value) in members.iter() {
                    if let Some(rule) = self.schema.get(rule, key) {
                        fit = fit.min(self.judge(rule, value, depth));
                    }
                    if fit == Fit::No {
                        break;
                    }
                }
                fit
            }
            "additionalProperties" => {
                let declared = self.schema.get(at, "properties");
                let others = members.iter().filter(|(k, _)| declared.is_none_or(|d| self.schema.get(d, k).is_none()));
                let others: Vec<&Value> = others.map(|(_, v)| v).collect();
                if !others.is_empty() && self.schema.get(at, "patternProperties").is_some() {
                    return Fit::Unknown;
                }
                others.into_iter().map(|v| self.judge(rule, v, depth)).min().unwrap_or(Fit::Yes)
            }
            "dependentRequired" => Fit::Unknown,
            _ => self.limit(rule, keyword, ("minProperties", "maxProperties"), || members.len()),
        }
    }

    fn array(&mut self, (keyword, rule): (&str, At), items: &[Value], depth: u32) -> Fit {
        let all = |judge: &mut Self, rules: &mut dyn Iterator<Item = (At, &Value)>| {
            let mut fit = Fit::Yes;
            for (rule, item) in rules {
                fit = fit.min(judge.judge(rule, item, depth));
                if fit == Fit::No {
                    break;
                }
            }
            fit
        };
        match keyword {
            "items" | "prefixItems" => match self.schema.items(rule).map(<[At]>::to_vec) {
                Some(tuple) => all(self, &mut tuple.into_iter().zip(items)),
                None => all(self, &mut items.iter().map(|i| (rule, i))),
            },
            _ => self.limit(rule, keyword, ("minItems", "maxItems"), || items.len()),
        }
    }

    fn number(&self, (keyword, rule): (&str, At), number: &Number) -> Fit {
        let Some(bound) = self.schema.leaf(rule).and_then(Value::as_number).map(Number::to_f64) else {
            return Fit::Yes;
        };
        let number = number.to_f64();
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
        assert_eq!(fit(r#"{"anyOf":[{"type":"string"},{"pattern":"x"}]}"#, "1"), Fit::Unknown);
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
