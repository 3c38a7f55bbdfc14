//! What is different between two catalogues: the list of last time and of now, or the lists of two users.

use super::{
    action::Action,
    catalogue::Catalogue,
    document::{Object, Value},
};

/// How deep below an action's parameters is compared.
const DEPTH: usize = 8;
/// How many parameters of one action are compared.
const LIMIT: usize = 5_000;

/// What is different, every list in the order of the action's names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drift {
    /// Actions only the second catalogue has.
    pub added: Vec<Named>,
    /// Actions only the first catalogue has.
    pub removed: Vec<Named>,
    /// Actions both have, defined differently.
    pub changed: Vec<Changed>,
}

/// An action by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its integration.
    pub integration: String,
}

/// An action that is defined differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub action: Named,
    /// What of it.
    pub changes: Vec<Change>,
}

/// One difference of an action's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its description.
    Description,
    /// It belongs to another integration.
    Integration {
        /// The integration it belonged to.
        from: String,
    },
    /// A parameter that was not there; must it be given?
    Added {
        /// Its path, such as `filter.value` or `to[]`.
        parameter: String,
        /// Whether it must be given.
        required: bool,
    },
    /// A parameter that is gone.
    Removed {
        /// Its path.
        parameter: String,
    },
    /// A parameter that must be given now.
    NowRequired {
        /// Its path.
        parameter: String,
    },
    /// A parameter that may be left out now.
    NowOptional {
        /// Its path.
        parameter: String,
    },
    /// A parameter's keyword (`type`, `enum`, `maxLength` …) with its value before and after; `None` where it was or is
    /// not there.
    Keyword {
        /// The parameter's path; empty for the whole.
        parameter: String,
        /// The keyword.
        keyword: String,
        /// Its value in the first catalogue.
        from: Option<Value>,
        /// Its value in the second.
        to: Option<Value>,
    },
}

impl Change {
    /// Whether a caller that worked before may fail now.
    pub fn may_break(&self) -> bool {
        match self {
            Self::Removed { .. } | Self::NowRequired { .. } | Self::Added { required: true, .. } => true,
            Self::Keyword { keyword, .. } => {
                !matches!(keyword.as_str(), "description" | "title" | "default" | "examples")
            }
            Self::Description | Self::Integration { .. } | Self::Added { .. } | Self::NowOptional { .. } => false,
        }
    }

    /// The change in words, as a line under the action's name.
    pub fn words(&self) -> String {
        let whole = |p: &str| if p.is_empty() { "the parameters".to_owned() } else { p.to_owned() };
        match self {
            Self::Description => "its description reads differently".to_owned(),
            Self::Integration { from } => format!("it belonged to {from}"),
            Self::Added { parameter, required: true } => format!("{parameter} is new, and required"),
            Self::Added { parameter, required: false } => format!("{parameter} is new"),
            Self::Removed { parameter } => format!("{parameter} is gone"),
            Self::NowRequired { parameter } => format!("{parameter} is required now"),
            Self::NowOptional { parameter } => format!("{parameter} is optional now"),
            Self::Keyword { parameter, keyword, from, to } => match (from, to) {
                (Some(from), Some(to)) => {
                    format!("{}: {keyword} {} became {}", whole(parameter), short(from), short(to))
                }
                (None, Some(to)) => format!("{}: {keyword} {} is new", whole(parameter), short(to)),
                (Some(from), None) => format!("{}: {keyword} {} is gone", whole(parameter), short(from)),
                (None, None) => whole(parameter),
            },
        }
    }

    /// The change in words where not two times are compared but two users: `mine` has the first catalogue, `other` the
    /// second.
    pub fn words_between(&self, mine: &str, other: &str) -> String {
        let whole = |p: &str| if p.is_empty() { "the parameters".to_owned() } else { p.to_owned() };
        match self {
            Self::Description => "its description reads differently".to_owned(),
            Self::Integration { from } => format!("for {mine} it belongs to {from}"),
            Self::Added { parameter, required: true } => format!("only {other} has {parameter}, and must give it"),
            Self::Added { parameter, required: false } => format!("only {other} has {parameter}"),
            Self::Removed { parameter } => format!("only {mine} has {parameter}"),
            Self::NowRequired { parameter } => format!("only {other} must give {parameter}"),
            Self::NowOptional { parameter } => format!("only {mine} must give {parameter}"),
            Self::Keyword { parameter, keyword, from, to } => {
                let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), short);
                format!("{}: {keyword} is {} for {mine}, {} for {other}", whole(parameter), side(from), side(to))
            }
        }
    }

    /// The kind of the change, as `--json` names it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Integration { .. } => "integration",
            Self::Added { .. } => "parameter_added",
            Self::Removed { .. } => "parameter_removed",
            Self::NowRequired { .. } => "now_required",
            Self::NowOptional { .. } => "now_optional",
            Self::Keyword { .. } => "keyword",
        }
    }

    /// The parameter it is about, if it is about one.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Description | Self::Integration { .. } => None,
            Self::Added { parameter, .. }
            | Self::Removed { parameter }
            | Self::NowRequired { parameter }
            | Self::NowOptional { parameter }
            | Self::Keyword { parameter, .. } => Some(parameter),
        }
    }
}

