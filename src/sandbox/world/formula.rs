//! ActionKit's filter formulas: an OR of ANDs of conditions, `{"operator":"OR","conditions":[{"operator":"AND",
//! "conditions":[{"field","operator","value"}]}]}` (fact sheet §1.8; the operators are those of its §2).

use super::{
    path,
    predicate::{Operator, Predicate},
};
use crate::domain::document::Value;

/// How deep a formula may nest: the two levels there are, and some patience.
const DEPTH: usize = 8;

/// Reads a formula; a text holding its JSON is read as well, as early schemas declare it a string.
///
/// # Errors
/// What is wrong with it, as a sentence without the parameter's name.
pub fn read(formula: &Value) -> Result<Predicate, String> {
    let parsed;
    let formula = match formula {
        Value::String(text) if text.trim().is_empty() => return Ok(Predicate::always()),
        Value::String(text) => {
            parsed = Value::parse(text.as_bytes()).map_err(|e| format!("is a text that holds no JSON: {e}"))?;
            &parsed
        }
        other => other,
    };
    match formula.as_object() {
        None => Err(format!("must be an object with operator and conditions, not {}", formula.type_name())),
        Some(empty) if empty.is_empty() => Ok(Predicate::always()),
        Some(_) if formula.get("operator").and_then(Value::as_str) == Some("AND") => {
            Err("must be an OR of ANDs: its outermost operator is AND".to_owned())
        }
        Some(_) => group(formula, 0),
    }
}

fn group(value: &Value, depth: usize) -> Result<Predicate, String> {
    if depth > DEPTH {
        return Err("nests too deeply".to_owned());
    }
    let Some(conditions) = value.get("conditions") else { return condition(value) };
    let conditions = conditions.as_array().ok_or("has conditions that are not an array")?;
    let conditions: Vec<_> = conditions.iter().map(|c| group(c, depth + 1)).collect::<Result<_, _>>()?;
    match value.get("operator").and_then(Value::as_str) {
        // An OR of nothing is how an empty filter is written: it filters nothing.
        Some("OR") if conditions.is_empty() => Ok(Predicate::always()),
        Some("OR") => Ok(Predicate::Any(conditions)),
        Some("AND") => Ok(Predicate::All(conditions)),
        other => Err(format!("has the group operator {:?}: expected OR or AND", other.unwrap_or_default())),
    }
}

fn condition(value: &Value) -> Result<Predicate, String> {
    let text = |key: &str| {
        value.get(key).and_then(Value::as_str).ok_or_else(|| format!("has a condition without the text {key:?}"))
    };
    let (field, name) = (text("field")?, text("operator")?);
    let (operator, negated) = operator(name).ok_or_else(|| format!("has the unknown operator {name:?}"))?;
    let wanted = value.get("value").cloned().unwrap_or_default();
    let test = Predicate::test(path::parse(field), operator, wanted);
    Ok(if negated { test.negated() } else { test })
}

