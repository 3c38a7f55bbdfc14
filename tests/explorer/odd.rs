//! Journeys through the forms of schemas that are hard: filled in by keys alone, on the smallest screen and a wide one.

use crate::{picture::screen, story::Story};

/// The sizes each journey is made at.
const SIZES: [(u16, u16); 2] = [(80, 24), (160, 48)];

/// The open form of an action whose parameters are `schema`.
pub(crate) fn form((width, height): (u16, u16), schema: &str) -> Story {
    let mut s = Story::in_sandbox(width, height);
    let list = format!(
        r#"{{"actions":[{{"name":"ODD_ACTION","description":"","integration":"odd","parameters":{schema}}}]}}"#
    );
    s.keys("<^p>load the actions<Enter>").load(&list);
    s.keys("odd<Enter>");
    s.effects.clear();
    s
}

#[test]
fn a_search_filter_of_lists_in_lists_is_filled_in_with_keys() {
    const FILTER: &str = r##"{"type":"object","required":["filter"],"properties":{"filter":{"$ref":"#/$defs/group"}},
        "$defs":{"group":{"type":"object","required":["operator"],"properties":{"operator":{"enum":["AND","OR"]},
        "groups":{"type":"array","items":{"$ref":"#/$defs/group"}},"filters":{"type":"array","items":{"type":"object",
        "required":["field"],"properties":{"field":{"type":"string"},"values":{"type":"array",
        "items":{"type":"string"}}}}}}}}}"##;
    for size in SIZES {
        let mut s = form(size, FILTER);
        s.keys("<Down><Enter>OR<Enter><Down><Enter><Enter>AND<Enter><Down><Down><Enter>Name<Tab><Enter>Acme");
        s.keys("<^g>another<Enter>Globex");
        assert_eq!(
            s.value().to_json(),
            r#"{"filter":{"operator":"OR","groups":[{"operator":"AND","filters":[{"field":"Name","values":["Acme","Globex"]}]}]}}"#
        );
        s.keys("<^g>remove<Enter>");
        assert!(s.value().to_json().ends_with(r#""values":["Acme"]}]}]}}"#), "{}", s.value());
        assert!(screen(&s.app).contains("Acme"), "{}", screen(&s.app));
    }
}

#[test]
fn shapes_are_chosen_keep_their_drafts_and_say_what_is_missing() {
    const PET: &str = r#"{"required":["pet"],"properties":{"pet":{"oneOf":[
        {"type":"object","required":["kind","name"],"properties":{"kind":{"const":"cat"},"name":{"type":"string"},
            "lives":{"type":"integer"}}},
        {"type":"object","required":["kind"],"properties":{"kind":{"const":"dog"},"barks":{"type":"boolean"}}}]}}}"#;
    for size in SIZES {
        let mut s = form(size, PET);
        assert!(screen(&s.app).contains("Enter choose"), "{}", screen(&s.app));
        s.keys("<Enter>cat<Enter><Down>9<^r>");
        assert!(s.sent().is_empty());
        assert_eq!(s.field(), "name", "the shape that was chosen says what it misses");
        assert!(s.notice().starts_with("pet, name is required."), "{}", s.notice());
        s.keys("<Up><Up><Space>dog<Enter><Space>");
        assert_eq!(s.value().to_json(), r#"{"pet":{"kind":"dog","barks":true}}"#);
        s.keys("<Up><Up><Enter>cat<Enter>Tom<^r>");
        assert_eq!(s.sent_parameters(), r#"{"pet":{"kind":"cat","name":"Tom","lives":9}}"#);
    }
}

#[test]
fn rules_that_depend_on_a_choice_follow_it_at_once() {
    const PAY: &str = r#"{"required":["pay"],"properties":{"pay":{"enum":["card","bank"]}},
        "if":{"properties":{"pay":{"const":"card"}},"required":["pay"]},
        "then":{"required":["cvc"],"properties":{"cvc":{"type":"string"}}},
        "else":{"required":["iban"],"properties":{"iban":{"type":"string"}}}}"#;
    for size in SIZES {
        let mut s = form(size, PAY);
        assert!(screen(&s.app).contains("iban *"), "{}", screen(&s.app));
        s.keys("<Enter>card<Enter><Down>123");
        assert_eq!(s.value().to_json(), r#"{"pay":"card","cvc":"123"}"#);
        s.keys("<Up><Enter>bank<Enter>");
        let text = screen(&s.app);
        assert!(text.contains("iban *") && !text.contains("cvc"), "{text}");
        assert_eq!(s.value().to_json(), r#"{"pay":"bank"}"#, "what is hidden is not sent");
        s.keys("<Enter>card<Enter>");
        assert_eq!(s.value().to_json(), r#"{"pay":"card","cvc":"123"}"#, "and is still there");
    }
}

#[test]
fn entries_are_named_and_renamed_and_items_of_a_list_are_not() {
    let map = r#"{"properties":{"map":{"type":"object","additionalProperties":{"type":"integer"}},
        "list":{"type":"array","items":{"type":"string"}}}}"#;
    let mut s = form((80, 24), map);
    s.keys("<Enter>a.b<Enter>1<^g>another<Enter>__proto__<Enter>2<^g>rename<Enter><^u>{{x}}<Enter>");
    assert_eq!(s.value().to_json(), r#"{"map":{"a.b":1,"{{x}}":2}}"#);
    s.keys("<Down><Enter>x<^g>rename");
    assert!(!screen(&s.app).contains("the entry's key"), "{}", screen(&s.app));
}

#[test]
fn no_name_is_too_odd_to_be_filled_in_and_sent() {
    let names = ["a.b", "a/b", " ", "~", "<x>", "$y", "{{z}}", "😀", "", "__proto__", "\\u001b[31mred"];
    let properties: Vec<String> = names.iter().map(|name| format!(r#""{name}":{{"type":"string"}}"#)).collect();
    let schema = format!(r#"{{"properties":{{{}}}}}"#, properties.join(","));
    for size in SIZES {
        let mut s = form(size, &schema);
        for _ in names {
            s.keys("v<Down>");
        }
        assert!(!screen(&s.app).contains('\u{1b}'));
        let members: Vec<String> = names.iter().map(|name| format!(r#""{name}":"v""#)).collect();
        assert_eq!(s.value().to_json(), format!("{{{}}}", members.join(",")));
    }
}
