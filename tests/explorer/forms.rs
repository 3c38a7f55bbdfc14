//! Journeys through the form: changes taken back, calls kept, fields found, files put in.

use std::time::Duration;

use akx::{
    app::{
        Effect, Message,
        geometry::Pane,
        message::{Directory, DirectoryEntry, SaveError},
        text_field::TextField,
    },
    domain::{
        document::{Object, Value},
        failure::{Failure, FailureKind},
        form::file_value,
        saved::{SavedCall, SavedName},
    },
};

use crate::{odd, picture::screen, story::Story};

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

#[test]
fn what_is_pasted_and_cannot_be_read_says_where_and_discards_nothing() {
    let mut s = message();
    s.keys("<Tab>Hello<Up>").paste("{\"channel\": oops}");
    assert_eq!(s.value().to_json(), r#"{"channel":"{\"channel\": oops}","message":"Hello"}"#);
    assert!(s.notice().starts_with("Pasted as text: not JSON: line 1, column 13: expected"), "{}", s.notice());
    s.keys("<^_>").paste("curl https://example.com");
    assert_eq!(s.notice(), "Pasted as text: this curl command sends no body.");
    s.keys("<^_>").paste("{{settings.channel}}");
    assert_eq!((cell(&s).as_str(), s.notice()), ("{{settings.channel}}", ""));
    s.keys("<^_>").paste(r#"{"channel":"C1","else":1.50}"#);
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","else":1.50}"#);
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"message":"Hello"}"#);
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
fn a_curl_command_fills_the_form_from_the_json_view_as_well() {
    let mut s = message();
    s.keys("<^t><Down><End>x<^t>");
    assert!(s.notice().starts_with("Not JSON"), "{}", s.notice());
    assert!(!screen(&s.app).to_lowercase().contains("not json: not json"), "{}", screen(&s.app));
    let mut s = message();
    s.keys("<^t><Del><Del>")
        .paste("curl -X POST https://example.com -d '{\"action\":\"A\",\"parameters\":{\"channel\":\"C2\"}}'");
    s.keys("<^t>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C2"}"#, "{}", s.notice());
    s.keys("<^t>x<^t>");
    assert!(s.notice().starts_with("Not JSON"), "{}", s.notice());
    s.keys("<Del><^t>");
    assert_eq!((s.notice(), s.app.form.as_ref().is_some_and(|f| f.json.is_none())), ("", true));
}

#[test]
fn what_was_said_before_a_run_does_not_stay_behind_it() {
    let mut s = message();
    s.keys("<^r>");
    assert!(s.notice().contains("^R again runs it anyway"), "{}", s.notice());
    s.keys("<^r>");
    assert_eq!((s.sent().len(), s.notice()), (1, ""));
    let mut s = message();
    s.keys("<^r>");
    assert!(s.notice().contains("^R again"), "{}", s.notice());
    s.keys("<Esc><^u>list ch<Enter>");
    assert!(!s.notice().contains("^R again"), "{}", s.notice());
}

#[test]
fn letters_where_none_can_be_typed_say_which_key_does_something() {
    let schema = r#"{"type":"object","properties":{"list":{"type":"array","items":{"type":"string"}},
        "map":{"type":"object","additionalProperties":{"type":"string"}},
        "inside":{"type":"object","properties":{"a":{"type":"string"}}},"on":{"type":"boolean"}}}"#;
    let mut s = odd::form((80, 24), schema);
    s.keys("x");
    assert_eq!(s.notice(), "This is a list: Enter adds an item to type in.");
    s.keys("<Down>x");
    assert_eq!(s.notice(), "These are entries by name: Enter adds one.");
    s.keys("<Down>x");
    assert_eq!(s.notice(), "This holds fields: Enter opens it.");
    s.keys("<Down>x");
    assert_eq!(s.notice(), "Space switches it.");
    assert_eq!(s.value().to_json(), "{}");
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
    let effects = s.effects();
    let [Effect::FindHistory { load, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    s.take(Message::HistoryFound { load: *load, result: Ok(Vec::new()) });
    assert_eq!(s.notice(), "This action has not been run yet.");
    s.keys("C1<Tab>hi<^r>");
    let id = s.sent()[0].0;
    s.answer(id, "{}").keys("<M2><^p>clear the form<Enter>C2<^p>form as in<Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C1","message":"hi"}"#);
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C2"}"#);
}

// What a server says of fields.

/// A refusal of parameters.
fn refusal(message: &str, reasons: &[&str]) -> Failure {
    let mut failure = Failure::new(FailureKind::InvalidParameters, message, "Correct them and run again.");
    failure.details = reasons.iter().map(|r| (*r).to_owned()).collect();
    failure
}

#[test]
fn what_the_server_refuses_stands_at_its_field_and_the_cursor_goes_there() {
    let mut s = message();
    s.keys("C1<Tab>hi<^r>");
    let id = s.sent()[0].0;
    s.fail(id, refusal("SLACK_SEND_MESSAGE refused the parameters.", &["message must be longer than 5 characters"]));
    assert_eq!((s.app.focus, s.field()), (Pane::Action, "message"));
    assert!(s.notice().contains("refused message"), "{}", s.notice());
    assert!(screen(&s.app).contains("message must be longer than 5"));
    s.keys(" again");
    let problem = s.app.form.as_ref().and_then(|f| f.row()).and_then(|r| r.problem.clone());
    assert_eq!(problem, None, "who changes the field has heard it");
    s.keys("<^r>");
    assert_eq!(s.sent().len(), 1, "what a server said stands in nobody's way");
}

#[test]
fn a_refusal_moves_nobody_who_has_gone_on() {
    let mut s = message();
    s.keys("C1<Tab>hi<^r>");
    let id = s.sent()[0].0;
    s.keys("<M1><^u>list");
    s.fail(id, refusal("Refused: \"channel\" is unknown.", &[]));
    assert_eq!((s.app.focus, s.app.browse.query.text().as_str()), (Pane::Catalogue, "list"));
    s.keys("<M2>");
    assert_eq!(s.field(), "channel");
    let mut s = message();
    s.keys("C1<Tab>hi<^r>");
    let id = s.sent()[0].0;
    s.keys("<M2><^a>x").fail(id, refusal("Refused: \"channel\" is unknown.", &[]));
    assert_eq!(s.field(), "message", "another value is another matter");
}

// Looking for a field.

#[test]
fn a_long_form_is_narrowed_by_typing_and_shown_whole_again() {
    let mut s = Story::in_sandbox(80, 24);
    s.keys("send email<Enter>");
    let all = s.app.form.as_ref().expect("open").rows().len();
    s.keys("<^f>impo");
    assert_eq!((s.field(), s.value().to_json().as_str()), ("importance", "{}"), "nothing is typed into the form");
    let text = screen(&s.app);
    assert!(text.contains("› impo") && text.contains(&format!("1 of {all} fields")), "{text}");
    s.keys("<Enter>hi<Enter>");
    assert_eq!(s.value().to_json(), r#"{"importance":"high"}"#);
    assert!(screen(&s.app).contains("Esc shows all"));
    s.keys("<Esc>");
    assert_eq!((s.app.form.as_ref().expect("open").rows().len(), s.field()), (all, "importance"));
    assert_eq!(s.app.focus, Pane::Action);
    s.keys("<^f>zzz");
    assert!(screen(&s.app).contains("No field is like that."));
    s.keys("<Esc>");
    assert_eq!(s.app.form.as_ref().expect("open").rows().len(), all);
}

#[test]
fn what_is_wrong_is_shown_though_the_filter_leaves_it_out() {
    let mut s = Story::in_sandbox(80, 24);
    s.keys("send email<Enter><^f>impo<Enter><^r>");
    assert!(s.notice().contains("again runs it anyway"), "{}", s.notice());
    assert_ne!(s.field(), "importance");
    assert!(s.app.form.as_ref().expect("open").filter.is_none());
}

// Calls under a name.

fn call(name: &str, parameters: &str) -> SavedCall {
    let parameters = Value::parse(parameters.as_bytes()).expect("JSON");
    let (action, integration) = ("SLACK_SEND_MESSAGE".into(), "slack".into());
    SavedCall { name: name.into(), action, integration, parameters, missing: Vec::new() }
}

#[test]
fn a_call_is_saved_under_a_name_and_never_over_another_unasked() {
    let mut s = message();
    s.keys("C1<Tab>hi<^s><Enter>");
    assert!(screen(&s.app).contains("Type a name"), "a name there must be");
    s.keys("standup<Enter>");
    let mine = call("standup", r#"{"channel":"C1","message":"hi"}"#);
    assert_eq!(s.effects(), [Effect::SaveCall { call: mine.clone(), replace: false }]);
    s.take(Message::CallSaved { call: mine.clone(), result: Err(SaveError::Exists) }).keys("<Enter>");
    assert_eq!(s.effects(), [], "the harmless answer comes first");
    s.take(Message::CallSaved { call: mine.clone(), result: Err(SaveError::Exists) }).keys("<Right><Enter>");
    assert_eq!(s.effects(), [Effect::SaveCall { call: mine.clone(), replace: true }]);
    s.take(Message::CallSaved { call: mine, result: Ok(()) });
    assert!(s.notice().contains("Saved as standup"), "{}", s.notice());
    s.keys("!<^s><Enter>");
    let changed = call("standup", r#"{"channel":"C1","message":"hi!"}"#);
    assert_eq!(
        s.effects().last(),
        Some(&Effect::SaveCall { call: changed, replace: true }),
        "what was saved so is changed so"
    );
}

#[test]
fn saved_calls_are_listed_opened_and_deleted() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("<^s>");
    assert_eq!(s.effects(), [Effect::ListCalls]);
    s.take(Message::CallsListed(Vec::new()));
    assert!(s.notice().contains("No call is saved"), "{}", s.notice());
    let names: Vec<SavedName> = ["daily", "standup"].map(|n| call(n, "{}").head()).into();
    s.take(Message::CallsListed(names.clone())).keys("<Down><Del>");
    assert!(screen(&s.app).contains("Delete the saved call standup?"));
    s.keys("<Right><Enter>");
    assert_eq!(s.effects(), [Effect::ForgetCall { name: "standup".into() }]);
    s.take(Message::CallsListed(names[..1].to_vec())).keys("<Enter>");
    assert_eq!(s.effects(), [Effect::RecallCall { name: "daily".into() }]);
    s.take(Message::CallRecalled(Ok(call("daily", r#"{"channel":"C1","other":[1]}"#))));
    assert_eq!((s.app.focus, s.value().to_json().as_str()), (Pane::Action, r#"{"channel":"C1","other":[1]}"#));
    let gone = SavedCall { action: "GONE".into(), ..call("old", "{}") };
    s.take(Message::CallRecalled(Ok(gone)));
    assert!(s.notice().contains("GONE, which this list has not"), "{}", s.notice());
}

#[test]
fn a_draft_of_another_day_lies_below_the_saved_call_that_was_opened() {
    let mut old = message();
    old.keys("Cold");
    let draft = old.app.form.as_ref().expect("open").form.to_draft();
    let mut s = Story::in_sandbox(120, 40);
    s.take(Message::CallRecalled(Ok(call("daily", r#"{"channel":"C1"}"#))));
    s.take(Message::DraftRecalled { action: "SLACK_SEND_MESSAGE".into(), draft: Some(draft) });
    assert_eq!(s.value().to_json(), r#"{"channel":"C1"}"#);
    s.keys("<^_>");
    assert_eq!(s.value().to_json(), r#"{"channel":"Cold"}"#);
}

// Files and formats.

/// The form of an action that takes a file, a moment and a long description.
fn upload(width: u16, height: u16) -> Story {
    let long = format!("# Heading\\n\\n- a \\u001b[31mred\\u001b[0m list\\n{}", "words ".repeat(2_000));
    let list = format!(
        r#"{{"actions":{{"drive":[{{"type":"function","function":{{"name":"DRIVE_GET_UPLOAD","description":"","parameters":
        {{"type":"object","properties":{{"file":{{"type":"string","format":"binary"}},
        "at":{{"type":"string","format":"date-time","description":"{long}"}},
        "old":{{"type":"string","deprecated":true}},"code":{{"type":"string","writeOnly":true}}}}}}}}}}]}}}}"#
    );
    let mut s = Story::in_sandbox(width, height);
    s.keys("<^p>load the actions<Enter>").load(&list).keys("upload<Enter>");
    s.effects.clear();
    s
}

#[test]
fn a_file_is_chosen_from_directories_and_goes_along_whole() {
    let mut s = upload(80, 24);
    assert!(screen(&s.app).contains("a file: Enter chooses"));
    s.keys("<Enter>");
    let effects = s.effects();
    let [Effect::OpenPath { field, path, within }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((path.as_str(), within.as_str()), (".", ""));
    let entry = |name: &str, size| DirectoryEntry { name: name.into(), size };
    let entries = vec![entry("old", None), entry("report.pdf", Some(2048))];
    let listed = Directory { path: "/home/maria".into(), entries };
    s.take(Message::FilesListed { field: *field, result: Ok(listed) });
    let text = screen(&s.app);
    assert!(text.contains("/home/maria") && text.contains("old/") && text.contains("2.0 kB"), "{text}");
    s.keys("rep<Enter>");
    let within = "/home/maria".to_owned();
    assert_eq!(s.effects(), [Effect::OpenPath { field: *field, path: "report.pdf".into(), within }]);
    let file = file_value("report.pdf", "application/pdf", &[0, 255]);
    s.take(Message::FileRead { field: *field, result: Ok(file.clone()) });
    assert_eq!(s.value().get("file"), Some(&file));
    let text = screen(&s.app);
    assert!(text.contains("file report.pdf · 2 B") && !text.contains("00ff"), "{text}");
    let draft = s.app.form.as_ref().expect("open").form.to_draft();
    let schema = s.app.listing().and_then(|l| l.catalogue.get("DRIVE_GET_UPLOAD")).expect("listed").schema();
    assert_eq!(akx::domain::form::Form::from_draft(&schema, &draft).value(), s.value());
    s.keys("<Backspace>");
    assert_eq!(s.value().to_json(), "{}");
    s.keys("<^_>@~/b.txt<Enter>");
    assert_eq!(s.value().get("file"), Some(&file), "typing on a file looks for another");
}

#[test]
fn a_path_is_typed_in_the_cell_and_what_cannot_be_read_is_said() {
    let mut s = upload(80, 24);
    s.keys("@~/b.txt<Enter>");
    let effects = s.effects();
    let [Effect::OpenPath { field, path, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(path, "~/b.txt");
    s.take(Message::FilesListed { field: *field, result: Err("~/b.txt cannot be opened: no such file.".into()) });
    assert!(s.notice().contains("cannot be opened"), "{}", s.notice());
}

#[test]
fn a_file_is_read_whichever_way_its_path_is_left() {
    let file = file_value("b.txt", "text/plain", b"x");
    let asked = |s: &mut Story| {
        let effects = s.effects();
        let opened = effects.iter().find_map(|effect| match effect {
            Effect::OpenPath { field, path, .. } => Some((*field, path.clone())),
            _ => None,
        });
        opened.unwrap_or_else(|| panic!("{effects:?}"))
    };
    let mut s = upload(80, 24);
    s.keys("@b.txt<Tab>");
    let (field, path) = asked(&mut s);
    assert_eq!(path, "b.txt", "leaving the cell reads it");
    s.take(Message::FileRead { field, result: Ok(file.clone()) });
    assert_eq!((s.value().get("file"), s.field()), (Some(&file), "at"));

    let mut s = upload(80, 24);
    s.keys("@b.txt<^r>");
    let (field, _) = asked(&mut s);
    assert!(s.sent().is_empty(), "not before it is read");
    s.take(Message::FileRead { field, result: Ok(file.clone()) });
    assert_eq!(s.sent_parameters(), Value::Object(Object::from_iter([("file", file)])).to_json());

    let mut s = upload(80, 24);
    s.keys("@none<Tab><^r>");
    let (field, _) = asked(&mut s);
    s.take(Message::FilesListed { field, result: Err("none cannot be opened: no such file.".into()) });
    assert!(s.sent().is_empty());
    assert_eq!(s.field(), "file", "a file that is missing stops the run and is told at its field");
    let text = screen(&s.app);
    assert!(text.matches("cannot be opened").count() >= 1 && s.notice().contains("cannot be opened"), "{text}");
    s.keys("<^u>");
    assert!(!screen(&s.app).contains("cannot be opened"), "{}", screen(&s.app));
}

#[test]
fn a_moment_is_offered_and_a_long_description_can_be_read() {
    let mut s = upload(80, 24);
    s.keys("<Tab><^g>now<Enter>");
    assert_eq!(s.value().to_json(), r#"{"at":"2027-01-15T08:00:00Z"}"#);
    s.keys("<^g>read all<Enter>");
    let text = screen(&s.app);
    assert!(text.contains("date and time like") && text.contains("Heading") && text.contains("␛[31mred"), "{text}");
    s.keys("<Esc><Tab>");
    let text = screen(&s.app);
    assert!(text.contains("Deprecated."), "{text}");
    s.keys("<Tab>secret<Tab>");
    let text = screen(&s.app);
    assert!(text.contains("••••••") && !text.contains("secret"), "{text}");
}
