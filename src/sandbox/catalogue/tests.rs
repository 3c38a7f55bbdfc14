//! The catalogue's files, checked one by one and together.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::{
    document::Value,
    schema::validate::{Verdict, check},
};

fn all() -> impl Iterator<Item = (&'static Integration, &'static Entry)> {
    integrations().iter().flat_map(|i| i.entries.iter().map(move |e| (i, e)))
}

fn schema(entry: &Entry) -> Value {
    assert_eq!(entry.action.schema_problem(), None, "{}", entry.action.name);
    entry.action.schema()
}

#[test]
fn every_file_reads_and_they_stand_in_the_order_of_their_keys() {
    for text in FILES {
        let start: String = text.chars().take(60).collect();
        assert!(read(text).is_ok(), "{start} … {:?}", read(text).err());
    }
    let keys: Vec<_> = integrations().iter().map(|i| &*i.key).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(keys, sorted);
}

#[test]
fn an_integration_says_what_the_metadata_endpoints_tell() {
    for i in integrations() {
        assert!(!i.title.is_empty() && !i.entries.is_empty(), "{}", i.key);
        let digits = i.brand_color.strip_prefix('#').unwrap_or_default();
        assert!(digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()), "{} {}", i.key, i.brand_color);
        assert!(i.category.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !i.category.is_empty(), "{}", i.key);
    }
}

#[test]
fn names_are_unique_and_share_their_integrations_prefix() {
    let mut seen = BTreeSet::new();
    for (i, e) in all() {
        let name = &*e.action.name;
        assert!(seen.insert(name), "{name} is there twice");
        assert!(name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'), "{name}");
        let bare: String = name.to_lowercase().split('_').collect();
        assert!(bare.starts_with(&*i.key), "{name} in {}", i.key);
        assert_eq!(entry(name).map(|(i, _)| &i.key), Some(&i.key));
    }
}

#[test]
fn descriptions_are_there_distinct_and_useful() {
    let mut seen = BTreeMap::new();
    for (_, e) in all() {
        let (name, text) = (&*e.action.name, &*e.action.description);
        assert!(text.chars().count() >= 40, "{name}: {text}");
        assert_eq!(seen.insert(text, name), None, "{name} has another's description");
        assert!(text.contains("Returns: ") || text.contains("returns"), "{name} does not say what comes back");
        assert!(e.side_effect != SideEffect::Unknown, "{name}");
        assert!(e.approximated.iter().any(|a| a == "description"), "{name}: descriptions are akx's own words");
    }
}

#[test]
fn what_is_approximated_or_chosen_from_a_source_exists() {
    for (_, e) in all() {
        let schema = schema(e);
        let properties = schema.get("properties").and_then(Value::as_object).expect("properties");
        let named = |note: &str| {
            let subject = note.split([' ', ',']).next().unwrap_or_default();
            matches!(subject, "description" | "additionalProperties" | "parameters") || properties.contains_key(subject)
        };
        for note in &e.approximated {
            assert!(named(note), "{}: {note}", e.action.name);
        }
        for parameter in e.sources.keys() {
            assert!(properties.contains_key(parameter), "{}: {parameter}", e.action.name);
        }
        if e.evidence == Evidence::NameOnly {
            let marked = e.approximated.iter().any(|a| a == "parameters");
            assert!(marked || properties.is_empty(), "{}: all its parameters are guessed", e.action.name);
        }
    }
}

#[test]
fn every_schema_can_be_checked_with() {
    for (_, e) in all() {
        let verdict = check(&schema(e), &Value::parse(b"{}").expect("an object"));
        let Verdict::Checked(missing) = verdict else { panic!("{}: {verdict:?}", e.action.name) };
        assert!(missing.iter().all(|v| v.keyword == "required"), "{}: {missing:?}", e.action.name);
    }
}

#[test]
fn space_goes_between_tokens_only() {
    assert_eq!(closed_up("{ \"a b\" : [ 1 ,\n\t\"\\\" c\\\\\" , \"d e\" ] }"), r#"{"a b":[1,"\" c\\","d e"]}"#);
}
