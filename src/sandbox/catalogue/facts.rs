//! The catalogue and the triggers beside what is publicly known of the real ones (`tests/fixtures`, collected and reviewed
//! apart from the files of `assets/sandbox`).

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::{domain::document::Value, sandbox::triggers::triggers};

const NAMES: &str = include_str!("../../../tests/fixtures/action-names.txt");
const PARAMETERS: &str = include_str!("../../../tests/fixtures/known-parameters.txt");
const TRIGGERS: &str = include_str!("../../../tests/fixtures/trigger-names.txt");

/// What Paragon's present documentation names beside what was captured or mirrored earlier.
const LATER: [&str; 7] = [
    "HUBSPOT_UPDATE_RECORD_CONTACTS additionalFieldsJSON",
    "HUBSPOT_UPDATE_RECORD_CONTACTS field-hs_lead_status",
    "HUBSPOT_UPDATE_RECORD_CONTACTS field-hubspot_owner_id",
    "SALESFORCE_SEARCH_RECORDS_ANY includeAllFields",
    "SALESFORCE_SEARCH_RECORDS_CONTACT includeAllFields",
    "SALESFORCE_SEARCH_RECORDS_CONTACT sortBy",
    "SALESFORCE_SEARCH_RECORDS_CONTACT sortDirection",
];

/// Documented without their parameters, but for `recordType`.
const IN_PART: [&str; 2] = ["SALESFORCE_CREATE_RECORD", "SALESFORCE_UPDATE_RECORD"];

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn pairs(text: &'static str) -> BTreeSet<(&'static str, &'static str)> {
    lines(text).filter_map(|line| line.split_once(' ')).collect()
}

#[test]
fn the_actions_of_every_known_integration_are_the_real_ones_and_no_others() {
    let real = pairs(NAMES);
    assert_eq!(real.len(), 701);
    let known: BTreeSet<_> = real.iter().map(|(integration, _)| *integration).collect();
    assert_eq!(known.len(), 57);
    let ours = integrations().iter().filter(|i| known.contains(&*i.key));
    let ours = ours.flat_map(|i| i.entries.iter().map(|e| (&*i.key, &*e.action.name))).collect::<BTreeSet<_>>();
    assert_eq!(ours.difference(&real).collect::<Vec<_>>(), [&("", ""); 0], "not among the real ones");
    assert_eq!(real.difference(&ours).collect::<Vec<_>>(), [&("", ""); 0], "missing here");

    assert!(integrations().len() >= 130, "{}", integrations().len());
    for i in integrations().iter().filter(|i| !known.contains(&*i.key)) {
        assert!((3..=8).contains(&i.entries.len()), "{}: {}", i.key, i.entries.len());
        assert!(i.entries.iter().all(|e| e.evidence == Evidence::Guessed), "{}: its names are akx's own", i.key);
    }
}

#[test]
fn the_triggers_are_the_real_ones() {
    let ours: BTreeSet<_> = triggers().iter().map(|t| (&*t.integration, &*t.name)).collect();
    assert_eq!(ours, pairs(TRIGGERS));
}

/// The parameters of one action: the name (with what it stands in) to the type, and whether it is required.
type Parameters = BTreeMap<String, (String, bool)>;

fn known() -> BTreeMap<&'static str, Parameters> {
    let mut known: BTreeMap<&str, Parameters> = BTreeMap::new();
    let mut action = "";
    for line in lines(PARAMETERS) {
        let Some(parameter) = line.strip_prefix("  ") else {
            action = line;
            known.entry(action).or_default();
            continue;
        };
        let Some((name, kind)) = parameter.rsplit_once(": ") else { panic!("{line}") };
        let (kind, required) = kind.strip_suffix(" required").map_or((kind, false), |kind| (kind, true));
        known.entry(action).or_default().insert(name.to_owned(), (kind.to_owned(), required));
    }
    known
}

/// The same of a schema, one level of nested ones included where something is known of them.
fn listed(schema: &Value, before: &str, known: &Parameters) -> Parameters {
    let required = schema.get("required").and_then(Value::as_array).unwrap_or_default();
    let mut all = Parameters::new();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|o| o.iter()) {
        let kind = property.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let needed = required.iter().any(|r| r.as_str() == Some(name));
        let inside = format!("{before}{name} > ");
        if known.keys().any(|k| k.starts_with(&inside)) {
            all.extend(listed(property, &inside, known));
        }
        all.insert(format!("{before}{name}"), (kind, needed));
    }
    all
}

#[test]
fn what_is_known_of_parameters_is_so_to_the_letter() {
    let known = known();
    assert_eq!((known.len(), known.values().map(BTreeMap::len).sum::<usize>()), (221, 1081));
    let mut later = BTreeSet::new();
    for (name, real) in &known {
        let Some((_, entry)) = entry(name) else { panic!("{name} is not there") };
        let mut ours = listed(&entry.action.schema(), "", real);
        for parameter in LATER.iter().filter_map(|l| l.split_once(' ')).filter(|(n, _)| n == name).map(|(_, p)| p) {
            if ours.remove(parameter).is_some() {
                later.insert(format!("{name} {parameter}"));
            }
        }
        assert_eq!(ours, *real, "{name}");
        assert!(entry.evidence < Evidence::NameOnly, "{name}: more than its name is known");
    }
    assert_eq!(later.len(), LATER.len(), "every exception is one: {later:?}");
    for entry in integrations().iter().flat_map(|i| &i.entries).filter(|e| e.evidence < Evidence::NameOnly) {
        let name = &*entry.action.name;
        assert!(known.contains_key(name) || IN_PART.contains(&name), "{name}: where is it known from?");
    }
}
