//! Journeys through a jq filter: typing it, completing it, keeping what it gave; and one run by the real process.

use akx::{
    app::{
        Effect, Message,
        remote::LoadId,
        state::Start,
        viewer::{Opened, Queried, View},
    },
    domain::{document::QueryError, shared::Shared},
};

use crate::{
    picture::{picture, screen},
    session,
    story::{Story, parse},
    workbench::{CHANNELS, answered, reading},
};

/// The filters that are to be run since somebody last looked, with their ids.
fn asked(s: &mut Story) -> Vec<(LoadId, String)> {
    let query = |e| if let Effect::Query { id, filter, .. } = e { Some((id, filter)) } else { None };
    s.effects().into_iter().filter_map(query).collect()
}

/// Answers the query asked last with results, one a line.
fn gives(s: &mut Story, results: &[&str]) {
    let id = asked(s).pop().expect("a query").0;
    let document = match results {
        [one] => (*one).to_owned(),
        many => format!("[{}]", many.join(",\n")),
    };
    let opened = Shared::new(Opened::new(document.into_bytes().into(), Some("application/json")));
    s.take(Message::Queried { id, result: Ok(Queried { opened, count: results.len(), more: false }) });
}

fn fails(s: &mut Story, words: &str, at: Option<usize>) {
    let id = asked(s).pop().expect("a query").0;
    s.take(Message::Queried { id, result: Err(QueryError { words: words.to_owned(), at }) });
}

fn document(s: &Story) -> String {
    let bytes = s.app.runs.viewer().and_then(|v| v.document()).map(|d| d.bytes().to_vec());
    String::from_utf8(bytes.expect("a document")).expect("text")
}

#[test]
fn results_appear_as_a_filter_is_typed_and_enter_keeps_them() {
    let mut s = answered(160, 40, &[CHANNELS]);
    s.keys("jjl");
    let cursor = s.app.runs.viewer().expect("a viewer").cursor;
    s.keys(".");
    assert_eq!(s.effects(), [Effect::RecallFilters]);
    s.keys(".ok");
    let typed: Vec<String> = asked(&mut s).into_iter().map(|(_, f)| f).collect();
    assert_eq!(typed, [".", ".o", ".ok"], "each is run in place of the one before");
    s.keys("<Left><Right>");
    assert_eq!(s.effects(), [], "moving the cursor changes nothing");
    s.keys("<^u>.channels[].name");
    gives(&mut s, &["\"general\"", "\"random\"", "\"日本\""]);
    let text = screen(&s.app);
    assert!(text.contains("3 results") && text.contains("0: \"general\""), "{text}");
    s.keys("<Enter>");
    assert_eq!(s.effects(), [Effect::KeepFilter(".channels[].name".to_owned())]);
    assert!(screen(&s.app).contains("jq .channels[].name"), "{}", screen(&s.app));
    s.keys("jy");
    assert!(matches!(s.effects().as_slice(), [Effect::Copy { text, .. }] if text == "general"));
    s.keys("<Esc>");
    assert_eq!((document(&s), s.effects()), (CHANNELS.to_owned(), vec![Effect::StopQuery]));
    assert_eq!(s.app.runs.viewer().expect("a viewer").cursor, cursor, "the tree is as it was left");
}

#[test]
fn escape_leaves_the_original_whatever_was_shown() {
    let mut s = answered(160, 40, &[CHANNELS]);
    s.keys("t");
    s.keys("..ok");
    gives(&mut s, &["true"]);
    assert_eq!(document(&s), "true");
    s.keys("<Esc>");
    assert_eq!(s.app.runs.viewer().map(|v| v.view), Some(View::Table));
    assert_eq!(document(&s), CHANNELS);
    s.keys("..channels");
    gives(&mut s, &["[{\"id\":1}]"]);
    assert_eq!(s.app.runs.viewer().map(|v| v.view), Some(View::Table), "records stay a table");
    s.keys("<^u>");
    assert_eq!(document(&s), CHANNELS, "no filter is no change");
    s.keys("<Enter>");
    assert!(s.app.runs.viewer().is_some_and(|v| v.query.is_none()), "and nothing to keep");
}

#[test]
fn an_answer_nobody_waits_for_is_dropped() {
    let mut s = answered(120, 40, &[CHANNELS]);
    s.keys("..o");
    let (old, _) = asked(&mut s).pop().expect("a query");
    s.keys("k");
    let opened = Shared::new(Opened::new(b"0".as_slice().into(), None));
    s.take(Message::Queried { id: old, result: Ok(Queried { opened: opened.clone(), count: 1, more: false }) });
    assert_eq!(document(&s), CHANNELS);
    let (id, _) = asked(&mut s).pop().expect("a query");
    s.keys("<Esc>");
    s.take(Message::Queried { id, result: Ok(Queried { opened, count: 1, more: false }) });
    assert_eq!(document(&s), CHANNELS);
}

#[test]
fn what_is_wrong_stands_below_its_place() {
    let mut s = answered(160, 40, &[CHANNELS]);
    s.keys("..ok");
    gives(&mut s, &["true"]);
    s.keys(" | nope");
    fails(&mut s, "There is no function nope.", Some(6));
    let text = screen(&s.app);
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|l| l.contains(".ok | nope")).expect("the filter");
    let place = |line: &str, what: &str| line[..line.find(what).expect("there")].chars().count();
    assert_eq!(place(lines[at], "nope"), place(lines[at + 1], "^ There is no function nope."), "{text}");
    assert_eq!(document(&s), "true", "what was shown stays");
    s.keys("<Enter>");
    assert!(s.app.runs.viewer().is_some_and(akx::app::viewer::Viewer::is_querying), "a wrong filter is not kept");
    assert!(s.notice().contains("no function"), "{}", s.notice());
}

