//! Journeys through a response: tables, comparisons, queries.

use std::time::Duration;

use akx::{
    app::{
        App, Effect,
        geometry::Size,
        state::Start,
        viewer::{Opened, View},
    },
    domain::{now::Now, run::RunId, shared::Shared},
};

use crate::{
    picture::{picture, screen},
    story::Story,
};

pub(crate) const CHANNELS: &str = r#"{"ok":true,"channels":[
    {"id":"C1","name":"general","members":12,"topic":{"value":"All of us"}},
    {"id":"C2","name":"random","members":7,"topic":null},
    {"id":"C3","name":"日本","members":101,"archived":true}],"next":"dGVhbQ"}"#;

/// A story that has run an action once for each of `bodies`; the last is shown.
pub(crate) fn answered(width: u16, height: u16, bodies: &[&str]) -> Story {
    let mut s = Story::in_sandbox(width, height);
    s.keys("list chan<Enter>");
    for body in bodies {
        s.keys("<M2><^r>");
        let id = s.sent()[0].0;
        s.answer(id, body);
    }
    s.effects.clear();
    s
}

fn view(s: &Story) -> Option<View> {
    s.app.runs.viewer().map(|v| v.view)
}

fn copied(s: &mut Story) -> String {
    let effects = s.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    text.clone()
}

// Tables.

#[test]
fn records_become_a_table_and_a_cell_leads_back_to_the_tree() {
    let mut s = answered(160, 40, &[CHANNELS]);
    s.keys("t");
    assert_eq!(view(&s), Some(View::Table));
    let text = screen(&s.app);
    assert!(text.contains("id") && text.contains("general") && text.contains("3 rows"), "{text}");
    s.keys("jly");
    assert_eq!(copied(&mut s), "random");
    s.keys("Y");
    assert_eq!(copied(&mut s), ".channels[1].name");
    s.keys("<Enter>");
    assert_eq!(view(&s), Some(View::Tree));
    s.keys("Y");
    assert_eq!(copied(&mut s), ".channels[1].name", "the tree's cursor is where the table's was");
    s.keys("tt");
    assert_eq!(view(&s), Some(View::Tree), "t goes there and back");
}

#[test]
fn a_table_is_sorted_filtered_arranged_and_copied() {
    let mut s = answered(160, 40, &[CHANNELS]);
    s.keys("tlloo");
    assert!(screen(&s.app).contains("members▼"));
    s.keys("<Left><Left>>c");
    assert_eq!(
        copied(&mut s),
        "name,id,members,topic,archived\r\n日本,C3,101,,true\r\ngeneral,C1,12,\"{\"\"value\"\":\"\"All of us\"\"}\",\r\n\
         random,C2,7,,\r\n"
    );
    s.keys("llxx/a<Enter>m");
    assert_eq!(
        copied(&mut s),
        "| name | id | members |\n| --- | --- | --- |\n| general | C1 | 12 |\n| random | C2 | 7 |\n"
    );
    assert!(screen(&s.app).contains("2 of 3 rows, 2 columns left out"));
    s.keys("<Esc>X");
    assert!(screen(&s.app).contains("3 rows"));
    assert_eq!(view(&s), Some(View::Table), "the first Esc takes the filter away");
}

