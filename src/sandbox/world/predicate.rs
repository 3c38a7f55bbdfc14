//! Conditions on records: what formulas, SOQL and searches for words all come down to.

use std::cmp::Ordering;

use super::{
    clock,
    template::{plain, truthy},
};
use crate::domain::document::Value;

/// A condition on a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Every one holds; true where there is none.
    All(Vec<Predicate>),
    /// At least one holds; false where there is none.
    Any(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// A field compares with a value.
    Test {
        /// The field's path.
        field: Vec<String>,
        /// How it is compared.
        operator: Operator,
        /// With what; `null` for operators that need nothing.
        value: Value,
    },
    /// A text occurs, ignoring case, at one of the paths, or anywhere where there are none.
    Occurs {
        /// The text, in lower case.
        text: String,
        /// Where to look.
        paths: Vec<Vec<String>>,
    },
}

/// How a field is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Always true.
    Anything,
    /// The same value; texts to the letter, numbers by value, and number and text alike if they read the same.
    Equals,
    /// The same, ignoring case.
    EqualsIgnoringCase,
    /// Contains the text, ignoring case.
    Contains,
    /// Begins with the text.
    StartsWith,
    /// Ends with the text.
    EndsWith,
    /// Matches a SQL pattern (`%`, `_`), ignoring case.
    Like,
    /// Is one of the listed values.
    In,
    /// Comes later in order: numbers by value, moments in time, else texts by letters.
    Greater,
    /// Comes earlier in order.
    Less,
    /// Does not come earlier.
    GreaterOrEqual,
    /// Does not come later.
    LessOrEqual,
    /// The same moment.
    SameMoment,
    /// Counts as true: `true` itself, or the text.
    IsTrue,
    /// Is `false`.
    IsFalse,
    /// Is there and not `null`.
    Exists,
    /// Is an empty array, or not there.
    Empty,
}

/// Where a record's fields are found.
pub trait Fields {
    /// Every value the field has: none, one, or each item of an array.
    fn values<'r>(&'r self, record: &'r Value, field: &[String]) -> Vec<&'r Value>;
}

impl Predicate {
    /// A condition that is always true.
    pub const fn always() -> Self {
        Self::All(Vec::new())
    }

    /// A test of a field.
    pub fn test(field: Vec<String>, operator: Operator, value: Value) -> Self {
        Self::Test { field, operator, value }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the condition holds for `record`.
    pub fn holds(&self, record: &Value, fields: &dyn Fields) -> bool {
        match self {
            Self::All(all) => all.iter().all(|p| p.holds(record, fields)),
            Self::Any(any) => any.iter().any(|p| p.holds(record, fields)),
            Self::Not(inner) => !inner.holds(record, fields),
            Self::Test { field, operator, value } => operator.holds(&fields.values(record, field), value),
            Self::Occurs { text, paths } => {
                if paths.is_empty() {
                    occurs(record, text)
                } else {
                    paths.iter().any(|p| fields.values(record, p).into_iter().any(|v| occurs(v, text)))
                }
            }
        }
    }
}

fn occurs(value: &Value, text: &str) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(n) => n.as_str().contains(text),
        Value::String(s) => s.to_lowercase().contains(text),
        Value::Array(items) => items.iter().any(|v| occurs(v, text)),
        Value::Object(members) => members.iter().any(|(_, v)| occurs(v, text)),
    }
}

impl Operator {
    fn holds(self, values: &[&Value], wanted: &Value) -> bool {
        // A field's items: an array at the end counts as each of them.
        let items: Vec<&Value> = values
            .iter()
            .flat_map(|v| v.as_array().map_or_else(|| vec![*v], |items| items.iter().collect()))
            .filter(|v| !v.is_null())
            .collect();
        let any = |test: &dyn Fn(&Value) -> bool| items.iter().any(|v| test(v));
        let text = plain(wanted);
        match self {
            Self::Anything => true,
            Self::Equals => any(&|v| equals(v, wanted)) || (wanted.is_null() && items.is_empty()),
            Self::EqualsIgnoringCase => {
                let folded = text.to_lowercase();
                any(&|v| equals(v, wanted) || plain(v).to_lowercase() == folded)
                    || (wanted.is_null() && items.is_empty())
            }
            Self::Contains => any(&|v| occurs(v, &text.to_lowercase())),
            Self::StartsWith => any(&|v| plain(v).starts_with(&text)),
            Self::EndsWith => any(&|v| plain(v).ends_with(&text)),
            Self::Like => any(&|v| like(&plain(v).to_lowercase(), &text.to_lowercase())),
            Self::In => {
                let listed: Vec<Value> = match wanted {
                    Value::Array(list) => list.clone(),
                    Value::String(list) => list.split(',').map(|v| v.trim().into()).collect(),
                    one => vec![one.clone()],
                };
                any(&|v| listed.iter().any(|l| equals(v, l)))
            }
            Self::Greater => any(&|v| order(v, wanted) == Some(Ordering::Greater)),
            Self::Less => any(&|v| order(v, wanted) == Some(Ordering::Less)),
            Self::GreaterOrEqual => any(&|v| order(v, wanted).is_some_and(Ordering::is_ge)),
            Self::LessOrEqual => any(&|v| order(v, wanted).is_some_and(Ordering::is_le)),
            Self::SameMoment => {
                let moment = clock::read(wanted);
                any(&|v| clock::read(v).is_some_and(|m| Some(m) == moment))
            }
            Self::IsTrue => any(&|v| truthy(v) && plain(v) == "true"),
            Self::IsFalse => any(&|v| plain(v) == "false"),
            Self::Exists => !items.is_empty() || values.iter().any(|v| v.as_array().is_some()),
            Self::Empty => items.is_empty(),
        }
    }
}

