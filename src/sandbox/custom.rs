//! Custom fields: what the administrators of an account have added to its records, so that two users, or two accounts of
//! one user, see different schemas of the same action.
//!
//! `assets/sandbox/custom-fields.json` lists them by `user`, `integration` and `account` (0 is the one connected first).
//! Each of the `fields` has a `name`, the actions it is a parameter `in`, its `schema`, and may be `required`; `records`
//! (resource → id → members) are merged into the account's records at the beginning.

use std::sync::OnceLock;

use crate::domain::{
    action::Action,
    document::{Object, Value},
};

const FILE: &str = include_str!("../../assets/sandbox/custom-fields.json");

/// The custom fields of one account.
#[derive(Debug, PartialEq)]
pub struct Custom {
    /// Which of the file's rows it is.
    pub number: usize,
    user: String,
    integration: String,
    account: usize,
    fields: Vec<Field>,
    /// Resource → id → members.
    pub records: Value,
}

/// A field that an action takes.
#[derive(Debug, PartialEq)]
struct Field {
    name: String,
    actions: Vec<String>,
    schema: Value,
    required: bool,
}

/// Every account with custom fields; read on first use.
pub fn all() -> &'static [Custom] {
    static READ: OnceLock<Vec<Custom>> = OnceLock::new();
    READ.get_or_init(|| {
        let file = Value::parse(FILE.as_bytes()).unwrap_or_default();
        // A row that cannot be read would be a mistake in this program: a test counts them.
        file.as_array().unwrap_or_default().iter().enumerate().filter_map(|(i, row)| Custom::read(i, row)).collect()
    })
}

/// The custom fields of a user's account at an integration.
pub fn of(user: &str, integration: &str, account: usize) -> Option<&'static Custom> {
    all().iter().find(|c| c.user == user && c.integration == integration && c.account == account)
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

impl Custom {
    fn read(number: usize, row: &Value) -> Option<Self> {
        let field = |field: &Value| {
            let actions = field.get("in")?.as_array()?.iter().map(|a| a.as_str().map(str::to_owned));
            Some(Field {
                name: text(field, "name")?,
                actions: actions.collect::<Option<_>>()?,
                schema: field.get("schema")?.clone(),
                required: field.get("required").and_then(Value::as_bool).unwrap_or(false),
            })
        };
        Some(Self {
            number,
            user: text(row, "user")?,
            integration: text(row, "integration")?,
            account: usize::try_from(row.get("account")?.as_i64()?).ok()?,
            fields: row.get("fields")?.as_array()?.iter().map(field).collect::<Option<_>>()?,
            records: row.get("records")?.clone(),
        })
    }

    /// The actions that take a field of its own, one perhaps several times.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().flat_map(|f| f.actions.iter().map(String::as_str))
    }

    /// The action with this account's fields in its schema, where it takes any; `name` is what the action is a copy of.
    pub fn action(&self, action: &Action, name: &str) -> Option<Action> {
        let fields: Vec<&Field> = self.fields.iter().filter(|f| f.actions.iter().any(|a| a == name)).collect();
        if fields.is_empty() {
            return None;
        }
        let mut schema = action.schema();
        let members = schema.as_object_mut()?;
        let mut properties = members.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut required = members.get("required").and_then(Value::as_array).unwrap_or_default().to_vec();
        for field in fields {
            properties.insert(field.name.as_str(), field.schema.clone());
            if field.required {
                required.push(field.name.as_str().into());
            }
        }
        members.insert("properties", Value::from(properties));
        members.insert("required", Value::Array(required));
        Some(Action { parameters: Some(schema.to_json().into()), ..action.clone() })
    }
}

/// Merges `more` into a record: objects member by member, arrays by appending, all else by replacing.
pub fn add(record: &mut Value, more: &Value) {
    if let (Some(members), Some(more)) = (record.as_object_mut(), more.as_object()) {
        for (key, value) in more.iter() {
            let mut inner = members.get(key).cloned().unwrap_or_default();
            add(&mut inner, value);
            members.insert(key, inner);
        }
        return;
    }
    *record = match (record.as_array(), more.as_array()) {
        (Some(items), Some(more)) => Value::Array([items, more].concat()),
        _ => more.clone(),
    };
}

/// The patches of an account's records: resource, id, members.
pub fn patches(records: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let resources = records.as_object().into_iter().flat_map(Object::iter);
    resources.flat_map(|(resource, rows)| {
        rows.as_object().into_iter().flat_map(Object::iter).map(move |(id, members)| (resource, id, members))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{
        catalogue,
        identity::DemoUser,
        world::{data, path, template::plain},
    };

    #[test]
    fn every_row_is_read_and_names_what_is_there() {
        assert_eq!(all().len(), FILE.matches("\"user\"").count());
        for custom in all() {
            assert!(DemoUser::find(&custom.user).is_some(), "{}", custom.user);
            let Ok(Some(provider)) = data::provider(&custom.integration) else { panic!("{}", custom.integration) };
            for field in &custom.fields {
                for action in &field.actions {
                    let (integration, entry) = catalogue::entry(action).expect(action);
                    assert_eq!(*integration.key, custom.integration);
                    let known = entry.action.schema().get("properties").and_then(|p| p.get(&field.name)).is_some();
                    assert!(!known, "{action} has {} for everybody", field.name);
                    let own = custom.action(&entry.action, action).expect("it takes the field");
                    let built = jsonschema::validator_for(&own.schema().to_serde().expect("plain JSON"));
                    assert!(built.is_ok(), "{action}: {:?}", built.err());
                }
            }
            for (resource, id, _) in patches(&custom.records) {
                let rows = &provider.resources.get(resource).expect(resource);
                let there = rows.records.iter().any(|r| path::get(r, &rows.id).is_some_and(|v| plain(v) == id));
                assert!(there, "{}: no {resource} {id}", custom.integration);
            }
        }
    }

    #[test]
    fn objects_are_merged_and_arrays_go_on() {
        let json = |text: &str| Value::parse(text.as_bytes()).unwrap_or_default();
        let mut record = json(r#"{"a":{"b":1,"list":[1]},"c":2}"#);
        add(&mut record, &json(r#"{"a":{"list":[2],"new":true},"c":3}"#));
        assert_eq!(record, json(r#"{"a":{"b":1,"list":[1,2],"new":true},"c":3}"#));
    }
}
