//! One action for several users, and many runs that go on where they were interrupted: as journeys, and over the real loop
//! against the sandbox.

use akx::{
    app::{
        Effect, Message,
        batch::OneOfMany,
        effect::{Destination, JournalAsk},
        session::{Origin, Session},
        state::Start,
    },
    domain::{
        failure::{Failure, FailureKind},
        guard::Place,
        rows::{Journal, Line, State},
        run::Outcome,
        users::User,
    },
    sandbox,
};

use crate::{
    history::{ROWS, read, sending},
    picture::{picture, screen},
    session::{idle, keys, loaded, open_in, until},
    story::{Story, session},
};

const MARIA: &str = "maria@acme.example.com";
const JONAS: &str = "jonas@acme.example.com";

fn minting(place: Place) -> Session {
    Session { origin: Origin { mints: true, renews: true, ..Origin::default() }, ..session(place) }
}

/// A form filled in, and the users' board over it.
fn choosing(place: Place, width: u16, height: u16) -> Story {
    let mut s = Story::begin_with(width, height, minting(place));
    s.keys("send mess<Enter>C1<Tab>hi<Tab>bot<Tab>:x:<^p>several users<Enter>");
    let user = |id: &str, label: &str| User { id: id.into(), label: label.into(), note: String::new() };
    s.take(Message::UsersRecalled(vec![user(JONAS, "Jonas"), user(MARIA, "Maria"), user("u-3", "the third")]));
    s
}

/// Marks all three, Maria's row being the first the cursor is on.
fn marked(place: Place, width: u16, height: u16) -> Story {
    let mut s = choosing(place, width, height);
    s.keys("<PgUp><PgUp><^t><^t><^t>");
    s.effects();
    s
}

/// For whom each of the runs was that were sent since.
fn users(s: &mut Story) -> Vec<(usize, String)> {
    let of =
        |e| if let Effect::Run { of: Some(OneOfMany { index, user }), .. } = e { Some((index, user)) } else { None };
    s.effects().into_iter().filter_map(of).map(|(i, user)| (i, user.expect("a user").to_string())).collect()
}

fn last(s: &Story) -> akx::domain::run::RunId {
    s.app.runs.list().last().expect("a run").id
}

