//! The official JSON Schema Test Suite against the form: every instance loads and reads back identical, valid ones
//! without a finding, and valid ones can be filled in by hand without a JSON cell.
//!
//! The suite is not part of this repository. The source distribution of the Python package `jsonschema` holds it:
//! `pip download jsonschema --no-deps --no-binary jsonschema`, then
//! `JSON_SCHEMA_TEST_SUITE=…/json/tests cargo test --test json_schema_suite -- --ignored`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what fails here is the test")]

#[path = "support/form_laws.rs"]
mod laws;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use akx::domain::{
    document::{Object, Value},
    form::{Edit, FieldId, Form, Presence, Widget},
    schema::fits::same,
};

const SUITE: Option<&str> = option_env!("JSON_SCHEMA_TEST_SUITE");
const DRAFTS: [(&str, &str); 5] = [
    ("draft4", "http://json-schema.org/draft-04/schema#"),
    ("draft6", "http://json-schema.org/draft-06/schema#"),
    ("draft7", "http://json-schema.org/draft-07/schema#"),
    ("draft2019-09", "https://json-schema.org/draft/2019-09/schema"),
    ("draft2020-12", "https://json-schema.org/draft/2020-12/schema"),
];
/// A keyword whose valid instances the form need not be able to make from nothing: it leads to another schema for each way
/// it is reached by.
const NOT_BUILT: &str = "recursiveRef";

struct Case {
    name: String,
    keyword: String,
    schema: Value,
    data: Value,
    valid: bool,
}

fn cases() -> Vec<Case> {
    let root = Path::new(SUITE.expect("JSON_SCHEMA_TEST_SUITE names the suite's folder"));
    let mut cases = Vec::new();
    for (draft, address) in DRAFTS {
        for file in files(&root.join(draft)) {
            let keyword = file.file_stem().unwrap().to_string_lossy().into_owned();
            let groups = Value::parse(&fs::read(&file).unwrap()).unwrap();
            for group in groups.as_array().unwrap() {
                let schema = with_draft(group.get("schema").unwrap(), address);
                for test in group.get("tests").and_then(Value::as_array).unwrap() {
                    let words = |v: &Value| v.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
                    cases.push(Case {
                        name: format!("{draft}/{keyword}: {} · {}", words(group), words(test)),
                        keyword: keyword.clone(),
                        schema: schema.clone(),
                        data: test.get("data").unwrap().clone(),
                        valid: test.get("valid").and_then(Value::as_bool).unwrap(),
                    });
                }
            }
        }
    }
    assert!(cases.len() > 4_000, "the suite is there");
    cases
}

/// The files in a folder and those below it, where the suite has what is optional.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn with_draft(schema: &Value, address: &str) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(members) = &mut schema
        && !members.contains_key("$schema")
    {
        members.insert("$schema", address);
    }
    schema
}

#[test]
#[ignore = "needs the official suite, see the top of this file"]
fn every_instance_reads_back_identical_and_valid_ones_without_a_finding() {
    let mut found = Vec::new();
    let mut unchecked = BTreeSet::new();
    for case in cases() {
        let mut form = laws::loads(&case.schema, &case.data);
        let check = form.check();
        // Formats are checked here though newer drafts only note them; a schema that is partly out of reach (remote
        // references, vocabularies of its own) cannot be judged.
        let judged = check.not_checked.is_none() && !case.name.ends_with("only an annotation by default");
        if case.valid && judged && !check.problems.is_empty() {
            found.push(format!("{}\n  {} {}\n  {:?}", case.name, case.schema, case.data, check.problems));
        }
        if let Some(why) = check.not_checked {
            unchecked.insert(format!("{}: {why}", case.keyword));
        }
    }
    println!("not checked in places: {unchecked:#?}");
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
}