#[test]
fn what_has_no_records_has_no_table() {
    let mut s = answered(120, 40, &[r#"{"n":[1,2]}"#]);
    s.keys("t");
    assert_eq!(view(&s), Some(View::Tree));
    assert!(s.notice().contains("no list of records"));
    s.keys("o");
    s.keys("<^p>sort by<Enter>");
    assert!(s.notice().contains("no table in front"), "{}", s.notice());
}

// Comparing.

#[test]
fn two_runs_of_one_action_are_compared() {
    let later = CHANNELS.replace("12", "13").replace("dGVhbQ", "bW9yZQ");
    let mut s = answered(160, 40, &[CHANNELS, &later]);
    s.keys("d");
    assert_eq!(view(&s), Some(View::Changes));
    let text = screen(&s.app);
    assert!(text.contains("~ .channels[0].members") && text.contains("- 12") && text.contains("+ 13"), "{text}");
    s.keys("i");
    assert!(s.notice().contains("/channels/*/members"), "{}", s.notice());
    assert!(!screen(&s.app).contains(".channels[0].members"));
    s.keys("c");
    assert_eq!(copied(&mut s), "~ .next\n  - \"dGVhbQ\"\n  + \"bW9yZQ\"\n");
    s.keys("<Enter>Y");
    assert_eq!((view(&s), copied(&mut s).as_str()), (Some(View::Tree), ".next"));
    s.keys("d<Esc>");
    assert_eq!(view(&s), Some(View::Tree));
    assert!(!screen(&s.app).contains("[ Changes ]"), "Esc takes the comparison away");
}

#[test]
fn one_response_alone_is_compared_with_nothing() {
    let mut s = answered(120, 40, &[CHANNELS]);
    s.keys("d");
    assert!(s.notice().contains("no other response"), "{}", s.notice());
    assert_eq!(view(&s), Some(View::Tree));
}

#[test]
fn the_run_to_compare_with_can_be_chosen() {
    let mut s = answered(120, 40, &[r#"{"n":1}"#, r#"{"n":2}"#, r#"{"n":3}"#]);
    s.keys("D<Down><Enter>");
    assert!(screen(&s.app).contains("- 1"), "the older one was chosen");
    assert!(s.notice().contains("2 runs before"), "{}", s.notice());
    s.keys("[[d");
    assert_eq!(s.app.runs.shown().map(|r| r.id), Some(RunId(1)));
    assert_eq!(s.app.overlays.len(), 1, "the oldest has none before it, so one is chosen");
    s.keys("<Enter>");
    let text = screen(&s.app);
    assert!(text.contains("- 1") && text.contains("+ 3"), "the older stands first: {text}");
}

// A document by itself.

/// The workbench on `json`.
pub(crate) fn reading(width: u16, height: u16, json: &str) -> Story {
    let opened = Shared::new(Opened::new(json.as_bytes().into(), None));
    let now = Now::new(Duration::from_secs(1), 1_800_000_000);
    let start = Start::View { name: "channels.json".into(), opened };
    let (app, effects) = App::start(Size { width, height }, now, start);
    assert_eq!(effects, [], "nobody is asked for anything");
    Story { app, now, effects }
}

#[test]
fn a_document_fills_the_screen_and_q_leaves_it() {
    let mut s = reading(80, 24, CHANNELS);
    assert!(screen(&s.app).contains("channels.json"));
    s.keys("<Esc><M1><F6><^r><^n>");
    assert_eq!((view(&s), s.effects().as_slice()), (Some(View::Tree), &[][..]), "there is nothing else to go to");
    s.keys("/q<Enter>");
    assert_eq!(s.effects(), [], "q is a letter while typing");
    s.keys("<Esc>tq");
    assert_eq!(s.effects(), [Effect::Quit]);
    s.keys("<^p>run");
    assert!(!screen(&s.app).contains("Run the action"));
}

// Pictures.

#[test]
fn pictures() {
    for (width, height) in [(80, 24), (160, 48)] {
        let later = CHANNELS.replace("12", "13").replace(r#""topic":null"#, r#""topic":{"value":"Anything"}"#);
        let mut s = answered(width, height, &[CHANNELS, &later]);
        s.keys("tjlo");
        insta::assert_snapshot!(format!("table_{width}x{height}"), picture(&s.app));
        let document = reading(width, height, CHANNELS);
        insta::assert_snapshot!(format!("document_{width}x{height}"), picture(&document.app));
        s.keys("d");
        insta::assert_snapshot!(format!("changes_{width}x{height}"), picture(&s.app));
    }
}
