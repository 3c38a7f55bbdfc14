//! Filling a field from what the user's account has.

use std::time::Duration;

use akx::{
    app::{Effect, Message, effect::Destination, overlay::Overlay, remote::LoadId, state::Start},
    domain::{
        choices::{Ask, Call, Choices},
        document::{Document, Value},
        failure::{Failure, FailureKind},
        guard::Place,
    },
};

use crate::{
    picture::{picture, screen},
    session::{keys, loaded, open, until},
    story::{Story, session},
};

/// The question that was asked last.
fn asked(story: &mut Story) -> (LoadId, Ask) {
    let loads = |e| if let Effect::LoadChoices { load, ask } = e { Some((load, ask)) } else { None };
    let mut asked: Vec<_> = story.effects().into_iter().filter_map(loads).collect();
    assert_eq!(asked.len(), 1, "one question");
    asked.remove(0)
}

fn body(ask: &Ask) -> String {
    match ask.call() {
        Call::Source(body) => body.to_json(),
        Call::Action(_, request) => format!("{} {}", request.action, request.parameters.to_json()),
    }
}

fn page(ask: &Ask, text: &str) -> Choices {
    ask.read(&Document::read(text.into(), None)).expect("a list")
}

const CHANNELS: &str =
    r##"{"output":{"records":[{"value":"C1","label":"#general"},{"value":"C2","label":"#random"}]}}"##;
const MORE: &str = r##"{"output":{"records":[{"value":"C1","label":"#general"},{"value":"C2","label":"#random"}],"nextPageCursor":2}}"##;

/// A story whose form asks for the channels.
fn choosing(width: u16, height: u16) -> (Story, LoadId, Ask) {
    let mut story = Story::begin(width, height);
    story.keys("send mess<Enter><^g>account<Enter>");
    let (load, ask) = asked(&mut story);
    (story, load, ask)
}

#[test]
fn the_field_menu_offers_the_account_and_choosing_fills_the_id_with_its_name_beside_it() {
    let (mut s, load, ask) = choosing(120, 40);
    assert_eq!(body(&ask), r#"{"action":"slack","sourceKey":"channels","parameters":[],"paginationParameters":{}}"#);
    assert!(screen(&s.app).contains("Asking the user's account"), "{}", screen(&s.app));
    s.take(Message::ChoicesLoaded { load, result: Ok(page(&ask, CHANNELS)) });
    assert!(screen(&s.app).contains("channel, from the account's channels"), "{}", screen(&s.app));
    s.keys("rand<Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C2"}"#);
    assert!(screen(&s.app).contains("#random"), "{}", screen(&s.app));
    s.keys("<Tab>");
    assert!(screen(&s.app).contains("#random"), "also when the cursor is elsewhere");
    // The name stays known while the form is put away, and goes with another value.
    s.keys("<M1><Esc>list chan<Enter><M1><Esc>send mess<Enter>");
    assert!(screen(&s.app).contains("#random"));
    s.keys("<Backspace>x");
    assert!(!screen(&s.app).contains("#random"), "{}", screen(&s.app));
}

#[test]
fn where_the_source_is_not_there_the_action_that_lists_is_asked() {
    let (mut s, load, _) = choosing(120, 40);
    let gone = Failure::new(FailureKind::UnknownAction, "There is no such list.", "");
    s.take(Message::ChoicesLoaded { load, result: Err(gone.clone()) });
    let (load, ask) = asked(&mut s);
    assert_eq!(body(&ask), "SLACK_LIST_CHANNELS {}");
    s.take(Message::ChoicesLoaded { load, result: Err(gone) });
    let text = screen(&s.app);
    assert!(text.contains("There is no such list.") && text.contains("Enter tries again"), "{text}");
    s.keys("<Enter>");
    assert_eq!(body(&asked(&mut s).1), "SLACK_LIST_CHANNELS {}");
}

#[test]
fn the_second_source_can_be_asked_first() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter><^g>list_chan<Enter>");
    assert_eq!(body(&asked(&mut s).1), "SLACK_LIST_CHANNELS {}");
}

