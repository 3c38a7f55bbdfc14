//! The accounts the data files describe, used as a caller would: every action of the catalogue answers, and what one
//! action makes the others find, show, change and remove.

mod business;
mod crm;
mod needed;
mod office;
mod trackers;
mod workspace;

use std::{collections::BTreeSet, sync::Arc};

use needed::{FIELD, NEEDED};

use super::{
    data::{self, Provider},
    engine::Refusal,
    path,
    store::Store,
};
use crate::{
    domain::{
        document::Value,
        schema::validate::{Verdict, check},
    },
    sandbox::catalogue,
};

/// One connected account, with what tests need around it.
struct Account(Store);

impl Account {
    fn of(integration: &str) -> Self {
        Self(Store::new(provider(integration)))
    }

    /// Runs an action; `@contact` in the parameters is the id of the first record of the resource `contact`.
    fn run(&mut self, action: &str, parameters: &str) -> Result<Value, Refusal> {
        let user = json(r#"{"id":"maria","name":"Maria Santos","email":"maria.santos@example.com"}"#);
        let parameters = self.parameters(parameters);
        self.0.run(action, &parameters, &user)
    }

    fn parameters(&self, parameters: &str) -> Value {
        let dump = self.0.dump();
        let mut text = parameters.to_owned();
        for (name, resource) in &self.0.provider.resources {
            let rows = dump.get(name).and_then(Value::as_array).unwrap_or_default();
            if let Some(id) = rows.first().and_then(|row| path::get(row, &resource.id)).and_then(Value::as_str) {
                text = text.replace(&format!("\"@{name}\""), &format!("\"{id}\""));
            }
        }
        json(&text)
    }

    fn ok(&mut self, action: &str, parameters: &str) -> Value {
        match self.run(action, parameters) {
            Ok(value) => value,
            Err(refusal) => panic!("{action} {parameters}: {refusal:?}"),
        }
    }

    fn missing(&mut self, action: &str, parameters: &str) {
        let answer = self.run(action, parameters);
        assert!(matches!(answer, Err(Refusal::Provider { missing: true, .. })), "{action} {parameters}: {answer:?}");
    }
}

fn provider(integration: &str) -> Arc<Provider> {
    let all = data::providers().expect("the files read");
    Arc::clone(all.get(integration).expect(integration))
}

fn json(text: &str) -> Value {
    Value::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// What stands at a dotted path, as JSON text; empty where there is nothing.
fn at(value: &Value, dotted: &str) -> String {
    let found = path::get(value, &path::parse(dotted));
    found.map(|v| v.as_str().map_or_else(|| v.to_json(), str::to_owned)).unwrap_or_default()
}

fn count(value: &Value, dotted: &str) -> usize {
    path::get(value, &path::parse(dotted)).and_then(Value::as_array).map_or(0, <[_]>::len)
}

#[test]
fn every_action_answers_parameters_that_meet_its_schema() {
    let mut used = BTreeSet::new();
    // Those made of archetypes have tests of their own.
    let files = data::providers().expect("the files read");
    for integration in catalogue::integrations() {
        let Some(provider) = files.get(&*integration.key) else { continue };
        let listed: BTreeSet<_> = integration.entries.iter().map(|e| e.action.name.to_string()).collect();
        let known: BTreeSet<_> = provider.actions.keys().cloned().collect();
        assert_eq!(listed, known, "{}", integration.key);
        for entry in &integration.entries {
            let name = &*entry.action.name;
            let needed = NEEDED.iter().find(|(n, _)| *n == name).map(|(_, p)| *p);
            used.extend(needed.map(|_| name));
            let field = name.starts_with("SALESFORCE_CREATE_CUSTOM_FIELD_").then_some(FIELD);
            let mut account = Account(Store::new(Arc::clone(provider)));
            let text = needed.or(field).unwrap_or("{}");
            let verdict = check(&entry.action.schema(), &account.parameters(text));
            assert_eq!(verdict, Verdict::Checked(vec![]), "{name}");
            let answer = account.ok(name, text);
            assert!(!answer.is_null(), "{name} answers nothing");
            let written = answer.to_json();
            assert!(!written.contains("{{") && !written.contains("\"_\":"), "{name}: {written}");
        }
    }
    assert_eq!(used.len(), NEEDED.len(), "every row is used");
}

#[test]
fn records_at_the_beginning_have_ids_like_new_ones_and_refer_to_each_other() {
    for (integration, provider) in data::providers().expect("the files read") {
        let mut store = Store::new(Arc::clone(&provider));
        let dump = store.dump();
        for (name, resource) in &provider.resources {
            let rows = dump.get(name).and_then(Value::as_array).unwrap_or_default();
            let ids: Vec<_> = rows.iter().map(|r| at(r, &resource.id.join("."))).collect();
            let distinct: BTreeSet<_> = ids.iter().collect();
            assert!(distinct.len() == ids.len() && !ids.iter().any(String::is_empty), "{integration}/{name}: {ids:?}");
            // A Jira key begins with its project's, which no style can know.
            let styled = resource.new.is_some() && format!("{integration}/{name}") != "jira/issue";
            if let (Some(first), true) = (ids.first(), styled) {
                let made = store.new_id(name, resource);
                let made = made.as_str().unwrap_or_default();
                let any = first.len() == 36 || first.bytes().all(|b| b.is_ascii_digit());
                assert_eq!(made.len(), first.len(), "{integration}/{name}: {made} {first}");
                assert!(any || made[..1] == first[..1], "{integration}/{name}: {made} {first}");
            }
            for (relation, (other, by)) in &resource.relations {
                let target = dump.get(other).and_then(Value::as_array).expect("a resource");
                let key = provider.resources[other].id.join(".");
                for row in rows {
                    let id = at(row, &by.join("."));
                    let found = id.is_empty() || id == "null" || target.iter().any(|t| at(t, &key) == id);
                    assert!(found, "{integration}/{name}: no {relation} {id}");
                }
            }
        }
    }
}
