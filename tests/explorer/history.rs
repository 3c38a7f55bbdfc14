//! The history, tickets and rows of a file: as journeys, and over the real loop against the sandbox.

use std::time::Duration;

use akx::{
    app::{
        Effect, Message,
        effect::Destination,
        effect::Savable,
        message::SaveError,
        past::{Purpose, Recalled},
        runs::RunState,
        state::Start,
    },
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        history::{About, Begun, Change, End, Record, RecordId, Whose},
        redact::Known,
        rows::Journal,
        run::{Outcome, RunRequest},
        wire::Wire,
    },
};

use crate::{
    picture::{picture, screen},
    session::{idle, keys, loaded, open, until},
    story::{BEGIN, Story, session},
};

fn record(id: i64, action: &str, parameters: &str, outcome: &Outcome) -> Record {
    let parameters = akx::domain::document::Value::parse(parameters.as_bytes()).expect("JSON");
    let request = RunRequest { action: action.into(), parameters, wire: Wire::Live, credential: None };
    let whose = Whose {
        profile: Some("staging".into()),
        project: "38b1f170-0c43-4eae-9a04-ab85325d99f7".into(),
        base_url: "https://actionkit.example.com".into(),
        user: Some("maria@acme.example.com".into()),
    };
    let about = About { integration: "slack".into(), ..About::default() };
    let begun = Begun::new(BEGIN - 3600 * id, whose, &request, &about);
    let (end, _) = End::of(outcome, (action, Duration::from_millis(312)), 1000, &Known::default());
    Record { id: RecordId(id), begun, end, pinned: id == 2, has_body: false }
}

fn refused() -> Outcome {
    Outcome::Failed(Failure {
        status: Some(404),
        request_id: Some("req-404".into()),
        ..Failure::new(FailureKind::UnknownAction, "There is no such channel.", "Look for it.")
    })
}

