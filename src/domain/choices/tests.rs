//! Which sources fit a field, and what is read from their answers.

use proptest::prelude::*;

use super::{answer::of_record, *};
use crate::domain::document::Document;

const LIST: &str = r#"{"actions":{"slack":[
{"type":"function","function":{"name":"SLACK_SEND_MESSAGE","parameters":{"properties":{"channel":{},"message":{},"memberIds":{"items":{}}}}}},
{"type":"function","function":{"name":"SLACK_LIST_CHANNELS","parameters":{"properties":{}}}},
{"type":"function","function":{"name":"SLACK_SEARCH_CHANNELS","parameters":{"properties":{"query":{}},"required":["query"]}}},
{"type":"function","function":{"name":"SLACK_LIST_MEMBERS","parameters":{"properties":{"teamId":{}}}}},
{"type":"function","function":{"name":"SLACK_LIST_MESSAGES","parameters":{}}},
{"type":"function","function":{"name":"SLACK_GET_CHANNEL_BY_ID","parameters":{}}},
{"type":"function","function":{"name":"SLACK_CREATE_CHANNELS","parameters":{}}}],
"acme":[
{"type":"function","function":{"name":"ACME_ADD","parameters":{"properties":{"sheetId":{"valuesSource":{"sourceType":"tabs","dependencies":["book"]}},"book":{},"boxId":{"type":"string"},"note":{}}}}},
{"type":"function","function":{"name":"ACME_DELETE_AND_LIST_BOXES","parameters":{}}},
{"type":"function","function":{"name":"ACME_LIST_BOXES","parameters":{"properties":{"shelfId":{}},"required":["shelfId"]}}}]}}"#;

fn names(action: &str, at: &str, filled: &str) -> Vec<String> {
    asked(action, at, filled).iter().map(|source| source.name().to_owned()).collect()
}

fn asked(action: &str, at: &str, filled: &str) -> Vec<Source> {
    let catalogue = Catalogue::read(LIST.as_bytes()).unwrap();
    let action = catalogue.get(action).unwrap();
    let filled = Value::parse(filled.as_bytes()).unwrap();
    let wanted =
        Wanted { action: &action, at: &at.parse().unwrap(), filled: &filled, wire: Wire::Live, credential: None };
    sources(&catalogue, &wanted, |a| side_effect::classify(&a.name, &a.integration, a.declared))
}

fn call(source: &Source) -> String {
    match Ask::first(source.clone(), "").call() {
        Call::Source(body) => body.to_json(),
        Call::Action(_, request) => format!("{} {}", request.action, request.parameters.to_json()),
    }
}

#[test]
fn known_sources_go_before_actions_that_list_and_guesses_come_last() {
    assert_eq!(names("SLACK_SEND_MESSAGE", "/channel", "{}"), ["channels", "SLACK_LIST_CHANNELS"]);
    assert_eq!(names("SLACK_SEND_MESSAGE", "/memberIds/0", "{}"), ["SLACK_LIST_MEMBERS", "members"]);
    assert_eq!(names("SLACK_SEND_MESSAGE", "/message", "{}"), [""; 0], "what people write is not chosen");
    assert_eq!(names("SLACK_SEND_MESSAGE", "", "{}"), [""; 0]);
}

