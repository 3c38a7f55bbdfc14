//! What holds for every form, whatever its schema: used by the property tests, the JSON Schema Test Suite and the fuzzer.

use akx::domain::{
    document::{Pointer, Value},
    form::Form,
};

/// How many lines a form may have.
const LINES: usize = 200_000;
/// How many of them are looked at closely.
const LOOKED_AT: usize = 500;

/// The value with the members of its objects in one order, which is all that loading may change.
pub(crate) fn sorted(value: &Value) -> Value {
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

/// Looks at everything an interface would.
pub(crate) fn look(form: &Form) {
    let rows = form.rows();
    assert!(rows.len() < LINES, "a form of bounded size");
    for row in rows.iter().take(LOOKED_AT) {
        let about = form.about(row.id);
        assert!(about.is_some(), "every row is a field: {row:?}");
        let _ = (form.choices(row.id), form.edit_text(row.id), form.chosen(row.id));
    }
}

/// Loading `value` changes nothing of it; nor does keeping it as a draft, nor loading it once more.
pub(crate) fn loads(schema: &Value, value: &Value) -> Form {
    let mut form = Form::new(schema);
    look(&form);
    for turn in ["first", "second"] {
        form.load(value);
        assert_eq!(sorted(&form.value()), sorted(value), "loaded for the {turn} time");
        look(&form);
    }
    is_kept(&form);
    form
}

/// What is in the form comes back from its draft and from its JSON, and all of it is taken back and made again.
pub(crate) fn is_kept(form: &Form) {
    let (schema, value) = (form.schema(), form.value());
    assert_eq!(
        sorted(&Form::from_draft(schema, &form.to_draft()).value()),
        sorted(&value),
        "a draft is what was typed"
    );
    let mut again = Form::new(schema);
    again.load(&value);
    assert_eq!(sorted(&again.value()), sorted(&value), "JSON goes back into the form");
    let mut form = form.clone();
    let schema = schema.clone();
    while form.undo().is_some() {}
    assert_eq!(form.value(), Form::new(&schema).value(), "everything can be taken back");
    assert!(form.is_blank(), "and nothing is left then");
    while form.redo().is_some() {}
    assert_eq!(form.value(), value, "and made again");
    let mut other = form.for_schema(&Value::object());
    let followed = other.value();
    while other.undo().is_some() {}
    assert!(other.is_blank(), "also what was made before the form followed another schema");
    while other.redo().is_some() {}
    assert_eq!(other.value(), followed, "and made again there");
    let whole = form.field_at(&Pointer::default());
    assert!(form.about(whole).is_some(), "there is always a field");
    look(&form);
}
