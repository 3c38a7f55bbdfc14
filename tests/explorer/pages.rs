//! Answers that come in pages: the next one, all of them, and what stands in the way.

use akx::{
    app::{Effect, Message, effect::Destination, runs::RunState, state::Start, viewer::View},
    domain::{
        document::Table,
        guard::Place,
        pages::{Merged, Pages, Stop},
        run::{Outcome, RunId},
    },
};

use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_string_contains, method, path_regex},
};

use crate::{
    picture::{picture, screen},
    session::{idle, keys, loaded, open, open_at, until},
    story::{ACTIONS, Story, session},
};

/// A page whose answer names the next one.
const PAGE: &str = r#"{"ok":true,"channels":[{"id":"C1"},{"id":"C2"}],"response_metadata":{"next_cursor":"abc"}}"#;

/// A story in which a page has been answered.
fn answered(story: &mut Story) -> RunId {
    story.keys("list chan<Enter><^r>");
    let id = story.sent()[0].0;
    story.answer(id, PAGE);
    id
}

fn sent_pages(story: &mut Story) -> (RunId, String, Pages) {
    let pages = |e| match e {
        Effect::RunPages { id, request, pages, .. } => Some((id, request.parameters.to_json(), pages)),
        _ => None,
    };
    let mut sent: Vec<_> = story.effects().into_iter().filter_map(pages).collect();
    assert_eq!(sent.len(), 1);
    sent.remove(0)
}

