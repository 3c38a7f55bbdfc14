//! Any schema makes a form, any value goes through it unharmed, and any edits leave it whole.
//!
//! The input is lines: a schema, a value, then one edit a line as `field number, letter, text`.

#![no_main]

use akx::domain::{
    document::Value,
    form::{Edit, Form},
    schema::{
        outline,
        sample::{Extent, template},
    },
};
use libfuzzer_sys::fuzz_target;

/// How many edits of one input are made.
const EDITS: usize = 40;

/// The value with the members of its objects in one order, which is all that loading may change.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.iter().map(|(k, v)| (k.to_owned(), sorted(v))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// What a line asks to be done.
fn edit(letter: u8, text: &str) -> Edit {
    let number = text.bytes().map(usize::from).sum::<usize>() % 5;
    match letter % 18 {
        0 => Edit::Text(text.to_owned()),
        1 => Edit::Json(text.to_owned()),
        2 => Edit::Absent,
        3 => Edit::Null,
        4 => Edit::UseDefault,
        5 => Edit::UseExample(number),
        6 => Edit::Choose(number),
        7 => Edit::Variant(number),
        8 => Edit::Toggle,
        9 => Edit::AddItem,
        10 => Edit::AddEntry(text.to_owned()),
        11 => Edit::RenameKey(text.to_owned()),
        12 => Edit::Remove,
        13 => Edit::MoveUp,
        14 => Edit::MoveDown,
        15 => Edit::Fold(number % 2 == 0),
        16 => Edit::AsJson(number % 2 == 0),
        _ => Edit::Text(String::new()),
    }
}

/// Looks at everything an interface would.
fn look(form: &Form) {
    let rows = form.rows();
    assert!(rows.len() < 200_000, "a form of bounded size");
    for row in rows.iter().take(500) {
        assert!(form.about(row.id).is_some(), "every row is a field");
        let _ = (form.choices(row.id), form.edit_text(row.id), form.chosen(row.id));
    }
}

fn run(text: &str) {
    let mut lines = text.split('\n');
    let Ok(schema) = Value::parse(lines.next().unwrap_or_default().as_bytes()) else { return };
    let mut form = Form::new(&schema);
    look(&form);
    let _ = (outline(&schema), template(&schema, Extent::Required), template(&schema, Extent::All));
    if let Ok(value) = Value::parse(lines.next().unwrap_or_default().as_bytes()) {
        form.load(&value);
        assert_eq!(sorted(&form.value()), sorted(&value), "loading changes nothing");
        let again = Form::from_draft(&schema, &form.to_draft());
        assert_eq!(sorted(&again.value()), sorted(&value), "nor does keeping a draft");
        look(&form);
    }
    for line in lines.take(EDITS) {
        let Some((&field, rest)) = line.as_bytes().split_first() else { continue };
        let Some((&letter, _)) = rest.split_first() else { continue };
        let text = line.get(2..).unwrap_or_default();
        let rows = form.rows();
        let id = if rows.is_empty() { form.root() } else { rows[usize::from(field) % rows.len()].id };
        let before = form.value();
        match form.edit(id, edit(letter, text)) {
            Ok(next) => assert!(next.is_none_or(|n| form.about(n).is_some()), "the cursor goes to a field that is there"),
            Err(_) => assert_eq!(form.value(), before, "a refused edit changes nothing"),
        }
        look(&form);
    }
    let value = form.value();
    let draft = Form::from_draft(&schema, &form.to_draft());
    assert_eq!(sorted(&draft.value()), sorted(&value), "a draft is what was typed");
    let mut again = Form::new(&schema);
    again.load(&value);
    assert_eq!(sorted(&again.value()), sorted(&value), "JSON goes back into the form");
    let _ = form.check();
    while form.undo().is_some() {}
    while form.redo().is_some() {}
    assert_eq!(form.value(), value, "all that was taken back is made again");
}

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        run(text);
    }
});
