//! What is typed is never lost: journeys through leaving, a new list, another day, the history.

use std::time::Duration;

use akx::{
    app::{Effect, Message, remote::LoadId},
    domain::{
        document::Value,
        history::{About, Begun, End, Record, RecordId, Whose},
        run::RunRequest,
        wire::Wire,
    },
};

use crate::{
    picture::screen,
    story::{ACTIONS, BEGIN, Story},
};

/// The form of the action that sends a message.
fn message() -> Story {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send mess<Enter>");
    s.effects.clear();
    s
}

/// A new list comes, with `from` replaced by `to`.
fn refreshed(s: &mut Story, from: &str, to: &str) {
    assert!(ACTIONS.contains(from), "the fixture has {from}");
    s.keys("<^p>load the actions<Enter>").load(&ACTIONS.replace(from, to));
}

/// The drafts handed over to be kept.
fn kept(s: &mut Story) -> Vec<Option<Value>> {
    let drafts = s.effects().into_iter().filter_map(|e| match e {
        Effect::Remember { draft, .. } => Some(draft),
        _ => None,
    });
    drafts.collect()
}

#[test]
fn an_open_form_follows_a_new_list_with_all_that_is_typed() {
    let mut s = message();
    s.keys("C1<Tab>Hello<Left><Left>");
    let from = "\"asBot\": {";
    refreshed(&mut s, from, "\"thread\": {\"type\": \"string\"}, \"asBot\": {");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"Hello"}"#);
    assert!(s.notice().contains("(thread is new); the form follows"), "{}", s.notice());
    assert!(screen(&s.app).contains("thread "), "{}", screen(&s.app));
    s.keys("y");
    assert_eq!(s.field(), "message");
    assert_eq!(s.value().get("message").and_then(Value::as_str), Some("Helylo"), "the cursor stays in its cell");
}

#[test]
fn what_was_typed_before_a_new_list_can_still_be_taken_back() {
    let mut s = message();
    s.keys("C1<Tab>Hello");
    let from = "\"asBot\": {";
    refreshed(&mut s, from, "\"thread\": {\"type\": \"string\"}, \"asBot\": {");
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
    assert_eq!(s.field(), "message");
    s.keys("<^_>");
    assert_eq!((s.value().to_json().as_str(), s.field()), ("{}", "channel"));
    s.keys("<^_>");
    assert_eq!(s.notice(), "There is nothing to take back.");
    s.keys("<^y><^y>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"Hello"}"#);
}

#[test]
fn what_the_new_list_has_no_place_for_is_kept_and_shown() {
    let mut s = message();
    s.keys("C1<Tab>Hello");
    refreshed(&mut s, "\"message\"", "\"text\"");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"Hello"}"#);
    assert_eq!(s.field(), "message");
    assert!(s.notice().contains("takes other parameters now"), "{}", s.notice());
    let row = s.app.form.as_ref().and_then(|f| f.row()).and_then(|r| r.remark.clone());
    assert!(row.is_some_and(|r| r.contains("Not a parameter the schema knows")));
}