#[test]
fn the_next_page_is_one_key_away() {
    let mut s = Story::begin(120, 40);
    answered(&mut s);
    assert!(screen(&s.app).contains("f more"), "{}", screen(&s.app));
    s.keys("f");
    assert_eq!(s.sent_parameters(), r#"{"paginationParameters":{"pageCursor":"abc"}}"#);
    let id = s.app.runs.shown().unwrap().id;
    s.answer(id, r#"{"channels":[{"id":"C3"}],"response_metadata":{"next_cursor":""}}"#).keys("f");
    assert_eq!(s.sent(), []);
    assert_eq!(s.notice(), "This answer names no further page.");
    s.keys("F");
    assert!(s.app.overlays.is_empty());
    assert_eq!(s.notice(), "This answer names no further page.");
}

#[test]
fn before_any_answer_the_keys_say_so() {
    let mut s = Story::begin(120, 40);
    s.keys("<^p>next page of<Enter>");
    assert_eq!(s.notice(), "There is no response yet: run an action first.");
    s.keys("<M1>list chan<Enter><^r><^p>all pages<Enter>");
    assert_eq!(s.notice(), "The run is still going.");
}

#[test]
fn all_pages_become_one_document_that_says_where_it_stopped() {
    let mut s = Story::begin(120, 40);
    answered(&mut s);
    s.keys("F<Backspace><Backspace><Backspace>x<Enter>");
    assert!(screen(&s.app).contains("Type a number from 1 to 10000"), "{}", screen(&s.app));
    s.keys("<^u>2<Enter>");
    let (id, parameters, pages) = sent_pages(&mut s);
    assert_eq!((parameters.as_str(), pages.limit), ("{}", 2));
    let mut merged = Merged { pages: 1, records: 2, stop: None, next: None };
    s.take(Message::RunPaged { id, merged: merged.clone() });
    assert!(screen(&s.app).contains("1 page, 2 records so far"), "{}", screen(&s.app));
    (merged.pages, merged.records, merged.stop) = (2, 4, Some(Stop::Limit));
    merged.next = pages
        .pager
        .next(&akx::domain::document::Value::object(), &akx::domain::document::Document::read(PAGE.into(), None));
    s.take(Message::RunPaged { id, merged }).answer(id, r#"{"channels":[1,2,3,4]}"#);
    assert_eq!(s.notice(), "SLACK_LIST_CHANNELS: 2 pages, 4 records; stopped at the limit, there is more.");
    assert!(screen(&s.app).contains("2+ pages · 312 ms · f more"), "{}", screen(&s.app));
    s.keys("<BackTab><BackTab>");
    assert_eq!(s.app.runs.viewer().map(|v| v.view), Some(View::Headers));
    assert!(screen(&s.app).contains("Merged from 2 pages, 4 records"), "{}", screen(&s.app));
    s.keys("f");
    assert_eq!(s.sent_parameters(), r#"{"paginationParameters":{"pageCursor":"abc"}}"#, "it goes on where it stopped");
}

#[test]
fn what_does_more_than_read_is_asked_about_even_in_the_sandbox() {
    let mut s = Story::in_sandbox(120, 40);
    s.keys("send mess<Enter>C1<Tab>Hello<^r>");
    let id = s.sent()[0].0;
    s.answer(id, PAGE).keys("F<Enter>");
    assert!(screen(&s.app).contains("runs it up to 100 times"), "{}", screen(&s.app));
    s.keys("<Enter>");
    assert_eq!(s.effects(), [], "the harmless answer is the first");
    s.keys("F<Enter><Right><Enter>");
    assert_eq!(sent_pages(&mut s).2.limit, 100);
}

#[test]
fn read_only_refuses_to_repeat_what_changes_something() {
    let mut s = Story::begin_with(120, 40, session(Place::Sandbox));
    s.keys("send mess<Enter>C1<Tab>Hello<^r>");
    let id = s.sent()[0].0;
    s.answer(id, PAGE).keys("<^p>read-only<Enter>F<Enter>");
    assert!(s.notice().contains("read-only here"), "{}", s.notice());
    assert_eq!(s.sent(), []);
}

#[test]
fn screens_of_pages() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut s = Story::in_sandbox(width, height);
        answered(&mut s);
        s.keys("F");
        insta::assert_snapshot!(format!("pages_asked_{width}x{height}"), picture(&s.app));
        s.keys("<Enter>");
        let (id, ..) = sent_pages(&mut s);
        let merged = Merged { pages: 3, records: 60, stop: None, next: None };
        s.take(Message::RunSent(id)).take(Message::RunPaged { id, merged });
        insta::assert_snapshot!(format!("pages_coming_{width}x{height}"), picture(&s.app));
    }
}

// The real loop and client against the sandbox.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_pages_of_the_sandbox_in_every_dialect() {
    for wire in [None, Some(akx::domain::wire::Wire::Seed), Some(akx::domain::wire::Wire::LiveTools)] {
        let (mut s, _running, _data) = open(wire, Start::Open(Destination::Sandbox)).await;
        until(&mut s, loaded).await;
        keys(&mut s, "hubspot get records contacts<Enter><^r>");
        until(&mut s, idle).await;
        keys(&mut s, "F<Enter>");
        until(&mut s, idle).await;
        let run = s.app.runs.shown().expect("a run");
        let merged = run.pages.as_ref().expect("pages");
        assert_eq!((merged.pages, merged.stop.clone()), (3, Some(Stop::End)), "{wire:?}");
        let table = run_table(&s.app);
        assert_eq!(table, merged.records, "{wire:?}: every record stands in the one document");
    }
}

/// How many records the response that is shown has.
fn run_table(app: &akx::app::App) -> usize {
    let document = app.runs.viewer().and_then(|viewer| viewer.document()).expect("a document");
    let root = document.root().expect("JSON");
    Table::nearest(document, root).map_or(0, |table| table.record_count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_keeps_what_has_come() {
    // The first page comes at once, the second not before the test is long over.
    let server = MockServer::start().await;
    let json = |body: &str| ResponseTemplate::new(200).set_body_raw(body.to_owned(), "application/json");
    let me = r#"{"authenticated":true,"userId":"u","integrations":{}}"#;
    Mock::given(method("GET")).and(path_regex("/sdk/me$")).respond_with(json(me)).mount(&server).await;
    Mock::given(method("GET")).respond_with(json(ACTIONS)).mount(&server).await;
    let slow = json(PAGE).set_delay(std::time::Duration::from_secs(600));
    Mock::given(method("POST")).and(body_string_contains("abc")).respond_with(slow).mount(&server).await;
    Mock::given(method("POST")).respond_with(json(PAGE)).mount(&server).await;
    let (mut s, _data) = open_at(server.uri(), None, Start::Open(Destination::Sandbox));
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter><^r>");
    until(&mut s, idle).await;
    keys(&mut s, "F<Enter>");
    until(&mut s, |app| app.runs.shown().and_then(|r| r.pages.as_ref()).is_some()).await;
    keys(&mut s, "<^c>");
    until(&mut s, idle).await;
    let run = s.app.runs.shown().expect("a run");
    assert_eq!(run.pages.as_ref().and_then(|m| m.stop.clone()), Some(Stop::Cancelled));
    assert!(matches!(&run.state, RunState::Ended { outcome: Outcome::Answered(_), .. }), "{:?}", run.state);
    assert_eq!(run_table(&s.app), 2);
    assert!(run.next.is_some(), "it can be gone on with");
}
