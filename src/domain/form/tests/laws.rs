//! What holds for any schema whatever.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::super::*;
use crate::domain::document::Object;

#[path = "../../../../tests/support/form_edits.rs"]
mod edits;
#[path = "../../../../tests/support/form_laws.rs"]
mod laws;

use laws::{is_kept, look, sorted};

/// A value that is told as JSON when a law fails on it.
#[derive(Clone)]
struct Json(Value);

impl std::fmt::Debug for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_json())
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        prop_oneof![Just("1.0"), Just("1e400"), Just("0.10")].prop_map(|n| Value::parse(n.as_bytes()).unwrap()),
        name().prop_map(Value::String),
        "\\PC{0,8}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name(), inner), 0..5).prop_map(|m| {
                let mut object = Object::new();
                for (k, v) in m {
                    object.insert(k, v);
                }
                Value::Object(object)
            }),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["a", "b", "c", "type", "string", "$ref", "#", "a.b/~", "__proto__", ""]),
        prop::sample::select(crate::domain::schema::words::KEYWORDS.to_vec()),
    ]
    .prop_map(str::to_owned)
}

/// Schemas that are mostly right, and sometimes anything at all.
fn any_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => prop::sample::select(vec![
            r#"{"type":"string"}"#, r#"{"type":["integer","null"],"default":1}"#, r#"{"type":"boolean"}"#,
            r#"{"enum":["a",1,null]}"#, r#"{"const":1}"#, "{}", "true", "false", r##"{"$ref":"#"}"##,
            r##"{"$ref":"#/properties/a"}"##, r##"{"$ref":"#/$defs/x"}"##, r#"{"type":"object"}"#,
            r#"{"type":["string","array"]}"#, r#"{"required":["a"]}"#, r#"{"type":"text"}"#, r#"{"format":"date"}"#,
        ]).prop_map(|t| Value::parse(t.as_bytes()).unwrap()),
        1 => any_json(),
    ];
    leaf.prop_recursive(4, 48, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "c"]);
        let map = prop::collection::vec((key.clone(), inner.clone()), 0..4).prop_map(|m| {
            Value::Object(m.into_iter().collect::<std::collections::BTreeMap<_, _>>().into_iter().collect())
        });
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array);
        let names = prop::collection::vec(key, 0..3).prop_map(Value::from);
        let member = prop_oneof![
            3 => map.clone().prop_map(|v| ("properties", v)),
            1 => map.clone().prop_map(|v| ("patternProperties", v)),
            1 => map.clone().prop_map(|v| ("$defs", v)),
            1 => map.prop_map(|v| ("dependentSchemas", v)),
            2 => names.prop_map(|v| ("required", v)),
            2 => inner.clone().prop_map(|v| ("items", v)),
            1 => inner.clone().prop_map(|v| ("additionalProperties", v)),
            1 => list.clone().prop_map(|v| ("prefixItems", v)),
            2 => list.clone().prop_map(|v| ("oneOf", v)),
            1 => list.clone().prop_map(|v| ("anyOf", v)),
            1 => list.prop_map(|v| ("allOf", v)),
            1 => inner.clone().prop_map(|v| ("if", v)),
            1 => inner.clone().prop_map(|v| ("then", v)),
            1 => inner.prop_map(|v| ("else", v)),
        ];
        prop::collection::vec(member, 1..4).prop_map(|members| {
            let mut schema = Object::new();
            for (keyword, value) in members {
                schema.insert(keyword, value);
            }
            Value::Object(schema)
        })
    })
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let text = prop_oneof!["[0-9a{}\\[\\]\",:]{0,6}", any_json().prop_map(|v| v.to_json()), name()];
    (any::<u8>(), text).prop_map(|(letter, text)| edits::edit(letter, &text))
}

