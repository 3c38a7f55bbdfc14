//! The mapping's files, and the worlds made of them.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::sandbox::{
    catalogue,
    identity::Caller,
    triggers::{Trigger, triggers},
    world::{Seat, Worlds, data},
};

fn made() -> Vec<Integration> {
    integrations().collect()
}

#[test]
fn every_file_is_right_and_stands_in_its_place() {
    let keys: Vec<_> = FILES.iter().map(|(key, _)| *key).collect();
    assert!(keys.is_sorted());
    for (key, text) in FILES {
        let file = parsed(text);
        let mapping = Mapping::read(&file, archetypes());
        assert_eq!(mapping.as_ref().map(|m| m.key), Some(*key));
        let provider = mapping.map(|m| m.provider().map_err(|e| e.to_string()));
        assert!(matches!(provider, Some(Ok(_))), "{key}: {provider:?}");
        let known = [
            "integration",
            "title",
            "brand_color",
            "category",
            "evidence",
            "ids",
            "list",
            "paging",
            "resources",
            "actions",
        ];
        assert!(file.as_object().is_some_and(|f| f.keys().all(|k| known.contains(&k))), "{key}");
        assert!(matches!(file.get("evidence").and_then(Value::as_str), Some("name only" | "guess")), "{key}");
    }
    assert_eq!(made().len(), FILES.len());
}

#[test]
fn there_are_at_least_a_hundred_and_thirty_integrations_and_every_known_name() {
    assert!(catalogue::integrations().len() >= 130, "{}", catalogue::integrations().len());
    let known = catalogue::integrations().iter().flat_map(|i| &i.entries).filter(|e| e.evidence < Evidence::Guessed);
    assert_eq!(known.count(), 701, "the actions whose names are known");
    for integration in made() {
        let guessed = integration.entries.iter().all(|e| e.evidence == Evidence::Guessed);
        assert!(!guessed || (3..=8).contains(&integration.entries.len()), "{}", integration.key);
    }
}