/// A value in a few characters.
fn short(value: &Value) -> String {
    let text = value.to_json();
    super::text::cut_end(&super::text::clean(&text), 40).into_owned()
}

impl Drift {
    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// Compares two catalogues, the first being the older one.
pub fn compare(before: &Catalogue, after: &Catalogue) -> Drift {
    let named = |a: &Action| Named { name: a.name.to_string(), integration: a.integration.to_string() };
    let mut drift = Drift::default();
    for action in after.name_order().filter_map(|at| after.action(at)) {
        match before.get(&action.name) {
            None => drift.added.push(named(&action)),
            Some(old) => {
                let changes = changes(&old, &action);
                if !changes.is_empty() {
                    drift.changed.push(Changed { action: named(&action), changes });
                }
            }
        }
    }
    let gone = before.name_order().filter(|at| after.position(before.name(*at)).is_none());
    drift.removed = gone.filter_map(|at| before.action(at)).map(|action| named(&action)).collect();
    drift
}

/// What is different between two definitions of an action.
pub fn changes(before: &Action, after: &Action) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.integration != after.integration {
        changes.push(Change::Integration { from: before.integration.to_string() });
    }
    if before.description != after.description {
        changes.push(Change::Description);
    }
    if before.parameters.as_deref() != after.parameters.as_deref() {
        let mut comparing = Comparing { changes, seen: 0 };
        comparing.schemas(&before.schema(), &after.schema(), "", 0);
        changes = comparing.changes;
    }
    changes
}

struct Comparing {
    changes: Vec<Change>,
    seen: usize,
}

impl Comparing {
    fn schemas(&mut self, before: &Value, after: &Value, path: &str, depth: usize) {
        self.seen += 1;
        if before == after || depth > DEPTH || self.seen > LIMIT {
            return;
        }
        let (Value::Object(old), Value::Object(new)) = (before, after) else {
            self.changes.push(Change::Keyword {
                parameter: path.to_owned(),
                keyword: "schema".to_owned(),
                from: Some(before.clone()),
                to: Some(after.clone()),
            });
            return;
        };
        self.keywords(old, new, path);
        self.properties(old, new, path, depth);
        if let (Some(old), Some(new)) = (old.get("items"), new.get("items")) {
            self.schemas(old, new, &format!("{path}[]"), depth + 1);
        }
    }

    /// What is neither about members nor about items is compared as it stands.
    fn keywords(&mut self, old: &Object, new: &Object, path: &str) {
        let inner = |key: &str| match key {
            "properties" | "required" => true,
            "items" => old.contains_key(key) && new.contains_key(key),
            _ => false,
        };
        let mut keys: Vec<&str> = old.keys().filter(|k| !inner(k)).collect();
        keys.extend(new.keys().filter(|k| !inner(k) && !old.contains_key(k)));
        for key in keys {
            let (from, to) = (old.get(key), new.get(key));
            if from != to && !same_set(key, from, to) {
                self.changes.push(Change::Keyword {
                    parameter: path.to_owned(),
                    keyword: key.to_owned(),
                    from: from.cloned(),
                    to: to.cloned(),
                });
            }
        }
    }

    fn properties(&mut self, old: &Object, new: &Object, path: &str, depth: usize) {
        let none = Object::new();
        let members = |o: &Object| o.get("properties").and_then(Value::as_object).cloned();
        let (old_members, new_members) = (members(old), members(new));
        let (old_members, new_members) = (old_members.as_ref().unwrap_or(&none), new_members.as_ref().unwrap_or(&none));
        let required = |o: &Object, name: &str| {
            let list = o.get("required").and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|v| v.as_str() == Some(name)))
        };
        let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        for (name, schema) in new_members.iter() {
            let is_required = required(new, name);
            match old_members.get(name) {
                None => self.changes.push(Change::Added { parameter: at(name), required: is_required }),
                Some(before) => {
                    match (required(old, name), is_required) {
                        (false, true) => self.changes.push(Change::NowRequired { parameter: at(name) }),
                        (true, false) => self.changes.push(Change::NowOptional { parameter: at(name) }),
                        (true, true) | (false, false) => {}
                    }
                    self.schemas(before, schema, &at(name), depth + 1);
                }
            }
        }
        for name in old_members.keys().filter(|name| !new_members.contains_key(name)) {
            self.changes.push(Change::Removed { parameter: at(name) });
        }
    }
}