#[test]
#[ignore = "needs the official suite, see the top of this file"]
fn valid_instances_can_be_filled_in_by_hand() {
    let mut failed = Vec::new();
    let mut built = 0;
    for case in cases().into_iter().filter(|c| c.valid && c.keyword != NOT_BUILT) {
        let mut inner = case.schema.clone();
        if let Value::Object(members) = &mut inner
            && !members.contains_key("$id")
            && !members.contains_key("id")
        {
            members.insert("$id", "https://example.com/inner");
        }
        let properties: Object = [("value", inner)].into_iter().collect();
        let schema: Object = [("properties", properties)].into_iter().collect();
        let mut form = Form::new(&Value::Object(schema));
        let id = form.rows()[0].id;
        let done = fill(&mut form, id, &case.data, 0);
        let value = form.value().get("value").cloned();
        if done && value.as_ref().is_some_and(|v| same(v, &case.data)) {
            built += 1;
        } else {
            failed.push(format!("{}\n  {} {} became {value:?}", case.name, case.schema, case.data));
        }
    }
    println!("built {built}");
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Fills in `value` as a person would, field by field; whether every step was possible.
fn fill(form: &mut Form, id: FieldId, value: &Value, depth: usize) -> bool {
    let Some(row) = form.rows().into_iter().find(|r| r.id == id) else { return false };
    if depth > 12 {
        return false;
    }
    match (row.widget, value) {
        (Widget::Const, _) => {
            let sent = row.presence == Presence::Value || form.edit(id, Edit::Toggle).is_ok();
            let at = form.about(id).unwrap().pointer;
            sent && at.of(&form.value()).is_some_and(|there| same(there, value))
        }
        (Widget::Choice, _) if form.choices(id).iter().any(|c| same(&c.value, value)) => {
            let index = form.choices(id).iter().position(|c| same(&c.value, value));
            index.is_some_and(|i| form.edit(id, Edit::Choose(i)).is_ok())
        }
        (_, Value::Null) => form.edit(id, Edit::Null).is_ok(),
        (Widget::Text { .. }, Value::String(text)) => form.edit(id, Edit::Text(text.clone())).is_ok(),
        (Widget::Number { .. }, Value::Number(n)) => form.edit(id, Edit::Text(n.as_str().to_owned())).is_ok(),
        (Widget::Toggle, Value::Bool(b)) => form.edit(id, Edit::Choose(usize::from(!b))).is_ok(),
        (Widget::Object | Widget::Map, Value::Object(members)) => fill_object(form, id, members, depth),
        (Widget::Array, Value::Array(items)) => fill_array(form, id, items, depth),
        (Widget::Variant | Widget::Json, _) => (0..form.choices(id).len()).any(|i| {
            let before = form.clone();
            let done = form.edit(id, Edit::Variant(i)).is_ok() && fill_shape(form, id, value, depth);
            if !done {
                *form = before;
            }
            done
        }),
        // `maxLength` without `type` makes a text cell, though strictly it allows any number.
        _ => form.edit(id, Edit::AnyType).is_ok() && fill(form, id, value, depth + 1),
    }
}

/// Fills in what follows below a variant whose shape has just been chosen.
fn fill_shape(form: &mut Form, id: FieldId, value: &Value, depth: usize) -> bool {
    let rows = form.rows();
    let at = rows.iter().position(|r| r.id == id).unwrap();
    let pointer = |i: FieldId| form.about(i).unwrap().pointer;
    let own = rows.get(at + 1).filter(|r| r.depth > rows[at].depth && pointer(r.id) == pointer(id));
    match (own.map(|r| r.id), value) {
        (Some(content), _) => fill(form, content, value, depth + 1),
        (None, Value::Object(members)) => fill_object(form, id, members, depth),
        (None, Value::Array(items)) => fill_array(form, id, items, depth),
        (None, _) => false,
    }
}

fn fill_object(form: &mut Form, id: FieldId, members: &Object, depth: usize) -> bool {
    let absent = form.rows().iter().any(|r| r.id == id && r.presence == Presence::Absent);
    if absent && form.edit(id, Edit::Toggle).is_err() {
        return false;
    }
    members.iter().all(|(key, member)| {
        // Adding an entry by the name of a property leads to that property.
        let child = form.edit(id, Edit::AddEntry(key.to_owned())).ok();
        let child = child.and_then(|_| {
            let at = form.about(id).unwrap().pointer.child(key);
            form.rows().iter().find(|r| form.about(r.id).is_some_and(|a| a.pointer == at)).map(|r| r.id)
        });
        child.is_some_and(|c| fill(form, c, member, depth + 1))
    })
}

fn fill_array(form: &mut Form, id: FieldId, items: &[Value], depth: usize) -> bool {
    let absent = form.rows().iter().any(|r| r.id == id && r.presence == Presence::Absent);
    if items.is_empty() && absent {
        return form.edit(id, Edit::Toggle).is_ok();
    }
    items.iter().enumerate().all(|(i, item)| {
        if form.edit(id, Edit::AddItem).is_err() {
            return false;
        }
        let at = form.about(id).unwrap().pointer.child(i.to_string());
        let child = form.rows().iter().find(|r| form.about(r.id).is_some_and(|a| a.pointer == at)).map(|r| r.id);
        child.is_some_and(|c| fill(form, c, item, depth + 1))
    })
}