#[test]
fn marked_users_are_asked_about_once_and_run_one_after_the_other() {
    let mut s = marked(Place::Ordinary, 160, 48);
    assert!(screen(&s.app).contains("3 marked"), "{}", screen(&s.app));
    s.keys("<^r>");
    s.journal(Journal::default());
    let text = screen(&s.app);
    for words in ["reaches other people in slack as", JONAS, "u-3", "profile staging", "Run it 3 times?"] {
        assert!(text.replace(['\n', '│'], "").contains(words), "{words}: {text}");
    }
    s.keys("<Enter>");
    assert_eq!(users(&mut s), [], "the question opens on not running");
    s.keys("<^p>several users<Enter>");
    s.keys("<^r>");
    s.journal(Journal::default());
    s.keys("<Tab><Enter>");
    assert_eq!(users(&mut s), [(0, JONAS.to_owned())]);
    let id = last(&s);
    s.answer(id, r#"{"ok":true}"#);
    assert_eq!(users(&mut s), [(1, MARIA.to_owned())]);
    let id = last(&s);
    s.fail(id, Failure::new(FailureKind::NotConnected, "The user has not connected slack.", ""));
    assert_eq!(users(&mut s), [(2, "u-3".to_owned())]);
    let id = last(&s);
    s.answer(id, r#"{"ok":true}"#);
    assert_eq!(users(&mut s), []);
    assert!(s.notice().starts_with("SLACK_SEND_MESSAGE: 2 ok, 1 failed."), "{}", s.notice());
    let text = screen(&s.app);
    assert!(text.contains("for 3 users") && text.contains("has not connected slack"), "{text}");
    // What another user was answered says for whom.
    s.keys("<PgUp><Enter>");
    assert!(screen(&s.app).contains("Response for j"), "{}", screen(&s.app));
    s.keys("T");
    assert!(screen(&s.app).contains("Copy as Markdown"));
    s.keys("<Enter>");
    let effects = s.effects();
    let [Effect::Copy { text, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains(JONAS) && !text.contains(MARIA), "the ticket is of the user it ran for: {text}");
}

#[test]
fn many_users_on_the_screen() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut s = marked(Place::Sandbox, width, height);
        insta::assert_snapshot!(format!("users_marked_{width}x{height}"), picture(&s.app));
        s.keys("<^r>");
        s.journal(Journal::default());
        insta::assert_snapshot!(format!("users_planned_{width}x{height}"), picture(&s.app));
        s.keys("<Tab><Enter>");
        let id = last(&s);
        s.answer(id, r#"{"ok":true}"#);
        insta::assert_snapshot!(format!("users_going_{width}x{height}"), picture(&s.app));
    }
}

#[test]
fn without_a_key_or_a_form_or_marks_it_is_said_what_is_missing() {
    let mut s = choosing(Place::Ordinary, 120, 40);
    s.keys("<^r>");
    assert!(s.notice().starts_with("Mark users with ^T first"), "{}", s.notice());
    s.keys("<^t>");
    s.app.session.origin.mints = false;
    s.keys("<^r>");
    assert!(s.notice().contains("signing_key_file and mint = true"), "{}", s.notice());
    let mut s = Story::begin_with(120, 40, minting(Place::Ordinary));
    s.keys("<^p>several users<Enter>");
    assert!(s.notice().starts_with("Open an action first"), "{}", s.notice());
}

#[test]
fn read_only_refuses_all_of_them_at_once() {
    let mut s = marked(Place::Ordinary, 120, 40);
    s.app.session.read_only = Some("profile staging".into());
    s.keys("<^r>");
    s.journal(Journal::default());
    assert!(s.notice().contains("read-only here (by profile staging)"), "{}", s.notice());
    assert_eq!(users(&mut s), []);
}

fn journal(states: &[(usize, State)]) -> Journal {
    states.iter().map(|(index, state)| Line { index: *index, state: *state, said: String::new() }).collect()
}

/// Reads the rows, with what an earlier time has left of them.
fn reading(s: &mut Story, left: Journal) {
    s.keys("<^p>for each row<Enter>rows.csv<Enter>").rows(ROWS);
    s.journal(left);
}

#[test]
fn what_an_earlier_time_has_sent_is_not_sent_again() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    reading(&mut s, journal(&[(0, State::Ok), (1, State::Sent)]));
    let text = screen(&s.app);
    assert!(text.contains("Going on where it stopped: 1 ok, 1 may have run."), "{text}");
    s.keys("<Tab><Enter>");
    let sent = s.sent();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].1.parameters.to_json().contains(r#""channel":"C3""#), "{sent:?}");
    s.answer(sent[0].0, r#"{"ok":true}"#);
    assert_eq!(s.notice(), "SLACK_SEND_MESSAGE: 2 ok, 1 may have run.");
    assert_eq!(s.effects(), [], "the journal stays: it knows what may have run");

    // Nothing is left: all of it can be run anew, which is asked about as such.
    reading(&mut s, journal(&[(0, State::Ok), (1, State::Sent), (2, State::Ok)]));
    assert!(screen(&s.app).contains("Nothing is left to run: 2 ok, 1 may have run before."), "{}", screen(&s.app));
    s.keys("<Tab><Enter>");
    let effects = s.effects();
    assert_eq!(effects.first(), Some(&Effect::Journal(JournalAsk::Clear)), "{effects:?}");
    assert!(effects.iter().any(|e| matches!(e, Effect::Run { .. })), "{effects:?}");
}

#[test]
fn all_anew_is_asked_about_before_anything_is_forgotten() {
    let mut s = Story::begin(120, 40);
    sending(&mut s);
    reading(&mut s, journal(&[(0, State::Ok)]));
    assert!(screen(&s.app).contains("Run it 2 times?"), "{}", screen(&s.app));
    s.keys("<Tab><Tab><Enter>");
    assert!(screen(&s.app).contains("Run it 3 times?"), "{}", screen(&s.app));
    assert_eq!(s.effects(), []);
    s.keys("<Esc>");
    assert_eq!(s.effects(), [], "declined: the journal stands as it was");
}

#[test]
fn what_failed_goes_on_with_a_key_and_a_finished_journal_goes() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    read(&mut s, ROWS);
    for fails in [false, true, false] {
        let id = s.sent()[0].0;
        if fails {
            s.fail(id, Failure::new(FailureKind::NotConnected, "Not connected.", ""));
        } else {
            s.answer(id, r#"{"ok":true}"#);
        }
    }
    assert!(s.notice().ends_with("^R goes on with what did not run."), "{}", s.notice());
    s.keys("<^r>");
    assert!(screen(&s.app).contains("Going on where it stopped: 2 ok, 1 not run."), "{}", screen(&s.app));
    s.keys("<Tab><Enter>");
    let sent = s.sent();
    assert!(sent.len() == 1 && sent[0].1.parameters.to_json().contains("C2"), "{sent:?}");
    s.answer(sent[0].0, r#"{"ok":true}"#);
    assert_eq!(s.effects(), [Effect::Journal(JournalAsk::Close)]);
    assert_eq!(s.notice(), "SLACK_SEND_MESSAGE: 3 ok.");
}

#[test]
fn a_line_that_cannot_be_written_stops_everything() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    read(&mut s, ROWS);
    let id = s.sent()[0].0;
    s.fail(id, Failure::new(FailureKind::File, "The disk is full.", "Make room."));
    assert_eq!(s.sent(), []);
    assert!(s.notice().starts_with("SLACK_SEND_MESSAGE: 1 failed, 2 not run."), "{}", s.notice());
    s.keys("<^p>for each row<Enter>rows.csv<Enter>").rows(ROWS);
    let load = s.effects().into_iter().find_map(|e| match e {
        Effect::Journal(JournalAsk::Open { load, .. }) => Some(load),
        _ => None,
    });
    let busy =
        Failure::new(FailureKind::Usage, "Another akx is running this action many times.", "Wait for it to end.");
    s.take(Message::JournalOpened { load: load.expect("it is opened"), result: Err(busy) });
    assert!(s.notice().starts_with("Another akx is running"), "{}", s.notice());
    assert_eq!(s.sent(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_run_with_tokens_of_their_own_and_an_interrupted_batch_goes_on() {
    let config = sandbox::Config { rate: None, ..sandbox::Config::default() };
    let running = sandbox::start(config).await.expect("the sandbox starts");
    let data = tempfile::tempdir().expect("a directory");
    let start = || Start::Open(Destination::Sandbox);
    let mut s = open_in(data.path(), running.base_url(), None, start());
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter><^p>several users<Enter>");
    let user = |id: &str| User { id: id.into(), ..User::default() };
    let all = || sandbox::USERS.iter().map(|u| user(u.id)).collect::<Vec<_>>();
    s.step(Message::UsersRecalled(all()));
    keys(&mut s, "<PgUp><PgUp><^t><^t><^t><^r>");
    until(&mut s, |app| screen(app).contains("Run it 3 times?")).await;
    keys(&mut s, "<Tab><Enter>");
    until(&mut s, |app| idle(app) && app.batch.as_ref().is_some_and(|b| !b.going)).await;
    let batch = s.app.batch.as_ref().expect("a batch");
    let states: Vec<(String, State)> =
        batch.all_users().iter().zip(batch.rows()).map(|(user, row)| (user.to_string(), row.state)).collect();
    assert_eq!(states.len(), 3, "{states:?}");
    assert!(states.iter().any(|(_, state)| *state == State::Ok), "{states:?}");
    let answered = s
        .app
        .runs
        .list()
        .iter()
        .filter(|r| matches!(&r.state, akx::app::runs::RunState::Ended { outcome: Outcome::Answered(_), .. }))
        .count();
    assert_eq!(answered, states.iter().filter(|(_, state)| *state == State::Ok).count());
    let left: Vec<_> = states.iter().filter(|(_, state)| *state != State::Ok).collect();
    // Another session of the same person finds what ran, and sends only the rest.
    drop(s);
    let mut s = open_in(data.path(), running.base_url(), None, start());
    until(&mut s, loaded).await;
    keys(&mut s, "list chan<Enter><^p>several users<Enter>");
    s.step(Message::UsersRecalled(all()));
    keys(&mut s, "<PgUp><PgUp><^t><^t><^t><^r>");
    until(&mut s, |app| {
        app.batch.as_ref().is_some_and(|b| b.rows().iter().any(|r| r.state == State::Ok)) || left.is_empty()
    })
    .await;
    if !left.is_empty() {
        let text = screen(&s.app);
        assert!(text.contains("Going on where it stopped: "), "{text}");
        assert_eq!(s.app.batch.as_ref().map(akx::app::batch::Batch::due), Some(left.len()), "{text}");
    }
}

#[test]
fn a_large_file_is_read_beside_the_loop_can_be_left_and_is_told_of() {
    let mut s = Story::begin(120, 40);
    sending(&mut s);
    s.keys("<^p>for each row<Enter>large.csv<Enter>");
    // Whatever the file holds, the loop does nothing with it: it asks, and the next key is taken.
    let asked = s.effects();
    let [Effect::PrepareRows { load, path, .. }] = asked.as_slice() else { panic!("{asked:?}") };
    let load = *load;
    assert_eq!(path, "large.csv");
    s.take(Message::RowsChecked { load, done: 25_600, of: 100_000 });
    assert!(screen(&s.app).lines().next().is_some_and(|bar| bar.contains("checking rows 25 %")), "{}", screen(&s.app));
    s.keys("<M1><Esc>team");
    assert!(screen(&s.app).contains("› team"), "{}", screen(&s.app));
    s.keys("<^p>for each row<Enter>");
    assert_eq!(s.notice(), "large.csv is being checked. ^C stops that.");
    s.keys("<^c>");
    assert!(s.effects().contains(&Effect::LeaveRows(load)));
    assert_eq!(s.notice(), "large.csv is read no further. Nothing was sent.");
    let late = Err(akx::domain::rows::Unfit::File("nobody cares".into()));
    s.take(Message::RowsPrepared { load, result: late });
    assert_eq!(s.notice(), "large.csv is read no further. Nothing was sent.");
    assert!(!screen(&s.app).contains("checking rows"));
}

#[test]
fn what_the_form_held_when_the_file_was_named_is_what_is_sent() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    s.keys("<^p>for each row<Enter>rows.csv<Enter>");
    let asked = s.effects();
    s.keys("typed since");
    s.effects = asked;
    s.rows(ROWS);
    s.journal(Journal::default());
    let sent = s.sent();
    assert!(!sent[0].1.parameters.to_json().contains("typed since"), "{sent:?}");
}

#[test]
fn twenty_thousand_rows_are_sent_without_going_over_them_all_each_time() {
    let mut s = Story::in_sandbox(120, 40);
    sending(&mut s);
    let rows = "channel,message\n".to_owned() + &"C1,one\n".repeat(20_000);
    s.keys("<^p>for each row<Enter>large.csv<Enter>").rows(&rows);
    s.journal(Journal::default());
    for _ in 0..300 {
        s.now.uptime += std::time::Duration::from_millis(100);
        let id = s.sent()[0].0;
        s.answer(id, r#"{"ok":true}"#);
    }
    let text = screen(&s.app);
    assert!(
        text.contains("300 done, about 33 min left · 20000")
            && text.lines().any(|line| line.contains("▌") && line.contains(" 301 ")),
        "{text}"
    );
    // The row under the cursor tells what it sends, though not every row does.
    assert!(text.contains(r#""channel":"C1""#) && text.matches(r#""channel""#).count() == 1, "{text}");
    // Somebody who looks elsewhere stays there.
    s.keys("<PgUp><PgUp>");
    let at = |s: &Story| screen(&s.app).lines().find(|line| line.contains('▌')).map(str::to_owned);
    let before = at(&s);
    let id = s.sent()[0].0;
    s.answer(id, r#"{"ok":true}"#);
    assert_eq!(at(&s), before);
    s.keys("waits");
    assert!(screen(&s.app).contains("19698 of 20000"), "{}", screen(&s.app));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_is_checked_row_by_row_over_the_real_loop() {
    use std::fmt::Write as _;
    let config = sandbox::Config { rate: None, ..sandbox::Config::default() };
    let running = sandbox::start(config).await.expect("the sandbox starts");
    let data = tempfile::tempdir().expect("a directory");
    let mut s = open_in(data.path(), running.base_url(), None, Start::Open(Destination::Sandbox));
    until(&mut s, loaded).await;
    keys(&mut s, "send mess<Enter><Tab><Tab>bot<Tab>:x:");
    let (good, bad, odd) = (data.path().join("good.csv"), data.path().join("bad.csv"), data.path().join("odd.jsonl"));
    let mut text = String::from("channel,message\n");
    for i in 0..20_000 {
        let _ = writeln!(text, "C{i},\"row {i}\nof many\"");
    }
    std::fs::write(&good, &text).expect("written");
    std::fs::write(&bad, text.replace("C19998,", ",").replace("C19999,", ",")).expect("written");
    std::fs::write(&odd, "{\"channel\":\"C1\"}\n{\"channel\" 1}\n").expect("written");
    let ask = |s: &mut akx::runtime::session::Session, path: &std::path::Path| {
        keys(s, "<^p>for each row<Enter>");
        assert!(s.step(Message::Paste(path.display().to_string())));
        keys(s, "<Enter>");
        // The very next key is answered, whatever the file holds.
        assert!(s.app.checking.is_some() && s.app.overlays.is_empty());
    };
    ask(&mut s, &bad);
    until(&mut s, |app| app.checking.is_none()).await;
    let shown = screen(&s.app);
    for words in ["row 19999 (line 39998, column 1): channel", "row 20000 (line 40000, column 1): channel"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    keys(&mut s, "<Esc>");
    ask(&mut s, &odd);
    until(&mut s, |app| app.checking.is_none()).await;
    let notice = s.app.notice.as_ref().map(|n| n.text.clone()).unwrap_or_default();
    assert!(notice.contains("line 2 is not a JSON object: expected"), "{notice}");
    ask(&mut s, &good);
    keys(&mut s, "<^c>");
    assert!(s.app.checking.is_none());
    ask(&mut s, &good);
    until(&mut s, |app| app.batch.as_ref().is_some_and(|b| b.going)).await;
    until(&mut s, |app| app.batch.as_ref().is_some_and(|b| b.done() >= 3)).await;
    keys(&mut s, "<^c>");
    until(&mut s, |app| idle(app) && app.batch.as_ref().is_some_and(|b| !b.going)).await;
    assert_eq!(s.app.batch.as_ref().map(|b| b.rows().len()), Some(20_000));
}