/// Opens the history and answers it with three records.
pub(crate) fn looking_back(story: &mut Story) {
    story.keys("<^p>history: what<Enter>");
    let load = asked(story);
    let records = vec![
        record(3, "SLACK_SEND_MESSAGE", r#"{"channel":"C1","message":"Hi","botName":"b","botIcon":":x:"}"#, &refused()),
        record(2, "SLACK_LIST_CHANNELS", r#"{"token":"planted"}"#, &Outcome::TimedOut { may_have_run: true }),
        Record { end: End::unknown(), ..record(1, "GMAIL_SEND_EMAIL", r#"{"to":"x@example.com"}"#, &refused()) },
    ];
    story.take(Message::HistoryFound { load, result: Ok(records) });
}

fn asked(story: &mut Story) -> akx::app::remote::LoadId {
    let load = story.effects().into_iter().rev().find_map(|e| match e {
        Effect::FindHistory { load, .. } => Some(load),
        _ => None,
    });
    load.expect("the history is asked")
}

#[test]
fn a_run_is_noted_before_it_is_sent_unless_nobody_wants_that() {
    let mut story = Story::in_sandbox(120, 40);
    story.keys("list chan<Enter><^r>");
    let effects = story.effects();
    let at = |which: fn(&Effect) -> bool| effects.iter().position(which);
    let noted = at(|e| matches!(e, Effect::Note { .. })).expect("it is noted");
    let sent = at(|e| matches!(e, Effect::Run { .. })).expect("it is sent");
    assert!(noted < sent);
    story.keys("<^p>keep no run<Enter>");
    assert!(story.notice().starts_with("No run is kept in the history from now on"));
    story.keys("<M2><^r>");
    assert!(story.effects().iter().all(|e| !matches!(e, Effect::Note { .. })));
}

#[test]
fn nothing_is_noted_where_the_profile_forgets() {
    let mut story = Story::begin_with(120, 40, akx::app::session::Session { forgets: true, ..session(Place::Sandbox) });
    story.keys("list chan<Enter><^r>");
    assert!(story.effects().iter().all(|e| !matches!(e, Effect::Note { .. })));
    story.keys("<^p>keep no run<Enter>");
    assert!(story.notice().contains("persist = false"), "{}", story.notice());
}

#[test]
fn what_cannot_be_noted_is_said_once() {
    let mut story = Story::in_sandbox(120, 40);
    story.keys("list chan<Enter><^r>");
    let id = story.sent()[0].0;
    let failure = Failure::new(FailureKind::File, "The history is full.", "");
    story.take(Message::RunNoted { id, result: Err(failure.clone()) });
    assert_eq!(story.notice(), "The history is full. Runs are not kept.");
    story.app.notice = None;
    story.take(Message::RunNoted { id, result: Err(failure) });
    assert_eq!(story.notice(), "");
}

#[test]
fn the_history_on_the_screen() {
    for (width, height) in [(80, 24), (120, 40), (160, 48)] {
        let mut story = Story::begin(width, height);
        looking_back(&mut story);
        story.keys("<Down>");
        insta::assert_snapshot!(format!("history_{width}x{height}"), picture(&story.app));
    }
}

#[test]
fn rows_on_the_screen() {
    let mut story = Story::in_sandbox(80, 24);
    sending(&mut story);
    read(&mut story, ROWS);
    let first = story.sent();
    story.answer(first[0].0, r#"{"ok":true}"#);
    insta::assert_snapshot!("rows_80x24", picture(&story.app));
}

#[test]
fn typing_asks_the_whole_history_and_late_answers_are_dropped() {
    let mut story = Story::begin(120, 40);
    looking_back(&mut story);
    story.keys("req-404");
    let asks: Vec<String> = story
        .effects()
        .into_iter()
        .filter_map(|e| if let Effect::FindHistory { ask, .. } = e { Some(ask.words) } else { None })
        .collect();
    assert_eq!(asks.last().map(String::as_str), Some("req-404"));
    assert!(screen(&story.app).contains("1 of 3"), "{}", screen(&story.app));
    story.take(Message::HistoryFound { load: akx::app::remote::LoadId(1), result: Ok(Vec::new()) });
    assert_eq!(story.app.past.records.len(), 3);
}

#[test]
fn a_record_is_looked_at_compared_pinned_and_deleted() {
    let mut story = Story::begin(120, 40);
    looking_back(&mut story);
    story.keys("<^f>");
    assert_eq!(story.effects(), [Effect::ChangeHistory(Change::Pin(RecordId(3), true))]);
    story.keys("<Del><Enter>");
    assert_eq!(story.effects(), [], "the question opens on keeping it");
    story.keys("<^x><Tab><Enter>");
    assert_eq!(story.effects(), [Effect::ChangeHistory(Change::Delete(RecordId(3)))]);
    story.take(Message::HistoryChanged { change: Change::Delete(RecordId(3)), result: Ok(()) });
    assert_eq!(story.notice(), "Deleted.");
    asked(&mut story);
    story.keys("<^d>");
    assert_eq!(story.effects(), [Effect::OpenRecord { id: RecordId(3), purpose: Purpose::Compare }]);
    story.keys("<Enter>");
    assert_eq!(story.effects(), [Effect::OpenRecord { id: RecordId(3), purpose: Purpose::Show }]);
    let recalled = Recalled { record: story.app.past.records[0].clone(), outcome: refused(), opened: None };
    story.take(Message::RecordOpened { purpose: Purpose::Show, result: Ok(Some(Box::new(recalled))) });
    let text = screen(&story.app);
    assert!(text.contains("There is no such channel.") && text.contains("req-404"), "{text}");
    assert!(matches!(story.app.runs.shown().map(|r| &r.state), Some(RunState::Ended { .. })));
    story.take(Message::RecordOpened { purpose: Purpose::Show, result: Ok(None) });
    assert_eq!(story.notice(), "That run is no longer in the history.");
}

#[test]
fn a_record_is_run_again_behind_the_guard_rails() {
    let mut story = Story::begin(120, 40);
    looking_back(&mut story);
    story.keys("<^r>");
    assert!(screen(&story.app).contains("reaches other people"), "{}", screen(&story.app));
    assert_eq!(story.sent(), []);
    story.keys("<Tab><Enter>");
    assert_eq!(story.sent_parameters(), r#"{"channel":"C1","message":"Hi","botName":"b","botIcon":":x:"}"#);
}

#[test]
fn what_was_secret_is_filled_in_anew() {
    let mut story = Story::in_sandbox(120, 40);
    looking_back(&mut story);
    story.keys("<Down><^r>");
    assert_eq!(story.sent(), []);
    assert!(story.notice().contains("secrets are not kept, here /token"), "{}", story.notice());
    assert!(!story.value().to_json().contains("***"), "{}", story.value());
    looking_back(&mut story);
    story.keys("<^o>");
    assert_eq!(story.value().get("channel").and_then(|v| v.as_str()), Some("C1"));
}

#[test]
fn a_ticket_a_draft_and_a_saved_call_hold_nothing_that_is_known_to_be_secret() {
    let known = |secret: &str| akx::app::session::Session { known: Known::of([secret]), ..session(Place::Sandbox) };
    let mut story = Story::begin_with(120, 40, known("opaque-canary"));
    story.keys("send mess<Enter>C1<Tab>say opaque-canary");
    story.keys("<^r>");
    let effects = story.effects();
    let kept = effects.iter().find_map(|e| if let Effect::Remember { draft, .. } = e { draft.clone() } else { None });
    let kept = kept.expect("the draft is kept").to_json();
    assert!(kept.contains("C1") && !kept.contains("canary"), "{kept}");
    let id = story.app.runs.list().last().expect("a run").id;
    story.answer(id, r#"{"ok":true,"echo":"opaque-canary"}"#);
    // A ticket made after the token was renewed is of the one before as well.
    story.keys("<^p>new token<Enter>");
    story.take(Message::SecretEdited { length: 12 });
    story.keys("<Enter>");
    let load = story.effects().into_iter().find_map(|e| match e {
        Effect::Connect { load, .. } => Some(load),
        _ => None,
    });
    story.take(Message::Connected { load: load.expect("it is asked for"), result: Ok(known("another-canary")) });
    story.keys("<M3>T<Enter>");
    let effects = story.effects();
    let Some(Effect::Copy { text, .. }) = effects.last() else { panic!("{effects:?}") };
    assert!(text.contains("answer/echo: known to be secret") && text.contains("parameters/message: known"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    story.keys("<M2><^s>mine<Enter>");
    let effects = format!("{:?}", story.effects());
    assert!(effects.contains("SaveCall") && !effects.contains("canary"), "{effects}");
}

#[test]
fn a_ticket_masks_secrets_unless_they_are_asked_for() {
    let mut story = Story::in_sandbox(120, 40);
    story.keys("list chan<Enter><^r>");
    let id = story.sent()[0].0;
    story.answer(id, r#"{"ok":true,"access_token":"planted"}"#);
    story.keys("T<Enter>");
    let effects = story.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains("answer/access_token: named like a secret") && !text.contains("planted"), "{text}");
    story.keys("T<Down><Down><Enter><Enter>");
    let effects = story.effects();
    let [Effect::Save { path, what: Savable::Bytes(body), .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(path.starts_with("ticket-SLACK_LIST_CHANNELS-"), "{path}");
    assert!(!String::from_utf8_lossy(body).contains("planted"));
    story.keys("Twith its<Enter><Enter>");
    let effects = story.effects();
    let [Effect::Save { what: Savable::Bytes(body), .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(String::from_utf8_lossy(body).contains("planted"));
    story.take(Message::Saved {
        path: "x".into(),
        what: Savable::Bytes(body.clone()),
        result: Err(SaveError::Other("full".into())),
    });
}

pub(crate) fn read(story: &mut Story, file: &str) {
    story.keys("<^p>for each row<Enter>rows.csv<Enter>").rows(file);
    if story.effects.iter().any(|e| matches!(e, Effect::Journal(_))) {
        story.journal(Journal::default());
    }
}

pub(crate) const ROWS: &str = "channel,message\nC1,one\nC2,two\nC3,three\n";

pub(crate) fn sending(story: &mut Story) {
    story.keys("send mess<Enter>");
    story.keys("<Tab><Tab>bot<Tab>:x:");
    story.effects();
}

#[test]
fn rows_are_sent_one_after_the_other_behind_one_question() {
    let mut story = Story::begin(120, 40);
    sending(&mut story);
    read(&mut story, ROWS);
    assert!(screen(&story.app).contains("Run it 3 times?"), "{}", screen(&story.app));
    story.keys("<Tab><Enter>");
    let first = story.sent();
    assert_eq!(first.len(), 1, "one at a time");
    story.answer(first[0].0, r#"{"ok":true}"#);
    let second = story.sent();
    assert_eq!(second.len(), 1);
    story.fail(second[0].0, Failure::new(FailureKind::Provider, "It was not to be.", ""));
    let third = story.sent();
    story.answer(third[0].0, r#"{"ok":true}"#);
    assert_eq!(story.sent(), []);
    assert_eq!(story.notice(), "SLACK_SEND_MESSAGE: 2 ok, 1 failed. ^R goes on with what did not run.");
    let text = screen(&story.app);
    assert!(text.contains("It was not to be.") && text.contains("2 ok, 1 failed"), "{text}");
    let sent: Vec<String> = [first, second, third].iter().map(|s| s[0].1.parameters.to_json()).collect();
    assert!(sent[2].contains(r#""channel":"C3""#) && sent[2].contains(r#""blocks":":x:""#), "{sent:?}");
    story.keys("<Enter>");
    assert!(screen(&story.app).contains("ok: true"), "{}", screen(&story.app));
}

#[test]
fn rows_that_do_not_fit_send_nothing() {
    let mut story = Story::in_sandbox(120, 40);
    sending(&mut story);
    read(&mut story, "channel,message\nC1,one\n,two\n");
    let text = screen(&story.app);
    assert!(text.contains("Nothing was sent") && text.contains("row 2 (line 3, column 1): channel"), "{text}");
    assert_eq!(story.sent(), []);
    story.keys("<Esc>");
    read(&mut story, "");
    assert_eq!(story.notice(), "rows.csv cannot be run row by row: there are no rows in it.");
}

#[test]
fn rows_stop_when_asked_to_and_wait_when_told_to() {
    let mut story = Story::in_sandbox(120, 40);
    sending(&mut story);
    read(&mut story, ROWS);
    let first = story.sent();
    let pause = Failure {
        status: Some(429),
        retry_after: Some(Duration::from_secs(2)),
        ..Failure::new(FailureKind::RateLimited, "Too many.", "")
    };
    story.fail(first[0].0, pause);
    assert_eq!(story.sent(), [], "the pause is kept");
    story.wait(Duration::from_secs(3));
    let again = story.sent();
    assert_eq!(again[0].1, first[0].1, "the same row");
    story.keys("<^c>");
    assert_eq!(story.effects(), [Effect::Cancel(again[0].0)]);
    let cancelled = Outcome::Cancelled { may_have_run: true };
    story.take(Message::RunFinished { id: again[0].0, outcome: cancelled, opened: None });
    assert_eq!(story.notice(), "SLACK_SEND_MESSAGE: 1 may have run, 2 not run. ^R goes on with what did not run.");
    assert_eq!(story.sent(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_over_the_real_loop() {
    let (mut s, _running, data) = open(None, Start::Open(Destination::Sandbox)).await;
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter><^r>");
    until(&mut s, idle).await;
    until(&mut s, |app| app.runs.shown().is_some_and(|run| run.record.is_some())).await;
    keys(&mut s, "<^n><^n>");
    // How it ended is noted beside the screen: asked until it is there.
    loop {
        until(&mut s, |app| !app.past.records.is_empty()).await;
        if s.app.past.records[0].end.status == Some(200) {
            break;
        }
        s.app.past.records.clear();
        keys(&mut s, "<Esc>H");
    }
    let text = screen(&s.app);
    assert!(text.contains("SLACK_LIST_CHANNELS") && text.contains("200"), "{text}");
    keys(&mut s, "<^f>");
    until(&mut s, |app| app.past.records.first().is_some_and(|r| r.pinned)).await;
    keys(&mut s, "<Enter>");
    until(&mut s, |app| app.overlays.is_empty()).await;
    assert!(screen(&s.app).contains("channels"), "{}", screen(&s.app));
    keys(&mut s, "H");
    until(&mut s, |app| app.past.records.len() == 1).await;
    keys(&mut s, "<^t>");
    until(&mut s, |app| app.overlays.len() == 2).await;
    assert!(screen(&s.app).contains("Copy as Markdown"), "{}", screen(&s.app));
    assert!(!data.path().join("history.sqlite").exists(), "the demo's history is kept nowhere");
}