/// Whether two values of a keyword whose order means nothing hold the same.
fn same_set(key: &str, from: Option<&Value>, to: Option<&Value>) -> bool {
    let (Some(Value::Array(from)), Some(Value::Array(to)), true) = (from, to, matches!(key, "enum" | "type")) else {
        return false;
    };
    let sorted = |values: &[Value]| {
        let mut texts: Vec<String> = values.iter().map(Value::to_json).collect();
        texts.sort_unstable();
        texts
    };
    from.len() == to.len() && sorted(from) == sorted(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn action(name: &str, parameters: &str) -> Action {
        Action {
            name: name.into(),
            integration: "slack".into(),
            description: "".into(),
            parameters: Some(parameters.into()),
            declared: None,
        }
    }

    fn told(before: &str, after: &str) -> Vec<String> {
        changes(&action("A", before), &action("A", after)).iter().map(Change::words).collect()
    }

    #[test]
    fn actions_come_and_go() {
        let catalogue =
            |names: &[&str]| Catalogue::new(names.iter().map(|n| action(n, "{}")).collect(), Vec::new(), None);
        let drift = compare(&catalogue(&["A", "C", "B"]), &catalogue(&["C", "D", "B"]));
        let names = |list: &[Named]| list.iter().map(|n| n.name.clone()).collect::<Vec<_>>();
        assert_eq!((names(&drift.added), names(&drift.removed)), (vec!["D".to_owned()], vec!["A".to_owned()]));
        assert!(drift.changed.is_empty());
    }

    #[test]
    fn parameters_change_in_words() {
        let before =
            r#"{"required":["a"],"properties":{"a":{"type":"string"},"b":{"type":"string","maxLength":5},"c":{}}}"#;
        let after =
            r#"{"required":["b","d"],"properties":{"a":{"type":"integer"},"b":{"type":"string"},"d":{},"e":{}}}"#;
        assert_eq!(
            told(before, after),
            [
                "a is optional now",
                "a: type \"string\" became \"integer\"",
                "b is required now",
                "b: maxLength 5 is gone",
                "d is new, and required",
                "e is new",
                "c is gone"
            ]
        );
    }

    #[test]
    fn what_lies_deeper_is_told_by_its_path() {
        let before =
            r#"{"properties":{"f":{"properties":{"op":{"enum":["a","b"]}}},"to":{"items":{"type":"string"}}}}"#;
        let after =
            r#"{"properties":{"f":{"properties":{"op":{"enum":["b","a","c"]}}},"to":{"items":{"type":"number"}}}}"#;
        assert_eq!(
            told(before, after),
            [r#"f.op: enum ["a","b"] became ["b","a","c"]"#, r#"to[]: type "string" became "number""#]
        );
        let turned = after.replace(r#"["b","a","c"]"#, r#"["c","a","b"]"#);
        assert!(told(after, &turned).is_empty(), "the order of choices means nothing");
    }

    #[test]
    fn two_users_are_compared_in_words_of_their_own() {
        let before = r#"{"required":["a"],"properties":{"a":{"type":"string"},"b":{}}}"#;
        let after = r#"{"required":["c"],"properties":{"a":{"type":"number"},"c":{}}}"#;
        let changes = changes(&action("A", before), &action("A", after));
        let words: Vec<String> = changes.iter().map(|c| c.words_between("maria", "jonas")).collect();
        assert_eq!(
            words,
            [
                "only maria must give a",
                "a: type is \"string\" for maria, \"number\" for jonas",
                "only jonas has c, and must give it",
                "only maria has b"
            ]
        );
    }

    #[test]
    fn what_may_break_a_caller_is_marked() {
        assert!(Change::Removed { parameter: "a".into() }.may_break());
        assert!(!Change::Added { parameter: "a".into(), required: false }.may_break());
        assert!(!Change::Description.may_break());
    }

    proptest! {
        #[test]
        fn a_catalogue_does_not_differ_from_itself_and_turning_round_swaps(
            a in proptest::collection::vec("[A-D]{1,2}", 0..6),
            b in proptest::collection::vec("[A-D]{1,2}", 0..6),
        ) {
            let catalogue =
                |names: &[String]| Catalogue::new(names.iter().map(|n| action(n, "{}")).collect(), Vec::new(), None);
            let (a, b) = (catalogue(&a), catalogue(&b));
            prop_assert!(compare(&a, &a).is_empty());
            let (there, back) = (compare(&a, &b), compare(&b, &a));
            prop_assert_eq!(there.added, back.removed);
            prop_assert_eq!(there.removed, back.added);
        }
    }
}