/// The operator of that name, and whether it is turned round.
fn operator(name: &str) -> Option<(Operator, bool)> {
    use Operator::{
        Anything, Contains, Empty, EndsWith, Equals, Exists, Greater, GreaterOrEqual, In, IsFalse, IsTrue, Less,
        LessOrEqual, SameMoment, StartsWith,
    };
    Some(match name {
        "$none" => (Anything, false),
        "$stringContains" => (Contains, false),
        "$stringDoesNotContain" => (Contains, true),
        "$stringExactlyMatches" | "$numberEquals" => (Equals, false),
        "$stringDoesNotExactlyMatch" | "$numberDoesNotEqual" => (Equals, true),
        "$stringIsIn" | "$arrayIsIn" => (In, false),
        "$stringIsNotIn" | "$arrayIsNotIn" => (In, true),
        "$stringStartsWith" => (StartsWith, false),
        "$stringDoesNotStartWith" => (StartsWith, true),
        "$stringEndsWith" => (EndsWith, false),
        "$stringDoesNotEndWith" => (EndsWith, true),
        "$stringGreaterThan" | "$numberGreaterThan" | "$dateTimeAfter" => (Greater, false),
        "$stringLessThan" | "$numberLessThan" | "$dateTimeBefore" => (Less, false),
        "$numberLessThanOrEqualTo" => (LessOrEqual, false),
        "$numberGreaterThanOrEqualTo" => (GreaterOrEqual, false),
        "$dateTimeEquals" => (SameMoment, false),
        "$booleanTrue" => (IsTrue, false),
        "$booleanFalse" => (IsFalse, false),
        "$exists" | "$isNotUndefinedOrNull" => (Exists, false),
        "$doesNotExist" | "$isUndefinedOrNull" => (Exists, true),
        "$arrayIsEmpty" => (Empty, false),
        "$arrayIsNotEmpty" => (Empty, true),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::world::predicate::tests::Plain;

    fn json(text: &str) -> Value {
        Value::parse(text.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn an_or_of_ands_filters() {
        let formula = r#"{"operator":"OR","conditions":[
            {"operator":"AND","conditions":[{"field":"Email","operator":"$stringEndsWith","value":"example.com"},
                                            {"field":"Age","operator":"$numberGreaterThan","value":"40"}]},
            {"operator":"AND","conditions":[{"field":"Vip","operator":"$booleanTrue"}]}]}"#;
        let holds = |f: &Value, record: &str| read(f).map(|p| p.holds(&json(record), &Plain));
        for formula in [json(formula), Value::from(formula)] {
            assert_eq!(holds(&formula, r#"{"Email":"a@example.com","Age":41}"#), Ok(true));
            assert_eq!(holds(&formula, r#"{"Email":"a@example.com","Age":39}"#), Ok(false));
            assert_eq!(holds(&formula, r#"{"Vip":true}"#), Ok(true));
        }
        for everything in ["{}", r#"{"operator":"OR","conditions":[]}"#, r#""""#] {
            assert_eq!(holds(&json(everything), "{}"), Ok(true));
        }
    }

    #[test]
    fn every_operator_the_real_one_has_is_known() {
        let names = "$none $stringContains $stringDoesNotContain $stringExactlyMatches $stringDoesNotExactlyMatch \
            $stringIsIn $stringIsNotIn $stringStartsWith $stringDoesNotStartWith $stringEndsWith $stringDoesNotEndWith \
            $stringGreaterThan $stringLessThan $numberGreaterThan $numberLessThan $numberEquals $numberDoesNotEqual \
            $numberLessThanOrEqualTo $numberGreaterThanOrEqualTo $dateTimeAfter $dateTimeBefore $dateTimeEquals \
            $booleanTrue $booleanFalse $exists $doesNotExist $isNotUndefinedOrNull $isUndefinedOrNull $arrayIsIn \
            $arrayIsNotIn $arrayIsEmpty $arrayIsNotEmpty";
        for name in names.split_whitespace() {
            assert!(operator(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_no_formula_says_why() {
        for (formula, words) in [
            ("[]", "must be an object"),
            (r#""x""#, "holds no JSON"),
            (r#"{"operator":"AND","conditions":[]}"#, "outermost operator is AND"),
            (r#"{"operator":"XOR","conditions":[]}"#, "\"XOR\""),
            (r#"{"operator":"OR","conditions":1}"#, "not an array"),
            (r#"{"operator":"OR","conditions":[{"field":"a"}]}"#, "\"operator\""),
            (r#"{"operator":"OR","conditions":[{"field":"a","operator":"$is","value":1}]}"#, "\"$is\""),
        ] {
            assert!(read(&json(formula)).is_err_and(|e| e.contains(words)), "{formula}");
        }
        let mut deep = json("{}");
        for _ in 0..20 {
            deep = json(&format!(r#"{{"operator":"OR","conditions":[{deep}]}}"#));
        }
        assert!(read(&deep).is_err_and(|e| e.contains("deeply")));
    }
}