#[test]
fn tab_completes_keys_and_goes_round() {
    let mut s = answered(160, 40, &[CHANNELS]);
    s.keys("..ch<Tab>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".channels"));
    s.keys("<Tab>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".channels[]"));
    s.keys(".");
    assert!(screen(&s.app).contains("Tab  id  name  members  topic  archived"), "{}", screen(&s.app));
    s.keys("<Tab><Tab>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".channels[].name"));
    s.keys("<^u>xyz<Tab>");
    assert!(s.notice().contains("no key or function"), "{}", s.notice());
}

#[test]
fn earlier_filters_come_back() {
    let mut s = answered(120, 40, &[CHANNELS]);
    s.keys(".");
    s.take(Message::FiltersRecalled(vec![".old".into(), ".ok".into()]));
    s.keys(".dra<Up>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".ok"));
    s.keys("<Up><Up><Up>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".old"));
    s.keys("<Down><Down>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".dra"), "what was typed is not lost");
    s.keys("<Up><Enter>");
    s.keys("<Esc>.");
    s.effects.clear();
    s.keys("<Up>");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".ok"), "used again, it is the latest");
}

#[test]
fn a_query_under_way_can_be_stopped() {
    let mut s = answered(120, 40, &[CHANNELS]);
    s.keys(".repeat(1)<^c>");
    assert!(s.effects().contains(&Effect::StopQuery));
    assert!(screen(&s.app).contains("Stopped."));
    s.keys("<^c>");
    assert!(s.notice().contains("Nothing is running"));
}

#[test]
fn what_is_not_json_cannot_be_filtered() {
    let mut s = reading(80, 24, "plain words");
    s.keys(".");
    assert!(s.notice().contains("jq takes a JSON response"), "{}", s.notice());
    assert_eq!(s.effects(), []);
}

#[test]
fn a_kept_filter_is_edited_and_left_from_inside_a_text() {
    let mut s = answered(120, 40, &[r#"{"a":"{\"b\":[1]}"}"#]);
    s.keys("..a<Enter>");
    gives(&mut s, &[r#""{\"b\":[1]}""#]);
    s.keys("u");
    assert_eq!(document(&s), r#"{"b":[1]}"#);
    s.keys("<Esc>");
    assert_eq!(document(&s), r#""{\"b\":[1]}""#, "out of the text first");
    s.keys("u.x");
    assert_eq!(asked(&mut s).pop().map(|q| q.1).as_deref(), Some(".ax"), "the filter goes on where it was");
    s.keys("<Esc>");
    assert_eq!(document(&s), r#"{"a":"{\"b\":[1]}"}"#);
}

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut s = answered(width, height, &[CHANNELS]);
        s.keys(".");
        insta::assert_snapshot!(format!("query_begun_{width}x{height}"), picture(&s.app));
        s.keys(".channels[].na<Tab>");
        gives(&mut s, &["\"general\"", "\"random\"", "\"日本\""]);
        insta::assert_snapshot!(format!("query_{width}x{height}"), picture(&s.app));
        s.keys(" | upcase");
        fails(&mut s, "There is no function upcase. A key is written with a dot: .upcase", Some(20));
        insta::assert_snapshot!(format!("query_wrong_{width}x{height}"), picture(&s.app));
    }
}

/// Through the real loop, and akx started again for the filter.
#[tokio::test]
async fn a_filter_runs_in_a_process_of_its_own() {
    let opened = Shared::new(Opened::new(CHANNELS.as_bytes().into(), None));
    let start = Start::View { name: "channels.json".into(), opened };
    let (mut session, _sandbox, _data) = session::open(None, start).await;
    let press = |session: &mut akx::runtime::session::Session, keys: &str| {
        for key in parse(keys) {
            session.step(Message::Key(key));
        }
    };
    let told = |s: &akx::runtime::session::Session| {
        s.app.runs.viewer().and_then(|v| v.query.as_ref()).filter(|q| q.going.is_none()).and_then(|q| q.told.clone())
    };
    for (filter, expected) in [
        ("..channels[].members", Ok(3)),
        ("<^u>def f: [f]; f", Err("calls itself too often")),
        ("<^u>.channels | mapp(1)", Err("is it map?")),
        ("<^u>range(1000) | tostring", Ok(1000)),
        ("<^u>repeat(\"0123456789012345678901234567890123456789\"*100)", Ok(0)),
    ] {
        press(&mut session, filter);
        while told(&session).is_none() {
            assert!(session.step_next().await);
        }
        match (told(&session).expect("an end"), expected) {
            (Ok((count, more)), Ok(0)) => assert!(more && count > 1000, "as much as fits: {count}"),
            (Ok(got), Ok(count)) => assert_eq!(got, (count, false)),
            (Err(error), Err(words)) => assert!(error.words.contains(words), "{error:?}"),
            (got, expected) => panic!("{filter}: {got:?} is not {expected:?}"),
        }
    }
}
