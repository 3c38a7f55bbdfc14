//! Paths into records: members and array indexes between dots, as the data files and filters write them.

use crate::domain::document::Value;

/// The parts of a dotted path; a part with a dot in its name cannot be written this way.
pub fn parse(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { text.split('.').map(str::to_owned).collect() }
}

/// What stands at `path` in `value`. A member's own name wins over an index.
pub fn get<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |v, part| match v {
        Value::Object(members) => members.get(part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Everything that stands at `path`, looking into every item of arrays on the way.
pub fn all<'v>(value: &'v Value, path: &[String]) -> Vec<&'v Value> {
    match (value, path.split_first()) {
        (value, None) => vec![value],
        (Value::Array(items), Some(_)) => items.iter().flat_map(|item| all(item, path)).collect(),
        (Value::Object(members), Some((part, rest))) => match (members.get(part), members.get(&path.join("."))) {
            (Some(next), _) => all(next, rest),
            // A member whose very name has dots in it.
            (None, Some(whole)) => vec![whole],
            (None, None) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Sets what stands at `path`, making objects on the way; a scalar on the way is replaced.
pub fn set(value: &mut Value, path: &[String], new: Value) {
    let Some((part, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    if value.as_object().is_none() {
        *value = Value::object();
    }
    if let Some(members) = value.as_object_mut() {
        if !members.contains_key(part) {
            members.insert(part.clone(), Value::Null);
        }
        if let Some(next) = members.get_mut(part) {
            set(next, rest, new);
        }
    }
}

/// Puts `patch` over `value`: objects member by member, anything else in place of what was there.
pub fn merge(value: &mut Value, patch: Value) {
    match (value, patch) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, member) in new {
                match old.get_mut(&key) {
                    Some(place) => merge(place, member),
                    None => {
                        old.insert(key, member);
                    }
                }
            }
        }
        (place, patch) => *place = patch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value {
        Value::parse(text.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn paths_reach_into_arrays_both_ways() {
        let v = json(r#"{"a":[{"b":1},{"b":2}],"c.d":3}"#);
        assert_eq!(get(&v, &parse("a.1.b")), Some(&json("2")));
        assert_eq!(get(&v, &parse("a.b")), None);
        assert_eq!(all(&v, &parse("a.b")), [&json("1"), &json("2")]);
        assert_eq!(all(&v, &parse("c.d")), [&json("3")]);
        assert_eq!(get(&v, &parse("")), Some(&v));
    }

    #[test]
    fn merging_and_setting_keep_what_they_do_not_name() {
        let mut v = json(r#"{"a":{"b":1,"c":[1,2]},"d":0.10}"#);
        merge(&mut v, json(r#"{"a":{"c":[3],"e":null}}"#));
        set(&mut v, &parse("d.x"), json("1"));
        assert_eq!(v.to_json(), r#"{"a":{"b":1,"c":[3],"e":null},"d":{"x":1}}"#);
    }
}
