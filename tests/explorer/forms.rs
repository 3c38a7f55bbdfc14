//! Journeys through the form: changes taken back, calls kept, fields found, files put in.

use std::time::Duration;

use akx::app::{Effect, text_field::TextField};

use crate::story::Story;

/// The form of the action that sends a message.
fn message() -> Story {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send mess<Enter>");
    s.effects.clear();
    s
}

/// What the cell under the cursor holds.
fn cell(s: &Story) -> String {
    s.app.form.as_ref().and_then(|f| f.cell.as_ref()).map(TextField::text).expect("a cell")
}

// Undo and redo.

#[test]
fn typing_is_taken_back_word_by_word_and_made_again() {
    let mut s = message();
    s.keys("C1<Tab>Hello brave world");
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"Hello brave"}"#);
    assert_eq!(cell(&s), "Hello brave", "the cell follows");
    s.keys("<^_><^_><^_>");
    assert_eq!((s.value().to_json().as_str(), s.field()), ("{}", "channel"), "the cursor goes where the change was");
    s.keys("<^_>");
    assert_eq!(s.notice(), "There is nothing to take back.");
    s.keys("<^y><^y><^y><^y>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"Hello brave world"}"#);
    s.keys("!<^y>");
    assert_eq!(s.notice(), "Nothing was taken back.", "a new change ends the other way");
}

#[test]
fn an_editor_of_many_lines_goes_on_where_the_change_was_taken_back() {
    let mut s = message();
    s.keys("<Tab><Enter>one<Enter>two<Up><End> more<^_>");
    assert_eq!(s.value().to_json(), r#"{"message":"one\ntwo"}"#);
    s.keys("!");
    assert_eq!(s.value().to_json(), r#"{"message":"one!\ntwo"}"#);
}

#[test]
fn choices_lists_and_pastes_are_changes_too() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send email<Enter><Enter>a@example.com<^p>add an item<Enter>b@example.com<^p>move the item up<Enter>");
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"to":["a@example.com","b@example.com"]}"#);
    s.keys("<^p>remove the item<Enter><^_>");
    assert_eq!(s.value().to_json(), r#"{"to":["a@example.com","b@example.com"]}"#);
    while s.field() != "importance" {
        s.keys("<Tab>");
    }
    s.keys("hi<Enter><^_>");
    assert_eq!(s.value().to_json(), r#"{"to":["a@example.com","b@example.com"]}"#);
    while s.field() != "importance" {
        s.keys("<Tab>");
    }
    s.paste(r#"{"to":["c@example.com"]}"#);
    assert_eq!(s.value().to_json(), r#"{"to":["c@example.com"]}"#);
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"to":["a@example.com","b@example.com"]}"#);
}

#[test]
fn the_json_view_has_changes_of_its_own_and_is_one_for_the_form() {
    let mut s = message();
    s.keys("C1<^t><Down><End>,<Enter>\"message\": 1");
    let json = |s: &Story| s.app.form.as_ref().and_then(|f| f.json.as_ref()).map(|j| j.text.text());
    s.keys("<^_>");
    assert!(json(&s).is_some_and(|j| j.contains("\"message\": \n")), "{:?}", json(&s));
    s.keys("<^y><^t>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":1}"#);
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
}

#[test]
fn clearing_is_taken_back_like_anything_else() {
    let mut s = message();
    s.keys("C1<Tab>hi<^p>clear the form<Enter>");
    assert_eq!((s.value().to_json().as_str(), s.field()), ("{}", "channel"));
    assert!(s.notice().contains("^_"), "{}", s.notice());
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"hi"}"#);
}

// Drafts.

#[test]
fn whoever_types_without_a_rest_loses_a_second_at_most() {
    let mut s = message();
    let mut kept = 0;
    for _ in 0..30 {
        s.keys("x").wait(Duration::from_millis(100));
        kept += s.effects().iter().filter(|e| matches!(e, Effect::Remember { draft: Some(_), .. })).count();
    }
    assert!((3..=4).contains(&kept), "{kept} drafts in three seconds");
}

// The last run.

#[test]
fn the_form_comes_back_as_in_the_last_run_of_its_action() {
    let mut s = message();
    s.keys("<^p>form as in<Enter>");
    assert_eq!(s.notice(), "This action has not been run yet.");
    s.keys("C1<Tab>hi<^r>");
    let id = s.sent()[0].0;
    s.answer(id, "{}").keys("<M2><^p>clear the form<Enter>C2<^p>form as in<Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"hi"}"#);
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C2"}"#);
}