#[test]
fn the_same_list_again_changes_nothing_and_says_nothing() {
    let mut s = message();
    s.keys("C1<Tab>Hello<^_>");
    refreshed(&mut s, "Send a message to a channel.", "Send a message to any channel.");
    assert!(!s.notice().contains("form"), "{}", s.notice());
    s.keys("<^y>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"Hello"}"#, "what was taken back is still there");
}

#[test]
fn an_action_that_is_gone_leaves_its_form() {
    let mut s = message();
    s.keys("C1");
    refreshed(&mut s, "SLACK_SEND_MESSAGE", "SLACK_POST_MESSAGE");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
    assert!(s.notice().contains("is not in the list any more"), "{}", s.notice());
}

#[test]
fn an_editor_and_the_json_view_stay_open_while_the_form_follows() {
    let mut s = message();
    s.keys("<Tab><Enter>one<Enter>two");
    refreshed(&mut s, "\"asBot\": {", "\"thread\": {\"type\": \"string\"}, \"asBot\": {");
    s.keys("!<Esc>");
    assert_eq!(s.value().to_json(), r#"{"message":"one\ntwo!"}"#);
    s.keys("<^t><End>\"x");
    refreshed(&mut s, "\"asBot\": {", "\"reply\": {\"type\": \"string\"}, \"asBot\": {");
    let json = s.app.form.as_ref().and_then(|f| f.json.as_ref()).map(|j| j.text.text());
    assert!(json.is_some_and(|j| j.starts_with("{\"x\n")));
}

#[test]
fn json_that_is_not_finished_is_part_of_the_draft() {
    let mut s = message();
    s.keys("C1<^t><End>\"x\": ").wait(Duration::from_secs(1));
    let draft = kept(&mut s).pop().flatten().expect("a draft");
    assert!(draft.get("json").and_then(Value::as_str).is_some_and(|j| j.starts_with("{\"x\": ")), "{draft}");
    // Another action and back.
    s.keys("<M1><^u>list chan<Enter><M1><^u>send mess<Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
    s.keys("<^t>");
    assert!(screen(&s.app).contains("{\"x\": "), "{}", screen(&s.app));
    // Another day.
    let mut s = message();
    s.take(Message::DraftRecalled { action: "SLACK_SEND_MESSAGE".into(), draft: Some(draft) });
    assert!(s.notice().contains("^T goes on with its JSON"), "{}", s.notice());
    s.keys("<^t>");
    assert!(screen(&s.app).contains("{\"x\": ") && screen(&s.app).contains("Not JSON"), "{}", screen(&s.app));
}

#[test]
fn unfinished_json_with_a_secret_in_it_is_not_stored() {
    let mut s = message();
    s.keys("C1<^t><End>\"api_key\": \"sk_live_1234567890abcdef\"").wait(Duration::from_secs(1));
    let draft = kept(&mut s).pop().flatten().expect("a draft");
    assert_eq!(draft.get("json"), None, "{draft}");
    assert!(!draft.to_json().contains("sk_live"));
}

#[test]
fn an_empty_form_leaves_no_draft() {
    let mut s = message();
    s.keys("C1").wait(Duration::from_secs(1));
    assert!(matches!(kept(&mut s).as_slice(), [Some(_)]));
    s.keys("<Backspace><Backspace><Backspace>").wait(Duration::from_secs(1));
    assert_eq!(kept(&mut s), [None]);
}

fn asked(s: &mut Story) -> LoadId {
    let effects = s.effects();
    let [Effect::FindHistory { load, ask }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((ask.action.as_deref(), ask.limit), (Some("SLACK_SEND_MESSAGE"), 1));
    assert_eq!(ask.user.as_deref(), Some("maria@acme.example.com"), "of this user");
    *load
}

fn record(parameters: &str) -> Record {
    let parameters = Value::parse(parameters.as_bytes()).expect("JSON");
    let request = RunRequest { action: "SLACK_SEND_MESSAGE".into(), parameters, wire: Wire::Live, credential: None };
    let begun = Begun::new(BEGIN - 7200, Whose::default(), &request, &About::default());
    Record { id: RecordId(1), begun, end: End::unknown(), pinned: false, has_body: false }
}

#[test]
fn the_last_run_of_another_day_comes_out_of_the_history() {
    let mut s = message();
    s.keys("C2<^p>form as in<Enter>");
    let load = asked(&mut s);
    s.take(Message::HistoryFound { load, result: Ok(vec![record(r#"{"channel":"C1","apiKey":"x-secret"}"#)]) });
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
    assert!(s.notice().contains("2 h ago, but for its secrets"), "{}", s.notice());
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C2"}"#);
    // Who goes on to another action is left alone.
    s.keys("<^p>form as in<Enter>");
    let load = asked(&mut s);
    s.keys("<M1><^u>list chan<Enter>");
    s.take(Message::HistoryFound { load, result: Ok(vec![record(r#"{"channel":"C9"}"#)]) });
    assert_eq!(s.value().to_json(), "{}");
}

#[test]
fn keys_that_are_faster_than_the_disk_lose_neither_what_they_typed_nor_the_draft() {
    let mut s = Story::begin(100, 30);
    s.keys("send mess<Enter>C9");
    // So slow is the disk that what was typed is handed on to be kept before the old draft has come.
    s.wait(std::time::Duration::from_secs(2));
    let draft = {
        let mut other = Story::begin(100, 30);
        other.keys("send mess<Enter>old");
        other.wait(std::time::Duration::from_secs(2));
        let kept = |e| if let Effect::Remember { draft, .. } = e { draft } else { None };
        other.effects().into_iter().find_map(kept).expect("a draft")
    };
    s.take(Message::DraftRecalled { action: "SLACK_SEND_MESSAGE".into(), draft: Some(draft) });
    assert!(s.value().to_json().contains(r#""channel":"C9""#), "{}", s.value());
    assert!(s.notice().starts_with("A draft of another day is there too"), "{}", s.notice());
    s.keys("x");
    assert!(s.value().to_json().contains(r#""channel":"C9x""#), "the cursor is where it was: {}", s.value());
    for _ in 0..9 {
        s.keys("<^_>");
    }
    assert!(s.value().to_json().contains(r#""channel":"old""#), "{}", s.value());
}

#[test]
fn what_cannot_be_kept_is_said_once() {
    use akx::domain::failure::{Failure, FailureKind};
    let mut s = Story::begin(160, 30);
    let full = || Failure::new(FailureKind::File, "The file d could not be written: the disk is full.", "Make room.");
    let told = || Message::NotKept { what: "The draft of SLACK_SEND_MESSAGE".into(), failure: full() };
    s.take(told());
    assert_eq!(
        s.notice(),
        "The draft of SLACK_SEND_MESSAGE: The file d could not be written: the disk is full. Make room."
    );
    s.wait(std::time::Duration::from_secs(7));
    s.take(told());
    assert!(s.app.notice.is_none(), "at every key that is typed it would be noise");
    s.take(Message::NotKept { what: "The list of users".into(), failure: full() });
    assert!(s.notice().starts_with("The list of users"), "{}", s.notice());
}