#[test]
fn every_resource_and_field_is_used_and_described() {
    let mut used = BTreeSet::new();
    for (key, text) in FILES {
        let file = parsed(text);
        let mapping = Mapping::read(&file, archetypes()).map(|m| {
            let named = |resource: &str| {
                let watched = |t: &Trigger| t.integration == m.key && t.resource() == resource;
                let named = m.actions.iter().any(|(_, verb, r)| {
                    let list = matches!(verb, Verb::Add(l) | Verb::Remove(l) | Verb::In(l) if *l == resource);
                    list || *r == resource
                });
                named || triggers().iter().any(watched)
            };
            m.resources.iter().filter(|(name, _)| !named(name)).map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(mapping, Some(Vec::new()), "{key}");
        let resources = file.get("resources").and_then(Value::as_object).into_iter().flat_map(Object::iter);
        used.extend(resources.filter_map(|(_, a)| a.as_str().map(str::to_owned)));
    }
    for (name, archetype) in archetypes().as_object().into_iter().flat_map(Object::iter) {
        assert!(used.contains(name), "no integration has a {name}");
        for (field, schema) in archetype.get("fields").and_then(Value::as_object).into_iter().flat_map(Object::iter) {
            let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            assert!(text.contains(" : ") && text.len() > 10, "{name} {field}: {text:?}");
        }
        let records = archetype.get("records").and_then(Value::as_array).unwrap_or_default();
        let label = archetype.get("label").and_then(Value::as_str).unwrap_or_default();
        assert!(records.len() >= 3 && records.iter().all(|r| r.get(label).is_some()), "{name}");
        assert!(
            !archetype.to_json().replace("@example.com", "").contains('@'),
            "{name}: the people are example people"
        );
    }
}

/// A value of the declared kind.
fn value(name: &str, schema: &Value) -> Value {
    if let Some(first) = schema.get("enum").and_then(Value::as_array).and_then(<[_]>::first) {
        return first.clone();
    }
    match (name, schema.get("type").and_then(Value::as_str)) {
        (_, Some("number")) => 7.into(),
        (_, Some("object")) => Value::object(),
        ("email", _) => "zebra@example.com".into(),
        _ => "zebra".into(),
    }
}

/// What is required, and a few words more, with made-up values; ids are of records that exist.
fn sample(entry: &Entry, ids: &BTreeMap<String, Value>) -> Value {
    let schema = entry.action.schema();
    let required =
        schema.get("required").and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_str);
    let more = ["memo", "subject"].into_iter().filter(|n| schema.get("properties").is_some_and(|p| p.get(n).is_some()));
    let parameters = required.chain(more).map(|name| {
        let property = schema.get("properties").and_then(|p| p.get(name)).cloned().unwrap_or_default();
        (name.to_owned(), ids.get(name).cloned().unwrap_or_else(|| value(name, &property)))
    });
    Value::Object(parameters.collect())
}

#[test]
fn every_action_reacts_on_the_world() {
    let caller = Caller { id: "u".into() };
    for integration in made() {
        let Ok(Some(provider)) = data::provider(&integration.key) else { panic!("{} has no world", integration.key) };
        let mut ids: BTreeMap<String, Value> = provider
            .resources
            .iter()
            .filter_map(|(name, r)| Some((super::schema::id_of(name), r.records.first()?.get("id")?.clone())))
            .collect();
        for entry in &integration.entries {
            let mut worlds = Worlds::default();
            let seat = Seat { caller: &caller, integration: &integration.key, account: 0 };
            let any = provider.resources.values().find_map(|r| r.records.first()?.get("id").cloned());
            if let Some(of_any) = provider.resources.iter().find(|(name, _)| **name == first_of(entry)) {
                let id = of_any.1.records.first().and_then(|r| r.get("id")).cloned();
                ids.extend(id.or(any).map(|id| ("recordId".to_owned(), id)));
            }
            let done = worlds.run(seat, &entry.action.name, &sample(entry, &ids));
            let done = done.unwrap_or_else(|e| panic!("{}: {e:?}", entry.action.name));
            assert!(
                done.answer.get("received").is_none() || entry.action.name.contains("SOAP"),
                "{} is only echoed",
                entry.action.name
            );
            let changes = !done.changes.is_empty();
            let reads = entry.side_effect == SideEffect::Read || entry.action.name.contains("SOAP");
            assert_eq!(changes, !reads, "{}: {done:?}", entry.action.name);
        }
    }
}

/// The first choice of `recordType`.
fn first_of(entry: &Entry) -> String {
    let schema = entry.action.schema();
    let property = schema.get("properties").and_then(|p| p.get("recordType")).cloned().unwrap_or_default();
    value("recordType", &property).as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_is_created_is_found_changed_and_deleted_everywhere() {
    let caller = Caller { id: "u".into() };
    let mut tried = 0;
    for (_, text) in FILES {
        let file = parsed(text);
        let Some(mapping) = Mapping::read(&file, archetypes()) else { panic!("{text}") };
        let Some(integration) = mapping.integration() else { panic!("{text}") };
        let named = |verb: Verb<'_>, resource: &str| {
            let (name, ..) = mapping.actions.iter().find(|(_, v, r)| *v == verb && *r == resource)?;
            integration.entries.iter().find(|e| &*e.action.name == *name)
        };
        for (resource, _) in &mapping.resources {
            let mut worlds = Worlds::default();
            let seat = Seat { caller: &caller, integration: mapping.key, account: 0 };
            let Some(create) = named(Verb::Create, resource) else { continue };
            let mut run =
                |entry: &Entry, parameters: &Value| worlds.run(seat, &entry.action.name, parameters).map(|d| d.answer);
            let made = run(create, &sample(create, &BTreeMap::new()))
                .unwrap_or_else(|e| panic!("{}: {e:?}", create.action.name));
            let id = made.get("id").cloned().unwrap_or_default();
            assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{}: {made}", create.action.name);
            let by_id = Object::from_iter([(super::schema::id_of(resource), id.clone())]);
            tried += 1;
            if let Some(search) = named(Verb::Search, resource) {
                let found = run(search, &Object::from_iter([("query", "zebra")]).into()).unwrap_or_default();
                let list = mapping.text("list").unwrap_or("records");
                assert!(
                    found.get(list).is_some_and(|l| l.to_json().contains(&id.to_json())),
                    "{}: {found}",
                    search.action.name
                );
            }
            if let Some(get) = named(Verb::Get, resource) {
                assert_eq!(run(get, &by_id.clone().into()), Ok(made.clone()), "{}", get.action.name);
            }
            if let Some(delete) = named(Verb::Delete, resource) {
                assert!(run(delete, &by_id.clone().into()).is_ok(), "{}", delete.action.name);
                assert!(run(delete, &by_id.clone().into()).is_err(), "{} a second time", delete.action.name);
            }
        }
    }
    assert!(tried > 100, "{tried}");
}
