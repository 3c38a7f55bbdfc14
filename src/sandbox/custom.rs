//! Custom fields: what the administrators of an account have added to its records, so that two users, or two accounts of
//! one user, see different schemas of the same action.
//!
//! `assets/sandbox/custom-fields.json` lists them by `user`, `integration` and `account` (0 is the one connected first).
//! Each of the `fields` has a `name`, the actions it is a parameter `in`, its `schema`, and may be `required`; `records`
//! (resource → id → members) are merged into the account's records at the beginning.
//!
//! More of them come to be while the sandbox runs: what a record of the world adds to its account's actions
//! ([`super::world::data`], `parameter`), as Salesforce's own custom fields do.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use super::check::Check;
use crate::domain::{
    action::Action,
    document::{Object, Value},
};

const FILE: &str = include_str!("../../assets/sandbox/custom-fields.json");

/// How many accounts may have more than at the beginning; those of long ago are forgotten first, as their worlds are.
const GROWN_AT_MOST: usize = 256;

/// The custom fields of one account.
#[derive(Debug)]
pub struct Custom {
    /// No two that ever were have the same.
    pub number: usize,
    user: String,
    integration: String,
    account: usize,
    fields: Vec<Field>,
    /// Resource → id → members.
    pub records: Value,
    /// What the parameters of each action concerned are checked with; made on first use.
    checks: BTreeMap<String, OnceLock<Check>>,
}

/// A field that an action takes.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: String,
    actions: Vec<String>,
    schema: Value,
    required: bool,
}

/// Every account with custom fields at the beginning; read on first use.
pub fn all() -> &'static [Arc<Custom>] {
    static READ: OnceLock<Vec<Arc<Custom>>> = OnceLock::new();
    READ.get_or_init(|| {
        let file = Value::parse(FILE.as_bytes()).unwrap_or_default();
        // A row that cannot be read would be a mistake in this program: a test counts them.
        let rows = file.as_array().unwrap_or_default().iter().enumerate();
        rows.filter_map(|(number, row)| Custom::read(number, row)).map(Arc::new).collect()
    })
}

/// The custom fields a user's account at an integration has at the beginning.
pub fn of(user: &str, integration: &str, account: usize) -> Option<&'static Arc<Custom>> {
    all().iter().find(|c| c.is_of(user, integration, account))
}

/// The custom fields of every account: those of the beginning, and what was made since.
#[derive(Debug, Default)]
pub struct Customs {
    /// Accounts that have more than at the beginning.
    grown: Vec<Arc<Custom>>,
    /// How many came to be.
    made: usize,
}

impl Customs {
    /// The custom fields of a user's account at an integration.
    pub fn of(&self, user: &str, integration: &str, account: usize) -> Option<&Arc<Custom>> {
        let grown = self.grown.iter().find(|c| c.is_of(user, integration, account));
        grown.or_else(|| of(user, integration, account))
    }

    /// Says what the records of an account add to its actions: objects of `name`, `in` and `schema` each.
    pub fn grow(&mut self, (user, integration, account): (&str, &str, usize), parameters: &[Value]) {
        let at_first = of(user, integration, account);
        let mut fields = at_first.map(|c| c.fields.clone()).unwrap_or_default();
        fields.extend(parameters.iter().filter_map(Field::read));
        self.grown.retain(|c| !c.is_of(user, integration, account));
        if self.grown.len() >= GROWN_AT_MOST {
            self.grown.remove(0);
        }
        let number = all().len() + self.made;
        self.made += 1;
        self.grown.push(Arc::new(Custom {
            number,
            user: user.to_owned(),
            integration: integration.to_owned(),
            account,
            checks: checks(&fields),
            fields,
            records: Value::object(),
        }));
    }

    /// Forgets what was made: by everybody, or by one user.
    pub fn reset(&mut self, user: Option<&str>) {
        self.grown.retain(|c| user.is_some_and(|u| u != c.user));
    }
}

fn checks(fields: &[Field]) -> BTreeMap<String, OnceLock<Check>> {
    fields.iter().flat_map(|f| &f.actions).map(|name| (name.clone(), OnceLock::new())).collect()
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

impl Field {
    fn read(field: &Value) -> Option<Self> {
        let actions = field.get("in")?.as_array()?.iter().map(|a| a.as_str().map(str::to_owned));
        Some(Self {
            name: text(field, "name")?,
            actions: actions.collect::<Option<_>>()?,
            schema: field.get("schema")?.clone(),
            required: field.get("required").and_then(Value::as_bool).unwrap_or(false),
        })
    }
}

impl Custom {
    fn read(number: usize, row: &Value) -> Option<Self> {
        let fields: Vec<_> = row.get("fields")?.as_array()?.iter().map(Field::read).collect::<Option<_>>()?;
        Some(Self {
            number,
            user: text(row, "user")?,
            integration: text(row, "integration")?,
            account: usize::try_from(row.get("account")?.as_i64()?).ok()?,
            checks: checks(&fields),
            fields,
            records: row.get("records")?.clone(),
        })
    }

    fn is_of(&self, user: &str, integration: &str, account: usize) -> bool {
        self.account == account && self.integration == integration && self.user == user
    }

    /// What this account's parameters of an action are checked with, where it has fields of its own there; `name` is what
    /// the action is a copy of.
    pub fn check(&self, action: &Action, name: &str) -> Option<&Check> {
        let check = self.checks.get(name)?;
        Some(check.get_or_init(|| Check::of(&self.action(action, name).unwrap_or_else(|| action.clone()))))
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