#[test]
fn a_list_that_needs_what_is_not_filled_in_is_not_offered() {
    assert_eq!(names("ACME_ADD", "/boxId", "{}"), ["boxes"]);
    let sources = asked("ACME_ADD", "/boxId", r#"{"shelfId":"s1","note":"private","boxId":"b"}"#);
    assert_eq!(call(&sources[0]), r#"ACME_LIST_BOXES {"shelfId":"s1"}"#);
    assert!(sources[1].is_guessed());
}

#[test]
fn nothing_that_changes_anything_is_ever_a_source() {
    let catalogue = Catalogue::read(LIST.as_bytes()).unwrap();
    let action = catalogue.get("SLACK_SEND_MESSAGE").unwrap();
    let wanted = Wanted {
        action: &action,
        at: &"/channel".parse().unwrap(),
        filled: &Value::object(),
        wire: Wire::Live,
        credential: None,
    };
    for effect in [SideEffect::Unknown, SideEffect::Write, SideEffect::Send, SideEffect::Delete] {
        let sources = sources(&catalogue, &wanted, |_| effect);
        assert!(sources.iter().all(|source| matches!(source.0, From::Dynamic { .. })), "{effect}");
    }
}

#[test]
fn what_the_schema_names_comes_first_with_what_it_depends_on() {
    let sources = asked("ACME_ADD", "/sheetId", r#"{"book":"b1","boxId":"x","note":"private"}"#);
    assert_eq!(
        call(&sources[0]),
        r#"{"action":"acme","sourceKey":"tabs","parameters":[{"key":"book","source":{"type":"VALUE","value":"b1"}}],"paginationParameters":{}}"#
    );
    let ids = asked("ACME_ADD", "/boxId", r#"{"sheetId":"x","note":"private"}"#);
    assert!(call(&ids[0]).contains(r#""sourceKey":"boxes","parameters":[{"key":"sheetId""#), "{}", call(&ids[0]));
    assert!(!call(&ids[0]).contains("private"), "texts people wrote are not sent along");
}

fn choices(ask: &Ask, answer: &str) -> Result<Choices, NotRead> {
    ask.read(&Document::read(answer.as_bytes().into(), Some("application/json")))
}

fn told(choices: &Choices) -> Vec<String> {
    choices.list.iter().map(|c| format!("{} {} {}", c.id(), c.label, c.note).trim_end().to_owned()).collect()
}

/// The source that the form of `SLACK_SEND_MESSAGE` asks for its channels.
fn channels() -> Source {
    asked("SLACK_SEND_MESSAGE", "/channel", "{}").remove(0)
}

#[test]
fn the_account_that_was_chosen_is_the_one_that_is_asked() {
    let catalogue = Catalogue::read(LIST.as_bytes()).unwrap();
    let action = catalogue.get("SLACK_SEND_MESSAGE").unwrap();
    let (at, filled, credential) = ("/channel".parse().unwrap(), Value::object(), "c2".into());
    let wanted = Wanted { action: &action, at: &at, filled: &filled, wire: Wire::Live, credential: Some(&credential) };
    let found = sources(&catalogue, &wanted, |a| side_effect::classify(&a.name, &a.integration, a.declared));
    assert_eq!(found.len(), 2);
    for source in found.into_iter().chain([Source::dynamic("other", &wanted)]) {
        assert_eq!(Ask::first(source, "").credential(), Some("c2"));
    }
}

#[test]
fn a_dynamic_source_answers_in_any_of_its_wrappings() {
    let ask = Ask::first(channels(), "gen");
    let records = r##"[{"value":"C1","label":"#general","subtitle":"3 members"},{"title":"Group","items":[{"value":7,"label":"Seven"}]},"plain",{"value":"C1","label":"again"},null,{"label":"no value at all"}]"##;
    let expected = ["C1 #general 3 members", "7 Seven", "plain plain"];
    for answer in [
        format!(r#"{{"output":{{"records":{records},"nextPageCursor":50}}}}"#),
        format!(r#"{{"records":{records},"nextPageCursor":50}}"#),
    ] {
        let page = choices(&ask, &answer).unwrap();
        assert_eq!(told(&page)[..3], expected, "{answer}");
        let Some(Call::Source(body)) = page.next.map(|next| next.call()) else { panic!("no next page") };
        assert_eq!(
            body.get("paginationParameters").map(Value::to_json).as_deref(),
            Some(r#"{"pageCursor":50,"search":"gen"}"#)
        );
    }
    assert!(choices(&ask, &format!(r#"{{"output":{records}}}"#)).unwrap().next.is_none());
    for odd in ["{}", "null", "<html>", r#"{"output":null}"#, r#"{"output":{"records":{}}}"#] {
        assert_eq!(choices(&ask, odd), Err(NotRead), "{odd}");
    }
}

#[test]
fn an_action_that_lists_is_read_and_asked_for_its_next_page() {
    let source = asked("SLACK_SEND_MESSAGE", "/channel", "{}").remove(1);
    let answer = r#"{"ok":true,"channels":[{"id":"C1","name":"general"},{"id":"C2","name":"random"}],"response_metadata":{"next_cursor":"abc"}}"#;
    let page = choices(&Ask::first(source, ""), answer).unwrap();
    assert_eq!(told(&page), ["C1 general", "C2 random"]);
    let Some(Call::Action(_, request)) = page.next.as_ref().map(Ask::call) else { panic!("no next page") };
    assert_eq!(request.parameters.to_json(), r#"{"paginationParameters":{"pageCursor":"abc"}}"#);
    assert!(choices(&page.next.unwrap(), answer).unwrap().next.is_none(), "a page that names itself is the last");
}

#[test]
fn ids_and_names_are_found_in_the_records_of_many_providers() {
    for (record, field, expected) in [
        (r#"{"id":"U1","profile":{"real_name":"Maria Sousa","email":"m@example.com"}}"#, "memberId", "U1 Maria Sousa"),
        (r#"{"id":"51","properties":{"firstname":"Ada","lastname":"Byron"}}"#, "contactId", "51 Ada Byron"),
        (r#"{"gid":"12","name":"Launch","resource_type":"project"}"#, "project", "12 Launch"),
        (r#"{"spreadsheetId":"s1","properties":{"title":"Budget"}}"#, "spreadsheetId", "s1 Budget"),
        (r#"{"id":"10001","key":"OPS","name":"Operations"}"#, "projectKey", "OPS Operations"),
        (r#"{"id":"10001","key":"OPS","name":"Operations"}"#, "project", "10001 Operations OPS"),
        (r#"{"key":"OPS-1","fields":{"summary":"Broken door"}}"#, "issueKey", "OPS-1 Broken door"),
        (
            r#"{"accountId":"a1","displayName":"Jonas","emailAddress":"j@example.com"}"#,
            "assignee",
            "a1 Jonas j@example.com",
        ),
        (r#"{"ID":9007199254740993,"Title":"Big"}"#, "recordId", "9007199254740993 Big"),
        (r#"{"id":3,"name":""}"#, "teamId", "3 3"),
        (r#"{"name":"only a name"}"#, "team", "only a name only a name"),
        (r#"{"boxId":"b","ownerId":"o"}"#, "boxId", "b b"),
        (r#""plain""#, "x", "plain plain"),
    ] {
        let noun = Noun::of(field, "");
        let choice = of_record(&Value::parse(record.as_bytes()).unwrap(), field, noun.as_ref());
        let told = choice.map(|c| format!("{} {} {}", c.id(), c.label, c.note).trim_end().to_owned());
        assert_eq!(told.as_deref(), Some(expected), "{record}");
    }
    for nothing in ["null", "true", "[]", "{}", r#"{"id":null}"#, r#"{"nested":{"id":1}}"#, r#"{"id":""}"#] {
        assert_eq!(of_record(&Value::parse(nothing.as_bytes()).unwrap(), "x", None), None, "{nothing}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        "[ -~é]{0,12}".prop_map(|s: String| Value::from(s.as_str())),
    ];
    let key =
        prop_oneof!["[a-zA-Z_]{0,8}", Just("id".to_owned()), Just("name".to_owned()), Just("properties".to_owned())];
    leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key.clone(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever a record is, what is offered is one of its own values, and it can be read.
    #[test]
    fn a_choice_is_a_value_of_its_record(record in any_value(), field in "[a-zA-Z_]{0,12}") {
        if let Some(choice) = of_record(&record, &field, Noun::of(&field, "x").as_ref()) {
            let own = record == choice.value || record.as_object().is_some_and(|o| o.iter().any(|(_, v)| *v == choice.value));
            prop_assert!(own, "{choice:?}");
            prop_assert!(!choice.label.trim().is_empty() && !choice.id().trim().is_empty());
        }
    }

    /// No answer makes trouble, and none offers a value twice.
    #[test]
    fn no_answer_is_too_odd(answer in any_value(), text in "[{}\\[\\]\",a-z:0-9]{0,30}") {
        let listing = asked("SLACK_SEND_MESSAGE", "/channel", "{}");
        for source in listing {
            for answer in [answer.to_json(), text.clone()] {
                if let Ok(page) = choices(&Ask::first(source.clone(), ""), &answer) {
                    let mut ids: Vec<String> = page.list.iter().map(|c| c.value.to_json()).collect();
                    let count = ids.len();
                    ids.sort_unstable();
                    ids.dedup();
                    prop_assert_eq!(ids.len(), count);
                }
            }
        }
    }

    #[test]
    fn no_name_is_too_odd(name in "\\PC{0,20}") {
        let noun = Noun::of(&name, "x");
        prop_assert!(noun.is_none_or(|noun| !noun.plural_key().is_empty()));
    }
}