#[test]
fn escape_stops_asking_and_a_late_answer_is_dropped() {
    let (mut s, load, ask) = choosing(120, 40);
    s.keys("<Esc>");
    assert_eq!(s.effects(), [Effect::DropChoices(load)]);
    assert!(s.app.overlays.is_empty());
    s.take(Message::ChoicesLoaded { load, result: Ok(page(&ask, CHANNELS)) });
    assert!(s.app.overlays.is_empty());
    assert_eq!(s.value().to_json(), "{}");
}

#[test]
fn more_rows_come_as_the_cursor_passes_the_end() {
    let (mut s, load, ask) = choosing(120, 40);
    s.take(Message::ChoicesLoaded { load, result: Ok(page(&ask, MORE)) });
    assert!(screen(&s.app).contains("2+"), "{}", screen(&s.app));
    s.keys("<Up>");
    assert_eq!(s.effects(), []);
    s.keys("<Down>");
    let (load, next) = asked(&mut s);
    assert!(body(&next).contains(r#""paginationParameters":{"pageCursor":2}"#), "{}", body(&next));
    s.keys("<Down>");
    assert_eq!(s.effects(), [], "one question at a time");
    let failed = Failure::new(FailureKind::TimedOut, "No answer in time.", "");
    s.take(Message::ChoicesLoaded { load, result: Err(failed) });
    assert!(s.notice().contains("No answer in time.") && screen(&s.app).contains("#general"), "what came stays");
    s.keys("<Down>");
    let (load, next) = asked(&mut s);
    s.take(Message::ChoicesLoaded { load, result: Ok(page(&next, r#"["C3"]"#)) }).keys("<Down><Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C3"}"#);
}

#[test]
fn the_server_searches_where_not_everything_has_come() {
    let (mut s, load, ask) = choosing(120, 40);
    s.take(Message::ChoicesLoaded { load, result: Ok(page(&ask, MORE)) }).keys("ops");
    assert_eq!(s.effects(), [], "not at every letter");
    let wake = s.app.next_wake(s.now).expect("a moment to look again");
    assert!(wake <= Duration::from_millis(300), "{wake:?}");
    s.wait(Duration::from_millis(300));
    let (load, search) = asked(&mut s);
    assert!(body(&search).contains(r#""search":"ops""#), "{}", body(&search));
    let found = r#"[{"value":"C9","label":"Operations"}]"#;
    s.take(Message::ChoicesLoaded { load, result: Ok(page(&search, found)) }).keys("<Enter>");
    assert_eq!(s.value().to_json(), r#"{"channel":"C9"}"#);
}

#[test]
fn a_list_takes_one_more_item() {
    const LIST: &str = r#"{"actions":{"slack":[
        {"type":"function","function":{"name":"SLACK_INVITE","parameters":{"type":"object","properties":{"memberIds":{"type":"array","items":{"type":"string"}},"teamId":{"type":"integer"}}}}},
        {"type":"function","function":{"name":"SLACK_LIST_MEMBERS","parameters":{"type":"object","properties":{}}}}]}}"#;
    let mut s = Story::connecting(120, 40);
    let Some(Effect::Connect { load, .. }) = s.effects.first().cloned() else { panic!("does not connect") };
    s.take(Message::Connected { load, result: Ok(session(Place::Ordinary)) });
    s.load(LIST).effects.clear();
    for (key, id) in [("<Enter>", "U1"), ("", "U2")] {
        s.keys(if id == "U1" { "invite<Enter>" } else { "" });
        s.keys("<^p>choose the value from<Enter>");
        let (load, ask) = asked(&mut s);
        assert_eq!(body(&ask), "SLACK_LIST_MEMBERS {}", "{key}");
        let members = r#"{"members":[{"id":"U1","real_name":"Ada"},{"id":"U2","real_name":"Bob"}]}"#;
        s.take(Message::ChoicesLoaded { load, result: Ok(page(&ask, members)) });
        s.keys(if id == "U1" { "<Enter>" } else { "<Down><Enter>" });
        s.keys("<Up>");
        if id == "U1" {
            assert_eq!(s.value().to_json(), r#"{"memberIds":["U1"]}"#);
            assert!(screen(&s.app).contains("Ada"), "{}", screen(&s.app));
        }
    }
    assert_eq!(s.value().to_json(), r#"{"memberIds":["U1","U2"]}"#);
}

#[test]
fn a_field_that_nothing_fits_says_so() {
    let mut s = Story::begin(120, 40);
    s.keys("send mess<Enter><Tab><^p>choose the value from<Enter>");
    assert_eq!(s.notice(), "Nothing in the account is known to fit this field.");
    s.keys("<^g>");
    assert!(!screen(&s.app).contains("From the account"), "{}", screen(&s.app));
}

#[test]
fn read_only_does_not_stand_in_the_way_of_reading() {
    let mut s = Story::begin(120, 40);
    s.keys("<^p>read-only<Enter>send mess<Enter><^g>list_chan<Enter>");
    assert_eq!(body(&asked(&mut s).1), "SLACK_LIST_CHANNELS {}");
}

#[test]
fn screens_of_choosing() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut s = Story::begin(width, height);
        s.keys("send mess<Enter><^g>");
        insta::assert_snapshot!(format!("account_menu_{width}x{height}"), picture(&s.app));
        s.keys("<Enter>");
        let (load, ask) = asked(&mut s);
        s.take(Message::ChoicesLoaded { load, result: Ok(page(&ask, MORE)) }).keys("<Down>");
        insta::assert_snapshot!(format!("account_choices_{width}x{height}"), picture(&s.app));
        s.keys("<Enter><Tab>");
        insta::assert_snapshot!(format!("account_filled_{width}x{height}"), picture(&s.app));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sandboxs_account_fills_fields() {
    let (mut s, _running, _data) = open(None, Start::Open(Destination::Sandbox)).await;
    until(&mut s, loaded).await;
    let has_rows = |app: &akx::app::App| match app.overlays.last() {
        Some(Overlay::Account(choices)) => !choices.is_going() && !choices.chooser.is_empty(),
        _ => false,
    };
    for source in ["channels", "list_channels"] {
        keys(&mut s, "<M1><Esc>send mess<Enter><^g>");
        keys(&mut s, source);
        keys(&mut s, "<Enter>");
        until(&mut s, has_rows).await;
        keys(&mut s, "gen<Enter>");
        let value = s.app.form.as_ref().map(|f| f.form.value().to_json());
        assert_eq!(value.as_deref(), Some(r#"{"channel":"C0123456789"}"#), "{source}");
        assert!(screen(&s.app).contains("general"));
        keys(&mut s, "<^u><Backspace>");
    }
    // What a list depends on goes along: the sheets of one spreadsheet.
    keys(&mut s, "<M1><Esc>google_sheets create row<Enter><^p>choose the value<Enter>");
    until(&mut s, has_rows).await;
    keys(&mut s, "budget<Enter>");
    let value = s.app.form.as_ref().map(|f| f.form.value()).unwrap_or_default();
    assert!(value.get("spreadsheetId").and_then(Value::as_str).is_some(), "{value}");
    for _ in 0..20 {
        if s.app.form.as_ref().and_then(|f| f.row()).is_none_or(|r| r.label != "worksheet") {
            keys(&mut s, "<Down>");
        }
    }
    keys(&mut s, "<^p>choose the value<Enter>");
    until(&mut s, has_rows).await;
    keys(&mut s, "<Enter>");
    let value = s.app.form.as_ref().map(|f| f.form.value()).unwrap_or_default();
    assert!(value.get("worksheet").and_then(Value::as_str).is_some(), "{value}");
}