/// Everything else in the form, as text, when `id` and what is around and inside it is left out.
fn others(form: &Form, id: FieldId) -> String {
    let own = form.pointer(id);
    let mut text = String::new();
    for row in form.rows() {
        let at = form.pointer(row.id);
        let related = at.tokens().starts_with(own.tokens()) || own.tokens().starts_with(at.tokens());
        if !related {
            let _ = writeln!(text, "{at} {:?}", form.sent(row.id).into_value().map(|v| sorted(&v)));
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_goes_through_any_form_unharmed(
        schema in any_schema().prop_map(Json),
        value in any_json().prop_map(Json),
    ) {
        let (Json(schema), Json(value)) = (schema, value);
        laws::loads(&schema, &value);
    }

    #[test]
    fn any_edits_keep_the_form_whole(
        schema in any_schema().prop_map(Json),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any_edit()), 0..24),
    ) {
        let Json(schema) = schema;
        let mut form = Form::new(&schema);
        let live = schema.to_json();
        let live = ["\"if\"", "dependent", "dependencies"].iter().any(|k| live.contains(k));
        for (at, edit) in edits {
            let rows = form.rows();
            let id = if rows.is_empty() { form.root() } else { rows[at.index(rows.len())].id };
            let kept = others(&form, id);
            let moves = matches!(edit, Edit::Remove | Edit::MoveUp | Edit::MoveDown | Edit::RenameKey(_));
            let item = form.pointer(id).tokens().iter().any(|t| t.parse::<u32>().is_ok());
            let line = rows.iter().position(|r| r.id == id).unwrap_or(0);
            let made = edits::make(&mut form, line, edit.clone());
            // Items move up when one before them comes or goes; rules may hide what others reveal.
            if made && !moves && !item && !live && form.about(id).is_some() {
                let now = others(&form, id);
                for line in kept.lines().filter(|l| !l.ends_with("None")) {
                    prop_assert!(now.contains(line), "{:?} lost {}", edit, line);
                }
            }
            look(&form);
        }
        is_kept(&form);
    }
}

#[test]
fn depth_and_breadth_are_bounded() {
    let nest = |open: &str, core: &str, close: &str, n: usize| {
        Value::parse(format!("{}{core}{}", open.repeat(n), close.repeat(n)).as_bytes()).unwrap()
    };
    let deep_list = nest("[", "1", "]", 500);
    let deep_object = nest(r#"{"a":"#, "1", "}", 500);
    let recursive = Value::parse(br##"{"properties":{"a":{"$ref":"#"}},"items":{"$ref":"#"}}"##).unwrap();
    let shapes = Value::parse(br##"{"oneOf":[{"items":{"$ref":"#"}},{"properties":{"a":{"$ref":"#"}}}]}"##).unwrap();
    for schema in [
        recursive,
        shapes,
        nest(r#"{"items":"#, "{}", "}", 500),
        nest(r#"{"properties":{"a":"#, "{}", "}}", 250),
        nest(r#"{"allOf":["#, "{}", "]}", 250),
        nest(r#"{"oneOf":[{"type":"string"},"#, "{}", "]}", 250),
        nest(r#"{"if":"#, "{}", r#","then":{}}"#, 500),
        Value::Bool(true),
    ] {
        for value in [&deep_list, &deep_object] {
            let mut form = Form::new(&schema);
            form.load(value);
            assert_eq!(form.value(), *value);
            assert_eq!(Form::from_draft(&schema, &form.to_draft()).value(), *value);
            look(&form);
            let _ = form.check();
        }
        let _ = (
            crate::domain::schema::outline(&schema),
            crate::domain::schema::template(&schema, crate::domain::schema::Extent::All),
        );
    }
    // Ten required members at each of nine levels: a billion fields, if they were all made.
    let level = |l: usize| {
        let next = l + 1;
        let names: Vec<String> = (0..10).map(|i| format!("\"p{i}\"")).collect();
        let members: Vec<String> = names.iter().map(|n| format!("{n}:{{\"$ref\":\"#/$defs/l{next}\"}}")).collect();
        format!("\"l{l}\":{{\"required\":[{}],\"properties\":{{{}}}}}", names.join(","), members.join(","))
    };
    let levels: Vec<String> = (0..9).map(level).collect();
    let schema =
        format!("{{\"$ref\":\"#/$defs/l0\",\"$defs\":{{{},\"l9\":{{\"type\":\"string\"}}}}}}", levels.join(","));
    let form = Form::new(&Value::parse(schema.as_bytes()).unwrap());
    assert!((10..2_000).contains(&form.rows().len()), "{}", form.rows().len());
    // A long array is one cell rather than a hundred thousand fields.
    let long = Value::Array(vec![Value::from(1); 100_000]);
    let mut form = Form::new(&Value::parse(br#"{"properties":{"a":{"items":{"type":"integer"}}}}"#).unwrap());
    form.load(&Value::Object([("a", long)].into_iter().collect()));
    assert!(form.rows().len() < 10);
    assert_eq!(form.value().get("a").and_then(Value::as_array).map(<[Value]>::len), Some(100_000));
}
