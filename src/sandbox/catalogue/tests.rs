//! The catalogue's files, checked one by one and together.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::domain::{
    document::{Object, Value},
    schema::validate::{Verdict, check},
};

fn all() -> impl Iterator<Item = (&'static Integration, &'static Entry)> {
    integrations().iter().flat_map(|i| i.entries.iter().map(move |e| (i, e)))
}

/// The actions written out one by one, not those made of archetypes.
fn by_hand() -> impl Iterator<Item = (&'static Integration, &'static Entry)> {
    let own: BTreeSet<_> = written().map(|i| i.key).collect();
    all().filter(move |(i, _)| own.contains(&i.key))
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
    for (_, e) in all() {
        let name = &*e.action.name;
        assert!(seen.insert(name), "{name} is there twice");
    }
    for (i, e) in by_hand() {
        let name = &*e.action.name;
        assert!(name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'), "{name}");
        let bare: String = name.to_lowercase().split('_').collect();
        // The one integration here whose actions do not begin with its key.
        let prefix = if &*i.key == "microsoftTeams" { "teams".to_owned() } else { i.key.to_lowercase() };
        assert!(bare.starts_with(&prefix), "{name} in {}", i.key);
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
            matches!(subject, "description" | "additionalProperties" | "parameters" | "name")
                || properties.contains_key(subject)
        };
        for note in &e.approximated {
            assert!(named(note), "{}: {note}", e.action.name);
        }
        for parameter in e.sources.keys() {
            assert!(properties.contains_key(parameter), "{}: {parameter}", e.action.name);
        }
        if e.evidence >= Evidence::NameOnly {
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

/// Calls `found` with every subschema of every action: the action's name, the path, and the subschema.
fn each_subschema(mut found: impl FnMut(&str, &str, &Value)) {
    fn walk(action: &str, path: &str, schema: &Value, found: &mut impl FnMut(&str, &str, &Value)) {
        found(action, path, schema);
        for keyword in ["properties", "$defs"] {
            for (name, sub) in schema.get(keyword).and_then(Value::as_object).iter().flat_map(|o| o.iter()) {
                walk(action, &format!("{path}/{name}"), sub, found);
            }
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(sub) = schema.get(keyword).filter(|s| s.as_object().is_some()) {
                walk(action, &format!("{path}/*"), sub, found);
            }
        }
        for (at, sub) in schema.get("oneOf").and_then(Value::as_array).iter().flat_map(|a| a.iter().enumerate()) {
            walk(action, &format!("{path}/{at}"), sub, found);
        }
    }
    for (_, e) in by_hand() {
        walk(&e.action.name, "", &schema(e), &mut found);
    }
}

fn members(schema: &Value, keyword: &str) -> usize {
    schema.get(keyword).map_or(0, |v| v.as_array().map_or_else(|| v.as_object().map_or(0, Object::len), <[_]>::len))
}

#[test]
fn every_schema_is_one_and_only_one_action_has_empty_choices() {
    for (_, e) in all() {
        let built = jsonschema::validator_for(&schema(e).to_serde().expect("plain JSON"));
        assert!(built.is_ok(), "{}: {:?}", e.action.name, built.err());
    }
    // JSON Schema allows an empty `enum`, which nothing meets; Ajv refuses the whole schema for it.
    let mut empty = Vec::new();
    each_subschema(|action, path, schema| {
        if schema.get("enum").and_then(Value::as_array).is_some_and(<[_]>::is_empty) {
            assert_eq!(action, "HUBSPOT_CREATE_RECORD_CONTACTS");
            empty.push(path.to_owned());
        }
    });
    assert_eq!(
        empty,
        [
            "/hubspot_owner_id",
            "/hs_all_assigned_business_unit_ids",
            "/hs_persona",
            "/hs_pipeline",
            "/hs_shared_team_ids",
            "/hs_shared_user_ids",
        ]
    );
}

#[test]
fn what_is_declared_object_but_is_not_passes_all_the_same() {
    for (name, parameter, real) in [
        ("SLACK_SEND_MESSAGE", "blocks", r#"[{"type":"divider"}]"#),
        ("SLACK_SEND_DIRECT_MESSAGE", "blocks", "[]"),
        ("GMAIL_SEND_EMAIL", "toRecipients", r#"["maria@example.com"]"#),
        ("NOTION_CREATE_PAGE", "children", r#"[{"object":"block"}]"#),
        ("SALESFORCE_WRITE_SOQL_QUERY", "query", r#""SELECT Id FROM Contact""#),
    ] {
        let (_, e) = entry(name).expect(name);
        let declared = schema(e).get("properties").and_then(|p| p.get(parameter)).cloned().expect(parameter);
        assert_eq!(declared.get("type").and_then(Value::as_str), Some("object"), "{name}");
        let strict = jsonschema::validator_for(&declared.to_serde().expect("plain JSON")).expect("a schema");
        let real = Value::parse(real.as_bytes()).expect("JSON");
        assert!(!strict.is_valid(&real.to_serde().expect("plain JSON")), "{name}");
        let sent = Value::parse(format!("{{\"{parameter}\":{real}}}").as_bytes()).expect("JSON");
        let Verdict::Checked(violations) = check(&schema(e), &sent) else { panic!("{name}: not checked") };
        assert!(violations.iter().all(|v| v.keyword == "required"), "{name}: {violations:?}");
    }
}

#[test]
fn the_schemas_are_as_large_and_as_odd_as_the_real_ones() {
    let (_, contacts) = entry("HUBSPOT_CREATE_RECORD_CONTACTS").expect("contacts");
    assert_eq!(members(&schema(contacts), "properties"), 127);
    let (_, contact) = entry("SALESFORCE_CREATE_RECORD_CONTACT").expect("contact");
    assert_eq!(members(&schema(contact), "properties"), 64);

    let (mut choices, mut odd_names, mut empty, mut open) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut references, mut variants, mut number_as_text) = (0, 0, Vec::new());
    each_subschema(|action, path, schema| {
        choices.push(members(schema, "enum"));
        references += usize::from(schema.get("$ref").is_some());
        variants += usize::from(schema.get("oneOf").is_some());
        let name = path.rsplit('/').next().unwrap_or_default();
        if name.contains(['.', '-']) {
            odd_names.push(name.to_owned());
        }
        if path.is_empty() && members(schema, "properties") == 0 {
            empty.push(action.to_owned());
        }
        if path.is_empty() && schema.get("additionalProperties").is_none() {
            open.push(action.to_owned());
        }
        let is_text = schema.get("type").and_then(Value::as_str) == Some("string");
        if is_text && matches!(name, "pageSize" | "page_size" | "length" | "callDurationInSeconds") {
            number_as_text.push(name.to_owned());
        }
    });
    choices.sort_unstable();
    assert_eq!(choices[choices.len() - 3..], [128, 203, 525]);
    assert_eq!(odd_names, ["field-hs_lead_status", "field-hubspot_owner_id", "filter.value"]);
    assert_eq!(
        empty,
        [
            "ASANA_GET_WORKSPACES",
            "CLICKUP_GET_MEMBER",
            "JIRA_GET_ISSUE_TYPES",
            "JIRA_UPDATE_ISSUE_ANY",
            "SALESFORCE_CREATE_CUSTOM_FIELD_ANY",
            "SALESFORCE_CREATE_RECORD_ANY",
            "SALESFORCE_UPDATE_RECORD_ANY",
            "SLACK_LIST_CHANNELS",
            "SLACK_LIST_MEMBERS",
        ]
    );
    assert_eq!(
        open,
        [
            "HUBSPOT_CREATE_RECORD_ANY",
            "HUBSPOT_UPDATE_RECORD_ANY",
            "JIRA_UPDATE_ISSUE_ANY",
            "SALESFORCE_CREATE_CUSTOM_FIELD_ANY",
            "SALESFORCE_CREATE_RECORD_ANY",
            "SALESFORCE_UPDATE_RECORD_ANY",
        ]
    );
    assert!(references >= 3 && variants == 1, "{references} references, {variants} variants");
    number_as_text.sort_unstable();
    number_as_text.dedup();
    assert_eq!(number_as_text, ["callDurationInSeconds", "length", "pageSize", "page_size"]);
}

#[test]
fn every_described_parameter_is_described_for_people() {
    let (mut settings, mut lines) = (0, 0);
    for (_, e) in by_hand() {
        let text = e.action.parameters.as_deref().unwrap_or_default();
        settings += text.matches("{{settings.").count();
        lines += text.matches("\\n").count();
    }
    assert!(settings >= 5 && lines >= 20, "{settings} settings, {lines} line breaks");
    each_subschema(|action, path, schema| {
        let parameter = !path.is_empty() && !path.contains('*') && schema.get("const").is_none();
        let variant = path.rsplit('/').next().is_some_and(|n| n.parse::<usize>().is_ok());
        if parameter && !variant {
            let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
            assert!(text.chars().count() >= 3 && text.trim() == text, "{action} {path}: {text:?}");
        }
    });
}