fn equals(a: &Value, b: &Value) -> bool {
    a == b
        || match (number(a), number(b)) {
            (Some(x), Some(y)) => x.total_cmp(&y) == Ordering::Equal,
            _ => plain(a) == plain(b),
        }
}

/// A number, or a text that reads as one.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => Some(n.to_f64()),
        Value::String(s) => s.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// Which of two values comes first: numbers by value, then moments in time, then texts by letters.
pub fn order(a: &Value, b: &Value) -> Option<Ordering> {
    if let (Some(x), Some(y)) = (number(a), number(b)) {
        return x.partial_cmp(&y);
    }
    if let (Some(x), Some(y)) = (clock::read(a), clock::read(b)) {
        return Some(x.cmp(&y));
    }
    match (a, b) {
        (Value::String(x), Value::String(y)) => Some(x.to_lowercase().cmp(&y.to_lowercase()).then_with(|| x.cmp(y))),
        (Value::Bool(x), Value::Bool(y)) => Some(x.cmp(y)),
        _ => None,
    }
}

/// SQL's `LIKE`: `%` is any text, `_` any one character. Takes time in proportion to both lengths multiplied, at most.
fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut t, mut p, mut back) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&'%') {
            back = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|c| *c == '_' || *c == text[t]) {
            t += 1;
            p += 1;
        } else if let Some((percent, from)) = back {
            back = Some((percent, from + 1));
            (p, t) = (percent + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::sandbox::world::path;

    /// Fields that are simply paths.
    pub(in crate::sandbox::world) struct Plain;

    impl Fields for Plain {
        fn values<'r>(&'r self, record: &'r Value, field: &[String]) -> Vec<&'r Value> {
            path::all(record, field)
        }
    }

    fn json(text: &str) -> Value {
        Value::parse(text.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn every_operator_compares() {
        use Operator::*;
        let record = json(
            r#"{"name":"Maria","age":"42","n":9.50,"tags":["a","b"],"none":[],"ok":true,"no":false,"nil":null,
                "at":"2026-11-02T09:00:00.000Z","sf":"2026-11-02T10:00:00.000+0100"}"#,
        );
        for (field, operator, wanted, holds) in [
            ("name", Anything, "null", true),
            ("name", Equals, r#""Maria""#, true),
            ("name", Equals, r#""maria""#, false),
            ("name", EqualsIgnoringCase, r#""maria""#, true),
            ("age", Equals, "42", true),
            ("n", Equals, "9.5", true),
            ("tags", Equals, r#""b""#, true),
            ("nil", Equals, "null", true),
            ("name", Contains, r#""ARI""#, true),
            ("name", StartsWith, r#""Mar""#, true),
            ("name", EndsWith, r#""ria""#, true),
            ("name", Like, r#""m%_a""#, true),
            ("name", Like, r#""m%z""#, false),
            ("name", In, r#"["Jonas","Maria"]"#, true),
            ("name", In, r#""Jonas, Maria""#, true),
            ("age", Greater, "9", true),
            ("age", Less, r#""100""#, true),
            ("n", GreaterOrEqual, "9.5", true),
            ("n", LessOrEqual, "9.4", false),
            ("at", Greater, r#""2026-11-01""#, true),
            ("at", SameMoment, "1793610000", true),
            ("sf", SameMoment, r#""2026-11-02T09:00:00Z""#, true),
            ("ok", IsTrue, "null", true),
            ("no", IsFalse, "null", true),
            ("nil", Exists, "null", false),
            ("tags", Exists, "null", true),
            ("none", Empty, "null", true),
            ("absent", Empty, "null", true),
            ("absent", Equals, r#""x""#, false),
        ] {
            let test = Predicate::test(path::parse(field), operator, json(wanted));
            assert_eq!(test.holds(&record, &Plain), holds, "{field} {operator:?} {wanted}");
            assert_eq!(test.negated().holds(&record, &Plain), !holds);
        }
    }

    #[test]
    fn combinations_and_words() {
        let record = json(r#"{"a":{"b":"Über den Wolken"},"n":1207}"#);
        let occurs = |text: &str, paths: &[&str]| Predicate::Occurs {
            text: text.to_lowercase(),
            paths: paths.iter().map(|p| path::parse(p)).collect(),
        };
        assert!(occurs("ÜBER", &[]).holds(&record, &Plain));
        assert!(occurs("120", &[]).holds(&record, &Plain));
        assert!(!occurs("über", &["n"]).holds(&record, &Plain));
        assert!(Predicate::always().holds(&record, &Plain));
        assert!(!Predicate::Any(vec![]).holds(&record, &Plain));
        assert!(Predicate::Any(vec![occurs("x", &[]), occurs("wolken", &["a.b"])]).holds(&record, &Plain));
    }
}
