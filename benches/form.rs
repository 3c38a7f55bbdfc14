//! What a form costs: opening it, one keystroke in it, drawing its lines, checking it.

use std::fmt::Write as _;

use akx::{
    app::open_form::OpenForm,
    domain::{
        document::Value,
        form::{Edit, Form},
    },
};

fn main() {
    divan::main();
}

const SCHEMAS: [&str; 5] = ["127 properties", "1,000 properties", "525 choices", "recursive", "100 kB"];

fn schema(name: &str) -> Value {
    let properties = |count: usize, inside: &str| {
        let mut text = String::new();
        for i in 0..count {
            let comma = if i > 0 { "," } else { "" };
            let _ = write!(text, "{comma}\"property_{i}\":{inside}");
        }
        format!("{{\"type\":\"object\",\"required\":[\"property_0\"],\"properties\":{{{text}}}}}")
    };
    let text = match name {
        "127 properties" => properties(127, r#"{"type":"string","description":"One of many properties of a contact"}"#),
        "1,000 properties" => properties(1_000, r#"{"type":"string"}"#),
        "525 choices" => {
            let values: Vec<String> = (0..525).map(|i| format!("\"time_zone_{i}\"")).collect();
            properties(1, &format!("{{\"type\":\"string\",\"enum\":[{}]}}", values.join(",")))
        }
        "recursive" => {
            r##"{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","required":["property_0","left","right"],
            "properties":{"property_0":{"type":"string"},"left":{"$ref":"#/$defs/node"},"right":{"$ref":"#/$defs/node"},
            "any":{"oneOf":[{"$ref":"#/$defs/node"},{"type":"array","items":{"$ref":"#/$defs/node"}}]}}}}}"##
                .to_owned()
        }
        _ => properties(
            1_000,
            r#"{"type":["string","null"],"minLength":1,"description":"A property with a description that is long"}"#,
        ),
    };
    Value::parse(text.as_bytes()).unwrap_or_default()
}

#[divan::bench(args = SCHEMAS)]
fn open(bencher: divan::Bencher<'_, '_>, name: &str) {
    let schema = schema(name);
    bencher.bench(|| Form::new(&schema));
}

#[divan::bench(args = SCHEMAS)]
fn lines(bencher: divan::Bencher<'_, '_>, name: &str) {
    let form = Form::new(&schema(name));
    bencher.bench(|| form.rows());
}

#[divan::bench(args = SCHEMAS)]
fn keystroke(bencher: divan::Bencher<'_, '_>, name: &str) {
    let mut form = Form::new(&schema(name));
    let first = form.first_field();
    let choices = first.map(|f| form.choices(f).len()).unwrap_or_default();
    let mut turn = 0_usize;
    bencher.bench_local(|| {
        turn += 1;
        let edit = if choices > 0 { Edit::Choose(turn % choices) } else { Edit::Text(format!("text {turn}")) };
        first.map(|f| form.edit(f, edit))
    });
}

/// A keystroke as the explorer takes it: the lines are made anew, and what is said about the field.
#[divan::bench(args = SCHEMAS)]
fn keystroke_on_screen(bencher: divan::Bencher<'_, '_>, name: &str) {
    let mut open = OpenForm::new("ACTION".into(), Form::new(&schema(name)));
    let Some(first) = open.form.first_field() else { return };
    let choices = open.form.choices(first).len();
    let mut turn = 0_usize;
    bencher.bench_local(|| {
        turn += 1;
        let edit = if choices > 0 { Edit::Choose(turn % choices) } else { Edit::Text(format!("text {turn}")) };
        let done = open.form.edit(first, edit);
        open.refresh();
        done
    });
}

/// A letter of what is looked for among the fields.
#[divan::bench(args = SCHEMAS)]
fn filter(bencher: divan::Bencher<'_, '_>, name: &str) {
    let mut open = OpenForm::new("ACTION".into(), Form::new(&schema(name)));
    open.begin_filter();
    let mut turn = 0_usize;
    bencher.bench_local(|| {
        turn += 1;
        if let Some(filter) = &mut open.filter {
            filter.text.set(&format!("property {}", turn % 10));
        }
        open.refilter();
    });
}

#[divan::bench(args = SCHEMAS)]
fn request(bencher: divan::Bencher<'_, '_>, name: &str) {
    let form = Form::new(&schema(name));
    bencher.bench(|| form.value().to_json());
}

#[divan::bench(args = SCHEMAS)]
fn check_first(bencher: divan::Bencher<'_, '_>, name: &str) {
    let form = Form::new(&schema(name));
    bencher.with_inputs(|| form.clone()).bench_values(|mut form| form.check());
}

#[divan::bench(args = SCHEMAS)]
fn check_again(bencher: divan::Bencher<'_, '_>, name: &str) {
    let mut form = Form::new(&schema(name));
    form.check();
    bencher.bench_local(|| form.check());
}
