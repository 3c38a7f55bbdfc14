//! Journeys through what an answer says: long lines and long texts, other charsets, the whole screen, what the line below
//! tells.

use akx::{
    app::{
        Effect,
        effect::{Destination, Savable},
        geometry::Pane,
        state::Start,
        viewer::View,
    },
    domain::failure::{Failure, FailureKind},
};

use crate::{
    misbehaving::Server,
    picture::{picture, screen},
    session::{idle, keys, loaded, open_at, until},
    story::Story,
    workbench::{CHANNELS, answered, reading},
};

const SIZES: [(u16, u16); 2] = [(80, 24), (160, 48)];

const MAIL: &str = r#"{"id":"18f","when":"2026-11-20T10:00:00Z","body":"Dear Ada,\n\nthank you for the fish. This line is longer than a narrow pane, and every word of it is to be read.\n\nGrace","page":"<html><title>Offer</title><h1>Offer</h1><p>Only today &amp; tomorrow, and only while there is some left of it.</p></html>"}"#;

fn view(s: &Story) -> Option<View> {
    s.app.runs.viewer().map(|v| v.view)
}

/// What is on the screen, its lines one after the other, without borders.
fn words(s: &Story) -> String {
    let text = screen(&s.app).replace(['│', '┃', '\n'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn copied(s: &mut Story) -> String {
    let effects = s.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    text.clone()
}

#[test]
fn a_response_takes_the_whole_screen_and_gives_it_back() {
    for (width, height) in SIZES {
        let mut s = answered(width, height, &[CHANNELS]);
        assert!(screen(&s.app).contains("Actions"));
        s.keys("z");
        insta::assert_snapshot!(format!("whole_screen_{width}x{height}"), picture(&s.app));
        s.keys("t");
        let text = screen(&s.app);
        assert!(!text.contains("Actions") && text.contains("archived"), "{text}");
        s.keys("<F6>");
        assert!(screen(&s.app).contains("Actions"), "another pane has its place");
        s.keys("<M3>");
        assert!(!screen(&s.app).contains("Actions"), "and the response has the screen again");
        s.keys("<Esc>");
        assert!(screen(&s.app).contains("Actions") && s.app.focus == Pane::Response, "Esc is the way back");
        s.keys("zz");
        assert!(screen(&s.app).contains("Actions"));
    }
    let mut s = reading(80, 24, CHANNELS);
    s.keys("<^p>whole screen<Enter>");
    assert_eq!(s.notice(), "It has the whole screen already.");
}

#[test]
fn every_word_of_a_long_line_can_be_read() {
    let line = (0..60).map(|i| format!("word{i}")).collect::<Vec<_>>().join(" ");
    for (width, height) in SIZES {
        let s = reading(width, height, &line);
        assert!(words(&s).contains(&line), "{}", screen(&s.app));
        let json = format!("{{\"a\":\"{}\",\"b\":\"the end of it\"}}", "x".repeat(200));
        let mut s = reading(width, height, &json);
        s.keys("rp");
        assert!(words(&s).replace(' ', "").contains(&json.replace(' ', "")), "as received: {}", screen(&s.app));
        let long = format!("{{\"a\":\"{}needle\"}}", "x".repeat(400));
        let mut s = reading(width, height, &long);
        s.keys("r");
        assert!(!screen(&s.app).contains("needle"));
        s.keys("llllllll");
        assert!(screen(&s.app).contains("needle"), "{}", screen(&s.app));
        s.keys("hhhhhhhh");
        assert!(screen(&s.app).contains("\"a\": \"xxx"));
        s.keys("/needle<Enter>");
        assert!(screen(&s.app).contains("needle\""), "what is found comes into sight: {}", screen(&s.app));
    }
}

#[test]
fn a_long_text_is_read_by_itself_and_taken_from_there() {
    for (width, height) in SIZES {
        let mut s = reading(width, height, MAIL);
        s.keys("jjj");
        assert!(screen(&s.app).contains("Enter reads it"), "{}", screen(&s.app));
        s.keys("<Enter>");
        assert_eq!(view(&s), Some(View::Raw));
        insta::assert_snapshot!(format!("long_text_{width}x{height}"), picture(&s.app));
        s.keys("c");
        assert!(copied(&mut s).starts_with("Dear Ada,\n\nthank you"));
        s.keys("s");
        let text = screen(&s.app);
        assert!(text.contains("Save the whole text to") && text.contains("› channels.json.txt "), "{text}");
        s.keys("<Esc>");
        s.keys("/every<Enter>");
        assert!(screen(&s.app).contains("1 of 1"));
        s.keys("<Esc><Esc>j");
        assert_eq!(view(&s), Some(View::Tree));
        s.keys("<Enter>");
        let text = screen(&s.app);
        assert!(text.contains("Only today & tomorrow") && !text.contains("<p>"), "a web page is read as text: {text}");
        s.keys("p");
        assert!(screen(&s.app).contains("<p>Only"));
        s.keys("<Esc>s<Enter>");
        let effects = s.effects();
        let saved = Savable::Bytes(MAIL.into());
        assert!(matches!(effects.as_slice(), [Effect::Save { what, .. }] if *what == saved), "{effects:?}");
    }
}

#[test]
fn the_line_below_tells_what_a_value_means() {
    for (width, height) in SIZES {
        let mut s = reading(width, height, &MAIL.replace("\"id\":", &format!("\"{}\":", "k".repeat(70))));
        s.keys("jj");
        let text = screen(&s.app);
        let below = text.lines().find(|line| line.contains(".when")).unwrap_or_default();
        assert!(below.contains("Fri 20 Nov 2026"), "{text}");
        let records = r#"[{"id":1,"at":"2026-11-20T10:00:00Z","by":{"name":"Ann"}},{"id":2,"at":null,"by":{}}]"#;
        let mut s = reading(width, height, records);
        assert!(screen(&s.app).contains("▾ [  2 records, t: table"));
        s.keys("tl");
        let text = screen(&s.app);
        let below = text.lines().find(|line| line.contains(".[0].at")).unwrap_or_default();
        assert!(below.contains("Fri 20 Nov 2026") && below.contains("2 rows"), "{text}");
        s.keys("l");
        assert!(screen(&s.app).contains(".[0].by  name: \"Ann\""), "{}", screen(&s.app));
        s.keys("/zzz");
        let text = screen(&s.app);
        assert!(text.contains("No row has that.") && text.contains("0 of 2 rows"), "{text}");
    }
}

#[test]
fn a_value_is_told_by_its_json_pointer_too() {
    let mut s = reading(80, 24, r#"{"a/b":[10,"{\"c\":1}"]}"#);
    s.keys("jj<^p>json pointer<Enter>");
    assert_eq!(copied(&mut s), "/a~1b/0");
    s.keys("j<Enter>j<^p>json pointer<Enter>");
    assert_eq!(s.effects(), [], "{}", s.notice());
    assert!(s.notice().contains("There is no JSON Pointer"), "{}", s.notice());
}

#[test]
fn a_document_is_offered_what_a_document_has() {
    let mut s = reading(80, 24, CHANNELS);
    let text = screen(&s.app);
    let keys = text.lines().last().unwrap_or_default();
    assert!(!keys.contains("compare") && keys.contains("y copy") && keys.contains("s save"), "{keys}");
    for key in ["d", "i", "T", "f", "["] {
        s.keys(key);
        assert_eq!((s.effects(), s.notice()), (Vec::new(), ""), "{key} is no key here");
    }
    s.keys("s");
    assert!(screen(&s.app).contains("Save the whole document to") && screen(&s.app).contains("› channels.json "));
    s.keys("<Esc>y");
    let effects = s.effects();
    assert!(matches!(effects.as_slice(), [Effect::Copy { what, .. }] if what == "the whole document"), "{effects:?}");
}

#[test]
fn a_failed_run_has_headers_and_says_things_once() {
    for (width, height) in SIZES {
        let mut s = Story::in_sandbox(width, height);
        s.keys("list chan<Enter><^r>");
        let id = s.sent()[0].0;
        let failure = Failure::new(
            FailureKind::Provider,
            "The integration's provider refused SLACK_LIST_CHANNELS (status 500).",
            "Look whether it has run before running it again.",
        );
        let headers = vec![("retry-after".to_owned(), "7".to_owned()), ("set-cookie".to_owned(), "sid=1".to_owned())];
        s.fail(id, Failure { status: Some(500), headers, may_have_run: true, ..failure });
        s.keys("<M3>");
        let text = words(&s);
        assert_eq!(text.matches("before running it again").count(), 1, "{text}");
        assert!(!text.contains("Look before you run it again"), "{text}");
        s.keys("<^p>headers<Enter>");
        let text = screen(&s.app);
        assert!(text.contains("retry-after: 7") && text.contains("set-cookie: ***"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_in_another_charset_is_read_filtered_and_masked() {
    let server = Server::start();
    let (mut s, data) = open_at(server.url.clone(), None, Start::Open(Destination::Sandbox));
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter>");
    let said = r#"[{"id":1,"name":"日本","access_token":"planted-sixteen"}]"#;
    let sixteen: Vec<u8> = "\u{feff}".encode_utf16().chain(said.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-16\r\nContent-Length: {}\r\n\r\n",
        sixteen.len()
    );
    *server.answer.lock().expect("an answer") = [head.into_bytes(), sixteen.clone()].concat();
    keys(&mut s, "<^r>");
    until(&mut s, idle).await;
    keys(&mut s, "<M3>");
    let text = screen(&s.app);
    assert!(text.contains("name: \"日本\""), "{text}");
    keys(&mut s, "rp");
    assert!(screen(&s.app).contains("UTF-16, as received"), "{}", screen(&s.app));
    let received = s.app.runs.viewer().and_then(|v| v.opened.clone()).expect("an answer");
    assert_eq!(&*received.document.received(), sixteen.as_slice(), "it is saved as it came");
    let secret: Vec<u8> = "planted-sixteen".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for file in files_below(data.path()) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        assert!(!has(&secret) && !has(b"planted-sixteen"), "{}", file.display());
    }
}

fn files_below(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}
