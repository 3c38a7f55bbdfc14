//! What is typed stays: changes taken back, forms emptied, and drafts.

use super::*;

#[test]
fn changes_can_be_taken_back() {
    let mut f = form(MESSAGE);
    edit(&mut f, "text", Edit::Text("h".into()));
    edit(&mut f, "text", Edit::Text("hi".into()));
    edit(&mut f, "channel", Edit::Text("C".into()));
    assert_eq!(f.undo(), Some(find(&f, "channel")));
    assert_eq!(f.value().to_json(), r#"{"text":"hi"}"#);
    assert_eq!(f.undo(), Some(find(&f, "text")));
    assert_eq!(f.value().to_json(), "{}");
    assert_eq!(f.undo(), None);
    assert!(f.redo().is_some() && f.redo().is_some() && f.redo().is_none());
    assert_eq!(f.value().to_json(), r#"{"text":"hi","channel":"C"}"#);
    let typed = |f: &mut Form, text: &str| {
        edit(f, "text", Edit::Text(text.into()));
    };
    for text in ["hi ", "hi t", "hi th"] {
        typed(&mut f, text);
    }
    f.undo();
    assert_eq!(row(&f, "text").text, "hi", "a word typed in one go is one change");
    typed(&mut f, "hit");
    f.pause();
    typed(&mut f, "hits");
    f.undo();
    assert_eq!(row(&f, "text").text, "hit", "and so is each visit to a cell");
}

#[test]
fn changes_can_be_taken_back_over_another_schema() {
    let mut f = form(MESSAGE);
    edit(&mut f, "channel", Edit::Text("C1".into()));
    edit(&mut f, "limit", Edit::Text("5".into()));
    edit(&mut f, "limit", Edit::Absent);
    assert!(f.undo().is_some());
    let mut f = f.for_schema(&json(r#"{"properties":{"thread":{"type":"string"},"channel":{"type":"string"}}}"#));
    assert_eq!(f.value(), json(r#"{"channel":"C1","limit":5}"#));
    edit(&mut f, "thread", Edit::Text("T1".into()));
    assert!(f.undo().is_some());
    assert_eq!(f.undo(), Some(f.field_at(&"/limit".parse().unwrap())), "an entry by name now");
    assert_eq!(f.value(), json(r#"{"channel":"C1"}"#));
    assert_eq!(f.undo(), Some(find(&f, "channel")));
    assert!(f.is_blank() && f.undo().is_none());
    for value in [r#"{"channel":"C1"}"#, r#"{"channel":"C1","limit":5}"#, r#"{"thread":"T1","channel":"C1","limit":5}"#]
    {
        assert!(f.redo().is_some());
        assert_eq!(f.value(), json(value));
    }
    assert!(f.redo().is_none());
    // What had been taken back before can be made again, until something else is done.
    let mut f = form(MESSAGE);
    edit(&mut f, "channel", Edit::Text("C1".into()));
    f.undo();
    let mut again = f.for_schema(&json(r#"{"properties":{"channel":{"type":"string"},"x":{}}}"#));
    let mut other = again.clone();
    assert!(again.redo().is_some());
    assert_eq!(again.value(), json(r#"{"channel":"C1"}"#));
    edit(&mut other, "x", Edit::Text("1".into()));
    other.undo();
    assert!(other.redo().is_some() && other.redo().is_none());
    assert_eq!(other.value(), json(r#"{"x":1}"#));
}

#[test]
fn emptying_a_form_takes_what_depended_on_its_values_with_it() {
    let mut f = form(
        r#"{"required":["in"],"properties":{"in":{"type":"object","properties":{"kind":{"type":"string"}},
            "dependentSchemas":{"kind":{"properties":{"more":{"type":"string"}}}}}}}"#,
    );
    let new = picture(&f);
    edit(&mut f, "kind", Edit::Text("x".into()));
    edit(&mut f, "more", Edit::Text("y".into()));
    edit(&mut f, "", Edit::Absent);
    assert_eq!(picture(&f), new);
}

#[test]
fn emptying_a_form_makes_it_new_and_can_be_taken_back() {
    for (schema, value) in [
        (MESSAGE, r#"{"channel":"C","limit":2,"kind":"a","more":[1]}"#),
        (r#"{"oneOf":[{"properties":{"a":{"const":1}},"required":["a"]},{"type":"array"}]}"#, r#"{"a":1}"#),
        (r#"{"if":{"required":["a"]},"then":{"required":["b"]},"properties":{"a":{},"b":{}}}"#, r#"{"a":1}"#),
        ("true", r#"{"a":1}"#),
    ] {
        let mut f = form(schema);
        let new = picture(&f);
        f.load(&json(value));
        edit(&mut f, "", Edit::Absent);
        assert_eq!(f.value(), form(schema).value(), "{schema}");
        assert_eq!(picture(&f), new, "{schema}");
        f.undo();
        assert_eq!(f.value(), json(value), "{schema}");
    }
}

#[test]
fn drafts_survive_with_what_is_not_valid_and_with_another_schema() {
    let mut f = form(MESSAGE);
    edit(&mut f, "limit", Edit::Text("12a".into()));
    edit(&mut f, "blocks", Edit::Text("{\"a\":".into()));
    edit(&mut f, "kind", Edit::Choose(0));
    edit(&mut f, "text", Edit::Text("x".into()));
    let draft = f.to_draft();
    let again = Form::from_draft(&json(MESSAGE), &draft);
    assert_eq!(picture(&again), picture(&f));
    assert_eq!(again.value(), f.value());
    let other = json(r#"{"properties":{"text":{"type":"number"},"kind":{"enum":["b"]}}}"#);
    let moved = Form::from_draft(&other, &draft);
    assert_eq!(moved.value().to_json(), r#"{"text":"x","kind":"a","blocks":"{\"a\":","limit":"12a"}"#);
    assert_eq!(Form::from_draft(&json(MESSAGE), &json("[1]")).value(), json("{}"));
}

#[test]
fn a_draft_keeps_no_secret_wherever_it_stands() {
    let schema = json(
        r#"{"type":"object","properties":{
        "note":{"type":"string"},"limit":{"type":"integer"},"max_tokens":{"type":"integer"},
        "tokens":{"type":"array","items":{"type":"string"}},
        "pin":{"type":"integer"},
        "credentials":{"type":"object","properties":{"user":{"type":"string"},"kind":{"enum":["basic","none"]}}},
        "login":{"oneOf":[{"type":"object","title":"a","properties":{"word":{"type":"string","format":"password"},"plain":{"type":"string"}}},
                          {"type":"object","title":"b","properties":{"key":{"type":"string","writeOnly":true}}}]},
        "headers":{"type":"array","items":{"type":"object","properties":{"Name":{"type":"string"},"Value":{"type":"string"}}}},
        "open":{"type":"object"},"any":{},"map":{"type":"object","additionalProperties":{"type":"string"}}}}"#,
    );
    let mut form = Form::new(&schema);
    form.load(&json(
        r#"{"note":"hello","limit":5,"max_tokens":100,"tokens":["sekrit-1"],"pin":424242,
        "credentials":{"user":"sekrit-2","kind":"basic","more":"sekrit-3"},"login":{"word":"sekrit-4","plain":"stays"},
        "headers":[{"Name":"X-Api-Key","Value":"sekrit-5"},{"Name":"Accept","Value":"text"}],
        "open":{"deep":{"password":"sekrit-6"}},"any":"{\"secret\":\"sekrit-7\"}",
        "map":{"xoxb-1234567890-abcdefghij":"x","plain":"y","smtp_pass":"sekrit-8"}}"#,
    ));
    let draft = form.to_draft_without_secrets(&Known::default());
    let written = draft.to_json();
    for secret in ["sekrit", "424242", "xoxb"] {
        assert!(!written.contains(secret), "{secret}: {written}");
    }
    let again = Form::from_draft(&schema, &draft).value();
    for (at, kept) in [
        ("/note", r#""hello""#),
        ("/limit", "5"),
        ("/max_tokens", "100"),
        ("/credentials/kind", r#""basic""#),
        ("/login/plain", r#""stays""#),
        ("/headers/0/Name", r#""X-Api-Key""#),
        ("/headers/1/Value", r#""text""#),
        ("/map/plain", r#""y""#),
    ] {
        assert_eq!(at.parse::<Pointer>().unwrap().of(&again), Some(&json(kept)), "{at}: {}", again.to_json());
    }
    assert!(form.to_draft().to_json().contains("sekrit-8"), "the form itself is as it was");
}

#[test]
fn a_draft_of_null_is_null_whatever_was_picked_before() {
    let mut f = form(r#"{"properties":{"a":{"items":[{"type":"`boolean"},{"type":"boolean"}]}}}"#);
    f.load(&json(r#"{"a":[false,true]}"#));
    edit(&mut f, "a", Edit::Fold(false));
    edit(&mut f, "2", Edit::MoveUp);
    edit(&mut f, "1", Edit::Null);
    assert_eq!(f.value().to_json(), r#"{"a":[null,false]}"#);
    assert_eq!(Form::from_draft(&f.raw, &f.to_draft()).value(), f.value());
}

#[test]
fn what_was_picked_under_another_name_is_no_draft() {
    let mut form = form(r#"{"patternProperties":{"[0-9]":{"type":"boolean"}}}"#);
    form.load_json(r#"{"a1":true}"#).unwrap();
    edit(&mut form, "a1", Edit::RenameKey("h".into()));
    let h = find(&form, "h");
    let boolean = form.choices(h).iter().position(|c| c.label == "true or false").unwrap();
    form.edit(h, Edit::Variant(boolean)).unwrap();
    assert_eq!(form.value().to_json(), "{}");
    assert_eq!(Form::from_draft(form.schema(), &form.to_draft()).value().to_json(), "{}");
}
