//! Journeys through a response: tables, comparisons, queries.

use std::time::Duration;

use akx::{
    app::{
        App, Effect, Message,
        effect::Savable,
        geometry::Size,
        message::Copied,
        state::Start,
        viewer::{Opened, View, Work, WorkId},
    },
    domain::failure::{Failure, FailureKind},
    domain::{
        now::Now,
        run::{Body, RunId},
        shared::Shared,
    },
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

#[test]
fn a_request_id_is_shown_whole_and_copied() {
    const ID: &str = "5a4db0c5-0000-4000-8000-000000000009";
    for (width, height) in [(80, 24), (120, 40), (160, 48)] {
        let mut s = Story::in_sandbox(width, height);
        s.keys("list chan<Enter><^r>");
        let id = s.sent()[0].0;
        let failure = Failure::new(FailureKind::Provider, "Nothing is there.", "Look elsewhere.");
        s.fail(id, Failure { request_id: Some(ID.into()), ..failure });
        s.effects();
        let text = screen(&s.app);
        assert!(text.contains(ID), "{text}");
        s.keys("i");
        assert_eq!(copied(&mut s), ID);
    }
    let mut s = Story::in_sandbox(80, 24);
    s.keys("list chan<Enter><^r>");
    let id = s.sent()[0].0;
    s.fail(id, Failure::new(FailureKind::Provider, "Nothing is there.", "Look elsewhere."));
    s.keys("i");
    assert_eq!(s.notice(), "The server gave this answer no request id.");
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
fn what_objects_in_a_table_have_become_columns_and_go_back() {
    const CONTACTS: &str = r#"{"results":[{"id":"1","properties":{"email":"ann@example.com","city":"Rome"}},
        {"id":"2","properties":{"email":"bo@example.com","city":"Ulm"}}]}"#;
    let mut s = answered(160, 40, &[CONTACTS]);
    s.keys("t+");
    assert!(s.notice().contains("no objects in this column"), "{}", s.notice());
    s.keys("l");
    assert!(screen(&s.app).contains("properties +"), "{}", screen(&s.app));
    s.keys("+");
    let text = screen(&s.app);
    assert!(text.contains(" .email") && text.contains("bo@example.com") && text.contains("Ulm"), "{text}");
    s.keys("loov");
    assert_eq!(
        copied(&mut s),
        "id\tproperties.email\tproperties.city\n2\tbo@example.com\tUlm\n1\tann@example.com\tRome\n"
    );
    s.keys("Y");
    assert_eq!(copied(&mut s), ".results[1].properties.city");
    s.keys("-");
    let text = screen(&s.app);
    assert!(text.contains("properties +") && !text.contains(" .email"), "{text}");
    s.keys("-");
    assert!(s.notice().contains("Only columns that + has unfolded"), "{}", s.notice());
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

#[test]
fn a_column_becomes_a_chart() {
    let mut s =
        answered(100, 30, &[r#"[{"at":"2026-11-23","n":1},{"at":"2026-11-24","n":5},{"at":"2026-11-24","n":5}]"#]);
    s.keys("tb");
    let text = screen(&s.app);
    assert!(text.contains("at  records per day") && text.contains("2026-11-24"), "{text}");
    s.keys("<Esc>lb");
    let text = screen(&s.app);
    assert!(text.contains("least 1, median 5, mean 3.667, greatest 5"), "{text}");
}

// Taking out.

#[test]
fn rows_keys_records_and_parts_are_copied() {
    let mut s = answered(120, 40, &[CHANNELS]);
    s.keys("tVjy");
    assert_eq!(
        copied(&mut s),
        "id\tname\tmembers\ttopic\tarchived\nC1\tgeneral\t12\t{\"value\":\"All of us\"}\t\nC2\trandom\t7\t\t\n"
    );
    s.keys("y");
    assert_eq!(copied(&mut s), "C2", "what was selected is no longer");
    s.keys("R");
    assert_eq!(
        copied(&mut s),
        "{\n  \"id\": \"C2\",\n  \"name\": \"random\",\n  \"members\": 7,\n  \"topic\": null\n}"
    );
    s.keys("<Enter>ja");
    assert_eq!(copied(&mut s), "name");
    s.keys("V<Esc>Vjy");
    assert_eq!(copied(&mut s), "      name: \"random\"\n      members: 7\n");
    s.keys("<Home>jjh");
    s.keys("y");
    assert!(copied(&mut s).starts_with('['), "a folded part is copied whole");
}

#[test]
fn where_a_copy_went_is_said() {
    let mut s = answered(120, 40, &["{}"]);
    let mut said = |terminal, program: Option<&str>, file: Result<&str, &str>| {
        let file = file.map(str::to_owned).map_err(str::to_owned);
        let copied = Copied { terminal, program: program.map(str::to_owned), file };
        s.take(Message::Copied { what: "the path".into(), copied });
        s.notice().to_owned()
    };
    assert_eq!(said(true, None, Ok("/d/copied.txt")), "Copied the path to the terminal (also kept in /d/copied.txt).");
    assert_eq!(said(false, Some("xclip"), Err("full.")), "Copied the path to xclip; no file: full.");
    assert_eq!(said(true, Some("wl-copy"), Ok("/f")), "Copied the path to the terminal and wl-copy (also kept in /f).");
    assert_eq!(said(false, None, Ok("/f")), "Too much for the terminal's clipboard: the path is in /f.");
}

#[test]
fn links_are_opened_and_the_pager_gets_what_is_safe() {
    let mut s = answered(120, 40, &[r#"{"url":"https://example.com/a","no":"x\u001b[2J"}"#]);
    s.keys("jo");
    assert_eq!(s.effects(), [Effect::OpenLink("https://example.com/a".into())]);
    s.take(Message::LinkOpened(Err("no program for it was found.".into())));
    assert!(s.notice().contains("y copies it"));
    s.keys("jo");
    assert!(s.notice().contains("no link under the cursor"));
    s.keys("P");
    let effects = s.effects();
    let [Effect::Page { text }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.starts_with("{\n  \"url\"") && !text.contains('\u{1b}'), "{text}");
}

// What a value means.

#[test]
fn times_links_and_sizes_are_explained_beside_the_value() {
    let long = "x".repeat(3000);
    let json = format!(
        r#"{{"created_at":"2027-01-15T06:00:00Z","ts":1799990000,"id":1799990000,"url":"https://example.com","big":{{"a":"{long}"}}}}"#
    );
    let mut s = reading(120, 40, &json);
    s.keys("<Home>-");
    let text = screen(&s.app);
    for words in
        ["2 h ago · Fri 15 Jan 2027 06:00 UTC", "ts: 1799990000  2 h ago", "o opens the link", "big: { 1 }  a: \"xxx"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(text.matches("ago").count(), 2, "an id is no time: {text}");
    assert!(text.contains("3.0 kB"), "{text}");
}

#[test]
fn xml_and_web_pages_are_laid_out_and_shown_as_received() {
    let mut s = answered(100, 30, &["<?xml version=\"1.0\"?><a><b>one</b><c/></a>"]);
    assert!(screen(&s.app).contains("  <b>one</b>"), "{}", screen(&s.app));
    s.keys("/one<Enter>");
    assert!(screen(&s.app).contains("1 of 1"));
    s.keys("<Esc>p");
    assert!(screen(&s.app).contains("<a><b>one</b><c/></a>"));
    let s = answered(100, 30, &["<!DOCTYPE html><html><h1>Bad gateway</h1><p>Try later</html>"]);
    let text = screen(&s.app);
    assert!(text.contains("Bad gateway") && !text.contains("<h1>"), "{text}");
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

// Documents of a size.

/// A list of records of more than a megabyte, one of which is called `needle`.
fn large() -> String {
    let record = |i: usize| {
        let name = if i == 29_000 { "needle".to_owned() } else { format!("name {i}") };
        format!(r#"{{"id":{i},"name":"{name}","note":"some words to make it longer"}}"#)
    };
    format!("[{}]", (0..30_000).map(record).collect::<Vec<_>>().join(","))
}

/// The work that is waited for.
fn works(s: &mut Story) -> Vec<(RunId, WorkId, Work)> {
    let work = |e| if let Effect::Work { run, id, work } = e { Some((run, id, work)) } else { None };
    s.effects().into_iter().filter_map(work).collect()
}

/// Does all the work there is, until there is no more; then what else is to be done.
fn work(s: &mut Story) {
    loop {
        let works = works(s);
        if works.is_empty() {
            return;
        }
        for (run, id, work) in works {
            s.take(Message::WorkDone { run, id, done: work.perform() });
        }
    }
}

#[test]
fn what_goes_over_a_large_document_is_done_elsewhere() {
    let mut s = answered(120, 40, &[&large()]);
    s.keys("/ne");
    assert!(screen(&s.app).contains("searching …"));
    let begun = works(&mut s);
    assert_eq!(begun.len(), 1, "one search at a time: {begun:?}");
    s.keys("edle");
    assert!(works(&mut s).is_empty());
    let (run, id, first) = begun[0].clone();
    s.take(Message::WorkDone { run, id, done: first.perform() });
    assert!(screen(&s.app).contains("searching …"), "what was found for the shorter word is dropped");
    work(&mut s);
    assert!(screen(&s.app).contains("1 of 1"), "{}", screen(&s.app));
    s.keys("<Enter>Y");
    assert_eq!(copied(&mut s), ".[29000].name");

    s.keys("<Esc>t");
    assert!(screen(&s.app).contains("Collecting the records"));
    work(&mut s);
    assert!(screen(&s.app).contains("30000 rows"));
    s.keys("oo");
    work(&mut s);
    s.keys("y");
    assert_eq!(copied(&mut s), "29999");
    s.keys("r");
    assert!(screen(&s.app).contains("Counting the lines"));
    work(&mut s);
    assert!(screen(&s.app).contains("line 1 of 150002"), "{}", screen(&s.app));
}

#[test]
fn the_beginning_of_a_large_document_is_shown_before_the_whole_is_open() {
    let json = large();
    let body = Body::from(format!("{{\"data\":{json},\"rest\":[{}0]}}", "0,".repeat(2_000_000)));
    let first = Opened::beginning(&body, None).expect("it is large");
    let now = Now::new(Duration::from_secs(1), 1_800_000_000);
    let start = Start::View { name: "large.json".into(), opened: Shared::new(first) };
    let (app, effects) = App::start(Size { width: 100, height: 24 }, now, start);
    let [Effect::ReadDocument(id)] = effects[..] else { panic!("{effects:?}") };
    let mut s = Story { app, now, effects: Vec::new() };
    s.keys("jj");
    s.take(Message::RunReceived { id, bytes: 1_000_000, of: Some(7_000_000) });
    s.wait(Duration::from_secs(1));
    let before = screen(&s.app);
    assert!(
        before.contains("data: [")
            && before.contains("1.0 MB of 7.0 MB read, 1.0 MB/s")
            && before.contains("so far, t: table"),
        "{before}"
    );
    s.keys("G");
    assert!(screen(&s.app).contains("… reading on"));
    s.keys("<Home>jj");
    s.take(Message::DocumentRead { id, result: Ok(Shared::new(Opened::new(body, None))) });
    let after = screen(&s.app);
    assert!(!after.contains("so far") && after.contains("data: ["), "{after}");
    s.keys("Y");
    assert_eq!(copied(&mut s), ".data[0]");
}

#[test]
fn text_is_searched_as_received_too() {
    let mut s = answered(100, 30, &["one\ntwo needle\nthree\nNEEDLE"]);
    assert_eq!(view(&s), Some(View::Raw));
    s.keys("/needle<Enter>");
    assert!(screen(&s.app).contains("1 of 2"));
    s.keys("n");
    assert!(screen(&s.app).contains("2 of 2"));
    s.keys("<Esc>");
    let mut s = answered(100, 30, &[r#"{"a":1,"b":{"needle":2}}"#]);
    s.keys("r/needle<Enter>");
    assert_eq!(view(&s), Some(View::Raw), "the view stays");
    assert!(screen(&s.app).contains("1 of 1"));
    s.keys("p");
    assert!(screen(&s.app).contains("1 of 1"), "as received as well");
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
fn whatever_a_file_holds_is_there_before_anything_happens() {
    for (body, shown) in [
        ("Bad gateway\n", "Bad gateway"),
        ("<html><h1>Bad gateway</h1>", "Bad gateway"),
        ("<?xml version=\"1.0\"?><a><b/></a>", "<b/>"),
        ("\u{0}\u{1}binary", "00 01 62"),
        ("", "The body is empty."),
        ("{\"a\":1}\n{\"a\":2}", "the JSON ends here, and more follows: {\"a\":2}"),
        ("{\"a\":1,b}", "broken here: expected a key in double quotes, found b}"),
        ("{\"a\":1,", "cut short here: expected a key in double quotes"),
    ] {
        let screen = screen(&reading(80, 24, body).app);
        assert!(screen.contains(shown), "{screen}");
    }
}

#[test]
fn json_in_a_text_unfolds_where_it_stands() {
    let json = r#"{"status":500,"message":"{\"details\":{\"err\":\"no\"}}","code":"41070"}"#;
    let mut s = reading(80, 24, json);
    s.keys("jj");
    assert!(screen(&s.app).contains("Enter unfolds the JSON inside"), "{}", screen(&s.app));
    s.keys("<Enter>");
    insta::assert_snapshot!("unfolded_80x24", picture(&s.app));
    s.keys("j<Right>jY");
    assert_eq!(copied(&mut s), ".message | fromjson | .details.err");
    s.keys("s<Enter>");
    let saved = Savable::Bytes(json.into());
    assert!(matches!(s.effects().as_slice(), [Effect::Save { what, .. }] if *what == saved), "as it came");
    s.keys("<Esc>");
    assert!(screen(&s.app).contains("Enter unfolds the JSON inside"), "{}", screen(&s.app));
}

#[test]
fn a_document_is_handed_to_the_editor_by_key_and_by_name() {
    for keys in ["e", "<^p>open in $editor<Enter>"] {
        let mut s = reading(80, 24, "{}");
        s.keys(keys);
        assert_eq!(s.effects(), [Effect::Edit { text: "{}".to_owned(), suffix: ".json" }]);
    }
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
